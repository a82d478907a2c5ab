"""Backups: consistent while others write, proved before they count, thinned by rule, brought back beside and never over."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskbook.core import backup, days
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store
from deskbook.core.verify import verify
from tests.core import shop


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed book with some work in it."""
    with shop.opened(tmp_path / "shop.desk") as book:
        for code in ("a", "b", "c"):
            book.run(shop.receive, item=book.run(shop.add_item, code=code), qty=5000)
    return tmp_path / "shop.desk"


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with Store.open(path, read_only=True) as book:
        return {table: book.look.rows(f"SELECT * FROM {table}") for table in (*shop.TABLES, "step", "change")}


def test_snapshots_taken_while_another_writes_are_each_one_moment(path: Path, tmp_path: Path) -> None:
    """Twenty copies during a writer's work: each walks back to the empty book, and none is older than what was acknowledged before it began."""
    acknowledged = [0]
    stop = threading.Event()

    def write() -> None:
        with Store.open(path) as book, book.hurried():
            while not stop.is_set():
                book.run(shop.receive, item=1, qty=1000)
                book.run(shop.order_and_send, item=1)
                acknowledged[0] = book.position[0]

    writer = threading.Thread(target=write)
    writer.start()
    try:
        at = []
        for n in range(20):
            before = acknowledged[0]
            copy = tmp_path / f"copy-{n}.desk"
            backup.snapshot(path, copy)
            at.append((copy, before))
    finally:
        stop.set()
        writer.join()
    reached = []
    for copy, before in at:
        step, _digest = backup.prove(copy)
        assert step >= before
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        reached.append(step)
    assert reached == sorted(reached)
    assert reached[-1] > reached[0], "the writer did nothing meanwhile"


def test_a_backup_is_the_book_and_is_named_by_its_moment_and_step(path: Path, tmp_path: Path) -> None:
    made = backup.keep(path, tmp_path / "backups")
    assert made.name == "shop-2026-11-23T013000-S000011.desk"  # four migrations, the beginning, three items, three receipts
    assert rows(made) == rows(path)
    again = backup.keep(path, tmp_path / "backups")  # the same second: beside the first, not over it
    labelled = backup.keep(path, tmp_path / "backups", label="before-restore")
    assert sorted(p.name for p in (tmp_path / "backups").iterdir()) == sorted(p.name for p in (made, again, labelled))
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700
    assert backup.made_at(made, "shop") == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert backup.made_at(labelled, "shop") is None
    assert backup.newest(tmp_path / "backups", "shop") in ((made, datetime(2026, 11, 23).date()), (again, datetime(2026, 11, 23).date()))


