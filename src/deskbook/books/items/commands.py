"""Write items, their aliases and prices."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.items.kits import kit_of
from deskbook.books.items.queries import price_of
from deskbook.books.items.tables import AliasFacts, Item, ItemAlias, ItemFacts, ItemPrice, PriceFacts, Substitute
from deskbook.books.parties.commands import repoint, settle_prices
from deskbook.core.money import show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text, fold
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, plural

ONE_LINE = ("code", "name", "model", "category", "unit")
QUANTITIES = ("minimum", "target", "reorder", "multiple", "min_order", "overflow")
OWN_WORDS = frozenset({"customer", "supplier"})
"""Kinds of alias that are somebody else's word: two parties may call two items the same."""
PRICE_WORDS = {"list": N_("list price"), "floor": N_("floor price")}


def add_item(
    tx: Tx,
    *,
    code: str,
    name: str,
    model: str = "",
    category: str = "",
    unit: str = "",
    decimals: int = 0,
    minimum: int | None = None,
    target: int | None = None,
    reorder: int | None = None,
    multiple: int | None = None,
    min_order: int | None = None,
    overflow: int | None = None,
    supplier: int | None = None,
    lead_days: int = 0,
    consumable: bool = False,
    discontinued: bool = False,
    allow_negative: bool = False,
    list_price: int | None = None,
    floor_price: int | None = None,
    since: date | str | None = None,
    aliases: Sequence[str | Mapping[str, Any]] = (),
    note: str = "",
) -> int:
    """Add an item; returns its id.

    Quantities in thousandths of the unit, prices in 1/10,000 of the currency, from `since` (today) on.
    aliases: words, or dicts of alias, kind, party.
    """
    facts = _facts(
        tx, None, code=code, name=name, model=model, category=category, unit=unit, decimals=decimals, minimum=minimum, target=target,
        reorder=reorder, multiple=multiple, min_order=min_order, overflow=overflow, supplier_id=supplier, lead_days=lead_days,
        consumable=int(consumable), discontinued=int(discontinued), allow_negative=int(allow_negative), note=note,
    )
    item = tx.insert(Item, **facts, minimum_on=None if facts["minimum"] is None else tx.today.isoformat())
    for alias in aliases:
        given = {"alias": alias} if isinstance(alias, str) else dict(alias)
        _write_alias(tx, item, **given)
    for kind, price in (("list", list_price), ("floor", floor_price)):
        if price is not None:
            _write_price(tx, item, kind, price, since, field=f"{kind}_price")
    _refind(tx, item)
    tx.says(N_("added the item {code} {name}"), code=facts["code"], name=facts["name"])
    return item


def change_item(tx: Tx, *, item: int, **facts: Any) -> None:
    """Change facts of an item; those not named stay. Takes what add_item takes; aliases are added where they are new, prices where they differ."""
    old = standing(tx, item)
    aliases, since = facts.pop("aliases", ()), facts.pop("since", None)
    prices = {kind: facts.pop(f"{kind}_price") for kind in ("list", "floor") if f"{kind}_price" in facts}
    if "supplier" in facts:
        facts["supplier_id"] = facts.pop("supplier")
    for flag in ("consumable", "discontinued", "allow_negative"):
        if flag in facts:
            facts[flag] = int(bool(facts[flag]))
    now = _facts(tx, item, **({name: old[name] for name in ItemFacts.model_fields} | facts))
    if now["decimals"] < old["decimals"]:
        _refuse_finer(tx, item, now["decimals"])
    if now["minimum"] != old["minimum"]:
        now["minimum_on"] = None if now["minimum"] is None else tx.today.isoformat()
    changed = {name: value for name, value in now.items() if value != old[name]}
    if changed:
        tx.update(Item, item, **changed)
    for alias in aliases:
        given = {"alias": alias} if isinstance(alias, str) else dict(alias)
        if tx.value("SELECT 1 FROM item_alias WHERE item_id = :item AND fold = :fold", item=item, fold=fold(str(given["alias"]))) is None:
            _write_alias(tx, item, **given)
    for kind, price in prices.items():
        if price is not None and price != price_of(tx, item, kind, tx.today.isoformat()):
            _write_price(tx, item, kind, price, since, field=f"{kind}_price")
    _refind(tx, item)
    _say_changed(tx, item, now, changed)


