"""One bit of the file flips: whatever it changed is reported, and nothing crashes."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from deskbook.core.connection import connect
from deskbook.core.refusal import Trouble
from deskbook.core.store import Store
from deskbook.core.verify import verify
from tests.faults import office

FLIPS = int(os.environ.get("DESKBOOK_FLIPS", "200"))


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a small book with some of every kind of row, undone ones too."""
    path = tmp_path_factory.mktemp("rot") / "book.desk"
    office.held()
    office.begin(path)
    rnd = Random(4)
    with Store.open(path, clerk="Ann") as book:
        for n in range(25):
            office.one(book, rnd, f"k{n}")
    return path.read_bytes()


def everything(path: Path) -> list[tuple[object, ...]] | None:
    """Every row of every journaled table and of the journal, and the schema; None where they cannot be read. The derived tables are `check`'s."""
    con = sqlite3.connect(path)
    con.text_factory = bytes
    try:
        names = [name.decode() for (name,) in con.execute("SELECT tbl FROM mark")] + ["step", "change", "mark"]
        rows: list[tuple[object, ...]] = con.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        for name in names:
            rows += con.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
        return rows
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    finally:
        con.close()


def flip(body: bytes, count: int, seed: int, path: Path) -> Counter[str]:
    """Flip single bits, one at a time; what was noticed by whom."""
    rnd, tally = Random(seed), Counter[str]()
    path.write_bytes(body)
    whole = everything(path)
    assert whole is not None
    for n in range(count):
        at, bit = rnd.randrange(len(body)), rnd.randrange(8)
        path.write_bytes(body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :])
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        changed = everything(path) != whole
        began = time.perf_counter()
        try:
            con = connect(path, writes=False)
            reported = verify(con)
            sqlite_saw = reported[0].startswith("The file") if reported else False
            con.close()
        except (Trouble, sqlite3.Error, UnicodeDecodeError) as error:
            reported, sqlite_saw = [str(error)], True
        assert time.perf_counter() - began < 5
        tally["changed"] += changed
        tally["reported"] += changed and bool(reported)
        tally["seen by integrity_check"] += changed and sqlite_saw
        if changed and not reported:
            tally[f"silent: flip {n}, byte {at}, bit {bit}"] += 1
        try:  # and a person who opens it gets the book, or one sentence
            Store.open(path, read_only=True).close()
        except Trouble:
            tally["refused on opening"] += 1
    return tally


def judged(tally: Counter[str], count: int) -> None:
    print(f"\n{count} flips: {dict(tally)}")
    assert [name for name in tally if name.startswith("silent")] == []
    assert tally["changed"] == tally["reported"] > count // 10
    assert tally["seen by integrity_check"] < tally["changed"], "control: the file's own check alone must miss some"


def test_every_flipped_bit_that_changes_content_is_reported(body: bytes, tmp_path: Path) -> None:
    judged(flip(body, FLIPS, 7, tmp_path / "rot.desk"), FLIPS)


@pytest.mark.slow
def test_thousands_of_flipped_bits(body: bytes, tmp_path: Path) -> None:
    judged(flip(body, 5000, 8, tmp_path / "rot.desk"), 5000)


def test_a_flip_in_a_derived_table_is_found_by_check(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rot.desk"
    path.write_bytes(body)
    con = sqlite3.connect(path)
    con.execute("UPDATE stock_balance SET qty = qty + 1024 WHERE item_id = 1")
    con.execute("UPDATE reservation SET qty = qty + 1024")
    con.execute("UPDATE expected SET qty = qty + 1024")
    con.execute("UPDATE account_day SET taken_in = taken_in + 1024")
    con.commit()
    con.close()
    with Store.open(path, read_only=True) as book:
        assert verify(book.look.con) == []  # they are not in the journal
        from deskbook.exchange.proof import check_all

        broken = [finding.rule for finding in check_all(book.look) if finding.faults]
    assert len(broken) >= 4
