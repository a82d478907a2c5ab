"""Orders: the list, the card, the form, and what can be done with one."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from deskbook.books.orders import deals, forms, queries
from deskbook.books.orders.deal_card import paper_rows, review_words
from deskbook.books.orders.listings import KINDS, LOST_MONTHS, ORDER_LINES, ORDERS, SHORT_REASONS, STATES
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money, show_percent, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, clauses, listed
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText, Choose
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.line_list import LineListScreen
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

CHANGED: Shown = {
    "wanted": (N_("wanted"), show_day), "their_no": (N_("their number"), str), "ship_to": (N_("ship to"), str), "note": (N_("note"), str),
    "day": (N_("day"), show_day),
}
"""Facts of the header whose change is told with the old and the new value."""
LINE_CHANGED: Shown = {"qty": (N_("quantity"), show_quantity), "price": (N_("price"), show_price)}
SHIPPED = {"picking": N_("picking"), "checked": N_("checked"), "shipped": N_("shipped"), "arrived": N_("arrived")}


class OrdersScreen(ListScreen):
    """What customers ordered."""

    LISTING = ORDERS
    NAME = "orders"
    HELP = N_(
        "What customers ordered. S B P: how far it is sent, billed and paid: ▪ all, ▫ some, ◦ paid ahead, + too much, · nothing."
        " ▲ past its wanted day, ‖ held, ! a caution about the customer."
        " m makes the shipment and opens its check, j shows the review sheet, a quotes the same again, # shows all papers of the deal."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new order; of the customer the list is about, where it is about one."""
        one = next(({"customer": value} for name, value in self.ask.only if name == "customer_id" and isinstance(value, int)), {})
        self.app.push_screen(forms.new_order({**one, **_typed(given)}), self._saved)

    def edit(self, row: int) -> None:
        """Change an open order."""
        head = queries.head(self.store.look, row)
        if head is not None and head.state in ("closed", "cancelled", "void"):
            self.desk.refuse(Refusal("", N_("{no} is {state}; it cannot be changed any more."), no=head.no, state=_(STATES[head.state])))
        else:
            self.app.push_screen(forms.edit_order(self.store.look, row), self._saved)

    def copy(self, row: int) -> None:
        """A new order with the same lines."""
        self.app.push_screen(forms.copy_order(self.store.look, row), self._saved)

    def delete(self, row: int) -> None:
        """Cancel an order, with the reason."""
        self._ask_why(row, "cancel")

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """What it still awaits."""
        return queries.owed(self.store.look, row)

    def said_only(self, ask: Ask) -> str:
        """The customer's name instead of a number."""
        parts = []
        for name, value in ask.only:
            if name == "customer_id":
                parts.append(str(self.store.look.value("SELECT name FROM party WHERE id = :id", id=value) or ""))
            else:
                parts.append(super().said_only(ask.but(only=((name, value),))))
        return listed(parts)

    # The card

    def card_title(self, row: int) -> str:
        """Number and customer."""
        head = queries.head(self.store.look, row)
        return f"{head.no} · {head.customer_name}" if head else _(ORDERS.title)

    def card_text(self, row: int) -> list[CardSection]:
        """The caution, the header, its lines, what was sent, what happened."""
        look = self.store.look
        head = queries.head(look, row)
        if head is None:
            return []
        sections = [CardSection(N_("! CAUTION"), [("", head.caution)])] if head.caution else []
        sections.append(CardSection("", _head_rows(head, queries.owed(look, row), queries.how_far(look, row))))
        checks: list[CardRow] = [(check.name, review_words(check, "")) for check in deals.checks_of(look, row)]
        sections.append(CardSection(N_("Review"), checks))
        sections.append(CardSection(N_("Lines"), _lines_rows(queries.lines_of(look, row))))
        sent: list[CardRow] = [
            (no, "  ".join(filter(None, (_(SHIPPED[state]), show_day(on), carrier, waybill))), Target("shipments", row=shipment))
            for shipment, no, state, on, carrier, waybill in queries.shipments_of(look, row)
        ]
        sections.append(CardSection(N_("Shipments"), sent))
        sections.append(CardSection(N_("Billed"), [_claim_row(*claim) for claim in queries.claims_of(look, row)]))
        sections.append(CardSection(N_("Papers of the deal"), paper_rows(look, head.deal, ("orders", row))))
        parts = [("order_line", line.id, line.code, LINE_CHANGED) for line in queries.lines_of(look, row)]
        sections.append(what_happened(self.store, "sales_order", row, CHANGED, parts))
        return [section for section in sections if section.rows]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Send, hold, release, confirm, cancel, close short; grey ones say why."""
        look = self.store.look
        head = queries.head(look, row)
        state = head.state if head else "void"
        now = _(N_("it is {state}"), state=_(STATES[state]))
        still = any(line.open for line in queries.lines_of(look, row))
        ended = now if state in ("closed", "cancelled", "void") else ""
        sent = bool(queries.shipments_of(look, row))
        return [
            Action("ship", N_("make the shipment and check it"), "m", self._ship, queries.not_sendable(look, row)),
            Action("confirm", N_("confirm: it reserves its goods"), "k", self._confirm, "" if state in ("draft", "review") else now),
            Action("review", N_("the review sheet: who said yes"), "j", self._review,
                   "" if deals.checks_of(look, row) else _(N_("its kind has no checks"))),
            Action("deal", N_("all papers of the deal"), "#", self._deal),
            Action("quote", N_("quote the same again"), "a", lambda rows: self.desk.go("quotes", new={"order": str(rows[0])})),
            Action("bill", N_("bill what was sent"), "b", self._bill,
                   "" if queries.to_bill(look, row) else _(N_("nothing sent is to be billed")), many=True),
            Action("hold", N_("hold it: nothing is sent"), "h", partial(self._why, "hold"), "" if state == "confirmed" else now),
            Action("release", N_("release it"), "r", self._release, "" if state == "hold" else _(N_("it is not held"))),
            Action("short", N_("close a line short"), "z", self._short,
                   now if state not in ("confirmed", "hold") else "" if still else _(N_("nothing of it is open"))),
            Action("cancel", N_("cancel the order"), "d", partial(self._why, "cancel"), ended or (_(N_("a shipment of it stands")) if sent else "")),
            Action("lines", N_("its lines as a list"), "l", self._lines),
            Action("customer", N_("the customer's card"), "p", self._customer),
            Action("shipments", N_("its shipments"), "v", self._shipments, "" if sent else _(N_("nothing was sent yet"))),
        ]

    def _ship(self, rows: list[int]) -> None:
        # No screen imports another: the shipments' own list makes it and opens the check.
        self.desk.go("shipments", new={"order": str(rows[0])})

    def _deal(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None:
            self.desk.go("deals", Ask(only=(("deal", head.deal),), descending=False))

    def _review(self, rows: list[int]) -> None:
        """Choose a check; one that is missing is passed with a name, to one that is passed somebody says no."""
        checks = deals.checks_of(self.store.look, rows[0])
        first = next((check.name for check in checks if not check.said_by), "")

        def chosen(name: str | None) -> None:
            check = next((check for check in checks if check.name == name), None)
            if check is None:
                return
            from deskbook.books.orders.review import pass_check, unpass_check

            def answered(who: str | None) -> None:
                before = self.store.position
                if who:
                    self.run_command(unpass_check if check.said_by else pass_check, order=rows[0], check=check.name, by=who)
                if self.store.position != before:
                    self.desk.told(self.store.sentence(self.store.position[0]))  # it says what is still missing

            words = N_("{who} said yes to “{check}”. Who says no to it now?") if check.said_by else N_("Who said yes to “{check}”?")
            self.app.push_screen(AskText(_(words, who=check.said_by, check=check.name)), answered)

        choices = [(str(n), check.name, review_words(check)) for n, check in enumerate(checks, 1)]
        self.app.push_screen(Choose(self._said(N_("Review of {no}"), rows[0]), choices, first), chosen)

    def _confirm(self, rows: list[int]) -> None:
        from deskbook.books.orders.commands import confirm

        self.run_command(confirm, order=rows[0], done=self._said(N_("{no} confirmed"), rows[0]))

    def _release(self, rows: list[int]) -> None:
        from deskbook.books.orders.commands import release

        self.run_command(release, order=rows[0], done=self._said(N_("{no} released"), rows[0]))

    def _why(self, what: str, rows: list[int]) -> None:
        self._ask_why(rows[0], what)

    def _ask_why(self, row: int, what: str) -> None:
        head = queries.head(self.store.look, row)
        if head is None:
            return

        def answered(reason: str | None) -> None:
            if reason:
                from deskbook.books.orders import commands

                command = commands.hold if what == "hold" else commands.cancel
                self.run_command(command, order=row, reason=reason, done=self._said(N_("{no} held") if what == "hold" else N_("{no} cancelled"), row))

        question = N_("Why is {no} of {customer} held?") if what == "hold" else N_("Why is {no} of {customer} cancelled?")
        self.app.push_screen(AskText(_(question, no=head.no, customer=head.customer_name)), answered)

    def _said(self, words: str, row: int) -> str:
        head = queries.head(self.store.look, row)
        return _(words, no=head.no if head else "")

    def _bill(self, rows: list[int]) -> None:
        from deskbook.books.orders.billing import bill_orders

        if self.run_command(bill_orders, orders=rows) is not None:
            self.desk.told(self.store.sentence(self.store.position[0]))

    def _short(self, rows: list[int]) -> None:
        self.app.push_screen(forms.short_close_form(self.store.look, rows[0]), lambda _result: self.reload() if self.is_current else None)

    def _lines(self, rows: list[int]) -> None:
        self.app.push_screen(OrderLinesScreen(Ask(view="all", only=(("order_id", rows[0]),))))

    def _customer(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None:
            self.desk.open_card("parties", head.customer)

    def _shipments(self, rows: list[int]) -> None:
        self.desk.go("shipments", Ask(view="all", only=(("order_id", rows[0]),)))


class OrderLinesScreen(LineListScreen):
    """The lines of all orders: what is open, and what was lost for want of stock."""

    LISTING = ORDER_LINES
    NAME = "order_lines"
    BOOK, TABLE, LINES, LINK = "orders", "sales_order", "order_line", "order_id"
    HELP = N_("Every line of every order; the view “lost for want of stock” is what could not be sent.")

    def actions(self, row: int) -> list[Action]:
        """Its order; what was lost by month."""
        return [
            Action("order", N_("its order"), "v", lambda rows: self.open(rows[0])),
            Action("lost", N_("what was lost, by month"), "m", lambda _rows: self._lost()),
        ]

    def _lost(self) -> None:
        self.app.push_screen(LostMonthsScreen())


class LostMonthsScreen(ListScreen):
    """What was closed short, by month and reason, with its value."""

    LISTING = LOST_MONTHS
    NAME = "lost_months"
    HELP = N_("What customers wanted and did not get, by the month of the order and the reason. Enter shows the lines.")

    def open(self, row: int) -> None:
        """The lines of the month and the reason."""
        found = self.store.look.row("SELECT day, reason FROM v_lost_month WHERE id = :row", row=row)
        if found is not None:
            first = date.fromisoformat(found[0])
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            self.app.push_screen(OrderLinesScreen(Ask(view="short", only=(("short_reason", found[1]),), since=first, until=last)))


def _typed(given: Mapping[str, str] | None) -> dict[str, Any]:
    """What another screen starts the form with: ids come as digits."""
    ids = ("customer", "salesperson", "carrier")
    return {name: int(value) if name in ids and value.isdigit() else value for name, value in (given or {}).items()}


def _head_rows(head: queries.Head, owed: str, far: str) -> list[CardRow]:
    state = _(STATES[head.state])
    rows: list[CardRow] = [
        (N_("customer"), head.customer_name, Target("parties", row=head.customer)),
        (N_("phone"), head.phone),
        (N_("state"), _(N_("{what}: {more}"), what=state, more=head.reason) if head.reason else " · ".join(filter(None, (state, far)))),
        (N_("awaits"), owed),
        (N_("day"), show_day(head.day)),
        (N_("wanted"), show_day(head.wanted) if head.wanted else ""),
        (N_("their number"), head.their_no),
        (N_("salesperson"), head.salesperson_name, Target("parties", row=head.salesperson)),
        (N_("carrier"), head.carrier_name),
        (N_("ship to"), head.ship_to),
        (N_("freight"), show_money(head.freight) if head.freight else ""),
        (N_("total"), show_money(head.total)),
        (N_("kind"), _(KINDS[head.kind]) if head.kind != "sale" else ""),
        (N_("channel"), head.channel),
        (N_("deal"), head.deal if head.deal != head.no else "", Target("deals", Ask(only=(("deal", head.deal),), descending=False))),
        (N_("note"), head.note),
    ]
    return [row for row in rows if row[1]]


def _claim_row(no: str, day: str, amount: int, still: int) -> CardRow:
    open_ = _(N_("{amount} open"), amount=show_money(still)) if still else ""
    return (no, "  ".join(filter(None, (show_day(day), show_money(amount), open_))))


def _lines_rows(lines: Sequence[queries.LineRow]) -> list[CardRow]:
    """The lines in their order; over the first part of a kit the kit and what it is sold for."""
    rows: list[CardRow] = []
    kits = {line.kit_pos: line for line in queries.as_sold(lines) if line.kit is not None}
    for line in lines:
        kit = kits.pop(line.kit_pos, None) if line.kit is not None else None
        if kit is not None:
            less = _(N_("less {percent}"), percent=show_percent(kit.discount)) if kit.discount else ""
            sold = f"{show_quantity(kit.qty)} × {show_price(kit.price)} {less} = {show_money(kit.amount)}".replace("  ", " ")
            rows.append((N_("kit"), f"{kit.code}  {sold}", Target("items", row=kit.item)))
        rows += _line_rows(line)
    return rows


def _line_rows(line: queries.LineRow) -> list[CardRow]:
    amount = f"{show_quantity(line.qty)} {line.unit} × {show_price(line.price)} = {show_money(line.amount)}".replace("  ", " ")
    state = [
        _(N_("{qty} shipped"), qty=show_quantity(line.shipped)) if line.shipped else "",
        _(N_("{qty} open"), qty=show_quantity(line.open)) if line.open else "",
        _(N_("{qty} came back"), qty=show_quantity(line.returned)) if line.returned else "",
        _(N_("sent again for what came back")) if line.again is not None else "",
        _(N_("{qty} closed short: {reason}"), qty=show_quantity(line.short_closed), reason=_(SHORT_REASONS.get(line.short_reason, "")))
        if line.short_closed else "",
        _(N_("price approved by {who}"), who=line.approved_by) if line.approved_by else "",
    ]
    return [(line.code, f"{line.name}  {line.text}".strip(), Target("items", row=line.item)), ("", amount), ("", clauses(state))]
