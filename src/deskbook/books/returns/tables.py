"""What comes back from customers: a numbered header and its lines, each with what became of it."""

from __future__ import annotations

from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

MOST = 10**13 - 1
Outcome = Literal["restock", "quarantine", "scrap", "repair", "replace", "refund", "send back"]
Goods = Literal["restock", "quarantine", "scrap", "repair", "send back"]
Cause = Literal["ours", "warehouse", "carrier", "supplier", "customer"]


class LineFacts(Facts):
    """What is given of one line: the shipment line it left with, what came (None: what was sent), quantity in 1/1,000."""

    shipment_line: int | None = Field(default=None, title=N_("Shipped with"))
    item: int | None = Field(default=None, title=N_("Item"))
    qty: int = Field(gt=0, le=MOST, title=N_("Quantity"))
    note: str = Field(default="", max_length=500, title=N_("Note"))


class GoodsReturn(SQLModel, table=True):
    """A return. state: announced, received (in quarantine), inspected (every line has its outcome), closed, cancelled."""

    __tablename__ = "goods_return"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    customer_id: int
    order_id: int | None = None
    shipment_id: int | None = None
    day: str
    received_on: str | None = None
    state: str = "announced"
    told_by: str = ""
    note: str = ""
    void: int = 0


class ReturnLine(SQLModel, table=True):
    """A line of a return; item: what really came; outcome, goods, cause: "" until it is decided. goods: where they went."""

    __tablename__ = "return_line"

    id: int | None = Field(default=None, primary_key=True)
    return_id: int
    pos: int
    shipment_line_id: int | None = None
    item_id: int
    qty: int
    outcome: str = ""
    cause: str = ""
    goods: str = ""
    wrong_model: int = 0
    note: str = ""
