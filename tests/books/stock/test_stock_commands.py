"""Places, counts, transfers, corrections: the book, the command, the book again."""
from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books.goods import Goods, day

from deskbook.books.ledger.commands import close_day
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries
from deskbook.core.refusal import Refusal
from deskbook.exchange.found import create


def test_opening_is_written_once_and_can_be_taken_back(goods: Goods) -> None:
    goods.there_and_back(stock.open_stock, item=goods.board, place=goods.shelf, qty=12_000)
    assert goods.at(goods.board, goods.shelf) == 12_000
    with pytest.raises(Refusal) as refused:
        goods.book.run(stock.open_stock, item=goods.board, place=goods.shelf, qty=12_000)
    assert str(refused.value) == "710 was opened with 12 at Shelf already; correct a count by an adjustment."
    goods.book.undo()
    goods.open(goods.board, 7)
    assert goods.at(goods.board, goods.shelf) == 7_000


def test_transfer_moves_between_places_of_ours(goods: Goods) -> None:
    goods.open(goods.board, 12)
    goods.there_and_back(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=4_000)
    assert (goods.at(goods.board, goods.shelf), goods.at(goods.board, goods.quarantine)) == (8_000, 4_000)
    with pytest.raises(Refusal, match="by hand"):
        goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=queries.place_of(goods.book.look, "customer"), qty=1_000)
    with pytest.raises(Refusal, match="where they are"):
        goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.shelf, qty=1_000)


def test_a_shelf_never_holds_less_than_nothing_and_the_refusal_says_when_more_comes(goods: Goods) -> None:
    goods.open(goods.board, 3)
    goods.buy(goods.board, 8, promised=2)
    before = goods.standing()
    with pytest.raises(Refusal) as refused:
        goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=5_000)
    assert (refused.value.field, str(refused.value)) == ("qty", "710: 3 at Shelf, 5 wanted. 8 arrive Wed 25 (Hongda).")
    assert goods.standing() == before
    other = goods.item("55")
    with pytest.raises(Refusal, match="Nothing is on order"):
        goods.book.run(stock.transfer, item=other, source=goods.shelf, target=goods.quarantine, qty=1_000)


def test_undo_that_would_empty_a_shelf_below_nothing_is_refused(goods: Goods) -> None:
    goods.open(goods.board, 3)
    opened = goods.book.position[0]
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=2_000)
    with pytest.raises(Refusal, match="710 at Shelf: 1 there, and 3 of Mon 23 would go"):
        goods.book.undo(opened)
    goods.holds()


def test_what_is_in_quarantine_goes_to_nobody(goods: Goods) -> None:
    goods.open(goods.board, 3)
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=3_000)
    with pytest.raises(Refusal, match="goes to nobody"):
        goods.book.run(stock.move, item=goods.board, source=goods.quarantine, target=queries.place_of(goods.book.look, "customer"), qty=1_000)


def test_an_item_may_be_allowed_below_nothing(goods: Goods) -> None:
    bag = goods.item("bag", allow_negative=True)
    goods.book.run(stock.transfer, item=bag, source=goods.shelf, target=goods.quarantine, qty=2_000)
    assert goods.at(bag, goods.shelf) == -2_000
    goods.holds()


def test_adjustment_sets_the_count_and_needs_a_reason(goods: Goods) -> None:
    goods.open(goods.board, 12)
    goods.there_and_back(stock.adjust, item=goods.board, place=goods.shelf, counted=10_000, reason="two broken")
    assert goods.at(goods.board, goods.shelf) == 10_000
    goods.there_and_back(stock.adjust, item=goods.board, place=goods.shelf, counted=11_000, reason="one behind desk 3")
    assert goods.book.look.value("SELECT sum(qty) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE p.kind = 'loss'") == 1_000
    with pytest.raises(Refusal) as refused:
        goods.book.run(stock.adjust, item=goods.board, place=goods.shelf, counted=10_000, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Refusal, match="nothing to correct"):
        goods.book.run(stock.adjust, item=goods.board, place=goods.shelf, counted=11_000, reason="counted again")
    goods.book.run(stock.adjust, item=goods.board, place=goods.shelf, counted=0, reason="stolen")
    assert goods.at(goods.board, goods.shelf) == 0
    goods.holds()


