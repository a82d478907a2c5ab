"""What the book tells of any day: how old what is owed was, what was sold, what it cost, as the model reckons it (RULES R3, R4)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.faults.model.kinds import OURS, Facts
from tests.faults.model.papers import Papers
from tests.faults.model.posted import Posting
from tests.faults.model.wares import cents, half_up

AGES = ((0, "not_due"), (30, "d30"), (60, "d60"), (90, "d90"))


class Held(NamedTuple):
    """What is ours of an item: quantity, cents, and the average in 1/10,000 of a unit."""

    qty: int = 0
    worth: int = 0
    average: int = 0

    def with_average(self) -> Held:
        """The average follows where there is something."""
        return self._replace(average=half_up(Fraction(self.worth * 100_000, self.qty))) if self.qty > 0 else self


class Told(Papers):
    """Questions about a day."""

    # -- money -------------------------------------------------------------------------------------------------------------

    def aged(self, day: str, basis: str) -> dict[tuple[str, int], tuple[int, str]]:
        """What was open of each claim and payment at the end of a day, and how old that was by its due day or its own."""
        found = {}
        for doc, open_ in self.as_of(day).items():
            facts = self.docs.get(doc) or self.void[doc]
            since = facts["due"] if basis == "due" and doc[0] == "claim" else facts["day"]
            age = (date.fromisoformat(day) - date.fromisoformat(since)).days
            bucket = next((name for most, name in AGES if age <= most), "older")
            if basis == "document" and bucket == "not_due":
                bucket = "d30"
            found[doc] = (open_, "aside" if doc[0] == "payment" or open_ < 0 else bucket)
        return found

    def posted_until(self, day: str) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, str]]]:
        """What lay where, and what each account took in by day, of all that was posted until a day."""
        goods: Counter[tuple[int, int]] = Counter()
        money: Counter[tuple[int, str]] = Counter()
        for p in self.postings():
            if p.day <= day and p.ledger == "goods":
                goods[p.refs[0][1], p.source] -= p.qty
                goods[p.refs[0][1], p.target] += p.qty
            elif p.day <= day and p.ledger == "money":
                money[p.refs[0][1], p.day] += p.qty
        return goods, money

    def postings(self) -> list[Posting]:
        """Every row of the ledgers of goods and money, in the order they were made."""
        return [p for _n, step in sorted(self.steps.items()) for p in step.posted if isinstance(p, Posting)]

    # -- sold --------------------------------------------------------------------------------------------------------------

    def sold(self) -> dict[tuple[str, str, int | None, int], tuple[int, int]]:
        """What was ordered, and sold, by day, item and customer: quantity and cents."""
        found: dict[tuple[str, str, int | None, int], tuple[int, int]] = {}

        def add(what: str, day: str, item: int | None, customer: int, qty: int, amount: int) -> None:
            before = found.get((what, day, item, customer), (0, 0))
            found[what, day, item, customer] = (before[0] + qty, before[1] + amount)

        sent: Counter[int] = Counter()
        for _n, row in self.all("oline"):
            order = self.order_of(row)
            if order["state"] != "cancelled":
                left = half_up(Fraction(row["amount"] * row["short_closed"], row["qty"]))
                add("ordered", order["day"], row["item_id"], order["customer_id"], row["qty"] - row["short_closed"], row["amount"] - left)
        for _n, row in self.all("sline"):
            shipment = self.docs["shipment", row["shipment_id"]]
            if shipment["state"] in ("shipped", "arrived"):
                line, before = self.docs["oline", row["order_line_id"]], sent[row["order_line_id"]]
                sent[row["order_line_id"]] += row["qty"]
                amount = self.share(line, before + row["qty"]) - self.share(line, before)
                add("sold", shipment["shipped_on"], row["item_id"], self.of(shipment)["customer_id"], row["qty"], amount)
        for _n, row in self.all("cline"):
            claim = self.docs["claim", row["claim_id"]]
            if claim["side"] == "receivable" and (claim["kind"] == "credit" or (row["item_id"] is None and claim["kind"] in ("sale", "charge"))):
                add("sold", claim["day"], row["item_id"], claim["party_id"], row["qty"], row["amount"])
        return found

    # -- what it cost ------------------------------------------------------------------------------------------------------

    def costs(self, day: str) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
        """By item what is left and its worth at the moving average, and by move what it came in or went out at (R3)."""
        moves = [p for p in self.postings() if p.ledger == "goods" and p.day <= day]
        at = {p.n: p for p in moves}
        same = {n for p in moves if p.reverses in at and at[p.reverses].day == p.day for n in (p.n, p.reverses)}  # it never was
        held: dict[int, Held] = {}
        worth: dict[int, int] = {}
        for p in sorted((p for p in moves if p.n not in same), key=lambda p: (p.day, p.n)):
            kinds = [self.docs["place", place]["kind"] for place in (p.source, p.target)]
            came = (kinds[1] in OURS) - (kinds[0] in OURS)
            if "merge" in kinds or not came:
                continue
            item = self.now(p.refs[0][1])
            own = held.get(item, Held())
            if p.reverses is not None:
                worth[p.n] = -worth.get(p.reverses, 0)
                own = Held(own.qty + came * p.qty, own.worth + came * worth[p.n], own.average)
                own = (own if own.qty else own._replace(worth=0)).with_average()
            elif came > 0:
                own, worth[p.n] = self._in(own, p, item, kinds[0], worth, at)
            else:
                worth[p.n] = own.worth if p.qty == own.qty else half_up(Fraction(own.average * p.qty, 100_000))
                own = Held(own.qty - p.qty, own.worth - worth[p.n], own.average)
            held[item] = own
        return {item: (own.qty, own.worth) for item, own in held.items()}, worth

    def _in(self, own: Held, p: Posting, item: int, source: str, worth: dict[int, int], at: dict[int, Posting]) -> tuple[Held, int]:
        """Goods come in: back at what they left at, bought at their price, found at the average, else at the last price paid."""
        price = self.docs["pline", p.pline]["price"] if p.pline in {n for n, _row in self.all("pline")} else self._void_price(p.pline)
        left = self._left_with(p) if source == "customer" else None
        if left in worth:
            assert left is not None
            value = half_up(Fraction(worth[left] * p.qty, at[left].qty))
        elif price:
            value = cents(p.qty, price)
        elif source == "loss" and own.average:
            value = half_up(Fraction(own.average * p.qty, 100_000))
        else:
            value = half_up(Fraction((own.average or self._first_price(item)) * p.qty, 100_000))
        if own.qty >= 0:
            return Held(own.qty + p.qty, own.worth + value, own.average).with_average(), value
        qty = own.qty + p.qty  # it left before it came
        rest = half_up(Fraction(qty * value, p.qty)) if qty > 0 else half_up(Fraction(qty * own.average, 100_000))
        return Held(qty, rest, own.average).with_average(), value

    def _void_price(self, pline: int | None) -> int:
        return int(self.void["pline", pline]["price"]) if pline is not None and ("pline", pline) in self.void else 0

    def _first_price(self, item: int) -> int:
        """The price it was bought at first, of purchases that stand."""
        bought = [
            (self.docs["purchase", row["purchase_id"]]["day"], n, row["price"])
            for n, row in self.all("pline")
            if row["price"] and self.now(row["item_id"]) == item and self.docs["purchase", row["purchase_id"]]["state"] != "cancelled"
        ]
        return min(bought)[2] if bought else 0

    def _left_with(self, p: Posting) -> int | None:
        """The move that what came back left with: one of the return itself, or that of its shipment's line."""
        row: Facts | None = self.docs.get(("rline", p.rline or 0)) or self.void.get(("rline", p.rline or 0))
        if row is None:
            return None
        item = self.now(p.refs[0][1])
        out = [q for q in self.postings() if q.ledger == "goods" and q.reverses is None and self.now(q.refs[0][1]) == item]
        own = [q.n for q in out if q.rline == p.rline and self.docs["place", q.target]["kind"] == "customer" and q.n < p.n]
        sent = [q.n for q in out if q.sline is not None and q.sline == row["shipment_line_id"]]
        return max(own or sent, default=None)

    def now(self, item: int) -> int:
        """An item, or what it was merged into."""
        facts: Any = self.docs.get(("item", item)) or self.void["item", item]
        return self.now(facts["merged_into_id"]) if facts["merged_into_id"] else item
