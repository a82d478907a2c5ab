"""The form of an order, for this book's screen and for the books after it."""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from deskbook.books.items.forms import ITEM
from deskbook.books.items.kits import discontinued_in
from deskbook.books.items.queries import near_words, price_in_force, price_of
from deskbook.books.orders import queries
from deskbook.books.orders.listings import KINDS, SHORT_REASONS
from deskbook.books.parties.forms import CARRIER, CUSTOMER, SALESPERSON
from deskbook.core import days
from deskbook.core.days import echo_day, long_ago, read_day, show_day
from deskbook.core.money import line_amount, read_money, read_percent, read_price, show_money, show_percent, show_price
from deskbook.core.quantity import read_quantity, show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen, Lines
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

HEAD = ("customer", "wanted", "salesperson", "their_no", "carrier", "ship_to", "note", "channel", "day")
"""Facts of the header that the form and the command call alike."""


def read_pieces(text: str) -> int:
    """A quantity in thousandths; whether the unit takes its decimals is the command's to say. Raises Refusal."""
    return read_quantity(text, decimals=3, field="qty")


def _customer(values: Values, look: Look) -> str:
    """What must be known before an order is taken: the caution, what is owed and may be, then the phone."""
    sql = (
        "SELECT p.caution, (SELECT phone FROM v_party WHERE id = p.id)"
        " FROM party p WHERE p.id = :id"
    )
    row = look.row(sql, id=values["customer"])
    return "  ".join(filter(None, (f"! {row[0]}" if row[0] else "", queries.said_credit(look, values["customer"]), row[1]))) if row else ""


def _not_blocked(customer: int, look: Look) -> None:
    """Refusal where no order is taken from the customer."""
    queries.refuse_blocked(look, customer, ("all",), "customer")


def _item(values: Values, look: Look) -> str:
    """What can be sold of the item, and what it is easily taken for."""
    if not values.get("item"):
        return ""
    return "   ".join(filter(None, (queries.available(look, values["item"]), near_words(look, values["item"]))))


def _price(values: Values, look: Look) -> str:
    """What this customer paid the last time, which price holds, and the floor."""
    if not values.get("item"):
        return ""
    day, customer = values.get("day") or days.today(), values.get("customer")
    last = queries.last_price(look, values["item"], customer) if customer else None
    said = _(N_("last {price} on {day}"), price=show_price(last[0]), day=show_day(last[1])) if last else ""
    price, why = price_in_force(look, values["item"], day, customer, values.get("qty"))
    floor = _floor(values, look)
    least = _(N_("floor {price}"), price=show_price(floor)) if floor else ""
    return "   ".join(filter(None, (said, f"{why} {show_price(price)}" if price is not None else "", least)))


def _floor(values: Values, look: Look) -> int:
    """The floor of a line's item on the order's day; 0 where it has none."""
    day = values.get("day") or days.today()
    return (price_of(look, values["item"], "floor", day.isoformat()) or 0) if values.get("item") else 0


def _asks(values: Values, look: Look) -> Sequence[str]:
    """Who approved it, of a price below the floor."""
    price = values.get("price")
    below = price is not None and price * (10000 - (values.get("discount") or 0)) < _floor(values, look) * 10000
    return ("approved_by",) if below else ()


def _amount(line: Values) -> int | None:
    if line.get("qty") is None or line.get("price") is None:
        return None
    return line_amount(line["qty"], line["price"], line.get("discount") or 0)


def _discount(discount: int) -> str:
    return show_percent(discount) if discount else ""


def _extra(line: Values, _look: Look) -> str:
    amount = _amount(line)
    return "" if amount is None else show_money(amount)


def _void(before: Values, line: Values) -> Sequence[str]:
    """Who agreed to the old price did not agree to a lower one, to it for more, or to another item's."""
    old, new = ((values.get("price") or 0) * (10000 - (values.get("discount") or 0)) for values in (before, line))
    more = (line.get("qty") or 0) > (before.get("qty") or 0)
    return ("approved_by",) if new < old or more or line.get("item") != before.get("item") else ()


def _total(lines: Sequence[Values], _look: Look) -> str:
    return _(N_("total {sum}"), sum=show_money(sum(_amount(line) or 0 for line in lines)))


def _price_now(line: Values, header: Values, look: Look) -> Mapping[str, str]:
    if not line.get("item"):
        return {}
    price, _why = price_in_force(look, line["item"], header.get("day") or days.today(), header.get("customer"), line.get("qty"))
    return {} if price is None else {"price": show_price(price)}


def _warn(values: dict[str, Any], look: Look, order: int | None = None) -> list[str]:
    """The same item on two lines may be meant, and may be a slip; so may more than the customer may owe, and what is discontinued.

    order: the one that is changed.
    """
    old = {line.item for line in queries.as_sold(queries.lines_of(look, order))} if order is not None else set()
    return [*twice(values, look), *ending(values, look, old), *_over(values, look, order)]


