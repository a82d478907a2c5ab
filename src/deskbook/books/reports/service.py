"""How well customers were served: on time, the right goods, and what they wanted and did not get."""

from __future__ import annotations

from deskbook.books.orders.deals import quote_turnaround, ship_turnaround
from deskbook.books.reports.made import Figure, Line, Made, Period
from deskbook.core.listing import Ask, Column, Show
from deskbook.core.numbers import half_up
from deskbook.core.store import Look
from deskbook.core.words import N_

IN_PERIOD = "day BETWEEN :since AND :until"


def on_time(look: Look, period: Period, _choice: str) -> Made:
    """Shipments by month: on time by the day wanted, late, without a day; and wrong or nearly wrong goods, by a hundred shipments."""
    rows = look.rows(
        "SELECT substr(h.shipped_on, 1, 7), h.id, iif(o.wanted IS NULL, 'undated', iif(h.shipped_on <= o.wanted, 'timely', 'late'))"
        " FROM shipment h JOIN sales_order o ON o.id = h.order_id WHERE h.state IN ('shipped', 'arrived') AND h.void = 0"
        " AND h.shipped_on BETWEEN :since AND :until ORDER BY h.id",
        **period.days,
    )
    rows += look.rows(f"SELECT substr(day, 1, 7), id, kind FROM incident WHERE {IN_PERIOD} AND kind IN ('wrong model', 'near miss')", **period.days)
    months: dict[str, dict[str, list[int]]] = {}
    for month, each, kind in rows:
        months.setdefault(month, {}).setdefault(kind, []).append(each)
    lines = []
    for month, found in sorted(months.items()):
        timely, late, undated, sent, near = (found.get(kind, []) for kind in ("timely", "late", "undated", "wrong model", "near miss"))
        every = [*timely, *late, *undated]
        rate = half_up(10_000 * len(timely), len(timely) + len(late)) if timely or late else None
        wrong_rate = half_up(10_000 * len(sent), len(every)) if every else None
        shipments = (("shipments", every), ("timely", timely), ("late", late), ("undated", undated))
        figures = (
            *(Figure((name,), "shipments", _those(ids)) for name, ids in shipments),
            *(Figure((name,), "incidents", _those(ids)) for name, ids in (("wrong", sent), ("near", near))),
        )
        values = (month, len(every), len(timely), len(late), len(undated), rate, len(sent), wrong_rate, len(near))
        lines.append(Line(month, values, "shipments", _those(every), figures))
    columns = (
        Column("month", N_("month"), width=8),
        Column("shipments", N_("sent"), Show.COUNT, width=6, total=True),
        Column("timely", N_("on time"), Show.COUNT, width=8, total=True),
        Column("late", N_("late"), Show.COUNT, width=6, total=True, quiet=True),
        Column("undated", N_("no day"), Show.COUNT, width=7, total=True, quiet=True),
        Column("rate", N_("on time %"), Show.PERCENT, width=9),
        Column("wrong", N_("wrong"), Show.COUNT, width=6, total=True, quiet=True),
        Column("wrong_rate", N_("wrong %"), Show.PERCENT, width=8, quiet=True),
        Column("near", N_("caught"), Show.COUNT, width=7, total=True, quiet=True),
    )
    return Made(columns, lines, chart="rate")


def _those(ids: list[int]) -> Ask:
    return Ask(view="all", only=(("id", tuple(ids)),))


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
