"""Announce what comes back, receive it into quarantine, say line by line what becomes of it. Goods reach a shelf again only by restocking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.claims.commands import raise_claim, settle_by_credit
from deskbook.books.orders.billing import close_if_done
from deskbook.books.orders.commands import take_order
from deskbook.books.orders.given import as_day, party_as
from deskbook.books.orders.tables import OrderLine, SalesOrder
from deskbook.books.returns.queries import CAUSES, GOODS, OUTCOMES, STATES, worth
from deskbook.books.returns.tables import Cause, Goods, GoodsReturn, LineFacts, Outcome, ReturnLine
from deskbook.books.shipments.incidents import note_incident
from deskbook.books.shipments.tables import Shipment
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries as stock_queries
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _

GOES = {"restock": "shelf", "scrap": "loss", "repair": "factory", "send back": "customer"}
"""Where the goods of an outcome go from quarantine: a kind of place."""


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
    _touch(tx, made)
    tx.says(N_("{customer} sends back: {no}"), customer=party["name"], no=number)
    return made


def change_return(tx: Tx, *, goods_return: int, lines: Sequence[Mapping[str, Any]], told_by: str = "", note: str = "") -> int:
    """Change a return that was announced and has not come: all of its lines, who told it, and the note; returns its id."""
    head = _head(tx, goods_return, "announced")
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
    _touch(tx, goods_return)
    tx.says(N_("changed return {no}"), no=head["no"])
    return goods_return


def cancel_return(tx: Tx, *, goods_return: int) -> None:
    """Say that what was announced will not come."""
    head = _head(tx, goods_return, "announced")
    tx.update(GoodsReturn, goods_return, state="cancelled")
    _close_orders(tx, head)
    tx.says(N_("return {no} will not come"), no=head["no"])


def receive_return(
    tx: Tx, *, goods_return: int, lines: Sequence[Mapping[str, Any]] | None = None, day: date | str | None = None, swap: bool = True
) -> None:
    """Take what came back into quarantine.

    lines: line and what really came of it (qty in 1/1,000, item), by default all as announced; lines that are not named did not come and go.
    swap: where another model came than the shipment says was sent, post what really left: the one is on its shelf still, the other is not. False
    where the shelf was counted and corrected meanwhile.
    """
    head = _head(tx, goods_return, "announced")
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
    for line in sorted(came):
        _take_in(tx, line, head["no"], on, swap)
    tx.update(GoodsReturn, goods_return, state="received", received_on=on.isoformat())
    _touch(tx, goods_return)
    tx.says(N_("received {no} from {customer} into quarantine"), no=head["no"], customer=head["customer"])


def decide(
    tx: Tx,
    *,
    line: int,
    outcome: Outcome,
    cause: Cause,
    qty: int | None = None,
    goods: Goods | None = None,
    wrong_model: bool | None = None,
    place: int | None = None,
    amount: int | None = None,
    again: bool = False,
    note: str = "",
) -> None:
    """Say what becomes of a line of a received return, or of `qty` (1/1,000) of it: the rest stays to be decided as a line of its own.

    outcome: restock, quarantine, scrap, repair, replace (again: put it on the order again, for nothing), refund (a credit note of `amount` cents, by
    default what was billed for it), send back. goods: where they go with a refund or a replacement; they stay in quarantine by default.
    place: the shelf or factory, by default the one it left from, or the first. wrong_model: by default whether another item came than was sent.
    """
    row, head = _line(tx, line)
    if outcome not in OUTCOMES:
        raise Refusal("outcome", N_("The outcome is one of: {outcomes}."), outcomes=", ".join(_(word) for word in OUTCOMES.values()))
    if cause not in CAUSES:
        raise Refusal("cause", N_("Say whose fault it was: {causes}."), causes=", ".join(_(word) for word in CAUSES.values()))
    if outcome in GOODS:
        where = outcome
    elif goods is None:
        where = "quarantine"
    else:
        where = goods
    if where not in GOODS or (goods is not None and goods != where):
        raise Refusal("goods", N_("The goods go to the shelf, stay in quarantine, are scrapped, repaired or sent back."))
    part = row["qty"] if qty is None else qty
    if not 0 < part <= row["qty"]:
        words = N_("{most} of {item} are to be decided, not {given}.")
        raise Refusal("qty", words, most=show_quantity(row["qty"]), item=row["code"], given=show_quantity(part))
    stock.fits(stock.item_of(tx, row["item_id"]), part)
    if part < row["qty"]:  # the part that is decided keeps the line, for the moves name it
        pos = tx.value("SELECT max(pos) FROM return_line WHERE return_id = :id", id=row["return_id"]) + 1
        rest = {"item_id": row["item_id"], "shipment_line_id": row["shipment_line_id"], "qty": row["qty"] - part, "note": row["note"]}
        tx.insert(ReturnLine, return_id=row["return_id"], pos=pos, **rest)
    wrong = bool(row["sent_id"] is not None and row["sent_id"] != row["item_id"]) if wrong_model is None else wrong_model
    said = clean(note, field="note", longest=500) or row["note"]
    tx.update(ReturnLine, line, qty=part, outcome=outcome, cause=cause, goods=where, wrong_model=int(wrong), note=said)
    row |= {"qty": part}
    if where != "quarantine":
        _put(tx, row, head, where, place, said)
    if wrong and cause != "customer":
        kept = {"item": row["sent_id"] or row["item_id"], "given": row["code"], "place": row["place_id"], "shipment_line": row["shipment_line_id"]}
        note_incident(tx, kind="wrong model", return_line=line, note=said, **kept)
    if outcome == "refund":
        _credit(tx, row, head, amount)
    if outcome == "replace" and again:
        _again(tx, row, head)
    if not tx.value("SELECT 1 FROM return_line WHERE return_id = :id AND outcome = ''", id=row["return_id"]):
        tx.update(GoodsReturn, row["return_id"], state="inspected")
    _touch(tx, row["return_id"])
    tx.says(N_("{qty} of {item} on {no}: {outcome}"), qty=show_quantity(part), item=row["code"], no=head["no"], outcome=_(OUTCOMES[outcome]))


def send_again(tx: Tx, *, line: int) -> int:
    """Put what is to be replaced on its order again, for nothing; it is reserved and sent as any other line. Returns the order line's id."""
    row, head = _line(tx, line, decided=True)
    if row["outcome"] != "replace":
        raise Refusal("", N_("{item} is not to be replaced."), item=row["code"])
    made = _again(tx, row, head)
    _touch(tx, row["return_id"])
    no = tx.value("SELECT o.no FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.id = :line", line=made)
    tx.says(N_("{qty} of {item} again on {order}"), qty=show_quantity(row["qty"]), item=row["sent_code"] or row["code"], order=no)
    return made


