"""Who is to be chased now, what to say on the telephone, the notices, and the rules of the office for both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from textual.binding import Binding

from deskbook.books.receivables import chase, chase_forms, payment_forms
from deskbook.books.receivables.cards import call_script, owed_words, state_words
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, clauses, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardSection
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


class ChaseActions(ListScreen):
    """What the lists of chasing share."""

    def done(self, result: Any) -> None:
        """After a form or a command: say what was done."""
        if result:
            self.desk.told(self.store.sentence(self.store.position[0]))
            self.reload()

    def show_form(self, form: FormScreen) -> None:
        """Open a form."""
        self.app.push_screen(form, self.done)

    def _claim(self, row: int) -> int:
        """The claim of a row."""
        return row

    def _script(self, row: int) -> list[CardSection]:
        return call_script(self.store, self._claim(row))


class ChaseScreen(ChaseActions):
    """The claims past due."""

    LISTING = chase.CHASE
    NAME = "chase"
    HELP = N_(
        "Who is to be chased now, level after level. Enter shows what to say on the telephone. i issues notices over all that is to be chased of the"
        " customer under the cursor, or over the marked rows only, after reading again what is owed; P prints them too. y notes a promise, h a"
        " dispute, a allocates what the customer paid."
    )

    BINDINGS = [
        Binding("i", "act('issue')", N_("issue"), id="chase.issue", tooltip=N_("issue payment notices")),
        Binding("y", "act('promise')", N_("promise"), id="chase.promise", tooltip=N_("a day is promised")),
        Binding("h", "act('dispute')", N_("dispute"), id="chase.dispute", tooltip=N_("it is disputed")),
        Binding("j", "notices", N_("notices"), id="chase.notices", show=False, tooltip=N_("The payment notices that were issued")),
        Binding("b", "promises", N_("promises"), id="chase.promises", show=False, tooltip=N_("What was disputed and promised, kept and broken")),
        Binding("z", "levels", N_("levels"), id="chase.levels", show=False, tooltip=N_("When which notice goes out, and its words")),
        Binding(
            "q", "limits", N_("limits"), id="money.limits", show=False, tooltip=N_("What passes as a small difference, and what late money costs")
        ),
    ]

    def card_text(self, row: int) -> list[CardSection]:
        """What to know and to say."""
        return self._script(row)

    def card_title(self, row: int) -> str:
        """The customer."""
        found = chase.chased(self.store.look, [row])
        return found[0].party if found else _(self.LISTING.title)

    def hint(self, row: int) -> str:
        """What comes next, what lies aside, the caution."""
        found = chase.chased(self.store.look, [row])
        if not found:
            return ""
        each = found[0]
        aside = _(N_("{amount} not allocated"), amount=show_money(each.aside)) if each.aside > 0 else ""
        return clauses((f"! {each.caution}" if each.caution else "", state_words(each), aside, each.phone or ""))

    def under_cursor(self) -> tuple[str, int] | None:
        """The claim."""
        row = self.table.cursor_id
        return None if row is None else ("claims", row)

    def actions(self, row: int) -> list[Action]:
        """Issue, note what was said, allocate, and the rules."""
        found = chase.chased(self.store.look, [row])
        each = found[0] if found else None
        due = partial(chase.due_with, self.store.look)
        now = "" if due(row) else state_words(each) if each else _(N_("paid"))
        aside = "" if each and each.aside > 0 else _(N_("nothing lies unallocated"))
        held = "" if each and each.hold_id else _(N_("nothing holds it"))
        party = each.party_id if each else 0
        return [
            Action("issue", N_("issue payment notices"), "i", self._issue, "" if self.table.marks else now, many=True, spread=due),
            Action("promise", N_("a day is promised"), "y", lambda rows: self.show_form(chase_forms.promise_form(self.store.look, rows)), many=True),
            Action("dispute", N_("it is disputed"), "h", lambda rows: self.show_form(chase_forms.dispute_form(self.store.look, rows)), many=True),
            Action("lift", N_("nothing holds it any more"), "l", partial(self._lift, each.hold_id if each else None), held),
            Action("allocate", N_("allocate what the customer paid"), "a", lambda _rows: self._allocate(party), aside),
            Action("pay", N_("it is paid"), "p", lambda _rows: self.show_form(payment_forms.payment_form(self.store.look, party=party))),
            Action("party", N_("the customer"), "o", lambda _rows: self.desk.open_card("parties", party)),
            Action("notices", N_("notices issued"), "j", lambda _rows: self.action_notices()),
            Action("promises", N_("disputed and promised"), "b", lambda _rows: self.action_promises()),
            Action("levels", N_("levels of chasing"), "z", lambda _rows: self.action_levels()),
            Action("limits", N_("small differences and interest"), "q", lambda _rows: self.action_limits()),
        ]

    def action_act(self, name: str) -> None:
        """What the menu has under that name."""
        self.with_row(lambda row: self._act(self.actions(row), name, row))

    def action_notices(self) -> None:
        """What was issued."""
        self.desk.go("notices")

    def action_promises(self) -> None:
        """What was disputed and promised."""
        self.app.push_screen(HoldsScreen())

    def action_levels(self) -> None:
        """The office's levels."""
        self.app.push_screen(LevelsScreen())

    def action_limits(self) -> None:
        """Small differences, interest."""
        self.show_form(chase_forms.limits_form(self.store.look))

    def _lift(self, hold: int | None, _rows: list[int]) -> None:
        from deskbook.books.receivables.chasing import lift_hold

        self.done(self.run_command(lift_hold, hold=hold))

    def _allocate(self, party: int) -> None:
        from deskbook.books.receivables.payments import allocate_all

        self.done(self.run_command(allocate_all, party=party))

    # Issuing

    def _issue(self, rows: list[int]) -> None:
        """Show what would go out, and issue it: the amounts that were seen go with it, and are compared with what is owed at that moment."""
        found = chase.chased(self.store.look, rows)
        now = [each for each in found if each.state == "now"]
        if not now:
            self.desk.refuse(Refusal("", N_("None of these is to be chased now.")))
            return
        seen = {each.id: each.open for each in now}
        lines = [f"{each.party}  {each.no}  {owed_words(each)}" for each in now[:8]]
        if len(now) > len(lines):
            lines.append(_(N_("{count} more"), count=len(now) - len(lines)))
        lines += [f"{each.party}  {each.no}  {state_words(each)}" for each in found if each.state != "now"][:4]
        over = plural(len(seen), N_("Issue notices over {amount}?"), N_("Issue notices over {count} claims, {amount} in all?"))
        question = _(over, count=len(seen), amount=show_money(sum(seen.values())))

        def answered(yes: bool | None) -> None:
            if yes:
                self._issued(seen, "")

        self.app.push_screen(Confirm(question, "\n".join(lines)), answered)

    def _issued(self, seen: Mapping[int, int], reason: str) -> None:
        from deskbook.books.receivables.chasing import issue_notices

        try:
            result = self.store.run(issue_notices, claims=dict(seen), reason=reason)
        except Refusal as refusal:
            if refusal.field != "reason":
                self.desk.refuse(refusal)
                return

            def answered(why: str | None) -> None:
                if why:
                    self._issued(seen, why)

            self.app.push_screen(AskText(str(refusal), detail=_(N_("Esc goes back: a allocates it."))), answered)
            return
        self.table.marks = set()
        self.done(result)


