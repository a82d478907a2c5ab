"""Take orders, change them, hold, cancel, and close what will not come. One lifecycle is stored; how far an order is shipped is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from deskbook.books.items.kits import kit_of
from deskbook.books.items.queries import price_in_force, price_of
from deskbook.books.orders.billing import bill_change, bill_confirmed, credit_cancelled, refuse_billed, refuse_less_freight
from deskbook.books.orders.billing import close_if_done as close_if_done
from deskbook.books.orders.billing import reopen_if_open as reopen_if_open
from deskbook.books.orders.kits import Group, group_of, rows_of
from deskbook.books.orders.queries import KINDS, SHORT_REASONS, STATES, claim_of, credit_of, missing_checks, refuse_blocked
from deskbook.books.orders.tables import LineFacts, OrderLine, ReviewCheck, SalesOrder, ShortReason
from deskbook.core import days
from deskbook.core.money import line_amount, refuse_immense, show_money, show_price
from deskbook.core.numbers import half_up
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, plural

OPEN = ("draft", "review", "confirmed", "hold")
TIME = re.compile(r"\d{1,2}[:：.时点h]\d{2}|(?<!\d)\d{4}(?!\d)")
"""How a time of day is written: 10:12, 10.12, 1012."""
CHANGEABLE = ("customer", "day", "wanted", "salesperson", "their_no", "carrier", "freight", "ship_to", "note", "kind", "channel")
ROLES = {
    "customer": N_("{name} is not a customer."),
    "salesperson": N_("{name} is not one of our salespeople."),
    "carrier": N_("{name} is not a carrier."),
}


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
        _refuse_early(on.isoformat(), until.isoformat() if until else None)
    _refuse_negative(freight)
    _refuse_kind(kind)
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
            pos += len(_write_line(tx, order, pos, LineFacts.of(**line), on.isoformat(), party["id"], history))
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    limit, bills = tx.row("SELECT credit_limit, bills FROM party WHERE id = :party", party=party["id"]) or (None, "")
    if limit is not None and not history:
        _note_limit(tx, order, party["id"])
    if bills and not history:
        bill_confirmed(tx, order)
    tx.says(N_("took order {no} from {customer}"), no=number, customer=party["name"])
    return order


def _note_limit(tx: Tx, order: int, customer: int) -> None:
    """Write on an order that it takes its customer over the credit limit, and by how much."""
    total, freight = tx.row("SELECT total, freight FROM v_order WHERE id = :order", order=order) or (0, 0)
    credit = credit_of(tx, customer)
    if (over := credit.over(total + freight)) > 0:
        tx.update(SalesOrder, order, over_limit=over)


def change_order(tx: Tx, *, order: int, **facts: Any) -> None:
    """Change facts of an open order; those not named stay.

    customer (while nothing is on a shipment or billed), day, wanted, salesperson, their_no, carrier, freight (cents), ship_to, note.
    """
    no = _change_head(tx, order, facts)
    _settle(tx, order)
    tx.says(N_("changed order {no}"), no=no)


def _settle(tx: Tx, order: int) -> None:
    """After a change: its claim follows where the order was billed as a whole, and it closes where nothing is left to do."""
    bill_change(tx, order)
    close_if_done(tx, order)


def _change_head(tx: Tx, order: int, facts: dict[str, Any]) -> str:
    head = _open_order(tx, order)
    if unknown := set(facts) - set(CHANGEABLE):
        raise Refusal("", N_("An order has no {what}."), what=", ".join(sorted(unknown)))
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
    for name, longest in (("their_no", 200), ("ship_to", 500), ("note", 2000)):
        if name in facts:
            values[name] = clean(facts[name], field=name, longest=longest, lines=name != "their_no")
    if "freight" in facts:
        _refuse_negative(facts["freight"])
        refuse_less_freight(tx, order, facts["freight"])
        values["freight"] = facts["freight"]
    if "channel" in facts:
        values["channel"] = clean(facts["channel"], field="channel", longest=40)
    if "kind" in facts and facts["kind"] != head["kind"]:
        _refuse_kind(facts["kind"])
        if head["state"] not in ("draft", "review"):
            raise Refusal("kind", N_("{no} is {state}; its kind decided its review and stays."), no=head["no"], state=_(STATES[head["state"]]))
        values["kind"] = facts["kind"]
        _review_as(tx, order, facts["kind"])
    _refuse_early(values.get("day", head["day"]), values.get("wanted", head["wanted"]))
    if values:
        tx.update(SalesOrder, order, **values)
    return str(head["no"])


def rewrite_order(tx: Tx, *, order: int, lines: Sequence[Mapping[str, Any]], **facts: Any) -> int:
    """Change an open order as a whole: its facts (as change_order) and its lines; returns its id.

    lines: LineFacts each; one that names its `line` changes that line, others are added, and lines that are not named go.
    A kit is named by any of its parts' lines and changed as a whole.
    """
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
                _add_line(tx, order, rest)
            else:
                _rewrite_line(tx, given["line"], rest)
        except Refusal as refusal:
            raise Refusal(f"lines.{index}.{refusal.field}", refusal.words, **refusal.facts) from None
    for line in old:
        if line not in stays and tx.value("SELECT 1 FROM order_line WHERE id = :line", line=line):  # a kit goes with its first part
            _drop_line(tx, line)
    _settle(tx, order)
    tx.says(N_("changed order {no}"), no=_order(tx, order)["no"])
    return order


def add_line(tx: Tx, *, order: int, **line: Any) -> int:
    """Add a line (LineFacts) to an open order; returns its id, of a kit that of its first part."""
    added, no = _add_line(tx, order, line)
    _settle(tx, order)
    tx.says(N_("added a line to {no}"), no=no)
    return added


def _add_line(tx: Tx, order: int, line: Mapping[str, Any]) -> tuple[int, str]:
    head = _open_order(tx, order)
    pos = (tx.value("SELECT max(pos) FROM order_line WHERE order_id = :order", order=order) or 0) + 1
    added = _write_line(tx, order, pos, LineFacts.of(**line), head["day"], head["customer_id"], False)[0]
    return added, str(head["no"])


def change_line(tx: Tx, *, line: int, **facts: Any) -> None:
    """Change a line of an open order; never below what has left, is being sent, or was closed short."""
    row, head = _rewrite_line(tx, line, facts)
    _settle(tx, row["order_id"])
    tx.says(N_("changed line {pos} of {no}"), pos=row["pos"], no=head["no"])


def _rewrite_line(tx: Tx, line: int, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Change a line, or the kit it is a part of; whether the order is done is asked when all of its lines are."""
    row, head = _line(tx, line)
    group = group_of(tx, line)
    if group is not None:
        row |= {"item_id": group.item, "qty": group.qty, "price": group.price, "discount": group.discount, "short_closed": 0}
    given = LineFacts.of(
        **{
            "item": row["item_id"],
            "qty": row["qty"],
            "price": row["price"],
            "discount": row["discount"],
            "text": row["text"],
            "approved_by": row["approved_by"],
        }
        | facts
    )
    before, after = (price * (10000 - discount) for price, discount in ((row["price"], row["discount"]), (given.price or 0, given.discount)))
    if (after < before or given.item != row["item_id"]) and "approved_by" not in facts:
        given.approved_by = ""  # who agreed to the old price did not agree to a lower one, or to another item's
    now = (given.item, given.qty, given.price, given.discount, given.text, given.approved_by)
    same = now == tuple(row[name] for name in ("item_id", "qty", "price", "discount", "text", "approved_by"))
    if not same and (group is not None or (given.item != row["item_id"] and kit_of(tx, given.item, head["day"]))):
        _write_anew(tx, row, head, given, group.lines if group else (line,))
        return row, head
    sent = committed(tx, line) if group is None else 0
    if given.qty < sent + row["short_closed"]:
        raise Refusal(
            "qty",
            N_("{least} of it are sent, on a shipment or closed short; it cannot go below that."),
            least=show_quantity(sent + row["short_closed"]),
        )
    if given.item != row["item_id"] and sent:
        raise Refusal("item", N_("Some of this line is sent or on a shipment; add a line for the other item."))
    if given.item != row["item_id"]:
        refuse_billed(tx, line, "item")
    if not same:  # a line left as it was is not judged anew
        item, price, approved = priced(tx, given, head["day"], head["customer_id"])
        tx.update(
            OrderLine,
            line,
            item_id=item["id"],
            qty=given.qty,
            price=price,
            discount=given.discount,
            text=given.text,
            approved_by=approved,
            amount=line_amount(given.qty, price, given.discount),
        )
    return row, head


