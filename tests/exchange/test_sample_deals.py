"""The sample company lives the whole deal: what is owed, paid, chased, quoted, sent back, aimed at; true by every rule, alike in every language."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.journeys.desk import sample

from deskbook.books.ledger.queries import balance
from deskbook.books.orders.queries import credit_of
from deskbook.books.receivables.ageing import BUCKETS, bucketed
from deskbook.books.reports.made import Period
from deskbook.books.reports.queries import changed_since, report_of
from deskbook.books.tasks.queries import SYSTEM
from deskbook.books.today.queries import counters
from deskbook.core import days
from deskbook.core.money import line_amount
from deskbook.core.store import Look, Store
from deskbook.core.verify import verify
from deskbook.core.words import LANGUAGES
from deskbook.exchange.proof import check_all
from deskbook.exchange.sample import make_sample
from deskbook.exchange.sample_company import DISPUTED, OVER_30, OVER_60, OVER_90
from deskbook.exchange.sample_goods import KINDS, KIT

TODAY = date(2026, 11, 23)
"""The day of every test's clock."""
ALIKE = {
    "orders": "SELECT day, customer_id, wanted, state, kind, (SELECT group_concat(item_id || ':' || qty) FROM order_line l WHERE l.order_id = o.id)"
    " FROM sales_order o ORDER BY id",
    "claims": "SELECT no, side, kind, party_id, day, due, id IN (SELECT claim_id FROM owed) FROM claim ORDER BY id",
    "payments": "SELECT no, side, party_id, day, bounced_on FROM payment ORDER BY id",
    "allocations": "SELECT kind, claim_id, payment_id, credit_id, day FROM allocation ORDER BY id",
    "moves": "SELECT day, item_id, qty, source_id, target_id FROM stock_move ORDER BY id",
    "quotes": "SELECT no, day, customer_id, state FROM quote ORDER BY id",
    "returns": "SELECT g.no, g.state, l.item_id, l.qty, l.outcome FROM goods_return g JOIN return_line l ON l.return_id = g.id ORDER BY l.id",
    "notices": "SELECT no, party_id, level, day FROM notice ORDER BY id",
    "holds": "SELECT claim_id, kind, made_on, until FROM claim_hold ORDER BY id",
    "papers": "SELECT kind, no, day, original FROM paper ORDER BY id",
    "printings": "SELECT kind, no, nth FROM printing ORDER BY id",
    "incidents": "SELECT kind, day, place_id, item_id FROM incident ORDER BY id",
    "steps": "SELECT command FROM step WHERE command <> 'work' ORDER BY id",  # purses differ, and what goes between them and the bank
}


@pytest.fixture
def look() -> Iterator[Look]:
    with Store.open(sample(), clerk="Ann", read_only=True) as book:
        yield book.look


def customer(look: Look, nth: int) -> int:
    return int(look.value("SELECT id FROM party WHERE code = :code", code=f"C{nth + 1:03d}"))


def all_buckets(look: Look) -> dict[str, tuple[int, int]]:
    sql = f"SELECT bucket, count(DISTINCT party_id), sum(open) FROM ({bucketed('receivable', 'due')}) GROUP BY bucket"
    return {bucket: (parties, cents) for bucket, parties, cents in look.rows(sql, today=TODAY.isoformat())}


def test_every_rule_holds_and_every_row_is_as_it_was_written(look: Look) -> None:
    assert [(finding.rule, finding.faults) for finding in check_all(look) if finding.faults] == []
    assert verify(look.con) == []


def test_the_figures_are_alike_in_every_language_but_for_the_currency() -> None:
    found: dict[str, dict[str, list[tuple[object, ...]]]] = {}
    for language in LANGUAGES:
        with closing(sqlite3.connect(sample(language))) as con:
            found[language] = {name: con.execute(sql).fetchall() for name, sql in ALIKE.items()}
    for language in LANGUAGES:
        for name in ALIKE:
            assert found[language][name] == found["en"][name], (language, name)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2027, 1, 2), date(2028, 2, 29)])