class NoticesScreen(ChaseActions):
    """The payment notices as they were issued."""

    LISTING = chase.NOTICES
    NAME = "notices"
    HELP = N_(
        "Payment notices as they were issued, with what is still not paid of them. d cancels one that was not to go out; its number stays listed."
    )

    def _claim(self, row: int) -> int:
        return int(self.store.look.value("SELECT min(claim_id) FROM notice_claim WHERE notice_id = :row", row=row) or 0)

    def card_text(self, row: int) -> list[CardSection]:
        """What it asked for, as printed."""
        facts = chase.notice_facts(self.store.look, row, copy=True)
        claims = [
            (
                str(claim["no"]),
                "  ".join(
                    (
                        show_money(claim["open"]),
                        _(plural(claim["late"], N_("{count} day late"), N_("{count} days late")), count=claim["late"]),
                        claim["their_no"],
                    )
                ).rstrip(),
            )
            for claim in facts["claims"]
        ]
        head = [
            (N_("customer"), facts["party"]),
            (N_("level"), str(facts["level"])),
            (N_("amount"), show_money(facts["amount"])),
            (N_("fee", "of chasing"), show_money(facts["fee"]) if facts["fee"] else ""),
            (N_("not allocated"), show_money(facts["aside"]) if facts["aside"] else ""),
            (N_("reason"), facts["reason"]),
        ]
        return [
            CardSection(facts["no"], [(label, text) for label, text in head if text]),
            CardSection(N_("Asked for"), claims),
            CardSection(N_("Words"), [("", facts["text"])]),
        ]

    def card_title(self, row: int) -> str:
        """Its number."""
        return str(self.store.look.value("SELECT no FROM notice WHERE id = :row", row=row) or "")

    def actions(self, row: int) -> list[Action]:
        """Cancel it; what to say about it."""
        state, party = self.store.look.row("SELECT state, party_id FROM v_notice WHERE id = :row", row=row) or ("cancelled", 0)
        return [
            Action("cancel", N_("cancel it"), "z", lambda rows: self.delete(rows[0]), "" if state == "sent" else _(N_("it is cancelled"))),
            Action("party", N_("the customer"), "o", lambda _rows: self.desk.open_card("parties", party)),
        ]

    def delete(self, row: int) -> None:
        """Cancel it."""
        from deskbook.books.receivables.chasing import cancel_notice

        self.done(self.run_command(cancel_notice, notice=row))


