"""The forms of chasing: what is disputed or promised, the levels of notices, and what the office lets pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.forms import read_days
from deskbook.books.receivables import queries
from deskbook.books.receivables.chase import CHANNELS, WORDS, interest_rate
from deskbook.books.receivables.forms import AMOUNT, read_due, write_day
from deskbook.core.money import read_money, read_percent, show_money, show_percent
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store


def dispute_form(_look: Look, claims: Sequence[int]) -> FormScreen:
    """The customer does not agree."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.chasing import dispute

        return store.run(dispute, key=key, claims=list(claims), **values)

    fields = (
        Field(name="reason", label=N_("what is disputed"), required=True, width=44),
        Field(name="said_by", label=N_("said by")),
        Field(name="until", label=N_("held until"), read=read_due, write=write_day, quick=False, width=22, help=N_("empty: until it is lifted")),
    )
    return FormScreen(Form(name="dispute", row=claims[0], title=N_("Disputed: not chased until it is lifted"), fields=fields, save=save))


def promise_form(look: Look, claims: Sequence[int]) -> FormScreen:
    """The customer says when it pays."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.chasing import promise

        return store.run(promise, key=key, claims=list(claims), **values)

    until = Field(name="until", label=N_("promised for"), read=read_due, write=write_day, required=True, width=22)
    amount = (replace(AMOUNT, required=False, quick=False, help=N_("empty: all that is open")),) if len(claims) == 1 else ()
    fields = (until, Field(name="said_by", label=N_("said by")), *amount, Field(name="reason", label=N_("note"), quick=False, width=44))
    return FormScreen(Form(name="promise_to_pay", row=claims[0], title=N_("Promised: not chased until that day is over"), fields=fields, save=save))


# -- rules of the office ---------------------------------------------------------------------------------------------------


def level_form(look: Look, level: int) -> FormScreen:
    """When a level of chasing comes, and what it says in each language."""
    names = ("days", "gap", "fee", "channel", "en", "zh", "es", "sw")
    row = look.row(f"SELECT {', '.join(names)} FROM v_chase_level WHERE level = :level", level=level)
    fill: dict[str, Any] = dict(zip(names, row, strict=True)) if row else {"gap": 10}
    fill |= {name: fill.get(name) or text for name, text in WORDS.get(level, {}).items()}

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.receivables.chasing import set_level

        return store.run(set_level, key=key, level=level, **(values | {"fee": values["fee"] or 0}))

    fields = (
        Field(name="days", label=N_("days past due"), read=read_days, required=True, width=6),
        Field(name="gap", label=N_("days since the level before"), read=read_days, required=True, width=6),
        Field(name="fee", label=N_("fee", "of chasing"), read=read_money, write=show_money, width=12, quick=False),
        Field(name="channel", label=N_("by"), choices=tuple(CHANNELS.items()), start="print", quick=False, width=14),
        *(
            Field(name=name, label=label, quick=False, width=56)
            for name, label in (
                ("en", N_("words in English")),
                ("zh", N_("words in Chinese")),
                ("es", N_("words in Spanish")),
                ("sw", N_("words in Swahili")),
            )
        ),
    )
    return FormScreen(Form(name="chase_level", row=level, title=_(N_("Level {level} of chasing"), level=level), fields=fields, save=save), fill)


def limits_form(look: Look) -> FormScreen:
    """What passes as a small difference, and what late money costs."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.office.commands import set_office

        return store.run(set_office, key=key, **{name: str(value or 0) for name, value in values.items()})

    fields = (
        Field(
            name="tolerance",
            label=N_("small difference"),
            read=read_money,
            write=show_money,
            width=12,
            help=N_("what a payment may lack and be given up, after a question"),
        ),
        Field(
            name="interest",
            label=N_("interest a year"),
            read=read_percent,
            write=show_percent,
            width=12,
            help=N_("asked for in payment notices; 0: none"),
        ),
    )
    form = Form(name="money_limits", row=1, title=N_("Small differences and interest"), fields=fields, save=save)
    return FormScreen(form, {"tolerance": queries.tolerance(look), "interest": interest_rate(look)})
