"""Payments both ways: part, over, picked, ahead, small differences, credit notes, refunds, bad debts, bounced."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from tests.books.receivables.money import Money, refused

from deskbook.books.ledger.commands import close_day, write_entry
from deskbook.books.office.commands import set_office
from deskbook.books.parties.commands import merge_parties
from deskbook.books.receivables import losses, notes, payments
from deskbook.books.receivables.queries import lacking, party_money, preview


def test_money_settles_the_oldest_due_claim_first(money: Money) -> None:
    later = money.owe(20_000, due="2026-11-20")
    older = money.owe(50_000, due="2026-11-10")
    paid = money.there_and_back(lambda: money.pay(60_000))
    assert (money.open(older), money.open(later), money.ahead(paid)) == (0, 10_000, 0)
    assert money.posted() == {"bank": 60_000, "sales": -70_000, "receivable": 10_000}
    assert money.book.look.row("SELECT no, kind, state FROM v_payment") == ("M-2026-0001", "received", "settled")
    assert money.book.look.row("SELECT kind, document FROM entry WHERE kind = 'receipt'") == ("receipt", "M-2026-0001")


def test_what_it_says(money: Money) -> None:
    money.owe(20_000, due="2026-11-20")
    money.pay(25_000)
    assert money.said() == "M-2026-0001: 250.00 from Junye for I-2026-0001; 50.00 of it is not allocated"
    money.pay(100)
    assert money.said() == "M-2026-0002: 1.00 from Junye, not allocated yet"


def test_more_than_is_owed_stays_ahead_and_is_allocated_later(money: Money) -> None:
    money.owe(20_000, due="2026-11-20")
    paid = money.pay(25_000)
    assert (money.ahead(paid), money.balance()) == (5_000, -5_000)
    claim = money.owe(8_000)
    money.there_and_back(lambda: money.book.run(payments.allocate, payment=paid))
    assert (money.ahead(paid), money.open(claim), money.balance()) == (0, 3_000, 3_000)
    assert "left to be allocated" in str(refused(lambda: money.book.run(payments.allocate, payment=paid)))


def test_claims_are_picked_in_order_or_with_their_amounts(money: Money) -> None:
    one, two, three = (money.owe(10_000, due=f"2026-11-0{n}") for n in (1, 2, 3))
    money.pay(12_000, claims=[three, two])
    assert [money.open(claim) for claim in (one, two, three)] == [10_000, 8_000, 0]
    rest = money.pay(9_000, claims={one: 4_000, two: 3_000})
    assert [money.open(claim) for claim in (one, two)] == [6_000, 5_000]
    assert money.ahead(rest) == 2_000
    assert refused(lambda: money.pay(100, claims=[three])).field == "claims"
    assert "only 0.90 is left" in str(refused(lambda: money.pay(100, claims={one: 10, two: 91})))
    assert "cannot take" in str(refused(lambda: money.pay(10_000, claims={one: 6_001})))
    foreign = money.owe(100, party=money.anka)
    assert "is Anka's" in str(refused(lambda: money.pay(100, claims=[foreign])))
    money.sound()


def test_a_small_difference_is_given_up_when_it_was_asked(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    assert preview(money.book.look, money.junye, 9_965).missing == 35
    paid = money.there_and_back(lambda: money.pay(9_965))
    assert money.open(claim) == 35
    assert lacking(money.book.look, paid) == (claim, "I-2026-0001", 35)
    money.there_and_back(lambda: money.book.run(losses.give_up, claim=claim))
    assert (money.open(claim), money.balance()) == (0, 0)
    assert money.posted() == {"bank": 9_965, "difference": 35, "sales": -10_000}
    two = money.owe(10_000)
    money.pay(9_900, tolerance_ok=True)
    assert money.open(two) == 0
    three = money.owe(10_000)
    money.pay(9_899, tolerance_ok=True)
    assert money.open(three) == 101
    assert "no more than 1.00 passes" in str(refused(lambda: money.book.run(losses.give_up, claim=three)))
    money.book.run(set_office, tolerance="200")
    money.book.run(losses.give_up, claim=three)
    assert money.open(three) == 0
    money.sound()


def test_nothing_is_given_up_while_money_is_left(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    paid = money.pay(20_000, claims={claim: 9_950}, tolerance_ok=True)
    assert (money.open(claim), money.ahead(paid)) == (50, 10_050)
    assert lacking(money.book.look, paid) is None
    money.sound()


def test_a_small_rest_of_a_credit_note_is_given_up_too(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    credit = money.book.run(notes.give_credit, party=money.junye, amount=10_035, reason="rebate")
    money.book.run(notes.apply_credit, credit=credit)
    money.there_and_back(lambda: money.book.run(losses.give_up, claim=credit))
    assert (money.open(claim), money.open(credit), money.balance()) == (0, 0, 0)
    assert money.posted() == {"difference": -35, "sales": 35}  # 100.00 sold, 100.35 credited, 0.35 of it ours again


def test_what_was_given_up_is_owed_again_when_it_is_let_go(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    money.pay(9_965, tolerance_ok=True)
    given_up = money.book.look.value("SELECT id FROM allocation WHERE kind = 'difference'")
    money.there_and_back(lambda: money.book.run(payments.release, allocation=given_up))
    assert money.open(claim) == 35
    assert money.posted() == {"bank": 9_965, "receivable": 35, "sales": -10_000}
    assert "let go already" in str(refused(lambda: money.book.run(payments.release, allocation=given_up)))


def test_a_credit_note_settles_its_claim_and_the_rest_of_it_is_paid_back(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    money.pay(8_000)
    credit = money.there_and_back(lambda: money.book.run(notes.give_credit, claim=claim, amount=5_000, reason="two came back"))
    assert money.said() == "I-2026-0002: credit of 50.00 for Junye: two came back"
    assert (money.open(claim), money.open(credit), money.balance()) == (0, -3_000, -3_000)
    assert "more than the 30.00" in str(refused(lambda: money.book.run(payments.refund, account=money.bank, credit=credit, amount=3_001)))
    money.there_and_back(lambda: money.book.run(payments.refund, account=money.bank, credit=credit))
    assert (money.open(credit), money.balance()) == (0, 0)
    assert money.posted() == {"bank": 5_000, "sales": -5_000}
    shown = money.book.look.row("SELECT taken_in, paid_out, kind, state FROM v_payment WHERE no = 'M-2026-0002'")
    assert shown == (None, 3_000, "paid back", "settled")


def test_a_credit_note_is_over_no_more_than_its_claim(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")

    def credit(amount: int) -> None:
        money.book.run(notes.give_credit, claim=claim, amount=amount, reason="late")

    assert str(refused(lambda: credit(10_001))) == "100.01 is more than the 100.00 there is of I-2026-0001."
    credit(4_000)
    assert "60.01 is more than the 60.00" in str(refused(lambda: credit(6_001)))
    credit(6_000)
    assert (money.open(claim), money.balance()) == (0, 0)
    money.sound()


def test_a_credit_note_of_a_party_is_applied_to_the_oldest(money: Money) -> None:
    one, two = money.owe(1_000, due="2026-11-01"), money.owe(1_000, due="2026-11-05")
    credit = money.book.run(notes.give_credit, party=money.junye, amount=1_500, reason="rebate")
    assert party_money(money.book.look, money.junye).aside == 1_500
    money.there_and_back(lambda: money.book.run(notes.apply_credit, credit=credit))
    assert (money.open(one), money.open(two), money.open(credit)) == (0, 500, 0)


def test_an_advance_is_paid_back(money: Money) -> None:
    paid = money.pay(30_000)
    back = money.there_and_back(lambda: money.book.run(payments.refund, account=money.cash, payment=paid, amount=10_000))
    assert (money.ahead(paid), money.ahead(back), money.balance()) == (20_000, 0, -20_000)
    assert money.posted() == {"bank": 30_000, "cash": -10_000, "receivable": -20_000}
    assert refused(lambda: money.book.run(payments.refund, account=money.cash, payment=back)).field == "amount"


def test_a_bad_debt_is_a_dated_document(money: Money) -> None:
    claim = money.owe(10_000, due="2026-05-01")
    assert refused(lambda: money.book.run(losses.write_off, claim=claim, reason="")).field == "reason"
    assert refused(lambda: money.book.run(losses.write_off, claim=claim, reason="gone", amount=10_001)).field == "amount"
    money.there_and_back(lambda: money.book.run(losses.write_off, claim=claim, reason="gone away", amount=6_000, day="2026-11-20", document="W-1"))
    assert (money.open(claim), money.balance()) == (4_000, 4_000)
    assert money.posted() == {"receivable": 4_000, "bad_debt": 6_000, "sales": -10_000}
    assert money.book.look.row("SELECT day, purpose, document FROM entry WHERE kind = 'given up'") == ("2026-11-20", "gone away", "W-1")


def test_a_payment_that_bounces_is_owed_again(money: Money) -> None:
    one, two = money.owe(10_000, due="2026-11-01"), money.owe(5_000, due="2026-11-05")
    paid = money.pay(12_000, day="2026-11-10")
    money.there_and_back(lambda: money.book.run(payments.bounce, payment=paid, day="2026-11-12", fee=500))
    assert (money.open(one), money.open(two), money.ahead(paid), money.balance()) == (10_000, 5_000, 0, 15_000)
    assert {code: cents for code, cents in money.posted().items() if code in ("bank", "receivable")} == {"bank": -500, "receivable": 15_000}
    assert money.book.look.row("SELECT state, bounced_on FROM v_payment") == ("bounced", "2026-11-12")
    assert "bounced already" in str(refused(lambda: money.book.run(payments.bounce, payment=paid)))
    assert "left to be allocated" in str(refused(lambda: money.book.run(payments.allocate, payment=paid)))


def test_a_payment_cannot_bounce_before_it_came_and_its_fee_may_be_charged(money: Money) -> None:
    paid = money.pay(12_000, day="2026-11-10")
    assert refused(lambda: money.book.run(payments.bounce, payment=paid, day="2026-11-09")).field == "day"
    money.book.run(payments.bounce, payment=paid, fee=700, charged=True)
    assert money.balance() == 700
    money.sound()


def test_later_work_stands_on_a_payment(money: Money) -> None:
    money.owe(10_000, due="2026-11-01")
    step = money.book.position[0] + 1
    paid = money.pay(4_000)
    money.book.run(payments.bounce, payment=paid)
    assert "Later work stands on it" in str(refused(lambda: money.book.undo(step)))


def test_an_allocation_let_go_is_in_the_way_of_taking_it_back(money: Money) -> None:
    paid = money.pay(4_000)
    claim = money.owe(10_000)
    step = money.book.position[0] + 1
    (made,) = money.book.run(payments.allocate, payment=paid, claims=[claim])
    money.book.run(payments.release, allocation=made)
    assert "Later work stands on it" in str(refused(lambda: money.book.undo(step)))
    money.sound()


def test_we_pay_what_we_owe(money: Money) -> None:
    bill = money.owe(9_000, due="2026-11-01", party=money.hongda)
    money.there_and_back(lambda: money.pay(6_000, party=money.hongda, side="payable"))
    assert money.said() == "M-2026-0001: 60.00 to Hongda for B-2026-0001"
    assert (money.open(bill), money.balance(money.hongda, "payable")) == (3_000, 3_000)
    assert money.posted()["bank"] == -6_000
    credit = money.book.run(notes.give_credit, claim=bill, amount=4_000, reason="sent back")
    assert (money.open(bill), money.open(credit)) == (0, -1_000)
    money.book.run(payments.refund, account=money.bank, credit=credit)
    assert money.posted()["bank"] == -5_000
    assert money.book.look.value("SELECT kind FROM v_payment WHERE no = 'M-2026-0002'") == "got back"
    assert refused(lambda: money.pay(100, side="payable")).field == "party"
    assert refused(lambda: money.pay(100, party=money.hongda)).field == "party"
    money.sound()


def test_opening_balances_and_charges(money: Money) -> None:
    claim = money.book.run(notes.open_claim, party=money.junye, amount=7_000, day="2025-12-31", due="2026-01-31", their_no="old 12")
    bill = money.book.run(notes.open_claim, party=money.hongda, amount=2_000, side="payable")
    money.there_and_back(lambda: money.book.run(notes.charge, party=money.junye, amount=1_200, text="freight"))
    assert (money.open(claim), money.open(bill), money.balance()) == (7_000, 2_000, 8_200)
    assert money.posted() == {"receivable": 8_200, "payable": -2_000, "opening": -5_000, "sales": -1_200}
    money.sound()


def test_a_late_paper_is_allocated_in_the_open_day(money: Money) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    money.book.run(close_day, day=date(2026, 11, 23))
    paid = money.pay(10_000, day="2026-11-20")
    assert money.open(claim) == 0
    assert money.book.look.row("SELECT m.day, e.day, e.paper_day FROM payment m JOIN entry e ON e.id = m.entry_id WHERE m.id = :id", id=paid) == (
        "2026-11-20",
        "2026-11-24",
        "2026-11-20",
    )
    assert money.book.look.value("SELECT day FROM allocation") == "2026-11-24"
    money.sound()


@pytest.mark.parametrize(
    ("facts", "field"), [({"amount": 0}, "amount"), ({"account": 999}, "account"), ({"party": 999}, "party"), ({"order": 7}, "order")]
)
def test_what_is_refused(money: Money, facts: dict[str, int], field: str) -> None:
    given = {"amount": 100} | facts
    assert refused(lambda: money.pay(**given)).field == field
    assert money.posted() == {}


def test_all_that_lies_aside_is_allocated_at_once(money: Money) -> None:
    money.pay(1_000)
    money.book.run(notes.give_credit, party=money.junye, amount=500, reason="rebate")
    claim = money.owe(2_000)
    money.there_and_back(lambda: money.book.run(payments.allocate_all, party=money.junye))
    assert money.open(claim) == 500
    assert money.said() == "allocated 15.00 of Junye"


def test_a_merged_party_takes_its_money_along(money: Money) -> None:
    money.owe(10_000, due="2026-11-01", party=money.anka)
    money.pay(3_000, party=money.anka, allocate=False)
    money.owe(1_000, due="2026-11-02")
    money.there_and_back(lambda: money.book.run(merge_parties, keep=money.junye, gone=money.anka))
    assert (money.balance(), money.balance(money.anka)) == (8_000, 0)
    paid = money.pay(11_000, party=money.anka)
    assert (money.balance(), money.ahead(paid)) == (-3_000, 0)
    money.sound()


def test_nothing_is_posted_into_a_year_the_book_does_not_take(money: Money) -> None:
    claim = money.owe(10_000)
    before = money.standing()
    for day in ("0001-01-01", "1899-12-31"):
        line = partial(money.book.run, write_entry, account=money.bank, direction="in", amount=100)
        for act in (
            partial(money.pay, 100, day=day),
            partial(money.owe, 100, day=day),
            partial(line, day=day),
            partial(line, paper_day=day),
            partial(money.book.run, losses.write_off, claim=claim, reason="gone", day=day),
        ):
            assert f"is in the year {int(day[:4])}; the book takes 1900 to 2199" in str(refused(act))
    assert money.standing() == before