class HoldsScreen(ChaseActions):
    """What was disputed and promised, kept and broken."""

    LISTING = chase.PROMISES
    NAME = "claim_holds"
    HELP = N_("What customers dispute and what they promised: waiting, kept or broken. r lifts one, so that its claim is chased again.")

    def _claim(self, row: int) -> int:
        return int(self.store.look.value("SELECT claim_id FROM claim_hold WHERE id = :row", row=row) or 0)

    def card_text(self, row: int) -> list[CardSection]:
        """What to know and to say."""
        return self._script(row)

    def under_cursor(self) -> tuple[str, int] | None:
        """Its claim."""
        row = self.table.cursor_id
        return None if row is None else ("claims", self._claim(row))

    def actions(self, row: int) -> list[Action]:
        """Lift it."""
        state = self.store.look.value("SELECT state FROM v_hold WHERE id = :row", row=row)
        return [Action("lift", N_("lift it"), "r", self._lift, "" if state in ("waiting", "disputed") else _(chase.HOLD_STATES[str(state)]))]

    def _lift(self, rows: list[int]) -> None:
        from deskbook.books.receivables.chasing import lift_hold

        self.done(self.run_command(lift_hold, hold=rows[0]))


class LevelsScreen(ChaseActions):
    """When which notice goes out, and its words."""

    LISTING = chase.LEVELS
    NAME = "chase_levels"
    HELP = N_(
        "When which notice goes out: days past due, and days since the level before. Enter changes one, n adds a level, d takes the highest away."
    )

    def _level(self, row: int) -> int:
        return int(self.store.look.value("SELECT level FROM v_chase_level WHERE id = :row", row=row) or 1)

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """One more level."""
        last = int(self.store.look.value("SELECT max(level) FROM v_chase_level") or 0)
        self.show_form(chase_forms.level_form(self.store.look, min(last + 1, 9)))

    def open(self, row: int) -> None:
        """Change it."""
        self.edit(row)

    def edit(self, row: int) -> None:
        """Change it."""
        self.show_form(chase_forms.level_form(self.store.look, self._level(row)))

    def delete(self, row: int) -> None:
        """Take the highest away."""
        from deskbook.books.receivables.chasing import drop_level

        self.done(self.run_command(drop_level, level=self._level(row)))

    def under_cursor(self) -> tuple[str, int] | None:
        """A level has no card."""
        return None
