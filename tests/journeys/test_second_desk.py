"""What a desk says when it opens: that it only reads, or that something half-typed waits; and a refusal is seen whole."""
from __future__ import annotations

import shutil
from pathlib import Path

from deskbook.app import DeskApp
from deskbook.core.refusal import Refusal
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.ui.parked import Parked
from tests.journeys.desk import sample
from tests.ui.seeing import see


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


async def test_a_second_desk_says_that_it_only_reads(tmp_path: Path) -> None:
    book = tmp_path / "office.desk"
    shutil.copy(sample(), book)
    with Store.open(book, desk=True), Store.open(book, desk=True) as second:
        app = DeskApp(second, Settings(path=tmp_path / "settings.toml"))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.2)
            assert "another desk holds this book" in shown(app)
            await pilot.press("g", "o")
            await pilot.pause(0.2)
            await pilot.press("g", "t")
            await pilot.pause(0.2)
            assert "reading only" in shown(app)


async def test_what_was_half_typed_is_said_when_the_desk_opens(tmp_path: Path) -> None:
    book = tmp_path / "office.desk"
    shutil.copy(sample(), book)
    with Store.open(book, desk=True) as store:
        app = DeskApp(store, Settings(path=tmp_path / "settings.toml"))
        app.parked = Parked(tmp_path / "parked.json")
        app.parked.keep("task", {"fields": {"text": "ring Anka"}})
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.2)
            assert "Half-typed and kept: 1." in shown(app)
            app.refuse(Refusal("", " ".join(["nothing of it is on a shelf;"] * 4) + " LAST"))
            await pilot.pause(0.2)
            assert "LAST" in shown(app)
            assert "^p all" in shown(app)
