"""Every write is a step; every step can be taken back; the whole book can be walked back to the day it was empty.

Kinds of table (declared in `mark`, beside each table in the migrations):
  plain     undo restores or deletes the row
  numbered  what papers name by a number or a code is voided, never deleted; its parts stay with it
  posted    UPDATE and DELETE are refused; undo appends the mirror row with reverses_id, once only
  derived   not in `mark`: kept by trigger, never undone, proved from the others
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, clauses, say
from deskbook.core.words import language as language_in_use

canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
"""The one form that is hashed: of values, never of SQL's own text, which may differ by version."""

Change = tuple[str, str, int, int, str | None]
"""tbl, op, row_id, last_id, before"""

LITERAL = re.compile(r"NULL|-?[0-9]+|'(?:[^']|'')*+'")
LITERALS = re.compile(rf"(?:{LITERAL.pattern})(?:,(?:{LITERAL.pattern}))*")
HEAD = "id, at, clerk, command, facts, key, undoes_id, result, says"
BY_HAND = N_("The book is written only by its own program.")
ID = N_("An id is never changed.")
VOID = N_("That document was taken back; nothing can be added to it.")
POSTED = N_("What is posted stays; correct it by a reversal.")
KEPT = N_("What has a number or is posted is never deleted.")
CHANGES = "SELECT tbl, op, row_id, last_id, before FROM change WHERE step_id = ? ORDER BY id"


@dataclass(frozen=True, slots=True)
class Kind:
    """What undo does with a row of one table: see the module's text."""

    name: str
    header: str = ""
    part: str = ""
    negate: tuple[str, ...] = ()


def kinds(con: sqlite3.Connection) -> dict[str, Kind]:
    """The journaled tables of the file and their kinds."""
    found = con.execute("SELECT tbl, kind, header, part, negate FROM mark ORDER BY tbl").fetchall()
    return {tbl: Kind(kind, header, part, tuple(negate.split())) for tbl, kind, header, part, negate in found}


def marked(con: sqlite3.Connection) -> list[list[str]]:
    """What `mark` says of each table beside its highest id, as a migration writes it down."""
    return [list(row) for row in con.execute("SELECT tbl, kind, header, part, negate FROM mark ORDER BY tbl")]


def columns(con: sqlite3.Connection, tables: Iterable[str]) -> dict[str, list[str]]:
    """The stored columns of each table, in their order (generated ones are left out: they follow from the others)."""
    return {t: [c for (c,) in con.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (t,))] for t in tables}


def triggers(con: sqlite3.Connection) -> Iterator[str]:
    """The guards of every journaled table, made by the migration that makes or alters it.

    TypeError for a column that could not be carried exactly.
    """
    known = kinds(con)
    for t, kind in known.items():
        info = con.execute("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", (t,)).fetchall()
        if info[0][0] != "id" or any(stored not in ("INTEGER", "TEXT") for _name, stored in info):
            raise TypeError(f"{t}: id first, and only INTEGER and TEXT: nothing else is carried exactly")
        old, new = (", ".join(f"{row}.{c}" for c, _type in info) for row in ("old", "new"))
        image = " || ',' || ".join(f"quote(old.{c})" for c, _type in info)  # not json_array: SQLite 3.40 calls it unsafe under trusted_schema=OFF
        open_step, hi = "(SELECT id FROM step WHERE digest IS NULL)", f"(SELECT hi FROM mark WHERE tbl = '{t}')"

        def log(op: str, row: str, before: str, t: str = t, open_step: str = open_step) -> str:
            # no OR IGNORE here: an outer OR REPLACE would override it
            return f"INSERT INTO change(step_id, tbl, op, row_id, last_id, before) VALUES ({open_step}, '{t}', '{op}', {row}.id, {row}.id, {before});"

        yield f"CREATE TRIGGER j_{t}_pen BEFORE INSERT ON {t} WHEN NOT EXISTS {open_step} BEGIN {refuse(BY_HAND)} END"
        yield f"CREATE TRIGGER j_{t}_i AFTER INSERT ON {t} WHEN new.id <= {hi} BEGIN {log('I', 'new', 'NULL')} END"  # an old id comes back
        yield f"CREATE TRIGGER j_{t}_id BEFORE UPDATE OF id ON {t} WHEN new.id <> old.id BEGIN {refuse(ID)} END"
        for n, (parent, column) in enumerate(con.execute('SELECT "table", "from" FROM pragma_foreign_key_list(?)', (t,)).fetchall()):
            if parent != t and parent in known and known[parent].name == "numbered":  # a foreign key does not see that a document was voided
                own = "new.reverses_id IS NULL AND " if kind.name == "posted" else ""
                void = f"(SELECT void FROM {parent} WHERE id = new.{column})"
                yield f"CREATE TRIGGER j_{t}_void_{n} BEFORE INSERT ON {t} WHEN {own}{void} BEGIN {refuse(VOID)} END"
        if kind.header:  # a change of a part is a touch of its document: what read the whole document may stand on it
            for event, rows in (("INSERT", ["new"]), ("UPDATE", ["old", "new"]), ("DELETE", ["old"])):
                touch = " ".join(touched(kind.header, f"{row}.{kind.part}", open_step) for row in rows)
                when = f"{rows[0]}.{kind.part} <= (SELECT hi FROM mark WHERE tbl = '{kind.header}')"
                yield f"CREATE TRIGGER j_{t}_doc_{event.lower()} AFTER {event} ON {t} WHEN {when} BEGIN {touch} END"
        if kind.name == "posted":
            yield f"CREATE TRIGGER j_{t}_u BEFORE UPDATE ON {t} BEGIN {refuse(POSTED)} END"
        else:
            yield f"CREATE TRIGGER j_{t}_u AFTER UPDATE ON {t} WHEN old.id <= {hi} AND ({old}) IS NOT ({new}) BEGIN {log('U', 'old', image)} END"
        if kind.name == "plain":
            yield f"CREATE TRIGGER j_{t}_d AFTER DELETE ON {t} WHEN old.id <= {hi} BEGIN {log('D', 'old', image)} END"
        else:
            yield f"CREATE TRIGGER j_{t}_d BEFORE DELETE ON {t} BEGIN {refuse(KEPT)} END"


