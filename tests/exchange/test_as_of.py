"""Exports as of a past day say what was so on that day, whatever came later; outbound says what left, and only that.

Stock, moves, ledger and outbound go by posting day; every other list equals the export of a copy that was really taken at the end of that day.
"""
from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.faults import office

from deskbook.books.items.commands import add_item, merge_items
from deskbook.books.ledger import commands as ledger
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.shipments import commands as shipments
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.core import days
from deskbook.core.backup import snapshot
from deskbook.core.connection import connect
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look, Store
from deskbook.core.verify import verify
from deskbook.core.window import select
from deskbook.exchange.export import BY_POSTING_DAY, WHAT, asked, export, listing_of
from deskbook.exchange.found import create
from deskbook.exchange.moment import moment
from deskbook.exchange.proof import check_all


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


# -- as the book stood -----------------------------------------------------------------------------------------------------

STOOD = [what for what in WHAT if what not in BY_POSTING_DAY]


def told(con: sqlite3.Connection, what: str, day: date) -> list[tuple[Any, ...]]:
    listing = listing_of(what)
    sql, params = select(listing, asked(listing).but(today=day))
    return con.execute(sql, params).fetchall()


def everything(con: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, derived ones and the journal too."""
    names = con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_stat*'").fetchall()
    return {name: sorted(con.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for (name,) in names}


@pytest.fixture
def week(tmp_path: Path) -> dict[date, Path]:
    """Five days of an office in a hurry, some of its steps taken back on the same day and on later ones; and a copy made at the end of each day."""
    book, rnd, copies = tmp_path / "book.desk", Random(11), {}
    office.begin(book)
    with Store.open(book, clerk="Ann") as store:
        for day in range(5):
            at = datetime(2026, 11, 24 + day, 8, tzinfo=UTC)
            for n in range(24):
                days.set_clock(lambda at=at, n=n: at + timedelta(minutes=n))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
                office.one(store, rnd, f"d{day}-{n}")
                if n % 6 == 5:  # back, and on some days forward again; also over the end of the day
                    for _again in range(2 + 3 * day):
                        store.undo()
                    for _again in range(day):
                        store.redo()
            copies[days.today()] = tmp_path / f"copy-{day}.desk"
            snapshot(book, copies[days.today()])
    return {date(1, 1, 1): book, **copies}


def test_every_list_of_a_past_day_is_that_of_a_copy_made_then(week: dict[date, Path]) -> None:
    book = week.pop(date(1, 1, 1))
    orders = []
    for day, path in week.items():
        copy = connect(path, writes=False)
        with moment(book, as_of=day) as held:
            for what in STOOD:
                assert told(held.con, what, day) == told(copy, what, day), (what, day)
            then, now = everything(copy), everything(held.con)
            assert {name for name in then if then[name] != now[name]} == set(), day
            assert [fault for finding in check_all(Look(held.con)) for fault in finding.faults] == []
            orders.append(told(held.con, "orders", day))
        copy.close()
    assert all(orders.count(each) == 1 for each in orders), "control: the days differ"


def test_what_is_told_of_a_past_day_can_be_verified(week: dict[date, Path], tmp_path: Path) -> None:
    """The walk back leaves a book that is what its own, shorter, journal says; only the triggers are gone."""
    book = week.pop(date(1, 1, 1))
    with moment(book, as_of=min(week)) as held:
        faults = verify(held.con)
    assert faults == ["The tables are not as the last migration left them."]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_a_past_day_is_the_file_that_day_would_have_given(week: dict[date, Path], tmp_path: Path, form: str) -> None:
    book = week.pop(date(1, 1, 1))
    (day, path), now = list(week.items())[2], days.now()
    then = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    for what in STOOD:
        ours, theirs = tmp_path / f"ours.{form}", tmp_path / f"theirs.{form}"
        days.set_clock(lambda: now)
        _rows, note = export(book, what, ours, form=form, as_of=day)
        days.set_clock(lambda: then)
        export(path, what, theirs, form=form)
        assert ours.read_bytes() == theirs.read_bytes(), what
        assert f"as the book stood at the end of {day}" in note
    days.set_clock(lambda: now)
    for what in BY_POSTING_DAY:
        assert f"by posting day until {day}" in export(book, what, tmp_path / "posted", form=form, as_of=day)[1]


def test_a_day_ends_at_midnight_in_the_office(book: Store) -> None:
    """23:59 in Shanghai is 15:59 UTC; a minute later it is another day."""
    for at, code in ((datetime(2026, 11, 24, 15, 59, tzinfo=UTC), "A"), (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "B")):
        days.set_clock(lambda at=at: at)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        book.run(add_item, code=code, name=code)
    assert rows(book, "items", "code", as_of=date(2026, 11, 24)) == [("A",)]
    assert rows(book, "items", "code", as_of=date(2026, 11, 25)) == [("A",), ("B",)]


def test_a_view_of_a_past_day_knows_that_day_as_today(book: Store) -> None:
    item = book.run(add_item, code="A", name="A", list_price=10_000)
    customer = book.run(add_party, name="Junye", roles=["customer"])
    book.run(take_order, customer=customer, lines=[{"item": item, "qty": 1000}], wanted=days.today() + timedelta(days=2))
    start = days.now()
    days.set_clock(lambda: start + timedelta(days=5))
    book.turn_day()
    assert len(rows(book, "orders", "no", view="to_ship")) == 1
    assert rows(book, "orders", "no", as_of=ago(5), view="to_ship") == []
    assert rows(book, "orders", "late", as_of=ago(5)) == [("",)]
    assert rows(book, "orders", "late") == [("3",)]


def test_the_book_knows_nothing_of_the_days_before_it(book: Store) -> None:
    with pytest.raises(Refusal, match=r"The book began on .*; of .* it knows nothing"):
        rows(book, "parties", "name", as_of=ago(1))
    assert rows(book, "stock", "code", as_of=ago(1)) == []  # goods of earlier papers may be posted
