"""The reports at real keys: open one, move it along time, go behind a figure, hand it over, see what changed, set a target, draw, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.reports.screen import ReportScreen, ReportsScreen, SaleLinesScreen, SentScreen
from deskbook.core.store import Store
from deskbook.ui.charts import BarChart, round_steps
from deskbook.ui.desk_app import Desk
from deskbook.ui.paper_screen import PaperScreen
from deskbook.ui.record_card import RecordCard


@pytest.fixture
def trade(book: Store) -> Trade:
    made = begin(book)
    made.send(made.take((made.board, 10), (made.copper, 5)), 7, 5)
    made.take({"item": made.bag, "qty": 3 * PC, "price": 5_000}, day="2026-10-05")
    return made


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def reports(pilot: Pilot[Any]) -> None:
    """From Today to the list of reports: two keys."""
    await pilot.pause()
    await pilot.press("g", "z")
    await pilot.pause()


async def test_a_report_is_three_keys_away_and_moves_along_time(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        assert isinstance(app.screen, ReportsScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ReportScreen)
        assert "Sales by item · sold · this month" in shown(app)
        assert "2,485.00" in shown(app)
        assert "2,825.00" in shown(app)  # 7 x 355 and 5 x 68
        await pilot.press("f", "2")
        await pilot.pause()
        assert "3,890.00" in shown(app)  # ordered: 10 x 355 and 5 x 68
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert "ordered · October 2026" in shown(app)
        assert "1.50" in shown(app)
        await pilot.press("y")
        await pilot.pause()
        assert "ordered · 2026" in shown(app)
        assert "3,891.50" in shown(app)


async def test_enter_on_a_figure_shows_the_documents_that_add_up_to_it(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, SaleLinesScreen)
        assert "Sales, line by line · sold · BVM7-710" in shown(app)
        assert "D-2026-0001" in shown(app)
        assert "2,485.00" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RecordCard)
        assert "S-2026-0001" in shown(app)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ReportScreen)


async def test_a_row_of_several_figures_asks_which_and_esc_leads_back_to_it(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items", "shipments", "incidents")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("home", *["down"] * 8, "enter")
        await pilot.pause()
        assert "On time and right" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "sent 1" in shown(app)
        assert "no day 1" in shown(app)
        await pilot.press("2")
        await pilot.pause()
        assert "Shipments · all · no day 1" in shown(app)
        assert "D-2026-0001" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ReportScreen)
        assert "On time and right" in shown(app)


async def test_enter_on_a_margin_shows_what_each_line_cost_and_the_order(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("home", *["down"] * 7, "enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "Margin, line by line · this month · BVM7-710" in shown(app)
        assert "D-2026-0001" in shown(app)
        await pilot.press("h")  # a part of a report is not handed over
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RecordCard)
        await pilot.press("escape", "escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ReportsScreen)


async def test_what_is_handed_over_is_kept_and_later_differences_are_listed(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("h")
        await pilot.pause()
        await keys(pilot, "HQ", "enter")
        await pilot.pause()
        assert trade.book.look.rows("SELECT report, since, until, choice, sent_to FROM v_sent_report") == [
            ("sales-item", "2026-11-01", "2026-11-30", "sold", "HQ")
        ]
        trade.send(trade.take((trade.board, 1)))
        await pilot.press("escape")
        await pilot.press("h")
        await pilot.pause()
        assert isinstance(app.screen, SentScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PaperScreen)
        assert "quantity: 7 → 8" in shown(app)
        assert "amount: 2,485.00 → 2,840.00" in shown(app)


async def test_what_a_chart_says_is_whole_on_a_narrow_screen() -> None:
    class Drawn(Desk):
        def on_mount(self) -> None:
            points = [("2026-05", 100), ("2026-09", 300), ("2026-11", 200)]
            self.push_screen(BarChart("t", lambda: points, scale=1, write=lambda cents: f"{cents},000,000.00"))

    for width, lines in ((40, 3), (70, 2), (120, 1)):
        async with Drawn().run_test(size=(width, 24)) as pilot:
            await pilot.pause()
            said = [line.strip() for line in see(pilot.app) if ".00 in 2026" in line]
            assert len(said) == lines
            assert "  ".join(said) == "last 200,000,000.00 in 2026-11  low 100,000,000.00 in 2026-05  high 300,000,000.00 in 2026-09"


async def test_a_target_is_set_and_a_month_drawn_and_written(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "today", "reports", "orders", "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("down", "down", "down", "down", "enter")
        await pilot.pause()
        await pilot.press("y", "v")
        await pilot.pause()
        assert isinstance(app.screen, BarChart)
        assert "last 2,825.00 in 2026-11" in shown(app)
        await pilot.press("escape", "x")
        await pilot.pause()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "sales-month-2026-2026-11-23.xlsx" in app.said.words  # of which period it is, and written when
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("enter", "enter")
        await keys(pilot, "5000", "f2")
        await pilot.pause()
        assert trade.book.look.rows("SELECT salesperson_id, month, amount FROM target") == [(None, "2026-11", 500_000)]
        assert "56.50%" in shown(app)


async def test_an_empty_period_says_so_and_nothing_can_be_handed_over(book: Store, tmp_path: Path) -> None:
    app = desk_of(book, tmp_path, "today", "reports")
    async with app.run_test(size=(80, 24)) as pilot:
        await reports(pilot)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("h")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "There is nothing in that period to hand over." in shown(app)
        assert book.look.value("SELECT count(*) FROM sent_report") == 0


def test_an_axis_is_labelled_with_round_values_that_enclose_what_is_drawn() -> None:
    assert round_steps(0, 814_638) == [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]
    assert round_steps(-3, 7) == [-4, -2, 0, 2, 4, 6, 8]
    assert round_steps(683_000, 702_500) == [680_000, 685_000, 690_000, 695_000, 700_000, 705_000]
    assert round_steps(5, 5) == [5, 6]
