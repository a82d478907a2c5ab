"""Printing as an event, the office's own wordings, and the register of papers: each taken back and done again."""
from __future__ import annotations

import os
import sqlite3
import stat
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.books.documents.office import Office
from tests.books.trade import refused

from deskbook.books.claims.commands import raise_claim
from deskbook.books.documents import commands
from deskbook.books.documents.printing import attach, open_attachment, page, print_document, print_notices, printed_page, prints_folder
from deskbook.books.documents.queries import RULES, attachments_folder, paper, papers_of, record, usual_paper, wordings
from deskbook.books.documents.rewording import file_of, preview, take_in, write_out
from deskbook.books.documents.wording import check_wording, shipped
from deskbook.books.office.commands import set_office
from deskbook.books.orders.commands import change_order
from deskbook.books.parties.commands import add_party, merge_parties
from deskbook.books.receivables.payments import take_payment
from deskbook.core import opening
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.store import Look, Store

# -- printing --------------------------------------------------------------------------------------------------------------


def test_a_printing_is_an_event_of_the_deal_with_a_file_of_its_own(office: Office) -> None:
    done = print_document(office.book, "contract", office.order)
    no, deal = office.book.look.row("SELECT no, deal FROM v_order WHERE id = :id", id=office.order) or ("", "")
    assert office.printed() == [("contract", no, "orders", office.order, deal, "en", "A4", 1)]
    assert done.path.parent == office.book.path.parent / "prints"
    assert done.path.name == f"2026-11-23 contract {no}.html"
    assert not done.opened
    if os.name != "nt":
        assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    digest = office.book.look.value("SELECT sha256 FROM printing")
    assert sha256(done.path.read_bytes()).hexdigest() == digest
    assert printed_page(office.book, done.id) == done.path
    chain = office.book.look.rows("SELECT kind, no, state FROM v_deal_paper WHERE deal = :deal AND kind = 'printing'", deal=deal)
    assert chain == [("printing", no, "contract")]
    office.sound()


def test_a_second_printing_is_a_copy_and_says_so(office: Office) -> None:
    first, second = print_document(office.book, "quote", office.quote), print_document(office.book, "quote", office.quote)
    assert [row[-1] for row in office.printed()] == [1, 2]
    assert first.path != second.path
    assert "copy 2" in second.path.read_text(encoding="utf-8")
    assert "copy" not in first.path.read_text(encoding="utf-8").partition("<body")[2]


@pytest.mark.parametrize("kind", ["quote", "contract", "review sheet", "delivery", "notice", "statement", "receipt", "day sheet"])
def test_every_printing_is_taken_back_and_done_again(office: Office, kind: str) -> None:
    done = print_document(office.book, kind, office.rows[kind])
    after = office.printed()
    assert len(after) == 1
    office.book.undo()
    assert office.printed() == []
    assert done.path.exists()  # what is on paper stays on paper
    office.sound()
    office.book.redo()
    assert office.printed() == after
    office.sound()


def test_what_changed_between_page_and_note_is_not_noted(office: Office) -> None:
    html, asked, _complaint = page(office.book.look, "contract", office.order)
    office.book.run(change_order, order=office.order, note="by rail")
    digest = sha256(html.encode()).hexdigest()
    assert "changed while it was printed" in str(refused(lambda: office.book.run(commands.note_printing, **asked, sha256=digest, file="x.html")))
    assert office.printed() == []


def test_a_refused_printing_leaves_no_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_args: Any, **_facts: Any) -> Any:
        return "<html>", {"kind": "quote", "row": office.quote, "language": "en", "paper": "A4", "at": "2026-11-23T01:30:00+00:00", "options": {}}, ""

    monkeypatch.setattr("deskbook.books.documents.printing.page", stale)
    refused(lambda: print_document(office.book, "quote", office.quote))
    assert list(prints_folder(office.book).iterdir()) == []


