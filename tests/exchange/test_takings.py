"""Real takings of two vending machines as day-book lines: their known totals, each day closed, and nothing twice."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.plain_text_tools import both_agree

from deskbook.books.ledger.commands import add_account, correct_entry
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.found import create
from deskbook.exchange.import_table import Result, bring_in
from deskbook.exchange.proof import check_all


@pytest.fixture
def takings(shared: Path) -> Path:
    return shared / "data" / "coffee-takings"


@pytest.fixture
def known(takings: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((takings / "totals.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def book(tmp_path: Path) -> Store:
    """A book with a card account beside its cash."""
    made = create(tmp_path / "coffee.desk", company="Coffee", clerk="Ann")
    made.run(add_account, code="card", name="Card takings", kind="bank")
    return made


def bring(book: Store, file: Path, **said: Any) -> Result:
    """The lines of a machine; its column `card` names a card, not an account."""
    return bring_in(book, "ledger", file, dates="mdy", maps=["day=date", "document=datetime", "account=cash_type"], **said)


def balances(book: Store) -> dict[str, Decimal]:
    """What lies in each account that is not empty."""
    return {code: Decimal(cents) / 100 for code, cents in book.look.rows("SELECT code, balance FROM v_account WHERE money AND balance <> 0")}


def test_the_takings_add_up_day_by_day_and_every_day_is_closed(book: Store, takings: Path, known: dict[str, Any], tmp_path: Path) -> None:
    first = known["index_1"]
    result = bring(book, takings / "index_1.csv", close_days=True)
    assert (result.new, result.refused_records, result.closed) == (first["rows"], 0, first["days"]) == (3636, 0, 381)
    assert balances(book) == {"card": Decimal("112245.58"), "cash": Decimal("3186.00")}
    months = book.look.rows("SELECT substr(day, 1, 7), sum(taken_in) FROM v_ledger GROUP BY 1 ORDER BY 1")
    assert {month: Decimal(cents) / 100 for month, cents in months} == {month: Decimal(text) for month, text in first["by_month"].items()}
    sql = "SELECT c.day, a.code, c.taken_in FROM v_day_close c JOIN account a ON a.id = c.account_id WHERE c.taken_in <> 0"
    closed = {(day, code): Decimal(cents) / 100 for day, code, cents in book.look.rows(sql)}
    assert closed == {(day, code): Decimal(text) for day, codes in first["by_day"].items() for code, text in codes.items()}
    assert [finding for finding in check_all(book.look) if finding.faults] == []
    assert verify(book.look.con) == []
    both_agree(book.path, tmp_path)
    again = bring(book, takings / "index_1.csv", close_days=True)
    assert (again.new, again.same, again.step) == (0, 3636, 0)


def test_a_row_that_says_nothing_is_refused_by_its_cell(book: Store, takings: Path, known: dict[str, Any]) -> None:
    result = bring(book, takings / "index_2.csv")
    assert (result.refused_records, result.step) == (known["index_2"]["physical_rows"] - known["index_2"]["parseable_rows"], 0)
    assert balances(book) == {}
    result = bring(book, takings / "index_2.csv", skip_refused=True)
    assert result.new == 262
    assert balances(book) == {"card": Decimal(4869), "cash": Decimal(2021)}


def test_two_equal_sales_of_a_day_are_two_and_a_longer_file_brings_only_the_rest(book: Store, tmp_path: Path) -> None:
    """Identity is the line and how often it occurs (R13)."""
    file = tmp_path / "book.csv"
    file.write_text("date,account,in,out,purpose\n2026-11-20,cash,15,,Tea\n2026-11-20,cash,15,,Tea\n2026-11-20,cash,,4.50,milk\n", encoding="utf-8")
    assert bring_in(book, "ledger", file).new == 3
    assert balances(book) == {"cash": Decimal("25.50")}
    with file.open("a", encoding="utf-8") as more:
        more.write("2026-11-20,cash,15,,Tea\n")
    result = bring_in(book, "ledger", file)
    assert (result.new, result.same) == (1, 3)
    book.run(correct_entry, entry=book.look.value("SELECT max(id) FROM entry"))
    assert bring_in(book, "ledger", file, dry_run=True).new == 1  # what was taken back stands no more


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-11-20,till,5,", "There is no account “till” in the book; add it first, or correct the cell."),
        (",cash,5,", "The row gives no day."),
        ("2026-11-20,cash,,", "The row gives no amount."),
        ("2026-12-20,cash,5,", "Sun 20 Dec 2026 is still to come."),
        ("2026-11-20,cash,0,", "The amount must be more than zero; it is 0.00."),
    ],
)
def test_what_cannot_come_in_is_said_by_its_cell(book: Store, tmp_path: Path, row: str, why: str) -> None:
    file = tmp_path / "book.csv"
    file.write_text(f"date,account,amount,purpose\n{row}x\n", encoding="utf-8")
    result = bring_in(book, "ledger", file)
    assert [refused.why for refused in result.refused] == [why]
    assert balances(book) == {}
