"""What is owed, to us and by us: claims with their lines, payments, and the dated allocations that settle them."""

from __future__ import annotations

from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

Side = Literal["receivable", "payable"]
MOST = 10**13 - 1


class LineFacts(Facts):
    """What is given of one line of a claim: amount in cents (less than nothing on a credit note), quantity in 1/1,000, price in 1/10,000.

    item: None for freight or another charge, which its text names. The *_line ids say what the line is for.
    """

    amount: int = Field(title=N_("Amount"), ge=-MOST, le=MOST)
    item: int | None = Field(default=None, title=N_("Item"))
    text: str = Field(default="", max_length=200, title=N_("Text"))
    qty: int = Field(default=0, ge=-MOST, le=MOST, title=N_("Quantity"))
    price: int = Field(default=0, ge=0, le=MOST, title=N_("Price"))
    order_line: int | None = None
    shipment_line: int | None = None
    purchase_line: int | None = None
    return_line: int | None = None


class Claim(SQLModel, table=True):
    """Cents that a customer owes us (receivable) or that we owe (payable), due on a day; less than nothing for a credit note."""

    __tablename__ = "claim"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    side: str
    kind: str
    party_id: int
    salesperson_id: int | None = None
    order_id: int | None = None
    shipment_id: int | None = None
    purchase_id: int | None = None
    return_id: int | None = None
    day: str
    due: str
    their_no: str = ""
    amount: int
    entry_id: int
    text: str = ""
    void: int = 0


class ClaimLine(SQLModel, table=True):
    """A line of a claim: what was billed of an order's, shipment's, purchase's or return's line, or a charge."""

    __tablename__ = "claim_line"

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int
    pos: int
    order_line_id: int | None = None
    shipment_line_id: int | None = None
    purchase_line_id: int | None = None
    return_line_id: int | None = None
    item_id: int | None = None
    text: str = ""
    qty: int = 0
    price: int = 0
    amount: int


class Payment(SQLModel, table=True):
    """Cents towards what is owed on a side; less than nothing is paid back. order_id: what a deposit is for.

    kept: cents of one that bounced which had been paid back before, so that a claim is over them.
    """

    __tablename__ = "payment"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    side: str
    party_id: int
    account_id: int
    order_id: int | None = None
    day: str
    amount: int
    entry_id: int
    document: str = ""
    note: str = ""
    bounced_on: str | None = None
    bounce_entry_id: int | None = None
    kept: int = 0
    void: int = 0


class Allocation(SQLModel, table=True):
    """Cents of a claim settled on a day: by a payment, a credit note, or given up; of a payment paid back by another.

    reverses_id: it is let go again.
    """

    __tablename__ = "allocation"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    claim_id: int | None = None
    payment_id: int | None = None
    credit_id: int | None = None
    refund_id: int | None = None
    entry_id: int | None = None
    day: str
    amount: int
    reverses_id: int | None = None
