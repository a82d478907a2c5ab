"""Chasing, as the model knows it (RULES R5): levels, disputes, promises, and notices over what is owed at that moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faults.model.kinds import Facts
from tests.faults.model.payments import Payments
from tests.faults.model.posted import need

USUAL = ((1, 7), (2, 21), (3, 45))


class Chasing(Payments):
    """Who is asked for what is past due."""

    def levels(self) -> dict[int, Facts]:
        """The levels in force."""
        own = {row["level"]: row for _n, row in self.all("level")}
        return own or {level: {"level": level, "days": days, "gap": 10, "fee": 0, "channel": "print"} for level, days in USUAL}

    def _own_levels(self) -> None:
        """The usual ones are the office's own once anything stands on them."""
        if not self.all("level"):
            for row in self.levels().values():
                self.make("level", **row)

    def set_level(self, level: int, **facts: Any) -> int:
        self._own_levels()
        found = {row["level"]: n for n, row in self.all("level")}
        need(level in found or "days" in facts)
        old: Facts = self.docs["level", found[level]] if level in found else {"gap": 10, "fee": 0, "channel": "print"}
        new = old | facts | {"level": level}
        need(1 <= level <= 9 and 0 <= new["days"] <= 3650 and 0 <= new["gap"] <= 3650 and new["fee"] >= 0)
        need(level == 1 or level - 1 in found)
        need(level - 1 not in found or self.docs["level", found[level - 1]]["days"] < new["days"])
        need(level + 1 not in found or self.docs["level", found[level + 1]]["days"] > new["days"])
        if level in found:
            self.put("level", found[level], **new)
            return found[level]
        return self.make("level", **new)

    def drop_level(self, level: int) -> None:
        self._own_levels()
        found = {row["level"]: n for n, row in self.all("level")}
        need(level == max(found) and len(found) > 1)
        self.drop("level", found[level])

    # -- held --------------------------------------------------------------------------------------------------------------

    def _chaseable(self, claims: list[int]) -> None:
        for n in claims:
            need(self.get("claim", n)["side"] == "receivable" and self.open_of(n) > 0)
            self.rely("claim", n)
        need(claims)

    def dispute(self, claims: list[int], reason: str, until: date | None = None) -> list[int]:
        need(reason)
        self._chaseable(claims)
        today = self.today.isoformat()
        facts = {"kind": "dispute", "made_on": today, "until": until and until.isoformat(), "amount": None, "lifted_on": None}
        return [self.make("chold", claim_id=n, **facts) for n in claims]

    def promise_claims(self, claims: list[int], until: date, amount: int | None = None) -> list[int]:
        need(until >= self.today and (amount is None or len(claims) < 2))
        self._chaseable(claims)
        facts = {"kind": "promise", "made_on": self.today.isoformat(), "until": until.isoformat(), "lifted_on": None}
        need(amount is None or all(0 < amount <= self.open_of(n) for n in claims))
        return [self.make("chold", claim_id=n, amount=self.open_of(n) if amount is None else amount, **facts) for n in claims]

    def lift_hold(self, hold: int) -> None:
        need(not self.get("chold", hold)["lifted_on"])
        self.put("chold", hold, lifted_on=self.today.isoformat())

    def promises(self) -> dict[int, str]:
        """How each promise stands: kept when so much was paid or credited by its day."""
        states = {}
        for n, row in self.all("chold", kind="promise"):
            took = [each for k, each in self.settled.items() if each.claim == row["claim_id"] and self.stands(k)]
            paid = sum(each.amount for each in took if each.kind in ("payment", "credit") and row["made_on"] <= each.day <= row["until"])
            if paid >= row["amount"]:
                states[n] = "kept"
            elif row["lifted_on"] and row["lifted_on"] <= row["until"]:
                states[n] = "lifted"
            else:
                states[n] = "broken" if row["until"] < self.today.isoformat() else "waiting"
        return states

    # -- notices -----------------------------------------------------------------------------------------------------------

    def noticed(self, claim: int) -> tuple[int, str]:
        """The highest level sent of a claim, and when the last notice went out."""
        sent = [self.docs["notice", row["notice_id"]] for _n, row in self.all("nclaim", claim_id=claim)]
        return max((row["level"] for row in sent), default=0), max((row["day"] for row in sent), default="")

    def chase(self, claim: int) -> tuple[str, int | None]:
        """What is to be done about a claim: paid, void, later, held, last or now; and the level that comes."""
        if ("claim", claim) not in self.docs:
            return "void", None
        row, today = self.docs["claim", claim], self.today.isoformat()
        if not self.open_of(claim):
            return "paid", None
        if row["side"] != "receivable" or row["due"] >= today or self.open_of(claim) < 0:
            return "later", None
        holds = [each for _n, each in self.all("chold", claim_id=claim, lifted_on=None)]
        if any(each["until"] is None or each["until"] >= today for each in holds):
            return "held", None
        level, last = self.noticed(claim)
        coming = self.levels().get(level + 1)
        if coming is None:
            return "last", None
        on = (date.fromisoformat(row["due"]) + timedelta(days=coming["days"])).isoformat()
        if last:
            on = max(on, (date.fromisoformat(last) + timedelta(days=coming["gap"])).isoformat())
        return ("now", level + 1) if on <= today else ("later", None)

    def chased(self) -> dict[int, str]:
        """What is to be done about each claim that is past due."""
        today = self.today.isoformat()
        late = [n for n, row in self.all("claim", side="receivable") if row["due"] < today and self.open_of(n) > 0]
        return {n: self.chase(n)[0] for n in late}

    def aside(self, party: int) -> int:
        """Money and credit of a customer that no claim took."""
        notes = [self.open_of(n) for n, _row in self.all("claim", party_id=party, side="receivable")]
        ahead = sum(self.ahead_of(n) for n, _row in self.all("payment", party_id=party, side="receivable"))
        return ahead - sum(open_ for open_ in notes if open_ < 0)

    def issue_notices(self, claims: dict[int, int], reason: str = "") -> Facts:
        self._own_levels()
        groups: dict[tuple[int, int], list[int]] = {}
        planned, dropped = set(), []
        for n in claims:
            row = self.docs.get(("claim", n)) or self.void["claim", n]
            planned.add((row["party_id"], self.noticed(n)[0] + 1))
            state, level = self.chase(n)
            if level is not None:
                groups.setdefault((row["party_id"], level), []).append(n)
            else:
                dropped.append([row["no"], state])
        for party, _level in groups:
            need(self.aside(party) <= 0 or reason, "money lies aside")
        made = []
        for (party, level), rows in groups.items():
            what, aside = self.levels()[level], max(self.aside(party), 0)
            facts = {"no": self.number("N", self.today), "party_id": party, "level": level, "day": self.today.isoformat(), "fee": what["fee"]}
            facts |= {"channel": what["channel"], "amount": sum(self.open_of(n) for n in rows), "aside": aside, "reason": reason if aside else ""}
            notice = self.make("notice", **facts)
            made.append(notice)
            for n in rows:
                self.make("nclaim", notice_id=notice, claim_id=n, open=self.open_of(n))
                for _n, row in self.all("nclaim", claim_id=n):
                    if self.docs["notice", row["notice_id"]]["level"] == level - 1:
                        self.rely("notice", row["notice_id"])
        asked = [n for rows in groups.values() for n in rows]
        changed = [[self.docs["claim", n]["no"], claims[n], self.open_of(n)] for n in asked if claims[n] != self.open_of(n)]
        return {"notices": made, "dropped": dropped, "empty": len(planned - groups.keys()), "changed": changed}

    def cancel_notice(self, notice: int) -> None:
        row = self.get("notice", notice)
        for _n, each in self.all("nclaim", notice_id=notice):
            need(self.noticed(each["claim_id"])[0] <= row["level"])
        self.annul("notice", notice)

    def _ends(self) -> None:
        super()._ends()
        for doc, old, new in self.step.cells:
            if doc[0] == "notice" and old is None and new is not None and self.step.undoes:
                for _n, row in self.all("nclaim", notice_id=doc[1]):
                    others = [self.docs["notice", each["notice_id"]] for _k, each in self.all("nclaim", claim_id=row["claim_id"])]
                    again = [each for each in others if each is not self.docs[doc] and each["level"] >= new["level"]]
                    open_ = self.open_of(row["claim_id"]) if ("claim", row["claim_id"]) in self.docs else 0
                    need(row["open"] <= open_ and not again, "paid or chased meanwhile")
