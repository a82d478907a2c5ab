"""Prices: which one holds for whom on which day, how they are written, taken back and shown."""
from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin, refused
from tests.ui.seeing import see

from deskbook.books.items.commands import merge_items, set_price
from deskbook.books.items.price_commands import add_price_list, change_price_list, drop_special_price, set_special_price
from deskbook.books.items.queries import price_in_force
from deskbook.books.orders import commands as orders
from deskbook.books.parties.commands import change_party, merge_parties
from deskbook.core.store import Store
from deskbook.core.verify import verify


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def cost(trade: Trade, day: str, qty: int | None = None, customer: int | None = None) -> tuple[int | None, str]:
    """The price of the board for Junye."""
    return price_in_force(trade.book.look, trade.board, day, customer or trade.junye, None if qty is None else qty * PC)


def test_the_list_price_holds_from_its_day_on(trade: Trade) -> None:
    trade.book.run(set_price, item=trade.board, kind="list", price=3_600_000, since="2026-12-01")
    assert cost(trade, "2025-12-31") == (None, "")
    assert cost(trade, "2026-11-30")[0] == 3_550_000
    assert cost(trade, "2026-12-01")[0] == 3_600_000
    assert price_in_force(trade.book.look, trade.board, date(2026, 12, 1)) == (3_600_000, "list price since 1 Dec")


def test_the_customers_own_goes_before_the_list_of_the_customer_before_the_list_price(trade: Trade) -> None:
    run = trade.book.run
    dealer = run(add_price_list, code="dealer", name="Dealers")
    run(change_party, party=trade.junye, price_list=dealer)
    run(set_special_price, item=trade.board, price_list=dealer, price=3_400_000, since="2026-11-01")
    assert cost(trade, "2026-10-31")[0] == 3_550_000
    assert cost(trade, "2026-11-01") == (3_400_000, "price list dealer since Sun 1")
    assert cost(trade, "2026-11-01", customer=trade.anka)[0] == 3_550_000, "Anka has no list"
    run(set_special_price, item=trade.board, customer=trade.junye, price=3_500_000, since="2026-11-10", until="2026-11-20")
    assert cost(trade, "2026-11-15") == (3_500_000, "the customer's own price since Tue 10"), "though the list's is lower"
    assert cost(trade, "2026-11-20")[0] == 3_500_000
    assert cost(trade, "2026-11-21")[0] == 3_400_000


def test_the_greatest_quantity_reached_decides_then_the_latest_day(trade: Trade) -> None:
    run = trade.book.run
    own: dict[str, Any] = {"item": trade.board, "customer": trade.junye}
    run(set_special_price, **own, price=3_500_000, since="2026-01-01")
    run(set_special_price, **own, price=3_300_000, since="2026-01-01", least=100 * PC)
    run(set_special_price, **own, price=3_450_000, since="2026-06-01")
    assert cost(trade, "2026-05-31", 99)[0] == 3_500_000
    assert cost(trade, "2026-06-01", 99)[0] == 3_450_000
    assert cost(trade, "2026-06-01", 100)[0] == 3_300_000
    assert cost(trade, "2026-06-01")[0] == 3_450_000, "without a quantity the price of any"


def test_an_order_takes_the_price_of_its_own_day(trade: Trade) -> None:
    trade.book.run(set_special_price, item=trade.board, customer=trade.junye, price=3_300_000, since="2026-11-20")
    for day, price in (("2026-11-19", 3_550_000), ("2026-11-20", 3_300_000)):
        order = trade.take((trade.board, 1), day=day)
        assert trade.book.look.value("SELECT price FROM order_line WHERE order_id = :o", o=order) == price
        trade.book.run(orders.add_line, order=order, item=trade.board, qty=PC)
        assert trade.book.look.value("SELECT min(price) = max(price) FROM order_line WHERE order_id = :o", o=order) == 1


def test_below_the_floor_somebody_has_agreed_and_when(trade: Trade) -> None:
    low = {"item": trade.board, "qty": PC, "price": 2_900_000}
    assert refused(lambda: trade.take(low)).field == "lines.0.price"
    assert refused(lambda: trade.take(low | {"approved_by": "10:12"})).field == "lines.0.approved_by"
    # it is 09:30 in Shanghai
    said = {"Zhang": "Zhang 09:30", "Zhang, phone 10:12": "Zhang, phone 10:12", "Zhang 1012": "Zhang 1012", "张总": "张总 09:30"}
    for given, kept in said.items():
        order = trade.take(low | {"approved_by": given})
        assert trade.book.look.value("SELECT approved_by FROM order_line WHERE order_id = :o", o=order) == kept