def test_on_any_day_the_first_morning_is_alive(tmp_path: Path, day: date) -> None:
    """A Sunday, the second of January, the last of a leap February."""
    days.set_clock(lambda: datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC))
    with make_sample(tmp_path / "x.desk") as book:
        look = book.look
        assert [counter.label for counter in counters(look) if not counter.count] == []
        assert {level for (level,) in look.rows("SELECT next FROM v_chase WHERE state = 'now'")} == {1, 2, 3}
        assert sorted(look.rows("SELECT kind, state FROM v_hold")) == [("dispute", "disputed"), ("promise", "broken"), ("promise", "kept")]
        assert look.rows("SELECT alert, count(*) FROM v_quote WHERE lifecycle IN ('draft', 'sent') GROUP BY 1 ORDER BY 1") == [
            ("", 2),
            ("late", 1),
            ("moved", 2),
        ]
        assert sorted(state for (state,) in look.rows("SELECT state FROM v_return WHERE lifecycle <> 'closed'")) == ["announced"] * 2 + ["received"]
        assert {kind for (kind,) in look.rows("SELECT kind FROM v_system_task")} == set(SYSTEM)
        assert [finding for finding in check_all(look) if finding.faults] == []


def test_all_counters_of_today_have_something_to_say(look: Look) -> None:
    assert [counter.label for counter in counters(look) if not counter.count] == []


# -- the money ---------------------------------------------------------------------------------------------------------------


def test_the_trial_balance_sums_to_zero_and_owed_is_its_control_account(look: Look) -> None:
    made = report_of("trial-balance").make(look, Period(TODAY - timedelta(days=800), TODAY), "")
    assert made.totals["closing"] == 0
    closing_of = {line.key: line.values[-1] for line in made.lines}
    for side, sign in (("receivable", 1), ("payable", -1)):
        owed = look.value("SELECT sum(open) FROM owed WHERE side = :side", side=side)
        aside = look.value("SELECT coalesce(sum(open), 0) FROM unallocated WHERE side = :side", side=side)
        assert sign * closing_of[side] == owed - aside


def test_the_income_of_the_trial_balance_is_what_was_sold(look: Look) -> None:
    """Nothing counts twice: of every order of a customer billed when goods leave, the claims are worth what left, and Sales is those claims alone."""
    claims = look.value("SELECT sum(amount) FROM claim WHERE side = 'receivable' AND kind <> 'opening' AND void = 0")
    account = look.value("SELECT id FROM account WHERE code = 'sales'")
    assert look.value("SELECT -sum(amount) FROM posting WHERE account_id = :account", account=account) == claims
    sold: dict[int, int] = dict(look.rows("SELECT order_id, sum(amount) FROM v_sale WHERE measure = 'sold' AND order_id IS NOT NULL GROUP BY 1"))
    by_order = "SELECT order_id, sum(amount) FROM claim WHERE side = 'receivable' AND void = 0 AND order_id IS NOT NULL GROUP BY 1"
    billed: dict[int, int] = dict(look.rows(by_order))
    differ = [order for order in sold.keys() | billed.keys() if sold.get(order, 0) != billed.get(order, 0)]
    how = "SELECT p.bills FROM sales_order o JOIN party p ON p.id = o.customer_id WHERE o.id = :order"
    assert {look.value(how, order=order) for order in differ} <= {"order", "hand"}
    assert look.value("SELECT count(*) FROM v_order WHERE to_bill > 0") > 0, "something waits to be billed by hand"
    assert sum(billed.values()) == claims


def test_no_purse_was_ever_empty(look: Look) -> None:
    for account, code in look.rows("SELECT id, code FROM account WHERE money = 1"):
        held = 0
        for _day, amount in look.rows("SELECT day, sum(amount) FROM posting WHERE account_id = :account GROUP BY day ORDER BY day", account=account):
            held += amount
            assert held > 0, code
        assert held == balance(look, account)


def test_most_pay_within_terms_and_some_are_in_every_bucket(look: Look) -> None:
    buckets = all_buckets(look)
    assert all(buckets[bucket][1] > 0 for bucket in BUCKETS)
    late = look.rows("SELECT DISTINCT party_id FROM v_claim WHERE side = 'receivable' AND open > 0 AND late > 30")
    assert 3 <= len(late) <= 5
    assert {party for (party,) in late} >= {customer(look, nth) for nth in (OVER_30, OVER_60, OVER_90)}
    in_time, all_paid = look.row(
        "SELECT sum(paid <= due), count(*) FROM (SELECT max(a.day) AS paid, k.due FROM allocation a JOIN claim k ON k.id = a.claim_id"
        " WHERE k.side = 'receivable' AND k.id NOT IN (SELECT claim_id FROM owed) GROUP BY k.id)"
    ) or (0, 1)
    assert in_time > 0.6 * all_paid
    assert look.value("SELECT sum(open) FROM owed WHERE side = 'payable'") > 0


