"""Forms at real keys: Enter walks them, a refusal stays on its field, lines take three keys, saving happens once."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.ui.desk_for_forms import ORDER, PAYMENT, FormDesk, column, line_with, see
from textual.pilot import Pilot

from deskbook.core import days, words
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_
from deskbook.ui.form import Field, Form, FormScreen


async def type_in(pilot: Pilot[Any], text: str, *then: str) -> None:
    """Keys of a text (no key names in it), then more keys."""
    await pilot.press(*["space" if char == " " else char for char in text], *then)


async def test_enter_walks_the_quick_fields_and_saves_on_the_last() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(PAYMENT)
        await type_in(pilot, "jun", "enter")
        await type_in(pilot, "40000", "plus", "2", "8", "0", "asterisk", "2", "enter")
        await type_in(pilot, "rent", "enter")
        assert len(app.book.saved) == 1
        assert app.book.saved[0][0] == {"party": 1, "account": "cash", "amount": 4_056_000, "memo": "rent"}
        assert app.results == [1]
        assert app.told_of == ["payment 1"]
        assert not isinstance(app.screen, FormScreen)


async def test_echo_says_what_was_understood_beside_the_field() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(PAYMENT)
        await type_in(pilot, "anka", "enter")
        assert "owes 52" in line_with(app, "Anka 安卡")
        await type_in(pilot, "12*35", "full_stop", "5")
        await pilot.pause()
        assert line_with(app, "12*35.5").endswith("426")
        await pilot.press("tab")
        assert "Anything to remember." in line_with(app, "memo")


async def test_a_refusal_stays_on_its_field_with_everything_typed() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        app.book.refuse = Refusal("amount", N_("Only {most} is owed."), most="54.00")
        await type_in(pilot, "hongda", "enter")
        await type_in(pilot, "70", "enter")
        await type_in(pilot, "memo", "f2")
        assert app.screen is screen
        lines = see(app)
        at = next(i for i, line in enumerate(lines) if "amount" in line)
        assert "Only 54.00 is owed." in lines[at + 1]
        assert "70" in lines[at]
        assert any("memo" in line.split("memo", 1)[1] for line in lines if "memo" in line)
        # The focus is on the refused field: typing replaces nothing but goes there.
        assert screen.rows[2].entry.active
        await pilot.press("6", "0")
        assert not any("Only 54.00" in line for line in see(app))
        await pilot.press("f2")
        assert [values["amount"] for values, _key in app.book.saved] == [6000]


async def test_a_missing_or_unreadable_field_keeps_enter_there() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await pilot.press("enter")
        assert "“from” is missing." in line_with(app, "missing")
        assert screen.rows[0].entry.active
        await type_in(pilot, "jun", "enter")
        await type_in(pilot, "12x", "enter")
        assert screen.rows[2].entry.active
        assert screen.rows[2].entry.input.value == "12x"
        assert screen.rows[2].refused
        # Tab goes on all the same, and what was typed is still there.
        await pilot.press("tab")
        assert screen.rows[3].entry.active
        assert screen.rows[2].entry.input.value == "12x"


async def test_a_refusal_of_the_whole_stands_at_the_foot() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT, {"party": 1, "amount": "5"})
        app.book.refuse = Refusal("", N_("The day is closed."))
        await pilot.press("f2")
        assert app.screen is screen
        line_with(app, "The day is closed.")


async def test_tab_reaches_what_enter_passes_by_and_arrows_turn_choices() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await type_in(pilot, "jun", "tab")
        assert screen.rows[1].entry.active
        await pilot.press("right")
        assert screen.values()["account"] == "bank"
        await pilot.press("right")
        assert screen.values()["account"] == "cash"
        await pilot.press("b")
        assert "Bank" in line_with(app, "account")
        await pilot.press("down")
        assert screen.rows[1].entry.input.value == "Bank"
        assert screen.rows[2].entry.active
        await pilot.press("up", "shift+tab")
        assert screen.rows[0].entry.active


async def test_a_choice_may_be_stored_as_nothing() -> None:
    app = FormDesk()
    field = Field(name="language", label="language", choices=(("", "the office's"), ("en", "English"), ("zh", "Chinese")))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(Form(name="f", title="F", fields=(field,), save=lambda store, values, key: values["language"]))
        assert screen.rows[0].entry.input.value == "the office's"
        await pilot.press("right", "left", "left")
        assert screen.values()["language"] == "zh"
        await pilot.press("t", "enter")
        assert app.results == [""]


async def test_double_f2_saves_once_and_each_entry_has_its_own_key() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT, {"party": 1, "amount": "5"})
        screen.action_save()
        screen.action_save()
        await pilot.press("f2")
        assert len(app.book.saved) == 1
        await app.open(PAYMENT, {"party": 1, "amount": "5"})
        await pilot.press("f2")
        assert len({key for _values, key in app.book.saved}) == 2


async def test_save_and_another_keeps_the_fields_that_say_so() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT, {"account": "bank"})
        await type_in(pilot, "jun", "enter")
        await type_in(pilot, "7", "ctrl+n")
        assert app.screen is screen
        assert [values["amount"] for values, _key in app.book.saved] == [700]
        line_with(app, "payment 1")
        assert screen.values() == {"party": None, "account": "bank", "amount": None, "memo": ""}
        # = in an empty field, and F8, repeat the last entry.
        await pilot.press("equals_sign", "enter", "f8")
        assert screen.values()["party"] == 1
        assert screen.values()["amount"] == 700
        await pilot.press("f2")
        (first, one), (second, two) = app.book.saved
        assert first == second
        assert one != two


async def test_lines_take_three_keys_each() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(ORDER)
        await type_in(pilot, "jun", "enter")
        await type_in(pilot, "c1100", "enter")
        await type_in(pilot, "20", "enter", "enter")
        await type_in(pilot, "8505", "enter")
        await type_in(pilot, "2", "enter")
        await type_in(pilot, "39", "enter")
        assert "sum of 2" in line_with(app, "sum of")
        assert "136.00" in line_with(app, "C1100")
        await pilot.press("f2")
        assert app.book.saved[0][0] == {
            "party": 1,
            "memo": "",
            "lines": [{"item": 3, "quantity": 20_000, "price": 68_000}, {"item": 2, "quantity": 2_000, "price": 390_000}],
        }


async def test_enter_on_an_empty_line_saves_only_at_the_second_time() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(ORDER, {"party": 2, "lines": [{"item": 1, "quantity": 5_000, "price": "30"}]})
        assert screen.box is not None
        assert screen.box.entries[0].active
        await pilot.press("enter")
        assert app.book.saved == []
        line_with(app, "Enter again saves")
        await pilot.press("enter")
        assert app.book.saved[0][0]["lines"] == [{"item": 1, "quantity": 5_000, "price": 300_000}]


async def test_up_goes_into_the_lines_to_change_and_take_out() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = [{"item": item, "quantity": count * 1_000, "price": "30"} for item, count in ((1, 1), (3, 2), (2, 3))]
        screen = await app.open(ORDER, {"party": 2, "lines": lines})
        assert screen.box is not None
        await pilot.press("up", "up", "enter")
        assert screen.box.entries[0].input.value == "C1100 铜带 0.3"
        await pilot.press("enter", "9", "enter", "enter")
        assert [line.values["quantity"] for line in screen.box.lines] == [1_000, 9_000, 3_000]
        assert screen.box.entries[0].active
        await pilot.press("up", "up", "up", "f8")
        assert [line.values["item"] for line in screen.box.lines] == [3, 2]
        await pilot.press("up")
        assert screen.rows[-1].entry.active
        await pilot.press("f2")
        assert [line["quantity"] for line in app.book.saved[0][0]["lines"]] == [9_000, 3_000]


async def test_many_lines_keep_the_row_typed_in_and_the_cursor_in_sight() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = [{"item": 1 + at % 3, "quantity": (at + 1) * 1_000, "price": "30"} for at in range(40)]
        screen = await app.open(ORDER, {"party": 2, "lines": lines})
        assert screen.box is not None
        await pilot.pause()
        for count in (41, 42, 43):
            await type_in(pilot, "c1100", "enter")
            await type_in(pilot, "7", "enter", "enter")
            await pilot.pause()
            assert len(screen.box.lines) == count
            assert any(line.startswith(f"  ▌{count + 1}") for line in see(app)), see(app)
        await pilot.press(*["up"] * 40)
        await pilot.pause()
        assert screen.box.grid.cursor == 3
        assert any(line.startswith("  ▌ 4") for line in see(app)), see(app)


async def test_a_refusal_of_a_line_brings_the_line_down() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        lines = [{"item": 1, "quantity": 1_000, "price": "30"}, {"item": 3, "quantity": 2_000, "price": "6"}]
        screen = await app.open(ORDER, {"party": 2, "lines": lines})
        assert screen.box is not None
        app.book.refuse = Refusal("lines.0.quantity", N_("Only {count} are here."), count=0)
        await pilot.press("f2")
        line_with(app, "Only 0 are here.")
        assert screen.box.entries[1].active
        assert screen.box.entries[1].input.value == "1"
        await pilot.press("3", "f2")
        assert [line["quantity"] for line in app.book.saved[0][0]["lines"]] == [3_000, 2_000]


async def test_no_lines_is_refused_and_a_half_typed_line_is_not_lost() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(ORDER, {"party": 2})
        assert screen.box is not None
        await pilot.press("f2")
        line_with(app, "Items: at least 1 needed.")
        await type_in(pilot, "c1100", "enter")
        await pilot.press("f2")
        assert app.book.saved == []
        line_with(app, "“quantity” is missing.")
        await type_in(pilot, "4", "f2")
        assert app.book.saved[0][0]["lines"] == [{"item": 3, "quantity": 4_000, "price": 68_000}]


async def test_warnings_are_shown_first_and_saved_over_at_the_second_f2() -> None:
    app = FormDesk()
    form = replace(PAYMENT, check=lambda values, look: ["Same phone as Anka."])
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(form, {"party": 1, "amount": "5"})
        await pilot.press("f2")
        line_with(app, "Same phone as Anka.")
        assert app.book.saved == []
        await pilot.press("f2")
        assert len(app.book.saved) == 1


async def test_what_was_read_beside_a_day_is_saved_or_said_to_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    def clock(day: date) -> None:
        for name in ("today", "_today"):
            monkeypatch.setattr(days, name, lambda: day)

    clock(date(2026, 11, 22))
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        day = Field(name="day", label=N_("day"), read=days.read_day, write=days.echo_day, start="t")
        await app.open(replace(PAYMENT, fields=(*PAYMENT.fields, day)), {"party": 1, "amount": "5"})
        line_with(app, "Sun 22 Nov 2026")
        clock(date(2026, 11, 23))
        await pilot.press("f2")
        assert app.book.saved == []
        line_with(app, "A new day began")
        line_with(app, "Mon 23 Nov 2026")
        await pilot.press("f2")
        assert app.book.saved[0][0]["day"] == date(2026, 11, 23)


async def test_labels_align_by_cells_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = {"from": "付款单位", "account": "账户", "amount": "金额", "memo": "备注"}
    monkeypatch.setattr(words, "catalogue", lambda language: chinese if language == "zh" else {})
    words.use("zh")
    try:
        app = FormDesk()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.open(PAYMENT, {"party": 1, "amount": "5", "memo": "x9"})
            await pilot.pause()
            places = {column(line_with(app, label), text) for label, text in (("付款单位", "Junye"), ("账户", "Cash"), ("备注", "x9"))}
            # Two of padding, the longest label (eight cells), three between.
            assert places == {13}
    finally:
        words.use("en")


async def test_many_fields_scroll_at_80_by_24() -> None:
    fields = tuple(Field(name=f"f{i}", label=f"field {i}") for i in range(40))
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(Form(name="long", title="Long", fields=fields, save=lambda store, values, key: values["f39"]))
        assert len(see(app)) == 24
        await pilot.press(*["enter"] * 39)
        await type_in(pilot, "end")
        assert "end" in line_with(app, "field 39")
        await pilot.press("enter")
        assert app.results == ["end"]


async def test_what_a_person_typed_is_never_markup_and_never_a_control() -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT)
        await type_in(pilot, "ada", "enter")
        assert "Ada [/bold] Ltd" in line_with(app, "from")
        await pilot.press("1", "enter")
        screen.rows[3].entry.input.insert_text_at_cursor("a\x1b[31m\u202eb")
        await pilot.press("f2")
        assert app.book.saved[0][0]["memo"] == "a[31mb"


async def test_esc_gives_none_and_says_nothing(tmp_path: Path) -> None:
    app = FormDesk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(PAYMENT)
        await pilot.press("escape")
        assert app.results == [None]
        assert app.book.saved == []
