"""How fast it answers a key: P4 down and page down, P5 jumps and sorting, P6 memory, P15 a lookup."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random
from statistics import median

from measure import DESK, Figure, Terminal, timed

import books
from deskbook.books.items.queries import search_items

SESSIONS = 3


def p4_p5_p6(folder: Path) -> list[Figure]:
    """The list of moves in two terminals, a million rows and a thousand, the same keys in turns."""
    plan = [("down", 30), ("pagedown", 30), ("end", 8), ("home", 8), ("S", 6)]
    limits = {"down": ("P4", 1.2, 16.0), "pagedown": ("P4", 1.2, 16.0), "end": ("P5", 1.6, 33.0), "home": ("P5", 1.6, 33.0), "S": ("P5", 1.6, 33.0)}
    ratios: dict[str, list[float]] = {key: [] for key, _n in plan}
    times: dict[str, list[float]] = {key: [] for key, _n in plan}
    memory = []
    for session in range(SESSIONS):
        paths = [books.large(folder), books.small(folder)]
        if session % 2:
            paths.reverse()
        terminals = [Terminal([DESK, "--desk", str(path), "--clerk", "Ann"], folder) for path in paths]
        try:
            for terminal, path in zip(terminals, paths, strict=True):
                terminal.until(books.MARK)
                terminal.quiet(1.0)
                terminal.type("g", "m")
                if path == books.large(folder):
                    terminal.type("t")  # a long list opens on this month; this shows all days
            for key, count in plan:
                for n in range(count // SESSIONS + 1):
                    if key == "end" and n:
                        for terminal in terminals:
                            terminal.type("home")
                    if key == "home":
                        for terminal in terminals:
                            terminal.type("end")
                    took = {path: terminal.key(key) for terminal, path in zip(terminals, paths, strict=True)}
                    large, small = took[books.large(folder)], took[books.small(folder)]
                    ratios[key].append(large / small)
                    times[key].append(large)
            held = {path: terminal.memory() for terminal, path in zip(terminals, paths, strict=True)}
            memory.append(held[books.large(folder)] / held[books.small(folder)])
            note = f"{held[books.large(folder)]:.0f} MiB"
        finally:
            for terminal in terminals:
                terminal.end()
    found = []
    words = {"S": "sorting by day the other way round"}
    for key, _n in plan:
        figure, limit, most = limits[key]
        found.append(Figure(figure, f"{words.get(key, key)}: key to paint, 1M rows / 1k", limit, ratios[key]))
        found.append(Figure(figure, f"{words.get(key, key)}: key to paint at 1M rows", most, times[key], "ms"))
    found.append(Figure("P6", "memory after the same keys, 1M lines / 1k", 1.1, memory, note=note))
    return found


def p15(folder: Path) -> list[Figure]:
    """What a lookup asks of 100,000 items at each character, beside the least it could be: one pass of LIKE over the same search text."""
    words = [books.item_name(n) for n in Random(5).sample(range(100_000), 6)]
    with books.opened(books.many_items(folder)) as store:
        look = store.look
        one: list[float] = []
        two: list[float] = []
        sql = "SELECT id FROM item WHERE find LIKE :a LIMIT 50"
        for word in words:
            first, second = word.lower().split()[:2]
            texts = [first[:n] for n in range(1, len(first) + 1)] + [f"{first} {second[:n]}" for n in range(1, len(second) + 1)]
            for text in texts:
                took = timed(lambda text=text: search_items(look, text))  # type: ignore[misc]  # mypy infers no lambda with defaults
                (two if " " in text else one).append(took)
        least = [timed(lambda: look.rows(sql, a="%no such text%")) for _round in range(9)]
        ratios = [took / median(least) for took in two]
        note = f"sqlite {sqlite3.sqlite_version}; one pass {median(least):.1f} ms"
    return [
        Figure("P15", "lookup of one word in 100k items, SQL (a bare Input paints in 4 ms more)", 12, one, "ms", note=note),
        Figure("P15", "lookup of two words in 100k items, SQL", 12, two, "ms"),
        Figure("P15", "lookup of two words / one pass of LIKE", 2, ratios),
    ]
