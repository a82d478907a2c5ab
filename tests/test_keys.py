"""Every key of every screen: one a plain terminal can send, one meaning a screen, the same meaning everywhere."""
from __future__ import annotations

import inspect
import pkgutil
import unicodedata
from importlib import import_module
from importlib.util import find_spec

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

import deskbook.books
import deskbook.ui
from deskbook.app import DeskApp
from deskbook.shelf import BOOKS
from deskbook.ui.keys import ANYWHERE, PLAIN, action_of, actions_of, bindings_of, clash, keymap

TABLE = {
    "desk.help": "f1 question_mark fullwidth_question_mark",
    "desk.commands": "ctrl+p",
    "desk.go": "ctrl+g g",
    "desk.card": "ctrl+o",
    "desk.undo": "u ctrl+z",
    "desk.redo": "U ctrl+y",
    "desk.back": "escape",
    "desk.quit": "ctrl+q",
    "list.open": "enter",
    "list.new": "n f7",
    "list.edit": "e f4",
    "list.copy": "c f5",
    "list.remove": "d f8",
    "list.find": "slash f3 ideographic_comma",
    "list.filter": "f f6",
    "list.sort": "s",
    "list.sort_back": "S",
    "list.earlier": "left_square_bracket",
    "list.later": "right_square_bracket",
    "list.today": "t",
    "list.mark": "space",
    "list.actions": "full_stop f9",
    "list.export": "x",
    "form.save": "f2 ctrl+s",
    "form.again": "ctrl+n",
    "form.next": "enter tab down",
    "form.previous": "shift+tab up",
    "form.repeat": "f8",
}
"""The table of the design. A call slip has its key when there are calls; = repeats inside a field, which reads it as text."""

# ctrl+i is tab, ctrl+m enter, ctrl+h backspace, ctrl+[ escape; a and b belong to screen and tmux, w closes a tab of a web terminal.
NEVER = {f"ctrl+{key}" for key in ("i", "m", "h", "left_square_bracket", "enter", "a", "b", "w")} | {"alt+enter", "shift+enter", "f10", "f11"}


def modules() -> list[str]:
    """The furniture, and the screens of the books that stand."""
    furniture = [f"deskbook.ui.{found.name}" for found in pkgutil.iter_modules(deskbook.ui.__path__)]
    books = [f"deskbook.books.{found.name}" for found in pkgutil.iter_modules(deskbook.books.__path__)]
    parts = [f"{book}.{part.name}" for book in books for part in pkgutil.iter_modules(import_module(book).__path__)]
    return [*furniture, *(part for part in parts if "screen" in part.rpartition(".")[2])]


def nodes() -> list[type[DOMNode]]:
    """Every class of ours that can hold bindings, the application among them."""
    found: dict[type[DOMNode], None] = {DeskApp: None}
    for name in modules():
        for _name, thing in inspect.getmembers(import_module(name), inspect.isclass):
            if issubclass(thing, DOMNode) and thing.__module__.startswith("deskbook."):
                found[thing] = None
    return list(found)


def own(node: type[DOMNode]) -> list[Binding]:
    declared = node.__dict__.get("BINDINGS", [])
    return [one for binding in declared for one in Binding.make_bindings([binding])]


NODES = nodes()


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_every_binding_has_a_name_words_and_a_tooltip(node: type[DOMNode]) -> None:
    for binding in own(node):
        if binding.system:
            continue
        assert binding.id, binding
        assert binding.description, binding
        assert binding.tooltip, binding


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_only_keys_a_plain_terminal_sends_and_no_printing_key_has_priority(node: type[DOMNode]) -> None:
    for binding in own(node):
        if binding.system:
            continue
        assert binding.key in PLAIN, binding
        assert not (binding.priority and key_to_character(binding.key)), binding


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_a_key_means_one_thing_on_a_screen(node: type[DOMNode]) -> None:
    meant: dict[str, str] = {}
    for binding in own(node):
        assert meant.setdefault(binding.key, action_of(binding)) == action_of(binding), binding
    # What a screen inherits, or shares with the application, it may do its own way but not give another meaning.
    inherited = {binding.key: action_of(binding) for base in node.__mro__[1:] if issubclass(base, DOMNode) for binding in own(base) if binding.id}
    for key, action in meant.items():
        assert inherited.get(key, action) == action, (key, action)


