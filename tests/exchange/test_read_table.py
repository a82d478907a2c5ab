"""Real table files are read as they stand; whatever is none is refused in a sentence."""
from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from deskbook.core.listing import Column
from deskbook.core.refusal import Refusal
from deskbook.exchange.read_table import Table, cell_text, letters, read_table, unguard
from deskbook.exchange.write_table import guard, write_csv


def text_file(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def records(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


SPECTRUM = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines", "simple",
    "simple_crlf", "utf8",
)


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum(shared: Path, name: str) -> None:
    folder = shared / "data/messy/csv-spectrum"
    assert records(read_table(folder / "csvs" / f"{name}.csv")) == json.loads((folder / "json" / f"{name}.json").read_text())


@pytest.mark.parametrize(("name", "columns", "first", "how"), [
    ("test_utf16_big", ["a", "b", "c"], ["1", "2", "3"], ("utf-16-be", True, ",", ".", 1)),
    ("test_utf16_little", ["a", "b", "c"], ["1", "2", "3"], ("utf-16-le", True, ",", ".", 1)),
    ("test_utf8_bom", ["foo", "bar", "baz"], ["1", "2", "3"], ("utf-8", True, ",", ".", 1)),
    ("test_latin1", ["a", "b", "c"], ["1", "2", "3"], ("cp1252", False, ",", ".", 1)),
    ("test_skip_lines", ["a", "b", "c"], ["1", "2", "3"], ("utf-8", False, ",", ".", 4)),
    ("test_locale", ["a", "b", "c"], ["1,7", "200.000.000", ""], ("utf-8", False, ",", ",", 1)),
    ("test_no_leading_zeroes", ["a", "b", "c"], ["01", "00.11", "0.1"], ("utf-8", False, ",", ".", 1)),
    ("test_header_newline", ["start end", "b", "c"], ["d", "e", "f"], ("utf-8", False, ",", ".", 1)),
    ("test_empty_columns", ["a", "b", "c"], ["a", "", ""], ("utf-8", False, ",", ".", 1)),
    ("mac_newlines", ["a", "b", "c"], ["1", "2", "3"], ("utf-8", False, ",", ".", 1)),
    ("blanks", ["a", "b", "c", "d", "e", "f"], ["", "NA", "N/A", "NONE", "NULL", "."], ("utf-8", False, ",", ".", 1)),
])
def test_csvkit(shared: Path, name: str, columns: list[str], first: list[str], how: tuple[object, ...]) -> None:
    table = read_table(shared / f"data/messy/csvkit/{name}.csv")
    assert table.columns == columns
    assert table.rows[0] == first
    assert (table.how.encoding, table.how.bom, table.how.delimiter, table.how.decimal, table.how.header_row) == how


def test_csvkit_rows_that_do_not_fit(shared: Path) -> None:
    table = read_table(shared / "data/messy/csvkit/bad_skip_lines.csv")
    assert table.columns == ["column_a", "column_b", "column_c", "[D]"]
    assert table.rows == [["1", "27", "", "I'm too long!"], ["", "I'm too short!", "", ""], ["0", "mixed types.... uh oh", "17", ""]]
    assert table.how.uneven == (5, 6)
    assert (table.address(0, 3), table.address(-1, 0), table.address(2, 1)) == ("D5", "A4", "B7")
    title = read_table(shared / "data/messy/csvkit/Datagov_FY10_EDU_recp_by_State.csv")
    assert (title.how.header_row, title.columns[0], title.rows[0][:2], len(title.rows)) == (3, "State Name", ["ALABAMA", "AL"], 55)
    assert len(read_table(shared / "data/messy/csvkit/ks_1033_data.csv").rows) == 1575


@pytest.mark.parametrize(("name", "words"), [
    ("csvkit/empty.csv", "no cells"), ("csvkit/null_byte.csv", "NUL byte in line 2"), ("excel/empty_sheet.xlsx", "no cells"),
])
def test_no_table(shared: Path, name: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refusal:
        read_table(shared / "data/messy" / name)
    assert name.partition("/")[2] in str(refusal.value)


@pytest.mark.parametrize("name", ["test.xls", "test.xlsx", "test_skip_lines.xlsx", "sheets.xls", "sheets.xlsx"])
def test_csvkit_workbooks(shared: Path, name: str) -> None:
    table = read_table(shared / "data/messy/csvkit" / name)
    assert table.columns == ["text", "date", "integer", "boolean", "float", "datetime", "empty_column", "[H]"]
    assert table.rows[0] == ["Chicago Reader", date(1971, 1, 1), 40, True, 1, datetime(1971, 1, 1, 4, 14), "", ""]
    assert table.rows[1][4:6] == [Decimal("1.27"), datetime(1948, 1, 1, 14, 57, 13)]
    assert table.address(0, 2) == ("C5" if "skip" in name else "C2")


def test_sheets_by_name(shared: Path) -> None:
    path = shared / "data/messy/csvkit/sheets.xlsx"
    assert read_table(path).how.sheet == "data"
    assert read_table(path, sheet="ʤ").columns == ["a", "b", "c"]
    with pytest.raises(Refusal, match="no sheet nope; it has: not this one, data, ʤ"):
        read_table(path, sheet="nope")
    with pytest.raises(Refusal, match="no sheets"):
        read_table(shared / "data/messy/csvkit/blanks.csv", sheet="data")


@pytest.mark.parametrize("name", ["date.xls", "date.xlsx", "date_1904.xls", "date_1904.xlsx"])
def test_dates_of_both_calendars(shared: Path, name: str) -> None:
    table = read_table(shared / "data/messy/excel" / name)
    assert (table.columns, table.how.header_row) == (["[A]", "[B]"], 0)
    assert table.rows == [[date(2021, 1, 1), 15], [date(2021, 1, 2), 16], [timedelta(days=10, seconds=54610), 17]]
    assert table.address(2, 1) == "B3"


@pytest.mark.parametrize(("name", "header", "rows", "encoding"), [
    ("alipay-records.csv", 25, 10, "gb18030"), ("wechat-records.csv", 17, 27, "utf-8"), ("wechat-records.xlsx", 18, 27, ""),
    ("cmb-records.csv", 1, 5, "utf-8"), ("cgb_credit-records.csv", 1, 4, "utf-8"), ("icbc-credit-records.csv", 7, 10, "utf-8"),
    ("icbc-debit-v2-records.csv", 7, 12, "utf-8"),
])
def test_statements_with_lines_above_the_header(shared: Path, name: str, header: int, rows: int, encoding: str) -> None:
    table = read_table(shared / f"data/zh-statements/example-{name}")
    assert (table.how.header_row, len(table.rows), table.how.encoding) == (header, rows, encoding)
    assert "日期" in table.columns[0] or "交易时间" in table.columns[0]
    assert table.address(0, 0) == f"A{header + 1}"


def test_statement_sums(shared: Path) -> None:
    totals = {}
    for name, amount in (("alipay-records.csv", "金额"), ("wechat-records.csv", "金额(元)"), ("wechat-records.xlsx", "金额(元)")):
        table = read_table(shared / f"data/zh-statements/example-{name}")
        spent = [row for row in records(table) if str(row["收/支"]).strip() == "支出"]
        totals[name] = (len(spent), sum(Decimal(str(row[amount]).strip().lstrip("¥")) for row in spent))
    wechat = (11, Decimal("2904.53"))
    assert totals == {"alipay-records.csv": (5, Decimal("211.64")), "wechat-records.csv": wechat, "wechat-records.xlsx": wechat}


def test_spanish_amounts(shared: Path) -> None:
    rows, total, odd = 0, Decimal(0), 0
    for path in sorted((shared / "data/es-contratos").glob("*.csv")):
        table = read_table(path)
        assert (table.how.decimal, table.how.delimiter) == (",", ",")
        at = table.columns.index("IMPORTE CON IVA")
        for row in table.rows:
            rows += 1
            try:
                total += Decimal(str(row[at]).replace("€", "").strip().replace(".", "").replace(",", "."))
            except ArithmeticError:
                odd += 1
    assert (rows, total, odd) == (1040, Decimal("4216939.87"), 9)


def test_produce_codes_in_full(shared: Path) -> None:
    table = read_table(shared / "data/zh-produce/附件1.xlsx")
    codes = [cell_text(row[0]) for row in table.rows]
    assert len(codes) == len(set(codes)) == 251
    assert all(len(code) == 15 and code.isdigit() for code in codes)
    prices = read_table(shared / "data/zh-produce/附件3.xlsx")
    assert (len(prices.rows), sum(Decimal(cell_text(row[2])) for row in prices.rows)) == (55_982, Decimal("333799.41"))
    assert len({row[0] for row in prices.rows}) == 1091
    assert all(type(row[0]) is date for row in prices.rows)
    assert read_table(shared / "data/zh-produce/附件4.xlsx").how.sheet == "Sheet1"  # the first is hidden


@pytest.mark.parametrize(("name", "rows"), [
    ("northwind/customers", 93), ("northwind/suppliers", 29), ("northwind/shippers", 3), ("northwind/products", 77), ("northwind/orders", 830),
    ("northwind/order_details", 2155), ("northwind/employees", 9), ("order-entry/products", 288), ("order-entry/inventories", 1112),
    ("order-entry/orders", 105), ("order-entry/order_items", 665),
])
def test_sample_companies(shared: Path, name: str, rows: int) -> None:
    path = shared / f"data/{name}.csv"
    table = read_table(path)
    with path.open(newline="", encoding="utf-8") as source:
        expected = list(csv.reader(source))
    assert len(table.rows) == rows
    assert [table.columns, *table.rows] == expected


@pytest.mark.parametrize("encoding", ["gb18030", "cp1252", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings_of_one_file(shared: Path, tmp_path: Path, encoding: str) -> None:
    path = shared / ("data/zh-statements/example-cmb-records.csv" if encoding == "gb18030" else "data/northwind/suppliers.csv")
    again = read_table(text_file(tmp_path, path.read_text("utf-8").encode(encoding)))
    assert again.rows == read_table(path).rows
    assert again.how.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize(("text", "delimiter", "decimal"), [
    ("a;b;c\n1,5;2,5;3,25\n2,5;2,5;3,5\n", ";", ","), ("a;b\nx;1.234\ny;5.000\n", ";", ","), ("a,b\nx,1.234\n", ",", "."),
    ("a\tb\nx, y\t1,234.50\nz\t12\n", "\t", "."), ("a|b\n1|2\n", "|", "."), ("code,price\n710E3,\"12.100,00 €\"\n", ",", ","),
    ("day;price\n05.03.2024;1.250,00\n", ";", ","), ("a;b\nx;1,234,567\n", ";", "."),
])
def test_delimiter_and_decimal_mark(tmp_path: Path, text: str, delimiter: str, decimal: str) -> None:
    how = read_table(text_file(tmp_path, text)).how
    assert (how.delimiter, how.decimal) == (delimiter, decimal)


def test_codes_stay_text(tmp_path: Path) -> None:
    table = read_table(text_file(tmp_path, "code,phone\n007,+86 10\n710E3,0011\n1E5,1_000\n"))
    assert table.rows == [["007", "+86 10"], ["710E3", "0011"], ["1E5", "1_000"]]
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("code", "n"), (102900005115168, 0.1), ("007", 1e-7), (-5, 59.97), (12345678901234, 0.1 + 0.2)]):
            for column, cell in enumerate(cells):
                sheet.write(row + 2, column + 3, cell)
    table = read_table(path)
    assert [cell_text(row[0]) for row in table.rows] == ["102900005115168", "007", "-5", "12345678901234"]
    assert [cell_text(row[1]) for row in table.rows] == ["0.1", "0.0000001", "59.97", "0.3"]
    assert (table.address(0, 0), table.address(-1, 1)) == ("D4", "E3")
    assert not any(isinstance(cell, float) for row in table.rows for cell in row)


@pytest.mark.parametrize(("text", "header"), [
    ("code,name,a,b,c,d,e,f\nX1,one,1,,,,,\nX2,two,2,,,,,\n", 1), ("1,2\n3,4\n", 0), ("Stock list,,\n\ncode,name,qty\nX1,one,5\n", 3),
    ("item,2023,2024\nx,1,2\n", 1), ("code\nX1\n", 1), ("code,name\n", 1), ("name,phone\nx,\ny,\n", 1),
])
def test_where_the_header_is(tmp_path: Path, text: str, header: int) -> None:
    assert read_table(text_file(tmp_path, text)).how.header_row == header


def test_names_of_columns_are_all_different(tmp_path: Path) -> None:
    assert read_table(text_file(tmp_path, "name, name ,,\u3000qty\t\nx,y,z,1\n")).columns == ["name", "name [B]", "[C]", "qty"]


@pytest.mark.parametrize("text", ["'", "'=1", "''=1", "=1", "-5", "'plain", "", "＝1", "+86", "'+86"])
def test_our_own_guard_is_undone(tmp_path: Path, text: str) -> None:
    assert unguard(guard(text)) == text
    out = io.BytesIO()
    write_csv(out, (Column("a", "code"), Column("b", "name")), [("x", text), ("y", "z")], note="as of step 9")
    table = read_table(text_file(tmp_path, out.getvalue()))
    assert table.columns == ["code", "name"]
    assert table.rows == [["x", text], ["y", "z"]]


def test_what_was_detected_can_be_overridden(tmp_path: Path) -> None:
    path = text_file(tmp_path, "a;b,c\nx;y,\xe9\n".encode("cp1252"))
    assert read_table(path, delimiter=";", encoding="cp1252").rows == [["x", "y,\xe9"]]
    for wrong, words in (({"delimiter": ";;"}, "one character"), ({"encoding": "nope"}, "nope"), ({"encoding": "utf-8"}, "line 2")):
        with pytest.raises(Refusal, match=words):
            read_table(path, **wrong)


def test_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is empty"), (b"\n\n,,\n", "no cells"), (b"%PDF-1.7", "document"), (b"SQLite format 3\0", "database"), (b"<html><table>", "web page"),
    (b"PK\x03\x04junk", "damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk", "damaged"), (b'a,b\n1,"2\n3,4\n', "row 2 of a.csv is never closed"),
    (b"a,b\n\x81\xff,\x81\n", "not text in"),
    (b"a,b\n" + b"1," * 300 + b"1\n", "Row 2 of a.csv has 301 cells"), (b"a,b\n1," + b"x" * 1_000_001, "Row 2"),
    (b"\xef\xbb\xbfa,b\n1,\xff\n", "line 2"),
    (b"\x89PNG\r\n", "picture"),
])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        read_table(text_file(tmp_path, content))


