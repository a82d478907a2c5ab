"""What goes out: the rows of a listing as a file, the same rows as on the screen, all read at one moment of the book."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from deskbook.core import days
from deskbook.core.files import atomic, refuse_open_folder
from deskbook.core.listing import Ask, Listing, Show
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.text import safe
from deskbook.core.window import order_of, select, select_unordered, where_of
from deskbook.core.words import N_, listed, say
from deskbook.exchange.moment import SMALL, Moment, large, moment, position

WHAT = {
    "parties": "parties.queries:PARTIES",
    "items": "items.queries:ITEMS",
    "stock": "stock.queries:STOCK",
    "low-stock": "stock.queries:LOW_STOCK",
    "moves": "stock.queries:MOVES",
    "places": "stock.listings:PLACES",
    "stock-by-place": "stock.listings:STOCK_BY_PLACE",
    "purchases": "purchases.queries:PURCHASES",
    "purchase-lines": "purchases.queries:PURCHASE_LINES",
    "orders": "orders.listings:ORDERS",
    "order-lines": "orders.listings:ORDER_LINES",
    "quotes": "quotes.queries:QUOTES",
    "quote-lines": "quotes.queries:QUOTE_LINES",
    "deals": "orders.deals:DEALS",
    "shipments": "shipments.queries:SHIPMENTS",
    "outbound": "shipments.queries:OUTBOUND",
    "returns": "returns.queries:RETURNS",
    "return-lines": "returns.queries:RETURN_LINES",
    "incidents": "returns.queries:INCIDENTS",
    "incident-months": "returns.queries:INCIDENT_MONTHS",
    "lost-months": "orders.listings:LOST_MONTHS",
    "ledger": "ledger.queries:LEDGER",
    "accounts": "ledger.queries:ACCOUNTS",
    "claims": "receivables.listings:CLAIMS",
    "claim-lines": "receivables.listings:CLAIM_LINES",
    "payments": "receivables.listings:PAYMENTS",
    "allocations": "receivables.listings:ALLOCATIONS",
    "ageing": "receivables.ageing:AGEING",
    "ageing-lines": "receivables.ageing:AGEING_LINES",
    "statement": "receivables.ageing:STATEMENT",
    "chase": "receivables.chase:CHASE",
    "claim-holds": "receivables.chase:PROMISES",
    "notices": "receivables.chase:NOTICES",
    "chase-levels": "receivables.chase:LEVELS",
    "postings": "reports.queries:POSTINGS",
    "sales": "reports.queries:SALE_LINES",
    "sent-reports": "reports.queries:SENT",
    "prices": "items.price_listings:PRICES",
    "series": "series.queries:SERIES",
    "papers": "documents.queries:PAPERS",
    "archive": "documents.queries:ARCHIVE",
    "unfiled": "documents.queries:UNFILED",
    "printings": "documents.queries:PRINTINGS",
    "numbers": "documents.queries:NUMBERS",
    "wordings": "documents.queries:WORDINGS_LISTING",
    "tasks": "tasks.queries:TASKS",
    "journal": "journal.queries:STEPS",
}
"""Name on the command line -> where its listing is declared."""
FORMATS = ("csv", "xlsx", "jsonl")
JOURNALS = ("hledger", "beancount")
"""Formats of the ledger alone: all of its postings, as those programs read them."""
BY_POSTING_DAY = {
    "stock": {"reserved", "available", "on_order", "next_arrival", "projected", "minimum", "last_move"},
    "moves": set(),
    "ledger": set(),
    "ageing": set(),
    "ageing-lines": set(),
    "outbound": set(),
}
"""Asked as of a past day, these tell goods and money by the days of their postings, late papers with them; and the columns that cannot be told so.

