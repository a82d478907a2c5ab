"""What is worth knowing about the row under the cursor, under a list: one line, two where it does not fit into one."""
from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from deskbook.core.text import safe
from deskbook.ui.cells import cut, wrap

MOST = 2
"""Lines at the most; what does not fit is on the card."""


class Hint(Widget):
    """A sentence in the user's language that may hold what a person typed."""

    DEFAULT_CSS = "Hint { height: 1; width: 1fr; color: $text-muted; }"

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self.text = ""
        self.lines: list[str] = [""]

    def say(self, text: str) -> None:
        """Show other words."""
        self.text = safe(text)
        self._fold()

    def on_resize(self, event: events.Resize) -> None:
        """Break it anew."""
        self._fold()

    def _fold(self) -> None:
        room = max(1, self.size.width - 2)
        lines = wrap(self.text, room)
        if len(lines) > MOST:
            lines = [*lines[: MOST - 1], cut(" ".join(lines[MOST - 1 :]), room)]
        self.lines = lines
        self.styles.height = len(lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        style = self.rich_style
        text = self.lines[y] if y < len(self.lines) else ""
        return Strip([Segment(f" {text}", style)]).adjust_cell_length(self.size.width, style)
