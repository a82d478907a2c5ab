"""Returns: the vectors of R6, what each outcome does with goods and money, what is refused, and that every command is taken back."""
from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, refused, tampered

from deskbook.books.items.commands import add_item, change_item, merge_items
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.orders import billing
from deskbook.books.orders import commands as orders
from deskbook.books.orders.commands import change_line
from deskbook.books.receivables.notes import give_credit
from deskbook.books.returns import commands as returns
from deskbook.books.returns import deciding
from deskbook.books.returns.queries import RULES, worth
from deskbook.books.shipments import commands as shipments
from deskbook.books.shipments import incidents
from deskbook.books.stock.commands import add_place
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.store import Look, Store, Tx
from deskbook.core.verify import verify

STANDING = {
    "returns": "SELECT * FROM goods_return WHERE void = 0 ORDER BY id",
    "lines": "SELECT l.* FROM return_line l JOIN goods_return g ON g.id = l.return_id WHERE g.void = 0 ORDER BY l.id",
    "orders": "SELECT * FROM sales_order WHERE void = 0 ORDER BY id",
    "order_lines": "SELECT l.* FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE o.void = 0 ORDER BY l.id",
    "goods": "SELECT * FROM stock_balance WHERE qty <> 0 ORDER BY item_id, place_id",
    "reserved": "SELECT * FROM reservation ORDER BY order_line_id",
    "incidents": "SELECT * FROM incident ORDER BY id",
    "claims": "SELECT * FROM claim WHERE void = 0 ORDER BY id",
    "owed": "SELECT claim_id, open FROM owed ORDER BY claim_id",
}


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def by_hand(tx: Tx, *, party: int) -> None:
    """Bill a customer by hand."""
    tx.con.execute("UPDATE party SET bills = 'hand' WHERE id = ?", (party,))


def standing(trade: Trade) -> dict[str, list[Any]]:
    return {name: trade.book.look.rows(sql) for name, sql in STANDING.items()}


def sound(trade: Trade) -> None:
    trade.sound()
    assert [finding for finding in check(trade.book.look, RULES) if finding.faults] == []


def there_and_back(trade: Trade, act: Callable[[], Any]) -> None:
    """Do, take back, do again: the rows as before, then as after."""
    before = standing(trade)
    act()
    after = standing(trade)
    assert after != before
    sound(trade)
    trade.book.undo()
    assert standing(trade) == before
    sound(trade)
    trade.book.redo()
    assert standing(trade) == after
    sound(trade)


def announce(trade: Trade, shipment: int, *qty: int, **facts: Any) -> int:
    """A return of so many pieces of a shipment's lines."""
    lines = [{"shipment_line": line, "qty": n * PC} for line, n in zip(trade.parts(shipment), qty, strict=True) if n]
    return int(trade.book.run(returns.announce_return, lines=lines, **facts))


def come(trade: Trade, shipment: int, *qty: int) -> int:
    """Announced and received."""
    made = announce(trade, shipment, *qty)
    trade.book.run(returns.receive_return, goods_return=made)
    return made


def lines(trade: Trade, made: int) -> list[int]:
    return [line for (line,) in trade.book.look.rows("SELECT id FROM return_line WHERE return_id = :id ORDER BY pos", id=made)]


def decide(trade: Trade, line: int, outcome: str, cause: str = "customer", **facts: Any) -> None:
    trade.book.run(deciding.decide, line=line, outcome=outcome, cause=cause, **facts)


def state(trade: Trade, made: int) -> str:
    return str(trade.book.look.value("SELECT state FROM v_return WHERE id = :id", id=made))


def said(trade: Trade) -> str:
    return trade.book.sentence(trade.book.position[0])


def axes(trade: Trade, order: int) -> tuple[Any, ...]:
    row = trade.book.look.row("SELECT fulfil, shipped, sum(returned), max(open) FROM v_order_line JOIN (SELECT fulfil FROM v_order WHERE id = :o)"
                              " WHERE order_id = :o", o=order)
    assert row is not None
    return row


