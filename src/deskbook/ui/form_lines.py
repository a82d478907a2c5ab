"""The lines of a document inside its form: the lines so far, and the row the next one is typed in."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import fit
from deskbook.ui.entry import Entry
from deskbook.ui.field_row import echoed, entry_for
from deskbook.ui.fields import Lines, Typed, Values

if TYPE_CHECKING:
    from deskbook.core.store import Look
    from deskbook.ui.desk_app import Desk

NUMBER = 4
"""Cells of the line number at the left."""


@dataclass(slots=True)
class Line:
    """One line that was added: what stands in its fields, and its values."""

    typed: dict[str, Typed]
    values: dict[str, Any]


class LineGrid(Widget, can_focus=True):
    """The lines so far, one row each, with a cursor."""

    COMPONENT_CLASSES = {"lines--cursor", "lines--extra"}
    DEFAULT_CSS = """
    LineGrid { height: auto; width: 1fr; }
    LineGrid > .lines--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    LineGrid > .lines--extra { color: $text-muted; }
    """
    BINDINGS = [
        Binding("enter,e,f4", "change", N_("change"), id="list.edit", tooltip=N_("Take the line down to change it.")),
        Binding("d,f8,delete", "remove", N_("take out"), id="list.remove", tooltip=N_("Take the line out of the document.")),
        Binding("up", "move(-1)", N_("line above"), id="lines.previous", show=False, tooltip=N_("The line above.")),
        Binding("down", "move(1)", N_("line below"), id="lines.next", show=False, tooltip=N_("The line below.")),
    ]

    @dataclass
    class Asked(Message):
        """what: "change", "remove", "before" (above the first), "after" (to the entry row) or "below" (past it)."""

        what: str
        at: int

    def __init__(self, box: LinesBox) -> None:
        super().__init__()
        self.box = box
        self.cursor = 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row a line."""
        return len(self.box.lines)

    def render_line(self, y: int) -> Strip:
        """One line."""
        if y >= len(self.box.lines):
            return Strip.blank(self.size.width, self.rich_style)
        chosen = y == self.cursor and self.has_focus
        style = self.get_component_rich_style("lines--cursor") if chosen else self.rich_style
        text = self.box.row_text(y, self.size.width, "▌" if chosen else " ")
        return Strip([Segment(text, style)], cell_len(text)).adjust_cell_length(self.size.width, style)

    def place(self, at: int) -> None:
        """Put the cursor on a line."""
        self.cursor = max(0, min(len(self.box.lines) - 1, at))
        self.refresh()
        self.scroll_to_region_in_parent()

    def scroll_to_region_in_parent(self) -> None:
        """Keep the cursor's line in sight."""
        for parent in self.ancestors:
            if isinstance(parent, Widget) and parent.is_scrollable and parent.styles.overflow_y == "auto":
                offset = self.virtual_region.y + self.box.virtual_region.y + self.cursor
                parent.scroll_to_region(Region(0, offset, 1, 1), animate=False)
                break

    def action_move(self, by: int) -> None:
        """Move the cursor; past the ends, leave."""
        at = self.cursor + by
        if at < 0:
            self.post_message(self.Asked("before", 0))
        elif at >= len(self.box.lines):
            self.post_message(self.Asked("after", 0))
        else:
            self.place(at)

    def action_change(self) -> None:
        """Take the line down into the entry row."""
        self.post_message(self.Asked("change", self.cursor))

    def action_remove(self) -> None:
        """Take the line out."""
        self.post_message(self.Asked("remove", self.cursor))


