"""The whole office: the model that the walk goes beside."""

from __future__ import annotations

from tests.faults.model.papers import Papers


class Office(Papers):
    """Everything the book knows."""
