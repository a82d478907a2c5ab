"""What a book gives its list, and what is done with the row under the cursor."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events

from deskbook.core import days
from deskbook.core.listing import Ask, Listing, Show
from deskbook.core.refusal import Refusal
from deskbook.core.window import Row, Window
from deskbook.core.words import N_, _, listed, plural
from deskbook.ui.actions import Action, Menu, choices_of
from deskbook.ui.card import CardSection
from deskbook.ui.cells import written
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.query_table import QueryTable

if TYPE_CHECKING:
    from deskbook.ui.taker import Asked, Taker


class ListBook(DeskScreen[None]):
    """A book's part of a list: what it shows, and what it can do with a row. What a book does not override is not offered."""

    LISTING: ClassVar[Listing]
    NAME: ClassVar[str] = ""
    """The book's name, as Desk.go takes it."""
    HELP: ClassVar[str] = ""
    """What the help says about it, marked with N_."""

    _read_at: tuple[int, date] | None = None
    """The store's revision and the day the rows were read at."""

    # What a book has of its own

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Open the form for a new record; given: texts its fields start with."""

    def edit(self, row: int) -> None:
        """Open the form of a record."""

    def copy(self, row: int) -> None:
        """Open the form for a new record that starts as this one."""

    def delete(self, row: int) -> None:
        """Delete or void a record."""

    def open(self, row: int) -> None:
        """Enter on a row: its card."""
        self.show_card(row)

    def card_text(self, row: int) -> list[CardSection]:
        """The sections of a record's card, read anew at each call; without an own one, the columns of its row."""
        window = self._window(Ask(view=self._whole, only=(("id", row),)))
        values = window.row(0)
        pairs = zip(window.listing.columns, values[1:], strict=True) if values else ()
        return [CardSection("", [(column.label, written(column, value)) for column, value in pairs if value not in (None, "")])]

    def answer(self, row: int, asked: Asked) -> list[CardSection]:
        """The card while a form is being filled in about a party and a day; without an own one, the card as always."""
        return self.card_text(row)

    def card_title(self, row: int) -> str:
        """What stands over the card: the list's title and the first column of the row; of a list that begins with a day, its number or code."""
        values, columns = self._values(row), self.LISTING.columns
        codes = [n for n, column in enumerate(columns) if column.show is Show.CODE and values and values[n + 1]]
        at = codes[0] if codes and columns[0].show in (Show.DAY, Show.MOMENT) else 0
        return f"{_(self.LISTING.title)} · {written(columns[at], values[at + 1])}" if values else _(self.LISTING.title)

    def actions(self, row: int) -> list[Action]:
        """Everything else that can be done with a row, also what cannot just now, with its reason."""
        return []

    def all_actions(self, row: int) -> list[Action]:
        """The book's own actions, and those that later books add to every record."""
        return [*self.actions(row), *self.desk.more_actions(self.NAME, row)]

    def whole_card(self, row: int, asked: Asked | None = None) -> list[CardSection]:
        """The record's card, and what later books add to it. asked: as of answer."""
        return [*(self.answer(row, asked) if asked else self.card_text(row)), *self.desk.more_sections(self.NAME, row)]

    def hint(self, row: int) -> str:
        """A line under the list about the row under the cursor, in the user's language."""
        return ""

    def said_only(self, ask: Ask) -> str:
        """What ask.only means, in words in the user's language."""
        parts = []
        for name, value in ask.only:
            column = next((c for c in self.LISTING.columns if c.name == name), None)
            parts.append(f"{_(column.label)} {written(column, value)}" if column and isinstance(value, int | str) else _(N_("some of them")))
        return listed(parts)

    # What the rows are

    @property
    def table(self) -> QueryTable:
        """The rows."""
        return self.query_one(QueryTable)

    @property
    def _seen(self) -> bool:
        return self._read_at is not None

    @property
    def _now(self) -> tuple[int, date]:
        return self.store.revision, days.today()

    def _window(self, ask: Ask) -> Window:
        return Window(self.store.look, self.LISTING, ask)

    @property
    def _whole(self) -> str:
        """The view that leaves no row out, where there is one."""
        return next((view.name for view in self.LISTING.views if view.where == "1"), "")

    def _values(self, row: int) -> Row | None:
        here = self.table.cursor_row if self._seen else None
        return here if here and here[0] == row else self._window(Ask(view=self._whole, only=(("id", row),))).row(0)

    def _has(self, method: str) -> bool:
        """Whether the book has a method of its own."""
        return getattr(type(self), method) is not getattr(ListBook, method)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What the book has not got is not shown; what needs a row is grey without one."""
        if action in ("new", "edit", "copy", "delete", "actions") and not self._has(action):
            return False
        if action == "filter" and len(self.LISTING.views) < 2:
            return False
        if action == "find" and not self.LISTING.find:
            return False
        if action in ("earlier", "later", "this_month") and not self.LISTING.day:
            return False
        if action in ("edit", "copy", "delete", "actions", "mark", "export") and self._seen and self.table.cursor_id is None:
            return None
        return True

    def _look_again(self) -> None:
        if self.is_current and self._seen and self._read_at != self._now:
            self.reload()

    def run_command(self, command: Callable[..., Any], *, key: str | None = None, done: str = "", **facts: Any) -> Any:
        """As on every screen; the list shows what it changed at once."""
        result = super().run_command(command, key=key, done=done, **facts)
        self._look_again()
        return result

    # With the row under the cursor

    def show_card(self, row: int, taker: Taker | None = None) -> None:
        """Show the card of a record over whatever is on the screen, with everything that can be done from it; taker: the field a value goes into."""
        from deskbook.ui.record_card import RecordCard

        self.app.push_screen(RecordCard(self, row, taker))

    def under_cursor(self) -> tuple[str, int] | None:
        """For ctrl+o: the record of the row under the cursor."""
        row = self.table.cursor_id
        return None if row is None else (self.NAME, row)

    def with_row(self, act: Callable[[int], None]) -> None:
        """Do something with the row under the cursor, where there is one."""
        row = self.table.cursor_id
        if row is not None:
            act(row)

    def action_new(self) -> None:
        """n."""
        self.new()

    def action_edit(self) -> None:
        """e."""
        self.with_row(self.edit)

    def action_copy(self) -> None:
        """c."""
        self.with_row(self.copy)

    def action_delete(self) -> None:
        """d takes the row under the cursor; with other rows marked it could be meant otherwise, so it says so."""
        if self.table.marks:
            one = N_("One row is marked, and this deletes the one under the cursor. Esc takes the mark off.")
            many = N_("{count} rows are marked, and this deletes one. Esc takes the marks off.")
            marked = len(self.table.marks)
            self.desk.refuse(Refusal("", plural(marked, one, many), count=marked))
        else:
            self.with_row(self._delete_if_it_can_be)

    def _delete_if_it_can_be(self, row: int) -> None:
        """Where the menu greys it, d says why instead of asking first."""
        action = next((each for each in self.actions(row) if each.key == "d"), None)
        if action is not None and action.reason:
            self._act([action], action.name, row)
        else:
            self.delete(row)

    def _marked_words(self) -> str:
        return _(N_("{count} marked"), count=len(self.table.marks))

    # Everything possible

    def action_actions(self) -> None:
        """The menu of the actions."""
        row = self.table.cursor_id
        if row is None:
            return
        actions = self.all_actions(row)
        title = self.card_title(row) if not self.table.marks else self._marked_words()
        self.app.push_screen(Menu(title, choices_of(actions, len(self.table.marks))), lambda name: self._act(actions, name, row))

    def _act(self, actions: Sequence[Action], name: str | None, row: int) -> None:
        action = next((a for a in actions if a.name == name), None)
        if action is None:
            return
        choice = choices_of([action], len(self.table.marks))[0]
        if choice.reason:
            self.desk.refuse(Refusal("", N_("{action}: {reason}"), action=action.verb, reason=choice.reason))
            return
        action.run(action.takes(row, self.table.marks))
        self._look_again()

    def on_key(self, event: events.Key) -> None:
        """The letter of an action starts it from the list, where no binding has the key."""
        if not self._has("actions") or not event.is_printable or event.key in self.active_bindings:
            return
        row = self.table.cursor_id
        actions = self.all_actions(row) if row is not None else []
        action = next((a for a in actions if a.key and a.key in (event.key, event.character)), None)
        if action and row is not None:
            event.stop()
            self._act(actions, action.name, row)
