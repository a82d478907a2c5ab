"""The form of a target."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.forms import SALESPERSON
from deskbook.core.money import read_money, show_money
from deskbook.core.refusal import Refusal
from deskbook.core.text import narrow
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen

if TYPE_CHECKING:
    from deskbook.core.store import Store


def read_month(text: str) -> str:
    """A month as typed: 2026-06, 6 (of this year), 062026. Refusal for anything else."""
    from deskbook.core import days

    typed = narrow(text).strip().replace("/", "-").replace(".", "-")
    year, _dash, month = typed.partition("-") if "-" in typed else (str(days.today().year), "", typed)
    if not (year.isdigit() and len(year) == 4 and month.isdigit() and 1 <= int(month) <= 12):
        raise Refusal("month", N_("“{month}” is not a month; write it as 2026-06."), month=text)
    return f"{year}-{int(month):02d}"


def _save(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.reports.commands import set_target

    return store.run(set_target, key=key, month=values["month"], salesperson=values["salesperson"], amount=values["amount"])


TARGET_FORM = Form(
    name="target",
    title=N_("Target"),
    fields=(
        Field(name="month", label=N_("month"), read=read_month, required=True, keep=True, width=10, help=N_("2026-06, or 6 for June of this year")),
        Field(name="salesperson", label=N_("salesperson"), finder=SALESPERSON, help=N_("empty: the whole office")),
        Field(name="amount", label=N_("amount"), read=read_money, write=show_money, required=True, help=N_("what is to be sold in that month")),
    ),
    save=_save,
    done=lambda values, _result: _(N_("target of {month}: {amount}"), month=values["month"], amount=show_money(values["amount"])),
)


def target_form(day: date) -> FormScreen:
    """The form, on the month of a day."""
    return FormScreen(TARGET_FORM, {"month": day.isoformat()[:7]})
