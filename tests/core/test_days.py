from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbook.core import days, words
from deskbook.core.days import Lean, add_months, echo_day, month_end, read_day, show_day, show_moment
from deskbook.core.refusal import Refusal

MONDAY = date(2026, 11, 23)
languages = st.sampled_from(list(words.LANGUAGES))
some_day = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def read(text: str, lean: Lean = "past", language: str = "en", today: date = MONDAY) -> str:
    return read_day(text, lean=lean, language=language, today=today).isoformat()


def refused(text: str, language: str = "en") -> str:
    with pytest.raises(Refusal) as caught:
        read_day(text, language=language, field="due", today=MONDAY)
    assert caught.value.field == "due"
    return str(caught.value)


def test_the_clock() -> None:
    assert days.today() == MONDAY
    assert days.now() == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert days.moment() == "2026-11-23T01:30:00.000Z"
    days.set_zone("America/New_York")
    assert days.today() == date(2026, 11, 22)  # 20:30 on Sunday there
    days.set_zone("Africa/Nairobi")
    assert show_moment(days.moment()) == "Mon 23 04:30"


def test_the_clock_without_help_is_the_machine() -> None:
    days.set_clock(None)
    days.set_zone(None)
    assert abs(datetime.now(UTC) - days.now()) < timedelta(minutes=1)
    assert days.now().utcoffset() == timedelta(0)
    assert days.today() == days.now().astimezone().date()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd"])
def test_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        days.set_zone(name)
    assert days.today() == MONDAY


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("t", "2026-11-23", "2026-11-23"),
        ("23", "2026-11-23", "2026-11-23"),
        ("15", "2026-11-15", "2026-12-15"),
        ("24", "2026-10-24", "2026-11-24"),
        ("31", "2026-10-31", "2026-12-31"),
        ("5", "2026-11-05", "2026-12-05"),
        ("0615", "2026-06-15", "2027-06-15"),
        ("1123", "2026-11-23", "2026-11-23"),
        ("1124", "2025-11-24", "2026-11-24"),
        ("0229", "2024-02-29", "2028-02-29"),
        ("20260615", "2026-06-15", "2026-06-15"),
        ("2026-06-15", "2026-06-15", "2026-06-15"),
        ("2026/6/5", "2026-06-05", "2026-06-05"),
        ("2026.6.5", "2026-06-05", "2026-06-05"),
        ("15/6", "2026-06-15", "2027-06-15"),
        ("15.6.2026", "2026-06-15", "2026-06-15"),
        ("15-6-26", "2026-06-15", "2026-06-15"),
        ("+30", "2026-12-23", "2026-12-23"),
        ("-1", "2026-11-22", "2026-11-22"),
        ("－１", "2026-11-22", "2026-11-22"),
        ("+3d", "2026-11-26", "2026-11-26"),
        ("+2w", "2026-12-07", "2026-12-07"),
        ("+1m", "2026-12-23", "2026-12-23"),
        ("-1y", "2025-11-23", "2025-11-23"),
        ("me", "2026-10-31", "2026-11-30"),
        ("202606e", "2026-06-30", "2026-06-30"),
        ("202402me", "2024-02-29", "2024-02-29"),
        ("5w", "2026-11-20", "2026-11-27"),
        ("1w", "2026-11-23", "2026-11-23"),
        ("7W", "2026-11-22", "2026-11-29"),
        ("fri", "2026-11-20", "2026-11-27"),
        ("Friday", "2026-11-20", "2026-11-27"),
        ("mon", "2026-11-23", "2026-11-23"),
        ("tomorrow", "2026-11-24", "2026-11-24"),
        ("Yesterday", "2026-11-22", "2026-11-22"),
        ("１５", "2026-11-15", "2026-12-15"),
        ("２０２６－０６－１５", "2026-06-15", "2026-06-15"),
        ("20 oct", "2026-10-20", "2027-10-20"),
        ("October 20, 2025", "2025-10-20", "2025-10-20"),
        ("24 mar", "2026-03-24", "2027-03-24"),
        ("  t  ", "2026-11-23", "2026-11-23"),
    ],
)
def test_reads_by_lean(text: str, past: str, future: str) -> None:
    assert (read(text), read(text, "future")) == (past, future)


