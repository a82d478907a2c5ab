"""The last thing on a full disk is finished from the reserve; after a failed write nothing is written before the file was found sound."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deskbook.books.tasks.commands import add_task
from deskbook.core import reserve
from deskbook.core.refusal import Trouble
from deskbook.core.store import Store
from tests.faults import office
from tests.faults.test_disk import ROOT, fill

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounting and preloading are tried on Linux only")


# -- the reserve -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    where = tmp_path / "disk"
    where.mkdir()
    if not ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(where)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def work_until_full(book: Store, rnd: Random, most: int = 3000) -> tuple[list[str], str]:
    """Do things until the disk takes no more; the keys of those that were kept, and what was said."""
    kept: list[str] = []
    for n in range(most):
        try:
            office.one(book, rnd, f"k{n}")
        except Trouble as trouble:
            return kept, str(trouble)
        kept.append(f"k{n}")
    raise AssertionError("the disk never filled")


def test_the_last_thing_is_finished_in_the_room_kept_for_it(disk: Path) -> None:
    path = disk / "book.desk"
    office.begin(path)
    with Store.open(path, clerk="Ann", desk=True) as book:
        assert reserve.keep(path)
        assert reserve.reserve_path(path).stat().st_blocks * 512 >= reserve.SIZE
        warned: list[Trouble] = []
        book.warn = warned.append
        ballast = fill(disk)
        before = book.position[0]
        task = book.run(add_task, text="the last thing")
        assert book.position[0] == before + 1
        assert book.look.value("SELECT text FROM task WHERE id = :task", task=task) == "the last thing"
        assert [str(each) for each in warned] == ["The disk is full. This was saved in the room kept for it, and there is no more: make room now."]
        assert not reserve.reserve_path(path).exists()
        assert office.faults(book) == []
        fill(disk, append=True)
        kept, said = work_until_full(book, Random(5))
        assert "disk is full; nothing of this was saved" in said
        assert set(kept) <= office.keys(book)
        assert len(warned) == 1
        assert office.faults(book) == []
        ballast.unlink()
        book.run(add_task, text="room again")
        assert reserve.reserve_path(path).exists()  # for the next time


def test_without_a_reserve_the_same_thing_is_refused(disk: Path) -> None:
    """The control: it was the reserve that helped, and only the desk's own writer may use it."""
    path = disk / "book.desk"
    office.begin(path)
    with Store.open(path, clerk="Ann", desk=True) as book:
        ballast = fill(disk)
        with pytest.raises(Trouble, match="disk is full; nothing of this was saved"):
            book.run(add_task, text="the last thing")
        ballast.unlink()
        assert reserve.keep(path)
    fill(disk)
    with Store.open(path, clerk="a script") as other:
        with pytest.raises(Trouble, match="disk is full"):
            other.run(add_task, text="by a script")
        assert reserve.reserve_path(path).exists()
        assert office.faults(other) == []


def test_a_disk_with_little_room_keeps_no_reserve(disk: Path) -> None:
    path = disk / "book.desk"
    office.begin(path)
    fill(disk, reserve.ROOM - 65536)
    assert not reserve.keep(path)
    assert not reserve.reserve_path(path).exists()


# -- a disk that fails -----------------------------------------------------------------------------------------------------

PROGRAM = """
import os, sys
from pathlib import Path
from tests.faults import office
from deskbook.books.tasks.commands import add_task
from deskbook.core import store
from deskbook.core.refusal import Trouble
from deskbook.core.store import Store
path, switch, what = Path(sys.argv[1]), Path(os.environ["FAILING"]), sys.argv[2]
office.held()
with Store.open(path, clerk="Ann") as book:
    warned = []
    book.warn = warned.append
    looked, connections = book.look, [book._con]
    book.run(add_task, text="before")
    revision = book.revision
    switch.write_text(what)
    for text in ("while it fails", "still"):
        try:
            book.run(add_task, text=text)
            print("kept", text)
        except Trouble as trouble:
            print(trouble)
    switch.write_text("")
    book.run(add_task, text="after")
    assert book._con not in connections, "the connection that failed is used on"
    assert book.look is looked and book.revision != revision
    for (text,) in book.look.rows("SELECT text FROM task ORDER BY id"):
        print("task", text)
    for trouble in warned:
        print("warned", trouble)
    assert not office.faults(book), office.faults(book)
    print("sound")
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes the disk fail."""
    compiler, made = shutil.which("gcc") or shutil.which("cc"), tmp_path_factory.mktemp("shim") / "failing.so"
    if compiler is None:
        pytest.skip("no C compiler to make the failing disk with")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(Path(__file__).with_name("failing.c")), "-ldl"], check=True)
    return made


