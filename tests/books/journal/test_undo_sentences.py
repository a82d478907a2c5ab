"""What stands in the way of taking something back is said with the rows it is about: which price, which goods, which papers."""
from __future__ import annotations

import pytest
from tests.books.trade import PC, Trade, begin, promise, refused

from deskbook.books.items.commands import change_item
from deskbook.books.items.price_commands import add_price_list, set_special_price
from deskbook.books.orders import commands as orders
from deskbook.books.parties.commands import add_party, change_party
from deskbook.books.purchases.commands import receive
from deskbook.books.quotes.commands import write_quote
from deskbook.books.series.commands import add_series
from deskbook.books.shipments.commands import cancel_shipment
from deskbook.books.stock.commands import add_place
from deskbook.core.journal import Blocked
from deskbook.core.store import Store


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def last(trade: Trade) -> int:
    """The newest step."""
    return trade.book.position[0]


def test_a_price_that_was_set_again_meanwhile_is_named(trade: Trade) -> None:
    run = trade.book.run
    run(set_special_price, item=trade.board, customer=trade.junye, price=3_300_000)
    trade.book.undo()
    undone = last(trade)
    run(set_special_price, item=trade.board, customer=trade.junye, price=3_200_000)
    said = str(refused(lambda: trade.book.undo(undone)))
    assert said == "It was written again meanwhile: BVM7-710 for Junye 骏业 from 2026-11-23: 320.00. Take that back first."
    trade.book.undo()
    trade.book.undo(undone)
    assert trade.book.look.rows("SELECT price FROM special_price") == [(3_300_000,)]
    trade.sound()


def test_goods_that_are_not_there_any_more_are_named(trade: Trade) -> None:
    purchase = promise(trade, trade.longer, 5, "2026-11-23")
    line = trade.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :id", id=purchase)
    trade.book.run(receive, line=line, accepted=5 * PC)
    received = last(trade)
    trade.send(trade.take((trade.longer, 6)))
    refusal = refused(lambda: trade.book.undo(received))
    assert not isinstance(refusal, Blocked)
    assert str(refusal) == "BVM7-710-8505 at Shelf: 2 there, and 5 of Mon 23 would go."


def test_who_is_no_supplier_any_more_but_supplies_is_named(trade: Trade) -> None:
    run = trade.book.run
    run(change_party, party=trade.sf, roles=["carrier", "supplier"])
    made = last(trade)
    run(change_item, item=trade.bag, supplier=trade.sf)
    refusal = refused(lambda: trade.book.undo(made))
    assert str(refusal) == "SF Express supplies Bag and stays a supplier."


def test_a_series_goes_that_only_papers_name_that_were_taken_back(trade: Trade) -> None:
    look, run = trade.book.look, trade.book.run
    series = run(add_series, code="CU", name="Copper")
    added = last(trade)
    run(write_quote, customer=trade.junye, lines=[{"item": trade.board, "qty": PC}], series=series, basis=680_000)
    with pytest.raises(Blocked):
        trade.book.undo(added)
    trade.book.undo()
    before = look.rows("SELECT * FROM quote")
    trade.book.undo()
    assert look.value("SELECT count(*) FROM series") == 0
    assert look.row("SELECT void, series_id, basis FROM quote") == (1, None, 680_000)
    trade.sound()
    with pytest.raises(Blocked):  # the quote does not come back without its series
        trade.book.undo(last(trade) - 1)
    trade.book.redo()
    assert look.rows("SELECT * FROM quote") == before
    trade.book.redo()
    assert look.row("SELECT void, series_id FROM quote") == (0, series)
    trade.sound()


def test_a_price_list_goes_that_only_a_party_names_that_was_taken_back(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    dealers = run(add_price_list, code="D", name="Dealers")
    run(add_party, name="Anna", roles=["customer"], price_list=dealers)
    trade.book.undo()
    trade.book.undo()
    assert look.value("SELECT count(*) FROM price_list") == 0
    trade.sound()
    trade.book.redo()
    trade.book.redo()
    assert look.value("SELECT price_list_id FROM party WHERE name = 'Anna'") == dealers
    trade.sound()


def test_what_stays_because_papers_name_it_says_which(trade: Trade) -> None:
    run = trade.book.run
    attic = run(add_place, code="attic", name="Attic", kind="shelf")
    added = last(trade)
    order = trade.take((trade.bag, 1))
    run(change_item, item=trade.bag, allow_negative=True)
    shipment = trade.make(order, place=attic)
    run(cancel_shipment, shipment=shipment)
    trade.book.undo()
    trade.book.undo()
    said = str(refused(lambda: trade.book.undo(added)))
    assert said == "What has a number or was posted keeps what it names, even taken back: began shipment D-2026-0001 of S-2026-0001"
    assert trade.book.look.value("SELECT count(*) FROM place WHERE id = :id", id=attic) == 1
    trade.sound()


def test_what_names_a_row_that_is_gone_says_what_took_it(trade: Trade) -> None:
    run = trade.book.run
    dealers = run(add_price_list, code="D", name="Dealers")
    run(set_special_price, item=trade.board, price_list=dealers, price=3_300_000)
    trade.book.undo()
    undone = last(trade)
    trade.book.undo()
    said = str(refused(lambda: trade.book.undo(undone)))
    assert said == "What it names was taken back: took back: added the price list D"
    run(orders.take_order, customer=trade.junye, lines=[{"item": trade.board, "qty": PC}])
    trade.sound()
