"""The checklist: what is open is carried over with its age, what is ticked is done by somebody, what repeats comes back."""
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from deskbook.books.tasks import commands, queries
from deskbook.books.tasks.commands import next_due
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.core.window import Window, select

MONDAY = date(2026, 11, 23)


def at(moment: str) -> None:
    """Office time in Shanghai."""
    when = datetime.fromisoformat(moment + "+08:00").astimezone(UTC)
    days.set_clock(lambda: when)


def rows(book: Store, view: str, *names: str) -> list[tuple[Any, ...]]:
    sql, params = select(queries.TASKS, Ask(view=view))
    places = [0 if name == "id" else 1 + [c.name for c in queries.TASKS.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in book.look.rows(sql, **params)]


def dump(book: Store) -> list[Any]:
    return [book.look.rows("SELECT * FROM task ORDER BY id"), book.look.rows("SELECT * FROM snooze ORDER BY id")]


def sound(book: Store) -> None:
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []
    assert verify(book.look.con) == []


@pytest.fixture
def li(book: Store) -> int:
    from deskbook.books.parties.commands import add_party

    return int(book.run(add_party, name="Li 李", roles=["customer"]))


def test_a_tick_is_to_do_and_a_cross_is_done(book: Store) -> None:
    task = book.run(commands.add_task, text="Fax quote to Junye", asked_by="Zhao", due="2026-11-27")
    assert rows(book, "mine", "mark", "text", "asked_by") == [("✓", "Fax quote to Junye", "Zhao")]
    assert book.run(commands.tick, task=task) is None
    assert rows(book, "done", "mark", "done_by") == [("✗", "Ann")]
    assert book.look.value("SELECT done_at FROM task") == "2026-11-23T01:30:00.000Z"
    book.run(commands.untick, task=task)
    assert rows(book, "mine", "mark", "done_by") == [("✓", "")]
    sound(book)


def test_yesterdays_open_items_are_on_todays_list_oldest_first(book: Store) -> None:
    at("2026-11-20T18:00")
    book.run(commands.add_task, text="oldest")
    book.run(commands.add_task, text="late", due="2026-11-22")
    book.run(commands.add_task, text="later", due="2026-12-01")
    done = book.run(commands.add_task, text="done on Friday")
    book.run(commands.tick, task=done)
    at("2026-11-23T00:10")  # still Sunday in Greenwich
    book.turn_day()
    early = book.run(commands.add_task, text="done early")
    book.run(commands.tick, task=early)
    at("2026-11-23T09:30")
    book.run(commands.add_task, text="new")
    assert rows(book, "todo", "mark", "text", "late", "age") == [
        ("✓", "late", "!", 3), ("✓", "oldest", "", 3), ("✗", "done early", "", None), ("✓", "new", "", 0),
    ]
    assert rows(book, "mine", "text") == [("late",), ("oldest",), ("new",), ("later",)]


@pytest.mark.parametrize(
    ("due", "repeats", "today", "following"),
    [
        ("2026-11-23", "day", "2026-11-23", "2026-11-24"),
        ("2026-11-10", "day", "2026-11-23", "2026-11-23"),      # never in the past
        ("2026-11-27", "workday", "2026-11-27", "2026-11-30"),  # Friday to Monday
        ("2026-11-02", "week", "2026-11-24", "2026-11-30"),     # stays a Monday
        ("2026-11-30", "week", "2026-11-23", "2026-12-07"),     # ticked before it was due
        ("2026-01-31", "month", "2026-01-31", "2026-02-28"),
        ("2026-01-31", "month", "2026-03-05", "2026-03-31"),
        ("2028-02-29", "year", "2028-02-29", "2029-02-28"),
    ],
)
def test_the_next_due_day(due: str, repeats: str, today: str, following: str) -> None:
    assert next_due(date.fromisoformat(due), repeats, date.fromisoformat(today)) == date.fromisoformat(following)


def test_a_monthly_task_of_the_31st_goes_back_to_the_31st(book: Store) -> None:
    at("2027-01-31T10:00")
    task = book.run(commands.add_task, text="Month end", due="2027-01-31", repeats="month")
    dues = []
    for day in ("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"):
        at(day + "T10:00")
        task = book.run(commands.tick, task=task)
        dues.append(book.look.value("SELECT due FROM task WHERE id = :task", task=task))
    assert dues == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]


