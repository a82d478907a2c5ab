"""What is given to the commands of an order, judged: its parties, days, prices and reasons; the order or the line that is to be changed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from deskbook.books.items.queries import price_found
from deskbook.books.orders.listings import KINDS, STATES
from deskbook.books.orders.tables import LineFacts
from deskbook.core import days
from deskbook.core.days import show_day
from deskbook.core.money import line_amount, refuse_immense, show_money, show_price
from deskbook.core.numbers import half_up
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed, plural

OPEN = ("draft", "review", "confirmed", "hold")
TIME = re.compile(r"\d{1,2}[:：.时点h]\d{2}|(?<!\d)\d{4}(?!\d)")
"""How a time of day is written: 10:12, 10.12, 1012."""
ROLES = {
    "customer": N_("{name} is not a customer."),
    "salesperson": N_("{name} is not one of our salespeople."),
    "carrier": N_("{name} is not a carrier."),
}


def committed(tx: Tx, line: int) -> int:
    """What of a line has left or stands on a shipment that is being made, in 1/1,000."""
    sql = (
        "SELECT coalesce(sum(sl.qty), 0) FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id"
        " WHERE sl.order_line_id = :line AND s.state <> 'cancelled' AND s.void = 0"
    )
    return int(tx.value(sql, line=line))


def priced(tx: Tx, line: LineFacts, day: str, customer: int, history: bool = False) -> tuple[dict[str, Any], int, str]:
    """The item (id, code) of a line, its price, and who approved it and when; below the floor only with a name.

    A price that is not given is the customer's in force on the day.
    """
    sql = (
        "SELECT id, code, decimals, merged_into_id, (SELECT price FROM item_price WHERE item_id = item.id AND kind = 'floor' AND since <= :day"
        " ORDER BY since DESC LIMIT 1) FROM item WHERE id = :item"
    )
    row = tx.row(f"{sql} AND void = 0", item=line.item, day=day)
    while row is not None and row[3] is not None:
        row = tx.row(sql, item=row[3], day=day)
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
    price = price_found(tx, row[0], day, customer, line.qty)[0] if line.price is None else line.price
    if price is None:
        raise Refusal("price", N_("{item} has no list price on that day; type the price."), item=row[1])
    refuse_immense(line_amount(line.qty, price, line.discount))
    approved = line.approved_by if history else approval(line.approved_by)
    floor = row[4] or 0
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


def refuse_kind(kind: str) -> None:
    """Refuse what is none of KINDS."""
    if kind not in KINDS:
        raise Refusal("kind", N_("“{kind}” is no kind of order; there are: {kinds}."), kind=kind, kinds=listed(_(word) for word in KINDS.values()))


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


def order_of(tx: Tx, order: int) -> dict[str, Any]:
    """id, no, state (void for one taken back), day, wanted, customer_id, customer and kind of an order. Refusal where there is none."""
    sql = (
        "SELECT o.id, o.no, iif(o.void, 'void', o.state), o.day, o.wanted, o.customer_id, c.name, o.kind"
        " FROM sales_order o JOIN party c ON c.id = o.customer_id WHERE o.id = :order"
    )
    row = tx.row(sql, order=order)
    if row is None:
        raise Refusal("order", N_("There is no such order."))
    return dict(zip(("id", "no", "state", "day", "wanted", "customer_id", "customer", "kind"), row, strict=True))


def open_order(tx: Tx, order: int) -> dict[str, Any]:
    """The same of an order that can still be changed. Refusal for any other."""
    head = order_of(tx, order)
    if head["state"] not in OPEN:
        raise Refusal("", N_("{no} is {state}; it cannot be changed any more."), no=head["no"], state=_(STATES[head["state"]]))
    return head


def line_of(tx: Tx, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts of a line as the table has them, and its order, which is open. Refusal where there is none."""
    names = ("id", "order_id", "pos", "item_id", "text", "qty", "price", "discount", "short_closed", "approved_by")
    row = tx.row(f"SELECT {', '.join(names)} FROM order_line WHERE id = :line", line=line)
    if row is None:
        raise Refusal("line", N_("There is no such order line."))
    return dict(zip(names, row, strict=True)), open_order(tx, row[1])


def reason_of(reason: str) -> str:
    """Why, in words. Refusal where nothing is said."""
    text = clean(reason, field="reason")
    if not text:
        raise Refusal("reason", N_("Say why."))
    return text


def refuse_early(day: str, wanted: str | None) -> None:
    """Refuse a day wanted before the order's own; both ISO."""
    if wanted and wanted < day:
        raise Refusal("wanted", N_("Wanted on {wanted} is before the order's own day {day}."), wanted=wanted, day=day)


def refuse_to_come(day: date, today: date) -> None:
    """Refuse a paper's own day that is still to come."""
    if day > today:
        raise Refusal("day", N_("{day} has not come yet."), day=show_day(day))


def refuse_negative(freight: int) -> None:
    """Refuse a freight that is none; cents."""
    if not 0 <= freight < 10**13:
        raise Refusal("freight", N_("Freight cannot be {freight}."), freight=show_money(freight))
