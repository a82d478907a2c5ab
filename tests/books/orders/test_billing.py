"""From the shipment to the money: what is billed when, how far an order is billed and paid, and when it closes (RULES R6)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, refused

from deskbook.books.claims.queries import RULES as CLAIM_RULES
from deskbook.books.claims.queries import balance
from deskbook.books.ledger.queries import RULES as LEDGER_RULES
from deskbook.books.orders import billing, queries
from deskbook.books.orders import commands as orders
from deskbook.books.orders.listings import ORDERS
from deskbook.books.parties.commands import change_party
from deskbook.books.receivables.payments import bounce, take_payment
from deskbook.books.returns import commands as returns
from deskbook.books.returns import deciding
from deskbook.books.shipments.commands import record_history, ship
from deskbook.core.check import check
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def axes(trade: Trade, order: int) -> tuple[str, str | None, str | None, str | None]:
    """State, and how far it is sent, billed and paid."""
    row = trade.book.look.row("SELECT state, fulfil, bill, pay FROM v_order WHERE id = :order", order=order)
    assert row is not None
    return row[0], row[1], row[2], row[3]


def claims(trade: Trade) -> list[tuple[Any, ...]]:
    return trade.book.look.rows("SELECT no, kind, day, due, amount FROM claim WHERE void = 0 ORDER BY id")


def parts(trade: Trade) -> list[tuple[Any, ...]]:
    """Lines of the claims that stand: pieces and cents."""
    sql = "SELECT l.qty / 1000, l.amount FROM claim_line l JOIN claim k ON k.id = l.claim_id WHERE k.void = 0 ORDER BY l.id"
    return trade.book.look.rows(sql)


def pays(trade: Trade, cents: int, order: int | None = None, **facts: Any) -> int:
    bank = trade.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    return int(trade.book.run(take_payment, party=trade.junye, account=bank, amount=cents, order=order, **facts))


def bills(trade: Trade, when: str, **facts: Any) -> None:
    trade.book.run(change_party, party=trade.junye, bills=when, **facts)


def sound(trade: Trade) -> None:
    trade.sound()
    assert [(finding.rule, finding.faults) for finding in check(trade.book.look, (*CLAIM_RULES, *LEDGER_RULES)) if finding.faults] == []


def back(trade: Trade, shipment: int, pieces: int, outcome: str) -> int:
    """Goods of a shipment's first line come back, and what becomes of them."""
    (line, *_rest) = trade.parts(shipment)
    made = trade.book.run(returns.announce_return, shipment=shipment, lines=[{"shipment_line": line, "qty": pieces * PC}])
    trade.book.run(returns.receive_return, goods_return=made)
    row = trade.book.look.value("SELECT id FROM return_line WHERE return_id = :id", id=made)
    trade.book.run(deciding.decide, line=row, outcome=outcome, cause="customer", **({"goods": "restock"} if outcome == "refund" else {}))
    trade.book.run(returns.close_return, goods_return=made)
    return int(made)


def of_1000(trade: Trade, **facts: Any) -> int:
    """An order over 10 pieces at 100.00."""
    return trade.take({"item": trade.bag, "qty": 10 * PC, "price": 1_000_000}, **facts)


# -- the vectors of R6 -----------------------------------------------------------------------------------------------------


def test_of_10_with_7_sent_3_are_open_7_are_billed_and_nothing_is_paid(trade: Trade) -> None:
    trade.book.run(change_party, party=trade.junye, terms_days=30)
    order = of_1000(trade)
    assert axes(trade, order) == ("confirmed", "none", "none", "none")
    trade.send(order, 7)
    assert trade.open(order) == [3]
    assert axes(trade, order) == ("confirmed", "part", "part", "none")
    assert claims(trade) == [("I-2026-0001", "sale", "2026-11-23", "2026-12-23", 70_000)]
    assert queries.how_far(trade.book.look, order) == "shipped 7/10 · billed 7 · not paid"
    assert trade.book.look.row("SELECT salesperson_id, order_id, shipment_id FROM claim") == (trade.zhang, order, 1)
    sound(trade)


