"""A question over a screen: which record's card is to be shown."""
from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.desk_screen import DeskModal
from deskbook.ui.entry import Entry
from deskbook.ui.fields import Field
from deskbook.ui.lookup import Finder, LookupInput


class FindCard(DeskModal["int | None"]):
    """Finds a row by any part of it and gives its id; None after Esc."""

    DEFAULT_CSS = """
    FindCard { align: center top; }
    FindCard > Vertical { width: 64; height: auto; margin-top: 3; background: $panel; border: round $accent; padding: 0 1; }
    FindCard Static { width: 1fr; height: auto; }
    FindCard .refusal { color: $text-error; display: none; }
    """
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Close this; nothing is done."))]

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.entry = LookupInput(Field(name="row", label=finder.name, finder=replace(finder, create=None), required=True, width=60))
        self.refusal = Static("", markup=False, classes="refusal")

    def compose(self) -> ComposeResult:
        """Question, field, refusal."""
        with Vertical():
            yield Static(_(N_("The card of which {kind}?"), kind=_(self.entry.finder.name)), markup=False)
            yield self.entry
            yield self.refusal

    def on_mount(self) -> None:
        """Into the field."""
        self.entry.styles.max_width = None
        self.entry.focus()

    def on_entry_edited(self, event: Entry.Edited) -> None:
        """What was refused is being changed."""
        event.stop()
        self.refusal.display = False

    def on_entry_repeat(self, event: Entry.Repeat) -> None:
        """There is nothing to repeat here."""
        event.stop()

    def on_entry_entered(self, event: Entry.Entered) -> None:
        """The row found."""
        event.stop()
        try:
            self.dismiss(event.entry.read())
        except Refusal as refusal:
            self.refusal.update(f"! {refusal}")
            self.refusal.display = True

    def action_back(self) -> None:
        """None."""
        self.dismiss(None)
