"""Hostile texts in the book never reach the terminal as what they are: on every screen, and from every command, in a real pty."""

from __future__ import annotations

import json
import re
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from deskbook.app import DeskApp
from deskbook.core.listing import Ask
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.exchange.export import WHAT
from tests.faults.hostile import DESKBOOK, HOSTILE, MARKUP, SEQUENCES, in_a_terminal, leaks, poisoned

SCREENS = ("orders", "shipments", "items", "stock", "low", "moves", "purchases", "parties", "ledger", "accounts", "tasks")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a pty is opened on Linux only")


@lru_cache
def clean_sample() -> Path:
    """The sample company, made once a process."""
    from deskbook.exchange.sample import make_sample

    path = Path(mkdtemp(prefix="deskbook-hostile-")) / "clean.desk"
    make_sample(path).close()
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book all of whose texts are hostile."""
    return poisoned(clean_sample(), tmp_path / "hostile.desk")


@pytest.fixture
def naughty(tmp_path: Path, shared: Path) -> Path:
    """The same with the big list of naughty strings among them."""
    source = shared / "data" / "messy" / "strings" / "blns.json"
    texts = tuple(text for text in json.loads(source.read_text(encoding="utf-8")) if text)
    assert len(texts) > 500
    return poisoned(clean_sample(), tmp_path / "naughty.desk", texts)


class Seen:
    """What was drawn so far: every segment as the terminal would get it."""

    def __init__(self) -> None:
        self.text = ""
        self.leaks: dict[str, str] = {}

    def look(self, app: App[Any], where: str) -> None:
        """Take in the screen as it is now."""
        for strip in app.screen._compositor.render_strips():  # what is handed to the driver; there is no public door to it
            for segment in strip:
                if segment.control:
                    self.leaks.setdefault(where, f"control {segment.control}")
                if found := leaks(segment.text):
                    self.leaks.setdefault(where, f"{found} in {segment.text!r}")
                style = segment.style
                if style and (style.link or "quit" in str(style.meta.get("@click", ""))):
                    self.leaks.setdefault(where, f"acts: {segment.text!r}")
            self.text += "".join(segment.text for segment in strip) + "\n"


async def walk(app: DeskApp, pilot: Pilot[Any], seen: Seen, *, forms: bool) -> None:
    """Every book: its list, card and actions, and its forms if asked for; then help, filter, go, settings, the palette, the check."""

    async def press(where: str, *keys: str) -> None:
        for key in keys:
            await pilot.press(key)
        await pilot.pause()
        seen.look(app, f"{where} {' '.join(keys)}")

    async def back(book: str) -> None:
        for _n in range(6):
            if len(app.screen_stack) == 1:
                return
            await pilot.press("escape")
            seen.look(app, f"{book} on the way back")
        raise AssertionError(f"{book}: {app.screen}")

    async def show(name: str) -> None:
        app.go(name, Ask())
        await pilot.pause(0.1)
        seen.look(app, name)
        if any(view.name == "all" for view in app.screen.LISTING.views):  # type: ignore[attr-defined]  # all of these are list screens
            app.go(name, Ask(view="all"))
            await pilot.pause(0.05)

    await press("today", "tab", "down", "tab")
    for name in SCREENS:
        await show(name)
        for _page in range(3):
            await press(name, "pagedown")
        for keys in (("ctrl+o",), ("enter",), ("full_stop",), *((("n",), ("e", "down")) if forms else ())):
            await press(name, *keys)
            await back(name)
    for keys in (("question_mark",), ("f",), ("x",), ("g",), ("g", "comma")):
        await press("tasks", *keys)
        await back("tasks")
    for query in ("wanda", "bvm7", "2026"):
        await press("palette", "ctrl+p", *query)
        await pilot.pause(0.4)
        seen.look(app, f"palette {query}")
        await back("palette")
    await show("orders")
    await press("orders", "end", "e", "down", "down", "down", "down")
    await back("orders")
    await show("shipments")
    await press("check", "enter")
    await back("check")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_no_screen_lets_a_hostile_text_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: Path, language: str) -> None:
    monkeypatch.setenv("DESKBOOK_HOME", str(tmp_path / "home"))
    seen = Seen()
    with Store.open(book, clerk="Ann") as store:
        app = DeskApp(store, Settings(language=language, clerk="A\x1b[666mnn"))
        async with app.run_test(size=(140, 40) if language == "zh" else (80, 24)) as pilot:
            await pilot.pause(0.2)
            await walk(app, pilot, seen, forms=language == "en")
    assert not seen.leaks, "\n".join(f"{where}: {what}" for where, what in seen.leaks.items())
    for shown in ("␛[666", "␛]52", "\\x9b666", "\\u202e", "⏎", "␇", "<␁>", "<␡>", "<\\x85>", *MARKUP[:3], "{company}"):
        assert shown in seen.text, f"{shown!r} was never seen as it is"


async def test_naughty_strings_crash_no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, naughty: Path) -> None:
    monkeypatch.setenv("DESKBOOK_HOME", str(tmp_path / "home"))
    seen = Seen()
    with Store.open(naughty, clerk="Ann") as store:
        app = DeskApp(store, Settings())
        async with app.run_test(size=(200, 60)) as pilot:
            await pilot.pause(0.2)
            for name in SCREENS:
                app.go(name, Ask(view="all" if name in ("orders", "items", "moves", "parties") else ""))
                for _page in range(6):
                    await pilot.press("pagedown")
                    await pilot.pause()
                    seen.look(app, name)
    assert not seen.leaks, "\n".join(f"{where}: {what}" for where, what in seen.leaks.items())
    assert "Ω≈ç√∫˜µ≤≥÷" in seen.text


class Careless(Widget):
    """A widget that draws what it is given."""

    def render_line(self, y: int) -> Strip:
        """The hostile text as it is."""
        from rich.segment import Segment

        return Strip([Segment(HOSTILE[y % len(HOSTILE)])])


async def test_a_careless_screen_would_be_seen() -> None:
    """The control: the same look finds what a careless widget lets out."""

    class Control(App[None]):
        def compose(self) -> ComposeResult:
            yield Careless()

    seen = Seen()
    app = Control()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen.look(app, "control")
    assert "U+001B" in str(seen.leaks)


# -- in a pty --------------------------------------------------------------------------------------------------------------

OURS = re.compile(rb"\x1b\[[0-9;?<>=$ ]*[A-Za-z]|\x1b\]22;[a-z]+\x07|\x1b[78=>]|\x1b\(B")
"""What Textual's driver itself sends: colours, places, modes, the shape of the pointer."""
DATA = (b"666", b"]52;", b"]0;HOSTILE", b"]8;;", b"SE9TVElMRQ==\x07")
"""Parts of the hostile sequences that no sequence of the driver has, after an escape."""


