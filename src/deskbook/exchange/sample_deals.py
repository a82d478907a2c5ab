"""What surrounds the orders of the sample company: reference prices, quotes, what comes back, what went wrong, targets and reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from deskbook.books.items.commands import set_price
from deskbook.books.orders.review import pass_check
from deskbook.books.quotes import commands as quotes
from deskbook.books.receivables.notes import give_credit
from deskbook.books.reports.commands import send_report, set_target
from deskbook.books.returns import commands as returns
from deskbook.books.returns import deciding
from deskbook.books.series.commands import record_value
from deskbook.books.shipments.incidents import IncidentKind, note_incident
from deskbook.core.store import Tx
from deskbook.exchange.sample_company import DEPOSIT, SILENT, Act, Company
from deskbook.exchange.sample_goods import KINDS, METALS, PIECE, TAKEN_FOR

QUOTE_EVERY = 9
"""Workdays between two quotes."""
FATES = ("won", "won", "lost", "won", "revised", "won", "lost", "won", "lost", "won")
WON_KINDS = ("sale", "contract", "sale")
OPEN_QUOTES = ((26, True, 60), (14, True, 45), (20, False, 21), (6, False, 26))
"""Quotes that are open today: sent so many days ago, of copper or not, good for so many days: the third ends tomorrow."""
COPPER = 6_842_000
"""Fen a tonne on the first day."""
RISE = 90
"""Parts in 10,000 that copper has risen on each of the last ten days."""
RETURNED: tuple[tuple[int, dict[str, Any]], ...] = (
    (420, {"outcome": "restock", "cause": "customer"}),
    (350, {"outcome": "scrap", "cause": "carrier"}),
    (290, {"outcome": "refund", "cause": "ours", "goods": "restock"}),
    (230, {"outcome": "repair", "cause": "supplier"}),
    (170, {"outcome": "replace", "cause": "warehouse", "again": True}),
    (110, {"outcome": "send back", "cause": "customer"}),
    (62, {"outcome": "quarantine", "cause": "supplier"}),
    (27, {"outcome": "refund", "cause": "warehouse", "goods": "restock", "wrong_model": True}),
)
"""Announced so many days ago, and what became of it."""
WENT_WRONG: tuple[tuple[int, IncidentKind, bool], ...] = (
    (395, "wrong model", True),
    (310, "wrong model", False),
    (255, "damaged", False),
    (205, "wrong model", True),
    (134, "wrong count", True),
    (76, "wrong model", True),
    (33, "wrong model", False),
    (12, "wrong model", True),
)
"""So many days ago, what, and whether it left from the branch."""


class Deals:
    """What is done beside the goods and the money."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.random = Random(712)
        self.copper = COPPER
        c = company
        for days, copper, good in OPEN_QUOTES:
            c.later[c.ago(days)].append(partial(self._quote_open, copper=copper, until=c.today + timedelta(days=good - days)))
        for days, decided in RETURNED:
            c.later[c.ago(days)].append(partial(self._return, decided=decided))
        c.later[c.ago(7)].append(partial(self._return, decided=None))
        for days in (17, 1):
            c.later[c.ago(days)].append(self._sent_back)
        c.later[c.ago(1)].append(self._draft)
        for days, kind, branch in WENT_WRONG:
            c.later[c.ago(days)].append(partial(self._went_wrong, kind=kind, branch=branch))
        c.later[c.ago(365)].append(self._raise_prices)
        handed = (c.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        c.later[handed + timedelta(days=2)].append(self._hand_over)
        c.later[handed + timedelta(days=11)].append(self._credit_back)

    def acts(self, on: date, worked: int) -> Iterator[Act]:
        """The market's prices, a quote now and then, targets at the beginning of the year."""
        yield partial(self._market, on=on)
        c = self.company
        if worked % QUOTE_EVERY == 4 and on < c.ago(28):
            yield partial(self._quote, on=on, n=worked // QUOTE_EVERY)
        if c.first_of(on, 1) and on.month == 1 and on.year == c.today.year:
            yield partial(self.aim, on=on)

    # -- prices --------------------------------------------------------------------------------------------------------------

    def _market(self, tx: Tx, on: date) -> None:
        """Copper every workday, a random walk that has risen of late; the exchange rate every month."""
        c = self.company
        step = RISE if on >= c.today - timedelta(days=13) else self.random.randint(-70, 71)
        self.copper += self.copper * step // 10_000
        record_value(tx, series=c.copper, value=self.copper * c.named["price_percent"] // 100 * 100, day=on)
        if c.first_of(on, 1):
            record_value(tx, series=c.rate, value=c.named["rate_value"] * (1000 + self.random.randint(-12, 12)) // 1000, day=on)

    def _raise_prices(self, tx: Tx, on: date) -> None:
        """After a year copper and its alloys are dearer."""
        c = self.company
        prices: dict[str, int] = dict(tx.rows("SELECT code, list_price FROM v_item"))
        for code in (code for kind in KINDS if kind.word in METALS for code in kind.codes):
            price = prices[code] * 104 // 10_000 * 100
            set_price(tx, item=c.items[code], kind="list", price=price)
            set_price(tx, item=c.items[code], kind="floor", price=price * 85 // 100)

    # -- quotes --------------------------------------------------------------------------------------------------------------

    def _write(self, tx: Tx, on: date, *, copper: bool, until: date, asked: date) -> int:
        c, random = self.company, self.random
        customer = random.choice([c.customers[n] for n in range(22) if n not in SILENT and n not in DEPOSIT])
        families = [kind for kind in KINDS[:9] if (kind.word in METALS) == copper]
        codes = random.sample(random.choice(families).codes, 2)
        lines = [{"item": c.items[code], "qty": random.randint(3, 18) * PIECE, "discount": random.choice((0, 200, 300))} for code in codes]
        facts = {"series": c.copper if copper else None, "terms": c.named["quote_terms"]}
        return quotes.write_quote(tx, customer=customer, lines=lines, day=on, asked_on=asked, valid_until=until, **facts)

    def _quote(self, tx: Tx, on: date, n: int) -> None:
        """A quote with its fate, some days on."""
        asked = on - timedelta(days=self.random.choice((0, 0, 1, 1, 2)))
        quote = self._write(tx, on, copper=n % 3 == 0, until=on + timedelta(days=30), asked=asked)
        quotes.send_quote(tx, quote=quote)
        self.company.later[on + timedelta(days=self.random.randint(2, 14))].append(partial(self._fate, quote=quote, n=n))

    def _fate(self, tx: Tx, on: date, *, quote: int, n: int) -> None:
        c, fate = self.company, FATES[n % len(FATES)]
        if fate == "lost":
            quotes.lose_quote(tx, quote=quote, reason=c.named["lost_reasons"][n % len(c.named["lost_reasons"])])
            return
        if fate == "revised":
            quote = quotes.revise_quote(tx, quote=quote)
            quotes.send_quote(tx, quote=quote)
        wanted = on + timedelta(days=self.random.randint(4, 9))
        facts = {"kind": WON_KINDS[n % 3], "channel": c.named["channels"][0], "carrier": c.carriers[n % 4]}
        order = quotes.accept_quote(tx, quote=quote, wanted=wanted, **facts)
        for (check,) in tx.rows("SELECT name FROM review_check WHERE order_id = :order ORDER BY pos", order=order):
            pass_check(tx, order=order, check=check, by=self.random.choice(c.named["salespeople"]))
        c.to_ship[c.next_workday(on)].append(order)

    def _quote_open(self, tx: Tx, on: date, *, copper: bool, until: date) -> None:
        quotes.send_quote(tx, quote=self._write(tx, on, copper=copper, until=until, asked=on))

    def _draft(self, tx: Tx, on: date) -> None:
        """A quote that is written and not sent, though it was asked for days ago."""
        self._write(tx, on, copper=False, until=on + timedelta(days=30), asked=on - timedelta(days=3))

    # -- what comes back -----------------------------------------------------------------------------------------------------

    def _sent_back(self, tx: Tx, on: date) -> None:
        """Announced, and still on its way; one of them for too long."""
        self._announce(tx)

    def _announce(self, tx: Tx) -> int | None:
        """A customer without a story sends a piece of a recent shipment back."""
        c = self.company
        stories = ", ".join(str(c.customers[n]) for n in SILENT)
        line = tx.value(
            "SELECT l.id FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id JOIN sales_order o ON o.id = h.order_id"
            " JOIN order_line x ON x.id = l.order_line_id JOIN item i ON i.id = l.item_id WHERE h.state = 'arrived' AND h.void = 0 AND i.decimals = 0"
            f" AND l.qty >= 2000 AND x.amount > 0 AND x.kit_id IS NULL AND o.customer_id NOT IN ({stories})"
            " AND EXISTS (SELECT 1 FROM claim_line b JOIN claim k ON k.id = b.claim_id WHERE b.order_line_id = x.id AND k.void = 0)"
            " AND NOT EXISTS (SELECT 1 FROM return_line r WHERE r.shipment_line_id = l.id) ORDER BY l.id DESC LIMIT 1"
        )
        if line is None:
            return None
        return returns.announce_return(tx, lines=[{"shipment_line": line, "qty": PIECE}], told_by=c.named["people"][2], note=c.named["returned"])

    def _return(self, tx: Tx, on: date, *, decided: dict[str, Any] | None) -> None:
        made = self._announce(tx)
        if made is not None:
            self.company.later[on + timedelta(days=3)].append(partial(self._inspect, made=made, decided=decided))

    def _inspect(self, tx: Tx, on: date, *, made: int, decided: dict[str, Any] | None) -> None:
        returns.receive_return(tx, goods_return=made)
        if decided is None:  # that is for today
            return
        for (line,) in tx.rows("SELECT id FROM return_line WHERE return_id = :made", made=made):
            deciding.decide(tx, line=line, **decided)
        returns.close_return(tx, goods_return=made)
        order = tx.value("SELECT order_id FROM goods_return WHERE id = :made", made=made)
        self.company.to_ship[self.company.next_workday(on)].append(order)

    def _went_wrong(self, tx: Tx, on: date, *, kind: IncidentKind, branch: bool) -> None:
        """A customer rings: something of the newest shipment of an easily taken item was not right."""
        c = self.company
        codes = ", ".join(f"'{code}'" for code in TAKEN_FOR)
        sql = (
            f"SELECT l.id, i.code FROM shipment_line l JOIN item i ON i.id = l.item_id AND i.code IN ({codes})"
            " JOIN shipment h ON h.id = l.shipment_id AND h.shipped_on IS NOT NULL AND h.void = 0 ORDER BY l.id DESC LIMIT 1"
        )
        line, code = tx.row(sql) or (None, "")
        if line is not None:
            given, place = TAKEN_FOR[code] if kind == "wrong model" else "", c.branch if branch else None
            note_incident(tx, kind=kind, item=c.items[code], given=given, place=place, shipment_line=line, note=c.named["incidents"][kind])

    # -- targets and reports -------------------------------------------------------------------------------------------------

    def aim(self, tx: Tx, on: date) -> None:
        """What each salesperson is to sell this year: a twelfth more than in the twelve months before, month by month."""
        c = self.company
        unit = c.local(100000)
        sql = "SELECT sum(amount) FROM v_sale WHERE measure = 'sold' AND salesperson_id = :who AND day BETWEEN :since AND :until"
        for who in c.salespeople:
            year = {"since": (on - timedelta(days=365)).isoformat(), "until": (on - timedelta(days=1)).isoformat()}
            before = int(tx.value(sql, who=who, **year) or 0)
            for month in range(1, 13):
                amount = max(before * 13 // 144 // unit, 1) * unit
                set_target(tx, month=f"{on.year}-{month:02d}", amount=amount, salesperson=who)

    def _hand_over(self, tx: Tx, on: date) -> None:
        """The sales of the month before, to head office."""
        until = on.replace(day=1) - timedelta(days=1)
        send_report(tx, report="sales-customer", since=until.replace(day=1), until=until, sent_to=self.company.named["head_office"])

    def _credit_back(self, tx: Tx, on: date) -> None:
        """A credit note that bears a day of the month that was handed over: the report is not what it was."""
        until = on.replace(day=1) - timedelta(days=1)
        stories = ", ".join(str(self.company.customers[n]) for n in SILENT)
        found = tx.row(
            "SELECT k.id, l.item_id, l.amount FROM claim k JOIN claim_line l ON l.claim_id = k.id AND l.item_id IS NOT NULL AND l.amount > 10"
            f" WHERE k.kind = 'sale' AND k.void = 0 AND k.day BETWEEN :since AND :until AND k.party_id NOT IN ({stories}) ORDER BY l.id LIMIT 1",
            since=until.replace(day=1).isoformat(),
            until=until.isoformat(),
        )
        if found is not None:
            claim, item, amount = found
            lines = [{"amount": -(amount // 10), "item": item}]
            give_credit(tx, claim=claim, lines=lines, day=until, reason=self.company.named["credit_reasons"][0])
