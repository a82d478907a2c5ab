"""Esc leads one step back the way one came, also from a list of another book; going to a book by its letter leaves that way behind."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import Trade, begin
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.orders.commands import cancel
from deskbook.books.orders.deal_screen import DealsScreen
from deskbook.books.orders.screen import OrdersScreen
from deskbook.books.parties.screen import PartiesScreen
from deskbook.books.shipments.screen import ShipmentsScreen
from deskbook.core.listing import Ask
from deskbook.core.store import Store
from deskbook.ui.form import FormScreen
from deskbook.ui.record_card import RecordCard


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


async def press(app: DeskApp, pilot: Pilot[Any], *pressed: str) -> None:
    """Keys, each when what the one before it began is done."""
    for key in pressed:
        await pilot.press(key)
        await app.workers.wait_for_complete()
        await pilot.pause(0.1)


def way(app: DeskApp) -> list[str]:
    """The screens that lie on one another, the list at the bottom left out."""
    return [type(screen).__name__ for screen in app.screen_stack[1:]]


async def test_from_an_order_by_its_papers_to_another_paper_and_back(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 1))
    trade.send(trade.take((trade.bag, 1)), 1)
    app = desk_of(trade.book, tmp_path, "orders", "deals", "shipments", "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(app, pilot, "home", "enter")
        card = app.screen
        assert isinstance(card, RecordCard)
        await press(app, pilot, "number_sign")
        papers = app.screen
        assert isinstance(papers, DealsScreen)
        await press(app, pilot, "full_stop")
        assert way(app)[-1] == "Menu"
        assert "order S-2026-0001" in see(app)[app.screen.query_one("Vertical").region.y]
        await press(app, pilot, "escape")
        assert papers.ask.only
        await press(app, pilot, "down", "enter")
        assert way(app) == ["RecordCard", "DealsScreen", "RecordCard"]
        await press(app, pilot, "escape")
        assert app.screen is papers
        await press(app, pilot, "slash", "escape")
        assert app.screen is papers, "the find line is closed first"
        assert papers.ask.only
        await press(app, pilot, "escape")
        assert app.screen is card
        await press(app, pilot, "escape")
        assert isinstance(app.screen, OrdersScreen)


async def test_a_jump_into_the_book_one_is_in_leads_back_too(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 1))
    app = desk_of(trade.book, tmp_path, "orders", "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(app, pilot, "enter", "p")
        customer = app.screen
        app.go("orders", Ask(only=(("customer_id", trade.anka),)))
        await pilot.pause(0.1)
        there = app.screen
        assert isinstance(there, OrdersScreen)
        assert there.table.cursor_id is None
        await press(app, pilot, "escape")
        assert app.screen is customer
        assert way(app) == ["RecordCard", "RecordCard"]


async def test_going_by_letter_leaves_the_way_behind_but_no_form(trade: Trade, tmp_path: Path) -> None:
    trade.take((trade.board, 1))
    app = desk_of(trade.book, tmp_path, "orders", "parties", "shipments")
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("shipments", Ask(view="all"))
        await pilot.pause(0.1)
        assert isinstance(app.screen, ShipmentsScreen)
        await press(app, pilot, "g", "c")
        assert isinstance(app.screen, PartiesScreen)
        await press(app, pilot, "g", "o")
        assert isinstance(app.screen, OrdersScreen)
        assert way(app) == []
        app.go("parties", new={})
        await pilot.pause(0.2)
        assert isinstance(app.screen, FormScreen)
        await keys(pilot, "Li")
        await press(app, pilot, "ctrl+g", "s", "g", "o")
        assert isinstance(app.screen, FormScreen), "what is half typed stays as it is"
        app.go("parties", new={})
        assert "A form is open here" in app.said.words


async def test_a_record_that_the_first_view_leaves_out_is_found_on_the_first_visit(trade: Trade, tmp_path: Path) -> None:
    order = trade.take((trade.board, 1))
    trade.book.run(cancel, order=order, reason="not wanted")
    app = desk_of(trade.book, tmp_path, "parties", "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("orders", row=order)
        await pilot.pause(0.1)
        assert isinstance(app.screen, OrdersScreen)
        assert app.screen.table.cursor_id == order


async def test_p_among_the_papers_of_a_deal_prints_the_paper_under_the_cursor(trade: Trade, tmp_path: Path) -> None:
    trade.send(trade.take((trade.bag, 1)), 1)
    app = desk_of(trade.book, tmp_path, "deals", "orders", "shipments", "papers")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        papers = app.screen
        assert isinstance(papers, DealsScreen)
        kinds: dict[str, list[str]] = {}
        for _row in range(3):
            row = papers.table.cursor_id
            assert row is not None
            kinds[papers.card_title(row).split()[0]] = [action.name for action in papers.all_actions(row)]
            if papers.card_title(row).startswith("claim"):
                await press(app, pilot, "P")
                assert app.said.words == "print: no document is printed of it"
            if papers.card_title(row).startswith("shipment"):
                await press(app, pilot, "P")
                assert any("delivery note" in line for line in see(app))
                await press(app, pilot, "escape")
            await press(app, pilot, "down")
        assert kinds == {kind: ["deal", "print", "papers"] for kind in ("order", "shipment", "claim")}


async def test_d_on_what_was_taken_back_says_why_not_before_it_asks(trade: Trade, tmp_path: Path) -> None:
    made = trade.take((trade.board, 1))
    trade.book.undo()
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("orders", row=made)
        await press(app, pilot, "d")
        assert way(app) == []
        assert app.said.refused
        assert app.said.words == "cancel the order: it is void"
        await press(app, pilot, "full_stop")
        assert any("d  cancel the order" in line and "it is void" in line for line in see(app))
