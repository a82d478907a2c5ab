"""Names as they really are: Chinese catalogues, codes of fifteen digits, strings that break programs. In, found, shown, out, unharmed."""
from __future__ import annotations

import csv
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from deskbook.books.items.commands import add_item
from deskbook.books.items.queries import find_records as find_items
from deskbook.books.parties.commands import add_party
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.text import clean, safe, strip_hidden
from deskbook.exchange import import_table
from deskbook.exchange.export import export
from deskbook.exchange.found import create
from deskbook.exchange.read_table import cell_text, read_table
from deskbook.ui.cells import fit


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Store]:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        yield store


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def read_back(book: Store, what: str, folder: Path) -> list[dict[str, dict[str, str]]]:
    """The export in each format, read as a person's program would: code -> row, cells as text."""
    found = []
    for form in ("csv", "xlsx"):
        path = folder / f"{what}.{form}"
        export(book.path, what, path, form=form)
        table = read_table(path)
        rows = [dict(zip(table.columns, map(cell_text, row), strict=True)) for row in table.rows]
        found.append({row["code"]: row for row in rows})
    path = folder / f"{what}.jsonl"
    export(book.path, what, path, form="jsonl")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found.append({row["code"]: row for row in lines})
    return found


def test_a_catalogue_in_chinese_english_and_spanish(book: Store, shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "order-entry" / "products.csv"
    maps = ["name=name_zh", "other_name=name_en", "other_name=name_es", "supplier="]
    result = import_table.bring_in(book, "items", file, maps=maps)
    assert (result.new, result.changed, result.refused) == (288, 0, [])
    assert len(result.notes) == 2  # two products go by the same English and Spanish name: the second keeps its own
    told = {row["product_id"]: row for row in rows_of(file)}
    assert dict(book.look.rows("SELECT code, name FROM item")) == {code: row["name_zh"].strip() for code, row in told.items()}
    # found by pinyin initials, full pinyin, English and Spanish names, and a fragment
    for typed in ("hxzj", "huaxuezhiji", "chemicals rcp", "Productos Químicos RCP", "化学制剂"):
        assert any(detail_of(hit) for hit in find_items(book.look, typed) if "化学制剂 - RCP" in detail_of(hit)), typed
    # every name takes the cells it is given in a table, whatever its characters
    for row in told.values():
        for width in (8, 14, 20):
            assert cell_len(fit(row["name_zh"], width)) == width
    for exported in read_back(book, "items", tmp_path):
        assert {code: row["name"] for code, row in exported.items()} == {code: row["name_zh"].strip() for code, row in told.items()}
    again = import_table.bring_in(book, "items", file)  # the mapping is remembered
    assert (again.new, again.changed, again.same, again.step) == (0, 0, 288, 0)


def detail_of(hit: tuple[str, int, str, str]) -> str:
    """What a hit of the palette shows."""
    return f"{hit[2]} {hit[3]}"


def test_codes_of_fifteen_digits_stay_codes(book: Store, shared: Path, tmp_path: Path) -> None:
    file = next((shared / "data" / "zh-produce").glob("附件1.xlsx"))
    result = import_table.bring_in(book, "items", file)
    assert (result.new, result.refused) == (251, [])
    told = {cell_text(row[0]): (cell_text(row[1]).strip(), cell_text(row[3])) for row in read_table(file).rows}
    assert len(told) == 251
    assert all(len(code) == 15 and code.isdigit() for code in told)
    assert {code: (name, category) for code, name, category in book.look.rows("SELECT code, name, category FROM item")} == told
    for exported in read_back(book, "items", tmp_path):
        assert {code: (row["name"], row["category"]) for code, row in exported.items()} == told
    assert import_table.bring_in(book, "items", tmp_path / "items.xlsx").changed == 0  # our own export says nothing new


def storable(text: str) -> bool:
    """Whether a name may be so: what clean() takes, at most 200 long, more than blanks."""
    try:
        return clean(text, field="name") != ""
    except Refusal:
        return False


def test_every_naughty_string_is_kept_whole_or_refused_with_a_sentence(book: Store, shared: Path, tmp_path: Path) -> None:
    strings: list[str] = json.loads((shared / "data" / "messy" / "strings" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 500
    kept = {f"N{index:04d}": text for index, text in enumerate(strings) if storable(text)}
    refused = [text for text in strings if not storable(text)]
    assert len(kept) > 450

    def add_all(tx: Tx) -> None:
        for code, text in kept.items():
            add_item(tx, code=code, name=text)
            add_party(tx, code=code, name=text, roles=["customer"])

    book.run(add_all)
    expected = {code: clean(text, field="name") for code, text in kept.items()}
    for text in expected.values():
        assert safe(text) == text or all(unicodedata.category(c) == "Cf" for c in set(text) - set(safe(text)))
    for what in ("items", "parties"):
        as_csv, as_xlsx, as_jsonl = ({code: row["name"] for code, row in exported.items()} for exported in read_back(book, what, tmp_path))
        assert as_csv == expected
        assert as_jsonl == expected
        assert as_xlsx == {code: text.replace("\ufffe", "\ufffd") for code, text in expected.items()}  # XML has no U+FFFE
    for text in refused:
        with pytest.raises(Refusal) as refusal:
            book.run(add_item, code="X", name=text)
        assert str(refusal.value).endswith(".")


def test_naughty_strings_in_a_file_are_cleaned_and_reported(book: Store, shared: Path, tmp_path: Path) -> None:
    strings: list[str] = json.loads((shared / "data" / "messy" / "strings" / "blns.json").read_text(encoding="utf-8"))
    strings = [text for text in strings if strip_hidden(text) and len(strip_hidden(text)) <= 200 and "\0" not in text]
    file = tmp_path / "strings.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["code", "name"])
        writer.writerows((f"N{index:04d}", text) for index, text in enumerate(strings))
    result = import_table.bring_in(book, "items", file)
    assert (result.new, result.refused) == (len(strings), [])
    got: dict[str, str] = dict(book.look.rows("SELECT code, name FROM item"))
    wrong = {code: (got[code], text) for code, text in ((f"N{i:04d}", strip_hidden(t)) for i, t in enumerate(strings)) if got[code] != text}
    assert wrong == {}
    assert any("hidden characters were taken out of" in line for line in result.lines())
    assert import_table.bring_in(book, "items", file).step == 0


def test_payloads_never_become_live_in_a_spreadsheet(book: Store, shared: Path, tmp_path: Path) -> None:
    payloads = (shared / "data" / "messy" / "strings" / "csv-injection-payload.txt").read_text(encoding="utf-8").splitlines()
    payloads = [text for text in payloads if text.strip()] + ["=1+1", "+1", "-1", "@x", "\t=1", "＝1+1", "'=1"]
    names = {f"P{index}": text.strip() for index, text in enumerate(payloads)}

    def add_all(tx: Tx) -> None:
        for code, text in names.items():
            add_item(tx, code=code, name=text)

    book.run(add_all)
    path = tmp_path / "items.csv"
    export(book.path, "items", path, form="csv")
    for row in rows_of(path):
        for cell in row.values():
            assert cell == "" or cell[0] not in "=+-@\t\r＝＋－＠", cell
    workbook = tmp_path / "items.xlsx"
    export(book.path, "items", workbook, form="xlsx")
    with zipfile.ZipFile(workbook) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert all("<f>" not in sheet and "<f " not in sheet for sheet in sheets)
    for exported in read_back(book, "items", tmp_path):
        assert {code: row["name"] for code, row in exported.items()} == names
