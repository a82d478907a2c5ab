"""What is available, what will be, what to order, and why: RULES R1 and R2."""
from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

import pytest
from tests.books.goods import Goods, day

from deskbook.books.orders.commands import change_order
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases import commands as purchases
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries
from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.window import Window, select


def levels(goods: Goods, item: int) -> dict[int, int]:
    """Days from today to projected pieces."""
    points = queries.projected(goods.book.look, item)
    return {(date.fromisoformat(point.day) - days.today()).days: point.projected // 1000 for point in points}


@pytest.fixture
def vector(goods: Goods) -> Goods:
    """R1: shelf 12, quarantine 4, loan 5; open orders 6 (today) and 10 (day 9)."""
    wang = goods.book.run(add_party, name="Wang", roles=["customer"])
    loan = goods.book.run(stock.add_place, code="wang", name="Wang has", kind="borrower", party=wang)
    goods.open(goods.board, 21)
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=4_000)
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=loan, qty=5_000)
    goods.order(goods.board, 6, due=0)
    goods.order(goods.board, 10, due=9)
    return goods


def test_r1_what_is_projected_and_what_can_be_promised(vector: Goods) -> None:
    look, board = vector.book.look, vector.board
    line = vector.buy(board, 8, promised=5)
    assert levels(vector, board) == {0: 6, 5: 14, 9: 4}
    assert [queries.projected_on(look, board, day(n)) for n in (0, 4, 5, 8, 9, 90)] == [6_000, 6_000, 14_000, 14_000, 4_000, 4_000]
    assert [point.day for point in queries.projected(look, board, day(5))] == [day(0).isoformat(), day(5).isoformat()]
    assert queries.atp(look, board) == 4_000
    vector.book.run(purchases.promise, line=line, promised=day(12))
    assert levels(vector, board) == {0: 6, 9: -4, 12: 4}
    assert queries.atp(look, board) == 0
    assert queries.atp(look, board, day(12)) == 4_000
    owned = look.row("SELECT shelf, quarantine, elsewhere, owned, reserved, available, on_order FROM v_stock WHERE id = :i", i=board)
    assert owned == (12_000, 4_000, 5_000, 21_000, 16_000, -4_000, 8_000)
    vector.holds()


def test_late_orders_count_as_today_late_and_undated_purchases_not_at_all(goods: Goods) -> None:
    goods.open(goods.board, 12)
    goods.order(goods.board, 3, due=-4)
    goods.order(goods.board, 2)
    goods.buy(goods.board, 50, promised=-1)
    goods.buy(goods.board, 60)
    assert levels(goods, goods.board) == {0: 7}
    assert [arrival.words for arrival in queries.arrivals(goods.book.look, goods.board)] == [
        "50 overdue since Sun 22 (Hongda)", "60 on order without a day (Hongda)",
    ]


def test_why_says_it_in_one_line(vector: Goods) -> None:
    assert queries.why(vector.book.look, vector.board) == "Available -4 = shelf 12 − reserved 16; 4 in quarantine; 5 on loan (Wang)"
    line = vector.buy(vector.board, 8, promised=2)
    assert queries.why(vector.book.look, vector.board).endswith("5 on loan (Wang); 8 arrive Wed 25 (Hongda)")
    vector.book.run(purchases.promise, line=line, promised=day(3))
    assert queries.why(vector.book.look, vector.board).endswith("8 arrive Thu 26 (Hongda, promised 2 times)")
    assert queries.why(vector.book.look, vector.item("55")) == "Available 0 = shelf 0"


