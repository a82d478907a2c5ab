"""How things are found by what people remember of them: folding, pinyin, codes and names that are nearly the same, phone numbers.

A folded text holds no blank, %, _ or backslash: it can stand in a LIKE pattern as it is.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

_DROPPED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Pd", "Pc", "Ps", "Pe", "Pi", "Pf", "Cc", "Cf", "Cs"})
_DROPPED = frozenset("-_./\\()[]{}<>,:;'\"`%*·•‧・。、‘’“”−∕⁄")
_drop_ascii = {c: None for c in range(128) if chr(c) in _DROPPED or unicodedata.category(chr(c)) in _DROPPED_CATEGORIES}
_accents = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_han = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")


def fold(text: str) -> str:
    """What is compared instead of the text: width, case, Latin accents, blanks, dashes, dots, slashes, quotes and brackets make no difference.

    `BVM7 710`, `ｂｖｍ7—710` and `bvm7-710` are all `bvm7710`. Folding a folded text changes nothing.
    """
    if text.isascii():
        return text.lower().translate(_drop_ascii)
    folded = unicodedata.normalize("NFKC", text)
    while True:  # casefold and NFKC can each give the other something to do, for a handful of Greek and Cherokee letters
        bare = _accents.sub("", unicodedata.normalize("NFKD", folded.casefold()))
        bare = "".join(c for c in bare if c not in _DROPPED and unicodedata.category(c) not in _DROPPED_CATEGORIES)
        again = unicodedata.normalize("NFKC", bare)
        if again == folded:
            return folded
        folded = again


def find_terms(text: str) -> tuple[str, ...]:
    """What is typed into a find field, as folded words: each must occur in the search text, in any order."""
    return tuple(term for term in map(fold, text.split()) if term)


def find_text(*parts: str | None) -> str:
    """The search text stored with a row: every part folded, then its pinyin initials and its full pinyin, each once, each after one space.

    So `LIKE '% ' || term || '%'` finds beginnings and `LIKE '%' || term || '%'` any fragment.
    """
    tokens: dict[str, None] = {}
    for part in parts:
        if part:
            initials, full = pinyin(part)
            tokens.update(dict.fromkeys([fold(part), *initials.split(), *full.split()]))
    tokens.pop("", None)
    return "".join(" " + token for token in tokens)


def pinyin(text: str) -> tuple[str, str]:
    """Initials and full pinyin of the Chinese characters of a text, the others left out; ("", "") where there are none.

    Initials come in several readings, space between, where a character has two common ones: 重庆 is `cq zq`. ü is written v.
    """
    runs = _han.findall(text)
    if not runs:
        return "", ""
    syllables = [syllable for run in runs for syllable in _syllables(run)]
    initials = [syllable[0] for _char, syllable in syllables]
    variants = {"".join(initials): None}
    for place, (char, _syllable) in enumerate(syllables):
        for other in _initials(char):
            if len(variants) < 6:
                variants["".join([*initials[:place], other, *initials[place + 1 :]])] = None
    return " ".join(v for v in variants if v), "".join(syllable for _char, syllable in syllables)


def _syllables(run: str) -> list[tuple[str, str]]:
    """Each character with its reading in this phrase; those the dictionary lacks are left out."""
    from pypinyin import lazy_pinyin  # 126 ms and 65 MiB: only when a Chinese name is saved

    found = lazy_pinyin(run)
    if len(found) != len(run):  # neighbours that are both unknown come back as one piece
        found = [lazy_pinyin(char)[0] for char in run]
    return [(char, syllable) for char, syllable in zip(run, found, strict=True) if syllable.isascii()]


@lru_cache(maxsize=8192)
def _initials(char: str) -> tuple[str, ...]:
    """The initials of a character's two most common readings."""
    from pypinyin import Style
    from pypinyin import pinyin as readings

    return tuple(dict.fromkeys(reading[0] for reading in readings(char, style=Style.NORMAL, heteronym=True)[0][:2] if reading.isascii()))


# Nearly the same ------------------------------------------------------------------------------------------------------


_stretches = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def near_codes(code: str, codes: Iterable[str]) -> list[str]:
    """Those of `codes` easily taken for `code`, in their order: folded alike, one slip apart (a character more, less, other,
    or two swapped), or the one is a part of the other between natural joints (710, BVM7-710, BVM7-710-8505).
    Codes under 3 characters only if folded alike.
    """
    from rapidfuzz.distance import OSA

    mine = fold(code)
    if not mine:
        return []
    found = []
    for other in codes:
        theirs = fold(other)
        if theirs == mine:
            found.append(other)
        elif min(len(mine), len(theirs)) >= 3:
            if abs(len(mine) - len(theirs)) <= 1 and OSA.distance(mine, theirs, score_cutoff=1) <= 1:
                found.append(other)
            elif len(theirs) > len(mine):
                if _part_of(mine, theirs, other):
                    found.append(other)
            elif _part_of(theirs, mine, code):
                found.append(other)
    return found