def refuse(words: str) -> str:
    """SQL that ends the statement with a sentence."""
    return f"SELECT RAISE(ABORT, '{words}');"


def touched(table: str, row: str, step: str) -> str:
    """SQL that notes, once a step, that a document was touched."""
    return (
        f"INSERT INTO change(step_id, tbl, op, row_id, last_id) SELECT {step}, '{table}', 'T', {row}, {row} WHERE NOT EXISTS"
        f" (SELECT 1 FROM change WHERE tbl = '{table}' AND row_id = {row} AND op = 'T' AND step_id = {step});"
    )


def seal(previous: str, head: tuple[Any, ...], changes: list[Change], images: Callable[[str, int, int], Iterable[tuple[Any, ...]]]) -> str:
    """The digest of a step: the one before it, its own fields, its changes, and every touched row as the step left it."""
    sha = hashlib.sha256((previous + canonical(head)).encode())
    rows_of: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for tbl, op, lo, hi, before in changes:
        sha.update(canonical((tbl, op, lo, hi, before)).encode())
        rows_of[tbl].add((lo, hi))
    for tbl in sorted(rows_of):
        for lo, hi in sorted(rows_of[tbl]):
            rows = iter(images(tbl, lo, hi))
            while batch := list(islice(rows, 1000)):
                sha.update(canonical((tbl, batch)).encode())
    return sha.hexdigest()


def between(table: str, names: list[str]) -> str:
    """SQL for the rows of a range of ids, as they are hashed."""
    return f"SELECT {', '.join(names)} FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id"


def values(before: str) -> tuple[Any, ...]:
    """What quote() wrote, read back. ValueError when it is not a row."""
    if not LITERALS.fullmatch(before):
        raise ValueError(f"not a row: {before[:60]!r}")
    return tuple(None if v == "NULL" else v[1:-1].replace("''", "'") if v[0] == "'" else int(v) for v in LITERAL.findall(before))


# -- taking back -----------------------------------------------------------------------------------------------------------


class Blocked(Refusal):
    """A step cannot be taken back while later ones stand on it; steps: those, newest first, in the order to undo them."""

    def __init__(self, words: str, steps: Iterable[int] = (), /, **facts: object) -> None:
        self.steps = sorted(steps, reverse=True)
        super().__init__("", words, **facts)


def last_of(con: sqlite3.Connection, step: int) -> int:
    """The step that undo must take back to take `step` back: itself, or its last redo. Blocked when it is taken back already."""
    if not con.execute("SELECT 1 FROM step WHERE id = ?", (step,)).fetchone():
        raise Blocked(N_("That step cannot be taken back."))
    chain = [step]
    while after := con.execute("SELECT id FROM step WHERE undoes_id = ?", (chain[-1],)).fetchone():
        chain.append(after[0])
    if len(chain) % 2 == 0:
        raise Blocked(N_("That was taken back already."), [chain[-1]])
    return chain[-1]


