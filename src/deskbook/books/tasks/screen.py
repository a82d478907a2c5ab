"""The checklist: the office's own tasks together with what the books themselves ask for."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from textual.binding import Binding

from deskbook.books.stock.listings import SEVERITIES
from deskbook.books.tasks import forms, queries
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.list_screen import ListScreen
from deskbook.ui.paper_screen import PaperScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


class TasksScreen(ListScreen):
    """What is to be done (✓), what was (✗), and what the books ask for just now (•)."""

    LISTING = queries.TASKS
    NAME = "tasks"
    HELP = N_(
        "The day's checklist with the office's own marks: ✓ is to do, ✗ is done. Space turns one into the other. What was not done yesterday is here "
        "today. • is what the books themselves ask for: nothing is ticked there, it goes when the fact changes; enter opens its record, z quiets it "
        "until a day with a reason, w wakes it. m writes a message for somebody; it stays until it is told. p is the sheet for paper."
    )
    BINDINGS = [
        Binding("space", "mark", N_("done"), id="list.mark", tooltip=N_("Done, or to do again; a message: told")),
        Binding("m", "message", N_("message"), id="task.message", tooltip=N_("Note a message for somebody")),
        Binding("o", "linked", N_("its record"), id="task.record", tooltip=N_("Go to the record the task is about")),
        Binding("p", "sheet", N_("sheet"), id="task.sheet", show=False, tooltip=N_("The checklist for paper")),
    ]

    def action_mark(self) -> None:
        """space."""
        self.with_row(self._toggle)

    def _toggle(self, row: int) -> None:
        from deskbook.books.tasks.commands import tick, untick

        facts = queries.task_row(self.store.look, row)
        if facts is None:
            self._say_it_closes(row)
            return
        text = str(facts["text"])
        if facts["done_at"]:
            self.run_command(untick, task=row, done=_(N_("open again: {text}"), text=text))
        else:
            words = N_("told: {text}") if facts["kind"] == "message" else N_("done: {text}")
            self.run_command(tick, task=row, done=_(words, text=text))

    def _say_it_closes(self, row: int) -> None:
        """What the books ask for is not ticked, changed or dropped."""
        if task := queries.system_task(self.store.look, row):
            self.desk.refuse(Refusal("", queries.CLOSES[task.kind], key="z"))

    def open(self, row: int) -> None:
        """The record it is about, where there is one; else its card."""
        if not self._go_to_record(row):
            self.show_card(row)

    def action_linked(self) -> None:
        """o."""
        row = self.table.cursor_id
        if row is not None and not self._go_to_record(row):
            self.desk.refuse(Refusal("", N_("This task is about no record of the books.")))

    def _go_to_record(self, row: int) -> bool:
        if row >= queries.LIVE:
            target = queries.system_target(self.store.look, row)
            if target is not None:
                names, ask, record = target
                there = {book.name for book in self.desk.books}
                self.desk.go(next((name for name in names if name in there), names[0]), ask, row=record)
            return target is not None
        facts = queries.task_row(self.store.look, row)
        if facts is None or not facts["book"]:
            return False
        self.desk.go(str(facts["book"]), row=int(str(facts["book_id"])))
        return True

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new task; in the list of messages, a new message."""
        make = forms.new_message if self.ask.view == "messages" else forms.new_task
        self.app.push_screen(make(dict(given or {})), self._saved)

    def action_message(self) -> None:
        """m."""
        self.app.push_screen(forms.new_message(), self._saved)

    def edit(self, row: int) -> None:
        """Change a task."""
        if row >= queries.LIVE:
            self._say_it_closes(row)
            return
        self.app.push_screen(forms.edit_task(self.store.look, row), self._saved)

    def delete(self, row: int) -> None:
        """Take it off the list; u brings it back."""
        if row >= queries.LIVE:
            self._say_it_closes(row)
            return
        from deskbook.books.tasks.commands import drop_task

        facts = queries.task_row(self.store.look, row)
        self.run_command(drop_task, task=row, done=_(N_("dropped: {text}"), text=str(facts["text"]) if facts else ""))

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool) and self._window(self.ask).index_of(result) is not None:
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def action_sheet(self) -> None:
        """p."""
        today = days.today()
        lines = queries.checklist_text(self.store.look, today)
        self.app.push_screen(PaperScreen(_(N_("Checklist {day}"), day=days.echo_day(today)), lines, f"checklist-{today.isoformat()}.txt"))

    def card_title(self, row: int) -> str:
        """Its text; what it is about."""
        if task := queries.system_task(self.store.look, row) if row >= queries.LIVE else None:
            return f"{_(queries.SYSTEM[task.kind])} · {task.what}"
        facts = queries.task_row(self.store.look, row)
        return f"{_(self.LISTING.title)} · {facts['text']}" if facts else _(self.LISTING.title)

    def card_text(self, row: int) -> list[CardSection]:
        """All of it, and what was done with it."""
        if row >= queries.LIVE:
            return self._live_card(row)
        facts = queries.task_row(self.store.look, row)
        if facts is None:
            return []
        said = {name: "" if value is None else str(value) for name, value in facts.items()}
        rows: list[CardRow] = [
            ("", said["text"]),
            (N_("kind"), _(queries.TASK_KINDS[said["kind"]])),
            (N_("noted on"), days.echo_day(date.fromisoformat(said["made_on"]))),
        ]
        if said["due"]:
            rows.append((N_("due", "task"), days.echo_day(date.fromisoformat(said["due"]))))
        if said["repeats"]:
            rows.append((N_("repeats"), _(queries.REPEATS[said["repeats"]])))
        if said["asked_by"]:
            rows.append((N_("asked by"), said["asked_by"]))
        if said["party"]:
            rows.append((N_("whom"), said["name"], Target("parties", row=int(said["party"]))))
        if said["book"]:
            label = next((_(book.label) for book in self.desk.books if book.name == said["book"]), said["book"])
            rows.append((N_("its record"), label, Target(said["book"], row=int(said["book_id"]))))
        if said["done_at"]:
            rows.append((N_("done"), f"{days.show_moment(said['done_at'])}  {said['done_by']}"))
        history = [("", f"{days.show_moment(event.at)}  {event.clerk}  {event.words}") for event in self.store.history("task", row)[:8]]
        return [CardSection("", rows), CardSection(N_("What was done"), history)]

    def _live_card(self, row: int) -> list[CardSection]:
        task = queries.system_task(self.store.look, row)
        target = queries.system_target(self.store.look, row)
        if task is None or target is None:
            return []
        there = {book.name for book in self.desk.books}
        book = next((name for name in target[0] if name in there), target[0][0])
        rows: list[CardRow] = [
            ("", _(queries.SYSTEM[task.kind])),
            (N_("what"), task.what, Target(book, target[1], row=target[2])),
            (N_("whom"), task.who),
        ]
        if task.state:
            rows.append((N_("state"), _(SEVERITIES[task.state])))
        if task.since:
            rows.append((N_("due", "task"), days.echo_day(date.fromisoformat(task.since))))
        if quiet := self.hint(row):
            rows.append(("", quiet))
        rows.append(("", _(queries.CLOSES[task.kind], key="z")))
        return [CardSection("", rows)]

    def hint(self, row: int) -> str:
        """Why it is quiet."""
        task = queries.system_task(self.store.look, row) if row >= queries.LIVE else None
        return _(N_("quiet until {day}: {reason}"), day=days.show_day(task.snoozed), reason=task.reason) if task and task.snoozed else ""

    def actions(self, row: int) -> list[Action]:
        """Tick, go to the record, quiet, wake."""
        live = queries.system_task(self.store.look, row) if row >= queries.LIVE else None
        facts = None if live else queries.task_row(self.store.look, row)
        linked = "" if live or (facts and facts["book"]) else _(N_("it is about no record"))
        ticked = _(N_("it closes itself when the fact changes")) if live else ""
        quiet = "" if live else _(N_("only what the books ask for; give this one another day"))
        awake = quiet or ("" if live and live.snoozed else _(N_("it is not quiet")))
        return [
            Action("tick", N_("done, or to do again"), "", lambda rows: self._toggle(rows[0]), ticked),
            Action("record", N_("go to its record"), "o", lambda rows: self.action_linked(), linked),
            Action("snooze", N_("quiet until a day"), "z", self._snooze, quiet),
            Action("wake", N_("no longer quiet"), "w", self._wake, awake),
            Action("message", N_("a message for somebody"), "m", lambda _rows: self.action_message()),
            Action("sheet", N_("the checklist for paper"), "p", lambda _rows: self.action_sheet()),
        ]

    def _snooze(self, rows: list[int]) -> None:
        if task := queries.system_task(self.store.look, rows[0]):
            words = f"{_(queries.SYSTEM[task.kind])} {task.what}"
            self.app.push_screen(forms.snooze_form(task.kind, task.ref, words), lambda done: self.reload() if done else None)

    def _wake(self, rows: list[int]) -> None:
        from deskbook.books.tasks.commands import wake

        if task := queries.system_task(self.store.look, rows[0]):
            self.run_command(wake, kind=task.kind, ref=task.ref, done=_(N_("no longer quiet: {what}"), what=task.what))
