"""Shipments: nothing leaves unchecked, nothing leaves that is not there, and what left equals the moves."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books.trade import PC, TODAY, Trade, begin, promise, put_away, refused, tampered

from deskbook.books.items.commands import add_alias, add_item
from deskbook.books.orders import commands as orders
from deskbook.books.shipments import commands as shipments
from deskbook.books.shipments import queries
from deskbook.core.journal import Blocked
from deskbook.core.listing import Ask
from deskbook.core.store import Store
from deskbook.core.window import select


def sent_on(trade: Trade, day: date) -> list[tuple[str, str, str, int]]:
    """What the outbound list says of a day: shipment, customer, item code, quantity in 1/1,000."""
    sql, params = select(queries.OUTBOUND, Ask(view="shipped", since=day, until=day))
    return sorted(trade.book.look.rows(f"SELECT no, customer, code, qty FROM ({sql})", **params))


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def head(trade: Trade, shipment: int, *names: str) -> tuple[object, ...]:
    row = trade.book.look.row(f"SELECT {', '.join(names)} FROM v_shipment WHERE id = :id", id=shipment)
    assert row is not None
    return row


def test_ship_7_of_10_takes_7_from_the_shelf_and_leaves_3_open(trade: Trade) -> None:
    order = trade.take((trade.board, 10))
    shipment = trade.make(order, 7)
    assert (trade.there(trade.board), trade.open(order)) == (12, [10])
    trade.check(shipment)
    assert (trade.there(trade.board), trade.open(order)) == (12, [10])
    trade.book.run(shipments.ship, shipment=shipment, carrier=trade.sf, waybill="SF 123")
    assert (trade.there(trade.board), trade.open(order), trade.state(order)) == (5, [3], ("confirmed", "part"))
    # three days on the way to Junye, whoever carries it
    assert head(trade, shipment, "state", "shipped_on", "due_on", "carrier", "waybill", "checked_by") == (
        "shipped",
        "2026-11-23",
        "2026-11-26",
        "SF Express",
        "SF 123",
        "Ann",
    )
    assert sent_on(trade, TODAY) == [("D-2026-0001", "Junye 骏业", "BVM7-710", 7 * PC)]
    trade.sound()


def test_what_left_on_a_day_equals_the_moves(trade: Trade) -> None:
    first, second = trade.take((trade.board, 10), (trade.bag, 30)), trade.take((trade.bag, 5), customer=trade.anka)
    trade.send(first, 7, 30)
    trade.send(second)
    trade.send(first, 3, 0)
    trade.book.undo()
    left = {(no, code): qty for no, _customer, code, qty in sent_on(trade, TODAY)}
    assert left == {("D-2026-0001", "BVM7-710"): 7 * PC, ("D-2026-0001", "Bag"): 30 * PC, ("D-2026-0002", "Bag"): 5 * PC}
    moves = (
        "SELECT m.document, i.code, sum(m.qty) FROM stock_move m JOIN place t ON t.id = m.target_id AND t.kind = 'customer'"
        " JOIN item i ON i.id = m.item_id WHERE m.day = :day GROUP BY m.document, m.item_id HAVING sum(m.qty) <> 0"
    )
    assert {(no, code): qty for no, code, qty in trade.book.look.rows(moves, day=TODAY.isoformat())} == left
    assert sent_on(trade, date(2026, 11, 22)) == []


def test_a_shipment_cannot_leave_before_every_line_is_checked(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.board, 2), (trade.bag, 5)))
    board, bag = trade.parts(shipment)
    assert str(refused(lambda: trade.book.run(shipments.ship, shipment=shipment))) == "2 lines of D-2026-0001 are not checked yet."
    trade.book.run(shipments.check_line, line=board, typed="710", qty=2 * PC)
    assert head(trade, shipment, "state", "checked", "checked_by") == ("picking", 1, "")
    assert str(refused(lambda: trade.book.run(shipments.ship, shipment=shipment))) == "A line of D-2026-0001 is not checked yet."
    trade.book.run(shipments.check_line, line=bag, typed="", qty=5 * PC)
    assert head(trade, shipment, "state", "checked", "checked_by") == ("checked", 2, "Ann")
    # changing a line takes its check away
    trade.book.run(shipments.change_shipment_line, line=board, qty=PC)
    assert head(trade, shipment, "state", "checked", "checked_by") == ("picking", 1, "")
    assert "not checked" in str(refused(lambda: trade.book.run(shipments.ship, shipment=shipment)))
    trade.book.run(shipments.check_line, line=board, typed="BVM7-710", qty=PC)
    trade.book.run(shipments.ship, shipment=shipment)
    assert "shipped" in str(refused(lambda: trade.book.run(shipments.change_shipment_line, line=board, qty=PC)))
    assert "shipped" in str(refused(lambda: trade.book.run(shipments.ship, shipment=shipment)))
    assert "shipped" in str(refused(lambda: trade.book.run(shipments.cancel_shipment, shipment=shipment)))
    trade.sound()


def test_counting_9_where_10_are_on_the_slip_stops_with_the_reason(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.bag, 10)))
    (line,) = trade.parts(shipment)
    nine = refused(lambda: trade.book.run(shipments.check_line, line=line, typed="", qty=9 * PC))
    assert (nine.field, str(nine)) == ("qty", "9 of Bag counted, 10 on the shipment: count again, or change the shipment.")
    assert head(trade, shipment, "state", "checked") == ("picking", 0)


def test_what_is_easily_taken_for_another_wants_its_ending(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.longer, 2), (trade.board, 1)))
    longer, board = trade.parts(shipment)

    def said(line: int, typed: str) -> str:
        return str(refused(lambda: trade.book.run(shipments.check_line, line=line, typed=typed, qty=2 * PC if line == longer else PC)))

    assert said(longer, "BVM7-710") == "This is BVM7-710, the order wants BVM7-710-8505: they differ in “8505”."
    assert said(longer, "") == "BVM7-710-8505 is easily taken for BVM7-710; type what tells it apart: 8505."
    assert said(longer, "8506") == "“8506” does not tell BVM7-710-8505 from BVM7-710; type its ending: 8505."
    assert said(longer, "710").startswith("This is BVM7-710, ")
    assert said(board, "8505") == "This is BVM7-710-8505, the order wants BVM7-710: they differ in “710”."
    assert said(board, "Bag") == "This is Bag, the order wants BVM7-710: they differ in “BVM7-710”."
    trade.book.run(shipments.check_line, line=longer, typed="8505", qty=2 * PC)
    trade.book.run(shipments.check_line, line=board, typed="710", qty=PC)
    assert trade.book.look.rows("SELECT checked_as, checked_qty FROM shipment_line ORDER BY id") == [("8505", 2 * PC), ("710", PC)]
    assert head(trade, shipment, "state") == ("checked",)


def test_710_and_710_8505_by_scan(trade: Trade) -> None:
    def codes(tx: object) -> list[int]:
        from deskbook.core.store import Tx

        assert isinstance(tx, Tx)
        return [
            add_item(tx, code=code, name="board", list_price=PC, aliases=aliases)
            for code, aliases in (("710", ()), ("710-8505", ({"alias": "6901234", "kind": "barcode"},)))
        ]

    short, longer = trade.book.run(codes)
    look = trade.book.look
    assert queries.named_by(look, short, "710-8505", ["710-8505"]) == "710-8505"
    assert queries.named_by(look, short, "8505", ["710-8505"]) == "710-8505"
    assert queries.named_by(look, longer, "710", ["710"]) == "710"
    assert queries.named_by(look, longer, "6901234", ["710"]) == "710-8505"
    assert queries.named_by(look, short, "6901234", ["710-8505"]) == "710-8505"
    assert queries.named_by(look, longer, "7108505", ["710"]) == "710-8505"
    assert queries.named_by(look, longer, "５", ["710"]) == ""
    trade.book.run(add_alias, item=short, alias="zb", kind="customer", party=trade.junye)
    assert queries.named_by(look, short, "ZB", ["710-8505"]) == "710"
    trade.book.run(add_alias, item=longer, alias="zb", kind="customer", party=trade.anka)
    assert queries.named_by(look, short, "zb", ["710-8505"]) == ""


def test_the_ending_tells_it_from_all_that_are_near() -> None:
    assert queries.ending("BVM7-710-8505", ["BVM7-710"]) == "8505"
    assert queries.ending("C1100-0.3-20", ["C1100-0.3-25", "C1100-0.5-20"]) == "3-20"
    assert queries.ending("BVM7-710", ["BVM7-710-8505"]) == "710"
    assert queries.ending("Bag", []) == ""


def test_what_is_typed_at_a_line_is_a_word_and_a_count(trade: Trade) -> None:
    look = trade.book.look
    copper, longer = queries.check_lines(look, trade.make(trade.take((trade.copper, 10), (trade.longer, 2))), {})
    assert [(line.code, line.codes) for line in (copper, longer)] == [("C1100", []), ("BVM7-710-8505", ["BVM7-710"])]
    for typed, understood in {
        "": ("", 10_000),
        "9": ("", 9_000),
        "9.5": ("", 9_500),
        "C1100": ("C1100", 10_000),
        "c1100 9": ("c1100", 9_000),
        "Bag": ("Bag", 10_000),
        "nonsense": ("nonsense", 10_000),
    }.items():
        assert queries.read_check(look, copper, typed) == understood, typed
    for typed, understood in {
        "": ("", 2_000),
        "8505": ("8505", 2_000),
        "8505 1": ("8505", 1_000),
        "BVM7-710 8505": ("BVM7-710 8505", 2_000),
        "BVM7 710": ("BVM7 710", 2_000),
        "2": ("2", 2_000),
    }.items():
        assert queries.read_check(look, longer, typed) == understood, typed


def test_what_is_not_there_is_not_sent_and_it_says_when_it_comes(trade: Trade) -> None:
    order = trade.take((trade.copper, 25))
    promise(trade, trade.copper, 20, "2026-11-25")
    shipment = trade.make(order, 25)
    trade.check(shipment)
    lack = refused(lambda: trade.book.run(shipments.ship, shipment=shipment))
    assert str(lack) == "C1100: 20 at Shelf, 25 wanted. 20 arrive Wed 25 (Hongda)."
    assert head(trade, shipment, "state") == ("checked",)
    trade.book.run(shipments.change_shipment_line, line=trade.parts(shipment)[0], qty=20 * PC)
    trade.check(shipment)
    trade.book.run(shipments.ship, shipment=shipment)
    assert str(refused(lambda: trade.make(order))) == "0 of C1100 at Shelf, 5 wanted. 20 arrive Wed 25 (Hongda)."
    trade.sound()


def test_what_is_packed_for_another_shipment_is_not_there_any_more(trade: Trade) -> None:
    first, second = trade.take((trade.board, 10)), trade.take((trade.board, 5), customer=trade.anka)
    trade.make(first)
    shipment = trade.make(second)
    assert trade.book.look.value("SELECT qty FROM shipment_line WHERE shipment_id = :id", id=shipment) == 2 * PC
    third = trade.take((trade.board, 1))
    assert str(refused(lambda: trade.make(third))) == "12 of BVM7-710 at Shelf, 12 of it on other shipments, 1 wanted. Nothing is on order."


def test_what_is_in_quarantine_is_not_sent(trade: Trade) -> None:
    order = trade.take((trade.longer, 2))
    put_away(trade, trade.longer, trade.shelf, trade.quarantine, 2)
    shipment = trade.make(order)
    assert trade.book.look.value("SELECT qty FROM shipment_line WHERE shipment_id = :id", id=shipment) == PC
    from_there = refused(lambda: trade.make(order, place=trade.quarantine))
    assert (from_there.field, str(from_there)) == ("place", "Quarantine is not an open shelf; nothing is sent from it.")


def test_a_shipment_leaves_from_the_shelf_that_can_send_most(trade: Trade) -> None:
    order = trade.take((trade.bag, 60), (trade.board, 10))
    put_away(trade, trade.bag, trade.shelf, trade.back, 70)
    put_away(trade, trade.board, trade.shelf, trade.back, 4)
    # the back room has all 60 bags and 4 boards, the front shelf 30 bags and 8 boards
    shipment = trade.make(order)
    assert head(trade, shipment, "place") == ("Back room",)
    assert trade.book.look.rows("SELECT qty FROM shipment_line ORDER BY id") == [(60 * PC,), (4 * PC,)]
    trade.check(shipment)
    trade.book.run(shipments.ship, shipment=shipment)
    trade.send(order)
    assert (trade.open(order), trade.there(trade.bag, trade.back), trade.there(trade.board, trade.shelf)) == ([0, 0], 10, 2)
    assert trade.state(order) == ("confirmed", "all")


def test_the_same_item_on_two_lines_is_sent_once(trade: Trade) -> None:
    order = trade.take((trade.board, 8), {"item": trade.board, "qty": 8 * PC, "price": 3_400_000})
    shipment = trade.make(order)
    assert trade.book.look.rows("SELECT qty FROM shipment_line ORDER BY id") == [(8 * PC,), (4 * PC,)]
    trade.check(shipment)
    trade.book.run(shipments.ship, shipment=shipment)
    assert (trade.open(order), trade.there(trade.board)) == ([0, 4], 0)
    trade.sound()


def test_part_shipments_of_several_lines(trade: Trade) -> None:
    order = trade.take((trade.board, 10), (trade.bag, 50), (trade.copper, 8))
    trade.send(order, 4, 50, 0)
    assert trade.open(order) == [6, 0, 8]
    trade.send(order, 0, 0, 8)
    assert (trade.open(order), trade.state(order)) == ([6, 0, 0], ("confirmed", "part"))
    trade.send(order, 6, 0, 0)
    assert trade.state(order) == ("confirmed", "all")
    assert trade.book.look.value("SELECT count(*) FROM reservation") == 0
    trade.sound()


def test_more_than_is_open_is_not_shipped(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.make(order, 7)
    (line,) = trade.parts(shipment)
    more = refused(lambda: trade.make(order, 4))
    assert str(more) == "3 of Bag are open, not 4."
    assert refused(lambda: trade.book.run(shipments.change_shipment_line, line=line, qty=11 * PC)).field == "qty"
    assert refused(lambda: trade.book.run(shipments.change_shipment_line, line=line, qty=500)).field == "qty"
    trade.book.run(shipments.change_shipment_line, line=line, qty=10 * PC)
    assert "on a shipment already" in str(refused(lambda: trade.make(order)))


def test_a_line_is_left_out_and_stays_open(trade: Trade) -> None:
    order = trade.take((trade.bag, 10), (trade.board, 1))
    shipment = trade.make(order)
    bag, board = trade.parts(shipment)
    trade.book.run(shipments.check_line, line=bag, typed="", qty=10 * PC)
    trade.book.run(shipments.drop_shipment_line, line=board)
    # what is left is checked already
    assert head(trade, shipment, "state", "lines") == ("checked", 1)
    assert "give the shipment up" in str(refused(lambda: trade.book.run(shipments.drop_shipment_line, line=bag)))
    trade.book.run(shipments.ship, shipment=shipment)
    assert trade.open(order) == [0, 1]


def test_a_held_order_sends_nothing(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.make(order)
    trade.check(shipment)
    trade.book.run(orders.hold, order=order, reason="unpaid")
    assert str(refused(lambda: trade.book.run(shipments.ship, shipment=shipment))) == "S-2026-0001 is held; only a confirmed order can be sent."


def test_the_day_of_shipping(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    shipment = trade.make(order)
    trade.check(shipment)
    assert refused(lambda: trade.book.run(shipments.ship, shipment=shipment, day="2026-11-24")).field == "day"
    assert refused(lambda: trade.book.run(shipments.ship, shipment=shipment, day="31.12.")).field == "day"
    assert refused(lambda: trade.book.run(shipments.ship, shipment=shipment, carrier=trade.anka)).field == "carrier"
    trade.book.run(shipments.ship, shipment=shipment, day="2026-11-20", carrier=trade.sf)
    assert head(trade, shipment, "shipped_on", "due_on") == ("2026-11-20", "2026-11-23")
    # the carrier of the last time comes along with the next shipment of the customer
    again = trade.make(trade.take((trade.bag, 1)))
    assert head(trade, again, "carrier") == ("SF Express",)


def test_an_arrival_is_confirmed_by_name_and_leaves_the_list(trade: Trade) -> None:
    late, later = trade.take((trade.bag, 1)), trade.take((trade.bag, 1))
    second = trade.send(later, day="2026-11-19")
    first = trade.send(late, day="2026-11-18")
    due = "SELECT id, unconfirmed_days FROM v_shipment WHERE state = 'shipped' AND history = 0 AND due_on <= '2026-11-23' ORDER BY due_on, id"
    assert trade.book.look.rows(due) == [(first, 2), (second, 1)]
    assert refused(lambda: trade.book.run(shipments.confirm_arrival, shipment=first, by=" ")).field == "by"
    assert refused(lambda: trade.book.run(shipments.confirm_arrival, shipment=first, by="Xu", day="2026-11-17")).field == "day"
    assert refused(lambda: trade.book.run(shipments.confirm_arrival, shipment=first, by="Xu", day="2026-11-24")).field == "day"
    trade.there_and_back(lambda: trade.book.run(shipments.confirm_arrival, shipment=first, by="Xu", day="2026-11-21"))
    assert head(trade, first, "state", "arrived_on", "arrived_by") == ("arrived", "2026-11-21", "Xu")
    assert trade.book.look.rows(due) == [(second, 1)]
    assert "arrived" in str(refused(lambda: trade.book.run(shipments.confirm_arrival, shipment=first, by="Xu")))


def test_history_moves_no_goods(trade: Trade) -> None:
    order = trade.take((trade.board, 10), (trade.bag, 1), day="2026-05-04", history=True)
    assert trade.state(order) == ("closed", "none")
    shipment = trade.book.run(shipments.record_history, order=order, shipped_on="2026-05-06", carrier=trade.sf)
    assert head(trade, shipment, "state", "shipped_on", "no", "unconfirmed_days") == ("shipped", "2026-05-06", "D-2026-0001", None)
    assert trade.state(order) == ("closed", "all")
    assert trade.there(trade.board) == 12
    assert trade.book.look.value("SELECT count(*) FROM reservation") == 0
    assert sent_on(trade, TODAY) == []
    assert "Nothing" in str(refused(lambda: trade.book.run(shipments.record_history, order=order, shipped_on="2026-05-06")))
    assert refused(lambda: trade.book.run(shipments.record_history, order=order, shipped_on="2027-05-06")).field == "shipped_on"
    trade.sound()


def test_what_an_open_order_sent_before_the_book_was_opened_counts(trade: Trade) -> None:
    order = trade.take((trade.bag, 10), day="2026-05-04")
    (line,) = trade.lines(order)
    assert refused(lambda: trade.book.run(shipments.record_history, order=order, shipped_on="2026-05-06", lines={line: 11 * PC})).field == "lines"
    trade.there_and_back(lambda: trade.book.run(shipments.record_history, order=order, shipped_on="2026-05-06", lines={line: 4 * PC}))
    assert (trade.open(order), trade.there(trade.bag)) == ([6], 100)
    trade.book.run(shipments.record_history, order=order, shipped_on="2026-05-07")
    assert trade.state(order) == ("closed", "all")
    trade.sound()


def test_every_command_is_taken_back_and_done_again(trade: Trade) -> None:
    run = trade.book.run
    order = trade.take((trade.board, 10), (trade.bag, 2))
    trade.there_and_back(lambda: trade.make(order))
    shipment = trade.book.look.value("SELECT min(id) FROM shipment WHERE void = 0")
    board, bag = trade.parts(shipment)
    trade.there_and_back(lambda: run(shipments.change_shipment_line, line=board, qty=9 * PC))
    trade.there_and_back(lambda: run(shipments.check_line, line=board, typed="710", qty=9 * PC))
    trade.there_and_back(lambda: run(shipments.drop_shipment_line, line=bag))
    trade.there_and_back(lambda: run(shipments.change_shipment, shipment=shipment, waybill="SF 1", carrier=trade.sf))
    trade.there_and_back(lambda: run(shipments.ship, shipment=shipment))
    assert head(trade, shipment, "waybill") == ("SF 1",)
    trade.there_and_back(lambda: run(shipments.change_shipment, shipment=shipment, note="two boxes"))
    rest = trade.make(order)
    trade.there_and_back(lambda: run(shipments.cancel_shipment, shipment=rest))
    assert trade.open(order) == [1, 2]
    whole = trade.make(order)
    trade.check(whole)
    # nothing is open any more; what pays for it also closes the order
    trade.there_and_back(lambda: run(shipments.ship, shipment=whole))
    assert trade.state(order) == ("confirmed", "all")
    trade.there_and_back(lambda: trade.pay(order))
    assert trade.state(order) == ("closed", "all")
    moves = trade.book.look.rows("SELECT qty, reverses_id IS NULL FROM stock_move WHERE shipment_line_id = :line ORDER BY id", line=board)
    assert moves == [(9 * PC, 1), (-9 * PC, 0), (9 * PC, 1)]


def test_a_line_that_was_sent_and_taken_back_can_be_left_out(trade: Trade) -> None:
    order = trade.take((trade.board, 2), (trade.bag, 5))
    shipment = trade.send(order)
    board, bag = trade.parts(shipment)
    trade.book.undo()
    trade.there_and_back(lambda: trade.book.run(shipments.drop_shipment_line, line=bag))
    assert head(trade, shipment, "state", "lines", "checked") == ("checked", 1, 1)
    assert "only line" in str(refused(lambda: trade.book.run(shipments.drop_shipment_line, line=board)))
    assert "left out" in str(refused(lambda: trade.book.run(shipments.drop_shipment_line, line=bag)))
    trade.there_and_back(lambda: trade.book.run(shipments.ship, shipment=shipment))
    assert (trade.open(order), trade.there(trade.board), trade.there(trade.bag)) == ([0, 5], 10, 100)
    assert sent_on(trade, TODAY) == [("D-2026-0001", "Junye 骏业", "BVM7-710", 2 * PC)]
    trade.book.undo()
    trade.there_and_back(lambda: trade.book.run(shipments.change_shipment_line, line=bag, qty=4 * PC))
    assert head(trade, shipment, "state", "lines", "checked") == ("picking", 2, 1)


def test_a_shipment_of_nothing_chosen_says_so(trade: Trade) -> None:
    order = trade.take((trade.board, 2))
    words = "Nothing of S-2026-0001 was chosen to be sent."
    assert str(refused(lambda: trade.book.run(shipments.make_shipment, order=order, lines={}))) == words
    assert str(refused(lambda: trade.book.run(shipments.record_history, order=order, shipped_on="2026-11-01", lines={}))) == words


def test_taking_back_an_order_change_is_refused_while_what_came_after_stands(trade: Trade) -> None:
    order = trade.take((trade.bag, 10))
    trade.make(order, 4)
    trade.book.run(orders.change_line, line=trade.lines(order)[0], qty=4 * PC)
    step = trade.book.position[0]
    shipment = trade.book.look.value("SELECT id FROM shipment")
    trade.book.run(shipments.cancel_shipment, shipment=shipment)
    cancelled = trade.book.position[0]
    trade.book.run(orders.change_line, line=trade.lines(order)[0], qty=PC)
    for earlier in (step, cancelled):  # else the shipment would come back with more than the order wants
        with pytest.raises(Blocked):
            trade.book.undo(earlier)
    trade.book.undo()
    trade.book.undo()
    assert head(trade, shipment, "state") == ("picking",)


def test_change_shipment_refuses_what_it_does_not_know(trade: Trade) -> None:
    shipment = trade.make(trade.take((trade.bag, 1)))
    assert "state" in str(refused(lambda: trade.book.run(shipments.change_shipment, shipment=shipment, state="shipped")))
    assert refused(lambda: trade.book.run(shipments.change_shipment, shipment=shipment, carrier=trade.anka)).field == "carrier"
    trade.book.run(shipments.cancel_shipment, shipment=shipment)
    assert "given up" in str(refused(lambda: trade.book.run(shipments.change_shipment, shipment=shipment, note="x")))


def test_shipments_are_found_by_fragments(trade: Trade) -> None:
    shipment = trade.send(trade.take((trade.bag, 1)), waybill="SF 10 22-33")
    for fragment in ("0001", "SF1022", "junye", "d-2026"):
        assert [hit[:3] for hit in queries.find_records(trade.book.look, fragment)] == [("shipments", shipment, "D-2026-0001")], fragment


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        ("Every shipped line moved its goods, once", ["DELETE FROM stock_move WHERE shipment_line_id IS NOT NULL"]),
        (
            "Every shipped line moved its goods, once",
            [
                "INSERT INTO stock_move(day, item_id, source_id, target_id, qty, shipment_line_id)"
                " SELECT day, item_id, source_id, target_id, qty, shipment_line_id FROM stock_move WHERE shipment_line_id IS NOT NULL"
            ],
        ),
        ("Only checked lines have left", ["UPDATE shipment_line SET checked_qty = NULL"]),
        ("No more is shipped than was ordered", ["UPDATE order_line SET qty = 6000 WHERE id = 1"]),
        ("No shipment stands on an order that was cancelled or taken back", ["UPDATE sales_order SET void = 1"]),
        ("A shipment sends the item that was ordered", ["UPDATE shipment_line SET item_id = item_id + 1"]),
    ],
)
def test_each_rule_sees_what_breaks_it(trade: Trade, rule: str, tamper: list[str]) -> None:
    trade.send(trade.take((trade.board, 10)), 7)
    assert tampered(trade, []) == []
    assert rule in tampered(trade, tamper)


def test_nothing_leaves_unchecked_even_behind_the_commands_back(trade: Trade) -> None:
    from deskbook.books.shipments.tables import Shipment
    from deskbook.core.store import Tx

    shipment = trade.make(trade.take((trade.bag, 1)))

    def force(tx: Tx) -> None:
        tx.update(Shipment, shipment, state="shipped", shipped_on="2026-11-23")

    assert str(refused(lambda: trade.book.run(force))) == "Only a checked shipment can leave."
