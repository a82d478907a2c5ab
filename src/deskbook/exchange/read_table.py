"""Any table file a person brings: csv, tsv, txt, xlsx, xls, ods, told apart by content, with everything detected shown."""
from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from deskbook.core.files import in_words
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_
from deskbook.exchange.read_text import cells_of, decode, delimiter_of
from deskbook.exchange.read_workbook import COLUMNS, ROWS, Unreadable, read_workbook, zip_kind
from deskbook.exchange.write_table import GUARD

LARGEST = 256 << 20
"""Bytes of a file."""

Cell = str | int | Decimal | date | datetime | time | timedelta | bool
"""Of a text file always str. Of a workbook: numbers are int where whole, Decimal else; days and times only where the cell is one."""


@dataclass(frozen=True, slots=True)
class How:
    """How a file was understood, to be shown and confirmed. Empty where it does not apply."""

    kind: str
    """"text", "xlsx", "xls" or "ods"."""
    encoding: str = ""
    bom: bool = False
    delimiter: str = ""
    decimal: str = "."
    """The decimal mark of numbers written as text."""
    header_row: int = 0
    """Row of the file (from 1) the column names stand in; 0: there are none, and columns are named by their letters."""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    uneven: tuple[int, ...] = ()
    """Rows of the file that had fewer or more cells than the header (at most 100 are named); they were padded, or the table widened."""


@dataclass(frozen=True, slots=True)
class Table:
    """columns: names, all different. rows: blank rows left out, each as long as columns. lines: the row of the file (from 1) of each row."""

    columns: list[str]
    rows: list[list[Cell]]
    lines: list[int]
    how: How
    first_column: int = 0
    """Columns of the sheet before the table's first."""

    def address(self, row: int, column: int) -> str:
        """Where a cell stands in the file, as a spreadsheet names it: row and column are indexes into rows and columns; -1 is the header's row."""
        line = self.how.header_row if row < 0 else self.lines[row]
        return f"{letters(self.first_column + column)}{line}"


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, ... Z, AA, ..."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def unguard(text: str) -> str:
    """The text without the ' that an export put before it (write_table.guard)."""
    if text[:1] == "'":
        bare = text.lstrip("'")
        if bare and bare[0] in GUARD:
            return text[1:]
    return text