def test_a_yearly_task_of_the_29th_of_february_goes_back_to_the_29th(book: Store) -> None:
    task = book.run(commands.add_task, text="Leap day", due="2028-02-29", repeats="year")
    dues = []
    for day in ("2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"):
        at(day + "T10:00")
        task = book.run(commands.tick, task=task)
        dues.append(book.look.value("SELECT due FROM task WHERE id = :task", task=task))
    assert dues == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_unticking_a_repeating_task_takes_the_next_one_back_unless_it_was_touched(book: Store) -> None:
    task = book.run(commands.add_task, text="Count the till", due="2026-11-23", repeats="day")
    before = dump(book)
    following = book.run(commands.tick, task=task)
    assert book.look.row("SELECT text, due, repeats FROM task WHERE id = :id", id=following) == ("Count the till", "2026-11-24", "day")
    book.run(commands.untick, task=task)
    assert dump(book) == before
    book.run(commands.tick, task=task)
    book.undo()
    book.redo()
    book.run(commands.untick, task=task)  # what redo wrote is known as well
    assert dump(book) == before
    following = book.run(commands.tick, task=task)
    book.run(commands.change_task, task=following, asked_by="Zhao")
    book.run(commands.untick, task=task)
    assert book.look.value("SELECT count(*) FROM task") == 2
    sound(book)


def test_a_message_is_for_somebody_and_done_when_told(book: Store, li: int) -> None:
    with pytest.raises(Refusal) as refused:
        book.run(commands.add_task, text="Call back", kind="message")
    assert refused.value.field == "party"
    task = book.run(commands.add_task, text="Call back", kind="message", party=li)
    assert rows(book, "messages", "text", "party") == [("Call back", "Li 李")]
    book.run(commands.tick, task=task)
    assert rows(book, "messages", "text") == []
    assert book.sentence(book.position[0]) == "told Li 李: Call back"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x", "repeats": "hour"}, "repeats"),
        ({"text": "x", "book": "orders"}, "book_id"),
        ({"text": "x", "party": 99}, "party"),
        ({"text": "x", "due": "tomorrow"}, "due"),
    ],
)
def test_what_cannot_be_is_refused(book: Store, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        book.run(commands.add_task, **facts)
    assert refused.value.field == field
    assert dump(book) == [[], []]


DOINGS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (commands.add_task, {"text": "x"}),
    (commands.change_task, {"task": 1, "text": "y", "due": None}),
    (commands.drop_task, {"task": 1}),
    (commands.tick, {"task": 1}),
    (commands.untick, {"task": 2}),
    (commands.snooze, {"kind": "low stock", "ref": 2, "until": "2026-12-01", "reason": "seasonal"}),
    (commands.snooze, {"kind": "low stock", "ref": 1, "until": "2026-12-24", "reason": "holiday there"}),
    (commands.wake, {"kind": "low stock", "ref": 1}),
]


@pytest.mark.parametrize(("command", "facts"), DOINGS)
def test_undo_brings_the_old_rows_back(book: Store, command: Callable[..., Any], facts: dict[str, Any]) -> None:
    from deskbook.books.items.commands import add_item

    for code in ("710", "711"):
        book.run(add_item, code=code, name="Board", minimum=5_000)
    book.run(commands.add_task, text="weekly", due="2026-11-23", repeats="week", book="orders", book_id=3)
    book.run(commands.add_task, text="done")
    book.run(commands.tick, task=2)
    book.run(commands.snooze, kind="low stock", ref=1, until="2026-11-30", reason="asked")
    before = dump(book)
    book.run(command, **facts)
    after = dump(book)
    assert after != before
    book.undo()
    assert dump(book) == before
    book.redo()
    assert dump(book) == after
    sound(book)


def test_quiet_needs_a_later_day_and_a_reason(book: Store) -> None:
    with pytest.raises(Refusal) as refused:
        book.run(commands.snooze, kind="low stock", ref=1, until=MONDAY, reason="x")
    assert refused.value.field == "until"
    with pytest.raises(Refusal) as refused:
        book.run(commands.snooze, kind="low stock", ref=1, until="2026-11-24", reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Refusal, match="do not ask for this any more"):
        book.run(commands.snooze, kind="low stock", ref=1, until="2026-11-24", reason="x")
    with pytest.raises(Refusal, match="not quiet"):
        book.run(commands.wake, kind="low stock", ref=1)


