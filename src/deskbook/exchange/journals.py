"""The money side as a plain-text journal that other programs read: hledger (1.25 and newer) and beancount (3).

A posting of the book is a posting there; what was taken back on its own day is left out, on a later day it stands with its mirror. Amounts are exact.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO

from deskbook.core.text import safe

ROOTS = {
    "income": "Income", "expense": "Expenses", "opening": "Equity", "payable": "Liabilities",
}  # fmt: skip
"""Kind of account -> its root in both programs; every other kind is of the assets."""
POSTED = """
SELECT e.id, p.day, e.no, coalesce(y.name, ''), e.purpose, e.document, p.account_id, sum(p.amount)
  FROM posting p JOIN entry e ON e.id = p.entry_id LEFT JOIN party y ON y.id = e.party_id
 WHERE p.day >= :since AND p.day <= :until GROUP BY p.day, e.id, p.account_id HAVING sum(p.amount) <> 0 ORDER BY p.day, e.id, p.account_id"""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One transaction: what is said of it, and (account id, cents) that add up to zero."""

    day: str
    no: str
    party: str
    purpose: str
    document: str
    postings: list[tuple[int, int]]


def write_journal(con: sqlite3.Connection, out: BinaryIO, *, form: str, since: date | None = None, until: date | None = None, note: str = "") -> int:
    """Write the entries of a period as `form` ("hledger" or "beancount") to an open binary file; returns how many.

    since: what stood before is one transaction of the day it begins, so that balances are those of the book.
    """
    write = {"hledger": _hledger, "beancount": _beancount}[form]
    currency = (con.execute("SELECT value FROM office WHERE name = 'currency'").fetchone() or ("XXX",))[0]
    first = con.execute("SELECT min(day) FROM posting").fetchone()[0] or "1970-01-01"
    names = _names(con, lower=form == "hledger")
    entries = list(_entries(con, since, until))
    text: Callable[[str], object] = lambda words: out.write(words.encode())  # noqa: E731  # one use a line below
    for part in write(entries, names, currency, min(first, since.isoformat()) if since else first, note):
        text(part)
    return len(entries)


def _entries(con: sqlite3.Connection, since: date | None, until: date | None) -> Iterator[_Entry]:
    start = since.isoformat() if since else ""
    if start:
        sums = "SELECT account_id, sum(amount) FROM posting WHERE day < ? GROUP BY account_id HAVING sum(amount) <> 0"
        before = con.execute(sums, (start,)).fetchall()
        if before:
            yield _Entry(start, "", "", "brought forward", "", before)
    rows = con.execute(POSTED, {"since": start, "until": until.isoformat() if until else "9999"})
    for (_id, day, no, party, purpose, document), group in groupby(rows, key=lambda row: row[:6]):
        yield _Entry(day, no, party, purpose, document, [(row[6], row[7]) for row in group])


def _names(con: sqlite3.Connection, *, lower: bool) -> dict[int, tuple[str, str]]:
    """Account id -> its name there, and its name here. Roots as both programs expect them; a code used twice after cleaning gets its id."""
    found: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for account, code, name, kind in con.execute("SELECT id, code, name, kind FROM account ORDER BY id"):
        leaf = "".join(sign if sign.isalpha() or sign.isdecimal() else "-" for sign in code).strip("-") or "account"
        leaf = leaf[0].upper() + leaf[1:]
        if not (leaf[0].isupper() or leaf[0].isdecimal()):  # beancount: a name begins with a capital or a digit
            leaf = f"{account}-{leaf}"
        root = ROOTS.get(kind, "Assets")
        whole = f"{root}:{leaf}" if f"{root}:{leaf}".casefold() not in taken else f"{root}:{leaf}-{account}"
        taken.add(whole.casefold())
        found[account] = (whole.lower() if lower else whole, name)
    return found


def _amount(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _line(*texts: str) -> str:
    """Texts of a person on one line: no control signs, nothing that begins a comment there."""
    return " ".join(" ".join(safe(text).split()).replace(";", ",").replace("|", "/") for text in texts if text).strip()


def _hledger(entries: list[_Entry], names: dict[int, tuple[str, str]], currency: str, _first: str, note: str) -> Iterator[str]:
    yield f"; {_line(note)}\ndecimal-mark .\ncommodity 1000.00 {currency}\n"
    for whole, name in names.values():
        yield f"account {whole}  ; {_line(name)}\n"
    for payee in sorted({_line(entry.party) for entry in entries if entry.party}):
        yield f"payee {payee}\n"
    yield "payee -\n"
    for entry in entries:
        code = f"({_line(entry.no).replace(')', '')}) " if entry.no else ""
        about = _line(entry.purpose)
        yield f"\n{entry.day} {code}{_line(entry.party) or '-'}{' | ' + about if about else ''}\n"
        if entry.document:
            yield f"    ; document: {_line(entry.document).replace(',', ' ')}\n"
        for account, cents in entry.postings:
            yield f"    {names[account][0]}  {_amount(cents)} {currency}\n"


def _quoted(text: str) -> str:
    return '"' + " ".join(safe(text).split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _beancount(entries: list[_Entry], names: dict[int, tuple[str, str]], currency: str, first: str, note: str) -> Iterator[str]:
    yield f'; {_line(note)}\noption "operating_currency" "{currency}"\n'
    for whole, name in names.values():
        yield f"{first} open {whole} {currency}\n  name: {_quoted(name)}\n"
    for entry in entries:
        yield f"\n{entry.day} * {_quoted(entry.party)} {_quoted(entry.purpose)}\n"
        if entry.no:
            yield f"  number: {_quoted(entry.no)}\n"
        if entry.document:
            yield f"  document-no: {_quoted(entry.document)}\n"
        for account, cents in entry.postings:
            yield f"  {names[account][0]}  {_amount(cents)} {currency}\n"
