"""Quotes: the lists, what a form needs to know, what a card shows, what the check recomputes."""

from __future__ import annotations

from dataclasses import dataclass

from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.money import line_amount
from deskbook.core.search import fold
from deskbook.core.store import Look
from deskbook.core.words import N_, _

STATES = {
    "draft": N_("draft"),
    "sent": N_("sent", "quote"),
    "won": N_("won"),
    "lost": N_("lost"),
    "replaced": N_("replaced", "quote"),
    "void": N_("void"),
}
ALERTS = {"expired": "▲", "moved": "±", "late": "…"}
"""Told by a shape: past its validity, made at a price that has moved since, not sent within the days the office gives itself."""
QUOTES = Listing(
    name="quotes",
    title=N_("Quotes"),
    source="v_quote",
    columns=(
        Column("alert", N_("!"), Show.WORD, 1, words=ALERTS, heading=N_("attention")),
        Column("no", N_("number"), Show.CODE, 11),
        Column("asked_on", N_("asked on"), Show.DAY, 8),
        Column("customer", N_("customer"), width=16, grows=True),
        Column("state", N_("state"), Show.WORD, 8, words=STATES),
        Column("valid_until", N_("good until"), Show.DAY, 10),
        Column("days", N_("days"), Show.COUNT, 4, quiet=True),
        Column("total", N_("total"), Show.MONEY, 12, total=True),
        Column("change", N_("basis moved"), Show.PERCENT, 8, wide=True),
        Column("sent_on", N_("sent on", "quote"), Show.DAY, 8, wide=True),
        Column("day", N_("day"), Show.DAY, 8, wide=True),
        Column("lines", N_("lines"), Show.COUNT, 5, wide=True),
        Column("salesperson", N_("salesperson"), width=10, wide=True),
        Column("order_no", N_("order"), Show.CODE, 11, wide=True),
        Column("series", N_("reference price"), Show.CODE, 10, wide=True),
        Column("basis", N_("basis"), Show.PRICE, 12, wide=True),
        Column("basis_day", N_("of the day"), Show.DAY, 8, wide=True),
        Column("latest", N_("now"), Show.PRICE, 12, wide=True),
        Column("reason", N_("reason"), width=14, wide=True),
        Column("their_no", N_("their number"), Show.CODE, 12, wide=True),
        Column("deal", N_("deal"), Show.CODE, 11, wide=True),
        Column("replaces", N_("replaces"), Show.CODE, 11, wide=True),
        Column("terms", N_("terms"), width=16, wide=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open", "quotes"), "lifecycle IN ('draft', 'sent') AND void = 0"),
        View("expiring", N_("expired or within 7 days"), "lifecycle = 'sent' AND void = 0 AND valid_until <= date(:today, '+7 days')"),
        View("moved", N_("basis moved"), "moved"),
        View("late", N_("not sent in time"), "late"),
        View("see_to", N_("to see to"), "id IN (SELECT ref FROM v_quote_task WHERE snoozed IS NULL)"),
        View("won", N_("won"), "lifecycle = 'won' AND void = 0"),
        View("lost", N_("lost"), "lifecycle = 'lost' AND void = 0"),
        View("all", N_("all")),
    ),
)
QUOTE_LINES = Listing(
    name="quote_lines",
    title=N_("Quote lines"),
    source="v_quote_line",
    columns=(
        Column("no", N_("quote"), Show.CODE, 11),
        Column("pos", N_("line"), Show.COUNT, 4),
        Column("day", N_("day"), Show.DAY, 8),
        Column("customer", N_("customer"), width=14, grows=True),
        Column("code", N_("item"), Show.CODE, 14),
        Column("qty", N_("quantity"), Show.QUANTITY, 9),
        Column("price", N_("price"), Show.PRICE, 10),
        Column("amount", N_("amount"), Show.MONEY, 12, total=True),
        Column("state", N_("state"), Show.WORD, 8, wide=True, words=STATES),
        Column("name", N_("name"), width=20, wide=True),
        Column("discount", N_("discount"), Show.PERCENT, 6, wide=True),
        Column("text", N_("customer's word for it"), width=14, wide=True),
        Column("approved_by", N_("approved by"), width=12, wide=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open", "quotes"), "lifecycle IN ('draft', 'sent') AND void = 0"),
        View("lost", N_("lost"), "lifecycle = 'lost' AND void = 0"),
        View("all", N_("all")),
    ),
)


@dataclass(frozen=True, slots=True)
class Head:
    """A quote as its form and card need it: ids where the form looks up rows, days ISO, total in cents, basis in 1/10,000, change in 1/100 %."""

    id: int
    no: str
    deal: str
    customer: int
    customer_name: str
    salesperson: int | None
    salesperson_name: str
    asked_on: str
    day: str
    sent_on: str | None
    valid_until: str | None
    state: str
    reason: str
    their_no: str
    terms: str
    note: str
    series: int | None
    series_code: str
    basis: int | None
    basis_day: str | None
    latest: int | None
    change: int | None
    moved: int
    alert: str
    days: int | None
    total: int
    order: int | None
    order_no: str
    replaces: int | None
    replaces_no: str


def head(look: Look, quote: int) -> Head | None:
    """One quote; None where there is none."""
    row = look.row(
        "SELECT id, no, deal, customer_id, customer, salesperson_id, coalesce(salesperson, ''), asked_on, day, sent_on, valid_until, state, reason,"
        " their_no, terms, note, series_id, coalesce(series, ''), basis, basis_day, latest, change, moved, alert, days, total,"
        " order_id, coalesce(order_no, ''), replaces_id, coalesce(replaces, '') FROM v_quote WHERE id = :quote",
        quote=quote,
    )
    return Head(*row) if row else None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a quote: quantity in 1/1,000, price in 1/10,000, discount in 1/100 %, amount in cents."""

    id: int
    pos: int
    item: int
    code: str
    name: str
    unit: str
    text: str
    qty: int
    price: int
    discount: int
    amount: int
    approved_by: str


def lines_of(look: Look, quote: int) -> list[LineRow]:
    """The lines of a quote in their order."""
    sql = (
        "SELECT id, pos, item_id, code, name, unit, text, qty, price, discount, amount, approved_by"
        " FROM v_quote_line WHERE quote_id = :quote ORDER BY pos"
    )
    return [LineRow(*row) for row in look.rows(sql, quote=quote)]


def revisable(look: Look, quote: int) -> bool:
    """Whether a new quote can take the place of one: it was sent or lost, or the order taken of it is cancelled."""
    sql = (
        "SELECT state IN ('sent', 'lost') OR state = 'won' AND EXISTS (SELECT 1 FROM sales_order o WHERE o.quote_id = quote.id AND o.void = 0"
        " AND o.state = 'cancelled') FROM quote WHERE id = :quote AND void = 0"
    )
    return bool(look.value(sql, quote=quote))


def expired(look: Look, quote: int) -> str:
    """The day a quote was good until, where that is past; "" while it is good."""
    return str(look.value("SELECT valid_until FROM v_quote WHERE id = :quote AND valid_until < today", quote=quote) or "")


def usual_terms(look: Look, customer: int) -> str:
    """The terms of the customer's last quote; "" where there is none."""
    return str(look.value("SELECT terms FROM quote WHERE customer_id = :customer AND void = 0 ORDER BY id DESC LIMIT 1", customer=customer) or "")


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Quotes by a fragment of their number, the customer's number or the customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, day, state FROM v_quote WHERE find LIKE '%' || :word || '%' ORDER BY state = 'void', id DESC LIMIT :limit"
    rows = look.rows(sql, word=word, limit=limit) if word else []
    return [("quotes", int(row), str(no), f"{customer} · {show_day(day)} · {_(STATES[state])}") for row, no, customer, day, state in rows]


def _amounts(look: Look) -> list[str]:
    """Lines whose amount is not quantity x price less discount."""
    rows = look.rows("SELECT q.no, l.pos, l.qty, l.price, l.discount, l.amount FROM quote_line l JOIN quote q ON q.id = l.quote_id")
    return [f"{no} {pos}: {amount}" for no, pos, qty, price, discount, amount in rows if line_amount(qty, price, discount) != amount]


RULES = (
    Rule(N_("Every quote line's amount is its quantity times its price"), prove=_amounts),
    Rule(
        N_("A quote is won by the order it became, and by no other"),
        """
        SELECT q.no FROM quote q WHERE q.void = 0
           AND (q.state = 'won') <> EXISTS (SELECT 1 FROM sales_order o WHERE o.quote_id = q.id AND o.void = 0
           AND NOT (q.state = 'replaced' AND o.state = 'cancelled'))
         UNION ALL SELECT q.no FROM quote q JOIN sales_order o ON o.quote_id = q.id AND o.void = 0 WHERE q.void = 0
         GROUP BY q.id HAVING count(*) > 1""",
    ),
    Rule(
        N_("An order has the deal of its quote"),
        "SELECT o.no FROM sales_order o JOIN quote q ON q.id = o.quote_id WHERE o.void = 0 AND o.deal <> q.deal",
    ),
    Rule(
        N_("A quote that replaces another is of the same deal and customer, and the other is replaced"),
        """
        SELECT q.no FROM quote q JOIN quote r ON r.id = q.replaces_id
         WHERE q.void = 0 AND (r.deal <> q.deal OR r.customer_id <> q.customer_id OR r.state <> 'replaced')""",
    ),
    Rule(N_("What was sent has the day it was sent on, not before it was asked"),
         "SELECT no FROM quote WHERE void = 0 AND (state = 'sent' AND sent_on IS NULL OR sent_on < asked_on)"),
    Rule(
        N_("An order whose review is not done is not confirmed"),
        """
        SELECT DISTINCT o.no FROM review_check c JOIN sales_order o ON o.id = c.order_id
         WHERE c.said_by = '' AND o.void = 0 AND o.state IN ('confirmed', 'hold', 'closed')""",
    ),
)