def close_return(tx: Tx, *, goods_return: int) -> None:
    """Close a return every line of which has its outcome."""
    head = _head(tx, goods_return, "inspected", "received")
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


def _put(tx: Tx, row: dict[str, Any], head: dict[str, Any], goods: str, place: int | None, note: str) -> None:
    """Move the goods of a line out of quarantine, to where they go."""
    kind = GOES[goods]
    if place is not None and tx.value("SELECT kind FROM place WHERE id = :place", place=place) != kind:
        raise Refusal("place", N_("That is no place of the kind “{kind}”."), kind=_(stock_queries.KINDS[kind]))
    if place is None and goods == "restock":
        place = tx.value("SELECT id FROM place WHERE id = :place AND kind = 'shelf' AND closed = 0", place=row["place_id"])
    target = place if place is not None else stock_queries.place_of(tx, kind)
    source = stock_queries.place_of(tx, "quarantine")
    reason = note if goods == "scrap" else ""
    stock.move(
        tx, item=row["item_id"], source=source, target=target, qty=row["qty"], reason=reason[:200], document=head["no"], return_line=row["id"]
    )


def _credit(tx: Tx, row: dict[str, Any], head: dict[str, Any], amount: int | None) -> None:
    """Raise the credit note of a line."""
    cents, price = worth(tx, row["id"])
    if amount is None and not cents:
        words = N_("Nothing was billed for {item} with it; restock it, and it will not be billed, or type the amount of the credit note.")
        raise Refusal("amount", words, item=row["code"])
    credit = cents if amount is None else amount
    if credit <= 0:
        raise Refusal("amount", N_("A credit note is over more than nothing."))
    billed = tx.value("SELECT billed FROM v_order_line WHERE id = :line", line=row["order_line_id"]) or 0
    own = cents > 0 or billed > 0 or row["order_line_id"] is None  # what was never billed is credited to the customer, not to the order
    about = {"order_line": row["order_line_id"], "shipment_line": row["shipment_line_id"], "return_line": row["id"]}
    line = {"amount": -credit, "item": row["sent_id"] or row["item_id"], "qty": -row["qty"] if own else 0, "price": price, **about}
    order, shipment = (row["order_id"], row["shipment_id"]) if own else (None, None)
    note = raise_claim(
        tx, side="receivable", kind="credit", party=head["customer_id"], lines=[line], order=order, shipment=shipment,
        goods_return=row["return_id"], text=head["no"],
    )
    settle_by_credit(tx, credit=note)


