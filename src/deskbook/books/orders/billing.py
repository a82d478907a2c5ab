"""Bill an order: when its goods leave, when it is confirmed, or by hand; each part is its share of the line's amount, and the last takes the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from deskbook.books.claims.commands import raise_claim, settle_by_credit, settle_by_deposit
from deskbook.books.orders.tables import SalesOrder
from deskbook.core.money import show_money
from deskbook.core.numbers import half_up
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import N_, _

OPEN_RETURN = """SELECT 1 FROM goods_return g WHERE g.void = 0 AND g.state IN ('announced', 'received', 'inspected')
 AND (g.order_id = :order OR g.shipment_id IN (SELECT id FROM shipment WHERE order_id = :order)) LIMIT 1"""


class Head(NamedTuple):
    """Of an order what its claims need. state: as stored, or void; bills: when the customer is billed ('' when goods leave, order, hand)."""

    id: int
    no: str
    state: str
    customer: int
    salesperson: int | None
    day: str
    freight: int
    history: int
    bills: str


class Line(NamedTuple):
    """A line of an order: quantities in 1/1,000, price in 1/10,000, discount in 1/100 %, amount in cents."""

    id: int
    item: int
    text: str
    qty: int
    price: int
    discount: int
    amount: int
    short_closed: int
    shipped: int
    past: int

    def share(self, qty: int) -> int:
        """Cents that so much of the line is worth, counted from its beginning; the whole is worth its amount."""
        return half_up(self.amount * qty, self.qty)

    @property
    def net(self) -> int:
        """The price after the discount."""
        return half_up(self.price * (10000 - self.discount), 10000)


# -- when goods leave ------------------------------------------------------------------------------------------------------


def bill_shipment(tx: Tx, shipment: int) -> int | None:
    """Raise the claim of a shipment that leaves; returns its id.

    None where its customer is billed by hand, the order was billed when it was confirmed, the goods left before the book was opened, or they
    are worth nothing.
    """
    row = tx.row("SELECT order_id, shipped_on, history FROM shipment WHERE id = :shipment", shipment=shipment)
    if row is None or row[2]:
        return None
    order = _head(tx, row[0])
    if order.bills == "hand" or billed_whole(tx, order.id):
        return None
    return _claim_sent(tx, order, [shipment], date.fromisoformat(row[1]))


# -- by hand ---------------------------------------------------------------------------------------------------------------


def bill_order(tx: Tx, *, order: int) -> int:
    """Bill today what was shipped of an order, did not come back and was not billed yet, in one claim; returns its id."""
    head = _head(tx, order)
    if head.state in ("void", "cancelled", "draft", "review"):
        raise Refusal("order", N_("Nothing of {no} is billed: it does not stand as an order."), no=head.no)
    claim = _claim_sent(tx, head, _left(tx, order), min(tx.today, tx.open_day()))
    if claim is None:
        raise Refusal("order", N_("Nothing of {no} was shipped that is not billed."), no=head.no)
    close_if_done(tx, order)
    return claim


def bill_orders(tx: Tx, *, orders: Sequence[int]) -> list[int]:
    """Bill what was shipped of several orders, a claim each; those of which nothing is to be billed are left out. Returns the claims' ids."""
    return _each(tx, [(order, _left(tx, order)) for order in dict.fromkeys(orders)], len(orders))


def bill_shipments(tx: Tx, *, shipments: Sequence[int]) -> list[int]:
    """Bill what left with these shipments, a claim each; those of which nothing is to be billed are left out. Returns the claims' ids."""
    asked = []
    for shipment in dict.fromkeys(shipments):
        row = tx.row("SELECT order_id, no, state IN ('shipped', 'arrived') AND void = 0 FROM shipment WHERE id = :shipment", shipment=shipment)
        if row is None:
            raise Refusal("shipment", N_("There is no such shipment."))
        if not row[2]:
            raise Refusal("shipment", N_("{shipment} has not left; it is billed when it has."), shipment=row[1])
        asked.append((int(row[0]), [shipment]))
    return _each(tx, asked, len(shipments))


