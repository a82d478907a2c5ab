"""A plain model of the whole book in memory: documents as dictionaries, two ledgers as sums, and its own idea of what undo means.

It knows nothing of the program: no SQL, no journal, its own arithmetic. A command of the model raises No where the book must refuse.
Ids are foreseen, not read: rows are numbered from 1 in the order they are made, and no number comes back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Doc = tuple[str, int]
Facts = dict[str, Any]
NUMBERED = {"party", "item", "order", "shipment", "purchase", "entry", "claim"}
PARENT = {
    "contact": ("party_id", "party"),
    "address": ("party_id", "party"),
    "alias": ("item_id", "item"),
    "price": ("item_id", "item"),
    "pair": ("item_id", "item"),
    "pline": ("purchase_id", "purchase"),
    "promise": ("purchase_id", "purchase"),
    "oline": ("order_id", "order"),
    "sline": ("shipment_id", "shipment"),
    "cline": ("claim_id", "claim"),
}
"""What is part of what, and by which fact: a document is touched with its parts."""
POINTS = {
    "party": {"salesperson_id": "party", "merged_into_id": "party"},
    "contact": {"party_id": "party"},
    "address": {"party_id": "party"},
    "item": {"supplier_id": "party", "merged_into_id": "item"},
    "alias": {"item_id": "item", "party_id": "party"},
    "price": {"item_id": "item"},
    "pair": {"item_id": "item", "other_id": "item"},
    "entry": {"party_id": "party", "corrects_id": "entry"},
    "place": {"party_id": "party"},
    "purchase": {"supplier_id": "party"},
    "pline": {"purchase_id": "purchase", "item_id": "item"},
    "promise": {"purchase_id": "purchase", "purchase_line_id": "pline"},
    "order": {"customer_id": "party", "salesperson_id": "party", "carrier_id": "party"},
    "oline": {"order_id": "order", "item_id": "item"},
    "shipment": {"order_id": "order", "place_id": "place", "carrier_id": "party"},
    "sline": {"shipment_id": "shipment", "order_line_id": "oline", "item_id": "item"},
    "claim": {
        "party_id": "party",
        "salesperson_id": "party",
        "order_id": "order",
        "shipment_id": "shipment",
        "purchase_id": "purchase",
        "entry_id": "entry",
    },
    "cline": {"claim_id": "claim", "order_line_id": "oline", "shipment_line_id": "sline", "purchase_line_id": "pline", "item_id": "item"},
    "task": {"party_id": "party"},
}
UNIQUE = (
    ("party", "code"),
    ("item", "code"),
    ("account", "code"),
    ("place", "code"),
    ("price", "item_id", "kind", "since"),
    ("pair", "item_id", "other_id"),
    ("snooze", "kind", "ref"),
    ("entry", "corrects_id"),
    ("sline", "shipment_id", "order_line_id"),
)
OURS = {"shelf", "quarantine", "dealer", "borrower", "factory", "head_office"}


class No(Exception):
    """The book must refuse this."""


def need(lawful: object, why: str = "") -> None:
    """Refuse unless."""
    if not lawful:
        raise No(why)


@dataclass(frozen=True)
class Posting:
    """One row of a ledger: goods from place to place, or money of an account. signs: +1, or -1 for a mirror."""

    ledger: str
    day: str
    qty: int
    refs: tuple[Doc, ...]
    source: int = 0
    target: int = 0
    pline: int | None = None
    sline: int | None = None
    mirror: bool = False


@dataclass
class Step:
    """What one step did: each touch of a row in order, what it posted, and what it stands on."""

    undoes: int | None = None
    command: str = ""
    cells: list[tuple[Doc, Facts | None, Facts | None]] = field(default_factory=list)
    posted: list[Posting] = field(default_factory=list)
    touched: set[Doc] = field(default_factory=set)
    final: bool = False


class Core:
    """Documents, ledgers, steps; what a step is, and taking one back."""

    def __init__(self, today: date) -> None:
        self.docs: dict[Doc, Facts] = {}
        self.void: dict[Doc, Facts] = {}
        self.pinned: set[Doc] = set()
        self.goods: Counter[tuple[int, int]] = Counter()
        self.money: Counter[tuple[int, str]] = Counter()
        self.received: Counter[int] = Counter()
        self.accepted: Counter[int] = Counter()
        self.settled: Counter[int] = Counter()
        self.moved: set[int] = set()
        self.last: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.steps: dict[int, Step] = {}
        self.position = 0
        self.closed = ""
        self.today = today
        self.step = Step()
        self.why: list[object] = []

    # -- asking ------------------------------------------------------------------------------------------------------------

    @property
    def open_day(self) -> date:
        """Where postings go."""
        return max(self.today, date.fromisoformat(self.closed) + timedelta(days=1)) if self.closed else self.today

    def all(self, kind: str, /, **facts: Any) -> list[tuple[int, Facts]]:
        """The documents of a kind that stand and have these facts."""
        return [(n, doc) for (k, n), doc in sorted(self.docs.items()) if k == kind and all(doc[name] == value for name, value in facts.items())]

    def get(self, kind: str, n: Any) -> Facts:
        """A document that stands; No for another."""
        need((kind, n) in self.docs, f"no {kind} {n}")
        return self.docs[kind, n]

    # -- writing -----------------------------------------------------------------------------------------------------------

    def make(self, kind: str, /, **facts: Any) -> int:
        """A new row."""
        self.last[kind] += 1
        doc = (kind, self.last[kind])
        self._write(doc, None, facts)
        return doc[1]

    def put(self, kind: str, n: int, /, **facts: Any) -> None:
        """Facts of a row that stands; the same facts again are no touch of the row, but are one of the document it is part of."""
        old = self.docs[kind, n]
        new = old | facts
        self.step.touched |= self._documents(kind, old, new)
        if new != old:
            self._write((kind, n), old, new)

    def drop(self, kind: str, n: int) -> None:
        """Delete a row of a plain table."""
        self._write((kind, n), self.docs[kind, n], None)

    def rely(self, kind: str, n: int) -> None:
        """The step stands on a document it does not write."""
        self.step.touched.add((kind, n))

    def post(self, posting: Posting) -> None:
        """A row of a ledger: it stays for ever."""
        need(not self.closed or posting.day > self.closed, "closed day")
        self.step.posted.append(posting)
        if posting.ledger == "goods":
            item = posting.refs[0][1]
            self.goods[item, posting.source] -= posting.qty
            self.goods[item, posting.target] += posting.qty
            if posting.pline:
                self.received[posting.pline] += posting.qty
                if self.docs["place", posting.target]["kind"] == "shelf":
                    self.accepted[posting.pline] += posting.qty
        elif posting.ledger == "settled":  # a claim by a credit note
            self.settled[posting.refs[0][1]] += posting.qty
            self.settled[posting.refs[1][1]] -= posting.qty
        elif posting.ledger == "money":
            self.money[posting.refs[0][1], posting.day] += posting.qty

    def _documents(self, kind: str, *versions: Facts | None) -> set[Doc]:
        if kind not in PARENT:
            return set()
        name, parent = PARENT[kind]
        return {(parent, facts[name]) for facts in versions if facts is not None}

    def _write(self, doc: Doc, old: Facts | None, new: Facts | None) -> None:
        kind = doc[0]
        self.step.cells.append((doc, old, new))
        self.step.touched |= {doc} | self._documents(kind, old, new)
        if new is not None:
            self.docs[doc] = new
            self.void.pop(doc, None)
        else:
            del self.docs[doc]

    # -- steps -------------------------------------------------------------------------------------------------------------

    def run(self, command: str, work: Callable[[], Any], undoes: int | None = None) -> Any:
        """All of it or nothing; the rules that hold at the end of every step."""
        saved = (
            self.docs.copy(),
            self.void.copy(),
            self.pinned.copy(),
            self.goods.copy(),
            self.money.copy(),
            self.received.copy(),
            self.accepted.copy(),
            self.settled.copy(),
            self.last.copy(),
            self.numbers.copy(),
            self.closed,
        )
        self.step = Step(undoes, command)
        try:
            result = work()
            self._ends()
        except No:
            (self.docs, self.void, self.pinned, self.goods, self.money, self.received) = saved[:6]
            (self.accepted, self.settled, self.last, self.numbers, self.closed) = saved[6:]
            raise
        self.pinned |= {ref for posting in self.step.posted for ref in posting.refs}
        self.position += 1
        self.steps[self.position] = self.step
        return result

    def _ends(self) -> None:
        for item in {posting.refs[0][1] for posting in self.step.posted if posting.ledger == "goods"}:
            for (other, place), qty in self.goods.items():
                if other == item and qty < 0 and self.docs["place", place]["kind"] in OURS:
                    need(
                        self.docs["item", item]["allow_negative"] and self.docs["place", place]["kind"] in ("shelf", "quarantine"),
                        "less than nothing",
                    )
        for kind, *names in UNIQUE if any(new is not None for _doc, _old, new in self.step.cells) else ():
            seen = [tuple(doc[name] for name in names) for _n, doc in self.all(kind)]
            seen = [key for key in seen if None not in key]
            need(len(seen) == len(set(seen)), f"{kind}: twice")
        gone = {doc for doc, _old, new in self.step.cells if new is None and doc not in self.docs and doc not in self.void}
        if gone:
            need(not gone & self.pinned, "posted rows point at it")
            for doc, facts in [*self.docs.items(), *self.void.items()]:
                for name, to in POINTS.get(doc[0], {}).items():
                    need((to, facts[name]) not in gone, f"{doc} points at it")
        for kind, name, role in (("party", "salesperson_id", "salesperson"), ("item", "supplier_id", "supplier")):
            need(all(self.docs["party", doc[name]][role] for _n, doc in self.all(kind) if doc[name] and ("party", doc[name]) in self.docs), role)
        for posting in self.step.posted:
            for ref in posting.refs if not posting.mirror else ():
                need(ref in self.docs or ref[0] not in ("party", "item", "entry"), f"{ref} was taken back")
        for doc, _old, new in self.step.cells:
            if new is not None and doc in self.docs:
                for name, to in POINTS.get(doc[0], {}).items():
                    need(facts_stand(self, (to, new[name])), f"{doc} would point at what does not stand")

    def standing(self, after: int) -> list[int]:
        """Later steps that count: one that was taken back later still, and what took it back, cancel out."""
        gone: set[int] = set()
        for n in range(self.position, after, -1):
            undoes = self.steps[n].undoes if n in self.steps else None
            if n not in gone and undoes and undoes > after:
                gone |= {n, undoes}
        return [n for n in range(after + 1, self.position + 1) if n not in gone]

    def last_of(self, n: int) -> int:
        """The step to take back for a step: itself or its last redo."""
        undone_by = {step.undoes: m for m, step in self.steps.items() if step.undoes}
        chain = [n]
        while chain[-1] in undone_by:
            chain.append(undone_by[chain[-1]])
        need(len(chain) % 2, "taken back already")
        return chain[-1]

    def blockers(self, n: int) -> list[int]:
        """The later steps in the way of taking one back, newest first."""
        step = self.steps[n]
        goes = {doc for doc, old, new in step.cells if old is None or (new and old.get("merged_into_id") and not new.get("merged_into_id"))}
        pointing = self._pointing(goes)
        direct = [m for m in reversed(self.standing(n)) if self.steps[m].touched & step.touched or m in pointing]
        return direct or self._taken_back_meanwhile(n)

    def _pointing(self, goes: set[Doc]) -> set[int]:
        """The steps that made something point at what would go, where it still does."""
        found = {m for m, step in self.steps.items() if any(ref in goes for posting in step.posted for ref in posting.refs)}
        for doc, facts in [*self.docs.items(), *self.void.items()]:
            for name, to in POINTS.get(doc[0], {}).items():
                if (to, facts[name]) in goes and doc not in goes:  # a part goes with its document
                    cells = [(m, old, new) for m, step in self.steps.items() for other, old, new in step.cells if other == doc and new]
                    found |= {m for m, old, _new in cells if old is None}
                    found |= {m for m, old, new in cells if old and old[name] != facts[name] == new[name]}
        return found

    def _taken_back_meanwhile(self, n: int) -> list[int]:
        """What the rows that would come back point at was taken back by these steps."""
        back: dict[Doc, Facts | None] = {}
        for doc, old, _new in reversed(self.steps[n].cells):
            back[doc] = old
        refs = {(to, facts[name]) for doc, facts in back.items() if facts for name, to in POINTS.get(doc[0], {}).items()}
        gone = {ref for ref in refs if (ref in self.void or self.docs.get(ref, {}).get("merged_into_id")) and back.get(ref) is None}
        changed = {max(m for m, step in self.steps.items() for doc, old, _new in step.cells if doc == ref and old) for ref in gone}
        return sorted((m for m in changed if m > n), reverse=True)

    def undo(self, n: int) -> int:
        """Take back a step (of an undo: do it again). Returns the step that was really taken back."""
        need(n in self.steps, "no step of ours")
        target = self.last_of(n)
        step = self.steps[target]
        need(not step.final, "a closed day stays closed")
        self.why = [(m, self.steps[m].touched & step.touched) for m in self.blockers(target)]
        need(not self.why, "later work stands on it")
        self.run("undo", lambda: self._reverse(step), undoes=target)
        return target

    def _reverse(self, step: Step) -> None:
        self.step.touched |= step.touched  # what a step stands on, its redo will stand on as well
        for doc, old, new in reversed(step.cells):
            kind = doc[0]
            head = PARENT.get(kind)
            if (
                old is None
                and new is not None
                and (kind in NUMBERED or (head and head[1] in NUMBERED and self._new_with(step, (head[1], new[head[0]]))))
            ):
                self.void[doc] = self.docs[doc]
                self._write(doc, self.docs[doc], None)
            elif old and new and doc in self.void:  # a merge had changed it
                self.rewrite_void(doc, old)
            else:
                self._write(doc, self.docs.get(doc), old)
        opened = self.open_day.isoformat()
        for p in reversed(step.posted):
            day = opened if self.closed and p.day <= self.closed else p.day
            self.post(Posting(p.ledger, day, -p.qty, p.refs, p.source, p.target, p.pline, p.sline, not p.mirror))

    def rewrite_void(self, doc: Doc, facts: Facts) -> None:
        """A document that was taken back keeps up with merges, too."""
        self.step.cells.append((doc, self.void[doc], facts))
        self.step.touched |= {doc} | self._documents(doc[0], self.void[doc], facts)
        self.void[doc] = facts

    @staticmethod
    def _new_with(step: Step, header: Doc) -> bool:
        return any(doc == header and old is None for doc, old, _new in step.cells)

    def newest(self, *, undone: bool) -> int:
        """The step that u (undone: U) is about. No when there is none."""
        gone: set[int] = set()
        for n in range(self.position, 0, -1):
            step = self.steps.get(n)
            if step is None:
                break
            if n in gone:
                continue
            if step.undoes:
                gone.add(step.undoes)
                if undone and self._back(n):
                    return n
            elif undone:
                break
            else:
                return n
        raise No("nothing to take back")

    def _back(self, n: int) -> bool:
        """Whether an undo takes work back, and does not do it again."""
        depth = 0
        undoes = self.steps[n].undoes
        while undoes:
            depth, undoes = depth + 1, self.steps[undoes].undoes
        return depth % 2 == 1

    # -- what everything stands at -----------------------------------------------------------------------------------------

    def shipped(self) -> Counter[int]:
        """Of each order line, what left."""
        left: Counter[int] = Counter()
        for _n, line in self.all("sline"):
            if self.docs["shipment", line["shipment_id"]]["state"] in ("shipped", "arrived"):
                left[line["order_line_id"]] += line["qty"]
        return left

    def reserved(self) -> dict[int, int]:
        """Order line -> what is still to be sent of it, where the order wants it."""
        left = self.shipped()
        want = {
            n: line["qty"] - line["short_closed"] - left[n] for n, line in self.all("oline") if self.order_of(line)["state"] in ("confirmed", "hold")
        }
        return {n: qty for n, qty in want.items() if qty > 0}

    def order_of(self, line: Facts) -> Facts:
        """The order of a line."""
        return self.docs["order", line["order_id"]]

    def expected(self) -> dict[int, int]:
        """Purchase line -> what is still to come."""
        want = {
            n: line["qty"] - line["short_closed"] - self.received[n]
            for n, line in self.all("pline")
            if self.docs["purchase", line["purchase_id"]]["state"] == "sent"
        }
        return {n: qty for n, qty in want.items() if qty > 0}

    def fulfil(self) -> dict[int, str]:
        """Order -> none, part, all or over."""
        left, lines = self.shipped(), defaultdict(list)
        for n, line in self.all("oline"):
            lines[line["order_id"]].append((line["qty"] - line["short_closed"], left[n]))
        found: dict[int, str] = {}
        for n, _order in self.all("order"):
            rows = lines[n]
            if sum(sent for _want, sent in rows) > sum(want for want, _sent in rows):
                found[n] = "over"
            elif rows and all(sent >= want for want, sent in rows):
                found[n] = "all"
            else:
                found[n] = "part" if any(sent for _want, sent in rows) else "none"
        return found


def facts_stand(core: Core, doc: tuple[str, int | None]) -> bool:
    """Whether what a row points at is there."""
    return doc[1] is None or doc in core.docs
