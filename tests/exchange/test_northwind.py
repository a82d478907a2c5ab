"""A whole trading company by the documented sequence of imports: its totals, a second time, and all of it taken back."""
from __future__ import annotations

import csv
import json
import shutil
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deskbook.cli import cli
from deskbook.core import days
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.proof import check_all

OPENING = "1998-05-07"
"""The day after the last order: everything before it is history, but the orders that have not left are open."""
SEQUENCE = (
    "parties customers.csv --set role=customer",
    "parties suppliers.csv --set role=supplier --set code=S-{SupplierID}",
    "parties shippers.csv --set role=carrier --set code=C-{ShipperID}",
    "parties employees.csv --set role=salesperson --set code=E-{EmployeeID} --set name={FirstName}·{LastName}",
    "items products.csv --set supplier=S-{SupplierID}",
    f"orders orders.csv --lines order_details.csv --set salesperson=E-{{EmployeeID}} --set carrier=C-{{ShipVia}} --opening-day {OPENING}",
    f"shipments orders.csv --set carrier=C-{{ShipVia}} --opening-day {OPENING}",
    f"stock products.csv --opening-day {OPENING}",
    "purchases products.csv --map qty=UnitsOnOrder --map price= --set supplier=S-{SupplierID} --set day=1998-05-06",
)
"""What follows `deskbook import`; a · stands for a blank."""
NEW = (93, 29, 3, 9, 77, 830, 809, 72, 14)
"""Records each brings: 21 orders have not left; 5 items lie at zero; 17 items are on order from 14 suppliers."""
PLAIN = ("party", "contact", "address", "item", "item_alias", "item_price", "import_map")
HELD = ("party", "contact", "address", "item", "item_alias", "item_price")
"""What papers may name for ever: taken back it is void, and its parts stay with it."""
NUMBERED = ("sales_order", "purchase", "shipment")


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data" / "northwind"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def desk(book: Path, *words: str) -> str:
    """One call of the program; what it prints."""
    result = CliRunner().invoke(cli, ["--desk", str(book), "--clerk", "Ann", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def bring(book: Path, data: Path, line: str) -> str:
    """One import of SEQUENCE."""
    words = [word.replace("·", " ") for word in line.split()]
    return desk(book, "import", *[str(data / word) if word.endswith(".csv") else word for word in words])


def sound(book: Path) -> None:
    """check and verify pass."""
    with Store.open(book, read_only=True) as store:
        assert [(f.rule, f.faults) for f in check_all(store.look) if f.faults] == []
        assert verify(store.look.con) == []


def steps(book: Path) -> int:
    with Store.open(book, read_only=True) as store:
        return store.position[0]


def exported(book: Path, *words: str) -> list[dict[str, Any]]:
    path = book.with_suffix(".out.csv")
    desk(book, "export", *words, "--raw", "-o", str(path), "--format", "csv")
    return list(rows_of(path))


@pytest.fixture(scope="module")
def northwind(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book after the sequence, checked after every import."""
    days.set_zone("Asia/Shanghai")
    book = tmp_path_factory.mktemp("northwind") / "northwind.desk"
    desk(book, "new", "Northwind Traders")
    for line, new in zip(SEQUENCE, NEW, strict=True):
        before = steps(book)
        said = bring(book, data, line)
        assert f"\n{new} new, 0 changed" in said, said
        assert steps(book) == before + 1
        sound(book)
    return book


def test_parties_come_with_their_codes_contacts_and_addresses(northwind: Path) -> None:
    with Store.open(northwind, read_only=True) as store:
        look = store.look
        roles = "SELECT sum(customer), sum(supplier), sum(carrier), sum(salesperson) FROM party"
        assert look.row(roles) == (93, 29, 3, 9)
        assert look.rows("SELECT code, name FROM party WHERE name = 'IT' ORDER BY code") == [("VALON", "IT"), ("Val2", "IT")]
        alfki = "SELECT c.channel, c.value, c.person FROM contact c JOIN party p ON p.id = c.party_id WHERE p.code = 'ALFKI' ORDER BY c.id"
        assert look.rows(alfki) == [("phone", "030-0074321", "Maria Anders"), ("fax", "030-0076545", "Maria Anders")]
        king = "SELECT p.name, a.text FROM party p JOIN address a ON a.party_id = p.id WHERE p.code = 'E-7'"
        assert look.row(king) == ("Robert King", "Edgeham Hollow\nWinchester Way, RG1 9SP")  # a cell with a line break


def test_orders_and_lines_give_the_known_totals(northwind: Path, data: Path) -> None:
    orders, lines = exported(northwind, "orders"), exported(northwind, "order-lines")
    assert (len(orders), len(lines)) == (830, 2155)
    assert sum(Decimal(row["amount"]) for row in lines) == Decimal("1265793.29")
    assert sum(Decimal(row["total"]) for row in orders) == Decimal("1265793.29")
    assert sum(Decimal(row["freight"]) for row in orders) == Decimal("64942.69")
    assert sum(Decimal(row["qty"]) for row in lines) == 51317
    assert sum(row["discount"] not in ("0", "0.00") for row in lines) == 838
    # Number, day, customer and money of each order as the file says, worked out here
    names = {row["CustomerID"]: row["CompanyName"].strip() for row in rows_of(data / "customers.csv")}
    net: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(data / "order_details.csv"):
        exact = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * (1 - Decimal(row["Discount"]))
        net[row["OrderID"]] += exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    told = {row["OrderID"]: (row["OrderDate"], row["RequiredDate"], names[row["CustomerID"]]) for row in rows_of(data / "orders.csv")}
    assert {row["no"]: (row["day"], row["wanted"], row["customer"]) for row in orders} == told
    assert {row["no"]: Decimal(row["total"]) for row in orders} == dict(net)


def test_what_has_left_is_history_and_what_has_not_is_open(northwind: Path, data: Path) -> None:
    orders, shipments = exported(northwind, "orders"), exported(northwind, "shipments")
    unshipped = {row["no"] for row in orders if row["shipped_on"] == ""}
    assert unshipped == {str(no) for no in json.loads((data / "totals.json").read_text())["unshipped_orders"]}
    assert len(unshipped) == 21
    assert {row["no"]: row["state"] for row in orders if row["no"] in unshipped} == dict.fromkeys(unshipped, "confirmed")
    assert {row["state"] for row in orders if row["no"] not in unshipped} == {"closed"}
    assert len(shipments) == 809
    assert sum(row["days_late"] not in ("", "0") for row in shipments) == 37  # after the required date
    via = {"1": "Speedy Express", "2": "United Package", "3": "Federal Shipping"}
    told = Counter(via[row["ShipVia"]] for row in rows_of(data / "orders.csv") if row["ShippedDate"])
    assert Counter(row["carrier"] for row in shipments) == told
    lines = exported(northwind, "order-lines")
    wanted = Counter[str]()
    for row in rows_of(data / "order_details.csv"):
        if row["OrderID"] in unshipped:
            wanted[row["ProductID"]] += int(row["Quantity"])
    reserved = Counter[str]()
    for row in lines:
        if Decimal(row["still"]):
            reserved[row["code"]] += int(Decimal(row["still"]))
    assert reserved == wanted
    with Store.open(northwind, read_only=True) as store:
        assert store.look.value("SELECT count(*) FROM stock_move m JOIN place p ON p.id = m.source_id WHERE p.kind <> 'opening'") == 0


def test_stock_is_as_counted_and_worth_what_the_list_says(northwind: Path, data: Path) -> None:
    stock = exported(northwind, "stock")
    assert len(stock) == 77
    assert sum(Decimal(row["shelf"]) for row in stock) == 3119
    assert sum(Decimal(row["list_value"]) for row in stock) == Decimal("74050.85")
    assert sum(Decimal(row["on_order"]) for row in stock) == 780
    names = ("UnitsInStock", "UnitsOnOrder", "ReorderLevel")
    told = {row["ProductID"]: tuple(int(row[name]) for name in names) for row in rows_of(data / "products.csv")}
    assert {row["code"]: tuple(int(Decimal(row[name])) for name in ("shelf", "on_order", "minimum")) for row in stock} == told


def test_the_view_below_minimum_is_the_eighteen(northwind: Path) -> None:
    below = {row["code"] for row in exported(northwind, "stock", "--view", "below")}
    assert below == {str(n) for n in (2, 3, 11, 21, 30, 31, 32, 37, 43, 45, 48, 49, 56, 64, 66, 68, 70, 74)}


def test_severities_are_those_of_the_rule(northwind: Path, data: Path) -> None:
    unshipped = {row["OrderID"] for row in rows_of(data / "orders.csv") if not row["ShippedDate"]}
    reserved = Counter[str]()
    for row in rows_of(data / "order_details.csv"):
        if row["OrderID"] in unshipped:
            reserved[row["ProductID"]] += int(row["Quantity"])
    expected = {}
    for row in rows_of(data / "products.csv"):
        code, minimum = row["ProductID"], int(row["ReorderLevel"])
        available = int(row["UnitsInStock"]) - reserved[code]
        projected = available  # no purchase has a day: none is a dated receipt; every open order is due already
        if row["Discontinued"] == "1":
            continue  # the only thing that leaves an item out
        if available <= 0:
            expected[code] = "OUT"
        elif available <= minimum and projected <= minimum:
            expected[code] = "LOW"
        elif projected <= minimum:
            expected[code] = "SOON"
        else:
            expected[code] = ""
    got = {row["code"]: row["severity"] for row in exported(northwind, "low-stock")}
    assert got == expected
    assert len(expected) == 77 - 8
    assert len(set(expected.values())) == 3  # OUT, LOW and neither all occur


def test_a_second_time_nothing_changes(northwind: Path, data: Path) -> None:
    before = steps(northwind)
    for line in SEQUENCE:
        said = bring(northwind, data, line)
        assert "\n0 new, 0 changed, " in said
        assert " 0 refused" in said
    assert steps(northwind) == before


def test_taken_back_step_by_step_the_book_is_empty(northwind: Path, tmp_path: Path) -> None:
    book = tmp_path / "copy.desk"
    shutil.copy(northwind, book)  # nobody has it open
    with Store.open(book, clerk="Ann") as store:
        imports = [step for (step,) in store.look.rows("SELECT id FROM step WHERE command LIKE 'import%' ORDER BY id DESC")]
        assert len(imports) == len(SEQUENCE)
        for step in imports:
            store.undo(step)
            assert [f for f in check_all(store.look) if f.faults] == []
            assert verify(store.look.con) == []
        look = store.look
        for table in ("reservation", "expected"):
            assert look.value(f"SELECT count(*) FROM {table}") == 0, table
        for table in NUMBERED:
            assert look.value(f"SELECT count(*) FROM {table} WHERE void = 0") == 0, table
        assert look.value("SELECT count(*) FROM stock_balance WHERE qty <> 0") == 0
        mirrored = "EXISTS (SELECT 1 FROM stock_move x WHERE x.reverses_id = m.id)"
        unmirrored = f"SELECT count(*) FROM stock_move m WHERE reverses_id IS NULL AND NOT {mirrored}"
        assert look.value(unmirrored) == 0
        assert look.value("SELECT count(*) FROM import_map") == 0
        for view in ("v_party", "v_item", "v_stock", "v_low_stock"):
            assert look.value(f"SELECT count(*) FROM {view}") == 0, view
        for step in reversed(imports):  # and all of it again
            store.undo(next(number for (number,) in look.rows("SELECT id FROM step WHERE undoes_id = :step", step=step)))
        assert dump(book) == dump(northwind)
        assert verify(look.con) == []


def dump(book: Path) -> dict[str, list[Any]]:
    """All rows of what is not posted."""
    with Store.open(book, read_only=True) as store:
        tables = (*PLAIN, *NUMBERED, "order_line", "reservation", "expected")
        return {table: store.look.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables}


def test_without_documents_undo_leaves_the_tables_as_they_were(data: Path, tmp_path: Path) -> None:
    book = tmp_path / "parties.desk"
    desk(book, "new", "Northwind Traders")
    before = dump(book)
    for line in SEQUENCE[:5]:
        bring(book, data, line)
    with Store.open(book, clerk="Ann") as store:
        for _line in SEQUENCE[:5]:
            store.undo()
        assert verify(store.look.con) == []
        assert [store.look.rows(f"SELECT * FROM {view}") for view in ("v_party", "v_item")] == [[], []]
    after = dump(book)
    assert {table: rows for table, rows in after.items() if table not in HELD} == {table: rows for table, rows in before.items() if table not in HELD}
    for line in SEQUENCE[:5]:
        said = bring(book, data, line)
        assert " 0 refused" in said
    with Store.open(book, read_only=True) as store:
        assert store.look.value("SELECT count(*) FROM v_party") == 93 + 29 + 3 + 9
        assert store.look.value("SELECT count(*) FROM v_item") == 77
