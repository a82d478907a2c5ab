"""How old what is owed is, as of any day, from dated rows (R4); and the account of one party over a time.

A claim or payment counts from the day it stands in the day book, so that what was told of a closed day stays as it was told, and the sum is the day
book's own. Its age is from its due day, or from the day of its document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from deskbook.books.receivables.listings import SIDES
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.store import Look
from deskbook.core.words import N_

BUCKETS = ("not_due", "d30", "d60", "d90", "older")
BUCKET_WORDS = {
    "not_due": N_("not due"),
    "d30": "1-30",
    "d60": "31-60",
    "d90": "61-90",
    "older": "91+",
    "aside": N_("not allocated"),
}
"""Days past due; by the document's day the first 30 begin with the day itself. What lies aside is money and credit that settles nothing yet."""


UNBOUNCED = """CROSS JOIN entry e ON e.id = p.entry_id AND e.void AND e.kind IN ('receipt', 'payment')
 AND NOT EXISTS (SELECT 1 FROM payment o WHERE o.entry_id = e.id) AND NOT EXISTS (SELECT 1 FROM payment o WHERE o.bounce_entry_id = e.id)
 CROSS JOIN payment m ON m.no = e.document"""
"""SQL: the payment of a posting `p` that took it back as bounced, which was undone itself: in closed days it stands."""


def documents(side: str) -> str:
    """SQL: every claim and payment of a side of which something was open on the day :today, in cents; money paid ahead less than nothing.

    What is open now, with what happened after that day taken off again: the cost is that of what changed since, and of today nothing.
    """
    sign, other = ("", "-") if side == "receivable" else ("-", "")
    posted = f"FROM posting p JOIN account a ON a.id = p.account_id AND a.kind = '{side}'"
    return f"""
SELECT 2 * k.id AS id, k.id AS claim_id, NULL AS payment_id, k.no, k.party_id, k.salesperson_id, k.day, k.due, k.amount, x.open
  FROM (SELECT id, sum(cents) AS open FROM (
          SELECT claim_id AS id, open AS cents FROM owed WHERE side = '{side}'
          UNION ALL SELECT claim_id, amount FROM allocation WHERE day > :today AND claim_id IS NOT NULL
          UNION ALL SELECT credit_id, -amount FROM allocation WHERE day > :today AND credit_id IS NOT NULL
          UNION ALL SELECT k.id, {other}p.amount {posted} JOIN claim k ON k.entry_id = p.entry_id WHERE p.day > :today)
         GROUP BY id HAVING open <> 0) x
  JOIN claim k ON k.id = x.id AND k.side = '{side}'
UNION ALL
SELECT 2 * m.id + 1, NULL, m.id, m.no, m.party_id, y.salesperson_id, m.day, m.day, m.amount, -x.open
  FROM (SELECT id, sum(cents) AS open FROM (
          SELECT payment_id AS id, open AS cents FROM unallocated WHERE side = '{side}'
          UNION ALL SELECT payment_id, amount FROM allocation WHERE day > :today AND payment_id IS NOT NULL
          UNION ALL SELECT refund_id, -amount FROM allocation WHERE day > :today AND refund_id IS NOT NULL
          UNION ALL SELECT m.id, {sign}p.amount {posted} JOIN payment m ON m.entry_id = p.entry_id WHERE p.day > :today
          UNION ALL SELECT m.id, {sign}p.amount {posted} JOIN payment m ON m.bounce_entry_id = p.entry_id WHERE p.day > :today
          UNION ALL SELECT m.id, {sign}p.amount {posted} {UNBOUNCED} WHERE p.day > :today)
         GROUP BY id HAVING open <> 0) x
  JOIN payment m ON m.id = x.id AND m.side = '{side}' JOIN party y ON y.id = m.party_id"""


def bucketed(side: str, basis: str) -> str:
    """SQL: those documents of which something is open, with their age in days and their bucket. basis: due, or document."""
    if basis == "due":
        bucket = "CASE WHEN age <= 0 THEN 'not_due' WHEN age <= 30 THEN 'd30' WHEN age <= 60 THEN 'd60' WHEN age <= 90 THEN 'd90' ELSE 'older' END"
    else:
        bucket = "CASE WHEN age <= 30 THEN 'd30' WHEN age <= 60 THEN 'd60' WHEN age <= 90 THEN 'd90' ELSE 'older' END"
    return (
        f"SELECT *, CASE WHEN payment_id IS NOT NULL OR open < 0 THEN 'aside' ELSE {bucket} END AS bucket FROM"
        f" (SELECT *, CAST(julianday(:today) - julianday({'due' if basis == 'due' else 'day'}) AS INTEGER) AS age"
        f" FROM ({documents(side)}))"
    )


WHOM = {"party": "party_id", "salesperson": "coalesce(salesperson_id, 0)"}
ARMS = tuple(
    (side, whom, basis)
    for side in ("receivable", "payable")
    for whom in WHOM
    for basis in ("due", "document")
    if (side, whom) != ("payable", "salesperson")
)