def escaped(sent: bytes, *, drawn: bool = False) -> list[str]:
    """Hostile characters among the bytes a terminal got. drawn: by the desk, whose own sequences are taken out first."""
    found = [f"sequence {part!r}" for part in re.findall(rb"\x1b[\[\]P_^X][^\x1b\x07]{0,12}", sent) if any(data in part[1:] for data in DATA)]
    rest = OURS.sub(b"", sent) if drawn else sent
    if drawn:
        rest = rest.replace(b"\x07", b"")  # the desk rings when it refuses
    return found + leaks(rest.decode("utf-8").replace("\r\n", "").replace("\n", ""))


@linux
def test_the_desk_in_a_terminal_sends_its_own_sequences_only(tmp_path: Path, book: Path) -> None:
    keys = [b"\t"]
    for letter in b"osikwmpclaj":
        keys += [b"g" + bytes([letter]), b"\x1b[6~", b"\x0f", b"\x1b"]
    keys += [b"\x10wanda", b"\x1b", b"?", b"\x1b", b"\x11"]
    code, sent = in_a_terminal(*DESKBOOK, "--desk", book, home=tmp_path / "home", keys=tuple(keys))
    assert code == 0
    assert len(sent) > 50_000
    assert "␛".encode() in sent
    assert not escaped(sent, drawn=True)