All other lists are read from the book as it stood at the end of that day, walked back by its journal.
"""
OF_ITS_DAY = frozenset({"ageing", "ageing-lines"})
"""Of those, what reckons back to a past day by itself: the book of now answers."""


@lru_cache
def listing_of(what: str) -> Listing:
    """The listing of a name of WHAT, named so. Refusal where there is none of that name."""
    if what not in WHAT:
        raise Refusal("what", N_("There is no export “{what}”; there are: {names}."), what=what, names=listed([*WHAT, "day-sheet"]))
    module, _colon, name = WHAT[what].partition(":")
    listing = exported(getattr(import_module(f"deskbook.books.{module}"), name))
    return listing if listing.name == what else replace(listing, name=what)


def exported(listing: Listing) -> Listing:
    """A listing with the columns an export has."""
    columns = tuple(column for column in listing.columns if not column.screen_only)
    return listing if columns == listing.columns else replace(listing, columns=columns)


def write(
    held: Moment, listing: Listing, ask: Ask, out: BinaryIO, *, form: str = "csv", raw: bool = False, language: str = "en", noted: bool = False
) -> int:
    """Write the rows of a listing to an open binary file; returns how many.

    noted: the file's first line is its position: in a csv above the headings, for programs (jsonl, raw) as JSON. A workbook always has it, in its
    properties.
    """
    from deskbook.exchange import stream_table, write_table

    columns = exported(listing).columns
    if form in ("csv", "jsonl"):
        sql, params = select_unordered(listing, ask)
        key = stream_table.Key(*order_of(listing, ask))
        if form == "csv":
            note = (held.record() if raw else held.note(language)) if noted else None
            return stream_table.stream_csv(held.con, sql, params, columns, out, raw=raw, language=language, note=note, key=key)
        if noted:
            out.write(held.record().encode() + b"\n")
        return stream_table.stream_jsonl(held.con, sql, params, columns, out, key=key)
    sql, params = select(listing, ask)
    rows = write_table.rows_of(held.con, sql, params, columns)
    from deskbook.exchange.write_workbook import write_xlsx

    return write_xlsx(out, columns, rows, language=language, title=say(listing.title, language), note=held.note(language))


PARTY = ("party_id", "customer_id", "supplier_id")
"""The columns of a list that say whose a row is, the first that it has."""


def only_of(path: Path, listing: Listing, party: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What holds for the rows of one party, by its code or its whole name, with what was merged into it. Refusal where that is not one party."""
    from deskbook.core.connection import connect, explained
    from deskbook.core.migrate import recognise

    with explained(path), closing(connect(path, writes=False)) as con:
        recognise(con, path)
        names = {str(column[0]) for column in con.execute(f"SELECT * FROM {listing.source} LIMIT 0", where_of(listing, Ask())[1]).description}
        column = "id" if listing.source == "v_party" else next((name for name in PARTY if name in names), None)
        if column is None:
            raise Refusal("party", N_("{listing} has no party to choose by; leave out --party."), listing=listing.name)
        party_id = party_called(con, party)
        ids = con.execute("SELECT id FROM party WHERE id = ? OR merged_into_id = ? ORDER BY id", (party_id, party_id))
        return ((column, tuple(int(row) for (row,) in ids)),)


def party_called(con: sqlite3.Connection, party: str) -> int:
    """The id of the party with that code or whole name, or of the one it was merged into. Refusal where that is not one party."""
    for whose in ("code", "name"):
        sql = f"SELECT DISTINCT coalesce(merged_into_id, id) FROM party WHERE {whose} = ? COLLATE NOCASE AND void = 0"
        found = [int(row) for (row,) in con.execute(sql, (party.strip(),))]
        if len(found) > 1:
            raise Refusal("party", N_("{count} parties are called “{text}”; give the code."), count=len(found), text=party)
        if found:
            return found[0]
    raise Refusal("party", N_("There is no party “{party}”; it goes by its code or its whole name."), party=party)


def asked(listing: Listing, *, view: str = "", since: date | None = None, until: date | None = None, find: str = "") -> Ask:
    """The question of an export: all rows, unless a view is named. Refusal that names what cannot be asked."""
    names = [v.name for v in listing.views]
    if view and view not in names:
        raise Refusal("view", N_("{listing} has no view “{view}”; it has: {names}."), listing=listing.name, view=view, names=listed(names))
    if (since or until) and listing.day is None:
        raise Refusal("from", N_("{listing} has no day to choose by; leave out --from and --to."), listing=listing.name)
    if find and not listing.find:
        raise Refusal("find", N_("{listing} has no words to find by; leave out --find."), listing=listing.name)
    return Ask(view=view or ("all" if "all" in names else ""), since=since, until=until, find=find)


