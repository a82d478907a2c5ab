"""What a person or a file gives, checked before a command writes it: the non-table bases of the books' tables."""
from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError
from sqlmodel import SQLModel

from deskbook.core.refusal import Refusal
from deskbook.core.text import clean
from deskbook.core.words import N_, _

F = TypeVar("F", bound="Facts")

SENTENCES = {
    "missing": N_("{field} is needed."),
    "string_too_short": N_("{field} is needed."),
    "string_too_long": N_("{field} is too long: {given}."),
    # Numbers are not shown: what is stored counts cents and thousandths, which is not what was typed.
    "greater_than_equal": N_("{field} cannot be negative."),
    "less_than_equal": N_("{field} is too large."),
    "greater_than": N_("{field} must be more than zero."),
    "less_than": N_("{field} is too large."),
    "literal_error": N_("{field} is not one of the choices: {given}."),
}


class Facts(SQLModel):
    """Base of what is given: text is cleaned, unknown names are refused, bounds of the fields hold.

    A field's title, marked with N_, is its name for a person.
    """

    model_config = {"extra": "forbid", "str_strip_whitespace": True}

    @classmethod
    def of(cls: type[F], **given: Any) -> F:
        """The facts as given. Refusal that names the first field that cannot stand."""
        cleaned = {name: clean(value, field=name, longest=2000, lines=True) if isinstance(value, str) else value for name, value in given.items()}
        try:
            facts: F = cls.__pydantic_validator__.validate_python(cleaned, self_instance=cls.__new__(cls))  # SQLModel's way there is twice as long
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            info = cls.model_fields.get(name)
            title = info.title if info is not None and info.title else name.replace("_", " ")
            words = SENTENCES.get(first["type"], N_("{field} cannot be {given}."))
            raise Refusal(name, words, field=_(title), given=str(first.get("input", ""))[:60]) from None
        return facts
