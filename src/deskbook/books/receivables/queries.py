"""Ask about what is owed and paid: what a payment would settle, one claim or payment, what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from deskbook.core.check import Rule
from deskbook.core.search import find_terms
from deskbook.core.store import Look
from deskbook.core.words import N_

NOT_THAT_SIDE = {
    "receivable": N_("{party} is not a customer; make it one first."),
    "payable": N_("{party} is no supplier, carrier or factory; make it one first."),
}
LET_GO = "a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id)"
"""SQL: the allocation `a` stands."""
TOLERANCE = 100
"""Cents that pass as a small difference where the office says nothing else."""


def tolerance(look: Look) -> int:
    """Cents that pass as a small difference in this office."""
    return int(look.value("SELECT value FROM office WHERE name = 'tolerance' AND value <> ''") or TOLERANCE)


# -- what a payment settles ------------------------------------------------------------------------------------------------

Turn = tuple[int, str, str, int]
"""A claim that is open: id, number, due day, cents."""


def claims_in_turn(look: Look, party: int, side: str = "receivable", order: int | None = None) -> list[Turn]:
    """The open claims of a party (of one order) in the order in which money settles them: the oldest due first."""
    sql = """SELECT k.id, k.no, w.due, w.open FROM owed w JOIN claim k ON k.id = w.claim_id
              WHERE w.party_id = :party AND w.side = :side AND w.open > 0 AND (:order IS NULL OR k.order_id = :order) ORDER BY w.due, w.claim_id"""
    return [(int(claim), str(no), str(due), int(open_)) for claim, no, due, open_ in look.rows(sql, party=party, side=side, order=order)]


def plan(turn: Sequence[Turn], amount: int) -> list[tuple[int, int]]:
    """What each claim gets of an amount: (claim, cents), in turn, until nothing is left."""
    settled = []
    for claim, _no, _due, open_ in turn:
        cents = min(open_, amount)
        if cents <= 0:
            break
        settled.append((claim, cents))
        amount -= cents
    return settled


class Preview(NamedTuple):
    """What an amount would settle: (number, cents, what stays open of it) each, what stays ahead, and a small difference that is missing."""

    settles: list[tuple[str, int, int]]
    ahead: int
    missing: int


def preview(look: Look, party: int, amount: int, side: str = "receivable", order: int | None = None) -> Preview:
    """What take_payment would do with an amount, before it is saved."""
    return previewed(look, claims_in_turn(look, party, side, order), amount)


def previewed(look: Look, turn: Sequence[Turn], amount: int) -> Preview:
    """The same for claims that were picked."""
    shares = dict(plan(turn, amount))
    settles = [(no, shares[claim], open_ - shares[claim]) for claim, no, _due, open_ in turn if claim in shares]
    missing = settles[-1][2] if settles and 0 < settles[-1][2] <= tolerance(look) else 0
    return Preview(settles, amount - sum(shares.values()), missing)


def lacking(look: Look, payment: int) -> tuple[int, str, int] | None:
    """The claim that a payment settled but for a small difference, with all there was of it: id, number, cents; None where there is none."""
    sql = """SELECT k.id, k.no, w.open FROM allocation a JOIN claim k ON k.id = a.claim_id JOIN owed w ON w.claim_id = k.id
              WHERE a.payment_id = :payment AND w.open BETWEEN 1 AND :most
                AND NOT EXISTS (SELECT 1 FROM unallocated u WHERE u.payment_id = a.payment_id) ORDER BY a.id DESC LIMIT 1"""
    row = look.row(sql, payment=payment, most=tolerance(look))
    return (int(row[0]), str(row[1]), int(row[2])) if row else None


# -- one claim, one payment ------------------------------------------------------------------------------------------------


class ClaimHead(NamedTuple):
    """A claim. state: a key of listings.CLAIM_STATES; days ISO; amounts in cents."""

    id: int
    no: str
    side: str
    kind: str
    party_id: int
    party: str
    salesperson: str | None
    order_id: int | None
    order_no: str | None
    day: str
    due: str
    amount: int
    open: int
    settled: int
    their_no: str
    text: str
    late: int | None
    state: str
    level: int | None
    hold: str | None


def claim_head(look: Look, claim: int) -> ClaimHead | None:
    """A claim with its party; None where there is none."""
    row = look.row(f"SELECT {', '.join(ClaimHead._fields)} FROM v_claim WHERE id = :claim", claim=claim)
    return ClaimHead(*row) if row else None


class PaymentHead(NamedTuple):
    """A payment. state: a key of listings.PAYMENT_STATES; kind: of PAYMENT_KINDS."""

    id: int
    no: str
    side: str
    kind: str
    party_id: int
    party: str
    account_id: int
    account: str
    order_id: int | None
    order_no: str | None
    day: str
    amount: int
    open: int
    document: str
    note: str
    bounced_on: str | None
    state: str


def payment_head(look: Look, payment: int) -> PaymentHead | None:
    """A payment with its party and account; None where there is none."""
    row = look.row(f"SELECT {', '.join(PaymentHead._fields)} FROM v_payment WHERE id = :payment", payment=payment)
    return PaymentHead(*row) if row else None


class Settled(NamedTuple):
    """An allocation as a card shows it. red: let go, or what lets go."""

    id: int
    day: str
    kind: str
    claim_id: int | None
    claim: str | None
    payment_id: int | None
    payment: str | None
    credit_id: int | None
    credit: str | None
    refund: str | None
    amount: int
    red: int


def settled_by(look: Look, *, claim: int | None = None, payment: int | None = None) -> list[Settled]:
    """The allocations of a claim (or credit note) or of a payment, oldest first."""
    where, row = ("claim_id = :row OR credit_id = :row", claim) if claim is not None else ("payment_id = :row", payment)
    fields = ", ".join(Settled._fields)
    return [Settled(*found) for found in look.rows(f"SELECT {fields} FROM v_allocation WHERE {where} ORDER BY day, id", row=row)]


def claim_lines(look: Look, claim: int) -> list[tuple[Any, ...]]:
    """The lines of a claim: item id, code, name, text, quantity, price, amount."""
    return look.rows("SELECT item_id, code, name, text, qty, price, amount FROM v_claim_line WHERE claim_id = :claim ORDER BY pos", claim=claim)


class PartyMoney(NamedTuple):
    """What a party owes (or is owed) just now, in cents: open claims, what is past due of them and since when, what lies unallocated, its limit."""

    open: int
    overdue: int
    oldest: str | None
    aside: int
    limit: int | None

    @property
    def balance(self) -> int:
        """Open claims less what was paid ahead."""
        return self.open - self.aside


def party_money(look: Look, party: int, side: str = "receivable") -> PartyMoney:
    """A party's money of one side; credit notes that settle nothing yet lie aside with the money."""
    row = look.row(
        """SELECT coalesce(sum(max(w.open, 0)), 0), coalesce(sum(iif(w.due < d.day, max(w.open, 0), 0)), 0), min(iif(w.open > 0, w.due, NULL)),
                  coalesce(-sum(min(w.open, 0)), 0) FROM office_day d LEFT JOIN owed w ON w.party_id = :party AND w.side = :side""",
        party=party,
        side=side,
    )
    open_, overdue, oldest, credit = row or (0, 0, None, 0)
    aside = look.value("SELECT coalesce(sum(open), 0) FROM unallocated WHERE party_id = :party AND side = :side", party=party, side=side)
    limit = look.value("SELECT credit_limit FROM party WHERE id = :party", party=party)
    return PartyMoney(int(open_), int(overdue), oldest, int(credit) + int(aside), limit if side == "receivable" else None)


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Claims and payments by a fragment of a number or the party's name, newest first: book, id, number, party and day."""
    terms = find_terms(text)
    if not terms:
        return []
    where = " AND ".join(f"find LIKE :t{n}" for n in range(len(terms)))
    facts: dict[str, Any] = {f"t{n}": f"%{term}%" for n, term in enumerate(terms)}
    found = []
    for book, view in (("claims", "v_claim"), ("payments", "v_payment")):
        rows = look.rows(f"SELECT id, no, party, day FROM {view} WHERE {where} ORDER BY id DESC LIMIT :limit", limit=limit, **facts)
        found += [(book, int(row), str(no), f"{party}  {day}") for row, no, party, day in rows]
    return found[:limit]


