"""The card that answers a call: ctrl+o from a half-typed form, the values on it, Enter into the field that was left."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin, promise
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.items.answers import available, instead
from deskbook.books.items.substitutes import add_substitute
from deskbook.books.items.tables import SpecialPrice
from deskbook.books.purchases.commands import order_goods
from deskbook.books.stock.commands import add_place, move
from deskbook.core.store import Store, Tx
from deskbook.ui.card import CardView, TakeView
from deskbook.ui.find_card import FindCard
from deskbook.ui.form import FormScreen


@pytest.fixture
def trade(book: Store) -> Trade:
    """The dealer's book: Junye paid 340.00 for the board, Anka later 350.00; eight more are promised; the longer board does for it."""
    made = begin(book)
    made.take({"item": made.board, "qty": 2 * PC, "price": 3_400_000}, day="2026-11-12")
    made.take({"item": made.board, "qty": 3 * PC, "price": 3_500_000}, day="2026-11-19", customer=made.anka)
    promise(made, made.board, 8, "2026-11-28")
    book.run(add_substitute, item=made.longer, other=made.board, note="longer")
    return made


def lines_of(app: DeskApp) -> list[str]:
    return [" ".join(line.split()) for line in see(app) if line.strip()]


@dataclass
class Desk:
    """The desk with a half-typed order of five boards for Junye, the cursor in the price of its line."""

    app: DeskApp
    pilot: Pilot[Any]

    @property
    def form(self) -> FormScreen:
        assert isinstance(self.app.screen, FormScreen)
        return self.app.screen

    async def press(self, *pressed: str) -> None:
        for key in pressed:
            await self.pilot.press(key)
            await self.pilot.pause(0.05)

    async def half_an_order(self) -> None:
        await self.press("n")
        await keys(self.pilot, "junye")
        await self.press("enter")
        await keys(self.pilot, "BVM7-710")
        await self.press("enter")
        await keys(self.pilot, "5")
        await self.press("enter")

    def line(self, name: str) -> str:
        """What stands in a field of the line being typed."""
        box = self.form.box
        assert box is not None
        return next(entry.input.value for entry in box.entries if entry.field.name == name)

    async def to_value(self, text: str) -> None:
        """Walk down, then right, to a value that begins so."""
        view = self.app.screen.query_one(TakeView)
        line = next(n for n, drawn in enumerate(see(self.app)) if text in drawn)
        for _n in range(40):
            at = next((n for n, drawn in enumerate(see(self.app)) if drawn.startswith("▌")), 0)
            if at == line:
                break
            await self.press("down" if at < line else "up")
        for _n in range(10):
            if view.under_cursor is not None and view.under_cursor.text.startswith(text):
                return
            await self.press("right")
        raise AssertionError(f"{text} cannot be reached")


def desk(trade: Trade, tmp_path: Path, *names: str) -> DeskApp:
    return desk_of(trade.book, tmp_path, *(names or ("orders", "items", "parties", "purchases")))


def standing(form: FormScreen) -> tuple[dict[str, Any], Any]:
    """What stands in a form, and where its cursor is."""
    entry = next(entry for entry in form._entries() if entry.active)
    return form.texts(), (entry.field.name, entry.input.selection)


def rows_with(lines: Iterable[str], label: str) -> list[str]:
    return [line.lstrip("▌ ") for line in lines if line.lstrip("▌ ").startswith(label)]


