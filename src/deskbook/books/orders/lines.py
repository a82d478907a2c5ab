"""The lines of an order: written, written anew and taken out, those of a kit as one; what is billed and closed by it is for the commands to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deskbook.books.items.kits import Kit, kit_of
from deskbook.books.orders.billing import refuse_billed
from deskbook.books.orders.given import committed, line_of, open_order, priced
from deskbook.books.orders.kits import Group, as_ordered, group_of, rows_of
from deskbook.books.orders.tables import LineFacts, OrderLine
from deskbook.core.money import line_amount
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import N_


def insert_line(tx: Tx, order: int, line: Mapping[str, Any]) -> tuple[int, str]:
    """Add a line (LineFacts) to an open order; returns its id, of a kit that of its first part, and the order's number."""
    head = open_order(tx, order)
    pos = (tx.value("SELECT max(pos) FROM order_line WHERE order_id = :order", order=order) or 0) + 1
    added = write_line(tx, order, pos, LineFacts.of(**line), head["day"], head["customer_id"], False)[0]
    return added, str(head["no"])


def rewrite_line(tx: Tx, line: int, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Change a line, or the kit it is a part of; whether the order is done is asked when all of its lines are."""
    row, head = line_of(tx, line)
    group = group_of(tx, line)
    if group is not None:
        row |= {"item_id": group.item, "qty": group.qty, "price": group.price, "discount": group.discount, "short_closed": 0}
    given = LineFacts.of(
        **{
            "item": row["item_id"],
            "qty": row["qty"],
            "price": row["price"],
            "discount": row["discount"],
            "text": row["text"],
            "approved_by": row["approved_by"],
        }
        | facts
    )
    before, after = (price * (10000 - discount) for price, discount in ((row["price"], row["discount"]), (given.price or 0, given.discount)))
    if (after < before or given.qty > row["qty"] or given.item != row["item_id"]) and "approved_by" not in facts:
        given.approved_by = ""  # who agreed to the old price did not agree to a lower one, to it for more, or to another item's
    now = (given.item, given.qty, given.price, given.discount, given.text, given.approved_by)
    same = now == tuple(row[name] for name in ("item_id", "qty", "price", "discount", "text", "approved_by"))
    if not same and (group is not None or (given.item != row["item_id"] and kit_of(tx, given.item, head["day"]))):
        kit = as_ordered(tx, group, head["day"]) if group is not None and given.item == group.item else None
        _write_anew(tx, row, head, given, group.lines if group else (line,), kit)
        return row, head
    sent = committed(tx, line) if group is None else 0
    if given.qty < sent + row["short_closed"]:
        raise Refusal(
            "qty",
            N_("{least} of it are sent, on a shipment or closed short; it cannot go below that."),
            least=show_quantity(sent + row["short_closed"]),
        )
    if given.item != row["item_id"] and sent:
        raise Refusal("item", N_("Some of this line is sent or on a shipment; add a line for the other item."))
    if given.item != row["item_id"]:
        refuse_billed(tx, line, "item")
    if not same:  # a line left as it was is not judged anew
        item, price, approved = priced(tx, given, head["day"], head["customer_id"])
        amount = line_amount(given.qty, price, given.discount)
        if amount and tx.value("SELECT return_line_id FROM order_line WHERE id = :line", line=line) is not None:
            raise Refusal("price", N_("This line is sent again for what came back, for nothing; add a line for what is to be paid."))
        tx.update(
            OrderLine,
            line,
            item_id=item["id"],
            qty=given.qty,
            price=price,
            discount=given.discount,
            text=given.text,
            approved_by=approved,
            amount=amount,
        )
    return row, head


def _write_anew(tx: Tx, row: dict[str, Any], head: dict[str, Any], given: LineFacts, lines: Sequence[int], kit: Kit | None) -> None:
    """Write what is or becomes a kit in the place of its old lines, of which nothing may have been sent or closed short.

    kit: of one that stays the same kit, the parts it was ordered with; a kit that was changed meanwhile changes no order.
    """
    for line in lines:
        if committed(tx, line) or tx.value("SELECT short_closed FROM order_line WHERE id = :line", line=line):
            raise Refusal("qty", N_("Some of this kit is sent, on a shipment or closed short; it stays as it is. Add a line for more."))
        _refuse_named(tx, line)
    for line in lines:
        tx.delete(OrderLine, line)
    first, last = row["pos"], tx.value("SELECT max(pos) FROM order_line WHERE order_id = :order", order=row["order_id"]) or 0
    room = tx.value("SELECT min(pos) FROM order_line WHERE order_id = :order AND pos > :pos", order=row["order_id"], pos=first) or first + 10**6
    wide = len(rows_of(tx, given.item, head["day"], pos=1, qty=given.qty, price=0, discount=0, kit=kit))
    write_line(tx, row["order_id"], first if first + wide <= room else last + 1, given, head["day"], head["customer_id"], False, kit)


def _refuse_named(tx: Tx, line: int) -> None:
    if tx.value("SELECT 1 FROM shipment_line WHERE order_line_id = :line", line=line):
        raise Refusal("", N_("This line stands on a shipment that was given up; close it short instead."))
    refuse_billed(tx, line)


def delete_line(tx: Tx, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take a line, or the kit it is a part of, out of an open order; returns the line and its order as they were."""
    row, head = line_of(tx, line)
    group: Group | None = group_of(tx, line)
    lines = group.lines if group else (line,)
    if any(committed(tx, part) for part in lines):
        raise Refusal("", N_("Some of this line is sent or on a shipment; close the rest short instead."))
    if tx.value("SELECT count(*) FROM order_line WHERE order_id = :order", order=row["order_id"]) == len(lines) and head["state"] != "draft":
        raise Refusal("", N_("It is the only line of {no}; cancel the order instead."), no=head["no"])
    for part in lines:
        _refuse_named(tx, part)
    for part in lines:
        tx.delete(OrderLine, part)
    return row, head



def write_line(tx: Tx, order: int, pos: int, line: LineFacts, day: str, customer: int, history: bool, kit: Kit | None = None) -> list[int]:
    """Write a line, or where its item is a kit on the day those of its parts, from a position on; returns their ids. kit: its parts, where known."""
    item, price, approved = priced(tx, line, day, customer, history)
    facts = {"pos": pos, "qty": line.qty, "price": price, "discount": line.discount}
    plain = {**facts, "item_id": item["id"], "amount": line_amount(line.qty, price, line.discount)}
    rows = [plain] if history else rows_of(tx, item["id"], day, **facts, kit=kit)  # what is past is written down as it was
    return [tx.insert(OrderLine, order_id=order, text=line.text, approved_by=approved, **row) for row in rows]
