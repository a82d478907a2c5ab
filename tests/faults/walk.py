"""A walk of random steps through the book and its model side by side: what the model takes the book must take, and everything stands alike."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from deskbook.core import days
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store
from deskbook.core.verify import verify
from deskbook.exchange.found import ACCOUNTS, PLACES, create
from deskbook.exchange.proof import check_all
from tests.faults.beside import COMMANDS
from tests.faults.compared import OF_TODAY, Told, differ, posted_until, should_stand, should_tell, stands, stood_at, told_of
from tests.faults.model.office import Office
from tests.faults.model.posted import No, need

FIRST = date(2026, 11, 23)


def heard(answer: Any) -> Any:
    """What a command answered, without the words in it: of a claim that is not chased only its number and why."""
    return answer | {"dropped": [row[:2] for row in answer["dropped"]]} if isinstance(answer, dict) else answer


Story = Generator[tuple[str, dict[str, Any]], Any, Any]
"""Commands and their facts; it is sent what each returned, or told by Nothing that it was refused."""


class Nothing(Exception):
    """There is nothing of the kind that a command is about; another one is asked."""


class Walk:
    """One book, its model, and the dice."""

    def __init__(self, path: Path, seed: int, *, every: int = 50) -> None:
        self.rnd = Random(seed)
        self.seed, self.every = seed, every
        self.path = path
        self.done: Counter[str] = Counter()
        self.undone: Counter[str] = Counter()
        self.trail: list[str] = []
        self.days: set[date] = set()
        self.photographs: list[tuple[int, Told]] = []
        self.sent: dict[int, str] = {}
        self.n = 0
        self.last: tuple[str, str, dict[str, Any], Any] | None = None
        self.story: Story | None = None
        self.heard: Any = None
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

    def one(self) -> None:
        """One thing: most often a command, now and then one of a story, or something that befalls a book."""
        if self.rnd.random() < (0.7 if self.story else 0.03) and self.tell():
            return
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

    def tell(self) -> bool:
        """The next command of the story that is told, or the first of another; whether there was one."""
        from tests.faults.stories import STORIES

        if self.story is None:
            self.story, self.heard = self.rnd.choice(STORIES)(self), None
        try:
            name, facts = self.story.throw(self.heard) if isinstance(self.heard, Nothing) else self.story.send(self.heard)
        except (StopIteration, Nothing):
            self.story = None
            return False
        self.heard = None
        if name == "undo":
            self.undo(facts["step"], name)
        elif name == "clock":
            self.jump(facts["days"])
        else:
            self.heard = self.last[3] if self.do(name, **facts) and self.last else Nothing()
        return True

    def older(self) -> int:
        """A step of a while ago; now and then the rarest of the last ones, or what took one back, which does it again, perhaps without what it
        stood on.
        """
        if self.rnd.random() < 0.5:
            late = range(max(self.begun, self.model.position - 25) + 1, self.model.position + 1)
            commands = {n: self.model.command_of(n) for n in late}
            return min(late, key=lambda n: (self.undone[commands[n]], self.done[commands[n]]), default=self.begun + 1)
        back = [n for n in range(max(self.begun, self.model.position - 15) + 1, self.model.position + 1) if self.model.steps[n].undoes]
        if back and self.rnd.random() < 0.3:
            return self.rnd.choice(back)
        low = max(self.begun + 1, self.model.position - self.rnd.choice((5, 20, 100)))
        return self.rnd.randint(low, max(low, self.model.position))

    def do(self, name: str, /, **facts: Any) -> bool:
        """One command on both sides; whether both took it."""
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
            return False
        assert lawful, f"{name} must be refused ({why}), and was taken"
        if wanted is not None:
            assert heard(got) == wanted, f"{name} returned {got}, not {wanted}"
        self.done[name] += 1
        self.last = (key, name, facts, got)
        return True

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
            self.undone.update(self.model.command_of(each) for each in got)
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

    def jump(self, by: int | None = None) -> None:
        """The clock goes on, or back; so many days."""
        day = self.model.today + timedelta(days=by or self.rnd.choice((1, 1, 1, 2, 7, 40, -1, -3, -30)))
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
            "UPDATE sent_report SET body = '{}'",
            "DELETE FROM sent_report",
            "UPDATE allocation SET amount = amount + 1",
            "DELETE FROM allocation",
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
        """Everything that stands, and everything that follows from it; now and then a photograph of it is kept."""
        told, wanted = stands(self.book.look), should_stand(self.model)
        differ(told, wanted)
        for row, body in self.book.look.rows("SELECT id, body FROM sent_report"):
            assert self.sent.setdefault(row, body) == body, f"report {row} is not as it was sent"
        if self.rnd.random() < 0.02:
            self.photographs.append((self.model.position, wanted))

    def prove(self) -> None:
        """The book's own two proofs, on the last day that was: what was written then is not of a day to come. Then what it tells of other days."""
        today = self.model.today
        self.clock(max(self.days))
        self.book.turn_day()
        wrong = verify(self.book.look.con) + [f"{finding.rule} {finding.faults[:2]}" for finding in check_all(self.book.look) if finding.faults]
        self.clock(today)
        self.book.turn_day()
        assert not wrong, wrong
        day = today - timedelta(days=self.rnd.choice((0, 1, 5, 30)))
        differ(told_of(self.book.look, day), should_tell(self.model, day), about=f" on {day}")
        goods, money = self.model.posted_until(day.isoformat())
        differ(posted_until(self.book.look.con, day), {"goods": dict(goods), "money": dict(money)}, about=f" until {day}")
        if self.photographs:
            step, wanted = self.rnd.choice(self.photographs)
            differ(stood_at(self.book.look.con, step), wanted, leave=OF_TODAY, about=f" as the book stood at step {step}")

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