class LinesBox(Vertical):
    """The lines and their entry row."""

    BINDINGS = [
        Binding("up", "above", N_("lines"), id="lines.previous", show=False, tooltip=N_("Into the lines above.")),
        Binding("down", "below", N_("on"), id="lines.next", show=False, tooltip=N_("The fields below the lines.")),
    ]
    DEFAULT_CSS = """
    LinesBox { height: auto; margin-top: 1; padding: 0 2; }
    LinesBox .lines-head { height: 1; width: 1fr; color: $text-muted; }
    LinesBox .lines-entry { height: 1; }
    LinesBox .lines-mark { width: 4; height: 1; color: $accent; }
    LinesBox .lines-entry Entry { margin-right: 1; }
    LinesBox .lines-echo { height: auto; color: $text-muted; padding-left: 4; }
    LinesBox .lines-refusal { height: auto; color: $text-error; padding-left: 4; display: none; }
    LinesBox .lines-total { height: auto; width: 1fr; text-align: right; }
    """

    @dataclass
    class Changed(Message):
        """A line was added, changed or taken out."""

        box: LinesBox

    def __init__(self, declared: Lines, header: Callable[[], Values]) -> None:
        """header: the values of the fields above, asked when defaults are wanted."""
        super().__init__()
        self.declared = declared
        self.header = header
        self.lines: list[Line] = []
        self.at: int | None = None
        """The index of the line being changed; None while the entry row makes a new one."""
        self.entries = [entry_for(field) for field in declared.fields]
        self.grower = next((i for i, field in enumerate(declared.fields) if field.grows), 0)
        self.grid = LineGrid(self)
        self.head = Static("", markup=False, classes="lines-head")
        self.mark = Static("", markup=False, classes="lines-mark")
        self.echo = Static("", markup=False, classes="lines-echo")
        self.refusal = Static("", markup=False, classes="lines-refusal")
        self.total = Static("", markup=False, classes="lines-total")
        self.refused = ""

    def compose(self) -> ComposeResult:
        """Head, lines, entry row, echo, total."""
        yield self.head
        yield self.grid
        with Horizontal(classes="lines-entry"):
            yield self.mark
            yield from self.entries
        yield self.refusal
        yield self.echo
        yield self.total

    def on_mount(self) -> None:
        """Draw what is there."""
        self.paint()

    def on_resize(self) -> None:
        """Fit the columns."""
        self.paint()

    @property
    def look(self) -> Look:
        """The store, to read."""
        return cast("Desk", self.app).store.look

    def action_above(self) -> None:
        """Into the lines, or above them where there are none."""
        if self.lines:
            self.grid.place(len(self.lines) - 1)
            self.grid.focus()
        else:
            self.post_message(LineGrid.Asked("before", 0))

    def action_below(self) -> None:
        """Past the lines."""
        self.post_message(LineGrid.Asked("below", 0))

    # What is drawn

    def widths(self, width: int) -> list[int]:
        """Cells of each field's column in a box so wide."""
        fields = self.declared.fields
        extra = self.declared.extra_width + 1 if self.declared.extra else 0
        cells = [field.width for field in fields]
        others = sum(c + 1 for i, c in enumerate(cells) if i != self.grower)
        cells[self.grower] = max(8, width - NUMBER - others - 1 - extra)
        return cells

    def row(self, texts: list[str], extra: str, width: int, mark: str) -> str:
        """Texts in their columns."""
        columns = zip(texts, self.widths(width), self.declared.fields, strict=True)
        parts = [fit(text, cells, right=field.right) + " " for text, cells, field in columns]
        if self.declared.extra:
            parts.append(fit(extra, self.declared.extra_width, right=True))
        return fit(mark, NUMBER) + "".join(parts)

    def row_text(self, at: int, width: int, mark: str) -> str:
        """One line as it is drawn."""
        line = self.lines[at]
        texts = [field.shown(line.typed.get(field.name, Typed()), line.values.get(field.name)) for field in self.declared.fields]
        return self.row(texts, self._extra(line.values), width, f"{mark}{at + 1:>2}")

    def _extra(self, values: Values) -> str:
        if self.declared.extra is None:
            return ""
        try:
            return safe(self.declared.extra(values, self.look))
        except Refusal:
            return ""

    def paint(self) -> None:
        """Draw the head, the lines, the entry row and the total anew."""
        width = self.grid.size.width
        if not width:
            return
        for entry, cells in zip(self.entries, self.widths(width), strict=True):
            entry.styles.max_width = None
            entry.styles.width = cells
        self.head.update(self.row([_(field.label) for field in self.declared.fields], _(self.declared.extra_label), width, ""))
        self.paint_mark()
        total = ""
        if self.declared.total is not None and self.lines:
            total = safe(self.declared.total([line.values for line in self.lines], self.look))
        self.total.update(total)
        self.grid.refresh(layout=True)

    def paint_mark(self) -> None:
        """The number of the entry row, marked while the person is in it."""
        here = "▌" if any(entry.active for entry in self.entries) else " "
        self.mark.update(f"{here}{(len(self.lines) if self.at is None else self.at) + 1:>2}")

    def say(self, words: str) -> None:
        """A refusal under the entry row; "" takes it away."""
        self.refused = words
        self.refusal.update(f"! {words}" if words else "")
        self.refusal.display = bool(words)

    def paint_echo(self) -> None:
        """What was understood in the field the person is in, and the amount of the line."""
        entry = next((entry for entry in self.entries if entry.active), None)
        words = ""
        self.paint_mark()
        if entry is not None:
            values = self.values()
            # what a line says may follow from the header: the last price to this customer
            known = {**self.header(), **values}
            before = [e for e in self.entries[: self.entries.index(entry)] if e.field.echo is not None and values[e.field.name] is not None]
            # in an empty field, what was said about the one before stays: what is available of the item while its quantity is asked
            said = echoed(entry, known) or (echoed(before[-1], known) if before else "")
            said = "" if said == self.refused else said  # once is enough
            words = "   ".join(filter(None, (said, "" if self.empty else self._extra(values))))
        self.echo.update(words)

    # The entry row

    def after(self, entry: Entry) -> Entry | None:
        """The field Enter goes to from one of the entry row; None after the last."""
        values = {**self.header(), **self.values()}
        asked = self.declared.asks(values, self.look) if self.declared.asks is not None else ()
        later = self.entries[self.entries.index(entry) + 1 :]
        return next((e for e in later if e.field.quick or (e.field.name in asked and not e.input.value.strip())), None)

    @property
    def empty(self) -> bool:
        """Whether the entry row holds nothing a person typed."""
        return all(entry.input.value.strip() in ("", entry.default) for entry in self.entries)

    def values(self) -> dict[str, Any]:
        """What the entry row means so far."""
        return {entry.field.name: entry.soft() for entry in self.entries}

    def fill_defaults(self) -> None:
        """Put in what follows from the line so far, where nothing was typed."""
        if self.empty:
            return
        texts = self._defaults(self.values())
        for entry in self.entries:
            if entry.field.name in texts:
                entry.put_default(texts[entry.field.name])

    def _defaults(self, values: Values) -> Mapping[str, str]:
        if self.declared.defaults is None:
            return {}
        try:
            return self.declared.defaults(values, self.header(), self.look)
        except Refusal:
            return {}

    def clear(self) -> None:
        """An empty entry row for the next line."""
        self.at = None
        for entry in self.entries:
            entry.put(entry.field.filled(entry.field.start, self.look))
            entry.default = entry.input.value
        self.say("")
        self.paint()

    def add(self) -> Entry | None:
        """Take the entry row in as a line; None when it was taken, else the field that must change (its refusal is shown)."""
        for entry in self.entries:
            entry.settle()
        self.fill_defaults()
        values: dict[str, Any] = {}
        for entry in self.entries:
            try:
                values[entry.field.name] = entry.read()
            except Refusal as refusal:
                self.say(str(refusal))
                return entry
        line = Line({entry.field.name: entry.typed for entry in self.entries}, values)
        if self.at is None:
            self.lines.append(line)
        else:
            self._empty_what_is_void(self.lines[self.at], line)
            self.lines[self.at] = line
        self.clear()
        self.post_message(self.Changed(self))
        return None

    def _empty_what_is_void(self, before: Line, line: Line) -> None:
        for name in self.declared.void(before.values, line.values) if self.declared.void else ():
            field = next(field for field in self.declared.fields if field.name == name)
            if line.typed[name] == before.typed.get(name):
                line.typed[name] = Typed()
                line.values[name] = field.understood(Typed())

    def change(self, at: int) -> Entry:
        """Take a line down into the entry row; the field to begin with comes back."""
        self.at = at
        line = self.lines[at]
        texts = self._defaults(line.values)
        for entry in self.entries:
            entry.put(line.typed.get(entry.field.name, Typed()))
            # What would have been proposed anyway may be proposed anew when the item changes.
            entry.default = entry.input.value if entry.input.value == texts.get(entry.field.name) else ""
        self.say("")
        self.paint()
        return self.entries[0]

    def take_out(self, at: int) -> None:
        """Take a line out."""
        del self.lines[at]
        if self.at is not None:
            self.clear()
        self.grid.place(self.grid.cursor)
        self.paint()
        self.post_message(self.Changed(self))

    # What is kept and given

    def fill(self, lines: list[Mapping[str, Any]]) -> None:
        """Lines by values or texts, as Field.filled takes them."""
        self.take([{field.name: field.filled(line.get(field.name, field.start), self.look) for field in self.declared.fields} for line in lines])

    def take(self, lines: list[dict[str, Typed]]) -> None:
        """Lines by what stands in their fields; what is not understood any more counts as not typed."""
        self.lines = []
        for typed in lines:
            values: dict[str, Any] = {}
            for field in self.declared.fields:
                try:
                    values[field.name] = field.understood(typed.get(field.name, Typed()))
                except Refusal:
                    values[field.name] = None
            self.lines.append(Line(typed, values))
        self.paint()

    def packed(self) -> dict[str, Any]:
        """As JSON keeps them."""
        return {
            "lines": [{name: typed.packed() for name, typed in line.typed.items()} for line in self.lines],
            "entry": {entry.field.name: entry.typed.packed() for entry in self.entries},
            "at": self.at,
        }

    def unpack(self, kept: Any) -> None:
        """From what `packed` made."""
        if not isinstance(kept, dict):
            return
        self.take([{str(name): Typed.unpacked(typed) for name, typed in line.items()} for line in kept.get("lines", []) if isinstance(line, dict)])
        at = kept.get("at")
        self.at = at if isinstance(at, int) and 0 <= at < len(self.lines) else None
        row = kept.get("entry")
        for entry in self.entries:
            entry.put(Typed.unpacked(row.get(entry.field.name)) if isinstance(row, dict) else Typed())
        self.paint()

    def first_wrong(self) -> tuple[int, Refusal] | None:
        """The first line that cannot be saved (kept from another day, or filled in by another screen)."""
        for at, line in enumerate(self.lines):
            for field in self.declared.fields:
                try:
                    field.understood(line.typed.get(field.name, Typed()))
                except Refusal as refusal:
                    return at, refusal
        return None
