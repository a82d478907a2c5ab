"""The glance at the book when the desk opens."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from deskbook.core import days
from deskbook.core.look_over import look_over
from deskbook.core.night import tell
from deskbook.core.store import Store
from tests.core import shop

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.desk"
    with shop.opened(path) as store:
        store.run(shop.add_item, code="710")
    return path


def test_a_sound_book_says_nothing(book: Path) -> None:
    assert look_over(book) == []


def test_a_row_changed_by_hand_is_told(book: Path) -> None:
    con = sqlite3.connect(book, isolation_level=None)
    trigger = con.execute("SELECT sql FROM sqlite_schema WHERE name = 'j_item_u'").fetchone()[0]
    con.execute("DROP TRIGGER j_item_u")
    con.execute("UPDATE item SET name = 'x'")
    con.execute(trigger)
    con.close()
    assert "add_item" in look_over(book)[0]


def test_an_older_copy_in_the_book_s_place_is_told(book: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copy(book, old)
    with Store.open(book) as store:
        store.run(shop.add_item, code="711")
        tell(book, ok=True, at=days.now(), digest=store.position[1])
    assert look_over(book) == []
    shutil.copy(old, book)
    assert "older or another book" in look_over(book)[0]


def test_a_disk_that_is_nearly_full_is_told(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 5 * 2**20))
    assert look_over(book) == ["The disk has only 5 MB left; make room before it is full."]


def test_a_clock_that_was_set_back_is_told(book: Path) -> None:
    at = days.now()
    days.set_clock(lambda: at - timedelta(days=2))
    assert "clock is behind" in look_over(book)[0]
