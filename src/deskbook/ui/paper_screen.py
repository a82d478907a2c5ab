"""What goes on paper, on the screen first: plain lines to look through and to write to a file."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from deskbook.core.files import atomic, safe_name
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.desk_app import Said
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.status_bar import StatusBar, Title


class PaperScreen(DeskScreen[None]):
    """A printable sheet. x writes it beside the book, into the folder `sheets`."""

    BINDING_GROUP_TITLE = N_("Sheet")
    BINDINGS = [
        Binding("x,f2", "write", N_("write to a file"), id="list.export", tooltip=N_("Write the sheet to a text file beside the book to print it")),
        Binding("P", "print", N_("print"), id="sheet.print", tooltip=N_("Print it as a page, on the office's paper")),
        Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to the list")),
    ]
    DEFAULT_CSS = """
    PaperScreen VerticalScroll { height: 1fr; padding: 0 0 0 1; scrollbar-size-vertical: 1; }
    PaperScreen Static { width: auto; height: auto; }
    """

    def __init__(self, title: str, lines: Sequence[str], name: str, *, document: tuple[str, int] | None = None) -> None:
        """title: in the user's language; lines: as they are written; name: of the file, without its folder; document: the kind and row P prints."""
        super().__init__()
        self.document = document
        self.title_words = title
        self.lines = list(lines)
        self.file = name

    def compose(self) -> ComposeResult:
        """Title, sheet, status."""
        yield Title(self.title_words)
        with VerticalScroll():
            yield Static(Text("\n".join(safe(line) for line in self.lines), no_wrap=True))
        yield StatusBar()

    def on_mount(self) -> None:
        """The arrows move the sheet."""
        self.query_one(VerticalScroll).focus()

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self.store.path.parent / "sheets" / safe_name(self.file)

    def action_write(self) -> None:
        """Write it, in place of an older one of the same name."""
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            with atomic(self.path) as out:
                out.write(("\n".join(self.lines) + "\n").encode())
        except (OSError, Refusal) as error:
            why = str(error) if isinstance(error, Refusal) else error.strerror or str(error)
            self.desk.refuse(Refusal("", N_("The sheet was not written: {why}"), why=why))
            return
        self.desk.said = Said(_(N_("written to {path}"), path=str(self.path)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a sheet that is a document is printed."""
        return action != "print" or self.document is not None

    def action_print(self) -> None:
        """Ask for paper and language."""
        if self.document is not None:
            self.desk.print_document(*self.document)

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)
