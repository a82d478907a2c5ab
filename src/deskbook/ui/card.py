"""The card: everything about one record on one screen, in sections of labels and values; a value may open what stands behind it."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import aligned, cells, cut, fit, wrap
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.query_table import BAR
from deskbook.ui.status_bar import StatusBar, Title

if TYPE_CHECKING:
    from deskbook.ui.desk_app import Desk
    from deskbook.ui.taker import Taker


@dataclass(frozen=True, slots=True)
class Target:
    """What a value opens: the list of a book asking `ask`, the cursor on `row`; without `ask`, the card of `row`."""

    book: str
    ask: Ask | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values of a row. text: as it is shown; drop: as it would be typed into a field, where that differs ("12" of "12 pc");
    target: what Enter opens; record: the book and id of the record it names, where it does not open that; wrote: what wrote an amount or a
    day, so that a field of quantities can tell one from a price (345) or a day (2026-11-12 is a sum too)."""

    text: str
    drop: str = ""
    target: Target | None = None
    record: tuple[str, int] | None = None
    wrote: Callable[..., str] | None = None

    @property
    def typed(self) -> str:
        """What a person would type for it."""
        return self.drop or self.text

    @property
    def names(self) -> tuple[str, int] | None:
        """The book and id of the record it names; None for what is no record."""
        if self.target is not None and self.target.ask is None and self.target.row is not None:
            return self.target.book, self.target.row
        return self.record


Said = str | tuple[Value, ...]
CardRow = tuple[str, Said] | tuple[str, Said, Target]
"""Label marked with N_ (or "" to go on under the value before), value or values in the user's language, and what Enter on a single value opens."""


@dataclass(frozen=True, slots=True)
class CardSection:
    """A part of a card under its title (marked with N_; "" for none)."""

    title: str
    rows: Sequence[CardRow]