def balance(trade: Trade) -> int:
    """What customers owe, in cents."""
    return int(trade.book.look.value("SELECT coalesce(sum(open), 0) FROM owed WHERE side = 'receivable'"))


def test_order_10_ship_7_return_2(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.send(order, 7)
    made = announce(trade, shipment, 2)
    assert axes(trade, order) == ("part", 7 * PC, 0, 3 * PC)  # announced is not back
    trade.book.run(returns.receive_return, goods_return=made)
    assert axes(trade, order) == ("part", 7 * PC, 2 * PC, 3 * PC)  # shipped is history; 5 can be billed; 3 are open still
    assert (trade.there(trade.bag), trade.there(trade.bag, trade.quarantine)) == (93, 2)
    line = lines(trade, made)[0]
    decide(trade, line, "replace", "ours", again=True)
    last = "SELECT qty, price, amount, return_line_id, pos FROM order_line WHERE order_id = :o ORDER BY pos DESC LIMIT 1"
    again = trade.book.look.row(last, o=order)
    assert again == (2 * PC, 0, 0, line, 2)
    third = trade.book.look.value("SELECT max(id) FROM order_line")
    assert refused(lambda: trade.book.run(change_line, line=third, price=10_000)).field == "price"  # it was paid for once
    assert trade.book.look.value("SELECT sum(qty) FROM reservation WHERE order_id = :o", o=order) == 5 * PC
    assert trade.there(trade.bag, trade.quarantine) == 2  # what came back waits there
    trade.send(order, 3, 2)
    assert trade.there(trade.bag) == 88
    assert str(refused(lambda: trade.book.run(deciding.send_again, line=line))) == "Bag is on its order again already."
    trade.book.run(returns.close_return, goods_return=made)
    assert state(trade, made) == "closed"
    sound(trade)


def test_short_closed_for_want_of_stock_is_lost_at_its_price(trade: Trade) -> None:
    order = trade.take({"item": trade.board, "qty": 10 * PC, "price": 3_550_000, "discount": 1000, "approved_by": "Li 9:00"})
    trade.book.run(orders.short_close, line=trade.lines(order)[0], reason="no stock", qty=3 * PC)
    found = trade.book.look.rows("SELECT short_closed, lost FROM v_order_line WHERE short_reason = 'no stock' AND short_closed > 0")
    assert found == [(3 * PC, 95_850)]  # 3 x 355.00 less a tenth
    assert trade.book.look.rows("SELECT month, reason, orders, lines, value FROM v_lost_month") == [("2026-11", "no stock", 1, 1, 95_850)]


@pytest.mark.parametrize(
    ("outcome", "kind"), [("restock", "shelf"), ("quarantine", "quarantine"), ("scrap", "loss"), ("repair", "factory"), ("send back", "customer")]
)
def test_where_the_goods_go(trade: Trade, outcome: str, kind: str) -> None:
    trade.book.run(add_place, code="fix", name="Repairs", kind="factory")
    made = come(trade, trade.send(trade.take((trade.board, 5))), 3)
    there_and_back(trade, lambda: decide(trade, lines(trade, made)[0], outcome, "carrier"))
    sql = "SELECT p.kind, b.qty FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = :i AND b.qty > 0 ORDER BY p.kind"
    found: dict[str, int] = dict(trade.book.look.rows(sql, i=trade.board))
    before = {"shelf": 7 * PC, "customer": 2 * PC}
    assert found == before | {kind: before.get(kind, 0) + 3 * PC}
    assert state(trade, made) == "inspected"


def test_a_refund_credits_what_was_billed_and_settles_it(trade: Trade) -> None:
    order = trade.take({"item": trade.bag, "qty": 3 * PC, "price": 33_333})  # 3 x 3.3333 = 10.00
    shipment = trade.send(order)
    assert balance(trade) == 1000
    made = come(trade, shipment, 1)
    there_and_back(trade, lambda: decide(trade, lines(trade, made)[0], "refund", "carrier", goods="restock"))
    assert trade.book.look.rows("SELECT kind, amount FROM claim ORDER BY id DESC LIMIT 1") == [("credit", -333)]
    assert balance(trade) == 667
    assert trade.there(trade.bag) == 98
    for rest in (334, 0):  # the last of three takes the cent
        other = come(trade, shipment, 1)
        assert worth(trade.book.look, lines(trade, other)[0])[0] in (333, 334)
        decide(trade, lines(trade, other)[0], "refund", "carrier")
        assert balance(trade) in (rest, 333)
    assert balance(trade) == 0
    assert trade.book.look.value("SELECT sum(amount) FROM claim WHERE kind = 'credit' AND void = 0") == -1000
    sound(trade)


def test_what_was_not_billed_is_not_refunded(trade: Trade) -> None:
    trade.book.run(by_hand, party=trade.junye)
    made = come(trade, trade.send(trade.take((trade.bag, 3))), 1)
    line = lines(trade, made)[0]
    refusal = refused(lambda: decide(trade, line, "refund"))
    assert refusal.field == "amount"
    assert str(refusal).startswith("Nothing was billed for Bag with it")
    assert refused(lambda: decide(trade, line, "refund", amount=120)).field == "amount"  # nor any amount that is typed
    decide(trade, line, "scrap")
    assert (balance(trade), trade.book.look.value("SELECT count(*) FROM claim")) == (0, 0)
    sound(trade)


def test_a_refund_is_over_no_more_than_was_billed(trade: Trade) -> None:
    """5 sold at 10.00, 2 come back: 20.00 at most, of one of them 10.00; what is over 20.00 is refused, a goodwill of less is not."""
    made = come(trade, trade.send(trade.take({"item": trade.bag, "qty": 5 * PC, "price": 100_000})), 2)
    line = lines(trade, made)[0]
    refusal = refused(lambda: decide(trade, line, "refund", amount=2001))
    assert (refusal.field, str(refusal)) == ("amount", "20.01 is more than the 20.00 that was billed for 2 of Bag and is not credited yet.")
    assert "more than the 10.00 that was billed for 1 of Bag" in str(refused(lambda: decide(trade, line, "refund", amount=1001, qty=PC)))
    there_and_back(trade, lambda: decide(trade, line, "refund", amount=700, qty=PC))
    assert balance(trade) == 4300
    rest = lines(trade, made)[1]
    assert worth(trade.book.look, rest)[0] == 1000
    decide(trade, rest, "refund", amount=1000)
    assert balance(trade) == 3300
    sound(trade)


def test_what_was_credited_of_the_bill_by_hand_is_not_refunded_again(trade: Trade) -> None:
    """Billed 50.00, a credit note of 45.00 for being late: when all comes back, 5.00 are left to be credited."""
    made = come(trade, trade.send(trade.take({"item": trade.bag, "qty": 5 * PC, "price": 100_000})), 5)
    trade.book.run(give_credit, claim=trade.book.look.value("SELECT id FROM claim"), amount=4500, reason="late")
    line = lines(trade, made)[0]
    assert worth(trade.book.look, line)[0] == 500
    assert refused(lambda: decide(trade, line, "refund", amount=501)).field == "amount"
    decide(trade, line, "refund")
    assert balance(trade) == 0
    sound(trade)


def test_of_what_left_with_no_shipment_we_know_the_amount_is_asked(trade: Trade) -> None:
    made = int(trade.book.run(returns.announce_return, lines=[{"item": trade.bag, "qty": PC}], customer=trade.anka))
    trade.book.run(returns.receive_return, goods_return=made)
    line = lines(trade, made)[0]
    assert str(refused(lambda: decide(trade, line, "refund"))) == "It is not known what Bag was billed with; type the amount of the credit note."
    decide(trade, line, "refund", amount=120)
    assert trade.book.look.row("SELECT order_id, amount FROM claim") == (None, -120)
    sound(trade)


def test_nothing_comes_back_before_it_left(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.bag, 3)))
    trade.check(shipment)
    trade.book.run(shipments.ship, shipment=shipment, day="2026-11-20")
    made = announce(trade, shipment, 1)
    refusal = refused(lambda: trade.book.run(returns.receive_return, goods_return=made, day="2026-11-19"))
    assert (refusal.field, str(refusal)) == ("day", "D-2026-0001 left on Fri 20 Nov 2026; nothing of it came back before.")
    trade.book.run(returns.receive_return, goods_return=made, day="2026-11-20")
    assert trade.there(trade.bag, trade.quarantine) == 1
    sound(trade)


