"""The palette finds a customer although many orders bear the name; a task of the books opens its own record."""
from __future__ import annotations

from pathlib import Path

from deskbook.ui.list_screen import ListScreen
from tests.journeys.desk import at_the_desk
from tests.ui.seeing import see


async def test_a_customer_with_many_orders_is_found_first(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        await hands.press("ctrl+p")
        await hands.type("anka")
        await hands.pilot.pause(0.5)
        lines = [line.strip() for line in see(hands.app)]
        hits = [line for line in lines if "Anka" in line]
        assert hits
        assert hits[0].startswith("Anka Controls")


async def test_enter_on_what_the_books_ask_for_goes_to_its_record(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        await hands.press("g", "j")
        await hands.pilot.pause(0.3)
        await hands.press("down", "enter")
        await hands.pilot.pause(0.5)
        screen = hands.app.screen
        assert isinstance(screen, ListScreen)
        assert screen.NAME == "low"
        row = screen.table.cursor_row
        assert row is not None
        assert "CBL-FPC-24" in row
