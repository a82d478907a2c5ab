"""How fast it starts: P1 the version, P2 an export of one row, P3 the first sight of Today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from measure import DESK, Cost, Figure, Terminal, process, turns

import books

BARE = [sys.executable, "-c", "pass"]


def p1(_folder: Path) -> list[Figure]:
    """`deskbook --version` beside a bare python."""
    found = turns(lambda: process([DESK, "--version"]), lambda: process(BARE), 25, 2)
    return [Figure("P1", "deskbook --version / bare python", 1.3, found.ratios(), note=found.said())]


def p2(folder: Path) -> list[Figure]:
    """An export of one row, a process of its own, beside a bare python."""
    book = books.book(folder / "one.desk", lines=0, items=1)
    command = [DESK, "--desk", str(book), "export", "items"]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    assert written.count(b"\n") == 2, written
    found = turns(lambda: process(command), lambda: process(BARE), 15, 2)
    return [Figure("P2", "export of one row / bare python", 12, found.ratios(), note=found.said())]


def p3(folder: Path) -> list[Figure]:
    """Until Today shows what stands in the book, beside a bare Textual application; a million lines beside a thousand."""
    large, small = books.large(folder), books.small(folder)

    def first(command: list[str]) -> Cost:
        terminal = Terminal(command, folder)
        shown = terminal.until(books.MARK) / 1e3
        used = terminal.end()
        return Cost(shown, used.cpu)

    def desk(book: Path) -> Cost:
        return first([DESK, "--desk", str(book), "--clerk", "Ann"])

    beside_bare = turns(lambda: desk(large), lambda: first([sys.executable, str(Path(__file__).with_name("bare_app.py"))]), 7)
    beside_small = turns(lambda: desk(large), lambda: desk(small), 7)
    return [
        Figure("P3", "first sight of Today at 1M lines / bare Textual", 1.5, beside_bare.ratios(), note=beside_bare.said()),
        Figure("P3", "first sight of Today, 1M lines / 1k", 1.15, beside_small.ratios(), note=beside_small.said()),
    ]
