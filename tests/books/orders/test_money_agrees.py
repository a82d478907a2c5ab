"""What an order's money must never do: bill a line twice, be paid by somebody else, stay open with nothing owed, be more than a book holds."""

from __future__ import annotations

from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, refused

from deskbook.books.items.commands import add_item, change_item, merge_items
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.orders import billing
from deskbook.books.orders import commands as orders
from deskbook.books.purchases.commands import order_goods
from deskbook.books.receivables import notes, payments
from deskbook.books.receivables.queries import RULES
from deskbook.books.shipments import commands as shipments
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.store import Store, Tx


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def sound(trade: Trade) -> None:
    trade.sound()
    assert [finding for finding in check(trade.book.look, RULES) if finding.faults] == []


def paid(trade: Trade, amount: int, **facts: Any) -> int:
    bank = trade.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    return int(trade.book.run(payments.take_payment, **({"party": trade.junye, "account": bank, "amount": amount} | facts)))


def axes(trade: Trade, order: int) -> tuple[str, str, str]:
    row = trade.book.look.row("SELECT state, bill, pay FROM v_order WHERE id = :id", id=order)
    assert row is not None
    return row[0], row[1], row[2]


def at_the_order(tx: Tx, *, party: int) -> None:
    """Bill a customer when it orders."""
    tx.con.execute("UPDATE party SET bills = 'order' WHERE id = ?", (party,))


def test_one_line_more_and_another_as_much_less_is_billed_once(trade: Trade) -> None:
    trade.book.run(at_the_order, party=trade.junye)
    order = trade.take({"item": trade.bag, "qty": PC, "price": 100_000}, {"item": trade.board, "qty": 2 * PC, "price": 100_000, "approved_by": "Li"})
    bag, board = trade.lines(order)
    changed = [{"line": bag, "item": trade.bag, "qty": 2 * PC, "price": 100_000}, {"line": board, "item": trade.board, "qty": PC, "price": 100_000}]
    trade.book.run(orders.rewrite_order, order=order, lines=changed)
    papers = trade.book.look.rows("SELECT kind, amount FROM claim ORDER BY id")
    assert papers == [("sale", 3000), ("credit", -1000), ("sale", 1000)]
    trade.send(order)
    assert "not billed" in str(refused(lambda: trade.book.run(billing.bill_order, order=order)))
    assert trade.book.look.value("SELECT sum(open) FROM owed") == 3000
    sound(trade)


def test_an_order_that_was_paid_ahead_keeps_its_customer(trade: Trade) -> None:
    order = trade.take((trade.bag, 1))
    payment = paid(trade, 50, order=order)
    refusal = refused(lambda: trade.book.run(orders.change_order, order=order, customer=trade.anka))
    assert (refusal.field, str(refusal)) == ("customer", "Junye 骏业 paid ahead for it with M-2026-0001; pay that back first.")
    bank = trade.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    trade.book.run(payments.refund, payment=payment, account=bank)
    trade.book.run(orders.change_order, order=order, customer=trade.anka)
    trade.send(order)
    sound(trade)


def test_what_was_paid_too_much_and_goes_elsewhere_closes_the_order(trade: Trade) -> None:
    order = trade.take({"item": trade.bag, "qty": PC, "price": 100_000})
    payment = paid(trade, 1500, order=order)
    trade.send(order)
    assert axes(trade, order) == ("confirmed", "all", "over")
    trade.book.run(notes.charge, party=trade.junye, amount=500, text="pallet")
    trade.book.run(payments.allocate, payment=payment)
    assert axes(trade, order) == ("closed", "all", "all")
    sound(trade)


def test_what_was_paid_too_much_and_bounces_closes_the_order(trade: Trade) -> None:
    order = trade.take({"item": trade.bag, "qty": PC, "price": 100_000})
    paid(trade, 1000, order=order)
    more = paid(trade, 500, order=order)
    trade.send(order)
    trade.book.run(payments.bounce, payment=more)
    assert axes(trade, order) == ("closed", "all", "all")
    sound(trade)


def test_a_charge_opens_its_order_again_and_is_of_its_customer(trade: Trade) -> None:
    order = trade.take({"item": trade.bag, "qty": PC, "price": 100_000})
    trade.send(order)
    trade.pay(order)
    assert axes(trade, order)[0] == "closed"
    refusal = refused(lambda: trade.book.run(notes.charge, party=trade.anka, amount=500, text="pallet", order=order))
    assert str(refusal) == "S-2026-0001 is another customer's order."
    trade.book.run(notes.charge, party=trade.junye, amount=500, text="pallet", order=order)
    assert axes(trade, order) == ("confirmed", "all", "part")
    paid(trade, 500)
    assert axes(trade, order) == ("closed", "all", "all")
    sound(trade)


def test_a_line_and_its_shipment_are_taken_back_newest_first(trade: Trade) -> None:
    order = trade.take((trade.bag, 1))
    before = trade.standing()
    line = trade.book.run(orders.add_line, order=order, item=trade.board, qty=PC)
    added = trade.book.position[0]
    trade.book.run(shipments.make_shipment, order=order, lines={line: PC})
    with pytest.raises(Blocked) as blocked:
        trade.book.undo(added)
    assert blocked.value.steps == [added + 1]
    trade.book.undo_with_later(added)
    assert trade.standing() == before
    trade.book.redo()
    trade.book.redo()
    assert trade.book.look.row("SELECT s.void, l.order_line_id FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id") == (0, line)
    sound(trade)


def test_a_line_comes_to_no_more_than_a_book_holds(trade: Trade) -> None:
    line = {"item": trade.bag, "qty": 10**12, "price": 10**12}
    for act in (lambda: trade.take(line), lambda: trade.book.run(order_goods, supplier=trade.hongda, lines=[line])):
        refusal = refused(act)
        assert refusal.field == "lines.0.qty"
        assert "more than the book can hold" in str(refusal)


def kit(trade: Trade, code: str, *parts: int) -> int:
    made = int(trade.book.run(add_item, code=code, name=code, unit="pc", list_price=10_000_000))
    trade.book.run(set_kit, item=made, parts=[{"item": part, "qty": PC} for part in parts])
    return made


def test_a_merge_makes_no_kit_of_kits_and_none_with_a_minimum(trade: Trade) -> None:
    inner, alone = kit(trade, "K1", trade.bag), int(trade.book.run(add_item, code="X", name="X", unit="pc"))
    kit(trade, "K2", alone, trade.board)
    assert refused(lambda: trade.book.run(merge_items, keep=alone, gone=inner)).field == "gone"
    assert refused(lambda: trade.book.run(merge_items, keep=inner, gone=alone)).field == "gone"
    trade.book.run(change_item, item=trade.longer, minimum=5 * PC)
    refusal = refused(lambda: trade.book.run(merge_items, keep=trade.longer, gone=inner))
    assert str(refusal).startswith("BVM7-710-8505 has a minimum")
    sound(trade)


def test_a_part_of_a_kit_costs_no_more_than_a_price_can_be(trade: Trade) -> None:
    made = int(trade.book.run(add_item, code="K1", name="K1", unit="pc", list_price=10**12))
    trade.book.run(set_kit, item=made, parts=[{"item": trade.copper, "qty": 1}])
    refusal = refused(lambda: trade.take((made, 1)))
    assert (refusal.field, "more than a price can be" in str(refusal)) == ("lines.0.price", True)
