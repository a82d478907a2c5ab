"""The review sheet: an order of a kind that has checks waits for each, and says which one is missing."""
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.books.one_book import desk_of, keys
from tests.books.trade import PC, Trade, begin, refused
from tests.ui.seeing import see

from deskbook.books.orders import commands as orders
from deskbook.books.orders import deals
from deskbook.books.orders.deal_card import review_words
from deskbook.books.orders.queries import missing_checks, owed
from deskbook.books.orders.review import pass_check, set_review, unpass_check
from deskbook.books.parties.commands import change_party
from deskbook.core import days
from deskbook.core.store import Store

NAMES = ["drawing", "price", "credit", "delivery day", "packing"]


@pytest.fixture
def trade(book: Store) -> Trade:
    trade = begin(book)
    book.run(set_review, kind="contract", names=NAMES)
    return trade


def test_five_boxes_and_the_last_one_confirms(trade: Trade) -> None:
    order, look = trade.take((trade.board, 2), kind="contract"), trade.book.look
    assert trade.state(order)[0] == "review"
    assert look.value("SELECT count(*) FROM reservation") == 0, "what is in review reserves nothing"
    assert missing_checks(look, order) == NAMES
    assert owed(look, order) == "missing of its review: drawing, price, credit, delivery day, packing"
    assert look.value("SELECT missing FROM v_order WHERE id = :o", o=order) == "drawing, price, credit, delivery day, packing"
    said = refused(lambda: trade.book.run(orders.confirm, order=order))
    assert str(said) == "S-2026-0001 is in review: drawing, price, credit, delivery day, packing missing."
    for name in NAMES[:2] + NAMES[3:]:
        assert trade.book.run(pass_check, order=order, check=name, by="Wu") is False
    assert missing_checks(look, order) == ["credit"]
    assert str(refused(lambda: trade.book.run(orders.confirm, order=order))) == "S-2026-0001 is in review: credit missing."
    assert trade.book.run(pass_check, order=order, check="credit", by="Zhao", note="on the phone") is True
    assert trade.state(order)[0] == "confirmed"
    assert look.value("SELECT sum(qty) FROM reservation") == 2 * PC
    assert [(check.name, check.said_by, check.said_at) for check in deals.checks_of(look, order)][2] == ("credit", "Zhao", "2026-11-23T01:30:00.000Z")
    trade.sound()


def test_a_yes_is_taken_back_while_it_is_in_review_only(trade: Trade) -> None:
    order = trade.take((trade.board, 1), kind="contract")
    trade.book.run(pass_check, order=order, check="price", by="Wu")
    trade.book.run(unpass_check, order=order, check="price", by="Zhao")
    assert missing_checks(trade.book.look, order) == NAMES
    assert refused(lambda: trade.book.run(unpass_check, order=order, check="price", by="Zhao")).field == "check"
    assert refused(lambda: trade.book.run(pass_check, order=order, check="colour", by="Wu")).field == "check"
    assert refused(lambda: trade.book.run(pass_check, order=order, check="price", by="10:12")).field == "by"
    for name in NAMES:
        trade.book.run(pass_check, order=order, check=name, by="Wu")
    assert "its review is over" in str(refused(lambda: trade.book.run(unpass_check, order=order, check="price", by="Zhao")))


