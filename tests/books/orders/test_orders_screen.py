"""Orders at real keys: an order within its budget of keys, the list, the card, changing, holding, closing short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin, promise
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.orders import commands as orders
from deskbook.books.orders.forms import matched
from deskbook.books.orders.queries import LineRow
from deskbook.books.orders.screen import OrderLinesScreen, OrdersScreen
from deskbook.core.store import Store
from deskbook.ui.actions import Menu
from deskbook.ui.confirm import AskText
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import FIND_DELAY
from deskbook.ui.record_card import RecordCard


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def opened(app: DeskApp, pilot: Pilot[Any]) -> OrdersScreen:
    await pilot.pause()
    assert isinstance(app.screen, OrdersScreen)
    return app.screen


async def test_an_order_of_two_lines_takes_the_customer_three_keys_a_line_and_f2(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        # 5 + 3n keys besides the facts: g o n, customer Enter ... F2
        await pilot.press("g")
        await keys(pilot, "o")
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "bag", "enter")
        await keys(pilot, "5", "enter")
        await pilot.press("enter")
        await keys(pilot, "8505", "enter")
        await keys(pilot, "2", "enter")
        await keys(pilot, "400", "enter")
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, OrdersScreen)
        look = trade.book.look
        assert look.row("SELECT customer_id, salesperson_id, day, wanted, state FROM sales_order") == (
            trade.junye,
            trade.zhang,
            "2026-11-23",
            None,
            "confirmed",
        )
        assert look.rows("SELECT item_id, qty, price FROM order_line ORDER BY pos") == [(trade.bag, 5 * PC, 5_000), (trade.longer, 2 * PC, 4_000_000)]
        assert app.screen.table.cursor_id == 1
        assert "S-2026-0001" in shown(app)
        assert "· · ·" in shown(app)
        assert "took order S-2026-0001 from Junye 骏业" in shown(app)
        await pilot.press("u")
        await pilot.pause()
        assert look.value("SELECT void FROM sales_order") == 1


async def test_the_form_says_what_is_available_what_it_is_taken_for_and_the_last_price(trade: Trade, tmp_path: Path) -> None:
    trade.take({"item": trade.board, "qty": 10 * PC, "price": 3_400_000}, day="2026-11-20")
    promise(trade, trade.board, 3, "2026-11-25")
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "anka", "enter")
        assert "! cash only" in shown(app)
        await pilot.press("escape", "n")
        await pilot.pause()
        await pilot.press("ctrl+n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "BVM7-710")
        assert "available 2 pc" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "Available 2, 3 arrive Wed 25 (Hongda)" in shown(app)
        await keys(pilot, "1", "enter")
        assert "last 340.00 on Fri 20" in shown(app)


async def test_a_customer_that_is_missing_is_made_on_the_fly(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "Wanda", "f7")
        await keys(pilot, "", "f2")
        await keys(pilot, "bag", "enter")
        await keys(pilot, "1", "enter")
        await keys(pilot, "", "enter")
        await keys(pilot, "", "f2")
        assert trade.book.look.value("SELECT customer FROM v_order") == "Wanda"


async def test_a_refusal_stands_at_the_line_it_is_about(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "BVM7-710", "enter")
        await keys(pilot, "1", "enter")
        await keys(pilot, "299", "enter")
        await keys(pilot, "", "f2")
        assert isinstance(app.screen, FormScreen)
        assert "299.00 is below the floor 300.00 of BVM7-710; say who approved it." in shown(app)
        await pilot.press("tab", "tab")
        await keys(pilot, "Zhang 1012", "enter")
        await keys(pilot, "", "f2")
        assert trade.book.look.row("SELECT price, approved_by FROM order_line") == (2_990_000, "Zhang 1012")


async def test_enter_passes_by_who_approved_only_where_the_price_needs_nobody(trade: Trade, tmp_path: Path) -> None:
    """Below the floor it stops there, so that the name is typed while it is known; the floor stands beside the price."""
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        for price, approved in (("300", ""), ("299.99", "Zhang 1012")):
            await keys(pilot, "BVM7-710", "enter")
            await keys(pilot, "1", "enter")
            assert "floor 300.00" in shown(app)
            await keys(pilot, price, "enter")
            if approved:
                await keys(pilot, approved, "enter")
        await keys(pilot, "", "f2")
        await keys(pilot, "", "f2")  # the same item twice is asked about
        assert trade.book.look.rows("SELECT price, approved_by FROM order_line ORDER BY pos") == [(3_000_000, ""), (2_999_900, "Zhang 1012")]


async def test_a_price_lowered_again_is_approved_anew(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "orders")
    trade.take({"item": trade.board, "qty": PC, "price": 2_900_000, "approved_by": "Zhang, phone 10:12"})

    async def reprice(to: str, approved: str = "") -> None:
        """From the customer into the line, another price, and who agreed."""
        await pilot.press(*["tab"] * 8, "up", "enter", "tab", "tab", "ctrl+u")
        await keys(pilot, to, "tab", "tab")
        await keys(pilot, approved, "enter")
        await keys(pilot, "", "f2")

    async with app.run_test(size=(80, 30)) as pilot:
        await opened(app, pilot)
        await keys(pilot, "", "e")
        await reprice("295")
        assert trade.book.look.row("SELECT price, approved_by FROM order_line") == (2_950_000, "Zhang, phone 10:12")
        await keys(pilot, "", "e")
        await reprice("280")
        assert "280.00 is below the floor 300.00 of BVM7-710; say who approved it." in shown(app)
        assert "Zhang, phone" not in shown(app)
        assert trade.book.look.row("SELECT price, approved_by FROM order_line") == (2_950_000, "Zhang, phone 10:12")
        await pilot.press("tab", "tab")
        await keys(pilot, "Zhang 1530", "enter")
        await keys(pilot, "", "f2")
        assert trade.book.look.row("SELECT price, approved_by FROM order_line") == (2_800_000, "Zhang 1530")


async def test_an_order_is_changed_in_the_same_form(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.board, 10), (trade.bag, 5), their_no="PO 7")
    trade.send(order, 7, 0)
    board, _bag = trade.lines(order)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("e")
        await pilot.pause()
        assert "PO 7" in shown(app)
        # from the customer into the lines: the second one goes, the first one becomes 12
        await pilot.press("enter")
        await pilot.press("up")
        await pilot.press("f8")
        await pilot.press("enter")
        await pilot.press("enter")
        await keys(pilot, "12", "enter")
        await keys(pilot, "", "enter")
        await keys(pilot, "copper", "enter")
        await keys(pilot, "2.5", "enter")
        await keys(pilot, "", "enter")
        await keys(pilot, "", "f2")
        assert app.screen is screen, shown(app)
        lines = trade.book.look.rows("SELECT item_id, qty FROM order_line ORDER BY pos")
        assert lines == [(trade.board, 12 * PC), (trade.copper, 2_500)]
        assert trade.lines(order)[0] == board
        assert trade.book.look.value("SELECT their_no FROM sales_order") == "PO 7"
        trade.sound()


async def test_the_list_says_what_is_late_held_and_partly_sent(trade: Trade, tmp_path: Path) -> None:
    late = trade.take((trade.board, 10), day="2026-11-18", wanted="2026-11-20")
    trade.send(late, 7)
    held = trade.take((trade.bag, 1))
    trade.book.run(orders.hold, order=held, reason="unpaid")
    promise(trade, trade.board, 3, "2026-11-25")
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        lines = see(app)
        assert any("▲" in line and "S-2026-0001" in line and "▫ ▫ ·" in line for line in lines)
        assert any("‖" in line and "S-2026-0002" in line for line in lines)
        await pilot.press("down")
        await pilot.pause(0.2)
        assert screen.table.cursor_id == late
        assert "partly shipped: 7 of 10; 3 days late" in shown(app)


async def test_the_card_shows_lines_shipments_caution_and_what_happened(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.board, 10), customer=trade.anka, wanted="2026-11-25")
    trade.send(order, 7, waybill="SF 1")
    trade.book.run(orders.change_order, order=order, wanted="2026-11-27")
    trade.book.run(orders.change_line, line=trade.lines(order)[0], qty=11 * PC)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 45)) as pilot:
        await opened(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RecordCard)
        text = shown(app)
        for words in (
            "CAUTION",
            "cash only",
            "7 shipped; 4 open",
            "confirmed · shipped 7/11 · billed 7 · not paid",
            "I-2026-0001",
            "2,485.00 open",
            "D-2026-0001",
            "SF 1",
            "wanted Wed 25 → Fri 27",
            "BVM7-710: quantity 10 → 11",
            "took order S-2026-0001 from Anka",
            "11 pc × 355.00 = 3,905.00",
        ):
            assert words in text, words
        # everything can be done from the card as well
        await pilot.press("h")
        await pilot.pause()
        assert isinstance(app.screen, AskText)
        await keys(pilot, "unpaid", "enter")
        assert trade.state(order)[0] == "hold"
        assert "unpaid" in shown(app)
        await pilot.press("r")
        await pilot.pause()
        assert trade.state(order)[0] == "confirmed"


async def test_actions_are_grey_with_their_reasons(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.board, 10))
    trade.send(order)
    trade.pay(order)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await opened(app, pilot)
        screen.show_ask(None, row=order)
        await pilot.pause()
        await pilot.press("full_stop")
        await pilot.pause()
        assert isinstance(app.screen, Menu)
        assert "it is closed" in shown(app)
        await pilot.press("escape")
        await pilot.press("m")
        await pilot.pause()
        assert app.said.refused
        assert "it is closed" in app.said.words
        await pilot.press("k")  # "confirm: it reserves its goods"; the sentence needs no second colon
        await pilot.pause()
        assert app.said.words == "confirm: it is closed"
        await pilot.press("e")
        await pilot.pause()
        assert screen.is_current
        assert "closed" in app.said.words


async def test_hold_cancel_and_close_short_by_keys(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.board, 10), (trade.bag, 1))
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("h")
        await keys(pilot, "unpaid", "enter")
        assert trade.book.look.row("SELECT state, reason FROM sales_order") == ("hold", "unpaid")
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("z")
        await keys(pilot, "bvm", "enter")
        await keys(pilot, "", "tab")
        await keys(pilot, "4", "f2")
        assert trade.book.look.rows("SELECT short_closed, short_reason FROM order_line ORDER BY pos") == [(4 * PC, "no stock"), (0, "")]
        await pilot.press("d")
        await keys(pilot, "changed mind", "enter")
        assert trade.state(order)[0] == "cancelled"
        assert "cancelled" in app.said.words


async def test_copy_makes_a_new_order_with_the_same_lines(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 10), {"item": trade.bag, "qty": PC, "price": 4_000}, their_no="PO 7")
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("c")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert trade.book.look.rows("SELECT no, their_no FROM sales_order ORDER BY id") == [("S-2026-0001", "PO 7"), ("S-2026-0002", "")]
        assert trade.book.look.rows("SELECT item_id, qty, price FROM order_line WHERE order_id = 2 ORDER BY pos") == [
            (trade.board, 10 * PC, 3_550_000),
            (trade.bag, PC, 4_000),
        ]


async def test_found_by_pinyin_and_its_lines_as_a_list(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 10))
    trade.take((trade.bag, 1), customer=trade.anka)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash")
        await keys(pilot, "jy")
        await pilot.pause(FIND_DELAY + 0.1)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.table.window is not None
        assert screen.table.window.count == 1
        await pilot.press("l")
        await pilot.pause()
        assert isinstance(app.screen, OrderLinesScreen)
        assert "S-2026-0001" in shown(app)
        assert "BVM7-710" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RecordCard)
        await pilot.press("escape", "escape", "escape")
        await pilot.pause()
        assert app.screen is screen


def test_lines_typed_anew_are_matched_to_those_that_were() -> None:
    def row(line: int, item: int, qty: int, price: int) -> LineRow:
        return LineRow(line, line, item, "", "", "", f"word {line}", qty, price, 0, 0, 0, 0, 0, "", "")

    def typed(item: int, qty: int, price: int) -> dict[str, int]:
        return {"item": item, "qty": qty, "price": price}

    old = [row(1, 7, 10, 5), row(2, 7, 20, 5), row(3, 8, 1, 1)]
    # the second line of item 7 is left as it was, the first one changed its quantity, item 8 went and 9 is new
    new = matched(old, [typed(7, 20, 5), typed(9, 1, 1), typed(7, 11, 5)])
    assert [line.get("line") for line in new] == [2, None, 1]
    assert [line.get("text") for line in new] == ["word 2", None, "word 1"]
    # another price only: still the same line
    assert [line.get("line") for line in matched(old, [typed(7, 10, 6)])] == [1]
