"""Print: make a document from one look, write its page to a file of its own, note the event, and have the system open it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from deskbook.books.documents.facts import document, language_of
from deskbook.books.documents.queries import TABLES, attachments_folder, paper, usual_paper
from deskbook.core import days
from deskbook.core.files import atomic, in_words, refuse_open_folder, safe_name, sha256_of
from deskbook.core.opening import open_file
from deskbook.core.paths import exports_folder, made
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look, Store
from deskbook.core.words import N_

PIECE = 1 << 20
"""Bytes copied at a time."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One printing. path: the page, or its copy in the folder asked for; opened: the system shows it.

    complaint: what is wrong with the office's wording, where the program's was used.
    """

    id: int
    path: Path
    opened: bool
    complaint: str = ""


def prints_folder(store: Store) -> Path:
    """Where pages are written, by the office's choice: beside the book, or (exports) where exports go."""
    where = store.look.value("SELECT value FROM office WHERE name = 'prints'")
    return exports_folder() / "prints" if where == "exports" else store.path.parent / "prints"


def pages_folders(book: Path) -> tuple[Path, ...]:
    """Where the pages of a book can lie, whatever the office chose since."""
    return book.parent / "prints", exports_folder() / "prints"


def page(
    look: Look, kind: str, row: int, *, language: str = "", paper: str = "", at: str = "", options: Mapping[str, str] | None = None
) -> tuple[str, dict[str, Any], str]:
    """A document as HTML, what note_printing needs of it (kind, row, language, paper, at, options), and the complaint about the office's wording.

    language "": its party's; paper "": the office's usual one of that kind; at "": now.
    """
    from deskbook.books.documents.wording import render

    asked: dict[str, Any] = {
        "language": language or language_of(look, kind, row),
        "paper": paper or usual_paper(look, kind),
        "at": at or days.moment(),
        "options": dict(options or {}),
    }
    _made, facts = document(look, kind, row, **asked)
    html, complaint = render(look, kind, facts, asked["language"], asked["paper"])
    asked |= {"kind": kind, "row": row}
    return html, asked, complaint


def print_document(
    store: Store,
    kind: str,
    row: int,
    *,
    paper: str = "",
    language: str = "",
    options: Mapping[str, str] | None = None,
    folder: Path | None = None,
    show: bool | None = None,
    key: str | None = None,
) -> Printed:
    """Print one document: its page as an HTML file (0600) in prints_folder, the printing noted in the journal.

    folder: where a copy of the page goes beside; show: have the system open it (None: as the office chose). Refusal where it cannot be printed,
    or changed meanwhile; then no file is left.
    """
    from deskbook.books.documents.commands import note_printing

    html, asked, complaint = page(store.look, kind, row, language=language, paper=paper, options=options)
    name = store.look.value("SELECT name FROM party WHERE id = :row", row=row) if kind == "statement" else _number(store.look, kind, row)
    stem = safe_name(f"{days.today().isoformat()} {kind} {name}")
    written: list[Path] = []
    try:
        for where in filter(None, (prints_folder(store), folder)):
            written.append(claimed(where, stem, ".html"))
            with atomic(written[-1]) as out:
                out.write(html.encode())
        done = store.run(note_printing, key=key, **asked, sha256=sha256(html.encode()).hexdigest(), file=written[0].name)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    if show is None:
        show = store.look.value("SELECT value FROM office WHERE name = 'print_opens'") != "no"
    return Printed(int(done), written[-1], open_file(written[-1]) if show else False, complaint)


def _number(look: Look, kind: str, row: int) -> str:
    return str(look.value(f"SELECT no FROM {TABLES[kind]} WHERE id = :row", row=row) or "") if kind in TABLES else str(row)


def claimed(folder: Path, stem: str, ending: str) -> Path:
    """A new, empty file of that name in a folder (0600), or with -2, -3 ... where it is taken: of two who ask at once, each has its own."""
    with in_words(folder):
        made(folder)
    refuse_open_folder(folder)
    n = 1
    while True:
        path = folder / f"{stem}{f'-{n}' if n > 1 else ''}{ending}"
        with in_words(path), suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return path
        n += 1


def print_notices(
    store: Store, claims: Mapping[int, int], *, reason: str = "", channel: str = "", paper: str = "", key: str | None = None
) -> tuple[dict[str, Any], list[Printed]]:
    """Issue payment notices for claims as they were seen (claim -> cents) and print each. Returns what issue_notices says, and the printings.

    What is owed is read again as they are issued and once more as each is printed: a paid claim has neither notice nor paper. "said": what was
    issued, in a sentence; "unprinted": why a notice that was issued could not be printed.
    """
    from deskbook.books.receivables.chasing import issue_notices

    issued: dict[str, Any] = store.run(issue_notices, key=key, claims=dict(claims), reason=reason, channel=channel)
    issued |= {"said": store.sentence(store.position[0]), "unprinted": []}
    done = []
    for notice in issued["notices"]:
        try:
            done.append(print_document(store, "notice", notice, paper=paper))
        except Refusal as refusal:
            issued["unprinted"].append(str(refusal))
    return issued, done


# -- attachments -----------------------------------------------------------------------------------------------------------


def attach(store: Store, row: int, source: Path | str, *, key: str | None = None) -> Path:
    """Copy a file into the folder of attachments under a dated name (`2026-11-23 contract S-2026-0412 Junye.pdf`) and note it at its paper.

    Refusal where the file is none, or cannot be read; then nothing is left of the copy.
    """
    from deskbook.books.documents.commands import attach_file

    about = paper(store.look, row)
    if about is None:
        raise Refusal("paper", N_("There is no such paper."))
    origin = Path(source).expanduser()
    if not origin.is_file():
        raise Refusal("file", N_("{path} is no file."), path=str(origin))
    folder = attachments_folder(store.path)
    ending = safe_name(origin.suffix.lstrip("."), instead="")[:10]
    path = claimed(folder, safe_name(" ".join(filter(None, (about.day, about.kind, about.no, about.party)))), f".{ending}" if ending else "")
    try:
        with in_words(origin), open(origin, "rb") as read, atomic(path) as out:
            while piece := read.read(PIECE):
                out.write(piece)
        store.run(attach_file, key=key, paper=row, file=path.name, sha256=sha256_of(path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def open_attachment(store: Store, row: int) -> tuple[Path, bool]:
    """Have the system open a paper's attachment: its path, and whether it is shown. Refusal where there is none, or it is not as it was attached."""
    about = paper(store.look, row)
    if about is None or not about.file:
        raise Refusal("paper", N_("Nothing is attached to it."))
    path = attachments_folder(store.path) / about.file
    if sha256_of(path) != about.sha256:
        raise Refusal("file", N_("{file} was changed since it was attached; it is not opened."), file=about.file)
    return path, open_file(path)


def printed_page(store: Store, printing: int) -> Path:
    """The page of a printing. Refusal where it is gone, or is not as it was printed."""
    file, digest = store.look.row("SELECT file, sha256 FROM printing WHERE id = :id", id=printing) or ("", "")
    for folder in pages_folders(store.path):
        path = folder / Path(file).name
        if file and path.is_file():
            if sha256_of(path) != digest:
                raise Refusal("file", N_("{file} was changed since it was printed; it is not opened."), file=file)
            return path
    raise Refusal("file", N_("The page {file} is not there any more; print the document again."), file=file)
