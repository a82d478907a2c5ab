"""Chase what is past due, and nothing that is paid: levels, disputes, promises, and notices that read the balance again as they are issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.claims.tables import Claim
from deskbook.books.receivables.chase import WORDS, Chased, chased, interest, interest_rate, paid_at
from deskbook.books.receivables.settling import Owed, claim_of, listed
from deskbook.books.receivables.tables import ChaseLevel, ClaimHold, LevelFacts, Notice, NoticeClaim
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, plural

# -- levels ----------------------------------------------------------------------------------------------------------------


def set_level(tx: Tx, *, level: int, **facts: Any) -> int:
    """Set what a level of chasing waits for and says (LevelFacts); what is not given stays as it was. Returns its id.

    Refusal where a level comes before the one below it in days, or there is none below it.
    """
    found = {row[1]: row for row in _levels(tx)}
    old = dict(zip(LevelFacts.model_fields, found[level][1:], strict=True)) if level in found else {}
    new = LevelFacts.of(**(old | facts | {"level": level}))
    if new.level > 1 and new.level - 1 not in found:
        raise Refusal("level", N_("There is no level {below}; levels come one after another."), below=new.level - 1)
    for other, rests in ((new.level - 1, False), (new.level + 1, True)):
        if other in found and (found[other][2] <= new.days if rests else found[other][2] >= new.days):
            one, many = (
                N_("Level {level} at {days} day, and level {other} at {others}: a higher level comes later."),
                N_("Level {level} at {days} days, and level {other} at {others}: a higher level comes later."),
            )
            raise Refusal("days", plural(new.days, one, many), level=new.level, days=new.days, other=other, others=found[other][2])
    one, many = (
        N_("level {level} of chasing: {days} day past due, {gap} after the one before"),
        N_("level {level} of chasing: {days} days past due, {gap} after the one before"),
    )
    tx.says(plural(new.days, one, many), level=new.level, days=new.days, gap=new.gap)
    if level in found:
        tx.update(ChaseLevel, found[level][0], **new.model_dump())
        return int(found[level][0])
    return tx.insert(ChaseLevel, **new.model_dump())


def drop_level(tx: Tx, *, level: int) -> None:
    """Take the highest level of chasing away."""
    found = _levels(tx)
    if level != found[-1][1] or len(found) == 1:
        raise Refusal("level", N_("Only the highest level is taken away, and one stays: the highest is {level}."), level=found[-1][1])
    tx.delete(ChaseLevel, found[-1][0])
    tx.says(N_("took away level {level} of chasing"), level=level)


def _levels(tx: Tx) -> list[tuple[Any, ...]]:
    """The office's levels, the usual ones written down with their words when there are none: id, then the facts."""
    sql = f"SELECT id, {', '.join(LevelFacts.model_fields)} FROM chase_level ORDER BY level"
    if not (found := tx.rows(sql)):
        for level, due, gap, fee, channel in tx.rows("SELECT level, days, gap, fee, channel FROM v_chase_level ORDER BY level"):
            tx.insert(ChaseLevel, level=level, days=due, gap=gap, fee=fee, channel=channel, **WORDS[level])
        found = tx.rows(sql)
    return found


# -- disputes and promises -------------------------------------------------------------------------------------------------


def dispute(tx: Tx, *, claims: Sequence[int], reason: str, said_by: str = "", until: date | str | None = None) -> list[int]:
    """The customer does not agree with these claims: they are not chased until that is lifted, or until a day. Returns the ids of the holds."""
    why = clean(reason, field="reason", longest=200)
    if not why:
        raise Refusal("reason", N_("Say what the customer does not agree with."))
    end = days.as_day(until, "until")
    made = []
    for owed in _open(tx, claims):
        facts: dict[str, Any] = {"claim_id": owed.id, "kind": "dispute", "made_on": tx.today.isoformat(), "until": end.isoformat() if end else None}
        made.append(tx.insert(ClaimHold, **facts, reason=why, said_by=clean(said_by, field="said_by", longest=80)))
    tx.says(N_("{claims} disputed: {reason}"), claims=listed([claim_of(tx, claim).no for claim in claims]), reason=why)
    return made


