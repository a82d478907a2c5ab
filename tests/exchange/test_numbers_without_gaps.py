"""Our own numbers go one by one: a missing one is a document that went, a void one stands."""
from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.books.trade import PC, begin

from deskbook.books.ledger.commands import write_entry
from deskbook.core.store import Look, Store
from deskbook.exchange.found import create
from deskbook.exchange.proof import missing_numbers


def torn(book: Store, *statements: str) -> list[str]:
    """What is missing in a copy that was written into behind the program's back."""
    copy = sqlite3.connect(":memory:")
    book.look.con.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert copy.execute(statement).rowcount > 0, statement
    return missing_numbers(Look(copy))


@pytest.fixture
def book(tmp_path: Path) -> Store:
    """Four orders, the second taken back; two shipments, three entries."""
    book = create(tmp_path / "office.desk", company="Hengda", clerk="Ann")
    trade = begin(book)
    first = trade.take((trade.bag, 5))
    trade.take((trade.bag, 1))
    book.undo()
    trade.take((trade.bag, 2))
    trade.take((trade.bag, 3))
    trade.send(first, 3)
    trade.send(first)
    cash = book.look.value("SELECT id FROM account WHERE code = 'cash'")
    for _n in range(3):
        book.run(write_entry, account=cash, direction="in", amount=100)
    return book


def test_what_was_taken_back_leaves_no_gap(book: Store) -> None:
    assert book.look.value("SELECT count(*) FROM sales_order WHERE void") == 1
    assert missing_numbers(book.look) == []


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("DELETE FROM sales_order WHERE no = 'S-2026-0002'", ["S-2026-0002 – S-2026-0002"]),
        ("DELETE FROM sales_order WHERE no IN ('S-2026-0002', 'S-2026-0003')", ["S-2026-0002 – S-2026-0003"]),
        ("DELETE FROM shipment WHERE no = 'D-2026-0001'", ["D-2026-0001 – D-2026-0001"]),
        ("UPDATE entry SET no = 'E 2' WHERE no = 'E-2026-0002'", ["E-2026-0002 – E-2026-0002"]),
    ],
)
def test_a_document_that_went_is_missed(book: Store, statement: str, missing: list[str]) -> None:
    assert torn(book, statement) == missing


def test_a_number_that_came_with_the_document_makes_no_gap(book: Store) -> None:
    from deskbook.books.orders.commands import take_order

    customer, item = book.look.row("SELECT (SELECT min(id) FROM party WHERE customer), (SELECT min(id) FROM item)") or (0, 0)
    line = {"item": item, "qty": PC, "price": 3_550_000}
    book.run(take_order, customer=customer, lines=[line], no="S-2026-0500")
    book.run(take_order, customer=customer, lines=[line], no="PO 17")
    book.run(take_order, customer=customer, lines=[line])
    assert book.look.value("SELECT no FROM sales_order ORDER BY id DESC LIMIT 1") == "S-2026-0501"
    assert missing_numbers(book.look) == []
    assert torn(book, "DELETE FROM sales_order WHERE no = 'S-2026-0500'") == ["S-2026-0005 – S-2026-0500"]