def test_it_says_what_paper_was_made_of_it(trade: Trade) -> None:
    made = come(trade, trade.send(trade.take({"item": trade.bag, "qty": 3 * PC, "price": 100_000})), 3)
    line = lines(trade, made)[0]
    decide(trade, line, "refund", qty=PC)
    assert said(trade) == "1 of Bag on R-2026-0001: refunded; I-2026-0002 over 10.00"
    decide(trade, lines(trade, made)[1], "replace", again=True, qty=PC)
    assert said(trade) == "1 of Bag on R-2026-0001: replaced; again on S-2026-0001"
    decide(trade, lines(trade, made)[2], "scrap")
    assert said(trade) == "1 of Bag on R-2026-0001: scrapped"


def test_part_goes_one_way_and_part_another(trade: Trade) -> None:
    made = come(trade, trade.send(trade.take((trade.board, 5))), 4)
    line = lines(trade, made)[0]
    there_and_back(trade, lambda: decide(trade, line, "restock", "customer", qty=3 * PC))
    assert trade.book.look.rows("SELECT qty, outcome FROM return_line ORDER BY pos") == [(3 * PC, "restock"), (PC, "")]
    assert state(trade, made) == "received"
    assert str(refused(lambda: trade.book.run(returns.close_return, goods_return=made))) == "A line of R-2026-0001 is not decided yet."
    assert str(refused(lambda: decide(trade, line, "scrap"))) == "BVM7-710 is decided already: back to the shelf."
    other = lines(trade, made)[1]
    assert str(refused(lambda: decide(trade, other, "scrap", qty=2 * PC))) == "1 of BVM7-710 are to be decided, not 2."
    there_and_back(trade, lambda: decide(trade, other, "scrap", "carrier", note="crushed"))
    assert (trade.there(trade.board), trade.there(trade.board, trade.quarantine)) == (10, 0)
    there_and_back(trade, lambda: trade.book.run(returns.close_return, goods_return=made))


