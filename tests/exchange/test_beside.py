"""Attachments and printed pages go with the backup of their book, each once, and come back with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from tests.books.documents.office import Office, begin
from tests.exchange.conftest import Run

from deskbook.books.documents.commands import register_paper
from deskbook.books.documents.printing import attach, open_attachment, print_document, printed_page
from deskbook.core import backup
from deskbook.exchange import beside, nightly
from deskbook.exchange.found import create

SIGNED = b"%PDF signed"
DIGEST = sha256(SIGNED).hexdigest()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A book with one deal in it, a contract that is attached, and a page that was printed."""
    path = tmp_path / "office" / "book.desk"
    path.parent.mkdir()
    with create(path, company="Hengda", clerk="Ann") as book:
        found = begin(book)
        row = book.run(register_paper, kind="contract", book="orders", book_id=found.order)
        source = tmp_path / "scan.pdf"
        source.write_bytes(SIGNED)
        attach(book, row, source)
        print_document(book, "contract", found.order)
        yield found


def attached(office: Office) -> Path:
    return office.book.path.parent / "attachments" / str(office.book.look.value("SELECT file FROM paper"))


def test_a_backup_has_each_file_once_and_a_second_one_copies_only_what_is_new(office: Office, run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert run("--desk", office.book.path, "backup", kept)[0] == 0
    page = office.book.look.value("SELECT sha256 FROM printing")
    assert {path.name for path in (kept / "files").iterdir()} == {DIGEST, page}
    assert (kept / "files" / DIGEST).read_bytes() == SIGNED
    before = (kept / "files" / DIGEST).stat().st_mtime_ns
    print_document(office.book, "receipt", office.payment)
    assert run("--desk", office.book.path, "backup", kept)[0] == 0
    assert len(list((kept / "files").iterdir())) == 3
    assert (kept / "files" / DIGEST).stat().st_mtime_ns == before
    (kept / "files" / DIGEST).write_bytes(b"rot")  # what is no longer as it was is copied anew
    assert run("--desk", office.book.path, "backup", kept)[0] == 0
    assert (kept / "files" / DIGEST).read_bytes() == SIGNED


def test_a_restored_book_has_its_attachments_and_pages(office: Office, run: Run, tmp_path: Path) -> None:
    made = run("--desk", office.book.path, "backup")[1].strip()
    there = tmp_path / "there" / "new.desk"
    there.parent.mkdir()
    code, out, err = run("restore", made, "--to", there)
    assert (code, err) == (0, "")
    assert "stands at step" in out
    from deskbook.core.store import Store

    with Store.open(there, read_only=True) as restored:
        path, _shown = open_attachment(restored, 1)
        assert path.parent == there.parent / "attachments"
        assert path.read_bytes() == SIGNED
        assert printed_page(restored, 1).parent == there.parent / "prints"
    assert run("--desk", there, "check")[0] == 0


def test_a_file_that_is_another_is_put_aside_and_never_overwritten(office: Office, run: Run) -> None:
    made, path = run("--desk", office.book.path, "backup")[1].strip(), attached(office)
    path.write_bytes(b"%PDF forged")
    code, out, _err = run("--desk", office.book.path, "check")
    assert code == 4
    assert f"was changed since it was attached (SHA-256 {DIGEST})" in out
    assert run("--desk", office.book.path, "restore", made, "--yes")[0] == 0
    assert path.read_bytes() == SIGNED
    assert [each.read_bytes() for each in path.parent.glob("*before-restore*")] == [b"%PDF forged"]


def test_a_missing_attachment_is_named_by_its_digest_and_the_book_is_kept_all_the_same(office: Office, run: Run, tmp_path: Path) -> None:
    attached(office).unlink()
    printed_page(office.book, 1).unlink()  # a page can be printed again: it is not missed
    code, out, err = run("--desk", office.book.path, "backup", tmp_path / "kept")
    assert code == 4
    assert backup.prove(Path(out.strip())) == office.book.position
    assert err == f"The attachment {attached(office).name} (SHA-256 {DIGEST}) is missing.\n"
    code, _out, err = run("restore", out.strip(), "--to", tmp_path / "new.desk")
    assert code == 4
    assert DIGEST in err


def test_what_an_undo_could_bring_back_is_kept_too(office: Office, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF better")
    attach(office.book, 1, tmp_path / "scan.pdf")
    made = backup.keep(office.book.path, tmp_path / "kept")
    kept, lost = beside.keep(office.book.path, made)
    assert {(each.sha256, each.stands) for each in kept if each.kind == "attachment"} == {(DIGEST, False), (sha256(b"%PDF better").hexdigest(), True)}
    assert lost == []


def test_a_name_that_is_a_path_is_not_followed(office: Office, tmp_path: Path) -> None:
    """As in a backup that somebody made by hand."""
    made = backup.keep(office.book.path, tmp_path / "kept")
    beside.keep(office.book.path, made)
    import sqlite3

    con = sqlite3.connect(made)
    for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'paper'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    con.execute("UPDATE paper SET file = '../../evil.pdf'")
    con.commit()
    con.close()
    target = tmp_path / "a" / "b" / "new.desk"
    target.parent.mkdir(parents=True)
    beside.bring(made, target)
    assert list((tmp_path / "a").rglob("*.pdf")) == []


def test_a_night_lists_and_proves_what_lies_beside(office: Office, tmp_path: Path) -> None:
    nights = tmp_path / "nights"
    made = nightly.nightly(office.book.path, nights)
    manifest = json.loads((made / "manifest.json").read_bytes())
    assert {(each["kind"], each["kept"]) for each in manifest["beside"]} == {
        ("attachment", f"backups/files/{DIGEST}"), ("page", f"backups/files/{office.book.look.value('SELECT sha256 FROM printing')}"),
    }  # fmt: skip
    assert nightly.prove(made, nights, office.book.path) == []
    (nights / "backups" / "files" / DIGEST).write_bytes(b"rot")
    assert nightly.prove(made, nights, office.book.path) == [f"backups/files/{DIGEST} is not as it was written."]
    attached(office).unlink()
    with pytest.raises(nightly.NightFailed, match=DIGEST):
        nightly.nightly(office.book.path, nights)
