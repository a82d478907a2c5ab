"""Exports as of a past day say what was so on that day, whatever came later; outbound says what left, and only that."""
from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from deskbook.books.items.commands import add_item, merge_items
from deskbook.books.ledger import commands as ledger
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.shipments import commands as shipments
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.exchange.export import export
from deskbook.exchange.found import create


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Store]:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        yield store


def ago(n: int) -> date:
    return days.today() - timedelta(days=n)


def rows(book: Store, what: str, *names: str, as_of: date | None = None, view: str = "") -> list[tuple[str, ...]]:
    out = book.path.with_name("out.csv")
    export(book.path, what, out, as_of=as_of, view=view, raw=True)
    with out.open(encoding="utf-8-sig", newline="") as source:
        return sorted(tuple(row[name] for name in names) for row in csv.DictReader(source))


def test_goods_of_an_item_merged_since_are_still_there(book: Store) -> None:
    shelf = place_of(book.look, "shelf")
    keep, gone = (book.run(add_item, code=code, name=code) for code in ("A", "B"))
    for item, qty in ((keep, 5_000), (gone, 7_000)):
        book.run(stock.open_stock, item=item, place=shelf, qty=qty, day=ago(5))
    book.run(merge_items, keep=keep, gone=gone)
    assert rows(book, "stock", "code", "shelf", as_of=ago(3)) == [("A", "5"), ("B", "7")]
    assert rows(book, "stock", "code", "shelf", as_of=ago(0)) == [("A", "12")]


def test_an_entry_corrected_or_taken_back_since_stood_on_the_day(book: Store) -> None:
    cash = book.look.value("SELECT id FROM account WHERE code = 'cash'")
    corrected, undone = (book.run(ledger.write_entry, account=cash, direction="in", amount=cents, day=ago(5)) for cents in (120_00, 7_00))
    step = book.look.value("SELECT max(id) FROM step")
    assert undone
    book.run(ledger.close_day, day=ago(2))
    book.run(ledger.correct_entry, entry=corrected)
    book.undo(step)
    assert rows(book, "ledger", "taken_in", "mark", as_of=ago(3), view="standing") == [("120.00", ""), ("7.00", "")]
    assert rows(book, "ledger", "taken_in", "mark", as_of=ago(3)) == [("120.00", ""), ("7.00", "")]
    assert rows(book, "ledger", "taken_in", view="standing") == []


def test_outbound_is_what_left_until_the_day(book: Store) -> None:
    item = book.run(add_item, code="A", name="A", list_price=10_000)
    customer = book.run(add_party, name="Junye", roles=["customer"])
    book.run(stock.open_stock, item=item, place=place_of(book.look, "shelf"), qty=9_000, day=ago(5))
    for pieces, left in ((1, ago(4)), (2, ago(1)), (3, None)):
        order = book.run(take_order, customer=customer, lines=[{"item": item, "qty": pieces * 1000}])
        shipment = book.run(shipments.make_shipment, order=order)
        if left is not None:
            line = book.look.value("SELECT id FROM shipment_line WHERE shipment_id = :id", id=shipment)
            book.run(shipments.check_line, line=line, typed="A", qty=pieces * 1000)
            book.run(shipments.ship, shipment=shipment, day=left)
    assert rows(book, "outbound", "qty", as_of=ago(3)) == [("1",)]
    assert rows(book, "outbound", "qty") == [("1",), ("2",)]


def test_a_day_to_come_has_no_past(book: Store) -> None:
    with pytest.raises(Refusal, match="still to come") as refused:
        rows(book, "stock", "code", as_of=ago(-1))
    assert refused.value.field == "as_of"