@pytest.mark.parametrize(
    ("language", "text", "past", "future"),
    [
        ("zh", "今天", "2026-11-23", "2026-11-23"),
        ("zh", "明天", "2026-11-24", "2026-11-24"),
        ("zh", "昨天", "2026-11-22", "2026-11-22"),
        ("zh", "后天", "2026-11-25", "2026-11-25"),
        ("zh", "大后天", "2026-11-26", "2026-11-26"),
        ("zh", "周五", "2026-11-20", "2026-11-27"),
        ("zh", "星期五", "2026-11-20", "2026-11-27"),
        ("zh", "星期天", "2026-11-22", "2026-11-29"),
        ("zh", "下周五", "2026-12-04", "2026-12-04"),
        ("zh", "下下周一", "2026-12-07", "2026-12-07"),
        ("zh", "上个星期五", "2026-11-20", "2026-11-20"),
        ("zh", "本周五", "2026-11-27", "2026-11-27"),
        ("zh", "月底", "2026-10-31", "2026-11-30"),
        ("zh", "6月15日", "2026-06-15", "2027-06-15"),
        ("zh", "15号", "2026-11-15", "2026-12-15"),
        ("zh", "2026年6月15日", "2026-06-15", "2026-06-15"),
        ("zh", "２６年６月１５日", "2026-06-15", "2026-06-15"),
        ("zh", "5/6", "2026-05-06", "2027-05-06"),
        ("zh", "26/6/15", "2026-06-15", "2026-06-15"),
        ("en", "5/6", "2026-06-05", "2027-06-05"),
        ("es", "5/6", "2026-06-05", "2027-06-05"),
        ("sw", "5/6", "2026-06-05", "2027-06-05"),
        ("zh", "15/6", "2026-06-15", "2027-06-15"),
        ("en", "6/15", "2026-06-15", "2027-06-15"),
        ("es", "hoy", "2026-11-23", "2026-11-23"),
        ("es", "mañana", "2026-11-24", "2026-11-24"),
        ("es", "man\u0303ana", "2026-11-24", "2026-11-24"),
        ("es", "manana", "2026-11-24", "2026-11-24"),
        ("es", "pasado mañana", "2026-11-25", "2026-11-25"),
        ("es", "ayer", "2026-11-22", "2026-11-22"),
        ("es", "mié", "2026-11-18", "2026-11-25"),
        ("es", "miercoles", "2026-11-18", "2026-11-25"),
        ("es", "mar", "2026-11-17", "2026-11-24"),
        ("es", "sábado", "2026-11-21", "2026-11-28"),
        ("es", "5 de agosto de 2026", "2026-08-05", "2026-08-05"),
        ("sw", "leo", "2026-11-23", "2026-11-23"),
        ("sw", "kesho", "2026-11-24", "2026-11-24"),
        ("sw", "jana", "2026-11-22", "2026-11-22"),
        ("sw", "keshokutwa", "2026-11-25", "2026-11-25"),
        ("sw", "Ijumaa", "2026-11-20", "2026-11-27"),
        ("sw", "J3", "2026-11-23", "2026-11-23"),
        ("sw", "alh", "2026-11-19", "2026-11-26"),
        ("sw", "5 Mac", "2026-03-05", "2027-03-05"),
        ("en", "明天", "2026-11-24", "2026-11-24"),
        ("zh", "viernes", "2026-11-20", "2026-11-27"),
    ],
)
def test_reads_four_languages(language: str, text: str, past: str, future: str) -> None:
    assert (read(text, "past", language), read(text, "future", language)) == (past, future)


