"""Papers of the sample company: suppliers' bills and contracts in their binders, some missing; what was printed of late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from random import Random

from deskbook.books.claims.commands import name_bill
from deskbook.books.documents.commands import note_printing, receive_original, register_paper
from deskbook.books.documents.printing import page
from deskbook.core.store import Look, Tx
from deskbook.exchange.sample_company import Act, Company

PRINTED_SINCE = 60
"""Days for which quotes, contracts and notices were printed from the book; delivery notes for the last ten."""
MISSING_BILL, MISSING_CONTRACT = 11, 4
"""Of so many bills or contracts one has not come back on paper."""
NEW = {
    "claims": "SELECT id FROM claim WHERE id > :seen AND side = 'payable' AND kind = 'purchase' ORDER BY id",
    "orders": "SELECT id FROM sales_order WHERE id > :seen AND kind = 'contract' AND state = 'confirmed' ORDER BY id",
    "quotes": "SELECT id FROM quote WHERE id > :seen AND sent_on IS NOT NULL ORDER BY id",
    "notices": "SELECT id FROM notice WHERE id > :seen ORDER BY id",
    "shipments": "SELECT id FROM shipment WHERE id > :seen AND shipped_on IS NOT NULL ORDER BY id",
}
PRINTS = {"quotes": "quote", "orders": "contract", "notices": "notice", "shipments": "delivery"}


class Papers:
    """The register and the printer."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.random = Random(713)
        self.seen = dict.fromkeys(NEW, 0)
        self.bills = self.contracts = 0

    def acts(self, look: Look, on: date) -> Iterator[Act]:
        """File the bills and contracts of the day, print what went out."""
        for book, sql in NEW.items():
            for (row,) in look.rows(sql, seen=self.seen[book]):
                self.seen[book] = row
                if book == "claims":
                    yield partial(self._file_bill, claim=row, on=on)
                if book == "orders":
                    yield partial(self._file_contract, order=row, on=on)
                since = self.company.ago(10 if book == "shipments" else PRINTED_SINCE)
                if book in PRINTS and on >= since:
                    yield partial(self._print, book=book, row=row)

    def _print(self, tx: Tx, book: str, row: int) -> None:
        html, asked, _complaint = page(tx, PRINTS[book], row)
        note_printing(tx, **asked, sha256=sha256(html.encode()).hexdigest(), file="")

    def _file_bill(self, tx: Tx, claim: int, on: date) -> None:
        """A supplier's bill comes with the goods, mostly."""
        self.bills += 1
        held = self.bills % MISSING_BILL > 0
        if held:
            name_bill(tx, claim=claim, their_no=f"{self.random.randint(10_000_000, 99_999_999)}")
        place = f"{self.company.named['binder']} {on.year}" if held else ""
        register_paper(tx, kind="bill", book="claims", book_id=claim, place=place, original="held" if held else "missing")

    def _file_contract(self, tx: Tx, order: int, on: date) -> None:
        """A contract goes out twice, and one comes back signed five days later, mostly."""
        self.contracts += 1
        paper = register_paper(tx, kind="contract", book="orders", book_id=order)
        if self.contracts % MISSING_CONTRACT:
            place = f"{self.company.named['drawer']} {on.year}"
            self.company.later[on + timedelta(days=5)].append(lambda tx, _on: receive_original(tx, papers=[paper], place=place))
