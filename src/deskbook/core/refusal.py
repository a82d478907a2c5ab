"""The errors a person is meant to see: one clear sentence each."""
from __future__ import annotations

from deskbook.core.words import _


class Refusal(Exception):
    """Something a person asked for that the book does not take.

    field: the name of the form's field (or a file's column) that must change; "" when it is the whole.
    words: an English sentence, marked with N_ where it is written, with {placeholders} for the facts.
    facts: values for the placeholders, already written for a person (strings and whole numbers).
    """

    exit_code = 1

    def __init__(self, field: str, words: str, /, **facts: object) -> None:
        self.field = field
        self.words = words
        self.facts = facts
        super().__init__(field, words, facts)

    def __str__(self) -> str:
        """The sentence in the language in use."""
        return _(self.words, **self.facts)


class Trouble(Refusal):
    """The file, the disk or the lock failed: not the person's doing. Exit code 3 on the command line."""

    exit_code = 3

    def __init__(self, words: str, /, **facts: object) -> None:
        super().__init__("", words, **facts)
