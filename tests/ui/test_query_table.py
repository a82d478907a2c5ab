"""The table and the lines around it, as a person sees them."""
from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.ui.seeing import place, see
from tests.ui.shop import ORDERS, SALES, BareScreen, Shop, many
from textual.binding import ActiveBinding, Binding
from textual.strip import Strip
from textual.widgets import Input

from deskbook.core import words
from deskbook.core.listing import Ask, Column, Show
from deskbook.core.refusal import Refusal
from deskbook.ui.card import CardScreen
from deskbook.ui.cells import cells, cut, fit, wrap, written
from deskbook.ui.query_table import GUTTER, QueryTable, lay
from deskbook.ui.status_bar import KeyHint, StatusBar, chosen, hints


def test_texts_are_cut_and_filled_in_cells_and_numbers_never_lose_a_digit() -> None:
    assert cells("Junye 骏业") == 10
    assert fit("骏业铜材", 6) == "骏业… "       # the third character would need cells 5 and 6
    assert fit("骏业铜材", 7) == "骏业铜…"
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
    assert fit("1,234.50", 9, right=True) == " 1,234.50"
    assert fit("1,234.50", 7, right=True) == "#######"
    assert wrap("one 骏业铜材 two", 6) == ["one", "骏业铜", "材 two"]


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (Show.MONEY, 123450, "1,234.50"), (Show.PRICE, 315, "0.0315"), (Show.QUANTITY, 2500, "2.5"), (Show.COUNT, 1200, "1,200"),
        (Show.PERCENT, 250, "2.50%"),
        (Show.PERCENT, 10_000, "100.00%"), (Show.DAY, "2026-11-20", "Fri 20"), (Show.DAY, None, ""), (Show.TEXT, "a\x1bb", "a␛b"),
        (Show.CODE, "007", "007"),
        (Show.WORD, "sent", "shipped"), (Show.WORD, "odd", "odd"), (Show.MOMENT, "2026-11-20T01:30:00.000Z", "Fri 20 09:30"),
    ],
)  # fmt: skip
def test_stored_values_are_written_for_a_person(show: Show, value: Any, text: str) -> None:
    assert written(Column("x", "x", show, words={"sent": "shipped"}), value) == text


def test_columns_share_the_line_and_wide_ones_stand_only_where_they_fit() -> None:
    narrow = lay(ORDERS.columns, 80)
    assert [slot.column.name for slot in narrow] == ["number", "day", "customer", "state", "quantity", "amount"]
    assert narrow[0].start == GUTTER
    assert narrow[-1].start + narrow[-1].width == 79   # one cell free at the right edge
    assert {slot.column.name: slot.width for slot in narrow}["customer"] == 80 - 1 - 3 - (8 + 10 + 8 + 6 + 12) - 5 * 2
    broad = lay(ORDERS.columns, 140)
    assert [slot.column.name for slot in broad] == ["number", "day", "customer", "state", "phone", "quantity", "amount"]
    assert broad[-1].start + broad[-1].width == 139
    # The columns want 8 + 10 + 12 + 8 + 6 + 12 = 56 cells. In 55 there are 46 beside gutter, edge and five gaps: ten too many.
    # Texts give 6 and 2, the number 2, sums and days nothing. In 59 there are 50: texts alone give the 6.
    assert [slot.width for slot in lay(ORDERS.columns, 55)] == [6, 10, 6, 6, 6, 12]
    assert [slot.width for slot in lay(ORDERS.columns, 59)] == [8, 10, 7, 7, 6, 12]


def test_where_the_numbers_alone_are_too_many_whole_columns_go() -> None:
    columns = (Column("name", "name", width=20, grows=True), Column("early", "early", Show.MONEY, 10, first_to_go=True),
               Column("late", "late", Show.MONEY, 10), Column("sum", "sum", Show.MONEY, 10))  # fmt: skip
    # Gutter and edge take 4; name 20 and three numbers of 10 with a cell before each are 53.
    assert [(slot.column.name, slot.width) for slot in lay(columns, 57)] == [("name", 20), ("early", 10), ("late", 10), ("sum", 10)]
    # One cell less: the one that goes first leaves 11 cells, 10 of which the name takes.
    assert [(slot.column.name, slot.width) for slot in lay(columns, 56)] == [("name", 30), ("late", 10), ("sum", 10)]
    # Nothing more goes for a name that could be longer: it keeps 6 cells beside two numbers.
    assert [(slot.column.name, slot.width) for slot in lay(columns, 32)] == [("name", 6), ("late", 10), ("sum", 10)]
    assert [slot.column.name for slot in lay(columns, 30)] == ["name", "late"]


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_columns_align_with_chinese_cursor_and_totals_are_plain(size: tuple[int, int]) -> None:
    app = Shop(SALES)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        lines = see(app)
        top = next(n for n, line in enumerate(lines) if "Orders" in line)
        assert lines[top].startswith(" Orders · all")
        assert lines[top].endswith(" 5")
        head, first, second, third = lines[top + 1 : top + 5]
        assert first.startswith("▌  S-0418")
        assert not any(line.startswith("▌") for line in (head, second, third))
        for line, amount in ((first, "12,400.00"), (second, "38,210.50"), (third, "4,080.00"), (lines[top + 7], "54,693.50")):
            assert place(line, amount) + cells(amount) == place(head, "total") + 5
        assert len({place(line, word) for line, word in ((first, "open"), (second, "open"), (third, "sent"))}) == 1
        assert "sum" in lines[top + 7]
        assert "…" in lines[top + 5]                      # the long name is cut, and what follows stands in its column
        assert place(lines[top + 5], "sent") == place(first, "open")
        assert any("[b]Evil[/x] ␛[31mCo" in line for line in lines)


