"""What is done with goods: places, opening counts, transfers, corrections; and move(), by which every book moves goods."""
from __future__ import annotations

from datetime import date
from typing import NamedTuple

from deskbook.books.stock.queries import balance, place_of, short
from deskbook.books.stock.tables import Place, PlaceFacts, StockMove
from deskbook.core.days import as_day
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, plural

OURS = ("shelf", "quarantine", "dealer", "borrower", "factory", "head_office")
"""Kinds of place where goods stay ours: what a transfer goes between, and where there cannot be less than nothing."""


class Item(NamedTuple):
    """What moving goods needs to know of an item."""

    id: int
    code: str
    name: str
    decimals: int
    allow_negative: int


def item_of(tx: Tx, item: int, *, field: str = "item") -> Item:
    """The item. Refusal where there is none, or it was merged into another."""
    found = tx.row("SELECT id, code, name, decimals, allow_negative, merged_into_id FROM item WHERE id = :item", item=item)
    if found is None:
        raise Refusal(field, N_("There is no item {item}."), item=item)
    if found[5] is not None:
        other = tx.value("SELECT code FROM item WHERE id = :id", id=found[5])
        raise Refusal(field, N_("{item} was merged into {other}; use that one."), item=found[1], other=other)
    return Item(*found[:5])


def fits(item: Item, qty: int, *, field: str = "qty", least: int = 1) -> None:
    """Refusal where the quantity is under `least` or has more decimals than the item's unit allows."""
    if qty < least:
        words = N_("{item}: the quantity must be more than nothing.") if least else N_("{item}: there cannot be less than nothing.")
        raise Refusal(field, words, item=item.code)
    shown = show_quantity(qty)
    if qty >= 10**13:
        raise Refusal(field, N_("{item}: {qty} is more than the book can count."), item=item.code, qty=shown)
    if qty % 10 ** (3 - item.decimals):
        if item.decimals == 0:
            raise Refusal(field, N_("{item} is counted in whole units; {qty} is not whole."), item=item.code, qty=shown)
        one = N_("{item} is counted with at most {most} decimal; {qty} has more.")
        many = N_("{item} is counted with at most {most} decimals; {qty} has more.")
        raise Refusal(field, plural(item.decimals, one, many), item=item.code, most=item.decimals, qty=shown)


class _PlaceRow(NamedTuple):
    id: int
    name: str
    kind: str
    closed: int


def _place(tx: Tx, place: int, field: str) -> _PlaceRow:
    found = tx.row("SELECT id, name, kind, closed FROM place WHERE id = :place", place=place)
    if found is None:
        raise Refusal(field, N_("There is no place {place}."), place=place)
    row = _PlaceRow(*found)
    if row.closed:
        raise Refusal(field, N_("{place} is closed."), place=row.name)
    return row


def iso(day: date | str | None) -> str | None:
    """A day as the book keeps it. Refusal for a text that is none."""
    given = as_day(day)
    return given.isoformat() if given else None


def move(
    tx: Tx,
    *,
    item: int,
    source: int,
    target: int,
    qty: int,
    reason: str = "",
    document: str = "",
    purchase_line: int | None = None,
    shipment_line: int | None = None,
    return_line: int | None = None,
    cost: int | None = None,
    day: date | str | None = None,
    field: str = "qty",
) -> int:
    """Move goods and return the move's id; qty in 1/1000 of the unit. Inside another command: it says nothing.

    cost: of a unit in 1/10,000, where the goods come in by no document that says it.

    Refusal on `field` when a place of ours would hold less than nothing, naming what is there and when more arrives.
    """
    what = item_of(tx, item)
    fits(what, qty, field=field)
    taken, given = _place(tx, source, "source"), _place(tx, target, "target")
    if source == target:
        raise Refusal("target", N_("Goods cannot move to where they are."))
    if taken.kind == "quarantine" and given.kind in ("customer", "dealer", "borrower") and return_line is None:  # what came back may be sent back
        raise Refusal("source", N_("{item}: what is in quarantine goes to nobody; move it to a shelf first."), item=what.code)
    guarded = taken.kind in OURS and not (what.allow_negative and taken.kind in ("shelf", "quarantine"))
    if guarded and balance(tx, item, source) < qty:
        raise missing(tx, item=item, place=source, want=qty, field=field)
    posted, latest = iso(day) or tx.open_day().isoformat(), tx.open_day().isoformat()
    if posted > latest:
        raise Refusal("day", N_("Goods move today or have moved; {day} is still to come."), day=posted)
    return tx.insert(
        StockMove,
        day=posted,
        item_id=item,
        source_id=taken.id,
        target_id=given.id,
        qty=qty,
        reason=clean(reason, field="reason"),
        document=clean(document, field="document"),
        purchase_line_id=purchase_line,
        shipment_line_id=shipment_line,
        return_line_id=return_line,
        unit_cost=cost,
    )


def missing(tx: Tx, *, item: int, place: int, want: int, field: str = "qty") -> Refusal:
    """The refusal for want of goods: it names what is at the place and when more arrives."""
    lack = short(tx, item)
    at = tx.value("SELECT name FROM place WHERE id = :place", place=place)
    words = N_("{item}: {there} at {place}, {wanted} wanted. {more}")
    return Refusal(field, words, item=lack.code, there=show_quantity(balance(tx, item, place)), place=at, wanted=show_quantity(want), more=lack.more)


