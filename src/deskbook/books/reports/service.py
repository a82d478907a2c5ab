"""How well customers were served: on time, the right goods, and what they wanted and did not get."""

from __future__ import annotations

from datetime import date

from deskbook.books.orders.deals import quote_turnaround, ship_turnaround
from deskbook.books.reports.made import Line, Made, Period
from deskbook.core.listing import Ask, Column, Show
from deskbook.core.numbers import half_up
from deskbook.core.store import Look
from deskbook.core.words import N_

IN_PERIOD = "day BETWEEN :since AND :until"


def on_time(look: Look, period: Period, _choice: str) -> Made:
    """Shipments by month: on time by the day wanted, late, without a day; and wrong or nearly wrong goods, by a hundred shipments."""
    rows = look.rows(
        "SELECT substr(h.shipped_on, 1, 7), count(*), coalesce(sum(h.shipped_on <= o.wanted), 0), coalesce(sum(h.shipped_on > o.wanted), 0),"
        " sum(o.wanted IS NULL)"
        " FROM shipment h JOIN sales_order o ON o.id = h.order_id WHERE h.state IN ('shipped', 'arrived') AND h.void = 0"
        " AND h.shipped_on BETWEEN :since AND :until GROUP BY 1 ORDER BY 1",
        **period.days,
    )
    sql = f"SELECT substr(day, 1, 7), sum(kind = 'near miss'), sum(kind = 'wrong model') FROM incident WHERE {IN_PERIOD} GROUP BY 1"
    wrong = {month: (near, sent) for month, near, sent in look.rows(sql, **period.days)}
    lines = []
    for month, count, timely, late, undated in rows:
        near, sent = wrong.get(month, (0, 0))
        rate = half_up(10_000 * timely, timely + late) if timely + late else None
        first = date.fromisoformat(f"{month}-01")
        ask = Ask(view="all", since=max(first, period.since), until=min(_month_end(first), period.until))
        lines.append(Line(month, (month, count, timely, late, undated, rate, sent, half_up(10_000 * sent, count), near), "shipments", ask))
    columns = (
        Column("month", N_("month"), width=8),
        Column("shipments", N_("sent", "how many"), Show.COUNT, width=6, total=True),
        Column("timely", N_("on time"), Show.COUNT, width=8, total=True),
        Column("late", N_("late"), Show.COUNT, width=6, total=True, quiet=True),
        Column("undated", N_("no day"), Show.COUNT, width=7, total=True, quiet=True),
        Column("rate", N_("on time %"), Show.PERCENT, width=9),
        Column("wrong", N_("wrong"), Show.COUNT, width=6, total=True, quiet=True),
        Column("wrong_rate", N_("wrong %"), Show.PERCENT, width=8, quiet=True),
        Column("near", N_("caught"), Show.COUNT, width=7, total=True, quiet=True),
    )
    return Made(columns, lines, chart="rate")


def _month_end(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


CLOCKS = {"ship": N_("from the order to the shipment"), "quote": N_("from being asked to the quote")}


def turnaround(look: Look, period: Period, choice: str) -> Made:
    """By month: how many quotes or orders were sent, the median of the days it took, and the longest."""
    clock, book = (quote_turnaround, "quotes") if choice == "quote" else (ship_turnaround, "orders")
    columns = (
        Column("month", N_("month"), width=8),
        Column("sent", N_("sent", "how many"), Show.COUNT, width=8, total=True),
        Column("median", N_("days, median"), Show.QUANTITY, width=14),
        Column("longest", N_("longest"), Show.COUNT, width=9),
    )
    rows = clock(look, period.since, period.until)
    lines = [Line(row.month, (row.month, row.count, row.median * 100, row.longest), book, Ask(view="all", only=(("id", row.ids),))) for row in rows]
    return Made(columns, lines)


def lost(look: Look, period: Period, _choice: str) -> Made:
    """What customers wanted and did not get, by item and reason."""
    rows = look.rows(
        f"SELECT item_id, code, name, short_reason, count(DISTINCT order_id), sum(short_closed), max(unit), sum(lost) FROM v_order_line"
        f" WHERE short_closed > 0 AND held <> 'void' AND {IN_PERIOD} GROUP BY item_id, short_reason ORDER BY 8 DESC, 2",
        **period.days,
    )
    columns = (
        Column("item", N_("item"), width=18, grows=True),
        Column("reason", N_("reason"), Show.WORD, width=10, words=REASONS),
        Column("orders", N_("orders"), Show.COUNT, width=7),
        Column("qty", N_("quantity"), Show.QUANTITY, width=10),
        Column("unit", N_("unit"), width=5),
        Column("value", N_("value", "money"), Show.MONEY, width=14, total=True),
    )
    lines = [
        Line(
            f"{item} {reason}",
            (f"{code}  {name}", reason, orders, qty, unit, value),
            "order_lines",
            Ask(view="lost", only=(("item_id", item), ("short_reason", reason)), since=period.since, until=period.until),
        )
        for item, code, name, reason, orders, qty, unit, value in rows
    ]
    return Made(columns, lines)


REASONS = {"": "", "customer": N_("customer"), "no stock": N_("no stock"), "price": N_("price"), "other": N_("other")}
