"""Moving a list along time, a month a step, and saying in words which days it shows."""
from __future__ import annotations

from datetime import date

from deskbook.core import days
from deskbook.core.listing import Ask
from deskbook.core.words import N_, _, language


def on(ask: Ask, day: date) -> Ask:
    """The same question about the month of a day."""
    return ask.but(since=day.replace(day=1), until=days.month_end(day))


def step(ask: Ask, months: int, today: date) -> Ask:
    """The question about the month so many months on from where it starts; from all days, on from this month."""
    start = ask.since or ask.until or today
    return on(ask, days.add_months(start.replace(day=1), months))


def words(ask: Ask) -> str:
    """The days shown, in the user's language; "" for all."""
    since, until, today = ask.since, ask.until, days.today()
    if since and until and since == until:
        return _(N_("today")) if since == today else days.show_day(since)
    if since and until and since.day == 1 and until == days.month_end(since):
        return _(N_("this month")) if on(ask, today) == ask else month(since)
    if since and until:
        return _(N_("{since} to {until}"), since=days.show_day(since), until=days.show_day(until))
    if since:
        return _(N_("from {since}"), since=days.show_day(since))
    return _(N_("until {until}"), until=days.show_day(until)) if until else ""


def month(day: date) -> str:
    """The month with its year, `October 2026`, in the user's language."""
    from babel.dates import format_skeleton  # 13 ms: only when another month is looked at

    return format_skeleton("yMMMM", day, locale=language())
