"""What we ordered, what comes when, and whom a late line leaves short."""
from __future__ import annotations

from typing import NamedTuple

from deskbook.books.stock.queries import on_shelf, to_order
from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.search import find_terms
from deskbook.core.store import Look
from deskbook.core.words import N_

STATES = {
    "draft": N_("draft"),
    "sent": N_("sent", "purchase"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "void": N_("taken back"),
}
"""The life of a purchase."""
RECEIVED = {"none": "···", "part": "▪··", "all": "▪▪▪"}
"""How far a purchase has come in."""

PURCHASES = Listing(
    name="purchases",
    title=N_("Purchases"),
    source="v_purchase",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "state = 'sent'"),
        View("late", N_("overdue", "goods"), "id IN (SELECT purchase_id FROM expected) AND overdue > 0"),
        View("arriving", N_("Arriving today"), "id IN (SELECT purchase_id FROM expected WHERE promised = :today)"),
        View("unpromised", N_("without a day"), "state = 'sent' AND promised IS NULL"),
        View("to_bill", N_("to bill"), "state IN ('sent', 'closed') AND to_bill > 0"),
        View("closed", N_("closed"), "state = 'closed'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=12),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("supplier", N_("supplier"), width=14, grows=True),
        Column("lines", N_("lines"), Show.COUNT, width=5),
        Column("received", N_("came"), Show.WORD, width=5, words=RECEIVED),
        Column("promised", N_("promised"), Show.DAY, width=10),
        Column("late", N_("late"), Show.COUNT, width=5, quiet=True),
        Column("total", N_("total"), Show.MONEY, width=13, total=True),
        Column("state", N_("state"), Show.WORD, width=10, words=STATES, wide=True),
        Column("their_no", N_("their number"), Show.CODE, width=14, wide=True),
        Column("note", N_("note"), width=24, wide=True),
    ),
)

PURCHASE_LINES = Listing(
    name="purchase-lines",
    title=N_("Purchase lines"),
    source="v_purchase_line",
    order="promised",
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "open > 0"),
        View("overdue", N_("overdue", "goods"), "overdue = 1"),
        View("unpromised", N_("without a day"), "open > 0 AND promised IS NULL"),
        View("all", N_("all")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=12),
        Column("supplier", N_("supplier"), width=12),
        Column("code", N_("code"), Show.CODE, width=13),
        Column("name", N_("name"), width=10, grows=True),
        Column("open", N_("open", "to come"), Show.QUANTITY, width=7),
        Column("promised", N_("promised"), Show.DAY, width=10),
        Column("late", N_("late"), Show.COUNT, width=5, quiet=True),
        Column("qty", N_("ordered"), Show.QUANTITY, width=8, wide=True),
        Column("received", N_("received"), Show.QUANTITY, width=8, wide=True),
        Column("day", N_("ordered on"), Show.DAY, width=10, wide=True),
        Column("slip", N_("slip"), Show.COUNT, width=5, wide=True),
        Column("lead", N_("took"), Show.COUNT, width=5, wide=True),
        Column("price", N_("price"), Show.PRICE, width=11, wide=True),
        Column("amount", N_("amount"), Show.MONEY, width=13, wide=True, total=True),
        Column("state", N_("state"), Show.WORD, words=STATES, export_only=True),
        Column("unit", N_("unit"), export_only=True),
        Column("wanted", N_("wanted on"), Show.DAY, export_only=True),
        Column("promised_first", N_("promised first"), Show.DAY, export_only=True),
        Column("promises", N_("promises", "how many"), Show.COUNT, export_only=True),
        Column("received_on", N_("received on"), Show.DAY, export_only=True),
        Column("short_closed", N_("given up", "quantity"), Show.QUANTITY, export_only=True),
        Column("short_reason", N_("why given up"), export_only=True),
    ),
)


def to_bill(look: Look, purchase: int) -> int:
    """What was accepted of a purchase and is on no claim, in cents."""
    return int(look.value("SELECT to_bill FROM v_purchase WHERE id = :purchase", purchase=purchase) or 0)


class Head(NamedTuple):
    """A purchase. state: a key of STATES."""

    id: int
    no: str
    day: str
    supplier_id: int
    supplier: str
    state: str
    their_no: str
    note: str
    total: int
    received: str
    late: int
    phone: str | None


def head(look: Look, purchase: int) -> Head | None:
    """A purchase with its supplier's phone; None where there is none."""
    sql = """SELECT p.id, p.no, p.day, p.supplier_id, p.supplier, p.state, p.their_no, p.note, p.total, p.received, p.late,
               (SELECT phone FROM v_party WHERE id = p.supplier_id)
          FROM v_purchase p WHERE p.id = :purchase"""
    found = look.row(sql, purchase=purchase)
    return Head(*found) if found else None