def test_what_was_signed_stays_until_somebody_says_no(trade: Trade) -> None:
    order, look, run = trade.take((trade.board, 1), kind="contract"), trade.book.look, trade.book.run
    run(pass_check, order=order, check="price", by="Wu", note="as quoted")
    days.set_clock(lambda: datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    refusal = refused(lambda: run(pass_check, order=order, check="price", by="Zhao"))
    assert refusal.field == "check"
    assert str(refusal) == "Wu said yes to “price” of S-2026-0001 on Mon 23 09:30; that stays until somebody says no to it."
    assert refused(lambda: run(unpass_check, order=order, check="price", by="12")).field == "by"
    run(unpass_check, order=order, check="price", by="Zhao", note="copper rose")
    assert trade.book.sentence(trade.book.position[0]) == "S-2026-0001: Zhao says no to price, to which Wu said yes"
    check = next(check for check in deals.checks_of(look, order) if check.name == "price")
    assert (check.said_by, check.said_at, check.no_by, check.no_at, check.note) == ("", None, "Zhao", "2026-11-24T06:00:00.000Z", "copper rose")
    assert review_words(check, "") == "  missing  Zhao said no  Tue 24 14:00  copper rose"
    assert missing_checks(look, order) == NAMES
    run(pass_check, order=order, check="price", by="Wu")
    check = next(check for check in deals.checks_of(look, order) if check.name == "price")
    assert (check.said_by, check.said_at, check.no_by, check.no_at) == ("Wu", "2026-11-24T06:00:00.000Z", "", None)
    trade.sound()


CHANGES: dict[str, Callable[[Trade], dict[str, Any]]] = {
    "more": lambda _trade: {"qty": 2 * PC},
    "a higher price": lambda _trade: {"price": 4_000_000},
    "another item": lambda trade: {"item": trade.longer},
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_yes_falls_when_what_it_was_said_of_is_changed(trade: Trade, how: str) -> None:
    order, look, run = trade.take((trade.board, 1), kind="contract"), trade.book.look, trade.book.run
    for name in NAMES[:4]:
        run(pass_check, order=order, check=name, by="Wu", note="seen")
    (line,) = trade.lines(order)
    run(orders.change_line, line=line, text="the new one")
    run(orders.change_order, order=order, note="by lorry")
    assert missing_checks(look, order) == ["packing"], "no yes is about a remark"
    before = trade.standing()
    run(orders.change_line, line=line, **CHANGES[how](trade))
    assert missing_checks(look, order) == NAMES
    check = deals.checks_of(look, order)[0]
    assert (check.said_by, check.said_at, check.was_by, check.no_by) == ("", None, "Wu", "")
    assert review_words(check, "") == "  missing  Wu said yes before the order was changed  seen"
    assert run(pass_check, order=order, check="packing", by="Wu") is False
    trade.book.undo()
    trade.book.undo()
    assert trade.standing() == before
    assert missing_checks(look, order) == ["packing"]
    trade.book.redo()
    for name in NAMES:
        run(pass_check, order=order, check=name, by="Zhao")
    assert [(check.said_by, check.was_by) for check in deals.checks_of(look, order)] == [("Zhao", "")] * 5
    run(orders.change_line, line=line, qty=3 * PC)
    assert missing_checks(look, order) == [], "its review is over"
    trade.sound()


@pytest.mark.parametrize("facts", [{"wanted": "2026-12-24"}, {"freight": 5_000}])
def test_a_yes_falls_with_the_day_and_the_freight_too(trade: Trade, facts: dict[str, Any]) -> None:
    order = trade.take((trade.board, 1), kind="contract")
    trade.book.run(pass_check, order=order, check="price", by="Wu")
    trade.book.run(orders.change_order, order=order, **facts)
    assert missing_checks(trade.book.look, order) == NAMES


def test_an_order_says_that_it_is_in_review(trade: Trade) -> None:
    trade.take((trade.board, 1), kind="contract")
    said = "took order S-2026-0001, in review: drawing, price, credit, delivery day, packing missing; from Junye 骏业"
    assert trade.book.sentence(trade.book.position[0]) == said
    trade.take((trade.board, 1), kind="contract", state="draft")
    assert trade.book.sentence(trade.book.position[0]) == "took order S-2026-0002 from Junye 骏业"


def test_kinds_without_checks_and_what_is_past_need_no_review(trade: Trade) -> None:
    assert trade.state(trade.take((trade.board, 1)))[0] == "confirmed"
    assert trade.state(trade.take((trade.board, 1), kind="sample"))[0] == "confirmed"
    assert trade.state(trade.take((trade.board, 1), kind="contract", history=True))[0] == "closed"
    assert refused(lambda: trade.take((trade.board, 1), kind="holiday")).field == "kind"


def test_a_draft_goes_into_review_and_another_kind_brings_its_checks(trade: Trade) -> None:
    order, run = trade.take((trade.board, 1), kind="contract", state="draft"), trade.book.run
    run(orders.confirm, order=order)
    assert trade.state(order)[0] == "review"
    run(pass_check, order=order, check="price", by="Wu")
    run(set_review, kind="sample", names=["price", "freight"])
    run(orders.change_order, order=order, kind="sample")
    assert missing_checks(trade.book.look, order) == ["freight"], "the yes to the price stays"
    run(set_review, kind="sample", names=[])
    assert missing_checks(trade.book.look, order) == ["freight"], "an order under way keeps its sheet"
    run(pass_check, order=order, check="freight", by="Wu")
    assert trade.state(order)[0] == "confirmed"
    assert refused(lambda: run(orders.change_order, order=order, kind="contract")).field == "kind"


def test_a_blocked_customer_stays_in_review(trade: Trade) -> None:
    order, run = trade.take((trade.board, 1), kind="contract"), trade.book.run
    run(change_party, party=trade.junye, block="all")
    for name in NAMES:
        assert run(pass_check, order=order, check=name, by="Wu") is False
    assert trade.state(order)[0] == "review"
    refused(lambda: run(orders.confirm, order=order))
    run(change_party, party=trade.junye, block="")
    run(orders.confirm, order=order)
    assert trade.state(order)[0] == "confirmed"


def test_every_command_is_taken_back(trade: Trade) -> None:
    order, look = trade.take((trade.board, 1), kind="contract"), trade.book.look
    for name in NAMES[1:]:
        trade.book.run(pass_check, order=order, check=name, by="Wu")

    def rows() -> list[object]:
        return [look.rows(f"SELECT * FROM {table} ORDER BY 1") for table in ("review_rule", "review_check", "sales_order", "reservation")]

    for command, facts in (
        (unpass_check, {"order": order, "check": "price", "by": "Zhao"}),
        (set_review, {"kind": "contract", "names": ["price", "credit"]}),
        (orders.change_order, {"order": order, "kind": "sale"}),
        (pass_check, {"order": order, "check": "drawing", "by": "Wu"}),
    ):
        before = rows()
        trade.book.run(command, **facts)
        assert rows() != before, command
        trade.book.undo()
        assert rows() == before, command
    trade.sound()


async def test_the_review_at_the_keys(trade: Trade, tmp_path: Path) -> None:
    trade.book.run(set_review, kind="contract", names=["price", "credit"])
    trade.take((trade.board, 1), kind="contract")
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        assert "missing of its review: price, credit" in "\n".join(see(app))
        await keys(pilot, "j", "enter")
        await keys(pilot, "Wu", "enter")
        assert "Wu said yes to price; credit missing" in "\n".join(see(app))
        await keys(pilot, "", "enter")
        shown = "\n".join(see(app))
        assert "✓ Wu" in shown, "as at the check of a shipment, ✓ is done"
        assert "✗" not in shown
        assert "✓ missing" not in shown
        await keys(pilot, "j", "home")
        await keys(pilot, "1")
        assert "Wu said yes to “price”. Who says no to it now?" in "\n".join(see(app))
        await keys(pilot, "Zhao", "enter")
        assert "Zhao says no to price, to which Wu said yes" in "\n".join(see(app))
        await keys(pilot, "j")
        await keys(pilot, "1")
        await keys(pilot, "Wu", "enter")
        await keys(pilot, "j", "enter")
        await keys(pilot, "Zhao", "enter")
        assert trade.book.look.value("SELECT state FROM sales_order") == "confirmed"
        await keys(pilot, "", "escape", "u")
        assert trade.book.look.value("SELECT state FROM sales_order") == "review"


async def test_the_office_says_its_checks_in_the_settings(trade: Trade, tmp_path: Path) -> None:
    app = desk_of(trade.book, tmp_path, "orders")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        app.action_settings()
        await pilot.pause()
        screen: object = app.screen
        from deskbook.books.orders.review_forms import open_review

        open_review(screen)  # type: ignore[arg-type]  # the settings, which nothing here may import
        await pilot.pause()
        await keys(pilot, "", "enter")
        assert "drawing, price, credit," in "\n".join(see(app))
        await keys(pilot, "", "shift+tab")
        await keys(pilot, "sam", "enter")
        assert "drawing, price" not in "\n".join(see(app)), "another kind brings its own checks"
        await keys(pilot, "price,colour", "enter")
        assert deals.rules_of(trade.book.look) == {"contract": NAMES, "sample": ["price", "colour"]}
