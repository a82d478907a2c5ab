"""The sample company shows what a person should find in it, and says it in every language."""
from __future__ import annotations

import tomllib
from importlib.resources import files

from tests.journeys.desk import sample

from deskbook.core.store import Store
from deskbook.core.words import LANGUAGES


def test_every_language_has_all_names_and_as_many_of_each() -> None:
    folder = files("deskbook.exchange") / "sample_words"
    found = {code: tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8")) for code in LANGUAGES}
    shape = {code: {name: len(value) if isinstance(value, list | dict) else 0 for name, value in named.items()} for code, named in found.items()}
    assert all(one == shape["en"] for one in shape.values())


def test_a_late_promise_a_quiet_task_and_an_item_that_is_gone() -> None:
    with Store.open(sample(), clerk="Ann", read_only=True) as book:
        look = book.look
        ((line, slip),) = look.rows("SELECT id, slip FROM v_purchase_line WHERE promises = 3 AND overdue")
        said = look.rows("SELECT promised, said_by <> '' FROM purchase_promise WHERE purchase_line_id = :line ORDER BY id", line=line)
        assert ([named for _day, named in said], slip) == ([0, 1, 1], 6)
        assert sorted(said) == said
        quiet = look.rows("SELECT kind, what, state, snooze_reason <> '' FROM v_system_task WHERE snoozed IS NOT NULL")
        assert quiet == [("low stock", "CON-4P", "LOW", 1)]
        assert look.rows("SELECT code FROM item WHERE discontinued") == [("TAPE-60",)]


def test_of_late_every_document_is_a_step_with_its_own_sentence() -> None:
    with Store.open(sample(), clerk="Ann", read_only=True) as book:
        look, since = book.look, "(SELECT date(day, '-40 days') FROM office_day)"
        for table in ("sales_order", "shipment", "purchase", "payment", "quote", "goods_return"):
            rows = look.rows(f"SELECT id, no FROM {table} WHERE day >= {since} AND void = 0")
            assert rows, table
            for row, no in rows:
                told = [event.words for event in book.history(table, row)]
                assert any(no in sentence for sentence in told), (table, no, told)
                assert not any("a working day" in sentence for sentence in told), (table, no, told)
        assert look.value("SELECT category FROM item WHERE code = 'KIT-START'") == "kit"
