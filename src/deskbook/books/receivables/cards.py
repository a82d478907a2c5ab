"""The cards of claims, payments, and of a customer who is to be called about what it owes."""

from __future__ import annotations

from datetime import date

from deskbook.books.parties.queries import contacts_of
from deskbook.books.receivables import chase, listings, queries
from deskbook.core import days
from deskbook.core.days import show_day
from deskbook.core.money import show_money, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.store import Look, Store
from deskbook.core.words import N_, _, plural
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.history import Shown, what_happened

CHANGED: Shown = {"due": (N_("due"), show_day), "void": (N_("taken back"), str), "bounced_on": (N_("bounced on"), show_day)}


def _facts(rows: list[tuple[str, str]]) -> list[CardRow]:
    return [(label, text) for label, text in rows if text]


def claim_card(store: Store, claim: int) -> list[CardSection]:
    """What is owed, its lines, what settled it, what holds it, which notices asked for it."""
    look = store.look
    head = queries.claim_head(look, claim)
    if head is None:
        return []
    late = _(plural(head.late, N_("{count} day late"), N_("{count} days late")), count=head.late) if head.late else ""
    state = _(listings.CLAIM_STATES[head.state])
    top: list[CardRow] = [
        (N_("party"), head.party, Target("parties", row=head.party_id)),
        (N_("kind"), _(N_("{what}, {more}"), what=_(listings.CLAIM_KINDS[head.kind]), more=_(listings.SIDES[head.side]))),
        (N_("state"), _(N_("{what}, {more}"), what=state, more=late) if late else state),
        (N_("amount"), show_money(head.amount)),
        (N_("open", "amount"), show_money(head.open)),
        (N_("day"), days.echo_day(date.fromisoformat(head.day))),
        (N_("due"), days.echo_day(date.fromisoformat(head.due))),
    ]
    if head.order_id is not None:
        top.append((N_("order"), head.order_no or "", Target("orders", row=head.order_id)))
    top += _facts([(N_("their number"), head.their_no), (N_("text"), head.text), (N_("salesperson"), head.salesperson or "")])
    lines: list[CardRow] = []
    for item, code, name, text, qty, price, amount in queries.claim_lines(look, claim):
        reckoned = f"{show_quantity(qty)} × {show_price(price)}" if qty else ""
        said = "  ".join(filter(None, (name or text, reckoned, show_money(amount))))
        lines.append((code or "", said, Target("items", row=item)) if item else ("", said))
    sections = [
        CardSection(head.no, top),
        CardSection(N_("Lines"), lines),
        CardSection(N_("Settled by"), [_settled_row(each, of_claim=True) for each in queries.settled_by(look, claim=claim)]),
        CardSection(N_("Disputed and promised"), [(each.no, hold_words(each)) for each in chase.holds_of(look, claim=claim)]),
        CardSection(N_("Notices"), _notices(look, claim)),
        what_happened(store, "claim", claim, CHANGED),
    ]
    return [section for section in sections if section.rows]


def _settled_row(each: queries.Settled, *, of_claim: bool) -> CardRow:
    other = (each.payment or each.credit or "") if of_claim else (each.claim or each.refund or "")
    parts = [show_day(each.day), show_money(each.amount), _(listings.ALLOCATION_KINDS[each.kind]), _(N_("let go")) if each.red else ""]
    said = "  ".join(filter(None, parts))
    if of_claim and each.payment_id is not None:
        return other, said, Target("payments", row=each.payment_id)
    book_row = each.credit_id if of_claim else each.claim_id
    return (other, said, Target("claims", row=book_row)) if book_row is not None else (other, said)


def hold_words(each: chase.Hold) -> str:
    """A dispute or a promise in the language in use."""
    if each.kind == "dispute":
        said = _(N_("disputed: {reason}"), reason=each.reason)
    else:
        said = _(N_("{amount} promised for {day}"), amount=show_money(each.amount or 0), day=show_day(each.until))
    return "  ".join(filter(None, (said, _(chase.HOLD_STATES[each.state]), each.said_by, each.reason if each.kind == "promise" else "")))


def _notices(look: Look, claim: int) -> list[CardRow]:
    sql = (
        "SELECT n.no, n.level, n.day, c.open, n.void FROM notice_claim c JOIN notice n ON n.id = c.notice_id WHERE c.claim_id = :claim ORDER BY n.id"
    )
    return [
        (
            no,
            "  ".join(
                filter(None, (_(N_("level {level}"), level=level), show_day(day), show_money(open_), _(N_("cancelled")) if void else ""))
            ),
        )
        for no, level, day, open_, void in look.rows(sql, claim=claim)
    ]


