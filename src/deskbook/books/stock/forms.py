"""Forms and lookups of goods and places, for this book's screens and for the books after it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items.forms import ITEM
from deskbook.books.items.queries import near_words
from deskbook.books.stock import queries
from deskbook.core.days import echo_day, long_ago, read_day
from deskbook.core.quantity import read_quantity, show_quantity
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_app import Desk

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

OURS = ("shelf", "quarantine", "dealer", "borrower", "factory", "head_office")
"""Kinds of place a person puts goods at."""


def read_qty(text: str) -> int:
    """A quantity in thousandths; whether the unit takes its decimals is the command's to say. Raises Refusal."""
    return read_quantity(text, decimals=3)


def place_name(look: Look, place: int) -> str:
    """The name of a place."""
    return str(look.value("SELECT name FROM place WHERE id = :place", place=place) or "")


def _search(kinds: tuple[str, ...], look: Look, typed: str) -> list[Found]:
    return [Found(place, name, _(queries.KINDS[kind]), code) for place, name, kind, code in queries.find_places(look, typed, kinds)]


def _create(_desk: Desk, typed: str) -> Screen[Any]:
    return FormScreen(PLACE_FORM, {"code": typed, "name": typed})


PLACE = Finder(N_("place"), search=partial(_search, OURS), show=place_name, create=_create, book="places")
SHELF = Finder(N_("shelf", "place"), search=partial(_search, ("shelf",)), show=place_name, create=_create, book="places")


def _add_place(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.stock.commands import add_place

    return store.run(add_place, key=key, **values)


PLACE_FORM = Form(
    name="place",
    title=N_("New place"),
    fields=(
        Field(name="code", label=N_("code"), required=True, width=16, help=N_("Short, as it is written on the shelf.")),
        Field(name="name", label=N_("name"), required=True, help=N_("As people say it: behind desk 3.")),
        Field(name="kind", label=N_("kind"), choices=tuple((kind, queries.KINDS[kind]) for kind in OURS), start="shelf"),
    ),
    save=_add_place,
    done=lambda values, _result: _(N_("{place} added."), place=values["name"]),
    defaults=lambda values, _look: {"name": values["code"]} if values["code"] else {},
)


def rename_place(look: Look, place: int) -> FormScreen:
    """Change a place's code and name."""
    code, name = look.row("SELECT code, name FROM place WHERE id = :place", place=place) or ("", "")

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.stock.commands import change_place

        return store.run(change_place, key=key, place=place, **values)

    fields = tuple(field for field in PLACE_FORM.fields if field.name != "kind")
    title = _(N_("{place}: change"), place=name)
    return FormScreen(Form(name="place", title=title, fields=fields, save=save, row=place), {"code": code, "name": name})


# -- goods -----------------------------------------------------------------------------------------------------------------


def _there(name: str, values: Mapping[str, Any], look: Look) -> str:
    """What is at a place, for the echo beside its field."""
    item, place = values.get("item"), values.get(name)
    return _(N_("{qty} there"), qty=show_quantity(queries.balance(look, item, place))) if item and place else ""


def _why(values: Mapping[str, Any], look: Look) -> str:
    return queries.why(look, values["item"]) if values.get("item") else ""


def _why_near(values: Mapping[str, Any], look: Look) -> str:
    """What is easily counted for it stands first: it is what goes wrong."""
    return "   ".join(filter(None, (near_words(look, values["item"]), _why(values, look)))) if values.get("item") else ""


_ITEM = Field(name="item", label=N_("item"), finder=ITEM, required=True, echo=_why)
_QTY = Field(name="qty", label=N_("quantity"), read=read_qty, write=show_quantity, required=True, width=12)


def _count(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.stock.commands import adjust

    return store.run(adjust, key=key, **values)


def _transfer(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.stock.commands import transfer

    return store.run(transfer, key=key, **values)


def _open(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.stock.commands import open_stock

    return store.run(open_stock, key=key, **values)


COUNT_FORM = Form(
    name="count",
    title=N_("Correct a count"),
    fields=(
        replace(_ITEM, echo=_why_near),
        Field(name="place", label=N_("at"), finder=PLACE, required=True, keep=True, echo=partial(_there, "place")),
        Field(name="counted", label=N_("counted", "goods"), read=read_qty, write=show_quantity, required=True, width=12,
              help=N_("What is really there.")),
        Field(name="reason", label=N_("why"), required=True, keep=True, help=N_("Broken, found, given away, never booked ...")),
    ),
    save=_count,
    done=lambda values, _result: _(N_("Now {qty} there."), qty=show_quantity(values["counted"])),
)
TRANSFER_FORM = Form(
    name="transfer",
    title=N_("Move goods"),
    fields=(
        _ITEM,
        Field(name="source", label=N_("from"), finder=PLACE, required=True, keep=True, echo=partial(_there, "source")),
        Field(name="target", label=N_("to"), finder=PLACE, required=True, keep=True, echo=partial(_there, "target")),
        _QTY,
        Field(name="document", label=N_("document"), quick=False, width=20),
    ),
    save=_transfer,
    done=lambda values, _result: _(N_("{qty} moved."), qty=show_quantity(values["qty"])),
)
OPENING_FORM = Form(
    name="opening",
    title=N_("Opening count"),
    fields=(
        _ITEM,
        Field(name="place", label=N_("at"), finder=PLACE, required=True, keep=True, echo=partial(_there, "place")),
        _QTY,
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", quick=False, keep=True),
    ),
    save=_open,
    done=lambda values, _result: _(N_("Opened with {qty}."), qty=show_quantity(values["qty"])),
)


def first_place(look: Look, item: int) -> int:
    """Where most of an item is; else the first shelf. Refusal where there is no shelf."""
    there = [place for place in queries.by_place(look, item) if place.kind == "shelf"]
    return max(there, key=lambda place: place.qty).place if there else queries.place_of(look, "shelf")
