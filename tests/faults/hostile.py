"""Texts that would move a terminal, hide, turn around or act, and a book that holds them past the door."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What must never reach a terminal from a text: C0, DEL, C1, the bidi controls, line and paragraph separators, the byte order mark."""
SEQUENCES = (
    "\x1b]52;c;SE9TVElMRQ==\x07",  # puts something on the clipboard
    "\x1b]0;HOSTILE\x07",  # renames the window
    "\x1b]8;;http://hostile.example\x1b\\x\x1b]8;;\x1b\\",  # a link
    "\x1b[666;31mR",  # colour
    "\x1b[666;6HH",  # moves the cursor
    "\x1b[2J\x1b[666G",  # clears the screen
    "\x1bP666q\x1b\\",  # a picture
    "\x1b_666\x1b\\",
    "\x1bc",  # resets the terminal
    "\x9b666;31mC",  # the same with C1
    "\x9d52;c;SE9TVElMRQ==\x9c",
    "\x90666q\x9c",
    "a\rb",
    "a\nb",
    "a\tb",
    "a\x08\x08b",
    "a\x00b",
    "\u202egnp.exe\u202c",
    "\u2067right\u2069",
    "a\u200eb\u200fc\u061cd",
    "\ufeffmark",
    "a\u2028b\u2029c",
    "z\u200bw\u200cj\u200dx\u2060y",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b",
)
MARKUP = (
    "[@click=app.quit]x[/]", "[/x]", "[red]r[/red]", "[b", "[link=http://hostile.example]l[/link]", "\\[", "{company}", "%s %(x)s", "[[", ":smile:",
)
_CODES = (*range(1, 32), *range(127, 160), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
SINGLE = tuple(f"<{chr(code)}>" for code in _CODES)
HOSTILE = SEQUENCES + MARKUP + SINGLE
"""Short, so that a list's narrow columns show their hostile part."""

TEXTS = {
    "office": ("value",),
    "party": ("name", "caution", "note"),
    "contact": ("person", "value", "note"),
    "address": ("text", "city", "country"),
    "item": ("code", "name", "model", "category", "unit", "note"),
    "item_alias": ("alias",),
    "account": ("code", "name"),
    "entry": ("purpose", "document"),
    "day_close": ("clerk",),
    "place": ("code", "name"),
    "purchase": ("no", "their_no", "note"),
    "purchase_line": ("short_reason",),
    "purchase_promise": ("said_by",),
    "sales_order": ("no", "reason", "their_no", "ship_to", "note"),
    "order_line": ("text", "approved_by"),
    "shipment": ("no", "waybill", "checked_by", "arrived_by", "note"),
    "shipment_line": ("checked_as",),
    "stock_move": ("reason", "document"),
    "task": ("text", "asked_by", "done_by"),
    "snooze": ("reason",),
    "step": ("clerk",),
}
"""Every column of the book that holds what somebody typed."""
KEPT = {"office": "name = 'company'", "step": "command <> 'migrate'"}
"""Rows that may be changed, where not all: the others steer the program."""


def leaks(text: str) -> list[str]:
    """The hostile characters in a text, by name."""
    return [f"U+{ord(found):04X}" for found in HIDDEN.findall(text)]


def poisoned(book: Path, target: Path, more: tuple[str, ...] = ()) -> Path:
    """A copy of a book in which every text is hostile; tables and triggers are as they were, so that it opens."""
    shutil.copy(book, target)
    texts = (*HOSTILE, *more)
    con = sqlite3.connect(target, isolation_level=None)
    con.execute("PRAGMA ignore_check_constraints = ON")
    con.execute("BEGIN")
    triggers = con.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        con.execute(f"DROP TRIGGER {name}")
    for at, (table, columns) in enumerate(TEXTS.items()):
        rows = [row for (row,) in con.execute(f"SELECT id FROM {table} WHERE {KEPT.get(table, '1')}").fetchall()]
        for place, column in enumerate(columns):
            values = []
            for row in rows:
                text = texts[(row + at * 31 + place * 17) % len(texts)]
                values.append((text + (f"·{row}" if column in ("code", "no", "name", "alias") else ""), row))
            con.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", values)
    # The sentences of the journal: "[words, facts]".
    said = con.execute("SELECT id, says FROM step WHERE says IS NOT NULL").fetchall()
    for row, says in said:
        words, facts = json.loads(says)
        facts = {name: texts[(row + n) % len(texts)] if isinstance(fact, str) else fact for n, (name, fact) in enumerate(facts.items())}
        con.execute("UPDATE step SET says = ? WHERE id = ?", (json.dumps([words, facts], ensure_ascii=False), row))
    for _name, sql in triggers:
        con.execute(sql)
    con.execute("COMMIT")
    con.close()
    return target


def in_a_terminal(*command: str | Path, home: Path, keys: tuple[bytes, ...] = (), size: tuple[int, int] = (80, 24)) -> tuple[int, bytes]:
    """Run a program in a pty of its own, typing keys whenever it falls silent; its exit code and all it sent to the terminal."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LANG", "LC_MESSAGES")}
    env |= {"DESKBOOK_HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "TZ": "UTC"}
    child = subprocess.Popen([str(part) for part in command], stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd="/", start_new_session=True)
    os.close(theirs)
    out, left, heard = bytearray(), list(keys), time.monotonic()
    deadline = heard + 60
    try:
        while time.monotonic() < deadline:
            ready, _w, _x = select.select([ours], [], [], 0.05)
            if ready:
                try:
                    got = os.read(ours, 65536)
                except OSError:  # the other side is closed
                    break
                if not got:
                    break
                out += got
                heard = time.monotonic()
            elif left and out and time.monotonic() - heard > 0.1:
                os.write(ours, left.pop(0))
                heard = time.monotonic()
            elif child.poll() is not None:
                break
    finally:
        if child.poll() is None:
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
        os.close(ours)
    return child.wait(), bytes(out)


DESKBOOK = (sys.executable, "-m", "deskbook")
