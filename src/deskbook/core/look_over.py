"""A glance at the book when the desk opens: sound on its disk, its newest steps as they were written, not older than last night, room to write."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

from deskbook.core import days
from deskbook.core.connection import connect
from deskbook.core.night import last_night
from deskbook.core.refusal import Trouble
from deskbook.core.verify import verify
from deskbook.core.words import N_, _

STEPS = 50
"""Newest steps that are walked back; the night walks all."""
ROOM = 100 * 1024 * 1024
"""Free bytes below which a person is warned."""


AHEAD = timedelta(minutes=5)
"""What two clocks of one office may differ by."""


def look_over(path: Path) -> list[str]:
    """What a person should know before the day begins, a sentence each; nothing when all is well."""
    night = last_night(path)
    try:
        con = connect(path, writes=False)
        try:
            found = verify(con, last=STEPS, head=night.digest if night and night.digest else None, quick=True)
            newest = con.execute("SELECT max(at) FROM step").fetchone()[0] or ""
        finally:
            con.close()
        free = shutil.disk_usage(path.parent).free
    except (Trouble, sqlite3.Error, OSError) as error:
        return [str(error)]
    if newest > (days.now() + AHEAD).isoformat():
        words = N_("This machine's clock is behind the book's newest step of {moment}; set it before you write.")
        found.append(_(words, moment=days.show_moment(newest)))
    if free < ROOM:
        found.append(_(N_("The disk has only {room} MB left; make room before it is full."), room=free // 2**20))
    return found
