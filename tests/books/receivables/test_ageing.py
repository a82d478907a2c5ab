"""Ageing as of any day: the vector of R4, both ways of counting, and the day book on the control line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books.receivables.money import Money, at, begin, later

from deskbook.books.ledger.commands import close_day
from deskbook.books.receivables import losses, notes, payments
from deskbook.books.receivables.ageing import AGED, AGEING, BUCKETS, ageing, control, statement, statement_facts
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.window import Window

JUNE = date(2026, 6, 30)


def the_vector(money: Money) -> None:
    """R4: 1,000 due 30 Jun, 29 Jun, 31 May and 30 May; 300 received and not allocated."""
    at("2026-06-29")
    for due in ("2026-06-30", "2026-06-29", "2026-05-31", "2026-05-30"):
        money.owe(100_000, day="2026-04-15", due=due)
    money.pay(30_000, allocate=False)


def test_buckets_as_of_two_days(money: Money) -> None:
    the_vector(money)
    at("2026-06-30")
    (row,) = ageing(money.book.look, JUNE)
    assert row[2:] == (100_000, 200_000, 100_000, 0, 0, -30_000, 370_000)
    (row,) = ageing(money.book.look, JUNE - timedelta(days=1))
    assert row[2:] == (200_000, 200_000, 0, 0, 0, -30_000, 370_000)
    assert control(money.book.look, JUNE) == 370_000 == money.balance()


def test_by_document_day_and_by_salesperson(money: Money) -> None:
    the_vector(money)
    money.owe(5_000, day="2026-06-29", due="2026-07-29", party=money.anka)
    found = {row.name: row[2:] for row in ageing(money.book.look, JUNE, basis="document")}
    assert found == {"Junye": (0, 0, 0, 400_000, 0, -30_000, 370_000), "Anka": (0, 5_000, 0, 0, 0, 0, 5_000)}
    found = {row.name: row[2:] for row in ageing(money.book.look, JUNE, whom="salesperson")}
    assert found == {"Zhang": (100_000, 200_000, 100_000, 0, 0, -30_000, 370_000), "-": (5_000, 0, 0, 0, 0, 0, 5_000)}


def test_the_thirtieth_day_is_in_the_first_bucket_and_the_ninety_first_in_the_last(money: Money) -> None:
    at("2026-06-01")
    due = "2026-06-01"
    money.owe(100, due=due)
    expected = {0: 0, 1: 1, 30: 1, 31: 2, 60: 2, 61: 3, 90: 3, 91: 4}
    for age, bucket in expected.items():
        (row,) = ageing(money.book.look, date.fromisoformat(later(due, age)))
        assert [row[2 + n] for n in range(5)].index(100) == bucket, age


def test_a_claim_without_a_day_to_pay_is_due_on_its_day(money: Money) -> None:
    at("2026-06-01")
    money.owe(100, day="2026-06-01")
    at("2026-06-30")
    assert ageing(money.book.look, JUNE)[0].d30 == 100


def test_what_happened_later_does_not_change_what_was_so(money: Money) -> None:
    at("2026-06-01")
    claim = money.owe(10_000, day="2026-06-01", due="2026-06-10")
    at("2026-06-20")
    paid = money.pay(6_000)
    at("2026-06-25")
    money.book.run(payments.bounce, payment=paid)
    at("2026-06-28")
    money.book.run(notes.give_credit, claim=claim, amount=1_000, reason="rebate")
    money.book.run(losses.write_off, claim=claim, reason="gone")
    by_day = {day: [row.balance for row in ageing(money.book.look, date(2026, 6, day))] for day in (1, 19, 20, 24, 25, 27, 28)}
    assert by_day == {1: [10_000], 19: [10_000], 20: [4_000], 24: [4_000], 25: [10_000], 27: [10_000], 28: []}
    assert ageing(money.book.look, date(2026, 5, 31)) == []


def test_a_closed_day_is_told_as_it_was_though_a_late_paper_comes(money: Money) -> None:
    at("2026-06-20")
    money.owe(10_000, due="2026-06-10")
    step = money.book.position[0]
    money.book.run(close_day, day=date(2026, 6, 20))
    at("2026-06-21")
    money.owe(5_000, due="2026-06-15")
    money.pay(2_000, day="2026-06-18")
    before = [row[2:] for row in ageing(money.book.look, date(2026, 6, 20))]
    assert before == [(0, 10_000, 0, 0, 0, 0, 10_000)]
    assert control(money.book.look, date(2026, 6, 20)) == 10_000
    assert step < money.book.position[0]
    assert [row.balance for row in ageing(money.book.look, date(2026, 6, 21))] == [13_000]


def test_what_is_taken_back_after_the_close_stood_on_the_day(money: Money) -> None:
    at("2026-06-20")
    money.owe(10_000, due="2026-06-10")
    money.pay(4_000, allocate=False)
    money.book.run(close_day, day=date(2026, 6, 20))
    at("2026-06-22")
    step = money.book.position[0] - 1
    money.book.undo(step)
    (row,) = ageing(money.book.look, date(2026, 6, 20))
    assert (row.d30, row.aside, row.balance) == (10_000, -4_000, 6_000)
    (row,) = ageing(money.book.look, date(2026, 6, 22))
    assert (row.d30, row.aside, row.balance) == (10_000, 0, 10_000)


def test_the_listing_asks_as_of_its_day_and_every_figure_opens(money: Money) -> None:
    the_vector(money)
    ask = Ask(today=JUNE)
    window = Window(money.book.look, AGEING, ask)
    assert window.count == 1
    assert window.totals() == {"not_due": 100_000, "d30": 200_000, "d60": 100_000, "d90": 0, "older": 0, "aside": -30_000, "balance": 370_000}
    only = (("party_id", money.junye), ("side", "receivable"), ("basis", "due"))
    figures = {bucket: Window(money.book.look, AGED, Ask(view=bucket, only=only, today=JUNE)).totals()["open"] for bucket in (*BUCKETS, "aside")}
    assert figures == {name: cents for name, cents in window.totals().items() if name != "balance"}


def test_the_account_of_a_party(money: Money) -> None:
    at("2026-05-10")
    money.owe(10_000, due="2026-05-10")
    at("2026-06-05")
    paid = money.pay(4_000)
    at("2026-06-10")
    money.owe(3_000, due="2026-07-10", day="2026-06-10", their_no="PO 7")
    at("2026-06-12")
    money.book.run(payments.bounce, payment=paid)
    mistaken = money.owe(777)
    assert mistaken
    money.book.undo()
    account = statement(money.book.look, money.junye, date(2026, 6, 1), JUNE)
    assert account.opening == 10_000
    assert [(line.day, line.no, line.kind, line.amount, line.balance) for line in account.lines] == [
        ("2026-06-05", "M-2026-0001", "payment", -4_000, 6_000),
        ("2026-06-10", "I-2026-0002", "sale", 3_000, 9_000),
        ("2026-06-12", "M-2026-0001", "bounced", 4_000, 13_000),
    ]
    assert account.closing == 13_000 == money.balance()
    facts = statement_facts(money.book.look, money.junye, date(2026, 6, 1), JUNE)
    assert (facts["overdue"], facts["closing"], facts["ages"]["d60"], facts["ages"]["not_due"]) == (10_000, 13_000, 10_000, 3_000)


# -- any history -----------------------------------------------------------------------------------------------------------

WHAT = (
    *("owe", "owe", "bill", "pay", "pay", "pay ahead", "pay bill", "allocate", "credit"),
    *("release", "bounce", "refund", "give up", "write off", "undo", "close"),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(1, 50_000),
        st.integers(0, 40),
        st.integers(0, 4),
    ),
    max_size=30,
)


def newest(money: Money, sql: str, n: int) -> int | None:
    rows = money.book.look.rows(sql)
    return int(rows[n % len(rows)][0]) if rows else None


def act(money: Money, what: str, cents: int, back: int, pick: int, today: date) -> None:
    """One thing that happens, or is refused: both are lawful."""
    day = (today - timedelta(days=back)).isoformat()
    book, party = money.book, (money.junye, money.anka)[pick % 2]
    claim = newest(money, "SELECT claim_id FROM owed WHERE open > 0 AND side = 'receivable' ORDER BY claim_id DESC", pick)
    payment = newest(money, "SELECT id FROM payment WHERE void = 0 ORDER BY id DESC", pick)
    ahead = newest(money, "SELECT payment_id FROM unallocated WHERE open > 0 ORDER BY 1 DESC", pick)
    made = newest(money, "SELECT id FROM v_allocation WHERE red = 0 ORDER BY id DESC", pick)
    acts: dict[str, Any] = {
        "owe": lambda: money.owe(cents, day=day, due=later(day, pick * 15), party=party),
        "bill": lambda: money.owe(cents, day=day, party=money.hongda),
        "pay": lambda: money.pay(cents, day=day, party=party, tolerance_ok=pick == 1),
        "pay ahead": lambda: money.pay(cents, day=day, party=party, allocate=False),
        "pay bill": lambda: money.pay(cents, day=day, party=money.hongda, side="payable"),
        "allocate": lambda: ahead and book.run(payments.allocate, payment=ahead),
        "credit": lambda: book.run(notes.give_credit, claim=claim, party=party, amount=cents, reason="x", day=day),
        "release": lambda: made and book.run(payments.release, allocation=made),
        "bounce": lambda: payment and book.run(payments.bounce, payment=payment, day=day, fee=pick),
        "refund": lambda: ahead and book.run(payments.refund, payment=ahead, account=money.bank, day=day),
        "give up": lambda: claim and book.run(losses.give_up, claim=claim),
        "write off": lambda: claim and book.run(losses.write_off, claim=claim, reason="x", day=day),
        "undo": book.undo,
        "close": lambda: book.run(close_day, day=today - timedelta(days=pick)),
    }
    try:
        acts[what]()
    except Refusal:
        return


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_ageing_balance_and_day_book_agree_on_every_day(acts: list[tuple[str, int, int, int]]) -> None:
    from deskbook.exchange.found import create

    with TemporaryDirectory() as folder, create(Path(folder) / "office.desk", company="Hengda", clerk="Ann") as book, book.hurried():
        at("2026-03-01")
        money = begin(book)
        today = date(2026, 6, 1)
        for n, (what, cents, back, pick) in enumerate(acts):
            today += timedelta(days=n % 3)
            at(today.isoformat())
            act(money, what, cents, back, pick, today)
        agree(book, today)
        money.sound()


def agree(book: Store, today: date) -> None:
    """On every day: the buckets add up to the balance, the balances to the day book; nothing settled twice; today's is what is derived."""
    look = book.look
    for side in ("receivable", "payable"):
        for back in range(0, 120, 3):
            day = today - timedelta(days=back)
            rows = ageing(look, day, side=side)
            assert all(row.balance == sum(row[2:8]) for row in rows)
            assert all(min(row[2:7]) >= 0 for row in rows)
            total = control(look, day, side)
            assert sum(row.balance for row in rows) == total, day
            assert sum(row.balance for row in ageing(look, day, side=side, basis="document")) == total
        everyone = {row.id: row.balance for row in ageing(look, today + timedelta(days=3), side=side)}
        owed, aside = (f"SELECT coalesce(sum(open), 0) FROM {table} WHERE party_id = p.id AND side = :side" for table in ("owed", "unallocated"))
        sql = f"SELECT id, ({owed}) - ({aside}) FROM party p"
        assert {party: cents for party, cents in look.rows(sql, side=side) if cents or party in everyone} == everyone
        for party in everyone:
            account = statement(look, party, today - timedelta(days=40), today + timedelta(days=3), side)
            assert account.closing == everyone[party]
    whom = sum(row.balance for row in ageing(look, today, whom="salesperson"))
    assert whom == control(look, today)