def payment_card(store: Store, payment: int) -> list[CardSection]:
    """What came or went, and what it settled."""
    look = store.look
    head = queries.payment_head(look, payment)
    if head is None:
        return []
    top: list[CardRow] = [
        (N_("party"), head.party, Target("parties", row=head.party_id)),
        (N_("kind"), _(listings.PAYMENT_KINDS[head.kind])),
        (N_("amount"), show_money(abs(head.amount))),
        (N_("account"), head.account, Target("accounts", row=head.account_id)),
        (N_("day"), days.echo_day(date.fromisoformat(head.day))),
        (N_("state"), _(listings.PAYMENT_STATES[head.state])),
    ]
    if head.open:
        top.append((N_("not allocated"), show_money(head.open)))
    if head.order_id is not None:
        top.append((N_("deposit for"), head.order_no or "", Target("orders", row=head.order_id)))
    top += _facts([(N_("bounced on"), show_day(head.bounced_on)), (N_("document"), head.document), (N_("note"), head.note)])
    sections = [
        CardSection(head.no, top),
        CardSection(N_("Settles"), [_settled_row(each, of_claim=False) for each in queries.settled_by(look, payment=payment)]),
        what_happened(store, "payment", payment, CHANGED),
    ]
    return [section for section in sections if section.rows]


def call_script(store: Store, claim: int) -> list[CardSection]:
    """What to know and to say when a customer is called about a claim: caution, telephone, what it owes, what it promised, what was sent."""
    look = store.look
    head = queries.claim_head(look, claim)
    if head is None:
        return []
    party = head.party_id
    money = queries.party_money(look, party)
    caution = str(look.value("SELECT caution FROM party WHERE id = :party", party=party) or "")
    rows = chase.chased(look, party=party)
    broken = chase.broken_promises(look, party)
    about = plural(
        len(rows),
        N_("This is about a payment past due, {amount}; it was due on {day}."),
        N_("This is about {count} payments past due, {amount} in all; the oldest was due on {day}."),
    )
    due = show_day(money.oldest)
    say = [_(about, count=len(rows), amount=show_money(money.overdue), day=due) if rows else _(N_("Nothing of it is past due any more."))]
    if money.aside > 0:
        say.append(_(N_("{amount} came and is not allocated yet: ask what it was for, and allocate it first."), amount=show_money(money.aside)))
    if broken:
        say.append(_(plural(broken, N_("A promise was not kept."), N_("{count} promises were not kept.")), count=broken))
    say.append(_(N_("When may we expect it? y notes the day, h notes what is disputed.")))
    reach: list[CardRow] = [
        (channel, "  ".join(filter(None, rest)))
        for _id, channel, *rest in contacts_of(look, party)
        if channel in ("phone", "mobile", "wechat", "whatsapp")
    ]
    owed: list[CardRow] = [(row.no, owed_words(row), Target("claims", row=row.id)) for row in rows]
    holds: list[CardRow] = [(each.no, hold_words(each)) for each in chase.holds_of(look, party=party)]
    sent = look.rows(
        "SELECT no, level, day, amount, still FROM v_notice WHERE party_id = :party AND state = 'sent' ORDER BY id DESC LIMIT 6", party=party
    )
    notices: list[CardRow] = [
        (
            no,
            "  ".join(
                (
                    _(N_("level {level}"), level=level),
                    show_day(day),
                    show_money(amount),
                    _(N_("{amount} of it not paid"), amount=show_money(still)) if still else _(N_("paid")),
                )
            ),
        )
        for no, level, day, amount, still in sent
    ]
    sections = [
        CardSection(N_("! CAUTION"), [("", caution)] if caution else []),
        CardSection(N_("To reach"), [*reach, (N_("customer"), head.party, Target("parties", row=party))]),
        CardSection(N_("To say"), [("", words) for words in say]),
        CardSection(N_("Past due"), owed),
        CardSection(N_("Disputed and promised"), holds),
        CardSection(N_("Notices"), notices),
    ]
    return [section for section in sections if section.rows]


def owed_words(row: chase.Chased) -> str:
    """A claim past due with what comes next, in the language in use."""
    parts = [show_money(row.open), _(plural(row.late, N_("{count} day late"), N_("{count} days late")), count=row.late), state_words(row)]
    return "  ".join(filter(None, parts))


def state_words(row: chase.Chased) -> str:
    """Why a claim is chased now, or not yet, or not at all."""
    if row.state == "held":
        if row.hold == "promise":
            return _(N_("{amount} promised for {day}"), amount=show_money(row.promised or 0), day=show_day(row.hold_until))
        return _(N_("disputed: {reason}"), reason=row.hold_reason or "")
    if row.state == "last":
        return _(N_("every level was sent"))
    words = N_("level {level} now") if row.state == "now" else N_("level {level} from {day}")
    return _(words, level=row.next, day=show_day(row.next_on))
