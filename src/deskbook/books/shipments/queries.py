"""Shipments: the lists, what leaves on a day, and which item a word names when codes are nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.search import difference, fold
from deskbook.core.store import Look
from deskbook.core.words import N_, _

STATES = {
    "picking": N_("picking"),
    "checked": N_("checked"),
    "shipped": N_("shipped"),
    "arrived": N_("arrived"),
    "cancelled": N_("given up"),
    "void": N_("void"),
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
        "SELECT i.code FROM item i WHERE i.id <> :item AND i.merged_into_id IS NULL"
        " AND (i.code = :typed COLLATE NOCASE OR i.find LIKE :head OR i.id IN (SELECT item_id FROM item_alias WHERE fold = :word))"
    )
    rows = look.rows(sql, item=item, typed=typed.strip(), head=f" {word} %", word=word)
    aliases = {
        other
        for (other,) in look.rows(
            "SELECT i.code FROM item_alias a JOIN item i ON i.id = a.item_id WHERE a.fold = :word AND a.item_id <> :item", word=word, item=item
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


def sent_on(look: Look, day: date) -> list[tuple[str, str, str, int]]:
    """What left on a day: shipment, customer, item code, quantity in 1/1,000; by the shipments."""
    sql = "SELECT no, customer, code, qty FROM v_shipment_line WHERE shipped_on = :day AND state IN ('shipped', 'arrived') ORDER BY no, pos"
    return [(str(no), str(customer), str(code), int(qty)) for no, customer, code, qty in look.rows(sql, day=day.isoformat())]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Shipments by a fragment of their number, waybill or customer."""
    word = fold(text)
    sql = "SELECT id, no, customer, day, state FROM v_shipment WHERE find LIKE '%' || :word || '%' ORDER BY state = 'void', id DESC LIMIT :limit"
    rows = look.rows(sql, word=word, limit=limit) if word else []
    return [("shipments", int(row), str(no), f"{customer} · {show_day(day).strip()} · {_(STATES[state])}") for row, no, customer, day, state in rows]


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
