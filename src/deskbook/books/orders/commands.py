"""Take orders, change them, hold, cancel, and close what will not come. One lifecycle is stored; how far an order is shipped is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from deskbook.books.orders.billing import bill_change, bill_confirmed, credit_cancelled, refuse_less_freight
from deskbook.books.orders.billing import close_if_done as close_if_done
from deskbook.books.orders.billing import reopen_if_open as reopen_if_open
from deskbook.books.orders.given import (
    committed,
    line_of,
    open_order,
    order_of,
    party_as,
    reason_of,
    refuse_early,
    refuse_kind,
    refuse_negative,
    refuse_to_come,
    review_names,
)
from deskbook.books.orders.kits import group_of
from deskbook.books.orders.lines import delete_line, insert_line, rewrite_line, write_line
from deskbook.books.orders.listings import SHORT_REASONS, STATES
from deskbook.books.orders.queries import billed_of, claim_of, credit_of, missing_checks, refuse_blocked, worth_of
from deskbook.books.orders.tables import LineFacts, OrderLine, ReviewCheck, SalesOrder, ShortReason
from deskbook.core.days import as_day
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed

CHANGEABLE = ("customer", "day", "wanted", "salesperson", "their_no", "carrier", "freight", "ship_to", "note", "kind", "channel")


def take_order(
    tx: Tx,
    *,
    customer: int,
    lines: Sequence[Mapping[str, Any]],
    day: date | str | None = None,
    wanted: date | str | None = None,
    no: str | None = None,
    salesperson: int | None = None,
    their_no: str = "",
    carrier: int | None = None,
    freight: int = 0,
    ship_to: str = "",
    state: str = "confirmed",
    history: bool = False,
    note: str = "",
    deal: str = "",
    quote: int | None = None,
    kind: str = "sale",
    channel: str = "",
) -> int:
    """Write an order and its lines; returns its id.

    lines: LineFacts each; a price that is not given is the customer's price in force on the order's day. state: draft, review or confirmed.
    kind: one of KINDS; where the office has checks for it the order begins in review. deal, quote: of the quote it was accepted from.
    history: from before the book was opened; it keeps number, dates and money, reserves nothing and moves no goods.
    """
    party = party_as(tx, customer, "customer")
    if not history:
        refuse_blocked(tx, party["id"], ("all",), "customer")
    if salesperson is None:
        salesperson = party["salesperson_id"]
    else:
        salesperson = party_as(tx, salesperson, "salesperson")["id"]
    if carrier is not None:
        carrier = party_as(tx, carrier, "carrier")["id"]
    if state not in ("draft", "review", "confirmed"):
        raise Refusal("state", N_("An order begins as draft, in review or confirmed, not as {state}."), state=_(STATES.get(state, state)))
    if not lines and state != "draft":
        raise Refusal("lines", N_("An order needs at least one line."))
    on, until = as_day(day, "day") or tx.today, as_day(wanted, "wanted")
    if not history:  # what is past is written down as it was
        refuse_to_come(on, tx.today)
        refuse_early(on.isoformat(), until.isoformat() if until else None)
    refuse_negative(freight)
    refuse_kind(kind)
    checks = [] if history else review_names(tx, kind)
    number = tx.number(SalesOrder, "S", on, no)
    order = tx.insert(
        SalesOrder,
        no=number,
        customer_id=party["id"],
        salesperson_id=salesperson,
        day=on.isoformat(),
        wanted=until.isoformat() if until else None,
        state="closed" if history else "review" if checks and state == "confirmed" else state,
        their_no=clean(their_no, field="their_no"),
        carrier_id=carrier,
        freight=freight,
        ship_to=clean(ship_to, field="ship_to", longest=500, lines=True),
        history=int(history),
        note=clean(note, field="note", longest=2000, lines=True),
        deal=deal,
        quote_id=quote,
        kind=kind,
        channel=clean(channel, field="channel", longest=40),
    )
    for pos, name in enumerate(checks, 1):
        tx.insert(ReviewCheck, order_id=order, pos=pos, name=name)
    pos = 1
    for index, line in enumerate(lines):
        try:
            pos += len(write_line(tx, order, pos, LineFacts.of(**line), on.isoformat(), party["id"], history))
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    limit, bills = tx.row("SELECT credit_limit, bills FROM party WHERE id = :party", party=party["id"]) or (None, "")
    if limit is not None and not history:
        _note_limit(tx, order, party["id"])
    if bills and not history:
        bill_confirmed(tx, order)
    said = {"no": number, "customer": party["name"]}
    if checks and state != "draft":
        tx.says(N_("took order {no}, in review: {checks} missing; from {customer}"), **said, checks=listed(checks))
    else:
        tx.says(N_("took order {no} from {customer}"), **said)
    return order


def _note_limit(tx: Tx, order: int, customer: int) -> None:
    """Write on an order by how much it takes its customer over the credit limit, or that it does not; what is billed of it is owed already."""
    over = credit_of(tx, customer).over(worth_of(tx, order) - billed_of(tx, order))
    tx.update(SalesOrder, order, over_limit=over if over > 0 else None)


def change_order(tx: Tx, *, order: int, **facts: Any) -> None:
    """Change facts of an open order; those not named stay.

    customer (while nothing is on a shipment or billed), day, wanted, salesperson, their_no, carrier, freight (cents), ship_to, note.
    """
    before = _standing(tx, order)
    no = _change_head(tx, order, facts)
    _settle(tx, order, before)
    tx.says(N_("changed order {no}"), no=no)


class _Standing(NamedTuple):
    """An order before or after a change: its customer, its worth in cents, and what its review says yes to: customer, day wanted, freight, goods."""

    customer: int | None
    worth: int
    says: tuple[Any, ...]


def _standing(tx: Tx, order: int) -> _Standing:
    head = tx.row("SELECT customer_id, wanted, freight FROM sales_order WHERE id = :order", order=order) or (None,)
    goods = tx.rows("SELECT item_id, qty, price, discount, kit_id FROM order_line WHERE order_id = :order ORDER BY pos", order=order)
    return _Standing(head[0], worth_of(tx, order), (head, goods))


def _settle(tx: Tx, order: int, before: _Standing) -> None:
    """After a change: more, or another customer's, is judged as an order that is taken; what was said yes to in its review is asked again.

    Its claim follows where it was billed as a whole, and it closes where nothing is left to do.
    """
    now = _standing(tx, order)
    if now.customer is not None and (now.customer != before.customer or now.worth > before.worth):
        refuse_blocked(tx, now.customer, ("all",), "customer" if now.customer != before.customer else "")
        _note_limit(tx, order, now.customer)
    if now.says != before.says and tx.value("SELECT state FROM sales_order WHERE id = :order", order=order) in ("draft", "review"):
        for check, who in tx.rows("SELECT id, said_by FROM review_check WHERE order_id = :order AND said_by <> '' ORDER BY pos", order=order):
            tx.update(ReviewCheck, check, said_by="", said_at=None, was_by=who)
    bill_change(tx, order)
    close_if_done(tx, order)


def _change_head(tx: Tx, order: int, facts: dict[str, Any]) -> str:
    head = open_order(tx, order)
    if unknown := set(facts) - set(CHANGEABLE):
        raise Refusal("", N_("An order has no {what}."), what=listed(sorted(unknown)))
    values: dict[str, Any] = {}
    for role in ("customer", "salesperson", "carrier"):
        if role in facts:
            values[f"{role}_id"] = None if facts[role] is None and role != "customer" else party_as(tx, facts[role], role)["id"]
    if values.get("customer_id", head["customer_id"]) != head["customer_id"] and (no := _shipment_of(tx, order)):
        raise Refusal(
            "customer",
            N_("Shipment {shipment} is on its way to {customer}; cancel this order and take a new one."),
            shipment=no[0],
            customer=head["customer"],
        )
    if values.get("customer_id", head["customer_id"]) != head["customer_id"] and (claim := claim_of(tx, order)):
        raise Refusal("customer", N_("{claim} bills it to {customer}; cancel this order and take a new one."), claim=claim, customer=head["customer"])
    if values.get("customer_id", head["customer_id"]) != head["customer_id"] and (paid := _paid_ahead(tx, order)):
        raise Refusal("customer", N_("{customer} paid ahead for it with {payment}; pay that back first."), customer=head["customer"], payment=paid)
    for name in ("day", "wanted"):
        if name in facts:
            value = as_day(facts[name], name)
            values[name] = value.isoformat() if value else None
    if "day" in values and values["day"] is None:
        raise Refusal("day", N_("A day is missing here."))
    if "day" in values and values["day"] != head["day"]:
        refuse_to_come(date.fromisoformat(values["day"]), tx.today)
    for name, longest in (("their_no", 200), ("ship_to", 500), ("note", 2000)):
        if name in facts:
            values[name] = clean(facts[name], field=name, longest=longest, lines=name != "their_no")
    if "freight" in facts:
        refuse_negative(facts["freight"])
        refuse_less_freight(tx, order, facts["freight"])
        values["freight"] = facts["freight"]
    if "channel" in facts:
        values["channel"] = clean(facts["channel"], field="channel", longest=40)
    if "kind" in facts and facts["kind"] != head["kind"]:
        refuse_kind(facts["kind"])
        if head["state"] not in ("draft", "review"):
            raise Refusal("kind", N_("{no} is {state}; its kind decided its review and stays."), no=head["no"], state=_(STATES[head["state"]]))
        values["kind"] = facts["kind"]
        _review_as(tx, order, facts["kind"])
    refuse_early(values.get("day", head["day"]), values.get("wanted", head["wanted"]))
    if values:
        tx.update(SalesOrder, order, **values)
    return str(head["no"])


def rewrite_order(tx: Tx, *, order: int, lines: Sequence[Mapping[str, Any]], **facts: Any) -> int:
    """Change an open order as a whole: its facts (as change_order) and its lines; returns its id.

    lines: LineFacts each; one that names its `line` changes that line, others are added, and lines that are not named go.
    A kit is named by any of its parts' lines and changed as a whole.
    """
    before = _standing(tx, order)
    _change_head(tx, order, facts)
    old = [line for (line,) in tx.rows("SELECT id FROM order_line WHERE order_id = :order", order=order)]
    named = [given["line"] for given in lines if given.get("line") is not None]
    if len(set(named)) != len(named) or not set(named) <= set(old):
        raise Refusal("lines", N_("The lines changed meanwhile; open the order again."))
    if not lines:
        raise Refusal("lines", N_("An order needs at least one line."))
    stays = {part for line in named for part in getattr(group_of(tx, line), "lines", (line,))}
    for index, given in enumerate(lines):
        rest = {name: value for name, value in given.items() if name != "line"}
        try:
            if given.get("line") is None:
                insert_line(tx, order, rest)
            else:
                rewrite_line(tx, given["line"], rest)
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    for line in old:
        if line not in stays and tx.value("SELECT 1 FROM order_line WHERE id = :line", line=line):  # a kit goes with its first part
            delete_line(tx, line)
    _settle(tx, order, before)
    tx.says(N_("changed order {no}"), no=order_of(tx, order)["no"])
    return order


def add_line(tx: Tx, *, order: int, **line: Any) -> int:
    """Add a line (LineFacts) to an open order; returns its id, of a kit that of its first part."""
    before = _standing(tx, order)
    added, no = insert_line(tx, order, line)
    _settle(tx, order, before)
    tx.says(N_("added a line to {no}"), no=no)
    return added


def change_line(tx: Tx, *, line: int, **facts: Any) -> None:
    """Change a line of an open order; never below what has left, is being sent, or was closed short."""
    before = _standing(tx, _order_of(tx, line))
    row, head = rewrite_line(tx, line, facts)
    _settle(tx, row["order_id"], before)
    tx.says(N_("changed line {pos} of {no}"), pos=row["pos"], no=head["no"])


def drop_line(tx: Tx, *, line: int) -> None:
    """Take a line, or the kit it is a part of, out of an open order from which nothing was sent."""
    before = _standing(tx, _order_of(tx, line))
    row, head = delete_line(tx, line)
    _settle(tx, row["order_id"], before)
    tx.says(N_("took line {pos} out of {no}"), pos=row["pos"], no=head["no"])


def hold(tx: Tx, *, order: int, reason: str) -> None:
    """Hold a confirmed order: its goods stay reserved, nothing is sent."""
    head = open_order(tx, order)
    if head["state"] != "confirmed":
        raise Refusal("", N_("{no} is {state}; only a confirmed order can be held."), no=head["no"], state=_(STATES[head["state"]]))
    tx.update(SalesOrder, order, state="hold", reason=reason_of(reason))
    tx.says(N_("held {no}: {reason}"), no=head["no"], reason=reason_of(reason))


def release(tx: Tx, *, order: int) -> None:
    """Let a held order go on."""
    head = open_order(tx, order)
    if head["state"] != "hold":
        raise Refusal("", N_("{no} is not held."), no=head["no"])
    tx.update(SalesOrder, order, state="confirmed", reason="")
    close_if_done(tx, order)
    tx.says(N_("released {no}"), no=head["no"])


def confirm(tx: Tx, *, order: int) -> None:
    """Make a draft a firm order: from now on it reserves its goods. One of whose checks some are missing goes into review, or stays there."""
    head = open_order(tx, order)
    if head["state"] not in ("draft", "review"):
        raise Refusal("", N_("{no} is {state} already."), no=head["no"], state=_(STATES[head["state"]]))
    if not tx.value("SELECT 1 FROM order_line WHERE order_id = :order", order=order):
        raise Refusal("lines", N_("An order needs at least one line."))
    missing = missing_checks(tx, order)
    if missing and head["state"] == "review":
        raise Refusal("", N_("{no} is in review: {checks} missing."), no=head["no"], checks=listed(missing))
    if missing:
        tx.update(SalesOrder, order, state="review")
        tx.says(N_("{no} is in review: {checks} missing"), no=head["no"], checks=listed(missing))
        return
    refuse_blocked(tx, head["customer_id"], ("all",))
    tx.update(SalesOrder, order, state="confirmed")
    bill_confirmed(tx, order, tx.today)
    close_if_done(tx, order)
    tx.says(N_("confirmed {no}"), no=head["no"])


def cancel(tx: Tx, *, order: int, reason: str) -> None:
    """Cancel an order of which nothing was sent."""
    head = open_order(tx, order)
    if (sent := _shipment_of(tx, order)) is not None:
        if sent[1] in ("shipped", "arrived"):
            raise Refusal("", N_("Shipment {shipment} of {no} has left; close the open lines short instead."), shipment=sent[0], no=head["no"])
        raise Refusal("", N_("Shipment {shipment} of {no} is being made; give it up first."), shipment=sent[0], no=head["no"])
    why = reason_of(reason)
    credit_cancelled(tx, order)
    tx.update(SalesOrder, order, state="cancelled", reason=why)
    tx.says(N_("cancelled {no}: {reason}"), no=head["no"], reason=reason_of(reason))


def short_close(tx: Tx, *, line: int, reason: ShortReason, qty: int | None = None) -> None:
    """Say that the rest of a line will not be sent; qty in 1/1,000, all that is open by default. The last reason given stands for the line."""
    row, head = line_of(tx, line)
    if head["state"] not in ("confirmed", "hold"):
        raise Refusal("", N_("{no} is {state}; take the line out instead."), no=head["no"], state=_(STATES[head["state"]]))
    if reason not in SHORT_REASONS:
        raise Refusal("reason", N_("The reason is one of: customer, no stock, price, other."))
    still = row["qty"] - row["short_closed"] - committed(tx, line)
    amount = still if qty is None else qty
    if still <= 0:
        raise Refusal("qty", N_("Nothing of this line is open that is not on a shipment."))
    if amount <= 0 or amount > still:
        raise Refusal("qty", N_("{open} of this line can be closed short, not {given}."), open=show_quantity(still), given=show_quantity(amount))
    before = _standing(tx, row["order_id"])
    tx.update(OrderLine, line, short_closed=row["short_closed"] + amount, short_reason=reason)
    _settle(tx, row["order_id"], before)
    tx.says(
        N_("closed {qty} of line {pos} of {no} short: {reason}"),
        qty=show_quantity(amount),
        pos=row["pos"],
        no=head["no"],
        reason=_(SHORT_REASONS[reason]),
    )


def _order_of(tx: Tx, line: int) -> int:
    """The order of a line; 0 where there is no such line, which the line's own command refuses."""
    return int(tx.value("SELECT order_id FROM order_line WHERE id = :line", line=line) or 0)


