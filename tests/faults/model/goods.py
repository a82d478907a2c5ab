"""Places and moves of goods, as the model knows them."""

from __future__ import annotations

from typing import Any

from tests.faults.model.kinds import OURS
from tests.faults.model.posted import Posting, need
from tests.faults.model.wares import Wares


class Goods(Wares):
    """What lies where."""

    def move(
        self,
        item: int,
        source: int,
        target: int,
        qty: int,
        *,
        pline: int | None = None,
        sline: int | None = None,
        rline: int | None = None,
        day: str = "",
    ) -> None:
        facts = self.item(item)
        need(qty >= 1 and qty % 10 ** (3 - facts["decimals"]) == 0, "quantity")
        taken, given = self.get("place", source), self.get("place", target)
        need(not taken["closed"] and not given["closed"] and source != target)
        need(taken["kind"] != "quarantine" or rline or given["kind"] not in ("customer", "dealer", "borrower"), "not fit to leave")
        free = facts["allow_negative"] and taken["kind"] in ("shelf", "quarantine")
        need(taken["kind"] not in OURS or free or self.goods[item, source] >= qty, "not there")
        day = day or self.open_day.isoformat()
        need(day <= self.open_day.isoformat(), "still to come")
        refs = [("item", item), ("place", source), ("place", target)]
        refs += [("pline", pline)] if pline else []
        refs += [("sline", sline)] if sline else []
        self.post(Posting("goods", day, qty, tuple(refs), source, target, pline, sline, rline))

    def add_place(self, code: str, name: str, kind: str) -> int:
        need(code and name)
        return self.make("place", code=code, name=name, kind=kind, closed=0, party_id=None)

    def change_place(self, place: int, **facts: Any) -> int:
        old = self.get("place", place)
        if facts.get("closed") and old["kind"] in OURS:
            need(not any(qty for (_item, where), qty in self.goods.items() if where == place), "goods there")
        self.put("place", place, **{name: int(value) if name == "closed" else value for name, value in facts.items()})
        return place

    def ours(self, place: int) -> None:
        need(self.get("place", place)["kind"] in OURS and not self.get("place", place)["closed"])

    def open_stock(self, item: int, place: int, qty: int) -> None:
        self.item(item)
        self.ours(place)
        need(not self.opened(item, place), "opened already")
        self.move(item, self.first("opening"), place, qty)

    def opened(self, item: int, place: int) -> bool:
        """Whether an opening count of an item at a place stands: one more was posted than taken back."""
        openings = {n for n, _facts in self.all("place", kind="opening")}
        count = 0
        for step in [*self.steps.values(), self.step]:
            for p in step.posted:
                if isinstance(p, Posting) and p.ledger == "goods" and p.refs[0][1] == item and p.source in openings and p.target == place:
                    count += -1 if p.mirror else 1
        return count > 0

    def transfer(self, item: int, source: int, target: int, qty: int) -> None:
        self.item(item)
        self.ours(source)
        self.ours(target)
        self.move(item, source, target, qty)

    def adjust(self, item: int, place: int, counted: int, reason: str) -> None:
        facts = self.item(item)
        self.ours(place)
        need(counted >= 0 and counted % 10 ** (3 - facts["decimals"]) == 0 and reason)
        there, loss = self.goods[item, place], self.first("loss")
        need(there != counted)
        source, target = (loss, place) if counted > there else (place, loss)
        self.move(item, source, target, abs(counted - there))
