"""Quotes: written, sent, revised, lost, accepted into an order with nothing typed again; the basis and the clocks."""
from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.books.trade import PC, Trade, begin, refused

from deskbook.books.items.commands import add_item, set_price
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.office.commands import set_office
from deskbook.books.orders import commands as orders
from deskbook.books.orders import deals
from deskbook.books.orders.review import set_review
from deskbook.books.quotes import commands as quotes
from deskbook.books.quotes import forms, queries
from deskbook.books.series.commands import add_series, change_series, record_value
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.store import Store
from deskbook.core.verify import verify


@pytest.fixture
def trade(book: Store) -> Trade:
    return begin(book)


def write(trade: Trade, *lines: dict[str, Any], **facts: Any) -> int:
    """A quote for Junye; of five boards at the price in force unless lines are given."""
    given = list(lines) or [{"item": trade.board, "qty": 5 * PC}]
    return int(trade.book.run(quotes.write_quote, **{"customer": trade.junye} | facts, lines=given))


def state(trade: Trade, quote: int) -> str:
    """The state of a quote."""
    return str(trade.book.look.value("SELECT state FROM v_quote WHERE id = :q", q=quote))


def sound(trade: Trade) -> None:
    """The rules of the quotes and of the other books hold, and the journal walks back."""
    assert [finding for finding in check(trade.book.look, queries.RULES) if finding.faults] == []
    trade.sound()


def test_a_quote_has_its_number_its_deal_and_is_good_for_thirty_days(trade: Trade) -> None:
    quote = write(trade)
    head = queries.head(trade.book.look, quote)
    assert head is not None
    assert (head.no, head.deal, head.state, head.asked_on, head.day, head.valid_until) == (
        "Q-2026-0001", "Q-2026-0001", "draft", "2026-11-23", "2026-11-23", "2026-12-23",
    )
    assert (head.total, head.salesperson) == (177_500, trade.zhang)  # 5 x 355.00
    trade.book.run(set_office, quote_valid="10")
    assert queries.head(trade.book.look, write(trade)).valid_until == "2026-12-03"  # type: ignore[union-attr]  # it was just written
    sound(trade)


def test_what_cannot_be_a_quote_is_refused(trade: Trade) -> None:
    assert refused(lambda: trade.book.run(quotes.write_quote, customer=trade.junye, lines=[])).field == "lines"
    assert refused(lambda: write(trade, customer=trade.hongda)).field == "customer"
    assert refused(lambda: write(trade, asked_on="2026-11-24")).field == "asked_on"
    assert refused(lambda: write(trade, valid_until="2026-11-22")).field == "valid_until"
    assert refused(lambda: write(trade, {"item": trade.board, "qty": PC, "price": 2_900_000})).field == "lines.0.price"
    assert refused(lambda: write(trade, {"item": trade.board, "qty": 0})).field == "lines.0.qty"
    assert refused(lambda: write(trade, basis=1)).field == "series"
    assert refused(lambda: write(trade, series=99)).field == "series"


