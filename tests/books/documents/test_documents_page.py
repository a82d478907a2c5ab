"""What stands on the page: the book's own figures, in the party's language, and nothing that a text could make of it."""
from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.books.documents.office import Office
from tests.books.trade import PC, refused

from deskbook.books.claims.commands import name_bill
from deskbook.books.documents.amounts import capital, in_words
from deskbook.books.documents.facts import document
from deskbook.books.documents.labels import KINDS, SIZES, TITLES
from deskbook.books.documents.printing import page
from deskbook.books.documents.sample import sample
from deskbook.books.documents.written import Written
from deskbook.books.items.commands import add_item
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.orders.commands import cancel, change_order
from deskbook.books.orders.review import pass_check, unpass_check
from deskbook.books.parties.commands import change_party
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.words import LANGUAGES, say


class Seen(HTMLParser):
    """The words of a page, the cells of its tables, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self._style = False
        self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += data
        if self._cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def seen(office: Office, kind: str, **asked: Any) -> Seen:
    return Seen(page(office.book.look, kind, office.rows[kind], **asked)[0])


@pytest.mark.parametrize("paper", list(SIZES))
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_document_is_made_in_every_language_on_every_paper(office: Office, language: str, paper: str) -> None:
    for kind in KINDS:
        html, asked, complaint = page(office.book.look, kind, office.rows[kind], language=language, paper=paper)
        assert complaint == ""
        assert asked["language"] == language
        assert f"size: {SIZES[paper]};" in html
        assert say(TITLES[kind], language) in unescape(html)
        assert "{{" not in html
        assert "None" not in Seen(html).text
        assert "Undefined" not in html
        assert not re.search(r'(src|href)\s*=|url\(|@import|<script', html)


def test_the_names_a_template_may_use_are_those_of_real_documents(office: Office) -> None:
    """So an own wording that passes its check has every value in use."""
    for kind, row in office.rows.items():
        _made, facts = document(office.book.look, kind, row, language="en", paper="A4", at="2026-11-23T01:30:00+00:00")
        promised = sample(kind)
        assert facts.keys() == promised.keys()
        for name, value in promised.items():
            if isinstance(value, list):
                assert all(set(line) == set(value[0]) for line in facts[name]), (kind, name)
                assert facts[name] or name in ("sent", "received"), (kind, name)
            else:
                assert set(facts[name]) == set(value), (kind, name)
        texts = [v for part in facts.values() for group in (part if isinstance(part, list) else [part]) for v in group.values()]
        assert all(isinstance(text, str) for text in texts)


def test_a_contract_says_what_the_order_says(office: Office) -> None:
    """3 x 355.00, 2 x 402.50 less 5 %, 2.5 x 68.00, freight 20.00."""
    found = seen(office, "contract", language="zh")
    lines = [row for row in found.rows if row and row[0] in "123"]
    assert [row[1] for row in lines] == ["BVM7-710", "BVM7-710-8505", "C1100"]
    assert [row[3] for row in lines] == ["3", "2", "2.5"]
    assert [row[5] for row in lines] == ["355.00", "402.50", "68.00"]
    assert [row[6] for row in lines] == ["", "5%", ""]
    assert [row[7] for row in lines] == ["1,065.00", "764.75", "170.00"]
    assert [row[-1] for row in found.rows if len(row) == 2][-2:] == ["20.00", "2,019.75"]
    assert "人民币贰仟零壹拾玖元柒角伍分" in found.text
    assert "2026年10月8日" in found.text
    assert office.book.look.value("SELECT total + freight FROM v_order WHERE id = :id", id=office.order) == 201_975


def test_a_kit_stands_on_paper_as_it_was_sold(office: Office) -> None:
    """One kit of a board and two bags at 400.00: one line with the kit's own name and unit."""
    found = office.trade

    def add(tx: Tx) -> int:
        kit = int(add_item(tx, code="KIT-1", name="Repair kit", unit="set", list_price=4_000_000, since="2026-01-01"))
        parts = [{"item": found.board, "qty": PC, "share": 9}, {"item": found.bag, "qty": 2 * PC, "share": 1}]
        set_kit(tx, item=kit, parts=parts, since="2026-01-01")
        return kit

    order = found.take((office.book.run(add), 2))
    rows = Seen(page(office.book.look, "contract", order)[0]).rows
    assert [row for row in rows if row and row[0] == "1"] == [["1", "KIT-1", "Repair kit", "2", "set", "400.00", "800.00"]]


