"""Money that comes for what is owed to us, and goes for what we owe: taken, allocated, let go, paid back, bounced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from deskbook.books.claims.commands import raise_claim
from deskbook.books.claims.tables import Payment
from deskbook.books.ledger import commands as ledger
from deskbook.books.receivables.losses import forgive
from deskbook.books.receivables.notes import apply_credit
from deskbook.books.receivables.queries import LET_GO, NOT_THAT_SIDE, claims_in_turn, plan
from deskbook.books.receivables.settling import (
    Owed,
    Paid,
    Picked,
    claim_of,
    let_go,
    listed,
    own_order,
    payment_of,
    picked,
    posted_on,
    settle,
    settled_orders,
)
from deskbook.books.receivables.tables import PaymentFacts
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_

# -- money -----------------------------------------------------------------------------------------------------------------


def take_payment(
    tx: Tx,
    *,
    party: int,
    account: int,
    amount: int,
    side: str = "receivable",
    day: date | str | None = None,
    order: int | None = None,
    claims: Picked | None = None,
    allocate: bool = True,
    tolerance_ok: bool = False,
    document: str = "",
    note: str = "",
) -> int:
    """Money of a customer (or, payable, to a supplier) towards what is owed; returns the payment's id.

    amount: cents, more than nothing. order: what a deposit is for: it settles the claims of that order only. claims: which and in which order, or
    what each gets; without them the oldest due comes first. allocate: False leaves it all to be allocated later. What no claim takes stays ahead.
    tolerance_ok: what the last claim then lacks is given up, where it is no more than the office's small difference.
    """
    facts = PaymentFacts.of(party=party, account=account, amount=amount, side=side, day=day, order=order, document=document, note=note)
    owner = _party(tx, facts.party, facts.side)
    if facts.order is not None and facts.side == "receivable":
        own_order(tx, facts.order, owner)
    payment = _pay(tx, facts, owner, facts.amount)
    settled: list[tuple[Owed, int]] = []
    if claims is not None:
        settled = picked(tx, claims, facts.amount, facts.side, owner)
    elif allocate:
        settled = [(claim_of(tx, claim), cents) for claim, cents in plan(claims_in_turn(tx, owner, facts.side, facts.order), facts.amount)]
    posted = posted_on(tx, payment=payment)
    for claim, cents in settled:
        settle(tx, "payment", cents, posted, claim=claim.id, payment=payment)
    if tolerance_ok and not payment_of(tx, payment).open:  # where money is left, a claim lacks nothing that it could not have
        for claim, cents in settled:
            forgive(tx, claim.id, claim.open - cents, posted)
    settled_orders(tx, [facts.order, *(claim.order for claim, _cents in settled)])
    _say_payment(tx, payment, [claim.no for claim, _cents in settled])
    return payment


def _pay(tx: Tx, facts: PaymentFacts, owner: int, amount: int) -> int:
    """The payment and its entry; amount less than nothing is paid back."""
    ledger.money_account(tx, facts.account)
    on = facts.day or tx.today
    number = tx.number(Payment, "M", on)
    sign = 1 if facts.side == "receivable" else -1
    kind = "receipt" if sign * amount > 0 else "payment"
    postings = [(facts.account, sign * amount), (ledger.account_for(tx, facts.side), -sign * amount)]
    entry = ledger.post(tx, kind, postings, day=facts.day, party=owner, purpose=facts.note[:200], document=facts.document or number)
    values: dict[str, Any] = {"no": number, "side": facts.side, "party_id": owner, "account_id": facts.account, "order_id": facts.order}
    return tx.insert(Payment, **values, day=on.isoformat(), amount=amount, entry_id=entry, document=facts.document, note=facts.note)


def _say_payment(tx: Tx, payment: int, claims: Sequence[str]) -> None:
    paid = payment_of(tx, payment)
    took = {
        (True, True): N_("{no}: {amount} from {party} for {claims}; {rest} of it is not allocated"),
        (True, False): N_("{no}: {amount} from {party} for {claims}"),
        (False, True): N_("{no}: {amount} from {party}, not allocated yet"),
    }
    gave = {
        (True, True): N_("{no}: {amount} to {party} for {claims}; {rest} of it is not allocated"),
        (True, False): N_("{no}: {amount} to {party} for {claims}"),
        (False, True): N_("{no}: {amount} to {party}, not allocated yet"),
    }
    words = (took if paid.side == "receivable" else gave)[bool(claims), bool(paid.open) or not claims]
    tx.says(words, no=paid.no, amount=show_money(paid.amount), party=paid.name, claims=listed(claims), rest=show_money(paid.open))


def refund(
    tx: Tx,
    *,
    account: int,
    amount: int | None = None,
    credit: int | None = None,
    payment: int | None = None,
    day: date | str | None = None,
    document: str = "",
    note: str = "",
) -> int:
    """Pay back what a credit note gives, or what no claim took of a payment; amount: cents, all of it without one. Returns the new payment's id."""
    if (credit is None) == (payment is None):
        raise Refusal("credit", N_("Paid back is either a credit note or a payment that no claim took."))
    if payment is not None:
        source: Paid | Owed = payment_of(tx, payment)
        there = source.open
    else:
        source = claim_of(tx, credit or 0, "credit")
        there = -source.open
    if there <= 0:
        raise Refusal("amount", N_("Nothing of {no} is there to be paid back."), no=source.no)
    cents = there if amount is None else amount
    if cents > there:
        words = N_("{amount} is more than the {there} there is of {no}.")
        raise Refusal("amount", words, amount=show_money(cents), there=show_money(there), no=source.no)
    about = clean(note, field="note", longest=500) or source.no
    facts = PaymentFacts.of(party=source.party, account=account, amount=cents, side=source.side, day=day, document=document, note=about)
    back = _pay(tx, facts, source.party, -cents)
    posted = posted_on(tx, payment=back)
    if payment is not None:
        settle(tx, "refund", cents, posted, payment=payment, refund=back)
    else:
        settle(tx, "payment", -cents, posted, claim=source.id, payment=back)
    settled_orders(tx, [source.order])
    words = (
        N_("{no}: {amount} paid back to {party}, of {of}") if source.side == "receivable" else N_("{no}: {amount} came back from {party}, of {of}")
    )
    tx.says(words, no=payment_of(tx, back).no, amount=show_money(cents), party=source.name, of=source.no)
    return back


