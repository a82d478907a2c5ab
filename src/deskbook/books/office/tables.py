"""Facts of the business itself: they travel with the book, not with the machine."""
from __future__ import annotations

from sqlmodel import Field, SQLModel


class Office(SQLModel, table=True):
    """One fact: name (company, currency, language, opened_on ...) and its value."""

    __tablename__ = "office"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    value: str