def go(desk: Desk, target: Target) -> None:
    """Open what a value leads to."""
    if target.ask is None and target.row is not None:
        desk.open_card(target.book, target.row)
    else:
        desk.go(target.book, target.ask, row=target.row)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it is drawn. pieces: (index of the value, text), two blanks between them."""

    label: str = ""
    pieces: tuple[tuple[int, str], ...] = ()
    title: str = ""


class CardView(ScrollView, can_focus=True, inherit_bindings=False):
    """Sections of a card. Up and down go from one value that opens to the next; without such values they scroll."""

    BINDING_GROUP_TITLE = N_("On the card")
    BINDINGS = [
        Binding("enter", "choose", N_("show"), id="card.open", tooltip=N_("Open what stands behind the value")),
        Binding("up", "move(-1)", N_("up"), id="card.up", show=False, tooltip=N_("To the value above")),
        Binding("down", "move(1)", N_("down"), id="card.down", show=False, tooltip=N_("To the value below")),
        Binding("left", "turn(-1)", N_("left"), id="card.left", show=False, tooltip=N_("To the value before this one")),
        Binding("right", "turn(1)", N_("right"), id="card.right", show=False, tooltip=N_("To the value after this one")),
        Binding("pageup", "page(-1)", N_("page up"), id="card.page_up", show=False, tooltip=N_("One page up")),
        Binding("pagedown", "page(1)", N_("page down"), id="card.page_down", show=False, tooltip=N_("One page down")),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"cardview--{part}" for part in ("title", "label", "value", "opens", "cursor", "chosen", "bar")}
    DEFAULT_CSS = """
    CardView { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    CardView > .cardview--title { color: $accent; text-style: bold; }
    CardView > .cardview--label { color: $text-muted; }
    CardView > .cardview--value { color: $foreground; }
    CardView > .cardview--opens { color: $foreground; text-style: underline; }
    CardView > .cardview--cursor { background: $panel; color: $foreground; text-style: bold; }
    CardView > .cardview--chosen { background: $accent; color: $background; text-style: bold; }
    CardView:nocolor > .cardview--chosen { text-style: bold reverse; }
    CardView > .cardview--bar { color: $accent; text-style: bold; }
    """

    class Chosen(Message):
        """Enter on a value that opens something."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    def __init__(self, sections: Sequence[CardSection] = (), *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self.sections: Sequence[CardSection] = sections
        self.cursor: int | None = None
        """The index of the value under the cursor; None where there is none to stop at."""
        self.values: list[Value] = []
        self._at: list[int] = []
        """The line each value begins on."""
        self._lines: list[_Line] = []
        self._label_width = 0

    def show(self, sections: Sequence[CardSection]) -> None:
        """Show these sections from their top."""
        keep = self.cursor
        self.sections = sections
        self._relay()
        self.cursor = keep if keep in self._stops else self.first
        self.refresh()

    @property
    def _stops(self) -> list[int]:
        return [n for n, value in enumerate(self.values) if self.stops_at(value)]

    def stops_at(self, value: Value) -> bool:
        """Whether the cursor goes to a value: to those that open something."""
        return value.target is not None

    @property
    def first(self) -> int | None:
        """The value the cursor begins on."""
        return next(iter(self._stops), None)

    @property
    def under_cursor(self) -> Value | None:
        """The value under the cursor."""
        return self.values[self.cursor] if self.cursor is not None and self.cursor < len(self.values) else None

    def _relay(self) -> None:
        width = max(10, self.size.width - 3)
        labels = [cells(safe(_(row[0]))) for section in self.sections for row in section.rows]
        self._label_width = min(max(labels, default=0), width * 2 // 5)
        room = max(4, width - self._label_width - 2)
        self._lines, self.values, self._at = [], [], []
        for section in self.sections:
            if self._lines:
                self._lines.append(_Line())
            if section.title:
                self._lines.append(_Line(title=cut(safe(_(section.title)), width)))
            texts = aligned([row[1] if isinstance(row[1], str) else "" for row in section.rows], room)
            for (label, said, *rest), text in zip(section.rows, texts, strict=True):
                values = said if isinstance(said, tuple) else (Value(said, target=rest[0] if rest else None),)
                lines = self._broken(values, [value.text for value in values] if isinstance(said, tuple) else [text], room)
                self._lines += [_Line(safe(_(str(label))) if n == 0 else "", tuple(pieces)) for n, pieces in enumerate(lines)]
        self.virtual_size = Size(1, len(self._lines))
        self.refresh()

    def _broken(self, values: Sequence[Value], texts: Sequence[str], room: int) -> list[list[tuple[int, str]]]:
        """The values of a row, drawn as these texts, in lines; one that does not fit behind the others begins a line, one longer than a line goes on
        below."""
        lines: list[list[tuple[int, str]]] = [[]]
        left = room
        for value, text in zip(values, map(safe, texts), strict=True):
            if lines[-1] and cells(text) + 2 > left:
                lines.append([])
                left = room
            at = len(self.values)
            self.values.append(value)
            self._at.append(len(self._lines) + len(lines) - 1)
            for n, part in enumerate(wrap(text, left - 2 if lines[-1] else left)):
                if n:
                    lines.append([])
                    left = room
                left -= cells(part) + (2 if lines[-1] else 0)
                lines[-1].append((at, part))
        return lines

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.show(self.sections)

    def on_focus(self) -> None:
        """The cursor shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor hides."""
        self.refresh()

    def action_move(self, step: int) -> None:
        """To the first such value of the next line that has one, or one line on."""
        here = self._at[self.cursor] if self.cursor is not None else -1
        on = [self._at[n] for n in self._stops if (self._at[n] > here if step > 0 else self._at[n] < here)]
        if on:
            line = min(on) if step > 0 else max(on)
            self._to(next(n for n in self._stops if self._at[n] == line))
        else:
            self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def action_turn(self, step: int) -> None:
        """To the value beside this one."""
        stops = self._stops
        if self.cursor in stops and 0 <= stops.index(self.cursor) + step < len(stops):
            self._to(stops[stops.index(self.cursor) + step])

    def _to(self, value: int) -> None:
        self.cursor = value
        line, top, height = self._at[value], self.scroll_offset.y, self.size.height
        if not top <= line < top + height:
            self.scroll_to(y=max(0, line - height // 2), animate=False, immediate=True)
        self.refresh()

    def action_page(self, step: int) -> None:
        """One page on."""
        self.scroll_to(y=self.scroll_offset.y + step * self.size.height, animate=False, immediate=True)

    def action_choose(self) -> None:
        """Open what stands behind the value under the cursor."""
        value = self.under_cursor
        if value is not None and value.target is not None:
            self.post_message(self.Chosen(value.target))

    def render_line(self, y: int) -> Strip:
        """One line of the card."""
        width, n = self.size.width, y + self.scroll_offset.y
        if n >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[n]
        if line.title:
            return Strip([Segment(f" {line.title}", self.get_component_rich_style("cardview--title"))]).adjust_cell_length(width, self.rich_style)
        at = self.has_focus and self.cursor is not None and n == self._at[self.cursor]
        cursor = self.get_component_rich_style("cardview--cursor") if at else None
        label = cursor or self.get_component_rich_style("cardview--label")
        bar = label + Style(color=self.get_component_rich_style("cardview--bar").color)
        segments = [
            Segment(BAR if at else " ", bar),
            Segment(f"{fit(line.label, self._label_width)}{'  ' if self._label_width else ''}", label),
        ]
        # On a line of one value the line is mark enough.
        several = len({value for value, _text in line.pieces if self.stops_at(self.values[value])}) > 1
        for n, (value, text) in enumerate(line.pieces):
            opens = "cardview--opens" if self.values[value].target else "cardview--value"
            style = cursor or self.get_component_rich_style(opens)
            if at and several and value == self.cursor:
                style = self.get_component_rich_style("cardview--chosen")
            segments += [Segment("  ", cursor or self.rich_style)] if n else []
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, cursor or self.rich_style)


class TakeView(CardView):
    """A card of which a value goes into the field that was left: the cursor goes to every one."""

    BINDINGS = [
        Binding("enter", "choose", N_("into the field"), id="card.open", tooltip=N_("Put the value into the field you came from")),
    ]

    class Taken(Message):
        """Enter on a value."""

        def __init__(self, value: Value) -> None:
            super().__init__()
            self.value = value

    def __init__(self, fits: Callable[[Value], bool]) -> None:
        """fits: whether the field reads a value; the cursor begins on the first that it does."""
        super().__init__()
        self.fits = fits

    def stops_at(self, value: Value) -> bool:
        """Every value that says something."""
        return bool(value.text.strip())

    @property
    def first(self) -> int | None:
        """The first value that the field reads."""
        return next((n for n in self._stops if self.fits(self.values[n])), super().first)

    def action_choose(self) -> None:
        """Put the value under the cursor into the field."""
        value = self.under_cursor
        if value is not None:
            self.post_message(self.Taken(value))


class CardScreen(DeskScreen[None]):
    """One card over the whole screen. load: reads its sections anew, each time the screen comes back to the front."""

    BINDING_GROUP_TITLE = N_("Card")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to where you came from"))]
    DEFAULT_CSS = "CardScreen { layout: vertical; }"

    def __init__(self, title: str, load: Callable[[], Sequence[CardSection]], taker: Taker | None = None) -> None:
        """title: in the user's language, may hold what a person typed; taker: the field a value goes into, where one was left for the card."""
        super().__init__()
        self._title = title
        self._load = load
        self._taker = taker
        self._seen = -1

    def compose(self) -> ComposeResult:
        """Title, card, status."""
        entry = self._taker.entry if self._taker else None
        yield Title(self._title, f"→ {_(entry.field.label)}" if entry else "")
        yield TakeView(entry.fits) if entry else CardView()
        yield StatusBar()

    def taker(self) -> Taker | None:
        """A card that is opened from this one is for the same field."""
        return self._taker

    def on_mount(self) -> None:
        """Read the card, and look now and then whether the book changed."""
        self._check()
        self.set_interval(2.0, self._check)

    def on_screen_resume(self) -> None:
        """The book may have changed meanwhile."""
        self._check()

    def _check(self) -> None:
        if self.is_current and self._seen != self.store.revision:
            self._seen = self.store.revision
            self.query_one(CardView).show(self._load())

    def on_card_view_chosen(self, event: CardView.Chosen) -> None:
        """Go where the value leads."""
        go(self.desk, event.target)

    def on_take_view_taken(self, event: TakeView.Taken) -> None:
        """Put a value into the field that was left, and go back there; where the field cannot read it, say so and stay."""
        taker = self._taker
        if taker is None or taker.entry is None:
            return
        try:
            taker.entry.drop(event.value)
        except Refusal as refusal:
            words = N_("{field} does not take “{value}”: {why}")
            self.desk.refuse(Refusal("", words, field=_(taker.entry.field.label), value=safe(event.value.typed), why=refusal))
            return
        while self.app.screen is not taker.form:
            self.app.pop_screen()

    def action_back(self) -> None:
        """One step back."""
        self.dismiss(None)
