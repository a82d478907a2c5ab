"""The verbs of the day book: write, transfer, open, correct, close."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from deskbook.books.ledger.queries import SUMS, balance
from deskbook.books.ledger.sheet import day_accounts
from deskbook.books.ledger.tables import (
    MONEY_KINDS,
    Account,
    AccountFacts,
    DayClose,
    DayCount,
    Entry,
    LineFacts,
    OpeningFacts,
    PaperFacts,
    Posting,
    TransferFacts,
)
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text
from deskbook.core.store import Tx
from deskbook.core.words import N_, _

WHAT_FOR = {
    "in": ("income", N_("There is no income account yet; add one first.")),
    "out": ("expense", N_("There is no expense account yet; add one first.")),
}


OWED = ("claim", "receipt", "payment", "given up")
"""Kinds of entry that claims, payments and what is given up write; they are corrected there."""
OWN_ACCOUNTS = {
    "receivable": ("receivable", N_("Owed to us")),
    "payable": ("payable", N_("Owed by us")),
    "opening": ("opening", N_("Opening balances")),
    "sales": ("income", N_("Sales")),
    "goods": ("expense", N_("Goods bought")),
    "freight": ("expense", N_("Freight")),
    "difference": ("expense", N_("Small differences")),
    "bad_debt": ("expense", N_("Bad debts")),
    "fee": ("expense", N_("Bank fees")),
}
"""Accounts the books post to by themselves: code, kind, and the name they get where the office has none yet."""


class _Account(NamedTuple):
    id: int
    name: str
    kind: str
    money: int
    closed: int


# -- accounts --------------------------------------------------------------------------------------------------------------


def add_account(tx: Tx, *, code: str, name: str, kind: str) -> int:
    """A new account. kind: cash, bank, wechat, alipay, mpesa; income, expense; opening. Returns its id."""
    facts = AccountFacts.of(code=code, name=name, kind=kind)
    _refuse_code(tx, facts.code)
    tx.says(N_("added the account {name}"), name=facts.name)
    values = {"code": facts.code, "name": facts.name, "kind": facts.kind, "money": int(facts.kind in MONEY_KINDS)}
    return tx.insert(Account, **values, find=find_text(facts.code, facts.name))


def change_account(tx: Tx, *, account: int, **facts: Any) -> None:
    """Change the code, the name, the kind (until something is posted) or `closed` of an account."""
    row = tx.row("SELECT code, name, kind, closed FROM account WHERE id = :id", id=account)
    if row is None:
        raise Refusal("account", N_("There is no such account."))
    closed = bool(facts.pop("closed", row[3]))
    new = AccountFacts.of(**(dict(zip(("code", "name", "kind"), row[:3], strict=True)) | facts))
    if new.code != row[0]:
        _refuse_code(tx, new.code)
    if new.kind != row[2] and tx.value("SELECT 1 FROM posting WHERE account_id = :id LIMIT 1", id=account):
        raise Refusal("kind", N_("{account} has entries, so its kind stays as it is."), account=row[1])
    if closed and not row[3] and (held := balance(tx, account)) and new.kind in MONEY_KINDS:
        raise Refusal("closed", N_("{account} still holds {amount}."), account=row[1], amount=show_money(held))
    if closed and not row[3] and new.kind in ("receivable", "payable"):
        raise Refusal("closed", N_("{account} is kept by claims and payments; it stays open."), account=row[1])
    tx.says(N_("changed the account {name}"), name=new.name)
    values = {"code": new.code, "name": new.name, "kind": new.kind, "money": int(new.kind in MONEY_KINDS), "closed": int(closed)}
    tx.update(Account, account, **values, find=find_text(new.code, new.name))


def _refuse_code(tx: Tx, code: str) -> None:
    if taken := tx.value("SELECT name FROM account WHERE code = :code", code=code):
        raise Refusal("code", N_("The code {code} belongs to {name}."), code=code, name=taken)


def _account(tx: Tx, account: int, field: str, *, money: bool) -> _Account:
    """An open account of the right sort. Refusal for `field`."""
    row = tx.row("SELECT id, name, kind, money, closed FROM account WHERE id = :id", id=account)
    if row is None:
        raise Refusal(field, N_("There is no such account."))
    found = _Account(*row)
    if found.closed:
        raise Refusal(field, N_("{account} is closed."), account=found.name)
    if money and not found.money:
        raise Refusal(field, N_("{account} holds no money: it says what money is for."), account=found.name)
    if not money and found.money:
        raise Refusal(field, N_("{account} is one of our own; money between our accounts is a transfer."), account=found.name)
    return found


def _first(tx: Tx, kind: str) -> int | None:
    found = tx.value("SELECT min(id) FROM account WHERE kind = :kind AND closed = 0", kind=kind)
    return int(found) if found else None


# -- entries ---------------------------------------------------------------------------------------------------------------


def write_entry(
    tx: Tx, *, account: int, direction: str, amount: int, other: int | None = None, party: int | None = None, purpose: str = "", document: str = "",
    day: date | str | None = None, paper_day: date | str | None = None,
) -> int:
    """A day-book line: `amount` cents "in" or "out" of a money account. other: the first income or expense account where none is named.

    day: today where none is given; a closed one goes to the open day, with its own date kept as paper_day. Returns the entry's id.
    """
    paper = {"purpose": purpose, "document": document, "day": day, "paper_day": paper_day}
    entry = _write_line(tx, LineFacts.of(account=account, direction=direction, amount=amount, other=other, party=party, **paper))
    words = N_("{no}: {amount} into {account}") if direction == "in" else N_("{no}: {amount} out of {account}")
    tx.says(words, no=_no(tx, entry), amount=show_money(amount), account=_name(tx, account))
    return entry


def transfer_money(
    tx: Tx, *, source: int, target: int, amount: int, purpose: str = "", document: str = "",
    day: date | str | None = None, paper_day: date | str | None = None,
) -> int:
    """`amount` cents from one money account of ours to another. Returns the entry's id."""
    paper = {"purpose": purpose, "document": document, "day": day, "paper_day": paper_day}
    entry = _write_transfer(tx, TransferFacts.of(source=source, target=target, amount=amount, **paper))
    words = N_("{no}: {amount} from {source} to {target}")
    tx.says(words, no=_no(tx, entry), amount=show_money(amount), source=_name(tx, source), target=_name(tx, target))
    return entry


