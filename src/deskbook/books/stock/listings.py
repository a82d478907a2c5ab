"""The lists of goods: stock, what runs out, moves, places."""
from __future__ import annotations

from dataclasses import replace

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.words import N_

KINDS = {
    "shelf": N_("shelf", "place"),
    "quarantine": N_("quarantine"),
    "supplier": N_("supplier"),
    "customer": N_("customer"),
    "dealer": N_("dealer"),
    "borrower": N_("borrower"),
    "factory": N_("repair factory"),
    "head_office": N_("head office"),
    "loss": N_("loss and gain"),
    "opening": N_("opening"),
    "merge": N_("merged items"),
}
"""Kinds of place."""
SEVERITIES = {
    "OUT": N_("▲ OUT"),
    "LOW": N_("! LOW"),
    "SOON": N_("· SOON"),
    "COVERED": N_("✓ COVERED"),
    "OVER": N_("+ OVER"),
    "UNREVIEWED": N_("? UNREVIEWED"),
}
"""How urgent an item is: told by shape as well as by word."""

STOCK = Listing(
    name="stock",
    title=N_("Stock"),
    source="v_stock",
    order="code",
    find=("find",),
    views=(
        View("all", N_("all")),
        View("some", N_("with stock"), "shelf > 0"),
        View("zero", N_("at zero"), "shelf <= 0 AND discontinued = 0"),
        View("below", N_("shelf below minimum, active"), "shelf < minimum AND discontinued = 0"),
        View("elsewhere", N_("elsewhere"), "quarantine <> 0 OR elsewhere <> 0"),
        View("on_order", N_("on order"), "on_order > 0"),
    ),
    columns=(
        Column("code", N_("code"), Show.CODE, width=14),
        Column("name", N_("name"), width=14, grows=True),
        Column("shelf", N_("shelf"), Show.QUANTITY, width=8, total=True),
        Column("reserved", N_("reserved"), Show.QUANTITY, width=8, total=True, quiet=True),
        Column("available", N_("available"), Show.QUANTITY, width=9, total=True),
        Column("on_order", N_("on order"), Show.QUANTITY, width=8, total=True, quiet=True),
        Column("next_arrival", N_("next arrival"), Show.DAY, width=10),
        Column("unit", N_("unit"), width=5, wide=True),
        Column("quarantine", N_("quarantine"), Show.QUANTITY, width=10, wide=True, total=True, quiet=True),
        Column("elsewhere", N_("elsewhere"), Show.QUANTITY, width=9, wide=True, total=True, quiet=True),
        Column("minimum", N_("minimum"), Show.QUANTITY, width=8, wide=True),
        Column("projected", N_("projected"), Show.QUANTITY, width=9, wide=True),
        Column("supplier", N_("supplier"), width=16, wide=True),
        Column("last_move", N_("last move"), Show.DAY, width=10, wide=True),
        Column("list_value", N_("list value"), Show.MONEY, width=13, wide=True, total=True),
        Column("owned", N_("owned"), Show.QUANTITY, export_only=True),
        Column("category", N_("category"), export_only=True),
    ),
)

LOW_STOCK = Listing(
    name="low-stock",
    title=N_("Low stock"),
    source="v_low_stock",
    order="rank",
    find=("find",),
    views=(
        View("alerts", N_("alerts"), "severity IN ('OUT', 'LOW', 'SOON') AND snoozed IS NULL"),
        View("out", N_("OUT of stock"), "severity = 'OUT' AND snoozed IS NULL"),
        View("low", N_("low"), "severity = 'LOW' AND snoozed IS NULL"),
        View("soon", N_("soon"), "severity = 'SOON' AND snoozed IS NULL"),
        View("covered", N_("covered"), "severity = 'COVERED'"),
        View("over", N_("over"), "severity = 'OVER'"),
        View("unreviewed", N_("unreviewed"), "minimum > 0 AND minimum_on < date(:today, '-12 months')"),
        View("snoozed", N_("snoozed"), "snoozed IS NOT NULL"),
        View("all", N_("all")),
    ),
    columns=(
        Column("severity", N_("state"), Show.WORD, width=9, words=SEVERITIES),
        Column("code", N_("code"), Show.CODE, width=13),
        Column("name", N_("name"), width=10, grows=True),
        Column("available", N_("available"), Show.QUANTITY, width=9),
        Column("wanted", N_("to order"), Show.QUANTITY, width=7),
        Column("supplier", N_("supplier"), width=11),
        Column("phone", N_("phone"), Show.CODE, width=14),
        Column("minimum", N_("minimum"), Show.QUANTITY, width=8, wide=True),
        Column("projected", N_("projected"), Show.QUANTITY, width=9, wide=True),
        Column("on_order", N_("on order"), Show.QUANTITY, width=8, wide=True, quiet=True),
        Column("next_arrival", N_("next arrival"), Show.DAY, width=10, wide=True),
        Column("shelf", N_("shelf"), Show.QUANTITY, width=8, wide=True),
        Column("reserved", N_("reserved"), Show.QUANTITY, width=8, wide=True, quiet=True),
        Column("goal", N_("target"), Show.QUANTITY, width=8, wide=True),
        Column("lead_days", N_("lead days"), Show.COUNT, width=9, wide=True),
        Column("snoozed", N_("snoozed until"), Show.DAY, width=13, wide=True),
        Column("unit", N_("unit"), export_only=True),
        Column("minimum_on", N_("minimum set on"), Show.DAY, export_only=True),
        Column("last_move", N_("last move"), Show.DAY, export_only=True),
    ),
)

