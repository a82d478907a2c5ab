"""What goes out is what other programs open: LibreOffice, the sqlite3 shell, our own reader; and it is what the screens show."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
import subprocess
import zipfile
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from xml.etree import ElementTree

import pytest

from deskbook.books.ledger.queries import LEDGER
from deskbook.core import days
from deskbook.core.listing import Ask, Listing, Show, View
from deskbook.core.store import Store
from deskbook.core.window import Window, view_of
from deskbook.core.words import say
from deskbook.exchange.export import WHAT, export, listing_of
from deskbook.exchange.read_table import read_table, unguard
from deskbook.exchange.write_table import labels

SPREADSHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@lru_cache
def sample() -> Path:
    """The Chinese sample company, made once a process."""
    from deskbook.exchange.sample import make_sample

    path = Path(mkdtemp(prefix="deskbook-office-tools-")) / "zh.desk"
    make_sample(path, language="zh").close()
    return path


@pytest.fixture(scope="module")
def book() -> Path:
    """The book; no test changes it."""
    from datetime import UTC, datetime

    days.set_zone("Asia/Shanghai")
    days.set_clock(lambda: datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    return sample()


def stored(book: Path, listing: Listing, ask: Ask) -> list[tuple[object, ...]]:
    """The rows that the screen shows: id, then the columns."""
    with Store.open(book, read_only=True) as store:
        window = Window(store.look, listing, ask)
        return [window.row(place) or () for place in range(window.count)]


def number(value: int, show: Show) -> Decimal:
    """A stored whole number as it is written."""
    return Decimal(value) / {Show.MONEY: 100, Show.PRICE: 10_000, Show.QUANTITY: 1000, Show.PERCENT: 100, Show.COUNT: 1}[show]


NUMBERS = frozenset({Show.MONEY, Show.PRICE, Show.QUANTITY, Show.PERCENT, Show.COUNT})

# -- LibreOffice -------------------------------------------------------------------------------------------------------------


def through_libreoffice(workbook: Path, folder: Path) -> list[list[str]]:
    """What LibreOffice reads in a workbook, cells as they are (not as they are shown), as csv of its own making."""
    done = subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false", "--outdir", str(folder), str(workbook),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )
    found = folder / f"{workbook.stem}.csv"
    assert found.is_file(), done.stderr
    return list(csv.reader(io.StringIO(found.read_text(encoding="utf-8"))))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is missing")
def test_libreoffice_reads_codes_chinese_numbers_and_days_as_they_are(book: Path, tmp_path: Path) -> None:
    both: dict[str, list[list[str]]] = {}
    for what in ("items", "orders"):
        export(book, what, tmp_path / f"{what}.xlsx", form="xlsx", language="zh")
        both[what] = through_libreoffice(tmp_path / f"{what}.xlsx", tmp_path)
    for what, rows in both.items():
        listing = listing_of(what)
        expected = stored(book, listing, Ask(view="all" if any(view.name == "all" for view in listing.views) else ""))
        assert rows[0] == labels(listing.columns, "zh")
        assert len(rows) - 1 == len(expected) > 50
        for got, row in zip(rows[1:], expected, strict=True):
            for text, value, column in zip(got, row[1:], listing.columns, strict=True):
                if value is None:
                    assert text == ""
                elif column.show in NUMBERS:
                    assert isinstance(value, int)
                    assert Decimal(text) == number(value, column.show), (column.name, text, value)
                elif column.show is Show.WORD:
                    assert text == say(column.words.get(str(value), str(value)), "zh")
                else:
                    assert text == str(value), column.name
    codes = [row[0] for row in both["items"][1:]]
    assert "C1100-0.30x20" in codes
    assert any("主板" in cell for row in both["items"] for cell in row)


@pytest.mark.parametrize("what", ["items", "orders"])
def test_a_workbook_has_types_widths_and_a_frozen_head(book: Path, tmp_path: Path, what: str) -> None:
    """Read from the file itself, with nothing but zip and XML."""
    path = tmp_path / "x.xlsx"
    export(book, what, path, form="xlsx", language="zh")
    listing = listing_of(what)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    pane = sheet.find(".//m:pane", SPREADSHEET)
    assert pane is not None
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert sheet.find(".//m:f", SPREADSHEET) is None, "no cell is a formula"
    assert sheet.find(".//m:hyperlink", SPREADSHEET) is None
    widths: dict[int, float] = {}
    for col in sheet.findall(".//m:col", SPREADSHEET):
        for at in range(int(col.get("min", "0")), int(col.get("max", "0")) + 1):
            widths[at - 1] = float(col.get("width", "0"))
    forms = {form.get("numFmtId"): form.get("formatCode", "") for form in styles.findall(".//m:numFmt", SPREADSHEET)}
    builtin = {"1": "0", "4": "#,##0.00", "49": "@"}
    kinds = [xf.get("numFmtId") for xf in styles.findall(".//m:cellXfs/m:xf", SPREADSHEET)]
    rows = sheet.findall(".//m:row", SPREADSHEET)
    shown = {Show.MONEY: "#,##0.00", Show.PRICE: "#,##0.00##", Show.QUANTITY: "#,##0.###", Show.DAY: "yyyy-mm-dd", Show.CODE: "@"}
    seen = set()
    longest = [0] * len(listing.columns)
    for row in rows:
        for cell in row.findall("m:c", SPREADSHEET):
            at = sum((ord(sign) - 64) * 26**place for place, sign in enumerate(reversed(re.sub(r"\d", "", cell.get("r", ""))))) - 1
            column = listing.columns[at]
            text = "".join(cell.itertext())
            if row is rows[0] or column.show not in NUMBERS | {Show.DAY}:
                assert cell.get("t") in ("inlineStr", "s", "str"), (column.name, text)
                longest[at] = max(longest[at], sum(2 if ord(sign) > 0x2E80 else 1 for sign in text))
            else:
                assert cell.get("t") in (None, "n"), (column.name, text)
                assert float(text) is not None
            if row is not rows[0] and column.show in shown:
                kind = kinds[int(cell.get("s", "0"))]
                assert forms.get(kind or "", builtin.get(kind or "")) == shown[column.show], column.name
                seen.add(column.show)
    assert {Show.MONEY, Show.DAY} <= seen if what == "orders" else {Show.CODE, Show.PRICE, Show.QUANTITY} <= seen
    for at, need in enumerate(longest):
        assert widths[at] >= min(need, 60), f"{listing.columns[at].name}: {widths[at]} for {need} cells"


# -- the sqlite3 shell -------------------------------------------------------------------------------------------------------


def in_the_shell(book: Path, sql: str) -> list[list[str]]:
    """The rows of a query in the sqlite3 shell, trusting nothing of the file's schema."""
    done = subprocess.run(
        ["sqlite3", "-readonly", "-csv", str(book), "PRAGMA trusted_schema = OFF; " + sql], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout)))


