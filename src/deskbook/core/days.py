"""The one clock, and days as people write them. Days are of the office's zone; moments are UTC."""
from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from deskbook.core import words
from deskbook.core.refusal import Refusal
from deskbook.core.text import narrow, safe
from deskbook.core.words import N_, _

Lean = Literal["past", "future"]
FIRST_YEAR, LAST_YEAR = 1900, 2199
LONG_AGO = 366
"""Days after which the day of a paper that is written only now is asked about once more."""

# The clock ------------------------------------------------------------------------------------------------------------

_clock: Callable[[], datetime] | None = None
_zone: tzinfo | None = None


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """For tests: take the time from `clock`, which returns an aware datetime; None goes back to the machine's."""
    global _clock
    _clock = clock


def held_clock() -> Callable[[], datetime] | None:
    """What set_clock was given last, to be put back."""
    return _clock


def zone() -> tzinfo:
    """The office's time zone."""
    return _zone or datetime.now(UTC).astimezone().tzinfo or UTC


def set_zone(name: str | None) -> None:
    """The office's time zone by its IANA name; None is the machine's own. Raises Refusal for a name the machine does not know."""
    global _zone
    if name is None:
        _zone = None
        return
    from zoneinfo import ZoneInfo

    try:
        _zone = ZoneInfo(name)
    except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError; a path or an odd key gives the others
        raise Refusal("zone", N_("There is no time zone “{name}”."), name=safe(name)) from error
    except KeyError as error:
        raise Refusal("zone", N_("There is no time zone “{name}”."), name=safe(name)) from error


def now() -> datetime:
    """This moment, aware, UTC."""
    return _clock().astimezone(UTC) if _clock else datetime.now(UTC)


def moment() -> str:
    """This moment as the book keeps it: `2026-11-23T01:30:00.000Z`, always this wide, so that text order is time order."""
    return now().isoformat(timespec="milliseconds")[:23] + "Z"


def today() -> date:
    """The day it is in the office."""
    return now().astimezone(_zone).date() if _clock else datetime.now(_zone).date()


def day_span(day: date) -> tuple[str, str]:
    """The moments, as the book keeps them, at which a day of the office begins and the next one does."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> str:
    begins = datetime(day.year, day.month, day.day)
    at = begins.replace(tzinfo=_zone) if _zone else begins.astimezone()
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


# Reckoning ------------------------------------------------------------------------------------------------------------


def month_end(d: date) -> date:
    """The last day of its month."""
    return d.replace(day=calendar.monthrange(d.year, d.month)[1])


def add_months(d: date, n: int) -> date:
    """n months on (or back); the 29th to 31st become the month's last day where it is shorter. ValueError outside the years 1-9999."""
    year, month = divmod(d.year * 12 + d.month - 1 + n, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(d.day, calendar.monthrange(first.year, first.month)[1]))


# Names: as CLDR has them, so that Babel need not be loaded; a test compares ------------------------------------------------

WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}
MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
    "sw": ("Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"),
}
# CLDR has no short Swahili weekdays; these are the ones of the C library's sw_TZ and of everyday writing.
SHORT = WEEKDAYS | {"sw": ("J3", "J4", "J5", "Alh", "Ij", "J1", "J2")}

# What is typed is matched by its beginning against these, without accents.
_LONG_WEEKDAYS = {
    "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "es": ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"],
    "sw": ["jumatatu", "jumanne", "jumatano", "alhamisi", "ijumaa", "jumamosi", "jumapili"],
}
_OTHER_WEEKDAYS = {"j3": 0, "j4": 1, "j5": 2, "j1": 5, "j2": 6, "jtatu": 0, "jnne": 1, "jtano": 2, "jmosi": 5, "jpili": 6}
_LONG_MONTHS = {
    "en": ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
    "es": ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    "sw": ["januari", "februari", "machi", "aprili", "mei", "juni", "julai", "agosti", "septemba", "oktoba", "novemba", "desemba"],
}
_FROM_TODAY = {
    0: "t today 今天 今日 hoy leo",
    1: "tomorrow 明天 明日 manana kesho",
    -1: "yesterday 昨天 昨日 ayer jana",
    2: "后天 後天 pasadomanana keshokutwa",
    -2: "前天 anteayer antier juzi",
    3: "大后天 大後天",
    -3: "大前天",
}
_OFFSETS = {word: offset for offset, many in _FROM_TODAY.items() for word in many.split()}
_MONTH_END = {"me", "月底", "月末"}

