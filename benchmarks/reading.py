"""How fast it reads: P9 csv, P10 jsonl, P13 a screen of stock, P14 the proof of balances, P16 Today's counters."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from measure import DESK, Figure, peak, process, timed, turns

import books
from deskbook.books.stock.queries import MOVES, RULES, STOCK
from deskbook.books.today import queries as today
from deskbook.core.check import check
from deskbook.core.listing import Ask
from deskbook.core.window import Window, order_of

SHOWN = 40


def _export(folder: Path, form: str, figure: str) -> list[Figure]:
    """All moves of the large book in the order of the screen, for programs, beside what the sqlite3 shell makes of the same query."""
    book = books.large(folder)
    name, down = order_of(MOVES, Ask())
    columns = ", ".join(column.name for column in MOVES.columns)
    sql = f"SELECT {columns} FROM {MOVES.source} ORDER BY {name} {'DESC' if down else 'ASC'}, id {'DESC' if down else 'ASC'}"
    output = folder / f"moves.{form}"
    ours = [DESK, "--desk", str(book), "export", "moves", "--raw", "--format", form, "-o", str(output)]
    theirs = ["sqlite3", "-readonly", f"-{form.removesuffix('l')}", str(book), sql]
    found = turns(lambda: process(ours), lambda: process(theirs), 5)
    output.unlink()
    return [Figure(figure, f"{form} of 1M moves / sqlite3 shell", 1.3, found.ratios(), note=found.said())]


def p9(folder: Path) -> list[Figure]:
    """csv; its memory beside that of the same export of a thousand lines, and a bare python."""
    found = _export(folder, "csv", "P9")
    command = [DESK, "--desk", "", "export", "moves", "--raw"]
    large, small = (peak([*command[:2], str(book), *command[3:]]) for book in (books.large(folder), books.small(folder)))
    bare = peak([sys.executable, "-c", "pass"])
    note = f"{large:.0f}, {small:.0f} and {bare:.0f} MiB"
    return [
        *found,
        Figure("P9", "peak memory of the csv, 1M lines / bare python", 1.3, [large / bare], note=note),
        Figure("P9", "peak memory of the csv, 1M lines / 1k", 1.3, [large / small]),
    ]


def p10(folder: Path) -> list[Figure]:
    """jsonl."""
    return _export(folder, "jsonl", "P10")


def p13(folder: Path) -> list[Figure]:
    """The rows of a screen of stock, a million moves beside a thousand."""
    with books.opened(books.large(folder)) as large, books.opened(books.small(folder)) as small:
        windows = [Window(store.look, STOCK, Ask(), page=SHOWN) for store in (large, small)]
        times: list[list[float]] = [[], []]
        for place in range(0, 40 * SHOWN, SHOWN):
            for window, found in zip(windows, times, strict=True):
                found.append(timed(lambda window=window, place=place: window.row(place)))  # type: ignore[misc]  # mypy infers no lambda with defaults
        ratios = [a / b for a, b in zip(*times, strict=True)]
        note = f"medians {median(times[0]):.2f} and {median(times[1]):.2f} ms"
        return [
            Figure("P13", f"{SHOWN} items of stock, 1M moves / 1k", 1.2, ratios, note=note),
            Figure("P13", f"SQL of {SHOWN} items of stock at 1M moves", 1, times[0], "ms"),
        ]


def p14(folder: Path) -> list[Figure]:
    """The rule that every balance is the sum of its moves."""
    with books.opened(books.large(folder)) as store:
        rules = [rule for rule in RULES if isinstance(rule.sql, str) and "stock_balance" in rule.sql and "stock_move" in rule.sql]
        assert rules
        times = []
        for _round in range(5):
            times.append(timed(lambda: check(store.look, rules)))
        return [Figure("P14", "proof of all balances over 1M moves", 100, times, "ms")]


def p16(folder: Path) -> list[Figure]:
    """Everything Today reads: a million moves, 200,000 orders, 2,000 items with a minimum, 20,000 tasks."""
    with books.opened(books.large(folder)) as store:

        def sight() -> None:
            today.counters(store.look)
            today.checklist(store.look)
            today.purses(store.look)

        times = [timed(sight) for _round in range(9)]
        return [Figure("P16", "SQL of Today's counters, checklist and purses", 50, times[1:], "ms", note=f"the first time {times[0]:.0f} ms")]
