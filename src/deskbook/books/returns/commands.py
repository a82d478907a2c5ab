"""Announce what comes back, receive it into quarantine, close it; what becomes of each line is said in deciding.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.orders.billing import close_if_done
from deskbook.books.orders.given import party_as
from deskbook.books.returns.standing import return_of, stand_on_sent
from deskbook.books.returns.tables import GoodsReturn, LineFacts, ReturnLine
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries as stock_queries
from deskbook.core.days import as_day, echo_day
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _


def announce_return(
    tx: Tx,
    *,
    lines: Sequence[Mapping[str, Any]],
    customer: int | None = None,
    shipment: int | None = None,
    order: int | None = None,
    told_by: str = "",
    day: date | str | None = None,
    note: str = "",
    no: str | None = None,
) -> int:
    """Write down what a customer sends back; nothing moves yet. Returns its id.

    lines: LineFacts each; no more of a shipment's line than has left and is not back already. customer: needed only where no line names what it left
    with. shipment, order: what it is about, by default what all lines left with.
    """
    on = as_day(day, "day") or tx.today
    if on > tx.today:
        raise Refusal("day", N_("{day} has not come yet."), day=on.isoformat())
    given = _lines(tx, lines)
    head = _about(tx, given, customer, shipment, order)
    party = party_as(tx, head["customer"], "customer")
    number = tx.number(GoodsReturn, "R", on, no)
    made = tx.insert(
        GoodsReturn,
        no=number,
        customer_id=party["id"],
        order_id=head["order"],
        shipment_id=head["shipment"],
        day=on.isoformat(),
        told_by=clean(told_by, field="told_by", longest=80),
        note=clean(note, field="note", longest=2000, lines=True),
    )
    for pos, (line, item) in enumerate(given, 1):
        tx.insert(ReturnLine, return_id=made, pos=pos, shipment_line_id=line.shipment_line, item_id=item, qty=line.qty, note=line.note)
    _refuse_too_many(tx, made)
    stand_on_sent(tx, made)
    tx.says(N_("{customer} sends back: {no}"), customer=party["name"], no=number)
    return made


def change_return(tx: Tx, *, goods_return: int, lines: Sequence[Mapping[str, Any]], told_by: str = "", note: str = "") -> int:
    """Change a return that was announced and has not come: all of its lines, who told it, and the note; returns its id."""
    head = return_of(tx, goods_return, "announced")
    before = _orders(tx, goods_return, head["order_id"])
    given = _lines(tx, lines)
    about = _about(tx, given, head["customer_id"], None, None)
    old = [line for (line,) in tx.rows("SELECT id FROM return_line WHERE return_id = :id ORDER BY pos", id=goods_return)]
    for line in old[len(given) :]:
        tx.delete(ReturnLine, line)
    for pos, (line, item) in enumerate(given):
        facts = {"pos": pos + 1, "shipment_line_id": line.shipment_line, "item_id": item, "qty": line.qty, "note": line.note}
        if pos < len(old):
            tx.update(ReturnLine, old[pos], **facts)
        else:
            tx.insert(ReturnLine, return_id=goods_return, **facts)
    said = {"told_by": clean(told_by, field="told_by", longest=80), "note": clean(note, field="note", longest=2000, lines=True)}
    tx.update(GoodsReturn, goods_return, order_id=about["order"], shipment_id=about["shipment"], **said)
    _refuse_too_many(tx, goods_return)
    for order in sorted(before | _orders(tx, goods_return, about["order"])):  # one it is not of any more may have awaited nothing else
        close_if_done(tx, order)
    tx.says(N_("changed return {no}"), no=head["no"])
    return goods_return


def cancel_return(tx: Tx, *, goods_return: int) -> None:
    """Say that what was announced will not come."""
    head = return_of(tx, goods_return, "announced")
    tx.update(GoodsReturn, goods_return, state="cancelled")
    _close_orders(tx, head)
    tx.says(N_("return {no} will not come"), no=head["no"])


def receive_return(
    tx: Tx, *, goods_return: int, lines: Sequence[Mapping[str, Any]] | None = None, day: date | str | None = None, swap: bool = True
) -> None:
    """Take what came back into quarantine.

    lines: line and what really came of it (qty in 1/1,000, item), by default all as announced; lines that are not named did not come and go.
    day: the open one by default; Refusal of one before they left.
    swap: where another model came than the shipment says was sent, post what really left: the one is on its shelf still, the other is not. False
    where the shelf was counted and corrected meanwhile.
    """
    head = return_of(tx, goods_return, "announced")
    on = as_day(day, "day") or tx.open_day()
    old = {line: (item, qty) for line, item, qty in tx.rows("SELECT id, item_id, qty FROM return_line WHERE return_id = :id", id=goods_return)}
    came = {line: {"item": item, "qty": qty} for line, (item, qty) in old.items()}
    if lines is not None:
        if not lines or any(given.get("line") not in old for given in lines):
            raise Refusal("lines", N_("Say which lines of {no} came."), no=head["no"])
        came = {given["line"]: {"item": given.get("item") or old[given["line"]][0], "qty": given["qty"]} for given in lines}
    for line in old.keys() - came.keys():
        tx.delete(ReturnLine, line)
    for line, facts in came.items():
        stock.fits(stock.item_of(tx, facts["item"]), facts["qty"])
        if (facts["item"], facts["qty"]) != old[line]:
            tx.update(ReturnLine, line, item_id=facts["item"], qty=facts["qty"])
    _refuse_too_many(tx, goods_return)
    _refuse_early(tx, goods_return, on)
    for line in sorted(came):
        _take_in(tx, line, head["no"], on, swap)
    tx.update(GoodsReturn, goods_return, state="received", received_on=on.isoformat())
    stand_on_sent(tx, goods_return)
    tx.says(N_("received {no} from {customer} into quarantine"), no=head["no"], customer=head["customer"])


def close_return(tx: Tx, *, goods_return: int) -> None:
    """Close a return every line of which has its outcome."""
    head = return_of(tx, goods_return, "inspected", "received")
    left = tx.value("SELECT count(*) FROM return_line WHERE return_id = :id AND outcome = ''", id=goods_return)
    if left:
        words = N_("{count} lines of {no} are not decided yet.") if left > 1 else N_("A line of {no} is not decided yet.")
        raise Refusal("", words, count=left, no=head["no"])
    tx.update(GoodsReturn, goods_return, state="closed")
    _close_orders(tx, head)
    tx.says(N_("closed return {no}"), no=head["no"])


# -- what the commands ask -------------------------------------------------------------------------------------------------


def _lines(tx: Tx, lines: Sequence[Mapping[str, Any]]) -> list[tuple[LineFacts, int]]:
    """The lines as given, each with the item that came."""
    if not lines:
        raise Refusal("lines", N_("A return needs at least one line."))
    found = []
    for index, line in enumerate(lines):
        try:
            facts = LineFacts.of(**line)
            item = facts.item
            if facts.shipment_line is not None:
                sent = tx.value("SELECT item_id FROM shipment_line WHERE id = :line", line=facts.shipment_line)
                if sent is None:
                    raise Refusal("shipment_line", N_("There is no such shipment line."))
                item = sent if item is None else item
            if item is None:
                raise Refusal("item", N_("Say which item comes back."))
            stock.fits(stock.item_of(tx, item), facts.qty)
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
        found.append((facts, item))
    return found


def _about(tx: Tx, lines: Sequence[tuple[LineFacts, int]], customer: int | None, shipment: int | None, order: int | None) -> dict[str, Any]:
    """Whose goods they are, and the shipment and order that all of them left with, where it is one."""
    shipments, orders, customers = set(), set(), set()
    for line, _item in lines:
        if line.shipment_line is not None:
            sql = (
                "SELECT h.id, h.order_id, o.customer_id FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id"
                " JOIN sales_order o ON o.id = h.order_id WHERE l.id = :line"
            )
            found = tx.row(sql, line=line.shipment_line)
            assert found is not None
            shipments.add(found[0])
            orders.add(found[1])
            customers.add(found[2])
    if shipment is not None and shipments - {shipment}:
        raise Refusal("shipment", N_("A line did not leave with that shipment."))
    if order is not None and orders - {order}:
        raise Refusal("order", N_("A line did not leave for that order."))
    asked = customer
    while asked is not None and (into := tx.value("SELECT merged_into_id FROM party WHERE id = :party", party=asked)) is not None:
        asked = into
    if len(customers) > 1 or (asked is not None and customers - {asked}):
        raise Refusal("customer", N_("These goods went to different customers; write a return for each."))
    whose = next(iter(customers), asked)
    if whose is None and shipment is not None:
        whose = tx.value("SELECT o.customer_id FROM shipment h JOIN sales_order o ON o.id = h.order_id WHERE h.id = :id", id=shipment)
    if whose is None and order is not None:
        whose = tx.value("SELECT customer_id FROM sales_order WHERE id = :id", id=order)
    if whose is None:
        raise Refusal("customer", N_("Say who sends it back."))
    one = shipment if shipment is not None else next(iter(shipments)) if len(shipments) == 1 else None
    about = order if order is not None else next(iter(orders)) if len(orders) == 1 else None
    if about is None and one is not None:
        about = tx.value("SELECT order_id FROM shipment WHERE id = :id", id=one)
    return {"customer": whose, "shipment": one, "order": about}


def _refuse_too_many(tx: Tx, goods_return: int) -> None:
    """Refusal where more of a shipment's line would come back than left with it."""
    sql = (
        "SELECT l.pos - 1, i.code, h.no, iif(h.shipped_on IS NULL OR h.void, 0, s.qty), sum(x.qty),"
        " sum(iif(x.return_id = :id, x.qty, 0)) FROM return_line l JOIN shipment_line s ON s.id = l.shipment_line_id"
        " JOIN shipment h ON h.id = s.shipment_id JOIN item i ON i.id = s.item_id JOIN return_line x ON x.shipment_line_id = s.id"
        " JOIN goods_return g ON g.id = x.return_id"
        " WHERE l.return_id = :id AND g.void = 0 AND g.state <> 'cancelled' GROUP BY l.id ORDER BY l.pos"
    )
    for index, code, no, left, back, here in tx.rows(sql, id=goods_return):
        if back > left:
            facts = {"left": show_quantity(left), "item": code, "shipment": no, "before": show_quantity(back - here), "given": show_quantity(here)}
            words = N_("{left} of {item} left with {shipment}, {given} cannot come back.")
            if back > here:
                words = N_("{left} of {item} left with {shipment}, {before} of it are back or announced already; {given} more cannot come back.")
            raise Refusal(f"lines.{index}.qty", words, **facts)


