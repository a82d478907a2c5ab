"""A walk of random steps through the book and its model side by side: what the model takes the book must take, and everything stands alike."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from deskbook.books.receivables.ageing import documents
from deskbook.core import days
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.found import ACCOUNTS, PLACES, create
from deskbook.exchange.proof import check_all
from tests.faults.beside import ALLOCATIONS, BALANCES, COMMANDS, QUERIES
from tests.faults.model.office import Office
from tests.faults.model.posted import No, need

FIRST = date(2026, 11, 23)
SIDES = ("receivable", "payable")
AGED = "SELECT iif(claim_id IS NULL, 'payment', 'claim'), coalesce(claim_id, payment_id), open FROM ({})"


def heard(answer: Any) -> Any:
    """What a command answered, without the words in it: of a claim that is not chased only its number and why."""
    return answer | {"dropped": [row[:2] for row in answer["dropped"]]} if isinstance(answer, dict) else answer


class Nothing(Exception):
    """There is nothing of the kind that a command is about; another one is asked."""


class Walk:
    """One book, its model, and the dice."""

    def __init__(self, path: Path, seed: int, *, every: int = 50) -> None:
        self.rnd = Random(seed)
        self.seed, self.every = seed, every
        self.path = path
        self.done: Counter[str] = Counter()
        self.trail: list[str] = []
        self.days: set[date] = set()
        self.n = 0
        self.last: tuple[str, str, dict[str, Any], Any] | None = None
        self.model = Office(FIRST)
        self.clock(FIRST)
        self.book = create(path, company="Hengda", clerk="Ann")
        self.book.close()
        self.open()
        for code, name, kind in PLACES:
            self.model.docs["place", self._next("place")] = {"code": code, "name": name, "kind": kind, "closed": 0, "party_id": None}
        for code, name, kind in ACCOUNTS:
            self.model.docs["account", self._next("account")] = {"code": code, "name": name, "kind": kind, "closed": 0}
        self.model.last["office"] = self.book.look.value("SELECT max(id) FROM office")
        self.model.position = self.begun = self.book.position[0]
        self.furnish()

    def furnish(self) -> None:
        """A few of everything, so that there is something to do from the first day."""
        for n, (roles, bills) in enumerate(((["salesperson"], ""), (["customer"], ""), (["customer"], "order"), (["customer", "supplier"], "hand"))):
            self.do("add_party", name=f"Party {n}", roles=roles, bills=bills, terms_days=7 * n)
        self.do("add_party", name="Hongda", roles=["supplier", "carrier"])
        for n in range(5):
            self.do("add_item", code=f"Z{n}", name=f"Ware {n}", list_price=35_000 + 3333 * n)
            self.do("open_stock", item=n + 1, place=1, qty=900_000)
        self.do("add_item", code="KIT", name="Set of three", list_price=99_990)
        self.do(
            "set_kit",
            item=6,
            parts=[{"item": 1, "qty": 1000, "share": 1}, {"item": 2, "qty": 2000, "share": 2}, {"item": 3, "qty": 1000, "share": 4}],
        )
        self.do("set_special_price", item=1, customer=2, price=30_000)
        self.do("set_special_price", item=2, customer=3, price=31_000, least=2000)
        self.do("set_review", kind="contract", names=["price", "credit"])
        self.do("add_place", code="FIX", name="Workshop", kind="factory")
        self.do("open_account", account=2, amount=10_000_000)

    def _next(self, kind: str) -> int:
        self.model.last[kind] += 1
        return self.model.last[kind]

    def clock(self, day: date) -> None:
        """Set both clocks; the program's may be set back."""
        self.model.today = day
        self.days.add(day)
        days.set_clock(lambda: datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC))

    def open(self) -> None:
        """Open the book; its writes need not reach the disk here."""
        self.book = Store.open(self.path, clerk="Ann")
        self.book._con.execute("PRAGMA synchronous = OFF")

    # -- one step ----------------------------------------------------------------------------------------------------------

    def go(self, count: int) -> None:
        """So many steps, everything compared after each."""
        for _ in range(count):
            self.n += 1
            try:
                self.one()
                self.compare()
                if self.n % self.every == 0:
                    self.prove()
            except Exception as error:
                trail = "\n".join(self.trail[-25:])
                raise AssertionError(f"seed {self.seed}, step {self.n}: {type(error).__name__}: {error}\nthe last steps were\n{trail}") from error
        self.prove()

    def prove(self) -> None:
        """The book's own two proofs, on the last day that was: what was written then is not of a day to come."""
        today = self.model.today
        self.clock(max(self.days))
        self.book.turn_day()
        wrong = verify(self.book.look.con) + [f"{finding.rule} {finding.faults[:2]}" for finding in check_all(self.book.look) if finding.faults]
        self.clock(today)
        self.book.turn_day()
        assert not wrong, wrong
        day = (today - timedelta(days=self.rnd.choice((0, 1, 5, 30)))).isoformat()
        aged = {(kind, n): cents for side in SIDES for kind, n, cents in self.book.look.rows(AGED.format(documents(side)), today=day)}
        if aged != (wanted := self.model.as_of(day)):
            self.differ(f"what was open on {day}", aged, wanted)

    def one(self) -> None:
        """One thing: most often a command, now and then something that befalls a book."""
        roll = self.rnd.random()
        if roll < 0.78:
            self.command()
        elif roll < 0.84:
            self.undo(None, "undo")
        elif roll < 0.89:
            self.undo(None, "redo")
        elif roll < 0.92:
            self.undo(self.older(), "undo")
        elif roll < 0.93:
            self.undo(self.older(), "undo_with_later")
        elif roll < 0.95:
            self.jump()
        elif roll < 0.96:
            self.trail.append("reopen")
            self.book.close()
            self.open()
        elif roll < 0.97:
            self.crash()
        elif roll < 0.99:
            self.again()
        else:
            self.tamper()

    def older(self) -> int:
        low = max(self.begun + 1, self.model.position - self.rnd.choice((5, 20, 100)))
        return self.rnd.randint(low, max(low, self.model.position))

    def do(self, name: str, /, **facts: Any) -> None:
        """One command on both sides."""
        key = f"key {len(self.trail)}"
        self.trail.append(f"{name} {facts}")
        try:
            wanted, lawful, why = self.model.run(name, lambda: getattr(self.model, name)(**facts)), True, ""
        except No as no:
            wanted, lawful, why = None, False, str(no)
        except (TypeError, KeyError) as error:
            raise AssertionError(f"the model is wrong: {error!r}") from error
        before = self.book.position
        try:
            got = self.book.run(COMMANDS[name], key=key, **facts)
        except Trouble:
            raise
        except Refusal as refusal:
            if lawful:
                raise AssertionError(f"{name} must be taken, and was refused: {refusal}") from refusal
            assert self.book.position == before
            self.done[f"{name} refused"] += 1
            return
        assert lawful, f"{name} must be refused ({why}), and was taken"
        if wanted is not None:
            assert heard(got) == wanted, f"{name} returned {got}, not {wanted}"
        self.done[name] += 1
        self.last = (key, name, facts, got)

    # -- what befalls it ---------------------------------------------------------------------------------------------------

    def undo(self, step: int | None, how: str) -> None:
        """Undo, redo, undo of an older step, undo with what stands on it."""
        if step is None:
            try:
                step = self.model.newest(undone=how == "redo")
            except No:
                return
        self.trail.append(f"{how} {step} {self.model.steps[step].command if step in self.model.steps else ''}")
        before = self.book.position[0]
        plain = how == "undo" and step == self._newest() and self.rnd.random() < 0.5
        wanted: list[int] = []
        lawful, why = True, ""
        try:
            self._model_undo(step, how, wanted)
        except No as no:
            lawful, why = False, f"{no} {self.model.why}"
        try:
            got = self._book_undo(None if plain else step, how)
        except Trouble:
            raise
        except Refusal as refusal:
            if lawful:
                raise AssertionError(f"{how} {step} must go, and was refused: {refusal}") from refusal
            if isinstance(refusal, Blocked) and how == "undo" and "Later work" in refusal.words:
                blocking = self.model.blockers(self.model.last_of(step))
                if refusal.steps != blocking:
                    raise AssertionError(f"{refusal.steps} are in the way, not {blocking}") from refusal
            self.done[f"{how} refused"] += 1
        else:
            assert lawful, f"{how} {step} must be refused ({why}), and went"
            assert got == wanted, f"took back {got}, not {wanted}"
            self.done[how] += 1
        assert self.book.position[0] == before + len(wanted) == self.model.position

    def _model_undo(self, step: int, how: str, done: list[int]) -> None:
        if how != "undo_with_later":
            done.append(self.model.undo(step))
            return
        need(step in self.model.steps)
        self.model.last_of(step)
        while blocking := self.model.blockers(self.model.last_of(step)):
            self._model_undo(blocking[0], how, done)
        done.append(self.model.undo(step))

    def _book_undo(self, step: int | None, how: str) -> list[int]:
        if how == "redo":
            return [self.book.redo().step]
        if how == "undo" or step is None:
            return [self.book.undo(step).step]
        return [undone.step for undone in self.book.undo_with_later(step)]

    def _newest(self) -> int:
        try:
            return self.model.newest(undone=False)
        except No:
            return 0

    def jump(self) -> None:
        """The clock goes on, or back."""
        day = self.model.today + timedelta(days=self.rnd.choice((1, 1, 1, 2, 7, 40, -1, -3, -30)))
        day = min(max(day, date(2026, 10, 1)), date(2027, 3, 1))
        self.trail.append(f"clock {day}")
        self.clock(day)
        self.book.turn_day()

    def crash(self) -> None:
        """The connection drops in the middle of a transaction."""
        self.trail.append("crash")
        con = self.book._con
        con.execute("BEGIN IMMEDIATE")
        con.execute("INSERT INTO step(at, clerk, command, facts) VALUES ('', '', 'ghost', '{}')")
        con.execute("INSERT INTO party(name) VALUES ('ghost')")
        self.book.close()
        self.open()

    def again(self) -> None:
        """The same form twice, and its key with other facts."""
        if self.last is None:
            return
        key, name, facts, got = self.last
        before = self.book.position
        assert self.book.run(COMMANDS[name], key=key, **facts) == got
        try:
            self.book.run(COMMANDS[name], key=key, **facts, nonsense=1)
        except Refusal:
            pass
        else:
            raise AssertionError("one key, two kinds of facts")
        assert self.book.position == before

    def tamper(self) -> None:
        """Another program's hand in the file finds it shut."""
        con = sqlite3.connect(self.path, isolation_level=None)
        for sql in (
            "UPDATE posting SET amount = amount + 1",
            "DELETE FROM posting",
            "UPDATE stock_move SET qty = 1",
            "DELETE FROM stock_move",
            "DELETE FROM step",
            "UPDATE step SET facts = ''",
            "DELETE FROM change",
            "UPDATE change SET before = ''",
            "DELETE FROM entry",
            "DELETE FROM sales_order",
            "DELETE FROM day_close",
            "UPDATE day_close SET day = '2020-01-01'",
            "UPDATE party SET name = name || '!'",
            "INSERT INTO task(text, made_on) VALUES ('x', '')",
        ):
            table = sql.replace("FROM ", "").replace("INTO ", "").split()[1].split("(")[0]
            if sql[0] == "I" or con.execute(f"SELECT 1 FROM {table}").fetchone():
                try:
                    con.execute(sql)
                except sqlite3.IntegrityError:
                    continue
                raise AssertionError(f"{sql} went through")
        con.close()

    # -- comparing ---------------------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Everything that stands, and everything that follows from it."""
        look, model = self.book.look, self.model
        for kind, (columns, sql) in QUERIES.items():
            book = {row[0]: row[1:] for row in look.rows(sql)}
            wanted = {n: tuple(facts[name] for name in columns) for (k, n), facts in model.docs.items() if k == kind}
            if book != wanted:
                self.differ(kind, book, wanted)
        pairs: list[tuple[str, dict[Any, Any], dict[Any, Any]]] = [
            ("goods", {row[:2]: row[2] for row in look.rows("SELECT item_id, place_id, qty FROM stock_balance WHERE qty <> 0")}, model.goods),
            (
                "money",
                {row[:2]: row[2] for row in look.rows("SELECT account_id, day, taken_in - paid_out FROM account_day WHERE taken_in <> paid_out")},
                model.money,
            ),
            ("reserved", dict(look.rows("SELECT order_line_id, qty FROM reservation")), model.reserved()),
            ("expected", dict(look.rows("SELECT purchase_line_id, qty FROM expected")), model.expected()),
            (
                "axes",
                {row[0]: row[1:] for row in look.rows("SELECT id, bill, pay FROM v_order WHERE lifecycle <> 'cancelled' AND void = 0")},
                {n: model.axes(n) for n, order in model.all("order") if order["state"] != "cancelled"},
            ),
            ("owed", dict(look.rows("SELECT claim_id, open FROM owed")), {n: model.open_of(n) for n, _doc in model.all("claim")}),
            ("ahead", dict(look.rows("SELECT payment_id, open FROM unallocated")), {n: model.ahead_of(n) for n, _doc in model.all("payment")}),
            ("allocations", {row[0]: row[1:] for row in look.rows(ALLOCATIONS)}, model.allocations()),
            ("balances", {row[:2]: row[2] for row in look.rows(BALANCES)}, model.balances()),
            ("reports", {row[0]: row[1:] for row in look.rows("SELECT id, report, since, until, reverses_id FROM sent_report")}, model.handed_over()),
            ("promises", dict(look.rows("SELECT id, state FROM v_hold WHERE kind = 'promise'")), model.promises()),
            ("chase", dict(look.rows("SELECT id, state FROM v_chase")), model.chased()),
            ("fulfil", dict(look.rows("SELECT id, fulfil FROM v_order WHERE state <> 'void'")), model.fulfil()),
        ]
        for name, book, wanted in pairs:
            wanted = {key: value for key, value in wanted.items() if value or name == "fulfil"}
            if book != wanted:
                self.differ(name, book, wanted)

    def differ(self, name: str, book: dict[Any, Any], wanted: dict[Any, Any]) -> None:
        """Say what differs."""
        lines = [f"{key}: book {book.get(key)}, model {wanted.get(key)}" for key in sorted({*book, *wanted}) if book.get(key) != wanted.get(key)]
        raise AssertionError(f"{name} differ: " + "; ".join(lines[:4]))

    # -- what a person may ask ---------------------------------------------------------------------------------------------

    def some(self, kind: str, /, **facts: Any) -> int:
        """A document of a kind, now and then one that is void, gone or never was."""
        found = [n for n, _row in self.model.all(kind, **facts)]
        if not found and self.rnd.random() < 0.95:
            raise Nothing
        if not found or self.rnd.random() < 0.03:
            return self.rnd.randint(1, max(self.model.last[kind], 1) + 1)
        return self.rnd.choice(found[-12:] if self.rnd.random() < 0.7 else found)

    def command(self) -> None:
        """One command with facts that are likely to be lawful, and often enough are not."""
        from tests.faults.asking import ASKED

        names = list(ASKED)
        while True:
            name = self.rnd.choices(names, [ASKED[each][0] for each in names])[0]
            with suppress(Nothing):
                if (facts := ASKED[name][1](self)) is not None:
                    self.do(name, **facts)
                    return
