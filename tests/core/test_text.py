from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core.refusal import Refusal
from deskbook.core.text import clean, narrow, safe, strip_hidden

CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
OTHERS = [0xFEFF, 0x2028, 0x2029, 0xD800, 0xDBFF, 0xDC00, 0xDFFF]
any_text = st.text(st.characters(exclude_categories=()))
"""Lone surrogates included."""


def test_trims_and_composes() -> None:
    assert clean(" \t\u3000 Junye 骏业 \u00a0\r\n", field="name") == "Junye 骏业"
    assert clean("man\u0303ana", field="name") == "mañana"
    assert clean("", field="name") == ""


@pytest.mark.parametrize("code", [c for c in CONTROLS + BIDI + OTHERS if c != 0x0A])
def test_every_hidden_character_is_refused_by_code(code: int) -> None:
    with pytest.raises(Refusal) as caught:
        clean(f"ab{chr(code)}c", field="name")
    assert caught.value.field == "name"
    assert str(caught.value) == f"This text holds the hidden character U+{code:04X} at place 3; take it out."


@pytest.mark.parametrize("code", [0x1C, 0x1F, 0x85, 0x0B, 0x0C, 0x00, 0x2028])
def test_trimming_swallows_no_control(code: int) -> None:
    with pytest.raises(Refusal):
        clean(f"ab{chr(code)}", field="name")


@pytest.mark.parametrize("code", [c for c in CONTROLS + BIDI + OTHERS if c not in (0x09, 0x0A)])
def test_lines_refuse_the_same(code: int) -> None:
    with pytest.raises(Refusal):
        clean(f"ab{chr(code)}c", field="memo", lines=True)


def test_lines_keep_breaks_and_tabs() -> None:
    assert clean("a\r\nb\tc\n\nd\n", field="memo", lines=True) == "a\nb\tc\n\nd"
    with pytest.raises(Refusal) as caught:
        clean("a\nb\nc", field="name")
    assert str(caught.value) == "Only one line fits here; this text has 3."


def test_length_is_bounded() -> None:
    assert clean("骏" * 200, field="name") == "骏" * 200
    with pytest.raises(Refusal) as caught:
        clean("骏" * 201, field="name")
    assert str(caught.value) == "At most 200 characters fit here; this text has 201."
    with pytest.raises(Refusal):
        clean("abcd", field="code", longest=3)


def test_joined_emoji_and_rare_characters_stay() -> None:
    family = "👨\u200d👩\u200d👧 𠮷 नमस्ते क\u200dष"
    assert clean(family, field="name") == safe(family).replace("\\u200d", "\u200d") == family


@pytest.mark.parametrize("code", CONTROLS + BIDI + OTHERS)
def test_safe_shows_every_hidden_character(code: int) -> None:
    shown = safe(f"a{chr(code)}b")
    assert shown.isprintable()
    assert shown.startswith("a")
    assert shown.endswith("b")
    assert len(shown) > 2
    shown.encode()


def test_safe_in_its_forms() -> None:
    assert safe("a\nb\tc\x1b[31m\x00\x7f") == "a⏎b␉c␛[31m␀␡"
    assert safe("\x9b\u202e\ufeff\ud800") == "\\x9b\\u202e\\ufeff\\ud800"
    assert safe("Junye 骏业　x") == "Junye 骏业　x"


@given(any_text)
def test_safe_never_raises_and_leaves_nothing_hidden(text: str) -> None:
    shown = safe(text)
    shown.encode()
    assert not any(ord(c) in {*CONTROLS, *BIDI, *OTHERS} for c in shown)
    assert safe(shown) == shown


@given(any_text, st.booleans())
def test_stripped_text_is_clean(text: str, lines: bool) -> None:
    kept = strip_hidden(text, lines=lines)
    assert clean(kept, field="name", longest=10**6, lines=lines) == kept


@given(any_text)
def test_cleaning_is_all_or_nothing(text: str) -> None:
    try:
        kept = clean(text, field="name", longest=10**6)
    except Refusal as refusal:
        str(refusal).encode()
        return
    assert kept == strip_hidden(text) == clean(kept, field="name", longest=10**6)


def test_strip_joins_lines_with_a_space() -> None:
    assert strip_hidden("12 Long Road\r\n  Nairobi\tKenya\u2028x") == "12 Long Road Nairobi Kenya x"
    assert strip_hidden("a\r\nb\u202ec\x00\td", lines=True) == "a\nbc\td"
    assert strip_hidden("\ufeffcode") == "code"


def test_narrow_is_not_nfkc() -> None:
    assert narrow("ＡＢｃ１２（％）　￥－—−") == "ABc12(%) ¥---"
    assert narrow("10²½①") == "10²½①"


def test_naughty_strings(shared: Path) -> None:
    naughty = json.loads((shared / "data/messy/strings/blns.json").read_text(encoding="utf-8"))
    assert len(naughty) > 400
    for text in naughty:
        shown = safe(text)
        assert not any(ord(c) in {*CONTROLS, *BIDI, *OTHERS} for c in shown)
        kept = strip_hidden(text)
        assert clean(kept, field="name", longest=10_000) == kept
