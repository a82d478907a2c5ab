"""The user's preferences: one TOML file, read with the standard library, written back with the user's own comments and unknown keys kept.

Facts about the business (its name, its currency, its numbering) are no preferences; they live in the book.
"""
from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deskbook.core.files import atomic, in_words
from deskbook.core.paths import made, settings_path
from deskbook.core.refusal import Refusal
from deskbook.core.words import LANGUAGES, N_

THEMES = {"dark": N_("dark"), "light": N_("light"), "contrast": N_("high contrast")}
"""Name of each theme in the file, and what it is called."""

DATES = {"short": N_("short: Fri 20, 20 Oct"), "iso": N_("in full: 2026-11-20")}
"""How days are written in lists."""

NUMBERS = {"language": N_("as the language writes them"), "point": "1,234.50", "comma": "1.234,50"}
"""Which marks numbers carry."""

_SYSTEM_NAMES = {"chinese": "zh", "spanish": "es", "swahili": "sw", "kiswahili": "sw"}


def system_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language of the system, where deskbook speaks it; otherwise English."""
    import locale

    named = [environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    wanted = next((name for name in named if name), "") or (locale.getlocale()[0] or "")
    code = wanted.lower().replace("-", "_").split("_")[0].split(".")[0].split(" ")[0]
    code = _SYSTEM_NAMES.get(code, code)
    return code if code in LANGUAGES else "en"


@dataclass
class Settings:
    """What one person prefers at one desk."""

    language: str = "en"
    """A code of words.LANGUAGES."""
    theme: str = "dark"
    """A name of THEMES."""
    clerk: str = ""
    """Who writes in the book, as the journal names them."""
    dates: str = "short"
    """A name of DATES."""
    numbers: str = "language"
    """A name of NUMBERS."""
    animations: bool = False
    """Whether things glide; off, they are simply there."""
    keys: dict[str, str] = field(default_factory=dict)
    """Binding id -> keys with commas between, in place of the keys it comes with."""
    path: Path | None = None
    """The file it was read from; None is a desk that keeps nothing."""
    complaints: list[Refusal] = field(default_factory=list)
    """One for each value of the file that could not be used."""
    unreadable: bool = False
    """The file is there and is no TOML; it is kept beside when the settings are written."""

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """The settings of a file (the usual one when none is given). Never fails: what cannot be used is a complaint, and the default stands."""
        path = path or settings_path()
        found = cls(language=system_language(), path=path)
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return found
        except OSError as error:
            found.complaints.append(
                Refusal("", N_("The settings in {path} cannot be opened ({fact}). The usual settings are used."), path=path, fact=error.strerror)
            )
            return found
        import tomllib  # only where there are settings

        try:
            written = tomllib.loads(text.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            found.unreadable = True
            found.complaints.append(
                Refusal("", N_("The settings in {path} cannot be read ({fact}). The usual settings are used."), path=path, fact=error)
            )
            return found
        for name, value in written.items():
            if name == "keys":
                found._take_keys(value)
            elif name in _FITS:
                found._take(name, value)
        return found

    def _take(self, name: str, value: object) -> None:
        if _FITS[name](value):
            setattr(self, name, value)
        else:
            self._complain(name, value, _WANTED[name])

    def _take_keys(self, value: object) -> None:
        if not isinstance(value, dict):
            self._complain("keys", value, N_("a table of names and keys"))
            return
        for name, keys in value.items():
            listed = keys.split(",") if isinstance(keys, str) else keys
            if isinstance(listed, list) and listed and all(isinstance(key, str) and key.strip() for key in listed):
                self.keys[name] = ",".join(key.strip() for key in listed)
            else:
                self._complain(f"keys.{name}", keys, N_("keys with commas between"))

    def _complain(self, name: str, value: object, wanted: str) -> None:
        words = N_("The setting {name} says {value}; it takes {wanted}. The usual one is used.")
        self.complaints.append(Refusal(name, words, name=name, value=repr(value), wanted=wanted))

    def save(self) -> None:
        """Write the settings back, whole or not at all, keeping comments and keys it does not know. Refusal where the file cannot be written."""
        if self.path is None:
            return
        import tomlkit  # 30 ms, and only when something is changed

        with in_words(self.path):
            made(self.path.parent)
        document = tomlkit.document()
        if self.unreadable:
            with in_words(self.path):
                os.replace(self.path, self.path.with_name(self.path.name + ".unreadable"))
            self.unreadable = False
        elif self.path.exists():
            document = tomlkit.parse(self.path.read_text(encoding="utf-8"))
        for name in _FITS:
            if name in document or getattr(self, name) != getattr(Settings, name):
                document[name] = getattr(self, name)
        table = document.get("keys")
        if not isinstance(table, dict):
            document.pop("keys", None)
            table = tomlkit.table()
            if self.keys:
                document["keys"] = table
        for name in [name for name in table if name not in self.keys]:
            del table[name]
        for name, keys in self.keys.items():
            table[name] = keys
        with atomic(self.path) as out:
            out.write(tomlkit.dumps(document).encode())


def _one_of(choices: Mapping[str, Any]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in choices


_FITS: dict[str, Callable[[object], bool]] = {
    "language": _one_of(LANGUAGES),
    "theme": _one_of(THEMES),
    "clerk": lambda value: isinstance(value, str) and value.isprintable(),
    "dates": _one_of(DATES),
    "numbers": _one_of(NUMBERS),
    "animations": lambda value: isinstance(value, bool),
}
_WANTED = {
    "clerk": N_("a name on one line"),
    "animations": "true, false",
    **{name: ", ".join(choices) for name, choices in (("language", LANGUAGES), ("theme", THEMES), ("dates", DATES), ("numbers", NUMBERS))},
}
