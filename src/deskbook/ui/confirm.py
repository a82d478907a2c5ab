"""Short questions over a screen: yes or no, a reason, one of a few."""
from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from deskbook.core.refusal import Refusal
from deskbook.core.text import clean, safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import aligned
from deskbook.ui.desk_screen import DeskModal
from deskbook.ui.entry import FieldInput

_BACK = Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Close this; nothing is done."))


class _Panel(Vertical):
    """The box the question stands in."""

    DEFAULT_CSS = """
    _Panel {
        width: auto; min-width: 40; max-width: 76; height: auto; max-height: 90%;
        background: $panel; border: round $accent; padding: 0 1;
    }
    _Panel Static { width: auto; max-width: 72; height: auto; }
    _Panel .detail { color: $text-muted; }
    _Panel .refusal { color: $text-error; display: none; }
    _Panel FieldInput { width: 66; margin: 1 0; }
    _Panel OptionList, _Panel OptionList:focus {
        width: auto; min-width: 36; max-width: 72; height: auto; max-height: 16; border: none; padding: 0; background: $panel;
    }
    """


class Confirm(DeskModal[bool]):
    """A question answered yes or no; Enter and Esc mean no until yes is chosen."""

    DEFAULT_CSS = "Confirm { align: center middle; }"
    BINDINGS = [
        _BACK,
        Binding("y", "answer(True)", N_("yes"), id="confirm.yes", show=False, tooltip=N_("Yes, at once.")),
        Binding("n", "answer(False)", N_("no"), id="confirm.no", show=False, tooltip=N_("No, at once.")),
        Binding("left,right,up,down,tab", "other", N_("yes or no"), id="confirm.other", show=False, tooltip=N_("Choose the other answer.")),
        Binding("enter", "take", N_("take the answer"), id="confirm.take", tooltip=N_("Answer as chosen.")),
    ]

    def __init__(self, question: str, detail: str = "", yes: str = "", no: str = "") -> None:
        """All in the language in use; yes and no: other words for the answers ("Delete", "Keep")."""
        super().__init__()
        self.question, self.detail = question, detail
        self.words = (no or _(N_("No")), yes or _(N_("Yes")))
        self.yes = False
        self.answers = Static("", markup=False, classes="answers")

    def compose(self) -> ComposeResult:
        """Question, detail, answers."""
        with _Panel():
            yield Static(safe(self.question), markup=False)
            if self.detail:
                lines = aligned([safe(line) for line in self.detail.split("\n")], 72)
                yield Static("\n".join(lines), markup=False, classes="detail")
            yield self.answers

    def on_mount(self) -> None:
        """No is chosen."""
        self._paint()

    def _paint(self) -> None:
        line = Text("\n")
        for at, word in enumerate(self.words):
            chosen = at == int(self.yes)
            line.append(f"{'▸' if chosen else ' '} {safe(word)}   ", style="bold" if chosen else "dim")
        self.answers.update(line)

    def action_other(self) -> None:
        """Choose the other answer."""
        self.yes = not self.yes
        self._paint()

    def action_answer(self, yes: bool) -> None:
        """Answer at once."""
        self.dismiss(yes)

    def action_take(self) -> None:
        """Answer as chosen."""
        self.dismiss(self.yes)

    def action_back(self) -> None:
        """No."""
        self.dismiss(False)


class AskText(DeskModal["str | None"]):
    """A question answered in words, such as the reason for something; None after Esc."""

    DEFAULT_CSS = "AskText { align: center middle; }"
    BINDINGS = [
        _BACK,
        Binding("f2,ctrl+s", "take", N_("save"), id="form.save", tooltip=N_("Answer with what is typed.")),
    ]

    def __init__(
        self, question: str, start: str = "", *, detail: str = "", required: bool = True, longest: int = 200,
        accept: Callable[[str], object] | None = None,
    ) -> None:
        """question, detail: in the language in use. accept: what is done with the answer; where it raises Refusal, the question stays, saying so."""
        super().__init__()
        self.accept = accept
        self.question, self.detail, self.start, self.required, self.longest = question, detail, start, required, longest
        self.input = FieldInput()
        self.refusal = Static("", markup=False, classes="refusal")

    def compose(self) -> ComposeResult:
        """Question, input, refusal."""
        with _Panel():
            yield Static(safe(self.question), markup=False)
            if self.detail:
                yield Static("\n".join(safe(line) for line in self.detail.split("\n")), markup=False, classes="detail")
            yield self.input
            yield self.refusal

    def on_mount(self) -> None:
        """Into the input."""
        self.input.value = safe(self.start)
        self.input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.action_take()

    def on_field_input_repeat(self, event: FieldInput.Repeat) -> None:
        """There is nothing to repeat here: the sign itself."""
        event.stop()
        self.input.value = "="
        self.input.cursor_position = 1

    def action_take(self) -> None:
        """Answer, where there is an answer."""
        try:
            text = clean(self.input.value, field="", longest=self.longest)
            if self.required and not text:
                raise Refusal("", N_("A few words are needed here."))
            if self.accept is not None:
                self.accept(text)
        except Refusal as refusal:
            self.refusal.update(f"! {refusal}")
            self.refusal.display = True
            return
        self.dismiss(text)

    def action_back(self) -> None:
        """No answer."""
        self.dismiss(None)


class Choose(DeskModal["str | None"]):
    """A small menu: a letter takes its choice at once; None after Esc."""

    DEFAULT_CSS = "Choose { align: center middle; }"
    BINDINGS = [_BACK]

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]], at: str = "") -> None:
        """choices: (letter, name, label in the language in use); at: the name the highlight begins on."""
        super().__init__()
        self.title_words, self.choices, self.begin = title, list(choices), at

    def compose(self) -> ComposeResult:
        """Title and choices."""
        with _Panel():
            yield Static(safe(self.title_words), markup=False)
            yield OptionList(*(Option(Text.assemble((letter or " ", "bold"), "  ", safe(label))) for letter, _name, label in self.choices))

    def on_mount(self) -> None:
        """The highlight on the choice it begins with."""
        menu = self.query_one(OptionList)
        names = [name for _letter, name, _label in self.choices]
        menu.highlighted = names.index(self.begin) if self.begin in names else 0
        menu.focus()

    def on_key(self, event: events.Key) -> None:
        """A choice's letter."""
        for letter, name, _label in self.choices:
            if letter and event.character == letter:
                event.stop()
                self.dismiss(name)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        self.dismiss(self.choices[event.option_index][1])

    def action_back(self) -> None:
        """Nothing."""
        self.dismiss(None)
