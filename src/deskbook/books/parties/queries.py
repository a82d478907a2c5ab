"""Ask about parties: lists, lookups, what is nearly the same, and what the card shows."""
from __future__ import annotations

from typing import Any, NamedTuple

from deskbook.core.check import Rule
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.search import find_terms, fold, near_names, phone_digits
from deskbook.core.store import Look, Row
from deskbook.core.words import N_, _

BLOCK_WORDS = {"": N_("no"), "ship": N_("nothing is sent"), "bill": N_("nothing is sent or billed"), "all": N_("no order, nothing sent or billed")}
"""The steps at which a customer is blocked."""
BILLS_WORDS = {"": N_("when goods leave or come"), "order": N_("when it is ordered"), "hand": N_("by hand")}
"""When a customer is billed, and what a supplier sends is owed."""
PARTIES = Listing(
    name="parties",
    title=N_("Customers and suppliers"),
    source="v_party",
    columns=(
        Column("name", N_("name"), width=20, grows=True),
        Column("city", N_("city"), width=11, screen_only=True),
        Column("person", N_("person"), width=11),
        Column("phone", N_("phone"), Show.CODE, width=15, screen_only=True),
        Column("terms_days", N_("days to pay"), Show.COUNT, width=6),
        Column("code", N_("code"), Show.CODE, width=8, wide=True),
        Column("salesperson_name", N_("looked after by"), width=12, wide=True),
        Column("caution", N_("caution"), width=16, wide=True),
        Column("roles", N_("roles"), width=20, export_only=True),
        Column("transit_days", N_("days on the way"), Show.COUNT, export_only=True),
        Column("phones", N_("phone"), Show.CODE, export_only=True),
        Column("mobile", N_("mobile"), Show.CODE, export_only=True),
        Column("fax", N_("fax"), Show.CODE, export_only=True),
        Column("mail", N_("mail"), export_only=True),
        Column("qq", N_("QQ"), Show.CODE, export_only=True),
        Column("wechat", N_("WeChat"), Show.CODE, export_only=True),
        Column("whatsapp", N_("WhatsApp"), Show.CODE, export_only=True),
        Column("web", N_("web"), export_only=True),
        Column("address", N_("address"), export_only=True),
        Column("main_city", N_("city"), export_only=True),
        Column("main_country", N_("country"), export_only=True),
        Column("credit_limit", N_("credit limit"), Show.MONEY, export_only=True),
        Column("block", N_("blocked"), Show.WORD, words=BLOCK_WORDS, export_only=True),
        Column("bills", N_("billed", "when"), Show.WORD, words=BILLS_WORDS, export_only=True),
        Column("language", N_("language"), export_only=True),
        Column("note", N_("note"), export_only=True),
        Column("closed", N_("closed", "no longer used"), Show.COUNT, export_only=True),
    ),
    order="name",
    find=("find",),
    views=(
        View("open", N_("all in use"), "closed = 0"),
        View("customers", N_("customers"), "customer = 1 AND closed = 0"),
        View("suppliers", N_("suppliers"), "supplier = 1 AND closed = 0"),
        View("carriers", N_("carriers"), "carrier = 1 AND closed = 0"),
        View("factories", N_("repair factory"), "factory = 1 AND closed = 0"),
        View("head_office", N_("head office"), "head_office = 1 AND closed = 0"),
        View("salespeople", N_("our salespeople"), "salesperson = 1 AND closed = 0"),
        View("caution", N_("with a caution"), "caution <> '' AND closed = 0"),
        View("closed", N_("closed", "no longer used"), "closed = 1"),
        View("all", N_("all")),
    ),
)

ROLE_WORDS = {
    "customer": N_("customer"),
    "supplier": N_("supplier"),
    "carrier": N_("carrier"),
    "factory": N_("repair factory"),
    "head_office": N_("head office"),
    "salesperson": N_("salesperson"),
}
"""The roles, which are columns of a party, and their words."""
SAME_PHONE_DIGITS = 6
"""Fewer digits are an extension or a service number, which many may share."""


class Hit(NamedTuple):
    """One row a lookup found: what stands in the field, what tells it from its neighbours, and a code that typed whole means it alone."""

    id: int
    text: str
    detail: str
    code: str


def patterns(text: str) -> tuple[str, dict[str, Any]]:
    """SQL conditions over a column `find` for what was typed (as one word, or as words in any order), and their parameters.

    Give :word, :start and :whole to `rank` too. Folded text holds no sign that LIKE reads otherwise.
    """
    word = fold(text)
    terms = find_terms(text)
    params: dict[str, Any] = {"word": f"%{word}%", "start": f"% {word}%", "whole": f"% {word} %"}
    condition = "find LIKE :word"
    if len(terms) > 1:
        params |= {f"term{n}": f"%{term}%" for n, term in enumerate(terms)}
        apart = " AND ".join(f"find LIKE :term{n}" for n in range(len(terms)))
        condition = apart if "".join(terms) == word else f"{condition} OR ({apart})"  # as one word they are all there too
    return condition, params


