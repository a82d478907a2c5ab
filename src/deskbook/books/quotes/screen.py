"""Quotes: the list, the card, the form, and what becomes of one."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.orders.deal_card import paper_rows
from deskbook.books.quotes import forms, queries
from deskbook.books.quotes.queries import QUOTE_LINES, QUOTES, STATES
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money, show_percent, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, clauses, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.line_list import LineListScreen
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

CHANGED: Shown = {
    "valid_until": (N_("good until"), show_day), "terms": (N_("terms"), str), "note": (N_("note"), str), "asked_on": (N_("asked on"), show_day),
    "basis": (N_("basis"), show_price),
}
"""Facts of the header whose change is told with the old and the new value."""


class QuotesScreen(ListScreen):
    """What customers asked the price of."""

    LISTING = QUOTES
    NAME = "quotes"
    HELP = N_(
        "What customers were offered. ▲ past the day it was good until, ± made at a reference price that has moved since, … not sent in time."
        " k sends it, a takes the order of it with nothing typed again, v revises it, z loses it with the reason, # shows all papers of the deal."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new quote; of an order's lines where one is given, of the customer the list is about where it is about one."""
        start = dict(given or {})
        if order := start.pop("order", ""):
            self.app.push_screen(forms.quote_of_order(self.store.look, int(order)), self._saved)
            return
        one = next(({"customer": value} for name, value in self.ask.only if name == "customer_id" and isinstance(value, int)), {})
        typed = {name: int(value) if name in ("customer", "salesperson") and value.isdigit() else value for name, value in start.items()}
        self.app.push_screen(forms.new_quote({**one, **typed}), self._saved)

    def edit(self, row: int) -> None:
        """Change a draft; what was sent is revised."""
        head = queries.head(self.store.look, row)
        if head is not None and head.state == "draft":
            self.app.push_screen(forms.edit_quote(self.store.look, row), self._saved)
        elif head is not None and head.state in ("sent", "lost"):
            self.desk.refuse(Refusal("", N_("{no} was sent and stays as it was sent; v revises it."), no=head.no))
        elif head is not None:
            self.desk.refuse(Refusal("", N_("{no} is {state}."), no=head.no, state=_(STATES[head.state])))

    def copy(self, row: int) -> None:
        """A new quote with the same lines."""
        self.app.push_screen(forms.copy_quote(self.store.look, row), self._saved)

    def delete(self, row: int) -> None:
        """Nothing came of it: the reason is asked."""
        self._lose([row])

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """What must be known of it now."""
        head = queries.head(self.store.look, row)
        return clauses(_now(head)) if head else ""

    def said_only(self, ask: Ask) -> str:
        """The customer's name instead of a number."""
        customer = dict(ask.only).get("customer_id")
        if isinstance(customer, int):
            return str(self.store.look.value("SELECT name FROM party WHERE id = :id", id=customer) or "")
        return super().said_only(ask)

    # The card

    def card_title(self, row: int) -> str:
        """Number and customer."""
        head = queries.head(self.store.look, row)
        return f"{head.no} · {head.customer_name}" if head else _(QUOTES.title)

    def card_text(self, row: int) -> list[CardSection]:
        """The header, its lines, the other papers of the deal, what happened."""
        look = self.store.look
        head = queries.head(look, row)
        if head is None:
            return []
        sections = [
            CardSection("", _head_rows(head)),
            CardSection(N_("Lines"), [part for line in queries.lines_of(look, row) for part in _line_rows(line)]),
            CardSection(N_("Papers of the deal"), paper_rows(look, head.deal, ("quotes", row))),
            what_happened(self.store, "quote", row, CHANGED),
        ]
        return [section for section in sections if section.rows]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Send, accept, revise, lose; grey ones say why."""
        head = queries.head(self.store.look, row)
        state = head.state if head else "void"
        now = _(N_("it is {state}"), state=_(STATES[state]))
        live = "" if state in ("draft", "sent") else now
        unsent = _(N_("it was not sent yet; e changes it")) if state == "draft" else now
        return [
            Action("accept", N_("accepted: take the order of it"), "a", self._accept, live),
            Action("send", N_("sent to the customer"), "k", self._send, "" if state == "draft" else now),
            Action("revise", N_("revise it: a new one takes its place"), "v", self._revise,
                   "" if queries.revisable(self.store.look, row) else unsent),
            Action("lose", N_("lost, with the reason"), "z", self._lose, live),
            Action("deal", N_("all papers of the deal"), "#", self._deal),
            Action("order", N_("its order"), "o", self._order, "" if head and head.order else _(N_("no order was taken of it"))),
            Action("lines", N_("its lines as a list"), "l", lambda rows: self.desk.go("quote_lines", Ask(view="all", only=(("quote_id", rows[0]),)))),
            Action("customer", N_("the customer's card"), "p", lambda _rows: self.desk.open_card("parties", head.customer) if head else None),
        ]

    def _send(self, rows: list[int]) -> None:
        from deskbook.books.quotes.commands import send_quote

        self._told(self.run_command(send_quote, quote=rows[0]))

    def _accept(self, rows: list[int]) -> None:
        """The order at once; of a quote that is no longer good, only with the name of who agreed to keep it."""
        head = queries.head(self.store.look, rows[0])
        if head is None:
            return
        if not queries.expired(self.store.look, rows[0]):
            self._take(rows[0])
            return

        def answered(who: str | None) -> None:
            if who:
                self._take(rows[0], agreed_by=who)

        question = _(N_("{no} was good until {day}. Who agreed to keep it?"), no=head.no, day=show_day(head.valid_until))
        self.app.push_screen(AskText(question, detail=_(N_("Or esc, and v revises it with a new day."))), answered)

    def _take(self, row: int, **facts: Any) -> None:
        from deskbook.books.quotes.commands import accept_quote

        order = self.run_command(accept_quote, quote=row, **facts)
        if order is not None:
            said = self.store.sentence(self.store.position[0])
            self.desk.go("orders", row=order)
            self.desk.told(said)

    def _revise(self, rows: list[int]) -> None:
        from deskbook.books.quotes.commands import revise_quote

        new = self.run_command(revise_quote, quote=rows[0])
        if new is not None:
            self._told(new)
            self._saved(new)
            self.edit(new)

    def _lose(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is None:
            return

        def answered(reason: str | None) -> None:
            if reason:
                from deskbook.books.quotes.commands import lose_quote

                self._told(self.run_command(lose_quote, quote=rows[0], reason=reason))

        self.app.push_screen(AskText(_(N_("Why is {no} of {customer} lost?"), no=head.no, customer=head.customer_name)), answered)

    def _told(self, result: Any) -> None:
        if result is not None:
            self.desk.told(self.store.sentence(self.store.position[0]))

    def _deal(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None:
            self.desk.go("deals", Ask(only=(("deal", head.deal),), descending=False))

    def _order(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None and head.order is not None:
            self.desk.open_card("orders", head.order)


class QuoteLinesScreen(LineListScreen):
    """The lines of all quotes: what was asked for, at which price."""

    LISTING = QUOTE_LINES
    NAME = "quote_lines"
    BOOK, TABLE, LINES, LINK = "quotes", "quote", "quote_line", "quote_id"
    HELP = N_("Every line of every quote; the view “lost” is what was asked for and not sold.")


def _now(head: queries.Head) -> list[str]:
    """What stands against a quote, or speaks for doing something about it."""
    said = []
    if head.alert == "expired":
        said.append(_(N_("was good until {day}"), day=show_day(head.valid_until)))
    if head.moved and head.basis is not None and head.latest is not None:
        moved = f"{'+' if (head.change or 0) > 0 else '−'}{show_percent(abs(head.change or 0))}"
        words = N_("{series} moved {change}: made at {basis} of {day}, now {latest}")
        said.append(_(words, series=head.series_code, change=moved, basis=show_price(head.basis), day=show_day(head.basis_day),
                      latest=show_price(head.latest)))
    if head.alert == "late":
        words = plural(head.days or 0, N_("asked {count} day ago and not sent yet"), N_("asked {count} days ago and not sent yet"))
        said.append(_(words, count=head.days))
    if head.order_no:
        said.append(_(N_("order {no}"), no=head.order_no))
    if head.state == "lost":
        said.append(_(N_("lost: {reason}"), reason=head.reason))
    return said


def _head_rows(head: queries.Head) -> list[CardRow]:
    basis = ""
    if head.basis is not None:
        basis = _(N_("{what}, {more}"), what=f"{head.series_code} {show_price(head.basis)}", more=show_day(head.basis_day))
    rows: list[CardRow] = [
        (N_("customer"), head.customer_name, Target("parties", row=head.customer)),
        (N_("state"), _(STATES[head.state])),
        (N_("now"), clauses(_now(head))),
        (N_("asked on"), show_day(head.asked_on)),
        (N_("sent on", "quote"), show_day(head.sent_on) if head.sent_on else ""),
        (N_("good until"), show_day(head.valid_until) if head.valid_until else ""),
        (N_("basis"), basis, Target("series", Ask(view="all", only=(("series_id", head.series),)))),
        (N_("terms"), head.terms),
        (N_("their number"), head.their_no),
        (N_("salesperson"), head.salesperson_name, Target("parties", row=head.salesperson)),
        (N_("replaces"), head.replaces_no, Target("quotes", row=head.replaces)),
        (N_("total"), show_money(head.total)),
        (N_("note"), head.note),
    ]
    return [row for row in rows if row[1]]


def _line_rows(line: queries.LineRow) -> list[CardRow]:
    less = _(N_("less {percent}"), percent=show_percent(line.discount)) if line.discount else ""
    amount = f"{show_quantity(line.qty)} {line.unit} × {show_price(line.price)} {less} = {show_money(line.amount)}"
    approved = _(N_("price approved by {who}"), who=line.approved_by) if line.approved_by else ""
    rows: list[CardRow] = [(line.code, f"{line.name}  {line.text}".strip(), Target("items", row=line.item)), ("", " ".join(amount.split()))]
    return [*rows, ("", approved)] if approved else rows
