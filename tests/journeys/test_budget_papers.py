"""The budget of papers: printing what is under the cursor, and where its paper lies."""

from __future__ import annotations

from pathlib import Path

from deskbook.books.documents.forms import PRINTS
from tests.journeys.desk import at_the_desk
from tests.ui.seeing import see


async def test_what_is_under_the_cursor_is_printed_with_two_keys(tmp_path: Path) -> None:
    """Quote, contract, delivery note, receipt, statement and day sheet, each from its list; the payment notice is in the tests of chasing."""
    async with at_the_desk(tmp_path) as hands:
        for letter, book in (("e", "quotes"), ("o", "orders"), ("s", "shipments"), ("v", "payments"), ("D", "ageing"), ("l", "ledger")):
            table = {"quotes": "quote", "shipments": "shipment"}.get(book)
            await hands.press("g", letter)
            if table:  # one that is not void or cancelled
                hands.app.go(book, row=hands.value(f"SELECT max(id) FROM v_{table} WHERE state NOT IN ('void', 'cancelled')"))
                await hands.pilot.pause(0.3)
            if book == "payments":
                hands.app.go(book, row=hands.value("SELECT max(id) FROM payment WHERE side = 'receivable' AND amount > 0 AND void = 0"))
                await hands.pilot.pause(0.3)
            before, printed = hands.keys, hands.value("SELECT count(*) FROM printing")
            await hands.press("P", "enter")
            await hands.pilot.pause(0.4)
            assert hands.keys - before == 2
            assert hands.value("SELECT count(*) FROM printing") == printed + 1, (book, hands.app.said.words)
            assert hands.value("SELECT kind FROM printing ORDER BY id DESC LIMIT 1") == PRINTS[book][0]


async def test_where_the_paper_of_a_record_lies_takes_one_key_and_to_register_it_two(tmp_path: Path) -> None:
    """F, the place, save; then F alone shows it."""
    async with at_the_desk(tmp_path) as hands:
        await hands.press("g", "o")
        order = hands.value("SELECT max(id) FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM paper p WHERE p.book = 'orders' AND p.book_id = o.id)")
        hands.app.go("orders", row=order)
        await hands.pilot.pause(0.3)
        before = hands.keys
        await hands.press("F")
        await hands.pilot.pause(0.3)
        await hands.type("box 77")
        await hands.press("f2")
        await hands.pilot.pause(0.3)
        assert hands.keys - before == 2
        assert hands.value("SELECT place FROM paper WHERE book = 'orders' AND book_id = :order", order=order) == "box 77"
        before = hands.keys
        await hands.press("F")
        await hands.pilot.pause(0.3)
        assert hands.keys - before == 1
        assert "box 77" in "\n".join(see(hands.app))