def test_no_paper_is_of_a_day_that_is_to_come(trade: Trade) -> None:
    copper, run = trade.book.run(add_series, code="CU", name="Copper"), trade.book.run
    early = refused(lambda: write(trade, day="2026-11-24"))
    assert (early.field, str(early)) == ("day", "Tue 24 has not come yet.")
    assert str(refused(lambda: trade.take((trade.board, 1), day="2026-11-24"))) == "Tue 24 has not come yet."
    assert refused(lambda: write(trade, series=copper, basis=680_000, basis_day="2026-11-24")).field == "basis_day"
    late = refused(lambda: write(trade, day="2026-11-10", series=copper, basis=680_000, basis_day="2026-11-11"))
    assert (late.field, str(late)) == ("basis_day", "The basis is of Wed 11, after the quote's own day Tue 10.")
    quote = write(trade, series=copper, basis=680_000, basis_day="2026-11-20")
    order = trade.take((trade.board, 1))
    assert refused(lambda: run(quotes.change_quote, quote=quote, day="2026-11-24")).field == "day"
    assert refused(lambda: run(quotes.change_quote, quote=quote, day="2026-11-19", asked_on="2026-11-19")).field == "basis_day"
    assert refused(lambda: run(quotes.change_quote, quote=quote, basis_day="2026-11-24")).field == "basis_day"
    assert refused(lambda: run(orders.change_order, order=order, day="2026-11-24")).field == "day"
    assert refused(lambda: run(quotes.send_quote, quote=quote, day="2026-11-24")).field == "day"
    assert refused(lambda: run(quotes.accept_quote, quote=quote, day="2026-11-24")).field == "day"
    days.set_clock(lambda: datetime(2026, 11, 22, 1, 30, tzinfo=UTC))  # a clock set back makes no paper one that is to come
    run(quotes.change_quote, quote=quote, note="by phone", day="2026-11-23")
    run(orders.change_order, order=order, note="by phone", day="2026-11-23")


def test_sending_and_accepting_come_in_the_order_of_their_days(trade: Trade) -> None:
    quote, run = write(trade, asked_on="2026-11-10", day="2026-11-18"), trade.book.run
    early = refused(lambda: run(quotes.send_quote, quote=quote, day="2026-11-12"))
    assert (early.field, str(early)) == ("day", "Q-2026-0001 is of Wed 18; it cannot have been sent before.")
    run(quotes.send_quote, quote=quote, day="2026-11-20")
    early = refused(lambda: run(quotes.accept_quote, quote=quote, day="2026-11-19"))
    assert (early.field, str(early)) == ("day", "Q-2026-0001 was sent on Fri 20; it cannot have been accepted before.")
    run(quotes.accept_quote, quote=quote, day="2026-11-20")
    sound(trade)


def test_a_quote_whose_order_is_cancelled_is_revised(trade: Trade) -> None:
    quote, run = write(trade), trade.book.run
    order = run(quotes.accept_quote, quote=quote)
    assert not queries.revisable(trade.book.look, quote)
    assert str(refused(lambda: run(quotes.revise_quote, quote=quote))) == "Q-2026-0001 is order S-2026-0001 already."
    run(orders.cancel, order=order, reason="customer waits")
    cancelled = trade.book.position[0]
    said = "Q-2026-0001 was order S-2026-0001, which is cancelled; revise it instead."
    assert str(refused(lambda: run(quotes.accept_quote, quote=quote))) == said
    assert str(refused(lambda: run(quotes.lose_quote, quote=quote, reason="price"))) == said
    assert queries.revisable(trade.book.look, quote)
    new = run(quotes.revise_quote, quote=quote)
    assert (state(trade, quote), state(trade, new)) == ("replaced", "draft")
    with pytest.raises(Blocked):  # the order does not come back from under the new quote
        trade.book.undo(cancelled)
    again = run(quotes.accept_quote, quote=new)
    assert trade.book.look.row("SELECT deal, state FROM sales_order WHERE id = :id", id=again) == ("Q-2026-0001", "confirmed")
    sound(trade)
    trade.book.undo()
    trade.book.undo()
    assert state(trade, quote) == "won"
    sound(trade)


def test_a_quote_of_an_order_has_its_kits_as_they_were_sold(trade: Trade) -> None:
    """The parts' own prices are rounded: 3 at 10.5533 and 7 at 9.0486 are 31.66 and 63.34; the kit was sold for 95.00 after 5 %."""
    kit = trade.book.run(add_item, code="SET", name="Set", list_price=1_000_000)
    parts = [{"item": trade.board, "qty": 3 * PC, "share": 1}, {"item": trade.bag, "qty": 7 * PC, "share": 2}]
    trade.book.run(set_kit, item=kit, parts=parts)
    order = trade.take({"item": kit, "qty": PC, "discount": 500})
    given = forms.quote_of_order(trade.book.look, order)
    assert given.fill["lines"] == [{"item": kit, "qty": PC, "price": 1_000_000, "discount": 500, "approved_by": ""}]