def test_the_page_is_opened_where_the_office_wants_it(office: Office) -> None:
    opened: list[Path] = []

    def launch(path: Path) -> bool:
        opened.append(path)
        return True

    opening.set_launch(launch)
    done = print_document(office.book, "receipt", office.payment)
    assert opened == [done.path]
    assert done.opened
    office.book.run(set_office, print_opens="no", prints="exports", paper_receipt="A4")
    again = print_document(office.book, "receipt", office.payment)
    assert opened == [done.path]
    assert again.path.parent.name == "prints"
    assert again.path.parent != done.path.parent
    assert office.printed()[-1][-2:] == ("A4", 2)
    assert usual_paper(office.book.look, "delivery") == "241"


def test_a_paid_claim_is_not_printed_even_where_its_notice_was_issued(office: Office) -> None:
    bank = office.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    office.book.run(take_payment, party=office.trade.junye, account=bank, amount=101_975)
    assert "was paid" in str(refused(lambda: print_document(office.book, "notice", office.notice)))
    assert office.printed() == []


def test_a_copy_of_a_notice_says_what_it_asked_for(office: Office) -> None:
    print_document(office.book, "notice", office.notice)
    bank = office.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    office.book.run(take_payment, party=office.trade.junye, account=bank, amount=101_975)
    copy = print_document(office.book, "notice", office.notice).path.read_text(encoding="utf-8")
    assert "1,019.75" in copy
    assert "copy 2" in copy


def test_notices_are_issued_and_printed_in_one_go_and_the_paid_are_left_out(office: Office) -> None:
    def claim(cents: int) -> int:
        facts: dict[str, Any] = {"side": "receivable", "kind": "sale", "party": office.trade.anka, "lines": [{"amount": cents, "text": "goods"}]}
        return int(office.book.run(raise_claim, **facts, day="2026-10-01", due="2026-10-10"))

    paid, owed = claim(5_000), claim(7_000)
    bank = office.book.look.value("SELECT id FROM account WHERE code = 'bank'")
    office.book.run(take_payment, party=office.trade.anka, account=bank, amount=5_000, claims=[paid])
    issued, done = print_notices(office.book, {paid: 5_000, owed: 7_000})
    assert [no for no, why, _detail in issued["dropped"] if why == "paid"] == [office.book.look.value("SELECT no FROM claim WHERE id = :id", id=paid)]
    assert len(done) == 1
    text = done[0].path.read_text(encoding="utf-8")
    assert "70.00" in text
    assert "50.00" not in text
    again, none = print_notices(office.book, {paid: 5_000})
    assert again["notices"] == []
    assert none == []


def test_what_was_printed_is_not_taken_back_from_under_its_paper(office: Office) -> None:
    office.book.run(change_order, order=office.order, note="by rail")
    changed = office.book.position[0]
    print_document(office.book, "contract", office.order)
    with pytest.raises(Blocked) as blocked:
        office.book.undo(changed)
    assert blocked.value.steps == [office.book.position[0]]
    office.book.undo_with_later(changed)
    assert office.printed() == []
    office.sound()


# -- wordings --------------------------------------------------------------------------------------------------------------

OWN = '{% extends "page" %}\n{% block body %}\n<p>Dear {{ party.name }}</p>\n{% for line in lines %}{{ line.amount }} {% endfor %}\n{% endblock %}\n'


def test_the_offices_wording_is_used_for_its_language_and_paper(office: Office) -> None:
    office.book.run(commands.word, kind="quote", body=OWN)
    office.book.run(commands.word, kind="quote", body=OWN.replace("Dear", "Estimado"), language="es")
    office.book.run(commands.word, kind="quote", body=OWN.replace("Dear", "To"), paper="241")

    def said(language: str, on: str) -> str:
        return page(office.book.look, "quote", office.quote, language=language, paper=on)[0]

    assert "Dear Junye" in said("en", "A4")
    assert "Estimado Junye" in said("es", "241")
    assert "To Junye" in said("en", "241/3")
    assert "Dear" not in page(office.book.look, "contract", office.order)[0]
    row = office.book.look.value("SELECT id FROM template WHERE language = '' AND paper = ''")
    office.book.run(commands.unword, template=row)
    assert "Dear" not in said("en", "A4")
    office.book.undo()
    assert "Dear Junye" in said("en", "A4")
    office.sound()


