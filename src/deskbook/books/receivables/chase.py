"""Ask who is to be chased, with what, and what was promised: computed at the moment it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from deskbook.core import days
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.numbers import half_up
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_

STATES = {"now": N_("to chase"), "later": N_("later", "to be chased"), "held": N_("held", "not chased"), "last": N_("last sent")}
HOLDS = {"dispute": N_("disputed"), "promise": N_("promised")}
HOLD_STATES = {
    "waiting": N_("waiting"),
    "kept": N_("kept"),
    "broken": N_("broken"),
    "disputed": N_("disputed"),
    "lifted": N_("lifted"),
}
CHANNELS = {"print": N_("paper"), "phone": N_("phone"), "wechat": N_("WeChat"), "mail": N_("mail", "way to send")}
NOTICE_STATES = {"sent": N_("issued"), "cancelled": N_("cancelled")}
DROPPED = {
    "paid": N_("paid {when}"),
    "void": N_("taken back"),
    "held": N_("held: {reason}"),
    "later": N_("not before {day}"),
    "last": N_("every level was sent"),
}
"""Why a claim is left out of a print run."""
WORDS: Mapping[int, Mapping[str, str]] = {
    1: {
        "en": "Perhaps it was overlooked: what is listed below is past its day. If you have paid meanwhile, please disregard this notice.",
        "zh": "可能一时疏忽：下列款项已过付款日。若贵方已付款，请不必理会本通知。",
        "es": "Quizá se pasó por alto: lo que sigue ya venció. Si entretanto ha pagado, no tenga en cuenta este aviso.",
        "sw": "Huenda ilisahaulika: kiasi kilichoorodheshwa hapa chini kimepita siku yake. Kama umeshalipa, tafadhali usijali ilani hii.",
    },
    2: {
        "en": "We ask again for the payment of what is listed below. Please pay it now, or tell us the day on which we can expect it.",
        "zh": "现再次请贵方支付下列款项。请即付款，或告知可付款的日期。",
        "es": "Le pedimos de nuevo el pago de lo que sigue. Páguelo ahora o díganos qué día podemos esperarlo.",
        "sw": "Tunaomba tena malipo ya kiasi kilichoorodheshwa hapa chini. Tafadhali lipa sasa, au tuambie siku ya kuyatarajia.",
    },
    3: {
        "en": "In spite of our notices what is listed below is still not paid. This is the last notice; please pay within seven days.",
        "zh": "经多次通知，下列款项仍未支付。此为最后一次通知，请于七日内付清。",
        "es": "A pesar de nuestros avisos, lo que sigue no está pagado. Este es el último aviso; pague en un plazo de siete días.",
        "sw": "Licha ya ilani zetu, kiasi kilichoorodheshwa hapa chini bado hakijalipwa. Hii ni ilani ya mwisho; lipa ndani ya siku saba.",
    },
}
"""What the first three levels say until the office words them itself, in the language of the customer's papers."""

