"""The reports there are, the lists behind their figures, and what was handed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.cells import cell_len

from deskbook.books.reports.accounts import income, trial_balance
from deskbook.books.reports.made import Line, Made, Period, Report
from deskbook.books.reports.sales import BY, GROUPS, MEASURES, margin, sales_by, targets
from deskbook.books.reports.service import CLOCKS, lost, on_time, turnaround
from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.money import show_money, show_percent
from deskbook.core.paper import put
from deskbook.core.quantity import show_quantity
from deskbook.core.store import Look
from deskbook.core.text import safe
from deskbook.core.words import N_, _

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
    Report("turnaround", N_("Turnaround"), turnaround, CLOCKS),
    Report("lost", N_("Lost orders"), lost),
    Report("trial-balance", N_("Trial balance"), trial_balance),
    Report("income", N_("Income and expenses"), income),
)


ABOUT = {
    "sales-item": N_("what goes, and what it brings in"),
    "sales-customer": N_("who buys"),
    "sales-salesperson": N_("who sells"),
    "sales-channel": N_("by phone, shop, mall ..."),
    "sales-month": N_("month by month, also drawn"),
    "sales-week": N_("week by week, also drawn"),
    "targets": N_("what was to be sold, what was, and where it leads"),
    "margin": N_("sold less cost, by the moving average of the moves"),
    "on-time": N_("shipments in time, late, wrong or nearly wrong"),
    "turnaround": N_("days to the quote, days to the shipment"),
    "lost": N_("wanted and not delivered, by item and reason"),
    "trial-balance": N_("every account before, in between and after"),
    "income": N_("what the day book earned and spent"),
}


def menu() -> Made:
    """The reports as rows to choose from."""
    columns = (
        Column("title", "", Show.WORD, width=26, words={r.name: r.title for r in REPORTS}),
        Column("about", "", Show.WORD, width=40, grows=True, words=ABOUT),
    )
    return Made(columns, [Line(report.name, (report.name, report.name if report.name in ABOUT else "")) for report in REPORTS])


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
        Column("since", N_("since"), Show.DAY, width=10),
        Column("until", N_("until"), Show.DAY, width=10),
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


WIDEST = 36
"""Cells of a column on paper at most; a longer name is cut."""
COMPARED = (Show.MONEY, Show.QUANTITY, Show.COUNT)
"""What a figure is; a name may change without making a report another, and a share follows from the figures of all rows."""


def compare(sent: list[tuple[str, tuple[Any, ...]]], now: Made) -> list[Difference]:
    """Line by line, what a report made again says otherwise than the one that was sent; words that only name a row do not count."""
    told = [n for n, column in enumerate(now.columns) if column.show in COMPARED]
    before, after = dict(sent), {line.key: line.values for line in now.lines}
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        then, new = before.get(key), after.get(key)
        if then is None or new is None or [then[n] for n in told] != [new[n] for n in told]:
            found.append(Difference(key, str((then or new or ("",))[0]), then, new))
    return found


def sent_rows(look: Look, sent: int) -> tuple[str, Period, str, list[tuple[str, tuple[Any, ...]]]]:
    """A report as it was sent: its name, period, choice, and rows by key. KeyError where there is none."""
    row = look.row("SELECT report, since, until, choice, body FROM sent_report WHERE id = :id", id=sent)
    if row is None:
        raise KeyError(sent)
    rows = [(key, tuple(values)) for key, values in json.loads(row[4])["rows"]]
    return row[0], Period(date.fromisoformat(row[1]), date.fromisoformat(row[2])), row[3], rows


def changed_since(look: Look, sent: int) -> tuple[Made, list[Difference]]:
    """The report as it is made now, and what it says otherwise than the one that was sent."""
    report, period, choice, rows = sent_rows(look, sent)
    now = report_of(report).make(look, period, choice)
    return now, compare(rows, now)


def difference_lines(look: Look, sent: int) -> list[str]:
    """What a report that was handed over says otherwise now, as lines for paper; under it the rows as they were sent."""
    report, asked, choice, rows = sent_rows(look, sent)
    now, found = changed_since(look, sent)
    kind = report_of(report)
    facts = look.row("SELECT day, sent_to, step FROM sent_report WHERE id = :id", id=sent) or ("", "", 0)
    label = kind.choices.get(choice)
    lines = [
        " · ".join(filter(None, (_(kind.title), _(label) if label else "", f"{asked.days['since']} – {asked.days['until']}"))),
        _(N_("handed over {day} to {whom}, at step {step}"), day=facts[0], whom=facts[1] or "–", step=facts[2]),
        "",
    ]
    heads = [column for column in now.columns if column.show in COMPARED]
    place = {column.name: n for n, column in enumerate(now.columns)}
    if not found:
        lines.append(_(N_("It is as it was sent: nothing differs.")))
    for each in found:
        if each.then is None or each.now is None:
            words = N_("{name}: was not there") if each.then is None else N_("{name}: is there no more")
            lines.append(_(words, name=each.name))
            values = each.now or each.then or ()
            lines += ["    " + _(N_("{what}: {more}"), what=_(column.label), more=shown(column, values[place[column.name]])) for column in heads]
            continue
        lines.append(each.name)
        for column in heads:
            then, new = each.then[place[column.name]], each.now[place[column.name]]
            if then != new:
                lines.append("    " + _(N_("{what}: {more}"), what=_(column.label), more=f"{shown(column, then)} → {shown(column, new)}"))
    wide = len(now.columns)
    as_sent = [(*values, *[None] * wide)[:wide] for _key, values in rows]
    return [*lines, "", _(N_("As it was sent:")), *table(now.columns, as_sent)]


def table(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """Rows as lines for paper: headings, columns under each other, figures at the right, and the sums of the columns that have one."""
    texts = [[_(column.label) for column in columns], *([shown(column, value) for column, value in zip(columns, row, strict=True)] for row in rows)]
    if any(column.total for column in columns):
        sums = [shown(column, sum(row[n] or 0 for row in rows)) if column.total else "" for n, column in enumerate(columns)]
        texts.append([sums[0] or _(N_("sum")), *sums[1:]])
    widths = [min(max(cell_len(safe(text[n])) for text in texts), WIDEST) for n in range(len(columns))]
    right = [column.show in (*COMPARED, Show.PERCENT) for column in columns]
    return ["  ".join(put(text[n], widths[n], right=right[n]) for n in range(len(columns))).rstrip() for text in texts]


def shown(column: Column, value: Any) -> str:
    """A value of a report for a person."""
    if value is None:
        return "–"
    writes: dict[Show, Callable[[int], str]] = {Show.MONEY: show_money, Show.QUANTITY: show_quantity, Show.PERCENT: show_percent}
    if column.show in writes:
        return writes[column.show](value)
    return _(column.words[value]) if column.show is Show.WORD and column.words.get(value) else str(value)


RULES = (
    Rule(
        N_("The parts of an order line that left are worth together what the line is worth."),
        "SELECT o.no || ' line ' || l.pos FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN shipment_line s ON s.order_line_id = l.id"
        " JOIN v_sale v ON v.shipment_line_id = s.id GROUP BY l.id HAVING sum(v.qty) = l.qty AND sum(v.amount) <> l.amount",
    ),
)
