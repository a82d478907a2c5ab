"""The forms of the review: which checks a kind of order must pass, and the days the office gives itself. The settings offer both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskbook.books.orders import deals
from deskbook.books.orders.listings import KINDS
from deskbook.core.numbers import read_number
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.settings_screen import COMPANY

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_screen import DeskScreen
    from deskbook.ui.fields import Values


def read_names(text: str) -> list[str]:
    """Names with commas between, of any alphabet."""
    return [name.strip() for name in text.replace("，", ",").replace("、", ",").replace(";", ",").split(",") if name.strip()]


def read_target(text: str) -> int:
    """A count of days up to a year. Raises Refusal."""
    days = read_number(text, places=0, field="", currency=False)
    if not 0 <= days <= 365:
        raise Refusal("", N_("A target is 0 to 365 days."))
    return days


def _now(values: Values, look: Look) -> str:
    names = deals.rules_of(look).get(values.get("kind") or "", [])
    return listed(names) if names else _(N_("no review"))


def _save(store: Store, values: dict[str, Any], key: str) -> None:
    from deskbook.books.orders.review import set_review

    store.run(set_review, key=key, kind=values["kind"], names=values["names"] or [])


REVIEW_FORM = Form(
    name="review",
    title=N_("Review sheet of a kind of order"),
    fields=(
        Field(name="kind", label=N_("kind"), choices=tuple(KINDS.items()), start="contract", required=True, width=16),
        Field(name="names", label=N_("checks"), read=read_names, write=", ".join, width=52, echo=_now,
              help=N_("commas between: drawing, price, credit, delivery day, packing; empty: no review")),
    ),
    defaults=lambda values, look: {"names": ", ".join(deals.rules_of(look).get(values.get("kind") or "", []))},
    row=1,
    save=_save,
    done=lambda values, _result: _(N_("Orders of the kind “{kind}” from now on: {checks}."), kind=_(KINDS[values["kind"]]),
                                   checks=listed(values["names"] or []) or _(N_("no review"))),
)


def _save_targets(store: Store, values: dict[str, Any], key: str) -> None:
    from deskbook.books.office.commands import set_office

    store.run(set_office, key=key, **{name: str(value) for name, value in values.items()})


TARGETS_FORM = Form(
    name="targets",
    title=N_("Days we give ourselves"),
    fields=(
        Field(name="quote_days", label=N_("to quote", "days"), read=read_target, required=True, width=6,
              help=N_("days from being asked to sending the quote")),
        Field(name="ship_days", label=N_("to ship", "days"), read=read_target, required=True, width=6,
              help=N_("days from the order to the shipment, where no later day is wanted")),
        Field(name="quote_valid", label=N_("quotes are good for"), read=read_target, required=True, width=6, help=N_("days from the quote's day")),
        Field(name="return_days", label=N_("returns are here"), read=read_target, required=True, width=6,
              help=N_("days from being announced; later the checklist asks")),
    ),
    row=1,
    save=_save_targets,
    done=lambda _values, _result: _(N_("The targets are changed.")),
)


def open_review(screen: DeskScreen[None]) -> None:
    """Show the form over the settings, on the kind that has a review, where one has."""
    look = screen.store.look
    kind = next(iter(deals.rules_of(look)), "contract")
    screen.app.push_screen(FormScreen(REVIEW_FORM, {"kind": kind}))  # the checks come by the kind, so that another kind brings its own


def open_targets(screen: DeskScreen[None]) -> None:
    """Show the form over the settings."""
    look = screen.store.look
    names = (("quote_days", "quote"), ("ship_days", "ship"), ("quote_valid", "good"), ("return_days", "return"))
    fill = {name: str(deals.target(look, what)) for name, what in names}
    screen.app.push_screen(FormScreen(TARGETS_FORM, fill))


COMPANY.append((N_("Review sheets: the checks of each kind of order"), open_review))
COMPANY.append((N_("Days we give ourselves: to quote, to ship"), open_targets))
