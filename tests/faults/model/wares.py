"""Items, their words, prices, substitutes and kits, as the model knows them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.faults.model.kinds import Facts
from tests.faults.model.people import People
from tests.faults.model.posted import Posting, need


def cents(qty: int, price: int, discount: int = 0) -> int:
    """Thousandths times ten-thousandths less hundredths of a percent, in cents, half up."""
    return half_up(Fraction(qty, 1000) * Fraction(price, 10_000) * (1 - Fraction(discount, 10_000)) * 100)


def half_up(value: Fraction) -> int:
    """The nearest whole; half away from nothing."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


class Wares(People):
    """What is dealt in, and for how much."""

    def add_item(
        self,
        code: str,
        name: str,
        decimals: int = 0,
        minimum: int | None = None,
        supplier: int | None = None,
        list_price: int | None = None,
        floor_price: int | None = None,
        allow_negative: bool = False,
    ) -> int:
        need(code and name)
        need(minimum is None or (minimum >= 0 and minimum % 10 ** (3 - decimals) == 0))
        if supplier:
            need(self.get("party", supplier)["supplier"] and not self.get("party", supplier)["merged_into_id"])
        item = self.make(
            "item",
            code=code,
            name=name,
            decimals=decimals,
            minimum=minimum,
            minimum_on=None if minimum is None else self.today.isoformat(),
            supplier_id=supplier,
            discontinued=0,
            merged_into_id=None,
            allow_negative=int(allow_negative),
        )
        for kind, price in (("list", list_price), ("floor", floor_price)):
            if price is not None:
                self._price(item, kind, price, self.today)
        return item

    def item(self, n: Any) -> Facts:
        """An item that was not merged away."""
        facts = self.get("item", n)
        need(not facts["merged_into_id"], "merged")
        return facts

    def change_item(self, item: int, **facts: Any) -> None:
        old = self.item(item)
        if "supplier" in facts:
            facts["supplier_id"] = facts.pop("supplier")
            need(self.get("party", facts["supplier_id"])["supplier"] and not self.get("party", facts["supplier_id"])["merged_into_id"])
        if (minimum := facts.get("minimum", old["minimum"])) is not None:
            need(minimum >= 0 and minimum % 10 ** (3 - old["decimals"]) == 0)
            need(self.kit_of(item, self.today.isoformat()) is None, "a kit is not kept in stock")
        if facts.get("minimum", old["minimum"]) != old["minimum"]:
            facts["minimum_on"] = None if facts["minimum"] is None else self.today.isoformat()
        self.put("item", item, **facts)

    def review_minimum(self, item: int, minimum: int | None) -> None:
        self.change_item(item, minimum=minimum)
        self.put("item", item, minimum_on=None if minimum is None else self.today.isoformat())

    def discontinue(self, items: list[int], discontinued: bool) -> None:
        for item in items:
            self.item(item)
            self.put("item", item, discontinued=int(discontinued))

    def add_alias(self, item: int, alias: str) -> int:
        self.item(item)
        need(not any(row["alias"] == alias for _n, row in self.all("alias")), "means another")
        return self.make("alias", item_id=item, alias=alias, party_id=None)

    def drop_alias(self, alias: int) -> None:
        self.item(self.get("alias", alias)["item_id"])
        self.drop("alias", alias)

    def add_substitute(self, item: int, other: int, note: str = "") -> int:
        self.item(item)
        self.item(other)
        low, high = sorted((item, other))
        need(low != high and not self.all("pair", item_id=low, other_id=high))
        self.rely("item", high)
        return self.make("pair", item_id=low, other_id=high, note=note)

    def drop_substitute(self, substitute: int) -> None:
        self.rely("item", self.get("pair", substitute)["other_id"])
        self.drop("pair", substitute)

    def set_price(self, item: int, kind: str, price: int, since: date) -> int:
        self.item(item)
        return self._price(item, kind, price, since)

    def _price(self, item: int, kind: str, price: int, since: date) -> int:
        need(price >= 0)
        day = since.isoformat()
        found = [n for n, _row in self.all("price", item_id=item, kind=kind, since=day)]
        if found:
            self.put("price", found[0], price=price)
        else:
            found = [self.make("price", item_id=item, kind=kind, since=day, price=price)]
        for _n, row in self.all("price", item_id=item):
            if row["since"] >= day:
                listed, least = self.price(item, "list", row["since"]), self.price(item, "floor", row["since"])
                need(listed is None or least is None or least <= listed, "floor over list")
        return found[0]

    def price(self, item: int, kind: str, day: str) -> int | None:
        """The price in force."""
        rows = [(row["since"], row["price"]) for _n, row in self.all("price", item_id=item, kind=kind) if row["since"] <= day]
        return max(rows)[1] if rows else None

    def first(self, kind: str) -> int:
        """The first open place of a kind."""
        found = self.all("place", kind=kind, closed=0)
        need(found)
        return found[0][0]

    # -- special prices ----------------------------------------------------------------------------------------------------

    def add_price_list(self, code: str, name: str) -> int:
        need(code and name)
        return self.make("pricelist", code=code, name=name)

    def change_price_list(self, price_list: int, **facts: Any) -> None:
        self.get("pricelist", price_list)
        self.put("pricelist", price_list, **facts)

    def set_special_price(
        self,
        item: int,
        price: int,
        customer: int | None = None,
        price_list: int | None = None,
        since: date | None = None,
        until: date | None = None,
        least: int = 0,
    ) -> int:
        goods = self.item(item)
        need((customer is None) != (price_list is None) and price >= 0 and least >= 0)
        whose = {"party_id": None, "price_list_id": price_list}
        if customer is not None:
            whose["party_id"] = self.party(customer, "customer", follow=True)
        else:
            self.get("pricelist", price_list)
        day = since or self.today
        need(until is None or until >= day)
        need(least % 10 ** (3 - goods["decimals"]) == 0)
        same = whose | {"item_id": item, "since": day.isoformat(), "least": least}
        rest = {"until": until and until.isoformat(), "price": price}
        for n, _row in self.all("special", **same):
            self.put("special", n, **rest)
            return n
        return self.make("special", **same, **rest)

    def drop_special_price(self, price: int) -> None:
        self.get("special", price)
        self.drop("special", price)

    def agreed(self, item: int, day: str, customer: int, qty: int) -> int | None:
        """What a customer pays for so much of an item: its own price, its list's, the list price."""
        party = self.docs["party", customer]
        found = []
        for _n, row in self.all("special", item_id=item):
            own, listed = row["party_id"] == customer, row["price_list_id"] is not None and row["price_list_id"] == party["price_list_id"]
            if (own or listed) and row["since"] <= day and (row["until"] is None or row["until"] >= day) and row["least"] <= qty:
                found.append((own, row["least"], row["since"], row["price"]))
        return max(found)[3] if found else self.price(item, "list", day)

    # -- kits --------------------------------------------------------------------------------------------------------------

    def kit_of(self, item: int, day: str) -> int | None:
        """The kit that an item is on a day."""
        begun = [(row["since"], n, row["until"]) for n, row in self.all("kit", item_id=item) if row["since"] <= day]
        if not begun:
            return None
        _since, n, until = max(begun)
        return None if until is not None and until < day else n

    def set_kit(self, item: int, parts: list[Facts], since: date | None = None) -> int:
        whole, day = self.item(item), (since or self.today).isoformat()
        need(whole["minimum"] is None, "kept in stock")
        need(not any(self.lasts(self.docs["kit", row["kit_id"]], day) for _n, row in self.all("kpart", item_id=item)), "a part itself")
        need(parts)
        for part in parts:
            other = self.item(part["item"])
            need(part["item"] != item and part["qty"] > 0 and part["qty"] % 10 ** (3 - other["decimals"]) == 0)
            need(not any(self.lasts(row, day) for _n, row in self.all("kit", item_id=part["item"])), "a kit in a kit")
        need(len({part["item"] for part in parts}) == len(parts))
        shares = []
        for part in parts:
            usual = half_up(Fraction((self.price(part["item"], "list", day) or 0) * part["qty"], 1000))
            shares.append(usual if part.get("share") is None else part["share"])
        if not sum(shares):
            need(all(part.get("share") is None for part in parts))
            shares = [1] * len(parts)
        found = self.all("kit", item_id=item, since=day)
        if found:
            kit = found[0][0]
            for n, _row in self.all("kpart", kit_id=kit):
                self.drop("kpart", n)
            self.put("kit", kit, until=None)
        else:
            kit = self.make("kit", item_id=item, since=day, until=None)
        for part, share in zip(parts, shares, strict=True):
            self.make("kpart", kit_id=kit, item_id=part["item"], qty=part["qty"], share=share)
        self.rely("item", item)
        return kit

    @staticmethod
    def lasts(kit: Facts, day: str) -> bool:
        """Whether a kit is one on a day, or will be."""
        return kit["until"] is None or bool(kit["until"] >= day)

    def end_kit(self, item: int, day: date | None = None) -> None:
        self.item(item)
        kit = self.kit_of(item, (day or self.today).isoformat())
        need(kit)
        assert kit is not None
        last = day.isoformat() if day else max((self.today - timedelta(days=1)).isoformat(), self.docs["kit", kit]["since"])
        self.put("kit", kit, until=last)
        self.rely("item", item)

    def _merge_kits(self, keep: int, gone: int) -> None:
        both = {keep, gone}
        whole = {row["item_id"] for _n, row in self.all("kit")} & both
        need(len(whole) < 2)
        for n, row in self.all("kit"):
            parts = {part["item_id"] for _n, part in self.all("kpart", kit_id=n)}
            need(not both <= parts and not (row["item_id"] in both and parts & both), "a kit of itself")
        parts = {part["item_id"] for _n, part in self.all("kpart")} & both
        need(not whole or not parts - whole, "a kit in a kit")
        limits = [self.docs["item", n]["minimum"] is not None for n in (keep, gone)]
        need(not any(limits) or not any(self.kit_of(n, self.today.isoformat()) for n in (keep, gone)), "a kit is not kept in stock")

    def merge_items(self, keep: int, gone: int) -> int:
        need(keep != gone)
        kept, left = self.item(keep), self.item(gone)
        for n, pair in self.all("pair"):
            if gone in (pair["item_id"], pair["other_id"]):
                self.drop("pair", n)
                low, high = sorted((keep, pair["item_id"] + pair["other_id"] - gone))
                if low != high and not self.all("pair", item_id=low, other_id=high):
                    self.make("pair", item_id=low, other_id=high, note=pair["note"])
        for n, row in self.all("special", item_id=gone):
            names = ("party_id", "price_list_id", "since", "least")
            if self.all("special", item_id=keep, **{name: row[name] for name in names}):
                self.drop("special", n)
        self._merge_kits(keep, gone)
        self._repoint("item", keep, gone, leave=("price",))
        if not self.all("price", item_id=keep):
            for n, _row in self.all("price", item_id=gone):
                self.put("price", n, item_id=keep)
        merge = self.first("merge") if any(qty for (item, _place), qty in self.goods.items() if item == gone) else 0
        day = self.open_day.isoformat()
        for (item, place), qty in sorted(self.goods.items()):
            if item == gone and qty and place != merge:
                for what, sign in ((gone, 1), (keep, -1)):
                    source, target = (place, merge) if qty * sign > 0 else (merge, place)
                    self.post(Posting("goods", day, abs(qty), (("item", what), ("place", source), ("place", target)), source, target))
        facts: Facts = {"decimals": max(kept["decimals"], left["decimals"])}
        if kept["minimum"] is None:
            facts |= {"minimum": left["minimum"], "minimum_on": left["minimum_on"]}
        if kept["supplier_id"] is None:
            facts["supplier_id"] = left["supplier_id"]
        self.put("item", gone, merged_into_id=keep)
        self.put("item", keep, **facts)
        taken = {row["alias"] for _n, row in self.all("alias")} | {kept["code"], kept["name"]}
        taken |= {facts["code"] for n, facts in self.all("item") if n != gone and not facts["merged_into_id"]}
        for word in dict.fromkeys((left["code"], left["name"])):
            if word not in taken:
                self.make("alias", item_id=keep, alias=word, party_id=None)
        return keep
