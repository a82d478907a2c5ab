"""Targets of salespeople, and reports as they were handed over."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Target(SQLModel, table=True):
    """Cents to be sold in a month (2026-06), by a salesperson, or by the office where none is named."""

    __tablename__ = "target"

    id: int | None = Field(default=None, primary_key=True)
    salesperson_id: int | None = None
    month: str
    amount: int


class SentReport(SQLModel, table=True):
    """A report as it was sent. since, until, choice: what was asked; body: JSON of columns and rows; step, digest: the position."""

    __tablename__ = "sent_report"

    id: int | None = Field(default=None, primary_key=True)
    report: str
    since: str
    until: str
    choice: str = ""
    sent_to: str = ""
    day: str
    at: str
    step: int
    digest: str
    body: str
    reverses_id: int | None = None
