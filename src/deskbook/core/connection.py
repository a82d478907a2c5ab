"""The only way a book is opened, what is set on every connection, and what SQLite says in a person's words."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.words import N_

APPLICATION = 0x6465736B
"""PRAGMA application_id of a book: "desk"."""
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "delete",  # one file that can be copied; WAL books cannot
    "synchronous": 3,  # EXTRA: FULL loses acknowledged commits on a power cut in this mode
    "foreign_keys": 1,
    "busy_timeout": 10000,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "recursive_triggers": 1,  # so that a REPLACE meets the delete triggers
    "temp_store": 2,
}


def connect(path: Path, *, writes: bool = True) -> sqlite3.Connection:
    """The only way a book is opened: every pragma set, and read back. Trouble when one does not hold."""
    refuse_missing(path)
    # mode=rw for readers too, with query_only below: who may write must roll back what a crashed writer left half done, or could not read at all.
    # SQLite opens a file that cannot be written for reading by itself.
    con = sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    con.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for name, value in PRAGMAS.items():
        if writes or name != "journal_mode":
            con.execute(f"PRAGMA {name} = {value}")
            held = con.execute(f"PRAGMA {name}").fetchone()
            if held and held[0] != value:
                con.close()
                raise Trouble(N_("{path} cannot be opened safely: {what} is {is_now}."), path=str(path), what=name, is_now=str(held[0]))
    if not writes:
        con.execute("PRAGMA query_only = 1")
    return con


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """What SQLite says, as a sentence: a rule of the book is a Refusal, a failing file or disk is Trouble."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Refusal("", rule(str(error))) from error
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        words = {
            sqlite3.SQLITE_BUSY: N_("Another program holds {path}; try again in a moment."),
            sqlite3.SQLITE_LOCKED: N_("Another program holds {path}; try again in a moment."),
            sqlite3.SQLITE_FULL: N_("The disk is full; nothing of this was saved, everything before it is safe in {path}."),
            sqlite3.SQLITE_READONLY: N_("{path} or its folder cannot be written; nothing of this was saved."),
            sqlite3.SQLITE_CANTOPEN: N_("{path} or its folder cannot be opened or written; nothing of this was saved."),
            sqlite3.SQLITE_IOERR: N_("The disk failed on {path}; nothing of this was saved. Check the disk and make a backup."),
        }.get(code, N_("{path} cannot be read: {why}."))
        raise Trouble(words, path=str(path), why=str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise Trouble(N_("{path} is damaged or not a book: {why}. Restore the last backup."), path=str(path), why=str(error)) from error


TWICE = {
    "no": N_("A paper that stands has that number already."),
    "code": N_("The code belongs to another that stands."),
    "since": N_("There is one from that day on already."),
    "least": N_("There is a price from that day and quantity on already."),
    "day": N_("There is one of that day already."),
    "reverses_id": N_("It was taken back already."),
    "undoes_id": N_("It was taken back already."),
    "corrects_id": N_("It was corrected already."),
}
"""What there can be only once, by the last column of what says so."""


def rule(text: str) -> str:
    """The sentence in an SQLite integrity error: named constraints and RAISE texts are sentences already; no table or column is named."""
    name = text.removeprefix("CHECK constraint failed: ")
    if name.endswith("."):
        return name
    if text.startswith("UNIQUE"):
        last = text.rpartition(".")[2]
        return TWICE.get(last, N_("The same is in the book already."))
    if text.startswith("FOREIGN KEY"):
        return N_("Something else in the book still points at it.")
    return N_("One of the values is none that the book takes.")


def refuse_missing(path: Path) -> None:
    """Trouble when there is no file, or none that can be reached."""
    if not os.path.isfile(path):  # unlike Path.is_file, this says no for a folder that cannot be entered
        raise Trouble(N_("There is no book at {path}."), path=str(path))


def refuse_unsafe_place(path: Path) -> None:
    """Trouble when the book lies on a network or synchronised mount, where locking is not to be trusted (Linux; elsewhere it is not known)."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    where, best, kind = str(path.resolve()), "", ""
    for line in mounts:
        left, _dash, right = line.partition(" - ")
        point = left.split()[4].replace("\\040", " ")
        if (where == point or where.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, right.split()[0]
    if kind in {"cifs", "smb3", "nfs", "nfs4", "9p", "drvfs", "fuse.sshfs", "fuse.rclone", "davfs"}:
        raise Trouble(
            N_("{path} lies on a network disk ({kind}), where two programs can write at once; keep the book on this machine's own disk."),
            path=str(path),
            kind=kind,
        )
