"""Shipments and what went wrong with them, as the model knows them."""

from __future__ import annotations

from datetime import timedelta

from tests.faults.model.kinds import Facts
from tests.faults.model.orders import Orders
from tests.faults.model.posted import need


class Shipments(Orders):
    """What is picked, checked, sent and arrives."""

    def make_shipment(self, order: int, lines: dict[int, int], place: int) -> int:
        need(self.get("order", order)["state"] == "confirmed")
        need(not self.docs["party", self.docs["order", order]["customer_id"]]["block"], "blocked")
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
        need(not self.docs["party", self.of(facts)["customer_id"]]["block"], "blocked")
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
        if self.docs["party", self.of(facts)["customer_id"]]["bills"] != "hand" and not self.whole(facts["order_id"]):
            self.bill_sent(facts["order_id"], [shipment], day)
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

    # -- what went wrong ---------------------------------------------------------------------------------------------------

    def note_near_miss(self, line: int, typed: str) -> int:
        row = self.get("sline", line)
        code = self.docs["item", row["item_id"]]["code"]
        named = [facts["code"] for _n, facts in self.all("item", merged_into_id=None) if facts["code"] == typed]
        named += [self.docs["item", facts["item_id"]]["code"] for _n, facts in self.all("alias", alias=typed)]
        need(named and named[0] != code)
        typed = named[0]
        place = self.docs["shipment", row["shipment_id"]]["place_id"]
        return self._incident("near miss", row["item_id"], typed, place, line, None)

    def note_incident(self, kind: str, item: int | None = None, given: str = "", shipment_line: int | None = None) -> int:
        if shipment_line is not None:
            self.get("sline", shipment_line)
        if item is not None:
            self.get("item", item)
        need(item is not None or given)
        place = self.docs["shipment", self.docs["sline", shipment_line]["shipment_id"]]["place_id"] if shipment_line is not None else None
        return self._incident(kind, item, given, place, shipment_line, None)

    def _incident(self, kind: str, item: int | None, given: str, place: int | None, sline: int | None, rline: int | None) -> int:
        refs = {"place_id": place, "item_id": item, "shipment_line_id": sline, "return_line_id": rline}
        return self.make("incident", kind=kind, day=self.today.isoformat(), given=given, **refs)

    def drop_incident(self, incident: int) -> None:
        self.get("incident", incident)
        self.drop("incident", incident)
