"""What every test starts from: English, one fixed moment in one fixed zone; and where the shared real data lie."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskbook.core import days, numbers, words

MOMENT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 2026-11-23, 09:30 in Shanghai."""


@pytest.fixture(autouse=True)
def desk() -> Iterator[None]:
    """Set and reset language, number marks, clock and zone."""
    words.use("en")
    numbers.use_marks(None)
    days.set_zone("Asia/Shanghai")
    days.set_clock(lambda: MOMENT)
    yield
    words.use("en")
    numbers.use_marks(None)
    days.set_zone(None)
    days.set_clock(None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real data beside the project; the test skips where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real data is missing")
    return folder
