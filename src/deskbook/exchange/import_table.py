"""Imports that can be repeated: any table file into the book as one step, by the commands a form would run; the same file again changes nothing.

The preview is the import itself, rolled back: so what it shows is what would happen.
"""
from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from deskbook.core.connection import rule
from deskbook.core.files import in_words
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.words import N_, _, beside, clauses, listed, plural
from deskbook.exchange import import_documents as documents
from deskbook.exchange import import_money as money
from deskbook.exchange import import_rows as records
from deskbook.exchange.import_cells import ORDERS, Reader
from deskbook.exchange.import_columns import (
    Matched,
    Said,
    header_key,
    match,
    read_said,
    refuse_incomplete,
    refuse_unknown,
    remembered,
    to_remember,
)
from deskbook.exchange.import_fields import SPECS, Spec
from deskbook.exchange.import_rows import Change, Given, Outcome, Work
from deskbook.exchange.read_table import Table, read_table

EXAMPLES = 10
"""Changed records shown with what changes, and left-out names shown."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that cannot come in: where in the file, which column, why."""

    where: str
    column: str
    why: str


@dataclass(slots=True)
class Result:
    """What an import did, or would do. step: the step it is, 0 when nothing was written. Counts are of records: parties, orders, not their lines."""

    what: str
    dry_run: bool = False
    step: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    document_lines: int = 0
    left_out: int = 0
    closed: int = 0
    refused: list[Refused] = field(default_factory=list)
    refused_records: int = 0
    examples: list[tuple[str, list[Change]]] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """For the journal."""
        return {"new": self.new, "changed": self.changed, "same": self.same, "refused": self.refused_records, "lines": self.document_lines}

    def lines(self) -> list[str]:
        """What a person reads: how the file was understood, what changes, what is refused and why, what was done."""
        text = list(self.head)
        for key, changes in self.examples:
            text.append(_("changed {key}: {what}", key=key, what=clauses(f"{name} {old} → {new}" for name, old, new in changes)))
        if self.changed > len(self.examples):
            text.append(_("… and {count} more changed", count=self.changed - len(self.examples)))
        text += self.notes[:EXAMPLES]
        if len(self.notes) > EXAMPLES:
            text.append(_("… and {count} more of these", count=len(self.notes) - EXAMPLES))
        text += [_("refused {where} ({column}): {why}", where=r.where, column=r.column or "–", why=r.why) for r in self.refused[:50]]
        if len(self.refused) > 50:
            text.append(_("… and {count} more refused", count=len(self.refused) - 50))
        if self.left_out:
            one = N_("{count} row says nothing to bring in (no quantity, or no day of shipping) and was left out")
            many = N_("{count} rows say nothing to bring in (no quantity, or no day of shipping) and were left out")
            text.append(_(plural(self.left_out, one, many), count=self.left_out))
        counts = {"new": self.new, "changed": self.changed, "same": self.same, "refused": self.refused_records}
        said = _("{new} new, {changed} changed, {same} the same, {refused} refused", **counts)
        lines = plural(self.document_lines, N_(" ({lines} line)"), N_(" ({lines} lines)"))
        text.append(said + (_(lines, lines=self.document_lines) if self.document_lines else ""))
        if self.step and self.closed:
            one = N_("Written as step {step}; {count} day is closed by it, which stays so.")
            many = N_("Written as step {step}; {count} days are closed by it, which stays so.")
            text.append(_(plural(self.closed, one, many), step=self.step, count=self.closed))
        elif self.step:
            text.append(_("Written as step {step}; it can be taken back as a whole.", step=self.step))
        elif self.dry_run:
            text.append(_("Nothing was written: this was a trial."))
        elif self.refused_records:
            text.append(_("Nothing was written, because some rows were refused; correct them, or leave them out with --skip-refused."))
        else:
            text.append(_("Nothing was written: the book says all of this already."))
        return text


class _Stop(Exception):
    """Ends the step without keeping it."""


@dataclass(slots=True)
class _Source:
    """A file with its columns understood."""

    name: str
    sha256: str
    table: Table
    matched: Matched
    readers: dict[str, Reader]

    def where(self, row: int, name: str, *, named: bool) -> str:
        """Address of a field's cell in a row; of the row, where the field has no column."""
        reader = self.readers.get(name) or self.readers.get(name.removesuffix("_id"))
        columns = reader.columns if reader else ()
        cell = self.table.address(row, columns[0]) if columns else _("row {row}", row=self.table.lines[row])
        return f"{self.name} {cell}" if named else cell


