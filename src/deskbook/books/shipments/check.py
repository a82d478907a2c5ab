"""The shipping check: line by line, what is in the hand is named and counted before anything leaves."""
from __future__ import annotations

from contextlib import suppress

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from deskbook.books.shipments import forms, queries
from deskbook.core.quantity import read_quantity, show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import difference
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, cut, fit
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.entry import FieldInput
from deskbook.ui.query_table import BAR
from deskbook.ui.status_bar import StatusBar, Title

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the screen is there at once.

INPUT_CELLS = 18
"""Cells of the field, at least."""


def marked(code: str, part: str) -> Text:
    """A code with the part that tells it apart underlined, seen without colour too."""
    at = code.rfind(part) if part else -1
    text = Text(safe(code))
    if at >= 0 and safe(code) == code:
        text.stylize("bold underline", at, at + len(part))
    return text


def cut_text(text: Text, width: int) -> Text:
    """The text in at most so many cells."""
    text.truncate(width, overflow="ellipsis")
    return text


class CheckInput(FieldInput):
    """Where the ending, the code or the count is typed; `x` in an empty one leaves the line out."""

    BINDINGS = [Binding("enter", "submit", N_("next line"), id="form.next", tooltip=N_("Confirm the line: the part that differs, or the count"))]

    class NotHere(Message):
        """`x` was typed into the empty field."""

    leaves_out = True
    """Whether `x` means that: not where what must be typed begins with it."""

    async def _on_key(self, event: events.Key) -> None:
        if event.character in ("x", "X", "ｘ") and not self.value and self.leaves_out:
            event.stop()
            event.prevent_default()
            self.post_message(self.NotHere())
            return
        await super()._on_key(event)