@pytest.mark.parametrize(
    ("qty", "words"), [(0, "more than nothing"), (-1_000, "more than nothing"), (1_500, "whole units"), (10**13, "more than the book")]
)
def test_quantities_that_cannot_be(goods: Goods, qty: int, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        goods.book.run(stock.open_stock, item=goods.board, place=goods.shelf, qty=qty)
    assert refused.value.field == "qty"


def test_strip_is_cut_to_the_decimals_of_its_unit(goods: Goods) -> None:
    strip = goods.item("C1100", decimals=1)
    goods.book.run(stock.open_stock, item=strip, place=goods.shelf, qty=12_500)
    with pytest.raises(Refusal, match="at most 1 decimal;"):
        goods.book.run(stock.transfer, item=strip, source=goods.shelf, target=goods.quarantine, qty=250)


def test_goods_do_not_move_in_the_future_or_into_a_closed_day(goods: Goods) -> None:
    with pytest.raises(Refusal, match="still to come"):
        goods.book.run(stock.open_stock, item=goods.board, place=goods.shelf, qty=1_000, day=day(1))
    goods.book.run(stock.open_stock, item=goods.board, place=goods.shelf, qty=1_000, day="2026-01-02")
    assert goods.book.look.value("SELECT day FROM stock_move") == "2026-01-02"
    goods.book.run(close_day, day=day(0), counted={})
    with pytest.raises(Refusal, match="That day is closed"):
        goods.book.run(stock.move, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=1_000, day=day(0))
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=1_000)
    assert goods.book.look.value("SELECT max(day) FROM stock_move") == day(1).isoformat()
    goods.book.undo()
    goods.holds()


def test_places_are_added_renamed_and_closed_when_empty(goods: Goods) -> None:
    desk = goods.there_and_back(stock.add_place, code="desk 3", name="Behind desk 3", kind="shelf")
    goods.book.run(stock.open_stock, item=goods.board, place=desk, qty=2_000)
    assert [(row.name, row.qty) for row in queries.by_place(goods.book.look, goods.board)] == [("Behind desk 3", 2_000)]
    assert queries.on_shelf(goods.book.look, goods.board) == 2_000
    with pytest.raises(Refusal, match="move them first"):
        goods.book.run(stock.change_place, place=desk, closed=True)
    goods.book.run(stock.transfer, item=goods.board, source=desk, target=goods.shelf, qty=2_000)
    goods.there_and_back(stock.change_place, place=desk, closed=True)
    with pytest.raises(Refusal, match="is closed"):
        goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=desk, qty=1_000)
    with pytest.raises(Refusal) as refused:
        goods.book.run(stock.add_place, code="desk 3", name="Another", kind="shelf")
    assert refused.value.field == "code"
    with pytest.raises(Refusal) as refused:
        goods.book.run(stock.add_place, code="x", name="x", kind="cellar")
    assert refused.value.field == "kind"


def test_check_finds_a_balance_that_is_not_its_moves(goods: Goods) -> None:
    goods.open(goods.board, 12)
    goods.book._con.execute("UPDATE stock_balance SET qty = 11000 WHERE place_id = ?", (goods.shelf,))
    faults = {rule.name: goods.book.look.rows(rule.sql) for rule in queries.RULES}
    assert faults["What is at each place is the sum of the moves"] == [("item 710 at shelf: balance 11000, moves 12000",)]
    goods.book._con.execute("DELETE FROM stock_balance")
    assert len(goods.book.look.rows(queries.RULES[0].sql)) == 2


_numbers = itertools.count()
_verbs = st.sampled_from(["in", "transfer", "adjust", "undo", "redo"])
_step = st.tuples(_verbs, st.integers(0, 1), st.integers(0, 2), st.integers(0, 2), st.integers(1, 9))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_step, max_size=25))
def test_random_moves_keep_every_balance_the_sum_of_its_moves(tmp_path: Path, steps: list[Any]) -> None:
    with create(tmp_path / f"{next(_numbers)}.desk", company="Hengda", clerk="Ann") as book:
        goods = Goods(book)
        items = [goods.board, goods.item("55")]
        places = [goods.shelf, goods.quarantine, book.run(stock.add_place, code="desk 3", name="Behind desk 3", kind="shelf")]
        model: dict[tuple[int, int], int] = {}
        for verb, i, a, b, pieces in steps:
            item, source, target, qty = items[i], places[a], places[b], pieces * 1000
            have = model.get((item, source), 0)
            try:
                if verb == "in":
                    book.run(stock.open_stock, item=item, place=source, qty=qty)
                    model[item, source] = have + qty
                elif verb == "transfer":
                    book.run(stock.transfer, item=item, source=source, target=target, qty=qty)
                    assert have >= qty
                    model[item, source] -= qty
                    model[item, target] = model.get((item, target), 0) + qty
                elif verb == "adjust":
                    book.run(stock.adjust, item=item, place=source, counted=qty, reason="counted")
                    model[item, source] = qty
                else:
                    book.undo() if verb == "undo" else book.redo()
                    model = {(i, p): goods.at(i, p) for i in items for p in places}
            except Refusal:
                pass
            assert {(i, p): goods.at(i, p) for i in items for p in places} == {(i, p): model.get((i, p), 0) for i in items for p in places}
            assert min(model.values(), default=0) >= 0
        goods.holds()
