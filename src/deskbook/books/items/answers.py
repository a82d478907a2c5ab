"""What is asked about an item on the telephone: what this customer paid, what is available and why, when more comes, what does instead.

What later books hold is read from the tables and views of the file, whose names are part of it.
"""
from __future__ import annotations

from typing import NamedTuple

from deskbook.books.items.kits import kit_stock
from deskbook.core.quantity import show_quantity
from deskbook.core.store import Look
from deskbook.core.words import N_, _, clauses

ELSEWHERE = {
    "quarantine": N_("{qty} in quarantine"),
    "borrower": N_("{qty} on loan to {name}"),
    "dealer": N_("{qty} with {name}"),
    "factory": N_("{qty} in repair at {name}"),
    "head_office": N_("{qty} at {name}"),
}
"""What is ours and cannot be sold now, by the kind of its place, in the order it is said."""


class Sold(NamedTuple):
    """A line of an order that stands. qty in thousandths, price in 1/10,000, discount in 1/100 %."""

    line: int
    order: int
    no: str
    day: str
    customer_id: int
    customer: str
    qty: int
    price: int
    discount: int


def sold(look: Look, item: int, customer: int | None = None) -> Sold | None:
    """The last sale of an item, to one customer where one is named; None where there is none. A part of a kit was not sold by itself."""
    row = look.row(
        "SELECT l.id, o.id, o.no, o.day, c.id, c.name,"
        " coalesce(l.kit_qty, l.qty), coalesce(l.kit_price, l.price), coalesce(l.kit_discount, l.discount)"
        " FROM order_line l JOIN sales_order o ON o.id = l.order_id JOIN party c ON c.id = o.customer_id"
        " WHERE (l.item_id = :item AND l.kit_id IS NULL OR l.kit_id = :item) AND l.return_line_id IS NULL"
        " AND o.void = 0 AND o.state NOT IN ('draft', 'cancelled')"
        " AND (:customer IS NULL OR o.customer_id = :customer) ORDER BY o.day DESC, l.id DESC LIMIT 1",
        item=item, customer=customer,
    )
    return Sold(*row) if row else None


def breaks(look: Look, item: int, customer: int, day: str) -> list[tuple[int, int]]:
    """What a customer pays on a day from larger quantities on: least quantity (thousandths) and price (1/10,000); its own before its list's."""
    rows = look.rows(
        "SELECT s.least, s.price FROM party c JOIN special_price s ON s.item_id = :item AND (s.party_id = c.id OR s.price_list_id = c.price_list_id)"
        " WHERE c.id = :customer AND s.least > 0 AND s.since <= :day AND (s.until IS NULL OR s.until >= :day)"
        " ORDER BY s.least, s.party_id IS NULL, s.since DESC",
        item=item, customer=customer, day=day,
    )
    first: dict[int, int] = {}
    for least, price in rows:
        first.setdefault(least, price)
    return list(first.items())


class Bought(NamedTuple):
    """A line of a purchase that stands."""

    purchase: int
    no: str
    day: str
    qty: int
    price: int


def bought(look: Look, item: int, supplier: int) -> Bought | None:
    """The last purchase of an item from a supplier whose price was known; None where there is none."""
    row = look.row(
        "SELECT p.id, p.no, p.day, l.qty, l.price FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id"
        " WHERE l.item_id = :item AND p.supplier_id = :supplier AND l.price > 0 AND p.void = 0 AND p.state NOT IN ('draft', 'cancelled')"
        " ORDER BY p.day DESC, l.id DESC LIMIT 1",
        item=item, supplier=supplier,
    )
    return Bought(*row) if row else None


def available(look: Look, item: int) -> tuple[int, str]:
    """What can be sold (thousandths), and why so much: "= shelf 12 − reserved 10; 4 in quarantine; 5 on loan to Wang"."""
    shelf, reserved, free = look.row("SELECT shelf, reserved, available FROM v_stock WHERE id = :item", item=item) or (0, 0, 0)
    if (kit := kit_stock(look, item)) is not None:
        return kit.kits, f"= {kit.words}"
    words = N_("= shelf {shelf} − reserved {reserved}") if reserved else N_("= shelf {shelf}")
    parts = [_(words, shelf=show_quantity(shelf), reserved=show_quantity(reserved))]
    there = look.rows(
        "SELECT p.kind, coalesce(y.name, p.name), sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id"
        " LEFT JOIN party y ON y.id = p.party_id WHERE b.item_id = :item AND b.qty <> 0"
        " GROUP BY 1, iif(p.kind = 'quarantine', 0, p.id) ORDER BY p.id",
        item=item,
    )
    for kind, said in ELSEWHERE.items():
        parts += [_(said, qty=show_quantity(qty), name=name) for at, name, qty in there if at == kind]
    return free, clauses(parts)


class Coming(NamedTuple):
    """What a supplier still owes. day: as last promised, None where no day was named; late: that day is past."""

    purchase: int
    no: str
    supplier_id: int
    supplier: str
    qty: int
    day: str | None
    late: bool


def coming(look: Look, item: int, limit: int = 2) -> list[Coming]:
    """What is to come of an item: by day, then what is overdue, then what has no day."""
    rows = look.rows(
        "SELECT p.id, p.no, s.id, s.name, e.qty, e.promised, coalesce(e.promised < d.day, 0) FROM expected e CROSS JOIN office_day d"
        " JOIN purchase p ON p.id = e.purchase_id JOIN party s ON s.id = p.supplier_id WHERE e.item_id = :item"
        " ORDER BY e.promised IS NULL, e.promised < d.day, e.promised, e.purchase_line_id LIMIT :limit",
        item=item, limit=limit,
    )
    return [Coming(purchase, no, supplier, name, qty, day, bool(late)) for purchase, no, supplier, name, qty, day, late in rows]


class Instead(NamedTuple):
    """An item that does for another. pair: the row that says so; available in thousandths; price: the list price, None without one."""

    pair: int
    item: int
    code: str
    name: str
    unit: str
    available: int
    price: int | None
    note: str


def instead(look: Look, item: int, limit: int = 9, *, idle: bool = False) -> list[Instead]:
    """What does for an item, that which is in stock first; discontinued ones only while some are left, or with `idle`."""
    rows = look.rows(
        "SELECT x.id, s.id, s.code, s.name, s.unit, s.available, s.list_price, x.note"
        " FROM (SELECT id, iif(item_id = :item, other_id, item_id) AS other, note FROM substitute WHERE :item IN (item_id, other_id)) x"
        " JOIN v_stock s ON s.id = x.other WHERE s.discontinued = 0 OR s.available > 0 OR :idle ORDER BY s.available <= 0, s.code LIMIT :limit",
        item=item, limit=limit, idle=idle,
    )
    return [Instead(*row) for row in rows]
