"""Every text a person can see is there in all four languages, with the same placeholders."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from deskbook.books.reports.made import Period
from deskbook.books.reports.queries import REPORTS
from deskbook.core import words
from deskbook.core.listing import Column
from deskbook.core.search import fold
from deskbook.core.words import LANGUAGES, N_
from deskbook.exchange.export import WHAT, listing_of
from deskbook.exchange.found import create
from deskbook.exchange.import_columns import names_of
from deskbook.exchange.import_fields import SPECS
from deskbook.exchange.write_table import labels

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


@pytest.mark.parametrize("language", ["zh", "es", "sw"])
def test_a_catalogue_is_read_as_babel_reads_it(language: str) -> None:
    with (HOME / "src" / "deskbook" / "locales" / f"{language}.po").open("rb") as source:
        kept = [m for m in read_po(source, locale=language) if m.id and m.string and not m.fuzzy]
    assert words.catalogue(language) == {N_(str(m.id), m.context or ""): str(m.string) for m in kept}


def test_signs_lines_meanings_and_doubts_of_a_catalogue() -> None:
    po = r'''msgid ""
msgstr ""
"Language: zh\n"

#: a/place.py:3
#, python-brace-format, fuzzy
msgid "in doubt"
msgstr "no"

#, python-brace-format
msgctxt "of a print"
msgid "say \"{what}\""
msgstr ""
"one\n"
"two\\n\t{what}"

msgid "not yet"
msgstr ""

#~ msgid "gone"
#~ msgstr "away"

msgid "last"
msgstr "without a line's end"'''
    assert words.read(po) == {N_('say "{what}"', "of a print"): "one\ntwo\\n\t{what}", "last": "without a line's end"}


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


def twice(columns: Sequence[Column], language: str) -> list[str]:
    heads = labels(columns, language)
    assert all(any(char.isalnum() for char in head) for head in heads), heads
    return sorted({head for head in heads if heads.count(head) > 1})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_an_export_are_headed_alike(language: str) -> None:
    """Whoever opens the file must tell them apart, and so must the program that takes it in."""
    assert {what: found for what in WHAT if (found := twice(listing_of(what).columns, language))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_a_report_are_headed_alike(language: str, tmp_path: Path) -> None:
    with create(tmp_path / "office.desk", company="Hengda", clerk="Ann") as book:
        asked = [(report, choice) for report in REPORTS for choice in report.choices or ("",)]
        year = Period(date(2026, 1, 1), date(2026, 12, 31))
        made = {(report.name, choice): twice(report.make(book.look, year, choice).columns, language) for report, choice in asked}
        assert {which: found for which, found in made.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("taken_in", "written"), [("orders", "orders"), ("shipments", "outbound")])
def test_the_day_of_shipping_is_known_again_by_its_heading(taken_in: str, written: str, language: str) -> None:
    field = SPECS[taken_in].field("shipped_on")
    assert field is not None
    known = [column.name for column in listing_of(written).columns if fold(words.say(column.label, language)) in names_of(field)]
    assert known == ["shipped_on"]
