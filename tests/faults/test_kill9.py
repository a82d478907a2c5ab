"""`kill -9` of two writers at a random moment: what was acknowledged is there, and the book is sound."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from tests.faults import office

KILLS = int(os.environ.get("DESKBOOK_KILLS", "100"))
A_BOOK = 25
"""So many crashes does one file live through."""
SMALL: dict[str, str | int] = {"cache_size": 10}
"""Pages kept in memory: so few that a transaction writes into the book before it commits, and a crash finds it half done."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 here")


@dataclass
class Tally:
    """What came of it."""

    kills: int = 0
    kept: int = 0
    half_done: int = 0
    wrong: list[str] = field(default_factory=list)


def crash(folder: Path, kills: int, seed: int, pragmas: dict[str, str | int], *, enough: int | None = None) -> Tally:
    """Kill two writers again and again. enough: stop at so many faults."""
    rnd, tally, context = Random(seed), Tally(), office.spawner()
    path, all_kept = folder / "none", set[str]()
    while tally.kills < kills and (enough is None or len(tally.wrong) < enough):
        if tally.kills % A_BOOK == 0:
            path, all_kept = folder / f"book-{tally.kills}.desk", set()
            office.begin(path)
        given = SMALL | pragmas if tally.kills % 4 else pragmas  # one in four as it is really set
        go = context.Event()
        children = [office.start(context, office.work, path, tag, seed * 1000 + tally.kills, given, go) for tag in ("ann", "bo")]
        for _child, pipe in children:
            assert (first := pipe.recv())[0] == "ready", first[1]
        go.set()
        time.sleep(rnd.random() * 0.12)
        for child, _pipe in children:
            child.kill()
        said = [message for _child, pipe in children for message in office.heard(pipe)]
        for child, pipe in children:
            child.join()
            pipe.close()
        tally.kills += 1
        tally.half_done += office.crowded(path)
        assert [words for what, words in said if what == "failed"] == []
        kept = {key for what, key in said if what == "kept"}
        tried = {key for what, key in said if what == "tried"}
        tally.kept += len(kept)
        all_kept |= kept
        try:
            with Store.open(path, read_only=bool(tally.kills % 2)) as book:  # a reader comes first as often as a writer
                found = office.keys(book)
                wrong = office.faults(book)
        except (Refusal, sqlite3.Error) as error:
            found, wrong = all_kept, [str(error)]
        wrong += [f"{key} was acknowledged and is gone" for key in all_kept - found]
        wrong += [f"{key} is there and nobody did it" for key in found - all_kept - tried]
        all_kept |= found
        if wrong:
            tally.wrong += [f"crash {tally.kills}, seed {seed}: {what}" for what in wrong[:3]]
            path, all_kept = folder / f"book-after-{tally.kills}.desk", set()
            office.begin(path)
    return tally


def test_no_acknowledged_step_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = int(os.environ.get("DESKBOOK_SEED", "9"))
    tally = crash(tmp_path, KILLS, seed, {})
    print(f"\n{tally.kills} kills of two writers, seed {seed}: {tally.kept} steps acknowledged, {tally.half_done} times a transaction was half done")
    assert tally.wrong == []
    assert tally.half_done >= KILLS // 10, "the kills came at quiet moments: nothing is shown"
    assert tally.kept > KILLS


def test_control_without_the_journal_on_disk_it_is_seen(tmp_path: Path) -> None:
    """With SQLite's rollback journal in memory only, the same kills must break a book."""
    tally = crash(tmp_path, 40, 9, {"journal_mode": "memory"}, enough=1)
    print(f"\ncontrol: {tally.kills} kills until {tally.wrong[:1]}")
    assert tally.wrong != []