def test_kilograms_and_pieces_are_not_added_up_but_lines_counted(trade: Trade) -> None:
    look = trade.book.look
    units: dict[int, str] = dict(look.rows("SELECT id, unit FROM item"))
    assert units[trade.copper] != units[trade.board]
    order = trade.take({"item": trade.copper, "qty": 4_400}, (trade.board, 2))
    assert queries.how_far(look, order) == "shipped 0/2 lines · billed 0/2 lines · not paid"
    trade.send(order, 0, 2)
    assert queries.how_far(look, order) == "shipped 1/2 lines · billed 1/2 lines · not paid"
    assert queries.owed(look, order) == "partly shipped: 1 of 2 lines"


def test_a_deposit_before_any_bill_is_an_advance(trade: Trade) -> None:
    order = of_1000(trade)
    pays(trade, 30_000, order)
    assert axes(trade, order) == ("confirmed", "none", "none", "deposit")
    assert balance(trade.book.look, trade.junye) == -30_000
    assert trade.book.look.value("SELECT count(*) FROM owed") == 0
    trade.send(order, 7)  # the deposit settles the first bill
    assert axes(trade, order) == ("confirmed", "part", "part", "part")
    assert balance(trade.book.look, trade.junye) == 40_000
    assert trade.book.look.rows("SELECT open FROM owed") == [(40_000,)]
    sound(trade)


def test_2_of_7_come_back_the_rest_is_closed_short_and_the_order_closes_when_5_are_paid(trade: Trade) -> None:
    order = of_1000(trade)
    shipment = trade.send(order, 7)
    made = back(trade, shipment, 2, "refund")
    assert axes(trade, order)[:2] == ("confirmed", "part")
    row = trade.book.look.row("SELECT shipped, returned, billed, open FROM v_order_line WHERE order_id = :order", order=order)
    assert row == (7 * PC, 2 * PC, 5 * PC, 3 * PC)  # what was sent is history; 5 are to be paid; 3 are open still
    trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="no stock")
    assert axes(trade, order) == ("confirmed", "all", "all", "none")
    assert trade.book.look.value("SELECT state FROM goods_return WHERE id = :id", id=made) == "closed"
    pays(trade, 49_999)
    assert axes(trade, order) == ("confirmed", "all", "all", "part")
    pays(trade, 1)
    assert axes(trade, order) == ("closed", "all", "all", "all")
    lost = trade.book.look.row("SELECT short_closed, price FROM v_order_line WHERE short_reason = 'no stock'")
    assert lost == (3 * PC, 1_000_000)  # the lost-order report: 3 x 100.00
    sound(trade)


def test_an_order_stays_open_while_a_return_of_it_is(trade: Trade) -> None:
    order = of_1000(trade)
    shipment = trade.send(order)
    made = trade.book.run(returns.announce_return, shipment=shipment, lines=[{"shipment_line": trade.parts(shipment)[0], "qty": 2 * PC}])
    pays(trade, 100_000)
    assert axes(trade, order) == ("confirmed", "all", "all", "all")
    trade.book.run(returns.cancel_return, goods_return=made)
    assert axes(trade, order)[0] == "closed"
    sound(trade)


# -- parts add up ----------------------------------------------------------------------------------------------------------


def test_the_parts_of_a_line_add_up_to_its_amount_to_the_cent(trade: Trade) -> None:
    # 3 at 33.335 less 5 % = 95.00475 -> 95.00; a third is 31.6667, two thirds 63.3333: 31.67, then 63.33 - 31.67 = 31.66, then 95.00 - 63.33 = 31.67
    order = trade.take({"item": trade.bag, "qty": 3 * PC, "price": 333_350, "discount": 500}, freight=1_200)
    for _n in range(3):
        trade.send(order, 1)
    assert parts(trade) == [(1, 3_167), (0, 1_200), (1, 3_166), (1, 3_167)]  # freight with the first
    assert [row[-1] for row in claims(trade)] == [4_367, 3_166, 3_167]
    assert axes(trade, order) == ("confirmed", "all", "all", "none")
    assert trade.book.look.row("SELECT total, freight, billed, paid FROM v_order WHERE id = :id", id=order) == (9_500, 1_200, 10_700, 0)
    sound(trade)


