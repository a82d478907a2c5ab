"""Keep the office's wordings, note what is printed, and register where papers lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.documents.facts import BOOKS, document
from deskbook.books.documents.queries import PAPER_KINDS, record
from deskbook.books.documents.tables import Paper, PaperFacts, Printing, Template
from deskbook.books.documents.wording import check_wording, render
from deskbook.books.orders.tables import SalesOrder
from deskbook.books.quotes.tables import Quote
from deskbook.books.receivables.tables import Notice
from deskbook.books.shipments.tables import Shipment
from deskbook.core.days import as_day
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import LANGUAGES, N_

PRINTED: Mapping[str, Any] = {"quote": Quote, "contract": SalesOrder, "review sheet": SalesOrder, "delivery": Shipment, "notice": Notice}
"""What a printed document stands on: it is not taken back from under its paper unless the printing is taken back too."""


# -- printing --------------------------------------------------------------------------------------------------------------


def note_printing(
    tx: Tx, *, kind: str, row: int, language: str, paper: str, at: str, sha256: str, file: str, options: Mapping[str, str] | None = None
) -> int:
    """Note that a document was printed. kind, row, options: as for facts.document; at: the UTC moment; sha256: of its file. Returns its id.

    The document is made again here, inside the step: where it would not come out alike, the book changed meanwhile and the paper is refused.
    """
    from hashlib import sha256 as hashed

    made, facts = document(tx, kind, row, language=language, paper=paper, at=at, options=options)
    html, _complaint = render(tx, kind, facts, language, paper)
    if hashed(html.encode()).hexdigest() != sha256:
        raise Refusal("row", N_("{no} changed while it was printed; print it again."), no=made.no)
    before = tx.value(
        "SELECT coalesce(max(nth), 0) FROM printing WHERE book = :book AND book_id = :row AND kind = :kind", book=made.book, row=row, kind=kind
    )
    if kind in PRINTED:
        tx.touch(PRINTED[kind], row)
    what = {"kind": kind, "no": made.no, "book": BOOKS[kind], "book_id": row, "deal": made.deal, "party_id": made.party}
    printing = tx.insert(Printing, **what, at=at, language=language, paper=paper, nth=int(before) + 1, sha256=sha256, file=clean(file, field="file"))
    tx.says(PRINTED_WORDS[kind], no=made.no or facts["party"]["name"])
    return printing


PRINTED_WORDS = {
    "quote": N_("printed quote {no}"),
    "contract": N_("printed contract {no}"),
    "review sheet": N_("printed review sheet of {no}"),
    "delivery": N_("printed delivery note {no}"),
    "notice": N_("printed payment notice {no}"),
    "statement": N_("printed statement of {no}"),
    "receipt": N_("printed receipt {no}"),
    "day sheet": N_("printed day sheet of {no}"),
}


# -- wordings --------------------------------------------------------------------------------------------------------------


def word(tx: Tx, *, kind: str, body: str, language: str = "", paper: str = "") -> int:
    """Take in the office's wording of a kind; language "": every language, paper "": every paper (A4, 241). Returns its id.

    Refusal that names the line and the placeholder of a broken one.
    """
    if language and language not in LANGUAGES:
        raise Refusal("language", N_("There is no language “{language}”."), language=language)
    if paper not in ("", "A4", "241"):
        raise Refusal("paper", N_("There is no paper “{paper}”; there are: {names}."), paper=paper, names="A4, 241")
    text = clean(body, field="body", longest=10**7, lines=True) + "\n"
    check_wording(kind, text)
    found = tx.value(
        "SELECT id FROM template WHERE kind = :kind AND language = :language AND paper = :paper", kind=kind, language=language, paper=paper
    )
    tx.says(N_("took in the office's wording of a document"))
    if found is not None:
        tx.update(Template, found, body=text)
        return int(found)
    return tx.insert(Template, kind=kind, language=language, paper=paper, body=text)


def unword(tx: Tx, *, template: int) -> None:
    """Go back to the program's own wording."""
    if tx.value("SELECT 1 FROM template WHERE id = :id", id=template) is None:
        raise Refusal("template", N_("The program's own wording stands already."))
    tx.delete(Template, template)
    tx.says(N_("went back to the program's wording of a document"))


# -- the register ----------------------------------------------------------------------------------------------------------


