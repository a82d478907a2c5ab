"""The day book, as the model knows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.faults.model.core import Core
from tests.faults.model.kinds import MONEY, Facts
from tests.faults.model.posted import Posting, need

WHOSE = ("claim", "receipt", "payment", "given up")
USES = {
    "receivable": "receivable",
    "payable": "payable",
    "opening": "opening",
    "sales": "income",
    "goods": "expense",
    "freight": "expense",
    "difference": "expense",
    "bad_debt": "expense",
    "fee": "expense",
}


class Daybook(Core):
    """Accounts, entries and closed days."""

    def party(self, n: Any, role: str = "", *, follow: bool = False) -> int:
        """A party that stands; follow: or what it was merged into."""
        facts = self.get("party", n)
        if facts["merged_into_id"]:
            need(follow)
            return self.party(facts["merged_into_id"], role, follow=True)
        need(not role or facts[role], f"not a {role}")
        return int(n)

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

    def account_for(self, use: str) -> int:
        """The account the books post to by themselves: of that code and kind; a control account by its kind; made where there is none."""
        kind = USES[use]
        found = self.all("account", kind=kind, closed=0) if use == kind else self.all("account", code=use, kind=kind, closed=0)
        if not found and use != kind and self.all("account", code=use):
            found = self.all("account", kind=kind, closed=0)
            need(found, "no account")
        names = {"opening": "Opening balances"}
        return found[0][0] if found else self.make("account", code=use, name=names.get(use, use), kind=kind, closed=0)

    def write(self, kind: str, rows: list[tuple[int, int]], *, day: date | None = None, party: int | None = None) -> int:
        """An entry that another book writes; postings of nothing are left out."""
        return self._post(kind, [row for row in rows if row[1]], day=day, paper=None, party=party)

    def write_mirror(self, entry: int, day: date) -> int:
        """What takes an entry of another book back."""
        rows = [(account, -amount) for account, amount in self.rows(entry)]
        return self._post("correction", rows, day=day, paper=None, party=self.docs["entry", entry]["party_id"], corrects=entry)

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
        other = self.account_for("opening")
        return self._post("opening", [(account, amount), (other, -amount)], day=None, paper=paper, corrects=corrects)

    def rows(self, entry: int) -> list[tuple[int, int]]:
        """What an entry posted when it was written."""
        steps = [*self.steps.values(), self.step]
        first = next(step for step in steps if any(doc == ("entry", entry) for doc, _old, _new in step.cells))
        return [(p.refs[0][1], p.qty) for p in first.posted if isinstance(p, Posting) and p.ledger == "money" and p.refs[1] == ("entry", entry)]

    def correct_entry(self, entry: int, **facts: Any) -> int:
        old = self.get("entry", entry)
        need(old["kind"] not in ("correction", *WHOSE) and not self.all("entry", corrects_id=entry))
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
