"""The rows of a listing in their order, read a page at a time by key: the same cost at row ten and at row one million."""
from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from deskbook.core import days
from deskbook.core.listing import Ask, Listing, Show, View
from deskbook.core.search import find_terms

Row = tuple[Any, ...]
"""The row's id, then the values of listing.columns in their order."""

PAGES = 16
"""Pages kept in memory."""


class Reads(Protocol):
    """What a window needs of the store's look."""

    def rows(self, sql: str, /, **params: Any) -> list[tuple[Any, ...]]:
        """All rows of a query with named parameters."""
        ...


def view_of(listing: Listing, ask: Ask) -> View:
    """The view asked for; the listing's first where none is named. KeyError where there is none of that name."""
    for view in listing.views:
        if ask.view in ("", view.name):
            return view
    raise KeyError(ask.view)


def order_of(listing: Listing, ask: Ask) -> tuple[str, bool]:
    """Column the rows are sorted by, and whether the greatest comes first. KeyError where the column is none of the listing's."""
    name = ask.sort or listing.order
    if name not in ("id", listing.order):
        listing.column(name)
    down = listing.descending if name == listing.order else False
    return name, down if ask.descending is None else ask.descending


def where_of(listing: Listing, ask: Ask) -> tuple[str, dict[str, Any]]:
    """The condition the rows meet, as SQL over the listing's source, and its named parameters."""
    today = ask.today or days.today()
    params: dict[str, Any] = {"today": today.isoformat(), "midnight": days.day_span(today)[0]}
    parts = [view_of(listing, ask).where]
    for n, (column, value) in enumerate(ask.only):
        if not column.isidentifier():
            raise KeyError(column)
        if value is None:
            parts.append(f"{column} IS NULL")
        elif isinstance(value, tuple | list | set | frozenset):
            names = {f"only{n}_{i}": each for i, each in enumerate(value)}
            params |= names
            parts.append(f"{column} IN ({', '.join(f':{name}' for name in names)})")
        else:
            params[f"only{n}"] = value
            parts.append(f"{column} = :only{n}")
    moments = any(column.name == listing.day and column.show is Show.MOMENT for column in listing.columns)
    if listing.day and ask.since:
        params["since"] = days.day_span(ask.since)[0] if moments else ask.since.isoformat()
        parts.append(f"{listing.day} >= :since")
    if listing.day and ask.until:
        params["before"] = days.day_span(ask.until)[1] if moments else (ask.until + timedelta(days=1)).isoformat()
        parts.append(f"{listing.day} < :before")
    for n, term in enumerate(find_terms(ask.find) if listing.find else ()):
        params[f"term{n}"] = f"%{term}%"  # a folded term holds no sign that LIKE reads otherwise
        parts.append(" OR ".join(f"{column} LIKE :term{n}" for column in listing.find))
    return " AND ".join(f"({part})" for part in parts), params


def fields_of(listing: Listing) -> str:
    """The selected columns: id, then the listing's own."""
    return ", ".join(["id", *(column.name for column in listing.columns)])


def select(listing: Listing, ask: Ask) -> tuple[str, dict[str, Any]]:
    """One query for all the rows asked for, in the order of the screen, and its named parameters: what an export reads."""
    sql, params = select_unordered(listing, ask)
    name, down = order_of(listing, ask)
    step = "DESC" if down else "ASC"
    order = f"id {step}" if name == "id" else f"{name} {step} NULLS LAST, id {step}"
    return f"{sql} ORDER BY {order}", params


def select_unordered(listing: Listing, ask: Ask) -> tuple[str, dict[str, Any]]:
    """The same without the order, and with the column that makes it: for who reads a batch at a time, by order_of."""
    where, params = where_of(listing, ask)
    name, _down = order_of(listing, ask)
    fields = fields_of(listing) + ("" if name == "id" or any(column.name == name for column in listing.columns) else f", {name}")
    return f"SELECT {fields} FROM {listing.source} WHERE {where}", params


def count(look: Reads, listing: Listing, ask: Ask) -> int:
    """How many rows answer the question."""
    where, params = where_of(listing, ask)
    return int(look.rows(counted("count(*)", "id", listing, where), **params)[0][0])


