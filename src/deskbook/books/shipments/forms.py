"""The forms of a shipment: which order is sent, how it leaves, who confirmed that it arrived."""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.forms import CARRIER
from deskbook.books.shipments import queries
from deskbook.core.days import echo_day, long_ago, read_day
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def new_shipment(given: Mapping[str, str] | None = None) -> FormScreen:
    """Which order is sent; given: what the field starts with."""
    return FormScreen(MAKE_FORM, given)


def _search(look: Look, typed: str) -> list[Found]:
    return [Found(*hit) for hit in queries.find_orders(look, typed)]


def _show(look: Look, order: int) -> str:
    row = look.row("SELECT o.no, c.name FROM sales_order o JOIN party c ON c.id = o.customer_id WHERE o.id = :id", id=order)
    return f"{row[0]}  {row[1]}" if row else ""


OPEN_ORDER = Finder(N_("order"), search=_search, show=_show, book="orders")
"""A confirmed order that awaits something."""


def _make(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.shipments.commands import make_shipment

    begun = queries.begun(store.look, values["order"])
    return begun if begun is not None else store.run(make_shipment, key=key, order=values["order"])


MAKE_FORM = Form(
    name="shipment",
    title=N_("New shipment"),
    fields=(Field(name="order", label=N_("order"), finder=OPEN_ORDER, required=True, width=44, help=N_("number or customer of a confirmed order")),),
    save=_make,
)


def _known(look: Look, shipment: int) -> queries.Head:
    head = queries.head(look, shipment)
    if head is None:
        raise Refusal("", N_("There is no such shipment."))
    return head


def ship_form(look: Look, shipment: int) -> FormScreen:
    """How a checked shipment leaves; the carrier is that of the order or of the last time, the waybill may come later."""
    head = _known(look, shipment)
    said: list[str] = []

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.shipments.commands import ship

        result = store.run(ship, key=key, shipment=shipment, **values)
        said[:] = [store.sentence(store.position[0])]
        return result

    form = Form(
        name=f"ship_{shipment}",
        title=_(N_("{no} leaves for {customer}"), no=head.no, customer=head.customer),
        fields=(
            Field(name="carrier", label=N_("carrier"), finder=CARRIER),
            Field(name="waybill", label=N_("waybill"), help=N_("Enter without one: it can be added later")),
            Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, quick=False, width=16, help=N_("empty: today")),
        ),
        save=save,
        done=lambda _values, _result: said[0],
    )
    fill: Mapping[str, Any] = {"waybill": head.waybill} if head.waybill else {}
    return FormScreen(form, {**fill, "carrier": head.carrier_id} if head.carrier_id is not None else fill)


def waybill_form(look: Look, shipment: int) -> FormScreen:
    """Carrier, waybill and note of a shipment that stands."""
    head = _known(look, shipment)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.shipments.commands import change_shipment

        store.run(change_shipment, key=key, shipment=shipment, **values)
        return shipment

    form = Form(
        name="shipment_facts",
        row=shipment,
        title=_(N_("Shipment {no}"), no=head.no),
        fields=(
            Field(name="carrier", label=N_("carrier"), finder=CARRIER),
            Field(name="waybill", label=N_("waybill")),
            Field(name="note", label=N_("note"), width=44),
        ),
        save=save,
        done=lambda _values, _result: _(N_("{no} changed."), no=head.no),
    )
    return FormScreen(form, {"carrier": head.carrier_id, "waybill": head.waybill, "note": head.note})


def arrival_form(look: Look, shipment: int) -> FormScreen:
    """Who there confirmed that it arrived, and when."""
    head = _known(look, shipment)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.shipments.commands import confirm_arrival

        store.run(confirm_arrival, key=key, shipment=shipment, by=values["by"], day=values["day"])
        return shipment

    form = Form(
        name=f"arrival_{shipment}",
        title=_(N_("{no} arrived at {customer}"), no=head.no, customer=head.customer),
        fields=(
            Field(name="by", label=N_("confirmed by"), required=True, width=24, help=_(N_("who there said so; {phone}"), phone=head.phone or "–")),
            Field(name="day", label=N_("arrived"), read=read_day, write=echo_day, doubt=long_ago, start="t", quick=False, width=16),
        ),
        save=save,
        done=lambda values, _result: _(N_("{no} arrived, says {by}"), no=head.no, by=values["by"]),
    )
    return FormScreen(form)
