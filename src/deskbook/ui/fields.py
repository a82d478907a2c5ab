"""What a form is, as data: fields, lines under them, and what saving means. The screens that draw it are in form.py."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskbook.core.refusal import Refusal
from deskbook.core.text import clean, narrow, safe
from deskbook.core.words import N_, _, listed

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.lookup import Finder

Values = Mapping[str, Any]
"""What was understood, by field name; None where nothing was typed or it was not understood."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a field. row: the id of the chosen row (a finder's field); None while only text was typed."""

    text: str = ""
    row: int | None = None

    def packed(self) -> list[Any]:
        """As JSON keeps it."""
        return [self.text, self.row]

    @staticmethod
    def unpacked(kept: Any) -> Typed:
        """From JSON; whatever is not what `packed` makes becomes an empty field."""
        match kept:
            case [str(text), (int() | None) as row]:
                return Typed(text, row)
            case _:
                return Typed()


def plain(text: str) -> str:
    """One line of text as the book keeps it: how a field reads when nothing else is said. Raises Refusal for hidden characters."""
    return clean(text, field="")


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
    judge: Callable[[Any, Look], None] | None = None
    """Raises Refusal for a value that is understood and cannot stand; asked when the field is left. Not of the fields of lines."""
    doubt: Callable[[Any], str] | None = None
    """What is odd about a value that can stand, in the language in use; "" for nothing. A value that was typed is saved on the second F2 then, as
    with a form's warnings. Not of the fields of lines."""
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

    def filled(self, value: Any, look: Look) -> Typed:
        """What stands in the field for a value; a str is text as typed (for choices: the stored word)."""
        if value is None:
            return Typed()
        if self.finder is not None and not isinstance(value, str):
            return Typed(safe(self.finder.show(look, value)), value)
        if self.choices:
            return Typed(next((_(label) for stored, label in self.choices if stored == value), str(value)))
        return Typed(safe(value if isinstance(value, str) else self.write(value)))

    def understood(self, typed: Typed) -> Any:
        """The value of what stands in the field; None (text: "") where it is empty. Raises Refusal."""
        if not typed.text.strip():
            if self.required:
                raise self.missing()
            return "" if self.read is plain and self.finder is None and not self.choices else None
        if self.finder is not None:
            if typed.row is None:
                raise self.unmatched(typed.text)
            return typed.row
        if self.choices:
            return self.choice(typed.text)
        return self.read(typed.text)

    def choice(self, text: str) -> str:
        """The stored word of the choice meant: its label or word whole, else the first that begins so. Raises Refusal."""
        begun = narrow(text).strip().casefold()
        both = [(stored, _(label).casefold()) for stored, label in self.choices]
        for stored, label in both:
            if begun in (label, stored.casefold()):
                return stored
        for stored, label in both:
            if label.startswith(begun) or stored.casefold().startswith(begun):
                return stored
        choices = listed(_(label) for _stored, label in self.choices)
        raise Refusal(self.name, N_("“{text}” is none of: {choices}."), text=safe(text), choices=choices)

    def shown(self, typed: Typed, value: Any) -> str:
        """The field's text where it is read, not typed: in a line, in an echo."""
        if self.finder is not None:
            return typed.text
        if self.choices:
            return next((_(label) for stored, label in self.choices if stored == value), "")
        return "" if value is None else safe(self.write(value))

    def unmatched(self, text: str) -> Refusal:
        """The refusal of a text that finds no row."""
        if self.finder is not None and self.finder.create is not None:
            return Refusal(self.name, N_("Nothing matches “{text}”; F7 adds it."), text=safe(text))
        return Refusal(self.name, N_("Nothing matches “{text}”."), text=safe(text))

    def missing(self) -> Refusal:
        """The refusal of a required field that is empty."""
        return Refusal(self.name, N_("{label} is missing."), label=f"“{_(self.label)}”")


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
    void: Callable[[Values, Values], Sequence[str]] | None = None
    """(a line as it was, as it is changed) to the fields whose old text does not hold for the new line: left as it was, it is emptied."""
    asks: Callable[[Values, Look], Sequence[str]] | None = None
    """(line and header so far) to the fields Enter does not pass by this time, while they are empty."""


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
    asks: bool = False
    """It only asks what the next form needs: nothing has happened when it closes, and nothing is said."""
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
