"""What goods cost: the moving average of every item, replayed from its moves in the order of their days. Nothing of it is stored.

An issue leaves at the average; the last of what is there takes the cents that rounding left over, so that nothing is worth nothing. What a customer
sends back comes in at what it left at ("exact cost reversing", as Business Central does it). Averages carry four decimals, values two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deskbook.core.money import line_amount
from deskbook.core.numbers import half_up
from deskbook.core.store import Look

OURS = ("shelf", "quarantine", "dealer", "borrower", "factory", "head_office")
MOVES = """
SELECT m.id, coalesce(i.merged_into_id, i.id), s.kind, t.kind, m.qty, m.reverses_id, l.price, m.unit_cost, m.shipment_line_id, m.return_line_id,
       iif(m.return_line_id IS NULL, NULL, (SELECT r.left_id FROM v_return_move r WHERE r.id = m.id))
  FROM stock_move m JOIN item i ON i.id = m.item_id JOIN place s ON s.id = m.source_id JOIN place t ON t.id = m.target_id
  LEFT JOIN purchase_line l ON l.id = m.purchase_line_id
 WHERE m.day <= :until AND s.kind <> 'merge' AND t.kind <> 'merge'
   AND NOT EXISTS (SELECT 1 FROM stock_move x WHERE x.reverses_id = m.id AND x.day = m.day)
   AND NOT EXISTS (SELECT 1 FROM stock_move y WHERE y.id = m.reverses_id AND y.day = m.day)
 ORDER BY m.day, m.id"""
"""Without what was taken back on its own day: it never was."""
FIRST_PRICES = """
SELECT coalesce(i.merged_into_id, i.id), l.price FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id JOIN item i ON i.id = l.item_id
 WHERE l.price > 0 AND p.void = 0 AND p.state <> 'cancelled' ORDER BY p.day DESC, l.id DESC"""


@dataclass(slots=True)
class _Held:
    """What is ours of an item: quantity in 1/1,000, cents, and the average in 1/10,000 a unit."""

    qty: int = 0
    value: int = 0
    average: int = 0

    def settle(self) -> None:
        if self.qty > 0:
            self.average = half_up(self.value * 100_000, self.qty)


@dataclass(slots=True)
class Costs:
    """The replay: cents by move (what came in or went out with it, never less than nothing but for mirrors), and what is left by item.

    of_return_line: what came back to us with it, less what went out again.
    estimated: items of which some cost is not known from a document: an opening count without one, a receipt without a price, goods that left
    before they came.
    """

    of_move: dict[int, int] = field(default_factory=dict)
    of_shipment_line: dict[int, int] = field(default_factory=dict)
    of_return_line: dict[int, int] = field(default_factory=dict)
    left: dict[int, tuple[int, int]] = field(default_factory=dict)
    averages: dict[int, int] = field(default_factory=dict)
    estimated: set[int] = field(default_factory=set)


def replay(look: Look, *, until: str = "9999") -> Costs:
    """Replay all moves up to a day. Merged items are one."""
    found, held = Costs(), dict[int, _Held]()
    first_price: dict[int, int] = dict(look.rows(FIRST_PRICES))
    moved: dict[int, int] = {}  # quantity by move
    for move, item, source, target, qty, reverses, price, unit_cost, shipment_line, return_line, left in look.rows(MOVES, until=until):
        inward = (target in OURS) - (source in OURS)
        if not inward:
            continue
        own = held.setdefault(item, _Held())
        if reverses is not None:
            cents = -found.of_move.get(reverses, 0)
            own.qty += inward * qty
            own.value += inward * cents
            if own.qty == 0 and own.value:
                own.value = 0
                found.estimated.add(item)
            own.settle()
        elif inward > 0:
            cents = _came(own, item, qty, source, price, unit_cost, (moved[left], found.of_move[left]) if left in moved else None, first_price, found)
            if own.qty < 0:  # it left before it came: what that cost is known only now
                found.estimated.add(item)
                own.value = half_up((own.qty + qty) * cents, qty) if own.qty + qty > 0 else half_up((own.qty + qty) * own.average, 100_000)
            else:
                own.value += cents
            own.qty += qty
            own.settle()
        else:
            cents = own.value if qty == own.qty else half_up(own.average * qty, 100_000)
            own.qty -= qty
            own.value -= cents
            if own.qty < 0:
                found.estimated.add(item)
        found.of_move[move], moved[move] = cents, qty
        if shipment_line is not None:
            found.of_shipment_line[shipment_line] = found.of_shipment_line.get(shipment_line, 0) + cents
        if return_line is not None and "customer" in (source, target):
            found.of_return_line[return_line] = found.of_return_line.get(return_line, 0) + inward * cents
    found.left = {item: (own.qty, own.value) for item, own in held.items()}
    found.averages = {item: own.average for item, own in held.items()}
    return found


def _came(
    own: _Held,
    item: int,
    qty: int,
    source: str,
    price: int | None,
    unit_cost: int | None,
    left_with: tuple[int, int] | None,
    first_price: dict[int, int],
    found: Costs,
) -> int:
    """Cents that goods came in at: what they left at, their purchase's price, what was written down, the average, or a guess that is marked."""
    if left_with is not None and left_with[0]:
        return half_up(left_with[1] * qty, left_with[0])
    if price:
        return line_amount(qty, price)
    if unit_cost is not None:
        return line_amount(qty, unit_cost)
    if source == "loss" and own.average:
        return half_up(own.average * qty, 100_000)
    found.estimated.add(item)
    return half_up((own.average or first_price.get(item, 0)) * qty, 100_000)
