"""Write price lists, and the prices of one customer or one list."""
from __future__ import annotations

from datetime import date
from typing import Any

from deskbook.books.items.commands import standing
from deskbook.books.items.tables import PriceList, PriceListFacts, SpecialFacts, SpecialPrice
from deskbook.core.days import show_day
from deskbook.core.money import show_price
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, plural


def add_price_list(tx: Tx, *, code: str, name: str, note: str = "") -> int:
    """Add a price list; returns its id. Refusal when the code is taken."""
    facts = _list_facts(tx, None, code=code, name=name, note=note)
    row = tx.insert(PriceList, **facts, find=find_text(facts["code"], facts["name"]))
    tx.says(N_("added the price list {code}"), code=facts["code"])
    return row


def change_price_list(tx: Tx, *, price_list: int, **facts: Any) -> None:
    """Change code, name or note of a price list; those not named stay."""
    row = tx.row("SELECT code, name, note FROM price_list WHERE id = :id", id=price_list)
    if row is None:
        raise Refusal("price_list", N_("There is no such price list."))
    now = _list_facts(tx, price_list, **(dict(zip(("code", "name", "note"), row, strict=True)) | facts))
    tx.update(PriceList, price_list, **now, find=find_text(now["code"], now["name"]))
    tx.says(N_("changed the price list {code}"), code=now["code"])


def set_special_price(
    tx: Tx,
    *,
    item: int,
    price: int,
    customer: int | None = None,
    price_list: int | None = None,
    since: date | str | None = None,
    until: date | str | None = None,
    least: int = 0,
    note: str = "",
) -> int:
    """Set what one customer, or the customers of one list, pay for an item; returns the price's id.

    price in 1/10,000 of the currency; from `since` (today) to `until` (open), from `least` thousandths of the unit on. What was set before for the
    same day and quantity is written over; an older price stays in force until this one begins, and again after this one ends.
    """
    goods = standing(tx, item)
    if (customer is None) == (price_list is None):
        raise Refusal("customer", N_("A special price is one customer's or one list's: name the one or the other."))
    whose = _customer(tx, customer) if customer is not None else tx.value("SELECT code FROM price_list WHERE id = :id", id=price_list)
    if whose is None:
        raise Refusal("price_list", N_("There is no such price list."))
    party, who = whose if isinstance(whose, tuple) else (None, whose)
    begin, end = _day(since, "since") or tx.today.isoformat(), _day(until, "until")
    if end is not None and end < begin:
        words = N_("The price would end on {until}, before it begins on {since}.")
        raise Refusal("until", words, until=show_day(end), since=show_day(begin))
    if least % 10 ** (3 - goods["decimals"]):
        one = N_("{item} is counted with {decimals} decimal; the least quantity has more.")
        many = N_("{item} is counted with {decimals} decimals; the least quantity has more.")
        raise Refusal("least", plural(goods["decimals"], one, many), item=goods["code"], decimals=goods["decimals"])
    facts = SpecialFacts.of(
        party_id=party, price_list_id=price_list, item_id=item, since=begin, until=end, least=least, price=price, note=clean(note, field="note")
    ).model_dump()
    same = (
        "SELECT id FROM special_price WHERE party_id IS :party_id AND price_list_id IS :price_list_id AND item_id = :item_id"
        " AND since = :since AND least = :least"
    )
    row = tx.value(same, **{name: facts[name] for name in ("party_id", "price_list_id", "item_id", "since", "least")})
    if row is None:
        row = tx.insert(SpecialPrice, **facts)
    else:
        tx.update(SpecialPrice, row, until=end, price=price, note=facts["note"])
    tx.says(N_("{code} for {who} from {day}: {price}"), code=goods["code"], who=who, day=begin, price=show_price(price))
    return int(row)


def drop_special_price(tx: Tx, *, price: int) -> None:
    """Delete a special price, as if it had never been agreed; orders keep the prices they were taken at."""
    row = tx.row(
        "SELECT i.code, coalesce(p.name, l.code) FROM special_price s JOIN item i ON i.id = s.item_id LEFT JOIN party p ON p.id = s.party_id"
        " LEFT JOIN price_list l ON l.id = s.price_list_id WHERE s.id = :price",
        price=price,
    )
    if row is None:
        raise Refusal("price", N_("There is no such price."))
    tx.delete(SpecialPrice, price)
    tx.says(N_("dropped the price of {code} for {who}"), code=row[0], who=row[1])


def _list_facts(tx: Tx, row: int | None, **given: Any) -> dict[str, Any]:
    facts = PriceListFacts.of(**{name: clean(str(value), field=name) for name, value in given.items()}).model_dump()
    if tx.value("SELECT 1 FROM price_list WHERE code = :code AND id IS NOT :row", code=facts["code"], row=row) is not None:
        raise Refusal("code", N_("There is a price list {code} already."), code=facts["code"])
    return facts


def _customer(tx: Tx, party: int) -> tuple[int, str]:
    """Id and name of a customer, or of what it was merged into."""
    row = tx.row("SELECT id, name, customer, merged_into_id FROM party WHERE id = :party AND void = 0", party=party)
    if row is None:
        raise Refusal("customer", N_("There is no such party."))
    if row[3] is not None:
        return _customer(tx, row[3])
    if not row[2]:
        raise Refusal("customer", N_("{name} is not a customer."), name=row[1])
    return int(row[0]), str(row[1])


def _day(value: date | str | None, field: str) -> str | None:
    if value is None or value == "":
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()
    except ValueError:
        raise Refusal(field, N_("“{day}” is not a day."), day=str(value)) from None
