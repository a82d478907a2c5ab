"""The form of the company's facts, and its line in the settings."""
from __future__ import annotations

from typing import Any

from deskbook.books.office.queries import office
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.settings_screen import COMPANY

SHOWN = ("company", "currency", "address", "phone", "bank", "tax")


def read_currency(text: str) -> str:
    """The three letters of a currency, capital."""
    code = text.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Refusal("currency", N_("A currency has three letters, such as CNY, USD, EUR or TZS; {text} has not."), text=text.strip())
    return code


def _save(store: Any, values: dict[str, Any], key: str) -> None:
    from deskbook.books.office.commands import set_office  # brings the tables with it, which the settings do not need

    store.run(set_office, key=key, **{name: values[name] for name in SHOWN})


FORM = Form(
    name="company",
    title=N_("The company"),
    fields=(
        Field(name="company", label=N_("company"), required=True, help=N_("It stands over every screen and on every sheet.")),
        Field(name="currency", label=N_("currency"), read=read_currency, required=True, width=6, help=N_("Three letters: CNY, USD, EUR, TZS …")),
        Field(name="address", label=N_("address"), width=52, quick=False, help=N_("It stands on what is printed.")),
        Field(name="phone", label=N_("phone"), width=32, quick=False),
        Field(name="bank", label=N_("bank account"), width=52, quick=False, help=N_("It stands on contracts and payment notices.")),
        Field(name="tax", label=N_("tax number"), width=32, quick=False),
    ),
    row=1,
    save=_save,
    done=lambda _values, _result: _(N_("The company's facts are changed.")),
)


def open_form(screen: DeskScreen[None]) -> None:
    """Show the form over the settings."""
    facts = office(screen.store.look)
    screen.app.push_screen(FormScreen(FORM, {name: facts.get(name, "") for name in SHOWN}))


COMPANY.append((N_("Company, currency"), open_form))
