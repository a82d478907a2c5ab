"""Items at real keys: a new one, the warning for near codes, the card that answers a call, a price, an alias."""
from __future__ import annotations

from pathlib import Path

from tests.books.one_book import desk_of, keys
from tests.ui.seeing import see

from deskbook.app import DeskApp
from deskbook.books.items.commands import add_item
from deskbook.books.items.queries import price_of, stock_words
from deskbook.books.items.screen import ItemsScreen
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods
from deskbook.books.stock.commands import open_stock
from deskbook.core.store import Store
from deskbook.ui.card import CardScreen


def board(book: Store) -> int:
    """R1: shelf 12, quarantine 4, 10 reserved; 8 promised in five days."""
    fab = book.run(add_party, name="Fab", roles=["supplier"], contacts=[{"channel": "phone", "value": "0755 1234567"}])
    wang = book.run(add_party, name="Wang", roles=["customer"])
    item: int = book.run(
        add_item, code="BVM7-710", name="主板", unit="pc", aliases=["710"], supplier=fab, lead_days=7, minimum=5_000, list_price=1_000_000
    )
    places: dict[str, int] = dict(book.look.rows("SELECT kind, id FROM place"))
    book.run(open_stock, item=item, place=places["shelf"], qty=12_000)
    book.run(open_stock, item=item, place=places["quarantine"], qty=4_000)
    book.run(take_order, customer=wang, lines=[{"item": item, "qty": 10_000}], wanted="2026-12-02")
    book.run(order_goods, supplier=fab, lines=[{"item": item, "qty": 8_000, "promised": "2026-11-28"}])
    return item


def lines_of(app: DeskApp) -> list[str]:
    return [" ".join(line.split()) for line in see(app) if line.strip()]


def test_stock_is_said_in_words_that_add_up(book: Store) -> None:
    assert stock_words(book.look, board(book)) == [
        "Available 2 pc = shelf 12 − reserved 10.",
        "Ours, but not for sale now: Quarantine 4; 16 in all.",
        "On order 8, the next on Sat 28.",
    ]
    bare = book.run(add_item, code="B", name="b")
    assert stock_words(book.look, bare) == ["Available 0 = shelf 0 − reserved 0.", "Nothing on order."]


async def test_a_new_item_by_keys_and_the_warning_for_a_near_code(book: Store, tmp_path: Path) -> None:
    app = desk_of(book, tmp_path, "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, ItemsScreen)
        screen = app.screen
        await pilot.press("n")
        await keys(pilot, "BVM7-710", "enter")
        await keys(pilot, "board", "enter")
        await keys(pilot, "pc", "enter")
        await keys(pilot, "35.5", "enter")
        await keys(pilot, "5", "enter")
        assert app.screen is screen
        assert book.look.row("SELECT code, name, unit, minimum, list_price FROM v_item") == ("BVM7-710", "board", "pc", 5_000, 355_000)
        await pilot.press("n")
        await keys(pilot, "BVM7-710-8505", "enter")
        await keys(pilot, "board", "f2")
        assert "Easily taken for BVM7-710-8505: BVM7-710 (710 ≠ 8505) board." in " ".join(lines_of(app))
        assert book.look.value("SELECT count(*) FROM item") == 1
        await pilot.press("f2")
        await pilot.pause()
        assert book.look.value("SELECT count(*) FROM item") == 2


async def test_a_refused_quantity_stands_on_its_field(book: Store, tmp_path: Path) -> None:
    app = desk_of(book, tmp_path, "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("n")
        await keys(pilot, "A", "enter")
        await keys(pilot, "a", "enter")
        await keys(pilot, "pc", "enter", "enter")
        await keys(pilot, "2.5", "f2")
        assert "minimum 2.5 does not fit: pc takes 0 decimals." in " ".join(lines_of(app))
        assert book.look.value("SELECT count(*) FROM item") == 0


async def test_the_card_answers_price_stock_and_next_arrival(book: Store, tmp_path: Path) -> None:
    board(book)
    book.run(add_item, code="BVM7-710-8505", name="other board")
    app = desk_of(book, tmp_path, "items")
    async with app.run_test(size=(140, 60)) as pilot:
        await pilot.pause(0.2)
        shown = " ".join(lines_of(app))
        assert "Available 2 pc = shelf 12 − reserved 10." in shown
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)
        lines = lines_of(app)
        assert "list price 100.00" in lines
        assert "available 2 pc = shelf 12 − reserved 10; 4 in quarantine" in lines
        assert any(line.startswith("next arrival Sat 28 8 pc Fab P-2026-0001") for line in lines)
        assert any(line.startswith("2 Dec 10") and line.endswith("Wang") for line in lines)
        assert "supplier Fab 0755 1234567" in lines
        assert "spoken 710" in lines
        assert any(line.endswith("easily taken for BVM7-710-8505 other board 8505") for line in lines)
        assert any("last sold 100.00" in line and "10 pc S-2026-0001 Wang" in line for line in lines)


async def test_a_price_an_alias_and_discontinuing_from_the_menu(book: Store, tmp_path: Path) -> None:
    item = board(book)
    app = desk_of(book, tmp_path, "items")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        await pilot.press("full_stop", "p")
        await pilot.pause()
        await pilot.press("enter")
        await keys(pilot, "120", "f2")
        assert app.screen is screen
        assert price_of(book.look, item) == 1_200_000
        await pilot.press("full_stop", "k")
        await pilot.pause()
        await keys(pilot, "mainboard", "f2")
        assert book.look.value("SELECT count(*) FROM item_alias WHERE alias = 'mainboard'") == 1
        await pilot.press("full_stop", "z")
        await pilot.pause()
        assert book.look.value("SELECT discontinued FROM item") == 1
        assert "12 pc are still on the shelf" in " ".join(lines_of(app))
        await pilot.press("u")
        await pilot.pause()
        assert book.look.value("SELECT discontinued FROM item") == 0
