"""The budget: how many keys a job takes from Today until it is saved, besides the characters of the facts themselves."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.desk import at_the_desk
from tests.ui.seeing import see


async def test_an_order_with_two_lines_takes_eleven_keys(tmp_path: Path) -> None:
    """5 + 3n: go, orders, new, the customer; item, quantity, price a line; save."""
    async with at_the_desk(tmp_path) as hands:
        before = hands.value("SELECT max(id) FROM sales_order")
        await hands.press("g", "o", "n")
        await hands.type("wanda")
        await hands.press("enter")
        for item, qty in (("HSK-40", "3"), ("CON-6P", "10")):
            await hands.type(item)
            await hands.press("enter")
            await hands.type(qty)
            await hands.press("enter", "enter")
        await hands.press("f2")
        await hands.pilot.pause(0.3)
        assert hands.keys == 5 + 3 * 2
        order = hands.value("SELECT max(id) FROM sales_order")
        assert order == before + 1
        assert hands.value("SELECT customer FROM v_order WHERE id = :id", id=order) == "Wanda Lighting"
        lines = hands.store.look.rows("SELECT code, qty, price FROM v_order_line WHERE order_id = :id ORDER BY pos", id=order)
        prices: dict[str, int] = dict(hands.store.look.rows("SELECT code, list_price FROM v_item"))
        assert lines == [("HSK-40", 3000, prices["HSK-40"]), ("CON-6P", 10000, prices["CON-6P"])]


async def test_an_order_found_checked_and_shipped_takes_four_keys_and_one_a_line(tmp_path: Path) -> None:
    """4 + n: find it by its number, make the shipment, one key a line, ship."""
    async with at_the_desk(tmp_path) as hands:
        sql = (
            "SELECT o.no, o.id, o.lines FROM v_order o WHERE o.state = 'confirmed' AND o.fulfil = 'none'"
            " AND NOT EXISTS (SELECT 1 FROM shipment h WHERE h.order_id = o.id AND h.void = 0)"
            " AND NOT EXISTS (SELECT 1 FROM v_order_line l JOIN v_stock s ON s.id = l.item_id"
            " WHERE l.order_id = o.id AND (s.shelf < l.qty OR l.short_closed > 0))"
            " ORDER BY o.lines DESC, o.id LIMIT 1"
        )
        row = hands.store.look.row(sql)
        assert row is not None
        no, order, n = row
        await hands.press("slash")
        await hands.type(no)
        await hands.press("enter", "m")
        await hands.pilot.pause(0.4)
        for code, qty in hands.store.look.rows("SELECT code, qty FROM v_shipment_line WHERE order_id = :id ORDER BY pos", id=order):
            assert qty > 0
            await hands.type(str(code))
            await hands.press("enter")
        await hands.press("f2")
        await hands.pilot.pause(0.4)
        assert hands.keys == 4 + n
        axes = hands.value("SELECT state || fulfil || bill FROM v_order WHERE id = :id", id=order)
        assert axes == "confirmedallall"  # sent and billed; it closes when it is paid
        assert hands.value("SELECT state FROM v_shipment WHERE order_id = :id", id=order) == "shipped"


async def test_a_day_book_line_takes_seven_keys(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        before = hands.value("SELECT max(id) FROM entry")
        await hands.press("g", "l", "n")
        await hands.type("12*35.5")
        await hands.press("enter")
        await hands.type("wanda")
        await hands.press("enter")
        await hands.type("samples")
        await hands.press("enter", "f2")
        await hands.pilot.pause(0.3)
        assert hands.keys == 7
        entry = hands.value("SELECT max(id) FROM entry")
        assert entry == before + 1
        found = hands.store.look.row("SELECT taken_in, party, purpose FROM v_ledger WHERE entry_id = :id", id=entry)
        assert found == (42600, "Wanda Lighting", "samples")


async def test_a_task_is_ticked_with_one_key_and_taken_back_with_another(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        done = "SELECT count(*) FROM task WHERE done_at IS NOT NULL"
        before = hands.value(done)
        await hands.press("space")
        assert hands.keys == 1
        assert hands.value(done) == before + 1
        await hands.press("u")
        assert hands.keys == 2
        assert hands.value(done) == before


async def test_the_view_on_the_screen_is_exported_with_two_keys(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        await hands.press("g", "w")
        before = hands.keys
        await hands.press("x", "c")
        for _n in range(50):
            await hands.pilot.pause(0.1)
            if "low" in hands.app.said.words.lower():
                break
        assert hands.keys - before == 2
        assert ".csv" in hands.app.said.words


async def test_any_record_is_found_by_a_fragment_with_two_keys(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        await hands.press("ctrl+p")
        await hands.type("brightfield")
        await hands.pilot.pause(0.5)
        await hands.press("enter")
        await hands.pilot.pause(0.5)
        assert hands.keys == 2
        assert any("Brightfield Instruments" in line for line in see(hands.app))


async def test_price_stock_and_next_arrival_of_an_item_take_two_keys_from_anywhere(tmp_path: Path) -> None:
    """Also in Chinese, by the pinyin initials of its word."""
    async with at_the_desk(tmp_path, language="zh") as hands:
        await hands.press("g", "l")
        before = hands.keys
        await hands.press("ctrl+p")
        await hands.type("bvm7710")
        await hands.pilot.pause(0.5)
        await hands.press("enter")
        await hands.pilot.pause(0.5)
        assert hands.keys - before == 2
        shown = "\n".join(see(hands.app))
        price = hands.value("SELECT list_price FROM v_item WHERE code = 'BVM7-710'")
        assert f"{price // 10000}.{price % 10000 // 100:02d}" in shown
        assert "BVM7-710" in shown


async def test_price_stock_and_next_arrival_take_two_keys_from_today_and_one_from_the_line_of_an_order(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        price, available = hands.store.look.row("SELECT list_price, available FROM v_stock WHERE code = 'HSK-40'") or (0, 0)
        await hands.press("ctrl+o")
        await hands.type("hsk40")
        await hands.press("enter")
        await hands.pilot.pause(0.5)
        assert hands.keys == 2
        first = "\n".join(see(hands.app))
        await hands.press("escape", "g", "o", "n")
        await hands.type("wanda")
        await hands.press("enter")
        await hands.type("HSK-40")
        await hands.press("enter", "enter")
        before = hands.keys
        await hands.press("ctrl+o")
        await hands.pilot.pause(0.3)
        assert hands.keys - before == 1
        for shown in (first, "\n".join(see(hands.app))):
            lines = [" ".join(line.lstrip("▌ ").split()) for line in shown.split("\n")]
            assert f"list price {price // 10000}.{price % 10000 // 100:02d}" in lines
            assert any(line.startswith(f"available {available // 1000} ") for line in lines)
            assert any(line.startswith("next arrival ") for line in lines)


async def test_every_book_is_two_keys_from_today(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as hands:
        for book in hands.app.books[1:-1]:
            await hands.press("g", book.letter)
            await hands.pilot.pause(0.1)
            assert hands.app.current_mode == book.name
            await hands.press("g", "t")


async def test_a_payment_that_settles_the_oldest_claim_takes_six_keys(tmp_path: Path) -> None:
    """Go, payments, new, the customer, the amount, whereupon what it settles is seen, save."""
    async with at_the_desk(tmp_path) as hands:
        sql = (
            "SELECT w.claim_id, w.open FROM owed w JOIN party p ON p.id = w.party_id"
            " WHERE p.name = 'Wanda Lighting' AND w.side = 'receivable' AND w.open > 0 ORDER BY w.due, w.claim_id LIMIT 1"
        )
        oldest = hands.store.look.row(sql)
        assert oldest is not None
        claim, open_ = oldest
        before = hands.value("SELECT coalesce(max(id), 0) FROM payment")
        await hands.press("g", "v", "n")
        await hands.type("wanda")
        await hands.press("enter")
        await hands.type(f"{open_ // 100}.{open_ % 100:02d}")
        await hands.press("enter")
        await hands.pilot.pause(0.3)
        no = hands.value("SELECT no FROM claim WHERE id = :claim", claim=claim)
        assert f"settles {no} " in " ".join(" ".join(see(hands.app)).split())
        assert hands.value("SELECT max(id) FROM payment") == before
        await hands.press("enter")
        await hands.pilot.pause(0.3)
        assert hands.keys == 6
        row = hands.store.look.row("SELECT id, party, taken_in, state FROM v_payment ORDER BY id DESC LIMIT 1")
        assert row == (before + 1, "Wanda Lighting", open_, "settled")
        assert hands.value("SELECT open FROM owed WHERE claim_id = :claim", claim=claim) is None
