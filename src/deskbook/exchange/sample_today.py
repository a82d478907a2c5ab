"""The first morning at the sample company: shelves that catch the eye, what waits for a decision, and what was done since eight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from deskbook.books.items import commands as items
from deskbook.books.ledger import commands as ledger
from deskbook.books.orders import commands as orders
from deskbook.books.orders.review import pass_check
from deskbook.books.parties.commands import change_party
from deskbook.books.purchases import commands as purchases
from deskbook.books.shipments import commands as shipments
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.books.tasks import commands as tasks
from deskbook.core.store import Look, Tx
from deskbook.exchange.sample_company import DEPOSIT, OVER_60, OVER_90, SILENT, Act, Company
from deskbook.exchange.sample_days import Days
from deskbook.exchange.sample_goods import DISCONTINUED, LOW, OUT, PIECE, QUIET, SOON


class Morning:
    """Today."""

    def __init__(self, company: Company, days: Days) -> None:
        self.company = company
        self.days = days

    def shape(self, look: Look) -> Iterator[Act]:
        """What brings the book to where it catches the eye on the first morning, one thing after the other."""
        c = self.company
        yield from self._shape_shelves(look)
        for n, item in enumerate(c.items.values()):
            if n % 9:  # somebody looked at most minimums this year
                yield partial(self._review_minimum, item=item, days_ago=30 + n * 4)
        boards = [{"item": c.items["BVM7-710"], "qty": 4 * PIECE}, {"item": c.items["BVM7-710-8505"], "qty": 2 * PIECE}]
        yield partial(orders.take_order, customer=c.customers[7], lines=boards, wanted=c.today)
        cables = [{"item": c.items["CBL-FPC-24"], "qty": 20 * PIECE}]
        yield partial(orders.take_order, customer=c.customers[0], lines=cables, day=c.today - timedelta(days=6), wanted=c.today - timedelta(days=2))
        labels = [{"item": c.items["LBL-100"], "qty": 20 * PIECE, "price": c.cost(look, "LBL-100"), "promised": c.today}]
        yield partial(purchases.order_goods, supplier=c.suppliers[4], lines=labels, day=c.today - timedelta(days=7))
        yield from self._promise_late(look)
        yield partial(items.change_item, item=c.items[DISCONTINUED], discontinued=True)
        yield from self._review(look)
        yield from self._limit(look)
        if not look.value("SELECT 1 FROM target LIMIT 1"):
            yield partial(self.days.deals.aim, on=c.today)

    def _review_minimum(self, tx: Tx, item: int, days_ago: int) -> None:
        tx.today = self.company.today - timedelta(days=days_ago)
        items.review_minimum(tx, item=item, minimum=tx.value("SELECT minimum FROM item WHERE id = :item", item=item))

    def _shape_shelves(self, look: Look) -> Iterator[Act]:
        """Nothing there, at the minimum, and just over it with a big order due."""
        c = self.company
        shelf = place_of(look, "shelf")
        short = c.named["closing_short"]
        for code in (*OUT, *LOW, *SOON):
            for place, qty in look.rows(
                "SELECT place_id, qty FROM v_stock_place WHERE item_id = :item AND kind = 'shelf' AND qty > 0", item=c.items[code]
            ):
                keep = 0 if code in OUT or place != shelf else c.kind_of[code].minimum * PIECE * (1 if code in LOW else 2)
                if qty != keep:
                    yield partial(stock.adjust, item=c.items[code], place=place, counted=keep, reason=short)
            for (line,) in look.rows("SELECT purchase_line_id FROM expected WHERE item_id = :item", item=c.items[code]):
                yield partial(purchases.close_short, line=line, reason=short)
            for (line,) in look.rows("SELECT order_line_id FROM reservation WHERE item_id = :item", item=c.items[code]):
                yield partial(orders.short_close, line=line, reason="no stock")
        for code in LOW:
            yield from self._keep(look, code, shelf, c.kind_of[code].minimum * PIECE)
        for n, code in enumerate(SOON):
            yield from self._keep(look, code, shelf, c.kind_of[code].minimum * 2 * PIECE)
            lines = [{"item": c.items[code], "qty": (c.kind_of[code].minimum + 2) * PIECE}]
            yield partial(orders.take_order, customer=c.customers[n], lines=lines, wanted=c.today + timedelta(days=3 + n))
            if n == 2:
                yield partial(orders.hold, order=_newest(look, "sales_order"), reason=c.named["hold"])

    def _keep(self, look: Look, code: str, place: int, qty: int) -> Iterator[Act]:
        item = self.company.items[code]
        there = look.value("SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place", item=item, place=place)
        if (there or 0) != qty:
            yield partial(stock.adjust, item=item, place=place, counted=qty, reason=self.company.named["closing_short"])

    def _promise_late(self, look: Look) -> Iterator[Act]:
        """Twice they rang and named a later day, and even that has passed."""
        c = self.company
        late = c.today - timedelta(days=6)
        boards = [{"item": c.items["BVM7-710"], "qty": 40 * PIECE, "price": c.cost(look, "BVM7-710"), "promised": late - timedelta(days=6)}]
        yield partial(purchases.order_goods, supplier=c.suppliers[0], lines=boards, day=c.today - timedelta(days=20))
        line = _newest(look, "purchase_line")
        for sooner in (3, 0):
            yield partial(self._promise, line=line, promised=late - timedelta(days=sooner), said_by=c.named["people"][sooner])

    def _promise(self, tx: Tx, line: int, promised: date, said_by: str) -> None:
        tx.today = promised - timedelta(days=2)
        purchases.promise(tx, line=line, promised=promised, said_by=said_by)

    def _review(self, look: Look) -> Iterator[Act]:
        """A contract of which one check is missing."""
        c = self.company
        lines = [{"item": c.items["DSP2-70"], "qty": 4 * PIECE}, {"item": c.items["IOX1-16"], "qty": 3 * PIECE}]
        facts = {"kind": "contract", "channel": c.named["channels"][1]}
        yield partial(orders.take_order, customer=c.customers[1], lines=lines, wanted=c.today + timedelta(days=14), **facts)
        order = _newest(look, "sales_order")
        for n, check in enumerate(c.named["review"][:-1]):
            yield partial(pass_check, order=order, check=check, by=c.named["salespeople"][n])

    def _limit(self, look: Look) -> Iterator[Act]:
        """Credit limits: two customers are over theirs, the others that have one are far from it."""
        c = self.company
        for n in (*SILENT, 0, 1, *DEPOSIT):
            owes = int(look.value("SELECT coalesce(sum(open), 0) FROM owed WHERE party_id = :party AND side = 'receivable'", party=c.customers[n]))
            limit = owes * 7 // 1000 * 100 if n in (OVER_90, OVER_60) else (owes // 100000 + 1) * 500000 + c.local(5000000)
            yield partial(change_party, party=c.customers[n], credit_limit=limit)

    # -- since eight ---------------------------------------------------------------------------------------------------------

    def this_morning(self) -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
        """Today's work so far, one step each, newest last."""
        c = self.company
        named, today = c.named, c.today
        for n, text in enumerate(named["tasks"]):
            repeats = "workday" if n == 2 else "week" if n == 10 else ""
            facts = {
                "text": text,
                "due": (today + timedelta(days=n - 5)).isoformat(),
                "repeats": repeats,
                "asked_by": named["salespeople"][n % 6] if n % 3 == 0 else "",
            }
            yield self.note, {"days_ago": max(0, 8 - n), **facts}
        for n, text in enumerate(named["messages"]):
            yield tasks.add_task, {"text": text, "kind": "message", "party": c.salespeople[n]}
        for n in range(4):
            yield self.take_for_today, {}
            if n < 2:
                yield self.make_ready, {}
        for n in (2, 8):
            yield self.tick_nth, {"n": n}
        spent = {"amount": c.local(4500), "other": c.accounts["office"], "purpose": named["purposes_out"][0]}
        yield ledger.write_entry, {"account": c.accounts["cash"], "direction": "out", **spent}
        until = (today + timedelta(days=4)).isoformat()
        yield tasks.snooze, {"kind": "low stock", "ref": c.items[QUIET], "until": until, "reason": named["quiet"]}
        yield self.send_first, {}

    def note(self, tx: Tx, *, days_ago: int, **facts: Any) -> None:
        """Note a task as it was noted some days ago."""
        tx.today = self.company.today - timedelta(days=days_ago)
        tasks.add_task(tx, **facts)

    def tick_nth(self, tx: Tx, *, n: int) -> None:
        """Tick one of the tasks."""
        tasks.tick(tx, task=n + 1)

    def take_for_today(self, tx: Tx) -> None:
        """Take an order that is wanted today."""
        self.days.order(tx, self.company.today - timedelta(days=1), wanted=self.company.today)
        for act in self.days.paid_before():
            act(tx)

    def make_ready(self, tx: Tx) -> None:
        """Have the goods of the newest order checked and ready, where there are any."""
        order = _newest(tx, "sales_order")
        if self.days.sendable(tx, order):
            self.days.checked(tx, order)

    def send_first(self, tx: Tx) -> None:
        """Send one shipment this morning."""
        shipment = tx.value("SELECT id FROM shipment WHERE state = 'checked' AND void = 0 ORDER BY id LIMIT 1")
        if shipment is not None:
            shipments.ship(tx, shipment=shipment, waybill=f"SF{self.company.digits()}")


def _newest(look: Look, table: str) -> int:
    """The id of the row of a table that was written last."""
    return int(look.value(f"SELECT max(id) FROM {table}"))
