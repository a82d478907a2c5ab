"""Go: an overlay with one letter a book. Words (or an input method's characters) narrow it down instead."""
from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.desk_app import Book, Said
from deskbook.ui.desk_screen import DeskModal
from deskbook.ui.keys import named
from deskbook.ui.palette import likeness

TALL = 20
"""Lines it may have; with more books it takes two columns."""


class GoScreen(DeskModal[str | None]):
    """Closes with the name of the book chosen, or None."""

    HELP = N_("One letter goes to its book. / and then part of a name narrows the list; enter goes to the marked one.")
    BINDINGS = [
        Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Stay where you are")),
        Binding("enter", "choose", N_("go"), id="list.open", tooltip=N_("Go to the marked book")),
        Binding("up", "move(-1)", N_("up"), id="go.up", show=False, tooltip=N_("Mark the book above")),
        Binding("down", "move(1)", N_("down"), id="go.down", show=False, tooltip=N_("Mark the book below")),
    ]
    DEFAULT_CSS = """
    GoScreen { align: center middle; }
    GoScreen > Static { width: auto; height: auto; max-width: 100%; max-height: 100%; padding: 0 1; }
    """

    def __init__(self, books: Sequence[Book]) -> None:
        super().__init__()
        self.books = tuple(books)
        self.typed = ""
        self.narrowing = False
        self.marked = 0

    def compose(self) -> ComposeResult:
        box = Static(self.picture(), markup=False)
        box.border_title = _("Go to")
        yield box

    @property
    def shown(self) -> list[Book]:
        """The books that answer to what was typed."""
        if not self.typed:
            return list(self.books)
        return [book for book in self.books if likeness(self.typed, _(book.label)) or likeness(self.typed, book.name)]

    def picture(self) -> Content:
        """The lines: letter, book, what it is good for; the marked one in reverse."""
        shown = self.shown
        columns = 1 if len(shown) <= TALL else 2
        wide = max((cell_len(_(book.label)) for book in shown), default=0)
        most = 0 if columns == 2 else min(max((cell_len(_(book.about)) for book in shown), default=0), 70 - wide)
        height = -(-len(shown) // columns)
        lines: list[Content] = []
        for line in range(height):
            parts: list[Content] = []
            for at in range(line, len(shown), height):
                book = shown[at]
                label = _(book.label) + " " * (wide - cell_len(_(book.label)))
                about = f"  {_(book.about)}" if most else ""
                style = "reverse" if self.narrowing and at == self.marked else ""
                parts.append(Content.assemble((f" {display(book.letter)} ", "bold $accent"), (f" {label} ", style), (about, "dim")))
            lines.append(Content("  ").join(parts))
        if self.narrowing:
            lines.append(Content.assemble(("/", "bold"), safe(self.typed), ("▏", "bold")))
        return Content("\n").join(lines) if lines else Content(_("No book goes by that name"))

    def on_key(self, event: Key) -> None:
        """A book's letter goes; another key closes and says which letters there are."""
        if event.key in self.active_bindings:
            return
        event.stop()
        event.prevent_default()
        if self.narrowing:
            self.narrow(event)
            return
        chosen = next((book for book in self.books if named(book.letter) == event.key), None)
        if chosen:
            self.dismiss(chosen.name)
        elif event.key in ("slash", "ideographic_comma"):
            self.narrowing = True
            self.redraw()
        elif event.character and event.is_printable and not event.character.isascii():
            # An input method is on: its characters are part of a name.
            self.narrowing = True
            self.narrow(event)
        else:
            letters = " ".join(display(book.letter) for book in self.books)
            pressed = self.app.get_key_display(Binding(event.key, ""))
            self.dismiss(None)
            self.desk.said = Said(_("No book has the key {key}; there are {letters}.", key=pressed, letters=letters))

    def narrow(self, event: Key) -> None:
        """Take one more character, or one back."""
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.character and event.is_printable:
            self.typed += event.character
        self.marked = 0
        self.redraw()

    def redraw(self) -> None:
        self.query_one(Static).update(self.picture())

    def action_move(self, step: int) -> None:
        self.narrowing = True
        self.marked = min(max(self.marked + step, 0), max(len(self.shown) - 1, 0))
        self.redraw()

    def action_choose(self) -> None:
        shown = self.shown
        self.dismiss(shown[self.marked].name if shown else None)

    def action_back(self) -> None:
        self.dismiss(None)


def display(letter: str) -> str:
    """A book's key as it is printed on the keyboard."""
    return {"comma": ","}.get(letter, letter)
