"""A lookup: found by any fragment, chosen by Enter, made on the fly."""
from __future__ import annotations

from dataclasses import replace

from tests.ui.desk_for_forms import ITEM, ORDER, PARTY_FORM, PAYMENT, FormDesk, column, line_with, see

from deskbook.ui.form import FormScreen
from deskbook.ui.lookup import Found, LookupInput


def lookup(screen: FormScreen) -> LookupInput:
    """The first field of the form."""
    entry = screen.rows[0].entry
    assert isinstance(entry, LookupInput)
    return entry


async def test_any_fragment_finds_pinyin_city_and_width_alike() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        for typed, expected in (("ye", [1]), ("fosh", [2]), ("hd", [3]), ("ｈｏｎｇ", [3]), ("安", [2]), ("zzz", [])):
            lookup(screen).input.value = typed
            await pilot.pause()
            assert [row.id for row in lookup(screen).found] == expected, typed


async def test_matches_are_listed_with_their_detail_and_arrows_choose() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press("a", "n")
        assert [(row.text, row.detail) for row in lookup(screen).found] == [("Anka 安卡", "Foshan"), ("Ada [/bold] Ltd", "Xi'an")]
        assert "2 match" in line_with(app, "from")
        assert column(line_with(app, "Foshan"), "Foshan") == column(line_with(app, "Xi'an"), "Xi'an")
        assert "Ada [/bold] Ltd" in line_with(app, "Xi'an")
        await pilot.press("down", "down", "up", "down", "enter")
        assert screen.values()["party"] == 4
        assert not any("Foshan" in line for line in see(app))


async def test_a_whole_code_wins_over_longer_ones() -> None:
    app = FormDesk()
    finder = replace(ITEM, search=lambda look, typed: list(reversed(ITEM.search(look, typed))))
    assert ORDER.lines is not None
    form = replace(PAYMENT, fields=(replace(ORDER.lines.fields[0], finder=finder), PAYMENT.fields[3]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(form)
        await pilot.press(*"bvm7", "space", *"710")
        assert [row.code for row in lookup(screen).found] == ["BVM7-710-8505", "BVM7-710"]
        await pilot.press("enter")
        assert lookup(screen).input.value == "BVM7-710 主板"


async def test_enter_takes_the_best_when_nothing_was_moved_to() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press("a", "n", "enter")
        assert screen.values()["party"] == 2


async def test_a_unique_match_is_echoed_and_tab_takes_it() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press(*"junye")
        assert "Junye 骏业  Shenzhen" in line_with(app, "from")
        await pilot.press("tab")
        assert screen.values()["party"] == 1


async def test_changing_the_text_lets_go_of_the_row() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT, {"party": 1})
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        lookup(screen).input.focus()
        await pilot.press("end", "x")
        assert screen.values()["party"] is None
        await pilot.press("backspace")
        assert screen.values()["party"] == 1


async def test_no_match_says_so_and_f7_makes_the_missing_row() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press(*"Wanda", "enter")
        assert any("Nothing matches “Wanda”; F7 adds it." in line for line in see(app))
        assert lookup(screen).active
        await pilot.press("f7")
        assert isinstance(app.screen, FormScreen)
        assert app.screen.form is PARTY_FORM
        assert app.screen.values()["name"] == "Wanda"
        await pilot.press("end", "f2")
        assert app.screen is screen
        assert screen.values()["party"] == 5
        assert lookup(screen).input.value == "Wanda"
        # and on to the next field of Enter's path
        assert screen.rows[2].entry.active


async def test_esc_in_the_missing_form_comes_back_with_the_text() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press(*"Wanda", "f7", "escape")
        assert app.screen is screen
        assert lookup(screen).input.value == "Wanda"
        assert screen.values()["party"] is None


async def test_esc_shuts_the_matches_before_it_leaves_the_form() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press("a", "escape")
        assert app.screen is screen
        assert lookup(screen).input.value == "a"
        await pilot.press("escape")
        assert app.screen is not screen


async def test_a_slow_search_waits_but_enter_does_not() -> None:
    app = FormDesk()
    asked: list[str] = []

    def search(look: object, typed: str) -> list[Found]:
        asked.append(typed)
        return [Found(1, "Junye 骏业")]

    field = PAYMENT.fields[0]
    assert field.finder is not None
    form = replace(PAYMENT, fields=(replace(field, finder=replace(field.finder, search=search)), *PAYMENT.fields[1:]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(form)
        lookup(screen)._cost = 60.0
        await pilot.press(*"jun", "enter")
        assert asked[-1] == "jun"
        assert screen.values()["party"] == 1


async def test_matches_of_the_last_row_stay_on_the_screen() -> None:
    app = FormDesk()
    filler = tuple(replace(PAYMENT.fields[3], name=f"f{i}") for i in range(18))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(replace(PAYMENT, fields=(*filler, PAYMENT.fields[0])))
        screen.rows[-1].entry.focus()
        await pilot.press("a", "n")
        line_with(app, "Foshan")
        assert "an" in line_with(app, "from")
