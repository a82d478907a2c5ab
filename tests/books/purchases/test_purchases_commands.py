"""Orders to suppliers, their promises and receipts: the book, the command, the book again."""
from __future__ import annotations

from typing import Any

import pytest
from tests.books.goods import Goods, day

from deskbook.books.purchases import commands as purchases
from deskbook.books.purchases import queries
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal


def state(goods: Goods, purchase: int = 1) -> str:
    """As the list shows it."""
    return str(goods.book.look.value("SELECT state FROM v_purchase WHERE id = :p", p=purchase))


def line(goods: Goods, row: int = 1) -> tuple[Any, ...]:
    """Received, open, given up."""
    found = goods.book.look.row("SELECT received, open, short_closed FROM v_purchase_line WHERE id = :l", l=row)
    assert found
    return found


def test_order_is_numbered_and_awaited(goods: Goods) -> None:
    lines = [{"item": goods.board, "qty": 10_000, "price": 1_234_567, "promised": day(3)}, {"item": goods.item("55"), "qty": 2_000}]
    purchase = goods.there_and_back(purchases.order_goods, supplier=goods.supplier, lines=lines, their_no="HD 7", note="by phone")
    look = goods.book.look
    assert look.row("SELECT no, day, state, lines, total, received, promised FROM v_purchase WHERE id = :p", p=purchase) == (
        "P-2026-0001", day(0).isoformat(), "sent", 2, 123_457, "none", day(3).isoformat(),
    )
    assert look.rows("SELECT item_id, qty, promised FROM expected ORDER BY 1") == [(goods.board, 10_000, day(3).isoformat()), (2, 2_000, None)]
    assert goods.book.sentence(goods.book.position[0]).endswith("ordered 2 lines from Hongda: P-2026-0001")
    goods.buy(goods.board, 1, on=0)
    assert look.value("SELECT no FROM purchase ORDER BY id DESC LIMIT 1") == "P-2026-0002"


def test_order_refuses_what_cannot_be(goods: Goods) -> None:
    good = {"item": goods.board, "qty": 1_000}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"supplier": goods.customer, "lines": [good]}, "supplier"),
        ({"supplier": 99, "lines": [good]}, "supplier"),
        ({"supplier": goods.supplier, "lines": []}, "lines"),
        ({"supplier": goods.supplier, "lines": [good, {"item": goods.board, "qty": 1_500}]}, "lines.1.qty"),
        ({"supplier": goods.supplier, "lines": [{"item": 99, "qty": 1_000}]}, "lines.0.item"),
        ({"supplier": goods.supplier, "lines": [good | {"promised": day(-1)}]}, "lines.0.promised"),
        ({"supplier": goods.supplier, "lines": [good | {"price": -1}]}, "lines.0.price"),
    ]
    before = goods.standing()
    for facts, field in cases:
        with pytest.raises(Refusal) as refused:
            goods.book.run(purchases.order_goods, **facts)
        assert refused.value.field == field
    assert goods.standing() == before
    goods.book.run(purchases.order_goods, supplier=goods.supplier, lines=[good], no="X-1")
    with pytest.raises(Refusal, match="X-1 is taken"):
        goods.book.run(purchases.order_goods, supplier=goods.supplier, lines=[good], no="X-1")


def test_receipt_is_split_in_one_entry_and_closes_when_all_is_there(goods: Goods) -> None:
    """DUTIES 18: receive 50, reject 8: what is available rises by 42."""
    row = goods.buy(goods.board, 60)
    goods.there_and_back(purchases.receive, line=row, accepted=42_000, quarantined=8_000)
    assert (goods.at(goods.board, goods.shelf), goods.at(goods.board, goods.quarantine)) == (42_000, 8_000)
    assert goods.book.look.value("SELECT available FROM v_stock WHERE id = :i", i=goods.board) == 42_000
    assert (line(goods), state(goods)) == ((50_000, 10_000, 0), "sent")
    assert goods.book.look.value("SELECT received FROM v_purchase") == "part"
    goods.there_and_back(purchases.receive, line=row, accepted=10_000)
    assert (line(goods), state(goods)) == ((60_000, 0, 0), "closed")
    assert goods.book.look.value("SELECT received FROM v_purchase") == "all"
    assert goods.book.look.value("SELECT count(*) FROM expected") == 0