def standing(con: sqlite3.Connection, step: int) -> set[int]:
    """Later closed steps that still count: a step and its undo, both later than this one, cancel out."""
    later = con.execute("SELECT id, undoes_id FROM step WHERE id > ? AND digest IS NOT NULL ORDER BY id DESC", (step,)).fetchall()
    gone: set[int] = set()
    for number, undoes in later:
        if number not in gone and undoes and undoes > step:
            gone |= {number, undoes}
    return {number for number, _undoes in later} - gone


def take_back(con: sqlite3.Connection, step: int, day: str) -> None:
    """Undo the rows of one step inside the open one. Posted rows get their mirror, on their own day, or on `day` when theirs is closed.

    Blocked with the steps in the way when a later step that still stands touched the same document or points at what would go.
    """
    known, names = kinds(con), columns(con, kinds(con))
    changes: list[Change] = con.execute(CHANGES, (step,)).fetchall()
    if con.execute("SELECT command FROM step WHERE id = ?", (step,)).fetchone()[0] == "migrate":
        raise Blocked(N_("That step cannot be taken back."))
    made = {tbl: (lo, hi) for tbl, op, lo, hi, _before in changes if op == "I"}
    if blocking := blockers(con, step, changes, made, known, names) or taken_back_meanwhile(con, step, changes, known, names):
        raise Blocked(N_("Later work stands on it: {steps}"), blocking, steps=clauses(sentence(con, s) for s in sorted(blocking, reverse=True)[:5]))
    con.execute("PRAGMA defer_foreign_keys = 1")
    for tbl, header in [(tbl, lo) for tbl, op, lo, _hi, _before in changes if op == "T"]:  # what a step stands on, its redo will stand on as well
        con.execute(touched(tbl, str(header), "(SELECT id FROM step WHERE digest IS NULL)").rstrip(";"))
    made_here = [(tbl, known[tbl], lo, hi) for tbl, op, lo, hi, _before in reversed(changes) if op == "I"]
    for tbl, kind, lo, hi in made_here:  # first what the step made: that frees its unique values
        if kind.name == "numbered":
            con.execute(f"UPDATE {tbl} SET void = 1 WHERE id BETWEEN ? AND ?", (lo, hi))
        elif kind.name == "plain":
            numbered = known[kind.header].name == "numbered" if kind.header else False
            stays = made.get(kind.header, (0, -1)) if numbered else (0, -1)
            con.execute(f"DELETE FROM {tbl} WHERE id BETWEEN ? AND ? AND {kind.part or 'id'} NOT BETWEEN ? AND ?", (lo, hi, *stays))
    for tbl, op, _lo, _hi, before in reversed(changes):  # then touch by touch, newest first: every state in between was lawful once
        if op in "UD" and before is not None:
            row = dict(zip(names[tbl], values(before), strict=False))  # columns are only ever added at the end
            try:
                if op == "U":
                    con.execute(f"UPDATE {tbl} SET {', '.join(f'{c} = :{c}' for c in row)} WHERE id = :id", row)
                else:
                    con.execute(f"INSERT INTO {tbl}({', '.join(row)}) VALUES ({', '.join(f':{c}' for c in row)})", row)
            except sqlite3.IntegrityError as error:
                from deskbook.core.broken_rules import written_again

                raise written_again(con, tbl, row, str(error)) or error from error
    closed = con.execute("SELECT coalesce(max(day), '') FROM day_close").fetchone()[0] if "day_close" in known else ""
    for tbl, kind, lo, hi in made_here:  # mirrors last: a redo needs its document back first. A reversal is not reversed but posted anew
        if kind.name == "posted":
            stored = names[tbl][1:]
            special = {c: f"-{c}" for c in kind.negate} | {
                "reverses_id": "iif(reverses_id IS NULL, id, NULL)",
                "day": f"iif(day <= '{closed}', '{day}', day)",
            }
            mirror = ", ".join(special.get(c, c) for c in stored)
            post = f"INSERT INTO {tbl}({', '.join(stored)}) SELECT {mirror} FROM {tbl} WHERE id"
            if con.execute(f"SELECT 1 FROM {tbl} WHERE reverses_id BETWEEN ? AND ?", (lo, hi)).fetchone():
                con.executemany(f"{post} = ?", [(stands_for(con, tbl, row),) for row in range(hi, lo - 1, -1)])
            else:
                con.execute(f"{post} BETWEEN ? AND ? ORDER BY id DESC", (lo, hi))


