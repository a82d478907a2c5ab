"""Shipments: the lists, what leaves on a day, and which items are easily taken for each other."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.search import difference, fold, near_codes
from deskbook.core.store import Look
from deskbook.core.words import N_

STATES = {
    "picking": N_("picking"), "checked": N_("checked"), "shipped": N_("shipped"), "arrived": N_("arrived"), "cancelled": N_("given up"), "void": N_("void"),
}
SHIPMENTS = Listing(
    name="shipments",
    title=N_("Shipments"),
    source="v_shipment",
    columns=(
        Column("no", N_("number"), Show.CODE, 11),
        Column("day", N_("day"), Show.DAY, 7),
        Column("customer", N_("customer"), width=18, grows=True),
        Column("state", N_("state"), Show.WORD, 9, words=STATES),
        Column("checked", N_("checked"), Show.COUNT, 7),
        Column("lines", N_("lines"), Show.COUNT, 5),
        Column("shipped_on", N_("shipped"), Show.DAY, 7),
        Column("carrier", N_("carrier"), width=12),
        Column("unconfirmed_days", N_("late"), Show.COUNT, 4),
        Column("waybill", N_("waybill"), Show.CODE, 14, wide=True),
        Column("order_no", N_("order"), Show.CODE, 11, wide=True),
        Column("due_on", N_("due"), Show.DAY, 7, wide=True),
        Column("arrived_on", N_("arrived"), Show.DAY, 7, wide=True),
        Column("arrived_by", N_("confirmed by"), width=10, wide=True),
        Column("wanted", N_("wanted"), Show.DAY, 7, wide=True),
        Column("days_late", N_("days late"), Show.COUNT, 6, wide=True),
        Column("qty", N_("pieces"), Show.QUANTITY, 8, wide=True, total=True),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("open", N_("under way"), "state IN ('picking', 'checked', 'shipped') AND history = 0"),
        View("leaving", N_("not left yet"), "state IN ('picking', 'checked')"),
        View("unconfirmed", N_("arrival not confirmed"), "state = 'shipped' AND history = 0 AND due_on <= :today"),
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
        Column("shipped_on", N_("shipped"), Show.DAY, 7),
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
    views=(View("shipped", N_("shipped"), "state IN ('shipped', 'arrived')"), View("all", N_("all"))),
)


def easily_taken_for(look: Look, item: int) -> list[str]:
    """Codes of other items in the catalogue that a tired eye takes for this one's."""
    code = look.value("SELECT code FROM item WHERE id = :item", item=item)
    others = [c for (c,) in look.rows("SELECT code FROM item WHERE id <> :item AND merged_into_id IS NULL", item=item)]
    return near_codes(code, others)


def identifies(look: Look, item: int, typed: str, near: Sequence[str]) -> bool | str:
    """Whether what was typed or scanned names this item: True, the code of the other item that it names, or False.

    It names it by its code, model or an alias, or by the part that tells it from all that are nearly the same.
    Nothing typed is enough only for an item that is not easily taken for another.
    """
    word = fold(typed)
    if not word:
        return not near
    code, model = look.row("SELECT code, model FROM item WHERE id = :item", item=item) or ("", "")
    own = {fold(code), *(a for (a,) in look.rows("SELECT fold FROM item_alias WHERE item_id = :item", item=item))} | ({fold(model)} if model else set())
    sql = "SELECT i.code FROM item i WHERE i.id <> :item AND i.merged_into_id IS NULL AND (i.id IN (SELECT item_id FROM item_alias WHERE fold = :word) OR i.code = :typed COLLATE NOCASE)"
    others = [c for (c,) in look.rows(sql, item=item, word=word, typed=typed)]
    others += [c for c in near if fold(c) == word]
    if others:
        return False if word in own else str(others[0])
    if word in own:
        return True
    parts = [fold(difference(c, code)) for c in near]
    return bool(parts) and all(part and (word == part or (word.endswith(part) and fold(code).endswith(word))) for part in parts)


def sent_on(look: Look, day: date) -> list[tuple[str, str, str, int]]:
    """What left on a day: shipment, customer, item code, quantity in 1/1,000; by the shipments."""
    sql = "SELECT no, customer, code, qty FROM v_shipment_line WHERE shipped_on = :day AND state IN ('shipped', 'arrived') ORDER BY no, pos"
    return [(str(no), str(customer), str(code), int(qty)) for no, customer, code, qty in look.rows(sql, day=day.isoformat())]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Shipments by a fragment of their number, waybill or customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, state FROM v_shipment WHERE find LIKE '%' || :word || '%' ORDER BY id DESC LIMIT :limit"
    return [("shipments", int(row), str(no), str(customer)) for row, no, customer, _state in look.rows(sql, word=word, limit=limit)] if word else []


RULES = (
    Rule(N_("Every shipped line moved its goods, once"), """
        SELECT h.no || ' ' || i.code || ': ' || l.qty || ' / ' || coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.shipment_line_id = l.id), 0)
          FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id JOIN item i ON i.id = l.item_id
         WHERE h.history = 0 AND coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.shipment_line_id = l.id), 0)
               <> iif(h.state IN ('shipped', 'arrived') AND h.void = 0, l.qty, 0)"""),
    Rule(N_("Only checked lines have left"), """
        SELECT h.no || ' ' || l.id FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id
         WHERE h.history = 0 AND h.void = 0 AND h.state IN ('checked', 'shipped', 'arrived') AND l.checked_qty IS NULL"""),
    Rule(N_("No more is shipped than was ordered"), "SELECT no || ' ' || code || ': ' || shipped || ' / ' || qty FROM v_order_line WHERE shipped + short_closed > qty AND held <> 'void'"),
)
