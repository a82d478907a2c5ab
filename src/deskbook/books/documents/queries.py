"""Ask where papers lie, what was printed, and which numbers were given out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from deskbook.books.documents.labels import KINDS, WORDINGS
from deskbook.core.check import Rule
from deskbook.core.files import sha256_of
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_terms
from deskbook.core.store import Look
from deskbook.core.words import LANGUAGES, N_, _

PAPER_KINDS = {
    "contract": N_("contract"),
    "quote": N_("quote"),
    "order": N_("their order"),
    "delivery": N_("delivery note"),
    "invoice": N_("invoice"),
    "bill": N_("supplier's bill"),
    "receipt": N_("receipt"),
    "review sheet": N_("review sheet"),
    "notice": N_("payment notice"),
    "certificate": N_("certificate"),
    "letter": N_("letter"),
    "other": N_("other paper"),
}
"""Kinds of papers in the register."""
ORIGINALS = {"held": N_("in hand"), "missing": N_("missing"), "not needed": N_("not needed")}
WHOSE = {"program": N_("the program's"), "office": N_("the office's")}
EVERY = N_("every")
NUMBERED = {
    "order": N_("order"),
    "shipment": N_("shipment"),
    "purchase": N_("purchase"),
    "entry": N_("day-book entry"),
    "quote": N_("quote"),
    "claim": N_("claim"),
    "bill": N_("bill"),
    "payment": N_("payment"),
    "return": N_("return"),
    "notice": N_("payment notice"),
}
NUMBER_STATES = {"": "", "void": N_("void"), "cancelled": N_("cancelled"), "bounced": N_("bounced")}

PAPERS = Listing(
    name="papers",
    title=N_("Papers"),
    source="v_paper",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("all", N_("all")),
        View("missing", N_("original missing"), "original = 'missing'"),
        View("unplaced", N_("held, place unknown"), "original = 'held' AND place = ''"),
        View("bare", N_("nothing attached"), "file = ''"),
    ),
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("kind", N_("kind"), Show.WORD, width=13, words=PAPER_KINDS),
        Column("no", N_("number"), Show.CODE, width=12),
        Column("party", N_("name"), width=14, grows=True),
        Column("place", N_("lies in"), width=14),
        Column("original", N_("original"), Show.WORD, width=10, words=ORIGINALS),
        Column("attached", N_("file"), width=4, screen_only=True),
        Column("deal", N_("deal"), Show.CODE, width=12, wide=True),
        Column("year", N_("year"), Show.CODE, width=5, wide=True),
        Column("note", N_("note"), width=20, wide=True),
        Column("file", N_("attachment"), export_only=True),
        Column("sha256", N_("SHA-256"), Show.CODE, export_only=True),
    ),
)
ARCHIVE = Listing(
    name="archive",
    title=N_("Archive"),
    source="v_archive",
    order="year",
    descending=True,
    find=("find",),
    views=(View("all", N_("all")), View("missing", N_("something missing"), "missing > 0")),
    columns=(
        Column("year", N_("year"), Show.CODE, width=5),
        Column("party", N_("name"), width=16, grows=True),
        Column("papers", N_("papers"), Show.COUNT, width=7),
        Column("missing", N_("missing"), Show.COUNT, width=9),
        Column("files", N_("files"), Show.COUNT, width=6),
        Column("places", N_("places", "of papers"), width=24),
    ),
)
UNFILED = Listing(
    name="unfiled",
    title=N_("Records without a paper"),
    source="v_unfiled",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("must", N_("contracts and bills to file"), "id IN (SELECT id FROM v_to_file)"),
        View("contracts", N_("orders"), "kind = 'contract'"),
        View("bills", N_("suppliers' bills"), "kind = 'bill'"),
        View("deliveries", N_("delivery notes"), "kind = 'delivery'"),
        View("receipts", N_("receipts"), "kind = 'receipt'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("kind", N_("kind"), Show.WORD, width=15, words=PAPER_KINDS),
        Column("no", N_("number"), Show.CODE, width=12),
        Column("party", N_("name"), width=16, grows=True),
    ),
)
PRINTINGS = Listing(
    name="printings",
    title=N_("Printed"),
    source="v_printing",
    order="at",
    descending=True,
    find=("find",),
    day="day",
    columns=(
        Column("at", N_("printed", "when"), Show.MOMENT, width=16),
        Column("kind", N_("kind"), Show.WORD, width=14, words=KINDS),
        Column("no", N_("number"), Show.CODE, width=12),
        Column("party", N_("name"), width=14, grows=True),
        Column("nth", N_("copy", "of a print"), Show.COUNT, width=5),
        Column("language", N_("language"), Show.WORD, width=10, words=LANGUAGES),
        Column("paper", N_("paper", "size"), Show.CODE, width=6),
        Column("deal", N_("deal"), Show.CODE, width=12, wide=True),
        Column("file", N_("file", "written"), width=24, wide=True),
        Column("sha256", N_("SHA-256"), Show.CODE, export_only=True),
    ),
)
NUMBERS = Listing(
    name="numbers",
    title=N_("Numbers given out"),
    source="v_number",
    order="no",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("all", N_("all")),
        View("void", N_("void: taken back"), "state = 'void'"),
        View("cancelled", N_("cancelled"), "state = 'cancelled'"),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=13),
        Column("kind", N_("kind"), Show.WORD, width=15, words=NUMBERED),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("party", N_("name"), width=16, grows=True),
        Column("state", N_("state"), Show.WORD, width=10, words=NUMBER_STATES),
        Column("series", N_("series", "of numbers"), Show.CODE, width=7, wide=True),
    ),
)
WORDINGS_LISTING = Listing(
    name="wordings",
    title=N_("Wordings of documents"),
    source="v_wording",
    columns=(
        Column("kind", N_("document"), Show.WORD, width=26, words=WORDINGS, grows=True),
        Column("language", N_("language"), Show.WORD, width=12, words={"": EVERY, **LANGUAGES}),
        Column("paper", N_("paper", "size"), Show.WORD, width=8, words={"": EVERY}),
        Column("whose", N_("wording"), Show.WORD, width=14, words=WHOSE),
    ),
)


class Record(NamedTuple):
    """A record that has papers. kind: of the paper it usually has; day: ISO."""

    no: str
    party: int | None
    deal: str
    day: str
    kind: str


_DEAL = "coalesce((SELECT iif(o.deal = '', o.no, o.deal) FROM sales_order o WHERE o.id = {order}), '')"
RECORDS = {
    "quotes": "SELECT no, customer_id, deal, day, 'quote' FROM quote WHERE id = :row",
    "orders": "SELECT no, customer_id, iif(deal = '', no, deal), day, 'contract' FROM sales_order WHERE id = :row",
    "shipments": f"SELECT h.no, x.customer_id, {_DEAL.format(order='h.order_id')}, coalesce(h.shipped_on, h.day), 'delivery'"
    " FROM shipment h JOIN sales_order x ON x.id = h.order_id WHERE h.id = :row",
    "returns": f"SELECT g.no, g.customer_id, {_DEAL.format(order='g.order_id')}, g.day, 'other' FROM goods_return g WHERE g.id = :row",
    "purchases": "SELECT no, supplier_id, '', day, 'order' FROM purchase WHERE id = :row",
    "claims": f"SELECT iif(k.side = 'payable' AND k.their_no <> '', k.their_no, k.no), k.party_id, {_DEAL.format(order='k.order_id')}, k.day,"
    " iif(k.side = 'payable', 'bill', 'invoice') FROM claim k WHERE k.id = :row",
    "payments": f"SELECT p.no, p.party_id, {_DEAL.format(order='p.order_id')}, p.day, 'receipt' FROM payment p WHERE p.id = :row",
    "notices": "SELECT no, party_id, '', day, 'notice' FROM notice WHERE id = :row",
    "parties": "SELECT coalesce(code, ''), id, '', (SELECT day FROM office_day), 'other' FROM party WHERE id = :row",
    "entries": "SELECT coalesce(nullif(document, ''), no), party_id, '', day, 'receipt' FROM entry WHERE id = :row",
}
"""The books whose records have papers."""


def record(look: Look, book: str, row: int) -> Record | None:
    """What the register takes over from a record; None for a book without papers, and where there is no such row."""
    found = look.row(RECORDS[book], row=row) if book in RECORDS else None
    return Record(*found) if found else None


TABLES = {
    "quote": "quote",
    "contract": "sales_order",
    "review sheet": "sales_order",
    "delivery": "shipment",
    "notice": "notice",
    "receipt": "payment",
}
"""The table of the numbered record a kind prints; the statement is of a party, the day sheet of a day."""


def numbered(look: Look, kind: str, no: str) -> int:
    """The row of the record with that number that a kind prints. Refusal where there is none."""
    row = look.value(f"SELECT id FROM {TABLES[kind]} WHERE no = :no COLLATE NOCASE", no=no.strip())
    if row is None:
        raise Refusal("number", N_("There is no record “{no}” to print a {kind} of."), no=no, kind=_(KINDS[kind]))
    return int(row)


def has_account(look: Look, party: int) -> bool:
    """Whether there is a statement of a party: of a customer, and of who owed us anything."""
    sql = "SELECT 1 FROM party WHERE id = :id AND customer UNION ALL SELECT 1 FROM claim WHERE party_id = :id AND side = 'receivable' LIMIT 1"
    return look.value(sql, id=party) is not None


class PaperRow(NamedTuple):
    """A paper as the screens need it."""

    id: int
    kind: str
    no: str
    party_id: int | None
    party: str | None
    deal: str
    book: str
    book_id: int | None
    day: str
    place: str
    original: str
    file: str
    sha256: str
    note: str


def paper(look: Look, row: int) -> PaperRow | None:
    """One paper; None where there is none."""
    found = look.row(f"SELECT {', '.join(PaperRow._fields)} FROM v_paper WHERE id = :row", row=row)
    return PaperRow(*found) if found else None


def papers_of(look: Look, book: str, row: int) -> list[PaperRow]:
    """The papers of a record."""
    names = ", ".join(PaperRow._fields)
    return [
        PaperRow(*found) for found in look.rows(f"SELECT {names} FROM v_paper WHERE book = :book AND book_id = :row ORDER BY id", book=book, row=row)
    ]


def printings_of(look: Look, book: str, row: int, limit: int = 5) -> list[tuple[str, int, str, str, int]]:
    """The newest printings of a record: kind, nth, moment, language, id."""
    sql = "SELECT kind, nth, at, language, id FROM printing WHERE book = :book AND book_id = :row ORDER BY id DESC LIMIT :limit"
    return look.rows(sql, book=book, row=row, limit=limit)


def usual_paper(look: Look, kind: str) -> str:
    """The paper the office prints a kind on."""
    from deskbook.books.documents.labels import SIZES, USUAL

    own = look.value("SELECT value FROM office WHERE name = :name", name=f"paper_{kind.replace(' ', '_')}")
    return str(own) if own in SIZES else USUAL.get(kind, "A4")


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Papers by number, place, note, attachment or party."""
    terms = find_terms(text)
    if not terms:
        return []
    where = " AND ".join(f"find LIKE :t{n}" for n in range(len(terms)))
    rows = look.rows(
        f"SELECT id, kind, no, party, place FROM v_paper WHERE {where} ORDER BY id DESC LIMIT :limit",
        limit=limit,
        **{f"t{n}": f"%{term}%" for n, term in enumerate(terms)},
    )
    return [
        ("papers", row, f"{_(PAPER_KINDS.get(str(kind), str(kind)))} {no}".strip(), " ".join(filter(None, (party, place))))
        for row, kind, no, party, place in rows
    ]


