"""Money from a file: accounts, day-book lines, payments. A line the book has as often as the file has it is the same: a file again adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deskbook.books.ledger import commands as ledger
from deskbook.books.ledger.tables import MONEY_KINDS
from deskbook.books.receivables import payments
from deskbook.core.refusal import Refusal
from deskbook.core.search import fold
from deskbook.core.words import N_
from deskbook.exchange.import_fields import OUT_WORDS
from deskbook.exchange.import_rows import Given, Outcome, Work, differing, listed


def account_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Add an account, or change the name of the one of that code."""
    tx, given = work.tx, rows[0].values
    if missing := next((name for name in ("code", "name") if name not in given), None):
        raise Refusal(missing, N_("The row gives no {field}."), field=missing)
    row = tx.row("SELECT id, name, kind FROM account WHERE code = :code", code=given["code"])
    if row is None:
        ledger.add_account(tx, code=given["code"], name=given["name"], kind=given.get("kind", "bank"))
        return Outcome("new", given["code"])
    old = {"name": row[1], "kind": row[2]}
    new = differing(old, {name: given[name] for name in ("name", "kind") if name in given})
    if not new:
        return Outcome("same", given["code"])
    ledger.change_account(tx, account=row[0], **new)
    return Outcome("changed", given["code"], listed(old, new))


def account_of(work: Work, text: str | None, name: str, *, money: bool) -> int:
    """The account of a code, a name or a kind; without a text the first that holds money. Refusal on `name` for none, or for several."""
    wanted = " AND money = 1" if money else " AND money = 0"
    if text is None:
        found = work.tx.rows(f"SELECT min(id) FROM account WHERE closed = 0{wanted}")
    else:
        folded = fold(text)
        rows = work.tx.rows(f"SELECT id, code, name, kind FROM account WHERE closed = 0{wanted} ORDER BY id")
        named = [(row[0],) for row in rows if folded in (fold(row[1]), fold(row[2]))]
        found = named or [(row[0],) for row in rows if row[3] in MONEY_KINDS and fold(row[3]) == folded]
    if not found or found[0][0] is None:
        raise Refusal(name, N_("There is no account “{text}” in the book; add it first, or correct the cell."), text=text or "")
    if len(found) > 1:
        raise Refusal(name, N_("{count} accounts are called “{text}”; give the code."), count=len(found), text=text or "")
    return int(found[0][0])


def ledger_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Write a day-book line, unless the book has it as often as the file up to here."""
    tx, given = work.tx, rows[0].values
    if "day" not in given:
        raise Refusal("day", N_("The row gives no {field}."), field="day")
    direction, amount = _amount(given)
    account = account_of(work, given.get("account"), "account", money=True)
    facts: dict[str, Any] = {"account": account, "direction": direction, "amount": amount, "day": given["day"]}
    facts |= {name: given[name] for name in ("purpose", "document") if name in given}
    if "party" in given:
        facts["party"] = work.party(given["party"], "customer", "party")
    if "other" in given:
        facts["other"] = account_of(work, given["other"], "other", money=False)
    same = {
        "day": given["day"].isoformat(),
        "account": account,
        "amount": amount if direction == "in" else -amount,
        "purpose": given.get("purpose", ""),
        "document": given.get("document", ""),
        "party": facts.get("party"),
    }
    told = f"{same['day']} {given.get('purpose', '')}".strip()
    if work.stands_as_often(tuple(same.values()), lambda: int(tx.value(STANDING, **same))):
        return Outcome("same", told)
    ledger.write_entry(tx, **facts)
    return Outcome("new", told)


def payment_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Take a payment of a customer (or, payable, pay a supplier), the oldest claim first, unless the book has it as often as the file up to here."""
    tx, given = work.tx, rows[0].values
    if missing := next((name for name in ("party", "day", "amount") if name not in given), None):
        raise Refusal(missing, N_("The row gives no {field}."), field=missing)
    side = SIDES.get(fold(given.get("side", "")), "receivable")
    party = work.party(given["party"], "customer" if side == "receivable" else "supplier", "party")
    facts = {"party": party, "side": side, "amount": given["amount"], "day": given["day"].isoformat(), "document": given.get("document", "")}
    told = f"{given['party']} {facts['day']} {facts['document']}".strip()
    if work.stands_as_often(tuple(facts.values()), lambda: int(tx.value(PAID, **facts))):
        return Outcome("same", told)
    facts["day"] = given["day"]
    payments.take_payment(tx, account=account_of(work, given.get("account"), "account", money=True), note=given.get("note", ""), **facts)
    return Outcome("new", told)


SIDES = {"payable": "payable", "out": "payable"}
PAID = """
SELECT count(*) FROM payment WHERE party_id = :party AND side = :side AND amount = :amount AND day = :day AND document = :document
   AND void = 0 AND bounced_on IS NULL"""
"""How often a payment stands in the book."""
STANDING = """
SELECT count(*) FROM posting p JOIN entry e ON e.id = p.entry_id
 WHERE p.account_id = :account AND p.amount = :amount AND coalesce(e.paper_day, e.day) = :day AND e.kind IN ('in', 'out') AND e.void = 0
   AND e.purpose = :purpose AND e.document = :document AND e.party_id IS :party
   AND p.day >= :day AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id AND c.void = 0)"""
"""How often a line stands in the day book."""


def _amount(given: dict[str, Any]) -> tuple[str, int]:
    """In or out, and cents: of two columns that of the filled one, of one its sign or what the file says of the direction."""
    if "taken_in" in given or "paid_out" in given:
        cents = given.get("taken_in", 0) - given.get("paid_out", 0)
    elif "amount" in given:
        cents = given["amount"]
    else:
        raise Refusal("amount", N_("The row gives no {field}."), field="amount")
    if fold(given.get("direction", "")) in OUT_WORDS:
        cents = -abs(cents)
    return ("in" if cents >= 0 else "out"), abs(cents)


def close_days(work: Work) -> int:
    """Close every day that the book has lines of and that is over, one by one; how many."""
    tx = work.tx
    last = tx.value("SELECT coalesce(max(day), '') FROM day_close")
    days = tx.rows("SELECT DISTINCT day FROM posting WHERE day > :last AND day < :today ORDER BY day", last=last, today=tx.today.isoformat())
    for (day,) in days:
        ledger.close_day(tx, day=day)
    return len(days)
