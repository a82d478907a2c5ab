"""The day book: what is written balances, what is taken back stands in red, a closed day stays closed."""
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deskbook.books.ledger import commands, queries, sheet
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.core.window import select


def account(book: Store, code: str) -> int:
    return int(book.look.value("SELECT id FROM account WHERE code = :code", code=code))


def sound(book: Store) -> None:
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []
    assert verify(book.look.con) == []


def standing(book: Store) -> list[tuple[Any, ...]]:
    return book.look.rows("SELECT account, coalesce(taken_in, 0), coalesce(paid_out, 0), balance FROM v_ledger WHERE red = 0 ORDER BY day, id")


def at(day: str) -> None:
    moment = datetime.fromisoformat(day + "T01:30").replace(tzinfo=UTC)  # 09:30 in Shanghai
    days.set_clock(lambda: moment)


@pytest.fixture
def cash(book: Store) -> int:
    return account(book, "cash")


@pytest.fixture
def bank(book: Store) -> int:
    return account(book, "bank")


def test_the_vector_of_r12(book: Store, cash: int) -> None:
    """Opening 500, in 1,200, out 320, closing 1,380, counted 1,375: difference -5, and the next day opens with 1,380."""
    book.run(commands.open_account, account=cash, amount=500_00, day="2026-11-22")
    book.run(commands.write_entry, account=cash, direction="in", amount=1_200_00)
    book.run(commands.write_entry, account=cash, direction="out", amount=320_00)
    book.run(commands.close_day, counted={str(cash): 1_375_00})
    row = book.look.row("SELECT day, opening, taken_in, paid_out, closing, counted, difference FROM v_day_close WHERE account_id = :cash", cash=cash)
    assert row == ("2026-11-23", 500_00, 1_200_00, 320_00, 1_380_00, 1_375_00, -5_00)
    at("2026-11-24")
    book.turn_day()
    assert book.look.row("SELECT opening, last_difference FROM v_account WHERE id = :cash", cash=cash) == (1_380_00, -5_00)
    sound(book)


