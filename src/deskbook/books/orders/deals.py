"""Ask about deals: all papers of one in order of time, an order's review sheet, and how long quotes and shipments take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.store import Look
from deskbook.core.words import N_

PAPERS = {
    "quote": N_("quote"),
    "order": N_("order"),
    "shipment": N_("shipment"),
    "claim": N_("claim"),
    "credit note": N_("credit note"),
    "payment": N_("payment"),
    "return": N_("return"),
    "notice": N_("payment notice"),
    "printing": N_("printed", "on the deal"),
    "paper": N_("paper", "filed"),
}
PAPER_STATES = {
    "draft": N_("draft"),
    "sent": N_("sent", "quote"),
    "won": N_("won"),
    "lost": N_("lost"),
    "replaced": N_("replaced", "quote"),
    "review": N_("in review"),
    "confirmed": N_("confirmed"),
    "hold": N_("held"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "picking": N_("picking"),
    "checked": N_("checked"),
    "shipped": N_("shipped"),
    "arrived": N_("arrived"),
    "open": N_("open"),
    "settled": N_("settled"),
    "bounced": N_("bounced"),
    "announced": N_("announced"),
    "received": N_("received"),
    "inspected": N_("inspected"),
    "held": N_("original held"),
    "missing": N_("original missing"),
    "not needed": N_("not needed"),
    "quote": N_("quote"),
    "contract": N_("contract"),
    "delivery": N_("delivery note"),
    "notice": N_("payment notice"),
    "statement": N_("statement"),
    "receipt": N_("receipt"),
    "day sheet": N_("day sheet"), "review sheet": N_("review sheet"),
}
DEALS = Listing(
    name="deals",
    title=N_("Papers of deals"),
    source="v_deal",
    columns=(
        Column("day", N_("day"), Show.DAY, width=11),
        Column("kind", N_("kind"), Show.WORD, width=14, words=PAPERS),
        Column("no", N_("number"), Show.CODE, width=12),
        Column("party", N_("name"), width=14, grows=True),
        Column("amount", N_("amount"), Show.MONEY, width=13),
        Column("state", N_("state"), Show.WORD, width=11, words=PAPER_STATES),
        Column("deal", N_("deal"), Show.CODE, width=12, wide=True),
    ),
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(View("all", N_("all")),),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a deal: day ISO, kind (of PAPERS), amount in cents or None, and the book and row where it is kept."""

    id: int
    day: str
    kind: str
    no: str
    amount: int | None
    state: str
    book: str
    row: int


def papers_of(look: Look, deal: str) -> list[Paper]:
    """All papers of a deal by its number, in order of time."""
    sql = "SELECT id, day, kind, no, amount, state, book, book_id FROM v_deal_paper WHERE deal = :deal ORDER BY day, id"
    return [Paper(*row) for row in look.rows(sql, deal=deal)]


@dataclass(frozen=True, slots=True)
class Check:
    """A line of a review sheet; said_by "" while it is missing, no_by who said no after a yes, was_by who had said yes before the order was changed.

    said_at, no_at: UTC moments.
    """

    name: str
    said_by: str
    said_at: str | None
    note: str
    no_by: str = ""
    no_at: str | None = None
    was_by: str = ""


def checks_of(look: Look, order: int) -> list[Check]:
    """The review sheet of an order."""
    sql = "SELECT name, said_by, said_at, note, no_by, no_at, was_by FROM review_check WHERE order_id = :order ORDER BY pos"
    return [Check(*row) for row in look.rows(sql, order=order)]


def rules_of(look: Look) -> dict[str, list[str]]:
    """The checks of each kind of order that has any."""
    found: dict[str, list[str]] = {}
    for kind, name in look.rows("SELECT kind, name FROM review_rule ORDER BY kind, pos"):
        found.setdefault(kind, []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long something took in a month (2026-11): how many, the median of their days in tenths of one, the longest in days, and which."""

    month: str
    count: int
    median: int
    longest: int
    ids: tuple[int, ...]


def quote_turnaround(look: Look, since: date | str, until: date | str) -> list[Turnaround]:
    """From being asked to sending the quote, by the month it was sent in."""
    sql = (
        "SELECT substr(sent_on, 1, 7), CAST(julianday(sent_on) - julianday(asked_on) AS INTEGER), id FROM quote"
        " WHERE void = 0 AND sent_on BETWEEN :since AND :until ORDER BY 1, 2"
    )
    return _medians(look.rows(sql, since=str(since), until=str(until)))


def ship_turnaround(look: Look, since: date | str, until: date | str) -> list[Turnaround]:
    """From the order's day to its last shipment, of orders from which nothing is awaited any more, by the month of that shipment."""
    sql = (
        "SELECT substr(last, 1, 7), CAST(julianday(last) - julianday(day) AS INTEGER), id FROM (SELECT o.id, o.day, max(h.shipped_on) AS last"
        " FROM sales_order o JOIN shipment h ON h.order_id = o.id AND h.void = 0 AND h.shipped_on IS NOT NULL"
        " WHERE o.void = 0 AND o.history = 0 AND o.state IN ('confirmed', 'hold', 'closed')"
        " AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id) GROUP BY o.id)"
        " WHERE last BETWEEN :since AND :until ORDER BY 1, 2"
    )
    return _medians(look.rows(sql, since=str(since), until=str(until)))


def _medians(rows: list[tuple[str, int, int]]) -> list[Turnaround]:
    """By month, of rows sorted by month and days: the middle one, or half way between the two in the middle."""
    found = []
    for month, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        took = [days for _month, days, _id in members]
        middle = len(took) // 2
        median = took[middle] * 10 if len(took) % 2 else (took[middle - 1] + took[middle]) * 5
        found.append(Turnaround(month, len(took), median, took[-1], tuple(row[2] for row in members)))
    return found


def target(look: Look, what: str) -> int:
    """Days that the office gives itself: what is quote (from being asked), ship (from the order) or good (how long a quote is)."""
    return int(look.value("SELECT days FROM v_target WHERE name = :what", what=what))
