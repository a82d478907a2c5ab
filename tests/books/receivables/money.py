"""A small office's book for the tests of what is owed: customers, a supplier, a bank, and the book's state as plain rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deskbook.books.claims.commands import raise_claim
from deskbook.books.claims.queries import RULES as CLAIM_RULES
from deskbook.books.claims.queries import balance
from deskbook.books.ledger.queries import RULES as LEDGER_RULES
from deskbook.books.parties.commands import add_party
from deskbook.books.receivables import payments
from deskbook.books.receivables.queries import RULES
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify

STANDING = {
    "claims": "SELECT * FROM claim WHERE void = 0 ORDER BY id",
    "payments": "SELECT * FROM payment WHERE void = 0 ORDER BY id",
    "owed": "SELECT * FROM owed ORDER BY claim_id",
    "aside": "SELECT * FROM unallocated ORDER BY payment_id",
    "posted": "SELECT account_id, day, sum(amount) FROM posting GROUP BY 1, 2 HAVING sum(amount) <> 0 ORDER BY 1, 2",
    "holds": "SELECT * FROM claim_hold ORDER BY id",
    "notices": "SELECT * FROM notice WHERE void = 0 ORDER BY id",
    "levels": "SELECT * FROM chase_level ORDER BY id",
}


def at(day: str, hour: str = "01:30") -> None:
    """Let it be a day, 09:30 in the office."""
    moment = datetime.fromisoformat(f"{day}T{hour}:00+00:00").astimezone(UTC)
    days.set_clock(lambda: moment)


@dataclass
class Money:
    """The book and the ids in it."""

    book: Store
    junye: int
    anka: int
    hongda: int
    zhang: int
    cash: int
    bank: int

    def owe(self, amount: int, due: str | None = None, day: str | None = None, party: int | None = None, **facts: Any) -> int:
        """A claim on Junye over cents."""
        side = "payable" if party == self.hongda else "receivable"
        kind = "purchase" if party == self.hongda else "sale"
        given: dict[str, Any] = {"side": side, "kind": kind, "party": party or self.junye, "lines": [{"amount": amount, "text": "goods"}]}
        return int(self.book.run(raise_claim, **(given | {"day": day or (min(due, days.today().isoformat()) if due else None), "due": due} | facts)))

    def pay(self, amount: int, **facts: Any) -> int:
        """Cents from Junye into the bank."""
        return int(self.book.run(payments.take_payment, **({"party": self.junye, "account": self.bank, "amount": amount} | facts)))

    def open(self, claim: int) -> int:
        """Cents still owed of a claim."""
        return int(self.book.look.value("SELECT open FROM owed WHERE claim_id = :claim", claim=claim) or 0)

    def ahead(self, payment: int) -> int:
        """Cents of a payment that no claim took."""
        return int(self.book.look.value("SELECT open FROM unallocated WHERE payment_id = :payment", payment=payment) or 0)

    def balance(self, party: int | None = None, side: str = "receivable") -> int:
        """What a party owes."""
        return balance(self.book.look, party or self.junye, side)

    def posted(self) -> dict[str, int]:
        """Cents on every account that is not at nothing, by its code."""
        sql = "SELECT a.code, sum(p.amount) FROM posting p JOIN account a ON a.id = p.account_id GROUP BY a.id HAVING sum(p.amount) <> 0"
        return dict(self.book.look.rows(sql))

    def said(self) -> str:
        """What the last step says."""
        return self.book.sentence(self.book.position[0]).removeprefix("did again: ")

    def standing(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything of what is owed that stands."""
        return {name: self.book.look.rows(sql) for name, sql in STANDING.items()}

    def sound(self) -> None:
        """The journal walks back to the empty book, and every rule holds."""
        assert verify(self.book.look.con) == []
        found = check(self.book.look, (*CLAIM_RULES, *RULES, *LEDGER_RULES))
        assert [finding for finding in found if finding.faults] == []

    def there_and_back(self, act: Callable[[], Any]) -> Any:
        """Do something, take it back, do it again: the rows are as before, then as after."""
        before = self.standing()
        result = act()
        after = self.standing()
        assert after != before
        self.sound()
        self.book.undo()
        assert self.standing() == before
        self.sound()
        self.book.redo()
        again = self.standing()
        assert again == after
        self.sound()
        return result


def begin(book: Store) -> Money:
    """Junye and Anka buy from us, Zhang looks after Junye, we buy from Hongda."""

    def fill(tx: Tx) -> list[int]:
        zhang = add_party(tx, name="Zhang", roles=["salesperson"])
        phone = {"channel": "phone", "value": "138 1234 5678"}
        junye = add_party(tx, name="Junye", roles=["customer"], salesperson=zhang, contacts=[phone])
        anka = add_party(tx, name="Anka", roles=["customer"], caution="cash only")
        hongda = add_party(tx, name="Hongda", roles=["supplier"])
        cash, bank = (tx.value("SELECT min(id) FROM account WHERE kind = :kind", kind=kind) for kind in ("cash", "bank"))
        tx.says("")
        return [junye, anka, hongda, zhang, cash, bank]

    return Money(book, *book.run(fill))


def refused(act: Callable[[], Any]) -> Refusal:
    """The refusal of something that must be refused."""
    try:
        act()
    except Refusal as refusal:
        return refusal
    raise AssertionError("it was not refused")


def later(day: str, count: int) -> str:
    """A day so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()
