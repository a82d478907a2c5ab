"""Rows of a listing as a workbook (xlsx)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import BinaryIO

from deskbook.core.files import atomic
from deskbook.core.listing import Column, Show
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_
from deskbook.exchange.write_table import PLACES, Row, labels, shown

FORMATS = {
    Show.COUNT: "0", Show.MONEY: "#,##0.00", Show.PRICE: "#,##0.00##", Show.QUANTITY: "#,##0.###", Show.PERCENT: "0.##",
    Show.DAY: "yyyy-mm-dd", Show.CODE: "@",
}
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
                    widths[at] = max(widths[at], min(cell_len(shown(column, value, language).partition("\n")[0]), 60))
                if scale and -EXACT < value < EXACT:
                    sheet.write_number(count, at, value / scale, form)  # the one place where a value becomes a double
                elif is_day and (day := _day(value)):
                    sheet.write_datetime(count, at, day, form)
                else:
                    sheet.write_string(count, at, _cell_text(shown(column, value, language)), None if scale or is_day else form)
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