# Reading --------------------------------------------------------------------------------------------------------------


def read_day(
    text: str, *, lean: Lean = "past", field: str = "day", language: str | None = None, today: date | None = None
) -> date:
    """The day that was typed. What leaves out the month, year or week is the nearest one past or present, or present or future, by `lean`.

    `t`, `15`, `0615` (month first), `20260615`, `2026-06-15`, `15/6`, `15.6.2026` (day first; in Chinese month first, and year
    first; the other way about where only that is possible), `+30`, `-1`, `+2w`, `+1m`, `+1y`, `me` (month end), `202606e`, `5w` (Friday), weekdays,
    `15 jun`, 6月15日, 下周五 (of the next calendar week), today, tomorrow, yesterday, all in the four languages,
    and whatever `show_day` and `echo_day` write.
    Raises Refusal for `field`. Years 1900 to 2199.
    """
    typed = _plain(text)
    if not typed:
        raise Refusal(field, N_("A day is missing here."))
    shown = safe(text.strip())[:40]
    try:
        day = _Reader(today or _today(), lean, language or words.language()).read(typed) if len(typed) <= 40 else None
    except _Unfit as unfit:
        raise Refusal(field, N_("“{typed}” does not fit together: that day is {day}."), typed=shown, day=echo_day(unfit.day, language)) from None
    except (ValueError, OverflowError):
        raise Refusal(field, N_("There is no day “{typed}” in the calendar."), typed=shown) from None
    if day is None:
        raise Refusal(field, N_("“{typed}” is not a day; type 15, 0615, 2026-06-15, +3, t or a weekday."), typed=shown)
    refuse_year(day, field, shown)
    return day


def refuse_year(day: date, field: str = "day", typed: str = "") -> None:
    """Refuse a day of a year that the book does not take. typed: how it was written (as ISO)."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        said = N_("“{typed}” is in the year {year}; the book takes 1900 to 2199.")
        raise Refusal(field, said, typed=typed or day.isoformat(), year=day.year)


def as_day(value: date | str | None, field: str = "day") -> date | None:
    """A day given to a command as a date or ISO text; None for none. Refusal for a text that is no day, and for a year the book does not take."""
    if value is None or value == "":
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise Refusal(field, N_("“{day}” is not a day."), day=str(value)) from None
    refuse_year(day, field)
    return day


def long_ago(day: date) -> str:
    """What to ask of the day of a paper that is written only now, in the language in use; "" where it is no more than LONG_AGO days back."""
    if (today() - day).days <= LONG_AGO:
        return ""
    return _(N_("{day} is more than a year ago."), day=echo_day(day))


_today = today


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", narrow(text).casefold()) if not unicodedata.combining(c))
    return " ".join(bare.split())


_relative = re.compile(r"([+-])([0-9]{1,5})([dwmy]?)")
_end = re.compile(r"([0-9]{4})([0-9]{2})m?e")
_chinese = re.compile(r"(?:([0-9]{4}|[0-9]{2})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})[日号號](.*)")
_chinese_weekday = re.compile(r"(上{0,2}|下{0,2}|[这這本])个?(?:周|星期|礼拜|禮拜|週)([一二三四五六日天])")
_parted = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})(?:\2([0-9]{1,4}))?")


class _Unfit(Exception):
    """The weekday that was typed is not the day's."""

    def __init__(self, day: date) -> None:
        self.day = day


