"""A small office for the tests of faults: a book with a few of everything, and a writer that works on it like a person in a hurry."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from typing import Any

from deskbook.books.items.commands import add_item, change_item, set_price
from deskbook.books.ledger.commands import correct_entry, transfer_money, write_entry
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods, receive
from deskbook.books.shipments.commands import check_line, make_shipment, ship
from deskbook.books.tasks.commands import add_task, tick
from deskbook.core import days
from deskbook.core.connection import PRAGMAS
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.found import create
from deskbook.exchange.proof import check_all

PRELOAD = [
    "deskbook.exchange.found",
    "deskbook.exchange.proof",
    "deskbook.books.items.commands",
    "deskbook.books.orders.commands",
    "deskbook.books.purchases.commands",
    "deskbook.books.shipments.commands",
    "deskbook.books.tasks.commands",
]
MOMENT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def begin(path: Path) -> None:
    """A book with a customer, a supplier, two items with goods, and money in the till."""
    with create(path, company="Hengda", clerk="Ann") as book:
        customer = book.run(add_party, name="Junye", roles=["customer"])
        supplier = book.run(add_party, name="Hongda", roles=["supplier"])
        for code in ("BVM7-710", "C1100"):
            item = book.run(add_item, code=code, name=code, list_price=35_000, minimum=5000)
            purchase = book.run(order_goods, supplier=supplier, lines=[{"item": item, "qty": 9_000_000_000, "price": 10_000}])
            line = book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=purchase)
            book.run(receive, line=line, accepted=9_000_000_000)
        book.run(write_entry, account=1, direction="in", amount=100_000, party=customer)


def faults(book: Store) -> list[str]:
    """Everything wrong with a book, by its journal and by the books' own rules."""
    return verify(book.look.con) + [fault for finding in check_all(book.look) for fault in finding.faults]


def held() -> None:
    """In a child: the fixed clock of the tests."""
    days.set_zone("Asia/Shanghai")
    days.set_clock(lambda: MOMENT)


def spawner() -> Any:
    """Children are forked from one clean process that has read the program once: a start costs 20 ms, and nothing of the tests' own is inherited."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    return context


def start(context: Any, work: Callable[..., None], *given: Any) -> tuple[ForkServerProcess, Connection]:
    """A child at work, and the reading end of its pipe; nobody else holds the writing end."""
    reading, writing = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(writing, *given), daemon=True)
    child.start()
    writing.close()
    return child, reading


def heard(pipe: Connection) -> list[Any]:
    """Everything a child said until it ended; a message cut off by its death is no message."""
    said = []
    try:
        while True:
            said.append(pipe.recv())
    except (EOFError, OSError):
        return said


# -- the writer ------------------------------------------------------------------------------------------------------------


def work(pipe: Connection, path: Path, tag: str, seed: int, pragmas: dict[str, str | int], go: Event) -> None:
    """Run commands for ever; say ("tried", key) before each, ("kept", key) only after it returned, ("failed", why) if it cannot go on.

    pragmas: to be set on every connection; go: set when all are ready.
    """
    try:
        held()
        PRAGMAS.update(pragmas)
        rnd = Random(seed)
        with Store.open(path, clerk=tag) as book:
            pipe.send(("ready", tag))
            go.wait()
            for n in count(1):
                key = f"{tag}-{seed}-{n}"
                pipe.send(("tried", key))
                one(book, rnd, key)
                pipe.send(("kept", key))
                time.sleep(rnd.random() * 0.004)  # SQLite waits by asking again; one who never pauses would starve the other
    except BaseException:
        pipe.send(("failed", traceback.format_exc()))


def one(book: Store, rnd: Random, key: str) -> None:
    """One thing a person may do, under a key."""

    def some(table: str, where: str = "1") -> int:
        found: list[tuple[int]] = book.look.rows(f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT 30")
        return rnd.choice(found)[0] if found else 0

    choice = rnd.randrange(11)
    if choice == 0:
        book.run(add_party, key=key, name=f"Customer {key}", roles=["customer"], contacts=[{"channel": "phone", "value": "138 0000 1111"}] * 3)
    elif choice == 1:
        item = book.run(add_item, key=key, code=key, name=key * 8, aliases=[f"{key}-a", f"{key}-b"], list_price=12_345)
        book.run(set_price, item=item, kind="floor", price=1)
    elif choice <= 4:
        lines = [{"item": 1 + (n % 2), "qty": 1000 * rnd.randint(1, 3), "text": "for the workshop " * 5} for n in range(rnd.randint(1, 12))]
        order = book.run(take_order, key=key, customer=1, lines=lines)
        if choice > 2:
            shipment = book.run(make_shipment, order=order)
            for line, code, qty in book.look.rows(
                "SELECT l.id, i.code, l.qty FROM shipment_line l JOIN item i ON i.id = l.item_id WHERE shipment_id = :s", s=shipment
            ):
                book.run(check_line, line=line, typed=code, qty=qty)
            book.run(ship, shipment=shipment)
    elif choice == 5:
        book.run(order_goods, key=key, supplier=2, lines=[{"item": 1, "qty": 5000, "price": 10_000, "promised": "2026-12-01"}] * 4)
    elif choice == 6:
        entry = book.run(write_entry, key=key, account=1, direction=rnd.choice(["in", "out"]), amount=rnd.randint(1, 9999), party=1)
        if rnd.random() < 0.3:
            book.run(correct_entry, entry=entry, amount=7)
    elif choice == 7:
        book.run(transfer_money, key=key, source=1, target=2, amount=rnd.randint(1, 99))
    elif choice == 8:
        book.run(tick, key=key, task=book.run(add_task, text=f"call {key}", repeats="week"))
    elif choice == 9:
        book.run(change_item, key=key, item=1 + rnd.randrange(2), note=f"{key} " * 40)
    else:
        book.run(add_task, key=key, text=f"note {key}")
        book.undo(book.look.value("SELECT id FROM step WHERE key = :key", key=key))


def crowded(path: Path) -> bool:
    """Whether a crash left a transaction half done."""
    journal = path.with_name(path.name + "-journal")
    return journal.exists() and journal.stat().st_size > 0


def keys(book: Store) -> set[str]:
    """The keys of all steps that were kept."""
    return {key for (key,) in book.look.rows("SELECT key FROM step WHERE key IS NOT NULL")}
