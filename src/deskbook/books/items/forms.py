"""Forms and lookups of items, for this book's screen and for the books after it."""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items import queries
from deskbook.books.parties.forms import PARTY, SUPPLIER, read_days
from deskbook.core.days import echo_day, read_day
from deskbook.core.money import read_price, show_price
from deskbook.core.numbers import read_number
from deskbook.core.quantity import read_quantity, show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed, plural
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_app import Desk

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

ALIAS_WORDS = {
    "spoken": N_("spoken"), "legacy": N_("old code"), "barcode": N_("barcode"), "customer": N_("a customer's word"),
    "supplier": N_("a supplier's word"), "standard": N_("standard"), "language": N_("another language"),
}
PRICE_WORDS = {"list": N_("list price"), "floor": N_("floor price")}
YES_NO = (("no", N_("no")), ("yes", N_("yes")))
QUANTITIES = ("minimum", "target", "reorder", "multiple", "min_order", "overflow")


def read_limit(text: str) -> int:
    """A quantity in thousandths; whether the unit takes its decimals is the command's to say. Raises Refusal."""
    return read_quantity(text, decimals=3)


def _read_decimals(text: str) -> int:
    return read_number(text, places=0, field="decimals", currency=False)


def _read_words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").replace("、", ",").replace(";", ",").split(",") if word.strip()]


def _search(look: Look, typed: str) -> list[Found]:
    return [Found(*hit) for hit in queries.search_items(look, typed)]


def _create(_desk: Desk, typed: str) -> Screen[Any]:
    return new_item({"code": typed})


ITEM = Finder(N_("item"), search=_search, show=queries.item_name, create=_create, book="items")


# -- an item ---------------------------------------------------------------------------------------------------------------


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    names = ("code", "name", "model", "category", "unit", *QUANTITIES, "supplier", "note")
    return {name: values[name] for name in names} | {
        "decimals": values["decimals"] or 0,
        "lead_days": values["lead_days"] or 0,
        "consumable": values["consumable"] == "yes",
    }


