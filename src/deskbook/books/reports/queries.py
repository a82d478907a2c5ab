"""The reports there are, the lists behind their figures, and what was handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deskbook.books.reports.accounts import income, trial_balance
from deskbook.books.reports.made import Made, Report
from deskbook.books.reports.sales import BY, GROUPS, MEASURES, margin, sales_by, targets
from deskbook.books.reports.service import lost, on_time
from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.words import N_

SALE_LINES = Listing(
    name="sale_lines",
    title=N_("Sales, line by line"),
    source="v_sale",
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("document", N_("document"), Show.CODE, width=11),
        Column("customer", N_("customer"), width=14, grows=True),
        Column("code", N_("code"), Show.CODE, width=10),
        Column("name", N_("name"), width=14, wide=True),
        Column("qty", N_("quantity"), Show.QUANTITY, width=9, total=True),
        Column("unit", N_("unit"), width=5),
        Column("amount", N_("amount"), Show.MONEY, width=13, total=True),
        Column("salesperson", N_("salesperson"), width=10, wide=True),
        Column("channel", N_("channel"), width=8, wide=True),
        Column("no", N_("order"), Show.CODE, width=11, export_only=True),
        Column("measure", N_("measure"), Show.WORD, words=MEASURES, export_only=True),
    ),
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(View("sold", N_("sold"), "measure = 'sold'"), View("ordered", N_("ordered"), "measure = 'ordered'")),
)


POSTINGS = Listing(
    name="postings",
    title=N_("Postings"),
    source="v_posting",
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("no", N_("number"), Show.CODE, width=11),
        Column("account", N_("account"), width=14),
        Column("party", N_("party"), width=14, grows=True),
        Column("purpose", N_("purpose"), width=16, wide=True),
        Column("document", N_("document"), width=12, wide=True),
        Column("amount", N_("amount"), Show.MONEY, width=14, total=True),
    ),
    order="day",
    descending=True,
    find=("find",),
    day="day",
)

REPORTS: tuple[Report, ...] = (
    *(Report(f"sales-{group}", title, sales_by(group), MEASURES) for group, (title, *_rest) in GROUPS.items()),
    Report("targets", N_("Target and actual"), targets),
    Report("margin", N_("Margin"), margin, BY),
    Report("on-time", N_("On time and right"), on_time),
    Report("lost", N_("Lost orders"), lost),
    Report("trial-balance", N_("Trial balance"), trial_balance),
    Report("income", N_("Income and expenses"), income),
)


def report_of(name: str) -> Report:
    """The report of that name. KeyError where there is none."""
    return {report.name: report for report in REPORTS}[name]


# -- what was sent ---------------------------------------------------------------------------------------------------------

SENT = Listing(
    name="sent_reports",
    title=N_("Reports handed over"),
    source="v_sent_report",
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("report", N_("report"), Show.WORD, width=22, grows=True, words={report.name: report.title for report in REPORTS}),
        Column("since", N_("from"), Show.DAY, width=10),
        Column("until", N_("to"), Show.DAY, width=10),
        Column("sent_to", N_("handed to"), width=16),
        Column("step", N_("step"), Show.COUNT, width=7, wide=True),
    ),
    order="day",
    descending=True,
    day="day",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as it was sent: key, what it is called, the values then (None: it was not there) and now (None: it is gone)."""

    key: str
    name: str
    then: tuple[Any, ...] | None
    now: tuple[Any, ...] | None


def compare(sent: list[tuple[str, tuple[Any, ...]]], now: Made) -> list[Difference]:
    """Line by line, what a report made again says otherwise than the one that was sent; words that only name a row do not count."""
    told = [n for n, column in enumerate(now.columns) if column.show in (Show.MONEY, Show.QUANTITY, Show.COUNT, Show.PERCENT)]
    before, after = dict(sent), {line.key: line.values for line in now.lines}
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        then, new = before.get(key), after.get(key)
        if then is None or new is None or [then[n] for n in told] != [new[n] for n in told]:
            found.append(Difference(key, str((then or new or ("",))[0]), then, new))
    return found


RULES = (
    Rule(
        N_("The parts of an order line that left are worth together what the line is worth."),
        "SELECT o.no || ' line ' || l.pos FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN shipment_line s ON s.order_line_id = l.id"
        " JOIN v_sale v ON v.shipment_line_id = s.id GROUP BY l.id HAVING sum(v.qty) = l.qty AND sum(v.amount) <> l.amount",
    ),
)