RANK = "CASE WHEN find LIKE :start THEN iif(find || ' ' LIKE :whole, 0, 1) WHEN find LIKE :word THEN 2 ELSE 3 END"
"""Best first: a whole word of the search text, the beginning of one, a part of one, several words apart."""


def search_parties(look: Look, text: str, role: str | None = None, limit: int = 50) -> list[Hit]:
    """Open parties by any part of name, code, pinyin, person, city or telephone, best first. role: only those that have it."""
    if not fold(text):
        return []
    if role is not None and role not in ROLE_WORDS:
        raise KeyError(role)
    condition, params = patterns(text)
    digits = phone_digits(text)
    if len(digits) >= 3:
        condition += " OR id IN (SELECT party_id FROM contact WHERE digits LIKE :digits)"
        params["digits"] = f"%{digits}%"
    rows = look.rows(
        f"SELECT p.id, p.name, coalesce(p.code, ''),"
        " (SELECT a.city FROM address a WHERE a.party_id = p.id AND a.city <> '' ORDER BY a.since DESC, a.id DESC LIMIT 1),"
        " (SELECT phone FROM v_party WHERE id = p.id), p.caution FROM"
        f" (SELECT id, {RANK} AS rank FROM party WHERE closed = 0 AND void = 0 AND {role or '1'} AND ({condition})"
        " ORDER BY rank, length(name), name, id LIMIT :limit) f"
        " JOIN party p ON p.id = f.id ORDER BY f.rank, length(p.name), p.name, p.id",
        limit=limit, **params,
    )
    return [Hit(party, name, "  ".join(filter(None, (*facts, caution and f"! {caution}"))), facts[0]) for party, name, *facts, caution in rows]


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Parties for the palette: book, id, name, what tells it apart."""
    return [("parties", hit.id, hit.text, hit.detail) for hit in search_parties(look, text, limit=limit)]


def party_name(look: Look, party: int) -> str:
    """Its name; "" where there is none."""
    return str(look.value("SELECT name FROM party WHERE id = :party", party=party) or "")


def phone_of(look: Look, party: int | None) -> str:
    """The first telephone of a party; "" where there is none."""
    return str(look.value("SELECT phone FROM v_party WHERE id = :party", party=party) or "")


def alike(look: Look, name: str, phones: list[str], party: int | None = None) -> list[str]:
    """Warnings, in the language in use, about parties with the same telephone or nearly the same name. party: the one being changed."""
    warnings = []
    for phone in phones:
        digits = phone_digits(phone)
        if len(digits) < SAME_PHONE_DIGITS:
            continue
        same = (
            "SELECT DISTINCT p.name FROM contact c JOIN party p ON p.id = c.party_id"
            " WHERE c.digits = :digits AND p.void = 0 AND p.id IS NOT :party ORDER BY p.id"
        )
        for (other,) in look.rows(same, digits=digits, party=party):
            warnings.append(_(N_("{name} has the same number {phone}."), name=other, phone=phone))
    others = "SELECT name FROM party WHERE merged_into_id IS NULL AND void = 0 AND id IS NOT :party ORDER BY id"
    names = [row[0] for row in look.rows(others, party=party)]
    warnings += [_(N_("{name} is nearly the same name."), name=other) for other in near_names(name, names)]
    return list(dict.fromkeys(warnings))


# -- the card --------------------------------------------------------------------------------------------------------------


def contacts_of(look: Look, party: int) -> list[Row]:
    """id, channel, value, person, note, in the order they were added."""
    return look.rows("SELECT id, channel, value, person, note FROM contact WHERE party_id = :party ORDER BY id", party=party)


def addresses_of(look: Look, party: int) -> list[Row]:
    """id, kind, text, city, country, since; the newest first."""
    return look.rows("SELECT id, kind, text, city, country, since FROM address WHERE party_id = :party ORDER BY since DESC, id DESC", party=party)


# What later books hold about a party is read from the views of the file, whose names are part of it.


class Balance(NamedTuple):
    """What is open of one side, in cents: claims, those past due, since when, and money or credit that settles none of them yet."""

    open: int
    overdue: int
    oldest: str | None
    aside: int


def balance_of(look: Look, party: int, side: str) -> Balance:
    """What a party owes us ("receivable"), or we owe it ("payable")."""
    row = look.row(
        "SELECT coalesce(sum(max(w.open, 0)), 0), coalesce(sum(iif(w.due < d.day, max(w.open, 0), 0)), 0), min(iif(w.open > 0, w.due, NULL)),"
        " coalesce((SELECT sum(u.open) FROM unallocated u WHERE u.party_id = :party AND u.side = :side), 0) - coalesce(sum(min(w.open, 0)), 0)"
        " FROM office_day d LEFT JOIN owed w ON w.party_id = :party AND w.side = :side",
        party=party, side=side,
    )
    return Balance(*(row or (0, 0, None, 0)))


def open_orders(look: Look, party: int, limit: int = 8) -> list[Row]:
    """id, no, wanted, state, fulfil, total of a customer's open orders, the most urgent first."""
    return look.rows(
        "SELECT id, no, wanted, state, fulfil, total FROM v_order WHERE customer_id = :party"
        " AND lifecycle IN ('draft', 'review', 'confirmed', 'hold') AND void = 0 AND awaits"
        " ORDER BY wanted NULLS LAST, id LIMIT :limit",
        party=party, limit=limit,
    )


