"""All rules of all books, for `deskbook check` and the nightly run."""

from __future__ import annotations

from importlib import import_module

from deskbook.core.check import Finding, Rule, check
from deskbook.core.store import Look
from deskbook.core.words import N_

BOOKS = ("parties", "items", "ledger", "claims", "stock", "purchases", "series", "orders",
         "quotes", "shipments", "returns", "receivables", "documents", "tasks", "reports")


# A number that came with its document from elsewhere stands in the facts of the step that made it; only what we counted ourselves goes one by one.
GAPS = """
SELECT series || printf('%04d', before + 1) || ' – ' || series || printf('%04d', n - 1) FROM (
  SELECT id, no, series, n, coalesce(lag(n) OVER (PARTITION BY series ORDER BY n), 0) AS before
    FROM (SELECT id, no, substr(no, 1, 7) AS series, CAST(substr(no, 8) AS INTEGER) AS n
            FROM {table} WHERE no GLOB '[A-Z]-[0-9][0-9][0-9][0-9]-[0-9]*' AND substr(no, 8) NOT GLOB '*[^0-9]*')) g
 WHERE n > before + 1
   AND NOT EXISTS (SELECT 1 FROM change c JOIN step s ON s.id = c.step_id
                    WHERE c.tbl = '{table}' AND c.op = 'I' AND g.id BETWEEN c.row_id AND c.last_id AND instr(s.facts, '"' || g.no || '"'))
 ORDER BY series, n"""


def missing_numbers(look: Look) -> list[str]:
    """Numbers of our own series (S-2026-0412) that no document has, void ones included: from – to."""
    named = "SELECT m.tbl FROM mark m WHERE m.kind = 'numbered' AND EXISTS (SELECT 1 FROM pragma_table_info(m.tbl) WHERE name = 'no') ORDER BY m.tbl"
    return [str(gap) for (table,) in look.rows(named) for (gap,) in look.rows(GAPS.format(table=table))]


NUMBERS = Rule(N_("No number of our own series is missing; void ones count."), prove=missing_numbers)


def rules() -> list[Rule]:
    """Every rule the books declare, book by book."""
    return [*(rule for book in BOOKS for rule in import_module(f"deskbook.books.{book}.queries").RULES), NUMBERS]


def check_all(look: Look) -> list[Finding]:
    """Every rule recomputed, with what breaks it."""
    return check(look, rules())
