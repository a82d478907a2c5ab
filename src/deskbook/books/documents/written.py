"""How values stand on paper in one language: numbers with its separators, days in words, and its words for ours."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from deskbook.core import days
from deskbook.core.money import show_money, show_percent, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.text import safe
from deskbook.core.words import N_, say

LOCALES = {"en": "en_GB", "zh": "zh_CN", "es": "es", "sw": "sw"}
"""Whose dates a language is written with: in English the day before the month."""


class Written:
    """The language of one document."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, text: str, /, **facts: object) -> str:
        """A text marked with N_, its placeholders filled."""
        return say(text, self.language, **facts)

    def word(self, words: Mapping[str, str], stored: str) -> str:
        """A stored word as people say it; one that is not known, as it stands."""
        return self.say(words[stored]) if stored in words else stored

    def money(self, cents: int | None) -> str:
        """Cents; "" for none."""
        return "" if cents is None else show_money(cents, self.language)

    def some(self, cents: int | None) -> str:
        """Cents; "" for nothing."""
        return self.money(cents) if cents else ""

    def price(self, price: int | None) -> str:
        """1/10,000 of the currency."""
        return "" if price is None else show_price(price, self.language)

    def quantity(self, milli: int, decimals: int | None = None) -> str:
        """1/1,000 of the unit."""
        return show_quantity(milli, decimals, self.language)

    def percent(self, bp: int) -> str:
        """1/100 %; "" for nothing."""
        return show_percent(bp, self.language) if bp else ""

    def day(self, iso: str | date | None, *, whole: bool = False) -> str:
        """A day; whole: the month written out. What is no day stands as it is."""
        from babel.dates import format_date

        if not iso:
            return ""
        try:
            day = iso if isinstance(iso, date) else date.fromisoformat(iso)
        except ValueError:
            return str(iso)
        return str(format_date(day, "long" if whole else "medium", locale=LOCALES[self.language]))

    def moment(self, iso: str | None) -> str:
        """A UTC moment as the office's day and time."""
        if not iso:
            return ""
        local = datetime.fromisoformat(iso)
        local = (local if local.tzinfo else local.replace(tzinfo=UTC)).astimezone(days.zone())
        return f"{self.day(local.date())} {local:%H:%M}"

    def capital(self, cents: int, currency: str) -> str:
        """The amount in words, where the language's papers are made out so; else ""."""
        if self.language != "zh":
            return ""
        from babel.numbers import get_currency_name

        from deskbook.books.documents.amounts import capital

        return capital(cents, str(get_currency_name(currency, locale="zh")))

    def words(self, cents: int, currency: str) -> str:
        """The amount in words as a receipt has it; "" in Swahili, for which there is no library of numerals."""
        if self.language not in ("en", "es"):
            return self.capital(cents, currency)
        from deskbook.books.documents.amounts import in_words

        return in_words(cents, currency, self.language)

    def listed(self, items: Iterable[str]) -> str:
        """Things of a kind one after the other."""
        return self.say(N_(", ")).join(items)

    def beside(self, text: str, aside: str) -> str:
        """A text with what belongs to it in brackets; the one that is there where the other is not."""
        return self.say(N_("{text} ({aside})"), text=text, aside=aside) if text and aside else text or aside

    def within(self, terms_days: int | None) -> str:
        """When a party pays; "" where nothing is agreed."""
        if terms_days is None:
            return ""
        if terms_days == 0:
            return self.say(N_("payment on delivery"))
        return self.say(N_("payment within {days} days of delivery"), days=terms_days)


def made_safe(value: Any) -> Any:
    """The same facts with every hidden character of every text made visible."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {name: made_safe(part) for name, part in value.items()}
    return [made_safe(part) for part in value] if isinstance(value, list) else value
