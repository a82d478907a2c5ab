"""The commands of the books as the model knows them: what each needs, and what it does to documents and ledgers."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.faults.model import OURS, POINTS, Core, Facts, Posting, need

ROLES = ("customer", "supplier", "carrier", "salesperson")
MONEY = ("cash", "bank", "wechat", "alipay", "mpesa")
OPEN = ("draft", "review", "confirmed", "hold")


def cents(qty: int, price: int, discount: int = 0) -> int:
    """Thousandths times ten-thousandths less hundredths of a percent, in cents, half up; nothing here is negative."""
    return floor(Fraction(qty, 1000) * Fraction(price, 10_000) * (1 - Fraction(discount, 10_000)) * 100 + Fraction(1, 2))


class Model(Core):
    """The books."""

    def number(self, letter: str, day: date) -> str:
        """The next number of a series; one given out is gone."""
        prefix = f"{letter}-{day.year}"
        self.numbers[prefix] += 1
        return f"{prefix}-{self.numbers[prefix]:04d}"

    # -- parties and items -------------------------------------------------------------------------------------------------

    def party(self, n: Any, role: str = "", *, follow: bool = False) -> int:
        """A party that stands; follow: or what it was merged into."""
        facts = self.get("party", n)
        if facts["merged_into_id"]:
            need(follow)
            return self.party(facts["merged_into_id"], role, follow=True)
        need(not role or facts[role], f"not a {role}")
        return int(n)

    def add_party(self, name: str, roles: list[str], code: str | None = None, salesperson: int | None = None, transit_days: int | None = None) -> int:
        need(name and roles)
        if salesperson:
            self.party(salesperson, "salesperson")
        return self.make(
            "party",
            code=code,
            name=name,
            salesperson_id=salesperson,
            transit_days=transit_days,
            bills="",
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
        self.put("party", party, **facts)

    def _used_as(self, party: int, role: str) -> bool:
        uses = {
            "customer": [("order", "customer_id")],
            "supplier": [("purchase", "supplier_id"), ("item", "supplier_id")],
            "carrier": [("order", "carrier_id"), ("shipment", "carrier_id")],
            "salesperson": [("order", "salesperson_id"), ("party", "salesperson_id")],
        }
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
        self._repoint("party", keep, gone)
        facts: Facts = {role: max(kept[role], left[role]) for role in ROLES}
        for name in ("salesperson_id", "transit_days"):
            facts[name] = left[name] if kept[name] is None else kept[name]
        facts["bills"] = kept["bills"] or left["bills"]
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
        if (minimum := facts.get("minimum", old["minimum"])) is not None:
            need(minimum >= 0 and minimum % 10 ** (3 - old["decimals"]) == 0)
        self.put("item", item, **facts)

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

    # -- goods -------------------------------------------------------------------------------------------------------------

    def first(self, kind: str) -> int:
        """The first open place of a kind."""
        found = self.all("place", kind=kind, closed=0)
        need(found)
        return found[0][0]

    def move(
        self, item: int, source: int, target: int, qty: int, *, pline: int | None = None, sline: int | None = None, day: str = "", least: int = 1
    ) -> None:
        facts = self.item(item)
        need(qty >= least and qty % 10 ** (3 - facts["decimals"]) == 0, "quantity")
        taken, given = self.get("place", source), self.get("place", target)
        need(not taken["closed"] and not given["closed"] and source != target)
        need(taken["kind"] != "quarantine" or given["kind"] not in ("customer", "dealer", "borrower"), "not fit to leave")
        free = facts["allow_negative"] and taken["kind"] in ("shelf", "quarantine")
        need(taken["kind"] not in OURS or free or self.goods[item, source] >= qty, "not there")
        day = day or self.open_day.isoformat()
        need(day <= self.open_day.isoformat(), "still to come")
        refs = [("item", item), ("place", source), ("place", target)]
        refs += [("pline", pline)] if pline else []
        refs += [("sline", sline)] if sline else []
        self.post(Posting("goods", day, qty, tuple(refs), source, target, pline, sline))

    def add_place(self, code: str, name: str, kind: str) -> int:
        need(code and name)
        return self.make("place", code=code, name=name, kind=kind, closed=0, party_id=None)

    def change_place(self, place: int, **facts: Any) -> int:
        old = self.get("place", place)
        if facts.get("closed") and old["kind"] in OURS:
            need(not any(qty for (_item, where), qty in self.goods.items() if where == place), "goods there")
        self.put("place", place, **{name: int(value) if name == "closed" else value for name, value in facts.items()})
        return place

    def ours(self, place: int) -> None:
        need(self.get("place", place)["kind"] in OURS and not self.get("place", place)["closed"])

    def open_stock(self, item: int, place: int, qty: int) -> None:
        self.item(item)
        self.ours(place)
        need(not self.opened(item, place), "opened already")
        self.move(item, self.first("opening"), place, qty)

    def opened(self, item: int, place: int) -> bool:
        """Whether an opening count of an item at a place stands: one more was posted than taken back."""
        openings = {n for n, _facts in self.all("place", kind="opening")}
        count = 0
        for step in [*self.steps.values(), self.step]:
            for p in step.posted:
                if p.ledger == "goods" and p.refs[0][1] == item and p.source in openings and p.target == place:
                    count += -1 if p.mirror else 1
        return count > 0

    def transfer(self, item: int, source: int, target: int, qty: int) -> None:
        self.item(item)
        self.ours(source)
        self.ours(target)
        self.move(item, source, target, qty)

    def adjust(self, item: int, place: int, counted: int, reason: str) -> None:
        facts = self.item(item)
        self.ours(place)
        need(counted >= 0 and counted % 10 ** (3 - facts["decimals"]) == 0 and reason)
        there, loss = self.goods[item, place], self.first("loss")
        need(there != counted)
        source, target = (loss, place) if counted > there else (place, loss)
        self.move(item, source, target, abs(counted - there))

    def merge_items(self, keep: int, gone: int) -> int:
        need(keep != gone)
        kept, left = self.item(keep), self.item(gone)
        for n, pair in self.all("pair"):
            if gone in (pair["item_id"], pair["other_id"]):
                self.drop("pair", n)
                low, high = sorted((keep, pair["item_id"] + pair["other_id"] - gone))
                if low != high and not self.all("pair", item_id=low, other_id=high):
                    self.make("pair", item_id=low, other_id=high, note=pair["note"])
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
            facts["minimum"] = left["minimum"]
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

    # -- purchases ---------------------------------------------------------------------------------------------------------

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
        return purchase

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

    def owe(self, purchase: int, accepted: dict[int, int]) -> None:
        """What was accepted is owed, unless by hand."""
        facts = self.docs["purchase", purchase]
        if self.docs["party", facts["supplier_id"]]["bills"] == "hand":
            return
        rows: list[Facts] = []
        for n, row in self.all("pline", purchase_id=purchase):
            before = [line for _n, line in self.all("cline", purchase_line_id=n)]
            billed, paid = sum(line["qty"] for line in before), sum(line["amount"] for line in before)
            qty = min(accepted.get(n, 0), self.accepted[n] - billed)
            if qty > 0:
                amount = cents(billed + qty, row["price"]) - paid
                rows.append({"purchase_line_id": n, "item_id": row["item_id"], "qty": qty, "amount": amount})
        self.claim("payable", "purchase", facts["supplier_id"], rows, purchase_id=purchase)

    def claim(self, side: str, kind: str, party: int, rows: list[Facts], **facts: Any) -> int | None:
        """Somebody owes: the claim, its lines, its entry; nothing over nothing."""
        amount = sum(row["amount"] for row in rows)
        if not amount:
            return None
        day = self.open_day
        sign = 1 if side == "receivable" else -1
        found = self.all("account", kind=side, closed=0)
        need(found)
        number = self.number("I" if side == "receivable" else "B", day)
        entry = self.post_entry(
            "claim",
            [(found[0][0], sign * amount), (self.account_of(*(("sales", "income") if sign > 0 else ("goods", "expense"))), -sign * amount)],
            party,
        )
        base = {"order_id": None, "shipment_id": None, "purchase_id": None, "salesperson_id": self.docs["party", party]["salesperson_id"]}
        base |= {name: value for name, value in facts.items() if name != "salesperson_id" or value}
        claim = self.make(
            "claim", no=number, side=side, kind=kind, party_id=party, day=day.isoformat(), due=day.isoformat(), amount=amount, entry_id=entry, **base
        )
        for row in rows:
            if row["amount"] or row["qty"]:
                line = {"order_line_id": None, "shipment_line_id": None, "purchase_line_id": None, "item_id": None} | row
                self.make("cline", claim_id=claim, **line)
        return claim

    def account_of(self, code: str, kind: str) -> int:
        """The account the books post to by themselves: of that code, or where that is closed the first of its kind."""
        found = self.all("account", code=code, kind=kind, closed=0) or self.all("account", kind=kind, closed=0)
        need(found)
        return found[0][0]

    def post_entry(self, kind: str, rows: list[tuple[int, int]], party: int) -> int:
        """An entry of today; the day book writes it."""
        raise NotImplementedError

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

    def cancel_purchase(self, purchase: int, reason: str) -> None:
        facts = self.get("purchase", purchase)
        need(facts["state"] != "cancelled" and reason)
        need(not sum(self.received[n] for n, _row in self.all("pline", purchase_id=purchase)))
        self.put("purchase", purchase, state="cancelled", note=f"{facts['note']}; {reason}" if facts["note"] else reason)

    # -- the checklist -----------------------------------------------------------------------------------------------------

    def add_task(self, text: str, due: date | None = None, repeats: str = "", party: int | None = None, kind: str = "task") -> int:
        need(text and (kind == "task" or party is not None))
        who = self.party(party, follow=True) if party is not None else None
        return self.make("task", kind=kind, text=text, due=due and due.isoformat(), repeats=repeats, party_id=who, done_by="")

    def change_task(self, task: int, **facts: Any) -> None:
        old = self.get("task", task)
        if "due" in facts:
            facts["due"] = facts["due"] and facts["due"].isoformat()
        if old["party_id"]:
            facts["party_id"] = self.party(old["party_id"], follow=True)
        self.put("task", task, **facts)

    def drop_task(self, task: int) -> None:
        self.get("task", task)
        self.drop("task", task)

    def tick(self, task: int) -> int | None:
        facts = self.get("task", task)
        need(not facts["done_by"])
        self.put("task", task, done_by="Ann")
        if not facts["repeats"]:
            return None
        due = date.fromisoformat(facts["due"]) if facts["due"] else self.today
        following = due + timedelta(days={"day": 1, "week": 7}[facts["repeats"]])
        while following < self.today:
            following += timedelta(days={"day": 1, "week": 7}[facts["repeats"]])
        return self.make("task", **(facts | {"due": following.isoformat(), "done_by": ""}))

    def untick(self, task: int) -> None:
        facts = self.get("task", task)
        need(facts["done_by"])
        changed = [m for m, step in self.steps.items() for doc, old, new in step.cells if doc == ("task", task) and old and new]
        self.put("task", task, done_by="")
        if facts["repeats"] and changed:
            made = [doc for doc, old, _new in self.steps[changed[-1]].cells if doc[0] == "task" and old is None and doc[1] != task]
            later = {doc for m, step in self.steps.items() if m > changed[-1] for doc in step.touched}
            for doc in made:
                if doc not in later and doc in self.docs and not self.docs[doc]["done_by"]:
                    self.drop(*doc)

    def snooze(self, kind: str, ref: int, until: date, reason: str) -> int:
        need(reason and until > self.today)
        facts = {"kind": kind, "ref": ref, "until": until.isoformat(), "reason": reason}
        for n, _row in self.all("snooze", kind=kind, ref=ref):
            self.put("snooze", n, **facts)
            return n
        return self.make("snooze", **facts)

    def wake(self, kind: str, ref: int) -> None:
        found = self.all("snooze", kind=kind, ref=ref)
        need(found)
        self.drop("snooze", found[0][0])
