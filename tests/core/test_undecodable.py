"""Text that is no UTF-8: verify names its table, row and column, and goes on to everything else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from deskbook.core.connection import connect
from deskbook.core.verify import verify
from tests.core import shop


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "shop.desk"
    with shop.opened(path) as store:
        for code in ("710", "711", "712"):
            store.run(shop.add_item, code=code)
    return path


def by_hand(path: Path, *statements: str) -> None:
    """Change rows past the triggers, and put those back."""
    con = sqlite3.connect(path, isolation_level=None)
    guards = con.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _sql in guards:
        con.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        con.execute(statement)
    for _name, sql in guards:
        con.execute(sql)
    con.close()


def found(path: Path) -> list[str]:
    con = connect(path, writes=False)
    faults = verify(con)
    assert con.text_factory is str
    con.close()
    return faults


BROKEN = "CAST(x'61ff62' AS TEXT)"


def test_it_names_the_place_and_reads_on(book: Path) -> None:
    by_hand(book, f"UPDATE item SET name = {BROKEN} WHERE id = 2", "UPDATE item SET name = 'other' WHERE id = 1")
    faults = found(book)
    assert "item: row 2: the text of name cannot be decoded; it is not what was written." in faults
    walked = [fault for fault in faults if "is not as it was written" in fault]
    assert [("item 1" in fault, "item 2" in fault) for fault in walked] == [(False, True), (True, False)]  # the newest step first, to the first day
    assert not any("cannot be read" in fault for fault in faults)


def test_the_journal_itself_too(book: Path) -> None:
    by_hand(book, f"UPDATE step SET says = {BROKEN} WHERE id = 3", "UPDATE item SET name = 'other' WHERE id = 3")
    faults = found(book)
    assert "step: row 3: the text of says cannot be decoded; it is not what was written." in faults
    assert any(fault.startswith("Step 3 ") for fault in faults)
    assert any("item 3" in fault for fault in faults)


def test_a_broken_byte_that_would_be_shown_as_what_was_there_is_reported(tmp_path: Path) -> None:
    """What stands for an undecodable byte, U+FFFD, was really written; then the byte rots. The digest of what is shown would agree."""
    path = tmp_path / "shop.desk"
    with shop.opened(path) as store:
        store.run(shop.add_item, code="a\ufffdb")
    by_hand(path, f"UPDATE item SET code = {BROKEN}, name = replace(name, 'a' || char(65533) || 'b', {BROKEN})")
    assert any(fault.startswith("item: row 1: the text of code cannot be decoded") for fault in found(path))


def test_a_sound_book_keeps_its_usual_reading(book: Path) -> None:
    assert found(book) == []


def test_the_command_line_says_it_where_no_desk_opens_the_file(tmp_path: Path) -> None:
    from deskbook.books.items.commands import add_item
    from deskbook.exchange.found import create

    path = tmp_path / "office.desk"
    with create(path, company="Hengda", clerk="Ann") as store:
        item = store.run(add_item, code="710", name="Board")
    by_hand(path, f"UPDATE item SET name = {BROKEN} WHERE id = {item}", f"UPDATE step SET result = {BROKEN} WHERE id = 1")
    done = subprocess.run([sys.executable, "-m", "deskbook", "--desk", str(path), "verify"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4, done
    assert f"item: row {item}: the text of name cannot be decoded" in done.stdout
    assert "step: row 1: the text of result cannot be decoded" in done.stdout
    assert "Traceback" not in done.stderr