def promise(
    tx: Tx,
    *,
    claims: Sequence[int],
    until: date | str,
    amount: int | None = None,
    said_by: str = "",
    reason: str = "",
    made_on: date | str | None = None,
) -> list[int]:
    """The customer says when it pays these claims: they are not chased until that day is over. Returns their ids.

    amount: cents, of one claim only; without it all that is open of each. The promise is kept when so much is allocated by that day.
    """
    day, on = days.as_day(until, "until"), days.as_day(made_on, "made_on") or tx.today
    if day is None or day < on:
        raise Refusal("until", N_("A promise is for a day that is still to come."))
    if amount is not None and len(claims) > 1:
        raise Refusal("amount", N_("An amount can be promised of one claim at a time; of several, all that is open."))
    made = []
    for owed in _open(tx, claims):
        cents = owed.open if amount is None else amount
        if not 0 < cents <= owed.open:
            raise Refusal(
                "amount", N_("{open} is open of {no}; {amount} cannot be promised."), open=show_money(owed.open), no=owed.no, amount=show_money(cents)
            )
        facts: dict[str, Any] = {"claim_id": owed.id, "kind": "promise", "made_on": on.isoformat(), "until": day.isoformat(), "amount": cents}
        made.append(
            tx.insert(ClaimHold, **facts, reason=clean(reason, field="reason", longest=200), said_by=clean(said_by, field="said_by", longest=80))
        )
    tx.says(N_("{claims} promised for {day}"), claims=listed([claim_of(tx, claim).no for claim in claims]), day=day.isoformat())
    return made


def lift_hold(tx: Tx, *, hold: int) -> None:
    """A dispute is settled, or a promise taken off: the claim may be chased again."""
    row = tx.row("SELECT k.no, h.lifted_on FROM claim_hold h JOIN claim k ON k.id = h.claim_id WHERE h.id = :hold", hold=hold)
    if row is None or row[1]:
        raise Refusal("hold", N_("That hold was lifted already."))
    tx.update(ClaimHold, hold, lifted_on=tx.today.isoformat())
    tx.says(N_("{no} is held no more"), no=row[0])


def _open(tx: Tx, claims: Sequence[int]) -> list[Owed]:
    found = [claim_of(tx, claim, "claims") for claim in claims]
    for owed in found:
        if owed.side != "receivable" or owed.open <= 0:
            raise Refusal("claims", N_("{no} is not owed to us any more."), no=owed.no)
        tx.touch(Claim, owed.id)
    if not found:
        raise Refusal("claims", N_("No claim is chosen."))
    return found


# -- notices ---------------------------------------------------------------------------------------------------------------


def issue_notices(tx: Tx, *, claims: Mapping[Any, int], reason: str = "", channel: str = "") -> dict[str, Any]:
    """Issue payment notices, one a customer and level, for claims as they were seen: claim -> cents open on the screen.

    What is owed is read again here: a claim at nothing is left out, and one that was paid in part is asked for what is left. Held claims, those that
    were chased meanwhile and those whose day has not come are left out too. Where money or credit of the customer lies unallocated, nothing is issued
    without a reason: allocate it first. channel: "" is the level's own.

    Returns {"notices": ids, "dropped": [number, why, detail] of each claim left out (why: a key of DROPPED), "empty": how many notices had nothing
    left, "changed": [number, cents seen, cents open]}.
    """
    _levels(tx)
    seen = {int(claim): int(cents) for claim, cents in claims.items()}
    why = clean(reason, field="reason", longest=200)
    now = {row.id: row for row in chased(tx, seen)}
    groups: dict[tuple[int, int], list[Chased]] = {}
    planned: set[tuple[int, int]] = set()
    dropped: list[list[str]] = []
    for claim in seen:
        no, party, level = tx.row(
            "SELECT k.no, k.party_id, 1 + coalesce((SELECT max(n.level) FROM notice_claim c JOIN notice n ON n.id = c.notice_id"
            " WHERE c.claim_id = k.id AND n.void = 0), 0) FROM claim k WHERE k.id = :claim",
            claim=claim,
        ) or ("", 0, 0)
        planned.add((party, level))
        row = now.get(claim)
        if row is not None and row.state == "now" and row.next is not None:
            groups.setdefault((row.party_id, row.next), []).append(row)
        else:
            dropped.append([no, *_why_not(tx, claim, row)])
    for rows in groups.values():
        if rows[0].aside > 0 and not why:
            words = N_("{amount} of {party} is not allocated to any claim: allocate it first, or say why the notice goes out anyway.")
            raise Refusal("reason", words, amount=show_money(rows[0].aside), party=rows[0].party)
    notices = [_issue(tx, level, rows, why, channel) for (_party, level), rows in groups.items()]
    changed = [[row.no, seen[row.id], row.open] for rows in groups.values() for row in rows if row.open != seen[row.id]]
    empty = len(planned - groups.keys())
    _say_issued(tx, notices, dropped, empty)
    return {"notices": notices, "dropped": dropped, "empty": empty, "changed": changed}


