"""The reports: choose one, move it along time, open any figure, hand it over, see what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

from textual.binding import Binding

from deskbook.books.reports import forms
from deskbook.books.reports.made import Figure, Line, Made, Period, Report, listing_of
from deskbook.books.reports.queries import (
    POSTINGS,
    REPORTS,
    SALE_LINES,
    SENT,
    changed_since,
    difference_lines,
    menu,
    report_of,
    sent_rows,
    shown,
)
from deskbook.books.reports.sales import margin_lines
from deskbook.core import days
from deskbook.core.listing import Ask, Show
from deskbook.core.money import show_money, show_percent
from deskbook.core.words import N_, _, listed
from deskbook.ui import period
from deskbook.ui.actions import Action, Choice, Menu
from deskbook.ui.card import CardSection
from deskbook.ui.confirm import AskText
from deskbook.ui.list_screen import ListScreen
from deskbook.ui.palette import load
from deskbook.ui.paper_screen import PaperScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


class BehindScreen(ListScreen):
    """A list behind one figure: Esc goes back to the figure, not to all the rows there are."""

    figure = ""
    """What the figure is called, in the language in use; said over the list where its rows are chosen one by one."""

    def said_only(self, ask: Ask) -> str:
        """The figure's name."""
        return self.figure or super().said_only(ask)

    def action_back(self) -> None:
        """Words looked for first, then back to the report."""
        if self.focused is self.table and not self.ask.find:
            self.dismiss(None)
        else:
            super().action_back()


class SaleLinesScreen(BehindScreen):
    """The lines behind a figure of sales."""

    LISTING = SALE_LINES
    NAME = "sale_lines"
    HELP = N_("What a figure of sales is made of: each line of a shipment or an order, and credit notes for goods. Enter opens the order.")

    def open(self, row: int) -> None:
        """The order it is of."""
        order = self.store.look.value("SELECT order_id FROM v_sale WHERE id = :row", row=row)
        if order is not None:
            self.desk.open_card("orders", order)

    def under_cursor(self) -> tuple[str, int] | None:
        """The item of the row."""
        row = self.table.cursor_id
        item = self.store.look.value("SELECT item_id FROM v_sale WHERE id = :row", row=row)
        return None if item is None else ("items", item)

    def said_only(self, ask: Ask) -> str:
        """Names instead of numbers."""
        named = {"item_id": "SELECT code FROM item WHERE id = :id", "customer_id": "SELECT name FROM party WHERE id = :id"}
        named["salesperson_id"] = named["customer_id"]
        parts = [str(self.store.look.value(named[name], id=value) or _(N_("(none)"))) if name in named else str(value) for name, value in ask.only]
        return listed(parts)


class PostingsScreen(BehindScreen):
    """The postings behind a figure of an account."""

    LISTING = POSTINGS
    NAME = "postings"
    HELP = N_("Every posting of an account. Enter says what it belongs to.")

    def said_only(self, ask: Ask) -> str:
        """The account's name."""
        return listed(
            str(self.store.look.value("SELECT name FROM account WHERE id = :id", id=value)) for name, value in ask.only if name == "account_id"
        )

    def open(self, row: int) -> None:
        """What was claimed or paid with it, where that is known; else its card."""
        look = self.store.look
        entry = look.value("SELECT entry_id FROM posting WHERE id = :row", row=row)
        for book, sql in (("claims", "SELECT id FROM claim WHERE entry_id = :e"), ("payments", "SELECT id FROM payment WHERE entry_id = :e")):
            if (found := look.value(sql, e=entry)) is not None:
                self.desk.open_card(book, found)
                return
        self.show_card(row)


BEHIND: Mapping[str, type[BehindScreen]] = {"sale_lines": SaleLinesScreen, "postings": PostingsScreen}
"""Lists that are only reached from a figure; the others are books of the desk."""


@lru_cache
def _behind(screen: str) -> type[BehindScreen]:
    """A book's own list, as it stands behind a figure."""
    own = load(screen)
    return cast("type[BehindScreen]", type(f"{own.__name__}Behind", (BehindScreen, own), {}))


