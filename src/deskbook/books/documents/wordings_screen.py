"""How the documents are worded: the program's way or the office's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deskbook.books.documents.labels import SIZES, WORDINGS
from deskbook.books.documents.queries import WORDINGS_LISTING
from deskbook.core.opening import open_file
from deskbook.core.refusal import Refusal
from deskbook.core.words import LANGUAGES, N_, _
from deskbook.ui.actions import Action
from deskbook.ui.confirm import Choose
from deskbook.ui.list_screen import ListScreen


class WordingsScreen(ListScreen):
    """How the documents are worded."""

    LISTING = WORDINGS_LISTING
    NAME = "wordings"
    HELP = N_(
        "Each kind of document, in the program's words or yours. e writes the wording to a text file and opens it; when it is changed, i takes it in."
        " v shows it with made-up values, n makes another for one language or one paper, z goes back to the program's."
    )

    def _wording(self, row: int) -> tuple[str, str, str, int | None]:
        found: tuple[str, str, str, int | None] | None = self.store.look.row(
            "SELECT kind, language, paper, template_id FROM v_wording WHERE id = :row", row=row
        )
        return found or ("page", "", "", None)

    def open(self, row: int) -> None:
        """As e."""
        self.edit(row)

    def edit(self, row: int) -> None:
        """Write the wording to a file, and have the system open it."""
        from deskbook.books.documents.rewording import write_out
        from deskbook.ui.desk_app import Said

        kind, language, paper_, _template = self._wording(row)
        try:
            path = write_out(self.store.look, kind, language, paper_)
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        open_file(path)
        self.desk.said = Said(_(N_("change it in {path}, then i takes it in"), path=str(path)))

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A wording of its own for one language or one paper; it starts as the one in force."""
        row = self.table.cursor_id
        if row is None:
            return
        kind = self._wording(row)[0]
        speak = [("0", "-", _(N_("every language"))), *((str(n), code, label) for n, (code, label) in enumerate(LANGUAGES.items(), 1))]
        on = [("0", "-", _(N_("every paper"))), ("1", "A4", "A4"), ("2", "241", _(N_("241 mm forms")))]

        def spoken(language: str | None) -> None:
            if language:
                self.app.push_screen(Choose(_(N_("On which paper?")), on, "-"), lambda paper_: made(language.strip("-"), paper_))

        def made(language: str, paper_: str | None) -> None:
            if paper_:
                from deskbook.books.documents.commands import word
                from deskbook.books.documents.rewording import in_force

                place = paper_.strip("-")
                body = in_force(self.store.look, kind, language, place)
                self.run_command(word, kind=kind, body=body, language=language, paper=place, done=_(N_("e changes it")))

        self.app.push_screen(Choose(_(N_("In which language?")), speak, "-"), spoken)

    def actions(self, row: int) -> list[Action]:
        """Take in, look at, go back."""
        template = self._wording(row)[3]
        return [
            Action("take_in", N_("take the file in"), "i", self._take_in),
            Action("look", N_("see it with made-up values"), "v", self._look),
            Action("reset", N_("back to the program's"), "z", self._reset, "" if template is not None else _(N_("it is the program's"))),
        ]

    def _take_in(self, rows: list[int]) -> None:
        from deskbook.books.documents.rewording import take_in

        kind, language, paper_, _template = self._wording(rows[0])
        try:
            take_in(self.store, kind, language, paper_)
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.desk.told(_(N_("{kind} is worded as you say it"), kind=_(WORDINGS[kind])))

    def _look(self, rows: list[int]) -> None:
        from deskbook.books.documents.rewording import preview
        from deskbook.ui.desk_app import Said

        kind, language, paper_, _template = self._wording(rows[0])
        try:
            path: Path = preview(self.store.look, kind, language, paper_ if paper_ in SIZES else "A4")
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.desk.said = Said(_(N_("opened {path}") if open_file(path) else N_("it is {path}"), path=str(path)))

    def _reset(self, rows: list[int]) -> None:
        template = self._wording(rows[0])[3]
        if template is not None:
            from deskbook.books.documents.commands import unword

            self.run_command(unword, template=template, done=_(N_("back to the program's wording")))
