"""Which document is meant by what a command line says: a kind and a number, a party, or a day."""

from __future__ import annotations

from datetime import date

from deskbook.books.documents.labels import KINDS
from deskbook.books.documents.queries import TABLES, numbered
from deskbook.core import days
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_, _, listed
from deskbook.exchange.export import party_called

NAMES = {kind.replace(" ", "-"): kind for kind in KINDS}
"""A kind as it is written on the command line, and as the book has it."""
BY = {"statement": ("party", "from", "to"), "day sheet": ("day",)}
"""What says which one is meant of a kind; of all others the number."""


def which(
    look: Look, name: str, *, number: str = "", party: str = "", day: date | None = None, since: date | None = None, until: date | None = None
) -> tuple[str, int, dict[str, str]]:
    """The kind, row and options of a document as print_document takes them. Refusal that names what is missing, or says nothing of that kind.

    name: of NAMES; number: of its record; party: code or whole name, of a statement, over since to until (this year until today); day: of a day
    sheet (today).
    """
    kind = NAMES.get(name.lower())
    if kind is None:
        raise Refusal("kind", N_("There is no document “{kind}”; there are: {names}."), kind=name, names=listed(NAMES))
    given = {"number": number, "party": party, "day": day, "from": since, "to": until}
    for field in (field for field, value in given.items() if value and field not in BY.get(kind, ("number",))):
        by = listed(map(_named, BY.get(kind, ("number",))))
        raise Refusal(field, N_("A {kind} is printed by {by}, not by {field}."), kind=_(KINDS[kind]), by=by, field=_named(field))
    if kind == "statement":
        if not party:
            raise Refusal("party", N_("Whose statement? Name the customer with --party."))
        period = {"since": since, "until": until}
        return kind, party_called(look.con, party), {field: value.isoformat() for field, value in period.items() if value}
    if kind in TABLES:
        if not number:
            raise Refusal("number", N_("Which {kind}? Give its number."), kind=_(KINDS[kind]))
        return kind, numbered(look, kind, number), {}
    return kind, int((day or days.today()).strftime("%Y%m%d")), {}


def _named(field: str) -> str:
    """What says which one is meant, as it is given on the command line."""
    return _(N_("its number")) if field == "number" else f"--{field}"
