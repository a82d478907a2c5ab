"""Write parties, their contacts and addresses."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.parties.queries import BLOCK_WORDS, ROLE_WORDS
from deskbook.books.parties.tables import Address, AddressFacts, Contact, ContactFacts, Party, PartyFacts
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text, phone_digits
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, clauses, listed, plural

ROLES = tuple(ROLE_WORDS)
PHONES = frozenset({"phone", "mobile", "fax", "whatsapp"})
"""Channels whose value is a telephone number."""
REMEMBERED = frozenset({"qq", "wechat", "other"})
"""Channels whose value people type to find the party; mail and web addresses share too many parts."""

# Later books' tables are named here as text: what they hold decides whether a role can be given up, and a book knows only those before it.
ROLE_USES = {
    "customer": "SELECT (SELECT count(*) FROM sales_order WHERE customer_id = :party AND void = 0)"
    " + (SELECT count(*) FROM quote WHERE customer_id = :party AND void = 0) + (SELECT count(*) FROM special_price WHERE party_id = :party)"
    " + (SELECT count(*) FROM goods_return WHERE customer_id = :party AND void = 0)"
    " + (SELECT count(*) FROM claim WHERE party_id = :party AND side = 'receivable' AND void = 0)"
    " + (SELECT count(*) FROM payment WHERE party_id = :party AND side = 'receivable' AND void = 0)",
    "supplier": "SELECT (SELECT count(*) FROM purchase WHERE supplier_id = :party AND void = 0)"
    " + (SELECT count(*) FROM item WHERE supplier_id = :party AND void = 0)"
    " + (SELECT count(*) FROM claim WHERE party_id = :party AND side = 'payable' AND void = 0)"
    " + (SELECT count(*) FROM payment WHERE party_id = :party AND side = 'payable' AND void = 0)",
    "carrier": "SELECT (SELECT count(*) FROM sales_order WHERE carrier_id = :party AND void = 0)"
    " + (SELECT count(*) FROM shipment WHERE carrier_id = :party AND void = 0)",
    "salesperson": "SELECT (SELECT count(*) FROM sales_order WHERE salesperson_id = :party AND void = 0)"
    " + (SELECT count(*) FROM quote WHERE salesperson_id = :party AND void = 0)"
    " + (SELECT count(*) FROM claim WHERE salesperson_id = :party AND void = 0) + (SELECT count(*) FROM target WHERE salesperson_id = :party)"
    " + (SELECT count(*) FROM party WHERE salesperson_id = :party AND void = 0)",
}


def add_party(
    tx: Tx,
    *,
    name: str,
    roles: Sequence[str],
    code: str | None = None,
    contacts: Sequence[Mapping[str, Any]] = (),
    addresses: Sequence[Mapping[str, Any]] = (),
    terms_days: int | None = None,
    transit_days: int | None = None,
    language: str = "",
    caution: str = "",
    note: str = "",
    salesperson: int | None = None,
    price_list: int | None = None,
    credit_limit: int | None = None,
    block: str = "",
    bills: str = "",
) -> int:
    """Add a party; returns its id.

    roles: one or more of ROLES. contacts: dicts of channel, value, person, note. addresses: dicts of text, kind, city, country, since.
    Refusal names the field; of a contact it is the channel.
    """
    facts = _facts(
        tx, None, code=code, name=name, terms_days=terms_days, transit_days=transit_days, language=language,
        caution=caution, note=note, salesperson_id=salesperson, price_list_id=price_list,
        credit_limit=credit_limit, block=block, bills=bills, **_role_flags(roles),
    )
    party = tx.insert(Party, **facts)
    for contact in contacts:
        _write_contact(tx, party, contact, field=str(contact.get("channel", "")))
    for address in addresses:
        _write_address(tx, party, address)
    _refind(tx, party)
    tx.says(N_("added {name}"), name=facts["name"])
    return party


def change_party(tx: Tx, *, party: int, **facts: Any) -> None:
    """Change facts of a party; those not named stay.

    Takes what add_party takes, and closed. contacts: one with an id is changed, or dropped where its value is empty; one without is added
    unless it is there already. addresses: likewise, by text.
    """
    old = _standing(tx, party)
    contacts, addresses = facts.pop("contacts", ()), facts.pop("addresses", ())
    closed = facts.pop("closed", None)
    if "salesperson" in facts:  # before the roles, one of which has that name too
        facts["salesperson_id"] = facts.pop("salesperson")
    if "price_list" in facts:
        facts["price_list_id"] = facts.pop("price_list")
    if "roles" in facts:
        flags = _role_flags(facts.pop("roles"))
        _keeps_used_roles(tx, party, old["name"], flags)
        facts |= flags
    now = _facts(tx, party, **({name: old[name] for name in PartyFacts.model_fields} | facts))
    if closed is not None:
        now["closed"] = int(bool(closed))
    changed = {name: value for name, value in now.items() if value != old[name]}
    if changed:
        tx.update(Party, party, **changed)
    for contact in contacts:
        _merge_contact(tx, party, contact)
    for address in addresses:
        _merge_address(tx, party, address)
    _refind(tx, party)
    if changed.keys() == {"closed"}:
        tx.says(N_("closed {name}") if closed else N_("opened {name} again"), name=old["name"])
    else:
        tx.says(N_("changed {name}"), name=now["name"])


def add_contact(tx: Tx, *, party: int, channel: str, value: str, person: str = "", note: str = "") -> int:
    """Add a way to reach a party; returns the contact's id."""
    old = _standing(tx, party)
    contact = _write_contact(tx, party, {"channel": channel, "value": value, "person": person, "note": note})
    _refind(tx, party)
    tx.says(N_("added {value} to {name}"), value=clean(value, field="value"), name=old["name"])
    return contact


