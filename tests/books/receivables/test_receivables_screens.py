"""What is owed, payments, ageing and chasing driven by keys."""

from __future__ import annotations

from pathlib import Path

from tests.books.one_book import desk_of, keys
from tests.books.receivables.money import Money, at
from tests.ui.seeing import see
from textual.pilot import Pilot

from deskbook.app import DeskApp
from deskbook.books.receivables import chasing, notes
from deskbook.core.listing import Ask
from deskbook.ui.card import CardScreen
from deskbook.ui.confirm import AskText, Choose, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.list_screen import ListScreen

BOOKS = ("claims", "payments", "ageing", "chase", "notices", "parties")


def desk(money: Money, tmp_path: Path, first: str) -> DeskApp:
    """A desk that opens with one of the books."""
    money.book.turn_day()
    return desk_of(money.book, tmp_path, first, *(name for name in BOOKS if name != first))


def lines(app: DeskApp, *words: str) -> list[str]:
    """The lines of the screen that hold all the words."""
    return [line for line in see(app) if all(word in line for word in words)]


async def settled(pilot: Pilot[None], seconds: float = 0.15) -> None:
    """After the cursor's rest."""
    await pilot.pause(seconds)


async def press(pilot: Pilot[None], *names: str) -> None:
    """Keys, with a moment after each."""
    for name in names:
        await pilot.press(name)
        await pilot.pause(0.05)


async def test_a_payment_shows_what_it_settles_before_it_is_saved(money: Money, tmp_path: Path) -> None:
    money.owe(50_000, due="2026-11-10")
    money.owe(20_000, due="2026-11-20")
    app = desk(money, tmp_path, "payments")
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "n")
        assert isinstance(app.screen, FormScreen)
        await keys(pilot, "jun")
        await settled(pilot)
        await press(pilot, "enter")
        assert lines(app, "owes 700.00; 700.00 of it overdue")
        await keys(pilot, "600")
        await settled(pilot)
        shown = " ".join(" ".join(see(app)).split())
        assert "settles I-2026-0001 500.00, I-2026-0002 100.00 of it" in shown
        await press(pilot, "enter")  # it goes on to the note, and saves there
        assert isinstance(app.screen, FormScreen)
        assert money.balance() == 70_000
        assert "settles I-2026-0001 500.00, I-2026-0002 100.00 of it" in " ".join(" ".join(see(app)).split())
        await press(pilot, "enter")
        await settled(pilot)
        assert isinstance(app.screen, ListScreen)
        assert lines(app, "M-2026-0001", "Junye", "600.00")
        assert "600.00 from Junye for I-2026-0001, I-2026-0002" in app.said.words
    assert money.balance() == 10_000


async def test_a_day_more_than_a_year_back_is_asked_about_once(money: Money, tmp_path: Path) -> None:
    money.owe(50_000, due="2026-11-10")
    app = desk(money, tmp_path, "payments")
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "n")
        await keys(pilot, "jun")
        await settled(pilot)
        await press(pilot, "enter")
        await keys(pilot, "600")
        await press(pilot, "tab", "tab")  # past the account, to the day
        await keys(pilot, "20200101")
        await press(pilot, "f2")
        assert lines(app, "! Wed 1 Jan 2020 is more than a year ago.")
        assert lines(app, "F2 saves all the same.")
        assert money.balance() == 50_000
        await press(pilot, "f2")
        await settled(pilot)
    assert money.balance() == -10_000
    assert money.book.look.value("SELECT day FROM payment") == "2020-01-01"


async def test_a_small_difference_is_asked_about_and_no_is_the_answer_of_enter(money: Money, tmp_path: Path) -> None:
    claim = money.owe(10_000, due="2026-11-10")
    app = desk(money, tmp_path, "payments")
    async with app.run_test(size=(100, 30)) as pilot:
        for _answer in ("enter", "y"):
            await press(pilot, "n")
            await keys(pilot, "jun")
            await settled(pilot)
            await press(pilot, "enter")
            await keys(pilot, "99.65")
            await press(pilot, "f2")
            await settled(pilot)
            assert isinstance(app.screen, Confirm)
            assert lines(app, "0.35 is missing of I-2026-0001: give it up?")
            await press(pilot, _answer)
            await settled(pilot)
            if _answer == "enter":
                assert money.open(claim) == 35
                await press(pilot, "u")
                await settled(pilot)
                assert money.open(claim) == 10_000
    assert (money.open(claim), money.balance()) == (0, 0)


