"""The money side in the hands of the real tools: hledger and beancount take it and come to the book's own balances."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.exchange.plain_text_tools import both_agree, by_beancount, by_hledger, ours, written

from deskbook.books.ledger.commands import add_account, correct_entry, write_entry
from deskbook.books.parties.commands import add_party
from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.exchange.export import export
from deskbook.exchange.found import create
from deskbook.exchange.sample import make_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, in Chinese."""
    path = tmp_path_factory.mktemp("sample") / "zh.desk"
    make_sample(path, language="zh").close()
    words.use("en")
    return path


def test_both_tools_take_the_sample_company_and_agree(sample: Path, tmp_path: Path) -> None:
    both_agree(sample, tmp_path)


def test_a_period_begins_with_what_stood_before(sample: Path, tmp_path: Path) -> None:
    period = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}
    assert by_hledger(written(sample, "hledger", tmp_path, **period)) == ours(sample, "2026-10-31") != ours(sample)
    assert by_beancount(written(sample, "beancount", tmp_path, **period)) == ours(sample, "2026-10-31")


def test_the_command_line_writes_it_and_says_what_it_cannot(sample: Path, tmp_path: Path) -> None:
    rows, note = export(sample, "ledger", tmp_path / "out.hledger", form="hledger", until=date(2026, 10, 31))
    assert rows > 0
    assert (tmp_path / "out.hledger").read_text(encoding="utf-8").startswith(f"; {note}\n")
    assert by_hledger(tmp_path / "out.hledger") == ours(sample, "2026-10-31")
    with pytest.raises(Refusal, match=r"^beancount is a format of the ledger; there are: csv, xlsx, jsonl\.$"):
        export(sample, "items", tmp_path / "out", form="beancount")
    with pytest.raises(Refusal, match=r"^A journal for hledger holds all entries of its days"):
        export(sample, "ledger", tmp_path / "out", form="hledger", find="rent")


def test_names_that_mean_something_there_are_only_names(tmp_path: Path) -> None:
    book: Store = create(tmp_path / "odd.desk", company="A;B | C", clerk="Ann")
    cash = book.look.value("SELECT id FROM account WHERE code = 'cash'")
    for n, name in enumerate(
        ("Semi; colon", 'Pipe | "quoted" \\ back', "(brackets) [x]", "* star", "! bang", "2026-01-01 open", "  two  spaces", "税；金|“好”")
    ):
        party = book.run(add_party, name=name, roles=["customer"])
        document = f'No.{n}; "a" | \\b, c:d'
        book.run(write_entry, account=cash, direction="in", amount=100 + n, party=party, purpose=f"{name}: for; it", document=document)
    for code in ("a:b", "a-b", "A b", "1", "现金", "é"):
        other = book.run(add_account, code=code, name=f"{code}; name", kind="expense")
        book.run(write_entry, account=cash, direction="out", amount=1, other=other)
    book.run(correct_entry, entry=book.look.value("SELECT min(id) FROM entry"))
    book.undo()
    book.close()
    assert len(ours(book.path)) == 8
    assert by_hledger(written(book.path, "hledger", tmp_path)) == ours(book.path)
    assert by_beancount(written(book.path, "beancount", tmp_path)) == ours(book.path)


def test_a_book_without_money_is_a_journal_too(tmp_path: Path) -> None:
    create(tmp_path / "new.desk", company="New", clerk="Ann").close()
    assert by_hledger(written(tmp_path / "new.desk", "hledger", tmp_path)) == []
    assert by_beancount(written(tmp_path / "new.desk", "beancount", tmp_path)) == []
