"""Orders: the lists, what a form needs to know, what a card shows."""
from __future__ import annotations

from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.money import line_amount
from deskbook.core.search import fold
from deskbook.core.store import Look
from deskbook.core.words import N_

STATES = {
    "draft": N_("draft"), "review": N_("in review"), "confirmed": N_("confirmed"), "hold": N_("held"), "closed": N_("closed"), "cancelled": N_("cancelled"), "void": N_("void"),
}
FULFIL = {"none": "··", "part": "▪·", "all": "▪▪", "over": "▪▪+"}
ORDERS = Listing(
    name="orders",
    title=N_("Orders"),
    source="v_order",
    columns=(
        Column("no", N_("number"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=20, grows=True),
        Column("lines", N_("lines"), Show.COUNT, 5),
        Column("fulfil", N_("sent"), Show.WORD, 4, words=FULFIL),
        Column("state", N_("state"), Show.WORD, 9, words=STATES),
        Column("wanted", N_("wanted"), Show.DAY, 7),
        Column("late", N_("late"), Show.COUNT, 4),
        Column("total", N_("total"), Show.MONEY, 12, total=True),
        Column("salesperson", N_("salesperson"), width=10, wide=True),
        Column("their_no", N_("their number"), Show.CODE, 12, wide=True),
        Column("freight", N_("freight"), Show.MONEY, 10, wide=True, total=True),
        Column("shipped_on", N_("shipped"), Show.DAY, 7, wide=True),
        Column("carrier", N_("carrier"), width=10, wide=True),
        Column("reason", N_("reason"), width=14, wide=True),
        Column("ship_to", N_("ship to"), width=20, wide=True),
        Column("history", N_("history"), Show.COUNT, 1, export_only=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "state IN ('draft', 'review', 'confirmed', 'hold')"),
        View("to_ship", N_("to ship today"), "state = 'confirmed' AND coalesce(wanted, :today) <= :today AND fulfil IN ('none', 'part')"),
        View("late", N_("late"), "late > 0"),
        View("hold", N_("held"), "state = 'hold'"),
        View("closed", N_("closed"), "state = 'closed'"),
        View("all", N_("all")),
    ),
)
ORDER_LINES = Listing(
    name="order_lines",
    title=N_("Order lines"),
    source="v_order_line",
    columns=(
        Column("no", N_("order"), Show.CODE, 11),
        Column("pos", N_("line"), Show.COUNT, 4),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=16, grows=True),
        Column("code", N_("item"), Show.CODE, 16),
        Column("qty", N_("quantity"), Show.QUANTITY, 9, total=True),
        Column("still", N_("open"), Show.QUANTITY, 8, total=True),
        Column("amount", N_("amount"), Show.MONEY, 12, total=True),
        Column("name", N_("name"), width=20, wide=True),
        Column("price", N_("price"), Show.PRICE, 10, wide=True),
        Column("discount", N_("discount"), Show.PERCENT, 6, wide=True),
        Column("shipped", N_("shipped"), Show.QUANTITY, 8, wide=True, total=True),
        Column("short_closed", N_("closed short"), Show.QUANTITY, 8, wide=True),
        Column("short_reason", N_("reason"), width=10, wide=True),
        Column("held", N_("state"), Show.WORD, 9, wide=True, words=STATES),
        Column("wanted", N_("wanted"), Show.DAY, 7, wide=True),
        Column("text", N_("customer's word for it"), width=14, wide=True),
        Column("approved_by", N_("approved by"), width=12, wide=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(View("open", N_("open"), "still > 0 AND held IN ('confirmed', 'hold')"), View("lost", N_("lost for want of stock"), "short_reason = 'no stock'"), View("all", N_("all"))),
)


def list_price(look: Look, item: int, day: str) -> int | None:
    """The list price (1/10,000) in force on a day, or None."""
    found: int | None = look.value("SELECT price FROM item_price WHERE item_id = :item AND kind = 'list' AND since <= :day ORDER BY since DESC LIMIT 1", item=item, day=day)
    return found


def last_price(look: Look, item: int, customer: int) -> tuple[int, str] | None:
    """The price (1/10,000) this customer last paid for an item, and the day."""
    sql = "SELECT l.price, o.day FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.item_id = :item AND o.customer_id = :customer AND o.void = 0 AND o.state <> 'cancelled' ORDER BY o.day DESC, l.id DESC LIMIT 1"
    row = look.row(sql, item=item, customer=customer)
    return (int(row[0]), str(row[1])) if row else None


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Orders by a fragment of their number, the customer's number or the customer."""
    word = fold(text)
    sql = "SELECT id, no, customer FROM v_order WHERE find LIKE '%' || :word || '%' ORDER BY id DESC LIMIT :limit"
    return [("orders", int(row), str(no), str(customer)) for row, no, customer in look.rows(sql, word=word, limit=limit)] if word else []


def _amounts(look: Look) -> list[str]:
    """Lines whose amount is not quantity x price less discount."""
    rows = look.rows("SELECT o.no, l.pos, l.qty, l.price, l.discount, l.amount FROM order_line l JOIN sales_order o ON o.id = l.order_id")
    return [f"{no} {pos}: {amount}" for no, pos, qty, price, discount, amount in rows if line_amount(qty, price, discount) != amount]


RULES = (
    Rule(N_("Every order line's amount is its quantity times its price"), prove=_amounts),
    Rule(N_("A closed order awaits nothing"), """
        SELECT DISTINCT no FROM v_order_line WHERE held = 'closed' AND open > 0 AND history = 0"""),
    Rule(N_("A confirmed order awaits something"), """
        SELECT o.no FROM sales_order o WHERE o.state = 'confirmed' AND o.void = 0 AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id)
           AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id)"""),
    Rule(N_("A cancelled order has sent nothing"), "SELECT DISTINCT no FROM v_order_line WHERE held = 'cancelled' AND shipped > 0"),
)
