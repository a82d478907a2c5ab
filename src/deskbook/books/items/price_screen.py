"""Special prices: those agreed with customers, and those of the price lists."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.items import price_forms
from deskbook.books.items.price_listings import PRICES
from deskbook.books.items.queries import item_name
from deskbook.books.parties.queries import party_name
from deskbook.core.listing import Ask
from deskbook.core.words import N_, _, listed
from deskbook.ui.actions import Action
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

COLUMNS = {"customer": "party_id", "price_list": "price_list_id", "item": "item_id"}


class PricesScreen(ListScreen):
    """What customers and lists pay instead of the list price."""

    LISTING = PRICES
    NAME = "prices"
    HELP = N_(
        "Prices that differ from the list price. The customer's own price goes before the customer's price list, that before the list price;"
        " the day of the order decides which holds. n writes a new one, k a new price list."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new price, of whom or of what the list is about."""
        asked = dict(self.ask.only)
        start: dict[str, Any] = {name: asked[column] for name, column in COLUMNS.items() if isinstance(asked.get(column), int)}
        start |= {name: int(value) if name in COLUMNS and value.isdigit() else value for name, value in (given or {}).items()}
        self.app.push_screen(price_forms.special_price_form(start), self._saved)

    def copy(self, row: int) -> None:
        """A new price that starts as this one: the next one, from today on."""
        fill = self._fill(row)
        self.app.push_screen(price_forms.special_price_form({name: fill[name] for name in ("customer", "price_list", "item", "least")}), self._saved)

    def edit(self, row: int) -> None:
        """This price: the same customer, item, day and quantity write over it."""
        from datetime import date

        fill = self._fill(row)
        for name in ("since", "until"):
            fill[name] = date.fromisoformat(fill[name]) if fill[name] else None
        self.app.push_screen(price_forms.special_price_form(fill), self._saved)

    def delete(self, row: int) -> None:
        """Drop it; u brings it back."""
        from deskbook.books.items.price_commands import drop_special_price

        self.run_command(drop_special_price, price=row, done=_(N_("price dropped")))

    def _fill(self, row: int) -> dict[str, Any]:
        names = ("customer", "price_list", "item", "price", "since", "until", "least", "note")
        sql = "SELECT party_id, price_list_id, item_id, price, since, until, least, note FROM special_price WHERE id = :row"
        return dict(zip(names, self.store.look.row(sql, row=row) or (None,) * len(names), strict=True))

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def said_only(self, ask: Ask) -> str:
        """Names instead of numbers."""
        look, parts = self.store.look, []
        for name, value in ask.only:
            if name == "item_id":
                parts.append(item_name(look, value))
            elif name == "party_id":
                parts.append(party_name(look, value))
            elif name == "price_list_id":
                parts.append(str(look.value("SELECT code FROM price_list WHERE id = :id", id=value) or ""))
            else:
                parts.append(super().said_only(ask.but(only=((name, value),))))
        return listed(parts)

    def actions(self, row: int) -> list[Action]:
        """Price lists, the item, the customer."""
        fill = self._fill(row)
        one = "" if fill["price_list"] is not None else _(N_("it is a customer's own price"))
        own = "" if fill["customer"] is not None else _(N_("it is a price list's"))
        return [
            Action("list", N_("new price list"), "k", lambda _rows: self._push(price_forms.new_price_list())),
            Action("edit_list", N_("change its price list"), "v",
                   lambda _rows: self._push(price_forms.edit_price_list(self.store.look, fill["price_list"])), one),
            Action("same_list", N_("this list only"), "l", lambda _rows: self.show_ask(Ask(only=(("price_list_id", fill["price_list"]),))), one),
            Action("same_item", N_("this item only"), "i", lambda _rows: self.show_ask(Ask(only=(("item_id", fill["item"]),)))),
            Action("item", N_("the item's card"), "o", lambda _rows: self.desk.open_card("items", fill["item"])),
            Action("customer", N_("the customer's card"), "p", lambda _rows: self.desk.open_card("parties", fill["customer"] or 0), own),
        ]

    def _push(self, form: Any) -> None:
        self.app.push_screen(form, lambda _result: self.reload())
