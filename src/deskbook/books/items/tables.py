"""What the office deals in: items, the other words people have for them, and their prices by date."""
from __future__ import annotations

from typing import Literal

from sqlmodel import Field, SQLModel, String

from deskbook.core.facts import Facts
from deskbook.core.words import N_

AliasKind = Literal["spoken", "legacy", "barcode", "customer", "supplier", "standard", "language"]
PriceKind = Literal["list", "floor"]
MOST = 9_999_999_999_999
"""The largest quantity or price the file takes."""


class ItemFacts(Facts):
    """What is given of an item. Quantities in thousandths of its unit, which allows `decimals` of them; flags are 0 or 1."""

    code: str = Field(title=N_("code"), min_length=1, max_length=60)
    name: str = Field(title=N_("name"), min_length=1, max_length=200)
    model: str = Field(default="", title=N_("model"), max_length=200)
    category: str = Field(default="", title=N_("category"), max_length=100)
    unit: str = Field(default="", title=N_("unit"), max_length=40)
    decimals: int = Field(default=0, title=N_("decimals"), ge=0, le=3)
    minimum: int | None = Field(default=None, title=N_("minimum"), ge=0, le=MOST)
    target: int | None = Field(default=None, title=N_("target"), ge=0, le=MOST)
    reorder: int | None = Field(default=None, title=N_("reorder quantity"), gt=0, le=MOST)
    multiple: int | None = Field(default=None, title=N_("multiple"), gt=0, le=MOST)
    min_order: int | None = Field(default=None, title=N_("least order"), gt=0, le=MOST)
    overflow: int | None = Field(default=None, title=N_("too much from"), ge=0, le=MOST)
    supplier_id: int | None = Field(default=None, foreign_key="party.id")
    lead_days: int = Field(default=0, title=N_("lead time"), ge=0, le=3650)
    consumable: int = Field(default=0, ge=0, le=1)
    discontinued: int = Field(default=0, ge=0, le=1)
    allow_negative: int = Field(default=0, ge=0, le=1)
    note: str = Field(default="", title=N_("note"))


class Item(ItemFacts, table=True):
    """One item. minimum NULL: not kept in stock, never an alert; minimum_on: the day somebody last looked at the minimum."""

    __tablename__ = "item"

    id: int | None = Field(default=None, primary_key=True)
    minimum_on: str | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="item.id")
    find: str = ""
    void: int = 0


class AliasFacts(Facts):
    """Another word for an item; party: whose word it is."""

    alias: str = Field(title=N_("alias"), min_length=1, max_length=200)
    kind: AliasKind = Field(default="spoken", title=N_("kind"), sa_type=String)
    party_id: int | None = Field(default=None, foreign_key="party.id")


class ItemAlias(AliasFacts, table=True):
    """An alias of an item. fold: what is compared (core.search.fold)."""

    __tablename__ = "item_alias"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    fold: str


class PriceFacts(Facts):
    """A price from a day on, in 1/10,000 of the currency."""

    kind: PriceKind = Field(title=N_("kind"), sa_type=String)
    since: str
    price: int = Field(title=N_("price"), ge=0, le=MOST)


class ItemPrice(PriceFacts, table=True):
    """A list or floor price of an item from a day on."""

    __tablename__ = "item_price"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")


class SubstituteFacts(Facts):
    """What to mind when one item goes out instead of the other."""

    note: str = Field(default="", title=N_("note"), max_length=200)


class Substitute(SubstituteFacts, table=True):
    """Two items that do for each other; item_id is the lower of the two ids."""

    __tablename__ = "substitute"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    other_id: int = Field(foreign_key="item.id")


class PriceListFacts(Facts):
    """A list of prices that several customers share."""

    code: str = Field(title=N_("code"), min_length=1, max_length=40)
    name: str = Field(title=N_("name"), min_length=1, max_length=200)
    note: str = Field(default="", title=N_("note"))


class PriceList(PriceListFacts, table=True):
    """A price list; a party names the one it buys from."""

    __tablename__ = "price_list"

    id: int | None = Field(default=None, primary_key=True)
    find: str = ""


class SpecialFacts(Facts):
    """A price of one customer or one list: in 1/10,000 of the currency, from `least` (thousandths of the unit) on, from `since` to `until`."""

    party_id: int | None = Field(default=None, foreign_key="party.id")
    price_list_id: int | None = Field(default=None, foreign_key="price_list.id")
    item_id: int = Field(foreign_key="item.id")
    since: str
    until: str | None = None
    least: int = Field(default=0, title=N_("least quantity"), ge=0, le=MOST)
    price: int = Field(title=N_("price"), ge=0, le=MOST)
    note: str = Field(default="", title=N_("note"), max_length=200)


class SpecialPrice(SpecialFacts, table=True):
    """A price agreed with one customer, or of one list."""

    __tablename__ = "special_price"

    id: int | None = Field(default=None, primary_key=True)


class PartFacts(Facts):
    """A part of a kit: how much of it is in one (1/1,000), and its weight in the kit's price (None: list price x quantity)."""

    item: int = Field(title=N_("item"))
    qty: int = Field(title=N_("quantity"), gt=0, le=MOST)
    share: int | None = Field(default=None, title=N_("share", "of the kit's price"), ge=0, le=MOST)


class Kit(SQLModel, table=True):
    """What an item consists of from `since` to `until` (the last day), unless another kit of it begins."""

    __tablename__ = "kit"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    since: str
    until: str | None = None
    note: str = ""


class KitPart(SQLModel, table=True):
    """A part of a kit; share: its weight in the kit's price."""

    __tablename__ = "kit_part"

    id: int | None = Field(default=None, primary_key=True)
    kit_id: int = Field(foreign_key="kit.id")
    item_id: int = Field(foreign_key="item.id")
    qty: int
    share: int
