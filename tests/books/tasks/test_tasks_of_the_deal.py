"""What the books ask for along the deal: each kind appears with its fact, is quiet as it was, closes itself, and leads to its record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.books.one_book import desk_of
from tests.books.trade import PC, TODAY, Trade, begin
from tests.ui.seeing import see

from deskbook.books.documents.commands import change_paper, register_paper
from deskbook.books.office.commands import set_office
from deskbook.books.orders.review import pass_check, set_review
from deskbook.books.purchases.commands import order_goods, receive
from deskbook.books.quotes import commands as quotes
from deskbook.books.receivables.chasing import lift_hold
from deskbook.books.receivables.chasing import promise as promise_to_pay
from deskbook.books.receivables.payments import refund, take_payment
from deskbook.books.returns import commands as returns
from deskbook.books.returns import deciding
from deskbook.books.series.commands import add_series, record_value
from deskbook.books.tasks import commands, queries
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.listing import Ask
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.core.window import Window
from deskbook.ui.list_screen import ListScreen

ALONG = tuple(kind for kind in queries.SYSTEM if kind not in ("low stock", "to ship", "arrival", "supplier"))
DAY = timedelta(days=1)


@pytest.fixture
def trade(book: Store) -> Trade:
    """A dealer's book."""
    return begin(book)


class Told(NamedTuple):
    """What the checklist says of a kind: its words, whom it is about, since when."""

    what: str
    who: str
    since: str | None


def told(trade: Trade, kind: str) -> list[Told]:
    """The lines of a kind that speak."""
    sql = "SELECT what, who, since FROM v_system_task WHERE kind = :kind AND snoozed IS NULL ORDER BY turn, id"
    return [Told(*row) for row in trade.book.look.rows(sql, kind=kind)]


def turn(trade: Trade, day: date) -> None:
    """A morning."""
    when = datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)
    days.set_clock(lambda: when)
    trade.book.turn_day()


def offer(trade: Trade, **facts: Any) -> int:
    """A quote of a board for Junye."""
    return int(trade.book.run(quotes.write_quote, customer=trade.junye, lines=[{"item": trade.board, "qty": PC}], **facts))


def owing(trade: Trade, **facts: Any) -> int:
    """Junye got a board and owes for it; gives the claim."""
    order = trade.take((trade.board, 1), **facts)
    trade.send(order)
    return int(trade.book.look.value("SELECT max(id) FROM claim WHERE order_id = :order", order=order))


def bank(trade: Trade) -> int:
    """Our account."""
    return int(trade.book.look.value("SELECT id FROM account WHERE code = 'bank'"))


# Each makes the fact and gives what must be told, and what mends it.
Case = Callable[[Trade], tuple[Told, Callable[[], object]]]


def quote_late(trade: Trade) -> tuple[Told, Callable[[], object]]:
    quote = offer(trade, asked_on=TODAY - 2 * DAY)  # one day is the office's own aim
    return Told("Q-2026-0001", "Junye 骏业", "2026-11-22"), lambda: trade.book.run(quotes.send_quote, quote=quote)


def quote_expiring(trade: Trade) -> tuple[Told, Callable[[], object]]:
    for until in (2, 3):
        quote = offer(trade, valid_until=TODAY + until * DAY)
        trade.book.run(quotes.send_quote, quote=quote)
    return Told("Q-2026-0001", "Junye 骏业", "2026-11-25"), lambda: trade.book.run(quotes.lose_quote, quote=1, reason="too dear")


def quote_moved(trade: Trade) -> tuple[Told, Callable[[], object]]:
    series = trade.book.run(add_series, code="CU", name="Copper", alert=300)
    trade.book.run(record_value, series=series, value=100_0000, day=TODAY - 2 * DAY)
    trade.book.run(quotes.send_quote, quote=offer(trade, series=series))
    trade.book.run(record_value, series=series, value=103_0000, day=TODAY - DAY)  # 3 % is not more than 3 %
    assert told(trade, "quote moved") == []
    trade.book.run(record_value, series=series, value=103_0100)
    return Told("Q-2026-0001", "Junye 骏业", "2026-11-23"), lambda: trade.book.run(record_value, series=series, value=99_0000)


