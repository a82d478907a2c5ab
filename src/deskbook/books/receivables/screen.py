"""What is owed and what was paid: the lists, their cards, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from textual.actions import SkipAction
from textual.binding import Binding

from deskbook.books.receivables import chase_forms, forms, listings, payment_forms, queries
from deskbook.books.receivables.ageing import STATEMENT
from deskbook.books.receivables.cards import claim_card, payment_card
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.actions import Action
from deskbook.ui.card import CardSection
from deskbook.ui.confirm import Choose, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


class MoneyScreen(ListScreen):
    """What the lists of this book share."""

    def show_form(self, form: Callable[[], FormScreen], then: Callable[[Any], None] | None = None) -> None:
        """Open a form; when it was saved, say what was done and show it."""

        def saved(result: Any) -> None:
            if result:
                self.table.marks = set()
                self.told_step()
                self.reload()
                if then is not None:
                    then(result)

        try:
            screen = form()
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(screen, saved)

    def told_step(self) -> None:
        """Say what the last step did."""
        self.desk.told(self.store.sentence(self.store.position[0]))

    def do(self, command: Callable[..., Any], **facts: Any) -> Any:
        """Run a command and say what it did."""
        result = self.run_command(command, **facts)
        if result is not None:
            self.told_step()
            self.reload()
        return result

    def taken(self, payment: Any) -> None:
        """After a payment: ask whether a small difference is given up. It is never done unasked."""
        found = queries.lacking(self.store.look, payment) if isinstance(payment, int) and not isinstance(payment, bool) else None
        if found is None:
            return
        claim, no, cents = found

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.receivables.losses import give_up

                self.do(give_up, claim=claim)

        self.app.push_screen(Confirm(_(N_("{amount} is missing of {no}: give it up?"), amount=show_money(cents), no=no)), answered)

    def show_statement(self, party: int, side: str) -> None:
        """The account of a party."""
        self.app.push_screen(StatementScreen(Ask(view=side, only=(("party_id", party),))))

    def choose_allocation(self, allocations: list[queries.Settled]) -> None:
        """Which allocation is let go."""
        standing = [each for each in allocations if not each.red][:9]

        def chosen(name: str | None) -> None:
            if name is not None:
                from deskbook.books.receivables.payments import release

                self.do(release, allocation=int(name))

        lines = [
            (
                str(n),
                str(each.id),
                "  ".join(filter(None, (each.claim, each.payment or each.credit, show_day(each.day), show_money(each.amount)))),
            )
            for n, each in enumerate(standing, 1)
        ]
        self.app.push_screen(Choose(_(N_("What is let go?")), lines), chosen)


class StatementScreen(ListScreen):
    """The account of a party: what was claimed and paid, with the balance after each."""

    LISTING = STATEMENT
    NAME = "statement"
    HELP = N_("The account of a party as the day book has it, with the balance after each line. [ and ] go by months; x writes it to a file.")

    def said_only(self, ask: Ask) -> str:
        """Whose."""
        return str(self.store.look.value("SELECT name FROM party WHERE id = :id", id=dict(ask.only).get("party_id")) or "")

    def under_cursor(self) -> tuple[str, int] | None:
        """The claim or the payment of the line."""
        no = self.store.look.value("SELECT no FROM v_statement WHERE id = :row", row=self.table.cursor_id)
        for book, table in (("claims", "claim"), ("payments", "payment")):
            found = self.store.look.value(f"SELECT id FROM {table} WHERE no = :no ORDER BY void LIMIT 1", no=no)
            if found:
                return book, int(found)
        return None

    def open(self, row: int) -> None:
        """What the line is about."""
        found = self.under_cursor()
        if found:
            self.desk.open_card(*found)
        else:
            super().open(row)

    def action_back(self) -> None:
        """To where one came from: the accounts of all parties are no account."""
        if self.ask.find or self.focused is not self.table:
            super().action_back()
        else:
            raise SkipAction


class ClaimsScreen(MoneyScreen):
    """What customers owe us, and what we owe."""

    LISTING = listings.CLAIMS
    NAME = "claims"
    HELP = N_(
        "What is owed to us and by us. p takes the payment of the claims that are marked, k writes what each gets; m writes a credit note,"
        " y notes a day that was promised, h what is disputed. f shows what we owe, what is due this week, what is settled."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A charge, or an opening balance."""
        self.show_form(partial(forms.charge_form, given))

    def card_text(self, row: int) -> list[CardSection]:
        """The claim."""
        return claim_card(self.store, row)

    def card_title(self, row: int) -> str:
        """Its number."""
        head = queries.claim_head(self.store.look, row)
        return f"{head.no}  {head.party}" if head else _(self.LISTING.title)

    def hint(self, row: int) -> str:
        """What its party owes in all."""
        head = queries.claim_head(self.store.look, row)
        if head is None:
            return ""
        money = queries.party_money(self.store.look, head.party_id, head.side)
        words = N_("{party} owes {open}, {overdue} of it overdue")
        if head.side == "payable":
            words = N_("we owe {party} {open}, {overdue} of it overdue")
        said = _(words, party=head.party, open=show_money(money.open), overdue=show_money(money.overdue))
        return f"{said}; {_(N_('{amount} not allocated'), amount=show_money(money.aside))}" if money.aside else said

    def actions(self, row: int) -> list[Action]:
        """Pay, pick, credit, give up, write off, hold, let go."""
        head = queries.claim_head(self.store.look, row)
        if head is None:
            return []
        gone = _(N_("it was taken back")) if head.state == "void" else ""
        settled = gone or (_(N_("nothing of it is open")) if not head.open else "")
        credit = _(N_("it is a credit note")) if head.amount < 0 else ""
        ours = _(N_("we owe it")) if head.side == "payable" else ""
        held = "" if head.hold else _(N_("nothing holds it"))
        standing = [each for each in queries.settled_by(self.store.look, claim=row) if not each.red]
        more = "" if abs(head.open) <= queries.tolerance(self.store.look) else _(N_("more than a small difference is open"))
        return [
            Action("pay", N_("it is paid"), "p", self._pay, settled or credit, many=True),
            Action("pick", N_("paid, claim by claim"), "k", self._pick, settled or credit, many=True),
            Action("credit", N_("credit note for it"), "m", partial(self._form, forms.credit_form), gone or credit),
            Action(
                "apply", N_("let the credit settle the oldest claims"), "a", self._apply, settled or ("" if credit else _(N_("it is no credit note")))
            ),
            Action("refund", N_("pay the credit back"), "w", self._refund, settled or ("" if credit else _(N_("it is no credit note")))),
            Action("give_up", N_("give up the small difference"), "j", self._give_up, settled or more),
            Action("promise", N_("a day is promised"), "y", self._promise, settled or credit or ours, many=True),
            Action("dispute", N_("it is disputed"), "h", self._dispute, settled or credit or ours, many=True),
            Action("lift", N_("nothing holds it any more"), "l", self._lift, held),
            Action("release", N_("let go what settled it"), "r", self._release, "" if standing else _(N_("nothing settles it"))),
            Action("write_off", N_("write it off as a bad debt"), "b", partial(self._form, forms.write_off_form), settled or credit or ours),
            Action("bill", N_("the number on their bill"), "i", partial(self._form, forms.bill_form), gone or ("" if ours else _(N_("we bill it")))),
            Action("statement", N_("the account of its party"), "v", lambda _rows: self.show_statement(head.party_id, head.side)),
            Action("party", N_("its party"), "o", lambda _rows: self.desk.open_card("parties", head.party_id)),
        ]

    def _form(self, form: Callable[..., FormScreen], rows: list[int]) -> None:
        self.show_form(partial(form, self.store.look, rows[0]))

    def _same(self, rows: list[int]) -> tuple[int, str] | None:
        """The party and side of some claims; None, said in the status line, where they have several."""
        heads = [queries.claim_head(self.store.look, row) for row in rows]
        whose = {(head.party_id, head.side) for head in heads if head}
        if len(whose) != 1:
            self.desk.refuse(Refusal("", N_("The marked claims are of several parties; a payment is of one.")))
            return None
        return whose.pop()

    def _pay(self, rows: list[int]) -> None:
        found = self._same(rows)
        if found is not None:
            look = self.store.look
            turn = [each for each in queries.claims_in_turn(look, *found) if each[0] in rows]
            amount = sum(each[3] for each in turn)
            claims = [each[0] for each in turn]
            self.show_form(partial(payment_forms.payment_form, look, found[1], party=found[0], claims=claims, amount=amount), self.taken)

    def _pick(self, rows: list[int]) -> None:
        found = self._same(rows)
        if found is not None:
            self.show_form(partial(payment_forms.pick_form, self.store.look, *found, rows if len(rows) > 1 else None), self.taken)

    def _apply(self, rows: list[int]) -> None:
        from deskbook.books.receivables.notes import apply_credit

        self.do(apply_credit, credit=rows[0])

    def _refund(self, rows: list[int]) -> None:
        self.show_form(partial(payment_forms.refund_form, self.store.look, credit=rows[0]))

    def _give_up(self, rows: list[int]) -> None:
        from deskbook.books.receivables.losses import give_up

        self.do(give_up, claim=rows[0])

    def _promise(self, rows: list[int]) -> None:
        self.show_form(partial(chase_forms.promise_form, self.store.look, rows))

    def _dispute(self, rows: list[int]) -> None:
        self.show_form(partial(chase_forms.dispute_form, self.store.look, rows))

    def _lift(self, rows: list[int]) -> None:
        from deskbook.books.receivables.chase import holds_of
        from deskbook.books.receivables.chasing import lift_hold

        open_ = [each for each in holds_of(self.store.look, claim=rows[0]) if each.state in ("waiting", "disputed")]
        if open_:
            self.do(lift_hold, hold=open_[0].id)

    def _release(self, rows: list[int]) -> None:
        self.choose_allocation(queries.settled_by(self.store.look, claim=rows[0]))


