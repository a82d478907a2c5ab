"""The nouns of the checklist: tasks and messages, and when a task of the system is to be quiet."""
from __future__ import annotations

from datetime import date
from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_


class TaskFacts(Facts):
    """What is given of a task. party: whom it is about, of a message whom to tell; book, book_id: the record it is linked to."""

    kind: Literal["task", "message"] = Field(default="task", title=N_("Kind"))
    text: str = Field(title=N_("Text"), min_length=1, max_length=500)
    due: date | None = Field(default=None, title=N_("Due"))
    repeats: Literal["", "day", "workday", "week", "month", "year"] = Field(default="", title=N_("Repeats"))
    asked_by: str = Field(default="", title=N_("Asked by"), max_length=80)
    party: int | None = Field(default=None, title=N_("Party"))
    book: str = Field(default="", title=N_("Book"), max_length=40)
    book_id: int | None = Field(default=None, title=N_("Record"))


class Task(SQLModel, table=True):
    """A task, or a message for somebody; done_at: a UTC moment, NULL while it is open."""

    __tablename__ = "task"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "task"
    text: str
    made_on: str
    due: str | None = None
    repeats: str = ""
    asked_by: str = ""
    party_id: int | None = None
    book: str = ""
    book_id: int | None = None
    done_at: str | None = None
    done_by: str = ""
    find: str = ""


class SnoozeFacts(Facts):
    """What is given to quiet a task of the system."""

    kind: Literal[
        "low stock", "to ship", "arrival", "supplier", "quote late", "quote expiring", "quote moved", "return", "announced", "review", "promise",
        "contract", "bill", "unallocated",
    ] = Field(title=N_("Kind"))
    ref: int = Field(title=N_("Record"), gt=0)
    until: date = Field(title=N_("Until"))
    reason: str = Field(title=N_("Reason"), min_length=1, max_length=200)


class Snooze(SQLModel, table=True):
    """A task of the system is quiet until a day, and why. about: its severity then, or the day (ISO) it was due, as
    v_system_task says."""

    __tablename__ = "snooze"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ref: int
    about: str = ""
    until: str
    reason: str