def stands_for(con: sqlite3.Connection, table: str, row: int) -> int:
    """The posted row that stands in the place of one: itself, or what was posted anew when the step that had reversed it was taken back."""
    made = "SELECT step_id, last_id FROM change WHERE tbl = ? AND op = 'I' AND ? BETWEEN row_id AND last_id"
    anew = "SELECT c.row_id FROM step s JOIN change c ON c.step_id = s.id AND c.tbl = ? AND c.op = 'I' WHERE s.undoes_id = ?"
    while mirror := con.execute(f"SELECT id FROM {table} WHERE reverses_id = ?", (row,)).fetchone():
        step, last = con.execute(made, (table, *mirror)).fetchone()
        first = con.execute(anew, (table, step)).fetchone()
        if first is None:  # it stays reversed: the rule that a row is reversed once refuses it
            return row
        row = first[0] + last - mirror[0]  # what a step made is taken back newest first
    return row


def blockers(
    con: sqlite3.Connection, step: int, changes: list[Change], made: dict[str, tuple[int, int]], known: dict[str, Kind], names: dict[str, list[str]]
) -> set[int]:
    """Standing later steps that touched the same rows, or made rows that point at a row that would be deleted or voided."""
    if not (still := standing(con, step)):
        return set()
    found: set[int] = set()
    for tbl, op, lo, hi, before in changes:
        was = dict(zip(names[tbl], values(before), strict=False)) if op == "U" and before is not None else {}
        goes = known[tbl].name != "posted" and (op == "I" or was.get("void") or was.get("merged_into_id"))  # made, or done again
        found |= {
            s
            for (s,) in con.execute(
                "SELECT DISTINCT step_id FROM change WHERE tbl = ? AND row_id BETWEEN ? AND ? AND step_id > ? AND op <> 'M'", (tbl, lo, hi, step)
            )
        }
        for child, column in references(con, tbl) if goes else ():
            apart = made.get(child, (0, -1))
            rows = con.execute(f"SELECT id FROM {child} WHERE {column} BETWEEN ? AND ? AND id NOT BETWEEN ? AND ?", (lo, hi, *apart)).fetchall()
            for (row,) in rows:
                found |= makers(con, child, row) | pointer(con, child, names[child].index(column), row, lo, hi)
                found |= came_back(con, child, row, known, names)
    return found & still


def taken_back_meanwhile(con: sqlite3.Connection, step: int, changes: list[Change], known: dict[str, Kind], names: dict[str, list[str]]) -> set[int]:
    """Later steps that voided, or merged into another, what rows that would come back, or the parts of such documents, point at."""
    merged = " OR merged_into_id IS NOT NULL"
    back = {(tbl, lo): dict(zip(names[tbl], values(before), strict=False)) for tbl, op, lo, _hi, before in reversed(changes) if op in "UD" and before}
    back = {key: row for key, row in back.items() if not row.get("void")}
    pointing: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for parent in [tbl for tbl, kind in known.items() if kind.name == "numbered"]:
        for child, column in references(con, parent):
            pointing[child].append((column, parent))
    asked = {(parent, row[column]) for (tbl, _id), row in back.items() for column, parent in pointing[tbl]}
    for tbl, row in [key for key in back if known[key[0]].name == "numbered"]:
        for part in [t for t, kind in known.items() if kind.header == tbl]:
            for column, parent in pointing[part]:
                asked |= {(parent, to) for (to,) in con.execute(f"SELECT {column} FROM {part} WHERE {known[part].part} = ?", (row,))}
    found = {
        con.execute("SELECT max(step_id) FROM change WHERE tbl = ? AND row_id = ? AND op = 'U' AND step_id > ?", (parent, to, step)).fetchone()[0]
        for parent, to in asked - back.keys()
        if con.execute(f"SELECT 1 FROM {parent} WHERE id = ? AND (void{merged if 'merged_into_id' in names[parent] else ''})", (to,)).fetchone()
    }
    return found - {None}


