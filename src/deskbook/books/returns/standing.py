"""What the commands of returns share: a return that stands, and the shipments and orders it stands on."""

from __future__ import annotations

from typing import Any

from deskbook.books.orders.tables import SalesOrder
from deskbook.books.returns.queries import STATES
from deskbook.books.shipments.tables import Shipment
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import N_, _


def return_of(tx: Tx, goods_return: int, *states: str) -> dict[str, Any]:
    """The return, in one of these states. Refusal otherwise."""
    names = ("id", "no", "state", "customer_id", "customer", "order_id", "shipment_id")
    row = tx.row(f"SELECT {', '.join(names)} FROM v_return WHERE id = :id", id=goods_return)
    if row is None:
        raise Refusal("goods_return", N_("There is no such return."))
    head = dict(zip(names, row, strict=True))
    if head["state"] not in states:
        raise Refusal("", N_("{no} is {state}; that cannot be done any more, or not yet."), no=head["no"], state=_(STATES[head["state"]]))
    return head


def stand_on_sent(tx: Tx, goods_return: int) -> list[int]:
    """Note the shipments and orders that a return relies on; returns the orders."""
    sql = (
        "SELECT DISTINCT h.id, h.order_id FROM return_line l JOIN shipment_line s ON s.id = l.shipment_line_id"
        " JOIN shipment h ON h.id = s.shipment_id WHERE l.return_id = :id ORDER BY 1"
    )
    found = tx.rows(sql, id=goods_return)
    for shipment, order in found:
        tx.touch(Shipment, shipment)
        tx.touch(SalesOrder, order)
    return sorted({int(order) for _shipment, order in found})