def maybe_near(code: str, find: str = "find") -> tuple[str, dict[str, str]]:
    """What every near code meets and few others, as SQL over the search text of a row that begins with its folded code; and its named parameters.

    A slip leaves one half of a code as it is and where it is, or a place beside it; unless it swaps the two characters in the middle.
    """
    mine = fold(code)
    word = f"substr({find}, 2, instr(substr({find}, 2) || ' ', ' ') - 1)"
    if len(mine) < 3:
        return f"{word} = :near", {"near": mine}
    half = len(mine) // 2
    first, second = mine[:half], mine[half:]
    swapped = mine[: half - 1] + mine[half] + mine[half - 1] + mine[half + 1 :]
    like = [f"%{mine}%", f" {first}%", f" {swapped}%", *(f" {'_' * before}{second}%" for before in (half - 1, half, half + 1))]
    params = {f"near{n}": pattern for n, pattern in enumerate(like)}
    conditions = [f"{find} LIKE :{name}" for name in params]
    ends = _joints(code)
    if parts := sorted({mine[start:end] for start in ends for end in ends if end - start >= 3}):
        beginnings = sorted({part[:3] for part in parts})  # most rows are told by three characters
        params |= {f"part{n}": part for n, part in enumerate(parts)} | {f"begin{n}": part for n, part in enumerate(beginnings)}
        begins, whole = (", ".join(f":{name}{n}" for n in range(len(found))) for name, found in (("begin", beginnings), ("part", parts)))
        conditions.append(f"substr({find}, 2, 3) IN ({begins}) AND {word} IN ({whole})")
    return " OR ".join(conditions), params


def _joints(written: str) -> list[int]:
    """Where a code may be cut, in its folded form: its ends, beside a mark, where letters meet digits."""
    return list(accumulate((len(fold(piece)) for piece in _stretches.findall(written)), initial=0))


def _part_of(short: str, long: str, written: str) -> bool:
    """Whether `short` stands in `long` between two joints of `written`: its ends, a mark, or where letters meet digits."""
    if short not in long:
        return False
    ends = _joints(written)
    return any(start + len(short) in ends and long.startswith(short, start) for start in ends)


_COMPANY_WORDS = frozenset({
    "ltd", "limited", "co", "company", "inc", "incorporated", "corp", "corporation", "llc", "llp", "lp", "plc", "gmbh", "ag",
    "kg", "bv", "nv", "oy", "ab", "as", "sa", "sl", "srl", "sas", "sarl", "spa", "sac", "cv",
    "de", "slu", "sau", "kk", "pte", "pty", "pvt",
})
_company_ending = re.compile("(?:股份有限|有限责任|有限|集团)?公司$|集团$|股份$|株式会社$")


def _bare_name(name: str) -> str:
    """A name folded, without what says which kind of company it is."""
    parts = re.findall(r"[\w&+]+", unicodedata.normalize("NFKC", name).casefold().replace(".", ""))
    while len(parts) > 1:
        # S. A. de C. V. comes as single letters: two of them make one word
        two = "".join(parts[-2:]) if len(parts[-1]) == len(parts[-2]) == 1 else ""
        if len(parts) > 2 and two in _COMPANY_WORDS:
            del parts[-2:]
        elif parts[-1] in _COMPANY_WORDS:
            del parts[-1]
        else:
            break
    bare = fold("".join(parts))
    return _company_ending.sub("", bare) or bare


def near_names(name: str, names: Iterable[str], limit: int = 5) -> list[str]:
    """Those of `names` nearly the same as `name`, the nearest first, whatever their kind of company (有限公司, Ltd, S.A.)."""
    from rapidfuzz import fuzz, process

    mine = _bare_name(name)
    if not mine:
        return []
    given = list(names)
    found = process.extract(mine, [_bare_name(other) for other in given], scorer=fuzz.ratio, score_cutoff=88, limit=limit)
    return [given[place] for _bare, _score, place in found]


def difference(a: str, b: str) -> str:
    """What of code b tells it from code a, as written in b: BVM7-710 and BVM7-710-8505 give `8505`.

    Where b has nothing of its own, its last part; "" where both are the same.
    """
    if fold(a) == fold(b):
        return ""
    theirs = [fold(piece) for piece in _pieces.findall(a)]
    pieces = list(_pieces.finditer(b))
    mine = [fold(piece.group()) for piece in pieces]
    start, end = 0, 0
    shared = min(len(mine), len(theirs))
    while start < shared and mine[start] == theirs[start]:
        start += 1
    while end < shared - start and mine[-1 - end] == theirs[-1 - end]:
        end += 1
    own = pieces[start : len(pieces) - end] or pieces[-1:]
    return b[own[0].start() : own[-1].end()] if own else b


_pieces = re.compile(r"[^\W_]+")

# Phones ---------------------------------------------------------------------------------------------------------------

_extension = re.compile(r"(?:ext\.?|转|分机|#|(?<=[0-9 )])x *(?=[0-9])).*", re.IGNORECASE)
_TWO_DIGIT_COUNTRIES = frozenset({
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
    "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
})
"""ITU-T E.164; 1 and 7 have one digit, all others three."""
_bare_chinese_mobile = re.compile("86(1[3-9][0-9]{9})")


def phone_digits(text: str) -> str:
    """The digits by which two spellings of one phone are the same: without +country or 00country, leading zeros, extension and punctuation.

    `+86 138-1234-5678`, `138 1234 5678` -> 13812345678; `+254 712 345678`, `0712345678` -> 712345678.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    head = _extension.sub("", plain)
    digits = "".join(c for c in head if c in "0123456789")
    if head.lstrip("( ").startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        digits = digits[1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGIT_COUNTRIES else 3 :]
    elif mobile := _bare_chinese_mobile.fullmatch(digits):
        digits = mobile[1]
    return digits.lstrip("0")
