"""Printing from the command line: the same page, printing and number as by P, and one sentence for what cannot be printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.books.documents.office import Office, begin
from tests.exchange.conftest import Run

from deskbook.books.documents.printing import print_document, printed_page
from deskbook.books.orders.commands import cancel
from deskbook.books.receivables.payments import take_payment
from deskbook.cli.going_out import _documents
from deskbook.core.verify import verify
from deskbook.exchange.found import create

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A book with one deal in it."""
    path = tmp_path / "office" / "book.desk"
    path.parent.mkdir()
    with create(path, company="Hengda", clerk="Ann") as book:
        yield begin(book)
        assert verify(book.look.con) == []


def number(office: Office, table: str, row: int) -> str:
    return str(office.book.look.value(f"SELECT no FROM {table} WHERE id = :row", row=row))


def test_every_document_is_printed_by_its_number_party_or_day(office: Office, run: Run) -> None:
    asked: dict[str, tuple[Any, ...]] = {
        "quote": (number(office, "quote", office.quote),),
        "contract": (number(office, "sales_order", office.order).lower(),),
        "review-sheet": (number(office, "sales_order", office.reviewed),),
        "delivery": (number(office, "shipment", office.shipment),),
        "notice": (number(office, "notice", office.notice),),
        "statement": ("--party", "c7", "--from", "2026-10-01"),
        "receipt": (number(office, "payment", office.payment),),
        "day-sheet": ("--day", "2026-10-01"),
    }
    pages = {}
    for kind, words in asked.items():
        code, out, err = run("--desk", office.book.path, "print", kind, *words)
        assert (code, err) == (0, ""), kind
        pages[kind] = Path(out.strip())
        assert pages[kind].parent == office.book.path.parent / "prints"
    assert [(row[0], row[3], row[6], row[7]) for row in office.printed()] == [
        ("quote", office.quote, "A4", 1), ("contract", office.order, "A4", 1), ("review sheet", office.reviewed, "A4", 1),
        ("delivery", office.shipment, "241", 1), ("notice", office.notice, "A4", 1), ("statement", office.trade.junye, "A4", 1),
        ("receipt", office.payment, "241/3", 1), ("day sheet", 20261001, "A4", 1),
    ]  # fmt: skip
    digests = office.book.look.rows("SELECT file, sha256 FROM printing ORDER BY id")
    assert digests == [(page.name, sha256(page.read_bytes()).hexdigest()) for page in pages.values()]
    assert "1 October 2026 – 23 November 2026" in pages["statement"].read_text(encoding="utf-8")
    assert _documents("re") == ["review-sheet", "receipt"]
    assert _documents("") == list(asked)


def test_language_paper_and_folder_are_chosen_and_a_second_one_says_it_is_a_copy(office: Office, run: Run, tmp_path: Path) -> None:
    no = number(office, "sales_order", office.order)
    out = Path(run("--desk", office.book.path, "print", "contract", no, "--lang", "es", "--form", "241", "-o", tmp_path / "out")[1].strip())
    assert out == tmp_path / "out" / f"2026-11-23 contract {no}.html"
    text = out.read_text(encoding="utf-8")
    assert 'lang="es"' in text
    assert "241mm 139.7mm" in text
    assert "2.019,75" in text
    kept = printed_page(office.book, 1)
    assert kept.parent == office.book.path.parent / "prints"
    assert kept.read_bytes() == out.read_bytes()
    again = Path(run("--desk", office.book.path, "print", "contract", no, "--form", "a4")[1].strip())
    assert "copy 2" in again.read_text(encoding="utf-8")
    assert [row[5:] for row in office.printed()] == [("es", "241", 1), ("en", "A4", 2)]


def test_what_cannot_be_printed_is_one_sentence_and_nothing_is_left(office: Office, run: Run, tmp_path: Path) -> None:
    gone = office.trade.take((office.trade.bag, 1))
    office.book.run(cancel, order=gone, reason="no")
    bank = office.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    office.book.run(take_payment, party=office.trade.junye, account=bank, amount=101_975)
    carrier = office.book.look.value("SELECT name FROM party WHERE id = :id", id=office.trade.sf)
    for words, said in (
        (("napkin",), "There is no document “napkin”; there are: quote, contract, review-sheet"),
        (("contract",), "Which contract? Give its number."),
        (("contract", "S-1999-0001"), "There is no record “S-1999-0001” to print a contract of."),
        (("contract", number(office, "sales_order", gone)), "cancelled"),
        (("contract", number(office, "sales_order", office.order), "--day", "2026-10-01"), "A contract is printed by its number, not by --day."),
        (("statement", "S-1", "--party", "C7"), "A statement is printed by --party, --from, --to, not by its number."),
        (("notice", number(office, "notice", office.notice)), "was paid"),
        (("statement",), "Whose statement?"),
        (("statement", "--party", "nobody"), "There is no party “nobody”"),
        (("statement", "--party", carrier), "no customer"),
        (("statement", "--party", "C7", "--from", "2026-11-01", "--to", "2026-10-01"), "before the first"),
        (("day-sheet", "--day", "soon"), "soon"),
        (("quote", number(office, "quote", office.quote), "--form", "a5"), "There is no paper “a5”"),
    ):
        code, out, err = run("--desk", office.book.path, "print", *words)
        assert (code, out) == (1, ""), words
        assert said in err, words
        assert len(err.splitlines()) == 1
    assert run("--desk", office.book.path, "print", "quote", "Q-1", "--lang", "fr")[0] == 2
    assert run("--desk", tmp_path / "none.desk", "print", "quote", "Q-1")[0] == 3
    assert office.printed() == []
    assert not (office.book.path.parent / "prints").exists()


