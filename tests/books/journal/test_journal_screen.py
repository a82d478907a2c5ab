"""The journal at real keys: every step with who and what, found by its facts, any of them taken back; and the history on a record's card."""
from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.books.one_book import desk_of
from tests.ui.seeing import see

from deskbook.app import DeskApp
from deskbook.books.journal.queries import STEPS, records_of, state_of
from deskbook.books.parties.commands import add_party, change_party
from deskbook.core import days, words
from deskbook.core.listing import Ask
from deskbook.core.paths import HOME
from deskbook.core.store import Store
from deskbook.core.window import Window
from deskbook.exchange.export import export
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


def test_the_journal_goes_out_in_words_and_by_the_days_of_the_office(book: Store, junye: int) -> None:
    when = [datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 16, 1, tzinfo=UTC)]  # before and after midnight in Shanghai
    for at, note in zip(when, ("pays, \"late\"", "=pays in time"), strict=True):
        days.set_clock(partial(datetime.fromtimestamp, at.timestamp(), UTC))
        book.run(change_party, party=junye, note=note)
    book.undo()
    first = book.position[0] - 2
    with TemporaryDirectory() as folder:
        for form, raw in (("csv", False), ("csv", True), ("jsonl", False), ("xlsx", False)):
            day = date(2026, 11, 24)
            count, _note = export(book.path, "journal", Path(folder) / f"j.{form}", form=form, raw=raw, since=day, until=day)
            assert count == 2, (form, raw)
        export(book.path, "journal", Path(folder) / "j.jsonl", form="jsonl")
        told = [json.loads(line) for line in (Path(folder) / "j.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [line["said"] for line in told[:3]] == [book.sentence(first + n) for n in (2, 1, 0)]
        assert [line["state"] for line in told[:3]] == ["back", "gone", ""]
        export(book.path, "journal", Path(folder) / "j.csv", language="zh")
        text = (Path(folder) / "j.csv").read_text(encoding="utf-8-sig")
        words.use("zh")
        assert book.sentence(first + 2) in text
        assert "[" not in text


async def test_x_writes_what_the_journal_shows(book: Store, junye: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    app = desk_of(book, tmp_path, "journal")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        await pilot.press("x", "c")
        await pilot.pause(0.3)
        await app.workers.wait_for_complete()
        (made,) = (tmp_path / "exports").glob("journal-*.csv")
        assert book.sentence(book.position[0]) in made.read_text(encoding="utf-8-sig")


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
