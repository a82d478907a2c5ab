"""Forms of price lists and of special prices."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items import queries
from deskbook.books.items.forms import ITEM, read_limit
from deskbook.books.parties.forms import CUSTOMER
from deskbook.books.parties.forms import PRICE_LIST as LIST
from deskbook.core import days
from deskbook.core.days import echo_day, read_day
from deskbook.core.money import read_price, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_app import Desk
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def _create(_desk: Desk, typed: str) -> Screen[Any]:
    return new_price_list({"code": typed})


PRICE_LIST = replace(LIST, create=_create)
"""A price list; the missing one can be made on the way."""


def _add_list(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.items.price_commands import add_price_list

    return store.run(add_price_list, key=key, **values)


LIST_FORM = Form(
    name="price_list",
    title=N_("New price list"),
    fields=(
        Field(name="code", label=N_("code"), required=True, width=20, help=N_("short, as it is typed: dealer, A, 2026")),
        Field(name="name", label=N_("name"), required=True, width=40),
        Field(name="note", label=N_("note"), width=44, quick=False),
    ),
    save=_add_list,
    done=lambda values, _result: _(N_("Price list {code} added."), code=values["code"]),
)


def new_price_list(given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a new price list."""
    return FormScreen(LIST_FORM, given)


def edit_price_list(look: Look, row: int) -> FormScreen:
    """The form of a price list as it is."""
    found = look.row("SELECT code, name, note FROM price_list WHERE id = :row", row=row)
    if found is None:
        raise Refusal("", N_("There is no such price list."))
    fill = dict(zip(("code", "name", "note"), found, strict=True))

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.items.price_commands import change_price_list

        store.run(change_price_list, key=key, price_list=row, **values)
        return row

    form = replace(LIST_FORM, title=fill["code"], row=row, save=save, done=lambda values, _result: _(N_("{code} changed."), code=values["code"]))
    return FormScreen(form, fill)


def _now(values: Values, look: Look) -> str:
    """What holds today without this price, and the floor."""
    if not values.get("item"):
        return ""
    day = days.today().isoformat()
    price, why = queries.price_in_force(look, values["item"], day, values.get("customer"))
    floor = queries.price_of(look, values["item"], "floor", day)
    holds = f"{why} {show_price(price)}" if price is not None else _(N_("no price yet"))
    return "   ".join(filter(None, (holds, _(N_("floor {price}"), price=show_price(floor)) if floor else "")))


def _set(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.items.price_commands import set_special_price

    return store.run(set_special_price, key=key, **values | {"least": values["least"] or 0})


def _warn(values: dict[str, Any], look: Look) -> list[str]:
    floor = queries.price_of(look, values["item"], "floor", (values["since"] or days.today()).isoformat())
    if floor is None or values["price"] >= floor:
        return []
    words = N_("{price} is below the floor {floor}: each order line will ask who approved it.")
    return [_(words, price=show_price(values["price"]), floor=show_price(floor))]


def _written(least: int) -> str:
    return show_quantity(least) if least else ""


PRICE_FORM = Form(
    name="special_price",
    title=N_("Special price"),
    fields=(
        Field(name="customer", label=N_("customer"), finder=replace(CUSTOMER, create=None), keep=True,
              help=N_("whose own price it is, or empty for a list")),
        Field(name="price_list", label=N_("price list"), finder=PRICE_LIST, keep=True, help=N_("for all customers of the list; F7 makes a new one")),
        Field(name="item", label=N_("item"), finder=replace(ITEM, create=None), required=True, width=40, echo=_now),
        Field(name="price", label=N_("price"), read=read_price, write=show_price, required=True, width=14, echo=_now),
        Field(name="since", label=N_("from", "day"), read=partial(read_day, lean="future", field="since"), write=echo_day, start="t", required=True,
              quick=False, keep=True),
        Field(name="until", label=N_("until"), read=partial(read_day, lean="future", field="until"), write=echo_day, quick=False, keep=True,
              help=N_("the last day; empty: until another one holds")),
        Field(name="least", label=N_("from quantity"), read=read_limit, write=_written, width=12, quick=False,
              help=N_("empty: any quantity; else only from so many on")),
        Field(name="note", label=N_("note"), width=44, quick=False),
    ),
    save=_set,
    check=_warn,
    done=lambda values, _result: _(N_("{price} from {day}."), price=show_price(values["price"]), day=echo_day(values["since"])),
)


def special_price_form(given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a special price; given: customer, price_list or item it starts with."""
    return FormScreen(PRICE_FORM, given)
