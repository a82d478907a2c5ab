"""A small deal from the quote to the notice, for the tests of what is printed: who, what, and the ids."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.books import trade
from tests.books.trade import PC, Trade

from deskbook.books.documents.queries import RULES as PAPER_RULES
from deskbook.books.office.commands import set_office
from deskbook.books.orders.review import pass_check, set_review
from deskbook.books.parties.commands import add_address, change_party
from deskbook.books.quotes.commands import send_quote, write_quote
from deskbook.books.receivables.chasing import issue_notices
from deskbook.books.receivables.payments import take_payment
from deskbook.core import days
from deskbook.core.check import check
from deskbook.core.store import Store
from deskbook.core.verify import verify


def at(day: str) -> None:
    """Let it be a day, 09:30 in the office."""
    moment = datetime.fromisoformat(f"{day}T01:30:00+00:00").astimezone(UTC)
    days.set_clock(lambda: moment)


@dataclass
class Office:
    """The book and what is in it. order: 3 boards, 2 longer ones at 5 % less, 2.5 kg of copper, and 20.00 of freight: 2,019.75."""

    trade: Trade
    quote: int
    order: int
    reviewed: int
    shipment: int
    claim: int
    payment: int
    notice: int

    @property
    def book(self) -> Store:
        """The open book."""
        return self.trade.book

    @property
    def rows(self) -> dict[str, int]:
        """The record of each kind of document."""
        return {
            "quote": self.quote, "contract": self.order, "review sheet": self.reviewed, "delivery": self.shipment, "notice": self.notice,
            "statement": self.trade.junye, "receipt": self.payment, "day sheet": 20261001,
        }

    def printed(self) -> list[tuple[Any, ...]]:
        """What was printed, as it stands."""
        return self.book.look.rows("SELECT kind, no, book, book_id, deal, language, paper, nth FROM printing ORDER BY id")

    def papers(self) -> list[tuple[Any, ...]]:
        """The register as it stands."""
        return self.book.look.rows("SELECT * FROM paper ORDER BY id")

    def sound(self) -> None:
        """The journal walks back to the empty book, and the rules of papers hold."""
        assert verify(self.book.look.con) == []
        assert [finding for finding in check(self.book.look, PAPER_RULES) if finding.faults] == []


LINES: list[tuple[str, int, int]] = [("board", 3 * PC, 0), ("longer", 2 * PC, 500), ("copper", 2500, 0)]


def begin(book: Store) -> Office:
    """On 1 October: quoted, ordered, sent, 1,000.00 paid; on 23 November chased."""
    at("2026-10-01")
    found = trade.begin(book)
    book.run(set_office, currency="CNY", address="广州市天河区 103 号", phone="020-3887 1200", bank="ICBC 6222 0036", tax="91440101MA5")
    book.run(change_party, party=found.junye, terms_days=7, code="C7")
    book.run(add_address, party=found.junye, text="苏州市 62 号")
    lines = [{"item": getattr(found, name), "qty": qty, "discount": less} for name, qty, less in LINES]
    quote = int(book.run(write_quote, customer=found.junye, lines=lines, terms="月结三十天", valid_until="2026-10-31"))
    book.run(send_quote, quote=quote)
    order = found.take(*lines, freight=2000, wanted="2026-10-08", their_no="PO-7")
    shipment = found.send(order, waybill="SF405", carrier=found.sf)
    claim = int(book.look.value("SELECT id FROM claim WHERE order_id = :order", order=order))
    bank = book.look.value("SELECT id FROM account WHERE code = 'bank'")
    payment = int(book.run(take_payment, party=found.junye, account=bank, amount=100_000))
    book.run(set_review, kind="contract", names=["Price", "Drawing"])
    reviewed = found.take((found.bag, 4), kind="contract")
    book.run(pass_check, order=reviewed, check="Price", by="Wang")
    at("2026-11-23")
    book.turn_day()
    issued = book.run(issue_notices, claims={claim: 101_975})
    return Office(found, quote, order, reviewed, shipment, claim, payment, int(issued["notices"][0]))
