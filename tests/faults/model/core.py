"""Documents, ledgers and steps; what a step is, and taking one back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.faults.model.kinds import NUMBERED, OURS, PARENT, POINTS, UNIQUE, Doc, Docs, Facts
from tests.faults.model.posted import No, Posting, Sent, Settled, Step, need

STATE = ("docs", "void", "pinned", "goods", "money", "received", "accepted", "settled", "sent", "bounces", "entry_day", "last", "numbers")
"""What a refused command leaves as it was."""
FORGETS = {
    "series": (("quote", "series_id"),),
    "pricelist": (("party", "price_list_id"),),
    "oline": (("cline", "order_line_id"), ("sline", "order_line_id")),
    "rline": (("cline", "return_line_id"), ("oline", "return_line_id")),
}
"""What names a part no more that is gone: papers that were taken back with it."""
POSTED_TO = ("party", "item", "entry", "claim", "payment")
"""What a row of a ledger may not name once it was taken back."""


class Core:
    """Documents, ledgers, steps; what a step is, and taking one back."""

    def __init__(self, today: date) -> None:
        self.docs = Docs()
        self.void: dict[Doc, Facts] = {}
        self.pinned: set[Doc] = set()
        self.goods: Counter[tuple[int, int]] = Counter()
        self.money: Counter[tuple[int, str]] = Counter()
        self.received: Counter[int] = Counter()
        self.accepted: Counter[int] = Counter()
        self.settled: dict[int, Settled] = {}
        self.sent: dict[int, Sent] = {}
        self.bounces: dict[int, int] = {}
        self.entry_day: dict[int, str] = {}
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
        found = self.docs.of(kind)
        for name, value in facts.items():
            found = [(n, doc) for n, doc in found if doc[name] == value]
        return list(found)

    def get(self, kind: str, n: Any) -> Facts:
        """A document that stands; No for another."""
        need((kind, n) in self.docs, f"no {kind} {n}")
        return self.docs[kind, n]

    # -- writing -----------------------------------------------------------------------------------------------------------

    def make(self, kind: str, /, **facts: Any) -> int:
        """A new row."""
        doc = (kind, self.next(kind))
        self._write(doc, None, facts)
        return doc[1]

    def next(self, kind: str) -> int:
        """The id of the next row of a kind."""
        self.last[kind] += 1
        return self.last[kind]

    def number(self, letter: str, day: date) -> str:
        """The next number of a series; one given out is gone."""
        prefix = f"{letter}-{day.year}"
        self.numbers[prefix] += 1
        return f"{prefix}-{self.numbers[prefix]:04d}"

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

    def annul(self, kind: str, n: int) -> None:
        """Take a numbered document out, which is no undo: its number and its parts stay with it."""
        parts = [doc for doc, facts in self.docs.items() if PARENT.get(doc[0], ("", ""))[1] == kind and facts[PARENT[doc[0]][0]] == n]
        for doc in [(kind, n), *parts]:
            self.void[doc] = self.docs[doc]
            self._write(doc, self.docs[doc], None)

    def rely(self, kind: str, n: int) -> None:
        """The step stands on a document it does not write."""
        self.step.touched.add((kind, n))

    def post(self, posting: Posting | Settled | Sent) -> None:
        """A row of a ledger: it stays for ever."""
        if isinstance(posting, Sent):
            self.step.posted.append(posting)
            self.sent[posting.n] = posting
            return
        if isinstance(posting, Settled):
            self.step.posted.append(posting)
            self.settled[posting.n] = posting
            self.step.made.add(("alloc", posting.n))
            return
        need(not self.closed or posting.day > self.closed, "closed day")
        if posting.ledger == "goods":
            posting = replace(posting, n=self.next("move"))
        self.step.posted.append(posting)
        if posting.ledger == "goods":
            item = posting.refs[0][1]
            self.goods[item, posting.source] -= posting.qty
            self.goods[item, posting.target] += posting.qty
            if posting.pline:
                self.received[posting.pline] += posting.qty
                if self.docs["place", posting.target]["kind"] == "shelf":
                    self.accepted[posting.pline] += posting.qty
        elif posting.ledger == "money":
            self.money[posting.refs[0][1], posting.day] += posting.qty
            entry = posting.refs[1][1]
            self.entry_day[entry] = max(self.entry_day.get(entry, ""), posting.day)

    def stands(self, allocation: int) -> bool:
        """Whether an allocation was not let go, and lets none go."""
        return self.settled[allocation].reverses is None and not any(other.reverses == allocation for other in self.settled.values())

    def open_of(self, claim: int) -> int:
        """Cents that are open of a claim."""
        took = sum(row.amount * ((row.claim == claim) - (row.credit == claim)) for row in self.settled.values())
        return int(self.docs["claim", claim]["amount"]) - took

    def ahead_of(self, payment: int) -> int:
        """Cents of a payment that no claim took."""
        facts = self.docs["payment", payment]
        took = sum(row.amount * ((row.payment == payment) - (row.refund == payment)) for row in self.settled.values())
        return int(facts["kept"] if facts["bounced_on"] else facts["amount"]) - took

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
            for child, name in FORGETS.get(kind, ()) if doc not in self.void else ():
                for other, facts in [*self.docs.items(), *self.void.items()]:
                    if other[0] == child and facts[name] == doc[1]:
                        if other in self.docs:
                            self.put(*other, **{name: None})
                        else:
                            self.rewrite_void(other, facts | {name: None})

    # -- steps -------------------------------------------------------------------------------------------------------------

    def run(self, command: str, work: Callable[[], Any], undoes: int | None = None) -> Any:
        """All of it or nothing; the rules that hold at the end of every step."""
        saved = {name: getattr(self, name).copy() for name in STATE}
        closed = self.closed
        self.step = Step(undoes, command)
        try:
            result = work()
            self._ends()
        except No:
            vars(self).update(saved)
            self.closed = closed
            raise
        self.pinned |= {ref for posting in self.step.posted for ref in posting.refs}
        self.position += 1
        self.steps[self.position] = self.step
        return result

    def _ends(self) -> None:
        for item in {posting.refs[0][1] for posting in self.step.posted if isinstance(posting, Posting) and posting.ledger == "goods"}:
            for (other, place), qty in self.goods.items():
                if other == item and qty < 0 and self.docs["place", place]["kind"] in OURS:
                    need(
                        self.docs["item", item]["allow_negative"] and self.docs["place", place]["kind"] in ("shelf", "quarantine"),
                        "less than nothing",
                    )
        written = {doc[0] for doc, _old, new in self.step.cells if new is not None}
        for kind, *names in (one for one in UNIQUE if one[0] in written):
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
                need(ref in self.docs or ref[0] not in POSTED_TO, f"{ref} was taken back")
            if isinstance(posting, Settled):
                self._not_over(posting)
        for doc, _old, new in self.step.cells:
            if new is not None and doc in self.docs:
                for name, to in POINTS.get(doc[0], {}).items():
                    need(facts_stand(self, (to, new[name])), f"{doc} would point at what does not stand")

    def _not_over(self, posting: Settled) -> None:
        """No claim is settled, and no payment spent, for more than it is."""
        for doc in posting.refs:
            if doc in self.docs and doc[0] in ("claim", "payment"):
                left, whole = self.open_of(doc[1]) if doc[0] == "claim" else self.ahead_of(doc[1]), self.docs[doc]["amount"]
                need(left * whole >= 0 and abs(left) <= abs(whole), f"more than {doc} is")

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
        direct = [m for m in reversed(self.standing(n)) if self.steps[m].touched & (step.touched | step.made) or m in pointing]
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
        for p in reversed(step.posted):
            self.post(p.back(self))

    def command_of(self, n: int) -> str:
        """The command whose work a step is: it did it, took it back or did it again."""
        undoes = self.steps[n].undoes
        return self.steps[n].command if undoes is None else self.command_of(undoes)

    def late(self, day: str) -> str:
        """A day, or where it is closed the open one."""
        return self.open_day.isoformat() if self.closed and day <= self.closed else day

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


def facts_stand(core: Core, doc: tuple[str, int | None]) -> bool:
    """Whether what a row points at is there."""
    return doc[1] is None or doc in core.docs
