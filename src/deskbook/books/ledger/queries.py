"""The questions to the day book: its lists, balances and sums, groups of corrections, what the check recomputes."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.search import find_terms
from deskbook.core.store import Look
from deskbook.core.words import N_, _, plural

ENTRY_KINDS = {
    "in": N_("in"), "out": N_("out"), "transfer": N_("transfer"), "opening": N_("opening"), "correction": N_("correction"),
    "claim": N_("owed"), "receipt": N_("receipt", "money"), "payment": N_("payment", "money out"), "given up": N_("given up", "debt"),
}
ACCOUNT_KINDS = {
    "cash": N_("cash"), "bank": N_("bank"), "wechat": N_("WeChat"), "alipay": N_("Alipay"), "mpesa": N_("M-Pesa"),
    "income": N_("income"), "expense": N_("expense"), "opening": N_("opening"), "receivable": N_("owed to us"), "payable": N_("owed by us"),
}

LEDGER = Listing(
    name="ledger",
    title=N_("Day book"),
    source="v_ledger",
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("mark", "±", width=1, heading=N_("correction")),
        Column("no", N_("number"), Show.CODE, width=11, wide=True),
        Column("account", N_("account"), width=7),
        Column("party", N_("party"), width=11),
        Column("purpose", N_("purpose"), width=9, grows=True),
        Column("document", N_("document"), Show.CODE, width=10, wide=True),
        Column("other", N_("for", "purpose"), width=12, wide=True),
        Column("taken_in", N_("in"), Show.MONEY, width=10, total=True),
        Column("paid_out", N_("out"), Show.MONEY, width=10, total=True),
        Column("balance", N_("balance"), Show.MONEY, width=11),
        Column("kind", N_("kind"), Show.WORD, width=10, words=ENTRY_KINDS, export_only=True),
        Column("paper_day", N_("date of the paper"), Show.DAY, width=10, export_only=True),
    ),
    order="day",
    find=("find",),
    day="day",
    views=(View("standing", N_("standing"), "red = 0"), View("all", N_("all, with corrections"))),
)

ACCOUNTS = Listing(
    name="accounts",
    title=N_("Accounts"),
    source="v_account",
    columns=(
        Column("code", N_("code"), Show.CODE, width=8),
        Column("name", N_("name"), width=14, grows=True),
        Column("kind", N_("kind"), Show.WORD, width=8, words=ACCOUNT_KINDS),
        Column("opening", N_("opening"), Show.MONEY, width=12, total=True),
        Column("in_today", N_("in today"), Show.MONEY, width=11, total=True, quiet=True),
        Column("out_today", N_("out today"), Show.MONEY, width=11, total=True, quiet=True),
        Column("balance", N_("balance"), Show.MONEY, width=12, total=True),
        Column("last_difference", N_("difference"), Show.MONEY, width=10, wide=True),
    ),
    find=("find",),
    views=(
        View("money", N_("money"), "money = 1 AND (closed = 0 OR balance <> 0)"),  # what lies in a closed one is money too
        View("purposes", N_("what it is for"), "money = 0 AND closed = 0"),
        View("all", N_("all")),
    ),
)


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Day-book lines by number, document, purpose or party, newest first, among the newest 20,000: (book, id, words, detail)."""
    terms = find_terms(text)
    if not terms:
        return []
    where = " AND ".join(f"v.find LIKE :term{n}" for n in range(len(terms)))
    rows = look.rows(
        f"SELECT v.id, v.no, v.party, v.purpose, v.day FROM v_ledger v WHERE v.id > (SELECT max(id) FROM posting) - 20000 AND v.red = 0 AND {where}"
        " ORDER BY v.id DESC LIMIT :limit",
        limit=limit, **{f"term{n}": f"%{term}%" for n, term in enumerate(terms)},
    )
    return [("ledger", row, f"{no} {party or ''}".rstrip(), f"{day} {purpose}".rstrip()) for row, no, party, purpose, day in rows]


# -- accounts --------------------------------------------------------------------------------------------------------------


