"""How a bug is planted in the program for the time of one test."""

from __future__ import annotations

import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from deskbook.core import migrate
from tests.faults.beside import COMMANDS

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]


def rewritten(old: str, new: str) -> Plant:
    """Another word in the file's own tables and triggers."""

    def plant(patch: Patch) -> None:
        scripts = tuple((number, script.replace(old, new)) for number, script in migrate.scripts())
        assert scripts != migrate.scripts(), "the bug's place is gone"
        patch.setattr(migrate, "scripts", lambda: scripts)

    return plant


def instead(module: Any, name: str, make: Callable[[Any], Any]) -> Plant:
    """Another function in the place of one; make gets the right one."""
    return lambda patch: patch.setattr(module, name, make(getattr(module, name)))


def everywhere(module: Any, name: str, make: Callable[[Any], Any]) -> Plant:
    """Another function in the place of one, wherever a book has taken it by name; make gets the right one."""
    return lambda patch: replace_all(patch, getattr(module, name), make(getattr(module, name)))


def replace_all(patch: Patch, right: Any, wrong: Any) -> None:
    """Whoever has the right function by name has the wrong one."""
    for other in [other for known, other in sys.modules.items() if known.startswith(("deskbook.", "tests.faults.walk", "tests.faults.compared"))]:
        for called, value in list(vars(other).items()):
            if value is right:
                patch.setattr(other, called, wrong)
    for called, value in list(COMMANDS.items()):
        if value is right:
            patch.setitem(COMMANDS, called, wrong)


def recoded(part: str, name: str, *changes: tuple[str, str]) -> Plant:
    """A function of a part of the program ("books.returns") with other words in its source, wherever it is known; it may move between files."""

    def plant(patch: Patch) -> None:
        right = function(part, name)
        source = textwrap.dedent(inspect.getsource(right))
        for old, new in changes:
            assert old in source, f"the bug's place in {name} is gone: {old}"
            source = source.replace(old, new)
        made: dict[str, Any] = {}
        exec(compile(source, f"<planted in {name}>", "exec"), vars(sys.modules[right.__module__]), made)
        replace_all(patch, right, made[name])

    return plant


def instead_of(part: str, name: str, make: Callable[[Any], Any]) -> Plant:
    """Another function in the place of one of a part of the program, wherever it is known; make gets the right one."""

    def plant(patch: Patch) -> None:
        right = function(part, name)
        replace_all(patch, right, make(right))

    return plant


def function(part: str, name: str) -> Any:
    """The one function of that name that is defined in a part of the program."""
    found = [vars(module)[name] for module in modules(f"deskbook.{part}") if getattr(vars(module).get(name), "__module__", "") == module.__name__]
    assert len(found) == 1, f"there are {len(found)} functions {name} in {part}"
    return found[0]


def modules(name: str) -> list[ModuleType]:
    """A module and those under it."""
    top = import_module(name)
    under = pkgutil.walk_packages(getattr(top, "__path__", []), f"{name}.")
    return [top, *(import_module(each.name) for each in under if not each.name.endswith(("screen", "screens", "forms")))]
