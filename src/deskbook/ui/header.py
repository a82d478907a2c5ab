"""The first line of every full screen: whose book, which day, and whether the night went well."""
from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len, set_cell_size
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from deskbook.core.text import safe

if TYPE_CHECKING:
    from deskbook.ui.desk_app import Desk

GAP = "   "


class HeaderLine(Widget):
    """Reads Desk.facts() each time it is drawn: company (str), day (str, written), night (str, "" before the first one)."""

    DEFAULT_CSS = """
    HeaderLine { dock: top; height: 1; padding: 0 1; }
    """

    def on_mount(self) -> None:
        # Once a minute, so that a desk left open over midnight shows the new day.
        self.set_interval(60, self.refresh)

    def render(self) -> RenderResult:
        facts = cast("Desk", self.app).facts()
        company = safe(facts.get("company", ""))
        right = GAP.join(part for part in (facts.get("day", ""), facts.get("night", "")) if part)
        left = f"deskbook · {company}" if company else "deskbook"
        room = self.size.width - cell_len(right) - len(GAP)
        left = set_cell_size(left, max(room, 0))
        return Content.assemble((left[:8], "bold"), left[8:], GAP, (right, "dim"))