def bounce(
    tx: Tx, *, payment: int, day: date | str | None = None, account: int | None = None, fee: int = 0, charged: bool = False, note: str = ""
) -> int:
    """A payment that the bank takes back: what it settled is owed again from the day on, with a small difference that was given up of it then.

    account: of ours it goes back from, by default the one it came to; another where that is closed. Returns the id of the entry that takes it back.

    What was paid back of it before was not ours to pay: the party owes that, by a claim that is due on the day and is aged, chased and paid as any
    other. fee: cents the bank takes for it, from that account too; charged: the party owes that fee; a supplier by a credit note. All this also of a
    party that is blocked: what the bank did is a fact.
    """
    paid = payment_of(tx, payment)
    if paid.bounced_on:
        raise Refusal("payment", N_("{no} bounced already."), no=paid.no)
    facts = PaymentFacts.of(party=paid.party, account=paid.account, amount=abs(paid.amount), side=paid.side, day=day, note=note)
    sign = 1 if paid.side == "receivable" else -1
    ours = paid.account if account is None else account
    ledger.money_account(tx, ours)
    kind = "payment" if sign * paid.amount > 0 else "receipt"
    backs = tx.rows(
        "SELECT r.no, a.amount FROM allocation a JOIN payment r ON r.id = a.refund_id WHERE a.payment_id = :id AND a.kind = 'refund'"
        f" AND {LET_GO} ORDER BY a.id",
        id=payment,
    )
    kept = sum(cents for _no, cents in backs)
    postings = [(ours, -sign * paid.amount), (ledger.account_for(tx, paid.side), sign * (paid.amount - kept))]
    if kept:
        postings.append((ledger.account_for(tx, "opening"), sign * kept))  # and out of it again by the claim: nothing was earned or spent
    entry = ledger.post(tx, kind, postings, day=facts.day, party=paid.party, purpose=facts.note[:200], document=paid.no)
    posted = str(tx.value("SELECT day FROM entry WHERE id = :id", id=entry))
    if posted < (first := posted_on(tx, payment=payment)):
        raise Refusal("day", N_("{no} came on {day}; it cannot bounce before."), no=paid.no, day=days.echo_day(date.fromisoformat(first)))
    gone = tx.rows(
        f"SELECT id FROM allocation a WHERE {LET_GO} AND (payment_id = :id AND kind <> 'refund' OR refund_id = :id OR kind = 'difference'"
        " AND EXISTS (SELECT 1 FROM allocation p WHERE p.payment_id = :id AND p.claim_id = a.claim_id AND p.id < a.id AND p.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM allocation y WHERE y.reverses_id = p.id))) ORDER BY id DESC",
        id=payment,
    )
    touched = [order for (allocation,) in gone for order in let_go(tx, allocation, posted)]
    on = facts.day or tx.today
    tx.update(Payment, payment, bounced_on=on.isoformat(), bounce_entry_id=entry, kept=kept)
    words, more = N_("{no} of {party} bounced: {amount} is owed again"), {}
    if kept:
        lines, papers = [{"amount": kept, "text": paid.no}], " · ".join([paid.no, *(no for no, _cents in backs)])[:200]
        claim = raise_claim(tx, side=paid.side, kind="refund", party=paid.party, lines=lines, day=on, due=on, text=papers, anyway=True)
        words = N_("{no} of {party} bounced: {amount} is owed again, {back} of it by {claim} for what was paid back")
        more = {"back": show_money(kept), "claim": claim_of(tx, claim).no}
    if fee:
        ledger.write_entry(
            tx, account=ours, direction="out", amount=fee, other=ledger.account_for(tx, "fee"), purpose=facts.note[:200], document=paid.no,
            party=paid.party, day=facts.day,
        )
        if charged and paid.side == "receivable":
            lines = [{"amount": fee, "text": paid.no}]
            raise_claim(tx, side="receivable", kind="charge", party=paid.party, lines=lines, day=on, text=paid.no, anyway=True)
        elif charged:
            lines = [{"amount": -fee, "text": paid.no}]
            raise_claim(tx, side="payable", kind="credit", party=paid.party, lines=lines, day=on, due=on, text=paid.no, contra="fee", anyway=True)
    settled_orders(tx, [paid.order, *touched])
    tx.says(words, no=paid.no, party=paid.name, amount=show_money(abs(paid.amount)), **more)
    return entry


