"""A list driven by keys."""
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.ui.seeing import see
from tests.ui.shop import SALES, BareScreen, Shop, many
from textual.pilot import Pilot

from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.ui.actions import Menu
from deskbook.ui.card import CardScreen, CardView
from deskbook.ui.find_line import FindLine
from deskbook.ui.keys import PLAIN, bindings_of
from deskbook.ui.list_screen import FIND_DELAY, ListScreen
from deskbook.ui.query_table import QueryTable

NEWEST_FIRST = [3, 2, 1, 5, 4]


def shown(app: Shop) -> list[int]:
    window = app.list.table.window
    assert window is not None
    return list(window.ids())


async def found(pilot: Pilot[None]) -> None:
    await pilot.pause(FIND_DELAY + 0.1)


async def test_find_narrows_as_typed_enter_keeps_it_and_esc_takes_it_back() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"junye")
        await found(pilot)
        assert shown(app) == [3, 2]
        assert isinstance(app.focused, FindLine)
        await pilot.press("enter")
        assert isinstance(app.focused, QueryTable)
        assert see(app)[0] == " Orders · all · “junye”                                                  2 of 5"
        assert see(app)[1].strip() == "junye"
        await pilot.press("escape")
        await pilot.pause()
        assert shown(app) == NEWEST_FIRST
        assert see(app)[0].startswith(" Orders · all ")
        assert not app.list.query_one(FindLine).display


async def test_esc_in_the_find_line_clears_the_words_then_leaves_the_line() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f3", *"zzz")
        await found(pilot)
        assert shown(app) == []
        assert "Nothing here answers to this; esc goes back, one step at a time." in [line.strip() for line in see(app)]
        await pilot.press("escape")
        await found(pilot)
        assert shown(app) == NEWEST_FIRST
        assert isinstance(app.focused, FindLine)
        await pilot.press("escape")
        assert isinstance(app.focused, QueryTable)
        assert app.done == []


async def test_the_cursor_stays_on_its_row_through_a_find() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("down", "ideographic_comma", *"junye", "enter")
        await pilot.pause()
        assert app.list.table.cursor_id == 2
        await pilot.press("escape")
        assert app.list.table.cursor_id == 2


async def test_filter_shows_the_views_with_their_counts() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, Menu)
        lines = "\n".join(see(app))
        assert "1  all   5" in lines
        assert "2  open  3" in lines
        await pilot.press("2")
        await pilot.pause()
        assert shown(app) == [3, 2, 4]
        assert see(app)[0].startswith(" Orders · open")
        await pilot.press("f6", "down", "enter")
        await pilot.pause()
        assert app.list.ask.view == "late"
        await pilot.press("escape")
        assert shown(app) == NEWEST_FIRST


async def test_sort_goes_from_column_to_column_and_turns_round() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("s")
        await pilot.pause()
        assert app.list.sorted_by == ("customer", False)
        assert "customer▴" in see(app)[1]
        await pilot.press("S")
        await pilot.pause()
        assert app.list.sorted_by == ("customer", True)
        assert "customer▾" in see(app)[1]
        await pilot.press("s", "s", "s", "S")
        assert app.list.sorted_by == ("amount", True)
        assert shown(app) == [2, 3, 1, 5, 4]


async def test_the_period_moves_by_months_and_t_comes_back_to_all_days() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("t")
        await pilot.pause()
        assert see(app)[0].startswith(" Orders · all · this month ")
        assert shown(app) == [3, 2, 1]
        await pilot.press("[")
        await pilot.pause()
        assert see(app)[0].startswith(" Orders · all · October 2026 ")
        assert shown(app) == [5, 4]
        await pilot.press("]", "]")
        await pilot.pause()
        assert app.list.ask.since == date(2026, 12, 1)
        assert "Nothing here in these days; [ and ] go to others." in [line.strip() for line in see(app)]
        await pilot.press("t", "t")
        assert shown(app) == NEWEST_FIRST


@pytest.mark.parametrize(("rows", "opens_on_the_month"), [(5_000, False), (5_001, True)])
async def test_a_long_list_opens_on_this_month(rows: int, opens_on_the_month: bool) -> None:
    app = Shop(many(rows))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert ("this month" in see(app)[0]) is opens_on_the_month
        assert (app.list.ask.since == date(2026, 11, 1)) is opens_on_the_month


