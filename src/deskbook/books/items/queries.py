"""Ask about items: lists, lookups, codes easily confused, and what the card shows."""
from __future__ import annotations

from datetime import date

from deskbook.books.items.kits import RULES as KIT_RULES
from deskbook.books.items.kits import discontinued_in, kit_stock, kit_words
from deskbook.books.parties.queries import RANK, Hit, patterns, pointers
from deskbook.core.check import Rule
from deskbook.core.days import show_day
from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.quantity import show_quantity
from deskbook.core.search import difference, fold, maybe_near, near_codes
from deskbook.core.store import Look, Row
from deskbook.core.words import N_, _, beside, listed

ITEMS = Listing(
    name="items",
    title=N_("Items"),
    source="v_stock",
    columns=(
        Column("code", N_("code"), Show.CODE, width=16),
        Column("name", N_("name"), width=16, grows=True),
        Column("list_price", N_("list price"), Show.PRICE, width=10),
        Column("shelf", N_("shelf"), Show.QUANTITY, width=8),
        Column("available", N_("available"), Show.QUANTITY, width=9),
        Column("minimum", N_("minimum"), Show.QUANTITY, width=8),
        Column("unit", N_("unit"), width=5),
        Column("model", N_("model"), width=14, wide=True),
        Column("supplier", N_("supplier"), width=14, wide=True),
        Column("category", N_("category"), export_only=True),
        Column("decimals", N_("decimals"), Show.COUNT, export_only=True),
        Column("minimum_on", N_("minimum reviewed"), Show.DAY, export_only=True),
        Column("target", N_("target"), Show.QUANTITY, export_only=True),
        Column("reorder", N_("reorder quantity"), Show.QUANTITY, export_only=True),
        Column("multiple", N_("multiple"), Show.QUANTITY, export_only=True),
        Column("min_order", N_("least order"), Show.QUANTITY, export_only=True),
        Column("overflow", N_("too much from"), Show.QUANTITY, export_only=True),
        Column("lead_days", N_("lead time"), Show.COUNT, export_only=True),
        Column("consumable", N_("consumable"), Show.COUNT, export_only=True),
        Column("discontinued", N_("discontinued"), Show.COUNT, export_only=True),
    ),
    order="code",
    find=("find",),
    views=(
        View("active", N_("active"), "discontinued = 0"),
        View("discontinued", N_("discontinued"), "discontinued = 1"),
        View("consumables", N_("consumables"), "consumable = 1"),
        View("kits", N_("kits"), "kits IS NOT NULL"),
        View("no_minimum", N_("without a minimum"), "minimum IS NULL AND discontinued = 0"),
        View("all", N_("all")),
    ),
)