def test_what_cannot_be_a_price_is_refused(trade: Trade) -> None:
    run = trade.book.run
    dealer = run(add_price_list, code="dealer", name="Dealers")
    assert refused(lambda: run(add_price_list, code="dealer", name="Others")).field == "code"
    assert refused(lambda: run(set_special_price, item=trade.board, price=1)).field == "customer"
    assert refused(lambda: run(set_special_price, item=trade.board, customer=trade.junye, price_list=dealer, price=1)).field == "customer"
    assert refused(lambda: run(set_special_price, item=trade.board, customer=trade.hongda, price=1)).field == "customer"
    assert refused(lambda: run(set_special_price, item=trade.board, price_list=99, price=1)).field == "price_list"
    assert refused(lambda: run(set_special_price, item=trade.board, price_list=dealer, price=-1)).field == "price"
    assert refused(lambda: run(set_special_price, item=trade.board, price_list=dealer, price=1, least=500)).field == "least"
    wrong = {"since": "2026-11-02", "until": "2026-11-01"}
    assert refused(lambda: run(set_special_price, item=trade.board, price_list=dealer, price=1, **wrong)).field == "until"


def test_every_command_is_taken_back(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look

    def rows() -> list[object]:
        return [look.rows(f"SELECT * FROM {table} ORDER BY id") for table in ("price_list", "special_price", "party")]

    dealer = run(add_price_list, code="dealer", name="Dealers")
    price = run(set_special_price, item=trade.board, price_list=dealer, price=3_400_000)
    for command, facts in (
        (add_price_list, {"code": "shop", "name": "Shops"}),
        (change_price_list, {"price_list": dealer, "code": "trade"}),
        (set_special_price, {"item": trade.board, "price_list": dealer, "price": 3_300_000}),
        (set_special_price, {"item": trade.copper, "customer": trade.junye, "price": 600_000, "least": 1}),
        (drop_special_price, {"price": price}),
        (change_party, {"party": trade.junye, "price_list": dealer}),
    ):
        before = rows()
        run(command, **facts)
        assert rows() != before, command
        trade.book.undo()
        assert rows() == before, command
    trade.sound()


def test_merging_keeps_one_price_for_one_day(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    for item, price in ((trade.board, 3_400_000), (trade.longer, 3_300_000)):
        run(set_special_price, item=item, customer=trade.junye, price=price, since="2026-11-01")
    run(set_special_price, item=trade.board, customer=trade.anka, price=3_200_000, since="2026-11-01")
    run(merge_items, keep=trade.longer, gone=trade.board)
    assert look.rows("SELECT party_id, item_id, price FROM special_price ORDER BY id") == [
        (trade.junye, trade.longer, 3_300_000), (trade.anka, trade.longer, 3_200_000),
    ]
    run(merge_parties, keep=trade.junye, gone=trade.anka)
    assert look.rows("SELECT party_id, item_id, price FROM special_price") == [(trade.junye, trade.longer, 3_300_000)]
    assert verify(look.con) == []


async def test_a_price_is_written_and_seen_at_the_keys(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "prices", "items", "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await keys(pilot, "jy", "enter", "enter")
        await keys(pilot, "BVM7-710", "enter")
        shown = "\n".join(see(app))
        assert "355.00" in shown
        assert "floor 300.00" in shown
        await keys(pilot, "340", "enter")
        row = trade.book.look.row("SELECT party_id, item_id, price, since, until FROM special_price")
        assert row == (trade.junye, trade.board, 3_400_000, "2026-11-23", None)
        assert "340.00" in "\n".join(see(app))
        await pilot.press("d")
        await pilot.pause()
        assert trade.book.look.value("SELECT count(*) FROM special_price") == 0
        await pilot.press("u")
        await pilot.pause()
        assert trade.book.look.value("SELECT count(*) FROM special_price") == 1


async def test_the_order_form_offers_the_customers_price_and_says_why(trade: Trade, tmp_path: Path) -> None:
    trade.book.run(set_special_price, item=trade.board, customer=trade.junye, price=3_300_000, since="2026-11-20")
    trade.book.run(set_special_price, item=trade.board, customer=trade.junye, price=3_200_000, since="2026-11-20", least=50 * PC)
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await keys(pilot, "jy", "enter")
        await keys(pilot, "BVM7-710", "enter")
        await keys(pilot, "5", "enter")
        assert "the customer's own price since Fri 20 330.00" in "\n".join(see(app))
        await keys(pilot, "", "enter")
        await keys(pilot, "BVM7-710", "enter")
        await keys(pilot, "60", "enter", "enter", "f2")
        if trade.book.look.value("SELECT count(*) FROM order_line") == 0:
            await keys(pilot, "", "f2")  # the same item on two lines is asked once
        assert trade.book.look.rows("SELECT qty, price FROM order_line ORDER BY pos") == [(5 * PC, 3_300_000), (60 * PC, 3_200_000)]


async def test_the_card_of_a_customer_shows_its_list(trade: Trade, tmp_path: Path) -> None:
    dealer = trade.book.run(add_price_list, code="dealer", name="Dealers")
    trade.book.run(change_party, party=trade.junye, price_list=dealer)
    app = desk_of(trade.book, tmp_path, "parties", "prices")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        app.open_card("parties", trade.junye)
        await pilot.pause(0.2)
        assert any("price list" in line and "dealer" in line for line in see(app))