async def test_the_letters_and_their_other_keys_do_the_same() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("n", "f7", "e", "f4", "d", "f8")
        assert app.done == [("new", {}), ("new", {}), ("edit", 3), ("edit", 3), ("delete", 3), ("delete", 3)]
        await pilot.press("c", "f5")                       # this list copies nothing
        assert len(app.done) == 6


async def test_every_key_of_a_list_reaches_any_terminal_and_says_what_it_does() -> None:
    for binding in [found for node in (ListScreen, QueryTable, FindLine, CardView, CardScreen, Menu) for found in bindings_of(node)]:
        assert binding.key in PLAIN, binding.key
        assert binding.id
        assert binding.description
        assert binding.tooltip
    by_id: dict[str, set[str]] = {}
    for binding in [*bindings_of(ListScreen), *bindings_of(QueryTable)]:
        by_id.setdefault(binding.id or "", set()).add(binding.key)
    assert by_id["list.find"] == {"slash", "f3", "ideographic_comma"}
    assert by_id["list.new"] == {"n", "f7"}
    assert by_id["list.edit"] == {"e", "f4"}
    assert by_id["list.copy"] == {"c", "f5"}
    assert by_id["list.remove"] == {"d", "f8"}
    assert by_id["list.filter"] == {"f", "f6"}
    assert by_id["list.actions"] == {"full_stop", "f9"}
    assert by_id["list.open"] == {"enter"}
    assert by_id["list.mark"] == {"space"}
    assert by_id["list.export"] == {"x"}


