"""Set targets; keep a report as it was handed over."""

from __future__ import annotations

import json
import re
from datetime import date

from deskbook.books.reports.made import Period
from deskbook.books.reports.queries import REPORTS, report_of
from deskbook.books.reports.tables import SentReport, Target
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def set_target(tx: Tx, *, month: str, amount: int, salesperson: int | None = None) -> int:
    """What is to be sold in a month (2026-06), cents, by a salesperson or (None) by the office; said again, the new amount holds. Returns its id."""
    if not MONTH.fullmatch(month):
        raise Refusal("month", N_("“{month}” is not a month; write it as 2026-06."), month=month)
    if not 0 <= amount < 10**13:
        raise Refusal("amount", N_("A target cannot be {amount}."), amount=show_money(amount))
    name = _(N_("the whole office"))
    if salesperson is not None:
        row = tx.row("SELECT name, salesperson FROM party WHERE id = :id AND void = 0 AND merged_into_id IS NULL", id=salesperson)
        if row is None or not row[1]:
            raise Refusal("salesperson", N_("{name} is not one of our salespeople."), name=row[0] if row else salesperson)
        name = row[0]
    tx.says(N_("target of {name} for {month}: {amount}"), name=name, month=month, amount=show_money(amount))
    found = tx.value("SELECT id FROM target WHERE salesperson_id IS :who AND month = :month", who=salesperson, month=month)
    if found is None:
        return tx.insert(Target, salesperson_id=salesperson, month=month, amount=amount)
    tx.update(Target, found, amount=amount)
    return int(found)


def send_report(tx: Tx, *, report: str, since: date | str, until: date | str, choice: str = "", sent_to: str = "") -> int:
    """Keep a report as it is now, because it is handed over; what differs later is listed against it. Returns its id."""
    if report not in {each.name for each in REPORTS}:
        raise Refusal("report", N_("There is no report “{report}”."), report=report)
    kind, period = report_of(report), Period(_day(since, "since"), _day(until, "until"))
    if period.until < period.since:
        raise Refusal("until", N_("The last day is before the first."))
    if choice and choice not in kind.choices:
        raise Refusal("choice", N_("There is no “{choice}” in this report."), choice=choice)
    choice = choice or next(iter(kind.choices), "")
    made = kind.make(tx, period, choice)
    if not made.lines:
        raise Refusal("", N_("There is nothing in that period to hand over."))
    step, digest = tx.row("SELECT id, digest FROM step WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1") or (0, "")
    body = {"columns": [column.name for column in made.columns], "rows": [[line.key, list(line.values)] for line in made.lines]}
    tx.says(N_("handed over {report}, {since} to {until}"), report=_(kind.title), since=period.days["since"], until=period.days["until"])
    return tx.insert(
        SentReport,
        report=report,
        **period.days,
        choice=choice,
        sent_to=clean(sent_to, field="sent_to", longest=80),
        day=tx.today.isoformat(),
        at=days.moment(),
        step=step,
        digest=digest,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )


def _day(value: date | str, field: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise Refusal(field, N_("“{day}” is not a day."), day=value) from None
