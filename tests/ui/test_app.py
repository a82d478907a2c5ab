"""The desk itself, over a tiny book: going about, help, palette, settings, language, looks, and what a crash shows."""
from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, OptionList, Static

from deskbook.app import DeskApp
from deskbook.core import days, numbers, words
from deskbook.core.crash import crash_sentence
from deskbook.core.listing import Ask, Column, Listing
from deskbook.core.night import status_path
from deskbook.core.refusal import Refusal
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.core.words import N_
from deskbook.exchange.from_screen import unused
from deskbook.shelf import BOOKS, SETTINGS
from deskbook.ui.desk_app import Book
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.go import GoScreen
from deskbook.ui.header import HeaderLine
from deskbook.ui.help import HelpScreen
from deskbook.ui.list_screen import ListScreen
from deskbook.ui.settings_screen import KeyScreen, PickScreen, SettingsScreen
from deskbook.ui.status_bar import StatusBar
from deskbook.ui.textual_words import Palette
from deskbook.ui.themes import THEMES

HERE = __name__


class FirstScreen(DeskScreen[None]):
    """A first screen with a field."""

    HELP = N_("Figures of the day.")
    BINDINGS = [Binding("b", "boom", N_("boom"), id="first.boom", tooltip=N_("Fall over"))]

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield Static("first [/x] sight", markup=False)
        yield Input(id="field")
        yield StatusBar()

    AUTO_FOCUS = ""

    def action_boom(self) -> None:
        customer = "骏业 secret"
        raise RuntimeError(customer)


class PartyScreen(ListScreen):
    """The parties of the file."""

    NAME = "people"
    COLUMNS = (Column("code", N_("code"), width=8), Column("name", N_("name"), grows=True))
    LISTING = Listing("people", N_("People"), "v_party", COLUMNS, find=("name",))


def find_records(look: Any, text: str, limit: int) -> list[tuple[str, int, str, str]]:
    found = look.rows("SELECT id, name, coalesce(code, '') FROM v_party WHERE name LIKE :like ORDER BY id LIMIT :most", like=f"%{text}%", most=limit)
    return [("people", row, name, code) for row, name, code in found]


class Falling(DeskApp):
    """A desk that falls over as soon as it stands."""

    def on_ready(self) -> None:
        cast(FirstScreen, self.screen).action_boom()


