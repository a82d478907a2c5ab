"""Printing and the register in keys."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books.documents.office import Office
from tests.books.one_book import desk_of, keys
from tests.ui.seeing import see

from deskbook.books.documents import commands
from deskbook.books.documents.queries import papers_of
from deskbook.books.documents.rewording import file_of


async def test_a_contract_is_printed_in_two_keys_and_taken_back_in_one(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "orders", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        app.go("orders", row=office.order)
        await pilot.pause()
        await pilot.press("P", "enter")
        await pilot.pause()
        assert [row[0] for row in office.printed()] == ["contract"]
        assert "prints/2026-11-23 contract" in app.said.words
        await pilot.press("u")
        await pilot.pause()
        assert office.printed() == []


async def test_paper_and_language_are_chosen_in_the_menu(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "shipments", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        app.go("shipments", row=office.shipment)
        await pilot.pause()
        await pilot.press("P", "l", "2", "f", "1", "1")
        await pilot.pause()
        assert [(row[0], row[5], row[6]) for row in office.printed()] == [("delivery", "zh", "A4")]


async def test_a_payment_notice_is_issued_and_printed_in_two_keys(office: Office, tmp_path: Path) -> None:
    office.book.undo()  # the notice of the fixture
    app = desk_of(office.book, tmp_path, "chase", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("P", "enter")
        await pilot.pause()
        assert [row[0] for row in office.printed()] == ["notice"]
        assert "1,019.75" in app.said.words


async def test_from_an_order_to_its_papers_place_and_back_in_three_keys(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "orders", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        app.go("orders", row=office.order)
        await pilot.pause()
        await pilot.press("F")  # none yet: the form, filled in but for the place
        await pilot.pause()
        await keys(pilot, "Box 4", "f2")
        found = papers_of(office.book.look, "orders", office.order)
        assert [(each.place, each.original, each.kind) for each in found] == [("Box 4", "held", "contract")]
        await pilot.press("F")
        await pilot.pause()
        shown = "\n".join(see(app))
        assert "Box 4" in shown
        await pilot.press("enter")  # on the record
        await pilot.pause()
        assert "Junye" in "\n".join(see(app))
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert "Box 4" in "\n".join(see(app))  # the order's own card says where its paper lies
    office.sound()


async def test_the_register_leads_to_archive_numbers_printings_and_what_is_missing(office: Office, tmp_path: Path) -> None:
    office.book.run(commands.register_paper, kind="contract", book="orders", book_id=office.order, place="Binder 3")
    app = desk_of(office.book, tmp_path, "papers", "orders")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        for key, words in (("A", "Binder 3"), ("M", "contracts and bills to file"), ("N", "N-2026-0001"), ("W", "the program's"), ("L", "Printed")):
            await pilot.press(key)
            await pilot.pause()
            assert words in "\n".join(see(app)), key
            await pilot.press("escape")
            await pilot.pause()
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert papers_of(office.book.look, "orders", office.order)[0].original == "held"


async def test_a_wording_is_changed_outside_and_taken_in_with_one_key(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("W", "e")
        await pilot.pause()
        path = file_of("quote", "", "")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("label.our_seal", "label.our_sael"), encoding="utf-8")
        await pilot.press("i")
        await pilot.pause()
        assert "label.our_sael" in app.said.words
        path.write_text(text.replace("{{ label.our_seal }}", "Hengda"), encoding="utf-8")
        await pilot.press("i")
        await pilot.pause()
        assert office.book.look.value("SELECT kind FROM template") == "quote"
        await pilot.press("z")
        await pilot.pause()
        assert office.book.look.value("SELECT count(*) FROM template") == 0


async def test_the_sheet_on_the_screen_goes_to_paper(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "ledger", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await pilot.press("p", "P", "enter")
        await pilot.pause()
        assert [row[0] for row in office.printed()] == ["day sheet"]


async def test_a_supplier_has_no_statement(office: Office, tmp_path: Path) -> None:
    app = desk_of(office.book, tmp_path, "parties", "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        app.go("parties", row=office.trade.sf)
        await pilot.pause()
        await pilot.press("P")
        await pilot.pause()
        assert "it is no customer" in app.said.words


async def test_a_wording_that_cannot_be_used_is_told_when_the_desk_opens(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a newer program would find it: what was taken in names a placeholder that is there no more."""

    def taken(_kind: str, _body: str) -> Any:
        return None

    with monkeypatch.context() as older:
        older.setattr(commands, "check_wording", taken)
        office.book.run(commands.word, kind="quote", body="{{ doc.gone }}")
    app = desk_of(office.book, tmp_path, "papers")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "doc.gone" in app.said.words
        assert app.said.refused