def bring_in(
    store: Store,
    what: str,
    file: Path,
    *,
    maps: Sequence[str] = (),
    fixed: Sequence[str] = (),
    dry_run: bool = False,
    opening_day: date | None = None,
    sheet: str | None = None,
    lines: Path | None = None,
    dates: str = "",
    decimal: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    skip_refused: bool = False,
    close_days: bool = False,
    bill: bool = False,
) -> Result:
    """Bring a file in. maps: FIELD=COLUMN, "" for no column; fixed: FIELD=VALUE, where {Column} in the value stands for a cell.

    lines: a second file with the lines of the orders. dates: "dmy", "mdy" or "ymd"; decimal: "." or ","; both override what is detected.
    bill: of orders, their customers owe what each is worth, from the order's day on, whenever its goods left.
    close_days: of the ledger, close every day that is over, which stays so.
    Refused rows: nothing is written, or (skip_refused) everything else. Refusal when the file as a whole cannot be understood.
    """
    spec = SPECS.get(what)
    if spec is None:
        raise Refusal("what", N_("There is no import “{what}”; there are: {names}."), what=what, names=listed(SPECS))
    if lines is not None and spec.what != "orders":
        raise Refusal("lines", N_("Only orders have a second file of lines."))
    if dates and dates not in ORDERS:
        raise Refusal("dates", N_("The order of a date is dmy, mdy or ymd, not {given}."), given=dates)
    if decimal not in ("", ".", ","):
        raise Refusal("decimal", N_("A decimal mark is . or , and not {given}."), given=decimal)
    if close_days and spec.what != "ledger":
        raise Refusal("close_days", N_("Only the ledger has days to close."))
    if bill and not spec.what.startswith("order"):
        raise Refusal("bill", N_("Only orders can be billed as they come in."))
    said = read_said(spec, maps, fixed)
    tables = [read_table(path, sheet=sheet, encoding=encoding, delimiter=delimiter) for path in ([file] if lines is None else [file, lines])]
    refuse_unknown(said, tables)
    result = Result(what, dry_run)
    sources = [
        _understood(store, spec, path, table, said, names, dates, decimal)
        for path, table, names in zip((file, lines), tables, _fields(spec, two=lines is not None), strict=False)
        if path is not None
    ]
    _refuse_gaps(spec, sources)
    result.head = [line for source in sources for line in _described(source, spec)]
    groups, bad = _read(spec, sources, result)
    for source in sources:
        result.head += [
            _(plural(len(reader.hidden), N_("{file}: hidden characters were taken out of {where} ({column})"),
                     N_("{file}: hidden characters were taken out of {count} cells, first {where} ({column})")),
              file=source.name, count=len(reader.hidden), where=reader.hidden[0], column=reader.field.name)
            for reader in source.readers.values() if reader.hidden
        ]
    keep = to_remember(said)
    apply = partial(
        _apply, spec=spec, sources=sources, groups=groups, bad=bad, result=result, opening_day=opening_day, keep=keep,
        skip_refused=skip_refused, close_days=close_days, bill=bill,
    )
    command = _named(f"import_{what.replace('-', '_')}", apply)
    facts: dict[str, Any] = {"file": sources[0].name, "sha256": sources[0].sha256, "rows": len(sources[0].table.rows)}
    facts |= {"columns": said, "opening_day": opening_day}
    if lines is not None:
        facts |= {"lines_file": sources[1].name, "lines_sha256": sources[1].sha256, "lines_rows": len(sources[1].table.rows)}
    try:
        store.run(command, **facts)
    except _Stop:
        return result
    result.step = store.position[0]
    return result


def _named(name: str, apply: Callable[[Tx], dict[str, int]]) -> Callable[..., dict[str, int]]:
    """A command of that name. What the journal keeps of an import is the file's name, digest and counts; the rows it wrote are in the tables."""

    def command(tx: Tx, **_facts: Any) -> dict[str, int]:
        return apply(tx)

    command.__name__ = name
    return command


# -- understanding ---------------------------------------------------------------------------------------------------------


def _fields(spec: Spec, *, two: bool) -> list[list[str]]:
    """The fields each file can hold."""
    every = [f.name for f in spec.fields]
    return [[name for name in every if name not in spec.line], ["no", *spec.line]] if two else [every]


