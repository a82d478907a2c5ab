"""Write quotes, send them, revise, lose or accept them: what was sent stays as it was sent, what is accepted is not typed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NoReturn

from deskbook.books.items.queries import price_of
from deskbook.books.orders.commands import take_order
from deskbook.books.orders.deals import target
from deskbook.books.orders.given import approval, party_as, priced, refuse_to_come
from deskbook.books.orders.queries import missing_checks
from deskbook.books.orders.tables import LineFacts, SalesOrder
from deskbook.books.quotes.queries import STATES, lines_of
from deskbook.books.quotes.tables import Quote, QuoteLine
from deskbook.books.series.queries import latest
from deskbook.core.days import as_day, show_day
from deskbook.core.money import line_amount
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed

CHANGEABLE = ("customer", "day", "asked_on", "valid_until", "salesperson", "their_no", "terms", "series", "basis", "basis_day", "note")
HEAD = (
    "id", "no", "deal", "customer_id", "salesperson_id", "asked_on", "day", "sent_on", "valid_until", "their_no", "terms", "series_id", "basis",
    "basis_day", "note",
)


def write_quote(
    tx: Tx,
    *,
    customer: int,
    lines: Sequence[Mapping[str, Any]],
    asked_on: date | str | None = None,
    day: date | str | None = None,
    valid_until: date | str | None = None,
    no: str | None = None,
    salesperson: int | None = None,
    their_no: str = "",
    terms: str = "",
    series: int | None = None,
    basis: int | None = None,
    basis_day: date | str | None = None,
    note: str = "",
) -> int:
    """Write a quote and its lines; returns its id.

    lines: the order's LineFacts each; a price that is not given is the customer's in force on the quote's day. asked_on: when the customer asked
    (the quote's day). valid_until: by default as many days on as the office says. series: the reference price it is made at; basis (1/10,000) and
    its day: by default the last one recorded on or before the quote's day.
    """
    party = party_as(tx, customer, "customer")
    seller = party["salesperson_id"] if salesperson is None else party_as(tx, salesperson, "salesperson")["id"]
    on = as_day(day, "day") or tx.today
    asked = as_day(asked_on, "asked_on") or on
    until = as_day(valid_until, "valid_until") or on + timedelta(days=target(tx, "good"))
    refuse_to_come(on, tx.today)
    _refuse_days(asked.isoformat(), on.isoformat(), until.isoformat())
    if not lines:
        raise Refusal("lines", N_("A quote needs at least one line."))
    number = tx.number(Quote, "Q", on, no)
    quote = tx.insert(
        Quote,
        no=number,
        deal=number,
        customer_id=party["id"],
        salesperson_id=seller,
        asked_on=asked.isoformat(),
        day=on.isoformat(),
        valid_until=until.isoformat(),
        their_no=clean(their_no, field="their_no"),
        terms=clean(terms, field="terms", longest=500, lines=True),
        note=clean(note, field="note", longest=2000, lines=True),
        **_basis(tx, series, basis, basis_day, on.isoformat()),
    )
    _write_lines(tx, quote, lines, on.isoformat(), party["id"])
    tx.says(N_("wrote quote {no} for {customer}"), no=number, customer=party["name"])
    return quote


def change_quote(tx: Tx, *, quote: int, **facts: Any) -> None:
    """Change facts of a draft; those not named stay. Takes what write_quote takes but lines and no. What was sent is revised instead."""
    head = _head(tx, quote, ("draft",))
    if unknown := set(facts) - set(CHANGEABLE):
        raise Refusal("", N_("A quote has no {what}."), what=listed(sorted(unknown)))
    values: dict[str, Any] = {}
    if "customer" in facts:
        values["customer_id"] = party_as(tx, facts["customer"], "customer")["id"]
    if "salesperson" in facts:
        seller = facts["salesperson"]
        values["salesperson_id"] = None if seller is None else party_as(tx, seller, "salesperson")["id"]
    for name in ("day", "asked_on", "valid_until"):
        if name in facts:
            given = as_day(facts[name], name)
            if given is None:
                raise Refusal(name, N_("A day is missing here."))
            values[name] = given.isoformat()
    for name, longest in (("their_no", 200), ("terms", 500), ("note", 2000)):
        if name in facts:
            values[name] = clean(facts[name], field=name, longest=longest, lines=name != "their_no")
    now = head | values
    if now["day"] != head["day"]:
        refuse_to_come(date.fromisoformat(now["day"]), tx.today)
    _refuse_days(now["asked_on"], now["day"], now["valid_until"])
    if facts.keys() & {"series", "basis", "basis_day"}:
        series = facts.get("series", head["series_id"])
        same = series == head["series_id"]
        basis = facts.get("basis", head["basis"] if same else None)
        values |= _basis(tx, series, basis, facts.get("basis_day", head["basis_day"] if same and basis == head["basis"] else None), now["day"])
    elif now["day"] < (head["basis_day"] or ""):
        _refuse_later_basis(head["basis_day"], now["day"])
    if values:
        tx.update(Quote, quote, **values)
    tx.says(N_("changed quote {no}"), no=head["no"])


def rewrite_quote(tx: Tx, *, quote: int, lines: Sequence[Mapping[str, Any]], **facts: Any) -> int:
    """Change a draft as a whole: its facts (as change_quote) and all its lines; returns its id."""
    change_quote(tx, quote=quote, **facts)
    head = _head(tx, quote, ("draft",))
    if not lines:
        raise Refusal("lines", N_("A quote needs at least one line."))
    for line in lines_of(tx, quote):
        tx.delete(QuoteLine, line.id)
    _write_lines(tx, quote, lines, head["day"], head["customer_id"])
    tx.says(N_("changed quote {no}"), no=head["no"])
    return quote


def send_quote(tx: Tx, *, quote: int, day: date | str | None = None) -> None:
    """Write down that a draft went to the customer on a day (today): from now on it stays as it is."""
    head = _head(tx, quote, ("draft",))
    on = as_day(day, "day") or tx.today
    if on.isoformat() < head["asked_on"]:
        raise Refusal("day", N_("{no} was asked for on {asked}; it cannot have been sent before."), no=head["no"], asked=show_day(head["asked_on"]))
    if on.isoformat() < head["day"]:
        raise Refusal("day", N_("{no} is of {day}; it cannot have been sent before."), no=head["no"], day=show_day(head["day"]))
    refuse_to_come(on, tx.today)
    if head["valid_until"] < on.isoformat():
        raise Refusal("valid_until", N_("{no} would be sent after it was good until {day}; give it a later day first."),
                      no=head["no"], day=show_day(head["valid_until"]))
    tx.update(Quote, quote, state="sent", sent_on=on.isoformat())
    tx.says(N_("sent quote {no} to {customer}"), no=head["no"], customer=head["customer"])


def revise_quote(tx: Tx, *, quote: int, day: date | str | None = None, **facts: Any) -> int:
    """Write a quote anew that was sent or lost, or whose order is cancelled; returns the new one's id.

    A draft of the same deal with the same lines, prices and approvals takes its place.
    facts: those of write_quote that are to be otherwise, lines among them. It is good for as long as the old one was, and made at the reference
    price of its own day.
    """
    head = _head(tx, quote, ("sent", "lost"))
    on = as_day(day, "day") or tx.today
    span = date.fromisoformat(head["valid_until"]) - date.fromisoformat(head["day"]) if head["valid_until"] else timedelta(days=target(tx, "good"))
    given = {
        "customer": head["customer_id"], "salesperson": head["salesperson_id"], "asked_on": on, "valid_until": on + span,
        "their_no": head["their_no"], "terms": head["terms"], "note": head["note"], "series": head["series_id"],
        "lines": _kept_lines(tx, head, on.isoformat()),
    } | facts
    new = write_quote(tx, day=on, **given)
    if given["customer"] != head["customer_id"]:
        raise Refusal("customer", N_("A revised quote is for the same customer; write a new one for another."))
    tx.update(Quote, new, deal=head["deal"], replaces_id=quote)
    tx.update(Quote, quote, state="replaced")
    for (cancelled,) in tx.rows("SELECT id FROM sales_order WHERE quote_id = :quote AND void = 0", quote=quote):
        tx.touch(SalesOrder, cancelled)  # it does not come back from under the new one
    no = tx.value("SELECT no FROM quote WHERE id = :new", new=new)
    tx.says(N_("revised quote {old} as {no}"), old=head["no"], no=no)
    return new


def lose_quote(tx: Tx, *, quote: int, reason: str) -> None:
    """Write down that nothing came of a quote, and why."""
    head = _head(tx, quote, ("draft", "sent"))
    why = clean(reason, field="reason")
    if not why:
        raise Refusal("reason", N_("Say why."))
    tx.update(Quote, quote, state="lost", reason=why)
    tx.says(N_("lost quote {no}: {reason}"), no=head["no"], reason=why)


def accept_quote(
    tx: Tx,
    *,
    quote: int,
    day: date | str | None = None,
    wanted: date | str | None = None,
    agreed_by: str = "",
    kind: str = "sale",
    channel: str = "",
    **facts: Any,
) -> int:
    """Make the order of a quote that the customer accepted: lines, prices, approvals, words and deal number as they stand; returns the order's id.

    agreed_by: who agreed to keep a quote that is no longer good. facts: what else take_order takes (carrier, ship_to, their_no, freight).
    """
    head = _head(tx, quote, ("draft", "sent"))
    on = as_day(day, "day") or tx.today
    if on.isoformat() < head["asked_on"]:
        words = N_("{no} was asked for on {asked}; it cannot have been accepted before.")
        raise Refusal("day", words, no=head["no"], asked=show_day(head["asked_on"]))
    if on.isoformat() < (head["sent_on"] or ""):
        raise Refusal("day", N_("{no} was sent on {day}; it cannot have been accepted before."), no=head["no"], day=show_day(head["sent_on"]))
    who = approval(clean(agreed_by, field="agreed_by"))
    if head["valid_until"] and head["valid_until"] < on.isoformat() and not who:
        words = N_("{no} was good until {day}; say who agreed to keep it, or revise it with a new day.")
        raise Refusal("agreed_by", words, no=head["no"], day=show_day(head["valid_until"]))
    note = facts.pop("note", head["note"])
    if who:
        kept = _(N_("{no}, good until {day}, kept by {who}"), no=head["no"], day=head["valid_until"], who=who)
        note = f"{note}\n{kept}" if note else kept
    order = take_order(
        tx,
        customer=head["customer_id"],
        lines=_kept_lines(tx, head, on.isoformat()),
        day=on,
        wanted=wanted,
        deal=head["deal"],
        quote=quote,
        kind=kind,
        channel=channel,
        note=note,
        **{"salesperson": head["salesperson_id"], "their_no": head["their_no"]} | facts,
    )
    tx.update(Quote, quote, state="won", sent_on=head["sent_on"] or on.isoformat())
    no, state = tx.row("SELECT no, state FROM sales_order WHERE id = :order", order=order) or ("", "")
    said = {"no": no, "quote": head["no"], "customer": head["customer"]}
    if state == "review":
        words = N_("took order {no}, in review: {checks} missing; from quote {quote} of {customer}")
        tx.says(words, **said, checks=listed(missing_checks(tx, order)))
    else:
        tx.says(N_("took order {no} from quote {quote} of {customer}"), **said)
    return order


def _kept_lines(tx: Tx, head: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    """The lines of a quote as the next paper takes them. Where the floor has risen over a quoted price, the quote itself is what agreed to it."""
    found = []
    for line in lines_of(tx, head["id"]):
        floor = price_of(tx, line.item, "floor", day) or 0
        below = line.price * (10000 - line.discount) < floor * 10000
        approved = line.approved_by or (head["no"] if below else "")
        found.append({"item": line.item, "qty": line.qty, "price": line.price, "discount": line.discount, "text": line.text, "approved_by": approved})
    return found


def _write_lines(tx: Tx, quote: int, lines: Sequence[Mapping[str, Any]], day: str, customer: int) -> None:
    for pos, given in enumerate(lines, 1):
        try:
            line = LineFacts.of(**given)
            item, price, approved = priced(tx, line, day, customer)
        except Refusal as refusal:
            raise Refusal(f"lines.{pos - 1}.{refusal.field}", refusal.words, **refusal.facts) from None
        tx.insert(
            QuoteLine,
            quote_id=quote,
            pos=pos,
            item_id=item["id"],
            text=line.text,
            qty=line.qty,
            price=price,
            discount=line.discount,
            amount=line_amount(line.qty, price, line.discount),
            approved_by=approved,
        )


def _basis(tx: Tx, series: int | None, basis: int | None, day: date | str | None, on: str) -> dict[str, Any]:
    """Series, basis and its day as they are kept; what is not given is the last value recorded on or before the quote's day."""
    if series is None:
        if basis is not None:
            raise Refusal("series", N_("Say which reference price the basis is."))
        return {"series_id": None, "basis": None, "basis_day": None}
    code = tx.value("SELECT code FROM series WHERE id = :series", series=series)
    if code is None:
        raise Refusal("series", N_("There is no such reference price."))
    if basis is None:
        last = latest(tx, series, on)
        if last is None:
            raise Refusal("series", N_("No price of {code} is recorded up to {day}; record it, or type the basis."), code=code, day=show_day(on))
        return {"series_id": series, "basis": last.value, "basis_day": last.day}
    if not 0 < basis < 10**13:
        raise Refusal("basis", N_("A basis is more than nothing."))
    given = as_day(day, "basis_day")
    if given and given.isoformat() > on:
        _refuse_later_basis(given.isoformat(), on)
    return {"series_id": series, "basis": basis, "basis_day": given.isoformat() if given else on}


def _refuse_later_basis(basis_day: str, day: str) -> NoReturn:
    raise Refusal("basis_day", N_("The basis is of {basis_day}, after the quote's own day {day}."), basis_day=show_day(basis_day), day=show_day(day))


def _head(tx: Tx, quote: int, states: Sequence[str]) -> dict[str, Any]:
    """The quote's facts with the customer's name. Refusal when it is in none of the states; one whose order is cancelled is as good as lost."""
    row = tx.row(
        f"SELECT {', '.join('q.' + name for name in HEAD)}, iif(q.void, 'void', q.state), c.name FROM quote q JOIN party c ON c.id = q.customer_id"
        " WHERE q.id = :quote",
        quote=quote,
    )
    if row is None:
        raise Refusal("quote", N_("There is no such quote."))
    head: dict[str, Any] = dict(zip((*HEAD, "state", "customer"), row, strict=True))
    if head["state"] in states:
        return head
    if head["state"] == "sent" and states == ("draft",):
        raise Refusal("", N_("{no} was sent and stays as it was sent; revise it instead."), no=head["no"])
    if head["state"] == "draft":
        raise Refusal("", N_("{no} was not sent yet; change it instead."), no=head["no"])
    if head["state"] == "won":
        order, ended = tx.row("SELECT no, state = 'cancelled' FROM sales_order WHERE quote_id = :quote AND void = 0", quote=quote) or ("", 0)
        if ended and "lost" in states:
            return head
        words = N_("{no} was order {order}, which is cancelled; revise it instead.") if ended else N_("{no} is order {order} already.")
        raise Refusal("", words, no=head["no"], order=order)
    raise Refusal("", N_("{no} is {state}."), no=head["no"], state=_(STATES[head["state"]]))


def _refuse_days(asked: str, day: str, until: str | None) -> None:
    if asked > day:
        raise Refusal("asked_on", N_("Asked on {asked} is after the quote's own day {day}."), asked=show_day(asked), day=show_day(day))
    if until is not None and until < day:
        raise Refusal("valid_until", N_("Good until {until} is before the quote's own day {day}."), until=show_day(until), day=show_day(day))