def last_shipments(look: Look, party: int, limit: int = 5) -> list[Row]:
    """id, no, shipped_on, carrier, waybill, state, arrived_on of a customer's last shipments, or of those a carrier took; the newest first."""
    return look.rows(
        "SELECT id, no, shipped_on, carrier, waybill, state, arrived_on FROM v_shipment WHERE (customer_id = :party OR carrier_id = :party)"
        " AND state IN ('shipped', 'arrived') ORDER BY shipped_on DESC, id DESC LIMIT :limit",
        party=party, limit=limit,
    )


def open_purchases(look: Look, party: int, limit: int = 8) -> list[Row]:
    """id, no, day, promised, late, total of what a supplier still owes, the most urgent first."""
    return look.rows(
        "SELECT id, no, day, promised, late, total FROM v_purchase WHERE supplier_id = :party AND state = 'sent'"
        " ORDER BY promised NULLS LAST, id LIMIT :limit",
        party=party, limit=limit,
    )


def supplied_items(look: Look, party: int, limit: int = 8) -> list[Row]:
    """id, code, name of the items a supplier is the usual source of."""
    return look.rows(
        "SELECT id, code, name FROM item WHERE supplier_id = :party AND merged_into_id IS NULL AND void = 0 ORDER BY code LIMIT :limit",
        party=party, limit=limit,
    )


def open_tasks(look: Look, party: int, limit: int = 5) -> list[Row]:
    """id, text, due of the open tasks about a party."""
    sql = "SELECT id, text, due FROM task WHERE party_id = :party AND done_at IS NULL ORDER BY due NULLS LAST, id LIMIT :limit"
    return look.rows(sql, party=party, limit=limit)


def named_by(look: Look, party: int) -> int:
    """How many records of all books name the party: what a merge would move."""
    return sum(count for _child, _column, count in pointers(look, "party", party))


def pointers(look: Look, table: str, row: int, *, standing: bool = False) -> list[tuple[str, str, int]]:
    """Tables and columns that point at a row by foreign key, and how many of their rows do; posted ones left out, for they stay.

    standing: without documents that were taken back, and their parts.
    """
    from deskbook.core.journal import kinds, references

    known = kinds(look.con)
    found = []
    for child, column in references(look.con, table):
        if child in known and known[child].name != "posted":
            head, part = (child, "id") if known[child].name == "numbered" else (known[child].header, known[child].part)
            void = standing and head in known and known[head].name == "numbered"
            stands = f" AND NOT (SELECT h.void FROM {head} h WHERE h.id = c.{part})" if void else ""
            found.append((child, column, int(look.value(f"SELECT count(*) FROM {child} c WHERE c.{column} = :row{stands}", row=row))))
    return found


# -- what must hold --------------------------------------------------------------------------------------------------------


def _pointed_at(look: Look) -> list[str]:
    """What was taken back may name one that was merged when that was done again: it comes back only after the merge is taken back too."""
    merged = look.rows("SELECT id, name FROM party WHERE merged_into_id IS NOT NULL")
    found = [(name, *pointer) for party, name in merged for pointer in pointers(look, "party", party, standing=True)]
    return [f"{name}: {child}.{column} {count}" for name, child, column, count in found if count]


RULES = (
    Rule(N_("Every party has a role."), "SELECT name FROM party WHERE customer + supplier + carrier + factory + head_office + salesperson = 0"),
    Rule(N_("A merged party is closed, and what it was merged into stands."),
         "SELECT p.name FROM party p JOIN party k ON k.id = p.merged_into_id WHERE p.closed = 0 OR k.merged_into_id IS NOT NULL"),
    Rule(N_("Nothing names a merged party."), prove=_pointed_at),
    Rule(N_("Who looks after a party is one of our salespeople."),
         "SELECT p.name FROM party p JOIN party s ON s.id = p.salesperson_id WHERE s.salesperson = 0 AND p.merged_into_id IS NULL AND p.void = 0"),
)
