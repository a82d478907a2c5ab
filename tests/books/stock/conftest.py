"""The goods these tests are about."""
from __future__ import annotations

import pytest
from tests.books.goods import Goods

from deskbook.core.store import Store


@pytest.fixture
def goods(book: Store) -> Goods:
    """A supplier, a customer and a board."""
    return Goods(book)
