"""Ask the journal: every step, newest first, and the records it made or changed."""
from __future__ import annotations

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.store import Look
from deskbook.core.words import N_

STATES = {"": "", "gone": N_("taken back"), "back": N_("takes back"), "again": N_("does again")}

# What a step says, through the steps that take it back or do it again: [how many of those, its words with their facts, the command's name].
SAID = """(WITH RECURSIVE up(undoes_id, says, command, depth) AS (
    SELECT s.undoes_id, s.says, s.command, 0
     UNION ALL SELECT t.undoes_id, t.says, t.command, up.depth + 1 FROM step t JOIN up ON t.id = up.undoes_id)
  SELECT json_array(depth, says, command) FROM up ORDER BY depth DESC LIMIT 1)"""
# How many steps, each about the one before, came after: an odd number took it back.
AFTER = """(WITH RECURSIVE down(id, depth) AS (
    SELECT s.id, 0 UNION ALL SELECT t.id, down.depth + 1 FROM step t JOIN down ON t.undoes_id = down.id)
  SELECT max(depth) FROM down)"""
FOLDED = "lower(replace(replace(replace(replace(replace({0}, '-', ''), ' ', ''), '.', ''), '/', ''), ',', ''))"

STEPS = Listing(
    name="journal",
    title=N_("Journal"),
    source=f"""(SELECT s.id, s.at, s.clerk, {SAID} AS said,
         CASE WHEN {AFTER} % 2 THEN 'gone' WHEN s.undoes_id IS NULL THEN ''
              WHEN json_extract({SAID}, '$[0]') % 2 THEN 'back' ELSE 'again' END AS state,
         {FOLDED.format("s.clerk || ' ' || coalesce(json_extract(s.says, '$[0]'), s.command)")} || ' ' ||
         coalesce((SELECT group_concat({FOLDED.format("value")}, ' ') FROM json_each(s.says, '$[1]')), '') AS find
    FROM step s WHERE s.digest IS NOT NULL)""",
    columns=(
        Column("at", N_("when"), Show.MOMENT, width=16),
        Column("clerk", N_("who"), width=12),
        Column("said", N_("what"), Show.SAID, width=40, grows=True),
        Column("state", N_("state"), Show.WORD, width=10, words=STATES),
    ),
    order="id",
    descending=True,
    find=("find",),
    day="at",
    views=(
        View("all", N_("all")),
        View("today", N_("today"), "at >= :midnight"),
        View("gone", N_("taken back"), "state = 'gone'"),
    ),
)

RECORDS: tuple[tuple[str, str, str, str], ...] = (
    ("sales_order", "orders", N_("order"), "no"),
    ("shipment", "shipments", N_("shipment"), "no"),
    ("purchase", "purchases", N_("purchase"), "no"),
    ("entry", "ledger", N_("entry"), "no"),
    ("item", "items", N_("item"), "code || '  ' || name"),
    ("party", "parties", N_("party"), "name"),
    ("task", "tasks", N_("task"), "text"),
    ("account", "accounts", N_("account"), "name"),
    ("place", "places", N_("place"), "name"),
)
"""Tables whose rows a person knows by a number or a name: table, book, what one is called, SQL of its name."""
MOST = 20
"""Records named on the card of a step."""


def state_of(look: Look, step: int) -> tuple[str, str]:
    """State of a step (a key of STATES), and the command's name."""
    found = look.row(f"SELECT state, said ->> '$[2]' FROM {STEPS.source} WHERE id = :step", step=step)
    return (str(found[0]), str(found[1])) if found else ("", "")


def records_of(look: Look, step: int) -> list[tuple[str, str, int, str]]:
    """What a step made, changed or stood on: (book, what it is called, id as the book's list knows it, its name), at most MOST."""
    found: list[tuple[str, str, int, str]] = []
    for table, book, called, named in RECORDS:
        row = "(SELECT min(p.id) FROM posting p WHERE p.entry_id = r.id)" if table == "entry" else "r.id"
        found += [
            (book, called, int(known), str(name))
            for known, name in look.rows(
                f"SELECT DISTINCT coalesce({row}, 0), {named} FROM change c JOIN {table} r ON r.id BETWEEN c.row_id AND c.last_id"
                " WHERE c.step_id = :step AND c.tbl = :table ORDER BY r.id LIMIT :most",
                step=step, table=table, most=MOST,
            )
        ]
    return found[:MOST]
