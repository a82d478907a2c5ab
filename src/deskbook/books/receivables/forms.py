"""The forms of credit notes, charges, bills and losses; the fields they share with those of payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.forms import PARTY
from deskbook.books.receivables import queries
from deskbook.books.receivables.listings import SIDES
from deskbook.core import days
from deskbook.core.money import read_money, show_money
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, clauses
from deskbook.ui.form import Field, Form, FormScreen, Values

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

SIDE = Field(name="side", label=N_("side"), choices=tuple(SIDES.items()), start="receivable", width=14)


def read_amount(text: str) -> int:
    """Cents, more than nothing. Raises Refusal."""
    cents = read_money(text)
    if cents <= 0:
        raise Refusal("amount", N_("The amount must be more than zero; it is {amount}."), amount=show_money(cents))
    return cents


def write_day(day: date | str) -> str:
    """A day in full."""
    return days.echo_day(day if isinstance(day, date) else date.fromisoformat(day))


DAY = Field(name="day", label=N_("day"), read=days.read_day, write=write_day, doubt=days.long_ago, start="t", quick=False, keep=True, width=22)
AMOUNT = Field(name="amount", label=N_("amount"), read=read_amount, write=show_money, required=True, width=16)
DOCUMENT = Field(name="document", label=N_("document"), width=24, quick=False, help=N_("the number on the paper"))
NOTE = Field(name="note", label=N_("note"), width=44, quick=False)


def read_due(text: str) -> date:
    """The day to pay, by habit one that is still to come. Raises Refusal."""
    return days.read_day(text, lean="future", field="due")


def owes(side: str, values: Values, look: Look) -> str:
    """What the party in a form owes, or is owed, just now, in the language in use."""
    party = values.get("party")
    if party is None:
        return ""
    money = queries.party_money(look, party, side)
    words = N_("owes {amount}") if side == "receivable" else N_("we owe {amount}")
    parts = [_(words, amount=show_money(money.open))]
    if money.overdue:
        parts.append(_(N_("{amount} of it overdue"), amount=show_money(money.overdue)))
    if money.aside:
        parts.append(_(N_("{amount} not allocated"), amount=show_money(money.aside)))
    return clauses(parts)


# -- claims ----------------------------------------------------------------------------------------------------------------


def credit_form(look: Look, claim: int | None = None, party: int | None = None) -> FormScreen:
    """A credit note for a claim, or for a customer."""
    head = queries.claim_head(look, claim) if claim is not None else None

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.notes import give_credit

        return store.run(give_credit, key=key, **({"claim": claim} if head else {}), **values)

    whose = () if head else (Field(name="party", label=N_("party"), finder=PARTY, required=True), SIDE)
    title = (
        _(N_("Credit note for {no} of {party}, {amount} open"), no=head.no, party=head.party, amount=show_money(head.open))
        if head
        else N_("Credit note")
    )
    fields = (
        *whose,
        AMOUNT,
        Field(name="reason", label=N_("for what"), required=True, width=44),
        DAY,
        Field(name="their_no", label=N_("their number"), quick=False),
    )
    return FormScreen(
        Form(name="credit_note", title=title, fields=fields, save=save, row=claim), {"party": party} if party is not None and not head else {}
    )


def charge_form(given: Mapping[str, Any] | None = None) -> FormScreen:
    """Freight or another charge, or what was owed when the book was opened."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.notes import charge, open_claim

        if values.pop("kind") == "opening":
            return store.run(open_claim, key=key, **values)
        return store.run(charge, key=key, **values)

    fields = (
        Field(name="party", label=N_("party"), finder=PARTY, required=True, keep=True, echo=partial(owes, "receivable")),
        replace(AMOUNT, read=read_money, help=N_("an opening balance may be less than nothing: paid ahead")),
        Field(name="text", label=N_("for what"), required=True, width=44),
        replace(SIDE, quick=False, keep=True),
        Field(
            name="kind",
            label=N_("kind"),
            choices=(("charge", N_("charge")), ("opening", N_("opening balance"))),
            start="charge",
            quick=False,
            keep=True,
        ),
        DAY,
        Field(name="due", label=N_("due"), read=read_due, write=write_day, quick=False, width=22, help=N_("empty: by the party's days to pay")),
        Field(name="their_no", label=N_("their number"), quick=False),
    )
    return FormScreen(Form(name="charge", title=N_("Charge, or opening balance"), fields=fields, save=save), dict(given or {}))


def bill_form(look: Look, claim: int) -> FormScreen:
    """The number of the bill that a supplier sent."""
    head = queries.claim_head(look, claim)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.claims.commands import name_bill

        store.run(name_bill, key=key, claim=claim, **values)
        return claim

    form = Form(
        name="bill_number",
        row=claim,
        title=_(N_("{no}: the number on the bill of {party}"), no=head.no, party=head.party) if head else "",
        fields=(Field(name="their_no", label=N_("their number"), width=24),),
        save=save,
    )
    return FormScreen(form, {"their_no": head.their_no} if head else {})


def write_off_form(look: Look, claim: int) -> FormScreen:
    """A bad debt."""
    head = queries.claim_head(look, claim)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.losses import write_off

        return store.run(write_off, key=key, claim=claim, **values)

    form = Form(
        name="write_off",
        row=claim,
        title=_(N_("Write off {no} of {party}"), no=head.no, party=head.party) if head else "",
        fields=(AMOUNT, Field(name="reason", label=N_("why"), required=True, width=44), DAY, DOCUMENT),
        save=save,
    )
    return FormScreen(form, {"amount": head.open if head else 0})
