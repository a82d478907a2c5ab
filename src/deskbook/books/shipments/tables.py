"""What leaves the house: a numbered shipment of one order, and its lines."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Shipment(SQLModel, table=True):
    """A shipment. state: picking, checked, shipped, arrived, cancelled; goods move only when it is shipped."""

    __tablename__ = "shipment"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    order_id: int
    place_id: int
    day: str
    state: str = "picking"
    carrier_id: int | None = None
    waybill: str = ""
    checked_by: str = ""
    shipped_on: str | None = None
    due_on: str | None = None
    arrived_on: str | None = None
    arrived_by: str = ""
    history: int = 0
    note: str = ""
    void: int = 0


class ShipmentLine(SQLModel, table=True):
    """What of one order line goes with a shipment; checked_qty is what was counted, checked_as what was typed or scanned."""

    __tablename__ = "shipment_line"

    id: int | None = Field(default=None, primary_key=True)
    shipment_id: int
    order_line_id: int | None
    item_id: int
    qty: int
    checked_qty: int | None = None
    checked_as: str = ""
    checked_at: str | None = None


class Incident(SQLModel, table=True):
    """What nearly went wrong, or did; place: the warehouse; item: what it should have been; given: what it was.

    kind: near miss, wrong model, wrong count, damaged, other.
    """

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    day: str
    place_id: int | None = None
    item_id: int | None = None
    given: str = ""
    shipment_line_id: int | None = None
    return_line_id: int | None = None
    note: str = ""