def sent_back(trade: Trade) -> int:
    shipment = trade.send(trade.take((trade.board, 2)))
    line = {"shipment_line": trade.parts(shipment)[0], "qty": PC}
    return int(trade.book.run(returns.announce_return, lines=[line]))


def to_decide(trade: Trade) -> tuple[Told, Callable[[], object]]:
    back = sent_back(trade)
    trade.book.run(returns.receive_return, goods_return=back)
    line = trade.book.look.value("SELECT id FROM return_line")
    return Told("R-2026-0001", "Junye 骏业", "2026-11-23"), lambda: trade.book.run(deciding.decide, line=line, outcome="restock", cause="customer")


def announced(trade: Trade) -> tuple[Told, Callable[[], object]]:
    back = sent_back(trade)
    trade.book.run(set_office, return_days="5")
    turn(trade, TODAY + 5 * DAY)
    assert told(trade, "announced") == []
    turn(trade, TODAY + 6 * DAY)
    return Told("R-2026-0001", "Junye 骏业", "2026-11-28"), lambda: trade.book.run(returns.cancel_return, goods_return=back)


def review(trade: Trade) -> tuple[Told, Callable[[], object]]:
    trade.book.run(set_review, kind="contract", names=["price", "drawing", "credit"])
    order = trade.take((trade.board, 1), kind="contract")
    trade.book.run(pass_check, order=order, check="drawing", by="Zhao")

    def mend() -> None:
        for name in ("price", "credit"):
            trade.book.run(pass_check, order=order, check=name, by="Zhao")

    return Told("S-2026-0001 price, credit", "Junye 骏业", "2026-11-23"), mend


def broken(trade: Trade) -> tuple[Told, Callable[[], object]]:
    claim = owing(trade)
    trade.book.run(promise_to_pay, claims=[claim], until=TODAY + 2 * DAY)
    turn(trade, TODAY + 2 * DAY)
    assert told(trade, "promise") == []
    turn(trade, TODAY + 3 * DAY)
    return Told("I-2026-0001", "Junye 骏业", "2026-11-25"), lambda: trade.book.run(take_payment, party=trade.junye, account=bank(trade), amount=35500)


def contract(trade: Trade) -> tuple[Told, Callable[[], object]]:
    first, second = (trade.take((trade.board, 1), kind="contract", day=TODAY - n * DAY) for n in (3, 1))
    trade.take((trade.board, 1))  # by phone, without a contract
    trade.book.run(register_paper, kind="contract", book="orders", book_id=first)  # on its way: not here yet

    def mend() -> None:
        trade.book.run(change_paper, paper=1, original="held")
        trade.book.run(register_paper, kind="contract", book="orders", book_id=second, original="held")

    return Told("2", "", None), mend


def bill(trade: Trade) -> tuple[Told, Callable[[], object]]:
    lines = [{"item": trade.board, "qty": PC, "price": 1_000_000}]
    purchase = trade.book.run(order_goods, supplier=trade.hongda, lines=lines)
    line = trade.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :purchase", purchase=purchase)
    trade.book.run(receive, line=line, accepted=PC)
    claim = trade.book.look.value("SELECT id FROM claim WHERE side = 'payable'")
    return Told("1", "", None), lambda: trade.book.run(register_paper, kind="bill", book="claims", book_id=claim, original="held")


def unallocated(trade: Trade) -> tuple[Told, Callable[[], object]]:
    order = trade.take((trade.board, 1))
    ahead: dict[str, Any] = {"party": trade.junye, "account": bank(trade), "amount": 10_000}
    trade.book.run(take_payment, **ahead, order=order)  # waits for its claim
    assert told(trade, "unallocated") == []
    payment = trade.book.run(take_payment, **ahead, allocate=False)
    return Told("M-2026-0002", "Junye 骏业", "2026-11-23"), lambda: trade.book.run(refund, account=bank(trade), payment=payment)


