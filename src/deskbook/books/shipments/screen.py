"""Shipments: the list, the card, the check, what left on a day."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.shipments import forms, queries
from deskbook.books.shipments.check import CheckScreen
from deskbook.books.shipments.queries import OUTBOUND, SHIPMENTS, STATES
from deskbook.core import days
from deskbook.core.days import show_day, show_moment
from deskbook.core.listing import Ask
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.window import view_of
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import Confirm
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

MOST_EVENTS = 20


class ShipmentsScreen(ListScreen):
    """What leaves the house, and whether it got there."""

    LISTING = SHIPMENTS
    NAME = "shipments"
    HELP = N_("What leaves the house. Enter on one that has not left opens its check; a notes who confirmed an arrival; o is what left today.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Make the shipment of an order and open its check; without an order, ask which."""
        order = (given or {}).get("order", "")
        if order.isdigit():
            self.make(int(order))
        else:
            self.app.push_screen(forms.new_shipment(given), self._made)

    def make(self, order: int) -> None:
        """Open the check of the order's shipment; one that was begun is gone on with."""
        begun = queries.begun(self.store.look, order)
        if begun is None:
            from deskbook.books.shipments.commands import make_shipment

            begun = self.run_command(make_shipment, order=order)
            if begun is not None:
                self.desk.told(self.store.sentence(self.store.position[0]))
        self._made(begun)

    def _made(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
            self.check(result)

    def check(self, row: int) -> None:
        """Open the check of a shipment that has not left."""
        self.app.push_screen(CheckScreen(row), lambda _left: self.reload() if self.is_current else None)

    def open(self, row: int) -> None:
        """Enter: the check while it has not left, its card after."""
        head = queries.head(self.store.look, row)
        if head is not None and head.state in ("picking", "checked"):
            self.check(row)
        else:
            self.show_card(row)

    def edit(self, row: int) -> None:
        """Carrier, waybill and note."""
        head = queries.head(self.store.look, row)
        if head is not None and head.state in ("cancelled", "void"):
            self.desk.refuse(Refusal("", N_("{shipment} is {state}; it cannot be changed any more."), shipment=head.no, state=_(STATES[head.state])))
        else:
            self.app.push_screen(forms.waybill_form(self.store.look, row), lambda _result: self.reload())

    def delete(self, row: int) -> None:
        """Give up a shipment that has not left."""
        head = queries.head(self.store.look, row)
        if head is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.shipments.commands import cancel_shipment

                self.run_command(cancel_shipment, shipment=row, done=_(N_("{no} given up"), no=head.no))

        question = _(N_("Give up shipment {no} to {customer}?"), no=head.no, customer=head.customer)
        self.app.push_screen(Confirm(question, _(N_("Its lines stay open on {order}."), order=head.order_no)), answered)

    # The question

    def show_ask(self, ask: Ask | None, *, row: int | None = None, new: Mapping[str, str] | None = None) -> None:
        """As every list; what waits for its arrival is shown oldest first."""
        super().show_ask(_oldest_first(ask) if ask is not None else None, row=row, new=new)

    def _filtered(self, name: str | None) -> None:
        if name is not None:
            self._set(_oldest_first(self.ask.but(view=name, sort="", descending=None)))

    def said_only(self, ask: Ask) -> str:
        """The order's number instead of its id."""
        order = dict(ask.only).get("order_id")
        return str(self.store.look.value("SELECT no FROM sales_order WHERE id = :id", id=order) or "") if order else super().said_only(ask)

    def hint(self, row: int) -> str:
        """What is to be done next with it."""
        head = queries.head(self.store.look, row)
        if head is None or head.history:
            return ""
        late = self.store.look.value("SELECT unconfirmed_days FROM v_shipment WHERE id = :id", id=row)
        if late:
            words = N_("due a day ago, not confirmed; {phone}") if late == 1 else N_("due {days} days ago, not confirmed; {phone}")
            return _(words, days=late, phone=head.phone or _(N_("no phone")))
        if head.state == "picking":
            return _(N_("Enter checks it"))
        return _(N_("checked by {who}; Enter, then F2 sends it"), who=head.checked_by) if head.state == "checked" else ""

    # The card

    def card_title(self, row: int) -> str:
        """Number and customer."""
        head = queries.head(self.store.look, row)
        return f"{head.no} · {head.customer}" if head else _(SHIPMENTS.title)

    def card_text(self, row: int) -> list[CardSection]:
        """Where it goes and how, what is in it, what happened."""
        head = queries.head(self.store.look, row)
        if head is None:
            return []
        facts: list[CardRow] = [
            (N_("order"), head.order_no, Target("orders", row=head.order)),
            (N_("customer"), head.customer, Target("parties", row=head.customer_id)),
            (N_("phone"), head.phone),
            (N_("state"), _(STATES[head.state])),
            (N_("ship to"), head.ship_to),
            (N_("from"), head.place),
            (N_("carrier"), head.carrier),
            (N_("waybill"), head.waybill),
            (N_("checked by"), head.checked_by),
            (N_("shipped", "day"), show_day(head.shipped_on) if head.shipped_on else ""),
            (N_("due", "to arrive"), show_day(head.due_on) if head.due_on else ""),
            (N_("arrived"), f"{show_day(head.arrived_on)}  {head.arrived_by}" if head.arrived_on else ""),
            (N_("wanted"), show_day(head.wanted) if head.wanted else ""),
            (N_("history"), _(N_("from before the book was opened; it moved no goods")) if head.history else ""),
            (N_("note"), head.note),
        ]
        lines: list[CardRow] = []
        for line in queries.check_lines(self.store.look, row):
            checked = _(N_("✓ as {word}"), word=line.checked_as) if line.checked_as else "✓" if line.checked is not None else ""
            lines.append((line.code, f"{show_quantity(line.qty)} {line.unit}  {line.name}  {checked}".rstrip(), Target("items", row=line.item)))
        events: list[CardRow] = [
            (show_moment(event.at), f"{event.words}  {event.clerk}") for event in self.store.history("shipment", row)[:MOST_EVENTS]
        ]
        sections = [CardSection(N_("! CAUTION"), [("", head.caution)])] if head.caution else []
        sections += [CardSection("", [fact for fact in facts if fact[1]]), CardSection(N_("Lines"), lines), CardSection(N_("What happened"), events)]
        return [section for section in sections if section.rows]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Check, confirm the arrival, give up, go to the order; grey ones say why."""
        head = queries.head(self.store.look, row)
        state = head.state if head else "void"
        now = _(N_("it is {state}"), state=_(STATES[state]))
        begun = state in ("picking", "checked")
        return [
            Action("check", N_("check and send it"), "m", lambda rows: self.check(rows[0]), "" if begun else now),
            Action("arrived", N_("it arrived: who confirmed it"), "a", self._arrived, "" if state == "shipped" else now),
            Action("waybill", N_("carrier, waybill, note"), "w", lambda rows: self.edit(rows[0]), now if state in ("cancelled", "void") else ""),
            Action("cancel", N_("give it up: it will not leave"), "d", lambda rows: self.delete(rows[0]), "" if begun else now),
            Action("return", N_("it comes back"), "r", self._return, "" if state in ("shipped", "arrived") else now),
            Action("bill", N_("bill it"), "b", self._bill, self._not_billable(row, now), many=True),
            Action("order", N_("its order"), "v", self._order),
            Action("outbound", N_("what left today"), "o", self._outbound),
        ]

    def _arrived(self, rows: list[int]) -> None:
        self.app.push_screen(forms.arrival_form(self.store.look, rows[0]), lambda _result: self.reload() if self.is_current else None)

    def _return(self, rows: list[int]) -> None:
        # No screen imports another: the returns' own list opens the form.
        self.desk.go("returns", new={"shipment": str(rows[0])})

    def _not_billable(self, row: int, now: str) -> str:
        state, history, claim = queries.billed(self.store.look, row)
        if state not in ("shipped", "arrived") or history:
            return now if not history else _(N_("it is from before the book was opened"))
        return _(N_("{claim} bills it"), claim=claim) if claim else ""

    def _bill(self, rows: list[int]) -> None:
        from deskbook.books.orders.billing import bill_shipments

        if self.run_command(bill_shipments, shipments=rows) is not None:
            self.desk.told(self.store.sentence(self.store.position[0]))

    def _order(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None:
            self.desk.open_card("orders", head.order)

    def _outbound(self, _rows: list[int]) -> None:
        self.app.push_screen(OutboundScreen(Ask(since=days.today(), until=days.today())))


class OutboundScreen(ListScreen):
    """What left on a day, line by line; equals the moves of the day."""

    LISTING = OUTBOUND
    NAME = "outbound"
    HELP = N_("Every line that left; the quantities are those of the stock moves.")

    def open(self, row: int) -> None:
        """The card of its shipment."""
        self.desk.open_card("shipments", self._shipment(row))

    def under_cursor(self) -> tuple[str, int] | None:
        """Its shipment."""
        row = self.table.cursor_id
        return None if row is None else ("shipments", self._shipment(row))

    def _shipment(self, row: int) -> int:
        return int(self.store.look.value("SELECT shipment_id FROM shipment_line WHERE id = :row", row=row) or 0)


def _oldest_first(ask: Ask) -> Ask:
    """What nobody confirmed stands oldest first, unless another order is asked for."""
    if ask.sort or view_of(SHIPMENTS, ask).name != "unconfirmed":
        return ask
    return ask.but(sort="due_on", descending=False)
