"""What lessens or adds to what is owed without money: credit notes, charges, opening balances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.claims.commands import raise_claim
from deskbook.books.claims.tables import Side
from deskbook.books.orders.given import party_as
from deskbook.books.receivables.queries import claims_in_turn, plan
from deskbook.books.receivables.settling import (
    Picked,
    claim_of,
    listed,
    own_order,
    picked,
    posted_on,
    settle,
    settled_orders,
)
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_


def give_credit(
    tx: Tx,
    *,
    reason: str,
    claim: int | None = None,
    party: int | None = None,
    side: Side = "receivable",
    amount: int | None = None,
    lines: Sequence[Mapping[str, Any]] | None = None,
    day: date | str | None = None,
    goods_return: int | None = None,
    order: int | None = None,
    their_no: str = "",
    settles: bool = True,
) -> int:
    """A credit note, to a customer or from a supplier; it settles the claim it is for, and what is over of it stays to be allocated or paid back.

    claim: the one it lessens, whose party and side it has, over no more than that less what was credited of it, nor than its order was billed less
    all its credit notes; else party and side. amount: cents, more than nothing; or lines as raise_claim takes them, less than nothing.
    settles: False leaves it all to be allocated. Returns the credit note's id, a claim.
    """
    why = clean(reason, field="reason", longest=200)
    if not why:
        raise Refusal("reason", N_("Say what the credit is for."))
    owed = claim_of(tx, claim) if claim is not None else None
    if owed is None and party is None:
        raise Refusal("party", N_("A credit note is of a party, or for one of its claims."))
    if amount is not None and amount <= 0:
        raise Refusal("amount", N_("A credit note is over more than nothing; it says {amount}."), amount=show_money(amount))
    if owed is not None and owed.amount < 0:
        raise Refusal("claim", N_("{no} is a credit note itself."), no=owed.no)
    if owed is None and order is not None:
        if side != "receivable":
            raise Refusal("order", N_("An order is a customer's; this credit note is a supplier's."))
        own_order(tx, order, party_as(tx, party or 0, "customer")["id"])
    given: list[Mapping[str, Any]] = list(lines) if lines is not None else [{"amount": -(amount or 0), "text": why}]
    if owed is not None:
        cents = -sum(int(line["amount"]) for line in given)
        most = owed.amount - int(tx.value("SELECT coalesce(sum(amount), 0) FROM allocation WHERE claim_id = :id AND kind = 'credit'", id=claim))
        if owed.order is not None:  # credit for a paid claim settles nothing, and would not be counted above
            sql = "SELECT sum(amount) FROM claim WHERE order_id = :order AND side = :side AND void = 0"
            most = max(min(most, int(tx.value(sql, order=owed.order, side=owed.side))), 0)
        if cents > most:
            words = N_("{amount} is more than the {there} there is of {no}.")
            raise Refusal("amount", words, amount=show_money(cents), there=show_money(most), no=owed.no)
    salesperson = tx.value("SELECT salesperson_id FROM claim WHERE id = :id", id=claim) if claim is not None else None
    note = raise_claim(
        tx,
        side=owed.side if owed else side,
        kind="credit",
        party=owed.party if owed else party or 0,
        lines=given,
        day=day,
        due=day or tx.today,
        order=owed.order if owed else order,
        goods_return=goods_return,
        salesperson=salesperson,
        their_no=their_no,
        text=why,
    )
    new = claim_of(tx, note)
    if settles and owed is not None and owed.open > 0:
        settle(tx, "credit", min(owed.open, -new.amount), posted_on(tx, claim=note), claim=owed.id, credit=note)
        settled_orders(tx, [owed.order])
    words = (
        N_("{no}: credit of {amount} for {party}: {reason}") if new.side == "receivable" else N_("{no}: credit of {amount} from {party}: {reason}")
    )
    tx.says(words, no=new.no, amount=show_money(-new.amount), party=new.name, reason=why)
    return note


def apply_credit(tx: Tx, *, credit: int, claims: Picked | None = None) -> list[int]:
    """Let a credit note settle claims of its party: those picked, else the oldest due first. Returns the ids of the allocations."""
    note = claim_of(tx, credit, "credit")
    if note.open >= 0:
        raise Refusal("credit", N_("Nothing of {no} is left to be allocated."), no=note.no)
    if claims is not None:
        settled = picked(tx, claims, -note.open, note.side, note.party)
    else:
        settled = [(claim_of(tx, claim), cents) for claim, cents in plan(claims_in_turn(tx, note.party, note.side), -note.open)]
    if not settled:
        raise Refusal("claims", N_("{party} has no open claim that {no} could settle."), party=note.name, no=note.no)
    today = tx.open_day().isoformat()
    made = [settle(tx, "credit", cents, today, claim=claim.id, credit=credit) for claim, cents in settled]
    settled_orders(tx, [note.order, *(claim.order for claim, _cents in settled)])  # its own too: what lay there for it is gone
    words = N_("{amount} of {no} for {claims}")
    tx.says(words, amount=show_money(sum(cents for _c, cents in settled)), no=note.no, claims=listed([claim.no for claim, _cents in settled]))
    return made


def charge(
    tx: Tx,
    *,
    party: int,
    amount: int,
    text: str,
    side: Side = "receivable",
    day: date | str | None = None,
    due: date | str | None = None,
    order: int | None = None,
    their_no: str = "",
) -> int:
    """Freight or another charge that no goods stand behind, in cents. Returns the claim's id."""
    what = clean(text, field="text", longest=200)
    if not what:
        raise Refusal("text", N_("Say what the charge is for."))
    if order is not None:
        own_order(tx, order, party_as(tx, party, "customer")["id"])
    lines = [{"amount": amount, "text": what}]
    claim = raise_claim(tx, side=side, kind="charge", party=party, lines=lines, day=day, due=due, order=order, their_no=their_no, text=what)
    said = tx.said
    settled_orders(tx, [order])
    tx.said = said
    return claim


def open_claim(
    tx: Tx,
    *,
    party: int,
    amount: int,
    side: Side = "receivable",
    day: date | str | None = None,
    due: date | str | None = None,
    their_no: str = "",
    text: str = "",
    no: str | None = None,
    salesperson: int | None = None,
) -> int:
    """What was owed when the book was opened, in cents; less than nothing: what was paid ahead. Returns the claim's id."""
    lines = [{"amount": amount, "text": clean(text, field="text", longest=200)}]
    facts: dict[str, Any] = {"their_no": their_no, "text": text, "no": no, "salesperson": salesperson}
    return raise_claim(tx, side=side, kind="opening", party=party, lines=lines, day=day, due=due, **facts)