def on_a_failing_disk(shim: Path, path: Path, what: str) -> list[str]:
    """What the program says."""
    more = {"LD_PRELOAD": str(shim), "FAILING": str(path.with_name("switch")), "FAILING_NAME": path.parent.name}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), what], capture_output=True, text=True, cwd=root, env=os.environ | more, timeout=120, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("what", ["sync", "write"])
def test_after_a_failed_write_the_book_is_opened_anew_and_goes_on(shim: Path, tmp_path: Path, what: str) -> None:
    path = tmp_path / "office" / "book.desk"
    office.begin(path)
    said = on_a_failing_disk(shim, path, what)
    assert [line for line in said if "The disk failed on" in line and "nothing of this was saved" in line] == said[:2]
    assert said[2:] == ["task before", "task after", "sound"]


def test_what_was_saved_before_the_disk_failed_is_not_called_lost(shim: Path, tmp_path: Path) -> None:
    """Only the folder cannot be synced: by then the step stands in the file, and doing it again would do it twice."""
    path = tmp_path / "office" / "book.desk"
    office.begin(path)
    said = on_a_failing_disk(shim, path, "dir")
    tasks = [line.removeprefix("task ") for line in said if line.startswith("task ")]
    for text in ("while it fails", "still"):
        assert (f"kept {text}" in said) == (text in tasks), said
    assert len(tasks) == len(set(tasks))
    assert said[-1] == "sound"


class Failing:
    """A connection whose next COMMIT fails as a disk does, and spoils the file while it is at it."""

    def __init__(self, con: sqlite3.Connection, path: Path) -> None:
        self.con, self.path = con, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)

    def execute(self, sql: str, *given: Any) -> Any:
        if sql != "COMMIT":
            return self.con.execute(sql, *given)
        self.con.execute("ROLLBACK")
        # by another process: this one must not open the file beside its database
        spoil = "import sys; f = open(sys.argv[1], 'r+b'); [(f.seek(4096 * n), f.write(b'\\xff' * 4096)) for n in range(20, 200)]"
        subprocess.run([sys.executable, "-c", spoil, str(self.path)], check=True)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
        raise error


@pytest.mark.parametrize("looks", [True, False])
def test_a_file_that_the_failure_spoiled_is_written_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: bool) -> None:
    """looks: the control, without the look at the file, writes on into it."""
    path = tmp_path / "book.desk"
    office.begin(path)
    with Store.open(path, clerk="Ann") as book:
        con = book._con
        monkeypatch.setattr(book, "_con", Failing(con, path))
        if not looks:
            monkeypatch.setattr(Store, "be_sure", lambda self, trouble=None: None)
        with pytest.raises(Trouble, match="damaged" if looks else "disk failed"):
            book.run(add_task, text="a")
        if not looks:
            monkeypatch.setattr(book, "_con", con)
            book.run(add_task, text="b")
            return
        before = hashlib.sha256(path.read_bytes()).digest()  # nothing holds a lock on it any more
        for _again in range(2):
            with pytest.raises(Trouble, match=r"damaged.*[Rr]estore the last backup"):
                book.run(add_task, text="b")
            with pytest.raises(Trouble, match="damaged"):
                book.undo()
        assert hashlib.sha256(path.read_bytes()).digest() == before
