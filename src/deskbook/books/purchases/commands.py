"""What is done with purchases: order, a promised day, receipt, closing short, cancelling."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from deskbook.books.purchases.billing import bill_ordered, bill_receipt, credit_rest
from deskbook.books.purchases.queries import drafts
from deskbook.books.purchases.tables import Purchase, PurchaseFacts, PurchaseLine, PurchaseLineFacts, PurchasePromise
from deskbook.books.stock.commands import fits, iso, item_of, move
from deskbook.books.stock.queries import place_of
from deskbook.core.days import show_day
from deskbook.core.money import line_amount, refuse_immense, show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, plural

OVER = "over"
"""The reason a receipt carries that was let in above what was ordered."""


class _Line(NamedTuple):
    id: int
    purchase: int
    no: str
    state: str
    void: int
    ordered_on: str
    supplier_id: int
    supplier: str
    item: int
    code: str
    qty: int
    short_closed: int
    received: int

    @property
    def open(self) -> int:
        return self.qty - self.short_closed - self.received


def _line(tx: Tx, line: int) -> _Line:
    """The line of a purchase that stands and is open. Refusal otherwise."""
    sql = """SELECT l.id, p.id, p.no, p.state, p.void, p.day, s.id, s.name, i.id, i.code, l.qty, l.short_closed,
               coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.purchase_line_id = l.id), 0)
          FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id JOIN party s ON s.id = p.supplier_id JOIN item i ON i.id = l.item_id
         WHERE l.id = :line"""
    found = tx.row(sql, line=line)
    if found is None:
        raise Refusal("line", N_("There is no purchase line {line}."), line=line)
    row = _Line(*found)
    _stands(row.no, row.state, row.void)
    return row


def _stands(no: str, state: str, void: int) -> None:
    if void:
        raise Refusal("", N_("{no} was taken back."), no=no)
    if state == "cancelled":
        raise Refusal("", N_("{no} is cancelled."), no=no)


def _supplier(tx: Tx, supplier: int) -> str:
    found = tx.row("SELECT name, supplier, closed, merged_into_id FROM party WHERE id = :id", id=supplier)
    if found is None:
        raise Refusal("supplier", N_("There is no party {party}."), party=supplier)
    name, sells, closed, merged = found
    if merged is not None:
        raise Refusal("supplier", N_("{party} was merged into another; use that one."), party=name)
    if closed:
        raise Refusal("supplier", N_("{party} is closed."), party=name)
    if not sells:
        raise Refusal("supplier", N_("{party} is not marked as a supplier."), party=name)
    return str(name)


def order_goods(
    tx: Tx,
    *,
    supplier: int,
    lines: Sequence[Mapping[str, Any]],
    day: date | str | None = None,
    no: str | None = None,
    their_no: str = "",
    note: str = "",
) -> int:
    """Order goods from a supplier. Returns the purchase's id.

    lines: item, qty (1/1000), and perhaps price (1/10,000), wanted (day), promised (day). no: "P-2026-0001" and on without one.
    A Refusal about a line names "lines.<index from 0>.<fact>".
    """
    name = _supplier(tx, supplier)
    on = iso(day) or tx.today.isoformat()
    if not lines:
        raise Refusal("lines", N_("A purchase needs at least one line."))
    number = tx.number(Purchase, "P", date.fromisoformat(on), no)
    facts = PurchaseFacts.of(no=number, supplier_id=supplier, day=on, their_no=their_no, note=note)
    purchase = tx.insert(Purchase, **facts.model_dump())
    for index, line in enumerate(lines):
        try:
            _add_line(tx, purchase, index + 1, on, **line)
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    words = plural(len(lines), N_("ordered {lines} line from {supplier}: {no}"), N_("ordered {lines} lines from {supplier}: {no}"))
    bill_ordered(tx, purchase, on)
    tx.says(words, no=number, supplier=name, lines=len(lines))
    return purchase


def _add_line(
    tx: Tx,
    purchase: int,
    pos: int,
    day: str,
    *,
    item: int,
    qty: int,
    price: int | None = 0,
    wanted: date | str | None = None,
    promised: date | str | None = None,
) -> None:
    facts = PurchaseLineFacts.of(item_id=item, qty=qty, price=price or 0, wanted=iso(wanted))
    fits(item_of(tx, item), qty)
    refuse_immense(line_amount(facts.qty, facts.price))
    line = tx.insert(PurchaseLine, purchase_id=purchase, pos=pos, amount=line_amount(facts.qty, facts.price), **facts.model_dump())
    if promised is not None:
        _promise(tx, purchase, line, day, promised, "", said_on=day)


def order_wanted(tx: Tx, *, items: Sequence[int]) -> list[int]:
    """Order what low stock proposes for these items: a purchase a supplier. Returns their ids.

    What is on order already, though without a day that counts, is not ordered again. Refusal naming an item without a supplier.
    """
    by_supplier, without = drafts(tx, list(dict.fromkeys(items)))
    if without:
        raise Refusal("supplier", N_("{item} has no supplier; say one in the item first."), item=without[0])
    if not by_supplier:
        raise Refusal("", N_("Nothing needs to be ordered: what is missing is on order already."))
    made = []
    for supplier, lines in by_supplier.items():
        made.append(order_goods(tx, supplier=supplier, lines=[{"item": line.item, "qty": line.qty, "price": line.price} for line in lines]))
    if len(made) > 1:
        tx.says(N_("ordered {items} items from {suppliers} suppliers"), items=sum(map(len, by_supplier.values())), suppliers=len(made))
    return made


def change_purchase(tx: Tx, *, purchase: int, their_no: str | None = None, note: str | None = None) -> int:
    """Change what the supplier calls a purchase, or the note on it."""
    no, supplier, day, old_no, old_note = _purchase(tx, purchase)
    now_no, now_note = (old if new is None else new for old, new in ((old_no, their_no), (old_note, note)))
    facts = PurchaseFacts.of(no=no, supplier_id=supplier, day=day, their_no=now_no, note=now_note)
    tx.update(Purchase, purchase, their_no=facts.their_no, note=facts.note)
    tx.says(N_("changed {no}"), no=no)
    return purchase


def _purchase(tx: Tx, purchase: int) -> tuple[str, int, str, str, str]:
    found = tx.row("SELECT no, supplier_id, day, their_no, note, state, void FROM purchase WHERE id = :purchase", purchase=purchase)
    if found is None:
        raise Refusal("", N_("There is no purchase {purchase}."), purchase=purchase)
    _stands(found[0], found[5], found[6])
    return (found[0], found[1], found[2], found[3], found[4])


def promise(tx: Tx, *, line: int, promised: date | str, said_by: str = "") -> int:
    """Note the day the supplier names now for a line; earlier ones stay. Returns the promise's id."""
    row = _line(tx, line)
    if row.open <= 0 or row.state != "sent":
        raise Refusal("promised", N_("Nothing of {item} is awaited from {no} any more."), item=row.code, no=row.no)
    said = _promise(tx, row.purchase, line, row.ordered_on, promised, said_by, said_on=tx.today.isoformat())
    tx.says(N_("{supplier} promises {item} of {no} for {day}"), supplier=row.supplier, item=row.code, no=row.no, day=iso(promised))
    return said


