"""Taking money back: what later work stands on is refused with the list, chains go back and forth, and closed days stay as they were told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.books.receivables.money import Money, at

from deskbook.books.ledger.commands import close_day
from deskbook.books.parties.commands import merge_parties
from deskbook.books.receivables import notes, payments
from deskbook.books.receivables.ageing import ageing, control
from deskbook.core import days
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal


def blocked(money: Money, step: int) -> list[int]:
    with pytest.raises(Blocked) as found:
        money.book.undo(step)
    return found.value.steps


def test_what_was_paid_otherwise_meanwhile_is_named(money: Money) -> None:
    claim = money.owe(500)
    payment = money.pay(500)
    for act in (
        lambda: money.book.run(payments.release, allocation=money.book.look.value("SELECT max(id) FROM allocation WHERE reverses_id IS NULL")),
        lambda: money.book.undo(),
    ):
        act()
        step = money.book.position[0]
        money.pay(500, claims=[claim])
        assert blocked(money, step) == [step + 1]
        money.book.undo()
        money.book.undo(step)
        money.sound()
    money.book.run(payments.bounce, payment=payment)
    step = money.book.position[0]
    money.pay(500)
    assert blocked(money, step) == [step + 1]
    money.sound()


def test_parties_are_not_parted_over_money_that_joined_them(money: Money) -> None:
    money.owe(500)
    money.book.run(merge_parties, keep=money.anka, gone=money.junye)
    step = money.book.position[0]
    money.pay(500, party=money.anka)
    assert blocked(money, step) == [step + 1]
    assert len(money.book.undo_with_later(step)) == 2
    money.sound()


def test_a_payment_goes_back_after_what_let_it_go_went_back(money: Money) -> None:
    money.owe(500)
    before = money.standing()
    money.pay(500)
    step = money.book.position[0]
    money.book.run(payments.release, allocation=1)
    after = money.standing()
    assert len(money.book.undo_with_later(step)) == 2
    assert money.standing() == before
    money.sound()
    money.book.redo()
    money.book.redo()
    assert money.standing() == after
    assert len(money.book.undo_with_later(step)) == 2
    assert money.standing() == before
    money.sound()


def test_what_was_paid_back_is_not_let_go(money: Money) -> None:
    payment = money.pay(500)
    money.book.run(payments.refund, payment=payment, account=money.bank)
    with pytest.raises(Refusal, match=r"M-2026-0002 paid back 5\.00 of M-2026-0001"):
        money.book.run(payments.release, allocation=1)
    money.sound()


def test_a_closed_day_stays_as_told_when_a_bounce_is_taken_back(money: Money) -> None:
    first = days.today()
    money.owe(500)
    payment = money.pay(500)
    money.book.run(payments.bounce, payment=payment)
    step = money.book.position[0]
    money.book.run(close_day)
    at((first + timedelta(days=1)).isoformat())
    money.book.undo(step)

    def told(day: date) -> tuple[int, int]:
        return sum(row.balance for row in ageing(money.book.look, day)), control(money.book.look, day)

    assert told(first) == (500, 500)
    assert told(first + timedelta(days=1)) == (0, 0)
    money.sound()


def test_a_credit_that_goes_elsewhere_leaves_its_own_claim_open(money: Money) -> None:
    other = money.owe(300)
    claim = money.owe(500)
    credit = money.book.run(notes.give_credit, claim=claim, amount=200, reason="late", settles=False)
    money.book.run(notes.apply_credit, credit=credit, claims=[other])
    assert dict(money.book.look.rows("SELECT claim_id, open FROM owed")) == {other: 100, claim: 500}
    money.sound()
