"""What the disk says reaches the person: after the step that was saved only just, and at midnight without ending the desk."""
from __future__ import annotations

from pathlib import Path

import pytest

from deskbook.app import DeskApp
from deskbook.core import reserve
from deskbook.core.refusal import Trouble
from deskbook.core.settings import Settings
from deskbook.core.store import Store
from deskbook.core.words import N_
from deskbook.exchange.found import create


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create(tmp_path / "office.desk", company="Hengda", clerk="Ann").close()
    return tmp_path / "office.desk"


async def test_a_warning_of_the_store_stands_after_what_the_step_said(path: Path) -> None:
    with Store.open(path, clerk="Ann", desk=True) as store:
        app = DeskApp(store, Settings(), books=())
        async with app.run_test(size=(80, 24)) as pilot:
            store.warn(Trouble(N_("The disk is full. This was saved in the room kept for it, and there is no more: make room now.")))
            app.told("added a task")
            await pilot.pause()
            assert app.said.refused
            assert "make room now" in app.said.words


async def test_a_desk_keeps_room_and_midnight_on_a_full_disk_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path, clerk="Ann", desk=True) as store:
        app = DeskApp(store, Settings(), books=())

        def full() -> None:
            raise Trouble(N_("The disk is full; nothing of this was saved, everything before it is safe in {path}."), path="x")

        monkeypatch.setattr(store, "turn_day", full)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()
            assert reserve.reserve_path(path).stat().st_size == reserve.SIZE
            app._turn_day()
            assert "disk is full" in app.said.words
    with Store.open(path) as script:
        reserve.release(path)
        script.keep_reserve()
        assert not reserve.reserve_path(path).exists(), "only who holds the desk keeps one"
