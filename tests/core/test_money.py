from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core import words
from deskbook.core.money import line_amount, read_money, read_percent, read_price, show_money, show_percent, show_price
from deskbook.core.numbers import half_up
from deskbook.core.refusal import Refusal

languages = st.sampled_from(list(words.LANGUAGES))
amounts = st.integers(-(10**13) + 1, 10**13 - 1)


@pytest.mark.parametrize(
    ("cents", "english", "spanish"),
    [
        (0, "0.00", "0,00"),
        (5, "0.05", "0,05"),
        (-5, "-0.05", "-0,05"),
        (-99, "-0.99", "-0,99"),
        (123450, "1,234.50", "1.234,50"),
        (-123450, "-1,234.50", "-1.234,50"),
        (126579329, "1,265,793.29", "1.265.793,29"),
    ],
)
def test_shows_money(cents: int, english: str, spanish: str) -> None:
    assert show_money(cents) == show_money(cents, "zh") == show_money(cents, "sw") == english
    assert show_money(cents, "es") == spanish


def test_follows_the_language_in_use() -> None:
    words.use("es")
    assert show_money(123450) == "1.234,50"
    assert read_money("1.234") == 123400


def test_reads_the_form_of_the_sketch() -> None:
    assert show_money(read_money("40000+280*2")) == "40,560.00"


def test_refusal_goes_to_the_field() -> None:
    with pytest.raises(Refusal) as caught:
        read_money("abc", field="paid")
    assert caught.value.field == "paid"
    with pytest.raises(Refusal) as caught:
        read_price("")
    assert caught.value.field == "price"


@pytest.mark.parametrize(
    ("price", "shown"), [(125000, "12.50"), (315, "0.0315"), (120, "0.012"), (0, "0.00"), (12345678, "1,234.5678"), (10, "0.001"), (-15000, "-1.50")]
)
def test_shows_prices_with_two_to_four_decimals(price: int, shown: str) -> None:
    assert show_price(price) == shown
    assert read_price(shown) == price


def test_price_rounds_once_at_the_fourth_place() -> None:
    assert read_price("0.00005") == 1
    assert read_price("1/3") == 3333


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "cents"),
    [
        (12_000, 355_000, 0, 42_600),  # 12 x 35.50
        (1_000, 50, 0, 1),  # 1 x 0.0050 = half a cent
        (-1_000, 50, 0, -1),
        (1_000, 49, 0, 0),
        (3_000, 33_333, 0, 1_000),  # 9.9999
        (2_500, 10_000, 0, 250),
        (1_000, 1_000_000, 1_500, 8_500),  # 100.00 less 15 %
        (10_000, 140_000, 500, 13_300),  # 10 x 14.00 less 5 %
        (1_000, 1_000, 500, 10),  # 0.10 less 5 % = 9.5 cents
        (1_000, 10_000, 10_000, 0),
    ],
)
def test_line_amount(quantity: int, price: int, discount: int, cents: int) -> None:
    assert line_amount(quantity, price, discount) == cents


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.integers(0, 10_000))
def test_line_amount_is_the_exact_product_rounded_once(quantity: int, price: int, discount: int) -> None:
    exact = Fraction(quantity, 1000) * Fraction(price, 10_000) * (1 - Fraction(discount, 10_000)) * 100
    assert line_amount(quantity, price, discount) == half_up(exact.numerator, exact.denominator)


@pytest.mark.parametrize(("text", "bp"), [("17", 1700), ("17%", 1700), ("17.00 %", 1700), ("２.５％", 250), ("-10%", -1000), ("100/8", 1250)])
def test_reads_percents(text: str, bp: int) -> None:
    assert read_percent(text) == bp


def test_shows_percents() -> None:
    assert [show_percent(bp) for bp in (1700, 250, 1, 0, -1000, 100_000)] == ["17%", "2.5%", "0.01%", "0%", "-10%", "1,000%"]
    assert show_percent(250, "es") == "2,5%"


@given(amounts, languages)
def test_money_and_prices_read_back(value: int, language: str) -> None:
    assert read_money(show_money(value, language), language=language) == value
    assert read_price(show_price(value, language), language=language) == value
    assert read_percent(show_percent(value, language), language=language) == value


@pytest.mark.parametrize("language", list(words.LANGUAGES))
def test_separators_are_those_of_babel(language: str) -> None:
    from decimal import Decimal

    from babel.numbers import format_decimal

    values = [s * (k * 10**e + r) for s in (1, -1) for e in range(12) for k in (1, 9) for r in (0, 1, 99, 12345)]
    for value in [*values, 10**13 - 1]:
        assert show_money(value, language) == format_decimal(Decimal(value) / 100, "#,##0.00", locale=language)
        assert show_price(value, language) == format_decimal(Decimal(value) / 10000, "#,##0.00##", locale=language)


def test_showing_imports_no_babel() -> None:
    code = (
        "import sys; from deskbook.core import words, money, quantity, days; words.use('es'); money.show_money(123456); money.read_money('1,5+17%');"
        "quantity.show_quantity(1500); days.echo_day(days.read_day('t')); days.show_moment(days.moment());"
        "print([m for m in ('babel', 'pypinyin', 'rapidfuzz', 'textual') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
