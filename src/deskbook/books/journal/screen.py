"""The journal: who did what and when, and any step of it taken back."""
from __future__ import annotations

from deskbook.books.journal import queries
from deskbook.core.days import show_moment
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.list_screen import ListScreen


class JournalScreen(ListScreen):
    """Every step of the book, the newest first."""

    LISTING = queries.STEPS
    NAME = "journal"
    HELP = N_(
        "Every step: who, when, what. b takes the step under the cursor back, however old; what later work stands on it is shown first."
        " Nothing is ever lost from here: what is taken back stays, and can be done again."
    )

    def delete(self, row: int) -> None:
        """Take the step back."""
        self.desk.take_back(row)

    def actions(self, row: int) -> list[Action]:
        """Take it back."""
        state, command = queries.state_of(self.store.look, row)
        gone = _(N_("it was taken back already")) if state == "gone" else ""
        made = _(N_("it made the book's tables")) if command == "migrate" else ""
        return [
            Action("take_back", N_("take it back"), "b", lambda rows: self.delete(rows[0]), gone or made),
            Action("open", N_("what it is about"), "o", lambda rows: self.open(rows[0])),
        ]

    def card_title(self, row: int) -> str:
        """What it did."""
        return self.store.sentence(row)

    def card_text(self, row: int) -> list[CardSection]:
        """Who, when, what, and the records it is about."""
        look = self.store.look
        found = look.row("SELECT at, clerk FROM step WHERE id = :row", row=row)
        if found is None:
            return []
        state, _command = queries.state_of(look, row)
        head: list[CardRow] = [
            ("", self.store.sentence(row)),
            (N_("when"), show_moment(found[0])),
            (N_("who"), found[1] or "–"),
            (N_("state"), _(queries.STATES[state]) if state else _(N_("stands"))),
            (N_("step"), str(row)),
        ]
        about: list[CardRow] = []
        for book, called, known, name in queries.records_of(look, row):
            about.append((called, name, Target(book, row=known)) if known else (called, name))
        return [section for section in (CardSection("", head), CardSection(N_("What it is about"), about)) if section.rows]
