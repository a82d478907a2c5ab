"""Raise what is owed; the books of orders, shipments, purchases and returns call it, the day book gets its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from deskbook.books.claims.tables import Allocation, Claim, ClaimLine, LineFacts, Payment, Side
from deskbook.books.ledger import commands as ledger
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_

Kind = Literal["sale", "purchase", "charge", "credit", "opening", "refund"]
LETTERS = {"receivable": "I", "payable": "B"}
USES = {"receivable": "sales", "payable": "goods"}
"""What a claim of a side was for: its account. An opening balance, and what was paid back of money that bounced, pass through that of openings."""


def raise_claim(
    tx: Tx,
    *,
    side: Side,
    kind: Kind,
    party: int,
    lines: Sequence[Mapping[str, Any]],
    day: date | str | None = None,
    due: date | str | None = None,
    order: int | None = None,
    shipment: int | None = None,
    purchase: int | None = None,
    goods_return: int | None = None,
    salesperson: int | None = None,
    their_no: str = "",
    text: str = "",
    no: str | None = None,
    contra: str = "",
    anyway: bool = False,
) -> int:
    """Write down that somebody owes, or a credit note (kind "credit", lines less than nothing); the day book gets the entry. Returns the claim's id.

    lines: facts of LineFacts; those of nothing are left out. day: the document's (today); due: day and the party's days of terms.
    The claim keeps its own day for ageing; into a closed day nothing is posted, so its entry goes to the open one with that day beside.
    contra: the use of the account it is posted against (ledger.OWN_ACCOUNTS), where that does not follow from side and lines. anyway: also of a party
    that is blocked, or no customer or supplier any more, as what the bank did is a fact.
    """
    owner = _owner(tx, party, side, anyway)
    given = [LineFacts.of(**line) for line in lines]
    amount = sum(line.amount for line in given)
    if not amount:
        raise Refusal("amount", N_("A claim over nothing is none."))
    if kind != "opening" and (amount < 0) != (kind == "credit"):
        raise Refusal("amount", N_("{amount}: a credit note lessens what is owed, any other claim adds to it."), amount=show_money(amount))
    if not anyway and owner["block"] in ("bill", "all") and kind in ("sale", "charge") and side == "receivable":
        raise Refusal("party", N_("{party} is blocked: nothing is billed until that is lifted."), party=owner["name"])
    on = days.as_day(day) or tx.today
    if on > tx.open_day():
        raise Refusal("day", N_("{day} is still to come."), day=days.echo_day(on))
    pay_by = days.as_day(due, "due") or on + timedelta(days=owner["terms_days"] or 0)
    if pay_by < on:
        raise Refusal("due", N_("Due on {due} is before the claim's own day {day}."), due=days.echo_day(pay_by), day=days.echo_day(on))
    number = tx.number(Claim, LETTERS[side], on, no)
    about = clean(text, field="text", longest=200)
    entry = ledger.post(tx, "claim", _postings(tx, side, kind, amount, given, contra), day=on, party=owner["id"], purpose=about, document=number)
    claim = tx.insert(
        Claim,
        no=number,
        side=side,
        kind=kind,
        party_id=owner["id"],
        salesperson_id=salesperson or owner["salesperson_id"],
        order_id=order,
        shipment_id=shipment,
        purchase_id=purchase,
        return_id=goods_return,
        day=on.isoformat(),
        due=pay_by.isoformat(),
        their_no=clean(their_no, field="their_no", longest=80),
        amount=amount,
        entry_id=entry,
        text=about,
    )
    for pos, line in enumerate((line for line in given if line.amount or line.qty), 1):
        tx.insert(
            ClaimLine,
            claim_id=claim,
            pos=pos,
            order_line_id=line.order_line or _order_line(tx, line),
            shipment_line_id=line.shipment_line,
            purchase_line_id=line.purchase_line,
            return_line_id=line.return_line,
            item_id=line.item,
            text=line.text,
            qty=line.qty,
            price=line.price,
            amount=line.amount,
        )
    words = N_("{no}: {party} owes {amount}") if side == "receivable" else N_("{no}: {amount} owed to {party}")
    if amount < 0:
        words = N_("{no}: credit of {amount} for {party}") if side == "receivable" else N_("{no}: credit of {amount} from {party}")
    tx.says(words, no=number, party=owner["name"], amount=show_money(abs(amount)))
    return claim


def settle_by_credit(tx: Tx, *, credit: int) -> None:
    """Settle what is open of the same order with a credit note of it, oldest due first; what is left of the note stays the party's."""
    found = tx.row("SELECT k.order_id, -coalesce(o.open, 0) FROM claim k LEFT JOIN owed o ON o.claim_id = k.id WHERE k.id = :id", id=credit)
    order, left = found or (None, 0)
    sql = (
        "SELECT o.claim_id, o.open FROM owed o JOIN claim k ON k.id = o.claim_id"
        " WHERE k.order_id = :order AND o.side = 'receivable' AND o.open > 0"
        " AND o.party_id = (SELECT party_id FROM claim WHERE id = :credit) ORDER BY o.due, o.claim_id"
    )
    for claim, due in tx.rows(sql, order=order, credit=credit):
        amount = min(due, left)
        if amount > 0:
            stand_on(tx, claim=claim, credit=credit)
            tx.insert(Allocation, kind="credit", claim_id=claim, credit_id=credit, day=tx.open_day().isoformat(), amount=amount)
            left -= amount


