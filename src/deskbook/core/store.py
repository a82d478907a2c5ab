"""The one file: run(command) is the only transaction that writes, look the only way to read."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from deskbook.core import days, journal, reserve
from deskbook.core.connection import APPLICATION, PRAGMAS, connect, explained, refuse_missing, refuse_unsafe_place
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.text import clean
from deskbook.core.words import N_

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from sqlmodel import SQLModel

DOUBTFUL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
"""What SQLite says when the disk failed it: what a connection then holds in memory is not to be written from."""
OWN_NO = re.compile(r"[A-Z]-[0-9]{4}-[0-9]+")
"""A number of one of our own series."""
Row = tuple[Any, ...]


class Look:
    """Reading: SQL with named parameters over the file's tables and views; rows leave as tuples."""

    def __init__(self, con: sqlite3.Connection, *, home: Path | None = None) -> None:
        """home: the book itself, where con reads a copy of it from elsewhere: what lies beside a book lies beside this one."""
        self.con = con
        self.home = home

    def rows(self, sql: str, /, **params: Any) -> list[Row]:
        """All rows; they are fetched at once, so that no read stays open."""
        return self.con.execute(sql, params).fetchall()

    def row(self, sql: str, /, **params: Any) -> Row | None:
        """The first row, or None."""
        found: Row | None = self.con.execute(sql, params).fetchone()
        return found

    def value(self, sql: str, /, **params: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, **params)
        return found[0] if found else None


class Tx(Look):
    """Inside a step: reading, and the only writing there is."""

    def __init__(self, con: sqlite3.Connection, step: int, clerk: str) -> None:
        super().__init__(con)
        self.step = step
        self.clerk = clerk
        self.today = days.today()
        self.said: tuple[str, dict[str, object]] | None = None

    def insert(self, table: type[SQLModel], **values: Any) -> int:
        """Write one row; columns not named take the file's defaults. Returns its id."""
        return self.con.execute(_insert(str(table.__tablename__), tuple(values)), tuple(values.values())).lastrowid or 0

    def update(self, table: type[SQLModel], row: int, **values: Any) -> None:
        """Change columns of one row."""
        sets = ", ".join(f"{name} = ?" for name in values)
        self.con.execute(f"UPDATE {table.__tablename__} SET {sets} WHERE id = ?", (*values.values(), row))

    def delete(self, table: type[SQLModel], row: int) -> None:
        """Delete one row of a plain table."""
        self.con.execute(f"DELETE FROM {table.__tablename__} WHERE id = ?", (row,))

    def touch(self, table: type[SQLModel], row: int) -> None:
        """Note that this step relies on a document it does not write, so that undo of that document's changes sees it."""
        self.con.execute(journal.touched(str(table.__tablename__), str(int(row)), str(self.step)).rstrip(";"))

    def says(self, words: str, /, **facts: object) -> None:
        """What this step does, for a person: words marked with N_, facts strings or whole numbers. The last call counts."""
        self.said = (words, facts)

    def open_day(self) -> date:
        """The day to post into: today, or the first day after the last closed one when today is closed."""
        closed = self.value("SELECT max(day) FROM day_close")
        return max(self.today, date.fromisoformat(closed) + timedelta(days=1)) if closed else self.today

    def number(self, table: type[SQLModel], letter: str, day: date, no: str | None = None) -> str:
        """The number of a new document: the next of its series, or the one that came with it from elsewhere.

        Refusal when a document that stands has that number, or when it is one of our own that was taken back: those are not used again.
        """
        if not no:
            return self.next_no(table, letter, day)
        given = clean(no, field="no", longest=40)
        row = self.row(f"SELECT void FROM {table.__tablename__} WHERE no = :no ORDER BY void LIMIT 1", no=given)
        if not given or (row and (not row[0] or OWN_NO.fullmatch(given))):
            raise Refusal("no", N_("The number {no} is taken."), no=given)
        return given

    def next_no(self, table: type[SQLModel], letter: str, day: date) -> str:
        """The next number of a series of one kind of document and year: S-2026-0412. Taken inside the step, so without gaps."""
        prefix = f"{letter}-{day.year}-"
        name = table.__tablename__
        # written out: SQLite prepares a statement anew for every parameter of GLOB
        last = self.value(f"SELECT no FROM {name} WHERE +no GLOB '{prefix}[0-9]*' ORDER BY id DESC LIMIT 1")
        n = int(last.removeprefix(prefix)) if last and last.removeprefix(prefix).isdigit() else 0
        while True:
            n += 1
            no = f"{prefix}{n:04d}"
            if self.value(f"SELECT 1 FROM {name} WHERE no = :no AND void = 0", no=no) is None:
                return no


