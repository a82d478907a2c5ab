"""Today: behind every number the list that adds up to it."""
from __future__ import annotations

from pathlib import Path

from tests.books.goods import Goods, day
from tests.books.one_book import desk_of
from tests.ui.seeing import see

from deskbook.books.orders.commands import cancel
from deskbook.books.orders.listings import ORDERS
from deskbook.books.purchases.queries import PURCHASES
from deskbook.books.quotes.queries import QUOTES
from deskbook.books.receivables.chase import CHASE
from deskbook.books.returns.queries import RETURNS
from deskbook.books.shipments.queries import SHIPMENTS
from deskbook.books.stock.listings import LOW_STOCK
from deskbook.books.tasks.queries import TASKS
from deskbook.books.today import queries
from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.store import Store
from deskbook.core.window import Window
from deskbook.ui.list_screen import ListScreen

LISTINGS = {"low": LOW_STOCK, "orders": ORDERS, "shipments": SHIPMENTS, "purchases": PURCHASES, "tasks": TASKS, "chase": CHASE, "quotes": QUOTES,
            "returns": RETURNS}


def test_every_counter_is_the_length_of_its_list(book: Store) -> None:
    from deskbook.books.tasks.commands import add_task, tick

    goods = Goods(book)
    watched = goods.item("W", minimum=5)
    goods.open(goods.board, 20)
    for due in (-2, 0, 6):
        goods.order(goods.board, 2, due)
    for promised in (-3, 0, 0, 4, None):
        goods.buy(goods.board, 5, promised)
    assert goods.low(watched)[0] == "OUT"
    for kind in ("task", "message", "message"):
        told = book.run(add_task, text="call back", kind=kind, party=goods.customer)
    book.run(tick, task=told)
    found = {counter.label: counter for counter in queries.counters(book.look)}
    assert {label: counter.count for label, counter in found.items() if counter.count} == {
        "OUT of stock": 1, "To ship today": 2, "Orders late": 1, "Supplier overdue": 1, "Arriving today": 2, "Messages not told": 1,
    }
    for counter in found.values():
        assert len(list(Window(book.look, LISTINGS[counter.book], counter.ask).ids())) == counter.count, counter.label


def test_what_is_quiet_is_not_counted_and_comes_back_when_woken(book: Store) -> None:
    from deskbook.books.tasks.commands import snooze, wake

    goods = Goods(book)
    watched = goods.item("W", minimum=5)
    goods.open(goods.board, 20)
    order = goods.order(goods.board, 2, -2)
    goods.order(goods.board, 2, 0)
    line = goods.buy(goods.board, 5, -3)

    def shown() -> dict[str, int]:
        found = queries.counters(book.look)
        for counter in found:
            assert len(list(Window(book.look, LISTINGS[counter.book], counter.ask).ids())) == counter.count, counter.label
        return {counter.label: counter.count for counter in found if counter.count}

    before = {"OUT of stock": 1, "To ship today": 2, "Orders late": 1, "Supplier overdue": 1}
    assert (shown(), queries.quiet(book.look)) == (before, 0)
    facts = (("low stock", watched), ("to ship", order), ("supplier", line))
    for kind, ref in facts:
        book.run(snooze, kind=kind, ref=ref, until=day(3), reason="asked to wait")
    assert (shown(), queries.quiet(book.look)) == ({"To ship today": 1}, 3)
    for kind, ref in facts:
        book.run(wake, kind=kind, ref=ref)
    assert (shown(), queries.quiet(book.look)) == (before, 0)


def test_a_shipment_whose_arrival_is_quiet_is_not_counted(book: Store) -> None:
    from deskbook.books.shipments.commands import check_line, make_shipment, ship
    from deskbook.books.tasks.commands import snooze

    goods = Goods(book)
    goods.open(goods.board, 20)
    shipment = book.run(make_shipment, order=goods.order(goods.board, 2))
    for (part,) in book.look.rows("SELECT id FROM shipment_line"):
        book.run(check_line, line=part, typed="710", qty=2000)
    book.run(ship, shipment=shipment)
    counts = {counter.label: counter.count for counter in queries.counters(book.look)}
    assert counts["Arrival unconfirmed"] == 1  # it is due today: nothing is known of how long it takes
    book.run(snooze, kind="arrival", ref=shipment, until=day(2), reason="their driver is on the road")
    counts = {counter.label: counter.count for counter in queries.counters(book.look)}
    assert (counts["Arrival unconfirmed"], queries.quiet(book.look)) == (0, 1)


def test_the_orders_behind_the_sales_add_up_to_them(book: Store) -> None:
    goods = Goods(book)
    lines = [{"item": goods.board, "qty": 2000, "price": 100000}]
    from deskbook.books.orders.commands import take_order

    made = [book.run(take_order, customer=goods.customer, lines=lines, day=day(on)) for on in (-30, -29, -3, 0, 0)]
    book.run(cancel, order=made[-1], reason="typed twice")
    book.run(take_order, customer=goods.customer, lines=lines, day=days.today(), state="draft")
    series, before = queries.sales(book.look)
    assert (sum(series), before) == (3 * 2000, 2000)  # 2 pieces of 10.00 each; of the 30 days: today, three days ago, 29 days ago
    assert sorted(Window(book.look, ORDERS, queries.sold()).ids()) == made[1:4]


async def test_enter_opens_the_sales_and_what_arrives_today(book: Store, tmp_path: Path) -> None:
    goods = Goods(book)
    goods.buy(goods.board, 5, 0)
    goods.buy(goods.board, 7, 3)
    goods.order(goods.board, 1)
    app = desk_of(book, tmp_path, "today", "orders", "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("right", "right", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ListScreen)
        assert (app.screen.NAME, app.screen.ask) == ("orders", queries.sold())
        await pilot.press("escape", "escape", "escape")
        await pilot.press("left", "left", "left", "home", *["down"] * 8, "enter")
        await pilot.pause()
        assert isinstance(app.screen, ListScreen)
        assert app.screen.ask == Ask(view="arriving")
        assert sum("P-" in line for line in see(app)[1:-2]) == 1
