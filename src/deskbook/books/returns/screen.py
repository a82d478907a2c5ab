"""Returns: the list, the card, receiving, deciding; and the list of what nearly or really left wrong."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.returns import forms, queries
from deskbook.books.returns.queries import INCIDENT_MONTHS, INCIDENTS, RETURN_LINES, RETURNS, STATES
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import Choose, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.history import what_happened
from deskbook.ui.line_list import LineListScreen
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


class ReturnsScreen(ListScreen):
    """What comes back from customers, and what becomes of it."""

    LISTING = RETURNS
    NAME = "returns"
    HELP = N_(
        "What customers send back. r receives it into quarantine, i decides line by line what becomes of it, k closes it."
        " On a shipment, r starts a return of its lines."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A return of a shipment's lines; without one, ask which."""
        shipment = (given or {}).get("shipment", "")
        if shipment.isdigit():
            self._announce({"shipment": int(shipment), "customer": None})
        else:
            self.app.push_screen(FormScreen(forms.ASK_FORM, given), self._announce)

    def _announce(self, answer: Any) -> None:
        if not isinstance(answer, dict):
            return
        try:
            form = forms.new_return(self.store.look, shipment=answer["shipment"], customer=None if answer["shipment"] else answer["customer"])
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(form, self._saved)

    def edit(self, row: int) -> None:
        """Change what was announced."""
        self._open_form(lambda: forms.edit_return(self.store.look, row))

    def delete(self, row: int) -> None:
        """It will not come."""
        head = queries.head(self.store.look, row)
        if head is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.returns.commands import cancel_return

                self.run_command(cancel_return, goods_return=row, done=_(N_("{no} will not come"), no=head.no))

        self.app.push_screen(Confirm(_(N_("Will {no} of {customer} not come?"), no=head.no, customer=head.customer)), answered)

    def _open_form(self, make: Any) -> None:
        try:
            form = make()
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(form, self._saved)

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """What is to be done next with it."""
        head = queries.head(self.store.look, row)
        if head is None:
            return ""
        if head.state == "announced":
            return _(N_("announced by {who}; r when it came"), who=head.told_by or head.customer)
        if head.state == "received":
            left = head.lines - head.decided
            words = N_("{count} lines in quarantine are to be decided: i") if left > 1 else N_("a line in quarantine is to be decided: i")
            return _(words, count=left)
        return _(N_("everything is decided; k closes it")) if head.state == "inspected" else ""

    # The card

    def card_title(self, row: int) -> str:
        """Number and customer."""
        head = queries.head(self.store.look, row)
        return f"{head.no} · {head.customer}" if head else _(RETURNS.title)

    def card_text(self, row: int) -> list[CardSection]:
        """What it is about, its lines and what became of them, what happened."""
        look = self.store.look
        head = queries.head(look, row)
        if head is None:
            return []
        facts: list[CardRow] = [
            (N_("customer"), head.customer, Target("parties", row=head.customer_id)),
            (N_("phone"), head.phone),
            (N_("state"), _(STATES[head.state])),
            (N_("shipment"), head.shipment_no, Target("shipments", row=head.shipment)),
            (N_("order"), head.order_no, Target("orders", row=head.order)),
            (N_("announced"), "  ".join(filter(None, (show_day(head.day), head.told_by)))),
            (N_("received"), show_day(head.received_on) if head.received_on else ""),
            (N_("note"), head.note),
        ]
        lines: list[CardRow] = []
        for line in queries.lines_of(look, row):
            lines.append((line.code, f"{show_quantity(line.qty)} {line.unit}  {line.name}".replace("  ", " "), Target("items", row=line.item)))
            told = [
                queries.said(line),
                _(N_("sent as {code}"), code=line.sent) if line.sent else "",
                _(N_("wrong model")) if line.wrong_model else "",
                _(N_("credited {amount}"), amount=show_money(line.credited)) if line.credited else "",
                _(N_("sent again on {order}"), order=line.again) if line.again else "",
                line.note,
            ]
            lines.append(("", "  ".join(filter(None, told))))
        sections = [CardSection(N_("! CAUTION"), [("", head.caution)])] if head.caution else []
        sections += [CardSection("", [fact for fact in facts if fact[1]]), CardSection(N_("Lines"), lines)]
        sections.append(what_happened(self.store, "goods_return", row, {"note": (N_("note"), str)}))
        return [section for section in sections if section.rows]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Receive, decide, send again, close; grey ones say why."""
        look = self.store.look
        head = queries.head(look, row)
        state = head.state if head else "void"
        now = _(N_("it is {state}"), state=_(STATES[state]))
        lines = queries.lines_of(look, row)
        again = [line for line in lines if line.outcome == "replace" and not line.again]
        decided = bool(lines) and all(line.outcome for line in lines)
        return [
            Action("receive", N_("it came: into quarantine"), "r", self._receive, "" if state == "announced" else now),
            Action("decide", N_("decide what becomes of a line"), "i", self._decide,
                   "" if state == "received" else _(N_("it did not come yet")) if state == "announced" else now),
            Action("again", N_("send what is replaced again"), "a", self._again, "" if again else _(N_("nothing of it is to be sent again"))),
            Action("close", N_("close it"), "k", self._close,
                   now if state not in ("received", "inspected") else "" if decided else _(N_("not every line is decided"))),
            Action("cancel", N_("it will not come"), "d", lambda rows: self.delete(rows[0]), "" if state == "announced" else now),
            Action("shipment", N_("its shipment"), "v", self._shipment, "" if head and head.shipment else _(N_("it is not known"))),
            Action("customer", N_("the customer's card"), "p", self._customer),
            Action("lines", N_("its lines as a list"), "l", self._lines),
            Action("incidents", N_("near misses and wrong models"), "w", self._incidents),
        ]

    def _receive(self, rows: list[int]) -> None:
        self._open_form(lambda: forms.receive_form(self.store.look, rows[0]))

    def _decide(self, rows: list[int]) -> None:
        try:
            form = forms.decide_form(self.store.look, rows[0])
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(form, lambda line: self._decided(rows[0], line))

    def _decided(self, row: int, line: Any) -> None:
        """Ask once whether what is replaced is sent again, then go on with the next line."""
        if not isinstance(line, int) or isinstance(line, bool):
            return
        self.reload(keep=row)
        found = next((one for one in queries.lines_of(self.store.look, row) if one.id == line), None)
        if found is None or found.outcome != "replace" or found.again:
            self._next(row)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._send_again(line)
            self._next(row)

        question = _(N_("Send {qty} of {item} again?"), qty=show_quantity(found.qty), item=found.sent or found.code)
        self.app.push_screen(Confirm(question, _(N_("It goes on the order for nothing, and is reserved."))), answered)

    def _next(self, row: int) -> None:
        head = queries.head(self.store.look, row)
        if head is not None and head.state == "received":
            self._decide([row])

    def _send_again(self, line: int) -> None:
        from deskbook.books.returns.deciding import send_again

        if self.run_command(send_again, line=line) is not None:
            self.desk.told(self.store.sentence(self.store.position[0]))

    def _again(self, rows: list[int]) -> None:
        lines = [line for line in queries.lines_of(self.store.look, rows[0]) if line.outcome == "replace" and not line.again][:9]
        if len(lines) == 1:
            self._send_again(lines[0].id)
            return
        choices = [(str(n), str(line.id), f"{show_quantity(line.qty)}  {line.sent or line.code}") for n, line in enumerate(lines, 1)]
        self.app.push_screen(Choose(_(N_("What is sent again?")), choices), lambda name: self._send_again(int(name)) if name else None)

    def _close(self, rows: list[int]) -> None:
        from deskbook.books.returns.commands import close_return

        head = queries.head(self.store.look, rows[0])
        self.run_command(close_return, goods_return=rows[0], done=_(N_("{no} closed"), no=head.no if head else ""))

    def _shipment(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None and head.shipment is not None:
            self.desk.open_card("shipments", head.shipment)

    def _customer(self, rows: list[int]) -> None:
        head = queries.head(self.store.look, rows[0])
        if head is not None:
            self.desk.open_card("parties", head.customer_id)

    def _lines(self, rows: list[int]) -> None:
        self.app.push_screen(ReturnLinesScreen(Ask(view="all", only=(("return_id", rows[0]),))))

    def _incidents(self, _rows: list[int]) -> None:
        self.app.push_screen(IncidentsScreen())


class ReturnLinesScreen(LineListScreen):
    """The lines of returns: outcome, fault, credit."""

    LISTING = RETURN_LINES
    NAME = "return_lines"
    BOOK, TABLE, LINES, LINK = "returns", "goods_return", "return_line", "return_id"
    HELP = N_("Every line that came back: what became of it, whose fault it was, what was credited.")


class IncidentsScreen(ListScreen):
    """What nearly left wrong, and what did."""

    LISTING = INCIDENTS
    NAME = "incidents"
    HELP = N_("Near misses are written by the shipping check, wrong models by the returns; n writes another. m counts them by warehouse and month.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Write one down by hand."""
        self.app.push_screen(FormScreen(forms.INCIDENT_FORM, given), lambda result: self.reload(keep=result) if result else None)

    def delete(self, row: int) -> None:
        """It was none."""

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.shipments.incidents import drop_incident

                self.run_command(drop_incident, incident=row, done=_(N_("taken off the list")))

        self.app.push_screen(Confirm(_(N_("Was it none? It is taken off the list."))), answered)

    def actions(self, row: int) -> list[Action]:
        """Count them; go to the shipment or the item."""
        shipment, item = self.store.look.row("SELECT shipment_id, item_id FROM v_incident WHERE id = :row", row=row) or (None, None)
        unknown = _(N_("it is not known"))
        return [
            Action("months", N_("by warehouse and month"), "m", lambda _rows: self._months()),
            Action("shipment", N_("its shipment"), "v", lambda _rows: self.desk.open_card("shipments", shipment), "" if shipment else unknown),
            Action("item", N_("the item's card"), "i", lambda _rows: self.desk.open_card("items", item), "" if item else unknown),
        ]

    def _months(self) -> None:
        self.app.push_screen(IncidentMonthsScreen())


class IncidentMonthsScreen(ListScreen):
    """Incidents by warehouse and month, beside the lines that left there."""

    LISTING = INCIDENT_MONTHS
    NAME = "incident_months"
    HELP = N_("Near misses and wrong models by warehouse and month, beside the lines that left there. Enter shows them.")

    def open(self, row: int) -> None:
        """The incidents of the month there."""
        found = self.store.look.row("SELECT month, place_id FROM v_incident_month WHERE id = :row", row=row)
        if found is not None:
            only = (("month", found[0]), *((("place_id", found[1]),) if found[1] is not None else ()))
            self.app.push_screen(IncidentsScreen(Ask(view="all", only=only)))
