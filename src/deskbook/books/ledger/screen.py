"""The day book and the accounts: the lists, the card of an entry, what can be done."""
from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from textual.binding import Binding

from deskbook.books.ledger import forms, queries, sheet
from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.window import view_of
from deskbook.core.words import N_, _, listed
from deskbook.ui import period
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import ListScreen
from deskbook.ui.paper_screen import PaperScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

STATES = {"stands": "", "corrected": N_("corrected"), "correction": N_("correction, in red"), "void": N_("taken back")}


class LedgerScreen(ListScreen):
    """Money in and out, the oldest line above, the newest under the cursor."""

    LISTING = queries.LEDGER
    NAME = "ledger"
    HELP = N_(
        "Money in and out with the running balance. n writes a line: 1200 is money in, -45 money out. e corrects a line: it is taken back in red and "
        "written anew. d takes it back only. r shows and hides what was taken back. t goes from this month to today and to all days."
    )
    BINDINGS = [
        Binding("m", "transfer", N_("move"), id="ledger.transfer", tooltip=N_("Money from one account of ours to another")),
        Binding("k", "close_day", N_("close day"), id="ledger.close", tooltip=N_("Count the money and close the day")),
        Binding("p", "sheet", N_("day sheet"), id="ledger.sheet", tooltip=N_("The sheet for head office: money and goods of the day on one page")),
        Binding("r", "red", N_("corrections"), id="ledger.red", tooltip=N_("Show or hide what was taken back, with its mirror in red")),
    ]

    def __init__(self, ask: Ask | None = None, *, row: int | None = None) -> None:
        super().__init__(ask, row=row)
        if ask is None and row is None:
            self.ask = self._opened_with = period.on(self.ask, days.today())

    def _show(self, *, keep: int | None = None, at: int | None = None) -> None:
        super()._show(keep=keep, at=sys.maxsize if at == 0 else at)  # a day book is read from its end

    # Writing

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new line, in the account that is looked at."""
        self.app.push_screen(forms.new_line(self.store.look, self._account, dict(given or {})), self._saved)

    def copy(self, row: int) -> None:
        """A new line that starts as this one."""
        self._open_form(partial(forms.copy_line, self.store.look), row)

    def edit(self, row: int) -> None:
        """Correct an entry: taken back in red, written anew."""
        self._open_form(partial(forms.correct_line, self.store.look), row)

    def _open_form(self, make: partial[FormScreen], row: int) -> None:
        try:
            self.app.push_screen(make(queries.entry_of(self.store.look, row) or 0), self._saved)
        except Refusal as refusal:
            self.desk.refuse(refusal)

    def delete(self, row: int) -> None:
        """Take an entry back by its mirror on the open day."""
        facts = queries.entry_facts(self.store.look, queries.entry_of(self.store.look, row) or 0)
        if facts is None or (reason := forms.why_not_corrected(facts)):
            self.desk.refuse(Refusal("", reason if facts else N_("There is no such entry.")))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.ledger.commands import correct_entry

                self.run_command(correct_entry, entry=facts.id, done=_(N_("{no} is taken back in red."), no=facts.no))

        question = _(N_("Take back {no}: {amount}?"), no=facts.no, amount=show_money(facts.amount))
        self.app.push_screen(Confirm(question, _(N_("Its mirror is booked in red on the open day.")), yes=_(N_("Take back"))), answered)

    def _saved(self, result: Any) -> None:
        line = queries.line_of(self.store.look, result) if isinstance(result, int) and not isinstance(result, bool) else None
        if line is not None:
            self.show_ask(None, row=line)
        elif result:
            self.reload()

    def action_transfer(self) -> None:
        """m."""
        account = self._account or queries.last_account(self.store.look)
        self.app.push_screen(FormScreen(forms.TRANSFER_FORM, {"source": account} if account else {}), self._saved)

    def action_close_day(self) -> None:
        """k."""
        self.app.push_screen(forms.close_form(self.store.look, days.today()), lambda done: self.reload() if done else None)

    def action_sheet(self) -> None:
        """p: of the day of the row under the cursor, or today."""
        row = self.table.cursor_row
        self._sheet(date.fromisoformat(row[1]) if row else days.today())

    def _sheet(self, day: date) -> None:
        lines = sheet.sheet_text(sheet.day_sheet(self.store.look, day))
        document = ("day sheet", int(f"{day:%Y%m%d}"))
        title = _(N_("Day sheet {day}"), day=days.echo_day(day))
        self.app.push_screen(PaperScreen(title, lines, f"day-sheet-{day.isoformat()}.txt", document=document))

    # The question

    @property
    def _account(self) -> int | None:
        """The account the list is of, where it is of one."""
        found = dict(self.ask.only).get("account_id")
        return found if isinstance(found, int) else None

    def said_only(self, ask: Ask) -> str:
        """The account's name."""
        account = dict(ask.only).get("account_id")
        others = tuple((name, value) for name, value in ask.only if name != "account_id" or not isinstance(account, int))
        name = queries.account_name(self.store.look, account) if isinstance(account, int) else ""
        return listed(part for part in (name, super().said_only(replace(ask, only=others)) if others else "") if part)

    def action_red(self) -> None:
        """r."""
        self._set(self.ask.but(view="" if view_of(self.LISTING, self.ask).name == "all" else "all"))

    def _one_day(self) -> date | None:
        return self.ask.since if self.ask.since == self.ask.until else None

    def action_earlier(self) -> None:
        """[: the month before, or the day before where one day is shown."""
        self._step(-1)

    def action_later(self) -> None:
        """]."""
        self._step(1)

    def _step(self, by: int) -> None:
        day = self._one_day()
        if day is None:
            self._set(period.step(self.ask, by, days.today()))
        else:
            other = date.fromordinal(day.toordinal() + by)
            self._set(self.ask.but(since=other, until=other))

    def action_this_month(self) -> None:
        """t: this month, then today, then all days."""
        today = days.today()
        month = period.on(self.ask, today)
        if self.ask == month:
            self._set(self.ask.but(since=today, until=today))
        elif self._one_day() == today:
            self._set(self.ask.but(since=None, until=None))
        else:
            self._set(month)

    def hint(self, row: int) -> str:
        """What was there, came, went and is there: of the account or of all, over the days shown."""
        ask = self.ask
        if ask.find or any(name != "account_id" for name, _value in ask.only):
            totals = self.table.window.totals() if self.table.window else {}
            facts = {"taken_in": show_money(totals.get("taken_in", 0)), "paid_out": show_money(totals.get("paid_out", 0))}
            return _(N_("in {taken_in}  out {paid_out}"), **facts)
        sums = queries.sums(self.store.look, account=self._account, since=ask.since, until=ask.until)
        shown = {name: show_money(getattr(sums, name)) for name in ("opening", "taken_in", "paid_out", "closing")}
        return _(N_("opening {opening}  in {taken_in}  out {paid_out}  closing {closing}"), **shown)

    # One entry

    def card_title(self, row: int) -> str:
        """Its number."""
        facts = queries.entry_facts(self.store.look, queries.entry_of(self.store.look, row) or 0)
        return f"{_(self.LISTING.title)} · {facts.no}" if facts else _(self.LISTING.title)

    def card_text(self, row: int) -> list[CardSection]:
        """The entry, what belongs to it, who wrote it."""
        look = self.store.look
        entry = queries.entry_of(look, row) or 0
        facts = queries.entry_facts(look, entry)
        if facts is None:
            return []
        rows: list[CardRow] = [
            (N_("number"), facts.no),
            (N_("kind"), _(queries.ENTRY_KINDS[facts.kind])),
            (N_("amount"), show_money(facts.amount)),
            (N_("account"), queries.account_name(look, facts.account), Target("ledger", Ask(only=(("account_id", facts.account),)), row)),
            (N_("for", "purpose"), queries.account_name(look, facts.other)),
            (N_("day"), days.echo_day(date.fromisoformat(facts.day))),
        ]
        if facts.paper_day:
            rows.append((N_("date of the paper"), days.echo_day(date.fromisoformat(facts.paper_day))))
        if facts.party is not None:
            rows.append((N_("party"), str(look.value("SELECT name FROM party WHERE id = :id", id=facts.party)), Target("parties", row=facts.party)))
        rows += [(label, text) for label, text in ((N_("purpose"), facts.purpose), (N_("document"), facts.document)) if text]
        sections = [CardSection("", rows)]
        group = queries.entry_group(look, entry)
        if len(group) > 1:
            each: list[CardRow] = []
            for one in group:
                text = f"{show_money(one.amount)}  {days.show_day(one.day)}  {_(STATES[one.state])}".rstrip()
                each.append((one.no, text, Target("ledger", row=one.line)))
            sections.append(CardSection(N_("Belongs together"), each))
        written = [("", f"{safe(event.clerk)}  {days.show_moment(event.at)}  {event.words}") for event in self.store.history("entry", entry)[:6]]
        return [*sections, CardSection(N_("Written"), written)]

    def actions(self, row: int) -> list[Action]:
        """Correct, take back, the sheet of its day."""
        facts = queries.entry_facts(self.store.look, queries.entry_of(self.store.look, row) or 0)
        reason = forms.why_not_corrected(facts) if facts else ""
        day = date.fromisoformat(facts.day) if facts else days.today()
        closed = queries.last_closed(self.store.look)
        shut = _(N_("closed until {day}"), day=days.show_day(closed)) if closed and closed >= days.today().isoformat() else ""
        return [
            Action("correct", N_("correct: take back in red, write anew"), "e", lambda rows: self.edit(rows[0]), reason),
            Action("take_back", N_("take back in red"), "d", lambda rows: self.delete(rows[0]), reason),
            Action("transfer", N_("money between our accounts"), "m", lambda _rows: self.action_transfer()),
            Action("sheet", N_("day sheet of this day"), "p", lambda _rows: self._sheet(day)),
            Action("close", N_("close today"), "k", lambda _rows: self.action_close_day(), shut),
        ]


