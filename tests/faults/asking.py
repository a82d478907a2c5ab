"""All that a person may ask of the book in the walk."""

from __future__ import annotations

from tests.faults.asked import BOOKS
from tests.faults.asked_deals import DEALS

ASKED = BOOKS | DEALS
