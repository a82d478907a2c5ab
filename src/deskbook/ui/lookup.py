"""A field that finds a row by any part of its name, code, alias, pinyin or phone, and can make the missing one."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskbook.core.refusal import Refusal
from deskbook.core.search import fold
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.entry import Entry
from deskbook.ui.fields import Field, Typed
from deskbook.ui.whole_strip import WholeStrip

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look
    from deskbook.ui.card import Value
    from deskbook.ui.desk_app import Desk

SLOW = 0.015
"""Seconds: a search that took longer waits for a pause in the typing."""
PAUSE = 0.12
"""Seconds of pause it waits for."""
MOST = 50
"""Rows shown at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """One row that matches. text: what stands in the field when it is chosen; detail: what tells it from its neighbours (city, stock)."""

    id: int
    text: str
    detail: str = ""
    code: str = ""
    """A code that, typed whole, means this row and no other."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Where a lookup looks. name: marked with N_, the kind of row in the singular ("customer")."""

    name: str
    search: Callable[[Look, str], list[Found]]
    """Rows that match what was typed (never empty), best first; 50 are plenty."""
    show: Callable[[Look, int], str]
    """The text of a row known by its id."""
    create: Callable[[Desk, str], Screen[Any]] | None = None
    """The form of the missing row, given what was typed; the id it returns becomes the field's value."""
    book: str = ""
    """The book its rows have their cards in; "" for none."""


class FoundList(OptionList, can_focus=False):
    """The rows found, over whatever is below."""

    DEFAULT_CSS = """
    FoundList {
        overlay: screen; constrain: inside inflect; display: none;
        height: auto; max-height: 9; width: auto; min-width: 24; max-width: 90vw;
        border: none; padding: 0 1; background: $panel; scrollbar-size-vertical: 1;
    }
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its lines, whose Chinese characters stay whole over the edges of the fields underneath."""
        return [WholeStrip(list(strip), strip.cell_length) for strip in super().render_lines(crop)]

    def show_found(self, found: list[Found], at: int) -> None:
        """Show these rows, one of them highlighted."""
        text_cells = max((cell_len(safe(row.text)) for row in found), default=0)
        detail_cells = max((cell_len(safe(row.detail)) for row in found), default=0)
        lines = []
        for row in found:
            line = Text(safe(row.text), no_wrap=True, overflow="ellipsis", end="")
            if row.detail:
                line.append(" " * (text_cells - cell_len(line.plain) + 2))
                line.append(safe(row.detail), style="dim")
            lines.append(Option(line))
        self.set_options(lines)
        # One more cell for the scrollbar, two for the padding.
        self.styles.width = text_cells + (detail_cells + 2 if detail_cells else 0) + 3
        self.highlighted = at if lines else None
        self.display = bool(lines)