class AccountsScreen(ListScreen):
    """Our money: what is in each account, what came and went today."""

    LISTING = queries.ACCOUNTS
    NAME = "accounts"
    HELP = N_("What is in each account. Enter shows its lines. b writes what an account opens with. f shows what money is for: income and expense.")

    def open(self, row: int) -> None:
        """Its lines, of this month."""
        self.desk.go("ledger", period.on(Ask(only=(("account_id", row),)), days.today()))

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new account."""
        self.app.push_screen(FormScreen(forms.ACCOUNT_FORM, dict(given or {})), self._saved)

    def edit(self, row: int) -> None:
        """Change an account."""
        self.app.push_screen(forms.edit_account(self.store.look, row), self._saved)

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def card_title(self, row: int) -> str:
        """Its name."""
        return queries.account_name(self.store.look, row)

    def card_text(self, row: int) -> list[CardSection]:
        """Today's sums, this month's, and the days that did not come out even."""
        look, today = self.store.look, days.today()
        now = queries.sums(look, account=row, since=today, until=today)
        month = queries.sums(look, account=row, since=today.replace(day=1), until=today)
        lines = Target("ledger", period.on(Ask(only=(("account_id", row),)), today))
        sections = [
            CardSection(label, [
                (N_("opening"), show_money(sums.opening)), (N_("in"), show_money(sums.taken_in)),
                (N_("out"), show_money(sums.paid_out)), (N_("closing"), show_money(sums.closing), lines),
            ])
            for label, sums in ((N_("Today"), now), (N_("This month"), month))
        ]
        counted = []
        for day, found, off in queries.differences(look, row):
            said = _(N_("counted {amount}"), amount=show_money(found))
            counted.append(("", f"{days.show_day(day)}  {said}  {show_money(off)}"))
        return [*sections, *([CardSection(N_("Differences when counted"), counted)] if counted else [])]

    def actions(self, row: int) -> list[Action]:
        """Its lines, its opening, counting."""
        money = bool(self.store.look.value("SELECT money FROM account WHERE id = :id", id=row))
        reason = "" if money else _(N_("it holds no money"))
        return [
            Action("lines", N_("its lines"), "l", lambda rows: self.open(rows[0]), reason),
            Action("opening", N_("what it opens with"), "b", self._opening, reason),
        ]

    def _opening(self, rows: list[int]) -> None:
        self.app.push_screen(FormScreen(forms.OPENING_FORM, {"account": rows[0]}), lambda done: self.reload() if done else None)