def change_contact(tx: Tx, *, contact: int, **facts: Any) -> None:
    """Change a contact's channel, value, person or note; those not named stay."""
    party, name = _change_contact(tx, contact, facts)
    _refind(tx, party)
    tx.says(N_("changed a contact of {name}"), name=name)


def drop_contact(tx: Tx, *, contact: int) -> None:
    """Delete a contact."""
    party, value = _contact(tx, contact)["party_id"], _contact(tx, contact)["value"]
    old = _standing(tx, party)
    tx.delete(Contact, contact)
    _refind(tx, party)
    tx.says(N_("dropped {value} of {name}"), value=value, name=old["name"])


def add_address(
    tx: Tx, *, party: int, text: str, kind: str = "main", city: str = "", country: str = "", since: date | str | None = None
) -> int:
    """Add an address that holds from a day on (today where none is given); returns its id."""
    old = _standing(tx, party)
    address = _write_address(tx, party, {"text": text, "kind": kind, "city": city, "country": country, "since": since})
    _refind(tx, party)
    tx.says(N_("added an address to {name}"), name=old["name"])
    return address


# -- shared with merge -----------------------------------------------------------------------------------------------------


def _standing(tx: Tx, party: int, field: str = "party") -> dict[str, Any]:
    """The party's row by column; Refusal when there is none or it was merged into another."""
    names = list(Party.model_fields)
    found = tx.row(f"SELECT {', '.join(names)} FROM party WHERE id = :party AND void = 0", party=party)
    if found is None:
        raise Refusal(field, N_("There is no party number {number}."), number=str(party))
    row = dict(zip(names, found, strict=True))
    if row["merged_into_id"] is not None:
        into = tx.value("SELECT name FROM party WHERE id = :id", id=row["merged_into_id"])
        raise Refusal(field, N_("{name} was merged into {into}; use that one."), name=row["name"], into=into)
    return row


def _facts(tx: Tx, party: int | None, **given: Any) -> dict[str, Any]:
    """The facts of a party checked: shapes and bounds, a code nobody else has, a salesperson who is one."""
    given["name"] = clean(given["name"], field="name")
    given["code"] = clean(given["code"] or "", field="code") or None
    facts = PartyFacts.of(**given).model_dump()
    taken = tx.value("SELECT name FROM party WHERE code = :code AND void = 0 AND id IS NOT :party", code=facts["code"], party=party)
    if taken is not None:
        raise Refusal("code", N_("The code {code} belongs to {name} already."), code=facts["code"], name=taken)
    seller = facts["salesperson_id"]
    if seller is not None:
        if seller == party:
            raise Refusal("salesperson", N_("Nobody is looked after by themselves."))
        row = _standing(tx, seller, "salesperson")
        if not row["salesperson"]:
            raise Refusal("salesperson", N_("{name} is not one of our salespeople."), name=row["name"])
    listed = facts["price_list_id"]
    if listed is not None and tx.value("SELECT 1 FROM price_list WHERE id = :id", id=listed) is None:
        raise Refusal("price_list", N_("There is no such price list."))
    return facts


def _role_flags(roles: Sequence[str]) -> dict[str, int]:
    unknown = next((role for role in roles if role not in ROLES), None)
    if unknown is not None:
        raise Refusal("roles", N_("“{role}” is not a role; the roles are {roles}."), role=unknown, roles=listed(_(w) for w in ROLE_WORDS.values()))
    if not roles:
        raise Refusal("roles", N_("A party needs a role: {roles}."), roles=listed(_(w) for w in ROLE_WORDS.values()))
    return {role: int(role in roles) for role in ROLES}


