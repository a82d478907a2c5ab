"""What a form is, as data: fields, lines under them, and what saving means. The screens that draw it are in form.py."""
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.lookup import Finder

Values = Mapping[str, Any]
"""What was understood, by field name; None where nothing was typed or it was not understood."""


def plain(text: str) -> str:
    """The text with spaces at its ends and doubled spaces taken out: how a field reads when nothing else is said."""
    return re.sub(r"\s+", " ", text).strip()


def _written(value: Any) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to type. name: the key of its value, and what a Refusal names; label, help: marked with N_."""

    name: str
    label: str
    read: Callable[[str], Any] = plain
    """Typed text (not empty) to value; raises Refusal. Not asked for a finder's or a choice's field."""
    write: Callable[[Any], str] = _written
    """Value to the text a person would type for it: used to fill the field, to echo it, to show it in a line."""
    help: str = ""
    """One sentence, shown while the field has the focus and nothing is echoed."""
    echo: Callable[[Values, Look], str] | None = None
    """What was understood or follows from it, in the language in use; "" for nothing. Without it: write(value), where that differs from the text."""
    finder: Finder | None = None
    """Makes it a lookup: its value is the id of a row."""
    choices: tuple[tuple[str, str], ...] = ()
    """(stored word, label marked with N_): typed by prefix, left and right go round; its value is the stored word."""
    start: str = ""
    """The text it opens with (for choices: a stored word)."""
    required: bool = False
    quick: bool = True
    """On the path of Enter; False: Tab and the arrows reach it."""
    keep: bool = False
    """Keeps its text for the next entry after "save and another" (days, accounts, customers)."""
    width: int = 28
    """Cells of the input."""
    right: bool = False
    """In a line: a number, aligned right."""
    grows: bool = False
    """In a line: takes the cells that are left over; the first field does where none says so."""
    foot: bool = False
    """Stands under the lines instead of above them."""

    def missing(self) -> Refusal:
        """The refusal of a required field that is empty."""
        return Refusal(self.name, N_("{field} is missing."), field=_(self.label))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a document. Its value in the form's values is a list of dicts, one a line, in their order."""

    name: str
    label: str
    fields: tuple[Field, ...]
    extra: Callable[[Values, Look], str] | None = None
    """Text of a last column that follows from the line (its amount); drawn right."""
    extra_label: str = ""
    extra_width: int = 14
    total: Callable[[Sequence[Values], Look], str] | None = None
    """Words under the lines (their sum)."""
    defaults: Callable[[Values, Values, Look], Mapping[str, str]] | None = None
    """(line so far, header so far, look) to texts by field name; a text goes only where the person typed nothing."""
    least: int = 1
    """Fewest lines to save."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form. name: short and steady, it names what is parked and repeated; title: marked with N_ (or a name, when facts are in it)."""

    name: str
    title: str
    fields: tuple[Field, ...]
    save: Callable[[Store, dict[str, Any], str], Any]
    """(store, values, key) to a result (an id): runs the command with the key; raises Refusal."""
    lines: Lines | None = None
    done: Callable[[dict[str, Any], Any], str] | None = None
    """(values, result) to what happened, in the language in use."""
    check: Callable[[dict[str, Any], Look], list[str]] | None = None
    """Warnings in the language in use: the first F2 shows them, the second saves anyway. Raises Refusal for what cannot be saved."""
    defaults: Callable[[Values, Look], Mapping[str, str]] | None = None
    """Header so far to texts by field name; a text goes only where the person typed nothing."""
    row: int | None = None
    """The id of the record when it is one being changed: parked apart from new ones, no "save and another"."""

    @property
    def parked_as(self) -> str:
        """The name its half-typed texts are kept under."""
        return self.name if self.row is None else f"{self.name}#{self.row}"
