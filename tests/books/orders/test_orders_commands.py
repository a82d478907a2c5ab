"""Orders: the vectors of RULES R6, what is refused, and that everything can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.books.trade import PC, Trade, begin, promise, refused, tampered

from deskbook.books.orders import commands as orders
from deskbook.books.orders import queries
from deskbook.books.parties.commands import add_party, merge_parties
from deskbook.core.journal import Blocked
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def test_an_order_of_10_with_7_sent_has_3_open_and_short_closing_them_closes_it(trade: Trade) -> None:
    order = trade.take((trade.board, 10))
    assert trade.state(order) == ("confirmed", "none")
    trade.send(order, 7)
    assert trade.open(order) == [3]
    assert trade.state(order) == ("confirmed", "part")
    (line,) = trade.lines(order)
    trade.book.run(orders.short_close, line=line, reason="no stock")
    assert trade.open(order) == [0]
    assert trade.state(order) == ("confirmed", "all")
    trade.pay(order)
    assert trade.state(order) == ("closed", "all")
    # the lost-order list shows 3 x 355.00
    lost = trade.book.look.row("SELECT short_closed, price FROM v_order_line WHERE short_reason = 'no stock'")
    assert lost == (3 * PC, 3_550_000)
    trade.sound()


def test_price_salesperson_number_and_amount_are_filled_in(trade: Trade) -> None:
    order = trade.take((trade.board, 2), {"item": trade.copper, "qty": 1_500, "price": 675_000, "discount": 1000})
    assert trade.book.look.row("SELECT no, day, salesperson_id, state FROM sales_order WHERE id = :id", id=order) == (
        "S-2026-0001",
        "2026-11-23",
        trade.zhang,
        "confirmed",
    )
    # 2 x 355.00 = 710.00; 1.5 kg x 67.50 less 10 % = 91.125 -> 91.13
    assert trade.book.look.rows("SELECT pos, price, amount FROM order_line ORDER BY pos") == [(1, 3_550_000, 71_000), (2, 675_000, 9_113)]
    assert trade.book.look.value("SELECT total FROM v_order WHERE id = :id", id=order) == 80_113
    assert trade.book.look.value("SELECT sum(qty) FROM reservation") == 3_500
    sentence = trade.book.sentence(trade.book.position[0])
    assert sentence == "took order S-2026-0001 from Junye 骏业"


def test_what_is_refused_names_the_field_of_the_line(trade: Trade) -> None:
    def taking(**line: object) -> Callable[[], object]:
        return lambda: trade.take((trade.bag, 1), {"item": trade.board, "qty": PC} | line)

    floor = refused(taking(price=2_999_999))
    assert (floor.field, str(floor)) == ("lines.1.price", "299.9999 is below the floor 300.00 of BVM7-710; say who approved it.")
    half = refused(taking(qty=500))
    assert (half.field, str(half)) == ("lines.1.qty", "BVM7-710 is counted in whole units; 0.5 is not whole.")
    assert refused(taking(item=999)).field == "lines.1.item"
    assert refused(taking(qty=0)).field == "lines.1.qty"
    assert refused(taking(colour="red")).field == "lines.1.colour"
    assert refused(lambda: trade.take()).field == "lines"
    assert refused(lambda: trade.take((trade.bag, 1), customer=trade.hongda)).field == "customer"
    assert refused(lambda: trade.take((trade.bag, 1), wanted="2026-11-22")).field == "wanted"
    assert refused(lambda: trade.take((trade.bag, 1), day="soon")).field == "day"
    assert refused(lambda: trade.take((trade.bag, 1), freight=-1)).field == "freight"
    assert refused(lambda: trade.take((trade.bag, 1), state="closed")).field == "state"
    trade.take((trade.bag, 1), no="A-1")
    assert str(refused(lambda: trade.take((trade.bag, 1), no="A-1"))) == "The number A-1 is taken."
    assert trade.book.look.value("SELECT count(*) FROM sales_order") == 1


def test_a_price_below_the_floor_stands_with_the_name_of_who_agreed(trade: Trade) -> None:
    order = trade.take({"item": trade.board, "qty": PC, "price": 2_900_000, "approved_by": "Zhang, phone 10:12"})
    (line,) = queries.lines_of(trade.book.look, order)
    assert (line.price, line.approved_by) == (2_900_000, "Zhang, phone 10:12")
    trade.sound()


def test_who_agreed_to_a_price_did_not_agree_to_a_lower_one_or_for_more(trade: Trade) -> None:
    order = trade.take({"item": trade.board, "qty": PC, "price": 2_900_000, "approved_by": "Zhang, phone 10:12"})
    (line,) = trade.lines(order)
    assert refused(lambda: trade.book.run(orders.change_line, line=line, price=100_000)).field == "price"
    assert refused(lambda: trade.book.run(orders.change_line, line=line, discount=5_000)).field == "price"
    trade.book.run(orders.change_line, line=line, text="the new one")  # the same price of as many is agreed to still
    assert trade.book.look.row("SELECT price, qty, approved_by FROM order_line") == (2_900_000, PC, "Zhang, phone 10:12")
    assert refused(lambda: trade.book.run(orders.change_line, line=line, qty=2 * PC)).field == "price"
    trade.book.run(orders.change_line, line=line, qty=2 * PC, approved_by="Zhang, phone 10:15")
    assert trade.book.look.row("SELECT price, qty, approved_by FROM order_line") == (2_900_000, 2 * PC, "Zhang, phone 10:15")
    trade.book.run(orders.change_line, line=line, price=100_000, approved_by="Zhang, phone 10:20")
    assert trade.book.look.row("SELECT price, approved_by FROM order_line") == (100_000, "Zhang, phone 10:20")
    trade.sound()


def test_of_a_draft_without_lines_nothing_is_sent(trade: Trade) -> None:
    order = trade.take(state="draft")
    assert trade.book.look.row("SELECT fulfil, sent FROM v_order WHERE id = :order", order=order) == ("none", "none")


def test_hold_release_and_cancel(trade: Trade) -> None:
    order = trade.take((trade.board, 10))
    assert refused(lambda: trade.book.run(orders.hold, order=order, reason=" ")).field == "reason"
    trade.book.run(orders.hold, order=order, reason="unpaid")
    assert trade.book.look.value("SELECT sum(qty) FROM reservation") == 10 * PC
    assert "held" in str(refused(lambda: trade.make(order)))
    assert "held" in str(refused(lambda: trade.book.run(orders.hold, order=order, reason="again")))
    trade.book.run(orders.release, order=order)
    assert trade.state(order) == ("confirmed", "none")
    assert "not held" in str(refused(lambda: trade.book.run(orders.release, order=order)))
    shipment = trade.make(order, 7)
    assert str(refused(lambda: trade.book.run(orders.cancel, order=order, reason="changed mind"))) == (
        "Shipment D-2026-0001 of S-2026-0001 is being made; give it up first."
    )
    trade.check(shipment)
    from deskbook.books.shipments.commands import ship

    trade.book.run(ship, shipment=shipment)
    assert "has left" in str(refused(lambda: trade.book.run(orders.cancel, order=order, reason="changed mind")))
    other = trade.take((trade.board, 1))
    trade.book.run(orders.cancel, order=other, reason="changed mind")
    assert trade.book.look.value("SELECT count(*) FROM reservation WHERE order_id = :order", order=other) == 0
    assert "cancelled" in str(refused(lambda: trade.book.run(orders.change_order, order=other, note="x")))
    trade.sound()


def test_a_held_order_whose_rest_is_closed_short_closes_when_it_is_released(trade: Trade) -> None:
    order = trade.take((trade.board, 2))
    trade.book.run(orders.hold, order=order, reason="unpaid")
    trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="customer")
    assert trade.state(order)[0] == "hold"
    trade.book.run(orders.release, order=order)
    assert trade.state(order)[0] == "closed"
    trade.sound()


def test_a_draft_reserves_nothing_until_it_is_confirmed(trade: Trade) -> None:
    order = trade.take((trade.board, 2), state="draft")
    assert trade.book.look.value("SELECT count(*) FROM reservation") == 0
    assert "draft" in str(refused(lambda: trade.make(order)))
    assert "draft" in str(refused(lambda: trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="other")))
    trade.book.run(orders.confirm, order=order)
    assert trade.book.look.value("SELECT sum(qty) FROM reservation") == 2 * PC
    trade.book.run(orders.cancel, order=trade.take((trade.bag, 1), state="draft"), reason="never mind")
    empty = trade.take(state="draft")
    assert refused(lambda: trade.book.run(orders.confirm, order=empty)).field == "lines"


def test_short_closing_part_of_a_line(trade: Trade) -> None:
    order = trade.take((trade.board, 10))
    (line,) = trade.lines(order)
    trade.make(order, 7)
    assert (
        str(refused(lambda: trade.book.run(orders.short_close, line=line, reason="price", qty=4 * PC)))
        == "3 of this line can be closed short, not 4."
    )
    assert refused(lambda: trade.book.run(orders.short_close, line=line, reason="whim")).field == "reason"
    trade.book.run(orders.short_close, line=line, reason="price", qty=2 * PC)
    assert trade.open(order) == [8]
    trade.book.run(orders.short_close, line=line, reason="price")
    assert trade.open(order) == [7]
    assert "Nothing" in str(refused(lambda: trade.book.run(orders.short_close, line=line, reason="price")))


def test_lines_are_changed_only_above_what_was_sent(trade: Trade) -> None:
    order = trade.take((trade.board, 10), (trade.bag, 5))
    board, bag = trade.lines(order)
    trade.send(order, 7, 0)
    assert refused(lambda: trade.book.run(orders.change_line, line=board, qty=6 * PC)).field == "qty"
    assert refused(lambda: trade.book.run(orders.change_line, line=board, item=trade.copper)).field == "item"
    assert "close the rest short" in str(refused(lambda: trade.book.run(orders.drop_line, line=board)))
    trade.book.run(orders.change_line, line=board, qty=7 * PC, price=3_500_000)
    assert trade.book.look.value("SELECT amount FROM order_line WHERE id = :line", line=board) == 245_000
    assert trade.state(order)[0] == "confirmed"
    # what was sent is paid; the only open line goes: nothing is awaited any more
    trade.pay(order)
    trade.book.run(orders.drop_line, line=bag)
    assert trade.state(order) == ("closed", "all")
    trade.sound()


def test_the_only_line_is_not_dropped(trade: Trade) -> None:
    order = trade.take((trade.board, 1))
    assert "cancel the order" in str(refused(lambda: trade.book.run(orders.drop_line, line=trade.lines(order)[0])))


def test_an_order_is_rewritten_as_a_whole(trade: Trade) -> None:
    order = trade.take((trade.board, 2), (trade.bag, 5), (trade.copper, 1))
    board, bag, copper = trade.lines(order)
    new = [
        {"line": board, "item": trade.board, "qty": 3 * PC, "price": 3_550_000},
        {"line": copper, "item": trade.copper, "qty": PC, "price": 680_000},
        {"item": trade.longer, "qty": PC, "price": 4_025_000},
    ]
    trade.there_and_back(lambda: trade.book.run(orders.rewrite_order, order=order, lines=new, note="by phone", customer=trade.anka))
    lines = queries.lines_of(trade.book.look, order)
    assert [(line.item, line.qty) for line in lines] == [(trade.board, 3 * PC), (trade.copper, PC), (trade.longer, PC)]
    assert bag not in trade.lines(order)
    wrong = refused(lambda: trade.book.run(orders.rewrite_order, order=order, lines=[*new[:2], {"item": trade.board, "qty": PC, "price": 1}]))
    assert wrong.field == "lines.2.price"
    assert "meanwhile" in str(
        refused(lambda: trade.book.run(orders.rewrite_order, order=order, lines=[{"line": bag, "item": trade.bag, "qty": PC, "price": 1}]))
    )
    # a line that is left as it is is not judged anew by a floor that came later
    from deskbook.books.items.commands import set_price

    trade.book.run(set_price, item=trade.copper, kind="floor", price=680_000)
    kept = [{"line": line.id, "item": line.item, "qty": line.qty, "price": line.price} for line in queries.lines_of(trade.book.look, order)]
    trade.book.run(orders.rewrite_order, order=order, lines=kept, their_no="PO 7")


def test_change_order_refuses_what_it_does_not_know(trade: Trade) -> None:
    order = trade.take((trade.board, 2))
    assert "void" in str(refused(lambda: trade.book.run(orders.change_order, order=order, void=1)))
    assert refused(lambda: trade.book.run(orders.change_order, order=order, wanted="2026-11-01")).field == "wanted"
    assert refused(lambda: trade.book.run(orders.change_order, order=order, carrier=trade.anka)).field == "carrier"
    assert refused(lambda: trade.book.run(orders.change_order, order=order, day=None)).field == "day"
    trade.book.run(orders.change_order, order=order, wanted="2026-11-30", carrier=trade.sf, freight=1_200)
    assert trade.book.look.row("SELECT wanted, carrier_id, freight FROM sales_order") == ("2026-11-30", trade.sf, 1_200)
    assert trade.book.look.value("SELECT due FROM reservation") == "2026-11-30"
    trade.book.run(orders.change_order, order=order, wanted=None, carrier=None)
    assert trade.book.look.row("SELECT wanted, carrier_id FROM sales_order") == (None, None)
    trade.make(order)
    assert refused(lambda: trade.book.run(orders.change_order, order=order, customer=trade.anka)).field == "customer"


def test_a_merged_customer_stands_for_the_one_that_stayed(trade: Trade) -> None:
    twin = trade.book.run(add_party, name="Junye", roles=["customer"])
    trade.book.run(merge_parties, keep=trade.junye, gone=twin)
    order = trade.take((trade.bag, 1), customer=twin)
    assert trade.book.look.value("SELECT customer_id FROM sales_order WHERE id = :id", id=order) == trade.junye


def test_every_command_is_taken_back_and_done_again(trade: Trade) -> None:
    run = trade.book.run
    trade.there_and_back(lambda: trade.take((trade.board, 10), (trade.bag, 2)))
    order = trade.take((trade.board, 10), (trade.bag, 2))
    board, bag = trade.lines(order)
    trade.there_and_back(lambda: run(orders.change_order, order=order, wanted="2026-12-01"))
    trade.there_and_back(lambda: run(orders.add_line, order=order, item=trade.copper, qty=2_500))
    trade.there_and_back(lambda: run(orders.change_line, line=board, qty=11 * PC))
    trade.there_and_back(lambda: run(orders.drop_line, line=bag))
    trade.there_and_back(lambda: run(orders.hold, order=order, reason="unpaid"))
    trade.there_and_back(lambda: run(orders.release, order=order))
    trade.there_and_back(lambda: run(orders.short_close, line=board, reason="customer", qty=PC))
    draft = trade.take((trade.bag, 1), state="draft")
    trade.there_and_back(lambda: run(orders.confirm, order=draft))
    trade.there_and_back(lambda: run(orders.cancel, order=draft, reason="changed mind"))


def test_taking_an_order_back_is_refused_while_its_shipment_stands(trade: Trade) -> None:
    order = trade.take((trade.board, 10))
    step = trade.book.position[0]
    trade.make(order, 7)
    with pytest.raises(Blocked) as blocked:
        trade.book.undo(step)
    assert [trade.book.sentence(later) for later in blocked.value.steps] == ["began shipment D-2026-0001 of S-2026-0001"]
    trade.book.undo_with_later(step)
    assert trade.standing()["orders"] == []
    trade.sound()


def test_the_number_of_an_order_that_was_taken_back_is_not_used_again(trade: Trade) -> None:
    trade.take((trade.bag, 1))
    trade.book.undo()
    order = trade.take((trade.bag, 1))
    assert trade.book.look.value("SELECT no FROM sales_order WHERE id = :id", id=order) == "S-2026-0002"
    assert trade.book.look.rows("SELECT no, state FROM v_order ORDER BY id") == [("S-2026-0001", "void"), ("S-2026-0002", "confirmed")]


def test_what_an_order_awaits_is_said_in_one_line(trade: Trade) -> None:
    order = trade.take((trade.board, 15), day="2026-11-20", wanted="2026-11-22")
    assert queries.owed(trade.book.look, order) == "a day late; 3 of BVM7-710 lacking"
    promise(trade, trade.board, 3, "2026-11-25")
    trade.send(order, 12)
    assert queries.owed(trade.book.look, order) == "partly shipped: 12 of 15; a day late; 3 arrive Wed 25 (Hongda)"
    assert queries.available(trade.book.look, trade.board) == "Available -3, 3 arrive Wed 25 (Hongda)"
    trade.book.run(orders.hold, order=order, reason="unpaid")
    assert queries.owed(trade.book.look, order).startswith("held: unpaid; partly shipped")


def test_how_much_was_sent_and_what_needs_a_look_are_shown_by_shapes(trade: Trade) -> None:
    def shown(order: int) -> tuple[object, ...]:
        row = trade.book.look.row("SELECT sent, alert FROM v_order WHERE id = :order", order=order)
        assert row is not None
        return row

    order = trade.take((trade.board, 10), day="2026-11-20", wanted="2026-11-22")
    assert shown(order) == ("none", "late")
    trade.send(order, 4)
    assert shown(order) == ("some", "late")
    trade.send(order, 1)
    assert shown(order) == ("most", "late")
    trade.send(order, 5)
    assert shown(order) == ("all", "")
    assert shown(trade.take((trade.bag, 1), customer=trade.anka)) == ("none", "caution")


def test_the_last_price_to_this_customer(trade: Trade) -> None:
    trade.take({"item": trade.board, "qty": PC, "price": 3_400_000}, day="2026-11-01")
    trade.take({"item": trade.board, "qty": PC, "price": 3_100_000}, day="2026-11-02", customer=trade.anka)
    assert queries.last_price(trade.book.look, trade.board, trade.junye) == (3_400_000, "2026-11-01")
    assert queries.last_price(trade.book.look, trade.bag, trade.junye) is None


def test_orders_are_found_by_fragments(trade: Trade) -> None:
    order = trade.take((trade.bag, 1), their_no="PO-77 B")
    for fragment in ("0001", "S-2026", "骏业", "jy", "po77"):
        assert [hit[:3] for hit in queries.find_records(trade.book.look, fragment)] == [("orders", order, "S-2026-0001")], fragment
    assert queries.find_records(trade.book.look, "-") == []


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        ("Every order line's amount is its quantity times its price", ["UPDATE order_line SET amount = amount + 1"]),
        ("A closed order awaits nothing", ["UPDATE sales_order SET state = 'closed' WHERE id = 2"]),
        (
            "A confirmed order awaits goods, a bill, money or the end of a return",
            ["UPDATE order_line SET short_closed = qty WHERE order_id = 2", "DELETE FROM reservation WHERE order_id = 2"],
        ),
        ("A closed order is billed and paid, or from before the book was opened", ["UPDATE sales_order SET state = 'closed' WHERE id = 1"]),
        (
            "No more is billed of a line than was sent or, where the order was billed at once, ordered; no more came back than was sent",
            ["UPDATE claim_line SET qty = qty + 1000"],
        ),
        ("A cancelled order has sent nothing", ["UPDATE sales_order SET state = 'cancelled' WHERE id = 1"]),
    ],
)
def test_each_rule_sees_what_breaks_it(trade: Trade, rule: str, tamper: list[str]) -> None:
    trade.send(trade.take((trade.board, 10)), 7)
    trade.take((trade.bag, 1))
    assert tampered(trade, []) == []
    assert rule in tampered(trade, tamper)