def _keeps_used_roles(tx: Tx, party: int, name: str, flags: Mapping[str, int]) -> None:
    for role, uses in ROLE_USES.items():
        if not flags[role] and (count := tx.value(uses, party=party)):
            one, many = N_("{name} stays {role}: {count} record names it as that."), N_("{name} stays {role}: {count} records name it as that.")
            words = plural(count, one, many)
            raise Refusal("roles", words, name=name, role=_(ROLE_WORDS[role]), count=count)


def _contact(tx: Tx, contact: int) -> dict[str, Any]:
    names = list(Contact.model_fields)
    found = tx.row(f"SELECT {', '.join(names)} FROM contact WHERE id = :contact", contact=contact)
    if found is None:
        raise Refusal("contact", N_("There is no contact number {number}."), number=str(contact))
    return dict(zip(names, found, strict=True))


def _contact_facts(given: Mapping[str, Any], field: str = "") -> dict[str, Any]:
    """A contact checked, with its digits. field: what a refusal names instead of the part that is wrong."""
    try:
        flat = {name: clean(value, field=name) if isinstance(value, str) else value for name, value in given.items()}
        facts = ContactFacts.of(**flat).model_dump()
        digits = phone_digits(facts["value"]) if facts["channel"] in PHONES else ""
        if facts["channel"] in PHONES and not digits:
            raise Refusal("value", N_("“{value}” holds no telephone number."), value=facts["value"])
    except Refusal as refusal:
        raise Refusal(field or refusal.field, refusal.words, **refusal.facts) from None
    return facts | {"digits": digits}


def _write_contact(tx: Tx, party: int, given: Mapping[str, Any], field: str = "") -> int:
    return tx.insert(Contact, party_id=party, **_contact_facts(given, field))


def _change_contact(tx: Tx, contact: int, facts: Mapping[str, Any], field: str = "") -> tuple[int, str]:
    """Change one contact; its party and the party's name."""
    old = _contact(tx, contact)
    party = _standing(tx, old["party_id"])
    now = _contact_facts({**{name: old[name] for name in ContactFacts.model_fields}, **facts}, field)
    if any(now[name] != old[name] for name in now):
        tx.update(Contact, contact, **now)
    return old["party_id"], party["name"]


def _merge_contact(tx: Tx, party: int, given: Mapping[str, Any]) -> None:
    facts = dict(given)
    contact = facts.pop("id", None)
    field = str(facts.get("channel", ""))
    if contact is not None:
        if _contact(tx, contact)["party_id"] != party:
            raise Refusal(field, N_("There is no contact number {number}."), number=str(contact))
        if facts.get("value") == "":
            tx.delete(Contact, contact)
        else:
            _change_contact(tx, contact, facts, field)
        return
    now = _contact_facts(facts, field)
    same = "SELECT 1 FROM contact WHERE party_id = :party AND channel = :channel AND (value = :value OR digits <> '' AND digits = :digits)"
    if tx.value(same, party=party, channel=now["channel"], value=now["value"], digits=now["digits"]) is None:
        tx.insert(Contact, party_id=party, **now)


def _write_address(tx: Tx, party: int, given: Mapping[str, Any]) -> int:
    since = given.get("since") or tx.today
    facts = AddressFacts.of(**{**given, "since": since.isoformat() if isinstance(since, date) else since})
    return tx.insert(Address, party_id=party, **facts.model_dump())


def _merge_address(tx: Tx, party: int, given: Mapping[str, Any]) -> None:
    facts = dict(given)
    address = facts.pop("id", None)
    if address is None:
        text = clean(str(facts.get("text", "")), field="address", longest=500, lines=True)
        if tx.value("SELECT 1 FROM address WHERE party_id = :party AND text = :text", party=party, text=text) is None:
            _write_address(tx, party, facts)
        return
    names = list(AddressFacts.model_fields)
    found = tx.row(f"SELECT {', '.join(names)} FROM address WHERE id = :address AND party_id = :party", address=address, party=party)
    if found is None:
        raise Refusal("address", N_("There is no address number {number}."), number=str(address))
    if facts.get("text") == "":
        tx.delete(Address, address)
    else:
        tx.update(Address, address, **AddressFacts.of(**{**dict(zip(names, found, strict=True)), **facts}).model_dump())


def _refind(tx: Tx, party: int) -> None:
    """Write what the party is found by: name and code, also of those merged into it; people, cities and numbers that are no telephone."""
    sql = (
        "WITH RECURSIVE own(id) AS (SELECT :party UNION SELECT p.id FROM party p JOIN own ON p.merged_into_id = own.id)"
        " SELECT p.name, p.code FROM own JOIN party p ON p.id = own.id ORDER BY p.id <> :party, p.id"
    )
    parts: list[str | None] = [part for row in tx.rows(sql, party=party) for part in row]
    for person, channel, value in tx.rows("SELECT person, channel, value FROM contact WHERE party_id = :party ORDER BY id", party=party):
        parts += [person, value if channel in REMEMBERED else ""]
    parts += [city for (city,) in tx.rows("SELECT city FROM address WHERE party_id = :party ORDER BY id", party=party)]
    find = find_text(*parts)
    if find != tx.value("SELECT find FROM party WHERE id = :party", party=party):
        tx.update(Party, party, find=find)


