"""Which keys a plain terminal can send, and which actions of a screen answer to which of them."""
from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import _character_to_key as name_of  # the one table of Textual's key names; it has no public door
from textual.keys import key_to_character

PLAIN = frozenset(
    [
        *string.ascii_letters,
        *string.digits,
        *(name_of(character) for character in string.punctuation),
        "space", "enter", "escape", "tab", "shift+tab", "backspace", "insert", "delete",
        "up", "down", "left", "right", "home", "end", "pageup", "pagedown",
        *(f"f{number}" for number in range(1, 10)),
        *(f"ctrl+{letter}" for letter in "gnopqrstyz"),
        # What a Chinese input method makes of ?, / and $ when it writes full-width punctuation.
        "fullwidth_question_mark", "ideographic_comma", "fullwidth_yen_sign",
    ]
)  # fmt: skip
"""Keys that arrive, each as itself, from any terminal: not ctrl+i (tab), ctrl+m (enter), ctrl+h (backspace), ctrl+[ (escape), nor alt+letter."""

TWINS = {"fullwidth_question_mark": "？", "ideographic_comma": "、", "fullwidth_yen_sign": "￥"}
"""The full-width twins as they are printed; help leaves them out, they stand beside the key they are the twin of."""

FIXED = frozenset(
    ["enter", "escape", "tab", "shift+tab", "backspace", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "ctrl+q", "ctrl+p"]
)
"""Keys whose meaning stays: moving, entering, leaving, and the two ways out of any muddle."""


ANYWHERE = ".anywhere"
"""Ends the id of the binding that holds an action's non-printing keys with priority, so that they work inside dialogs too.
A printing key never has priority (a field would lose it), and Textual gives all keys of one id the same."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a screen does at a key. keys: as Textual names them."""

    id: str
    description: str
    keys: tuple[str, ...]


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The bindings with an id a class declares or inherits, one key each, as Textual merges them; those of Textual itself have none."""
    found: dict[str, Binding] = {}
    for base in reversed(node.__mro__):
        if not base.__dict__.get("_inherit_bindings", True):
            found.clear()
        declared = [b for b in base.__dict__.get("BINDINGS", []) if isinstance(b, Binding)]
        for binding in Binding.make_bindings(declared):
            found[binding.key] = binding
    return [binding for binding in found.values() if binding.id]


def actions_of(nodes: Iterable[type[DOMNode]], changed: Mapping[str, str]) -> dict[str, Action]:
    """By id: what can be done where these classes are on the screen together, with the keys the user changed."""
    found: dict[str, Action] = {}
    for node in nodes:
        for binding in bindings_of(node):
            name = action_of(binding)
            before = found[name].keys if name in found else ()
            found[name] = Action(name, binding.description, tuple(dict.fromkeys([*before, binding.key])))
    for name, keys in changed.items():
        if name in found:
            found[name] = Action(name, found[name].description, tuple(named(key) for key in keys.split(",")))
    return found


def action_of(binding: Binding) -> str:
    """The id of what a binding does, as settings and help know it; "" for Textual's own."""
    return (binding.id or "").removesuffix(ANYWHERE)


def prints(key: str) -> bool:
    """Whether a key writes a character where a field has the focus."""
    return key_to_character(key) is not None


def keymap(changed: Mapping[str, str], app: type[DOMNode]) -> dict[str, str]:
    """The user's keys by binding id, as Textual takes them; printing keys are kept from the application's priority bindings."""
    urgent = {binding.id for binding in bindings_of(app) if binding.priority}
    found: dict[str, str] = {}
    for name, keys in changed.items():
        listed = [named(key) for key in keys.split(",")]
        silent = [key for key in listed if not prints(key)]
        if name + ANYWHERE in urgent:
            found[name] = ",".join([key for key in listed if prints(key)] or silent)
            name += ANYWHERE
        if name not in urgent:
            found[name] = ",".join(listed)
        elif silent:
            found[name] = ",".join(silent)
    return found


def named(key: str) -> str:
    """A key as Textual names it: "?" is "question_mark"."""
    return name_of(key) if len(key) == 1 else key.strip()


def clash(wanted: str, action: str, together: Iterable[Mapping[str, Action]]) -> Action | None:
    """What already answers to a key where an action can be done. together: one mapping (by id) for each screen, the application's own in each."""
    for screen in together:
        if action not in screen:
            continue
        for other in screen.values():
            if other.id != action and wanted in other.keys:
                return other
    return None
