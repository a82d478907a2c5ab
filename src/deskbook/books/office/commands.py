"""Write the facts of the business."""
from __future__ import annotations

from deskbook.books.office.tables import Office
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_


def set_office(tx: Tx, **facts: str) -> None:
    """Set facts of the business by name; the others stay."""
    for name, value in facts.items():
        text = clean(value, field=name)
        row = tx.value("SELECT id FROM office WHERE name = :name", name=name)
        if row is None:
            tx.insert(Office, name=name, value=text)
        else:
            tx.update(Office, row, value=text)
    tx.says(N_("changed the office's facts: {names}"), names=", ".join(facts))