@pytest.mark.parametrize(
    ("body", "line", "named"),
    [
        (OWN.replace("party.name", "party.nmae"), "Line 3", "party.nmae"),
        (OWN.replace("line.amount", "line.amout"), "Line 4", "line.amout"),
        (OWN.replace("party.name", "client"), "Line 3", "client"),
        (OWN.replace("{% endfor %}", ""), "Line 5", ""),
        (OWN.replace("<p>", "<script>"), "Line 3", "<script"),
        (OWN.replace("<p>", '<img src="http://example.org/x.png">'), "Line 3", "src="),
        (OWN.replace("party.name", "party.name|safe"), "Line 3", "safe"),
        (OWN.replace("party.name", "party.name.__class__.__mro__"), "Line 3", "__class__"),
        (OWN.replace("party.name", "1 // 0"), "Line 3", "zero"),
        (OWN.replace("party.name", '"x" * 10**9'), "Line 3", "takes two numbers"),
        (OWN.replace("party.name", '"%99999999d" % 1'), "Line 3", "takes two numbers"),
        (OWN.replace("<p>", "{% autoescape false %}").replace("</p>", "{% endautoescape %}"), "Line 3", "autoescape"),
        (OWN.replace('"page"', '"/etc/passwd"'), "Line 1", "extends"),
    ],
)
def test_a_broken_wording_is_refused_with_its_line_and_placeholder(office: Office, body: str, line: str, named: str) -> None:
    refusal = refused(lambda: office.book.run(commands.word, kind="quote", body=body))
    assert refusal.field == "body"
    assert line in str(refusal)
    assert named in str(refusal)
    assert office.book.look.value("SELECT count(*) FROM template") == 0


def test_a_wording_that_became_wrong_is_told_and_the_programs_is_printed(office: Office) -> None:
    """As after a program that knows other placeholders: the row is there, its placeholder is not."""
    office.book.run(commands.word, kind="quote", body=OWN)
    html, _asked, complaint = page(office.book.look, "quote", office.quote)
    assert complaint == ""
    copy = sqlite3.connect(":memory:")
    office.book.look.con.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'template'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    copy.execute("UPDATE template SET body = replace(body, 'party.name', 'party.title')")
    look = Look(copy)
    html, _asked, complaint = page(look, "quote", office.quote)
    assert "there is no placeholder “party.title” in quote" in complaint
    assert "1,999.75" in html
    assert len(wordings(look)) == 1
    assert [len(finding.faults) for finding in check(look, RULES[3:])] == [1]


def test_a_wording_goes_out_to_a_file_and_comes_back(office: Office) -> None:
    path = write_out(office.book.look, "delivery")
    assert path == file_of("delivery", "", "")
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "lines: pos, code, name, text, qty, unit" in text
    path.write_text(text.replace("{{ label.received_by }}", "Recibí conforme"), encoding="utf-8-sig", newline="\r\n")
    take_in(office.book, "delivery")
    assert "Recibí conforme" in page(office.book.look, "delivery", office.shipment)[0]
    worded = shipped("delivery").strip().replace("{{ label.received_by }}", "Recibí conforme")
    assert office.book.look.value("SELECT body FROM template").strip() == worded
    path.write_text(text.replace("line.qty", "line.price"), encoding="utf-8")
    assert "line.price" in str(refused(lambda: take_in(office.book, "delivery")))
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in str(refused(lambda: take_in(office.book, "delivery")))
    assert "Recibí conforme" in preview(office.book.look, "delivery", "", "A4").read_text(encoding="utf-8")
    office.sound()


