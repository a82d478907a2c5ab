"""The forms of payments: money taken and paid, claim by claim, allocated, paid back, bounced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.ledger.forms import ACCOUNT
from deskbook.books.ledger.queries import last_account, money_accounts
from deskbook.books.parties.forms import CUSTOMER, PARTY
from deskbook.books.parties.queries import party_name
from deskbook.books.receivables import queries
from deskbook.books.receivables.forms import AMOUNT, DAY, DOCUMENT, NOTE, owes, read_amount
from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.search import find_terms
from deskbook.core.words import N_, _, clauses, listed
from deskbook.ui.form import Field, Form, FormScreen, Lines, Values
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

SHOWN = 3
"""Claims that a preview names; of more it says how many."""
SUPPLIER = replace(PARTY, name=N_("supplier"), create=None)
"""Whom we owe: suppliers, carriers, factories, head office."""


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


def preview_words(found: queries.Preview) -> str:
    """What an amount settles, and what remains, in the language in use."""
    named = [
        _(N_("{no} {amount} of it"), no=no, amount=show_money(cents)) if rest else f"{no} {show_money(cents)}"
        for no, cents, rest in found.settles[:SHOWN]
    ]
    if len(found.settles) > SHOWN:
        named.append(_(N_("{count} more"), count=len(found.settles) - SHOWN))
    parts = [_(N_("settles {claims}"), claims=listed(named))] if named else [_(N_("no claim is open"))]
    if found.missing:
        parts.append(_(N_("{amount} is missing"), amount=show_money(found.missing)))
    if found.ahead:
        parts.append(_(N_("{amount} stays ahead"), amount=show_money(found.ahead)))
    return clauses(parts)


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
    """Money of a customer, or to a supplier; claims: which it settles, in their order (without them the oldest due first).

    Enter on the amount goes on to the note, so that what it settles is seen before it is saved.
    """
    account = last_account(look)
    fields = (
        Field(
            name="party",
            label=N_("customer") if side == "receivable" else N_("supplier"),
            finder=CUSTOMER if side == "receivable" else SUPPLIER,
            required=True,
            echo=partial(owes, side),
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
        replace(NOTE, quick=True),
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
        return f"{days.show_day(found[0][2])}  {show_money(found[0][3])}" if found else ""

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
            Field(name="account", label=N_("account"), finder=ACCOUNT, required=True, quick=False),
            Field(name="fee", label=N_("fee"), read=read_amount, write=show_money, width=16, help=N_("what the bank takes for it; may stay empty")),
            Field(
                name="charged",
                label=N_("who pays the fee"),
                choices=(("no", N_("we do")), ("yes", N_("supplier") if head and head.side == "payable" else N_("the customer"))),
                start="no",
                quick=False,
                width=16,
            ),
            NOTE,
        ),
        save=save,
    )
    open_ones = [account for account, _name in money_accounts(look)]
    return FormScreen(form, {"account": head.account_id if head and head.account_id in open_ones else last_account(look)})
