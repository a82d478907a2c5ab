"""What comes in: table files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskbook.cli.call import day_of, desk, say
from deskbook.core.text import safe


def _imports(begun: str) -> list[str]:
    """What a shell completes after `deskbook import`."""
    from deskbook.exchange.import_fields import SPECS

    return [name for name in SPECS if name.startswith(begun)]


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
            opening_day=day_of(opening, "opening-day"),
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
