"""Before a backup takes the book's place, what would be lost is counted and added up."""
from __future__ import annotations

from pathlib import Path

import pytest

from deskbook.books.items.commands import add_item, change_item
from deskbook.books.ledger.commands import correct_entry, write_entry
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods
from deskbook.books.stock.commands import open_stock
from deskbook.books.stock.queries import place_of
from deskbook.books.tasks.commands import add_task
from deskbook.core import backup
from deskbook.core.store import Store
from deskbook.exchange import restore
from deskbook.exchange.found import create


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as book:
        item = book.run(add_item, code="710", name="Board", list_price=100_000)
        customer = book.run(add_party, name="Junye", roles=["customer"])
        book.run(add_party, name="Hongda", roles=["supplier"])
        book.run(open_stock, item=item, place=place_of(book.look, "shelf"), qty=50_000)
        book.run(take_order, customer=customer, lines=[{"item": item, "qty": 9_000}])  # in the backup too, and not to be counted
        book.run(write_entry, account=1, direction="in", amount=500_00)
    return tmp_path / "office.desk"


def told(book: Path, kept: Path) -> list[str]:
    return restore.plan(kept, book).lines()


def test_what_would_be_lost_is_counted_and_added_up(path: Path, tmp_path: Path) -> None:
    kept = backup.keep(path, tmp_path / "backups")
    assert told(path, kept)[-1] == "Nothing would be lost."
    with Store.open(path, clerk="Ann") as book:
        for qty in (1_000, 2_000, 5_000):
            book.run(take_order, customer=1, lines=[{"item": 1, "qty": qty}])  # at 10.00: 10.00, 20.00 and 50.00
        book.undo()  # the last of them does not stand
        book.run(order_goods, supplier=2, lines=[{"item": 1, "qty": 100_000, "price": 123_450}])  # 100 at 12.345
        book.run(write_entry, account=1, direction="in", amount=1_234_50)
        book.run(write_entry, account=1, direction="out", amount=34_50)
        taken_back = book.run(write_entry, account=1, direction="out", amount=9_99)
        book.run(correct_entry, entry=taken_back)
        book.run(add_party, name="Third", roles=["carrier"])
        book.run(add_task, text="call")
        book.run(change_item, item=1, note="a")
        book.run(change_item, item=1, note="b")
    lines = told(path, kept)
    totals = lines[lines.index("In all:") + 1 :]
    assert totals == [
        "  customers and suppliers: 1",
        "  orders: 2, 30.00",
        "  purchases: 1, 1,234.50",
        "  tasks: 1",
        "  lines of the day book: 4, in 1,234.50, out 34.50",  # the fourth takes the third back: together they are nothing
        "  older records changed: 1",
    ]
    assert sum("took an order" in line or "order" in line for line in lines[: lines.index("In all:")]) >= 3  # the steps themselves, too


def test_a_backup_that_went_on_loses_nothing(path: Path, tmp_path: Path) -> None:
    older = backup.keep(path, tmp_path / "older")
    with Store.open(path, clerk="Ann") as book:
        book.run(add_task, text="call")
    newer = backup.keep(path, tmp_path / "newer")
    restore.swap(restore.plan(older, path))
    assert told(path, newer)[-1] == "Nothing would be lost."