def _sums(side: str, whom: str, basis: str) -> str:
    sums = ", ".join(f"sum(iif(bucket = '{bucket}', open, 0)) AS {bucket}" for bucket in (*BUCKETS, "aside"))
    about = "p.find" if whom == "party" else "coalesce(p.find, '')"
    keeper = "(SELECT s.name FROM party s WHERE s.id = p.salesperson_id)" if whom == "party" else "NULL"
    return (
        f"SELECT q.id, {'q.id' if whom == 'party' else 'NULL'} AS party_id,"
        f" coalesce(p.name, '-') AS name, {keeper} AS salesperson, {', '.join(f'q.{name}' for name in (*BUCKETS, 'aside', 'balance'))},"
        f" q.oldest, {about} AS find, '{side}' AS side, '{whom}' AS whom, '{basis}' AS basis FROM"
        f" (SELECT {WHOM[whom]} AS id, {sums}, sum(open) AS balance, min(iif(bucket <> 'aside', due, NULL)) AS oldest"
        f" FROM ({bucketed(side, basis)}) GROUP BY 1) q LEFT JOIN party p ON p.id = q.id"
    )


def _view(side: str, whom: str, basis: str, label: str) -> View:
    return View(f"{side}_{whom}_{basis}", label, f"side = '{side}' AND whom = '{whom}' AND basis = '{basis}'")


AGEING = Listing(
    name="ageing",
    title=N_("Ageing"),
    source="(" + " UNION ALL ".join(_sums(*arm) for arm in ARMS) + ")",
    order="balance",
    descending=True,
    find=("find",),
    views=(
        _view("receivable", "party", "due", N_("by customer, by due day")),
        _view("receivable", "party", "document", N_("by customer, by document day")),
        _view("receivable", "salesperson", "due", N_("by salesperson, by due day")),
        _view("receivable", "salesperson", "document", N_("by salesperson, by document day")),
        _view("payable", "party", "due", N_("owed by us, by due day")),
        _view("payable", "party", "document", N_("owed by us, by document day")),
    ),
    columns=(
        Column("name", N_("name"), width=14, grows=True),
        Column("not_due", N_("not due"), Show.MONEY, width=10, total=True, quiet=True, first_to_go=True),
        Column("d30", "1-30", Show.MONEY, width=10, total=True, quiet=True),
        Column("d60", "31-60", Show.MONEY, width=10, total=True, quiet=True),
        Column("d90", "61-90", Show.MONEY, width=10, total=True, quiet=True),
        Column("older", "91+", Show.MONEY, width=10, total=True, quiet=True),
        Column("aside", N_("not alloc."), Show.MONEY, width=10, total=True, quiet=True, first_to_go=True),
        Column("balance", N_("balance"), Show.MONEY, width=11, total=True),
        Column("oldest", N_("oldest due"), Show.DAY, width=10, wide=True),
        Column("salesperson", N_("salesperson"), width=12, wide=True),
    ),
)
"""As of the day of the question. Its views hold one side, grouping and basis each: the other arms of the query are not read."""

AGED = Listing(
    name="aged",
    title=N_("What it adds up from"),
    source="("
    + " UNION ALL ".join(
        f"SELECT b.*, p.name AS party, coalesce(b.salesperson_id, 0) AS keeper_id, '{side}' AS side, '{basis}' AS basis,"
        f" p.find || ' ' || lower(replace(b.no, '-', '')) AS find FROM ({bucketed(side, basis)}) b JOIN party p ON p.id = b.party_id"
        for side in ("receivable", "payable")
        for basis in ("due", "document")
    )
    + ")",
    order="due",
    find=("find",),
    views=(
        View("all", N_("all")),
        *(View(bucket, BUCKET_WORDS[bucket], f"bucket = '{bucket}'") for bucket in (*BUCKETS, "aside")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=11),
        Column("party", N_("party"), width=12, grows=True),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("due", N_("due"), Show.DAY, width=10),
        Column("age", N_("age"), Show.COUNT, width=4),
        Column("amount", N_("amount"), Show.MONEY, width=12),
        Column("open", N_("open then"), Show.MONEY, width=12, total=True),
        Column("bucket", N_("days"), Show.WORD, width=13, words=BUCKET_WORDS, wide=True),
    ),
)
"""The documents behind a figure of the ageing, as of the same day."""

AGEING_LINES = replace(
    AGED,
    name="ageing-lines",
    views=tuple(
        View(f"{side}_{basis}", label, f"side = '{side}' AND basis = '{basis}'")
        for side, basis, label in (
            ("receivable", "due", N_("by customer, by due day")),
            ("receivable", "document", N_("by customer, by document day")),
            ("payable", "due", N_("owed by us, by due day")),
            ("payable", "document", N_("owed by us, by document day")),
        )
    ),
)
"""The same for exports, which choose by side and basis: each document stands once in a view, with its bucket."""


