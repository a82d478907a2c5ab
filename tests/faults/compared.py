"""What is compared: everything that stands in the book and in its model, and what both tell of a day that is over."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import Any

from deskbook.books.receivables.ageing import bucketed
from deskbook.books.reports.accounts import trial_balance
from deskbook.books.reports.costing import replay
from deskbook.books.reports.made import Period
from deskbook.books.reports.sales import margin
from deskbook.core.rewind import rewind
from deskbook.core.store import Look
from deskbook.exchange.moment import roll_back
from tests.faults.beside import ALLOCATIONS, BALANCES, QUERIES
from tests.faults.model.office import Office

Told = dict[str, dict[Any, Any]]
SIDES = ("receivable", "payable")
DAY, MONTH = timedelta(days=1), timedelta(days=30)
AGED = "SELECT iif(claim_id IS NULL, 'payment', 'claim'), coalesce(claim_id, payment_id), open, bucket FROM ({})"
SOLD = "SELECT measure, day, item_id, customer_id, sum(qty), sum(amount) FROM v_sale GROUP BY 1, 2, 3, 4"
GOODS = "SELECT item_id, place_id, qty FROM stock_balance WHERE qty <> 0"
MONEY = "SELECT account_id, day, taken_in - paid_out FROM account_day WHERE taken_in <> paid_out"
SAME_WITH_NOTHING = ("fulfil", "axes", *QUERIES)
OF_TODAY = ("promises", "chase")
"""What follows from the day it is asked on."""


def stands(look: Look) -> Told:
    """Every document of the book, and what follows from them."""
    found: Told = {kind: {row[0]: row[1:] for row in look.rows(sql)} for kind, (_columns, sql) in QUERIES.items()}
    return found | {
        "goods": {row[:2]: row[2] for row in look.rows(GOODS)},
        "money": {row[:2]: row[2] for row in look.rows(MONEY)},
        "reserved": dict(look.rows("SELECT order_line_id, qty FROM reservation")),
        "expected": dict(look.rows("SELECT purchase_line_id, qty FROM expected")),
        "axes": {row[0]: row[1:] for row in look.rows("SELECT id, bill, pay FROM v_order WHERE lifecycle <> 'cancelled' AND void = 0")},
        "owed": dict(look.rows("SELECT claim_id, open FROM owed")),
        "ahead": dict(look.rows("SELECT payment_id, open FROM unallocated")),
        "allocations": {row[0]: row[1:] for row in look.rows(ALLOCATIONS)},
        "balances": {row[:2]: row[2] for row in look.rows(BALANCES)},
        "reports": {row[0]: row[1:] for row in look.rows("SELECT id, report, since, until, reverses_id FROM sent_report")},
        "promises": dict(look.rows("SELECT id, state FROM v_hold WHERE kind = 'promise'")),
        "chase": dict(look.rows("SELECT id, state FROM v_chase")),
        "fulfil": dict(look.rows("SELECT id, fulfil FROM v_order WHERE state <> 'void'")),
    }


def should_stand(model: Office) -> Told:
    """The same of the model."""
    found: Told = {kind: {} for kind in QUERIES}
    for (kind, n), facts in model.docs.items():
        found[kind][n] = tuple(facts[name] for name in QUERIES[kind][0])
    return found | {
        "goods": dict(model.goods),
        "money": dict(model.money),
        "reserved": model.reserved(),
        "expected": model.expected(),
        "axes": {n: model.axes(n) for n, order in model.all("order") if order["state"] != "cancelled"},
        "owed": {n: model.open_of(n) for n, _doc in model.all("claim")},
        "ahead": {n: model.ahead_of(n) for n, _doc in model.all("payment")},
        "allocations": model.allocations(),
        "balances": dict(model.balances()),
        "reports": model.handed_over(),
        "promises": model.promises(),
        "chase": model.chased(),
        "fulfil": model.fulfil(),
    }


def differ(told: Told, wanted: Told, *, leave: tuple[str, ...] = (), about: str = "") -> None:
    """AssertionError that names the first kind that differs, and where."""
    for name, book in told.items():
        if name in leave:
            continue
        model = wanted[name]
        if name not in SAME_WITH_NOTHING:
            book, model = ({key: value for key, value in side.items() if value} for side in (book, model))
        if book != model:
            keys = sorted((key for key in {*book, *model} if book.get(key) != model.get(key)), key=str)
            lines = [f"{key}: book {book.get(key)}, model {model.get(key)}" for key in keys]
            raise AssertionError(f"{name} differ{about}: " + "; ".join(lines[:4]))


# -- as of a day -----------------------------------------------------------------------------------------------------------


def told_of(look: Look, day: date) -> Told:
    """What the lists and reports tell of a day: how old what was owed was, what was sold, what it cost."""
    on = day.isoformat()
    found: Told = {}
    for basis in ("due", "document"):
        rows = [row for side in SIDES for row in look.rows(AGED.format(bucketed(side, basis)), today=on)]
        found[f"ages by {basis}"] = {row[:2]: row[2:] for row in rows}
    costs = replay(look, until=on)
    found["worth"] = costs.left
    found["cost"] = costs.of_move
    found["cost of what was sent"] = costs.of_shipment_line
    found["sold"] = {row[:4]: row[4:] for row in look.rows(SOLD)}
    made = margin(look, Period(date(2000, 1, 1), day), "item")
    place = {column.name: n for n, column in enumerate(made.columns)}
    sums = {line.key: line.values[place["amount"]] + (line.values[place["uncosted"]] or 0) for line in made.lines}
    found["sold by item"] = {key: cents for key, cents in sums.items() if cents}
    balance = trial_balance(look, Period(day - MONTH, day), "")
    place = {column.name: n for n, column in enumerate(balance.columns)}
    stood = {line.key: (line.values[place["opening"]], line.values[place["closing"]]) for line in balance.lines}
    found["trial balance"] = {code: sums for code, sums in stood.items() if any(sums)}
    return found


def should_tell(model: Office, day: date) -> Told:
    """The same of the model."""
    on = day.isoformat()
    left, moves = model.costs(on)
    sent: Counter[int] = Counter()
    for p in model.postings():
        if p.sline is not None:
            sent[p.sline] += moves.get(p.n, 0)
    sold = model.sold()
    items: dict[str, int] = {}
    for (measure, when, item, _customer), (_qty, amount) in sold.items():
        if measure == "sold" and when <= on:
            items[str(item)] = items.get(str(item), 0) + amount
    balances = {}
    for n, account in model.all("account"):
        before, after = model.holds(n, (day - MONTH - DAY).isoformat()), model.holds(n, on)
        if before or after:
            balances[account["code"]] = (before, after)
    return {
        "trial balance": balances,
        "ages by due": model.aged(on, "due"),
        "ages by document": model.aged(on, "document"),
        "worth": left,
        "cost": moves,
        "cost of what was sent": dict(sent),
        "sold": sold,
        "sold by item": items,
    }


def posted_until(con: sqlite3.Connection, day: date) -> Told:
    """Goods and money as the lists of a past day tell them: a private copy without what was posted after it."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    con.backup(copy)
    roll_back(copy, day)
    look = Look(copy)
    found: Told = {"goods": {row[:2]: row[2] for row in look.rows(GOODS)}, "money": {row[:2]: row[2] for row in look.rows(MONEY)}}
    copy.close()
    return found


def stood_at(con: sqlite3.Connection, step: int) -> Told:
    """The whole book as it stood when a step closed, walked back by its journal in a private copy."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    con.backup(copy)
    rewind(copy, step)
    found = stands(Look(copy))
    copy.close()
    return found
