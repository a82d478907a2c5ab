"""The desk: opened on a book, a new one, or a sample company's."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from deskbook import __version__
from deskbook.cli.call import Desk, desk, say, spoken
from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _


def options(
    context: typer.Context,
    book: Annotated[Path | None, typer.Option("--desk", metavar="PATH", readable=False, help="The book; the usual one by default.")] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of what is shown and written.")] = "",
    clerk: Annotated[str, typer.Option("--clerk", metavar="NAME", help="Who is working; the journal keeps it.")] = "",
    version: Annotated[bool, typer.Option("--version", help="Say the version and stop.")] = False,
) -> None:
    """A small office's orders, goods and money in one file. Without a command, the desk opens."""
    if version:
        print(f"deskbook {__version__}")
        raise typer.Exit
    from deskbook.core import paths
    from deskbook.core.settings import Settings

    settings = Settings.load()
    found = Desk()
    found.book = book or paths.book_path()
    found.language = spoken(lang) or settings.language
    found.clerk = clerk or settings.clerk or os.environ.get("USER", os.environ.get("USERNAME", ""))
    words.use(found.language)
    context.obj = found
    if context.invoked_subcommand is None:
        open_desk(found, settings, lang)


def open_desk(found: Desk, settings: Any, lang: str) -> None:
    """Open the desk on the book; the first time, ask for the company's name and make it."""
    if not found.book.exists():
        if not sys.stdin.isatty():
            raise Refusal("path", N_("There is no book at {path}; run deskbook once in a terminal, or deskbook new."), path=str(found.book))
        company = typer.prompt(_("No book yet. The company's name"))
        from deskbook.exchange.found import create

        create(found.book, company=company, clerk=found.clerk, language=found.language).close()
    run_desk(found.book, settings, lang, found.clerk)


def run_desk(book: Path, settings: Any, lang: str, clerk: str) -> None:
    """Show the screens until the person leaves."""
    from deskbook.app import DeskApp
    from deskbook.core.paths import parked_path
    from deskbook.core.store import Store
    from deskbook.ui.parked import Parked

    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise Refusal("", N_("The desk needs a terminal; deskbook --help names what works without one."))
    if lang:
        settings.language = lang
    with Store.open(book, clerk=clerk, desk=True) as store:
        app = DeskApp(store, settings)
        if settings.path is not None and not store.read_only:  # a trial leaves nothing behind; a second desk would write over the first one's
            app.parked = Parked(parked_path(book))
        app.run(mouse=False)
        if app.return_code:
            raise typer.Exit(app.return_code)


def new(
    context: typer.Context,
    company: Annotated[str, typer.Argument(help="The company's name.")],
    currency: Annotated[str, typer.Option(help="Three letters; by the language when not given.")] = "",
) -> None:
    """Make a new, empty book with its first places and accounts."""
    from deskbook.exchange.found import create

    create(desk(context).book, company=company, clerk=desk(context).clerk, currency=currency, language=desk(context).language).close()
    print(safe(str(desk(context).book)))


def demo(
    context: typer.Context,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of the sample company.")] = "",
    make: Annotated[Path | None, typer.Option("--make", metavar="PATH", help="Write the sample company's book there and stop.")] = None,
) -> None:
    """Open a throw-away copy of a sample company: a small dealer in boards and copper strip."""
    from tempfile import TemporaryDirectory

    from deskbook.core.settings import Settings
    from deskbook.exchange.sample import make_sample

    language = spoken(lang) or desk(context).language
    words.use(language)
    if make is not None:
        make_sample(make, language=language).close()
        print(safe(str(make)))
        return
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        raise Refusal("", N_("The desk needs a terminal; deskbook demo --make PATH writes the sample company without one."))
    with TemporaryDirectory(prefix="deskbook-demo-") as folder:
        say(_("Making the sample company …"))
        book = Path(folder) / "sample.desk"
        make_sample(book, language=language).close()
        settings = Settings.load()
        settings.language, settings.path = language, None  # a trial leaves nothing behind
        run_desk(book, settings, "", settings.clerk or _("You"))
