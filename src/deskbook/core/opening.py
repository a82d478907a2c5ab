"""Have the system open a file with the program it keeps for its kind: a browser that prints, a viewer, an editor."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Launch = Callable[[Path], bool]
"""Opens a file; False where there is nobody to open it."""

_launch: Launch | None = None


def set_launch(launch: Launch | None) -> None:
    """For tests, and for a desk without a screen of its own: open files by `launch`; None goes back to the system."""
    global _launch
    _launch = launch


def open_file(path: Path) -> bool:
    """Open a file beside the desk, without waiting for it. False where the system has no screen to open it on."""
    return (_launch or _by_system)(path)


def _by_system(path: Path) -> bool:
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return True
        if sys.platform == "darwin":
            opener = "open"
        elif os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            opener = "xdg-open"
        else:
            return False  # a terminal of another machine: a text browser would take the desk's own screen
        program = shutil.which(opener)
        if program is None:
            return False
        quiet = subprocess.DEVNULL
        subprocess.Popen([program, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError:
        return False
    return True