def _write_anew(tx: Tx, row: dict[str, Any], head: dict[str, Any], given: LineFacts, lines: Sequence[int]) -> None:
    """Write what is or becomes a kit in the place of its old lines, of which nothing may have been sent or closed short."""
    for line in lines:
        if committed(tx, line) or tx.value("SELECT short_closed FROM order_line WHERE id = :line", line=line):
            raise Refusal("qty", N_("Some of this kit is sent, on a shipment or closed short; it stays as it is. Add a line for more."))
        _refuse_named(tx, line)
    for line in lines:
        tx.delete(OrderLine, line)
    first, last = row["pos"], tx.value("SELECT max(pos) FROM order_line WHERE order_id = :order", order=row["order_id"]) or 0
    room = tx.value("SELECT min(pos) FROM order_line WHERE order_id = :order AND pos > :pos", order=row["order_id"], pos=first) or first + 10**6
    wide = len(rows_of(tx, given.item, head["day"], pos=1, qty=given.qty, price=0, discount=0))
    _write_line(tx, row["order_id"], first if first + wide <= room else last + 1, given, head["day"], head["customer_id"], False)


def _refuse_named(tx: Tx, line: int) -> None:
    if tx.value("SELECT 1 FROM shipment_line WHERE order_line_id = :line", line=line):
        raise Refusal("", N_("This line stands on a shipment that was given up; close it short instead."))
    refuse_billed(tx, line)