def open_account(tx: Tx, *, account: int, amount: int, day: date | str | None = None) -> int:
    """What lay in a money account when the book was opened, in cents; an account is opened once. Returns the entry's id."""
    entry = _write_opening(tx, OpeningFacts.of(account=account, amount=amount, day=day))
    tx.says(N_("{no}: {account} opened with {amount}"), no=_no(tx, entry), account=_name(tx, account), amount=show_money(amount))
    return entry


def correct_entry(tx: Tx, *, entry: int, **facts: Any) -> int:
    """Take an entry back by its mirror on the open day (red reversal); with facts, also write it anew with those facts changed.

    facts: of write_entry, transfer_money or open_account, by the kind of the entry. An entry is corrected once, a correction never.
    Returns the id of the new entry, or of the correction where nothing is written anew.
    """
    row = tx.row("SELECT no, kind, day, paper_day, party_id, purpose, document, void FROM entry WHERE id = :id", id=entry)
    if row is None:
        raise Refusal("entry", N_("There is no such entry."))
    no, kind, day, paper_day, party, purpose, document, void = row
    if void:
        raise Refusal("entry", N_("{no} was taken back; there is nothing to correct."), no=no)
    if kind == "correction":
        raise Refusal("entry", N_("{no} is a correction; write a new entry instead."), no=no)
    if kind in OWED:
        raise Refusal("entry", N_("{no} belongs to what is owed; correct it there: a credit note, or take the payment back."), no=no)
    if by := tx.value("SELECT no FROM entry WHERE corrects_id = :id AND void = 0", id=entry):
        raise Refusal("entry", N_("{no} was corrected already, by {by}."), no=no, by=by)
    sums = tx.rows(SUMS, id=entry)
    for account, _amount in sums:
        if _is_money(tx, account):
            _account(tx, account, "entry", money=True)  # what is closed holds nothing, and no correction puts something back unseen
    written = PaperFacts(purpose=purpose, document=document, paper_day=date.fromisoformat(paper_day or day))
    mirror = _post(tx, "correction", written, [(account, -amount) for account, amount in sums], party=party, corrects=entry)
    if not facts:
        tx.says(N_("{by} takes back {no}"), by=_no(tx, mirror), no=no)
        return mirror
    old: dict[str, Any] = {"purpose": purpose, "document": document, "paper_day": paper_day or day}
    money = [(account, amount) for account, amount in sums if _is_money(tx, account)]
    if kind == "transfer":
        (source, _out), (target, amount) = sorted(sums, key=lambda row: int(row[1]))
        transfer = {"source": source, "target": target, "amount": amount}
        new = _write_transfer(tx, TransferFacts.of(**(old | transfer | facts)), corrects=mirror)
    elif kind == "opening":
        new = _write_opening(tx, OpeningFacts.of(**(old | {"account": money[0][0], "amount": money[0][1]} | facts)), corrects=mirror)
    else:
        line = {"account": money[0][0], "direction": kind, "amount": abs(money[0][1]), "party": party}
        line["other"] = next(account for account, _amount in sums if account != money[0][0])
        if facts.get("direction", kind) != kind and "other" not in facts:
            line["other"] = None  # what money out was for is not what money in is for
        new = _write_line(tx, LineFacts.of(**(old | line | facts)), corrects=mirror)
    tx.says(N_("{by} takes back {no}, {new} stands in its place"), by=_no(tx, mirror), no=no, new=_no(tx, new))
    return new


