"""What was sold: by item, customer, salesperson, channel and time; targets; what it cost and left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from deskbook.books.reports.costing import replay
from deskbook.books.reports.made import Line, Made, Period
from deskbook.core.listing import Ask, Column, Show
from deskbook.core.numbers import half_up
from deskbook.core.store import Look
from deskbook.core.words import N_, _

MEASURES = {"sold": N_("sold"), "ordered": N_("ordered")}
"""sold: what left, with the freight and charges billed, less what was credited, on the day of the paper; ordered: what orders that stand say, less
what was closed short."""

GROUPS: dict[str, tuple[str, str, str, str]] = {
    "item": (N_("Sales by item"), "item_id", "code || '  ' || name", N_("item")),
    "customer": (N_("Sales by customer"), "customer_id", "customer", N_("customer")),
    "salesperson": (N_("Sales by salesperson"), "salesperson_id", "coalesce(salesperson, '')", N_("salesperson")),
    "channel": (N_("Sales by channel"), "channel", "channel", N_("channel")),
    "month": (N_("Sales by month"), "month", "month", N_("month")),
    "week": (N_("Sales by week"), "week", "week", N_("week")),
}
"""Group -> title, the column of v_sale that makes it, what names a row, that column's heading."""
IN_PERIOD = "day BETWEEN :since AND :until"


def sales_by(group: str) -> Callable[[Look, Period, str], Made]:
    """The report of sales by a group; its choice is a measure."""
    _title, key, named, label = GROUPS[group]
    in_time = group in ("month", "week")

    def make(look: Look, period: Period, choice: str) -> Made:
        measure = choice or "sold"
        qty = "sum(qty)" if group == "item" else "NULL"  # pieces of different items are not added up
        rows = look.rows(
            f"SELECT {key}, max({named}), count(DISTINCT document), {qty}, max(unit), sum(amount) FROM v_sale"
            f" WHERE measure = :measure AND {IN_PERIOD} GROUP BY {key} ORDER BY {'1' if in_time else '6 DESC, 2'}",
            measure=measure,
            **period.days,
        )
        whole = sum(row[5] for row in rows)
        columns = [
            Column("what", label, width=20, grows=True),
            Column("documents", N_("papers"), Show.COUNT, width=7, total=not in_time and group != "item"),
        ]
        if group == "item":
            columns += [Column("qty", N_("quantity"), Show.QUANTITY, width=10), Column("unit", N_("unit"), width=5)]
        columns += [Column("amount", N_("amount"), Show.MONEY, width=14, total=True), Column("share", N_("share"), Show.PERCENT, width=8)]
        lines = []
        for each, name, documents, pieces, unit, amount in rows:
            share = half_up(10_000 * amount, whole) if whole > 0 else None
            counted = (None, "") if each is None else (pieces, unit)  # freight, a charge, or a credit for no goods
            values = (name or _(N_("(none)")), documents, *(counted if group == "item" else ()), amount, share)
            ask = Ask(view=measure, only=((key, each),), since=period.since, until=period.until)
            lines.append(Line(str(each), values, "sale_lines", ask))
        columns[1] = Column("documents", N_("papers"), Show.COUNT, width=7)  # a paper of two items counts twice: no sum
        return Made(tuple(columns), lines, chart="amount" if in_time else "")

    return make


# -- targets ---------------------------------------------------------------------------------------------------------------


def targets(look: Look, period: Period, _choice: str) -> Made:
    """Target and what was sold, by salesperson; run: what the period comes to when it goes on as until now."""
    whole = (period.until - period.since).days + 1
    today = date.fromisoformat(look.value("SELECT day FROM office_day"))
    gone = min(max((today - period.since).days + 1, 0), whole)
    sold: dict[int, int] = dict(
        look.rows(f"SELECT coalesce(salesperson_id, 0), sum(amount) FROM v_sale WHERE measure = 'sold' AND {IN_PERIOD} GROUP BY 1", **period.days)
    )
    months = {"first": period.days["since"][:7], "last": period.days["until"][:7]}
    wanted: dict[int, int] = dict(
        look.rows("SELECT coalesce(salesperson_id, 0), sum(amount) FROM target WHERE month BETWEEN :first AND :last GROUP BY 1", **months)
    )
    names: dict[int, str] = dict(look.rows("SELECT id, name FROM party WHERE salesperson = 1 AND void = 0"))
    office = wanted.pop(0, None)
    lines = []
    for each in sorted({*wanted, *sold}, key=lambda one: (one == 0, names.get(one, ""))):
        ask = Ask(view="sold", only=(("salesperson_id", each or None),), since=period.since, until=period.until)
        name = names.get(each, _(N_("(none)")))
        lines.append(Line(str(each), _target_row(name, wanted.get(each), sold.get(each, 0), gone, whole), "sale_lines", ask))
    if office is None and len(lines) > 1 and wanted and set(sold) <= set(wanted):  # nobody said it for all: what all should sell
        office = sum(wanted.values())
    if office is not None or (len(lines) > 1 and wanted):
        ask = Ask(view="sold", since=period.since, until=period.until)
        lines.append(Line("office", _target_row(_(N_("the whole office")), office, sum(sold.values()), gone, whole), "sale_lines", ask))
    columns = (
        Column("who", N_("salesperson"), width=16, grows=True),
        Column("target", N_("target"), Show.MONEY, width=14),
        Column("amount", N_("sold"), Show.MONEY, width=14),
        Column("percent", N_("reached"), Show.PERCENT, width=8),
        Column("run", N_("on course for"), Show.MONEY, width=14),
    )
    part = half_up(100 * gone, whole)
    note = _(N_("{gone} of {whole} days are gone: {percent} of the period."), gone=gone, whole=whole, percent=f"{part}%")
    return Made(columns, lines, [note])


