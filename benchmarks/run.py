"""The figures of the program beside their peers or limits, measured in the same run.

    python benchmarks/run.py [--keep FOLDER] [P1 P2 ...]      all figures without names; --keep: leave the books there and use them again

Ratios say more than times, which drift with the machine. Nothing here is a test; tests/test_cheap.py holds what can be held exactly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import accounts
import moving
import reading
import starting
import writing
from measure import Figure

FIGURES: dict[str, Callable[[Path], list[Figure]]] = {
    "P1": starting.p1,
    "P2": starting.p2,
    "P3": starting.p3,
    "P4": moving.p4_p5_p6,
    "P5": moving.p4_p5_p6,
    "P6": moving.p4_p5_p6,
    "P7": writing.p7,
    "P8": writing.p8,
    "P9": reading.p9,
    "P10": reading.p10,
    "P12": accounts.p12,
    "P13": reading.p13,
    "P14": reading.p14,
    "P15": moving.p15,
    "P16": reading.p16,
}


def main(arguments: list[str]) -> int:
    """Measure what is asked for; 1 when a figure is not reached."""
    kept = None
    if arguments[:1] == ["--keep"]:
        kept, arguments = Path(arguments[1]), arguments[2:]
        kept.mkdir(parents=True, exist_ok=True)
    if unknown := [name for name in arguments if name not in FIGURES]:
        print(f"no figure {', '.join(unknown)}; there are {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    wanted = arguments or list(FIGURES)
    with TemporaryDirectory(prefix="deskbook-bench-") as folder:
        # Modules are compiled once, as an installation does, also where the environment says otherwise.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        found: list[Figure] = []
        for measure in dict.fromkeys(FIGURES[name] for name in wanted):
            found += [figure for figure in measure(kept or Path(folder)) if figure.name in wanted]
            print(f"{found[-1].name} measured", file=sys.stderr)
    print("| figure | what | limit | min | median | max | reached | |")
    print("|---|---|---|---|---|---|---|---|")
    for f in found:
        numbers = " | ".join(f"{value:.3g}" for value in (min(f.values), median(f.values), max(f.values)))
        print(f"| {f.name} | {f.what} | {'>=' if f.least else '<='} {f.limit:g} {f.unit} | {numbers} | {'yes' if f.passed else 'NO'} | {f.note} |")
    return 0 if all(f.passed for f in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