def register_paper(tx: Tx, *, kind: str, day: date | str | None = None, **facts: Any) -> int:
    """Register where a paper lies (PaperFacts). With book and book_id, what is not given comes from that record. Returns its id."""
    book, row = facts.get("book") or "", facts.get("book_id")
    if book and row is not None:
        found = record(tx, book, row)
        if found is None:
            raise Refusal("book_id", N_("There is no such record."))
        known: dict[str, Any] = {"no": found.no, "party_id": found.party, "deal": found.deal, "day": found.day}
        day = day or found.day
        facts = {**known, **{name: value for name, value in facts.items() if value not in (None, "")}}
    facts.pop("day", None)
    given = _facts(tx, kind=kind, day=as_day(day) or tx.today, **facts)
    paper = tx.insert(Paper, **given)
    tx.says(N_("registered a paper: {no}"), no=_named(given))
    return paper


def change_paper(tx: Tx, *, paper: int, **facts: Any) -> None:
    """Change what is known of a paper."""
    old = _row(tx, paper)
    given = _facts(tx, **({name: old[name] for name in PaperFacts.model_fields} | facts))
    tx.update(Paper, paper, **given)
    tx.says(N_("changed the paper {no}"), no=_named(given))


def drop_paper(tx: Tx, *, paper: int) -> None:
    """Take a paper off the register; its attachment stays in its folder."""
    old = _row(tx, paper)
    tx.delete(Paper, paper)
    tx.says(N_("took the paper {no} off the register"), no=_named(old))


def receive_original(tx: Tx, *, papers: Sequence[int], place: str = "") -> None:
    """The originals are here, and lie in a place ("": where the register says already)."""
    where = clean(place, field="place", longest=120)
    for paper in papers:
        old = _row(tx, paper)
        if old["original"] == "held":
            raise Refusal("papers", N_("The original of {no} is held already."), no=_named(old))
        tx.update(
            Paper,
            paper,
            **_facts(tx, **({name: old[name] for name in PaperFacts.model_fields} | {"original": "held", "place": where or old["place"]})),
        )
        tx.says(N_("the original of {no} is held"), no=_named(old))
    if len(papers) > 1:
        tx.says(N_("the originals of {count} papers are held"), count=len(papers))


def attach_file(tx: Tx, *, paper: int, file: str, sha256: str) -> None:
    """Note the attachment of a paper: the dated name it has in the folder of attachments, and its SHA-256."""
    old = _row(tx, paper)
    name = clean(file, field="file")
    if not name or "/" in name or "\\" in name or len(sha256) != 64:
        raise Refusal("file", N_("“{name}” is no name of an attachment."), name=name)
    tx.update(Paper, paper, file=name, sha256=sha256, find=_find(old | {"file": name}))
    tx.says(N_("attached {file}"), file=name)


def _named(values: Mapping[str, Any]) -> str:
    return str(values["no"] or values["note"] or values["place"] or values["day"])


def _row(tx: Tx, paper: int) -> dict[str, Any]:
    names = (*PaperFacts.model_fields, "file")
    row = tx.row(f"SELECT {', '.join(names)} FROM paper WHERE id = :paper", paper=paper)
    if row is None:
        raise Refusal("paper", N_("There is no such paper."))
    return dict(zip(names, row, strict=True))


def _facts(tx: Tx, **facts: Any) -> dict[str, Any]:
    """The columns of a paper from what is given."""
    if facts.get("kind") not in PAPER_KINDS:
        raise Refusal("kind", N_("There is no kind of paper “{kind}”."), kind=str(facts.get("kind")))
    given = PaperFacts.of(**(facts | {"day": as_day(facts["day"])}))
    if given.book_id is None and not (given.no or given.party_id or given.place or given.note or given.deal):
        raise Refusal("no", N_("Nothing tells this paper from another: give its number, its name, where it lies or a note."))
    values = given.model_dump() | {"day": given.day.isoformat()}
    if given.party_id is not None:  # what was merged into another is that one now
        values["party_id"] = tx.value("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :id AND void = 0", id=given.party_id)
        if values["party_id"] is None:
            raise Refusal("party_id", N_("There is no such party."))
    return values | {"find": _find(values)}


def _find(values: Mapping[str, Any]) -> str:
    return find_text(*(str(values.get(name) or "") for name in ("no", "deal", "place", "note", "file")))
