"""The shipping check at real keys: found, checked and sent within its budget; what must stop it stops it; arrivals and the outbound list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin, promise
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.orders.screen import OrdersScreen
from deskbook.books.shipments.check import CheckScreen
from deskbook.books.shipments.screen import OutboundScreen, ShipmentsScreen
from deskbook.core.store import Store
from deskbook.ui.actions import Menu
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.record_card import RecordCard


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def checking(trade: Trade, tmp_path: Path, pilot: Pilot[Any], shipment: int) -> CheckScreen:
    """The check of a shipment, on the screen."""
    app = pilot.app
    assert isinstance(app, DeskApp)
    await pilot.pause()
    assert isinstance(app.screen, ShipmentsScreen)
    app.screen.check(shipment)
    await pilot.pause()
    assert isinstance(app.screen, CheckScreen)
    return app.screen


async def test_an_order_found_by_number_is_checked_and_sent_in_4_keys_and_one_a_line(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.bag, 1), customer=trade.anka)
    order = trade.take((trade.bag, 5), (trade.copper, 2))
    app = desk_of(trade.book, tmp_path, "today", "orders", "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")  # 1
        await keys(pilot, "0002")
        await app.workers.wait_for_complete()
        await pilot.pause(0.3)
        await pilot.press("enter")  # 2
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, RecordCard), shown(app)
        await pilot.press("m")  # 3
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, CheckScreen), shown(app)
        assert "Check D-2026-0001 → Junye" in shown(app)
        await pilot.press("enter")  # one a line
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, FormScreen), shown(app)
        await pilot.press("f2")  # 4
        await pilot.pause()
        assert isinstance(app.screen, ShipmentsScreen), shown(app)
        assert trade.state(order) == ("confirmed", "all")
        assert trade.there(trade.bag) == 95
        assert "shipped D-2026-0001 to Junye 骏业; I-2026-0001 over " in shown(app)
        trade.sound()


async def test_m_on_an_order_makes_its_shipment_and_goes_on_with_one_that_was_begun(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.bag, 5))
    app = desk_of(trade.book, tmp_path, "orders", "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _again in range(2):
            assert isinstance(app.screen, OrdersScreen)
            await pilot.press("m")
            await pilot.pause()
            await pilot.pause()
            assert isinstance(app.screen, CheckScreen)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, ShipmentsScreen)
            app.go("orders")
            await pilot.pause()
        assert trade.book.look.value("SELECT count(*) FROM shipment") == 1


async def test_an_order_of_which_nothing_is_there_says_what_arrives(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take((trade.board, 12)))
    trade.take((trade.board, 3))
    promise(trade, trade.board, 8, "2026-11-25")
    app = desk_of(trade.book, tmp_path, "orders", "shipments")
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, OrdersScreen)
        assert app.said.refused
        assert "8 arrive Wed 25 (Hongda)" in app.said.words


async def test_what_of_the_order_is_not_on_the_slip_is_said_with_where_it_lies(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.bag, 5), (trade.copper, 2))
    trade.make(order, 5, 0)
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await checking(trade, tmp_path, pilot, 1)
        lines = see(app)
        at = next(n for n, line in enumerate(lines) if "Of the order, not on this shipment:" in line)
        assert "2 kg" in lines[at + 1]
        assert "C1100" in lines[at + 1]


async def test_the_screen_asks_for_the_ending_and_refuses_the_other_one(trade: Trade, tmp_path: Path) -> None:
    shipment = trade.make(trade.take((trade.copper, 10), (trade.longer, 2), (trade.bag, 3)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await checking(trade, tmp_path, pilot, shipment)
        await pilot.press("enter")
        await pilot.pause()
        lines = see(app)
        assert any("✓" in line and "C1100" in line for line in lines)
        assert any("▌" in line and "BVM7-710-8505" in line and "type the ending:" in line for line in lines)
        assert any("this order wants" in line and "BVM7-710-8505" in line for line in lines)
        assert any("easily taken for" in line and "BVM7-710 " in line and "12 on the same shelf" in line for line in lines)
        await keys(pilot, "710", "enter")
        assert "This is BVM7-710, the order wants BVM7-710-8505: they differ in “8505”." in " ".join(shown(app).split())
        assert screen.line.checked is None
        await keys(pilot, "8505 1", "enter")
        assert "1 of BVM7-710-8505 counted, 2 on the shipment" in shown(app)
        await keys(pilot, "8505", "enter")
        assert [line.checked for line in screen.lines] == [10 * PC, 2 * PC, None]
        await keys(pilot, "2", "enter")
        assert "2 of Bag counted, 3 on the shipment: count again, or change the shipment." in " ".join(shown(app).split())
        await keys(pilot, "3", "enter")
        assert isinstance(app.screen, FormScreen)
        assert trade.book.look.rows("SELECT checked_as FROM shipment_line ORDER BY id") == [("",), ("8505",), ("",)]


async def test_f2_waits_for_every_line_and_esc_keeps_what_was_checked(trade: Trade, tmp_path: Path) -> None:
    shipment = trade.make(trade.take((trade.copper, 10), (trade.bag, 3)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await checking(trade, tmp_path, pilot, shipment)
        await pilot.press("f2")
        await pilot.pause()
        assert "2 lines are not checked yet." in shown(app)
        await pilot.press("down")
        await pilot.pause()
        assert screen.line.code == "Bag"
        await keys(pilot, "3", "enter")
        assert screen.line.code == "C1100"
        await pilot.press("f2")
        await pilot.pause()
        assert "This line is not checked yet." in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("enter")  # from the list back into the check, at the line that is left
        await pilot.pause()
        assert isinstance(app.screen, CheckScreen)
        assert app.screen.line.code == "C1100"
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert [line.checked for line in app.screen.lines] == [None, None]


async def test_the_carrier_of_the_last_time_and_a_waybill(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take((trade.bag, 1)), carrier=trade.sf)
    shipment = trade.make(trade.take((trade.bag, 3)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await checking(trade, tmp_path, pilot, shipment)
        await pilot.press("enter")
        await pilot.pause()
        assert "SF Express" in shown(app)
        await keys(pilot, "SF 77", "enter")
        assert trade.book.look.row("SELECT state, carrier_id, waybill FROM shipment WHERE id = :id", id=shipment) == ("shipped", trade.sf, "SF 77")


async def test_what_is_not_on_the_shelf_stays_and_says_when_more_comes(trade: Trade, tmp_path: Path) -> None:
    shipment = trade.make(trade.take((trade.copper, 25)), 25)
    promise(trade, trade.copper, 20, "2026-11-25")
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await checking(trade, tmp_path, pilot, shipment)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, FormScreen)
        assert "20 at Shelf, 25 wanted. 20 arrive Wed 25 (Hongda)." in shown(app).replace("\n", " ")
        await pilot.press("escape")
        await pilot.pause()
        assert screen.is_current
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(app.screen, AskText)
        await keys(pilot, "0", "enter")
        assert isinstance(app.screen, AskText), "what was refused can be typed anew"
        assert "25 of C1100 are open, not 0." in shown(app)
        await keys(pilot, "", "ctrl+u")
        await keys(pilot, "20", "enter")
        assert screen.line.qty == 20 * PC
        assert screen.line.checked is None
        await keys(pilot, "", "enter")
        await keys(pilot, "", "f2")
        assert trade.there(trade.copper) == 0


async def test_x_leaves_a_line_out_and_gives_up_the_only_one(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.copper, 10), (trade.bag, 3))
    shipment = trade.make(order)
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await checking(trade, tmp_path, pilot, shipment)
        await pilot.press("x")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")  # no
        await pilot.pause()
        assert len(screen.lines) == 2
        await pilot.press("x", "y")
        await pilot.pause()
        assert [line.code for line in screen.lines] == ["Bag"]
        await pilot.press("f8", "y")
        await pilot.pause()
        assert isinstance(app.screen, ShipmentsScreen)
        assert trade.book.look.value("SELECT state FROM shipment") == "cancelled"
        assert trade.open(order) == [10, 3]


async def test_n_asks_which_order(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.bag, 3))
    trade.take((trade.bag, 4), customer=trade.anka)
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await keys(pilot, "anka", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CheckScreen)
        assert trade.book.look.value("SELECT customer FROM v_shipment") == "Anka 安卡"


async def test_arrivals_oldest_first_confirmed_by_name(trade: Trade, tmp_path: Path) -> None:
    second = trade.send(trade.take((trade.bag, 1)), day="2026-11-19")
    first = trade.send(trade.take((trade.bag, 1)), day="2026-11-18")
    trade.send(trade.take((trade.bag, 1)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ShipmentsScreen)
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, Menu)
        await pilot.press("3")
        await pilot.pause()
        assert screen.table.window is not None
        assert [screen.table.window.id_at(n) for n in range(screen.table.window.count)] == [first, second]
        screen.table.show(screen.table.window, keep=first)
        await pilot.pause(0.2)
        assert "due 2 days ago, not confirmed; 138 1234 5678" in shown(app)
        await pilot.press("a")
        await keys(pilot, "Miss Xu", "enter")
        assert trade.book.look.row("SELECT state, arrived_by, arrived_on FROM shipment WHERE id = :id", id=first) == (
            "arrived",
            "Miss Xu",
            "2026-11-23",
        )
        assert screen.table.window is not None
        assert screen.table.window.count == 1


async def test_what_left_today(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take((trade.bag, 1)), day="2026-11-20")
    trade.send(trade.take((trade.board, 7), (trade.bag, 30)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        assert isinstance(app.screen, OutboundScreen)
        assert app.screen.table.window is not None
        assert app.screen.table.window.totals() == {"qty": 37 * PC}
        await pilot.press("enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "D-2026-0002" in shown(app)
        assert "✓ as BVM7-710" in shown(app)


async def test_actions_of_a_shipment_that_left_are_grey_with_their_reasons(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take((trade.bag, 1)))
    app = desk_of(trade.book, tmp_path, "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        assert "it is shipped" in app.said.words
        await pilot.press("e")
        await keys(pilot, "", "tab")
        await keys(pilot, "SF 9", "f2")
        assert trade.book.look.value("SELECT waybill FROM shipment") == "SF 9"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RecordCard)
        assert "shipped D-2026-0001 to Junye" in shown(app)