@linux
def test_no_command_lets_a_hostile_text_out(tmp_path: Path, book: Path) -> None:
    home = tmp_path / "home"
    bad = tmp_path / "bad\x1b[666m.csv"
    rows = [f'"{n}","x","{text}"\n' for n, text in enumerate(HOSTILE) if "\x00" not in text]
    bad.write_text("code,name,minimum stock\n" + "".join(rows), encoding="utf-8")
    worse = tmp_path / "\x1b]0;HOSTILE\x07.desk"
    desk = ("--desk", str(book))
    commands: list[tuple[str, ...]] = [
        *((*desk, "export", what) for what in (*WHAT, "day-sheet")),
        (*desk, "export", "orders", "--format", "jsonl"),
        (*desk, "export", "items", "--raw"),
        (*desk, "export", "items\x1b[666m"),
        (*desk, "export", "items", "--view", "\x1b]52;c;x\x07"),
        (*desk, "export", "items", "--format", "\x9b666m"),
        (*desk, "export", "orders", "--from", "\x1b[666m"),
        (*desk, "export", "items", "-o", str(tmp_path / "no\x1b[666m" / "x.csv")),
        (*desk, "check"),
        (*desk, "verify"),
        (*desk, "where"),
        (*desk, "backup", str(tmp_path / "kept\u202e")),
        (*desk, "nightly", str(tmp_path / "night\x1b[666m"), "--schedule", "\x1b[666m"),
        (*desk, "nightly", str(tmp_path / "night\x1b[666m"), "--schedule", "cron"),
        (*desk, "nightly", str(tmp_path / "night\x1b[666m")),
        (*desk, "import", "items", str(bad), "--dry-run"),
        (*desk, "import", "items\x1b[666m", str(bad)),
        (*desk, "import", "items", str(bad), "--map", "\x1b[666m"),
        (*desk, "import", "items", str(bad), "--encoding", "\x1b[666m"),
        (*desk, "import", "items", str(bad), "--sheet", "\x1b[666m"),
        (*desk, "restore", str(book)),
        (*desk, "restore", str(book), "--to", str(tmp_path / "to\x1b[666m")),
        ("--desk", str(worse), "verify"),
        ("--desk", str(worse), "new", "C\x1b[666m"),
        ("--desk", str(worse), "new", "Company"),
        ("--desk", str(worse), "where"),
        ("--lang", "\x1b[666m", "where"),
        ("demo", "--lang", "\x1b[666m"),
        ("demo", "--make", str(tmp_path / "demo\x1b[666m.desk")),
        ("\x1b[666m",),
        ("export", "--\x1b[666m"),
        ("verify", "--last", "\x1b[666m"),
    ]
    wrong = {}
    seen = b""
    for arguments in commands:
        code, sent = in_a_terminal(*DESKBOOK, *arguments, home=home, keys=(b"n\n",))
        seen += sent
        if (found := escaped(sent)) or b"Traceback" in sent or b"should not" in sent or code not in (0, 1, 2, 3, 4):
            wrong[" ".join(arguments[-3:])] = (code, found[:3], sent[-300:])
    assert not wrong, "\n".join(f"{command!a}: {what}" for command, what in wrong.items())
    for shown in ("␛[666", "\\x9b666", "\\u202e"):
        assert shown in seen.decode(), shown


@linux
def test_a_careless_command_would_be_seen(tmp_path: Path) -> None:
    """The control: the same pty and the same eyes find every one of the sequences in a program that prints them."""
    for text in SEQUENCES[:16]:
        _code, sent = in_a_terminal(sys.executable, "-c", f"import sys; sys.stdout.buffer.write({text.encode()!r})", home=tmp_path)
        if text not in ("a\nb",):
            assert escaped(sent), repr(text)
    _code, sent = in_a_terminal(sys.executable, "-c", f"print({MARKUP[0]!r})", home=tmp_path)
    assert not escaped(sent)