CASES: dict[str, Case] = {
    "quote late": quote_late,
    "quote expiring": quote_expiring,
    "quote moved": quote_moved,
    "return": to_decide,
    "announced": announced,
    "review": review,
    "promise": broken,
    "contract": contract,
    "bill": bill,
    "unallocated": unallocated,
}


def test_every_kind_is_tried_and_can_be_told() -> None:
    assert set(CASES) == set(ALONG)
    assert set(queries.SYSTEM) == set(queries.CLOSES) == set(queries.TARGETS)


@pytest.mark.parametrize("kind", ALONG)
def test_it_appears_is_quiet_for_a_while_and_closes_itself(trade: Trade, kind: str) -> None:
    expected, mend = CASES[kind](trade)
    assert told(trade, kind) == [expected]
    ref = trade.book.look.value("SELECT ref FROM v_system_task WHERE kind = :kind", kind=kind)
    until = days.today() + 3 * DAY
    trade.book.run(commands.snooze, kind=kind, ref=ref, until=until, reason="they rang")
    assert told(trade, kind) == []
    quiet = Window(trade.book.look, queries.TASKS, Ask(view="snoozed", only=(("kind", kind),)))
    assert quiet.count == 1
    turn(trade, until)
    assert len(told(trade, kind)) >= 1  # with what came to it meanwhile
    assert told(trade, kind)[0] == expected
    mend()
    assert expected not in told(trade, kind)
    assert trade.book.look.value("SELECT count(*) FROM v_system_task WHERE kind = :kind AND ref = :ref", kind=kind, ref=ref) == 0
    assert [finding for finding in check(trade.book.look, queries.RULES) if finding.faults] == []
    assert verify(trade.book.look.con) == []


def test_a_quote_whose_price_moves_further_speaks_again(trade: Trade) -> None:
    quote_moved(trade)
    trade.book.run(commands.snooze, kind="quote moved", ref=1, until=TODAY + 9 * DAY, reason="he knows")
    trade.book.run(record_value, series=1, value=105_9900)  # still less than twice what the series allows
    assert told(trade, "quote moved") == []
    trade.book.run(record_value, series=1, value=106_0000)
    assert len(told(trade, "quote moved")) == 1


def test_a_broken_promise_is_seen_to_by_a_new_one_or_when_it_is_lifted(trade: Trade) -> None:
    broken(trade)
    trade.book.run(promise_to_pay, claims=[1], until=days.today() + 2 * DAY)
    assert told(trade, "promise") == []
    trade.book.undo()
    assert len(told(trade, "promise")) == 1
    trade.book.run(lift_hold, hold=1)
    assert told(trade, "promise") == []


async def test_enter_opens_the_record_or_the_list_behind_it(trade: Trade, tmp_path: Path) -> None:
    behind = {"contract": "unfiled", "quote late": "quotes", "quote expiring": "quotes", "return": "returns", "review": "orders", "bill": "unfiled",
              "unallocated": "payments"}
    for kind in behind:
        if kind not in ("quote expiring", "quote late"):
            CASES[kind](trade)
    offer(trade, asked_on=TODAY - 2 * DAY)
    trade.book.run(quotes.send_quote, quote=offer(trade, valid_until=TODAY))
    app = desk_of(trade.book, tmp_path, "tasks", "quotes", "returns", "orders", "unfiled", "payments")
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert any(line.split() == ["•", "no", "contract", "2"] for line in see(app))
        for kind, book in behind.items():
            row, ref = trade.book.look.row("SELECT id, ref FROM v_system_task WHERE kind = :kind", kind=kind) or (0, 0)
            app.go("tasks", row=row)
            await pilot.pause(0.1)
            await pilot.press("enter")
            await pilot.pause(0.1)
            assert isinstance(app.screen, ListScreen)
            assert book == app.screen.NAME, kind
            if book == "unfiled":
                assert app.screen.ask == queries.LISTS[kind]
                shown = app.screen.table.window
                assert shown is not None
                assert shown.count == {"contract": 2, "bill": 1}[kind]
            else:
                assert app.screen.table.cursor_id == ref, kind
