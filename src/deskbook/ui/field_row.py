"""One field as it stands in a form: label, input, what was understood, and what was refused under it."""
from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import _
from deskbook.ui.cells import cells
from deskbook.ui.entry import ChoiceEntry, Entry
from deskbook.ui.fields import Field, Values
from deskbook.ui.lookup import LookupInput


def entry_for(field: Field) -> Entry:
    """The widget of a field."""
    if field.finder is not None:
        return LookupInput(field)
    return ChoiceEntry(field) if field.choices else Entry(field)


def echoed(entry: Entry, values: Values) -> str:
    """What was understood in a field, or follows from it; its help while the person is in it and there is nothing to say. Safe to draw."""
    words = ""
    if entry.field.echo is not None and values.get(entry.field.name) is not None:
        try:
            words = entry.field.echo(values, entry.look)
        except Refusal:
            words = ""
    words = words or entry.hint()
    if not words and entry.active and entry.field.help:
        words = _(entry.field.help)
    return safe(words)


class FieldRow(Vertical):
    """A field with its label and echo beside it, and its refusal under it."""

    DEFAULT_CSS = """
    FieldRow { height: auto; padding: 0 2; }
    FieldRow > Horizontal { height: auto; }
    FieldRow .field-label { height: 1; color: $text-muted; }
    FieldRow .field-echo { height: auto; width: 1fr; color: $text-muted; padding-left: 2; }
    FieldRow .field-more { height: auto; color: $text-muted; display: none; }
    FieldRow .field-refusal { height: auto; color: $text-error; display: none; }
    """

    def __init__(self, field: Field, label_cells: int) -> None:
        """label_cells: the width of the column of labels, in terminal cells."""
        super().__init__()
        self.entry = entry_for(field)
        self.label = Static(_(field.label), markup=False, classes="field-label")
        self.echo = Static("", markup=False, classes="field-echo")
        self.more = Static("", markup=False, classes="field-more")
        """What would not fit beside the field in two lines."""
        self.refusal = Static("", markup=False, classes="field-refusal")
        self.label_cells = label_cells
        self.refused = ""

    def compose(self) -> ComposeResult:
        """Label, input, echo; refusal."""
        with Horizontal():
            yield self.label
            yield self.entry
            yield self.echo
        yield self.more
        yield self.refusal

    def on_mount(self) -> None:
        """Align with the other rows."""
        self.label.styles.width = self.label_cells
        self.refusal.styles.padding = self.more.styles.padding = (0, 0, 0, self.label_cells)

    def paint_echo(self, values: Values) -> None:
        """Say what was understood."""
        words = echoed(self.entry, values)
        if words == self.refused:  # said once is enough
            words = ""
        room = self.echo.content_size.width
        below = 0 < room < 24 and cells(words) > 2 * room
        self.echo.update("" if below else words)
        self.more.update(words if below else "")
        self.more.display = below

    def refuse(self, words: str) -> None:
        """Say why it cannot stay so; "" takes it away."""
        self.refused = words
        if words and str(self.echo.content) == words:
            self.echo.update("")
        self.refusal.update(f"! {words}" if words else "")
        self.refusal.display = bool(words)
        if words:
            self.scroll_visible(animate=False)
