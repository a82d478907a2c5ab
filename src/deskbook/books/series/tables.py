"""Prices that the market makes: copper of the day, an exchange rate."""
from __future__ import annotations

from sqlmodel import Field

from deskbook.core.facts import Facts
from deskbook.core.words import N_

MOST = 9_999_999_999_999
"""The largest value the file takes."""


class SeriesFacts(Facts):
    """What is given of a series. alert: a quote whose basis moved by more than this (1/100 %) is listed."""

    code: str = Field(title=N_("code"), min_length=1, max_length=40)
    name: str = Field(title=N_("name"), min_length=1, max_length=200)
    market: str = Field(default="", title=N_("market"), max_length=100)
    unit: str = Field(default="", title=N_("unit"), max_length=40)
    alert: int = Field(default=300, title=N_("alert"), ge=1, le=10000)
    closed: int = Field(default=0, ge=0, le=1)


class Series(SeriesFacts, table=True):
    """A series of reference prices."""

    __tablename__ = "series"

    id: int | None = Field(default=None, primary_key=True)
    find: str = ""


class ValueFacts(Facts):
    """A value of one day, in 1/10,000."""

    series_id: int = Field(foreign_key="series.id")
    day: str
    value: int = Field(title=N_("value"), gt=0, le=MOST)


class SeriesValue(ValueFacts, table=True):
    """A recorded value; a series has one a day."""

    __tablename__ = "series_value"

    id: int | None = Field(default=None, primary_key=True)
