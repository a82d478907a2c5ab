"""Documents with lines: purchases, orders, shipments. What is from before the opening day keeps its number, day and money and moves no goods."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from deskbook.books.orders import billing
from deskbook.books.orders import commands as orders
from deskbook.books.purchases import commands as purchases
from deskbook.books.shipments import commands as shipments
from deskbook.books.shipments.tables import Shipment
from deskbook.core.refusal import Refusal
from deskbook.core.text import clean
from deskbook.core.words import N_
from deskbook.exchange.import_rows import Change, Given, Outcome, Work, differing, listed, shown


def head_of(rows: Sequence[Given], names: Collection[str]) -> dict[str, Any]:
    """The facts of a document that its rows say once or several times. Refusal where two rows say otherwise."""
    head: dict[str, Any] = {}
    for given in rows:
        for name, value in given.values.items():
            if name in names and head.setdefault(name, value) != value:
                words = N_("Another row of the same document says {other}, this one {here} ({where}).")
                raise Refusal(name, words, other=shown(name, head[name]), here=shown(name, value), where=given.where(name))
    return head


def _needed(head: dict[str, Any], *names: str) -> None:
    for name in names:
        if name not in head:
            raise Refusal(name, N_("The row gives no {field}."), field=name)


def _line(work: Work, given: Given, index: int, names: Sequence[str]) -> dict[str, Any]:
    """A line with its item found. A Refusal names "lines.<index>.<fact>"."""
    if missing := next((name for name in ("item", "qty") if name not in given.values), None):
        raise Refusal(f"lines.{index}.{missing}", N_("The row gives no {field}."), field=missing)
    item = work.item(given.values["item"], f"lines.{index}.item")
    return {"item": item, **{name: given.values[name] for name in names if name in given.values}}


# -- purchases -------------------------------------------------------------------------------------------------------------

_PURCHASE = ("no", "supplier", "day", "their_no", "note")


def purchase_key(given: Given) -> tuple[Any, ...]:
    """What makes rows one purchase: its number, or supplier, day and the supplier's number."""
    value = given.values.get
    return (value("no"),) if value("no") else (None, value("supplier"), value("day"), value("their_no"))


def purchase_rows(work: Work, rows: Sequence[Given]) -> Outcome:
    """Order goods, or note a new promised day on the purchase that is there already."""
    tx = work.tx
    head = head_of(rows, _PURCHASE)
    _needed(head, *(() if "no" in head else ("day",)))
    lines = [_line(work, given, index, ("qty", "price", "wanted", "promised")) for index, given in enumerate(rows)]
    work.lines += len(lines)
    found: list[int] = []
    if "no" in head:
        found = [row[0] for row in tx.rows("SELECT id FROM purchase WHERE no = :no AND void = 0", no=head["no"])]
    supplier = work.party(head["supplier"], "supplier", "supplier") if "supplier" in head else None
    if "no" not in head:
        sql = (
            "SELECT id FROM purchase WHERE supplier_id = :supplier AND day = :day AND (:their IS NULL OR their_no = :their)"
            " AND void = 0 AND state <> 'cancelled' ORDER BY id"
        )
        found = [row[0] for row in tx.rows(sql, supplier=supplier, day=head["day"].isoformat(), their=head.get("their_no"))]
    key = str(head.get("no") or f"{head.get('supplier')} {head.get('day')}")
    if not found:
        _needed(head, "supplier")
        purchases.order_goods(tx, lines=lines, **{**head, "supplier": supplier})
        return Outcome("new", key)
    changes: list[Change] = []
    purchase = found[0]
    row = tx.row("SELECT no, supplier_id, day, their_no, note, void FROM purchase WHERE id = :id", id=purchase)
    assert row is not None
    if row[5]:
        raise Refusal("no", N_("{no} was brought in before and taken back; a number is not used again. Redo that step instead."), no=row[0])
    old = dict(zip(_PURCHASE, row[:5], strict=True))
    now = {**head, **({"supplier": supplier} if supplier is not None else {}), **({"day": head["day"].isoformat()} if "day" in head else {})}
    new = differing(old, now)
    if fixed := next((name for name in ("supplier", "day") if name in new), None):
        raise Refusal(fixed, N_("{no} is in the book with another {field}; correct it there."), no=row[0], field=fixed)
    if new:
        purchases.change_purchase(tx, purchase=purchase, **new)
        changes += listed(old, new)
    changes += _purchase_lines(work, purchase, str(row[0]), lines)
    return Outcome("changed" if changes else "same", key, changes)


