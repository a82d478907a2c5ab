"""Every text a person can see is there in all four languages, with the same placeholders."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from deskbook.core import words
from deskbook.core.words import N_

HOME = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"\{[a-z_]*\}")


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", HOME / "tools" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["zh", "es", "sw"])
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    wanted = tool().texts()
    assert len(wanted) > 1000
    with (HOME / "src" / "deskbook" / "locales" / f"{language}.po").open("rb") as source:
        found = {(str(m.id), m.context or ""): m for m in read_po(source, locale=language) if m.id}
    assert wanted - found.keys() == set()
    assert found.keys() - wanted == set()
    assert [text for text, m in found.items() if not m.string] == []
    assert [text for text, m in found.items() if m.fuzzy] == []
    assert [text for text, m in found.items() if sorted(PLACEHOLDER.findall(text[0])) != sorted(PLACEHOLDER.findall(str(m.string)))] == []


@pytest.mark.parametrize("language", ["zh", "es", "sw"])
def test_no_text_is_left_in_english(language: str) -> None:
    """Only names, signs and words that are the same in both may stand as they are."""
    with (HOME / "src" / "deskbook" / "locales" / f"{language}.po").open("rb") as source:
        same = [str(m.id) for m in read_po(source, locale=language) if m.id and m.id == m.string and re.search(r"[a-z]{3} [a-z]{3}", str(m.id))]
    assert same == []


def test_a_text_of_two_meanings_is_looked_up_by_its_meaning() -> None:
    assert words.say(N_("copy"), "zh") != words.say(N_("copy", "of a print"), "zh")
    assert words.say(N_("copy", "of a print"), "en") == "copy"
    assert words.say(N_("copy", "nobody has translated this one"), "zh") == "copy"


@pytest.mark.parametrize(("language", "several", "loose", "bracketed"), [("en", "a, b", "a; b", "a (b)"), ("zh", "a、b", "a；b", "a（b）")])
def test_what_stands_in_a_row_is_joined_as_the_language_has_it(language: str, several: str, loose: str, bracketed: str) -> None:
    words.use(language)
    try:
        assert words.listed(["a", "", "b"]) == several
        assert words.clauses(["a", "", "b"]) == loose
        assert words.beside("a", "b") == bracketed
        assert words.beside("a", "") == "a"
    finally:
        words.use("en")
