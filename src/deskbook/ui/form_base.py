"""The fields of a form on the screen: drawn, walked through, echoed and refused."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from deskbook.core import days
from deskbook.core.days import show_day
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.entry import Entry
from deskbook.ui.field_row import FieldRow
from deskbook.ui.fields import Form
from deskbook.ui.form_lines import LineGrid, LinesBox
from deskbook.ui.lookup import LookupInput
from deskbook.ui.status_bar import StatusBar, Title
from deskbook.ui.taker import Asked, Taker

if TYPE_CHECKING:
    from deskbook.core.store import Look
    from deskbook.ui.parked import Kept

KEEP_AFTER = 0.3
"""Seconds after the last key when what is typed goes to the disk."""
WIDEST_LABEL = 24
"""Cells of the column of labels at most."""


def _record(entry: Entry | None) -> tuple[str, int] | None:
    """The book and id of the record in a field, where it holds one that has a card."""
    if not isinstance(entry, LookupInput) or not entry.finder.book or entry.pointed is None:
        return None
    return entry.finder.book, entry.pointed


class FormBase(DeskScreen[Any]):
    """The fields of a form, the moves between them and what is said about them; FormScreen in form.py saves and keeps."""

    DEFAULT_CSS = """
    FormBase .form-title { color: $accent; }
    FormBase .form-body { height: 1fr; scrollbar-size-vertical: 1; padding-top: 1; }
    FormBase .form-message { height: auto; max-height: 6; padding: 0 2; display: none; }
    FormBase .form-message.-refused { color: $text-error; }
    FormBase .form-message.-warned { color: $text-warning; }
    FormBase .form-message.-told { color: $text-accent; }
    """

    def __init__(self, form: Form, fill: Mapping[str, Any] | None = None) -> None:
        """fill: by field name, a text as typed (str) or a value (a finder's id, a choice's stored word, what Field.write takes);
        by the name of the lines, a list of such mappings."""
        super().__init__()
        self.form = form
        self.fill = dict(fill or {})
        self.key = uuid4().hex
        """Makes saving happen once: the same key again returns the first result."""
        self.parked_key = self.key
        """What is typed here is kept under it."""
        cells = min(WIDEST_LABEL, max((cell_len(_(field.label)) for field in form.fields), default=0)) + 3
        self.rows = [FieldRow(field, cells) for field in form.fields if not field.foot]
        self.foot = [FieldRow(field, cells) for field in form.fields if field.foot]
        self.box = LinesBox(form.lines, self.values) if form.lines else None
        self.message = Static("", markup=False, classes="form-message")
        self.offer: Kept | None = None
        self._opened: dict[str, Any] = {}
        self._accepted: dict[str, Any] | None = None
        self._warned: list[str] = []
        self._leaving = False
        self._finished = False
        self._result: Any = None
        self._in: Entry | None = None
        self._timer: Timer | None = None
        self._day = days.today()
        """The day the echoes beside the fields were written on."""

    def compose(self) -> ComposeResult:
        """Title, fields, lines, fields under the lines, what is to be said, the status line and the keys."""
        yield Title(_(self.form.title), classes="form-title")
        with VerticalScroll(classes="form-body", can_focus=False):
            yield from self.rows
            if self.box is not None:
                yield self.box
            yield from self.foot
        yield self.message
        yield StatusBar()

    def action_save(self) -> None:
        """Save and close."""
        raise NotImplementedError

    def park(self) -> None:
        """Keep what was typed, now."""
        raise NotImplementedError

    def accept(self, kept: Kept) -> None:
        """Go on with what was kept."""
        raise NotImplementedError

    # What stands in it

    @property
    def look(self) -> Look:
        """The store, to read."""
        return self.store.look

    def _rows(self) -> list[FieldRow]:
        return [*self.rows, *self.foot]

    def _start(self, row: FieldRow, value: Any) -> None:
        row.entry.put(row.entry.field.filled(value, self.look))
        row.entry.default = row.entry.input.value if row.entry.field.name not in self.fill else ""

    def _entries(self) -> list[Entry]:
        lines = self.box.entries if self.box is not None else []
        return [*(row.entry for row in self.rows), *lines, *(row.entry for row in self.foot)]

    def _row_of(self, entry: Entry | None) -> FieldRow | None:
        return next((row for row in self._rows() if row.entry is entry), None)

    def values(self) -> dict[str, Any]:
        """What is understood so far, by field name; the lines that were added under their name."""
        values = {row.entry.field.name: row.entry.soft() for row in self._rows()}
        if self.box is not None:
            values[self.box.declared.name] = [line.values for line in self.box.lines]
        return values

    def texts(self) -> dict[str, Any]:
        """What stands in the form, as JSON keeps it."""
        texts: dict[str, Any] = {"fields": {row.entry.field.name: row.entry.typed.packed() for row in self._rows()}}
        if self.box is not None:
            texts["lines"] = self.box.packed()
        return texts

    def under_cursor(self) -> tuple[str, int] | None:
        """For ctrl+o: the record in the field under the cursor (or the one that Enter would take), else that of its line, else the form's first."""
        entry = self._active()
        if found := _record(entry):
            return found
        if self.box is not None and entry in self.box.entries:
            return next(filter(None, map(_record, self.box.entries)), None)
        if self.box is not None and self.box.grid.has_focus:
            line = self.box.lines[self.box.grid.cursor]
            named = [(field.finder.book, line.typed[field.name].row) for field in self.box.declared.fields if field.finder and field.finder.book]
            return next(((book, row) for book, row in named if row is not None), None)
        return next(filter(None, (_record(row.entry) for row in self._rows())), None)

    def taker(self) -> Taker:
        """The field under the cursor, and whom and which day the form is about."""
        header = [(row.entry.field.name, row.entry) for row in self._rows()]
        parties = (found[1] for _name, entry in header if (found := _record(entry)) and found[0] == "parties")
        days = (value for name, entry in header if name == "day" and isinstance(value := entry.soft(), date))
        return Taker(self, self._active(), Asked(next(parties, None), next(days, None)))

    def _active(self) -> Entry | None:
        return next((entry for entry in self._entries() if entry.active), None)

    # What is said

    def say(self, words: str, kind: str = "refused") -> None:
        """Words over the keys; kind: refused, warned or told. "" takes them away."""
        self.message.set_class(kind == "refused", "-refused")
        self.message.set_class(kind == "warned", "-warned")
        self.message.set_class(kind == "told", "-told")
        self.message.update(safe(words) if "\n" not in words else "\n".join(safe(line) for line in words.split("\n")))
        self.message.display = bool(words)

    def day_turned(self) -> bool:
        """Whether a day began since the last look: `t` means another day then, so the echoes are written anew and it is said. What a person
        has read beside a field is what is saved."""
        if self._day == days.today():
            return False
        self._day = days.today()
        self.paint_echoes()
        self.say(_(N_("A new day began: it is {day} now. Look at the days, then save."), day=show_day(self._day)), "warned")
        return True

    def paint_echoes(self) -> None:
        """Say beside every field what was understood."""
        values = self.values()
        for row in self._rows():
            row.paint_echo(values)
        if self.box is not None:
            self.box.paint_echo()

    def place(self, refusal: Refusal) -> None:
        """Show a refusal where it belongs, and go there."""
        if refusal.field:
            for row in self._rows():
                if row.entry.field.name == refusal.field:
                    row.refuse(str(refusal))
                    self._focus(row.entry)
                    return
            if self.box is not None and self._place_in_lines(self.box, refusal):
                return
        self.say(f"! {refusal}")

    def _place_in_lines(self, box: LinesBox, refusal: Refusal) -> bool:
        name, _dot, rest = refusal.field.partition(".")
        if name != box.declared.name:
            return False
        index, _dot, column = rest.partition(".")
        if index.isdigit() and int(index) < len(box.lines):
            box.change(int(index))
        box.say(str(refusal))
        self._focus(next((entry for entry in box.entries if entry.field.name == column), box.entries[0]))
        return True

    # Moving

    def _focus(self, entry: Entry) -> None:
        entry.focus()

    def _line_entry(self, entry: Entry) -> bool:
        return self.box is not None and entry in self.box.entries

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The field that was left is settled, and what follows from it filled in."""
        entry = self._active()
        if entry is not self._in:
            left, self._in = self._in, entry
            if left is not None:
                self._left(left)
            self.paint_echoes()

    def _left(self, entry: Entry) -> None:
        entry.settle()
        row = self._row_of(entry)
        if row is not None:
            if entry.input.value.strip():
                try:
                    self._judged(entry)
                except Refusal as refusal:
                    row.refuse(str(refusal))
            self._defaults()
        elif self.box is not None:
            self.box.fill_defaults()

    def _defaults(self) -> None:
        if self.form.defaults is None:
            return
        try:
            texts = self.form.defaults(self.values(), self.look)
        except Refusal:
            return
        for row in self._rows():
            if row.entry.field.name in texts:
                row.entry.put_default(texts[row.entry.field.name])

    def on_entry_edited(self, event: Entry.Edited) -> None:
        """Echo it, and keep it soon."""
        event.stop()
        row = self._row_of(event.entry)
        if row is not None:
            if event.by_hand:
                row.refuse("")
            row.paint_echo(self.values())
        elif self.box is not None:
            if event.by_hand:
                self.box.say("")
            self.box.paint_echo()
        self._changed(event.by_hand)

    def on_lines_box_changed(self, event: LinesBox.Changed) -> None:
        """Lines may change what is echoed above, and push the entry row out of sight."""
        event.stop()
        self.paint_echoes()
        self.call_after_refresh(self._in_sight)
        self._changed()

    def _in_sight(self) -> None:
        if self.focused is not None and not isinstance(self.focused, LineGrid):
            self.focused.scroll_visible(animate=False)

    def _changed(self, by_hand: bool = True) -> None:
        if self.texts() == self._opened or self._finished:
            return
        # A lookup that F2 settles changes its text too: the warning it brought up must stay.
        if by_hand and (self.offer is not None or self._warned or self._leaving):
            self.offer, self._warned, self._leaving = None, [], False
            self.say("")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(KEEP_AFTER, self.park)

    def on_entry_entered(self, event: Entry.Entered) -> None:
        """Enter: the next field on the quick path; after the last one, save."""
        event.stop()
        if self.offer is not None:
            self.accept(self.offer)
            return
        entry = event.entry
        if self.box is not None and self._line_entry(entry):
            self._entered_line(self.box, entry)
            return
        row = self._row_of(entry)
        if row is None:
            return
        try:
            self._judged(entry)
        except Refusal as refusal:
            row.refuse(str(refusal))
            self._focus(entry)
            return
        self._defaults()
        self._after(row)

    def _judged(self, entry: Entry) -> None:
        """Refusal where what stands in a field is not understood, or cannot stand."""
        value = entry.read()
        if value is not None and entry.field.judge is not None:
            entry.field.judge(value, self.look)

    def _after(self, row: FieldRow | None) -> None:
        """Go to the next quick field after a row (None: after the lines), or save."""
        if row in self.rows:
            later = self.rows[self.rows.index(row) + 1 :]
            quick = next((r.entry for r in later if r.entry.field.quick), None)
            if quick is None and self.box is not None:
                quick = self.box.entries[0]
            if quick is not None:
                self._focus(quick)
                return
            row = None
        later = self.foot[self.foot.index(row) + 1 :] if row is not None else self.foot
        quick = next((r.entry for r in later if r.entry.field.quick), None)
        if quick is not None:
            self._focus(quick)
        else:
            self.action_save()

    def _entered_line(self, box: LinesBox, entry: Entry) -> None:
        if box.empty and box.at is None:
            if any(row.entry.field.quick for row in self.foot):
                self._after(None)
            elif self._leaving or len(box.lines) < box.declared.least:
                self.action_save()
            else:
                self._leaving = True
                self.say(_(N_("No more lines? Enter again saves.")), "told")
            return
        try:
            entry.read()
        except Refusal as refusal:
            box.say(str(refusal))
            self._focus(entry)
            return
        box.fill_defaults()
        self._focus(box.after(entry) or box.add() or box.entries[0])

    def on_line_grid_asked(self, event: LineGrid.Asked) -> None:
        """Change or take out a line, or leave the lines."""
        event.stop()
        box = self.box
        if box is None:
            return
        if event.what == "change":
            self._focus(box.change(event.at))
        elif event.what == "remove":
            box.take_out(event.at)
            if not box.lines:
                self._focus(box.entries[0])
        elif event.what == "before" and self.rows:
            self._focus(self.rows[-1].entry)
        elif event.what == "below" and self.foot:
            self._focus(self.foot[0].entry)
        elif event.what == "after":
            self._focus(box.entries[0])

    def _step(self, by: int) -> None:
        entries = self._entries()
        at = next((i for i, entry in enumerate(entries) if entry.active), None)
        if at is None:
            # In the lines: their entry row follows, the last header field stands before.
            at = len(self.rows) - 1 if by > 0 else len(self.rows)
        self._focus(entries[(at + by) % len(entries)])

    def action_next(self) -> None:
        """The field after this one, also those Enter passes by."""
        self._step(1)

    def action_previous(self) -> None:
        """The field before this one."""
        self._step(-1)

