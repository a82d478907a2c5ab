"""Reference prices: the values day by day, their change, and the chart."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbook.books.series import forms, queries
from deskbook.books.series.queries import SERIES
from deskbook.core.listing import Ask
from deskbook.core.money import show_price
from deskbook.core.words import N_, _
from deskbook.ui.actions import Action
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


class SeriesScreen(ListScreen):
    """What the market made of copper, of a currency, day by day."""

    LISTING = SERIES
    NAME = "series"
    HELP = N_(
        "Prices that the market makes. $ records the price of the day from any screen; h draws the chart, m lists the open quotes that were"
        " made at a price which has moved since."
    )

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """The price of the day."""
        series = dict(self.ask.only).get("series_id")
        start: dict[str, Any] = {"series": series} if isinstance(series, int) else {}
        self.app.push_screen(forms.record_form(self.store.look, start | dict(given or {})), self._saved)

    def edit(self, row: int) -> None:
        """This value: what is typed is written over it."""
        from datetime import date

        found = self.store.look.row("SELECT series_id, value, day FROM series_value WHERE id = :row", row=row)
        if found is not None:
            fill = {"series": found[0], "value": found[1], "day": date.fromisoformat(found[2])}
            self.app.push_screen(forms.record_form(self.store.look, fill), self._saved)

    def delete(self, row: int) -> None:
        """Drop a value; u brings it back."""
        from deskbook.books.series.commands import drop_value

        self.run_command(drop_value, value=row, done=_(N_("value dropped")))

    def open(self, row: int) -> None:
        """Enter draws the chart."""
        self._chart([row])

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def said_only(self, ask: Ask) -> str:
        """The series by its name."""
        series = dict(ask.only).get("series_id")
        return queries.series_name(self.store.look, series) if isinstance(series, int) else super().said_only(ask)

    def actions(self, row: int) -> list[Action]:
        """The chart, the series, the quotes made at it."""
        series = self._series(row)
        closed = bool(self.store.look.value("SELECT closed FROM series WHERE id = :series", series=series))
        return [
            Action("chart", N_("draw the chart"), "h", self._chart),
            Action("moved", N_("open quotes whose basis moved"), "m", lambda _rows: self.desk.go("quotes", Ask(view="moved"))),
            Action("one", N_("this one only"), "o", lambda _rows: self.show_ask(Ask(view="all", only=(("series_id", series),)))),
            Action("new_series", N_("new reference price"), "k", lambda _rows: self._push(forms.new_series())),
            Action("edit_series", N_("change the reference price"), "v", lambda _rows: self._push(forms.edit_series(self.store.look, series))),
            Action("close", N_("take it up again") if closed else N_("no longer record it"), "z", lambda _rows: self._close(series, not closed)),
        ]

    def _series(self, row: int) -> int:
        return int(self.store.look.value("SELECT series_id FROM series_value WHERE id = :row", row=row) or 0)

    def _push(self, form: Any) -> None:
        self.app.push_screen(form, lambda _result: self.reload())

    def _close(self, series: int, closed: bool) -> None:
        from deskbook.books.series.commands import change_series

        name = queries.series_name(self.store.look, series)
        done = _(N_("{name} is no longer recorded"), name=name) if closed else _(N_("{name} taken up again"), name=name)
        self.run_command(change_series, series=series, closed=closed, done=done)

    def _chart(self, rows: list[int]) -> None:
        from deskbook.ui.charts import LineChart  # plotext is asked for only where a chart is drawn

        look, series = self.store.look, self._series(rows[0])
        self.app.push_screen(LineChart(queries.series_name(look, series), lambda: queries.points(look, series), scale=10_000, write=show_price))