# -- what must hold --------------------------------------------------------------------------------------------------------

_BEFORE = """(SELECT max(c.last_id) FROM change c WHERE c.tbl = 'allocation' AND c.op = 'I'
              AND c.step_id < (SELECT min(i.step_id) FROM change i WHERE i.tbl = 'notice' AND i.op = 'I' AND n.id BETWEEN i.row_id AND i.last_id))"""
"""SQL: the last allocation made before the notice `n` was issued."""
RULES: tuple[Rule, ...] = (
    Rule(
        N_("What is given up of a claim is given up in the day book, of the same party."),
        f"""SELECT k.no FROM allocation a JOIN claim k ON k.id = a.claim_id JOIN entry e ON e.id = a.entry_id WHERE e.kind <> 'given up'
             OR e.void = 0 AND (e.party_id IS NOT k.party_id OR {LET_GO} AND a.amount <> coalesce(
                (SELECT sum(iif(k.side = 'receivable', -p.amount, p.amount)) 
                   FROM posting p JOIN account c ON c.id = p.account_id WHERE p.entry_id = e.id AND c.kind = k.side), 0))""",
    ),
    Rule(
        N_("Money and credit settle claims of their own party and side."),
        """SELECT coalesce(k.no, m.no) FROM allocation a LEFT JOIN claim k ON k.id = a.claim_id LEFT JOIN payment m ON m.id = a.payment_id
             LEFT JOIN claim c ON c.id = a.credit_id LEFT JOIN payment r ON r.id = a.refund_id
            WHERE a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id)
              AND ((m.party_id, m.side) <> (k.party_id, k.side) OR (c.party_id, c.side) <> (k.party_id, k.side)
                   OR (m.party_id, m.side) <> (r.party_id, r.side))""",
    ),
    Rule(
        N_("What settled a claim or spent a payment is let go by its mirror."),
        "SELECT a.id FROM allocation m JOIN allocation a ON a.id = m.reverses_id WHERE m.amount <> -a.amount OR m.claim_id IS NOT a.claim_id"
        " OR m.payment_id IS NOT a.payment_id OR m.credit_id IS NOT a.credit_id OR m.refund_id IS NOT a.refund_id OR m.kind <> a.kind",
    ),
    Rule(
        N_("Nothing is settled by what was taken back or bounced."),
        f"""SELECT coalesce(m.no, c.no) FROM allocation a
             LEFT JOIN payment m ON m.id IN (a.payment_id, a.refund_id) LEFT JOIN claim c ON c.id IN (a.claim_id, a.credit_id)
             WHERE (m.void OR m.bounced_on IS NOT NULL AND (m.kept = 0 OR m.id IS NOT a.payment_id) OR c.void) AND {LET_GO}""",
    ),
    Rule(
        N_("A payment that bounced and its entry say the same: all that was not paid back before is owed again."),
        """SELECT m.no FROM payment m JOIN entry e ON e.id = m.bounce_entry_id WHERE m.void = 0 AND (e.void OR e.party_id IS NOT m.party_id
             OR m.kept > max(m.amount, 0) OR m.amount - m.kept <> coalesce((SELECT sum(iif(m.side = 'receivable', p.amount, -p.amount))
                FROM posting p JOIN account a ON a.id = p.account_id WHERE p.entry_id = e.id AND a.kind = m.side), 0))""",
    ),
    Rule(
        N_("What an order's claims are settled for is no more than they are worth."),
        """SELECT o.no FROM sales_order o JOIN claim k ON k.order_id = o.id AND k.void = 0 AND k.amount > 0
             LEFT JOIN (SELECT claim_id, sum(amount) AS settled FROM allocation GROUP BY claim_id) a ON a.claim_id = k.id
            GROUP BY o.id HAVING sum(coalesce(a.settled, 0)) > sum(k.amount)""",
    ),
    Rule(
        N_("A notice is the sum of its claims."),
        "SELECT n.no FROM notice n WHERE n.amount <> (SELECT coalesce(sum(c.open), 0) FROM notice_claim c WHERE c.notice_id = n.id)",
    ),
    Rule(
        N_("A notice asked for no more than was owed when it was issued."),
        f"""SELECT n.no || ' ' || k.no FROM notice n JOIN notice_claim c ON c.notice_id = n.id JOIN claim k ON k.id = c.claim_id
             WHERE c.open <> k.amount - coalesce(
                (SELECT sum(a.amount) FROM allocation a WHERE a.claim_id = k.id AND a.id <= coalesce({_BEFORE}, 0)), 0)""",
    ),
    Rule(
        N_("A claim gets each level of chasing once, and none before the one below it."),
        """SELECT k.no || ': ' || n.level FROM notice_claim c JOIN notice n ON n.id = c.notice_id AND n.void = 0 JOIN claim k ON k.id = c.claim_id
             WHERE n.level <> 1 + (SELECT count(*) FROM notice_claim x JOIN notice y ON y.id = x.notice_id AND y.void = 0
                                    WHERE x.claim_id = c.claim_id AND y.level < n.level)
                OR EXISTS (SELECT 1 FROM notice_claim x JOIN notice y ON y.id = x.notice_id AND y.void = 0
                            WHERE x.claim_id = c.claim_id AND y.level = n.level AND y.id <> n.id)""",
    ),
)
