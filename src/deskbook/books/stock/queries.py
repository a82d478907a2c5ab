"""What is where, what will be there, and why; the lists of goods."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from deskbook.books.items.kits import kit_words
from deskbook.books.stock.listings import ITEM_MOVES as ITEM_MOVES  # the lists are asked for here, where every book keeps its own
from deskbook.books.stock.listings import KINDS as KINDS
from deskbook.books.stock.listings import LOW_STOCK as LOW_STOCK
from deskbook.books.stock.listings import MOVES as MOVES
from deskbook.books.stock.listings import PLACES as PLACES
from deskbook.books.stock.listings import STOCK as STOCK
from deskbook.books.stock.listings import STOCK_BY_PLACE as STOCK_BY_PLACE
from deskbook.core import days
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_, _, beside, clauses, listed

ELSEWHERE = {
    "quarantine": N_("{qty} in quarantine"),
    "borrower": N_("{qty} on loan"),
    "dealer": N_("{qty} at dealers"),
    "factory": N_("{qty} in repair"),
    "head_office": N_("{qty} at head office"),
}
"""Kinds of place where goods are ours and not for sale."""


# -- what is where ---------------------------------------------------------------------------------------------------------


def place_of(look: Look, kind: str) -> int:
    """The first open place of a kind. Refusal where there is none."""
    found = look.value("SELECT id FROM place WHERE kind = :kind AND closed = 0 ORDER BY id LIMIT 1", kind=kind)
    if found is None:
        raise Refusal("place", N_("There is no place of the kind “{kind}” yet; add one first."), kind=_(KINDS.get(kind, kind)))
    return int(found)


def balance(look: Look, item: int, place: int) -> int:
    """What is at one place, in 1/1000 of the unit."""
    return int(look.value("SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place", item=item, place=place) or 0)


def on_shelf(look: Look, item: int) -> int:
    """What is on all shelves together."""
    sql = "SELECT sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = :item AND p.kind = 'shelf'"
    return int(look.value(sql, item=item) or 0)


def reserved(look: Look, item: int) -> int:
    """What open orders still want."""
    return int(look.value("SELECT sum(qty) FROM reservation WHERE item_id = :item", item=item) or 0)


class PlaceQty(NamedTuple):
    """What is at one place."""

    place: int
    name: str
    kind: str
    qty: int
    whose: str


def by_place(look: Look, item: int) -> list[PlaceQty]:
    """Where an item is, our places only, shelves first."""
    sql = """SELECT p.id, p.name, p.kind, b.qty, coalesce(y.name, p.name)
          FROM stock_balance b JOIN place p ON p.id = b.place_id LEFT JOIN party y ON y.id = p.party_id
         WHERE b.item_id = :item AND b.qty <> 0 AND p.kind IN ('shelf', 'quarantine', 'dealer', 'borrower', 'factory', 'head_office')
         ORDER BY p.kind <> 'shelf', p.kind <> 'quarantine', p.id"""
    return [PlaceQty(*row) for row in look.rows(sql, item=item)]


class Arrival(NamedTuple):
    """Goods a supplier owes. day: as last promised, None where no day was named; late: that day is past."""

    line: int
    no: str
    supplier: str
    qty: int
    day: str | None
    promises: int
    late: bool

    @property
    def words(self) -> str:
        """"8 arrive Wed 25 (Hongda)", in the language in use."""
        facts = {"qty": show_quantity(self.qty), "supplier": self.supplier, "day": show_day(self.day)}
        if self.day is None:
            return _("{qty} on order without a day ({supplier})", **facts)
        if self.late:
            return _("{qty} overdue since {day} ({supplier})", **facts)
        if self.promises > 1:
            return _("{qty} arrive {day} ({supplier}, promised {times} times)", **facts, times=self.promises)
        return _("{qty} arrive {day} ({supplier})", **facts)


def arrivals(look: Look, item: int) -> list[Arrival]:
    """What suppliers owe of an item: what is still to come by day, then what is overdue, then what has no day."""
    sql = """SELECT e.purchase_line_id, p.no, s.name, e.qty, e.promised,
               (SELECT count(*) FROM purchase_promise x WHERE x.purchase_line_id = e.purchase_line_id), coalesce(e.promised < :today, 0)
          FROM expected e JOIN purchase p ON p.id = e.purchase_id JOIN party s ON s.id = p.supplier_id
         WHERE e.item_id = :item ORDER BY e.promised IS NULL, e.promised < :today, e.promised, e.purchase_line_id"""
    found = look.rows(sql, item=item, today=_today(look))
    return [Arrival(line, no, supplier, qty, day, promises, bool(late)) for line, no, supplier, qty, day, promises, late in found]


@dataclass(frozen=True, slots=True)
class Short:
    """Why there is too little of an item. have: on the shelves; reserved: of that, wanted by open orders; next: what comes first."""

    code: str
    name: str
    have: int
    reserved: int
    next: Arrival | None

    @property
    def more(self) -> str:
        """When more arrives, as a sentence in the language in use."""
        return _("{arrival}.", arrival=self.next.words) if self.next else _("Nothing is on order.")


def short(look: Look, item: int) -> Short:
    """What a refusal for want of stock says: what is there, what is reserved, and when more arrives."""
    code, name = look.row("SELECT code, name FROM item WHERE id = :item", item=item) or ("", "")
    coming = arrivals(look, item)
    return Short(code, name, on_shelf(look, item), reserved(look, item), coming[0] if coming else None)


# -- what will be there (R1) -----------------------------------------------------------------------------------------------


class Point(NamedTuple):
    """The shelf at the end of a day if all goes as promised; arrives and leaves: on that day."""

    day: str
    arrives: int
    leaves: int
    projected: int


def projected(look: Look, item: int, until: date | str | None = None) -> list[Point]:
    """The shelf from today on, a point for today and for each day on which it changes.

    shelf + receipts promised by then - open orders due by then. An overdue or undated order counts as due today; an overdue
    or undated purchase line as no receipt.
    """
    today = _today(look)
    sql = (
        "SELECT day, sum(arrives), sum(leaves) FROM (SELECT :today AS day, 0 AS arrives, 0 AS leaves"
        " UNION ALL SELECT promised, qty, 0 FROM expected WHERE item_id = :item AND promised >= :today"
        " UNION ALL SELECT max(coalesce(due, :today), :today), 0, qty FROM reservation WHERE item_id = :item) GROUP BY day ORDER BY day"
    )
    found = look.rows(sql, item=item, today=today)
    after = list(accumulate((arrives - leaves for _day, arrives, leaves in found), initial=on_shelf(look, item)))[1:]
    last = str(until) if until is not None else None
    return [
        Point(day, arrives, leaves, level) for (day, arrives, leaves), level in zip(found, after, strict=True) if last is None or day <= last
    ]


def projected_on(look: Look, item: int, day: date | str) -> int:
    """The shelf at the end of one day from today on."""
    return [point.projected for point in projected(look, item) if point.day <= max(str(day), _today(look))][-1]


def atp(look: Look, item: int, day: date | str | None = None) -> int:
    """What can be promised for a day (None: today) without breaking a promise made for any later one; never below zero."""
    start = max(str(day or ""), _today(look))
    points = projected(look, item)
    at = [point.projected for point in points if point.day <= start][-1]
    return max(0, min([at, *(point.projected for point in points if point.day > start)]))


def _today(look: Look) -> str:
    """The day the views reckon with."""
    return str(look.value("SELECT day FROM office_day") or days.today().isoformat())


# -- why -------------------------------------------------------------------------------------------------------------------


def why(look: Look, item: int) -> str:
    """What is available, in one line: "Available 2 = shelf 12 - reserved 10; 4 in quarantine; 5 on loan (Wang); 8 arrive Wed 25 (Hongda)"."""
    if said := kit_words(look, item):
        return said
    have, wanted = on_shelf(look, item), reserved(look, item)
    facts = {"available": show_quantity(have - wanted), "shelf": show_quantity(have), "reserved": show_quantity(wanted)}
    words = N_("Available {available} = shelf {shelf} − reserved {reserved}") if wanted else N_("Available {available} = shelf {shelf}")
    parts = [_(words, **facts)]
    places = by_place(look, item)
    for kind, words in ELSEWHERE.items():
        there = [place for place in places if place.kind == kind]
        if there:
            said = _(words, qty=show_quantity(sum(place.qty for place in there)))
            named = listed(place.whose for place in there[:2]) if kind != "quarantine" else ""
            parts.append(beside(said, named))
    coming = arrivals(look, item)
    parts += [arrival.words for arrival in coming[:2]]
    if len(coming) > 2:
        parts.append(_("{qty} more on order", qty=show_quantity(sum(arrival.qty for arrival in coming[2:]))))
    return clauses(parts)


class Wanted(NamedTuple):
    """What R2 proposes for an item, and what it follows from; quantities in 1/1000 of the unit."""

    severity: str
    minimum: int
    target: int | None
    reorder: int | None
    goal: int
    projected: int
    horizon: str
    ceiling: int | None
    multiple: int | None
    min_order: int | None
    wanted: int
    on_order: int
    arriving: int
    available: int
    next_arrival: str | None


def wanted(look: Look, item: int) -> Wanted | None:
    """The low-stock row of an item; None where it is not kept in stock."""
    sql = """SELECT severity, minimum, target, reorder, goal, projected, horizon, ceiling, multiple, min_order, wanted, on_order, arriving,
               available, next_arrival FROM v_low_stock WHERE id = :item"""
    found = look.row(sql, item=item)
    return Wanted(*found) if found else None


def to_order(look: Look, item: int) -> int:
    """What to order now: what is wanted, less what is on order already without a day the reckoning can count (undated, overdue, or later)."""
    row = wanted(look, item)
    return max(0, row.wanted - (row.on_order - row.arriving)) if row else 0


def proposal(look: Look, item: int) -> str:
    """The arithmetic of what is proposed, in words: "target 100 - projected 10 = 90; multiple 12 -> 96"."""
    row = wanted(look, item)
    if row is None:
        return _("No minimum is set: it is not watched.")
    q, level = show_quantity, show_quantity(row.projected)
    if row.severity == "COVERED":
        parts = [_("covered: {projected} on {day}, minimum {minimum}", projected=level, day=show_day(row.horizon), minimum=q(row.minimum))]
    elif row.severity == "OVER":
        facts = {"projected": level, "ceiling": q(row.ceiling or 0), "over": q(row.projected - (row.ceiling or 0))}
        parts = [_("projected {projected} − most wanted {ceiling} = {over} too many", **facts)]
        if row.wanted:
            parts.append(_("cut what is on order by {qty}", qty=q(-row.wanted)))
    elif row.severity in ("OUT", "LOW", "SOON"):
        parts = _steps(row)
    else:
        parts = [_("enough: {projected} on {day}, minimum {minimum}", projected=level, day=show_day(row.horizon), minimum=q(row.minimum))]
    if row.on_order > row.arriving and row.severity not in ("", "OVER"):
        parts.append(_("{qty} on order, late, later or without a day", qty=q(row.on_order - row.arriving)))
    return clauses(parts)


def _steps(row: Wanted) -> list[str]:
    q = show_quantity
    goal = {"goal": q(row.goal), "minimum": q(row.minimum), "reorder": q(row.reorder or 0)}
    goal |= {"projected": q(row.projected), "rest": q(row.goal - row.projected)}
    if row.projected > row.minimum:
        return [_("nothing available now, {projected} on {day}: enough is on order", projected=q(row.projected), day=show_day(row.horizon))]
    if row.target is not None:
        parts = [_("target {goal} − projected {projected} = {rest}", **goal)]
    elif row.reorder:
        parts = [_("minimum {minimum} + reorder {reorder} − projected {projected} = {rest}", **goal)]
    else:
        parts = [_("minimum {minimum} − projected {projected} = {rest}", **goal)]
    qty = row.goal - row.projected
    if row.min_order and row.min_order > qty:
        qty = row.min_order
        parts.append(_("least order {qty}", qty=q(qty)))
    if row.multiple and row.wanted != max(qty, 0):
        parts.append(_("multiple {multiple} → {qty}", multiple=q(row.multiple), qty=q(row.wanted)))
    return parts


# -- moves -----------------------------------------------------------------------------------------------------------------


class Moved(NamedTuple):
    """A move of an item as seen from one place: change there, and what was there after it."""

    id: int
    day: str
    source: str
    target: str
    document: str
    reason: str
    change: int
    after: int
    reverses: int | None


def moves_at(look: Look, item: int, place: int, limit: int = 50) -> list[Moved]:
    """The newest moves of an item at one place, newest first, with the running balance there (in the order they were written)."""
    sql = (
        "SELECT m.id, m.day, s.name, t.name, m.document, m.reason, iif(m.target_id = :place, m.qty, -m.qty),"
        " sum(iif(m.target_id = :place, m.qty, -m.qty)) OVER (ORDER BY m.id), m.reverses_id"
        " FROM stock_move m JOIN place s ON s.id = m.source_id JOIN place t ON t.id = m.target_id"
        " WHERE m.item_id = :item AND :place IN (m.source_id, m.target_id) ORDER BY m.id DESC LIMIT :limit"
    )
    return [Moved(*row) for row in look.rows(sql, item=item, place=place, limit=limit)]


def step_of(look: Look, move: int) -> int | None:
    """The step of the journal that wrote a move."""
    sql = "SELECT step_id FROM change WHERE tbl = 'stock_move' AND op = 'I' AND :move BETWEEN row_id AND last_id ORDER BY id LIMIT 1"
    found = look.value(sql, move=move)
    return None if found is None else int(found)


def find_places(look: Look, text: str, kinds: tuple[str, ...] = ()) -> list[tuple[int, str, str, str]]:
    """Open places that hold every word typed: id, name, kind, code; of these kinds only, where some are given."""
    found = look.rows("SELECT id, name, kind, code, find FROM v_place WHERE closed = 0 ORDER BY kind <> 'shelf', id")
    terms = text.lower().split()
    return [(p, name, kind, code) for p, name, kind, code, find in found if (not kinds or kind in kinds) and all(term in find for term in terms)]


# -- the book's own rules --------------------------------------------------------------------------------------------------

_SUMS = (  # first by way: of a million moves there are a few ways an item
    "SELECT item_id, place_id, sum(qty) AS qty FROM (SELECT item_id, source_id AS place_id, -qty AS qty FROM way"
    " UNION ALL SELECT item_id, target_id, qty FROM way) GROUP BY item_id, place_id"
)
_WAYS = "SELECT item_id, source_id, target_id, sum(qty) AS qty FROM stock_move INDEXED BY stock_move_way GROUP BY item_id, source_id, target_id"
RULES: tuple[Rule, ...] = (
    Rule(
        N_("What is at each place is the sum of the moves"),
        f"""WITH way AS MATERIALIZED ({_WAYS}), m AS MATERIALIZED ({_SUMS})
        SELECT 'item ' || coalesce(i.code, b.item_id) || ' at ' || coalesce(p.code, b.place_id) || ': balance ' || b.qty
               || ', moves ' || coalesce(m.qty, 0)
          FROM stock_balance b LEFT JOIN m ON m.item_id = b.item_id AND m.place_id = b.place_id
          LEFT JOIN item i ON i.id = b.item_id LEFT JOIN place p ON p.id = b.place_id WHERE b.qty <> coalesce(m.qty, 0)
        UNION ALL SELECT 'item ' || m.item_id || ' at ' || m.place_id || ': no balance, moves ' || m.qty FROM m
         WHERE m.qty <> 0 AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.item_id = m.item_id AND b.place_id = m.place_id)""",
    ),
    Rule(
        N_("No shelf holds less than nothing"),
        "SELECT i.code || ' at ' || p.code || ': ' || b.qty FROM stock_balance b JOIN place p ON p.id = b.place_id JOIN item i ON i.id = b.item_id"
        " WHERE b.qty < 0 AND p.kind IN ('shelf', 'quarantine') AND NOT i.allow_negative",
    ),
    Rule(
        N_("A reversal takes back exactly what it names"),
        "SELECT 'move ' || m.id || ' takes back ' || o.id FROM stock_move m JOIN stock_move o ON o.id = m.reverses_id"
        " WHERE (m.item_id, m.source_id, m.target_id, m.qty) IS NOT (o.item_id, o.source_id, o.target_id, -o.qty)",
    ),
    Rule(
        N_("What is reserved is what open orders want"),
        """SELECT 'order line ' || order_line_id || ': reserved ' || qty FROM (SELECT order_line_id, order_id, item_id, qty, due FROM reservation
            EXCEPT SELECT order_line_id, order_id, item_id, qty, due FROM v_reservation_due WHERE qty > 0)
        UNION ALL SELECT 'order line ' || order_line_id || ': wants ' || qty FROM
           (SELECT order_line_id, order_id, item_id, qty, due FROM v_reservation_due WHERE qty > 0
            EXCEPT SELECT order_line_id, order_id, item_id, qty, due FROM reservation)""",
    ),
)
