"""What write_csv and write_jsonl write, made by SQLite: several times as fast, in constant memory.

Texts hold no NUL (the book takes none): SQLite's printf ends a text there.
"""
from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from deskbook.core.listing import Column, Show
from deskbook.core.words import say
from deskbook.exchange.write_table import DATED, GUARD, PLACES, Row, csv_head, guard, said

BATCH = 2000
"""Rows that are asked for at once."""
SUBQUERIES = 5
"""As many in a row cost no more, asked several times, than a copy of the row."""


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _number_sql(name: str, show: Show, number: str = "") -> str:
    """decimal_text in SQL, with integers only; NULL stays NULL, a whole number may stay an integer. number: SQL function for a text with decimals."""
    places, least = PLACES[show]
    if places == 0:
        return name

    def exact(decimals: int) -> str:
        unit, drop = 10**places, 10 ** (places - decimals)
        if decimals == 0:
            return f"{name}/{unit}"
        form = f"%d.%0{decimals}d"
        return (f"{number}(case when {name}>=0 then printf('{form}',{name}/{unit},{name}%{unit}/{drop})"
                f" else printf('-{form}',-{name}/{unit},-{name}%{unit}/{drop}) end)")

    cases = "".join(f" when {name}%{10 ** (places - decimals)}=0 then {exact(decimals)}" for decimals in range(least, places))
    return f"case when {name} is null then null{cases} else {exact(places)} end"


def _guard_sql(text: str) -> str:
    # Nearly every text starts with a letter or a Chinese character, between the signs of ASCII and the full-width ones: one comparison.
    signs = "||".join(f"char({ord(sign)})" for sign in GUARD)
    first = f"substr(ltrim({text},''''),1,1)"
    return (f"case when {text} collate binary between 'A' and char({ord('＀')}) then {text}"
            f" when {first}<>'' and instr({signs},{first})>0 then ''''||{text} else ifnull({text},'') end")


def _text_sql(column: Column, raw: bool, language: str) -> str:
    """What shown and guard give for a text, in SQL."""
    if raw or column.show in DATED:
        return f"ifnull({_plain(column, 'en')},'')"
    cases = "".join(f" when {_literal(word)} then {_literal(guard(say(label, language)))}" for word, label in column.words.items())
    text = _guard_sql(_plain(column, language))
    return f"case {column.name}{cases} else {text} end" if cases and column.show is Show.WORD else text


def _plain(column: Column, language: str) -> str:
    return f"deskbook_said({column.name},{_literal(language)})" if column.show is Show.SAID else column.name


def _teach(con: sqlite3.Connection, columns: Sequence[Column]) -> None:
    """Give SQLite the words of the journal's steps, where a column has them."""
    if any(column.show is Show.SAID for column in columns):
        con.create_function("deskbook_said", 2, said, deterministic=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """SQL expressions for the line of a row. fast: right while a line has just so many quotes; exact: always right."""

    names: str
    fast: str
    exact: str = ""
    quotes: int = 0
    end: bytes = b""
    """What comes between lines and after the last."""


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)


def _csv_sql(columns: Sequence[Column], raw: bool, language: str) -> _Line:
    """printf's %w doubles the quotes inside a text, and takes half as long again as %s, which does not."""
    values = ",".join(_number_sql(c.name, c.show) if c.show in PLACES else _text_sql(c, raw, language) for c in columns)
    forms = (",".join("%s" if c.show in PLACES else f'"%{kind}"' for c in columns) + ("\n" if raw else "\r\n") for kind in "sw")
    fast, exact = (f"printf({_literal(form)},{values})" for form in forms)
    return _Line(_names(columns), fast, exact, sum(2 for c in columns if c.show not in PLACES))


def _jsonl_sql(columns: Sequence[Column]) -> _Line:
    values = (f"{_literal(c.name)},{_number_sql(c.name, c.show, 'json') if c.show in PLACES else _plain(c, 'en')}" for c in columns)
    return _Line(_names(columns), f"json_object({','.join(values)})", end=b"\n")


@dataclass(frozen=True, slots=True)
class Key:
    """The order of rows: by a column, those without a value last, then by the unique integer `id`, which a SELECT of them has."""

    column: str = "id"
    down: bool = False

    @property
    def order(self) -> str:
        """As SQL."""
        step = "DESC" if self.down else "ASC"
        return f"id {step}" if self.column == "id" else f"{self.column} {step} NULLS LAST, id {step}"

    def beyond(self, after: Row | None) -> tuple[str, dict[str, Any]]:
        """The condition on the rows after one, (value, id), and its parameters; rows without a value have ids only."""
        if after is None:
            return "1", {}
        sign = "<" if self.down else ">"
        if after[0] is None:
            return f"id {sign} :after_id", {"after_id": after[1]}
        return f"({self.column}, id) {sign} (:after_key, :after_id)", {"after_key": after[0], "after_id": after[1]}