class CheckScreen(DeskScreen[bool]):
    """Check one shipment. It closes with True when it has left, with None on Esc: what was checked stays checked."""

    BINDING_GROUP_TITLE = N_("Shipping check")
    AUTO_FOCUS = "CheckInput"
    HELP = N_(
        "Type what tells the item apart (8505), scan it, or type the count; 8505 9 is both. Nothing typed is the count of the slip."
        " x leaves the line out, F4 changes its quantity, F2 sends when every line is ✓."
    )
    BINDINGS = [
        Binding("f2,ctrl+s", "ship", N_("ship when all ✓"), id="form.save", tooltip=N_("Carrier and waybill, then it leaves")),
        Binding("f4", "quantity", N_("quantity"), id="list.edit", tooltip=N_("Send another quantity of this line")),
        Binding("f8", "leave_out", N_("not here"), id="list.remove", tooltip=N_("Leave the line out (so does x); it stays open on the order")),
        Binding("up,shift+tab", "move(-1)", N_("line above"), id="list.up", show=False, tooltip=N_("The line above")),
        Binding("down,tab", "move(1)", N_("line below"), id="list.down", show=False, tooltip=N_("The line below")),
        Binding("escape", "back", N_("back, kept"), id="desk.back", tooltip=N_("Back; what was checked is kept")),
    ]
    DEFAULT_CSS = """
    CheckScreen { layout: vertical; }
    CheckScreen .body { height: 1fr; padding-top: 1; scrollbar-size-vertical: 1; }
    CheckScreen .body Static { height: auto; width: 1fr; }
    CheckScreen .now { height: 1; }
    CheckScreen .now .in-hand { width: auto; height: 1; text-style: bold; }
    CheckScreen .now FieldInput { width: 1fr; min-width: 12; }
    CheckScreen .refused { color: $text-error; text-style: bold; padding-left: 8; display: none; }
    CheckScreen .facts { color: $text-muted; padding-left: 8; }
    CheckScreen .dim { color: $text-muted; }
    CheckScreen .missing { color: $text-muted; margin-top: 1; padding-left: 1; }
    """

    def __init__(self, shipment: int) -> None:
        super().__init__()
        self.shipment = shipment
        self.lines: list[queries.CheckLine] = []
        self._near: queries.Near = {}
        self.at = 0
        """The place of the line in hand."""
        self.input = CheckInput()
        self.above = Static("", markup=False, classes="dim above")
        self.in_hand = Static("", markup=False, classes="in-hand")
        self.refused = Static("", markup=False, classes="refused")
        self.facts = Static("", markup=False, classes="facts")
        self.missing = Static("", markup=False, classes="missing")
        """What of the order is not on the slip, and why."""
        self.below = Static("", markup=False, classes="below")

    def compose(self) -> ComposeResult:
        """Title; the lines above, the line in hand with its field, what is said about it, the lines below; status."""
        yield Title()
        with VerticalScroll(classes="body", can_focus=False):
            yield self.above
            with Horizontal(classes="now"):
                yield self.in_hand
                yield self.input
            yield self.refused
            yield self.facts
            yield self.below
            yield self.missing
        yield StatusBar()

    def on_mount(self) -> None:
        """The first line that is not checked."""
        self.reload()
        self._to(self._next(-1))

    def on_screen_resume(self) -> None:
        """Something may have been changed over it."""
        if self.lines:
            self.reload()

    def on_resize(self) -> None:
        """Cut the lines anew."""
        self._paint()

    def under_cursor(self) -> tuple[str, int] | None:
        """The item in hand."""
        return ("items", self.line.item) if self.lines else None

    def reload(self) -> None:
        """Read the shipment anew; one that cannot be checked any more closes the screen."""
        head = queries.head(self.store.look, self.shipment)
        self.lines = queries.check_lines(self.store.look, self.shipment, self._near)
        if head is None or not self.lines or head.state not in ("picking", "checked"):
            if self.is_current:
                self.dismiss(head is not None and head.state in ("shipped", "arrived"))
            return
        self.at = min(self.at, len(self.lines) - 1)
        words = N_("Check {no} → {customer}")
        right = "  ".join(filter(None, (head.order_no, head.place, head.waybill)))
        self.query_one(Title).say(_(words, no=head.no, customer=head.customer), right)
        self._paint()

    @property
    def line(self) -> queries.CheckLine:
        """The line in hand."""
        return self.lines[self.at]

    @property
    def done(self) -> bool:
        """Whether every line is checked."""
        return all(line.checked is not None for line in self.lines)

    # What is drawn

    def _row(self, line: queries.CheckLine, mark: str = " ") -> str:
        tick = "✓" if line.checked is not None else " "
        unit = f" {safe(line.unit)}" if line.unit else ""
        return f" {mark}{line.pos:>3} {tick} {show_quantity(line.qty):>6}{unit}  {safe(line.code)}  {safe(line.text or line.name)}"

    def _paint(self) -> None:
        if not self.lines:
            return
        width = max(20, self.size.width - 2)
        self.above.update("\n".join(cut(self._row(line), width) for line in self.lines[: self.at]))
        self.above.display = self.at > 0
        below = Text()
        for n, line in enumerate(self.lines[self.at + 1 :]):
            below.append(("\n" if n else "") + cut(self._row(line), width), style="dim" if line.checked is not None else "")
        self.below.update(below)
        line = self.line
        ask = N_("type the ending:") if line.near else N_("count:")
        words = cut(self._row(line, BAR), width - cells(_(ask)) - 3 - INPUT_CELLS)
        self.in_hand.update(f"{words}  {_(ask)} ")
        self.input.leaves_out = not any(part.casefold().startswith("x") for part in (line.code, queries.ending(line.code, line.codes)))
        self.input.placeholder = "" if line.near else show_quantity(line.qty)
        about = self._about(line)
        self.facts.update(Text("\n").join(cut_text(row, width - 8) for row in about))
        self.facts.display = bool(about)
        rest = queries.not_on_it(self.store.look, self.shipment)
        open_ = [f"{show_quantity(row.qty)} {safe(row.unit)}".strip() + f"  {safe(row.code)}  {self._why(row)}" for row in rest]
        self.missing.update("\n".join([_(N_("Of the order, not on this shipment:")), *(cut("  " + row, width) for row in open_)] if open_ else []))
        self.missing.display = bool(open_)

    def _why(self, row: queries.NotOnIt) -> str:
        """Where what is not on the slip lies, or that it is nowhere."""
        if row.there <= 0:
            return _(N_("not there"))
        return _(N_("{qty} in {place}"), qty=show_quantity(row.there), place=safe(row.place))

    def _about(self, line: queries.CheckLine) -> list[Text]:
        """What the line wants and what it is easily taken for, one under the other; what tells them apart is marked."""
        rows: list[Text] = []
        if line.near:
            labels = [_(N_("this order wants")), _(N_("easily taken for"))]
            wide = max(cells(label) for label in labels)
            wanted = marked(line.code, queries.ending(line.code, line.codes))
            rows.append(Text(f"{fit(labels[0], wide)}  ").append_text(wanted).append(f"  {safe(line.name)}"))
            for code, there in line.near[:4]:
                shelf = _(N_("{qty} on the same shelf"), qty=show_quantity(there)) if there > 0 else ""
                rows.append(Text(f"{fit(labels[1], wide)}  ").append_text(marked(code, difference(line.code, code))).append(f"  {shelf}".rstrip()))
        if line.checked is not None:
            rows.append(Text(_(N_("checked as {word}"), word=safe(line.checked_as)) if line.checked_as else _(N_("checked"))))
        return rows

    def _refuse(self, refusal: Refusal) -> None:
        self.refused.update(f"! {safe(str(refusal))}")
        self.refused.display = True
        self.app.bell()
        self.input.select_all()

    def _calm(self) -> None:
        self.refused.display = False

    # Moving

    def _next(self, after: int) -> int:
        """The place of the next line that is not checked, round the end; the same one where all are."""
        order = [*range(after + 1, len(self.lines)), *range(after + 1)]
        return next((at for at in order if self.lines[at].checked is None), max(after, 0))

    def _to(self, at: int) -> None:
        self.at = at
        self._calm()
        self.input.value = ""
        self._paint()
        self.input.focus()
        self.input.scroll_visible(animate=False)

    def action_move(self, by: int) -> None:
        """Another line."""
        self._to(max(0, min(len(self.lines) - 1, self.at + by)))

    def action_back(self) -> None:
        """Back; what was checked is kept."""
        self.dismiss(None)

    # Checking

    def on_check_input_not_here(self, event: CheckInput.NotHere) -> None:
        """x."""
        event.stop()
        self.action_leave_out()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing again takes the refusal away."""
        if event.value:
            self._calm()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: confirm the line in hand."""
        event.stop()
        line, typed = self.line, self.input.value
        if line.checked is not None and not typed.strip():
            self._on()
            return
        from deskbook.books.shipments.commands import check_line

        word, qty = queries.read_check(self.store.look, line, typed)
        try:
            self.store.run(check_line, line=line.id, typed=word, qty=qty)
        except Refusal as refusal:
            self._note_near_miss(line, word, refusal)
            self._refuse(refusal)
            return
        self.desk.told(_(N_("checked {item}"), item=line.code))
        self.reload()
        self._on()

    def _note_near_miss(self, line: queries.CheckLine, word: str, refusal: Refusal) -> None:
        """Write down that another model was in the hand; a slip of the fingers that names none is no near miss."""
        if refusal.field != "typed" or queries.named_by(self.store.look, line.item, word, line.codes) in ("", line.code):
            return
        from deskbook.books.shipments.incidents import note_near_miss

        with suppress(Refusal):  # the check goes on, whatever becomes of the note
            self.store.run(note_near_miss, line=line.id, typed=word)

    def _on(self) -> None:
        """To the next line; after the last one, to sending."""
        if self.done:
            self._to(self.at)
            self.action_ship()
        else:
            self._to(self._next(self.at))

    def on_field_input_repeat(self, event: FieldInput.Repeat) -> None:
        """There is nothing to repeat here."""
        event.stop()

    def action_ship(self) -> None:
        """Carrier and waybill, once every line is checked."""
        if not self.done:
            self._to(self._next(-1))
            left = sum(line.checked is None for line in self.lines)
            self._refuse(Refusal("", N_("{count} lines are not checked yet.") if left > 1 else N_("This line is not checked yet."), count=left))
            return
        self.app.push_screen(forms.ship_form(self.store.look, self.shipment))  # once it has left, reload() closes the check

    # Changing the shipment

    def action_quantity(self) -> None:
        """Send another quantity of the line in hand."""
        line = self.line

        def change(text: str) -> None:
            from deskbook.books.shipments.commands import change_shipment_line

            qty = read_quantity(text, decimals=line.decimals, field="qty")
            self.store.run(change_shipment_line, line=line.id, qty=qty)
            self.desk.told(_(N_("{item}: {qty} on the shipment"), item=line.code, qty=show_quantity(qty)))

        def answered(text: str | None) -> None:
            if text is not None:
                self.reload()
                self._to(self.at)

        question = _(N_("How many of {item} are sent, instead of {qty}?"), item=line.code, qty=show_quantity(line.qty))
        self.app.push_screen(AskText(question, accept=change), answered)

    def action_leave_out(self) -> None:
        """Leave the line in hand out, or give the whole shipment up where it is the only one."""
        line, only = self.line, len(self.lines) == 1

        def answered(yes: bool | None) -> None:
            if not yes:
                return
            from deskbook.books.shipments import commands

            try:
                if only:
                    self.store.run(commands.cancel_shipment, shipment=self.shipment)
                else:
                    self.store.run(commands.drop_shipment_line, line=line.id)
            except Refusal as refusal:
                self._refuse(refusal)
                return
            self.desk.told(_(N_("shipment given up")) if only else _(N_("left out {item}"), item=line.code))
            self.reload()
            if not only:
                self._on()

        if only:
            question = _(N_("{item} is the only line. Give the shipment up?"), item=line.code)
        else:
            question = _(N_("Leave {item} out of this shipment?"), item=line.code)
        self.app.push_screen(Confirm(question, _(N_("It stays open on the order."))), answered)