def test_payments_of_every_kind(look: Look) -> None:
    def count(where: str) -> int:
        return int(look.value(f"SELECT count(*) FROM v_payment WHERE side = 'receivable' AND {where}"))

    assert count("bounced_on IS NOT NULL") == 2
    assert count("order_id IS NOT NULL AND state = 'settled'") > 0, "deposits that claims took"
    assert look.value("SELECT count(*) FROM v_order WHERE pay = 'deposit'") > 0
    assert count("open > 0 AND order_id IS NULL") > 0
    assert look.value("SELECT count(*) FROM allocation WHERE kind = 'difference'") > 0
    assert look.value("SELECT count(*) FROM allocation WHERE kind = 'bad debt'") == 1
    assert look.value("SELECT count(*) FROM claim WHERE kind = 'credit' AND side = 'receivable'") >= 4
    cash = "FROM claim k JOIN party p ON p.id = k.party_id AND p.terms_days = 0"
    at_once = look.value(f"SELECT count(*) {cash} WHERE k.kind = 'sale' AND k.due = k.day")
    paid = look.value(f"SELECT count(DISTINCT k.id) {cash} JOIN allocation a ON a.claim_id = k.id AND a.day = k.day WHERE k.kind = 'sale'")
    assert paid > 0.8 * at_once > 0


def test_two_customers_are_over_their_limit_and_one_gets_nothing_sent(look: Look) -> None:
    limited = [party for (party,) in look.rows("SELECT id FROM party WHERE credit_limit IS NOT NULL")]
    assert {party for party in limited if credit_of(look, party).over() > 0} == {customer(look, OVER_90), customer(look, OVER_60)}
    assert look.rows("SELECT id FROM party WHERE block = 'ship'") == [(customer(look, OVER_90),)]


def test_notices_went_out_and_the_chase_list_asks_for_every_level(look: Look) -> None:
    assert {level for (level,) in look.rows("SELECT level FROM notice")} == {1, 2}
    assert {level for (level,) in look.rows("SELECT next FROM v_chase WHERE state = 'now'")} == {1, 2, 3}
    assert look.value("SELECT count(*) FROM v_chase WHERE state = 'now' AND aside > 0") > 0, "money that came and no claim took"
    held = look.rows("SELECT party_id, hold FROM v_chase WHERE state = 'held'")
    assert held == [(customer(look, DISPUTED), "dispute")]


# -- what it costs, what was offered, what came back -----------------------------------------------------------------------------


def test_the_cost_of_everything_sold_is_known(look: Look) -> None:
    made = report_of("margin").make(look, Period(TODAY - timedelta(days=365), TODAY), "item")
    amount, cost = made.totals["amount"], made.totals["cost"]
    assert made.totals["uncosted"] == 0
    estimated = sum(line.values[1] for line in made.lines if line.values[5])
    assert estimated < amount // 4
    assert amount * 3 // 10 < amount - cost < amount * 45 // 100, "bought at six tenths of the list price, sold at it less up to 5 %"


def test_quotes_of_two_years(look: Look) -> None:
    total, lost, won = look.row("SELECT count(*), sum(state = 'lost' AND reason <> ''), sum(state = 'won') FROM quote") or (0, 0, 0)
    assert 55 <= total <= 75
    assert lost >= 10
    assert won >= 30
    assert look.value("SELECT count(*) FROM sales_order WHERE quote_id IS NOT NULL AND deal <> ''") == won
    expiring = look.rows("SELECT valid_until FROM v_quote WHERE lifecycle = 'sent' AND valid_until <= '2026-11-30'")
    assert expiring == [("2026-11-24",)]
    workdays = sum((TODAY - timedelta(days=n)).weekday() < 5 for n in range(1, 730))
    assert look.value("SELECT count(*) FROM series_value v JOIN series s ON s.id = v.series_id WHERE s.code = 'CU'") == workdays
    assert look.value("SELECT count(*) FROM series_value v JOIN series s ON s.id = v.series_id WHERE s.code <> 'CU'") == 24