def promise_lines(tx: Tx, *, lines: Sequence[int], promised: date | str, said_by: str = "") -> list[int]:
    """The same promise for several lines of a purchase, in one step. Returns the promises' ids."""
    if not lines:
        raise Refusal("line", N_("Nothing of it is awaited any more."))
    made = [promise(tx, line=line, promised=promised, said_by=said_by) for line in lines]
    if len(made) > 1:
        row = _line(tx, lines[0])
        tx.says(N_("{supplier} promises {lines} lines of {no} for {day}"), supplier=row.supplier, lines=len(made), no=row.no, day=iso(promised))
    return made


def _promise(tx: Tx, purchase: int, line: int, ordered_on: str, promised: date | str, said_by: str, *, said_on: str) -> int:
    day = iso(promised) or ""
    if day < ordered_on:
        raise Refusal("promised", N_("{day} is before the order of {ordered}."), day=show_day(day), ordered=show_day(ordered_on))
    who = clean(said_by, field="said_by")
    return tx.insert(PurchasePromise, purchase_id=purchase, purchase_line_id=line, promised=day, said_on=said_on, said_by=who)


def receive(
    tx: Tx,
    *,
    line: int,
    accepted: int,
    quarantined: int = 0,
    place: int | None = None,
    day: date | str | None = None,
    over: bool = False,
    short_reason: str = "",
) -> int:
    """Take in goods of one line, the good ones to a shelf, the others to quarantine, in one entry. Returns the first move's id.

    What is accepted is owed to the supplier from then on, where it is not billed by hand or was at the order.

    place: None is the first shelf. over: more than is open may come in. short_reason: what is still open then will not come, and why.
    The purchase closes when nothing of it is open.
    """
    first = _take_in(tx, line, accepted, quarantined, place, day, over, short_reason)
    _owe(tx, _line(tx, line).purchase, {line: accepted}, day)
    return first


