"""The books' own rules, recomputed from the facts: what `deskbook check` runs."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from deskbook.core.store import Look
from deskbook.core.words import _


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: name marked with N_, said as it must hold; sql gives one row a fault, a text in its first column.

    prove: for a rule that SQL cannot say, a function that gives the faults.
    """

    name: str
    sql: str = ""
    prove: Callable[[Look], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: its name in the language in use, and its faults, none when it holds."""

    rule: str
    faults: tuple[str, ...]


def check(look: Look, rules: Iterable[Rule]) -> list[Finding]:
    """Every rule, with what breaks it."""
    return [Finding(_(rule.name), tuple(rule.prove(look) if rule.prove else (str(fault) for fault, *_rest in look.rows(rule.sql)))) for rule in rules]
