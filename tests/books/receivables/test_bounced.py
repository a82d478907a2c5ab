"""Payments that bounce after money of them was paid back, or of parties that are blocked: the bank's facts are written down, and nobody gets away."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books.receivables.money import Money, at, refused

from deskbook.books.ledger.commands import change_account, close_day, transfer_money
from deskbook.books.parties.commands import change_party
from deskbook.books.receivables import chasing, losses, payments
from deskbook.books.receivables.ageing import ageing, control, statement
from deskbook.books.receivables.payment_forms import bounce_form
from deskbook.core.journal import Blocked


def told(money: Money, day: str, side: str = "receivable") -> tuple[int, int, int]:
    """As of a day: what is open of claims, what lies aside (less than nothing), and the day book's own sum, which is both."""
    rows = ageing(money.book.look, date.fromisoformat(day), side=side)
    aside, balance = sum(row.aside for row in rows), sum(row.balance for row in rows)
    return balance - aside, aside, control(money.book.look, date.fromisoformat(day), side)


def paid_back(money: Money, **facts: object) -> tuple[int, int]:
    """300.00 came on the 10th, 100.00 of it went back in cash on the 12th: the payment and what was paid back."""
    paid = money.pay(30_000, day="2026-11-10")
    return paid, int(money.book.run(payments.refund, account=money.cash, payment=paid, amount=10_000, day="2026-11-12"))


def test_what_was_paid_back_of_a_payment_that_bounces_is_owed(money: Money) -> None:
    paid, back = paid_back(money)
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, day="2026-11-16"))
    assert money.said() == "M-2026-0001 of Junye bounced: 300.00 is owed again, 100.00 of it by I-2026-0001 for what was paid back"
    assert (money.ahead(paid), money.ahead(back), money.balance()) == (0, 0, 10_000)
    assert money.posted() == {"cash": -10_000, "receivable": 10_000}
    claim = money.book.look.row("SELECT id, no, kind, day, due, amount, open, text FROM v_claim")
    assert claim is not None
    assert claim[1:] == ("I-2026-0001", "refund", "2026-11-16", "2026-11-16", 10_000, 10_000, "M-2026-0001 · M-2026-0002")
    known = {"09": (0, 0), "10": (0, -30_000), "11": (0, -30_000), "12": (0, -20_000), "15": (0, -20_000), "16": (10_000, 0), "23": (10_000, 0)}
    for day, (owed, aside) in known.items():
        assert told(money, f"2026-11-{day}") == (owed, aside, owed + aside), day
    assert [row.d30 for row in ageing(money.book.look, date(2026, 11, 17))] == [10_000]
    lines = statement(money.book.look, money.junye, date(2026, 11, 1), date(2026, 11, 30)).lines
    assert [(line.kind, line.amount) for line in lines] == [("payment", -30_000), ("refund", 10_000), ("bounced", 20_000), ("refund", 10_000)]
    money.pay(10_000)
    assert (money.open(claim[0]), money.balance()) == (0, 0)
    money.sound()


def test_what_bounces_later_on_a_day_before_it_was_paid_back(money: Money) -> None:
    paid, _back = paid_back(money)
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, day="2026-11-11"))
    for day, balance in {"10": -30_000, "11": 0, "12": 10_000, "23": 10_000}.items():
        owed, aside, posted = told(money, f"2026-11-{day}")
        assert (owed + aside, posted) == (balance, balance), day


def test_part_of_it_had_settled_a_claim(money: Money) -> None:
    claim = money.owe(15_000, due="2026-11-05")
    paid = money.pay(30_000, day="2026-11-10")
    money.book.run(payments.refund, account=money.bank, payment=paid, day="2026-11-12")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid))
    assert (money.open(claim), money.balance()) == (15_000, 30_000)
    assert money.posted() == {"bank": -15_000, "receivable": 30_000, "sales": -15_000}
    assert "bounced already" in str(refused(lambda: money.book.run(payments.bounce, payment=paid)))


def test_what_was_paid_back_bounces_too(money: Money) -> None:
    """The cash came back after all: nobody owes anybody; what is over of the payment settles the claim."""
    paid, back = paid_back(money)
    money.book.run(payments.bounce, payment=paid, day="2026-11-16")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=back, day="2026-11-18"))
    assert (money.ahead(paid), money.ahead(back), money.balance()) == (10_000, 0, 0)
    assert money.posted() == {}
    assert told(money, "2026-11-18") == (10_000, -10_000, 0)
    money.there_and_back(lambda: money.book.run(payments.allocate_all, party=money.junye))
    assert (money.ahead(paid), money.balance(), money.book.look.rows("SELECT * FROM owed")) == (0, 0, [])


def test_a_supplier_who_paid_back_is_owed_again(money: Money) -> None:
    paid = money.pay(30_000, party=money.hongda, side="payable", day="2026-11-10")
    money.book.run(payments.refund, account=money.bank, payment=paid, amount=10_000, day="2026-11-12")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, day="2026-11-16"))
    assert money.book.look.rows("SELECT no, side, kind, open FROM v_claim") == [("B-2026-0001", "payable", "refund", 10_000)]
    assert money.posted() == {"bank": 10_000, "payable": -10_000}
    for day, balance in {"10": -30_000, "12": -20_000, "15": -20_000, "16": 10_000}.items():
        owed, aside, posted = told(money, f"2026-11-{day}", "payable")
        assert (owed + aside, posted) == (balance, balance), day