def test_a_system_task_is_quiet_until_its_day_and_then_speaks_again(book: Store) -> None:
    from deskbook.books.items.commands import add_item

    item = book.run(add_item, code="710", name="BVM7-710", minimum=5_000)
    asked = ("kind", "text", "party", "state")
    assert rows(book, "books", *asked) == rows(book, "todo", *asked) == [("low stock", "710", "BVM7-710", "OUT")]
    book.run(commands.snooze, kind="low stock", ref=item, until="2026-11-25", reason="on its way")
    assert rows(book, "books", "text") == rows(book, "todo", "text") == []
    assert rows(book, "snoozed", "text", "snoozed", "snooze_reason") == [("710", "2026-11-25", "on its way")]
    at("2026-11-25T08:00")
    book.turn_day()
    assert len(rows(book, "books", "text")) == 1


def test_what_gets_worse_or_is_due_by_another_day_speaks_again(book: Store) -> None:
    from tests.books.goods import Goods, day

    from deskbook.books.purchases.commands import promise

    goods = Goods(book)
    board = goods.item("W", minimum=5)
    goods.open(board, 4)
    line = goods.buy(goods.board, 5, -3)
    book.run(commands.snooze, kind="low stock", ref=board, until="2026-12-20", reason="ordered by phone")
    book.run(commands.snooze, kind="supplier", ref=line, until="2026-12-20", reason="they are moving house")
    assert (rows(book, "books", "kind"), len(rows(book, "snoozed", "kind"))) == ([], 2)
    goods.order(board, 4, 9)  # LOW becomes OUT
    assert (rows(book, "books", "text", "state"), len(rows(book, "snoozed", "kind"))) == ([("W", "OUT")], 1)
    assert book.look.value("SELECT snoozed FROM v_low_stock WHERE id = :id", id=board) is None
    book.run(commands.snooze, kind="low stock", ref=board, until="2026-12-20", reason="still")
    assert rows(book, "books", "kind") == []
    book.run(promise, line=line, promised=day(2))
    at("2026-11-26T09:00")
    book.turn_day()
    assert rows(book, "books", "kind", "due") == [("supplier", "2026-11-25")]
    sound(book)


def test_own_tasks_and_those_of_the_books_stand_in_one_order_with_ids_of_their_own(book: Store) -> None:
    from tests.books.goods import Goods

    goods = Goods(book)
    goods.item("W", minimum=5)
    goods.buy(goods.board, 5, -3)
    book.run(commands.add_task, text="late", due="2026-11-22")
    book.run(commands.add_task, text="today")
    book.run(commands.add_task, text="next week", due="2026-11-30")
    assert rows(book, "todo", "mark", "kind", "text", "late", "age") == [
        ("•", "low stock", "W", "▲", None), ("•", "supplier", "P-2026-0001 710", "!", 3),
        ("✓", "task", "late", "!", 0), ("✓", "task", "today", "", 0),
    ]
    for view in queries.TASKS.views:
        window = Window(book.look, queries.TASKS, Ask(view=view.name), page=2)
        ids = list(window.ids())
        assert len(set(ids)) == window.count == len(ids)
        assert [window.index_of(row) for row in ids] == list(range(len(ids)))
    assert len(rows(book, "all", "id")) == 5


def test_the_checklist_on_paper(book: Store, li: int) -> None:
    at("2026-11-20T18:00")
    book.run(commands.add_task, text="Ask Zhang for the price of 紫铜板 C1100 0.3", due="2026-11-21")
    book.run(commands.add_task, text="Li asked whether 710 came", kind="message", party=li)
    at("2026-11-23T09:30")
    book.turn_day()
    done = book.run(commands.add_task, text="Day sheet to head office")
    book.run(commands.tick, task=done)
    lines = queries.checklist_text(book.look, MONDAY)
    assert lines[3].startswith("✓ Ask Zhang for the price of 紫铜板 C1100 0.3")
    assert lines[3].endswith("! Sat 21        3d")
    assert lines[4] == "✗ Day sheet to head office"
    assert lines[6] == "To tell"
    assert lines[7].startswith("✓ Li 李: Li asked")
    assert max(map(cell_len, lines)) <= 78
    assert lines == queries.checklist_text(book.look, MONDAY)
