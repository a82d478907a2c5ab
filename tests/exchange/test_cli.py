"""The command line: help, exit codes, one sentence for what was wrong, and what each command leaves behind."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.exchange.conftest import Run

import deskbook
from deskbook import cli
from deskbook.books.tasks.commands import add_task
from deskbook.core import days
from deskbook.core.store import Store
from deskbook.exchange.export import WHAT
from deskbook.exchange.import_fields import SPECS

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="rights and terminals are tried on Linux only")
NAMES = tuple(str(command.name or getattr(command.callback, "__name__", "")) for command in cli.cli.registered_commands)


@lru_cache
def sample() -> Path:
    """The sample company, made once a process."""
    from deskbook.exchange.sample import make_sample

    path = Path(mkdtemp(prefix="deskbook-cli-")) / "sample.desk"
    make_sample(path).close()
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the sample company's book, alone in its folder."""
    (tmp_path / "office").mkdir()
    return Path(shutil.copy(sample(), tmp_path / "office" / "x.desk"))


def past_the_door(book: Path, sql: str) -> None:
    """Change a book as no command would: its triggers are taken off meanwhile."""
    con = sqlite3.connect(book, isolation_level=None)
    con.execute("BEGIN")
    triggers = con.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        con.execute(f"DROP TRIGGER {name}")
    assert con.execute(sql).rowcount == 1
    for _name, made in triggers:
        con.execute(made)
    con.execute("COMMIT")
    con.close()


def files(folder: Path) -> set[str]:
    """The names in a folder."""
    return {path.name for path in folder.iterdir()}


# -- help and where ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_and_stands_in_the_readme(run: Run, name: str) -> None:
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert "Exit codes: 0 done, 1 refused" in re.sub(r"\s+", " ", out)
    about = out.split("\n\n")[1].strip()
    assert len(about) > 20, "one sentence says what it does"
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"(deskbook|dev\.py) {name}\b", readme), f"the README does not name {name}"


def test_help_names_every_command(run: Run) -> None:
    code, out, _err = run("--help")
    assert code == 0
    assert set(NAMES) == {"new", "demo", "export", "report", "print", "nightly", "import", "backup", "restore", "check", "verify", "where"}
    assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in NAMES)