def settle_by_deposit(tx: Tx, *, claim: int) -> None:
    """Settle a claim with what was paid ahead for its order, the oldest payment first."""
    found = tx.row("SELECT k.order_id, o.open FROM owed o JOIN claim k ON k.id = o.claim_id WHERE o.claim_id = :claim", claim=claim)
    order, open_ = found or (None, 0)
    sql = (
        "SELECT u.payment_id, u.open FROM payment p JOIN unallocated u ON u.payment_id = p.id"
        " WHERE p.order_id = :order AND p.side = 'receivable' AND u.open > 0"
        " AND u.party_id = (SELECT party_id FROM claim WHERE id = :claim) ORDER BY p.day, p.id"
    )
    for payment, there in tx.rows(sql, order=order, claim=claim):
        amount = min(there, open_)
        if amount > 0:
            stand_on(tx, claim=claim, payment=payment)
            tx.insert(Allocation, kind="payment", claim_id=claim, payment_id=payment, day=tx.open_day().isoformat(), amount=amount)
            open_ -= amount


def stand_on(tx: Tx, *, claim: int | None = None, credit: int | None = None, payment: int | None = None, refund: int | None = None) -> None:
    """Before an allocation of these: note that it relies on their being one party's, and on what was let go of them staying free."""
    for table, row in ((Claim, claim), (Claim, credit), (Payment, payment), (Payment, refund)):
        moved = (
            "SELECT 1 FROM change c JOIN step s ON s.id = c.step_id WHERE c.tbl = :tbl AND c.row_id = :row AND c.op = 'U'"
            " AND s.command IN ('merge_parties', 'undo') LIMIT 1"
        )
        if row is not None and tx.value(moved, tbl=str(table.__tablename__), row=row):
            tx.touch(table, row)
    for names, row in (("claim_id", claim), ("claim_id", credit), ("credit_id", credit), ("payment_id", payment), ("refund_id", refund)):
        let_go = f"SELECT id, reverses_id FROM allocation WHERE {names} = :row AND reverses_id IS NOT NULL"
        for pair in tx.rows(let_go, row=row) if row is not None else ():
            for allocation in pair:
                tx.touch(Allocation, allocation)


def name_bill(tx: Tx, *, claim: int, their_no: str) -> None:
    """Write down the number of the paper that a supplier sent for what we owe."""
    row = tx.row("SELECT no, void FROM claim WHERE id = :claim", claim=claim)
    if row is None or row[1]:
        raise Refusal("claim", N_("There is no such claim."))
    number = clean(their_no, field="their_no", longest=80)
    tx.update(Claim, claim, their_no=number)
    tx.says(N_("{no} is their {number}"), no=row[0], number=number)


def _order_line(tx: Tx, line: LineFacts) -> int | None:
    """The order's line that a line is about by what was sent or came back of it."""
    if line.shipment_line is None and line.return_line is None:
        return None
    sql = (
        "SELECT order_line_id FROM shipment_line WHERE id = coalesce(:sent, (SELECT shipment_line_id FROM return_line WHERE id = :back))"
    )
    found: int | None = tx.value(sql, sent=line.shipment_line, back=line.return_line)
    return found


def _postings(tx: Tx, side: Side, kind: Kind, amount: int, lines: Sequence[LineFacts], contra: str) -> list[tuple[int, int]]:
    """The control account against what it was for; a line without an item is freight or a charge. Cents owed by us are less than nothing on it."""
    sign = 1 if side == "receivable" else -1
    control = (ledger.account_for(tx, side), sign * amount)
    if contra or kind in ("opening", "refund"):
        return [control, (ledger.account_for(tx, contra or "opening"), -sign * amount)]
    charges = sum(line.amount for line in lines if line.item is None) if side == "payable" else 0
    goods = amount - charges
    posted = [control]
    if goods:
        posted.append((ledger.account_for(tx, USES[side]), -sign * goods))
    if charges:
        posted.append((ledger.account_for(tx, "freight"), -sign * charges))
    return posted


def _owner(tx: Tx, party: int, side: Side, anyway: bool) -> dict[str, Any]:
    """Who owes or is owed: a customer or a supplier, carrier, factory or head office; the one a merged party became."""
    names = ("id", "name", "terms_days", "salesperson_id", "block", "merged_into_id", "customer", "others")
    row = tx.row(
        "SELECT id, name, terms_days, salesperson_id, block, merged_into_id, customer, supplier + carrier + factory + head_office"
        " FROM party WHERE id = :party AND void = 0",
        party=party,
    )
    if row is None:
        raise Refusal("party", N_("There is no such party."))
    found = dict(zip(names, row, strict=True))
    if found["merged_into_id"] is not None:
        return _owner(tx, found["merged_into_id"], side, anyway)
    if anyway:
        return found
    if side == "receivable" and not found["customer"]:
        raise Refusal("party", N_("{party} is not a customer; make it one first."), party=found["name"])
    if side == "payable" and not found["others"]:
        raise Refusal("party", N_("{party} is no supplier, carrier or factory; make it one first."), party=found["name"])
    return found
