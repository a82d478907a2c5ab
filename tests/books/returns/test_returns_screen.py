"""Returns at real keys: from a shipment, into quarantine, decided; near misses of the check; kits of the items' list."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin
from tests.ui.seeing import see

from deskbook.app import DeskApp
from deskbook.books.items.commands import add_item
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.items.kits import kit_of
from deskbook.books.orders.screen import LostMonthsScreen, OrderLinesScreen
from deskbook.books.returns import commands as returns
from deskbook.books.returns.screen import IncidentMonthsScreen, IncidentsScreen, ReturnLinesScreen, ReturnsScreen
from deskbook.books.shipments.check import CheckScreen
from deskbook.books.shipments.screen import ShipmentsScreen
from deskbook.core.store import Store
from deskbook.ui.confirm import Confirm
from deskbook.ui.form import FormScreen


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def test_from_a_shipment_in_one_key_to_the_replacement_on_the_order(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.bag, 10), (trade.board, 1))
    trade.send(order, 7, 1)
    app = desk_of(trade.book, tmp_path, "shipments", "returns")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("r")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, FormScreen), shown(app)
        assert "D-2026-0001  Junye 骏业: comes back" in shown(app)
        await keys(pilot, "Li", "f2")
        await pilot.pause()
        assert isinstance(app.screen, ReturnsScreen), shown(app)
        assert trade.book.look.rows("SELECT told_by FROM goods_return") == [("Li",)]
        assert trade.book.look.rows("SELECT qty FROM return_line ORDER BY pos") == [(7 * PC,), (PC,)]
        assert "sends back: R-2026-0001" in shown(app)
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(app.screen, FormScreen), shown(app)
        await pilot.press("f2")
        await pilot.pause()
        assert trade.there(trade.bag, trade.quarantine) == 7
        await pilot.press("i")
        await pilot.pause()
        assert "R-2026-0001: what becomes of it" in shown(app)
        await keys(pilot, "replaced", "enter")
        await keys(pilot, "warehouse", "f2")
        await pilot.pause()
        assert isinstance(app.screen, Confirm), shown(app)
        assert "Send 7 of Bag again?" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, FormScreen), shown(app)  # the other line
        await keys(pilot, "back", "enter")
        await keys(pilot, "customer", "f2")
        await pilot.pause()
        assert isinstance(app.screen, ReturnsScreen), shown(app)
        assert trade.book.look.rows("SELECT item_id, qty, price FROM order_line WHERE return_line_id IS NOT NULL") == [(trade.bag, 7 * PC, 0)]
        assert trade.there(trade.board) == 12
        await pilot.press("k")
        await pilot.pause()
        assert trade.book.look.value("SELECT state FROM goods_return") == "closed"
        await pilot.press("u")  # the last thing is taken back
        await pilot.pause()
        assert trade.book.look.value("SELECT state FROM goods_return") == "inspected"
        await pilot.press("l")
        await pilot.pause()
        assert isinstance(app.screen, ReturnLinesScreen)
        assert "replaced" in shown(app)
        trade.sound()


async def test_n_asks_which_shipment_and_what_cannot_be_done_says_why(trade: Trade, tmp_path: Path) -> None:
    shipment = trade.send(trade.take((trade.bag, 3)))
    app = desk_of(trade.book, tmp_path, "returns")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("f2")
        await pilot.pause()
        assert "Say which shipment it left with" in shown(app)
        await keys(pilot, "0001", "enter")
        await pilot.pause()
        await pilot.pause()
        assert "D-2026-0001  Junye 骏业: comes back" in shown(app)
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(app.screen, ReturnsScreen), shown(app)
        screen = app.screen
        reasons = {action.name: action.reason for action in screen.actions(1)}
        assert reasons["decide"] == "it did not come yet"
        assert reasons["close"] == "it is announced"
        assert reasons["receive"] == ""
        trade.book.run(returns.receive_return, goods_return=1)
        reasons = {action.name: action.reason for action in screen.actions(1)}
        assert reasons["receive"] == "it is received"
        assert reasons["close"] == "not every line is decided"
        assert screen.hint(1) == "a line in quarantine is to be decided: i"
        text = "\n".join(f"{row[0]} {row[1]}" for section in screen.card_text(1) for row in section.rows)
        assert "to decide" in text
        assert shipment == 1


async def test_another_model_in_the_hand_is_a_near_miss(trade: Trade, tmp_path: Path) -> None:
    shipment = trade.make(trade.take((trade.longer, 2)))
    app = desk_of(trade.book, tmp_path, "shipments", "returns", "incidents")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ShipmentsScreen)
        app.screen.check(shipment)
        await pilot.pause()
        assert isinstance(app.screen, CheckScreen)
        await keys(pilot, "710", "enter")
        assert "they differ in “8505”" in " ".join(shown(app).split())
        await keys(pilot, "zzz", "enter")  # a slip of the fingers
        assert trade.book.look.rows("SELECT kind, given FROM incident") == [("near miss", "BVM7-710")]
        await keys(pilot, "8505", "enter")
        assert isinstance(app.screen, FormScreen)
        await pilot.press("escape")
        await pilot.press("escape")
        app.go("incidents")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, IncidentsScreen)
        assert "near miss" in shown(app)
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, IncidentMonthsScreen)
        assert "2026-11" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, IncidentsScreen)
        assert "BVM7-710-8505" in shown(app)
        trade.sound()


async def test_a_kit_is_set_from_the_items_and_said_in_the_order(trade: Trade, tmp_path: Path) -> None:
    kit = int(trade.book.run(add_item, code="SET", name="Set", list_price=1_000_000, since="2026-01-01"))
    app = desk_of(trade.book, tmp_path, "items", "orders")
    async with app.run_test(size=(110, 30)) as pilot:
        await pilot.pause()
        app.go("items", row=kit)
        await pilot.pause()
        await pilot.press("i")
        await pilot.pause()
        assert "SET  Set: what it consists of" in shown(app)
        await pilot.press("enter")
        await keys(pilot, "Bag", "enter")
        await keys(pilot, "10", "enter")
        await pilot.press("f2")
        await pilot.pause()
        found = kit_of(trade.book.look, kit)
        assert found is not None, shown(app)
        assert [(part.code, part.qty) for part in found.parts] == [("Bag", 10 * PC)]
        await pilot.pause(0.2)
        assert "Kit: 10 can be made, limited by Bag: 100 free, 10 each" in shown(app)
        app.go("orders", new={"customer": str(trade.junye)})
        await pilot.pause()
        await pilot.pause()
        await keys(pilot, "SET")
        await pilot.press("enter")
        await pilot.pause()
        assert "limited by Bag: 100 free, 10 each" in shown(app)


async def test_a_kit_of_an_order_is_shown_as_it_was_sold(trade: Trade, tmp_path: Path) -> None:
    kit = int(trade.book.run(add_item, code="SET", name="Set", list_price=1_000_000, since="2026-01-01"))
    trade.book.run(set_kit, item=kit, parts=[{"item": trade.bag, "qty": PC}, {"item": trade.board, "qty": PC}])
    order = trade.take((kit, 2))
    app = desk_of(trade.book, tmp_path, "orders", "order_lines")
    async with app.run_test(size=(150, 40)) as pilot:
        await pilot.pause()
        app.open_card("orders", order)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "SET  2 × 100.00 = 200.00" in shown(app)
        await pilot.press("escape")
        app.go("order_lines")
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, LostMonthsScreen), shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, OrderLinesScreen)