def test_the_customers_word_stays_with_a_line_of_another_quantity(trade: Trade) -> None:
    quote = write(trade, {"item": trade.board, "qty": 5 * PC, "text": "the 710"}, {"item": trade.bag, "qty": PC, "text": "sack"})
    form = forms.edit_quote(trade.book.look, quote)
    values = {"lines": [{"item": trade.board, "qty": 6 * PC, "price": 3_550_000, "discount": 0, "approved_by": ""}]}
    values["lines"].append({"item": trade.bag, "qty": PC, "price": 4_000, "discount": None, "approved_by": ""})
    head = dict.fromkeys(forms.HEAD) | {"customer": trade.junye, "asked_on": date(2026, 11, 23), "day": date(2026, 11, 23)}
    head |= {"valid_until": date(2026, 12, 1), "their_no": "", "terms": "", "note": ""}
    form.form.save(trade.book, head | values, "key")
    assert [(line.text, line.qty) for line in queries.lines_of(trade.book.look, quote)] == [("the 710", 6 * PC), ("sack", PC)]


def test_an_accepted_quote_says_that_its_order_is_in_review(trade: Trade) -> None:
    trade.book.run(set_review, kind="contract", names=["price", "credit"])
    order = trade.book.run(quotes.accept_quote, quote=write(trade), kind="contract")
    assert trade.state(order)[0] == "review"
    said = "took order S-2026-0001, in review: price, credit missing; from quote Q-2026-0001 of Junye 骏业"
    assert trade.book.sentence(trade.book.position[0]) == said
    trade.book.run(quotes.accept_quote, quote=write(trade))
    assert trade.book.sentence(trade.book.position[0]) == "took order S-2026-0002 from quote Q-2026-0002 of Junye 骏业"


def test_a_quote_is_not_accepted_before_it_was_asked_for(trade: Trade) -> None:
    quote = write(trade)
    asked = trade.book.look.value("SELECT date(asked_on, '-1 day') FROM quote WHERE id = :q", q=quote)
    refusal = refused(lambda: trade.book.run(quotes.accept_quote, quote=quote, day=asked))
    assert refusal.field == "day"
    assert trade.book.look.value("SELECT state FROM quote WHERE id = :q", q=quote) == "draft"


def test_an_accepted_quote_becomes_the_order_line_by_line(trade: Trade) -> None:
    lines: list[dict[str, Any]] = [
        {"item": trade.board, "qty": 10 * PC, "price": 2_900_000, "approved_by": "Zhang, phone 10:12", "text": "710"},
        {"item": trade.copper, "qty": 2_500, "price": 671_234, "discount": 250},
    ]
    quote = write(trade, *lines, their_no="RFQ-7", note="by Friday")
    trade.book.run(quotes.send_quote, quote=quote)
    order = trade.book.run(quotes.accept_quote, quote=quote)
    look = trade.book.look
    columns = "pos, item_id, text, qty, price, discount, amount, approved_by"
    of_quote = look.rows(f"SELECT {columns} FROM quote_line WHERE quote_id = :q ORDER BY pos", q=quote)
    of_order = look.rows(f"SELECT {columns} FROM order_line WHERE order_id = :o ORDER BY pos", o=order)
    assert of_order == of_quote
    # 10 x 290.00 = 2 900.00; 2.5 kg x 67.1234 = 167.8085, less 2.5 % = 163.6132875 -> 163.61
    assert [row[6] for row in of_order] == [290_000, 16_361]
    row = look.row("SELECT no, deal, quote_id, customer_id, salesperson_id, their_no, note, state FROM sales_order WHERE id = :o", o=order)
    assert row == ("S-2026-0001", "Q-2026-0001", quote, trade.junye, trade.zhang, "RFQ-7", "by Friday", "confirmed")
    assert state(trade, quote) == "won"
    assert "is order S-2026-0001 already" in str(refused(lambda: trade.book.run(quotes.accept_quote, quote=quote)))
    sound(trade)


