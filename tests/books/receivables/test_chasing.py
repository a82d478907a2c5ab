"""Chasing: the vectors of R5, holds and promises, and never a claim that was paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books.receivables.money import Money, at, begin, refused

from deskbook.books.receivables import chasing, notes, payments
from deskbook.books.receivables.chase import CHASE, broken_promises, chased, holds_of, interest, notice_facts, to_chase
from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.window import Window

MAY = "2026-05-{:02d}"


def levels(money: Money, claim: int) -> tuple[int | None, str, str | None]:
    """What comes next of a claim, whether now, and from which day."""
    money.book.turn_day()
    (row,) = chased(money.book.look, [claim])
    return row.next, row.state, row.next_on


def issue(money: Money, *claims: int, **facts: Any) -> dict[str, Any]:
    """Issue notices of claims as they stand now."""
    money.book.turn_day()
    result: dict[str, Any] = money.book.run(chasing.issue_notices, claims={claim: money.open(claim) for claim in claims}, **facts)
    return result


def test_a_level_needs_its_days_and_the_gap_and_none_is_skipped(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(7))
    assert levels(money, claim) == (1, "later", "2026-05-08")
    at(MAY.format(12))
    assert levels(money, claim) == (1, "now", "2026-05-08")
    assert issue(money, claim)["notices"] == [1]
    assert levels(money, claim) == (2, "later", "2026-05-22")
    at(MAY.format(22))
    assert levels(money, claim) == (2, "now", "2026-05-22")
    money.sound()


def test_the_second_level_waits_for_the_gap(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(20))
    issue(money, claim)
    for day, state in ((22, "later"), (29, "later"), (30, "now")):
        at(MAY.format(day))
        assert levels(money, claim) == (2, state, "2026-05-30")


def test_long_past_due_still_begins_with_the_first_and_ends_with_the_last(money: Money) -> None:
    at("2026-01-01")
    claim = money.owe(100_000, due="2026-01-01")
    for n, day in enumerate(("2026-06-01", "2026-06-11", "2026-06-21"), 1):
        at(day)
        assert levels(money, claim)[:2] == (n, "now")
        issue(money, claim)
        assert to_chase(money.book.look) == 0
    at("2026-12-01")
    assert levels(money, claim) == (None, "last", None)
    assert issue(money, claim)["dropped"] == [["I-2026-0001", "last", ""]]
    assert money.book.look.rows("SELECT no, level FROM notice") == [("N-2026-0001", 1), ("N-2026-0002", 2), ("N-2026-0003", 3)]
    money.sound()


def test_a_claim_paid_at_nine_is_not_in_the_print_run_of_a_minute_later(money: Money) -> None:
    at("2027-05-01")
    claim = money.owe(100_000, due="2027-05-01")
    at("2027-05-12", "00:59")
    money.book.turn_day()
    seen = {row.id: row.open for row in chased(money.book.look, [claim])}
    at("2027-05-12", "01:00")
    money.pay(100_000)
    at("2027-05-12", "01:01")
    result = money.book.run(chasing.issue_notices, claims=seen)
    assert result == {"notices": [], "dropped": [["I-2027-0001", "paid", "09:00"]], "empty": 1, "changed": []}
    assert money.said() == "1 notice dropped: paid 09:00"
    assert money.book.look.rows("SELECT * FROM notice") == []
    money.sound()


def test_what_was_paid_in_part_is_asked_for_the_rest(money: Money) -> None:
    at(MAY.format(1))
    one, two = money.owe(100_000, due=MAY.format(1)), money.owe(50_000, due=MAY.format(1), party=money.anka)
    at(MAY.format(12))
    money.pay(30_000)
    money.pay(50_000, party=money.anka)
    result = money.book.run(chasing.issue_notices, claims={one: 100_000, two: 50_000})
    assert (result["changed"], result["empty"]) == ([["I-2026-0001", 100_000, 70_000]], 1)
    assert money.book.look.rows("SELECT party_id, amount FROM notice") == [(money.junye, 70_000)]
    assert money.said() == "issued N-2026-0001 over 700.00; 1 notice dropped: paid 09:30"
    money.sound()


def test_money_that_lies_unallocated_is_faced_first(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(12))
    paid = money.pay(40_000, allocate=False)
    refusal = refused(lambda: issue(money, claim))
    assert (refusal.field, str(refusal)) == (
        "reason",
        "400.00 of Junye is not allocated to any claim: allocate it first, or say why the notice goes out anyway.",
    )
    money.there_and_back(lambda: issue(money, claim, reason="it is for the next order"))
    assert money.book.look.row("SELECT amount, aside, reason FROM notice") == (100_000, 40_000, "it is for the next order")
    money.book.undo()
    money.book.run(payments.allocate, payment=paid)
    issue(money, claim, reason="not needed")
    assert money.book.look.row("SELECT amount, aside, reason FROM notice WHERE void = 0") == (60_000, 0, "")
    money.sound()


def test_a_credit_note_that_settles_nothing_yet_is_faced_too(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(12))
    money.book.run(notes.give_credit, party=money.junye, amount=500, reason="rebate")
    assert refused(lambda: issue(money, claim)).field == "reason"


def test_a_disputed_claim_is_held_with_its_reason(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(12))
    assert refused(lambda: money.book.run(chasing.dispute, claims=[claim], reason=" ")).field == "reason"
    (hold,) = money.there_and_back(lambda: money.book.run(chasing.dispute, claims=[claim], reason="two were scratched"))
    assert levels(money, claim)[1] == "held"
    assert (to_chase(money.book.look), money.book.look.value("SELECT hold FROM v_claim")) == (0, "dispute")
    assert issue(money, claim)["dropped"] == [["I-2026-0001", "held", "two were scratched"]]
    money.there_and_back(lambda: money.book.run(chasing.lift_hold, hold=hold))
    assert levels(money, claim)[1] == "now"
    assert refused(lambda: money.book.run(chasing.lift_hold, hold=hold)).field == "hold"


def test_a_promise_holds_until_its_day_and_is_kept_or_broken(money: Money) -> None:
    at(MAY.format(1))
    one, two = money.owe(100_000, due=MAY.format(1)), money.owe(5_000, due=MAY.format(2))
    at(MAY.format(12))
    assert refused(lambda: money.book.run(chasing.promise, claims=[one], until=MAY.format(11))).field == "until"
    assert refused(lambda: money.book.run(chasing.promise, claims=[one], until=MAY.format(20), amount=100_001)).field == "amount"
    money.there_and_back(lambda: money.book.run(chasing.promise, claims=[one], until=MAY.format(20), amount=60_000, said_by="Ms Li"))
    money.book.run(chasing.promise, claims=[two], until=MAY.format(20))
    at(MAY.format(20))
    assert levels(money, one)[1] == "held"
    money.pay(60_000, claims=[one])
    at(MAY.format(21))
    assert levels(money, one)[1] == "now"
    states = {hold.no: hold.state for hold in holds_of(money.book.look, party=money.junye)}
    assert states == {"I-2026-0001": "kept", "I-2026-0002": "broken"}
    assert broken_promises(money.book.look, money.junye) == 1
    money.sound()


def test_a_promise_paid_too_late_is_broken(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    money.book.run(chasing.promise, claims=[claim], until=MAY.format(10))
    at(MAY.format(11))
    money.pay(100_000)
    assert [hold.state for hold in holds_of(money.book.look, claim=claim)] == ["broken"]


def test_a_cancelled_notice_frees_its_level_and_keeps_its_number(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(12))
    (first,) = issue(money, claim)["notices"]
    money.there_and_back(lambda: money.book.run(chasing.cancel_notice, notice=first))
    assert levels(money, claim)[:2] == (1, "now")
    (second,) = issue(money, claim)["notices"]
    assert money.book.look.value("SELECT no FROM notice WHERE id = :id", id=second) == "N-2026-0002"
    at("2026-06-12")
    issue(money, claim)
    assert "cancel that first" in str(refused(lambda: money.book.run(chasing.cancel_notice, notice=second)))
    money.sound()


def test_a_notice_taken_back_does_not_come_back_over_a_paid_claim(money: Money) -> None:
    at(MAY.format(1))
    claim = money.owe(100_000, due=MAY.format(1))
    at(MAY.format(12))
    (notice,) = issue(money, claim)["notices"]
    money.book.run(chasing.cancel_notice, notice=notice)
    cancelled = money.book.position[0]
    money.pay(100_000)
    assert "paid or chased meanwhile" in str(refused(lambda: money.book.undo(cancelled)))
    money.sound()


def test_the_paper_reads_the_balance_once_more(money: Money) -> None:
    at(MAY.format(1))
    one, two = money.owe(100_000, due=MAY.format(1), their_no="PO 7"), money.owe(50_000, due=MAY.format(3))
    at(MAY.format(12))
    (notice,) = issue(money, one, two)["notices"]
    facts = notice_facts(money.book.look, notice)
    assert (facts["no"], facts["party"], facts["level"], facts["amount"], facts["total"]) == ("N-2026-0001", "Junye", 1, 150_000, 150_000)
    assert [(claim["no"], claim["late"], claim["open"]) for claim in facts["claims"]] == [("I-2026-0001", 11, 100_000), ("I-2026-0002", 9, 50_000)]
    assert facts["text"].startswith("Perhaps it was overlooked")
    money.pay(100_000)
    assert "was paid 09:30" in str(refused(lambda: notice_facts(money.book.look, notice)))
    assert notice_facts(money.book.look, notice, copy=True)["amount"] == 150_000


def test_levels_are_the_office_s_own(money: Money) -> None:
    made = money.there_and_back(lambda: money.book.run(chasing.set_level, level=2, days=30, fee=1_500))
    assert made
    assert money.book.look.rows("SELECT level, days, gap, fee FROM chase_level") == [(1, 7, 10, 0), (2, 30, 10, 1_500), (3, 45, 10, 0)]
    assert all(all(row) for row in money.book.look.rows("SELECT en, zh, es, sw FROM chase_level"))
    assert refused(lambda: money.book.run(chasing.set_level, level=2, days=45)).field == "days"
    assert refused(lambda: money.book.run(chasing.set_level, level=5, days=90)).field == "level"
    money.book.run(chasing.set_level, level=4, days=90, channel="phone", en="We hand it over.")
    assert refused(lambda: money.book.run(chasing.drop_level, level=3)).field == "level"
    money.there_and_back(lambda: money.book.run(chasing.drop_level, level=4))
    money.sound()


def test_interest() -> None:
    assert interest(1_000_000, 600, 73) == 12_000


@pytest.mark.parametrize("count", [0, 3])
def test_the_counter_is_the_length_of_the_list(money: Money, count: int) -> None:
    at(MAY.format(1))
    claims = [money.owe(1_000 + n, due=MAY.format(1)) for n in range(count)]
    money.owe(500, due=MAY.format(1), party=money.hongda)
    money.book.run(notes.give_credit, party=money.anka, amount=100, reason="x")
    for day in (7, 8, 12, 30):
        at(MAY.format(day))
        money.book.turn_day()
        assert to_chase(money.book.look) == Window(money.book.look, CHASE, Ask()).count == (count if day >= 8 else 0)
    if claims:
        issue(money, claims[0])
        money.book.run(chasing.dispute, claims=[claims[1]], reason="no")
        assert to_chase(money.book.look) == Window(money.book.look, CHASE, Ask()).count == 1


# -- payments, releases, bounces and print runs in any order ----------------------------------------------------------------

WHAT = (
    *("owe", "owe", "owe", "see", "see", "issue", "issue", "issue", "pay", "pay", "ahead", "allocate"),
    *("release", "bounce", "credit", "hold", "undo", "redo", "cancel", "settle", "settle"),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(1, 400),
        st.integers(0, 3),
        st.integers(0, 12),
    ),
    min_size=5,
    max_size=40,
)


def pick(money: Money, sql: str, n: int) -> int | None:
    rows = money.book.look.rows(sql)
    return int(rows[n % len(rows)][0]) if rows else None


def step(money: Money, what: str, cents: int, n: int, seen: dict[int, int]) -> Any:
    """One act of the office; returns what it answered. seen: the claims as the screen showed them when it was last looked at, perhaps long ago."""
    book, party = money.book, (money.junye, money.anka)[n % 2]
    claim = pick(money, "SELECT claim_id FROM owed WHERE open > 0 ORDER BY 1", n)
    payment = pick(money, "SELECT id FROM payment WHERE void = 0 ORDER BY id DESC", n)
    ahead = pick(money, "SELECT payment_id FROM unallocated WHERE open > 0 ORDER BY 1", n)
    made = pick(money, "SELECT id FROM v_allocation WHERE red = 0 ORDER BY id DESC", n)
    notice = pick(money, "SELECT id FROM notice WHERE void = 0 ORDER BY id DESC", n)
    today = days.today().isoformat()
    if what == "see":
        seen.clear()
        seen.update(book.look.rows("SELECT id, open FROM v_chase WHERE state = 'now'"))
        return None
    shown = sorted(seen)[n % len(seen)] if seen else 0
    whose = book.look.value("SELECT party_id FROM owed WHERE claim_id = :claim", claim=shown)
    acts: dict[str, Any] = {
        "owe": lambda: money.owe(cents, due=(days.today() - timedelta(days=3 * n)).isoformat(), party=party),
        "issue": lambda: book.run(chasing.issue_notices, claims=dict(seen), reason="it is for something else" if n else ""),
        "pay": lambda: money.pay(cents, party=party),
        "settle": lambda: whose and money.pay(money.open(shown), party=whose, claims=[shown]),
        "ahead": lambda: money.pay(cents, party=party, allocate=False),
        "allocate": lambda: ahead and book.run(payments.allocate, payment=ahead),
        "release": lambda: made and book.run(payments.release, allocation=made),
        "bounce": lambda: payment and book.run(payments.bounce, payment=payment),
        "credit": lambda: claim and book.run(notes.give_credit, claim=claim, amount=cents, reason="x"),
        "hold": lambda: claim and book.run(chasing.promise, claims=[claim], until=today),
        "undo": book.undo,
        "redo": book.redo,
        "cancel": lambda: notice and book.run(chasing.cancel_notice, notice=notice),
    }
    before = {row for (row,) in book.look.rows("SELECT id FROM notice WHERE void = 0")}
    owed: dict[int, int] = dict(book.look.rows("SELECT claim_id, open FROM owed"))
    aside: dict[int, int] = dict(book.look.rows("SELECT party_id, sum(open) FROM unallocated GROUP BY 1"))
    try:
        answer = acts[what]()
    except Refusal:
        return None
    for row, to, beside, why in book.look.rows("SELECT id, party_id, aside, reason FROM notice WHERE void = 0"):
        if row not in before:  # just issued, or back
            asked: dict[int, int] = dict(book.look.rows("SELECT claim_id, open FROM notice_claim WHERE notice_id = :id", id=row))
            assert asked
            assert all(0 < open_ <= owed.get(claim, 0) for claim, open_ in asked.items()), "chased after paid"
            assert what != "issue" or all(open_ == owed[claim] for claim, open_ in asked.items())
            assert what != "issue" or aside.get(to, 0) <= 0 or (beside > 0 and why)
    return answer


def office(folder: str, acts: Iterable[tuple[str, int, int, int]]) -> list[dict[str, Any]]:
    """A book of claims long past due, and what is done with it: act, cents, a number to choose by, days gone by. What the print runs answered."""
    from deskbook.exchange.found import create

    runs = []
    with create(Path(folder) / "office.desk", company="Hengda", clerk="Ann") as book, book.hurried():
        today = date(2026, 3, 1)
        at(today.isoformat())
        money = begin(book)
        for n in range(4):
            money.owe(100 + n, due="2026-01-10", party=(money.junye, money.anka)[n % 2])
        seen: dict[int, int] = {}
        for what, cents, n, on in acts:
            today += timedelta(days=on)
            at(today.isoformat())
            book.turn_day()
            answer = step(money, what, cents, n, seen)
            if what == "issue" and answer:
                runs.append(answer)
            assert to_chase(book.look) == Window(book.look, CHASE, Ask()).count
        money.sound()
    return runs


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_nothing_is_ever_chased_after_it_was_paid(acts: list[tuple[str, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        office(folder, acts)


def test_many_print_runs_meet_many_payments() -> None:
    """The same by a fixed throw of dice, so that it is known to have met what it is about: runs that asked, and runs that found claims paid."""
    issued = paid = 0
    for seed in range(8):
        dice = Random(seed)
        acts = [(dice.choice(WHAT), dice.randint(1, 400), dice.randint(0, 3), dice.choice((0, 0, 0, 4, 12))) for _ in range(60)]
        with TemporaryDirectory() as folder:
            for run in office(folder, acts):
                issued += len(run["notices"])
                paid += sum(why == "paid" for _no, why, _detail in run["dropped"])
    assert issued >= 20
    assert paid >= 8
