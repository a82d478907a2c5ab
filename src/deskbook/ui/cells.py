"""Text measured and cut in the cells of a terminal, and stored values written for a person."""
from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.cells import cell_len, set_cell_size

from deskbook.core.days import show_day, show_moment
from deskbook.core.journal import worded
from deskbook.core.listing import Column, Show
from deskbook.core.money import show_money, show_percent, show_price
from deskbook.core.numbers import show_number
from deskbook.core.quantity import show_quantity
from deskbook.core.text import safe
from deskbook.core.words import _

CUT = "…"
NUMBER = re.compile(r"[-−±+]?\d")


def cells(text: str) -> int:
    """Cells the text takes: Chinese characters take two each."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """The text in at most so many cells; what was cut off is shown by …"""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + CUT


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly so many cells. right: a number; where it does not fit it becomes ###, since part of a number is a wrong number."""
    size = cells(text)
    if right:
        return " " * (width - size) + text if size <= width else "#" * width
    if size > width:
        text = cut(text, width)
        size = cells(text)
    return text + " " * (width - size)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, broken at spaces where there are any."""
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cells(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while cells(line) > width > 1:
            head = set_cell_size(line, width)
            # A double-width character that straddles the edge comes back as a space: it belongs to the next line.
            head = head if line.startswith(head) else head[:-1]
            lines.append(head)
            line = line[len(head):]
    return [*lines, line]


def aligned(texts: Sequence[str], width: int) -> list[str]:
    """Texts under each other whose parts stand two blanks apart: where as many parts follow in the next text, part stands under part, numbers to
    the right. Texts that would become longer than width stay as they are."""
    out: list[str] = []
    for count, group in groupby((re.split(r" {2,}", text) for text in texts), key=len):
        run = list(group)
        columns = [(max(map(cells, column)), all(NUMBER.match(part) for part in column)) for column in zip(*run, strict=True)]
        same = count > 1 and sum(size + 2 for size, _right in columns) - 2 <= width
        for parts in run:
            fitted = [" " * (size - cells(part)) + part if right else fit(part, size) for part, (size, right) in zip(parts, columns, strict=True)]
            out.append("  ".join(fitted if same else parts).rstrip())
    return out


def written(column: Column, value: Any) -> str:
    """A stored value as a person reads it, in the language in use; nothing for None."""
    if value is None:
        return ""
    match column.show:
        case Show.MONEY:
            return show_money(value)
        case Show.PRICE:
            return show_price(value)
        case Show.QUANTITY:
            return show_quantity(value)
        case Show.COUNT:
            return show_number(value, places=0)
        case Show.PERCENT:
            return show_percent(value, least=2)  # under each other, points under points
        case Show.DAY:
            return safe(show_day(value, column=True)) if value else ""
        case Show.MOMENT:
            return safe(show_moment(value, column=True)) if value else ""
        case Show.SAID:
            return safe(worded(*json.loads(value)))
        case Show.WORD:
            return safe(_(column.words.get(value, str(value))))
    return safe(str(value))