def test_a_quote_in_spanish_has_spanish_numbers_and_days(office: Office) -> None:
    found = seen(office, "quote", language="es")
    assert [row[-1] for row in found.rows if row and row[0] in "123"] == ["1.065,00", "764,75", "170,00"]
    assert found.rows[-1][-1] == "1.999,75"
    assert "31 de octubre de 2026" in found.text
    assert "月结三十天" in found.text


def test_a_delivery_note_has_quantities_and_no_prices(office: Office) -> None:
    found = seen(office, "delivery", paper="241")
    assert [row[3:5] for row in found.rows if row and row[0] in "123"] == [["3", "pc"], ["2", "pc"], ["2.500", "kg"]]
    assert "SF405" in found.text
    assert "355" not in found.text
    assert "苏州市 62 号" in found.text


def test_a_receipt_and_a_statement_agree_with_what_is_owed(office: Office) -> None:
    receipt = seen(office, "receipt", language="zh")
    assert "1,000.00" in receipt.text
    assert "人民币壹仟元整" in receipt.text
    assert [row[-1] for row in receipt.rows if len(row) == 4][1:] == ["1,000.00"]
    account = seen(office, "statement", options={"since": "2026-10-01", "until": "2026-11-23"})
    lines = [row for row in account.rows if len(row) == 7][1:]
    assert [row[4:] for row in lines] == [["2,019.75", "", "2,019.75"], ["", "1,000.00", "1,019.75"]]
    assert [row[1:] for row in account.rows if len(row) == 4][-1] == ["2,019.75", "1,000.00", "1,019.75"]
    assert account.rows[-1] == ["0.00", "0.00", "1,019.75", "0.00", "0.00", "0.00"]
    assert office.book.look.value("SELECT sum(open) FROM owed WHERE party_id = :id", id=office.trade.junye) == 101_975


def test_a_notice_asks_for_what_was_open_as_it_was_issued(office: Office) -> None:
    found = seen(office, "notice", language="sw")
    assert [row[-1] for row in found.rows if row and row[0].startswith("I-")] == ["1,019.75"]
    assert {len(row) for row in found.rows if row and row[0].startswith("I-")} == {6}  # no column for numbers of theirs where there are none
    assert "46" in [row[3] for row in found.rows if len(row) == 6][1]  # due on 8 October, chased on 23 November
    assert "Huenda ilisahaulika" in found.text


def test_a_notice_names_their_numbers_where_a_claim_has_one(office: Office) -> None:
    claim = office.book.look.value("SELECT claim_id FROM notice_claim")
    office.book.run(name_bill, claim=claim, their_no="PO-7")
    found = seen(office, "notice", language="en")
    assert [row[1] for row in found.rows if len(row) == 7] == ["your number", "PO-7"]


def test_a_review_sheet_says_what_is_missing_and_no_contract_goes_out_before(office: Office) -> None:
    found = seen(office, "review sheet")
    assert [row[1:3] for row in found.rows if len(row) == 6][1:] == [["Price", "Wang"], ["Drawing", "still missing"]]
    refusal = refused(lambda: page(office.book.look, "contract", office.reviewed))
    assert "in review" in str(refusal)
    office.book.run(cancel, order=office.reviewed, reason="no")
    assert "cancelled" in str(refused(lambda: page(office.book.look, "contract", office.reviewed)))