def test_a_line_is_a_balanced_entry_with_the_next_number(book: Store, cash: int) -> None:
    first = book.run(commands.write_entry, account=cash, direction="in", amount=100, purpose="sale", document="S-0401")
    second = book.run(commands.write_entry, account=cash, direction="out", amount=40, other=account(book, "freight"))
    assert [book.look.value("SELECT no FROM entry WHERE id = :id", id=entry) for entry in (first, second)] == ["E-2026-0001", "E-2026-0002"]
    assert book.look.rows("SELECT a.code, p.amount FROM posting p JOIN account a ON a.id = p.account_id ORDER BY p.id") == [
        ("cash", 100), ("sales", -100), ("cash", -40), ("freight", 40),
    ]
    assert standing(book) == [("Cash", 100, 0, 100), ("Cash", 0, 40, 60)]
    sound(book)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"account": 999}, "account"),
        ({"account": "sales"}, "account"),
        ({"other": "bank"}, "other"),
        ({"other": "opening"}, "other"),
        ({"party": 999}, "party"),
        ({"day": "2026-11-24"}, "day"),
        ({"direction": "sideways"}, "direction"),
        ({"purpose": "a\x1bb"}, "purpose"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(book: Store, cash: int, facts: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"account": cash, "direction": "in", "amount": 100}
    given |= {name: account(book, value) if value in ("sales", "bank", "opening") else value for name, value in facts.items()}
    with pytest.raises(Refusal) as refused:
        book.run(commands.write_entry, **given)
    assert refused.value.field == field
    assert str(refused.value)
    assert book.look.value("SELECT count(*) FROM entry") == 0


def test_a_transfer_is_a_line_in_both_accounts_and_neither_in_nor_out_of_the_office(book: Store, cash: int, bank: int) -> None:
    book.run(commands.transfer_money, source=cash, target=bank, amount=300_00)
    assert standing(book) == [("Cash", 0, 300_00, -300_00), ("Bank", 300_00, 0, 300_00)]
    assert book.look.rows("SELECT purpose FROM v_ledger ORDER BY id") == [("→ Bank",), ("← Cash",)]
    with pytest.raises(Refusal, match="choose another"):
        book.run(commands.transfer_money, source=cash, target=cash, amount=1)
    sound(book)


def test_an_account_is_opened_once_unless_the_opening_is_corrected(book: Store, cash: int) -> None:
    entry = book.run(commands.open_account, account=cash, amount=500_00)
    with pytest.raises(Refusal, match="opened already by E-2026-0001"):
        book.run(commands.open_account, account=cash, amount=1)
    book.run(commands.correct_entry, entry=entry, amount=550_00)
    assert standing(book) == [("Cash", 550_00, 0, 550_00)]
    sound(book)


def test_a_correction_is_a_red_mirror_with_a_replacement_in_one_step(book: Store, cash: int) -> None:
    entry = book.run(commands.write_entry, account=cash, direction="in", amount=120, purpose="sale", document="S-1")
    steps = book.position[0]
    new = book.run(commands.correct_entry, entry=entry, amount=130)
    assert book.position[0] == steps + 1
    rows = book.look.rows("SELECT no, kind, taken_in, paid_out, red, mark, balance, purpose, document FROM v_ledger ORDER BY id")
    assert rows == [
        ("E-2026-0001", "in", 120, None, 1, "×", 120, "sale", "S-1"),
        ("E-2026-0002", "correction", -120, None, 1, "↶", 0, "sale", "S-1"),
        ("E-2026-0003", "in", 130, None, 0, "", 130, "sale", "S-1"),
    ]
    assert queries.sums(book.look, account=cash) == queries.Sums(0, 130, 0)
    group = [(row.no, row.amount, row.state) for row in queries.entry_group(book.look, entry)]
    assert group == [("E-2026-0001", 120, "corrected"), ("E-2026-0002", -120, "correction"), ("E-2026-0003", 130, "stands")]
    assert queries.entry_group(book.look, new) == queries.entry_group(book.look, entry)
    sound(book)


def test_a_correction_can_turn_the_direction_and_the_account(book: Store, cash: int, bank: int) -> None:
    entry = book.run(commands.write_entry, account=cash, direction="in", amount=50)
    book.run(commands.correct_entry, entry=entry, direction="out", account=bank)
    assert standing(book) == [("Bank", 0, 50, -50)]
    assert book.look.value("SELECT other FROM v_ledger WHERE red = 0") == "Goods bought"
    transfer = book.run(commands.transfer_money, source=cash, target=bank, amount=70)
    book.run(commands.correct_entry, entry=transfer, amount=75)
    assert standing(book)[1:] == [("Cash", 0, 75, -75), ("Bank", 75, 0, 25)]
    sound(book)


def test_an_entry_is_corrected_once_and_a_correction_never(book: Store, cash: int) -> None:
    entry = book.run(commands.write_entry, account=cash, direction="out", amount=50)
    mirror = book.run(commands.correct_entry, entry=entry)
    with pytest.raises(Refusal, match="E-2026-0001 was corrected already, by E-2026-0002"):
        book.run(commands.correct_entry, entry=entry)
    with pytest.raises(Refusal, match="E-2026-0002 is a correction"):
        book.run(commands.correct_entry, entry=mirror)
    assert standing(book) == []
    book.undo()
    book.run(commands.correct_entry, entry=entry, amount=60)  # taken back, it can be corrected again
    assert standing(book) == [("Cash", 0, 60, -60)]
    sound(book)


def test_a_correction_on_a_later_day_stands_red_on_that_day(book: Store, cash: int) -> None:
    entry = book.run(commands.write_entry, account=cash, direction="in", amount=120)
    book.run(commands.close_day)
    at("2026-11-24")
    book.run(commands.correct_entry, entry=entry, amount=100)
    assert book.look.rows("SELECT day, taken_in, paid_out FROM account_day WHERE account_id = :cash ORDER BY day", cash=cash) == [
        ("2026-11-23", 120, 0), ("2026-11-24", -20, 0),
    ]
    assert book.look.value("SELECT paper_day FROM v_ledger WHERE red = 0") == "2026-11-23"
    assert queries.sums(book.look, account=cash, since=date(2026, 11, 24), until=date(2026, 11, 24)) == queries.Sums(120, -20, 0)
    sound(book)


def dump(book: Store) -> dict[str, list[Any]]:
    """What stands: plain rows as they are, entries that are not void, sums that are not nothing."""
    return {
        "account": book.look.rows("SELECT * FROM account"),
        "entry": book.look.rows("SELECT * FROM entry WHERE void = 0"),
        "posting": book.look.rows("SELECT entry_id, account_id, day, sum(amount) FROM posting GROUP BY 1, 2, 3 HAVING sum(amount) <> 0"),
        "account_day": book.look.rows("SELECT * FROM account_day WHERE taken_in <> 0 OR paid_out <> 0"),
        "ledger": book.look.rows("SELECT no, account, taken_in, paid_out FROM v_ledger WHERE red = 0 ORDER BY no, account"),
    }


DOINGS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (commands.add_account, {"code": "wx", "name": "微信", "kind": "wechat"}),
    (commands.change_account, {"account": 1, "name": "Till"}),
    (commands.write_entry, {"account": 1, "direction": "out", "amount": 5}),
    (commands.transfer_money, {"source": 1, "target": 2, "amount": 5}),
    (commands.open_account, {"account": 2, "amount": -7}),
    (commands.correct_entry, {"entry": 1}),
    (commands.correct_entry, {"entry": 1, "amount": 9, "account": 2}),
]