TINY = (
    Book("today", "t", N_("Today"), f"{HERE}:FirstScreen", N_("the day")),
    Book("people", "c", N_("People"), f"{HERE}:PartyScreen", N_("all of them"), f"{HERE}:find_records"),
    Book("gone", "z", N_("Gone"), "deskbook.books.nowhere.screen:GoneScreen"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Everything of the desk under one folder; one clock; the language English again at the end."""
    monkeypatch.setenv("DESKBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(sys.modules, HERE, sys.modules[__name__])
    days.set_clock(lambda: datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    yield tmp_path / "home"
    days.set_clock(None)
    days.use_iso(False)
    numbers.use_marks(None)
    words.use("en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "book.db", clerk="Lin") as store:

        def people(tx: Any) -> None:
            for code, name in (("A1", "Junye 骏业"), ("A2", "Anka [/x] Ltd")):
                tx.con.execute("INSERT INTO party(code, name) VALUES (?, ?)", (code, name))
            tx.con.execute("INSERT INTO office(name, value) VALUES ('company', 'Hengda [b] 铜')")
            tx.says(N_("two people came"))

        store.run(people)
        yield store


def desk(store: Store, tmp_path: Path, **settings: Any) -> DeskApp:
    return DeskApp(store, Settings(path=tmp_path / "settings.toml", **settings), books=TINY)


def see(app: DeskApp) -> str:
    """The screen as lines of text."""
    screen = app.screen
    return "\n".join("".join(segment.text for segment in strip) for strip in screen._compositor.render_strips(screen.size)[: app.size.height])


async def test_it_opens_on_today_and_the_header_names_company_and_day(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)):
        assert app.current_mode == "today"
        first = see(app).splitlines()[0]
        assert first.startswith(" deskbook · Hengda [b] 铜")
        assert first.rstrip().endswith("Mon 23 Nov 2026")
        assert "first [/x] sight" in see(app)


async def test_a_book_that_is_not_installed_is_not_offered_and_go_says_so(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)):
        assert [book.name for book in app.books] == ["today", "people", "settings"]
        app.go("gone")
        assert app.said.refused
        assert "gone" in app.said.words


async def test_go_takes_a_letter_from_a_list_and_ctrl_g_from_inside_a_field(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        assert isinstance(app.screen, GoScreen)
        assert "People" in see(app)
        assert "all of them" in see(app)
        await pilot.press("c")
        assert app.current_mode == "people"
        await pilot.press("g", "t")
        app.screen.query_one(Input).focus()
        await pilot.press("g", "question_mark")
        assert app.screen.query_one(Input).value == "g?"
        await pilot.press("ctrl+g", "c")
        assert app.current_mode == "people"
        await pilot.press("escape")
        assert app.current_mode == "today"


async def test_an_unknown_letter_closes_go_and_names_the_letters(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "q")
        assert not isinstance(app.screen, GoScreen)
        assert app.said.words == "No book has the key q; there are t c ,."
        assert not app.said.undo


async def test_words_narrow_go(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "slash", "p", "e", "o")
        assert "Today" not in see(app).split("Go to")[1].splitlines()[1]
        await pilot.press("enter")
        assert app.current_mode == "people"


async def test_go_can_ask_and_put_the_cursor_on_a_row(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("people", Ask(only=(("code", "A2"),)), row=2)
        await pilot.pause()
        assert isinstance(app.screen, PartyScreen)
        assert app.screen.table.cursor_id == 2
        assert "Junye" not in see(app)


async def test_a_card_opens_from_anywhere_and_esc_leads_back(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_card("people", 2)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.current_mode == "today"
        assert "Anka [/x] Ltd" in see(app)
        await pilot.press("escape")
        assert isinstance(app.screen, FirstScreen)


async def test_help_lists_the_keys_of_the_screen_with_its_words_and_fits(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        text = see(app)
        assert "Figures of the day." in text
        assert "boom" in text
        assert "Fall over" in text
        assert "f1" in text.casefold()
        assert "take back" in text
        await pilot.press("f1")
        assert isinstance(app.screen, FirstScreen)
        await pilot.press("g", "c", "f1")
        assert "find" in see(app)
        assert app.screen.query("VerticalScroll").first().size.width <= 80


async def test_the_palette_finds_books_actions_and_records_and_shows_markup_as_text(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, Palette)
        await pilot.press(*"anka")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Anka [/x] Ltd" in see(app)
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Anka [/x] Ltd" in see(app)
        assert len(app.screen_stack) == 2
        await pilot.press("escape", "ctrl+p", *"peo")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Go to People" in see(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.current_mode == "people"


async def test_the_palette_has_no_word_of_textuals_own(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Palette, "_NO_MATCHES_COUNTDOWN", 0.01)
    monkeypatch.setattr(words, "catalogue", lambda _language: {"Nothing here goes by that name": "这里没有叫这个名字的"})
    app = desk(store, tmp_path, language="zh")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *"qqqq")
        await app.workers.wait_for_complete()
        await pilot.pause(0.05)
        assert "这里没有叫这个名字的" in see(app)
        assert "No matches" not in see(app)
        assert list(app.get_system_commands(app.screen)) == []


async def test_why_something_was_not_done_does_not_follow_to_another_screen(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (("g", "c"), ("g", "t"), ("g", "c"), ("enter",)):
            app.refuse(Refusal("", N_("The till is empty.")))
            await pilot.pause()
            assert "The till is empty." in see(app)
            await pilot.press(*keys)
            await pilot.pause()
            assert "The till is empty." not in see(app), keys
        app.told("took the till")
        await pilot.press("escape")
        await pilot.pause()
        assert "took the till" in see(app)  # what was done stays, with the key that takes it back


async def test_undo_and_redo_say_what_they_did(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "c")
        assert "骏业" in see(app)
        await pilot.press("u")
        await pilot.pause()
        assert "done before the desk was opened" in see(app)
        assert "two people came" in see(app)
        await pilot.press("enter")  # no is chosen
        await pilot.pause()
        assert "骏业" in see(app)
        await pilot.press("u", "y")
        await pilot.pause()
        assert "taken back: two people came" in app.said.words
        assert "骏业" not in see(app)
        await pilot.press("U")
        await pilot.pause()
        assert "骏业" in see(app)
        assert app.said.undo


async def test_the_view_on_the_screen_is_exported_in_two_keys(store: Store, tmp_path: Path, home: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("people", Ask(only=(("code", "A2"),)))
        await pilot.pause()
        await pilot.press("x", "c")
        await app.workers.wait_for_complete()
        await pilot.pause()
        path = home / "exports" / "people-2026-11-23.csv"
        assert app.said.words == f"1 row is in {path}"
        text = path.read_text(encoding="utf-8-sig")
        assert "Anka [/x] Ltd" in text
        assert "Junye" not in text
        assert unused(path).name == "people-2026-11-23-2.csv"


async def test_the_header_tells_of_the_night(store: Store, tmp_path: Path) -> None:
    status = status_path(store.path)
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)):
        assert app.facts()["night"] == ""
        status.write_text('{"ok": true, "at": "2026-11-22T18:00:00+00:00"}', encoding="utf-8")
        assert app.facts()["night"] == "night ✓ 02:00"
        status.write_text('{"ok": false, "at": "2026-11-22T18:00:00+00:00", "words": "x"}', encoding="utf-8")
        assert app.facts()["night"] == "! night ✗ Mon 23 02:00"
        status.write_text('{"ok": true, "at": "2026-11-19T18:00:00+00:00"}', encoding="utf-8")
        assert app.facts()["night"] == "! no night since Fri 20 02:00"
        status.write_text("{", encoding="utf-8")
        assert app.facts()["night"] == ""


async def test_a_rebound_key_works_on_every_screen_and_is_shown(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path, keys={"desk.go": "k,ctrl+g", "desk.help": "h,f1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        assert not isinstance(app.screen, GoScreen)
        await pilot.press("k")
        assert isinstance(app.screen, GoScreen)
        await pilot.press("escape", "h")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        app.screen.query_one(Input).focus()
        await pilot.press("k", "h")
        assert app.screen.query_one(Input).value == "kh"


def option(app: DeskApp, name: str) -> int:
    return app.screen.query_one("#settings", OptionList).get_option_index(name)


async def test_settings_take_effect_at_once_and_are_written(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "comma")
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("down", "enter")
        assert isinstance(app.screen, PickScreen)
        await pilot.press("down", "enter")
        assert app.theme == "deskbook-light"
        await pilot.press("down", "enter", *"Lin Mei", "enter")
        await pilot.press("down", "enter", "down", "enter")
        await pilot.press("down", "enter", "down", "down", "enter")
        await pilot.pause()
        assert store.clerk == "Lin Mei"
        assert days.show_day("2026-11-20") == "2026-11-20"
        assert numbers.show_number(123450, places=2) == "1.234,50"
        kept = Settings.load(tmp_path / "settings.toml")
        assert (kept.theme, kept.clerk, kept.dates, kept.numbers) == ("light", "Lin Mei", "iso", "comma")
        await pilot.press("escape")
        assert isinstance(app.screen, FirstScreen)


async def test_a_key_goes_by_its_general_name_whatever_a_book_calls_it(store: Store, tmp_path: Path) -> None:
    from deskbook.books.shipments.check import CheckScreen
    from deskbook.books.tasks.screen import TasksScreen

    bound = [one for kind in (CheckScreen, TasksScreen) for one in kind.BINDINGS if isinstance(one, Binding)]
    assert {"ship when all ✓", "done"} <= {str(one.description) for one in bound}
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_settings()
        await pilot.pause()
        assert isinstance(app.screen, SettingsScreen)
        named = {name: action.description for name, action in app.screen.actions().items()}
        assert (named["form.save"], named["list.mark"], named["list.edit"]) == ("save", "mark", "edit")


async def test_a_key_is_given_unless_it_clashes_on_some_screen_or_is_fixed(store: Store, tmp_path: Path) -> None:
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_settings()
        await pilot.pause()
        app.screen.query_one(OptionList).highlighted = option(app, "keys.list.new")
        await pilot.press("enter", "e")
        assert isinstance(app.screen, KeyScreen)
        assert "“edit”" in see(app)
        await pilot.press("g")
        assert "“go”" in see(app)
        await pilot.press("enter")
        assert "keeps its meaning" in see(app)
        await pilot.press("ampersand")
        assert app.settings.keys == {"list.new": "ampersand,f7"}
        await pilot.press("enter", "backspace")
        assert app.settings.keys == {}
        assert Settings.load(tmp_path / "settings.toml").keys == {}


async def test_the_language_changes_on_every_screen_without_a_restart(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "catalogue", lambda language: {"Language": "语言", "People": "人", "find": "查找"} if language == "zh" else {})
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "c")
        assert "People" in see(app)
        await pilot.press("g", "comma", "enter", "down", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, SettingsScreen)
        assert "语言" in see(app)
        await pilot.press("escape")
        assert app.current_mode == "people"
        await pilot.pause()
        assert "人" in see(app)
        assert "查找" in see(app)
        assert "People" not in see(app)
        assert "骏业" in see(app)
        await pilot.press("escape")
        assert "2026年11月23日" in see(app)
        assert Settings.load(tmp_path / "settings.toml").language == "zh"


async def test_the_language_stays_while_a_form_is_open(store: Store, tmp_path: Path) -> None:
    from deskbook.ui.form import Field, Form, FormScreen

    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(FormScreen(Form(name="x", title="x", fields=(Field(name="a", label="a"),), save=lambda *_: None)))
        await pilot.pause()
        await pilot.press("ctrl+g", "c")
        with pytest.raises(Refusal, match="form is open"):
            app.speak("zh")
        assert words.language() == "en"


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_is_taken(store: Store, tmp_path: Path, theme: str) -> None:
    app = desk(store, tmp_path, theme=theme)
    async with app.run_test(size=(80, 24)):
        assert app.theme == f"deskbook-{theme}"


async def test_without_colour_the_cursor_is_still_seen(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    app = desk(store, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.no_color
        await pilot.press("g", "comma")
        listed = app.screen.query_one(OptionList)
        assert listed.get_component_rich_style("option-list--option-highlighted").reverse


async def test_a_bad_setting_is_said_on_the_first_screen(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('theme = "pink"\n', encoding="utf-8")
    app = DeskApp(store, Settings.load(path), books=TINY)
    async with app.run_test(size=(80, 24)):
        assert app.said.refused
        assert "pink" in app.said.words


def test_a_crash_leaves_a_log_without_values_for_its_owner_only(home: Path) -> None:
    try:
        customer = "骏业 secret"
        raise RuntimeError(customer)
    except RuntimeError as error:
        sentence = crash_sentence(error)
    [log] = (home / "state" / "log").iterdir()
    assert str(log) in sentence
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "test_a_crash_leaves_a_log" in text
    assert "骏业" not in text


def test_a_crash_shows_one_sentence_and_no_traceback(store: Store, tmp_path: Path) -> None:
    store.close()
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("tiny", {os.fspath(Path(__file__))!r})
tiny = importlib.util.module_from_spec(spec); sys.modules["tiny"] = tiny; spec.loader.exec_module(tiny)
from deskbook.core.settings import Settings
from deskbook.core.store import Store
app = tiny.Falling(Store.open({os.fspath(store.path)!r}), Settings(), books=tiny.TINY)
app.run(headless=True)
sys.exit(app.return_code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "400"}, timeout=30)
    assert done.returncode == 1
    assert "deskbook had to stop" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "骏业" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1


def test_first_sight_needs_neither_sqlmodel_nor_the_other_books() -> None:
    code = (
        "import sys; import deskbook.app; late = {'sqlmodel', 'sqlalchemy', 'pydantic', 'babel', 'tomlkit', 'typer'};"
        "heavy = [m for m in sys.modules if m in late or m.startswith('deskbook.books.')];"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_the_first_change_needs_is_imported_after_the_first_paint() -> None:
    code = (
        "import sys; from deskbook.shelf import BOOKS, SETTINGS; from deskbook.app import _import_the_rest as fetch, _installed as stands;"
        "fetch([*(book for book in BOOKS if stands(book)), SETTINGS]);"
        "there = {'sqlmodel', 'deskbook.books.parties.commands', 'deskbook.books.parties.screen'} & set(sys.modules);"
        "sys.exit(0 if len(there) == 2 and 'deskbook.books.parties.screen' not in there else 1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_book_has_its_own_letter_and_name() -> None:
    letters = [book.letter for book in (*BOOKS, SETTINGS)]
    names = [book.name for book in (*BOOKS, SETTINGS)]
    assert len(set(letters)) == len(letters)
    assert len(set(names)) == len(names)
    assert BOOKS[0].name == DeskApp.DEFAULT_MODE
    assert not {"g", "slash"} & set(letters)


async def test_a_second_key_on_its_way_does_not_close_another_screen(tmp_path: Path) -> None:
    """Two letters in one breath: the first closes Go and changes the book, the second must not pop the book's own screen."""
    from tests.journeys.desk import at_the_desk

    async with at_the_desk(tmp_path) as hands:
        await hands.pilot.press("g")
        go = hands.app.screen
        go.dismiss("orders")
        go.dismiss("ledger")
        await hands.pilot.pause(0.3)
        assert hands.app.current_mode == "orders"
        assert len(hands.app.screen_stack) == 1
