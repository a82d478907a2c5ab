"""The first sight of the day: live counters, each with the list behind it, the checklist, the purses, the sales of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from deskbook.books.orders.listings import ORDERS
from deskbook.books.purchases.queries import PURCHASES
from deskbook.books.quotes.queries import QUOTES
from deskbook.books.receivables.chase import CHASE, to_chase
from deskbook.books.returns.queries import RETURNS
from deskbook.books.shipments.queries import SHIPMENTS
from deskbook.books.stock.listings import LOW_STOCK
from deskbook.books.tasks.queries import OPEN_TODAY, TASKS
from deskbook.core import days
from deskbook.core.listing import Ask, Listing
from deskbook.core.store import Look
from deskbook.core.window import count, where_of
from deskbook.core.words import N_, _, plural

DETAILS = (
    "SELECT count(*) FROM shipment WHERE state = 'checked' AND void = 0",
    "SELECT max(unconfirmed_days) FROM v_shipment WHERE lifecycle = 'shipped' AND void = 0 AND history = 0 AND snoozed IS NULL",
    "SELECT count(*) FROM expected e CROSS JOIN office_day d WHERE e.promised < d.day"
    " AND NOT EXISTS (SELECT 1 FROM v_quiet q WHERE q.kind = 'supplier' AND q.ref = e.purchase_line_id AND q.about = e.promised)",
    "SELECT count(*) FROM task WHERE kind = 'message' AND done_at IS NULL",
    "SELECT party FROM v_task WHERE kind = 'message' AND done_at IS NULL ORDER BY id LIMIT 1",
    "SELECT count(DISTINCT purchase_id) FROM expected e CROSS JOIN office_day d WHERE e.promised = d.day",
    "SELECT CAST(julianday(d.day) - julianday(min(w.due)) AS INTEGER) FROM office_day d"
    " JOIN owed w ON w.side = 'receivable' AND w.due < d.day AND w.open > 0",
    "SELECT reason FROM sales_order WHERE state = 'hold' AND void = 0 LIMIT 1",
)
"""What is told beside the counts, asked at once: shipments ready, days of the oldest unconfirmed, lines of suppliers late, messages, for whom one is,
purchases that arrive today, days of the oldest unpaid claim, why an order is held."""
QUOTED = {"quote late": N_("{count} late"), "quote expiring": N_("{count} running out"), "quote moved": N_("{count} moved")}


@dataclass(frozen=True, slots=True)
class Counter:
    """One line of "Now": label in the language in use, how many, what to know about them, and the list behind the number."""

    label: str
    count: int
    detail: str
    mark: str
    """A shape for the worst kinds: ▲ stops sales, ! is late."""
    book: str
    ask: Ask


def _low_stock(look: Look, views: tuple[str, ...]) -> tuple[dict[str, int], str]:
    """How many rows each of these views of the low stock has, and the code of the first row of the first: the items are gone through once."""
    asks = {view: where_of(LOW_STOCK, Ask(view=view)) for view in views}
    columns = ", ".join(f"{where} AS {view}" for view, (where, _params) in asks.items())
    sums = ", ".join(f"coalesce(sum({view}), 0)" for view in views)
    params = asks[views[0]][1]  # today, the same for all
    # with one min() in it, SQLite takes the bare column from the row of that minimum
    # the limits that cut nothing keep the inner queries whole: the severity of an item is reckoned once, not once a view
    once = f"(SELECT id, code, severity, snoozed FROM {LOW_STOCK.source} LIMIT -1)"
    sql = f"SELECT {sums}, min(iif({views[0]}, id, NULL)), code FROM (SELECT id, code, {columns} FROM {once} LIMIT -1)"
    *counts, first, code = look.rows(sql, **params)[0]
    return dict(zip(views, map(int, counts), strict=True)), str(code) if first is not None else ""


def counters(look: Look) -> list[Counter]:
    """What is on fire, in the order it should be put out. Every count is the length of the list that opens behind it."""

    def ask(view: str) -> Ask:
        return Ask(view=view)

    def line(label: str, book: str, listing: Listing, view: str, detail: str = "", mark: str = "", n: int | None = None) -> Counter:
        n = count(look, listing, ask(view)) if n is None else n
        return Counter(_(label), n, detail if n else "", mark if n else "", book, ask(view))

    ready, oldest, lines, untold, whom, arriving, unpaid, held = look.rows(f"SELECT {', '.join(f'({sql})' for sql in DETAILS)}")[0]
    asked: dict[str, int] = dict(look.rows("SELECT kind, count(*) FROM v_quote_task WHERE snoozed IS NULL GROUP BY kind"))
    low, worst = _low_stock(look, ("out", "low", "soon"))
    return [
        line(N_("OUT of stock"), "low", LOW_STOCK, "out", worst, "▲", low["out"]),
        line(N_("LOW"), "low", LOW_STOCK, "low", mark="!", n=low["low"]),
        line(N_("SOON (in lead time)"), "low", LOW_STOCK, "soon", n=low["soon"]),
        line(N_("To ship today"), "orders", ORDERS, "to_ship", _("{count} ready", count=ready) if ready else ""),
        line(N_("Orders late"), "orders", ORDERS, "late", mark="!"),
        line(N_("Orders held"), "orders", ORDERS, "hold", str(held or "")),
        line(N_("Arrival unconfirmed"), "shipments", SHIPMENTS, "unconfirmed", _("oldest {days}d", days=oldest) if oldest else ""),
        line(N_("Supplier overdue"), "purchases", PURCHASES, "late", _(plural(lines, N_("{count} line"), N_("{count} lines")), count=lines), "!"),
        line(N_("Arriving today"), "purchases", PURCHASES, "arriving", n=int(arriving)),
        line(N_("To chase"), "chase", CHASE, "now", _("oldest {days}d", days=unpaid) if unpaid else "", "!", n=to_chase(look)),
        line(
            N_("Quotes to see to"),
            "quotes",
            QUOTES,
            "see_to",
            next((_(words, count=asked[kind]) for kind, words in QUOTED.items() if kind in asked), ""),  # what presses most: there is room for one
            "!" if "quote late" in asked else "",
        ),
        line(N_("Returns to decide"), "returns", RETURNS, "to_decide"),
        line(N_("Messages not told"), "tasks", TASKS, "messages", _("for {name}", name=whom) if whom else "", "!", int(untold)),
    ]


def quiet(look: Look) -> int:
    """How many tasks of the system are quiet for a while: no number above counts them."""
    kinds = {f"kind{n}": kind for n, (kind,) in enumerate(look.rows("SELECT DISTINCT kind FROM v_quiet"))}
    if not kinds:
        return 0
    named = ", ".join(f":{name}" for name in kinds)  # by name, so that nothing is asked of the kinds of which none is quiet
    return int(look.value(f"SELECT count(*) FROM v_system_task WHERE kind IN ({named}) AND snoozed IS NOT NULL", **kinds))


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the checklist. mark: ✓ to do, ✗ done, as the assistants mark it; age in days since it was noted."""

    id: int
    mark: str
    text: str
    age: int | None
    due: str | None
    overdue: bool
    done: bool