def search_items(look: Look, text: str, limit: int = 50) -> list[Hit]:
    """Items by any part of code, name, model or alias, or their pinyin, best first: a whole word, the beginning of one, a part of one.

    Discontinued ones come after the others of their rank.
    """
    if not fold(text):
        return []
    condition, params = patterns(text)
    rows = look.rows(
        "SELECT i.id, i.code, i.name, i.model, i.unit, i.discontinued, EXISTS (SELECT 1 FROM kit k WHERE k.item_id = i.id),"
        " (SELECT coalesce(sum(b.qty), 0) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = i.id AND p.kind = 'shelf')"
        " - (SELECT coalesce(sum(r.qty), 0) FROM reservation r WHERE r.item_id = i.id) FROM"
        f" (SELECT id, {RANK} AS rank FROM item INDEXED BY item_find WHERE merged_into_id IS NULL AND void = 0 AND ({condition})"
        " ORDER BY rank, discontinued, length(code), code LIMIT :limit) f"
        " JOIN item i ON i.id = f.id ORDER BY f.rank, i.discontinued, length(i.code), i.code",
        limit=limit, **params,
    )
    hits = []
    for item, code, name, model, unit, discontinued, kits, available in rows:
        kit = kit_stock(look, item) if kits else None
        if kit is not None and not discontinued:
            state = _(N_("available {quantity} {unit}"), quantity=show_quantity(kit.kits), unit=unit).strip() + f" ({kit.words})"
            gone = [code for code, _kit, _free in discontinued_in(look, item)]
            state += "".join(_(N_(", {item} discontinued"), item=code) for code in gone)
            hits.append(Hit(item, f"{code}  {name}", "  ".join(filter(None, (model, state))), code))
            continue
        state = _(N_("discontinued")) if discontinued else _(N_("available {quantity} {unit}"), quantity=show_quantity(available), unit=unit).strip()
        hits.append(Hit(item, f"{code}  {name}", "  ".join(filter(None, (model, state))), code))
    return hits


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Items for the palette: book, id, code and name, what is available."""
    return [("items", hit.id, hit.text, hit.detail) for hit in search_items(look, text, limit=limit)]


def item_name(look: Look, item: int) -> str:
    """Code and name; "" where there is none."""
    found = look.row("SELECT code, name FROM item WHERE id = :item", item=item)
    return f"{found[0]}  {found[1]}" if found else ""


def price_of(look: Look, item: int, kind: str = "list", day: str | None = None) -> int | None:
    """The list or floor price in force on a day (today), in 1/10,000 of the currency; None where there is none."""
    found: int | None = look.value(
        "SELECT price FROM item_price CROSS JOIN office_day d WHERE item_id = :item AND kind = :kind AND since <= coalesce(:day, d.day)"
        " ORDER BY since DESC LIMIT 1",
        item=item, kind=kind, day=day,
    )
    return found


def price_in_force(look: Look, item: int, day: str | date, customer: int | None = None, qty: int | None = None) -> tuple[int | None, str]:
    """The price (1/10,000 of the currency) of an item on the order's day, and why, in the language in use; None and "" where there is none.

    The rules are those of price_found.
    """
    price, since, plan = price_found(look, item, day, customer, qty)
    if price is None:
        return None, ""
    own = N_("price list {list} since {day}") if plan else N_("the customer's own price since {day}")
    return price, _(N_("list price since {day}") if plan is None else own, day=show_day(since), list=plan)


def price_found(look: Look, item: int, day: str | date, customer: int | None = None, qty: int | None = None) -> tuple[int | None, str, str | None]:
    """The price (1/10,000 of the currency) of an item on the order's day, the day it holds from, and the code of the customer's price list.

    "" instead of the code for the customer's own price, None for the list price; None and "" where there is no price.
    The customer's own price goes before that of the customer's price list, which goes before the list price. Of the customer's prices, and of the
    list's, the one from the greatest least quantity that `qty` (thousandths) reaches; of those the one agreed last. Without qty: the price of any.
    """
    on = day.isoformat() if isinstance(day, date) else day
    if customer is not None:
        found = look.row(
            "SELECT s.price, s.since, l.code FROM party c JOIN special_price s"
            " ON s.item_id = :item AND (s.party_id = c.id OR s.price_list_id = c.price_list_id) LEFT JOIN price_list l ON l.id = s.price_list_id"
            " WHERE c.id = :customer AND s.since <= :day AND (s.until IS NULL OR s.until >= :day) AND s.least <= :qty"
            " ORDER BY s.party_id IS NULL, s.least DESC, s.since DESC LIMIT 1",
            item=item, customer=customer, day=on, qty=qty or 0,
        )
        if found is not None:
            return int(found[0]), str(found[1]), found[2] or ""
    sql = "SELECT price, since FROM item_price WHERE item_id = :item AND kind = 'list' AND since <= :day ORDER BY since DESC LIMIT 1"
    row = look.row(sql, item=item, day=on)
    return (int(row[0]), str(row[1]), None) if row else (None, "", None)


def confusable(look: Look, code: str, item: int | None = None, limit: int = 8) -> list[tuple[int, str, str]]:
    """id, code, name of other items whose codes are easily taken for this one."""
    condition, params = maybe_near(code)
    found = f"SELECT id FROM item INDEXED BY item_find WHERE merged_into_id IS NULL AND void = 0 AND id IS NOT :item AND ({condition})"
    rows = look.rows(f"SELECT id, code, name FROM item WHERE id IN ({found}) ORDER BY code", item=item, **params)
    near = set(near_codes(code, [row[1] for row in rows]))
    return [(row[0], row[1], row[2]) for row in rows if row[1] in near][:limit]


def told_apart(code: str, other: str) -> str:
    """Another code with the part that tells it from this one: "BVM7-710 (710 ≠ 8505)"; without it where they are written alike."""
    mine, theirs = difference(other, code), difference(code, other)
    return beside(other, f"{theirs} ≠ {mine}" if mine and theirs else "")


def near_words(look: Look, item: int, limit: int = 3) -> str:
    """What an item is easily taken for, each with the part that differs; "" where nothing is."""
    code = str(look.value("SELECT code FROM item WHERE id = :item", item=item) or "")
    near = [told_apart(code, other) for _id, other, _name in confusable(look, code, item)]
    return _(N_("easily taken for {codes}"), codes=listed(near[:limit])) if near else ""


# -- the card --------------------------------------------------------------------------------------------------------------

FACTS = (
    "code", "name", "model", "category", "unit", "decimals", "minimum", "minimum_on", "target", "reorder", "multiple", "min_order", "overflow",
    "supplier_id", "supplier", "lead_days", "list_price", "floor_price", "consumable", "discontinued", "allow_negative", "note", "merged_into_id",
)
STOCK = ("shelf", "quarantine", "elsewhere", "reserved", "available", "on_order", "next_arrival", "owned")


def item_facts(look: Look, item: int) -> dict[str, object]:
    """The facts of one item by name (those of v_item); empty where there is none."""
    row = look.row(f"SELECT {', '.join(FACTS)} FROM v_item WHERE id = :item", item=item)
    return dict(zip(FACTS, row, strict=True)) if row else {}


def stock_words(look: Look, item: int) -> list[str]:
    """What there is of an item, in sentences: available and why, what is ours but not for sale, what comes when. Quantities with the unit."""
    row = look.row(f"SELECT {', '.join(STOCK)}, unit, decimals FROM v_stock WHERE id = :item", item=item)
    if row is None:
        return []
    shelf, quarantine, elsewhere, reserved, available, on_order, next_arrival, owned, unit, _decimals = row
    q = show_quantity
    if said := kit_words(look, item):
        return [f"{said}."]
    words = [_(N_("Available {available} {unit} = shelf {shelf} − reserved {reserved}."),
               available=q(available), unit=unit, shelf=q(shelf), reserved=q(reserved)).replace("  ", " ")]
    if quarantine or elsewhere:
        places = look.rows(
            "SELECT place, qty FROM v_stock_place WHERE item_id = :item AND kind <> 'shelf' ORDER BY kind, place", item=item
        )
        elsewhere = listed(f"{place} {q(qty)}" for place, qty in places)
        words.append(_(N_("Ours, but not for sale now: {places}; {owned} in all."), places=elsewhere, owned=q(owned)))
    if on_order and next_arrival:
        words.append(_(N_("On order {quantity}, the next on {day}."), quantity=q(on_order), day=show_day(next_arrival)))
    elif on_order:
        words.append(_(N_("On order {quantity}, with no day promised that is still to come."), quantity=q(on_order)))
    else:
        words.append(_(N_("Nothing on order.")))
    return words


def aliases_of(look: Look, item: int) -> list[Row]:
    """id, alias, kind, party name (None where it is nobody's own word)."""
    return look.rows(
        "SELECT a.id, a.alias, a.kind, p.name FROM item_alias a LEFT JOIN party p ON p.id = a.party_id WHERE a.item_id = :item ORDER BY a.kind, a.id",
        item=item,
    )


def prices_of(look: Look, item: int, limit: int = 6) -> list[Row]:
    """kind, since, price, the newest first."""
    sql = "SELECT kind, since, price FROM item_price WHERE item_id = :item ORDER BY since DESC, kind DESC LIMIT :limit"
    return look.rows(sql, item=item, limit=limit)


# What later books hold about an item is read from the views and tables of the file, whose names are part of it.


def wanted_by(look: Look, item: int, limit: int = 6) -> list[Row]:
    """order id, no, customer, quantity still wanted, due (None: undated), the most urgent first."""
    return look.rows(
        "SELECT o.id, o.no, c.name, r.qty, r.due FROM reservation r JOIN sales_order o ON o.id = r.order_id JOIN party c ON c.id = o.customer_id"
        " WHERE r.item_id = :item ORDER BY r.due NULLS LAST, o.id LIMIT :limit",
        item=item, limit=limit,
    )


def last_moves(look: Look, item: int, limit: int = 5) -> list[Row]:
    """move id, day, source, target, quantity, reason, document, the newest first."""
    return look.rows(
        "SELECT m.id, m.day, s.name, t.name, m.qty, m.reason, m.document FROM stock_move m JOIN place s ON s.id = m.source_id"
        " JOIN place t ON t.id = m.target_id WHERE m.item_id = :item ORDER BY m.id DESC LIMIT :limit",
        item=item, limit=limit,
    )


def item_named_by(look: Look, item: int) -> int:
    """How many records of all books name the item: what a merge would move."""
    return sum(count for _child, _column, count in pointers(look, "item", item))


# -- what must hold --------------------------------------------------------------------------------------------------------


def _pointed_at(look: Look) -> list[str]:
    merged = look.rows("SELECT id, code FROM item WHERE merged_into_id IS NOT NULL")
    found = [(code, child, column, count) for item, code in merged for child, column, count in pointers(look, "item", item, standing=True)]
    return [f"{code}: {child}.{column} {count}" for code, child, column, count in found if count and child != "item_price"]


def _folds(look: Look) -> list[str]:
    return [alias for alias, folded in look.rows("SELECT alias, fold FROM item_alias ORDER BY id") if fold(alias) != folded]


RULES = (
    *KIT_RULES,
    Rule(N_("A minimum has the day it was looked at, and no target is below it."),
         "SELECT code FROM item WHERE (minimum IS NULL) <> (minimum_on IS NULL) OR target < minimum OR overflow < minimum"),
    Rule(N_("Limits of an item fit its unit."),
         "SELECT i.code FROM item i JOIN (SELECT 0 AS decimals, 1000 AS step UNION ALL VALUES (1, 100), (2, 10), (3, 1)) d ON d.decimals = i.decimals"
         " WHERE coalesce(i.minimum, 0) % d.step <> 0 OR coalesce(i.target, 0) % d.step <> 0 OR coalesce(i.reorder, 0) % d.step <> 0"
         " OR coalesce(i.multiple, 0) % d.step <> 0 OR coalesce(i.min_order, 0) % d.step <> 0 OR coalesce(i.overflow, 0) % d.step <> 0"),
    Rule(N_("No floor price is over the list price."),
         "SELECT i.code || ' ' || d.since FROM item_price d JOIN item i ON i.id = d.item_id WHERE"
         " (SELECT price FROM item_price f WHERE f.item_id = d.item_id AND f.kind = 'floor' AND f.since <= d.since ORDER BY f.since DESC LIMIT 1)"
         " > (SELECT price FROM item_price l WHERE l.item_id = d.item_id AND l.kind = 'list' AND l.since <= d.since ORDER BY l.since DESC LIMIT 1)"),
    Rule(N_("The supplier of an item is a supplier."),
         "SELECT i.code FROM item i JOIN party p ON p.id = i.supplier_id WHERE p.supplier = 0 AND i.void = 0"),
    Rule(N_("A word means one item, but for customers' and suppliers' own words."),
         "SELECT min(a.alias) FROM item_alias a JOIN item i ON i.id = a.item_id AND i.void = 0"
         " WHERE a.kind NOT IN ('customer', 'supplier') GROUP BY a.fold HAVING count(DISTINCT a.item_id) > 1"),
    Rule(N_("What an item was merged into stands."),
         "SELECT i.code FROM item i JOIN item k ON k.id = i.merged_into_id WHERE k.merged_into_id IS NOT NULL"),
    Rule(N_("Nothing names a merged item."), prove=_pointed_at),
    Rule(N_("Aliases are folded as they are written."), prove=_folds),
    Rule(N_("A price of their own is a customer's."),
         "SELECT p.name || ' ' || i.code FROM special_price s JOIN party p ON p.id = s.party_id JOIN item i ON i.id = s.item_id"
         " WHERE p.customer = 0"),
)