def test_help_names_everything_that_is_exported_and_imported(run: Run) -> None:
    for command, names in (("export", [*WHAT, "day-sheet"]), ("import", [*SPECS])):
        about = re.sub(r"-\s+", "-", run(command, "--help")[1])
        assert [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", about)] == []


def test_the_version_is_said_with_and_without_the_short_way(run: Run) -> None:
    assert run("--version") == (0, f"deskbook {deskbook.__version__}\n", "")
    done = subprocess.run([sys.executable, "-m", "deskbook", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"deskbook {deskbook.__version__}\n"


def test_where_says_four_places(run: Run, tmp_path: Path, book: Path) -> None:
    home = tmp_path / "home"
    code, out, err = run("where")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"book: {home / 'data' / 'book.db'}", f"settings: {home / 'settings' / 'settings.toml'}",
        f"half-typed forms: {home / 'state' / 'parked'}", f"log: {home / 'state' / 'log'}",
    ]
    assert run("--desk", book, "where")[1].splitlines()[0] == f"book: {book}"
    assert not home.exists(), "asking where leaves nothing behind"


# -- what was wrong ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_done_is_said_in_one_sentence(run: Run, tmp_path: Path, book: Path) -> None:
    text = tmp_path / "text.desk"
    text.write_text("not a book\n" * 1000, encoding="utf-8")
    other = tmp_path / "other.desk"
    con = sqlite3.connect(other)
    con.execute("CREATE TABLE t(a)")
    con.close()
    newer = Path(shutil.copy(book, tmp_path / "newer.desk"))
    con = sqlite3.connect(newer)
    con.execute("PRAGMA user_version = 99")
    con.close()
    changed = Path(shutil.copy(book, tmp_path / "changed.desk"))
    con = sqlite3.connect(changed)
    con.execute("CREATE VIEW mine AS SELECT 1")
    con.close()
    empty = tmp_path / "empty.desk"
    empty.touch()
    missing = tmp_path / "missing.desk"
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name\nA-1,bolt\n", encoding="utf-8")
    desk = ("--desk", book)
    no_books = (
        (missing, "missing.desk"), (text, "not a book"), (other, "not a book of deskbook"), (newer, "newer deskbook"), (empty, "empty.desk"),
    )
    commands = (("export", "orders"), ("verify",), ("check",), ("backup",), ("nightly", tmp_path / "n"), ("import", "items", goods))
    cases: list[tuple[tuple[object, ...], int, str]] = [
        *((("--desk", path, *command), 3, what) for path, what in no_books for command in commands),
        *((("--desk", changed, *command), 3, "changed by another program") for command in commands[1:]),
        ((*desk, "export", "orders", "--from", "2026-02-30"), 1, "2026-02-30"),
        ((*desk, "export", "orders", "--to", "someday"), 1, "someday"),
        ((*desk, "export", "stock", "--as-of", "0"), 1, ""),
        ((*desk, "export", "orders", "--as-of", "1999-01-01"), 1, "The book began on"),
        ((*desk, "export", "items", "--from", "2026-01-01"), 1, "no day"),
        ((*desk, "export", "everything"), 1, "order-lines"),
        ((*desk, "export", "orders", "--view", "nice"), 1, "open"),
        ((*desk, "export", "orders", "--format", "pdf"), 1, "csv, xlsx, jsonl"),
        ((*desk, "export", "orders", "-o", tmp_path / "no" / "where.csv"), 1, "where.csv"),
        ((*desk, "nightly", tmp_path / "n", "--format", "pdf"), 1, "csv, xlsx, jsonl"),
        ((*desk, "nightly", tmp_path / "n", "--schedule", "moon"), 1, "cron, systemd, windows"),
        ((*desk, "nightly", text), 1, "text.desk"),
        ((*desk, "backup", text), 3, "text.desk"),
        ((*desk, "import", "everything", goods), 1, "everything"),
        ((*desk, "import", "items", tmp_path / "no.csv"), 1, "no.csv"),
        ((*desk, "import", "items", goods, "--map", "nothing"), 1, "nothing"),
        ((*desk, "import", "items", goods, "--encoding", "klingon"), 1, "klingon"),
        ((*desk, "import", "orders", goods, "--opening-day", "x"), 1, "x"),
        ((*desk, "restore", missing), 3, "missing.desk"),
        ((*desk, "restore", text, "--to", tmp_path / "r.desk"), 3, "text.desk"),
        ((*desk, "restore", book, "--to", book), 1, "there already"),
        ((*desk, "new", "Company"), 1, "there already"),
        (("--desk", missing, "new", " "), 1, "company's name"),
        (("--desk", missing, "new", "Company", "--currency", "dollars"), 1, "dollars"),
        (("--desk", missing), 1, "no book"),
        (("demo",), 1, "terminal"),
        (("demo", "--make", book), 1, "there already"),
    ]
    wrong = []
    for arguments, code, what in cases:
        before = book.read_bytes()
        got, out, err = run(*arguments)
        lines = err.strip().splitlines()
        if (got, out, len(lines)) != (code, "", 1) or what not in err or "Traceback" in err or "should not" in err or book.read_bytes() != before:
            wrong.append(f"{' '.join(map(str, arguments[-4:]))}: {got} {out[:80]!r} {err!r}")
    assert not wrong, "\n".join(wrong)
    assert not missing.exists()
    assert not (tmp_path / "r.desk").exists()


@pytest.mark.parametrize(
    "arguments",
    [("--lang", "tlh", "where"), ("demo", "--lang", "tlh"), ("export",), ("export", "orders", "--nothing"), ("nothing",), ("verify", "--last", "0")],
)
def test_wrong_usage_leaves_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Error" in err
    assert "Traceback" not in err


def test_an_export_in_no_language_is_refused(run: Run, book: Path) -> None:
    for command in (("export", "orders"), ("nightly", book.parent / "n")):
        code, out, err = run("--desk", book, *command, "--lang", "tlh")
        assert (code, out) == (2, "")
        assert "en, zh, es, sw" in err


def as_anybody() -> None:
    """In a child: root, too, is bound by the rights of files."""
    if ROOT:
        libc = ctypes.CDLL(None)
        libc.prctl(24, 1, 0, 0, 0)
        libc.prctl(24, 2, 0, 0, 0)


@linux
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, book: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    env = os.environ | {"DESKBOOK_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"}
    for command in (("export", "items", "-o", shut / "x.csv"), ("backup", shut), ("nightly", shut), ("restore", book, "--to", shut / "x.desk")):
        done = subprocess.run(
            [sys.executable, "-m", "deskbook", "--desk", book, *command], capture_output=True, text=True, env=env, check=False, preexec_fn=as_anybody
        )
        assert done.returncode in (1, 3), (command, done)
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert "shut" in done.stderr
        assert "should not" not in done.stderr
    assert not files(shut)


# -- each command on the book that is named ----------------------------------------------------------------------------------


def test_every_command_works_on_the_book_that_is_named(run: Run, tmp_path: Path, book: Path) -> None:
    """There is no other book: whatever looked at the usual one would say so."""
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name\nA-1,bolt\n", encoding="utf-8")
    backup = Path(run("--desk", book, "backup")[1].strip())
    for command in (
        ("import", "items", goods), ("export", "items"), ("check",), ("verify",), ("verify", "--last", "2"), ("where",),
        ("backup", tmp_path / "kept"),
        ("nightly", tmp_path / "night", "--schedule", "cron"), ("restore", backup, "--to", tmp_path / "r.desk"), ("restore", backup, "--yes"),
    ):
        code, out, err = run("--desk", book, *command)
        assert (code, err) == (0, ""), command
        assert out, command
    assert run("--desk", tmp_path / "new.desk", "--lang", "zh", "new", "恒达") == (0, f"{tmp_path / 'new.desk'}\n", "")
    with Store.open(tmp_path / "new.desk", read_only=True) as store:
        assert store.look.value("SELECT value FROM office WHERE name = 'company'") == "恒达"
        assert store.look.value("SELECT value FROM office WHERE name = 'currency'") == "CNY"
    assert not (tmp_path / "home" / "data").exists()


@pytest.mark.parametrize("what", [*WHAT, "day-sheet"])
def test_everything_is_exported_by_its_name(run: Run, book: Path, what: str) -> None:
    code, out, err = run("--desk", book, "export", what)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > (1 if what in ("lost-months", "sent-reports") else 3)  # of these an office has few


def test_an_export_to_a_file_is_whole_and_the_owners_own(run: Run, tmp_path: Path, book: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    old, link, elsewhere = folder / "old.csv", folder / "link.csv", tmp_path / "elsewhere"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o644)
    elsewhere.write_text("not to be touched", encoding="utf-8")
    link.symlink_to(elsewhere)
    for path in (old, link, folder / "new.xlsx", folder / "new.jsonl"):
        assert run("--desk", book, "export", "items", "-o", path) == (0, "", "")
        assert path.stat().st_mode & 0o777 == 0o600
    assert not link.is_symlink()
    assert elsewhere.read_text(encoding="utf-8") == "not to be touched"
    assert old.read_bytes() == link.read_bytes()
    assert (folder / "new.xlsx").read_bytes()[:2] == b"PK"
    assert len((folder / "new.jsonl").read_text(encoding="utf-8").splitlines()) == len(old.read_text(encoding="utf-8-sig").splitlines()) - 1 > 50
    before = old.read_bytes()
    assert run("--desk", book, "export", "items", "--view", "nice", "-o", old)[0] == 1
    assert old.read_bytes() == before
    assert files(folder) == {"old.csv", "link.csv", "new.xlsx", "new.jsonl"}, "nothing half-written is left"


@linux
def test_progress_is_shown_on_a_terminal_only(run: Run, tmp_path: Path, book: Path) -> None:
    from tests.faults.hostile import DESKBOOK, in_a_terminal

    code, sent = in_a_terminal(*DESKBOOK, "--desk", book, "nightly", tmp_path / "seen", home=tmp_path / "home")
    assert code == 0
    assert all(words in sent.decode() for words in ("Holding the book still", "Exporting orders", "Making the backup", "Reading everything back"))
    code, sent = in_a_terminal(*DESKBOOK, "--desk", book, "export", "tasks", home=tmp_path / "home")
    assert b"rows, as of step" in sent
    assert run("--desk", book, "nightly", tmp_path / "unseen") == (0, "", ""), "cron mails whatever is said"


# -- the night ---------------------------------------------------------------------------------------------------------------


def test_a_schedule_is_printed_for_each_system(run: Run, tmp_path: Path, book: Path) -> None:
    folder = tmp_path / "my 100% night"
    _code, cron, _err = run("--desk", book, "nightly", folder, "--schedule", "cron")
    assert re.fullmatch(r"0 2 \* \* \*  .* -m deskbook --desk \S+ nightly '.*my 100\\% night'\n", cron)
    _code, systemd, _err = run("--desk", book, "nightly", folder, "--schedule", "systemd")
    assert "OnCalendar=*-*-* 02:00" in systemd
    assert f"ExecStart={sys.executable} -m deskbook --desk {book} nightly '{tmp_path}/my 100%% night'" in systemd
    _code, windows, _err = run("--desk", book, "nightly", folder, "--schedule", "windows")
    assert windows.startswith("schtasks /Create /SC DAILY /ST 02:00")
    assert f'\\"{folder}\\"' in windows
    assert not folder.exists(), "printing runs nothing"


def test_two_nights_stand_beside_each_other(run: Run, tmp_path: Path, book: Path) -> None:
    """Of one day the newest is kept, also when both were made in the same minute."""
    folder = tmp_path / "night"

    def nights() -> list[str]:
        return sorted(path.name for path in folder.iterdir() if path.name.startswith("2026-"))

    name = days.now().astimezone().strftime("%Y-%m-%dT%H%M")
    assert run("--desk", book, "nightly", folder) == (0, "", "")
    assert nights() == [name]
    first = json.loads((folder / name / "manifest.json").read_bytes())
    assert set(first["files"]) == {*(f"{what}.csv" for what in WHAT), "day-sheet.txt"}
    assert run("--desk", book, "nightly", folder) == (0, "", "")
    assert nights() == [f"{name}-2"]
    told = json.loads((book.parent / "x.desk.night.json").read_bytes())
    assert (told["ok"], told["folder"]) == (True, str(folder / f"{name}-2"))
    later = days.now() + timedelta(days=1)
    days.set_clock(lambda: later)
    assert run("--desk", book, "nightly", folder) == (0, "", "")
    assert len(nights()) == 2
    for night in nights():
        manifest = json.loads((folder / night / "manifest.json").read_bytes())
        assert manifest["digest"] == first["digest"]
        assert (folder / manifest["backup"]["file"]).is_file()


# -- backup and restore ------------------------------------------------------------------------------------------------------


def test_a_backup_comes_back_in_the_books_place(run: Run, book: Path) -> None:
    kept = Path(run("--desk", book, "backup")[1].strip())
    with Store.open(book, clerk="Ann") as store:
        store.run(add_task, text="call the printer back")
        step, _digest = store.position
    before = book.read_bytes()
    code, out, _err = run("--desk", book, "restore", kept, typed="n\n")
    assert code == 1
    assert "1 step is in the book and not in the backup" in out
    assert "tasks: 1" in out
    assert "call the printer back" in out
    assert book.read_bytes() == before
    code, out, err = run("--desk", book, "restore", kept, "--yes")
    assert (code, err) == (0, "")
    assert "call the printer back" in out
    (old,) = [path for path in book.parent.iterdir() if "before-restore" in path.name]
    assert str(old) in out
    assert old.read_bytes() == before
    with Store.open(book, read_only=True) as store:
        assert store.position[0] == step - 1
        assert not store.look.value("SELECT count(*) FROM task WHERE text = 'call the printer back'")
    code, out, _err = run("--desk", book, "restore", old, "--yes")
    assert (code, "Nothing would be lost" in out) == (0, True)
    assert run("--desk", book, "verify")[0] == 0


def test_a_backup_is_written_as_a_new_file(run: Run, tmp_path: Path, book: Path) -> None:
    kept = Path(run("--desk", book, "backup", tmp_path / "kept")[1].strip())
    assert kept.stat().st_mode & 0o777 == 0o600
    before = book.read_bytes()
    code, out, err = run("--desk", book, "restore", kept, "--to", tmp_path / "again.desk")
    assert (code, err) == (0, "")
    assert "stands at step" in out
    assert run("--desk", tmp_path / "again.desk", "verify") == run("--desk", book, "verify")
    assert book.read_bytes() == before


# -- proofs ------------------------------------------------------------------------------------------------------------------


def test_check_says_every_rule_and_finds_a_planted_fault(run: Run, book: Path) -> None:
    code, out, err = run("--desk", book, "check")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 20
    assert all(line.startswith("ok  ") for line in out.splitlines())
    past_the_door(book, "UPDATE stock_balance SET qty = qty + 1000 WHERE (item_id, place_id) = (SELECT item_id, place_id FROM stock_balance LIMIT 1)")
    code, out, err = run("--desk", book, "check")
    assert (code, err) == (4, "")
    wrong = [line for line in out.splitlines() if line.startswith("!!")]
    assert len(wrong) == 1
    assert "balance" in wrong[0]


def test_verify_finds_a_row_that_no_step_wrote(run: Run, book: Path) -> None:
    code, out, err = run("--desk", book, "verify")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"\d+ steps, every row as it was written; [0-9a-f]{64}\n", out)
    digest = out.split()[-1]
    assert run("--desk", book, "verify", "--head", digest)[0] == 0
    assert run("--desk", book, "verify", "--head", "0" * 64)[0] == 4
    past_the_door(book, "UPDATE item SET name = 'main board 711' WHERE id = 1")
    code, out, err = run("--desk", book, "verify")
    assert (code, err) == (4, "")
    assert "item" in out
    code, _out, err = run("--desk", book, "backup")
    assert code == 3, "what is not sound is no backup"
    assert len(err.splitlines()) == 1


def test_a_crash_is_one_sentence_and_a_log(run: Run, tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_facts: object) -> None:
        raise ZeroDivisionError("a secret of a customer")

    monkeypatch.setattr("deskbook.exchange.export.export", broken)
    code, out, err = run("--desk", book, "export", "orders")
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "what was saved is safe" in err
    assert "secret" not in err
    (log,) = (tmp_path / "home" / "state" / "log").iterdir()
    assert str(log) in err
    assert log.stat().st_mode & 0o777 == 0o600
