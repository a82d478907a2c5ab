"""Returns: the lists of what comes back, of incidents, and what was nearly or really sent wrong by warehouse and month."""

from __future__ import annotations

from dataclasses import dataclass

from deskbook.books.shipments.queries import INCIDENT_KINDS
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.numbers import half_up
from deskbook.core.search import find_terms, fold
from deskbook.core.store import Look
from deskbook.core.words import N_, _, beside

STATES = {
    "announced": N_("announced"),
    "received": N_("received"),
    "inspected": N_("decided"),
    "closed": N_("closed"),
    "cancelled": N_("did not come"),
    "void": N_("void"),
}
OUTCOMES = {
    "restock": N_("back to the shelf"),
    "quarantine": N_("stays in quarantine"),
    "scrap": N_("scrapped"),
    "repair": N_("to repair"),
    "replace": N_("replaced"),
    "refund": N_("refunded"),
    "send back": N_("sent back"),
}
GOODS = {name: OUTCOMES[name] for name in ("quarantine", "restock", "scrap", "repair", "send back")}
CAUSES = {
    "ours": N_("ours"),
    "warehouse": N_("the warehouse"),
    "carrier": N_("the carrier"),
    "supplier": N_("the supplier"),
    "customer": N_("the customer"),
}
RETURNS = Listing(
    name="returns",
    title=N_("Returns"),
    source="v_return",
    columns=(
        Column("no", N_("number"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=18, grows=True),
        Column("shipment_no", N_("shipment"), Show.CODE, 11),
        Column("state", N_("state"), Show.WORD, 11, words=STATES),
        Column("decided", N_("decided"), Show.COUNT, 7),
        Column("lines", N_("lines"), Show.COUNT, 5),
        Column("age", N_("days"), Show.COUNT, 4),
        Column("order_no", N_("order"), Show.CODE, 11, wide=True),
        Column("received_on", N_("received"), Show.DAY, 8, wide=True),
        Column("qty", N_("pieces"), Show.QUANTITY, 8, wide=True),
        Column("told_by", N_("told by"), width=12, wide=True),
        Column("note", N_("note"), width=20, wide=True),
        Column("wrong_model", N_("wrong model"), Show.COUNT, export_only=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("open"), "lifecycle IN ('announced', 'received', 'inspected') AND void = 0"),
        View("announced", N_("announced"), "lifecycle = 'announced' AND void = 0"),
        View("received", N_("received"), "lifecycle IN ('received', 'inspected') AND void = 0"),
        View("to_decide", N_("to decide"), "id IN (SELECT ref FROM v_return_task WHERE kind = 'return' AND snoozed IS NULL)"),
        View("closed", N_("closed"), "state = 'closed'"),
        View("all", N_("all")),
    ),
)
RETURN_LINES = Listing(
    name="return_lines",
    title=N_("Return lines"),
    source="v_return_line",
    columns=(
        Column("no", N_("return"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=14, grows=True),
        Column("code", N_("item"), Show.CODE, 15),
        Column("qty", N_("quantity"), Show.QUANTITY, 8),
        Column("outcome", N_("outcome"), Show.WORD, 12, words=OUTCOMES),
        Column("cause", N_("fault of"), Show.WORD, 9, words=CAUSES),
        Column("sent", N_("sent as"), Show.CODE, 14, wide=True),
        Column("wrong_model", N_("wrong model"), Show.COUNT, 6, wide=True),
        Column("goods", N_("goods", "where they go"), Show.WORD, 12, wide=True, words=GOODS),
        Column("credited", N_("credited"), Show.MONEY, 11, wide=True, total=True),
        Column("again", N_("sent again on"), Show.CODE, 11, wide=True),
        Column("shipment_no", N_("shipment"), Show.CODE, 11, wide=True),
        Column("shipped_on", N_("shipped", "day"), Show.DAY, 7, wide=True),
        Column("place", N_("from"), width=12, wide=True),
        Column("name", N_("name"), width=18, wide=True),
        Column("unit", N_("unit"), width=4, wide=True),
        Column("note", N_("note"), width=18, wide=True),
        Column("state", N_("state"), Show.WORD, words=STATES, export_only=True),
        Column("received_on", N_("received"), Show.DAY, export_only=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("standing", N_("that stand"), "void = 0 AND lifecycle <> 'cancelled'"),
        View("to_decide", N_("to decide"), "void = 0 AND lifecycle = 'received' AND outcome = ''"),
        View("wrong", N_("wrong model"), "void = 0 AND wrong_model = 1"),
        View("all", N_("all")),
    ),
)
INCIDENTS = Listing(
    name="incidents",
    title=N_("Incidents"),
    source="v_incident",
    columns=(
        Column("day", N_("day"), Show.DAY, 10),
        Column("kind", N_("kind"), Show.WORD, 11, words=INCIDENT_KINDS),
        Column("code", N_("should be"), Show.CODE, 15),
        Column("given", N_("it was"), Show.CODE, 15),
        Column("place", N_("warehouse"), width=12),
        Column("customer", N_("customer"), width=14, grows=True),
        Column("shipment_no", N_("shipment"), Show.CODE, 11, wide=True),
        Column("shipped_on", N_("shipped", "day"), Show.DAY, 7, wide=True),
        Column("return_no", N_("return"), Show.CODE, 11, wide=True),
        Column("note", N_("note"), width=18, wide=True),
        Column("name", N_("name"), export_only=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("all", N_("all")),
        View("near", N_("near misses"), "kind = 'near miss'"),
        View("wrong", N_("wrong models sent"), "kind = 'wrong model'"),
        View("others", N_("others"), "kind NOT IN ('near miss', 'wrong model')"),
    ),
)
INCIDENT_MONTHS = Listing(
    name="incident_months",
    title=N_("Incidents by month"),
    source="v_incident_month",
    columns=(
        Column("month", N_("month"), Show.CODE, 8),
        Column("place", N_("warehouse"), width=18, grows=True),
        Column("near_misses", N_("near misses"), Show.COUNT, 11, total=True),
        Column("wrong_models", N_("wrong models"), Show.COUNT, 12, total=True),
        Column("others", N_("others"), Show.COUNT, 7, total=True),
        Column("lines_sent", N_("lines sent"), Show.COUNT, 10, total=True),
    ),
    order="month",
    descending=True,
    find=("find",),
    day="day",
)


@dataclass(frozen=True, slots=True)
class Head:
    """A return as its screens need it; days ISO."""

    id: int
    no: str
    day: str
    state: str
    customer_id: int
    customer: str
    order: int | None
    order_no: str
    shipment: int | None
    shipment_no: str
    received_on: str | None
    told_by: str
    note: str
    lines: int
    decided: int
    phone: str
    caution: str


def head(look: Look, goods_return: int) -> Head | None:
    """One return; None where there is none."""
    sql = (
        "SELECT v.id, v.no, v.day, v.state, v.customer_id, v.customer, v.order_id, coalesce(v.order_no, ''),"
        " v.shipment_id, coalesce(v.shipment_no, ''), v.received_on, v.told_by, v.note, v.lines, v.decided,"
        " coalesce((SELECT phone FROM v_party WHERE id = v.customer_id), ''),"
        " p.caution FROM v_return v JOIN party p ON p.id = v.customer_id WHERE v.id = :id"
    )
    row = look.row(sql, id=goods_return)
    return Head(*row) if row else None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a return: qty in 1/1,000, credited in cents; sent: the code of what the shipment says, "" where it is what came."""

    id: int
    pos: int
    item: int
    code: str
    name: str
    unit: str
    qty: int
    outcome: str
    goods: str
    cause: str
    wrong_model: int
    note: str
    shipment_line: int | None
    shipment_no: str
    sent: str
    credited: int
    again: str


def lines_of(look: Look, goods_return: int) -> list[LineRow]:
    """The lines of a return in their order."""
    sql = (
        "SELECT id, pos, item_id, code, name, unit, qty, outcome, goods, cause, wrong_model, note, shipment_line_id, coalesce(shipment_no, ''), sent,"
        " credited, coalesce(again, '') FROM v_return_line WHERE return_id = :id ORDER BY pos"
    )
    return [LineRow(*row) for row in look.rows(sql, id=goods_return)]


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line that left: qty as it left and rest, what of it is neither back nor announced, in 1/1,000."""

    id: int
    shipment: int
    no: str
    shipped_on: str
    customer: int
    item: int
    code: str
    name: str
    qty: int
    rest: int


SENT = (
    "SELECT l.id, h.id, h.no, h.shipped_on, o.customer_id, l.item_id, i.code, i.name, l.qty, l.qty - coalesce((SELECT sum(r.qty) FROM return_line r"
    " JOIN goods_return g ON g.id = r.return_id WHERE r.shipment_line_id = l.id AND g.void = 0 AND g.state <> 'cancelled' AND g.id <> :without), 0)"
    " FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id JOIN sales_order o ON o.id = h.order_id JOIN item i ON i.id = l.item_id"
    " WHERE h.void = 0 AND h.shipped_on IS NOT NULL AND l.qty > 0"
)


def sent_lines(look: Look, *, shipment: int | None = None, line: int | None = None, customer: int | None = None, without: int = 0) -> list[SentLine]:
    """What left, with a shipment, or to a customer (the newest 200 lines first), or one line. without: a return whose own lines do not count."""
    if shipment is not None:
        found = look.rows(f"{SENT} AND h.id = :id ORDER BY l.id", id=shipment, without=without)
    elif line is not None:
        found = look.rows(f"{SENT} AND l.id = :id", id=line, without=without)
    else:
        found = look.rows(f"{SENT} AND o.customer_id = :id ORDER BY h.shipped_on DESC, l.id LIMIT 200", id=customer, without=without)
    return [SentLine(*row) for row in found]


def find_shipments(look: Look, text: str, limit: int = 50) -> list[tuple[int, str, str, str]]:
    """Shipments that have left and hold every word typed (number, customer, order, waybill): id, number and customer, day, number."""
    terms = find_terms(text)
    where = " AND ".join(f"find LIKE :t{n}" for n in range(len(terms))) or "0"
    sql = (
        f"SELECT id, no, customer, shipped_on FROM v_shipment WHERE lifecycle IN ('shipped', 'arrived') AND void = 0 AND {where}"
        " ORDER BY id DESC LIMIT :limit"
    )
    rows = look.rows(sql, limit=limit, **{f"t{n}": f"%{term}%" for n, term in enumerate(terms)})
    return [(int(row), f"{no}  {customer}", show_day(on), str(no)) for row, no, customer, on in rows]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Returns by a fragment of their number, shipment, order or customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, day, state FROM v_return WHERE find LIKE '%' || :word || '%' ORDER BY state = 'void', id DESC LIMIT :limit"
    rows = look.rows(sql, word=word, limit=limit) if word else []
    return [("returns", int(row), str(no), f"{customer} · {show_day(day)} · {_(STATES[state])}") for row, no, customer, day, state in rows]


def said(line: LineRow) -> str:
    """What became of a line, in the language in use: "refunded (back to the shelf) · the warehouse"."""
    if not line.outcome:
        return _(N_("to decide"))
    goods = _(GOODS[line.goods]) if line.goods != line.outcome else ""
    return f"{beside(_(OUTCOMES[line.outcome]), goods)} · {_(CAUSES[line.cause])}"


def worth(look: Look, line: int) -> tuple[int, int]:
    """What a return line is credited with: cents, and the price of a unit in 1/10,000.

    Its part of what was billed for the shipment's line, or of the order's where that was billed as a whole; of what left before the book was
    opened, of the order line's amount. No more than was billed beyond what the customer keeps: nothing where nothing was billed; nor more than its
    order was billed for less all that was credited of it. The last piece credited takes the cents that remain.
    """
    row = look.row(
        "SELECT r.qty, s.id, s.qty, o.id, o.qty - o.short_closed, o.amount, h.history, o.qty, o.order_id FROM return_line r"
        " JOIN shipment_line s ON s.id = r.shipment_line_id"
        " JOIN shipment h ON h.id = s.shipment_id JOIN order_line o ON o.id = s.order_line_id WHERE r.id = :line",
        line=line,
    )
    if row is None:
        return 0, 0
    qty, shipment_line, sent, order_line, wanted, amount, history, ordered, order = row
    sql = (
        "SELECT coalesce(sum(iif(l.return_line_id IS NULL, l.qty, 0)), 0), coalesce(sum(iif(l.return_line_id IS NULL, l.amount, 0)), 0),"
        " -coalesce(sum(iif(l.return_line_id IS NOT NULL, l.qty, 0)), 0), -coalesce(sum(iif(l.return_line_id IS NOT NULL, l.amount, 0)), 0)"
        " FROM claim_line l JOIN claim k ON k.id = l.claim_id WHERE k.void = 0 AND k.side = 'receivable' AND "
    )
    pieces, cents, before, given = look.row(sql + "l.shipment_line_id = :line", line=shipment_line) or (0, 0, 0, 0)
    whose, kept = "r.shipment_line_id = :row", {"row": shipment_line}
    if not pieces:
        whole = "l.order_line_id = :line AND (l.shipment_line_id IS NULL OR l.return_line_id IS NOT NULL)"
        pieces, cents, before, given = look.row(sql + whole, line=order_line) or (0, 0, 0, 0)
        whose, kept, sent = "s.order_line_id = :row", {"row": order_line}, wanted
    if not pieces and history:
        pieces, cents = ordered, amount
    if not pieces:
        return 0, 0
    back = (
        "SELECT coalesce(sum(r.qty), 0) FROM return_line r JOIN goods_return g ON g.id = r.return_id"
        " JOIN shipment_line s ON s.id = r.shipment_line_id"
        f" WHERE {whose} AND g.void = 0 AND g.state IN ('received', 'inspected', 'closed') AND r.outcome NOT IN ('repair', 'replace', 'send back')"
    )
    most = max(pieces - before - (sent - look.value(back, **kept)), 0)
    share = half_up(cents * min(before + min(qty, most), pieces), pieces) - half_up(cents * min(before, pieces), pieces)
    standing = look.value("SELECT sum(amount) FROM claim WHERE order_id = :order AND void = 0 AND side = 'receivable'", order=order)
    most = cents - given if standing is None else min(cents - given, standing)
    return max(min(share, most), 0), half_up(cents * 100_000, pieces)


_MOVED = (
    "coalesce((SELECT sum(m.qty) FROM stock_move m JOIN place s ON s.id = m.source_id JOIN place t ON t.id = m.target_id"
    " WHERE m.return_line_id = l.id AND s.kind = '{source}' AND t.kind = '{target}'{more}), 0)"
)
_OUT = " UNION ALL ".join(
    f"SELECT g.no || ' ' || l.pos || ' {goods}' FROM return_line l JOIN goods_return g ON g.id = l.return_id"
    f" WHERE {_MOVED.format(source='quarantine', target=kind, more='')} <> iif(l.goods = '{goods}' AND g.void = 0, l.qty, 0)"
    for goods, kind in (("restock", "shelf"), ("scrap", "loss"), ("repair", "factory"), ("send back", "customer"))
)
RULES: tuple[Rule, ...] = (
    Rule(
        N_("No more comes back than was shipped"),
        """
        SELECT h.no || ' ' || i.code || ': ' || sum(r.qty) || ' / ' || l.qty FROM return_line r JOIN goods_return g ON g.id = r.return_id
          JOIN shipment_line l ON l.id = r.shipment_line_id JOIN shipment h ON h.id = l.shipment_id JOIN item i ON i.id = l.item_id
         WHERE g.void = 0 AND g.state <> 'cancelled' GROUP BY l.id HAVING sum(r.qty) > iif(h.void OR h.shipped_on IS NULL, 0, l.qty)""",
    ),
    Rule(
        N_("What came back went into quarantine, once"),
        """
        SELECT g.no || ': ' || x.moved || ' / ' || x.qty FROM goods_return g JOIN (SELECT r.return_id, sum(r.qty) AS qty,
               sum(coalesce((SELECT sum(m.qty) FROM stock_move m JOIN place s ON s.id = m.source_id JOIN place t ON t.id = m.target_id
                              WHERE m.return_line_id = r.id AND s.kind = 'customer' AND t.kind = 'quarantine'), 0)) AS moved
          FROM return_line r GROUP BY r.return_id) x ON x.return_id = g.id
         WHERE x.moved <> iif(g.void = 0 AND g.state IN ('received', 'inspected', 'closed'), x.qty, 0)""",
    ),
    Rule(N_("What was returned goes where its outcome says, and to a shelf only when it is restocked"), _OUT),
    Rule(
        N_("A return that is decided has an outcome on every line"),
        """
        SELECT g.no FROM goods_return g WHERE g.void = 0 AND g.state IN ('inspected', 'closed')
           AND EXISTS (SELECT 1 FROM return_line l WHERE l.return_id = g.id AND l.outcome = '')""",
    ),
    Rule(
        N_("A refund has its credit note"),
        """
        SELECT no || ' ' || pos FROM v_return_line WHERE void = 0 AND outcome = 'refund' AND credited <= 0""",
    ),
    Rule(
        N_("What is sent again costs nothing and was to be replaced"),
        """
        SELECT o.no || ' ' || l.pos FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN return_line r ON r.id = l.return_line_id
         WHERE o.void = 0 AND (l.amount <> 0 OR r.outcome <> 'replace')""",
    ),
)
