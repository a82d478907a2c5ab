"""Ask for the facts of the business."""
from __future__ import annotations

from deskbook.core.store import Look


def office(look: Look) -> dict[str, str]:
    """All facts of the business by name."""
    return dict(look.rows("SELECT name, value FROM office"))
