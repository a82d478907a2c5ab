"""The tables of the file, made and altered by reviewed SQL: each script one transaction and one step of the journal, after a verified backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from deskbook.core import days, journal
from deskbook.core.connection import APPLICATION
from deskbook.core.refusal import Trouble
from deskbook.core.words import N_

SCRIPTS = Path(__file__).parents[1] / "migrations"


@lru_cache
def scripts() -> tuple[tuple[int, str], ...]:
    """The migrations: (version, SQL), oldest first."""
    return tuple(sorted((int(f.name[:4]), f.read_text(encoding="utf-8")) for f in SCRIPTS.glob("*.sql")))


def latest() -> int:
    """The newest version this program knows, by the file names alone."""
    return max(int(f.name[:4]) for f in SCRIPTS.glob("*.sql"))


def recognise(con: sqlite3.Connection, path: Path) -> int:
    """The version of a book's tables. Trouble when it is no book, or a newer program's."""
    if con.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise Trouble(N_("{path} is not a book of deskbook; nothing was changed."), path=str(path))
    version = int(con.execute("PRAGMA user_version").fetchone()[0])
    if version > latest():
        raise Trouble(
            N_("{path} was made by a newer deskbook (tables {theirs}, this program knows {ours}); nothing was changed."),
            path=str(path),
            theirs=version,
            ours=latest(),
        )
    if version == 0:
        raise Trouble(N_("{path} is a book that was never finished; nothing was changed."), path=str(path))
    return version


def compare(con: sqlite3.Connection, path: Path) -> None:
    """Trouble when the tables are not as the last migration left them: a hand-made trigger or view could do anything."""
    import json

    result = con.execute("SELECT result FROM step WHERE command = 'migrate' ORDER BY id DESC LIMIT 1").fetchone()
    try:
        same = bool(result) and json.loads(result[0])["schema"] == journal.fingerprint(con)
    except (ValueError, KeyError, TypeError):  # a damaged file
        same = False
    if not same:
        raise Trouble(N_("The tables of {path} were changed by another program; restore the last backup, or ask for help."), path=str(path))


def upgrade(con: sqlite3.Connection, path: Path, *, clerk: str) -> None:
    """Bring a book to this program's version, all or nothing for each script; a book with work in it is backed up and verified first."""
    version = int(con.execute("PRAGMA user_version").fetchone()[0])
    if version:
        from deskbook.core import backup

        backup.keep(path, path.parent / "backups", label=f"before-tables-{latest():04d}")
    for number, script in scripts():
        if number > version:
            _apply(con, number, script, clerk)


def _apply(con: sqlite3.Connection, number: int, script: str, clerk: str) -> None:
    from deskbook.core.store import closing

    con.execute("BEGIN EXCLUSIVE")
    try:
        first = not con.execute("SELECT 1 FROM sqlite_schema WHERE name = 'step'").fetchone()
        before = {} if first else journal.columns(con, journal.kinds(con))
        if not first:
            last, previous = con.execute("SELECT id, digest FROM step ORDER BY id DESC LIMIT 1").fetchone()
            for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'j_*'").fetchall():
                con.execute(f"DROP TRIGGER {name}")
        else:
            last, previous = 0, ""
        step = last + 1
        head = (step, days.moment(), clerk, "migrate", journal.canonical({"version": number}), None, None)
        opened = "INSERT INTO step(id, at, clerk, command, facts, key, undoes_id) VALUES (?,?,?,?,?,?,?)"
        if not first:
            con.execute(opened, head)
        for statement in statements(script):
            con.execute(statement)
        if first:
            con.execute(opened, head)
        tables = list(journal.kinds(con))
        shape = journal.columns(con, tables)
        for sql in list(journal.triggers(con)):
            con.execute(sql)
        grown = [(step, tbl, hi + 1, now) for tbl, hi, now in sorted(con.execute(closing(con, tables)))]
        con.executemany("INSERT INTO change(step_id, tbl, op, row_id, last_id) VALUES (?, ?, 'I', ?, ?)", grown)
        for tbl in [t for t in before if before[t] != shape[t]]:
            con.execute(
                "INSERT INTO change(step_id, tbl, op, row_id, last_id) SELECT ?, tbl, 'M', 1, hi FROM mark WHERE tbl = ? AND hi > 0", (step, tbl)
            )
        con.execute(f"PRAGMA user_version = {number}")
        result = journal.canonical({"schema": journal.fingerprint(con), "columns": shape, "kinds": journal.marked(con)})
        digest = journal.seal(
            previous,
            (*head, result, None),
            con.execute(journal.CHANGES, (step,)).fetchall(),
            lambda t, lo, hi: con.execute(journal.between(t, shape[t]), (lo, hi)),
        )
        con.execute("UPDATE step SET result = ?, digest = ? WHERE id = ?", (result, digest, step))
        con.executemany("UPDATE mark SET hi = ? WHERE tbl = ?", [(now, tbl) for _step, tbl, _lo, now in grown])
        if wrong := con.execute("PRAGMA foreign_key_check").fetchall():
            raise Trouble(N_("The new tables would lose a link: {what}."), what=str(wrong[0]))
        con.execute("COMMIT")
    except BaseException:
        if con.in_transaction:
            con.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that all of them run inside one transaction."""
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""
