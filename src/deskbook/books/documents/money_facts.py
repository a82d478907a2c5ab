"""What stands on the documents of money: payment notice, statement, receipt and day sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deskbook.books.documents.document import Document, Facts, currency_of, missing, never
from deskbook.books.documents.queries import has_account
from deskbook.books.documents.written import Written
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_, _


def notice(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """What a payment notice asks for."""
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
        "words": w.capital(facts["total"], currency_of(look)),
        "aside": w.some(facts["aside"]),
    }
    theirs = "yes" if any(claim["their_no"] for claim in facts["claims"]) else ""
    doc = {"day": w.day(facts["day"], whole=True), "level": str(facts["level"]), "text": text, "theirs": theirs}
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


def statement(look: Look, row: int, w: Written, options: Mapping[str, str]) -> Document:
    """A customer's account over days (options since, until), and how old what is open is."""
    from deskbook.books.receivables.ageing import BUCKET_WORDS, BUCKETS, STATEMENT_KINDS, statement_facts

    today = days.today()
    since, until = date.fromisoformat(options.get("since") or f"{today.year}-01-01"), date.fromisoformat(options.get("until") or today.isoformat())
    if until < since:
        raise Refusal("until", N_("The last day is before the first."))
    facts = statement_facts(look, row, since, until)
    if not facts["party"]:
        raise missing("statement")
    if not has_account(look, row):
        raise never("statement", str(look.value("SELECT name FROM party WHERE id = :row", row=row)), _(N_("no customer")))
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


def receipt(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """Money that came, and what it settled."""
    from deskbook.books.receivables.listings import PAYMENT_STATES
    from deskbook.books.receivables.queries import payment_head, settled_by

    head = payment_head(look, row)
    if head is None:
        raise missing("receipt")
    if head.state in ("void", "bounced"):
        raise never("receipt", head.no, _(PAYMENT_STATES[head.state]))
    if head.side != "receivable" or head.amount < 0:
        raise Refusal("row", N_("{no} is money we paid; a receipt is for money that came."), no=head.no)
    settled = [x for x in settled_by(look, payment=row) if not x.red]
    deal = look.value("SELECT iif(deal = '', no, deal) FROM sales_order WHERE id = :id", id=head.order_id) if head.order_id else ""
    shown = [{"pos": str(n), "no": x.claim or x.refund or "", "day": w.day(x.day), "amount": w.money(x.amount)} for n, x in enumerate(settled, 1)]
    total = {"amount": w.money(head.amount), "words": w.words(head.amount, currency_of(look)), "aside": w.some(head.open)}
    doc = {"day": w.day(head.day, whole=True), "account": head.account, "document": head.document, "note": head.note, "order": head.order_no or ""}
    return Document("receipt", head.no, "payments", row, str(deal or ""), head.party_id, doc, {"lines": shown, "total": total})


def day_of(row: int) -> date:
    """The day of a day sheet by its row: 20261123. Refusal for what is no day."""
    try:
        return date(row // 10_000, row // 100 % 100, row % 100)
    except ValueError:
        raise Refusal("row", N_("“{day}” is not a day."), day=str(row)) from None


def day_sheet_page(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """A day's money and goods, as its sheet on the screen has them."""
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
            "paper": w.beside(x.document, w.day(x.paper_day)),
            "taken_in": w.some(x.taken_in),
            "paid_out": w.some(x.paid_out),
        }
        for x in sheet.lines
    ]

    def goods(papers: tuple[SheetGoods, ...]) -> list[Facts]:
        return [
            {"no": p.no, "party": p.party, "goods": w.listed(f"{code} × {w.quantity(qty)}" for code, qty in p.items), "note": p.note} for p in papers
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