def search_accounts(look: Look, text: str, *, money: bool) -> list[tuple[int, str, str, str]]:
    """Open accounts that hold money (or say what it is for) by code or name: (id, name, kind, code)."""
    terms = find_terms(text)
    where = "".join(f" AND find LIKE :term{n}" for n in range(len(terms)))
    params = {f"term{n}": f"%{term}%" for n, term in enumerate(terms)}
    return look.rows(f"SELECT id, name, kind, code FROM account WHERE money = :money AND closed = 0{where} ORDER BY id", money=int(money), **params)


def account_name(look: Look, account: int) -> str:
    """The name of an account; "" where there is none."""
    return str(look.value("SELECT name FROM account WHERE id = :id", id=account) or "")


def money_accounts(look: Look) -> list[tuple[int, str]]:
    """Our open money accounts in their order: (id, name)."""
    return [(int(row), str(name)) for row, name in look.rows("SELECT id, name FROM account WHERE money AND closed = 0 ORDER BY id")]


def last_account(look: Look) -> int | None:
    """The money account used last, or the first there is."""
    used = "SELECT p.account_id FROM posting p JOIN account a ON a.id = p.account_id WHERE a.money AND a.closed = 0 ORDER BY p.id DESC LIMIT 1"
    found = look.value(used) or look.value("SELECT min(id) FROM account WHERE money AND closed = 0")
    return int(found) if found else None


def balance(look: Look, account: int) -> int:
    """What is in an account just now, in cents."""
    return int(look.value("SELECT coalesce(sum(taken_in - paid_out), 0) FROM account_day WHERE account_id = :id", id=account))


@dataclass(frozen=True, slots=True)
class Sums:
    """Cents of one or all money accounts over a time: opening + taken_in - paid_out = closing."""

    opening: int
    taken_in: int
    paid_out: int

    @property
    def closing(self) -> int:
        """What is there at the end."""
        return self.opening + self.taken_in - self.paid_out


def sums(look: Look, *, account: int | None = None, since: date | None = None, until: date | None = None) -> Sums:
    """What an account (None: all that hold money) opened with, took in and paid out from day to day, both included."""
    row = look.row(
        "SELECT coalesce(sum(iif(x.day < :since, x.taken_in - x.paid_out, 0)), 0), coalesce(sum(iif(x.day >= :since, x.taken_in, 0)), 0),"
        " coalesce(sum(iif(x.day >= :since, x.paid_out, 0)), 0)"
        " FROM account a JOIN account_day x ON x.account_id = a.id WHERE a.money AND x.day <= :until AND (:account IS NULL OR a.id = :account)",
        since=since.isoformat() if since else "", until=until.isoformat() if until else "9999", account=account,
    )
    return Sums(*row) if row else Sums(0, 0, 0)


# -- entries ---------------------------------------------------------------------------------------------------------------

SUMS = "SELECT account_id, sum(amount) FROM posting WHERE entry_id = :id GROUP BY account_id HAVING sum(amount) <> 0 ORDER BY min(id)"
"""What an entry comes to on each account, also after it was taken back and done again."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a group. line: of the day book; amount: cents on our money account, negative for out.

    state: stands, corrected, correction, void.
    """

    id: int
    line: int
    no: str
    day: str
    kind: str
    account: str
    amount: int
    state: str


