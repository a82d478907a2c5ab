"""Bring the catalogues in line with the texts in the source: new ones added empty, gone ones dropped, all in order.

    python tools/catalogues.py            update src/deskbook/locales/*.po and say what is missing
    python tools/catalogues.py --missing zh   the texts without a translation, as JSON; "meaning|text" where a text has several
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HOME = Path(__file__).resolve().parent.parent
SOURCE = HOME / "src" / "deskbook"
LOCALES = SOURCE / "locales"
LANGUAGES = ("zh", "es", "sw")
Marked = tuple[str, str]
"""A text and which of its meanings it has: "" where it has but one."""


def texts() -> set[Marked]:
    """Every text marked in the source, and the help of the command line."""
    import typer

    from deskbook.cli import EXIT, cli, helped

    # By Python's own reading: Babel's leaves out calls that stand deep inside others.
    calls = (node for path in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call) and node.args)
    given = [[getattr(arg, "value", None) for arg in call.args] for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("N_", "_")]
    marked = {(text, str(meaning[0]) if meaning else "") for text, *meaning in given if isinstance(text, str) and text}
    return marked | {(EXIT, "")} | {(str(part.help), "") for part in helped(typer.main.get_command(cli))}


def update(language: str) -> Catalog:
    """The catalogue of a language, written anew with just the texts of the source."""
    path = LOCALES / f"{language}.po"
    old = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language, project="deskbook", fuzzy=False, creation_date=old.creation_date, revision_date=old.creation_date)
    new.header_comment = "# deskbook: texts by their English source. `python tools/catalogues.py` keeps them in line with the source."
    for text, meaning in sorted(texts()):
        found = old.get(text, meaning or None)
        new.add(text, found.string if found else "", context=meaning or None)
    with path.open("wb") as out:
        write_po(out, new, width=120, sort_output=True, omit_header=False)
    return new


def missing(catalogue: Catalog) -> list[str]:
    """Texts without a translation."""
    return ["|".join(filter(None, (message.context, str(message.id)))) for message in catalogue if message.id and not message.string]


def main() -> None:
    """Update all, and report."""
    if len(sys.argv) == 3 and sys.argv[1] == "--missing":
        print(json.dumps(missing(update(sys.argv[2])), ensure_ascii=False, indent=0))
        return
    for language in LANGUAGES:
        catalogue = update(language)
        print(f"{language}: {len(catalogue)} texts, {len(missing(catalogue))} missing")


if __name__ == "__main__":
    main()
