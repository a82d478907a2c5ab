"""What a list shows, written to a file in the folder of exports."""

from __future__ import annotations

from pathlib import Path

from deskbook.core import days, words
from deskbook.core.files import atomic, in_words
from deskbook.core.listing import Ask, Listing
from deskbook.core.paths import exports_folder, made
from deskbook.exchange.export import write
from deskbook.exchange.moment import moment


def write_listing(book: Path, listing: Listing, ask: Ask, form: str) -> tuple[int, Path]:
    """Write the rows asked for, in the language in use, to a file named by the list and the day; returns how many, and the file. Refusal."""
    folder = exports_folder()
    with in_words(folder):
        made(folder)
    path = unused(folder / f"{listing.name}-{days.today().isoformat()}.{form}")
    with moment(book) as held, atomic(path) as out:
        return write(held, listing, ask, out, form=form, language=words.language()), path


def unused(path: Path) -> Path:
    """The path, with a number before its ending where a file of that name is there."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found
