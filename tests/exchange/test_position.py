"""An export can say in itself at which step of the journal it was made, so that people, spreadsheets and programs each can read it and the rows."""
from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from deskbook.books.items.commands import add_item
from deskbook.core import days
from deskbook.core.store import Store
from deskbook.exchange.export import export
from deskbook.exchange.found import create
from deskbook.exchange.read_table import read_table


@pytest.fixture
def book(tmp_path: Path) -> Path:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        store.run(add_item, code="A", name="Board")
        days.set_clock(lambda: datetime(2026, 11, 24, 1, tzinfo=UTC))
        store.run(add_item, code="B", name="Strip")
    return tmp_path / "office.desk"


def position(book: Path) -> tuple[int, str]:
    with Store.open(book, read_only=True) as store:
        return store.position


def test_a_csv_for_people_says_it_above_the_headings_when_asked(book: Path, tmp_path: Path) -> None:
    step, digest = position(book)
    plain, noted = tmp_path / "plain.csv", tmp_path / "noted.csv"
    export(book, "items", plain)
    export(book, "items", noted, noted=True)
    first, rest = noted.read_bytes().decode("utf-8-sig").split("\r\n", 1)
    assert first == f'"as of step {step}, 2026-11-24 01:00, {digest[:12]}"'
    assert rest == plain.read_bytes().decode("utf-8-sig")  # and the headings are the first line where it was not asked
    assert read_table(noted).rows == read_table(plain).rows


def test_programs_get_it_as_json(book: Path, tmp_path: Path) -> None:
    step, digest = position(book)
    expected = {"as_of": {"step": step, "at": "2026-11-24T01:00:00.000Z", "digest": digest}}
    lines, raw = tmp_path / "items.jsonl", tmp_path / "items.csv"
    export(book, "items", lines, form="jsonl", noted=True)
    first, *rest = map(json.loads, lines.read_text(encoding="utf-8").splitlines())
    assert first == expected
    assert [row["code"] for row in rest] == ["A", "B"]
    export(book, "items", raw, raw=True, noted=True)
    with raw.open(encoding="utf-8", newline="") as source:
        cells = list(csv.reader(source))
    assert [json.loads(cell) for cell in cells[0]] == [expected]
    assert cells[1][0] == "code"


def test_a_workbook_always_has_it_in_its_properties(book: Path, tmp_path: Path) -> None:
    step, digest = position(book)
    export(book, "items", tmp_path / "items.xlsx", form="xlsx")
    core = ZipFile(tmp_path / "items.xlsx").read("docProps/core.xml").decode()
    assert f"as of step {step}, 2026-11-24 01:00, {digest[:12]}" in core


def test_of_a_past_day_it_says_which_meaning_holds(book: Path, tmp_path: Path) -> None:
    day = datetime(2026, 11, 23, tzinfo=UTC).date()
    step, _digest = position(book)
    for what, by, at in (("items", "book", step - 1), ("moves", "posting day", step)):
        export(book, what, tmp_path / "x.jsonl", form="jsonl", noted=True, as_of=day)
        found = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()[0])["as_of"]
        assert (found["step"], found["day"], found["by"]) == (at, "2026-11-23", by)


def test_the_day_sheet_as_rows_says_it_too(book: Path, tmp_path: Path) -> None:
    step, _digest = position(book)
    export(book, "day-sheet", tmp_path / "sheet.jsonl", form="jsonl", noted=True)
    assert json.loads((tmp_path / "sheet.jsonl").read_text(encoding="utf-8").splitlines()[0])["as_of"]["step"] == step
    export(book, "day-sheet", tmp_path / "sheet.csv", form="csv", noted=True)
    assert f"as of step {step}," in (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_pipe_gets_the_rows_and_nothing_else(book: Path) -> None:
    command = [sys.executable, "-m", "deskbook", "--desk", str(book), "export", "items", "--raw"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith('"code"')
