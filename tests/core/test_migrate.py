"""A migration that is still to come: backed up first, all or nothing, and the walk back goes through it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from deskbook.core import backup, migrate
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify
from tests.core import shop

NEXT = migrate.latest() + 1
SCRIPT = """\
-- a colour for items, white for those that are there; and bins on the shelves
ALTER TABLE item ADD COLUMN colour TEXT NOT NULL DEFAULT 'white';
CREATE TABLE bin (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  place_id INTEGER NOT NULL REFERENCES place(id),
  label    TEXT NOT NULL DEFAULT 'a; b'
) STRICT;
INSERT INTO mark(tbl, kind, header, part) VALUES ('bin', 'plain', 'place', 'place_id');
INSERT INTO bin(place_id, label) SELECT id, code || '-1' FROM place;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed book of today's program: rows made, changed, deleted, voided, posted and mirrored."""
    with shop.opened(tmp_path / "shop.desk") as book:
        first = book.run(shop.add_item, code="710")
        book.run(shop.rename, item=first, name="board")
        book.run(shop.drop_place, place=book.run(shop.add_place, code="gone"))
        book.run(shop.receive, item=first, qty=9000)
        book.run(shop.order_and_send, item=first)
        book.run(shop.order, items=[first])
        book.undo()
        book.run(shop.receive, item=first, qty=2000)
        book.undo()
    return tmp_path / "shop.desk"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The program that knows one migration more."""
    give(monkeypatch, SCRIPT)
    return monkeypatch


def give(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> None:
    known = tuple(step for step in migrate.scripts() if step[0] < NEXT)
    found = (*known, *((NEXT + n, script) for n, script in enumerate(scripts)))
    monkeypatch.setattr(migrate, "scripts", lambda: found)
    monkeypatch.setattr(migrate, "latest", lambda: found[-1][0])


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    con = sqlite3.connect(path)
    tables = [name for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    found = {table: con.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    found["version"] = con.execute("PRAGMA user_version").fetchall()
    con.close()
    return found


def repaint(tx: Tx, *, item: int, colour: str) -> None:
    tx.con.execute("UPDATE item SET colour = ? WHERE id = ?", (colour, item))


def label(tx: Tx, *, place: int) -> None:
    tx.con.execute("INSERT INTO bin(place_id, label) VALUES (?, 'x')", (place,))


def test_rows_from_before_walk_back_through_it_and_are_taken_back_after_it(path: Path, newer: pytest.MonkeyPatch) -> None:
    old = content(path)
    with Store.open(path, clerk="Bo") as book:
        assert book.look.rows("SELECT id, code, colour FROM item") == [(1, "710", "white")]
        assert book.look.rows("SELECT place_id, label FROM bin ORDER BY place_id") == [(1, "shelf-1"), (2, "customer-1"), (3, "supplier-1")]
        assert verify(book.look.con) == []
        book.run(repaint, item=1, colour="red")
        book.run(shop.rename, item=1, name="panel")
        book.run(label, place=1)
        assert verify(book.look.con) == []
        for _ in range(3):
            book.undo()
        assert book.look.rows("SELECT name, colour FROM item") == [("board", "white")]
        with pytest.raises(Refusal):  # a migration is not taken back, nor is anything jumped over
            book.undo()
        with pytest.raises(Refusal, match="cannot be taken back"):
            book.undo(book.look.value("SELECT max(id) FROM step WHERE command = 'migrate'"))
        book.undo(book.look.value("SELECT id FROM step WHERE command = 'rename' ORDER BY id"))  # older work can be: columns were only added
        assert book.look.rows("SELECT name, colour FROM item") == [("710", "white")]
        assert verify(book.look.con) == []
        book.redo()
        book.undo(book.look.value("SELECT max(id) FROM step WHERE command = 'order_and_send'"))
        assert verify(book.look.con) == []
    now = content(path)
    assert {row[:-1] for row in now["item"]} == set(old["item"])
    assert now["step"][: len(old["step"])] == old["step"]
    with Store.open(path) as again:  # once
        assert again.look.value("SELECT count(*) FROM step WHERE command = 'migrate'") == NEXT


def test_a_verified_backup_of_the_old_book_comes_first(path: Path, newer: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> None:
    old = content(path)
    Store.open(path).close()
    (made,) = (path.parent / "backups").iterdir()
    assert made.name.endswith(f"-before-tables-{NEXT:04d}.desk")
    assert content(made) == old
    assert backup.thin(path.parent / "backups", "shop") == []


def test_without_the_backup_nothing_is_changed(path: Path, newer: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch) -> None:
    old = content(path)
    (path.parent / "backups").write_text("a file where the folder should be")
    with pytest.raises(Trouble, match="could not be written"):
        Store.open(path)
    assert content(path) == old


@pytest.mark.parametrize("n", range(5))
def test_an_interruption_leaves_the_old_book_and_the_next_time_finishes(path: Path, monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    old = content(path)
    parts = list(migrate.statements(SCRIPT))
    assert len(parts) == 4
    give(monkeypatch, "".join([*parts[:n], "SELECT no_such_thing FROM nowhere;\n", *parts[n:]]))
    with pytest.raises(Trouble):
        Store.open(path)
    assert content(path) == old
    assert not path.with_name(path.name + "-journal").exists()
    give(monkeypatch, SCRIPT)
    with Store.open(path) as book:
        assert verify(book.look.con) == []
        assert book.look.value("PRAGMA user_version") == NEXT


def test_of_two_migrations_the_one_that_failed_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, SCRIPT, "UPDATE item SET colour = NULL;\n")
    with pytest.raises(Refusal):
        Store.open(path)
    con = sqlite3.connect(path)
    assert con.execute("PRAGMA user_version").fetchone() == (NEXT,)
    assert verify(con) == []
    con.close()


def test_a_migration_that_would_lose_a_link_is_not_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = content(path)
    give(monkeypatch, "PRAGMA defer_foreign_keys = 1;\nDROP TRIGGER IF EXISTS j_place_d;\nDELETE FROM place WHERE id = 3;\n")
    with pytest.raises(Refusal):
        Store.open(path)
    assert content(path) == old


def test_a_backfilled_column_is_covered_by_the_digest(path: Path, newer: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    con = sqlite3.connect(path, isolation_level=None)
    trigger = con.execute("SELECT sql FROM sqlite_schema WHERE name = 'j_item_u'").fetchone()[0]
    con.execute("DROP TRIGGER j_item_u")
    con.execute("UPDATE item SET colour = 'black' WHERE id = 1")
    con.execute(trigger)
    faults = verify(con)
    con.close()
    assert len(faults) == 1
    assert "migrate" in faults[0]


def test_the_older_program_refuses_the_newer_book_and_writes_nothing(path: Path, newer: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    newer.undo()
    before = path.read_bytes()
    names = sorted(each.name for each in path.parent.iterdir())
    for read_only, desk in ((False, False), (True, False), (False, True)):
        with pytest.raises(Trouble, match=f"newer deskbook .tables {NEXT}, this program knows {NEXT - 1}"):
            Store.open(path, read_only=read_only, desk=desk)
    assert path.read_bytes() == before
    assert sorted({each.name for each in path.parent.iterdir()} - {"shop.desk.lock"}) == sorted(set(names) - {"shop.desk.lock"})
    (kept,) = (path.parent / "backups").iterdir()
    assert backup.restore(kept, path.with_name("old.desk"))[0] > 0  # the way back to the older program


def test_a_reader_of_an_old_book_changes_nothing(path: Path, newer: pytest.MonkeyPatch) -> None:
    before = content(path)
    with Store.open(path, read_only=True) as book:
        assert book.look.value("SELECT count(*) FROM item") == 1
    assert content(path) == before
    assert not (path.parent / "backups").exists()