def _add(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.items.commands import add_item

    prices = {name: values[name] for name in ("list_price", "floor_price")}
    return store.run(add_item, key=key, **_facts(values), **prices, aliases=values["aliases"] or ())


def _warn(item: int | None, values: dict[str, Any], look: Look) -> list[str]:
    near = queries.confusable(look, values["code"], item)
    if not near:
        return []
    others = listed(f"{queries.told_apart(values['code'], code)} {name}" for _id, code, name in near[:4])
    return [_(N_("Easily taken for {code}: {others}."), code=values["code"], others=others)]


def _limit(name: str, label: str, help_words: str = "", *, quick: bool = False) -> Field:
    return Field(name=name, label=label, read=read_limit, write=show_quantity, width=12, quick=quick, help=help_words)


ITEM_FORM = Form(
    name="item",
    title=N_("New item"),
    fields=(
        Field(name="code", label=N_("code"), required=True, width=24),
        Field(name="name", label=N_("name"), required=True, width=44),
        Field(name="unit", label=N_("unit"), width=12, help=N_("what it is counted in: pc, kg, box")),
        Field(name="list_price", label=N_("list price"), read=read_price, write=show_price, width=14),
        _limit("minimum", N_("minimum"), N_("at or under this it is low; empty: not kept in stock, never an alert"), quick=True),
        Field(name="model", label=N_("model"), width=30, quick=False),
        Field(name="aliases", label=N_("also called"), read=_read_words, write=", ".join, width=44, quick=False,
              help=N_("other words people say or write for it, commas between")),
        Field(name="decimals", label=N_("decimals"), read=_read_decimals, width=4, quick=False, help=N_("of its quantities: 0 for pieces, up to 3")),
        Field(name="floor_price", label=N_("floor price"), read=read_price, write=show_price, width=14, quick=False,
              help=N_("below this somebody must agree")),
        _limit("target", N_("target"), N_("what an order brings it up to; without it, the minimum and the reorder quantity")),
        _limit("reorder", N_("reorder quantity")),
        _limit("multiple", N_("multiple"), N_("it comes in packs of so many")),
        _limit("min_order", N_("least order")),
        _limit("overflow", N_("too much from")),
        Field(name="supplier", label=N_("supplier"), finder=SUPPLIER, quick=False),
        Field(name="lead_days", label=N_("lead time"), read=read_days, width=6, quick=False, help=N_("days from the order to the shelf")),
        Field(name="category", label=N_("category"), width=24, quick=False),
        Field(name="consumable", label=N_("consumable"), choices=YES_NO, start="no", width=8, quick=False),
        Field(name="note", label=N_("note"), width=52, quick=False),
    ),
    save=_add,
    done=lambda values, _result: _(N_("{code} added."), code=values["code"]),
    check=partial(_warn, None),
)


def new_item(given: dict[str, Any] | None = None) -> FormScreen:
    """The form of a new item; given: what its fields start with."""
    return FormScreen(ITEM_FORM, given or {})


def item_fill(look: Look, item: int) -> dict[str, Any]:
    """What the form of an item starts with."""
    facts: dict[str, Any] = queries.item_facts(look, item)
    if not facts:
        raise Refusal("", N_("There is no item number {number}."), number=str(item))
    names = ("code", "name", "model", "category", "unit", "decimals", *QUANTITIES, "lead_days", "note")
    return {name: facts[name] for name in names} | {"supplier": facts["supplier_id"], "consumable": "yes" if facts["consumable"] else "no"}


def edit_item(look: Look, item: int) -> FormScreen:
    """The form of an item as it is; prices and aliases have actions of their own."""
    fill = item_fill(look, item)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.items.commands import change_item

        store.run(change_item, key=key, item=item, **_facts(values))
        return item

    def check(values: dict[str, Any], look: Look) -> list[str]:
        return _warn(item, values, look) if values["code"] != fill["code"] else []

    fields = tuple(field for field in ITEM_FORM.fields if field.name not in ("list_price", "floor_price", "aliases"))
    form = replace(ITEM_FORM, title=fill["code"], fields=fields, row=item, save=save, check=check,
                   done=lambda values, _result: _(N_("{code} changed."), code=values["code"]))
    return FormScreen(form, fill)


# -- its parts -------------------------------------------------------------------------------------------------------------


def add_alias_form(look: Look, item: int) -> FormScreen:
    """Another word for an item."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.items.commands import add_alias

        return store.run(add_alias, key=key, item=item, **values)

    return FormScreen(Form(
        name="alias",
        title=_(N_("{item}: also called …"), item=queries.item_name(look, item)),
        fields=(
            Field(name="alias", label=N_("alias"), required=True, width=36),
            Field(name="kind", label=N_("kind"), choices=tuple(ALIAS_WORDS.items()), start="spoken", required=True, width=20),
            Field(name="party", label=N_("whose word"), finder=replace(PARTY, create=None), quick=False),
        ),
        save=save,
        done=lambda values, _result: _(N_("{alias} added."), alias=values["alias"]),
    ))


def set_price_form(look: Look, item: int) -> FormScreen:
    """A list or floor price from a day on."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.items.commands import set_price

        return store.run(set_price, key=key, item=item, **values)

    def now(values: Any, look: Look) -> str:
        price = queries.price_of(look, item, values["kind"] or "list")
        return _(N_("today {price}"), price=show_price(price)) if price is not None else _(N_("none so far"))

    return FormScreen(Form(
        name="price",
        title=_(N_("{item}: price"), item=queries.item_name(look, item)),
        fields=(
            Field(name="kind", label=N_("kind"), choices=tuple(PRICE_WORDS.items()), start="list", required=True, width=14, echo=now),
            Field(name="price", label=N_("price"), read=read_price, write=show_price, required=True, width=14),
            Field(name="since", label=N_("from", "day"), read=partial(read_day, lean="future", field="since"), write=echo_day, start="t",
                  required=True),
        ),
        save=save,
        done=lambda values, _result: _(N_("{price} from {day}."), price=show_price(values["price"]), day=echo_day(values["since"])),
    ))


def substitute_form(look: Look, item: int) -> FormScreen:
    """Another item that does for this one, and this one for that."""
    name = queries.item_name(look, item)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.items.substitutes import add_substitute

        return store.run(add_substitute, key=key, item=item, **values)

    return FormScreen(Form(
        name="substitute",
        title=_(N_("{item}: another does for it"), item=name),
        fields=(
            Field(name="other", label=N_("the other one"), finder=ITEM, required=True, width=40),
            Field(name="note", label=N_("note"), width=44, help=N_("what to mind when it goes out instead")),
        ),
        save=save,
        done=lambda values, _result: _(N_("{other} does for {item}."), other=ITEM.show(look, values["other"]), item=name),
    ))


def review_minimum_form(look: Look, item: int) -> FormScreen:
    """Look at the minimum: keep or change it, and note the day."""
    facts = queries.item_facts(look, item)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.items.commands import review_minimum

        store.run(review_minimum, key=key, item=item, minimum=values["minimum"])
        return item

    return FormScreen(Form(
        name="minimum",
        title=_(N_("{item}: minimum"), item=queries.item_name(look, item)),
        fields=(
            Field(name="minimum", label=N_("minimum"), read=read_limit, write=show_quantity, width=12,
                  help=N_("empty: not kept in stock, never an alert")),
        ),
        save=save,
        done=lambda _values, _result: _(N_("Minimum of {code} reviewed."), code=facts["code"]),
    ), {"minimum": facts["minimum"]})


def merge_item_form(look: Look, gone: int) -> FormScreen:
    """Which item this one is really: F2 says what will move, a second F2 does it."""
    name = queries.item_name(look, gone)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.items.commands import merge_items

        return store.run(merge_items, key=key, keep=values["keep"], gone=gone)

    def check(values: dict[str, Any], look: Look) -> list[str]:
        count = queries.item_named_by(look, gone)
        one = N_("{gone} will be another word for {keep}; its one record and all its goods will be that item's. This can be taken back.")
        many = N_("{gone} will be another word for {keep}; its {count} records and all its goods will be that item's. This can be taken back.")
        return [_(plural(count, one, many), gone=name, keep=queries.item_name(look, values["keep"]), count=count)]

    return FormScreen(Form(
        name="merge_item",
        title=_(N_("{name} is the same as …"), name=name),
        fields=(Field(name="keep", label=N_("the one that stays"), finder=replace(ITEM, create=None), required=True, width=40),),
        save=save,
        check=check,
        done=lambda _values, _result: _(N_("{name} merged."), name=name),
    ))