class LookupInput(Entry):
    """A field whose value is the id of a row."""

    BINDINGS = [
        Binding("down", "move(1)", N_("next match"), id="lookup.next", show=False, tooltip=N_("The match below.")),
        Binding("up", "move(-1)", N_("match before"), id="lookup.previous", show=False, tooltip=N_("The match above.")),
        Binding("escape", "shut", N_("close the matches"), id="desk.back", show=False, tooltip=N_("Close the list of matches.")),
        Binding("f7,insert", "create", N_("add it"), id="list.new", tooltip=N_("Add the missing one and come back with it.")),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        if field.finder is None:
            raise ValueError(field.name)
        self.finder: Finder = field.finder
        self.list = FoundList()
        self.found: list[Found] = []
        self._chosen = Typed()
        self._searched = ""
        self._cost = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The input, and the rows found under it."""
        yield self.input
        yield self.list

    @property
    def typed(self) -> Typed:
        """What stands in it; with the row while the text is the one it was chosen by."""
        return self._chosen if self._chosen.row is not None and self._chosen.text == self.input.value else Typed(self.input.value)

    def put(self, typed: Typed) -> None:
        """Put a row or a text in."""
        super().put(typed)
        self._chosen = Typed(self.input.value, typed.row)
        self._shut()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find, at once or, where finding is slow, at the next pause."""
        if self._timer is not None:
            self._timer.stop()
        if self.typed.row is not None or not self.input.has_focus:
            self._shut()
        elif self._cost < SLOW:
            self._find()
        else:
            self._timer = self.set_timer(PAUSE, self._find_late)
        super().on_input_changed(event)

    def _find_late(self) -> None:
        self._find()
        self.post_message(self.Edited(self, True))

    def _find(self) -> None:
        text = self.input.value.strip()
        if text and text == self._searched:
            return
        self._searched = text
        begun = perf_counter()
        self.found = self.finder.search(self.look, text)[:MOST] if text else []
        self._cost = perf_counter() - begun
        exact = next((at for at, row in enumerate(self.found) if row.code and fold(row.code) == fold(text)), 0)
        self.list.show_found(self.found, exact)

    def _shut(self) -> None:
        self.list.display = False
        self.found = []
        self._searched = ""

    def settle(self) -> None:
        """Take the row under the highlight, the best where none was moved to."""
        if not self.input.value.strip():
            self._shut()
        elif self.typed.row is None:
            self._find()
            if self.found:
                self._choose(self.list.highlighted or 0)
            self.list.display = False

    def _choose(self, at: int) -> None:
        row = self.found[at]
        self.put(Typed(safe(row.text), row.id))

    @property
    def pointed(self) -> int | None:
        """The id of the row in it, or of the one under the highlight while none is taken."""
        if self.typed.row is not None:
            return self.typed.row
        return self.found[self.list.highlighted or 0].id if self.found and self.list.display else None

    def meant(self, value: Value) -> Typed:
        """The row a value names, where the field finds it too; else the one that its text finds alone, or by its whole code."""
        text = value.typed.strip()
        if value.names is not None and value.names[0] == self.finder.book:
            row = value.names[1]
            shown = self.finder.show(self.look, row)
            if any(found.id == row for words in (text, shown) for found in self.finder.search(self.look, words)):
                return Typed(safe(shown), row)
        rows = self.finder.search(self.look, text) if text else []
        rows = [found for found in rows if found.code and fold(found.code) == fold(text)] or rows
        if len(rows) != 1:
            if rows:
                raise Refusal(self.field.name, N_("{count} rows match."), count=f"{MOST}+" if len(rows) >= MOST else len(rows))
            raise Refusal(self.field.name, N_("nothing matches."))
        return Typed(safe(rows[0].text), rows[0].id)

    def hint(self) -> str:
        """Which row Enter takes, while none is taken."""
        if not self.input.value.strip() or self.typed.row is not None:
            return ""
        if not self.found:
            return str(self.field.unmatched(self.input.value)) if self._searched else ""
        if len(self.found) == 1:
            row = self.found[0]
            return "  ".join(filter(None, (safe(row.text), safe(row.detail))))
        return _(N_("{count} match"), count=f"{MOST}+" if len(self.found) >= MOST else len(self.found))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Arrows and Esc are the form's while no list is open."""
        if action in ("move", "shut"):
            return self.list.display
        return action != "create" or self.finder.create is not None

    def action_move(self, by: int) -> None:
        """Move the highlight, stopping at both ends."""
        if self.found:
            self.list.highlighted = max(0, min(len(self.found) - 1, (self.list.highlighted or 0) + by))

    def action_shut(self) -> None:
        """Close the list; what was typed stays."""
        self.list.display = False

    def action_create(self) -> None:
        """Open the form of the missing row; what comes back is the field's value."""
        if self.finder.create is None:
            return
        self.list.display = False
        text = "" if self.typed.row is not None else self.input.value.strip()
        self.app.push_screen(self.finder.create(cast("Desk", self.app), text), self._created)

    def _created(self, row: Any) -> None:
        if isinstance(row, int) and not isinstance(row, bool):
            self.put(self.field.filled(row, self.look))
            self.post_message(self.Entered(self))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click on a row."""
        event.stop()
        self._choose(event.option_index)
        self.post_message(self.Entered(self))