async def test_marked_claims_are_paid_together_and_those_of_two_parties_are_not(money: Money, tmp_path: Path) -> None:
    one, two, three = (money.owe(10_000 * n, due=f"2026-11-0{n}") for n in (1, 2, 3))
    other = money.owe(5_000, due="2026-11-04", party=money.anka)
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        assert lines(app, "Junye owes 600.00, 600.00 of it overdue")
        await press(pilot, "down", "space", "space", "p")
        assert isinstance(app.screen, FormScreen)
        await settled(pilot)
        assert lines(app, "500.00")
        await press(pilot, "f2")
        await settled(pilot)
        assert [money.open(claim) for claim in (one, two, three)] == [10_000, 0, 0]
        await press(pilot, "home", "space", "space", "p")
        assert "of several parties" in app.said.words
    assert money.open(other) == 5_000


async def test_each_claim_gets_what_is_written_beside_it(money: Money, tmp_path: Path) -> None:
    one, two = money.owe(10_000, due="2026-11-01"), money.owe(20_000, due="2026-11-02")
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        await press(pilot, "k")
        assert lines(app, "I-2026-0001", "100.00")
        assert lines(app, "sum 300.00")
        await press(pilot, "f2")
        await settled(pilot)
    assert (money.open(one), money.open(two), money.balance()) == (0, 0, 0)


async def test_what_settled_a_claim_is_let_go(money: Money, tmp_path: Path) -> None:
    claim = money.owe(10_000, due="2026-11-01")
    money.pay(4_000)
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "r")
        assert isinstance(app.screen, Choose)
        await press(pilot, "1")
        await settled(pilot)
        assert money.open(claim) == 10_000
        await press(pilot, "enter")
        await settled(pilot)
        assert isinstance(app.screen, CardScreen)
        assert lines(app, "M-2026-0001", "40.00", "payment", "let go")


async def test_the_ageing_moves_by_months_and_every_figure_opens(money: Money, tmp_path: Path) -> None:
    at("2026-06-30")
    for due in ("2026-06-30", "2026-06-29", "2026-05-31", "2026-05-30"):
        money.owe(100_000, day="2026-04-15", due=due)
    money.pay(30_000, allocate=False)
    app = desk(money, tmp_path, "ageing")
    async with app.run_test(size=(140, 30)) as pilot:
        await settled(pilot)
        assert lines(app, "as of Tue 30", "✓ day book")
        assert lines(app, "Junye", "1,000.00", "2,000.00", "1,000.00", "-300.00", "3,700.00")
        await press(pilot, "1")
        await settled(pilot)
        assert [bool(lines(app, f"I-2026-000{n}")) for n in (1, 2, 3, 4)] == [False, True, True, False]
        assert lines(app, "sum", "2,000.00")
        await press(pilot, "enter")
        await settled(pilot, 0.3)
        assert isinstance(app.screen, CardScreen)
        await press(pilot, "escape", "escape", "left_square_bracket")
        await settled(pilot)
        assert lines(app, "as of 31 May")
        assert lines(app, "Junye", "3,000.00", "1,000.00", "4,000.00")
        await press(pilot, "b")
        await settled(pilot)
        assert lines(app, "by customer, by document day")
        assert lines(app, "Junye", "4,000.00")
        await press(pilot, "w", "t")
        await settled(pilot)
        assert lines(app, "by salesperson, by document day", "as of Tue 30")
        assert lines(app, "Zhang", "3,700.00")


