"""Everyone the office deals with, how they are reached, and where they are."""
from __future__ import annotations

from typing import Literal

from sqlmodel import Field, String

from deskbook.core.facts import Facts
from deskbook.core.words import N_

Language = Literal["", "en", "zh", "es", "sw"]
Channel = Literal["phone", "mobile", "fax", "mail", "qq", "wechat", "whatsapp", "web", "other"]
Block = Literal["", "ship", "bill", "all"]
Bills = Literal["", "order", "hand"]
AddressKind = Literal["main", "delivery", "billing", "other"]


class PartyFacts(Facts):
    """What is given of a party. Roles are 0 or 1; days are counts; the credit limit is in cents.

    block: from when on a customer gets no shipment, nor a claim, nor an order. bills: when goods leave or come, at the order, or by hand.
    """

    code: str | None = Field(default=None, title=N_("code"), min_length=1, max_length=40)
    name: str = Field(title=N_("name"), min_length=1, max_length=200)
    customer: int = Field(default=0, ge=0, le=1)
    supplier: int = Field(default=0, ge=0, le=1)
    carrier: int = Field(default=0, ge=0, le=1)
    factory: int = Field(default=0, ge=0, le=1)
    head_office: int = Field(default=0, ge=0, le=1)
    salesperson: int = Field(default=0, ge=0, le=1)
    salesperson_id: int | None = Field(default=None, foreign_key="party.id")
    terms_days: int | None = Field(default=None, title=N_("days to pay"), ge=0, le=3650)
    transit_days: int | None = Field(default=None, title=N_("days on the way"), ge=0, le=365)
    language: Language = Field(default="", title=N_("language of documents"), sa_type=String)
    price_list_id: int | None = Field(default=None, foreign_key="price_list.id")
    credit_limit: int | None = Field(default=None, title=N_("credit limit"), ge=0, le=10**13 - 1)
    block: Block = Field(default="", title=N_("blocked"), sa_type=String)
    bills: Bills = Field(default="", title=N_("billed", "when"), sa_type=String)
    caution: str = Field(default="", title=N_("caution"))
    note: str = Field(default="", title=N_("note"))


class Party(PartyFacts, table=True):
    """One party: customer, supplier, carrier, repair factory, head office or one of our salespeople, or several of these."""

    __tablename__ = "party"

    id: int | None = Field(default=None, primary_key=True)
    closed: int = Field(default=0, ge=0, le=1)
    merged_into_id: int | None = Field(default=None, foreign_key="party.id")
    find: str = ""
    void: int = 0


class ContactFacts(Facts):
    """One way to reach somebody at a party."""

    person: str = Field(default="", title=N_("person"), max_length=100)
    channel: Channel = Field(title=N_("channel", "to a person"), sa_type=String)
    value: str = Field(title=N_("number or address"), min_length=1, max_length=200)
    note: str = Field(default="", title=N_("note"), max_length=500)


class Contact(ContactFacts, table=True):
    """A contact of a party. digits: of phones, by which two spellings of one number are the same."""

    __tablename__ = "contact"

    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id")
    digits: str = ""


class AddressFacts(Facts):
    """One address; since: the day it holds from."""

    kind: AddressKind = Field(default="main", title=N_("kind"), sa_type=String)
    text: str = Field(title=N_("address"), min_length=1, max_length=500)
    city: str = Field(default="", title=N_("city"), max_length=100)
    country: str = Field(default="", title=N_("country"), max_length=100)
    since: str


class Address(AddressFacts, table=True):
    """An address of a party."""

    __tablename__ = "address"

    id: int | None = Field(default=None, primary_key=True)
    party_id: int = Field(foreign_key="party.id")
