"""Charts in the terminal, of integers by day."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from textual.app import ComposeResult
from textual.binding import Binding
from textual_plotext import PlotextPlot

from deskbook.core.days import show_day
from deskbook.core.words import N_, _
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.status_bar import StatusBar, Title

Points = Sequence[tuple[str, int]]
"""ISO day and value, the oldest first."""
TICKS = 6
"""Labels along each axis at most."""


class ChartScreen(DeskScreen[None]):
    """A line of values along time over the whole screen; what it draws is read anew each time the screen comes back."""

    BINDING_GROUP_TITLE = N_("Chart")
    HELP = N_("Values along time; the line under the title says the last one, the lowest and the highest.")
    BINDINGS = [Binding("escape", "back", N_("back"), id="desk.back", tooltip=N_("Back to where you came from"))]
    DEFAULT_CSS = """
    ChartScreen { layout: vertical; }
    ChartScreen PlotextPlot { height: 1fr; width: 1fr; }
    """

    def __init__(self, title: str, load: Callable[[], Points], *, scale: int, write: Callable[[int], str]) -> None:
        """title: in the user's language. load: gives the points. scale: what a value is divided by to be drawn; write: how it is said."""
        super().__init__()
        self._title = title
        self._load = load
        self._scale = scale
        self._write = write
        self._facts = Title()

    def compose(self) -> ComposeResult:
        """Title, facts, chart, status."""
        yield Title(self._title)
        yield self._facts
        yield PlotextPlot()
        yield StatusBar()

    def on_mount(self) -> None:
        """Draw."""
        self.reload()

    def on_screen_resume(self) -> None:
        """The book may have changed meanwhile."""
        self.reload()

    def reload(self) -> None:
        """Read the points and draw them."""
        points = self._load()
        self._facts.say(self.facts(points))
        widget = self.query_one(PlotextPlot)
        plot = widget.plt
        plot.clear_figure()
        if points:
            at = [date.fromisoformat(day).toordinal() for day, _value in points]
            values = [value for _day, value in points]
            # Drawing is the one place where a value becomes a float: plotext takes no other.
            plot.plot(at, [value / self._scale for value in values], marker="braille")
            plot.xticks(*_days(at[0], at[-1]))
            steps = _steps(min(values), max(values))
            plot.yticks([value / self._scale for value in steps], [self._write(value) for value in steps])
        widget.refresh()

    def facts(self, points: Points) -> str:
        """The last value, the lowest and the highest, each with its day."""
        if not points:
            return _(N_("Nothing recorded yet."))
        least, most = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
        said = [(N_("last {value} on {day}"), points[-1]), (N_("low {value} on {day}"), least), (N_("high {value} on {day}"), most)]
        return "   ".join(_(words, value=self._write(value), day=" ".join(show_day(day).split())) for words, (day, value) in said)

    def action_back(self) -> None:
        """One step back."""
        self.dismiss(None)


def _days(first: int, last: int) -> tuple[list[float], list[str]]:
    """A few days between two, by ordinal, and their labels."""
    count = min(TICKS, last - first + 1)
    at = sorted({first + (last - first) * n // max(count - 1, 1) for n in range(count)})
    return [float(day) for day in at], [" ".join(show_day(date.fromordinal(day)).split()) for day in at]


def _steps(low: int, high: int) -> list[int]:
    """A few values from the lowest to the highest, with no more decimals than these two have."""
    unit = next(unit for unit in (100, 10, 1) if low % unit == high % unit == 0)
    return sorted({low + (high - low) * n // (TICKS - 1) // unit * unit for n in range(1, TICKS - 1)} | {low, high})
