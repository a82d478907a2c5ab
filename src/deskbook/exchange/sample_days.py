"""What happens at the sample company on a day: orders come in, goods leave and arrive, money moves, the day is closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from deskbook.books.items import commands as items
from deskbook.books.ledger import commands as ledger
from deskbook.books.orders import commands as orders
from deskbook.books.parties import commands as parties
from deskbook.books.purchases import commands as purchases
from deskbook.books.shipments import commands as shipments
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.books.tasks import commands as tasks
from deskbook.core.store import Tx
from deskbook.core.words import N_

PIECE = 1000
"""One of anything, in the book's thousandths."""


class Kind(NamedTuple):
    """A family of items: type word, unit word, decimals, supplier (its place in the list), lead days, minimum, price in yuan, and the codes."""

    word: str
    unit: str
    decimals: int
    supplier: int
    lead: int
    minimum: int
    price: int
    codes: tuple[str, ...]


KINDS = (
    Kind("board", "piece", 0, 0, 12, 10, 420, ("BVM7-710", "BVM7-710-8505", "BVM7-711", "BVM7-720", "BVM7-720-8505", "BVM7-730")),
    Kind("power", "piece", 0, 0, 12, 12, 180, ("PWR5-12", "PWR5-12A", "PWR5-24", "PWR5-24A", "PWR5-48")),
    Kind("control", "piece", 0, 0, 14, 8, 350, ("CTL3-101", "CTL3-101R", "CTL3-102", "CTL3-110")),
    Kind("display", "piece", 0, 0, 15, 6, 260, ("DSP2-35", "DSP2-35T", "DSP2-43", "DSP2-43T", "DSP2-70")),
    Kind("io", "piece", 0, 0, 14, 5, 220, ("IOX1-8", "IOX1-16", "IOX1-32")),
    Kind(
        "cable",
        "piece",
        0,
        2,
        6,
        30,
        12,
        ("CBL-USB-1M", "CBL-USB-2M", "CBL-FPC-20", "CBL-FPC-24", "CBL-FPC-30", "CBL-FPC-40", "CBL-PWR-1M", "CBL-PWR-2M"),
    ),
    Kind("copper", "kilo", 2, 1, 9, 60, 78, ("C1100-0.20x15", "C1100-0.20x20", "C1100-0.30x20", "C1100-0.30x25", "C1100-0.50x30", "C1020-0.30x20")),
    Kind("brass", "kilo", 2, 1, 9, 50, 56, ("C2680-0.20x20", "C2680-0.30x20", "C2680-0.30x25", "C2680-0.40x25", "C2680-0.50x30")),
    Kind("bronze", "kilo", 2, 1, 11, 40, 92, ("C5191-0.15x12", "C5191-0.20x15", "C5191-0.30x18", "C5210-0.20x15")),
    Kind("connector", "piece", 0, 3, 5, 80, 3, ("CON-2P", "CON-4P", "CON-6P")),
    Kind("sink", "piece", 0, 5, 8, 25, 15, ("HSK-40", "HSK-60")),
    Kind("spacer", "piece", 0, 3, 5, 200, 1, ("SPC-M3-10", "SPC-M3-12")),
    Kind("bag", "piece", 0, 4, 4, 200, 1, ("BAG-L", "BAG-S")),
    Kind("tape", "roll", 0, 4, 4, 20, 6, ("TAPE-48", "TAPE-60")),
    Kind("label", "roll", 0, 4, 4, 10, 18, ("LBL-100", "LBL-60")),
    Kind("box", "piece", 0, 4, 4, 60, 4, ("BOX-3", "BOX-5")),
)
CONSUMABLE = ("bag", "tape", "label", "box")
SPOKEN = {"BVM7-710": "710", "BVM7-710-8505": "710-8505", "BVM7-720": "720", "C1100-0.30x20": "T2 0.30×20", "C1100-0.50x30": "Cu-ETP 0.50×30"}
OUT, LOW, SOON = ("BVM7-710", "CBL-FPC-24"), ("C1100-0.30x20", "PWR5-24A", "CON-4P", "BAG-L", "DSP2-43T"), ("CTL3-102", "C2680-0.30x20", "HSK-60")
"""How the shelves stand this morning: nothing there, at or under the minimum, and over it but not for long."""
QUIET, DISCONTINUED = "CON-4P", "TAPE-60"
"""A low item that is on its way, so that nobody need ring; one that is not bought any more."""


