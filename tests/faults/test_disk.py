"""A full disk, a folder and a file that cannot be written, a folder that is gone: one sentence, nothing lost, and on it goes afterwards."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from deskbook.books.tasks.commands import add_task
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store
from tests.faults import office

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounting and rights are tried on Linux only")


def as_anybody() -> None:
    """In a child, before the program starts: root, too, is bound by the rights of files (PR_CAPBSET_DROP of CAP_DAC_OVERRIDE, _READ_SEARCH)."""
    if ROOT:
        libc = ctypes.CDLL(None)
        libc.prctl(24, 1, 0, 0, 0)
        libc.prctl(24, 2, 0, 0, 0)


def deskbook(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own; settings and logs in `home`."""
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(home))
    command = [sys.executable, "-m", "deskbook", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=os.environ | homes | {"LC_ALL": "C.UTF-8"},
        cwd="/",
        timeout=60,
        check=False,
        preexec_fn=as_anybody,
    )


def content(path: Path) -> tuple[tuple[int, str], list[str]]:
    """The position of a book, and what is wrong with it."""
    with Store.open(path, read_only=True) as book:
        return book.position, office.faults(book)


def sentence(done: subprocess.CompletedProcess[str], code: int = 3) -> str:
    """What a failed run said: one line on stderr, that exit code, no traceback."""
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "should not" not in lines[0], "it was not foreseen"
    return lines[0]