def test_no_more_comes_back_than_left(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.send(order, 7)
    announce(trade, shipment, 2)
    refusal = refused(lambda: announce(trade, shipment, 6))
    assert refusal.field == "lines.0.qty"
    assert str(refusal) == "7 of Bag left with D-2026-0001, 2 of it are back or announced already; 6 more cannot come back."
    assert str(refused(lambda: announce(trade, trade.make(order, 3), 1))) == "0 of Bag left with D-2026-0002, 1 cannot come back."
    made = announce(trade, shipment, 5)
    more = [{"line": lines(trade, made)[0], "qty": 6 * PC}]
    assert "6 more cannot come back" in str(refused(lambda: trade.book.run(returns.receive_return, goods_return=made, lines=more)))
    sound(trade)


def test_what_left_stays_sent_while_its_return_stands(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.make(order)
    trade.check(shipment)
    trade.book.run(shipments.ship, shipment=shipment)
    step = trade.book.position[0]
    announce(trade, shipment, 2)
    assert "Junye 骏业 sends back: R-2026-0001" in str(refused(lambda: trade.book.undo(step)))


def test_another_model_came_back_than_the_book_says_was_sent(trade: Trade) -> None:
    """The order says 710; 8505 was put into the box: it lay on the shelf in the book until it came back."""
    shipment = trade.send(trade.take((trade.board, 5)))
    assert (trade.there(trade.board), trade.there(trade.longer)) == (7, 3)
    lines_ = [{"shipment_line": trade.parts(shipment)[0], "item": trade.longer, "qty": 2 * PC}]
    made = int(trade.book.run(returns.announce_return, lines=lines_, told_by="Mrs Li"))
    there_and_back(trade, lambda: trade.book.run(returns.receive_return, goods_return=made))
    assert (trade.there(trade.board), trade.there(trade.longer), trade.there(trade.longer, trade.quarantine)) == (9, 1, 2)  # as it really is
    line = lines(trade, made)[0]
    there_and_back(trade, lambda: decide(trade, line, "restock", "warehouse"))
    assert trade.there(trade.longer) == 3
    row = trade.book.look.row("SELECT kind, place_id, item_id, given, shipment_line_id, return_line_id FROM incident")
    assert row == ("wrong model", trade.shelf, trade.board, "BVM7-710-8505", trade.parts(shipment)[0], line)
    month = trade.book.look.rows("SELECT month, place, near_misses, wrong_models, lines_sent FROM v_incident_month")
    assert month == [("2026-11", "Shelf", 0, 1, 1)]


def test_each_piece_that_came_back_knows_the_move_it_left_with(trade: Trade) -> None:
    shipment = trade.send(trade.take((trade.board, 5)))
    left = trade.book.look.value("SELECT id FROM stock_move WHERE shipment_line_id = :l", l=trade.parts(shipment)[0])
    come(trade, shipment, 1)
    wrong = int(trade.book.run(
        returns.announce_return, lines=[{"shipment_line": trade.parts(shipment)[0], "item": trade.longer, "qty": PC}]
    ))
    trade.book.run(returns.receive_return, goods_return=wrong)
    rows = trade.book.look.rows("SELECT item_id, left_id FROM v_return_move ORDER BY id")
    out = trade.book.look.value("SELECT id FROM stock_move WHERE item_id = :i AND reason = 'really left'", i=trade.longer)
    assert rows == [(trade.board, left), (trade.board, left), (trade.longer, out)]


def test_what_left_before_its_item_was_merged_comes_back_with_the_move_it_left_with(trade: Trade) -> None:
    shipment = trade.send(trade.take((trade.board, 5)))
    left = trade.book.look.value("SELECT id FROM stock_move WHERE shipment_line_id = :l", l=trade.parts(shipment)[0])
    trade.book.run(merge_items, keep=trade.longer, gone=trade.board)
    come(trade, shipment, 1)
    assert trade.book.look.rows("SELECT DISTINCT item_id, left_id FROM v_return_move") == [(trade.longer, left)]


def test_where_the_shelf_was_counted_meanwhile_nothing_is_swapped(trade: Trade) -> None:
    shipment = trade.send(trade.take((trade.board, 5)))
    made = int(trade.book.run(returns.announce_return, lines=[{"shipment_line": trade.parts(shipment)[0], "item": trade.longer, "qty": 2 * PC}]))
    trade.book.run(returns.receive_return, goods_return=made, swap=False)
    assert (trade.there(trade.board), trade.there(trade.longer), trade.there(trade.longer, trade.quarantine)) == (7, 3, 2)
    decide(trade, lines(trade, made)[0], "quarantine", "customer")  # the customer's own mistake is no incident of ours
    assert trade.book.look.value("SELECT count(*) FROM incident") == 0
    sound(trade)


def test_less_came_than_was_announced(trade: Trade) -> None:
    shipment = trade.send(trade.take((trade.board, 5), (trade.bag, 5)))
    made = announce(trade, shipment, 2, 2)
    first = lines(trade, made)[0]
    there_and_back(trade, lambda: trade.book.run(returns.receive_return, goods_return=made, lines=[{"line": first, "qty": PC}]))
    assert trade.book.look.rows("SELECT item_id, qty FROM return_line") == [(trade.board, PC)]


def test_without_a_shipment_it_needs_a_customer_and_an_item(trade: Trade) -> None:
    def announcing(**facts: Any) -> str:
        refusal = refused(lambda: trade.book.run(returns.announce_return, **facts))
        return f"{refusal.field}: {refusal}"

    assert announcing(lines=[]) == "lines: A return needs at least one line."
    assert announcing(lines=[{"qty": PC}]) == "lines.0.item: Say which item comes back."
    assert announcing(lines=[{"item": trade.bag, "qty": PC}]) == "customer: Say who sends it back."
    assert announcing(lines=[{"item": trade.bag, "qty": 1500}]).startswith("lines.0.qty: Bag is counted in whole units")
    shipment = trade.send(trade.take((trade.bag, 5)))
    line = {"shipment_line": trade.parts(shipment)[0], "qty": PC}
    assert announcing(lines=[line], customer=trade.anka) == "customer: These goods went to different customers; write a return for each."
    made = int(trade.book.run(returns.announce_return, lines=[{"item": trade.bag, "qty": PC}], customer=trade.anka))
    trade.book.run(returns.receive_return, goods_return=made)
    decide(trade, lines(trade, made)[0], "replace", "supplier", again=True)  # no order is known: a new one
    assert trade.book.look.row("SELECT customer_id, state FROM sales_order ORDER BY id DESC LIMIT 1") == (trade.anka, "confirmed")
    assert str(refused(lambda: trade.book.run(returns.receive_return, goods_return=made))) == (
        "R-2026-0001 is decided; that cannot be done any more, or not yet."
    )
    sound(trade)


def test_parts_of_a_kit_come_back_by_themselves(trade: Trade) -> None:
    kit = int(trade.book.run(add_item, code="SET", name="Set", list_price=1_000_000, since="2026-01-01"))
    trade.book.run(set_kit, item=kit, parts=[{"item": each, "qty": PC, "share": 1} for each in (trade.board, trade.longer, trade.bag)])
    made = come(trade, trade.send(trade.take((kit, 1))), 0, 0, 1)
    decide(trade, lines(trade, made)[0], "refund", "carrier", goods="restock")
    assert trade.book.look.rows("SELECT amount FROM claim ORDER BY id") == [(10_000,), (-3334,)]  # the part that had the cents
    sound(trade)


def test_an_order_that_a_return_is_not_of_any_more_awaits_it_no_longer(trade: Trade) -> None:
    order, other = trade.take((trade.board, 2)), trade.take((trade.board, 1))
    shipment, another = trade.send(order), trade.send(other)
    made = announce(trade, shipment, 1)
    trade.pay(order)
    assert trade.state(order) == ("confirmed", "all")  # it awaits the end of its return
    changed = [{"shipment_line": trade.parts(another)[0], "qty": PC}]
    there_and_back(trade, lambda: trade.book.run(returns.change_return, goods_return=made, lines=changed))
    assert trade.state(order) == ("closed", "all")
    sound(trade)


def test_every_command_is_taken_back_and_done_again(trade: Trade) -> None:
    order = trade.take((trade.bag, 10), (trade.board, 2))
    shipment = trade.send(order)
    there_and_back(trade, lambda: announce(trade, shipment, 3, 1))
    made = int(trade.book.look.value("SELECT max(id) FROM goods_return"))
    changed = [{"shipment_line": trade.parts(shipment)[1], "qty": 2 * PC}]
    there_and_back(trade, lambda: trade.book.run(returns.change_return, goods_return=made, lines=changed, note="all boards"))
    there_and_back(trade, lambda: trade.book.run(returns.receive_return, goods_return=made))
    line = lines(trade, made)[0]
    there_and_back(trade, lambda: decide(trade, line, "replace", "ours"))
    there_and_back(trade, lambda: trade.book.run(deciding.send_again, line=line))
    there_and_back(trade, lambda: trade.book.run(returns.close_return, goods_return=made))
    other = announce(trade, shipment, 1, 0)
    there_and_back(trade, lambda: trade.book.run(returns.cancel_return, goods_return=other))
    assert trade.book.look.rows("SELECT no FROM goods_return ORDER BY id")[-1] == ("R-2026-0002",)
    assert verify(trade.book.look.con) == []


def test_near_misses_and_incidents_are_written_down(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.longer, 2)))
    line = trade.parts(shipment)[0]
    there_and_back(trade, lambda: trade.book.run(incidents.note_near_miss, line=line, typed="710"))
    assert trade.book.look.row("SELECT kind, place_id, item_id, given FROM incident") == ("near miss", trade.shelf, trade.longer, "BVM7-710")
    for typed in ("8505", "xyz"):
        assert "names no other item" in str(refused(partial(trade.book.run, incidents.note_near_miss, line=line, typed=typed)))
    there_and_back(trade, lambda: trade.book.run(incidents.note_incident, kind="damaged", item=trade.bag, place=trade.back, note="wet"))
    assert "Say what went wrong" in str(refused(lambda: trade.book.run(incidents.note_incident, kind="other")))
    rows = trade.book.look.rows("SELECT month, place, near_misses, wrong_models, others FROM v_incident_month ORDER BY id")
    assert rows == [("2026-11", "Shelf", 1, 0, 0), ("2026-11", "Back room", 0, 0, 1)]
    there_and_back(trade, lambda: trade.book.run(incidents.drop_incident, incident=1))


