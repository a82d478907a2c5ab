"""A whole company's orders, payments and credit limits by the documented sequence of imports: what is owed, how old it is, who is over the limit."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.plain_text_tools import both_agree
from typer.testing import CliRunner

from deskbook.books.receivables.ageing import ageing, control
from deskbook.books.reports.made import Period
from deskbook.books.reports.queries import report_of
from deskbook.cli import cli
from deskbook.core import days
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.proof import check_all

OPENING = "2005-06-01"
SEQUENCE = (
    "parties employees.csv --set role=salesperson --set code=E-{employeeNumber} --set name={firstName}·{lastName}",
    "parties customers.csv --set role=customer --set salesperson=E-{salesRepEmployeeNumber} --set person={contactFirstName}·{contactLastName}",
    "items products.csv",
    f"orders orders.csv --lines orderdetails.csv --opening-day {OPENING} --bill",
    f"shipments orders.csv --opening-day {OPENING} --skip-refused",
    f"stock products.csv --opening-day {OPENING}",
    "payments payments.csv --set account=bank",
)
"""What follows `deskbook import`; a · stands for a blank."""


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data" / "classicmodels"


@pytest.fixture(scope="module")
def known(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data / "totals.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def path(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's book, brought in once."""
    book = tmp_path_factory.mktemp("classicmodels") / "book.desk"
    days.set_zone("Asia/Shanghai")
    desk(book, "new", "Classic Models", "--currency", "USD")
    for line in SEQUENCE:
        bring(book, data, line)
    return book


@pytest.fixture
def book(path: Path) -> Store:
    return Store.open(path)


def desk(book: Path, *words: str) -> str:
    """One call of the program; what it prints. Two cancelled orders have a shipping day: their shipments are refused, and said by the exit code."""
    result = CliRunner().invoke(cli, ["--desk", str(book), "--clerk", "Ann", *words], catch_exceptions=False)
    assert result.exit_code == ("--skip-refused" in words), result.output
    return result.output


def bring(book: Path, data: Path, line: str) -> str:
    """One import of the sequence."""
    words = [word.replace("·", " ") for word in line.split()]
    return desk(book, "import", words[0], *(str(data / word) if word.endswith(".csv") else word for word in words[1:]))


def money(cents: int) -> Decimal:
    return Decimal(cents) / 100


def sums(book: Store, sql: str) -> Decimal:
    return money(book.look.value(sql))


def test_what_was_ordered_is_owed_but_for_what_was_cancelled_and_paid(book: Store, known: dict[str, Any]) -> None:
    assert sums(book, "SELECT sum(total) FROM v_order") == Decimal(known["total_ordered"]) == Decimal("9604190.61")
    assert sums(book, "SELECT sum(amount) FROM claim") == Decimal(known["total_ordered_not_cancelled"])
    assert sums(book, "SELECT sum(amount) FROM payment") == Decimal(known["total_paid"]) == Decimal("8853839.23")
    assert sums(book, "SELECT sum(open) FROM owed") == Decimal(known["net_receivable_not_cancelled"]) == Decimal("511497.20")
    assert book.look.value("SELECT count(DISTINCT party_id) FROM owed") == known["customers_with_balance"] == 16
    assert book.look.value("SELECT count(*) FROM unallocated") == known["customers_overpaid"] == 0
    by_code: dict[str, int] = dict(book.look.rows("SELECT p.code, sum(o.open) FROM owed o JOIN party p ON p.id = o.party_id GROUP BY p.id"))
    assert (money(by_code["141"]), money(by_code["450"])) == (Decimal("57885.20"), Decimal("83984.89"))
    assert sums(book, "SELECT balance FROM v_account WHERE code = 'receivable'") == Decimal("511497.20")


def test_who_is_over_the_credit_limit(book: Store, known: dict[str, Any]) -> None:
    sql = "SELECT p.code FROM owed o JOIN party p ON p.id = o.party_id GROUP BY p.id HAVING sum(o.open) > p.credit_limit ORDER BY p.code"
    assert [int(code) for (code,) in book.look.rows(sql)] == known["customers_over_credit_limit"] == [328, 362, 450]
    assert book.look.value("SELECT count(*) FROM party WHERE credit_limit = 0") == known["customers_zero_credit_limit"]


def test_how_old_it_was_on_the_first_of_june(book: Store, data: Path, known: dict[str, Any]) -> None:
    """The known ageing counts all payments, also those of June; as of the day itself these had not come, and the difference is they."""
    ages = Counter[str]()
    for day, cents in book.look.rows("SELECT k.day, o.open FROM owed o JOIN claim k ON k.id = o.claim_id"):
        age = (date(2005, 6, 1) - date.fromisoformat(day)).days
        ages["0-30" if age <= 30 else "31-60" if age <= 60 else "61-90" if age <= 90 else "91+"] += cents
    assert {name: money(cents) for name, cents in ages.items()} == {n: Decimal(t) for n, t in known["ageing_fifo_asof_2005_06_01"].items()}
    with (data / "payments.csv").open(encoding="utf-8", newline="") as source:
        later = sum(Decimal(row["amount"]) for row in csv.DictReader(source) if row["paymentDate"] > "2005-06-01")
    then = ageing(book.look, date(2005, 6, 1), basis="document")
    assert money(sum(row.balance for row in then)) == Decimal("511497.20") + later
    assert money(control(book.look, date(2005, 6, 1))) == Decimal("511497.20") + later
    now = ageing(book.look, date(2005, 6, 30), basis="document")
    assert sum(row.aside for row in now) == 0
    assert money(sum(row.balance for row in now)) == Decimal("511497.20")


def test_every_salesperson_s_part_is_the_whole(book: Store) -> None:
    whole = sum(row.balance for row in ageing(book.look, date(2005, 6, 1)))
    assert sum(row.balance for row in ageing(book.look, date(2005, 6, 1), whom="salesperson")) == whole


def test_the_reports_come_to_the_same(book: Store, known: dict[str, Any]) -> None:
    every = Period(date(2003, 1, 1), date(2005, 12, 31))
    for name in ("item", "customer", "salesperson", "month", "week"):
        made = report_of(f"sales-{name}").make(book.look, every, "ordered")
        assert money(made.totals["amount"]) == Decimal(known["total_ordered_not_cancelled"]), name
    assert report_of("trial-balance").make(book.look, every, "").totals["closing"] == 0
    late = report_of("on-time").make(book.look, every, "")
    assert (late.totals["shipments"], late.totals["late"]) == (310, len(known["shipped_after_required"]))


def test_the_plain_text_tools_come_to_the_same_balances(path: Path, tmp_path: Path) -> None:
    both_agree(path, tmp_path)


def test_the_book_is_sound_and_a_second_time_brings_nothing(path: Path, book: Store, data: Path) -> None:
    assert [finding for finding in check_all(book.look) if finding.faults] == []
    assert verify(book.look.con) == []
    before = book.position
    for line in SEQUENCE:
        assert "0 new, 0 changed" in bring(path, data, line), line
    assert book.position == before
