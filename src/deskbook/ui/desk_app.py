"""What the books and the furniture may ask of the application, without knowing it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.reactive import reactive

from deskbook.core.listing import Ask, Listing
from deskbook.core.words import N_, _

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from deskbook.core.refusal import Refusal
    from deskbook.core.settings import Settings
    from deskbook.core.store import Store
    from deskbook.ui.actions import Action
    from deskbook.ui.card import CardSection
    from deskbook.ui.parked import Parked


@dataclass(frozen=True, slots=True)
class Book:
    """One book of the desk, as the application lists it; nothing of it is imported before it is used."""

    name: str
    """The mode it lives in, and what go() takes."""
    letter: str
    """The key after g; the same in every language."""
    label: str
    """Marked with N_."""
    screen: str
    """Where the class of its first screen is: "package.module:Class"."""
    about: str = ""
    """What it is good for in a few words, marked with N_."""
    finder: str = ""
    """Where its find_records(look, text, limit) -> list[(book, id, words, detail)] is: "package.module:function"; "" for none."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the status line says. words: in the user's language; undo: it can be taken back; refused: it was not done."""

    words: str = ""
    undo: bool = False
    refused: bool = False


class Desk(App[None]):
    """The application as its screens see it; deskbook.app fills it in."""

    store: Store
    settings: Settings
    parked: Parked | None = None
    """Half-typed forms; None keeps none."""
    books: tuple[Book, ...] = ()
    """The books that can be gone to, in the order they are shown."""
    said: reactive[Said] = reactive(Said(), repaint=False)
    """The last thing said; the status line of every screen follows it."""

    def go(self, book: str, ask: Ask | None = None, *, row: int | None = None, new: dict[str, str] | None = None) -> None:
        """Show a book's list by its name, asking what is given, the cursor on a row; with new, its form for a new record opens filled in so."""
        raise NotImplementedError

    def open_card(self, book: str, row: int) -> None:
        """Show the card of one record of a book."""
        raise NotImplementedError

    def more_actions(self, book: str, row: int) -> list[Action]:
        """What can be done with a row of a list beside what its own book does: print it, find its paper. book: the list's NAME."""
        return []

    def more_sections(self, book: str, row: int) -> list[CardSection]:
        """What other books add to a record's card: where its papers lie, when it was printed."""
        return []

    def print_document(self, kind: str, row: int) -> None:
        """Ask on which paper and in which language, and print a document of a kind (books/documents/labels.py)."""
        raise NotImplementedError

    def told(self, words: str) -> None:
        """Say what was just done, in the status line, with the key that takes it back."""
        self.said = Said(words or _(N_("done")), undo=True)

    def refuse(self, refusal: Refusal) -> None:
        """Say in the status line why something was not done."""
        self.said = Said(str(refusal), refused=True)
        self.bell()

    def forget_refusal(self) -> None:
        """Say no longer why something was not done: another screen opens, to which it does not belong."""
        if self.said.refused:
            self.said = Said()

    def switch_mode(self, mode: str) -> AwaitMount:
        """As Textual's, to another screen."""
        self.forget_refusal()
        return super().switch_mode(mode)

    def take_back(self, step: int | None = None) -> None:
        """Undo a step, by default the newest that stands; where later ones stand on it, all of them are offered together."""
        raise NotImplementedError

    def redo(self) -> None:
        """Do again what was last taken back."""
        raise NotImplementedError

    def export(self, listing: Listing, ask: Ask) -> None:
        """Write the rows a list shows to a file."""
        raise NotImplementedError

    def speak(self, language: str) -> None:
        """Show everything in another language from now on. Raises Refusal while a form is open."""
        raise NotImplementedError

    def apply_settings(self) -> None:
        """Put the settings (all but the language) into effect and write them down."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """What the header shows on every screen: company, day, proof of the night."""
        raise NotImplementedError
