"""What every command of the command line shares: the call's options, and how it speaks."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import typer

from deskbook.core import words
from deskbook.core.text import safe


def say(text: str) -> None:
    """A sentence for the person, on stderr; nothing in it can move the terminal."""
    print(safe(text), file=sys.stderr)


class Desk:
    """What the options before the command say."""

    book: Path
    language: str
    clerk: str


def spoken(lang: str) -> str:
    """The language asked for, or "". Wrong usage when deskbook does not speak it."""
    if lang and lang not in words.LANGUAGES:
        raise typer.BadParameter(safe(f"--lang {lang}: {', '.join(words.LANGUAGES)}"))
    return lang


def desk(context: typer.Context) -> Desk:
    """The options of the call."""
    found: Desk = context.obj
    return found


def day_of(text: str, field: str) -> date | None:
    """A day as people and programs write it; None for "". Refusal on the field otherwise."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    from deskbook.core.days import read_day

    return read_day(text, field=field)