CHASE = Listing(
    name="chase",
    title=N_("Chasing"),
    source="v_chase",
    order="late",
    descending=True,
    find=("find",),
    day="due",
    views=(
        View("now", N_("to chase now"), "state = 'now'"),
        View("held", N_("held: disputed or promised"), "state = 'held'"),
        View("later", N_("not yet"), "state = 'later'"),
        View("last", N_("every level sent"), "state = 'last'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("party", N_("customer"), width=14, grows=True),
        Column("no", N_("claim"), Show.CODE, width=11),
        Column("due", N_("due"), Show.DAY, width=10),
        Column("late", N_("late", "money"), Show.COUNT, width=4),
        Column("open", N_("open", "amount"), Show.MONEY, width=11, total=True),
        Column("next", N_("level"), Show.COUNT, width=5),
        Column("state", N_("state"), Show.WORD, width=9, words=STATES),
        Column("next_on", N_("from", "to be chased"), Show.DAY, width=10, wide=True),
        Column("aside", N_("not allocated"), Show.MONEY, width=13, wide=True, quiet=True),
        Column("hold", N_("held", "not chased"), Show.WORD, width=9, words=HOLDS, wide=True),
        Column("hold_until", N_("until"), Show.DAY, width=10, wide=True),
        Column("hold_reason", N_("reason"), width=20, wide=True),
        Column("phone", N_("phone"), Show.CODE, width=15, wide=True),
        Column("level", N_("level sent"), Show.COUNT, export_only=True),
        Column("noticed_on", N_("sent on"), Show.DAY, export_only=True),
        Column("amount", N_("amount"), Show.MONEY, export_only=True),
        Column("caution", N_("caution"), export_only=True),
    ),
)

PROMISES = Listing(
    name="claim_holds",
    title=N_("Disputed and promised"),
    source="v_hold",
    order="made_on",
    descending=True,
    find=("find",),
    day="made_on",
    views=(
        View("open", N_("open", "holds"), "state IN ('waiting', 'disputed')"),
        View("broken", N_("broken"), "state = 'broken'"),
        View("kept", N_("kept"), "state = 'kept'"),
        View("all", N_("all")),
    ),
    columns=(
        Column("party", N_("customer"), width=14, grows=True),
        Column("no", N_("claim"), Show.CODE, width=11),
        Column("kind", N_("hold"), Show.WORD, width=9, words=HOLDS),
        Column("made_on", N_("said on"), Show.DAY, width=10),
        Column("until", N_("until"), Show.DAY, width=10),
        Column("amount", N_("promised", "amount"), Show.MONEY, width=11, total=True),
        Column("paid", N_("paid"), Show.MONEY, width=11, total=True),
        Column("state", N_("state"), Show.WORD, width=9, words=HOLD_STATES),
        Column("said_by", N_("said by"), width=12, wide=True),
        Column("reason", N_("reason"), width=20, wide=True),
        Column("lifted_on", N_("lifted on"), Show.DAY, width=10, wide=True),
    ),
)

NOTICES = Listing(
    name="notices",
    title=N_("Payment notices"),
    source="v_notice",
    order="day",
    descending=True,
    find=("find",),
    day="day",
    views=(
        View("sent", N_("issued"), "state = 'sent'"),
        View("unpaid", N_("issued and not paid"), "state = 'sent' AND still > 0"),
        View("all", N_("all, with what was cancelled")),
    ),
    columns=(
        Column("no", N_("number"), Show.CODE, width=11),
        Column("day", N_("day"), Show.DAY, width=10),
        Column("party", N_("customer"), width=14, grows=True),
        Column("level", N_("level"), Show.COUNT, width=5),
        Column("amount", N_("amount"), Show.MONEY, width=11, total=True),
        Column("still", N_("not paid"), Show.MONEY, width=11, total=True, quiet=True),
        Column("state", N_("state"), Show.WORD, width=10, words=NOTICE_STATES),
        Column("channel", N_("by"), Show.WORD, width=8, words=CHANNELS, wide=True),
        Column("claims", N_("claims"), Show.COUNT, width=6, wide=True),
        Column("fee", N_("fee", "of chasing"), Show.MONEY, width=9, wide=True, quiet=True),
        Column("aside", N_("not allocated"), Show.MONEY, width=13, wide=True, quiet=True),
        Column("reason", N_("reason"), width=20, wide=True),
        Column("at", N_("issued at"), Show.MOMENT, export_only=True),
    ),
)

LEVELS = Listing(
    name="chase_levels",
    title=N_("Levels of chasing"),
    source="v_chase_level",
    order="level",
    columns=(
        Column("level", N_("level"), Show.COUNT, width=5),
        Column("days", N_("days past due"), Show.COUNT, width=13),
        Column("gap", N_("days between"), Show.COUNT, width=12),
        Column("fee", N_("fee", "of chasing"), Show.MONEY, width=9, quiet=True),
        Column("channel", N_("by"), Show.WORD, width=8, words=CHANNELS),
        Column("en", N_("words in English"), width=14, grows=True),
        Column("zh", N_("words in Chinese"), width=14, wide=True),
        Column("es", N_("words in Spanish"), width=14, wide=True),
        Column("sw", N_("words in Swahili"), width=14, wide=True),
    ),
)


class Chased(NamedTuple):
    """A claim past due. level: the highest sent; next: the level that comes, from next_on; state: a key of STATES."""

    id: int
    no: str
    party_id: int
    party: str
    caution: str
    phone: str | None
    due: str
    amount: int
    open: int
    late: int
    level: int | None
    noticed_on: str | None
    next: int | None
    next_on: str | None
    channel: str | None
    fee: int | None
    hold_id: int | None
    hold: str | None
    hold_until: str | None
    hold_reason: str | None
    promised: int | None
    said_by: str | None
    aside: int
    state: str


def chased(look: Look, claims: Mapping[int, Any] | list[int] | None = None, *, party: int | None = None) -> list[Chased]:
    """These claims, or those of a party, as far as they are past due and not paid; the oldest due first."""
    ids = list(claims or [])
    names = ", ".join(f":c{n}" for n in range(len(ids)))
    where = f"id IN ({names})" if claims is not None else "party_id = :party"
    params: dict[str, Any] = {f"c{n}": claim for n, claim in enumerate(ids)} | ({"party": party} if claims is None else {})
    return [Chased(*row) for row in look.rows(f"SELECT {', '.join(Chased._fields)} FROM v_chase WHERE {where} ORDER BY due, id", **params)]


def due_with(look: Look, claim: int) -> list[int]:
    """The claims of a claim's customer that are to be chased now, the oldest due first: what its notices go out over."""
    party = look.value("SELECT party_id FROM claim WHERE id = :claim", claim=claim)
    return [row.id for row in chased(look, party=party) if row.state == "now"]


def to_chase(look: Look) -> int:
    """How many claims are to be chased now: the length of CHASE's first view, without building its rows.

    A claim that was never chased nor held is to be chased when it is past due by the first level's days; only the others are looked at one by one.
    """
    known = (
        "SELECT c.claim_id FROM notice_claim c JOIN notice n ON n.id = c.notice_id WHERE n.void = 0"
        " UNION SELECT claim_id FROM claim_hold WHERE lifted_on IS NULL"
    )
    late = (
        " FROM office_day d CROSS JOIN owed w ON w.side = 'receivable' AND w.open > 0"
        " AND w.due <= date(d.day, '-' || max(1, (SELECT days FROM v_chase_level WHERE level = 1)) || ' days')"
    )
    return int(
        look.value(
            f"SELECT (SELECT count(*){late}) - (SELECT count(*) FROM ({known}) k CROSS JOIN owed o ON o.claim_id = k.claim_id"
            f" WHERE o.claim_id IN (SELECT w.claim_id{late} AND w.claim_id = o.claim_id))"
            f" + (SELECT count(*) FROM v_chase WHERE state = 'now' AND id IN ({known}))"
        )
    )


def broken_promises(look: Look, party: int) -> int:
    """How many promises of a party were broken."""
    return int(look.value("SELECT count(*) FROM v_hold WHERE party_id = :party AND state = 'broken'", party=party))


class Hold(NamedTuple):
    """A dispute or a promise. state: a key of HOLD_STATES."""

    id: int
    claim_id: int
    no: str
    kind: str
    made_on: str
    until: str | None
    amount: int | None
    paid: int
    said_by: str
    reason: str
    state: str


def holds_of(look: Look, *, claim: int | None = None, party: int | None = None) -> list[Hold]:
    """The disputes and promises of a claim or a party, newest first."""
    where, value = ("claim_id = :value", claim) if claim is not None else ("party_id = :value", party)
    return [Hold(*row) for row in look.rows(f"SELECT {', '.join(Hold._fields)} FROM v_hold WHERE {where} ORDER BY id DESC LIMIT 12", value=value)]


def paid_at(look: Look, claim: int) -> str:
    """When a claim was last settled, a moment as people say it: `09:00` today, `Fri 20 09:00` before; "" where it never was."""
    sql = """SELECT s.at FROM change c JOIN step s ON s.id = c.step_id
              WHERE c.tbl = 'allocation' AND c.op = 'I' AND c.row_id <= :id AND c.last_id >= :id ORDER BY c.row_id DESC LIMIT 1"""
    last = look.value("SELECT max(id) FROM allocation WHERE claim_id = :claim AND reverses_id IS NULL", claim=claim)
    at = look.value(sql, id=last) if last else None
    if not at:
        return ""
    said = days.show_moment(at)
    return said[-5:] if str(at) >= days.day_span(days.today())[0] else said


def interest(cents: int, rate: int, late: int) -> int:
    """What `cents` cost over `late` days at a rate a year in 1/100 %: 10,000.00 at 6 % for 73 days is 120.00."""
    return half_up(cents * rate * late, 10_000 * 365)


def interest_rate(look: Look) -> int:
    """What the office asks a year for what is late, in 1/100 %; 0 where it asks nothing."""
    return int(look.value("SELECT value FROM office WHERE name = 'interest' AND value <> ''") or 0)


# -- the paper -------------------------------------------------------------------------------------------------------------


def notice_facts(look: Look, notice: int, *, copy: bool = False) -> dict[str, Any]:
    """What a printed notice needs, its balances read again. Refusal where it was cancelled, or a claim of it was paid since it was issued.

    copy: as it was issued, whatever happened since. Keys: id, no, day, level, party_id, party, code, language, channel, text, claims (dicts of no,
    day, due, late, their_no, amount, open), amount, fee, total, aside, reason.
    """
    row = look.row(
        "SELECT n.no, n.day, n.level, n.party_id, p.name, p.code, p.language, n.channel, n.amount, n.fee, n.aside, n.reason, n.void"
        " FROM notice n JOIN party p ON p.id = n.party_id WHERE n.id = :notice",
        notice=notice,
    )
    if row is None:
        raise Refusal("notice", N_("There is no such notice."))
    no, day, level, party, name, code, language, channel, amount, fee, aside, reason, void = row
    if void and not copy:
        raise Refusal("notice", N_("{no} was cancelled; it is not printed."), no=no)
    rows = look.rows(
        "SELECT k.id, k.no, k.day, k.due, k.their_no, k.amount, c.open, coalesce(w.open, 0) FROM notice_claim c JOIN claim k ON k.id = c.claim_id"
        " LEFT JOIN owed w ON w.claim_id = k.id WHERE c.notice_id = :notice ORDER BY k.due, k.id",
        notice=notice,
    )
    for claim, claim_no, _day, _due, _their, _amount, asked, now in rows:
        if now != asked and not copy:
            words = N_("{claim} of {no} was paid {when}, in whole or in part; cancel the notice and issue it again.")
            raise Refusal("notice", words, claim=claim_no, no=no, when=paid_at(look, claim) or "-")
    use = str(language or look.value("SELECT value FROM office WHERE name = 'language'") or "en")
    own = look.row("SELECT en, zh, es, sw FROM chase_level WHERE level = :level", level=level)
    text = dict(zip(("en", "zh", "es", "sw"), own, strict=True)).get(use, "") if own else ""
    issued = date.fromisoformat(day)
    claims = [
        {"no": claim_no, "day": on, "due": due, "late": (issued - date.fromisoformat(due)).days, "their_no": their, "amount": worth, "open": asked}
        for _claim, claim_no, on, due, their, worth, asked, _now in rows
    ]
    return {
        "id": notice,
        "no": no,
        "day": issued,
        "level": level,
        "party_id": party,
        "party": name,
        "code": code or "",
        "language": use,
        "channel": channel,
        "text": text or WORDS.get(level, WORDS[3]).get(use, WORDS[1]["en"]),
        "claims": claims,
        "amount": amount,
        "fee": fee,
        "total": amount + fee,
        "aside": aside,
        "reason": reason,
    }
