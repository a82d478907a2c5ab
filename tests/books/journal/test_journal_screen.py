"""The journal at real keys: every step with who and what, found by its facts, any of them taken back; and the history on a record's card."""
from __future__ import annotations

from pathlib import Path

import pytest
from tests.books.one_book import desk_of
from tests.ui.seeing import see

from deskbook.app import DeskApp
from deskbook.books.journal.queries import STEPS, records_of, state_of
from deskbook.books.parties.commands import add_party, change_party
from deskbook.core.listing import Ask
from deskbook.core.store import Store
from deskbook.core.window import Window
from deskbook.ui.cells import written
from deskbook.ui.confirm import Confirm


def shown(app: DeskApp) -> str:
    return "\n".join(see(app))


def sentences(book: Store, ask: Ask) -> list[str]:
    window = Window(book.look, STEPS, ask)
    rows = [window.row(n) for n in range(window.count)]
    return [written(STEPS.columns[2], row[3]) for row in rows if row is not None]


@pytest.fixture
def junye(book: Store) -> int:
    return int(book.run(add_party, name="Junye 骏业", roles=["customer"], contacts=[]))


def test_steps_are_said_as_the_store_says_them_and_found_by_their_facts(book: Store, junye: int) -> None:
    step = book.position[0]
    book.run(change_party, party=junye, note="pays late")
    book.undo()
    book.redo()
    newest = [f"did again: {book.sentence(step + 1)}", f"took back: {book.sentence(step + 1)}", book.sentence(step + 1), book.sentence(step)]
    assert sentences(book, Ask())[:4] == newest
    assert [book.sentence(step + n) for n in (3, 2)] == newest[:2]
    assert book.sentence(step) in sentences(book, Ask(find="骏业"))
    assert sentences(book, Ask(find="no such words")) == []


def test_a_step_is_gone_while_it_is_taken_back_and_stands_again_after(book: Store, junye: int) -> None:
    step = book.position[0]
    assert state_of(book.look, step)[0] == ""
    book.undo(step)
    assert (state_of(book.look, step)[0], state_of(book.look, step + 1)[0]) == ("gone", "back")
    book.redo()
    assert (state_of(book.look, step)[0], state_of(book.look, step + 2)[0]) == ("", "again")


def test_a_step_names_the_records_it_is_about(book: Store, junye: int) -> None:
    assert records_of(book.look, book.position[0]) == [("parties", "party", junye, "Junye 骏业")]


async def test_b_takes_an_old_step_back_with_what_stands_on_it(book: Store, junye: int, tmp_path: Path) -> None:
    old = book.position[0]
    book.run(change_party, party=junye, note="pays late")
    app = desk_of(book, tmp_path, "today", "journal", "parties")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "u")
        await pilot.pause(0.3)
        await pilot.press("down", "b")
        await pilot.pause(0.3)
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await pilot.pause(0.3)
        assert state_of(book.look, old)[0] == "gone"
        assert book.look.value("SELECT count(*) FROM v_party WHERE id = :id", id=junye) == 0


async def test_the_card_tells_who_changed_what_from_what(book: Store, junye: int, tmp_path: Path) -> None:
    book.run(change_party, party=junye, note="pays late")
    book.run(change_party, party=junye, note="pays in time")
    app = desk_of(book, tmp_path, "today", "parties")
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause(0.2)
        app.open_card("parties", junye)
        await pilot.pause(0.4)
        assert "note pays late → pays in time" in shown(app)
        assert "note – → pays late" in shown(app)
        assert shown(app).count("Ann") >= 3
