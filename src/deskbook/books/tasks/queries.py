"""The questions to the checklist: the list, the sheet on paper, what the check recomputes."""
from __future__ import annotations

from datetime import date
from typing import NamedTuple

from deskbook.books.stock.listings import SEVERITIES
from deskbook.core import days
from deskbook.core.check import Rule
from deskbook.core.listing import Ask, Column, Listing, Show, View
from deskbook.core.search import find_terms
from deskbook.core.store import Look
from deskbook.core.words import N_, _

TASK_KINDS = {"task": N_("task"), "message": N_("message")}
REPEATS = {
    "": "", "day": N_("every day"), "workday": N_("every workday"), "week": N_("every week"), "month": N_("every month"), "year": N_("every year"),
}
SYSTEM = {
    "low stock": N_("low stock"),
    "to ship": N_("to ship"),
    "arrival": N_("not confirmed"),
    "supplier": N_("supplier late"),
    "quote late": N_("quote late"),
    "quote expiring": N_("quote runs out"),
    "quote moved": N_("price moved"),
    "return": N_("to decide"),
    "announced": N_("not come back"),
    "review": N_("review lacks"),
    "promise": N_("promise broken"),
    "contract": N_("no contract"),
    "bill": N_("no bill here"),
    "unallocated": N_("money for what"),
}
"""What the books themselves ask for, as long as it is so."""
CLOSES = {
    "low stock": N_("It goes by itself when there is enough of it or enough is coming; {key} quiets it until a day."),
    "to ship": N_("It goes by itself when the order has left; {key} quiets it until a day."),
    "arrival": N_("It goes by itself when somebody there confirms the arrival; {key} quiets it until a day."),
    "supplier": N_("It goes by itself when the goods come or a new day is promised; {key} quiets it until a day."),
    "quote late": N_("It goes by itself when the quote is sent; {key} quiets it until a day."),
    "quote expiring": N_("It goes by itself when the quote is won, lost or replaced; {key} quiets it until a day."),
    "quote moved": N_("It goes by itself when the quote is revised or decided, or the price comes back; {key} quiets it until a day."),
    "return": N_("It goes by itself when all that came back is decided; {key} quiets it until a day."),
    "announced": N_("It goes by itself when the goods are here or nobody waits for them; {key} quiets it until a day."),
    "review": N_("It goes by itself when the check is passed; {key} quiets it until a day."),
    "promise": N_("It goes by itself when it is paid, promised anew, disputed or chased; {key} quiets it until a day."),
    "contract": N_("It goes by itself when the originals are held; {key} quiets it until a day."),
    "bill": N_("It goes by itself when the originals are held; {key} quiets it until a day."),
    "unallocated": N_("It goes by itself when the money is allocated or paid back; {key} quiets it until a day."),
}
LIVE = 1_000_000_000
"""Rows of the checklist from this id on are asked for by the books; those before it are the ids of tasks."""
OPEN_TODAY = "done_at IS NULL AND (due IS NULL OR due <= :today) OR done_at >= :midnight"
"""Tasks on the list of the day: what is to be done by now, and what was done today."""
OWN = "kind IN ('task', 'message')"

