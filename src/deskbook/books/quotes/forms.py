"""The form of a quote, for this book's screen and for the books after it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.orders import forms as order_forms
from deskbook.books.orders import queries as order_queries
from deskbook.books.orders.deals import target
from deskbook.books.quotes import queries
from deskbook.books.series.forms import SERIES
from deskbook.books.series.queries import latest
from deskbook.core import days
from deskbook.core.days import echo_day, long_ago, read_day, show_day
from deskbook.core.money import read_price, show_price
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, plural
from deskbook.ui.form import Field, Form, FormScreen

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

HEAD = ("customer", "asked_on", "valid_until", "terms", "series", "basis", "salesperson", "their_no", "note", "day")
"""Facts of the header that the form and the command call alike."""
_SAME = {field.name: field for field in order_forms.ORDER_FORM.fields}
"""Fields that a quote has as an order has them."""


def _good(values: Values, _look: Look) -> str:
    """How many days it is good for."""
    until, day = values.get("valid_until"), values.get("day") or days.today()
    if not until:
        return ""
    count = (until - day).days
    return _(plural(count, N_("{day}, {count} day"), N_("{day}, {count} days")), day=echo_day(until), count=count)


def _basis(values: Values, look: Look) -> str:
    """The last price recorded, and its day."""
    if not values.get("series"):
        return ""
    last = latest(look, values["series"], (values.get("day") or days.today()).isoformat())
    if last is None:
        return _(N_("nothing recorded yet: $ records it"))
    return _(N_("{value} on {day}"), value=show_price(last.value), day=show_day(last.day))


def _defaults(values: Values, look: Look) -> Mapping[str, str]:
    """How long it is good for, the customer's usual terms, the basis of its day."""
    day = values.get("day") or days.today()
    found = {"valid_until": (day + timedelta(days=target(look, "good"))).isoformat()}
    if values.get("customer"):
        found["terms"] = queries.usual_terms(look, values["customer"])
    if values.get("series"):
        last = latest(look, values["series"], day.isoformat())
        found["basis"] = show_price(last.value) if last else ""
    return found


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    facts = {name: values[name] for name in HEAD}
    facts["asked_on"] = min(facts["asked_on"], facts["day"]) if facts["asked_on"] and facts["day"] else facts["asked_on"]
    return facts


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {"item": line["item"], "qty": line["qty"], "price": line["price"], "discount": line["discount"] or 0, "approved_by": line["approved_by"]}


def _write(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.quotes.commands import write_quote

    return store.run(write_quote, key=key, **_facts(values), lines=[_line(line) for line in values["lines"]])


def _warn(values: dict[str, Any], look: Look) -> list[str]:
    """The same item on two lines may be meant, and may be a slip; what is discontinued is not to be had for long, what is not recorded grows old."""
    return [*order_forms.twice(values, look), *order_forms.ending(values, look), *_unrecorded(values, look)]


def _unrecorded(values: dict[str, Any], look: Look) -> list[str]:
    """That nobody records the reference price any more, and how old its last value is."""
    last = latest(look, values["series"], values["day"].isoformat()) if values["series"] else None
    if last is None or not look.value("SELECT closed FROM series WHERE id = :series", series=values["series"]):
        return []
    return [_(N_("{code} is no longer recorded; its last price is of {day}."), code=last.code, day=echo_day(date.fromisoformat(last.day)))]


QUOTE_FORM = Form(
    name="quote",
    title=N_("New quote"),
    fields=(
        _SAME["customer"],
        Field(name="asked_on", label=N_("asked on"), read=partial(read_day, field="asked_on"), write=echo_day, start="t", quick=False, width=16,
              help=N_("when the customer asked: the clock runs from here until the quote is sent")),
        Field(name="valid_until", label=N_("good until"), read=partial(read_day, lean="future", field="valid_until"), write=echo_day, quick=False,
              width=16, echo=_good),
        Field(name="terms", label=N_("terms"), quick=False, width=44, help=N_("payment, delivery: as the last time unless written otherwise")),
        Field(name="series", label=N_("reference price"), finder=SERIES, quick=False, echo=_basis, help=N_("the market price it is made at, if any")),
        Field(name="basis", label=N_("basis"), read=partial(read_price, field="basis"), write=show_price, quick=False, width=16, echo=_basis,
              help=N_("empty: the last one recorded")),
        _SAME["salesperson"],
        _SAME["their_no"],
        _SAME["note"],
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", required=True, quick=False, width=16, foot=True),
    ),
    lines=order_forms.LINES,
    defaults=_defaults,
    save=_write,
    check=_warn,
)


def new_quote(given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a new quote; given: what its fields start with."""
    said: list[str] = []

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        quote = _write(store, values, key)
        said[:] = [store.sentence(store.position[0])]  # the number is given by the command
        return quote

    return FormScreen(replace(QUOTE_FORM, save=save, done=lambda _values, _result: said[0]), given)


def _fill(look: Look, quote: int) -> tuple[queries.Head, dict[str, Any]]:
    head = queries.head(look, quote)
    if head is None:
        raise Refusal("", N_("There is no such quote."))
    fill: dict[str, Any] = {
        "customer": head.customer, "salesperson": head.salesperson, "their_no": head.their_no, "terms": head.terms, "note": head.note,
        "series": head.series, "basis": head.basis, "asked_on": date.fromisoformat(head.asked_on), "day": date.fromisoformat(head.day),
        "valid_until": date.fromisoformat(head.valid_until) if head.valid_until else None,
        "lines": [
            {"item": line.item, "qty": line.qty, "price": line.price, "discount": line.discount, "approved_by": line.approved_by}
            for line in queries.lines_of(look, quote)
        ],
    }
    return head, fill


def copy_quote(look: Look, quote: int) -> FormScreen:
    """The form of a new quote for the same customer with the same lines, at their prices, made at the reference price of today."""
    _head, fill = _fill(look, quote)
    return new_quote({name: fill[name] for name in ("customer", "salesperson", "terms", "note", "series", "lines")})


def quote_of_order(look: Look, order: int) -> FormScreen:
    """The form of a new quote for the customer of an order with the order's lines, at their prices."""
    head = order_queries.head(look, order)
    if head is None:
        raise Refusal("", N_("There is no such order."))
    lines = [
        {"item": line.item, "qty": line.qty, "price": line.price, "discount": line.discount, "approved_by": line.approved_by}
        for line in order_queries.as_sold(order_queries.lines_of(look, order))
        if line.again is None  # what was sent again was for nothing
    ]
    return new_quote({"customer": head.customer, "salesperson": head.salesperson, "lines": lines})


def edit_quote(look: Look, quote: int) -> FormScreen:
    """The form of a draft as it is."""
    head, fill = _fill(look, quote)
    old = queries.lines_of(look, quote)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.quotes.commands import rewrite_quote

        lines = [{name: value for name, value in line.items() if name != "line"}
                 for line in order_forms.matched(old, [_line(line) for line in values["lines"]])]
        facts = _facts(values)
        if facts["series"] == head.series and facts["basis"] == head.basis:
            del facts["series"], facts["basis"]  # its day stays too
        return int(store.run(rewrite_quote, key=key, quote=quote, **facts, lines=lines))

    done = _(N_("{no} changed."), no=head.no)
    form = replace(QUOTE_FORM, title=_(N_("Quote {no}"), no=head.no), row=quote, save=save, done=lambda _values, _result: done)
    return FormScreen(form, fill)
