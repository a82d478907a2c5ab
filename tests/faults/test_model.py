"""Thousands of steps through the book and a plain model of it, side by side; and planted bugs that this must find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.asking import ASKED
from tests.faults.beside import COMMANDS
from tests.faults.bugs import BUGS, HELD
from tests.faults.model.office import Office
from tests.faults.walk import Walk

STEPS = int(os.environ.get("DESKBOOK_STEPS", "3600"))
SEED = int(os.environ.get("DESKBOOK_SEED", "710"))
WALKS = 6
LONG = 20_000
FEW = ("undo asks nobody", "what left is still reserved", "a bounced payment leaves its claim settled", "a return is credited twice")
"""Of the planted bugs, those that every run looks for; the others with -m slow."""
SHARED = """standing item_of move missing party_as committed repoint settle_prices account_for post post_mirror money_account review_names priced
 close_if_done reopen_if_open refuse_billed refuse_less_freight billed_whole bill_shipment bill_confirmed bill_change credit_cancelled bill_receipt
 bill_ordered credit_rest raise_claim settle_by_credit settle_by_deposit stand_on payment_of claim_of settled_orders own_order picked posted_on
 settle let_go forgive return_of stand_on_sent delete_line insert_line line_of open_order order_of rewrite_line write_line"""
LEFT_OUT = dict.fromkeys(SHARED.split(), "no step of its own: other commands do it, and these are walked") | {
    "record_history": "for importers: shown by tests/books/shipments and by the real data of tests/exchange",
    "bill_history": "for importers: shown by tests/books/orders and by the real data of tests/exchange",
    "order_wanted": "what it orders is proposed by a report of low stock: shown by tests/books/purchases",
}
"""Functions that write and are not walked, each with its reason."""


def test_every_command_is_walked() -> None:
    assert set(COMMANDS) - set(LEFT_OUT) == set(ASKED), "a new command wants its place in the model and in the walk"
    assert set(LEFT_OUT) <= set(COMMANDS)
    assert all(hasattr(Office, name) for name in ASKED)


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
@pytest.mark.parametrize("seed", range(20))
def test_book_and_model_stand_alike_for_long(seed: int, tmp_path: Path) -> None:
    walk = Walk(tmp_path / "book.desk", 1000 + seed)
    walk.go(LONG // 20)
    walk.book.close()
    print(f"\nseed {1000 + seed}: {walk.n} steps, {len(walk.done)} kinds of answer")


def hunt(folder: Path, steps: int, seeds: int) -> str:
    """Walk until something differs; what, or nothing."""
    for seed in range(SEED, SEED + seeds):
        try:
            walk = Walk(folder / f"{seed}.desk", seed, every=100)
            walk.go(steps)
        except Exception as error:  # whatever stops the walk is a find
            return f"{type(error).__name__} {error}".splitlines()[0]
        finally:
            if "walk" in locals():
                walk.book.close()
    return ""


@pytest.mark.parametrize("name", FEW)
def test_planted_bugs_are_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    found = hunt(tmp_path, 500, 8)
    print(f"\n{name}: {found}")
    assert found


@pytest.mark.slow
def test_without_a_bug_the_hunt_finds_none(tmp_path: Path) -> None:
    assert hunt(tmp_path, 700, 40) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BUGS if name not in FEW])
def test_every_planted_bug_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    found = hunt(tmp_path, 700, 30 if name not in HELD else 12)
    print(f"\n{name}: {found}")
    assert bool(found) != (name in HELD), HELD.get(name, "it was not found")
