"""What the cells of a field say: numbers by the file's decimal mark, days by the order the column is written in, text cleaned of what is hidden."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from deskbook.books.parties.queries import BILLS_WORDS, BLOCK_WORDS
from deskbook.core.days import FIRST_YEAR, LAST_YEAR, read_day
from deskbook.core.numbers import BOUND, half_up
from deskbook.core.refusal import Refusal
from deskbook.core.search import fold
from deskbook.core.text import narrow, safe, strip_hidden
from deskbook.core.words import N_, _, listed, plural, say
from deskbook.exchange.import_columns import Template
from deskbook.exchange.import_fields import LANGUAGES, NO, ROLES, STATES, YES, Field
from deskbook.exchange.read_table import Cell, Table, cell_text

ORDERS = ("dmy", "mdy", "ymd")
"""Ways of writing a day in numbers."""
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_TEXTS = frozenset({"text", "code", "lines", "party", "item", "place"})
_WORDS = frozenset({"roles", "language", "state", "block", "bills"})
Value = str | int | date | list[str]


class Reader:
    """Reads one field of a table, row by row."""

    def __init__(self, table: Table, field: Field, templates: list[Template], *, decimal: str, order: str = "") -> None:
        self.table, self.field, self.templates, self.decimal = table, field, templates, decimal
        self.hidden: list[str] = []
        self._ways = [(template, template.only) for template in templates]
        self._days: dict[str, date] = {}
        self._met: dict[str, Value | None] = {}
        self._only = self._ways[0][1] if len(templates) == 1 and field.kind != "words" else None
        self.order, self.why_no_order, self.fraction = order, "", False
        if field.kind == "day" and not order:
            self.order, self.why_no_order = _day_order(self._sample())
        if field.kind == "percent":
            self.fraction = _is_fraction(self._sample(), decimal)

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns it takes from."""
        return tuple(column for template in self.templates for column in template.columns)

    def note(self) -> str:
        """What was detected of the column, for a person; "" for nothing."""
        if self.field.kind == "day" and self.order and any(isinstance(cell, str) and _NUMERIC_DAY.match(cell.strip()) for cell in self._sample()):
            return self.order
        return "0.05 = 5 %" if self.fraction else ""

    def _sample(self) -> Iterator[Cell]:
        for template in self.templates:
            if (column := template.only) is not None:
                for row in self.table.rows:
                    yield row[column]

    def read(self, row: int) -> Value | None:
        """The value; None for an empty cell. Refusal with the sentence for a cell that cannot be it."""
        if self._only is None:
            return self._read(row)
        cell = self.table.rows[row][self._only]
        if not isinstance(cell, str) or not cell.isprintable():  # another cell of that text may have been a number; hidden signs are counted
            return self._read(row)
        try:
            return self._met[cell]  # days, items and quantities come again in a long file
        except KeyError:
            value = self._met[cell] = self._read(row)
            return value

    def _read(self, row: int) -> Value | None:
        if self.field.kind == "words":
            found = [text for template in self.templates if (text := self._text(row, template))]
            return found or None
        for template, only in self._ways:
            value = self._value(row, template, only)
            if value is not None:
                return value
        return None

    def _value(self, row: int, template: Template, only: int | None) -> Value | None:
        kind, name = self.field.kind, self.field.name
        cell = self.table.rows[row][only] if only is not None else None
        if cell is None or kind in _TEXTS or kind in _WORDS:
            if kind in _TEXTS and isinstance(cell, str) and cell.isascii() and cell.isprintable():
                return cell.strip(" ") or None  # nearly all; as _text would have it
            text = self._text(row, template)
            if not text or kind in _TEXTS:
                return text or None
            cell = text
        if isinstance(cell, str) and not cell.strip():
            return None
        if kind in _SCALES:
            places, exact = _SCALES[kind]
            return _scaled_cell(cell, name, self.decimal, self.fraction, places, exact)
        if kind == "day":
            return self._day(cell)
        words: dict[str, Callable[[Cell, str], Value]] = {"flag": _flag, "roles": _roles, "language": _language, "state": _state}
        return _one_of(kind, cell, name) if kind in _CHOICES else words[kind](cell, name)

    def _text(self, row: int, template: Template) -> str:
        """The text of a row's cells, cleaned; "" where every cell it is made of is empty. Texts between two cells fall away beside an empty one."""
        cells = self.table.rows[row]
        lines = self.field.kind == "lines"
        only = template.only
        if only is not None:
            return self._clean(row, only, cell_text(cells[only]), lines)
        made, waiting, any_cell = "", "", False
        first_cell = True
        for part in template.parts:
            if isinstance(part, str):
                waiting += part
                continue
            text = self._clean(row, part, cell_text(cells[part]), lines)
            if text:
                made += (waiting if made or first_cell else "") + text
                any_cell = True
                waiting = ""
            elif not first_cell:
                waiting = ""
            first_cell = False
        if template.columns and not any_cell:
            return ""
        return strip_hidden(made + waiting, lines=lines)

    def _clean(self, row: int, column: int, text: str, lines: bool) -> str:
        kept = strip_hidden(text, lines=lines)
        if not text.isprintable() and any(unicodedata.category(c) in _HIDDEN and c not in "\r\n\t" for c in set(text) - set(kept)):
            self.hidden.append(self.table.address(row, column))
        return kept

    def _day(self, cell: Cell) -> date:
        name = self.field.name
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
            return _serial(cell, name)
        if not isinstance(cell, str):
            raise Refusal(name, N_("“{given}” is not a day."), given=safe(cell_text(cell)))
        text = strip_hidden(cell)
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = self._typed_day(text)
        return day

    def _typed_day(self, text: str) -> date:
        name = self.field.name
        bare = _TIME.sub("", narrow(text)).strip()
        try:
            if found := _ISO_DAY.fullmatch(bare):
                day = date(int(found[1]), int(found[2]), int(found[3]))
            elif found := _NUMERIC_DAY.fullmatch(bare):
                if not self.order:
                    raise Refusal(name, self.why_no_order, given=safe(text))
                a, b, c = found[1], found[3], found[4]
                year, month, number_ = {"dmy": (c, b, a), "mdy": (c, a, b), "ymd": (a, b, c)}[self.order]
                day = date(_year(year), int(month), int(number_))
            elif found := _NAMED_DAY.fullmatch(bare):
                day = read_day(f"{found[1]} {found[2]} {_year(found[3])}", field=name)
            else:
                day = read_day(bare, field=name)
        except ValueError:
            raise Refusal(name, N_("“{given}” is not a day of the calendar."), given=safe(text)) from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Refusal(name, N_("“{given}” is in the year {year}; the book takes 1900 to 2199."), given=safe(text), year=day.year)
        return day


