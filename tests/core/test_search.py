from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core.search import difference, find_terms, find_text, fold, maybe_near, near_codes, near_names, phone_digits, pinyin


@pytest.mark.parametrize(
    "text", ["BVM7 710", "ｂｖｍ7—710", "bvm7-710", "BVM7_710", "(BVM7).710", "bvm7／710", "BVM7–710", "bvm7\u3000710", "bvm7\u200b710"]
)
def test_spellings_of_a_code_fold_alike(text: str) -> None:
    assert fold(text) == "bvm7710"


def test_fold_keeps_what_tells_apart() -> None:
    assert fold("C1100 1/2H 0.30") == "c110012h030"
    assert fold("José Muñoz") == "josemunoz"
    assert fold("Straße") == "strasse"
    assert fold("主板（大）") == "主板大"
    assert fold("C++") == "c++"
    assert fold("が") == "が"  # only Latin accents go
    assert fold("A&B #3") == "a&b#3"


@given(st.text())
def test_fold_is_idempotent_and_fit_for_like(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not set(folded) & set(" %_\\'\"")


@given(st.text())
def test_fold_knows_no_case_or_form(text: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_goes_the_same_way_as_the_rest(text: str) -> None:
    assert fold(text + "骏") == fold(text) + "骏"


def test_pinyin() -> None:
    assert pinyin("主板") == ("zb", "zhuban")
    assert pinyin("BVM7 主板") == ("zb", "zhuban")
    assert pinyin("重庆") == ("cq zq", "chongqing")
    assert pinyin("BVM7-710") == ("", "")
    assert pinyin("") == ("", "")
    assert pinyin("女")[1] == "nv"
    assert "bxgnlj" in pinyin("不锈钢内六角")[0].split()


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x2FFFF, exclude_categories=["Cs"])))
def test_pinyin_is_ascii_for_any_character(text: str) -> None:
    initials, full = pinyin(text)
    assert (initials + full).isascii()
    assert len(initials.split()) <= 6


def test_find_text_finds_the_same_item() -> None:
    stored = find_text("BVM7-710", "主板", None, "", "Main Board")
    assert stored == " bvm7710 主板 zb zhuban mainboard"
    for typed in ("710", "BVM7 710", "ｂｖｍ7—710", "zb", "主板", "main board", "BOARD"):
        assert all(term in stored for term in find_terms(typed))
    for typed in ("bvm7", "zhub", "main", "ZB"):
        assert " " + fold(typed) in stored
    assert find_text() == find_text(None, "-") == ""
    assert find_text("710", "7 10") == " 710"


def test_find_terms_are_words_in_any_order() -> None:
    assert find_terms("  Board　(BVM7) - ") == ("board", "bvm7")


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("710", ["BVM7-710", "BVM7 710", "711", "701", "710-8505", "710", "BVM7-710-8505"]),
        ("BVM7-710", ["BVM7-710", "BVM7 710", "710", "BVM7-710-8505"]),
        ("BVM7-710-8505", ["BVM7-710", "BVM7 710", "710-8505", "7108505", "710", "BVM7-710-8505"]),
        ("7108505", ["710-8505", "7108505", "BVM7-710-8505"]),
        ("C1100", ["C1101"]),
        ("71", []),  # 710 is one slip away, but two characters are too few to say so
        ("", []),
        ("-", []),
    ],
)
def test_near_codes(code: str, near: list[str]) -> None:
    shelf = ["BVM7-710", "BVM7 710", "711", "701", "710-8505", "7108505", "710", "BVM7-710-8505", "C1101", "72", "", "9710x7"]
    assert near_codes(code, shelf) == [c for c in shelf if c in near]


_code = st.lists(st.sampled_from(["A", "b", "7", "71", "710", "-", " ", "/", "主", "Ｂ", "+", "8505"]), min_size=1, max_size=7).map("".join)


