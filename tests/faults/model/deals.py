"""Reference prices and quotes, as the model knows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faults.model.kinds import Facts
from tests.faults.model.orders import timed
from tests.faults.model.posted import need
from tests.faults.model.shipments import Shipments
from tests.faults.model.wares import cents


class Deals(Shipments):
    """What was offered, and what came of it."""

    # -- reference prices --------------------------------------------------------------------------------------------------

    def add_series(self, code: str, name: str, alert: int = 300) -> int:
        need(code and name and 1 <= alert <= 10000)
        return self.make("series", code=code, name=name, alert=alert, closed=0)

    def change_series(self, series: int, **facts: Any) -> None:
        self.get("series", series)
        self.put("series", series, **{name: int(value) if name == "closed" else value for name, value in facts.items()})

    def record_value(self, series: int, value: int, day: date | None = None) -> int:
        need(not self.get("series", series)["closed"] and value > 0)
        on = day or self.today
        need(on <= self.today)
        for n, _row in self.all("svalue", series_id=series, day=on.isoformat()):
            self.put("svalue", n, value=value)
            return n
        return self.make("svalue", series_id=series, day=on.isoformat(), value=value)

    def drop_value(self, value: int) -> None:
        self.get("svalue", value)
        self.drop("svalue", value)

    def _basis(self, series: int | None, basis: int | None, on: str) -> Facts:
        if series is None:
            need(basis is None)
            return {"series_id": None, "basis": None, "basis_day": None}
        self.get("series", series)
        if basis is None:
            rows = [(row["day"], row["value"]) for _n, row in self.all("svalue", series_id=series) if row["day"] <= on]
            need(rows)
            return {"series_id": series, "basis": max(rows)[1], "basis_day": max(rows)[0]}
        need(basis > 0)
        return {"series_id": series, "basis": basis, "basis_day": on}

    # -- quotes ------------------------------------------------------------------------------------------------------------

    def write_quote(
        self,
        customer: int,
        lines: list[Facts],
        day: date | None = None,
        asked_on: date | None = None,
        valid_until: date | None = None,
        salesperson: int | None = None,
        series: int | None = None,
        basis: int | None = None,
        note: str = "",
        deal: str = "",
        replaces: int | None = None,
    ) -> int:
        who = self.party(customer, "customer", follow=True)
        seller = self.docs["party", who]["salesperson_id"] if salesperson is None else self.party(salesperson, "salesperson", follow=True)
        on = day or self.today
        asked, until = asked_on or on, valid_until or on + timedelta(days=30)
        need(asked <= on <= until and lines and on <= self.today)
        number = self.number("Q", on)
        facts = {"customer_id": who, "salesperson_id": seller, "replaces_id": replaces} | self._basis(series, basis, on.isoformat())
        days = {"asked_on": asked.isoformat(), "day": on.isoformat(), "valid_until": until.isoformat(), "sent_on": None}
        quote = self.make("quote", no=number, deal=deal or number, state="draft", reason="", note=note, **facts, **days)
        self._qlines(quote, lines)
        return quote

    def _qlines(self, quote: int, lines: list[Facts]) -> None:
        head = self.docs["quote", quote]
        for pos, line in enumerate(lines, 1):
            item, price, approved = self.priced(line, head["day"], head["customer_id"])
            discount = line.get("discount", 0)
            amount = cents(line["qty"], price, discount)
            row = {"pos": pos, "item_id": item, "qty": line["qty"], "price": price, "discount": discount, "amount": amount}
            self.make("qline", quote_id=quote, approved_by=approved, **row)

    def _quote(self, quote: int, *states: str) -> Facts:
        facts = self.get("quote", quote)
        need(facts["state"] in states, facts["state"])
        return facts

    def change_quote(self, quote: int, **facts: Any) -> None:
        old = self._quote(quote, "draft")
        if "customer" in facts:
            facts["customer_id"] = self.party(facts.pop("customer"), "customer", follow=True)
        for name in ("asked_on", "valid_until"):
            if name in facts:
                facts[name] = facts[name].isoformat()
        now = old | facts
        need(now["asked_on"] <= now["day"] <= now["valid_until"])
        if "series" in facts:
            series = facts.pop("series")
            facts |= self._basis(series, old["basis"] if series == old["series_id"] else None, old["day"])
            if series is not None and series == old["series_id"]:
                facts["basis_day"] = old["basis_day"]
        self.put("quote", quote, **facts)

    def rewrite_quote(self, quote: int, lines: list[Facts], **facts: Any) -> int:
        self.change_quote(quote, **facts)
        need(lines)
        for n, _row in self.all("qline", quote_id=quote):
            self.drop("qline", n)
        self._qlines(quote, lines)
        return quote

    def send_quote(self, quote: int) -> None:
        facts, today = self._quote(quote, "draft"), self.today.isoformat()
        need(facts["asked_on"] <= today <= facts["valid_until"] and facts["day"] <= today)
        self.put("quote", quote, state="sent", sent_on=today)

    def revise_quote(self, quote: int, **facts: Any) -> int:
        cancelled = any(row["state"] == "cancelled" for _n, row in self.all("order", quote_id=quote))
        head = self._quote(quote, "sent", "lost", *(["won"] if cancelled else []))
        span = date.fromisoformat(head["valid_until"]) - date.fromisoformat(head["day"])
        given: Facts = {"customer": head["customer_id"], "salesperson": head["salesperson_id"], "note": head["note"], "series": head["series_id"]}
        given |= {"asked_on": self.today, "valid_until": self.today + span, "lines": self._kept(quote)}
        new = self.write_quote(deal=head["deal"], replaces=quote, **given | facts)
        self.put("quote", quote, state="replaced")
        for n, _row in self.all("order", quote_id=quote):
            self.rely("order", n)
        return new

    def lose_quote(self, quote: int, reason: str) -> None:
        self._quote(quote, "draft", "sent")
        need(reason)
        self.put("quote", quote, state="lost", reason=reason)

    def accept_quote(self, quote: int, agreed_by: str = "", kind: str = "sale", channel: str = "", wanted: date | None = None) -> int:
        head, today = self._quote(quote, "draft", "sent"), self.today.isoformat()
        who, note = timed(agreed_by), head["note"]
        need(head["asked_on"] <= today and (head["sent_on"] or "") <= today)
        need(head["valid_until"] >= today or who)
        if who:
            kept = f"{head['no']}, good until {head['valid_until']}, kept by {who}"
            note = f"{note}\n{kept}" if note else kept
        about = {"salesperson": head["salesperson_id"], "deal": head["deal"], "quote": quote, "note": note}
        order = self.take_order(head["customer_id"], self._kept(quote), kind=kind, channel=channel, wanted=wanted, **about)
        self.put("quote", quote, state="won", sent_on=head["sent_on"] or today)
        return order

    def _kept(self, quote: int) -> list[Facts]:
        """Its lines as the next paper takes them."""
        rows, no = [], self.docs["quote", quote]["no"]
        for _n, row in sorted(self.all("qline", quote_id=quote), key=lambda pair: pair[1]["pos"]):
            least = self.price(row["item_id"], "floor", self.today.isoformat()) or 0
            below = row["price"] * (10000 - row["discount"]) < least * 10000
            line = {"item": row["item_id"]} | {name: row[name] for name in ("qty", "price", "discount")}
            rows.append(line | {"approved_by": row["approved_by"] or (no if below else "")})
        return rows
