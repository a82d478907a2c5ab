"""A field that finds a row by any part of its name, code, alias, pinyin or phone, and can make the missing one."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look
    from deskbook.ui.desk_app import Desk


@dataclass(frozen=True, slots=True)
class Found:
    """One row that matches. text: what stands in the field when it is chosen; detail: what tells it from its neighbours (city, stock)."""

    id: int
    text: str
    detail: str = ""
    code: str = ""
    """A code that, typed whole, means this row and no other."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Where a lookup looks. name: marked with N_, the kind of row in the singular ("customer")."""

    name: str
    search: Callable[[Look, str], list[Found]]
    """Rows that match what was typed (never empty), best first; 50 are plenty."""
    show: Callable[[Look, int], str]
    """The text of a row known by its id."""
    create: Callable[[Desk, str], Screen[Any]] | None = None
    """The form of the missing row, given what was typed; the id it returns becomes the field's value."""