def test_what_is_on_no_shipment_any_more_cannot_nearly_leave(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.longer, 2)))
    line = trade.parts(shipment)[0]
    trade.book.undo()
    assert refused(lambda: trade.book.run(incidents.note_near_miss, line=line, typed="710")).field == "line"
    assert refused(lambda: trade.book.run(incidents.note_incident, kind="damaged", given="wet", shipment_line=line)).field == "shipment_line"


def test_items_that_are_merged_keep_their_returns_in_order(trade: Trade) -> None:
    made = come(trade, trade.send(trade.take((trade.bag, 5))), 2)
    sack = int(trade.book.run(add_item, code="Sack", name="Sack", unit="pc"))
    there_and_back(trade, lambda: trade.book.run(merge_items, keep=sack, gone=trade.bag))
    decide(trade, lines(trade, made)[0], "restock", "customer")
    assert (trade.there(sack), trade.there(sack, trade.quarantine)) == (97, 0)
    sound(trade)


def test_kits_and_what_stands_in_them_are_not_merged(trade: Trade) -> None:
    kit = int(trade.book.run(add_item, code="SET", name="Set", unit="pc"))
    trade.book.run(set_kit, item=kit, parts=[{"item": trade.bag, "qty": PC}, {"item": trade.board, "qty": PC}])
    for keep, gone in ((kit, trade.bag), (trade.bag, kit), (trade.bag, trade.board)):
        refusal = refused(partial(trade.book.run, merge_items, keep=keep, gone=gone))
        assert "stand in a kit together" in str(refusal)
    refusal = refused(partial(trade.book.run, change_item, item=kit, minimum=PC))
    assert str(refusal) == "SET is a kit and not kept in stock; its parts have minimums."


