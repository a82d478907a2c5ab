"""Parties, with contacts, addresses and what they are used for, as the model knows them."""

from __future__ import annotations

from typing import Any

from tests.faults.model.daybook import Daybook
from tests.faults.model.kinds import POINTS, ROLES, Facts
from tests.faults.model.posted import need


class People(Daybook):
    """Customers, suppliers, carriers, salespeople."""

    def add_party(
        self,
        name: str,
        roles: list[str],
        code: str | None = None,
        salesperson: int | None = None,
        transit_days: int | None = None,
        terms_days: int | None = None,
        credit_limit: int | None = None,
        block: str = "",
        bills: str = "",
        price_list: int | None = None,
    ) -> int:
        need(name and roles)
        if salesperson:
            self.party(salesperson, "salesperson")
        need(price_list is None or self.get("pricelist", price_list))
        return self.make(
            "party",
            code=code,
            name=name,
            salesperson_id=salesperson,
            transit_days=transit_days,
            terms_days=terms_days,
            credit_limit=credit_limit,
            block=block,
            bills=bills,
            price_list_id=price_list,
            closed=0,
            merged_into_id=None,
            **{role: int(role in roles) for role in ROLES},
        )

    def change_party(self, party: int, **facts: Any) -> None:
        self.party(party)
        seller = facts.pop("salesperson", None)
        if "roles" in facts:
            roles = facts.pop("roles")
            need(roles)
            for role in ROLES:
                facts[role] = int(role in roles)
                need(facts[role] or not self._used_as(party, role), "used in that role")
        if seller is not None:
            need(seller != party)
            self.party(seller, "salesperson")
            facts["salesperson_id"] = seller
        if "closed" in facts:
            facts["closed"] = int(facts["closed"])
        if "price_list" in facts:
            facts["price_list_id"] = facts.pop("price_list")
            need(facts["price_list_id"] is None or self.get("pricelist", facts["price_list_id"]))
        self.put("party", party, **facts)

    def _used_as(self, party: int, role: str) -> bool:
        uses = {
            "customer": [("order", "customer_id"), ("quote", "customer_id"), ("special", "party_id"), ("return", "customer_id")],
            "supplier": [("purchase", "supplier_id"), ("item", "supplier_id")],
            "carrier": [("order", "carrier_id"), ("shipment", "carrier_id")],
            "salesperson": [(kind, "salesperson_id") for kind in ("order", "quote", "claim", "target", "party")],
        }
        side = {"customer": "receivable", "supplier": "payable"}.get(role)
        if side and any(self.all(kind, party_id=party, side=side) for kind in ("claim", "payment")):
            return True
        return any(self.all(kind, **{name: party}) for kind, name in uses[role])

    def add_contact(self, party: int, channel: str, value: str) -> int:
        self.party(party)
        need(value)
        need(channel not in ("phone", "mobile") or any(c.isdigit() for c in value))
        return self.make("contact", party_id=party, channel=channel, value=value)

    def change_contact(self, contact: int, value: str) -> None:
        facts = self.get("contact", contact)
        self.party(facts["party_id"])
        need(value and (facts["channel"] != "phone" or any(c.isdigit() for c in value)))
        if value != facts["value"]:
            self.put("contact", contact, value=value)

    def drop_contact(self, contact: int) -> None:
        self.party(self.get("contact", contact)["party_id"])
        self.drop("contact", contact)

    def add_address(self, party: int, text: str) -> int:
        self.party(party)
        need(text)
        return self.make("address", party_id=party, text=text)

    def merge_parties(self, keep: int, gone: int) -> int:
        need(keep != gone)
        kept, left = self.docs["party", self.party(keep)], self.docs["party", self.party(gone)]
        if self.words(gone) - self.words(keep):
            self.rely("party", keep)  # it is found by more words now
        for n, row in self.all("special", party_id=gone):
            if self.all("special", party_id=keep, item_id=row["item_id"], since=row["since"], least=row["least"]):
                self.drop("special", n)
        for n, row in self.all("target", salesperson_id=gone):
            for other, same in self.all("target", salesperson_id=keep, month=row["month"]):
                self.drop("target", n)
                self.put("target", other, amount=same["amount"] + row["amount"])
        for n, _row in self.all("target", salesperson_id=gone):
            self.put("target", n, salesperson=keep)
        self._repoint("party", keep, gone)
        facts: Facts = {role: max(kept[role], left[role]) for role in ROLES}
        for name in ("salesperson_id", "transit_days", "terms_days", "price_list_id"):
            facts[name] = left[name] if kept[name] is None else kept[name]
        facts["bills"] = kept["bills"] or left["bills"]
        stops = {"": 0, "ship": 1, "bill": 2, "all": 3}
        facts["block"] = kept["block"] if stops[kept["block"]] >= stops[left["block"]] else left["block"]
        limits = [row["credit_limit"] for row in (kept, left) if row["credit_limit"] is not None]
        facts["credit_limit"] = min(limits) if limits else None
        if facts["salesperson_id"] in (keep, gone):
            facts["salesperson_id"] = None
        self.put("party", gone, closed=1, merged_into_id=keep)
        self.put("party", keep, **facts)
        return keep

    def words(self, party: int) -> set[str]:
        """Names and codes a party goes by, with those merged into it."""
        facts = self.docs["party", party]
        return {facts["name"], facts["code"] or facts["name"]}.union(*(self.words(n) for n, _row in self.all("party", merged_into_id=party)))

    def _repoint(self, to: str, keep: int, gone: int, leave: tuple[str, ...] = ()) -> None:
        for doc, _facts in sorted([*self.docs.items(), *self.void.items()], key=lambda pair: pair[0]):
            for name, target in POINTS.get(doc[0], {}).items():
                if target != to or doc[0] in leave:
                    continue
                if doc in self.docs and self.docs[doc][name] == gone:
                    self.put(*doc, **{name: keep})
                elif doc in self.void and self.void[doc][name] == gone:  # of a void document too
                    self.rewrite_void(doc, self.void[doc] | {name: keep})
