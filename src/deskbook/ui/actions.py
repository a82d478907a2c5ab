"""What can be done with a row, and the menu that shows it: what is not possible just now stays visible with its reason."""
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, cut, fit, wrap
from deskbook.ui.desk_screen import DeskModal

FRAME = 4
"""Cells of a menu's border and padding."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done with rows of a list.

    name: stable word; label: marked with N_; key: one letter that starts it from the list and the menu ("" for none);
    run: given the ids (one, or all marked where `many`); reason: why it cannot be done now, in the user's language ("" where it can).
    spread: gives the rows it takes without marks, for the one under the cursor; without it, that one.
    """

    name: str
    label: str
    key: str
    run: Callable[[list[int]], None]
    reason: str = ""
    many: bool = False
    spread: Callable[[int], list[int]] | None = None

    def takes(self, row: int, marks: Collection[int] = ()) -> list[int]:
        """The rows it takes with the cursor on a row: the marked ones, where it takes many and some are marked."""
        if self.many and marks:
            return sorted(marks)
        return self.spread(row) if self.spread is not None else [row]

    @property
    def verb(self) -> str:
        """What it is called in a sentence: its label without what is explained after a colon."""
        return re.split("[:：]", _(self.label), maxsplit=1)[0].strip()


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu. label, note, reason: in the user's language; a reason makes it grey."""

    name: str
    label: str
    key: str = ""
    note: str = ""
    reason: str = ""


class Menu(DeskModal[str | None]):
    """A small menu: arrows and Enter, or the key of a line. Gives the name of the choice; None for Esc."""

    BINDING_GROUP_TITLE = N_("Menu")
    BINDINGS = [Binding("escape,f9,f6", "leave", N_("back"), id="desk.back", tooltip=N_("Back, nothing chosen"))]
    DEFAULT_CSS = """
    Menu { align: center middle; }
    Menu > Vertical { width: auto; max-width: 90%; height: auto; max-height: 90%; border: round $accent; background: $surface; padding: 0 1; }
    Menu OptionList, Menu OptionList:focus { width: auto; height: auto; max-height: 18; border: none; background: $surface; padding: 0; }
    """

    def __init__(self, title: str, choices: Sequence[Choice], *, at: str = "") -> None:
        """title: in the user's language; at: the name of the choice the cursor opens on."""
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._at = at

    def compose(self) -> ComposeResult:
        """The lines in a frame that carries the title."""
        keys = max((cells(c.key) for c in self._choices), default=0)
        width = max((cells(c.label) for c in self._choices), default=0)
        room = self.app.size.width * 9 // 10 - FRAME
        options = []
        for choice in self._choices:
            head = f"{fit(choice.key, keys)}  " if keys else ""
            line, rest = head + fit(safe(choice.label), width), safe(choice.reason or choice.note)
            lines = [f"{line}  {rest}" if rest else line]
            if cells(lines[0]) > room:  # a reason that is cut explains nothing: it goes on in the lines below
                indent = " " * (cells(head) + 2)
                lines = [cut(line.rstrip(), room), *(indent + part for part in wrap(rest, max(room - len(indent), 10)))]
            text = Content("\n".join(lines))
            options.append(Option(text.stylize("dim") if choice.reason else text, id=choice.name))
        box = Vertical(OptionList(*options, markup=False))
        box.border_title = Content(safe(self._title))
        box.styles.min_width = min(cells(safe(self._title)), room) + FRAME + 2
        yield box

    def on_mount(self) -> None:
        """The cursor on the choice that stands."""
        names = [choice.name for choice in self._choices]
        self.query_one(OptionList).highlighted = names.index(self._at) if self._at in names else 0 if names else None

    def on_key(self, event: events.Key) -> None:
        """The key of a line chooses it."""
        choice = next((c for c in self._choices if c.key and c.key in (event.key, event.character)), None)
        if choice:
            event.stop()
            self._choose(choice)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter chooses the line under the cursor."""
        event.stop()
        self._choose(self._choices[event.option_index])

    def _choose(self, choice: Choice) -> None:
        if choice.reason:
            self.app.bell()  # the reason stands in the line itself
        else:
            self.dismiss(choice.name)

    def action_leave(self) -> None:
        """Back, nothing chosen."""
        self.dismiss(None)


def choices_of(actions: Sequence[Action], marked: int) -> list[Choice]:
    """The actions as lines of a menu; with several rows marked, those that take one row are grey."""
    one = _(N_("takes one row; {count} are marked"), count=marked)
    return [Choice(a.name, _(a.label), a.key, reason=a.reason or ("" if a.many or marked < 2 else one)) for a in actions]
