"""Rows of a listing as files: csv for people and for programs, jsonl, xlsx.

Values are the stored ones, in the order of the columns: integers for Show.COUNT, MONEY, PRICE, QUANTITY and PERCENT, text (or None) for the others.
`write_csv` and `write_jsonl` take rows from anywhere; `stream_csv` and `stream_jsonl` have SQLite make the same bytes, several times as fast and in
constant memory. Texts hold no NUL (the book takes none): SQLite's printf ends a text there.
"""
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from deskbook.core.files import atomic
from deskbook.core.listing import Column, Show
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, say

PLACES = {Show.COUNT: (0, 0), Show.MONEY: (2, 2), Show.PRICE: (4, 2), Show.QUANTITY: (3, 0), Show.PERCENT: (2, 0)}
"""Numbers: decimals in the stored integer, and the fewest that are written."""
DATED = frozenset({Show.DAY, Show.MOMENT})
"""Texts that start with a digit."""
GUARD = "=+-@\t\r＝＋－＠"
"""A text that starts so may be run as a formula by a spreadsheet."""
FORMATS = {
    Show.COUNT: "0", Show.MONEY: "#,##0.00", Show.PRICE: "#,##0.00##", Show.QUANTITY: "#,##0.###", Show.PERCENT: "0.##",
    Show.DAY: "yyyy-mm-dd", Show.CODE: "@",
}
BATCH = 2000
"""Rows that are asked for at once."""

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
    return [say(column.label, language) for column in columns]


def _shown(column: Column, value: Any, language: str | None) -> str:
    """The text of a value; words in the language given, or as stored for None."""
    if value is None:
        return ""
    if column.show in PLACES:
        return decimal_text(value, *PLACES[column.show])
    if column.show is Show.SAID:
        return _said(value, language or "en")
    if column.show is Show.WORD and language is not None:
        return say(column.words[value], language) if value in column.words else str(value)
    return str(value)


def _said(value: str, language: str) -> str:
    """What a step of the journal says, of the JSON that the listing gives."""
    from deskbook.core.journal import worded

    return worded(*json.loads(value), language=language)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _csv_head(columns: Sequence[Column], raw: bool, language: str, note: str | None) -> bytes:
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
    out.write(_csv_head(columns, raw, language, note))
    end, count = "\n" if raw else "\r\n", 0
    for row in rows:
        cells = []
        for column, value in zip(columns, row, strict=True):
            text = _shown(column, value, None if raw else language)
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
            text = _said(value, "en") if column.show is Show.SAID else value
            cells.append(f"{key}:{_shown(column, value, None) if number else json.dumps(text, ensure_ascii=False)}")
        out.write(("{" + ",".join(cells) + "}\n").encode())
        count += 1
    return count


