"""What is given of payments and chasing, and the tables of chasing; claims, payments and allocations are the claims' own."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.books.claims.tables import Side
from deskbook.core.facts import Facts
from deskbook.core.words import N_

Channel = Literal["print", "phone", "wechat", "mail"]


class PaymentFacts(Facts):
    """What is given of a payment; amount in cents, more than nothing."""

    party: int = Field(title=N_("Party"))
    account: int = Field(title=N_("Account"))
    amount: int = Field(title=N_("Amount"), gt=0, lt=10**13)
    side: Side = Field(default="receivable", title=N_("Side"))
    day: date | None = Field(default=None, title=N_("Day"))
    order: int | None = Field(default=None, title=N_("Order"))
    document: str = Field(default="", max_length=80, title=N_("Document"))
    note: str = Field(default="", max_length=500, title=N_("Note"))


class LevelFacts(Facts):
    """What is given of a level of chasing: days past due, days since the level before, fee in cents, and its words in each language."""

    level: int = Field(title=N_("Level"), ge=1, le=9)
    days: int = Field(title=N_("Days past due"), ge=0, le=3650)
    gap: int = Field(default=10, title=N_("Days since the level before"), ge=0, le=3650)
    fee: int = Field(default=0, title=N_("Fee", "of chasing"), ge=0, lt=10**13)
    channel: Channel = Field(default="print", title=N_("Channel"))
    en: str = Field(default="", max_length=2000, title=N_("Words in English"))
    zh: str = Field(default="", max_length=2000, title=N_("Words in Chinese"))
    es: str = Field(default="", max_length=2000, title=N_("Words in Spanish"))
    sw: str = Field(default="", max_length=2000, title=N_("Words in Swahili"))


class ChaseLevel(SQLModel, table=True):
    """When a claim that stays unpaid is chased how, and with which words."""

    __tablename__ = "chase_level"

    id: int | None = Field(default=None, primary_key=True)
    level: int
    days: int
    gap: int
    fee: int = 0
    channel: str = "print"
    en: str = ""
    zh: str = ""
    es: str = ""
    sw: str = ""


class ClaimHold(SQLModel, table=True):
    """Why a claim is not chased: a dispute until it is lifted, or an amount promised for a day."""

    __tablename__ = "claim_hold"

    id: int | None = Field(default=None, primary_key=True)
    claim_id: int
    kind: str
    made_on: str
    until: str | None = None
    amount: int | None = None
    said_by: str = ""
    reason: str = ""
    lifted_on: str | None = None


class Notice(SQLModel, table=True):
    """A payment notice as it was issued: level, amount in cents, and what lay unallocated beside it with the reason why it went out."""

    __tablename__ = "notice"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    party_id: int
    level: int
    day: str
    at: str
    channel: str
    amount: int
    fee: int = 0
    aside: int = 0
    reason: str = ""
    void: int = 0


class NoticeClaim(SQLModel, table=True):
    """What a notice asked for of one claim, in cents."""

    __tablename__ = "notice_claim"

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int
    claim_id: int
    open: int
