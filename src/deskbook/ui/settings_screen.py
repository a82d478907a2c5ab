"""Settings: language, looks, name, habits and keys. Each is in effect, and written down, the moment it is chosen."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from deskbook.core.refusal import Refusal
from deskbook.core.settings import DATES, NUMBERS, THEMES
from deskbook.core.text import safe
from deskbook.core.words import LANGUAGES, N_, _
from deskbook.ui.confirm import AskText
from deskbook.ui.desk_screen import DeskModal, DeskScreen
from deskbook.ui.header import HeaderLine
from deskbook.ui.help import pad
from deskbook.ui.keys import FIXED, PLAIN, Action, actions_of, clash, prints
from deskbook.ui.status_bar import StatusBar

COMPANY: list[tuple[str, Callable[[DeskScreen[None]], None]]] = []
"""Facts about the company, kept in the book: label (marked with N_) and what opens its form, given this screen. The books add theirs."""

LABELS = {
    "language": N_("Language"),
    "theme": N_("Looks"),
    "clerk": N_("Your name"),
    "dates": N_("Days"),
    "numbers": N_("Numbers"),
    "animations": N_("Animations"),
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "language": LANGUAGES,
    "theme": THEMES,
    "dates": DATES,
    "numbers": NUMBERS,
    "animations": {"no": N_("off"), "yes": N_("on", "switched")},
}


class SettingsScreen(DeskScreen[None]):
    """One list; Enter changes the line under the cursor."""

    HELP = N_("Enter changes the line under the cursor. It counts at once and is written down; the books are not touched.")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to where you came from"))]
    DEFAULT_CSS = """
    SettingsScreen OptionList, SettingsScreen OptionList:focus { height: 1fr; border: none; padding: 0 1; }
    SettingsScreen #about { height: auto; padding: 0 2; }
    """

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield OptionList(*self.options(), id="settings", markup=False)
        yield Static(_(self.HELP), id="about", markup=False)
        yield StatusBar()

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    # What stands in the list

    def options(self) -> list[Option]:
        """One line a setting, then the company's facts, then the keys."""
        wide = max(cell_len(_(label)) for label in LABELS.values()) + 2
        lines = [Option(self.line(_(label), self.said(name), wide), id=name) for name, label in LABELS.items()]
        lines += [Option(Content(_(label)), id=f"company.{at}") for at, (label, _open) in enumerate(COMPANY)]
        actions = self.actions()
        wide = max((cell_len(_(action.description)) for action in actions.values()), default=0) + 2
        lines.append(Option(Content.styled(_("Keys"), "bold"), disabled=True))
        for action in actions.values():
            lines.append(Option(self.line(_(action.description), self.shown_keys(action), wide), id=f"keys.{action.id}"))
        return lines

    @staticmethod
    def line(label: str, value: str, wide: int) -> Content:
        return Content.assemble((pad(label, wide), "dim"), safe(value))

    def said(self, name: str) -> str:
        """The value of a setting as a person reads it."""
        value = getattr(self.desk.settings, name)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        return _(CHOICES[name].get(value, value)) if name in CHOICES else value or "–"

    def shown_keys(self, action: Action) -> str:
        """Its keys as they are printed on the keyboard."""
        return "  ".join(self.app.get_key_display(Binding(key, "")) for key in action.keys)

    def together(self, changed: Mapping[str, str]) -> list[dict[str, Action]]:
        """For each kind of screen known by now: what can be done there, the application's own included."""
        return [actions_of((type(self.app), kind), changed) for kind in screens(DeskScreen)]

    def actions(self) -> dict[str, Action]:
        """All that can be given another key, by id."""
        found: dict[str, Action] = {}
        general = sorted(screens(DeskScreen), key=lambda kind: not kind.__module__.startswith("deskbook.ui."))
        for kind in general:  # what a book's own screen calls it comes after what it is called everywhere
            found = actions_of((type(self.app), kind), self.desk.settings.keys) | found
        return {name: found[name] for name in sorted(found) if not set(found[name].keys) <= FIXED}

    def redraw(self) -> None:
        """The same lines anew, the cursor where it was."""
        listed = self.query_one(OptionList)
        at = listed.highlighted
        listed.clear_options()
        listed.add_options(self.options())
        listed.highlighted = at

    # What Enter does

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        name = event.option.id or ""
        scope, _dot, rest = name.partition(".")
        if scope == "keys":
            self.ask_key(rest)
        elif scope == "company":
            COMPANY[int(rest)][1](self)
        elif name == "clerk":
            self.app.push_screen(AskText(_("Your name, as the book's journal says it"), self.desk.settings.clerk), self.name_given)
        else:
            choices = {stored: _(words) for stored, words in CHOICES[name].items()}
            self.app.push_screen(PickScreen(_(LABELS[name]), choices, self.said(name)), partial(self.chosen, name))

    def name_given(self, name: str | None) -> None:
        if name is None or not name.isprintable():
            return
        self.desk.settings.clerk = name.strip()
        self.take_effect()

    def chosen(self, name: str, value: str | None) -> None:
        if value is None:
            return
        if name == "language":
            try:
                self.desk.speak(value)
            except Refusal as refusal:
                self.desk.refuse(refusal)
            return
        setattr(self.desk.settings, name, value == "yes" if name == "animations" else value)
        self.take_effect()

    def ask_key(self, name: str) -> None:
        """Ask for the key of an action, and take it where nothing else on the same screens has it."""
        action = self.actions()[name]

        def pressed(key: str | None) -> None:
            if key is None:
                return
            if key:
                self.desk.settings.keys[name] = ",".join(beside(action.keys, key))
            else:
                self.desk.settings.keys.pop(name, None)
            self.take_effect()

        self.app.push_screen(KeyScreen(action, self.shown_keys(action), self.together(self.desk.settings.keys)), pressed)

    def take_effect(self) -> None:
        self.desk.apply_settings()
        self.redraw()

    def action_back(self) -> None:
        self.dismiss(None)