def test_r2_business_central_maximum_quantity(goods: Goods) -> None:
    item = goods.item("bc", minimum=50, target=100, lead_days=7)
    goods.open(item, 80)
    order = goods.order(item, 70, due=3)
    assert goods.low(item) == ("SOON", 90_000)
    assert queries.proposal(goods.book.look, item) == "target 100 − projected 10 = 90"
    goods.buy(item, 90, promised=5)
    assert goods.low(item) == ("COVERED", 0)
    goods.book.undo()
    goods.book.undo()  # the order of 70 becomes one of 40
    assert goods.book.look.value("SELECT void FROM sales_order WHERE id = :o", o=order) == 1
    goods.order(item, 40, due=3)
    goods.buy(item, 90, promised=5)
    assert goods.low(item) == ("OVER", -30_000)
    assert goods.book.look.value("SELECT projected FROM v_low_stock WHERE id = :i", i=item) == 130_000
    assert queries.proposal(goods.book.look, item) == "projected 130 − most wanted 100 = 30 too many; cut what is on order by 30"


@pytest.mark.parametrize(("forecast", "proposed"), [(10, 30_000), (8, 36_000)])
def test_r2_odoo_multiples(goods: Goods, forecast: int, proposed: int) -> None:
    item = goods.item("odoo", minimum=10, target=40, multiple=6)
    goods.open(item, forecast)
    assert goods.low(item) == ("LOW", proposed)


def test_r2_exactly_the_minimum_alerts_one_more_does_not(goods: Goods) -> None:
    at, over = goods.item("at", minimum=50, target=80), goods.item("over", minimum=50, target=80)
    goods.open(at, 50)
    goods.open(over, 51)
    assert goods.low(at) == ("LOW", 30_000)
    assert goods.low(over) == ("", 0)


def test_r2_never_moved_is_out_and_proposes_to_its_target(goods: Goods) -> None:
    assert goods.low(goods.item("to target", minimum=5, target=20)) == ("OUT", 20_000)
    assert goods.low(goods.item("fixed", minimum=5, reorder=30)) == ("OUT", 35_000)
    assert goods.low(goods.item("bare", minimum=5)) == ("OUT", 5_000)
    assert goods.low(goods.item("none")) == ("not watched", 0)
    assert goods.low(goods.item("gone", minimum=5, discontinued=True)) == ("not watched", 0)


def test_r2_steps_are_printed(goods: Goods) -> None:
    item = goods.item("m", minimum=50, target=100, multiple=12)
    goods.open(item, 10)
    assert goods.low(item) == ("LOW", 96_000)
    assert queries.proposal(goods.book.look, item) == "target 100 − projected 10 = 90; multiple 12 → 96"
    item = goods.item("o", minimum=10, reorder=5, min_order=20)
    goods.open(item, 8)
    assert goods.low(item) == ("LOW", 20_000)
    assert queries.proposal(goods.book.look, item) == "minimum 10 + reorder 5 − projected 8 = 7; least order 20"


def test_r2_what_was_proposed_and_ordered_is_never_over(goods: Goods) -> None:
    item = goods.item("m", minimum=50, target=100, multiple=12, min_order=40, lead_days=5)
    goods.open(item, 49)
    assert goods.low(item) == ("LOW", 60_000)
    goods.buy(item, 60, promised=4)
    assert goods.low(item) == ("COVERED", 0)


def test_r2_severities(goods: Goods) -> None:
    item = goods.item("s", minimum=10, target=30, lead_days=7)
    goods.open(item, 20)
    assert goods.low(item)[0] == ""
    goods.buy(item, 15, promised=6)
    goods.order(item, 5, due=3)  # 15 on the shelf for others, 30 projected
    assert goods.low(item)[0] == ""
    goods.order(item, 6, due=8)  # available 9; in time 30, without the receipt 15: nothing is missing inside the lead time
    assert goods.low(item)[0] == ""
    goods.order(item, 8, due=3)  # available 1; in time 22, without the receipt 7
    assert goods.low(item)[0] == "COVERED"
    goods.order(item, 2, due=3)  # available -1: out, though 20 will be there
    assert goods.low(item) == ("OUT", 0)
    assert "enough is on order" in queries.proposal(goods.book.look, item)