# --- the same bytes, made by SQLite ---

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
    """What _shown and guard give for a text, in SQL."""
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
        con.create_function("deskbook_said", 2, _said, deterministic=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """SQL expressions for the line of a row. fast: right while a line has just so many quotes; exact: always right."""

    fast: str
    exact: str = ""
    quotes: int = 0
    end: bytes = b""
    """What comes between lines and after the last."""


def _csv_sql(columns: Sequence[Column], raw: bool, language: str) -> _Line:
    """printf's %w doubles the quotes inside a text, and takes half as long again as %s, which does not."""
    values = ",".join(_number_sql(c.name, c.show) if c.show in PLACES else _text_sql(c, raw, language) for c in columns)
    forms = (",".join("%s" if c.show in PLACES else f'"%{kind}"' for c in columns) + ("\n" if raw else "\r\n") for kind in "sw")
    fast, exact = (f"printf({_literal(form)},{values})" for form in forms)
    return _Line(fast, exact, sum(2 for c in columns if c.show not in PLACES))


def _jsonl_sql(columns: Sequence[Column]) -> _Line:
    values = (f"{_literal(c.name)},{_number_sql(c.name, c.show, 'json') if c.show in PLACES else _plain(c, 'en')}" for c in columns)
    return _Line(f"json_object({','.join(values)})", end=b"\n")


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
    found = con.execute(f"SELECT CAST({line.exact or line.fast} AS BLOB) FROM ({sql}){'' if key is None else f' ORDER BY {key.order}'}", params)
    while rows := found.fetchmany(BATCH):
        out.write(line.end.join([text for (text,) in rows]) + line.end)
        count += len(rows)
    return count


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
    count = 0
    after: Row | None = None
    while True:
        beyond, more = key.beyond(after)
        rest = f"AS BLOB), id FROM ({sql}) WHERE {stretch} AND {beyond} ORDER BY {key.order.replace(' NULLS LAST', '')} LIMIT {BATCH}"
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
    out.write(_csv_head(columns, raw, language, note))
    _teach(con, columns)
    return _stream(con, sql, params, _csv_sql(columns, raw, language), key, out)


def stream_jsonl(
    con: sqlite3.Connection, sql: str, params: Mapping[str, Any], columns: Sequence[Column], out: BinaryIO, *, key: Key | None = None,
) -> int:
    """What write_jsonl writes, for the rows of a SELECT; as stream_csv."""
    _teach(con, columns)
    return _stream(con, sql, params, _jsonl_sql(columns), key, out)


# --- xlsx ---

LONGEST = 32_767
"""Characters that a cell of a workbook holds."""
MOST_ROWS = 1_048_576
EXACT = 10**15
"""Doubles carry 15 digits; larger values go out as text."""
_VISIBLE = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {0x7F: 0x2421, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}


def _cell_text(text: str) -> str:
    """Text that a workbook can hold: control characters as their pictures, no half characters, not longer than a cell."""
    if text.isprintable() and len(text) <= LONGEST:
        return text  # nearly all
    text = text.translate(_VISIBLE).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class _Sink:
    """A file for zipfile to write to, which keeps what the system refuses for the end: a ZipFile stopped halfway complains when it is collected."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.at = 0
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        if self.error is None:
            try:
                self.out.write(data)
            except OSError as error:
                self.error = error
        self.at += len(data)
        return len(data)

    def seek(self, at: int) -> int:
        if self.error is None:
            try:
                self.out.seek(at)
            except OSError as error:
                self.error = error
        self.at = at
        return at

    def tell(self) -> int:
        return self.at

    def flush(self) -> None:
        pass  # whoever opened the file flushes it


def write_xlsx(
    path_or_file: str | BinaryIO, columns: Sequence[Column], rows: Iterable[Row], *, language: str = "en", title: str = "", note: str | None = None,
) -> int:
    """Rows as a workbook of one sheet, in constant memory: texts and codes as text, numbers and days typed, a frozen bold header. How many rows.

    A path is written atomically. note goes into the document's properties (comments), not among the rows. PERCENT is the number of per cents.
    Refusal where there are more rows than a sheet has.
    """
    import xlsxwriter  # only for workbooks
    from rich.cells import cell_len

    if isinstance(path_or_file, str):
        with atomic(path_or_file) as out:
            return write_xlsx(out, columns, rows, language=language, title=title, note=note)
    sink = _Sink(path_or_file)
    book = xlsxwriter.Workbook(sink, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })
    book.set_properties({"title": _cell_text(title), "comments": _cell_text(note or "")})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats = {show: book.add_format({"num_format": form}) for show, form in FORMATS.items()}
    plan = [
        (at, column, 10 ** PLACES[column.show][0] if column.show in PLACES else 0, column.show is Show.DAY, formats.get(column.show))
        for at, column in enumerate(columns)
    ]
    widths = []
    for at, label in enumerate(labels(columns, language)):
        sheet.write_string(0, at, _cell_text(label), bold)
        widths.append(cell_len(label))
    sheet.freeze_panes(1, 0)
    count = 0
    try:
        for count, row in enumerate(rows, 1):
            if count >= MOST_ROWS:
                raise Refusal("format", N_("A sheet holds {most} rows and there are more: choose a shorter period, or csv."), most=MOST_ROWS - 1)
            for (at, column, scale, is_day, form), value in zip(plan, row, strict=True):
                if value is None:
                    continue
                if count <= 1000:
                    widths[at] = max(widths[at], min(cell_len(_shown(column, value, language).partition("\n")[0]), 60))
                if scale and -EXACT < value < EXACT:
                    sheet.write_number(count, at, value / scale, form)  # the one place where a value becomes a double
                elif is_day and (day := _day(value)):
                    sheet.write_datetime(count, at, day, form)
                else:
                    sheet.write_string(count, at, _cell_text(_shown(column, value, language)), None if scale or is_day else form)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, max(width, 6) + 2)
    finally:
        book.close()  # also after an error: it removes the rows it kept in a temporary file
    if sink.error:
        raise sink.error
    return count


def _day(text: str) -> date | None:
    """The date of an ISO day that a workbook can show, else None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def rows_of(con: sqlite3.Connection, sql: str, params: Mapping[str, Any], columns: Sequence[Column]) -> Iterator[Row]:
    """The rows of a SELECT, its columns in the order asked: for write_xlsx."""
    yield from con.execute(f"SELECT {', '.join(column.name for column in columns)} FROM ({sql})", params)
