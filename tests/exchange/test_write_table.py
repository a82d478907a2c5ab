"""Exports: exact, safe in a spreadsheet, the same bytes from both writers."""
from __future__ import annotations

import csv
import errno
import io
import json
import random
import sqlite3
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from deskbook.core.listing import Column, Show
from deskbook.core.refusal import Refusal
from deskbook.exchange.stream_table import Key, stream_csv, stream_jsonl
from deskbook.exchange.write_table import GUARD, decimal_text, guard, rows_of, write_csv, write_jsonl
from deskbook.exchange.write_workbook import write_xlsx

COLUMNS = (
    Column("id", "id", Show.COUNT), Column("code", "code", Show.CODE), Column("name", 'name, "said"'), Column("day", "day", Show.DAY),
    Column("state", "state", Show.WORD, words={"open": "open, still", "odd": "=odd"}), Column("amount", "amount", Show.MONEY),
    Column("price", "price", Show.PRICE), Column("qty", "quantity", Show.QUANTITY), Column("part", "part 100 %d", Show.PERCENT),
    Column("n", "n", Show.COUNT),
)
HOSTILE = [
    "", None, "plain", '"', '""', 'a"b', "a,b", "a\nb", "a\r\nb", "\r\n=1", "a\\b", "\\", '\\"', "\\u0041", "=1+1", "+86 10 6552 9988", "-5",
    "@SUM(A1)", "\t=1", "\r=1", "'", "'=1", "''=1", "'plain", "＝1", "＋1", "－1", "＠1", "%s%d%w", "%", "]\n[", "null", "深圳市华强电子", "ｂｖｍ7",
    "😀", "\u2028", "\x7f", "\x1b[2J", "A", "@", "\ue000", " =1",
]
NUMBERS = [0, 1, -1, 5, -5, 50, -50, 99, 100, -100, 1050, 1234567, -1234567, 10_000, 12_500, 123_400, 123_450, None, 10**13 - 1, -(10**13) + 1]


