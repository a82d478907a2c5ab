"""The lines above and below a screen: what is being shown, what was last done and how to take it back, the keys that matter now."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from rich.style import Style
from textual.binding import ActiveBinding
from textual.keys import format_key
from textual.strip import Strip
from textual.widget import Widget

from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, cut, fit, wrap

if TYPE_CHECKING:
    from textual.app import App

    from deskbook.ui.desk_app import Desk, Said

MOST_LINES = 3
"""Lines in which it is said why something was not done."""
GAP = 2
"""Cells between two keys."""

FIRST = (
    "desk.help", "form.save", "list.open", "card.open", "list.new", "desk.go", "list.find", "desk.back", "list.actions", "own", "list.filter",
    "desk.card", "desk.call",
)
"""What keeps its place in the line of keys when there is not room for all; then the others in their order."""
SHARED = frozenset({"desk", "list", "form", "card"})
"""Beginnings of the names of keys that mean the same on every screen; all others are a screen's own verbs."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key as it is printed, and what it does, in the language in use."""

    id: str
    key: str
    label: str
    enabled: bool = True

    @property
    def size(self) -> int:
        """Cells it takes."""
        return cells(self.key) + 1 + cells(self.label)


def hints(app: App[Any], active: Iterable[ActiveBinding], *, typing: bool) -> list[KeyHint]:
    """One hint for each action to be shown. typing: a field has the focus, so only keys that print nothing reach the action."""
    found: dict[str, KeyHint] = {}
    for _node, binding, enabled, _tooltip in active:
        name = binding.id or binding.action
        if not binding.show or not binding.description or name in found:
            continue
        if typing and printing(binding.key):
            continue
        found[name] = KeyHint(name, app.get_key_display(binding), binding.description, enabled)
    return list(found.values())


def printing(key: str) -> bool:
    """Whether a key puts a character into a field that has the focus."""
    return key == "space" or len(format_key(key)) == 1


def chosen(all_hints: list[KeyHint], width: int) -> list[KeyHint]:
    """Those that fit in so many cells: the ones that matter most, in the order they came."""
    rank = {name: n for n, name in enumerate(FIRST)}
    left = width
    kept: set[str] = set()
    for hint in sorted(all_hints, key=lambda hint: rank.get(hint.id if hint.id.partition(".")[0] in SHARED else "own", len(rank))):
        need = hint.size + (GAP if kept else 0)
        if need <= left:
            kept.add(hint.id)
            left -= need
    return [hint for hint in all_hints if hint.id in kept]


class Title(Widget):
    """One line: what is shown, in words, and how much of it at the right."""

    DEFAULT_CSS = "Title { height: 1; width: 1fr; text-style: bold; }"

    def __init__(self, left: str = "", right: str = "", *, classes: str = "") -> None:
        """Both in the user's language; they may hold what a person typed."""
        super().__init__(classes=classes)
        self.left = left
        self.right = right

    def say(self, left: str, right: str = "") -> None:
        """Show other words."""
        self.left, self.right = left, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width, style = self.size.width, self.rich_style
        right = cut(safe(self.right), width // 2)
        room = max(0, width - 2 - cells(right) - (2 if right else 0))
        left = fit(safe(self.left), room)
        dim = style + Style(bold=False, dim=True)
        return Strip([Segment(f" {left}{'  ' if right else ''}", style), Segment(f"{right} ", dim)]).adjust_cell_length(width, style)


class StatusBar(Widget):
    """Lines at the bottom: what was last done (or why not, whole where three lines hold it), and the keys that matter now, cut by their weight to the
    width there is."""

    COMPONENT_CLASSES = {"statusbar--done", "statusbar--undo", "statusbar--refused", "statusbar--key", "statusbar--label"}
    DEFAULT_CSS = """
    StatusBar { dock: bottom; height: 2; width: 1fr; }
    StatusBar > .statusbar--done { color: $text-muted; }
    StatusBar > .statusbar--undo { color: $accent; }
    StatusBar > .statusbar--refused { color: $text-error; text-style: bold; }
    StatusBar > .statusbar--key { color: $accent; text-style: bold; }
    StatusBar > .statusbar--label { color: $text-muted; }
    """

    def on_mount(self) -> None:
        """Follow what is said, and which keys count."""
        self.watch(self.app, "said", self._changed, init=False)
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self.watch(self.screen, "focused", self._changed, init=False)

    def on_resize(self) -> None:
        """What is refused may need other lines."""
        self._changed()

    def _changed(self, *_news: object) -> None:
        height = 1 + len(self._refused_lines())
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.refresh()

    def _refused_lines(self) -> list[str]:
        """Why something was not done, in lines; one empty line where nothing was refused."""
        said, width = self.said, self.size.width - 2
        if not said.refused or not said.words or width < 10:
            return [""]
        lines = wrap(f"! {safe(said.words)}", width)
        return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], cut(" ".join(lines[MOST_LINES - 1 :]), width)]

    @property
    def said(self) -> Said:
        """What the first line says."""
        return cast("Desk", self.app).said

    @property
    def typing(self) -> bool:
        """Whether a field has the focus, so that letters are text."""
        focused = self.screen.focused
        return focused is not None and focused.check_consume_key("n", "n")

    def shown(self) -> list[KeyHint]:
        """The keys in the second line."""
        screen = self.screen
        return chosen(hints(self.app, screen.active_bindings.values(), typing=self.typing), self.size.width - 2)

    def render_line(self, y: int) -> Strip:
        """One of the two lines."""
        width = self.size.width
        refused = self._refused_lines()
        if y < len(refused):
            segments = [Segment(refused[y], self._style("refused"))] if refused[0] else self._said_segments(width)
        else:
            segments = self._key_segments()
        return Strip([Segment(" ", self.rich_style), *segments]).adjust_cell_length(width, self.rich_style)

    def _said_segments(self, width: int) -> list[Segment]:
        said = self.said
        if not said.words:
            return []
        back = self._undo_words() if said.undo else ""
        words = cut(safe(said.words), width - 2 - (cells(back) + 3 if back else 0))
        return [Segment(words, self._style("done")), *([Segment("   ", self.rich_style), Segment(back, self._style("undo"))] if back else [])]

    def _undo_words(self) -> str:
        screen = self.screen
        usable = [a.binding for a in screen.active_bindings.values() if a.binding.id == "desk.undo" and a.enabled]
        if self.typing:
            usable = [binding for binding in usable if not printing(binding.key)]
        return _(N_("{key} takes it back"), key=self.app.get_key_display(usable[0])) if usable else ""

    def _key_segments(self) -> list[Segment]:
        segments: list[Segment] = []
        for hint in self.shown():
            off = Style(dim=True) if not hint.enabled else Style()
            segments += [Segment(" " * GAP, self.rich_style)] if segments else []
            segments += [Segment(hint.key, self._style("key") + off), Segment(f" {hint.label}", self._style("label") + off)]
        return segments

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"statusbar--{name}")
