"""The part of an item's card that answers a call: price, stock, next arrival, what does instead; most asked first, on one screen."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.items import answers, queries
from deskbook.books.items.forms import PRICE_WORDS
from deskbook.books.parties.queries import party_name
from deskbook.core import days
from deskbook.core.days import show_day
from deskbook.core.money import show_percent, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.search import difference
from deskbook.core.store import Look
from deskbook.core.words import N_, _
from deskbook.ui.card import CardRow, CardSection, Said, Target, Value
from deskbook.ui.taker import Asked

FEW = 3
"""Others named on the card: those that do instead, and those easily taken for it."""


def pieces(qty: int, unit: str) -> Value:
    """A quantity (thousandths) with its unit; a field takes the number alone."""
    return Value(f"{show_quantity(qty)} {unit}".strip(), drop=show_quantity(qty), wrote=show_quantity)


def price(amount: int) -> Value:
    """A price (1/10,000)."""
    return Value(show_price(amount), wrote=show_price)


def on_day(day: str) -> Value:
    """A day, short; a field takes it whole."""
    return Value(show_day(day), drop=day, wrote=show_day)


def values(*given: Value | str) -> tuple[Value, ...]:
    """Those that say something."""
    made = (Value(each) if isinstance(each, str) else each for each in given)
    return tuple(value for value in made if value.text)


def answer(look: Look, item: int, facts: Mapping[str, Any], asked: Asked) -> list[CardSection]:
    """The sections on top. facts: those of queries.item_facts."""
    model = facts["model"] if facts["model"] != facts["code"] else ""
    rows: list[CardRow] = [("", values(Value(facts["code"], record=("items", item)), facts["name"], model, facts["category"]))]
    if facts["note"]:
        rows.append((N_("note"), facts["note"]))
    if facts["merged_into_id"] is not None:
        rows.append((N_("merged into"), queries.item_name(look, facts["merged_into_id"]), Target("items", row=facts["merged_into_id"])))
    elif facts["discontinued"]:
        rows.append(("", _(N_("discontinued"))))
    if asked.day is not None:
        facts = {**facts, **{f"{kind}_price": queries.price_of(look, item, kind, asked.day.isoformat()) for kind in PRICE_WORDS}}
    rows += [*_prices(look, item, facts), *_their_price(look, item, facts, asked)]
    rows += [*_this_party(look, item, facts, asked), *_last_sold(look, item, facts, asked)]
    free, why = answers.available(look, item)
    rows += [(N_("available"), values(pieces(free, facts["unit"]), why)), *_coming(look, item, facts), *_others(look, item, facts)]
    return [CardSection("", rows)]


def _prices(look: Look, item: int, facts: Mapping[str, Any]) -> list[CardRow]:
    now = {kind: facts[f"{kind}_price"] for kind in PRICE_WORDS}
    rows: list[CardRow] = [(label, values(price(now[kind]))) for kind, label in PRICE_WORDS.items() if now[kind] is not None]
    changed = [(kind, since, each) for kind, since, each in queries.prices_of(look, item) if each != now[kind]]
    for kind, since, each in changed[:2]:
        rows.append((PRICE_WORDS[kind], values(price(each), Value(_(N_("from {day}"), day=show_day(since)), drop=since))))
    return rows or [(N_("list price"), _(N_("no price yet")))]


def _their_price(look: Look, item: int, facts: Mapping[str, Any], asked: Asked) -> list[CardRow]:
    """What is agreed with the customer, or by the list it buys from; nothing where the list price holds."""
    if asked.party is None:
        return []
    day = asked.day or days.today()
    now, why = queries.price_in_force(look, item, day, asked.party)
    rows: list[CardRow] = []
    if now is not None and (now, why) != queries.price_in_force(look, item, day):
        rows.append((N_("their price"), values(price(now), why)))
    for least, less in answers.breaks(look, item, asked.party, day.isoformat())[:FEW]:
        at = Value(_(N_("from {qty} on"), qty=pieces(least, facts["unit"]).text), drop=show_quantity(least))
        rows.append((N_("their price") if not rows else "", values(price(less), at)))
    return rows


def _line(facts: Mapping[str, Any], sale: answers.Sold | answers.Bought) -> tuple[Value, ...]:
    discount = getattr(sale, "discount", 0)
    less = _(N_("less {percent}"), percent=show_percent(discount)) if discount else ""
    return values(price(sale.price), Value(less, drop=show_percent(discount)), on_day(sale.day), pieces(sale.qty, facts["unit"]))


def _this_party(look: Look, item: int, facts: Mapping[str, Any], asked: Asked) -> list[CardRow]:
    """What the party that the form is about paid last, or asked for it where it is a supplier."""
    if asked.party is None:
        return []
    who = Value(party_name(look, asked.party), target=Target("parties", row=asked.party))
    rows: list[CardRow] = []
    if sale := answers.sold(look, item, asked.party):
        rows.append((N_("last to them"), (*_line(facts, sale), Value(sale.no, target=Target("orders", row=sale.order)), who)))
    if buy := answers.bought(look, item, asked.party):
        rows.append((N_("last from them"), (*_line(facts, buy), Value(buy.no, target=Target("purchases", row=buy.purchase)), who)))
    supplies = look.value("SELECT supplier AND NOT customer FROM party WHERE id = :party", party=asked.party)
    return rows or [(N_("last from them") if supplies else N_("last to them"), (Value(_(N_("never yet"))), who))]


def _last_sold(look: Look, item: int, facts: Mapping[str, Any], asked: Asked) -> list[CardRow]:
    sale = answers.sold(look, item)
    if sale is None or sale.customer_id == asked.party:
        return []
    who = Value(sale.customer, target=Target("parties", row=sale.customer_id))
    return [(N_("last sold"), (*_line(facts, sale), Value(sale.no, target=Target("orders", row=sale.order)), who))]


def _coming(look: Look, item: int, facts: Mapping[str, Any]) -> list[CardRow]:
    rows: list[CardRow] = []
    for n, more in enumerate(answers.coming(look, item)):
        day = Value(_(N_("no day promised"))) if more.day is None else on_day(more.day)
        late = _(N_("overdue", "goods")) if more.late else ""
        said: Said = values(day, late, pieces(more.qty, facts["unit"]), Value(more.supplier, target=Target("parties", row=more.supplier_id)),
                            Value(more.no, target=Target("purchases", row=more.purchase)))
        rows.append((N_("next arrival") if n == 0 else "", said))
    return rows or [(N_("next arrival"), _(N_("nothing on order")))]


def _others(look: Look, item: int, facts: Mapping[str, Any]) -> list[CardRow]:
    rows: list[CardRow] = []
    for n, other in enumerate(answers.instead(look, item, limit=FEW)):
        cost = "" if other.price is None else price(other.price)
        stock = Value(_(N_("{qty} available"), qty=f"{show_quantity(other.available)} {other.unit}".strip()), drop=show_quantity(other.available))
        code = Value(other.code, target=Target("items", row=other.item))
        rows.append((N_("instead") if n == 0 else "", values(code, cost, stock, other.name, other.note)))
    for n, (row, near, name) in enumerate(queries.confusable(look, facts["code"], item, limit=FEW)):
        said = values(Value(near, target=Target("items", row=row)), name, difference(facts["code"], near))
        rows.append((N_("easily taken for") if n == 0 else "", said))
    return rows
