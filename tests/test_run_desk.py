"""What the command line gives the desk when it opens it."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deskbook.app import DeskApp
from deskbook.cli.starting import run_desk
from deskbook.core.paths import HOME, parked_path
from deskbook.core.settings import Settings
from deskbook.exchange.found import create
from deskbook.ui.parked import Parked


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Parked | None]:
    """The half-typed forms of every desk that was run, instead of its screens."""
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    seen: list[Parked | None] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(DeskApp, "run", lambda self, **_how: seen.append(self.parked))
    return seen


def test_what_is_half_typed_is_kept_for_each_book_by_itself(tmp_path: Path, opened: list[Parked | None]) -> None:
    for folder in ("a", "b"):
        create(tmp_path / folder / "book.db", company="Hengda", clerk="Ann", language="en").close()
        run_desk(tmp_path / folder / "book.db", Settings.load(), "en", "Ann")
    first, second = opened
    assert first is not None
    assert second is not None
    first.keep("task", {"fields": {"text": "call Junye"}})
    assert Parked(parked_path(tmp_path / "a" / "book.db")).offered("task") is not None
    assert Parked(second.path).offered("task") is None


def test_a_trial_and_a_second_desk_keep_nothing(tmp_path: Path, opened: list[Parked | None]) -> None:
    book = tmp_path / "book.db"
    with create(book, company="Hengda", clerk="Ann", language="en"):
        pass
    trial = Settings.load()
    trial.path = None
    run_desk(book, trial, "en", "Ann")
    from deskbook.core.store import Store

    with Store.open(book, desk=True):
        run_desk(book, Settings.load(), "en", "Ann")
    assert opened == [None, None]
