"""Lists about records of other books: the archive's index, records without a paper, what was printed, the numbers given out."""

from __future__ import annotations

from deskbook.books.documents import forms
from deskbook.books.documents.queries import ARCHIVE, NUMBERS, PAPER_KINDS, PRINTINGS, UNFILED
from deskbook.core.listing import Ask
from deskbook.core.opening import open_file
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.actions import Action
from deskbook.ui.list_screen import ListScreen


class RecordScreen(ListScreen):
    """A list whose rows are about records of other books."""

    def show_record(self, book: str, row: int | None) -> None:
        """The record's card; a day-book entry among its account's lines."""
        if row is None:
            self.desk.refuse(Refusal("", N_("It belongs to no record.")))
        elif book == "entries":
            self.desk.go("ledger", Ask(only=(("entry_id", row),)))
        elif book == "ledger":
            day = f"{row // 10_000}-{row // 100 % 100:02d}-{row % 100:02d}"
            self.desk.go("ledger", Ask(only=(("day", day),)))
        else:
            self.desk.open_card(book, row)


class ArchiveScreen(ListScreen):
    """The papers by year and name."""

    LISTING = ARCHIVE
    NAME = "archive"
    HELP = N_("Where the papers of a year and a name lie, and how many are missing. Enter shows them.")

    def open(self, row: int) -> None:
        """The papers of the year and the name."""
        found = self.store.look.row("SELECT year, party_id FROM v_archive WHERE id = :row", row=row)
        if found is not None:
            self.desk.go("papers", Ask(view="all", only=(("year", found[0]), ("party_id", found[1]))))


class UnfiledScreen(RecordScreen):
    """Records whose paper nobody registered."""

    LISTING = UNFILED
    NAME = "unfiled"
    HELP = N_(
        "Contracts and suppliers' bills of which no original is held; f has all records whose paper nobody registered, [ and ] one month of them."
        " r registers the paper, or changes what is known of it; Enter shows the record."
    )

    def said_only(self, ask: Ask) -> str:
        """The kind of paper."""
        return listed(_(PAPER_KINDS[str(value)]) for name, value in ask.only if name == "kind")

    def _of(self, row: int) -> tuple[str, int] | None:
        return self.store.look.row("SELECT book, book_id FROM v_unfiled WHERE id = :row", row=row)

    def under_cursor(self) -> tuple[str, int] | None:
        """The record."""
        row = self.table.cursor_id
        return None if row is None else self._of(row)

    def open(self, row: int) -> None:
        """The record's card."""
        if found := self._of(row):
            self.show_record(*found)

    def actions(self, row: int) -> list[Action]:
        """Register its paper."""
        return [
            Action("register", N_("register its paper"), "r", self._register),
            Action("record", N_("the record"), "v", lambda rows: self.open(rows[0])),
        ]

    def _register(self, rows: list[int]) -> None:
        found = self.store.look.row("SELECT book, book_id, paper_id FROM v_unfiled WHERE id = :row", row=rows[0])
        if found:
            known = {"of": found[:2]} if found[2] is None else {"row": found[2]}
            self.app.push_screen(forms.paper_form(self.store.look, **known), lambda result: self.reload() if result else None)


class PrintingsScreen(RecordScreen):
    """Every printing."""

    LISTING = PRINTINGS
    NAME = "printings"
    HELP = N_("Every printing, newest first: which document, which copy, in which language, and its file. Enter shows the record, o the page.")

    def open(self, row: int) -> None:
        """The record that was printed."""
        found = self.store.look.row("SELECT book, book_id FROM printing WHERE id = :row", row=row)
        if found is not None:
            self.show_record(*found)

    def actions(self, row: int) -> list[Action]:
        """The page as it was printed."""
        return [
            Action("page", N_("open the page"), "o", self._page),
            Action("record", N_("its record"), "v", lambda rows: self.open(rows[0])),
        ]

    def _page(self, rows: list[int]) -> None:
        from deskbook.books.documents.printing import printed_page
        from deskbook.ui.desk_app import Said

        try:
            path = printed_page(self.store, rows[0])
        except Refusal as refusal:
            self.desk.refuse(refusal)
        else:
            self.desk.said = Said(_(N_("opened {path}") if open_file(path) else N_("it is {path}"), path=str(path)))


class NumbersScreen(RecordScreen):
    """Every number of our own series."""

    LISTING = NUMBERS
    NAME = "numbers"
    HELP = N_(
        "Every number that was given out, series by series, without gaps: what was taken back or cancelled stays listed. Enter shows the record."
    )

    def open(self, row: int) -> None:
        """The record of the number."""
        found = self.store.look.row("SELECT book, book_id FROM v_number WHERE id = :row", row=row)
        if found is not None:
            self.show_record(*found)