def counted(what: str, names: str, listing: Listing, where: str) -> str:
    """SQL for aggregates over columns of the rows that meet a condition.

    The limit that cuts nothing keeps the inner query whole: only in a query of rows does SQLite leave out left joins that nothing is read of
    (a million moves: 30 ms instead of 250).
    """
    return f"SELECT {what} FROM (SELECT {names} FROM {listing.source} WHERE {where} LIMIT -1)"


class Window:
    """The ordered rows of a listing that answer a question.

    The order is two stretches: rows with a value in the sorted column, by (value, id), then rows without one, by id. Each stretch is read by
    comparing keys, which an index on (column, id) answers directly; comparing with a missing value would answer nothing.
    Nothing is held but a few pages and, for pages once read, the keys they start after. What other desks change meanwhile shows in a new window.
    """

    def __init__(self, look: Reads, listing: Listing, ask: Ask, *, page: int = 128) -> None:
        self.look = look
        self.listing = listing
        self.ask = ask
        self.count = count(look, listing, ask)
        self._page = page
        self._where, self._params = where_of(listing, ask)
        self._fields = fields_of(listing)
        self._totals: dict[str, int] | None = None
        self._start()

    def _start(self) -> None:
        self._key, self._down = order_of(self.listing, self.ask)
        self._empty_rows: int | None = 0 if self._key == "id" else None
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        # Row number -> key of the row before it; what is not None is (value, id), or (None, id) in the stretch without a value.
        self._anchors: dict[int, tuple[Any, int] | None] = {0: None}
        self._known: list[int] = [0]

    def sort_by(self, name: str, descending: bool | None = None) -> None:
        """Sort the same rows otherwise: their count and totals stand."""
        self.ask = self.ask.but(sort=name, descending=descending)
        self._start()

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """Column the rows are sorted by, and whether the greatest comes first."""
        return self._key, self._down

    def row(self, i: int) -> Row | None:
        """The row at place i, from 0; None outside the list, or where another desk has taken rows away since the window was made."""
        if not 0 <= i < self.count:
            return None
        rows = self._rows(i // self._page)
        place = i % self._page
        return rows[place] if place < len(rows) else None

    def id_at(self, i: int) -> int | None:
        """The id of the row at place i; None where there is no such row."""
        row = self.row(i)
        return None if row is None else int(row[0])

    def index_of(self, row_id: int) -> int | None:
        """The place of the row with that id; None where it does not answer the question."""
        found = self._read(f"SELECT {self._key} FROM {self.listing.source} WHERE {self._where} AND id = :the_id", the_id=row_id)
        if not found:
            return None
        value = found[0][0]
        where, params = self._beyond(value is None, (value, row_id), forward=False)
        return self._count(where, **params) + (self.count - self._empties() if value is None else 0)

    def totals(self) -> dict[str, int]:
        """The sum over all rows of each column that has a total, by name; quantities only where all rows have one unit."""
        if self._totals is None:
            columns = [column for column in self.listing.columns if column.total]
            names = [column.name for column in columns]
            quantities = {column.name for column in columns if column.show is Show.QUANTITY}
            unit = ["unit"] if quantities else []
            sums = ", ".join([*(f"coalesce(sum({name}), 0)" for name in names), *(f"min({name}) IS NOT max({name})" for name in unit)])
            row = self._read(counted(sums, ", ".join([*names, *unit]), self.listing, self._where))[0] if names else ()
            mixed = bool(unit and row[-1])
            self._totals = {name: total for name, total in zip(names, row, strict=False) if not (mixed and name in quantities)}
        return dict(self._totals)

    def ids(self) -> Iterable[int]:
        """The ids of all rows in order, read a page at a time."""
        for i in range(self.count):
            row_id = self.id_at(i)
            if row_id is not None:
                yield row_id

    def _read(self, sql: str, **more: Any) -> list[Row]:
        return self.look.rows(sql, **self._params, **more)

    def _count(self, where: str, **more: Any) -> int:
        return int(self._read(counted("count(*)", "id", self.listing, f"{self._where} AND {where}"), **more)[0][0])

    def _empties(self) -> int:
        """Rows without a value in the sorted column, counted the first time a page needs to know."""
        if self._empty_rows is None:
            self._empty_rows = self._count(f"{self._key} IS NULL")
        return self._empty_rows

    def _rows(self, number: int) -> list[Row]:
        if number in self._pages:
            self._pages.move_to_end(number)
            return self._pages[number]
        start = number * self._page
        wanted = min(self._page, self.count - start)
        anchor = self._known[bisect_right(self._known, start) - 1]
        behind = bisect_left(self._known, start + wanted)
        after = self._known[behind] if behind < len(self._known) else self.count
        # Walk from whichever known place is nearer: forwards from the anchor before, or backwards from the one after, or from the end.
        if start - anchor <= after - start - wanted:
            keyed = self._walk(self._anchors[anchor], forward=True, skip=start - anchor, limit=wanted)
        else:
            # An anchor is the row before its place: walking backwards it is itself the first row wanted.
            keyed = self._back(after, skip=after - start - wanted, limit=wanted)
        if keyed and start + wanted < self.count:
            self._learn(start + wanted, keyed[-1])
        rows = [row[1:] for row in keyed]
        self._pages[number] = rows
        if len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        return rows

    def _learn(self, place: int, row: Row) -> None:
        if place not in self._anchors:
            self._anchors[place] = (row[0], row[1])
            insort(self._known, place)

    def _back(self, place: int, *, skip: int, limit: int) -> list[Row]:
        """The rows that end `skip` rows before a known place (or the end), in their order."""
        key = self._anchors.get(place)
        rows = self._walk(key, forward=False, skip=skip, limit=limit + 1, including=True)
        # One row more than wanted is the row before the page: the anchor of its start.
        if len(rows) > limit:
            self._learn(place - skip - limit, rows.pop())
        return rows[::-1]

    def _walk(self, key: tuple[Any, int] | None, *, forward: bool, skip: int, limit: int, including: bool = False) -> list[Row]:
        """Rows beyond a key (None: from that end of the list) in walking order, each as (sorted value, id, columns ...)."""
        parts: list[Row] = []
        stretches = (False, True) if forward else (True, False)
        for empty in stretches:
            if len(parts) == limit:
                break
            if key is not None and empty != (key[0] is None):
                continue  # this stretch was passed before the key was reached
            if empty and not self._empties():
                continue
            room = limit - len(parts)
            got = self._stretch(empty, key, forward=forward, skip=skip, limit=room, including=including)
            parts += got
            if got or skip == 0:
                skip = 0
            else:
                skip -= self._length(empty, key, forward=forward, including=including)
            key = None
        return parts

    def _length(self, empty: bool, key: tuple[Any, int] | None, *, forward: bool, including: bool) -> int:
        where, params = self._beyond(empty, key, forward=forward, including=including)
        return self._count(where, **params)

    def _beyond(self, empty: bool, key: tuple[Any, int] | None, *, forward: bool, including: bool = False) -> tuple[str, dict[str, Any]]:
        where = f"{self._key} IS {'' if empty else 'NOT '}NULL"
        if key is None:
            return where, {}
        sign = (">" if forward != self._down else "<") + ("=" if including else "")
        if empty or self._key == "id":
            return f"{where} AND id {sign} :key_id", {"key_id": key[1]}
        return f"{where} AND ({self._key}, id) {sign} (:key, :key_id)", {"key": key[0], "key_id": key[1]}

    def _stretch(self, empty: bool, key: tuple[Any, int] | None, *, forward: bool, skip: int, limit: int, including: bool) -> list[Row]:
        where, params = self._beyond(empty, key, forward=forward, including=including)
        step = "ASC" if forward != self._down else "DESC"
        order = f"id {step}" if empty or self._key == "id" else f"{self._key} {step}, id {step}"
        rows = f"SELECT {self._key}, {self._fields} FROM {self.listing.source} WHERE {self._where} AND {where}"
        return self._read(f"{rows} ORDER BY {order} LIMIT :limit OFFSET :skip", limit=limit, skip=skip, **params)