# -- what it settles -------------------------------------------------------------------------------------------------------


def allocate(tx: Tx, *, payment: int, claims: Picked | None = None) -> list[int]:
    """Let what no claim has taken of a payment settle claims: those picked, else the oldest due first; a deposit those of its order first.

    Returns the ids of the allocations.
    """
    paid = payment_of(tx, payment)
    if paid.open * (1 if paid.amount > 0 else -1) <= 0:
        raise Refusal("payment", N_("Nothing of {no} is left to be allocated."), no=paid.no)
    if paid.amount < 0:
        raise Refusal("payment", N_("{no} was paid back; there is nothing of it to allocate."), no=paid.no)
    if claims is not None:
        settled = picked(tx, claims, paid.open, paid.side, paid.party)
    else:
        turn = claims_in_turn(tx, paid.party, paid.side, paid.order) if paid.order else []
        own = {claim for claim, *_rest in turn}
        turn += [each for each in claims_in_turn(tx, paid.party, paid.side) if each[0] not in own]
        settled = [(claim_of(tx, claim), cents) for claim, cents in plan(turn, paid.open)]
    if not settled:
        raise Refusal("claims", N_("{party} has no open claim that {no} could settle."), party=paid.name, no=paid.no)
    today = tx.open_day().isoformat()
    made = [settle(tx, "payment", cents, today, claim=claim.id, payment=payment) for claim, cents in settled]
    settled_orders(tx, [paid.order, *(claim.order for claim, _cents in settled)])  # its own too: what lay there for it is gone
    words = N_("{amount} of {no} for {claims}")
    tx.says(words, amount=show_money(sum(cents for _c, cents in settled)), no=paid.no, claims=listed([claim.no for claim, _cents in settled]))
    return made