def hostile_rows(extra: list[str]) -> list[tuple[Any, ...]]:
    texts, dice = HOSTILE + extra, random.Random(7)
    return [
        (at, dice.choice(texts), text, "2026-06-30", dice.choice(["open", "odd", "=unknown", None]), *(dice.choice(NUMBERS) for _ in range(5)))
        for at, text in enumerate(texts * (1 + 1200 // len(texts)), 1)
    ]


def book(rows: list[tuple[Any, ...]]) -> sqlite3.Connection:
    con = sqlite3.connect(":memory:")
    types = ("INTEGER PRIMARY KEY", "TEXT", "TEXT", "TEXT", "TEXT", "INT", "INT", "INT", "INT", "INT")
    con.execute(f"CREATE TABLE t ({', '.join(f'{column.name} {kind}' for column, kind in zip(COLUMNS, types, strict=True))}) STRICT")
    con.executemany("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    return con


@pytest.mark.parametrize(("value", "places", "least", "text"), [
    (-5, 2, 2, "-0.05"), (0, 2, 2, "0.00"), (1250, 2, 2, "12.50"), (-100, 2, 2, "-1.00"), (12500, 4, 2, "1.25"), (12345, 4, 2, "1.2345"),
    (12000, 4, 2, "1.20"), (3000, 3, 0, "3"), (-2500, 3, 0, "-2.5"), (1, 3, 0, "0.001"), (0, 3, 0, "0"), (10, 0, 0, "10"), (100, 0, 0, "100"),
    (999999999999999999, 2, 2, "9999999999999999.99"),
])
def test_decimal_text(value: int, places: int, least: int, text: str) -> None:
    assert decimal_text(value, places, least) == text


def test_a_line_for_people_and_for_programs() -> None:
    row = (7, "007", '=1+"1"', "2026-06-30", "open", -5, 12500, 2500, 1700, None)
    people, raw, lines = io.BytesIO(), io.BytesIO(), io.BytesIO()
    assert write_csv(people, COLUMNS, [row], note="as of step 9") == 1
    assert people.getvalue().decode() == (
        '\ufeff"as of step 9"\r\n"id","code","name, ""said""","day","state","amount","price","quantity","part 100 %d","n"\r\n'
        '7,"007","\'=1+""1""","2026-06-30","open, still",-0.05,1.25,2.5,17,\r\n'
    )
    write_csv(raw, COLUMNS, [row], raw=True, note='{"step": 9}')
    assert raw.getvalue().decode() == (
        '"{""step"": 9}"\n'
        '"id","code","name","day","state","amount","price","qty","part","n"\n7,"007","=1+""1""","2026-06-30","open",-0.05,1.25,2.5,17,\n'
    )
    write_jsonl(lines, COLUMNS, [(*row[:5], 1250, *row[6:])])
    assert lines.getvalue().decode() == (
        '{"id":7,"code":"007","name":"=1+\\"1\\"","day":"2026-06-30","state":"open","amount":12.50,"price":1.25,"qty":2.5,"part":17,"n":null}\n'
    )


@pytest.mark.parametrize("key", [None, Key("id")])
def test_sqlite_makes_the_same_bytes_of_hostile_data(shared: Path, key: Key | None) -> None:
    blns = [text for text in json.loads((shared / "data/messy/strings/blns.json").read_text()) if "\0" not in text]
    rows = hostile_rows(blns)
    con = book(rows)
    for raw in (False, True):
        expected, got = io.BytesIO(), io.BytesIO()
        write_csv(expected, COLUMNS, rows, raw=raw)
        assert stream_csv(con, "SELECT * FROM t WHERE id > :least", {"least": 0}, COLUMNS, got, raw=raw, key=key) == len(rows) > 1000
        assert got.getvalue().splitlines() == expected.getvalue().splitlines()
        assert got.getvalue() == expected.getvalue()
    expected, got = io.BytesIO(), io.BytesIO()
    write_jsonl(expected, COLUMNS, rows)
    assert stream_jsonl(con, "SELECT * FROM t", {}, COLUMNS, got, key=key) == len(rows)
    assert got.getvalue() == expected.getvalue()


def test_everything_comes_back_from_csv_and_jsonl() -> None:
    rows = hostile_rows([])
    con, plain, lines = book(rows), io.BytesIO(), io.BytesIO()
    stream_csv(con, "SELECT * FROM t", {}, COLUMNS, plain, raw=True, key=Key("id"))
    back = list(csv.reader(io.StringIO(plain.getvalue().decode(), newline=""), strict=True))[1:]
    assert [(r[1], r[2]) for r in back] == [(r[1] or "", r[2] or "") for r in rows]
    assert [Decimal(r[5]) if r[5] else None for r in back] == [None if r[5] is None else Decimal(r[5]) / 100 for r in rows]
    stream_jsonl(con, "SELECT * FROM t", {}, COLUMNS, lines, key=Key("id"))
    objects = [json.loads(line, parse_float=Decimal) for line in lines.getvalue().decode().split("\n")[:-1]]
    assert [(o["code"], o["name"]) for o in objects] == [(r[1], r[2]) for r in rows]
    assert sum(Decimal(o["qty"] or 0) for o in objects) * 1000 == sum(r[7] or 0 for r in rows)


def test_no_text_of_a_csv_for_people_is_a_formula(shared: Path) -> None:
    payloads = (shared / "data/messy/strings/csv-injection-payload.txt").read_text().splitlines()
    rows, out = hostile_rows(payloads), io.BytesIO()
    stream_csv(book(rows), "SELECT * FROM t", {}, COLUMNS, out, key=Key("id"))
    back = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""), strict=True))[1:]
    assert len(back) == len(rows)
    assert not [cell for r in back for cell in r[1:5] if cell and cell[0] in GUARD]
    assert any(r[5].startswith("-") for r in back)
    assert guard("'=1") == "''=1"
    assert guard("'plain") == "'plain"


@pytest.mark.parametrize("key", [None, Key("id"), Key("qty", down=True)])
def test_what_a_view_reckons_is_reckoned_once_a_row(key: Key | None) -> None:
    rows = hostile_rows([])
    asked: list[str | int | None] = []

    def reckon(value: str | int | None) -> str | int | None:
        asked.append(value)
        return value

    con, got, expected = book(rows), io.BytesIO(), io.BytesIO()
    con.create_function("reckon", 1, reckon)
    view = "SELECT id, " + ", ".join(f"(SELECT reckon(t.{column.name})) AS {column.name}" for column in COLUMNS[1:]) + " FROM t"
    stream_jsonl(con, view, {}, COLUMNS, got, key=key)
    reckoned = len(asked)
    stream_jsonl(con, "SELECT * FROM t", {}, COLUMNS, expected, key=key)
    assert got.getvalue() == expected.getvalue()
    assert reckoned <= len(rows) * (len(COLUMNS) + 1)  # the key's value may be looked at once more, to sort by it


