"""The office's own wordings of printed documents, what was printed, and where the paper of a document lies."""
from __future__ import annotations

from datetime import date
from typing import Literal

from sqlmodel import Field, SQLModel

from deskbook.core.facts import Facts
from deskbook.core.words import N_

Original = Literal["held", "missing", "not needed"]


class PaperFacts(Facts):
    """What is given of a paper. book, book_id: the record it is the paper of."""

    kind: str = Field(min_length=1, max_length=40, title=N_("Kind"))
    no: str = Field(default="", max_length=80, title=N_("Number"))
    party_id: int | None = Field(default=None, title=N_("Party"))
    deal: str = Field(default="", max_length=40, title=N_("Deal"))
    book: str = Field(default="", max_length=40, title=N_("Book"))
    book_id: int | None = Field(default=None, title=N_("Record"))
    day: date = Field(title=N_("Day"))
    place: str = Field(default="", max_length=120, title=N_("Place"))
    original: Original = Field(default="missing", title=N_("Original"))
    note: str = Field(default="", max_length=500, title=N_("Note"))


class Template(SQLModel, table=True):
    """The office's own wording of a kind of document; language "" is every language, paper "" every paper."""

    __tablename__ = "template"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    language: str
    paper: str = ""
    body: str


class Printing(SQLModel, table=True):
    """A document as it was printed. nth: the first printing of it, the second ...; sha256, file: of the page that was written."""

    __tablename__ = "printing"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    no: str = ""
    book: str
    book_id: int
    deal: str = ""
    party_id: int | None = None
    at: str
    language: str
    paper: str
    nth: int = 1
    sha256: str
    file: str = ""


class Paper(SQLModel, table=True):
    """Where the paper of a document lies, whether the original is held, and the dated name and SHA-256 of its attachment."""

    __tablename__ = "paper"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    no: str = ""
    party_id: int | None = None
    deal: str = ""
    book: str = ""
    book_id: int | None = None
    day: str
    place: str = ""
    original: str = "missing"
    file: str = ""
    sha256: str = ""
    note: str = ""
    find: str = ""
