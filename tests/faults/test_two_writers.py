"""Two processes that read, think and write a thousand times each: nothing is lost, nobody is told to wait."""

from __future__ import annotations

import os
import sqlite3
import time
import traceback
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from deskbook.books.items.tables import Item
from deskbook.core.store import Store, Tx
from tests.faults import office

COMMANDS = int(os.environ.get("DESKBOOK_COMMANDS", "1000"))
ROUNDS = 20
"""Of the controls, which a barrier makes certain to meet."""


def count_up(tx: Tx, *, item: int) -> int:
    """Read, think, write."""
    seen = tx.value("SELECT minimum FROM item WHERE id = :item", item=item)
    tx.update(Item, item, minimum=seen + 1)
    return int(seen) + 1


def put(tx: Tx, *, item: int, minimum: int) -> None:
    """Write what was thought out before."""
    tx.update(Item, item, minimum=minimum)


def work(pipe: Connection, path: Path, tag: str, go: Barrier) -> None:
    """A writer by the rules; says every value it wrote, its longest wait, and what went wrong."""
    office.held()
    worst, wrote, rnd = 0.0, [], Random(tag)
    with Store.open(path, clerk=tag) as book:
        go.wait(60)
        try:
            for _ in range(COMMANDS):
                began = time.perf_counter()
                wrote.append(book.run(count_up, item=1))
                worst = max(worst, time.perf_counter() - began)
                time.sleep(rnd.random() * 0.004)  # SQLite waits by asking again: one who never pauses would be done before the other begins
        except BaseException:
            pipe.send(("failed", traceback.format_exc()))
    pipe.send(("done", (wrote, worst)))


def careless(pipe: Connection, path: Path, tag: str, go: Barrier) -> None:
    """A writer that reads before its transaction begins, as sqlite3 and SQLAlchemy do when left alone."""
    office.held()
    with Store.open(path, clerk=tag) as book:
        for _ in range(ROUNDS):
            seen = book.look.value("SELECT minimum FROM item WHERE id = 1")
            go.wait(60)
            book.run(put, item=1, minimum=seen + 1)
            go.wait(60)
    pipe.send(("done", ROUNDS))


def deferred(pipe: Connection, path: Path, tag: str, go: Barrier) -> None:
    """A writer with a plain BEGIN: both read inside their transactions, one of them cannot write."""
    office.held()
    locked = 0
    with Store.open(path, clerk=tag) as book:
        con = book._con
        con.execute("PRAGMA busy_timeout = 100")
        for _ in range(ROUNDS):
            con.execute("BEGIN")
            seen = con.execute("SELECT minimum FROM item WHERE id = 1").fetchone()[0]
            go.wait(60)
            try:
                con.execute("INSERT INTO step(at, clerk, command, facts) VALUES ('', '', 'put', '{}')")
                con.execute("UPDATE item SET minimum = ? WHERE id = 1", (seen + 1,))
                con.execute("COMMIT")
            except sqlite3.OperationalError as error:
                locked += "locked" in str(error)
            go.wait(60)
            if con.in_transaction:
                con.execute("ROLLBACK")
            go.wait(60)
    pipe.send(("done", locked))


def together(path: Path, job: Any) -> list[Any]:
    """Two children at the same job on a fresh book; what they said."""
    office.begin(path)
    context = office.spawner()
    go = context.Barrier(2)
    children = [office.start(context, job, path, tag, go) for tag in ("ann", "bo")]
    said = [message for _child, pipe in children for message in office.heard(pipe)]
    for child, pipe in children:
        child.join()
        pipe.close()
    assert len([1 for what, _facts in said if what == "done"]) == 2, said
    return said


def reached(path: Path) -> int:
    """How far the counter went; it began at 5000."""
    with Store.open(path, read_only=True) as book:
        return int(book.look.value("SELECT minimum FROM item WHERE id = 1")) - 5000


def test_nothing_is_lost_between_two_writers(tmp_path: Path) -> None:
    path = tmp_path / "book.desk"
    said = together(path, work)
    assert [why for what, why in said if what == "failed"] == []
    results = [facts for _what, facts in said]
    wrote = sorted(value for values, _worst in results for value in values)
    assert wrote == list(range(5001, 5001 + 2 * COMMANDS)), "a value was written twice or never"
    assert reached(path) == 2 * COMMANDS
    worst = max(worst for _values, worst in results)
    clerks = by_whom(path)
    turns = sum(one != other for one, other in pairwise(clerks))
    print(f"\n2 x {COMMANDS} commands: 0 lost, worst wait {worst * 1000:.0f} ms, {turns} times the other's turn")
    assert turns > COMMANDS // 20, "they did not meet: nothing is shown"
    assert worst < 10
    with Store.open(path, read_only=True) as book:
        assert office.faults(book) == []


def by_whom(path: Path) -> list[str]:
    with Store.open(path, read_only=True) as book:
        return [clerk for (clerk,) in book.look.rows("SELECT clerk FROM step WHERE command = 'count_up' ORDER BY id")]


def test_control_reading_before_the_transaction_loses(tmp_path: Path) -> None:
    together(tmp_path / "book.desk", careless)
    assert reached(tmp_path / "book.desk") == ROUNDS  # of twice as many


def test_control_a_plain_begin_is_locked_out(tmp_path: Path) -> None:
    said = together(tmp_path / "book.desk", deferred)
    assert sum(locked for _what, locked in said) >= ROUNDS