def _target_row(name: str, target: int | None, sold: int, gone: int, whole: int) -> tuple[Any, ...]:
    return (name, target, sold, half_up(10_000 * sold, target) if target else None, half_up(sold * whole, gone) if gone else None)


# -- margin ----------------------------------------------------------------------------------------------------------------

BY = {"item": N_("by item"), "customer": N_("by customer"), "salesperson": N_("by salesperson"), "month": N_("by month")}


def margin(look: Look, period: Period, choice: str) -> Made:
    """What was sold less what it cost (moving average, replayed). What was sold before the book was opened, or never bought, is told apart."""
    group = choice or "item"
    _title, key, named, label = GROUPS[group]
    found: dict[Any, list[Any]] = {}
    for row in _costed(look, period, key, named):
        own = found.setdefault(row.each, [row.name or _(N_("(none)")), 0, 0, 0, False])
        own[1] += row.amount
        own[2] += row.cost
        own[3] += row.without
        own[4] = own[4] or row.estimated
    columns = (
        Column("what", label, width=18, grows=True),
        Column("amount", N_("sold"), Show.MONEY, width=13, total=True),
        Column("cost", N_("cost"), Show.MONEY, width=13, total=True),
        Column("margin", N_("margin"), Show.MONEY, width=13, total=True),
        Column("percent", N_("margin %"), Show.PERCENT, width=9),
        Column("estimate", "~", width=1, heading=N_("estimated")),
        Column("uncosted", N_("without cost"), Show.MONEY, width=13, total=True, quiet=True),
    )
    order = (lambda pair: str(pair[0])) if group == "month" else (lambda pair: (pair[1][2] - pair[1][1], str(pair[1][0])))
    lines = []
    for each, (name, amount, cost, without, estimated) in sorted(found.items(), key=order):
        percent = half_up(10_000 * (amount - cost), amount) if amount > 0 else None
        ask = Ask(only=((key, each),))
        lines.append(Line(str(each), (name, amount, cost, amount - cost, percent, "~" if estimated else "", without or None), "margin_lines", ask))
    notes = (
        [_(N_("~ an estimate: some of its goods came in without a known cost, or left before they came in."))]
        if any(x[4] for x in found.values())
        else []
    )
    if any(x[3] for x in found.values()):
        notes.append(_(N_("Without cost: freight and charges, what was sold before the book was opened, or never bought at a price.")))
    return Made(columns, lines, notes)


@dataclass(frozen=True, slots=True)
class _Costed:
    """A line that was sold: what it belongs to (each, name), its amount and cost, or (without) the amount whose cost nobody knows; cents."""

    each: Any
    name: str
    sale: int
    amount: int
    cost: int
    without: int
    estimated: bool


def _costed(look: Look, period: Period, key: str, named: str) -> Iterator[_Costed]:
    costs = replay(look, until=period.days["until"])
    rows = look.rows(
        f"SELECT id, {key}, {named}, item_id, amount, shipment_line_id, return_line_id FROM v_sale WHERE measure = 'sold' AND {IN_PERIOD}",
        **period.days,
    )
    for sale, each, name, item, amount, shipped, returned in rows:
        cost = costs.of_shipment_line.get(shipped) if shipped is not None else -costs.of_return_line.get(returned, 0)
        if item is None and amount > 0:  # what freight and charges cost us stands among the expenses
            cost = None
        if cost is None or (not cost and item in costs.estimated):
            yield _Costed(each, name, sale, 0, 0, amount, estimated=False)
        else:
            yield _Costed(each, name, sale, amount, cost, 0, estimated=item in costs.estimated)


def margin_lines(look: Look, period: Period, key: str, each: Any) -> Made:
    """What one row of the margin adds up from: line by line what was sold, what it cost and left. key, each: the column of v_sale, its value."""
    behind = [row for row in _costed(look, period, key, "document") if row.each == each]
    facts = {
        row[0]: row[1:]
        for row in look.rows(f"SELECT id, day, customer, code, qty, unit, order_id FROM v_sale WHERE measure = 'sold' AND {IN_PERIOD}", **period.days)
    }
    columns = (
        Column("day", N_("day"), Show.DAY, width=10),
        Column("document", N_("document"), Show.CODE, width=11),
        Column("customer", N_("customer"), width=12, grows=True),
        Column("code", N_("code"), Show.CODE, width=10, wide=True),
        Column("qty", N_("quantity"), Show.QUANTITY, width=9, wide=True),
        Column("unit", N_("unit"), width=5, wide=True),
        Column("amount", N_("sold"), Show.MONEY, width=12, total=True),
        Column("cost", N_("cost"), Show.MONEY, width=12, total=True),
        Column("margin", N_("margin"), Show.MONEY, width=12, total=True),
        Column("estimate", "~", width=1, heading=N_("estimated")),
        Column("uncosted", N_("without cost"), Show.MONEY, width=12, total=True, quiet=True),
    )
    lines = []
    for row in sorted(behind, key=lambda row: (facts[row.sale][0], row.sale), reverse=True):
        day, customer, code, qty, unit, order = facts[row.sale]
        known = (None, None, None) if row.without else (row.amount, row.cost, row.amount - row.cost)
        values = (day, row.name, customer, code, qty, unit, *known, "~" if row.estimated else "", row.without or None)
        lines.append(Line(str(row.sale), values, "orders" if order else "", Ask(only=(("id", order),)) if order else None))
    return Made(columns, lines)
