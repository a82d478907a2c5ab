"""Walk the book back, newest step first, with nothing but its journal: rows as they are, and rows as they were before."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from deskbook.core.journal import CHANGES, HEAD, between, fingerprint, marked, seal, values
from deskbook.core.words import N_, _, listed

Row = tuple[Any, ...]


def verify(con: sqlite3.Connection, last: int | None = None, head: str | None = None, *, quick: bool = False) -> list[str]:
    """Everything that is wrong, a sentence each; nothing when the book is what its journal says.

    last: only so many of the newest steps (it cannot see an old row that none of them touched).
    quick: the file's own check leaves out what takes longest (that every index agrees with its table).
    head: the digest on the last closing sheet, manifest or backup: finds a lost tail or an older copy.
    """
    look = "quick_check" if quick else "integrity_check"
    try:
        return [*_damage(con, look), *_walk(con, last, head)]
    except UNREADABLE:  # once more, past what cannot be decoded, and with all that can be said besides
        usual, con.text_factory = con.text_factory, lambda raw: raw.decode("utf-8", "replace")
        found: list[str] = []
        try:
            for part in (_damage(con, look), _undecodable(con), _walk(con, last, head)):
                try:
                    for fault in part:
                        found.append(fault)
                except UNREADABLE as error:
                    found.append(_("The book cannot be read: {what}", what=f"{type(error).__name__} {error}"))
        finally:
            con.text_factory = usual
        return list(dict.fromkeys(found))


UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, OverflowError)
"""What a damaged file can raise; text that is no UTF-8 a ValueError or an sqlite3.Error, by the place it is read in."""


def _damage(con: sqlite3.Connection, look: str) -> Iterator[str]:
    for (what,) in con.execute(f"PRAGMA {look}"):
        if what != "ok":
            yield _("The file: {what}", what=what)


def _undecodable(con: sqlite3.Connection) -> Iterator[str]:
    """Every text that is no UTF-8, by table, row and column."""
    for (table,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' UNION ALL SELECT 'sqlite_schema'").fetchall():
        columns = con.execute("SELECT name, pk FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)).fetchall()
        keys = [name for name, key in columns if key] or ["rowid"]
        names = ", ".join(f"CAST({name} AS BLOB), typeof({name})" for name, _key in columns)
        try:
            for row in con.execute(f"SELECT {', '.join(keys)}, {names} FROM {table}"):
                for n, (name, _key) in enumerate(columns):
                    stored, kind = row[len(keys) + 2 * n : len(keys) + 2 * n + 2]
                    if kind == "text" and _broken(stored):
                        where = " ".join(map(str, row[: len(keys)]))
                        words = N_("{table}: row {row}: the text of {column} cannot be decoded; it is not what was written.")
                        yield _(words, table=table, row=where, column=name)
        except UNREADABLE as error:
            yield _("{table} cannot be read to its end: {what}", table=table, what=str(error))


def _broken(stored: bytes) -> bool:
    try:
        stored.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _walk(con: sqlite3.Connection, last: int | None, head: str | None) -> Iterator[str]:
    steps = con.execute(f"SELECT {HEAD}, digest FROM step ORDER BY id DESC LIMIT ?", (-1 if last is None else last + 1,)).fetchall()
    digests = {step[0]: step[-1] for step in steps}
    if head and not con.execute("SELECT 1 FROM step WHERE digest = ?", (head,)).fetchone():
        yield _("The step on the last closing sheet is missing: this is an older or another book.")
    shapes = [
        (number, json.loads(result)) for number, result in con.execute("SELECT id, result FROM step WHERE command = 'migrate' ORDER BY id DESC")
    ]
    if not shapes:
        yield _("No step made the tables.")
        return
    if shapes[0][1]["schema"] != fingerprint(con):
        yield _("The tables are not as the last migration left them.")
    tables = shapes[0][1]["columns"]
    marks, sequence = dict(con.execute("SELECT tbl, hi FROM mark").fetchall()), dict(con.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    if marks.keys() != tables.keys() or shapes[0][1]["kinds"] != marked(con) or not sequence.keys() <= tables.keys():
        yield _("The marks are not those of the tables.")
    was: dict[str, dict[int, Row | None]] = defaultdict(dict)  # rows that were different at the point of the walk
    columns: dict[str, list[str]] = {}

    def images(table: str, lo: int, hi: int) -> Iterable[Row]:
        rows, old = con.execute(between(table, columns[table]), (lo, hi)), was[table]
        if not old or (len(old) > hi - lo and not any(i in old for i in range(lo, hi + 1))):
            return rows
        found: dict[int, Row | None] = {row[0]: row for row in rows}
        for i in [i for i in old if lo <= i <= hi] if len(old) < hi - lo else [i for i in range(lo, hi + 1) if i in old]:
            then = old[i]
            found[i] = then and then[: len(columns[table])]  # columns are only ever added at the end
        return [row for _id, row in sorted(found.items()) if row]

    expected = steps[0][0] if steps else 0
    for *fields, digest in steps[: len(steps) if last is None else last]:
        number = fields[0]
        if number != expected:
            yield _("Steps {first} to {last} are missing.", first=number + 1, last=expected)
        expected = number - 1
        columns = next((shape["columns"] for since, shape in shapes if since <= number), {})
        changes = con.execute(CHANGES, (number,)).fetchall()
        if strange := {change[0] for change in changes} - columns.keys():
            yield _(
                "Step {step} ({command}) names tables that did not exist: {tables}", step=number, command=fields[3], tables=listed(sorted(strange))
            )
            continue
        if seal(digests.get(number - 1, ""), tuple(fields), changes, images) != digest:
            rows = ", ".join(f"{tbl} {lo}" if lo == hi else f"{tbl} {lo}-{hi}" for tbl, _op, lo, hi, _before in changes[:8])
            yield _(
                "Step {step} ({command}, {at}): it, or one of its rows, is not as it was written: {rows}",
                step=number,
                command=fields[3],
                at=str(fields[1])[:19],
                rows=rows,
            )
        for table, op, lo, hi, before in reversed(changes):
            if op in "UD":
                was[table][lo] = values(before)
            elif op == "I" and lo == hi:
                was[table][lo] = None
            elif op == "I":
                for i in [i for i in was[table] if lo <= i <= hi] if len(was[table]) < hi - lo else range(lo, hi + 1):
                    was[table].pop(i, None)
    if last is None:
        yield from _whole(con, expected, marks, sequence, was)


def _whole(
    con: sqlite3.Connection, expected: int, marks: dict[str, int], sequence: dict[str, int], was: dict[str, dict[int, Row | None]]
) -> Iterator[str]:
    """What can be said only after the walk has reached the first day."""
    if expected:
        yield _("Steps {first} to {last} are missing.", first=1, last=expected)
    for (number,) in con.execute("SELECT DISTINCT step_id FROM change EXCEPT SELECT id FROM step"):
        yield _("There are changes of a step {step} that is not there.", step=number)
    for table, hi in marks.items():  # the ranges of made rows must tile 1..hi, and nothing may lie outside
        top = 0
        for lo, end in con.execute("SELECT row_id, last_id FROM change WHERE tbl = ? AND op = 'I' ORDER BY id", (table,)):
            if lo == top + 1:
                top = end
            elif end > top:
                yield _("{table}: rows {first} to {last} were never made.", table=table, first=top + 1, last=lo - 1)
        beyond = con.execute(f"SELECT count(*) FROM {table} WHERE id NOT BETWEEN 1 AND ?", (top,)).fetchone()[0]
        if top != hi or beyond or sequence.get(table, hi) != hi:
            yield _(
                "{table}: made up to {made}, marked {marked}, numbered {numbered}, {beyond} rows beyond.",
                table=table,
                made=top,
                marked=hi,
                numbered=sequence.get(table, hi),
                beyond=beyond,
            )
        if left := [i for i, row in was[table].items() if row is not None]:
            yield _("{table}: rows {rows} are older than the book.", table=table, rows=listed(map(str, left[:5])))
    for table, row, parent, _key in con.execute("PRAGMA foreign_key_check"):
        yield _("{table}: row {row} points at a missing row of {parent}.", table=table, row=row, parent=parent)