def test_a_review_sheet_says_who_said_no_and_who_said_yes_before_a_change(office: Office) -> None:
    office.book.run(unpass_check, order=office.reviewed, check="Price", by="Li", note="copper rose")
    row = next(row for row in seen(office, "review sheet").rows if row[1:2] == ["Price"])
    assert row[2:5] == ["still missingLi said no", "23 Nov 2026 09:30", "copper rose"]
    office.book.run(pass_check, order=office.reviewed, check="Price", by="Wang")
    office.book.run(change_order, order=office.reviewed, freight=1_000)
    row = next(row for row in seen(office, "review sheet").rows if row[1:2] == ["Price"])
    assert row[2:4] == ["still missingWang said yes before the order was changed", ""]


def test_a_day_sheet_has_the_days_money(office: Office) -> None:
    found = seen(office, "day sheet")
    together = next(row for row in found.rows if row and row[0] == "together")
    assert together[1:5] == ["0.00", "1,000.00", "0.00", "1,000.00"]
    assert "BVM7-710 × 3" in found.text


def test_what_stands_in_a_row_and_in_brackets_is_written_as_the_language_writes_it(office: Office) -> None:
    assert "BVM7-710 × 3、BVM7-710-8505 × 2、C1100 × 2.5" in seen(office, "day sheet", language="zh").text
    assert "BVM7-710 × 3, BVM7-710-8505 × 2, C1100 × 2,5" in seen(office, "day sheet", language="es").text
    written = Written("zh")
    assert written.beside("收据 7", "2026年10月1日") == "收据 7（2026年10月1日）"
    assert (written.beside("收据 7", ""), written.beside("", "2026年10月1日")) == ("收据 7", "2026年10月1日")


def test_the_language_is_the_partys_else_the_books(office: Office) -> None:
    assert page(office.book.look, "contract", office.order)[1]["language"] == "en"
    office.book.run(change_party, party=office.trade.junye, language="sw")
    assert page(office.book.look, "contract", office.order)[1]["language"] == "sw"
    assert page(office.book.look, "review sheet", office.reviewed)[1]["language"] == "en"  # it stays in the house


