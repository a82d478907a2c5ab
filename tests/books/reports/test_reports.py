"""What the books add up to, in a book small enough to be added up by hand; what was handed over stays as it was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, promise

from deskbook.books.ledger.commands import write_entry
from deskbook.books.ledger.queries import LEDGER
from deskbook.books.orders import commands as orders
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods, receive
from deskbook.books.reports import commands, queries
from deskbook.books.reports.made import Line, Made, Period, listing_of
from deskbook.books.reports.sales import margin_lines
from deskbook.books.returns.queries import INCIDENTS
from deskbook.books.shipments import incidents
from deskbook.books.shipments.queries import SHIPMENTS
from deskbook.books.stock.commands import adjust
from deskbook.core.check import check
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.core.window import Window

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
BOARD, COPPER = 35_500, 6_800
"""Cents of one."""


@pytest.fixture
def trade(book: Store) -> Trade:
    """Sold on 23 November: 7 of 10 boards (three times 1/3 off by rounding never shows) and 5 kg copper; 4 boards on order by Anka."""
    made = begin(book)
    first = made.take((made.board, 10), (made.copper, 5), channel="phone")
    made.send(first, 7, 5)
    made.take((made.board, 4), customer=made.anka)
    return made


def report(trade: Trade, name: str, choice: str = "", asked: Period = YEAR) -> Made:
    return queries.report_of(name).make(trade.book.look, asked, choice)


def rows(made: Made, *names: str) -> list[tuple[Any, ...]]:
    """Those columns of every row."""
    place = {column.name: n for n, column in enumerate(made.columns)}
    return [tuple(line.values[place[name]] for name in names) for line in made.lines]


def note_incident(book: Store) -> None:
    """A near miss, today."""
    book.run(incidents.note_incident, kind="near miss", given="BVM7-710")


def test_sold_is_what_left_and_ordered_what_was_asked_for(trade: Trade) -> None:
    sold = report(trade, "sales-item")
    assert rows(sold, "what", "qty", "amount", "share") == [
        ("BVM7-710  主板", 7 * PC, 7 * BOARD, 8796),
        ("C1100  Copper strip", 5 * PC, 5 * COPPER, 1204),
    ]
    assert sold.totals == {"amount": 7 * BOARD + 5 * COPPER}
    ordered = report(trade, "sales-customer", "ordered")
    assert rows(ordered, "what", "documents", "amount") == [("Junye 骏业", 1, 10 * BOARD + 5 * COPPER), ("Anka 安卡", 1, 4 * BOARD)]


@pytest.mark.parametrize("name", [f"sales-{group}" for group in ("item", "customer", "salesperson", "channel", "month", "week")])
@pytest.mark.parametrize("measure", ["sold", "ordered"])
def test_every_grouping_comes_to_the_same_sum_and_every_row_opens_it(trade: Trade, name: str, measure: str) -> None:
    made = report(trade, name, measure)
    whole = {"sold": 7 * BOARD + 5 * COPPER, "ordered": 14 * BOARD + 5 * COPPER}[measure]
    assert made.totals["amount"] == whole
    for line in made.lines:
        assert line.ask is not None
        behind = Window(trade.book.look, queries.SALE_LINES, line.ask)
        assert behind.totals()["amount"] == dict(zip((c.name for c in made.columns), line.values, strict=True))["amount"]


def test_a_period_is_called_by_its_year_or_its_month_or_its_days() -> None:
    weeks = Period(date(2026, 11, 2), date(2026, 11, 15))
    leap, half = Period(date(2028, 2, 1), date(2028, 2, 29)), Period(date(2026, 1, 1), date(2026, 6, 30))
    assert [each.name for each in (YEAR, NOVEMBER, leap)] == ["2026", "2026-11", "2028-02"]
    assert [each.name for each in (weeks, half)] == ["2026-11-02_2026-11-15", "2026-01-01_2026-06-30"]


def test_weeks_are_those_of_iso_8601(book: Store) -> None:
    """29 December 2025 is Monday of week 1 of 2026; 27 December 2026 is Sunday of week 52 (ISO 8601)."""
    made = begin(book)
    for day in ("2025-12-28", "2025-12-29", "2026-11-22", "2026-11-23"):
        made.take({"item": made.bag, "qty": PC, "price": 5_000}, day=day)
    weeks = rows(report(made, "sales-week", "ordered", Period(date(2025, 12, 1), date(2026, 12, 31))), "what")
    assert weeks == [("2025-52",), ("2026-01",), ("2026-47",), ("2026-48",)]


def test_parts_of_a_line_add_up_to_the_cent(book: Store) -> None:
    """10.00 for three, sent one by one: 3.33, 3.34 and 3.33 by the cumulative rule, 10.00 in all."""
    made = begin(book)
    order = made.take({"item": made.bag, "qty": 3 * PC, "price": 33_333})
    for _n in range(3):
        made.send(order, 1)
    parts = [amount for (amount,) in book.look.rows("SELECT amount FROM v_sale WHERE measure = 'sold' ORDER BY id")]
    assert (parts, sum(parts)) == ([333, 334, 333], 1000)
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []


def test_margin_is_sold_less_what_it_cost(trade: Trade) -> None:
    """12 boards opened without a cost; 8 come at 200.00: the opening is worth that first price, marked as an estimate."""
    line = promise(trade, trade.board, 8, "2026-11-25")
    purchase = trade.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=line)
    trade.book.run(receive, line=purchase, accepted=8 * PC)
    free = rows(report(trade, "margin"), "what", "amount", "cost", "uncosted")
    assert free == [("BVM7-710  主板", 0, 0, 7 * BOARD), ("C1100  Copper strip", 0, 0, 5 * COPPER)]  # never bought at a price


@pytest.mark.parametrize("choice", ["item", "customer", "salesperson", "month"])
def test_behind_each_row_of_the_margin_stand_lines_that_add_up_to_its_figures(trade: Trade, choice: str) -> None:
    """2 pieces of copper at 10.00 come in after 20 without a cost; of 12 boards, bought at nothing, 7 are sold: their cost is not known."""
    line = {"item": trade.copper, "qty": 2 * PC, "price": 100_000}
    purchase = trade.book.run(order_goods, supplier=trade.hongda, lines=[line])
    trade.book.run(receive, line=trade.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=purchase), accepted=2 * PC)
    trade.send(trade.take((trade.copper, 4), (trade.board, 1)), 4, 1)
    made = report(trade, "margin", choice)
    assert made.totals["cost"] > 0
    assert made.totals["uncosted"] > 0
    for row in made.lines:
        assert row.ask is not None
        behind = margin_lines(trade.book.look, YEAR, *row.ask.only[0])
        told = dict(zip((column.name for column in made.columns), row.values, strict=True))
        assert behind.totals == {name: told[name] or 0 for name in behind.totals}
        assert all(each.ask and dict(each.ask.only)["id"] for each in behind.lines)


def test_lost_orders_are_worth_what_was_not_sent(trade: Trade) -> None:
    line = trade.lines(trade.book.look.value("SELECT id FROM sales_order ORDER BY id LIMIT 1"))[0]
    trade.book.run(orders.short_close, line=line, reason="no stock")
    made = report(trade, "lost")
    assert rows(made, "item", "reason", "qty", "value") == [("BVM7-710  主板", "no stock", 3 * PC, 3 * BOARD)]
    assert rows(report(trade, "sales-item", "ordered"), "amount")[0] == ((7 + 4) * BOARD,)


def test_on_time_counts_by_the_day_wanted(book: Store) -> None:
    made = begin(book)
    for wanted in ("2026-11-25", "2026-11-23", "2026-11-20", None):
        made.send(made.take((made.bag, 1), day="2026-11-01", wanted=wanted))
    found = report(made, "on-time")
    assert rows(found, "month", "shipments", "timely", "late", "undated", "rate") == [("2026-11", 4, 2, 1, 1, 6667)]
    made.make(made.take((made.bag, 1)))  # made and not sent: no shipment that left
    note_incident(made.book)
    assert rows(report(made, "on-time"), "shipments", "near") == [(4, 1)]
    line = report(made, "on-time").lines[0]
    behind = {figure.columns[0]: figure for figure in line.figures}
    lists = {"shipments": SHIPMENTS, "incidents": INCIDENTS}
    counts = {name: Window(book.look, lists[each.book], each.ask).count for name, each in behind.items()}
    assert counts == {"shipments": 4, "timely": 2, "late": 1, "undated": 1, "wrong": 0, "near": 1}


def test_what_was_caught_in_a_month_without_a_shipment_is_told(book: Store) -> None:
    made = begin(book)
    note_incident(made.book)
    assert rows(report(made, "on-time"), "month", "shipments", "rate", "wrong_rate", "near") == [("2026-11", 0, None, None, 1)]


def test_turnaround_is_the_median_of_the_days_it_took(book: Store) -> None:
    """Ordered on 1, 10, 13 and 21 November, all sent on the 23rd: 22, 13, 10 and 2 days; half way between 10 and 13."""
    made = begin(book)
    taken = [made.take((made.bag, 1), day=f"2026-11-{day:02d}") for day in (1, 10, 13, 21)]
    for order in taken:
        made.send(order)
    found = report(made, "turnaround", "ship")
    assert rows(found, "month", "sent", "median", "longest") == [("2026-11", 4, 11_500, 22)]
    assert found.lines[0].ask is not None
    assert sorted(dict(found.lines[0].ask.only)["id"]) == taken
    assert report(made, "turnaround", "quote").lines == []


def test_targets_say_how_far_and_where_to(trade: Trade) -> None:
    """Sold 2,825.00 of 5,000.00 on day 23 of 30: 56.5 %, on course for 2,825 x 30 / 23 = 3,684.78."""
    trade.book.run(commands.set_target, month="2026-11", amount=400_000, salesperson=trade.zhang)
    trade.book.run(commands.set_target, month="2026-11", amount=500_000, salesperson=trade.zhang)
    trade.book.run(commands.set_target, month="2026-11", amount=900_000)
    made = report(trade, "targets", asked=NOVEMBER)
    assert rows(made, "who", "target", "amount", "percent", "run") == [
        ("Zhang", 500_000, 282_500, 5650, 368_478),
        ("the whole office", 900_000, 282_500, 3139, 368_478),
    ]
    assert made.notes == ["23 of 30 days are gone: 77% of the period."]
    trade.book.undo()
    assert [row[0] for row in rows(report(trade, "targets", asked=NOVEMBER), "who")] == ["Zhang"]


def test_targets_of_several_people_come_to_that_of_the_office(trade: Trade) -> None:
    other = trade.book.run(add_party, name="Xu", roles=["salesperson"])
    trade.book.run(commands.set_target, month="2026-11", amount=100_000, salesperson=other)
    found = rows(report(trade, "targets", asked=NOVEMBER), "who", "target", "amount", "percent")
    assert found[-1] == ("the whole office", None, 282_500, None)  # Zhang sold, and nobody said how much he should
    trade.book.run(commands.set_target, month="2026-11", amount=400_000, salesperson=trade.zhang)
    whole = ("the whole office", 500_000, 282_500, 5650)
    assert rows(report(trade, "targets", asked=NOVEMBER), "who", "target", "amount", "percent")[-1] == whole


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"month": "2026-13", "amount": 1}, "“2026-13” is not a month; write it as 2026-06."),
        ({"month": "2026-11", "amount": -1}, "A target cannot be -0.01."),
        ({"month": "2026-11", "amount": 1, "salesperson": 2}, "Junye 骏业 is not one of our salespeople."),
    ],
)
def test_a_target_that_is_none(trade: Trade, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words.replace("?", r"\?")):
        trade.book.run(commands.set_target, **facts)


def test_the_accounts_come_to_nothing_and_income_is_what_was_sold(trade: Trade) -> None:
    cash = trade.book.look.value("SELECT id FROM account WHERE code = 'cash'")
    trade.book.run(
        write_entry, account=cash, direction="out", amount=4_500, other=trade.book.look.value("SELECT id FROM account WHERE code = 'office'")
    )
    balance = report(trade, "trial-balance")
    assert rows(balance, "account", "closing") == [
        ("Cash", -4_500), ("Office", 4_500), ("Sales", -282_500), ("Owed to us", 282_500),
    ]  # fmt: skip
    assert balance.totals == {"opening": 0, "debit": 287_000, "credit": 287_000, "closing": 0}
    later = report(trade, "trial-balance", asked=Period(date(2026, 11, 24), date(2026, 12, 31)))
    assert rows(later, "account", "opening", "closing")[0] == ("Cash", -4_500, -4_500)
    for line in (*balance.lines, *later.lines):
        told = dict(zip((column.name for column in balance.columns), line.values, strict=True))
        sums = []
        for figure in line.figures:
            found = Window(trade.book.look, LEDGER if figure.book == "ledger" else queries.POSTINGS, figure.ask).totals()
            sums.append(found["amount"] if figure.book == "postings" else found["taken_in"] - found["paid_out"])
        assert sums == [told["opening"], told["debit"] - told["credit"], told["closing"]]
    assert rows(report(trade, "income"), "account", "kind", "amount") == [("Sales", "income", 282_500), ("Office", "expense", -4_500)]


def test_what_was_handed_over_stays_and_differences_are_listed(trade: Trade) -> None:
    sent = trade.book.run(commands.send_report, report="sales-item", since="2026-11-01", until="2026-11-30", sent_to="head office")
    assert queries.changed_since(trade.book.look, sent)[1] == []
    trade.send(trade.take((trade.bag, 10), (trade.board, 1)))
    _now, found = queries.changed_since(trade.book.look, sent)
    assert [(each.name, each.then is None) for each in found] == [("BVM7-710  主板", False), ("Bag  Bag, large", True)]
    text = queries.difference_lines(trade.book.look, sent)
    assert text[0] == "Sales by item · sold · 2026-11-01 – 2026-11-30"
    assert "    quantity: 7 → 8" in text
    assert "    amount: 2,485.00 → 2,840.00" in text
    assert "Bag  Bag, large: was not there" in text
    assert text[text.index("As it was sent:") + 1 :] == [
        "item                 papers  quantity  unit    amount   share",
        "BVM7-710  主板            1         7  pc    2,485.00  87.96%",
        "C1100  Copper strip       1         5  kg      340.00  12.04%",
        "sum                                          2,825.00",
    ]
    trade.book.undo()
    trade.book.undo()
    assert verify(trade.book.look.con) == []
    with pytest.raises(Refusal, match=r"^There is nothing in that period to hand over\.$"):
        trade.book.run(commands.send_report, report="lost", since="2025-01-01", until="2025-01-31")


def test_a_name_that_changes_makes_no_report_another(trade: Trade) -> None:
    from deskbook.books.items.commands import change_item

    sent = trade.book.run(commands.send_report, report="sales-item", since="2026-11-01", until="2026-11-30")
    trade.book.run(change_item, item=trade.board, name="Main board")
    assert queries.changed_since(trade.book.look, sent)[1] == []


def test_a_report_is_a_list_like_any_other(trade: Trade) -> None:
    """Texts with quotes, nothing, and numbers come through as they are; the order is the report's, and any column sorts."""
    made = report(trade, "sales-item")
    made.lines[0] = Line("1", ('it\'s; -- "x"', 1, None, "pc", 5, None))
    window = Window(trade.book.look, listing_of(made, name="x", title="x"), Ask())
    assert [window.row(0), window.count, window.totals()] == [(1, 'it\'s; -- "x"', 1, None, "pc", 5, None), 2, {"amount": 5 + 5 * COPPER}]
    window.sort_by("amount", descending=True)
    assert [window.id_at(0), window.id_at(1)] == [2, 1]
    empty = Window(trade.book.look, listing_of(report(trade, "lost"), name="x", title="x"), Ask())
    assert (empty.count, empty.row(0)) == (0, None)


def test_counting_goods_changes_no_sale(trade: Trade) -> None:
    before = report(trade, "sales-item").totals
    trade.book.run(adjust, item=trade.board, place=trade.shelf, counted=1 * PC, reason="counted")
    assert report(trade, "sales-item").totals == before
