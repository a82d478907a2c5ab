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
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, cut, fit, wrap
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.query_table import BAR
from deskbook.ui.status_bar import StatusBar, Title

if TYPE_CHECKING:
    from deskbook.ui.desk_app import Desk


@dataclass(frozen=True, slots=True)
class Target:
    """What a value opens: the list of a book asking `ask`, the cursor on `row`; without `ask`, the card of `row`."""

    book: str
    ask: Ask | None = None
    row: int | None = None


CardRow = tuple[str, str] | tuple[str, str, Target]
"""Label marked with N_ (or "" to go on under the value before), value in the user's language, and what Enter on it opens."""


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
    label: str
    text: str
    title: bool = False
    target: Target | None = None


class CardView(ScrollView, can_focus=True, inherit_bindings=False):
    """Sections of a card. Up and down go from one value that opens to the next; without such values they scroll."""

    BINDING_GROUP_TITLE = N_("On the card")
    BINDINGS = [
        Binding("enter", "choose", N_("show"), id="card.open", tooltip=N_("Open what stands behind the value")),
        Binding("up", "move(-1)", N_("up"), id="card.up", show=False, tooltip=N_("To the value above that opens")),
        Binding("down", "move(1)", N_("down"), id="card.down", show=False, tooltip=N_("To the value below that opens")),
        Binding("pageup", "page(-1)", N_("page up"), id="card.page_up", show=False, tooltip=N_("One page up")),
        Binding("pagedown", "page(1)", N_("page down"), id="card.page_down", show=False, tooltip=N_("One page down")),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"cardview--{part}" for part in ("title", "label", "value", "opens", "cursor", "bar")}
    DEFAULT_CSS = """
    CardView { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    CardView > .cardview--title { color: $accent; text-style: bold; }
    CardView > .cardview--label { color: $text-muted; }
    CardView > .cardview--value { color: $foreground; }
    CardView > .cardview--opens { color: $foreground; text-style: underline; }
    CardView > .cardview--cursor { background: $panel; color: $foreground; text-style: bold; }
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
        """The line under the cursor, where a value opens something."""
        self._lines: list[_Line] = []
        self._label_width = 0

    def show(self, sections: Sequence[CardSection]) -> None:
        """Show these sections from their top."""
        keep = self.cursor
        self.sections = sections
        self._relay()
        stops = self._stops
        self.cursor = keep if keep in stops else stops[0] if stops else None
        self.refresh()

    @property
    def _stops(self) -> list[int]:
        return [n for n, line in enumerate(self._lines) if line.target]

    def _relay(self) -> None:
        width = max(10, self.size.width - 3)
        labels = [cells(safe(_(row[0]))) for section in self.sections for row in section.rows]
        self._label_width = min(max(labels, default=0), width * 2 // 5)
        room = max(4, width - self._label_width - 2)
        self._lines = []
        for section in self.sections:
            if self._lines:
                self._lines.append(_Line("", ""))
            if section.title:
                self._lines.append(_Line("", cut(safe(_(section.title)), width), title=True))
            for label, value, *rest in section.rows:
                target = rest[0] if rest else None
                for n, part in enumerate(wrap(safe(str(value)), room)):
                    self._lines.append(_Line(safe(_(str(label))) if n == 0 else "", part, target=target if n == 0 else None))
        self.virtual_size = Size(1, len(self._lines))
        self.refresh()

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
        """To the next value that opens, or one line on."""
        stops = self._stops
        on = [n for n in stops if self.cursor is None or (n > self.cursor if step > 0 else n < self.cursor)]
        if on:
            self.cursor = on[0] if step > 0 else on[-1]
            top, height = self.scroll_offset.y, self.size.height
            if not top <= self.cursor < top + height:
                self.scroll_to(y=max(0, self.cursor - height // 2), animate=False, immediate=True)
            self.refresh()
        else:
            self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def action_page(self, step: int) -> None:
        """One page on."""
        self.scroll_to(y=self.scroll_offset.y + step * self.size.height, animate=False, immediate=True)

    def action_choose(self) -> None:
        """Open what stands behind the value under the cursor."""
        target = self._lines[self.cursor].target if self.cursor is not None and self.cursor < len(self._lines) else None
        if target:
            self.post_message(self.Chosen(target))

    def render_line(self, y: int) -> Strip:
        """One line of the card."""
        width, n = self.size.width, y + self.scroll_offset.y
        if n >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[n]
        if line.title:
            return Strip([Segment(f" {line.text}", self.get_component_rich_style("cardview--title"))]).adjust_cell_length(width, self.rich_style)
        at = n == self.cursor and self.has_focus
        cursor = self.get_component_rich_style("cardview--cursor") if at else None
        label = cursor or self.get_component_rich_style("cardview--label")
        value = cursor or self.get_component_rich_style("cardview--opens" if line.target else "cardview--value")
        bar = label + Style(color=self.get_component_rich_style("cardview--bar").color)
        segments = [
            Segment(BAR if at else " ", bar),
            Segment(f"{fit(line.label, self._label_width)}{'  ' if self._label_width else ''}", label),
            Segment(line.text, value),
        ]
        return Strip(segments).adjust_cell_length(width, cursor or self.rich_style)


class CardScreen(DeskScreen[None]):
    """One card over the whole screen. load: reads its sections anew, each time the screen comes back to the front."""

    BINDING_GROUP_TITLE = N_("Card")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to where you came from"))]
    DEFAULT_CSS = "CardScreen { layout: vertical; }"

    def __init__(self, title: str, load: Callable[[], Sequence[CardSection]]) -> None:
        """title: in the user's language, may hold what a person typed."""
        super().__init__()
        self._title = title
        self._load = load
        self._seen = -1

    def compose(self) -> ComposeResult:
        """Title, card, status."""
        yield Title(self._title)
        yield CardView()
        yield StatusBar()

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

    def action_back(self) -> None:
        """One step back."""
        self.dismiss(None)
