"""The forms of payments, credit notes, charges and losses, for the screens of this book and of the books after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.ledger.forms import ACCOUNT
from deskbook.books.ledger.queries import last_account
from deskbook.books.parties.forms import CUSTOMER, PARTY
from deskbook.books.parties.queries import party_name
from deskbook.books.receivables import queries
from deskbook.core import days
from deskbook.core.money import read_money, show_money
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_terms
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen, Lines, Values
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

SHOWN = 3
"""Claims that a preview names; of more it says how many."""
SIDE = Field(name="side", label=N_("side"), choices=tuple(queries.SIDES.items()), start="receivable", width=14)


def read_amount(text: str) -> int:
    """Cents, more than nothing. Raises Refusal."""
    cents = read_money(text)
    if cents <= 0:
        raise Refusal("amount", N_("The amount must be more than zero; it is {amount}."), amount=show_money(cents))
    return cents


def write_day(day: date | str) -> str:
    """A day in full."""
    return days.echo_day(day if isinstance(day, date) else date.fromisoformat(day))


DAY = Field(name="day", label=N_("day"), read=days.read_day, write=write_day, start="t", quick=False, keep=True, width=22)
AMOUNT = Field(name="amount", label=N_("amount"), read=read_amount, write=show_money, required=True, width=16)
DOCUMENT = Field(name="document", label=N_("document"), width=24, quick=False, help=N_("the number on the paper"))
NOTE = Field(name="note", label=N_("note"), width=44, quick=False)
SUPPLIER = replace(PARTY, name=N_("supplier"), create=None)
"""Whom we owe: suppliers, carriers, factories, head office."""


def read_due(text: str) -> date:
    """The day to pay, by habit one that is still to come. Raises Refusal."""
    return days.read_day(text, lean="future", field="due")


def _find_orders(look: Look, typed: str) -> list[Found]:
    terms = find_terms(typed)
    where = " AND ".join(f"find LIKE :t{n}" for n in range(len(terms))) or "1"
    facts = {f"t{n}": f"%{term}%" for n, term in enumerate(terms)}
    rows = look.rows(
        f"SELECT id, no, customer, total FROM v_order WHERE void = 0 AND lifecycle <> 'cancelled' AND {where} ORDER BY id DESC LIMIT 20", **facts
    )
    return [Found(row, no, f"{customer}  {show_money(total)}", no) for row, no, customer, total in rows]


def _order_no(look: Look, order: int) -> str:
    return str(look.value("SELECT no FROM sales_order WHERE id = :id", id=order) or "")


ORDER = Finder(N_("order"), search=_find_orders, show=_order_no, book="orders")


# -- payments --------------------------------------------------------------------------------------------------------------


def preview_words(found: queries.Preview) -> str:
    """What an amount settles, and what remains, in the language in use."""
    named = [
        _(N_("{no} {amount} of it"), no=no, amount=show_money(cents)) if rest else f"{no} {show_money(cents)}"
        for no, cents, rest in found.settles[:SHOWN]
    ]
    if len(found.settles) > SHOWN:
        named.append(_(N_("{count} more"), count=len(found.settles) - SHOWN))
    parts = [_(N_("settles {claims}"), claims=", ".join(named))] if named else [_(N_("no claim is open"))]
    if found.missing:
        parts.append(_(N_("{amount} is missing"), amount=show_money(found.missing)))
    if found.ahead:
        parts.append(_(N_("{amount} stays ahead"), amount=show_money(found.ahead)))
    return "; ".join(parts)


def _owes(side: str, values: Values, look: Look) -> str:
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
    return "; ".join(parts)


def _settles(side: str, claims: Sequence[int] | None, values: Values, look: Look) -> str:
    party, amount = values.get("party"), values.get("amount")
    if party is None or amount is None:
        return ""
    if claims is None:
        return preview_words(queries.preview(look, party, amount, side, values.get("order")))
    turn = {each[0]: each for each in queries.claims_in_turn(look, party, side)}
    return preview_words(queries.previewed(look, [turn[claim] for claim in claims if claim in turn], amount))


def _pay(side: str, claims: Sequence[int] | None, store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.receivables.payments import take_payment

    return store.run(take_payment, key=key, side=side, claims=list(claims) if claims is not None else None, **values)


def payment_form(
    look: Look,
    side: str = "receivable",
    *,
    party: int | None = None,
    claims: Sequence[int] | None = None,
    amount: int | None = None,
    order: int | None = None,
) -> FormScreen:
    """Money of a customer, or to a supplier; claims: which it settles, in their order (without them the oldest due first)."""
    account = last_account(look)
    fields = (
        Field(
            name="party",
            label=N_("customer") if side == "receivable" else N_("supplier"),
            finder=CUSTOMER if side == "receivable" else SUPPLIER,
            required=True,
            echo=partial(_owes, side),
        ),
        replace(AMOUNT, echo=partial(_settles, side, claims), help=N_("what came; 12*35.5 is reckoned")),
        Field(name="account", label=N_("account"), finder=ACCOUNT, required=True, keep=True, quick=False),
        DAY,
        *(
            (
                Field(
                    name="order",
                    label=N_("deposit for"),
                    finder=ORDER,
                    quick=False,
                    help=N_("the order it is paid ahead for; empty: the oldest claims"),
                ),
            )
            if side == "receivable" and claims is None
            else ()
        ),
        DOCUMENT,
        NOTE,
    )
    form = Form(
        name="payment" if side == "receivable" else "payment_out",
        title=N_("Money received") if side == "receivable" else N_("Money paid"),
        fields=fields,
        save=partial(_pay, side, claims),
        row=party if claims is not None else None,
    )
    fill: dict[str, Any] = {"party": party, "account": account, "amount": amount, "order": order}
    return FormScreen(form, {name: value for name, value in fill.items() if value is not None})


def _claim_finder(party: int, side: str) -> Finder:
    def search(look: Look, typed: str) -> list[Found]:
        word = typed.casefold()
        turn = queries.claims_in_turn(look, party, side)
        return [Found(claim, no, f"{days.show_day(due)}  {show_money(open_)}", no) for claim, no, due, open_ in turn if word in no.casefold()]

    def show(look: Look, row: int) -> str:
        return str(look.value("SELECT no FROM claim WHERE id = :id", id=row) or "")

    return Finder(N_("claim"), search=search, show=show, book="claims")


def _picks(party: int, side: str) -> Lines:
    def still(line: Values, look: Look) -> str:
        found = [each for each in queries.claims_in_turn(look, party, side) if each[0] == line.get("claim")]
        return f"{days.show_day(found[0][2]).strip()}  {show_money(found[0][3])}" if found else ""

    def whole(line: Values, _head: Values, look: Look) -> dict[str, str]:
        found = [each[3] for each in queries.claims_in_turn(look, party, side) if each[0] == line.get("claim")]
        return {"cents": show_money(found[0])} if found else {}

    return Lines(
        name="claims",
        label=N_("What it settles"),
        fields=(
            Field(name="claim", label=N_("claim"), finder=_claim_finder(party, side), required=True),
            Field(name="cents", label=N_("amount"), read=read_amount, write=show_money, required=True, right=True, width=14),
        ),
        extra=still,
        extra_label=N_("due, open"),
        extra_width=24,
        total=lambda lines, _look: _(N_("sum {total}"), total=show_money(sum(line.get("cents") or 0 for line in lines))),
        defaults=whole,
    )


def pick_form(look: Look, party: int, side: str, claims: Sequence[int] | None = None) -> FormScreen:
    """A payment of which each claim gets what is written beside it; the claims open with all that is open of them."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.payments import take_payment

        picked = {line["claim"]: line["cents"] for line in values.pop("claims")}
        return store.run(take_payment, key=key, party=party, side=side, claims=picked, **values)

    turn = [each for each in queries.claims_in_turn(look, party, side) if claims is None or each[0] in claims]
    form = Form(
        name="payment_picked",
        row=party,
        title=_(N_("Payment of {party}, claim by claim"), party=party_name(look, party)),
        fields=(AMOUNT, Field(name="account", label=N_("account"), finder=ACCOUNT, required=True, quick=False), DAY, replace(DOCUMENT, foot=True)),
        lines=_picks(party, side),
        save=save,
    )
    lines = [{"claim": claim, "cents": open_} for claim, _no, _due, open_ in turn]
    return FormScreen(form, {"amount": sum(open_ for *_rest, open_ in turn) or None, "account": last_account(look), "claims": lines})