def test_no_rows_and_exactly_full_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbook.exchange.stream_table.BATCH", 500)
    for count in (0, 500, 1000):
        rows, out = [(n, "a", "b", None, None, 1, 1, 1, 1, 1) for n in range(1, count + 1)], io.BytesIO()
        assert stream_csv(book(rows), "SELECT * FROM t", {}, COLUMNS, out, raw=True, key=Key("id")) == count
        assert out.getvalue().count(b"\n") == count + 1


@pytest.mark.parametrize("index", ["", "CREATE INDEX by_qty ON t(qty, id)"])
def test_batches_keep_the_order_and_the_rows_without_a_value_come_last(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbook.exchange.stream_table.BATCH", 500)
    # 700 rows with a quantity (many alike), 600 without one: batches of 500 end inside both
    rows = [(n, "a", "b", None, None, 1, 1, n % 7 * 1000 if n <= 700 else None, 1, 1) for n in range(1, 1301)]
    con = book(rows)
    con.execute(index)
    for down in (False, True):
        out = io.BytesIO()
        assert stream_csv(con, "SELECT * FROM t", {}, COLUMNS, out, raw=True, key=Key("qty", down)) == 1300
        got = [int(line.split(b",")[0]) for line in out.getvalue().splitlines()[1:]]
        with_value = sorted(range(1, 701), key=lambda n: (n % 7, n), reverse=down)
        assert got == with_value + sorted(range(701, 1301), reverse=down)


def test_workbook_types_and_texts(tmp_path: Path) -> None:
    long = "x" * 40_000
    rows = [
        (1, "102900005115168", "=1+1", "2026-06-30", "open", -5, 12345, 2500, 1725, 10**16),
        (2, "007", "http://example.org", "", "odd", None, 0, -1000, 0, 5),
        (3, "+86", "a\x07b\udc80深圳", "2026-13-45", None, 10**13 - 1, 1, 1, 1, 1),
        (4, "x", long, None, None, 0, 0, 0, 0, 0),
    ]
    path = tmp_path / "a.xlsx"
    assert write_xlsx(str(path), COLUMNS, rows, title="Orders", note="as of step 9") == 4
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert sheet[0][2] == 'name, "said"'
    assert sheet[1] == [1, "102900005115168", "=1+1", date(2026, 6, 30), "open, still", -0.05, 1.2345, 2.5, 17.25, "10000000000000000"]
    assert sheet[2] == [2, "007", "http://example.org", "", "=odd", "", 0, -1, 0, 5]
    assert sheet[3][2:6] == ["a\u2407b\ufffd深圳", "2026-13-45", "", 99_999_999_999.99]
    assert len(str(sheet[4][2])) == 32_767
    inside = zipfile.ZipFile(path)
    xml = inside.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert 'state="frozen"' in xml
    assert "as of step 9" in inside.read("docProps/core.xml").decode()


def test_full_width_counts_two_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(str(path), (Column("a", "a"), Column("b", "b")), [("深圳市华强电子", "abcdefg")])
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert '<col min="1" max="1" width="16.7109375"' in xml  # 14 cells and 2, and what XlsxWriter adds
    assert '<col min="2" max="2" width="9.7109375"' in xml


def test_every_cent_survives_the_double(tmp_path: Path) -> None:
    dice = random.Random(1)
    values = [dice.randrange(-(10 ** dice.randrange(1, 15)), 10 ** dice.randrange(1, 15)) for _ in range(5000)]
    out = io.BytesIO()
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE t (amount INT)")
    con.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    columns = (Column("amount", "amount", Show.MONEY),)
    write_xlsx(out, columns, rows_of(con, "SELECT * FROM t ORDER BY rowid", {}, columns))
    back = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()[1:]
    assert [round(Decimal(repr(cell)) * 100) for (cell,) in back] == values
    assert all(Decimal(repr(cell)) * 100 == value for (cell,), value in zip(back, values, strict=True))


class Full(io.BytesIO):
    """A disk without room."""

    def write(self, _: Any) -> int:
        raise OSError(errno.ENOSPC, "no space")


def test_what_the_disk_says_comes_out_of_a_workbook() -> None:
    with pytest.raises(OSError, match="no space") as error:
        write_xlsx(Full(), COLUMNS[:1], [(1,)])
    assert error.value.errno == errno.ENOSPC


def test_more_rows_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbook.exchange.write_workbook.MOST_ROWS", 4)
    assert write_xlsx(io.BytesIO(), COLUMNS[:1], [(n,) for n in range(3)]) == 3
    with pytest.raises(Refusal, match="holds 3 rows"):
        write_xlsx(io.BytesIO(), COLUMNS[:1], [(n,) for n in range(4)])