def _issue(tx: Tx, level: int, rows: Sequence[Chased], why: str, channel: str) -> int:
    first = rows[0]
    late = sum(interest(row.open, interest_rate(tx), row.late) for row in rows)
    aside = max(first.aside, 0)
    facts: dict[str, Any] = {"no": tx.next_no(Notice, "N", tx.today), "party_id": first.party_id, "level": level, "day": tx.today.isoformat()}
    facts |= {"at": days.moment(), "channel": LevelFacts.of(level=level, days=0, channel=channel or first.channel).channel}
    facts |= {"amount": sum(row.open for row in rows), "fee": (first.fee or 0) + late, "aside": aside, "reason": why if aside else ""}
    notice = tx.insert(Notice, **facts)
    for row in rows:
        tx.insert(NoticeClaim, notice_id=notice, claim_id=row.id, open=row.open)
        sql = "SELECT n.id FROM notice_claim c JOIN notice n ON n.id = c.notice_id WHERE c.claim_id = :claim AND n.void = 0 AND n.level = :below"
        if before := tx.value(sql, claim=row.id, below=level - 1):
            tx.touch(Notice, before)  # the level before is not taken back from under this one
    return notice


def _why_not(tx: Tx, claim: int, row: Chased | None) -> tuple[str, str]:
    """Why a claim is not chased now: a key of DROPPED, and its detail."""
    if row is None:
        void, due = tx.row("SELECT void, due FROM claim WHERE id = :claim", claim=claim) or (1, "")
        open_ = tx.value("SELECT open FROM owed WHERE claim_id = :claim", claim=claim)
        return ("void", "") if void else ("later", due) if open_ else ("paid", paid_at(tx, claim))
    if row.state == "held":
        return "held", row.hold_reason or row.hold_until or ""
    return ("last", "") if row.state == "last" else ("later", row.next_on or "")


def _say_issued(tx: Tx, notices: Sequence[int], dropped: Sequence[Sequence[str]], empty: int) -> None:
    """The sentence of the step."""
    rows = [tx.row("SELECT no, amount FROM notice WHERE id = :id", id=notice) for notice in notices]
    issued: dict[str, Any] = {
        "notices": listed([str(row[0]) for row in rows if row]),
        "amount": show_money(sum(int(row[1]) for row in rows if row)),
        "count": sum(int(tx.value("SELECT count(*) FROM notice_claim WHERE notice_id = :id", id=notice)) for notice in notices),
    }
    left = {"count": empty, "claims": listed([no for no, *_why in dropped])}
    paid = [detail for _no, why, detail in dropped if why == "paid"]
    if not notices and empty == len(dropped) == len(paid) == 1:
        tx.says(N_("1 notice dropped: paid {when}"), when=paid[0])
    elif not notices:
        tx.says(N_("{count} notices dropped: {claims}"), **left)
    elif empty == len(dropped) == len(paid) == 1:
        one = N_("issued {notices} over {amount}; 1 notice dropped: paid {when}")
        many = N_("issued {notices} over {count} claims, {amount} in all; 1 notice dropped: paid {when}")
        tx.says(plural(issued["count"], one, many), **issued, when=paid[0])
    elif dropped:
        one = N_("issued {notices} over {amount}; left out: {claims}")
        many = N_("issued {notices} over {count} claims, {amount} in all; left out: {claims}")
        tx.says(plural(issued["count"], one, many), **issued, claims=left["claims"])
    else:
        tx.says(plural(issued["count"], N_("issued {notices} over {amount}"), N_("issued {notices} over {count} claims, {amount} in all")), **issued)


def cancel_notice(tx: Tx, *, notice: int) -> None:
    """A notice that was not to go out: its number stays listed, its level is free again. Refusal when a higher level followed."""
    row = tx.row("SELECT n.no, n.void, p.name, n.level FROM notice n JOIN party p ON p.id = n.party_id WHERE n.id = :id", id=notice)
    if row is None or row[1]:
        raise Refusal("notice", N_("That notice is cancelled already."))
    sql = """SELECT y.no FROM notice_claim c JOIN notice_claim x ON x.claim_id = c.claim_id JOIN notice y ON y.id = x.notice_id
              WHERE c.notice_id = :id AND y.void = 0 AND y.level > :level LIMIT 1"""
    if after := tx.value(sql, id=notice, level=row[3]):
        raise Refusal("notice", N_("{after} came after {no}; cancel that first."), after=after, no=row[0])
    tx.update(Notice, notice, void=1)
    tx.says(N_("cancelled {no} to {party}"), no=row[0], party=row[2])
