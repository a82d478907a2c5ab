"""Half-typed forms: kept at Esc and through a crash, offered again, forgotten when saved."""
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.ui.desk_for_forms import ORDER, PAYMENT, FormDesk, line_with, see

from deskbook.ui import form_base
from deskbook.ui.parked import ALL, EACH, Parked


def test_kept_is_offered_by_another_instance_and_dropped_for_good(tmp_path: Path) -> None:
    path = tmp_path / "state" / "desk.parked.json"
    parked = Parked(path)
    assert parked.offered("order") is None
    assert parked.keep("order", {"memo": "骏业"}, "k1")
    assert parked.keep("order", {"memo": "骏业 2"}, "k1")
    again = Parked(path).offered("order")
    assert again is not None
    assert (again.key, again.texts) == ("k1", {"memo": "骏业 2"})
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    Parked(path).drop("order", "k1")
    assert Parked(path).all() == []


def test_the_newest_is_offered_first_and_the_number_is_bounded(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json")
    for i in range(EACH + 3):
        parked.keep("order", {"i": i}, f"k{i}")
    newest = parked.offered("order")
    assert newest is not None
    assert newest.key == f"k{EACH + 2}"
    assert [kept.texts["i"] for kept in parked.all()] == list(range(3, EACH + 3))
    for i in range(ALL + 10):
        parked.keep(f"form{i}", {}, "k")
    assert len(parked.all()) == ALL


@pytest.mark.parametrize("broken", [b"{", b"\xff\xfe", b'[{"form": 1}]', b'{"a": 1}', b"[1]", b'[{"form":"a","key":"b","at":"c","texts":[]}]'])
def test_a_broken_file_is_put_aside(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(broken)
    parked = Parked(path)
    assert parked.all() == []
    assert (tmp_path / "p.json.broken").read_bytes() == broken
    assert parked.keep("order", {"a": "b"})
    assert json.loads(path.read_text("utf-8"))[0]["form"] == "order"


def test_a_disk_that_refuses_gives_a_reason_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    parked = Parked(tmp_path / "file" / "p.json")
    assert not parked.keep("order", {"a": "b"})
    assert parked.fault


async def test_esc_keeps_what_was_typed_and_enter_goes_on_with_it(tmp_path: Path) -> None:
    app = FormDesk(tmp_path / "p.json")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(PAYMENT)
        await pilot.press(*"jun", "enter", *"40", "escape")
        assert app.results == [None]
        screen = await app.open(PAYMENT)
        assert screen.values()["party"] is None
        assert any("Kept from" in line for line in see(app))
        await pilot.press("enter")
        assert screen.values() == {"party": 1, "account": "cash", "amount": 4000, "memo": ""}
        await pilot.press("f2")
        assert app.book.saved[0][0]["amount"] == 4000
        assert app.parked is not None
        assert app.parked.all() == []
        await app.open(PAYMENT)
        assert not any("Kept from" in line for line in see(app))


async def test_typing_starts_a_new_one_and_ctrl_n_forgets(tmp_path: Path) -> None:
    app = FormDesk(tmp_path / "p.json")
    assert app.parked is not None
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(PAYMENT)
        await pilot.press(*"jun", "enter", *"40", "escape")
        await app.open(PAYMENT)
        await pilot.press(*"anka", "enter", *"7", "f2")
        assert [values["party"] for values, _key in app.book.saved] == [2]
        # The one of before is still there.
        assert len(app.parked.all()) == 1
        screen = await app.open(PAYMENT)
        await pilot.press("ctrl+n")
        assert app.screen is screen
        assert app.parked.all() == []
        await pilot.press("escape")
        assert app.parked.all() == []


async def test_a_crash_loses_nothing_typed_and_the_key_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_base, "KEEP_AFTER", 0.001)
    path = tmp_path / "p.json"
    app = FormDesk(path)
    async with app.run_test(size=(80, 24)) as pilot:
        first = await app.open(ORDER)
        await pilot.press(*"jun", "enter", *"c1100", "enter", *"20", "enter", "enter", *"8505", "enter", "3")
        await pilot.pause(0.05)
        crashed = path.read_bytes()
        key = first.key
    path.write_bytes(crashed)  # whatever the orderly end wrote, this is what a kill leaves

    app = FormDesk(path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(ORDER)
        await pilot.press("enter")
        assert screen.box is not None
        assert [line.values["quantity"] for line in screen.box.lines] == [20_000]
        assert [entry.input.value for entry in screen.box.entries][1] == "3"
        # Nothing changed since: it may be the very entry that was saved before the crash, so its key is the same.
        await pilot.press("f2")
        (values, saved_key) = app.book.saved[0]
        assert values["lines"] == [{"item": 3, "quantity": 20_000, "price": 68_000}, {"item": 2, "quantity": 3_000, "price": 4_025_00}]
        assert saved_key == key
        assert Parked(path).all() == []

    path.write_bytes(crashed)
    app = FormDesk(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open(ORDER)
        await pilot.press("enter", *"c1100", "enter", "4", "f2")
        (values, saved_key) = app.book.saved[0]
        assert values["lines"][-1]["quantity"] == 4_000
        # Changed since: saving it under the old key might be taken for done.
        assert saved_key != key
        assert Parked(path).all() == []


async def test_a_fill_alone_is_not_kept_and_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    app = FormDesk(tmp_path / "file" / "p.json")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await app.open(PAYMENT, {"party": 1})
        screen.park()
        assert app.parked is not None
        assert app.parked.all() == []
        await pilot.press("9")
        screen.park()
        await pilot.pause()
        line_with(app, "could not be kept on the disk")