class ReportScreen(ListScreen):
    """One report for a period; Enter on a row shows the documents that add up to it."""

    NAME = "reports"
    HELP = N_(
        "A report of a period: [ and ] go a month on, y takes the whole year, f chooses what is counted. Enter shows the documents that add up to a"
        " row. h keeps the report as it is handed over; x writes it to a file, v draws it."
    )
    BINDINGS = [
        Binding("y", "year", N_("whole year"), id="report.year", tooltip=N_("The whole year; once more: the year before")),
        Binding("h", "hand_over", N_("hand over"), id="report.send", tooltip=N_("Keep it as it is handed over; later differences are listed")),
        Binding("v", "chart", N_("chart"), id="report.chart", tooltip=N_("Draw it along time")),
    ]

    def __init__(self, report: Report, asked: Period | None = None, choice: str = "") -> None:
        """asked: its days; this month where none are given."""
        super().__init__()
        today = days.today()
        self.report = report
        self.period = asked or Period(today.replace(day=1), days.month_end(today))
        self.choice = choice or next(iter(report.choices), "")
        self.made = Made((), [])

    # what it shows

    def on_mount(self) -> None:
        """Make it, then show it as a list."""
        self._make()
        super().on_mount()

    def reload(self, *, keep: int | None = None) -> None:
        """The book changed, or another period is asked for."""
        self._make()
        super().reload(keep=keep)

    def _make(self) -> None:
        self.made = self.report.make(self.store.look, self.period, self.choice)
        # what is written to a file says of itself which period it is of, and what was counted
        first = next(iter(self.report.choices), "")
        name = "-".join(filter(None, (self.report.name, "" if self.choice == first else self.choice, self.period.name)))
        listing = listing_of(self.made, name=name, title=f"{_(self.report.title)} · {self.period.name}")
        cast(Any, self).LISTING = listing  # a list's listing is its class's; a report's is made for what is asked

    def question(self) -> str:
        """Title, choice, period."""
        said = period.words(Ask(since=self.period.since, until=self.period.until))
        whole = self.period.since.month == 1 and self.period.since.day == 1 and self.period.until == date(self.period.since.year, 12, 31)
        label = self.report.choices.get(self.choice)
        return " · ".join(part for part in (_(self.report.title), _(label) if label else "", str(self.period.since.year) if whole else said) if part)

    def hint(self, row: int) -> str:
        """What must be said beside the figures."""
        return " ".join(self.made.notes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A report moves along time and chooses what it counts."""
        if action in ("earlier", "later", "this_month"):
            return True
        if action == "filter":
            return len(self.report.choices) > 1
        if action == "hand_over" and self.report not in REPORTS:
            return False
        if action == "chart":
            return bool(self.made.chart) if self._seen else True
        if action == "mark":
            return False
        return super().check_action(action, parameters)

    # where it leads

    def _line(self, row: int) -> Line:
        return self.made.lines[row - 1]

    def open(self, row: int) -> None:
        """The documents that add up to the row; where its figures have different ones, those of the figure that is chosen."""
        line = self._line(row)
        place = {column.name: n for n, column in enumerate(self.made.columns)}
        told = [figure for figure in line.figures if any(line.values[place[name]] for name in figure.columns)]
        if len(told) < 2:
            self._open(line, told[0] if told else None)
            return
        choices = [Choice(str(n), self._said(line, figure), str(n + 1)) for n, figure in enumerate(told)]
        title = f"{_(self.report.title)} · {line.values[0]}"
        self.app.push_screen(Menu(title, choices), lambda n: self._open(line, told[int(n)]) if n is not None else None)

    def _said(self, line: Line, figure: Figure) -> str:
        """Names and values of figures."""
        pairs = [(column, value) for column, value in zip(self.made.columns, line.values, strict=True) if column.name in figure.columns]
        return " · ".join(f"{_(column.label)} {shown(column, value)}" for column, value in pairs)

    def _open(self, line: Line, figure: Figure | None) -> None:
        book, ask = (figure.book, figure.ask) if figure else (line.book, line.ask)
        if book == "margin_lines" and ask is not None:
            self.app.push_screen(MarginLinesScreen(*ask.only[0], str(line.values[0]), self.period))
        elif book in self._lists:
            behind = BEHIND.get(book) or _behind(self._lists[book])
            screen = behind(ask)
            if figure and book not in BEHIND:
                screen.figure = self._said(line, figure)
            self.app.push_screen(screen)

    @property
    def _lists(self) -> dict[str, str]:
        """The lists that can stand behind a figure, by name: where their screens are; "" for those of BEHIND."""
        return {**dict.fromkeys(BEHIND, ""), **{book.name: book.screen for book in self.desk.books}}

    def under_cursor(self) -> tuple[str, int] | None:
        """The item or party of a row."""
        row = self.table.cursor_id
        ask = self._line(row).ask if row is not None else None
        only = dict(ask.only) if ask is not None else {}
        for column, book in (("item_id", "items"), ("customer_id", "parties"), ("salesperson_id", "parties")):
            if only.get(column):
                return book, int(only[column])
        return None

    # keys

    def _ask_period(self, asked: Period) -> None:
        self.period = asked
        self.reload()

    def _step(self, months: int) -> None:
        ask = period.step(Ask(since=self.period.since, until=self.period.until), months, days.today())
        assert ask.since is not None
        assert ask.until is not None
        self._ask_period(Period(ask.since, ask.until))

    def action_earlier(self) -> None:
        """[."""
        self._step(-1)

    def action_later(self) -> None:
        """]."""
        self._step(1)

    def action_this_month(self) -> None:
        """t."""
        today = days.today()
        self._ask_period(Period(today.replace(day=1), days.month_end(today)))

    def action_year(self) -> None:
        """y: the year of the period; from a whole year, the one before."""
        year = self.period.since.year
        whole = Period(date(year, 1, 1), date(year, 12, 31))
        self._ask_period(whole if self.period != whole else Period(date(year - 1, 1, 1), date(year - 1, 12, 31)))

    def action_filter(self) -> None:
        """f: what is counted."""
        lines = [Choice(word, _(label), str(n)) for n, (word, label) in enumerate(self.report.choices.items(), 1)]
        self.app.push_screen(Menu(_(self.report.title), lines, at=self.choice), self._chosen)

    def _chosen(self, word: str | None) -> None:
        if word is not None:
            self.choice = word
            self.reload()

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """Of targets: set one."""
        self.app.push_screen(forms.target_form(self.period.since), lambda saved: self.reload() if saved else None)

    def _has(self, method: str) -> bool:
        return method == "hint" or (self.report.name == "targets" if method == "new" else super()._has(method))

    def action_hand_over(self) -> None:
        """h: to whom, then it is kept."""
        self.app.push_screen(AskText(_(N_("To whom is it handed over?")), required=False), self._hand_over)

    def _hand_over(self, sent_to: str | None) -> None:
        from deskbook.books.reports.commands import send_report

        if sent_to is not None:
            told = _(N_("kept as it is; differences will be listed under “handed over”"))
            facts: dict[str, Any] = {"since": self.period.since, "until": self.period.until, "choice": self.choice, "sent_to": sent_to}
            self.run_command(send_report, report=self.report.name, done=told, **facts)

    def action_chart(self) -> None:
        """v: the months or weeks as bars."""
        from deskbook.ui.charts import BarChart  # plotext is asked for only where a chart is drawn

        place = next(n for n, column in enumerate(self.made.columns) if column.name == self.made.chart)

        def points() -> list[tuple[str, int]]:
            return [(str(line.values[0]), line.values[place]) for line in self.made.lines if line.values[place] is not None]

        write = show_percent if self.made.columns[place].show is Show.PERCENT else show_money
        self.app.push_screen(BarChart(self.question(), points, scale=100, write=write))


class MarginLinesScreen(ReportScreen):
    """What one row of the margin adds up from; Enter opens the order of a line."""

    def __init__(self, key: str, each: Any, name: str, asked: Period) -> None:
        """key, each: the column of v_sale and its value; name: what the row is called."""
        self._of = name
        super().__init__(Report("margin-lines", N_("Margin, line by line"), lambda look, asked, _choice: margin_lines(look, asked, key, each)), asked)

    def question(self) -> str:
        """With what it is of."""
        return f"{super().question()} · {self._of}"

    def open(self, row: int) -> None:
        """The order."""
        ask = self._line(row).ask
        if ask is not None:
            self.desk.open_card("orders", dict(ask.only)["id"])


class SentScreen(BehindScreen):
    """Reports as they were handed over; Enter lists what differs now."""

    LISTING = SENT
    NAME = "sent_reports"
    HELP = N_(
        "Reports as they were handed over. Enter lists, line by line, what the books say otherwise today; nothing that was sent is ever changed."
    )

    def open(self, row: int) -> None:
        """What differs now, and the report as it was sent under it."""
        lines = difference_lines(self.store.look, row)
        self.app.push_screen(PaperScreen(self.card_title(row), lines, f"handed-over-{row}.txt"))

    def card_title(self, row: int) -> str:
        """The report and its period."""
        name, asked, _choice, _rows = sent_rows(self.store.look, row)
        return f"{_(report_of(name).title)} · {asked.name}"

    def card_text(self, row: int) -> list[CardSection]:
        """Its facts, and how much differs."""
        _now, found = changed_since(self.store.look, row)
        section = CardSection("", [(N_("differences"), str(len(found)) if found else _(N_("none: it is as it was sent")))])
        return [*super().card_text(row), section]

    def actions(self, row: int) -> list[Action]:
        """The report as it is now."""
        name, asked, choice, _rows = sent_rows(self.store.look, row)
        return [Action("now", N_("the report as it is now"), "w", lambda _r: self._push(ReportScreen(report_of(name), asked, choice)))]

    def _push(self, screen: ReportScreen) -> None:
        self.app.push_screen(screen)


class ReportsScreen(ListScreen):
    """All reports; Enter opens one on this month."""

    LISTING = listing_of(menu(), name="reports", title=N_("Reports"))
    NAME = "reports"
    HELP = N_("What the books add up to. Enter opens a report on this month; h lists the reports that were handed over.")
    BINDINGS = [Binding("h", "sent", N_("handed over"), id="report.sent", tooltip=N_("Reports that were handed over, and what changed since"))]

    def open(self, row: int) -> None:
        """The report."""
        self.app.push_screen(ReportScreen(REPORTS[row - 1]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A list of reports is not exported or marked."""
        return False if action in ("export", "mark") else super().check_action(action, parameters)

    def under_cursor(self) -> tuple[str, int] | None:
        """A report is no record."""
        return None

    def action_sent(self) -> None:
        """h."""
        self.app.push_screen(SentScreen())
