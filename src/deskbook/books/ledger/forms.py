"""The forms of the day book, for its screens and for the books after it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.ledger import queries
from deskbook.books.parties.forms import PARTY
from deskbook.core import days
from deskbook.core.money import read_money, show_money
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _, listed
from deskbook.ui.form import Field, Form, FormScreen, Values
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def _search(money: bool, look: Look, typed: str) -> list[Found]:
    return [Found(row, name, _(queries.ACCOUNT_KINDS[kind]), code) for row, name, kind, code in queries.search_accounts(look, typed, money=money)]


ACCOUNT = Finder(N_("account"), search=partial(_search, True), show=queries.account_name, book="accounts")
"""Our own money: cash, bank and the like."""
PURPOSE = Finder(N_("purpose"), search=partial(_search, False), show=queries.account_name)
"""What money is for: income and expense accounts."""


def read_signed(text: str) -> int:
    """Cents as typed, `-` before money that goes out. Raises Refusal for nothing at all."""
    cents = read_money(text)
    if not cents:
        raise Refusal("amount", N_("The amount is zero; -45 is money out, 1200 money in."))
    return cents


def in_or_out(cents: int) -> str:
    """`in 1,200.00` or `out 45.00`, in the language in use."""
    return _(N_("in {amount}") if cents > 0 else N_("out {amount}"), amount=show_money(abs(cents)))


def _echo_amount(values: Values, look: Look) -> str:
    cents, account = values.get("amount"), values.get("account")
    if cents is None:
        return ""
    if account is None:
        return in_or_out(cents)
    after = show_money(queries.balance(look, account) + cents)
    return _(N_("{what}; then {account} holds {after}"), what=in_or_out(cents), account=queries.account_name(look, account), after=after)


def _day(*, quick: bool = False, lean: days.Lean = "past") -> Field:
    read = partial(days.read_day, lean=lean)
    return Field(name="day", label=N_("day"), read=read, write=_write_day, doubt=days.long_ago, start="t", quick=quick, keep=True, width=22)


def _write_day(day: date | str) -> str:
    return days.echo_day(day if isinstance(day, date) else date.fromisoformat(day))


# -- a day-book line -------------------------------------------------------------------------------------------------------


def _line(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values as write_entry takes them."""
    facts = {name: values[name] for name in ("account", "other", "party", "purpose", "document", "day")}
    return facts | {"direction": "in" if values["amount"] > 0 else "out", "amount": abs(values["amount"])}


