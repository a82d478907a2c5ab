"""Kits: what they consist of on a day, what the shelves make of them, and what becomes of an order line of one."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, refused

from deskbook.books.items.commands import add_item, set_price
from deskbook.books.items.kit_commands import end_kit, set_kit
from deskbook.books.items.kits import RULES as KIT_RULES
from deskbook.books.items.kits import kit_of, kit_stock, kits_with
from deskbook.books.orders import commands as orders
from deskbook.books.orders.forms import edit_order
from deskbook.books.orders.queries import available, last_price
from deskbook.core.check import check
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


@pytest.fixture
def kit(trade: Trade) -> int:
    """A kit at 1,000.00: two boards, one copper of 0.5 kg, a bag; shares 2 : 1 : 1."""
    item = int(trade.book.run(add_item, code="SET-1", name="Repair set", unit="set", list_price=10_000_000, since="2026-01-01"))
    parts = [
        {"item": trade.board, "qty": 2 * PC, "share": 2},
        {"item": trade.copper, "qty": 500, "share": 1},
        {"item": trade.bag, "qty": PC, "share": 1},
    ]
    trade.book.run(set_kit, item=item, parts=parts, since="2026-06-01")
    return item


def lines(trade: Trade, order: int) -> list[tuple[Any, ...]]:
    sql = "SELECT i.code, l.qty, l.price, l.amount, l.kit_qty FROM order_line l JOIN item i ON i.id = l.item_id WHERE order_id = :order ORDER BY pos"
    return trade.book.look.rows(sql, order=order)


def test_as_many_as_the_scarcest_part_makes(trade: Trade, kit: int) -> None:
    stock = kit_stock(trade.book.look, kit)  # 12 boards: 6; 20 kg of copper: 40; 100 bags: 100
    assert stock is not None
    assert (stock.kits, stock.part, stock.available, stock.each) == (6 * PC, "BVM7-710", 12 * PC, 2 * PC)
    assert trade.book.look.value("SELECT available FROM v_stock WHERE id = :i", i=kit) == 6 * PC
    assert available(trade.book.look, kit) == "Available 6 (limited by BVM7-710: 12 free, 2 each)"
    trade.take((trade.board, 5))  # 7 are left free: 3 kits, and one board over
    assert trade.book.look.value("SELECT available FROM v_stock WHERE id = :i", i=kit) == 3 * PC
    trade.take((trade.board, 9))  # less than nothing is free: no kit, not fewer than none
    assert trade.book.look.value("SELECT available FROM v_stock WHERE id = :i", i=kit) == 0
    assert kit_stock(trade.book.look, trade.board) is None
    assert kits_with(trade.book.look, trade.bag) == [(kit, "SET-1", "Repair set", PC)]
    assert trade.book.look.value("SELECT available FROM v_stock WHERE id = :i", i=trade.bag) == 100 * PC


def test_the_parts_leave_stock_and_their_amounts_add_up_to_the_price(trade: Trade, kit: int) -> None:
    order = trade.take((kit, 3), (trade.bag, 1))
    assert lines(trade, order) == [
        ("BVM7-710", 6 * PC, 2_500_000, 150_000, 3 * PC),  # 3 kits x 1,000.00 / 4 x 2 = 1,500.00 for 6
        ("C1100", 1500, 5_000_000, 75_000, 3 * PC),
        ("Bag", 3 * PC, 2_500_000, 75_000, 3 * PC),
        ("Bag", PC, 5_000, 50, None),
    ]
    assert trade.book.look.value("SELECT total FROM v_order WHERE id = :o", o=order) == 300_050
    assert trade.book.look.rows("SELECT item_id, qty FROM reservation ORDER BY order_line_id")[:1] == [(trade.board, 6 * PC)]
    trade.sound()
    trade.send(order)
    assert (trade.there(trade.board), trade.there(trade.bag)) == (6, 96)
    assert trade.state(order)[1] == "all"
    trade.sound()


def test_the_last_part_takes_the_cents_that_remain(trade: Trade) -> None:
    item = int(trade.book.run(add_item, code="SET-3", name="Thirds", list_price=1_000_000, since="2026-01-01"))
    parts = [{"item": each, "qty": PC, "share": 1} for each in (trade.board, trade.longer, trade.bag)]
    trade.book.run(set_kit, item=item, parts=parts)
    order = trade.take((item, 1))
    assert [row[3] for row in lines(trade, order)] == [3333, 3333, 3334]  # 100.00 by three
    less = trade.take({"item": item, "qty": 7 * PC, "price": 1_234_500, "discount": 1500})  # 7 x 123.45 x 0.85 = 734.5275
    assert [row[3] for row in lines(trade, less)] == [24484, 24484, 24485]
    assert sum(row[3] for row in lines(trade, less)) == 73453
    few = trade.take({"item": item, "qty": PC, "price": 100})  # one cent: nobody owes less than nothing for a part
    assert [row[3] for row in lines(trade, few)] == [0, 0, 1]
    trade.sound()


def test_without_shares_the_list_prices_split_the_price(trade: Trade) -> None:
    item = int(trade.book.run(add_item, code="SET-2", name="Pair", list_price=7_000_000, since="2026-01-01"))
    trade.book.run(set_kit, item=item, parts=[{"item": trade.board, "qty": PC}, {"item": trade.longer, "qty": PC}])
    found = kit_of(trade.book.look, item)
    assert found is not None
    assert [part.share for part in found.parts] == [3_550_000, 4_025_000]
    order = trade.take((item, 1))
    assert [row[3] for row in lines(trade, order)] == [32805, 37195]  # 700.00 x 355 / 757.5 = 328.0528
    trade.sound()


def test_what_it_consists_of_is_dated(trade: Trade, kit: int) -> None:
    before = trade.take((kit, 1), day="2026-05-31")  # an item by itself until it became a kit
    assert lines(trade, before) == [("SET-1", PC, 10_000_000, 100_000, None)]
    trade.book.run(set_kit, item=kit, since="2026-11-01", parts=[{"item": trade.bag, "qty": 10 * PC}])
    assert [row[0] for row in lines(trade, trade.take((kit, 1), day="2026-10-31"))] == ["BVM7-710", "C1100", "Bag"]
    assert [row[:2] for row in lines(trade, trade.take((kit, 1), day="2026-11-23"))] == [("Bag", 10 * PC)]
    trade.book.run(end_kit, item=kit, day="2026-11-20")
    assert kit_of(trade.book.look, kit, "2026-11-20") is not None
    assert kit_of(trade.book.look, kit, "2026-11-21") is None
    assert lines(trade, trade.take((kit, 1)))[0][0] == "SET-1"
    trade.sound()


def test_what_is_no_kit_is_refused(trade: Trade, kit: int) -> None:
    def setting(item: int, *parts: dict[str, int]) -> str:
        refusal = refused(lambda: trade.book.run(set_kit, item=item, parts=list(parts)))
        return f"{refusal.field}: {refusal}"

    one = {"item": trade.bag, "qty": PC}
    assert setting(trade.board) == "item: BVM7-710 is a part of the kit SET-1; a kit has no kits in it."
    new = int(trade.book.run(add_item, code="SET-9", name="Another"))
    assert setting(new) == "parts: A kit needs at least one part."
    assert setting(new, one, one) == "parts.1.item: Bag is in the kit already; write its quantity there."
    assert setting(new, {"item": kit, "qty": PC}) == "parts.0.item: SET-1 is a kit itself; a kit has no kits in it."
    assert setting(new, {"item": new, "qty": PC}) == "parts.0.item: SET-9 cannot be a part of itself."
    assert setting(new, {"item": trade.bag, "qty": 1500}) == "parts.0.qty: Bag is counted with at most 0 decimals; 1.5 has more."
    assert setting(new, {"item": trade.bag, "qty": PC, "share": 0}).startswith("parts.0.share: The shares")
    kept = int(trade.book.run(add_item, code="SET-8", name="Kept", minimum=PC))
    assert setting(kept, one) == "item: SET-8 has a minimum; a kit is not kept in stock, its parts are. Take the minimum away first."


def test_a_kit_is_changed_as_a_whole_until_something_of_it_left(trade: Trade, kit: int) -> None:
    order = trade.take((kit, 1), (trade.bag, 4))
    first = trade.lines(order)[0]
    trade.there_and_back(lambda: trade.book.run(orders.change_line, line=first, qty=2 * PC, price=8_000_000))
    assert [row[:4] for row in lines(trade, order)] == [
        ("BVM7-710", 4 * PC, 2_000_000, 80_000), ("C1100", 1000, 4_000_000, 40_000), ("Bag", 2 * PC, 2_000_000, 40_000), ("Bag", 4 * PC, 5_000, 200),
    ]
    trade.send(order, 2, 0, 0, 0)
    part = trade.lines(order)[1]
    refusal = refused(lambda: trade.book.run(orders.change_line, line=part, qty=PC))
    assert str(refusal) == "Some of this kit is sent, on a shipment or closed short; it stays as it is. Add a line for more."
    trade.there_and_back(lambda: trade.book.run(orders.short_close, line=part, reason="no stock"))  # per part
    assert trade.book.look.value("SELECT lost FROM v_order_line WHERE id = :line", line=part) == 40_000


def test_a_kit_that_is_dropped_goes_with_all_its_parts(trade: Trade, kit: int) -> None:
    order = trade.take((trade.bag, 4), (kit, 1))
    trade.there_and_back(lambda: trade.book.run(orders.drop_line, line=trade.lines(order)[2]))
    assert [row[0] for row in lines(trade, order)] == ["Bag"]
    only = trade.take((kit, 1))
    assert "It is the only line" in str(refused(lambda: trade.book.run(orders.drop_line, line=trade.lines(only)[0])))


def test_the_form_of_an_order_shows_a_kit_as_one_line(trade: Trade, kit: int) -> None:
    order = trade.take((trade.bag, 4), {"item": kit, "qty": 2 * PC, "price": 9_000_000, "discount": 1000})
    form = edit_order(trade.book.look, order)
    given = form.fill["lines"]
    assert [(line["item"], line["qty"], line["price"], line["discount"]) for line in given] == [
        (trade.bag, 4 * PC, 5_000, 0), (kit, 2 * PC, 9_000_000, 1000),
    ]
    values: dict[str, Any] = dict.fromkeys(("wanted", "salesperson", "carrier", "freight"))
    values |= {"customer": trade.junye, "their_no": "", "ship_to": "", "note": "changed", "day": "2026-11-23", "kind": "sale", "channel": ""}
    before = lines(trade, order)
    form.form.save(trade.book, {**values, "lines": [dict(line) for line in given]}, "k1")
    assert lines(trade, order) == before  # left as it was
    form.form.save(trade.book, {**values, "lines": [dict(given[1], qty=PC)]}, "k2")
    assert [row[:2] for row in lines(trade, order)] == [("BVM7-710", 2 * PC), ("C1100", 500), ("Bag", PC)]
    trade.sound()


def test_kit_commands_are_taken_back(trade: Trade, kit: int) -> None:
    def state() -> list[Any]:
        return [trade.book.look.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("kit", "kit_part")]

    runs: list[Callable[[], Any]] = [
        lambda: trade.book.run(set_kit, item=kit, since="2026-06-01", parts=[{"item": trade.bag, "qty": PC}]),
        lambda: trade.book.run(end_kit, item=kit),
    ]
    for run in runs:
        before = state()
        run()
        after = state()
        assert after != before
        trade.book.undo()
        assert state() == before
        trade.book.redo()
        assert state() == after
        trade.sound()
        assert all(not finding.faults for finding in check(trade.book.look, KIT_RULES))


def test_the_price_in_force_on_the_order_s_day_is_used(trade: Trade, kit: int) -> None:
    trade.book.run(set_price, item=kit, kind="list", price=12_000_000, since="2026-11-01")
    assert sum(row[3] for row in lines(trade, trade.take((kit, 1), day="2026-10-31"))) == 100_000
    assert sum(row[3] for row in lines(trade, trade.take((kit, 1), day="2026-11-01"))) == 120_000


def test_the_last_price_of_a_kit_and_of_its_part(trade: Trade, kit: int) -> None:
    trade.take((trade.bag, 1), day="2026-11-01")
    trade.take({"item": kit, "qty": PC, "price": 9_000_000}, day="2026-11-20")
    assert last_price(trade.book.look, kit, trade.junye) == (9_000_000, "2026-11-20")
    assert last_price(trade.book.look, trade.bag, trade.junye) == (5_000, "2026-11-01")  # a share of the kit is nobody's price


def test_half_a_kit_takes_no_half_of_a_part_that_is_counted_in_whole_units(trade: Trade) -> None:
    half = trade.book.run(add_item, code="HALF", name="Half", decimals=1, list_price=10_000_000)
    trade.book.run(set_kit, item=half, parts=[{"item": trade.board, "qty": PC, "share": 1}, {"item": trade.copper, "qty": 500, "share": 1}])
    refusal = refused(lambda: trade.take({"item": half, "qty": 500}))
    assert (refusal.field, str(refusal)) == ("lines.0.qty", "0.5 of the kit HALF take no whole quantity of BVM7-710.")
    order = trade.take({"item": half, "qty": 3 * PC})
    assert [row[:2] for row in lines(trade, order)] == [("BVM7-710", 3 * PC), ("C1100", 1500)]
    two = trade.book.run(add_item, code="TWO", name="Two", decimals=1, list_price=10_000_000)
    trade.book.run(set_kit, item=two, parts=[{"item": trade.board, "qty": 2 * PC, "share": 1}])
    assert lines(trade, trade.take({"item": two, "qty": 500}))[0][:2] == ("BVM7-710", PC), "half of two is one"


def test_a_kit_that_is_changed_later_changes_no_order_that_was_taken(trade: Trade, kit: int) -> None:
    """1,000.00 by 2 : 1 : 1 are 500.00, 250.00 and 250.00; the parts and the split stay with whatever is changed of the line."""
    order, run = trade.take((kit, 1)), trade.book.run
    run(set_kit, item=kit, parts=[{"item": trade.longer, "qty": PC, "share": 1}], since="2026-06-01")
    run(orders.change_line, line=trade.lines(order)[0], text="the set")
    assert [row[:2] + row[3:4] for row in lines(trade, order)] == [("BVM7-710", 2 * PC, 50_000), ("C1100", 500, 25_000), ("Bag", PC, 25_000)]
    run(orders.change_line, line=trade.lines(order)[0], qty=2 * PC, price=9_000_000)
    assert [row[:2] + row[3:4] for row in lines(trade, order)] == [("BVM7-710", 4 * PC, 90_000), ("C1100", PC, 45_000), ("Bag", 2 * PC, 45_000)]
    run(end_kit, item=kit, day="2026-06-01")
    run(orders.change_line, line=trade.lines(order)[0], qty=PC, price=0, approved_by="Zhang 10:12")
    assert [row[:2] + row[3:4] for row in lines(trade, order)] == [("BVM7-710", 2 * PC, 0), ("C1100", 500, 0), ("Bag", PC, 0)]
    trade.sound()
    assert [row[0] for row in lines(trade, trade.take((kit, 1)))] == ["SET-1"], "what is ordered now is none any more"


def test_half_a_kit_that_would_not_come_out_whole_now_can_still_be_changed(trade: Trade) -> None:
    two = trade.book.run(add_item, code="TWO", name="Two", decimals=1, list_price=10_000_000)
    trade.book.run(set_kit, item=two, parts=[{"item": trade.board, "qty": 2 * PC, "share": 1}])
    order = trade.take({"item": two, "qty": 500})
    trade.book.run(set_kit, item=two, parts=[{"item": trade.board, "qty": PC, "share": 1}])
    trade.book.run(orders.change_line, line=trade.lines(order)[0], price=9_000_000)
    assert [row[:2] + row[3:4] for row in lines(trade, order)] == [("BVM7-710", PC, 45_000)], "half of 900.00, one board as it was ordered"


def test_a_kit_of_the_days_own_parts_is_split_by_its_own_weights(trade: Trade) -> None:
    """Weights 1 : 2 : 4 of 0.10 are 1, 2 and 7 cents; of 100.00 they are 1,428, 2,857 and 5,715, not what 1 : 2 : 7 would be."""
    kit = trade.book.run(add_item, code="W", name="W", list_price=1_000)
    parts = [{"item": item, "qty": PC, "share": share} for item, share in ((trade.board, 1), (trade.bag, 2), (trade.longer, 4))]
    trade.book.run(set_kit, item=kit, parts=parts)
    order = trade.take((kit, 1))
    assert [row[3] for row in lines(trade, order)] == [1, 2, 7]
    trade.book.run(orders.change_line, line=trade.lines(order)[0], price=1_000_000)
    assert [row[3] for row in lines(trade, order)] == [1_428, 2_857, 5_715]
