"""After the day is closed: nothing promises to open it again, and older work is still to be taken back, from the journal."""
from __future__ import annotations

from pathlib import Path

from deskbook.books.ledger.commands import close_day
from deskbook.books.tasks.commands import add_task
from deskbook.core import days
from deskbook.core.store import Store
from tests.journeys.desk import at_the_desk


async def test_a_closed_day_offers_no_taking_back_and_names_the_journal(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        store: Store = hands.store
        task = store.run(add_task, text="ring Anka")
        store.run(close_day, day=days.today(), counted={})
        hands.app.told("closed")
        assert not hands.app.said.undo
        await hands.press("u")
        assert hands.app.said.refused
        assert "The journal takes back what is older." in hands.app.said.words
        await hands.press("g", "u", "down", "b")
        assert store.look.value("SELECT count(*) FROM task WHERE id = :id", id=task) == 0
        assert hands.app.said.words == "taken back: noted: ring Anka"
