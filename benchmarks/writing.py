"""How fast it writes: P7 an order of five lines, P8 an import."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from measure import Figure, timed

import books
from deskbook.books.orders.commands import take_order
from deskbook.core import days
from deskbook.core.connection import connect
from deskbook.core.store import Store
from deskbook.exchange import import_table

ORDERS = 120
LINES = 100_000


@dataclass(slots=True)
class Order:
    """What an order says: ids of customer and items, thousandths of pieces."""

    customer: int
    lines: list[tuple[int, int]]


def _orders(count: int) -> list[Order]:
    some = Random(6)
    return [Order(2 * some.randint(1, 150) - 1, [(some.randint(1, 1000), 1000 * some.randint(1, 9)) for _ in range(5)]) for _n in range(count)]


@contextmanager
def _bare(path: Path, source: Path) -> Iterator[sqlite3.Connection]:
    """The same tables with the same pragmas, but without a trigger: no journal, nothing derived."""
    shutil.copy(source, path)
    con = connect(path)
    for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    try:
        yield con
    finally:
        con.close()
        path.unlink()


def _raw_order(con: sqlite3.Connection, n: int, order: Order, day: str) -> None:
    """The rows of an order by sqlite3 alone: the price looked up, the balance written, committed."""
    con.execute("BEGIN IMMEDIATE")
    items = [item for item, _qty in order.lines]
    asked = ", ".join("?" * len(items))
    prices = dict(con.execute(f"SELECT item_id, price FROM item_price WHERE kind = 'list' AND since <= ? AND item_id IN ({asked})", [day, *items]))
    head = con.execute("INSERT INTO sales_order(no, customer_id, day) VALUES (?, ?, ?)", (f"R-{n}", order.customer, day)).lastrowid
    for pos, (item, qty) in enumerate(order.lines, 1):
        row = (head, pos, item, qty, prices[item], qty * prices[item] // 100_000)
        line = con.execute("INSERT INTO order_line(order_id, pos, item_id, qty, price, amount) VALUES (?, ?, ?, ?, ?, ?)", row).lastrowid
        con.execute("INSERT INTO reservation VALUES (?, ?, ?, ?, NULL)", (line, head, item, qty))
    con.execute("COMMIT")


def _our_order(store: Store, order: Order) -> None:
    store.run(take_order, customer=order.customer, lines=[{"item": item, "qty": qty} for item, qty in order.lines])


def p7(folder: Path) -> list[Figure]:
    """An order of five lines, kept on the disk with journal and reservations, beside the same rows by sqlite3 under the same pragmas."""
    large = folder / "large-p7.desk"
    shutil.copy(books.large(folder), large)
    small = folder / "small-p7.desk"
    shutil.copy(books.small(folder), small)
    ours: list[float] = []
    theirs: list[float] = []
    full: list[float] = []
    today = days.today().isoformat()
    try:
        with books.opened(small) as store, books.opened(large) as crowded, _bare(folder / "raw.desk", small) as con:
            for n, order in enumerate(_orders(ORDERS + 10)):
                took = (
                    timed(lambda order=order: _our_order(store, order)),  # type: ignore[misc]  # mypy infers no lambda with defaults
                    timed(lambda n=n, order=order: _raw_order(con, n, order, today)),  # type: ignore[misc]  # mypy infers no lambda with defaults
                    timed(lambda order=order: _our_order(crowded, order)),  # type: ignore[misc]  # mypy infers no lambda with defaults
                )
                if n >= 10:
                    for times, value in zip((ours, theirs, full), took, strict=True):
                        times.append(value)
    finally:
        large.unlink()
        small.unlink()
    note = f"p50 {median(ours):.2f} ms, sqlite3 {median(theirs):.2f} ms, at 200k orders {median(full):.2f} ms"
    beside_raw, beside_small = ([a / b for a, b in zip(*pair, strict=True)] for pair in ((ours, theirs), (full, ours)))
    return [
        Figure("P7", "an order of 5 lines, durable, with journal / sqlite3 without", 1.6, beside_raw, note=note),
        Figure("P7", "the same at 200k orders / at 200", 1.3, beside_small),
    ]


def _file(path: Path, lines: int) -> list[tuple[Any, ...]]:
    """A table of order lines, five an order; and the same as rows."""
    some, rows = Random(7), []
    for n in range(lines):
        rows.append((f"X-{n // 5:06d}", 2 * (n // 5 % 150), "2026-03-02", some.randint(0, 1000), some.randint(1, 9)))
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["number", "customer", "day", "item", "quantity", "price"])
        writer.writerows((no, f"P{customer:05d}", day, f"{books.item_code(item)}", qty, "12.5") for no, customer, day, item, qty in rows)
    return rows


def p8(folder: Path, lines: int = LINES) -> list[Figure]:
    """An import of order lines through the commands, as one step, beside executemany of the same rows into the same tables without triggers."""
    source, file = books.small(folder), folder / "lines.csv"
    rows = _file(file, lines)
    ratios, shares, note = [], [], ""
    for _round in range(2):
        book = folder / "import.desk"
        shutil.copy(source, book)
        try:
            with books.opened(book) as store, _bare(folder / "raw.desk", source) as con:
                took = timed(lambda store=store: import_table.bring_in(store, "orders", file))  # type: ignore[misc]  # mypy infers no lambda with defaults
                assert store.look.value("SELECT count(*) FROM sales_order WHERE no GLOB 'X-*'") == lines // 5
                con.execute("BEGIN IMMEDIATE")
                raw = timed(lambda con=con: _raw_lines(con, rows))  # type: ignore[misc]  # mypy infers no lambda with defaults
                ratios.append(took / raw)
                size = "SELECT sum(pgsize) FROM dbstat WHERE name {} ('step', 'change', 'change_step', 'change_row', 'step_open')"
                with sqlite3.connect(book) as sizes:
                    journal, data = (sizes.execute(size.format(how)).fetchone()[0] for how in ("IN", "NOT IN"))
                shares.append(100 * journal / data)
                note = f"{took / 1e3:.1f} s to {raw / 1e3:.2f} s"
        finally:
            book.unlink()
    file.unlink()
    return [
        Figure("P8", f"import of {lines:,} order lines / executemany", 4, ratios, note=note),
        Figure("P8", "journal in % of the data after it", 5, shares, "%"),
    ]


def _raw_lines(con: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    first = con.execute("SELECT max(id) + 1 FROM sales_order").fetchone()[0]
    heads = ((first + n // 5, row[0], row[1] + 1, row[2], "confirmed") for n, row in enumerate(rows) if n % 5 == 0)
    con.executemany("INSERT INTO sales_order(id, no, customer_id, day, state) VALUES (?, ?, ?, ?, ?)", heads)
    lines = ((first + n // 5, n % 5 + 1, row[3] + 1, row[4] * 1000, 125_000, row[4] * 1250) for n, row in enumerate(rows))
    con.executemany("INSERT INTO order_line(order_id, pos, item_id, qty, price, amount) VALUES (?, ?, ?, ?, ?, ?)", lines)
    con.execute("INSERT INTO reservation SELECT id, order_id, item_id, qty, NULL FROM order_line WHERE order_id >= ?", (first,))
    con.execute("COMMIT")