class PaymentsScreen(MoneyScreen):
    """Money that came from customers and went to suppliers."""

    LISTING = listings.PAYMENTS
    NAME = "payments"
    HELP = N_(
        "Money from customers and to suppliers. n takes a payment and shows which claims it settles, m pays a supplier. a allocates what is left of a"
        " payment, the oldest claim first, k claim by claim; r lets go, b is for one that bounced, w pays back."
    )

    BINDINGS = [
        Binding("m", "pay", N_("pay"), id="payments.pay", tooltip=N_("Pay a supplier")),
        Binding("i", "allocations", N_("allocations"), id="payments.allocations", show=False, tooltip=N_("What settled what, and when")),
        Binding(
            "q", "limits", N_("limits"), id="money.limits", show=False, tooltip=N_("What passes as a small difference, and what late money costs")
        ),
    ]

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Money of a customer; of a supplier where its view is shown."""
        side = "payable" if self.ask.view == "paid" else "receivable"
        only = dict(self.ask.only)
        self.show_form(partial(payment_forms.payment_form, self.store.look, side, party=only.get("party_id")), self.taken)

    def taken(self, payment: Any) -> None:
        """The cursor goes to the payment: P prints the receipt of what was just taken."""
        if isinstance(payment, int) and not isinstance(payment, bool):
            self.reload(keep=payment)
        super().taken(payment)

    def card_text(self, row: int) -> list[CardSection]:
        """The payment."""
        return payment_card(self.store, row)

    def card_title(self, row: int) -> str:
        """Its number."""
        head = queries.payment_head(self.store.look, row)
        return f"{head.no}  {head.party}" if head else _(self.LISTING.title)

    def hint(self, row: int) -> str:
        """What it settles."""
        return listed(
            f"{each.claim} {show_money(each.amount)}" for each in queries.settled_by(self.store.look, payment=row) if not each.red and each.claim
        )

    def actions(self, row: int) -> list[Action]:
        """Allocate, pick, let go, bounced, pay back."""
        head = queries.payment_head(self.store.look, row)
        if head is None:
            return []
        gone = {"void": _(N_("it was taken back")), "bounced": _(N_("it bounced"))}.get(head.state, "")
        left = "" if head.open > 0 else _(N_("nothing of it is left"))
        spent = gone or left
        nobody = left or ("" if queries.claims_in_turn(self.store.look, head.party_id, head.side) else _(N_("no claim is open")))
        standing = [each for each in queries.settled_by(self.store.look, payment=row) if not each.red]
        return [
            Action("pay", N_("pay a supplier"), "m", lambda _rows: self.action_pay()),
            Action("allocate", N_("allocate the rest, the oldest claim first"), "a", self._allocate, nobody),
            Action(
                "pick",
                N_("allocate the rest claim by claim"),
                "k",
                lambda rows: self.show_form(partial(payment_forms.allocate_form, self.store.look, rows[0])),
                nobody,
            ),
            Action("release", N_("let go what it settles"), "r", self._release, gone or ("" if standing else _(N_("it settles nothing")))),
            Action("bounce", N_("it bounced"), "b", lambda rows: self.show_form(partial(payment_forms.bounce_form, self.store.look, rows[0])), gone),
            Action(
                "refund",
                N_("pay the rest back"),
                "w",
                lambda rows: self.show_form(partial(payment_forms.refund_form, self.store.look, payment=rows[0])),
                spent,
            ),
            Action(
                "claims", N_("what its party owes"), "o", lambda _rows: self.desk.go("claims", Ask(view="all", only=(("party_id", head.party_id),)))
            ),
            Action("statement", N_("the account of its party"), "v", lambda _rows: self.show_statement(head.party_id, head.side)),
            Action("allocations", N_("all allocations"), "i", lambda _rows: self.action_allocations()),
            Action("limits", N_("small differences and interest"), "q", lambda _rows: self.action_limits()),
        ]

    def action_pay(self) -> None:
        """Pay a supplier."""
        self.show_form(partial(payment_forms.payment_form, self.store.look, "payable"), self.taken)

    def action_limits(self) -> None:
        """Small differences, interest."""
        self.show_form(partial(chase_forms.limits_form, self.store.look))

    def action_allocations(self) -> None:
        """What settled what."""
        self.app.push_screen(AllocationsScreen())

    def _allocate(self, rows: list[int]) -> None:
        from deskbook.books.receivables.payments import allocate

        self.do(allocate, payment=rows[0])

    def _release(self, rows: list[int]) -> None:
        self.choose_allocation(queries.settled_by(self.store.look, payment=rows[0]))


class AllocationsScreen(MoneyScreen):
    """What settled what, and when."""

    LISTING = listings.ALLOCATIONS
    NAME = "allocations"
    HELP = N_("Every allocation: what settled a claim, and when. r lets one go; what was let go stays in the list of all.")

    def under_cursor(self) -> tuple[str, int] | None:
        """Its claim."""
        row = self.table.cursor_id
        claim = self.store.look.value("SELECT claim_id FROM allocation WHERE id = :row", row=row)
        return ("claims", int(claim)) if claim else None

    def actions(self, row: int) -> list[Action]:
        """Let it go."""
        red = self.store.look.value("SELECT red FROM v_allocation WHERE id = :row", row=row)
        return [Action("release", N_("let it go"), "r", self._release, _(N_("it was let go")) if red else "")]

    def _release(self, rows: list[int]) -> None:
        from deskbook.books.receivables.payments import release

        self.do(release, allocation=rows[0])
