"""Stock, low stock, moves and purchases driven by keys."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.goods import Goods, day
from tests.books.one_book import desk_of
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases import commands as purchases
from deskbook.books.stock import commands as stock
from deskbook.books.stock.listings import ITEM_MOVES
from deskbook.core.listing import Ask
from deskbook.core.window import Window
from deskbook.ui.card import CardScreen
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import ListScreen


def desk(goods: Goods, tmp_path: Path, first: str) -> DeskApp:
    """A desk that opens with one of the books."""
    return desk_of(goods.book, tmp_path, first, *({"purchases", "stock", "moves"} - {first}))


def lines(app: DeskApp, *words: str) -> list[str]:
    """The lines of the screen that hold all the words."""
    return [line for line in see(app) if all(word in line for word in words)]


async def settled(pilot: Pilot[None]) -> None:
    """After the cursor's rest."""
    await pilot.pause(0.15)


@pytest.fixture
def low(goods: Goods) -> Goods:
    """710 at 10 of a minimum 50, target 100, multiple 12; bag never there; fine enough."""
    item = goods.item("BVM7-710", minimum=50, target=100, multiple=12, lead_days=3)
    goods.open(item, 10)
    goods.item("bag", minimum=5, target=20)
    fine = goods.item("fine", minimum=5)
    goods.open(fine, 9)
    return goods


async def test_stock_says_why_and_shows_the_card_beside_it(low: Goods, tmp_path: Path) -> None:
    low.open(low.board, 12)
    low.order(low.board, 6, due=0)
    low.buy(low.board, 8, promised=2)
    app = desk(low, tmp_path, "stock")
    async with app.run_test(size=(150, 40)) as pilot:
        await settled(pilot)
        assert lines(app, "710", "Board", "12", "6", "8")
        assert lines(app, "Available 6 = shelf 12 − reserved 6; 8 arrive Wed 25 (Hongda)")
        await settled(pilot)
        card = "\n".join(see(app))
        for words in ("What will be there", "can be promised", "Moves: Shelf", "+12 = 12"):
            assert words in card


async def test_a_count_is_corrected_with_its_reason_and_taken_back(low: Goods, tmp_path: Path) -> None:
    low.open(low.board, 12)
    app = desk(low, tmp_path, "stock")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("e", *"10", "enter", *"two broken", "enter")
        await settled(pilot)
        assert low.at(low.board, low.shelf) == 10_000
        assert lines(app, "Now 10 there.")
        await pilot.press("u")
        await settled(pilot)
        assert low.at(low.board, low.shelf) == 12_000


async def test_low_stock_shows_shape_supplier_phone_and_the_sum(low: Goods, tmp_path: Path) -> None:
    app = desk(low, tmp_path, "low")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert lines(app, "▲ OUT", "bag", "20", "Hongda", "0571 8800 1234")
        assert lines(app, "! LOW", "BVM7-710", "96", "Hongda", "0571 8800 1234")
        assert not lines(app, "fine")
        await pilot.press("down")
        await settled(pilot)
        assert lines(app, "target 100 − projected 10 = 90; multiple 12 → 96")


async def test_low_stock_becomes_a_purchase_filled_in(low: Goods, tmp_path: Path) -> None:
    app = desk(low, tmp_path, "low")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "space", "o")
        await settled(pilot)
        assert isinstance(app.screen, FormScreen)
        assert lines(app, "Hongda")
        assert lines(app, "BVM7-710", "96")
        await pilot.press("f2")
        await settled(pilot)
        rows = low.book.look.rows("SELECT no, code, qty FROM v_purchase_line ORDER BY id")
        assert sorted(rows) == [("P-2026-0001", "BVM7-710", 96_000), ("P-2026-0001", "bag", 20_000)]
        assert isinstance(app.screen, ListScreen)
        assert lines(app, "P-2026-0001", "Hongda")


async def test_low_stock_of_several_suppliers_is_ordered_with_one_question(low: Goods, tmp_path: Path) -> None:
    other = low.book.run(add_party, name="Anka", roles=["supplier"])
    low.item("strip", minimum=5, target=20, supplier=other)
    app = desk(low, tmp_path, "low")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("space", "space", "space", "o")
        await settled(pilot)
        assert isinstance(app.screen, Confirm)
        assert lines(app, "Anka: 20 × strip")
        await pilot.press("y")
        await settled(pilot)
        assert low.book.look.rows("SELECT supplier, lines FROM v_purchase ORDER BY supplier") == [("Anka", 1), ("Hongda", 2)]
        await pilot.press("u")
        assert low.book.look.value("SELECT count(*) FROM v_purchase WHERE state <> 'void'") == 0


async def test_a_purchase_is_typed_in(goods: Goods, tmp_path: Path) -> None:
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("n", *"hong", "enter", *"710", "enter", *"12", "enter", *"35.5", "enter", "f2")
        await settled(pilot)
        assert goods.book.look.rows("SELECT no, supplier, total FROM v_purchase") == [("P-2026-0001", "Hongda", 42_600)]
        assert lines(app, "P-2026-0001", "Hongda", "426.00")