# -- numbers ---------------------------------------------------------------------------------------------------------------

_SCALES = {"money": (2, False), "price": (4, False), "quantity": (3, True), "percent": (2, False), "count": (0, True)}
_number = {
    ".": re.compile(r"([0-9]{1,3}(?:[, '’][0-9]{3})+|[0-9]*)(?:\.([0-9]+))?"),
    ",": re.compile(r"([0-9]{1,3}(?:[. '’][0-9]{3})+|[0-9]*)(?:,([0-9]+))?"),
}
_MONEY = re.compile(r"^[¥$€£元]|[¥$€£元%]$|\s*(?:CNY|RMB|USD|EUR|GBP|KES|TZS)$|^(?:CNY|RMB|USD|EUR|GBP|KES|TZS)\s*", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def _scaled_cell(cell: Cell, field: str, decimal: str, fraction: bool, places: int, exact: bool) -> int:
    """A number as the book keeps it. Quantities and prices repeat: most cells of a long file were read before."""
    value = number(cell, field, decimal)
    return scaled(value * 100 if fraction else value, places, field, exact=exact)


def number(cell: Cell, field: str, decimal: str) -> Fraction:
    """The exact number in a cell; of text by the file's decimal mark, currency and percent signs left out. Refusal for a cell that holds none."""
    if isinstance(cell, (bool, int, Decimal)):
        return Fraction(cell)
    text = narrow(cell_text(cell)).strip()
    bare, negative = text, False
    if bare[:1] == "(" and bare[-1:] == ")":
        bare, negative = bare[1:-1].strip(), True
    for _again in range(3):
        if bare[:1] in ("-", "−", "+"):
            negative, bare = negative or bare[0] != "+", bare[1:].strip()
        bare = _MONEY.sub("", bare).strip()
    found = _number[decimal].fullmatch(bare)
    if isinstance(cell, (date, time, timedelta)) or found is None or not (found[1] or found[2]):
        raise Refusal(field, N_("“{given}” is not a number with the decimal mark “{mark}”."), given=safe(text)[:60], mark=decimal)
    whole, part = "".join(c for c in found[1] if c.isdigit()), found[2] or ""
    value = Fraction(int(whole + part or "0"), 10 ** len(part))
    return -value if negative else value


def scaled(value: Fraction, places: int, field: str, *, exact: bool) -> int:
    """The number times 10**places as an integer, half up; Refusal where it is too large, or would have to be rounded and may not."""
    value *= 10**places
    if exact and value.denominator != 1:
        words = plural(places, N_("That number has more than {places} decimal."), N_("That number has more than {places} decimals."))
        raise Refusal(field, words, places=places)
    result = half_up(value.numerator, value.denominator)
    if abs(result) >= BOUND:
        raise Refusal(field, N_("That number is too large for the book."))
    return result


def _is_fraction(cells: Iterator[Cell], decimal: str) -> bool:
    """Whether a column of discounts is written as parts of one: nothing over 1, something between 0 and 1, and no percent sign."""
    seen = False
    for cell in cells:
        if isinstance(cell, str) and (not cell.strip() or "%" in narrow(cell)):
            if cell.strip():
                return False
            continue
        try:
            value = number(cell, "", decimal)
        except Refusal:
            continue
        if value > 1:
            return False
        seen = seen or 0 < value < 1
    return seen


# -- days ------------------------------------------------------------------------------------------------------------------

_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:[AP]M|Z|[+-][0-9]{2}:?[0-9]{2})?$", re.IGNORECASE)
_ISO_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_NUMERIC_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})\b")
_NAMED_DAY = re.compile(r"([0-9]{1,2})[- ]([^\W\d_]+)\.?[- ]([0-9]{4}|[0-9]{2})")
_EPOCH = date(1899, 12, 30)


