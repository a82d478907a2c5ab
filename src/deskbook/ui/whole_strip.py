"""A line that keeps its double-width characters whole where the screen is put together from pieces.

Textual cuts every line at the edges of all widgets on it, those underneath as well, and writes blanks for a character that lies across a cut: over
a form, the 州 of 苏州 would be missing. Here the piece goes on to the next cut that no character lies across, and the pieces it took over are empty.
"""
from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.strip import Strip


class WholeStrip(Strip):
    """For a widget that lies over others and is not covered itself."""

    def divide(self, cuts: Iterable[int]) -> list[Strip]:
        """The pieces that end at the cuts (cells from the left), one for each."""
        wanted = [cut for cut in cuts if cut <= self.cell_length]
        edges, at = {0}, 0
        for char in self.text:
            at += cell_len(char)
            edges.add(at)
        free = [cut for cut in wanted if cut in edges]
        whole = iter(super().divide(free) if free else [])
        pieces, begun = [], False
        for cut in wanted:
            pieces.append(Strip([]) if begun else next(whole, Strip([])))
            begun = cut not in edges
        return pieces
