"""Orders, shipments and the day book, as the model knows them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.faults.model import Facts, Posting, need
from tests.faults.model_books import MONEY, OPEN, Model, cents


def timed(who: str) -> str:
    """Who approved a price, with the walk's time of day where none was said."""
    return who if not who or ":" in who else f"{who} 09:30"


class Office(Model):
    """The whole office."""

    # -- orders ------------------------------------------------------------------------------------------------------------

    def _priced(self, line: Facts, day: str) -> tuple[int, int]:
        item = line["item"]
        while (facts := self.get("item", item))["merged_into_id"]:
            item = facts["merged_into_id"]
        need(line["qty"] > 0 and line["qty"] % 10 ** (3 - facts["decimals"]) == 0, "quantity")
        discount = line.get("discount", 0)
        need(0 <= discount <= 10000)
        price = line.get("price")
        price = self.price(item, "list", day) if price is None else price
        need(price is not None and price >= 0, "price")
        assert price is not None
        least = self.price(item, "floor", day)
        need(least is None or price * (10000 - discount) >= least * 10000 or line.get("approved_by"), "floor")
        return item, price

    def _line(self, order: int, pos: int, line: Facts) -> int:
        item, price = self._priced(line, self.docs["order", order]["day"])
        discount = line.get("discount", 0)
        return self.make(
            "oline",
            order_id=order,
            pos=pos,
            item_id=item,
            qty=line["qty"],
            price=price,
            discount=discount,
            amount=cents(line["qty"], price, discount),
            short_closed=0,
            short_reason="",
            approved_by=timed(line.get("approved_by", "")),
        )

    def take_order(
        self,
        customer: int,
        lines: list[Facts],
        wanted: date | None = None,
        salesperson: int | None = None,
        carrier: int | None = None,
        freight: int = 0,
        state: str = "confirmed",
    ) -> int:
        who = self.party(customer, "customer", follow=True)
        seller = self.party(salesperson, "salesperson", follow=True) if salesperson else self.docs["party", who]["salesperson_id"]
        takes = self.party(carrier, "carrier", follow=True) if carrier else None
        need(state in ("draft", "review", "confirmed") and (lines or state == "draft") and freight >= 0)
        need(wanted is None or wanted >= self.today)
        order = self.make(
            "order",
            no=self.number("S", self.today),
            customer_id=who,
            salesperson_id=seller,
            carrier_id=takes,
            day=self.today.isoformat(),
            wanted=wanted and wanted.isoformat(),
            state=state,
            reason="",
            freight=freight,
            note="",
        )
        for pos, line in enumerate(lines, 1):
            self._line(order, pos, line)
        return order

    def opened_order(self, order: int) -> Facts:
        """An order that can still be changed."""
        facts = self.get("order", order)
        need(facts["state"] in OPEN, "not open")
        return facts

    def under_way(self, order: int) -> list[Facts]:
        """Its shipments that were not given up."""
        return [facts for _n, facts in self.all("shipment", order_id=order) if facts["state"] != "cancelled"]

    def change_order(self, order: int, **facts: Any) -> None:
        old = self.opened_order(order)
        if "customer" in facts:
            facts["customer_id"] = self.party(facts.pop("customer"), "customer", follow=True)
            need(facts["customer_id"] == old["customer_id"] or not self.under_way(order))
        if "wanted" in facts:
            facts["wanted"] = facts["wanted"] and facts["wanted"].isoformat()
        wanted = facts.get("wanted", old["wanted"])
        need(not wanted or wanted >= old["day"])
        need(facts.get("freight", 0) >= 0)
        need(facts.get("freight", 10**15) >= self.freight_billed(order))
        self.put("order", order, **facts)
        self.close_if_done(order)

    def committed(self, line: int) -> int:
        """What left or is on a shipment, given up or not by its state."""
        return sum(
            row["qty"] for _n, row in self.all("sline", order_line_id=line) if self.docs["shipment", row["shipment_id"]]["state"] != "cancelled"
        )

    def add_line(self, order: int, **line: Any) -> int:
        self.opened_order(order)
        added = self._add_line(order, line)
        self.close_if_done(order)
        return added

    def _add_line(self, order: int, line: Facts) -> int:
        poses = [row["pos"] for _n, row in self.all("oline", order_id=order)]
        return self._line(order, max(poses, default=0) + 1, line)

    def change_line(self, line: int, **facts: Any) -> None:
        self._change_line(line, facts)
        self.close_if_done(self.docs["oline", line]["order_id"])

    def _change_line(self, line: int, facts: Facts) -> None:
        row = self.get("oline", line)
        self.opened_order(row["order_id"])
        given = {"item": row["item_id"]} | {name: row[name] for name in ("qty", "price", "discount", "approved_by")} | facts
        net = (given["price"] or 0) * (10000 - given["discount"])
        if "approved_by" not in facts and (net < row["price"] * (10000 - row["discount"]) or given["item"] != row["item_id"]):
            given["approved_by"] = ""
        need(given["qty"] > 0)
        need(given["qty"] >= self.committed(line) + row["short_closed"])
        need(given["item"] == row["item_id"] or not self.committed(line))
        same = all(given[name] == row[name] for name in ("qty", "price", "discount", "approved_by")) and given["item"] == row["item_id"]
        if not same:
            item, price = self._priced(given, self.order_of(row)["day"])
            self.put(
                "oline",
                line,
                item_id=item,
                qty=given["qty"],
                price=price,
                discount=given["discount"],
                approved_by=timed(given["approved_by"]),
                amount=cents(given["qty"], price, given["discount"]),
            )

    def drop_line(self, line: int) -> None:
        row = self.get("oline", line)
        order = self.opened_order(row["order_id"])
        need(not self.committed(line))
        need(order["state"] == "draft" or len(self.all("oline", order_id=row["order_id"])) > 1)
        need(not any(facts["order_line_id"] == line for doc, facts in [*self.docs.items(), *self.void.items()] if doc[0] == "sline"))
        self.drop("oline", line)
        self.close_if_done(row["order_id"])

    def rewrite_order(self, order: int, lines: list[Facts], **facts: Any) -> int:
        self.opened_order(order)
        self.put("order", order, **facts)
        old = [n for n, _row in self.all("oline", order_id=order)]
        named = [line["line"] for line in lines if "line" in line]
        need(len(set(named)) == len(named) and set(named) <= set(old) and lines)
        for line in lines:
            rest = {name: value for name, value in line.items() if name != "line"}
            if "line" in line:
                self._change_line(line["line"], rest)
            else:
                self._add_line(order, rest)
        for n in old:
            if n not in named:
                need(not self.committed(n))
                need(not any(row["order_line_id"] == n for doc, row in [*self.docs.items(), *self.void.items()] if doc[0] == "sline"))
                self.drop("oline", n)
        self.close_if_done(order)
        return order

    def close_if_done(self, order: int) -> None:
        """Nothing is awaited from it any more, and nothing of it is unbilled or unpaid."""
        self.rely("order", order)
        awaits = any(self.docs["oline", n]["order_id"] == order for n in self.reserved())
        if self.docs["order", order]["state"] == "confirmed" and not awaits and self.axes(order) == ("all", "all"):
            self.put("order", order, state="closed")

    # -- bills -------------------------------------------------------------------------------------------------------------

    def bill_of(self, line: int) -> tuple[int, int]:
        """What of an order's line stands on claims: quantity, cents."""
        rows = [row for _n, row in self.all("cline", order_line_id=line)]
        return sum(row["qty"] for row in rows), sum(row["amount"] for row in rows)

    def freight_billed(self, order: int) -> int:
        """Cents of freight on its claims."""
        claims = [n for n, _claim in self.all("claim", order_id=order, kind="sale")]
        return sum(row["amount"] for n in claims for _n, row in self.all("cline", claim_id=n) if row["item_id"] is None)

    @staticmethod
    def share(line: Facts, qty: int) -> int:
        """Cents that so much of a line is worth."""
        return floor(Fraction(line["amount"] * qty, line["qty"]) + Fraction(1, 2))

    def axes(self, order: int) -> tuple[str, str]:
        """How far an order is billed, and paid."""
        facts = self.docs["order", order]
        lines = self.all("oline", order_id=order)
        claims = self.all("claim", order_id=order)
        billed = sum(claim["amount"] for _n, claim in claims)
        paid = sum(self.settled[n] for n, _claim in claims)
        worth = sum(self.share(line, line["qty"] - line["short_closed"]) for _n, line in lines) + facts["freight"]
        worth = 0 if facts["state"] == "cancelled" else worth
        whole = all(self.bill_of(n)[0] >= line["qty"] - line["short_closed"] for n, line in lines if line["amount"])
        whole = whole and (not facts["freight"] or self.freight_billed(order) > 0)
        if lines and billed >= worth:
            bill = "all"
        else:
            bill = "none" if billed <= 0 else "all" if whole else "part"
        due = billed if bill == "all" else max(worth, billed)
        return bill, "over" if paid > due else "all" if lines and paid == due else "part" if paid > 0 else "none"

    def bill_sent(self, order: int, shipments: list[int]) -> int | None:
        """One claim over what left with these and is on none, with the freight that is on none."""
        facts, rows = self.docs["order", order], []
        gross = {n: self.bill_of(n) for n, _line in self.all("oline", order_id=order)}
        left = self.shipped()
        for shipment in shipments:
            for n, sent in self.all("sline", shipment_id=shipment):
                line, (qty, paid) = self.docs["oline", sent["order_line_id"]], gross[sent["order_line_id"]]
                still = sent["qty"] - sum(row["qty"] for _n, row in self.all("cline", shipment_line_id=n))
                take = min(still, left[sent["order_line_id"]] - qty)
                if sent["qty"] and take > 0:
                    amount = self.share(line, qty + take) - paid
                    gross[sent["order_line_id"]] = (qty + take, paid + amount)
                    refs = {"order_line_id": sent["order_line_id"], "shipment_line_id": n, "item_id": line["item_id"]}
                    rows.append({"qty": take, "amount": amount} | refs)
        if rows and facts["freight"] > self.freight_billed(order):
            rows.append({"qty": 0, "amount": facts["freight"] - self.freight_billed(order)})
        total = sum(row["amount"] for row in rows)
        one = shipments[0] if len(shipments) == 1 else None
        about = {"order_id": order, "shipment_id": one, "salesperson_id": facts["salesperson_id"]}
        claim = self.claim("receivable", "sale" if total > 0 else "credit", facts["customer_id"], rows, **about)
        if claim and total < 0:
            spare = -total
            for n, other in sorted(self.all("claim", order_id=order), key=lambda pair: (pair[1]["due"], pair[0])):
                use = min(spare, other["amount"] - self.settled[n]) if other["amount"] > 0 else 0
                if use > 0:
                    self.post(Posting("settled", self.open_day.isoformat(), use, (("claim", n), ("claim", claim))))
                    spare -= use
        return claim

    def bill_order(self, order: int) -> int:
        need(self.get("order", order)["state"] in ("confirmed", "hold", "closed"))
        gone = [n for n, facts in self.all("shipment", order_id=order) if facts["state"] in ("shipped", "arrived")]
        claim = self.bill_sent(order, gone)
        need(claim, "nothing to bill")
        self.close_if_done(order)
        assert claim is not None
        return claim

    def post_entry(self, kind: str, rows: list[tuple[int, int]], party: int) -> int:
        return self._post(kind, [row for row in rows if row[1]], day=self.open_day, paper=None, party=party)

    def hold(self, order: int, reason: str) -> None:
        need(self.opened_order(order)["state"] == "confirmed" and reason)
        self.put("order", order, state="hold", reason=reason)

    def release(self, order: int) -> None:
        need(self.opened_order(order)["state"] == "hold")
        self.put("order", order, state="confirmed", reason="")
        self.close_if_done(order)

    def confirm(self, order: int) -> None:
        need(self.opened_order(order)["state"] in ("draft", "review") and self.all("oline", order_id=order))
        self.put("order", order, state="confirmed")
        self.close_if_done(order)

    def cancel(self, order: int, reason: str) -> None:
        self.opened_order(order)
        need(not self.under_way(order) and reason)
        self.put("order", order, state="cancelled", reason=reason)

    def short_close(self, line: int, reason: str, qty: int | None = None) -> None:
        row = self.get("oline", line)
        need(self.opened_order(row["order_id"])["state"] in ("confirmed", "hold"))
        still = row["qty"] - row["short_closed"] - self.committed(line)
        amount = still if qty is None else qty
        need(0 < amount <= still)
        self.put("oline", line, short_closed=row["short_closed"] + amount, short_reason=reason)
        self.close_if_done(row["order_id"])

    # -- shipments ---------------------------------------------------------------------------------------------------------

    def make_shipment(self, order: int, lines: dict[int, int], place: int) -> int:
        need(self.get("order", order)["state"] == "confirmed")
        still = {n: row["qty"] - row["short_closed"] - self.committed(n) for n, row in self.all("oline", order_id=order)}
        shelf = self.get("place", place)
        need(shelf["kind"] == "shelf" and not shelf["closed"])
        need(any(qty > 0 for qty in still.values()) and lines)
        last = [
            f["carrier_id"]
            for _n, f in self.all("shipment")
            if f["carrier_id"] and self.of(f)["customer_id"] == self.docs["order", order]["customer_id"]
        ]
        shipment = self.make(
            "shipment",
            no=self.number("D", self.today),
            order_id=order,
            place_id=place,
            day=self.today.isoformat(),
            state="picking",
            carrier_id=self.docs["order", order]["carrier_id"] or (last[-1] if last else None),
            checked_by="",
            shipped_on=None,
            due_on=None,
            arrived_on=None,
            arrived_by="",
            note="",
        )
        for n, qty in lines.items():
            need(0 < qty <= still.get(n, 0))
            item = self.docs["oline", n]["item_id"]
            need(qty % 10 ** (3 - self.item(item)["decimals"]) == 0)
            self.make("sline", shipment_id=shipment, order_line_id=n, item_id=item, qty=qty, checked_qty=None)
        self.rely("order", order)
        return shipment

    def of(self, shipment: Facts) -> Facts:
        """The order of a shipment."""
        return self.docs["order", shipment["order_id"]]

    def _sline(self, line: int) -> tuple[Facts, Facts]:
        row = self.get("sline", line)
        shipment = self.get("shipment", row["shipment_id"])
        need(shipment["state"] in ("picking", "checked"))
        return row, shipment

    def _checked(self, shipment: int) -> None:
        done = all(row["checked_qty"] is not None for _n, row in self.all("sline", shipment_id=shipment))
        self.put("shipment", shipment, state="checked" if done else "picking", checked_by="Ann" if done else "")

    def change_shipment_line(self, line: int, qty: int) -> None:
        row, shipment = self._sline(line)
        ordered = self.docs["oline", row["order_line_id"]]
        most = ordered["qty"] - ordered["short_closed"] - (self.committed(row["order_line_id"]) - row["qty"])
        need(0 < qty <= most and qty % 10 ** (3 - self.item(row["item_id"])["decimals"]) == 0)
        self.put("sline", line, qty=qty, checked_qty=None)
        self.put("shipment", row["shipment_id"], state="picking", checked_by="")
        self.rely("order", shipment["order_id"])

    def drop_shipment_line(self, line: int) -> None:
        row, shipment = self._sline(line)
        need(row["qty"] and sum(other["qty"] > 0 for _n, other in self.all("sline", shipment_id=row["shipment_id"])) > 1)
        if ("sline", line) in self.pinned:  # it was sent and taken back: its moves name it
            self.put("sline", line, qty=0, checked_qty=0)
        else:
            self.drop("sline", line)
        self._checked(row["shipment_id"])
        self.rely("order", shipment["order_id"])

    def check_line(self, line: int, typed: str, qty: int) -> None:
        row, _shipment = self._sline(line)
        need(typed == self.docs["item", row["item_id"]]["code"] and qty == row["qty"])
        self.put("sline", line, checked_qty=qty)
        self._checked(row["shipment_id"])

    def ship(self, shipment: int, carrier: int | None = None) -> None:
        facts = self.get("shipment", shipment)
        need(facts["state"] == "checked" and self.of(facts)["state"] == "confirmed")
        day = self.open_day
        for n, row in self.all("sline", shipment_id=shipment):
            if not row["qty"]:
                continue
            self.move(row["item_id"], facts["place_id"], self.first("customer"), row["qty"], sline=n, day=day.isoformat())
        takes = self.party(carrier, "carrier", follow=True) if carrier else facts["carrier_id"]
        transit = self.docs["party", self.of(facts)["customer_id"]]["transit_days"]
        if transit is None and takes:
            transit = self.docs["party", takes]["transit_days"]
        due = (day + timedelta(days=transit or 0)).isoformat()
        self.put("shipment", shipment, state="shipped", shipped_on=day.isoformat(), due_on=due, carrier_id=takes)
        self.rely("order", facts["order_id"])
        if self.docs["party", self.of(facts)["customer_id"]]["bills"] != "hand":
            self.bill_sent(facts["order_id"], [shipment])
        self.close_if_done(facts["order_id"])

    def confirm_arrival(self, shipment: int, by: str) -> None:
        facts = self.get("shipment", shipment)
        need(facts["state"] == "shipped" and by and self.today.isoformat() >= facts["shipped_on"])
        self.put("shipment", shipment, state="arrived", arrived_on=self.today.isoformat(), arrived_by=by)

    def change_shipment(self, shipment: int, note: str) -> None:
        need(self.get("shipment", shipment)["state"] != "cancelled")
        self.put("shipment", shipment, note=note)

    def cancel_shipment(self, shipment: int) -> None:
        facts = self.get("shipment", shipment)
        need(facts["state"] in ("picking", "checked"))
        self.put("shipment", shipment, state="cancelled", checked_by="")
        self.rely("order", facts["order_id"])

    # -- the day book ------------------------------------------------------------------------------------------------------

    def add_account(self, code: str, name: str, kind: str) -> int:
        need(code and name)
        return self.make("account", code=code, name=name, kind=kind, closed=0)

    def change_account(self, account: int, **facts: Any) -> None:
        old = self.get("account", account)
        if facts.get("closed") and not old["closed"]:
            need(old["kind"] not in ("receivable", "payable"))
            need(old["kind"] not in MONEY or not self.holds(account))
        self.put("account", account, **{name: int(value) if name == "closed" else value for name, value in facts.items()})

    def holds(self, account: int, until: str = "9999") -> int:
        """What is in an account at the end of a day."""
        return sum(amount for (who, day), amount in self.money.items() if who == account and day <= until)

    def _account(self, n: Any, *, money: bool) -> Facts:
        facts = self.get("account", n)
        need(not facts["closed"] and (facts["kind"] in MONEY) == money)
        return facts

    def _first_account(self, kind: str) -> int:
        found = self.all("account", kind=kind, closed=0)
        need(found)
        return found[0][0]

    def _post(
        self, kind: str, rows: list[tuple[int, int]], *, day: date | None, paper: str | None, party: int | None = None, corrects: int | None = None
    ) -> int:
        on = (day or self.open_day).isoformat()
        need(on <= self.open_day.isoformat(), "still to come")
        if self.closed and on <= self.closed:
            on, paper = self.open_day.isoformat(), paper or on
        beside = paper if paper and paper != on else None
        number = self.number("E", date.fromisoformat(on))
        entry = self.make("entry", no=number, day=on, paper_day=beside, kind=kind, party_id=party, corrects_id=corrects)
        for account, amount in rows:
            self.post(Posting("money", on, amount, (("account", account), ("entry", entry))))
        return entry

    def write_entry(
        self,
        account: int,
        direction: str,
        amount: int,
        other: int | None = None,
        party: int | None = None,
        day: date | None = None,
        corrects: int | None = None,
        paper: str | None = None,
    ) -> int:
        need(amount > 0)
        self._account(account, money=True)
        other = other if other is not None else self._first_account("income" if direction == "in" else "expense")
        need(self._account(other, money=False)["kind"] not in ("opening", "receivable", "payable"))
        sign = 1 if direction == "in" else -1
        who = self.party(party, follow=True) if party is not None else None
        return self._post(direction, [(account, sign * amount), (other, -sign * amount)], day=day, paper=paper, party=who, corrects=corrects)

    def transfer_money(
        self, source: int, target: int, amount: int, day: date | None = None, corrects: int | None = None, paper: str | None = None
    ) -> int:
        need(amount > 0 and source != target)
        self._account(source, money=True)
        self._account(target, money=True)
        return self._post("transfer", [(source, -amount), (target, amount)], day=day, paper=paper, corrects=corrects)

    def open_account(self, account: int, amount: int, corrects: int | None = None, paper: str | None = None) -> int:
        self._account(account, money=True)
        need(amount)
        for n, _entry in self.all("entry", kind="opening"):
            need(self.rows(n)[0][0] != account or self.all("entry", corrects_id=n), "opened already")
        found = self.all("account", kind="opening", closed=0)
        other = found[0][0] if found else self.make("account", code="OPENING", name="Opening balances", kind="opening", closed=0)
        return self._post("opening", [(account, amount), (other, -amount)], day=None, paper=paper, corrects=corrects)

    def rows(self, entry: int) -> list[tuple[int, int]]:
        """What an entry posted when it was written."""
        steps = [*self.steps.values(), self.step]
        first = next(step for step in steps if any(doc == ("entry", entry) for doc, _old, _new in step.cells))
        return [(p.refs[0][1], p.qty) for p in first.posted if p.ledger == "money" and p.refs[1] == ("entry", entry)]

    def correct_entry(self, entry: int, **facts: Any) -> int:
        old = self.get("entry", entry)
        need(old["kind"] not in ("correction", "claim") and not self.all("entry", corrects_id=entry))
        rows = self.rows(entry)
        need(not any(self.get("account", account)["closed"] for account, _amount in rows if self.get("account", account)["kind"] in MONEY))
        paper = old["paper_day"] or old["day"]
        mirror = self._post(
            "correction", [(account, -amount) for account, amount in rows], day=None, paper=paper, party=old["party_id"], corrects=entry
        )
        if not facts:
            return mirror
        (first, amount), (second, _less) = rows
        if old["kind"] == "transfer":
            return self.transfer_money(**({"source": first, "target": second, "amount": -amount} | facts), corrects=mirror, paper=paper)
        if old["kind"] == "opening":
            return self.open_account(**({"account": first, "amount": amount} | facts), corrects=mirror, paper=paper)
        given = {"account": first, "direction": old["kind"], "amount": abs(amount), "other": second, "party": old["party_id"]} | facts
        if given["direction"] != old["kind"] and "other" not in facts:
            given["other"] = None
        return self.write_entry(**given, corrects=mirror, paper=paper)

    def _listed(self, account: int, day: date) -> bool:
        on = day.isoformat()
        return not self.docs["account", account]["closed"] or (account, on) in self.money or bool(self.holds(account, on))

    def close_day(self, day: date, counted: dict[str, int]) -> int:
        need(day <= self.today and (not self.closed or day.isoformat() > self.closed))
        for account in counted:
            need(self.get("account", int(account))["kind"] in MONEY and self._listed(int(account), day))
        for n, kept in self.all("account"):  # what was counted is kept, with what it was counted for
            if kept["kind"] in MONEY and self._listed(n, day):
                self.post(Posting("count", day.isoformat(), 0, (("account", n),)))
        self.closed = day.isoformat()
        self.step.final = True
        return self.make("dayclose", day=self.closed)
