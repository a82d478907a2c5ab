"""Parties at real keys: a new one, the warning for one phone twice, finding by pinyin, the caution, merging."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.books.one_book import desk_of, keys
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.parties import queries
from deskbook.books.parties.commands import add_party
from deskbook.books.parties.forms import read_roles, write_roles
from deskbook.books.parties.screen import PartiesScreen
from deskbook.core import words
from deskbook.core.store import Store
from deskbook.ui.card import CardScreen
from deskbook.ui.list_screen import FIND_DELAY


def screen_text(app: DeskApp) -> str:
    return "\n".join(see(app))


def junye(book: Store) -> int:
    party: int = book.run(
        add_party, name="骏业贸易", roles=["customer"], terms_days=30, caution="pays late",
        contacts=[{"channel": "phone", "value": "0571-8888 1234", "person": "王小姐"}], addresses=[{"text": "1 Wenyi Road", "city": "Hangzhou"}],
    )
    return party


async def opened(app: DeskApp, pilot: Pilot[Any]) -> PartiesScreen:
    await pilot.pause()
    assert isinstance(app.screen, PartiesScreen)
    return app.screen


async def test_a_new_customer_by_keys(book: Store, tmp_path: Path) -> None:
    app = desk_of(book, tmp_path, "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "Anka", "enter")
        assert "customer" in screen_text(app)
        await keys(pilot, "", "enter")  # a customer, as it stands
        await keys(pilot, "Bora", "enter")
        await keys(pilot, "0712 345678", "enter")
        assert app.screen is screen
        assert book.look.row("SELECT name, customer FROM party") == ("Anka", 1)
        assert book.look.row("SELECT channel, value, digits, person FROM contact") == ("phone", "0712 345678", "712345678", "Bora")
        assert screen.table.cursor_id == 1
        await pilot.press("u")
        await pilot.pause()
        assert book.look.rows("SELECT * FROM v_party") == []


async def test_the_same_phone_warns_before_saving_and_the_second_f2_saves(book: Store, tmp_path: Path) -> None:
    junye(book)
    app = desk_of(book, tmp_path, "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("n")
        await keys(pilot, "Jun", "enter", "enter", "enter")
        await keys(pilot, "057188881234", "f2")
        assert "骏业贸易 has the same number 057188881234." in screen_text(app).replace("\n", " ")
        assert book.look.value("SELECT count(*) FROM party WHERE void = 0") == 1
        await pilot.press("f2")
        await pilot.pause()
        assert app.screen is screen
        assert book.look.value("SELECT count(*) FROM party") == 2


async def test_found_by_pinyin_the_caution_shows_and_stands_first_on_the_card(book: Store, tmp_path: Path) -> None:
    party = junye(book)
    book.run(add_party, name="Other", roles=["customer"])
    app = desk_of(book, tmp_path, "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash", *"jymy")
        await pilot.pause(FIND_DELAY + 0.1)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert screen.table.cursor_id == party
        assert "! pays late" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, CardScreen)
        lines = [line.strip() for line in see(app) if line.strip()]
        assert lines[1:3] == ["! CAUTION", "pays late"]
        assert any("0571-8888 1234" in line and "王小姐" in line for line in lines)
        assert any("within 30 days" in line for line in lines)
        assert any("1 Wenyi Road, Hangzhou" in line for line in lines)


async def test_editing_changes_the_first_number_in_place(book: Store, tmp_path: Path) -> None:
    party = junye(book)
    app = desk_of(book, tmp_path, "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("enter", "enter", "enter", "home", "shift+end")
        await keys(pilot, "0571 1111 2222", "f2")
        assert app.screen is screen
        assert [row[1:4] for row in queries.contacts_of(book.look, party)] == [("phone", "0571 1111 2222", "王小姐")]
        assert len(queries.addresses_of(book.look, party)) == 1


async def test_merging_asks_once_more_and_says_what_moves(book: Store, tmp_path: Path) -> None:
    keep = junye(book)
    gone = book.run(add_party, name="Zz Junye", roles=["customer"], contacts=[{"channel": "mobile", "value": "13800001111"}])
    app = desk_of(book, tmp_path, "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        screen.show_ask(None, row=gone)
        await pilot.press("full_stop", "m")
        await keys(pilot, "jymy", "f2")
        shown = " ".join(screen_text(app).split())
        assert "Zz Junye will be closed, and its one record will be that of 骏业贸易." in shown
        assert book.look.value("SELECT merged_into_id FROM party WHERE id = :id", id=gone) is None
        await pilot.press("f2")
        await pilot.pause()
        assert app.screen is screen
        assert book.look.value("SELECT merged_into_id FROM party WHERE id = :id", id=gone) == keep
        assert screen.table.cursor_id == keep


def test_roles_are_typed_by_their_beginnings_in_the_language_in_use() -> None:
    assert read_roles("cust, supp,cust") == ["customer", "supplier"]
    assert write_roles(["factory", "carrier"]) == "repair factory, carrier"
    for language in words.LANGUAGES:
        words.use(language)
        assert read_roles(write_roles(list(queries.ROLE_WORDS))) == list(queries.ROLE_WORDS)


async def test_d_closes_a_party_once_and_u_brings_it_back(book: Store, tmp_path: Path) -> None:
    anka = book.run(add_party, name="Anka", roles=["customer"])
    app = desk_of(book, tmp_path, "today", "parties")
    closed = "SELECT closed FROM party WHERE id = :id"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "c")
        await pilot.pause(0.3)
        await pilot.press("d")
        await pilot.pause(0.2)
        assert book.look.value(closed, id=anka) == 1
        await pilot.press("u")
        await pilot.pause(0.2)
        assert book.look.value(closed, id=anka) == 0