def _purchase_lines(work: Work, purchase: int, no: str, lines: Sequence[dict[str, Any]]) -> list[Change]:
    tx = work.tx
    have: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    sql = """SELECT l.item_id, l.id, l.qty, l.price, l.wanted,
               (SELECT promised FROM purchase_promise x WHERE x.purchase_line_id = l.id ORDER BY x.id DESC LIMIT 1)
          FROM purchase_line l WHERE l.purchase_id = :purchase ORDER BY l.pos"""
    for item, *rest in tx.rows(sql, purchase=purchase):
        have[item].append(tuple(rest))
    changes: list[Change] = []
    for index, line in enumerate(lines):
        mine = have[line["item"]]
        if not mine:
            raise Refusal(f"lines.{index}.item", N_("{no} is in the book without this item; correct it there."), no=no)
        row_id, qty, price, wanted, promised = mine.pop(0)
        wanted_now = line["wanted"].isoformat() if "wanted" in line else wanted
        if (line["qty"], line.get("price", price), wanted_now) != (qty, price, wanted):
            raise Refusal(f"lines.{index}.qty", N_("{no} is in the book with another quantity, price or day of this item; correct it there."), no=no)
        if "promised" in line and line["promised"].isoformat() != promised:
            purchases.promise(tx, line=row_id, promised=line["promised"], said_by=work.file[:200])
            changes.append(("promised", shown("promised", promised), line["promised"].isoformat()))
    return changes


# -- orders ----------------------------------------------------------------------------------------------------------------

_ORDER = ("no", "state", "customer", "salesperson", "day", "wanted", "shipped_on", "their_no", "carrier", "freight", "ship_to", "note")
_ORDER_LINE = ("qty", "price", "discount", "text", "approved_by")
_ROLES = {"customer": "customer", "salesperson": "salesperson", "carrier": "carrier"}


def order_key(given: Given) -> tuple[Any, ...]:
    """What makes rows one order: its number."""
    return (given.values.get("no"),)


def order_rows(work: Work, rows: Sequence[Given], shipped_is_told: bool) -> Outcome:
    """Take an order, or change the open one of that number. The rows without an item say facts of the order alone.

    shipped_is_told: the file has a column of shipping days, so that an order from before the opening day without one is still open.
    """
    tx = work.tx
    head = head_of(rows, _ORDER)
    _needed(head, "no")
    shipped_on, wish = head.pop("shipped_on", None), head.pop("state", "")
    given_lines = [given for given in rows if "item" in given.values or "qty" in given.values]
    index_of = {id(given): index for index, given in enumerate(rows)}
    lines = [_line(work, given, index_of[id(given)], _ORDER_LINE) for given in given_lines]
    work.lines += len(lines)
    for name, role in _ROLES.items():
        if name in head:
            head[name] = work.party(head[name], role, name)
    row = tx.row("SELECT id, state FROM sales_order WHERE no = :no AND void = 0", no=head["no"])
    key = str(head["no"])
    if row is None:
        _needed(head, "customer")
        if not lines:
            raise Refusal("no", N_("Order {no} has no lines; give the file of its lines with --lines."), no=key)
        opening = work.opening_day
        past = opening is not None and head.get("day", opening) < opening
        if shipped_on is None:
            done = wish == "closed" or not shipped_is_told
        else:
            done = opening is not None and shipped_on < opening
        try:
            order = orders.take_order(tx, lines=lines, history=past and done and wish not in ("hold", "cancelled"), **head)
        except Refusal as refusal:
            raise _on_row(refusal, given_lines, index_of) from None
        _give_state(work, order, "confirmed", wish)
        if work.bill and wish != "cancelled":
            billing.bill_history(tx, order=order)
        return Outcome("new", key)
    order, state = row
    changes = _order_head(work, order, head)
    if _give_state(work, order, state, wish):
        changes.append(("state", state, wish))
    for line, facts, index in _order_lines(work, order, lines, [index_of[id(given)] for given in given_lines]):
        try:
            if line is None:
                orders.add_line(tx, order=order, **facts)
            else:
                orders.change_line(tx, line=line, **{name: value for name, value in facts.items() if name != "was"})
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
        was = facts.pop("was", {})
        changes += listed(was, facts) if line is not None else [("item", "–", shown("qty", facts["qty"]))]
    return Outcome("changed" if changes else "same", key, changes)


