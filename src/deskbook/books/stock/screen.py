"""Stock, what runs out, moves and places: lists, the card of an item's goods, what can be done with them."""
from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items.forms import review_minimum_form
from deskbook.books.items.queries import item_name
from deskbook.books.stock import forms, queries
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.window import Window
from deskbook.core.words import N_, _, listed
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.form import Form, FormScreen
from deskbook.ui.list_screen import ListScreen

if TYPE_CHECKING:
    from deskbook.core.store import Look

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


def goods_card(look: Look, item: int) -> list[CardSection]:
    """Everything about an item's goods: what is available and why, what to order, where it is, what will be, what moved."""
    proposed = queries.proposal(look, item)
    coming: list[CardRow] = [("", arrival.words, Target("purchases", row=_purchase(look, arrival.line))) for arrival in queries.arrivals(look, item)]
    places = queries.by_place(look, item)
    sections = [
        CardSection("", [("", item_name(look, item), Target("items", row=item)), ("", queries.why(look, item)), ("", proposed)]),
        CardSection(N_("Where it is"), [(place.name, show_quantity(place.qty)) for place in places]),
        CardSection(N_("Coming"), coming),
        CardSection(N_("What will be there"), _projection(look, item)),
    ]
    shelves = [(place.place, place.name) for place in places if place.kind == "shelf"][:3]
    for at, name in shelves or _first_shelf(look):
        moves = queries.moves_at(look, item, at, 8)
        moved: list[CardRow] = [(show_day(move.day), _moved(move), Target("moves", row=move.id)) for move in moves]
        sections.append(CardSection(_(N_("Moves: {place}"), place=name), moved))
    return [section for section in sections if section.rows]


def _first_shelf(look: Look) -> list[tuple[int, str]]:
    try:
        place = queries.place_of(look, "shelf")
    except Refusal:
        return []
    return [(place, forms.place_name(look, place))]


def _purchase(look: Look, line: int) -> int:
    return int(look.value("SELECT purchase_id FROM purchase_line WHERE id = :line", line=line))


def _projection(look: Look, item: int) -> list[CardRow]:
    points = queries.projected(look, item)
    if len(points) == 1 and not points[0].arrives and not points[0].leaves:
        return []
    rows: list[CardRow] = []
    for point in points[:8]:
        change = "  ".join(
            [f"+{show_quantity(point.arrives)}"] * bool(point.arrives) + [f"−{show_quantity(point.leaves)}"] * bool(point.leaves)
        )
        rows.append((show_day(point.day), f"{show_quantity(point.projected)}   {change}".rstrip()))
    rows.append((N_("can be promised"), show_quantity(queries.atp(look, item))))
    return rows


def _moved(move: queries.Moved) -> str:
    sign = "+" if move.change > 0 else "−"
    way = move.source if move.change > 0 else move.target
    taken = _(N_("taken back", "in red")) if move.reverses is not None else ""
    return "  ".join(filter(None, (f"{sign}{show_quantity(abs(move.change))} = {show_quantity(move.after)}", way, move.document, move.reason, taken)))


class GoodsScreen(ListScreen):
    """What the lists of items' goods share: each row is an item."""

    def card_title(self, row: int) -> str:
        """Code and name."""
        return item_name(self.store.look, row)

    def card_text(self, row: int) -> list[CardSection]:
        """Everything about its goods."""
        return goods_card(self.store.look, row)

    def under_cursor(self) -> tuple[str, int] | None:
        """The item."""
        row = self.table.cursor_id
        return None if row is None else ("items", row)

    def edit(self, row: int) -> None:
        """Correct its count."""
        self._goods(forms.COUNT_FORM, "place", [row])

    def actions(self, row: int) -> list[Action]:
        """Count, move, order, look."""
        no_order = "" if queries.to_order(self.store.look, row) > 0 else _(N_("nothing is missing, or it is on order already"))
        has_supplier = self.store.look.value("SELECT supplier_id FROM item WHERE id = :row", row=row)
        return [
            Action("order", N_("order what is missing"), "o", self._order, "" if self.table.marks else no_order, many=True),
            Action("supplier", N_("its supplier"), "l", self._supplier, "" if has_supplier else _(N_("no supplier is written down"))),
            Action("count", N_("correct the count"), "k", partial(self._goods, forms.COUNT_FORM, "place")),
            Action("transfer", N_("move to another place"), "m", partial(self._goods, forms.TRANSFER_FORM, "source")),
            Action("opening", N_("opening count"), "b", partial(self._goods, forms.OPENING_FORM, "place")),
            Action("minimum", N_("review the minimum"), "v", self._minimum),
            Action("moves", N_("its moves"), "h", self._moves),
            Action("item", N_("the item's card"), "i", lambda rows: self.desk.open_card("items", rows[0])),
            Action("places", N_("places"), "p", lambda _rows: self._push(PlacesScreen())),
            Action("by_place", N_("stock by place"), "w", lambda _rows: self._push(StockByPlaceScreen())),
        ]

    def _push(self, screen: ListScreen) -> None:
        self.app.push_screen(screen)

    def _order(self, rows: list[int]) -> None:
        self.desk.go("purchases", new={"items": " ".join(map(str, rows))})

    def _supplier(self, rows: list[int]) -> None:
        self.desk.open_card("parties", int(self.store.look.value("SELECT supplier_id FROM item WHERE id = :row", row=rows[0])))

    def _goods(self, form: Form, field: str, rows: list[int]) -> None:
        try:
            place = forms.first_place(self.store.look, rows[0])
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(FormScreen(form, {"item": rows[0], field: place}), self._saved)

    def _minimum(self, rows: list[int]) -> None:
        self.app.push_screen(review_minimum_form(self.store.look, rows[0]), self._saved)

    def _saved(self, result: Any) -> None:
        if result:
            self.reload()

    def _moves(self, rows: list[int]) -> None:
        self.desk.go("moves", Ask(view="all", only=(("item_id", rows[0]),)))


