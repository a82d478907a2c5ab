"""A shop of a few plain verbs over the book's own tables: enough shapes of step to try the journal on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deskbook.books.items.tables import Item
from deskbook.books.orders.tables import OrderLine, SalesOrder
from deskbook.books.parties.tables import Party
from deskbook.books.stock.tables import Place, StockMove
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx

TABLES = ("party", "item", "sales_order", "order_line", "stock_move", "stock_balance", "reservation", "place")


def opened(path: Path) -> Store:
    """A book with a customer (1), a shelf (1) and the customers' place (2)."""
    store = Store.create(path, clerk="Ann")
    store.run(begin)
    return store


def begin(tx: Tx) -> None:
    """The first step."""
    tx.insert(Party, name="Junye", customer=1)
    for code, kind in (("shelf", "shelf"), ("customer", "customer"), ("supplier", "supplier")):
        tx.insert(Place, code=code, name=code, kind=kind)


def add_item(tx: Tx, *, code: str) -> int:
    """A plain row."""
    tx.says("added {code}", code=code)
    return tx.insert(Item, code=code, name=code)


def rename(tx: Tx, *, item: int, name: str) -> None:
    """An update of a plain row."""
    tx.update(Item, item, name=name)


def swap_codes(tx: Tx, *, one: int, other: int) -> None:
    """A row touched twice in a step."""
    codes: dict[int, str] = dict(tx.rows("SELECT id, code FROM item WHERE id IN (:one, :other)", one=one, other=other))
    tx.update(Item, one, code="~")
    tx.update(Item, other, code=codes[one])
    tx.update(Item, one, code=codes[other])


def add_place(tx: Tx, *, code: str) -> int:
    """A plain row."""
    return tx.insert(Place, code=code, name=code, kind="shelf")


def drop_place(tx: Tx, *, place: int) -> None:
    """A delete of a plain row."""
    tx.delete(Place, place)


def order(tx: Tx, *, items: Sequence[int] = (), qty: int = 1000) -> int:
    """A numbered header with parts."""
    made = tx.insert(SalesOrder, no=tx.next_no(SalesOrder, "S", tx.today), customer_id=1, day=tx.today.isoformat())
    for pos, item in enumerate(items, 1):
        tx.insert(OrderLine, order_id=made, pos=pos, item_id=item, qty=qty, price=0, amount=0)
    return made


def add_line(tx: Tx, *, order: int, item: int, qty: int = 1000) -> int:
    """A part of a header made in another step."""
    return tx.insert(OrderLine, order_id=order, pos=9, item_id=item, qty=qty, price=0, amount=0)


def change_qty(tx: Tx, *, line: int, qty: int) -> None:
    """An update of a part."""
    tx.update(OrderLine, line, qty=qty)


def receive(tx: Tx, *, item: int, qty: int) -> int:
    """A posted row."""
    return tx.insert(StockMove, day=tx.open_day().isoformat(), item_id=item, source_id=3, target_id=1, qty=qty)


def send(tx: Tx, *, order: int) -> int:
    """Posted rows on the strength of parts that are not written: a touch of their header says so."""
    lines = tx.rows("SELECT item_id, qty FROM order_line WHERE order_id = :order", order=order)
    if not lines:
        raise Refusal("order", "Nothing to send.")
    tx.touch(SalesOrder, order)
    for item, qty in lines:
        tx.insert(StockMove, day=tx.open_day().isoformat(), item_id=item, source_id=1, target_id=2, qty=qty)
    return len(lines)


def order_and_send(tx: Tx, *, item: int) -> int:
    """Header, part and posted row in one step."""
    made = order(tx, items=[item])
    send(tx, order=made)
    return made


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the shop's tables; balances of zero left out, for they say nothing."""
    found = {table: store.look.rows(f"SELECT * FROM {table}") for table in TABLES}
    found["stock_balance"] = [row for row in found["stock_balance"] if row[2]]
    return found


def state(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What stands: void documents and posted rows with their mirrors left out."""
    found = dump(store)
    gone = {row[0] for row in found["sales_order"] if row[at(store, "sales_order", "void")]}
    for table in ("party", "item"):
        found[table] = [row for row in found[table] if not row[at(store, table, "void")]]
    reverses = at(store, "stock_move", "reverses_id")
    found["sales_order"] = [row for row in found["sales_order"] if row[0] not in gone]
    found["order_line"] = [row for row in found["order_line"] if row[1] not in gone]
    mirrored = {row[reverses] for row in found["stock_move"]} - {None}
    found["stock_move"] = [row[1:] for row in found["stock_move"] if row[reverses] is None and row[0] not in mirrored]
    return found


def at(store: Store, table: str, column: str) -> int:
    """Where a column of a table stands in its rows."""
    return [row[1] for row in store.look.rows(f"PRAGMA table_info({table})")].index(column)
