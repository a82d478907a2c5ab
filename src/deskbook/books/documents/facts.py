"""What stands on each document, read from one look: plain names to texts as they are printed, ready for a template.

Every value is a text already written in the document's language ("" where there is none), so that a template cannot print cents or codes of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from deskbook.books.documents.labels import KINDS, LABELS, SIZES, TITLES
from deskbook.books.documents.written import Written, made_safe
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import LANGUAGES, N_, _

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One document. book, row: the record it prints; doc: what it says of itself; more: its other names in a template (lines, total ...)."""

    kind: str
    no: str
    book: str
    row: int
    deal: str
    party: int | None
    doc: Facts
    more: Facts


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
        raise Refusal("paper", N_("There is no paper “{paper}”; there are: {names}."), paper=paper, names=", ".join(SIZES))
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
                  coalesce((SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel IN ('phone', 'mobile') ORDER BY c.id LIMIT 1), ''),
                  coalesce((SELECT c.person FROM contact c WHERE c.party_id = p.id AND c.person <> '' ORDER BY c.id LIMIT 1), '')
             FROM party p WHERE p.id = :party""",
        party=party,
    )
    return dict(zip(("name", "code", "address", "phone", "person"), row or ("",) * 5, strict=True))


def _missing(kind: str) -> Refusal:
    return Refusal("row", N_("There is no record to print a {kind} of."), kind=_(KINDS[kind]))


def _never(kind: str, no: str, state: str) -> Refusal:
    return Refusal("row", N_("{no} is {state}: no {kind} of it is printed."), no=no, state=state, kind=_(KINDS[kind]))


def _currency(look: Look) -> str:
    return str(look.value("SELECT value FROM office WHERE name = 'currency'") or "")


def _sums(look: Look, w: Written, goods: int, freight: int = 0) -> Facts:
    total = goods + freight
    return {"goods": w.money(goods), "freight": w.some(freight), "amount": w.money(total), "words": w.capital(total, _currency(look))}


def _quote(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.quotes import queries

    head = queries.head(look, row)
    if head is None:
        raise _missing("quote")
    if head.state == "void":
        raise _never("quote", head.no, _(N_("taken back")))
    lines = queries.lines_of(look, row)
    basis = f"{head.series_code} {w.price(head.basis)} ({w.day(head.basis_day)})" if head.basis else ""
    doc = {
        "day": w.day(head.sent_on or head.day, whole=True),
        "valid_until": w.day(head.valid_until, whole=True),
        "their_no": head.their_no,
        "terms": head.terms,
        "note": head.note,
        "salesperson": head.salesperson_name,
        "basis": basis,
        "replaces": head.replaces_no,
        "discounts": "yes" if any(line.discount for line in lines) else "",
    }
    shown = [
        {
            "pos": str(n),
            "code": line.code,
            "name": line.name,
            "text": line.text,
            "qty": w.quantity(line.qty),
            "unit": line.unit,
            "price": w.price(line.price),
            "discount": w.percent(line.discount),
            "amount": w.money(line.amount),
        }
        for n, line in enumerate(lines, 1)
    ]
    return Document(
        "quote", head.no, "quotes", row, head.deal, head.customer, doc, {"lines": shown, "total": _sums(look, w, sum(x.amount for x in lines))}
    )


def _order(look: Look, row: int, w: Written, kind: str) -> Document:
    from deskbook.books.orders import queries
    from deskbook.books.orders.listings import KINDS, STATES

    head = queries.head(look, row)
    if head is None:
        raise _missing(kind)
    if head.state in ("void", "cancelled") or (kind == "contract" and head.state == "review"):
        raise _never(kind, head.no, _(STATES[head.state]))
    lines = queries.as_sold(queries.lines_of(look, row))
    # a line of a kit has the name and the unit of its first part: the kit's own are its item's
    items = {line.item: look.row("SELECT name, unit FROM item WHERE id = :id", id=line.item) or ("", "") for line in lines}
    quote = look.row("SELECT no, terms FROM quote WHERE id = :id", id=head.quote) or ("", "")
    due = look.value("SELECT terms_days FROM party WHERE id = :id", id=head.customer)
    doc = {
        "day": w.day(head.day, whole=True),
        "wanted": w.day(head.wanted, whole=True),
        "their_no": head.their_no,
        "ship_to": head.ship_to,
        "carrier": head.carrier_name,
        "salesperson": head.salesperson_name,
        "quote": quote[0],
        "terms": quote[1] or w.within(due),
        "note": head.note,
        "discounts": "yes" if any(line.discount for line in lines) else "",
        "order_kind": w.word(KINDS, head.kind),
    }
    shown = [
        {
            "pos": str(n),
            "code": line.code,
            "name": items[line.item][0],
            "text": line.text,
            "qty": w.quantity(line.qty),
            "unit": items[line.item][1],
            "price": w.price(line.price),
            "discount": w.percent(line.discount),
            "amount": w.money(line.amount),
            "approved_by": line.approved_by,
        }
        for n, line in enumerate(lines, 1)
    ]
    more = {"lines": shown, "total": _sums(look, w, sum(line.amount for line in lines), head.freight)}
    return Document(kind, head.no, "orders", row, head.deal, head.customer, doc, more)


def _contract(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    return _order(look, row, w, "contract")


def _review(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.orders.deals import checks_of

    made = _order(look, row, w, "review sheet")
    checks = checks_of(look, row)
    if not checks:
        raise Refusal("row", N_("The kind of {no} has no checks: there is no review sheet of it."), no=made.no)
    made.more["checks"] = [
        {"pos": str(n), "name": c.name, "said_by": c.said_by, "said_at": w.moment(c.said_at), "note": c.note} for n, c in enumerate(checks, 1)
    ]
    return made


def _delivery(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.shipments import queries

    head = queries.head(look, row)
    if head is None:
        raise _missing("delivery")
    if head.state in ("void", "cancelled"):
        raise _never("delivery", head.no, _(queries.STATES[head.state]))
    lines = queries.check_lines(look, row)
    order = look.row("SELECT iif(deal = '', no, deal), their_no FROM sales_order WHERE id = :id", id=head.order) or ("", "")
    doc = {
        "day": w.day(head.shipped_on or head.day, whole=True),
        "order": head.order_no,
        "their_no": order[1],
        "place": head.place,
        "carrier": head.carrier,
        "waybill": head.waybill,
        "ship_to": head.ship_to,
        "checked_by": head.checked_by,
        "note": head.note,
    }
    shown = [
        {"pos": str(n), "code": line.code, "name": line.name, "text": line.text, "qty": w.quantity(line.qty, line.decimals), "unit": line.unit}
        for n, line in enumerate(lines, 1)
    ]
    units = {line.unit for line in lines}
    total = {"qty": w.quantity(sum(line.qty for line in lines)) if len(units) == 1 else "", "unit": units.pop() if len(units) == 1 else ""}
    return Document("delivery", head.no, "shipments", row, order[0], head.customer_id, doc, {"lines": shown, "total": total})


def _notice(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.receivables.chase import notice_facts

    # The first printing reads the balances again; a copy says what was asked for then, whatever was paid since.
    printed = look.value("SELECT 1 FROM printing WHERE kind = 'notice' AND book_id = :row", row=row) is not None
    facts = notice_facts(look, row, copy=printed)
    text = facts["text"] if w.language == facts["language"] else _wording(look, facts["level"], w.language)
    shown = [
        {
            "pos": str(n),
            "no": c["no"],
            "day": w.day(c["day"]),
            "due": w.day(c["due"]),
            "late": str(c["late"]),
            "their_no": c["their_no"],
            "amount": w.money(c["amount"]),
            "open": w.money(c["open"]),
        }
        for n, c in enumerate(facts["claims"], 1)
    ]
    total = {
        "open": w.money(facts["amount"]),
        "fee": w.some(facts["fee"]),
        "amount": w.money(facts["total"]),
        "words": w.capital(facts["total"], _currency(look)),
        "aside": w.some(facts["aside"]),
    }
    doc = {"day": w.day(facts["day"], whole=True), "level": str(facts["level"]), "text": text}
    return Document("notice", facts["no"], "notices", row, _one_deal(look, row), facts["party_id"], doc, {"lines": shown, "total": total})


def _wording(look: Look, level: int, language: str) -> str:
    """The words of a level in another language than its party's."""
    from deskbook.books.receivables.chase import WORDS

    own = look.row("SELECT en, zh, es, sw FROM chase_level WHERE level = :level", level=level)
    return (dict(zip(("en", "zh", "es", "sw"), own, strict=True)).get(language, "") if own else "") or WORDS.get(level, WORDS[3])[language]


