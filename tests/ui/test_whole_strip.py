"""Lines cut in pieces: no character is lost, and the pieces together are as wide as the line."""
from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.strip import Strip

from deskbook.ui.whole_strip import WholeStrip

LINE = [Segment("C001  "), Segment("苏州"), Segment("  026")]


@pytest.mark.parametrize(("cuts", "pieces"), [
    ([15], ["C001  苏州  026"]),
    ([6, 15], ["C001  ", "苏州  026"]),
    ([7, 15], ["C001  苏州  026", ""]),
    ([8, 9, 15], ["C001  苏", "州  026", ""]),
    ([7, 9, 12, 15], ["C001  苏州  ", "", "", "026"]),
    ([0, 3, 15], ["", "C00", "1  苏州  026"]),
    ([6, 40], ["C001  "]),
])
def test_a_character_across_a_cut_is_in_one_piece(cuts: list[int], pieces: list[str]) -> None:
    found = WholeStrip(LINE, 15).divide(cuts)
    assert [piece.text for piece in found] == pieces


def test_textual_itself_loses_it() -> None:
    """When this fails, the class is no longer needed."""
    assert "苏" not in "".join(piece.text for piece in Strip(LINE, 15).divide([7, 15]))
