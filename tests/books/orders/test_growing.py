"""An order that grows is judged as one that is taken: the customer's block, the credit limit and its mark; and what is discontinued is told."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.orders.test_orders_screen import opened, shown
from tests.books.trade import PC, Trade, begin, refused

from deskbook.books.items.commands import add_item, discontinue
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.items.queries import search_items
from deskbook.books.orders import commands as orders
from deskbook.books.orders.forms import ending
from deskbook.books.parties.commands import change_party
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def of_1000(trade: Trade, **facts: Any) -> int:
    """Ten bags at 100.00."""
    return trade.take({"item": trade.bag, "qty": 10 * PC, "price": 1_000_000}, **facts)


def mark(trade: Trade, order: int) -> int | None:
    """Cents over the limit, as the order has them."""
    found: int | None = trade.book.look.value("SELECT over_limit FROM sales_order WHERE id = :order", order=order)
    return found


GROWING: dict[str, Callable[[Trade, int], Any]] = {
    "another line": lambda t, o: t.book.run(orders.add_line, order=o, item=t.bag, qty=PC, price=1_000_000),
    "more of a line": lambda t, o: t.book.run(orders.change_line, line=t.lines(o)[0], qty=11 * PC),
    "a higher price": lambda t, o: t.book.run(orders.change_line, line=t.lines(o)[0], price=1_100_000),
    "freight": lambda t, o: t.book.run(orders.change_order, order=o, freight=10_000),
    "all of it": lambda t, o: t.book.run(
        orders.rewrite_order, order=o, lines=[{"line": t.lines(o)[0], "item": t.bag, "qty": 11 * PC, "price": 1_000_000}]
    ),
}
"""Each makes an order of 1,000.00 one of 1,100.00."""


@pytest.mark.parametrize("how", GROWING)
def test_more_is_not_ordered_by_a_blocked_customer(trade: Trade, how: str) -> None:
    order = of_1000(trade)
    before = trade.standing()
    trade.book.run(change_party, party=trade.junye, block="all")
    said = "Junye 骏业 is blocked: no order is taken, nothing is sent or billed until that is lifted."
    assert str(refused(lambda: GROWING[how](trade, order))) == said
    assert trade.standing() == before
    trade.book.run(change_party, party=trade.junye, block="bill")
    GROWING[how](trade, order)
    trade.sound()


def test_less_and_other_facts_go_through_a_block(trade: Trade) -> None:
    order, run = of_1000(trade), trade.book.run
    run(change_party, party=trade.junye, block="all", credit_limit=0)
    run(orders.change_order, order=order, note="by phone")
    run(orders.change_line, line=trade.lines(order)[0], qty=9 * PC)
    run(orders.short_close, line=trade.lines(order)[0], reason="customer", qty=PC)
    assert mark(trade, order) is None, "what was promised within the limit is not marked for being less"


@pytest.mark.parametrize("how", GROWING)
def test_more_is_marked_where_it_goes_over_the_limit(trade: Trade, how: str) -> None:
    trade.book.run(change_party, party=trade.junye, credit_limit=105_000)
    order = of_1000(trade)
    assert mark(trade, order) is None
    trade.there_and_back(lambda: GROWING[how](trade, order))
    assert mark(trade, order) == 5_000  # 1,100.00 of 1,050.00


def test_what_is_billed_of_an_order_is_not_counted_twice(trade: Trade) -> None:
    order = of_1000(trade)
    trade.send(order, 7)  # 700.00 are owed
    trade.book.run(change_party, party=trade.junye, credit_limit=105_000)
    trade.book.run(orders.change_order, order=order, freight=10_000)
    assert mark(trade, order) == 5_000  # 700.00 owed, 400.00 to come
    trade.book.run(change_party, party=trade.junye, bills="order", credit_limit=None)
    whole = of_1000(trade)
    trade.book.run(change_party, party=trade.junye, credit_limit=175_000)
    trade.book.run(orders.change_order, order=whole, freight=10_000)
    assert mark(trade, whole) == 5_000  # 700.00 and 1,000.00 owed, 100.00 to come


def test_an_order_passed_to_another_customer_is_judged_as_that_ones(trade: Trade) -> None:
    trade.book.run(change_party, party=trade.junye, credit_limit=60_000)
    order = of_1000(trade)
    assert mark(trade, order) == 40_000
    trade.book.run(change_party, party=trade.anka, block="all")
    assert refused(lambda: trade.book.run(orders.change_order, order=order, customer=trade.anka)).field == "customer"
    trade.book.run(change_party, party=trade.anka, block="")
    trade.book.run(orders.change_order, order=order, customer=trade.anka)
    assert mark(trade, order) is None, "Anka has no limit"


async def test_a_changed_order_asks_about_the_limit_only_where_it_grows(trade: Trade, tmp_path: Path) -> None:
    order = of_1000(trade)
    trade.send(order, 7)
    trade.book.run(change_party, party=trade.junye, credit_limit=105_000)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert "over the limit" not in shown(app)
        assert "S-2026-0001 changed." in shown(app)


# -- what is discontinued --------------------------------------------------------------------------------------------------


def test_a_kit_says_which_of_its_parts_are_discontinued(trade: Trade) -> None:
    kit = int(trade.book.run(add_item, code="SET-1", name="Repair set", unit="set", list_price=10_000_000))
    trade.book.run(set_kit, item=kit, parts=[{"item": trade.board, "qty": 2 * PC, "share": 2}, {"item": trade.bag, "qty": PC, "share": 1}])
    look = trade.book.look
    values = {"lines": [{"item": kit}, {"item": trade.longer}], "day": None}
    assert ending(values, look) == []
    trade.book.run(discontinue, items=[trade.board, trade.longer])
    assert ending(values, look) == ["BVM7-710 in the kit SET-1 is discontinued; 12 are free.", "BVM7-710-8505 is discontinued; 3 are free."]
    assert ending(values, look, {kit}) == ["BVM7-710-8505 is discontinued; 3 are free."]
    assert "BVM7-710 discontinued" in search_items(look, "SET-1")[0].detail


async def test_the_form_of_an_order_asks_before_it_takes_what_is_discontinued(trade: Trade, tmp_path: Path) -> None:
    kit = int(trade.book.run(add_item, code="SET-1", name="Repair set", unit="set", list_price=10_000_000))
    trade.book.run(set_kit, item=kit, parts=[{"item": trade.bag, "qty": PC, "share": 1}])
    trade.book.run(discontinue, items=[trade.bag])
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "set-1", "enter")
        await keys(pilot, "1", "enter", "enter")
        await pilot.press("f2")
        await pilot.pause()
        assert "Bag in the kit SET-1 is discontinued; 100 are free." in " ".join(shown(app).split())
        assert trade.book.look.value("SELECT count(*) FROM sales_order") == 0
        await pilot.press("f2")
        await pilot.pause()
        assert trade.book.look.value("SELECT count(*) FROM sales_order") == 1
