"""Orders: what a form needs to know, what a card shows, what the check recomputes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from deskbook.books.claims.queries import balance
from deskbook.books.items.kits import kit_stock
from deskbook.books.items.queries import confusable
from deskbook.books.orders.kits import RULES as KIT_RULES
from deskbook.books.orders.listings import PAID, STATES
from deskbook.books.stock.queries import arrivals
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.money import line_amount, show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import fold
from deskbook.core.store import Look
from deskbook.core.words import N_, _, beside, clauses, listed, plural

BLOCKS = {
    "ship": N_("{party} is blocked: nothing is sent until that is lifted."),
    "bill": N_("{party} is blocked: nothing is sent or billed until that is lifted."),
    "all": N_("{party} is blocked: no order is taken, nothing is sent or billed until that is lifted."),
}
"""The three steps of blocking a customer, and what each stops."""


def missing_checks(look: Look, order: int) -> list[str]:
    """The checks of an order's review that nobody said yes to yet, in their order."""
    return [name for (name,) in look.rows("SELECT name FROM review_check WHERE order_id = :order AND said_by = '' ORDER BY pos", order=order)]


@dataclass(frozen=True, slots=True)
class Credit:
    """What a customer may owe and does: cents; limit None is none; oldest: days the oldest open claim is past due; block: a key of BLOCKS or ""."""

    owes: int
    oldest: int
    limit: int | None
    block: str

    def over(self, more: int = 0) -> int:
        """Cents over the limit with so much more; nothing or less: within it."""
        return 0 if self.limit is None else self.owes + more - self.limit


def credit_of(look: Look, customer: int) -> Credit:
    """What must be known of a customer before more is promised."""
    row = look.row("SELECT credit_limit, block FROM party WHERE id = :id", id=customer) or (None, "")
    oldest = look.value(
        "SELECT CAST(julianday(d.day) - julianday(min(o.due)) AS INTEGER) FROM owed o, office_day d"
        " WHERE o.party_id = :id AND o.side = 'receivable' AND o.open > 0",
        id=customer,
    )
    return Credit(balance(look, customer), max(oldest or 0, 0), row[0], row[1])


def worth_of(look: Look, order: int) -> int:
    """Cents that an order is worth, freight with it, without what is closed short."""
    return int(look.value("SELECT total + freight FROM v_order WHERE id = :order", order=order) or 0)


def billed_of(look: Look, order: int) -> int:
    """Cents of what an order is worth that are on claims; what was credited for goods that came back is not taken off."""
    sql = (
        "SELECT coalesce(sum(b.amount), 0) FROM claim k JOIN claim_line b ON b.claim_id = k.id WHERE k.order_id = :order AND k.void = 0"
        " AND b.return_line_id IS NULL AND (b.order_line_id IS NOT NULL OR k.kind = 'sale' AND b.item_id IS NULL)"
    )
    return int(look.value(sql, order=order))


def said_credit(look: Look, customer: int) -> str:
    """ "owes 12,300.00; oldest 63 days; limit 10,000.00; over by 2,300.00"; "" where nothing is owed and there is no limit."""
    credit = credit_of(look, customer)
    parts = [
        _("owes {amount}", amount=show_money(credit.owes)) if credit.owes > 0 else "",
        _("paid {amount} ahead", amount=show_money(-credit.owes)) if credit.owes < 0 else "",
        _("oldest {days} days", days=credit.oldest) if credit.oldest > 1 else _("oldest a day") if credit.oldest else "",
        _("limit {amount}", amount=show_money(credit.limit)) if credit.limit is not None else "",
        _("over by {amount}", amount=show_money(credit.over())) if credit.over() > 0 else "",
    ]
    return clauses(parts)


