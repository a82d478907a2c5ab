"""Whatever is sold, credited, charged and sent back: what the reports call sold is what the trial balance has as Sales."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from tests.books.reports.test_reports import YEAR, report, rows
from tests.books.trade import PC, Trade, begin

from deskbook.books.receivables.notes import charge, give_credit
from deskbook.books.reports import queries
from deskbook.books.returns import commands as returns
from deskbook.books.returns import deciding
from deskbook.books.stock.commands import open_stock
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.window import Window

SALES = "SELECT -coalesce(sum(p.amount), 0) FROM posting p JOIN account a ON a.id = p.account_id AND a.code = 'sales'"
SOLD = "SELECT coalesce(sum(amount), 0) FROM v_sale WHERE measure = 'sold'"
FREIGHT = (  # what is billed beside the goods, and what of that is taken back
    "SELECT coalesce(sum(l.amount), 0) FROM claim_line l JOIN claim k ON k.id = l.claim_id"
    " WHERE k.side = 'receivable' AND k.void = 0 AND l.item_id IS NULL AND k.kind IN ('sale', 'charge')"
)


def act(trade: Trade, random: Random) -> None:
    """One thing that happens at an office that bills when goods leave."""
    look, who = trade.book.look, random.choice((trade.junye, trade.anka))
    claims = [claim for (claim,) in look.rows("SELECT id FROM claim WHERE side = 'receivable' AND kind = 'sale' AND void = 0")]
    sent = look.rows("SELECT l.id, l.qty FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id AND h.shipped_on IS NOT NULL AND h.void = 0")
    what = random.choice(("order", "order", "rest", "credit goods", "credit", "party", "charge", "return", "undo"))
    if what == "order":
        lines = [
            {
                "item": item,
                "qty": random.randint(2, 7) * PC,
                "price": random.randint(30_001, 99_999),
                "discount": random.choice((0, 333)),
                "approved_by": "Zhao",
            }
            for item in random.sample((trade.board, trade.copper, trade.bag), 2)
        ]
        order = trade.take(*lines, customer=who, freight=random.choice((0, 1_505)))
        trade.send(order, random.randint(0, 2), random.randint(1, 2))
    elif what == "rest":
        order = look.value("SELECT order_id FROM reservation ORDER BY order_id LIMIT 1")
        if order is not None:
            trade.send(order)
    elif what.startswith("credit") and claims:
        claim = random.choice(claims)
        item = look.value("SELECT item_id FROM claim_line WHERE claim_id = :claim", claim=claim)
        off: list[dict[str, Any]] = [{"amount": -random.randint(1, 99), "item": item if what == "credit goods" else None, "text": "damp"}]
        trade.book.run(give_credit, claim=claim, lines=off, reason="damp")
    elif what == "party":
        trade.book.run(give_credit, party=who, amount=random.randint(1, 500), reason="a good year")
    elif what == "charge":
        trade.book.run(charge, party=who, amount=random.randint(1, 900), text="crate")
    elif what == "return" and sent:
        line, _qty = random.choice(sent)
        back = trade.book.run(returns.announce_return, lines=[{"shipment_line": line, "qty": PC}])
        trade.book.run(returns.receive_return, goods_return=back)
        of = look.value("SELECT id FROM return_line WHERE return_id = :back", back=back)
        trade.book.run(deciding.decide, line=of, outcome=random.choice(("restock", "refund")), cause="ours", goods="restock")
    elif what == "undo":
        trade.book.undo()


@pytest.mark.parametrize("seed", range(6))
def test_sold_is_the_sales_account_by_customer_too(book: Store, seed: int) -> None:
    trade, random = begin(book), Random(seed)
    for item in (trade.board, trade.copper, trade.bag):
        book.run(open_stock, item=item, place=trade.back, qty=900 * PC)
    done = 0
    for _n in range(45):
        with suppress(Refusal):  # a credit of more than is left, a return of what is back already
            act(trade, random)
            done += 1
    look = book.look
    assert done > 25
    assert look.value(f"{SOLD} AND item_id IS NULL AND amount < 0"), "nothing was credited without goods"
    assert look.value(f"{SOLD} AND item_id IS NOT NULL AND amount < 0"), "nothing was credited for goods"
    freight = look.value(FREIGHT)
    assert freight > 0
    assert look.value(SOLD) == look.value(SALES)
    goods = look.value(f"{SOLD} AND (item_id IS NOT NULL OR document IN (SELECT no FROM claim WHERE kind = 'credit'))")
    assert goods == look.value(SALES) - freight
    for who in (trade.junye, trade.anka):
        theirs = f"{SALES} JOIN entry e ON e.id = p.entry_id WHERE e.party_id = :who"
        assert look.value(f"{SOLD} AND customer_id = :who", who=who) == look.value(theirs, who=who)
    for group in ("item", "customer", "salesperson", "channel", "month", "week"):
        made = report(trade, f"sales-{group}")
        assert made.totals["amount"] == look.value(SALES)
        for line in made.lines:
            assert line.ask is not None
            shown = dict(zip((column.name for column in made.columns), line.values, strict=True))
            assert Window(look, queries.SALE_LINES, line.ask).totals()["amount"] == shown["amount"]


def test_what_is_credited_for_no_goods_is_told_as_of_no_item_and_of_its_customer(book: Store) -> None:
    """Two boards of 355.00 left with 15.00 freight; 20.00 off because they came late."""
    trade = begin(book)
    trade.send(trade.take((trade.board, 2), freight=1_500))
    book.run(give_credit, claim=1, amount=2_000, reason="late")
    assert rows(report(trade, "sales-item"), "what", "qty", "amount") == [("BVM7-710  主板", 2 * PC, 71_000), ("(none)", None, -500)]
    assert rows(report(trade, "sales-customer"), "what", "amount") == [("Junye 骏业", 70_500)]
    assert rows(report(trade, "margin"), "what", "amount", "cost", "uncosted") == [("BVM7-710  主板", 0, 0, 71_000), ("(none)", -2_000, 0, 1_500)]
    behind = Window(book.look, queries.SALE_LINES, Ask(view="sold", only=(("item_id", None),), since=YEAR.since, until=YEAR.until))
    assert (behind.count, behind.totals()["amount"]) == (2, -500)
