"""Thousands of steps through the book and a plain model of it, side by side; and planted bugs that this must find."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.asking import ASKED
from tests.faults.beside import COMMANDS, named_above
from tests.faults.bugs import BUGS, HELD
from tests.faults.bugs_deals import DEALS, DEALS_HELD
from tests.faults.bugs_money import MONEY, MONEY_HELD
from tests.faults.model.office import Office
from tests.faults.walk import Walk

STEPS = int(os.environ.get("DESKBOOK_STEPS", "3600"))
SEED = int(os.environ.get("DESKBOOK_SEED", "710"))
WALKS = 6
LONG, LEG = 20_000, 1000
"""Steps of the long walk, and how many of them one book sees."""
OFTEN, BACK = 10, 2
"""How many times the long walk must have done each command, and taken it back."""
ALL_BUGS, ALL_HELD = BUGS | MONEY | DEALS, HELD | MONEY_HELD | DEALS_HELD
FOUND_IN, HELD_FOR = 20_000, 2000
"""Steps until a planted bug must be found; and for how many one must not be that another rule holds."""
FEW = ("undo asks nobody", "what left is still reserved", "a bounced payment leaves its claim settled", "a return is credited twice")
"""Of the planted bugs, those that every run looks for; the others with -m slow."""
SHARED = """standing item_of move missing party_as committed repoint settle_prices account_for post post_mirror money_account review_names priced
 reopen_if_open refuse_billed refuse_less_freight billed_whole bill_shipment bill_confirmed bill_change credit_cancelled bill_receipt
 bill_ordered credit_rest raise_claim settle_by_credit settle_by_deposit stand_on payment_of claim_of settled_orders own_order picked posted_on
 settle let_go forgive return_of stand_on_sent delete_line insert_line line_of open_order order_of rewrite_line write_line"""
IMPORTED = {
    "record_history": "shown by tests/books/shipments and by the real data of tests/exchange",
    "bill_history": "shown by tests/books/orders and by the real data of tests/exchange",
    "close_if_done": "done by every command that ends an order, and by importers",
}
"""What only importers run by itself, and where it is shown."""
LEFT_OUT = {*SHARED.split(), *IMPORTED}
"""Functions that write and are no step of their own: other commands do them, and these are walked."""


def test_every_command_is_walked() -> None:
    assert set(COMMANDS) - LEFT_OUT == set(ASKED), "a new command wants its place in the model and in the walk"
    assert set(COMMANDS) >= LEFT_OUT
    assert all(hasattr(Office, name) for name in ASKED)


def test_nothing_that_a_screen_runs_is_left_out_of_the_walk() -> None:
    by_hand, imported = named_above()
    assert by_hand <= set(ASKED)
    assert imported - set(ASKED) == set(IMPORTED)


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
def test_book_and_model_stand_alike(seed: int, tmp_path: Path) -> None:
    walk = Walk(tmp_path / "book.desk", seed)
    walk.go(-(-STEPS // WALKS))
    walk.book.close()
    taken = sum(count for name, count in walk.done.items() if not name.endswith("refused"))
    refused = sum(walk.done.values()) - taken
    print(f"\nseed {seed}: {walk.n} steps, {taken} taken, {refused} rightly refused, {len([n for n in walk.done if 'refused' not in n])} kinds")
    assert taken > walk.n // 5
    assert walk.done["undo"] > 5
    assert walk.done["redo"]


@pytest.mark.slow
def test_book_and_model_stand_alike_for_long(tmp_path: Path) -> None:
    """Walks on where one failed, so that all that differs is told at once."""
    done, undone, failed = Counter[str](), Counter[str](), list[str]()
    first = SEED + 290 if SEED == 710 else SEED
    for seed in range(first, first + LONG // LEG):
        walk = Walk(tmp_path / f"{seed}.desk", seed)
        try:
            walk.go(LEG)
        except AssertionError as error:
            failed.append(str(error))
        finally:
            walk.book.close()
            done += walk.done
            undone += walk.undone
    for name in sorted(ASKED, key=lambda name: done[name]):
        print(f"{done[name]:6} done {done[f'{name} refused']:6} rightly refused {undone[name]:6} taken back  {name}")
    print({how: done[how] for how in ("undo", "redo", "undo_with_later", "undo refused", "undo_with_later refused")})
    assert not failed, "\n\n".join(failed)
    assert {name: done[name] for name in ASKED if done[name] < OFTEN} == {}
    assert {name: undone[name] for name in ASKED if undone[name] < BACK} == {"close_day": 0}, "all but the close of a day can be taken back"


def hunt(folder: Path, leg: int, most: int) -> tuple[str, int]:
    """Walk until something differs, but not for more steps than that; what it was, or nothing, and after how many."""
    steps, seed = 0, SEED
    while steps < most:
        try:
            walk = Walk(folder / f"{seed}.desk", seed, every=25)
            walk.go(min(leg, most - steps))
        except Exception as error:  # whatever stops the walk is a find
            return f"{type(error).__name__} {error}".splitlines()[0], steps + (walk.n if "walk" in locals() and walk.seed == seed else 0)
        finally:
            if "walk" in locals():
                walk.book.close()
        steps += walk.n
        seed += 1
    return "", steps


@pytest.mark.parametrize("name", FEW)
def test_planted_bugs_are_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ALL_BUGS[name](monkeypatch)
    found, steps = hunt(tmp_path, 500, 4000)
    print(f"\n{name}: after {steps} steps, {found}")
    assert found


@pytest.mark.parametrize("name", ALL_BUGS)
def test_every_bug_has_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ALL_BUGS[name](monkeypatch)  # which fails where the words it changes are gone


@pytest.mark.slow
def test_without_a_bug_the_hunt_finds_none(tmp_path: Path) -> None:
    assert hunt(tmp_path, 600, FOUND_IN) == ("", FOUND_IN)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL_BUGS if name not in FEW])
def test_every_planted_bug_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ALL_BUGS[name](monkeypatch)
    found, steps = hunt(tmp_path, 600, FOUND_IN if name not in ALL_HELD else HELD_FOR)
    print(f"\n{name}: after {steps} steps, {found}")
    assert bool(found) != (name in ALL_HELD), ALL_HELD.get(name, "it was not found")
