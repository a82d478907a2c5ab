"""What the file refuses is said in a sentence that names no table and no column: every UNIQUE, every CHECK, every RAISE of the migrations."""
from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskbook.core.connection import TWICE, connect, rule
from deskbook.core.file_rules import SENTENCES
from deskbook.core.store import Store
from deskbook.core.words import say

LANGUAGES = ("en", "zh", "es", "sw")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The tables of an empty book without their triggers and foreign keys, so that each rule is met by itself."""
    Store.create(tmp_path / "office.desk", clerk="Ann").close()
    con = connect(tmp_path / "office.desk")
    con.execute("PRAGMA foreign_keys = OFF")
    for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'").fetchall():
        con.execute(f"DELETE FROM {name}")
    yield con
    con.close()


def is_for_people(words: str) -> bool:
    """One sentence, in each language, without a name that only a program uses."""
    said = [say(words, language) for language in LANGUAGES]
    return all(text[:1] != text[:1].lower() or not text[0].isascii() for text in said) and all(
        text.endswith((".", "。")) and not re.search(r"\w_\w|constraint|NULL|\(", text) for text in said
    )


def row_of(con: sqlite3.Connection, table: str, number: int, same: tuple[str, ...] = ()) -> dict[str, object]:
    """A row of a table: 1 or "1" in each column that is the same, the number in every other; void as little as can be."""
    info = con.execute("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)).fetchall()
    numbers = {name: 1 if name in same else number for name, _stored in info}
    facts: dict[str, object] = {name: numbers[name] if stored == "INTEGER" else str(numbers[name]) for name, stored in info}
    return facts | ({"void": 0} if "void" in facts else {})


def insert(con: sqlite3.Connection, table: str, row: dict[str, object]) -> str:
    """What SQLite says against a row, or ""."""
    try:
        con.execute(f"INSERT INTO {table}({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row)
    except sqlite3.IntegrityError as error:
        return str(error)
    return ""


def test_what_there_can_be_only_once_is_told_in_a_sentence(bare: sqlite3.Connection) -> None:
    bare.execute("PRAGMA ignore_check_constraints = ON")
    sql = "SELECT m.name, i.name FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table' AND i.\"unique\" ORDER BY 1, 2"
    met = 0
    for table, index in bare.execute(sql).fetchall():
        names = tuple(name for (name,) in bare.execute("SELECT name FROM pragma_index_info(?)", (index,)))
        columns = tuple(name for name in names if name is not None)
        bare.execute(f"DELETE FROM {table}")
        assert insert(bare, table, row_of(bare, table, 1)) == "", (table, index)
        other = row_of(bare, table, 2, columns)
        if index == "step_open":
            assert insert(bare, table, row_of(bare, table, 3) | {"digest": None}) == ""
            other["digest"] = None
        if index == "target_of":
            other |= {"salesperson_id": 1, "month": "1"}
        text = insert(bare, table, other)
        assert text.startswith("UNIQUE constraint failed"), (table, index, text)
        assert is_for_people(rule(text)), (text, rule(text))
        met += 1
    assert met > 45


def test_what_a_value_cannot_be_is_told_in_a_sentence(bare: sqlite3.Connection) -> None:
    said = set()
    for table, schema in bare.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%' ORDER BY 1").fetchall():
        assert schema
        for column, stored in bare.execute("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,)).fetchall():
            for wrong in (-7, 99**7) if stored == "INTEGER" else ("", "~"):
                for number in (0, 1):
                    text = insert(bare, table, row_of(bare, table, number) | {column: wrong})
                    if text.startswith("CHECK"):
                        said.add(text.removeprefix("CHECK constraint failed: "))
                        assert is_for_people(rule(text)), (text, rule(text))
    named = {text for text in said if text.endswith(".")}
    assert len(said) > 60
    assert len(named) > 5
    assert is_for_people(rule("NOT NULL constraint failed: sales_order.customer_id"))
    assert is_for_people(rule("cannot store TEXT value in INTEGER column sales_order.customer_id"))
    assert is_for_people(rule("FOREIGN KEY constraint failed"))


def test_every_sentence_of_the_file_is_one_for_people() -> None:
    for words in (*SENTENCES, *TWICE.values()):
        assert is_for_people(words), words
        assert rule(words) == words, "what a trigger raises is passed on as it is"
