"""The whole desk on the sample company, driven by real keys that are counted."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.core.settings import Settings
from deskbook.core.store import Store

SIGNS = {" ": "space", "-": "minus", ".": "full_stop", ",": "comma", "*": "asterisk", "/": "slash", "+": "plus"}


@lru_cache
def sample(language: str = "en") -> Path:
    """The sample company's book, made once a session; tests work on copies."""
    from deskbook.exchange.sample import make_sample

    path = Path(mkdtemp(prefix="deskbook-tests-")) / f"{language}.desk"
    make_sample(path, language=language).close()
    return path


class Hands:
    """Presses keys and counts them; what is typed as a fact is not counted."""

    def __init__(self, app: DeskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.keys = 0

    @property
    def store(self) -> Store:
        """The book."""
        return self.app.store

    async def press(self, *keys: str) -> None:
        """Keys that count."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0.05)
            self.keys += 1

    async def type(self, text: str) -> None:
        """The characters of a fact."""
        await self.pilot.press(*(SIGNS.get(char, char) for char in text))
        await self.pilot.pause(0.3)  # a lookup or a find waits a moment for the next character

    def value(self, sql: str, **params: Any) -> Any:
        """One value of the book."""
        return self.store.look.value(sql, **params)


@asynccontextmanager
async def at_the_desk(tmp_path: Path, *, language: str = "en", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Hands]:
    """The desk open on Today, on a copy of the sample company."""
    book = tmp_path / "office.desk"
    shutil.copy(sample(language), book)
    with Store.open(book, clerk="Ann") as store:
        app = DeskApp(store, Settings(language=language, path=tmp_path / "settings.toml"))
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.2)
            yield Hands(app, pilot)
