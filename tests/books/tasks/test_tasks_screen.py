"""The checklist with real keys: one key ticks, the next unticks; messages, links, what the books ask."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.items.commands import add_item
from deskbook.books.parties.commands import add_party
from deskbook.books.parties.screen import PartiesScreen
from deskbook.books.stock.screen import LowStockScreen
from deskbook.books.tasks import commands
from deskbook.books.tasks.screen import TasksScreen
from deskbook.core.paths import HOME
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.shelf import BOOKS


@pytest.fixture
def opened(book: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], DeskApp]:
    """A desk over a book with a customer and two tasks."""
    book.run(add_party, name="Li 李", roles=["customer"])
    book.run(commands.add_task, text="Fax quote to Li", book="parties", book_id=1, due="2026-11-20")
    book.run(commands.add_task, text="Chase Hongda")
    books = [each for each in BOOKS if each.name in ("tasks", "parties", "low")]
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setattr(DeskApp, "DEFAULT_MODE", "tasks")
    return lambda: DeskApp(book, Settings(), books=books)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause(0.2)
    await pilot.pause()


async def press(pilot: Pilot[None], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await pilot.pause()
    await settle(pilot)


def line(app: DeskApp, text: str) -> str:
    return next(line for line in see(app) if text in line and ("✓" in line or "✗" in line))


async def test_one_key_ticks_and_the_same_key_opens_again(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "✓" in line(app, "Fax quote")
        assert "!" in line(app, "Fax quote")
        await press(pilot, "space")
        assert "✗" in line(app, "Fax quote")
        assert book.look.row("SELECT done_by FROM task WHERE id = 1") == ("Ann",)
        await press(pilot, "space")
        assert "✓" in line(app, "Fax quote")
        await press(pilot, "u")
        assert "✗" in line(app, "Fax quote")


async def test_a_task_and_a_message_are_written_from_the_list(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Visit", "enter", *"+4", "f2")
        assert book.look.row("SELECT text, due, kind FROM task ORDER BY id DESC LIMIT 1") == ("Visit", "2026-11-27", "task")
        await press(pilot, "m", *"li", "enter", *"Call", "f2")
        assert book.look.row("SELECT text, kind, party FROM v_task ORDER BY id DESC LIMIT 1") == ("Call", "message", "Li 李")
        assert "Li 李" in line(app, "Call")
        await press(pilot, "e", "tab", "end", *"ed", "f2")
        assert book.look.row("SELECT text, kind, party FROM v_task ORDER BY id DESC LIMIT 1") == ("Called", "message", "Li 李")


async def test_a_repeating_task_is_made_and_its_rhythm_changed(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Till", "tab", *"t", "tab", "tab", *"Zhao", "tab", *"every m", "f2")
        assert book.look.row("SELECT text, due, asked_by, repeats FROM task ORDER BY id DESC LIMIT 1") == ("Till", "2026-11-23", "Zhao", "month")
        await press(pilot, "space")
        assert book.look.row("SELECT text, due, repeats FROM task ORDER BY id DESC LIMIT 1") == ("Till", "2026-12-23", "month")
        await press(pilot, "space")
        assert book.look.value("SELECT count(*) FROM task WHERE text = 'Till'") == 1


async def test_enter_goes_to_the_linked_record_and_o_says_where_there_is_none(opened: Callable[[], DeskApp]) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "o")
        assert any("about no record" in line for line in see(app))
        await press(pilot, "up", "enter")
        assert isinstance(app.screen, PartiesScreen)
        await press(pilot, "escape")
        back: object = app.screen
        assert type(back) is TasksScreen, "Esc leads back to where one came from"


async def test_what_the_books_ask_can_be_quiet_for_a_while(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(add_item, code="710", name="BVM7-710", minimum=5_000)
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert any("low stock" in line and "710" in line and "▲" in line for line in see(app))
        assert any("Fax quote" in line for line in see(app))
        await press(pilot, "home", "space")
        assert any("It goes by itself when there is enough of it or enough is coming; z quiets" in line for line in see(app))
        await press(pilot, "d", "e")
        assert type(app.screen) is TasksScreen
        await press(pilot, "z", *"+3", "enter", *"ordered", "f2")
        assert book.look.row("SELECT kind, ref, about, until, reason FROM snooze") == ("low stock", 1, "OUT", "2026-11-26", "ordered")
        assert not any("BVM7-710" in line for line in see(app))
        await press(pilot, "f", "5")
        assert any("BVM7-710" in line for line in see(app))
        await press(pilot, "w")
        assert book.look.value("SELECT count(*) FROM snooze") == 0
        await press(pilot, "escape", "home", "enter")
        assert isinstance(app.screen, LowStockScreen)


async def test_an_own_task_is_not_quieted_but_given_another_day(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        assert any("give this one another day" in line for line in see(app))
        assert type(app.screen) is TasksScreen


async def test_a_task_is_dropped_and_comes_back(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert book.look.value("SELECT count(*) FROM task") == 1
        await press(pilot, "u")
        assert book.look.value("SELECT count(*) FROM task") == 2


async def test_the_checklist_goes_to_a_file(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p", "x")
        text = (book.path.parent / "sheets" / "checklist-2026-11-23.txt").read_text(encoding="utf-8")
        assert "✓ Fax quote to Li" in text