def _say_changed(tx: Tx, item: int, now: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    code = now["code"]
    if changed.keys() != {"discontinued"}:
        tx.says(N_("changed the item {code}"), code=code)
    elif not changed["discontinued"]:
        tx.says(N_("took the item {code} up again"), code=code)
    # The shelf belongs to a later book, so its view is named as text: goods that are left must not be forgotten.
    elif shelf := tx.value("SELECT shelf FROM v_stock WHERE id = :item", item=item):
        tx.says(N_("discontinued the item {code}; {shelf} {unit} are still on the shelf"), code=code, shelf=show_quantity(shelf), unit=now["unit"])
    else:
        tx.says(N_("discontinued the item {code}"), code=code)


def discontinue(tx: Tx, *, items: Sequence[int], discontinued: bool = True) -> None:
    """Give items up, or take them up again. Goods may still be on the shelf; the step says so."""
    for item in items:
        old = standing(tx, item)
        tx.update(Item, item, discontinued=int(discontinued))
        _say_changed(tx, item, old, {"discontinued": int(discontinued)})
    if len(items) > 1:
        tx.says(N_("discontinued {count} items") if discontinued else N_("took {count} items up again"), count=len(items))


def review_minimum(tx: Tx, *, item: int, minimum: int | None) -> None:
    """Note that somebody looked at the minimum today, and set it (thousandths; None: not kept in stock)."""
    old = standing(tx, item)
    now = _facts(tx, item, **({name: old[name] for name in ItemFacts.model_fields} | {"minimum": minimum}))
    tx.update(Item, item, minimum=now["minimum"], minimum_on=None if now["minimum"] is None else tx.today.isoformat())
    if minimum is None:
        tx.says(N_("took the minimum of {code} away"), code=old["code"])
    else:
        tx.says(N_("reviewed the minimum of {code}: {minimum}"), code=old["code"], minimum=show_quantity(minimum, old["decimals"]))


def add_alias(tx: Tx, *, item: int, alias: str, kind: str = "spoken", party: int | None = None) -> int:
    """Add another word for an item; returns the alias's id. Refusal when it is another item's (but for customers' and suppliers' own words)."""
    old = standing(tx, item)
    row = _write_alias(tx, item, alias=alias, kind=kind, party=party)
    _refind(tx, item)
    tx.says(N_("{code} is also called {alias}"), code=old["code"], alias=clean(alias, field="alias"))
    return row


def drop_alias(tx: Tx, *, alias: int) -> None:
    """Delete an alias."""
    found = tx.row("SELECT item_id, alias FROM item_alias WHERE id = :alias", alias=alias)
    if found is None:
        raise Refusal("alias", N_("There is no alias number {number}."), number=str(alias))
    old = standing(tx, found[0])
    tx.delete(ItemAlias, alias)
    _refind(tx, found[0])
    tx.says(N_("{code} is no longer called {alias}"), code=old["code"], alias=found[1])


def set_price(tx: Tx, *, item: int, kind: str, price: int, since: date | str | None = None) -> int:
    """Set the list or floor price of an item from a day on (today where none is given), in 1/10,000 of the currency; returns the price's id."""
    old = standing(tx, item)
    row, day = _write_price(tx, item, kind, price, since)
    tx.says(N_("{what} of {code} from {day}: {price}"), what=_(PRICE_WORDS[kind]), code=old["code"], day=day, price=show_price(price))
    return row


# -- shared with merge -----------------------------------------------------------------------------------------------------


def standing(tx: Tx, item: int, field: str = "item") -> dict[str, Any]:
    """The item's row by column; Refusal when there is none or it was merged into another."""
    names = list(Item.model_fields)
    found = tx.row(f"SELECT {', '.join(names)} FROM item WHERE id = :item AND void = 0", item=item)
    if found is None:
        raise Refusal(field, N_("There is no item number {number}."), number=str(item))
    row = dict(zip(names, found, strict=True))
    if row["merged_into_id"] is not None:
        into = tx.value("SELECT code FROM item WHERE id = :id", id=row["merged_into_id"])
        raise Refusal(field, N_("{code} was merged into {into}; use that one."), code=row["code"], into=into)
    return row


def _facts(tx: Tx, item: int | None, **given: Any) -> dict[str, Any]:
    """The facts of an item checked: shapes and bounds, a code of no other item, quantities that the unit allows, the order of the limits."""
    for name in ONE_LINE:
        given[name] = clean(given[name], field=name)
    facts = ItemFacts.of(**given).model_dump()
    taken = tx.row("SELECT code, name FROM item WHERE code = :code AND void = 0 AND id IS NOT :item", code=facts["code"], item=item)
    if taken is not None:
        raise Refusal("code", N_("The code {code} belongs to {name} already."), code=taken[0], name=taken[1])
    if found := _alias_of(tx, fold(facts["code"]), item):
        raise Refusal("code", N_("{code} is another word for {other} already."), code=facts["code"], other=found)
    step = 10 ** (3 - facts["decimals"])
    for name in QUANTITIES:
        if facts[name] is not None and facts[name] % step:
            one = N_("{field} {quantity} does not fit: {unit} takes {decimals} decimal.")
            many = N_("{field} {quantity} does not fit: {unit} takes {decimals} decimals.")
            title = ItemFacts.model_fields[name].title or name
            unit = facts["unit"] or _(N_("the unit"))
            words = plural(facts["decimals"], one, many)
            raise Refusal(name, words, field=_(title), quantity=show_quantity(facts[name]), unit=unit, decimals=facts["decimals"])
    minimum = facts["minimum"]
    if minimum is not None and item is not None and kit_of(tx, item) is not None:
        raise Refusal("minimum", N_("{item} is a kit and not kept in stock; its parts have minimums."), item=facts["code"])
    for name, words in (
        ("target", N_("The target {quantity} is below the minimum {minimum}.")),
        ("overflow", N_("Too much cannot begin at {quantity}, below the minimum {minimum}.")),
    ):
        if minimum is not None and facts[name] is not None and facts[name] < minimum:
            raise Refusal(name, words, quantity=show_quantity(facts[name]), minimum=show_quantity(minimum))
    if facts["supplier_id"] is not None:
        found_party = tx.row("SELECT name, supplier, merged_into_id FROM party WHERE id = :party AND void = 0", party=facts["supplier_id"])
        if found_party is None:
            raise Refusal("supplier", N_("There is no party number {number}."), number=str(facts["supplier_id"]))
        if not found_party[1] or found_party[2] is not None:
            raise Refusal("supplier", N_("{name} is not a supplier."), name=found_party[0])
    return facts


def _refuse_finer(tx: Tx, item: int, decimals: int) -> None:
    """Refusal when quantities of the item are in the book already that fewer decimals could not say. Named as text: those tables are later books'."""
    for table in ("stock_balance", "reservation", "expected"):
        odd = tx.value(f"SELECT qty FROM {table} WHERE item_id = :item AND qty % :step <> 0", item=item, step=10 ** (3 - decimals))
        if odd is not None:
            one = N_("There is a quantity {quantity} of it in the book; {decimals} decimal cannot say that.")
            many = N_("There is a quantity {quantity} of it in the book; {decimals} decimals cannot say that.")
            raise Refusal("decimals", plural(decimals, one, many), quantity=show_quantity(odd), decimals=decimals)


def _alias_of(tx: Tx, folded: str, item: int | None) -> str | None:
    """The code of another item that goes by this word, customers' and suppliers' own words left out."""
    sql = (
        "SELECT i.code FROM item_alias a JOIN item i ON i.id = a.item_id"
        " WHERE a.fold = :fold AND a.kind NOT IN ('customer', 'supplier') AND a.item_id IS NOT :item AND i.merged_into_id IS NULL AND i.void = 0"
    )
    found: str | None = tx.value(sql, fold=folded, item=item)
    return found


def _write_alias(tx: Tx, item: int, *, alias: str, kind: str = "spoken", party: int | None = None) -> int:
    if party is not None:  # what was merged into another is that one now
        whose = tx.value("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :party AND void = 0", party=party)
        if whose is None:
            raise Refusal("party", N_("There is no party number {number}."), number=str(party))
        party = int(whose)
    facts = AliasFacts.of(alias=clean(alias, field="alias"), kind=kind, party_id=party).model_dump()
    folded = fold(facts["alias"])
    if not folded:
        raise Refusal("alias", N_("“{alias}” has no letter or digit to find it by."), alias=facts["alias"])
    same = "SELECT 1 FROM item_alias WHERE item_id = :item AND fold = :fold AND kind = :kind AND party_id IS :party"
    if tx.value(same, item=item, fold=folded, kind=kind, party=party) is not None:
        raise Refusal("alias", N_("It is called {alias} already."), alias=facts["alias"])
    if kind not in OWN_WORDS:
        other = _alias_of(tx, folded, item) or _code_of(tx, folded, item)
        if other is not None:
            raise Refusal("alias", N_("{alias} means {other} already."), alias=facts["alias"], other=other)
    return tx.insert(ItemAlias, item_id=item, fold=folded, **facts)


def _code_of(tx: Tx, folded: str, item: int | None) -> str | None:
    """The code of another item that is written alike. `find` begins with the folded code."""
    sql = "SELECT code FROM item WHERE find LIKE :head AND id IS NOT :item AND merged_into_id IS NULL AND void = 0"
    found: list[tuple[str]] = tx.rows(sql, head=f" {folded}%", item=item)
    return next((code for (code,) in found if fold(code) == folded), None)


def _write_price(tx: Tx, item: int, kind: str, price: int, since: date | str | None, field: str = "price") -> tuple[int, str]:
    day = (since or tx.today) if isinstance(since, str) else (since or tx.today).isoformat()
    try:
        facts = PriceFacts.of(kind=kind, since=str(date.fromisoformat(str(day))), price=price).model_dump()
    except ValueError:
        raise Refusal("since", N_("“{day}” is not a day."), day=str(day)) from None
    except Refusal as refusal:
        raise Refusal(field if refusal.field == "price" else refusal.field, refusal.words, **refusal.facts) from None
    row = tx.value("SELECT id FROM item_price WHERE item_id = :item AND kind = :kind AND since = :since", item=item, kind=kind, since=facts["since"])
    if row is None:
        row = tx.insert(ItemPrice, item_id=item, **facts)
    else:
        tx.update(ItemPrice, row, price=price)
    for (change,) in tx.rows("SELECT DISTINCT since FROM item_price WHERE item_id = :item AND since >= :day", item=item, day=facts["since"]):
        listed, floor = price_of(tx, item, "list", change), price_of(tx, item, "floor", change)
        if listed is not None and floor is not None and floor > listed:
            words = N_("On {day} the floor price {floor} would be over the list price {listed}.")
            raise Refusal(field, words, day=change, floor=show_price(floor), listed=show_price(listed))
    return int(row), facts["since"]


def _refind(tx: Tx, item: int) -> None:
    """Write what the item is found by: code first, then name, model and aliases, each with its pinyin."""
    row = tx.row("SELECT code, name, model, find FROM item WHERE id = :item", item=item)
    assert row is not None
    aliases = [alias for (alias,) in tx.rows("SELECT alias FROM item_alias WHERE item_id = :item ORDER BY id", item=item)]
    find = find_text(*row[:3], *aliases)
    if find != row[3]:
        tx.update(Item, item, find=find)


# -- merging ---------------------------------------------------------------------------------------------------------------


def merge_items(tx: Tx, *, keep: int, gone: int) -> int:
    """Make two items one: every line, task and piece of stock of `gone` is `keep`'s from now on; returns `keep`.

    Goods go through the place of kind `merge`, so that moves stay as posted and each place holds the same. The old code, name, model and aliases are
    words for `keep`; prices come along only where `keep` has none, limits only where `keep` has no minimum.
    """
    if keep == gone:
        raise Refusal("gone", N_("An item cannot be merged into itself."))
    kept, left = standing(tx, keep, "keep"), standing(tx, gone, "gone")
    if kept["unit"] and left["unit"] and kept["unit"] != left["unit"]:
        words = N_("{gone} is counted in {theirs}, {keep} in {ours}; their quantities cannot be added.")
        raise Refusal("gone", words, gone=left["code"], theirs=left["unit"], keep=kept["code"], ours=kept["unit"])
    _carry_substitutes(tx, keep, gone)
    settle_prices(tx, "item_id", ("party_id", "price_list_id"), keep, gone)
    _refuse_kits(tx, keep, gone, kept, left)
    repoint(tx, "item", keep, gone, leave=("item_price",))
    # a task's link is by name, no foreign key
    tx.con.execute("UPDATE task SET book_id = ? WHERE book IN ('items', 'stock', 'low') AND book_id = ?", (keep, gone))
    if tx.value("SELECT 1 FROM item_price WHERE item_id = :item", item=keep) is None:
        tx.con.execute("UPDATE item_price SET item_id = ? WHERE item_id = ?", (keep, gone))
    _move_goods(tx, keep, gone)
    facts: dict[str, Any] = {"decimals": max(kept["decimals"], left["decimals"]), "unit": kept["unit"] or left["unit"]}
    if kept["minimum"] is None:
        facts |= {name: left[name] for name in (*QUANTITIES, "minimum_on")}
    if kept["supplier_id"] is None:
        facts |= {"supplier_id": left["supplier_id"], "lead_days": left["lead_days"]}
    tx.update(Item, gone, merged_into_id=keep)
    tx.update(Item, keep, **facts)
    for word in (left["code"], left["name"], left["model"]):
        _keep_word(tx, keep, word)
    _refind(tx, keep)
    tx.says(N_("merged {gone} into {keep}"), gone=left["code"], keep=kept["code"])
    return keep


def _carry_substitutes(tx: Tx, keep: int, gone: int) -> None:
    """What did for the item that goes does for the one that stays."""
    other_of = "SELECT id, iif(item_id = :gone, other_id, item_id), note FROM substitute WHERE :gone IN (item_id, other_id) ORDER BY id"
    for row, other, note in tx.rows(other_of, gone=gone):
        tx.delete(Substitute, row)
        low, high = sorted((keep, other))
        known = tx.value("SELECT 1 FROM substitute WHERE item_id = :low AND other_id = :high", low=low, high=high)
        if other != keep and known is None:
            tx.insert(Substitute, item_id=low, other_id=high, note=note)


def _refuse_kits(tx: Tx, keep: int, gone: int, kept: Mapping[str, Any], left: Mapping[str, Any]) -> None:
    """Refusal where both are kits, or one would be a part of itself, of another kit, or one twice; and where a kit would have a minimum."""
    sql = (
        "SELECT 1 FROM kit k LEFT JOIN kit_part p ON p.kit_id = k.id WHERE k.item_id IN (:keep, :gone)"
        " AND (p.item_id IN (:keep, :gone) OR EXISTS (SELECT 1 FROM kit o WHERE o.item_id IN (:keep, :gone) AND o.item_id <> k.item_id))"
        " UNION ALL SELECT 1 FROM kit_part p JOIN kit_part q ON q.kit_id = p.kit_id WHERE p.item_id = :keep AND q.item_id = :gone"
        " UNION ALL SELECT 1 FROM kit k JOIN kit_part p ON (k.item_id, p.item_id) IN (VALUES (:keep, :gone), (:gone, :keep))"
    )
    if tx.value(sql, keep=keep, gone=gone):
        words = N_("{gone} and {keep} are kits, or stand in a kit together; change the kit first.")
        raise Refusal("gone", words, gone=left["code"], keep=kept["code"])
    limited = left if left["minimum"] is not None and kept["minimum"] is None else kept
    if limited["minimum"] is not None and (kit_of(tx, keep) or kit_of(tx, gone)):
        words = N_("{item} has a minimum; a kit is not kept in stock, its parts are. Take the minimum away first.")
        raise Refusal("gone", words, item=limited["code"])


def _move_goods(tx: Tx, keep: int, gone: int) -> None:
    """Post what every place holds of `gone` out to the place of merged goods, and the same of `keep` back.

    Written by name of the table: stock is a later book, and the two items must change hands in one step.
    """
    held = tx.rows(
        "SELECT b.place_id, b.qty FROM stock_balance b JOIN place p ON p.id = b.place_id"
        " WHERE b.item_id = :item AND b.qty <> 0 AND p.kind <> 'merge' ORDER BY b.place_id",
        item=gone,
    )
    if not held:
        return
    merge = tx.value("SELECT id FROM place WHERE kind = 'merge' AND closed = 0 ORDER BY id LIMIT 1")
    if merge is None:
        raise Refusal("", N_("Goods of merged items need a place of the kind “merge”; add one first."))
    day = tx.open_day().isoformat()
    moves = []
    for place, qty in held:
        out, back = ((place, merge), (merge, place)) if qty > 0 else ((merge, place), (place, merge))
        moves += [(day, gone, *out, abs(qty), "merge"), (day, keep, *back, abs(qty), "merge")]
    tx.con.executemany("INSERT INTO stock_move(day, item_id, source_id, target_id, qty, reason) VALUES (?, ?, ?, ?, ?, ?)", moves)


def _keep_word(tx: Tx, item: int, word: str) -> None:
    """Let a word of the item that went stand for the one that stays, unless it says nothing or means another item too."""
    folded = fold(word)
    if not folded or _alias_of(tx, folded, item) or _code_of(tx, folded, item):
        return
    own = tx.row("SELECT code, name, model FROM item WHERE id = :item", item=item)
    assert own is not None
    known = {fold(part) for part in own} | {found for (found,) in tx.rows("SELECT fold FROM item_alias WHERE item_id = :item", item=item)}
    if folded not in known:
        tx.insert(ItemAlias, item_id=item, alias=word, kind="legacy", fold=folded)
