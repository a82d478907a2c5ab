"""Forms of reference prices: the price of the day in two keys from anywhere, and the series themselves."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.series import queries
from deskbook.core import days
from deskbook.core.days import echo_day, long_ago, read_day, show_day
from deskbook.core.money import read_percent, read_price, show_percent, show_price
from deskbook.core.numbers import half_up
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_app import Desk
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def _search(look: Look, typed: str) -> list[Found]:
    return [Found(*hit) for hit in queries.search_series(look, typed)]


def _create(_desk: Desk, typed: str) -> Screen[Any]:
    return new_series({"code": typed})


SERIES = Finder(N_("reference price"), search=_search, show=queries.series_name, create=_create)


def _add(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.series.commands import add_series

    return store.run(add_series, key=key, **values)


SERIES_FORM = Form(
    name="series",
    title=N_("New reference price"),
    fields=(
        Field(name="code", label=N_("code"), required=True, width=20, help=N_("short, as it is typed: Cu, USD")),
        Field(name="name", label=N_("name"), required=True, width=40),
        Field(name="market", label=N_("market"), width=30, help=N_("who makes it: SHFE, LME, the bank")),
        Field(name="unit", label=N_("unit"), width=20, help=N_("of what it is the price: CNY/t")),
        Field(name="alert", label=N_("alert"), read=partial(read_percent, field="alert"), write=show_percent, start="3", required=True, width=8,
              help=N_("percent: a quote whose basis moved by more is listed")),
    ),
    save=_add,
    done=lambda values, _result: _(N_("{code} added."), code=values["code"]),
)


def new_series(given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a new series."""
    return FormScreen(SERIES_FORM, given)


def edit_series(look: Look, series: int) -> FormScreen:
    """The form of a series as it is."""
    found = look.row("SELECT code, name, market, unit, alert FROM series WHERE id = :series", series=series)
    if found is None:
        raise Refusal("", N_("There is no such reference price."))
    fill = dict(zip(("code", "name", "market", "unit", "alert"), found, strict=True))

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.series.commands import change_series

        store.run(change_series, key=key, series=series, **values)
        return series

    done = _(N_("{code} changed."), code=fill["code"])
    return FormScreen(replace(SERIES_FORM, title=fill["code"], row=series, save=save, done=lambda _values, _result: done), fill)


def change_of(value: int, before: int) -> int:
    """By how much a value moved, in 1/100 %, rounded half up in size; both in the same unit, before not 0."""
    moved = half_up(abs(value - before) * 10000, before)
    return moved if value >= before else -moved


def signed(change: int) -> str:
    """A change with its sign: +1.5%."""
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{show_percent(abs(change))}"


def _said(values: Values, look: Look) -> str:
    """What the value means: the change since the last one, and how many open quotes it moves away from."""
    if not values.get("series"):
        return ""
    day = values.get("day") or days.today()
    last = queries.latest(look, values["series"], day.isoformat())
    if last is None:
        return ""
    value = values.get("value")
    before = _(N_("{value} on {day}"), value=show_price(last.value), day=show_day(last.day))
    if value is None:
        return before
    sql = (
        "SELECT count(*) FROM quote q JOIN series s ON s.id = q.series_id WHERE q.series_id = :series AND q.state IN ('draft', 'sent') AND q.void = 0"
        " AND abs(:value - q.basis) * 10000 > s.alert * q.basis"
    )
    moved = look.value(sql, series=values["series"], value=value)
    parts = [f"{signed(change_of(value, last.value))}  ({before})", _(N_("{count} open quotes moved"), count=moved) if moved else ""]
    return "   ".join(filter(None, parts))


def _record(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.series.commands import record_value

    return store.run(record_value, key=key, **values)


VALUE_FORM = Form(
    name="series_value",
    title=N_("Price of the day"),
    fields=(
        Field(name="series", label=N_("reference price"), finder=SERIES, required=True, keep=True, help=N_("F7 makes a new one")),
        Field(name="value", label=N_("value"), read=partial(read_price, field="value"), write=show_price, required=True, width=16, echo=_said),
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", required=True, quick=False, keep=True, width=16),
    ),
    save=_record,
)


def record_form(look: Look, given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a value: it opens on the value of the series recorded last, for today; Enter saves."""
    usual = queries.usual_series(look)
    fill = ({"series": usual} if usual is not None else {}) | dict(given or {})
    said: list[str] = []

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        row = _record(store, values, key)
        said[:] = [store.sentence(store.position[0])]
        return row

    return FormScreen(replace(VALUE_FORM, save=save, done=lambda _values, _result: said[0]), fill)
