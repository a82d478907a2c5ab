"""What a customer ordered: a numbered header and its lines."""

from __future__ import annotations

from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

MOST = 10**13 - 1
ShortReason = Literal["customer", "no stock", "price", "other"]


class LineFacts(Facts):
    """What is given of one line: quantity in 1/1,000, price in 1/10,000, discount in 1/100 %."""

    item: int = Field(title=N_("Item"))
    qty: int = Field(gt=0, le=MOST, title=N_("Quantity"))
    price: int | None = Field(default=None, ge=0, le=MOST, title=N_("Price"))
    discount: int = Field(default=0, ge=0, le=10000, title=N_("Discount"))
    text: str = Field(default="", max_length=200, title=N_("Customer's word for it"))
    approved_by: str = Field(default="", max_length=200, title=N_("Approved by"))


class SalesOrder(SQLModel, table=True):
    """An order. state: draft, review, confirmed, hold, closed, cancelled; how far it is shipped is computed, never stored."""

    __tablename__ = "sales_order"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    customer_id: int
    salesperson_id: int | None = None
    day: str
    wanted: str | None = None
    state: str = "confirmed"
    reason: str = ""
    their_no: str = ""
    carrier_id: int | None = None
    freight: int = 0
    ship_to: str = ""
    history: int = 0
    note: str = ""
    void: int = 0
    over_limit: int | None = None
    deal: str = ""
    quote_id: int | None = None
    kind: str = "sale"
    channel: str = ""


class OrderLine(SQLModel, table=True):
    """A line of an order; amount is quantity x price less discount, rounded half up once.

    A part of a kit names the kit's item, the first of its lines (kit_pos), how many kits (1/1,000) and what one is sold for; its
    amount is its share.
    return_line_id: sent again for what came back.
    """

    __tablename__ = "order_line"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int
    pos: int
    item_id: int
    text: str = ""
    qty: int
    price: int
    discount: int = 0
    amount: int
    short_closed: int = 0
    short_reason: str = ""
    approved_by: str = ""
    kit_id: int | None = None
    kit_pos: int | None = None
    kit_qty: int | None = None
    kit_price: int | None = None
    kit_discount: int | None = None
    return_line_id: int | None = None


class ReviewRule(SQLModel, table=True):
    """A check that every order of a kind must pass before it is confirmed."""

    __tablename__ = "review_rule"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    pos: int
    name: str


class ReviewCheck(SQLModel, table=True):
    """A check of one order; said_by: who said yes, "" while it is missing; no_by: who said no after a yes; said_at, no_at: UTC moments.

    was_by: who had said yes before the order was changed.
    """

    __tablename__ = "review_check"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int
    pos: int
    name: str
    said_by: str = ""
    said_at: str | None = None
    note: str = ""
    no_by: str = ""
    no_at: str | None = None
    was_by: str = ""