def test_a_price_changed_after_a_part_was_billed_is_made_up_with_the_rest(trade: Trade) -> None:
    order = of_1000(trade)
    trade.send(order, 7)
    trade.book.run(orders.change_line, line=trade.lines(order)[0], price=1_200_000)
    trade.send(order, 3)
    assert parts(trade) == [(7, 70_000), (3, 50_000)]
    assert axes(trade, order)[2] == "all"
    sound(trade)


def test_what_is_worth_nothing_is_not_billed_and_closes_when_it_is_sent(trade: Trade) -> None:
    order = trade.take({"item": trade.bag, "qty": PC, "price": 0})
    trade.send(order)
    assert claims(trade) == []
    assert axes(trade, order) == ("closed", "all", "all", "all")
    sound(trade)


def test_the_total_does_not_count_what_was_closed_short(trade: Trade) -> None:
    order = of_1000(trade)
    trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="price", qty=3 * PC)
    assert trade.book.look.value("SELECT total FROM v_order WHERE id = :id", id=order) == 70_000
    trade.send(order)
    assert [row[-1] for row in claims(trade)] == [70_000]
    pays(trade, 80_000)
    assert axes(trade, order) == ("closed", "all", "all", "all")  # what is over is the customer's, not this order's
    sound(trade)


def test_too_much_paid_for_an_order_is_told(trade: Trade) -> None:
    order = of_1000(trade)
    pays(trade, 120_000, order)
    assert axes(trade, order) == ("confirmed", "none", "none", "over")
    trade.send(order)
    assert axes(trade, order) == ("confirmed", "all", "all", "over")
    sound(trade)


# -- when ------------------------------------------------------------------------------------------------------------------


def test_billed_at_the_order_a_change_gives_the_difference(trade: Trade) -> None:
    bills(trade, "order", terms_days=10)
    order = of_1000(trade, day="2026-11-20", freight=500)
    assert claims(trade) == [("I-2026-0001", "sale", "2026-11-20", "2026-11-30", 100_500)]
    trade.there_and_back(lambda: trade.book.run(orders.add_line, order=order, item=trade.copper, qty=PC, price=50_000))
    trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="no stock", qty=3 * PC)
    assert [(row[1], row[-1]) for row in claims(trade)] == [("sale", 100_500), ("sale", 500), ("credit", -30_000)]
    assert trade.book.look.rows("SELECT open FROM owed") == [(70_500,), (500,)]  # the credit note settled a part of the first
    assert axes(trade, order) == ("confirmed", "none", "all", "none")
    assert "was billed by I-2026-0001" in str(refused(lambda: trade.book.run(orders.change_line, line=trade.lines(order)[0], item=trade.board)))
    trade.send(order)
    assert len(claims(trade)) == 3
    assert refused(lambda: trade.book.run(orders.change_order, order=order, freight=499)).field == "freight"
    pays(trade, 71_000)
    assert axes(trade, order) == ("closed", "all", "all", "all")
    sound(trade)