def _write_line(tx: Tx, facts: LineFacts, *, corrects: int | None = None) -> int:
    _refuse_amount(facts.amount)
    _account(tx, facts.account, "account", money=True)
    kind, missing = WHAT_FOR[facts.direction]
    other = facts.other if facts.other is not None else _first(tx, kind)
    if other is None:
        raise Refusal("other", missing)
    sort = _account(tx, other, "other", money=False).kind
    if sort == "opening":
        raise Refusal("other", N_("{account} is for opening balances only."), account=_name(tx, other))
    if sort in ("receivable", "payable"):
        raise Refusal("other", N_("{account} is kept by claims and payments; write a payment instead."), account=_name(tx, other))
    amount = facts.amount if facts.direction == "in" else -facts.amount
    return _post(tx, facts.direction, facts, [(facts.account, amount), (other, -amount)], party=_party(tx, facts.party), corrects=corrects)


def _write_transfer(tx: Tx, facts: TransferFacts, *, corrects: int | None = None) -> int:
    _refuse_amount(facts.amount)
    _account(tx, facts.source, "source", money=True)
    target = _account(tx, facts.target, "target", money=True)
    if facts.source == facts.target:
        raise Refusal("target", N_("The money is in {account} already; choose another account."), account=target.name)
    return _post(tx, "transfer", facts, [(facts.source, -facts.amount), (facts.target, facts.amount)], corrects=corrects)


def _write_opening(tx: Tx, facts: OpeningFacts, *, corrects: int | None = None) -> int:
    account = _account(tx, facts.account, "account", money=True)
    if not facts.amount:
        raise Refusal("amount", N_("An account that starts at zero needs no opening."))
    standing = (
        "SELECT e.no FROM entry e JOIN posting p ON p.entry_id = e.id WHERE e.kind = 'opening' AND e.void = 0 AND p.account_id = :id"
        " AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id AND c.void = 0)"
    )
    if no := tx.value(standing, id=account.id):
        raise Refusal("account", N_("{account} was opened already by {no}; correct that entry."), account=account.name, no=no)
    other = account_for(tx, "opening")
    return _post(tx, "opening", facts, [(account.id, facts.amount), (other, -facts.amount)], corrects=corrects)


def _post(tx: Tx, kind: str, facts: PaperFacts, postings: list[tuple[int, int]], *, party: int | None = None, corrects: int | None = None) -> int:
    """The one place where money is posted. A day that is closed becomes the open day, its own date stays beside."""
    open_day = tx.open_day()
    day, paper = days.as_day(facts.day) or open_day, days.as_day(facts.paper_day, "paper_day")
    if day > open_day:
        raise Refusal("day", N_("{day} is still to come."), day=days.echo_day(day))
    closed = tx.value("SELECT max(day) FROM day_close")
    if closed and day.isoformat() <= closed:
        day, paper = open_day, paper or day
    beside = paper.isoformat() if paper and paper != day else None
    entry = tx.insert(
        Entry, no=tx.next_no(Entry, "E", day), day=day.isoformat(), paper_day=beside, kind=kind, party_id=party,
        purpose=facts.purpose, document=facts.document, corrects_id=corrects,
    )
    for account, amount in postings:
        tx.insert(Posting, entry_id=entry, account_id=account, day=day.isoformat(), amount=amount)
    return entry


def post(
    tx: Tx, kind: str, postings: list[tuple[int, int]], *, day: date | str | None = None, paper_day: date | str | None = None,
    party: int | None = None, purpose: str = "", document: str = "",
) -> int:
    """For the books that come after: one entry of (account, cents) that add up to zero. A closed day becomes the open one, its own stays beside.

    kind: one of OWED. Postings of nothing are left out. Returns the entry's id.
    """
    facts = PaperFacts.of(purpose=purpose, document=document, day=day, paper_day=paper_day)
    return _post(tx, kind, facts, [(account, cents) for account, cents in postings if cents], party=_party(tx, party))


