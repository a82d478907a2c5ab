"""Orders, kits on them, and their review, as the model knows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.faults.model.bills import Bills
from tests.faults.model.kinds import OPEN, Facts
from tests.faults.model.posted import need
from tests.faults.model.wares import cents, half_up

KINDS = ("sale", "contract", "sample", "made to order")
LINE = ("item", "qty", "price", "discount", "approved_by")
PLAIN: Facts = dict.fromkeys(("kit_id", "kit_pos", "kit_qty", "kit_price", "kit_discount", "return_line_id"))


def timed(who: str) -> str:
    """Who approved a price, with the walk's time of day where none was said."""
    need(not who or any(char.isalpha() for char in who))
    return who if not who or re.search(r":|[0-9]{4}", who) else f"{who} 09:30"


class Orders(Bills):
    """What customers ordered."""

    def priced(self, line: Facts, day: str, customer: int) -> tuple[int, int, str]:
        """Item, price and approval of a line."""
        item = line["item"]
        while (facts := self.get("item", item))["merged_into_id"]:
            item = facts["merged_into_id"]
        need(line["qty"] > 0 and line["qty"] % 10 ** (3 - facts["decimals"]) == 0, "quantity")
        discount = line.get("discount", 0)
        need(0 <= discount <= 10000)
        price = line.get("price")
        price = self.agreed(item, day, customer, line["qty"]) if price is None else price
        need(price is not None and price >= 0, "price")
        assert price is not None
        least = self.price(item, "floor", day)
        approved = timed(line.get("approved_by", ""))
        need(least is None or price * (10000 - discount) >= least * 10000 or approved, "floor")
        return item, price, approved

    def _line(self, order: int, pos: int, line: Facts, ordered: list[Facts] | None = None) -> list[int]:
        """A line, or those of a kit's parts; ordered: those it was ordered with."""
        facts = self.docs["order", order]
        item, price, approved = self.priced(line, facts["day"], facts["customer_id"])
        qty, discount = line["qty"], line.get("discount", 0)
        base = {"order_id": order, "short_closed": 0, "short_reason": "", "approved_by": approved} | PLAIN
        kit = self.kit_of(item, facts["day"])
        if kit is None and ordered is None:
            amount = cents(qty, price, discount)
            return [self.make("oline", pos=pos, item_id=item, qty=qty, price=price, discount=discount, amount=amount, **base)]
        group = {"kit_id": item, "kit_pos": pos, "kit_qty": qty, "kit_price": price, "kit_discount": discount, "discount": 0}
        made, parts = [], ordered if ordered is not None else [row for _n, row in self.all("kpart", kit_id=kit)]
        for n, (part, pieces, amount) in enumerate(self._split(parts, qty, cents(qty, price, discount))):
            need(pieces % 10 ** (3 - self.docs["item", part]["decimals"]) == 0, "no whole part")
            each = half_up(Fraction(amount * 100_000, pieces.numerator))
            made.append(self.make("oline", pos=pos + n, item_id=part, qty=int(pieces), price=each, amount=amount, **base | group))
        return made

    def _split(self, parts: list[Facts], qty: int, whole: int) -> list[tuple[int, Fraction, int]]:
        """Item, quantity and cents of each part of so many kits."""
        amounts = [whole * part["share"] // sum(part["share"] for part in parts) for part in parts[:-1]]
        amounts.append(whole - sum(amounts))
        return [(part["item_id"], Fraction(qty * part["qty"], 1000), amount) for part, amount in zip(parts, amounts, strict=True)]

    def _ordered(self, lines: list[int], day: str) -> list[Facts]:
        """The parts that a kit was ordered with: those of its day where they are the same, else by what each was sold for."""
        rows = [self.docs["oline", n] for n in lines]
        one = rows[0]
        kit, whole = self.kit_of(one["kit_id"], day), cents(one["kit_qty"], one["kit_price"], one["kit_discount"])
        now = [row for _n, row in self.all("kpart", kit_id=kit)] if kit is not None else []
        if now and self._split(now, one["kit_qty"], whole) == [(row["item_id"], row["qty"], row["amount"]) for row in rows]:
            return now
        free = not any(row["amount"] for row in rows)
        return [{"item_id": r["item_id"], "qty": r["qty"] * 1000 // one["kit_qty"], "share": 1 if free else r["amount"]} for r in rows]

    def take_order(
        self,
        customer: int,
        lines: list[Facts],
        wanted: date | None = None,
        salesperson: int | None = None,
        carrier: int | None = None,
        freight: int = 0,
        state: str = "confirmed",
        kind: str = "sale",
        channel: str = "",
        note: str = "",
        deal: str = "",
        quote: int | None = None,
    ) -> int:
        who = self.party(customer, "customer", follow=True)
        buyer = self.docs["party", who]
        need(buyer["block"] != "all", "blocked")
        seller = self.party(salesperson, "salesperson", follow=True) if salesperson else buyer["salesperson_id"]
        takes = self.party(carrier, "carrier", follow=True) if carrier else None
        need(state in ("draft", "review", "confirmed") and (lines or state == "draft") and freight >= 0 and kind in KINDS)
        need(wanted is None or wanted >= self.today)
        checks = self.checks_of(kind)
        facts = {"customer_id": who, "salesperson_id": seller, "carrier_id": takes, "day": self.today.isoformat(), "deal": deal, "quote_id": quote}
        order = self.make(
            "order",
            no=self.number("S", self.today),
            wanted=wanted and wanted.isoformat(),
            state="review" if checks and state == "confirmed" else state,
            reason="",
            freight=freight,
            note=note,
            kind=kind,
            channel=channel,
            over_limit=None,
            **facts,
        )
        for pos, name in enumerate(checks, 1):
            self.make("rcheck", order_id=order, pos=pos, name=name, said_by="", said_at=None, no_by="", no_at=None, was_by="")
        pos = 1
        for line in lines:
            pos += len(self._line(order, pos, line))
        self._mark(order)
        self.bill_confirmed(order)
        return order

    def _mark(self, order: int) -> None:
        """By how much an order takes its customer over the limit."""
        facts = self.docs["order", order]
        limit = self.docs["party", facts["customer_id"]]["credit_limit"]
        more = self._worth(order)[1] - sum(self.bill_of(n)[1] for n, _line in self.all("oline", order_id=order)) - self.freight_billed(order)
        over = 0 if limit is None else self.balance(facts["customer_id"]) + more - limit
        self.put("order", order, over_limit=over if over > 0 else None)

    def _worth(self, order: int) -> tuple[int, int]:
        """Its customer, and cents."""
        facts = self.docs["order", order]
        return facts["customer_id"], self.total(order) + facts["freight"]

    def _change(self, order: int, work: Callable[[], Any]) -> Any:
        """Change an order that there is; more of it, or another customer's, is judged as one that is taken."""
        before, said = self._worth(order), self._says(order)
        done = work()
        after = self._worth(order)
        if after[0] != before[0] or after[1] > before[1]:
            need(self.docs["party", after[0]]["block"] != "all", "blocked")
            self._mark(order)
        if self._says(order) != said and self.docs["order", order]["state"] in ("draft", "review"):
            for n, row in self.all("rcheck", order_id=order):
                if row["said_by"]:
                    self.put("rcheck", n, said_by="", said_at=None, was_by=row["said_by"])
        self.changed(order)
        return done

    def _says(self, order: int) -> tuple[Any, ...]:
        """What a review says yes to."""
        head = self.docs["order", order]
        lines = sorted((row for _n, row in self.all("oline", order_id=order)), key=lambda row: row["pos"])
        sold = [tuple(row[name] for name in ("item_id", "qty", "price", "discount", "kit_id")) for row in lines]
        return head["customer_id"], head["wanted"], head["freight"], sold

    def opened_order(self, order: int) -> Facts:
        """An order that can still be changed."""
        facts = self.get("order", order)
        need(facts["state"] in OPEN, "not open")
        return facts

    def under_way(self, order: int) -> list[Facts]:
        """Its shipments that were not given up."""
        return [facts for _n, facts in self.all("shipment", order_id=order) if facts["state"] != "cancelled"]

    def change_order(self, order: int, **facts: Any) -> None:
        self.opened_order(order)
        self._change(order, lambda: self._change_head(order, facts))

    def _change_head(self, order: int, facts: Facts) -> None:
        old = self.opened_order(order)
        if "customer" in facts:
            facts["customer_id"] = self.party(facts.pop("customer"), "customer", follow=True)
            need(facts["customer_id"] == old["customer_id"] or (not self.under_way(order) and not self.all("claim", order_id=order)))
            ahead = [n for n, _row in self.all("payment", order_id=order) if self.ahead_of(n)]
            need(facts["customer_id"] == old["customer_id"] or not ahead, "paid ahead")
        if "wanted" in facts:
            facts["wanted"] = facts["wanted"] and facts["wanted"].isoformat()
        wanted = facts.get("wanted", old["wanted"])
        need(not wanted or wanted >= old["day"])
        need(facts.get("freight", 0) >= 0)
        need("freight" not in facts or facts["freight"] >= self.freight_billed(order))
        if facts.get("kind", old["kind"]) != old["kind"]:
            need(facts["kind"] in KINDS and old["state"] in ("draft", "review"))
            self._review_as(order, facts["kind"])
        self.put("order", order, **facts)

    def committed(self, line: int) -> int:
        """What left or is on a shipment, given up or not by its state."""
        return sum(
            row["qty"] for _n, row in self.all("sline", order_line_id=line) if self.docs["shipment", row["shipment_id"]]["state"] != "cancelled"
        )

    # -- lines -------------------------------------------------------------------------------------------------------------

    def group(self, line: int) -> list[int]:
        """The lines of the kit that a line is a part of; itself alone where it is of none."""
        row = self.docs["oline", line]
        if row["kit_id"] is None:
            return [line]
        same = self.all("oline", order_id=row["order_id"], kit_pos=row["kit_pos"])
        return [n for n, _row in sorted(same, key=lambda pair: pair[1]["pos"])]

    def add_line(self, order: int, **line: Any) -> int:
        self.opened_order(order)
        return int(self._change(order, lambda: self._add_line(order, line)))

    def _add_line(self, order: int, line: Facts) -> int:
        poses = [row["pos"] for _n, row in self.all("oline", order_id=order)]
        return self._line(order, max(poses, default=0) + 1, line)[0]

    def change_line(self, line: int, **facts: Any) -> None:
        order = self.get("oline", line)["order_id"]
        self._change(order, lambda: self._change_line(line, facts))

    def _change_line(self, line: int, facts: Facts) -> None:
        row = self.get("oline", line)
        head = self.opened_order(row["order_id"])
        old = {"item": row["item_id"]} | {name: row[name] for name in LINE[1:]}
        kit = row["kit_id"] is not None
        if kit:
            old |= {"item": row["kit_id"], "qty": row["kit_qty"], "price": row["kit_price"], "discount": row["kit_discount"]}
        given = old | facts
        net = (given["price"] or 0) * (10000 - given["discount"])
        need(given["qty"] > 0 and 0 <= given["discount"] <= 10000)
        less = net < old["price"] * (10000 - old["discount"])
        if "approved_by" not in facts and (less or given["qty"] > old["qty"] or given["item"] != old["item"]):
            given["approved_by"] = ""
        same = all(given[name] == old[name] for name in LINE)
        becomes = ("item", given["item"]) in self.docs and self.kit_of(given["item"], head["day"]) is not None
        if not same and (kit or (given["item"] != old["item"] and becomes)):
            ordered = self._ordered(self.group(line), head["day"]) if kit and given["item"] == row["kit_id"] else None
            self._write_anew(self.group(line) if kit else [line], row, given, ordered)
            return
        sent = 0 if kit else self.committed(line)
        need(given["qty"] >= sent + (0 if kit else row["short_closed"]))
        need(given["item"] == old["item"] or not sent)
        need(given["item"] == old["item"] or not self.all("cline", order_line_id=line), "billed")
        if not same:
            item, price, approved = self.priced(given, head["day"], head["customer_id"])
            amount = cents(given["qty"], price, given["discount"])
            need(not amount or row["return_line_id"] is None, "sent again for nothing")
            new = {"item_id": item, "qty": given["qty"], "price": price, "discount": given["discount"], "approved_by": approved}
            self.put("oline", line, amount=amount, **new)

    def _write_anew(self, lines: list[int], row: Facts, given: Facts, ordered: list[Facts] | None) -> None:
        """A kit in the place of its old lines."""
        order = row["order_id"]
        for n in lines:
            need(not self.committed(n) and not self.docs["oline", n]["short_closed"])
            self._named(n)
        for n in lines:
            self.drop("oline", n)
        poses = [other["pos"] for _n, other in self.all("oline", order_id=order)]
        room = min([pos for pos in poses if pos > row["pos"]], default=row["pos"] + 10**6)
        kit = self.kit_of(given["item"], self.docs["order", order]["day"])
        wide = len(ordered) if ordered is not None else len(self.all("kpart", kit_id=kit)) if kit is not None else 1
        self._line(order, row["pos"] if row["pos"] + wide <= room else max(poses, default=0) + 1, given, ordered)

    def _named(self, line: int) -> None:
        """Neither a shipment nor a claim names it."""
        need(not any(facts["order_line_id"] == line for doc, facts in [*self.docs.items(), *self.void.items()] if doc[0] == "sline"))
        need(not self.all("cline", order_line_id=line), "billed")

    def drop_line(self, line: int) -> None:
        order = self.get("oline", line)["order_id"]
        draft = self.opened_order(order)["state"] == "draft"
        self._change(order, lambda: self._drop_line(line, draft))

    def _drop_line(self, line: int, may_be_last: bool) -> None:
        order, lines = self.docs["oline", line]["order_id"], self.group(line)
        need(not any(self.committed(n) for n in lines))
        need(may_be_last or len(self.all("oline", order_id=order)) > len(lines))
        for n in lines:
            self._named(n)
        for n in lines:
            self.drop("oline", n)

    def rewrite_order(self, order: int, lines: list[Facts], **facts: Any) -> int:
        self.opened_order(order)
        self._change(order, lambda: self._rewrite(order, lines, facts))
        return order

    def _rewrite(self, order: int, lines: list[Facts], facts: Facts) -> None:
        self._change_head(order, facts)
        draft = self.docs["order", order]["state"] == "draft"
        old = [n for n, _row in self.all("oline", order_id=order)]
        named = [line["line"] for line in lines if "line" in line]
        need(len(set(named)) == len(named) and set(named) <= set(old) and lines)
        stays = {part for n in named for part in self.group(n)}
        for line in lines:
            rest = {name: value for name, value in line.items() if name != "line"}
            if "line" in line:
                self._change_line(line["line"], rest)
            else:
                self._add_line(order, rest)
        for n in old:
            if n not in stays and ("oline", n) in self.docs:
                self._drop_line(n, draft)

    def short_close(self, line: int, reason: str, qty: int | None = None) -> None:
        row = self.get("oline", line)
        need(self.opened_order(row["order_id"])["state"] in ("confirmed", "hold"))
        still = row["qty"] - row["short_closed"] - self.committed(line)
        amount = still if qty is None else qty
        need(0 < amount <= still)
        self.put("oline", line, short_closed=row["short_closed"] + amount, short_reason=reason)
        self.changed(row["order_id"])

    # -- its life ----------------------------------------------------------------------------------------------------------

    def hold(self, order: int, reason: str) -> None:
        need(self.opened_order(order)["state"] == "confirmed" and reason)
        self.put("order", order, state="hold", reason=reason)

    def release(self, order: int) -> None:
        need(self.opened_order(order)["state"] == "hold")
        self.put("order", order, state="confirmed", reason="")
        self.close_if_done(order)

    def confirm(self, order: int) -> None:
        facts = self.opened_order(order)
        need(facts["state"] in ("draft", "review") and self.all("oline", order_id=order))
        if self.all("rcheck", order_id=order, said_by=""):
            need(facts["state"] == "draft", "checks are missing")
            self.put("order", order, state="review")
            return
        need(self.docs["party", facts["customer_id"]]["block"] != "all", "blocked")
        self.put("order", order, state="confirmed")
        self.bill_confirmed(order)
        self.close_if_done(order)

    def cancel(self, order: int, reason: str) -> None:
        self.opened_order(order)
        need(not self.under_way(order) and reason)
        self.take_off(order)
        self.put("order", order, state="cancelled", reason=reason)

    # -- its review --------------------------------------------------------------------------------------------------------

    def checks_of(self, kind: str) -> list[str]:
        """The checks of a kind of order, in their order."""
        return [row["name"] for _n, row in sorted(self.all("rrule", kind=kind), key=lambda pair: pair[1]["pos"])]

    def _review_as(self, order: int, kind: str) -> None:
        names = self.checks_of(kind)
        old = {row["name"]: n for n, row in self.all("rcheck", order_id=order)}
        for name in old.keys() - set(names):
            self.drop("rcheck", old[name])
        for pos, name in enumerate(names, 1):
            if name in old:
                self.put("rcheck", old[name], pos=pos)
            else:
                self.make("rcheck", order_id=order, pos=pos, name=name, said_by="", said_at=None, no_by="", no_at=None, was_by="")

    def set_review(self, kind: str, names: list[str]) -> None:
        need(kind in KINDS and "" not in names and len({name.casefold() for name in names}) == len(names))
        old = {row["name"]: n for n, row in self.all("rrule", kind=kind)}
        for name in old.keys() - set(names):
            self.drop("rrule", old[name])
        for pos, name in enumerate(names, 1):
            if name in old:
                self.put("rrule", old[name], pos=pos)
            else:
                self.make("rrule", kind=kind, pos=pos, name=name)

    def _check(self, order: int, check: str) -> tuple[int, Facts]:
        need(self.get("order", order)["state"] in ("draft", "review"))
        found = self.all("rcheck", order_id=order, name=check)
        need(found)
        return found[0]

    def pass_check(self, order: int, check: str, by: str) -> bool:
        n, row = self._check(order, check)
        need(any(char.isalpha() for char in by) and not row["said_by"])
        self.put("rcheck", n, said_by=by, said_at=self.today, no_by="", no_at=None, was_by="")
        facts = self.docs["order", order]
        left = self.all("rcheck", order_id=order, said_by="")
        if left or facts["state"] == "draft" or self.docs["party", facts["customer_id"]]["block"] == "all":
            return False
        self.confirm(order)
        return True

    def unpass_check(self, order: int, check: str, by: str) -> None:
        n, row = self._check(order, check)
        need(row["said_by"] and any(char.isalpha() for char in by))
        self.put("rcheck", n, said_by="", said_at=None, no_by=by, no_at=self.today)