def _write(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.ledger.commands import write_entry

    return store.run(write_entry, key=key, **_line(values))


def below_zero(look: Look, account: int, change: int) -> list[str]:
    """The warning that an account would hold less than nothing after a change in cents."""
    after = queries.balance(look, account) + change
    if change >= 0 or after >= 0:
        return []
    return [_(N_("{account} would be {amount}."), account=safe(queries.account_name(look, account)), amount=show_money(after))]


def _check_line(values: dict[str, Any], look: Look) -> list[str]:
    warnings = below_zero(look, values["account"], values["amount"])
    if values["document"] and (no := queries.same_document(look, values["document"], values["account"], values["amount"])):
        warnings.append(_(N_("{no} is the same amount with the same document {document}."), no=no, document=safe(values["document"])))
    return warnings


ENTRY_FORM = Form(
    name="entry",
    title=N_("Day-book line"),
    fields=(
        Field(name="account", label=N_("account"), finder=ACCOUNT, required=True, keep=True),
        Field(name="amount", label=N_("amount"), read=read_signed, write=show_money, required=True, echo=_echo_amount,
              help=N_("1200 is money in, -45 money out; 12*35.5 is reckoned")),
        Field(name="party", label=N_("party"), finder=PARTY, help=N_("from whom, to whom; may stay empty")),
        Field(name="purpose", label=N_("purpose"), width=44, help=N_("what the money was for")),
        Field(name="document", label=N_("document"), width=24, help=N_("the number on the paper")),
        Field(name="other", label=N_("booked as"), finder=PURPOSE, quick=False,
              help=N_("income or expense; the first of its kind where this is empty")),
        _day(),
    ),
    save=_write,
    done=lambda values, _result: _(N_("written: {what} {purpose}"), what=in_or_out(values["amount"]), purpose=safe(values["purpose"])).rstrip(),
    check=_check_line,
)


def new_line(look: Look, account: int | None = None, given: dict[str, Any] | None = None) -> FormScreen:
    """The form of a new day-book line; account: where the money is (None: the one used last)."""
    account = account or queries.last_account(look)
    return FormScreen(ENTRY_FORM, ({"account": account} if account else {}) | (given or {}))


def copy_line(look: Look, entry: int) -> FormScreen:
    """A new line that starts as an entry did; of today."""
    facts = _standing(look, entry, correct=False)
    if facts.kind not in ("in", "out"):
        raise Refusal("", N_("Only money in and money out can be copied; {no} is neither."), no=facts.no)
    return FormScreen(ENTRY_FORM, _fill(facts) | {"day": "t"})


def _fill(facts: queries.EntryFacts) -> dict[str, Any]:
    cents = facts.amount if facts.kind in ("in", "transfer", "opening") else -facts.amount
    fill: dict[str, Any] = {"account": facts.account, "amount": cents, "purpose": facts.purpose, "document": facts.document}
    fill["day"] = facts.paper_day or facts.day
    return fill | {name: value for name, value in (("party", facts.party), ("other", facts.other)) if value is not None}


def _standing(look: Look, entry: int, *, correct: bool) -> queries.EntryFacts:
    facts = queries.entry_facts(look, entry)
    if facts is None:
        raise Refusal("entry", N_("There is no such entry."))
    if correct and (reason := why_not_corrected(facts)):
        raise Refusal("entry", reason)
    return facts


def why_not_corrected(facts: queries.EntryFacts) -> str:
    """Why an entry cannot be corrected, in the language in use; "" where it can."""
    if facts.void:
        return _(N_("{no} was taken back.", "in red"), no=facts.no)
    if facts.kind == "correction":
        return _(N_("{no} is a correction; write a new entry instead."), no=facts.no)
    return _(N_("{no} was corrected already, by {by}."), no=facts.no, by=facts.corrected_by) if facts.corrected_by else ""


def correct_line(look: Look, entry: int) -> FormScreen:
    """The form of an entry as it was written; saving takes it back in red and writes it anew. Refusal where it cannot be corrected."""
    facts = _standing(look, entry, correct=True)
    fill = _fill(facts)
    if facts.kind == "transfer":
        form = TRANSFER_FORM
        fill |= {"source": facts.account, "target": facts.other}
    elif facts.kind == "opening":
        form = OPENING_FORM
    else:
        form = replace(ENTRY_FORM, fields=tuple(replace(f, echo=None) if f.name == "amount" else f for f in ENTRY_FORM.fields))
    shown = {field.name: fill.get(field.name) for field in form.fields}

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.ledger.commands import correct_entry

        new = _line(values) if form.name == "entry" else dict(values)
        old = _line(shown) if form.name == "entry" else shown
        was = {name: value.isoformat() if isinstance(value, date) else value or None for name, value in old.items()}
        changed = {name: value for name, value in new.items() if (value.isoformat() if isinstance(value, date) else value or None) != was[name]}
        if "day" in changed:
            changed["paper_day"] = changed.pop("day")  # a correction stands on the open day, the paper keeps its own
        if not changed:
            raise Refusal("", N_("Nothing is changed; Esc goes back."))
        return store.run(correct_entry, key=key, entry=entry, **changed)

    title = _(N_("Correct {no}: it is taken back in red and written anew"), no=facts.no)
    done = partial(_corrected, facts.no)
    given = {name: value for name, value in shown.items() if value is not None}
    return FormScreen(replace(form, title=title, row=entry, save=save, check=None, done=done), given)


def _corrected(no: str, _values: dict[str, Any], _result: Any) -> str:
    return _(N_("{no} is corrected."), no=no)


# -- transfers, openings, accounts -----------------------------------------------------------------------------------------


def _read_amount(text: str) -> int:
    return read_money(text)


def _transfer(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.ledger.commands import transfer_money

    return store.run(transfer_money, key=key, **values)


TRANSFER_FORM = Form(
    name="transfer",
    title=N_("Money between our accounts"),
    fields=(
        Field(name="source", label=N_("from"), finder=ACCOUNT, required=True, keep=True,
              echo=lambda values, look: show_money(queries.balance(look, values["source"])) if values.get("source") else ""),
        Field(name="target", label=N_("to"), finder=ACCOUNT, required=True, keep=True,
              echo=lambda values, look: show_money(queries.balance(look, values["target"])) if values.get("target") else ""),
        Field(name="amount", label=N_("amount"), read=_read_amount, write=show_money, required=True),
        Field(name="purpose", label=N_("purpose"), width=44, quick=False),
        Field(name="document", label=N_("document"), width=24, quick=False),
        _day(),
    ),
    save=_transfer,
    done=lambda values, _result: _(N_("moved {amount}"), amount=show_money(values["amount"])),
    check=lambda values, look: below_zero(look, values["source"], -values["amount"]),
)


def _open(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.ledger.commands import open_account

    return store.run(open_account, key=key, **values)


OPENING_FORM = Form(
    name="opening",
    title=N_("What an account opens with"),
    fields=(
        Field(name="account", label=N_("account"), finder=ACCOUNT, required=True),
        Field(name="amount", label=N_("amount"), read=_read_amount, write=show_money, required=True, help=N_("what is in it; -45 for an overdraft")),
        _day(),
    ),
    save=_open,
    done=lambda values, _result: _(N_("opened with {amount}"), amount=show_money(values["amount"])),
)


def _add(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.ledger.commands import add_account

    return store.run(add_account, key=key, **values)


ACCOUNT_FORM = Form(
    name="account",
    title=N_("New account"),
    fields=(
        Field(name="name", label=N_("name"), required=True),
        Field(name="code", label=N_("code"), required=True, width=12, help=N_("a short word to find it by")),
        Field(name="kind", label=N_("kind"), choices=tuple(queries.ACCOUNT_KINDS.items()), start="cash", required=True, width=14),
    ),
    save=_add,
    done=lambda values, _result: _(N_("{name} added."), name=safe(values["name"])),
)


def edit_account(look: Look, account: int) -> FormScreen:
    """The form of an account as it is."""
    name, code, kind, closed = look.row("SELECT name, code, kind, closed FROM account WHERE id = :id", id=account) or ("", "", "", 0)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.ledger.commands import change_account

        store.run(change_account, key=key, account=account, **(values | {"closed": int(values["closed"] == "1")}))
        return account

    shut = Field(name="closed", label=N_("in use"), choices=(("0", N_("yes")), ("1", N_("no, closed"))), quick=False, width=14)
    form = replace(ACCOUNT_FORM, title=name, row=account, save=save, fields=(*ACCOUNT_FORM.fields, shut),
                   done=lambda values, _result: _(N_("{name} changed."), name=safe(values["name"])))
    return FormScreen(form, {"name": name, "code": code, "kind": kind, "closed": str(closed)})


# -- closing ---------------------------------------------------------------------------------------------------------------


def close_form(look: Look, day: date) -> FormScreen:
    """Close a day: a field an account for what was counted in it, with what the book says and the difference beside it."""
    accounts = queries.money_accounts(look)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.ledger.commands import close_day

        counted = {str(row): values[f"counted_{row}"] for row, _name in accounts if values[f"counted_{row}"] is not None}
        return store.run(close_day, key=key, day=values["day"], counted=counted)

    def check(values: dict[str, Any], look: Look) -> list[str]:
        bare = [safe(name) for row, name in accounts if values[f"counted_{row}"] is None]
        warnings = [_(N_("not counted: {accounts}"), accounts=listed(bare))] if bare else []
        return [*warnings, *queries.still_open(look, values["day"]), _(N_("A closed day stays closed; late papers go to the open day."))]

    fields = [replace(_day(), keep=False, required=True)]
    fields += [
        Field(name=f"counted_{row}", label=safe(name), read=_read_amount, write=show_money, echo=_counted(row), width=16, help=_holds(look, row))
        for row, name in accounts
    ]
    form = Form(name="close_day", title=N_("Close the day: what was counted"), fields=tuple(fields), save=save, check=check,
                done=lambda values, _result: _(N_("{day} is closed."), day=_write_day(values["day"])))
    return FormScreen(form, {"day": day})


def _holds(look: Look, account: int) -> str:
    return _(N_("by the book: {amount}"), amount=show_money(queries.balance(look, account)))


def _counted(account: int) -> Callable[[Values, Look], str]:
    def echo(values: Values, look: Look) -> str:
        day, found = values.get("day"), values.get(f"counted_{account}")
        book = queries.sums(look, account=account, until=day).closing
        if found is None:
            return _(N_("by the book: {amount}"), amount=show_money(book))
        return _(N_("by the book: {amount}; difference {difference}"), amount=show_money(book), difference=show_money(found - book))

    return echo
