"""Help: what the keys do here and now, read from the bindings in force, under what the screen is for."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from deskbook.core.words import N_, _
from deskbook.ui.cells import wrap
from deskbook.ui.desk_screen import DeskModal
from deskbook.ui.keys import TWINS, action_of

GROUPS = {"list": N_("In lists"), "form": N_("In forms"), "desk": N_("Everywhere")}
"""By the first part of a binding's id; others stand first, under "Here"."""
HERE = N_("Here")
WIDTH = 78
"""Cells of the box, where there are so many."""


@dataclass(slots=True)
class Line:
    """One action: its keys as they are printed, what it does."""

    description: str
    tooltip: str
    enabled: bool
    keys: list[str] = field(default_factory=list)


def lines_of(app: App[object], active: Iterable[ActiveBinding]) -> dict[str, list[Line]]:
    """Group title -> its actions, each once with all its keys; only what has an id, which is what deskbook itself declares."""
    found: dict[str, dict[str, Line]] = {HERE: {}, **{title: {} for title in GROUPS.values()}}
    for _node, binding, enabled, tooltip in active:
        name = action_of(binding)
        if not name or not binding.description:
            continue
        group = found[GROUPS.get(name.partition(".")[0], HERE)]
        line = group.setdefault(name, Line(binding.description, tooltip or "", enabled))
        key = app.get_key_display(binding)
        if key not in line.keys and binding.key not in TWINS:
            line.keys.append(key)
    return {title: list(lines.values()) for title, lines in found.items() if lines}


class HelpScreen(DeskModal[None]):
    """Scrolls with the arrows; any of the help keys or Esc closes it."""

    HELP = N_("What the keys do on the screen you came from.")
    BINDINGS = [
        Binding("escape", "close", N_("back"), id="desk.back", tooltip=N_("Close the help")),
        Binding("question_mark,fullwidth_question_mark", "close", N_("close"), id="desk.help", show=False, tooltip=N_("Close the help")),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll { width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; }
    HelpScreen Static { width: 100%; height: auto; }
    """

    def __init__(self, about: Screen[object]) -> None:
        """about: the screen whose keys and HELP are shown."""
        super().__init__()
        self.text: str = getattr(about, "HELP", "")
        self.active = list(about.active_bindings.values())

    def compose(self) -> ComposeResult:
        box = VerticalScroll(Static(self.picture(), markup=False))
        box.border_title = _("Keys")
        box.border_subtitle = _("arrows scroll, esc closes")
        yield box

    def picture(self) -> Content:
        """All of it as text."""
        groups = lines_of(self.app, self.active)
        wide = min(max((cell_len("  ".join(line.keys)) for lines in groups.values() for line in lines), default=0), 24)
        names = min(max((cell_len(line.description) for lines in groups.values() for line in lines), default=0), 24)
        room = max(min(self.app.size.width, WIDTH) - wide - names - 10, 20)
        parts = [Content(_(self.text)), Content("")] if self.text else []
        for title, lines in groups.items():
            parts.append(Content.styled(_(title), "bold $accent"))
            for line in lines:
                said = wrap(line.tooltip, room) if line.tooltip != line.description else [""]
                keys, description = pad("  ".join(line.keys), wide), pad(line.description, names)
                look = "" if line.enabled else "dim"
                parts.append(Content.assemble((keys, look or "bold"), "  ", (description, look), "  ", (said[0], "dim")))
                parts += [Content.styled(" " * (cell_len(keys) + cell_len(description) + 4) + rest, "dim") for rest in said[1:]]
            parts.append(Content(""))
        return Content("\n").join(parts[:-1])

    def action_close(self) -> None:
        self.dismiss(None)


def pad(text: str, width: int) -> str:
    """The text with blanks after it to fill the cells."""
    return text + " " * max(width - cell_len(text), 0)