async def test_goods_come_with_two_enters_when_all_is_there(goods: Goods, tmp_path: Path) -> None:
    goods.buy(goods.board, 10, promised=-2)
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert lines(app, "overdue since Sat 21")
        await pilot.press("r")
        await settled(pilot)
        assert isinstance(app.screen, FormScreen)
        assert lines(app, "710 Board", "10")
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert goods.at(goods.board, goods.shelf) == 10_000
        assert goods.book.look.value("SELECT state FROM purchase") == "closed"


async def test_a_late_promise_names_who_waits_and_the_card_lists_them(goods: Goods, tmp_path: Path) -> None:
    goods.open(goods.board, 12)
    goods.order(goods.board, 16, due=5)
    goods.buy(goods.board, 8, promised=3)
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("p", *"+12", "enter", *"Li", "enter")
        await settled(pilot)
        assert goods.book.look.value("SELECT promised FROM expected") == day(12).isoformat()
        assert lines(app, "1 customer order is left short: S-2026-0001 Junye")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, CardScreen)
        assert lines(app, "S-2026-0001 Junye: 4 short on Sat 28")
        assert lines(app, "Li", "9 days later")


async def test_cancel_asks_why_and_is_grey_once_goods_came(goods: Goods, tmp_path: Path) -> None:
    row = goods.buy(goods.board, 10)
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("d")
        assert isinstance(app.screen, AskText)
        await pilot.press(*"twice", "enter")
        await settled(pilot)
        assert goods.book.look.value("SELECT state FROM purchase") == "cancelled"
        await pilot.press("u")
        goods.book.run(purchases.receive, line=row, accepted=1_000)
        await pilot.press("d")
        await settled(pilot)
        assert lines(app, "goods were received")


async def test_what_does_not_come_is_closed_short(goods: Goods, tmp_path: Path) -> None:
    goods.buy(goods.board, 10)
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("k", *"factory closed", "enter")
        await settled(pilot)
        assert goods.book.look.row("SELECT state, short_reason FROM v_purchase_line") == ("closed", "factory closed")


async def test_a_move_is_taken_back_from_its_list(goods: Goods, tmp_path: Path) -> None:
    goods.open(goods.board, 12)
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=2_000)
    goods.item("later")
    app = desk(goods, tmp_path, "moves")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert lines(app, "710", "Shelf", "Quarantine")
        await pilot.press("d")
        await settled(pilot)
        assert goods.at(goods.board, goods.shelf) == 12_000
        assert isinstance(app.screen, ListScreen)
        assert app.screen.table.window is not None
        assert app.screen.table.window.count == 1


async def test_places_are_reached_from_stock_and_added(goods: Goods, tmp_path: Path) -> None:
    app = desk(goods, tmp_path, "stock")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert lines(app, "Quarantine")
        await pilot.press("n", *"desk 3", "enter", "enter", "enter")
        await settled(pilot)
        assert goods.book.look.row("SELECT code, name, kind FROM place ORDER BY id DESC") == ("desk 3", "desk 3", "shelf")
        await pilot.press("escape")
        await settled(pilot)
        assert lines(app, "Stock ·")


async def test_more_than_ordered_is_asked_once_more(goods: Goods, tmp_path: Path) -> None:
    row = goods.buy(goods.board, 10)
    app = desk(goods, tmp_path, "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert isinstance(app.screen, FormScreen)
        await pilot.press("up", "enter", "enter")  # into the line, past its item
        await pilot.press("home", "shift+end", "delete", *"12", "enter", *"1", "enter", "enter")
        await pilot.press("f2")
        await settled(pilot)
        assert lines(app, "710: 13 came, 10 were open; save again when they stay.")
        assert goods.at(goods.board, goods.shelf) == 0
        await pilot.press("f2")
        await settled(pilot)
        assert (goods.at(goods.board, goods.shelf), goods.at(goods.board, goods.quarantine)) == (12_000, 1_000)
        assert goods.book.look.value("SELECT open FROM v_purchase_line WHERE id = :row", row=row) == 0
    goods.holds()


async def test_the_moves_of_one_item_run_a_balance(goods: Goods, tmp_path: Path) -> None:
    branch = goods.book.run(stock.add_place, code="branch", name="Branch", kind="shelf")
    other = goods.item("other")
    goods.open(goods.board, 12)
    goods.open(other, 100)
    goods.book.run(stock.transfer, item=goods.board, qty=5000, source=goods.shelf, target=branch)
    goods.book.run(stock.transfer, item=goods.board, qty=3000, source=goods.shelf, target=goods.quarantine)
    goods.book.run(stock.adjust, item=goods.board, place=branch, counted=4000, reason="one broke")
    window = Window(goods.book.look, ITEM_MOVES, Ask(view="all", only=(("item_id", goods.board),)))
    place = [column.name for column in ITEM_MOVES.columns].index("balance") + 1
    # newest first: 12 counted, 5 to the branch (still ours), 3 put aside, one lost
    assert [row[place] for n in range(window.count) if (row := window.row(n))] == [8000, 9000, 12000, 12000]
    app = desk(goods, tmp_path, "stock")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f9", "h")
        await settled(pilot)
        assert lines(app, "one broke", " 8 ")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, CardScreen)
