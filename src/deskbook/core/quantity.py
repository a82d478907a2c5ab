"""Quantities: integer thousandths of the item's unit, which says how many decimals it allows (0 to 3)."""
from __future__ import annotations

from deskbook.core import words
from deskbook.core.numbers import marks, read_exact, read_number, show_number
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, plural


def read_quantity(text: str, *, decimals: int = 0, field: str = "quantity", language: str | None = None) -> int:
    """A quantity as typed, in thousandths. Nothing is rounded: more decimals than the unit allows are refused. Raises Refusal."""
    exact = read_exact(text, field=field, language=language, currency=False)
    if (exact * 10**decimals).denominator != 1:
        raise _uneven(text.strip(), _decimals(exact.denominator), decimals, field)
    return read_number(text, places=3, field=field, language=language, currency=False)


def show_quantity(milli: int, decimals: int | None = None, language: str | None = None) -> str:
    """Thousandths with as many decimals as needed (0-3), at least `decimals` of them where given; never rounded."""
    if milli % 1000 == 0 and not decimals:  # nearly all of a list
        text = f"{milli // 1000:,}"
        group = marks(language or words.language()).group
        return text if group == "," else text.replace(",", group)
    return show_number(milli, places=3, least=decimals or 0, language=language)


def _decimals(denominator: int) -> int | None:
    """Decimals a fraction with this denominator needs; None where it never ends."""
    count = 0
    while 10**count % denominator:
        count += 1
        if count > 60:
            return None
    return count


def _uneven(text: str, has: int | None, most: int, field: str) -> Refusal:
    shown = safe(text)
    if has is None:
        one = N_("Quantity takes at most {most} decimal; “{typed}” does not come out even.")
        many = N_("Quantity takes at most {most} decimals; “{typed}” does not come out even.")
        return Refusal(field, plural(most, one, many), most=most, typed=shown)
    if most == 0:
        return Refusal(field, N_("Quantity takes whole numbers only, not {typed}."), typed=shown)
    one, many = N_("Quantity takes at most {most} decimal; {typed} has {has}."), N_("Quantity takes at most {most} decimals; {typed} has {has}.")
    return Refusal(field, plural(most, one, many), most=most, typed=shown, has=has)