def post_mirror(tx: Tx, entry: int, *, day: date | str | None = None) -> int:
    """For the books that come after: the correction of an entry one of them posted, on a day (a closed one becomes the open one). Returns its id."""
    party, purpose, document = tx.row("SELECT party_id, purpose, document FROM entry WHERE id = :id", id=entry) or (None, "", "")
    facts = PaperFacts.of(purpose=purpose, document=document, day=day)
    return _post(tx, "correction", facts, [(account, -amount) for account, amount in tx.rows(SUMS, id=entry)], party=party, corrects=entry)


def account_for(tx: Tx, use: str) -> int:
    """The account the books post to by themselves for a use (a key of OWN_ACCOUNTS); made where the office has none. Returns its id.

    The control accounts and the opening are found by their kind, the others by their code, so that an office may give them names of its own; where
    the one of that code is closed, the first open one of the kind takes its place.
    """
    kind, name = OWN_ACCOUNTS[use]
    if use == kind:
        found = _first(tx, kind)
    else:
        found = tx.value("SELECT id FROM account WHERE code = :use AND kind = :kind AND closed = 0", use=use, kind=kind)
        if found is None and tx.value("SELECT 1 FROM account WHERE code = :use", use=use):
            found = _first(tx, kind)
            if found is None:
                raise Refusal("account", N_("The account {code} is closed or of another kind; open one for it first."), code=use)
    return found if found is not None else tx.insert(Account, code=use, name=_(name), kind=kind, money=0, find=find_text(use, _(name)))


def money_account(tx: Tx, account: int, field: str = "account") -> str:
    """The name of an open account of ours that holds money. Refusal for `field` where it is none."""
    return _account(tx, account, field, money=True).name


def _refuse_amount(amount: int) -> None:
    if amount <= 0:
        raise Refusal("amount", N_("The amount must be more than zero; it is {amount}."), amount=show_money(amount))


def _party(tx: Tx, party: int | None) -> int | None:
    """The party that stands for the one given: a merged one is another now."""
    if party is None:
        return None
    found = tx.value("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :id AND void = 0", id=party)
    if found is None:
        raise Refusal("party", N_("There is no such party."))
    return int(found)


def _is_money(tx: Tx, account: int) -> bool:
    return bool(tx.value("SELECT money FROM account WHERE id = :id", id=account))


def _name(tx: Tx, account: int) -> str:
    return str(tx.value("SELECT name FROM account WHERE id = :id", id=account))


def _no(tx: Tx, entry: int) -> str:
    return str(tx.value("SELECT no FROM entry WHERE id = :id", id=entry))


# -- closing ---------------------------------------------------------------------------------------------------------------


def close_day(tx: Tx, *, day: date | str | None = None, counted: Mapping[str, int] | None = None) -> int:
    """Close a day (and with it every day before): nothing is posted into it any more. counted: cents found, by account id as text.

    What was not counted stays unknown; a difference is recorded, and the next day opens with what the book says. Returns the closing's id.
    """
    chosen = day if isinstance(day, date) else PaperFacts.of(day=day).day or tx.today
    if chosen > tx.today:
        raise Refusal("day", N_("{day} is still to come."), day=days.echo_day(chosen))
    closed = tx.value("SELECT max(day) FROM day_close")
    if closed and chosen.isoformat() <= closed:
        last = days.echo_day(date.fromisoformat(closed))
        raise Refusal("day", N_("{day} is closed already; the book is closed until {last}."), day=days.echo_day(chosen), last=last)
    found = {int(account): cents for account, cents in (counted or {}).items() if cents is not None}
    for account in found:
        row = tx.row("SELECT name, money FROM account WHERE id = :id", id=account)
        if row is None or not row[1]:
            raise Refusal("counted", N_("{account} holds no money that could be counted."), account=row[0] if row else str(account))
    listed = day_accounts(tx, chosen.isoformat())
    for account in found.keys() - {account for account, *_rest in listed}:
        name = tx.value("SELECT name FROM account WHERE id = :id", id=account)
        words = N_("{account} is closed and held nothing on {day}; there is nothing to count.")
        raise Refusal("counted", words, account=name, day=days.echo_day(chosen))
    digest = tx.value("SELECT digest FROM step WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1")
    close = tx.insert(DayClose, day=chosen.isoformat(), at=days.moment(), clerk=tx.clerk, digest=digest or "")
    differences = 0
    for account, _called, opening, taken_in, paid_out in listed:
        closing = opening + taken_in - paid_out
        count = found.get(account)
        differences += count is not None and count != closing
        tx.insert(DayCount, close_id=close, account_id=account, opening=opening, taken_in=taken_in, paid_out=paid_out, closing=closing, counted=count)
    if differences:
        tx.says(N_("closed {day}, with a difference in {count}"), day=chosen.isoformat(), count=differences)
    else:
        tx.says(N_("closed {day}"), day=chosen.isoformat())
    return close
