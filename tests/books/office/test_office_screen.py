"""The company's facts, changed from the settings by keys."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of, keys

from deskbook.books.office.forms import read_currency
from deskbook.books.office.queries import office
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store


async def test_name_and_currency_are_changed_from_the_settings(book: Store, tmp_path: Path) -> None:
    app = desk_of(book, tmp_path, "today")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("g", "comma")
        await pilot.pause(0.3)
        await pilot.press("down", "down", "down", "down", "down", "down", "enter")
        await pilot.pause(0.3)
        await pilot.press("ctrl+u")
        await keys(pilot, "Anka Ltd", "enter", "ctrl+u")
        await keys(pilot, "tzs", "enter")
        await pilot.pause(0.3)
    facts = office(book.look)
    assert (facts["company"], facts["currency"]) == ("Anka Ltd", "TZS")
    assert "Anka Ltd" not in book.undo().words
    assert office(book.look)["company"] != "Anka Ltd"


@pytest.mark.parametrize("text", ["EURO", "12", "¥", "人民币"])
def test_a_currency_is_three_letters(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_currency(text)
    assert refused.value.field == "currency"