def test_content_counts_not_the_name(shared: Path, tmp_path: Path) -> None:
    as_csv = text_file(tmp_path, (shared / "data/messy/csvkit/test.xlsx").read_bytes())
    assert read_table(as_csv).how.kind == "xlsx"
    as_xlsx = text_file(tmp_path, "a,b\n1,2\n", "b.xlsx")
    assert read_table(as_xlsx).rows == [["1", "2"]]
    with pytest.raises(Refusal, match="not there"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(Refusal, match="folder"):
        read_table(tmp_path)


def test_bombs(tmp_path: Path) -> None:
    far = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(far) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "z")
    big, many, other = tmp_path / "big.xlsx", tmp_path / "many.xlsx", tmp_path / "other.zip"
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w", force_zip64=True) as member:
        for _ in range(1025):
            member.write(bytes(1 << 20))
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(501):
            archive.writestr(f"xl/{number}", "")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.csv", "a,b")
    for path, words in ((far, "more memory|a table may have"), (big, "unpacks to more"), (many, "unpacks to more"), (other, "zip archive")):
        with pytest.raises(Refusal, match=words):
            read_table(path)


def mutated(raw: bytes, dice: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(dice.choice((1, 3, 20))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data[: dice.randrange(1, len(data))]) if dice.random() < 0.3 else bytes(data)


def inside(raw: bytes, dice: random.Random) -> bytes:
    """The workbook with one of its members mutated, the archive whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        victim = dice.choice([member for member in source.namelist() if member.endswith(".xml")])
        for member in source.namelist():
            content = source.read(member)
            target.writestr(member, mutated(content, dice) if member == victim else content)
    return out.getvalue()


def test_300_mutated_files_are_tables_or_refused(shared: Path, tmp_path: Path) -> None:
    folder, dice = shared / "data", random.Random(20260630)
    books = [(folder / "messy" / name).read_bytes() for name in ("csvkit/test.xlsx", "excel/inventory-table.xlsx")]
    old = (folder / "messy/csvkit/test.xls").read_bytes()
    names = ("zh-statements/example-alipay-records.csv", "northwind/products.csv", "messy/csvkit/test_utf16_big.csv")
    texts = [(folder / name).read_bytes() for name in names]
    tables, sentences = 0, []
    for number in range(300):
        if number < 180:
            content = mutated(dice.choice(texts), dice)
        elif number < 280:
            content = (mutated if dice.random() < 0.3 else inside)(dice.choice(books), dice)
        else:
            content = mutated(old, dice)
        try:
            table = read_table(text_file(tmp_path, content))
            assert all(len(row) == len(table.columns) for row in table.rows)
            tables += 1
        except Refusal as refusal:
            sentences.append(str(refusal))
    assert all("a.csv" in sentence for sentence in sentences)
    assert tables > 30
    assert len(sentences) > 30
