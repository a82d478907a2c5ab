"""Which items do for each other: one pair, read from both sides, taken back like everything else."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import refused

from deskbook.books.items.answers import instead
from deskbook.books.items.commands import add_item, merge_items
from deskbook.books.items.substitutes import add_substitute, drop_substitute
from deskbook.core.check import check
from deskbook.core.store import Store
from deskbook.core.verify import verify

PAIRS = "SELECT item_id, other_id, note FROM substitute ORDER BY id"


@pytest.fixture
def items(book: Store) -> tuple[int, int, int]:
    a, b, c = (int(book.run(add_item, code=code, name=name)) for code, name in (("AX-1", "short"), ("BQ-7", "long"), ("CZ-9", "old")))
    return a, b, c


def test_a_pair_is_written_once_and_taken_back(book: Store, items: tuple[int, int, int]) -> None:
    a, b, _c = items
    pair = book.run(add_substitute, item=b, other=a, note=" longer ")
    assert book.look.rows(PAIRS) == [(a, b, "longer")]
    assert book.sentence(book.position[0]) == "AX-1 does for BQ-7, and the other way round"
    assert str(refused(lambda: book.run(add_substitute, item=a, other=b))) == "BQ-7 does for AX-1 already."
    assert str(refused(lambda: book.run(add_substitute, item=a, other=a))) == "AX-1 cannot take its own place."
    book.undo()
    assert book.look.rows(PAIRS) == []
    book.redo()
    book.run(drop_substitute, substitute=pair)
    assert book.look.rows(PAIRS) == []
    assert str(refused(lambda: book.run(drop_substitute, substitute=pair))) == f"There is no pair number {pair}."
    book.undo()
    assert book.look.rows(PAIRS) == [(a, b, "longer")]
    assert verify(book.look.con) == []


def test_a_merged_item_leaves_its_pairs_to_the_one_that_stays(book: Store, items: tuple[int, int, int]) -> None:
    from deskbook.books.items.queries import RULES

    a, b, c = items
    book.run(add_substitute, item=b, other=c, note="as good")
    book.run(add_substitute, item=a, other=c)
    before = book.look.rows(PAIRS)
    book.run(merge_items, keep=a, gone=c)
    assert book.look.rows(PAIRS) == [(a, b, "as good")]
    assert [found for found in check(book.look, RULES) if found.faults] == []
    book.undo()
    assert sorted(book.look.rows(PAIRS)) == sorted(before)
    assert verify(book.look.con) == []


async def test_pairs_by_keys(book: Store, items: tuple[int, int, int], tmp_path: Path) -> None:
    a, b, _c = items
    app = desk_of(book, tmp_path, "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("b")
        await pilot.pause()
        await keys(pilot, "bq7", "enter")
        await keys(pilot, "longer", "f2")
        assert book.look.rows(PAIRS) == [(a, b, "longer")]
        await pilot.press("full_stop")
        await pilot.pause()
        from deskbook.ui.actions import Menu

        assert isinstance(app.screen, Menu)
        await pilot.press("escape")
        await pilot.press("u")
        await pilot.pause()
        assert instead(book.look, a) == []