def test_receipts_are_taken_back_newest_first(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    goods.book.run(purchases.receive, line=row, accepted=4_000)
    first = goods.book.position[0]
    goods.book.run(purchases.receive, line=row, accepted=6_000)
    with pytest.raises(Blocked):
        goods.book.undo(first)
    goods.book.undo_with_later(first)
    assert (line(goods), state(goods)) == ((0, 10_000, 0), "sent")
    assert goods.book.look.row("SELECT received, received_on FROM v_purchase_line") == (0, None)
    assert goods.book.look.value("SELECT received FROM v_purchase") == "none"
    goods.holds()


def test_more_than_ordered_is_let_in_only_when_said(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    with pytest.raises(Refusal) as refused:
        goods.book.run(purchases.receive, line=row, accepted=9_000, quarantined=2_000)
    assert refused.value.field == "accepted"
    assert str(refused.value) == "710: 11 came, but only 10 of P-2026-0001 are open; allow more than was ordered if they stay."
    goods.there_and_back(purchases.receive, line=row, accepted=9_000, quarantined=2_000, over=True)
    assert (line(goods)[0], state(goods)) == (11_000, "closed")
    for accepted, quarantined in ((0, 0), (-1_000, 2_000), (2_000, -1_000)):
        with pytest.raises(Refusal):
            goods.book.run(purchases.receive, line=row, accepted=accepted, quarantined=quarantined)


def test_accepted_goods_go_to_a_shelf(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    with pytest.raises(Refusal, match="goes to a shelf"):
        goods.book.run(purchases.receive, line=row, accepted=1_000, place=goods.quarantine)


def test_several_lines_come_in_one_step(goods: Goods) -> None:
    other = goods.item("55")
    lines = [{"item": goods.board, "qty": 10_000}, {"item": other, "qty": 5_000}, {"item": goods.item("66"), "qty": 1_000}]
    purchase = goods.book.run(purchases.order_goods, supplier=goods.supplier, lines=lines)
    came = [
        {"line": 1, "accepted": 10_000, "quarantined": None, "short_reason": ""},
        {"line": 2, "accepted": 3_000, "quarantined": 1_000, "short_reason": "sold out"},
        {"line": 3, "accepted": None, "quarantined": None, "short_reason": ""},
    ]
    goods.there_and_back(purchases.receive_goods, purchase=purchase, lines=came)
    assert [line(goods, n) for n in (1, 2, 3)] == [(10_000, 0, 0), (4_000, 0, 1_000), (0, 1_000, 0)]
    with pytest.raises(Refusal) as refused:
        goods.book.run(purchases.receive_goods, purchase=purchase, lines=[{"line": 1}, {"line": 3, "accepted": 2_000}])
    assert refused.value.field == "lines.1.accepted"
    goods.there_and_back(purchases.receive_goods, purchase=purchase, lines=[{"line": 3, "short_reason": "not made any more"}])
    assert state(goods) == "closed"
    with pytest.raises(Refusal, match="at least one"):
        goods.book.run(purchases.receive_goods, purchase=purchase, lines=[{"line": 3}])


def test_what_does_not_come_is_given_up_with_a_reason(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    goods.book.run(purchases.receive, line=row, accepted=4_000)
    with pytest.raises(Refusal) as refused:
        goods.book.run(purchases.close_short, line=row, reason="")
    assert refused.value.field == "reason"
    goods.there_and_back(purchases.close_short, line=row, reason="factory closed")
    assert (line(goods), state(goods)) == ((4_000, 0, 6_000), "closed")
    with pytest.raises(Refusal, match="awaited"):
        goods.book.run(purchases.close_short, line=row, reason="again")
    with pytest.raises(Refusal, match="awaited"):
        goods.book.run(purchases.promise, line=row, promised=day(3))


def test_cancel_only_while_nothing_has_come(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    goods.there_and_back(purchases.cancel_purchase, purchase=1, reason="ordered twice")
    assert (state(goods), goods.book.look.value("SELECT count(*) FROM expected")) == ("cancelled", 0)
    with pytest.raises(Refusal, match="cancelled"):
        goods.book.run(purchases.receive, line=row, accepted=1_000)
    goods.book.undo()
    goods.book.run(purchases.receive, line=row, accepted=1_000)
    with pytest.raises(Refusal, match="were received"):
        goods.book.run(purchases.cancel_purchase, purchase=1, reason="too late")
    goods.book.undo()
    goods.book.run(purchases.cancel_purchase, purchase=1, reason="after all")
    goods.holds()


def test_nothing_is_received_of_what_was_taken_back(goods: Goods) -> None:
    row = goods.buy(goods.board, 10)
    goods.book.undo()
    with pytest.raises(Refusal, match="was taken back"):
        goods.book.run(purchases.receive, line=row, accepted=1_000)
    assert state(goods) == "void"


def test_promises_keep_their_history(goods: Goods) -> None:
    row = goods.buy(goods.board, 10, promised=3, on=-1)
    goods.there_and_back(purchases.promise, line=row, promised=day(12), said_by="Li")
    assert [(p.promised, p.said_by, p.slip) for p in queries.promises_of(goods.book.look, row)] == [
        (day(3).isoformat(), "", None), (day(12).isoformat(), "Li", 9),
    ]
    assert goods.book.look.value("SELECT promised FROM expected") == day(12).isoformat()
    with pytest.raises(Refusal) as refused:
        goods.book.run(purchases.promise, line=row, promised=day(-2))
    assert refused.value.field == "promised"


def test_r11_slip_lateness_and_lead_time(goods: Goods) -> None:
    """Ordered 1 May, promised 15 May, then 22 May, received 25 May."""
    lines = [{"item": goods.board, "qty": 10_000, "promised": "2026-05-15"}]
    goods.book.run(purchases.order_goods, supplier=goods.supplier, lines=lines, day="2026-05-01")
    assert queries.slip(goods.book.look, 1) == (0, 192, None)  # 15 May to 23 November, still open
    goods.book.run(purchases.promise, line=1, promised="2026-05-22")
    goods.book.run(purchases.receive, line=1, accepted=10_000, day="2026-05-25")
    assert queries.slip(goods.book.look, 1) == (7, 10, 24)


def test_r1_ripple_names_the_order_a_late_line_leaves_short(goods: Goods) -> None:
    """Shelf 12, orders 6 (today) and 10 (day 9), receipt 8 (day 5), which slips to day 12."""
    goods.open(goods.board, 12)
    goods.order(goods.board, 6, due=0)
    later = goods.order(goods.board, 10, due=9)
    row = goods.buy(goods.board, 8, promised=5)
    assert queries.hit_by(goods.book.look, row) == []
    goods.book.run(purchases.promise, line=row, promised=day(12))
    assert [tuple(hit) for hit in queries.hit_by(goods.book.look, row)] == [
        (later, "S-2026-0002", "Junye", "021 555 0001", day(9).isoformat(), 4_000, day(12).isoformat()),
    ]
    goods.buy(goods.board, 1, promised=8)
    assert [hit.short for hit in queries.hit_by(goods.book.look, row)] == [3_000]
    goods.book.run(purchases.promise, line=row, promised=day(9))
    assert queries.hit_by(goods.book.look, row) == []


def test_low_stock_becomes_a_purchase_a_supplier_once(goods: Goods) -> None:
    from deskbook.books.parties.commands import add_party

    other = goods.book.run(add_party, name="Anka", roles=["supplier"])
    low, out = goods.item("low", minimum=10, target=20), goods.item("out", minimum=5, target=8)
    bag = goods.item("bag", minimum=100, target=500, supplier=other)
    fine = goods.item("fine")
    goods.open(low, 4)
    goods.buy(low, 1, price=25_000)
    goods.book.run(purchases.cancel_purchase, purchase=1, reason="price only")
    goods.buy(out, 1, price=70_000)
    goods.book.run(purchases.receive, line=2, accepted=1_000)  # one of 5: LOW now, and its price known
    made = goods.there_and_back(purchases.order_wanted, items=[low, out, bag, fine, low])
    assert len(made) == 2
    rows = "SELECT supplier, code, qty, price FROM v_purchase_line WHERE purchase_id IN (SELECT value FROM json_each(:made)) ORDER BY id"
    assert goods.book.look.rows(rows, made=str(made)) == [
        ("Hongda", "low", 16_000, 0), ("Hongda", "out", 7_000, 70_000), ("Anka", "bag", 500_000, 0),
    ]
    with pytest.raises(Refusal, match="on order already"):
        goods.book.run(purchases.order_wanted, items=[low, out, bag])
    orphan = goods.item("orphan", minimum=1, supplier=None)
    with pytest.raises(Refusal, match="orphan has no supplier"):
        goods.book.run(purchases.order_wanted, items=[orphan])


def test_check_finds_what_is_not_as_it_should_be(goods: Goods) -> None:
    goods.buy(goods.board, 10)
    con = goods.book._con
    con.execute("DELETE FROM expected")
    assert goods.book.look.rows(queries.RULES[0].sql) == [("purchase line 1: lacks 10000",)]
    con.execute("INSERT INTO step(at, clerk, command, facts) VALUES ('9', '', 'test', '{}')")
    con.execute("UPDATE purchase SET state = 'closed'")
    assert goods.book.look.rows(queries.RULES[2].sql) == [("P-2026-0001: closed",)]
    con.execute("UPDATE purchase_line SET amount = 7")
    assert goods.book.look.rows(queries.RULES[4].sql) == [("P-2026-0001 line 1: 7",)]
    con.execute("INSERT INTO stock_move(day, item_id, source_id, target_id, qty, purchase_line_id) VALUES ('2026-01-01', 1, 3, 1, 11000, 1)")
    assert goods.book.look.rows(queries.RULES[1].sql) == [("P-2026-0001 line 1: ordered 10000, given up 0, received 11000",)]


def test_palette_finds_purchases_by_number_and_supplier(goods: Goods) -> None:
    goods.buy(goods.board, 1, on=0)
    assert [row[:3] for row in queries.find_records(goods.book.look, "p-2026-0001")] == [("purchases", 1, "P-2026-0001")]
    assert [row[1] for row in queries.find_records(goods.book.look, "hong")] == [1]
    assert queries.find_records(goods.book.look, "nobody") == []
