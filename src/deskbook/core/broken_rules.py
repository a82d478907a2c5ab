"""Which rows break a rule of the file: what a person reads where a step, most often one that takes back, would leave what the book refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from deskbook.core.days import show_day
from deskbook.core.journal import kinds, makers, references, sentence
from deskbook.core.money import show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, clauses

# The books' tables are named here as text, as the migrations name them: each question is that of the rule itself, asked for its first row.

SHELF = """
SELECT i.code, p.name, b.qty + m.taken, m.taken, m.day FROM (
  SELECT x.item_id, p.id AS place_id, -sum(iif(x.target_id = p.id, x.qty, -x.qty)) AS taken, max(x.day) AS day
    FROM stock_move x JOIN place p ON p.id IN (x.source_id, x.target_id) WHERE x.id > (SELECT hi FROM mark WHERE tbl = 'stock_move') GROUP BY 1, 2) m
  JOIN stock_balance b ON b.item_id = m.item_id AND b.place_id = m.place_id JOIN place p ON p.id = b.place_id JOIN item i ON i.id = b.item_id
 WHERE b.qty < 0 AND (p.kind IN ('dealer', 'borrower', 'factory', 'head_office') OR p.kind IN ('shelf', 'quarantine') AND NOT i.allow_negative)
 ORDER BY b.qty, b.item_id LIMIT 1"""
SHIPPED = """
SELECT o.no, i.code, -r.qty FROM change c JOIN shipment s ON c.tbl = 'shipment' AND s.id BETWEEN c.row_id AND c.last_id
  JOIN shipment_line l ON l.shipment_id = s.id JOIN v_reservation_due r ON r.order_line_id = l.order_line_id
  JOIN sales_order o ON o.id = r.order_id JOIN item i ON i.id = r.item_id
 WHERE c.step_id = (SELECT id FROM step WHERE digest IS NULL) AND r.qty < 0 LIMIT 1"""
RETURNED = """
SELECT s.no, i.code, q.came - q.sent FROM (
  SELECT DISTINCT l.id, l.shipment_id, l.item_id, iif(s.void OR s.shipped_on IS NULL, 0, l.qty) AS sent,
         (SELECT sum(x.qty) FROM return_line x JOIN goods_return y ON y.id = x.return_id
           WHERE x.shipment_line_id = l.id AND y.void = 0 AND y.state <> 'cancelled') AS came
    FROM change c JOIN goods_return g ON c.tbl = 'goods_return' AND g.id BETWEEN c.row_id AND c.last_id AND g.void = 0 AND g.state <> 'cancelled'
    JOIN return_line r ON r.return_id = g.id JOIN shipment_line l ON l.id = r.shipment_line_id JOIN shipment s ON s.id = l.shipment_id
   WHERE c.step_id = (SELECT id FROM step WHERE digest IS NULL)) q JOIN shipment s ON s.id = q.shipment_id JOIN item i ON i.id = q.item_id
 WHERE q.came > q.sent LIMIT 1"""
SETTLED = """
SELECT k.no, abs(o.open) FROM allocation a JOIN claim k ON k.id IN (a.claim_id, a.credit_id) JOIN v_owed o ON o.claim_id = k.id
 WHERE a.id > (SELECT hi FROM mark WHERE tbl = 'allocation') AND sign(o.open) = -sign(k.amount) LIMIT 1"""
SPENT = """
SELECT p.no, abs(o.open) FROM allocation a JOIN payment p ON p.id IN (a.payment_id, a.refund_id) JOIN v_unallocated o ON o.payment_id = p.id
 WHERE a.id > (SELECT hi FROM mark WHERE tbl = 'allocation') AND sign(o.open) = -sign(p.amount) LIMIT 1"""
SELLER = "SELECT p.name, s.name FROM party p JOIN party s ON s.id = p.salesperson_id WHERE p.void = 0 AND s.salesperson = 0 LIMIT 1"
SUPPLIER = "SELECT i.code, s.name FROM item i JOIN party s ON s.id = i.supplier_id WHERE i.void = 0 AND s.supplier = 0 LIMIT 1"
Fact = tuple[str, Callable[[Any], str]]
TOLD: dict[str, tuple[str, str, tuple[Fact, ...]]] = {
    "There would be less than nothing on the shelf.": (
        SHELF, N_("{item} at {place}: {there} there, and {taken} of {day} would go."),
        (("item", str), ("place", str), ("there", show_quantity), ("taken", show_quantity), ("day", show_day)),
    ),
    "More would be shipped than was ordered.": (
        SHIPPED, N_("{qty} more of {item} would be shipped than {no} orders."), (("no", str), ("item", str), ("qty", show_quantity)),
    ),
    "More would come back than was shipped.": (
        RETURNED, N_("{qty} more of {item} would come back than {no} took along."), (("no", str), ("item", str), ("qty", show_quantity)),
    ),
    "More would be settled than the claim is worth.": (
        SETTLED, N_("{no} would be settled for {amount} more than it is worth."), (("no", str), ("amount", show_money)),
    ),
    "More would be taken from the payment than it was.": (
        SPENT, N_("{amount} more would be taken from {no} than it was."), (("no", str), ("amount", show_money)),
    ),
    "Who looks after a party is one of our salespeople.": (
        SELLER, N_("{seller} looks after {name} and stays one of our salespeople."), (("name", str), ("seller", str)),
    ),
    "The supplier of an item is a supplier.": (SUPPLIER, N_("{name} supplies {item} and stays a supplier."), (("item", str), ("name", str))),
}
"""The rules of the end of a step whose rows can be told: the question, the sentence, and its facts in the order of the columns."""


def told(con: sqlite3.Connection, rule: str) -> Refusal | None:
    """The refusal of the open step by a rule of the file, naming the first row that breaks it; None where the rule's own sentence is all there is.

    rule: what its trigger raised, before anything is rolled back.
    """
    if rule not in TOLD:
        return None
    sql, words, facts = TOLD[rule]
    row = con.execute(sql).fetchone()
    return None if row is None else Refusal("", words, **{name: write(value) for (name, write), value in zip(facts, row, strict=True)})


def written_again(con: sqlite3.Connection, table: str, row: Mapping[str, Any], text: str) -> Refusal | None:
    """The refusal of a row that would come back, where there can be only one of it and another was written meanwhile: by which step.

    text: what SQLite says of it. None where that is about something else.
    """
    once = [name.removeprefix(f"{table}.") for name in text.removeprefix("UNIQUE constraint failed: ").split(", ")]
    if not text.startswith("UNIQUE") or not set(once) <= row.keys():
        return None
    same = " AND ".join(f"{name} = :{name}" for name in once)
    stands = " AND void = 0" if "void" in row else ""
    other = con.execute(f"SELECT id FROM {table} WHERE {same} AND id <> :id{stands}", row).fetchone()
    made = "SELECT max(step_id) FROM change WHERE tbl = ? AND ? BETWEEN row_id AND last_id AND op IN ('I', 'U')"
    step = con.execute(made, (table, *other)).fetchone()[0] if other else None
    return None if step is None else Refusal("", N_("It was written again meanwhile: {step}. Take that back first."), step=sentence(con, step))


def names_what_is_gone(con: sqlite3.Connection, text: str) -> Refusal | None:
    """The refusal of the open step that leaves rows naming others that are not there: which steps wrote the rows, or took away what they name.

    text: what SQLite says when the step ends. None where that is about something else.
    """
    if not text.startswith("FOREIGN KEY"):
        return None
    step = con.execute("SELECT id FROM step WHERE digest IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()[0]
    known = kinds(con)
    touched = {table for (table,) in con.execute("SELECT DISTINCT tbl FROM change WHERE step_id = ?", (step,))}
    asked = sorted(touched | {child for table in touched for child, _column in references(con, table) if child in known})
    written: set[int] = set()
    taken: set[int] = set()
    for table, row, parent, nth in [found for child in asked for found in con.execute(f"PRAGMA foreign_key_check({child})").fetchall()]:
        column = next(key[3] for key in con.execute(f"PRAGMA foreign_key_list({table})") if key[0] == nth)
        to = con.execute(f"SELECT {column} FROM {table} WHERE id = ?", (row,)).fetchone()[0]
        gone = con.execute("SELECT max(step_id) FROM change WHERE tbl = ? AND row_id = ? AND op = 'D'", (parent, to)).fetchone()[0]
        if gone == step:
            written |= makers(con, table, row) - {step}
        elif gone is not None:
            taken.add(gone)
    if written:
        words, steps = N_("What has a number or was posted keeps what it names, even taken back: {steps}"), written
    elif taken:
        words, steps = N_("What it names was taken back: {steps}"), taken
    else:
        return None
    return Refusal("", words, steps=clauses(sentence(con, each) for each in sorted(steps, reverse=True)[:5]))
