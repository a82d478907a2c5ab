"""Make shipments, check them line by line, send them, hear that they arrived. Goods move only when a checked shipment leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from deskbook.books.orders.billing import bill_shipment
from deskbook.books.orders.commands import close_if_done
from deskbook.books.orders.given import committed, party_as
from deskbook.books.orders.listings import STATES as ORDER_STATES
from deskbook.books.orders.queries import BLOCKS, easily_taken_for, refuse_blocked
from deskbook.books.orders.tables import SalesOrder
from deskbook.books.shipments.queries import STATES, ending, named_by
from deskbook.books.shipments.tables import Shipment, ShipmentLine
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries as stock_queries
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import difference
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed


def make_shipment(tx: Tx, *, order: int, place: int | None = None, lines: Mapping[int | str, int] | None = None) -> int:
    """Begin a shipment of a confirmed order; returns its id.

    place: the shelf it leaves from, by default the one that can send most of it. lines: order line -> quantity in 1/1,000, by default
    what is open, lies on that shelf and is not on another shipment from it. Refusal that names what is missing and when it arrives, when
    nothing of it is there.
    """
    no, state = _order(tx, order)
    if state != "confirmed":
        raise Refusal("", N_("{no} is {state}; only a confirmed order can be sent."), no=no, state=_(ORDER_STATES[state]))
    refuse_blocked(tx, tx.value("SELECT customer_id FROM sales_order WHERE id = :order", order=order), tuple(BLOCKS))
    still = {
        line: (item, code, open_ - _being_sent(tx, line))
        for line, item, code, open_ in tx.rows(
            "SELECT id, item_id, code, open FROM v_order_line WHERE order_id = :order AND open > 0 ORDER BY pos", order=order
        )
    }
    still = {line: facts for line, facts in still.items() if facts[2] > 0}
    if not still:
        raise Refusal("", N_("Nothing of {no} is open that is not on a shipment already."), no=no)
    if place is not None:
        _refuse_no_shelf(tx, place)
    from_place = place if place is not None else _shelf_for(tx, still)
    chosen = {int(line): qty for line, qty in lines.items()} if lines is not None else _what_is_there(tx, still, from_place)
    if lines is not None and not lines:
        raise Refusal("lines", N_("Nothing of {no} was chosen to be sent."), no=no)
    if not chosen:
        item = next(iter(still.values()))[0]
        raise _missing(tx, item, from_place, sum(want for other, _code, want in still.values() if other == item))
    shipment = tx.insert(
        Shipment,
        no=tx.next_no(Shipment, "D", tx.today),
        order_id=order,
        place_id=from_place,
        day=tx.today.isoformat(),
        carrier_id=_carrier_of(tx, order),
    )
    for line, qty in chosen.items():
        if line not in still:
            raise Refusal("lines", N_("That line is not an open one of {no}."), no=no)
        item, code, most = still[line]
        _refuse_more(tx, item, code, qty, most, "lines")
        tx.insert(ShipmentLine, shipment_id=shipment, order_line_id=line, item_id=item, qty=qty)
    tx.touch(SalesOrder, order)
    tx.says(N_("began shipment {shipment} of {no}"), shipment=_head(tx, shipment)["no"], no=no)
    return shipment


def change_shipment_line(tx: Tx, *, line: int, qty: int) -> None:
    """Send another quantity (1/1,000) of a line; it must be checked again."""
    row, head = _line(tx, line)
    most = row["ordered"] - row["short_closed"] - (committed(tx, row["order_line_id"]) - row["qty"])
    _refuse_more(tx, row["item_id"], row["code"], qty, most, "qty")
    tx.update(ShipmentLine, line, qty=qty, checked_qty=None, checked_as="", checked_at=None)
    tx.update(Shipment, head["id"], state="picking", checked_by="")
    tx.touch(SalesOrder, head["order_id"])
    tx.says(N_("changed {item} on {shipment} to {qty}"), item=row["code"], shipment=head["no"], qty=show_quantity(qty))


def drop_shipment_line(tx: Tx, *, line: int) -> None:
    """Leave a line out of a shipment: it stays open on the order. One that was sent and taken back stays as a line of nothing, for its moves."""
    row, head = _line(tx, line)
    if not row["qty"]:
        raise Refusal("line", N_("{item} is left out of {shipment} already."), item=row["code"], shipment=head["no"])
    if tx.value("SELECT count(*) FROM shipment_line WHERE shipment_id = :id AND qty > 0", id=head["id"]) == 1:
        raise Refusal("", N_("It is the only line of {shipment}; give the shipment up instead."), shipment=head["no"])
    if tx.value("SELECT 1 FROM stock_move WHERE shipment_line_id = :line LIMIT 1", line=line):
        tx.update(ShipmentLine, line, qty=0, checked_qty=0, checked_as="", checked_at=None)
    else:
        tx.delete(ShipmentLine, line)
    _settle(tx, head["id"])
    tx.touch(SalesOrder, head["order_id"])
    tx.says(N_("left {item} out of {shipment}"), item=row["code"], shipment=head["no"])


def check_line(tx: Tx, *, line: int, typed: str, qty: int) -> None:
    """Confirm one line: what was typed or scanned names the item, and the count is the quantity on the shipment.

    An item that is easily taken for another one is confirmed only by the part that tells them apart (or its whole code, model or an alias).
    """
    row, head = _line(tx, line)
    word = clean(typed, field="typed", longest=80)
    near = easily_taken_for(tx, row["item_id"])
    if word and (named := named_by(tx, row["item_id"], word, near)) != row["code"]:
        if named:
            differ = N_("This is {given}, the order wants {wanted}: they differ in “{part}”.")
            raise Refusal("typed", differ, given=named, wanted=row["code"], part=difference(named, row["code"]) or row["code"])
        if near:
            unclear = N_("“{typed}” does not tell {wanted} from {near}; type its ending: {part}.")
            raise Refusal("typed", unclear, typed=word, wanted=row["code"], near=listed(near[:3]), part=ending(row["code"], near))
        raise Refusal("typed", N_("“{typed}” is not {wanted}."), typed=word, wanted=row["code"])
    if near and not word:
        ask = N_("{wanted} is easily taken for {near}; type what tells it apart: {part}.")
        raise Refusal("typed", ask, wanted=row["code"], near=listed(near[:3]), part=ending(row["code"], near))
    if qty != row["qty"]:
        raise Refusal(
            "qty",
            N_("{counted} of {item} counted, {wanted} on the shipment: count again, or change the shipment."),
            counted=show_quantity(qty),
            item=row["code"],
            wanted=show_quantity(row["qty"]),
        )
    tx.update(ShipmentLine, line, checked_qty=qty, checked_as=word, checked_at=days.moment())
    _settle(tx, head["id"])
    tx.says(N_("checked {item} on {shipment}"), item=row["code"], shipment=head["no"])


def ship(tx: Tx, *, shipment: int, carrier: int | None = None, waybill: str = "", day: date | str | None = None) -> None:
    """Send a checked shipment: its goods leave the shelf, its order shows them shipped. Refusal names what is missing and when more arrives."""
    head = _head(tx, shipment)
    if head["state"] != "checked":
        unchecked = tx.value("SELECT count(*) FROM shipment_line WHERE shipment_id = :id AND checked_qty IS NULL", id=shipment)
        if head["state"] == "picking":
            words = N_("{count} lines of {shipment} are not checked yet.") if unchecked > 1 else N_("A line of {shipment} is not checked yet.")
            raise Refusal("", words, count=unchecked, shipment=head["no"])
        raise Refusal("", N_("{shipment} is {state}; it cannot be sent."), shipment=head["no"], state=_(STATES[head["state"]]))
    no, state = _order(tx, head["order_id"])
    if state != "confirmed":
        raise Refusal("", N_("{no} is {state}; only a confirmed order can be sent."), no=no, state=_(ORDER_STATES[state]))
    refuse_blocked(tx, head["customer_id"], tuple(BLOCKS))
    on = days.as_day(day, "day") or tx.open_day()
    if on > max(tx.today, tx.open_day()):
        raise Refusal("day", N_("{day} has not come yet."), day=on.isoformat())
    customer_place = stock_queries.place_of(tx, "customer")
    for line, item, qty in tx.rows("SELECT id, item_id, qty FROM shipment_line WHERE shipment_id = :id AND qty > 0 ORDER BY id", id=shipment):
        stock.move(tx, item=item, source=head["place_id"], target=customer_place, qty=qty, day=on, document=head["no"], shipment_line=line)
    carrier = party_as(tx, carrier, "carrier")["id"] if carrier is not None else head["carrier_id"]
    transit = tx.value(
        "SELECT coalesce(c.transit_days, k.transit_days) FROM party c LEFT JOIN party k ON k.id = :carrier WHERE c.id = :customer",
        carrier=carrier,
        customer=head["customer_id"],
    )
    due = (on + timedelta(days=transit)).isoformat() if transit is not None else on.isoformat()
    tx.update(
        Shipment,
        shipment,
        state="shipped",
        shipped_on=on.isoformat(),
        due_on=due,
        carrier_id=carrier,
        waybill=clean(waybill, field="waybill", longest=80) or head["waybill"],
    )
    claim = bill_shipment(tx, shipment)
    close_if_done(tx, head["order_id"])
    said = {"shipment": head["no"], "customer": head["customer"]}
    if claim is None:
        tx.says(N_("shipped {shipment} to {customer}"), **said)
    else:
        no, cents = tx.row("SELECT no, amount FROM claim WHERE id = :claim", claim=claim) or ("", 0)
        tx.says(N_("shipped {shipment} to {customer}; {claim} over {amount}"), **said, claim=no, amount=show_money(cents))


def confirm_arrival(tx: Tx, *, shipment: int, by: str, day: date | str | None = None) -> None:
    """Note who there confirmed that a shipment arrived, and on which day."""
    head = _head(tx, shipment)
    if head["state"] != "shipped":
        raise Refusal("", N_("{shipment} is {state}; only what was shipped can arrive."), shipment=head["no"], state=_(STATES[head["state"]]))
    name = clean(by, field="by", longest=80)
    if not name:
        raise Refusal("by", N_("Say who confirmed it."))
    on = days.as_day(day, "day") or tx.today
    if on.isoformat() < head["shipped_on"]:
        raise Refusal("day", N_("It was shipped on {shipped}; it cannot arrive before."), shipped=head["shipped_on"])
    if on > tx.today:
        raise Refusal("day", N_("{day} has not come yet."), day=on.isoformat())
    tx.update(Shipment, shipment, state="arrived", arrived_on=on.isoformat(), arrived_by=name)
    tx.says(N_("{shipment} arrived at {customer}, says {by}"), shipment=head["no"], customer=head["customer"], by=name)


def change_shipment(tx: Tx, *, shipment: int, **facts: Any) -> None:
    """Change carrier, waybill or note of a shipment that stands."""
    head = _head(tx, shipment)
    if head["state"] in ("cancelled", "void"):
        raise Refusal("", N_("{shipment} is {state}; it cannot be changed any more."), shipment=head["no"], state=_(STATES[head["state"]]))
    if unknown := set(facts) - {"carrier", "waybill", "note"}:
        raise Refusal("", N_("A shipment has no {what}."), what=listed(sorted(unknown)))
    values: dict[str, Any] = {name: clean(facts[name], field=name, longest=500) for name in ("waybill", "note") if name in facts}
    if "carrier" in facts:
        values["carrier_id"] = None if facts["carrier"] is None else party_as(tx, facts["carrier"], "carrier")["id"]
    if values:
        tx.update(Shipment, shipment, **values)
    tx.says(N_("changed shipment {shipment}"), shipment=head["no"])


def cancel_shipment(tx: Tx, *, shipment: int) -> None:
    """Give up a shipment that has not left; its lines stay open on the order."""
    head = _head(tx, shipment)
    if head["state"] not in ("picking", "checked"):
        raise Refusal(
            "", N_("{shipment} is {state}; only one that has not left can be given up."), shipment=head["no"], state=_(STATES[head["state"]])
        )
    tx.update(Shipment, shipment, state="cancelled", checked_by="")
    tx.touch(SalesOrder, head["order_id"])
    tx.says(N_("gave up shipment {shipment}"), shipment=head["no"])


def record_history(
    tx: Tx, *, order: int, shipped_on: date | str, carrier: int | None = None, lines: Mapping[int, int] | None = None, no: str | None = None
) -> int:
    """Write down a shipment that left before the book was opened: it counts as shipped and moves no goods. Returns its id."""
    order_no, state = _order(tx, order)
    if state in ("void", "cancelled"):
        raise Refusal("order", N_("{no} is {state}."), no=order_no, state=_(ORDER_STATES[state]))
    on = days.as_day(shipped_on, "shipped_on")
    if on is None or on > tx.today:
        raise Refusal("shipped_on", N_("The day it was shipped is missing, or has not come yet."))
    number = tx.number(Shipment, "D", on, no)
    shipment = tx.insert(
        Shipment,
        no=number,
        order_id=order,
        place_id=stock_queries.place_of(tx, "shelf"),
        day=on.isoformat(),
        state="shipped",
        carrier_id=party_as(tx, carrier, "carrier")["id"] if carrier is not None else None,
        shipped_on=on.isoformat(),
        due_on=on.isoformat(),
        history=1,
    )
    left = {
        line: (item, code, still)
        for line, item, code, still in tx.rows("SELECT id, item_id, code, open FROM v_order_line WHERE order_id = :order ORDER BY pos", order=order)
    }
    given = (
        {int(line): qty for line, qty in lines.items()}
        if lines is not None
        else {line: still for line, (_item, _code, still) in left.items() if still > 0}
    )
    if lines is not None and not lines:
        raise Refusal("lines", N_("Nothing of {no} was chosen to be sent."), no=order_no)
    if not given:
        raise Refusal("lines", N_("Nothing of {no} is open that is not on a shipment already."), no=order_no)
    for line, qty in given.items():
        if line not in left:
            raise Refusal("lines", N_("That line is not an open one of {no}."), no=order_no)
        item, code, most = left[line]
        _refuse_more(tx, item, code, qty, most, "lines")
        tx.insert(ShipmentLine, shipment_id=shipment, order_line_id=line, item_id=item, qty=qty)
    close_if_done(tx, order)
    tx.says(N_("wrote down the past shipment of {no}"), no=order_no)
    return shipment


# -- what the commands ask -------------------------------------------------------------------------------------------------


def _settle(tx: Tx, shipment: int) -> None:
    """Checked when every line is; picking otherwise."""
    left = tx.value("SELECT count(*) FROM shipment_line WHERE shipment_id = :id AND checked_qty IS NULL", id=shipment)
    tx.update(Shipment, shipment, state="picking" if left else "checked", checked_by="" if left else tx.clerk)


def _order(tx: Tx, order: int) -> tuple[str, str]:
    row = tx.row("SELECT no, iif(void, 'void', state) FROM sales_order WHERE id = :order", order=order)
    if row is None:
        raise Refusal("order", N_("There is no such order."))
    return str(row[0]), str(row[1])


def _head(tx: Tx, shipment: int) -> dict[str, Any]:
    row = tx.row(
        "SELECT id, no, order_id, place_id, state, carrier_id, waybill, shipped_on, customer_id, customer FROM v_shipment WHERE id = :id", id=shipment
    )
    if row is None:
        raise Refusal("shipment", N_("There is no such shipment."))
    return dict(
        zip(("id", "no", "order_id", "place_id", "state", "carrier_id", "waybill", "shipped_on", "customer_id", "customer"), row, strict=True)
    )


def _line(tx: Tx, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    sql = (
        "SELECT l.shipment_id, l.order_line_id, l.item_id, l.qty, i.code, o.qty, o.short_closed"
        " FROM shipment_line l JOIN item i ON i.id = l.item_id JOIN order_line o ON o.id = l.order_line_id WHERE l.id = :line"
    )
    row = tx.row(sql, line=line)
    if row is None:
        raise Refusal("line", N_("There is no such shipment line."))
    head = _head(tx, row[0])
    if head["state"] not in ("picking", "checked"):
        raise Refusal("", N_("{shipment} is {state}; it cannot be changed any more."), shipment=head["no"], state=_(STATES[head["state"]]))
    return dict(zip(("shipment_id", "order_line_id", "item_id", "qty", "code", "ordered", "short_closed"), row, strict=True)), head


def _being_sent(tx: Tx, line: int) -> int:
    """What of an order line stands on shipments that have not left."""
    sql = (
        "SELECT coalesce(sum(sl.qty), 0) FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id"
        " WHERE sl.order_line_id = :line AND s.state IN ('picking', 'checked') AND s.void = 0"
    )
    return int(tx.value(sql, line=line))


def _carrier_of(tx: Tx, order: int) -> int | None:
    """The carrier the order names, or the one that took the customer's last shipment."""
    sql = (
        "SELECT coalesce(o.carrier_id, (SELECT h.carrier_id FROM shipment h JOIN sales_order x ON x.id = h.order_id"
        " WHERE x.customer_id = o.customer_id AND h.carrier_id IS NOT NULL AND h.void = 0 ORDER BY h.id DESC LIMIT 1))"
        " FROM sales_order o WHERE o.id = :order"
    )
    found: int | None = tx.value(sql, order=order)
    return found


