"""What the last nightly run left beside the book, for the first line of every screen."""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deskbook.core import days
from deskbook.core.files import atomic
from deskbook.core.words import N_, _

STALE = timedelta(hours=26)
"""A proof older than this is no proof of last night."""


def status_path(book: Path) -> Path:
    """Where the result of the last night stands: beside the book, and moving with it."""
    return book.with_name(book.name + ".night.json")


@dataclass(frozen=True, slots=True)
class Night:
    """ok: everything written was read back and agreed; at: aware; words: why not, where it did not; digest: the book's newest one then."""

    ok: bool
    at: datetime
    words: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """`night ✓ 02:00`; with ! and the day where it failed or is not last night's."""
        when = days.show_moment(self.at.isoformat())
        if not self.ok:
            return _(N_("! night ✗ {when}"), when=when)
        if days.now() - self.at > STALE:
            return _(N_("! no night since {when}"), when=when)
        return _(N_("night ✓ {when}"), when=when[-5:])


def tell(book: Path, *, ok: bool, at: datetime, **facts: Any) -> None:
    """Keep the result of a run that began at a moment; facts: words where it failed, else step, digest and folder."""
    with atomic(status_path(book)) as out:
        out.write(json.dumps({"ok": ok, "at": at.isoformat(), **facts}, ensure_ascii=False).encode())


def last_night(book: Path) -> Night | None:
    """The result of the last run; None before the first one, or where it cannot be read."""
    try:
        found = json.loads(status_path(book).read_text(encoding="utf-8"))
        return Night(bool(found["ok"]), datetime.fromisoformat(found["at"]), str(found.get("words", "")), str(found.get("digest", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