class PickScreen(DeskModal[str | None]):
    """One of a few: closes with the stored word chosen, or None."""

    HELP = N_("Enter takes the line under the cursor.")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Leave it as it is"))]
    DEFAULT_CSS = """
    PickScreen { align: center middle; }
    PickScreen OptionList { width: auto; min-width: 30; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; }
    """

    def __init__(self, title: str, choices: Mapping[str, str], now: str) -> None:
        """choices: stored word -> words shown; now: the words of the one in force."""
        super().__init__()
        self.heading, self.choices, self.now = title, choices, now

    def compose(self) -> ComposeResult:
        listed = OptionList(*(Option(Content(words), id=stored) for stored, words in self.choices.items()), markup=False)
        listed.border_title = self.heading
        listed.highlighted = next((at for at, words in enumerate(self.choices.values()) if words == self.now), 0)
        yield listed

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_back(self) -> None:
        self.dismiss(None)


class KeyScreen(DeskModal[str | None]):
    """Waits for one key. Closes with its name, with "" for the keys the action comes with, or with None to leave it."""

    HELP = N_("Press the key the action is to have.")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Leave it as it is"))]
    DEFAULT_CSS = """
    KeyScreen { align: center middle; }
    KeyScreen Static { width: 60; max-width: 100%; height: auto; padding: 0 1; }
    """

    def __init__(self, action: Action, keys: str, together: list[dict[str, Action]]) -> None:
        super().__init__()
        self.wanted, self.keys, self.together = action, keys, together

    def compose(self) -> ComposeResult:
        box = Static(self.words(), markup=False)
        box.border_title = _(self.wanted.description)
        yield box

    def words(self, refused: str = "") -> str:
        """What to do, and why the last key would not do."""
        asked = _("Now: {keys}. Press another key; backspace gives back the keys it comes with, esc leaves it.", keys=self.keys)
        return f"{asked}\n{refused}" if refused else asked

    def on_key(self, event: Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "backspace":
            self.dismiss("")
            return
        if event.key == "escape":
            self.dismiss(None)
            return
        shown = self.app.get_key_display(Binding(event.key, ""))
        if event.key in FIXED or event.key not in PLAIN:
            self.query_one(Static).update(self.words(_("! {key} keeps its meaning or does not arrive from every terminal.", key=shown)))
        elif other := clash(event.key, self.wanted.id, self.together):
            self.query_one(Static).update(self.words(_("! {key} is “{other}” on the same screen.", key=shown, other=_(other.description))))
        else:
            self.dismiss(event.key)

    def action_back(self) -> None:
        self.dismiss(None)


def screens(kind: type[DOMNode]) -> list[type[DOMNode]]:
    """All classes made from one, itself included."""
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in screens(below))]


def beside(keys: tuple[str, ...], new: str) -> list[str]:
    """The keys of an action with a new one: a character takes the place of its characters, another key that of its other keys."""
    kept = [key for key in keys if prints(key) != prints(new)]
    return [new, *kept] if prints(new) else [*kept, new]
