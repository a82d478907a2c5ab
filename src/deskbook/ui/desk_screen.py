"""What every screen of the desk shares: the store, one way to run a command, one way to say what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding
from textual.screen import ModalScreen, Screen

from deskbook.core.refusal import Refusal
from deskbook.core.words import _

if TYPE_CHECKING:
    from deskbook.core.listing import Ask
    from deskbook.core.store import Store
    from deskbook.ui.desk_app import Desk
    from deskbook.ui.taker import Taker

Result = TypeVar("Result")


class DeskMixin:
    """The part a plain screen and a modal one have in common."""

    @property
    def desk(self) -> Desk:
        """The application, as the books know it."""
        return cast("Desk", self.app)  # type: ignore[attr-defined]  # every class that takes this mixin is a Screen

    @property
    def store(self) -> Store:
        """The one file."""
        return self.desk.store

    def run_command(self, command: Callable[..., Any], *, key: str | None = None, done: str = "", **facts: Any) -> Any:
        """Run a command; a refusal is shown in the status line and None comes back.

        done: what happened, already in the user's language; the line offers to take it back.
        """
        try:
            result = self.store.run(command, key=key, **facts)
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return None
        self.desk.told(done)
        return result if result is not None else True

    def under_cursor(self) -> tuple[str, int] | None:
        """The book and id of the record under the cursor; None where there is none. What ctrl+o shows the card of."""
        return None

    def taker(self) -> Taker | None:
        """Where a value goes that is chosen on a card opened from here; None where there is no field for it."""
        return None

    def reload(self) -> None:
        """Something was taken back or set otherwise while this screen is on top: read and draw again what is shown."""

    def show_ask(self, ask: Ask | None, *, row: int | None = None, new: Mapping[str, str] | None = None) -> None:
        """Show what Desk.go() was asked for: a list's question, the cursor on a row, the form of a new record."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Textual's own, with descriptions and tooltips in the language in use: footer, help and palette all read it."""
        from dataclasses import replace

        found: dict[str, ActiveBinding] = super().active_bindings  # type: ignore[misc]  # the next class in line is a Screen
        return {
            key: active._replace(
                binding=replace(active.binding, description=_(active.binding.description)),
                tooltip=_(active.tooltip) if active.tooltip else active.tooltip,
            )
            for key, active in found.items()
        }


class DeskScreen(DeskMixin, Screen[Result], Generic[Result]):
    """A full screen of the desk."""

    def on_mount(self) -> None:
        """What was refused on the screen before is not said on this one. Textual calls this beside what a screen does on_mount itself."""
        self.desk.forget_refusal()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close the screen once; a second key that was on its way when the first closed it must not close another screen."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()


class DeskModal(DeskMixin, ModalScreen[Result], Generic[Result]):
    """A dialog over a screen."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close the dialog once: as DeskScreen.dismiss."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()