class _Reader:
    def __init__(self, base: date, lean: Lean, language: str) -> None:
        self.base, self.past, self.language = base, lean == "past", language

    def read(self, typed: str) -> date | None:
        """The day; None where the text is none. ValueError or OverflowError where it has the form of a day and the calendar lacks it."""
        joined = typed.replace(" ", "")
        if joined in _OFFSETS:
            return self.base + timedelta(_OFFSETS[joined])
        if joined in _MONTH_END:
            return self.month_end()
        if found := _relative.fullmatch(joined):
            return self.away(found[1], int(found[2]), found[3])
        if found := _end.fullmatch(joined):
            return month_end(date(int(found[1]), int(found[2]), 1))
        if joined.isascii() and joined.isdigit():
            return self.digits(typed)
        if re.fullmatch("[1-7]w", joined):
            return self.weekday(int(joined[0]) - 1)
        if found := _chinese_weekday.fullmatch(joined):
            return self.chinese_weekday(found[1], "一二三四五六日".find(found[2].replace("天", "日")))
        if found := _chinese.fullmatch(joined):
            return self.chinese(*found.groups())
        if found := _parted.fullmatch(typed):
            return self.parted(found[1], found[3], found[4])
        return self.named(re.split("[ ,.]+", typed.rstrip(".")))

    def nearest(self, days: Iterable[date]) -> date:
        for day in days:
            if day <= self.base if self.past else day >= self.base:
                return day
        raise ValueError

    @property
    def steps(self) -> range:
        return range(0, -13, -1) if self.past else range(13)

    def month_end(self) -> date:
        return self.nearest(month_end(add_months(self.base, n)) for n in self.steps)

    def weekday(self, wanted: int) -> date:
        ahead = (wanted - self.base.weekday()) % 7
        return self.base + timedelta(ahead - 7 if self.past and ahead else ahead)

    def away(self, sign: str, count: int, unit: str) -> date:
        n = -count if sign == "-" else count
        if unit in ("m", "y"):
            return add_months(self.base, n * 12 if unit == "y" else n)
        return self.base + timedelta(n * 7 if unit == "w" else n)

    def digits(self, typed: str) -> date | None:
        if len(typed) <= 2:
            return self.place(None, None, int(typed))
        if len(typed) == 4:
            return self.place(None, int(typed[:2]), int(typed[2:]))
        if len(typed) == 8:
            return date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
        return None

    def place(self, year: int | None, month: int | None, day: int) -> date:
        """The day, the missing month or year filled by lean."""
        if year is not None and month is not None:
            return date(year, month, day)
        if month is not None:
            return self.nearest(_days((self.base.year + n, month, day) for n in self.steps))
        firsts = (add_months(self.base.replace(day=1), n) for n in self.steps)
        return self.nearest(_days((first.year, first.month, day) for first in firsts))

    def chinese_weekday(self, which: str, wanted: int) -> date:
        if not which:
            return self.weekday(wanted)
        weeks = which.count("下") - which.count("上")
        return self.base + timedelta(7 * weeks + wanted - self.base.weekday())

    def chinese(self, year: str | None, month: str | None, day: str, weekday: str) -> date | None:
        if year and not month:
            return None
        found = self.place(_year(year) if year else None, int(month) if month else None, int(day))
        if not weekday:
            return found
        said = _chinese_weekday.fullmatch(weekday)
        return self.checked(found, "一二三四五六日".find(said[2].replace("天", "日"))) if said else None

    def parted(self, a: str, b: str, c: str | None) -> date | None:
        if len(a) > 2:
            return date(int(a), int(b), int(c)) if len(a) == 4 and c and len(c) <= 2 else None
        if c and len(c) not in (2, 4):
            return None
        if c and len(c) == 2 and self.language == "zh":
            return date(_year(a), int(b), int(c))
        year = _year(c) if c else None
        month, day = (int(a), int(b)) if self.language == "zh" else (int(b), int(a))
        if month > 12 >= day:
            month, day = day, month
        return self.place(year, month, day)

    def named(self, parts: list[str]) -> date | None:
        """A weekday's name, or a day with the names of its weekday and month: `fri`, `fri 20`, `20 oct`, `mon 23 nov 2026`, `nov 23, 2026`."""
        if len(parts) == 1:
            wanted = self.weekday_name(parts[0])
            return None if wanted is None else self.weekday(wanted)
        year: int | None = None
        month: int | None = None
        day: int | None = None
        weekday: int | None = None
        for part in parts:
            if part in ("de", "of"):
                continue
            if part.isascii() and part.isdigit():
                if len(part) <= 2 and day is None:
                    day = int(part)
                elif len(part) in (2, 4) and year is None and month is not None:
                    year = _year(part)
                else:
                    return None
                continue
            # A name before the day is a weekday first (mar 24 is a Tuesday in Spanish), after it a month (24 mar).
            as_weekday = self.weekday_name(part, own=True) if day is None and weekday is None else None
            as_month = self.month_name(part) if month is None else None
            if as_weekday is None and as_month is None and weekday is None:
                as_weekday = self.weekday_name(part)
            if as_weekday is not None:
                weekday = as_weekday
            elif as_month is not None:
                month = as_month
            else:
                return None
        if day is None:
            return None
        found = self.place(year, month, day)
        return found if weekday is None else self.checked(found, weekday)

    def checked(self, found: date, weekday: int) -> date:
        """The weekday said must be the day's: else one of the two was a slip."""
        if found.weekday() != weekday:
            raise _Unfit(found)
        return found

    def weekday_name(self, typed: str, own: bool = False) -> int | None:
        if typed in _OTHER_WEEKDAYS:
            return _OTHER_WEEKDAYS[typed]
        return self.by_beginning(typed, _LONG_WEEKDAYS, 2, own)

    def month_name(self, typed: str) -> int | None:
        found = self.by_beginning(typed, _LONG_MONTHS, 3, False)
        return None if found is None else found + 1

    def by_beginning(self, typed: str, names: dict[str, list[str]], least: int, own: bool) -> int | None:
        """The place of the one name that begins so, in the language in use first, then in any (unless own)."""
        if len(typed) < least:
            return None
        mine = names.get(self.language, [])
        for tables in ([mine], [] if own else list(names.values())):
            found = {i for table in tables for i, name in enumerate(table) if name.startswith(typed)}
            if found:
                return found.pop() if len(found) == 1 else None
        return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _days(parts: Iterable[tuple[int, int, int]]) -> Iterable[date]:
    """Those that the calendar has."""
    for year, month, day in parts:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


