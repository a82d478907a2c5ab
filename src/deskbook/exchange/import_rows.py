"""Rows that are records of their own: parties, items, opening stock. Each ends in the command a form would end in."""
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from deskbook.books.items import commands as items
from deskbook.books.items.queries import price_of
from deskbook.books.parties import commands as parties
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.core.money import show_money, show_percent, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import fold, phone_digits
from deskbook.core.store import Tx
from deskbook.core.words import N_, _
from deskbook.exchange.import_fields import CHANNELS

Change = tuple[str, str, str]
"""A field, what was there, what is there now; for a person."""


@dataclass(slots=True)
class Given:
    """What one row of a file says. values: only fields whose cells are not empty. where: the address of a field's cell, of the row for ""."""

    values: dict[str, Any]
    where: Callable[[str], str]


@dataclass(slots=True)
class Outcome:
    """What became of one record."""

    state: Literal["new", "changed", "same"]
    key: str
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """One import: inside one step. refs: what names were found to mean, kept while it runs."""

    tx: Tx
    file: str
    opening_day: date | None = None
    bill: bool = False
    refs: dict[tuple[str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lines: int = 0
    _stands: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _met: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def stands_as_often(self, key: tuple[Any, ...], count: Callable[[], int]) -> bool:
        """Whether the book had a line as often as the file has it up to here; count: how often it has it now, asked when the file first does."""
        if key not in self._stands:
            self._stands[key] = count()
        self._met[key] = self._met.get(key, 0) + 1
        return self._met[key] <= self._stands[key]

    # -- what names mean ---------------------------------------------------------------------------------------------------

    def party(self, text: str, role: str, name: str) -> int:
        """The party of a code or name, one that has the role where several go by it. Refusal on field `name` for none, or for several."""
        return self._ref((f"party {role}", text), lambda: self._party(text, role, name))

    def _party(self, text: str, role: str, name: str) -> int:
        rows = self.tx.rows(  # role is a key of ROLES, never a file's text
            f"SELECT coalesce(merged_into_id, id), {role}, code IS :text FROM party WHERE void = 0 AND (code = :text OR name = :text) ORDER BY id",
            text=text,
        )
        best = [row for row in rows if row[1]] or rows
        coded = [row for row in best if row[2]]
        found = dict.fromkeys(row[0] for row in coded or best)
        if not found:
            raise Refusal(name, N_("There is no party “{text}” in the book; bring it in first, or correct the cell."), text=text)
        if len(found) > 1:
            raise Refusal(name, N_("{count} parties are called “{text}”; give the code."), count=len(found), text=text)
        return int(next(iter(found)))

    def item(self, text: str, name: str = "item") -> int:
        """The item of a code, name or alias. Refusal on field `name` for none, or for several."""
        return self._ref(("item", text), lambda: self._item(text, name))

    def _item(self, text: str, name: str) -> int:
        for sql in (
            "SELECT coalesce(merged_into_id, id) FROM item WHERE code = :text AND void = 0",
            "SELECT coalesce(merged_into_id, id) FROM item WHERE name = :text AND void = 0",
            "SELECT DISTINCT coalesce(i.merged_into_id, i.id) FROM item_alias a JOIN item i ON i.id = a.item_id WHERE a.fold = :fold AND i.void = 0",
        ):
            found = {row[0] for row in self.tx.con.execute(sql, {"text": text, "fold": fold(text)})}
            if len(found) == 1:
                return int(found.pop())
            if found:
                raise Refusal(name, N_("{count} items are called “{text}”; give the code."), count=len(found), text=text)
        raise Refusal(name, N_("There is no item “{text}” in the book; bring it in first, or correct the cell."), text=text)

    def place(self, text: str | None) -> int:
        """The place of a code or name; the first shelf for none."""
        if text is None:
            return self._ref(("place", ""), lambda: place_of(self.tx, "shelf"))
        found = self.tx.value("SELECT id FROM place WHERE code = :text OR name = :text ORDER BY code <> :text LIMIT 1", text=text)
        if found is None:
            raise Refusal("place", N_("There is no place “{text}” in the book; add it first, or correct the cell."), text=text)
        return int(found)

    def _ref(self, key: tuple[str, str], find: Callable[[], int]) -> int:
        if key not in self.refs:
            self.refs[key] = find()
        return self.refs[key]


def shown(name: str, value: Any) -> str:
    """A fact for a person."""
    if value is None or value == "":
        return "–"
    if name in _QUANTITIES:
        return show_quantity(value)
    if name in ("list_price", "floor_price", "price"):
        return show_price(value)
    if name == "discount":
        return show_percent(value)
    return show_money(value) if name in ("freight", "credit_limit") else str(value)[:60]


_QUANTITIES = {"minimum", "target", "reorder", "multiple", "min_order", "overflow", "qty"}


def differing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Those of the new facts that are not as they were."""
    return {name: value for name, value in new.items() if value != old[name]}


def listed(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Changes for a person."""
    return [(name, shown(name, old.get(name)), shown(name, value)) for name, value in new.items()]


# -- parties ---------------------------------------------------------------------------------------------------------------

_PARTY = ("code", "name", "terms_days", "transit_days", "language", "caution", "note", "salesperson", "closed", "credit_limit", "block", "bills")


def party_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Add a party or change the one of that code (or, of that name and without a code)."""
    tx, given = work.tx, rows[0].values
    facts = {name: given[name] for name in _PARTY if name in given}
    if "salesperson" in facts:
        facts["salesperson"] = work.party(facts["salesperson"], "salesperson", "salesperson")
    key = str(given.get("code") or given.get("name"))
    if _merged_away(work, "party", "name", given):
        return Outcome("same", key)
    party = _known_party(tx, given)
    person = given.get("person", "")
    address = _address(given)
    if party is None:
        if "name" not in given:
            raise Refusal("name", N_("{code} is not in the book yet, and the row gives no name."), code=key)
        closed = facts.pop("closed", 0)
        told = [(channel, value) for channel in CHANNELS for value in _values(channel, given.get(channel, ""))]
        contacts = [{"channel": channel, "value": value, "person": person} for channel, value in told]
        if person and not contacts:
            contacts = [{"channel": "other", "value": person, "person": person}]
        party = parties.add_party(tx, roles=given.get("roles", ()), contacts=contacts, addresses=_new_address(address), **facts)
        if closed:
            parties.change_party(tx, party=party, closed=True)
        return Outcome("new", key)
    columns = [f"{name}_id" if name == "salesperson" else name for name in _PARTY] + list(parties.ROLES)
    row = tx.row(f"SELECT {', '.join(columns)} FROM party WHERE id = :party", party=party)
    assert row is not None
    old = dict(zip(_PARTY, row, strict=False))  # before the roles, of which one is called as the fact who looks after it
    has = dict(zip(parties.ROLES, row[len(_PARTY):], strict=True))
    new = differing(old, facts)
    changes = listed(old, new)
    mine = [role for role in parties.ROLES if has[role]]
    if more := [role for role in given.get("roles", ()) if role not in mine]:
        new["roles"] = [*mine, *more]
        changes.append(("roles", " ".join(mine), " ".join(new["roles"])))
    new_contacts = _contacts(tx, party, given, changes)
    new_address = _changed_address(tx, party, address, changes)
    if not changes:
        return Outcome("same", key)
    parties.change_party(tx, party=party, contacts=new_contacts, addresses=new_address, **new)
    return Outcome("changed", key, changes)


def _known_party(tx: Tx, given: dict[str, Any]) -> int | None:
    if code := given.get("code"):
        if (found := tx.value("SELECT id FROM party WHERE code = :code AND void = 0", code=code)) is not None:
            return int(found)
        where = "name = :name AND code IS NULL"
    else:
        where = "name = :name"
    rows = tx.rows(f"SELECT id FROM party WHERE merged_into_id IS NULL AND void = 0 AND {where}", name=given.get("name", ""))
    if len(rows) > 1:
        raise Refusal("name", N_("{count} parties are called “{text}”; give the code."), count=len(rows), text=given["name"])
    return int(rows[0][0]) if rows else None


def _merged_away(work: Work, table: str, shown_by: str, given: dict[str, Any]) -> bool:
    """Whether a row is about a record that was merged into another: then it says nothing of that one, which a note tells.

    Known by its code; where the row has none, by its name, if no record that stands has that name.
    """
    by = "code" if given.get("code") else "name"
    sql = (  # table, by and shown_by are words of this module
        f"SELECT r.merged_into_id, (SELECT {shown_by} FROM {table} k WHERE k.id = r.merged_into_id) FROM {table} r"
        f" WHERE r.{by} = :text AND r.void = 0 ORDER BY r.merged_into_id IS NOT NULL LIMIT 1"
    )
    row = work.tx.row(sql, text=given.get(by, ""))
    if row is None or row[0] is None:
        return False
    work.notes.append(_("{gone} was merged into {keep}; its row is left out.", gone=given[by], keep=row[1]))
    return True


def _values(channel: str, cell: str) -> list[str]:
    """What one cell says of a channel: several are told apart by a semicolon and a blank, as exports write them; "020 7; ext 5" is one number."""
    pieces = [piece for piece in re.split(r";\s+|；\s*", cell) if piece]
    return pieces if channel not in parties.PHONES or all(map(phone_digits, pieces)) else [cell]


def _contacts(tx: Tx, party: int, given: dict[str, Any], changes: list[Change]) -> list[dict[str, Any]]:
    """What change_party is to do to the contacts: what the file says of a channel goes to the party's contacts of it that the file does not have.

    The person of the file is the one of the contacts that have none, or had the first one; a person who is there already stays where he is.
    """
    have = tx.rows("SELECT id, channel, value, person FROM contact WHERE party_id = :party ORDER BY id", party=party)
    person = given.get("person", "")
    first = next((row[3] for row in have if row[3]), "")
    news = person if all(row[3] != person for row in have) else ""
    wanted: list[dict[str, Any]] = []
    told = False
    for channel in CHANNELS:
        mine = [row for row in have if row[1] == channel]
        cell = given.get(channel, "")
        told = told or bool(cell)
        values = [row[2] for row in mine] if cell == "; ".join(row[2] for row in mine) else _values(channel, cell)
        left = [row for row in mine if row[2] not in values]
        for value in values:
            digits = phone_digits(value)
            same = next((row for row in mine if row[2] == value), None) or (left.pop(0) if left else None)
            if same is None and digits and any(phone_digits(row[2]) == digits for row in have):
                continue  # the same number, kept as a mobile
            if same is None:
                changes.append((channel, "–", value))
                wanted.append({"channel": channel, "value": value, "person": person})
                continue
            named = {"person": news} if news and same[3] in ("", first) else {}
            if same[2] != value or named:
                changes.append((channel, f"{same[2]} {same[3]}".strip(), f"{value} {named.get('person', same[3])}".strip()))
                wanted.append({"id": same[0], "value": value, **named})
    if news and not told:
        changes.append(("person", "–", person))
        wanted.append({"channel": "other", "value": person, "person": person})
    return wanted


def _address(given: dict[str, Any]) -> dict[str, str]:
    """What the file says of the address: text, city, country, those it names."""
    names = {"address": "text", "city": "city", "country": "country"}
    return {column: given[name] for name, column in names.items() if given.get(name)}


def _new_address(address: dict[str, str]) -> list[dict[str, Any]]:
    """An address to add; one of which only the city is told is the city. A country alone is no address."""
    text = address.get("text") or address.get("city")
    return [{**address, "text": text}] if text else []


def _changed_address(tx: Tx, party: int, address: dict[str, str], changes: list[Change]) -> list[dict[str, Any]]:
    """What change_party is to do to the newest main address; what the file does not say of it stays."""
    if not address:
        return []
    sql = "SELECT id, text, city, country FROM address WHERE party_id = :party AND kind = 'main' ORDER BY since DESC, id DESC LIMIT 1"
    row = tx.row(sql, party=party)
    if row is None:
        if new_address := _new_address(address):
            changes.append(("address", "–", new_address[0]["text"]))
        return new_address
    new = differing(dict(zip(("text", "city", "country"), row[1:], strict=True)), address)
    if not new:
        return []
    changes.append(("address", ", ".join(filter(None, row[1:])), ", ".join(filter(None, address.values()))))
    return [{"id": row[0], **new}]


# -- items -----------------------------------------------------------------------------------------------------------------

_ITEM = (
    "code", "name", "model", "category", "unit", "decimals", "minimum", "target", "reorder", "multiple", "min_order", "overflow",
    "supplier", "lead_days", "consumable", "discontinued", "note",
)


def item_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Add an item or change the one of that code; without a code, the one of that name."""
    tx, given = work.tx, rows[0].values
    facts = {name: given[name] for name in _ITEM if name in given}
    if "supplier" in facts:
        facts["supplier"] = work.party(facts["supplier"], "supplier", "supplier")
    prices = {kind: given[f"{kind}_price"] for kind in ("list", "floor") if f"{kind}_price" in given}
    key = str(given.get("code") or given.get("name"))
    if _merged_away(work, "item", "code", given):
        return Outcome("same", key)
    item = _known_item(tx, given)
    words = [("spoken", word) for word in given.get("alias", ())] + [("language", word) for word in given.get("other_name", ())]
    if "barcode" in given:
        words.append(("barcode", given["barcode"]))
    since = given.get("since")
    if item is None:
        if missing := next((name for name in ("code", "name") if name not in given), None):
            raise Refusal(missing, N_("{item} is not in the book yet, and the row gives no {field}."), item=key, field=missing)
        item = items.add_item(tx, since=since, **facts, **{f"{kind}_price": price for kind, price in prices.items()})
        _aliases(work, item, key, words)
        return Outcome("new", key)
    columns = ["supplier_id" if name == "supplier" else name for name in _ITEM]
    row = tx.row(f"SELECT {', '.join(columns)} FROM item WHERE id = :item", item=item)
    assert row is not None
    old = dict(zip(_ITEM, row, strict=True))
    new = differing(old, facts)
    changes = listed(old, new)
    if new:
        items.change_item(tx, item=item, **new)
    for kind, price in prices.items():
        now = price_of(tx, item, kind, (since or tx.today).isoformat())
        if now != price:
            changes.append((f"{kind}_price", shown("price", now), shown("price", price)))
            items.set_price(tx, item=item, kind=kind, price=price, since=since)
    changes += [("alias", "–", word) for word in _aliases(work, item, key, words)]
    return Outcome("changed" if changes else "same", key, changes)


def _known_item(tx: Tx, given: dict[str, Any]) -> int | None:
    if code := given.get("code"):
        found = tx.value("SELECT id FROM item WHERE code = :code AND void = 0", code=code)
        return None if found is None else int(found)
    rows = tx.rows("SELECT id FROM item WHERE merged_into_id IS NULL AND void = 0 AND name = :name", name=given.get("name", ""))
    if len(rows) > 1:
        raise Refusal("name", N_("{count} items are called “{text}”; give the code."), count=len(rows), text=given["name"])
    return int(rows[0][0]) if rows else None


def _aliases(work: Work, item: int, key: str, words: list[tuple[str, str]]) -> list[str]:
    """Add the words that are new; a name in another language that is an other item's word already is left out, and noted."""
    if not words:
        return []
    tx = work.tx
    row = tx.row("SELECT code, name FROM item WHERE id = :item", item=item)
    known = {fold(text) for text in row or ()} | {found for (found,) in tx.rows("SELECT fold FROM item_alias WHERE item_id = :item", item=item)}
    added: list[str] = []
    for kind, word in words:
        if fold(word) in known:
            continue
        try:
            items.add_alias(tx, item=item, alias=word, kind=kind)
        except Refusal as refusal:
            if kind != "language":
                raise Refusal("barcode" if kind == "barcode" else "alias", refusal.words, **refusal.facts) from None
            work.notes.append(f"{key}: {refusal}")
            continue
        known.add(fold(word))
        added.append(word)
    return added


# -- opening stock ---------------------------------------------------------------------------------------------------------


def stock_row(work: Work, rows: Sequence[Given]) -> Outcome:
    """Open an item at a place with what was counted; nothing counted and nothing there is nothing to write."""
    tx, given = work.tx, rows[0].values
    for name in ("item", "qty"):
        if name not in given:
            raise Refusal(name, N_("The row gives no {field}."), field=name)
    item, place, qty = work.item(given["item"]), work.place(given.get("place")), given["qty"]
    was = tx.value(
        "SELECT m.qty FROM stock_move m JOIN place s ON s.id = m.source_id WHERE m.item_id = :item AND m.target_id = :place AND s.kind = 'opening'"
        " AND m.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM stock_move x WHERE x.reverses_id = m.id)",
        item=item, place=place,
    )
    key = str(given["item"])
    if qty == (was or 0):
        return Outcome("same", key)
    stock.open_stock(tx, item=item, place=place, qty=qty, day=given.get("day") or work.opening_day)
    return Outcome("new", key)