def _refuse_more(tx: Tx, item: int, code: str, qty: int, most: int, field: str) -> None:
    """Refusal of a quantity that is nothing, more than is open, or finer than the unit."""
    if not 0 < qty <= most:
        raise Refusal(field, N_("{open} of {item} are open, not {given}."), open=show_quantity(most), item=code, given=show_quantity(qty))
    stock.fits(stock.item_of(tx, item), qty, field=field)


def _refuse_no_shelf(tx: Tx, place: int) -> None:
    """Only what lies on an open shelf is sent: not what is in quarantine, on loan or in repair."""
    row = tx.row("SELECT name, kind, closed FROM place WHERE id = :place", place=place)
    if row is None or row[1] != "shelf" or row[2]:
        raise Refusal("place", N_("{place} is not an open shelf; nothing is sent from it."), place=row[0] if row else place)


def _missing(tx: Tx, item: int, place: int, want: int) -> Refusal:
    """Why nothing of an item can be sent: what is there and free, and when more arrives."""
    facts = {
        "there": show_quantity(max(stock_queries.balance(tx, item, place), 0)),
        "wanted": show_quantity(want),
        "more": stock_queries.short(tx, item).more,
    }
    code, where = tx.value("SELECT code FROM item WHERE id = :item", item=item), tx.value("SELECT name FROM place WHERE id = :place", place=place)
    if packed := _packed(tx, item, place):
        words = N_("{there} of {item} at {place}, {packed} of it on other shipments, {wanted} wanted. {more}")
        return Refusal("", words, item=code, place=where, packed=show_quantity(packed), **facts)
    return Refusal("", N_("{there} of {item} at {place}, {wanted} wanted. {more}"), item=code, place=where, **facts)