def test_the_file_itself_refuses_more_than_was_shipped(trade: Trade) -> None:
    made = announce(trade, trade.send(trade.take((trade.bag, 5))), 5)

    def more(tx: Tx) -> None:
        tx.con.execute("UPDATE return_line SET qty = qty + 1000 WHERE return_id = ?", (made,))

    assert str(refused(lambda: trade.book.run(more))) == "1 more of Bag would come back than D-2026-0001 took along."


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        ("No more comes back than was shipped", "UPDATE return_line SET qty = 9000 WHERE id = 1"),
        ("What came back went into quarantine, once", "UPDATE goods_return SET state = 'announced'"),
        ("What was returned goes where its outcome says, and to a shelf only when it is restocked",
         "UPDATE return_line SET goods = 'scrap' WHERE id = 1"),
        ("A return that is decided has an outcome on every line", "UPDATE return_line SET outcome = '', goods = '', cause = '' WHERE id = 2"),
        ("A refund has its credit note", "UPDATE claim SET void = 1 WHERE kind = 'credit'"),
        ("What is sent again costs nothing and was to be replaced", "UPDATE order_line SET amount = 100 WHERE return_line_id IS NOT NULL"),
    ],
)
def test_each_rule_sees_what_breaks_it(trade: Trade, rule: str, tamper: str) -> None:
    made = come(trade, trade.send(trade.take((trade.bag, 5), (trade.board, 2), (trade.longer, 1))), 2, 1, 1)
    first, second, third = lines(trade, made)
    decide(trade, first, "restock")
    decide(trade, second, "refund")
    decide(trade, third, "replace", again=True)
    sound(trade)
    copy = sqlite3.connect(":memory:")
    trade.book.look.con.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    assert copy.execute(tamper).rowcount > 0
    assert rule in [finding.rule for finding in check(Look(copy), RULES) if finding.faults]


