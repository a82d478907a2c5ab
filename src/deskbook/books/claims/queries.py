"""Ask about what is owed: what must hold between claims, allocations, payments and the day book."""

from __future__ import annotations

from deskbook.core.check import Rule
from deskbook.core.store import Look
from deskbook.core.words import N_

OWED = "SELECT coalesce(sum(open), 0) FROM owed WHERE party_id = :party AND side = :side"
ASIDE = "SELECT coalesce(sum(open), 0) FROM unallocated WHERE party_id = :party AND side = :side"


def balance(look: Look, party: int, side: str = "receivable") -> int:
    """What a party owes us (or we owe it) after what it paid beyond its claims, in cents; less than nothing: it paid ahead."""
    return int(look.value(OWED, party=party, side=side)) - int(look.value(ASIDE, party=party, side=side))


def _differ(derived: str, due: str) -> str:
    return f"SELECT * FROM (SELECT * FROM {derived} EXCEPT {due}) UNION SELECT * FROM ({due} EXCEPT SELECT * FROM {derived})"


def _posted(account: str) -> str:
    """SQL: cents that the entry `e` posted to the account that a condition names, as its document's side counts them."""
    return (
        "coalesce((SELECT sum(iif(d.side = 'receivable', p.amount, -p.amount)) FROM posting p JOIN account a ON a.id = p.account_id"
        f" WHERE p.entry_id = e.id AND {account}), 0)"
    )


OVER = "sign(o.open) = -sign(d.amount) OR abs(o.open) > abs(d.amount)"
RULES = (
    Rule(
        N_("A claim is the sum of its lines."),
        "SELECT k.no FROM claim k WHERE k.amount <> (SELECT coalesce(sum(l.amount), 0) FROM claim_line l WHERE l.claim_id = k.id)",
    ),
    Rule(
        N_("What is open of every claim is what was claimed less what settled it."),
        f"SELECT DISTINCT claim_id FROM ({_differ('owed', 'SELECT * FROM v_owed WHERE open <> 0')})",
    ),
    Rule(
        N_("What no claim has taken of a payment is the payment less what its claims took."),
        f"SELECT DISTINCT payment_id FROM ({_differ('unallocated', 'SELECT * FROM v_unallocated WHERE open <> 0')})",
    ),
    Rule(
        N_("No claim is settled for more than it is worth, no payment spent for more than it was."),
        f"SELECT d.no FROM v_owed o JOIN claim d ON d.id = o.claim_id WHERE {OVER}"
        f" UNION ALL SELECT d.no FROM v_unallocated o JOIN payment d ON d.id = o.payment_id WHERE {OVER}",
    ),
    Rule(
        N_("A claim and its entry say the same, of the same party."),
        "SELECT d.no FROM claim d JOIN entry e ON e.id = d.entry_id"
        f" WHERE d.void = 0 AND (e.void OR e.party_id IS NOT d.party_id OR e.kind <> 'claim' OR d.amount <> {_posted('a.kind = d.side')})",
    ),
    Rule(
        N_("A payment and its entry say the same, of the same party."),
        "SELECT d.no FROM payment d JOIN entry e ON e.id = d.entry_id"
        f" WHERE d.void = 0 AND (e.void OR e.party_id IS NOT d.party_id OR d.amount <> {_posted('a.id = d.account_id')})",
    ),
    Rule(
        N_("The day book owes and is owed what the claims and payments say."),
        "SELECT side || ': ' || posted || ' / ' || said FROM"
        " (SELECT a.kind AS side, sum(iif(a.kind = 'receivable', p.amount, -p.amount)) AS posted,"
        " (SELECT coalesce(sum(open), 0) FROM owed o WHERE o.side = a.kind)"
        " - (SELECT coalesce(sum(open), 0) FROM unallocated u WHERE u.side = a.kind) AS said"
        " FROM account a JOIN posting p ON p.account_id = a.id WHERE a.kind IN ('receivable', 'payable') GROUP BY a.kind) WHERE posted <> said",
    ),
)
