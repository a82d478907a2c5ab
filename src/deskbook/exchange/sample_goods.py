"""What the sample company deals in: families of items, and how the shelves stand on the first morning."""

from __future__ import annotations

from typing import NamedTuple

PIECE = 1000
"""One of anything, in the book's thousandths."""


class Kind(NamedTuple):
    """A family of items: type word, unit word, decimals, supplier (its place in the list), lead days, minimum, price in yuan, and the codes."""

    word: str
    unit: str
    decimals: int
    supplier: int
    lead: int
    minimum: int
    price: int
    codes: tuple[str, ...]


KINDS = (
    Kind("board", "piece", 0, 0, 12, 10, 420, ("BVM7-710", "BVM7-710-8505", "BVM7-711", "BVM7-720", "BVM7-720-8505", "BVM7-730")),
    Kind("power", "piece", 0, 0, 12, 12, 180, ("PWR5-12", "PWR5-12A", "PWR5-24", "PWR5-24A", "PWR5-48")),
    Kind("control", "piece", 0, 0, 14, 8, 350, ("CTL3-101", "CTL3-101R", "CTL3-102", "CTL3-110")),
    Kind("display", "piece", 0, 0, 15, 6, 260, ("DSP2-35", "DSP2-35T", "DSP2-43", "DSP2-43T", "DSP2-70")),
    Kind("io", "piece", 0, 0, 14, 5, 220, ("IOX1-8", "IOX1-16", "IOX1-32")),
    Kind(
        "cable",
        "piece",
        0,
        2,
        6,
        30,
        12,
        ("CBL-USB-1M", "CBL-USB-2M", "CBL-FPC-20", "CBL-FPC-24", "CBL-FPC-30", "CBL-FPC-40", "CBL-PWR-1M", "CBL-PWR-2M"),
    ),
    Kind("copper", "kilo", 2, 1, 9, 60, 78, ("C1100-0.20x15", "C1100-0.20x20", "C1100-0.30x20", "C1100-0.30x25", "C1100-0.50x30", "C1020-0.30x20")),
    Kind("brass", "kilo", 2, 1, 9, 50, 56, ("C2680-0.20x20", "C2680-0.30x20", "C2680-0.30x25", "C2680-0.40x25", "C2680-0.50x30")),
    Kind("bronze", "kilo", 2, 1, 11, 40, 92, ("C5191-0.15x12", "C5191-0.20x15", "C5191-0.30x18", "C5210-0.20x15")),
    Kind("connector", "piece", 0, 3, 5, 80, 3, ("CON-2P", "CON-4P", "CON-6P")),
    Kind("sink", "piece", 0, 5, 8, 25, 15, ("HSK-40", "HSK-60")),
    Kind("spacer", "piece", 0, 3, 5, 200, 1, ("SPC-M3-10", "SPC-M3-12")),
    Kind("bag", "piece", 0, 4, 4, 200, 1, ("BAG-L", "BAG-S")),
    Kind("tape", "roll", 0, 4, 4, 20, 6, ("TAPE-48", "TAPE-60")),
    Kind("label", "roll", 0, 4, 4, 10, 18, ("LBL-100", "LBL-60")),
    Kind("box", "piece", 0, 4, 4, 60, 4, ("BOX-3", "BOX-5")),
)
SOLD = KINDS[:-4]
METALS = ("copper", "brass", "bronze")
"""Families whose price follows that of copper."""
CONSUMABLE = ("bag", "tape", "label", "box")
SPOKEN = {"BVM7-710": "710", "BVM7-710-8505": "710-8505", "BVM7-720": "720", "C1100-0.30x20": "T2 0.30×20", "C1100-0.50x30": "Cu-ETP 0.50×30"}
TAKEN_FOR = {"BVM7-720": "BVM7-720-8505", "PWR5-12": "PWR5-12A", "CTL3-101": "CTL3-101R", "DSP2-35": "DSP2-35T", "CBL-USB-1M": "CBL-USB-2M"}
"""Items, and what the warehouse takes for them."""
KIT = "KIT-START"
KIT_PARTS = (("BVM7-720", 1), ("PWR5-12", 1), ("CBL-USB-1M", 2))
OUT, LOW, SOON = ("BVM7-710", "CBL-FPC-24"), ("C1100-0.30x20", "PWR5-24A", "CON-4P", "BAG-L", "DSP2-43T"), ("CTL3-102", "C2680-0.30x20", "HSK-60")
"""How the shelves stand this morning: nothing there, at or under the minimum, and over it but not for long."""
QUIET, DISCONTINUED = "CON-4P", "TAPE-60"
"""A low item that is on its way, so that nobody need ring; one that is not bought any more."""
