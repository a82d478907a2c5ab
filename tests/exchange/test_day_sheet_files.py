"""The day sheet as a file: the page, or all of it as rows; and what a shell completes."""
from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from deskbook.books.ledger.commands import open_account, write_entry
from deskbook.cli import coming_in, going_out
from deskbook.exchange.export import WHAT, export
from deskbook.exchange.found import create
from deskbook.exchange.import_fields import SPECS
from deskbook.exchange.read_table import read_table


def _book(tmp_path: Path) -> Path:
    path = tmp_path / "x.desk"
    with create(path, company="Hengda", clerk="Ann") as store:
        cash = int(store.look.value("SELECT id FROM account WHERE code = 'cash'"))
        store.run(open_account, account=cash, amount=100000)
        for n in range(80):  # more than a page has lines
            store.run(write_entry, account=cash, direction="out", amount=100 + n, purpose=f"bag {n}")
    return path


def test_a_format_gives_all_rows_and_none_gives_the_page(tmp_path: Path) -> None:
    book = _book(tmp_path)
    export(book, "day-sheet", tmp_path / "page.txt")
    page = (tmp_path / "page.txt").read_text(encoding="utf-8").splitlines()
    assert len(page) <= 64
    assert page[0].startswith("Hengda")
    paid = sum(100 + n for n in range(80))
    export(book, "day-sheet", tmp_path / "s.csv", form="csv", raw=True)
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    money = [row for row in rows if row["part"] == "money"]
    assert sum(Decimal(row["paid_out"] or 0) for row in money) == Decimal(paid) / 100
    (cash,) = [row for row in rows if row["part"] == "account" and row["account"] == "Cash"]
    assert Decimal(cash["closing"]) == Decimal(100000 - paid) / 100
    export(book, "day-sheet", tmp_path / "s.jsonl", form="jsonl")
    records = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["no"] or "" for record in records] == [row["no"] for row in rows]
    export(book, "day-sheet", tmp_path / "s.xlsx", form="xlsx", language="zh")
    table = read_table(tmp_path / "s.xlsx")
    assert len(list(table.rows)) == len(rows)


def test_a_past_day_is_asked_by_its_day(tmp_path: Path) -> None:
    export(_book(tmp_path), "day-sheet", tmp_path / "s.csv", form="csv", raw=True, as_of=date(2020, 1, 2))
    lines = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {'"account"'}


def test_a_shell_completes_what_can_be_exported_and_imported() -> None:
    assert set(going_out._exports("")) == {*WHAT, "day-sheet"}
    assert going_out._exports("order") == ["orders", "order-lines"]
    assert set(coming_in._imports("")) == set(SPECS)
    assert coming_in._imports("p") == ["parties", "purchases", "payments"]
