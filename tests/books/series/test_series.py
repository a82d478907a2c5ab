"""Reference prices: a value a day, the change in percent, two keys from anywhere, the chart."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import refused
from tests.ui.seeing import see

from deskbook.books.series import queries
from deskbook.books.series.commands import add_series, change_series, drop_value, record_value
from deskbook.books.series.forms import change_of, signed
from deskbook.core.check import check
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.ui.form import FormScreen

COPPER = 684_200_000
"""68 420."""


@pytest.fixture
def copper(book: Store) -> int:
    return int(book.run(add_series, code="Cu", name="Copper", market="SHFE", unit="CNY/t"))


def test_a_day_has_one_value_and_the_change_is_from_the_day_before(book: Store, copper: int) -> None:
    for day, value in (("2026-11-20", COPPER), ("2026-11-23", 704_726_000), ("2026-11-22", 690_000_000)):
        book.run(record_value, series=copper, value=value, day=day)
    # 69 000 / 68 420 = + 0.8477 %, 70 472.6 / 69 000 = + 2.1342 %
    rows = [("2026-11-20", COPPER, None), ("2026-11-22", 690_000_000, 85), ("2026-11-23", 704_726_000, 213)]
    assert book.look.rows("SELECT day, value, change FROM v_series_value ORDER BY day") == rows
    book.run(record_value, series=copper, value=681_000_000, day="2026-11-22")
    # 68 100 / 68 420 = - 0.4677 %
    assert book.look.rows("SELECT change FROM v_series_value ORDER BY day") == [(None,), (-47,), (348,)]
    last = queries.latest(book.look, copper)
    assert last is not None
    assert (last.value, last.day, last.before) == (704_726_000, "2026-11-23", 681_000_000)
    before = queries.latest(book.look, copper, "2026-11-21")
    assert before is not None
    assert (before.value, before.before) == (COPPER, None)
    assert queries.latest(book.look, copper, "2026-11-19") is None
    assert queries.points(book.look, copper, limit=2) == [("2026-11-22", 681_000_000), ("2026-11-23", 704_726_000)]


def test_changes_round_half_up_in_size() -> None:
    assert change_of(20_001, 20_000) == 1  # 0.005 %
    assert change_of(19_999, 20_000) == -1
    assert change_of(200_009, 200_000) == 0  # 0.0045 %
    assert signed(85) == "+0.85%"
    assert signed(-47) == "−0.47%"


def test_what_no_market_made_is_refused(book: Store, copper: int) -> None:
    assert refused(lambda: book.run(record_value, series=copper, value=0)).field == "value"
    assert refused(lambda: book.run(record_value, series=copper, value=1, day="2026-11-24")).field == "day"
    assert refused(lambda: book.run(record_value, series=99, value=1)).field == "series"
    assert refused(lambda: book.run(add_series, code="Cu", name="Other")).field == "code"
    book.run(change_series, series=copper, closed=True)
    assert refused(lambda: book.run(record_value, series=copper, value=1)).field == "series"


def test_every_command_is_taken_back(book: Store, copper: int) -> None:
    value = book.run(record_value, series=copper, value=COPPER)

    def rows() -> list[object]:
        return [book.look.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("series", "series_value")]

    for command, facts in (
        (add_series, {"code": "USD", "name": "Dollar"}),
        (change_series, {"series": copper, "alert": 500}),
        (record_value, {"series": copper, "value": COPPER, "day": "2026-11-01"}),
        (record_value, {"series": copper, "value": COPPER + 1}),
        (drop_value, {"value": value}),
    ):
        before = rows()
        book.run(command, **facts)
        assert rows() != before, command
        book.undo()
        assert rows() == before, command
    assert verify(book.look.con) == []
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []


async def test_the_price_of_the_day_takes_two_keys_from_any_screen(book: Store, copper: int, tmp_path: Path) -> None:
    book.run(record_value, series=copper, value=COPPER, day="2026-11-20")
    app = desk_of(book, tmp_path, "today", "items", "series")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("dollar_sign")
        await keys(pilot, "69000")
        assert "+0.85%" in "\n".join(see(app))
        await pilot.press("enter")
        await pilot.pause()
        assert not isinstance(app.screen, FormScreen)
        assert book.look.row("SELECT day, value FROM series_value ORDER BY id DESC") == ("2026-11-23", 690_000_000)
        assert "Cu on 2026-11-23: 69,000.00" in "\n".join(see(app))
        await pilot.press("u")
        await pilot.pause()
        assert book.look.value("SELECT count(*) FROM series_value") == 1


async def test_the_list_and_the_chart(book: Store, copper: int, tmp_path: Path) -> None:
    for day in range(1, 21):
        book.run(record_value, series=copper, value=680_000_000 + day * 1_000_000, day=f"2026-11-{day:02d}")
    app = desk_of(book, tmp_path, "series")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = "\n".join(see(app))
        assert "70,000.00" in shown
        assert "0.14" in shown  # 70 000 / 69 900
        await pilot.press("enter")
        await pilot.pause(0.2)
        shown = "\n".join(see(app))
        assert "high 70,000.00 on Fri 20" in shown
        assert "low 68,100.00" in shown
        assert any(0x2800 < ord(char) < 0x2900 for char in shown), "the line is drawn in braille"
        await pilot.press("escape")
        await pilot.pause()
        assert "Reference prices" in "\n".join(see(app))