def _packed(tx: Tx, item: int, place: int) -> int:
    """What of an item stands on shipments that have not left this shelf yet."""
    sql = (
        "SELECT coalesce(sum(l.qty), 0) FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id"
        " WHERE l.item_id = :item AND s.place_id = :place AND s.state IN ('picking', 'checked') AND s.void = 0"
    )
    return int(tx.value(sql, item=item, place=place))


def _shelf_for(tx: Tx, still: Mapping[int, tuple[int, str, int]]) -> int:
    """The shelf that can send most lines whole, then most pieces; the first of equals."""
    shelves = [place for (place,) in tx.rows("SELECT id FROM place WHERE kind = 'shelf' AND closed = 0 ORDER BY id")]
    if not shelves:
        raise Refusal("place", N_("There is no shelf to send from; add a place first."))

    def worth(place: int) -> tuple[int, int]:
        there = _what_is_there(tx, still, place)
        return sum(qty == still[line][2] for line, qty in there.items()), sum(there.values())

    best: int = max(shelves, key=worth)
    return best


def _what_is_there(tx: Tx, still: Mapping[int, tuple[int, str, int]], place: int) -> dict[int, int]:
    """Of each open line, as much as lies on the shelf, is on no other shipment and is not taken by an earlier line of the same item."""
    left: dict[int, int] = {}
    chosen: dict[int, int] = {}
    for line, (item, _code, want) in still.items():
        if item not in left:
            there = stock_queries.balance(tx, item, place) - _packed(tx, item, place)
            free = tx.value("SELECT allow_negative FROM item WHERE id = :item", item=item)
            left[item] = sum(wanted for other, _word, wanted in still.values() if other == item) if free else there
        take = min(want, left[item])
        if take > 0:
            chosen[line] = take
            left[item] -= take
    return chosen
