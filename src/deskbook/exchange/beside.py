"""What lies beside a book and goes with its backups: attachments of papers and printed pages, each kept once under its SHA-256."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import copyfileobj
from typing import NamedTuple

from deskbook.books.documents.printing import pages_folders
from deskbook.books.documents.queries import attachments_folder
from deskbook.core import days
from deskbook.core.connection import connect
from deskbook.core.files import atomic, in_words, sha256_of
from deskbook.core.journal import values
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _

FOLDER = "files"
"""Beside the backups: one file a SHA-256. Nothing is ever deleted there: what the newest backup names, it named when it was attached or printed."""
TABLES = {"paper": "attachment", "printing": "page"}
"""The tables whose rows have a file and its digest, and what kind of file."""


class Beside(NamedTuple):
    """One file beside a book. kind: attachment or page; stands: the book names it now, and not only in what its journal can bring back."""

    kind: str
    name: str
    sha256: str
    stands: bool = True


def of(book: Path) -> list[Beside]:
    """The files that a book or a backup names, now and in what its journal can bring back."""
    with closing(connect(book, writes=False)) as con:
        named = {each[:3]: each for each in _named(con) if each.name == Path(each.name).name and _is_digest(each.sha256)}
    return [named[key] for key in sorted(named)]


def _named(con: sqlite3.Connection) -> Iterator[Beside]:
    """What the rows of the past name, then what the rows name now."""
    for table, kind in TABLES.items():
        names = [name for (name,) in con.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        for (before,) in con.execute("SELECT before FROM change WHERE tbl = ? AND op IN ('U', 'D') AND before IS NOT NULL", (table,)):
            row = dict(zip(names, values(before), strict=False))
            if row.get("file"):
                yield Beside(kind, str(row["file"]), str(row.get("sha256", "")), stands=False)
        if names:
            yield from (Beside(kind, name, digest) for name, digest in con.execute(f"SELECT file, sha256 FROM {table} WHERE file <> ''"))


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def keep(book: Path, backup: Path) -> tuple[list[Beside], list[Beside]]:
    """Copy what lies beside a book to beside its backup: only what is not there yet, or not as it was. What is kept, and what could not be found.

    A file that is gone from beside the book, or was changed there, may still be kept from an earlier night. Refusal where it cannot be written.
    """
    pool = backup.parent / FOLDER
    kept, lost = [], []
    for each in of(backup):
        target = pool / each.sha256
        if _sound(target, each.sha256):
            kept.append(each)
        elif source := _found(book, each):
            with in_words(pool):
                pool.mkdir(mode=0o700, exist_ok=True)
            _copy(source, target)
            kept.append(each)
        else:
            lost.append(each)
    return kept, lost


def bring(backup: Path, book: Path) -> list[Beside]:
    """Bring what is kept with a backup to beside a restored book; returns what is neither there nor kept.

    A file that is there already stays; one of that name that is another is put aside, never overwritten.
    """
    lost = []
    for each in of(backup):
        if _found(book, each):
            continue
        source = backup.parent / FOLDER / each.sha256
        if not _sound(source, each.sha256):
            lost.append(each)
            continue
        target = _folders(book, each.kind)[0] / each.name
        with in_words(target):
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if target.exists():
                stamp = days.now().strftime("%Y%m%dT%H%M%S")
                os.replace(target, target.with_name(f"{target.stem}.before-restore-{stamp}{target.suffix}"))
        _copy(source, target)
    return lost


def told(lost: list[Beside]) -> list[str]:
    """What is missing, a sentence each; a printed page that is gone can be printed again and is not missed."""
    words = N_("The attachment {file} (SHA-256 {digest}) is missing.")
    return [_(words, file=each.name, digest=each.sha256) for each in lost if each.kind == "attachment" and each.stands]


def _folders(book: Path, kind: str) -> tuple[Path, ...]:
    return (attachments_folder(book),) if kind == "attachment" else pages_folders(book)


def _found(book: Path, each: Beside) -> Path | None:
    """The file beside the book, as it was attached or printed; None where it is gone or changed."""
    return next((path for folder in _folders(book, each.kind) if _sound(path := folder / each.name, each.sha256)), None)


def _sound(path: Path, digest: str) -> bool:
    with suppress(Refusal):
        return path.is_file() and sha256_of(path) == digest
    return False


def _copy(source: Path, target: Path) -> None:
    with in_words(source), source.open("rb") as read, atomic(target) as out:
        copyfileobj(read, out, 1 << 20)