class PurchaseLineRow(NamedTuple):
    """A line of a purchase; quantities in 1/1000, days as ISO text."""

    id: int
    item: int
    code: str
    name: str
    decimals: int
    qty: int
    price: int
    amount: int
    received: int
    open: int
    promised: str | None
    promised_first: str | None
    promises: int
    overdue: int
    short_closed: int
    short_reason: str


def lines_of(look: Look, purchase: int) -> list[PurchaseLineRow]:
    """The lines of a purchase in their order."""
    sql = """SELECT id, item_id, code, name, decimals, qty, price, amount, received, open, promised, promised_first, promises, overdue,
               short_closed, short_reason FROM v_purchase_line WHERE purchase_id = :purchase ORDER BY pos, id"""
    return [PurchaseLineRow(*row) for row in look.rows(sql, purchase=purchase)]


class Promise(NamedTuple):
    """What a supplier said once. slip: days later than the time before (None the first time)."""

    promised: str
    said_on: str
    said_by: str
    slip: int | None


def promises_of(look: Look, line: int) -> list[Promise]:
    """Every day named for a line, oldest first."""
    sql = """SELECT promised, said_on, said_by, CAST(julianday(promised) - julianday(lag(promised) OVER (ORDER BY id)) AS INTEGER)
          FROM purchase_promise WHERE purchase_line_id = :line ORDER BY id"""
    return [Promise(*row) for row in look.rows(sql, line=line)]


class Slip(NamedTuple):
    """How a supplier kept its word on a line, in days (R11).

    slip: the promise now less the first; late: the last receipt (today, while some is open) less the first promise;
    lead: the last receipt less the order.
    """

    slip: int | None
    late: int | None
    lead: int | None


def slip(look: Look, line: int) -> Slip:
    """Slip, lateness and lead time of a line; None where it has no promise or was not received whole."""
    return Slip(*(look.row("SELECT slip, late, lead FROM v_purchase_line WHERE id = :line", line=line) or (None, None, None)))


class Hit(NamedTuple):
    """A customer's order that a line leaves short: by how much on its day, and when the line comes (None: nobody knows)."""

    order: int
    no: str
    customer: str
    phone: str | None
    due: str | None
    short: int
    arrives: str | None


def hit_by(look: Look, line: int) -> list[Hit]:
    """Customer orders that would be served on their day if the line came today, and are not as it is promised now; earliest due first.

    Goods go to orders by their day, then by entry. An order without a day, or past it, is due today; a receipt past its day counts as none.
    """
    row = look.row("SELECT item_id, qty, promised FROM expected WHERE purchase_line_id = :line", line=line)
    if row is None:
        return []
    item, qty, promised = row
    today = str(look.value("SELECT day FROM office_day"))
    others = "SELECT promised, qty FROM expected WHERE item_id = :item AND purchase_line_id <> :line AND promised >= :today"
    coming = look.rows(others, item=item, line=line, today=today)
    sql = """SELECT r.order_id, o.no, c.name,
               (SELECT phone FROM v_party WHERE id = c.id),
               r.due, max(coalesce(r.due, :today), :today), r.qty
          FROM reservation r JOIN sales_order o ON o.id = r.order_id JOIN party c ON c.id = o.customer_id
         WHERE r.item_id = :item ORDER BY 6, r.order_line_id"""
    shelf, needed, hits = on_shelf(look, item), 0, []
    for order, no, customer, phone, due, by, want in look.rows(sql, item=item, today=today):
        needed += want
        supply = shelf + sum(come for day, come in coming if day <= by)
        here = qty if promised is not None and today <= promised <= by else 0
        lacks, would_lack = (min(want, max(0, needed - supply - extra)) for extra in (here, qty))
        if lacks > would_lack:
            hits.append(Hit(order, no, customer, phone, due, lacks - would_lack, promised if promised and promised >= today else None))
    return hits


class Draft(NamedTuple):
    """A line that low stock proposes to order."""

    item: int
    code: str
    qty: int
    price: int


def drafts(look: Look, items: list[int]) -> tuple[dict[int, list[Draft]], list[str]]:
    """What to order of these items by supplier, and the codes of those that have no supplier. What is on order already is left out."""
    by_supplier: dict[int, list[Draft]] = {}
    without: list[str] = []
    for item in items:
        qty = to_order(look, item)
        code, supplier = look.row("SELECT code, supplier_id FROM item WHERE id = :item", item=item) or ("", None)
        if qty <= 0:
            continue
        if supplier is None:
            without.append(code)
        else:
            by_supplier.setdefault(supplier, []).append(Draft(item, code, qty, last_price(look, item, supplier)))
    return by_supplier, without


