"""A fresh book for each test."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskbook.core.store import Store


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Store]:
    """A book just founded: facts, places (shelf, quarantine, supplier, customer, loss, opening, merge) and accounts, clerk Ann."""
    from deskbook.exchange.found import create

    store = create(tmp_path / "office.desk", company="Hengda", clerk="Ann")
    yield store
    store.close()