@pytest.mark.parametrize(("command", "facts"), DOINGS)
def test_undo_brings_the_old_book_back_and_redo_the_new_one(book: Store, cash: int, command: Callable[..., Any], facts: dict[str, Any]) -> None:
    book.run(commands.write_entry, account=cash, direction="in", amount=8)
    before = dump(book)
    book.run(command, **facts)
    after = dump(book)
    assert after != before
    for _again in range(2):
        book.undo()
        assert dump(book) == before
        sound(book)
        book.redo()
        assert dump(book) == after
        sound(book)


def test_a_late_paper_goes_to_the_open_day_with_its_own_date_beside(book: Store, cash: int) -> None:
    book.run(commands.close_day, day="2026-11-20")
    entry = book.run(commands.write_entry, account=cash, direction="out", amount=5, day="2026-11-19")
    assert book.look.row("SELECT day, paper_day FROM entry WHERE id = :id", id=entry) == ("2026-11-23", "2026-11-19")
    other = book.run(commands.write_entry, account=cash, direction="out", amount=5, day=date(2026, 11, 21))
    assert book.look.row("SELECT day, paper_day FROM entry WHERE id = :id", id=other) == ("2026-11-21", None)
    sound(book)


def test_nothing_more_is_posted_into_a_closed_day(book: Store, cash: int) -> None:
    entry = book.run(commands.write_entry, account=cash, direction="in", amount=80)
    book.run(commands.close_day, counted={str(cash): 80})
    with pytest.raises(Refusal, match=r"Mon 23 Nov 2026 is closed already"):
        book.run(commands.close_day)
    with pytest.raises(Refusal, match="still to come"):
        book.run(commands.close_day, day="2026-11-24")
    with pytest.raises(Refusal, match="stays closed"):
        book.undo()
    late = book.run(commands.write_entry, account=cash, direction="in", amount=1)
    assert book.look.value("SELECT day FROM entry WHERE id = :id", id=late) == "2026-11-24"
    book.undo()  # the late one
    book.undo(book.look.value("SELECT id FROM step WHERE command = 'write_entry' ORDER BY id LIMIT 1"))
    assert book.look.rows("SELECT day, taken_in FROM account_day WHERE account_id = :cash", cash=cash) == [("2026-11-23", 80), ("2026-11-24", -80)]
    assert book.look.value("SELECT void FROM entry WHERE id = :id", id=entry) == 1
    sound(book)


def test_only_money_is_counted(book: Store, cash: int) -> None:
    with pytest.raises(Refusal, match="Sales holds no money"):
        book.run(commands.close_day, counted={str(account(book, "sales")): 1})
    digest = book.position[1]
    book.run(commands.close_day, counted={str(cash): 3})
    assert book.look.row("SELECT clerk, digest FROM day_close") == ("Ann", digest)
    assert book.look.rows("SELECT account, counted, difference FROM v_day_close ORDER BY account_id") == [("Cash", 3, 3), ("Bank", None, None)]


def test_a_count_of_an_account_that_is_not_on_the_sheet_is_refused(book: Store) -> None:
    gone = book.run(commands.add_account, code="old", name="Old till", kind="cash")
    book.run(commands.change_account, account=gone, closed=1)
    with pytest.raises(Refusal, match="Old till is closed and held nothing") as refused:
        book.run(commands.close_day, counted={str(gone): 0})
    assert refused.value.field == "counted"
    assert book.look.value("SELECT count(*) FROM day_close") == 0