def _again(tx: Tx, row: dict[str, Any], head: dict[str, Any]) -> int:
    """A line of nothing on the order for what is replaced; a new order where the old one is from before the book, cancelled or unknown."""
    if tx.value("SELECT 1 FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.return_line_id = :line AND o.void = 0", line=row["id"]):
        raise Refusal("", N_("{item} is on its order again already."), item=row["code"])
    item, order = row["sent_id"] or row["item_id"], row["order_id"]
    old = tx.row("SELECT state, history, no, deal FROM sales_order WHERE id = :order AND void = 0", order=order) if order is not None else None
    if old is None or old[1] or old[0] in ("cancelled", "draft"):
        facts = {"deal": old[3] or old[2]} if old else {}
        order = take_order(tx, customer=head["customer_id"], lines=(), state="draft", note=head["no"], **facts)
        tx.update(SalesOrder, order, state="confirmed")
    elif old[0] == "closed":
        tx.update(SalesOrder, order, state="confirmed")
    pos = (tx.value("SELECT max(pos) FROM order_line WHERE order_id = :order", order=order) or 0) + 1
    return tx.insert(OrderLine, order_id=order, pos=pos, item_id=item, qty=row["qty"], price=0, amount=0, return_line_id=row["id"])


def _close_orders(tx: Tx, head: Mapping[str, Any]) -> None:
    """Close the orders that awaited only the end of a return."""
    orders = set(_touch(tx, head["id"])) | ({head["order_id"]} if head["order_id"] is not None else set())
    for order in sorted(orders):
        close_if_done(tx, order)


def _touch(tx: Tx, goods_return: int) -> list[int]:
    """Note the shipments and orders that a return relies on; returns the orders."""
    sql = (
        "SELECT DISTINCT h.id, h.order_id FROM return_line l JOIN shipment_line s ON s.id = l.shipment_line_id"
        " JOIN shipment h ON h.id = s.shipment_id WHERE l.return_id = :id ORDER BY 1"
    )
    found = tx.rows(sql, id=goods_return)
    for shipment, order in found:
        tx.touch(Shipment, shipment)
        tx.touch(SalesOrder, order)
    return sorted({int(order) for _shipment, order in found})


def _head(tx: Tx, goods_return: int, *states: str) -> dict[str, Any]:
    """The return, in one of these states. Refusal otherwise."""
    names = ("id", "no", "state", "customer_id", "customer", "order_id", "shipment_id")
    row = tx.row(f"SELECT {', '.join(names)} FROM v_return WHERE id = :id", id=goods_return)
    if row is None:
        raise Refusal("goods_return", N_("There is no such return."))
    head = dict(zip(names, row, strict=True))
    if head["state"] not in states:
        raise Refusal("", N_("{no} is {state}; that cannot be done any more, or not yet."), no=head["no"], state=_(STATES[head["state"]]))
    return head


def _line(tx: Tx, line: int, *, decided: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    names: tuple[str, ...] = ("id", "return_id", "item_id", "qty", "outcome", "note", "shipment_line_id", "code")
    names += ("sent_id", "sent_code", "order_line_id", "shipment_id", "place_id", "order_id")
    row = tx.row(
        "SELECT l.id, l.return_id, l.item_id, l.qty, l.outcome, l.note, l.shipment_line_id, i.code,"
        " s.item_id, t.code, s.order_line_id, s.shipment_id, h.place_id, coalesce(h.order_id, g.order_id)"
        " FROM return_line l JOIN goods_return g ON g.id = l.return_id JOIN item i ON i.id = l.item_id"
        " LEFT JOIN shipment_line s ON s.id = l.shipment_line_id LEFT JOIN item t ON t.id = s.item_id LEFT JOIN shipment h ON h.id = s.shipment_id"
        " WHERE l.id = :line",
        line=line,
    )
    if row is None:
        raise Refusal("line", N_("There is no such line of a return."))
    found = dict(zip(names, row, strict=True))
    head = _head(tx, found["return_id"], *(("received", "inspected", "closed") if decided else ("received",)))
    if not decided and found["outcome"]:
        raise Refusal("line", N_("{item} is decided already: {outcome}."), item=found["code"], outcome=_(OUTCOMES[found["outcome"]]))
    return found, head