def _each(tx: Tx, asked: Sequence[tuple[int, list[int]]], count: int) -> list[int]:
    claims = []
    for order, shipments in asked:
        head = _head(tx, order)
        if head.state in ("void", "cancelled", "draft", "review"):
            continue
        claim = _claim_sent(tx, head, shipments, min(tx.today, tx.open_day()))
        if claim is not None:
            claims.append(claim)
            close_if_done(tx, order)
    if not claims:
        words = N_("Nothing of it was shipped that is not billed.") if count == 1 else N_("Nothing of them was shipped that is not billed.")
        raise Refusal("", words)
    if len(claims) > 1:
        tx.says(N_("billed {count} papers"), count=len(claims))
    return claims


def _left(tx: Tx, order: int) -> list[int]:
    sql = "SELECT id FROM shipment WHERE order_id = :order AND state IN ('shipped', 'arrived') AND void = 0 AND history = 0 ORDER BY id"
    return [int(shipment) for (shipment,) in tx.rows(sql, order=order)]


def _claim_sent(tx: Tx, order: Head, shipments: Sequence[int], day: date) -> int | None:
    """One claim over what left with shipments of an order, did not come back and is on no claim; freight on the order's first."""
    lines = {line.id: line for line in _lines(tx, order.id)}
    billed = _billed(tx, order.id)
    sql = (
        "SELECT l.id, l.order_line_id, l.qty - coalesce((SELECT sum(b.qty) FROM claim_line b JOIN claim k ON k.id = b.claim_id"
        " WHERE b.shipment_line_id = l.id AND b.return_line_id IS NULL AND k.void = 0), 0)"
        " - coalesce((SELECT sum(r.qty) FROM return_line r JOIN goods_return g ON g.id = r.return_id WHERE r.shipment_line_id = l.id AND g.void = 0"
        " AND g.state IN ('received', 'inspected', 'closed') AND r.outcome NOT IN ('repair', 'replace', 'send back')), 0)"
        " FROM shipment_line l WHERE l.shipment_id = :shipment AND l.qty > 0 ORDER BY l.id"
    )
    facts = []
    for shipment in shipments:
        for sent, line_id, still in tx.rows(sql, shipment=shipment):
            line = lines[line_id]
            before, cents = billed.get(line_id, (0, 0))
            qty = min(still, line.shipped - line.past - before)
            if qty > 0:
                amount = line.share(before + qty) - cents
                billed[line_id] = (before + qty, cents + amount)
                facts.append(_fact(line, qty, amount) | {"shipment_line": sent})
    if facts:
        facts += _freight(tx, order)
    one = shipments[0] if len(shipments) == 1 else None
    papers = [order.no, *(no for (no,) in tx.rows("SELECT no FROM shipment WHERE id = :one", one=one))]
    return _raise(tx, order, facts, day, text=" · ".join(papers), shipment=one)


# -- when the order is confirmed -------------------------------------------------------------------------------------------


def bill_confirmed(tx: Tx, order: int, day: date | str | None = None) -> int | None:
    """Raise the claim over a whole order that is confirmed, where its customer is billed then; due from `day` (the order's). Returns its id."""
    head = _head(tx, order)
    if head.bills != "order" or head.state != "confirmed" or head.history:
        return None
    on = day if isinstance(day, date) else date.fromisoformat(day or head.day)
    return _claim_whole(tx, head, min(on, tx.open_day()))


def bill_change(tx: Tx, order: int) -> int | None:
    """After a change of an order that was billed as a whole: a claim over what it is worth more, or a credit note over what it is worth less."""
    head = _head(tx, order)
    if head.history or head.state not in ("confirmed", "hold") or not billed_whole(tx, order):
        return None
    return _claim_whole(tx, head, min(tx.today, tx.open_day()))


