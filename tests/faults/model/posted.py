"""What is posted stays: rows of the ledgers, and what undo posts against each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.faults.model.kinds import Doc, Facts

if TYPE_CHECKING:
    from tests.faults.model.core import Core


class No(Exception):
    """The book must refuse this."""


def need(lawful: object, why: str = "") -> None:
    """Refuse unless."""
    if not lawful:
        raise No(why)


@dataclass(frozen=True)
class Posting:
    """One row of a ledger: goods from place to place, or money of an account. n: of goods, which move it is; reverses: which one it takes back."""

    ledger: str
    day: str
    qty: int
    refs: tuple[Doc, ...]
    source: int = 0
    target: int = 0
    pline: int | None = None
    sline: int | None = None
    rline: int | None = None
    mirror: bool = False
    n: int = 0
    reverses: int | None = None

    def back(self, core: Core) -> Posting:
        """What undo posts against it."""
        return replace(self, day=core.late(self.day), qty=-self.qty, mirror=not self.mirror, reverses=None if self.mirror else self.n)


@dataclass(frozen=True)
class Settled:
    """An allocation: cents of a claim that a payment, a credit note or a loss settled; of a payment that was paid back. reverses: what it lets go."""

    n: int
    kind: str
    day: str
    amount: int
    claim: int | None = None
    payment: int | None = None
    credit: int | None = None
    refund: int | None = None
    entry: int | None = None
    reverses: int | None = None
    again: int | None = None

    @property
    def refs(self) -> tuple[Doc, ...]:
        """The documents it names."""
        named = (("claim", self.claim), ("claim", self.credit), ("payment", self.payment), ("payment", self.refund), ("entry", self.entry))
        return tuple((kind, n) for kind, n in named if n is not None)

    @property
    def mirror(self) -> bool:
        """Whether it lets another go."""
        return self.reverses is not None

    def back(self, core: Core) -> Settled:
        """What undo posts against it: its mirror; of a mirror, itself anew. Where it was let go and posted anew meanwhile, that is what goes."""
        now = self
        while mirrors := [n for n, other in core.settled.items() if other.reverses == now.n]:
            anew = [other for other in core.settled.values() if other.again == mirrors[0]]
            need(anew, "let go already")
            now = anew[0]
        reverses, again = (None, now.n) if now.mirror else (now.n, None)
        return replace(now, n=core.next("alloc"), day=core.late(now.day), amount=-now.amount, reverses=reverses, again=again)


@dataclass(frozen=True)
class Sent:
    """A report that was handed over."""

    n: int
    day: str
    about: tuple[str, str, str]
    reverses: int | None = None
    refs: tuple[Doc, ...] = ()

    @property
    def mirror(self) -> bool:
        """Whether it takes another back."""
        return self.reverses is not None

    def back(self, core: Core) -> Sent:
        """What undo posts against it."""
        return replace(self, n=core.next("sent"), day=core.late(self.day), reverses=None if self.mirror else self.n)


@dataclass
class Step:
    """What one step did: each touch of a row in order, what it posted, and what it stands on."""

    undoes: int | None = None
    command: str = ""
    cells: list[tuple[Doc, Facts | None, Facts | None]] = field(default_factory=list)
    posted: list[Posting | Settled | Sent] = field(default_factory=list)
    made: set[Doc] = field(default_factory=set)
    touched: set[Doc] = field(default_factory=set)
    final: bool = False
