"""Forms: declared fields on a screen; Enter walks them, nothing typed is lost, a refusal stands on its field."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.fields import Field, Form, Lines, Values, plain

__all__ = ["Field", "Form", "FormScreen", "Lines", "Values", "plain"]


class FormScreen(DeskScreen[Any]):
    """A form on the screen. It closes when saving succeeded, with the result (True where the command gives none), or on Esc with None."""

    def __init__(self, form: Form, fill: Mapping[str, Any] | None = None) -> None:
        """fill: by field name, a text as typed (str) or a value (a finder's id, a choice's stored word, what Field.write takes);
        by the name of the lines, a list of such mappings."""
        super().__init__()
        self.form = form
        self.fill = dict(fill or {})