# -- what must hold --------------------------------------------------------------------------------------------------------


def attachments_folder(book: Path) -> Path:
    """Where the attachments of a book lie: beside it."""
    return book.parent / "attachments"


def book_file(look: Look) -> Path | None:
    """The file a look reads from; None for a private copy in memory."""
    name = look.value("SELECT file FROM pragma_database_list WHERE name = 'main'")
    return Path(name) if name else None


def attachments(look: Look) -> list[str]:
    """Attachments that are gone, or are not as they were attached."""
    book = look.home or book_file(look)
    if book is None:
        return []
    found = []
    for file, sha256 in look.rows("SELECT file, sha256 FROM paper WHERE file <> '' ORDER BY id"):
        path = attachments_folder(book) / file
        try:
            if sha256_of(path) != sha256:
                found.append(_(N_("{file} was changed since it was attached (SHA-256 {digest})"), file=file, digest=sha256))
        except Refusal:
            found.append(_(N_("{file} is not in the folder of attachments (SHA-256 {digest})"), file=file, digest=sha256))
    return found


def wordings(look: Look) -> list[str]:
    """Wordings of the office that cannot be used."""
    if look.value("SELECT 1 FROM template LIMIT 1") is None:
        return []
    from deskbook.books.documents.wording import faults

    return faults(look)


_EXISTS = " UNION ALL ".join(
    f"SELECT '{book}', id FROM {table}"
    for book, table in (
        ("quotes", "quote"),
        ("orders", "sales_order"),
        ("shipments", "shipment"),
        ("returns", "goods_return"),
        ("purchases", "purchase"),
        ("claims", "claim"),
        ("payments", "payment"),
        ("notices", "notice"),
        ("parties", "party"),
        ("entries", "entry"),
    )
)
RULES = (
    Rule(
        N_("What was printed, and what has a paper, is a record of the book."),
        f"""SELECT kind || ' ' || no FROM (SELECT kind, no, book, book_id FROM printing WHERE book <> 'ledger'
                 UNION ALL SELECT kind, no, book, book_id FROM paper WHERE book <> '')
             WHERE (book, book_id) NOT IN ({_EXISTS}) ORDER BY 1""",
    ),
    Rule(
        N_("Of a document, no two printings are the same copy."),
        "SELECT kind || ' ' || no || ' ' || nth FROM printing GROUP BY book, book_id, kind, nth HAVING count(*) > 1 ORDER BY 1",
    ),
    Rule(N_("Every attachment is there, as it was attached."), prove=attachments),
    Rule(N_("The office's wordings can be printed."), prove=wordings),
)
