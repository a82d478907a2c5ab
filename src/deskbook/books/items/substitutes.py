"""Which items do for each other: written as pairs, read from either side."""
from __future__ import annotations

from deskbook.books.items.commands import standing
from deskbook.books.items.tables import Item, Substitute, SubstituteFacts
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_


def add_substitute(tx: Tx, *, item: int, other: int, note: str = "") -> int:
    """Let two items do for each other; note: what to mind. Returns the pair's id. Refusal when they are the same, or a pair already."""
    one, two = standing(tx, item), standing(tx, other, "other")
    if item == other:
        raise Refusal("other", N_("{code} cannot take its own place."), code=one["code"])
    low, high = sorted((item, other))
    if tx.value("SELECT 1 FROM substitute WHERE item_id = :low AND other_id = :high", low=low, high=high) is not None:
        raise Refusal("other", N_("{other} does for {code} already."), other=two["code"], code=one["code"])
    facts = SubstituteFacts.of(note=clean(note, field="note")).model_dump()
    row = tx.insert(Substitute, item_id=low, other_id=high, **facts)
    tx.touch(Item, high)  # the row is the other's part; it is in the history of both
    tx.says(N_("{other} does for {code}, and the other way round"), other=two["code"], code=one["code"])
    return row


def drop_substitute(tx: Tx, *, substitute: int) -> None:
    """Two items do not do for each other any more."""
    found = tx.row(
        "SELECT i.code, o.code, o.id FROM substitute s JOIN item i ON i.id = s.item_id JOIN item o ON o.id = s.other_id WHERE s.id = :row",
        row=substitute
    )
    if found is None:
        raise Refusal("substitute", N_("There is no pair number {number}."), number=str(substitute))
    tx.delete(Substitute, substitute)
    tx.touch(Item, found[2])
    tx.says(N_("{other} no longer does for {code}"), other=found[1], code=found[0])