def test_a_copy_that_does_not_verify_does_not_count(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backup.snapshot

    def bad(source: Path, target: Path) -> None:
        real(source, target)
        body = target.read_bytes()
        at = body.rindex(b"Junye")
        target.write_bytes(body[:at] + b"June " + body[at + 5 :])

    monkeypatch.setattr(backup, "snapshot", bad)
    with pytest.raises(Trouble, match="not sound"):
        backup.keep(path, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
    assert backup.newest(tmp_path / "backups", "shop") is None


def test_a_backup_that_cannot_be_written_leaves_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(path)
    with pytest.raises(Trouble, match=r"could not be written.*book itself is untouched"):
        backup.snapshot(path, tmp_path / "no such folder" / "a.desk")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Refusal, match="there already"):
        backup.snapshot(path, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "a file"
    with pytest.raises(Trouble, match="could not be written"):
        backup.keep(path, tmp_path / "taken")  # a file where the folder should be
    assert rows(path) == before


def test_seven_days_five_weeks_and_twenty_four_months_stay(tmp_path: Path) -> None:
    """A backup every night for three years: what stays is counted on the calendar by hand.

    The last is Sunday 2026-11-22. Days: 16-22 Nov. Weeks end on Sundays: 22, 15, 8, 1 Nov, 25 Oct. Months: the last day of each, to Dec 2024.
    """
    folder = tmp_path / "backups"
    folder.mkdir()
    last = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    for n in range(3 * 365):
        at = last - timedelta(days=n)
        (folder / f"shop-{at:%Y-%m-%dT%H%M%S}-S{2000 - n:06d}.desk").touch()
    others = ["shop-2020-01-01T000000-S000001-before-tables-0002.desk", "shopping-2020-01-01T000000-S000001.desk", "notes.txt"]
    for name in others:
        (folder / name).touch()
    gone = backup.thin(folder, "shop")
    wanted = {f"2026-11-{day}" for day in range(16, 23)} | {"2026-11-22", "2026-11-15", "2026-11-08", "2026-11-01", "2026-10-25"} | {"2026-11-22"}
    first_of_month = datetime(2026, 11, 1)
    for _ in range(23):
        end = first_of_month - timedelta(days=1)
        wanted.add(f"{end:%Y-%m-%d}")
        first_of_month = end.replace(day=1)
    left = {path.name[5:15] for path in folder.glob("shop-*T020000-*")}
    assert left == wanted
    assert len(gone) == 3 * 365 - len(wanted)
    assert {path.name for path in folder.iterdir()} >= set(others)
    assert backup.thin(folder, "shop") == []


def test_what_is_brought_back_goes_on_as_the_original(path: Path, tmp_path: Path) -> None:
    made = backup.keep(path, tmp_path / "backups")
    target = tmp_path / "back.desk"
    with Store.open(path) as book:
        assert backup.restore(made, target) == book.position
    for each in (path, target):  # the same work on both ends in the same book, digest and all
        with Store.open(each, clerk="Ann") as book:
            book.run(shop.order_and_send, item=1)
            book.undo()
    assert rows(target) == rows(path)


def test_a_restore_takes_no_files_place_and_brings_back_nothing_unsound(path: Path, tmp_path: Path) -> None:
    made = backup.keep(path, tmp_path / "backups")
    taken = tmp_path / "taken.desk"
    taken.write_text("something of somebody")
    with pytest.raises(Refusal, match="there already"):
        backup.restore(made, taken)
    assert taken.read_text() == "something of somebody"
    con = sqlite3.connect(made, isolation_level=None)
    con.execute("UPDATE stock_balance SET qty = qty + 1")  # derived: no trigger says no
    trigger = con.execute("SELECT sql FROM sqlite_schema WHERE name = 'j_stock_move_u'").fetchone()[0]
    con.execute("DROP TRIGGER j_stock_move_u")
    con.execute("UPDATE stock_move SET qty = 6000 WHERE id = 1")
    con.execute(trigger)
    con.close()
    with pytest.raises(Trouble, match="not sound"):
        backup.restore(made, tmp_path / "back.desk")
    assert not (tmp_path / "back.desk").exists()
    with pytest.raises(Trouble, match="no book"):
        backup.restore(tmp_path / "gone.desk", tmp_path / "back.desk")


def crashed(path: Path, target: Path) -> Path:
    """What the disk holds when a writer dies in the middle of a commit: a half-written book, and the journal file that mends it."""
    con = sqlite3.connect(path, isolation_level=None)
    con.execute("PRAGMA cache_size = 5")
    con.execute("BEGIN IMMEDIATE")
    con.execute("UPDATE office_day SET day = '1999-09-09'")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
    con.execute(f"CREATE TABLE ballast AS {numbers} SELECT i, randomblob(50) FROM n")
    for suffix in ("", "-journal"):
        target.with_name(target.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    con.close()
    assert target.stat().st_size > path.stat().st_size
    return target


def test_a_book_left_by_a_crash_is_read_and_backed_up_at_once(path: Path, tmp_path: Path) -> None:
    """Also by those who only read: the nightly run comes before anybody opens the desk again."""
    with Store.open(crashed(path, tmp_path / "one.desk"), read_only=True) as book:
        assert verify(book.look.con) == []
        assert book.look.value("SELECT day FROM office_day") == days.today().isoformat()
    made = backup.keep(crashed(path, tmp_path / "two.desk"), tmp_path / "backups")
    assert rows(made) == rows(path)


def test_an_open_desk_goes_on_after_another_writer_crashed(path: Path, tmp_path: Path) -> None:
    half = crashed(path, tmp_path / "half.desk")
    body, journal = half.read_bytes(), half.with_name("half.desk-journal").read_bytes()
    Store.open(half).close()
    with Store.open(half) as book:
        book.look.value("SELECT count(*) FROM item")
        half.with_name("half.desk-journal").write_bytes(journal)
        # written in place, through another process's eyes: the program itself never opens its live book as a file
        import subprocess
        import sys

        source = tmp_path / "body"
        source.write_bytes(body)
        write = "import sys; open(sys.argv[2], 'r+b').write(open(sys.argv[1], 'rb').read())"
        subprocess.run([sys.executable, "-c", write, str(source), str(half)], check=True)
        assert book.look.value("SELECT count(*) FROM item") == 3
        assert book.run(shop.add_item, code="d") == 4
        assert verify(book.look.con) == []
