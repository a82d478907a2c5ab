"""Items: what is written, what is refused, words and prices, merging with every total unchanged, and every step taken back."""
from __future__ import annotations

from typing import Any

import pytest

from deskbook.books.items import queries
from deskbook.books.items.commands import (
    add_alias,
    add_item,
    change_item,
    discontinue,
    drop_alias,
    merge_items,
    review_minimum,
    set_price,
)
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party, merge_parties
from deskbook.books.parties.queries import RULES as PARTY_RULES
from deskbook.books.stock.commands import add_place, open_stock
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify

TABLES = ("item", "item_alias", "item_price", "party", "task")


def dump(book: Store) -> dict[str, list[Any]]:
    return {table: book.look.rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def sound(book: Store) -> None:
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []
    assert verify(book.look.con) == []


def board(book: Store, **more: Any) -> int:
    item: int = book.run(add_item, **({"code": "BVM7-710", "name": "主板", "unit": "pc", "aliases": ["710"]} | more))
    return item


def shelf(book: Store) -> int:
    return int(book.look.value("SELECT id FROM place WHERE kind = 'shelf'"))


def refused(book: Store, command: Any, **facts: Any) -> Refusal:
    before = dump(book)
    with pytest.raises(Refusal) as caught:
        book.run(command, **facts)
    assert dump(book) == before
    assert "{" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("typed", ["710", "BVM7 710", "ｂｖｍ7—710", "zb", "主板", "zhuban", "bvm7710", "7-10", "板 bvm"])
def test_the_same_item_by_whatever_people_type(book: Store, typed: str) -> None:
    item = board(book)
    for code in ("BVM7-710-8505", "1710", "7101"):
        book.run(add_item, code=code, name="board")
    assert queries.search_items(book.look, typed)[0].id == item


def test_whole_words_come_before_beginnings_before_parts(book: Store) -> None:
    for code in ("X1710", "7108", "A-710-B", "710"):
        book.run(add_item, code=code, name="n")
    assert [hit.code for hit in queries.search_items(book.look, "710")] == ["710", "7108", "X1710", "A-710-B"]
    assert queries.search_items(book.look, "--") == []


def test_an_item_is_written_and_taken_back(book: Store) -> None:
    before = dump(book)
    item = board(book, minimum=5000, target=20000, list_price=355_000, floor_price=320_000)
    assert book.look.row("SELECT code, unit, decimals, minimum, minimum_on, target FROM item") == ("BVM7-710", "pc", 0, 5000, "2026-11-23", 20000)
    prices = book.look.rows("SELECT kind, since, price FROM item_price ORDER BY id")
    assert prices == [("list", "2026-11-23", 355_000), ("floor", "2026-11-23", 320_000)]
    assert book.look.rows("SELECT alias, kind, fold FROM item_alias") == [("710", "spoken", "710")]
    assert book.look.row("SELECT list_price, floor_price FROM v_item WHERE id = :id", id=item) == (355_000, 320_000)
    sound(book)
    assert book.undo().words == "added the item BVM7-710 主板"
    assert book.look.rows("SELECT * FROM v_item") == []
    assert board(book) != item  # its code is free again
    assert before["item"] == []


@pytest.mark.parametrize(("facts", "field", "words"), [
    ({"code": " "}, "code", "code is needed."),
    ({"code": "BVM7-710"}, "code", "The code BVM7-710 belongs to 主板 already."),
    ({"code": "7-10"}, "code", "7-10 is another word for BVM7-710 already."),
    ({"name": ""}, "name", "name is needed."),
    ({"decimals": 4}, "decimals", "decimals is too large."),
    ({"minimum": 2500}, "minimum", "minimum 2.5 does not fit: kg takes 0 decimals."),
    ({"decimals": 2, "multiple": 1}, "multiple", "multiple 0.001 does not fit: kg takes 2 decimals."),
    ({"minimum": 5000, "target": 4000}, "target", "The target 4 is below the minimum 5."),
    ({"minimum": 5000, "overflow": 4000}, "overflow", "Too much cannot begin at 4, below the minimum 5."),
    ({"reorder": 0}, "reorder", "reorder quantity must be more than zero."),
    ({"lead_days": -1}, "lead_days", "lead time cannot be negative."),
    ({"supplier": 1}, "supplier", "Wang is not a supplier."),
    ({"supplier": 9}, "supplier", "There is no party number 9."),
    ({"aliases": ["bvm7 710"]}, "alias", "bvm7 710 means BVM7-710 already."),
    ({"aliases": ["7.10"]}, "alias", "7.10 means BVM7-710 already."),
    ({"aliases": ["--"]}, "alias", "“--” has no letter or digit to find it by."),
    ({"list_price": 100, "floor_price": 101}, "floor_price", "On 2026-11-23 the floor price 0.0101 would be over the list price 0.01."),
    ({"list_price": -1}, "list_price", "price cannot be negative."),
])
def test_a_refusal_names_the_field_and_the_fact(book: Store, facts: dict[str, Any], field: str, words: str) -> None:
    book.run(add_party, name="Wang", roles=["customer"])
    board(book)
    refusal = refused(book, add_item, **({"code": "N1", "name": "new", "unit": "kg"} | facts))
    assert (refusal.field, str(refusal)) == (field, words)


def test_a_supplier_that_was_taken_back_supplies_nothing(book: Store) -> None:
    item = board(book)
    gone = book.run(add_party, name="Gone", roles=["supplier"])
    book.undo()
    with pytest.raises(Refusal) as refused:
        book.run(change_item, item=item, supplier=gone)
    assert refused.value.field == "supplier"


def test_what_is_written_for_a_merged_party_is_of_the_one_that_stands(book: Store) -> None:
    """Else the book fails its own check, and every night with it."""
    item = board(book)
    keep, gone = (book.run(add_party, name=name, roles=["customer"]) for name in ("Junye", "Junye Ltd"))
    book.run(merge_parties, keep=keep, gone=gone)
    book.run(add_alias, item=item, alias="their word", kind="customer", party=gone)
    book.run(add_place, code="d", name="Dealer", kind="dealer", party=gone)
    assert book.look.value("SELECT party_id FROM item_alias WHERE alias = 'their word'") == keep
    assert book.look.value("SELECT party_id FROM place WHERE code = 'd'") == keep
    assert [finding for finding in check(book.look, PARTY_RULES) if finding.faults] == []
    with pytest.raises(Refusal) as refused:
        book.run(add_place, code="e", name="E", kind="dealer", party=999)
    assert refused.value.field == "party"


def test_the_minimum_knows_when_somebody_looked_at_it(book: Store) -> None:
    item = board(book, minimum=5000)
    later = days.now().replace(year=2027)
    days.set_clock(lambda: later)
    book.run(change_item, item=item, name="Mainboard")
    assert book.look.value("SELECT minimum_on FROM item") == "2026-11-23"
    book.run(review_minimum, item=item, minimum=5000)
    assert book.look.value("SELECT minimum_on FROM item") == "2027-11-23"
    book.undo()
    book.run(change_item, item=item, minimum=6000)
    assert book.look.row("SELECT minimum, minimum_on FROM item") == (6000, "2027-11-23")
    book.run(change_item, item=item, minimum=None)
    assert book.look.row("SELECT minimum, minimum_on FROM item") == (None, None)
    sound(book)


def test_aliases_belong_to_one_item_but_a_customers_own_word_may_mean_two(book: Store) -> None:
    first = board(book)
    second = book.run(add_item, code="BVM7-720", name="board")
    wang = book.run(add_party, name="Wang", roles=["customer"])
    refusal = refused(book, add_alias, item=second, alias="７１０")
    assert (refusal.field, str(refusal)) == ("alias", "７１０ means BVM7-710 already.")
    assert str(refused(book, add_alias, item=first, alias="710 ")) == "It is called 710 already."
    before = dump(book)
    alias = book.run(add_alias, item=second, alias="710", kind="customer", party=wang)
    assert {hit.id for hit in queries.search_items(book.look, "710")} == {first, second}
    book.run(drop_alias, alias=alias)
    assert dump(book) == before
    book.undo()
    book.undo()
    assert dump(book) == before
    sound(book)


def test_an_alias_is_found_by_its_pinyin(book: Store) -> None:
    item = book.run(add_item, code="A1", name="copper strip")
    book.run(add_alias, item=item, alias="铜排")
    assert [hit.id for hit in queries.search_items(book.look, "tp")] == [item]


def test_prices_hold_from_their_day(book: Store) -> None:
    item = board(book, list_price=100_000, floor_price=90_000)
    before = dump(book)
    book.run(set_price, item=item, kind="list", price=120_000, since="2026-12-01")
    assert queries.price_of(book.look, item) == 100_000
    assert queries.price_of(book.look, item, day="2026-12-01") == 120_000
    book.run(set_price, item=item, kind="list", price=125_000, since="2026-12-01")  # the same day: the later word counts
    assert queries.price_of(book.look, item, day="2026-12-31") == 125_000
    refusal = refused(book, set_price, item=item, kind="floor", price=110_000, since="2026-11-25")
    assert (refusal.field, str(refusal)) == ("price", "On 2026-11-25 the floor price 11.00 would be over the list price 10.00.")
    refusal = refused(book, set_price, item=item, kind="list", price=80_000, since="2027-01-01")
    assert refusal.field == "price"
    assert refused(book, set_price, item=item, kind="list", price=1, since="soon").field == "since"
    book.run(set_price, item=item, kind="floor", price=110_000, since="2026-12-05")
    sound(book)
    for _ in range(3):
        book.undo()
    assert dump(book) == before


def test_fewer_decimals_only_while_every_quantity_fits(book: Store) -> None:
    item = book.run(add_item, code="W", name="wire", unit="kg", decimals=2)
    book.run(open_stock, item=item, place=shelf(book), qty=1_250)
    refusal = refused(book, change_item, item=item, decimals=1)
    assert (refusal.field, str(refusal)) == ("decimals", "There is a quantity 1.25 of it in the book; 1 decimal cannot say that.")
    book.run(change_item, item=item, decimals=3)


def test_discontinuing_says_what_is_left_on_the_shelf(book: Store) -> None:
    item = board(book)
    book.run(open_stock, item=item, place=shelf(book), qty=4_000)
    before = dump(book)
    book.run(discontinue, items=[item])
    assert book.sentence(book.position[0]) == "discontinued the item BVM7-710; 4 pc are still on the shelf"
    book.run(change_item, item=item, discontinued=False)
    assert book.sentence(book.position[0]) == "took the item BVM7-710 up again"
    assert dump(book) == before


def test_near_codes_are_shown(book: Store) -> None:
    board(book)
    book.run(add_item, code="XYZ", name="other")
    assert [code for _id, code, _name in queries.confusable(book.look, "BVM7-710-8505")] == ["BVM7-710"]
    assert queries.confusable(book.look, "BVM7-710", 1) == []


# -- merging ---------------------------------------------------------------------------------------------------------------


def test_merging_keeps_every_total_and_is_undone_in_one_step(book: Store) -> None:
    keep = board(book, list_price=1_000_000)
    gone = book.run(
        add_item, code="710-OLD", name="old board", unit="pc", decimals=1, minimum=2_000, target=9_000, list_price=1, aliases=["sevenonezero"]
    )
    customer = book.run(add_party, name="Wang", roles=["customer"])
    quarantine = int(book.look.value("SELECT id FROM place WHERE kind = 'quarantine'"))
    book.run(open_stock, item=keep, place=shelf(book), qty=10_000)
    book.run(open_stock, item=gone, place=shelf(book), qty=7_000)
    book.run(open_stock, item=gone, place=quarantine, qty=2_000)
    book.run(take_order, customer=customer, lines=[{"item": keep, "qty": 1000}, {"item": gone, "qty": 3000, "price": 500_000}])
    before, moves = dump(book), int(book.look.value("SELECT count(*) FROM stock_move"))
    places = "SELECT p.kind, sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id GROUP BY p.id HAVING sum(b.qty) <> 0 ORDER BY p.kind"
    held, total = book.look.rows(places), book.look.rows("SELECT no, total, qty FROM v_order")
    assert held == [("opening", -19_000), ("quarantine", 2_000), ("shelf", 17_000)]
    assert [row[1:] for row in total] == [(25_000, 4_000)]  # 1 at 100.00 and 3 at 50.00

    book.run(merge_items, keep=keep, gone=gone)
    assert book.look.rows(places) == held
    assert book.look.rows("SELECT no, total, qty FROM v_order") == total
    assert book.look.rows("SELECT id, shelf, quarantine, reserved, available FROM v_stock") == [(keep, 17_000, 2_000, 4_000, 13_000)]
    assert book.look.rows("SELECT DISTINCT item_id FROM stock_balance WHERE qty <> 0") == [(keep,)]
    assert book.look.rows("SELECT DISTINCT item_id FROM order_line") == [(keep,)]
    row = book.look.row("SELECT code, decimals, minimum, target, minimum_on FROM item WHERE id = :id", id=keep)
    assert row == ("BVM7-710", 1, 2_000, 9_000, "2026-11-23")
    assert queries.price_of(book.look, keep) == 1_000_000
    assert [(alias, kind) for _id, alias, kind, _party in queries.aliases_of(book.look, keep)] == [
        ("710-OLD", "legacy"), ("old board", "legacy"), ("710", "spoken"), ("sevenonezero", "spoken"),
    ]
    for typed in ("710 old", "sevenone", "bvm7710"):
        assert [hit.id for hit in queries.search_items(book.look, typed)] == [keep], typed
    sound(book)
    assert str(refused(book, change_item, item=gone, name="x")) == "710-OLD was merged into BVM7-710; use that one."

    assert book.undo().words == "merged 710-OLD into BVM7-710"
    assert dump(book) == before
    assert book.look.rows(places) == held
    assert book.look.rows("SELECT id, shelf FROM v_stock ORDER BY id") == [(keep, 10_000), (gone, 7_000)]
    assert int(book.look.value("SELECT count(*) FROM stock_move")) == moves + 3 * 2 * 2  # three places, two moves each, and their mirrors
    sound(book)


def test_what_cannot_be_merged(book: Store) -> None:
    keep = board(book)
    box = book.run(add_item, code="B", name="boards", unit="box")
    other = book.run(add_item, code="C", name="c")
    assert refused(book, merge_items, keep=keep, gone=keep).field == "gone"
    refusal = refused(book, merge_items, keep=keep, gone=box)
    assert (refusal.field, str(refusal)) == ("gone", "B is counted in box, BVM7-710 in pc; their quantities cannot be added.")
    book.run(merge_items, keep=keep, gone=other)
    assert refused(book, merge_items, keep=other, gone=box).field == "keep"
    assert refused(book, merge_items, keep=box, gone=other).field == "gone"
    sound(book)


def test_a_word_that_means_a_third_item_does_not_come_along(book: Store) -> None:
    keep = board(book)
    book.run(add_item, code="T", name="third", aliases=["generic"])
    gone = book.run(add_item, code="G", name="Generic")
    book.run(merge_items, keep=keep, gone=gone)
    assert [alias for _id, alias, _kind, _party in queries.aliases_of(book.look, keep)] == ["G", "710"]
    sound(book)


def test_prices_come_along_where_there_were_none(book: Store) -> None:
    keep = book.run(add_item, code="K", name="k")
    gone = book.run(add_item, code="G", name="g", list_price=70_000)
    book.run(merge_items, keep=keep, gone=gone)
    assert queries.price_of(book.look, keep) == 70_000
