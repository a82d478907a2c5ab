"""Books to measure on: as large as asked, made by bulk SQL inside one step, so that journal and derived tables are true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from deskbook.core import days
from deskbook.core.search import fold
from deskbook.core.store import Store, Tx
from deskbook.exchange.found import create

MARK = "READY-MARK"
"""The text of a task that stands on Today once the book was read."""
PARTIES = 400
ITEMS = 2_000
SPAN = 700
"""Days over which the work is spread, up to today."""
OPEN_ORDERS = 200
GOODS = ("Board", "Copper strip", "Bearing", "Fuse", "Relay", "Valve", "Cable", "Gasket", "Terminal", "Switch")


def book(path: Path, *, lines: int, items: int = ITEMS, tasks: int = 20_000) -> Path:
    """A book with so many order lines (five an order), as many moves and a tenth of day-book entries; what is there already is taken as it is."""
    if not path.exists():
        with create(path, company="Hengda", clerk="Ann", currency="CNY", language="en") as store, store.hurried():
            store.run(people_and_goods, items=items)
            if lines:
                store.run(orders, count=lines // 5, items=items)
                store.run(moves, count=lines, items=items)
                store.run(purchases, count=min(lines // 10, 2_000), items=items)
                store.run(entries, count=lines // 10)
            store.run(jobs, count=tasks if lines else 0)
    return path


def item_code(n: int) -> str:
    """The code of the n-th item, from 0."""
    return f"{GOODS[n % 10][:3].upper()}{n % 7}-{n:06d}"


def item_name(n: int) -> str:
    """The name of the n-th item: some word in common with a tenth of the others, some with few."""
    return f"{GOODS[n % 10]} M{n % 900} grade {n % 37} stainless"


def people_and_goods(tx: Tx, *, items: int) -> None:
    """Parties, half of them suppliers, and items with a minimum and a list price."""
    today = tx.today.isoformat()
    people = [(f"P{n:05d}", f"Company {n:05d} Ltd", int(n % 2 == 0), n % 2, f" p{n:05d} company{n:05d}ltd") for n in range(PARTIES)]
    tx.con.executemany("INSERT INTO party(code, name, customer, supplier, find) VALUES (?, ?, ?, ?, ?)", people)
    supplier = tx.value("SELECT min(id) FROM party WHERE supplier")
    goods = []
    for n in range(items):
        code, name = item_code(n), item_name(n)
        goods.append((code, name, f"M{n % 900}", "pcs", 20_000, today, 60_000, supplier, 5, f" {fold(code)} {fold(name)} m{n % 900}"))
    columns = "code, name, model, unit, minimum, minimum_on, target, supplier_id, lead_days, find"
    tx.con.executemany(f"INSERT INTO item({columns}) VALUES ({', '.join('?' * 10)})", goods)
    tx.con.execute("INSERT INTO item_price(item_id, kind, since, price) SELECT id, 'list', '2020-01-01', 125000 + id FROM item")
    tx.says("filled the book")


def _days(count: int, until: date) -> Iterator[str]:
    """count days in order, evenly over SPAN, the last being `until`."""
    for n in range(count):
        yield (until - timedelta(days=SPAN - 1 - SPAN * n // count)).isoformat()


def orders(tx: Tx, *, count: int, items: int) -> None:
    """Orders of five lines; the last of them are open, the others are of the time before the book."""
    some, first = Random(1), tx.value("SELECT coalesce(max(id), 0) FROM sales_order")
    customers = [row for (row,) in tx.rows("SELECT id FROM party WHERE customer")]
    heads = []
    for n, day in enumerate(_days(count, tx.today), 1):
        is_open = n > count - OPEN_ORDERS
        wanted = (tx.today + timedelta(days=n % 40 - 10)).isoformat() if is_open else None
        heads.append((first + n, f"S-{day[:4]}-{n:06d}", some.choice(customers), day, wanted, "confirmed" if is_open else "closed", int(not is_open)))
    tx.con.executemany("INSERT INTO sales_order(id, no, customer_id, day, wanted, state, history) VALUES (?, ?, ?, ?, ?, ?, ?)", heads)
    lines = (
        (first + n, pos, some.randint(1, items), 1000 * (qty := some.randint(1, 9)), 125_000, 1250 * qty)
        for n in range(1, count + 1)
        for pos in range(1, 6)
    )
    tx.con.executemany("INSERT INTO order_line(order_id, pos, item_id, qty, price, amount) VALUES (?, ?, ?, ?, ?, ?)", lines)
    gone = "SELECT 'D' || substr(no, 2), id, :place, day, 'arrived', day, day, 'Ann', 1 FROM sales_order WHERE state = 'closed'"
    columns = "no, order_id, place_id, day, state, shipped_on, arrived_on, arrived_by, history"
    tx.con.execute(f"INSERT INTO shipment({columns}) {gone}", {"place": tx.value("SELECT min(id) FROM place WHERE kind = 'shelf'")})
    tx.says("filled the book")


def moves(tx: Tx, *, count: int, items: int) -> None:
    """Opening stock of every item, then goods out to customers; a handful taken back."""
    some = Random(2)
    place = {str(kind): int(row) for kind, row in tx.rows("SELECT kind, min(id) FROM place GROUP BY kind")}
    start = (tx.today - timedelta(days=SPAN)).isoformat()
    columns = "day, item_id, source_id, target_id, qty, reason, document"
    sql = f"INSERT INTO stock_move({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    # Enough that none goes below nothing; an item in twenty ends near its minimum, so that low stock has rows.
    mean = 3 * count // items
    stock = [(start, n, place["opening"], place["shelf"], 1000 * (1 + 2 * mean + 60), "", "") for n in range(1, items + 1)]
    tx.con.executemany(sql, stock)
    out = place["shelf"], place["customer"]
    tx.con.executemany(
        sql, ((day, some.randint(1, items), *out, 1000 * some.randint(1, 5), "", f"D-{n // 5:07d}") for n, day in enumerate(_days(count, tx.today)))
    )
    last = tx.value("SELECT max(id) FROM stock_move")
    tx.con.execute(
        "INSERT INTO stock_move(day, item_id, source_id, target_id, qty, reason, document, reverses_id)"
        " SELECT ?, item_id, source_id, target_id, -qty, reason, document, id FROM stock_move WHERE id > ? AND id % 7 = 0",
        (tx.today.isoformat(), last - 50),
    )
    adjust = "SELECT item_id, qty - ? FROM stock_balance WHERE place_id = ? AND item_id % 20 = 0 AND qty > ?"
    for item, qty in tx.con.execute(adjust, (15_000, place["shelf"], 15_000)).fetchall():
        tx.con.execute(sql, (tx.today.isoformat(), item, place["shelf"], place["loss"], qty, "count", ""))
    tx.says("filled the book")


def purchases(tx: Tx, *, count: int, items: int) -> None:
    """Purchases of two lines with a promise; the last hundred are awaited."""
    some, supplier = Random(3), tx.value("SELECT min(id) FROM party WHERE supplier")
    heads = [(n, f"P-{day[:4]}-{n:05d}", supplier, day, "sent" if n > count - 100 else "closed") for n, day in enumerate(_days(count, tx.today), 1)]
    tx.con.executemany("INSERT INTO purchase(id, no, supplier_id, day, state) VALUES (?, ?, ?, ?, ?)", heads)
    lines = [(n, pos, some.randint(1, items), 50_000, 100_000, 500_000) for n in range(1, count + 1) for pos in (1, 2)]
    tx.con.executemany("INSERT INTO purchase_line(purchase_id, pos, item_id, qty, price, amount) VALUES (?, ?, ?, ?, ?, ?)", lines)
    tx.con.execute(
        "INSERT INTO purchase_promise(purchase_id, purchase_line_id, promised, said_on)"
        " SELECT purchase_id, id, date(:today, (id % 30 - 10) || ' days'), :today FROM purchase_line",
        {"today": tx.today.isoformat()},
    )
    tx.says("filled the book")


def entries(tx: Tx, *, count: int) -> None:
    """Day-book lines: money in for goods, alternately cash and bank."""
    some = Random(4)
    money = [row for (row,) in tx.rows("SELECT id FROM account WHERE money ORDER BY id")]
    income = tx.value("SELECT min(id) FROM account WHERE kind = 'income'")
    heads, parts = [], []
    for n, day in enumerate(_days(count, tx.today), 1):
        heads.append((n, f"E-{day[:4]}-{n:06d}", day, "in", some.randint(1, PARTIES), "goods", f"{n:08d}"))
        amount = some.randint(100, 900_000)
        parts += [(n, money[n % len(money)], day, amount), (n, income, day, -amount)]
    tx.con.executemany("INSERT INTO entry(id, no, day, kind, party_id, purpose, document) VALUES (?, ?, ?, ?, ?, ?, ?)", heads)
    tx.con.executemany("INSERT INTO posting(entry_id, account_id, day, amount) VALUES (?, ?, ?, ?)", parts)
    tx.says("filled the book")


def jobs(tx: Tx, *, count: int) -> None:
    """Tasks, nearly all done, and the one that says Today was read."""
    old = (tx.today - timedelta(days=400)).isoformat()
    tx.con.execute("INSERT INTO task(text, made_on, due, find) VALUES (?, ?, ?, ?)", (MARK, old, old, f" {fold(MARK)}"))
    rows = []
    for n, day in enumerate(_days(count, tx.today)):
        done = None if n >= count - 8 else f"{day}T08:00:00Z"
        rows.append(("message" if n % 5 == 0 else "task", f"Call number {n}", day, day, done, "" if done is None else "Ann", f" callnumber{n}"))
    tx.con.executemany("INSERT INTO task(kind, text, made_on, due, done_at, done_by, find) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    tx.says("filled the book")


def book_of_entries(path: Path, count: int) -> None:
    """A book with nothing but so many day-book entries."""
    with create(path, company="Hengda", clerk="Ann", currency="CNY", language="en") as store, store.hurried():
        store.run(people_and_goods, items=1)
        store.run(entries, count=count)


def opened(path: Path) -> Store:
    """The book for reading and writing, in the zone of the machine."""
    days.set_clock(None)
    return Store.open(path, clerk="Ann")


def large(folder: Path) -> Path:
    """The book of a million lines."""
    return book(folder / "large.desk", lines=1_000_000)


def small(folder: Path) -> Path:
    """The same with a thousand."""
    return book(folder / "small.desk", lines=1_000)


def many_items(folder: Path) -> Path:
    """A book of 100,000 items and nothing else."""
    return book(folder / "items.desk", lines=0, items=100_000)
