"""What keeps the book safe: backups, and the proofs that it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskbook.cli.call import desk, say
from deskbook.core.text import safe
from deskbook.core.words import N_, _, plural


def backup(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where to; beside the book by default.")] = None,
) -> None:
    """Make a verified backup: copied, reopened, walked back. Attachments and printed pages go beside it into files, each once, by its SHA-256."""
    from deskbook.core import backup as copies
    from deskbook.core.store import Store
    from deskbook.exchange import beside

    Store.open(desk(context).book, read_only=True).close()
    made = copies.keep(desk(context).book, folder or desk(context).book.parent / "backups")
    _kept, lost = beside.keep(desk(context).book, made)
    print(safe(str(made)))
    tell_lost(beside.told(lost))


def tell_lost(missing: list[str]) -> None:
    """Say which attachments are missing; if any is, a check found a difference."""
    for sentence in missing:
        say(sentence)
    if missing:
        raise typer.Exit(4)


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup to bring back.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="PATH", help="Write it as a new file there; without it, it takes the book's place.")
    ] = None,  # typer 0.20 reads only this form
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Bring a backup back, verified, with its attachments and printed pages.

    In the book's place: what would be lost is shown first, and the old book is kept beside it.
    """
    from deskbook.exchange import beside
    from deskbook.exchange import restore as bring

    if to is not None:
        step, _digest = bring.to_new_file(source, to)
        print(_("{path} stands at step {step}.", path=safe(str(to)), step=step))
        tell_lost(beside.told(beside.bring(source, to)))
        return
    plan = bring.plan(source, desk(context).book)
    for line in plan.lines():
        print(safe(line))
    if not yes and not typer.confirm(_("Put the backup in the book's place? The book as it is now is kept beside it")):
        raise typer.Exit(1)
    print(safe(_("The old book is kept as {path}.", path=str(bring.swap(plan)))))
    tell_lost(beside.told(beside.bring(source, desk(context).book)))


def check(context: typer.Context) -> None:
    """Recompute every rule of the books; one line a rule."""
    from deskbook.core.store import Store
    from deskbook.exchange.proof import check_all

    with Store.open(desk(context).book, read_only=True) as store:
        findings = check_all(store.look)
    wrong = 0
    for finding in findings:
        wrong += bool(finding.faults)
        print(
            safe(
                f"{'!!' if finding.faults else 'ok'}  {finding.rule}"
                + (
                    f": {'; '.join(finding.faults[:5])}" + (f" (+{len(finding.faults) - 5})" if len(finding.faults) > 5 else "")
                    if finding.faults
                    else ""
                )
            )
        )
    if wrong:
        raise typer.Exit(4)


def verify(
    context: typer.Context,
    last: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the newest N steps; older rows that none of them touched are not seen.")
    ] = None,  # typer 0.20 reads only this form
    head: Annotated[str, typer.Option(metavar="DIGEST", help="The digest on a closing sheet, manifest or backup: it must be in this book.")] = "",
) -> None:
    """Walk the book back by its journal, step by step, to the day it was empty."""
    import sqlite3
    from contextlib import closing, suppress

    from deskbook.core.connection import connect, explained
    from deskbook.core.migrate import compare, recognise
    from deskbook.core.verify import verify as walk

    path = desk(context).book
    with explained(path), closing(connect(path, writes=False)) as con:
        recognise(con, path)
        with suppress(sqlite3.Error):  # what cannot be read is told by the walk
            compare(con, path)
        if not (faults := walk(con, last=last, head=head or None)):
            step, digest = con.execute("SELECT id, digest FROM step ORDER BY id DESC LIMIT 1").fetchone()
    for fault in faults:
        print(safe(fault))
    if faults:
        raise typer.Exit(4)
    walked = step if last is None else min(last, step)
    words = plural(walked, N_("{steps} step, every row as it was written; {digest}"), N_("{steps} steps, every row as it was written; {digest}"))
    print(_(words, steps=walked, digest=digest))


def where(context: typer.Context) -> None:
    """Say where the book, the settings and the program's own notes lie."""
    from deskbook.core import paths

    for what, path in (
        (_("book"), desk(context).book),
        (_("settings"), paths.settings_path()),
        (_("half-typed forms"), paths.parked_folder()),
        (_("log"), paths.log_folder()),
    ):
        print(safe(f"{what}: {path}"))