@given(st.lists(_code, min_size=1, max_size=30), st.sampled_from(["", "Board 710", "主板"]), st.data())
def test_no_near_code_is_passed_over_in_the_file(codes: list[str], name: str, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(codes))
    at = data.draw(st.integers(0, len(code)))
    before, after = code[:at], code[at:]
    slips = [before + after[1:], before + "7" + after, before + "7" + after[1:], before + after[:2][::-1] + after[2:]]
    codes = [c for c in codes + slips if fold(c)]
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE item(code TEXT, find TEXT)")
    con.executemany("INSERT INTO item VALUES (?, ?)", [(c, find_text(c, name)) for c in codes])
    condition, params = maybe_near(code)
    told = [c for (c,) in con.execute(f"SELECT code FROM item WHERE {condition} ORDER BY rowid", params)]
    assert near_codes(code, told) == near_codes(code, codes)


def test_near_codes_are_near_both_ways() -> None:
    codes = ["710", "BVM7-710", "BVM7-710-8505", "711", "170", "7108505", "AB12", "AB-12-X", "12"]
    for a in codes:
        for b in near_codes(a, codes):
            assert a in near_codes(b, codes)


def test_near_names() -> None:
    latin = ["Junye Tradin", "JUNYE TRADING S.A. de C.V.", "Anka Ltd", "Ltd"]
    names = [*latin, "深圳市骏业电子有限公司", "深圳市骏业电子股份有限公司", "安卡（上海）公司"]
    assert near_names("Junye Trading Co., Ltd.", names) == ["JUNYE TRADING S.A. de C.V.", "Junye Tradin"]
    assert near_names("深圳骏业电子", names) == ["深圳市骏业电子有限公司", "深圳市骏业电子股份有限公司"]
    assert near_names("ANKA limited", names) == ["Anka Ltd"]
    assert near_names("Ltd", names) == ["Ltd"]
    assert near_names("Hongda", names) == []
    assert near_names("", names) == []
    assert len(near_names("a1", ["A1"] * 9, limit=3)) == 3


@pytest.mark.parametrize(
    ("a", "b", "own"),
    [
        ("BVM7-710", "BVM7-710-8505", "8505"),
        ("bvm7 710", "BVM7-710-8505", "8505"),
        ("BVM7-710-8505", "BVM7-710", "710"),
        ("BVM7-710", "BVM8-710", "BVM8"),
        ("AB-1-X-9", "AB-2-Y-9", "2-Y"),
        ("710A", "710B", "710B"),
        ("710", "710", ""),
        ("BVM7-710", "bvm7 710", ""),
        ("A", "---", "---"),
    ],
)
def test_difference(a: str, b: str, own: str) -> None:
    assert difference(a, b) == own


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("86 138 1234 5678", "13812345678"),
        ("１３８ １２３４ ５６７８", "13812345678"),
        ("(0755) 8888 1234", "75588881234"),
        ("+86-755-8888 1234 转 12", "75588881234"),
        ("0755-88881234 ext. 9", "75588881234"),
        ("0755-88881234x9", "75588881234"),
        ("fax 0755-88881234", "75588881234"),
        ("+254 712 345678", "712345678"),
        ("0712345678", "712345678"),
        ("+34 912 345 678", "912345678"),
        ("+44 (0)20 7946 0958", "2079460958"),
        ("+1 (555) 010-9999", "5550109999"),
        ("none", ""),
    ],
)
def test_phone_digits(text: str, digits: str) -> None:
    assert phone_digits(text) == digits


def test_heavy_parts_are_imported_late() -> None:
    code = (
        "import sys; from deskbook.core import search; search.find_text('BVM7-710', 'José'); search.phone_digits('1');"
        "print([m for m in ('babel', 'pypinyin', 'rapidfuzz') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_real_chinese_names_are_found_by_initials(shared: Path) -> None:
    with (shared / "data/order-entry/products.csv").open(encoding="utf-8-sig", newline="") as source:
        names = [v for row in csv.DictReader(source) for v in row.values() if v and any("\u4e00" <= c <= "\u9fff" for c in v)]
    assert names
    for name in names:
        initials, full = pinyin(name)
        assert initials
        assert full
        stored = find_text(name)
        assert all(" " + token in stored for token in (fold(name), full, *initials.split()))
