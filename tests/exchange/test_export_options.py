"""Every list on a screen has an export of its own, and every option of an export chooses by what it says or is refused by the name that was typed."""

from __future__ import annotations

import csv
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from tests.books.conftest import book as book
from tests.books.trade import begin, refused

import deskbook.books
from deskbook.books.parties.commands import add_party
from deskbook.core.listing import Listing
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.exchange.export import WHAT, export, listing_of
from deskbook.ui.list_screen import ListScreen

LATE, NOBODY = date(2190, 1, 1), "zzqqxx"
CHOICES: dict[str, dict[str, Any]] = {
    "from": {"since": LATE},
    "to": {"until": date(1901, 1, 1)},
    "find": {"find": NOBODY},
    "party": {"party": "New One"},
}
"""Options that leave no row of a book in which nothing has words of gibberish, or is of those days, or of a party that has nothing yet."""


def every(kind: type[ListScreen]) -> set[type[ListScreen]]:
    """All screens that are a kind of one."""
    return {kind, *(found for below in kind.__subclasses__() for found in every(below))}


def test_every_list_on_a_screen_has_an_export() -> None:
    for module in walk_packages(deskbook.books.__path__, "deskbook.books."):
        if "screen" in module.name:
            import_module(module.name)
    shown = [screen.LISTING for screen in every(ListScreen) if screen.__module__.startswith("deskbook.") and hasattr(screen, "LISTING")]
    exported = [rows_of(listing_of(what)) for what in WHAT]
    # A report is exported by `deskbook report`, and their list is its help.
    assert {listing.name for listing in shown if rows_of(listing) not in exported} - {"reports"} == set()
    assert len(shown) > 40


def rows_of(listing: Listing) -> tuple[str, tuple[str, ...]]:
    """What says that two listings have the same rows and columns, whatever they are called."""
    return listing.source, tuple(column.name for column in listing.columns if not column.screen_only)


@pytest.fixture
def sold(book: Store) -> Store:
    """A book in which something was sold, and a customer to whom nothing was."""
    trade = begin(book)
    trade.send(trade.take((trade.board, 2)))
    book.run(add_party, name="New One", roles=["customer"])
    return book


def rows(book: Store, what: str, to: Path, **options: Any) -> int:
    """How many rows an export has."""
    return export(book.path, what, to / "out.csv", **options)[0]


def outcome(book: Store, what: str, to: Path, given: dict[str, Any]) -> int | str:
    """How many rows an export has, or why there is none."""
    try:
        return rows(book, what, to, **given)
    except Refusal as refusal:
        return str(refusal)


def test_every_option_chooses_or_is_refused_by_the_name_that_was_typed(sold: Store, tmp_path: Path) -> None:
    for what in WHAT:
        listing = listing_of(what)
        assert listing.name == what
        for view in listing.views:
            rows(sold, what, tmp_path, view=view.name)
        assert f"{what} has no view “nonsense”" in str(refused(lambda what=what: rows(sold, what, tmp_path, view="nonsense")))  # type: ignore[misc]  # mypy infers no lambda with defaults
        for option, given in CHOICES.items():
            left = outcome(sold, what, tmp_path, given)
            chosen = left == (1 if (what, option) == ("parties", "party") else 0)
            refused_so = isinstance(left, str) and left.startswith(f"{what} has no ") and f"--{option}" in left
            assert chosen or refused_so, (what, option, left)


@pytest.mark.parametrize("option", ["view", "find", "party"])
def test_a_day_sheet_is_one_page(sold: Store, tmp_path: Path, option: str) -> None:
    given = refused(lambda: rows(sold, "day-sheet", tmp_path, **{option: "x"}))
    assert str(given) == f"day-sheet is the page of one day; leave out --{option}."
    many = refused(lambda: rows(sold, "day-sheet", tmp_path, since=date(2026, 1, 1), until=date(2026, 1, 2)))
    assert str(many) == "day-sheet is the page of one day; leave out --from."
    assert rows(sold, "day-sheet", tmp_path, since=date(2026, 1, 2), until=date(2026, 1, 2)) > 3


@pytest.mark.parametrize("what", ["chase", "claim-holds"])
def test_what_is_chased_is_chosen_by_its_days(sold: Store, tmp_path: Path, what: str) -> None:
    assert rows(sold, what, tmp_path, since=date(2026, 1, 1), until=LATE) == rows(sold, what, tmp_path)


def test_the_lines_of_the_ageing_add_up_to_it(sold: Store, tmp_path: Path) -> None:
    whole = tmp_path / "out.csv"

    def cents(what: str, column: str, **options: Any) -> int:
        export(sold.path, what, whole, raw=True, **options)
        with whole.open(encoding="utf-8", newline="") as file:
            return sum(int(row[column].replace(".", "")) for row in csv.DictReader(file))

    for view in ("receivable_due", "receivable_document"):
        assert cents("ageing-lines", "open", view=view) == cents("ageing", "balance", view=view.replace("_", "_party_")) == 71_000
    assert cents("ageing-lines", "open", party="Junye 骏业") == cents("ageing", "balance", party="Junye 骏业") == 71_000
