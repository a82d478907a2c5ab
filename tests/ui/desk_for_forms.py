"""A throw-away desk for the tests of forms: a book of four customers and three items in memory, and a store that remembers keys."""
from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.ui.seeing import place as column
from tests.ui.seeing import see
from textual._wait import wait_for_idle  # what Pilot.pause waits for
from textual.app import ComposeResult
from textual.widgets import Static

from deskbook.core.numbers import read_number, show_number
from deskbook.core.refusal import Refusal
from deskbook.core.search import find_terms, find_text
from deskbook.core.words import N_
from deskbook.ui.desk_app import Desk
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.form import Field, Form, FormScreen, Lines
from deskbook.ui.lookup import Finder, Found
from deskbook.ui.parked import Parked

PARTIES = [("Junye 骏业", "Shenzhen"), ("Anka 安卡", "Foshan"), ("Hongda 宏达", "Wuxi"), ("Ada [/bold] Ltd", "Xi'an")]
ITEMS = [("BVM7-710", "主板", 12, 355_000), ("BVM7-710-8505", "主板", 0, 402_500), ("C1100", "铜带 0.3", 900, 68_000)]


__all__ = ["ITEM", "ORDER", "PARTY", "PARTY_FORM", "PAYMENT", "Book", "FormDesk", "column", "line_with", "see"]


class Book:
    """What the forms ask of a store."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.executescript(
            "create table party (id integer primary key, name text, city text, find text);"
            "create table item (id integer primary key, code text, name text, stock integer, price integer, find text);"
        )
        for name, city in PARTIES:
            self.add_party(name, city)
        for code, name, stock, price in ITEMS:
            row = (code, name, stock, price, find_text(code, name))
            self.db.execute("insert into item (code, name, stock, price, find) values (?, ?, ?, ?, ?)", row)
        self.saved: list[tuple[dict[str, Any], str]] = []
        self.refuse: Refusal | None = None
        self.look = self

    def add_party(self, name: str, city: str = "") -> int:
        """A new customer's id."""
        made = self.db.execute("insert into party (name, city, find) values (?, ?, ?)", (name, city, find_text(name, city))).lastrowid
        assert made is not None
        return made

    def rows(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        """As Look.rows."""
        return self.db.execute(sql, params).fetchall()

    def save(self, values: dict[str, Any], key: str) -> int:
        """A command's run."""
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal
        self.saved.append((values, key))
        return len(self.saved)


def _matching(look: Any, table: str, typed: str, columns: str) -> list[tuple[Any, ...]]:
    terms = find_terms(typed)
    where = " and ".join(f"find like :t{i}" for i in range(len(terms))) or "0"
    return look.rows(f"select {columns} from {table} where {where} order by id", **{f"t{i}": f"%{term}%" for i, term in enumerate(terms)})  # type: ignore[no-any-return]  # a Look of the tests


PARTY_FORM = Form(
    name="party",
    title=N_("New customer"),
    fields=(Field(name="name", label=N_("name"), required=True), Field(name="city", label=N_("city"))),
    save=lambda store, values, key: store.add_party(values["name"], values["city"]),  # type: ignore[attr-defined]  # the Book above
)
PARTY = Finder(
    N_("customer"),
    search=lambda look, typed: [Found(*row) for row in _matching(look, "party", typed, "id, name, city")],
    show=lambda look, row: str(look.rows("select name from party where id = :id", id=row)[0][0]),
    create=lambda desk, typed: FormScreen(PARTY_FORM, {"name": typed}),
)
ITEM = Finder(
    N_("item"),
    search=lambda look, typed: [
        Found(row, f"{code} {name}", f"{stock} here", code) for row, code, name, stock in _matching(look, "item", typed, "id, code, name, stock")
    ],
    show=lambda look, row: " ".join(look.rows("select code, name from item where id = :id", id=row)[0]),
)


def number(places: int, name: str) -> dict[str, Any]:
    """read and write of a field that holds a number."""
    return {
        "read": lambda text: read_number(text, places=places, field=name),
        "write": lambda value: "" if value is None else show_number(value, places=places, least=0),
    }


def _price(look: Any, item: int) -> str:
    return show_number(look.rows("select price from item where id = :id", id=item)[0][0], places=4, least=0)


def _save(store: Any, values: dict[str, Any], key: str) -> Any:
    return store.save(values, key)


PAYMENT = Form(
    name="payment",
    title=N_("New payment"),
    fields=(
        Field(name="party", label=N_("from"), finder=PARTY, required=True, echo=lambda values, look: f"owes 5{values['party']}"),
        Field(name="account", label=N_("account"), choices=(("cash", N_("Cash")), ("bank", N_("Bank"))), start="cash", keep=True, quick=False),
        Field(name="amount", label=N_("amount"), required=True, width=16, **number(2, "amount")),
        Field(name="memo", label=N_("memo"), help=N_("Anything to remember.")),
    ),
    save=_save,
    done=lambda values, result: f"payment {result}",
)
ORDER = Form(
    name="order",
    title=N_("New order"),
    fields=(
        Field(name="party", label=N_("customer"), finder=PARTY, required=True),
        Field(name="memo", label=N_("memo"), quick=False),
    ),
    lines=Lines(
        name="lines",
        label=N_("Items"),
        fields=(
            Field(name="item", label=N_("item"), finder=ITEM, required=True),
            Field(name="quantity", label=N_("quantity"), width=10, right=True, required=True, **number(3, "quantity")),
            Field(name="price", label=N_("price"), width=12, right=True, required=True, **number(4, "price")),
        ),
        extra=lambda line, look: show_number((line["quantity"] or 0) * (line["price"] or 0) // 10**5, places=2),
        extra_label=N_("amount"),
        defaults=lambda line, header, look: {"price": _price(look, line["item"])} if line["item"] else {},
        total=lambda lines, look: f"sum of {len(lines)}",
    ),
    save=_save,
)


class Blank(DeskScreen[None]):
    """Something to come back to."""

    def compose(self) -> ComposeResult:
        """Nothing much."""
        yield Static("desk")


class FormDesk(Desk):
    """A desk with nothing but a form on it."""

    def __init__(self, parked: Path | None = None) -> None:
        super().__init__()
        self.book = Book()
        self.store = self.book  # type: ignore[assignment]  # what a form asks of a store, and no more
        if parked is not None:
            self.parked = Parked(parked)
        self.told_of: list[str] = []
        self.results: list[Any] = []

    def get_default_screen(self) -> Blank:
        """The screen below."""
        return Blank()

    def told(self, words: str) -> None:
        """Remember what was told."""
        self.told_of.append(words)
        super().told(words)

    async def open(self, form: Form, fill: dict[str, Any] | None = None) -> FormScreen:
        """Open a form and hand it back."""
        screen = FormScreen(form, fill)
        await self.push_screen(screen, self.results.append)
        await wait_for_idle(0)
        return screen


def line_with(app: Desk, text: str) -> str:
    """The one line of the screen that holds a text."""
    found = [line for line in see(app) if text in line]
    assert len(found) == 1, (text, see(app))
    return found[0]