class Company:
    """Who is who, and what is on its way; the book itself holds everything else."""

    def __init__(self, named: dict[str, Any], random: Random, first: date, today: date) -> None:
        self.named, self.random, self.first, self.today = named, random, first, today
        self.items: dict[str, int] = {}
        self.kind_of: dict[str, Kind] = {}
        self.customers: list[int] = []
        self.suppliers: list[int] = []
        self.carriers: list[int] = []
        self.salespeople: list[int] = []
        self.accounts: dict[str, int] = {}
        self.to_ship: dict[date, list[int]] = defaultdict(list)
        self.to_arrive: dict[date, list[int]] = defaultdict(list)
        self.to_receive: dict[date, list[tuple[int, int]]] = defaultdict(list)
        self.on_order: set[str] = set()

    # -- the first day -----------------------------------------------------------------------------------------------------

    def settle_in(self, tx: Tx) -> None:
        """Parties, items with prices and minimums, the opening count and the opening balances."""
        self._meet(tx)
        self._list_items(tx)
        self.accounts = dict(tx.rows("SELECT code, id FROM account"))
        for code, amount in (("cash", 182000), ("bank", 21290411), ("wechat", 318050), ("alipay", 241000), ("mpesa", 96000)):
            if code in self.accounts:
                ledger.open_account(tx, account=self.accounts[code], amount=self._local(amount))
        tx.says(N_("settled in: {company}"), company=self.named["company"])

    def _meet(self, tx: Tx) -> None:
        named, random = self.named, self.random
        self.salespeople = [
            parties.add_party(tx, name=name, roles=["salesperson"], contacts=[self._phone("mobile")]) for name in named["salespeople"]
        ]
        parties.add_party(tx, name=named["head_office"], roles=["head_office", "supplier"], contacts=[self._phone("phone")])
        self.suppliers = [
            parties.add_party(
                tx,
                name=name,
                roles=["supplier"],
                contacts=[self._phone("phone"), {"channel": "fax", "value": self._digits()}],
                terms_days=30,
                addresses=[self._address()],
            )
            for name in named["suppliers"]
        ]
        self.carriers = [
            parties.add_party(tx, name=name, roles=["carrier"], transit_days=2 + n, contacts=[self._phone("phone")])
            for n, name in enumerate(named["carriers"])
        ]
        for name in named["factories"]:
            parties.add_party(tx, name=name, roles=["factory"], contacts=[self._phone("phone")])
        for n, name in enumerate(named["customers"]):
            contacts = [
                {**self._phone("phone"), "person": random.choice(named["people"])},
                {"channel": random.choice(["wechat", "qq", "mail"]), "value": f"desk{n:02d}@example.com"},
            ]
            customer = parties.add_party(
                tx,
                name=name,
                roles=["customer"],
                code=f"C{n + 1:03d}",
                contacts=contacts,
                addresses=[self._address()],
                terms_days=random.choice([0, 15, 30, 30, 60]),
                transit_days=random.choice([1, 2, 2, 3, 4]),
                salesperson=self.salespeople[n % 6],
                caution=named["cautions"][n // 7] if n in (1, 7) else "",
            )
            self.customers.append(customer)

    def _list_items(self, tx: Tx) -> None:
        named, random = self.named, self.random
        shelf = place_of(tx, "shelf")
        branch = stock.add_place(tx, code="branch", name=named["branch"], kind="shelf")
        desk = stock.add_place(tx, code="desk3", name=named["behind_desk"], kind="shelf")
        for kind in KINDS:
            word = named["types"][kind.word]
            for n, code in enumerate(kind.codes):
                price = kind.price * (100 + 7 * n) * self.named["price_percent"] // 100 * 100  # yuan x percent x percent = 1/10,000; whole cents
                minimum = kind.minimum * PIECE
                unit = named[kind.unit]
                item = items.add_item(
                    tx,
                    code=code,
                    name=f"{word} {code.partition('-')[2]}",
                    model=code,
                    category=word,
                    unit=unit,
                    decimals=kind.decimals,
                    minimum=minimum,
                    target=minimum * 5,
                    multiple=5 * PIECE if kind.unit == "piece" else None,
                    supplier=self.suppliers[kind.supplier],
                    lead_days=kind.lead,
                    consumable=kind.word in CONSUMABLE,
                    list_price=price,
                    floor_price=price * 85 // 100,
                    aliases=[SPOKEN[code]] if code in SPOKEN else [],
                )
                self.items[code], self.kind_of[code] = item, kind
                stock.open_stock(tx, item=item, place=shelf, qty=minimum * random.randint(3, 5))
                if kind.word in ("board", "cable") and n < 3:
                    stock.open_stock(tx, item=item, place=branch, qty=minimum)
                if code == "LBL-60":
                    stock.open_stock(tx, item=item, place=desk, qty=3 * PIECE)

    # -- any day -----------------------------------------------------------------------------------------------------------

    def work(self, tx: Tx, *, day: date | str) -> None:
        """One day's orders, receipts, shipments and day-book lines."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        for line, qty in self._due(self.to_receive, on):
            self._take_in(tx, line, qty)
        for shipment in self._due(self.to_arrive, on):
            shipments.confirm_arrival(tx, shipment=shipment, by=self.random.choice(self.named["people"]))
        for order in self._due(self.to_ship, on):
            self._send(tx, order, on)
        for _n in range(self.random.choice([0, 1, 1, 1, 2, 2])):
            self._order(tx, on)
        self._refill(tx, on)
        self._money(tx, on)
        tx.says(N_("a working day: {day}"), day=on.isoformat())

    def close(self, tx: Tx, *, day: date | str) -> None:
        """Count the cash and close the day; now and then a coin is missing."""
        closing = tx.value("SELECT balance FROM v_account WHERE code = 'cash'")
        missing = self._local(500) if self.random.random() < 0.01 else 0
        ledger.close_day(tx, day=day, counted={str(self.accounts["cash"]): closing - missing})

    def _order(self, tx: Tx, on: date, wanted: date | None = None) -> int:
        random = self.random
        customer = random.choice(self.customers[: 12 if random.random() < 0.5 else 40])
        family = random.choice(KINDS[:-4])
        codes = random.sample(family.codes, min(len(family.codes), random.randint(1, 3)))
        if random.random() < 0.4:
            codes.append(random.choice(KINDS[5].codes if family is not KINDS[5] else KINDS[0].codes))
        lines = [{"item": self.items[code], "qty": self._some(code), "discount": random.choice([0, 0, 0, 300, 500])} for code in codes]
        due = wanted or on + timedelta(days=random.randint(2, 7))
        order = orders.take_order(tx, customer=customer, lines=lines, wanted=due, carrier=random.choice(self.carriers))
        self.to_ship[on + timedelta(days=random.randint(1, 4))].append(order)
        return order

    def _some(self, code: str) -> int:
        kind = self.kind_of[code]
        pieces = self.random.randint(1, max(kind.minimum // 2, 2)) * PIECE
        return pieces + (self.random.randrange(0, 100, 5) * 10 if kind.decimals else 0)

    def _send(self, tx: Tx, order: int, on: date) -> None:
        """Send what is there of an order, checked line by line; the rest waits two days."""
        if tx.value("SELECT state FROM sales_order WHERE id = :order", order=order) != "confirmed":
            return
        if not self._sendable(tx, order):
            self.to_ship[on + timedelta(days=2)].append(order)
            return
        shipment = self._checked(tx, order)
        shipments.ship(tx, shipment=shipment, waybill=f"SF{self._digits()}")
        due = tx.value("SELECT due_on FROM shipment WHERE id = :id", id=shipment)
        self.to_arrive[date.fromisoformat(due) + timedelta(days=self.random.choice([0, 0, 1]))].append(shipment)
        if tx.value("SELECT state FROM sales_order WHERE id = :order", order=order) == "confirmed":
            self.to_ship[on + timedelta(days=3)].append(order)

    def _sendable(self, tx: Tx, order: int) -> bool:
        sql = (
            "SELECT 1 FROM v_order_line l JOIN stock_balance b ON b.item_id = l.item_id AND b.qty > 0"
            " JOIN place p ON p.id = b.place_id AND p.kind = 'shelf' WHERE l.order_id = :order AND l.open > 0"
        )
        return tx.value(sql, order=order) is not None

    def _checked(self, tx: Tx, order: int) -> int:
        shipment = shipments.make_shipment(tx, order=order)
        for line, code, qty in tx.rows("SELECT id, code, qty FROM v_shipment_line WHERE shipment_id = :id", id=shipment):
            shipments.check_line(tx, line=line, typed=code, qty=qty)
        return shipment

    def _refill(self, tx: Tx, on: date) -> None:
        """Order what has come to its minimum, once; suppliers promise the lead time and are sometimes late."""
        sql = "SELECT code FROM v_stock WHERE available <= minimum"
        wanted: dict[int, list[str]] = defaultdict(list)
        for (code,) in tx.rows(sql):
            if code not in self.on_order:
                wanted[self.kind_of[code].supplier].append(code)
        for supplier, codes in wanted.items():
            lines = []
            for code in codes:
                kind = self.kind_of[code]
                price = self._cost(tx, code)
                lines.append({"item": self.items[code], "qty": kind.minimum * 4 * PIECE, "price": price, "promised": on + timedelta(days=kind.lead)})
            purchase = purchases.order_goods(tx, supplier=self.suppliers[supplier], lines=lines)
            arrives = on + timedelta(days=self.kind_of[codes[0]].lead + self.random.choice([-1, 0, 0, 0, 2, 5]))
            self.on_order.update(codes)
            self.to_receive[arrives] += tx.rows("SELECT id, qty FROM purchase_line WHERE purchase_id = :id", id=purchase)

    def _cost(self, tx: Tx, code: str) -> int:
        """What an item costs: six tenths of its list price, in whole cents."""
        return int(tx.value("SELECT list_price FROM v_item WHERE code = :code", code=code)) * 6 // 1000 * 100

    def _take_in(self, tx: Tx, line: int, qty: int) -> None:
        bad = PIECE if qty >= 20 * PIECE and self.random.random() < 0.04 else 0
        purchases.receive(tx, line=line, accepted=qty - bad, quarantined=bad)
        self.on_order.discard(str(tx.value("SELECT code FROM v_purchase_line WHERE id = :line", line=line)))

    def _money(self, tx: Tx, on: date) -> None:
        random, named = self.random, self.named
        purses = [self.accounts[code] for code in ("bank", "bank", "wechat", "alipay", "mpesa", "cash") if code in self.accounts]
        for _n in range(random.choice([0, 1, 1, 2])):
            row = tx.row(
                "SELECT customer_id, no, total FROM v_order WHERE id = (SELECT max(id) - :back FROM sales_order) AND total > 0",
                back=random.randint(0, 15),
            )
            if row:
                ledger.write_entry(
                    tx,
                    account=random.choice(purses),
                    direction="in",
                    amount=row[2],
                    other=self.accounts["sales"],
                    party=row[0],
                    purpose=named["purpose_sale"],
                    document=row[1],
                )
        cash = tx.value("SELECT balance FROM v_account WHERE code = 'cash'")
        if random.random() < 0.6 and cash > self._local(20000):
            ledger.write_entry(
                tx,
                account=self.accounts["cash"],
                direction="out",
                amount=self._local(random.randint(800, 9500)),
                other=self.accounts["office"],
                purpose=random.choice(named["purposes_out"]),
            )
        if random.random() < 0.3:
            carrier = random.choice(self.carriers)
            ledger.write_entry(
                tx,
                account=self.accounts["bank"],
                direction="out",
                amount=self._local(random.randint(6000, 42000)),
                other=self.accounts["freight"],
                party=carrier,
                purpose=named["purpose_freight"],
            )
        owed = (
            tx.row("SELECT supplier_id, no, total FROM v_purchase WHERE state = 'closed' ORDER BY id DESC LIMIT 1") if random.random() < 0.2 else None
        )
        if owed and owed[2]:
            ledger.write_entry(
                tx,
                account=self.accounts["bank"],
                direction="out",
                amount=owed[2],
                other=self.accounts["goods"],
                party=owed[0],
                purpose=named["purpose_goods"],
                document=owed[1],
            )
        if cash > self._local(800000):
            ledger.transfer_money(
                tx, source=self.accounts["cash"], target=self.accounts["bank"], amount=cash - self._local(150000), purpose=named["purpose_bank"]
            )
        if on.day in (10, 11, 12) and on.weekday() == 0:
            ledger.write_entry(
                tx,
                account=self.accounts["bank"],
                direction="out",
                amount=self._local(1850000),
                other=self.accounts["expense"],
                purpose=named["purpose_wages"],
            )

    # -- this morning ------------------------------------------------------------------------------------------------------

    def shape(self, tx: Tx) -> None:
        """Bring some shelves to where they catch the eye: nothing there, at the minimum, and just over it with a big order due."""
        shelf = place_of(tx, "shelf")
        for code in (*OUT, *LOW, *SOON):
            for place, qty in tx.rows(
                "SELECT place_id, qty FROM v_stock_place WHERE item_id = :item AND kind = 'shelf' AND qty > 0", item=self.items[code]
            ):
                keep = 0 if code in OUT or place != shelf else self.kind_of[code].minimum * PIECE * (1 if code in LOW else 2)
                if qty != keep:
                    stock.adjust(tx, item=self.items[code], place=place, counted=keep, reason=self.named["closing_short"])
            for (line,) in tx.rows("SELECT purchase_line_id FROM expected WHERE item_id = :item", item=self.items[code]):
                purchases.close_short(tx, line=line, reason=self.named["closing_short"])
            for (line,) in tx.rows("SELECT order_line_id FROM reservation WHERE item_id = :item", item=self.items[code]):
                orders.short_close(tx, line=line, reason="no stock")
        for code in LOW:
            if not tx.value("SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place", item=self.items[code], place=shelf):
                stock.adjust(tx, item=self.items[code], place=shelf, counted=self.kind_of[code].minimum * PIECE, reason=self.named["closing_short"])
        for n, code in enumerate(SOON):
            keep = self.kind_of[code].minimum * 2 * PIECE
            if tx.value("SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place", item=self.items[code], place=shelf) != keep:
                stock.adjust(tx, item=self.items[code], place=shelf, counted=keep, reason=self.named["closing_short"])
            due = self.today + timedelta(days=3 + n)
            order = orders.take_order(
                tx, customer=self.customers[n], lines=[{"item": self.items[code], "qty": (self.kind_of[code].minimum + 2) * PIECE}], wanted=due
            )
            if n == 2:
                orders.hold(tx, order=order, reason=self.named["hold"])
        for n, item in enumerate(self.items.values()):
            if n % 9:  # somebody looked at most minimums this year
                tx.today = self.today - timedelta(days=30 + n * 4)
                items.review_minimum(tx, item=item, minimum=tx.value("SELECT minimum FROM item WHERE id = :item", item=item))
        tx.today = self.today
        orders.take_order(
            tx,
            customer=self.customers[7],
            lines=[{"item": self.items["BVM7-710"], "qty": 4 * PIECE}, {"item": self.items["BVM7-710-8505"], "qty": 2 * PIECE}],
            wanted=self.today,
        )
        late = self.today - timedelta(days=6)
        boards = [{"item": self.items["BVM7-710"], "qty": 40 * PIECE, "price": self._cost(tx, "BVM7-710"), "promised": late - timedelta(days=6)}]
        purchase = purchases.order_goods(tx, supplier=self.suppliers[0], lines=boards, day=self.today - timedelta(days=20))
        (line,) = (line for (line,) in tx.rows("SELECT id FROM purchase_line WHERE purchase_id = :id", id=purchase))
        for sooner in (3, 0):  # twice they rang and named a later day, and even that has passed
            tx.today = late - timedelta(days=sooner + 2)
            purchases.promise(tx, line=line, promised=late - timedelta(days=sooner), said_by=self.named["people"][sooner])
        tx.today = self.today
        items.change_item(tx, item=self.items[DISCONTINUED], discontinued=True)

    def this_morning(self) -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
        """Today's work so far, one step each, newest last."""
        named, today = self.named, self.today
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
            yield tasks.add_task, {"text": text, "kind": "message", "party": self.salespeople[n]}
        yield self.ready, {"count": 2}
        for n in (2, 8):
            yield self.tick_nth, {"n": n}
        yield (
            ledger.write_entry,
            {
                "account": self.accounts["cash"],
                "direction": "out",
                "amount": self._local(4500),
                "other": self.accounts["office"],
                "purpose": named["purposes_out"][0],
            },
        )
        until = (today + timedelta(days=4)).isoformat()
        yield tasks.snooze, {"kind": "low stock", "ref": self.items[QUIET], "until": until, "reason": named["quiet"]}
        yield self.send_first, {}

    def note(self, tx: Tx, *, days_ago: int, **facts: Any) -> None:
        """Note a task as it was noted some days ago."""
        tx.today = self.today - timedelta(days=days_ago)
        tasks.add_task(tx, **facts)

    def tick_nth(self, tx: Tx, *, n: int) -> None:
        """Tick one of the tasks."""
        tasks.tick(tx, task=n + 1)

    def ready(self, tx: Tx, *, count: int) -> None:
        """Have some shipments checked and ready, of orders wanted today."""
        for _n in range(count + 2):
            order = self._order(tx, self.today - timedelta(days=1), wanted=self.today)
            if _n < count and self._sendable(tx, order):
                self._checked(tx, order)

    def send_first(self, tx: Tx) -> None:
        """Send one shipment this morning."""
        shipment = tx.value("SELECT id FROM shipment WHERE state = 'checked' AND void = 0 ORDER BY id LIMIT 1")
        if shipment is not None:
            shipments.ship(tx, shipment=shipment, waybill=f"SF{self._digits()}")

    # -- small things ------------------------------------------------------------------------------------------------------

    def _due(self, waiting: dict[date, list[Any]], on: date) -> list[Any]:
        """What waits for this day or an earlier one (weekends wait for Monday)."""
        return [found for day in sorted(day for day in waiting if day <= on) for found in waiting.pop(day)]

    def _local(self, cents: int) -> int:
        """An amount in fen as cents of the company's currency, to ten cents."""
        return max(cents * int(self.named["price_percent"]) // 1000 * 10, 10)

    def _digits(self) -> str:
        return "".join(self.random.choice("0123456789") for _n in range(10))

    def _phone(self, channel: str) -> dict[str, str]:
        return {"channel": channel, "value": f"0{self.random.randint(10, 99)} {self.random.randint(100, 999)} {self.random.randint(1000, 9999)}"}

    def _address(self) -> dict[str, str]:
        return {"text": f"{self.random.choice(self.named['streets'])} {self.random.randint(1, 99)}", "city": self.random.choice(self.named["cities"])}