def makers(con: sqlite3.Connection, table: str, row: int) -> set[int]:
    """The steps that made this row (more than one when it was deleted and came back)."""
    made = "SELECT step_id FROM change WHERE tbl = :tbl AND op = 'I' AND row_id <= :row AND last_id >= :row"
    deleted = con.execute("SELECT 1 FROM change WHERE tbl = ? AND row_id = ? AND op = 'D'", (table, row)).fetchone()
    if not deleted:  # then one range holds it, the nearest
        made += " AND row_id >= (SELECT max(row_id) FROM change WHERE tbl = :tbl AND op = 'I' AND row_id <= :row AND last_id >= :row)"
    return {s for (s,) in con.execute(made, {"tbl": table, "row": row})}


def pointer(con: sqlite3.Connection, table: str, column: int, row: int, lo: int, hi: int) -> set[int]:
    """The steps by whose change this row, which does point into a range, came to point there."""
    found, there = set(), True
    for step, before in con.execute("SELECT step_id, before FROM change WHERE tbl = ? AND row_id = ? AND op = 'U' ORDER BY id DESC", (table, row)):
        was = values(before)[column]
        inside = was is not None and lo <= was <= hi
        found |= {step} if there and not inside else set()
        there = inside
    return found


def came_back(con: sqlite3.Connection, table: str, row: int, known: dict[str, Kind], names: dict[str, list[str]]) -> set[int]:
    """The steps that did a voided document again, or the one this row is part of, if it stands."""
    kind = known[table]
    if kind.header and known[kind.header].name == "numbered":
        table, row = kind.header, con.execute(f"SELECT {kind.part} FROM {table} WHERE id = ?", (row,)).fetchone()[0]
    if known[table].name != "numbered" or con.execute(f"SELECT void FROM {table} WHERE id = ?", (row,)).fetchone()[0]:
        return set()
    void = names[table].index("void")
    changed = con.execute("SELECT step_id, before FROM change WHERE tbl = ? AND row_id = ? AND op = 'U'", (table, row))
    return {step for step, before in changed if values(before)[void]}


def references(con: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """Tables and columns that point at a table by foreign key."""
    sql = 'SELECT m.name, f."from" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = \'table\' AND f."table" = ?'
    return con.execute(sql, (table,)).fetchall()


# -- what happened, for a person -------------------------------------------------------------------------------------------


def sentence(con: sqlite3.Connection, step: int) -> str:
    """What a step did, in the language in use: "shipped S-2026-0412 to Junye"."""
    depth = 0
    while True:
        command, says, undoes = con.execute("SELECT command, says, undoes_id FROM step WHERE id = ?", (step,)).fetchone()
        if not undoes:
            return worded(depth, says, command)
        depth, step = depth + 1, undoes


def worded(depth: int, says: str | None, command: str, *, language: str | None = None) -> str:
    """The sentence of a step: says: what was written of it, as JSON; depth: how many steps, each about the one before, are about it.

    language: its code; None is the language in use.
    """
    words, facts = json.loads(says) if says else (command.replace("_", " "), {})
    spoken = language or language_in_use()
    what = say(words, spoken, **facts)
    if not depth:
        return what
    return say(N_("took back: {what}") if depth % 2 else N_("did again: {what}"), spoken, what=what)


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the history of one row. was: the columns that differ from after it, as they were before."""

    step: int
    at: str
    clerk: str
    words: str
    was: tuple[tuple[str, Any, Any], ...]


def history(con: sqlite3.Connection, table: str, row: int) -> list[Event]:
    """Every step that made, changed or touched a row, newest first: who, when, what, and each column's old and new value."""
    names = columns(con, [table])[table]
    now = con.execute(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", (row,)).fetchone()
    events: list[Event] = []
    steps = (
        "SELECT c.step_id, s.at, s.clerk, c.op, c.before FROM change c JOIN step s ON s.id = c.step_id"
        " WHERE c.tbl = ? AND ? BETWEEN c.row_id AND c.last_id ORDER BY c.id DESC"
    )
    for step, at, clerk, op, before in con.execute(steps, (table, row)).fetchall():
        was: tuple[tuple[str, Any, Any], ...] = ()
        if op in "UD" and before is not None:
            then = values(before)
            after = now or (None,) * len(names)
            was = tuple((c, o, n) for c, o, n in zip(names, then, after, strict=False) if o != n)
            now = then
        if events and events[-1].step == step:
            events[-1] = Event(step, at, clerk, events[-1].words, was + events[-1].was)
        else:
            events.append(Event(step, at, clerk, sentence(con, step), was))
    return events


def fingerprint(con: sqlite3.Connection) -> str:
    """One hash of the whole schema; statistics tables left out."""
    rows = con.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat*' ORDER BY 1, 2").fetchall()
    return hashlib.sha256(canonical(rows).encode()).hexdigest()