def refuse_blocked(look: Look, party: int, steps: Sequence[str], field: str = "") -> None:
    """Refusal that names the customer and what is stopped, where it is blocked at one of these steps (keys of BLOCKS)."""
    row = look.row("SELECT block, name FROM party WHERE id = :party AND block <> ''", party=party)
    if row and row[0] in steps:
        raise Refusal(field, BLOCKS[row[0]], party=row[1])


def claim_of(look: Look, order: int) -> str:
    """The number of the first claim over an order that stands; "" where it is not billed."""
    return str(look.value("SELECT no FROM claim WHERE order_id = :order AND void = 0 ORDER BY id LIMIT 1", order=order) or "")


def to_bill(look: Look, order: int) -> int:
    """What was shipped of an order that stands and is not billed, in cents."""
    return int(look.value("SELECT to_bill FROM v_order WHERE id = :order AND lifecycle IN ('confirmed', 'hold') AND void = 0", order=order) or 0)


def claims_of(look: Look, order: int) -> list[tuple[str, str, int, int]]:
    """The claims over an order: number, day, cents, and what is open of them; less than nothing is a credit note."""
    sql = (
        "SELECT k.no, k.day, k.amount, coalesce(w.open, 0) FROM claim k LEFT JOIN owed w ON w.claim_id = k.id"
        " WHERE k.order_id = :order AND k.void = 0 AND k.side = 'receivable' ORDER BY k.id"
    )
    return [(str(row[0]), str(row[1]), int(row[2]), int(row[3])) for row in look.rows(sql, order=order)]


def how_far(look: Look, order: int) -> str:
    """Where an order is, in one line: "shipped 7/10 · billed 7 · paid deposit", or "shipped 1/3 lines" of several units; "" for one without lines."""
    reckoned = _sent_and_billed(look, order)
    if reckoned is None:
        return ""
    shipped, billed, whole = reckoned
    parts = [_("shipped {part}/{whole}", part=shipped, whole=whole)]
    if (pay := look.value("SELECT pay FROM v_order WHERE id = :order", order=order)) is not None:
        parts += [_("billed {part}", part=billed), _(PAID[pay])]
    return " · ".join(parts)


def _sent_and_billed(look: Look, order: int) -> tuple[str, str, str] | None:
    """What was sent and billed of an order, and all of it: the quantity where its lines have one unit, for kilograms and pieces add up to nothing,
    else how many lines of which all was. None for an order without lines."""
    sql = (
        "SELECT count(DISTINCT unit), count(*), sum(shipped), sum(billed), sum(qty - short_closed), sum(shipped >= qty - short_closed),"
        " sum(billed >= qty - short_closed) FROM v_order_line WHERE order_id = :order"
    )
    units, lines, shipped, billed, whole, all_shipped, all_billed = look.row(sql, order=order) or (0,) * 7
    if not lines:
        return None
    if units == 1:
        return show_quantity(shipped), show_quantity(billed), show_quantity(whole)
    all_lines = _(plural(lines, N_("{count} line"), N_("{count} lines")), count=lines)
    return str(all_shipped), f"{all_billed}/{all_lines}", all_lines


def last_price(look: Look, item: int, customer: int) -> tuple[int, str] | None:
    """The price (1/10,000) this customer last paid for an item, and the day; a part's share of a kit is no price, nor is what was sent again."""
    sql = (
        "SELECT coalesce(l.kit_price, l.price), o.day FROM order_line l JOIN sales_order o ON o.id = l.order_id"
        " WHERE (l.item_id = :item AND l.kit_id IS NULL OR l.kit_id = :item) AND l.return_line_id IS NULL AND o.customer_id = :customer"
        " AND o.void = 0 AND o.state NOT IN ('draft', 'cancelled') ORDER BY o.day DESC, l.id DESC LIMIT 1"
    )
    row = look.row(sql, item=item, customer=customer)
    return (int(row[0]), str(row[1])) if row else None


def easily_taken_for(look: Look, item: int) -> list[str]:
    """Codes of other items in the catalogue that a tired eye takes for this one's."""
    return [code for _id, code, _name in confusable(look, str(look.value("SELECT code FROM item WHERE id = :item", item=item) or ""), item)]