@pytest.mark.skipif(ROOT or sys.platform == "win32", reason="rights do not hold for root, and are others on Windows")
def test_a_folder_that_cannot_be_written_is_told_and_no_printing_is_noted(office: Office, run: Run, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    code, _out, err = run("--desk", office.book.path, "print", "day-sheet", "-o", shut)
    assert code == 1
    assert "There is no permission" in err
    assert office.printed() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is tried on Linux only")
def test_on_a_full_disk_nothing_is_left_and_nothing_is_noted(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    no = number(office, "sales_order", office.order)
    with monkeypatch.context() as disk:
        disk.setattr("deskbook.core.files.os.fsync", full)
        code, _out, err = run("--desk", office.book.path, "print", "contract", no)
    assert code == 1
    assert "The disk is full" in err
    assert list((office.book.path.parent / "prints").iterdir()) == []
    assert office.printed() == []
    assert run("--desk", office.book.path, "print", "contract", no)[0] == 0
    assert [row[-1] for row in office.printed()] == [1]  # what failed is no copy


def test_a_folder_that_is_a_file_is_told_and_no_page_is_left(office: Office, run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
        code, out, err = run("--desk", office.book.path, "print", "day-sheet", "-o", folder)
        assert (code, out) == (1, "")
        assert str(folder) in err
        assert len(err.splitlines()) == 1
    assert list((office.book.path.parent / "prints").iterdir()) == []
    (office.book.path.parent / "prints").rmdir()
    (office.book.path.parent / "prints").write_text("x")
    assert run("--desk", office.book.path, "print", "day-sheet")[0] == 1
    assert office.printed() == []


def test_two_printings_at_once_have_a_page_and_a_number_each(office: Office, tmp_path: Path) -> None:
    """Six processes print one contract: each that is not refused has its own file, as noted, and its own number of the copy."""
    no = number(office, "sales_order", office.order)
    command = [sys.executable, "-m", "deskbook", "--desk", str(office.book.path), "print", "contract", no]
    quiet = {**os.environ, "DESKBOOK_HOME": str(tmp_path / "home")}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=quiet) for _n in range(6)]
    ended = [(each.communicate(timeout=120), each.returncode) for each in runs]
    done = sorted(out.strip() for (out, _err), code in ended if code == 0)
    assert done
    assert all("changed while it was printed" in err for (_out, err), code in ended if code)
    assert [row[-1] for row in office.printed()] == list(range(1, len(done) + 1))
    noted = office.book.look.rows("SELECT file, sha256 FROM printing")
    folder = office.book.path.parent / "prints"
    assert sorted(str(folder / file) for file, _digest in noted) == done
    assert all(sha256((folder / file).read_bytes()).hexdigest() == digest for file, digest in noted)
    assert {path.name for path in folder.iterdir()} == {file for file, _digest in noted}


def test_a_wording_that_cannot_be_used_is_told_beside_the_page(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from deskbook.books.documents import commands

    with monkeypatch.context() as older:
        older.setattr(commands, "check_wording", lambda _kind, _body: None)
        office.book.run(commands.word, kind="quote", body="{{ doc.gone }}")
    code, out, err = run("--desk", office.book.path, "print", "quote", number(office, "quote", office.quote))
    assert code == 0
    assert len(err.splitlines()) == 1
    assert "doc.gone" in err
    assert "1,065.00" in Path(out.strip()).read_text(encoding="utf-8")


def test_the_page_is_the_one_the_desk_prints(office: Office, run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(office.book.path, copy / office.book.path.name)
    by_key = print_document(office.book, "contract", office.order)
    code, out, _err = run("--desk", copy / office.book.path.name, "print", "contract", number(office, "sales_order", office.order))
    assert code == 0
    assert Path(out.strip()).read_bytes() == by_key.path.read_bytes()