def test_prices_kits_channels_and_the_review(look: Look) -> None:
    assert look.value("SELECT count(*) FROM special_price WHERE price_list_id IS NOT NULL") == sum(len(kind.codes) for kind in KINDS[:2])
    assert look.value("SELECT count(DISTINCT party_id) FROM special_price WHERE party_id IS NOT NULL") == 2
    for item, list_price, price in look.rows(
        "SELECT l.item_id, v.list_price, l.price FROM order_line l JOIN v_item v ON v.id = l.item_id JOIN sales_order o ON o.id = l.order_id"
        " JOIN party c ON c.id = o.customer_id JOIN special_price s ON s.price_list_id = c.price_list_id AND s.item_id = l.item_id"
        " WHERE l.kit_id IS NULL AND l.return_line_id IS NULL"
    ):
        assert price == list_price * 93 // 10000 * 100, item
    kits = look.rows("SELECT kit_qty, kit_price, kit_discount, sum(amount) FROM order_line WHERE kit_id IS NOT NULL GROUP BY order_id, kit_pos")
    assert len(kits) >= 10
    assert all(line_amount(qty, price, discount) == amount for qty, price, discount, amount in kits)
    assert look.value("SELECT count(*) FROM kit k JOIN item i ON i.id = k.item_id WHERE i.code = :kit", kit=KIT) == 1
    assert {channel for (channel,) in look.rows("SELECT channel FROM sales_order")} >= {"phone", "shop", "mall"}
    assert look.rows("SELECT missing FROM v_order WHERE state = 'review'") == [("signed by the manager",)]


def test_returns_of_every_outcome_and_what_went_wrong_at_two_warehouses(look: Look) -> None:
    outcomes = {outcome for (outcome,) in look.rows("SELECT DISTINCT outcome FROM return_line WHERE outcome <> ''")}
    assert outcomes == {"restock", "quarantine", "scrap", "repair", "replace", "refund", "send back"}
    assert sorted(state for (state,) in look.rows("SELECT state FROM v_return WHERE lifecycle <> 'closed'")) == ["announced"] * 2 + ["received"]
    wrong: dict[str, int] = dict(look.rows("SELECT place, count(*) FROM v_incident WHERE kind = 'wrong model' GROUP BY 1"))
    assert wrong["Branch warehouse"] > wrong["Shelf"] > 0
    assert look.value("SELECT count(DISTINCT month) FROM v_incident WHERE kind = 'near miss'") >= 6
    assert look.value("SELECT count(DISTINCT place_id) FROM shipment WHERE state = 'arrived'") >= 2


def test_papers_held_and_missing_and_what_was_printed(look: Look) -> None:
    """Of eleven bills one, and of four contracts one, has not come on paper; whatever went out these last weeks was printed once."""
    bills = look.value("SELECT count(*) FROM claim WHERE side = 'payable' AND kind = 'purchase' AND void = 0")
    assert look.value("SELECT count(*) FROM paper WHERE kind = 'bill'") == bills
    assert look.value("SELECT count(*) FROM paper WHERE kind = 'bill' AND original = 'missing'") == bills // 11
    assert look.value("SELECT count(*) FROM claim WHERE their_no <> '' AND side = 'payable'") == bills - bills // 11
    contracts = look.value("SELECT count(*) FROM paper WHERE kind = 'contract'")
    assert look.value("SELECT count(*) FROM paper WHERE kind = 'contract' AND original = 'missing'") >= contracts // 4 > 0
    notices = look.value("SELECT count(*) FROM notice")
    assert look.value("SELECT count(DISTINCT book_id) FROM printing WHERE kind = 'notice' AND nth = 1") == notices
    assert {kind for (kind,) in look.rows("SELECT kind FROM printing")} >= {"quote", "delivery", "notice"}


def test_targets_of_the_year_and_a_report_that_is_not_as_it_was_handed_over(look: Look) -> None:
    sellers = look.value("SELECT count(*) FROM party WHERE salesperson = 1")
    months = look.rows("SELECT salesperson_id, count(DISTINCT month), min(month), max(month) FROM target GROUP BY 1")
    assert [row[1:] for row in months] == [(12, "2026-01", "2026-12")] * sellers
    made = report_of("targets").make(look, Period(date(2026, 1, 1), date(2026, 12, 31)), "")
    *people, office = made.lines
    assert len([line for line in people if line.values[1]]) == sellers
    assert office.values[0] == "the whole office", "nobody said what all of it should be: it is what the people should sell"
    assert office.values[1:3] == tuple(sum(line.values[n] or 0 for line in people) for n in (1, 2))
    assert 4000 < office.values[3] < 16000
    ((sent, day, until),) = look.rows("SELECT id, day, until FROM sent_report")
    assert (day[:7], until) == ("2026-10", "2026-09-30")
    now, differences = changed_since(look, sent)
    amount = [column.name for column in now.columns].index("amount")
    less = [(each.then[amount], each.now[amount]) for each in differences if each.then and each.now and each.then[amount] != each.now[amount]]
    assert len(less) == 1, "one credit note bears a day of that month; only shares differ elsewhere"
    assert less[0][1] < less[0][0]