def export(
    path: Path,
    what: str,
    output: Path | None,
    *,
    form: str = "",
    view: str = "",
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    find: str = "",
    party: str = "",
    raw: bool = False,
    noted: bool = False,
    language: str = "en",
) -> tuple[int, str]:
    """Write one export to a file (atomic, 0600) or, for None, to standard output. Returns how many rows, and the position it was made at.

    party: only its rows, by its code or whole name.
    as_of: what was so at the end of a past day: goods and money by posting day (BY_POSTING_DAY), the rest as the book stood.
    form: one of FORMATS; "" is csv, and of the day sheet the page as text; of the ledger also one of JOURNALS.
    """
    if form in JOURNALS:
        return _journal(path, what, output, form, since, as_of or until, view or find or party, language)
    if form and form not in FORMATS:
        raise Refusal("format", N_("There is no format “{form}”; there are: {names}."), form=form, names=listed(FORMATS))
    if what == "day-sheet":
        chosen = {"view": view, "find": find, "party": party, "from": since if until and since != until else None}
        if wrong := next((name for name, value in chosen.items() if value), ""):
            raise Refusal(wrong, N_("{listing} is the page of one day; leave out {option}."), listing=what, option=f"--{wrong}")
        return _day_sheet(path, output, as_of or until or since, form, raw, noted, language)
    form = form or "csv"
    listing = listing_of(what)
    if as_of is not None:
        if as_of > days.today():
            raise Refusal("as_of", N_("{day} is still to come."), day=days.echo_day(as_of))
        listing = replace(listing, columns=tuple(c for c in listing.columns if c.name not in BY_POSTING_DAY.get(what, ())))
    only = only_of(path, listing, party) if party else ()
    ask = asked(listing, view=view, since=since, until=until, find=find).but(today=as_of, only=only)

    def written(held: Moment, out: BinaryIO) -> tuple[int, str]:
        return write(held, listing, ask, out, form=form, raw=raw, language=language, noted=noted), held.note(language)

    if output is not None and as_of is None and form != "xlsx" and large(path) and (done := _in_passing(path, listing, ask, output, written)):
        return done
    back = None if what in OF_ITS_DAY else as_of
    with _open(output) as out, moment(path, as_of=back, posted=what in BY_POSTING_DAY) as held:
        return written(replace(held, day=as_of, posted=as_of is not None) if what in OF_ITS_DAY else held, out)


class _MeanwhileError(Exception):
    """The book was written to while it was read."""


def _in_passing(
    path: Path, listing: Listing, ask: Ask, output: Path, written: Callable[[Moment, BinaryIO], tuple[int, str]]
) -> tuple[int, str] | None:
    """Export from a large book where it lies, a batch of rows at a time, so that no commit waits for more than one of them.

    None, and no file, when the rows cannot be had in batches, or when something was committed meanwhile: then they are of no one moment.
    """
    from deskbook.core.connection import connect, explained
    from deskbook.core.migrate import recognise
    from deskbook.exchange.stream_table import Key, in_batches

    with explained(path):
        con = connect(path, writes=False)
        try:
            recognise(con, path)
            version = con.execute("PRAGMA data_version").fetchone()
            if not in_batches(con, *select_unordered(listing, ask), Key(*order_of(listing, ask))):
                return None
            with _open(output) as out:
                done = written(position(con), out)
                if con.execute("PRAGMA data_version").fetchone() != version:
                    raise _MeanwhileError
            return done
        except _MeanwhileError:
            return None
        finally:
            con.close()


def report(
    path: Path, name: str, output: Path | None, *, form: str = "", since: date, until: date, choice: str = "", raw: bool = False, language: str = "en"
) -> tuple[int, str]:
    """Write a report of a period as export does: the same rows as on its screen. Refusal that names what cannot be asked."""
    from deskbook.books.reports.made import Period, listing_of
    from deskbook.books.reports.queries import REPORTS
    from deskbook.core import words
    from deskbook.core.store import Look

    found = {each.name: each for each in REPORTS}.get(name)
    if found is None:
        raise Refusal("name", N_("There is no report “{report}”; there are: {names}."), report=name, names=listed(each.name for each in REPORTS))
    if choice and choice not in found.choices:
        names = listed(found.choices) or "–"
        raise Refusal("by", N_("{report} has no choice “{choice}”; it has: {names}."), report=name, choice=choice, names=names)
    if until < since:
        raise Refusal("to", N_("The last day is before the first."))
    if form and form not in FORMATS:
        raise Refusal("format", N_("There is no format “{form}”; there are: {names}."), form=form, names=listed(FORMATS))
    before = words.language()
    words.use(language)
    try:
        with _open(output) as out, moment(path) as held:
            made = found.make(Look(held.con), Period(since, until), choice)
            listing = listing_of(made, name=name, title=f"{say(found.title, language)} · {Period(since, until).name}")
            count = write(held, listing, Ask(), out, form=form or "csv", raw=raw, language=language)
            return count, held.note(language)
    finally:
        words.use(before)


