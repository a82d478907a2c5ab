"""How the desk looks: pictures of the main screens on the sample company, at one moment of one day.

A change that is meant: `pytest tests/ui/test_pictures.py --snapshot-update`, then look at every picture that changed. What a screen does is asked
elsewhere; these only notice that it looks otherwise. The settings have none: the keys they list are those of all screens that this process knows.
Fonts and the ids that are drawn by lot are taken out of the pictures, paths are never in them.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
import pytest_textual_snapshot
from rich.cells import cell_len
from tests.ui.seeing import see
from textual.pilot import Pilot
from textual.widgets import Input

from deskbook.app import DeskApp
from deskbook.core import days
from deskbook.core.settings import Settings
from deskbook.core.store import Store

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NARROW, WIDE = (80, 24), (140, 40)
SIGNS = {" ": "space", "-": "minus", ".": "full_stop"}
LOOK_ALIKE = "SELECT no FROM v_order_line WHERE code LIKE 'BVM7-7%-8505' AND open > 0 AND held = 'confirmed' ORDER BY code DESC, id DESC LIMIT 1"
"""An order that waits for a board which is easily taken for another."""


@dataclass(frozen=True)
class Scene:
    """keys: from Today; "=text" is typed, "@no" is the number of the order of LOOK_ALIKE. until: in the language of the scene, what must be seen."""

    keys: tuple[str, ...]
    until: dict[str, str]


TWO_LINES = ("=0262099247", "enter", "=HSK-40", "enter", "=3", "enter", "enter", "=CON-6P", "enter", "=10", "enter", "enter")
"""A customer by the telephone, and two items."""

SCENES = {
    "today": Scene((), {"en": "SGS report", "zh": "SGS报告"}),
    "orders": Scene(("g", "o"), {"en": "Wanda Ligh", "zh": "万安达照明"}),
    "form": Scene(("g", "o", "n", *TWO_LINES), {"en": "4.70", "zh": "34.20"}),
    "check": Scene(("g", "o", "slash", "@no", "enter", "m"), {"en": "easily taken for", "zh": "D-2026-"}),
    "low": Scene(("g", "w"), {"en": "HSK-60", "zh": "HSK-60"}),
    "ledger": Scene(("g", "l", "end"), {"en": "closing", "zh": "期末"}),
    "tasks": Scene(("g", "j"), {"en": "SGS report", "zh": "SGS报告"}),
    "card": Scene(("g", "i", "slash", "=BVM7-720-8505", "enter", "enter"), {"en": "lead time", "zh": "到货周期"}),
    "ageing": Scene(("g", "D"), {"en": "91+", "zh": "91+"}),
    "chase": Scene(("g", "x"), {"en": "level", "zh": "级"}),
    "payment": Scene(("g", "v", "n"), {"en": "account", "zh": "账户"}),
    "quotes": Scene(("g", "e"), {"en": "good until", "zh": "有效"}),
    "report": Scene(("g", "z", "enter", "y"), {"en": "share", "zh": "占"}),
    "go": Scene(("g",), {"en": "Settings", "zh": "设置"}),
    "help": Scene(("g", "o", "question_mark"), {"en": "One row up", "zh": "上移一行"}),
}
PICTURES = (
    *((name, "en", NARROW, "dark") for name in ("today", "orders", "form", "check", "low", "ledger", "tasks", "card", "go", "help")),
    *((name, "zh", NARROW, "dark") for name in ("today", "orders", "form", "check", "low", "ledger", "card", "help")),
    *((name, "zh", NARROW, "dark") for name in ("ageing", "chase", "payment", "quotes", "report")),
    *((name, "en", NARROW, "dark") for name in ("ageing", "payment", "report")),
    ("orders", "en", WIDE, "dark"),
    ("low", "zh", WIDE, "dark"),
    ("low", "en", NARROW, "light"),
    ("check", "en", NARROW, "contrast"),
)
"""Scene, language, cells of the terminal, theme."""


@pytest.fixture(autouse=True)
def fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One moment, one zone, nothing of this machine, no cursor that blinks, and pictures without fonts."""
    days.set_zone("UTC")
    days.set_clock(lambda: NOW)
    monkeypatch.setenv("DESKBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(Input.cursor_blink, "_default", False)
    monkeypatch.setattr(pytest_textual_snapshot, "normalize_svg", bare)


def bare(svg: str) -> str:
    """The picture without what is not a look: fonts to be fetched, ids drawn by lot."""
    svg = re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"\bterminal-\d+-([\w-]+)", r"terminal-\1", svg)


