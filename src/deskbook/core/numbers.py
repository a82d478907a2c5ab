"""Exact numbers as people write them: sums, percents, separators of their language, full-width digits. Integers inside, never a float."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.text import narrow, safe
from deskbook.core.words import N_

if TYPE_CHECKING:
    from fractions import Fraction

LONGEST = 60
"""Characters that are read as a number at most."""
BOUND = 10**13
"""Every stored amount, price and quantity is smaller than this, as an integer."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks inside a number: decimal and group separator, one character each."""

    decimal: str
    group: str


POINT = Marks(".", ",")
COMMA = Marks(",", ".")
_habit: Marks | None = None


def marks(language: str) -> Marks:
    """The separators of a language; those of `use_marks` for the language in use, where they were set."""
    if _habit and language == words.language():
        return _habit
    return COMMA if language == "es" else POINT


def use_marks(habit: Marks | None) -> None:
    """Set the separators of the person at this desk whatever the language in use says; None: those of the language."""
    global _habit
    _habit = habit


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator as the nearest integer, halves away from zero. The only rounding in the program."""
    rounded = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return rounded if (numerator < 0) == (denominator < 0) else -rounded


def show_number(value: int, *, places: int, least: int | None = None, language: str | None = None) -> str:
    """value / 10**places with the language's separators: as many decimals as needed, but `least` (all, where None) at least."""
    use = marks(language or words.language())
    whole, part = divmod(abs(value), 10**places)
    text = f"{whole:,}"
    if use.group != ",":
        text = text.replace(",", use.group)
    if places:
        tail = f"{part:0{places}}"
        if least is not None:
            tail = tail[:least] + tail[least:].rstrip("0")
        if tail:
            text += use.decimal + tail
    return "-" + text if value < 0 else text


def read_number(text: str, *, places: int, field: str, language: str | None = None, currency: bool = True) -> int:
    """What was typed, times 10**places, rounded half up once at the end. Raises Refusal for `field`. Reads what `read_exact` reads."""
    value = read_exact(text, field=field, language=language, currency=currency) * 10**places
    result = half_up(value.numerator, value.denominator)
    if abs(result) >= BOUND:
        most = show_number(BOUND - 1, places=places, language=language)
        raise Refusal(field, N_("“{typed}” is too large; the largest is {most}."), typed=safe(text), most=most)
    return result


def read_exact(text: str, *, field: str, language: str | None = None, currency: bool = True) -> Fraction:
    """The exact value of what was typed: `12*35.5`, `1200+17%` (= 1404), `(3+4)×1.5`, `１２０`, `¥1,200`, `50%` (= 1/2).

    Operators + - * / × ÷ x, brackets, one sign before a value. A percent that ends a + or - term is of all that stands before it.
    Separators: a number is read with the marks of the language; where that is impossible, the other way about (12,34 in English can only be 12.34);
    one that fits neither (1,23,4) is refused. Groups are of three digits, none begins with 0, and a space may stand between them.
    currency: ¥ $ € 元 beside a value are ignored. Raises Refusal for `field`, naming what was read.
    """
    plain = narrow(text).strip()
    if not plain:
        raise Refusal(field, N_("A number is missing here."))
    if len(plain) > LONGEST:
        raise Refusal(field, N_("At most {most} characters are read as a number; this has {length}."), most=LONGEST, length=len(plain))
    return _Reader(plain, field, language or words.language(), currency).whole()


_token = re.compile(r"\s*(?:([.,]?[0-9]+(?:[., '’][0-9]+)*)|(.))", re.DOTALL)
_SAME = {"×": "*", "x": "*", "X": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/"}
_CURRENCY = "¥$€元"


@lru_cache(maxsize=32)
def _shape(decimal: str, group: str) -> re.Pattern[str]:
    return re.compile(rf"([1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]*)(?:{re.escape(decimal)}([0-9]+))?")


class _Reader:
    """Recursive descent over the tokens of one text; at most LONGEST characters, so it cannot go deep."""

    def __init__(self, text: str, field: str, language: str, currency: bool) -> None:
        self.text, self.field, self.currency = text, field, currency
        self.marks = marks(language)
        # An ideographic full stop is what a Chinese input method gives for the point key.
        found = _token.finditer(text.replace("。", "."))
        self.tokens = [number or _SAME.get(sign, sign) for number, sign in (m.groups() for m in found)]
        self.at = 0

    def whole(self) -> Fraction:
        value = self.sum()
        if self.next():
            raise self.refuse()
        return value

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, signs: str) -> str:
        sign = self.next()
        if sign and sign in signs:
            self.at += 1
            return sign
        return ""

    def sum(self) -> Fraction:
        total, _percent = self.product()
        while sign := self.take("+-"):
            value, percent = self.product()
            if percent:
                value *= total
            total = total + value if sign == "+" else total - value
        return total

    def product(self) -> tuple[Fraction, bool]:
        """A term, and whether it is nothing but a percent."""
        value, percent = self.value()
        while sign := self.take("*/"):
            other, _percent = self.value()
            percent = False
            if sign == "/" and not other:
                raise Refusal(self.field, N_("“{typed}” divides by zero."), typed=safe(self.text))
            value = value * other if sign == "*" else value / other
        return value, percent

    def value(self) -> tuple[Fraction, bool]:
        sign = self.take("+-")
        money = self.take(_CURRENCY) if self.currency else ""
        if self.take("("):
            value = self.sum()
            if not self.take(")"):
                if self.next():
                    raise self.refuse()
                raise Refusal(self.field, N_("“{typed}” lacks a closing bracket."), typed=safe(self.text))
        else:
            value = self.literal()
        if self.currency and not money:
            self.take(_CURRENCY)
        percent = bool(self.take("%"))
        if percent:
            value /= 100
        return -value if sign == "-" else value, percent

    def literal(self) -> Fraction:
        from fractions import Fraction  # 10 ms with decimal behind it: not for a run that only shows numbers

        token = self.next()
        if not token or not token[-1].isdigit() or not token.isascii():
            raise self.refuse()
        for use in (self.marks, Marks(self.marks.decimal, " "), POINT, COMMA, Marks(",", " "), Marks(".", " ")):
            shape = _shape(use.decimal, use.group).fullmatch(token)
            if shape:
                self.at += 1
                whole, part = shape.groups(default="")
                digits = "".join(c for c in whole if c.isdigit())
                return Fraction(int(digits + part), 10 ** len(part))
        example = f"1{self.marks.group}234{self.marks.decimal}50"
        raise Refusal(self.field, N_("“{part}” is not a number here; write it like {example}."), part=token, example=example)

    def refuse(self) -> Refusal:
        part = self.next()
        if not part:
            return Refusal(self.field, N_("“{typed}” is not finished: a number is missing at the end."), typed=safe(self.text))
        return Refusal(self.field, N_("“{typed}” is not a number: “{part}” does not belong there."), typed=safe(self.text), part=safe(part))