async def test_only_the_two_changed_lines_are_drawn_again_on_a_move() -> None:
    app = Shop(many(1000))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        table = app.list.table
        drawn: list[int] = []
        plain = table.render_line

        def counted(y: int) -> Strip:
            drawn.append(y)
            return plain(y)

        table.render_line = counted  # type: ignore[method-assign]  # to count the lines asked for
        table.action_move(1)
        await pilot.pause()
        assert sorted(set(drawn)) == [1, 2]


async def test_a_key_reads_no_more_rows_at_two_hundred_thousand_than_at_two_hundred() -> None:
    counts = {}
    for size in (200, 200_000):
        app = Shop(many(size), ask=Ask())
        app.shelf.con.execute("CREATE INDEX sale_day ON sale(day, id)")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            app.shelf.look.read.clear()
            await pilot.press("down", "pagedown", "pagedown", "up")
            counts[size] = len([sql for sql in app.shelf.look.read if "LIMIT" in sql])
            assert app.list.table.cursor > 30
            await pilot.press("end")
            await pilot.pause()
            lines = see(app)
            assert app.list.table.cursor == size - 1
            assert any(line.startswith("▌") for line in lines)
            await pilot.press("home")
            assert app.list.table.cursor == 0
            assert app.list.table.scroll_offset.y == 0
    assert counts[200_000] <= counts[200] + 1


async def test_page_keys_move_by_what_is_in_view_and_stop_at_the_ends() -> None:
    app = Shop(many(50))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        table = app.list.table
        body = table.size.height - 2                       # header and totals stand still
        await pilot.press("pagedown")
        assert table.cursor == body
        assert table.scroll_offset.y == body
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert table.cursor == 49
        assert table.scroll_offset.y == 50 - body
        await pilot.press("pageup", "pageup", "pageup", "pageup")
        assert (table.cursor, table.scroll_offset.y) == (0, 0)
        await pilot.press("up")
        assert table.cursor == 0


async def test_marks_are_shown_by_a_sign_and_kept_by_id() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("space", "s")                    # marks S-0418, then sorts by the next column
        await pilot.pause()
        assert app.list.table.marks == {3}
        marked = next(line for line in see(app) if "S-0418" in line)
        assert marked[1] == "*"
        assert "1 marked" in see(app)[0]


async def test_an_empty_list_says_how_to_write_the_first() -> None:
    for screen, said in ((None, "Nothing here yet: n writes the first."), (BareScreen, "Nothing here yet.")):
        app = Shop([], screen) if screen else Shop([])
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert said in [line.strip() for line in see(app)]
            await pilot.press("down", "end", "pagedown", "enter", "space")
            assert app.list.table.cursor_id is None


async def test_clicks_move_open_and_sort() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(QueryTable, offset=(20, 3))
        assert app.list.table.cursor_id == 1
        await pilot.click(QueryTable, offset=(75, 0))
        await pilot.pause()
        assert app.list.sorted_by == ("amount", False)
        assert app.list.table.cursor_id == 4
        await pilot.click(QueryTable, offset=(20, 1))
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)


# The lines at the bottom


def test_the_line_of_keys_fits_and_leaves_out_what_matters_least() -> None:
    many_hints = [KeyHint("list.find", "/", "buscar en la lista"), KeyHint("list.sort", "s", "ordenar por la columna siguiente"),
                  KeyHint("list.new", "n", "escribir uno nuevo"), KeyHint("desk.help", "?", "ayuda"), KeyHint("list.open", "⏎", "abrir")]  # fmt: skip
    kept = chosen(many_hints, 60)
    assert [hint.id for hint in kept] == ["list.find", "list.new", "desk.help", "list.open"]
    assert sum(hint.size for hint in kept) + 2 * (len(kept) - 1) <= 60
    assert [hint.id for hint in chosen(many_hints, 20)] == ["desk.help", "list.open"]


async def test_in_a_field_only_keys_that_print_nothing_are_offered() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        bar = app.list.query_one(StatusBar)
        assert {"list.new": "n", "list.find": "/"}.items() <= {hint.id: hint.key for hint in bar.shown()}.items()
        await pilot.press("slash")
        await pilot.pause()
        assert isinstance(app.focused, Input)
        shown = {hint.id: hint.key for hint in bar.shown()}
        assert shown["list.new"] == "f7"
        assert "desk.help" not in shown                    # ? is text here
        assert see(app)[23].strip()
        assert cells(see(app)[23]) <= 80


def test_one_hint_for_an_action_with_several_keys() -> None:
    app = Shop(SALES)
    active = [ActiveBinding(app, Binding(key, "new", "new", id="list.new"), True, "") for key in ("n", "f7")]
    assert [hint.key for hint in hints(app, active, typing=False)] == ["n"]
    assert [hint.key for hint in hints(app, active, typing=True)] == ["f7"]


async def test_the_status_line_says_what_was_done_and_why_something_was_not() -> None:
    app = Shop(SALES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.told("shipped S-0412 to [Junye]")
        await pilot.pause()
        assert see(app)[22] == " shipped S-0412 to [Junye]   u takes it back"
        app.told("骏业" * 40)
        await pilot.pause()
        assert see(app)[22].endswith("…   u takes it back")
        app.refuse(Refusal("", "{name} owes 5.00", name="Junye"))
        await pilot.pause()
        assert see(app)[22] == " ! Junye owes 5.00"


async def test_words_and_days_follow_the_language() -> None:
    words.use("zh")
    app = Shop(SALES, ask=Ask(since=date(2026, 10, 1), until=date(2026, 10, 31)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "2026年10月" in see(app)[0]
        assert len([line for line in see(app) if "S-03" in line]) == 2
