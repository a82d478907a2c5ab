"""Plain text for paper: columns that align in cells, so that Chinese names line up on any printer."""
from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from deskbook.core.text import safe


def put(text: str, width: int, *, right: bool = False) -> str:
    """The text, hidden characters made visible, in exactly so many cells; a cut is shown by …, a number that does not fit by #."""
    shown = safe(text)
    size = cell_len(shown)
    if size > width:
        if right:
            return "#" * width
        shown = set_cell_size(shown, max(0, width - 1)).rstrip() + "…" if width else ""
        size = cell_len(shown)
    return " " * (width - size) + shown if right else shown + " " * (width - size)


def both(left: str, right: str, width: int) -> str:
    """One line with a text at either end."""
    end = safe(right)
    return (put(left, max(0, width - cell_len(end) - 1)) + " " + end).rstrip() if end else put(left, width).rstrip()