def test_a_draft_is_billed_when_it_is_confirmed_and_credited_when_it_is_cancelled(trade: Trade) -> None:
    bills(trade, "order")
    order = of_1000(trade, state="draft", freight=300)
    assert claims(trade) == []
    trade.there_and_back(lambda: trade.book.run(orders.confirm, order=order))
    assert [row[-1] for row in claims(trade)] == [100_300]
    line = trade.lines(order)[0]
    trade.book.run(orders.add_line, order=order, item=trade.bag, qty=PC, price=10_000)
    assert "was billed by" in str(refused(lambda: trade.book.run(orders.drop_line, line=line)))
    paid = pays(trade, 100)
    assert "is paid" in str(refused(lambda: trade.book.run(orders.cancel, order=order, reason="changed mind")))
    trade.book.run(bounce, payment=paid)
    trade.book.run(orders.cancel, order=order, reason="changed mind")
    assert axes(trade, order) == ("cancelled", "none", "all", "all")
    assert trade.book.look.value("SELECT count(*) FROM owed") == 0
    sound(trade)


def test_billed_by_hand_a_claim_is_raised_over_what_was_sent_and_did_not_come_back(trade: Trade) -> None:
    bills(trade, "hand")
    order = of_1000(trade)
    first = trade.send(order, 7)
    assert claims(trade) == []
    assert trade.book.look.value("SELECT to_bill FROM v_order WHERE id = :id", id=order) == 70_000
    back(trade, first, 2, "restock")
    assert trade.book.look.value("SELECT to_bill FROM v_order WHERE id = :id", id=order) == 50_000
    trade.there_and_back(lambda: trade.book.run(billing.bill_order, order=order))
    assert parts(trade) == [(5, 50_000)]
    assert axes(trade, order)[2:] == ("part", "none")
    assert "Nothing of S-2026-0001" in str(refused(lambda: trade.book.run(billing.bill_order, order=order)))
    second = trade.send(order, 3)
    trade.book.run(billing.bill_shipments, shipments=[first, second])
    assert parts(trade) == [(5, 50_000), (3, 30_000)]
    pays(trade, 80_000)
    assert axes(trade, order) == ("closed", "all", "all", "all")
    sound(trade)


def test_several_orders_are_billed_at_once(trade: Trade) -> None:
    bills(trade, "hand")
    marked = [of_1000(trade) for _n in range(3)]
    trade.send(marked[0])
    trade.send(marked[1], 4)
    assert trade.book.run(billing.bill_orders, orders=marked) == [1, 2]
    assert [row[-1] for row in claims(trade)] == [100_000, 40_000]
    shipment = trade.make(marked[2])
    assert "has not left" in str(refused(lambda: trade.book.run(billing.bill_shipments, shipments=[shipment])))
    sound(trade)


# -- blocks and limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["ship", "bill", "all"])
def test_the_three_steps_of_a_block(trade: Trade, step: str) -> None:
    order = of_1000(trade)
    ready = trade.make(order, 7)
    trade.check(ready)
    trade.book.run(change_party, party=trade.junye, block=step)
    no = refused(lambda: trade.book.run(ship, shipment=ready))
    assert "Junye 骏业 is blocked" in str(no)
    assert str(refused(lambda: trade.make(order, 3))) == str(no)
    if step == "all":
        assert refused(lambda: of_1000(trade)).field == "customer"
    else:
        of_1000(trade)
    trade.book.run(change_party, party=trade.junye, block="")
    trade.book.run(ship, shipment=ready)
    trade.book.run(change_party, party=trade.junye, block=step)
    if step != "ship":
        bills(trade, "hand")
        assert "blocked" in str(refused(lambda: trade.book.run(billing.bill_history, order=of_1000(trade, history=True))))
    sound(trade)


def test_an_order_over_the_limit_says_by_how_much(trade: Trade) -> None:
    trade.book.run(change_party, party=trade.junye, credit_limit=150_000)
    first = of_1000(trade)
    assert trade.book.look.row("SELECT note, over_limit FROM sales_order WHERE id = :id", id=first) == ("", None)
    trade.send(first)
    second = of_1000(trade, note="by phone")
    assert trade.book.look.row("SELECT note, over_limit FROM sales_order WHERE id = :id", id=second) == ("by phone", 50_000)
    assert queries.owed(trade.book.look, second) == "taken 500.00 over the credit limit"
    assert queries.said_credit(trade.book.look, trade.junye) == "owes 1,000.00; limit 1,500.00"
    trade.send(second)
    assert queries.said_credit(trade.book.look, trade.junye) == "owes 2,000.00; limit 1,500.00; over by 500.00"
    pays(trade, 250_000)
    assert queries.said_credit(trade.book.look, trade.junye) == "paid 500.00 ahead; limit 1,500.00"
    sound(trade)