@pytest.mark.parametrize("tamper", ["UPDATE order_line SET amount = amount + 1 WHERE id = 1", "UPDATE order_line SET price = price + 1 WHERE id = 1"])
def test_a_kit_that_does_not_add_up_is_seen(trade: Trade, tamper: str) -> None:
    kit = int(trade.book.run(add_item, code="SET", name="Set", list_price=1_000_000, since="2026-01-01"))
    trade.book.run(set_kit, item=kit, parts=[{"item": trade.bag, "qty": PC}, {"item": trade.board, "qty": PC}])
    trade.take((kit, 1))
    assert "The parts of a kit add up to its price" in tampered(trade, [tamper])


@pytest.mark.parametrize("outcome", ["restock", "refund", "replace"])
def test_both_parts_of_a_line_are_taken_back_newest_first(trade: Trade, outcome: Any) -> None:
    shipment = trade.send(trade.take((trade.board, 5)))
    back = trade.book.run(returns.announce_return, lines=[{"shipment_line": trade.parts(shipment)[0], "qty": 5 * PC}])
    trade.book.run(returns.receive_return, goods_return=back)
    before = standing(trade)
    (line,) = (row for (row,) in trade.book.look.rows("SELECT id FROM return_line"))
    trade.book.run(deciding.decide, line=line, outcome=outcome, cause="ours", qty=2 * PC, again=True)
    first = trade.book.position[0]
    rest = trade.book.look.value("SELECT max(id) FROM return_line")
    trade.book.run(deciding.decide, line=rest, outcome=outcome, cause="ours", again=True)
    after = standing(trade)
    with pytest.raises(Blocked) as blocked:
        trade.book.undo(first)
    assert blocked.value.steps == [first + 1]
    assert len(trade.book.undo_with_later(first)) == 2
    assert standing(trade) == before
    sound(trade)
    trade.book.redo()
    trade.book.redo()
    assert standing(trade) == after
    sound(trade)


