"""Text files of cells (csv, tsv, txt): which encoding, which delimiter, which cells."""
from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_

DELIMITERS = ",;\t|"
LONGEST = 1_000_000
"""Characters in one cell."""
SAMPLE = 200_000
_BOMS = (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"))
_END = "\ue000end\ue000"


def decode(raw: bytes, name: str, encoding: str | None = None) -> tuple[str, str, bool]:
    """The text of a file's bytes, its encoding, whether it began with a byte order mark. Strict: Refusal where no encoding fits or NUL is in it."""
    bom = next(((code, mark) for code, mark in _BOMS if raw.startswith(mark)), None)
    if bom:
        code, raw = bom[0], raw[len(bom[1]) :]
    else:
        code = encoding or _encoding(raw, name)
    try:
        text = raw.decode(code)
    except (UnicodeDecodeError, LookupError) as error:
        where = raw[: error.start].count(b"\n") + 1 if isinstance(error, UnicodeDecodeError) else 1
        words = N_("{file} is not whole in the encoding {encoding}: line {line} cannot be read.")
        raise Refusal("file", words, file=name, encoding=code, line=where) from error
    if "\0" in text:
        before = text[: text.index("\0")].replace("\r\n", "\n").replace("\r", "\n")
        raise Refusal("file", N_("{file} has a NUL byte in line {line}: it is damaged, or no table."), file=name, line=before.count("\n") + 1)
    return text, code, bom is not None


def _encoding(raw: bytes, name: str) -> str:
    head = raw[:SAMPLE]
    zeros = head.count(0)
    if zeros * 10 > len(head) and len(raw) % 2 == 0:  # every second byte of plain letters, digits and delimiters
        for code, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if high.count(0) == zeros:
                return code
    fits = [code for code in ("utf-8", "gb18030", "cp1252") if _decodes(raw, code)]
    if not fits:
        raise Refusal("file", N_("{file} is not text in UTF-8, UTF-16, GB18030 or CP1252: it is damaged, or no table."), file=name)
    if len(fits) == 1 or fits[0] == "utf-8":
        return fits[0]
    from charset_normalizer import from_bytes  # only where both of the leftovers fit

    best = from_bytes(raw[:65_536], cp_isolation=fits).best()
    return best.encoding if best and best.encoding in fits else fits[0]


def _decodes(raw: bytes, code: str) -> bool:
    try:
        raw.decode(code)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(text: str) -> str:
    """The delimiter by which most lines of the beginning have the same number of cells, at least two; a comma where there is none."""
    sample = text[:SAMPLE]
    if len(sample) < len(text):
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, found = (0, 0), ","
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            widths.update(len(cells) for cells in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 500) if len(cells) > 1)
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if (count, width) > best:
            best, found = (count, width), delimiter
    return found


def cells_of(text: str, delimiter: str, name: str) -> list[list[str]]:
    """All lines as cells, blank ones as []. Strict quoting; where a file does not keep to it, lenient, as spreadsheets read it.

    Refusal where a quote is left open or a cell is longer than LONGEST.
    """
    csv.field_size_limit(LONGEST)
    try:
        return list(_read(text, delimiter, name, strict=True))
    except csv.Error:
        return list(_read(text, delimiter, name, strict=False))


def _read(text: str, delimiter: str, name: str, *, strict: bool) -> Iterator[list[str]]:
    # A last line of our own: where a quote is still open it is swallowed instead of standing alone.
    lines = chain(io.StringIO(text, newline=""), () if strict else (_END,))
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    count = 0
    held: list[str] | None = None
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            if strict and "limit" not in str(error):
                raise
            words = N_("Row {row} of {file} cannot be read as cells: {reason}.")
            raise Refusal("file", words, file=name, row=count + 1, reason=str(error)) from error
        if row is None:
            break
        if held is not None:
            yield held
        held = row
        count += 1
    if held is None:
        return
    if strict:
        yield held
    elif held != [_END]:
        raise Refusal("file", N_('A quote (") opened in row {row} of {file} is never closed.'), file=name, row=count)
