"""Room kept on the book's disk for the day it is full: given back, so that the thing in hand can still be finished."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

SIZE = 2 * 1024 * 1024
"""Bytes; a step of a person writes some 10 kB, and as much into the journal file of its transaction."""
ROOM = 8 * 1024 * 1024
"""Free bytes below which no reserve is made: it would bring about what it is for."""


def reserve_path(book: Path) -> Path:
    """Where it lies: beside the book, on the same disk."""
    return book.with_name(book.name + ".reserve")


def keep(book: Path) -> bool:
    """See to it that the reserve is there; whether it is. Only for who holds the desk; a disk that does not take it is no trouble yet."""
    path = reserve_path(book)
    with suppress(OSError):
        if path.exists():
            return True
        if shutil.disk_usage(book.parent).free < ROOM:
            return False
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(os.urandom(SIZE))  # neither a hole nor to be packed: the blocks are really taken
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return True
    return False


def release(book: Path) -> bool:
    """Give the room back; whether there was any."""
    with suppress(OSError):
        reserve_path(book).unlink()
        return True
    return False