def test_a_refund_gives_no_more_than_was_billed_beyond_what_is_kept(trade: Trade) -> None:
    """Of 4 sold at 10.00, 2 come back: whatever was billed when, 2 are kept and 20.00 are owed."""
    trade.book.run(by_hand, party=trade.junye)
    bags = {"item": trade.bag, "qty": 4 * PC, "price": 100_000}
    order = trade.take(bags)
    trade.send(order, 2)
    trade.book.run(billing.bill_order, order=order)
    second = trade.send(order, 2)
    back = trade.book.run(returns.announce_return, lines=[{"shipment_line": trade.parts(second)[0], "qty": 2 * PC}])
    trade.book.run(returns.receive_return, goods_return=back)
    line = trade.book.look.value("SELECT max(id) FROM return_line")
    assert worth(trade.book.look, line) == (0, 0)  # of that shipment nothing was billed
    other = trade.take(bags)
    shipment = trade.send(other)
    back = trade.book.run(returns.announce_return, lines=[{"shipment_line": trade.parts(shipment)[0], "qty": 2 * PC}])
    trade.book.run(returns.receive_return, goods_return=back)
    trade.book.run(billing.bill_order, order=other)  # what is here is not billed
    line = trade.book.look.value("SELECT max(id) FROM return_line")
    assert worth(trade.book.look, line)[0] == 0
    assert refused(lambda: trade.book.run(deciding.decide, line=line, outcome="refund", cause="ours")).field == "amount"
    assert trade.book.look.rows("SELECT sum(open) FROM owed") == [(4000,)]
    sound(trade)