class StockScreen(GoodsScreen):
    """On hand, reserved, on order, elsewhere."""

    LISTING = queries.STOCK
    NAME = "stock"
    HELP = N_("What is there, what of it is free, what comes. The line under the list says why; e corrects a count, . shows all that can be done.")

    def hint(self, row: int) -> str:
        """What is available, and why."""
        return queries.why(self.store.look, row)


class LowStockScreen(GoodsScreen):
    """What runs out, the most urgent first."""

    LISTING = queries.LOW_STOCK
    NAME = "low"
    HELP = N_("What runs out: ▲ nothing free, ! under its minimum, · soon under it. The line under the list shows the sum; o makes it a purchase.")

    def hint(self, row: int) -> str:
        """How the proposed quantity follows."""
        return queries.proposal(self.store.look, row)


class MovesScreen(ListScreen):
    """Every piece that came or went."""

    LISTING = queries.MOVES
    NAME = "moves"
    HELP = N_("Every piece that came or went. What is posted stays: d takes a move back by its mirror, and both stay in the book.")

    def _window(self, ask: Ask) -> Window:
        """Of one item, with what was on our shelves after each move."""
        return Window(self.store.look, queries.ITEM_MOVES if any(name == "item_id" for name, _value in ask.only) else self.LISTING, ask)

    def said_only(self, ask: Ask) -> str:
        """Which item's."""
        named = [item_name(self.store.look, value) for name, value in ask.only if name == "item_id"]
        return listed(named) or super().said_only(ask)

    def under_cursor(self) -> tuple[str, int] | None:
        """The move."""
        row = self.table.cursor_id
        return None if row is None else (self.NAME, row)

    def delete(self, row: int) -> None:
        """Take back the step that wrote the move."""
        step = queries.step_of(self.store.look, row)
        if step is not None:
            self.desk.take_back(step)

    def actions(self, row: int) -> list[Action]:
        """Take it back, see the item."""
        both = "SELECT item_id, coalesce(reverses_id, reversed_by) IS NOT NULL FROM v_move WHERE id = :row"
        item, gone = self.store.look.row(both, row=row) or (0, 0)
        return [
            Action("take_back", N_("take it back"), "b", lambda rows: self.delete(rows[0]), _(N_("it was taken back already")) if gone else ""),
            Action("item", N_("the item's stock"), "i", lambda _rows: self.desk.open_card("stock", item)),
        ]


class PlacesScreen(ListScreen):
    """Where goods can be."""

    LISTING = queries.PLACES
    NAME = "places"
    HELP = N_("Where goods can be. Only what is on a shelf is for sale; an empty place can be closed.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new place."""
        self.app.push_screen(FormScreen(forms.PLACE_FORM, dict(given or {})), self._saved)

    def edit(self, row: int) -> None:
        """Change its code and name."""
        self.app.push_screen(forms.rename_place(self.store.look, row), self._saved)

    def _saved(self, result: Any) -> None:
        if result:
            self.reload()

    def open(self, row: int) -> None:
        """What is there."""
        self.app.push_screen(StockByPlaceScreen(Ask(only=(("place_id", row),))))

    def actions(self, row: int) -> list[Action]:
        """What is there; close or open it."""
        closed = bool(self.store.look.value("SELECT closed FROM place WHERE id = :row", row=row))
        return [
            Action("goods", N_("what is there"), "w", lambda rows: self.open(rows[0])),
            Action("close", N_("open it again") if closed else N_("close it", "no longer used"), "z", partial(self._close, not closed)),
        ]

    def _close(self, closed: bool, rows: list[int]) -> None:
        from deskbook.books.stock.commands import change_place

        self.run_command(change_place, place=rows[0], closed=closed, done=_(N_("closed", "no longer used")) if closed else _(N_("open again")))


class StockByPlaceScreen(ListScreen):
    """What is at each place."""

    LISTING = queries.STOCK_BY_PLACE
    NAME = "stock_by_place"
    HELP = N_("What is at each place: find a place's name to see what is behind our desks.")

    def said_only(self, ask: Ask) -> str:
        """Which place's."""
        return listed(forms.place_name(self.store.look, value) for name, value in ask.only if name == "place_id") or super().said_only(ask)

    def open(self, row: int) -> None:
        """The card of the item's goods."""
        item = self.store.look.value("SELECT item_id FROM v_stock_place WHERE id = :row", row=row)
        if item is not None:
            self.desk.open_card("stock", int(item))
