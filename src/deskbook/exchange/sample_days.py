"""What happens with goods at the sample company on a day: orders come in, goods leave and arrive, shelves are filled again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from deskbook.books.ledger import commands as ledger
from deskbook.books.orders import commands as orders
from deskbook.books.purchases import commands as purchases
from deskbook.books.receivables.payments import take_payment
from deskbook.books.shipments import commands as shipments
from deskbook.books.shipments.incidents import note_near_miss
from deskbook.core.store import Look, Tx
from deskbook.core.words import N_
from deskbook.exchange.sample_company import BRANCH, DEPOSIT, NOT_TOLD, ORDERED, RESTING, Act, Company
from deskbook.exchange.sample_deals import Deals
from deskbook.exchange.sample_goods import KINDS, KIT, LOW, OUT, PIECE, SOLD, SOON, TAKEN_FOR
from deskbook.exchange.sample_money import Money
from deskbook.exchange.sample_papers import Papers

KIT_EVERY = 35
"""Workdays between two orders of the kit."""


class Days:
    """Any working day."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.money = Money(company)
        self.deals = Deals(company)
        self.papers = Papers(company)
        self.worked = 0
        self.deposits: list[Act] = []
        self.stories: dict[date, list[int]] = defaultdict(list)
        for days, customer in ORDERED:
            self.stories[company.ago(days)].append(customer)

    def work(self, tx: Tx, *, day: date | str) -> None:
        """One day's orders, receipts, shipments and money."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        for act in self.acts(tx, on):
            act(tx)
        tx.says(N_("a working day: {day}"), day=on.isoformat())

    def acts(self, look: Look, on: date) -> Iterator[Act]:
        """What is done on a day, one thing after the other; each is chosen when those before it are done, by what the book then says."""
        c = self.company
        for act in c.due(c.later, on):
            yield partial(_on, act, on)
        for line, qty in c.due(c.to_receive, on):
            yield partial(self._take_in, line=line, qty=qty)
        for shipment in c.due(c.to_arrive, on):
            yield partial(shipments.confirm_arrival, shipment=shipment, by=c.someone())
        for order in c.due(c.to_ship, on):
            yield partial(self._send, order=order, on=on)
        yield from self.deals.acts(on, self.worked)
        for _n in range(c.random.choice([0, 1, 1, 1, 2])):
            yield partial(self.order, on=on)
            yield from self.paid_before()
        for customer in self.stories.get(on, []):
            yield partial(self._order_sure, customer=c.customers[customer], on=on)
            yield from self.paid_before()
        if self.worked % KIT_EVERY == 7:
            yield partial(self._order_kit, on=on)
            yield from self.paid_before()
        yield from self._refill(look, on)
        yield from self.money.acts(look, on)
        yield from self.papers.acts(look, on)
        self.worked += 1

    def close(self, tx: Tx, *, day: date | str) -> None:
        """Count the cash and close the day; now and then a coin is missing."""
        c = self.company
        closing = tx.value("SELECT balance FROM v_account WHERE code = 'cash'")
        missing = c.local(500) if c.random.random() < 0.01 else 0
        ledger.close_day(tx, day=day, counted={str(c.accounts["cash"]): closing - missing})

    # -- orders ------------------------------------------------------------------------------------------------------------

    def order(self, tx: Tx, on: date, wanted: date | None = None) -> int:
        """An order of some items by anybody."""
        c, random = self.company, self.company.random
        customer = random.choice(c.customers[: 12 if random.random() < 0.5 else 40])
        if on >= c.ago(RESTING.get(c.nth(customer), -1)):
            customer = c.customers[0]
        family = random.choice(SOLD)
        codes = random.sample(family.codes, min(len(family.codes), random.randint(1, 3)))
        if random.random() < 0.4:
            codes.append(random.choice(KINDS[5].codes if family is not KINDS[5] else KINDS[0].codes))
        lines = [{"item": c.items[code], "qty": self._some(code), "discount": random.choice([0, 0, 0, 300, 500])} for code in codes]
        due = wanted or on + timedelta(days=random.randint(2, 7))
        facts = {"carrier": random.choice(c.carriers), "channel": random.choice(c.named["channels"])}
        order = orders.take_order(tx, customer=customer, lines=lines, wanted=due, **facts)
        self._wait(tx, order, customer, on, on + timedelta(days=random.randint(1, 4)))
        return order

    def _order_sure(self, tx: Tx, customer: int, on: date) -> int:
        """An order that leaves the next day: of what there is most of."""
        c = self.company
        dear = ", ".join(f"'{code}'" for kind in KINDS[:3] for code in kind.codes if code not in (*OUT, *LOW, *SOON))
        sql = f"SELECT code FROM v_stock WHERE code IN ({dear}) AND shelf > 0 ORDER BY available DESC, id LIMIT 2"
        lines = [{"item": c.items[code], "qty": self._some(code)} for (code,) in tx.rows(sql)]
        facts = {"carrier": c.carriers[0], "channel": c.named["channels"][0]}
        order = orders.take_order(tx, customer=customer, lines=lines, wanted=on + timedelta(days=5), **facts)
        self._wait(tx, order, customer, on, c.next_workday(on))
        return order

    def _order_kit(self, tx: Tx, on: date) -> None:
        c = self.company
        customer = c.customers[22 + self.worked % 17]
        lines = [{"item": c.kit, "qty": c.random.randint(1, 3) * PIECE}]
        facts = {"carrier": c.carriers[1], "channel": c.named["channels"][2]}
        order = orders.take_order(tx, customer=customer, lines=lines, wanted=on + timedelta(days=6), **facts)
        self._wait(tx, order, customer, on, c.next_workday(on))

    def _wait(self, tx: Tx, order: int, customer: int, on: date, ships: date) -> None:
        """An order waits to be sent; some pay a third before."""
        c = self.company
        c.to_ship[ships].append(order)
        if c.nth(customer) in DEPOSIT:
            total = int(tx.value("SELECT total FROM v_order WHERE id = :order", order=order))
            facts: dict[str, Any] = {"account": c.accounts["bank"], "order": order, "note": c.named["purpose_deposit"]}
            self.deposits.append(partial(take_payment, party=customer, amount=max(total * 3 // 10, 1), **facts))

    def paid_before(self) -> Iterator[Act]:
        """The deposits for the orders that were just taken."""
        while self.deposits:
            yield self.deposits.pop(0)

    def _some(self, code: str) -> int:
        kind = self.company.kind_of[code]
        pieces = self.company.random.randint(1, max(kind.minimum // 2, 2)) * PIECE
        return pieces + (self.company.random.randrange(0, 100, 5) * 10 if kind.decimals else 0)

    # -- goods that leave ----------------------------------------------------------------------------------------------------

    def _send(self, tx: Tx, order: int, on: date) -> None:
        """Send what is there of an order, checked line by line; the rest waits two days."""
        c = self.company
        state, customer = tx.row("SELECT state, customer_id FROM sales_order WHERE id = :order", order=order) or ("", 0)
        if state != "confirmed" or not tx.value("SELECT 1 FROM reservation WHERE order_id = :order", order=order):
            return
        if customer in c.blocked or not self.sendable(tx, order):
            c.to_ship[on + timedelta(days=2)].append(order)
            return
        shipment = self.checked(tx, order)
        shipments.ship(tx, shipment=shipment, waybill=f"SF{c.digits()}")
        due = tx.value("SELECT due_on FROM shipment WHERE id = :id", id=shipment)
        if c.nth(customer) != NOT_TOLD or on < c.ago(9):
            c.to_arrive[date.fromisoformat(due) + timedelta(days=c.random.choice([0, 0, 1]))].append(shipment)
        if tx.value("SELECT 1 FROM reservation WHERE order_id = :order", order=order):
            c.to_ship[on + timedelta(days=3)].append(order)

    def sendable(self, tx: Tx, order: int) -> bool:
        """Whether something of an order lies on a shelf."""
        sql = (
            "SELECT 1 FROM reservation r JOIN stock_balance b ON b.item_id = r.item_id AND b.qty > 0"
            " JOIN place p ON p.id = b.place_id AND p.kind = 'shelf' WHERE r.order_id = :order"
        )
        return tx.value(sql, order=order) is not None

    def checked(self, tx: Tx, order: int) -> int:
        """A shipment of an order with every line checked; now and then another model is in the hand first."""
        c = self.company
        at_branch = (
            "SELECT min(coalesce((SELECT b.qty FROM stock_balance b WHERE b.item_id = r.item_id AND b.place_id = :branch), 0) >= r.qty)"
            " FROM reservation r WHERE r.order_id = :order"
        )
        served = c.nth(int(tx.value("SELECT customer_id FROM sales_order WHERE id = :order", order=order))) % BRANCH == 1
        place = c.branch if served and tx.value(at_branch, order=order, branch=c.branch) else None
        shipment = shipments.make_shipment(tx, order=order, place=place)
        for line, code, qty in tx.rows("SELECT id, code, qty FROM v_shipment_line WHERE shipment_id = :id", id=shipment):
            if code in TAKEN_FOR and c.random.random() < 0.08:
                note_near_miss(tx, line=line, typed=TAKEN_FOR[code])
            shipments.check_line(tx, line=line, typed=code, qty=qty)
        return shipment

    # -- goods that come -----------------------------------------------------------------------------------------------------

    def _refill(self, look: Look, on: date) -> Iterator[Act]:
        """Order what has come to its minimum, once; suppliers promise the lead time and are sometimes late."""
        c = self.company
        wanted: dict[int, list[str]] = defaultdict(list)
        for (code,) in look.rows("SELECT code FROM v_stock WHERE available <= minimum"):
            if code not in c.on_order:
                wanted[c.kind_of[code].supplier].append(code)
        for supplier, codes in wanted.items():
            yield partial(self._buy, supplier=supplier, codes=codes, on=on)

    def _buy(self, tx: Tx, supplier: int, codes: list[str], on: date) -> None:
        c, lines = self.company, []
        for code in codes:
            kind = c.kind_of[code]
            promised = on + timedelta(days=kind.lead)
            lines.append({"item": c.items[code], "qty": kind.minimum * 4 * PIECE, "price": c.cost(tx, code), "promised": promised})
        purchase = purchases.order_goods(tx, supplier=c.suppliers[supplier], lines=lines)
        arrives = on + timedelta(days=c.kind_of[codes[0]].lead + c.random.choice([-1, 0, 0, 0, 2, 5]))
        c.on_order.update(codes)
        c.to_receive[arrives] += tx.rows("SELECT id, qty FROM purchase_line WHERE purchase_id = :id", id=purchase)

    def _take_in(self, tx: Tx, line: int, qty: int) -> None:
        """Goods come; now and then one is bad, and what the branch keeps goes on there."""
        c = self.company
        code = str(tx.value("SELECT code FROM v_purchase_line WHERE id = :line", line=line))
        bad = PIECE if qty >= 20 * PIECE and c.random.random() < 0.04 else 0
        for_branch = code in (KINDS[0].codes + KINDS[5].codes)[:9] and code != KIT and c.random.random() < 0.5
        purchases.receive(tx, line=line, accepted=qty - bad, quarantined=bad, place=c.branch if for_branch else None)
        c.on_order.discard(code)


def _on(act: Callable[[Tx, date], object], on: date, tx: Tx) -> object:
    """What was put off to a day, done on it."""
    return act(tx, on)
