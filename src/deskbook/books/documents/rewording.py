"""Change a wording outside: written to a text file with its placeholders listed, and taken in again when it is sound."""

from __future__ import annotations

import re
from pathlib import Path

from deskbook.books.documents import wording
from deskbook.books.documents.labels import SIZES, WORDINGS
from deskbook.books.documents.sample import SAMPLES, names, sample
from deskbook.core.files import atomic, in_words, refuse_open_folder, safe_name
from deskbook.core.paths import exports_folder, made
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look, Store
from deskbook.core.words import LANGUAGES, N_, _, say

MOST = 1_000_000
"""Bytes of a file that is read."""
NOTE = re.compile(r"\A\{#--.*?--#\}\n?", re.DOTALL)
"""The list of placeholders at the top of a written file; it is no part of the wording."""


def _folder() -> Path:
    folder = exports_folder() / "wordings"
    with in_words(folder):
        made(folder)
    refuse_open_folder(folder)
    return folder


def file_of(kind: str, language: str, paper: str) -> Path:
    """Where a wording is changed: a text file, so that the system opens an editor and not a browser."""
    return _folder() / (safe_name("-".join(filter(None, (kind, language, paper)))) + ".txt")


def in_force(look: Look, kind: str, language: str, paper: str) -> str:
    """The wording in force: the office's, else the program's."""
    return wording.own(look, kind, language, paper) or wording.shipped(kind)


def write_out(look: Look, kind: str, language: str = "", paper: str = "") -> Path:
    """Write the wording in force to its file (0600), in place of an older one; returns the file."""
    path = file_of(kind, language, paper)
    listed = "\n".join(f"  {name}" for name in names(kind))
    note = (
        "{#--\n"
        + _(N_("What can stand between {{{{ and }}}} in {kind}; a line with a colon is a list and the names in its lines:"), kind=_(WORDINGS[kind]))
        + f"\n{listed}\n--#}}\n"
    )
    with atomic(path) as out:
        out.write((note + in_force(look, kind, language, paper)).encode())
    return path


def take_in(store: Store, kind: str, language: str = "", paper: str = "") -> int:
    """Take in what the file says. Refusal that names the line and the placeholder, as the file counts its lines; the wording in force stays then."""
    from deskbook.books.documents.commands import word

    path = file_of(kind, language, paper)
    with in_words(path):
        if path.stat().st_size > MOST:
            raise Refusal("file", N_("{path} is too large for a wording."), path=str(path))
        raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refusal("file", N_("{path} is not in UTF-8; save it so."), path=str(path)) from None
    wording.check_wording(kind, text)
    return int(store.run(word, kind=kind, body=NOTE.sub("", text), language=language, paper=paper))


def preview(look: Look, kind: str, language: str, paper: str) -> Path:
    """The wording in force with made-up values, as a page of its own."""
    shown = next(iter(SAMPLES)) if kind == "page" else kind
    facts = sample(shown)
    speaks = language if language in LANGUAGES else "en"
    from deskbook.books.documents.labels import LABELS, TITLES

    facts["label"] = {name: say(text, speaks) for name, text in LABELS.items()}
    facts["doc"] |= {
        "title": say(TITLES[shown], speaks),
        "language": speaks,
        "paper": "form" if paper.startswith("241") else "sheet",
        "size": SIZES[paper],
    }
    html, complaint = wording.render(look, shown, facts, language, paper)
    if complaint:
        raise Refusal("body", "{why}", why=complaint)
    path = _folder() / f"{safe_name(kind)}.html"
    with atomic(path) as out:
        out.write(html.encode())
    return path