def _journal(
    path: Path, what: str, output: Path | None, form: str, since: date | None, until: date | None, chosen: str, language: str
) -> tuple[int, str]:
    """The entries of a period, whole, or no other program could add them up."""
    from deskbook.exchange.journals import write_journal

    if what != "ledger":
        raise Refusal("format", N_("{format} is a format of the ledger; there are: {names}."), format=form, names=listed(FORMATS))
    if chosen:
        raise Refusal("format", N_("A journal for {format} holds all entries of its days; leave out --view, --find and --party."), format=form)
    with _open(output) as out, moment(path) as held:
        note = held.note(language)
        return write_journal(held.con, out, form=form, since=since, until=until, note=note), note


def _day_sheet(path: Path, output: Path | None, day: date | None, form: str, raw: bool, noted: bool, language: str) -> tuple[int, str]:
    """The page as text, or (form) all of it as rows; noted: as of write."""
    from deskbook.books.ledger.sheet import day_sheet, sheet_text
    from deskbook.books.ledger.sheet_rows import COLUMNS, sheet_rows
    from deskbook.core import words
    from deskbook.core.store import Look

    before = words.language()
    words.use(language)
    try:
        with _open(output) as out, moment(path) as held:
            sheet, note = day_sheet(Look(held.con), day or days.today()), held.note(language)
            if not form:
                lines = sheet_text(sheet)
                out.write(("\n".join(lines) + "\n").encode())
                return len(lines), note
            from deskbook.exchange import write_table, write_workbook

            if form == "csv":
                first = (held.record() if raw else note) if noted else None
                return write_table.write_csv(out, COLUMNS, sheet_rows(sheet), raw=raw, language=language, note=first), note
            if form == "jsonl":
                if noted:
                    out.write(held.record().encode() + b"\n")
                return write_table.write_jsonl(out, COLUMNS, sheet_rows(sheet)), note
            title = f"{say(N_('Day sheet'), language)} {sheet.day}"
            return write_workbook.write_xlsx(out, COLUMNS, sheet_rows(sheet), language=language, title=title, note=note), note
    finally:
        words.use(before)


def _visible(data: bytes) -> bytes:
    """An export for a terminal: what a text hides is made visible, so that it cannot move the terminal. Files and pipes get every byte."""
    text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    return "\n".join(map(safe, text.split("\n"))).encode()


@contextmanager
def _open(output: Path | None) -> Iterator[BinaryIO]:
    if output is not None:
        refuse_open_folder(output.absolute().parent)
        with atomic(output) as out:
            yield out
        return
    with SpooledTemporaryFile(max_size=SMALL) as made:
        yield cast(BinaryIO, made)  # a pager that reads slowly holds up no commit: the book is let go of before a byte is written
        made.seek(0)
        try:
            if sys.stdout.isatty():
                sys.stdout.buffer.write(_visible(made.read()))
            else:
                copyfileobj(made, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise Trouble(N_("The program that reads the export stopped reading.")) from None


def totals(con: sqlite3.Connection, listing: Listing, ask: Ask) -> tuple[int, dict[str, int]]:
    """How many rows an export has, and the sums of its money and quantity columns, as stored integers."""
    sql, params = select(listing, ask)
    names = [c.name for c in listing.columns if c.show in (Show.MONEY, Show.QUANTITY)]
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
    count, *found = con.execute(f"SELECT count(*){', ' + sums if sums else ''} FROM ({sql})", params).fetchone()
    return int(count), dict(zip(names, map(int, found), strict=True))
