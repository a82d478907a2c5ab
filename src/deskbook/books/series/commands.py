"""Write series of reference prices and their values."""
from __future__ import annotations

from datetime import date
from typing import Any

from deskbook.books.series.tables import Series, SeriesFacts, SeriesValue, ValueFacts
from deskbook.core.days import as_day
from deskbook.core.money import show_price
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_

FACTS = tuple(SeriesFacts.model_fields)


def add_series(tx: Tx, *, code: str, name: str, market: str = "", unit: str = "", alert: int = 300) -> int:
    """Add a series; returns its id. alert: in 1/100 %, by how much a quote's basis may move before the quote is listed."""
    facts = _facts(tx, None, code=code, name=name, market=market, unit=unit, alert=alert)
    row = tx.insert(Series, **facts, find=find_text(facts["code"], facts["name"], facts["market"]))
    tx.says(N_("added the reference price {code}"), code=facts["code"])
    return row


def change_series(tx: Tx, *, series: int, **facts: Any) -> None:
    """Change facts of a series (those of add_series, and closed: no longer recorded); those not named stay."""
    old = _series(tx, series)
    if "closed" in facts:
        facts["closed"] = int(bool(facts["closed"]))
    now = _facts(tx, series, **{name: old[name] for name in FACTS} | facts)
    tx.update(Series, series, **now, find=find_text(now["code"], now["name"], now["market"]))
    tx.says(N_("changed the reference price {code}"), code=now["code"])


def record_value(tx: Tx, *, series: int, value: int, day: date | str | None = None) -> int:
    """Record the price of a day (today), in 1/10,000; one recorded for that day before is written over. Returns the value's id."""
    old = _series(tx, series)
    if old["closed"]:
        raise Refusal("series", N_("{code} is no longer recorded; take it up again first."), code=old["code"])
    on = _day(tx, day)
    facts = ValueFacts.of(series_id=series, day=on, value=value).model_dump()
    row = tx.value("SELECT id FROM series_value WHERE series_id = :series AND day = :day", series=series, day=on)
    if row is None:
        row = tx.insert(SeriesValue, **facts)
    else:
        tx.update(SeriesValue, row, value=value)
    tx.says(N_("{code} on {day}: {value}"), code=old["code"], day=on, value=show_price(value))
    return int(row)


def drop_value(tx: Tx, *, value: int) -> None:
    """Delete a recorded value; quotes keep the basis they were made at."""
    row = tx.row("SELECT s.code, v.day FROM series_value v JOIN series s ON s.id = v.series_id WHERE v.id = :value", value=value)
    if row is None:
        raise Refusal("value", N_("There is no such value."))
    tx.delete(SeriesValue, value)
    tx.says(N_("dropped {code} of {day}"), code=row[0], day=row[1])


def _series(tx: Tx, series: int) -> dict[str, Any]:
    row = tx.row(f"SELECT {', '.join(FACTS)} FROM series WHERE id = :series", series=series)
    if row is None:
        raise Refusal("series", N_("There is no such reference price."))
    return dict(zip(FACTS, row, strict=True))


def _facts(tx: Tx, row: int | None, **given: Any) -> dict[str, Any]:
    for name in ("code", "name", "market", "unit"):
        given[name] = clean(given[name], field=name)
    facts = SeriesFacts.of(**given).model_dump()
    if tx.value("SELECT 1 FROM series WHERE code = :code AND id IS NOT :row", code=facts["code"], row=row) is not None:
        raise Refusal("code", N_("There is a reference price {code} already."), code=facts["code"])
    return facts


def _day(tx: Tx, day: date | str | None) -> str:
    on = as_day(day) or tx.today
    if on > tx.today:
        raise Refusal("day", N_("{day} is still to come; the market has made no price."), day=on.isoformat())
    return on.isoformat()
