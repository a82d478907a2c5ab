"""Half-typed forms, kept beside the settings so that they survive Esc, a crash and a power cut, and are offered again."""
from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deskbook.core.days import moment
from deskbook.core.files import atomic
from deskbook.core.refusal import Refusal

EACH = 5
"""Entries kept of one form; the oldest goes."""
ALL = 60
"""Entries kept of all forms together."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One half-typed form. at: the moment it was last kept, UTC ISO; key: the form's idempotency key; texts: what JSON can hold."""

    form: str
    key: str
    at: str
    texts: dict[str, Any] = field(default_factory=dict)


class Parked:
    """The half-typed forms of one book file. One desk at a time has it (the book's lock sees to that)."""

    def __init__(self, path: Path) -> None:
        """path: the JSON file; made when something is first kept. One that cannot be read is put aside as NAME.broken."""
        self.path = path
        self.fault = ""
        """Why the last write failed; "" when it did not."""
        self._kept = self._load()

    def keep(self, form: str, texts: dict[str, Any], key: str = "") -> bool:
        """Keep what is typed in a form, instead of what was kept under the same form and key; False where the disk refused (see `fault`)."""
        before = next((kept for kept in self._kept if (kept.form, kept.key) == (form, key)), None)
        if before is not None and before.texts == texts:
            return not self.fault
        others = [kept for kept in self._kept if kept is not before]
        mine = [kept for kept in others if kept.form == form]
        for old in mine[: max(0, len(mine) - EACH + 1)]:
            others.remove(old)
        self._kept = [*others, Kept(form, key, moment(), texts)][-ALL:]
        return self._write()

    def offered(self, form: str) -> Kept | None:
        """What was last kept of a form."""
        return next((kept for kept in reversed(self._kept) if kept.form == form), None)

    def drop(self, form: str, key: str = "") -> None:
        """Forget what was kept under a form and key: it was saved, or is not wanted."""
        left = [kept for kept in self._kept if (kept.form, kept.key) != (form, key)]
        if len(left) != len(self._kept):
            self._kept = left
            self._write()

    def all(self) -> list[Kept]:
        """Everything kept, oldest first."""
        return list(self._kept)

    def _load(self) -> list[Kept]:
        try:
            raw = json.loads(self.path.read_text("utf-8"))
            found = [Kept(**entry) for entry in raw]
            if not all(isinstance(kept.texts, dict) and all(isinstance(t, str) for t in (kept.form, kept.key, kept.at)) for kept in found):
                raise ValueError(self.path)
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, RecursionError):
            with suppress(OSError):
                self.path.replace(self.path.with_name(self.path.name + ".broken"))
            return []
        return found

    def _write(self) -> bool:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with atomic(self.path) as out:
                out.write(json.dumps([asdict(kept) for kept in self._kept], ensure_ascii=False).encode("utf-8", "replace"))
        except (OSError, Refusal) as error:
            self.fault = str(error)
            return False
        self.fault = ""
        return True
