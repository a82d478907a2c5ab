from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core import words
from deskbook.core.numbers import BOUND, Marks, half_up, marks, read_exact, read_number, show_number, use_marks
from deskbook.core.refusal import Refusal

integers = st.integers(-(10**30), 10**30)
languages = st.sampled_from(list(words.LANGUAGES))


def read(text: str, language: str = "en", places: int = 2) -> int:
    return read_number(text, places=places, field="amount", language=language)


def refused(text: str, language: str = "en") -> str:
    with pytest.raises(Refusal) as caught:
        read(text, language)
    assert caught.value.field == "amount"
    return str(caught.value)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (1, -2, -1), (-1, -2, 1), (3, 2, 2), (5, 2, 3), (-5, 2, -3), (1, 3, 0), (2, 3, 1), (-1, 3, 0), (0, 7, 0), (249, 100, 2)],
)
def test_half_up_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@given(integers, integers.filter(bool))
def test_half_up_agrees_with_fraction(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    size = math.floor(abs(exact) + Fraction(1, 2))
    assert half_up(numerator, denominator) == (size if exact >= 0 else -size)


def test_half_up_refuses_zero_below() -> None:
    with pytest.raises(ZeroDivisionError):
        half_up(1, 0)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12*35.5", 42600),
        ("1200+17%", 140400),
        ("1200-10%", 108000),
        ("100+50+10%", 16500),
        ("1200*17%", 20400),
        ("50%", 50),
        ("100+20%*2", 10040),
        ("１２０", 12000),
        ("１２＊３５．５", 42600),
        ("（3+4）×1.5", 1050),
        ("10÷4", 250),
        ("3x4", 1200),
        ("3 X 4", 1200),
        ("40000+280*2", 4056000),
        ("2+3*4", 1400),
        ("(2+3)*4", 2000),
        ("10-2-3", 500),
        ("100/10/5", 200),
        ("-5", -500),
        ("+5", 500),
        ("−5", -500),
        ("－5", -500),
        ("2*-3", -600),
        ("-(2+3)", -500),
        ("¥1,200", 120000),
        ("￥1200.50", 120050),
        ("1200 €", 120000),
        ("-$1.00", -100),
        ("¥12*3", 3600),
        ("1200元", 120000),
        (".5", 50),
        ("12。5", 1250),
        ("0.005", 1),
        ("-0.005", -1),
        ("0.0049999", 0),
        ("1/3+1/3+1/3", 100),
        ("1,234,567.89", 123456789),
        ("1 234.5", 123450),
        ("1\u00a0234.5", 123450),
        ("1\u202f234.5", 123450),
        ("  7  ", 700),
        ("007", 700),
    ],
)
def test_reads_what_people_write(text: str, cents: int) -> None:
    assert read(text) == cents


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("1,234", 123400, 123),
        ("1.234", 123, 123400),
        ("12,34", 1234, 1234),
        ("12.34", 1234, 1234),
        ("1.234,5", 123450, 123450),
        ("1,234.5", 123450, 123450),
        ("0,123", 12, 12),
        ("1.234.567", 123456700, 123456700),
        ("1234,567", 123457, 123457),
        ("1 234,5", 123450, 123450),
    ],
)
def test_ambiguous_marks_follow_the_language(text: str, english: int, spanish: int) -> None:
    assert read(text, "en") == read(text, "zh") == read(text, "sw") == english
    assert read(text, "es") == spanish


@pytest.mark.parametrize("text", ["1,23,4", "12 35", "1,234,56", "1.2.3", "12,345.678,9", "1,,2", "0,0,0", "1,2345.6"])
def test_refuses_groups_that_fit_nowhere(text: str) -> None:
    for language in words.LANGUAGES:
        assert "number" in refused(text, language)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A number is missing here."),
        ("   ", "A number is missing here."),
        ("1_000", "“1_000” is not a number: “_” does not belong there."),
        ("NaN", "“NaN” is not a number: “N” does not belong there."),
        ("1e3", "“1e3” is not a number: “e” does not belong there."),
        ("1/0", "“1/0” divides by zero."),
        ("5/(2-2)", "“5/(2-2)” divides by zero."),
        ("(1", "“(1” lacks a closing bracket."),
        ("1)", "“1)” is not a number: “)” does not belong there."),
        ("1+", "“1+” is not finished: a number is missing at the end."),
        ("()", "“()” is not a number: “)” does not belong there."),
        ("2**3", "“2**3” is not a number: “*” does not belong there."),
        ("5%%", "“5%%” is not a number: “%” does not belong there."),
        ("10²", "“10²” is not a number: “²” does not belong there."),
        ("½", "“½” is not a number: “½” does not belong there."),
        ("٣", "“٣” is not a number: “٣” does not belong there."),
        ("1\x1b2", "“1␛2” is not a number: “␛” does not belong there."),
        ("12 35", "“12 35” is not a number here; write it like 1,234.50."),
        ("100000000000.00", "“100000000000.00” is too large; the largest is 99,999,999,999.99."),
        ("9" * 61, "At most 60 characters are read as a number; this has 61."),
        ("__import__('os')", "“__import__('os')” is not a number: “_” does not belong there."),
    ],
)
def test_refusals_name_what_was_read(text: str, sentence: str) -> None:
    assert refused(text) == sentence


def test_bound_is_ten_to_the_thirteen() -> None:
    assert read("99999999999.99") == BOUND - 1
    assert read("-99999999999.99") == 1 - BOUND
    assert read("99999999999.994") == BOUND - 1
    refused("99999999999.995")


def test_deep_brackets_are_no_trouble() -> None:
    assert read("(" * 29 + "7" + ")" * 29) == 700
    refused("(" * 60)


def test_quantities_take_no_currency() -> None:
    with pytest.raises(Refusal):
        read_exact("¥5", field="quantity", currency=False)


def test_habit_goes_before_the_language_in_use() -> None:
    use_marks(Marks(",", "'"))
    assert marks("en") == Marks(",", "'")
    assert marks("es") == Marks(",", ".")  # a document in another language keeps its own
    assert show_number(123456789, places=2) == "1'234'567,89"
    assert read_number("1'234'567,89", places=2, field="amount") == 123456789
    use_marks(None)
    assert show_number(123456789, places=2) == "1,234,567.89"


@given(st.text(max_size=70), languages)
def test_any_text_is_a_number_or_a_refusal(text: str, language: str) -> None:
    try:
        assert abs(read(text, language)) < BOUND
    except Refusal as refusal:
        str(refusal)  # the sentence can be made


@given(st.text(alphabet="0123456789.,+-*/x()% '¥１", max_size=60), languages)
def test_any_sum_is_a_number_or_a_refusal(text: str, language: str) -> None:
    try:
        assert abs(read(text, language)) < BOUND
    except Refusal as refusal:
        str(refusal)  # the sentence can be made


@given(st.integers(1 - BOUND, BOUND - 1), st.integers(0, 4), st.integers(0, 4), languages)
def test_what_is_shown_reads_back(value: int, places: int, least: int, language: str) -> None:
    shown = show_number(value, places=places, least=min(least, places), language=language)
    assert read(shown, language, places) == value
