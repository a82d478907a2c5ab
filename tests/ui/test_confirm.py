"""Short questions: no by default, a reason that must be given, a menu of letters."""
from __future__ import annotations

from typing import Any

import pytest
from tests.ui.desk_for_forms import FormDesk, line_with, see

from deskbook.ui.confirm import AskText, Choose, Confirm


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(["enter"], False), (["escape"], False), (["n"], False), (["y"], True), (["right", "enter"], True), (["tab", "tab", "enter"], False)],
)
async def test_confirm_means_no_until_yes_is_chosen(keys: list[str], answer: bool) -> None:
    app = FormDesk()
    answers: list[Any] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Confirm("Close [/b] 3 orders?", "S-1\nS-2"), answers.append)
        await pilot.pause()
        line_with(app, "Close [/b] 3 orders?")
        assert "▸ No" in line_with(app, "▸")
        await pilot.press(*keys)
        assert answers == [answer]


async def test_a_reason_must_be_given() -> None:
    app = FormDesk()
    answers: list[Any] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AskText("Why is it reversed?"), answers.append)
        await pilot.press("space", "enter")
        line_with(app, "A few words are needed here.")
        assert answers == []
        await pilot.press(*"typo", "enter")
        assert answers == ["typo"]
        await app.push_screen(AskText("Why?", "start"), answers.append)
        await pilot.press("escape")
        assert answers == ["typo", None]


async def test_a_menu_takes_a_letter_or_the_highlight() -> None:
    app = FormDesk()
    answers: list[Any] = []
    choices = [("c", "cash", "Cash [x]"), ("b", "bank", "Bank"), ("", "other", "Other")]
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (["b"], ["enter"], ["down", "down", "enter"], ["escape"]):
            await app.push_screen(Choose("Which account?", choices), answers.append)
            await pilot.pause()
            assert any("Cash [x]" in line for line in see(app))
            await pilot.press(*keys)
        assert answers == ["bank", "cash", "other", None]
