"""How fast the accounts are added up: P12, the balances of 100,000 entries, a whole process beside ledger, hledger and beancount on our export."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from measure import DESK, Figure, process, turns

import books

ENTRIES = 100_000
BALANCES = """
import sys
from collections import defaultdict
from decimal import Decimal
from beancount import loader
entries, errors, options = loader.load_file(sys.argv[1])
sums = defaultdict(Decimal)
for entry in entries:
    for posting in getattr(entry, "postings", ()):
        sums[posting.account] += posting.units.number
for name in sorted(sums):
    print(name, sums[name])
"""


def p12(folder: Path) -> list[Figure]:
    """The trial balance of all time, beside the balances of each tool that is installed, from the journal that `export ledger` writes."""
    book = folder / "entries.desk"
    if not book.exists():
        books.book_of_entries(book, ENTRIES)
    journals = {form: folder / f"entries.{form}" for form in ("hledger", "beancount")}
    for form, path in journals.items():
        process([DESK, "--desk", str(book), "export", "ledger", "--format", form, "-o", str(path)])
    plain = folder / "entries.ledger"
    with journals["hledger"].open(encoding="utf-8") as source, plain.open("w", encoding="utf-8") as out:
        out.writelines(line for line in source if not line.startswith("decimal-mark"))  # ledger knows no such line, and no other mark
    ours = [DESK, "--desk", str(book), "report", "trial-balance", "--from", "1900-01-01", "--to", "2100-01-01", "--raw"]
    peers = (
        ("ledger", 50, ["ledger", "-f", str(plain), "balance"]),
        ("hledger", 200, ["hledger", "-f", str(journals["hledger"]), "balance"]),
        ("beancount", 200, [sys.executable, "-c", BALANCES, str(journals["beancount"])]),
    )
    found = []
    for name, least, theirs in peers:
        if shutil.which(theirs[0]) is None:
            print(f"P12: {name} is not installed, so it is left out", file=sys.stderr)
            continue
        env = {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
        os.environ.update(env)
        both = turns(lambda: process(ours), lambda theirs=theirs: process(theirs), 3)  # type: ignore[misc]  # mypy infers no lambda with defaults
        ratios = [1 / ratio for ratio in both.ratios()]
        found.append(Figure("P12", f"balances of {ENTRIES:,} entries: {name} / ours", least, ratios, least=True, note=both.said()))
    return found