STANDING = "+reverses_id IS NULL AND id NOT IN (SELECT reverses_id FROM stock_move WHERE reverses_id IS NOT NULL)"
"""Moves that were not taken back and take nothing back. As a set, not row by row; the plus keeps the order by day on its own index."""


def _at(column: str, kind: str) -> str:
    """Moves from or to a place of a kind; the plus, as above: nearly all moves leave the same shelf."""
    return f"+{column} IN (SELECT id FROM place WHERE kind = '{kind}')"


MOVES = Listing(
    name="moves",
    title=N_("Moves"),
    source="v_move",
    order="day",
    descending=True,
    day="day",
    find=("find",),
    views=(
        View("standing", N_("that stand"), STANDING),
        View("in", N_("arrived"), f"{_at('target_id', 'shelf')} AND NOT {_at('source_id', 'shelf')} AND {STANDING}"),
        View("out", N_("outbound"), f"{_at('target_id', 'customer')} AND {STANDING}"),
        View("adjusted", N_("corrected counts"), f"({_at('source_id', 'loss')} OR {_at('target_id', 'loss')}) AND {STANDING}"),
        View("taken_back", N_("taken back", "in red"), "reverses_id IS NOT NULL OR reversed_by IS NOT NULL"),
        View("all", N_("all")),
    ),
    columns=(
        Column("day", N_("day"), Show.DAY, width=10),
        Column("code", N_("code"), Show.CODE, width=11),
        Column("name", N_("name"), width=8, grows=True),
        Column("qty", N_("quantity"), Show.QUANTITY, width=8),
        Column("source", N_("from"), width=12),
        Column("target", N_("to"), width=12),
        Column("document", N_("document"), Show.CODE, width=11),
        Column("reason", N_("reason"), width=16, wide=True),
        Column("shelf_change", N_("shelf"), Show.QUANTITY, width=9, wide=True),
        Column("unit", N_("unit"), width=5, wide=True),
        Column("source_kind", N_("kind of source"), Show.WORD, words=KINDS, export_only=True),
        Column("target_kind", N_("kind of target"), Show.WORD, words=KINDS, export_only=True),
        Column("reverses_id", N_("takes back move"), Show.COUNT, export_only=True),
    ),
)

BALANCE = Column("balance", N_("shelf"), Show.QUANTITY, width=8)
ITEM_MOVES = replace(
    MOVES,
    source="(SELECT v.*, sum(shelf_change) OVER (PARTITION BY item_id ORDER BY day, id) AS balance FROM v_move v)",
    columns=(
        MOVES.column("day"),
        replace(MOVES.column("source"), grows=True),
        MOVES.column("target"),
        MOVES.column("qty"),
        BALANCE,
        MOVES.column("document"),
        replace(MOVES.column("reason"), wide=False),
        MOVES.column("unit"),
        *(
            replace(MOVES.column(name), grows=False, wide=False, export_only=True)
            for name in ("code", "name", "source_kind", "target_kind", "reverses_id")
        ),
    ),
)
"""The moves of one item (ask for its item_id), with what was on our shelves after each."""

PLACES = Listing(
    name="places",
    title=N_("Places"),
    source="v_place",
    find=("find",),
    views=(View("open", N_("in use"), "closed = 0"), View("all", N_("all"))),
    columns=(
        Column("code", N_("code"), Show.CODE, width=12),
        Column("name", N_("name"), width=20, grows=True),
        Column("kind", N_("kind"), Show.WORD, width=16, words=KINDS),
        Column("items", N_("items"), Show.COUNT, width=7),
        Column("party", N_("whose"), width=20),
    ),
)

STOCK_BY_PLACE = Listing(
    name="stock-by-place",
    title=N_("Stock by place"),
    source="v_stock_place",
    order="code",
    find=("find",),
    columns=(
        Column("place", N_("place"), width=16),
        Column("code", N_("code"), Show.CODE, width=14),
        Column("name", N_("name"), width=20, grows=True),
        Column("qty", N_("quantity"), Show.QUANTITY, width=10, total=True),
        Column("unit", N_("unit"), width=6),
        Column("kind", N_("kind"), Show.WORD, width=14, words=KINDS),
    ),
)