def test_an_expired_quote_is_kept_only_by_somebody(trade: Trade) -> None:
    quote = write(trade, day="2026-11-01", valid_until="2026-11-20")
    trade.book.run(quotes.send_quote, quote=quote, day="2026-11-02")
    said = refused(lambda: trade.book.run(quotes.accept_quote, quote=quote))
    assert said.field == "agreed_by"
    assert str(said) == "Q-2026-0001 was good until Fri 20; say who agreed to keep it, or revise it with a new day."
    assert refused(lambda: trade.book.run(quotes.accept_quote, quote=quote, agreed_by="10:12")).field == "approved_by"
    order = trade.book.run(quotes.accept_quote, quote=quote, agreed_by="Zhang")
    note = trade.book.look.value("SELECT note FROM sales_order WHERE id = :o", o=order)
    assert note == "Q-2026-0001, good until 2026-11-20, kept by Zhang 09:30"
    last_day = write(trade, day="2026-11-01", valid_until="2026-11-23")
    trade.book.run(quotes.accept_quote, quote=last_day)  # good until today is good today


def test_a_floor_that_rose_does_not_break_what_was_quoted(trade: Trade) -> None:
    quote = write(trade, {"item": trade.board, "qty": PC, "price": 3_000_000}, day="2026-11-01")
    trade.book.run(set_price, item=trade.board, kind="floor", price=3_100_000, since="2026-11-10")
    order = trade.book.run(quotes.accept_quote, quote=quote)
    assert trade.book.look.row("SELECT price, approved_by FROM order_line WHERE order_id = :o", o=order) == (3_000_000, "Q-2026-0001")


def test_what_was_sent_stays_and_is_revised(trade: Trade) -> None:
    run = trade.book.run
    quote = write(trade, day="2026-11-03", valid_until="2026-11-13")
    assert refused(lambda: run(quotes.revise_quote, quote=quote)).words.endswith("change it instead.")
    run(quotes.change_quote, quote=quote, terms="30 days")
    run(quotes.rewrite_quote, quote=quote, lines=[{"item": trade.bag, "qty": 7 * PC}])
    run(quotes.send_quote, quote=quote, day="2026-11-04")
    assert "revise it instead" in str(refused(lambda: run(quotes.change_quote, quote=quote, terms="cash")))
    assert "revise it instead" in str(refused(lambda: run(quotes.rewrite_quote, quote=quote, lines=[{"item": trade.bag, "qty": PC}])))
    new = run(quotes.revise_quote, quote=quote)
    head = queries.head(trade.book.look, new)
    assert head is not None
    assert (head.no, head.deal, head.replaces, head.state, head.day, head.valid_until, head.terms) == (
        "Q-2026-0002", "Q-2026-0001", quote, "draft", "2026-11-23", "2026-12-03", "30 days",
    )
    assert [(line.item, line.qty) for line in queries.lines_of(trade.book.look, new)] == [(trade.bag, 7 * PC)]
    assert state(trade, quote) == "replaced"
    order = run(quotes.accept_quote, quote=new)
    assert trade.book.look.value("SELECT deal FROM sales_order WHERE id = :o", o=order) == "Q-2026-0001"
    papers = [(paper.kind, paper.no) for paper in deals.papers_of(trade.book.look, "Q-2026-0001")]
    assert papers == [("quote", "Q-2026-0001"), ("quote", "Q-2026-0002"), ("order", "S-2026-0001")]
    sound(trade)


def test_a_lost_quote_has_its_reason_and_may_be_revised(trade: Trade) -> None:
    quote = write(trade)
    assert refused(lambda: trade.book.run(quotes.lose_quote, quote=quote, reason=" ")).field == "reason"
    trade.book.run(quotes.lose_quote, quote=quote, reason="too dear")
    assert state(trade, quote) == "lost"
    assert "is lost" in str(refused(lambda: trade.book.run(quotes.accept_quote, quote=quote)))
    trade.book.run(quotes.revise_quote, quote=quote)
    assert state(trade, quote) == "replaced"