def test_codes_are_unique_and_an_account_with_money_in_it_is_not_closed(book: Store, cash: int) -> None:
    with pytest.raises(Refusal, match="The code cash belongs to Cash"):
        book.run(commands.add_account, code="cash", name="Second", kind="cash")
    book.run(commands.write_entry, account=cash, direction="in", amount=12_34)
    with pytest.raises(Refusal, match=r"still holds 12\.34"):
        book.run(commands.change_account, account=cash, closed=1)
    with pytest.raises(Refusal, match="kind stays"):
        book.run(commands.change_account, account=cash, kind="bank")


def test_the_check_finds_what_is_wrong(book: Store, cash: int) -> None:
    """The control of the rules: each must see a book that was spoilt behind its back."""
    book.run(commands.write_entry, account=cash, direction="in", amount=80)
    book.run(commands.close_day)
    con = book._con
    for table in ("posting", "day_count", "entry", "day_close"):
        for (name,) in con.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)).fetchall():
            con.execute(f"DROP TRIGGER {name}")
    con.execute("UPDATE posting SET amount = 81 WHERE id = 1")
    broken = {finding.rule for finding in check(book.look, queries.RULES) if finding.faults}
    assert broken == {
        "The postings of every entry add up to zero.",
        "The sums of an account's days are those of its postings.",
        "What was written down when a day was closed is what was posted until then.",
    }


def test_records_are_found_by_what_is_remembered_of_them(book: Store, cash: int) -> None:
    from deskbook.books.parties.commands import add_party

    party = book.run(add_party, name="万安达", roles=["customer"])
    entry = book.run(commands.write_entry, account=cash, direction="in", amount=9, party=party, purpose="sale S-0401", document="INV-77")
    line = queries.line_of(book.look, entry)
    for typed in ("s0401", "S-0401", "inv 77", "wad", "万安", "E-2026-0001", "SALE"):
        assert queries.find_records(book.look, typed) == [("ledger", line, "E-2026-0001 万安达", "2026-11-23 sale S-0401")], typed
    assert queries.find_records(book.look, "s0402") == []
    assert queries.same_document(book.look, "INV-77", cash, 9) == "E-2026-0001"
    book.run(commands.correct_entry, entry=entry)
    assert queries.find_records(book.look, "s0401") == []
    assert queries.same_document(book.look, "INV-77", cash, 9) is None


def test_the_lists_read_as_the_book_stands(book: Store, cash: int) -> None:
    from deskbook.core.listing import Ask
    from deskbook.core.window import Window, select

    wrong = book.run(commands.write_entry, account=cash, direction="in", amount=500)
    book.run(commands.write_entry, account=cash, direction="out", amount=30)
    book.run(commands.correct_entry, entry=wrong, amount=400)
    window = Window(book.look, queries.LEDGER, Ask(only=(("account_id", cash),)))
    assert window.totals() == {"taken_in": 400, "paid_out": 30}
    assert Window(book.look, queries.LEDGER, Ask(view="all")).totals() == {"taken_in": 400, "paid_out": 30}
    accounts = Window(book.look, queries.ACCOUNTS, Ask())
    assert accounts.totals() == {"opening": 0, "in_today": 400, "out_today": 30, "balance": 370}
    sql, params = select(queries.ACCOUNTS, Ask())
    assert [row[2] for row in book.look.rows(sql, **params)] == ["Cash", "Bank"]


def test_nothing_is_put_back_unseen_into_a_closed_account(book: Store, cash: int, bank: int) -> None:
    paid = book.run(commands.write_entry, account=bank, direction="in", amount=500_00)
    out = book.run(commands.write_entry, account=bank, direction="out", amount=500_00)
    book.run(commands.change_account, account=bank, closed=True)
    with pytest.raises(Refusal) as refused:
        book.run(commands.correct_entry, entry=out)
    assert (refused.value.field, str(refused.value)) == ("entry", "Bank is closed.")
    book.undo(book.look.value("SELECT step_id FROM change WHERE tbl = 'entry' AND row_id = :out", out=out))  # undo may; then it is seen
    assert ("bank", 1, 500_00) in book.look.rows("SELECT code, closed, balance FROM v_account WHERE money")
    assert [(name, opening) for _id, name, opening, _in, _out in sheet.day_accounts(book.look, "2026-12-24")] == [("Cash", 0), ("Bank", 500_00)]
    sql, params = select(queries.ACCOUNTS, Ask(view="money"))
    assert len(book.look.rows(sql, **params)) == 2
    assert paid
    sound(book)