def _stream(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], line: _Line, key: Key | None, out: BinaryIO) -> int:
    """Write the line of every row: where an index has the order of the key in many short statements, else in one."""
    if key is not None and in_batches(con, sql, params, key):
        if key.column == "id":
            return _batches(con, sql, params, line, key, "1", out)
        by_value = _batches(con, sql, params, line, key, f"{key.column} IS NOT NULL", out)
        return by_value + _batches(con, sql, params, line, Key("id", key.down), f"{key.column} IS NULL", out)
    count = 0
    rows_of_key = f"({sql}){'' if key is None else f' ORDER BY {key.order}'}"
    if _once(con, sql, params, line):
        rows_of_key = f"(SELECT {line.names} FROM {rows_of_key} LIMIT -1) LIMIT -1"
    found = con.execute(f"SELECT CAST({line.exact or line.fast} AS BLOB) FROM {rows_of_key}", params)
    while rows := found.fetchmany(BATCH):
        out.write(line.end.join([text for (text,) in rows]) + line.end)
        count += len(rows)
    return count


def _once(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], line: _Line) -> bool:
    """Whether every value of a row is to be had once, and then copied into its line.

    Else SQLite puts what a view reckons in the place of each name, and asks the subqueries behind a sum anew for its sign, whole and decimals.
    Two LIMITs, one in the other, keep the queries apart.
    """
    plan = con.execute(f"EXPLAIN QUERY PLAN SELECT {line.names} FROM ({sql})", params)
    return sum("CORRELATED" in step for _id, _parent, _unused, step in plan) > SUBQUERIES


def in_batches(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], key: Key) -> bool:
    """Whether rows can be asked for a batch at a time, each beginning where the one before ended, without sorting or passing over those before."""
    stretch, after = ("1", (None, 0)) if key.column == "id" else (f"{key.column} IS NOT NULL", ("", 0))
    beyond, more = key.beyond(after)

    def steps(ask: str, more: Mapping[str, Any]) -> list[str]:
        return [step for _id, _parent, _unused, step in con.execute(f"EXPLAIN QUERY PLAN {ask}", {**params, **more})]

    batch = steps(f"SELECT id FROM ({sql}) WHERE {stretch} AND {beyond} ORDER BY {key.order.replace(' NULLS LAST', '')} LIMIT 1", more)
    one = steps(f"SELECT {key.column} FROM ({sql}) WHERE id = :after_id", {"after_id": 0})
    by_index = batch[0].startswith("SEARCH") and any(sign in batch[0] for sign in "<>") and one[0].startswith("SEARCH")
    return by_index and not any("TEMP B-TREE FOR" in step for step in batch)


def _batches(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], line: _Line, key: Key, stretch: str, out: BinaryIO) -> int:
    """The rows of one stretch: with a value in the key's column, or without."""
    count, once, order = 0, _once(con, sql, params, line), key.order.replace(" NULLS LAST", "")
    after: Row | None = None
    while True:
        beyond, more = key.beyond(after)
        batch = f"({sql}) WHERE {stretch} AND {beyond} ORDER BY {order} LIMIT {BATCH}"
        rest = f"AS BLOB), id_ FROM (SELECT {line.names}, id AS id_ FROM {batch}) LIMIT -1" if once else f"AS BLOB), id FROM {batch}"
        rows = con.execute(f"SELECT CAST({line.fast} {rest}", {**params, **more}).fetchall()
        text = line.end.join([row[0] for row in rows]) + (line.end if rows else b"")
        if line.exact and text.count(b'"') != line.quotes * len(rows):  # some text has quotes of its own
            text = b"".join([row[0] for row in con.execute(f"SELECT CAST({line.exact} {rest}", {**params, **more})])
        out.write(text)
        count += len(rows)
        if len(rows) < BATCH:
            return count
        last = rows[-1][1]
        value = None if key.column == "id" else con.execute(f"SELECT {key.column} FROM ({sql}) WHERE id = :after_id", {**params, "after_id": last})
        after = (value and value.fetchone()[0], last)


def stream_csv(
    con: sqlite3.Connection, sql: str, params: Mapping[str, Any], columns: Sequence[Column], out: BinaryIO,
    *, raw: bool = False, language: str = "en", note: str | None = None, key: Key | None = None,
) -> int:
    """What write_csv writes, for the rows of a SELECT (named parameters) that has all columns by their names. How many rows.

    Without key the rows come in the order of the SELECT. With key, for a SELECT that has no order of its own but `id` and the key's column, they come
    in the key's order; where an index has that order, in half the time.
    The connection must see one state throughout (a snapshot, or an open read transaction).
    """
    out.write(csv_head(columns, raw, language, note))
    _teach(con, columns)
    return _stream(con, sql, params, _csv_sql(columns, raw, language), key, out)


def stream_jsonl(
    con: sqlite3.Connection, sql: str, params: Mapping[str, Any], columns: Sequence[Column], out: BinaryIO, *, key: Key | None = None,
) -> int:
    """What write_jsonl writes, for the rows of a SELECT; as stream_csv."""
    _teach(con, columns)
    return _stream(con, sql, params, _jsonl_sql(columns), key, out)
