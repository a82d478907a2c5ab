from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core import words
from deskbook.core.quantity import read_quantity, show_quantity
from deskbook.core.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "decimals", "milli"),
    [
        ("10", 0, 10_000),
        ("1,200", 0, 1_200_000),
        ("２０", 0, 20_000),
        ("3*4", 0, 12_000),
        ("2.5", 1, 2_500),
        ("2.500", 1, 2_500),
        ("1.234", 3, 1_234),
        ("-3", 0, -3_000),
        ("10/4", 1, 2_500),
        ("3.0", 0, 3_000),
        ("200+10%", 0, 220_000),
    ],
)
def test_reads_thousandths(text: str, decimals: int, milli: int) -> None:
    assert read_quantity(text, decimals=decimals) == milli


@pytest.mark.parametrize(
    ("text", "decimals", "sentence"),
    [
        ("1.234", 2, "Quantity takes at most 2 decimals; 1.234 has 3."),
        ("0.5", 0, "Quantity takes whole numbers only, not 0.5."),
        ("10/3", 3, "Quantity takes at most 3 decimals; “10/3” does not come out even."),
        ("1.2345", 3, "Quantity takes at most 3 decimals; 1.2345 has 4."),
        ("¥5", 0, "“¥5” is not a number: “¥” does not belong there."),
        ("", 0, "A number is missing here."),
        ("1e3", 0, "“1e3” is not a number: “e” does not belong there."),
        ("10000000000", 0, "“10000000000” is too large; the largest is 9,999,999,999.999."),
    ],
)
def test_refuses_rather_than_rounds(text: str, decimals: int, sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_quantity(text, decimals=decimals)
    assert str(caught.value) == sentence
    assert caught.value.field == "quantity"


def test_spanish_point_is_a_group() -> None:
    assert read_quantity("1.234", language="es") == 1_234_000
    assert read_quantity("1,234", decimals=3, language="es") == 1_234


@pytest.mark.parametrize(
    ("milli", "decimals", "shown"),
    [
        (10_000, None, "10"),
        (0, None, "0"),
        (2_500, None, "2.5"),
        (1_234, None, "1.234"),
        (-500, None, "-0.5"),
        (-2_000, None, "-2"),
        (1_234_000, None, "1,234"),
        (2_500, 2, "2.50"),
        (2_000, 2, "2.00"),
        (2_000, 0, "2"),
        (1_234, 2, "1.234"),
        (51_317_000, None, "51,317"),
    ],
)
def test_shows_as_many_decimals_as_needed(milli: int, decimals: int | None, shown: str) -> None:
    assert show_quantity(milli, decimals) == shown


def test_shows_spanish() -> None:
    assert show_quantity(1_234_500, language="es") == "1.234,5"
    words.use("es")
    assert show_quantity(1_234_000) == "1.234"


@given(st.integers(-(10**13) + 1, 10**13 - 1), st.sampled_from(list(words.LANGUAGES)), st.one_of(st.none(), st.integers(0, 3)))
def test_reads_back(milli: int, language: str, decimals: int | None) -> None:
    assert read_quantity(show_quantity(milli, decimals, language), decimals=3, language=language) == milli
