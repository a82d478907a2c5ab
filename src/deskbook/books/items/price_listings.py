"""The list of the prices agreed with customers and of price lists."""
from __future__ import annotations

from deskbook.core.listing import Column, Listing, Show, View
from deskbook.core.words import N_

PRICES = Listing(
    name="prices",
    title=N_("Special prices"),
    source="v_special_price",
    columns=(
        Column("who", N_("customer or list"), width=18, grows=True),
        Column("code", N_("item"), Show.CODE, width=14),
        Column("price", N_("price"), Show.PRICE, width=10),
        Column("least", N_("from quantity"), Show.QUANTITY, width=9, quiet=True),
        Column("since", N_("since"), Show.DAY, width=10),
        Column("until", N_("until"), Show.DAY, width=10),
        Column("name", N_("name"), width=16, wide=True),
        Column("list_price", N_("list price"), Show.PRICE, width=10, wide=True),
        Column("below", N_("below the list"), Show.PERCENT, width=8, wide=True),
        Column("floor_price", N_("floor price"), Show.PRICE, width=10, wide=True),
        Column("unit", N_("unit"), width=5, wide=True),
        Column("note", N_("note"), width=16, wide=True),
        Column("customer", N_("customer"), export_only=True),
        Column("list", N_("price list"), Show.CODE, export_only=True),
    ),
    order="who",
    find=("find",),
    views=(
        View("now", N_("in force"), "since <= :today AND (until IS NULL OR until >= :today)"),
        View("ending", N_("ending within 30 days"), "since <= :today AND until BETWEEN :today AND date(:today, '+30 days')"),
        View("coming", N_("still to come"), "since > :today"),
        View("under", N_("below the floor"), "price < floor_price AND (until IS NULL OR until >= :today)"),
        View("over", N_("ended"), "until < :today"),
        View("all", N_("all")),
    ),
)
