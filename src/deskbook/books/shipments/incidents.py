"""Write down what nearly left wrong, or did: the check writes the near misses, the returns write the wrong models."""

from __future__ import annotations

from datetime import date
from typing import Literal

from deskbook.books.orders.queries import easily_taken_for
from deskbook.books.shipments.queries import INCIDENT_KINDS as KINDS
from deskbook.books.shipments.queries import named_by
from deskbook.books.shipments.tables import Incident
from deskbook.core.days import as_day
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed

IncidentKind = Literal["near miss", "wrong model", "wrong count", "damaged", "other"]


def note_near_miss(tx: Tx, *, line: int, typed: str) -> int:
    """Write down that the check of a shipment line met another model: the word typed or scanned named it. Returns the incident's id."""
    row = tx.row(
        "SELECT l.item_id, i.code, h.place_id, h.no FROM shipment_line l JOIN item i ON i.id = l.item_id JOIN shipment h ON h.id = l.shipment_id"
        " WHERE l.id = :line AND h.void = 0",
        line=line,
    )
    if row is None:
        raise Refusal("line", N_("There is no such shipment line."))
    item, code, place, no = row
    word = clean(typed, field="typed", longest=80)
    named = named_by(tx, item, word, easily_taken_for(tx, item))
    if not named or named == code:
        raise Refusal("typed", N_("“{typed}” names no other item than {item}."), typed=word, item=code)
    incident = tx.insert(
        Incident, kind="near miss", day=tx.today.isoformat(), place_id=place, item_id=item, given=named, shipment_line_id=line
    )
    tx.says(N_("near miss on {shipment}: {given} in the hand, {item} wanted"), shipment=no, given=named, item=code)
    return incident


def note_incident(
    tx: Tx,
    *,
    kind: IncidentKind,
    item: int | None = None,
    given: str = "",
    place: int | None = None,
    shipment_line: int | None = None,
    return_line: int | None = None,
    day: date | str | None = None,
    note: str = "",
) -> int:
    """Write down what went wrong; returns its id. item: what it should have been; given: what it was; place: by default that of the shipment."""
    if kind not in KINDS:
        raise Refusal("kind", N_("The kind is one of: {kinds}."), kinds=listed(_(word) for word in KINDS.values()))
    said = {"given": clean(given, field="given", longest=80), "note": clean(note, field="note", longest=500)}
    on = as_day(day, "day") or tx.today
    if on > tx.today:
        raise Refusal("day", N_("{day} has not come yet."), day=on.isoformat())
    if shipment_line is not None:
        sql = "SELECT h.place_id FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id WHERE l.id = :line AND h.void = 0"
        left = tx.value(sql, line=shipment_line)
        if left is None:
            raise Refusal("shipment_line", N_("There is no such shipment line."))
        place = left if place is None else place
    code = tx.value("SELECT code FROM item WHERE id = :item", item=item) if item is not None else ""
    if code is None:
        raise Refusal("item", N_("There is no such item."))
    if not (code or said["given"] or said["note"]):
        raise Refusal("note", N_("Say what went wrong."))
    incident = tx.insert(
        Incident, kind=kind, day=on.isoformat(), place_id=place, item_id=item, shipment_line_id=shipment_line, return_line_id=return_line, **said
    )
    tx.says(N_("wrote down: {kind}, {what}"), kind=_(KINDS[kind]), what=" / ".join(filter(None, (code, said["given"]))) or said["note"])
    return incident


def drop_incident(tx: Tx, *, incident: int) -> None:
    """Take an incident off the list: it was none."""
    row = tx.row("SELECT kind, given FROM incident WHERE id = :id", id=incident)
    if row is None:
        raise Refusal("incident", N_("There is no such incident."))
    tx.delete(Incident, incident)
    tx.says(N_("took an incident off the list: {kind} {given}"), kind=_(KINDS[row[0]]), given=row[1])