def test_r2_a_receipt_covers_only_on_a_day_inside_the_lead_time(goods: Goods) -> None:
    item = goods.item("c", minimum=10, target=30, lead_days=7)
    goods.open(item, 8)
    line = goods.buy(item, 22)
    assert goods.low(item) == ("LOW", 22_000)
    assert queries.proposal(goods.book.look, item) == "target 30 − projected 8 = 22; 22 on order, late, later or without a day"
    assert queries.to_order(goods.book.look, item) == 0
    for promised, severity in ((8, "LOW"), (7, "COVERED"), (0, "COVERED"), (-1, "LOW")):
        goods.book.run(purchases.promise, line=line, promised=day(promised))
        assert goods.low(item)[0] == severity, promised


def test_r2_the_view_is_the_rule_for_any_item(goods: Goods) -> None:
    """The severities and quantities of the view against the rule in plain Python, over items of every shape."""
    draw = random.Random(5)
    seen = set()
    for n in range(60):
        minimum, lead = draw.randint(0, 20), draw.randint(0, 10)
        target, reorder, multiple, least, overflow = (
            draw.choice([None, draw.randint(low, high)]) for low, high in ((20, 60), (1, 30), (2, 12), (1, 40), (20, 80))
        )
        item = goods.item(
            f"X{n}", minimum=minimum, lead_days=lead, target=target, reorder=reorder, multiple=multiple, min_order=least, overflow=overflow
        )
        shelf = draw.randint(0, 60)
        orders, receipts = ([(draw.randint(1, 20), draw.choice([None, draw.randint(-3, 15)])) for _ in range(draw.randint(0, 3))] for _ in "ab")
        if shelf:
            goods.open(item, shelf)
        for pieces, due in orders:
            goods.order(item, pieces, due)
        for pieces, promised in receipts:
            goods.buy(item, pieces, promised)

        arriving = sum(pieces for pieces, promised in receipts if promised is not None and 0 <= promised <= lead)
        leaving = sum(pieces for pieces, due in orders if due is None or due <= lead)
        available, projected = shelf - sum(pieces for pieces, _due in orders), shelf + arriving - leaving
        goal = target if target is not None else minimum + (reorder or 0)
        ceiling = overflow if overflow is not None else goal + (least or 0) + (multiple or 0) if target is not None or reorder else None
        if available <= 0:
            severity = "OUT"
        elif projected <= minimum:
            due_now = sum(pieces for pieces, due in orders if due is None or due <= 0)
            severity = "LOW" if shelf - due_now <= minimum else "SOON"
        elif ceiling is not None and projected > ceiling:
            severity = "OVER"
        else:
            severity = "COVERED" if available <= minimum and projected - arriving <= minimum else ""
        proposed = 0
        if severity in ("OUT", "LOW", "SOON") and projected <= minimum:
            proposed = max(least or 0, goal - projected, 0)
            proposed = -(-proposed // multiple) * multiple if multiple else proposed
        if severity == "OVER" and ceiling is not None:
            proposed = -min(projected - ceiling, arriving)
        assert goods.low(item) == (severity, proposed * 1000), (n, minimum, target, lead, shelf, orders, receipts)
        seen.add(severity)
    assert seen == {"OUT", "LOW", "OVER", "COVERED", "", "SOON"}
    goods.holds()


def test_soon_is_what_falls_to_the_minimum_within_the_lead_time(goods: Goods) -> None:
    item = goods.item("soon", minimum=10, target=30, lead_days=3)
    goods.open(item, 20)
    order = goods.order(item, 10, due=4)
    assert goods.low(item) == ("", 0)  # after the lead time: there is time yet
    goods.book.run(change_order, order=order, wanted=day(3))
    assert goods.low(item) == ("SOON", 20_000)
    goods.book.run(change_order, order=order, wanted=day(0))
    assert goods.low(item) == ("LOW", 20_000)


def test_an_old_minimum_wants_a_look(goods: Goods) -> None:
    item = goods.item("old", minimum=5)
    goods.open(item, 9)
    goods.book._con.execute("INSERT INTO step(at, clerk, command, facts) VALUES ('9', '', 'test', '{}')")
    goods.book._con.execute("UPDATE item SET minimum_on = '2025-11-22' WHERE id = ?", (item,))
    assert goods.low(item)[0] == "UNREVIEWED"
    goods.book._con.execute("UPDATE item SET minimum_on = '2025-11-23' WHERE id = ?", (item,))
    assert goods.low(item)[0] == ""


def test_alerts_come_most_urgent_first_with_supplier_and_phone(goods: Goods) -> None:
    low, out = goods.item("low", minimum=5), goods.item("out", minimum=5)
    goods.open(low, 4)
    window = Window(goods.book.look, queries.LOW_STOCK, Ask())
    names = [column.name for column in queries.LOW_STOCK.columns]
    rows = [dict(zip(names, (window.row(i) or ())[1:], strict=True)) for i in range(window.count)]
    assert [window.id_at(i) for i in range(window.count)] == [out, low]
    assert [(row["severity"], row["supplier"], row["phone"]) for row in rows] == [
        ("OUT", "Hongda", "0571 8800 1234"), ("LOW", "Hongda", "0571 8800 1234"),
    ]


def test_moves_of_an_item_carry_the_balance_of_the_shelf(goods: Goods) -> None:
    goods.open(goods.board, 12)
    goods.book.run(stock.adjust, item=goods.board, place=goods.shelf, counted=10_000, reason="two broken")
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=goods.quarantine, qty=3_000)
    goods.book.undo()
    moves = queries.moves_at(goods.book.look, goods.board, goods.shelf)
    assert [(m.change, m.after) for m in moves] == [(3_000, 10_000), (-3_000, 7_000), (-2_000, 10_000), (12_000, 12_000)]
    assert moves[0].reverses == moves[1].id
    stand, taken = (select(queries.MOVES, Ask(view=view)) for view in ("", "taken_back"))
    assert [row[0] for row in goods.book.look.rows(stand[0], **stand[1])] == [moves[2].id, moves[3].id]
    assert {row[0] for row in goods.book.look.rows(taken[0], **taken[1])} == {moves[0].id, moves[1].id}