def test_the_page_around_all_is_worded_too(office: Office) -> None:
    body = shipped("page").replace("{{ company.name }}", "{{ company.name|upper }}")
    check_wording("page", body)
    office.book.run(commands.word, kind="page", body=body)
    assert "HENGDA" in page(office.book.look, "quote", office.quote)[0]
    assert "company.slogan" in str(refused(lambda: office.book.run(commands.word, kind="page", body=body.replace("company.name", "company.slogan"))))


# -- the register ----------------------------------------------------------------------------------------------------------


def there_and_back(office: Office, command: Any, **facts: Any) -> Any:
    before = office.papers()
    result = office.book.run(command, **facts)
    after = office.papers()
    assert after != before
    office.sound()
    office.book.undo()
    assert office.papers() == before
    office.sound()
    office.book.redo()
    assert office.papers() == after
    office.sound()
    return result


def test_a_paper_takes_over_what_its_record_knows(office: Office) -> None:
    row = there_and_back(office, commands.register_paper, kind="contract", book="orders", book_id=office.order, place="Binder 3")
    found = papers_of(office.book.look, "orders", office.order)
    known = record(office.book.look, "orders", office.order)
    assert known is not None
    assert [(each.id, each.no, each.party_id, each.deal, each.day, each.place, each.original) for each in found] == [
        (row, known.no, office.trade.junye, known.deal, "2026-10-01", "Binder 3", "missing")
    ]
    there_and_back(office, commands.receive_original, papers=[row], place="")
    there_and_back(office, commands.change_paper, paper=row, place="Box 9", note="second copy at head office")
    now = paper(office.book.look, row)
    assert now is not None
    assert (now.original, now.place, now.note) == ("held", "Box 9", "second copy at head office")
    assert "held already" in str(refused(lambda: office.book.run(commands.receive_original, papers=[row])))
    there_and_back(office, commands.drop_paper, paper=row)


def test_what_the_register_does_not_take(office: Office) -> None:
    run = office.book.run
    assert refused(lambda: run(commands.register_paper, kind="napkin")).field == "kind"
    assert refused(lambda: run(commands.register_paper, kind="letter", party_id=9_999)).field == "party_id"
    assert refused(lambda: run(commands.register_paper, kind="letter", original="perhaps")).field == "original"
    assert refused(lambda: run(commands.register_paper, kind="contract", book="orders", book_id=9_999)).field == "book_id"
    assert refused(lambda: run(commands.register_paper, kind="letter", day="soon")).field == "day"
    blank = refused(lambda: run(commands.register_paper, kind="letter", no=" ", note=""))
    assert (blank.field, str(blank)) == ("no", "Nothing tells this paper from another: give its number, its name, where it lies or a note.")
    assert refused(lambda: run(commands.register_paper, kind="other")).field == "no"
    assert refused(lambda: run(commands.change_paper, paper=9_999, place="x")).field == "paper"
    assert office.papers() == []


def test_the_paper_of_a_merged_party_is_that_of_the_one_it_became(office: Office) -> None:
    run = office.book.run
    gone, keep = (run(add_party, name=name, roles=["customer"]) for name in ("Junye Trading", "Junye"))
    run(merge_parties, keep=keep, gone=gone)
    row = run(commands.register_paper, kind="letter", party_id=gone)
    assert office.book.look.value("SELECT party_id FROM paper WHERE id = :row", row=row) == keep


