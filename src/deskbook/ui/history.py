"""The history of a record as a section of its card: who, when, what, and each fact's old and new value."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from deskbook.core.days import show_moment
from deskbook.core.words import N_, _, clauses
from deskbook.ui.card import CardRow, CardSection

if TYPE_CHECKING:
    from deskbook.core.store import Store

MOST_EVENTS = 20
"""Steps shown, the newest."""
Shown = Mapping[str, tuple[str, Callable[[Any], str]]]
"""Columns whose change is told: their label (marked with N_), and how a value is written."""


def what_happened(store: Store, table: str, row: int, shown: Shown, parts: Iterable[tuple[str, int, str, Shown]] = ()) -> CardSection:
    """The steps that made, changed or touched a row, newest first.

    parts: rows that belong to it: table, id, name (of the item of a line), and the columns that are told of it.
    """
    more: dict[int, list[str]] = defaultdict(list)
    for part, known, name, told in parts:
        for event in store.history(part, known):
            more[event.step] += [f"{name}: {words}" for words in _changes(event.was, told)]
    rows: list[CardRow] = []
    for event in store.history(table, row)[:MOST_EVENTS]:
        changed = clauses([*_changes(event.was, shown), *more[event.step]])
        rows.append((show_moment(event.at, column=True), "  ".join(filter(None, (event.words, changed, event.clerk)))))
    return CardSection(N_("What happened"), rows)


def _changes(was: Iterable[tuple[str, Any, Any]], shown: Shown) -> list[str]:
    return [f"{_(shown[name][0])} {_fact(shown[name][1], old)} → {_fact(shown[name][1], new)}" for name, old, new in was if name in shown]


def _fact(write: Callable[[Any], str], value: Any) -> str:
    return "–" if value in (None, "") else write(value)
