"""What a person sees: the screen of an app under test as lines of text."""
from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from textual.app import App


def see(app: App[Any]) -> list[str]:
    """The lines of the screen, modals included, from the strips the compositor would draw; blanks at their ends cut off."""
    strips = app.screen._compositor.render_strips()  # what the screen itself hands to the terminal; there is no public door to it
    lines = ["".join(segment.text for segment in strip) for strip in strips]
    assert all(cell_len(line) <= app.size.width for line in lines)
    return [line.rstrip() for line in lines]


def place(line: str, text: str) -> int:
    """The cell where a text begins in a line; ValueError where it is not in it."""
    return cell_len(line[: line.index(text)])
