"""The checklist, targets, the register of papers and their wordings, as the model knows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faults.model.chasing import Chasing
from tests.faults.model.posted import Sent, need

PRINTED = {
    "quote": ("quote", "quotes", "customer_id"),
    "contract": ("order", "orders", "customer_id"),
    "delivery": ("shipment", "shipments", ""),
    "notice": ("notice", "notices", "party_id"),
}
"""Kind of paper -> what it stands on, its book, and whose it is."""


class Papers(Chasing):
    """What is written down beside the books."""

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

    # -- targets and the office --------------------------------------------------------------------------------------------

    def set_target(self, month: str, amount: int, salesperson: int | None = None) -> int:
        need(len(month) == 7 and amount >= 0)
        if salesperson is not None:
            self.party(salesperson, "salesperson")
        for n, _row in self.all("target", salesperson_id=salesperson, month=month):
            self.put("target", n, amount=amount)
            return n
        return self.make("target", salesperson_id=salesperson, salesperson=salesperson or 0, month=month, amount=amount)

    def set_office(self, **facts: str) -> None:
        for name, value in facts.items():
            found = self.all("office", name=name)
            if found:
                self.put("office", found[0][0], value=value)
            else:
                self.make("office", name=name, value=value)

    def send_report(self, report: str, since: date, until: date) -> int:
        """The figures are the reports' own; what it is handed over as is kept."""
        need(since <= until)
        made = self.next("sent")
        self.post(Sent(made, self.today.isoformat(), (report, since.isoformat(), until.isoformat())))
        return made

    def handed_over(self) -> dict[int, Any]:
        """Every report that was handed over, and those that take one back."""
        return {n: (*row.about, row.reverses) for n, row in self.sent.items()}

    # -- papers ------------------------------------------------------------------------------------------------------------

    def register_paper(self, kind: str, day: date | None = None, no: str = "", party_id: int | None = None, place: str = "") -> int:
        need(no or party_id is not None or place)
        party_id = None if party_id is None else self.party(party_id, follow=True)
        facts = {"kind": kind, "day": (day or self.today).isoformat(), "no": no, "party_id": party_id, "place": place}
        return self.make("paper", original="missing", file="", **facts)

    def note_printing(self, kind: str, row: int, **facts: Any) -> int:
        """The page is the documents' own; that it was printed, and for how many times, is kept."""
        on, book, party = PRINTED[kind]
        self.rely(on, row)
        nth = max((each["nth"] for _n, each in self.all("printing", kind=kind, book_id=row)), default=0) + 1
        who = self.docs[on, row][party] if party else self.of(self.docs[on, row])["customer_id"]
        return self.make("printing", kind=kind, book=book, book_id=row, party_id=who, nth=nth)

    def change_paper(self, paper: int, **facts: Any) -> None:
        self.get("paper", paper)
        self.put("paper", paper, **facts)

    def drop_paper(self, paper: int) -> None:
        self.get("paper", paper)
        self.drop("paper", paper)

    def receive_original(self, papers: list[int], place: str = "") -> None:
        for n in papers:
            need(self.get("paper", n)["original"] != "held")
            self.put("paper", n, original="held", place=place or self.docs["paper", n]["place"])

    def attach_file(self, paper: int, file: str, sha256: str) -> None:
        self.get("paper", paper)
        need(file and "/" not in file and len(sha256) == 64)
        self.put("paper", paper, file=file, sha256=sha256)

    def word(self, kind: str, body: str, language: str = "") -> int:
        for n, _row in self.all("template", kind=kind, language=language, paper=""):
            self.put("template", n, body=body)
            return n
        return self.make("template", kind=kind, language=language, paper="", body=body)

    def unword(self, template: int) -> None:
        self.get("template", template)
        self.drop("template", template)