async def test_a_notice_goes_out_when_what_lies_aside_is_faced(money: Money, tmp_path: Path) -> None:
    at("2026-05-01")
    claim = money.owe(100_000, due="2026-05-01")
    at("2026-05-12")
    money.pay(5_000, allocate=False)
    app = desk(money, tmp_path, "chase")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert lines(app, "level 1 now; 50.00 not allocated; 138 1234 5678")
        await press(pilot, "i", "y")
        await settled(pilot)
        assert isinstance(app.screen, AskText)
        assert lines(app, "50.00 of Junye is not allocated")
        await press(pilot, "escape", "a")
        await settled(pilot)
        assert money.open(claim) == 95_000
        await press(pilot, "i")
        assert lines(app, "Issue notices over 950.00?")
        await press(pilot, "y")
        await settled(pilot)
        assert "issued N-2026-0001 over 950.00" in app.said.words
        await press(pilot, "j")
        await settled(pilot, 0.3)
        assert type(app.screen).__name__ == "NoticesScreen"
        assert lines(app, "N-2026-0001", "Junye", "950.00")
        await press(pilot, "enter")
        await settled(pilot)
        assert lines(app, "Perhaps it was overlooked")


async def test_the_card_says_what_to_say(money: Money, tmp_path: Path) -> None:
    at("2026-05-01")
    claim = money.owe(100_000, due="2026-05-01", party=money.anka)
    money.book.run(chasing.promise, claims=[claim], until="2026-05-05")
    at("2026-05-12")
    money.book.run(notes.give_credit, party=money.anka, amount=700, reason="rebate")
    app = desk(money, tmp_path, "chase")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert lines(app, "! cash only; level 1 now; 7.00 not allocated")
        await press(pilot, "enter")
        await settled(pilot)
        for words in (
            "cash only",
            "a payment past due, 1,000.00",
            "7.00 came and is not allocated yet",
            "A promise was not kept.",
            "promised for",
            "broken",
        ):
            assert lines(app, words), words
        await press(pilot, "escape", "h")
        await keys(pilot, "scratched", "f2")
        await settled(pilot)
        assert lines(app, "0 of 1")


async def test_levels_are_changed_where_they_are_shown(money: Money, tmp_path: Path) -> None:
    money.owe(100, due="2026-11-01")
    app = desk(money, tmp_path, "chase")
    async with app.run_test(size=(140, 30)) as pilot:
        await settled(pilot)
        await press(pilot, "z")
        await settled(pilot)
        assert lines(app, "21", "10")
        await press(pilot, "enter", "backspace")
        await keys(pilot, "9", "f2")
        await settled(pilot)
        assert money.book.look.value("SELECT days FROM chase_level WHERE level = 1") == 9
        assert str(money.book.look.value("SELECT zh FROM chase_level WHERE level = 1")).startswith("可能")


async def test_a_party_s_card_says_what_it_owes(money: Money, tmp_path: Path) -> None:
    money.owe(100_000, due="2026-11-01")
    money.pay(2_500, allocate=False)
    app = desk(money, tmp_path, "parties")
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        app.open_card("parties", money.junye)
        await settled(pilot, 0.3)
        assert lines(app, "owes us", "1,000.00", "1,000.00 of it overdue")
        assert lines(app, "not allocated", "25.00")


async def test_the_account_of_a_party_opens_from_its_claim(money: Money, tmp_path: Path) -> None:
    money.owe(100_000, due="2026-11-01")
    money.pay(2_500)
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        await press(pilot, "v")
        await settled(pilot)
        assert lines(app, "Account", "Junye")
        assert lines(app, "I-2026-0001", "sale", "1,000.00", "1,000.00")
        assert lines(app, "M-2026-0001", "payment", "-25.00", "975.00")
        await press(pilot, "down", "enter")
        await settled(pilot, 0.3)
        assert isinstance(app.screen, CardScreen)
        assert lines(app, "M-2026-0001")


