"""The day sheet: one page, its sums are those of the book, the same every time."""
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len

from deskbook.books.ledger import commands, queries, sheet
from deskbook.core import days, words
from deskbook.core.money import show_money
from deskbook.core.store import Store

DAY = date(2026, 11, 23)


def account(book: Store, code: str) -> int:
    return int(book.look.value("SELECT id FROM account WHERE code = :code", code=code))


@pytest.fixture
def filled(book: Store) -> Store:
    """Cash opens with 500.00; 30 lines in of 10.00 to 39.00, one out of 45.00, one correction; the bank gets 100.00."""
    cash = account(book, "cash")
    book.run(commands.open_account, account=cash, amount=500_00, day="2026-11-22")
    for n in range(30):
        book.run(commands.write_entry, account=cash, direction="in", amount=10_00 + n * 1_00, purpose=f"sale 销售 {n}", document=f"S-{n:04d}")
    wrong = book.run(commands.write_entry, account=cash, direction="out", amount=54_00, purpose="paper bags")
    book.run(commands.correct_entry, entry=wrong, amount=45_00)
    book.run(commands.transfer_money, source=cash, target=account(book, "bank"), amount=100_00)
    book.run(commands.write_entry, account=cash, direction="out", amount=7_00, purpose="typed twice")
    book.undo()
    return book


def test_the_sums_of_the_sheet_are_those_of_its_lines_and_of_the_screen(filled: Store) -> None:
    made = sheet.day_sheet(filled.look, DAY)
    assert [(a.name, a.opening, a.taken_in, a.paid_out, a.closing) for a in made.accounts] == [
        ("Cash", 500_00, 735_00, 145_00, 1_090_00),  # 10 + 11 + ... + 39 = 735
        ("Bank", 0, 100_00, 0, 100_00),
    ]
    for one in made.accounts:
        assert sum(line.taken_in for line in made.lines if line.account == one.name) == one.taken_in
        assert sum(line.paid_out for line in made.lines if line.account == one.name) == one.paid_out
    assert not any("typed twice" in line.purpose for line in made.lines)
    assert [(line.mark, line.paid_out) for line in made.lines if line.purpose == "paper bags"] == [("", 54_00), ("↶", -54_00), ("", 45_00)]
    assert queries.sums(filled.look, account=account(filled, "cash"), since=DAY, until=DAY) == queries.Sums(500_00, 735_00, 145_00)


@pytest.mark.parametrize("language", ["en", "zh", "es", "sw"])
def test_it_fits_a_page_and_every_line_ends_within_it(filled: Store, language: str) -> None:
    words.use(language)
    lines = sheet.sheet_text(sheet.day_sheet(filled.look, DAY))
    assert len(lines) <= sheet.PAGE
    assert max(map(cell_len, lines)) <= 78
    assert any(show_money(1_090_00) in line for line in lines)
    ends = {cell_len(line) for line in lines if "S-00" in line}
    assert len(ends) == 1 or max(ends) - min(ends) <= 12  # a line out ends one column further


def test_a_full_day_says_the_rest_as_one_sum(filled: Store) -> None:
    for _n in range(60):
        filled.run(commands.write_entry, account=account(filled, "cash"), direction="in", amount=1_00)
    made = sheet.day_sheet(filled.look, DAY)
    lines = sheet.sheet_text(made)
    assert len(lines) <= sheet.PAGE
    rest = next(line for line in lines if line.startswith("… and"))
    shown = sum(1 for line in lines if "E-2026-" in line)
    assert rest.split()[2] == str(len(made.lines) - shown)
    assert any(show_money(735_00 + 60_00 + 100_00) in line for line in lines)


def test_the_second_run_is_the_same_to_the_byte_even_when_work_went_on(filled: Store) -> None:
    cash = account(filled, "cash")
    assert sheet.sheet_text(sheet.day_sheet(filled.look, DAY)) == sheet.sheet_text(sheet.day_sheet(filled.look, DAY))
    head = filled.position
    filled.run(commands.close_day, counted={str(cash): 1_088_00})
    closed = sheet.sheet_text(sheet.day_sheet(filled.look, DAY))
    assert any("1,088.00" in line and "-2.00" in line for line in closed)
    assert any(head[1] in line for line in closed)
    assert any(str(head[0]) in line for line in closed)
    days.set_clock(lambda: datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    filled.turn_day()
    filled.run(commands.write_entry, account=cash, direction="in", amount=3_00)
    filled.run(commands.correct_entry, entry=2)  # a line of the closed day
    assert sheet.sheet_text(sheet.day_sheet(filled.look, DAY)) == closed
