"""How far an order is sent, billed and paid, and the claims that say so, as the model knows them (RULES R6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction

from tests.faults.model.kinds import Facts
from tests.faults.model.posted import need
from tests.faults.model.purchases import Purchases
from tests.faults.model.wares import half_up

AWAY = ("repair", "replace", "send back")
"""Outcomes of a return after which the goods are the customer's still."""
BACK = ("received", "inspected", "closed")


class Bills(Purchases):
    """What was sent, billed and paid of orders."""

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

    def leaving(self, item: int, day: str) -> int:
        lines = [(self.docs["oline", n], qty) for n, qty in self.reserved().items()]
        return sum(qty for line, qty in lines if line["item_id"] == item and (self.order_of(line)["wanted"] or day) <= day)

    def order_of(self, line: Facts) -> Facts:
        """The order of a line."""
        return self.docs["order", line["order_id"]]

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

    # -- worth -------------------------------------------------------------------------------------------------------------

    def bill_of(self, line: int) -> tuple[int, int]:
        """What of an order's line was billed, without what was credited for goods that came back: quantity, cents."""
        rows = [row for _n, row in self.all("cline", order_line_id=line, return_line_id=None)]
        return sum(row["qty"] for row in rows), sum(row["amount"] for row in rows)

    def came_back(self, *, sline: int | None = None, oline: int | None = None) -> int:
        """What of a line came back for good."""
        total = 0
        for _n, row in self.all("rline"):
            sent = row["shipment_line_id"]
            mine = sent is not None and (sent == sline or (oline is not None and self.docs["sline", sent]["order_line_id"] == oline))
            if mine and self.docs["return", row["return_id"]]["state"] in BACK and row["outcome"] not in AWAY:
                total += row["qty"]
        return total

    def freight_billed(self, order: int) -> int:
        """Cents of freight on its claims."""
        claims = [n for n, _claim in self.all("claim", order_id=order, kind="sale")]
        return sum(row["amount"] for n in claims for _n, row in self.all("cline", claim_id=n, item_id=None, order_line_id=None))

    @staticmethod
    def share(line: Facts, qty: int) -> int:
        """Cents that so much of a line is worth."""
        return half_up(Fraction(line["amount"] * qty, line["qty"]))

    def total(self, order: int) -> int:
        """What its lines are worth without what was closed short."""
        return sum(self.share(line, line["qty"] - line["short_closed"]) for _n, line in self.all("oline", order_id=order))

    def axes(self, order: int) -> tuple[str, str]:
        """How far an order is billed, and paid."""
        facts, lines = self.docs["order", order], self.all("oline", order_id=order)
        claims = self.all("claim", order_id=order, side="receivable")
        billed = sum(claim["amount"] for _n, claim in claims)
        settled = billed - sum(self.open_of(n) for n, _claim in claims)
        goods = sum(claim["amount"] for _n, claim in claims if claim["kind"] in ("sale", "credit"))
        ahead = sum(self.ahead_of(n) for n, _payment in self.all("payment", order_id=order))
        wanted = {n: line["qty"] - line["short_closed"] - self.came_back(oline=n) for n, line in lines}
        worth = sum(self.share(line, max(wanted[n], 0)) for n, line in lines) + facts["freight"]
        if facts["state"] == "cancelled":
            worth = 0
        if lines and goods >= min(worth, self.total(order) + facts["freight"]):
            bill = "all"
        else:
            sales = [n for n, claim in claims if claim["kind"] == "sale"]
            extra = facts["freight"] and not any(self.all("cline", claim_id=n, item_id=None) for n in sales)
            rest = any(line["amount"] and sum(row["qty"] for _n, row in self.all("cline", order_line_id=n)) < wanted[n] for n, line in lines)
            bill = "all" if (lines or goods > 0) and not (extra or rest) else "part" if goods > 0 else "none"
        due = billed if bill == "all" else max(worth, billed)
        known = lines or bill == "all"
        if known and settled + ahead > due:
            return bill, "over"
        if known and settled == due:
            return bill, "all"
        return bill, "part" if settled > 0 else "deposit" if ahead > 0 else "none"

    def returning(self, order: int) -> bool:
        """Whether a return of it is not decided and closed."""
        sent = {n for n, _facts in self.all("shipment", order_id=order)}
        still = [row for _n, row in self.all("return") if row["state"] in ("announced", "received", "inspected")]
        return any(row["order_id"] == order or row["shipment_id"] in sent for row in still)

    # -- closing -----------------------------------------------------------------------------------------------------------

    def close_if_done(self, order: int) -> None:
        """Close it when it is sent, billed and paid, and no return of it is open."""
        if ("order", order) not in self.docs:
            return
        self.rely("order", order)
        awaits = any(self.docs["oline", n]["order_id"] == order for n in self.reserved())
        if self.docs["order", order]["state"] == "confirmed" and not awaits and self.axes(order) == ("all", "all") and not self.returning(order):
            self.put("order", order, state="closed")

    def reopen_if_open(self, order: int) -> None:
        """Open it again when it is not billed and paid any more."""
        if ("order", order) not in self.docs:
            return
        self.rely("order", order)
        bill, pay = self.axes(order)
        if self.docs["order", order]["state"] == "closed" and (bill != "all" or pay not in ("all", "over")):
            self.put("order", order, state="confirmed")

    def settled_orders(self, claims: list[int], *more: int | None) -> None:
        """Those that some claims are of, and more: opened again where they are not paid any more, closed where they are."""
        for order in sorted(n for n in {self.docs["claim", n]["order_id"] for n in claims}.union(more) if n is not None):
            self.reopen_if_open(order)
            self.close_if_done(order)

    # -- billing -----------------------------------------------------------------------------------------------------------

    def bill_sent(self, order: int, shipments: list[int], day: date) -> int | None:
        """One claim over what left with these, did not come back and is on none, with the freight that is on none."""
        rows: list[Facts] = []
        gross = {n: self.bill_of(n) for n, _line in self.all("oline", order_id=order)}
        left = self.shipped()
        for shipment in shipments:
            for n, sent in self.all("sline", shipment_id=shipment):
                oline = sent["order_line_id"]
                line, (qty, paid) = self.docs["oline", oline], gross[oline]
                still = sent["qty"] - sum(row["qty"] for _n, row in self.all("cline", shipment_line_id=n, return_line_id=None))
                take = min(still - self.came_back(sline=n), left[oline] - qty)
                if sent["qty"] and take > 0:
                    amount = self.share(line, qty + take) - paid
                    gross[oline] = (qty + take, paid + amount)
                    refs = {"order_line_id": oline, "shipment_line_id": n, "item_id": line["item_id"]}
                    rows.append({"qty": take, "amount": amount} | refs)
        if rows:
            rows += self._freight(order)
        return self.bill(order, rows, day, shipments[0] if len(shipments) == 1 else None)

    def _freight(self, order: int) -> list[Facts]:
        more = self.docs["order", order]["freight"] - self.freight_billed(order)
        return [{"amount": more}] if more > 0 else []

    def bill(self, order: int, rows: list[Facts], day: date, shipment: int | None = None) -> int | None:
        """A claim of an order; what was paid ahead for it settles it, and a credit note settles its claims."""
        facts = self.docs["order", order]
        about = {"order_id": order, "shipment_id": shipment, "salesperson_id": facts["salesperson_id"]}
        if not sum(row["amount"] for row in rows):  # one line more, another less by as much: a paper each
            less, more = ([row for row in rows if row["amount"] * sign > 0] for sign in (-1, 1))
            if not more:
                return None
            self.bill(order, less, day, shipment)
            return self.bill(order, more, day, shipment)
        claim = self.over(rows, "receivable", facts["customer_id"], "sale", day=day, **about)
        if claim is None:
            return None
        if self.docs["claim", claim]["amount"] < 0:
            self.use_credit(claim)
        else:
            for n, _payment in sorted(
                self.all("payment", order_id=order, side="receivable", party_id=self.docs["claim", claim]["party_id"]),
                key=lambda pair: (pair[1]["day"], pair[0]),
            ):
                use = min(self.ahead_of(n), self.open_of(claim))
                if use > 0:
                    self.join("payment", use, self.open_day.isoformat(), claim=claim, payment=n)
        return claim

    def use_credit(self, credit: int) -> None:
        """A credit note settles what is open of its order, the oldest due first."""
        order = self.docs["claim", credit]["order_id"]
        for n in [] if order is None else self.in_turn(self.docs["claim", credit]["party_id"], "receivable", order):
            use = min(self.open_of(n), -self.open_of(credit))
            if use > 0:
                self.join("credit", use, self.open_day.isoformat(), claim=n, credit=credit)

    def bill_whole(self, order: int, day: date) -> int | None:
        """The difference between what it is worth and what was billed of it."""
        rows: list[Facts] = []
        for n, line in sorted(self.all("oline", order_id=order), key=lambda pair: pair[1]["pos"]):
            wanted, (qty, paid) = line["qty"] - line["short_closed"], self.bill_of(n)
            amount = self.share(line, wanted) - paid
            if wanted != qty or amount:
                rows.append({"order_line_id": n, "item_id": line["item_id"], "qty": wanted - qty, "amount": amount})
        return self.bill(order, rows + self._freight(order), day)

    def bill_confirmed(self, order: int) -> None:
        """A customer that is billed when the order is confirmed."""
        facts = self.docs["order", order]
        if self.docs["party", facts["customer_id"]]["bills"] == "order" and facts["state"] == "confirmed":
            self.bill_whole(order, self.early)

    def whole(self, order: int) -> bool:
        """Whether it was billed when it was confirmed: a claim names what was ordered, not what was sent."""
        sales = [n for n, _claim in self.all("claim", order_id=order, kind="sale")]
        rows = [row for n in sales for _n, row in self.all("cline", claim_id=n, shipment_line_id=None)]
        return any(row["order_line_id"] is not None for row in rows)

    def changed(self, order: int) -> None:
        """After a change: its claim follows where it was billed as a whole, and it closes where nothing is left to do."""
        if self.docs["order", order]["state"] in ("confirmed", "hold") and self.whole(order):
            self.bill_whole(order, self.early)
        self.close_if_done(order)

    def take_off(self, order: int) -> None:
        """What was billed of an order that is cancelled is credited; nothing of it may be paid."""
        claims = self.all("claim", order_id=order, side="receivable")
        paid = sum(row["amount"] - self.open_of(n) for n, row in claims) + sum(self.ahead_of(n) for n, _row in self.all("payment", order_id=order))
        need(not paid, "paid")
        rows: list[Facts] = []
        found: dict[int, int] = {}
        for n, line in self.all("cline"):
            if line["order_line_id"] is not None and self.docs["claim", line["claim_id"]]["order_id"] == order and line["return_line_id"] is None:
                found.setdefault(line["order_line_id"], n)
        for oline in sorted(found):
            qty, cents = self.bill_of(oline)
            if qty or cents:
                rows.append({"order_line_id": oline, "item_id": self.docs["oline", oline]["item_id"], "qty": -qty, "amount": -cents})
        if freight := self.freight_billed(order):
            rows.append({"amount": -freight})
        self.bill(order, rows, self.early)

    # -- by hand -----------------------------------------------------------------------------------------------------------

    def bill_order(self, order: int) -> int:
        need(self.get("order", order)["state"] in ("confirmed", "hold", "closed"))
        claim = self.bill_sent(order, self.gone(order), self.early)
        need(claim, "nothing to bill")
        self.close_if_done(order)
        assert claim is not None
        return claim

    def gone(self, order: int) -> list[int]:
        """The shipments of it that left."""
        return [n for n, facts in self.all("shipment", order_id=order) if facts["state"] in ("shipped", "arrived")]

    def bill_orders(self, orders: list[int]) -> list[int]:
        for order in orders:
            self.get("order", order)
        return self._bill_each([(order, self.gone(order)) for order in dict.fromkeys(orders)])

    def bill_shipments(self, shipments: list[int]) -> list[int]:
        for shipment in shipments:
            need(self.get("shipment", shipment)["state"] in ("shipped", "arrived"))
        return self._bill_each([(self.docs["shipment", n]["order_id"], [n]) for n in dict.fromkeys(shipments)])

    def _bill_each(self, asked: list[tuple[int, list[int]]]) -> list[int]:
        made = []
        for order, shipments in asked:
            if self.docs["order", order]["state"] in ("confirmed", "hold", "closed"):
                claim = self.bill_sent(order, shipments, self.early)
                if claim is not None:
                    made.append(claim)
                    self.close_if_done(order)
        need(made)
        return made
