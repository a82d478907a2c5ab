"""The sample company: a small dealer in boards and copper strip with a branch warehouse, two years of work up to today, always the same for a day.

Everything is done through the books' own commands, a day a step; the clock is set to each day while it is made. All names are our own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from deskbook.core import days as calendar
from deskbook.core import words
from deskbook.core.store import Store, Tx
from deskbook.exchange.found import found_book
from deskbook.exchange.sample_company import Act, Company
from deskbook.exchange.sample_days import Days
from deskbook.exchange.sample_start import Start
from deskbook.exchange.sample_today import Morning

YEARS = 2
SINGLY = 45
"""Of so many days every act is a step of its own, as a person does it; before, a working day is one step, so that the book is made in seconds."""


def make_sample(path: Path, *, language: str = "en") -> Store:
    """Write the sample company's book in a language, ending today; returns it open. Refusal when a file is there already."""
    named = tomllib.loads((Path(__file__).parent / "sample_words" / f"{language}.toml").read_text(encoding="utf-8"))
    today = calendar.today()
    first = today - timedelta(days=365 * YEARS)
    spoken = words.language()
    words.use(language)
    try:
        with clock() as at:
            at(first, 8)
            store = Store.create(path, clerk="Ann")
            store.run(found_book, company=named["company"], currency=named["currency"], language=language)
            company = Company(named, Random(710), first, today)
            with store.hurried():
                _live(store, company, at)
        store.turn_day()
    finally:
        words.use(spoken)
    return store


def _live(store: Store, company: Company, at: Any) -> None:
    """From the first day to today: long ago a step a day, of late and today a step for each thing that is done."""
    at(company.first, 9)
    store.run(Start(company).settle_in)
    days = Days(company)
    day = company.first
    while (day := day + timedelta(days=1)) < company.today:
        if day.weekday() < 5:
            at(day, 17)
            if day < company.ago(SINGLY):
                store.run(days.work, day=day)
            else:
                _one_by_one(store, days.acts(store.look, day), partial(at, day), 9)
            at(day, 17)
            store.run(days.close, day=day)
    morning = Morning(company, days)
    _one_by_one(store, morning.shape(store.look), partial(at, company.today), 4)
    for n, (command, facts) in enumerate(morning.this_morning()):
        at(company.today, 8, n)
        store.run(command, **facts)


class _NothingToDo(Exception):
    """An act that found nothing to do; it leaves no step."""


def _one_by_one(store: Store, acts: Iterator[Act], at: Callable[[int, int], None], hour: int) -> None:
    """Run each act as a step, two minutes after the one before."""
    for n, act in enumerate(acts):
        at(hour + n // 30, n % 30 * 2)

        def work(tx: Tx, act: Act = act) -> None:
            act(tx)
            if tx.said is None:
                raise _NothingToDo

        with suppress(_NothingToDo):
            store.run(work)


@contextmanager
def clock() -> Iterator[Any]:
    """Set the program's clock to moments of the past, and put it back as it was."""
    before = calendar.held_clock()
    moment = [datetime.now(UTC)]

    def at(day: date, hour: int, minute: int = 0) -> None:
        moment[0] = datetime(day.year, day.month, day.day, hour, minute, tzinfo=calendar.zone())

    calendar.set_clock(lambda: moment[0])
    try:
        yield at
    finally:
        calendar.set_clock(before)