def test_later_work_stands_on_what_is_owed_for_it(money: Money) -> None:
    paid, _back = paid_back(money)
    money.book.run(payments.bounce, payment=paid)
    step = money.book.position[0]
    money.pay(10_000)
    with pytest.raises(Blocked) as found:
        money.book.undo(step)
    assert found.value.steps == [step + 1]
    assert len(money.book.undo_with_later(step)) == 2
    money.sound()


def test_a_closed_day_stays_as_told_when_that_is_taken_back(money: Money) -> None:
    paid, _back = paid_back(money)
    money.book.run(payments.bounce, payment=paid)
    step = money.book.position[0]
    money.book.run(close_day)
    at("2026-11-24")
    money.book.undo(step)
    assert told(money, "2026-11-23") == (10_000, 0, 10_000)
    assert told(money, "2026-11-24") == (0, -20_000, -20_000)
    money.sound()


def test_it_is_chased_and_settles_as_any_other_claim(money: Money) -> None:
    paid, _back = paid_back(money)
    money.book.run(payments.bounce, payment=paid, day="2026-11-16")
    claim = money.book.look.value("SELECT id FROM claim")
    money.book.run(chasing.issue_notices, claims={claim: 10_000})
    assert money.book.look.row("SELECT amount FROM notice") == (10_000,)
    money.sound()


@pytest.mark.parametrize("block", ["bill", "all"])
def test_a_bounce_is_written_down_of_whoever_is_blocked(money: Money, block: str) -> None:
    paid, _back = paid_back(money)
    money.book.run(change_party, party=money.junye, block=block)
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, fee=700, charged=True))
    assert money.balance() == 10_700
    assert money.posted() == {"bank": -700, "cash": -10_000, "fee": 700, "receivable": 10_700, "sales": -700}


def test_a_supplier_who_bears_the_fee_is_owed_less(money: Money) -> None:
    bill = money.owe(9_000, due="2026-11-01", party=money.hongda)
    paid = money.pay(9_000, party=money.hongda, side="payable")
    money.book.run(change_party, party=money.hongda, block="all")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, fee=700, charged=True))
    assert (money.open(bill), money.balance(money.hongda, "payable")) == (9_000, 8_300)
    assert money.posted() == {"bank": -700, "freight": 9_000, "payable": -8_300}  # the fee is theirs
    assert money.book.look.value("SELECT count(*) FROM claim WHERE side = 'receivable'") == 0


def test_a_small_difference_that_was_given_up_is_owed_again_with_what_bounced(money: Money) -> None:
    claim, other = money.owe(10_000, due="2026-11-01"), money.owe(5_000, due="2026-11-02")
    money.pay(4_950, claims=[other])
    money.book.run(losses.give_up, claim=other)
    paid = money.pay(9_965, tolerance_ok=True)
    assert (money.open(claim), money.open(other)) == (0, 0)
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid))
    assert (money.open(claim), money.open(other), money.balance()) == (10_000, 0, 10_000)  # 100.00, not 99.65; the other payment stands
    assert money.posted() == {"bank": 4_950, "difference": 50, "receivable": 10_000, "sales": -15_000}


def test_what_bounces_from_a_closed_account_goes_out_of_another(money: Money) -> None:
    claim = money.owe(30_000, due="2026-11-05")
    paid = money.pay(30_000, day="2026-11-10")
    money.book.run(transfer_money, source=money.bank, target=money.cash, amount=30_000)
    money.book.run(change_account, account=money.bank, closed=True)
    refusal = refused(lambda: money.book.run(payments.bounce, payment=paid))
    assert (refusal.field, str(refusal)) == ("account", "Bank is closed.")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, account=money.cash, fee=500))
    assert (money.open(claim), money.posted()["cash"]) == (30_000, -500)
    money.sound()


def test_the_form_of_a_bounce_begins_with_an_account_that_is_open(money: Money) -> None:
    paid = money.pay(30_000, day="2026-11-10")
    assert bounce_form(money.book.look, paid).fill["account"] == money.bank
    money.book.run(transfer_money, source=money.bank, target=money.cash, amount=30_000)
    money.book.run(change_account, account=money.bank, closed=True)
    assert bounce_form(money.book.look, paid).fill["account"] == money.cash


def test_who_only_paid_ahead_stays_a_customer(money: Money) -> None:
    money.pay(30_000)
    refusal = refused(lambda: money.book.run(change_party, party=money.junye, roles=["supplier"]))
    assert (refusal.field, str(refusal)) == ("roles", "Junye stays customer: 1 record names it as that.")
    money.pay(5_000, party=money.hongda, side="payable")
    assert refused(lambda: money.book.run(change_party, party=money.hongda, roles=["customer"])).field == "roles"
