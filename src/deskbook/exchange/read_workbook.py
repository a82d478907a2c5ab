"""Workbooks (xlsx, xls, ods), read by calamine in a process of their own: a damaged or hostile file can end that one, never the desk.

The child is this file run as a script, with bounded memory and time. It sends marshalled values: the sheets, the rows, and a last word.
"""
from __future__ import annotations

import marshal
import os
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import IO, Any

MEMORY = 2 << 30
"""Bytes the child may take: a million rows of ten columns take less than half of it."""
SECONDS = 120
MEMBERS, UNPACKED = 500, 1 << 30
ROWS, COLUMNS = 2_000_000, 200
_DAYS: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


class Unreadable(Exception):
    """Why a workbook is not taken: a short code and a fact."""

    def __init__(self, code: str, fact: str = "") -> None:
        self.code, self.fact = code, fact
        super().__init__(code, fact)


def zip_kind(path: str | os.PathLike[str]) -> str:
    """"xlsx" or "ods" for a zip archive within the bounds; Unreadable otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError, EOFError) as error:
        raise Unreadable("damaged", "zip") from error
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED:
        raise Unreadable("bomb")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Unreadable("archive")


def read_workbook(path: str | os.PathLike[str], sheet: str | None) -> tuple[list[str], str, int, list[list[Any]]]:
    """The sheets' names, the sheet read (None: the first visible one that is not empty), its first column counted from 0, its rows from row 1.

    Cells: str, int, Decimal as ("number", text), bool, date, datetime, time, timedelta. Unreadable where the file is none or too large.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    child = subprocess.Popen(
        [sys.executable, "-P", __file__, os.fspath(path), *([sheet] if sheet is not None else [])],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
    )
    clock = threading.Timer(SECONDS, child.kill)
    clock.start()
    rows: list[list[Any]] = []
    try:
        assert child.stdout is not None
        head = _receive(child.stdout)
        while batch := _receive(child.stdout):
            rows.extend([[_typed(cell) if type(cell) is tuple else cell for cell in row] for row in batch])
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
    sheets, name, first = head
    return sheets, name, first, rows


def _receive(stream: IO[bytes]) -> Any:
    try:
        value = marshal.load(stream)
    except (EOFError, ValueError, TypeError) as error:
        raise Unreadable("ended") from error  # killed: memory, time, or a fault in the library
    if isinstance(value, dict):
        raise Unreadable(value["code"], value["fact"])
    return value


def _typed(cell: tuple[str, Any]) -> Any:
    kind, value = cell
    if kind == "timedelta":
        return timedelta(seconds=value)
    return _DAYS[kind](value) if kind in _DAYS else cell


# --- the child ---

def _plain(cell: Any) -> Any:
    """A cell as marshal sends it. Numbers: whole ones in full; others with 15 digits, which is all that spreadsheets show and keep."""
    if type(cell) is float:
        if cell != cell or cell in (float("inf"), float("-inf")):
            return repr(cell)
        return int(cell) if cell.is_integer() and abs(cell) < 1e18 else ("number", f"{cell:.15g}")
    if isinstance(cell, (str, int)):
        return cell
    if isinstance(cell, timedelta):
        return ("timedelta", cell.days * 86_400 + cell.seconds)
    return (type(cell).__name__, cell.isoformat())


def _serve(path: str, sheet: str | None, send: Callable[[Any], None]) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with open(path, "rb") as source:
            book = CalamineWorkbook.from_filelike(source)
    except PasswordError:
        raise Unreadable("password") from None
    except CalamineError as error:
        raise Unreadable("password" if "password" in str(error).lower() else "damaged", str(error)) from None
    metadata = [entry for entry in book.sheets_metadata if entry.typ is SheetTypeEnum.WorkSheet]
    names = [entry.name for entry in metadata]
    if sheet is not None and sheet not in names:
        raise Unreadable("sheet", ", ".join(names))
    wanted = [sheet] if sheet is not None else [entry.name for entry in metadata if entry.visible is SheetVisibleEnum.Visible] or names
    for name in wanted:
        found = book.get_sheet_by_name(name)
        if found.height:
            break
    else:
        raise Unreadable("empty")
    if found.total_height > ROWS or found.width > COLUMNS:
        raise Unreadable("large", f"{found.total_height} x {found.width}")
    send((names, name, (found.start or (0, 0))[1]))
    batch: list[list[Any]] = []
    for row in found.iter_rows():
        batch.append([_plain(cell) for cell in row])
        if len(batch) == 1000:
            send(batch)
            batch = []
    if batch:
        send(batch)
    send([])


def main() -> None:
    """The child: argv is the path and perhaps the sheet."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer

    def send(value: Any) -> None:
        out.write(marshal.dumps(value))

    try:
        _serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None, send)
    except Unreadable as error:
        send({"code": error.code, "fact": error.fact})
    except BaseException as error:  # a panic of the Rust library is no Exception
        send({"code": "damaged", "fact": f"{type(error).__name__}: {error}"})
    out.flush()


if __name__ == "__main__":
    main()