def _review_as(tx: Tx, order: int, kind: str) -> None:
    """Give an order the checks of another kind; what was passed and is asked for again stays passed."""
    names = review_names(tx, kind)
    old: dict[str, int] = dict(tx.rows("SELECT name, id FROM review_check WHERE order_id = :order", order=order))
    for name in old.keys() - set(names):
        tx.delete(ReviewCheck, old[name])
    for pos, name in enumerate(names, 1):
        if name in old:
            tx.update(ReviewCheck, old[name], pos=pos)
        else:
            tx.insert(ReviewCheck, order_id=order, pos=pos, name=name)


def _shipment_of(tx: Tx, order: int) -> tuple[str, str] | None:
    """Number and state of a shipment of the order that stands, those that left first."""
    sql = "SELECT no, state FROM shipment WHERE order_id = :order AND void = 0 AND state <> 'cancelled' ORDER BY shipped_on IS NULL, id LIMIT 1"
    row = tx.row(sql, order=order)
    return (str(row[0]), str(row[1])) if row else None


def _paid_ahead(tx: Tx, order: int) -> str | None:
    """The number of a payment for the order that no claim has taken whole."""
    sql = "SELECT p.no FROM payment p CROSS JOIN unallocated u ON u.payment_id = p.id WHERE p.order_id = :order ORDER BY p.id LIMIT 1"
    found: str | None = tx.value(sql, order=order)
    return found
