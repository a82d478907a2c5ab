"""The register of papers, the archive's index, what was printed, the numbers given out, and the wordings of documents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from textual.binding import Binding

from deskbook.books.documents import forms
from deskbook.books.documents.labels import SIZES, WORDINGS
from deskbook.books.documents.queries import (
    ARCHIVE,
    NUMBERS,
    ORIGINALS,
    PAPER_KINDS,
    PAPERS,
    PRINTINGS,
    UNFILED,
    WORDINGS_LISTING,
    PaperRow,
    paper,
)
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.opening import open_file
from deskbook.core.refusal import Refusal
from deskbook.core.words import LANGUAGES, N_, _
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText, Choose, Confirm
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


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


class PapersScreen(RecordScreen):
    """Where the paper of each document lies."""

    LISTING = PAPERS
    NAME = "papers"
    HELP = N_(
        "Where the papers lie: binder or box, original held or missing, what is attached. F on any record leads here, v back to it."
        " r when the original came, a attaches a file, o opens it. A is the archive by year and name, M records without a paper,"
        " L what was printed, N the numbers given out, W the wordings of documents."
    )
    BINDINGS = [
        Binding("A", "archive", N_("archive"), id="papers.archive", show=False, tooltip=N_("Where the papers of a year and a name lie")),
        Binding("M", "unfiled", N_("without a paper"), id="papers.unfiled", show=False, tooltip=N_("Records whose paper nobody registered")),
        Binding("L", "printed", N_("printed"), id="papers.printed", show=False, tooltip=N_("Every printing, newest first")),
        Binding("N", "numbers", N_("numbers"), id="papers.numbers", show=False, tooltip=N_("Every number of every series, void ones too")),
        Binding(
            "W", "wordings", N_("wordings"), id="papers.wordings", show=False, tooltip=N_("How the documents are worded: the program's way or yours")
        ),
    ]

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Register a paper; of a record where one is given (book, row)."""
        book, row = (given or {}).get("book", ""), (given or {}).get("row", "")
        self._form(of=(book, int(row)) if book and row.isdigit() else None)

    def edit(self, row: int) -> None:
        """Change what is known of it."""
        self._form(row=row)

    def _form(self, **facts: Any) -> None:
        try:
            form = forms.paper_form(self.store.look, **facts)
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(form, self._saved)

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def delete(self, row: int) -> None:
        """Take it off the register."""
        about = paper(self.store.look, row)
        if about is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.documents.commands import drop_paper

                self.run_command(drop_paper, paper=row, done=_(N_("off the register")))

        question = _(N_("Take {kind} {no} off the register?"), kind=_(PAPER_KINDS.get(about.kind, about.kind)), no=about.no)
        self.app.push_screen(Confirm(question, _(N_("An attachment stays in its folder."))), answered)

    def said_only(self, ask: Ask) -> str:
        """The record, or the party, in words."""
        only = dict(ask.only)
        parts = [str(self.store.look.value("SELECT name FROM party WHERE id = :id", id=only["party_id"]) or "")] if "party_id" in only else []
        return ", ".join([*parts, *([str(only["year"])] if "year" in only else []), *([_(N_("of one record"))] if "book" in only else [])])

    # The card

    def card_title(self, row: int) -> str:
        """Kind and number."""
        about = paper(self.store.look, row)
        return f"{_(PAPER_KINDS.get(about.kind, about.kind))} {about.no}".strip() if about else _(PAPERS.title)

    def card_text(self, row: int) -> list[CardSection]:
        """Where it lies, what it belongs to, what happened."""
        about = paper(self.store.look, row)
        if about is None:
            return []
        rows: list[CardRow] = [
            (N_("lies in"), about.place or "–"),
            (N_("original"), _(ORIGINALS[about.original])),
            (N_("name"), about.party or "", Target("parties", row=about.party_id)),
            (N_("day"), show_day(about.day).strip()),
            (N_("deal"), about.deal, Target("deals", Ask(only=(("deal", about.deal),), descending=False))),
            (N_("attachment"), about.file),
            (N_("note"), about.note),
        ]
        if about.book_id is not None and about.book not in ("", "entries"):
            rows.insert(0, (N_("record"), about.no or _(N_("its record")), Target(about.book, row=about.book_id)))
        changed: Shown = {"place": (N_("lies in"), str), "original": (N_("original"), lambda word: _(ORIGINALS.get(str(word), "")))}
        return [CardSection("", [each for each in rows if each[1]]), what_happened(self.store, "paper", row, changed)]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """The original came; attach, open; its record."""
        about = paper(self.store.look, row)
        held = _(N_("it is held already")) if about and about.original == "held" else ""
        return [
            Action("received", N_("the original is here"), "r", self._received, "" if self.is_mounted and self.table.marks else held, many=True),
            Action("attach", N_("attach a file"), "a", self._attach_file),
            Action("open", N_("open the attachment"), "o", self._open, "" if about and about.file else _(N_("nothing is attached"))),
            Action("record", N_("its record"), "v", partial(self._record, about), "" if about and about.book else _(N_("it belongs to no record"))),
            Action("archive", N_("the archive by year and name"), "A", lambda _rows: self.action_archive()),
        ]

    def _received(self, rows: list[int]) -> None:
        place = (paper(self.store.look, rows[0]) or PaperRow(0, "", "", None, None, "", "", None, "", "", "", "", "", "")).place

        def answered(where: str | None) -> None:
            if where is not None:
                from deskbook.books.documents.commands import receive_original

                self.run_command(receive_original, papers=rows, place=where, done=_(N_("The original is held.")))

        self.app.push_screen(AskText(_(N_("Where does it lie?")), place, required=False, longest=120), answered)

    def _attach_file(self, rows: list[int]) -> None:
        def answered(path: str | None) -> None:
            if path:
                from deskbook.books.documents.printing import attach

                try:
                    kept = attach(self.store, rows[0], path.strip().strip("'\""))
                except Refusal as refusal:
                    self.desk.refuse(refusal)
                    return
                self.desk.told(_(N_("attached as {file}"), file=kept.name))

        self.app.push_screen(AskText(_(N_("Which file? Its path; a copy is kept beside the book.")), longest=1000), answered)

    def _open(self, rows: list[int]) -> None:
        from deskbook.books.documents.printing import open_attachment
        from deskbook.ui.desk_app import Said

        try:
            path, shown = open_attachment(self.store, rows[0])
        except Refusal as refusal:
            self.desk.refuse(refusal)
        else:
            self.desk.said = Said(_(N_("opened {path}") if shown else N_("it is {path}"), path=str(path)))

    def _record(self, about: PaperRow | None, _rows: list[int]) -> None:
        if about is not None:
            self.show_record(about.book, about.book_id)

    def action_archive(self) -> None:
        """A."""
        self.app.push_screen(ArchiveScreen())

    def action_unfiled(self) -> None:
        """M."""
        self.app.push_screen(UnfiledScreen())

    def action_printed(self) -> None:
        """L."""
        self.app.push_screen(PrintingsScreen())

    def action_numbers(self) -> None:
        """N."""
        self.app.push_screen(NumbersScreen())

    def action_wordings(self) -> None:
        """W."""
        self.app.push_screen(WordingsScreen())


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
        return ", ".join(_(PAPER_KINDS[str(value)]) for name, value in ask.only if name == "kind")

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
