"""Shipments: the lists, what leaves on a day, and which item a word names when codes are nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from deskbook.books.items.queries import confusable
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.quantity import read_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import difference, find_terms, fold
from deskbook.core.store import Look
from deskbook.core.text import narrow
from deskbook.core.words import N_, _

STATES = {
    "picking": N_("picking"),
    "checked": N_("checked"),
    "shipped": N_("shipped"),
    "arrived": N_("arrived"),
    "cancelled": N_("given up"),
    "void": N_("void"),
}
ALERTS = {"late": "▲", "unconfirmed": "?"}
"""Told by a shape: not left and past the wanted day; gone, and nobody there has confirmed it by the day it was due."""
INCIDENT_KINDS = {
    "near miss": N_("near miss"),
    "wrong model": N_("wrong model"),
    "wrong count": N_("wrong count"),
    "damaged": N_("damaged"),
    "other": N_("another"),
}
"""What can go wrong with what is sent."""
SHIPMENTS = Listing(
    name="shipments",
    title=N_("Shipments"),
    source="v_shipment",
    columns=(
        Column("alert", N_("!"), Show.WORD, 1, words=ALERTS, heading=N_("attention")),
        Column("no", N_("number"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=18, grows=True),
        Column("state", N_("state"), Show.WORD, 9, words=STATES),
        Column("checked", N_("checked"), Show.COUNT, 7),
        Column("lines", N_("lines"), Show.COUNT, 5, wide=True),
        Column("shipped_on", N_("shipped", "day"), Show.DAY, 7),
        Column("carrier", N_("carrier"), width=12),
        Column("unconfirmed_days", N_("late"), Show.COUNT, 4),
        Column("waybill", N_("waybill"), Show.CODE, 14, wide=True),
        Column("order_no", N_("order"), Show.CODE, 11, wide=True),
        Column("due_on", N_("due", "to arrive"), Show.DAY, 7, wide=True),
        Column("arrived_on", N_("arrived"), Show.DAY, 7, wide=True),
        Column("arrived_by", N_("confirmed by"), width=10, wide=True),
        Column("wanted", N_("wanted"), Show.DAY, 7, wide=True),
        Column("days_late", N_("days late"), Show.COUNT, 6, wide=True),
        Column("qty", N_("pieces"), Show.QUANTITY, 8, wide=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("under way"), "lifecycle IN ('picking', 'checked', 'shipped') AND void = 0 AND history = 0"),
        View("leaving", N_("not left yet"), "lifecycle IN ('picking', 'checked') AND void = 0"),
        View("unconfirmed", N_("arrival not confirmed"),
             "lifecycle = 'shipped' AND void = 0 AND history = 0 AND due_on <= :today AND snoozed IS NULL"),
        View("to_bill", N_("to bill"), "lifecycle IN ('shipped', 'arrived') AND void = 0 AND history = 0 AND to_bill"),
        View("arrived", N_("arrived"), "state = 'arrived'"),
        View("late", N_("shipped after the wanted day"), "days_late > 0 AND state IN ('shipped', 'arrived')"),
        View("all", N_("all")),
    ),
)
OUTBOUND = Listing(
    name="outbound",
    title=N_("Outbound"),
    source="v_shipment_line",
    columns=(
        Column("shipped_on", N_("shipped", "day"), Show.DAY, 7),
        Column("no", N_("shipment"), Show.CODE, 11),
        Column("customer", N_("customer"), width=18, grows=True),
        Column("code", N_("item"), Show.CODE, 16),
        Column("qty", N_("quantity"), Show.QUANTITY, 9, total=True),
        Column("unit", N_("unit"), width=4),
        Column("carrier", N_("carrier"), width=10),
        Column("name", N_("name"), width=20, wide=True),
        Column("waybill", N_("waybill"), Show.CODE, 14, wide=True),
    ),
    order="shipped_on",
    descending=True,
    find=("find",),
    day="shipped_on",
    views=(
        View("shipped", N_("shipped"), "state IN ('shipped', 'arrived') AND history = 0"),
        View("all", N_("all"), "state IN ('shipped', 'arrived')"),  # also what left before the book was opened; never what has not left
    ),
)


def billed(look: Look, shipment: int) -> tuple[str, int, str]:
    """State of a shipment, whether it is from before the book was opened, and the number of the claim that bills it ("" for none)."""
    row = look.row(
        "SELECT h.state, h.history, coalesce((SELECT k.no FROM shipment_line l JOIN claim_line b ON b.shipment_line_id = l.id"
        " JOIN claim k ON k.id = b.claim_id WHERE l.shipment_id = h.id AND k.void = 0 ORDER BY k.id LIMIT 1), '')"
        " FROM shipment h WHERE h.id = :id AND h.void = 0",
        id=shipment,
    )
    return (str(row[0]), int(row[1]), str(row[2])) if row else ("void", 0, "")


def ending(code: str, near: Sequence[str]) -> str:
    """The end of a code that tells it from all that are nearly the same: `8505` of BVM7-710-8505 beside BVM7-710; "" where nothing is near."""
    starts = [code.rfind(part) for other in near if (part := difference(other, code))]
    return code[min(starts) :] if starts else code if near else ""


def named_by(look: Look, item: int, typed: str, near: Sequence[str]) -> str:
    """The code of the item that was typed or scanned when `item` was expected; "" when it names none for certain.

    It is this item by its code, model or alias, or by its ending when that tells it from all codes in `near`; another one by its code or
    alias, or by the ending that tells that one from this.
    """
    word = fold(typed)
    code, model = look.row("SELECT code, model FROM item WHERE id = :item", item=item) or ("", "")
    code = str(code)
    if not word:
        return ""
    if typed.strip().casefold() == code.casefold():
        return code
    sql = (
        "SELECT i.code FROM item i WHERE i.id <> :item AND i.merged_into_id IS NULL AND i.void = 0"
        " AND (i.code = :typed COLLATE NOCASE OR i.find LIKE :head OR i.id IN (SELECT item_id FROM item_alias WHERE fold = :word))"
    )
    rows = look.rows(sql, item=item, typed=typed.strip(), head=f" {word} %", word=word)
    aliases = {
        other
        for (other,) in look.rows(
            "SELECT i.code FROM item_alias a JOIN item i ON i.id = a.item_id WHERE a.fold = :word AND a.item_id <> :item AND i.void = 0",
            word=word, item=item,
        )
    }
    others = [str(other) for (other,) in rows if fold(str(other)) == word or other in aliases]
    own = {fold(code), *(a for (a,) in look.rows("SELECT fold FROM item_alias WHERE item_id = :item", item=item))} | (
        {fold(str(model))} if model else set()
    )
    if word in own:
        return "" if others else code
    if others:
        return others[0]
    if near and _ends(code, word, near):
        return code
    return next((other for other in near if _ends(other, word, [code])), "")


def _ends(code: str, word: str, near: Sequence[str]) -> bool:
    """Whether a folded word is an end of a code long enough to tell it from those nearly the same, and an end of none of them."""
    least = fold(ending(code, near))
    parts = {fold(difference(other, code)) for other in near}
    whole = (bool(least) and word.endswith(least) and fold(code).endswith(word)) or parts == {word}
    return whole and not any(fold(other).endswith(word) for other in near)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of a shipment as it is checked. qty and checked in 1/1,000; near: codes easily taken for it, and what lies of them on its shelf."""

    id: int
    pos: int
    item: int
    code: str
    name: str
    unit: str
    decimals: int
    text: str
    qty: int
    checked: int | None
    checked_as: str
    near: tuple[tuple[str, int], ...]

    @property
    def codes(self) -> list[str]:
        """The codes it is easily taken for."""
        return [code for code, _qty in self.near]