class Aged(NamedTuple):
    """A row of the ageing, in cents; id 0: nobody's."""

    id: int
    name: str
    not_due: int
    d30: int
    d60: int
    d90: int
    older: int
    aside: int
    balance: int


def ageing(look: Look, day: date, *, side: str = "receivable", whom: str = "party", basis: str = "due") -> list[Aged]:
    """What each owes as of a day, by age; the greatest balance first."""
    sql = f"SELECT {', '.join(Aged._fields)} FROM ({_sums(side, whom, basis)}) ORDER BY balance DESC, id"
    return [Aged(*row) for row in look.rows(sql, today=day.isoformat())]


def control(look: Look, day: date, side: str = "receivable") -> int:
    """What the day book says is owed on a side as of a day, in cents."""
    sql = "SELECT coalesce(sum(p.amount), 0) FROM account a JOIN posting p ON p.account_id = a.id WHERE a.kind = :side AND p.day <= :day"
    return int(look.value(sql, side=side, day=day.isoformat())) * (1 if side == "receivable" else -1)


def first_due(look: Look) -> str | None:
    """The oldest due day of what is owed to us just now."""
    found: str | None = look.value("SELECT min(due) FROM owed WHERE side = 'receivable' AND open > 0")
    return found


# -- the account of one party ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a statement. kind: a word of STATEMENT_KINDS; amount: cents, more than nothing is owed more; balance: after it."""

    day: str
    no: str
    kind: str
    due: str | None
    their_no: str
    text: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What a party owed at the beginning, what happened, and what it owes at the end, in cents."""

    party: int
    side: str
    since: date
    until: date
    opening: int
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> int:
        """The balance after the last line."""
        return self.lines[-1].balance if self.lines else self.opening


STATEMENT_KINDS = {
    "sale": N_("sale"),
    "purchase": N_("purchase", "owed"),
    "charge": N_("charge"),
    "credit": N_("credit note"),
    "opening": N_("opening"),
    "payment": N_("payment"),
    "refund": N_("paid back"),
    "bounced": N_("payment bounced"),
    "given up": N_("given up", "debt"),
    "correction": N_("owed again"),
}


STATEMENT = Listing(
    name="statement",
    title=N_("Account"),
    source="v_statement",
    order="day",
    find=("find",),
    day="day",
    views=(
        View("receivable", N_("owed to us"), "side = 'receivable'"),
        View("payable", N_("owed by us"), "side = 'payable'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("no", N_("number"), Show.CODE, width=11),
        Column("kind", N_("kind"), Show.WORD, width=14, words=STATEMENT_KINDS),
        Column("text", N_("text"), width=12, grows=True),
        Column("due", N_("due"), Show.DAY, width=10),
        Column("amount", N_("amount"), Show.MONEY, width=12, total=True),
        Column("balance", N_("balance"), Show.MONEY, width=12),
        Column("party", N_("party"), width=14, wide=True),
        Column("their_no", N_("their number"), Show.CODE, width=14, wide=True),
        Column("side", N_("side"), Show.WORD, words=SIDES, export_only=True),
    ),
)


def statement(look: Look, party: int, since: date, until: date, side: str = "receivable") -> Statement:
    """The account of a party from day to day, both included, as the day book has it; what was taken back again is left out."""
    whose = "FROM v_statement WHERE party_id = :party AND side = :side"
    before = look.value(
        f"SELECT balance {whose} AND day < :since ORDER BY day DESC, id DESC LIMIT 1", party=party, side=side, since=since.isoformat()
    )
    rows = look.rows(
        f"SELECT day, no, kind, due, their_no, text, amount, balance {whose} AND day BETWEEN :since AND :until ORDER BY day, id",
        party=party,
        side=side,
        since=since.isoformat(),
        until=until.isoformat(),
    )
    return Statement(party, side, since, until, int(before or 0), tuple(StatementLine(*row) for row in rows))


def statement_facts(look: Look, party: int, since: date, until: date) -> dict[str, Any]:
    """What a printed statement needs: the party and its language, the account as a Statement, what lies unallocated, what is past due and how old."""
    row = look.row("SELECT name, language, code FROM party WHERE id = :party", party=party)
    name, language, code = row or ("", "", None)
    sums = ", ".join(f"coalesce(sum({each}), 0)" for each in (*BUCKETS, "aside"))
    sql = f"SELECT {sums} FROM ({_sums('receivable', 'party', 'due')}) WHERE id = :party"
    ages = look.row(sql, today=until.isoformat(), party=party) or (0,) * 6
    account = statement(look, party, since, until)
    return {
        "party_id": party,
        "party": str(name),
        "code": str(code or ""),
        "language": str(language or look.value("SELECT value FROM office WHERE name = 'language'") or "en"),
        "since": since,
        "until": until,
        "opening": account.opening,
        "lines": account.lines,
        "closing": account.closing,
        "ages": dict(zip((*BUCKETS, "aside"), map(int, ages), strict=True)),
        "overdue": sum(map(int, ages[1:5])),
    }
