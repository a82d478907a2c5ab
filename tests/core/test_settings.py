"""Preferences: read forgivingly, written whole, nothing of the user's lost."""
from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import deskbook
from deskbook.core import paths
from deskbook.core.refusal import Refusal
from deskbook.core.settings import Settings, system_language


def test_no_file_gives_the_defaults_and_the_systems_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    settings = Settings.load(tmp_path / "settings.toml")
    assert (settings.language, settings.theme, settings.clerk, settings.keys) == ("zh", "dark", "", {})
    assert settings.complaints == []


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LC_ALL": "sw_KE", "LANG": "zh_CN"}, "sw"),
        ({"LC_MESSAGES": "zh-Hans", "LANG": "en_US"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_systems_language_is_taken_where_deskbook_speaks_it(environ: dict[str, str], language: str) -> None:
    assert system_language(environ) == language


def test_comments_unknown_keys_and_order_survive_a_save(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\ntheme = "light"  # sunny desk\nfuture = 7\n\n[keys]\n"list.new" = "n,f7" # home\n"list.copy" = "k"\n', encoding="utf-8")
    settings = Settings.load(path)
    assert settings.keys == {"list.new": "n,f7", "list.copy": "k"}
    settings.theme = "contrast"
    settings.clerk = "林"
    del settings.keys["list.copy"]
    settings.save()
    text = path.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# sunny desk" in text
    assert "# home" in text
    written = tomllib.loads(text)
    assert written["future"] == 7
    assert (written["theme"], written["clerk"], written["keys"]) == ("contrast", "林", {"list.new": "n,f7"})
    assert Settings.load(path).clerk == "林"


def test_bad_values_become_a_sentence_that_names_them_and_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('language = "xx"\ntheme = 3\nclerk = "a\\nb"\nanimations = "yes"\nnumbers = "comma"\n[keys]\n"list.new" = 5\n', encoding="utf-8")
    settings = Settings.load(path)
    assert (settings.theme, settings.clerk, settings.animations, settings.numbers, settings.keys) == ("dark", "", False, "comma", {})
    assert [complaint.field for complaint in settings.complaints] == ["language", "theme", "clerk", "animations", "keys.list.new"]
    assert str(settings.complaints[1]) == "The setting theme says 3; it takes dark, light, contrast. The usual one is used."


def test_keys_may_be_a_list_and_a_keys_entry_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[keys]\n"list.new" = ["n", " f7"]\n', encoding="utf-8")
    assert Settings.load(path).keys == {"list.new": "n,f7"}
    path.write_text("keys = 4\n", encoding="utf-8")
    settings = Settings.load(path)
    assert [c.field for c in settings.complaints] == ["keys"]
    settings.keys["list.new"] = "n"
    settings.save()
    assert Settings.load(path).keys == {"list.new": "n"}


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00t"])
def test_a_file_that_is_no_toml_is_said_and_kept_beside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    settings = Settings.load(path)
    assert settings.theme == "dark"
    assert str(path) in str(settings.complaints[0])
    settings.theme = "light"
    settings.save()
    assert Settings.load(path).theme == "light"
    assert (tmp_path / "settings.toml.unreadable").read_bytes() == content


def test_a_save_is_whole_or_not_at_all_and_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "settings.toml"
    settings = Settings(path=path, theme="light")
    settings.save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deskbook.core.settings.os.fsync", full)
    settings.theme = "contrast"
    with pytest.raises(Refusal, match="disk is full"):
        settings.save()
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_only_what_differs_from_the_default_is_written(tmp_path: Path) -> None:
    settings = Settings(path=tmp_path / "settings.toml", language="sw")
    settings.save()
    assert tomllib.loads((tmp_path / "settings.toml").read_text(encoding="utf-8")) == {"language": "sw"}


def test_one_folder_holds_everything_when_the_environment_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKBOOK_HOME", str(tmp_path))
    for place in (paths.book_path(), paths.settings_path(), paths.parked_folder(), paths.log_folder()):
        assert place.is_relative_to(tmp_path)
    folder = paths.made(paths.parked_folder())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_version_is_the_projects_and_is_told_without_importing_anything_heavy() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert deskbook.__version__ == project["version"]
    code = (
        "import sys; sys.argv = ['deskbook', '--version']; from deskbook.__main__ import main; main();"
        "heavy = {'typer', 'click', 'textual', 'rich', 'sqlmodel', 'sqlite3', 'importlib.metadata', 'platformdirs', 'babel'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"deskbook {deskbook.__version__}\n"), done.stderr