def _understood(store: Store, spec: Spec, path: Path, table: Table, said: Said, names: list[str], dates: str, decimal: str) -> _Source:
    with in_words(path):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    matched = match(spec, table, said, remembered(store.look, spec, table), names)
    readers = {}
    for name, templates in matched.templates.items():
        found = spec.field(name)
        assert found is not None
        readers[name] = Reader(table, found, templates, decimal=decimal or table.how.decimal, order=dates)
    return _Source(path.name, digest, table, matched, readers)


def _refuse_gaps(spec: Spec, sources: Sequence[_Source]) -> None:
    given = {name: how for source in sources for name, how in source.matched.how.items() if name in source.matched.templates}
    columns = [column for source in sources for column in source.table.columns]
    if spec.what == "orders" and len(sources) == 1 and "item" not in given:
        words = N_("This file has orders without their lines; give the file of the lines with --lines. The columns are {columns}.")
        raise Refusal("lines", words, columns=listed(columns)[:400])
    refuse_incomplete(spec, given, columns)
    if len(sources) == 2 and not all("no" in source.matched.templates for source in sources):
        raise Refusal("map", N_("Both files need a column with the order's number; say which with --map no=COLUMN."))


def _described(source: _Source, spec: Spec) -> list[str]:
    """How a file was understood."""
    how = source.table.how
    parts = [how.kind]
    if how.kind == "text":
        shown = {"\t": _("tab")}.get(how.delimiter, how.delimiter)
        parts = [how.encoding + (_(" with byte order mark") if how.bom else "")]
        parts += [_("delimiter {mark}", mark=shown), _("decimal mark {mark}", mark=_mark(source))]
    elif how.sheet:
        parts.append(_("sheet {name}", name=how.sheet))
    parts.append(_("column names in row {row}", row=how.header_row) if how.header_row else _("no column names"))
    found = len(source.table.rows)
    parts.append(_(plural(found, N_("{count} row"), N_("{count} rows")), count=found))
    text = [f"{source.name}: {listed(parts)}"]
    used: set[int] = set()
    for name, reader in source.readers.items():
        used |= set(reader.columns)
        texts = " + ".join(template.text if template.only is None else source.table.columns[template.only] for template in reader.templates)
        notes = [reader.note(), {"remembered": _("as last time"), "said": "", "name": ""}[source.matched.how[name]]]
        tail = listed(note for note in notes if note)
        text.append(f"  {beside(f'{name} ← {texts}', tail)}")
    unused = [column for index, column in enumerate(source.table.columns) if index not in used]
    if unused:
        text.append(_("  not used: {columns}", columns=listed(unused)))
    if how.uneven:
        one = N_("  row {row} has more or fewer cells than the header")
        many = N_("  {count} rows have more or fewer cells than the header, first row {row}")
        text.append(_(plural(len(how.uneven), one, many), count=len(how.uneven), row=how.uneven[0]))
    return text


def _mark(source: _Source) -> str:
    return next((reader.decimal for reader in source.readers.values()), source.table.how.decimal)


# -- reading ---------------------------------------------------------------------------------------------------------------

Groups = dict[tuple[Any, ...], list[Given]]
_KEYS: dict[str, Callable[[Given], tuple[Any, ...]]] = {
    "purchases": documents.purchase_key, "orders": documents.order_key, "order-lines": documents.order_key, "shipments": documents.shipment_key,
}


def _read(spec: Spec, sources: Sequence[_Source], result: Result) -> tuple[Groups, dict[tuple[Any, ...], list[Refused]]]:
    """The records of the files: their rows, and what cannot be read in them."""
    groups: Groups = {}
    bad: dict[tuple[Any, ...], list[Refused]] = {}
    key_of = _KEYS.get(spec.what)
    for number, source in enumerate(sources):
        for row in range(len(source.table.rows)):
            values: dict[str, Any] = {}
            wrong: list[Refused] = []
            for name, reader in source.readers.items():
                try:
                    value = reader.read(row)
                except Refusal as refusal:
                    wrong.append(Refused(source.where(row, name, named=len(sources) > 1), name, str(refusal)))
                    continue
                if value is not None:
                    values[name] = value
            given = Given(values, partial(source.where, row, named=len(sources) > 1))
            if not wrong and _says_nothing(spec, values):
                result.left_out += 1
                continue
            key = key_of(given) if key_of else (number, row)
            if key == (None,):
                key = (number, row)  # a document without a number: refused by itself
            groups.setdefault(key, []).append(given)
            if wrong:
                bad.setdefault(key, []).extend(wrong)
    return groups, bad


