"""The night proves itself: whatever is planted in a file, in the writer or in the backup is noticed, and the desk is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.desk import sample

from deskbook.core import backup
from deskbook.core.night import last_night
from deskbook.exchange import export, nightly


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "office.desk"
    path.write_bytes(sample().read_bytes())  # nobody has it open
    return path


def test_a_night_writes_everything_from_one_moment_and_agrees(book: Path, tmp_path: Path) -> None:
    made = nightly.nightly(book, tmp_path / "nights")
    manifest = json.loads((made / "manifest.json").read_bytes())
    assert {f"{what}.csv" for what in export.WHAT} | {"day-sheet.txt", "manifest.json"} == {path.name for path in made.iterdir()}
    assert nightly.prove(made, tmp_path / "nights") == []
    assert backup.prove(tmp_path / "nights" / manifest["backup"]["file"]) == (manifest["step"], manifest["digest"])
    night = last_night(book)
    assert night is not None
    assert night.ok
    again = nightly.nightly(book, tmp_path / "nights")
    assert again != made
    assert again.is_dir()  # of two nights of one day the newer is kept


def change(path: Path, old: bytes, new: bytes) -> None:
    body = path.read_bytes()
    assert old in body
    path.write_bytes(body.replace(old, new, 1))


@pytest.mark.parametrize(
    ("what", "old", "new", "says"),
    [
        ("orders", b"Wanda Lighting", b"Wanda Lightning", "orders.csv does not say what the restored backup says."),
        ("items", b'"BVM7-711"', b'"BVM7-117"', "items.csv does not say"),
        ("accounts", b"cash", b"hash", "accounts.csv does not say"),
    ],
)
def test_a_fault_of_the_writer_is_noticed(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, old: bytes, new: bytes, says: str
) -> None:
    """Counts, sums and hashes would all agree: only what is said in one cell is wrong."""
    writes = export.write

    def wrong(held: Any, listing: Any, ask: Any, out: Any, **more: Any) -> int:
        count = writes(held, listing, ask, out, **more)
        if listing is export.listing_of(what):
            out.flush()
            out.seek(0)
            body = out.read()
            assert old in body
            out.seek(0)
            out.truncate()
            out.write(body.replace(old, new, 1))
        return count

    monkeypatch.setattr(export, "write", wrong)
    with pytest.raises(nightly.NightFailed, match=says) as failed:
        nightly.nightly(book, tmp_path / "nights")
    assert failed.value.exit_code == 4
    kept = [path.name for path in (tmp_path / "nights").iterdir() if path.name.endswith("-failed")]
    assert len(kept) == 1
    night = last_night(book)
    assert night is not None
    assert not night.ok


def damaged_backup(made: Path, nights: Path) -> None:
    kept = next((nights / "backups").glob("*.desk"))
    change(kept, b"Wanda Lighting", b"Wanda Lightnig")


def lost_line(made: Path, nights: Path) -> None:
    path = made / "orders.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))


def lost_sheet(made: Path, nights: Path) -> None:
    change(made / "day-sheet.txt", b"Cash", b"Cosh")


@pytest.mark.parametrize("plant", [damaged_backup, lost_line, lost_sheet])
def test_what_happens_to_a_file_afterwards_is_noticed(book: Path, tmp_path: Path, plant: Callable[[Path, Path], None]) -> None:
    nights = tmp_path / "nights"
    made = nightly.nightly(book, nights)
    plant(made, nights)
    assert nightly.prove(made, nights) != []


def test_a_csv_can_say_its_position_and_is_still_read_back(book: Path, tmp_path: Path) -> None:
    from deskbook.core.store import Store
    from deskbook.exchange.read_table import read_table

    plain, noted = tmp_path / "plain.csv", tmp_path / "noted.csv"
    export.export(book, "items", plain)
    export.export(book, "items", noted, noted=True)
    with Store.open(book, read_only=True) as store:
        step, digest = store.position
    first = noted.read_text(encoding="utf-8-sig").splitlines()[0]
    assert f"step {step}," in first
    assert digest[:12] in first
    assert read_table(noted).rows == read_table(plain).rows
