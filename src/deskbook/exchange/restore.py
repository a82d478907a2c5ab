"""Bring a backup back: verified, what would be lost shown first, the old book kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deskbook.core import backup, days
from deskbook.core.files import in_words, sync_directory
from deskbook.core.journal import kinds
from deskbook.core.money import show_money
from deskbook.core.numbers import show_number
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Look, Store
from deskbook.core.words import N_, _, plural

STEPS = 20
"""Steps that are told one by one."""


MADE: tuple[tuple[str, str, str, str], ...] = (
    ("party", N_("customers and suppliers"), "void = 0", ""),
    ("item", N_("items"), "void = 0", ""),
    ("quote", N_("quotes"), "void = 0", ""),
    ("sales_order", N_("orders"), "void = 0", "(SELECT sum(l.amount) FROM order_line l WHERE l.order_id = t.id)"),
    ("shipment", N_("shipments"), "void = 0", ""),
    ("goods_return", N_("returns"), "void = 0", ""),
    ("purchase", N_("purchases"), "void = 0", "(SELECT sum(l.amount) FROM purchase_line l WHERE l.purchase_id = t.id)"),
    ("claim", N_("invoices and other claims"), "void = 0", "t.amount"),
    ("payment", N_("payments"), "void = 0", "t.amount"),
    ("stock_move", N_("moves of goods"), "1", ""),
    ("task", N_("tasks"), "1", ""),
)
"""What a person counts, in the order of the books: table, its word, which rows stand, and the money of a row (cents)."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How many records of a kind were made since, and the sums of their money (cents) by name; a sum without a name is the kind's only one."""

    kind: str
    count: int
    sums: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        """`orders: 3, 1,234.50`."""
        money = "".join(f", {_(name)} {show_money(cents)}" if name else f", {show_money(cents)}" for name, cents in self.sums)
        return f"{_(self.kind)}: {show_number(self.count, places=0)}{money}"


def losses(look: Look, step: int) -> list[Loss]:
    """What was made or changed in a book after a step and still stands, counted and added up; nothing for a kind of which there is none."""
    known = kinds(look.con)

    def highest(table: str) -> int:
        sql = "SELECT coalesce(max(last_id), 0) FROM change WHERE tbl = :table AND op = 'I' AND step_id <= :step"
        return int(look.value(sql, table=table, step=step))

    found: list[Loss] = []
    for table, word, stands, money in MADE:
        if table in known:
            sums = f", coalesce(sum({money}), 0)" if money else ""
            count, *cents = look.rows(f"SELECT count(*){sums} FROM {table} t WHERE t.id > :id AND {stands}", id=highest(table))[0]
            found.append(Loss(word, count, tuple(("", each) for each in cents)))
    sql = "SELECT count(*), coalesce(sum(taken_in), 0), coalesce(sum(paid_out), 0) FROM v_ledger WHERE id > :id"
    lines, taken_in, paid_out = look.rows(sql, id=highest("posting"))[0]
    found.append(Loss(N_("lines of the day book"), lines, ((N_("in"), taken_in), (N_("out"), paid_out))))
    changed = {(tbl, row) for tbl, row in look.rows("SELECT DISTINCT tbl, row_id FROM change WHERE step_id > :step AND op IN ('U', 'D')", step=step)}
    tops = {tbl: highest(tbl) for tbl in {tbl for tbl, _row in changed}}
    found.append(Loss(N_("older records changed"), sum(row <= tops[tbl] for tbl, row in changed)))
    return [loss for loss in found if loss.count]


@dataclass(frozen=True, slots=True)
class Plan:
    """A proved backup, the book whose place it takes, and what is in the book and not in the backup: the sentences of its steps, and their sums."""

    source: Path
    book: Path
    step: int
    lost: tuple[str, ...]
    unreadable: str
    losses: tuple[Loss, ...] = ()

    def lines(self) -> list[str]:
        """What a person should know before saying yes."""
        found = [_("The backup is sound and stands at step {step}.", step=self.step)]
        if self.unreadable:
            found.append(_("What would be lost cannot be said: {why}", why=self.unreadable))
        elif self.lost:
            one = N_("{count} step is in the book and not in the backup; it would be lost:")
            many = N_("{count} steps are in the book and not in the backup; they would be lost:")
            found.append(_(plural(len(self.lost), one, many), count=len(self.lost)))
            if len(self.lost) > STEPS:
                found.append("  …")
            found += [f"  {sentence}" for sentence in self.lost[-STEPS:]]
            if self.losses:
                found += [_("In all:"), *(f"  {loss}" for loss in self.losses)]
        else:
            found.append(_("Nothing would be lost."))
        return found


def to_new_file(source: Path, target: Path) -> tuple[int, str]:
    """Write a backup as a new file, proved before and after; returns its position."""
    return backup.restore(source, target)


def plan(source: Path, book: Path) -> Plan:
    """Prove a backup and say what its return would lose. Trouble when it is not sound."""
    step, digest = backup.prove(source)
    lost: tuple[str, ...] = ()
    sums: tuple[Loss, ...] = ()
    unreadable = ""
    if book.exists():
        try:
            with Store.open(book, read_only=True) as store:
                if store.look.value("SELECT digest FROM step WHERE id = :step", step=step) != digest and not _holds(source, *store.position):
                    unreadable = _("The backup is of another book, or of another line of this one.")
                else:
                    lost = tuple(store.sentence(row) for (row,) in store.look.rows("SELECT id FROM step WHERE id > :step ORDER BY id", step=step))
                    sums = tuple(losses(store.look, step))
        except Trouble as trouble:
            unreadable = str(trouble)
    return Plan(source, book, step, lost, unreadable, sums)


def _holds(source: Path, step: int, digest: str) -> bool:
    """Whether a proved backup went on from that step: the book as it was before a restore does."""
    from deskbook.exchange.moment import moment

    with moment(source) as held:
        return held.con.execute("SELECT 1 FROM step WHERE id = ? AND digest = ?", (step, digest)).fetchone() is not None


def swap(plan: Plan) -> Path:
    """Put the backup in the book's place; returns where the old book is kept. Refusal while a desk has the book open."""
    from filelock import FileLock, Timeout

    lock = FileLock(plan.book.with_name(plan.book.name + ".lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Refusal("", N_("A desk has the book open; leave it first.")) from None
    try:
        draft = plan.book.with_name(f".{plan.book.name}.restore")
        draft.unlink(missing_ok=True)
        backup.restore(plan.source, draft)
        kept = plan.book.with_name(f"{plan.book.stem}.before-restore-{days.now().strftime('%Y%m%dT%H%M%S')}{plan.book.suffix}")
        with in_words(plan.book):
            if plan.book.exists():
                hot = plan.book.with_name(plan.book.name + "-journal")
                if hot.exists():  # an unfinished write of the old book belongs to the old book
                    os.replace(hot, kept.with_name(kept.name + "-journal"))
                os.replace(plan.book, kept)
            os.replace(draft, plan.book)
            sync_directory(plan.book.parent)
        return kept
    finally:
        lock.release()