def test_the_keys_are_those_of_the_design() -> None:
    shared = {name for name in TABLE if name.startswith(("desk.", "list.", "form."))}
    declared: dict[str, set[str]] = {}
    for node in NODES:
        if node is DeskApp or node.__name__ in ("ListScreen", "FormScreen", "QueryTable"):
            for binding in bindings_of(node):
                declared.setdefault(action_of(binding), set()).add(binding.key)
    assert {name: declared.get(name) for name in shared} == {name: set(keys.split()) for name, keys in TABLE.items()}


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_same_key_same_verb_on_every_screen(node: type[DOMNode]) -> None:
    """A screen may add verbs; a key of the application or of lists keeps its verb wherever both can be meant."""
    everywhere = {binding.key: action_of(binding) for binding in bindings_of(DeskApp)}
    modal = "ModalScreen" in {base.__name__ for base in node.__mro__}
    for binding in own(node):
        if binding.id and not modal and binding.key in everywhere:
            assert action_of(binding) == everywhere[binding.key], binding


def test_what_stands_together_on_a_list_does_not_clash() -> None:
    from deskbook.ui.list_screen import ListScreen
    from deskbook.ui.query_table import QueryTable

    together = actions_of((DeskApp, ListScreen, QueryTable), {})
    clashes = {(name, key) for name, action in together.items() for key in action.keys if clash(key, name, [together])}
    assert not clashes


def test_print_and_its_paper_have_the_same_keys_on_every_list_and_no_list_means_another_thing_by_them() -> None:
    """P prints what is under the cursor, F is where its paper lies: actions of the desk's own, added to those of each list."""
    from deskbook.books.documents.forms import PRINTS
    from deskbook.books.documents.queries import RECORDS

    assert {"P", "F"} <= PLAIN
    lists = [node for node in NODES if getattr(node, "NAME", "") in {*PRINTS, *RECORDS}]
    assert len(lists) > 8
    for node in lists:
        assert [(node, binding) for binding in bindings_of(node) if binding.key in ("P", "F")] == []


def test_the_list_of_plain_keys_leaves_out_what_does_not_arrive() -> None:
    assert not NEVER & PLAIN
    assert {"f1", "f9", "ctrl+s", "ctrl+q", "question_mark", "U", "fullwidth_question_mark", "ideographic_comma"} <= PLAIN
    assert not any(key.startswith("alt+") for key in PLAIN)
    assert unicodedata.lookup("FULLWIDTH QUESTION MARK") == "？"
    assert unicodedata.lookup("IDEOGRAPHIC COMMA") == "、"


def test_printing_keys_never_become_urgent_when_keys_are_changed() -> None:
    changed = keymap({"desk.help": "h,f2", "desk.go": "k", "desk.commands": "p", "list.new": "?,f7"}, DeskApp)
    assert changed == {"desk.help": "h", "desk.help" + ANYWHERE: "f2", "desk.go": "k", "list.new": "question_mark,f7"}


def test_a_clash_is_found_across_the_whole_screen() -> None:
    from deskbook.ui.form import FormScreen
    from deskbook.ui.list_screen import ListScreen

    together = [actions_of((DeskApp, kind), {"list.copy": "k"}) for kind in (ListScreen, FormScreen)]
    taken = clash("g", "list.new", together)
    assert taken is not None
    assert taken.id == "desk.go"
    assert clash("k", "list.new", together) is not None
    assert clash("c", "list.new", together) is None
    assert clash("ctrl+n", "list.new", together) is None, "saving and starting anew is of forms, which are no lists"


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_book_stands_where_the_desk_looks_for_it(book: object) -> None:
    screen, finder = getattr(book, "screen", ""), getattr(book, "finder", "")
    for place in (screen, finder):
        module, _colon, name = place.partition(":")
        if not module:
            continue
        if find_spec(module) is None:
            pytest.skip(f"{module} is not there yet")
        assert hasattr(import_module(module), name), place