def available(look: Look, item: int) -> str:
    """What can be sold of an item, in words: "Available 2, 3 arrive Wed 25 (Hongda)"; of a kit how many its parts make, and which limits it."""
    if (kit := kit_stock(look, item)) is not None:
        return beside(_("Available {qty}", qty=show_quantity(kit.kits)), kit.words)
    shelf = "SELECT coalesce(sum(b.qty), 0) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = :item AND p.kind = 'shelf'"
    free = look.value(shelf, item=item) - look.value("SELECT coalesce(sum(qty), 0) FROM reservation WHERE item_id = :item", item=item)
    coming = arrivals(look, item)
    if not coming:
        return _("Available {qty}", qty=show_quantity(free))
    return _("Available {qty}, {arrival}", qty=show_quantity(free), arrival=coming[0].words)


def owed(look: Look, order: int) -> str:
    """One line about what an order still awaits: "partly shipped: 7 of 10; 3 arrive Wed 25 (Hongda)"; "" where all is sent."""
    row = look.row("SELECT state, fulfil, late, reason, history FROM v_order WHERE id = :order", order=order)
    if row is None:
        return ""
    state, fulfil, late, reason, history = row
    parts = []
    if over := look.value("SELECT over_limit FROM sales_order WHERE id = :order", order=order):
        parts.append(_("taken {amount} over the credit limit", amount=show_money(over)))
    if state == "hold":
        parts.append(_("held: {reason}", reason=reason))
    elif state == "cancelled":
        parts.append(_("cancelled: {reason}", reason=reason))
    elif state in ("draft", "review") and (missing := missing_checks(look, order)):
        parts.append(_("missing of its review: {checks}", checks=listed(missing)))
    if fulfil == "part" and state != "void" and (reckoned := _sent_and_billed(look, order)):
        parts.append(_("partly shipped: {shipped} of {qty}", shipped=reckoned[0], qty=reckoned[2]))
    if history:
        parts.append(_("from before the book was opened"))
    if state in ("confirmed", "hold"):
        if late:
            parts.append(_("{days} days late", days=late) if late > 1 else _("a day late"))
        parts += _lacking(look, order)
    return clauses(parts)


def _lacking(look: Look, order: int) -> list[str]:
    """Of the first item of which too little is on the shelves: how much lacks, and when more arrives."""
    sql = (
        "SELECT item_id, code, sum(still) AS wanted, (SELECT coalesce(sum(b.qty), 0) FROM stock_balance b JOIN place p ON p.id = b.place_id"
        " WHERE b.item_id = v.item_id AND p.kind = 'shelf') AS there"
        " FROM v_order_line v WHERE order_id = :order AND still > 0 GROUP BY item_id, code ORDER BY min(pos)"
    )
    rows = look.rows(sql, order=order)
    short = [row for row in rows if row[2] > row[3]]
    if not short:
        return []
    item, code, wanted, there = short[0]
    coming = arrivals(look, item)
    lack = _("{qty} of {item} lacking", qty=show_quantity(wanted - max(there, 0)), item=code)
    others = plural(len(short) - 1, N_("{count} more item lacking"), N_("{count} more items lacking"))
    more = [_(others, count=len(short) - 1)] if len(short) > 1 else []
    if not coming:
        return [lack, *more]
    return [coming[0].words if len(rows) == 1 else _(N_("{what}, {more}"), what=lack, more=coming[0].words), *more]


@dataclass(frozen=True, slots=True)
class Head:
    """An order as its form and card need it; ids where the form looks up rows, days ISO, freight in cents."""

    id: int
    no: str
    day: str
    state: str
    customer: int
    customer_name: str
    salesperson: int | None
    salesperson_name: str
    wanted: str | None
    their_no: str
    carrier: int | None
    carrier_name: str
    freight: int
    ship_to: str
    note: str
    reason: str
    total: int
    history: int
    fulfil: str
    late: int | None
    phone: str
    caution: str
    deal: str
    quote: int | None
    kind: str
    channel: str


