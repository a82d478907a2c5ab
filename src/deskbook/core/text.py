"""Untrusted text: refused or cleaned at the door, made visible at the edge.

Hidden characters are the control characters (Cc: C0, DEL, C1), the bidi controls (U+061C, U+200E/F, U+202A-E, U+2066-9), the byte order mark U+FEFF,
the line and paragraph separators U+2028/9 and lone surrogates. Zero-width joiners stay: emoji and several scripts are written with them.
"""
from __future__ import annotations

import re
import unicodedata

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_

_HIDDEN = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_hidden = re.compile(f"[{_HIDDEN}]")
_hidden_in_lines = re.compile("(?![\n\t])" + f"[{_HIDDEN}]")
_breaks = re.compile("[ \t]*(?:\r\n|[\n\r\t\x0b\x0c\x85\u2028\u2029])[ \t]*")
_line_ends = re.compile("\r\n?|[\x85\u2028\u2029]")

# Blanks that typing and pasting leave at both ends. str.strip() would also swallow U+001C-1F, which must be refused.
_BLANK = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

_NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NARROW |= {ord(c): " " for c in _BLANK if c not in "\t\r\n"}
_NARROW |= {ord(c): "-" for c in "‐‑‒–—―−﹣"} | {ord("￥"): "¥", ord("﹪"): "%"}


def clean(text: str, *, field: str, longest: int = 200, lines: bool = False) -> str:
    """The text as the book keeps it: NFC, blanks at both ends taken off; \\r\\n becomes \\n.

    lines: line breaks and tabs may stand inside. longest: in code points. Raises Refusal naming the hidden
    character (`U+202E`) and its place, or the length.
    """
    if text.isascii() and text.isprintable():  # nearly all; nothing is hidden in it
        kept = text.strip(" ")
    else:
        kept = unicodedata.normalize("NFC", text).strip(_BLANK)
        if lines:
            kept = kept.replace("\r\n", "\n")
        elif "\n" in kept:
            raise Refusal(field, N_("Only one line fits here; this text has {lines}."), lines=kept.count("\n") + 1)
        if found := (_hidden_in_lines if lines else _hidden).search(kept):
            code = f"U+{ord(found.group()):04X}"
            raise Refusal(field, N_("This text holds the hidden character {code} at place {place}; take it out."), code=code, place=found.start() + 1)
    if len(kept) > longest:
        raise Refusal(field, N_("At most {longest} characters fit here; this text has {length}."), longest=longest, length=len(kept))
    return kept


def strip_hidden(text: str, *, lines: bool = False) -> str:
    """For imports: what `clean` would refuse (other than the length) is taken out; a line break or tab inside one line becomes a space."""
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    if lines:
        return _hidden_in_lines.sub("", _line_ends.sub("\n", unicodedata.normalize("NFC", text))).strip(_BLANK)
    kept = _hidden.sub("", _breaks.sub(" ", unicodedata.normalize("NFC", text)))
    return kept.strip(_BLANK)


def safe(text: str) -> str:
    """The text for a screen, an echo or a log: one line, every hidden character visible (`␛`, `⏎`, `\\x9b`, `\\u202e`). Never raises."""
    return text if text.isprintable() else _hidden.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code == 0x0A:
        return "⏎"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def narrow(text: str) -> str:
    """Full-width letters, digits and signs, all blanks and all dashes as their plain ASCII twins.

    Not NFKC: that would read 10² as 102 and ½ as 1⁄2.
    """
    return text if text.isascii() else text.translate(_NARROW)
