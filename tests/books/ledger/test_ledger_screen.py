"""The day book with real keys: a line in seven, corrections in red, the day closed and on paper."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.ledger import commands
from deskbook.books.parties.commands import add_party
from deskbook.core.paths import HOME
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.shelf import BOOKS
from deskbook.ui.form import FormScreen
from deskbook.ui.paper_screen import PaperScreen


@pytest.fixture
def opened(book: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], DeskApp]:
    """A desk over a book with a customer, 500.00 in cash since yesterday."""
    book.run(add_party, name="Wanda 万安达", roles=["customer"])
    book.run(commands.open_account, account=1, amount=500_00, day="2026-11-22")
    books = [each for each in BOOKS if each.name in ("accounts", "ledger")]
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setattr(DeskApp, "DEFAULT_MODE", "accounts")
    return lambda: DeskApp(book, Settings(), books=books)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause(0.2)
    await pilot.pause()


async def keys(pilot: Pilot[None], *pressed: str) -> int:
    """Press them; how many."""
    for key in pressed:
        await pilot.press(key)
        await pilot.pause()
    return len(pressed)


async def test_a_line_takes_seven_keys_besides_its_facts(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        count = await keys(pilot, "g", "l", "n")
        await settle(pilot)
        for fact, after in (("-12*3.5", "enter"), ("wanda", "enter"), ("paper bags", "enter"), ("S-0401", "f2")):
            await pilot.press(*("space" if c == " " else c for c in fact))
            await settle(pilot)
            count += await keys(pilot, after)
        await settle(pilot)
        assert count == 7
        assert book.look.row("SELECT kind, account, paid_out, party, purpose, document, other FROM v_ledger ORDER BY id DESC LIMIT 1") == (
            "out", "Cash", 42_00, "Wanda 万安达", "paper bags", "S-0401", "Goods bought",
        )
        lines = see(app)
        assert any("paper b" in line and "42.00" in line and "458.00" in line and line.lstrip("│ ").startswith("▌") for line in lines)
        assert any("opening 0.00  in 500.00  out 42.00  closing 458.00" in line for line in lines)


async def test_the_echo_says_in_or_out_and_what_is_left_and_below_zero_is_warned_of(opened: Callable[[], DeskApp], book: Store) -> None:
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await keys(pilot, "g", "l", "n", *"-520")
        await settle(pilot)
        assert any("out 520.00; then Cash holds -20.00" in line for line in see(app))
        await keys(pilot, "f2")
        await settle(pilot)
        assert any("Cash would be -20.00." in line for line in see(app))
        assert book.look.value("SELECT count(*) FROM entry") == 1
        await keys(pilot, "f2")
        await settle(pilot)
        assert book.look.value("SELECT balance FROM v_account WHERE id = 1") == -20_00
        await keys(pilot, "u")
        assert book.look.value("SELECT balance FROM v_account WHERE id = 1") == 500_00


async def test_a_correction_hides_the_pair_and_r_shows_it(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=1, direction="in", amount=120_00, purpose="sale")
    app = opened()
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await keys(pilot, "g", "l", "e")
        await settle(pilot)
        assert isinstance(app.screen, FormScreen)
        await keys(pilot, "tab", *["backspace"] * 8, *"130", "f2")
        await settle(pilot)
        seen = "\n".join(see(app))
        assert "130.00" in seen
        assert "120.00" not in seen
        assert "E-2026-0002 is corrected." in seen
        await keys(pilot, "r")
        await settle(pilot)
        lines = see(app)
        assert any("×" in line and "120.00" in line for line in lines)
        assert any("↶" in line and "-120.00" in line for line in lines)
        await keys(pilot, "enter")
        await settle(pilot)
        card = "\n".join(see(app))
        assert "Belongs together" in card
        assert "E-2026-0003" in card


async def test_taking_back_asks_first_and_says_why_not_twice(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=1, direction="out", amount=7_00, purpose="typed twice")
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await keys(pilot, "g", "l", "d")
        await settle(pilot)
        assert any("Take back E-2026-0002: 7.00?" in line for line in see(app))
        await keys(pilot, "y")
        await settle(pilot)
        assert book.look.value("SELECT count(*) FROM v_ledger WHERE red = 0") == 1
        await keys(pilot, "r", "end", "e")
        await settle(pilot)
        assert any("! E-2026-0003 is a correction" in line for line in see(app))


async def test_an_account_opens_its_lines_and_t_goes_from_month_to_day_to_all(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=2, direction="in", amount=9_00)
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert any("Cash" in line and "500.00" in line for line in see(app))
        await keys(pilot, "enter")
        await settle(pilot)
        assert "Day book · standing · Cash · this month" in see(app)[0]
        await keys(pilot, "t")
        await settle(pilot)
        assert "Cash · today" in see(app)[0]
        await keys(pilot, "left_square_bracket")
        await settle(pilot)
        lines = see(app)
        assert "Cash · Sun 22" in lines[0]
        assert any("opening 0.00  in 500.00  out 0.00  closing 500.00" in line for line in lines)


async def test_a_line_is_copied_a_transfer_moves_and_an_account_is_made_and_opened(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=1, direction="out", amount=7_00, purpose="paper", other=7)
    app = opened()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await keys(pilot, "n", *"WeChat", "enter", *"wx", "enter", *"we", "f2")
        await settle(pilot)
        assert book.look.row("SELECT code, name, kind, money FROM account ORDER BY id DESC LIMIT 1") == ("wx", "WeChat", "wechat", 1)
        await keys(pilot, "b", *"12.5", "f2")
        await settle(pilot)
        assert any("WeChat" in line and "12.50" in line for line in see(app))
        await keys(pilot, "g", "l", "up", "c")
        await settle(pilot)
        await keys(pilot, "f2")
        await settle(pilot)
        assert any("E-2026-0002 is the same" in line for line in see(app)) is False  # no document, nothing to compare
        rows = book.look.rows("SELECT paid_out, purpose, other, day FROM v_ledger WHERE purpose = 'paper'")
        assert rows == [(7_00, "paper", "Office", "2026-11-23")] * 2
        await keys(pilot, "m", *"bank", "enter", *"100", "f2")
        await settle(pilot)
        assert book.look.rows("SELECT account, taken_in, paid_out, purpose FROM v_ledger WHERE kind = 'transfer'") == [
            ("Cash", None, 100_00, "→ Bank"), ("Bank", 100_00, None, "← Cash"),
        ]


async def test_the_day_is_closed_with_what_was_counted(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=1, direction="in", amount=80_00)
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await keys(pilot, "g", "l", "k")
        await settle(pilot)
        await keys(pilot, *"575", "enter")
        await settle(pilot)
        assert any("by the book: 580.00; difference -5.00" in line for line in see(app))
        await keys(pilot, "f2")
        await settle(pilot)
        assert any("not counted: Bank" in line for line in see(app))
        await keys(pilot, "f2")
        await settle(pilot)
        assert book.look.rows("SELECT account, closing, counted, difference FROM v_day_close ORDER BY account_id") == [
            ("Cash", 580_00, 575_00, -5_00), ("Bank", 0, None, None),
        ]
        await keys(pilot, "u")
        await settle(pilot)
        assert any("A closed day stays closed" in line for line in see(app))


async def test_the_day_sheet_is_shown_and_written_whole(opened: Callable[[], DeskApp], book: Store) -> None:
    book.run(commands.write_entry, account=1, direction="in", amount=80_00, purpose="sale 销售")
    app = opened()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await keys(pilot, "g", "l", "p")
        await settle(pilot)
        assert isinstance(app.screen, PaperScreen)
        lines = see(app)
        assert any("sale 销售" in line and "80.00" in line for line in lines)
        assert any(line.endswith("Day sheet") for line in lines[1:])  # the whole width of the paper is in sight
        await keys(pilot, "x")
        path = book.path.parent / "sheets" / "day-sheet-2026-11-23.txt"
        first = path.read_bytes()
        assert b"580.00" in first
        await keys(pilot, "x")
        assert path.read_bytes() == first
        await keys(pilot, "escape")
        assert not isinstance(app.screen, PaperScreen)
