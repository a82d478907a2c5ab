"""While the order is taken: what the customer owes and may owe, and from whom no order is taken; bills by one key."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.orders.test_orders_screen import opened, shown
from tests.books.trade import PC, Trade, begin

from deskbook.books.parties.commands import change_party
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


async def test_the_form_says_what_is_owed_and_warns_over_the_limit(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take({"item": trade.bag, "qty": 10 * PC, "price": 1_000_000}))
    trade.book.run(change_party, party=trade.junye, credit_limit=120_000)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        assert "owes 1,000.00; limit 1,200.00" in shown(app)
        await keys(pilot, "bag", "enter")
        await keys(pilot, "5", "enter")
        await keys(pilot, "100", "enter")
        await pilot.press("f2")
        await pilot.pause()
        assert "With this order Junye 骏业 owes 1,500.00, 300.00 over the limit of 1,200.00." in " ".join(shown(app).split())
        assert trade.book.look.value("SELECT count(*) FROM sales_order") == 1
        await pilot.press("f2")
        await pilot.pause()
        assert trade.book.look.value("SELECT over_limit FROM sales_order WHERE id = 2") == 30_000


async def test_no_order_is_taken_from_a_blocked_customer(trade: Trade, tmp_path: Path) -> None:
    trade.book.run(change_party, party=trade.junye, block="all")
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        assert "Junye 骏业 is blocked: no order is taken" in " ".join(shown(app).split())


async def test_what_was_sent_is_billed_by_one_key_from_the_orders(trade: Trade, tmp_path: Path) -> None:
    trade.book.run(change_party, party=trade.junye, bills="hand")
    order = trade.take({"item": trade.bag, "qty": 10 * PC, "price": 1_000_000})
    trade.send(order)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await opened(app, pilot)
        screen.show_ask(screen.ask.but(view="to_bill"))
        await pilot.pause()
        assert screen.table.cursor_id == order
        await pilot.press("b")
        await pilot.pause()
        assert trade.book.look.row("SELECT no, amount FROM claim") == ("I-2026-0001", 100_000)
        assert "Junye 骏业 owes 1,000.00" in shown(app)
    trade.sound()
