"""Say what a kit consists of, from which day on, and when it ends."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from deskbook.books.items.commands import standing
from deskbook.books.items.kits import kit_of
from deskbook.books.items.queries import price_of
from deskbook.books.items.tables import Item, Kit, KitPart, PartFacts
from deskbook.core.numbers import half_up
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, plural


def set_kit(tx: Tx, *, item: int, parts: Sequence[Mapping[str, Any]], since: date | str | None = None, note: str = "") -> int:
    """Say what an item consists of from a day (today) on, until another kit of it begins or it is ended; returns the kit's id.

    parts: PartFacts each (item, qty in 1/1,000 a kit, share: its weight in the kit's price). Where no share is given, list price x quantity in
    force on the day. The same day again writes the parts anew; orders that were taken keep theirs.
    """
    whole = standing(tx, item)
    day = _day(tx, since).isoformat()
    if whole["minimum"] is not None:
        raise Refusal("item", N_("{item} has a minimum; a kit is not kept in stock, its parts are. Take the minimum away first."), item=whole["code"])
    if other := _kit_with(tx, item, day):
        raise Refusal("item", N_("{item} is a part of the kit {kit}; a kit has no kits in it."), item=whole["code"], kit=other)
    if not parts:
        raise Refusal("parts", N_("A kit needs at least one part."))
    given: list[PartFacts] = []
    for index, part in enumerate(parts):
        try:
            given.append(_part(tx, item, PartFacts.of(**part), day, given))
        except Refusal as refusal:
            raise Refusal(f"parts.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    shares = [_share(tx, part, day) for part in given]
    if not sum(shares):
        if any(part.share is not None for part in given):
            raise Refusal("parts.0.share", N_("The shares of a kit's parts are nothing together; at least one must be more."))
        shares = [1 for _part in given]  # nothing is known of their prices: alike
    kit = tx.value("SELECT id FROM kit WHERE item_id = :item AND since = :day", item=item, day=day)
    if kit is None:
        kit = tx.insert(Kit, item_id=item, since=day, note=clean(note, field="note", longest=500))
    else:
        for (old,) in tx.rows("SELECT id FROM kit_part WHERE kit_id = :kit", kit=kit):
            tx.delete(KitPart, old)
        tx.update(Kit, kit, until=None, note=clean(note, field="note", longest=500))
    for each, share in zip(given, shares, strict=True):
        tx.insert(KitPart, kit_id=kit, item_id=each.item, qty=each.qty, share=share)
    tx.touch(Item, item)
    tx.says(N_("{item} is a kit of {count} parts from {day}"), item=whole["code"], count=len(given), day=day)
    return int(kit)


def end_kit(tx: Tx, *, item: int, day: date | str | None = None) -> None:
    """End the kit that an item is: on `day` (yesterday, or today where it began today) it is one for the last time."""
    whole = standing(tx, item)
    found = kit_of(tx, item, _day(tx, day).isoformat() if day else None)
    if found is None:
        raise Refusal("day", N_("{item} is no kit on that day."), item=whole["code"])
    last = _day(tx, day).isoformat() if day else max((tx.today - timedelta(days=1)).isoformat(), found.since)
    tx.update(Kit, found.id, until=last)
    tx.touch(Item, item)
    tx.says(N_("{item} is a kit until {day}"), item=whole["code"], day=last)


def _part(tx: Tx, item: int, part: PartFacts, day: str, before: Sequence[PartFacts]) -> PartFacts:
    facts = standing(tx, part.item)
    if part.item == item:
        raise Refusal("item", N_("{item} cannot be a part of itself."), item=facts["code"])
    if part.item in [other.item for other in before]:
        raise Refusal("item", N_("{item} is in the kit already; write its quantity there."), item=facts["code"])
    if tx.value("SELECT 1 FROM kit WHERE item_id = :item AND coalesce(until >= :day, 1)", item=part.item, day=day):
        raise Refusal("item", N_("{item} is a kit itself; a kit has no kits in it."), item=facts["code"])
    if part.qty % 10 ** (3 - facts["decimals"]):
        one = N_("{item} is counted with at most {decimals} decimal; {qty} has more.")
        many = N_("{item} is counted with at most {decimals} decimals; {qty} has more.")
        raise Refusal("qty", plural(facts["decimals"], one, many), item=facts["code"], decimals=facts["decimals"], qty=show_quantity(part.qty))
    return part


def _share(tx: Tx, part: PartFacts, day: str) -> int:
    return part.share if part.share is not None else half_up((price_of(tx, part.item, "list", day) or 0) * part.qty, 1000)


def _kit_with(tx: Tx, item: int, day: str) -> str | None:
    """The code of a kit that has this item as a part on the day or later."""
    sql = (
        "SELECT i.code FROM kit_part p JOIN kit k ON k.id = p.kit_id JOIN item i ON i.id = k.item_id"
        " WHERE p.item_id = :item AND coalesce(k.until >= :day, 1) LIMIT 1"
    )
    found: str | None = tx.value(sql, item=item, day=day)
    return found


def _day(tx: Tx, value: date | str | None) -> date:
    if not value:
        return tx.today
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise Refusal("since", N_("“{day}” is not a day."), day=str(value)) from None