def test_month_steps_stay_in_the_month() -> None:
    assert read("+1m", today=date(2026, 1, 31)) == "2026-02-28"
    assert read("+1m", today=date(2028, 1, 31)) == "2028-02-29"
    assert read("+1y", today=date(2028, 2, 29)) == "2029-02-28"
    assert read("-1m", today=date(2026, 3, 31)) == "2026-02-28"
    assert read("me", today=date(2026, 2, 28)) == "2026-02-28"
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A day is missing here."),
        (" \u3000", "A day is missing here."),
        ("hello", "“hello” is not a day; type 15, 0615, 2026-06-15, +3, t or a weekday."),
        ("1506", "There is no day “1506” in the calendar."),
        ("32", "There is no day “32” in the calendar."),
        ("0", "There is no day “0” in the calendar."),
        ("0230", "There is no day “0230” in the calendar."),
        ("2026-02-29", "There is no day “2026-02-29” in the calendar."),
        ("20261301", "There is no day “20261301” in the calendar."),
        ("1899-12-31", "“1899-12-31” is in the year 1899; the book takes 1900 to 2199."),
        ("2200-01-01", "“2200-01-01” is in the year 2200; the book takes 1900 to 2199."),
        ("+9999y", "There is no day “+9999y” in the calendar."),
        ("0000-01-01", "There is no day “0000-01-01” in the calendar."),
        ("thu 20", "“thu 20” does not fit together: that day is Fri 20 Nov 2026."),
        ("20日 周四", "“20日 周四” does not fit together: that day is Fri 20 Nov 2026."),
        ("\x1b[31m", "“␛[31m” is not a day; type 15, 0615, 2026-06-15, +3, t or a weekday."),
    ],
)
def test_refusals_name_the_text(text: str, sentence: str) -> None:
    assert refused(text) == sentence


@pytest.mark.parametrize(
    "text", ["8w", "0w", "jumat", "ju", "2026-06", "123", "15/6-26", "1-2-3", "12345", "+", "fri fri", "٣", "15²", "mon tue 5", "x" * 300]
)
def test_refuses(text: str) -> None:
    assert text[:3] in refused(text)


def test_bounds_are_inside() -> None:
    assert read("1900-01-01") == "1900-01-01"
    assert read("2199-12-31") == "2199-12-31"


@pytest.mark.parametrize(
    ("day", "en", "zh", "es", "sw"),
    [
        (date(2026, 11, 20), "Fri 20", "20日 周五", "vie 20", "Ij  20"),
        (date(2026, 11, 5), "Thu  5", " 5日 周四", "jue  5", "Alh  5"),
        (date(2026, 10, 20), "20 Oct", "10月20日", "20 oct", "20 Okt"),
        (date(2026, 3, 5), " 5 Mar", " 3月 5日", " 5 mar", " 5 Mac"),
        (date(2025, 10, 20), "2025-10-20", "2025-10-20", "2025-10-20", "2025-10-20"),
        (date(2025, 11, 20), "2025-11-20", "2025-11-20", "2025-11-20", "2025-11-20"),
        (date(2027, 1, 1), "2027-01-01", "2027-01-01", "2027-01-01", "2027-01-01"),
    ],
)
def test_shows_short(day: date, en: str, zh: str, es: str, sw: str) -> None:
    for language, shown in {"en": en, "zh": zh, "es": es, "sw": sw}.items():
        assert show_day(day, language, column=True) == show_day(day.isoformat(), language, column=True) == shown
        assert "".join(show_day(day, language).split()) == "".join(shown.split())


def test_a_day_inside_a_sentence_has_no_blanks_to_align_it() -> None:
    day = date(2026, 11, 5)
    assert [show_day(day, language) for language in ("en", "zh", "es", "sw")] == ["Thu 5", "5日 周四", "jue 5", "Alh 5"]
    assert [show_day(date(2026, 3, 5), language) for language in ("en", "zh")] == ["5 Mar", "3月5日"]
    assert show_moment("2026-11-05T09:30:00+00:00", "en").startswith("Thu 5 ")