def head(look: Look, order: int) -> Head | None:
    """One order; None where there is none."""
    sql = (
        "SELECT v.id, v.no, v.day, v.state, v.customer_id, v.customer, v.salesperson_id, coalesce(v.salesperson, ''),"
        " v.wanted, v.their_no, v.carrier_id, coalesce(v.carrier, ''), v.freight, v.ship_to, v.note, v.reason,"
        " v.total, v.history, coalesce(v.fulfil, 'none'), v.late,"
        " coalesce((SELECT phone FROM v_party WHERE id = v.customer_id), ''),"
        " p.caution, v.deal, v.quote_id, v.kind, v.channel"
        " FROM v_order v JOIN party p ON p.id = v.customer_id WHERE v.id = :order"
    )
    row = look.row(sql, order=order)
    return Head(*row) if row else None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an order: quantities in 1/1,000, price in 1/10,000, discount in 1/100 %, amount in cents."""

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
    shipped: int
    open: int
    short_closed: int
    short_reason: str
    approved_by: str
    kit: int | None = None
    kit_code: str = ""
    kit_pos: int | None = None
    kit_qty: int | None = None
    kit_price: int | None = None
    kit_discount: int | None = None
    returned: int = 0
    again: int | None = None


def as_sold(lines: Sequence[LineRow]) -> list[LineRow]:
    """The lines with the parts of each kit as one: the kit's item, how many, its price and discount; its id is that of its first part's line."""
    found: list[LineRow] = []
    for line in lines:
        if line.kit is None or line.kit_qty is None or line.kit_price is None:
            found.append(line)
        elif found and found[-1].kit_pos == line.kit_pos:
            found[-1] = replace(found[-1], amount=found[-1].amount + line.amount)
        else:
            kit, code, qty, price = line.kit, line.kit_code, line.kit_qty, line.kit_price
            found.append(replace(line, item=kit, code=code, name="", qty=qty, price=price, discount=line.kit_discount or 0))
    return found


def lines_of(look: Look, order: int) -> list[LineRow]:
    """The lines of an order in their order."""
    sql = (
        "SELECT id, pos, item_id, code, name, unit, text, qty, price, discount, amount, shipped, still, short_closed, short_reason, approved_by,"
        " kit_id, coalesce(kit, ''), kit_pos, kit_qty, kit_price, kit_discount, returned, return_line_id"
        " FROM v_order_line WHERE order_id = :order ORDER BY pos"
    )
    return [LineRow(*row) for row in look.rows(sql, order=order)]


def not_sendable(look: Look, order: int) -> str:
    """Why no shipment of an order can be made now, in the language in use; "" where one can, or one is being made."""
    row = look.row("SELECT iif(void, 'void', state) FROM sales_order WHERE id = :order", order=order)
    if row is None or row[0] != "confirmed":
        return _("it is {state}", state=_(STATES[row[0]])) if row else _("there is no such order")
    if look.value("SELECT 1 FROM shipment WHERE order_id = :order AND state IN ('picking', 'checked') AND void = 0", order=order):
        return ""
    there = (
        "SELECT 1 FROM reservation r JOIN item i ON i.id = r.item_id WHERE r.order_id = :order AND (i.allow_negative OR EXISTS"
        " (SELECT 1 FROM stock_balance b JOIN place p ON p.id = b.place_id"
        " WHERE b.item_id = r.item_id AND p.kind = 'shelf' AND p.closed = 0 AND b.qty > 0))"
    )
    if look.value(there, order=order):
        return ""
    return _("none of it is on a shelf; {more}", more=clauses(_lacking(look, order)))


def shipments_of(look: Look, order: int) -> list[tuple[int, str, str, str | None, str, str]]:
    """Shipments of an order: id, number, state, day it left, carrier, waybill; those given up left out."""
    sql = (
        "SELECT h.id, h.no, h.state, h.shipped_on, coalesce(k.name, ''), h.waybill FROM shipment h LEFT JOIN party k ON k.id = h.carrier_id"
        " WHERE h.order_id = :order AND h.void = 0 AND h.state <> 'cancelled' ORDER BY h.id"
    )
    return [(int(row[0]), str(row[1]), str(row[2]), row[3], str(row[4]), str(row[5])) for row in look.rows(sql, order=order)]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Orders by a fragment of their number, the customer's number or the customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, day, state FROM v_order WHERE find LIKE '%' || :word || '%' ORDER BY state = 'void', id DESC LIMIT :limit"
    rows = look.rows(sql, word=word, limit=limit) if word else []
    return [("orders", int(row), str(no), f"{customer} · {show_day(day)} · {_(STATES[state])}") for row, no, customer, day, state in rows]


def _amounts(look: Look) -> list[str]:
    """Lines whose amount is not quantity x price less discount; those of kits have their own rule."""
    sql = "SELECT o.no, l.pos, l.qty, l.price, l.discount, l.amount FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.kit_id IS NULL"
    rows = look.rows(sql)
    return [f"{no} {pos}: {amount}" for no, pos, qty, price, discount, amount in rows if line_amount(qty, price, discount) != amount]


RULES = (
    *KIT_RULES,
    Rule(N_("Every order line's amount is its quantity times its price"), prove=_amounts),
    Rule(
        N_("A closed order awaits nothing"),
        """
        SELECT DISTINCT no FROM v_order_line WHERE held = 'closed' AND open > 0 AND history = 0""",
    ),
    Rule(
        N_("A closed order is billed and paid, or from before the book was opened"),
        "SELECT no FROM v_order WHERE lifecycle = 'closed' AND void = 0 AND history = 0 AND (bill <> 'all' OR pay NOT IN ('all', 'over'))",
    ),
    Rule(
        N_("A confirmed order awaits goods, a bill, money or the end of a return"),
        """
        SELECT no FROM v_order v WHERE lifecycle = 'confirmed' AND void = 0 AND lines > 0 AND NOT awaits AND bill = 'all' AND pay = 'all'
           AND NOT EXISTS (SELECT 1 FROM goods_return g WHERE g.void = 0 AND g.state IN ('announced', 'received', 'inspected')
                              AND (g.order_id = v.id OR g.shipment_id IN (SELECT h.id FROM shipment h WHERE h.order_id = v.id)))""",
    ),
    Rule(
        N_("No more is billed of a line than was sent or, where the order was billed at once, ordered; no more came back than was sent"),
        "SELECT no || ' ' || pos FROM v_order_line WHERE held NOT IN ('void', 'cancelled') AND (returned > shipped OR billed < 0"
        # pieces worth nothing are on no credit note when there are fewer of them
        " OR billed > qty AND (SELECT sum(b.amount) FROM claim_line b JOIN claim k ON k.id = b.claim_id AND k.void = 0"
        " WHERE b.order_line_id = v_order_line.id AND b.return_line_id IS NULL) > amount"
        " OR billed > shipped AND EXISTS (SELECT 1 FROM claim_line b JOIN claim k ON k.id = b.claim_id AND k.void = 0"
        " WHERE b.order_line_id = v_order_line.id AND b.shipment_line_id IS NOT NULL AND b.qty > 0 AND b.return_line_id IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM claim_line b JOIN claim k ON k.id = b.claim_id AND k.void = 0"
        " WHERE b.order_line_id = v_order_line.id AND b.shipment_line_id IS NULL AND b.qty > 0))",
    ),
    Rule(N_("A cancelled order has sent nothing"), "SELECT DISTINCT no FROM v_order_line WHERE held = 'cancelled' AND shipped > 0"),
)