def _says_nothing(spec: Spec, values: dict[str, Any]) -> bool:
    """A row that is about something else: nothing ordered, nothing shipped."""
    if spec.what == "purchases":
        return not values.get("qty")
    return spec.what == "shipments" and "shipped_on" not in values


# -- writing ---------------------------------------------------------------------------------------------------------------

_ROWS: dict[str, Callable[[Work, Sequence[Given]], Outcome]] = {
    "parties": records.party_row, "items": records.item_row, "stock": records.stock_row,
    "purchases": documents.purchase_rows, "shipments": documents.shipment_rows,
    "accounts": money.account_row, "ledger": money.ledger_row, "payments": money.payment_row,
}


def _apply(
    tx: Tx, *, spec: Spec, sources: Sequence[_Source], groups: Groups, bad: dict[tuple[Any, ...], list[Refused]], result: Result,
    opening_day: date | None, keep: Said, skip_refused: bool, close_days: bool, bill: bool,
) -> dict[str, int]:
    """All records, each kept or refused by itself; at the end all of them, or (_Stop) none."""
    work = Work(tx, sources[0].name, opening_day, bill)
    run = _ROWS.get(spec.what) or partial(documents.order_rows, shipped_is_told=any("shipped_on" in source.readers for source in sources))
    seen: set[str] = set()
    for key, rows in groups.items():
        if key in bad:
            result.refused += bad[key]
            result.refused_records += 1
            continue
        tx.con.execute("SAVEPOINT record")
        try:
            outcome = run(work, rows)
            if outcome.state == "changed" and outcome.key in seen:
                raise Refusal("", N_("An earlier row of the file is about {key} too and says otherwise."), key=outcome.key)
        except (Refusal, sqlite3.IntegrityError) as error:
            refusal = error if isinstance(error, Refusal) else Refusal("", rule(str(error)))
            if refusal.exit_code != Refusal.exit_code:
                raise
            tx.con.execute("ROLLBACK TO record")
            tx.con.execute("RELEASE record")
            result.refused.append(_refused(refusal, rows, spec))
            result.refused_records += 1
            continue
        tx.con.execute("RELEASE record")
        seen.add(outcome.key)
        setattr(result, outcome.state, getattr(result, outcome.state) + 1)
        if outcome.state == "changed" and len(result.examples) < EXAMPLES:
            result.examples.append((outcome.key, outcome.changes))
    closed = money.close_days(work) if close_days and (skip_refused or not result.refused_records) else 0
    if closed:
        result.closed = closed
    result.document_lines, result.notes = work.lines, work.notes
    learnt = _remember(tx, spec, sources, keep)
    if result.dry_run or (result.refused_records and not skip_refused) or not (result.new or result.changed or learnt or closed):
        raise _Stop
    tx.says(spec.says, file=sources[0].name, new=result.new, changed=result.changed)
    return result.counts()


def _refused(refusal: Refusal, rows: Sequence[Given], spec: Spec) -> Refused:
    """A refusal by the cell it is about: a field, or "lines.<index>.<field>" of a document's row."""
    given, name = rows[0], refusal.field
    part, _dot, rest = name.partition(".")
    index, _dot, line_field = rest.partition(".")
    if part == "lines" and index.isdigit() and int(index) < len(rows):
        given, name = rows[int(index)], line_field
    name = {"roles": "roles", "typed": "item", "lines": "qty"}.get(name, name)
    key = next((f.name for f in spec.fields if f.name in given.values), "")
    return Refused(given.where(name if spec.field(name) else key), name, str(refusal))


def _remember(tx: Tx, spec: Spec, sources: Sequence[_Source], keep: Said) -> bool:
    """Keep what was said about columns for the next file with these columns; whether that is new."""
    if not keep:
        return False
    learnt = False
    for source in sources:
        header = header_key(source.table)
        row = tx.row("SELECT id, map FROM import_map WHERE what = :what AND header = :header", what=spec.what, header=header)
        text = json.dumps({**(json.loads(row[1]) if row else {}), **keep}, ensure_ascii=False, sort_keys=True)
        if row is None:
            tx.con.execute("INSERT INTO import_map(what, header, map) VALUES (?, ?, ?)", (spec.what, header, text))
        elif row[1] != text:
            tx.con.execute("UPDATE import_map SET map = ? WHERE id = ?", (text, row[0]))
        else:
            continue
        learnt = True
    return learnt