def cell_text(cell: Cell) -> str:
    """A cell as text, as a code, a name or a phone number is read: numbers in full without exponent, days and times ISO, yes and no as 1 and 0."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def read_table(path: str | os.PathLike[str], *, sheet: str | None = None, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """Read a file as a table; sheet, encoding and delimiter override what would be detected.

    Refusal, one sentence with the file and what was met, for everything that is no table within the bounds. Never for a live book: its file must not
    be opened by the process that has it as a database.
    """
    path = Path(path)
    name = path.name
    with in_words(path):
        size = path.stat().st_size
        if size > LARGEST:
            raise Refusal("file", N_("{file} has {size} MB; a table may have {most}."), file=name, size=size >> 20, most=LARGEST >> 20)
        with path.open("rb") as source:
            head = source.read(4096)
    if not head:
        raise Refusal("file", N_("{file} is empty."), file=name)
    try:
        kind = _kind(head, name) or zip_kind(path)
        if kind != "text":
            sheets, used, first, found = read_workbook(path, sheet)
            rows: list[list[Cell]] = [[Decimal(cell[1]) if type(cell) is tuple else cell for cell in row] for row in found]
            return _table(rows, How(kind, sheet=used, sheets=tuple(sheets)), name, first)
    except Unreadable as error:
        raise Refusal("file", _WHY[error.code], file=name, fact=error.fact[:120] or "-", sheet=sheet or "-", rows=ROWS, columns=COLUMNS) from error
    if sheet is not None:
        raise Refusal("sheet", N_("{file} is a text file and has no sheets."), file=name)
    with in_words(path):
        raw = path.read_bytes()
    text, code, bom = decode(raw, name, encoding)
    del raw
    mark = delimiter or delimiter_of(text)
    if len(mark) != 1 or mark in '"\r\n':
        raise Refusal("delimiter", N_("A delimiter is one character, such as , or ; and not {given}."), given=mark)
    texts = cells_of(text, mark, name)
    return _table(texts, How("text", code, bom, mark), name, 0)  # type: ignore[arg-type]  # list is invariant; the cells are only read


_WHY = {
    "damaged": N_("{file} is damaged and cannot be read as a workbook ({fact})."),
    "ended": N_("{file} could not be read as a workbook: it needs more memory or time than a table may take, or is damaged."),
    "bomb": N_("{file} unpacks to more than a table may hold."),
    "archive": N_("{file} is a zip archive, not a workbook: unpack it and choose a file in it."),
    "password": N_("{file} is protected by a password: save it without one."),
    "sheet": N_("{file} has no sheet {sheet}; it has: {fact}."),
    "empty": N_("{file} holds no cells."),
    "large": N_("{file} has {fact} cells; a table may have {rows} rows of {columns} columns."),
}

_PICTURE = N_("{file} is a picture, not a table.")
_ARCHIVE = N_("{file} is an archive, not a table: unpack it first.")
_DOCUMENT = N_("{file} is a document, not a table.")
_DATABASE = N_("{file} is a database, not a table.")
_SIGNS = {
    b"%PDF": _DOCUMENT, b"{\\rtf": _DOCUMENT, b"\x89PNG": _PICTURE, b"\xff\xd8\xff": _PICTURE, b"GIF8": _PICTURE, b"SQLite format 3\0": _DATABASE,
    b"Rar!": _ARCHIVE, b"7z\xbc\xaf": _ARCHIVE, b"\x1f\x8b": _ARCHIVE,
}
_WEB = re.compile(rb"(?i)^(\xef\xbb\xbf)?\s*<(!doctype|html|table|\?xml|meta|head)")


def _kind(head: bytes, name: str) -> str:
    """"xls", "text", or "" for a zip archive, by the first bytes; the file's name is not asked."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    for sign, words in _SIGNS.items():
        if head.startswith(sign):
            raise Refusal("file", words, file=name)
    if _WEB.match(head):
        raise Refusal("file", N_("{file} is a web page or XML, whatever its name: open it in a spreadsheet program and save it as xlsx."), file=name)
    return "text"


def _filled(cells: Sequence[Cell]) -> int:
    return sum(1 for cell in cells if not isinstance(cell, str) or cell.strip())


def _table(found: list[list[Cell]], how: How, name: str, first: int) -> Table:
    lines = [line for line, cells in enumerate(found, 1) if any(not isinstance(cell, str) or cell.strip() for cell in cells)]
    if not lines:
        raise Refusal("file", N_("{file} holds no cells."), file=name)
    if len(lines) > ROWS:
        raise Refusal("file", N_("{file} has {fact} cells; a table may have {rows} rows of {columns} columns."),
                      file=name, fact=str(len(lines)), rows=ROWS, columns=COLUMNS)
    at = _header([found[line - 1] for line in lines[:200]])
    header = found[lines[at] - 1] if at is not None else []
    body = lines[at + 1 :] if at is not None else lines
    rows = [found[line - 1] for line in body]
    usual = len(header) or Counter(map(len, rows)).most_common(1)[0][0]
    named = width = _width(header, 0) or usual
    uneven: list[int] = []
    for line, cells in zip(body, rows, strict=True):
        wide = _width(cells, named)
        if wide > COLUMNS:
            raise Refusal("file", N_("Row {row} of {file} has {width} cells; a table may have {columns}."),
                          file=name, row=line, width=wide, columns=COLUMNS)
        width = max(width, wide)
        if (wide > named or len(cells) < named) and len(uneven) < 100:
            uneven.append(line)
    for index, cells in enumerate(rows):
        if len(cells) != width:
            rows[index] = cells = cells[:width] + [""] * (width - len(cells))
        if how.kind == "text":
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and cell[:1] == "'":
                    cells[place] = unguard(cell)
    how = replace(how, decimal=_decimal(rows, how.delimiter), header_row=lines[at] if at is not None else 0, uneven=tuple(uneven))
    return Table(_names(header, width, first), rows, body, how, first)