@lru_cache(maxsize=512)
def _insert(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table}({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo or redo did: the step taken back, and its sentence."""

    step: int
    words: str


class Store:
    """An open book.

    run() writes, look reads; a second desk on the same file gets a read-only book (the command line does not ask for the desk).
    """

    open_books: ClassVar[set[Path]] = set()

    def __init__(self, path: Path, con: sqlite3.Connection, *, clerk: str, read_only: bool, lock: BaseFileLock | None = None) -> None:
        self.path = path
        self.clerk = clerk
        self.read_only = read_only
        self._con = con
        self._lock = lock
        self._closing = ""
        self._doubt = False
        self._spent = False
        self._opened = 0
        self._made: tuple[int, str, Any] = (0, "", None)
        self.warn: Callable[[Trouble], None] = lambda trouble: None
        """What to do with what a person should know although the step was kept."""
        self._session_start = int(con.execute("SELECT coalesce(max(id), 0) FROM step").fetchone()[0])
        self.look = Look(connect(path, writes=False))
        self._learn()

    # -- opening -----------------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path | str, *, clerk: str = "") -> Store:
        """Make a new, empty book, 0600, with this program's tables. Refusal when something is there already."""
        from deskbook.core import migrate

        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise Refusal("path", N_("{path} is there already; nothing was changed."), path=str(path)) from None
        except OSError as error:
            raise Trouble(N_("{path} cannot be made: {why}."), path=str(path), why=error.strerror or str(error)) from None
        try:
            with explained(path):
                con = connect(path)
                try:
                    con.execute(f"PRAGMA application_id = {APPLICATION}")
                    migrate.upgrade(con, path, clerk=clerk)
                finally:
                    con.close()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return cls.open(path, clerk=clerk)

    @classmethod
    def open(cls, path: Path | str, *, clerk: str = "", read_only: bool = False, desk: bool = False) -> Store:
        """Open a book. desk: take the lock that lets one desk at a time write; without it the book opens read-only.

        Trouble when it is missing, not a book, made by a newer program, damaged, or on a disk that cannot lock.
        """
        from deskbook.core import migrate

        path = Path(path)
        lock = None
        refuse_missing(path)
        refuse_unsafe_place(path)
        if desk:
            from filelock import FileLock, Timeout

            lock = FileLock(path.with_name(path.name + ".lock"), timeout=0, mode=0o600)
            try:
                lock.acquire()
            except (Timeout, OSError):
                lock, read_only = None, True
        read_only = read_only or not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK)
        con = None
        try:
            with explained(path):
                con = connect(path, writes=not read_only)
                version = migrate.recognise(con, path)
                if not read_only and version < migrate.latest():
                    migrate.upgrade(con, path, clerk=clerk)
                migrate.compare(con, path)
                store = cls(path, con, clerk=clerk, read_only=read_only, lock=lock)
        except BaseException:
            if con is not None:
                con.close()
            if lock is not None:
                lock.release()
            raise
        with suppress(Trouble):  # a full disk does not keep anybody from reading; whatever is written says so itself
            store.turn_day()
        return store

    def close(self) -> None:
        """Let go of the file and of the desk."""
        self.look.con.close()
        self._con.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _learn(self) -> None:
        tables = [t for (t,) in self._con.execute("SELECT tbl FROM mark ORDER BY tbl")]
        self._columns = journal.columns(self._con, tables)
        self._closing = closing(self._con, tables)

    def turn_day(self) -> None:
        """Let every view know today's date; called when the book opens, and when the day turns. Trouble when the disk fails."""
        today = days.today().isoformat()
        if not self.read_only and self.look.value("SELECT day FROM office_day") != today:
            self.be_sure()
            with explained(self.path):
                self._con.execute("UPDATE office_day SET day = ?", (today,))

    # -- reading -----------------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Another number whenever something was committed, by this desk or another process."""
        return int(self.look.con.execute("PRAGMA data_version").fetchone()[0]) + (self._opened << 32)

    @property
    def position(self) -> tuple[int, str]:
        """The newest step and its digest: what every export and backup names."""
        found = self.look.row("SELECT id, digest FROM step ORDER BY id DESC LIMIT 1")
        return (int(found[0]), str(found[1])) if found else (0, "")

    # -- writing -----------------------------------------------------------------------------------------------------------

    def run(self, command: Callable[..., Any], /, *, key: str | None = None, **facts: Any) -> Any:
        """Run one command as one step: all of it is kept, or nothing.

        key: made when the form opened; the same key with the same facts gives the first result again instead of doing it twice.
        facts: what the command takes, by name; they are kept in the journal (dates and tuples written as JSON).
        Returns what the command returns. Refusal when a person must change something; Trouble when the file or disk failed.
        """
        return self._step(command.__name__, command, facts, key=key)

    def _step(self, name: str, command: Callable[..., Any], facts: dict[str, Any], *, key: str | None = None, undoes: int | None = None) -> Any:
        if self.read_only:
            raise Trouble(N_("This book is open for reading only; another desk holds it, or its folder cannot be written."))
        try:
            return self._try(name, command, facts, key, undoes)
        except Trouble as trouble:
            code = getattr(trouble.__cause__, "sqlite_errorcode", 0) & 0xFF
            if code not in DOUBTFUL:
                raise
            self._doubt = True
            again = code == sqlite3.SQLITE_FULL and self._lock is not None and reserve.release(self.path)
            self.be_sure(trouble)
            if self._con.execute("SELECT 1 FROM step WHERE id = ? AND digest = ?", self._made[:2]).fetchone():  # it failed after the last write
                self.warn(Trouble(N_("The disk failed on {path} after this was saved. Check the disk and make a backup."), path=str(self.path)))
                return self._made[2]
            if not again:
                raise
        self._spent = True
        result = self._try(name, command, facts, key, undoes)
        self.warn(Trouble(N_("The disk is full. This was saved in the room kept for it, and there is no more: make room now.")))
        return result

    def _try(self, name: str, command: Callable[..., Any], facts: dict[str, Any], key: str | None, undoes: int | None) -> Any:
        self.be_sure()
        self._made = (0, "", None)
        con, body = self._con, plain(facts)
        with explained(self.path):
            con.execute("BEGIN IMMEDIATE")
            try:
                if key and (first := con.execute("SELECT command, facts, result FROM step WHERE key = ?", (key,)).fetchone()):
                    if first[:2] != (name, body):
                        raise Refusal("", N_("This form was saved already with other facts; open it again."))
                    con.execute("ROLLBACK")
                    return json.loads(first[2])
                result = self._do(con, name, command, facts, body, key, undoes)
                try:
                    con.execute("COMMIT")
                except sqlite3.IntegrityError as error:
                    from deskbook.core.broken_rules import names_what_is_gone

                    raise names_what_is_gone(con, str(error)) or error from error
            except BaseException:
                with suppress(sqlite3.Error):  # a disk that fails twice: what the first failure said counts
                    if con.in_transaction:
                        con.execute("ROLLBACK")
                raise
        if self._spent and reserve.keep(self.path):  # there is room again
            self._spent = False
        return result

    def keep_reserve(self) -> None:
        """Who holds the desk sees to it that there is room for the last thing on a full disk."""
        if self._lock is not None and not self.read_only:
            reserve.keep(self.path)

    def be_sure(self, trouble: Trouble | None = None) -> None:
        """After the disk failed: nothing is written before the file was opened anew and found sound. Does nothing while there is no doubt.

        trouble: what the disk just said, which is told unless the file turns out damaged. Trouble when it does, or cannot be opened.
        """
        if not self._doubt:
            return
        self._con.close()  # first of all: what it may still hold would keep the others from taking back what is half done
        try:
            with explained(self.path):
                con = connect(self.path)
                try:
                    damage = [what for (what,) in con.execute("PRAGMA quick_check(1)") if what != "ok"]
                    look = connect(self.path, writes=False)
                except BaseException:
                    con.close()
                    raise
        except Trouble as found:
            spoiled = getattr(found.__cause__, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
            raise (found if spoiled or trouble is None else trouble) from found.__cause__
        if damage:
            con.close()
            look.close()
            words = N_("{path} was damaged when the disk failed: {what}. Nothing more is written into it; restore the last backup.")
            raise Trouble(words, path=str(self.path), what=damage[0])
        self.look.con.close()
        self._con, self.look.con, self._doubt, self._opened = con, look, False, self._opened + 1

    def _do(
        self, con: sqlite3.Connection, name: str, command: Callable[..., Any], facts: dict[str, Any], body: str, key: str | None, undoes: int | None
    ) -> Any:
        con.execute("UPDATE office_day SET day = :day WHERE day <> :day", {"day": days.today().isoformat()})  # a desk that slept over midnight
        last, at, previous = con.execute("SELECT id, at, digest FROM step ORDER BY id DESC LIMIT 1").fetchone() or (0, "", "")
        step = last + 1
        head = (step, max(at, days.moment()), self.clerk, name, body, key, undoes)  # a clock set back never reorders the journal
        con.execute("INSERT INTO step(id, at, clerk, command, facts, key, undoes_id) VALUES (?,?,?,?,?,?,?)", head)
        tx = Tx(con, step, self.clerk)
        result = command(tx, **facts)
        grown = [(step, tbl, hi + 1, now) for tbl, hi, now in sorted(con.execute(self._closing))]
        con.executemany("INSERT INTO change(step_id, tbl, op, row_id, last_id) VALUES (?, ?, 'I', ?, ?)", grown)
        changes = con.execute(journal.CHANGES, (step,)).fetchall()
        done, says = plain(result), plain(tx.said) if tx.said else None
        images = lambda t, lo, hi: con.execute(journal.between(t, self._columns[t]), (lo, hi))  # noqa: E731  # one use, and seal takes a function
        digest = journal.seal(previous, (*head, done, says), changes, images)
        try:
            # the rules of the end of a step fire here
            con.execute("UPDATE step SET result = ?, says = ?, digest = ? WHERE id = ?", (done, says, digest, step))
        except sqlite3.IntegrityError as error:
            from deskbook.core.broken_rules import told

            raise told(con, str(error)) or error from error
        con.executemany("UPDATE mark SET hi = ? WHERE tbl = ?", [(now, tbl) for _step, tbl, _lo, now in grown])
        self._made = (step, digest, json.loads(done))
        return self._made[2]

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """For a book that is being made and would be made again after a power cut: commit without waiting for the disk."""
        self._con.execute("PRAGMA synchronous = OFF")
        try:
            yield
        finally:
            self._con.execute(f"PRAGMA synchronous = {PRAGMAS['synchronous']}")

    # -- taking back -------------------------------------------------------------------------------------------------------

    def undo(self, step: int | None = None) -> Undone:
        """Take a step back, by default the newest that stands and can be; of an undo, that is redo.

        journal.Blocked names the later steps in the way.
        """
        self.be_sure()
        if step is None:
            step = self.newest()
        with explained(self.path):
            target = journal.last_of(self._con, step)
        words = journal.sentence(self._con, target)
        self._step("undo", lambda tx, step: journal.take_back(tx.con, step, tx.open_day().isoformat()), {"step": target}, undoes=target)
        return Undone(target, words)

    def undo_with_later(self, step: int) -> list[Undone]:
        """Take a step back and, before it, everything that stands on it, newest first; each is a step of its own."""
        done: list[Undone] = []
        self.be_sure()
        with explained(self.path):
            target = journal.last_of(self._con, step)  # Blocked when it is taken back already: that is not work that stands on it
        while True:
            try:
                done.append(self.undo(target))
                return done
            except journal.Blocked as blocked:
                if not blocked.steps or blocked.steps[0] <= target:
                    raise
                done += self.undo_with_later(blocked.steps[0])

    def redo(self) -> Undone:
        """Do again what was last taken back and not redone."""
        self.be_sure()
        step = self.newest(undone=True)
        with explained(self.path):
            words = journal.sentence(self._con, self._con.execute("SELECT undoes_id FROM step WHERE id = ?", (step,)).fetchone()[0])
        self._step("undo", lambda tx, step: journal.take_back(tx.con, step, tx.open_day().isoformat()), {"step": step}, undoes=step)
        return Undone(step, words)

    def newest(self, *, undone: bool = False) -> int:
        """The newest step that undo (or, undone: redo) is about: u walks back over the steps that stand, U forward over what was taken back.
        Refusal where there is none."""
        gone: set[int] = set()  # steps whose effect a later standing step took away
        for number, undoes, command in self._con.execute("SELECT id, undoes_id, command FROM step ORDER BY id DESC"):
            if number in gone:
                continue
            if undoes is not None:
                gone.add(undoes)
                if undone and self._takes_back(undoes):
                    return int(number)
            elif undone or command == "migrate":
                break
            else:
                return int(number)
        raise Refusal("", N_("There is nothing to do again.") if undone else N_("There is nothing to take back."))

    def _takes_back(self, undoes: int | None) -> bool:
        """Whether a step that undoes this one takes work back (and does not do it again)."""
        depth = 0
        while undoes is not None:
            depth, undoes = depth + 1, self._con.execute("SELECT undoes_id FROM step WHERE id = ?", (undoes,)).fetchone()[0]
        return depth % 2 == 1

    def sentence(self, step: int) -> str:
        """What a step did, in the language in use."""
        return journal.sentence(self.look.con, step)

    def history(self, table: str, row: int) -> list[journal.Event]:
        """Who changed a row, when, and what it was before; newest first."""
        return journal.history(self.look.con, table, row)


def closing(con: sqlite3.Connection, tables: Iterable[str]) -> str:
    """SQL: each table that has grown, its mark, and the highest id it has ever given out, in no order. It is asked at every step."""
    numbered = {t for (t,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")}
    given = "SELECT m.tbl, m.hi, s.seq FROM sqlite_sequence s CROSS JOIN mark m ON m.tbl = s.name WHERE s.seq > m.hi"
    highest = "SELECT tbl, hi, (SELECT max(id) FROM {0}) AS now FROM mark WHERE tbl = '{0}' AND now > hi"
    return " UNION ALL ".join([given, *(highest.format(t) for t in tables if t not in numbered)])


def plain(value: Any) -> str:
    """A value as JSON text, dates as ISO text."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False, default=_written)


def _written(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"a command takes no {type(value).__name__}")
