"""The rows of one party: its statement, and whatever else has a party, by code or whole name."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.books.conftest import book as book
from tests.books.trade import Trade, begin, refused

from deskbook.books.parties.commands import add_party, change_party, merge_parties
from deskbook.core.store import Store
from deskbook.exchange.export import WHAT, export


@pytest.fixture
def out(book: Store, tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
    """What an export of the book holds, as a program reads it."""

    def read(what: str, **asked: object) -> list[dict[str, str]]:
        path = tmp_path / "out.csv"
        export(book.path, what, path, raw=True, **asked)  # type: ignore[arg-type]  # options of all kinds
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def trade(book: Store) -> Trade:
    """Junye (code JY) got 710.00 and then 355.00 of boards, Anka 35.50."""
    made = begin(book)
    book.run(change_party, party=made.junye, code="JY")
    made.send(made.take((made.board, 2)))
    made.send(made.take((made.bag, 71), customer=made.anka))
    made.send(made.take((made.board, 1)))
    return made


def test_a_statement_is_of_one_party_by_its_code_or_its_whole_name(trade: Trade, out: Callable[..., list[dict[str, str]]]) -> None:
    mine = out("statement", party="jy")
    assert [(row["amount"], row["balance"]) for row in mine] == [("710.00", "710.00"), ("355.00", "1065.00")]
    assert {row["party"] for row in mine} == {"Junye 骏业"}
    assert out("statement", party="Junye 骏业") == mine
    assert out("statement", party="JY", since=date(2026, 11, 24)) == []
    assert [row["balance"] for row in out("statement", party="Anka 安卡")] == ["35.50"]


def test_other_lists_are_chosen_by_their_own_party(trade: Trade, out: Callable[..., list[dict[str, str]]]) -> None:
    assert len(out("orders", party="JY")) == len(out("claims", party="JY")) == len(out("shipments", party="JY")) == 2
    assert [row["code"] for row in out("parties", party="JY")] == ["JY"]


def test_what_was_merged_into_a_party_is_its_own(trade: Trade, out: Callable[..., list[dict[str, str]]]) -> None:
    trade.book.run(merge_parties, keep=trade.junye, gone=trade.anka)
    assert out("statement", party="Anka 安卡") == out("statement", party="JY")
    assert len(out("orders", party="JY")) == 3


def test_what_cannot_be_chosen_says_so(trade: Trade, out: Callable[..., list[dict[str, str]]]) -> None:
    assert "There is no party “Jun”" in str(refused(lambda: out("statement", party="Jun")))
    assert "accounts has no party to choose by" in str(refused(lambda: out("accounts", party="JY")))
    assert "day-sheet is the page of one day; leave out --party." in str(refused(lambda: out("day-sheet", party="JY")))
    trade.book.run(add_party, name="Anka 安卡", roles=["customer"])
    assert "2 parties are called “Anka 安卡”" in str(refused(lambda: out("statement", party="Anka 安卡")))


def test_every_export_knows_whether_it_has_a_party(trade: Trade, out: Callable[..., list[dict[str, str]]]) -> None:
    without = {
        "moves",
        "stock-by-place",
        "accounts",
        "series",
        "lost-months",
        "incident-months",
        "chase-levels",
        "sent-reports",
        "tasks",
        "journal",
        "wordings",
    }
    for what in WHAT:
        if what in without:
            assert "no party" in str(refused(lambda what=what: out(what, party="JY"))), what  # type: ignore[misc]  # mypy infers no lambda with defaults
        else:
            out(what, party="JY")
