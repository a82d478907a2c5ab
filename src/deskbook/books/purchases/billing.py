"""Write down what we owe a supplier: when its goods come, when they are ordered, or by hand. What is in quarantine is not owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from deskbook.books.claims.commands import Kind, raise_claim
from deskbook.books.purchases.tables import Purchase
from deskbook.core.money import line_amount
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import N_


class _Line(NamedTuple):
    """A line of a purchase: quantities in 1/1,000, price in 1/10,000, amount in cents; what was billed of it."""

    id: int
    item: int
    qty: int
    price: int
    amount: int
    short_closed: int
    accepted: int
    billed: int
    cents: int


def bill_receipt(tx: Tx, purchase: int, accepted: Mapping[int, int], day: date | str | None = None) -> int | None:
    """Raise the payable over goods that came: accepted is line -> 1/1,000. Returns the claim's id.

    None where the supplier is owed by hand, they were billed when they were ordered, or are worth nothing.
    """
    supplier, no, bills = _head(tx, purchase)
    if bills == "hand":
        return None
    facts = []
    for line in _lines(tx, purchase):
        qty = min(accepted.get(line.id, 0), line.accepted - line.billed)
        if qty > 0:
            facts.append(_fact(line, qty, line_amount(line.billed + qty, line.price) - line.cents))
    return _raise(tx, purchase, supplier, no, facts, day or tx.open_day())


def bill_ordered(tx: Tx, purchase: int, day: date | str) -> int | None:
    """Raise the payable over a whole purchase, where its supplier is owed from the order on, due from its day. Returns the claim's id."""
    supplier, no, bills = _head(tx, purchase)
    if bills != "order":
        return None
    facts = [_fact(line, line.qty, line.amount) for line in _lines(tx, purchase)]
    on = day if isinstance(day, date) else date.fromisoformat(day)
    return _raise(tx, purchase, supplier, no, facts, min(on, tx.open_day()))


def credit_rest(tx: Tx, purchase: int) -> int | None:
    """After lines were closed short or the purchase cancelled: take back what was billed when it was ordered and will not come."""
    supplier, no, _bills = _head(tx, purchase)
    cancelled = tx.value("SELECT state = 'cancelled' FROM purchase WHERE id = :purchase", purchase=purchase)
    facts = []
    for line in _lines(tx, purchase):
        wanted = max(0 if cancelled else line.qty - line.short_closed, line.accepted)
        if line.billed > wanted:
            facts.append(_fact(line, wanted - line.billed, line_amount(wanted, line.price) - line.cents))
    return _raise(tx, purchase, supplier, no, facts, min(tx.today, tx.open_day()))


def bill_purchase(tx: Tx, *, purchase: int, their_no: str = "", day: date | str | None = None) -> int:
    """By hand: write down that we owe what was accepted of a purchase and is on no claim yet; returns the claim's id.

    their_no: of the bill that came; day: the bill's (today).
    """
    supplier, no, _bills = _head(tx, purchase)
    facts = []
    for line in _lines(tx, purchase):
        if line.accepted > line.billed:
            facts.append(_fact(line, line.accepted - line.billed, line_amount(line.accepted, line.price) - line.cents))
    claim = _raise(tx, purchase, supplier, no, facts, day or min(tx.today, tx.open_day()), their_no)
    if claim is None:
        raise Refusal("purchase", N_("Nothing of {no} was received that is not billed."), no=no)
    tx.touch(Purchase, purchase)  # the receipts are not taken back from under their bill
    return claim


def _raise(tx: Tx, purchase: int, supplier: int, no: str, facts: Sequence[dict[str, Any]], day: date | str, their_no: str = "") -> int | None:
    amount = sum(fact["amount"] for fact in facts)
    if not amount:
        return None
    kind: Kind = "purchase" if amount > 0 else "credit"
    return raise_claim(tx, side="payable", kind=kind, party=supplier, lines=facts, day=day, purchase=purchase, their_no=their_no, text=no)


def _fact(line: _Line, qty: int, amount: int) -> dict[str, Any]:
    return {"amount": amount, "item": line.item, "qty": qty, "price": line.price, "purchase_line": line.id}


def _head(tx: Tx, purchase: int) -> tuple[int, str, str]:
    sql = "SELECT p.supplier_id, p.no, s.bills FROM purchase p JOIN party s ON s.id = p.supplier_id WHERE p.id = :id AND p.void = 0"
    row = tx.row(sql, id=purchase)
    if row is None:
        raise Refusal("purchase", N_("There is no purchase {purchase}."), purchase=purchase)
    return (int(row[0]), str(row[1]), str(row[2]))


def _lines(tx: Tx, purchase: int) -> list[_Line]:
    sql = (
        "SELECT l.id, l.item_id, l.qty, l.price, l.amount, l.short_closed,"
        " coalesce((SELECT sum(m.qty) FROM stock_move m JOIN place t ON t.id = m.target_id WHERE m.purchase_line_id = l.id AND t.kind = 'shelf'), 0),"
        " coalesce((SELECT sum(b.qty) FROM claim_line b JOIN claim k ON k.id = b.claim_id WHERE b.purchase_line_id = l.id AND k.void = 0), 0),"
        " coalesce((SELECT sum(b.amount) FROM claim_line b JOIN claim k ON k.id = b.claim_id WHERE b.purchase_line_id = l.id AND k.void = 0), 0)"
        " FROM purchase_line l WHERE l.purchase_id = :purchase ORDER BY l.pos"
    )
    return [_Line(*row) for row in tx.rows(sql, purchase=purchase)]
