"""The lists of orders: all of them, line by line, and what was lost by month; the words for what is stored."""

from __future__ import annotations

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.words import N_

STATES = {
    "draft": N_("draft"),
    "review": N_("in review"),
    "confirmed": N_("confirmed"),
    "hold": N_("held"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "void": N_("void"),
}
KINDS = {
    "sale": N_("sale"),
    "contract": N_("contract"),
    "sample": N_("sample"),
    "made to order": N_("made to order"),
}
"""Kinds of order: which checks its review asks for."""
SENT = {"none": "···", "some": "▪··", "most": "▪▪·", "all": "▪▪▪", "over": "▪▪▪+"}
"""How much of an order has left, by pieces: less than half is some, at least half most."""
FULFIL = {"none": N_("nothing sent"), "part": N_("partly sent"), "all": N_("all sent"), "over": N_("more sent than ordered")}
BILL = {"none": N_("not billed"), "part": N_("partly billed"), "all": N_("all billed")}
PAID = {
    "none": N_("not paid"),
    "deposit": N_("paid deposit"),
    "part": N_("partly paid"),
    "all": N_("paid"),
    "over": N_("paid too much"),
}
ALERTS = {"late": "▲", "hold": "‖", "caution": "!"}
"""Told by a shape: past its wanted day, held, or from a customer with a caution note."""
SHORT_REASONS = {"customer": N_("the customer does not want it"), "no stock": N_("no stock"), "price": N_("the price"), "other": N_("another reason")}
UNPAID = (
    "SELECT k.order_id FROM owed w CROSS JOIN claim k ON k.id = w.claim_id WHERE w.side = 'receivable' AND k.order_id IS NOT NULL"
    " GROUP BY k.order_id HAVING sum(w.open) > 0"
)
"""SQL: the orders of which something that was billed is not paid."""
ORDERS = Listing(
    name="orders",
    title=N_("Orders"),
    source="v_order",
    columns=(
        Column("alert", N_("!"), Show.WORD, 1, words=ALERTS, heading=N_("attention")),
        Column("no", N_("number"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=20, grows=True),
        Column("lines", N_("lines"), Show.COUNT, 5, wide=True),
        Column("progress", N_("S B P"), width=6, screen_only=True),
        Column("state", N_("state"), Show.WORD, 9, words=STATES),
        Column("wanted", N_("wanted"), Show.DAY, 7),
        Column("late", N_("late"), Show.COUNT, 4, wide=True),
        Column("total", N_("total"), Show.MONEY, 12, total=True),
        Column("salesperson", N_("salesperson"), width=10, wide=True),
        Column("their_no", N_("their number"), Show.CODE, 12, wide=True),
        Column("freight", N_("freight"), Show.MONEY, 10, wide=True, total=True, quiet=True),
        Column("shipped_on", N_("shipped", "day"), Show.DAY, 7, wide=True),
        Column("carrier", N_("carrier"), width=10, wide=True),
        Column("reason", N_("reason"), width=14, wide=True),
        Column("ship_to", N_("ship to"), width=20, wide=True),
        Column("missing", N_("missing checks"), width=16, wide=True),
        Column("took", N_("days to ship"), Show.COUNT, 5, wide=True),
        Column("kind", N_("kind"), Show.WORD, 10, wide=True, words=KINDS),
        Column("channel", N_("channel"), width=10, wide=True),
        Column("deal", N_("deal"), Show.CODE, 11, wide=True),
        Column("sent", N_("sent"), Show.WORD, 4, words=SENT, wide=True),
        Column("billed", N_("billed"), Show.MONEY, 12, wide=True, total=True),
        Column("paid", N_("paid"), Show.MONEY, 12, wide=True, total=True),
        Column("fulfil", N_("fulfilment"), Show.WORD, 12, words=FULFIL, export_only=True),
        Column("bill", N_("billing so far"), Show.WORD, 12, words=BILL, export_only=True),
        Column("pay", N_("payment", "how far"), Show.WORD, 12, words=PAID, export_only=True),
        Column("history", N_("history"), Show.COUNT, 1, export_only=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "lifecycle IN ('draft', 'review', 'confirmed', 'hold') AND void = 0 AND awaits"),
        View("to_ship", N_("to ship today"),
             "lifecycle = 'confirmed' AND void = 0 AND coalesce(wanted, :today) <= :today AND awaits AND snoozed IS NULL"),
        View("late", N_("late"), "lifecycle IN ('confirmed', 'hold') AND late > 0 AND snoozed IS NULL"),
        View("hold", N_("held"), "lifecycle = 'hold' AND void = 0"),
        View("review", N_("in review"), "lifecycle = 'review' AND void = 0"),
        View("slow", N_("past the days to ship"),
             "lifecycle = 'confirmed' AND void = 0 AND awaits AND coalesce(wanted, :today) <= :today"
             " AND took > (SELECT days FROM v_target WHERE name = 'ship')"),
        View("unpaid", N_("unpaid"), f"id IN ({UNPAID})"),
        View("to_bill", N_("to bill"), "lifecycle IN ('confirmed', 'hold') AND void = 0 AND to_bill > 0"),
        View("closed", N_("closed"), "state = 'closed'"),
        View("sold", N_("that stand"), "lifecycle NOT IN ('cancelled', 'draft') AND void = 0"),
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
        Column("qty", N_("quantity"), Show.QUANTITY, 9),
        Column("still", N_("open", "to be sent"), Show.QUANTITY, 8),
        Column("amount", N_("amount"), Show.MONEY, 12, total=True),
        Column("lost", N_("lost", "amount"), Show.MONEY, 12, wide=True, total=True, quiet=True),
        Column("kit", N_("kit"), Show.CODE, 12, wide=True),
        Column("name", N_("name"), width=20, wide=True),
        Column("price", N_("price"), Show.PRICE, 10, wide=True),
        Column("discount", N_("discount"), Show.PERCENT, 6, wide=True),
        Column("shipped", N_("shipped", "quantity"), Show.QUANTITY, 8, wide=True),
        Column("short_closed", N_("closed short"), Show.QUANTITY, 8, wide=True, quiet=True),
        Column("short_reason", N_("reason"), Show.WORD, 10, wide=True, words=SHORT_REASONS),
        Column("held", N_("state"), Show.WORD, 9, wide=True, words=STATES),
        Column("wanted", N_("wanted"), Show.DAY, 7, wide=True),
        Column("text", N_("customer's word for it"), width=14, wide=True),
        Column("approved_by", N_("approved by"), width=12, wide=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "lifecycle IN ('confirmed', 'hold') AND void = 0 AND still > 0"),
        View("lost", N_("lost for want of stock"), "short_reason = 'no stock' AND short_closed > 0 AND void = 0"),
        View("short", N_("closed short"), "short_closed > 0 AND void = 0"),
        View("all", N_("all")),
    ),
)

LOST_MONTHS = Listing(
    name="lost_months",
    title=N_("Lost by month"),
    source="v_lost_month",
    columns=(
        Column("month", N_("month"), Show.CODE, 8),
        Column("reason", N_("reason"), Show.WORD, 26, grows=True, words=SHORT_REASONS),
        Column("orders", N_("orders"), Show.COUNT, 7, total=True),
        Column("customers", N_("customers"), Show.COUNT, 9),
        Column("items", N_("items"), Show.COUNT, 7),
        Column("value", N_("value", "money"), Show.MONEY, 13, total=True),
        Column("lines", N_("lines"), Show.COUNT, 7, wide=True, total=True),
    ),
    order="month",
    descending=True,
    day="day",
    views=(View("all", N_("all")), View("stock", N_("for want of stock"), "reason = 'no stock'")),
)
