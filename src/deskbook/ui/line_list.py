"""A list of the lines of all documents of a book."""
from __future__ import annotations

from deskbook.core.listing import Ask
from deskbook.ui.list_screen import ListScreen


class LineListScreen(ListScreen):
    """Lines as rows; Enter and ctrl+o go to the document a line stands in."""

    BOOK = ""
    """Where the documents are listed."""
    TABLE = ""
    """Their table, each with its `no`."""
    LINES = ""
    """The table of the lines."""
    LINK = ""
    """Its column with the document's id; asked for, it says the document's number over the list."""

    def document(self, row: int) -> int:
        """The id of the document of a line."""
        return int(self.store.look.value(f"SELECT {self.LINK} FROM {self.LINES} WHERE id = :row", row=row) or 0)

    def open(self, row: int) -> None:
        """The card of its document."""
        self.desk.open_card(self.BOOK, self.document(row))

    def under_cursor(self) -> tuple[str, int] | None:
        """Its document."""
        row = self.table.cursor_id
        return None if row is None else (self.BOOK, self.document(row))

    def said_only(self, ask: Ask) -> str:
        """The document's number."""
        document = dict(ask.only).get(self.LINK)
        number = self.store.look.value(f"SELECT no FROM {self.TABLE} WHERE id = :id", id=document) if document else None
        return str(number) if number else super().said_only(ask)
