"""The line in which words are typed that every row shown must hold."""
from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Input

from deskbook.core.words import N_
from deskbook.ui.query_table import QueryTable


class FindLine(Input, inherit_bindings=True):
    """Where words are typed that every row shown must hold. Enter keeps them, Esc takes them back, the arrows go to the list."""

    BINDINGS = [
        Binding("escape", "clear_find", N_("clear"), id="desk.back", tooltip=N_("Take back what was typed, then leave the find line")),
        Binding("down,pagedown", "to_list", N_("to the list"), id="find.down", show=False, tooltip=N_("To the rows found")),
    ]
    DEFAULT_CSS = "FindLine { display: none; height: 1; border: none; padding: 0 1; } FindLine.-open { display: block; }"

    def action_clear_find(self) -> None:
        """First the words, then the line."""
        if self.value:
            self.value = ""
        else:
            self.remove_class("-open")
            self.screen.query_one(QueryTable).focus()

    def action_to_list(self) -> None:
        """Keep the words and go to the rows."""
        self.post_message(Input.Submitted(self, self.value))
