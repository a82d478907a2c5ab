"""The lists of what is owed and paid: claims, their lines, payments and allocations; the words for what is stored."""

from __future__ import annotations

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.words import N_

SIDES = {"receivable": N_("owed to us"), "payable": N_("owed by us")}
CLAIM_KINDS = {
    "sale": N_("sale"),
    "purchase": N_("purchase", "owed"),
    "charge": N_("charge"),
    "credit": N_("credit note"),
    "opening": N_("opening"),
    "refund": N_("paid back"),
}
CLAIM_STATES = {
    "open": N_("open"),
    "part": N_("part paid"),
    "overdue": N_("overdue"),
    "credit": N_("credit", "in the customer's favour"),
    "settled": N_("settled"),
    "void": N_("taken back"),
}
HOLDS = {"dispute": N_("dispute"), "promise": N_("promised")}
PAYMENT_KINDS = {"received": N_("received", "money"), "paid": N_("paid"), "paid back": N_("paid back"), "got back": N_("came back")}
PAYMENT_STATES = {"open": N_("not allocated"), "settled": N_("allocated"), "bounced": N_("bounced"), "void": N_("taken back")}
ALLOCATION_KINDS = {
    "payment": N_("payment"),
    "credit": N_("credit note"),
    "difference": N_("small difference"),
    "bad debt": N_("bad debt"),
    "refund": N_("paid back"),
}

_OWED = "id IN (SELECT claim_id FROM owed WHERE side = '{}')"
CLAIMS = Listing(
    name="claims",
    title=N_("Owed"),
    source="v_claim",
    order="due",
    find=("find",),
    day="day",
    views=(
        View("overdue", N_("overdue, owed to us"), "id IN (SELECT claim_id FROM owed WHERE side = 'receivable' AND open > 0 AND due < :today)"),
        View("receivable", N_("all owed to us"), _OWED.format("receivable")),
        View("payable", N_("owed by us"), _OWED.format("payable")),
        View("due_week", N_("due within 7 days"), "id IN (SELECT claim_id FROM owed WHERE open > 0 AND due <= date(:today, '+7 days'))"),
        View("held", N_("disputed or promised"), "id IN (SELECT claim_id FROM owed WHERE side = 'receivable') AND hold IS NOT NULL"),
        View("credit", N_("credit notes"), "amount < 0"),
        View("settled", N_("settled"), "state = 'settled'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=11),
        Column("party", N_("party"), width=14, grows=True),
        Column("due", N_("due"), Show.DAY, width=10),
        Column("late", N_("late", "money"), Show.COUNT, width=4),
        Column("amount", N_("amount"), Show.MONEY, width=11, total=True),
        Column("open", N_("open", "amount"), Show.MONEY, width=11, total=True),
        Column("state", N_("state"), Show.WORD, width=9, words=CLAIM_STATES),
        Column("day", N_("day"), Show.DAY, width=10, wide=True),
        Column("order_no", N_("order"), Show.CODE, width=11, wide=True),
        Column("level", N_("level"), Show.COUNT, width=5, wide=True),
        Column("hold", N_("hold"), Show.WORD, width=9, words=HOLDS, wide=True),
        Column("their_no", N_("their number"), Show.CODE, width=14, wide=True),
        Column("side", N_("side"), Show.WORD, words=SIDES, export_only=True),
        Column("kind", N_("kind"), Show.WORD, words=CLAIM_KINDS, export_only=True),
        Column("settled", N_("settled"), Show.MONEY, export_only=True),
        Column("salesperson", N_("salesperson"), export_only=True),
        Column("deal", N_("deal"), Show.CODE, export_only=True),
        Column("shipment_no", N_("shipment"), Show.CODE, export_only=True),
        Column("purchase_no", N_("purchase"), Show.CODE, export_only=True),
        Column("text", N_("text"), export_only=True),
    ),
)

CLAIM_LINES = Listing(
    name="claim_lines",
    title=N_("Lines of what is owed"),
    source="v_claim_line",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(View("all", N_("all")), View("charges", N_("freight and charges"), "item_id IS NULL AND kind <> 'void'")),
    columns=(
        Column("no", N_("number"), Show.CODE, width=12),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("party", N_("party"), width=14),
        Column("code", N_("code"), Show.CODE, width=14),
        Column("name", N_("name"), width=14, grows=True),
        Column("qty", N_("quantity"), Show.QUANTITY, width=9),
        Column("price", N_("price"), Show.PRICE, width=10),
        Column("amount", N_("amount"), Show.MONEY, width=12, total=True),
        Column("text", N_("text"), width=20, wide=True),
        Column("unit", N_("unit"), width=5, wide=True),
        Column("side", N_("side"), Show.WORD, words=SIDES, export_only=True),
        Column("kind", N_("kind"), Show.WORD, words=CLAIM_KINDS | {"void": N_("taken back")}, export_only=True),
    ),
)

PAYMENTS = Listing(
    name="payments",
    title=N_("Payments"),
    source="v_payment",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("standing", N_("received and paid"), "state <> 'void'"),
        View("open", N_("not allocated"), "id IN (SELECT payment_id FROM unallocated)"),
        View("received", N_("from customers"), "side = 'receivable' AND state <> 'void'"),
        View("paid", N_("to suppliers"), "side = 'payable' AND state <> 'void'"),
        View("bounced", N_("bounced"), "state = 'bounced'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=11),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("party", N_("party"), width=14, grows=True),
        Column("taken_in", N_("in"), Show.MONEY, width=11, total=True, quiet=True),
        Column("paid_out", N_("out"), Show.MONEY, width=11, total=True, quiet=True),
        Column("open", N_("not allocated"), Show.MONEY, width=13, total=True, quiet=True),
        Column("state", N_("state"), Show.WORD, width=13, words=PAYMENT_STATES, wide=True),
        Column("account", N_("account"), width=10, wide=True),
        Column("order_no", N_("order"), Show.CODE, width=11, wide=True),
        Column("document", N_("document"), Show.CODE, width=12, wide=True),
        Column("note", N_("note"), width=20, wide=True),
        Column("side", N_("side"), Show.WORD, words=SIDES, export_only=True),
        Column("kind", N_("kind"), Show.WORD, words=PAYMENT_KINDS, export_only=True),
        Column("allocated", N_("allocated"), Show.MONEY, export_only=True),
        Column("bounced_on", N_("bounced on"), Show.DAY, export_only=True),
    ),
)

ALLOCATIONS = Listing(
    name="allocations",
    title=N_("Allocations"),
    source="v_allocation",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(View("standing", N_("standing"), "red = 0"), View("all", N_("all, with what was let go"))),
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("party", N_("party"), width=14, grows=True),
        Column("claim", N_("claim"), Show.CODE, width=11),
        Column("kind", N_("by"), Show.WORD, width=16, words=ALLOCATION_KINDS),
        Column("payment", N_("payment"), Show.CODE, width=11),
        Column("credit", N_("credit note"), Show.CODE, width=11, wide=True),
        Column("amount", N_("amount"), Show.MONEY, width=12, total=True),
        Column("entry", N_("entry"), Show.CODE, width=11, wide=True),
        Column("refund", N_("paid back"), Show.CODE, width=11, wide=True),
        Column("side", N_("side"), Show.WORD, words=SIDES, export_only=True),
        Column("red", N_("let go"), Show.COUNT, export_only=True),
    ),
)
