"""What a list shows, and how it is found, filtered, sorted, totalled and exported: the same rows on the screen, on the command line and in a file."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Show(StrEnum):
    """How a stored value is written for a person, and aligned."""

    TEXT = "text"          # str, left
    CODE = "code"          # str, left; never made a number
    COUNT = "count"        # int, right
    MONEY = "money"        # int of minor units, right, two decimals
    PRICE = "price"        # int of 1/10,000 of the currency, right, two to four decimals
    QUANTITY = "quantity"  # int of 1/1,000 of the unit, right
    DAY = "day"            # ISO date
    MOMENT = "moment"      # UTC ISO date and time
    WORD = "word"          # a stored word, shown by Column.words in the language in use
    PERCENT = "percent"    # int of 1/100 %, right
    SAID = "said"          # what a step of the journal says, as books/journal/queries.py reads it


RIGHT = frozenset({Show.COUNT, Show.MONEY, Show.PRICE, Show.QUANTITY, Show.PERCENT})
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a listing. name: the column of the listing's source; label: marked with N_."""

    name: str
    label: str
    show: Show = Show.TEXT
    width: int = 12
    """Cells it takes on the screen; the text is cut to them."""
    grows: bool = False
    """It takes the cells that are left over."""
    wide: bool = False
    """Shown only where there is room after the others (and always exported)."""
    total: bool = False
    """Its sum stands under the list; a quantity's only while all rows have one unit (the source has a column `unit`)."""
    words: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """For Show.WORD: stored word -> text marked with N_."""
    heading: str = ""
    """What heads it in an export, where its label is only a sign; marked with N_."""
    export_only: bool = False
    screen_only: bool = False
    """Left out of exports, which have the same in columns of their own."""
    quiet: bool = False
    """A number whose zero means nothing to tell: the list leaves it blank, sums and exports do not."""
    first_to_go: bool = False
    """Left out first where numbers and days need more cells than there are, or leave the growing text fewer than it declares."""


@dataclass(frozen=True, slots=True)
class View:
    """A named choice of rows: label marked with N_; where: SQL over the source's columns, may use :today, and :midnight, the moment it began."""

    name: str
    label: str
    where: str = "1"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its source is a view (or table) of the file with a unique integer column `id`."""

    name: str
    title: str
    source: str
    columns: tuple[Column, ...]
    order: str = "id"
    """The column it opens sorted by."""
    descending: bool = False
    find: tuple[str, ...] = ()
    """Columns that hold folded search text (core.search)."""
    day: str | None = None
    """The column of the period, for lists that move along time."""
    views: tuple[View, ...] = (View("all", "all"),)
    """The first is the one it opens with."""

    def column(self, name: str) -> Column:
        """The column of that name. KeyError where there is none."""
        return next((c for c in self.columns if c.name == name), None) or _missing(name)


def _missing(name: str) -> Column:
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a listing just now."""

    view: str = ""
    """Name of one of the listing's views; "" is the first."""
    find: str = ""
    """As typed; folded before it is matched."""
    since: date | None = None
    until: date | None = None
    sort: str = ""
    """A column's name; "" is the listing's own order."""
    descending: bool | None = None
    only: tuple[tuple[str, Any], ...] = ()
    """Column = value pairs that must hold, such as ("party_id", 7)."""
    today: date | None = None
    """The day it is for the views that ask; None is today."""

    def but(self, **changes: Any) -> Ask:
        """The same question with some parts changed."""
        return replace(self, **changes)
