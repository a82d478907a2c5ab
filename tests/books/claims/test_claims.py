"""What is owed: a claim, its entry, its due day, and the book's own check of both."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deskbook.books.claims import commands, queries
from deskbook.books.ledger.commands import close_day
from deskbook.books.ledger.queries import RULES as LEDGER_RULES
from deskbook.books.parties.commands import add_party
from deskbook.core.check import check
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.found import create


@pytest.fixture
def book(tmp_path: Path) -> Store:
    return create(tmp_path / "office.desk", company="Junye", clerk="Ann")


def customer(book: Store, **facts: Any) -> int:
    return int(book.run(add_party, name="Harbour Print", roles=["customer"], **facts))


def posted(book: Store) -> dict[str, int]:
    """Cents on every account that is not at nothing, by its code."""
    sql = "SELECT a.code, sum(p.amount) FROM posting p JOIN account a ON a.id = p.account_id GROUP BY a.id HAVING sum(p.amount) <> 0"
    return dict(book.look.rows(sql))


def faults(book: Store) -> list[str]:
    return [fault for finding in check(book.look, (*queries.RULES, *LEDGER_RULES)) for fault in finding.faults]


def test_a_claim_is_owed_until_its_terms_are_over(book: Store) -> None:
    party = customer(book, terms_days=30)
    lines = [{"amount": 100_000, "text": "boards"}, {"amount": 1_250, "text": "freight"}]
    claim = book.run(commands.raise_claim, side="receivable", kind="sale", party=party, lines=lines)
    assert book.look.row("SELECT no, day, due, amount FROM claim WHERE id = :id", id=claim) == ("I-2026-0001", "2026-11-23", "2026-12-23", 101_250)
    assert book.look.rows("SELECT claim_id, party_id, side, due, open FROM owed") == [(claim, party, "receivable", "2026-12-23", 101_250)]
    assert queries.balance(book.look, party) == 101_250
    assert posted(book) == {"receivable": 101_250, "sales": -101_250}
    assert faults(book) == []


def test_what_we_owe_is_on_the_other_side(book: Store) -> None:
    party = int(book.run(add_party, name="Hongda", roles=["supplier"]))
    book.run(commands.raise_claim, side="payable", kind="purchase", party=party, due="2026-12-01", lines=[{"amount": 70_000, "text": "carriage"}])
    assert posted(book) == {"payable": -70_000, "freight": 70_000}
    assert queries.balance(book.look, party, "payable") == 70_000
    assert faults(book) == []


def test_a_credit_note_lessens_and_an_opening_balance_has_no_sale(book: Store) -> None:
    party = customer(book)
    old = [{"amount": 50_000, "text": "from the old book"}]
    book.run(commands.raise_claim, side="receivable", kind="opening", party=party, day="2025-12-31", lines=old)
    back = [{"amount": -20_000, "text": "two came back"}]
    book.run(commands.raise_claim, side="receivable", kind="credit", party=party, lines=back)
    assert posted(book) == {"receivable": 30_000, "opening": -50_000, "sales": 20_000}
    assert queries.balance(book.look, party) == 30_000


def test_an_undone_claim_is_owed_no_more(book: Store) -> None:
    party = customer(book)
    book.run(commands.raise_claim, side="receivable", kind="sale", party=party, lines=[{"amount": 100, "text": "x"}])
    book.undo()
    assert (posted(book), book.look.rows("SELECT * FROM owed"), faults(book), verify(book.look.con)) == ({}, [], [], [])
    book.redo()
    assert (posted(book), queries.balance(book.look, party), faults(book)) == ({"receivable": 100, "sales": -100}, 100, [])


def test_a_late_paper_keeps_its_day_and_posts_into_the_open_one(book: Store) -> None:
    party = customer(book)
    book.run(close_day, day=date(2026, 11, 23))
    claim = book.run(commands.raise_claim, side="receivable", kind="sale", party=party, day="2026-11-20", lines=[{"amount": 100, "text": "x"}])
    sql = "SELECT k.day, e.day, e.paper_day FROM claim k JOIN entry e ON e.id = k.entry_id WHERE k.id = :id"
    assert book.look.row(sql, id=claim) == ("2026-11-20", "2026-11-24", "2026-11-20")


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"lines": []}, "amount", "A claim over nothing is none."),
        ({"lines": [{"amount": -5}]}, "amount", "-0.05: a credit note lessens what is owed, any other claim adds to it."),
        ({"lines": [{"amount": 5}], "day": "2026-11-24"}, "day", "Tue 24 Nov 2026 is still to come."),
        ({"lines": [{"amount": 5}], "due": "2026-11-22"}, "due", "Due on Sun 22 Nov 2026 is before the claim's own day Mon 23 Nov 2026."),
        (
            {"lines": [{"amount": 5}], "side": "payable", "kind": "purchase"},
            "party",
            "Harbour Print is no supplier, carrier or factory; make it one first.",
        ),
    ],
)
def test_what_cannot_be_claimed(book: Store, facts: dict[str, Any], field: str, words: str) -> None:
    given: dict[str, Any] = {"side": "receivable", "kind": "sale", "party": customer(book)} | facts
    with pytest.raises(Refusal) as refused:
        book.run(commands.raise_claim, **given)
    assert (refused.value.field, str(refused.value)) == (field, words)
    assert posted(book) == {}


def test_check_finds_what_was_changed_by_hand(book: Store) -> None:
    party = customer(book)
    book.run(commands.raise_claim, side="receivable", kind="sale", party=party, lines=[{"amount": 100, "text": "x"}])
    book._con.execute("UPDATE owed SET open = 90")
    assert faults(book) == ["1", "receivable: 100 / 90"]
