"""The accounts of the day book: trial balance, income and expenses."""

from __future__ import annotations

from datetime import timedelta

from deskbook.books.reports.made import Figure, Line, Made, Period
from deskbook.core.listing import Ask, Column, Show
from deskbook.core.store import Look
from deskbook.core.words import N_

IN_PERIOD = "day BETWEEN :since AND :until"


def trial_balance(look: Look, period: Period, _choice: str) -> Made:
    """Every account: what stood before, what came and went, what stands; each column of balances adds up to nothing."""
    rows = look.rows(
        "SELECT a.id, a.code, a.name, a.money, coalesce(sum(iif(d.day < :since, d.taken_in - d.paid_out, 0)), 0),"
        " coalesce(sum(iif(d.day >= :since, d.taken_in, 0)), 0), coalesce(sum(iif(d.day >= :since, d.paid_out, 0)), 0)"
        " FROM account a JOIN account_day d ON d.account_id = a.id AND d.day <= :until GROUP BY a.id ORDER BY a.money DESC, a.kind, a.code",
        **period.days,
    )
    columns = (
        Column("account", N_("account"), width=18, grows=True),
        Column("opening", N_("before", "balance"), Show.MONEY, width=14, total=True),
        Column("debit", N_("debit"), Show.MONEY, width=14, total=True, quiet=True),
        Column("credit", N_("credit"), Show.MONEY, width=14, total=True, quiet=True),
        Column("closing", N_("after", "balance"), Show.MONEY, width=14, total=True),
    )
    lines = []
    for account, code, name, money, before, debit, credit in rows:
        if not (before or debit or credit):
            continue
        book, within = _postings(account, money, period)
        earlier, all_of_it = within.but(since=None, until=period.since - timedelta(days=1)), within.but(since=None)
        told = ((("opening",), earlier), (("debit", "credit"), within), (("closing",), all_of_it))
        figures = tuple(Figure(names, book, ask) for names, ask in told)
        lines.append(Line(code, (name, before, debit, credit, before + debit - credit), book, within, figures))
    return Made(columns, lines)


def _postings(account: int, money: int, period: Period) -> tuple[str, Ask]:
    book, view = ("ledger", "all") if money else ("postings", "")
    return book, Ask(view=view, only=(("account_id", account),), since=period.since, until=period.until)


def income(look: Look, period: Period, _choice: str) -> Made:
    """Income and expenses of the day book by account; income counts for more than nothing, expenses for less."""
    rows = look.rows(
        "SELECT a.id, a.code, a.name, a.kind, count(DISTINCT p.entry_id), -sum(p.amount) FROM account a JOIN posting p ON p.account_id = a.id"
        f" WHERE a.kind IN ('income', 'expense') AND p.{IN_PERIOD} GROUP BY a.id HAVING sum(p.amount) <> 0 ORDER BY a.kind DESC, 6 DESC",
        **period.days,
    )
    columns = (
        Column("account", N_("account"), width=20, grows=True),
        Column("kind", N_("kind"), Show.WORD, width=9, words={"income": N_("income"), "expense": N_("expense")}),
        Column("entries", N_("entries"), Show.COUNT, width=8),
        Column("amount", N_("amount"), Show.MONEY, width=15, total=True),
    )
    return Made(
        columns, [Line(code, (name, kind, count, amount), *_postings(account, 0, period)) for account, code, name, kind, count, amount in rows]
    )