def test_an_attachment_is_a_copy_with_a_dated_name_and_its_digest(office: Office, tmp_path: Path) -> None:
    row = office.book.run(commands.register_paper, kind="contract", book="orders", book_id=office.order)
    source = tmp_path / "scan of ../it.pdf".replace("/", "-")
    source.write_bytes(b"%PDF signed")
    kept = attach(office.book, row, source)
    no = office.book.look.value("SELECT no FROM sales_order WHERE id = :id", id=office.order)
    assert kept == attachments_folder(office.book.path) / f"2026-10-01 contract {no} Junye 骏业.pdf"
    assert kept.read_bytes() == b"%PDF signed"
    if os.name != "nt":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert open_attachment(office.book, row) == (kept, False)
    office.sound()
    second = attach(office.book, row, source)
    assert second.name == f"2026-10-01 contract {no} Junye 骏业-2.pdf"
    office.book.undo()
    now = paper(office.book.look, row)
    assert now is not None
    assert now.file == kept.name
    assert "is no file" in str(refused(lambda: attach(office.book, row, tmp_path)))
    kept.write_bytes(b"%PDF forged")
    assert "was changed" in str(refused(lambda: open_attachment(office.book, row)))
    digest = sha256(b"%PDF signed").hexdigest()
    assert faults(office.book) == [f"{kept.name} was changed since it was attached (SHA-256 {digest})"]
    kept.unlink()
    assert faults(office.book) == [f"{kept.name} is not in the folder of attachments (SHA-256 {digest})"]


def faults(book: Store) -> list[str]:
    return [fault for finding in check(book.look, RULES) for fault in finding.faults]


def test_attachments_are_looked_for_beside_the_book_and_not_beside_its_copy(office: Office, tmp_path: Path) -> None:
    row = office.book.run(commands.register_paper, kind="letter", no="L-1")
    (tmp_path / "a.txt").write_text("x")
    attach(office.book, row, tmp_path / "a.txt")
    elsewhere = sqlite3.connect(tmp_path.parent / f"{tmp_path.name}-copy.desk")
    office.book.look.con.backup(elsewhere)
    assert [finding.faults for finding in check(Look(elsewhere, home=office.book.path), RULES)] == [(), (), (), ()]
    elsewhere.close()


def test_lists_of_what_is_missing(office: Office) -> None:
    look = office.book.look
    kinds = look.rows("SELECT kind, no FROM v_unfiled ORDER BY kind")
    assert [kind for kind, _no in kinds] == ["contract", "delivery", "receipt"]
    row = office.book.run(commands.register_paper, kind="delivery", book="shipments", book_id=office.shipment, place="Box 1")
    assert [kind for (kind,) in look.rows("SELECT kind FROM v_unfiled ORDER BY kind")] == ["contract", "receipt"]
    assert look.rows("SELECT year, party, papers, missing, files, places FROM v_archive") == [("2026", "Junye 骏业", 1, 1, 0, "Box 1")]
    office.book.run(commands.receive_original, papers=[row])
    assert look.rows("SELECT missing FROM v_archive") == [(0,)]


def test_every_number_is_listed_with_what_became_of_it(office: Office) -> None:
    lost = office.trade.take((office.trade.bag, 1))
    no = office.book.look.value("SELECT no FROM sales_order WHERE id = :id", id=lost)
    office.book.undo()
    look = office.book.look
    assert look.rows("SELECT kind, state FROM v_number WHERE no = :no", no=no) == [("order", "void")]
    listed = look.rows("SELECT series, count(*) FROM v_number GROUP BY series ORDER BY 1")
    assert dict(listed) == {"D-2026": 1, "E-2026": 2, "I-2026": 1, "M-2026": 1, "N-2026": 1, "Q-2026": 1, "S-2026": 3}
    numbered = look.rows("SELECT m.tbl FROM mark m WHERE m.kind = 'numbered' AND EXISTS (SELECT 1 FROM pragma_table_info(m.tbl) WHERE name = 'no')")
    every = sum(look.value(f"SELECT count(*) FROM {table} WHERE no GLOB '[A-Z]-2026-*'") for (table,) in numbered)
    assert look.value("SELECT count(*) FROM v_number") == every


def test_a_day_is_taken_as_a_date_or_as_text(office: Office) -> None:
    row = office.book.run(commands.register_paper, kind="letter", day=date(2026, 3, 1), no="L-1")
    found = paper(office.book.look, row)
    assert found is not None
    assert found.day == "2026-03-01"
