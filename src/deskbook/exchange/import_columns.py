"""Which column of a file is which field: said by the person, remembered from the last such file, or matched by name in four languages."""
from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from deskbook.core.refusal import Refusal
from deskbook.core.search import fold
from deskbook.core.store import Look
from deskbook.core.words import LANGUAGES, N_, listed, say
from deskbook.exchange.import_fields import Field, Spec, known
from deskbook.exchange.read_table import Table

Said = dict[str, list[str]]
"""Field -> templates: text in which {Column} stands for a cell of the row. No template: the field is left out."""
_column = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A value made of texts and cells. parts: a text, or the index of a column."""

    text: str
    parts: tuple[str | int, ...]

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns it takes from."""
        return tuple(part for part in self.parts if isinstance(part, int))

    @property
    def only(self) -> int | None:
        """The column, where the value is one cell as it is."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], int) else None


@dataclass(frozen=True, slots=True)
class Matched:
    """field -> templates, and how it came about: "said", "remembered" or "name"."""

    templates: dict[str, list[Template]]
    how: dict[str, str]


def read_said(spec: Spec, maps: Sequence[str], fixed: Sequence[str]) -> Said:
    """--map FIELD=COLUMN and --set FIELD=VALUE as templates. Refusal for what is no field."""
    said: Said = {}
    for option, texts in (("map", maps), ("set", fixed)):
        for text in texts:
            name, equals, value = text.partition("=")
            found = _field(spec, name.strip()) if equals else None
            if found is None:
                words = N_("“{given}” is not FIELD={value}; the fields of {what} are {fields}.")
                raise Refusal(option, words, given=text, value="COLUMN" if option == "map" else "VALUE", what=spec.what, fields=known(spec.fields))
            templates = said.setdefault(found.name, [])
            if option == "map" and value.strip():
                templates.append("{" + value.strip() + "}")
            elif option == "set":
                templates.append(value.replace("\\n", "\n"))
    return said


def _field(spec: Spec, name: str) -> Field | None:
    return spec.field(name) or next((f for f in spec.fields if fold(name) and fold(name) in names_of(f)), None)


HEADINGS = {"salesperson": N_("looked after by"), "day": N_("ordered on"), "code": N_("item"), "shipped_on": N_("shipped", "day")}
"""Where our own lists head a field by another word than its label."""


@cache
def names_of(field: Field) -> tuple[str, ...]:
    """Column names a field goes by, folded: those declared, and the headings of our own exports in all languages."""
    own = [label for label in (field.label, HEADINGS.get(field.name, "")) if label]
    return tuple(dict.fromkeys([*field.names, *(fold(say(label, language)) for label in own for language in LANGUAGES)]))


def header_key(table: Table) -> str:
    """The column names of a file, folded: what a mapping is remembered by."""
    return "|".join(fold(name) for name in table.columns)


def remembered(look: Look, spec: Spec, table: Table) -> Said:
    """The mapping of the last file with these columns."""
    found = look.value("SELECT map FROM import_map WHERE what = :what AND header = :header", what=spec.what, header=header_key(table))
    said: Said = json.loads(found) if found else {}
    return {name: templates for name, templates in said.items() if spec.field(name)}


def to_remember(said: Said) -> Said:
    """Of what was said, what is about columns: a value that is the same in every row belongs to the file, not to its kind."""
    return {name: templates for name, templates in said.items() if not templates or any(_column.search(text) for text in templates)}


def match(spec: Spec, table: Table, said: Said, before: Said, names: Sequence[str]) -> Matched:
    """The templates of these fields for one table; what was said wins over what is remembered, that over names.

    A template that names a column the table has not is left to the other table; refuse_unknown looks at both.
    """
    templates: dict[str, list[Template]] = {}
    how: dict[str, str] = {}
    for source, given in (("said", said), ("remembered", before)):
        for name, texts in given.items():
            if name in names and name not in how:
                made = [template for text in texts if (template := make(table, text)) is not None]
                if made or not texts:
                    templates[name], how[name] = made, source
    used = {column for made in templates.values() for template in made for column in template.columns}
    folded = [_bare(name) for name in table.columns]
    for name in names:
        found = spec.field(name)
        if found is None or name in how:
            continue
        hits = [column for word in names_of(found) for column, texts in enumerate(folded) if word in texts and column not in used]
        if found.join or found.kind == "words":
            hits = sorted(set(hits))
        else:
            hits = hits[:1]
        if hits:
            made = [Template("{" + table.columns[column] + "}", (column,)) for column in hits]
            if found.join:
                made = [_joined(made, found.join)]
            templates[name], how[name] = made, "name"
    return Matched({name: made for name, made in templates.items() if made}, how)


def _joined(templates: Sequence[Template], between: str) -> Template:
    parts: list[str | int] = []
    for template in templates:
        parts += [between, *template.parts] if parts else template.parts
    return Template(between.join(t.text for t in templates), tuple(parts))


def _bare(name: str) -> tuple[str, ...]:
    """A column name folded, also without what stands in brackets behind it: 数量（个）, Weight (kg)."""
    short = re.sub(r"\s*[(（\[【].*$", "", name)
    return tuple(dict.fromkeys(text for text in (fold(name), fold(short)) if text))


def make(table: Table, text: str) -> Template | None:
    """The template for a table; None where it names a column the table has not."""
    if text[:1] == "{" and text[-1:] == "}" and (whole := _index(table, text[1:-1])) is not None:
        return Template(text, (whole,))
    parts: list[str | int] = []
    for place, piece in enumerate(_column.split(text)):
        if place % 2 == 0:
            if piece:
                parts.append(piece)
        elif (column := _index(table, piece)) is None:
            return None
        else:
            parts.append(column)
    return Template(text, tuple(parts))


def _index(table: Table, name: str) -> int | None:
    if name in table.columns:
        return table.columns.index(name)
    mine = fold(name)
    return next((column for column, other in enumerate(table.columns) if mine and fold(other) == mine), None)


def refuse_unknown(said: Said, tables: Sequence[Table]) -> None:
    """Refusal for a column that was said and is in none of the files."""
    for name, texts in said.items():
        for text in texts:
            if all(make(table, text) is None for table in tables):
                missing = next((c for c in _column.findall(text) if all(_index(table, c) is None for table in tables)), text)
                columns = listed(column for table in tables for column in table.columns)[:400]
                words = N_("{field}: there is no column {column}; the columns are {columns}.")
                raise Refusal("map", words, field=name, column=missing, columns=columns)


def refuse_incomplete(spec: Spec, given: Mapping[str, str], what_is_there: Sequence[str]) -> None:
    """Refusal where a fact that every row needs has no column at all. given: field -> how it came about."""
    for names in spec.needs:
        if not any(name in given for name in names):
            labels = " / ".join(names)
            words = N_("No column was recognised as {field}; say which with --map {name}=COLUMN. The columns are {columns}.")
            raise Refusal("map", words, field=labels, name=names[0], columns=listed(what_is_there)[:400])
