"""The least a Textual application can be: the limit of a first paint."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("READY-MARK")


Bare().run()