def allocate_all(tx: Tx, *, party: int, side: str = "receivable") -> list[int]:
    """Let everything that lies unallocated of a party, money and credit notes, settle its claims, the oldest due first.

    Returns the ids of the allocations.
    """
    made: list[int] = []
    notes = "SELECT claim_id FROM owed WHERE party_id = :party AND side = :side AND open < 0 ORDER BY due, claim_id"
    payments = "SELECT payment_id FROM unallocated WHERE party_id = :party AND side = :side AND open > 0 ORDER BY payment_id"
    total = 0
    for table, key in ((notes, "credit"), (payments, "payment")):
        for (source,) in tx.rows(table, party=party, side=side):
            if not claims_in_turn(tx, party, side):
                break
            before = len(made)
            made += allocate(tx, payment=source) if key == "payment" else apply_credit(tx, credit=source)
            ids = made[before:]
            total += sum(abs(int(tx.value("SELECT amount FROM allocation WHERE id = :id", id=each))) for each in ids)
    name = str(tx.value("SELECT name FROM party WHERE id = :id", id=party) or "")
    if not made:
        raise Refusal("party", N_("{party}: nothing lies unallocated that an open claim could take."), party=name)
    tx.says(N_("allocated {amount} of {party}"), amount=show_money(total), party=name)
    return made


def release(tx: Tx, *, allocation: int) -> int:
    """Let an allocation go by its mirror of today: the claim is open again, the money or credit free; what was given up is owed again.

    Returns the mirror's id.
    """
    row = tx.row(
        "SELECT coalesce(k.no, m.no), a.amount, a.reverses_id, (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id), r.no"
        " FROM allocation a LEFT JOIN claim k ON k.id = a.claim_id LEFT JOIN payment m ON m.id = a.payment_id"
        " LEFT JOIN payment r ON r.id = coalesce(a.refund_id, iif(a.amount < 0 AND k.amount < 0, a.payment_id, NULL)) WHERE a.id = :id",
        id=allocation,
    )
    if row is None or row[2] is not None or row[3]:
        raise Refusal("allocation", N_("That allocation was let go already."))
    if row[4] is not None:
        words = N_("{refund} paid back {amount} of {no}; undo that, or let it bounce.")
        raise Refusal("allocation", words, refund=row[4], amount=show_money(abs(row[1])), no=row[0])
    settled_orders(tx, let_go(tx, allocation, tx.open_day().isoformat()))
    tx.says(N_("let go {amount} of {no}"), amount=show_money(abs(row[1])), no=row[0])
    return int(tx.value("SELECT max(id) FROM allocation"))


def _party(tx: Tx, party: int, side: str) -> int:
    """The party that pays or is paid, or the one it was merged into. Refusal where there is none."""
    row = tx.row("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :id AND void = 0", id=party)
    if row is None:
        raise Refusal("party", N_("There is no such party."))
    roles = "customer" if side == "receivable" else "supplier + carrier + factory + head_office"
    name, has = tx.row(f"SELECT name, {roles} FROM party WHERE id = :id", id=row[0]) or ("", 0)
    if not has:
        raise Refusal("party", NOT_THAT_SIDE[side], party=name)
    return int(row[0])