TASKS = Listing(
    name="tasks",
    title=N_("Tasks"),
    source="v_checklist",
    columns=(
        Column("mark", "✓", width=1, heading=N_("mark", "sign")),
        Column("kind", N_("kind"), Show.WORD, width=14, words=TASK_KINDS | SYSTEM),
        Column("text", N_("what"), width=20, grows=True),
        Column("late", "!", width=1, heading=N_("late")),
        Column("due", N_("due", "task"), Show.DAY, width=10),
        Column("age", N_("days"), Show.COUNT, width=4),
        Column("party", N_("about"), width=14),
        Column("asked_by", N_("asked by"), width=10, wide=True),
        Column("state", N_("state"), Show.WORD, width=8, wide=True, words=SEVERITIES),
        Column("snoozed", N_("quiet until"), Show.DAY, width=11, wide=True),
        Column("snooze_reason", N_("why"), width=16, wide=True),
        Column("repeats", N_("repeats"), Show.WORD, width=13, wide=True, words=REPEATS),
        Column("made_on", N_("noted on"), Show.DAY, width=10, wide=True),
        Column("done_at", N_("done at"), Show.MOMENT, width=12, wide=True),
        Column("done_by", N_("done by"), width=8, wide=True),
    ),
    order="turn",
    find=("find",),
    views=(
        View("todo", N_("to do"), f"({OPEN_TODAY}) AND snoozed IS NULL"),
        View("mine", N_("our own"), f"{OWN} AND done_at IS NULL"),
        View("books", N_("from the books"), f"NOT {OWN} AND snoozed IS NULL"),
        View("messages", N_("not told yet"), "kind = 'message' AND done_at IS NULL"),
        View("snoozed", N_("quiet"), f"NOT {OWN} AND snoozed IS NOT NULL"),
        View("done", N_("done"), f"{OWN} AND done_at IS NOT NULL"),
        View("all", N_("all")),
    ),
)
"""✓ is still to do, ✗ is done: the assistants' own marks; • is asked for by the books and closes itself. The most urgent first, then the oldest;
what is ticked stays where it was, as on paper."""


def find_records(look: Look, text: str, limit: int = 8) -> list[tuple[str, int, str, str]]:
    """Tasks that hold the words, open ones first: (book, id, words, detail)."""
    terms = find_terms(text)
    if not terms:
        return []
    where = " AND ".join(f"find LIKE :term{n}" for n in range(len(terms)))
    rows = look.rows(
        f"SELECT id, mark, text, party, due FROM v_task WHERE {where} ORDER BY done_at IS NOT NULL, id DESC LIMIT :limit",
        limit=limit, **{f"term{n}": f"%{term}%" for n, term in enumerate(terms)},
    )
    return [("tasks", row, f"{mark} {said}", " ".join(part for part in (party, due) if part)) for row, mark, said, party, due in rows]


def task_row(look: Look, task: int) -> dict[str, object] | None:
    """The facts of a task as add_task takes them, with done_at, done_by, made_on and the party's name; None where there is none."""
    sql = "SELECT kind, text, due, repeats, asked_by, party_id, book, book_id, done_at, done_by, made_on, party FROM v_task WHERE id = :id"
    row = look.row(sql, id=task)
    names = ("kind", "text", "due", "repeats", "asked_by", "party", "book", "book_id", "done_at", "done_by", "made_on", "name")
    return dict(zip(names, row, strict=True)) if row else None


class SystemTask(NamedTuple):
    """A task of the system. ref: the row it is about; state: the severity of low stock; since: the day it was due; snoozed: until when it is
    quiet, and why; days ISO."""

    kind: str
    ref: int
    what: str
    who: str
    state: str
    since: str | None
    snoozed: str | None
    reason: str | None


def system_task(look: Look, row: int) -> SystemTask | None:
    """A task of the system by its id; None where the fact has changed meanwhile."""
    found = look.row("SELECT kind, ref, what, who, state, since, snoozed, snooze_reason FROM v_system_task WHERE id = :id", id=row)
    return SystemTask(*found) if found else None


TARGETS = {
    "low stock": ("low_stock", "low", "items"),
    "to ship": ("orders",),
    "arrival": ("shipments",),
    "supplier": ("purchases",),
    "quote late": ("quotes",),
    "quote expiring": ("quotes",),
    "quote moved": ("quotes",),
    "return": ("returns",),
    "announced": ("returns",),
    "review": ("orders",),
    "promise": ("claims",),
    "contract": ("unfiled",),
    "bill": ("unfiled",),
    "unallocated": ("payments",),
}
"""The lists that show what a task of the system is about, the best first."""
LISTS = {"contract": Ask(view="must", only=(("kind", "contract"),)), "bill": Ask(view="must", only=(("kind", "bill"),))}
"""Of those about no single row, the question to their list."""