def twice(values: dict[str, Any], look: Look) -> list[str]:
    """The items that are on more than one line."""
    items = [line["item"] for line in values["lines"]]
    many = {item for item in items if items.count(item) > 1}
    return [_(N_("{item} is on {count} lines."), item=ITEM.show(look, item), count=items.count(item)) for item in sorted(many)]


def ending(values: dict[str, Any], look: Look, but: Collection[int] = ()) -> list[str]:
    """What is discontinued, by itself or in a kit, with what is still free of it; but: items of which it was said before."""
    day = (values.get("day") or days.today()).isoformat()
    found: dict[str, None] = {}
    for item in (line["item"] for line in values["lines"] if line["item"] not in but):
        for code, kit, free in discontinued_in(look, item, day):
            words = N_("{item} in the kit {kit} is discontinued; {free} are free.") if kit else N_("{item} is discontinued; {free} are free.")
            found[_(words, item=code, kit=kit, free=show_quantity(free))] = None
    return list(found)


def _over(values: dict[str, Any], look: Look, order: int | None) -> list[str]:
    credit = queries.credit_of(look, values["customer"])
    worth = sum(_amount(line) or 0 for line in values["lines"]) + (values["freight"] or 0)
    if order is not None:
        if worth <= queries.worth_of(look, order):  # no more than was promised
            return []
        worth -= queries.billed_of(look, order)  # that is owed already
    over = credit.over(worth)
    if over <= 0:
        return []
    words = N_("With this order {customer} owes {amount}, {over} over the limit of {limit}.")
    facts = {"amount": show_money(credit.owes + worth), "over": show_money(over), "limit": show_money(credit.limit or 0)}
    return [_(words, customer=CUSTOMER.show(look, values["customer"]), **facts)]


def _command_line(line: dict[str, Any]) -> dict[str, Any]:
    return {"item": line["item"], "qty": line["qty"], "price": line["price"], "discount": line["discount"] or 0, "approved_by": line["approved_by"]}


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in HEAD} | {"freight": values["freight"] or 0, "kind": values["kind"] or "sale"}


