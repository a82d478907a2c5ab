"""A large book is exported where it lies, while others write to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deskbook.books.parties.commands import add_party
from deskbook.core.store import Store
from deskbook.exchange import export, stream_table
from deskbook.exchange.found import create
from deskbook.exchange.moment import Moment, moment


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Ten parties in a book that counts as large, read three rows at a time."""
    monkeypatch.setattr("deskbook.exchange.moment.SMALL", 0)
    monkeypatch.setattr(stream_table, "BATCH", 3)
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        for n in range(10):
            store.run(add_party, name=f"Company {n}", roles=("customer",))
        yield store


def said(path: Path) -> tuple[int, list[str]]:
    """The step a jsonl names, and the names in it."""
    first, *rows = [json.loads(line) for line in path.read_text().splitlines()]
    return first["as_of"]["step"], [row["name"] for row in rows]


def copies(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The books of which a moment was held from now on."""
    held: list[Path] = []
    plain = moment

    def counted(path: Path, **how: Any) -> Any:
        held.append(path)
        return plain(path, **how)

    monkeypatch.setattr(export, "moment", counted)
    return held


def test_nothing_is_copied_while_nobody_writes(book: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, out = copies(monkeypatch), tmp_path / "parties.jsonl"
    assert export.export(book.path, "parties", out, form="jsonl", noted=True)[0] == 10
    step, names = said(out)
    assert step == book.position[0]
    assert sorted(names) == [f"Company {n}" for n in range(10)]
    assert held == []


def test_a_commit_needs_not_wait_and_the_file_is_of_one_moment(book: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, out, plain = copies(monkeypatch), tmp_path / "parties.jsonl", export.write
    book._con.execute("PRAGMA busy_timeout = 0")

    def disturbed(held_still: Moment, *what: Any, **how: Any) -> int:
        if not held:
            held_still.con.execute("SELECT name FROM party LIMIT 1").fetchall()
            book.run(add_party, name="One more", roles=("customer",))  # would be refused if the export held the book
        return plain(held_still, *what, **how)

    monkeypatch.setattr(export, "write", disturbed)
    assert export.export(book.path, "parties", out, form="jsonl", noted=True)[0] == 11
    step, names = said(out)
    assert step == book.position[0]
    assert "One more" in names
    assert held == [book.path]
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".desk", ".jsonl")] == []
