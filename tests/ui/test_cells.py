"""Texts measured in the cells of a terminal."""
from __future__ import annotations

from deskbook.ui.cells import aligned, wrap


def test_parts_of_texts_stand_under_each_other_and_numbers_end_together() -> None:
    assert aligned(["397.79  144 days late  now", "41.56  99 days late  in a week"], 40) == [
        "397.79  144 days late  now",
        " 41.56   99 days late  in a week",
    ]
    assert aligned(["顺风速运  SF1  12", "安可  SF22  7"], 40) == ["顺风速运  SF1   12", "安可      SF22   7"]


def test_texts_of_other_parts_or_without_room_stay_as_they_are() -> None:
    texts = ["one  2", "alone", "three  four  5"]
    assert aligned(texts, 40) == texts
    wide = ["a  bbbbbbbbbb", "aaaaaaaaaa  b"]
    assert aligned(wide, 21) == wide
    assert aligned(wide, 22) == ["a           bbbbbbbbbb", "aaaaaaaaaa  b"]


def test_what_fits_is_not_broken_and_keeps_its_blanks() -> None:
    assert wrap("  7  of 9", 9) == ["  7  of 9"]
    assert wrap("one two three", 7) == ["one two", "three"]