def _serial(cell: int | Decimal, field: str) -> date:
    """The day of a spreadsheet's number; only columns that are days are read so."""
    if not 1 <= cell < 109_576:
        raise Refusal(field, N_("“{given}” is not a day."), given=cell_text(cell))
    return _EPOCH + timedelta(int(cell))


def _year(digits: str) -> int:
    """Two digits are of 1969 to 2068, as POSIX has it."""
    return int(digits) if len(digits) > 2 else int(digits) + (1900 if int(digits) > 68 else 2000)


def _day_order(cells: Iterator[Cell]) -> tuple[str, str]:
    """How days like 3/4/2026 are written in a column, by the days that leave no doubt; "" and the reason where none does, or they disagree."""
    day_first = month_first = unsure = dotted = 0
    for cell in cells:
        found = _NUMERIC_DAY.match(narrow(cell).strip()) if isinstance(cell, str) else None
        if found:
            a, b = int(found[1]), int(found[3])
            day_first += a > 12 >= b
            month_first += b > 12 >= a
            unsure += a <= 12 and b <= 12 and a != b
            dotted += found[2] == "."
    if day_first and month_first:
        return "", N_("“{given}”: the column has days written day first and days written month first; say which with --dates dmy or --dates mdy.")
    if day_first or month_first:
        return ("dmy" if day_first else "mdy"), ""
    if unsure and not dotted:
        return "", N_("“{given}” can be two days, and nothing in the column says which; say --dates dmy (day first) or --dates mdy (month first).")
    return "dmy", ""


# -- words -----------------------------------------------------------------------------------------------------------------


def _flag(cell: Cell, field: str) -> int:
    word = fold(cell_text(cell))
    if word in YES or word in NO:
        return int(word in YES)
    raise Refusal(field, N_("“{given}” is neither yes nor no."), given=safe(cell_text(cell)))


def _roles(cell: Cell, field: str) -> list[str]:
    found: list[str] = []
    for part in re.split(r"[,;/|+、，；]+", cell_text(cell).strip()):
        pieces = [part] if any(fold(part) in many for many in ROLES.values()) else part.split()
        for piece in pieces:
            role = next((role for role, many in ROLES.items() if fold(piece) in many), None)
            if role is None:
                raise Refusal(field, N_("“{given}” is not a role; the roles are {roles}."), given=safe(piece), roles=listed(ROLES))
            found.append(role)
    return found


def _language(cell: Cell, field: str) -> str:
    word = fold(cell_text(cell))
    code = next((code for code, many in LANGUAGES.items() if word in many), None)
    if code is None:
        raise Refusal(field, N_("“{given}” is not a language of the book: en, zh, es or sw."), given=safe(cell_text(cell)))
    return code


_CHOICES = {"block": BLOCK_WORDS, "bills": BILLS_WORDS}


def _one_of(kind: str, cell: Cell, field: str) -> str:
    """One of a few words, as stored or as an export says it in any of the languages."""
    word = fold(cell_text(cell))
    for stored, words in _CHOICES[kind].items():
        if word in (fold(stored), *(fold(say(words, language)) for language in ("en", "zh", "es", "sw"))):
            return stored
    choices = listed(_(words) for words in _CHOICES[kind].values())
    raise Refusal(field, N_("“{text}” is none of: {choices}."), text=safe(cell_text(cell)), choices=choices)


def _state(cell: Cell, field: str) -> str:
    word = fold(cell_text(cell))
    state = next((state for state, many in STATES.items() if word in many), None)
    if state is None:
        words = N_("“{given}” is not a state of an order: open, closed, hold or cancelled; without the column (--map state=) it is not asked.")
        raise Refusal(field, words, given=safe(cell_text(cell)))
    return state
