"""What a customer was offered: a numbered header and its lines."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Quote(SQLModel, table=True):
    """A quote. state: draft, sent, won, lost, replaced. basis: the reference price it was made at, in 1/10,000, and the day of that price."""

    __tablename__ = "quote"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    deal: str
    customer_id: int
    salesperson_id: int | None = None
    asked_on: str
    day: str
    sent_on: str | None = None
    valid_until: str | None = None
    state: str = "draft"
    reason: str = ""
    their_no: str = ""
    terms: str = ""
    series_id: int | None = None
    basis: int | None = None
    basis_day: str | None = None
    replaces_id: int | None = None
    note: str = ""
    void: int = 0


class QuoteLine(SQLModel, table=True):
    """A line of a quote; amount is quantity x price less discount, rounded half up once. What is given of it are the order's LineFacts."""

    __tablename__ = "quote_line"

    id: int | None = Field(default=None, primary_key=True)
    quote_id: int
    pos: int
    item_id: int
    text: str = ""
    qty: int
    price: int
    discount: int = 0
    amount: int
    approved_by: str = ""
