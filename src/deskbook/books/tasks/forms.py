"""The forms of the checklist, for its screens and for the books after it."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.forms import PARTY
from deskbook.books.tasks import queries
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def _write_day(day: date | str) -> str:
    return days.echo_day(day if isinstance(day, date) else date.fromisoformat(day))


def _due(**more: Any) -> Field:
    return Field(name="due", label=N_("due", "task"), read=partial(days.read_day, lean="future", field="due"), write=_write_day, width=22, **more)


TEXT = Field(name="text", label=N_("what"), required=True, width=52)
ASKED_BY = Field(name="asked_by", label=N_("asked by"), quick=False, width=24, help=N_("whose wish it is: Zhao, the visitor from Foshan"))
REPEATS = Field(
    name="repeats", label=N_("repeats"), quick=False, width=16, choices=tuple((word, label or N_("once")) for word, label in queries.REPEATS.items()),
    help=N_("the next one is written when this one is ticked"),
)


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None and name in ("repeats", "asked_by") else value for name, value in values.items()}


def _add(kind: str, link: tuple[str, int] | None, store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.tasks.commands import add_task

    linked = {"book": link[0], "book_id": link[1]} if link else {}
    return store.run(add_task, key=key, kind=kind, **_facts(values), **linked)


TASK_FORM = Form(
    name="task",
    title=N_("New task"),
    fields=(
        TEXT,
        _due(help=N_("empty: today and until it is done")),
        Field(name="party", label=N_("about"), finder=PARTY, quick=False, help=N_("whom it is about; may stay empty")),
        ASKED_BY,
        REPEATS,
    ),
    save=partial(_add, "task", None),
    done=lambda values, _result: _(N_("noted: {text}"), text=safe(values["text"])),
)
MESSAGE_FORM = Form(
    name="message",
    title=N_("New message"),
    fields=(
        Field(name="party", label=N_("tell"), finder=PARTY, required=True, help=N_("who must hear it")),
        TEXT,
        _due(quick=False),
        replace(ASKED_BY, label=N_("from", "a person"), help=N_("who said it")),
    ),
    save=partial(_add, "message", None),
    done=lambda values, _result: _(N_("to tell: {text}"), text=safe(values["text"])),
)


def new_task(given: dict[str, Any] | None = None, *, link: tuple[str, int] | None = None) -> FormScreen:
    """The form of a new task; link: the book and row of the record it is about."""
    return FormScreen(replace(TASK_FORM, save=partial(_add, "task", link)), dict(given or {}))


def new_message(given: dict[str, Any] | None = None, *, link: tuple[str, int] | None = None) -> FormScreen:
    """The form of a message for somebody."""
    return FormScreen(replace(MESSAGE_FORM, save=partial(_add, "message", link)), dict(given or {}))


def edit_task(look: Look, task: int) -> FormScreen:
    """The form of a task as it is."""
    facts = queries.task_row(look, task)
    if facts is None:
        raise Refusal("task", N_("There is no such task."))
    base = MESSAGE_FORM if facts["kind"] == "message" else TASK_FORM

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.tasks.commands import change_task

        store.run(change_task, key=key, task=task, **_facts(values))
        return task

    form = replace(base, title=N_("Change a task"), row=task, save=save,
                   done=lambda values, _result: _(N_("changed: {text}"), text=safe(values["text"])))
    return FormScreen(form, {field.name: facts[field.name] for field in base.fields if facts[field.name] is not None})


def snooze_form(kind: str, ref: int, words: str) -> FormScreen:
    """Quiet a task of the system; words: which one, in the user's language."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.tasks.commands import snooze

        return store.run(snooze, key=key, kind=kind, ref=ref, **values)

    return FormScreen(
        Form(
            name="snooze",
            title=_(N_("Quiet for a while: {what}"), what=words),
            fields=(
                Field(name="until", label=N_("until"), required=True, width=22,
                      read=partial(days.read_day, lean="future", field="until"), write=_write_day),
                Field(name="reason", label=N_("why"), required=True, width=44),
            ),
            save=save,
            done=lambda values, _result: _(N_("quiet until {day}"), day=_write_day(values["until"])),
        )
    )
