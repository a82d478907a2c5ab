"""Money: amounts in cents (minor units), prices in 1/10,000 of the currency, percents in 1/100 %. Read and shown without a currency sign."""
from __future__ import annotations

from deskbook.core.numbers import half_up, read_number, show_number
from deskbook.core.refusal import Refusal
from deskbook.core.text import narrow
from deskbook.core.words import N_


def read_money(text: str, *, field: str = "amount", language: str | None = None) -> int:
    """An amount as typed (`12*35.5`, `1200+17%`) in cents. Raises Refusal. language None: the one in use."""
    return read_number(text, places=2, field=field, language=language)


def show_money(cents: int, language: str | None = None) -> str:
    """`-1,234.50`: two decimals, the language's separators."""
    return show_number(cents, places=2, language=language)


def read_price(text: str, *, field: str = "price", language: str | None = None) -> int:
    """A price as typed, in 1/10,000 of the currency. Raises Refusal."""
    return read_number(text, places=4, field=field, language=language)


def show_price(price: int, language: str | None = None) -> str:
    """A price in 1/10,000 with two to four decimals: `12.50`, `0.0315`."""
    return show_number(price, places=4, least=2, language=language)


def line_amount(quantity: int, price: int, discount: int = 0) -> int:
    """Cents of a line, rounded half up once. quantity in 1/1000, price in 1/10,000, discount in 1/100 %."""
    return half_up(quantity * price * (10_000 - discount), 1_000_000_000)


def refuse_immense(amount: int) -> None:
    """Refusal on the quantity where a line comes to more cents than the book can add up."""
    if abs(amount) >= 10**13:
        raise Refusal("qty", N_("It comes to {amount}, more than the book can hold; look at the quantity and the price."), amount=show_money(amount))


def read_percent(text: str, *, field: str = "percent", language: str | None = None) -> int:
    """A percent as typed, with or without its sign, in 1/100 %: `17`, `17%` and `17.00 %` are 1700. Raises Refusal."""
    plain = narrow(text).strip()
    return read_number(plain[:-1] if plain.endswith("%") else plain, places=2, field=field, language=language, currency=False)


def show_percent(bp: int, language: str | None = None, *, least: int = 0) -> str:
    """1/100 % with up to two decimals (but `least`) and the sign: `17%`, `2.5%`."""
    return show_number(bp, places=2, least=least, language=language) + "%"