def _refuse_early(tx: Tx, goods_return: int, on: date) -> None:
    """Refusal where goods would come back before they left."""
    sql = (
        "SELECT h.no, h.shipped_on FROM return_line l JOIN shipment_line s ON s.id = l.shipment_line_id JOIN shipment h ON h.id = s.shipment_id"
        " WHERE l.return_id = :id AND h.shipped_on > :day ORDER BY h.shipped_on DESC LIMIT 1"
    )
    found = tx.row(sql, id=goods_return, day=on.isoformat())
    if found is not None:
        no, left = found
        raise Refusal("day", N_("{shipment} left on {day}; nothing of it came back before."), shipment=no, day=echo_day(date.fromisoformat(left)))


def _take_in(tx: Tx, line: int, no: str, day: date, swap: bool) -> None:
    """Move a line into quarantine; before it, what makes the book say what really left."""
    row = tx.row(
        "SELECT l.item_id, l.qty, s.item_id, h.place_id, coalesce(h.history, 1) FROM return_line l"
        " LEFT JOIN shipment_line s ON s.id = l.shipment_line_id LEFT JOIN shipment h ON h.id = s.shipment_id WHERE l.id = :line",
        line=line,
    )
    assert row is not None
    item, qty, sent, shelf, history = row
    customers, quarantine = (stock_queries.place_of(tx, kind) for kind in ("customer", "quarantine"))
    facts: dict[str, Any] = {"qty": qty, "document": no, "return_line": line, "day": day}
    if swap and sent is not None and sent != item and not history:
        stock.move(tx, item=item, source=shelf, target=customers, reason=_("really left"), field="swap", **facts)
        stock.fits(stock.item_of(tx, sent), qty)
        stock.move(tx, item=sent, source=customers, target=shelf, reason=_("never left"), **facts)
    stock.move(tx, item=item, source=customers, target=quarantine, **facts)


def _close_orders(tx: Tx, head: Mapping[str, Any]) -> None:
    """Close the orders that awaited only the end of a return."""
    for order in sorted(_orders(tx, head["id"], head["order_id"])):
        close_if_done(tx, order)


def _orders(tx: Tx, goods_return: int, order: int | None) -> set[int]:
    """The orders a return is about, which it relies on: those its goods left with, and its own."""
    return set(stand_on_sent(tx, goods_return)) | ({order} if order is not None else set())
