"""The widget of one field: an input, what stands in it, and what was understood."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskbook.core.money import show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.text import strip_hidden
from deskbook.core.words import N_, _
from deskbook.ui.fields import Field, Typed, plain

if TYPE_CHECKING:
    from deskbook.core.store import Look
    from deskbook.ui.card import Value
    from deskbook.ui.desk_app import Desk


def typed_clean(text: str) -> str:
    """Text on its way into an input: hidden characters never stand in one, because an input draws what it holds."""
    return text if text.isprintable() else strip_hidden(text)


class FieldInput(Input):
    """Textual's input, one line high; `=` in an empty one repeats, and hidden characters stay outside."""

    BINDINGS = [Binding("enter", "submit", N_("next"), id="form.next", tooltip=N_("Go to the next field; on the last one, save."))]

    class Repeat(Message):
        """The person wants the value above, or of the last entry."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=True)

    async def _on_key(self, event: events.Key) -> None:
        if event.character in ("=", "＝") and not self.value:
            event.stop()
            event.prevent_default()
            self.post_message(self.Repeat())
            return
        await super()._on_key(event)

    def on_blur(self) -> None:
        """A text that is longer than the field is read from its beginning, once the person has left it."""
        self.scroll_to(x=0, animate=False, force=True, immediate=True)

    def replace(self, text: str, start: int, end: int) -> None:
        """As Input's, of what may stand in a field."""
        super().replace(typed_clean(text), start, end)

    def _on_paste(self, event: events.Paste) -> None:
        # Input keeps the first line and fails on a paste of nothing but line ends; here the lines become one.
        event.prevent_default()
        event.stop()
        text = strip_hidden(event.text)
        if text:
            self.replace(text, *self.selection)


class Entry(Widget):
    """One field on the screen. Subclassed for lookups and choices."""

    DEFAULT_CSS = """
    Entry { height: 1; width: auto; }
    Entry > FieldInput { width: 100%; }
    """

    @dataclass
    class Edited(Message):
        """What stands in the field changed; by_hand: the person typed it, the form did not put it there."""

        entry: Entry
        by_hand: bool

    @dataclass
    class Entered(Message):
        """Enter was pressed in it."""

        entry: Entry

    @dataclass
    class Repeat(Message):
        """The person wants the value above, or of the last entry."""

        entry: Entry

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.input = FieldInput()
        self._put = ""
        self.default = ""
        """The text that was put in for the person; as long as it stands, another may replace it."""

    def compose(self) -> ComposeResult:
        """The input."""
        yield self.input

    def on_mount(self) -> None:
        """As wide as declared, and never wider than half the screen."""
        self.styles.width = self.field.width
        self.styles.max_width = "50vw"

    @property
    def look(self) -> Look:
        """The store, to read."""
        return cast("Desk", self.app).store.look

    @property
    def typed(self) -> Typed:
        """What stands in it."""
        return Typed(self.input.value)

    def put(self, typed: Typed) -> None:
        """Put something in."""
        self._put = typed_clean(typed.text)
        self.input.value = self._put
        self.input.cursor_position = len(self.input.value)

    def put_default(self, text: str) -> None:
        """Put a text in where the person typed nothing."""
        if self.input.value in ("", self.default):
            typed = self.field.filled(text, self.look)
            if typed.text != self.input.value:
                self.put(typed)
            self.default = self.input.value

    def read(self) -> Any:
        """The value. Raises Refusal."""
        return self.field.understood(self.typed)

    def soft(self) -> Any:
        """The value; None where it is not understood."""
        try:
            return self.read()
        except Refusal:
            return None

    def meant(self, value: Value) -> Typed:
        """What stands in it when a value of a card is typed there. Raises Refusal where it cannot be read."""
        typed = Typed(typed_clean(value.typed))
        self.field.understood(typed)
        return typed

    def fits(self, value: Value) -> bool:
        """Whether a value of a card can be read here, and is no amount of another kind."""
        writers = (show_quantity, show_price)
        if value.wrote is not None and self.field.write in writers and value.wrote is not self.field.write:
            return False
        try:
            return bool(value.typed.strip()) and self.meant(value) is not None
        except Refusal:
            return False

    def drop(self, value: Value) -> None:
        """Type a value of a card: in the place of what stood there, but at the cursor of plain words. Raises Refusal."""
        typed = self.meant(value)
        if self.field.read is plain and self.field.finder is None and not self.field.choices:
            self.input.replace(typed.text, *sorted(self.input.selection))
        else:
            self.put(typed)
        self.post_message(self.Edited(self, True))

    def settle(self) -> None:
        """The person leaves the field: decide what was meant."""

    def hint(self) -> str:
        """What was understood, when the field declares no echo of its own."""
        value = self.soft()
        written = self.field.shown(self.typed, value) if value is not None else ""
        return written if written != self.input.value.strip() else ""

    def focus(self, scroll_visible: bool = True) -> Entry:
        """Focus its input."""
        self.input.focus(scroll_visible)
        return self

    @property
    def active(self) -> bool:
        """Whether the person is in it."""
        return self.input.has_focus

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on as the field's."""
        event.stop()
        self.post_message(self.Edited(self, self.input.value != self._put))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass it on as the field's."""
        event.stop()
        self.enter()

    def on_field_input_repeat(self, event: FieldInput.Repeat) -> None:
        """Pass it on as the field's."""
        event.stop()
        self.post_message(self.Repeat(self))

    def enter(self) -> None:
        """Enter was pressed."""
        self.settle()
        self.post_message(self.Entered(self))


class ChoiceEntry(Entry):
    """A field with few values: typed by prefix, left and right go round."""

    BINDINGS = [
        Binding("left", "turn(-1)", N_("the one before"), id="form.choice_before", show=False, tooltip=N_("The choice before this one.")),
        Binding("right", "turn(1)", N_("the next one"), id="form.choice_after", show=False, tooltip=N_("The choice after this one.")),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.input = _ChoiceInput()

    def action_turn(self, by: int) -> None:
        """Go round the choices."""
        stored = [stored for stored, _label in self.field.choices]
        now = self.soft()
        at = (stored.index(now) + by) % len(stored) if now in stored else (0 if by > 0 else len(stored) - 1)
        self.put(self.field.filled(stored[at], self.look))
        self.input.select_all()  # typing takes its place

    def meant(self, value: Value) -> Typed:
        """The choice a value means."""
        return self.field.filled(self.field.choice(value.typed), self.look)

    def settle(self) -> None:
        """A prefix becomes the whole word."""
        value = self.soft()
        if value is not None:
            self.put(self.field.filled(value, self.look))

    def hint(self) -> str:
        """What the prefix means; all choices while it means none or all of it stands there."""
        written = super().hint()
        return written or " · ".join(_(label) for _stored, label in self.field.choices)


class _ChoiceInput(FieldInput):
    """An input whose left and right belong to the choices."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave left and right to ChoiceEntry."""
        return action not in ("cursor_left", "cursor_right")