def _give_state(work: Work, order: int, state: str, wish: str) -> bool:
    """Hold or cancel an order that stands as confirmed where the file says so; whether that was done. The book knows the rest better."""
    if state == "confirmed" and wish == "hold":
        orders.hold(work.tx, order=order, reason=work.file[:200])
    elif state in ("confirmed", "hold") and wish == "cancelled":
        orders.cancel(work.tx, order=order, reason=work.file[:200])
    else:
        return False
    return True


def _on_row(refusal: Refusal, given_lines: Sequence[Given], index_of: dict[int, int]) -> Refusal:
    """The refusal of a line, by the row that gave it."""
    part, _dot, rest = refusal.field.partition(".")
    index, _dot, name = rest.partition(".")
    if part != "lines" or not index.isdigit():
        return refusal
    return Refusal(f"lines.{index_of[id(given_lines[int(index)])]}.{name}", refusal.words, **refusal.facts)


def _order_head(work: Work, order: int, head: dict[str, Any]) -> list[Change]:
    tx = work.tx
    names = [name for name in _ORDER if name not in ("no", "state", "shipped_on")]
    columns = [f"{name}_id" if name in _ROLES else name for name in names]
    row = tx.row(f"SELECT {', '.join(columns)} FROM sales_order WHERE id = :order", order=order)
    assert row is not None
    old = dict(zip(names, row, strict=True))
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in head.items() if name != "no"}
    new = differing(old, said)
    if new:
        orders.change_order(tx, order=order, **new)
    return listed(old, new)


def _order_lines(work: Work, order: int, lines: Sequence[dict[str, Any]], indexes: Sequence[int]) -> list[tuple[int | None, dict[str, Any], int]]:
    """Lines to add (None) or to change: the n-th line of an item in the file is the n-th of it in the order. A line the file has not stays."""
    have: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    sql = "SELECT item_id, id, qty, price, discount, text, approved_by FROM order_line WHERE order_id = :order ORDER BY pos"
    for item, line, *rest in work.tx.rows(sql, order=order):
        have[item].append((line, dict(zip(_ORDER_LINE, rest, strict=True))))
    found: list[tuple[int | None, dict[str, Any], int]] = []
    for facts, index in zip(lines, indexes, strict=True):
        if not have[facts["item"]]:
            found.append((None, facts, index))
            continue
        line, old = have[facts["item"]].pop(0)
        new = differing(old, {name: facts[name] for name in _ORDER_LINE if name in facts})
        if new:
            found.append((line, {**new, "was": old}, index))
    return found


# -- shipments -------------------------------------------------------------------------------------------------------------

_SHIPMENT = ("no", "order", "shipped_on", "carrier", "waybill", "arrived_on", "arrived_by")


def shipment_key(given: Given) -> tuple[Any, ...]:
    """What makes rows one shipment: its number, or the order and the day it left."""
    value = given.values.get
    return (value("no"),) if value("no") else (None, value("order"), value("shipped_on"))


