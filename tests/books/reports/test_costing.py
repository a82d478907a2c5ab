"""What goods cost, by the examples of Business Central's design notes and the house's own rounding."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.books.trade import begin

from deskbook.books.items.commands import add_item
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods, receive
from deskbook.books.reports.costing import Costs, replay
from deskbook.books.returns.commands import announce_return, receive_return
from deskbook.books.stock.commands import move, open_stock
from deskbook.books.stock.queries import place_of
from deskbook.core.store import Store, Tx
from deskbook.exchange.found import create


def go(tx: Tx, **facts: Any) -> int:
    """A bare move, as the commands of other books make it."""
    return move(tx, **facts)


class Goods:
    """A book with one item; days are those of January and February 2026."""

    def __init__(self, path: Path) -> None:
        self.book: Store = create(path, company="Junye", clerk="Ann")
        self.item = int(self.book.run(add_item, code="710", name="Board", unit="pc"))
        self.supplier = int(self.book.run(add_party, name="Hongda", roles=["supplier"]))
        look = self.book.look
        self.shelf, self.customer, self.loss = (place_of(look, kind) for kind in ("shelf", "customer", "loss"))

    def buy(self, day: str, price: int, pieces: int = 1) -> int:
        """Receive pieces at a price in 1/10,000; gives the move."""
        lines = [{"item": self.item, "qty": pieces * 1000, "price": price}]
        purchase = self.book.run(order_goods, supplier=self.supplier, lines=lines, day=day)
        line = self.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=purchase)
        self.book.run(receive, line=line, accepted=pieces * 1000, day=day)
        return int(self.book.look.value("SELECT max(id) FROM stock_move"))

    def sell(self, day: str, pieces: int = 1, **facts: Any) -> int:
        """Pieces leave the shelf for the customer; gives the move."""
        return int(self.book.run(go, item=self.item, source=self.shelf, target=self.customer, qty=pieces * 1000, day=day, **facts))

    def costs(self) -> Costs:
        """The replay."""
        return replay(self.book.look)


@pytest.fixture
def goods(tmp_path: Path) -> Goods:
    return Goods(tmp_path / "office.desk")


def test_the_average_moves_with_every_receipt(goods: Goods) -> None:
    """Business Central's line (design-details-average-cost), as a moving average has it: 30, 30, 100."""
    goods.buy("2026-01-01", 200_000)
    goods.buy("2026-01-01", 400_000)
    first, second = goods.sell("2026-01-01"), goods.sell("2026-02-01")
    goods.buy("2026-02-02", 1_000_000)
    third = goods.sell("2026-02-03")
    found = goods.costs()
    assert [found.of_move[each] for each in (first, second, third)] == [3000, 3000, 10_000]
    assert (found.left[goods.item], found.estimated) == ((0, 0), set())


def test_the_last_takes_the_cents_that_are_left_over(goods: Goods) -> None:
    """Three for 10.00: 3.33, 3.33 and 3.34, and nothing is left."""
    goods.buy("2026-01-01", 33_333, pieces=3)
    assert goods.costs().left[goods.item] == (3000, 1000)
    sold = [goods.sell("2026-01-02") for _n in range(3)]
    found = goods.costs()
    assert [found.of_move[each] for each in sold] == [333, 333, 334]
    assert found.left[goods.item] == (0, 0)


def test_a_back_dated_receipt_is_replayed_in_the_order_of_days(goods: Goods) -> None:
    goods.buy("2026-01-02", 200_000)
    goods.buy("2026-01-10", 500_000)
    sold = goods.sell("2026-01-05")
    assert goods.costs().of_move[sold] == 2000
    goods.buy("2026-01-03", 400_000)
    assert goods.costs().of_move[sold] == 3000


def test_what_is_not_known_is_marked(goods: Goods) -> None:
    """An opening count without a cost is worth the first price paid later; with one it is known."""
    goods.book.run(open_stock, item=goods.item, place=goods.shelf, qty=2000, day="2026-01-01")
    goods.buy("2026-01-05", 250_000)
    found = goods.costs()
    assert (found.left[goods.item], found.estimated) == ((3000, 7500), {goods.item})
    other = int(goods.book.run(add_item, code="711", name="Other", unit="pc"))
    goods.book.run(open_stock, item=other, place=goods.shelf, qty=2000, cost=120_000, day="2026-01-01")
    found = goods.costs()
    assert (found.left[other], other in found.estimated) == ((2000, 2400), False)


def test_what_comes_back_comes_in_at_what_it_left_at(book: Store) -> None:
    """Exact cost (Business Central): sold at 30, the average is 100 for one piece; when it is back, (100 + 30) / 2 = 65."""
    trade = begin(book)
    item = int(book.run(add_item, code="PWR5", name="Power board", unit="pc", list_price=2_000_000))

    def buy(price: int) -> None:
        purchase = book.run(order_goods, supplier=trade.hongda, lines=[{"item": item, "qty": 1000, "price": price}])
        line = book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=purchase)
        book.run(receive, line=line, accepted=1000)

    buy(200_000)
    buy(400_000)
    shipment = trade.send(trade.take((item, 1)))
    trade.send(trade.take((item, 1)))
    buy(1_000_000)
    assert replay(book.look).averages[item] == 1_000_000
    back = book.run(announce_return, customer=trade.junye, shipment=shipment, lines=[{"shipment_line": trade.parts(shipment)[0], "qty": 1000}])
    book.run(receive_return, goods_return=back)
    found = replay(book.look)
    assert (found.averages[item], found.left[item], item in found.estimated) == (650_000, (2000, 13_000), False)
    book.undo()
    assert replay(book.look).left[item] == (1000, 10_000)


def test_what_was_taken_back_never_cost_anything(goods: Goods) -> None:
    goods.buy("2026-11-23", 200_000)
    goods.sell("2026-11-23")
    goods.book.undo()
    assert goods.costs().left[goods.item] == (1000, 2000)


def test_goods_found_again_come_in_at_the_average(goods: Goods) -> None:
    goods.buy("2026-01-01", 200_000)
    goods.book.run(go, item=goods.item, source=goods.loss, target=goods.shelf, qty=1000, day="2026-01-02")
    found = goods.costs()
    assert (found.left[goods.item], found.estimated) == ((2000, 4000), set())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(1, 999_999)), min_size=1, max_size=14))
def test_what_came_in_is_what_went_out_and_what_is_left(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int, int]]) -> None:
    """To the cent, always; and nothing is worth nothing."""
    goods = Goods(tmp_path_factory.mktemp("costs") / "office.desk")
    held, came, went = 0, [], []
    for n, (buys, pieces, price) in enumerate(steps):
        day = date(2026, 1, 1 + n).isoformat()
        if buys:
            came.append(goods.buy(day, price, pieces))
            held += pieces
        elif held:
            took = min(pieces, held)
            went.append(goods.sell(day, took))
            held -= took
    found = goods.costs()
    qty, value = found.left.get(goods.item, (0, 0))
    assert qty == held * 1000
    assert sum(found.of_move[each] for each in came) - sum(found.of_move[each] for each in went) == value
    assert held or value == 0
    assert value >= 0
    goods.book.close()
