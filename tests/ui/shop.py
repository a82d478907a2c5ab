"""A throw-away desk with one list over a plain sqlite file, for the tests of the furniture."""
from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from textual.binding import Binding

from deskbook.core.listing import Ask, Column, Listing, Show, View
from deskbook.core.search import find_text
from deskbook.core.words import N_
from deskbook.ui.actions import Action
from deskbook.ui.card import CardSection, Target
from deskbook.ui.desk_app import Desk
from deskbook.ui.list_screen import ListScreen

if TYPE_CHECKING:
    from deskbook.core.store import Store

ORDERS = Listing(
    name="orders",
    title="Orders",
    source="sale",
    columns=(
        Column("number", "number", Show.CODE, 8),
        Column("day", "day", Show.DAY, 10),
        Column("customer", "customer", Show.TEXT, 12, grows=True),
        Column("state", "state", Show.WORD, 8, words={"open": "open", "sent": "sent"}),
        Column("phone", "phone", Show.CODE, 14, wide=True),
        Column("quantity", "items", Show.QUANTITY, 6),
        Column("amount", "total", Show.MONEY, 12, total=True),
        Column("memo", "memo", export_only=True),
    ),
    order="day",
    descending=True,
    find=("found",),
    day="day",
    views=(View("all", "all"), View("open", "open", "state = 'open'"), View("late", "late", "state = 'open' AND day < :today")),
)

SALES = [
    # id, number, day, customer, state, phone, quantity (thousandths), amount (cents)
    (1, "S-0409", "2026-11-19", "Anka 安卡", "sent", "5510 1234", 1_000, 408_000),
    (2, "S-0412", "2026-11-19", "Junye 骏业", "open", "138 1234 5678", 5_000, 3_821_050),
    (3, "S-0418", "2026-11-20", "Junye 骏业", "open", None, 2_500, 1_240_000),
    (4, "S-0301", "2026-10-02", "[b]Evil[/x] \x1b[31mCo", "open", None, 1_000, 100),
    (5, "S-0302", "2026-10-02", "深圳市恒达铜材与电子元件进出口贸易有限责任公司华南分公司", "sent", None, 1_000, 200),
]


@dataclass
class Look:
    con: sqlite3.Connection
    read: list[str] = field(default_factory=list)

    def rows(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        self.read.append(sql)
        return self.con.execute(sql, params).fetchall()


class Shelf:
    """A store that only knows how to be read."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.con = sqlite3.connect(":memory:")
        self.con.execute("CREATE TABLE sale(id INTEGER PRIMARY KEY, number, day, customer, state, phone, quantity, amount, memo, found)")
        self.look = Look(self.con)
        self.revision = 1
        self.add(rows)

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        self.con.executemany("INSERT INTO sale VALUES (?,?,?,?,?,?,?,?,NULL,?)", [(*row, find_text(row[1], row[3])) for row in rows])
        self.revision += 1

    def change(self, sql: str) -> None:
        self.con.execute(sql)
        self.revision += 1


class OrdersScreen(ListScreen):
    LISTING = ORDERS
    NAME = "orders"

    def new(self, given: Mapping[str, str] | None = None) -> None:
        cast("Shop", self.app).done.append(("new", dict(given or {})))

    def edit(self, row: int) -> None:
        cast("Shop", self.app).done.append(("edit", row))

    def delete(self, row: int) -> None:
        cast("Shop", self.app).done.append(("delete", row))

    def hint(self, row: int) -> str:
        return f"hint of {row}"

    def actions(self, row: int) -> list[Action]:
        done = cast("Shop", self.app).done
        return [
            Action("ship", N_("ship"), "h", lambda rows: done.append(("ship", rows)), many=True),
            Action("pay", N_("receive payment"), "r", lambda rows: done.append(("pay", rows)), reason="" if row != 1 else "it is paid"),
        ]

    def card_text(self, row: int) -> list[CardSection]:
        name, customer = self.desk.store.look.rows("SELECT number, customer FROM sale WHERE id = :id", id=row)[0]
        return [
            CardSection(N_("Order"), [(N_("number"), name), (N_("customer"), customer)]),
            CardSection(N_("Money"), [(N_("paid"), "0.00"), (N_("owes"), "38,210.50", Target("orders", Ask(find="junye")))]),
        ]


class BareScreen(ListScreen):
    """A list without anything of its own."""

    LISTING = Listing("plain", "Plain", "sale", (Column("number", "number", Show.CODE, 8), Column("customer", "customer", grows=True)))


class Shop(Desk):
    BINDINGS = [
        Binding("question_mark", "help_me", N_("help"), id="desk.help"),
        Binding("u,ctrl+z", "take_back", N_("take back"), id="desk.undo", show=False),
        Binding("ctrl+o", "card", N_("card"), id="desk.card"),
        Binding("escape", "leave", N_("back"), id="desk.back", show=False),
    ]

    def __init__(self, rows: list[tuple[Any, ...]], screen: type[ListScreen] = OrdersScreen, **asked: Any) -> None:
        super().__init__()
        self.shelf = Shelf(rows)
        self.store = cast("Store", self.shelf)
        self.done: list[tuple[str, Any]] = []
        self.list = screen(**asked)

    def on_mount(self) -> None:
        self.push_screen(self.list)

    def go(self, book: str, ask: Ask | None = None, *, row: int | None = None, new: dict[str, str] | None = None) -> None:
        self.done.append(("go", (book, ask, row)))

    def open_card(self, book: str, row: int) -> None:
        self.list.show_card(row)

    def export(self, listing: Listing, ask: Ask) -> None:
        self.done.append(("export", ask))

    def facts(self) -> dict[str, Any]:
        return {"company": "Hengda", "day": "Mon 23 Nov 2026", "night": ""}

    def action_card(self) -> None:
        found = self.list.under_cursor()
        if found:
            self.open_card(*found)

    def action_take_back(self) -> None:
        self.done.append(("undo", None))

    def action_help_me(self) -> None:
        self.done.append(("help", None))

    def action_leave(self) -> None:
        self.done.append(("leave", None))


def many(count: int) -> list[tuple[Any, ...]]:
    """So many rows over the days from 2020 on, amounts 1.00 each, every tenth without one."""
    return [
        (n, f"S-{n}", f"20{20 + n % 7}-{1 + n % 12:02}-{1 + n % 28:02}", f"Customer {n % 97}", "open", None, 1000, None if n % 10 == 0 else 100)
        for n in range(1, count + 1)
    ]


