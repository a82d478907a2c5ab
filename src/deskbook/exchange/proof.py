"""All rules of all books, for `deskbook check` and the nightly run."""

from __future__ import annotations

from importlib import import_module

from deskbook.core.check import Finding, Rule, check
from deskbook.core.store import Look

BOOKS = ("parties", "items", "ledger", "claims", "stock", "purchases", "orders", "shipments", "tasks")


def rules() -> list[Rule]:
    """Every rule the books declare, book by book."""
    return [rule for book in BOOKS for rule in import_module(f"deskbook.books.{book}.queries").RULES]


def check_all(look: Look) -> list[Finding]:
    """Every rule recomputed, with what breaks it."""
    return check(look, rules())
