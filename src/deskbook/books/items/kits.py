"""Kits (套餐): what an item consists of on a day, and how many can be made of what is on the shelves."""
from __future__ import annotations

from dataclasses import dataclass

from deskbook.core.check import Rule
from deskbook.core.quantity import show_quantity
from deskbook.core.store import Look
from deskbook.core.words import N_, _


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a kit. qty: in one kit, 1/1,000; share: its weight in the kit's price; decimals: how finely it is counted."""

    item: int
    code: str
    name: str
    unit: str
    qty: int
    share: int
    decimals: int = 3


@dataclass(frozen=True, slots=True)
class Kit:
    """What an item consists of from a day on; until: the last day, None where no end is set."""

    id: int
    item: int
    code: str
    since: str
    until: str | None
    note: str
    parts: tuple[Part, ...]


def kit_of(look: Look, item: int, day: str | None = None) -> Kit | None:
    """The kit that an item is on a day (ISO; today): the one that began last, unless it has ended; None where it is none."""
    row = look.row(
        "SELECT k.id, k.item_id, i.code, k.since, k.until, k.note, coalesce(:day, d.day)"
        " FROM office_day d CROSS JOIN kit k JOIN item i ON i.id = k.item_id"
        " WHERE k.item_id = :item AND k.since <= coalesce(:day, d.day) ORDER BY k.since DESC LIMIT 1",
        item=item, day=day,
    )
    if row is None or (row[4] is not None and row[4] < row[6]):
        return None
    sql = (
        "SELECT p.item_id, i.code, i.name, i.unit, p.qty, p.share, i.decimals FROM kit_part p JOIN item i ON i.id = p.item_id"
        " WHERE p.kit_id = :kit ORDER BY p.id"
    )
    kit, whole, code, since, until, note = row[:6]
    return Kit(kit, whole, code, since, until, note, tuple(Part(*part) for part in look.rows(sql, kit=kit)))


@dataclass(frozen=True, slots=True)
class KitStock:
    """How many kits (1/1,000) the free goods on the shelves make today, and the part that limits them.

    part: its code; available: what of it is free; each: what one kit takes.
    """

    kits: int
    part: str
    available: int
    each: int

    @property
    def words(self) -> str:
        """"limited by BVM7-710: 7 free, 2 each", in the language in use."""
        return _(N_("limited by {part}: {free} free, {each} each"), part=self.part, free=show_quantity(self.available), each=show_quantity(self.each))


def kit_stock(look: Look, item: int) -> KitStock | None:
    """What there is of a kit today; None where the item is none."""
    row = look.row("SELECT can, code, available, qty FROM v_kit_part WHERE kit_item_id = :item ORDER BY can, id LIMIT 1", item=item)
    return KitStock(*row) if row else None


def discontinued_in(look: Look, item: int, day: str | None = None) -> list[tuple[str, str, int]]:
    """What is discontinued of an item: itself, and parts of the kit that it is on a day (ISO; today).

    Each: its code, the kit's code or "", and what is free of it in 1/1,000.
    """
    kit = kit_of(look, item, day)
    sql = "SELECT code, available FROM v_stock WHERE id = :item AND discontinued"
    asked = [(item, ""), *((part.item, kit.code) for part in kit.parts)] if kit else [(item, "")]
    return [(str(code), of, int(free)) for each, of in asked for code, free in look.rows(sql, item=each)]


def kit_words(look: Look, item: int) -> str:
    """"Kit: 3 can be made, limited by ...", in the language in use; "" where the item is none."""
    stock = kit_stock(look, item)
    return _(N_("Kit: {kits} can be made, {limit}"), kits=show_quantity(stock.kits), limit=stock.words) if stock else ""


def kits_with(look: Look, item: int) -> list[tuple[int, str, str, int]]:
    """The kits in force today that an item is a part of: item id, code, name, quantity in one kit."""
    sql = (
        "SELECT i.id, i.code, i.name, k.qty FROM v_kit_part k JOIN item i ON i.id = k.kit_item_id"
        " WHERE k.item_id = :item AND i.void = 0 ORDER BY i.code"
    )
    return [(int(row[0]), str(row[1]), str(row[2]), int(row[3])) for row in look.rows(sql, item=item)]


RULES = (
    Rule(N_("A kit has parts, and their shares of its price are more than nothing."),
         "SELECT i.code || ' ' || k.since FROM kit k JOIN item i ON i.id = k.item_id"
         " WHERE NOT EXISTS (SELECT 1 FROM kit_part p WHERE p.kit_id = k.id AND p.share > 0)"),
    Rule(N_("A kit is no part of itself."),
         "SELECT i.code FROM kit k JOIN kit_part p ON p.kit_id = k.id AND p.item_id = k.item_id JOIN item i ON i.id = k.item_id"),
)
