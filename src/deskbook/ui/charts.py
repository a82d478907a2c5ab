"""Charts in the terminal: values along time as a line, values of rows as bars."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count

from textual.app import ComposeResult
from textual.binding import Binding
from textual.color import Color
from textual_plotext import Plot, PlotextPlot

from deskbook.core.days import show_day
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.status_bar import StatusBar, Title

Points = Sequence[tuple[str, int]]
"""Of a line: ISO day and value, the oldest first. Of bars: name and value, in the order of the rows."""
MOST_FACTS = 3
"""Lines under the title."""
TICKS = 6
"""Labels along an axis at most."""


class ChartScreen(DeskScreen[None]):
    """Values drawn over the whole screen; what it draws is read anew each time the screen comes back."""

    BINDING_GROUP_TITLE = N_("Chart")
    HELP = N_("Values drawn; the line under the title says the last one, the lowest and the highest.")
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
        self._facts = [Title() for _line in range(MOST_FACTS)]

    def compose(self) -> ComposeResult:
        """Title, facts, chart, status."""
        yield Title(self._title)
        yield from self._facts
        yield PlotextPlot()
        yield StatusBar()

    def on_mount(self) -> None:
        """Draw."""
        self.reload()

    def on_screen_resume(self) -> None:
        """The book may have changed meanwhile."""
        self.reload()

    def on_resize(self) -> None:
        """The facts may need other lines."""
        self._say(self._load())

    def reload(self) -> None:
        """Read the points and draw them."""
        points = self._load()
        self._say(points)
        widget = self.query_one(PlotextPlot)
        plot = widget.plt
        plot.clear_figure()
        if points:
            # Drawing is the one place where a value becomes a float: plotext takes no other.
            self.draw(plot, points, [value / self._scale for _at, value in points], Color.parse(self.app.theme_variables["primary"]).rgb)
            values = [value for _at, value in points]
            steps = round_steps(min(*values, self.floor(values)), max(*values, self.floor(values)))
            plot.ylim(steps[0] / self._scale, steps[-1] / self._scale)
            plot.yticks([value / self._scale for value in steps], [self._write(value) for value in steps])
        widget.refresh()

    def draw(self, plot: Plot, points: Points, heights: list[float], colour: tuple[int, int, int]) -> None:
        """Draw the values and label what they stand along."""
        raise NotImplementedError

    def floor(self, values: list[int]) -> int:
        """A value the axis reaches in any case."""
        raise NotImplementedError

    def facts(self, points: Points) -> list[str]:
        """Said under the title."""
        raise NotImplementedError

    def _say(self, points: Points) -> None:
        """The facts in as many lines as they need, each whole."""
        lines: list[str] = []
        for fact in self.facts(points) if points else [_(N_("Nothing recorded yet."))]:
            if lines and (len(lines) == MOST_FACTS or cells(f"{lines[-1]}  {fact}") <= self.app.size.width - 2):
                lines[-1] += f"  {fact}"
            else:
                lines.append(fact)
        for n, title in enumerate(self._facts):
            line = lines[n] if n < len(lines) else ""
            title.say(line)
            title.display = bool(line)

    def action_back(self) -> None:
        """One step back."""
        self.dismiss(None)


class LineChart(ChartScreen):
    """Values by day."""

    def draw(self, plot: Plot, points: Points, heights: list[float], colour: tuple[int, int, int]) -> None:
        """A line; a few days under it, as ISO 8601 writes them."""
        at = [date.fromisoformat(day).toordinal() for day, _value in points]
        plot.plot(at, heights, marker="braille", color=colour)
        days = sorted({at[0] + (at[-1] - at[0]) * n // (TICKS - 1) for n in range(TICKS)})
        plot.xticks([float(day) for day in days], [date.fromordinal(day).isoformat() for day in days])  # plotext counts a wide character as one cell

    def floor(self, values: list[int]) -> int:
        """A price is looked at for how it moved: its axis starts near the lowest."""
        return min(values)

    def facts(self, points: Points) -> list[str]:
        """The last value, the lowest and the highest, each with its day."""
        least, most = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
        said = [(N_("last {value} on {day}"), points[-1]), (N_("low {value} on {day}"), least), (N_("high {value} on {day}"), most)]
        return [_(words, value=self._write(value), day=show_day(day)) for words, (day, value) in said]


class BarChart(ChartScreen):
    """Values by name: bars from nothing, so that their lengths compare."""

    def draw(self, plot: Plot, points: Points, heights: list[float], colour: tuple[int, int, int]) -> None:
        """A bar a row, and as many names as have room."""
        places = [float(place) for place in range(1, len(points) + 1)]
        plot.bar(places, heights, color=colour, width=0.6)
        room = max(self.size.width - 14, 1) // (max(len(name) for name, _value in points) + 2)
        every = -(-len(points) // max(room, 1))
        plot.xticks(places[::every], [name for name, _value in points][::every])

    def floor(self, values: list[int]) -> int:
        """Nothing."""
        return 0

    def facts(self, points: Points) -> list[str]:
        """The last value, the lowest and the highest, each with its name."""
        least, most = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
        said = [(N_("last {value} in {name}"), points[-1]), (N_("low {value} in {name}"), least), (N_("high {value} in {name}"), most)]
        return [_(words, value=self._write(value), name=name) for words, (name, value) in said]


def round_steps(low: int, high: int) -> list[int]:
    """Up to TICKS + 1 round values (1, 2 or 5 times a power of ten apart) from at or under the lowest to at or over the highest."""
    apart = next(size for power in count() for size in (10**power, 2 * 10**power, 5 * 10**power) if high - low <= size * (TICKS - 1))
    return list(range(low // apart * apart, -(-high // apart) * apart + 1, apart)) if high > low else [low, low + apart]