def bill_history(tx: Tx, *, order: int, day: date | str | None = None) -> int | None:
    """For an importer: what an order from before the book was opened is worth, as a claim dated on the order's day (or `day`). Returns its id.

    None where it is worth nothing, or billed.
    """
    head = _head(tx, order)
    if head.state in ("void", "cancelled"):
        raise Refusal("order", N_("Nothing of {no} is billed: it does not stand as an order."), no=head.no)
    return _claim_whole(tx, head, day if isinstance(day, date) else date.fromisoformat(day or head.day))


def credit_cancelled(tx: Tx, order: int) -> int | None:
    """Take back what was billed of an order that is cancelled. Refusal where something of it is paid."""
    no, paid = tx.row("SELECT no, paid FROM v_order WHERE id = :order", order=order) or ("", 0)
    if paid:
        raise Refusal("", N_("Something of {no} is paid; let the payment go or pay it back first."), no=no)
    head = _head(tx, order)
    lines = {line.id: line for line in _lines(tx, order)}
    facts = [_fact(lines[line], -qty, -cents) for line, (qty, cents) in _billed(tx, order).items() if qty or cents]
    if freight := _freight_billed(tx, order):
        facts.append({"amount": -freight, "text": _("freight")})
    return _raise(tx, head, facts, min(tx.today, tx.open_day()), text=head.no)


def billed_whole(tx: Tx, order: int) -> bool:
    """Whether an order was billed when it was confirmed: lines of its claims name what was ordered, not what was sent."""
    sql = (
        "SELECT 1 FROM claim k JOIN claim_line b ON b.claim_id = k.id WHERE k.order_id = :order AND k.void = 0 AND k.kind = 'sale'"
        " AND b.order_line_id IS NOT NULL AND b.shipment_line_id IS NULL LIMIT 1"
    )
    return tx.value(sql, order=order) is not None


def _claim_whole(tx: Tx, order: Head, day: date) -> int | None:
    """The difference between what an order is worth and what was billed of it."""
    billed = _billed(tx, order.id)
    facts = []
    for line in _lines(tx, order.id):
        wanted, (qty, cents) = line.qty - line.short_closed, billed.get(line.id, (0, 0))
        if wanted != qty or line.share(wanted) != cents:
            facts.append(_fact(line, wanted - qty, line.share(wanted) - cents))
    return _raise(tx, order, facts + _freight(tx, order), day, text=order.no)


# -- closing ---------------------------------------------------------------------------------------------------------------


def close_if_done(tx: Tx, order: int) -> None:
    """Close a confirmed order that is sent, billed and paid, and of which no return is open. What was done to it stands on the order."""
    row = tx.row("SELECT lifecycle, awaits, bill, pay FROM v_order WHERE id = :order AND void = 0", order=order)
    if row is None:
        return
    tx.touch(SalesOrder, order)
    if row == ("confirmed", 0, "all", "all") and not tx.value(OPEN_RETURN, order=order):
        tx.update(SalesOrder, order, state="closed")


def reopen_if_open(tx: Tx, order: int) -> None:
    """Open a closed order again whose bills are no longer paid, as after a payment that bounced; one from before the book stays closed."""
    row = tx.row("SELECT lifecycle, history, bill, pay FROM v_order WHERE id = :order AND void = 0", order=order)
    if row is None:
        return
    tx.touch(SalesOrder, order)
    if row[:2] == ("closed", 0) and (row[2] != "all" or row[3] not in ("all", "over")):
        tx.update(SalesOrder, order, state="confirmed")


# -- shared ----------------------------------------------------------------------------------------------------------------


