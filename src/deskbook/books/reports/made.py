"""A report that was made: rows, each with the documents that add up to it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deskbook.core.listing import Ask, Column, Listing
from deskbook.core.store import Look


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of what is asked, both in it."""

    since: date
    until: date

    @property
    def days(self) -> dict[str, str]:
        """As named parameters of SQL."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    @property
    def name(self) -> str:
        """As a file is called by it: 2026, 2026-10, or both days."""
        if self.since.day == 1 and self.until.day == monthrange(self.until.year, self.until.month)[1]:
            if (self.since.year, self.since.month) == (self.until.year, self.until.month):
                return f"{self.since:%Y-%m}"
            if self.since.year == self.until.year and (self.since.month, self.until.month) == (1, 12):
                return f"{self.since:%Y}"
        return f"{self.since}_{self.until}"


@dataclass(frozen=True, slots=True)
class Figure:
    """Some figures of a row, by their columns, and the list that adds up to them."""

    columns: tuple[str, ...]
    book: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Line:
    """One row: key tells it from the others when the report is made again; values follow the columns; book, ask: the list behind it.

    figures: where not all figures of the row add up from one list, which adds up from which.
    """

    key: str
    values: tuple[Any, ...]
    book: str = ""
    ask: Ask | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(slots=True)
class Made:
    """A report made: its columns, rows, the sums of the columns that have one, and what must be said beside it."""

    columns: tuple[Column, ...]
    lines: list[Line]
    notes: list[str] = field(default_factory=list)
    chart: str = ""
    """The column that a chart of it shows."""

    @property
    def totals(self) -> dict[str, int]:
        """Sums by column name."""
        return {c.name: sum(line.values[n] or 0 for line in self.lines) for n, c in enumerate(self.columns) if c.total}


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can be asked for a period, and a measure or grouping where it has several."""

    name: str
    title: str
    make: Callable[[Look, Period, str], Made]
    choices: dict[str, str] = field(default_factory=dict)
    """What can be chosen beside the period: word -> label; the first is what it opens with."""


def listing_of(made: Made, *, name: str, title: str) -> Listing:
    """A report as a list like any other, so that it is shown, sorted and exported as all are: its rows stand in the question itself, in their order.

    A row's id is its place, from 1.
    """
    columns = made.columns
    names = ", ".join(["column1 AS id", *(f"column{n} AS {column.name}" for n, column in enumerate(columns, 2))])
    rows = ", ".join(f"({', '.join(map(_literal, (n, *line.values)))})" for n, line in enumerate(made.lines, 1))
    none = ", ".join(f"NULL AS {part}" for part in ("id", *(column.name for column in columns)))
    source = f"(SELECT {names} FROM (VALUES {rows}))" if rows else f"(SELECT {none} WHERE 0)"
    return Listing(name=name, title=title, source=source, columns=columns, order="id")


def _literal(value: Any) -> str:
    """A value as SQL writes it: texts and whole numbers are all there is."""
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + str(value).replace("'", "''").replace("\0", "") + "'"
