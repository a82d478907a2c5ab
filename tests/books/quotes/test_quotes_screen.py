"""Quotes at real keys: written, sent, accepted with one key, revised, lost, and the papers of the deal."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin
from tests.ui.seeing import see

from deskbook.app import DeskApp
from deskbook.books.orders.deal_screen import DealsScreen
from deskbook.books.orders.screen import OrdersScreen
from deskbook.books.quotes import commands as quotes
from deskbook.books.quotes.screen import QuotesScreen
from deskbook.books.series.commands import add_series, record_value
from deskbook.core.store import Store
from deskbook.ui.confirm import AskText
from deskbook.ui.form import FormScreen
from deskbook.ui.record_card import RecordCard


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def test_a_quote_is_written_sent_and_accepted_with_one_key_each(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "quotes", "orders", "deals")
    look = trade.book.look
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "BVM7-710", "enter")
        await keys(pilot, "10", "enter", "enter", "f2")
        await pilot.pause()
        assert isinstance(app.screen, QuotesScreen)
        assert "wrote quote Q-2026-0001 for Junye" in shown(app)
        assert look.row("SELECT customer_id, asked_on, valid_until, state FROM quote") == (trade.junye, "2026-11-23", "2026-12-23", "draft")
        assert look.row("SELECT item_id, qty, price FROM quote_line") == (trade.board, 10 * PC, 3_550_000)
        await keys(pilot, "k")
        assert "sent quote Q-2026-0001 to Junye" in shown(app)
        await keys(pilot, "a")
        await pilot.pause(0.2)
        assert isinstance(app.screen, OrdersScreen)
        assert "took order S-2026-0001 from quote Q-2026-0001" in shown(app)
        assert look.row("SELECT item_id, qty, price FROM order_line") == (trade.board, 10 * PC, 3_550_000)
        await keys(pilot, "#")
        await pilot.pause(0.2)
        assert isinstance(app.screen, DealsScreen)
        assert app.screen.table.window is not None
        assert app.screen.table.window.count == 2
        assert "Q-2026-0001" in shown(app)
        await keys(pilot, "", "enter")
        await pilot.pause(0.2)
        assert isinstance(app.screen, RecordCard)
        assert "S-2026-0001" in shown(app), "the quote's card shows the order"
        await keys(pilot, "", "escape", "u")
        assert look.value("SELECT state FROM quote") == "sent"


async def test_an_expired_quote_asks_who_keeps_it(trade: Trade, tmp_path: Path) -> None:
    quote = trade.book.run(
        quotes.write_quote, customer=trade.junye, lines=[{"item": trade.bag, "qty": PC}], day="2026-11-01", valid_until="2026-11-20"
    )
    trade.book.run(quotes.send_quote, quote=quote, day="2026-11-01")
    app = desk_of(trade.book, tmp_path, "quotes", "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        assert "▲" in shown(app)
        assert "was good until Fri 20" in shown(app)
        await keys(pilot, "a")
        assert isinstance(app.screen, AskText)
        await keys(pilot, "", "escape")
        assert trade.book.look.value("SELECT count(*) FROM sales_order") == 0
        await keys(pilot, "v")
        await pilot.pause(0.2)
        assert isinstance(app.screen, FormScreen)
        assert "Quote Q-2026-0002" in shown(app)
        await keys(pilot, "", "escape")
        await keys(pilot, "a")
        await pilot.pause(0.2)
        assert trade.book.look.row("SELECT deal, quote_id FROM sales_order") == ("Q-2026-0001", 2)


async def test_a_moved_basis_stands_in_the_list_and_a_lost_quote_asks_why(trade: Trade, tmp_path: Path) -> None:
    copper = trade.book.run(add_series, code="Cu", name="Copper")
    trade.book.run(record_value, series=copper, value=684_200_000, day="2026-11-20")
    trade.book.run(quotes.write_quote, customer=trade.anka, lines=[{"item": trade.copper, "qty": 100 * PC}], series=copper)
    trade.book.run(record_value, series=copper, value=720_000_000)
    app = desk_of(trade.book, tmp_path, "quotes")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        assert "±" in shown(app)
        assert "Cu moved +5.23%: made at 68,420.00 of Fri 20, now 72,000.00" in shown(app)  # 3 580 / 68 420
        await keys(pilot, "f3")
        await pilot.pause()
        assert "basis moved" in shown(app)
        await keys(pilot, "", "d")
        await keys(pilot, "too dear", "enter")
        assert trade.book.look.row("SELECT state, reason FROM quote") == ("lost", "too dear")


async def test_a_quote_of_an_order_and_of_a_quote(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 3), (trade.bag, 5))
    app = desk_of(trade.book, tmp_path, "orders", "quotes")
    look = trade.book.look
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await keys(pilot, "a")
        await pilot.pause(0.2)
        assert isinstance(app.screen, FormScreen)
        await keys(pilot, "", "f2")
        await pilot.pause(0.2)
        assert look.rows("SELECT item_id, qty FROM quote_line") == [(trade.board, 3 * PC), (trade.bag, 5 * PC)]
        await keys(pilot, "c", "f2")
        await pilot.pause(0.2)
        assert look.value("SELECT count(*) FROM quote") == 2
        await keys(pilot, "e")
        await pilot.pause()
        assert isinstance(app.screen, FormScreen)
        await keys(pilot, "", "f2")
        assert "Q-2026-0002 changed." in shown(app)