def allocate_form(look: Look, payment: int) -> FormScreen:
    """Which claims the rest of a payment settles, with what each gets: filled with the oldest due first."""
    head = queries.payment_head(look, payment)
    party, side, open_ = (head.party_id, head.side, head.open) if head else (0, "receivable", 0)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.payments import allocate

        return store.run(allocate, key=key, payment=payment, claims={line["claim"]: line["cents"] for line in values["claims"]})

    form = Form(
        name="allocate",
        row=payment,
        title=_(N_("{no} of {party}: {amount} to allocate"), no=head.no if head else "", party=head.party if head else "", amount=show_money(open_)),
        fields=(),
        lines=_picks(party, side),
        save=save,
    )
    plan = queries.plan(queries.claims_in_turn(look, party, side), open_)
    return FormScreen(form, {"claims": [{"claim": claim, "cents": cents} for claim, cents in plan]})


def refund_form(look: Look, *, payment: int | None = None, credit: int | None = None) -> FormScreen:
    """Money back for what no claim took of a payment, or for a credit note."""
    if payment is not None:
        head = queries.payment_head(look, payment)
        no, party, there = (head.no, head.party, head.open) if head else ("", "", 0)
    else:
        claim = queries.claim_head(look, credit or 0)
        no, party, there = (claim.no, claim.party, -claim.open) if claim else ("", "", 0)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.payments import refund

        return store.run(refund, key=key, payment=payment, credit=credit, **values)

    form = Form(
        name="refund",
        row=payment or credit,
        title=_(N_("{no} of {party}: pay back"), no=no, party=party),
        fields=(AMOUNT, Field(name="account", label=N_("account"), finder=ACCOUNT, required=True), DAY, DOCUMENT, NOTE),
        save=save,
    )
    return FormScreen(form, {"amount": there, "account": last_account(look)})


def bounce_form(look: Look, payment: int) -> FormScreen:
    """The bank takes a payment back."""
    head = queries.payment_head(look, payment)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.payments import bounce

        values["charged"] = values["charged"] == "yes"
        return store.run(bounce, key=key, payment=payment, **(values | {"fee": values["fee"] or 0}))

    form = Form(
        name="bounce",
        row=payment,
        title=_(N_("{no} of {party} bounced: {amount} is owed again"), no=head.no, party=head.party, amount=show_money(abs(head.amount)))
        if head
        else "",
        fields=(
            replace(DAY, quick=True, keep=False),
            Field(name="fee", label=N_("fee"), read=read_amount, write=show_money, width=16, help=N_("what the bank takes for it; may stay empty")),
            Field(
                name="charged",
                label=N_("who pays the fee"),
                choices=(("no", N_("we do")), ("yes", N_("the customer"))),
                start="no",
                quick=False,
                width=16,
            ),
            NOTE,
        ),
        save=save,
    )
    return FormScreen(form)


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
        Field(name="party", label=N_("party"), finder=PARTY, required=True, keep=True, echo=partial(_owes, "receivable")),
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
