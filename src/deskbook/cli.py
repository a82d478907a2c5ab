"""The command line: no argument opens the desk; the rest runs by hand or by night, without a screen.

Exit codes: 0 done, 1 refused (a sentence says what must change), 2 wrong usage, 3 the book or the disk failed, 4 a check found a difference.
Everything heavy is imported inside the command that needs it: an export of one row must start fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from deskbook import __version__
from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _, plural

cli = typer.Typer(
    name="deskbook",
    invoke_without_command=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A small office's orders, goods and money in one file. Without a command, the desk opens.",
)

EXIT = "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the book or the disk failed, 4 a check found a difference."


def main() -> NoReturn:
    """Run the command line; every error leaves as one sentence on stderr and its exit code."""
    try:
        if {"-h", "--help"} & set(sys.argv):
            _translated_help()()
        cli()
    except Refusal as refusal:
        say(str(refusal))
        sys.exit(refusal.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        sys.exit(crashed(error))
    sys.exit(0)


def _translated_help() -> Any:
    """The command line with its help in the language of the call; only asked for when help is."""
    from deskbook.core.settings import Settings

    said = next((after for before, after in zip(sys.argv, [*sys.argv[1:], ""], strict=True) if before == "--lang"), "")
    words.use(said or Settings.load().language)
    command = typer.main.get_command(cli)
    for part in helped(command):
        part.help = _(part.help)
        if getattr(part, "epilog", None):
            part.epilog = _(part.epilog)
    return command


def helped(command: Any) -> Iterator[Any]:
    """A command, its options and arguments, and all commands under it: what has a help text."""
    found = [command, *command.params, *(part for each in getattr(command, "commands", {}).values() for part in helped(each))]
    yield from (part for part in found if getattr(part, "help", None))


def say(text: str) -> None:
    """A sentence for the person, on stderr; nothing in it can move the terminal."""
    print(safe(text), file=sys.stderr)


def crashed(error: Exception) -> int:
    """Write what happened into a log only its owner reads, and say where; returns the exit code."""
    import traceback

    from deskbook.core import days, paths

    try:
        folder = paths.made(paths.log_folder())
        path = folder / f"crash-{days.now().strftime('%Y%m%dT%H%M%S')}.log"
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        say(_("Something went wrong that should not; what was saved is safe. The details are in {path}.", path=str(path)))
    except OSError:
        say(_("Something went wrong that should not; what was saved is safe."))
    return 3


class Desk:
    """What the options before the command say."""

    book: Path
    language: str
    clerk: str


def spoken(lang: str) -> str:
    """The language asked for, or "". Wrong usage when deskbook does not speak it."""
    if lang and lang not in words.LANGUAGES:
        raise typer.BadParameter(safe(f"--lang {lang}: {', '.join(words.LANGUAGES)}"))
    return lang


def desk(context: typer.Context) -> Desk:
    """The options of the call."""
    found: Desk = context.obj
    return found


@cli.callback()
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


@cli.command(epilog=EXIT)
def new(
    context: typer.Context,
    company: Annotated[str, typer.Argument(help="The company's name.")],
    currency: Annotated[str, typer.Option(help="Three letters; by the language when not given.")] = "",
) -> None:
    """Make a new, empty book with its first places and accounts."""
    from deskbook.exchange.found import create

    create(desk(context).book, company=company, clerk=desk(context).clerk, currency=currency, language=desk(context).language).close()
    print(safe(str(desk(context).book)))


@cli.command(epilog=EXIT)
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


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    from deskbook.core.days import read_day

    return read_day(text, field=field)


def _exports(begun: str) -> list[str]:
    """What a shell completes after `deskbook export`."""
    from deskbook.exchange.export import WHAT

    return [name for name in (*WHAT, "day-sheet") if name.startswith(begun)]


def _imports(begun: str) -> list[str]:
    """What a shell completes after `deskbook import`."""
    from deskbook.exchange.import_fields import SPECS

    return [name for name in SPECS if name.startswith(begun)]


@cli.command(epilog=EXIT)
def export(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help=(
                "parties, items, prices, series, stock, low-stock, moves, purchases, purchase-lines, quotes, quote-lines, deals, orders, "
                "order-lines, lost-months, shipments, outbound, returns, return-lines, incidents, incident-months, claims, claim-lines, "
                "payments, allocations, ageing, statement, chase, claim-holds, chase-levels, notices, ledger, accounts, postings, day-sheet, sales, "
                "sent-reports, tasks or journal."
            ),
            autocompletion=_exports,
        ),
    ],
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="First day.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day.")] = "",
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help=(
                "As of the end of a past day: stock, moves, outbound, ledger and day-sheet by posting day, papers that came in late with them; "
                "all others as the book stood then, without what was written, changed or taken back since."
            ),
        ),
    ] = "",
    view: Annotated[str, typer.Option(metavar="NAME", help="One of the list's views; all rows by default.")] = "",
    find: Annotated[str, typer.Option(metavar="TEXT", help="Only rows that the list would find by this text.")] = "",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="csv|xlsx|jsonl|hledger|beancount",
            help=(
                "Kind of file; by the name's ending or csv when not given. The day sheet then is the page as text. "
                "hledger and beancount: the ledger as a journal for those programs."
            ),
        ),
    ] = "",
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")] = "-",
    raw: Annotated[bool, typer.Option("--raw", help="For programs: column names, stored words, no byte order mark, no formula guard.")] = False,
    noted: Annotated[
        bool,
        typer.Option(
            "--note",
            help=(
                "Begin the file with a line that says the journal's position: above the headings of a csv; as JSON with --raw and in jsonl. "
                "A workbook always has it, in its properties."
            ),
        ),
    ] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of headings and words.")] = "",
) -> None:
    """Write the rows of a list to a file: the same rows as on the screen, with the position in the journal they were read at."""
    from deskbook.exchange import export as out

    path = None if output == "-" else Path(output)
    form = form or (path.suffix[1:] if path and path.suffix[1:] in (*out.FORMATS, *out.JOURNALS) else "")
    if path is None and form == "xlsx" and sys.stdout.isatty():
        raise Refusal("output", N_("A workbook cannot be shown in a terminal; name a file with -o."))
    rows, note = out.export(
        desk(context).book,
        what,
        path,
        form=form,
        view=view,
        since=_day(since, "from"),
        until=_day(until, "to"),
        as_of=_day(as_of, "as_of"),
        find=find,
        raw=raw,
        noted=noted,
        language=spoken(lang) or desk(context).language,
    )
    if sys.stderr.isatty():
        say(_(plural(rows, N_("{rows} row, {position}"), N_("{rows} rows, {position}")), rows=rows, position=note))


def _reports(incomplete: str) -> list[str]:
    from deskbook.books.reports.queries import REPORTS

    return [report.name for report in REPORTS if report.name.startswith(incomplete)]


@cli.command(epilog=EXIT)
def report(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="sales-item, -customer, -salesperson, -channel, -month or -week; targets, margin, on-time, turnaround, lost, trial-balance or income.",
            autocompletion=_reports,
        ),
    ],
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="First day; by default that of this month.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day; by default that of the first day's month.")] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="WORD", help="Of sales: sold or ordered; of margin: item, customer, salesperson or month.")
    ] = "",
    form: Annotated[str, typer.Option("--format", metavar="csv|xlsx|jsonl", help="Kind of file; by the name's ending or csv when not given.")] = "",
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")] = "-",
    raw: Annotated[bool, typer.Option("--raw", help="For programs: column names, stored words, no byte order mark, no formula guard.")] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of headings and words.")] = "",
) -> None:
    """Write a report of a period to a file: the same rows as on the screen."""
    from deskbook.core import days
    from deskbook.exchange import export as out

    first = _day(since, "from") or days.today().replace(day=1)
    path = None if output == "-" else Path(output)
    rows, note = out.report(
        desk(context).book,
        name,
        path,
        form=form or (path.suffix[1:] if path and path.suffix[1:] in out.FORMATS else ""),
        since=first,
        until=_day(until, "to") or days.month_end(first),
        choice=by,
        raw=raw,
        language=spoken(lang) or desk(context).language,
    )
    if sys.stderr.isatty():
        say(_("{rows} rows, {position}", rows=rows, position=note))


@cli.command(epilog=EXIT)
def nightly(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the exports and backups.")],
    form: Annotated[str, typer.Option("--format", metavar="csv|xlsx|jsonl", help="Kind of file.")] = "csv",
    schedule: Annotated[str, typer.Option(metavar="cron|systemd|windows", help="Print the entry that runs this every night, and stop.")] = "",
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of headings and words.")] = "",
) -> None:
    """From one moment of the book: all exports, a verified backup, a manifest; then read everything back and prove it.

    Of the nights and backups in DIR, 7 daily, 5 weekly and 24 monthly ones are kept.
    """
    from deskbook.exchange import nightly as run

    if schedule:
        entry = run.schedule(schedule, desk(context).book, folder)
        print("\n".join(map(safe, entry.split("\n"))) if sys.stdout.isatty() else entry, end="")
        return
    told = say if sys.stderr.isatty() else lambda words: None
    made = run.nightly(desk(context).book, folder, form=form, language=spoken(lang) or desk(context).language, told=told)
    if sys.stdout.isatty():
        print(safe(str(made)))


@cli.command("import", epilog=EXIT)
def import_(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            help="parties, items, stock (as counted when the book opens), purchases, orders, order-lines, shipments, accounts, ledger or payments.",
            autocompletion=_imports,
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="csv, tsv, xlsx, xls or ods.")],
    lines: Annotated[
        Path | None, typer.Option("--lines", metavar="FILE", help="A second file with the lines of the orders.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column is which field, FIELD= for none; may be repeated. Remembered for files with the same columns.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="A field that is the same in every row, or made of columns: 'code=S-{SupplierID}'; may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be new, changed, the same, refused.")] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Bring the others in although some rows are refused; without it, all rows or none.")
    ] = False,
    opening: Annotated[
        str,
        typer.Option(
            "--opening-day",
            metavar="DAY",
            help="Documents before this day come in as history and move no goods; opening stock is posted on it.",
        ),
    ] = "",
    dates: Annotated[
        str, typer.Option("--dates", metavar="dmy|mdy|ymd", help="Order of days such as 3/4/2026, where the file leaves it open.")
    ] = "",
    decimal: Annotated[str, typer.Option("--decimal", metavar="MARK", help="Decimal mark of numbers, . or , (detected otherwise).")] = "",
    encoding: Annotated[str, typer.Option("--encoding", metavar="NAME", help="Encoding of a text file (detected otherwise).")] = "",
    delimiter: Annotated[
        str, typer.Option("--delimiter", metavar="MARK", help="What stands between the cells of a text file (detected otherwise).")
    ] = "",
    sheet: Annotated[str, typer.Option(metavar="NAME", help="Sheet of a workbook.")] = "",
    close_days: Annotated[
        bool, typer.Option("--close-days", help="Of the ledger: close every day that is over, one by one; a closed day stays closed.")
    ] = False,
    bill: Annotated[
        bool, typer.Option("--bill", help="Of orders: what each is worth is owed from its day on, whenever its goods left.")
    ] = False,
) -> None:
    """Bring a table file into the book in one step that can be taken back; the same file again changes nothing.

    Columns are recognised by their names in English, Chinese, Spanish and Swahili. A column the file has not, and an empty cell, leave what the
    book says.
    """
    from deskbook.core.store import Store
    from deskbook.exchange import import_table

    with Store.open(desk(context).book, clerk=desk(context).clerk) as store:
        store.warn = lambda trouble: say(str(trouble))
        result = import_table.bring_in(
            store,
            what,
            file,
            maps=map_ or [],
            fixed=set_ or [],
            dry_run=dry_run,
            opening_day=_day(opening, "opening-day"),
            sheet=sheet or None,
            lines=lines,
            dates=dates,
            decimal=decimal,
            encoding=encoding or None,
            delimiter=delimiter or None,
            skip_refused=skip_refused,
            close_days=close_days,
            bill=bill,
        )
    for line in result.lines():
        print(safe(line))
    if result.refused:
        raise typer.Exit(1)


@cli.command(epilog=EXIT)
def backup(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where to; beside the book by default.")] = None,
) -> None:
    """Make a verified backup: copied, reopened, walked back."""
    from deskbook.core import backup as copies
    from deskbook.core.store import Store

    Store.open(desk(context).book, read_only=True).close()
    made = copies.keep(desk(context).book, folder or desk(context).book.parent / "backups")
    print(safe(str(made)))


@cli.command(epilog=EXIT)
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup to bring back.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="PATH", help="Write it as a new file there; without it, it takes the book's place.")
    ] = None,  # typer 0.20 reads only this form
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Bring a backup back, verified. In the book's place: what would be lost is shown first, and the old book is kept beside it."""
    from deskbook.exchange import restore as bring

    if to is not None:
        step, _digest = bring.to_new_file(source, to)
        print(_("{path} stands at step {step}.", path=safe(str(to)), step=step))
        return
    plan = bring.plan(source, desk(context).book)
    for line in plan.lines():
        print(safe(line))
    if not yes and not typer.confirm(_("Put the backup in the book's place? The book as it is now is kept beside it")):
        raise typer.Exit(1)
    print(safe(_("The old book is kept as {path}.", path=str(bring.swap(plan)))))


@cli.command(epilog=EXIT)
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


@cli.command(epilog=EXIT)
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


@cli.command(epilog=EXIT)
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
