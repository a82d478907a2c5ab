"""Opening the one file: what is set on it, what is refused, who may write, and that its tables are those of the classes."""

from __future__ import annotations

import pkgutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import deskbook.books
from deskbook.books.orders.tables import SalesOrder
from deskbook.core import days
from deskbook.core.connection import APPLICATION, PRAGMAS, connect, refuse_unsafe_place
from deskbook.core.migrate import latest
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify
from tests.core import shop


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed book with one item."""
    with shop.opened(tmp_path / "shop.desk") as book:
        book.run(shop.add_item, code="710")
    return tmp_path / "shop.desk"


@pytest.fixture
def book(path: Path) -> Iterator[Store]:
    with Store.open(path, clerk="Ann") as opened:
        yield opened


def hand(path: Path, *statements: str) -> None:
    """Another program writes into the file."""
    con = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        con.execute(statement)
    con.close()


# -- what is set -----------------------------------------------------------------------------------------------------------


def test_every_connection_has_every_pragma(book: Store) -> None:
    wanted = {
        "journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0, "cell_size_check": 1,
        "recursive_triggers": 1, "temp_store": 2,
    }
    for con in (book._con, book.look.con):
        assert {name: con.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
        assert (con.execute("PRAGMA mmap_size").fetchone() or (0,))[0] == 0
        assert con.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) == 0
    assert book.look.value("PRAGMA query_only") == 1
    with pytest.raises(sqlite3.OperationalError):
        book.look.con.execute("ATTACH ':memory:' AS other")


def test_a_pragma_that_does_not_hold_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "busy_timeout", -5)  # SQLite takes it for 0
    with pytest.raises(Trouble, match="opened safely: busy_timeout is 0"):
        connect(path)
    with pytest.raises(Trouble, match="opened safely"):
        Store.open(path)


def test_a_book_somebody_put_into_wal_is_brought_back(path: Path) -> None:
    hand(path, "PRAGMA journal_mode = wal")
    assert path.read_bytes()[18] == 2  # the file's own note of its mode
    with Store.open(path) as book:
        assert book._con.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert path.read_bytes()[18] == 1


def test_readers_cannot_write(book: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        book.look.con.execute("UPDATE office_day SET day = '1999-01-01'")


def test_a_book_is_for_its_owner_only(tmp_path: Path) -> None:
    made = tmp_path / "new" / "folder" / "a.desk"
    Store.create(made).close()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) & 0o077 == 0


# -- what is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER helpful AFTER INSERT ON item BEGIN DELETE FROM task; END",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE TABLE notes(a)",
        "DROP TRIGGER j_item_u",
        "DROP INDEX item_name",
    ],
)
def test_tables_changed_by_hand_are_refused(path: Path, statement: str) -> None:
    hand(path, statement)
    for read_only in (False, True):
        with pytest.raises(Trouble, match="changed by another program"):
            Store.open(path, read_only=read_only)


def test_a_newer_book_is_refused_and_left_as_it_is(path: Path) -> None:
    hand(path, f"PRAGMA user_version = {latest() + 1}")
    before = path.read_bytes()
    with pytest.raises(Trouble, match=f"newer deskbook .tables {latest() + 1}, this program knows {latest()}"):
        Store.open(path)
    assert path.read_bytes() == before


def test_what_is_no_book_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    other, text, empty, folder = (tmp_path / name for name in ("other.db", "text", "empty", "folder"))
    hand(other, "CREATE TABLE t(a)")
    text.write_text("Dear Ann, " * 1000)
    empty.touch()
    folder.mkdir()
    for path, words in ((other, "not a book"), (text, "not a book"), (empty, "not a book"), (folder, "no book"), (tmp_path / "gone", "no book")):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(Trouble, match=words):
            Store.open(path)
        assert (path.read_bytes() if path.is_file() else None) == before
    assert sorted(tmp_path.iterdir()) == sorted((other, text, empty, folder))


def test_a_half_made_book_is_refused(tmp_path: Path) -> None:
    half = tmp_path / "half.desk"
    hand(half, f"PRAGMA application_id = {APPLICATION}")
    with pytest.raises(Trouble, match="never finished"):
        Store.open(half)


def test_a_book_whose_making_failed_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deskbook.core import migrate

    scripts = (migrate.scripts()[0], (2, "CREATE NONSENSE;\n"))
    monkeypatch.setattr(migrate, "scripts", lambda: scripts)
    with pytest.raises(Trouble):
        Store.create(tmp_path / "a.desk")
    assert list(tmp_path.iterdir()) == []


def test_a_new_book_never_takes_a_files_place(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Refusal, match="there already; nothing was changed") as refused:
        Store.create(path)
    assert refused.value.exit_code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["cifs", "nfs4", "9p", "fuse.sshfs"])
def test_a_network_disk_is_refused(path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = str(path.parent.resolve()).replace(" ", "\\040")
    lines = ["21 1 8:1 / / rw - ext4 /dev/vda rw", f"35 21 0:40 / {where} rw,relatime shared:1 - {kind} //server/share rw"]
    real = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, *a, **k: "\n".join(lines) if str(self) == "/proc/self/mountinfo" else real(self, *a, **k))
    with pytest.raises(Trouble, match=f"network disk .{kind}"):
        Store.open(path)
    refuse_unsafe_place(path.parent.parent / "elsewhere.desk")  # beside the mount, not below it
    lines.append(f"36 35 8:2 / {where} rw - ext4 /dev/vdb rw")  # a disk of ours mounted over it
    refuse_unsafe_place(path)


# -- who may write ---------------------------------------------------------------------------------------------------------


def test_one_desk_writes_the_second_reads(path: Path) -> None:
    with Store.open(path, desk=True) as first:
        with Store.open(path, desk=True) as second:
            assert not first.read_only
            assert second.read_only
            with pytest.raises(Trouble, match="another desk holds it"):
                second.run(shop.add_item, code="b")
        with Store.open(path) as command_line:  # a command line writes beside the desk
            command_line.run(shop.add_item, code="b")
        assert first.look.value("SELECT count(*) FROM item") == 2
    with Store.open(path, desk=True) as third:
        assert not third.read_only


def test_a_desk_that_could_not_open_lets_go_of_the_lock(path: Path) -> None:
    hand(path, "CREATE VIEW mine AS SELECT 1")
    with pytest.raises(Trouble):
        Store.open(path, desk=True)
    hand(path, "DROP VIEW mine")
    with Store.open(path, desk=True) as book:
        assert not book.read_only


def test_revision_moves_with_every_commit_of_anybody(book: Store) -> None:
    seen = [book.revision]
    assert book.revision == seen[0]
    book.run(shop.add_item, code="b")
    seen.append(book.revision)
    with Store.open(book.path) as other:
        other.run(shop.add_item, code="c")
    seen.append(book.revision)
    with pytest.raises(Refusal):
        book.run(shop.add_item, code="c")  # UNIQUE: nothing is kept, nothing moves
    seen.append(book.revision)
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[2]


def test_position_is_the_newest_step_and_its_digest(book: Store) -> None:
    step, digest = book.position
    book.run(shop.add_item, code="b")
    assert book.position[0] == step + 1
    assert book.position[1] != digest
    assert book.look.value("SELECT digest FROM step ORDER BY id DESC LIMIT 1") == book.position[1]


# -- days, numbers, keys ---------------------------------------------------------------------------------------------------


def test_views_live_in_the_offices_day(path: Path) -> None:
    days.set_clock(lambda: datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    with Store.open(path) as book:
        assert book.look.value("SELECT day FROM office_day") == "2026-11-23"
        days.set_clock(lambda: datetime(2026, 11, 23, 16, 1, tzinfo=UTC))  # past midnight in Shanghai
        book.turn_day()
        assert book.look.value("SELECT day FROM office_day") == "2026-11-24"
        days.set_clock(lambda: datetime(2026, 11, 26, 2, 0, tzinfo=UTC))  # a machine that slept: the next command knows
        book.run(shop.add_item, code="b")
        assert book.look.value("SELECT day FROM office_day") == "2026-11-26"
        assert verify(book.look.con) == []
    with Store.open(path, read_only=True) as reading:
        reading.turn_day()
        assert reading.look.value("SELECT day FROM office_day") == "2026-11-26"


def number(tx: Tx, *, fail: bool = False, day: str = "2026-11-23") -> str:
    no = tx.next_no(SalesOrder, "S", datetime.fromisoformat(day).date())
    tx.insert(SalesOrder, no=no, customer_id=1, day=day)
    if fail:
        raise Refusal("", "No.")
    return no


def test_numbers_have_no_gap_over_a_rollback_and_begin_anew_each_year(book: Store) -> None:
    numbers = [book.run(number)]
    with pytest.raises(Refusal):
        book.run(number, fail=True)
    numbers.append(book.run(number))
    book.undo()  # a number that was given out is not given out again
    numbers.append(book.run(number))
    numbers.append(book.run(number, day="2027-01-02"))
    numbers.append(book.run(number))
    assert numbers == ["S-2026-0001", "S-2026-0002", "S-2026-0003", "S-2027-0001", "S-2026-0004"]


def test_numbers_go_on_after_ten_thousand_and_around_a_persons_own(book: Store) -> None:
    def write(tx: Tx, *, no: str) -> int:
        return tx.insert(SalesOrder, no=no, customer_id=1, day="2026-11-23")

    book.run(write, no="S-2026-9999")
    assert book.run(number) == "S-2026-10000"
    book.run(write, no="S-2026-10001")
    book.run(write, no="their own 7")
    assert book.run(number) == "S-2026-10002"


def test_the_same_form_twice_is_one_step(book: Store) -> None:
    step = book.position[0]
    first = book.run(shop.add_item, key="form 1", code="b")
    assert book.run(shop.add_item, key="form 1", code="b") == first
    assert book.position[0] == step + 1
    with pytest.raises(Refusal, match="other facts"):
        book.run(shop.add_item, key="form 1", code="c")
    with pytest.raises(Refusal, match="other facts"):
        book.run(shop.rename, key="form 1", item=first, name="c")
    assert book.position[0] == step + 1
    with Store.open(book.path) as again:  # also after a restart
        assert again.run(shop.add_item, key="form 1", code="b") == first


# -- the classes -----------------------------------------------------------------------------------------------------------


def test_the_classes_are_the_tables_of_the_file(book: Store) -> None:
    """Names, types, and whether a value may be missing; not the order, for rows are written by name."""
    for module in pkgutil.iter_modules(deskbook.books.__path__):
        if (Path(deskbook.books.__path__[0]) / module.name / "tables.py").exists():
            import_module(f"deskbook.books.{module.name}.tables")
    sql = "SELECT name, type, \"notnull\" OR pk FROM pragma_table_xinfo(:table) WHERE hidden = 0"
    file = {table: sorted(book.look.rows(sql, table=table)) for (table,) in book.look.rows("SELECT tbl FROM mark")}
    classes = {
        name: sorted((column.name, "INTEGER" if str(column.type) == "INTEGER" else "TEXT", int(not column.nullable)) for column in table.columns)
        for name, table in SQLModel.metadata.tables.items()
    }
    file.pop("import_map")  # the importer's own memory, written by its own SQL
    assert classes == file