def shipment_rows(work: Work, rows: Sequence[Given]) -> Outcome:
    """Write down a shipment: before the opening day as history, later as goods that leave the shelf. Without items it is all that is open."""
    tx = work.tx
    head = head_of(rows, _SHIPMENT)
    _needed(head, "order", "shipped_on")
    carrier = work.party(head["carrier"], "carrier", "carrier") if "carrier" in head else None
    order = tx.row("SELECT id, state, history FROM sales_order WHERE no = :no AND void = 0", no=head["order"])
    if order is None:
        raise Refusal("order", N_("There is no order “{text}” in the book; bring it in first, or correct the cell."), text=head["order"])
    shipped_on: date = head["shipped_on"]
    key = str(head.get("no") or f"{head['order']} {shipped_on}")
    if "no" in head:
        where = "no = :no AND void = 0"
    else:
        where = "order_id = :order AND shipped_on = :day AND void = 0"
    sql = f"SELECT id, carrier_id, waybill, shipped_on, state FROM shipment WHERE {where} ORDER BY id LIMIT 1"
    old = tx.row(sql, no=head.get("no"), order=order[0], day=shipped_on.isoformat())
    if old is not None:
        return _known_shipment(work, key, old, head, carrier)
    wanted = _shipped_lines(work, order[0], rows)
    work.lines += len(wanted)
    past = bool(order[2]) or (work.opening_day is not None and shipped_on < work.opening_day)
    if past:
        shipment = shipments.record_history(tx, order=order[0], shipped_on=shipped_on, carrier=carrier, lines=wanted, no=head.get("no"))
        if order[1] == "confirmed":
            orders.close_if_done(tx, order[0])
        if "waybill" in head:
            shipments.change_shipment(tx, shipment=shipment, waybill=head["waybill"])
    else:
        shipment = _send(work, order[0], wanted, carrier, head)
    if "arrived_on" in head:
        shipments.confirm_arrival(tx, shipment=shipment, by=head.get("arrived_by") or work.file[:80], day=head["arrived_on"])
    return Outcome("new", key)


def _shipped_lines(work: Work, order: int, rows: Sequence[Given]) -> dict[int, int]:
    """Order line -> quantity; of rows without an item, all that is open. Refusal where more is sent than is open."""
    tx = work.tx
    sql = "SELECT id, item_id, open FROM v_order_line WHERE order_id = :order ORDER BY pos"
    still = {line: (item, open_) for line, item, open_ in tx.rows(sql, order=order)}
    if not any("item" in given.values for given in rows):
        if not (whole := {line: open_ for line, (_item, open_) in still.items() if open_ > 0}):
            raise Refusal("order", N_("Nothing of this order is open: it was sent already."))
        return whole
    wanted: dict[int, int] = {}
    for index, given in enumerate(rows):
        facts = _line(work, given, index, ("qty",))
        left = facts["qty"]
        for line, (item, open_) in still.items():
            take = min(left, open_ - wanted.get(line, 0)) if item == facts["item"] else 0
            if take > 0:
                wanted[line] = wanted.get(line, 0) + take
                left -= take
        if left:
            raise Refusal(f"lines.{index}.qty", N_("More would be sent than is open: {qty} too many."), qty=shown("qty", left))
    return wanted


def _send(work: Work, order: int, wanted: dict[int, int], carrier: int | None, head: dict[str, Any]) -> int:
    tx = work.tx
    shipment = shipments.make_shipment(tx, order=order, lines={str(line): qty for line, qty in wanted.items()})
    sql = "SELECT l.id, i.code, l.qty FROM shipment_line l JOIN item i ON i.id = l.item_id WHERE l.shipment_id = :id ORDER BY l.id"
    for line, code, qty in tx.rows(sql, id=shipment):
        shipments.check_line(tx, line=line, typed=code, qty=qty)
    if "no" in head:  # a shipment made here takes the next number; one that came with a number keeps it, or the file could not be told from a new one
        tx.update(Shipment, shipment, no=clean(head["no"], field="no", longest=40))
    shipments.ship(tx, shipment=shipment, carrier=carrier, waybill=head.get("waybill", ""), day=head["shipped_on"])
    return shipment


def _known_shipment(work: Work, key: str, old: tuple[Any, ...], head: dict[str, Any], carrier: int | None) -> Outcome:
    shipment, old_carrier, old_waybill, old_day, state = old
    was = {"carrier": old_carrier, "waybill": old_waybill, "shipped_on": old_day}
    said = {"shipped_on": head["shipped_on"].isoformat()} | {name: head[name] for name in ("waybill",) if name in head}
    if carrier is not None:
        said["carrier"] = carrier
    new = differing(was, said)
    changes = listed(was, new)
    if "shipped_on" in new:
        raise Refusal("shipped_on", N_("{no} left on {day} by the book."), no=key, day=old_day)
    if new:
        shipments.change_shipment(work.tx, shipment=shipment, **new)
    if "arrived_on" in head and state == "shipped":
        shipments.confirm_arrival(work.tx, shipment=shipment, by=head.get("arrived_by") or work.file[:80], day=head["arrived_on"])
        changes.append(("arrived_on", "–", head["arrived_on"].isoformat()))
    return Outcome("changed" if changes else "same", key, changes)
