"""A few goods and people for the tests of the books that move goods, and what such a test asks after each command."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from deskbook.books.items.commands import add_item
from deskbook.books.orders.commands import take_order
from deskbook.books.parties.commands import add_party
from deskbook.books.purchases import queries as purchase_queries
from deskbook.books.purchases.commands import order_goods
from deskbook.books.stock import commands as stock
from deskbook.books.stock import queries as stock_queries
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.store import Store
from deskbook.core.verify import verify

TABLES = ("party", "item", "item_price", "place", "purchase", "purchase_line", "purchase_promise", "sales_order", "order_line")
DERIVED = ("stock_balance", "reservation", "expected")


def day(n: int) -> date:
    """n days from today."""
    return days.today() + timedelta(days=n)


class Goods:
    """A book with a supplier, a customer and a board 710 without a minimum; quantities of its helpers are whole pieces."""

    def __init__(self, book: Store) -> None:
        self.book = book
        self.supplier: int = book.run(add_party, name="Hongda", roles=["supplier"], contacts=[{"channel": "phone", "value": "0571 8800 1234"}])
        self.customer: int = book.run(add_party, name="Junye", roles=["customer"], contacts=[{"channel": "phone", "value": "021 555 0001"}])
        self.board: int = book.run(add_item, code="710", name="Board", supplier=self.supplier)
        self.shelf = stock_queries.place_of(book.look, "shelf")
        self.quarantine = stock_queries.place_of(book.look, "quarantine")

    def item(self, code: str, **facts: Any) -> int:
        """Another item of the same supplier; minimum, target, reorder, multiple, min_order and overflow in pieces."""
        levels = ("minimum", "target", "reorder", "multiple", "min_order", "overflow")
        given = {name: value * 1000 if name in levels and value is not None else value for name, value in facts.items()}
        made: int = self.book.run(add_item, code=code, name=f"Item {code}", **{"supplier": self.supplier, **given})
        return made

    def open(self, item: int, pieces: int) -> None:
        """So many pieces on the shelf."""
        self.book.run(stock.open_stock, item=item, place=self.shelf, qty=pieces * 1000)

    def order(self, item: int, pieces: int, due: int | None = None) -> int:
        """A customer's order due in so many days."""
        wanted = day(due) if due is not None else None
        lines = [{"item": item, "qty": pieces * 1000, "price": 0}]
        made: int = self.book.run(take_order, customer=self.customer, wanted=wanted, lines=lines, day=day(-30))
        return made

    def buy(self, item: int, pieces: int, promised: int | None = None, *, on: int = -30, price: int = 0) -> int:
        """A purchase of one line, promised in so many days, ordered in `on` days; gives the line."""
        line = {"item": item, "qty": pieces * 1000, "price": price, "promised": day(promised) if promised is not None else None}
        purchase = self.book.run(order_goods, supplier=self.supplier, lines=[line], day=day(on))
        return int(self.book.look.value("SELECT id FROM purchase_line WHERE purchase_id = :p", p=purchase))

    def at(self, item: int, place: int) -> int:
        """What is at a place, in 1/1000."""
        return stock_queries.balance(self.book.look, item, place)

    def low(self, item: int) -> tuple[str, int]:
        """Severity and proposed quantity (1/1000) of an item."""
        found = self.book.look.row("SELECT severity, wanted FROM v_low_stock WHERE id = :i", i=item)
        return found if found else ("not watched", 0)

    def holds(self) -> None:
        """The rules of both books hold, and the book is what its journal says."""
        found = check(self.book.look, (*stock_queries.RULES, *purchase_queries.RULES))
        assert [finding for finding in found if finding.faults] == []
        assert verify(self.book.look.con) == []

    def standing(self) -> dict[str, list[Any]]:
        """Every row that stands: no void documents with their parts, no moves that were taken back, no balances of nothing."""
        look = self.book.look
        found: dict[str, list[Any]] = {t: look.rows(f"SELECT * FROM {t} ORDER BY 1") for t in (*TABLES, *DERIVED)}
        found["stock_balance"] = [row for row in found["stock_balance"] if row[2]]
        void = {purchase for (purchase,) in look.rows("SELECT id FROM purchase WHERE void")}
        for table, at in (("purchase", 0), ("purchase_line", 1), ("purchase_promise", 1)):
            found[table] = [row for row in found[table] if row[at] not in void]
        mirror = "SELECT 1 FROM stock_move r WHERE r.reverses_id = m.id"
        standing = f"SELECT * FROM stock_move m WHERE reverses_id IS NULL AND NOT EXISTS ({mirror}) ORDER BY id"
        found["stock_move"] = [row[1:] for row in look.rows(standing)]
        return found

    def there_and_back(self, command: Any, **facts: Any) -> Any:
        """Run a command, take it back, do it again; the book stands as before and as after it, and its rules hold each time."""
        before = self.standing()
        result = self.book.run(command, **facts)
        after = self.standing()
        assert after != before
        self.holds()
        self.book.undo()
        assert self.standing() == before
        self.holds()
        self.book.redo()
        assert self.standing() == after
        self.holds()
        return result