def last_price(look: Look, item: int, supplier: int) -> int:
    """What this supplier was last to be paid for an item, in 1/10,000; 0 where it never was."""
    sql = """SELECT l.price FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id WHERE l.item_id = :item AND p.supplier_id = :supplier
            AND p.void = 0 AND p.state <> 'cancelled' AND l.price > 0 ORDER BY l.id DESC LIMIT 1"""
    return int(look.value(sql, item=item, supplier=supplier) or 0)


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Purchases by a fragment of their number or the supplier's name, newest first: book, id, number, supplier and day."""
    terms = find_terms(text)
    if not terms:
        return []
    where = " AND ".join(f"(find LIKE :t{n} OR replace(their_no, '-', '') LIKE :t{n})" for n in range(len(terms)))
    facts = {f"t{n}": f"%{term}%" for n, term in enumerate(terms)}
    found = look.rows(f"SELECT id, no, supplier, day FROM v_purchase WHERE {where} ORDER BY id DESC LIMIT :limit", limit=limit, **facts)
    return [("purchases", row, no, f"{supplier}  {day}") for row, no, supplier, day in found]


_RECEIVED = "coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.purchase_line_id = l.id), 0)"
RULES: tuple[Rule, ...] = (
    Rule(
        N_("What is on order is what purchases still lack"),
        """SELECT 'purchase line ' || purchase_line_id || ': expected ' || qty FROM
           (SELECT purchase_line_id, purchase_id, item_id, qty, promised FROM expected
            EXCEPT SELECT purchase_line_id, purchase_id, item_id, qty, promised FROM v_expected_due WHERE qty > 0)
        UNION ALL SELECT 'purchase line ' || purchase_line_id || ': lacks ' || qty FROM
           (SELECT purchase_line_id, purchase_id, item_id, qty, promised FROM v_expected_due WHERE qty > 0
            EXCEPT SELECT purchase_line_id, purchase_id, item_id, qty, promised FROM expected)""",
    ),
    Rule(
        N_("No more was received than ordered, unless it was let in"),
        f"""SELECT p.no || ' line ' || l.pos || ': ordered ' || l.qty || ', given up ' || l.short_closed || ', received ' || {_RECEIVED}
          FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id
         WHERE {_RECEIVED} < 0 OR {_RECEIVED} > l.qty - l.short_closed AND NOT EXISTS
               (SELECT 1 FROM stock_move o WHERE o.purchase_line_id = l.id AND o.reason = 'over' AND o.reverses_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM stock_move x WHERE x.reverses_id = o.id))""",
    ),
    Rule(
        N_("A purchase is closed when nothing of it is open, and only then"),
        f"""SELECT p.no || ': ' || p.state FROM purchase p
         WHERE p.void = 0 AND p.state IN ('sent', 'closed') AND EXISTS (SELECT 1 FROM purchase_line l WHERE l.purchase_id = p.id)
           AND (p.state = 'sent') <> EXISTS
               (SELECT 1 FROM purchase_line l WHERE l.purchase_id = p.id AND l.qty - l.short_closed - {_RECEIVED} > 0)""",
    ),
    Rule(
        N_("Nothing was received of a purchase that is cancelled or taken back"),
        f"""SELECT p.no FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id
         WHERE (p.void = 1 OR p.state = 'cancelled') AND {_RECEIVED} <> 0""",
    ),
    Rule(
        N_("A line's amount is its quantity times its price"),
        """SELECT p.no || ' line ' || l.pos || ': ' || l.amount FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id
         WHERE l.qty < 1000000000 AND l.price < 1000000000 AND l.amount <> (l.qty * l.price + 50000) / 100000""",
    ),
    Rule(
        N_("No more is owed of a purchase line than was ordered or accepted"),
        f"""SELECT p.no || ' line ' || l.pos || ': ' || b.cents FROM (SELECT l.purchase_line_id AS line, sum(l.qty) AS billed, sum(l.amount) AS cents
                 FROM claim_line l JOIN claim k ON k.id = l.claim_id WHERE k.void = 0 AND l.purchase_line_id IS NOT NULL GROUP BY 1) b
          JOIN purchase_line l ON l.id = b.line JOIN purchase p ON p.id = l.purchase_id
         WHERE b.billed < 0 OR b.cents > (max(l.qty - l.short_closed, {_RECEIVED}) * l.price + 50000) / 100000""",
    ),
)
