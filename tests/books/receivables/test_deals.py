"""From a deposit to the last cent of an order: its axes, its closing, and open again when a payment bounces."""

from __future__ import annotations

from typing import Any

import pytest
from tests.books.receivables.money import refused
from tests.books.trade import Trade, begin

from deskbook.books.receivables import notes, payments
from deskbook.books.receivables.ageing import ageing
from deskbook.books.receivables.queries import find_records
from deskbook.core import days
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    """A dealer's book."""
    return begin(book)


def pay(trade: Trade, amount: int, **facts: object) -> int:
    bank = trade.book.look.value("SELECT min(id) FROM account WHERE kind = 'bank'")
    return int(trade.book.run(payments.take_payment, party=trade.junye, account=bank, amount=amount, **facts))  # type: ignore[arg-type]  # run takes any


def axes(trade: Trade, order: int) -> tuple[str, ...]:
    row = trade.book.look.row("SELECT state, fulfil, bill, pay FROM v_order WHERE id = :order", order=order)
    assert row is not None
    return row


def test_a_deposit_stays_ahead_until_its_order_is_billed(trade: Trade) -> None:
    """R6: a deposit before any bill is an advance, in no bucket of the ageing."""
    order = trade.take((trade.board, 4))
    total = trade.book.look.value("SELECT total FROM v_order WHERE id = :order", order=order)
    assert total == 142_000
    deposit = pay(trade, 42_600, order=order)
    assert axes(trade, order) == ("confirmed", "none", "none", "deposit")
    (row,) = ageing(trade.book.look, days.today())
    assert (row[2:7], row.aside, row.balance) == ((0, 0, 0, 0, 0), -42_600, -42_600)
    trade.send(order)
    assert trade.book.look.value("SELECT open FROM unallocated WHERE payment_id = :id", id=deposit) is None
    assert axes(trade, order) == ("confirmed", "all", "all", "part")
    rest = pay(trade, 99_400)
    assert axes(trade, order) == ("closed", "all", "all", "all")
    trade.book.run(payments.bounce, payment=rest)
    assert axes(trade, order) == ("confirmed", "all", "all", "part")
    pay(trade, 99_400)
    assert axes(trade, order)[0] == "closed"
    trade.book.undo()
    assert axes(trade, order)[0] == "confirmed"
    trade.sound()


def test_a_deposit_does_not_pay_what_else_is_owed(trade: Trade) -> None:
    old = trade.take((trade.board, 1))
    trade.send(old)
    new = trade.take((trade.board, 2))
    deposit = pay(trade, 10_000, order=new)
    assert trade.book.look.value("SELECT open FROM unallocated WHERE payment_id = :id", id=deposit) == 10_000
    assert axes(trade, old)[3] == "none"
    others = trade.take((trade.bag, 1), customer=trade.anka)
    assert refused(lambda: pay(trade, 100, order=others)).field == "order"


def test_a_claim_and_a_payment_are_found_by_their_numbers(trade: Trade) -> None:
    trade.send(trade.take((trade.board, 1)))
    pay(trade, 100)
    assert [found[:3] for found in find_records(trade.book.look, "i-2026-0001")] == [("claims", 1, "I-2026-0001")]
    assert [found[:3] for found in find_records(trade.book.look, "m20260001")] == [("payments", 1, "M-2026-0001")]


def test_a_credit_note_is_of_its_own_customers_order(trade: Trade) -> None:
    order = trade.take((trade.bag, 1))

    def credit(**facts: Any) -> None:
        trade.book.run(notes.give_credit, reason="late", amount=100, order=order, **facts)

    assert refused(lambda: credit(party=trade.anka)).field == "order"
    assert refused(lambda: credit(party=trade.junye, side="payable")).field == "order"
    credit(party=trade.junye)
    assert trade.book.look.value("SELECT order_id FROM claim") == order


def test_what_was_paid_is_credited_once(trade: Trade) -> None:
    """A credit note for a paid claim settles nothing and lies aside; the order is still credited for no more than it was billed."""
    order = trade.take((trade.board, 4))
    trade.send(order)
    pay(trade, 142_000)
    claim = trade.book.look.value("SELECT id FROM claim WHERE order_id = :order", order=order)

    def credit(amount: int) -> int:
        return int(trade.book.run(notes.give_credit, claim=claim, amount=amount, reason="never arrived"))

    credit(100_000)
    assert refused(lambda: credit(42_001)).field == "amount"
    credit(42_000)
    assert refused(lambda: credit(1)).field == "amount"
    trade.sound()
