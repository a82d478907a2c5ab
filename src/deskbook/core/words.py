"""Texts in four languages: marked where they are declared, looked up where they are shown."""
from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

LANGUAGES = {"en": "English", "zh": "中文", "es": "Español", "sw": "Kiswahili"}
"""Code and own name of each language; en is the source of all texts."""

_language = "en"


def N_(text: str) -> str:
    """Mark a text for the catalogues; it is looked up later, where it is shown."""
    return text


def plural(n: int, one: str, many: str, /) -> str:
    """Of two texts marked with N_, the one for so many: in some languages one of a thing is another word than two of it."""
    return one if n == 1 else many


def _(text: str, /, **facts: object) -> str:
    """The text in the language in use, its {placeholders} filled with facts."""
    return say(text, _language, **facts)


def say(text: str, language: str, /, **facts: object) -> str:
    """The text in the language given, its {placeholders} filled with facts; the English text where the catalogue has none."""
    words = catalogue(language).get(text, text) if text and language != "en" else text
    return words.format(**facts) if facts else words


def use(language: str) -> None:
    """Set the language of everything shown from now on; an unknown one becomes English."""
    global _language
    _language = language if language in LANGUAGES else "en"


def language() -> str:
    """The code of the language in use."""
    return _language


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """The texts of one language by their English source, read from its .po file."""
    path = files("deskbook") / "locales" / f"{language}.po"
    if not path.is_file():
        return {}
    from babel.messages.pofile import read_po  # only when a language other than English is shown

    with path.open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source, locale=language) if m.id and m.string and not m.fuzzy}