def _take(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.orders.commands import take_order

    lines = [_command_line(line) for line in values["lines"]]
    return store.run(take_order, key=key, **_facts(values), state=values["state"] or "confirmed", lines=lines)


LINES = Lines(
    name="lines",
    label=N_("Items"),
    fields=(
        Field(name="item", label=N_("item"), finder=ITEM, required=True, grows=True, echo=_item),
        Field(name="qty", label=N_("quantity"), read=read_pieces, write=show_quantity, required=True, right=True, width=9, echo=_item),
        Field(name="price", label=N_("price"), read=partial(read_price, field="price"), write=show_price, required=True, right=True, width=11,
              echo=_price),
        Field(name="discount", label=N_("less"), read=partial(read_percent, field="discount"), write=_discount, right=True, width=5, quick=False,
              help=N_("discount in percent; or type the price as 355-10%")),
        Field(name="approved_by", label=N_("approved"), width=9, quick=False,
              help=N_("who agreed to the price, and when: Zhang, phone 10:12; a price below the floor needs it")),
    ),
    extra=_extra,
    extra_label=N_("amount"),
    extra_width=12,
    total=_total,
    defaults=_price_now,
    void=_void,
    asks=_asks,
)
ORDER_FORM = Form(
    name="order",
    title=N_("New order"),
    fields=(
        Field(name="customer", label=N_("customer"), finder=CUSTOMER, required=True, echo=_customer, judge=_not_blocked),
        Field(name="wanted", label=N_("wanted"), read=partial(read_day, lean="future", field="wanted"), write=echo_day, quick=False, width=16),
        Field(name="salesperson", label=N_("salesperson"), finder=SALESPERSON, quick=False, help=N_("empty: who looks after the customer")),
        Field(name="their_no", label=N_("their number"), quick=False, width=20),
        Field(name="carrier", label=N_("carrier"), finder=CARRIER, quick=False, help=N_("empty: as the last time")),
        Field(name="ship_to", label=N_("ship to"), quick=False, width=44),
        Field(name="note", label=N_("note"), quick=False, width=44),
        Field(name="freight", label=N_("freight"), read=partial(read_money, field="freight"), write=show_money, quick=False, width=12, foot=True),
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", required=True, quick=False, width=16, foot=True),
        Field(name="state", label=N_("state"), choices=(("confirmed", N_("confirmed")), ("draft", N_("draft")), ("review", N_("in review"))),
              start="confirmed", quick=False, width=12, foot=True),
        Field(name="kind", label=N_("kind"), choices=tuple(KINDS.items()), start="sale", quick=False, width=16, foot=True,
              help=N_("which checks it must pass before it is confirmed")),
        Field(name="channel", label=N_("channel"), quick=False, width=20, foot=True, help=N_("phone, shop, mall …: for the reports")),
    ),
    lines=LINES,
    save=_take,
    check=_warn,
    done=lambda _values, _result: _(N_("Order taken.")),
)


def new_order(given: Mapping[str, Any] | None = None) -> FormScreen:
    """The form of a new order; given: what its fields start with."""
    said: list[str] = []

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        order = _take(store, values, key)
        said[:] = [store.sentence(store.position[0])]  # the number is given by the command
        return order

    return FormScreen(replace(ORDER_FORM, save=save, done=lambda _values, _result: said[0]), given)


def _fill(look: Look, order: int) -> tuple[queries.Head, dict[str, Any]]:
    head = queries.head(look, order)
    if head is None:
        raise Refusal("", N_("There is no such order."))
    fill: dict[str, Any] = {
        "customer": head.customer, "salesperson": head.salesperson, "carrier": head.carrier, "their_no": head.their_no, "ship_to": head.ship_to,
        "note": head.note, "freight": head.freight or None, "kind": head.kind, "channel": head.channel,
        "lines": [
            {"item": line.item, "qty": line.qty, "price": line.price, "discount": line.discount, "approved_by": line.approved_by}
            for line in queries.as_sold(queries.lines_of(look, order))
        ],
    }
    return head, fill


def copy_order(look: Look, order: int) -> FormScreen:
    """The form of a new order for the same customer with the same lines, at their prices."""
    _head, fill = _fill(look, order)
    sold = queries.as_sold(queries.lines_of(look, order))
    fill["lines"] = [given for given, line in zip(fill["lines"], sold, strict=True) if line.again is None]  # what was sent again was for nothing
    return new_order({name: value for name, value in fill.items() if name not in ("their_no", "freight")})


def edit_order(look: Look, order: int) -> FormScreen:
    """The form of an open order as it is. Its lines are matched to the old ones by item, so that what was sent of them stays with them."""
    head, fill = _fill(look, order)
    fill |= {"day": date.fromisoformat(head.day), "wanted": date.fromisoformat(head.wanted) if head.wanted else None}
    old = queries.as_sold(queries.lines_of(look, order))

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.orders.commands import rewrite_order

        lines = matched(old, [_command_line(line) for line in values["lines"]])
        return int(store.run(rewrite_order, key=key, order=order, **_facts(values), lines=lines))

    fields = tuple(field for field in ORDER_FORM.fields if field.name != "state")
    title = _(N_("Order {no}"), no=head.no)
    done = _(N_("{no} changed."), no=head.no)
    return FormScreen(replace(ORDER_FORM, title=title, fields=fields, row=order, save=save, check=partial(_warn, order=order),
                              done=lambda _values, _result: done), fill)


class Written(Protocol):
    """What a line of an order or a quote is known again by."""

    @property
    def id(self) -> int: ...
    @property
    def item(self) -> int: ...
    @property
    def qty(self) -> int: ...
    @property
    def price(self) -> int: ...
    @property
    def text(self) -> str: ...


def matched(old: Sequence[Written], lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line with the id (`line`) and customer's word of the old line it is: the one of the same item, those left as they were first."""
    free = list(old)
    found: dict[int, Written] = {}
    for same in (("item", "qty", "price"), ("item", "price"), ("item",)):
        for at, line in enumerate(lines):
            hit = next((row for row in free if at not in found and all(getattr(row, name) == line[name] for name in same)), None)
            if hit is not None:
                found[at] = hit
                free.remove(hit)
    return [line | ({"line": found[at].id, "text": found[at].text} if at in found else {}) for at, line in enumerate(lines)]


# -- a line closed short ---------------------------------------------------------------------------------------------------


def short_close_form(look: Look, order: int) -> FormScreen:
    """Which line of an order will not be sent, how much of it, and why."""
    head = queries.head(look, order)
    still = [line for line in queries.lines_of(look, order) if line.open]
    if head is None or not still:
        raise Refusal("", N_("Nothing of it is open."))

    def words(line: queries.LineRow) -> str:
        return f"{line.pos}  {line.code}  {line.name}"

    def search(_look: Look, typed: str) -> list[Found]:
        return [Found(line.id, words(line), show_quantity(line.open), str(line.pos)) for line in still if typed.casefold() in words(line).casefold()]

    def show(_look: Look, row: int) -> str:
        return next((words(line) for line in still if line.id == row), "")

    def opened(values: Values, _look: Look) -> str:
        return next((_(N_("{qty} open"), qty=show_quantity(line.open)) for line in still if line.id == values["line"]), "")

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.orders.commands import short_close

        return store.run(short_close, key=key, **values)

    form = Form(
        name="short_close",
        title=_(N_("{no}: what will not be sent"), no=head.no),
        fields=(
            Field(name="line", label=N_("line"), finder=Finder(N_("line"), search=search, show=show), required=True, width=40, echo=opened),
            Field(name="reason", label=N_("reason"), choices=tuple(SHORT_REASONS.items()), start="no stock", required=True, width=32),
            Field(name="qty", label=N_("quantity"), read=read_pieces, write=show_quantity, quick=False, width=12, help=N_("empty: all that is open")),
        ),
        save=save,
        done=lambda _values, _result: _(N_("Closed short.")),
    )
    return FormScreen(form, {"line": still[0].id} if len(still) == 1 else None)
