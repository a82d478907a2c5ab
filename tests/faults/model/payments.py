"""Money taken and paid, credit notes, charges and losses, as the model knows them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.faults.model.kinds import Doc, Facts
from tests.faults.model.posted import Posting, Settled, need
from tests.faults.model.returns import Returns

Picked = Any
"""None, claims in order, or claim -> cents (None: all that is open)."""
TOLERANCE = 100


class Payments(Returns):
    """Who paid what, and what that settled."""

    def _side(self, n: int, side: str) -> int:
        """A party that pays, or is paid."""
        who = self.party(n, follow=True)
        facts = self.docs["party", who]
        need(facts["customer"] if side == "receivable" else facts["supplier"] or facts["carrier"])
        return who

    def _pay(self, side: str, party: int, account: int, amount: int, day: date | None, order: int | None = None) -> int:
        """A payment and its entry; less than nothing is paid back."""
        self._account(account, money=True)
        on, sign = day or self.today, 1 if side == "receivable" else -1
        number = self.number("M", on)
        kind = "receipt" if sign * amount > 0 else "payment"
        entry = self.write(kind, [(account, sign * amount), (self.account_for(side), -sign * amount)], day=day, party=party)
        facts = {"no": number, "side": side, "party_id": party, "account_id": account, "order_id": order, "amount": amount, "entry_id": entry}
        return self.make("payment", day=on.isoformat(), bounced_on=None, bounce_entry_id=None, kept=0, **facts)

    def plan(self, turn: list[int], amount: int) -> list[tuple[int, int]]:
        """What each claim gets, in turn."""
        settled = []
        for n in turn:
            gets = min(self.open_of(n), amount)
            if gets > 0:
                settled.append((n, gets))
                amount -= gets
        return settled

    def picked(self, claims: Picked, amount: int, side: str, party: int) -> list[tuple[int, int]]:
        """What each picked claim gets."""
        wanted = claims if isinstance(claims, dict) else dict.fromkeys(claims)
        settled = []
        for n, asked in wanted.items():
            row = self.get("claim", n)
            need(row["party_id"] == party and row["side"] == side and self.open_of(n) > 0)
            gets = min(amount, self.open_of(n)) if asked is None else asked
            need(asked is None or 0 < gets <= self.open_of(n))
            need(gets <= amount)
            if gets:
                settled.append((n, gets))
                amount -= gets
        return settled

    def take_payment(
        self,
        party: int,
        account: int,
        amount: int,
        side: str = "receivable",
        day: date | None = None,
        order: int | None = None,
        claims: Picked = None,
        allocate: bool = True,
        tolerance_ok: bool = False,
    ) -> int:
        need(amount > 0)
        who = self._side(party, side)
        if order is not None:
            facts = self.get("order", order)
            need(facts["state"] != "cancelled" and facts["customer_id"] == who)
        payment = self._pay(side, who, account, amount, day, order)
        settled: list[tuple[int, int]] = []
        if claims is not None:
            settled = self.picked(claims, amount, side, who)
        elif allocate:
            settled = self.plan(self.in_turn(who, side, order), amount)
        posted = self.entry_day[self.docs["payment", payment]["entry_id"]]
        for n, gets in settled:
            self.settle("payment", gets, posted, claim=n, payment=payment)
        for n, _gets in settled if tolerance_ok and not self.ahead_of(payment) else ():
            if 0 < self.open_of(n) <= TOLERANCE:
                self._give_up(n, "difference", self.open_of(n), date.fromisoformat(posted))
        self.settled_orders([n for n, _gets in settled], order)
        return payment

    def refund(self, account: int, amount: int | None = None, credit: int | None = None, payment: int | None = None, day: date | None = None) -> int:
        need((credit is None) != (payment is None))
        source = self.get("payment", payment) if payment is not None else self.get("claim", credit)
        there = self.ahead_of(payment) if payment is not None else -self.open_of(credit or 0)
        need(there > 0)
        cents = there if amount is None else amount
        need(0 < cents <= there)
        back = self._pay(source["side"], source["party_id"], account, -cents, day)
        posted = self.entry_day[self.docs["payment", back]["entry_id"]]
        if payment is not None:
            self.settle("refund", cents, posted, payment=payment, refund=back)
        else:
            self.settle("payment", -cents, posted, claim=credit, payment=back)
        self.settled_orders([], source["order_id"])
        return back

    def bounce(self, payment: int, day: date | None = None, account: int | None = None, fee: int = 0, charged: bool = False) -> int:
        paid = self.get("payment", payment)
        need(not paid["bounced_on"])
        sign = 1 if paid["side"] == "receivable" else -1
        ours = paid["account_id"] if account is None else account
        self._account(ours, money=True)
        came = sign * paid["amount"]
        mine = [n for n, row in self.settled.items() if row.kind == "refund" and row.payment == payment and self.stands(n)]
        kept = sum(self.settled[n].amount for n in mine)
        rows = [(ours, -came), (self.account_for(paid["side"]), came - sign * kept)]
        rows += [(self.account_for("opening"), sign * kept)] if kept else []
        entry = self.write("payment" if came > 0 else "receipt", rows, day=day, party=paid["party_id"])
        posted = self.entry_day[entry]
        need(posted >= self.entry_day[paid["entry_id"]])
        own = {n: row for n, row in self.settled.items() if payment in (row.payment, row.refund) and self.stands(n) and n not in mine}
        gone = list(own)
        for n, row in self.settled.items():  # a small difference that was given up of what it settled
            if row.kind == "difference" and self.stands(n) and any(m < n and paid_for.claim == row.claim for m, paid_for in own.items()):
                gone.append(n)
        orders = {paid["order_id"]}.union(*(self.let_go(n, posted) for n in sorted(gone, reverse=True)))
        self.bounces[entry] = payment
        on = day or self.today
        self.put("payment", payment, bounced_on=on.isoformat(), bounce_entry_id=entry, kept=kept)
        if kept:
            self.claim(paid["side"], "refund", paid["party_id"], [{"amount": kept}], day=on, due=on, anyway=True)
        if fee:
            self.write_entry(ours, "out", fee, other=self.account_for("fee"), party=paid["party_id"], day=day)
            if charged and sign > 0:
                self.claim("receivable", "charge", paid["party_id"], [{"amount": fee}], day=on, anyway=True)
            elif charged:
                self.claim("payable", "credit", paid["party_id"], [{"amount": -fee}], day=on, due=on, contra="fee", anyway=True)
        self.settled_orders([], *orders)
        return entry

    def allocate(self, payment: int, claims: Picked = None) -> list[int]:
        paid = self.get("payment", payment)
        left = self.ahead_of(payment)
        need(left > 0 and paid["amount"] > 0)
        if claims is not None:
            settled = self.picked(claims, left, paid["side"], paid["party_id"])
        else:
            turn = self.in_turn(paid["party_id"], paid["side"], paid["order_id"]) if paid["order_id"] else []
            turn += [n for n in self.in_turn(paid["party_id"], paid["side"]) if n not in turn]
            settled = self.plan(turn, left)
        return self._allocated("payment", settled, payment=payment)

    def _allocated(self, kind: str, settled: list[tuple[int, int]], **source: int) -> list[int]:
        need(settled)
        today = self.open_day.isoformat()
        made = [self.settle(kind, gets, today, claim=n, **source) for n, gets in settled]
        own = self.docs["payment", source["payment"]] if "payment" in source else self.docs["claim", source["credit"]]
        self.settled_orders([n for n, _gets in settled], own["order_id"])
        return made

    def allocate_all(self, party: int, side: str = "receivable") -> list[int]:
        made: list[int] = []
        notes = [(row["due"], n) for n, row in self.all("claim", party_id=party, side=side) if self.open_of(n) < 0]
        for _due, n in sorted(notes):
            if self.in_turn(party, side):
                made += self.apply_credit(n)
        for n in [n for n, _row in self.all("payment", party_id=party, side=side) if self.ahead_of(n) > 0]:
            if self.in_turn(party, side):
                made += self.allocate(n)
        need(made)
        return made

    def release_allocation(self, allocation: int) -> int:
        need(allocation in self.settled and self.stands(allocation))
        row = self.settled[allocation]
        back = row.refund is not None or (row.claim is not None and row.amount < 0 and self.docs["claim", row.claim]["amount"] < 0 and row.payment)
        need(not back, "paid back")
        self.settled_orders([], *self.let_go(allocation, self.open_day.isoformat()))
        return self.last["alloc"]

    # -- as of a day -------------------------------------------------------------------------------------------------------

    def as_of(self, day: str) -> dict[tuple[str, int], int]:
        """What was open of every claim, and of every payment (less than nothing), at the end of a day: what was posted and settled by then."""
        known = [*self.docs.items(), *self.void.items()]
        about = {facts["entry_id"]: doc for doc, facts in known if doc[0] in ("claim", "payment")}
        about |= {entry: ("payment", n) for entry, n in self.bounces.items()}
        side = {doc: facts["side"] for doc, facts in known if doc[0] in ("claim", "payment")}
        found: Counter[Doc] = Counter()
        for step in self.steps.values():
            for row in step.posted:
                if isinstance(row, Posting) and row.ledger == "money" and row.day <= day and (doc := about.get(row.refs[1][1])):
                    if self.docs["account", row.refs[0][1]]["kind"] == side[doc]:
                        found[doc] += row.qty if side[doc] == "receivable" else -row.qty
                elif isinstance(row, Settled) and row.day <= day:
                    for name, kind, sign in (("claim", "claim", -1), ("credit", "claim", 1), ("payment", "payment", 1), ("refund", "payment", -1)):
                        if (n := getattr(row, name)) is not None:
                            found[kind, n] += sign * row.amount
        return {doc: cents for doc, cents in found.items() if cents}

    # -- without money -----------------------------------------------------------------------------------------------------

    def give_credit(
        self,
        reason: str,
        claim: int | None = None,
        party: int | None = None,
        side: str = "receivable",
        amount: int | None = None,
        settles: bool = True,
        order: int | None = None,
    ) -> int:
        need(reason and (claim is not None or party is not None) and amount is not None and amount > 0)
        assert amount is not None
        owed = self.get("claim", claim) if claim is not None else None
        need(owed is None or owed["amount"] > 0)
        credited = sum(row.amount for row in self.settled.values() if row.kind == "credit" and row.claim == claim)
        need(owed is None or amount <= owed["amount"] - credited)
        if owed is not None and owed["order_id"] is not None:
            of_order = self.all("claim", order_id=owed["order_id"], side=owed["side"])
            need(amount <= sum(facts["amount"] for _n, facts in of_order))
        if owed is None and order is not None:
            facts = self.get("order", order)
            need(side == "receivable" and facts["state"] != "cancelled" and facts["customer_id"] == self.party(party or 0, "customer", follow=True))
        about: Facts = {"order_id": owed["order_id"], "salesperson_id": owed["salesperson_id"]} if owed else {"order_id": order}
        side, whose = (owed["side"], owed["party_id"]) if owed else (side, party)
        note = self.claim(side, "credit", whose or 0, [{"amount": -amount}], due=self.today, **about)
        if settles and claim is not None and self.open_of(claim) > 0:
            posted = self.entry_day[self.docs["claim", note]["entry_id"]]
            self.settle("credit", min(self.open_of(claim), amount), posted, claim=claim, credit=note)
            self.settled_orders([claim])
        return note

    def apply_credit(self, credit: int, claims: Picked = None) -> list[int]:
        note = self.get("claim", credit)
        left = -self.open_of(credit)
        need(left > 0)
        if claims is not None:
            settled = self.picked(claims, left, note["side"], note["party_id"])
        else:
            settled = self.plan(self.in_turn(note["party_id"], note["side"]), left)
        return self._allocated("credit", settled, credit=credit)

    def charge(
        self, party: int, amount: int, text: str, side: str = "receivable", day: date | None = None, due: date | None = None, order: int | None = None
    ) -> int:
        need(text and amount > 0)
        if order is not None:
            facts = self.get("order", order)
            need(facts["state"] != "cancelled" and facts["customer_id"] == self.party(party, "customer", follow=True))
        claim = self.claim(side, "charge", party, [{"amount": amount}], day=day, due=due, order_id=order)
        self.settled_orders([], order)
        return claim

    def open_claim(self, party: int, amount: int, side: str = "receivable", day: date | None = None, due: date | None = None) -> int:
        return self.claim(side, "opening", party, [{"amount": amount}], day=day, due=due)

    def give_up(self, claim: int) -> int:
        self.get("claim", claim)
        left = self.open_of(claim)
        need(left and abs(left) <= TOLERANCE)
        return self._give_up(claim, "difference", left, self.today)

    def write_off(self, claim: int, reason: str, amount: int | None = None, day: date | None = None) -> int:
        owed = self.get("claim", claim)
        need(reason and owed["side"] == "receivable" and owed["amount"] > 0)
        cents = self.open_of(claim) if amount is None else amount
        need(0 < cents <= self.open_of(claim))
        return self._give_up(claim, "bad debt", cents, day or self.today)

    def _give_up(self, claim: int, kind: str, cents: int, day: date) -> int:
        owed = self.docs["claim", claim]
        last = [row.day for row in self.settled.values() if row.claim == claim]
        on = max([day.isoformat(), self.entry_day[owed["entry_id"]], *last])
        sign = 1 if owed["side"] == "receivable" else -1
        use = "difference" if kind == "difference" else "bad_debt"
        rows = [(self.account_for(owed["side"]), -sign * cents), (self.account_for(use), sign * cents)]
        entry = self.write("given up", rows, day=date.fromisoformat(on), party=owed["party_id"])
        made = self.settle(kind, cents, self.entry_day[entry], claim=claim, entry=entry)
        self.settled_orders([], owed["order_id"])
        return made