FEW = {"lost-months", "claim-holds", "chase-levels", "sent-reports"}
"""Lists that are short in any office; in the sample company too."""


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is missing")
def test_the_shell_reads_what_the_screens_show(book: Path) -> None:
    for what in WHAT:
        listing = listing_of(what)
        ask = Ask(view="all" if any(view.name == "all" for view in listing.views) else "")
        names = ", ".join(["id", *(column.name for column in listing.columns)])
        sql = f"SELECT {names} FROM {listing.source} WHERE {view_of(listing, ask).where} ORDER BY id"
        rows = in_the_shell(book, sql.replace(":today", f"'{days.today()}'").replace(":midnight", f"'{days.day_span(days.today())[0]}'"))
        expected = sorted(stored(book, listing, ask), key=lambda row: int(str(row[0])))
        assert rows == [["" if value is None else str(value) for value in row] for row in expected], what
        assert len(rows) > (0 if what in FEW else 5), what


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is missing")
def test_the_counts_of_today_are_those_of_the_shell(book: Path) -> None:
    from deskbook.books.today import queries

    with Store.open(book, read_only=True) as store:
        counted = {counter.label: counter.count for counter in queries.counters(store.look)}
    ((out, low, soon),) = in_the_shell(
        book, "SELECT sum(severity = 'OUT'), sum(severity = 'LOW'), sum(severity = 'SOON') FROM v_low_stock WHERE snoozed IS NULL"
    )
    assert [counted["OUT of stock"], counted["LOW"], counted["SOON (in lead time)"]] == [int(out), int(low), int(soon)]
    ((held,),) = in_the_shell(book, "SELECT count(*) FROM sales_order WHERE state = 'hold' AND void = 0 AND history = 0")
    assert counted["Orders held"] == int(held) > 0
    ((messages,),) = in_the_shell(book, "SELECT count(*) FROM task WHERE kind = 'message' AND done_at IS NULL")
    assert counted["Messages not told"] == int(messages) > 0
    ((due,),) = in_the_shell(
        book, f"SELECT count(*) FROM shipment WHERE shipped_on IS NOT NULL AND arrived_on IS NULL AND void = 0 AND due_on <= '{days.today()}'"
    )
    assert counted["Arrival unconfirmed"] == int(due) > 0


def test_every_list_is_readable_by_plain_sqlite_that_trusts_no_schema(book: Path) -> None:
    con = sqlite3.connect(f"file:{book}?mode=ro", uri=True)
    con.execute("PRAGMA trusted_schema = OFF")
    for what in WHAT:
        listing = listing_of(what)
        names = ", ".join(["id", *(column.name for column in listing.columns), *listing.find])
        params = {"today": days.today().isoformat(), "midnight": days.day_span(days.today())[0]}
        assert con.execute(f"SELECT {names} FROM {listing.source}", params).fetchone() is not None, what
        for view in listing.views or (View("", ""),):
            rows = f"SELECT count(*) = count(DISTINCT id) FROM {listing.source} WHERE {view.where}"
            assert con.execute(rows, params).fetchone() == (1,), (what, view.name)
    for (view,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
        con.execute(f"SELECT * FROM {view} LIMIT 1").fetchall()
    con.close()


# -- our own reader ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("listing", [listing_of("orders"), LEDGER, listing_of("items"), listing_of("tasks")], ids=lambda listing: listing.name)
def test_an_export_read_back_is_the_rows(book: Path, tmp_path: Path, listing: Listing, form: str) -> None:
    what = next(name for name in WHAT if listing_of(name) is listing)
    path = tmp_path / f"{what}.{form}"
    export(book, what, path, form=form, language="zh")
    table = read_table(path)
    expected = stored(book, listing, Ask(view="all" if any(view.name == "all" for view in listing.views) else ""))
    assert table.columns == labels(listing.columns, "zh")
    assert len(table.rows) == len(expected)
    for got, row in zip(table.rows, expected, strict=True):
        for cell, value, column in zip(got, row[1:], listing.columns, strict=True):
            if value is None or value == "":
                assert cell in (None, "")
            elif column.show in NUMBERS:
                assert isinstance(value, int)
                assert Decimal(str(cell)) == number(value, column.show)
            elif column.show is Show.WORD:
                assert unguard(str(cell)) == say(column.words.get(str(value), str(value)), "zh")
            else:
                assert unguard(str(cell))[:10] == str(value)[:10], column.name
                assert column.show is Show.DAY or unguard(str(cell)) == str(value)
