"""The table of a list: draws only the rows in view, straight from a Window, so a million rows cost what ten do."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from deskbook.core.listing import RIGHT, Column, Show
from deskbook.core.window import Row, Window
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, fit, written

NOTHING: Mapping[str, int] = {}
BAR = "▌"
MARK = "*"  # plain ASCII: the ticks of a book's own columns are not to be taken for it
UP, DOWN = "▴", "▾"  # neutral in width, unlike their larger twins, which some terminals draw two cells wide
GUTTER = 3
"""Cells before the first column: the bar of the cursor, the mark, a space."""
GIVES_WAY = (frozenset({Show.TEXT, Show.WORD, Show.SAID}), frozenset({Show.CODE}))
"""When the columns do not fit, the widest of the first kinds are made narrower, then of the second. Numbers and days never are."""
NARROWEST = 6
"""Cells that they keep."""
SOFT = frozenset({Show.TEXT, Show.WORD, Show.SAID, Show.CODE})
MOST_TEXT = 26
"""Cells that a text takes at the most, where it does not declare more and does not grow."""
SAMPLE = 40
"""Rows whose values say how wide the columns are."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one column stands on the line. place: of its value in a window's row; start, width: in cells."""

    column: Column
    place: int
    start: int
    width: int


def lay(columns: Sequence[Column], width: int, needs: Mapping[str, int] = NOTHING) -> list[Slot]:
    """The columns on a line of so many cells.

    needs: cells that the values shown take, by column; where it says nothing a column takes its own width. `wide` columns stand only where they
    fit, the growing one takes what is left over, texts give way where it is too narrow; numbers and days never do: where they need more than there
    is, whole columns are left out; those that go first also where the growing one would have less than it declares.
    """
    room = width - GUTTER - 1
    wanted = [_wanted(column, needs) for column in columns]
    chosen = [n for n, c in enumerate(columns) if not c.export_only and not c.wide]
    gap = 2 if sum(wanted[n] + 2 for n in chosen) - 2 <= room else 1
    used = sum(wanted[n] + gap for n in chosen) - gap
    for n, column in enumerate(columns):
        if column.wide and not column.export_only and used + gap + wanted[n] <= room:
            chosen.append(n)
            used += gap + wanted[n]
    chosen.sort()
    widths = {n: wanted[n] for n in chosen}
    growing = next((n for n in chosen if columns[n].grows), None)
    first = [n for n in chosen if columns[n].first_to_go]
    while growing is not None and first and used - max(widths[growing] - columns[growing].width, 0) > room:
        chosen.remove(first[0])  # a name of which three characters are left names nobody
        used -= widths[first.pop(0)] + gap
    if growing is not None and used < room:
        widths[growing] += room - used
    for kinds in GIVES_WAY:
        soft = [n for n in chosen if columns[n].show in kinds]
        while used > room and (widest := max(soft, key=widths.__getitem__, default=None)) is not None and widths[widest] > NARROWEST:
            widths[widest] -= 1
            used -= 1
    while used > room and len(chosen) > 1:  # part of a column would be read as the whole
        gone = next((n for n in chosen if columns[n].first_to_go), chosen[-1])
        chosen.remove(gone)
        used -= widths[gone] + gap
        if used < room and growing is not None and growing in chosen:
            widths[growing] += room - used
    slots, start = [], GUTTER
    for n in chosen:
        slots.append(Slot(columns[n], n + 1, start, widths[n]))
        start += widths[n] + gap
    return slots


def _cell(column: Column, value: Any) -> str:
    """A value as the list shows it."""
    return "" if column.quiet and value == 0 else written(column, value)


def _wanted(column: Column, needs: Mapping[str, int]) -> int:
    """Cells a column would like: what its values take, a text not more than it declares or MOST_TEXT."""
    need = needs.get(column.name, column.width)
    return min(need, max(column.width, MOST_TEXT)) if column.show in SOFT else need


class QueryTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of a Window with a cursor and marks. Its header stands above them, the totals (where a column has one) below."""

    BINDING_GROUP_TITLE = N_("In the list")
    BINDINGS = [
        Binding("enter", "choose", N_("show"), id="list.open", tooltip=N_("Open the row under the cursor")),
        Binding("up", "move(-1)", N_("up"), id="list.up", show=False, tooltip=N_("One row up")),
        Binding("down", "move(1)", N_("down"), id="list.down", show=False, tooltip=N_("One row down")),
        Binding("pageup", "page(-1)", N_("page up"), id="list.page_up", show=False, tooltip=N_("One page up")),
        Binding("pagedown", "page(1)", N_("page down"), id="list.page_down", show=False, tooltip=N_("One page down")),
        Binding("home", "first", N_("first"), id="list.first", show=False, tooltip=N_("To the first row")),
        Binding("end", "last", N_("last"), id="list.last", show=False, tooltip=N_("To the last row")),
    ]
    COMPONENT_CLASSES = {f"querytable--{part}" for part in ("head", "row", "marked", "cursor", "away", "bar", "total", "empty")}
    DEFAULT_CSS = """
    QueryTable { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    QueryTable > .querytable--head { color: $text-muted; text-style: bold; }
    QueryTable > .querytable--row { color: $foreground; }
    QueryTable > .querytable--marked { color: $accent; text-style: bold; }
    QueryTable > .querytable--cursor { background: $panel; color: $foreground; text-style: bold; }
    QueryTable > .querytable--away { background: $surface; color: $foreground; }
    QueryTable > .querytable--bar { color: $accent; text-style: bold; }
    QueryTable > .querytable--total { text-style: bold; }
    QueryTable > .querytable--empty { color: $text-muted; }
    """

    class RowMoved(Message):
        """The cursor came to a row; id None: there are no rows."""

        def __init__(self, table: QueryTable, row: int | None) -> None:
            super().__init__()
            self.table = table
            self.id = row

        @property
        def control(self) -> QueryTable:
            """The table."""
            return self.table

    class RowChosen(RowMoved):
        """Enter or a second click on a row."""

        id: int

    class HeadChosen(Message):
        """A click on the label of a column; name: the column's."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, empty: str = "", classes: str = "") -> None:
        """empty: what stands in the place of rows when there are none, in the language in use."""
        super().__init__(classes=classes)
        self.window: Window | None = None
        self.cursor = 0
        """The place of the row under the cursor, from 0."""
        self.marks: set[int] = set()
        """The ids of the marked rows."""
        self.empty = empty
        self._slots: list[Slot] = []
        self._drawn: LRUCache[tuple[Any, ...], Strip] = LRUCache(512)
        self._has_totals = False
        self._needs: dict[str, int] = {}

    # What the screen asks of it

    def show(self, window: Window, *, keep: int | None = None, at: int | None = None) -> None:
        """Show these rows. The cursor goes to the row with the id `keep` where it is there, else to the place `at`, else stays at its place."""
        self.window = window
        self._has_totals = any(column.total for column in window.listing.columns) and window.count > 0
        place = window.index_of(keep) if keep is not None else None
        if place is None:
            place = self.cursor if at is None else at
        self.cursor = max(0, min(window.count - 1, place))
        self.virtual_size = Size(1, window.count + self._edges)
        self._measure()
        self._relay()
        self._reveal()
        self.post_message(self.RowMoved(self, self.cursor_id))

    @property
    def cursor_id(self) -> int | None:
        """The id of the row under the cursor; None without rows."""
        return self.window.id_at(self.cursor) if self.window else None

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor: id, then the values of the listing's columns."""
        return self.window.row(self.cursor) if self.window else None

    @property
    def columns(self) -> list[Column]:
        """The columns on the screen, from left to right."""
        return [slot.column for slot in self._slots]

    def mark(self) -> None:
        """Set or take off the mark of the row under the cursor, and step down."""
        row = self.cursor_id
        if row is None:
            return
        self.marks ^= {row}
        self._refresh_row(self.cursor)
        self.move_to(self.cursor + 1)

    def unmark(self) -> None:
        """Take all marks off."""
        self.marks.clear()
        self.refresh()

    def move_to(self, place: int) -> None:
        """Put the cursor on a row by its place; beyond the ends, on the first or the last."""
        if self.window is None or not self.window.count:
            return
        place = max(0, min(self.window.count - 1, place))
        if place == self.cursor:
            return
        before, self.cursor = self.cursor, place
        if not self._reveal():
            self._refresh_row(before)
            self._refresh_row(place)
        self.post_message(self.RowMoved(self, self.cursor_id))

    # Keys and mouse

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """Move cursor and view by a page."""
        if self.window is None:
            return
        body = self._body
        top = max(0, min(self.window.count - body, self.scroll_offset.y + step * body))
        before, self.cursor = self.cursor, max(0, min(self.window.count - 1, self.cursor + step * body))
        if top == self.scroll_offset.y:
            self._refresh_row(before)
            self._refresh_row(self.cursor)
        else:
            self.scroll_to(y=top, animate=False, immediate=True)
        self._reveal()
        if before != self.cursor:
            self.post_message(self.RowMoved(self, self.cursor_id))

    def action_first(self) -> None:
        """To the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """To the last row."""
        if self.window is not None:
            self.move_to(self.window.count - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        row = self.cursor_id
        if row is not None:
            self.post_message(self.RowChosen(self, row))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on the row, a click on the row under the cursor opens it, a click on a label sorts."""
        if self.window is None:
            return
        if event.y == 0:
            hit = next((slot for slot in self._slots if slot.start <= event.x < slot.start + slot.width), None)
            if hit:
                self.post_message(self.HeadChosen(hit.column.name))
            return
        if 1 <= event.y <= self._body:
            place = self.scroll_offset.y + event.y - 1
            if place == self.cursor:
                self.action_choose()
            elif place < self.window.count:
                self.move_to(place)

    # Paint

    @property
    def _edges(self) -> int:
        """Lines that do not scroll: the header, and the totals."""
        return 2 if self._has_totals else 1

    @property
    def _body(self) -> int:
        return max(1, self.size.height - self._edges)

    def _measure(self) -> None:
        """How wide the columns must be for their labels, their sums and the first rows."""
        window = self.window
        if window is None:
            return
        columns = window.listing.columns
        sorted_by, _down = window.sorted_by
        self._needs = {column.name: cells(_(column.label)) + (column.name == sorted_by) for column in columns}  # one for the sign of the order
        if not window.count:
            return
        for name, total in window.totals().items():
            self._needs[name] = max(self._needs[name], cells(written(window.listing.column(name), total)))
        for place in range(min(SAMPLE, window.count)):
            if (row := window.row(place)) is not None:
                self._widen(columns, row)

    def _widen(self, columns: Sequence[Column], row: Row) -> bool:
        """Take in what one row needs; whether a number or a day needs more than before."""
        grown = False
        for column, value in zip(columns, row[1:], strict=True):
            if value is not None and (need := cells(_cell(column, value))) > self._needs[column.name]:
                self._needs[column.name] = need
                grown = grown or column.show not in SOFT
        return grown

    def _relay(self) -> None:
        self._slots = lay(self.window.listing.columns, self.size.width, self._needs) if self.window else []
        self._drawn.clear()
        self.refresh()

    def _reveal(self) -> bool:
        """Bring the row under the cursor into view; whether that moved the view."""
        top, body = self.scroll_offset.y, self._body
        want = self.cursor if self.cursor < top else self.cursor - body + 1 if self.cursor >= top + body else top
        if want == top or not self.size.height:
            return False
        self.scroll_to(y=want, animate=False, immediate=True)
        return True

    def _refresh_row(self, place: int) -> None:
        line = place - self.scroll_offset.y + 1
        if 1 <= line <= self._body:
            self.refresh(Region(0, line, self.size.width, 1))

    def on_resize(self) -> None:
        """Lay the columns anew."""
        self._relay()
        self._reveal()

    def on_focus(self) -> None:
        """The cursor's row looks otherwise with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor's row looks otherwise without the focus."""
        self.refresh()

    def notify_style_update(self) -> None:
        """A theme changed the colours that the kept lines hold."""
        self._drawn.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        if self.window is None or not width:
            return Strip.blank(width, self.rich_style)
        place = y - 1 + self.scroll_offset.y
        key: tuple[Any, ...]
        if y == 0:
            key = ("head", *self.window.sorted_by)
        elif self._has_totals and y == min(self.size.height - 1, self.window.count + 1):
            key = ("total",)
        elif not self.window.count:
            key = ("empty", y, self.empty)
        elif place < self.window.count:
            row = self.window.id_at(place)
            key = ("row", place, row, row in self.marks, place == self.cursor and (1 + self.has_focus))
        else:
            return Strip.blank(width, self.rich_style)
        strip = self._drawn.get((*key, width))
        if strip is None:
            strip = self._draw(key, place)
            self._drawn[(*key, width)] = strip
        return strip

    def _draw(self, key: tuple[Any, ...], place: int) -> Strip:
        match key[0]:
            case "head":
                return self._strip(" " * GUTTER + self._head()[GUTTER:], "querytable--head")
            case "total":
                return self._strip(self._total(), "querytable--total")
            case "empty":
                return self._strip("   " + self.empty if key[1] == 2 else "", "querytable--empty")
        row = self.window.row(place) if self.window else None
        marked, cursor = key[3], key[4]
        if row is not None and self.window is not None and self._widen(self.window.listing.columns, row):
            self.call_later(self._relay)  # a number further down is wider than all above it
        text = " " * GUTTER if row is None else " " + (MARK if marked else " ") + " " + self._line(row)[GUTTER:]
        if not cursor:
            return self._strip(text, "querytable--marked" if marked else "querytable--row")
        style = self.get_component_rich_style("querytable--cursor" if cursor == 2 else "querytable--away")
        bar = style + Style(color=self.get_component_rich_style("querytable--bar").color, bold=True)
        rest = text[1:]
        return Strip([Segment(BAR, bar), Segment(rest, style)], cells(rest) + 1).adjust_cell_length(self.size.width, style)

    def _strip(self, text: str, name: str) -> Strip:
        style = self.get_component_rich_style(name)
        return Strip([Segment(text, style)], cells(text)).adjust_cell_length(self.size.width, style)

    def _line(self, row: Row) -> str:
        parts, at = [], 0
        for slot in self._slots:
            parts += [" " * (slot.start - at), fit(_cell(slot.column, row[slot.place]), slot.width, right=slot.column.show in RIGHT)]
            at = slot.start + slot.width
        return "".join(parts)

    def _head(self) -> str:
        name, down = self.window.sorted_by if self.window else ("", False)
        parts, at = [], 0
        for slot in self._slots:
            sign = (DOWN if down else UP) if slot.column.name == name else ""
            label = _(slot.column.label)
            room = slot.width - len(sign)
            right = slot.column.show in RIGHT
            text = fit(label, min(room, cells(label))) + sign
            parts += [" " * (slot.start - at), " " * (slot.width - cells(text)) * right, text, " " * (slot.width - cells(text)) * (not right)]
            at = slot.start + slot.width
        return "".join(parts)

    def _total(self) -> str:
        """The sums under their columns; one wider than its column reaches into the free cells before it."""
        sums = self.window.totals() if self.window else {}
        line, at = "", 0
        for slot in self._slots:
            if slot.column.name not in sums:
                continue
            text = written(slot.column, sums[slot.column.name])
            end = slot.start + slot.width
            label = _(N_("sum")) if not at else ""
            free = end - at - cells(text) - (1 if at else 0)
            if free < 0:
                text, free = fit(text, max(0, end - at - 1), right=True), 0
            if label and free > cells(label) + GUTTER:
                before = label + " " * max(2, slot.width - cells(text) + 2)
                line += " " * (free - cells(before)) + before + text if free >= cells(before) else " " * free + text
            else:
                line += " " * (end - at - cells(text)) + text
            at = end
        return line
