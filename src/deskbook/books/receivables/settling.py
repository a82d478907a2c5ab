"""What payments, credit notes and losses share: the dated allocations that settle claims, and their mirrors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from deskbook.books.claims.commands import stand_on
from deskbook.books.claims.tables import Allocation, Side
from deskbook.books.ledger import commands as ledger
from deskbook.books.orders import commands as orders
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import N_
from deskbook.core.words import listed as in_a_row

Picked = Sequence[int] | Mapping[Any, int | None]
"""Claims in the order they are settled, or what each gets in cents (None: what is open of it)."""
NAMED = 4
"""Claims that a sentence names; of more it says how many."""


class Paid(NamedTuple):
    """A payment as the book has it; open: what no claim has taken."""

    id: int
    no: str
    side: Side
    party: int
    name: str
    account: int
    order: int | None
    amount: int
    bounced_on: str | None
    open: int


class Owed(NamedTuple):
    """A claim as the book has it; open: what is still owed, less than nothing of a credit note."""

    id: int
    no: str
    side: Side
    party: int
    name: str
    order: int | None
    amount: int
    open: int


def payment_of(tx: Tx, payment: int) -> Paid:
    """A payment that stands. Refusal where there is none, or it was taken back."""
    row = tx.row(
        "SELECT m.id, m.no, m.side, m.party_id, p.name, m.account_id, m.order_id, m.amount, m.bounced_on, coalesce(u.open, 0), m.void"
        " FROM payment m JOIN party p ON p.id = m.party_id LEFT JOIN unallocated u ON u.payment_id = m.id WHERE m.id = :id",
        id=payment,
    )
    if row is None or row[-1]:
        raise Refusal("payment", N_("There is no such payment, or it was taken back."))
    return Paid(*row[:-1])


def claim_of(tx: Tx, claim: int, field: str = "claim") -> Owed:
    """A claim that stands. Refusal where there is none, or it was taken back."""
    row = tx.row(
        "SELECT k.id, k.no, k.side, k.party_id, p.name, k.order_id, k.amount, coalesce(w.open, 0), k.void"
        " FROM claim k JOIN party p ON p.id = k.party_id LEFT JOIN owed w ON w.claim_id = k.id WHERE k.id = :id",
        id=claim,
    )
    if row is None or row[-1]:
        raise Refusal(field, N_("There is no such claim, or it was taken back."))
    return Owed(*row[:-1])


def own_order(tx: Tx, order: int, party: int) -> None:
    """Refusal where an order is not one of this customer's that stands."""
    row = tx.row("SELECT no, customer_id, void OR state = 'cancelled' FROM sales_order WHERE id = :id", id=order)
    if row is None or row[2]:
        raise Refusal("order", N_("There is no such order, or it was taken back."))
    if row[1] != party:
        raise Refusal("order", N_("{no} is another customer's order."), no=row[0])


def settled_orders(tx: Tx, touched: Iterable[int | None]) -> None:
    """Close the orders of which everything is sent, billed and paid now; open those again that were closed as paid and are not."""
    for order in sorted({order for order in touched if order is not None}):
        orders.reopen_if_open(tx, order)
        orders.close_if_done(tx, order)


def picked(tx: Tx, claims: Picked, amount: int, side: str, party: int) -> list[tuple[Owed, int]]:
    """What each picked claim gets. Refusal for one of somebody else, one that is settled, and for more than there is."""
    wanted = {int(claim): cents for claim, cents in claims.items()} if isinstance(claims, Mapping) else dict.fromkeys(map(int, claims))
    left, settled = amount, []
    for claim, cents in wanted.items():
        owed = claim_of(tx, claim, "claims")
        if owed.party != party or owed.side != side:
            raise Refusal("claims", N_("{no} is {party}'s; this money is not."), no=owed.no, party=owed.name)
        if owed.open <= 0:
            raise Refusal("claims", N_("{no} is settled already."), no=owed.no)
        gets = min(left, owed.open) if cents is None else cents
        if cents is not None and not 0 < gets <= owed.open:
            words = N_("{no} cannot take {amount}: {open} is open of it.")
            raise Refusal("claims", words, no=owed.no, amount=show_money(gets), open=show_money(owed.open))
        if gets > left:
            words = N_("{amount} is picked for {no}, and only {left} is left.")
            raise Refusal("claims", words, amount=show_money(gets), no=owed.no, left=show_money(left))
        if gets:
            settled.append((owed, gets))
            left -= gets
    return settled


def posted_on(tx: Tx, *, claim: int | None = None, payment: int | None = None) -> str:
    """The day a claim or a payment stands in the day book, ISO."""
    table, row = ("claim", claim) if claim is not None else ("payment", payment)
    return str(tx.value(f"SELECT max(p.day) FROM {table} d JOIN posting p ON p.entry_id = d.entry_id WHERE d.id = :row", row=row) or "")


def settle(
    tx: Tx,
    kind: str,
    amount: int,
    not_before: str,
    *,
    claim: int | None = None,
    payment: int | None = None,
    credit: int | None = None,
    refund: int | None = None,
    entry: int | None = None,
    reverses: int | None = None,
) -> int:
    """One allocation, on the first day when all that it joins was there and nothing later settled either: so every day's balance is what it was."""
    last = [not_before]
    for column, row in (("claim_id", claim), ("credit_id", credit), ("payment_id", payment), ("refund_id", refund)):
        if row is not None:
            table = "claim" if column in ("claim_id", "credit_id") else "payment"
            last.append(posted_on(tx, **{table: row}))
            names = ("claim_id", "credit_id") if table == "claim" else ("payment_id", "refund_id")
            last += [str(tx.value(f"SELECT coalesce(max(day), '') FROM allocation WHERE {name} = :row", row=row)) for name in names]
    stand_on(tx, claim=claim, credit=credit, payment=payment, refund=refund)
    day = max(last) if entry is None else not_before  # what is given up is gone from the day book on its day
    return tx.insert(
        Allocation,
        kind=kind,
        claim_id=claim,
        payment_id=payment,
        credit_id=credit,
        refund_id=refund,
        entry_id=entry,
        day=day,
        amount=amount,
        reverses_id=reverses,
    )


def let_go(tx: Tx, allocation: int, not_before: str) -> list[int | None]:
    """The mirror of an allocation; returns the orders that it was about: those of its claim, credit note and payment."""
    row = tx.row(
        "SELECT a.kind, a.claim_id, a.payment_id, a.credit_id, a.refund_id, a.entry_id, a.day, a.amount, k.order_id, c.order_id, m.order_id"
        " FROM allocation a LEFT JOIN claim k ON k.id = a.claim_id LEFT JOIN claim c ON c.id = a.credit_id"
        " LEFT JOIN payment m ON m.id = a.payment_id WHERE a.id = :id",
        id=allocation,
    )
    kind, claim, payment, credit, refunded, entry, day, amount, *about = row or (None,) * 11
    on = max(not_before, str(day))
    if entry is not None:
        on = str(tx.value("SELECT day FROM entry WHERE id = :id", id=ledger.post_mirror(tx, entry, day=on)))
    settle(tx, kind, -amount, on, claim=claim, payment=payment, credit=credit, refund=refunded, entry=entry, reverses=allocation)
    tx.touch(Allocation, allocation)
    return about


def listed(numbers: Sequence[str]) -> str:
    """Some numbers, and of many how many more there are."""
    return in_a_row(numbers[:NAMED]) + (f" +{len(numbers) - NAMED}" if len(numbers) > NAMED else "")
