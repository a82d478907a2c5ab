"""One document as its template gets it, and what every kind of document is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deskbook.books.documents.labels import KINDS
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_, _

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One document. book, row: the record it prints; doc: what it says of itself; more: its other names in a template (lines, total ...)."""

    kind: str
    no: str
    book: str
    row: int
    deal: str
    party: int | None
    doc: Facts
    more: Facts


def missing(kind: str) -> Refusal:
    """There is no such record."""
    return Refusal("row", N_("There is no record to print a {kind} of."), kind=_(KINDS[kind]))


def never(kind: str, no: str, state: str) -> Refusal:
    """The record is in no state to be printed."""
    return Refusal("row", N_("{no} is {state}: no {kind} of it is printed."), no=no, state=state, kind=_(KINDS[kind]))


def currency_of(look: Look) -> str:
    """The office's currency, three letters; "" where it has none."""
    return str(look.value("SELECT value FROM office WHERE name = 'currency'") or "")
