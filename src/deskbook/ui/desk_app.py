"""What the books and the furniture may ask of the application, without knowing it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from deskbook.core.listing import Ask

if TYPE_CHECKING:
    from deskbook.core.refusal import Refusal
    from deskbook.core.settings import Settings
    from deskbook.core.store import Store


class Desk(App[None]):
    """The application as its screens see it; deskbook.app fills it in."""

    store: Store
    settings: Settings

    def go(self, book: str, ask: Ask | None = None, *, row: int | None = None, new: dict[str, str] | None = None) -> None:
        """Show a book's list by its name, asking what is given, the cursor on a row; with new, its form for a new record opens filled in so."""
        raise NotImplementedError

    def open_card(self, book: str, row: int) -> None:
        """Show the card of one record of a book."""
        raise NotImplementedError

    def told(self, words: str) -> None:
        """Say what was just done, in the status line, with the key that takes it back."""
        raise NotImplementedError

    def refuse(self, refusal: Refusal) -> None:
        """Say in the status line why something was not done."""
        raise NotImplementedError

    def take_back(self) -> None:
        """Undo the last standing step made at this desk."""
        raise NotImplementedError

    def redo(self) -> None:
        """Do again what was last taken back."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """What the header shows on every screen: company, day, proof of the night."""
        raise NotImplementedError
