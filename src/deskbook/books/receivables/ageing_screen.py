"""How old what is owed is, as of any day; every figure opens the documents it adds up from."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from textual.actions import SkipAction
from textual.binding import Binding

from deskbook.books.receivables.ageing import AGED, AGEING, BUCKET_WORDS, BUCKETS, control
from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.window import view_of
from deskbook.core.words import N_, _, clauses
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection
from deskbook.ui.list_screen import ListScreen


def arm(ask: Ask) -> tuple[str, str, str]:
    """Side, whom and basis that the view of a question shows."""
    side, whom, basis = view_of(AGEING, ask).name.split("_")
    return side, whom, basis


class AgeingScreen(ListScreen):
    """Who owes how much since when."""

    LISTING = AGEING
    NAME = "ageing"
    HELP = N_(
        "How old what is owed is, as of a day: [ and ] go to the ends of months, t back to today. b counts from the due day or the document's day,"
        " w shows customers or salespeople. Enter, or 0 to 5 for one figure, opens the documents that add up to it."
    )
    BINDINGS = [
        Binding("b", "basis", N_("due or document"), id="ageing.basis", tooltip=N_("Count days from the due day, or from the day of the document")),
        Binding("w", "whom", N_("whom"), id="ageing.whom", tooltip=N_("By customer, or by salesperson")),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """It moves along time by its own days."""
        return True if action in ("earlier", "later", "this_month") else super().check_action(action, parameters)

    @property
    def as_of(self) -> date:
        """The day the figures are of."""
        return self.ask.today or days.today()

    def question(self) -> str:
        """Also the day, and what the day book says."""
        side = arm(self.ask)[0]
        total = self.table.window.totals().get("balance", 0) if self.table.window and not self.ask.find and not self.ask.only else None
        book = control(self.store.look, self.as_of, side)
        said = _(N_("as of {day}"), day=days.show_day(self.as_of))
        same = "" if total is None else _(N_("✓ day book")) if total == book else _(N_("≠ day book {amount}"), amount=show_money(book))
        return " · ".join(filter(None, (super().question(), said, same)))

    def _everything(self) -> Ask:
        """All of the view, as of the same day: another has other rows, not more."""
        return Ask(view=self.ask.view, today=self.ask.today)

    def action_earlier(self) -> None:
        """The end of the month before."""
        self._set(self.ask.but(today=self.as_of.replace(day=1) - timedelta(days=1)))

    def action_later(self) -> None:
        """The end of this month, or of the next one; never beyond today."""
        day = self.as_of
        end = days.month_end(day) if day != days.month_end(day) else days.month_end(day + timedelta(days=1))
        self._set(self.ask.but(today=end if end < days.today() else None))

    def action_this_month(self) -> None:
        """Today."""
        self._set(self.ask.but(today=None))

    def action_basis(self) -> None:
        """From the due day, or from the document's."""
        side, whom, basis = arm(self.ask)
        self._set(self.ask.but(view=f"{side}_{whom}_{'document' if basis == 'due' else 'due'}"))

    def action_whom(self) -> None:
        """By customer, by salesperson; what we owe is by supplier only."""
        side, whom, basis = arm(self.ask)
        if side == "receivable":
            self._set(self.ask.but(view=f"{side}_{'party' if whom == 'salesperson' else 'salesperson'}_{basis}"))

    def open(self, row: int) -> None:
        """The documents of the row."""
        self._documents("all", [row])

    def card_text(self, row: int) -> list[CardSection]:
        """Its figures."""
        values = self._values(row)
        names = [column.name for column in self.LISTING.columns]
        figures = dict(zip(names, values[1:], strict=True)) if values else {}
        rows: list[CardRow] = [(BUCKET_WORDS[name], show_money(figures.get(name) or 0)) for name in (*BUCKETS, "aside")]
        return [CardSection(str(figures.get("name", "")), [*rows, (N_("balance"), show_money(figures.get("balance") or 0))])]

    def hint(self, row: int) -> str:
        """What of the row the screen has no room for."""
        values, shown = self._values(row), {column.name for column in self.table.columns}
        pairs = zip(self.LISTING.columns, values[1:], strict=True) if values else ()
        left_out = [(column, value) for column, value in pairs if column.name in BUCKET_WORDS and column.name not in shown and value]
        return clauses(_(N_("{what}: {more}"), what=_(BUCKET_WORDS[column.name]), more=show_money(value)) for column, value in left_out)

    def under_cursor(self) -> tuple[str, int] | None:
        """The party or salesperson."""
        row = self.table.cursor_id
        return ("parties", row) if row else None

    def actions(self, row: int) -> list[Action]:
        """The documents behind each figure, and the party."""
        figures = [Action(bucket, BUCKET_WORDS[bucket], str(n), partial(self._documents, bucket)) for n, bucket in enumerate((*BUCKETS, "aside"))]
        party = Action("party", N_("its party"), "o", lambda rows: self.desk.open_card("parties", rows[0]), "" if row else _(N_("nobody's")))
        return [*figures, party]

    def _documents(self, bucket: str, rows: list[int]) -> None:
        side, whom, basis = arm(self.ask)
        column = "party_id" if whom == "party" else "keeper_id"
        only = ((column, rows[0]), ("side", side), ("basis", basis))
        self.app.push_screen(AgedScreen(Ask(view=bucket, only=only, today=self.as_of)))


class AgedScreen(ListScreen):
    """The documents that add up to a figure of the ageing."""

    LISTING = AGED
    NAME = "aged"
    HELP = N_("The documents that add up to a figure, as they were on that day. Enter opens one.")

    def question(self) -> str:
        """Also the day."""
        said = _(N_("as of {day}"), day=days.show_day(self.ask.today or days.today()))
        return f"{super().question()} · {said}"

    def _everything(self) -> Ask:
        """All that the row it was opened from adds up from."""
        return Ask(only=self.ask.only, today=self.ask.today)

    def action_back(self) -> None:
        """To the figure: without its choice of rows the list would mix both ways of counting."""
        if self.ask.find or self.focused is not self.table:
            super().action_back()
        else:
            raise SkipAction

    def said_only(self, ask: Ask) -> str:
        """Whose."""
        whose = next((value for name, value in ask.only if name in ("party_id", "keeper_id")), None)
        return str(self.store.look.value("SELECT name FROM party WHERE id = :id", id=whose) or "-")

    def open(self, row: int) -> None:
        """The claim, or the payment."""
        self.desk.open_card("payments" if row % 2 else "claims", row // 2)

    def under_cursor(self) -> tuple[str, int] | None:
        """The claim, or the payment."""
        row = self.table.cursor_id
        return None if row is None else ("payments" if row % 2 else "claims", row // 2)
