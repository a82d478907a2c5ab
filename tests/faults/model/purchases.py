"""Purchases, and what we owe for them, as the model knows them."""

from __future__ import annotations

from datetime import date

from tests.faults.model.kinds import Facts
from tests.faults.model.owed import Owed
from tests.faults.model.posted import need
from tests.faults.model.wares import cents


class Purchases(Owed):
    """What was ordered from suppliers, what came, what is owed for it."""

    def expected(self) -> dict[int, int]:
        """Purchase line -> what is still to come."""
        want = {
            n: line["qty"] - line["short_closed"] - self.received[n]
            for n, line in self.all("pline")
            if self.docs["purchase", line["purchase_id"]]["state"] == "sent"
        }
        return {n: qty for n, qty in want.items() if qty > 0}

    def order_goods(self, supplier: int, lines: list[Facts]) -> int:
        need(not self.get("party", supplier)["closed"])
        self.party(supplier, "supplier")
        need(lines)
        day = self.today
        purchase = self.make("purchase", no=self.number("P", day), supplier_id=supplier, day=day.isoformat(), state="sent", note="")
        for pos, line in enumerate(lines, 1):
            facts = self.item(line["item"])
            need(line["qty"] > 0 and line["qty"] % 10 ** (3 - facts["decimals"]) == 0 and line["price"] >= 0)
            made = self.make(
                "pline",
                purchase_id=purchase,
                pos=pos,
                item_id=line["item"],
                qty=line["qty"],
                price=line["price"],
                short_closed=0,
                short_reason="",
                amount=cents(line["qty"], line["price"]),
            )
            if line.get("promised"):
                self._promise(purchase, made, line["promised"])
        if self.docs["party", supplier]["bills"] == "order":
            self._claim_purchase(purchase, {n: row["qty"] for n, row in self.all("pline", purchase_id=purchase)}, self.early)
        return purchase

    def order_wanted(self, items: list[int]) -> list[int]:
        drafts: dict[int, list[Facts]] = {}
        for item in dict.fromkeys(items):
            if (qty := self.to_order(item)) > 0:
                supplier = self.docs["item", item]["supplier_id"]
                need(supplier, "nobody to order it from")
                drafts.setdefault(supplier, []).append({"item": item, "qty": qty, "price": self.last_price(item, supplier)})
        need(drafts, "nothing to order")
        return [self.order_goods(supplier, lines) for supplier, lines in drafts.items()]

    def to_order(self, item: int) -> int:
        """What brings an item up to its minimum: shelves, and what is promised for today, less what orders want by now; less what is awaited."""
        facts = self.docs.get(("item", item))
        if facts is None or facts["minimum"] is None or facts["discontinued"] or facts["merged_into_id"]:
            return 0
        today = self.today.isoformat()
        shelf = sum(qty for (what, place), qty in self.goods.items() if what == item and self.docs["place", place]["kind"] == "shelf")
        awaited = {n: qty for n, qty in self.expected().items() if self.docs["pline", n]["item_id"] == item}
        promised = {row["purchase_line_id"]: row["promised"] for _n, row in self.all("promise")}  # the last one counts
        arriving = sum(qty for n, qty in awaited.items() if promised.get(n) == today)
        projected = shelf + arriving - self.leaving(item, today)
        return facts["minimum"] - projected - (sum(awaited.values()) - arriving) if projected <= facts["minimum"] else 0

    def leaving(self, item: int, day: str) -> int:
        """What orders want of an item by a day."""
        raise NotImplementedError

    def last_price(self, item: int, supplier: int) -> int:
        """What a supplier was last to be paid for an item."""
        rows = [
            row["price"]
            for _n, row in self.all("pline", item_id=item)
            if row["price"] and (head := self.docs["purchase", row["purchase_id"]])["supplier_id"] == supplier and head["state"] != "cancelled"
        ]
        return int(rows[-1]) if rows else 0

    def _promise(self, purchase: int, line: int, day: date) -> int:
        need(day.isoformat() >= self.docs["purchase", purchase]["day"])
        return self.make("promise", purchase_id=purchase, purchase_line_id=line, promised=day.isoformat())

    def _pline(self, line: int) -> tuple[Facts, Facts, int]:
        row = self.get("pline", line)
        purchase = self.get("purchase", row["purchase_id"])
        need(purchase["state"] != "cancelled")
        return row, purchase, row["qty"] - row["short_closed"] - self.received[line]

    def promise(self, line: int, promised: date) -> int:
        row, purchase, still = self._pline(line)
        need(still > 0 and purchase["state"] == "sent")
        return self._promise(row["purchase_id"], line, promised)

    def promise_lines(self, lines: list[int], promised: date) -> None:
        need(lines)
        for line in lines:
            self.promise(line, promised)

    def change_purchase(self, purchase: int, note: str) -> int:
        need(self.get("purchase", purchase)["state"] != "cancelled")
        self.put("purchase", purchase, note=note)
        return purchase

    def receive_goods(self, purchase: int, lines: list[Facts]) -> int:
        need(self.get("purchase", purchase)["state"] != "cancelled")
        came = [line for line in lines if line["accepted"]]
        need(came)
        for line in came:
            need(self.get("pline", line["line"])["purchase_id"] == purchase)
            self._take_in(**line)
        self.owe(purchase, {line["line"]: line["accepted"] for line in came})
        return purchase

    def receive(self, line: int, accepted: int, quarantined: int = 0, place: int | None = None, over: bool = False) -> None:
        self._take_in(line, accepted, quarantined, place, over)
        self.owe(self.docs["pline", line]["purchase_id"], {line: accepted})

    def _take_in(self, line: int, accepted: int, quarantined: int = 0, place: int | None = None, over: bool = False) -> None:
        row, _purchase, still = self._pline(line)
        need(accepted >= 0 and quarantined >= 0 and accepted + quarantined > 0)
        need(over or accepted + quarantined <= still, "more than open")
        self.rely("purchase", row["purchase_id"])
        shelf = place if place is not None else self.first("shelf")
        need(self.get("place", shelf)["kind"] == "shelf")
        for qty, target in ((accepted, shelf), (quarantined, self.first("quarantine") if quarantined else 0)):
            if qty:
                self.move(row["item_id"], self.first("supplier"), target, qty, pline=line)
        self._settle(row["purchase_id"])

    def _settle(self, purchase: int) -> None:
        if not any(self.docs["pline", n]["purchase_id"] == purchase for n in self.expected()):
            self.put("purchase", purchase, state="closed")

    def close_short(self, line: int, reason: str) -> None:
        row, _purchase, still = self._pline(line)
        need(still > 0 and reason)
        self.put("pline", line, short_closed=row["short_closed"] + still, short_reason=reason)
        self._settle(row["purchase_id"])
        self.owe(row["purchase_id"], {})

    def cancel_purchase(self, purchase: int, reason: str) -> None:
        facts = self.get("purchase", purchase)
        need(facts["state"] != "cancelled" and reason)
        need(not sum(self.received[n] for n, _row in self.all("pline", purchase_id=purchase)))
        self.put("purchase", purchase, state="cancelled", note=f"{facts['note']}; {reason}" if facts["note"] else reason)
        self.credit_rest(purchase)

    # -- what we owe for it ------------------------------------------------------------------------------------------------

    def on_claims(self, line: int) -> tuple[int, int]:
        """What of a purchase's line stands on claims: quantity, cents."""
        rows = [row for _n, row in self.all("cline", purchase_line_id=line)]
        return sum(row["qty"] for row in rows), sum(row["amount"] for row in rows)

    def _claim_purchase(self, purchase: int, until: dict[int, int], day: date) -> int | None:
        """A claim over what brings each line to so much billed."""
        facts, rows = self.docs["purchase", purchase], []
        for n, row in self.all("pline", purchase_id=purchase):
            billed, paid = self.on_claims(n)
            if until.get(n, billed) != billed:
                amount = cents(until[n], row["price"]) - paid
                rows.append({"purchase_line_id": n, "item_id": row["item_id"], "qty": until[n] - billed, "amount": amount})
        return self.over(rows, "payable", facts["supplier_id"], "purchase", day=day, purchase_id=purchase)

    def owe(self, purchase: int, accepted: dict[int, int]) -> None:
        """What was accepted is owed, unless by hand; what was billed and will not come is not."""
        if self.docs["party", self.docs["purchase", purchase]["supplier_id"]]["bills"] != "hand":
            until = {}
            for n, qty in accepted.items():
                billed = self.on_claims(n)[0]
                until[n] = billed + max(min(qty, self.accepted[n] - billed), 0)
            self._claim_purchase(purchase, until, self.open_day)
        self.credit_rest(purchase)

    def credit_rest(self, purchase: int) -> None:
        gone = self.docs["purchase", purchase]["state"] == "cancelled"
        until = {}
        for n, row in self.all("pline", purchase_id=purchase):
            wanted = max(0 if gone else row["qty"] - row["short_closed"], self.accepted[n])
            until[n] = min(self.on_claims(n)[0], wanted)
        self._claim_purchase(purchase, until, self.early)

    def bill_purchase(self, purchase: int, their_no: str = "") -> int:
        self.get("purchase", purchase)
        until = {n: max(self.accepted[n], self.on_claims(n)[0]) for n, _row in self.all("pline", purchase_id=purchase)}
        claim = self._claim_purchase(purchase, until, self.early)
        need(claim, "nothing to bill")
        assert claim is not None
        self.docs["claim", claim]["their_no"] = their_no
        self.rely("purchase", purchase)
        return claim
