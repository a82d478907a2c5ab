"""Who is who at the sample company, what is on its way there, and who pays how; the book itself holds everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from deskbook.core.store import Look, Tx
from deskbook.exchange.sample_goods import Kind

Later = Callable[[Tx, date], None]
Act = Callable[[Tx], object]
"""One thing that is done, as a step of its own or as part of a day's."""
KEPT, UNALLOCATED, DISPUTED, PART, LATE, BROKEN = 2, 4, 5, 6, 9, 11
"""Customers with a story, by their place in the list: a promise kept, money that lies unallocated, a dispute, a part, late, a promise broken."""
OVER_90, OVER_60, OVER_30 = 3, 8, 10
DEPOSIT = (13, 19)
"""Customers who pay a third before anything is sent."""
AT_ORDER, BY_HAND = 16, 18
"""Customers billed when the order is taken, and by hand."""
SILENT = {OVER_90: 176, OVER_60: 114, OVER_30: 82, LATE: 52, DISPUTED: 60, BROKEN: 68, KEPT: 64, UNALLOCATED: 57, PART: 50}
"""Customers who pay nothing of what was billed in so many last days, but what their story says."""
NOT_TOLD = 7
"""A customer who has told nothing of what was sent these last days."""
ORDERED = (
    (175, OVER_90), (130, OVER_90), (85, OVER_90), (112, OVER_60), (75, OVER_60), (80, OVER_30), (42, OVER_30), (66, BROKEN), (62, KEPT), (30, KEPT),
    (58, DISPUTED), (55, UNALLOCATED), (50, LATE), (48, PART), (9, NOT_TOLD), (5, BY_HAND), (1, DEPOSIT[0]),
)
"""What they ordered: so many days ago, who."""
RESTING = {OVER_90: 84}
"""Customers who order nothing by themselves in so many last days."""
DEALERS = (12, 14, 17, 20)
BRANCH = 4
"""Every so many customers are served from the branch."""
TERMS = (30, 30, 30, 30, 30, 30, 30, 60, 30, 30, 30, 30, 60, 30, 15, 0, 30, 60, 30, 0)
"""Days to pay, by the customer's place in the list, and over again."""


class Company:
    """Ids by name, what waits for which day, and the row of chances: decided by days and pieces, never by cents, so alike in all currencies."""

    def __init__(self, named: dict[str, Any], random: Random, first: date, today: date) -> None:
        self.named, self.random, self.first, self.today = named, random, first, today
        self.items: dict[str, int] = {}
        self.kind_of: dict[str, Kind] = {}
        self.customers: list[int] = []
        self.suppliers: list[int] = []
        self.carriers: list[int] = []
        self.salespeople: list[int] = []
        self.head_office = 0
        self.factory = 0
        self.branch = 0
        self.copper = 0
        self.rate = 0
        self.kit = 0
        self.accounts: dict[str, int] = {}
        self.blocked: set[int] = set()
        self.to_ship: dict[date, list[int]] = defaultdict(list)
        self.to_arrive: dict[date, list[int]] = defaultdict(list)
        self.to_receive: dict[date, list[tuple[int, int]]] = defaultdict(list)
        self.later: dict[date, list[Later]] = defaultdict(list)
        self.on_order: set[str] = set()

    def ago(self, days: int) -> date:
        """The workday so many days before today, or the one before it."""
        day = self.today - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def next_workday(self, day: date) -> date:
        """The workday after a day."""
        return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))

    def first_of(self, on: date, month_day: int) -> bool:
        """Whether a workday is the first one of its month on or after a day of the month."""
        before = on - timedelta(days=3 if on.weekday() == 0 else 1)
        return on.day >= month_day and (before.day < month_day or before.month != on.month)

    def due(self, waiting: dict[date, list[Any]], on: date) -> list[Any]:
        """What waits for this day or an earlier one (weekends wait for Monday)."""
        return [found for day in sorted(day for day in waiting if day <= on) for found in waiting.pop(day)]

    def nth(self, customer: int) -> int:
        """A customer's place in the list."""
        return self.customers.index(customer)

    def local(self, cents: int) -> int:
        """An amount in fen as cents of the company's currency, to ten cents."""
        return max(cents * int(self.named["price_percent"]) // 1000 * 10, 10)

    def cost(self, look: Look, code: str) -> int:
        """What an item costs: six tenths of its list price, in whole cents."""
        return int(look.value("SELECT list_price FROM v_item WHERE code = :code", code=code)) * 6 // 1000 * 100

    def someone(self) -> str:
        """A person at the other end of the line."""
        return str(self.random.choice(self.named["people"]))

    def digits(self) -> str:
        """A number on a paper."""
        return "".join(self.random.choice("0123456789") for _n in range(10))

    def phone(self, channel: str) -> dict[str, str]:
        """A contact by telephone."""
        return {"channel": channel, "value": f"0{self.random.randint(10, 99)} {self.random.randint(100, 999)} {self.random.randint(1000, 9999)}"}

    def address(self) -> dict[str, str]:
        """An address."""
        return {"text": f"{self.random.choice(self.named['streets'])} {self.random.randint(1, 99)}", "city": self.random.choice(self.named["cities"])}