Near = dict[int, list[tuple[int, str]]]
"""Item id -> id and code of the items it is easily taken for."""


def check_lines(look: Look, shipment: int, near: Near | None = None) -> list[CheckLine]:
    """The lines of a shipment in the order's order.

    near: kept by the caller between two looks, because finding look-alikes goes through the whole catalogue; without it none are looked for.
    """
    sql = (
        "SELECT l.id, l.pos, l.item_id, l.code, l.name, l.unit, l.decimals, l.text, l.qty, l.checked_qty, l.checked_as, h.place_id"
        " FROM v_shipment_line l JOIN shipment h ON h.id = l.shipment_id WHERE l.shipment_id = :id ORDER BY l.pos, l.id"
    )
    here = "SELECT coalesce((SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place), 0)"
    lines = []
    for row in look.rows(sql, id=shipment):
        item, code = row[2:4]
        if near is not None and item not in near:
            near[item] = [(other, other_code) for other, other_code, _name in confusable(look, code, item)]
        there = tuple((other_code, int(look.value(here, item=other, place=row[-1]))) for other, other_code in (near or {}).get(item, ()))
        lines.append(CheckLine(*(*row[:-1], there)))
    return lines


class NotOnIt(NamedTuple):
    """What is open on an order and on no shipment that is being made; quantities in 1/1,000. there: at the other shelf that has most of it."""

    code: str
    unit: str
    qty: int
    place: str
    there: int