def _one_deal(look: Look, notice: int) -> str:
    """The deal of a notice whose claims are all of one."""
    deals = look.rows(
        "SELECT DISTINCT coalesce(v.deal, '') FROM notice_claim c JOIN v_claim v ON v.id = c.claim_id WHERE c.notice_id = :id", id=notice
    )
    return str(deals[0][0]) if len(deals) == 1 else ""


def _statement(look: Look, row: int, w: Written, options: Mapping[str, str]) -> Document:
    from deskbook.books.receivables.ageing import BUCKET_WORDS, BUCKETS, STATEMENT_KINDS, statement_facts

    today = days.today()
    since, until = date.fromisoformat(options.get("since") or f"{today.year}-01-01"), date.fromisoformat(options.get("until") or today.isoformat())
    if until < since:
        raise Refusal("until", N_("The last day is before the first."))
    facts = statement_facts(look, row, since, until)
    if not facts["party"]:
        raise _missing("statement")
    shown = [
        {
            "day": w.day(x.day),
            "no": x.no,
            "kind": w.word(STATEMENT_KINDS, x.kind),
            "due": w.day(x.due),
            "their_no": x.their_no,
            "text": x.text,
            "charged": w.money(x.amount) if x.amount > 0 else "",
            "paid": w.money(-x.amount) if x.amount < 0 else "",
            "balance": w.money(x.balance),
        }
        for x in facts["lines"]
    ]
    ages = [{"name": w.say(BUCKET_WORDS[name]), "amount": w.money(facts["ages"][name])} for name in (*BUCKETS, "aside")]
    total = {
        "opening": w.money(facts["opening"]),
        "closing": w.money(facts["closing"]),
        "overdue": w.some(facts["overdue"]),
        "charged": w.money(sum(x.amount for x in facts["lines"] if x.amount > 0)),
        "paid": w.money(-sum(x.amount for x in facts["lines"] if x.amount < 0)),
    }
    doc = {"day": w.day(until, whole=True), "since": w.day(since, whole=True), "until": w.day(until, whole=True)}
    return Document("statement", facts["code"], "parties", row, "", row, doc, {"lines": shown, "ages": ages, "total": total})