BILLED = {
    N_("received {qty} {item} of {no}"): N_("received {qty} {item} of {no}; {claim} over {amount}"),
    N_("received {qty} {item} of {no}, {bad} of them into quarantine"): N_(
        "received {qty} {item} of {no}, {bad} of them into quarantine; {claim} over {amount}"
    ),
    N_("received {lines} lines of {no}"): N_("received {lines} lines of {no}; {claim} over {amount}"),
}
"""What is said of goods that came -> the same, where they are owed from then on."""


def _owe(tx: Tx, purchase: int, accepted: Mapping[int, int], day: date | str | None) -> None:
    """What came is owed, what was billed and will not come is not; the sentence of the step stays that of the goods, and names the bill."""
    said = tx.said
    claim = bill_receipt(tx, purchase, accepted, day)
    credit_rest(tx, purchase)
    tx.said = said
    if claim is not None and said and said[0] in BILLED:
        no, cents = tx.row("SELECT no, amount FROM claim WHERE id = :claim", claim=claim) or ("", 0)
        tx.says(BILLED[said[0]], **said[1], claim=no, amount=show_money(cents))


def _take_in(
    tx: Tx, line: int, accepted: int, quarantined: int, place: int | None, day: date | str | None, over: bool, short_reason: str
) -> int:
    row = _line(tx, line)
    if accepted < 0 or quarantined < 0 or accepted + quarantined == 0:
        raise Refusal("accepted", N_("{item}: say how many came."), item=row.code)
    if accepted + quarantined > row.open and not over:
        said = {"item": row.code, "came": show_quantity(accepted + quarantined), "open": show_quantity(max(row.open, 0)), "no": row.no}
        raise Refusal("accepted", N_("{item}: {came} came, but only {open} of {no} are open; allow more than was ordered if they stay."), **said)
    reason = OVER if accepted + quarantined > row.open else ""
    source = tx.value("SELECT id FROM place WHERE kind = 'supplier' AND party_id = :party AND closed = 0 ORDER BY id LIMIT 1", party=row.supplier_id)
    source = source if source is not None else place_of(tx, "supplier")
    tx.touch(Purchase, row.purchase)  # so that receipts of one purchase are taken back newest first, and its state is always what they left
    target = place if place is not None else place_of(tx, "shelf")
    if tx.value("SELECT kind FROM place WHERE id = :place", place=target) not in ("shelf", None):
        raise Refusal("place", N_("What is accepted goes to a shelf."))
    moves = []
    for qty, where, field in ((accepted, target, "accepted"), (quarantined, place_of(tx, "quarantine") if quarantined else 0, "quarantined")):
        if qty:
            goods = partial(move, tx, item=row.item, source=source, target=where, qty=qty, purchase_line=line)
            moves.append(goods(document=row.no, reason=reason, day=day, field=field))
    facts = {"qty": show_quantity(accepted + quarantined), "item": row.code, "no": row.no}
    if quarantined:
        tx.says(N_("received {qty} {item} of {no}, {bad} of them into quarantine"), **facts, bad=show_quantity(quarantined))
    else:
        tx.says(N_("received {qty} {item} of {no}"), **facts)
    if short_reason and row.open > accepted + quarantined:
        _short(tx, row, row.open - accepted - quarantined, short_reason)
    _settle(tx, row.purchase)
    return moves[0]