def test_hostile_names_are_words_on_the_page_and_nothing_else(office: Office, shared: Path) -> None:
    plain = len(seen(office, "contract").tags)
    every = [text for text in json.loads((shared / "data/messy/strings/blns.json").read_text(encoding="utf-8")) if text.strip()]
    texts = [text for n, text in enumerate(every) if n % 10 == 0 or ("<" in text and n % 2) or "{" in text]
    tried = 0
    for text in texts:
        try:
            office.book.run(change_party, party=office.trade.junye, name=text)
        except Refusal:
            continue  # hidden characters are refused at the door
        tried += 1
        found = seen(office, "contract")
        assert len(found.tags) == plain, text
        kept = office.book.look.value("SELECT name FROM party WHERE id = :id", id=office.trade.junye)
        assert kept in found.text, text
    assert tried > 100


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        # the examples of 正确填写票据和结算凭证的基本规定, those that end in 角 closed with 整
        (140_950, "壹仟肆佰零玖元伍角整"), (600_714, "陆仟零柒元壹角肆分"), (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"), (10_700_053, "壹拾万柒仟元伍角叁分"), (0, "零元整"), (100, "壹元整"), (5, "伍分"), (10**10, "壹亿元整"),
        (10_000_500, "壹拾万零伍元整"), (100_000_001_000, "壹拾亿零壹拾元整"), (-12_345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_amounts_in_capital_characters(cents: int, words: str) -> None:
    assert capital(cents) == "人民币" + words


@pytest.mark.parametrize(
    ("cents", "currency", "english", "spanish"),
    [
        (0, "EUR", "Zero euros and 00/100", "Cero euros con 00/100"),
        (5, "EUR", "Zero euros and 05/100", "Cero euros con 05/100"),
        (100, "EUR", "One euro and 00/100", "Un euro con 00/100"),
        (2_100, "EUR", "Twenty-one euros and 00/100", "Veintiún euros con 00/100"),
        (10_101, "EUR", "One hundred and one euros and 01/100", "Ciento un euros con 01/100"),
        (3_199, "EUR", "Thirty-one euros and 99/100", "Treinta y un euros con 99/100"),
        (2_100_000, "EUR", "Twenty-one thousand euros and 00/100", "Veintiún mil euros con 00/100"),
        (100_000_010, "EUR", "One million euros and 10/100", "Un millón de euros con 10/100"),
        (3_100_000_000, "EUR", "Thirty-one million euros and 00/100", "Treinta y un millones de euros con 00/100"),
        (100_000_100, "EUR", "One million and one euros and 00/100", "Un millón un euros con 00/100"),
        (50_050, "USD", "Five hundred US dollars and 50/100", "Quinientos dólares estadounidenses con 50/100"),
        # feminine nouns: una libra, doscientas libras, but doscientos millones de libras
        (100, "GBP", "One British pound and 00/100", "Una libra esterlina con 00/100"),
        (22_100, "GBP", "Two hundred and twenty-one British pounds and 00/100", "Doscientas veintiuna libras esterlinas con 00/100"),
        (20_000_020_000, "GBP", "Two hundred million, two hundred British pounds and 00/100",
         "Doscientos millones doscientas libras esterlinas con 00/100"),
        (51_600, "PAB", "Five hundred and sixteen Panamanian balboas and 00/100", "Quinientos dieciséis balboas panameños con 00/100"),
    ],
)  # fmt: skip
def test_amounts_in_words_of_english_and_spanish_receipts(cents: int, currency: str, english: str, spanish: str) -> None:
    assert in_words(cents, currency, "en") == english
    assert in_words(cents, currency, "es") == spanish


def test_a_receipt_says_its_amount_in_words_where_there_are_any(office: Office) -> None:
    """1,000.00 yuan."""
    said = {language: seen(office, "receipt", language=language).text for language in LANGUAGES}
    assert "One thousand Chinese yuan and 00/100" in said["en"]
    assert "Mil yuanes renminbi con 00/100" in said["es"]
    assert "/100" not in said["sw"]
    assert say("in words", "sw") not in said["sw"]


def test_chromium_prints_pages_of_the_size_of_the_paper(office: Office, tmp_path: Path) -> None:
    browser, info = shutil.which("chromium"), shutil.which("pdfinfo")
    if not browser or not info:
        pytest.skip("chromium or pdfinfo is not installed: the printed pages were not measured")
    many = [(office.trade.bag, 1)] * 60
    long = office.trade.take(*many)
    # A4 is 210 x 297 mm = 595 x 842 points; the forms are 241 mm = 683 wide, 139.7 mm = 396 or 93.1 mm = 264 high
    for kind, row, paper, size, pages in (
        ("contract", office.order, "A4", (595, 842), (1, 1)), ("contract", long, "A4", (595, 842), (2, 3)),
        ("delivery", office.shipment, "241", (683, 396), (1, 1)), ("receipt", office.payment, "241/3", (683, 264), (1, 1)),
    ):
        source, made = tmp_path / "page.html", tmp_path / "page.pdf"
        source.write_text(page(office.book.look, kind, row, paper=paper, language="zh")[0], encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'browser'}",
                   f"--print-to-pdf={made}", str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        told = subprocess.run([info, str(made)], check=True, capture_output=True, text=True, timeout=30).stdout
        count = int(re.search(r"Pages:\s+(\d+)", told)[1])  # type: ignore[index]  # pdfinfo always says so
        width, height = map(float, re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told).groups())  # type: ignore[union-attr]  # as above
        assert (round(width), round(height)) == size, (kind, paper)
        assert pages[0] <= count <= pages[1], (kind, paper, count)
