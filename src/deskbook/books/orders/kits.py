"""A line of a kit becomes lines of its parts: each is reserved, sent and returned by itself; their amounts add up to the kit's price."""

from __future__ import annotations

from typing import Any, NamedTuple

from deskbook.books.items.kits import Kit, Part, kit_of
from deskbook.core.check import Rule
from deskbook.core.money import line_amount, show_price
from deskbook.core.numbers import half_up
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_


class Share(NamedTuple):
    """A part's line: quantity in 1/1,000, price in 1/10,000 after the discount, amount in cents."""

    item: int
    qty: int
    price: int
    amount: int


def shares(kit: Kit, *, qty: int, price: int, discount: int) -> list[Share]:
    """The parts of so many kits (1/1,000) at a price each less a discount. Each amount is its share rounded down; the last takes what remains.

    Refusal for a quantity of kits of which a part would not come out whole.
    """
    total, weight = line_amount(qty, price, discount), sum(part.share for part in kit.parts)
    found: list[Share] = []
    for part in kit.parts:
        if not _whole(qty, part):
            raise Refusal("qty", N_("{qty} of the kit {kit} take no whole quantity of {part}."), qty=show_quantity(qty), kit=kit.code, part=part.code)
        pieces = qty * part.qty // 1000
        last = part is kit.parts[-1]
        amount = total - sum(share.amount for share in found) if last else total * part.share // weight
        each = half_up(amount * 100_000, pieces)
        if each >= 10**13:
            raise Refusal("price", N_("{part} in the kit {kit} would cost {price} each; that is more than a price can be."),
                          part=part.code, kit=kit.code, price=show_price(each))
        found.append(Share(part.item, pieces, each, amount))
    return found


class Group(NamedTuple):
    """A kit as it stands on an order: its item, how many (1/1,000), at what price (1/10,000) less what (1/100 %), and the ids of its parts' lines."""

    item: int
    qty: int
    price: int
    discount: int
    text: str
    approved_by: str
    lines: tuple[int, ...]


def _whole(qty: int, part: Part) -> bool:
    """Whether a part comes out whole, as finely as it is counted, in so many kits (1/1,000)."""
    return not qty * part.qty % (1000 * 10 ** (3 - part.decimals))


def group_of(look: Look, line: int) -> Group | None:
    """The kit of which an order line is a part; None where it is a line by itself."""
    row = look.row(
        "SELECT kit_id, kit_qty, kit_price, kit_discount, text, approved_by, order_id, kit_pos FROM order_line"
        " WHERE id = :line AND kit_id IS NOT NULL",
        line=line,
    )
    if row is None:
        return None
    sql = "SELECT id FROM order_line WHERE order_id = :order AND kit_pos = :pos AND kit_id IS NOT NULL ORDER BY pos"
    same = look.rows(sql, order=row[6], pos=row[7])
    item, qty, price, discount, text, approved_by = row[:6]
    return Group(item, qty, price, discount, text, approved_by, tuple(int(part) for (part,) in same))


def as_ordered(look: Look, group: Group, day: str) -> Kit:
    """A kit with the parts and the split that it was ordered with; where that is the kit of the order's day, that one with its own weights."""
    sql = "SELECT i.id, i.code, i.name, i.unit, l.qty, l.amount, i.decimals FROM order_line l JOIN item i ON i.id = l.item_id WHERE l.id = :line"
    rows = [row for line in group.lines for row in look.rows(sql, line=line)]
    defined = kit_of(look, group.item, day)
    same = [(row[0], row[4], row[5]) for row in rows]
    if defined and all(_whole(group.qty, part) for part in defined.parts):
        split = shares(defined, qty=group.qty, price=group.price, discount=group.discount)
        if [(share.item, share.qty, share.amount) for share in split] == same:
            return defined
    nothing = not any(row[5] for row in rows)  # a kit sold for nothing: alike
    parts = tuple(
        Part(item, name[0], name[1], name[2], qty * 1000 // group.qty, 1 if nothing else amount, fine) for item, *name, qty, amount, fine in rows
    )
    code = str(look.value("SELECT code FROM item WHERE id = :item", item=group.item))
    return Kit(0, group.item, code, day, None, "", parts)


def rows_of(look: Look, item: int, day: str, *, pos: int, qty: int, price: int, discount: int, kit: Kit | None = None) -> list[dict[str, Any]]:
    """The lines' own facts for an item at a price: one, or where it is a kit on the day those of its parts, from a position on.

    kit: what it consists of instead of the kit of the day.
    """
    kit = kit or kit_of(look, item, day)
    if kit is None:
        return [{"pos": pos, "item_id": item, "qty": qty, "price": price, "discount": discount, "amount": line_amount(qty, price, discount)}]
    group = {"kit_id": item, "kit_pos": pos, "kit_qty": qty, "kit_price": price, "kit_discount": discount, "discount": 0}
    return [
        {"pos": pos + n, "item_id": share.item, "qty": share.qty, "price": share.price, "amount": share.amount, **group}
        for n, share in enumerate(shares(kit, qty=qty, price=price, discount=discount))
    ]


def _sums(look: Look) -> list[str]:
    """Kits whose parts do not add up to what they are sold for, and parts whose price is not their amount by their quantity."""
    faults = []
    rows = look.rows(
        "SELECT o.no, l.kit_pos, l.kit_qty, l.kit_price, l.kit_discount, sum(l.amount),"
        " count(DISTINCT l.kit_id || ' ' || l.kit_qty || ' ' || l.kit_price)"
        " FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.kit_id IS NOT NULL GROUP BY l.order_id, l.kit_pos"
    )
    for no, pos, qty, price, discount, amount, kinds in rows:
        if None in (pos, qty, price, discount) or kinds != 1 or line_amount(qty, price, discount) != amount:
            faults.append(f"{no} {pos}: {amount}")
    parts = look.rows(
        "SELECT o.no, l.pos, l.qty, l.price, l.amount FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.kit_id IS NOT NULL"
    )
    return faults + [f"{no} {pos}: {price}" for no, pos, qty, price, amount in parts if half_up(amount * 100_000, qty) != price]


RULES = (Rule(N_("The parts of a kit add up to its price"), prove=_sums),)
