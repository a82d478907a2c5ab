"""The day sheet as rows, for a spreadsheet or a program: what the page says, and all of it where the page had to add up."""
from __future__ import annotations

from collections.abc import Iterator

from deskbook.books.ledger.sheet import DaySheet, SheetGoods
from deskbook.core.listing import Column, Show
from deskbook.core.words import N_

PARTS = {"account": N_("Accounts"), "money": N_("Money in and out"), "sent": N_("Goods sent"), "received": N_("Goods received")}
"""The parts of the sheet, in their order."""

COLUMNS = (
    Column("part", N_("kind"), Show.WORD, words=PARTS, width=18),
    Column("day", N_("day"), Show.DAY, width=10),
    Column("no", N_("number"), Show.CODE, width=12),
    Column("account", N_("account"), width=12),
    Column("party", N_("party"), width=20),
    Column("purpose", N_("purpose"), width=24),
    Column("document", N_("document"), Show.CODE, width=14),
    Column("opening", N_("opening"), Show.MONEY, width=12),
    Column("taken_in", N_("in"), Show.MONEY, width=12),
    Column("paid_out", N_("out"), Show.MONEY, width=12),
    Column("closing", N_("closing"), Show.MONEY, width=12),
    Column("counted", N_("counted"), Show.MONEY, width=12),
    Column("difference", N_("difference"), Show.MONEY, width=12),
    Column("code", N_("code"), Show.CODE, width=16),
    Column("qty", N_("quantity"), Show.QUANTITY, width=10),
    Column("note", N_("note"), width=24),
)
"""What a row may say; each part fills its own columns."""

Row = tuple[object, ...]


def sheet_rows(sheet: DaySheet) -> Iterator[Row]:
    """One row an account, a day-book line, and an item of a paper; values by COLUMNS: cents, 1/1000, None where a part has no such column."""
    for account in sheet.accounts:
        yield _row(
            "account", sheet.day, account=account.name, opening=account.opening, taken_in=account.taken_in, paid_out=account.paid_out,
            closing=account.closing, counted=account.counted, difference=account.difference,
        )
    for line in sheet.lines:
        yield _row(
            "money", line.paper_day or sheet.day, no=line.no, account=line.account, party=line.party, purpose=line.purpose, document=line.document,
            taken_in=line.taken_in or None, paid_out=line.paid_out or None, note=line.mark,
        )
    yield from _goods("sent", sheet.day, sheet.sent)
    yield from _goods("received", sheet.day, sheet.received)


def _goods(part: str, day: str, papers: tuple[SheetGoods, ...]) -> Iterator[Row]:
    for paper in papers:
        for code, qty in paper.items:
            yield _row(part, day, no=paper.no, party=paper.party, code=code, qty=qty, note=paper.note)


def _row(part: str, day: str, **values: object) -> Row:
    return (part, day, *(values.get(column.name) for column in COLUMNS[2:]))
