"""What is given up of a claim: a small difference, a bad debt."""

from __future__ import annotations

from datetime import date

from deskbook.books.ledger import commands as ledger
from deskbook.books.receivables.queries import tolerance
from deskbook.books.receivables.settling import Owed, claim_of, posted_on, settle, settled_orders
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_


def give_up(tx: Tx, *, claim: int, document: str = "", note: str = "") -> int:
    """Give up the small difference that a claim still lacks. Refusal when it is more than the office lets pass. Returns the allocation's id."""
    owed = claim_of(tx, claim)
    most = tolerance(tx)
    if not owed.open:
        raise Refusal("claim", N_("Nothing is open of {no}."), no=owed.no)
    if abs(owed.open) > most:
        words = N_("{no} lacks {open}; no more than {most} passes as a small difference. Write it off as a bad debt, or give a credit note.")
        raise Refusal("amount", words, no=owed.no, open=show_money(owed.open), most=show_money(most))
    made = _give_up(tx, owed, "difference", owed.open, None, document, note)
    tx.says(N_("gave up {amount} of {no}, {party}"), amount=show_money(owed.open), no=owed.no, party=owed.name)
    return made


def write_off(tx: Tx, *, claim: int, reason: str, amount: int | None = None, day: date | str | None = None, document: str = "") -> int:
    """A bad debt: what a customer will not pay, as a dated document with its reason. amount: cents, all that is open without one.

    Returns the allocation's id.
    """
    owed = claim_of(tx, claim)
    why = clean(reason, field="reason", longest=200)
    if not why:
        raise Refusal("reason", N_("Say why it will not be paid."))
    if owed.side != "receivable" or owed.amount < 0:
        raise Refusal("claim", N_("{no} is not owed to us, so it is no bad debt."), no=owed.no)
    cents = owed.open if amount is None else amount
    if not 0 < cents <= owed.open:
        words = N_("{amount} cannot be written off: {open} is open of {no}.")
        raise Refusal("amount", words, amount=show_money(cents), open=show_money(owed.open), no=owed.no)
    made = _give_up(tx, owed, "bad debt", cents, days.as_day(day), document, why)
    tx.says(N_("wrote off {amount} of {no}, {party}: {reason}"), amount=show_money(cents), no=owed.no, party=owed.name, reason=why)
    return made


def forgive(tx: Tx, claim: int, lacks: int, day: str) -> None:
    if 0 < lacks <= tolerance(tx):
        _give_up(tx, claim_of(tx, claim), "difference", lacks, date.fromisoformat(day), "", "")


def _give_up(tx: Tx, owed: Owed, kind: str, cents: int, day: date | None, document: str, note: str) -> int:
    last = max(str(tx.value("SELECT coalesce(max(day), '') FROM allocation WHERE claim_id = :id", id=owed.id)), posted_on(tx, claim=owed.id))
    on = max((day or tx.today).isoformat(), last)
    sign = 1 if owed.side == "receivable" else -1
    use = "difference" if kind == "difference" else "bad_debt"
    postings = [(ledger.account_for(tx, owed.side), -sign * cents), (ledger.account_for(tx, use), sign * cents)]
    entry = ledger.post(
        tx, "given up", postings, day=on, party=owed.party, purpose=clean(note, field="note", longest=200), document=document or owed.no
    )
    posted = str(tx.value("SELECT day FROM entry WHERE id = :id", id=entry))
    made = settle(tx, kind, cents, posted, claim=owed.id, entry=entry)
    settled_orders(tx, [owed.order])
    return made