def test_places_are_found(goods: Goods) -> None:
    assert [row[1] for row in queries.find_places(goods.book.look, "quar")] == ["Quarantine"]
    assert queries.find_places(goods.book.look, "quar", ("shelf",)) == []


def test_northwind_below_reorder_level(goods: Goods, shared: Path) -> None:
    ids: dict[int, int] = {}
    with (shared / "data" / "northwind" / "products.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            item = goods.item(f"N{row['ProductID']}", minimum=int(row["ReorderLevel"]), discontinued=row["Discontinued"] == "1")
            ids[item] = int(row["ProductID"])
            if int(row["UnitsInStock"]):
                goods.open(item, int(row["UnitsInStock"]))
    sql, params = select(queries.STOCK, Ask(view="below"))
    below = sorted(ids[row[0]] for row in goods.book.look.rows(sql, **params))
    assert below == [2, 3, 11, 21, 30, 31, 32, 37, 43, 45, 48, 49, 56, 64, 66, 68, 70, 74]  # data/README.md
    assert Window(goods.book.look, queries.STOCK, Ask()).totals()["shelf"] == 3_119_000


def test_what_lies_at_head_office_is_ours_and_is_said(goods: Goods) -> None:
    goods.open(goods.board, 10)
    there = goods.book.run(stock.add_place, code="ho", name="Head office", kind="head_office")
    goods.book.run(stock.transfer, item=goods.board, source=goods.shelf, target=there, qty=3_000)
    look = goods.book.look
    assert look.row("SELECT shelf, elsewhere, owned FROM v_stock WHERE id = :i", i=goods.board) == (7_000, 3_000, 10_000)
    assert look.rows("SELECT place_code, qty FROM v_stock_place ORDER BY 1") == [("ho", 3_000), ("shelf", 7_000)]
    assert queries.why(look, goods.board) == "Available 7 = shelf 7; 3 at head office (Head office)"
