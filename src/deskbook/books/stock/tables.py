"""Places goods can be, and the moves between them."""
from __future__ import annotations

from typing import Literal

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

PlaceKind = Literal["shelf", "quarantine", "supplier", "customer", "dealer", "borrower", "factory", "head_office", "loss", "opening", "merge"]


class PlaceFacts(Facts):
    """What is given of a place."""

    code: str = Field(title=N_("code"), min_length=1, max_length=40)
    name: str = Field(title=N_("name"), min_length=1, max_length=120)
    kind: PlaceKind = Field(title=N_("kind"), sa_type=String)
    party_id: int | None = Field(default=None, title=N_("whose"))


class Place(PlaceFacts, table=True):
    """Where goods are: our shelves, quarantine, at somebody's, or where they come from and go to. Plain."""

    __tablename__ = "place"

    id: int | None = Field(default=None, primary_key=True)
    closed: int = 0


class StockMove(SQLModel, table=True):
    """Goods that went from a place to a place. Posted: its mirror has the negative quantity and reverses_id. qty in 1/1000 of the unit."""

    __tablename__ = "stock_move"

    id: int | None = Field(default=None, primary_key=True)
    day: str
    item_id: int
    source_id: int
    target_id: int
    qty: int
    reason: str = ""
    document: str = ""
    purchase_line_id: int | None = None
    shipment_line_id: int | None = None
    reverses_id: int | None = None
    return_line_id: int | None = None
    unit_cost: int | None = None
