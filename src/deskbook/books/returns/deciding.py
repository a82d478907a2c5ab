"""Say line by line what becomes of what came back. Goods reach a shelf again only by restocking."""

from __future__ import annotations

from typing import Any

from deskbook.books.claims.commands import raise_claim, settle_by_credit
from deskbook.books.orders.commands import take_order
from deskbook.books.orders.tables import OrderLine, SalesOrder
from deskbook.books.returns.queries import CAUSES, GOODS, OUTCOMES, worth
from deskbook.books.returns.standing import return_of, stand_on_sent
from deskbook.books.returns.tables import Cause, Goods, GoodsReturn, Outcome, ReturnLine
from deskbook.books.shipments.incidents import note_incident
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries as stock_queries
from deskbook.core.money import show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed

GOES = {"restock": "shelf", "scrap": "loss", "repair": "factory", "send back": "customer"}
"""Where the goods of an outcome go from quarantine: a kind of place."""


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
    default all, and never more than was billed for it and is not credited yet), send back. goods: where they go with a refund or a replacement; they
    stay in quarantine by default. place: the shelf or factory, by default the one it left from, or the first. wrong_model: by default whether another
    item came than was sent.
    """
    row, head = _line(tx, line)
    if outcome not in OUTCOMES:
        raise Refusal("outcome", N_("The outcome is one of: {outcomes}."), outcomes=listed(_(word) for word in OUTCOMES.values()))
    if cause not in CAUSES:
        raise Refusal("cause", N_("Say whose fault it was: {causes}."), causes=listed(_(word) for word in CAUSES.values()))
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
    words, made = N_("{qty} of {item} on {no}: {outcome}"), {}
    if outcome == "refund":
        credit = _credit(tx, row, head, amount)
        no, cents = tx.row("SELECT no, -amount FROM claim WHERE id = :credit", credit=credit) or ("", 0)
        words, made = N_("{qty} of {item} on {no}: {outcome}; {credit} over {amount}"), {"credit": no, "amount": show_money(cents)}
    if outcome == "replace" and again:
        words, made = N_("{qty} of {item} on {no}: {outcome}; again on {order}"), {"order": _order_no(tx, _again(tx, row, head))}
    if not tx.value("SELECT 1 FROM return_line WHERE return_id = :id AND outcome = ''", id=row["return_id"]):
        tx.update(GoodsReturn, row["return_id"], state="inspected")
    stand_on_sent(tx, row["return_id"])
    tx.says(words, qty=show_quantity(part), item=row["code"], no=head["no"], outcome=_(OUTCOMES[outcome]), **made)


def send_again(tx: Tx, *, line: int) -> int:
    """Put what is to be replaced on its order again, for nothing; it is reserved and sent as any other line. Returns the order line's id."""
    row, head = _line(tx, line, decided=True)
    if row["outcome"] != "replace":
        raise Refusal("", N_("{item} is not to be replaced."), item=row["code"])
    made = _again(tx, row, head)
    stand_on_sent(tx, row["return_id"])
    words = N_("{qty} of {item} again on {order}")
    tx.says(words, qty=show_quantity(row["qty"]), item=row["sent_code"] or row["code"], order=_order_no(tx, made))
    return made


# -- what the commands ask -------------------------------------------------------------------------------------------------


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


def _credit(tx: Tx, row: dict[str, Any], head: dict[str, Any], amount: int | None) -> int:
    """Raise the credit note of a line, over no more than was billed for it; of what left with no shipment we know, the amount is asked. Its id."""
    cents, price = worth(tx, row["id"])
    known = row["shipment_line_id"] is not None
    if known and not cents:
        words = N_("Nothing was billed for {item} with it that is not credited or kept; restock it instead, and it will not be billed.")
        raise Refusal("amount", words, item=row["code"])
    if amount is None and not known:
        raise Refusal("amount", N_("It is not known what {item} was billed with; type the amount of the credit note."), item=row["code"])
    credit = cents if amount is None else amount
    if credit <= 0:
        raise Refusal("amount", N_("A credit note is over more than nothing."))
    if known and credit > cents:
        words = N_("{amount} is more than the {most} that was billed for {qty} of {item} and is not credited yet.")
        raise Refusal(
            "amount", words, amount=show_money(credit), most=show_money(cents), qty=show_quantity(row["qty"]), item=row["sent_code"] or row["code"]
        )
    about = {"order_line": row["order_line_id"], "shipment_line": row["shipment_line_id"], "return_line": row["id"]}
    line = {"amount": -credit, "item": row["sent_id"] or row["item_id"], "qty": -row["qty"], "price": price, **about}
    note = raise_claim(
        tx, side="receivable", kind="credit", party=head["customer_id"], lines=[line], order=row["order_id"], shipment=row["shipment_id"],
        goods_return=row["return_id"], text=head["no"],
    )
    settle_by_credit(tx, credit=note)
    return note


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


def _order_no(tx: Tx, line: int) -> str:
    """The number of the order that a line is on."""
    return str(tx.value("SELECT o.no FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.id = :line", line=line))


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
    head = return_of(tx, found["return_id"], *(("received", "inspected", "closed") if decided else ("received",)))
    if not decided and found["outcome"]:
        raise Refusal("line", N_("{item} is decided already: {outcome}."), item=found["code"], outcome=_(OUTCOMES[found["outcome"]]))
    return found, head
