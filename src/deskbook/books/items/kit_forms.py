"""The form of a kit: what an item consists of, from which day on."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items import queries
from deskbook.books.items.forms import ITEM, read_limit
from deskbook.books.items.kits import kit_of
from deskbook.core.days import echo_day, read_day, show_day
from deskbook.core.money import show_percent
from deskbook.core.numbers import half_up, read_number
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.form import Field, Form, FormScreen, Lines

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.


def _read_share(text: str) -> int:
    return read_number(text, places=0, field="share", currency=False)


def _available(values: Values, look: Look) -> str:
    if not values.get("item"):
        return ""
    free = look.value("SELECT available FROM v_stock WHERE id = :item", item=values["item"]) or 0
    return _(N_("available {quantity} {unit}"), quantity=show_quantity(free), unit="").strip()


def _weights(lines: Sequence[Values], look: Look) -> str:
    """How the price is split among the parts so far."""
    weights = []
    for line in lines:
        share, qty = line.get("share"), line.get("qty")
        if share is None and line.get("item") and qty:
            share = half_up((queries.price_of(look, line["item"]) or 0) * qty, 1000)
        weights.append(share or 0)
    whole = sum(weights)
    if not whole:
        return _(N_("the price is split evenly"))
    return _(N_("of the price: {parts}"), parts=listed(show_percent(half_up(each * 10_000, whole)) for each in weights))


def kit_form(look: Look, item: int) -> FormScreen:
    """What an item consists of; it opens with what it is today, and begins today."""
    code = queries.item_name(look, item)
    now = kit_of(look, item)
    later = look.value("SELECT min(since) FROM kit CROSS JOIN office_day d WHERE item_id = :item AND since > d.day", item=item)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.items.kit_commands import set_kit

        parts = [{"item": line["item"], "qty": line["qty"], "share": line["share"]} for line in values["parts"]]
        return store.run(set_kit, key=key, item=item, since=values["since"], parts=parts, note=values["note"])

    def known(values: Values, _look: Look) -> str:
        day: date | None = values.get("since")
        if later and day is not None:
            return _(N_("{day}; from {later} on another kit is set"), day=echo_day(day), later=show_day(later))
        return echo_day(day) if day is not None else ""

    fill: Mapping[str, Any] = {}
    if now is not None:
        fill = {"parts": [{"item": part.item, "qty": part.qty, "share": part.share} for part in now.parts], "note": now.note}
    form = Form(
        name="kit",
        row=item,
        title=_(N_("{item}: what it consists of"), item=code),
        fields=(
            Field(name="since", label=N_("from", "day"), read=partial(read_day, lean="future", field="since"), write=echo_day, start="t",
                  required=True, width=16, echo=known),
            Field(name="note", label=N_("note"), quick=False, width=44),
        ),
        lines=Lines(
            name="parts",
            label=N_("Parts"),
            fields=(
                Field(name="item", label=N_("part"), finder=replace(ITEM, create=None), required=True, grows=True, echo=_available),
                Field(name="qty", label=N_("in one kit"), read=read_limit, write=show_quantity, required=True, right=True, width=10),
                Field(name="share", label=N_("share", "of the kit's price"), read=_read_share, write=str, right=True, width=12, quick=False,
                      help=N_("its weight in the kit's price; empty: its list price times the quantity")),
            ),
            total=_weights,
        ),
        save=save,
        done=lambda values, _result: _(N_("{item} is a kit of {count} parts."), item=code, count=len(values["parts"])),
    )
    return FormScreen(form, fill)


def end_kit_form(look: Look, item: int) -> FormScreen:
    """The last day on which an item is a kit."""
    code = queries.item_name(look, item)
    if kit_of(look, item) is None:
        raise Refusal("", N_("{item} is no kit on that day."), item=code)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.items.kit_commands import end_kit

        store.run(end_kit, key=key, item=item, day=values["day"])
        return item

    return FormScreen(Form(
        name="end_kit",
        title=_(N_("{item}: a kit for the last time on …"), item=code),
        fields=(Field(name="day", label=N_("last day"), read=partial(read_day, lean="future", field="day"), write=echo_day, start="t", width=16),),
        save=save,
        done=lambda _values, _result: _(N_("{item} ends as a kit."), item=code),
    ))
