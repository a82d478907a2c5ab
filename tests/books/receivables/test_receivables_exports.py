"""Every list of what is owed, as a file, now and as of a past day; and what the check sees that was changed by hand."""

from __future__ import annotations

import csv
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from tests.books.receivables.money import Money, at

from deskbook.books.claims.queries import RULES as CLAIM_RULES
from deskbook.books.receivables import chasing, losses, notes, payments
from deskbook.books.receivables.queries import RULES
from deskbook.core.check import check
from deskbook.core.store import Look
from deskbook.exchange.export import export

NAMES = ("claims", "claim-lines", "payments", "allocations", "ageing", "statement", "chase", "claim-holds", "notices", "chase-levels")


def busy(money: Money) -> None:
    """A bit of everything, in 2027: the journal's moments go on from when the book was founded."""
    at("2027-05-01")
    one, two = money.owe(100_000, due="2027-05-01"), money.owe(50_000, due="2027-05-01", party=money.anka)
    money.owe(9_000, due="2027-05-01", party=money.hongda)
    at("2027-05-12")
    money.book.turn_day()
    money.pay(30_000)
    money.pay(1_000, allocate=False, party=money.anka)
    money.book.run(notes.give_credit, claim=one, amount=5_000, reason="scratched")
    money.book.run(chasing.issue_notices, claims={one: 65_000})
    money.book.run(chasing.promise, claims=[two], until="2027-05-20")
    money.book.run(losses.write_off, claim=one, amount=1_000, reason="gone")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize("what", NAMES)
def test_every_list_is_written(money: Money, tmp_path: Path, what: str) -> None:
    busy(money)
    count, _note = export(money.book.path, what, tmp_path / "out.csv", raw=True)
    assert count == len(rows(tmp_path / "out.csv")) > 0


def test_the_ageing_as_of_a_past_day_is_that_of_the_screen(money: Money, tmp_path: Path) -> None:
    busy(money)
    at("2027-06-20")
    money.book.turn_day()
    export(money.book.path, "ageing", tmp_path / "then.csv", raw=True, as_of=date(2027, 5, 11), noted=False)
    found = [(row["name"], row["d30"], row["balance"]) for row in rows(tmp_path / "then.csv")]
    assert found == [("Junye", "1000.00", "1000.00"), ("Anka", "500.00", "500.00")]
    export(money.book.path, "ageing", tmp_path / "now.csv", raw=True)
    late = [(row["name"], row["d60"], row["aside"], row["balance"]) for row in rows(tmp_path / "now.csv")]
    assert late == [("Junye", "640.00", "0.00", "640.00"), ("Anka", "500.00", "-10.00", "490.00")]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE allocation SET amount = amount + 1 WHERE kind = 'bad debt'",
        "UPDATE claim SET party_id = 1 WHERE id = 1",
        "UPDATE payment SET bounced_on = '2027-05-13', bounce_entry_id = 1 WHERE id = 1",
        "UPDATE payment SET side = 'payable' WHERE id = 1",
        "UPDATE notice SET amount = amount + 1",
        "UPDATE notice_claim SET open = open + 1",
        "UPDATE notice SET level = 2",
        "UPDATE owed SET open = open + 1 WHERE claim_id = 2",
    ],
)
def test_the_check_sees_what_was_changed_by_hand(money: Money, harm: str) -> None:
    busy(money)
    copy = sqlite3.connect(":memory:")
    money.book.look.con.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    copy.execute("PRAGMA ignore_check_constraints = ON")
    assert not [finding for finding in check(Look(copy), (*CLAIM_RULES, *RULES)) if finding.faults]
    assert copy.execute(harm).rowcount > 0
    assert [finding for finding in check(Look(copy), (*CLAIM_RULES, *RULES)) if finding.faults]


def test_a_bounce_leaves_the_check_content(money: Money) -> None:
    busy(money)
    money.book.run(payments.bounce, payment=1, fee=100)
    money.sound()
