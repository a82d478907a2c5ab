"""Forms of purchases: order, receive, a new promise, what will not come."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items.forms import ITEM
from deskbook.books.parties.forms import SUPPLIER
from deskbook.books.parties.queries import phone_of
from deskbook.books.purchases import queries
from deskbook.books.stock.forms import SHELF, read_qty
from deskbook.books.stock.queries import place_of
from deskbook.core.days import echo_day, long_ago, read_day, show_day
from deskbook.core.money import line_amount, read_price, show_money, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.words import N_, _, plural
from deskbook.ui.form import Field, Form, FormScreen, Lines
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def read_coming(text: str) -> date:
    """A day that is still to come. Raises Refusal."""
    return read_day(text, lean="future")


def _phone(values: Mapping[str, Any], look: Look) -> str:
    return phone_of(look, values.get("supplier"))


def _amount(line: Mapping[str, Any], _look: Look) -> str:
    return show_money(line_amount(line["qty"], line["price"])) if line.get("qty") is not None and line.get("price") is not None else ""


def _total(lines: Sequence[Mapping[str, Any]], _look: Look) -> str:
    priced = [line for line in lines if line.get("qty") is not None and line.get("price") is not None]
    return _(N_("sum {total}"), total=show_money(sum(line_amount(line["qty"], line["price"]) for line in priced)))


def _line_defaults(line: Mapping[str, Any], head: Mapping[str, Any], look: Look) -> dict[str, str]:
    if not line.get("item") or not head.get("supplier"):
        return {}
    price = queries.last_price(look, line["item"], head["supplier"])
    return {"price": show_price(price)} if price else {}


def _order(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.purchases.commands import order_goods

    promised = values.pop("promised")
    lines = [line | {"price": line["price"] or 0, "promised": promised} for line in values.pop("lines")]
    return store.run(order_goods, key=key, lines=lines, **values)


PURCHASE_FORM = Form(
    name="purchase",
    title=N_("New purchase"),
    fields=(
        Field(name="supplier", label=N_("supplier"), finder=SUPPLIER, required=True, keep=True, echo=_phone),
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", quick=False, keep=True),
        Field(name="promised", label=N_("promised for"), read=read_coming, write=echo_day, quick=False,
              help=N_("The day the supplier named for all of it; empty when it named none.")),
        Field(name="their_no", label=N_("their number"), quick=False, foot=True),
        Field(name="note", label=N_("note"), quick=False, foot=True),
    ),
    lines=Lines(
        name="lines",
        label=N_("Goods"),
        fields=(
            Field(name="item", label=N_("item"), finder=ITEM, required=True),
            Field(name="qty", label=N_("quantity"), read=read_qty, write=show_quantity, required=True, right=True, width=10),
            Field(name="price", label=N_("price"), read=read_price, write=show_price, right=True, width=12),
        ),
        extra=_amount,
        extra_label=N_("amount"),
        total=_total,
        defaults=_line_defaults,
    ),
    save=_order,
    done=lambda _values, _result: _(N_("Ordered.")),
)


def draft_fill(supplier: int, lines: Sequence[queries.Draft]) -> dict[str, Any]:
    """What low stock proposes, as the form of a purchase takes it."""
    return {"supplier": supplier, "lines": [{"item": line.item, "qty": line.qty, "price": line.price or None} for line in lines]}


# -- of one purchase -------------------------------------------------------------------------------------------------------


def _open_lines(look: Look, purchase: int) -> list[queries.PurchaseLineRow]:
    return [line for line in queries.lines_of(look, purchase) if line.open > 0]


def _line_finder(purchase: int) -> Finder:
    """A lookup among the open lines of one purchase."""

    def search(look: Look, typed: str) -> list[Found]:
        words = typed.casefold().split()
        lines = [(line, f"{line.code} {line.name}") for line in _open_lines(look, purchase)]
        return [Found(line.id, text, _open_words(line), line.code) for line, text in lines if all(word in text.casefold() for word in words)]

    def show(look: Look, row: int) -> str:
        return next((f"{line.code} {line.name}" for line in queries.lines_of(look, purchase) if line.id == row), "")

    return Finder(N_("line"), search=search, show=show)


def _open_words(line: queries.PurchaseLineRow) -> str:
    return _(N_("{qty} open"), qty=show_quantity(line.open))


def receive_form(look: Look, purchase: int) -> FormScreen:
    """Take in goods: a line for each that is open, filled with what is open; change what came otherwise."""
    head = queries.head(look, purchase)
    said: list[str] = []

    def still_open(line: Mapping[str, Any], look: Look) -> str:
        return next((show_quantity(row.open) for row in queries.lines_of(look, purchase) if row.id == line.get("line")), "")

    def over(values: Mapping[str, Any], look: Look) -> list[str]:
        still = {line.id: line for line in queries.lines_of(look, purchase)}
        came = [(still[line["line"]], (line["accepted"] or 0) + (line["quarantined"] or 0)) for line in values["lines"]]
        words = N_("{item}: {came} came, {open} were open; save again when they stay.")
        more = [(line, qty, max(line.open, 0)) for line, qty in came if qty > max(line.open, 0)]
        return [_(words, item=line.code, came=show_quantity(qty), open=show_quantity(was)) for line, qty, was in more]

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.purchases.commands import receive_goods

        result = store.run(receive_goods, key=key, purchase=purchase, over=bool(over(values, store.look)), **values)
        said[:] = [store.sentence(store.position[0])]
        return result

    form = Form(
        name="receipt",
        row=purchase,
        title=_(N_("{no}: goods from {supplier}"), no=head.no if head else "", supplier=head.supplier if head else ""),
        fields=(
            Field(name="place", label=N_("to"), finder=SHELF, required=True, quick=False),
            Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", quick=False),
        ),
        lines=Lines(
            name="lines",
            label=N_("Came"),
            fields=(
                Field(name="line", label=N_("item"), finder=_line_finder(purchase), required=True),
                Field(name="accepted", label=N_("good"), read=read_qty, write=show_quantity, right=True, width=9),
                Field(name="quarantined", label=N_("bad"), read=read_qty, write=show_quantity, right=True, width=7, help=N_("Goes to quarantine.")),
                Field(name="short_reason", label=N_("rest does not come"), width=16,
                      help=N_("Why what is still open will not come; empty: it will.")),
            ),
            extra=still_open,
            extra_label=N_("open", "to come"),
            extra_width=9,
        ),
        save=save,
        check=over,
        done=lambda _values, _result: said[0],
    )
    lines = [{"line": line.id, "accepted": line.open} for line in _open_lines(look, purchase)]
    return FormScreen(form, {"place": place_of(look, "shelf"), "lines": lines})


def promise_form(look: Look, purchase: int, line: int | None = None) -> FormScreen:
    """Another day the supplier named, for one line or (left empty) all that are open."""
    head, lines = queries.head(look, purchase), _open_lines(look, purchase)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.purchases.commands import promise_lines

        chosen = values.pop("line")
        each = [chosen] if chosen is not None else [line.id for line in _open_lines(store.look, purchase)]
        store.run(promise_lines, key=key, lines=each, **values)
        return purchase

    form = Form(
        name="promise",
        row=purchase,
        title=_(N_("{no}: {supplier} promises"), no=head.no if head else "", supplier=head.supplier if head else ""),
        fields=(
            Field(name="promised", label=N_("promised for"), read=read_coming, write=echo_day, required=True, echo=partial(_later, lines, line)),
            Field(name="said_by", label=N_("said by")),
            Field(name="line", label=N_("item"), finder=_line_finder(purchase), quick=False, help=N_("Empty: all that is open.")),
        ),
        save=save,
    )
    return FormScreen(form, {} if line is None else {"line": line})


def _later(lines: Sequence[queries.PurchaseLineRow], line: int | None, values: Mapping[str, Any], _look: Look) -> str:
    """The day in full, and how much later it is than what was promised before."""
    day = values.get("promised")
    if day is None:
        return ""
    before = sorted(row.promised for row in lines if row.promised and row.id == (values.get("line") or line or row.id))
    days = (day - date.fromisoformat(before[-1])).days if before else 0
    if days == 0:
        return echo_day(day)
    if days > 0:
        words = plural(days, N_("{day}, {count} day later than {before}"), N_("{day}, {count} days later than {before}"))
    else:
        words = plural(-days, N_("{day}, {count} day sooner than {before}"), N_("{day}, {count} days sooner than {before}"))
    return _(words, day=echo_day(day), count=abs(days), before=show_day(before[-1]))


def short_form(look: Look, purchase: int, line: int | None = None) -> FormScreen:
    """What is open of a line will not come, and why."""
    head, lines = queries.head(look, purchase), _open_lines(look, purchase)
    only = line if line is not None else lines[0].id if len(lines) == 1 else None

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.purchases.commands import close_short

        store.run(close_short, key=key, **values)
        return purchase

    form = Form(
        name="short",
        row=purchase,
        title=_(N_("{no}: what does not come"), no=head.no if head else ""),
        fields=(
            Field(name="line", label=N_("item"), finder=_line_finder(purchase), required=True, quick=only is None),
            Field(name="reason", label=N_("why"), required=True),
        ),
        save=save,
        done=lambda _values, _result: _(N_("Closed short.")),
    )
    return FormScreen(form, {} if only is None else {"line": only})


def change_form(look: Look, purchase: int) -> FormScreen:
    """The supplier's own number, and the note."""
    head = queries.head(look, purchase)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.purchases.commands import change_purchase

        return store.run(change_purchase, key=key, purchase=purchase, **values)

    fields = (Field(name="their_no", label=N_("their number")), Field(name="note", label=N_("note")))
    form = Form(name="purchase", row=purchase, title=_(N_("{no}: change"), no=head.no if head else ""), fields=fields, save=save)
    return FormScreen(form, {"their_no": head.their_no, "note": head.note} if head else {})