def add_place(tx: Tx, *, code: str, name: str, kind: str, party: int | None = None) -> int:
    """Make a place goods can be. kind: a tables.PlaceKind."""
    if party is not None:  # what was merged into another is that one now
        whose = tx.value("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :party AND void = 0", party=party)
        if whose is None:
            raise Refusal("party", N_("There is no party {party}."), party=party)
        party = int(whose)
    facts = PlaceFacts.of(code=code, name=name, kind=kind, party_id=party)
    _code_is_free(tx, facts.code)
    tx.says(N_("added the place {place}"), place=facts.name)
    return tx.insert(Place, **facts.model_dump())


def change_place(tx: Tx, *, place: int, code: str | None = None, name: str | None = None, closed: bool | None = None) -> int:
    """Change a place's code or name, or close it (only when it is empty) and open it again. Its kind stays: its moves were made for it."""
    old = tx.row("SELECT code, name, kind, party_id, closed FROM place WHERE id = :place", place=place)
    if old is None:
        raise Refusal("place", N_("There is no place {place}."), place=place)
    facts = PlaceFacts.of(code=old[0] if code is None else code, name=old[1] if name is None else name, kind=old[2], party_id=old[3])
    if facts.code != old[0]:
        _code_is_free(tx, facts.code)
    if closed and facts.kind in OURS and tx.value("SELECT 1 FROM stock_balance WHERE place_id = :place AND qty <> 0", place=place):
        raise Refusal("closed", N_("There are goods at {place}; move them first."), place=facts.name)
    tx.update(Place, place, code=facts.code, name=facts.name, closed=old[4] if closed is None else int(closed))
    tx.says(N_("closed the place {place}") if closed else N_("changed the place {place}"), place=facts.name)
    return place


def _code_is_free(tx: Tx, code: str) -> None:
    if tx.value("SELECT 1 FROM place WHERE code = :code", code=code):
        raise Refusal("code", N_("There is a place {code} already."), code=code)


def open_stock(tx: Tx, *, item: int, place: int, qty: int, cost: int | None = None, day: date | str | None = None) -> int:
    """Write what was counted when the book was opened; once for an item and place. cost: 1/10,000 a unit, where known. Returns the move's id."""
    what, where = item_of(tx, item), _place(tx, place, "place")
    _ours(where, "place")
    first = tx.value(
        "SELECT m.qty FROM stock_move m JOIN place s ON s.id = m.source_id WHERE m.item_id = :item AND m.target_id = :place AND s.kind = 'opening'"
        " AND m.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM stock_move x WHERE x.reverses_id = m.id)",
        item=item, place=place,
    )
    if first is not None:
        already = N_("{item} was opened with {first} at {place} already; correct a count by an adjustment.")
        raise Refusal("qty", already, item=what.code, first=show_quantity(first), place=where.name)
    tx.says(N_("opened {item} with {qty} at {place}"), item=what.code, qty=show_quantity(qty), place=where.name)
    return move(tx, item=item, source=place_of(tx, "opening"), target=place, qty=qty, cost=cost, day=day)


def transfer(tx: Tx, *, item: int, source: int, target: int, qty: int, document: str = "") -> int:
    """Move goods between places of ours (also to quarantine and back). Returns the move's id."""
    what, taken, given = item_of(tx, item), _place(tx, source, "source"), _place(tx, target, "target")
    _ours(taken, "source")
    _ours(given, "target")
    tx.says(N_("moved {qty} {item} from {source} to {target}"), qty=show_quantity(qty), item=what.code, source=taken.name, target=given.name)
    return move(tx, item=item, source=source, target=target, qty=qty, document=document)


def adjust(tx: Tx, *, item: int, place: int, counted: int, reason: str) -> int:
    """Set what is at a place to what was counted there, by a loss or a gain with its reason. Returns the move's id."""
    what, where = item_of(tx, item), _place(tx, place, "place")
    _ours(where, "place")
    fits(what, counted, field="counted", least=0)
    why = clean(reason, field="reason")
    if not why:
        raise Refusal("reason", N_("Say why the count of {item} differs."), item=what.code)
    there = balance(tx, item, place)
    if there == counted:
        same = N_("{item}: the book says {there} at {place} as well; there is nothing to correct.")
        raise Refusal("counted", same, item=what.code, there=show_quantity(there), place=where.name)
    loss = place_of(tx, "loss")
    source, target = (loss, place) if counted > there else (place, loss)
    said = {"counted": show_quantity(counted), "there": show_quantity(there), "item": what.code, "place": where.name, "reason": why}
    tx.says(N_("counted {counted} {item} at {place}, not {there}: {reason}"), **said)
    return move(tx, item=item, source=source, target=target, qty=abs(counted - there), reason=why, field="counted")


def _ours(place: _PlaceRow, field: str) -> None:
    if place.kind not in OURS:
        raise Refusal(field, N_("Goods cannot be put at {place} by hand: it is where goods come from or go to."), place=place.name)

