"""The whole office: the model that the walk goes beside."""

from __future__ import annotations

from tests.faults.model.told import Told


class Office(Told):
    """Everything the book knows."""
