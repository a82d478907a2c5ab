"""What stands on each document, read from one look: plain names to texts as they are printed, ready for a template.

Every value is a text already written in the document's language ("" where there is none), so that a template cannot print cents or codes of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deskbook.books.documents import deal_facts, money_facts
from deskbook.books.documents.document import Document, Facts
from deskbook.books.documents.labels import KINDS, LABELS, SIZES, TITLES
from deskbook.books.documents.written import Written, made_safe
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import LANGUAGES, N_, listed

BOOKS = {
    "quote": "quotes",
    "contract": "orders",
    "review sheet": "orders",
    "delivery": "shipments",
    "notice": "notices",
    "statement": "parties",
    "receipt": "payments",
    "day sheet": "ledger",
}
"""The book whose record a kind prints."""


def language_of(look: Look, kind: str, row: int) -> str:
    """The language a document is printed in: its party's, else the book's."""
    parties = {
        "quote": "SELECT customer_id FROM quote WHERE id = :row",
        "contract": "SELECT customer_id FROM sales_order WHERE id = :row",
        "delivery": "SELECT o.customer_id FROM shipment h JOIN sales_order o ON o.id = h.order_id WHERE h.id = :row",
        "notice": "SELECT party_id FROM notice WHERE id = :row",
        "statement": "SELECT :row",
        "receipt": "SELECT party_id FROM payment WHERE id = :row",
    }  # the review sheet and the day sheet stay in the house
    sql = f"SELECT language FROM party WHERE id = ({parties[kind]})" if kind in parties else ""
    own = str(look.value(sql, row=row) or "") if sql else ""
    found = own or str(look.value("SELECT value FROM office WHERE name = 'language'") or "en")
    return found if found in LANGUAGES else "en"


def document(
    look: Look, kind: str, row: int, *, language: str, paper: str, at: str, options: Mapping[str, str] | None = None
) -> tuple[Document, Facts]:
    """A document and all that its template may name. at: the moment of printing, UTC; options: what a kind asks for beside the row (PERIOD).

    Refusal where there is no such record, or it is in no state to be printed.
    """
    if kind not in KINDS:
        raise Refusal("kind", N_("There is no document “{kind}”."), kind=kind)
    if paper not in SIZES:
        raise Refusal("paper", N_("There is no paper “{paper}”; there are: {names}."), paper=paper, names=listed(SIZES))
    written = Written(language)
    made = MAKERS[kind](look, row, written, dict(options or {}))
    office: dict[str, str] = dict(look.rows("SELECT name, value FROM office"))
    nth = 1 + int(
        look.value(
            "SELECT coalesce(max(nth), 0) FROM printing WHERE book = :book AND book_id = :row AND kind = :kind",
            book=made.book,
            row=made.row,
            kind=kind,
        )
    )
    facts = {
        "company": {name: office.get(name, "") for name in ("company", "address", "phone", "bank", "tax")} | {"name": office.get("company", "")},
        "party": party_facts(look, made.party),
        "doc": {
            "kind": kind,
            "title": written.say(TITLES[kind]),
            "no": made.no,
            "deal": made.deal if made.deal != made.no else "",
            "language": language,
            "paper": "form" if paper.startswith("241") else "sheet",
            "size": SIZES[paper],
            "printed": written.moment(at),
            "again": written.say(N_("copy {n}"), n=nth) if nth > 1 else "",
            "currency": office.get("currency", ""),
        }
        | made.doc,
        "label": {name: written.say(text) for name, text in LABELS.items()},
    }
    del facts["company"]["company"]
    return made, made_safe(facts | made.more)


def party_facts(look: Look, party: int | None) -> Facts:
    """Whom a document goes to."""
    row = look.row(
        """SELECT p.name, coalesce(p.code, ''), coalesce((SELECT trim(a.text || ' ' || a.city) FROM address a WHERE a.party_id = p.id
                    ORDER BY a.kind = 'main' DESC, a.since DESC, a.id DESC LIMIT 1), ''),
                  coalesce(p.phone, ''), coalesce(p.person, '')
             FROM v_party p WHERE p.id = :party""",
        party=party,
    )
    return dict(zip(("name", "code", "address", "phone", "person"), row or ("",) * 5, strict=True))


MAKERS: Mapping[str, Callable[[Look, int, Written, Mapping[str, str]], Document]] = {
    "quote": deal_facts.quote,
    "contract": deal_facts.contract,
    "review sheet": deal_facts.review_sheet,
    "delivery": deal_facts.delivery,
    "notice": money_facts.notice,
    "statement": money_facts.statement,
    "receipt": money_facts.receipt,
    "day sheet": money_facts.day_sheet_page,
}
