"""Papers of deals: quote, order, shipments, claims, money, returns, printings and papers, in order of time."""
from __future__ import annotations

from dataclasses import replace

from deskbook.books.orders.deals import DEALS, PAPERS
from deskbook.core.listing import Ask
from deskbook.core.window import count
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.list_screen import ListScreen


class DealsScreen(ListScreen):
    """All papers of one deal, or of all."""

    LISTING = DEALS
    NAME = "deals"
    HELP = N_(
        "Every paper that belongs to a deal, in order of time. Enter opens it; o keeps those of this deal. # on an order or a quote comes here."
    )

    def _show(self, *, keep: int | None = None, at: int | None = None) -> None:
        """As every list; of one deal only its own papers are counted, for all of them take half a second in a large book."""
        self._all = count(self.store.look, DEALS, Ask(only=self.ask.only)) if self.ask.only else None
        super()._show(keep=keep, at=at)

    def open(self, row: int) -> None:
        """The card of the paper."""
        found = self._paper(row)
        if found is not None:
            self.desk.open_card(*found)

    def under_cursor(self) -> tuple[str, int] | None:
        """The paper itself."""
        row = self.table.cursor_id
        return None if row is None else self._paper(row)

    def card_title(self, row: int) -> str:
        """Kind and number of the paper."""
        kind, no = self.store.look.row("SELECT kind, no FROM v_deal_paper WHERE id = :row", row=row) or ("", "")
        return f"{_(PAPERS[kind])} {no}".rstrip() if kind else _(DEALS.title)

    def all_actions(self, row: int) -> list[Action]:
        """Its own, and what can be done with the paper in its book: print it, find where it lies."""
        found = self._paper(row)
        more = [_of_paper(each, found[1]) for each in self.desk.more_actions(*found)] if found else []
        if not any(each.key == "P" for each in more):
            more.insert(0, Action("print", N_("print"), "P", lambda _rows: None, _(N_("no document is printed of it"))))
        return [*self.actions(row), *more]

    def actions(self, row: int) -> list[Action]:
        """The deal of this paper."""
        return [Action("deal", N_("this deal only"), "o", self._this)]

    def said_only(self, ask: Ask) -> str:
        """The number of the deal."""
        return str(dict(ask.only).get("deal", "")) or super().said_only(ask)

    def _this(self, rows: list[int]) -> None:
        deal = self.store.look.value("SELECT deal FROM v_deal_paper WHERE id = :row", row=rows[0])
        self.show_ask(Ask(only=(("deal", deal),), descending=False), row=rows[0])

    def _paper(self, row: int) -> tuple[str, int] | None:
        found = self.store.look.row("SELECT book, book_id FROM v_deal_paper WHERE id = :row", row=row)
        return (str(found[0]), int(found[1])) if found else None


def _of_paper(action: Action, paper: int) -> Action:
    """What the paper's own book does, with the paper instead of the row."""
    return replace(action, run=lambda _rows: action.run([paper]), many=False)
