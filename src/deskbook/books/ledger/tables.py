"""The nouns of the day book: accounts, entries with their postings, closed days."""
from __future__ import annotations

from datetime import date
from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

MONEY_KINDS = ("cash", "bank", "wechat", "alipay", "mpesa")
"""Kinds of account that hold money; the others say where it came from or went."""


class AccountFacts(Facts):
    """What is given of an account."""

    code: str = Field(title=N_("Code"), min_length=1, max_length=20)
    name: str = Field(title=N_("Name"), min_length=1, max_length=80)
    kind: Literal["cash", "bank", "wechat", "alipay", "mpesa", "income", "expense", "opening", "receivable", "payable"] = Field(title=N_("Kind"))


class Account(SQLModel, table=True):
    """Where money lies (money: 1), comes from or goes to."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    code: str
    name: str
    kind: str
    money: int
    closed: int = 0
    find: str = ""


class PaperFacts(Facts):
    """What every entry can carry. day: where it is booked; paper_day: the document's own date, where it is another."""

    purpose: str = Field(default="", title=N_("Purpose"), max_length=200)
    document: str = Field(default="", title=N_("Document"), max_length=60)
    day: date | None = Field(default=None, title=N_("Day"))
    paper_day: date | None = Field(default=None, title=N_("Date of the paper"))


class LineFacts(PaperFacts):
    """A day-book line: money into or out of an account of ours. amount in cents, more than zero; other: the income or expense account."""

    account: int = Field(title=N_("Account"))
    direction: Literal["in", "out"] = Field(title=N_("In or out"))
    amount: int = Field(title=N_("Amount"), lt=10**13)
    other: int | None = Field(default=None, title=N_("For"))
    party: int | None = Field(default=None, title=N_("Party"))


class TransferFacts(PaperFacts):
    """Money from one account of ours to another. amount in cents, more than zero."""

    source: int = Field(title=N_("From"))
    target: int = Field(title=N_("To"))
    amount: int = Field(title=N_("Amount"), lt=10**13)


class OpeningFacts(PaperFacts):
    """What lay in an account when the book was opened. amount in cents, below zero for an overdraft."""

    account: int = Field(title=N_("Account"))
    amount: int = Field(title=N_("Amount"), gt=-(10**13), lt=10**13)


class Entry(SQLModel, table=True):
    """One thing that happened to money; its postings add up to zero.

    corrects_id: of a correction, the entry it takes back; of an entry written in place of a corrected one, that correction.
    """

    __tablename__ = "entry"

    id: int | None = Field(default=None, primary_key=True)
    no: str
    day: str
    paper_day: str | None = None
    kind: str
    party_id: int | None = None
    purpose: str = ""
    document: str = ""
    corrects_id: int | None = None
    void: int = 0


class Posting(SQLModel, table=True):
    """Cents into (positive) or out of an account. reverses_id: written by undo alone."""

    __tablename__ = "posting"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int
    account_id: int
    day: str
    amount: int
    reverses_id: int | None = None


class DayClose(SQLModel, table=True):
    """A closed day, and the newest digest of the journal before it was closed."""

    __tablename__ = "day_close"

    id: int | None = Field(default=None, primary_key=True)
    day: str
    at: str
    clerk: str
    digest: str
    reverses_id: int | None = None


class DayCount(SQLModel, table=True):
    """A money account on a closed day, in cents; counted: what was found in it."""

    __tablename__ = "day_count"

    id: int | None = Field(default=None, primary_key=True)
    close_id: int
    account_id: int
    opening: int
    taken_in: int
    paid_out: int
    closing: int
    counted: int | None = None
    reverses_id: int | None = None