# -- full ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB of its own."""
    where = tmp_path / "disk"
    where.mkdir()
    if not ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(where)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def fill(folder: Path, leave: int = 0, *, append: bool = False) -> Path:
    """Take all the room on the disk but `leave` bytes; append: beside what is taken already."""
    ballast = folder / "ballast"
    with open(ballast, "ab" if append else "wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(4096))
    if leave:
        os.truncate(ballast, ballast.stat().st_size - leave)
    return ballast


@pytest.mark.parametrize("leave", [0, 4096, 16384, 65536])
def test_a_full_disk_stops_the_command_and_nothing_else(small_disk: Path, leave: int) -> None:
    path = small_disk / "book.desk"
    office.begin(path)
    with Store.open(path, clerk="Ann") as book:
        ballast = fill(small_disk, leave)
        rnd, kept, stopped = Random(5), [], ""
        for n in range(2000):
            where = rnd.getstate()
            try:
                office.one(book, rnd, f"k{n}")
            except Trouble as trouble:
                stopped, words = f"k{n}", str(trouble)
                break
            kept.append(f"k{n}")
        assert stopped, "the disk never filled"
        assert "disk is full; nothing of this was saved, everything before it is safe" in words
        assert set(kept) <= office.keys(book)
        assert office.faults(book) == []  # sound and readable while it is full
        rnd.setstate(where)
        with pytest.raises(Trouble, match="disk is full"):
            office.one(book, rnd, stopped)
        with Store.open(path) as again:  # and can be opened
            assert set(kept) <= office.keys(again)
        ballast.unlink()
        rnd.setstate(where)
        before = office.keys(book)
        office.one(book, rnd, stopped)  # the same command by the same key
        assert stopped in office.keys(book) >= before
        assert office.faults(book) == []


def test_the_command_line_on_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "book.desk"
    office.begin(path)
    table = tmp_path / "items.csv"
    table.write_text("code,name\n" + "".join(f"N-{n},{'name ' * 30}{n}\n" for n in range(3000)))
    before = content(path)
    ballast = fill(small_disk, 40960)
    names = sorted(small_disk.iterdir())
    for arguments in (("import", "items", table), ("backup",)):
        assert "full" in sentence(deskbook("--desk", path, *arguments, home=tmp_path))
        assert content(path) == before
        with suppress(OSError):
            (small_disk / "backups").rmdir()  # an empty one may stay
        assert sorted(small_disk.iterdir()) == names
    assert "full" in sentence(deskbook("--desk", small_disk / "second.desk", "new", "Second", home=tmp_path))
    assert sorted(small_disk.iterdir()) == names
    assert deskbook("--desk", path, "verify", home=tmp_path).returncode == 0
    assert deskbook("--desk", path, "export", "items", home=tmp_path).returncode == 0
    ballast.unlink()
    assert deskbook("--desk", small_disk / "second.desk", "new", "Second", home=tmp_path).returncode == 0
    (small_disk / "second.desk").unlink()
    assert deskbook("--desk", path, "backup", tmp_path / "backups", home=tmp_path).returncode == 0


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """A limit on the size of files (what a quota does), for those who cannot mount."""
    path = tmp_path / "book.desk"
    office.begin(path)
    program = (
        "import resource, signal, sys, pathlib; from random import Random; from tests.faults import office; from deskbook.core.store import Store\n"
        "from deskbook.core.refusal import Trouble; path = pathlib.Path(sys.argv[1]); office.held(); rnd = Random(3); kept = []\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); size = path.stat().st_size + 40960; resource.setrlimit(resource.RLIMIT_FSIZE, (size, -1))\n"
        "with Store.open(path) as book:\n"
        "    try:\n"
        "        for n in range(1000): office.one(book, rnd, f'k{n}'); kept.append(f'k{n}')\n"
        "    except Trouble as trouble: print(trouble)\n"
        "    assert set(kept) <= office.keys(book) and kept and not office.faults(book), office.faults(book)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)); office.one(book, rnd, 'after'); assert not office.faults(book); print('sound')\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=root, timeout=120, check=False)
    assert done.stderr == ""
    words, sound = done.stdout.splitlines()
    assert "nothing of this was saved" in words
    assert sound == "sound"


# -- not to be written -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a book and a table to import."""
    folder = tmp_path / "office"
    office.begin(folder / "book.desk")
    (tmp_path / "items.csv").write_text("code,name\nN-1,new\n")
    yield folder
    os.chmod(folder, 0o755)


def test_a_folder_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    path, table = folder / "book.desk", tmp_path / "items.csv"
    before = content(path)
    os.chmod(folder, 0o555)
    assert "reading only" in sentence(deskbook("--desk", path, "import", "items", table, home=tmp_path))
    assert "Permission denied" in sentence(deskbook("--desk", path, "backup", home=tmp_path))
    assert "Permission denied" in sentence(deskbook("--desk", folder / "second.desk", "new", "Second", home=tmp_path))
    for reading in (("check",), ("verify",), ("export", "items")):
        assert deskbook("--desk", path, *reading, home=tmp_path).returncode == 0
    assert content(path) == before
    os.chmod(folder, 0o755)
    done = deskbook("--desk", path, "import", "items", table, home=tmp_path)
    assert done.returncode == 0, done
    with Store.open(path, read_only=True) as book:
        assert book.look.value("SELECT name FROM item WHERE code = 'N-1'") == "new"
        assert office.faults(book) == []


def test_a_file_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    path, table = folder / "book.desk", tmp_path / "items.csv"
    before = content(path)
    os.chmod(path, 0o444)
    assert "reading only" in sentence(deskbook("--desk", path, "import", "items", table, home=tmp_path))
    assert deskbook("--desk", path, "verify", home=tmp_path).returncode == 0
    for where in (path, folder):
        os.chmod(where, 0)
        for arguments in (("import", "items", table), ("check",), ("verify",), ("export", "items"), ("backup", tmp_path / "backups")):
            sentence(deskbook("--desk", path, *arguments, home=tmp_path))
    os.chmod(folder, 0o755)
    os.chmod(path, 0o600)
    assert content(path) == before
    assert deskbook("--desk", path, "import", "items", table, home=tmp_path).returncode == 0


def test_a_disk_that_is_read_only(small_disk: Path, tmp_path: Path) -> None:
    path = small_disk / "book.desk"
    office.begin(path)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Store.open(path, clerk="Ann", desk=True) as book:
        assert book.read_only
        assert office.faults(book) == []
        with pytest.raises(Trouble, match="reading only"):
            book.run(add_task, text="a")
    assert "Read-only" in sentence(deskbook("--desk", path, "backup", home=tmp_path))
    assert "Read-only" in sentence(deskbook("--desk", small_disk / "second.desk", "new", "Second", home=tmp_path))
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with Store.open(path, clerk="Ann", desk=True) as book:
        book.run(add_task, text="a")
        assert office.faults(book) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "stick" / "book.desk"
    for arguments in (("check",), ("verify",), ("export", "items"), ("backup",), ("import", "items", tmp_path / "items.csv")):
        assert "There is no book at" in sentence(deskbook("--desk", path, *arguments, home=tmp_path))
    assert not path.parent.exists()


def test_a_book_that_goes_away_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "office" / "book.desk"
    office.begin(path)
    with Store.open(path, clerk="Ann") as book:
        path.parent.rename(tmp_path / "moved")
        with pytest.raises(Refusal):
            book.run(add_task, text="into the void")
        (tmp_path / "moved").rename(path.parent)
        book.run(add_task, text="back")
        assert office.faults(book) == []
        assert book.look.rows("SELECT text FROM task") == [("back",)]
