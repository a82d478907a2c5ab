"""Files are whole or not there."""
from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from deskbook.core.files import PREFIX, SUFFIX, atomic, refuse_open_folder, remove_stale, safe_name, sha256_of
from deskbook.core.refusal import Refusal


def test_whole_file_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with atomic(path) as out:
        out.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.csv"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic(path) as out:
        out.writelines([b"half", b"%d" % (1 // 0)])
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept", tmp_path / "link"
    kept.write_bytes(b"kept")
    link.symlink_to(kept)
    with atomic(link) as out:
        out.write(b"new")
    assert kept.read_bytes() == b"kept"
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"


@pytest.mark.parametrize(("code", "words"), [
    (errno.ENOSPC, "disk is full"), (errno.EROFS, "only be read"), (errno.EACCES, "no permission"), (errno.EIO, "could not"),
])
def test_what_the_system_says_becomes_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "a.csv"
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Refusal, match=words) as refusal, atomic(path) as out:
        out.write(b"half")
    assert str(path) in str(refusal.value)
    assert os.listdir(tmp_path) == []


def test_missing_folder_and_folder_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="folder is missing"), atomic(tmp_path / "no" / "a"):
        pass
    with pytest.raises(Refusal, match="is a folder"), atomic(tmp_path):
        pass
    with pytest.raises(Refusal, match="is not there"):
        sha256_of(tmp_path / "no")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 100_000)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc" * 100_000).hexdigest()


@pytest.mark.parametrize(("text", "name"), [
    ("../../etc/passwd", "etc_passwd"), ("-rf", "rf"), (".hidden", "hidden"), ("深圳/华强", "深圳_华强"), ("A\x1b[2J\u202eB", "A_2J_B"),
    ("con.csv", "_con.csv"), ("", "file"), ("///", "file"), ("a  b.csv", "a b.csv"), ("a..b", "a_b"),
])
def test_names_from_data(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_long_names_fit_a_disk() -> None:
    assert len(safe_name("板" * 300).encode()) <= 200
    assert safe_name("x" * 300) == "x" * 80


def test_only_old_files_of_ours_are_removed(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (f"{PREFIX}1{SUFFIX}", f"{PREFIX}2{SUFFIX}", "3.part"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert remove_stale(tmp_path) == 1
    assert sorted(tmp_path.iterdir()) == sorted([young, other])
    assert remove_stale(tmp_path / "no") == 0


def test_a_folder_that_anybody_may_write_is_refused_but_for_a_sticky_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(Refusal, match="Anybody at this machine"):
        refuse_open_folder(tmp_path)
    tmp_path.chmod(0o1777)
    refuse_open_folder(tmp_path)
    tmp_path.chmod(0o700)
    refuse_open_folder(tmp_path)
