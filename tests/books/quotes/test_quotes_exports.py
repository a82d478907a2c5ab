"""What goes out of quotes, prices, reference prices and deals: every list of theirs in every format, the figures as they are kept."""
from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.books.trade import PC, begin

from deskbook.books.items.price_commands import set_special_price
from deskbook.books.quotes.commands import accept_quote, write_quote
from deskbook.books.series.commands import add_series, record_value
from deskbook.core.store import Store
from deskbook.exchange.export import FORMATS, export


@pytest.fixture
def path(book: Store) -> Path:
    trade = begin(book)
    copper = book.run(add_series, code="Cu", name="Copper")
    book.run(record_value, series=copper, value=684_200_000, day="2026-11-20")
    book.run(record_value, series=copper, value=690_000_000)
    book.run(set_special_price, item=trade.board, customer=trade.junye, price=3_400_000)
    quote = book.run(write_quote, customer=trade.junye, lines=[{"item": trade.board, "qty": 2 * PC}], series=copper, day="2026-11-21")
    book.run(accept_quote, quote=quote)
    return book.path


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("what", "count"), [("quotes", 1), ("quote-lines", 1), ("prices", 1), ("series", 2), ("deals", 2)])
def test_every_list_goes_out_in_every_format(path: Path, tmp_path: Path, what: str, count: int, form: str) -> None:
    out = tmp_path / f"{what}.{form}"
    found, _note = export(path, what, out, form=form)
    assert found == count
    assert out.stat().st_size > 0


def test_the_figures_of_a_quote_line_and_a_value(path: Path, tmp_path: Path) -> None:
    export(path, "quote-lines", tmp_path / "lines.csv")
    with (tmp_path / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        line = next(csv.DictReader(file))
    # the price agreed on the 23rd does not hold for a quote of the 21st
    assert (line["quantity"], line["price"], line["amount"]) == ("2", "355.00", "710.00")
    export(path, "series", tmp_path / "series.jsonl", form="jsonl")
    rows = [json.loads(text) for text in (tmp_path / "series.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["day"], row["change"]) for row in rows if "day" in row][:1] == [("2026-11-23", 0.85)]