def test_shows_what_is_no_day() -> None:
    assert show_day(None) == show_day("") == show_moment(None) == ""
    assert show_day("soon\x1b") == "soon␛"
    assert show_moment("nonsense") == "nonsense"


def test_shows_moments_in_the_office() -> None:
    assert show_moment("2026-11-20T17:05:09.123Z") == "Sat 21 01:05"
    assert show_moment("2026-10-20 01:00:00") == "20 Oct 09:00"
    assert show_moment("2025-10-20T01:00:00+00:00") == "2025-10-20 09:00"


def test_echoes_in_full() -> None:
    assert [echo_day(MONDAY, language) for language in words.LANGUAGES] == [
        "Mon 23 Nov 2026",
        "2026年11月23日 周一",
        "lun 23 nov 2026",
        "Jumatatu 23 Nov 2026",
    ]


@pytest.mark.parametrize("language", list(words.LANGUAGES))
def test_names_are_those_of_babel(language: str) -> None:
    from babel import Locale

    locale = Locale.parse(language)
    assert list(days.WEEKDAYS[language]) == [locale.days["format"]["abbreviated"][i] for i in range(7)]
    if language != "zh":
        assert list(days.MONTHS[language]) == [locale.months["format"]["abbreviated"][i] for i in range(1, 13)]


@given(some_day, languages, st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_what_is_echoed_reads_back(day: date, language: str, today: date) -> None:
    for lean in ("past", "future"):
        assert read_day(echo_day(day, language), lean=lean, language=language, today=today) == day
        assert read_day(day.isoformat(), lean=lean, language=language, today=today) == day


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-400, 400), languages)
def test_what_lists_show_is_short_and_reads_back(today: date, away: int, language: str) -> None:
    day = today + timedelta(away)
    shown = show_day(day, language, today)
    assert sum(2 if east_asian_width(c) == "W" else 1 for c in shown) <= 10
    assert read_day(shown, lean="past" if away <= 0 else "future", language=language, today=today) == day


@given(st.text(max_size=50), st.sampled_from(["past", "future"]), languages)
def test_any_text_is_a_day_or_a_refusal(text: str, lean: Lean, language: str) -> None:
    try:
        assert 1900 <= read_day(text, lean=lean, language=language).year <= 2199
    except Refusal as refusal:
        str(refusal)  # the sentence can be made


@given(st.text(alphabet="0123456789-/.+dwmye 年月日周五下me t", max_size=12), languages)
def test_any_jumble_is_a_day_or_a_refusal(text: str, language: str) -> None:
    try:
        assert 1900 <= read_day(text, language=language).year <= 2199
    except Refusal as refusal:
        str(refusal)  # the sentence can be made


@given(st.integers(1, 31), st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_nearest_leans(number: int, today: date) -> None:
    past, future = (read_day(str(number), lean=lean, today=today) for lean in ("past", "future"))
    assert past <= today <= future
    assert past.day == future.day == number
    between = [past + timedelta(n) for n in range(1, (future - past).days)]
    assert all(day.day != number for day in between)


def test_a_day_given_to_a_command_is_of_a_year_the_book_takes() -> None:
    assert days.as_day("1900-01-01") == date(1900, 1, 1)
    assert days.as_day("") is None
    for typed in ("0001-01-01", date(1899, 12, 31), "2200-01-01"):
        with pytest.raises(Refusal) as caught:
            days.as_day(typed, "paper_day")
        assert caught.value.field == "paper_day"
        assert "the book takes 1900 to 2199" in str(caught.value)


def test_only_more_than_a_year_is_long_ago() -> None:
    days.set_clock(lambda: datetime(2026, 11, 20, 4, tzinfo=UTC))
    assert days.long_ago(date(2025, 11, 19)) == ""  # 366 days
    assert days.long_ago(date(2025, 11, 18)) == "Tue 18 Nov 2025 is more than a year ago."
    assert days.long_ago(date(2027, 1, 1)) == ""
