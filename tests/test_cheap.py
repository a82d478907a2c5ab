"""What keeps the desk fast and can be held exactly: what is imported when, how many statements and rows a key costs, which plans SQLite takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deskbook.books.items.queries import confusable, search_items
from deskbook.books.orders.commands import take_order
from deskbook.books.orders.listings import ORDER_LINES, ORDERS
from deskbook.books.purchases.queries import PURCHASES
from deskbook.books.shipments.queries import SHIPMENTS
from deskbook.books.stock.listings import MOVES, STOCK
from deskbook.books.stock.queries import RULES
from deskbook.books.today import queries as today
from deskbook.cli import COMMANDS, called
from deskbook.core.listing import Ask, Listing
from deskbook.core.store import Look, Store, Tx
from deskbook.core.window import Window
from deskbook.exchange.export import listing_of
from deskbook.exchange.found import create

HEAVY = {"textual", "sqlalchemy", "sqlmodel", "pydantic", "babel", "pypinyin", "xlsxwriter", "python_calamine", "rapidfuzz"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """3,000 moves and 2,000 lines of 400 orders, over 300 items, made in bulk."""
    store = create(tmp_path_factory.mktemp("cheap") / "office.desk", company="Hengda", clerk="Ann")
    store.run(fill)
    yield store
    store.close()


def fill(tx: Tx) -> None:
    """Rows enough that a scan would show."""
    day = [(tx.today - timedelta(days=400 - n)).isoformat() for n in range(400)]
    customer = tx.con.execute("INSERT INTO party(name, customer, find) VALUES ('Junye', 1, ' junye')").lastrowid
    tx.con.executemany("INSERT INTO item(code, name, find) VALUES (?, 'Board', ?)", [(f"B-{n:04d}", f" b{n:04d} board") for n in range(300)])
    item = [row for (row,) in tx.rows("SELECT id FROM item ORDER BY id")]
    place = {str(kind): int(row) for kind, row in tx.rows("SELECT kind, min(id) FROM place GROUP BY kind")}
    moves = "INSERT INTO stock_move(day, item_id, source_id, target_id, qty) VALUES (?, ?, ?, ?, ?)"
    tx.con.executemany(moves, [(day[0], row, place["opening"], place["shelf"], 90_000) for row in item])
    tx.con.executemany(moves, [(day[n % 400], item[n % 300], place["shelf"], place["customer"], 1_000) for n in range(2_700)])
    heads = [(n + 1, f"S-2026-{n:04d}", customer, day[n], "confirmed" if n > 380 else "closed") for n in range(400)]
    tx.con.executemany("INSERT INTO sales_order(id, no, customer_id, day, state) VALUES (?, ?, ?, ?, ?)", heads)
    lines = [(n // 5 + 1, n % 5 + 1, item[n % 300], 1_000, 10_000, 100) for n in range(2_000)]
    tx.con.executemany("INSERT INTO order_line(order_id, pos, item_id, qty, price, amount) VALUES (?, ?, ?, ?, ?, ?)", lines)
    tx.says("filled the book")


class Counting:
    """A look that counts statements and rows, and keeps what was asked."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.fetched = 0

    def rows(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        found = self.look.rows(sql, **params)
        self.asked.append((sql, params))
        self.fetched += len(found)
        return found

    def cost(self) -> tuple[int, int]:
        """Statements and rows since the last time."""
        cost = len(self.asked), self.fetched
        self.asked, self.fetched = [], 0
        return cost


def plan(look: Look, sql: str, params: dict[str, Any]) -> list[str]:
    """The steps SQLite takes, those inside subqueries of one row left out: they belong to a row that is shown."""
    rows = look.rows(f"EXPLAIN QUERY PLAN {sql}", **params)
    inner: set[int] = set()
    steps = []
    for step, parent, _unused, words in rows:
        if parent in inner or "SCALAR SUBQUERY" in words:
            inner.add(step)
        else:
            steps.append(str(words))
    return steps


# -- what is imported ------------------------------------------------------------------------------------------------------


def imported(code: str, *arguments: str) -> set[str]:
    """Top-level packages that a fresh Python has after running some code."""
    tell = "import sys, json, atexit; atexit.register(lambda: print('\\n' + json.dumps(sorted(sys.modules)), file=sys.__stderr__))\n"
    done = subprocess.run([sys.executable, "-c", tell + code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_the_version_needs_nothing() -> None:
    found = imported("import sys; sys.argv[1:] = ['--version']\nfrom deskbook.__main__ import main; main()")
    assert not found & (HEAVY | {"typer", "rich", "sqlite3", "importlib.metadata"})


@pytest.mark.parametrize(("call", "made"), [
    ("", []), ("--desk x.desk --clerk Ann", []), ("--desk x.desk export items -o export.csv", ["export"]), ("exprot items", [*COMMANDS]),
])
def test_only_the_command_that_is_called_is_made(call: str, made: list[str]) -> None:
    assert called(call.split()) == made


def test_an_export_needs_no_screen_and_no_model(book: Store, tmp_path: Path) -> None:
    for what, form in (("items", "csv"), ("orders", "jsonl"), ("moves", "csv")):
        arguments = ["--desk", str(book.path), "export", what, "--format", form, "-o", str(tmp_path / f"{what}.{form}")]
        found = imported("from deskbook.__main__ import main; main()", *arguments)
        assert not found & HEAVY
        assert (tmp_path / f"{what}.{form}").stat().st_size > 1_000


def test_the_first_paint_of_today_needs_no_model(book: Store) -> None:
    code = """
import sys, asyncio
from pathlib import Path
from deskbook.app import DeskApp
from deskbook.core.settings import Settings
from deskbook.core.store import Store

class First(DeskApp):
    CSS_PATH = str(Path(sys.modules["deskbook.app"].__file__).with_name("ui") / "desk.tcss")
    def _fetch_the_rest(self):
        assert self.screen.counters and "deskbook.ui.form" not in sys.modules
        self.exit()

with Store.open(Path(sys.argv[1]), clerk="Ann") as store:
    First(store, Settings(language="en", path=None)).run(headless=True, size=(80, 24))
"""
    found = imported(code, str(book.path))
    assert "textual" in found
    assert not found & (HEAVY - {"textual", "babel"})


# -- what a key costs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", [MOVES, ORDER_LINES, STOCK])
def test_a_key_costs_the_same_wherever_it_is_pressed(book: Store, listing: Listing) -> None:
    look = Counting(book.look)
    window = Window(look, listing, Ask(view="all"), page=64)
    assert window.count >= 300
    assert look.cost() == (1, 1)
    for place in (0, window.count - 1):  # both ends: once to know whether rows lack the value, then one page
        window.row(place)
        statements, rows = look.cost()
        assert statements <= 2
        assert rows <= 64 + 2
    for start in (0, window.count // 64 - 1):
        for place in range(start * 64, min((start + 1) * 64, window.count)):
            window.row(place)
    statements, rows = look.cost()
    assert statements <= 1  # the page before the last; all other rows were there
    assert rows <= 65


def test_today_is_read_in_as_many_statements_as_it_has_facts(book: Store) -> None:
    asked: list[str] = []
    book.look.con.set_trace_callback(asked.append)
    try:
        found = today.counters(book.look)
    finally:
        book.look.con.set_trace_callback(None)
    assert len(found) == 13
    low = [sql for sql in asked if "v_low_stock" in sql]
    assert len(low) == 1
    once = book.look.rows("EXPLAIN QUERY PLAN SELECT id, code, severity, snoozed FROM v_low_stock")
    subqueries = [sum("SCALAR SUBQUERY" in step[3] for step in steps) for steps in (book.look.rows(f"EXPLAIN QUERY PLAN {low[0]}"), once)]
    assert subqueries[0] <= subqueries[1]  # each item's severity is reckoned once for all three
    assert len(asked) <= 15


# -- which way SQLite goes -------------------------------------------------------------------------------------------------


BY_INDEX = [(MOVES, "day"), (ORDERS, "id"), (ORDERS, "no"), (ORDERS, "day"), (ORDER_LINES, "id"), (STOCK, "code"), (STOCK, "name"),
            (SHIPMENTS, "id"), (SHIPMENTS, "no"), (PURCHASES, "id"), (PURCHASES, "day"),
            (listing_of("ledger"), "day"), (listing_of("parties"), "name")]


@pytest.mark.parametrize(("listing", "column"), BY_INDEX, ids=[f"{listing.name}-{column}" for listing, column in BY_INDEX])
def test_a_page_deep_in_a_list_is_found_by_an_index(book: Store, listing: Listing, column: str) -> None:
    look = Counting(book.look)
    window = Window(look, listing, Ask(view=next((view.name for view in listing.views if view.where == "1"), ""), sort=column), page=2)
    look.cost()
    window._walk((5 if column == "id" else "2026", 5), forward=True, skip=0, limit=2)  # from the middle, as after many pages
    sql, params = next((sql, params) for sql, params in look.asked if "ORDER BY" in sql)
    steps = plan(book.look, sql, params)
    assert steps[0].startswith("SEARCH"), steps
    assert "<" in steps[0] or ">" in steps[0], steps
    assert not [step for step in steps if "TEMP B-TREE" in step or (step.startswith("SCAN") and step != "SCAN d")], steps


def test_counting_reads_no_table_it_needs_not(book: Store) -> None:
    look = Counting(book.look)
    Window(look, MOVES, Ask(view="all"))
    assert [step for step in plan(book.look, *look.asked[0]) if "SEARCH" in step] == []


@pytest.mark.parametrize(("listing", "view"), [(ORDERS, "open"), (ORDERS, "to_ship"), (ORDERS, "late"), (ORDERS, "hold"), (ORDER_LINES, "open"),
                                               (SHIPMENTS, "open"), (SHIPMENTS, "leaving"), (SHIPMENTS, "unconfirmed")])
def test_open_documents_are_found_by_their_state(book: Store, listing: Listing, view: str) -> None:
    look = Counting(book.look)
    Window(look, listing, Ask(view=view))
    steps = plan(book.look, *look.asked[0])
    assert any(f"INDEX {table}_state (state=?)" in step for table in ("sales_order", "shipment") for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") and step not in ("SCAN d", "SCAN (subquery-1)")], steps


# -- what a step costs -----------------------------------------------------------------------------------------------------


def instructions(store: Store, **order: Any) -> int:
    """How many instructions of SQLite's machine an order takes, to the nearest ten."""
    count = 0

    def ten() -> int:
        nonlocal count
        count += 10
        return 0

    store._con.set_progress_handler(ten, 10)
    try:
        store.run(take_order, **order)
    finally:
        store._con.set_progress_handler(None, 0)
    return count


def more_orders(tx: Tx, *, count: int) -> None:
    """Open orders of one line each, and goods on the shelf for all items."""
    rows = [(f"X-{n}", "2026-01-02") for n in range(count)]
    tx.con.executemany("INSERT INTO sales_order(no, customer_id, day) VALUES (?, (SELECT min(id) FROM party WHERE customer), ?)", rows)
    columns = "order_id, pos, item_id, qty, price, amount"
    tx.con.execute(f"INSERT INTO order_line({columns}) SELECT id, 1, 1 + id % 300, 1000, 10000, 100 FROM sales_order WHERE no GLOB 'X-*'")
    tx.says("filled the book")


def test_an_order_costs_the_same_however_much_is_open(tmp_path: Path) -> None:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        store.run(fill)
        customer = store.look.value("SELECT min(id) FROM party WHERE customer")
        order: dict[str, Any] = {"customer": customer, "lines": [{"item": n, "qty": 1_000, "price": 10_000} for n in range(1, 6)]}
        store.run(take_order, **order)
        before = instructions(store, **order)
        store.run(more_orders, count=3_000)
        store.run(take_order, **order)  # the first after others looks for the last number of its series
        after = instructions(store, **order)
        assert after <= 1.2 * before
        asked: list[str] = []
        store._con.set_trace_callback(asked.append)
        store.run(take_order, **order)
        store._con.set_trace_callback(None)
        assert len(set(asked)) <= 45  # each statement of a trigger is told as the one that fired it


def test_the_proof_of_balances_reads_one_index(book: Store) -> None:
    steps = plan(book.look, next(rule.sql for rule in RULES if "stock_balance" in rule.sql and "stock_move" in rule.sql), {})
    assert [step for step in steps if "stock_move" in step] == ["SCAN stock_move USING COVERING INDEX stock_move_way"], steps
    assert sum("TEMP B-TREE" in step for step in steps) <= 1, steps  # over the few ways of each item, not over the moves


def test_a_lookup_of_items_reads_one_index(book: Store) -> None:
    look = Counting(book.look)
    search_items(look, "board")  # type: ignore[arg-type]  # it asks for rows only
    confusable(look, "B-0100")  # type: ignore[arg-type]  # likewise
    for sql, params in look.asked:
        steps = [str(step[3]) for step in book.look.rows(f"EXPLAIN QUERY PLAN {sql}", **params)]
        assert [step for step in steps if step.startswith("SCAN item")] == ["SCAN item USING COVERING INDEX item_find"], steps