def _raise(tx: Tx, order: Head, facts: Sequence[Mapping[str, Any]], day: date, *, text: str, shipment: int | None = None) -> int | None:
    amount = sum(fact["amount"] for fact in facts)
    if not amount:  # one line more, another less by as much: a claim over nothing is none, so each has its own paper
        less, more = ([fact for fact in facts if (fact["amount"] > 0) is above and fact["amount"]] for above in (False, True))
        if not more:
            return None
        _raise(tx, order, less, day, text=text, shipment=shipment)
        return _raise(tx, order, more, day, text=text, shipment=shipment)
    claim = raise_claim(
        tx,
        side="receivable",
        kind="sale" if amount > 0 else "credit",
        party=order.customer,
        lines=facts,
        day=day,
        order=order.id,
        shipment=shipment,
        salesperson=order.salesperson,
        text=text,
    )
    if amount < 0:
        settle_by_credit(tx, credit=claim)
    else:
        settle_by_deposit(tx, claim=claim)
    return claim


def _fact(line: Line, qty: int, amount: int) -> dict[str, Any]:
    return {"amount": amount, "item": line.item, "text": line.text, "qty": qty, "price": line.net, "order_line": line.id}


def _freight(tx: Tx, order: Head) -> list[dict[str, Any]]:
    """The line of freight that the order's next claim has: what no claim has yet. What went before the book was opened had it then."""
    if order.freight and not order.history and tx.value("SELECT 1 FROM shipment WHERE order_id = :order AND history AND void = 0", order=order.id):
        return []
    more = order.freight - _freight_billed(tx, order.id)
    return [{"amount": more, "text": _("freight")}] if more > 0 else []


def _freight_billed(tx: Tx, order: int) -> int:
    sql = (
        "SELECT coalesce(sum(b.amount), 0) FROM claim k JOIN claim_line b ON b.claim_id = k.id"
        " WHERE k.order_id = :order AND k.void = 0 AND k.kind = 'sale' AND b.item_id IS NULL AND b.order_line_id IS NULL"
    )
    return int(tx.value(sql, order=order))


def _billed(tx: Tx, order: int) -> dict[int, tuple[int, int]]:
    """Of each line what was billed, quantity and cents; what was credited for goods that came back is not taken off."""
    sql = (
        "SELECT b.order_line_id, sum(b.qty), sum(b.amount) FROM claim k JOIN claim_line b ON b.claim_id = k.id"
        " WHERE k.order_id = :order AND k.void = 0 AND b.order_line_id IS NOT NULL AND b.return_line_id IS NULL GROUP BY b.order_line_id"
    )
    return {int(line): (int(qty), int(cents)) for line, qty, cents in tx.rows(sql, order=order)}


def _head(tx: Tx, order: int) -> Head:
    row = tx.row(
        "SELECT o.id, o.no, iif(o.void, 'void', o.state), o.customer_id, o.salesperson_id, o.day, o.freight, o.history, c.bills"
        " FROM sales_order o JOIN party c ON c.id = o.customer_id WHERE o.id = :order",
        order=order,
    )
    if row is None:
        raise Refusal("order", N_("There is no such order."))
    return Head(*row)


def _lines(tx: Tx, order: int) -> list[Line]:
    sql = "SELECT id, item_id, text, qty, price, discount, amount, short_closed, shipped, past FROM v_order_line WHERE order_id = :order ORDER BY pos"
    return [Line(*row) for row in tx.rows(sql, order=order)]


def refuse_billed(tx: Tx, line: int, field: str = "") -> None:
    """Refusal to take out an order's line that stands on a claim."""
    sql = "SELECT k.no FROM claim_line b JOIN claim k ON k.id = b.claim_id WHERE b.order_line_id = :line AND k.void = 0 ORDER BY k.id LIMIT 1"
    no = tx.value(sql, line=line)
    if no is not None:
        raise Refusal(field, N_("This line was billed by {claim}; close it short instead."), claim=no)


def refuse_less_freight(tx: Tx, order: int, freight: int) -> None:
    """Refusal of less freight than was billed."""
    if freight < (billed := _freight_billed(tx, order)):
        raise Refusal("freight", N_("{amount} of freight is billed already; give a credit note for the difference."), amount=show_money(billed))
