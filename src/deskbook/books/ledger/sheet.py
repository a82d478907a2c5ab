"""The day sheet for head office: the money and the goods of one day, on one page, the same however often it is made."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len

from deskbook.core import days
from deskbook.core.money import show_money
from deskbook.core.paper import both, put
from deskbook.core.quantity import show_quantity
from deskbook.core.store import Look
from deskbook.core.words import N_, _, listed, plural

PAGE = 64
"""Lines of an A4 page as office printers set plain text."""


@dataclass(frozen=True, slots=True)
class SheetAccount:
    """A money account on the day, in cents; counted: what was found when the day was closed."""

    name: str
    opening: int
    taken_in: int
    paid_out: int
    closing: int
    counted: int | None = None
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A day-book line, in cents; what takes another line back is negative and has a mark."""

    no: str
    mark: str
    account: str
    party: str
    purpose: str
    document: str
    paper_day: str | None
    taken_in: int
    paid_out: int


@dataclass(frozen=True, slots=True)
class SheetGoods:
    """Goods that left with one shipment, or came with one order to a supplier. items: code, quantity in 1/1000."""

    no: str
    party: str
    items: tuple[tuple[str, int], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One day. closed_by: "" while it is open; step, digest: where the journal stood (of a closed day: when it was closed)."""

    company: str
    day: str
    accounts: tuple[SheetAccount, ...]
    lines: tuple[SheetLine, ...]
    sent: tuple[SheetGoods, ...]
    received: tuple[SheetGoods, ...]
    closed_by: str
    step: int
    digest: str


def day_sheet(look: Look, day: date) -> DaySheet:
    """What was posted on a day. Read from what is never changed, so that the sheet of a closed day comes out alike every time."""
    iso = day.isoformat()
    closed = look.row("SELECT id, clerk, digest FROM day_close WHERE day = :day", day=iso)
    if closed:
        accounts = look.rows(
            "SELECT a.name, k.opening, k.taken_in, k.paid_out, k.closing, k.counted, k.counted - k.closing"
            " FROM day_count k JOIN account a ON a.id = k.account_id WHERE k.close_id = :close ORDER BY a.id",
            close=closed[0],
        )
        step, digest = look.value("SELECT id FROM step WHERE digest = :digest", digest=closed[2]) or 0, closed[2]
    else:
        accounts = [(name, opening, came, went, opening + came - went) for _id, name, opening, came, went in day_accounts(look, iso)]
        step, digest = look.row("SELECT id, digest FROM step WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1") or (0, "")
    return DaySheet(
        company=look.value("SELECT value FROM office WHERE name = 'company'") or "",
        day=iso,
        accounts=tuple(SheetAccount(*row) for row in accounts),
        lines=tuple(SheetLine(*row) for row in look.rows(LINES_OF_A_DAY, day=iso)),
        sent=_goods(look, SENT, iso),
        received=_goods(look, RECEIVED, iso),
        closed_by=(closed[1] or "?") if closed else "",
        step=int(step),
        digest=str(digest),
    )


def day_accounts(look: Look, day: str) -> list[tuple[int, str, int, int, int]]:
    """Each money account on a day (ISO): id, name, opening, in, out in cents. A closed account only where something moved or lies in it."""
    found: list[tuple[int, str, int, int, int]] = look.rows(
        """SELECT a.id, a.name, coalesce((SELECT sum(x.taken_in - x.paid_out) FROM account_day x WHERE x.account_id = a.id AND x.day < :day), 0),
                  coalesce((SELECT taken_in FROM account_day x WHERE x.account_id = a.id AND x.day = :day), 0),
                  coalesce((SELECT paid_out FROM account_day x WHERE x.account_id = a.id AND x.day = :day), 0)
             FROM account a
            WHERE a.money AND (a.closed = 0 OR EXISTS (SELECT 1 FROM account_day x WHERE x.account_id = a.id AND x.day = :day)
                   OR (SELECT sum(x.taken_in - x.paid_out) FROM account_day x WHERE x.account_id = a.id AND x.day < :day) <> 0) ORDER BY a.id""",
        day=day,
    )
    return found


# What was withdrawn on the day it was written is not shown: both halves are of this day. Everything else is, also red.
LINES_OF_A_DAY = """
SELECT v.no, iif(v.kind = 'correction' OR v.reverses_id IS NOT NULL, '↶', ''), v.account, coalesce(v.party, ''), v.purpose, v.document, v.paper_day,
       coalesce(v.taken_in, 0), coalesce(v.paid_out, 0)
  FROM v_ledger v
 WHERE v.day = :day AND NOT EXISTS (SELECT 1 FROM posting m WHERE m.reverses_id = v.id AND m.day = v.day)
   AND NOT EXISTS (SELECT 1 FROM posting o WHERE o.id = v.reverses_id AND o.day = v.day) ORDER BY v.id"""

SENT = """
SELECT h.no, c.name, i.code, sum(m.qty), trim(coalesce(k.name, '') || ' ' || h.waybill)
  FROM stock_move m JOIN shipment_line l ON l.id = m.shipment_line_id JOIN shipment h ON h.id = l.shipment_id JOIN sales_order o ON o.id = h.order_id
  JOIN party c ON c.id = o.customer_id JOIN item i ON i.id = m.item_id LEFT JOIN party k ON k.id = h.carrier_id
 WHERE m.day = :day GROUP BY h.id, i.id HAVING sum(m.qty) <> 0 ORDER BY h.id, min(m.id)"""

RECEIVED = """
SELECT p.no, s.name, i.code, sum(m.qty), p.their_no
  FROM stock_move m JOIN purchase_line l ON l.id = m.purchase_line_id JOIN purchase p ON p.id = l.purchase_id JOIN party s ON s.id = p.supplier_id
  JOIN item i ON i.id = m.item_id
 WHERE m.day = :day GROUP BY p.id, i.id HAVING sum(m.qty) <> 0 ORDER BY p.id, min(m.id)"""


def _goods(look: Look, sql: str, day: str) -> tuple[SheetGoods, ...]:
    papers: dict[str, SheetGoods] = {}
    for no, party, code, qty, note in look.rows(sql, day=day):
        before = papers[no].items if no in papers else ()
        papers[no] = SheetGoods(no, party, (*before, (code, qty)), note)
    return tuple(papers.values())


# -- on paper --------------------------------------------------------------------------------------------------------------


def sheet_text(sheet: DaySheet, width: int = 78) -> list[str]:
    """The sheet in lines of at most `width` cells, PAGE lines at most, in the language in use.

    Where the day has more lines than the page, the last are said as one sum, so that lines and totals still agree.
    """
    day = date.fromisoformat(sheet.day)
    state = _(N_("closed by {clerk}"), clerk=sheet.closed_by) if sheet.closed_by else _(N_("not closed yet"))
    bar = "─" * width
    head = [both(sheet.company, _(N_("Day sheet")), width), both(days.echo_day(day), state, width), bar]
    foot = [bar, both(_(N_("journal step {step}"), step=sheet.step), "", width), put(sheet.digest, width).rstrip(), _(N_("signed")) + " " + "_" * 24]
    accounts = _accounts(sheet, width)
    sent = [_goods_line(goods, width) for goods in sheet.sent]
    received = [_goods_line(goods, width) for goods in sheet.received]
    room = PAGE - len(head) - len(foot) - len(accounts) - 1 - 6  # three headings, each with an empty line before it
    keep_lines, keep_sent, keep_received = _share(room, len(sheet.lines), len(sent), len(received))
    return [
        *head,
        *accounts,
        "",
        *_heading(_(N_("Money in and out")), len(sheet.lines), width),
        *_money_lines(sheet.lines, keep_lines, width),
        "",
        *_heading(_(N_("Goods sent")), len(sent), width),
        *_some(sent, keep_sent),
        "",
        *_heading(_(N_("Goods received")), len(received), width),
        *_some(received, keep_received),
        *foot,
    ]


def _share(room: int, money: int, sent: int, received: int) -> tuple[int, int, int]:
    """How many lines each part may take of a page: money first, but at least six lines for each kind of goods, where it has them."""
    least_sent, least_received = min(sent, 6), min(received, 6)
    kept_money = min(money, max(3, room - least_sent - least_received))
    left = max(0, room - kept_money)
    kept_sent = min(sent, max(0, left - least_received))
    return kept_money, kept_sent, min(received, max(0, left - kept_sent))


def _heading(words: str, count: int, width: int) -> list[str]:
    return [both(words, str(count), width)]


def _accounts(sheet: DaySheet, width: int) -> list[str]:
    counted = any(account.counted is not None for account in sheet.accounts)
    labels = [_(N_("opening")), _(N_("in")), _(N_("out")), _(N_("closing")), *([_(N_("counted")), _(N_("difference"))] if counted else [])]
    rows: list[tuple[str, list[int | None]]] = []
    for a in sheet.accounts:
        rows.append((a.name, [a.opening, a.taken_in, a.paid_out, a.closing, *([a.counted, a.difference] if counted else [])]))
    if len(rows) > 1:
        rows.append((_(N_("together")), [sum(values[n] or 0 for _name, values in rows) for n in range(4)]))
    shown = [("", labels), *((who, ["" if cents is None else show_money(cents) for cents in values]) for who, values in rows)]
    widths = [max(cell_len(texts[n]) for _who, texts in shown if n < len(texts)) for n in range(len(labels))]
    name = width - sum(widths) - 2 * len(widths)
    lines = [put(who, name) + "".join("  " + put(text, widths[n], right=True) for n, text in enumerate(texts)) for who, texts in shown]
    return [line.rstrip() for line in lines]


def _money_lines(lines: tuple[SheetLine, ...], keep: int, width: int) -> list[str]:
    shown = lines if len(lines) <= keep else lines[: max(0, keep - 1)]
    rest = lines[len(shown):]
    written = [_money_line(line, width) for line in shown]
    if rest:
        words = _(plural(len(rest), N_("… and {count} more line"), N_("… and {count} more lines")), count=len(rest))
        written.append((put(words, width - 24) + _pair(sum(line.taken_in for line in rest), sum(line.paid_out for line in rest))).rstrip())
    total = _pair(sum(line.taken_in for line in lines), sum(line.paid_out for line in lines))
    return [*written, *([put(_(N_("together")), width - 24) + total] if lines else [])]


def _money_line(line: SheetLine, width: int) -> str:
    beside = f"({days.show_day(line.paper_day, today=date.fromisoformat(line.paper_day))})" if line.paper_day else ""
    text = " ".join(part for part in (line.party, line.purpose, line.document, beside) if part)
    left = f"{put(line.mark, 1)} {put(line.no, 11)} {put(line.account, 8)} "
    return (left + put(text, width - 24 - 23) + _pair(line.taken_in, line.paid_out)).rstrip()


def _pair(taken_in: int, paid_out: int) -> str:
    """24 cells."""
    return "".join(" " + put(show_money(cents) if cents else "", 11, right=True) for cents in (taken_in, paid_out))


def _goods_line(goods: SheetGoods, width: int) -> str:
    items = listed(f"{code} × {show_quantity(qty)}" for code, qty in goods.items)
    return f"  {put(goods.no, 11)} {put(goods.party, 18)} {put(items, width - 14 - 19 - 21)} {put(goods.note, 20)}".rstrip()


def _some(lines: list[str], keep: int) -> list[str]:
    if len(lines) <= keep:
        return lines
    shown = lines[: max(0, keep - 1)]
    return [*shown, "  " + _(N_("… and {count} more"), count=len(lines) - len(shown))]