async def test_the_card_of_the_line_answers_for_the_customer_of_the_form_on_one_screen(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await hand.press("ctrl+o")
        lines = lines_of(app)
        assert lines[0] == "BVM7-710 主板 → price"
        assert rows_with(lines, "list price") == ["list price 355.00"]
        assert rows_with(lines, "floor price") == ["floor price 300.00"]
        assert rows_with(lines, "last to them") == ["last to them 340.00 Thu 12 2 pc S-2026-0001 Junye 骏业"]
        assert rows_with(lines, "last sold") == ["last sold 350.00 Thu 19 3 pc S-2026-0002 Anka 安卡"]
        assert rows_with(lines, "available") == ["available 7 pc = shelf 12 − reserved 5"]
        assert rows_with(lines, "next arrival") == ["next arrival Sat 28 8 pc Hongda P-2026-0001"]
        assert rows_with(lines, "instead") == ["instead BVM7-710-8505 402.50 3 pc available 主板 longer"]
        assert rows_with(lines, "easily taken for") == ["easily taken for BVM7-710-8505 主板 8505"]


async def test_what_is_agreed_with_the_customer_stands_under_the_list_price(trade: Trade, tmp_path: Path) -> None:
    def agree(tx: Tx) -> None:
        for least, price in ((0, 3_300_000), (10 * PC, 3_200_000)):
            tx.insert(SpecialPrice, party_id=trade.junye, item_id=trade.board, since="2026-11-01", least=least, price=price)
        tx.insert(SpecialPrice, party_id=trade.junye, item_id=trade.board, since="2026-01-01", until="2026-10-31", price=3_900_000)

    trade.book.run(agree)
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await hand.press("ctrl+o")
        lines = lines_of(app)
        at = next(n for n, line in enumerate(lines) if "their price" in line)
        assert lines[at].startswith("their price 330.00 the customer's own price since")
        assert lines[at + 1] == "320.00 from 10 pc on"
        await hand.press("escape")
        day = next(row.entry for row in hand.form.foot if row.entry.field.name == "day")
        day.input.value = "2026-10-05"
        box = hand.form.box
        assert box is not None
        box.entries[0].focus()
        await hand.press("ctrl+o")
        assert any("their price 390.00" in line for line in lines_of(app))


async def test_in_a_purchase_the_card_says_what_the_supplier_asked_for_last(trade: Trade, tmp_path: Path) -> None:
    line = {"item": trade.board, "qty": PC, "price": 2_800_000}
    trade.book.run(order_goods, supplier=trade.hongda, lines=[line], day="2026-11-20")
    app = desk(trade, tmp_path, "purchases", "items", "parties", "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        for item, said in (("BVM7-710", "last from them 280.00 Fri 20 1 pc P-2026-0002 Hongda"), ("C1100", "last from them never yet Hongda")):
            await hand.press("n")
            await keys(pilot, "hongda")
            await hand.press("enter")
            await keys(pilot, item)
            await hand.press("ctrl+o")
            await pilot.pause(0.2)
            assert rows_with(lines_of(app), "last from them") == [said]
            assert not rows_with(lines_of(app), "last to them")
            await hand.press("escape", "escape", "escape")
            if isinstance(app.screen, FormScreen):
                await hand.press("escape")
            assert app.parked is None


async def test_the_last_price_to_this_customer_goes_into_the_price(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        assert hand.line("price") == "355.00"
        await hand.press("ctrl+o")
        view = app.screen.query_one(TakeView)
        assert view.under_cursor is not None
        assert view.under_cursor.text == "355.00", "it begins on the first value that the field reads"
        await hand.press("down", "down", "enter")
        assert hand.line("price") == "340.00"
        await hand.press("f2")
        await pilot.pause(0.2)
        sql = "SELECT qty, price FROM order_line ORDER BY id DESC LIMIT 1"
        assert trade.book.look.row(sql) == (5 * PC, 3_400_000)


async def test_in_a_quantity_the_cursor_begins_on_what_is_available_not_on_a_price(trade: Trade, tmp_path: Path) -> None:
    """A price can be read as a quantity; Enter without looking must not order 355 pieces of what costs 355."""
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await hand.press("shift+tab", "ctrl+o")
        assert lines_of(app)[0].endswith("→ quantity")
        view = app.screen.query_one(TakeView)
        assert view.under_cursor is not None
        assert view.under_cursor.text.endswith(" pc")


async def test_esc_leaves_the_form_exactly_as_it_was(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await keys(pilot, "34")
        await hand.press("left")
        before, drawn = standing(hand.form), see(app)
        await hand.press("ctrl+o", "down", "right", "escape")
        assert standing(hand.form) == before
        assert see(app) == drawn
        await keys(pilot, "1")
        assert hand.line("price") == "314"


async def test_a_value_that_does_not_fit_is_said_in_a_sentence_and_the_card_stays(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        form, before = hand.form, standing(hand.form)
        await hand.press("ctrl+o")
        await hand.to_value("Hongda")
        await hand.press("enter")
        assert isinstance(app.screen.query_one(CardView), TakeView)
        assert app.said.refused
        assert app.said.words.startswith("price does not take “Hongda”: ")
        await hand.press("escape")
        assert app.screen is form
        assert standing(form) == before


async def test_another_item_goes_into_the_item_field_and_a_quantity_without_its_unit(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await hand.press("shift+tab", "ctrl+o")
        assert lines_of(app)[0].endswith("→ quantity")
        await hand.to_value("3 pc available")
        await hand.press("enter")
        assert hand.line("qty") == "3"
        await hand.press("shift+tab", "ctrl+o")
        assert lines_of(app)[0].endswith("→ item")
        await hand.to_value("BVM7-710-8505")
        await hand.press("enter")
        assert hand.line("item") == "BVM7-710-8505  主板"
        await hand.press("enter", "enter")
        box = hand.form.box
        assert box is not None
        assert box.values()["item"] == trade.longer
        assert hand.line("price") == "402.50", "the price follows the item, as it would had it been typed"


async def test_ctrl_o_on_a_value_opens_that_card_and_its_values_go_to_the_same_field(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        form = hand.form
        await hand.press("ctrl+o")
        await hand.to_value("BVM7-710-8505")
        await hand.press("ctrl+o")
        await pilot.pause(0.2)
        assert lines_of(app)[0] == "BVM7-710-8505 主板 → price"
        await hand.press("enter")
        assert app.screen is form
        assert hand.line("price") == "402.50"


async def test_words_go_into_a_text_field_at_its_cursor(trade: Trade, tmp_path: Path) -> None:
    """In a field of the header that holds no record, the card is that of the party the form is about."""
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        note = next(row.entry for row in hand.form.rows if row.entry.field.name == "note")
        note.focus()
        await pilot.pause()
        await keys(pilot, "call ")
        await hand.press("ctrl+o")
        assert lines_of(app)[0] == "Junye 骏业 → note"
        await hand.to_value("138 1234 5678")
        await hand.press("enter")
        assert note.input.value == "call 138 1234 5678"


async def test_without_a_record_an_item_is_found_first(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.press("n", "ctrl+o")
        assert isinstance(app.screen, FindCard)
        await hand.press("enter")
        assert any("! “item” is missing." in line for line in lines_of(app))
        await keys(pilot, "copper")
        await hand.press("enter")
        await pilot.pause(0.2)
        assert lines_of(app)[0] == "C1100 Copper strip → customer"
        await hand.to_value("68.00")
        await hand.press("enter")
        assert app.said.words == "customer does not take “68.00”: nothing matches."
        await hand.press("escape")
        assert hand.form.values()["customer"] is None
        await hand.press("ctrl+o", "escape")
        assert isinstance(app.screen, FormScreen)


async def test_the_palette_over_a_form_shows_a_card_for_its_field(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.half_an_order()
        await hand.press("ctrl+p")
        await keys(pilot, "copper strip")
        await pilot.pause(0.5)
        await hand.press("enter")
        await pilot.pause(0.4)
        assert lines_of(app)[0] == "C1100 Copper strip → price"
        await hand.press("enter")
        assert hand.line("price") == "68.00"


async def test_from_a_list_the_card_opens_what_its_values_name(trade: Trade, tmp_path: Path) -> None:
    app = desk(trade, tmp_path, "items", "orders", "parties", "purchases")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        hand = Desk(app, pilot)
        await hand.press("ctrl+o")
        view = app.screen.query_one(CardView)
        assert not isinstance(view, TakeView)
        for _n in range(12):
            if view.under_cursor is not None and view.under_cursor.text.startswith("S-2026"):
                break
            await hand.press("right")
        await hand.press("right", "enter")
        await pilot.pause(0.2)
        assert lines_of(app)[0] == "Anka 安卡"


def test_available_says_what_is_ours_elsewhere(trade: Trade) -> None:
    def lend(tx: Tx) -> None:
        wang = add_place(tx, code="wang", name="Wang", kind="borrower")
        move(tx, item=trade.board, source=trade.shelf, target=wang, qty=5 * PC)
        move(tx, item=trade.board, source=trade.shelf, target=trade.quarantine, qty=1 * PC)

    trade.book.run(lend)
    assert available(trade.book.look, trade.board) == (1 * PC, "= shelf 6 − reserved 5; 1 in quarantine; 5 on loan to Wang")
    assert available(trade.book.look, trade.copper) == (20 * PC, "= shelf 20")


def test_what_does_for_an_item_is_told_of_both(trade: Trade) -> None:
    look = trade.book.look
    assert [(other.code, other.available, other.price, other.note) for other in instead(look, trade.board)] == [
        ("BVM7-710-8505", 3 * PC, 4_025_000, "longer")
    ]
    assert [(other.code, other.available) for other in instead(look, trade.longer)] == [("BVM7-710", 7 * PC)]
