"""Windows over a list against the same list read by one plain ordered query."""
from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskbook.core.listing import Ask, Column, Listing, Show, View
from deskbook.core.search import find_text
from deskbook.core.window import Window, count, select


class Look:
    """Reads a plain database and counts what it reads."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self.con = con
        self.statements: list[str] = []
        self.params: list[dict[str, Any]] = []
        self.fetched = 0

    def rows(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        self.statements.append(sql)
        self.params.append(params)
        found = self.con.execute(sql, params).fetchall()
        self.fetched += len(found)
        return found


LISTING = Listing(
    name="sale",
    title="Sales",
    source="v_sale",
    columns=(
        Column("number", "number", Show.CODE),
        Column("day", "day", Show.DAY),
        Column("customer", "customer", grows=True),
        Column("amount", "amount", Show.MONEY, total=True),
        Column("note", "note", export_only=True),
    ),
    order="day",
    descending=True,
    find=("found", "also"),
    day="day",
    views=(View("all", "all"), View("late", "late", "day < :today AND amount > 0"), View("gone", "gone", "amount = 0 OR amount IS NULL")),
)

# (id, number, day, customer, amount in cents, note)
SALES = [
    (1, "S-1", "2026-10-30", "Junye 骏业", 1000, None),
    (2, "S-2", "2026-11-02", "Anka", None, "x"),
    (3, "S-3", "2026-11-20", "Junye 骏业", 250, None),
    (4, "S-4", "2026-11-23", "Zhang_b", 0, None),
    (5, "BVM7-710-8505", "2026-11-30", None, 75, None),
    (6, "S-6", None, "Anka", 40, None),
]


def book(rows: list[tuple[Any, ...]], *, index: bool = True) -> Look:
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE sale(id INTEGER PRIMARY KEY, number, day, customer, amount, note, found, also)")
    con.executemany("INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [(*r, find_text(r[1]), find_text(r[3])) for r in rows])
    con.execute("CREATE VIEW v_sale AS SELECT * FROM sale")
    if index:
        for name in ("day", "amount", "customer", "number"):
            con.execute(f"CREATE INDEX sale_{name} ON sale({name}, id)")
    return Look(con)


def ids(look: Look, ask: Ask, page: int = 2) -> list[int]:
    return list(Window(look, LISTING, ask, page=page).ids())


def test_the_listings_own_order_newest_first_and_those_without_a_day_last() -> None:
    assert ids(book(SALES), Ask()) == [5, 4, 3, 2, 1, 6]


def test_rows_without_a_value_are_last_in_both_directions() -> None:
    look = book(SALES)
    assert ids(look, Ask(sort="amount")) == [4, 6, 5, 3, 1, 2]
    assert ids(look, Ask(sort="amount", descending=True)) == [1, 3, 5, 6, 4, 2]


def test_ties_are_by_id_in_the_direction_of_the_order() -> None:
    look = book(SALES)
    assert ids(look, Ask(sort="customer")) == [2, 6, 1, 3, 4, 5]
    assert ids(look, Ask(sort="customer", descending=True)) == [4, 3, 1, 6, 2, 5]


def test_a_row_is_its_id_and_the_columns_in_their_order() -> None:
    window = Window(book(SALES), LISTING, Ask(sort="number"))
    assert window.row(1) == (1, "S-1", "2026-10-30", "Junye 骏业", 1000, None)
    assert window.id_at(0) == 5
    assert window.row(-1) is None
    assert window.row(6) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("8505", [5]), ("７１０", [5]), ("bvm7 85", [5]), ("bvm7-710 junye", []), ("JUNYE", [1, 3]), ("骏", [1, 3]), ("jy", [1, 3]), ("s3 yeju", []),
        ("nka s6", [6]), ("%", [1, 2, 3, 4, 5, 6]), ("gb", [4]), ("  ", [1, 2, 3, 4, 5, 6]),
    ],
)  # fmt: skip
def test_every_word_typed_must_be_in_one_of_the_find_columns(typed: str, found: list[int]) -> None:
    assert sorted(ids(book(SALES), Ask(find=typed))) == found


def test_period_views_and_fixed_values_narrow_the_list() -> None:
    look = book(SALES)
    november = Ask(since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert ids(look, november) == [5, 4, 3, 2]
    assert ids(look, Ask(until=date(2026, 11, 2))) == [2, 1]
    assert ids(look, Ask(view="late")) == [3, 1]                       # the clock stands at 2026-11-23
    assert ids(look, november.but(view="gone")) == [4, 2]              # its OR keeps inside its brackets
    assert ids(look, Ask(only=(("customer", "Anka"),))) == [2, 6]
    assert ids(look, Ask(only=(("customer", None),))) == [5]
    assert ids(look, Ask(only=(("id", (1, 6)),))) == [1, 6]
    assert ids(look, Ask(only=(("id", ()),))) == []


def test_the_last_day_of_a_period_is_whole_where_the_column_holds_moments() -> None:
    look = book([(1, "a", "2026-11-30T23:59:00.000Z", None, 1, None), (2, "b", "2026-12-01T00:00:00.000Z", None, 1, None)])
    assert ids(look, Ask(until=date(2026, 11, 30))) == [1]


def test_count_and_totals_are_of_all_rows_of_the_question() -> None:
    look = book(SALES)
    assert count(look, LISTING, Ask(find="junye")) == 2
    assert Window(look, LISTING, Ask(find="junye")).totals() == {"amount": 1250}
    assert Window(look, LISTING, Ask(find="nobody")).totals() == {"amount": 0}


def test_index_of_finds_the_place_of_a_row_and_none_for_one_that_is_not_there() -> None:
    window = Window(book(SALES), LISTING, Ask(sort="amount", descending=True, view="all"))
    assert [window.index_of(n) for n in (1, 3, 5, 6, 4, 2)] == [0, 1, 2, 3, 4, 5]
    assert window.index_of(99) is None
    assert Window(window.look, LISTING, Ask(find="junye")).index_of(2) is None


@pytest.mark.parametrize("ask", [Ask(sort="nothing"), Ask(view="nothing"), Ask(only=(("1=1 OR id", 3),))])
def test_names_that_are_not_the_listings_are_errors(ask: Ask) -> None:
    with pytest.raises(KeyError):
        Window(book(SALES), LISTING, ask)


def test_select_gives_the_rows_of_the_window_in_its_order() -> None:
    look = book(SALES)
    for ask in (Ask(), Ask(sort="amount"), Ask(sort="customer", descending=True, find="a"), Ask(sort="id", descending=True, view="late")):
        sql, params = select(LISTING, ask)
        window = Window(look, LISTING, ask, page=2)
        assert look.rows(sql, **params) == [window.row(i) for i in range(window.count)]


def test_sorting_the_same_rows_otherwise_counts_and_adds_nothing_again() -> None:
    look = book(SALES)
    window = Window(look, LISTING, Ask(since=date(2026, 10, 1)))
    assert window.totals() == {"amount": 1325}
    before = len(look.statements)
    window.sort_by("number")
    assert [window.id_at(i) for i in range(window.count)] == [5, 1, 2, 3, 4]
    assert window.totals() == {"amount": 1325}
    assert not any("sum(" in sql for sql in look.statements[before:])


def test_a_jump_over_all_rows_with_a_value_lands_on_the_right_one_without() -> None:
    look = book([(n, f"n{n}", None, None, n if n <= 3 else None, None) for n in range(1, 31)])
    assert Window(look, LISTING, Ask(sort="amount"), page=1).id_at(5) == 6                         # over three rows, forwards
    look = book([(n, f"n{n}", None, None, n if n > 3 else None, None) for n in range(1, 31)])
    assert Window(look, LISTING, Ask(sort="amount"), page=1).id_at(24) == 28                       # over three rows, backwards


value = st.one_of(st.none(), st.integers(-2, 2))
row = st.tuples(value, st.one_of(st.none(), st.sampled_from(["a", "b", "B", "骏", ""])))


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(row, max_size=40), sort=st.sampled_from(["amount", "customer", "id", "day"]), down=st.booleans(), page=st.integers(1, 7),
    visits=st.lists(st.integers(0, 45), max_size=30), only=st.one_of(st.none(), st.integers(-2, 2)),
)  # fmt: skip
def test_any_way_through_any_list_gives_what_one_ordered_query_gives(
    rows: list[tuple[Any, Any]], sort: str, down: bool, page: int, visits: list[int], only: int | None
) -> None:
    """The pages are read in any order, so that every mix of known and unknown ground is walked forwards and backwards."""
    look = book([(n * 3 % 101 + 1, f"n{n}", None, customer, amount, None) for n, (amount, customer) in enumerate(rows)])
    ask = Ask(sort=sort, descending=down, only=() if only is None else (("amount", only),))
    step = "DESC" if down else "ASC"
    where = "1" if only is None else f"amount = {only}"
    plain = look.rows(f"SELECT id, number, day, customer, amount, note FROM sale WHERE {where} ORDER BY ({sort} IS NULL), {sort} {step}, id {step}")
    window = Window(look, LISTING, ask, page=page)
    assert window.count == len(plain)
    for i in visits:
        assert window.row(i) == (plain[i] if i < len(plain) else None)
    assert [window.row(i) for i in range(window.count)] == plain
    assert [window.index_of(r[0]) for r in plain] == list(range(len(plain)))


def test_going_on_page_by_page_from_either_end_reads_only_those_rows() -> None:
    look = book([(n, f"n{n}", None, None, None if n % 50 == 0 else n % 97, None) for n in range(1, 20_001)])
    window = Window(look, LISTING, Ask(sort="amount"))
    window.row(window.count - 1)
    for i in range(window.count - 1, window.count - 1000, -1):
        window.row(i)
    for i in range(1000):
        window.row(i)
    look.fetched, look.statements, look.params = 0, [], []
    window.row(1024)   # the next page on from the beginning
    assert look.fetched <= 129
    assert look.params[0]["skip"] == 0
    assert len(look.statements) <= 2
    sql = look.statements[0]
    plan = " ".join(str(r) for r in look.con.execute("EXPLAIN QUERY PLAN " + sql, dict.fromkeys(("key", "key_id", "limit", "skip", "today"), 1)))
    assert "USING INDEX sale_amount" in plan
    assert "TEMP B-TREE" not in plan
