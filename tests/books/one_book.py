"""The desk with one or two of its books, for the tests of a book's screens."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

import deskbook.app
from deskbook.app import DeskApp
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.shelf import BOOKS


def desk_of(book: Store, tmp_path: Path, *names: str) -> DeskApp:
    """The desk over these books only, open on the first."""
    few = tuple(sorted((each for each in BOOKS if each.name in names), key=lambda each: names.index(each.name)))

    class Few(DeskApp):
        DEFAULT_MODE = names[0]
        CSS_PATH = str(Path(deskbook.app.__file__).with_name("ui") / "desk.tcss")  # Textual looks beside the subclass

    return Few(book, Settings(path=tmp_path / "settings.toml"), books=few)


async def keys(pilot: Pilot[Any], text: str, *then: str) -> None:
    """The characters of a text (letters, digits, blanks, dashes), then more keys by name."""
    names = {" ": "space", "-": "minus", ".": "full_stop", ",": "comma"}
    await pilot.press(*(names.get(char, char) for char in text), *then)
    await pilot.pause()
