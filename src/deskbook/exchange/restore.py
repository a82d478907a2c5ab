"""Bring a backup back: verified, what would be lost shown first, the old book kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deskbook.core import backup, days
from deskbook.core.files import in_words, sync_directory
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store
from deskbook.core.words import N_, _, plural


@dataclass(frozen=True, slots=True)
class Plan:
    """A proved backup, the book whose place it takes, and the sentences of the steps that are in the book and not in the backup."""

    source: Path
    book: Path
    step: int
    lost: tuple[str, ...]
    unreadable: str

    def lines(self) -> list[str]:
        """What a person should know before saying yes."""
        found = [_("The backup is sound and stands at step {step}.", step=self.step)]
        if self.unreadable:
            found.append(_("What would be lost cannot be said: {why}", why=self.unreadable))
        elif self.lost:
            one = N_("{count} step is in the book and not in the backup; it would be lost:")
            many = N_("{count} steps are in the book and not in the backup; they would be lost:")
            found.append(_(plural(len(self.lost), one, many), count=len(self.lost)))
            found += [f"  {sentence}" for sentence in self.lost[-20:]]
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
    unreadable = ""
    if book.exists():
        try:
            with Store.open(book, read_only=True) as store:
                if store.look.value("SELECT digest FROM step WHERE id = :step", step=step) != digest and not _holds(source, *store.position):
                    unreadable = _("The backup is of another book, or of another line of this one.")
                else:
                    lost = tuple(store.sentence(row) for (row,) in store.look.rows("SELECT id FROM step WHERE id > :step ORDER BY id", step=step))
        except Trouble as trouble:
            unreadable = str(trouble)
    return Plan(source, book, step, lost, unreadable)


def _holds(source: Path, step: int, digest: str) -> bool:
    """Whether a proved backup went on from that step: the book as it was before a restore does."""
    from deskbook.exchange.export import moment

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
