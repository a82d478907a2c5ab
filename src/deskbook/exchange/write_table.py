"""Rows of a listing as csv, for people and for programs, and as jsonl.

Values are the stored ones, in the order of the columns: integers for Show.COUNT, MONEY, PRICE, QUANTITY and PERCENT, text (or None) for the others.
`write_csv` and `write_jsonl` take rows from anywhere; stream_table has SQLite make the same bytes, several times as fast.
"""
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from deskbook.core.listing import Column, Show
from deskbook.core.words import say

PLACES = {Show.COUNT: (0, 0), Show.MONEY: (2, 2), Show.PRICE: (4, 2), Show.QUANTITY: (3, 0), Show.PERCENT: (2, 0)}
"""Numbers: decimals in the stored integer, and the fewest that are written."""
DATED = frozenset({Show.DAY, Show.MOMENT})
"""Texts that start with a digit."""
GUARD = "=+-@\t\r＝＋－＠"
"""A text that starts so may be run as a formula by a spreadsheet."""

Row = Sequence[Any]


def decimal_text(value: int, places: int, least: int = 0) -> str:
    """A stored integer of 10**-places units as exact decimal text, zeros at the end dropped down to `least` decimals: (-5, 2, 2) is -0.05."""
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    part = part[:least] + part[least:].rstrip("0")
    return ("-" if value < 0 else "") + whole + ("." + part if part else "")


def guard(text: str) -> str:
    """The text with a leading ' where a spreadsheet might run it. Undone by read_table.unguard, also for texts that started with ' already."""
    bare = text.lstrip("'")
    return "'" + text if bare and bare[0] in GUARD else text


def labels(columns: Sequence[Column], language: str) -> list[str]:
    """The headings in a language."""
    return [say(column.heading or column.label, language) for column in columns]


def shown(column: Column, value: Any, language: str | None) -> str:
    """The text of a value; words in the language given, or as stored for None."""
    if value is None:
        return ""
    if column.show in PLACES:
        return decimal_text(value, *PLACES[column.show])
    if column.show is Show.SAID:
        return said(value, language or "en")
    if column.show is Show.WORD and language is not None:
        return say(column.words[value], language) if value in column.words else str(value)
    return str(value)


def said(value: str, language: str) -> str:
    """What a step of the journal says, of the JSON that the listing gives."""
    from deskbook.core.journal import worded

    return worded(*json.loads(value), language=language)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def csv_head(columns: Sequence[Column], raw: bool, language: str, note: str | None) -> bytes:
    names = [column.name for column in columns] if raw else [guard(label) for label in labels(columns, language)]
    head = ",".join(map(_quoted, names))
    if raw:
        return ((_quoted(note) + "\n" if note else "") + head + "\n").encode()
    return ("\ufeff" + (_quoted(guard(note)) + "\r\n" if note else "") + head + "\r\n").encode()


def write_csv(
    out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], *, raw: bool = False, language: str = "en", note: str | None = None,
) -> int:
    """Rows as csv; texts quoted, numbers plain with a decimal point. How many rows.

    For people: UTF-8 with BOM, CRLF, headings and words in the language, formulas guarded, the note on a line above the headings.
    raw, for programs: no BOM, LF, column names, words as stored, no guard.
    """
    out.write(csv_head(columns, raw, language, note))
    end, count = "\n" if raw else "\r\n", 0
    for row in rows:
        cells = []
        for column, value in zip(columns, row, strict=True):
            text = shown(column, value, None if raw else language)
            cells.append(text if column.show in PLACES else _quoted(text if raw or column.show in DATED else guard(text)))
        out.write((",".join(cells) + end).encode())
        count += 1
    return count


def write_jsonl(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """One JSON object a line, keys are the column names, numbers exact (12.50 stays 12.50), words as stored, nothing is null. How many rows."""
    keys = [json.dumps(column.name, ensure_ascii=False) for column in columns]
    count = 0
    for row in rows:
        cells = []
        for key, column, value in zip(keys, columns, row, strict=True):
            number = value is not None and column.show in PLACES
            text = said(value, "en") if column.show is Show.SAID else value
            cells.append(f"{key}:{shown(column, value, None) if number else json.dumps(text, ensure_ascii=False)}")
        out.write(("{" + ",".join(cells) + "}\n").encode())
        count += 1
    return count


def rows_of(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], columns: Sequence[Column]) -> Iterator[Row]:
    """The rows of a SELECT, its columns in the order asked: for write_xlsx."""
    yield from con.execute(f"SELECT {', '.join(column.name for column in columns)} FROM ({sql})", params)
