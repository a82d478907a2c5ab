"""A private copy of a book as it stood at an earlier step: rows put back from the journal, what is derived made anew by its own triggers."""

from __future__ import annotations

import re
import sqlite3

from deskbook.core.journal import columns, kinds, values

OWN = ("step", "change", "mark", "office_day")
"""Tables that are neither journaled nor derived from journaled ones."""


def step_before(con: sqlite3.Connection, moment: str) -> int:
    """The newest step made before a moment (UTC, as the book keeps it); 0 where there is none."""
    return int(con.execute("SELECT coalesce(max(id), 0) FROM step WHERE at < ? AND digest IS NOT NULL", (moment,)).fetchone()[0])


def rewind(con: sqlite3.Connection, step: int) -> None:
    """Make a private copy the book it was when a step closed, whatever was done or taken back since. Never call it on a live book.

    Columns that a later migration added keep what it gave them. No trigger is left.
    """
    derived = derived_tables(con)
    keepers = drop_triggers(con, derived)
    con.execute("PRAGMA foreign_keys = OFF")
    con.execute("BEGIN")
    names = columns(con, kinds(con))
    later = "SELECT tbl, op, row_id, last_id, before FROM change WHERE step_id > ? ORDER BY id DESC"
    changed = False
    for tbl, op, lo, hi, before in con.execute(later, (step,)).fetchall():
        changed = changed or op in "IUD"
        if op == "I":
            con.execute(f"DELETE FROM {tbl} WHERE id BETWEEN ? AND ?", (lo, hi))
        elif op in "UD":
            row = dict(zip(names[tbl], values(before), strict=False))  # columns are only ever added at the end
            if op == "U":
                con.execute(f"UPDATE {tbl} SET {', '.join(f'{c} = :{c}' for c in row)} WHERE id = :id", row)
            else:
                con.execute(f"INSERT INTO {tbl}({', '.join(row)}) VALUES ({', '.join(f':{c}' for c in row)})", row)
    con.execute("DELETE FROM change WHERE step_id > ?", (step,))
    con.execute("DELETE FROM step WHERE id > ?", (step,))
    con.execute("UPDATE mark SET hi = coalesce((SELECT max(last_id) FROM change WHERE tbl = mark.tbl AND op = 'I'), 0)")
    if changed:
        derive(con, derived, keepers, names)
    con.execute("UPDATE sqlite_sequence SET seq = (SELECT hi FROM mark WHERE tbl = name)")
    con.execute("DELETE FROM sqlite_sequence WHERE seq = 0")
    con.execute("COMMIT")


def derived_tables(con: sqlite3.Connection) -> list[str]:
    """The tables that triggers keep from the journaled ones."""
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT IN (SELECT tbl FROM mark)"
    return [name for (name,) in con.execute(tables) if name not in OWN]


def drop_triggers(con: sqlite3.Connection, derived: list[str]) -> dict[str, list[str]]:
    """Drop every trigger. Returns the SQL of those that keep the derived tables, by the table they stand on, in the order the tables were made."""
    named = re.compile(rf"(?i)\b(?:into|update|delete from)\s+(?:{'|'.join(derived) or '-'})\b")
    keepers: dict[str, list[str]] = {}
    found = (
        "SELECT name, tbl_name, sql FROM sqlite_schema s WHERE type = 'trigger'"
        " ORDER BY (SELECT rowid FROM sqlite_schema t WHERE t.type = 'table' AND t.name = s.tbl_name), rowid"
    )
    for name, table, sql in con.execute(found).fetchall():
        con.execute(f"DROP TRIGGER {name}")
        if named.search(sql.partition("BEGIN")[2]):
            keepers.setdefault(table, []).append(sql)
    return keepers


def derive(con: sqlite3.Connection, derived: list[str], keepers: dict[str, list[str]], names: dict[str, list[str]]) -> None:
    """Empty the derived tables and tell their triggers of every row again, table by table in the order of their making, as if it were new.

    A twin without indexes takes the rows: the triggers are made for it, and read all else where it is.
    """
    for table in derived:
        con.execute(f"DELETE FROM {table}")
    for table, triggers in keepers.items():
        inserts = [re.sub(rf"(?i)\bINSERT ON {table}\b", "INSERT ON twin", sql, count=1) for sql in triggers if f"INSERT ON {table}" in sql]
        if inserts:
            stored = ", ".join(names[table])
            con.execute(f"CREATE TABLE twin AS SELECT {stored} FROM {table} WHERE 0")
            for sql in inserts:
                con.execute(sql)
            con.execute(f"INSERT INTO twin SELECT {stored} FROM {table} ORDER BY id")
            con.execute("DROP TABLE twin")
