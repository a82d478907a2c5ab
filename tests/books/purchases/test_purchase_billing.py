"""What we owe suppliers: raised when goods come, at the order or by hand; the parts add up to the line's amount."""

from __future__ import annotations

from typing import Any

import pytest
from tests.books.goods import Goods

from deskbook.books.claims.queries import RULES as CLAIM_RULES
from deskbook.books.claims.queries import balance
from deskbook.books.ledger.queries import RULES as LEDGER_RULES
from deskbook.books.parties.commands import change_party
from deskbook.books.purchases import billing, commands, queries
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal
from deskbook.core.verify import verify


def claims(goods: Goods) -> list[tuple[Any, ...]]:
    return goods.book.look.rows("SELECT no, kind, day, due, amount FROM claim WHERE void = 0 ORDER BY id")


def sound(goods: Goods) -> None:
    rules = (*CLAIM_RULES, *LEDGER_RULES, *queries.RULES)
    assert [(finding.rule, finding.faults) for finding in check(goods.book.look, rules) if finding.faults] == []
    assert verify(goods.book.look.con) == []


def supplier(goods: Goods, **facts: Any) -> int:
    party = int(goods.book.look.value("SELECT id FROM party WHERE supplier"))
    goods.book.run(change_party, party=party, **facts)
    return party


def test_what_is_accepted_is_owed_and_the_parts_add_up(goods: Goods) -> None:
    party = supplier(goods, terms_days=30)
    # 3 at 1.335 = 4.005 -> 4.01 in all; one 1.335 -> 1.34, two 2.67, three 4.01
    line = goods.buy(goods.board, 3, price=13_350)
    for left in (2, 1, 0):
        goods.book.run(commands.receive, line=line, accepted=1_000)
        assert goods.book.look.value("SELECT count(*) FROM expected") == bool(left)
    assert [row[-1] for row in claims(goods)] == [134, 133, 134]
    assert claims(goods)[0][:4] == ("B-2026-0001", "purchase", "2026-11-23", "2026-12-23")
    assert balance(goods.book.look, party, "payable") == 401
    assert goods.book.look.row("SELECT purchase_id, side FROM claim WHERE id = 1") == (1, "payable")
    sound(goods)


def test_nothing_is_owed_for_what_is_in_quarantine_or_has_no_price(goods: Goods) -> None:
    line = goods.buy(goods.board, 10, price=100_000)
    goods.book.run(commands.receive, line=line, accepted=4_000, quarantined=1_000)
    free = goods.buy(goods.board, 2)
    goods.book.run(commands.receive, line=free, accepted=2_000)
    assert [row[-1] for row in claims(goods)] == [4_000]
    assert goods.book.sentence(goods.book.position[0]) == "received 2 710 of P-2026-0002"
    assert goods.book.sentence(goods.book.position[0] - 2) == "received 5 710 of P-2026-0001, 1 of them into quarantine; B-2026-0001 over 40.00"
    goods.book.run(commands.receive, line=line, accepted=7_000, over=True)  # two above what was ordered stay, and are owed
    assert [row[-1] for row in claims(goods)] == [4_000, 7_000]
    sound(goods)


def test_one_claim_over_one_receipt_that_is_taken_back_with_it(goods: Goods) -> None:
    first, second = goods.buy(goods.board, 5, price=100_000), 2
    goods.book.run(commands.cancel_purchase, purchase=1, reason="one purchase of two lines instead")
    lines = [{"item": goods.board, "qty": 5_000, "price": 100_000}, {"item": goods.board, "qty": 2_000, "price": 50_000}]
    purchase = goods.book.run(commands.order_goods, supplier=supplier(goods), lines=lines)
    came = [{"line": first + 1, "accepted": 5_000}, {"line": second + 1, "accepted": 1_000, "short_reason": "sold out"}]
    goods.book.run(commands.receive_goods, purchase=purchase, lines=came)
    assert [row[-1] for row in claims(goods)] == [5_500]
    assert goods.book.sentence(goods.book.position[0]) == "received 2 lines of P-2026-0002; B-2026-0001 over 55.00"
    goods.book.undo()
    assert (claims(goods), goods.book.look.rows("SELECT * FROM owed")) == ([], [])
    goods.book.redo()
    assert [row[-1] for row in claims(goods)] == [5_500]
    sound(goods)


def test_owed_from_the_order_on_and_less_when_some_does_not_come(goods: Goods) -> None:
    party = supplier(goods, bills="order")
    line = goods.buy(goods.board, 10, price=100_000)
    assert [row[-1] for row in claims(goods)] == [10_000]
    goods.book.run(commands.receive, line=line, accepted=4_000)
    goods.book.run(commands.close_short, line=line, reason="sold out")
    assert [(row[1], row[-1]) for row in claims(goods)] == [("purchase", 10_000), ("credit", -6_000)]
    goods.buy(goods.board, 1, price=100_000)
    goods.book.run(commands.cancel_purchase, purchase=2, reason="too dear")
    assert balance(goods.book.look, party, "payable") == 4_000
    sound(goods)


def test_what_is_worth_less_than_half_a_cent_needs_no_credit_note_when_it_does_not_come(goods: Goods) -> None:
    party = supplier(goods, bills="order")
    lines = [{"item": goods.board, "qty": 1_000, "price": 10_000}, {"item": goods.board, "qty": 1_000, "price": 49}]  # 1.00, and 0.0049
    goods.book.run(commands.order_goods, supplier=party, lines=lines)
    goods.book.run(commands.close_short, line=2, reason="sold out")
    assert [row[-1] for row in claims(goods)] == [100]
    sound(goods)


def test_owed_by_hand_with_the_number_of_their_bill(goods: Goods) -> None:
    supplier(goods, bills="hand")
    line = goods.buy(goods.board, 10, price=100_000)
    goods.book.run(commands.receive, line=line, accepted=4_000)
    assert claims(goods) == []
    goods.book.run(billing.bill_purchase, purchase=1, their_no="HD-77", day="2026-11-20")
    assert goods.book.look.row("SELECT amount, their_no, day FROM claim") == (4_000, "HD-77", "2026-11-20")
    with pytest.raises(Refusal, match="Nothing of P-2026-0001 was received that is not billed"):
        goods.book.run(billing.bill_purchase, purchase=1)
    sound(goods)


def test_goods_are_not_taken_back_from_under_a_bill_written_by_hand(goods: Goods) -> None:
    supplier(goods, bills="hand")
    line = goods.buy(goods.board, 2, price=100_000)
    goods.book.run(commands.receive, line=line, accepted=2_000)
    came = goods.book.position[0]
    goods.book.run(commands.receive, line=line, accepted=3_000, over=True)  # a bill over 5 stands on both
    over = goods.book.position[0]
    goods.book.run(billing.bill_purchase, purchase=1)
    for receipt in (over, came):
        with pytest.raises(Blocked, match="Later work stands on it"):
            goods.book.undo(receipt)
    goods.book.undo()
    goods.book.undo(over)
    assert claims(goods) == []
    sound(goods)