def test_the_form_says_that_a_reference_price_is_no_longer_recorded(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    copper = run(add_series, code="Cu", name="Copper")
    run(record_value, series=copper, value=684_200_000, day="2026-11-03")
    check = forms.edit_quote(look, write(trade, series=copper)).form.check
    assert check is not None
    values = {"series": copper, "day": date(2026, 11, 23), "lines": []}
    assert check(values, look) == []
    run(change_series, series=copper, closed=True)
    assert check(values, look) == ["Cu is no longer recorded; its last price is of Tue 3 Nov 2026."]
    assert check(values | {"series": None}, look) == []


def test_the_basis_is_the_price_of_the_day_and_what_moved_more_is_listed(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    copper = run(add_series, code="Cu", name="Copper", alert=300)
    assert refused(lambda: write(trade, series=copper)).field == "series"
    run(record_value, series=copper, value=684_200_000, day="2026-11-03")  # 68 420
    quote = write(trade, series=copper, day="2026-11-05")
    head = queries.head(look, quote)
    assert head is not None
    assert (head.basis, head.basis_day) == (684_200_000, "2026-11-03")
    # 3 % of 68 420 is 2 052.60: at 70 472.60 it moved by just 3 %, and not more
    run(record_value, series=copper, value=704_726_000, day="2026-11-20")
    assert look.row("SELECT moved, change FROM v_quote WHERE id = :q", q=quote) == (0, 300)
    run(record_value, series=copper, value=704_726_001, day="2026-11-21")
    assert look.row("SELECT moved, change, alert FROM v_quote WHERE id = :q", q=quote) == (1, 300, "moved")
    run(record_value, series=copper, value=663_673_999, day="2026-11-22")
    assert look.row("SELECT moved, change FROM v_quote WHERE id = :q", q=quote) == (1, -300)
    run(quotes.send_quote, quote=quote)
    new = run(quotes.revise_quote, quote=quote)
    assert look.row("SELECT basis, basis_day, moved FROM v_quote WHERE id = :q", q=new) == (663_673_999, "2026-11-22", 0)
    assert look.value("SELECT moved FROM v_quote WHERE id = :q", q=quote) == 0, "what is replaced is open no more"
    own = write(trade, series=copper, basis=690_000_000, basis_day="2026-11-19")
    assert look.row("SELECT basis, basis_day FROM quote WHERE id = :q", q=own) == (690_000_000, "2026-11-19")
    sound(trade)


def test_the_clock_from_asking_to_sending(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    waits = write(trade, asked_on="2026-11-21")
    assert look.row("SELECT days, late, alert FROM v_quote WHERE id = :q", q=waits) == (2, 1, "late")  # one day is what the office gives itself
    run(set_office, quote_days="2")
    assert look.row("SELECT days, late FROM v_quote WHERE id = :q", q=waits) == (2, 0)
    for asked, sent in (("2026-10-01", "2026-10-02"), ("2026-10-01", "2026-10-05"), ("2026-11-02", "2026-11-04"), ("2026-11-03", "2026-11-10")):
        run(quotes.send_quote, quote=write(trade, asked_on=asked, day=asked), day=sent)
    run(quotes.send_quote, quote=waits)
    # October: 1 and 4, half way 2.5; November: 2, 2, 7
    found = deals.quote_turnaround(look, "2026-10-01", "2026-11-30")
    assert [(row.month, row.count, row.median) for row in found] == [("2026-10", 2, 25), ("2026-11", 3, 20)]
    assert refused(lambda: run(quotes.send_quote, quote=write(trade, asked_on="2026-11-20"), day="2026-11-19")).field == "day"


def test_the_clock_from_the_order_to_the_shipment(trade: Trade) -> None:
    look = trade.book.look
    open_one = trade.take((trade.board, 1), day="2026-11-19")
    assert look.value("SELECT took FROM v_order WHERE id = :o", o=open_one) == 4
    for day, sent in (("2026-11-10", "2026-11-12"), ("2026-11-10", "2026-11-20")):
        trade.send(trade.take((trade.bag, 1), day=day), day=sent)
    assert [row[0] for row in look.rows("SELECT took FROM v_order WHERE id <> :o ORDER BY id", o=open_one)] == [2, 10]
    found = deals.ship_turnaround(look, "2026-11-01", "2026-11-30")
    assert [(row.month, row.count, row.median) for row in found] == [("2026-11", 2, 60)]
    from deskbook.books.orders.listings import ORDERS
    from deskbook.core.listing import Ask
    from deskbook.core.window import count

    assert count(look, ORDERS, Ask(view="slow")) == 1  # three days are what the office gives itself
    trade.book.run(set_office, ship_days="4")
    assert count(look, ORDERS, Ask(view="slow")) == 0
    trade.take((trade.board, 1), day="2026-11-01", wanted="2026-12-01")
    assert count(look, ORDERS, Ask(view="slow")) == 0, "it is wanted later"


def test_every_command_is_taken_back(trade: Trade) -> None:
    run, look = trade.book.run, trade.book.look
    draft, sent = write(trade), write(trade)
    run(quotes.send_quote, quote=sent)

    def rows() -> list[object]:
        found: list[object] = [look.rows("SELECT * FROM quote WHERE void = 0 ORDER BY id")]
        found.append(look.rows("SELECT l.* FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE q.void = 0 ORDER BY l.id"))
        return [*found, *trade.standing().values()]

    for command, facts in (
        (quotes.write_quote, {"customer": trade.junye, "lines": [{"item": trade.bag, "qty": PC}]}),
        (quotes.change_quote, {"quote": draft, "terms": "cash"}),
        (quotes.rewrite_quote, {"quote": draft, "lines": [{"item": trade.bag, "qty": PC}]}),
        (quotes.send_quote, {"quote": draft}),
        (quotes.lose_quote, {"quote": draft, "reason": "price"}),
        (quotes.revise_quote, {"quote": sent}),
        (quotes.accept_quote, {"quote": sent}),
        (quotes.accept_quote, {"quote": draft}),
    ):
        before = rows()
        run(command, **facts)
        assert rows() != before, command
        sound(trade)
        trade.book.undo()
        assert rows() == before, command
        sound(trade)
    run(quotes.accept_quote, quote=sent)
    trade.book.undo()
    trade.book.redo()
    assert state(trade, sent) == "won"
    assert verify(look.con) == []


def test_the_papers_of_a_deal_stand_in_order_of_time(trade: Trade) -> None:
    quote = write(trade, {"item": trade.board, "qty": 10 * PC}, day="2026-11-01")
    trade.book.run(quotes.send_quote, quote=quote, day="2026-11-02")
    order = trade.book.run(quotes.accept_quote, quote=quote, day="2026-11-10")
    trade.send(order, 7, day="2026-11-20")
    found = [(paper.day, paper.kind, paper.no, paper.book) for paper in deals.papers_of(trade.book.look, "Q-2026-0001")]
    assert found[:3] == [
        ("2026-11-01", "quote", "Q-2026-0001", "quotes"),
        ("2026-11-10", "order", "S-2026-0001", "orders"),
        ("2026-11-20", "shipment", "D-2026-0001", "shipments"),
    ]
    assert all(kind == "claim" for _day, kind, _no, _book in found[3:])
    alone = trade.take((trade.bag, 1))
    assert [paper.no for paper in deals.papers_of(trade.book.look, "S-2026-0002")] == ["S-2026-0002"], "an order without a quote begins a deal"
    plan = " ".join(str(row[3]) for row in trade.book.look.rows("EXPLAIN QUERY PLAN SELECT * FROM v_deal_paper WHERE deal = 'S-2026-0002'"))
    assert "SCAN sales_order" not in plan
    assert alone