def not_on_it(look: Look, shipment: int) -> list[NotOnIt]:
    """What the order of a shipment still wants and no shipment of it has, in the order's order."""
    sent = (
        "(SELECT coalesce(sum(sl.qty), 0) FROM shipment_line sl CROSS JOIN shipment s ON s.id = sl.shipment_id"
        " WHERE sl.order_line_id = l.id AND s.state IN ('picking', 'checked') AND s.void = 0)"
    )
    sql = (
        f"SELECT l.item_id, h.place_id, l.code, l.unit, l.open - {sent} AS rest FROM shipment h JOIN v_order_line l ON l.order_id = h.order_id"
        " WHERE h.id = :id AND rest > 0 ORDER BY l.pos, l.id"
    )
    other = (
        "SELECT place, qty FROM v_stock_place WHERE item_id = :item AND kind = 'shelf' AND place_id <> :here AND qty > 0"
        " ORDER BY qty DESC, place_id LIMIT 1"
    )
    found = ((rest, look.row(other, item=item, here=here) or ("", 0)) for item, here, *rest in look.rows(sql, id=shipment))
    return [NotOnIt(*rest, *lies) for rest, lies in found]


def read_check(look: Look, line: CheckLine, text: str) -> tuple[str, int]:
    """What was typed at a line, as the word that names the item and the count in 1/1,000.

    Nothing is the count as on the slip; an item with look-alikes takes its ending, and a count after a blank ("8505 9"); another item takes
    the count alone, or its code.
    """
    whole = text.strip()
    head, _blank, last = narrow(whole).rpartition(" ")
    if not whole or named_by(look, line.item, whole, line.codes):
        return whole, line.qty
    if head or not line.near:
        with suppress(Refusal):
            return head.strip(), read_quantity(last, decimals=line.decimals, field="qty")
    return whole, line.qty


@dataclass(frozen=True, slots=True)
class Head:
    """A shipment as its screens need it; days ISO."""

    id: int
    no: str
    day: str
    order: int
    order_no: str
    customer_id: int
    customer: str
    place: str
    state: str
    carrier_id: int | None
    carrier: str
    waybill: str
    checked_by: str
    shipped_on: str | None
    due_on: str | None
    arrived_on: str | None
    arrived_by: str
    wanted: str | None
    history: int
    note: str
    order_state: str
    ship_to: str
    phone: str
    caution: str


