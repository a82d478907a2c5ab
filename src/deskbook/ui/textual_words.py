"""Textual's own English, said in the language in use: everything of it that a person can come to see."""
from __future__ import annotations

from rich.text import Text
from textual.command import CommandList, CommandPalette
from textual.widgets.option_list import Option

from deskbook.core.words import N_, _

NOTHING_FOUND = N_("Nothing here goes by that name")
PALETTE = N_("a book, an action, or part of any name, number or code")
HOW_TO_QUIT = N_("{key} leaves the desk; everything entered is kept.")


class Palette(CommandPalette):
    """The palette in the language in use. Its placeholder is an argument; what it says when nothing matches is written into Textual."""

    def __init__(self) -> None:
        super().__init__(placeholder=_(PALETTE), id="--command-palette")

    def _start_no_matches_countdown(self, search_value: str) -> None:
        # The only seam: the method of Textual that waits half a second and then says it in English.
        self._stop_no_matches_countdown()

        def say() -> None:
            if search_value:
                self.query_one(CommandList).add_option(Option(Text(_(NOTHING_FOUND), justify="center"), disabled=True, id=self._NO_MATCHES))
            self._list_visible = bool(search_value)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, say)
