"""The screen of a list: most books are this, a Listing and a few one-line methods."""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.window import count, view_of
from deskbook.core.words import N_, _
from deskbook.ui import period
from deskbook.ui.actions import Choice, Menu
from deskbook.ui.card import CardView, go
from deskbook.ui.find_line import FindLine
from deskbook.ui.header import HeaderLine
from deskbook.ui.hint import Hint
from deskbook.ui.list_book import ListBook
from deskbook.ui.query_table import QueryTable
from deskbook.ui.status_bar import StatusBar, Title

if TYPE_CHECKING:
    pass

MANY = 5_000
"""More rows than this, and a list along time opens on this month."""
FIND_DELAY = 0.15
"""Seconds after the last character before the list is asked."""
CARD_DELAY = 0.08
"""Seconds the cursor rests before the card beside the list and the hint under it are read."""
LOOK_DELAY = 2.0
"""Seconds between two looks whether another desk changed the book."""


class ListScreen(ListBook):
    """A list with its question, found, filtered, sorted and moved along time by keys.

    A book says LISTING, NAME, perhaps HELP, and overrides what it has of new, edit, copy, delete, open, card_text, card_title, actions, hint and
    said_only (ListBook).
    """

    BINDING_GROUP_TITLE = N_("List")
    AUTO_FOCUS = "QueryTable"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]
    BINDINGS = [
        Binding("slash,f3,ideographic_comma", "find", N_("find"), id="list.find", tooltip=N_("Show only rows that hold the words you type")),
        Binding("n,f7", "new", N_("new"), id="list.new", tooltip=N_("Write a new one")),
        Binding("e,f4", "edit", N_("edit"), id="list.edit", tooltip=N_("Change the row under the cursor")),
        Binding("c,f5", "copy", N_("copy"), id="list.copy", tooltip=N_("Write a new one that starts as this one")),
        Binding("d,f8", "delete", N_("delete"), id="list.remove", tooltip=N_("Delete or void the row under the cursor")),
        Binding("f,f6", "filter", N_("filter"), id="list.filter", tooltip=N_("Choose which rows are shown")),
        Binding("full_stop,f9", "actions", N_("actions"), id="list.actions", tooltip=N_("Everything possible with this row, with reasons")),
        Binding("space", "mark", N_("mark"), id="list.mark", tooltip=N_("Mark the row, for actions on several")),
        Binding("left_square_bracket", "earlier", N_("earlier"), id="list.earlier", tooltip=N_("The month before")),
        Binding("right_square_bracket", "later", N_("later"), id="list.later", tooltip=N_("The month after")),
        Binding("t", "this_month", N_("this month"), id="list.today", tooltip=N_("This month; once more: all days")),
        Binding("s", "sort", N_("sort"), id="list.sort", tooltip=N_("Sort by the next column")),
        Binding("S", "sort_back", N_("turn round"), id="list.sort_back", tooltip=N_("Sort the other way round")),
        Binding("x", "export", N_("export"), id="list.export", tooltip=N_("Write what the list shows to a file")),
        Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("One step back; nothing is lost")),
    ]
    DEFAULT_CSS = """
    ListScreen { layout: vertical; }
    ListScreen HeaderLine { display: none; }
    ListScreen.-tall HeaderLine { display: block; }
    ListScreen .both { height: 1fr; }
    ListScreen .beside { display: none; width: 2fr; min-width: 40; border-left: solid $panel; }
    ListScreen.-wide .beside { display: block; }
    ListScreen QueryTable { width: 3fr; }
    ListScreen .hint { color: $text-muted; text-style: none; }
    """

    def __init__(self, ask: Ask | None = None, *, row: int | None = None) -> None:
        """ask: the question it opens with (None: the book's own); row: the id the cursor opens on."""
        super().__init__()
        self.ask = ask or Ask()
        self._opened_with = ask
        self._row = row
        self._new: Mapping[str, str] | None = None
        self._all: int | None = None
        self._all_of: Ask | None = None
        self._find_timer: Timer | None = None
        self._rest_timer: Timer | None = None

    # What the application asks of it

    def show_ask(self, ask: Ask | None, *, row: int | None = None, new: Mapping[str, str] | None = None) -> None:
        """Ask another question (None: keep this one), put the cursor on a row, open the form for a new record filled in so."""
        if not self.is_mounted or not self._seen:
            self.ask, self._opened_with = (ask, ask) if ask is not None else (self.ask, self._opened_with)
            self._row = row if row is not None else self._row
            self._new = new
            return
        if ask is not None:
            self._set(ask, keep=row)
        elif row is not None:
            if self._window(self.ask).index_of(row) is None:
                self._set(self._ask_with(row), keep=row)
            else:
                self.reload(keep=row)
        if new is not None:
            self.new(new)

    def _ask_with(self, row: int) -> Ask:
        """A question that a row answers to: it is worth more than the filter in its way, the first view among them."""
        return Ask() if self._window(Ask()).index_of(row) is not None else Ask(view=self._whole)

    def reload(self, *, keep: int | None = None) -> None:
        """Read the rows anew; the cursor stays on its row, or goes to the one with the id `keep`."""
        self._read_at = self._now
        self._all = None
        if self.table.marks:
            # What was marked and is gone is not to be counted on.
            self.table.marks = set(self._window(Ask(view=self._whole, only=(("id", tuple(self.table.marks)),))).ids())
        self._show(keep=keep if keep is not None else self.table.cursor_id)

    # Life

    def compose(self) -> ComposeResult:
        """Header, question, find line, rows and card, hint, status."""
        yield HeaderLine()
        yield Title(classes="question")
        yield FindLine(compact=True, select_on_focus=False, placeholder=_(N_("words every row must hold")))
        with Horizontal(classes="both"):
            yield QueryTable()
            yield CardView(classes="beside")
        if self._has("hint"):
            yield Hint(classes="hint")
        yield StatusBar()

    def on_mount(self) -> None:
        """The first rows."""
        if self._opened_with is None and self.LISTING.day and count(self.store.look, self.LISTING, self.ask) > MANY:
            self.ask = period.on(self.ask, days.today())
        if self._opened_with is None and self._row is not None and self._window(self.ask).index_of(self._row) is None:
            self.ask = self._ask_with(self._row)
        self._read_at = self._now
        self._show(keep=self._row, at=0)
        line = self.query_one(FindLine)
        with line.prevent(Input.Changed):
            line.value = self.ask.find
        line.set_class(bool(self.ask.find), "-open")
        self.set_interval(LOOK_DELAY, self._look_again)
        if self._new is not None:
            self.new(self._new)

    def on_screen_resume(self) -> None:
        """The book may have changed behind another screen."""
        self._look_again()

    # The question

    def _set(self, ask: Ask, *, keep: int | None = None) -> None:
        """Ask something else; the cursor stays on its row where that answers too, else goes to the top."""
        keep = keep if keep is not None else self.table.cursor_id
        self.ask = ask
        line = self.query_one(FindLine)
        if line.value != ask.find:
            with line.prevent(Input.Changed):
                line.value = ask.find
        if not line.has_focus:
            line.set_class(bool(ask.find), "-open")
        self._show(keep=keep, at=0)

    def _show(self, *, keep: int | None = None, at: int | None = None) -> None:
        window = self._window(self.ask)
        whole = self._everything()
        if self._all is None or self._all_of != whole:
            self._all, self._all_of = count(self.store.look, self.LISTING, whole), whole
        self.table.empty = self._empty_words()
        self.table.show(window, keep=keep, at=at)
        self._say_question()
        self.refresh_bindings()

    def _everything(self) -> Ask:
        """What the number of rows is said to be out of."""
        return Ask(view=self._whole)

    def _say_question(self) -> None:
        found = self.table.window.count if self.table.window else 0
        shown = _(N_("{count} of {all}"), count=found, all=self._all) if found != self._all else str(found)
        marked = f"{self._marked_words()}  " if self.table.marks else ""
        self.query_one(".question", Title).say(self.question(), marked + shown)

    def question(self) -> str:
        """What is shown, in words: title, view, period, words looked for."""
        view = view_of(self.LISTING, self.ask)
        parts = [
            _(self.LISTING.title),
            _(view.label) if len(self.LISTING.views) > 1 else "",
            self.said_only(self.ask) if self.ask.only else "",
            period.words(self.ask) if self.LISTING.day else "",
            f"“{self.ask.find.strip()}”" if self.ask.find.strip() else "",
        ]
        return " · ".join(part for part in parts if part)

    def _empty_words(self) -> str:
        if self._all and (self.ask.since or self.ask.until) and not self.ask.find:
            keys = {"earlier": self._key("list.earlier"), "later": self._key("list.later")}
            return _(N_("Nothing here in these days; {earlier} and {later} go to others."), **keys)
        if self._all:
            return _(N_("Nothing here answers to this; esc goes back, one step at a time."))
        return _(N_("Nothing here yet: {key} writes the first."), key=self._key("list.new")) if self._has("new") else _(N_("Nothing here yet."))

    def _key(self, name: str) -> str:
        found = next((active.binding for active in self.active_bindings.values() if active.binding.id == name), None)
        return self.app.get_key_display(found) if found else ""

    # Moving and opening

    def on_query_table_row_moved(self, event: QueryTable.RowMoved) -> None:
        """The card beside the list and the hint under it follow when the cursor rests."""
        if isinstance(event, QueryTable.RowChosen):
            return
        if self._rest_timer:
            self._rest_timer.stop()
        self._rest_timer = self.set_timer(CARD_DELAY, self._rested)

    def _rested(self) -> None:
        row = self.table.cursor_id
        beside = self.query_one(".beside", CardView)
        if beside.size.width:
            beside.show(self.whole_card(row) if row is not None else [])
        if self._has("hint"):
            self.query_one(Hint).say(self.hint(row) if row is not None else "")

    def on_resize(self) -> None:
        """A wider terminal has room for the card."""
        self.call_after_refresh(self._rested)

    def on_query_table_row_chosen(self, event: QueryTable.RowChosen) -> None:
        """Enter."""
        self.open(event.id)

    def on_query_table_head_chosen(self, event: QueryTable.HeadChosen) -> None:
        """A click on a label sorts by it, a second one turns the order round."""
        name, down = self.sorted_by
        self._sort(event.name, not down if event.name == name else None)

    def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        """Go where a value of the card leads."""
        go(self.desk, event.target)

    def action_mark(self) -> None:
        """space."""
        self.table.mark()
        self._say_question()

    def action_export(self) -> None:
        """x: what the list shows, in its order; of the marked rows only, where there are any."""
        ask = self.ask
        if self.table.marks:
            ask = ask.but(only=(*ask.only, ("id", tuple(sorted(self.table.marks)))))
        self.desk.export(self._window(ask).listing, ask)

    # Find, filter, period, order

    def action_find(self) -> None:
        """Open the find line."""
        line = self.query_one(FindLine)
        line.add_class("-open")
        line.focus()
        line.cursor_position = len(line.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows the typing."""
        if isinstance(event.input, FindLine):
            self._stop_find()
            self._find_timer = self.set_timer(FIND_DELAY, self._find)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter keeps the words and goes to the rows."""
        if isinstance(event.input, FindLine):
            event.stop()
            self._find()
            self.table.focus()
            event.input.set_class(bool(self.ask.find), "-open")

    def _stop_find(self) -> None:
        if self._find_timer:
            self._find_timer.stop()
            self._find_timer = None

    def _find(self) -> None:
        self._stop_find()
        typed = self.query_one(FindLine).value
        if typed != self.ask.find:
            self._set(self.ask.but(find=typed))

    def action_filter(self) -> None:
        """A menu of the views, each with its count."""
        here = self.ask
        views = self.LISTING.views
        lines = [
            Choice(view.name, _(view.label), str(n) if n < 10 else "", note=str(count(self.store.look, self.LISTING, here.but(view=view.name))))
            for n, view in enumerate(views, 1)
        ]
        self.app.push_screen(Menu(_(self.LISTING.title), lines, at=view_of(self.LISTING, here).name), self._filtered)

    def _filtered(self, name: str | None) -> None:
        if name is not None:
            self._set(self.ask.but(view=name))

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """Column and direction of the order."""
        window = self.table.window
        return window.sorted_by if window else (self.LISTING.order, self.LISTING.descending)

    def action_sort(self) -> None:
        """Sort by the next column on the screen, from left to right and round."""
        names = [column.name for column in self.table.columns]
        name = self.sorted_by[0]
        if names:
            self._sort(names[(names.index(name) + 1) % len(names) if name in names else 0], None)

    def action_sort_back(self) -> None:
        """The same column the other way round."""
        name, down = self.sorted_by
        self._sort(name, not down)

    def _sort(self, name: str, down: bool | None) -> None:
        window = self.table.window
        if window is None:
            return
        # Numbers and days open with the greatest first only where the list itself does; a person turns them with S.
        window.sort_by(name, down)
        self.ask = window.ask
        self.table.show(window, at=0)

    def action_earlier(self) -> None:
        """[."""
        self._set(period.step(self.ask, -1, days.today()))

    def action_later(self) -> None:
        """]."""
        self._set(period.step(self.ask, 1, days.today()))

    def action_this_month(self) -> None:
        """t: this month, and from there all days."""
        now = period.on(self.ask, days.today())
        self._set(now if now != self.ask else self.ask.but(since=None, until=None))

    # One step back

    def action_back(self) -> None:
        """Words looked for, then filter, then marks, then to where one came from: one at a time. A list that was jumped to has no wider question."""
        came = self._opened_with if len(self.app.screen_stack) > 1 else None
        home = came or Ask()
        if self.focused is not self.table:
            self.table.focus()
        elif self.ask.find != home.find or (self.query_one(FindLine).has_class("-open") and not home.find):
            self._set(self.ask.but(find=home.find))
            self.query_one(FindLine).remove_class("-open")
        elif self.ask.only != home.only or view_of(self.LISTING, self.ask) != view_of(self.LISTING, home):
            self._set(self.ask.but(view=home.view, only=home.only))
        elif self.table.marks:
            self.table.unmark()
            self._say_question()
        else:
            raise SkipAction  # the application knows where one came from
