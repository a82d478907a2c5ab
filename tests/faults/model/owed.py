"""Claims: who owes what since when, and the allocations that settle it, as the model knows them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.faults.model.goods import Goods
from tests.faults.model.kinds import Facts
from tests.faults.model.posted import Settled, need

CLAIM: Facts = dict.fromkeys(("order_id", "shipment_id", "purchase_id", "return_id", "salesperson_id")) | {"their_no": ""}
LINE: Facts = dict.fromkeys(("order_line_id", "shipment_line_id", "purchase_line_id", "return_line_id", "item_id")) | {"qty": 0}


class Owed(Goods):
    """What customers owe us, and we owe."""

    @property
    def early(self) -> date:
        """The day of a paper that is made by itself: today, or the open day where the clock was set ahead of it."""
        return min(self.today, self.open_day)

    def claim(
        self,
        side: str,
        kind: str,
        party: int,
        rows: list[Facts],
        *,
        day: date | None = None,
        due: date | None = None,
        contra: str = "",
        anyway: bool = False,
        **facts: Any,
    ) -> int:
        """Somebody owes, or is credited: the claim, its lines, its entry. anyway: what the bank did is written down of anybody."""
        owner = self.docs["party", self.party(party, "customer" if side == "receivable" and not anyway else "", follow=True)]
        need(anyway or side == "receivable" or owner["supplier"] or owner["carrier"], "nobody we owe")
        who = self.party(party, follow=True)
        amount = sum(row["amount"] for row in rows)
        need(amount, "over nothing")
        need(kind == "opening" or (amount < 0) == (kind == "credit"))
        need(anyway or not (owner["block"] in ("bill", "all") and kind in ("sale", "charge") and side == "receivable"), "blocked")
        on = day or self.today
        need(on <= self.open_day, "still to come")
        until = due or on + timedelta(days=owner["terms_days"] or 0)
        need(until >= on)
        number, sign = self.number("I" if side == "receivable" else "B", on), 1 if side == "receivable" else -1
        goods = side == "payable" and not contra and kind not in ("opening", "refund")
        charges = sum(row["amount"] for row in rows if row.get("item_id") is None) if goods else 0
        posted = [(self.account_for(side), sign * amount)]
        if contra or kind in ("opening", "refund"):
            posted.append((self.account_for(contra or "opening"), -sign * amount))
        elif amount - charges:
            posted.append((self.account_for("sales" if side == "receivable" else "goods"), -sign * (amount - charges)))
        if charges:
            posted.append((self.account_for("freight"), -sign * charges))
        entry = self.write("claim", posted, day=on, party=who)
        base = CLAIM | facts
        base["salesperson_id"] = base["salesperson_id"] or owner["salesperson_id"]
        about = {"no": number, "side": side, "kind": kind, "party_id": who, "day": on.isoformat(), "due": until.isoformat()}
        claim = self.make("claim", **about, amount=amount, entry_id=entry, **base)
        for row in rows:
            if row["amount"] or row.get("qty"):
                self.make("cline", claim_id=claim, **LINE | row)
        return claim

    def over(self, rows: list[Facts], side: str, party: int, kind: str, **facts: Any) -> int | None:
        """A claim over more, a credit note over less, none over nothing."""
        amount = sum(row["amount"] for row in rows)
        return self.claim(side, kind if amount > 0 else "credit", party, rows, **facts) if amount else None

    def name_bill(self, claim: int, their_no: str) -> None:
        self.get("claim", claim)
        self.put("claim", claim, their_no=their_no)

    # -- what settles ------------------------------------------------------------------------------------------------------

    def settled_on(self, kind: str, n: int) -> str:
        """The last day when a claim or a payment was posted or settled something."""
        names = ("claim", "credit") if kind == "claim" else ("payment", "refund")
        days = [row.day for row in self.settled.values() if n in (getattr(row, names[0]), getattr(row, names[1]))]
        return max([self.entry_day[self.docs[kind, n]["entry_id"]], *days])

    def settle(self, kind: str, amount: int, not_before: str, **refs: int | None) -> int:
        """An allocation, on the first day when all it joins was there, and nothing was settled later."""
        ends = [("claim", refs.get("claim")), ("claim", refs.get("credit")), ("payment", refs.get("payment")), ("payment", refs.get("refund"))]
        day = max([not_before, *(self.settled_on(what, n) for what, n in ends if n is not None)]) if refs.get("entry") is None else not_before
        return self.join(kind, amount, day, **refs)

    def join(self, kind: str, amount: int, day: str, **refs: int | None) -> int:
        """An allocation. It stands on what it joins, where a merge or an undo changed that, and on what was let go of it staying free."""
        for what, n in (
            ("claim", refs.get("claim")),
            ("claim", refs.get("credit")),
            ("payment", refs.get("payment")),
            ("payment", refs.get("refund")),
        ):
            changed = [
                step for step in self.steps.values() for doc, old, _new in step.cells if n is not None and doc == (what, n) and old is not None
            ]
            if any(step.command in ("merge_parties", "undo") for step in changed):
                self.rely(what, n or 0)
        named = (("claim", "claim"), ("claim", "credit"), ("credit", "credit"), ("payment", "payment"), ("refund", "refund"))
        for name, ref in named:
            for n, row in self.settled.items() if refs.get(ref) is not None else ():
                if row.reverses is not None and getattr(row, name) == refs[ref]:
                    self.rely("alloc", n)
                    self.rely("alloc", row.reverses)
        made = self.next("alloc")
        self.post(Settled(made, kind, day, amount, **refs))
        return made

    def let_go(self, allocation: int, not_before: str) -> set[int | None]:
        """The mirror of an allocation; the orders it was about."""
        row = self.settled[allocation]
        day = max(not_before, row.day)
        if row.entry is not None:
            day = self.entry_day[self.write_mirror(row.entry, date.fromisoformat(day))]
        names = {"claim": row.claim, "payment": row.payment, "credit": row.credit, "refund": row.refund, "entry": row.entry}
        self.settle(row.kind, -row.amount, day, **names, reverses=allocation)
        self.rely("alloc", allocation)
        about = (("claim", row.claim), ("claim", row.credit), ("payment", row.payment))
        return {self.docs[what, n]["order_id"] for what, n in about if n is not None}

    def in_turn(self, party: int, side: str, order: int | None = None) -> list[int]:
        """The open claims of a party, the oldest due first."""
        found = [(row["due"], n) for n, row in self.all("claim", party_id=party, side=side) if self.open_of(n) > 0]
        return [n for _due, n in sorted(found) if order is None or self.docs["claim", n]["order_id"] == order]

    def balance(self, party: int, side: str = "receivable") -> int:
        """What a party owes, less what it paid ahead."""
        owed = sum(self.open_of(n) for n, _row in self.all("claim", party_id=party, side=side))
        return owed - sum(self.ahead_of(n) for n, _row in self.all("payment", party_id=party, side=side))

    def balances(self) -> dict[tuple[int, str], int]:
        """What every party owes and is owed."""
        found: Counter[tuple[int, str]] = Counter()
        for n, row in self.all("claim"):
            found[row["party_id"], row["side"]] += self.open_of(n)
        for n, row in self.all("payment"):
            found[row["party_id"], row["side"]] -= self.ahead_of(n)
        return found

    def allocations(self) -> dict[int, tuple[Any, ...]]:
        """Every allocation, and those that let one go."""
        rows = self.settled.items()
        return {n: (a.kind, a.day, a.amount, a.claim, a.payment, a.credit, a.refund, a.entry, a.reverses) for n, a in rows}
