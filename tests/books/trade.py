"""A small dealer's book for the tests of orders and shipments: who and what there is, and the book's state as plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from deskbook.books.claims.queries import RULES as CLAIM_RULES
from deskbook.books.items.commands import add_item
from deskbook.books.items.queries import RULES as ITEM_RULES
from deskbook.books.orders import commands as orders
from deskbook.books.orders.queries import RULES as ORDER_RULES
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases.commands import order_goods
from deskbook.books.receivables.payments import take_payment
from deskbook.books.shipments import commands as shipments
from deskbook.books.shipments.queries import RULES as SHIPMENT_RULES
from deskbook.books.stock.commands import add_place, open_stock, transfer
from deskbook.books.stock.queries import RULES as STOCK_RULES
from deskbook.core.check import check
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify

PC = 1000
"""One piece, as quantities are kept."""
TODAY = date(2026, 11, 23)
RULES = (*CLAIM_RULES, *ITEM_RULES, *STOCK_RULES, *ORDER_RULES, *SHIPMENT_RULES)

STANDING = {
    "orders": "SELECT * FROM sales_order WHERE void = 0 ORDER BY id",
    "lines": "SELECT l.* FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE o.void = 0 ORDER BY l.id",
    "shipments": "SELECT * FROM shipment WHERE void = 0 ORDER BY id",
    "sent": "SELECT l.* FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id WHERE s.void = 0 ORDER BY l.id",
    "goods": "SELECT * FROM stock_balance WHERE qty <> 0 ORDER BY item_id, place_id",
    "claims": "SELECT * FROM claim WHERE void = 0 ORDER BY id",
    "billed": "SELECT l.* FROM claim_line l JOIN claim k ON k.id = l.claim_id WHERE k.void = 0 ORDER BY l.id",
    "owed": "SELECT * FROM owed ORDER BY claim_id",
    "reserved": "SELECT * FROM reservation ORDER BY order_line_id",
}


@dataclass
class Trade:
    """The book and the ids in it."""

    book: Store
    junye: int
    anka: int
    zhang: int
    hongda: int
    sf: int
    board: int
    longer: int
    copper: int
    bag: int
    shelf: int
    back: int
    quarantine: int

    def take(self, *lines: tuple[int, int] | dict[str, Any], **facts: Any) -> int:
        """An order of (item, pieces) for Junye."""
        given = [line if isinstance(line, dict) else {"item": line[0], "qty": line[1] * PC} for line in lines]
        return int(self.book.run(orders.take_order, lines=given, **({"customer": self.junye} | facts)))

    def lines(self, order: int) -> list[int]:
        """The ids of an order's lines."""
        return [line for (line,) in self.book.look.rows("SELECT id FROM order_line WHERE order_id = :order ORDER BY pos", order=order)]

    def parts(self, shipment: int) -> list[int]:
        """The ids of a shipment's lines."""
        return [line for (line,) in self.book.look.rows("SELECT id FROM shipment_line WHERE shipment_id = :id ORDER BY id", id=shipment)]

    def make(self, order: int, *qty: int, **facts: Any) -> int:
        """A shipment of so many pieces of the order's lines, or of what is there."""
        lines = {line: n * PC for line, n in zip(self.lines(order), qty, strict=True) if n} if qty else None
        return int(self.book.run(shipments.make_shipment, order=order, lines=lines, **facts))

    def check(self, shipment: int) -> None:
        """Confirm every line by its whole code and quantity."""
        sql = (
            "SELECT l.id, i.code, l.qty FROM shipment_line l JOIN item i ON i.id = l.item_id"
            " WHERE l.shipment_id = :id AND l.checked_qty IS NULL ORDER BY l.id"
        )
        for line, code, qty in self.book.look.rows(sql, id=shipment):
            self.book.run(shipments.check_line, line=line, typed=code, qty=qty)

    def send(self, order: int, *qty: int, **facts: Any) -> int:
        """Make, check and send a shipment; facts go to ship."""
        shipment = self.make(order, *qty)
        self.check(shipment)
        self.book.run(shipments.ship, shipment=shipment, **facts)
        return shipment

    def pay(self, order: int) -> int:
        """The customer pays what is open of an order; returns the payment."""
        sql = "SELECT sum(o.open) FROM owed o JOIN claim k ON k.id = o.claim_id WHERE k.order_id = :order"
        bank = self.book.look.value("SELECT id FROM account WHERE code = 'bank'")
        customer = self.book.look.value("SELECT customer_id FROM sales_order WHERE id = :order", order=order)
        due = self.book.look.value(sql, order=order)
        return int(self.book.run(take_payment, party=customer, account=bank, amount=due, order=order))

    def state(self, order: int) -> tuple[str, str]:
        """An order's state, and how far it is fulfilled."""
        row = self.book.look.row("SELECT state, fulfil FROM v_order WHERE id = :order", order=order)
        assert row is not None
        return row[0], row[1]

    def open(self, order: int) -> list[int]:
        """What is open of each line, in pieces."""
        return [qty // PC for (qty,) in self.book.look.rows("SELECT open FROM v_order_line WHERE order_id = :order ORDER BY pos", order=order)]

    def there(self, item: int, place: int | None = None) -> int:
        """Pieces of an item on one shelf."""
        qty = self.book.look.value("SELECT qty FROM stock_balance WHERE item_id = :item AND place_id = :place", item=item, place=place or self.shelf)
        return int(qty or 0) // PC

    def standing(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything of orders, shipments and goods that stands: documents not void, their lines, what is where and reserved."""
        return {name: self.book.look.rows(sql) for name, sql in STANDING.items()}

    def sound(self) -> None:
        """The journal walks back to the empty book, and every rule of the books holds."""
        assert verify(self.book.look.con) == []
        assert [finding for finding in check(self.book.look, RULES) if finding.faults] == []

    def there_and_back(self, act: Callable[[], Any]) -> None:
        """Do something, take it back, do it again: the rows are as before, then as after."""
        before = self.standing()
        act()
        after = self.standing()
        assert after != before
        self.sound()
        self.book.undo()
        assert self.standing() == before
        self.sound()
        self.book.redo()
        assert self.standing() == after
        self.sound()


def begin(book: Store) -> Trade:
    """Who and what there is: 12 BVM7-710 and 3 BVM7-710-8505, 20 C1100 and 100 bags on the shelf, nothing behind."""

    def fill(tx: Tx) -> list[int]:
        since = "2026-01-01"
        phone = {"channel": "phone", "value": "138 1234 5678"}
        zhang = add_party(tx, name="Zhang", roles=["salesperson"])
        junye = add_party(tx, name="Junye 骏业", roles=["customer"], salesperson=zhang, transit_days=3, contacts=[phone])
        anka = add_party(tx, name="Anka 安卡", roles=["customer"], caution="cash only")
        hongda = add_party(tx, name="Hongda", roles=["supplier"])
        sf = add_party(tx, name="SF Express", roles=["carrier"], transit_days=2)
        board = add_item(tx, code="BVM7-710", name="主板", unit="pc", list_price=3_550_000, floor_price=3_000_000, since=since)
        longer = add_item(tx, code="BVM7-710-8505", name="主板", unit="pc", list_price=4_025_000, since=since)
        copper = add_item(tx, code="C1100", name="Copper strip", unit="kg", decimals=3, list_price=680_000, since=since)
        bag = add_item(tx, code="Bag", name="Bag, large", unit="pc", list_price=5_000, since=since)
        shelf, quarantine = (tx.value("SELECT id FROM place WHERE kind = :kind", kind=kind) for kind in ("shelf", "quarantine"))
        back = add_place(tx, code="back", name="Back room", kind="shelf")
        for item, qty in ((board, 12), (longer, 3), (copper, 20), (bag, 100)):
            open_stock(tx, item=item, place=shelf, qty=qty * PC)
        tx.says("")
        return [junye, anka, zhang, hongda, sf, board, longer, copper, bag, shelf, back, quarantine]

    return Trade(book, *book.run(fill))


def promise(trade: Trade, item: int, pieces: int, day: str) -> int:
    """A purchase from Hongda that arrives on a day."""
    line = {"item": item, "qty": pieces * PC, "promised": day}
    return int(trade.book.run(order_goods, supplier=trade.hongda, lines=[line]))


def put_away(trade: Trade, item: int, source: int, target: int, pieces: int) -> None:
    """Move pieces between our places."""
    trade.book.run(transfer, item=item, source=source, target=target, qty=pieces * PC)


def refused(act: Callable[[], Any]) -> Refusal:
    """The refusal of something that must be refused."""
    try:
        act()
    except Refusal as refusal:
        return refusal
    raise AssertionError("it was not refused")


def tampered(trade: Trade, statements: Iterable[str]) -> list[str]:
    """The names of the rules that see what was written into a copy of the book behind the program's back."""
    import sqlite3

    from deskbook.core.store import Look

    copy = sqlite3.connect(":memory:")
    trade.book.look.con.backup(copy)
    for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {name}")
    copy.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        assert copy.execute(statement).rowcount > 0, statement
    return [finding.rule for finding in check(Look(copy), RULES) if finding.faults]