def drop_line(tx: Tx, *, line: int) -> None:
    """Take a line, or the kit it is a part of, out of an open order from which nothing was sent."""
    row, head = _drop_line(tx, line)
    _settle(tx, row["order_id"])
    tx.says(N_("took line {pos} out of {no}"), pos=row["pos"], no=head["no"])


def _drop_line(tx: Tx, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    row, head = _line(tx, line)
    group: Group | None = group_of(tx, line)
    lines = group.lines if group else (line,)
    if any(committed(tx, part) for part in lines):
        raise Refusal("", N_("Some of this line is sent or on a shipment; close the rest short instead."))
    if tx.value("SELECT count(*) FROM order_line WHERE order_id = :order", order=row["order_id"]) == len(lines) and head["state"] != "draft":
        raise Refusal("", N_("It is the only line of {no}; cancel the order instead."), no=head["no"])
    for part in lines:
        _refuse_named(tx, part)
    for part in lines:
        tx.delete(OrderLine, part)
    return row, head


def hold(tx: Tx, *, order: int, reason: str) -> None:
    """Hold a confirmed order: its goods stay reserved, nothing is sent."""
    head = _open_order(tx, order)
    if head["state"] != "confirmed":
        raise Refusal("", N_("{no} is {state}; only a confirmed order can be held."), no=head["no"], state=_(STATES[head["state"]]))
    tx.update(SalesOrder, order, state="hold", reason=_reason(reason))
    tx.says(N_("held {no}: {reason}"), no=head["no"], reason=_reason(reason))


def release(tx: Tx, *, order: int) -> None:
    """Let a held order go on."""
    head = _open_order(tx, order)
    if head["state"] != "hold":
        raise Refusal("", N_("{no} is not held."), no=head["no"])
    tx.update(SalesOrder, order, state="confirmed", reason="")
    close_if_done(tx, order)
    tx.says(N_("released {no}"), no=head["no"])


def confirm(tx: Tx, *, order: int) -> None:
    """Make a draft a firm order: from now on it reserves its goods. One of whose checks some are missing goes into review, or stays there."""
    head = _open_order(tx, order)
    if head["state"] not in ("draft", "review"):
        raise Refusal("", N_("{no} is {state} already."), no=head["no"], state=_(STATES[head["state"]]))
    if not tx.value("SELECT 1 FROM order_line WHERE order_id = :order", order=order):
        raise Refusal("lines", N_("An order needs at least one line."))
    missing = missing_checks(tx, order)
    if missing and head["state"] == "review":
        raise Refusal("", N_("{no} is in review: {checks} missing."), no=head["no"], checks=", ".join(missing))
    if missing:
        tx.update(SalesOrder, order, state="review")
        tx.says(N_("{no} is in review: {checks} missing"), no=head["no"], checks=", ".join(missing))
        return
    refuse_blocked(tx, head["customer_id"], ("all",))
    tx.update(SalesOrder, order, state="confirmed")
    bill_confirmed(tx, order, tx.today)
    close_if_done(tx, order)
    tx.says(N_("confirmed {no}"), no=head["no"])


def cancel(tx: Tx, *, order: int, reason: str) -> None:
    """Cancel an order of which nothing was sent."""
    head = _open_order(tx, order)
    if (sent := _shipment_of(tx, order)) is not None:
        if sent[1] in ("shipped", "arrived"):
            raise Refusal("", N_("Shipment {shipment} of {no} has left; close the open lines short instead."), shipment=sent[0], no=head["no"])
        raise Refusal("", N_("Shipment {shipment} of {no} is being made; give it up first."), shipment=sent[0], no=head["no"])
    why = _reason(reason)
    credit_cancelled(tx, order)
    tx.update(SalesOrder, order, state="cancelled", reason=why)
    tx.says(N_("cancelled {no}: {reason}"), no=head["no"], reason=_reason(reason))


def short_close(tx: Tx, *, line: int, reason: ShortReason, qty: int | None = None) -> None:
    """Say that the rest of a line will not be sent; qty in 1/1,000, all that is open by default. The last reason given stands for the line."""
    row, head = _line(tx, line)
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
    tx.update(OrderLine, line, short_closed=row["short_closed"] + amount, short_reason=reason)
    _settle(tx, row["order_id"])
    tx.says(
        N_("closed {qty} of line {pos} of {no} short: {reason}"),
        qty=show_quantity(amount),
        pos=row["pos"],
        no=head["no"],
        reason=_(SHORT_REASONS[reason]),
    )


# -- shared with the books that come after ---------------------------------------------------------------------------------


def committed(tx: Tx, line: int) -> int:
    """What of a line has left or stands on a shipment that is being made, in 1/1,000."""
    sql = (
        "SELECT coalesce(sum(sl.qty), 0) FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id"
        " WHERE sl.order_line_id = :line AND s.state <> 'cancelled' AND s.void = 0"
    )
    return int(tx.value(sql, line=line))


# -- checks ----------------------------------------------------------------------------------------------------------------


def _write_line(tx: Tx, order: int, pos: int, line: LineFacts, day: str, customer: int, history: bool) -> list[int]:
    """Write a line, or where its item is a kit on the day those of its parts, from a position on; returns their ids."""
    item, price, approved = priced(tx, line, day, customer, history)
    facts = {"pos": pos, "qty": line.qty, "price": price, "discount": line.discount}
    plain = {**facts, "item_id": item["id"], "amount": line_amount(line.qty, price, line.discount)}
    rows = [plain] if history else rows_of(tx, item["id"], day, **facts)  # what is past is written down as it was
    return [tx.insert(OrderLine, order_id=order, text=line.text, approved_by=approved, **row) for row in rows]


def priced(tx: Tx, line: LineFacts, day: str, customer: int, history: bool = False) -> tuple[dict[str, Any], int, str]:
    """The item (id, code) of a line, its price, and who approved it and when; below the floor only with a name.

    A price that is not given is the customer's in force on the day.
    """
    row = tx.row("SELECT id, code, decimals, merged_into_id FROM item WHERE id = :item AND void = 0", item=line.item)
    while row is not None and row[3] is not None:
        row = tx.row("SELECT id, code, decimals, merged_into_id FROM item WHERE id = :item", item=row[3])
    if row is None:
        raise Refusal("item", N_("There is no such item."))
    item = {"id": row[0], "code": row[1]}
    if line.qty % 10 ** (3 - row[2]):
        if row[2] == 0:
            raise Refusal("qty", N_("{item} is counted in whole units; {given} is not whole."), item=row[1], given=show_quantity(line.qty))
        raise Refusal(
            "qty",
            plural(row[2], N_("{item} is counted with at most {decimals} decimal; {given} has more."),
                   N_("{item} is counted with at most {decimals} decimals; {given} has more.")),
            item=row[1],
            decimals=row[2],
            given=show_quantity(line.qty),
        )
    price = price_in_force(tx, row[0], day, customer, line.qty)[0] if line.price is None else line.price
    if price is None:
        raise Refusal("price", N_("{item} has no list price on that day; type the price."), item=row[1])
    refuse_immense(line_amount(line.qty, price, line.discount))
    approved = line.approved_by if history else approval(line.approved_by)
    floor = price_of(tx, row[0], "floor", day) or 0
    if not history and price * (10000 - line.discount) < floor * 10000 and not line.approved_by:
        net = show_price(half_up(price * (10000 - line.discount), 10000))
        raise Refusal(
            "price", N_("{price} is below the floor {floor} of {item}; say who approved it."), price=net, floor=show_price(floor), item=row[1]
        )
    return item, price, approved


def approval(who: str) -> str:
    """Who approved a price, with the time it was told: now, where none was typed. Refusal for a time without a name."""
    if not who:
        return ""
    if not any(char.isalpha() for char in who):
        raise Refusal("approved_by", N_("“{text}” names nobody; write who approved the price, such as Zhang, phone 10:12."), text=who)
    return who if TIME.search(who) else f"{who} {days.now().astimezone(days.zone()):%H:%M}"


def review_names(tx: Tx, kind: str) -> list[str]:
    """The checks of a kind of order, in their order."""
    return [name for (name,) in tx.rows("SELECT name FROM review_rule WHERE kind = :kind ORDER BY pos", kind=kind)]


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


def _refuse_kind(kind: str) -> None:
    if kind not in KINDS:
        raise Refusal("kind", N_("“{kind}” is no kind of order; there are: {kinds}."), kind=kind, kinds=", ".join(_(word) for word in KINDS.values()))


def party_as(tx: Tx, party: int, role: str) -> dict[str, Any]:
    """The party, or what it was merged into: id, name, salesperson_id. Refusal on `role` (a key of ROLES) when it has not got that role."""
    sql = f"SELECT id, name, {role}, salesperson_id, merged_into_id FROM party WHERE id = :party AND void = 0"  # role is one of ROLES
    row = tx.row(sql, party=party)
    if row is None:
        raise Refusal(role, N_("There is no such party."))
    if row[4] is not None:
        return party_as(tx, row[4], role)
    if not row[2]:
        raise Refusal(role, ROLES[role], name=row[1])
    return {"id": row[0], "name": row[1], "salesperson_id": row[3]}


def _order(tx: Tx, order: int) -> dict[str, Any]:
    sql = (
        "SELECT o.id, o.no, iif(o.void, 'void', o.state), o.day, o.wanted, o.customer_id, c.name, o.kind"
        " FROM sales_order o JOIN party c ON c.id = o.customer_id WHERE o.id = :order"
    )
    row = tx.row(sql, order=order)
    if row is None:
        raise Refusal("order", N_("There is no such order."))
    return dict(zip(("id", "no", "state", "day", "wanted", "customer_id", "customer", "kind"), row, strict=True))


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


def _open_order(tx: Tx, order: int) -> dict[str, Any]:
    head = _order(tx, order)
    if head["state"] not in OPEN:
        raise Refusal("", N_("{no} is {state}; it cannot be changed any more."), no=head["no"], state=_(STATES[head["state"]]))
    return head


def _line(tx: Tx, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("id", "order_id", "pos", "item_id", "text", "qty", "price", "discount", "short_closed", "approved_by")
    row = tx.row(f"SELECT {', '.join(names)} FROM order_line WHERE id = :line", line=line)
    if row is None:
        raise Refusal("line", N_("There is no such order line."))
    return dict(zip(names, row, strict=True)), _open_order(tx, row[1])


def _reason(reason: str) -> str:
    text = clean(reason, field="reason")
    if not text:
        raise Refusal("reason", N_("Say why."))
    return text


def _refuse_early(day: str, wanted: str | None) -> None:
    if wanted and wanted < day:
        raise Refusal("wanted", N_("Wanted on {wanted} is before the order's own day {day}."), wanted=wanted, day=day)


def _refuse_negative(freight: int) -> None:
    if not 0 <= freight < 10**13:
        raise Refusal("freight", N_("Freight cannot be {freight}."), freight=show_money(freight))


def as_day(value: date | str | None, field: str) -> date | None:
    """A day given as a date or ISO text; None for none. Refusal for a text that is no day."""
    if value is None or value == "":
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise Refusal(field, N_("“{day}” is not a day."), day=str(value)) from None