def system_target(look: Look, row: int) -> tuple[tuple[str, ...], Ask | None, int | None] | None:
    """Where a task of the system leads: names of lists, the best first, and the row in them, or the question to them."""
    task = system_task(look, row)
    if task is None:
        return None
    names = TARGETS[task.kind]
    if task.kind in LISTS:
        return names, LISTS[task.kind], None
    if task.kind == "supplier":
        return names, None, int(look.value("SELECT purchase_id FROM purchase_line WHERE id = :id", id=task.ref))
    return names, None, task.ref


def people(look: Look) -> list[str]:
    """Who asked for something before, newest first."""
    return [name for (name,) in look.rows("SELECT asked_by FROM task WHERE asked_by <> '' GROUP BY asked_by ORDER BY max(id) DESC LIMIT 50")]


def checklist_text(look: Look, day: date, width: int = 78) -> list[str]:
    """The checklist of a day for paper, in lines of at most `width` cells, in the language in use.

    To do and done (✓ is to do, ✗ is done; oldest first), messages by person, what the books ask for just now.
    """
    from deskbook.core.paper import both, put  # measures cells with rich, which a list of tasks does not need

    company = look.value("SELECT value FROM office WHERE name = 'company'") or ""
    began, ended = days.day_span(day)
    tasks = look.rows(
        "SELECT mark, text, party, asked_by, due, made_on, kind FROM v_task"
        " WHERE made_on <= :day AND (done_at IS NULL AND (due IS NULL OR due <= :day)"
        " OR done_at >= :began AND done_at < :ended) ORDER BY done_at IS NOT NULL, made_on, id",
        day=day.isoformat(), began=began, ended=ended,
    )
    lines = [both(company, _(N_("Checklist")), width), both(days.echo_day(day), "", width), "─" * width]
    for mark, text, party, asked, due, made_on, kind in tasks:
        if kind == "task":
            who = party or asked
            lines.append(_line(mark, f"{text} · {who}" if who else text, due, made_on, day, width))
    messages = [(party or "", mark, text, due, made_on) for mark, text, party, _asked, due, made_on, kind in tasks if kind == "message"]
    messages.sort(key=lambda message: message[0])
    if messages:
        lines += ["", _(N_("To tell"))]
        said = _(N_("{what}: {more}"))
        lines += [_line(mark, said.format(what=party, more=text), due, made_on, day, width) for party, mark, text, due, made_on in messages]
    asked_for = look.rows("SELECT kind, what, who, state, since FROM v_system_task WHERE snoozed IS NULL ORDER BY turn, id LIMIT 40")
    if asked_for:
        lines += ["", _(N_("What the books ask for"))]
        for kind, what, who, state, since in asked_for:
            fact = _(SEVERITIES[state]) if state else days.show_day(since, today=day)
            lines.append(f"✓ {put(_(SYSTEM[kind]), 22)} {put(what, 16)} {put(who, width - 53)} {put(fact, 10)}".rstrip())
    return lines


def _line(mark: str, text: str, due: str | None, made_on: str, day: date, width: int) -> str:
    """One task: mark, text, ! where it is late, due, age in days."""
    from deskbook.core.paper import put

    open_ = mark == "✓"
    late = "!" if open_ and due and due < day.isoformat() else " "
    age = (day - date.fromisoformat(made_on)).days
    shown = _(N_("{count}d"), count=age) if open_ and age else ""
    return f"{mark} {put(text, width - 21)} {late} {put(days.show_day(due, today=day), 10)} {put(shown, 5, right=True)}".rstrip()


RULES: tuple[Rule, ...] = (
    Rule(
        N_("What is done has somebody who did it, and what is open has nobody."),
        "SELECT id || ' ' || text FROM task WHERE (done_at IS NOT NULL) <> (done_by <> '')",
    ),
    Rule(N_("A message is for somebody."), "SELECT id || ' ' || text FROM task WHERE kind = 'message' AND party_id IS NULL"),
    Rule(N_("A link of a task names its book and its record."), "SELECT id || ' ' || text FROM task WHERE (book <> '') <> (book_id IS NOT NULL)"),
)