@lru_cache
def sample(language: str) -> Path:
    """The sample company of that moment, made once a process."""
    from deskbook.exchange.sample import make_sample

    path = Path(mkdtemp(prefix="deskbook-pictures-")) / f"{language}.desk"
    make_sample(path, language=language).close()
    return path


def play(scene: Scene, language: str) -> Callable[[Pilot[None]], object]:
    """Press the keys of a scene and wait until it stands still."""

    async def still(pilot: Pilot[None], until: str = "") -> None:
        before: list[str] = []
        for _try in range(100):
            await pilot.pause(0.05)
            now = see(pilot.app)
            if now == before and any(until in line for line in now):
                return
            before = now
        raise AssertionError(f"“{until}” is not on the screen:\n" + "\n".join(before))

    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DeskApp)
        await still(pilot)
        for key in scene.keys:
            text = str(app.store.look.value(LOOK_ALIKE)) if key == "@no" else key[1:]
            if key[0] in "=@":
                await pilot.press(*(SIGNS.get(char, char) for char in text))
                await pilot.pause(0.3)  # a lookup waits a moment for the next character
            else:
                await pilot.press(key)
            await still(pilot)
        await still(pilot, scene.until[language])

    return run


@pytest.mark.parametrize(
    ("name", "language", "size", "theme"), PICTURES, ids=lambda part: f"{part[0]}x{part[1]}" if isinstance(part, tuple) else str(part)
)
def test_looks(tmp_path: Path, snap_compare: Callable[..., bool], name: str, language: str, size: tuple[int, int], theme: str) -> None:
    book = tmp_path / "office.desk"
    shutil.copy(sample(language), book)
    with Store.open(book, clerk="Ann") as store:
        app = DeskApp(store, Settings(language=language, theme=theme))
        assert snap_compare(app, terminal_size=size, run_before=play(SCENES[name], language))


def test_looks_without_colour(tmp_path: Path, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR: everything is grey, and what colour says is said by a sign as well."""
    monkeypatch.setenv("NO_COLOR", "1")
    book = tmp_path / "office.desk"
    shutil.copy(sample("en"), book)
    seen: dict[str, str] = {}

    async def run(pilot: Pilot[None]) -> None:
        await play(SCENES["low"], "en")(pilot)  # type: ignore[misc]  # run_before may be a coroutine or not; this one is
        seen["svg"] = pilot.app.export_screenshot()

    with Store.open(book, clerk="Ann") as store:
        assert snap_compare(DeskApp(store, Settings()), terminal_size=NARROW, run_before=run)
    # The dots and the title in the frame of the picture are the only colours.
    colours = set(re.findall(r"#[0-9a-f]{6}", seen["svg"])) - {"#ff5f57", "#febc2e", "#28c840", "#c5c8c6"}
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours), colours


def test_pictures_hold_nothing_of_the_machine() -> None:
    folder = Path(__file__).parent / "__snapshots__" / "test_pictures"
    pictures = sorted(folder.glob("*.svg"))
    assert len(pictures) == len(PICTURES) + 1
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        for word in ("@font-face", "https:", str(Path.home()) + os.sep, "/tmp/", "deskbook-pictures", os.environ.get("USER", "") or "\0"):
            assert word not in text, (picture.name, word)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_columns_of_a_list_stand_under_each_other(tmp_path: Path, language: str) -> None:
    """Judged in cells: a picture viewer draws Chinese characters at its own width."""
    book = tmp_path / "office.desk"
    shutil.copy(sample(language), book)
    with Store.open(book, clerk="Ann") as store:
        app = DeskApp(store, Settings(language=language))
        async with app.run_test(size=NARROW) as pilot:
            await play(SCENES["low"], language)(pilot)  # type: ignore[misc]  # as above
            rows = [line for line in see(app) if re.search(r"\d{3} \d{3} \d{4}$", line)]
            assert len(rows) > 8
            assert {cell_len(line) - 12 for line in rows} == {68 - 1}, "the phones stand in one column"