def head(look: Look, shipment: int) -> Head | None:
    """One shipment; None where there is none."""
    sql = (
        "SELECT v.id, v.no, v.day, v.order_id, v.order_no, v.customer_id, v.customer, v.place, v.state, v.carrier_id, coalesce(v.carrier, ''),"
        " v.waybill, v.checked_by, v.shipped_on, v.due_on, v.arrived_on, v.arrived_by, v.wanted, v.history, v.note,"
        " iif(o.void, 'void', o.state), o.ship_to,"
        " coalesce((SELECT phone FROM v_party WHERE id = v.customer_id), ''),"
        " p.caution"
        " FROM v_shipment v JOIN sales_order o ON o.id = v.order_id JOIN party p ON p.id = v.customer_id WHERE v.id = :id"
    )
    row = look.row(sql, id=shipment)
    return Head(*row) if row else None


def begun(look: Look, order: int) -> int | None:
    """The shipment of an order that has not left yet; None where there is none."""
    sql = "SELECT id FROM shipment WHERE order_id = :order AND state IN ('picking', 'checked') AND void = 0 ORDER BY id LIMIT 1"
    found: int | None = look.value(sql, order=order)
    return found


def find_orders(look: Look, text: str, limit: int = 50) -> list[tuple[int, str, str, str]]:
    """Confirmed orders that await something and hold every word typed: id, number and customer, what is wanted when, number."""
    terms = find_terms(text)
    where = " AND ".join(f"find LIKE :t{n}" for n in range(len(terms))) or "0"
    sql = (
        f"SELECT id, no, customer, wanted FROM v_order WHERE state = 'confirmed' AND {where}"
        " AND id IN (SELECT order_id FROM reservation) ORDER BY wanted IS NULL, wanted, id LIMIT :limit"
    )
    rows = look.rows(sql, limit=limit, **{f"t{n}": f"%{term}%" for n, term in enumerate(terms)})
    return [(int(row), f"{no}  {customer}", show_day(wanted), str(no)) for row, no, customer, wanted in rows]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Shipments by a fragment of their number, waybill or customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, day, state FROM v_shipment WHERE find LIKE '%' || :word || '%' ORDER BY state = 'void', id DESC LIMIT :limit"
    rows = look.rows(sql, word=word, limit=limit) if word else []
    return [("shipments", int(row), str(no), f"{customer} · {show_day(day)} · {_(STATES[state])}") for row, no, customer, day, state in rows]


RULES = (
    Rule(
        N_("Every shipped line moved its goods, once"),
        """
        SELECT h.no || ' ' || i.code || ': ' || l.qty || ' / ' || coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.shipment_line_id = l.id), 0)
          FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id JOIN item i ON i.id = l.item_id
         WHERE h.history = 0 AND coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.shipment_line_id = l.id), 0)
               <> iif(h.state IN ('shipped', 'arrived') AND h.void = 0, l.qty, 0)""",
    ),
    Rule(
        N_("Only checked lines have left"),
        """
        SELECT h.no || ' ' || l.id FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id
         WHERE h.history = 0 AND h.void = 0 AND h.state IN ('checked', 'shipped', 'arrived') AND l.checked_qty IS NULL""",
    ),
    Rule(
        N_("No more is shipped than was ordered"),
        "SELECT no || ' ' || code || ': ' || shipped || ' / ' || qty FROM v_order_line WHERE shipped + short_closed > qty AND held <> 'void'",
    ),
    Rule(
        N_("No shipment stands on an order that was cancelled or taken back"),
        """
        SELECT h.no || ' ' || o.no FROM shipment h JOIN sales_order o ON o.id = h.order_id
         WHERE h.void = 0 AND h.state <> 'cancelled' AND (o.state = 'cancelled' OR o.void)""",
    ),
    Rule(
        N_("A shipment sends the item that was ordered"),
        """
        SELECT h.no || ' ' || i.code FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id
          JOIN order_line o ON o.id = l.order_line_id JOIN item i ON i.id = l.item_id
         WHERE (o.item_id <> l.item_id OR o.order_id <> h.order_id) AND h.void = 0 AND h.state <> 'cancelled'""",
    ),
)