def _receipt(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.receivables.listings import PAYMENT_STATES
    from deskbook.books.receivables.queries import payment_head, settled_by

    head = payment_head(look, row)
    if head is None:
        raise _missing("receipt")
    if head.state in ("void", "bounced"):
        raise _never("receipt", head.no, _(PAYMENT_STATES[head.state]))
    if head.side != "receivable" or head.amount < 0:
        raise Refusal("row", N_("{no} is money we paid; a receipt is for money that came."), no=head.no)
    settled = [x for x in settled_by(look, payment=row) if not x.red]
    deal = look.value("SELECT iif(deal = '', no, deal) FROM sales_order WHERE id = :id", id=head.order_id) if head.order_id else ""
    shown = [{"pos": str(n), "no": x.claim or x.refund or "", "day": w.day(x.day), "amount": w.money(x.amount)} for n, x in enumerate(settled, 1)]
    total = {"amount": w.money(head.amount), "words": w.capital(head.amount, _currency(look)), "aside": w.some(head.open)}
    doc = {"day": w.day(head.day, whole=True), "account": head.account, "document": head.document, "note": head.note, "order": head.order_no or ""}
    return Document("receipt", head.no, "payments", row, str(deal or ""), head.party_id, doc, {"lines": shown, "total": total})


def day_of(row: int) -> date:
    """The day of a day sheet by its row: 20261123. Refusal for what is no day."""
    try:
        return date(row // 10_000, row // 100 % 100, row % 100)
    except ValueError:
        raise Refusal("row", N_("“{day}” is not a day."), day=str(row)) from None


def _day_sheet(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    from deskbook.books.ledger.sheet import SheetGoods, day_sheet

    sheet = day_sheet(look, day_of(row))
    names = ("opening", "taken_in", "paid_out", "closing", "counted", "difference")
    accounts = [{"name": a.name} | {name: w.money(getattr(a, name)) for name in names} for a in sheet.accounts]
    shown = [
        {
            "no": x.no,
            "mark": x.mark,
            "account": x.account,
            "party": x.party,
            "purpose": x.purpose,
            "document": x.document,
            "paper_day": w.day(x.paper_day),
            "taken_in": w.some(x.taken_in),
            "paid_out": w.some(x.paid_out),
        }
        for x in sheet.lines
    ]

    def goods(papers: tuple[SheetGoods, ...]) -> list[Facts]:
        return [
            {"no": p.no, "party": p.party, "goods": ", ".join(f"{code} × {w.quantity(qty)}" for code, qty in p.items), "note": p.note} for p in papers
        ]

    total = {name: w.money(sum(getattr(a, name) for a in sheet.accounts)) for name in names[:4]}
    total |= {"lines_in": w.money(sum(x.taken_in for x in sheet.lines)), "lines_out": w.money(sum(x.paid_out for x in sheet.lines))}
    state = w.say(N_("closed by {clerk}"), clerk=sheet.closed_by) if sheet.closed_by else w.say(N_("not closed yet"))
    doc = {
        "day": w.day(sheet.day, whole=True),
        "state": state,
        "step": str(sheet.step),
        "digest": sheet.digest,
        "counts": "yes" if any(a.counted is not None for a in sheet.accounts) else "",
    }
    more = {"accounts": accounts, "lines": shown, "sent": goods(sheet.sent), "received": goods(sheet.received), "total": total}
    return Document("day sheet", sheet.day, "ledger", row, "", None, doc, more)


MAKERS: Mapping[str, Callable[[Look, int, Written, Mapping[str, str]], Document]] = {
    "quote": _quote,
    "contract": _contract,
    "review sheet": _review,
    "delivery": _delivery,
    "notice": _notice,
    "statement": _statement,
    "receipt": _receipt,
    "day sheet": _day_sheet,
}