def _width(cells: Sequence[Cell], least: int) -> int:
    """Cells up to the last that is not blank, not looking below `least`."""
    width = len(cells)
    while width > least and isinstance(last := cells[width - 1], str) and not last.strip():
        width -= 1
    return width


def _names(header: Sequence[Cell], width: int, first: int) -> list[str]:
    """Names of the columns: white space evened out; [D] for one without a name, "name [D]" for one that comes again."""
    names: list[str] = []
    for column in range(width):
        text = " ".join(unguard(cell_text(header[column])).split()) if column < len(header) else ""
        letter = f"[{letters(first + column)}]"
        if not text:
            text = letter
        elif text in names:
            text = f"{text} {letter}"
        names.append(text)
    return names


_VALUE = re.compile(r"[¥￥$€£+\-\s]*(\d[\d.,'\s]*[%元]?|\d{1,4}[-/.年]\d{1,2}([-/.月]\d{1,4}日?)?([ T]\d{1,2}:\d{2}(:\d{2})?)?)")


def _is_name(cell: Cell) -> bool:
    """A text such as a column is called by; no number or day, but a year may be one."""
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return not _VALUE.fullmatch(text) or bool(re.fullmatch(r"(19|20)\d\d", text))


def _header(rows: list[list[Cell]]) -> int | None:
    """Index of the first row that holds texts only and whose width fits the rows under it; None where the table starts without one."""
    counts = [_filled(cells) for cells in rows]
    usual = sorted(counts, reverse=True)[min(1, len(counts) - 1)]  # one stray long row does not count
    first: int | None = None
    for at, cells in enumerate(rows[:60]):
        if counts[at] < 0.5 * usual:
            continue
        if not all(_is_name(cell) for cell in cells if cell != ""):
            if counts[at] >= 0.8 * usual:
                break  # the first row of data
            continue
        under = counts[at + 1 : at + 6]
        least = min(max(2, 0.4 * counts[at]), 0.75 * usual)
        if counts[at] >= 0.75 * usual and sum(count >= least for count in under) >= 0.5 * len(under):
            return at
        first = at if first is None else first
    return first


_NUMBER = re.compile(r"[¥￥$€£+\-\s(]*(\d[\d.,]*)[)%元€$\s]*(?:EUR|USD|CNY|RMB)?")
_COMMA = re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(\.\d{3}){2,}")
_POINT = re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3}){2,}")
_EITHER = re.compile(r"\d{1,3}\.\d{3}")


def _decimal(rows: list[list[Cell]], delimiter: str) -> str:
    """The decimal mark, by the numbers that leave no doubt in columns of mostly numbers; then by 1.234 in a file cut at semicolons; then a point."""
    votes: Counter[str] = Counter()
    sample = rows[:5000]
    for column in range(len(sample[0]) if sample else 0):
        texts = [text for row in sample if isinstance(cell := row[column], str) and (text := cell.strip())]
        numbers = [match[1] for text in texts if (match := _NUMBER.fullmatch(text))]
        if len(numbers) * 10 < len(texts) * 8:
            continue
        for number in numbers:
            if _COMMA.fullmatch(number):
                votes[","] += 1
            elif _POINT.fullmatch(number):
                votes["."] += 1
            elif delimiter == ";" and _EITHER.fullmatch(number):
                votes["maybe"] += 1
    if votes[","] != votes["."]:
        return "," if votes[","] > votes["."] else "."
    return "," if votes["maybe"] else "."


__all__ = ["Cell", "How", "Table", "cell_text", "letters", "read_table", "unguard"]
