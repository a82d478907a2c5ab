"""Money at the sample company: customers pay, most of them in time; suppliers are paid; what is late is chased; the office costs something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random

from deskbook.books.ledger import commands as ledger
from deskbook.books.orders.billing import bill_orders
from deskbook.books.parties.commands import change_party
from deskbook.books.receivables.chasing import dispute, issue_notices, promise
from deskbook.books.receivables.losses import write_off
from deskbook.books.receivables.notes import give_credit
from deskbook.books.receivables.payments import allocate_all, bounce, take_payment
from deskbook.core.store import Look, Tx
from deskbook.exchange.sample_company import (
    BROKEN,
    BY_HAND,
    DISPUTED,
    KEPT,
    OVER_90,
    PART,
    SILENT,
    UNALLOCATED,
    Act,
    Company,
)
from deskbook.exchange.sample_start import OWED_BEFORE

CHASED = (52, 38, 24)
"""Notices were issued so many days ago."""
BOUNCED = (300, 90)
CREDITED = (280, 180, 95, 35)
WRITTEN_OFF = 240
PHONES = {1: ("alipay", "mpesa", "bank"), 2: ("wechat", "mpesa", "bank")}
"""Of every seven customers who pays by phone, where the office has such a purse."""
NEVER = OWED_BEFORE[-1][0]
"""The customer who never paid what was owed on the first day."""


class Money:
    """What comes and goes."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.random = Random(711)
        self.to_pay: dict[date, list[int]] = defaultdict(list)
        self.seen = 0
        """The newest claim that has its day to be paid."""
        self.to_bounce = [company.ago(days) for days in BOUNCED]
        self.to_credit = [company.ago(days) for days in CREDITED]
        at = company.later
        at[company.ago(WRITTEN_OFF)].append(self._write_off)
        at[company.ago(24)].append(self._block)
        at[company.ago(20)].append(self._hold)
        at[company.ago(13)].append(self._keep_promise)
        at[company.ago(10)].append(self._pay_part)
        at[company.ago(4)].append(self._leave_unallocated)
        self.to_chase = {company.ago(days) for days in CHASED}

    def acts(self, look: Look, on: date) -> Iterator[Act]:
        """One day's payments, notices and day-book lines, after the goods have moved."""
        if self.company.first_of(on, 25) and on < self.company.ago(6):
            yield self._bill_by_hand
        self._plan(look)
        yield from self._settle(look, on)
        if self.to_bounce and self.to_bounce[0] <= on:
            yield partial(self._bounce, on=on)
        if self.to_credit and self.to_credit[0] <= on:
            yield self._credit
        if on in self.to_chase:
            yield self._chase
        yield from self._spend(on)
        yield from self._sweep(look, on)

    # -- what is owed --------------------------------------------------------------------------------------------------------

    def _plan(self, look: Look) -> None:
        """Give every new claim the day it is paid; those of customers with a story have none."""
        c = self.company
        new = "SELECT id, party_id, side, day, due FROM claim WHERE id > :seen AND amount > 0 ORDER BY id"
        for claim, party, side, day, due in look.rows(new, seen=self.seen):
            self.seen = claim
            late = self.random.choice((-6, -3, -2, -1, -1, 0, 0, 0, 0, 3)) if side == "receivable" else self.random.choice((-3, -1, 0, 0, 0, 0, 1, 9))
            if side == "receivable":
                n = c.nth(party)
                silent = n in SILENT and date.fromisoformat(day) >= c.today - timedelta(days=SILENT[n])
                if silent or (n == NEVER and date.fromisoformat(day) == c.first):
                    continue
            pays = date.fromisoformat(due) if day == due else max(date.fromisoformat(due) + timedelta(days=late), date.fromisoformat(day))
            self.to_pay[pays].append(claim)

    def _settle(self, look: Look, on: date) -> Iterator[Act]:
        """Those whose day it is pay what is still open of it, all of one party at once."""
        c = self.company
        owed: dict[tuple[str, int], list[int]] = defaultdict(list)
        for claim in c.due(self.to_pay, on):
            side, party = look.row("SELECT side, party_id FROM claim WHERE id = :claim", claim=claim) or ("", 0)
            owed[side, party].append(claim)
        for (side, party), claims in owed.items():
            if side == "payable":
                yield partial(self._pay, party=party, claims=claims)
            else:
                yield partial(self._receive, on=on, party=party, claims=claims)

    def _pay(self, tx: Tx, party: int, claims: list[int]) -> None:
        """We pay a supplier."""
        c, total = self.company, sum(self._open(tx, claim) for claim in claims)
        if total > 0:
            facts = {"account": c.accounts["bank"], "note": c.named["purpose_goods"]}
            take_payment(tx, side="payable", party=party, amount=total, claims=claims, **facts)

    def _receive(self, tx: Tx, on: date, party: int, claims: list[int]) -> None:
        """A customer pays: mostly what is asked, sometimes a part, more, or some cents less."""
        c, chance = self.company, self.random.random()
        if self._aside(tx, party):
            allocate_all(tx, party=party)
        claims = [claim for claim in claims if self._open(tx, claim) > 0]
        total = sum(self._open(tx, claim) for claim in claims)
        if total <= 0:
            return
        facts = {"party": party, "account": self._purse(tx, party), "note": c.named["purpose_sale"]}
        if chance < 0.06 and total > 1:
            take_payment(tx, amount=total * 6 // 10 + 1, claims=claims, **facts)
            self.to_pay[on + timedelta(days=12)] += claims
        elif chance < 0.09 and c.nth(party) not in SILENT and on < c.ago(30):
            take_payment(tx, amount=total + total // 20 + 1, claims=claims, **facts)
        elif chance < 0.11 and total > c.local(30):
            take_payment(tx, amount=total - c.local(30), claims=claims, tolerance_ok=True, **facts)
        else:
            take_payment(tx, amount=total, claims=claims, **facts)

    def _open(self, tx: Tx, claim: int) -> int:
        return int(tx.value("SELECT open FROM owed WHERE claim_id = :claim", claim=claim) or 0)

    def _aside(self, tx: Tx, party: int) -> bool:
        """Whether money or a credit note of a customer lies there, and a claim that could take it."""
        lies = (
            "SELECT EXISTS (SELECT 1 FROM unallocated u JOIN payment m ON m.id = u.payment_id WHERE u.party_id = :party AND u.side = 'receivable'"
            " AND m.order_id IS NULL) OR EXISTS (SELECT 1 FROM owed WHERE party_id = :party AND side = 'receivable' AND open < 0)"
        )
        return bool(tx.value(lies, party=party))

    def _purse(self, tx: Tx, party: int) -> int:
        """Where a customer's money comes: those who pay at once bring cash, some pay by phone, the others through the bank."""
        c = self.company
        at_once = tx.value("SELECT terms_days FROM party WHERE id = :party", party=party) == 0
        wanted = ("cash",) if at_once else PHONES.get(c.nth(party) % 7, ("bank",))
        return next(c.accounts[code] for code in wanted if code in c.accounts)

    def _bill_by_hand(self, tx: Tx) -> None:
        """The monthly bill of the customer who gets one."""
        customer = self.company.customers[BY_HAND]
        found = [order for (order,) in tx.rows("SELECT id FROM v_order WHERE customer_id = :customer AND to_bill > 0", customer=customer)]
        if found:
            bill_orders(tx, orders=found)

    # -- what goes wrong -----------------------------------------------------------------------------------------------------

    def _bounce(self, tx: Tx, on: date) -> None:
        """The newest transfer of somebody without a story comes back; he pays ten days later."""
        c = self.company
        by_phone = ", ".join(str(customer) for n, customer in enumerate(c.customers) if n % 7 in PHONES)
        found = tx.row(
            "SELECT m.id FROM payment m WHERE m.side = 'receivable' AND m.account_id = :bank AND m.order_id IS NULL AND m.day >= :since"
            f" AND m.party_id NOT IN ({self._with_story()}) AND m.party_id NOT IN ({by_phone})"
            " AND NOT EXISTS (SELECT 1 FROM unallocated u WHERE u.payment_id = m.id) ORDER BY m.id DESC LIMIT 1",
            bank=c.accounts["bank"],
            since=(on - timedelta(days=6)).isoformat(),
        )
        if found is None:
            return
        self.to_bounce.pop(0)
        claims = [claim for (claim,) in tx.rows("SELECT claim_id FROM allocation WHERE payment_id = :id", id=found[0])]
        bounce(tx, payment=found[0], fee=c.local(1500), note=c.named["bounced"])
        self.to_pay[on + timedelta(days=10)] += claims

    def _credit(self, tx: Tx) -> None:
        """A credit note over a twentieth of what somebody without a story owes."""
        found = tx.row(
            "SELECT w.claim_id, w.open, l.item_id FROM owed w JOIN claim_line l ON l.claim_id = w.claim_id AND l.item_id IS NOT NULL"
            f" WHERE w.side = 'receivable' AND w.open > 1 AND w.party_id NOT IN ({self._with_story()}) ORDER BY w.claim_id DESC, l.id LIMIT 1"
        )
        if found is not None:
            claim, still, item = found
            reasons = self.company.named["credit_reasons"]
            lines = [{"amount": -max(still // 20, 1), "item": item}]
            give_credit(tx, claim=claim, lines=lines, reason=reasons[len(self.to_credit) % len(reasons)])
            self.to_credit.pop(0)

    def _with_story(self) -> str:
        return ", ".join(str(self.company.customers[n]) for n in (*SILENT, NEVER))

    def _write_off(self, tx: Tx, on: date) -> None:
        """What was owed on the first day and never came is given up."""
        sql = "SELECT claim_id FROM owed WHERE party_id = :party AND open > 0 ORDER BY due LIMIT 1"
        for (claim,) in tx.rows(sql, party=self.company.customers[NEVER]):
            write_off(tx, claim=claim, reason=self.company.named["bad_debt"])

    def _chase(self, tx: Tx) -> None:
        """Issue the first and second notices that are due; the third ones wait for a decision."""
        rows = tx.rows("SELECT id, open FROM v_chase WHERE state = 'now' AND next <= 2 AND aside <= 0 ORDER BY id")
        if rows:
            issue_notices(tx, claims=dict(rows))

    def _block(self, tx: Tx, on: date) -> None:
        c = self.company
        change_party(tx, party=c.customers[OVER_90], block="ship")
        c.blocked.add(c.customers[OVER_90])

    def _hold(self, tx: Tx, on: date) -> None:
        """One does not agree, two promise."""
        c = self.company
        for customer, days in ((BROKEN, 10), (KEPT, 12)):
            claim = self._silent_claim(tx, customer)
            promise(tx, claims=[claim], until=c.ago(days), said_by=c.named["people"][customer % 8])
        dispute(tx, claims=[self._silent_claim(tx, DISPUTED)], reason=c.named["dispute"], said_by=c.named["people"][1])

    def _keep_promise(self, tx: Tx, on: date) -> None:
        self._pay_story(tx, KEPT)

    def _pay_part(self, tx: Tx, on: date) -> None:
        self._pay_story(tx, PART, percent=60)

    def _leave_unallocated(self, tx: Tx, on: date) -> None:
        self._pay_story(tx, UNALLOCATED, allocate=False)

    def _pay_story(self, tx: Tx, customer: int, *, percent: int = 100, allocate: bool = True) -> None:
        c = self.company
        claim = self._silent_claim(tx, customer)
        facts = {"party": c.customers[customer], "account": c.accounts["bank"], "note": c.named["purpose_sale"]}
        take_payment(tx, amount=self._open(tx, claim) * percent // 100, claims=[claim] if allocate else None, allocate=allocate, **facts)

    def _silent_claim(self, tx: Tx, customer: int) -> int:
        """The claim of a customer's story: the oldest open one since it pays nothing by itself."""
        c = self.company
        sql = (
            "SELECT k.id FROM owed w JOIN claim k ON k.id = w.claim_id WHERE w.party_id = :party AND w.side = 'receivable' AND w.open > 0"
            " AND k.day >= :since ORDER BY k.due, k.id LIMIT 1"
        )
        return int(tx.value(sql, party=c.customers[customer], since=(c.today - timedelta(days=SILENT[customer])).isoformat()))

    # -- the day book --------------------------------------------------------------------------------------------------------

    def _spend(self, on: date) -> Iterator[Act]:
        """Small things from the cash, freight, rent, wages; now and then copper scrap is sold."""
        c, random = self.company, self.random
        spend = partial(ledger.write_entry, direction="out")
        if random.random() < 0.6:
            amount, purpose = c.local(random.randint(800, 9500)), random.choice(c.named["purposes_out"])
            yield partial(spend, account=c.accounts["cash"], amount=amount, other=c.accounts["office"], purpose=purpose)
        if random.random() < 0.3:
            facts = {"other": c.accounts["freight"], "party": random.choice(c.carriers), "purpose": c.named["purpose_freight"]}
            yield partial(spend, account=c.accounts["bank"], amount=c.local(random.randint(6000, 42000)), **facts)
        if c.first_of(on, 1):
            yield partial(spend, account=c.accounts["bank"], amount=c.local(350000), other=c.accounts["expense"], purpose=c.named["purpose_rent"])
        if c.first_of(on, 10):
            yield partial(spend, account=c.accounts["bank"], amount=c.local(1100000), other=c.accounts["expense"], purpose=c.named["purpose_wages"])
        if c.first_of(on, 20) and on.month % 3 == 0:
            facts = {"other": c.accounts["income"], "purpose": c.named["purpose_scrap"]}
            yield partial(ledger.write_entry, direction="in", account=c.accounts["cash"], amount=c.local(random.randint(30000, 60000)), **facts)

    def _sweep(self, look: Look, on: date) -> Iterator[Act]:
        """On Fridays the cash, and what was paid by phone, goes to the bank but for what small things cost, or is filled up from it."""
        c = self.company
        if on.weekday() != 4:
            return
        bank = c.accounts["bank"]
        for code in ("cash", "wechat", "alipay", "mpesa"):
            purse = c.accounts.get(code)
            over = int(look.value("SELECT sum(amount) FROM posting WHERE account_id = :purse", purse=purse)) - c.local(150000) if purse else 0
            source, target, purpose = (purse, bank, "purpose_bank") if over > 0 else (bank, purse, "purpose_cash")
            if source and target and over:
                yield partial(ledger.transfer_money, source=source, target=target, amount=abs(over), purpose=c.named[purpose])