async def test_what_a_book_has_not_got_is_not_offered() -> None:
    app = Shop(SALES, BareScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        offered = {active.binding.id for active in app.screen.active_bindings.values()}
        assert not offered & {"list.new", "list.edit", "list.copy", "list.remove", "list.filter", "list.find", "list.earlier", "list.actions"}
        assert {"list.open", "list.mark", "list.sort", "list.export"} <= offered
        await pilot.press("n", "e", "d", "f", "slash", "t", "full_stop")
        assert app.screen is app.list


async def test_actions_say_why_they_are_grey_and_start_by_their_letter() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("h")                             # straight from the list
        assert app.done == [("ship", [3])]
        await pilot.press("f9", "r")
        await pilot.pause()
        assert app.done[-1] == ("pay", [3])
        await pilot.press("down", "down", "full_stop")
        await pilot.pause()
        assert any("receive payment" in line and "it is paid" in line for line in see(app))
        await pilot.press("r")                             # grey: the menu stays
        assert isinstance(app.screen, Menu)
        await pilot.press("escape", "r")
        await pilot.pause()
        assert see(app)[22] == " ! receive payment: it is paid"
        assert len(app.done) == 2


async def test_actions_on_marks_take_all_of_them_or_say_that_they_take_one() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("space", "space", "up", "h", "r")
        await pilot.pause()
        assert see(app)[22] == " ! receive payment: takes one row; 2 are marked"
        await pilot.press("d")
        await pilot.pause()
        assert app.done == [("ship", [2, 3])]
        assert see(app)[22].startswith(" ! 2 rows are marked, and this deletes one.")
        await pilot.press("x")
        assert app.done[-1] == ("export", Ask(only=(("id", (2, 3)),)))
        await pilot.press("escape", "x")
        await pilot.pause()
        assert app.list.table.marks == set()
        assert app.done[-1] == ("export", Ask())


async def test_esc_goes_back_one_step_at_a_time_and_at_last_leaves_to_the_desk() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.list.show_ask(Ask(view="open", find="junye"))
        assert see(app)[0].startswith(" Orders · open · “junye”")
        await pilot.press("space")
        asks = []
        for _step in range(4):
            asks.append((app.list.ask.find, app.list.ask.view, len(app.list.table.marks), len(app.done)))
            await pilot.press("escape")
            await pilot.pause()
        assert asks == [("junye", "open", 1, 0), ("", "open", 1, 0), ("", "", 1, 0), ("", "", 0, 0)]
        assert app.done == [("leave", None)]


async def test_esc_on_a_list_that_was_opened_with_a_question_goes_no_wider_than_that() -> None:
    app = Shop(SALES, ask=Ask(view="open", only=(("customer", "Junye 骏业"),)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.list._set(app.list.ask.but(view="all", find="0418"))
        asks = []
        for _step in range(3):
            asks.append((app.list.ask.find, app.list.ask.view, len(app.list.ask.only), len(app.done)))
            await pilot.press("escape")
            await pilot.pause()
        assert asks == [("0418", "all", 1, 0), ("", "all", 1, 0), ("", "open", 1, 0)]
        assert app.done == [("leave", None)]


async def test_enter_shows_the_card_and_a_figure_on_it_opens_what_stands_behind() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)
        lines = see(app)
        assert lines[0] == " Orders · S-0412"
        assert " customer  Junye 骏业" in lines
        assert any(line.startswith("▌owes") for line in lines)
        await pilot.press("enter")
        await pilot.pause()
        assert app.done == [("go", ("orders", Ask(find="junye"), None))]
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen_stack[-1] is app.list
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)


async def test_a_list_without_a_card_of_its_own_shows_the_columns() -> None:
    app = Shop(SALES, BareScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert see(app)[:3] == [" Plain · S-0409", " number    S-0409", " customer  Anka 安卡"]


async def test_wide_terminals_show_the_card_beside_and_narrow_ones_the_list_alone() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause(0.3)
        assert any("│" in line and "number    S-0418" in line for line in see(app))
        await pilot.press("down")
        await pilot.pause(0.3)
        assert any("│" in line and "number    S-0412" in line for line in see(app))
        assert any(line.startswith(" hint of 2") for line in see(app))
        await pilot.press("tab", "enter")                  # into the card, whose figure opens
        assert app.done == [("go", ("orders", Ask(find="junye"), None))]
        await pilot.press("escape")
        assert isinstance(app.focused, QueryTable)
        assert see(app)[0].startswith(" deskbook · Hengda")
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.3)
        assert not any("│" in line for line in see(app))
        assert see(app)[0].startswith(" Orders · all")


async def test_what_another_desk_changed_is_shown_and_the_cursor_stays_on_its_row() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("down", "f")
        assert app.list.table.cursor_id == 2
        app.shelf.add([(9, "S-0500", "2026-11-23", "New", "open", None, 1000, 5)])
        await pilot.press("escape")                        # back on the list, which notices
        await pilot.pause()
        assert shown(app) == [9, *NEWEST_FIRST]
        assert app.list.table.cursor_id == 2
        assert "54,693.55" in "\n".join(see(app))
        await pilot.press("space", "space", "up", "up")
        assert app.list.table.marks == {2, 1}
        app.shelf.change("DELETE FROM sale WHERE id = 2")
        app.list.reload()
        await pilot.pause()
        assert app.list.table.cursor_id == 1               # the row that came into its place
        assert app.list.table.marks == {1}
        await pilot.press("end")
        app.shelf.change("DELETE FROM sale WHERE id IN (4, 5)")
        app.list.reload()
        await pilot.pause()
        assert app.list.table.cursor_id == 1               # the last one left below


async def test_a_desk_left_open_over_midnight_asks_again_about_the_new_day() -> None:
    app = Shop(SALES, ask=Ask(view="late", only=(("id", 3),)))
    days.set_clock(lambda: datetime(2026, 11, 20, 15, 59, tzinfo=UTC))      # 23:59 in Shanghai on the day of S-0418
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert shown(app) == []
        days.set_clock(lambda: datetime(2026, 11, 20, 16, 1, tzinfo=UTC))
        app.list.on_screen_resume()
        assert shown(app) == [3]


async def test_the_application_can_ask_a_list_a_question_a_row_or_a_new_record() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.list.show_ask(Ask(only=(("customer", "Junye 骏业"),)), row=2)
        await pilot.pause()
        assert shown(app) == [3, 2]
        assert app.list.table.cursor_id == 2
        assert "customer Junye 骏业" in see(app)[0]
        app.list.show_ask(None, row=1)                     # not among those: the question gives way to the row
        await pilot.pause()
        assert shown(app) == NEWEST_FIRST
        assert app.list.table.cursor_id == 1
        app.list.show_ask(None, new={"customer": "Anka"})
        assert app.done == [("new", {"customer": "Anka"})]


async def test_a_list_opens_with_the_question_and_the_row_it_was_made_for() -> None:
    app = Shop(SALES, ask=Ask(view="open"), row=4)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert shown(app) == [3, 2, 4]
        assert app.list.table.cursor_id == 4
