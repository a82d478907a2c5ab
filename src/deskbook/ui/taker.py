"""What a card is asked for, and where a value of it goes, when it is opened from a half-typed form."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.ui.entry import Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom and which day the form is about; None where it does not say."""

    party: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Taker:
    """The form that was left for a card. entry: its field under the cursor; None where the cursor was in no field."""

    form: Screen[Any]
    entry: Entry | None
    asked: Asked