def checklist(look: Look) -> list[Task]:
    """Today's tasks: oldest open ones first, what was done today below. Messages have a counter of their own."""
    today = days.today()
    rows = look.rows(
        "SELECT id, mark, text, age, due, overdue, done_at IS NOT NULL FROM v_task"
        f" WHERE ({OPEN_TODAY}) AND kind = 'task' ORDER BY done_at IS NOT NULL, made_on, id",
        today=today.isoformat(), midnight=days.day_span(today)[0],
    )
    return [Task(row, mark, text, age, due, bool(overdue), bool(done)) for row, mark, text, age, due, overdue, done in rows]


def purses(look: Look) -> list[tuple[str, int, int]]:
    """The money accounts: name, opening of today, what is in it now (cents)."""
    return [
        (str(name), int(opening), int(balance))
        for name, opening, balance in look.rows("SELECT name, opening, balance FROM v_account WHERE money = 1 AND closed = 0 ORDER BY id")
    ]


def sold(*, span: int = 30) -> Ask:
    """The question to the orders whose totals add up to the sales of the last `span` days."""
    today = days.today()
    return Ask(view="sold", since=today - timedelta(days=span - 1), until=today)


def sales(look: Look, *, span: int = 30) -> tuple[list[int], int]:
    """Order totals (cents) of each of the last `span` days, oldest first, and the sum of the `span` days before them."""
    today = days.today()
    since = today - timedelta(days=2 * span - 1)
    sql = (
        "SELECT o.day, sum(l.amount) FROM sales_order o JOIN order_line l ON l.order_id = o.id"
        " WHERE o.day >= :since AND o.day <= :today AND o.void = 0 AND o.state NOT IN ('cancelled', 'draft') GROUP BY o.day"
    )
    by_day = {str(day): int(total) for day, total in look.rows(sql, since=since.isoformat(), today=today.isoformat())}
    series = [by_day.get((since + timedelta(days=n)).isoformat(), 0) for n in range(2 * span)]
    return series[span:], sum(series[:span])
