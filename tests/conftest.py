"""What every test starts from: English, one fixed moment in one fixed zone, a home of its own; and where the shared real data lie."""
from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskbook.core import days, numbers, opening, words
from deskbook.core.paths import HOME

MOMENT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Monday 2026-11-23, 09:30 in Shanghai."""


@pytest.fixture(autouse=True)
def desk() -> Iterator[None]:
    """Set and reset language, number marks, clock and zone; no test opens a file on anybody's screen."""
    opening.set_launch(lambda _path: False)
    words.use("en")
    numbers.use_marks(None)
    days.set_zone("Asia/Shanghai")
    days.set_clock(lambda: MOMENT)
    yield
    words.use("en")
    numbers.use_marks(None)
    days.set_zone(None)
    days.set_clock(None)


@pytest.fixture(scope="session", autouse=True)
def home_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test, and no program a test starts, writes into the folders of who runs it: settings, half-typed forms, crash logs, books, exports."""
    home = tmp_path_factory.mktemp("home")
    before = os.environ.get(HOME)
    os.environ[HOME] = str(home)
    yield home
    if before is None:
        del os.environ[HOME]
    else:
        os.environ[HOME] = before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real data beside the project; the test skips where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real data is missing")
    return folder
