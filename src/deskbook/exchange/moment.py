"""A book held still: at the moment it is asked for, or as a past day left it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, say

SMALL = 32 * 1024 * 1024
"""A book up to this size (bytes) is read at one go: a commit waits a moment; a larger one in passing, or from a copy."""


def large(path: Path) -> bool:
    """Whether a book is too large to be held while it is read."""
    return os.path.isfile(path) and path.stat().st_size > SMALL  # a missing one is told of on opening


@dataclass(frozen=True, slots=True)
class Moment:
    """A book at one moment: a connection that sees nothing later, and the newest step with its digest.

    day: the past day it was asked for; posted: by the days of the postings, and not as the book stood.
    """

    con: sqlite3.Connection
    step: int
    digest: str
    at: str
    day: date | None = None
    posted: bool = False

    def note(self, language: str) -> str:
        """The position, said on every export."""
        at, digest = self.at[:16].replace("T", " "), self.digest[:12]
        if self.day is None:
            return say(N_("as of step {step}, {at}, {digest}"), language, step=self.step, at=at, digest=digest)
        words = (
            N_("by posting day until {day}, told at step {step}, {at}, {digest}")
            if self.posted
            else N_("as the book stood at the end of {day}: step {step}, {at}, {digest}")
        )
        return say(words, language, day=self.day.isoformat(), step=self.step, at=at, digest=digest)

    def record(self) -> str:
        """The position for programs, as JSON: step, at, digest; of a past day also that day, and whether it is told by posting day or by the book."""
        past = {} if self.day is None else {"day": self.day.isoformat(), "by": "posting day" if self.posted else "book"}
        return json.dumps({"as_of": {"step": self.step, "at": self.at, "digest": self.digest, **past}})


@contextmanager
def moment(path: Path, *, as_of: date | None = None, posted: bool = False) -> Iterator[Moment]:
    """Hold a book still while exports are read: an open read transaction on a small one, a private copy of a large one or of a past day.

    as_of: the book as it stood at the end of that day in the office; posted: instead the book of now without what was posted after it.
    Refusal for a day before the book began.
    """
    from deskbook.core.connection import connect, explained
    from deskbook.core.migrate import recognise

    with explained(path):
        if as_of is None and not large(path):
            con = connect(path, writes=False)
            try:
                recognise(con, path)
                con.execute("BEGIN")
                yield position(con)
            finally:
                con.close()
            return
        with TemporaryDirectory(prefix="deskbook-") as folder:
            source, con = connect(path, writes=False), sqlite3.connect(Path(folder) / "moment", isolation_level=None)
            try:
                recognise(source, path)
                con.execute("PRAGMA synchronous = OFF")  # thrown away when the export is written
                source.backup(con)
                if as_of is not None and posted:
                    roll_back(con, as_of)
                elif as_of is not None:
                    stand(con, as_of)
                yield replace(position(con), day=as_of, posted=posted)
            finally:
                con.close()
                source.close()


def position(con: sqlite3.Connection) -> Moment:
    """A connection, and the newest step that it sees."""
    step, digest, at = con.execute("SELECT id, digest, at FROM step WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return Moment(con, int(step), str(digest), str(at))


def stand(con: sqlite3.Connection, day: date) -> None:
    """In a private copy: the book as it stood at the end of a day. Refusal when it had not begun."""
    from deskbook.core.rewind import rewind, step_before

    step = step_before(con, days.day_span(day)[1])
    if not step:
        began = con.execute("SELECT at FROM step ORDER BY id LIMIT 1").fetchone()[0]
        raise Refusal("as_of", N_("The book began on {moment}; of {day} it knows nothing."), moment=days.show_moment(began), day=days.echo_day(day))
    rewind(con, step)
    con.execute("UPDATE office_day SET day = ?", (day.isoformat(),))


def roll_back(con: sqlite3.Connection, day: date) -> None:
    """In a private copy: leave out goods, money, corrections, shipments and merges after a day and add the balances up anew."""
    for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    con.execute("PRAGMA foreign_keys = OFF")
    after = {"day": day.isoformat()}
    con.execute("UPDATE office_day SET day = :day", after)
    con.execute("DELETE FROM stock_move WHERE day > :day", after)
    con.execute("DELETE FROM posting WHERE day > :day", after)
    con.execute("DELETE FROM entry WHERE day > :day", after)  # else a later correction would mark what stood on the day
    con.execute(  # likewise what was taken back since: its mirror is gone, so it counts again
        "UPDATE entry SET void = 0 WHERE void"
        " AND EXISTS (SELECT 1 FROM posting p WHERE p.entry_id = entry.id GROUP BY p.account_id HAVING sum(p.amount) <> 0)"
    )
    con.execute("DELETE FROM shipment_line WHERE shipment_id IN (SELECT id FROM shipment WHERE shipped_on IS NULL OR shipped_on > :day)", after)
    con.execute("DELETE FROM stock_balance")
    con.execute(
        "INSERT INTO stock_balance SELECT item_id, place_id, sum(qty) FROM (SELECT item_id, target_id AS place_id, qty FROM stock_move"
        " UNION ALL SELECT item_id, source_id, -qty FROM stock_move) GROUP BY item_id, place_id"
    )
    # what has goods then and was merged since was itself then
    con.execute("UPDATE item SET merged_into_id = NULL WHERE id IN (SELECT item_id FROM stock_balance WHERE qty <> 0)")
    con.execute("DELETE FROM account_day")
    con.execute("INSERT INTO account_day SELECT account_id, day, sum(max(amount, 0)), -sum(min(amount, 0)) FROM posting GROUP BY account_id, day")
