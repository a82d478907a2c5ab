"""Amounts in words: in capital Chinese characters as contracts and receipts write them (中国人民银行《正确填写票据和结算凭证的基本规定》),
in English and Spanish as receipts do, the cents as hundredths.
"""
from __future__ import annotations

import re

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿", "亿亿")


def capital(cents: int, currency: str = "人民币") -> str:
    """An amount in cents: 1,234.50 is 人民币壹仟贰佰叁拾肆元伍角整. 整 closes what ends in 元 or 角; zeros between digits are one 零."""
    sign = "负" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    tens, ones = divmod(part, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if tens:
        text += f"{DIGITS[tens]}角"
    elif ones and whole:
        text += DIGITS[0]
    text += f"{DIGITS[ones]}分" if ones else "整" if text else "零元整"
    return currency + sign + text


def _whole(number: int) -> str:
    """A whole number, more than nothing; fours of digits under 万, 亿."""
    fours: list[int] = []
    while number:
        number, four = divmod(number, 10_000)
        fours.append(four)
    text, gap = "", False
    for at in range(len(fours) - 1, -1, -1):
        four = fours[at]
        if not four:
            gap = True
            continue
        if text and (gap or four < 1000):
            text += DIGITS[0]
        text, gap = text + _four(four) + GROUPS[at], False
    return text


def _four(number: int) -> str:
    """1 to 9,999."""
    text, gap = "", False
    for at in range(3, -1, -1):
        digit = number // 10**at % 10
        if not digit:
            gap = bool(text)
            continue
        text, gap = text + (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[at], False
    return text


def in_words(cents: int, currency: str, language: str) -> str:
    """An amount in cents, 0 or more, in English or Spanish: 2100 USD is `Twenty-one US dollars and 00/100`, `Veintiún dólares ... con 00/100`.

    currency: its three letters; language: en or es.
    """
    from babel.numbers import get_currency_name
    from num2words import num2words

    whole, part = divmod(cents, 100)
    name = str(get_currency_name(currency, count=whole, locale=language)) if currency else ""
    words = str(num2words(whole, lang=language))
    if language == "es":
        words = _before(words, feminine=_feminine(name))
        if name and whole and not whole % 1_000_000:
            name = f"de {name}"
    text = f"{words} {name}".rstrip() + f" {'con' if language == 'es' else 'and'} {part:02d}/100"
    return text[0].upper() + text[1:]


def _before(words: str, *, feminine: bool) -> str:
    """A Spanish numeral as it stands before a noun: un, veintiún before mil, millones and masculine nouns, una, doscientas before feminine ones.

    What is counted in millions is masculine (RAE, Diccionario panhispánico de dudas, "cardinales").
    """
    high, millions, low = words.rpartition("millones") if "millones" in words else words.rpartition("millón")
    if feminine:
        low = re.sub(r"cientos\b", "cientas", low)
        low = re.sub(r"uno$", "una", low.replace("quinientos", "quinientas"))
    return re.sub(r"\buno\b", "un", (high + millions + low).replace("veintiuno", "veintiún"))


def _feminine(name: str) -> bool:
    """Whether the name of a currency is a feminine noun in Spanish: libra esterlina, rupia india; not balboa panameño."""
    noun, _space, rest = name.partition(" ")
    return noun.endswith(("a", "as")) and not rest.endswith(("o", "os"))
