"""What is kept of a crash: where it came from, and none of the values."""

from __future__ import annotations

import os
import traceback

from deskbook.core import days
from deskbook.core.paths import log_folder, made
from deskbook.core.words import N_, _

KEPT_LOGS = 10


def crash_sentence(error: BaseException) -> str:
    """Write down where an error came from, without the values in it, and say where that stands."""
    try:
        folder = made(log_folder())
        for old in sorted(folder.glob("crash-*.log"))[: -KEPT_LOGS + 1]:
            old.unlink(missing_ok=True)
        path = folder / f"crash-{days.now():%Y%m%dT%H%M%S%f}.log"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.writelines(traceback.format_tb(error.__traceback__))
            out.write(f"{type(error).__name__}\n")
    except OSError as trouble:
        return _(N_("deskbook had to stop; everything saved is kept. The log could not be written: {why}."), why=trouble.strerror)
    return _(N_("deskbook had to stop; all that was saved is kept, and what was being typed is offered again. The log is {path}."), path=path)