# Showing --------------------------------------------------------------------------------------------------------------


_iso = False


def use_iso(on: bool) -> None:
    """Whether `show_day` writes every day in full, as 2026-11-20: a habit of the person at this desk."""
    global _iso
    _iso = on


def show_day(day: date | str | None, language: str | None = None, today: date | None = None, *, column: bool = False) -> str:
    """Short, at most 10 cells: `Fri 20` in this month, `20 Oct` in this year, `2025-10-20` otherwise; "" for none.

    column: filled up so that days stand under each other (`Fri  6`). A text that is no ISO day (an old or damaged book) is shown as it stands,
    made safe.
    """
    if not day:
        return ""
    if isinstance(day, str):
        stored = day
        try:
            day = date.fromisoformat(stored[:10])
        except ValueError:
            return safe(stored)[:10]
    now_ = today or _today()
    if _iso or day.year != now_.year:
        return day.isoformat()
    use = language or words.language()
    two, three = (2, 3) if column else (1, 1)
    if use == "zh":
        return f"{day.day:>{two}}日 {SHORT['zh'][day.weekday()]}" if day.month == now_.month else f"{day.month:>{two}}月{day.day:>{two}}日"
    if day.month == now_.month:
        return f"{SHORT[use][day.weekday()]:<{three}} {day.day:>{two}}"
    return f"{day.day:>{two}} {MONTHS[use][day.month - 1]}"


def echo_day(day: date, language: str | None = None) -> str:
    """In full with its weekday, to be seen before a field is left: `Mon 23 Nov 2026`, `2026年11月23日 周一`."""
    use = language or words.language()
    weekday = WEEKDAYS[use][day.weekday()]
    if use == "zh":
        return f"{day.year}年{day.month}月{day.day}日 {weekday}"
    return f"{weekday} {day.day} {MONTHS[use][day.month - 1]} {day.year}"


def show_moment(iso: str | None, language: str | None = None, *, column: bool = False) -> str:
    """A stored moment (UTC ISO) as the office's day and time: `Fri 20 09:30`; "" for none. At most 16 cells. column: as show_day's."""
    if not iso:
        return ""
    try:
        local = datetime.fromisoformat(iso)
    except ValueError:
        return safe(iso)[:16]
    local = (local if local.tzinfo else local.replace(tzinfo=UTC)).astimezone(_zone)
    return f"{show_day(local.date(), language, column=column)} {local:%H:%M}"
