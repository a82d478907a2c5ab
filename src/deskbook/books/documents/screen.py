"""The register of papers; the lists about them and the wordings open from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from textual.binding import Binding

from deskbook.books.documents import forms
from deskbook.books.documents.queries import ORIGINALS, PAPER_KINDS, PAPERS, PaperRow, paper
from deskbook.books.documents.record_screens import ArchiveScreen, NumbersScreen, PrintingsScreen, RecordScreen, UnfiledScreen
from deskbook.books.documents.wordings_screen import WordingsScreen
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.history import Shown, what_happened

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


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
        return listed([*parts, *([str(only["year"])] if "year" in only else []), *([_(N_("of one record"))] if "book" in only else [])])

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
            (N_("day"), show_day(about.day)),
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
