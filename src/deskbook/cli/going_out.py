"""What goes out: exports, reports, documents, the night's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from deskbook.cli.call import day_of, desk, say, spoken
from deskbook.core.refusal import Refusal
from deskbook.core.text import safe
from deskbook.core.words import N_, _, plural


def _exports(begun: str) -> list[str]:
    """What a shell completes after `deskbook export`."""
    from deskbook.exchange.export import WHAT

    return [name for name in (*WHAT, "day-sheet") if name.startswith(begun)]


def export(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="Which list: {exports}.", autocompletion=_exports)],
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
    party: Annotated[
        str, typer.Option(metavar="CODE", help="Only rows of this customer, supplier or carrier: its code, or its whole name; as for a statement.")
    ] = "",
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
        since=day_of(since, "from"),
        until=day_of(until, "to"),
        as_of=day_of(as_of, "as_of"),
        find=find,
        party=party,
        raw=raw,
        noted=noted,
        language=spoken(lang) or desk(context).language,
    )
    if sys.stderr.isatty():
        say(_(plural(rows, N_("{rows} row, {position}"), N_("{rows} rows, {position}")), rows=rows, position=note))


def _reports(incomplete: str) -> list[str]:
    from deskbook.books.reports.queries import REPORTS

    return [report.name for report in REPORTS if report.name.startswith(incomplete)]


def report(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help=(
                "sales-item, -customer, -salesperson, -channel, -month or -week; targets, margin, on-time, turnaround, lost, trial-balance "
                "or income."
            ),
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

    first = day_of(since, "from") or days.today().replace(day=1)
    path = None if output == "-" else Path(output)
    rows, note = out.report(
        desk(context).book,
        name,
        path,
        form=form or (path.suffix[1:] if path and path.suffix[1:] in out.FORMATS else ""),
        since=first,
        until=day_of(until, "to") or days.month_end(first),
        choice=by,
        raw=raw,
        language=spoken(lang) or desk(context).language,
    )
    if sys.stderr.isatty():
        say(_("{rows} rows, {position}", rows=rows, position=note))


def _documents(begun: str) -> list[str]:
    """What a shell completes after `deskbook print`."""
    from deskbook.exchange.printed import NAMES

    return [name for name in NAMES if name.startswith(begun)]


def print_(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            help="quote, contract, review-sheet, delivery, notice, statement, receipt or day-sheet.", autocompletion=_documents
        ),
    ],
    number: Annotated[
        str, typer.Argument(help="The number of the record: of a contract and a review sheet, the order's; of a receipt, the payment's.")
    ] = "",
    party: Annotated[str, typer.Option(metavar="CODE", help="Of a statement: whose, by code or whole name.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="Of a statement: first day; by default that of this year.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Of a statement: last day; by default today.")] = "",
    day: Annotated[str, typer.Option(metavar="DAY", help="Of a day sheet: which day; by default today.")] = "",
    form: Annotated[str, typer.Option("--form", metavar="a4|241|241/3", help="Paper; by default the office's usual one of that kind.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Put a copy of the page there; the desk keeps its own with its prints.")
    ] = None,  # typer 0.20 reads only this form
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh|es|sw", help="Language of the page; by default the party's.")] = "",
) -> None:
    """Print a document as the desk prints it: a page to open and send to the printer, noted as a printing of its deal.

    What is printed again says which copy it is. The name of the page is said.
    """
    from deskbook.books.documents.labels import PAPERS
    from deskbook.books.documents.printing import print_document
    from deskbook.core.store import Store
    from deskbook.exchange.printed import which

    language = spoken(lang)
    with Store.open(desk(context).book, clerk=desk(context).clerk) as store:
        store.warn = lambda trouble: say(str(trouble))
        first, last = day_of(since, "from"), day_of(until, "to")
        known, row, options = which(store.look, kind, number=number, party=party, day=day_of(day, "day"), since=first, until=last)
        done = print_document(
            store,
            known,
            row,
            paper=next((name for name in PAPERS if name.lower() == form.lower()), form),
            language=language,
            options=options,
            folder=output,
            show=False,
        )
    if done.complaint:
        say(done.complaint)
    print(safe(str(done.path)))


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
