"""What we ordered from suppliers, line by line, and what they promised."""
from __future__ import annotations

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

LARGEST = 10**13 - 1


class PurchaseFacts(Facts):
    """What is given of a purchase."""

    no: str = Field(title=N_("number"), min_length=1, max_length=40)
    supplier_id: int = Field(title=N_("supplier"))
    day: str = Field(title=N_("day"))
    their_no: str = Field(default="", title=N_("their number"), max_length=80)
    note: str = Field(default="", title=N_("note"), max_length=2000)


class Purchase(PurchaseFacts, table=True):
    """An order to a supplier. Numbered: taken back it is void and keeps its number."""

    __tablename__ = "purchase"

    id: int | None = Field(default=None, primary_key=True)
    state: str = "sent"
    void: int = 0


class PurchaseLineFacts(Facts):
    """What is given of a line; qty in 1/1000 of the unit, price in 1/10,000 of the currency."""

    item_id: int = Field(title=N_("item"))
    qty: int = Field(title=N_("quantity"), gt=0, le=LARGEST)
    price: int = Field(default=0, title=N_("price"), ge=0, le=LARGEST)
    wanted: str | None = Field(default=None, title=N_("wanted on"))


class PurchaseLine(PurchaseLineFacts, table=True):
    """A line of a purchase; part of it. amount: cents, quantity x price, half up."""

    __tablename__ = "purchase_line"

    id: int | None = Field(default=None, primary_key=True)
    purchase_id: int
    pos: int
    amount: int = 0
    short_closed: int = 0
    short_reason: str = ""


class PurchasePromise(SQLModel, table=True):
    """A day a supplier named for a line, each time it named one; the last holds."""

    __tablename__ = "purchase_promise"

    id: int | None = Field(default=None, primary_key=True)
    purchase_id: int
    purchase_line_id: int
    promised: str
    said_on: str
    said_by: str = ""