def receive_goods(
    tx: Tx, *, purchase: int, lines: Sequence[Mapping[str, Any]], place: int | None = None, day: date | str | None = None, over: bool = False
) -> int:
    """Take in goods of several lines of one purchase as one step. lines: line, accepted, and perhaps quarantined, short_reason. Returns the purchase.

    A Refusal about a line names "lines.<index from 0>.<fact>".
    """
    no = _purchase(tx, purchase)[0]
    came = 0
    for index, facts in enumerate(lines):
        if not (facts.get("accepted") or facts.get("quarantined") or facts.get("short_reason")):
            continue  # a line of which nothing came
        if tx.value("SELECT purchase_id FROM purchase_line WHERE id = :line", line=facts["line"]) != purchase:
            raise Refusal(f"lines.{index}.line", N_("That line is not one of {no}."), no=no)
        try:
            if facts.get("accepted") or facts.get("quarantined"):
                good, bad, why = facts.get("accepted") or 0, facts.get("quarantined") or 0, facts.get("short_reason") or ""
                _take_in(tx, facts["line"], good, bad, place, day, over, why)
            else:
                _give_up(tx, facts["line"], facts["short_reason"])
        except Refusal as refusal:
            field = refusal.field if refusal.field in ("", "day", "place") else f"lines.{index}.{refusal.field}"
            raise Refusal(field, refusal.words, **refusal.facts) from None
        came += 1
    if not came:
        raise Refusal("lines", N_("Say what came of at least one line."))
    if came > 1:
        tx.says(N_("received {lines} lines of {no}"), lines=came, no=no)
    _owe(tx, purchase, {facts["line"]: facts.get("accepted") or 0 for facts in lines}, day)
    return purchase


def close_short(tx: Tx, *, line: int, reason: str) -> int:
    """What is open of a line will not come any more. Returns the line."""
    _give_up(tx, line, reason)
    _owe(tx, _line(tx, line).purchase, {}, None)
    return line


def _give_up(tx: Tx, line: int, reason: str) -> None:
    row = _line(tx, line)
    if row.open <= 0:
        raise Refusal("", N_("Nothing of {item} is awaited from {no} any more."), item=row.code, no=row.no)
    _short(tx, row, row.open, reason)
    tx.says(N_("gave up {qty} {item} of {no}: {reason}"), qty=show_quantity(row.open), item=row.code, no=row.no, reason=clean(reason, field="reason"))
    _settle(tx, row.purchase)


def _short(tx: Tx, row: _Line, qty: int, reason: str) -> None:
    why = clean(reason, field="reason")
    if not why:
        raise Refusal("reason", N_("Say why the rest of {item} does not come."), item=row.code)
    tx.update(PurchaseLine, row.id, short_closed=row.short_closed + qty, short_reason=why)


def cancel_purchase(tx: Tx, *, purchase: int, reason: str) -> int:
    """Cancel a purchase of which nothing was received. Returns its id."""
    no, _supplier_id, _day, _their_no, note = _purchase(tx, purchase)
    why = clean(reason, field="reason")
    if not why:
        raise Refusal("reason", N_("Say why {no} is cancelled."), no=no)
    sql = "SELECT sum(m.qty) FROM stock_move m JOIN purchase_line l ON l.id = m.purchase_line_id WHERE l.purchase_id = :purchase"
    if tx.value(sql, purchase=purchase):
        raise Refusal("", N_("Goods of {no} were received; close its lines short instead."), no=no)
    tx.update(Purchase, purchase, state="cancelled", note=f"{note}; {why}" if note else why)
    credit_rest(tx, purchase)
    tx.says(N_("cancelled {no}: {reason}"), no=no, reason=why)
    return purchase


def _settle(tx: Tx, purchase: int) -> None:
    """Close the purchase when nothing of it is open, and only then."""
    if not tx.value("SELECT 1 FROM expected WHERE purchase_id = :purchase", purchase=purchase):
        tx.update(Purchase, purchase, state="closed")