# -- history, bounces, undo ------------------------------------------------------------------------------------------------


def test_what_is_from_before_the_book_is_billed_only_when_asked(trade: Trade) -> None:
    order = of_1000(trade, history=True, day="2025-03-01", freight=700)
    trade.book.run(record_history, order=order, shipped_on="2025-03-04")
    assert axes(trade, order) == ("closed", "all", None, None)
    trade.book.run(billing.bill_history, order=order)
    assert claims(trade) == [("I-2025-0001", "sale", "2025-03-01", "2025-03-01", 100_700)]
    assert trade.book.run(billing.bill_history, order=order) is None
    assert axes(trade, order) == ("closed", "all", "all", "none")
    pays(trade, 100_700)
    assert axes(trade, order) == ("closed", "all", "all", "all")
    open_one = of_1000(trade)
    trade.book.run(record_history, order=open_one, shipped_on="2026-11-01", lines={trade.lines(open_one)[0]: 6 * PC})
    trade.send(open_one)
    assert claims(trade)[-1][-1] == 40_000  # only what left while the book was kept
    assert axes(trade, open_one)[1:3] == ("all", "all")
    sound(trade)


def test_a_bounced_payment_opens_its_order_again(trade: Trade) -> None:
    order = of_1000(trade)
    trade.send(order)
    paid = pays(trade, 100_000)
    assert axes(trade, order)[0] == "closed"
    trade.book.run(bounce, payment=paid)
    assert axes(trade, order) == ("confirmed", "all", "all", "none")
    sound(trade)


def test_taking_back_a_shipment_takes_back_its_claim(trade: Trade) -> None:
    order = of_1000(trade)
    shipment = trade.make(order)
    trade.check(shipment)
    trade.there_and_back(lambda: trade.book.run(ship, shipment=shipment))
    trade.book.undo()
    assert (claims(trade), balance(trade.book.look, trade.junye)) == ([], 0)
    trade.book.run(ship, shipment=shipment)
    assert [row[0] for row in claims(trade)] == ["I-2026-0002"]
    sound(trade)


def test_fewer_pieces_that_are_worth_nothing_need_no_credit_note(trade: Trade) -> None:
    bills(trade, "order")
    order = trade.take((trade.board, 1), {"item": trade.bag, "qty": 12 * PC, "price": 1})  # 12 at 0.0001 are 0.00
    trade.book.run(orders.change_line, line=trade.lines(order)[1], qty=5 * PC)
    assert [row[-1] for row in claims(trade)] == [35_500]
    sound(trade)


def test_views_say_what_is_to_send_to_bill_and_to_be_paid(trade: Trade) -> None:
    def shown(view: str) -> list[int]:
        where = next(v.where for v in ORDERS.views if v.name == view)
        return [row for (row,) in trade.book.look.rows(f"SELECT id FROM v_order WHERE {where} ORDER BY id", today="2026-11-23")]

    sent, part, paid, by_hand = (of_1000(trade) for _n in range(4))
    trade.send(sent)
    trade.send(part, 4)
    trade.send(paid)
    pays(trade, 100_000, paid)
    bills(trade, "hand")
    trade.send(by_hand)
    assert (shown("open"), shown("unpaid"), shown("to_bill"), shown("closed")) == ([part], [sent, part], [by_hand], [paid])
    progress = trade.book.look.rows("SELECT progress FROM v_order ORDER BY id")
    assert progress == [("▪ ▪ ·",), ("▫ ▫ ·",), ("▪ ▪ ▪",), ("▪ · ·",)]
