"""What is owed in a fresh book."""

from __future__ import annotations

import pytest
from tests.books.receivables.money import Money, begin

from deskbook.core.store import Store


@pytest.fixture
def money(book: Store) -> Money:
    """A fresh book with two customers, a supplier and a bank."""
    return begin(book)
