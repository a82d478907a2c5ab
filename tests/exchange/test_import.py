"""Imports: what is recognised, previewed, refused with its cell, remembered, and done once."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner

from deskbook.books.items.commands import add_item, merge_items
from deskbook.books.parties.commands import add_contact, add_party, merge_parties
from deskbook.cli import cli
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.export import export
from deskbook.exchange.found import create
from deskbook.exchange.import_table import Result, bring_in
from deskbook.exchange.proof import check_all
from deskbook.exchange.read_table import read_table


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Store]:
    """A book with a customer, a supplier, a carrier and two items at 10.00."""
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as store:
        store.run(add_party, name="Junye", code="C1", roles=["customer"])
        store.run(add_party, name="Hongda", code="S1", roles=["supplier"])
        store.run(add_party, name="SF", code="K1", roles=["carrier"])
        store.run(add_item, code="710", name="Board", list_price=100_000, minimum=5_000)
        store.run(add_item, code="007", name="Strip", decimals=3, list_price=100_000)
        yield store
        assert verify(store.look.con) == []
        assert [f for f in check_all(store.look) if f.faults] == []


def text_file(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.new, result.changed, result.same, result.refused_records


PLAIN = ("party", "contact", "address", "item", "item_alias", "item_price", "import_map", "sales_order", "order_line", "purchase", "stock_move")


def dump(store: Store) -> dict[str, list[Any]]:
    return {table: store.look.rows(f"SELECT * FROM {table} ORDER BY id") for table in PLAIN}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Customer Code;Company Name;Phone;City;Days to pay", "en"),
        ("客户编号;客户名称;电话;城市;账期", "zh"),
        ("Código;Razón social;Teléfono;Ciudad;Plazo de pago", "es"),
        ("Msimbo;Jina la kampuni;Simu;Mji;Siku za kulipa", "sw"),
        ("CustomerID;CompanyName;Phone;City;TermsDays", "camel"),
    ],
)
def test_columns_are_known_in_four_languages(book: Store, tmp_path: Path, header: str, language: str) -> None:
    file = text_file(tmp_path, f"{header}\nX9;Acme;030-007;Berlin;30\n")
    assert counts(bring_in(book, "parties", file, fixed=["role=customer"])) == (1, 0, 0, 0)
    sql = "SELECT code, name, phone, city, terms_days, roles FROM v_party WHERE code = 'X9'"
    assert book.look.row(sql) == ("X9", "Acme", "030-007", "Berlin", 30, "customer"), language


def test_how_the_file_was_read_is_shown(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "Liste der Preise\n\n编号;名称;单价;颜色\nA1;铜排;1.234,50;红\nA2;铜管;7,25;红\n", encoding="gb18030")
    said = bring_in(book, "items", file, dry_run=True).lines()
    assert said[0] == "file.csv: gb18030, delimiter ;, decimal mark ,, column names in row 3, 2 rows"
    assert "  list_price ← 单价" in said
    assert "  not used: 颜色" in said
    assert said[-2:] == ["2 new, 0 changed, 0 the same, 0 refused", "Nothing was written: this was a trial."]
    assert book.look.value("SELECT count(*) FROM item") == 2
    bring_in(book, "items", file)
    assert book.look.rows("SELECT code, list_price FROM v_item WHERE code LIKE 'A%' ORDER BY code") == [("A1", 12_345_000), ("A2", 72_500)]


def test_new_changed_same_and_a_second_time_nothing(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "code,name,minimum,list price\n710,Board,8,10\n007,Strip,,10.00\n0010,Wire,2,1.5\n")
    before, steps = dump(book), book.position
    preview = bring_in(book, "items", file, dry_run=True)
    assert counts(preview) == (1, 1, 1, 0)
    assert preview.examples == [("710", [("minimum", "5", "8")])]
    assert (dump(book), book.position) == (before, steps)
    done = bring_in(book, "items", file)
    assert counts(done) == counts(preview)
    assert book.position[0] == steps[0] + 1 == done.step
    assert book.look.row("SELECT command, result FROM step ORDER BY id DESC LIMIT 1") == (
        "import_items", '{"new":1,"changed":1,"same":1,"refused":0,"lines":0}',
    )
    again = bring_in(book, "items", file)
    assert counts(again) == (0, 0, 3, 0)
    assert again.step == 0
    assert book.position[0] == done.step
    book.undo()
    after = dump(book)
    assert [row for row in after["item"] if not row[-1]] == before["item"]
    assert counts(bring_in(book, "items", file)) == counts(preview)


def test_what_the_file_does_not_say_stays(book: Store, tmp_path: Path) -> None:
    book.run(add_contact, party=1, channel="phone", value="138", person="Wang")
    bring_in(book, "parties", text_file(tmp_path, "code,name,note,city\nC1,Junye,key customer,Foshan\n"))
    bring_in(book, "parties", text_file(tmp_path, "code,note,fax\nC1,,020-1\n"))  # no name, an empty note, no phone
    sql = "SELECT name, note, phone, person, city, roles FROM v_party WHERE code = 'C1'"
    assert book.look.row(sql) == ("Junye", "key customer", "138", "Wang", "Foshan", "customer")


def test_a_refused_row_names_its_cell_and_keeps_the_others_out(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "code,name,minimum,supplier\nA1,One,1,Hongda\nA2,Two,twelve,\nA3,,1,\nA4,Four,1.5,\nA5,Five,1,Nobody\n")
    before = dump(book)
    result = bring_in(book, "items", file)
    assert counts(result) == (1, 0, 0, 4)
    assert [(r.where, r.column, r.why) for r in result.refused] == [
        ("C3", "minimum", "“twelve” is not a number with the decimal mark “.”."),
        ("B4", "name", "A3 is not in the book yet, and the row gives no name."),
        ("C5", "minimum", "minimum 1.5 does not fit: the unit takes 0 decimals."),
        ("D6", "supplier", "There is no party “Nobody” in the book; bring it in first, or correct the cell."),
    ]
    assert result.step == 0
    assert dump(book) == before
    assert bring_in(book, "items", file, skip_refused=True).step > 0
    assert book.look.rows("SELECT code FROM item WHERE code LIKE 'A%'") == [("A1",)]


def test_two_rows_about_one_record(book: Store, tmp_path: Path) -> None:
    alike = text_file(tmp_path, "code,name\nA1,One\nA1,One\n")
    assert counts(bring_in(book, "items", alike)) == (1, 0, 1, 0)
    result = bring_in(book, "items", text_file(tmp_path, "code,name\nB1,One\nB1,Other\n"))
    assert counts(result) == (1, 0, 0, 1)
    assert result.refused[0].why == "An earlier row of the file is about B1 too and says otherwise."


def test_codes_are_text(book: Store, tmp_path: Path) -> None:
    path = tmp_path / "codes.xlsx"
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet()
        for row, cells in enumerate([("货号", "品名"), ("00710", "a"), ("710E3", "b"), (102900005115168, "c"), (" A1​ ", "d")]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    bring_in(book, "items", path)
    assert [code for (code,) in book.look.rows("SELECT code FROM item WHERE id > 2 ORDER BY id")] == ["00710", "710E3", "102900005115168", "A1​"]


def test_hidden_characters_are_taken_out_and_told(book: Store, tmp_path: Path) -> None:
    result = bring_in(book, "items", text_file(tmp_path, "code,name\nA1,Bo\u202eard\nA2,\x1b[2JWire\nA3,plain\n"))
    assert book.look.rows("SELECT name FROM item WHERE code LIKE 'A%' ORDER BY code") == [("Board",), ("[2JWire",), ("plain",)]
    assert "file.csv: hidden characters were taken out of 2 cells, first B2 (name)" in result.lines()


@pytest.mark.parametrize(
    ("days", "given", "expected"),
    [
        (["3/4/2026", "25/4/2026"], "", ["2026-04-03", "2026-04-25"]),  # 25 can only be a day
        (["3/4/2026", "4/25/2026"], "", ["2026-03-04", "2026-04-25"]),
        (["3.4.2026", "4.5.2026"], "", ["2026-04-03", "2026-05-04"]),  # nobody writes months first with dots
        (["3/4/2026", "5/5/2026"], "mdy", ["2026-03-04", "2026-05-05"]),
        (["9/11/14", "2-Jun-06"], "mdy", ["2014-09-11", "2006-06-02"]),
        (["2026-04-03 10:30", "20260405"], "", ["2026-04-03", "2026-04-05"]),
        (["2026年4月3日", "2026/4/5"], "", ["2026-04-03", "2026-04-05"]),
    ],
)
def test_days_are_read_as_their_column_is_written(book: Store, tmp_path: Path, days: list[str], given: str, expected: list[str]) -> None:
    rows = "".join(f"N{n};{day};C1;710;1;1\n" for n, day in enumerate(days))
    bring_in(book, "orders", text_file(tmp_path, "order id;date;customer;item;qty;price\n" + rows), dates=given)
    assert [day for (day,) in book.look.rows("SELECT day FROM sales_order ORDER BY id")] == expected


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (["3/4/2026", "5/6/2026"],
         "“3/4/2026” can be two days, and nothing in the column says which; say --dates dmy (day first) or --dates mdy (month first)."),
        (["13/4/2026", "4/13/2026"],
         "“13/4/2026”: the column has days written day first and days written month first; say which with --dates dmy or --dates mdy."),
        (["2026-02-30"], "“2026-02-30” is not a day of the calendar."),
        (["Date Not Captured"], "“Date Not Captured” is not a day; type 15, 0615, 2026-06-15, +3, t or a weekday."),
    ],
)
def test_days_that_leave_a_doubt_are_refused(book: Store, tmp_path: Path, days: list[str], why: str) -> None:
    rows = "".join(f"N{n};{day};C1;710;1;1\n" for n, day in enumerate(days))
    result = bring_in(book, "orders", text_file(tmp_path, "order id;date;customer;item;qty;price\n" + rows))
    assert result.refused[0].why == why
    assert result.refused[0].where == "B2"


def test_a_spreadsheets_days_and_its_numbers_that_are_days(book: Store, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as out:
        sheet, as_day = out.add_worksheet(), out.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["order id", "date", "customer", "item", "qty", "price"])
        sheet.write_row(1, 0, ["N1", 46115, "C1", "710", 2, 9.99])
        sheet.write_row(2, 0, ["N2", 0, "C1", "710", 1, 9.99])
        sheet.write_datetime(2, 1, date(2026, 4, 3), as_day)
    bring_in(book, "orders", path)
    assert book.look.rows("SELECT no, day FROM sales_order ORDER BY id") == [("N1", "2026-04-03"), ("N2", "2026-04-03")]
    assert book.look.value("SELECT sum(amount) FROM order_line") == 2997


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["0.05", "0.2", "0"], [500, 2000, 0]), (["5", "20", "0"], [500, 2000, 0]), (["5%", "2.5 %", ""], [500, 250, 0])],
)
def test_discounts_as_parts_or_percents(book: Store, tmp_path: Path, cells: list[str], expected: list[int]) -> None:
    rows = "".join(f"N1;C1;710;1;1;{cell}\n" for cell in cells)
    bring_in(book, "orders", text_file(tmp_path, "order id;customer;item;qty;price;discount\n" + rows))
    assert [bp for (bp,) in book.look.rows("SELECT discount FROM order_line ORDER BY pos")] == expected


def test_a_mapping_is_remembered_and_said_again_wins(book: Store, tmp_path: Path) -> None:
    text = "x1,x2,x3\nA1,One,Uno\n"
    with pytest.raises(Refusal, match=r"No column was recognised as code / name; say which with --map code=COLUMN\. The columns are x1, x2, x3"):
        bring_in(book, "items", text_file(tmp_path, text))
    bring_in(book, "items", text_file(tmp_path, text), maps=["code=x1", "name=x2"])
    again = bring_in(book, "items", text_file(tmp_path, text.replace("A1", "A2"), name="next.csv"))
    assert counts(again) == (1, 0, 0, 0)
    assert "  code ← x1 (as last time)" in again.lines()
    bring_in(book, "items", text_file(tmp_path, text), maps=["name=x3"])
    assert book.look.rows("SELECT code, name FROM item WHERE id > 2") == [("A1", "Uno"), ("A2", "One")]
    with pytest.raises(Refusal, match="name: there is no column x9"):
        bring_in(book, "items", text_file(tmp_path, text), maps=["name=x9"])
    with pytest.raises(Refusal, match="“colour=x1” is not FIELD=COLUMN; the fields of items are code, name, model"):
        bring_in(book, "items", text_file(tmp_path, text), maps=["colour=x1"])


def test_values_made_of_columns(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "ID,FirstName,LastName,Via\n1,Nancy,Davolio,\n2,,Fuller,x\n")
    bring_in(book, "parties", file, fixed=["code=E-{ID}", "name={FirstName} {LastName}", "role=salesperson", "note=via {Via}"])
    sellers = book.look.rows("SELECT code, name, note FROM party WHERE salesperson ORDER BY id")
    assert sellers == [("E-1", "Nancy Davolio", ""), ("E-2", "Fuller", "via x")]


def test_opening_stock_once(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "货号,库存数量\n710,12\n007,0.125\n")
    assert counts(bring_in(book, "stock", file)) == (2, 0, 0, 0)
    assert book.look.rows("SELECT code, shelf FROM v_stock ORDER BY code") == [("007", 125), ("710", 12_000)]
    assert counts(bring_in(book, "stock", file)) == (0, 0, 2, 0)
    result = bring_in(book, "stock", text_file(tmp_path, "货号,库存数量\n710,13\n", name="other.csv"))
    assert result.refused[0].where == "B2"
    assert "710 was opened with 12 at Shelf already" in result.refused[0].why
    book.undo()
    assert book.look.value("SELECT sum(shelf) FROM v_stock") == 0
    assert counts(bring_in(book, "stock", file)) == (2, 0, 0, 0)  # what was taken back can come again


def test_purchases_with_lines_and_a_later_promise(book: Store, tmp_path: Path) -> None:
    head = "PO number,supplier,date,item,qty,price,promised\n"
    file = text_file(tmp_path, head + "P9,Hongda,2026-11-01,710,5,3.25,2026-11-30\nP9,,,007,1.5,,\n")
    assert counts(bring_in(book, "purchases", file)) == (1, 0, 0, 0)
    assert book.look.rows("SELECT no, code, qty, amount, promised FROM v_purchase_line ORDER BY pos") == [
        ("P9", "710", 5_000, 1625, "2026-11-30"), ("P9", "007", 1_500, 0, None),
    ]
    assert counts(bring_in(book, "purchases", file)) == (0, 0, 1, 0)
    later = bring_in(book, "purchases", text_file(tmp_path, head + "P9,Hongda,2026-11-01,710,5,3.25,2026-12-05\n"))
    assert later.examples == [("P9", [("promised", "2026-11-30", "2026-12-05")])]
    other = bring_in(book, "purchases", text_file(tmp_path, head + "P9,Hongda,2026-11-01,710,6,3.25,\n"))
    assert (other.refused[0].where, other.refused[0].column) == ("E2", "qty")
    nobody = bring_in(book, "purchases", text_file(tmp_path, "supplier,item,qty\nHongda,710,5\n"), fixed=["day=2026-11-02"])
    assert counts(nobody) == (1, 0, 0, 0)
    assert counts(bring_in(book, "purchases", text_file(tmp_path, "supplier,item,qty\nHongda,710,5\n"), fixed=["day=2026-11-02"])) == (0, 0, 1, 0)


def test_orders_and_lines_in_one_file_change_while_they_are_open(book: Store, tmp_path: Path) -> None:
    head = "订单号,客户,订单日期,货号,数量,单价\n"
    rows = "D1,Junye,2026-11-20,710,3,9\nD1,Junye,2026-11-20,710,1,8\nD2,Junye,2026-11-23,007,2,\n"
    assert counts(bring_in(book, "orders", text_file(tmp_path, head + rows))) == (2, 0, 0, 0)
    assert book.look.rows("SELECT no, code, qty, price FROM v_order_line ORDER BY id") == [
        ("D1", "710", 3_000, 90_000), ("D1", "710", 1_000, 80_000), ("D2", "007", 2_000, 100_000),  # no price: the list price
    ]
    result = bring_in(book, "order-lines", text_file(tmp_path, "订单号,货号,数量\nD1,710,4\nD2,710,7\n"))
    assert result.examples == [("D1", [("qty", "3", "4")]), ("D2", [("item", "–", "7")])]
    assert book.look.rows("SELECT no, code, qty FROM v_order_line ORDER BY no, pos") == [
        ("D1", "710", 4_000), ("D1", "710", 1_000), ("D2", "007", 2_000), ("D2", "710", 7_000),
    ]
    wrong = bring_in(book, "orders", text_file(tmp_path, head + "D3,Junye,2026-11-20,710,1,1\nD3,Hongda,2026-11-20,710,1,1\n"))
    assert (wrong.refused[0].column, wrong.refused[0].where) == ("customer", "B2")
    with pytest.raises(Refusal, match="give the file of the lines with --lines"):
        bring_in(book, "orders", text_file(tmp_path, "订单号,客户\nD4,Junye\n"))


def test_history_moves_no_goods_and_what_leaves_later_does(book: Store, tmp_path: Path) -> None:
    bring_in(book, "stock", text_file(tmp_path, "item,stock\n710,10\n"), opening_day=date(2026, 11, 1))
    head = "order id,customer,order date,shipped date,item,qty,price\n"
    rows = "H1,C1,2026-10-01,2026-10-05,710,100,5\nH2,C1,2026-10-20,,710,4,5\nH3,C1,2026-10-30,2026-11-10,710,3,5\n"
    opening = date(2026, 11, 1)
    orders = text_file(tmp_path, head + rows)
    assert counts(bring_in(book, "orders", orders, opening_day=opening)) == (3, 0, 0, 0)
    orders_now = book.look.rows("SELECT no, state, history FROM sales_order ORDER BY id")
    assert orders_now == [("H1", "closed", 1), ("H2", "confirmed", 0), ("H3", "confirmed", 0)]
    shipped = bring_in(book, "shipments", orders, fixed=["carrier=K1"], opening_day=opening)
    assert counts(shipped) == (2, 0, 0, 0)
    assert shipped.left_out == 1
    assert book.look.rows("SELECT order_no, shipped_on, history, qty, carrier FROM v_shipment ORDER BY id") == [
        ("H1", "2026-10-05", 1, 100_000, "SF"), ("H3", "2026-11-10", 0, 3_000, "SF"),
    ]
    assert book.look.row("SELECT shelf, reserved FROM v_stock WHERE code = '710'") == (7_000, 4_000)
    assert counts(bring_in(book, "shipments", orders, fixed=["carrier=K1"], opening_day=opening)) == (0, 0, 2, 0)
    more = text_file(tmp_path, "order id,shipped date,item,qty,tracking number\nH2,2026-11-12,710,9,W1\n")
    assert bring_in(book, "shipments", more).refused[0].where == "D2"
    part = text_file(tmp_path, "order id,shipped date,item,qty,tracking number\nH2,2026-11-12,710,1,W1\n")
    assert counts(bring_in(book, "shipments", part)) == (1, 0, 0, 0)
    assert book.look.row("SELECT shelf, reserved FROM v_stock WHERE code = '710'") == (6_000, 3_000)


def test_an_order_that_was_taken_back_can_be_brought_in_again(book: Store, tmp_path: Path) -> None:
    file = text_file(tmp_path, "order id,customer,item,qty,price\nH1,C1,710,1,5\n")
    bring_in(book, "orders", file)
    book.undo()
    assert counts(bring_in(book, "orders", file)) == (1, 0, 0, 0)
    assert book.look.rows("SELECT no, void FROM sales_order ORDER BY id") == [("H1", 1), ("H1", 0)]
    assert counts(bring_in(book, "orders", file)) == (0, 0, 1, 0)


def test_the_command_line_says_it_and_its_exit_code(book: Store, tmp_path: Path) -> None:
    good = text_file(tmp_path, "code;name\nA1;One\n", name="good.csv")
    bad = text_file(tmp_path, "code;name\nA2;\n", name="bad.csv")
    call = ["--desk", str(book.path), "--clerk", "Bo", "import", "items"]
    run = CliRunner()
    done = run.invoke(cli, [*call, str(good)])
    assert (done.exit_code, done.output.splitlines()[-2:]) == (
        0, ["1 new, 0 changed, 0 the same, 0 refused", f"Written as step {book.position[0]}; it can be taken back as a whole."],
    )
    refused = run.invoke(cli, [*call, str(bad)])
    assert refused.exit_code == 1
    assert "refused B2 (name): A2 is not in the book yet, and the row gives no name." in refused.output


def test_states_of_orders_that_come_with_one(book: Store, tmp_path: Path) -> None:
    head = "order id,customer,order date,shipped date,status,item,qty,price\n"
    told = {"A": ("Cancelled", 1), "B": ("On Hold", 2), "C": ("In Process", 4), "D": ("已完成", 8)}
    rows = "".join(f"{no},C1,2026-10-01,,{state},710,{qty},5\n" for no, (state, qty) in told.items())
    file = text_file(tmp_path, head + rows)
    assert counts(bring_in(book, "orders", file, opening_day=date(2026, 11, 1))) == (4, 0, 0, 0)
    assert book.look.rows("SELECT no, state, history FROM sales_order ORDER BY no") == [
        ("A", "cancelled", 0), ("B", "hold", 0), ("C", "confirmed", 0), ("D", "closed", 1),
    ]
    assert book.look.value("SELECT reserved FROM v_stock WHERE code = '710'") == 6_000
    assert counts(bring_in(book, "orders", file)) == (0, 0, 4, 0)
    later = bring_in(book, "orders", text_file(tmp_path, head + rows.replace("In Process", "cancelado"), name="later.csv"))
    assert later.examples == [("C", [("state", "confirmed", "cancelled")])]
    odd = bring_in(book, "orders", text_file(tmp_path, head + "E,C1,2026-10-01,,8,710,1,5\n", name="odd.csv"))
    assert (odd.refused[0].where, odd.refused[0].column) == ("E2", "state")


@pytest.mark.parametrize("language", ["en", "zh", "es", "sw"])
@pytest.mark.parametrize("what", ["parties", "items"])
def test_our_own_export_brought_in_again_changes_nothing(book: Store, tmp_path: Path, what: str, language: str) -> None:
    """A list has the city and not the street: what a file does not say of an address stays."""
    address = {"text": "Station Street 7", "city": "Leeds", "country": "UK"}
    phone = {"channel": "phone", "value": "042 821", "person": "Ms Reid"}
    ours = book.run(add_party, name="Lin", roles=["salesperson"], contacts=[{"channel": "mobile", "value": "138 0013 8000"}])
    book.run(
        add_party, name="Anka", code="C9", roles=["customer", "supplier"], contacts=[phone], addresses=[address], terms_days=30, salesperson=ours,
        caution="ask for Mr Holt", transit_days=2,
    )
    file = tmp_path / f"{what}-{language}.csv"
    rows, _note = export(book.path, what, file, language=language)
    result = bring_in(book, what, file)
    assert counts(result) == (0, 0, rows, 0), result.lines()
    assert book.look.value("SELECT text FROM address WHERE city = 'Leeds'") == "Station Street 7"


@pytest.mark.parametrize(("form", "raw"), [("csv", False), ("csv", True), ("xlsx", False)])
def test_every_channel_and_the_main_address_go_out_and_come_back(book: Store, tmp_path: Path, form: str, raw: bool) -> None:
    channels = ("phone", "mobile", "fax", "mail", "qq", "wechat", "whatsapp", "web")
    contacts = [{"channel": channel, "value": f"{channel}-{n} 0755 {n}", "person": f"Person {n}"} for n in (1, 2) for channel in reversed(channels)]
    addresses = [
        {"text": "Old Street 1", "city": "Old", "country": "UK", "since": "2020-01-01"},
        {"text": "Dock 4\nGate B", "city": "", "country": "China", "since": "2025-01-01"},
        {"text": "Yard 9", "city": "Elsewhere", "country": "Kenya", "kind": "delivery", "since": "2026-01-01"},
    ]
    book.run(add_party, name="Anka", code="C9", roles=["customer"], contacts=contacts, addresses=addresses)
    book.run(  # whom to ring first is a mobile; one value looks like two
        add_party, name="Bolt", roles=["supplier"], contacts=[{"channel": "mobile", "value": "138 1"}, {"channel": "phone", "value": "020 7; ext 5"}]
    )
    book.run(add_party, name="None", roles=["carrier"])
    file = tmp_path / f"parties.{form}"
    rows, _note = export(book.path, "parties", file, form=form, raw=raw)
    table = read_table(file)
    names = [name if raw else name.lower() for name in table.columns]
    anka = dict(zip(names, next(row for row in table.rows if "Anka" in row), strict=True))
    for channel in channels:
        name = {"phone": "phones"}.get(channel, channel) if raw else channel
        assert anka[name] == f"{channel}-1 0755 1; {channel}-2 0755 2"
    assert anka["address"] == "Dock 4\nGate B"
    assert not anka["main_city" if raw else "city"]
    assert anka["main_country" if raw else "country"] == "China"
    before = dump(book)
    result = bring_in(book, "parties", file)
    assert counts(result) == (0, 0, rows, 0), result.lines()
    assert dump(book) == before
    with create(tmp_path / "second.desk", company="Second") as second:  # and all of it makes the same parties elsewhere
        result = bring_in(second, "parties", file)
        assert counts(result) == (rows, 0, 0, 0), result.lines()[-6:]
        export(second.path, "parties", tmp_path / f"again.{form}", form=form, raw=raw)
        again = {str(row): 1 for row in read_table(tmp_path / f"again.{form}").rows if "Anka" in row}
    assert again == {str(row): 1 for row in table.rows if "Anka" in row}


def test_a_cell_with_several_numbers_changes_the_ones_that_differ(book: Store, tmp_path: Path) -> None:
    contacts = [{"channel": "phone", "value": value, "person": person} for value, person in (("020 111", "Li"), ("020 222", "Wu"))]
    party = book.run(add_party, name="Anka", code="C9", roles=["customer"], contacts=contacts)
    sql = "SELECT value, person FROM contact WHERE party_id = :party ORDER BY id"
    bring_in(book, "parties", text_file(tmp_path, "code,phone,person\nC9,020 111; 020 333; 020 444,Li\n"))
    assert book.look.rows(sql, party=party) == [("020 111", "Li"), ("020 333", "Wu"), ("020 444", "Li")]
    bring_in(book, "parties", text_file(tmp_path, "code,phone,person\nC9,020 111,Zhao\n", "new.csv"))
    assert book.look.rows(sql, party=party) == [("020 111", "Zhao"), ("020 333", "Wu"), ("020 444", "Li")]


def test_a_file_that_names_what_was_merged_changes_nothing(book: Store, tmp_path: Path) -> None:
    rows = "code,name,roles,terms days\nC1,Junye,customer,\nC2,Junye Ltd,customer,45\n,Junye Works,customer,60\n"
    parties = text_file(tmp_path, rows, "parties.csv")
    items = text_file(tmp_path, "code,name,minimum\n710,Board,5\n710-OLD,Old board,9\n", "items.csv")
    bring_in(book, "parties", parties)
    bring_in(book, "items", items)
    named: dict[Any, Any] = dict(book.look.rows("SELECT name, id FROM party"))
    coded: dict[Any, Any] = dict(book.look.rows("SELECT code, id FROM item"))
    book.run(merge_parties, keep=named["Junye"], gone=named["Junye Ltd"])
    book.run(merge_parties, keep=named["Junye"], gone=named["Junye Works"])
    book.run(merge_items, keep=coded["710"], gone=coded["710-OLD"])
    before = dump(book)
    result = bring_in(book, "parties", parties)
    assert counts(result) == (0, 0, 3, 0)
    assert result.notes == ["C2 was merged into Junye; its row is left out.", "Junye Works was merged into Junye; its row is left out."]
    result = bring_in(book, "items", items)
    assert (counts(result), result.notes) == ((0, 0, 2, 0), ["710-OLD was merged into 710; its row is left out."])
    assert dump(book) == before
