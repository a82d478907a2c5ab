"""A record's card over the whole screen, from which everything can be done that its list does with the row."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_
from deskbook.ui.actions import Menu, choices_of
from deskbook.ui.card import CardScreen, CardSection, CardView
from deskbook.ui.list_book import ListBook

if TYPE_CHECKING:
    from deskbook.ui.taker import Taker


def _untitled(title: str, read: Callable[[], Sequence[CardSection]]) -> Sequence[CardSection]:
    """The sections; the first without its title where that stands in the title of the screen already."""
    first, *others = read() or [CardSection("", [])]
    return [replace(first, title="") if first.title in title else first, *others]


class RecordCard(CardScreen):
    """The card of one row of a list; the letters of the list's actions start them here too."""

    BINDINGS = [
        Binding("e,f4", "edit", N_("edit"), id="list.edit", tooltip=N_("Change this record")),
        Binding("full_stop,f9", "actions", N_("actions"), id="list.actions", tooltip=N_("Everything possible with this record, with reasons")),
    ]

    def __init__(self, book: ListBook, row: int, taker: Taker | None = None) -> None:
        """book: the list the record belongs to, whether or not it is on the screen; taker: the field a value goes into."""
        title = book.card_title(row)
        super().__init__(title, partial(_untitled, title, partial(book.whole_card, row, taker.asked if taker else None)), taker)
        self.book = book
        self.row = row

    def under_cursor(self) -> tuple[str, int] | None:
        """The record that the value under the cursor names, unless it is this one."""
        value = self.query_one(CardView).under_cursor
        return value.names if value is not None and value.names != (self.book.NAME, self.row) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What its list does not offer is not offered here."""
        return self.book._has(action) if action in ("edit", "actions") else True

    def action_edit(self) -> None:
        """e."""
        self.book.edit(self.row)

    def action_actions(self) -> None:
        """The menu of the actions."""
        self.app.push_screen(Menu(self.book.card_title(self.row), choices_of(self.book.all_actions(self.row), 0)), self._act)

    def _act(self, name: str | None) -> None:
        action = next((a for a in self.book.all_actions(self.row) if a.name == name), None)
        if action is None:
            return
        if action.reason:
            self.desk.refuse(Refusal("", N_("{action}: {reason}"), action=action.verb, reason=action.reason))
            return
        action.run(action.takes(self.row))
        self._check()

    def on_key(self, event: events.Key) -> None:
        """The letter of an action starts it, where no binding has the key."""
        if not event.is_printable or event.key in self.active_bindings:
            return
        action = next((a for a in self.book.all_actions(self.row) if a.key and a.key in (event.key, event.character)), None)
        if action:
            event.stop()
            self._act(action.name)
