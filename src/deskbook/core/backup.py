"""Backups that prove themselves: a copy made by SQLite, reopened and walked back before it counts, never over another one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from deskbook.core import days
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.words import N_

SUFFIX = ".desk"
UNWRITTEN = N_("The backup {path} could not be written: {why}. The book itself is untouched.")
KEEP = {"day": 7, "week": 5, "month": 24}
"""How many of each are kept; those with a label (before a migration, before a restore) always."""


def snapshot(path: Path, target: Path) -> None:
    """Copy a book, consistent at one moment, into a new file (0600, on the disk when this returns), while others may be writing."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        con = sqlite3.connect(path.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None)  # rw: as in connection.connect
        try:
            con.execute("PRAGMA busy_timeout = 10000")
            con.execute("VACUUM INTO ?", (str(target),))
        finally:
            con.close()
        descriptor = os.open(target, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except FileExistsError:
        raise Refusal("path", N_("{path} is there already; nothing was changed."), path=str(target)) from None
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise Trouble(UNWRITTEN, path=str(target), why=str(error)) from None


def prove(path: Path, *, last: int | None = None) -> tuple[int, str]:
    """Reopen a copy and walk it back; returns its position. Trouble that names what is wrong.

    last: only so many of the newest steps are walked; the whole file is checked for damage all the same.
    """
    from deskbook.core.store import Store
    from deskbook.core.verify import verify

    with Store.open(path, read_only=True) as store:
        if faults := verify(store.look.con, last=last):
            raise Trouble(N_("{path} is not sound: {what}"), path=str(path), what=faults[0])
        return store.position


def keep(path: Path, folder: Path, *, stem: str = "", label: str = "", last: int | None = None) -> Path:
    """Make a verified backup beside the others: STEM-2026-11-23T020000-S000412[-label].desk; stem: the book's name by default.

    Trouble when it cannot be made or does not verify.
    """
    from deskbook.core.files import sync_directory

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Trouble(UNWRITTEN, path=str(folder), why=error.strerror or str(error)) from None
    stem = stem or path.stem
    stamp = days.now().astimezone(UTC).strftime("%Y-%m-%dT%H%M%S%f")
    draft = folder / f".{stem}-{stamp}.part"
    snapshot(path, draft)
    try:
        step, _digest = prove(draft, last=last)
        name = f"{stem}-{stamp[:17]}-S{step:06d}{'-' + label if label else ''}"
        target = folder / f"{name}{SUFFIX}"
        count = 1
        while target.exists():
            count += 1
            target = folder / f"{name}-{count}{SUFFIX}"
        os.replace(draft, target)
        sync_directory(folder)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return target


def made_at(path: Path, stem: str) -> datetime | None:
    """When a backup was made, by its name; None for a file that is not one of ours, or is labelled."""
    rest = path.name.removeprefix(stem + "-").removesuffix(SUFFIX)
    moment, _dash, step = rest.rpartition("-S")
    try:
        return datetime.strptime(moment, "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC) if step.isdigit() else None
    except ValueError:
        return None


def to_drop(made: Iterable[tuple[Path, datetime]]) -> list[Path]:
    """The backups that need not be kept: all but the newest of each of the last 7 days, 5 weeks and 24 months that have one."""
    newest_first = sorted(made, key=lambda pair: pair[1], reverse=True)
    kept: set[Path] = set()
    for period, count in KEEP.items():
        seen: dict[object, Path] = {}
        for path, at in newest_first:
            day = at.date()
            of: object = day if period == "day" else day.isocalendar()[:2] if period == "week" else (day.year, day.month)
            if of not in seen and len(seen) < count:
                seen[of] = path
        kept |= set(seen.values())
    return [path for path, _at in newest_first if path not in kept]


def thin(folder: Path, stem: str) -> list[Path]:
    """Delete old backups by the rule of KEEP; call it only after a new one was verified. Returns what went."""
    made = [(path, at) for path in folder.glob(f"{stem}-*{SUFFIX}") if (at := made_at(path, stem))]
    gone = to_drop(made)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def restore(source: Path, target: Path) -> tuple[int, str]:
    """Bring a backup back as a new file: copied, then proved. Returns its position. Refusal when the target is there already."""
    prove(source)
    snapshot(source, target)
    try:
        return prove(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def newest(folder: Path, stem: str) -> tuple[Path, date] | None:
    """The newest ordinary backup and its day (UTC)."""
    made = [(path, at) for path in folder.glob(f"{stem}-*{SUFFIX}") if (at := made_at(path, stem))]
    if not made:
        return None
    path, at = max(made, key=lambda pair: pair[1])
    return path, at.date()
