"""How things are measured: whole processes taking turns, ratios pair by pair, a terminal that answers what a terminal answers."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

ANSI = re.compile(rb"\x1b\[[0-9;?<>=$]*[ -/]*[@-~]|\x1b[PX^_].*?\x1b\\|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|\x1b.")
DESK = str(Path(sys.executable).with_name("deskbook"))
"""The command as it is installed."""
KEYS = {"down": b"\x1b[B", "pagedown": b"\x1b[6~", "home": b"\x1b[H", "end": b"\x1b[F", "escape": b"\x1b"}
SYNC_END = b"\x1b[?2026l"
"""What ends a synchronized update: everything of one paint has arrived."""


@dataclass(slots=True)
class Figure:
    """What was found of one figure. values: ratios, or with another unit plain values; their median is held against the limit."""

    name: str
    what: str
    limit: float
    values: list[float]
    unit: str = "x"
    least: bool = False
    """The limit is the least it may be, not the most."""
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the median keeps the limit."""
        middle = median(self.values)
        return middle >= self.limit if self.least else middle <= self.limit


@dataclass(slots=True)
class Cost:
    """What one run of a process took: seconds on the clock, seconds of CPU."""

    wall: float
    cpu: float


def process(command: list[str], env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end with its output thrown away. RuntimeError when it fails."""
    begun = perf_counter()
    away = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawnp(command[0], command, {**os.environ, **(env or {})}, file_actions=away)
    _pid, status, used = os.wait4(child, 0)
    wall = perf_counter() - begun
    if status:
        raise RuntimeError(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return Cost(wall, used.ru_utime + used.ru_stime)


def peak(command: list[str]) -> float:
    """The most memory a command held, in MiB.

    Asked by a small Python between: a process begins with the peak of the one it was made from, and this one holds a lot.
    """
    ask = (
        "import resource as r, subprocess as s, sys\n"
        "s.run(sys.argv[1:], stdout=s.DEVNULL, check=True); print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"
    )
    return int(subprocess.run([sys.executable, "-c", ask, *command], capture_output=True, check=True).stdout) / 1024


@dataclass(slots=True)
class Turns:
    """Two things measured in turns: ours, and the peer or limit."""

    ours: list[Cost] = field(default_factory=list)
    theirs: list[Cost] = field(default_factory=list)

    def ratios(self, of: str = "wall") -> list[float]:
        """Ours over theirs, pair by pair; of: wall or cpu."""
        return [getattr(a, of) / getattr(b, of) for a, b in zip(self.ours, self.theirs, strict=True)]

    def said(self) -> str:
        """Medians of both for the note: milliseconds, the CPU ratio."""
        a, b = median(c.wall for c in self.ours), median(c.wall for c in self.theirs)
        return f"{a * 1e3:.0f} ms to {b * 1e3:.0f}, cpu {median(self.ratios('cpu')):.2f}x"


def turns(ours: Callable[[], Cost], theirs: Callable[[], Cost], rounds: int, warm: int = 1) -> Turns:
    """A B, B A, A B ...: the order changes, so that neither is always the one after the other."""
    found = Turns()
    for n in range(rounds + warm):
        if n % 2:
            b, a = theirs(), ours()
        else:
            a, b = ours(), theirs()
        if n >= warm:
            found.ours.append(a)
            found.theirs.append(b)
    return found


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that something took."""
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1e3


class Terminal:
    """A program in a pseudo-terminal of 120x40 that answers its questions."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        """home: where its settings and data lie, so that nothing of the user's is read or written."""
        self.begun = perf_counter()
        env = os.environ | {
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LINES": "40", "COLUMNS": "120",
            "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home),
        }
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.execvpe(command[0], list(command), env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.seen = b""

    def read(self, wait: float) -> bytes:
        """What arrives within so many seconds; empty when nothing does."""
        if not select.select([self.fd], [], [], wait)[0]:
            return b""
        try:
            data = os.read(self.fd, 1 << 17)
        except OSError:
            return b""
        for question, answer in ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?62;c")):
            if question in data:
                os.write(self.fd, answer)
        return data

    def until(self, text: str, limit: float = 60) -> float:
        """Milliseconds from the start of the program until a text is on the screen. TimeoutError when it does not come."""
        while text.encode() not in ANSI.sub(b"", self.seen):
            if perf_counter() - self.begun > limit:
                raise TimeoutError(f"{text} did not appear: {ANSI.sub(b'', self.seen)[-2000:]!r}")
            self.seen += self.read(0.05)
        return (perf_counter() - self.begun) * 1e3

    def quiet(self, seconds: float = 0.3, limit: float = 30) -> bytes:
        """Read until nothing arrives for so long."""
        got, end = b"", perf_counter() + limit
        while perf_counter() < end and (data := self.read(seconds)):
            got += data
        return got

    def key(self, name: str) -> float:
        """Milliseconds from a key to the end of the paint it causes; what follows that is read away."""
        begun = perf_counter()
        os.write(self.fd, KEYS.get(name, name.encode()))
        got = b""
        while SYNC_END not in got:
            if perf_counter() - begun > 30:
                raise TimeoutError(name)
            got += self.read(1)
        took = (perf_counter() - begun) * 1e3
        self.quiet(0.25)  # the card follows when the cursor rests
        return took

    def type(self, *names: str) -> bytes:
        """Keys whose time does not matter; what they painted last."""
        got = b""
        for name in names:
            os.write(self.fd, KEYS.get(name, name.encode()))
            got = self.quiet()
        return got

    def memory(self) -> float:
        """MiB the program holds just now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def end(self) -> Cost:
        """Stop the program."""
        os.kill(self.pid, signal.SIGKILL)
        _pid, _status, used = os.wait4(self.pid, 0)
        os.close(self.fd)
        return Cost(perf_counter() - self.begun, used.ru_utime + used.ru_stime)
