"""What comes back, as the model knows it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.faults.model.deals import Deals
from tests.faults.model.kinds import Facts
from tests.faults.model.orders import PLAIN
from tests.faults.model.posted import need
from tests.faults.model.wares import half_up

GOES = {"restock": "shelf", "scrap": "loss", "repair": "factory", "send back": "customer"}


class Returns(Deals):
    """Announced, received into quarantine, decided line by line."""

    def _sent_back(self, lines: list[Facts]) -> list[Facts]:
        need(lines)
        rows = []
        for line in lines:
            sent, item = line.get("shipment_line"), line.get("item")
            need(line["qty"] > 0)
            if sent is not None:
                item = item or self.get("sline", sent)["item_id"]
            need(item)
            need(line["qty"] % 10 ** (3 - self.item(item)["decimals"]) == 0)
            rows.append({"shipment_line_id": sent, "item_id": item, "qty": line["qty"]})
        return rows

    def _about(self, rows: list[Facts], customer: int | None) -> tuple[int, int | None, int | None]:
        """Whose they are, and the order and shipment all left with, where it is one."""
        shipments = {self.docs["sline", row["shipment_line_id"]]["shipment_id"] for row in rows if row["shipment_line_id"] is not None}
        orders = {self.docs["shipment", n]["order_id"] for n in shipments}
        whose = {self.docs["order", n]["customer_id"] for n in orders}
        if customer is not None and ("party", customer) in self.docs:
            customer = self.docs["party", customer]["merged_into_id"] or customer
        need(len(whose) < 2 and (customer is None or not whose - {customer}))
        who = next(iter(whose), customer)
        need(who is not None)
        assert who is not None
        return who, next(iter(orders)) if len(orders) == 1 else None, next(iter(shipments)) if len(shipments) == 1 else None

    def _not_too_many(self, made: int) -> None:
        for _n, row in self.all("rline", return_id=made):
            sent = row["shipment_line_id"]
            if sent is None:
                continue
            others = [other for _n, other in self.all("rline", shipment_line_id=sent)]
            back = sum(other["qty"] for other in others if self.docs["return", other["return_id"]]["state"] != "cancelled")
            line = self.docs["sline", sent]
            need(back <= (line["qty"] if self.docs["shipment", line["shipment_id"]]["shipped_on"] else 0), "more than left")

    def _touch(self, made: int) -> set[int]:
        """It stands on the shipments and orders its goods left with."""
        sent = {row["shipment_line_id"] for _n, row in self.all("rline", return_id=made)} - {None}
        shipments = {self.docs["sline", n]["shipment_id"] for n in sent}
        for n in shipments:
            self.rely("shipment", n)
            self.rely("order", self.docs["shipment", n]["order_id"])
        return {self.docs["shipment", n]["order_id"] for n in shipments}

    def announce_return(self, lines: list[Facts], customer: int | None = None, told_by: str = "") -> int:
        rows = self._sent_back(lines)
        who, order, shipment = self._about(rows, customer)
        self.party(who, "customer", follow=True)
        refs = {"customer_id": who, "order_id": order, "shipment_id": shipment}
        days = {"day": self.today.isoformat(), "received_on": None}
        made = self.make("return", no=self.number("R", self.today), state="announced", told_by=told_by, note="", **refs, **days)
        for pos, row in enumerate(rows, 1):
            self.make("rline", return_id=made, pos=pos, outcome="", cause="", goods="", wrong_model=0, note="", **row)
        self._not_too_many(made)
        self._touch(made)
        return made

    def change_return(self, goods_return: int, lines: list[Facts], told_by: str = "") -> int:
        need(self.get("return", goods_return)["state"] == "announced")
        before = self._orders(goods_return)
        rows = self._sent_back(lines)
        _who, order, shipment = self._about(rows, self.docs["return", goods_return]["customer_id"])
        old = [n for n, _row in sorted(self.all("rline", return_id=goods_return), key=lambda pair: pair[1]["pos"])]
        for n in old[len(rows) :]:
            self.drop("rline", n)
        for pos, row in enumerate(rows):
            if pos < len(old):
                self.put("rline", old[pos], pos=pos + 1, **row)
            else:
                self.make("rline", return_id=goods_return, pos=pos + 1, outcome="", cause="", goods="", wrong_model=0, note="", **row)
        self.put("return", goods_return, order_id=order, shipment_id=shipment, told_by=told_by)
        self._not_too_many(goods_return)
        for n in sorted(before | self._orders(goods_return)):
            self.close_if_done(n)
        return goods_return

    def _orders(self, made: int) -> set[int]:
        """The orders it is about."""
        order = self.docs["return", made]["order_id"]
        return self._touch(made) | ({order} if order is not None else set())

    def _end(self, made: int, state: str) -> None:
        self.put("return", made, state=state)
        for n in sorted(self._orders(made)):
            self.close_if_done(n)

    def cancel_return(self, goods_return: int) -> None:
        need(self.get("return", goods_return)["state"] == "announced")
        self._end(goods_return, "cancelled")

    def receive_return(self, goods_return: int, lines: list[Facts] | None = None, day: date | None = None, swap: bool = True) -> None:
        need(self.get("return", goods_return)["state"] == "announced")
        old = dict(self.all("rline", return_id=goods_return))
        came = {n: (row["item_id"], row["qty"]) for n, row in old.items()}
        if lines is not None:
            need(lines and all(line["line"] in old for line in lines))
            came = {line["line"]: (line.get("item") or old[line["line"]]["item_id"], line["qty"]) for line in lines}
        for n in old.keys() - came.keys():
            self.drop("rline", n)
        for n, (item, qty) in came.items():
            need(qty > 0 and qty % 10 ** (3 - self.item(item)["decimals"]) == 0)
            self.put("rline", n, item_id=item, qty=qty)
        self._not_too_many(goods_return)
        on = (day or self.open_day).isoformat()
        for n in sorted(came):
            sent = self.docs["rline", n]["shipment_line_id"]
            need(sent is None or (self.docs["shipment", self.docs["sline", sent]["shipment_id"]]["shipped_on"] or "") <= on, "it left later")
        for n in sorted(came):
            self._into_quarantine(n, swap, on)
        self.put("return", goods_return, state="received", received_on=on)
        self._touch(goods_return)

    def _into_quarantine(self, line: int, swap: bool, day: str) -> None:
        row = self.docs["rline", line]
        customers, item, qty = self.first("customer"), row["item_id"], row["qty"]
        sent = self.docs["sline", row["shipment_line_id"]] if row["shipment_line_id"] is not None else None
        quarantine = self.first("quarantine")
        if swap and sent is not None and sent["item_id"] != item:
            shelf = self.docs["shipment", sent["shipment_id"]]["place_id"]
            self.move(item, shelf, customers, qty, rline=line, day=day)
            self.move(sent["item_id"], customers, shelf, qty, rline=line, day=day)
        self.move(item, customers, quarantine, qty, rline=line, day=day)

    def decide(
        self,
        line: int,
        outcome: str,
        cause: str,
        qty: int | None = None,
        goods: str | None = None,
        amount: int | None = None,
        again: bool = False,
        note: str = "",
    ) -> None:
        row = self.get("rline", line)
        made = row["return_id"]
        head = self.get("return", made)
        need(head["state"] == "received" and not row["outcome"])
        where = outcome if outcome not in ("refund", "replace") else goods or "quarantine"
        need(goods is None or goods == where)
        part = row["qty"] if qty is None else qty
        need(0 < part <= row["qty"] and part % 10 ** (3 - self.item(row["item_id"])["decimals"]) == 0)
        if part < row["qty"]:
            pos = max(other["pos"] for _n, other in self.all("rline", return_id=made)) + 1
            rest = {"shipment_line_id": row["shipment_line_id"], "item_id": row["item_id"], "qty": row["qty"] - part, "note": row["note"]}
            self.make("rline", return_id=made, pos=pos, outcome="", cause="", goods="", wrong_model=0, **rest)
        sent = self.docs["sline", row["shipment_line_id"]] if row["shipment_line_id"] is not None else None
        wrong = sent is not None and sent["item_id"] != row["item_id"]
        facts = {"qty": part, "outcome": outcome, "cause": cause, "goods": where, "wrong_model": int(wrong), "note": note or row["note"]}
        self.put("rline", line, **facts)
        if where != "quarantine":
            left = self.docs["shipment", sent["shipment_id"]]["place_id"] if sent else None
            own = left if left is not None and self.docs["place", left]["kind"] == "shelf" and not self.docs["place", left]["closed"] else None
            target = own if where == "restock" and own is not None else self.first(GOES[where])
            self.move(row["item_id"], self.first("quarantine"), target, part, rline=line)
        if wrong and sent is not None and cause != "customer":
            place = self.docs["shipment", sent["shipment_id"]]["place_id"]
            given = self.docs["item", row["item_id"]]["code"]
            self._incident("wrong model", sent["item_id"], given, place, row["shipment_line_id"], line)
        if outcome == "refund":
            self._credit(line, amount)
        if outcome == "replace" and again:
            self._again(line)
        if not self.all("rline", return_id=made, outcome=""):
            self.put("return", made, state="inspected")
        self._touch(made)

    def worth(self, line: int) -> int:
        """What it is credited with: its part of what was billed for the shipment's line, or the order's; no cent twice."""
        row = self.docs["rline", line]
        if row["shipment_line_id"] is None:
            return 0
        sent = row["shipment_line_id"]
        oline = self.docs["sline", sent]["order_line_id"]
        rows, kept = [each for _n, each in self.all("cline", shipment_line_id=sent)], self.docs["sline", sent]["qty"] - self.came_back(sline=sent)
        if not sum(each["qty"] for each in rows if each["return_line_id"] is None):
            ordered = self.docs["oline", oline]
            rows = [
                each for _n, each in self.all("cline", order_line_id=oline) if each["shipment_line_id"] is None or each["return_line_id"] is not None
            ]
            kept = ordered["qty"] - ordered["short_closed"] - self.came_back(oline=oline)
        pieces = sum(each["qty"] for each in rows if each["return_line_id"] is None)
        billed = sum(each["amount"] for each in rows if each["return_line_id"] is None)
        before = -sum(each["qty"] for each in rows if each["return_line_id"] is not None)
        given = -sum(each["amount"] for each in rows if each["return_line_id"] is not None)
        if not pieces:
            return 0
        more = min(row["qty"], max(pieces - before - kept, 0))
        upto = [half_up(Fraction(billed * min(n, pieces), pieces)) for n in (before, before + more)]
        left = sum(each["amount"] for _n, each in self.all("claim", order_id=self.docs["oline", oline]["order_id"]))
        return max(min(upto[1] - upto[0], int(billed - given), int(left)), 0)

    def _credit(self, line: int, amount: int | None) -> None:
        row = self.docs["rline", line]
        made = self.docs["return", row["return_id"]]
        due = self.worth(line)
        credit = due if amount is None else amount
        need(credit > 0 and (row["shipment_line_id"] is None or credit <= due))
        sent = self.docs["sline", row["shipment_line_id"]] if row["shipment_line_id"] is not None else None
        shipment = sent["shipment_id"] if sent else None
        order = self.docs["shipment", shipment]["order_id"] if shipment is not None else made["order_id"]
        item = sent["item_id"] if sent else row["item_id"]
        about = {"order_line_id": sent["order_line_id"] if sent else None, "shipment_line_id": row["shipment_line_id"], "return_line_id": line}
        rows = [{"amount": -credit, "qty": -row["qty"], "item_id": item} | about]
        refs = {"order_id": order, "shipment_id": shipment, "return_id": row["return_id"]}
        self.use_credit(self.claim("receivable", "credit", made["customer_id"], rows, **refs))

    def _again(self, line: int) -> int:
        need(not self.all("oline", return_line_id=line), "again already")
        row = self.docs["rline", line]
        made = self.docs["return", row["return_id"]]
        sent = self.docs["sline", row["shipment_line_id"]] if row["shipment_line_id"] is not None else None
        order = self.docs["shipment", sent["shipment_id"]]["order_id"] if sent else made["order_id"]
        old = self.docs.get(("order", order)) if order is not None else None
        if old is None or old["state"] in ("cancelled", "draft"):
            deal = (old["deal"] or old["no"]) if old else ""
            order = self.take_order(made["customer_id"], [], state="draft", note=made["no"], deal=deal)
            self.put("order", order, state="confirmed")
        elif old["state"] == "closed":
            self.put("order", order, state="confirmed")
        pos = max((other["pos"] for _n, other in self.all("oline", order_id=order)), default=0) + 1
        facts = PLAIN | {"return_line_id": line, "short_closed": 0, "short_reason": "", "approved_by": "", "discount": 0}
        item = sent["item_id"] if sent else row["item_id"]
        return self.make("oline", order_id=order, pos=pos, item_id=item, qty=row["qty"], price=0, amount=0, **facts)

    def send_again(self, line: int) -> int:
        row = self.get("rline", line)
        need(self.get("return", row["return_id"])["state"] in ("received", "inspected", "closed") and row["outcome"] == "replace")
        made = self._again(line)
        self._touch(row["return_id"])
        return made

    def close_return(self, goods_return: int) -> None:
        need(self.get("return", goods_return)["state"] in ("inspected", "received"))
        need(not self.all("rline", return_id=goods_return, outcome=""))
        self._end(goods_return, "closed")
