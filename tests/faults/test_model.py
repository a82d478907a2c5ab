"""Thousands of steps through the book and a plain model of it, side by side; and planted bugs that this must find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.asking import ASKED
from tests.faults.beside import COMMANDS
from tests.faults.bugs import BUGS, HELD
from tests.faults.walk import Walk

STEPS = int(os.environ.get("DESKBOOK_STEPS", "5000"))
SEED = int(os.environ.get("DESKBOOK_SEED", "710"))
WALKS = max(8, STEPS // 1000)
FEW = ("an order's amount is cut off, not rounded", "undo asks nobody", "what left is still reserved", "the open day is always today")
"""Of the planted bugs, those that every run looks for; the others with -m slow."""


def test_every_command_is_asked() -> None:
    assert set(ASKED) <= set(COMMANDS)
    later = {"record_history", "order_wanted", "review_minimum"}  # shown by tests of their own
    from deskbook.books.items import commands as items
    from deskbook.books.items import substitutes
    from deskbook.books.ledger import commands as ledger
    from deskbook.books.orders import commands as orders
    from deskbook.books.parties import commands as parties
    from deskbook.books.purchases import commands as purchases
    from deskbook.books.shipments import commands as shipments
    from deskbook.books.stock import commands as stock
    from deskbook.books.tasks import commands as tasks

    public = {
        name
        for module in (parties, items, substitutes, stock, purchases, orders, shipments, ledger, tasks)
        for name, function in vars(module).items()
        if not name.startswith("_")
        and callable(function)
        and list(getattr(function, "__annotations__", {}))[:1] == ["tx"]
        and function.__module__ == module.__name__
    }
    helpers = {"fits", "item_of", "move", "missing", "party_as", "committed", "repoint", "standing"}
    helpers |= {"account_for", "post", "post_mirror", "money_account", "settle_prices", "review_names", "priced"}
    assert public - helpers - later <= set(ASKED)


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
    assert walk.done["redo"] > 2


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
    found = hunt(tmp_path, 400, 8)
    print(f"\n{name}: {found}")
    assert found


@pytest.mark.slow
def test_without_a_bug_the_hunt_finds_none(tmp_path: Path) -> None:
    assert hunt(tmp_path, 700, 40) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BUGS if name not in FEW])
def test_every_planted_bug_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    found = hunt(tmp_path, 700, 40 if name not in HELD else 12)
    print(f"\n{name}: {found}")
    assert bool(found) != (name in HELD), HELD.get(name, "it was not found")
