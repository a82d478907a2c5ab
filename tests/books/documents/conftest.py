"""An office that prints."""
from __future__ import annotations

import pytest
from tests.books.documents.office import Office, begin

from deskbook.core.store import Store


@pytest.fixture
def office(book: Store) -> Office:
    """A fresh book with one deal in it."""
    return begin(book)