# -- merging ---------------------------------------------------------------------------------------------------------------


def merge_parties(tx: Tx, *, keep: int, gone: int) -> int:
    """Make two parties one: whatever names `gone` names `keep` from now on; returns `keep`.

    Contacts and addresses move, doubles stay double. Roles are added up; what `keep` had not said comes from `gone`. Of two blocks the one that
    stops more stays, of two credit limits the lower one. Claims keep what holds them from being chased.
    `gone` is closed, keeps its code, and is still found, as `keep`.
    """
    if keep == gone:
        raise Refusal("gone", N_("A party cannot be merged into itself."))
    kept, left = _standing(tx, keep, "keep"), _standing(tx, gone, "gone")
    settle_prices(tx, "party_id", ("item_id",), keep, gone)
    _settle_targets(tx, keep, gone)
    repoint(tx, "party", keep, gone)
    tx.con.execute("UPDATE task SET book_id = ? WHERE book = 'parties' AND book_id = ?", (keep, gone))  # a link by name, no foreign key
    facts: dict[str, Any] = {role: max(kept[role], left[role]) for role in ROLES}
    for name in ("terms_days", "transit_days", "language", "salesperson_id", "price_list_id", "bills"):
        facts[name] = left[name] if kept[name] in (None, "") else kept[name]
    facts["block"] = max(kept["block"], left["block"], key=tuple(BLOCK_WORDS).index)  # from nothing to everything
    facts["credit_limit"] = min((limit for limit in (kept["credit_limit"], left["credit_limit"]) if limit is not None), default=None)
    if facts["salesperson_id"] in (keep, gone):  # one of the two looked after the other
        facts["salesperson_id"] = None
    for name in ("caution", "note"):
        facts[name] = "\n".join(dict.fromkeys(text for text in (kept[name], left[name]) if text))
    tx.update(Party, gone, closed=1, merged_into_id=keep)
    tx.update(Party, keep, **facts)
    _refind(tx, keep)
    said = {"gone": left["name"], "keep": kept["name"]}
    stricter = [
        _("blocked: {what}", what=_(BLOCK_WORDS[facts["block"]])) if facts["block"] != kept["block"] else "",
        _("limit {amount}", amount=show_money(facts["credit_limit"])) if facts["credit_limit"] != kept["credit_limit"] else "",
    ]
    if any(stricter):
        tx.says(N_("merged {gone} into {keep}, which has taken over: {what}"), **said, what=clauses(stricter))
    else:
        tx.says(N_("merged {gone} into {keep}"), **said)
    return keep


def repoint(tx: Tx, table: str, keep: int, gone: int, *, leave: Sequence[str] = ()) -> None:
    """Let every row that points at `gone` of a table by foreign key point at `keep`, but for those of posted tables and of `leave`.

    Asked of the file itself, so that a book that comes later is not forgotten and none is imported here.
    """
    from deskbook.core.journal import kinds, references

    known = kinds(tx.con)
    for child, column in references(tx.con, table):
        if child in known and known[child].name != "posted" and child not in leave:
            tx.con.execute(f"UPDATE {child} SET {column} = ? WHERE {column} = ?", (keep, gone))


def _settle_targets(tx: Tx, keep: int, gone: int) -> None:
    """Before two salespeople become one: what both were to sell in a month is added up. Named as text: targets are the reports' book."""
    sql = (
        "SELECT g.id, k.id, k.amount + g.amount FROM target g JOIN target k ON k.salesperson_id = :keep AND k.month = g.month"
        " WHERE g.salesperson_id = :gone"
    )
    for theirs, ours, amount in tx.rows(sql, keep=keep, gone=gone):
        tx.con.execute("DELETE FROM target WHERE id = ?", (theirs,))
        tx.con.execute("UPDATE target SET amount = ? WHERE id = ?", (amount, ours))


def settle_prices(tx: Tx, one: str, others: Sequence[str], keep: int, gone: int) -> None:
    """Before two records become one: where both have a special price of the same since and quantity, that of `keep` stays.

    one: the column of special_price that names them; others: those that make it the same price besides. Named as text: prices are the items' book.
    """
    same = " AND ".join(f"k.{name} IS g.{name}" for name in (*others, "since", "least"))
    sql = f"SELECT g.id FROM special_price g JOIN special_price k ON k.{one} = :keep AND {same} WHERE g.{one} = :gone"
    for (row,) in tx.rows(sql, keep=keep, gone=gone):
        tx.con.execute("DELETE FROM special_price WHERE id = ?", (row,))
