"""Ask about reference prices: the list of values, the latest one, the points of the chart."""
from __future__ import annotations

from dataclasses import dataclass

from deskbook.books.parties.queries import RANK, patterns
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.money import show_price
from deskbook.core.search import fold
from deskbook.core.store import Look
from deskbook.core.words import N_

SERIES = Listing(
    name="series",
    title=N_("Reference prices"),
    source="v_series_value",
    columns=(
        Column("day", N_("day"), Show.DAY, width=11),
        Column("code", N_("series"), Show.CODE, width=12),
        Column("name", N_("name"), width=18, grows=True),
        Column("value", N_("value"), Show.PRICE, width=13),
        Column("change", N_("moved"), Show.PERCENT, width=8),
        Column("unit", N_("unit"), width=10),
        Column("before", N_("before"), Show.PRICE, width=13, wide=True),
        Column("market", N_("market"), width=12, wide=True),
    ),
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(View("used", N_("in use"), "closed = 0"), View("all", N_("all"))),
)


@dataclass(frozen=True, slots=True)
class Latest:
    """The last value of a series on or before a day: value in 1/10,000, its day, and the one before (None: it is the first)."""

    series: int
    code: str
    unit: str
    value: int
    day: str
    before: int | None


def latest(look: Look, series: int, day: str | None = None) -> Latest | None:
    """The last value recorded on or before a day (None: of all); None where there is none."""
    row = look.row(
        "SELECT series_id, code, unit, value, day, before FROM v_series_value WHERE series_id = :series AND day <= coalesce(:day, '9999')"
        " ORDER BY day DESC LIMIT 1",
        series=series, day=day,
    )
    return Latest(*row) if row else None


def usual_series(look: Look) -> int | None:
    """The series recorded last; where none was, the only one in use."""
    sql = (
        "SELECT s.id FROM series s LEFT JOIN series_value v ON v.series_id = s.id WHERE s.closed = 0"
        " ORDER BY v.day DESC NULLS LAST, v.id DESC, s.id LIMIT 1"
    )
    found: int | None = look.value(sql)
    return found


def points(look: Look, series: int, limit: int = 250) -> list[tuple[str, int]]:
    """Day and value (1/10,000) of the last values of a series, the oldest first: what the chart draws."""
    rows = look.rows("SELECT day, value FROM series_value WHERE series_id = :series ORDER BY day DESC LIMIT :limit", series=series, limit=limit)
    return [(str(day), int(value)) for day, value in reversed(rows)]


def series_name(look: Look, series: int) -> str:
    """Code and name; "" where there is none."""
    row = look.row("SELECT code, name FROM series WHERE id = :series", series=series)
    return f"{row[0]}  {row[1]}" if row else ""


def search_series(look: Look, text: str, limit: int = 50) -> list[tuple[int, str, str, str]]:
    """id, code and name, last value, code: series in use by any part of code, name or market."""
    if not fold(text):
        return []
    condition, params = patterns(text)
    rows = look.rows(
        "SELECT id, code, name, (SELECT v.value FROM series_value v WHERE v.series_id = series.id ORDER BY v.day DESC LIMIT 1) FROM series"
        f" WHERE closed = 0 AND ({condition}) ORDER BY {RANK}, code LIMIT :limit",
        limit=limit, **params,
    )
    return [(int(row), f"{code}  {name}", show_price(value) if value is not None else "", str(code)) for row, code, name, value in rows]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Series for the palette, each as its last value: book, id of the value, code and name, value and day."""
    found = []
    for series, words, _value, _code in search_series(look, text, limit):
        row = look.row("SELECT id, value, day FROM series_value WHERE series_id = :series ORDER BY day DESC LIMIT 1", series=series)
        if row is not None:
            found.append(("series", int(row[0]), words, f"{show_price(row[1])} · {show_day(row[2])}"))
    return found


RULES = (
    Rule(N_("A reference price is no price of a day to come."),
         "SELECT s.code || ' ' || v.day FROM series_value v JOIN series s ON s.id = v.series_id CROSS JOIN office_day d"
         " WHERE v.day > date(d.day, '+1 day')"),
)