async def test_the_number_of_a_suppliers_bill_is_written_with_one_key(money: Money, tmp_path: Path) -> None:
    claim = money.owe(50_000, party=money.hongda)
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(100, 30)) as pilot:
        app.go("claims", Ask(view="payable"))
        await settled(pilot)
        await press(pilot, "i")
        assert isinstance(app.screen, FormScreen)
        assert lines(app, "B-2026-0001", "the number on the bill of Hongda")
        await keys(pilot, "HD-77", "f2")
        await settled(pilot)
        assert lines(app, "B-2026-0001 is their HD-77")
    assert money.book.look.value("SELECT their_no FROM claim WHERE id = :id", id=claim) == "HD-77"
    money.book.undo()
    assert money.book.look.value("SELECT their_no FROM claim WHERE id = :id", id=claim) == ""


async def test_a_claim_of_ours_has_no_bill_of_theirs(money: Money, tmp_path: Path) -> None:
    money.owe(50_000, due="2026-11-10")
    app = desk(money, tmp_path, "claims")
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await press(pilot, "i")
        assert not isinstance(app.screen, FormScreen)
        assert lines(app, "we bill it")


async def test_without_marks_a_notice_takes_all_that_is_to_be_chased_of_the_customer(money: Money, tmp_path: Path) -> None:
    at("2026-05-01")
    oldest, _other, held = (money.owe(amount, due="2026-05-01") for amount in (10_000, 20_000, 40_000))
    young = money.owe(80_000, due="2026-05-10", day="2026-05-01")  # its day has not come: level 1 needs 7 days
    marked = money.owe(5_000, due="2026-05-01", party=money.anka)
    money.owe(6_000, due="2026-05-01", party=money.anka)
    money.book.run(chasing.dispute, claims=[held], reason="scratched")
    at("2026-05-12")
    app = desk(money, tmp_path, "chase")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.go("chase", Ask(view="all"), row=young)
        await settled(pilot)
        await press(pilot, "i")
        assert lines(app, "Issue notices over 2 claims, 300.00 in all?")
        await press(pilot, "y")
        await settled(pilot)
        assert "issued N-2026-0001 over 2 claims, 300.00 in all" in app.said.words
        assert money.book.look.rows("SELECT claim_id FROM notice_claim ORDER BY 1") == [(oldest,), (oldest + 1,)]
        app.go("chase", Ask(view="all"), row=marked)
        await settled(pilot)
        await press(pilot, "space", "i")  # one mark: that claim alone
        assert lines(app, "Issue notices over 50.00?")
        await press(pilot, "y")
        await settled(pilot)
        assert "issued N-2026-0002 over 50.00" in app.said.words
    money.sound()


async def test_printing_without_marks_takes_the_same_claims(money: Money, tmp_path: Path) -> None:
    at("2026-05-01")
    for amount in (10_000, 20_000):
        money.owe(amount, due="2026-05-01")
    money.owe(40_000, due="2026-05-01", party=money.anka)
    at("2026-05-12")
    money.book.turn_day()
    app = desk_of(money.book, tmp_path, "chase", "notices", "papers")
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "down", "P")
        assert lines(app, "Notices over 2 claims, 300.00 in all: on which paper?")
        await press(pilot, "enter")
        await settled(pilot, 0.5)
        assert "issued N-2026-0001 over 2 claims, 300.00 in all; the page is printed" in app.said.words
    assert money.book.look.value("SELECT count(*) FROM printing WHERE kind = 'notice'") == 1


async def test_the_ageing_of_a_past_day_counts_the_rows_of_that_day(money: Money, tmp_path: Path) -> None:
    at("2026-10-01")
    money.owe(10_000, due="2026-10-10")
    money.owe(20_000, due="2026-10-10", party=money.anka)
    money.owe(30_000, due="2026-10-20", party=money.anka)
    at("2026-11-23")
    money.pay(10_000)
    app = desk(money, tmp_path, "ageing")
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        assert see(app)[1].split()[-1] == "1"  # Anka alone owes
        await press(pilot, "left_square_bracket")
        await settled(pilot)
        assert see(app)[1].split()[-2] != "of"
        assert see(app)[1].split()[-1] == "2"
        await press(pilot, "enter")  # Anka's two claims, the whole of its figure
        await settled(pilot)
        assert see(app)[1].split()[-1] == "2"
        assert see(app)[1].split()[-2] != "of"