def entry_group(look: Look, entry: int) -> list[EntryRow]:
    """An entry with all that corrected it and stands in its place, oldest first; alone where nothing was corrected."""
    rows = look.rows(
        """WITH RECURSIVE
             up(id) AS (VALUES(:id) UNION SELECT e.corrects_id FROM entry e JOIN up USING (id) WHERE e.corrects_id IS NOT NULL),
             grp(id) AS (SELECT id FROM up UNION SELECT e.id FROM entry e JOIN grp ON e.corrects_id = grp.id)
           SELECT e.id, p.id, e.no, e.day, e.kind, a.name, p.amount,
                  CASE WHEN e.void THEN 'void' WHEN e.kind = 'correction' THEN 'correction'
                       WHEN EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id AND c.void = 0) THEN 'corrected' ELSE 'stands' END
             FROM grp JOIN entry e USING (id)
             JOIN posting p ON p.id = (SELECT min(q.id) FROM posting q JOIN account m ON m.id = q.account_id WHERE q.entry_id = e.id AND m.money)
             JOIN account a ON a.id = p.account_id ORDER BY e.id""",
        id=entry,
    )
    return [EntryRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """The facts of one entry as the commands take them; amount in cents, more than zero (of an opening perhaps below)."""

    id: int
    no: str
    kind: str
    day: str
    paper_day: str | None
    account: int
    other: int
    amount: int
    party: int | None
    purpose: str
    document: str
    void: bool
    corrected_by: str


def entry_facts(look: Look, entry: int) -> EntryFacts | None:
    """What was written; account: the money account, of a transfer the one it came from, other the one it went to. None where there is none."""
    row = look.row("SELECT no, kind, day, paper_day, party_id, purpose, document, void FROM entry WHERE id = :id", id=entry)
    if row is None:
        return None
    no, kind, day, paper_day, party, purpose, document, void = row
    postings = "SELECT p.account_id, p.amount, a.money FROM posting p JOIN account a ON a.id = p.account_id WHERE p.entry_id = :id"
    found = look.rows(postings + " ORDER BY p.id LIMIT 2", id=entry)
    if kind == "transfer":
        found.sort(key=lambda posting: int(posting[1]))
    else:
        found.sort(key=lambda posting: not posting[2])
    by = look.value("SELECT no FROM entry WHERE corrects_id = :id AND void = 0", id=entry) or ""
    amount = found[0][1] if kind == "opening" else abs(found[0][1])
    return EntryFacts(entry, no, kind, day, paper_day, found[0][0], found[1][0], amount, party, purpose, document, bool(void), by)


def entry_of(look: Look, line: int) -> int | None:
    """The entry of a day-book line, by the line's id."""
    found = look.value("SELECT entry_id FROM posting WHERE id = :id", id=line)
    return int(found) if found else None


def line_of(look: Look, entry: int) -> int | None:
    """The newest day-book line of an entry, by the entry's id."""
    found = look.value("SELECT max(p.id) FROM posting p JOIN account a ON a.id = p.account_id WHERE p.entry_id = :id AND a.money", id=entry)
    return int(found) if found else None


def same_document(look: Look, document: str, account: int, amount: int) -> str | None:
    """The number of a standing entry with the same document and the same cents on the same account."""
    found: str | None = look.value(
        "SELECT v.no FROM entry e JOIN posting p ON p.entry_id = e.id AND p.account_id = :account AND p.amount = :amount"
        " JOIN v_ledger v ON v.id = p.id WHERE e.document = :document AND v.red = 0 ORDER BY e.id DESC LIMIT 1",
        document=document, account=account, amount=amount,
    )
    return found


def last_closed(look: Look) -> str | None:
    """The newest closed day, ISO."""
    found: str | None = look.value("SELECT max(day) FROM day_close")
    return found


def differences(look: Look, account: int) -> list[tuple[str, int, int]]:
    """The newest closings that counted something else than the book says: day, counted, difference in cents."""
    sql = "SELECT day, counted, difference FROM v_day_close WHERE account_id = :id AND difference <> 0 ORDER BY day DESC LIMIT 12"
    return [(str(day), int(counted), int(off)) for day, counted, off in look.rows(sql, id=account)]


def still_open(look: Look, day: date) -> list[str]:
    """What a day leaves open when it is closed, a sentence each, in the language in use."""
    asked: list[tuple[str, str, str]] = [
        (
            N_("{count} day with entries before it closes with it."),
            N_("{count} days with entries before it close with it."),
            "SELECT count(DISTINCT day) FROM posting WHERE day < :day AND day > coalesce((SELECT max(day) FROM day_close), '')",
        ),
        (
            N_("{count} shipment is made and not sent."),
            N_("{count} shipments are made and not sent."),
            "SELECT count(*) FROM shipment WHERE state IN ('picking', 'checked') AND void = 0 AND day <= :day",
        ),
        (
            N_("{count} message is not told yet."),
            N_("{count} messages are not told yet."),
            "SELECT count(*) FROM task WHERE kind = 'message' AND done_at IS NULL AND made_on <= :day",
        ),
        (
            N_("{count} task of the day is open."),
            N_("{count} tasks of the day are open."),
            "SELECT count(*) FROM task WHERE kind = 'task' AND done_at IS NULL AND coalesce(due, made_on) <= :day",
        ),
    ]
    counts = [(one, many, int(look.value(sql, day=day.isoformat()))) for one, many, sql in asked]
    return [_(plural(count, one, many), count=count) for one, many, count in counts if count]


# -- the check -------------------------------------------------------------------------------------------------------------

_SIDES = """
SELECT p.account_id, p.day, sum(iif((e.kind = 'correction') <> (p.reverses_id IS NOT NULL), min(p.amount, 0), max(p.amount, 0))) AS taken_in,
       -sum(iif((e.kind = 'correction') <> (p.reverses_id IS NOT NULL), max(p.amount, 0), min(p.amount, 0))) AS paid_out
  FROM posting p JOIN entry e ON e.id = p.entry_id GROUP BY p.account_id, p.day"""

RULES: tuple[Rule, ...] = (
    Rule(
        N_("The postings of every entry add up to zero."),
        "SELECT e.no || ': ' || sum(p.amount) FROM posting p JOIN entry e ON e.id = p.entry_id GROUP BY p.entry_id HAVING sum(p.amount) <> 0",
    ),
    Rule(
        N_("Every entry that stands has postings, and one that was taken back comes to nothing."),
        "SELECT e.no FROM entry e WHERE CASE WHEN e.void"
        " THEN EXISTS (SELECT 1 FROM posting p WHERE p.entry_id = e.id GROUP BY p.account_id HAVING sum(p.amount) <> 0)"
        " ELSE NOT EXISTS (SELECT 1 FROM posting p WHERE p.entry_id = e.id) END",
    ),
    Rule(
        N_("The sums of an account's days are those of its postings."),
        f"WITH due AS ({_SIDES}) SELECT a.name || ' ' || x.day FROM (SELECT * FROM (SELECT * FROM account_day EXCEPT SELECT * FROM due) UNION"
        " SELECT * FROM (SELECT * FROM due EXCEPT SELECT * FROM account_day)) x JOIN account a ON a.id = x.account_id",
    ),
    Rule(
        N_("What was written down when a day was closed is what was posted until then."),
        f"WITH due AS ({_SIDES}) SELECT c.day || ' ' || a.name"
        " FROM day_count k JOIN day_close c ON c.id = k.close_id JOIN account a ON a.id = k.account_id"
        " WHERE k.opening <> coalesce((SELECT sum(p.amount) FROM posting p WHERE p.account_id = k.account_id AND p.day < c.day), 0)"
        " OR k.taken_in <> coalesce((SELECT d.taken_in FROM due d WHERE d.account_id = k.account_id AND d.day = c.day), 0)"
        " OR k.paid_out <> coalesce((SELECT d.paid_out FROM due d WHERE d.account_id = k.account_id AND d.day = c.day), 0)",
    ),
    Rule(
        N_("An entry is corrected once."),
        "SELECT e.no FROM entry e JOIN entry c ON c.corrects_id = e.id AND c.void = 0 GROUP BY e.id HAVING count(*) > 1",
    ),
    Rule(
        N_("A correction is the mirror of what it corrects."),
        "SELECT c.no FROM entry c WHERE c.kind = 'correction' AND c.void = 0 AND EXISTS"
        " (SELECT 1 FROM posting p WHERE p.entry_id IN (c.id, c.corrects_id) GROUP BY p.account_id HAVING sum(p.amount) <> 0)",
    ),
)
