"""hledger and beancount on what the ledger exports: their checks, and the balances they come to."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from deskbook.exchange.journals import write_journal


def written(book: Path, form: str, folder: Path, **period: date) -> Path:
    """The journal of a book, in a file."""
    con = sqlite3.connect(book)
    try:
        with (folder / f"book.{form}").open("wb") as out:
            write_journal(con, out, form=form, note="as of step 1", **period)
    finally:
        con.close()
    return folder / f"book.{form}"


def ours(book: Path, until: str = "9999") -> list[Decimal]:
    """The balances of all accounts that are not at nothing, sorted."""
    con = sqlite3.connect(book)
    try:
        rows = con.execute("SELECT sum(amount) FROM posting WHERE day <= ? GROUP BY account_id HAVING sum(amount) <> 0", (until,)).fetchall()
    finally:
        con.close()
    return sorted(Decimal(cents) / 100 for (cents,) in rows)


def by_hledger(path: Path) -> list[Decimal]:
    """hledger's strict check passes; its balances, sorted."""
    if shutil.which("hledger") is None:
        pytest.skip("hledger is not installed")
    checked = subprocess.run(["hledger", "-f", path, "check", "--strict"], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    out = subprocess.run(["hledger", "-f", path, "bal", "-N", "-O", "csv"], capture_output=True, text=True, check=True).stdout
    return sorted(Decimal(row["balance"].split()[0]) for row in csv.DictReader(io.StringIO(out)))


def by_beancount(path: Path) -> list[Decimal]:
    """beancount loads it without a complaint; its balances, sorted."""
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _options = loader.load_file(str(path))
    assert errors == []
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            assert posting.units.number is not None
            sums[posting.account] += posting.units.number
    return sorted(amount for amount in sums.values() if amount)


def both_agree(book: Path, folder: Path) -> None:
    """Both tools take the book's journal and come to its own balances."""
    assert ours(book)
    assert by_hledger(written(book, "hledger", folder)) == ours(book)
    assert by_beancount(written(book, "beancount", folder)) == ours(book)
