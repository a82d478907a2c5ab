"""The verbs of the checklist: add, change, tick, untick; quiet a task of the system for a while."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from deskbook.books.tasks.tables import Snooze, SnoozeFacts, Task, TaskFacts
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_text
from deskbook.core.store import Tx
from deskbook.core.words import N_

COLUMNS = "kind, text, due, repeats, asked_by, party_id, book, book_id"


def add_task(
    tx: Tx, *, text: str, due: date | str | None = None, repeats: str = "", asked_by: str = "", party: int | None = None,
    book: str = "", book_id: int | None = None, kind: str = "task",
) -> int:
    """A task, or a message for a party (kind "message"). repeats: "", day, workday, week, month, year. Returns its id."""
    facts = TaskFacts.of(kind=kind, text=text, due=due, repeats=repeats, asked_by=asked_by, party=party, book=book, book_id=book_id)
    tx.says(N_("noted: {text}"), text=_short(facts.text))
    return tx.insert(Task, made_on=tx.today.isoformat(), **_row(tx, facts))


def change_task(tx: Tx, *, task: int, **facts: Any) -> None:
    """Change what add_task takes, by name."""
    row = _task(tx, task)
    old = dict(zip(COLUMNS.replace("party_id", "party").split(", "), row[:8], strict=True))
    new = TaskFacts.of(**(old | facts))
    tx.says(N_("changed: {text}"), text=_short(new.text))
    tx.update(Task, task, **_row(tx, new))


def drop_task(tx: Tx, *, task: int) -> None:
    """Take a task off the list that was never done."""
    text = _task(tx, task)[1]
    tx.says(N_("dropped: {text}"), text=_short(text))
    tx.delete(Task, task)


def tick(tx: Tx, *, task: int) -> int | None:
    """A task is done, a message told: now, by the clerk. Of a repeating task the next one is written; returns its id, else None."""
    kind, text, due, repeats, asked, party, book, book_id, done_at = _task(tx, task)
    if done_at:
        raise Refusal("task", N_("“{text}” is done already."), text=_short(text))
    tx.update(Task, task, done_at=days.moment(), done_by=tx.clerk or "?")
    if kind == "message":
        name = tx.value("SELECT name FROM party WHERE id = :id", id=party) or ""
        tx.says(N_("told {name}: {text}"), name=name, text=_short(text))
    else:
        tx.says(N_("done: {text}"), text=_short(text))
    if not repeats:
        return None
    first = date.fromisoformat(due) if due else tx.today
    following = next_due(first, repeats, tx.today, month_day=_month_day(tx, text, first, repeats) if repeats in ("month", "year") else None)
    kept = {"kind": kind, "text": text, "repeats": repeats, "asked_by": asked, "party_id": party, "book": book, "book_id": book_id}
    return tx.insert(Task, **kept, due=following.isoformat(), made_on=tx.today.isoformat(), find=find_text(text, asked))


def untick(tx: Tx, *, task: int) -> None:
    """A task is open again; the next one that ticking it had written goes too, unless somebody touched it since."""
    row = _task(tx, task)
    if not row[8]:
        raise Refusal("task", N_("“{text}” is open."), text=_short(row[1]))
    tx.update(Task, task, done_at=None, done_by="")
    tx.says(N_("open again: {text}"), text=_short(row[1]))
    if row[3] and (following := tx.value(UNTOUCHED_NEXT, task=task)):
        tx.delete(Task, following)


# The journal knows which row ticking a task wrote: the one new in the step that last changed it. A later change of that row keeps it.
UNTOUCHED_NEXT = """
SELECT made.row_id FROM change made
  JOIN task t ON t.id = made.row_id AND t.done_at IS NULL
 WHERE made.tbl = 'task' AND made.op = 'I' AND made.row_id <> :task
   AND made.step_id = (SELECT max(c.step_id) FROM change c JOIN step s ON s.id = c.step_id
                        WHERE c.tbl = 'task' AND c.op = 'U' AND c.row_id = :task AND s.digest IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM change later WHERE later.tbl = 'task' AND later.step_id > made.step_id
                      AND made.row_id BETWEEN later.row_id AND later.last_id)"""


def next_due(due: date, repeats: str, today: date, *, month_day: int | None = None) -> date:
    """The first day after `due` by its rhythm that is not past. month_day: the day a monthly or yearly task keeps where the month has it."""
    n = 0
    while True:
        n += 1
        if repeats == "week":
            following = due + timedelta(weeks=n)
        elif repeats in ("month", "year"):
            following = days.add_months(due, n * (12 if repeats == "year" else 1))
            if month_day:
                following = min(following.replace(day=1) + timedelta(days=month_day - 1), days.month_end(following))
        else:
            following = due + timedelta(days=n)
        if following >= today and not (repeats == "workday" and following.weekday() > 4):
            return following


def _month_day(tx: Tx, text: str, due: date, repeats: str) -> int:
    """The 31st (of a yearly one the 29th), for a task that fell on the 28th of February because the month is short: as its earlier ones had it."""
    if due != days.month_end(due):
        return due.day
    earlier = "SELECT max(CAST(substr(due, 9, 2) AS INTEGER)) FROM task WHERE text = :text AND repeats = :repeats AND due < :due"
    before = tx.value(earlier, text=text, due=due.isoformat(), repeats=repeats)
    return max(due.day, before or 0)


def snooze(tx: Tx, *, kind: str, ref: int, until: date | str, reason: str) -> int:
    """A task of the system is quiet until a day. kind, ref: as v_system_task has them, the row it is about (of papers, which of them).

    It is quiet as it is now: when it gets worse (LOW becomes OUT), or is due by another day, it speaks again.
    """
    facts = SnoozeFacts.of(kind=kind, ref=ref, until=until, reason=reason)
    if facts.until <= tx.today:
        raise Refusal("until", N_("It can be quiet until a later day; {day} is not."), day=days.echo_day(facts.until))
    about = tx.value("SELECT about FROM v_system_task WHERE kind = :kind AND ref = :ref", kind=facts.kind, ref=facts.ref)
    if about is None:
        raise Refusal("ref", N_("The books do not ask for this any more."))
    tx.says(N_("quiet until {until}: {reason}"), until=facts.until.isoformat(), reason=_short(facts.reason))
    row = tx.value("SELECT id FROM snooze WHERE kind = :kind AND ref = :ref", kind=facts.kind, ref=facts.ref)
    if row is None:
        return tx.insert(Snooze, kind=facts.kind, ref=facts.ref, about=about, until=facts.until.isoformat(), reason=facts.reason)
    tx.update(Snooze, row, about=about, until=facts.until.isoformat(), reason=facts.reason)
    return int(row)


def wake(tx: Tx, *, kind: str, ref: int) -> None:
    """A task of the system speaks again."""
    row = tx.value("SELECT id FROM snooze WHERE kind = :kind AND ref = :ref", kind=kind, ref=ref)
    if row is None:
        raise Refusal("ref", N_("It is not quiet."))
    tx.says(N_("no longer quiet"))
    tx.delete(Snooze, row)


def _task(tx: Tx, task: int) -> tuple[Any, ...]:
    row = tx.row(f"SELECT {COLUMNS}, done_at FROM task WHERE id = :id", id=task)
    if row is None:
        raise Refusal("task", N_("There is no such task."))
    return row


def _row(tx: Tx, facts: TaskFacts) -> dict[str, Any]:
    if facts.kind == "message" and facts.party is None:
        raise Refusal("party", N_("Whom is the message for?"))
    if bool(facts.book) != (facts.book_id is not None):
        raise Refusal("book_id", N_("A link needs both its book and its record."))
    party = facts.party
    if party is not None:
        party = tx.value("SELECT coalesce(merged_into_id, id) FROM party WHERE id = :id AND void = 0", id=party)
        if party is None:
            raise Refusal("party", N_("There is no such party."))
    return {
        "kind": facts.kind, "text": facts.text, "due": facts.due.isoformat() if facts.due else None, "repeats": facts.repeats,
        "asked_by": facts.asked_by, "party_id": party, "book": facts.book, "book_id": facts.book_id, "find": find_text(facts.text, facts.asked_by),
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
