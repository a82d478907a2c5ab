"""Texts in four languages: marked where they are declared, looked up where they are shown."""
from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文", "es": "Español", "sw": "Kiswahili"}
"""Code and own name of each language; en is the source of all texts."""

BETWEEN = "\x04"
"""What stands between a meaning and its text, as gettext has it between msgctxt and msgid."""

_language = "en"


def N_(text: str, meaning: str = "", /) -> str:
    """Mark a text for the catalogues; it is looked up later, where it is shown.

    meaning: which one, where English has one word for two things that other languages have two for; the catalogues' msgctxt.
    """
    return f"{meaning}{BETWEEN}{text}" if meaning else text


def plural(n: int, one: str, many: str, /) -> str:
    """Of two texts marked with N_, the one for so many: in some languages one of a thing is another word than two of it."""
    return one if n == 1 else many


def _(text: str, /, **facts: object) -> str:
    """The text in the language in use, its {placeholders} filled with facts."""
    return say(text, _language, **facts)


def say(text: str, language: str, /, **facts: object) -> str:
    """The text in the language given, its {placeholders} filled with facts; the English text where the catalogue has none."""
    words = catalogue(language).get(text) if text and language != "en" else None
    if words is None:
        words = text.partition(BETWEEN)[2] or text
    return words.format(**facts) if facts else words


def listed(items: Iterable[str], /) -> str:
    """Things of a kind one after the other, as a sentence names them: a, b, c. Nothing where an item is empty."""
    return _(N_(", ")).join(filter(None, items))


def clauses(parts: Iterable[str], /) -> str:
    """Statements one after the other in a sentence, looser than a list: this; that. Nothing where a part is empty."""
    return _(N_("; ")).join(filter(None, parts))


def beside(text: str, aside: str, /) -> str:
    """A text with what belongs to it in brackets; the text alone where there is nothing beside it."""
    return _(N_("{text} ({aside})"), text=text, aside=aside) if aside else text


def use(language: str) -> None:
    """Set the language of everything shown from now on; an unknown one becomes English."""
    global _language
    _language = language if language in LANGUAGES else "en"


def language() -> str:
    """The code of the language in use."""
    return _language


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """The texts of one language by their English source, as N_ marks it, read from its .po file."""
    path = Path(__file__).parents[1] / "locales" / f"{language}.po"  # importlib.resources takes as long to import as the file to read
    if not path.is_file():
        return {}
    return read(path.read_text(encoding="utf-8"))


_ENTRY = re.compile(r'^(?:msgctxt ((?:"[^\n]*"\n)+))?msgid ((?:"[^\n]*"\n)+)msgstr ((?:"[^\n]*"\n?)+)', re.MULTILINE)
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_BREAK = re.compile(r'"\n"')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}


def read(po: str) -> dict[str, str]:
    """The texts of a .po file, entries apart by a blank line, without those that are empty or in doubt (fuzzy).

    Read here and not by Babel, which takes 40 ms of every start in a language other than English.
    """
    texts: dict[str, str] = {}
    for part in po.split("\n\n"):
        if (entry := _ENTRY.search(part)) and not _FUZZY.search(part):
            context, source, said = (_bare(quoted or "") for quoted in entry.groups())
            if source and said:
                texts[N_(source, context)] = said
    return texts


def _bare(quoted: str) -> str:
    text = _BREAK.sub("", quoted.rstrip("\n"))[1:-1]
    return _ESCAPED.sub(lambda sign: _MEANT.get(sign[1], sign[1]), text) if "\\" in text else text
