"""Today: what is on fire at the left, what was meant to be done at the right, the purses and the sales below."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from deskbook.books.today import queries
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.text import safe
from deskbook.core.words import N_, _
from deskbook.ui.cells import cells, fit
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.header import HeaderLine
from deskbook.ui.status_bar import StatusBar

BARS = "▁▂▃▄▅▆▇█"
SALES_TOTAL = 3
"""The line of the sales box that says their sum."""
LOOK_DELAY = 2.0
"""Seconds between two looks whether another desk or a script changed the book."""
Part = tuple[str, str]
"""A piece of a line: text, and the name of a look ("", dim, warn, accent, bold)."""


class Panel(Widget, can_focus=True):
    """A box of lines with a cursor: rows drawn by the screen, nothing of its own but where the cursor is."""

    COMPONENT_CLASSES = {"panel--cursor", "panel--dim", "panel--warn", "panel--accent"}
    DEFAULT_CSS = """
    Panel { height: 1fr; width: 1fr; border: round $border-blurred; border-subtitle-color: $text-muted; }
    Panel { border-title-color: $foreground; border-title-style: bold; }
    Panel:focus { border: round $accent; }
    Panel > .panel--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Panel > .panel--dim { color: $text-muted; }
    Panel > .panel--warn { color: $warning; text-style: bold; }
    Panel > .panel--accent { color: $accent; }
    """
    BINDINGS = [
        Binding("down", "move(1)", N_("down"), show=False, id="panel.down", tooltip=N_("The next line")),
        Binding("up", "move(-1)", N_("up"), show=False, id="panel.up", tooltip=N_("The line before")),
        Binding("home", "jump(0)", N_("top"), show=False, id="panel.top", tooltip=N_("The first line")),
        Binding("end", "jump(-1)", N_("end"), show=False, id="panel.end", tooltip=N_("The last line")),
        Binding("enter", "open", N_("show"), id="list.open", tooltip=N_("The list or the record behind the line")),
    ]

    class Opened(Message):
        """Enter was pressed on a line."""

        def __init__(self, panel: Panel, place: int) -> None:
            super().__init__()
            self.panel, self.place = panel, place

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(id=id)
        self.border_title = title
        self.lines: list[list[Part]] = []
        self.place = 0
        self.top = 0

    def show(self, lines: list[list[Part]], subtitle: str = "") -> None:
        """Show other lines, the cursor staying where it was."""
        self.lines = lines
        self.border_subtitle = subtitle
        self._put(self.place)

    def _put(self, place: int) -> None:
        self.place = max(0, min(place, len(self.lines) - 1))
        height = max(self.content_size.height, 1)
        self.top = max(min(self.top, self.place), self.place - height + 1, 0)
        self.refresh()

    def action_move(self, by: int) -> None:
        """The cursor up or down."""
        self._put(self.place + by)

    def action_jump(self, place: int) -> None:
        """The cursor to a line; -1 is the last."""
        self._put(len(self.lines) - 1 if place < 0 else place)

    def action_open(self) -> None:
        """Say that a line was opened."""
        if self.lines:
            self.post_message(self.Opened(self, self.place))

    def render_line(self, y: int) -> Strip:
        """One line; the cursor's has a bar at its left edge."""
        width, base, at = self.size.width, self.rich_style, self.top + y
        if at >= len(self.lines):
            return Strip.blank(width, base)
        here = at == self.place and self.has_focus
        style = self.get_component_rich_style("panel--cursor") if here else base
        segments = [Segment("▌" if here else " ", style + (self._look("accent", here)))]
        segments += [Segment(text, style + self._look(look, here)) for text, look in self.lines[at]]
        return Strip(segments).adjust_cell_length(width, style)

    def _look(self, name: str, here: bool) -> Style:
        if name == "bold":
            return Style(bold=True)
        if not name or (here and name == "dim"):
            return Style()
        found = self.get_component_rich_style(f"panel--{name}")
        return Style(color=found.color, bold=found.bold)


class TodayScreen(DeskScreen[None]):
    """The desk's first screen."""

    NAME = "today"
    HELP = N_("What needs you now is on the left: Enter opens the list behind a number. Your checklist is on the right: space marks a task done.")
    AUTO_FOCUS = "#checklist"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    DEFAULT_CSS = """
    TodayScreen #upper { height: 1fr; min-height: 12; }
    TodayScreen #lower { height: 6; }
    TodayScreen #purses { width: 31; }
    TodayScreen.-wide #purses { width: 48; }
    """
    BINDING_GROUP_TITLE = N_("Today")
    BINDINGS = [
        Binding("space", "tick", N_("tick"), id="list.mark", tooltip=N_("Mark the task under the checklist's cursor done, or to do again")),
        Binding("n,f7", "new", N_("new task"), id="list.new", tooltip=N_("Note a task")),
        Binding("right,tab", "other(1)", N_("other box"), show=False, id="today.other", tooltip=N_("The next box")),
        Binding("left,shift+tab", "other(-1)", N_("other box"), show=False, id="today.before", tooltip=N_("The box before")),
        Binding("slash,f3,ideographic_comma", "app.command_palette", N_("find"), id="list.find", tooltip=N_("Find any record by a fragment")),
        Binding("ctrl+r", "again", N_("read again"), show=False, id="list.refresh", tooltip=N_("Read the book again")),
    ]

    def compose(self) -> ComposeResult:
        """Four boxes under the header."""
        yield HeaderLine()
        with Vertical():
            with Horizontal(id="upper"):
                yield Panel(_("Now"), id="now")
                yield Panel(_("Checklist"), id="checklist")
            with Horizontal(id="lower"):
                yield Panel(_("Cash today"), id="purses")
                yield Panel(_("Sales, 30 days"), id="sales")
        yield StatusBar()

    def on_mount(self) -> None:
        """Read the book, and look for changes now and then."""
        self._revision: Any = None
        self.sales: tuple[list[int], int] | None = None
        self.query_one("#sales", Panel).place = SALES_TOTAL
        self.call_after_refresh(self._look_again)
        self.set_interval(LOOK_DELAY, self._look_again)

    def on_screen_resume(self) -> None:
        """Another screen may have changed what is shown here."""
        if self._seen:
            self._look_again()

    def on_resize(self) -> None:
        """Lines are made for the width there is, of what was read."""
        if self._seen:
            self.call_after_refresh(self._show)

    @property
    def _seen(self) -> bool:
        return getattr(self, "_revision", None) is not None

    def _look_again(self) -> None:
        if self.is_current and self._revision != self._now():
            self.reload()

    def _now(self) -> tuple[object, ...]:
        from deskbook.core import days

        return self.store.revision, days.today()

    def reload(self) -> None:
        """Read everything that is shown."""
        self._revision = self._now()
        look = self.store.look
        self.counters = queries.counters(look)
        self.quiet = queries.quiet(look)
        self.tasks = queries.checklist(look)
        self.purses = queries.purses(look)
        self._show()
        self.call_after_refresh(self._read_sales)

    def _read_sales(self) -> None:
        """After the paint: no work waits for them, and in a large book the lines of sixty days take half as long as all the rest."""
        self.sales = queries.sales(self.store.look)
        self._show_sales()

    def _show(self) -> None:
        self._show_now()
        self._show_checklist()
        self._show_purses()
        self._show_sales()

    def action_again(self) -> None:
        """Read the book again."""
        self.reload()

    def _room(self, name: str) -> tuple[Panel, int]:
        panel = self.query_one(f"#{name}", Panel)
        return panel, max(panel.content_size.width - 1, 10)  # one for the bar of the cursor

    def _show_now(self) -> None:
        panel, width = self._room("now")
        label = min(max(cells(counter.label) for counter in self.counters), width - 14)
        lines: list[list[Part]] = []
        for counter in self.counters:
            dim = "" if counter.count else "dim"
            rest = f"{counter.mark} " if counter.mark else "  "
            text = fit(counter.label, label) + fit(str(counter.count), 4, right=True) + " "
            lines.append(
                [
                    (text, dim or ("bold" if counter.mark == "▲" else "")),
                    (rest, "warn"),
                    (fit(safe(counter.detail), max(width - cells(text) - cells(rest), 0)), "dim"),
                ]
            )
        panel.show(lines, _("{count} quiet", count=self.quiet) if self.quiet else "")

    def _show_checklist(self) -> None:
        panel, width = self._room("checklist")
        width -= 1
        whens = [self._when(task) for task in self.tasks]
        wide = max(map(cells, whens), default=0)
        lines: list[list[Part]] = []
        for task, when in zip(self.tasks, whens, strict=True):
            right = f" {'!' if task.overdue else ' '} {fit(when, wide, right=True)}"
            lines.append(
                [
                    (f"{task.mark} ", "dim" if task.done else "accent"),
                    (fit(safe(task.text), max(width - 2 - cells(right), 4)), "dim" if task.done else ""),
                    (right, "warn" if task.overdue else "dim"),
                ]
            )
        done = sum(task.done for task in self.tasks)
        panel.show(lines or [[(_("Nothing to do. n notes a task."), "dim")]], f"{done}/{len(self.tasks)}")

    @staticmethod
    def _when(task: queries.Task) -> str:
        """The day a task is due; of one that is late, or has none, its age."""
        if task.due and not task.done and not task.overdue:
            return show_day(task.due)
        return _("{days}d", days=task.age) if task.age else ""

    def _show_purses(self) -> None:
        panel, width = self._room("purses")
        number = max((cells(show_money(cents)) for _name, *both in self.purses for cents in both), default=0)
        lines: list[list[Part]] = []
        for name, opening, balance in self.purses:
            now = fit(show_money(balance), number, right=True)
            before = fit(show_money(opening), number + 2, right=True) if width >= 2 * number + 14 else ""
            changed = "" if balance == opening else "±"
            lines.append(
                [(fit(safe(name), max(width - cells(now) - cells(before) - 2, 4)), ""), (before, "dim"), (f" {changed or ' '}", "accent"), (now, "")]
            )
        panel.show(lines)

    def _show_sales(self) -> None:
        if self.sales is None:
            return
        panel, width = self._room("sales")
        series, before = self.sales
        total, most = sum(series), max(series)
        wide = max(1, min(2, width // len(series)))
        bars = "".join((BARS[min(7, value * 8 // (most + 1))] if value else " ") * wide for value in series)
        percent = (total * 200 + before) // (2 * before) - 100 if before else 0  # rounded to the nearest
        change = (
            _("no sales in the 30 days before")
            if not before
            else _("{sign}{percent} % on the 30 days before", sign="+" if percent > 0 else "−" if percent < 0 else "±", percent=abs(percent))
        )
        panel.show([[("", "")], [(bars, "accent")], [(" ", "")], [(show_money(total), "bold"), (f"   {change}", "dim")]])

    def action_other(self, by: int) -> None:
        """Go to the next box (by 1) or the one before (-1)."""
        order = ["now", "checklist", "purses", "sales"]
        here = order.index(str(self.focused.id)) if self.focused is not None and self.focused.id in order else 0
        self.query_one(f"#{order[(here + by) % len(order)]}", Panel).focus()

    def action_tick(self) -> None:
        """Mark the task under the checklist's cursor done, or to do again: one key from any box."""
        from deskbook.books.tasks import commands  # brings the tables with it, which the first paint does not need

        if not self.tasks:
            return
        task = self.tasks[self.query_one("#checklist", Panel).place]
        if self.run_command(
            commands.untick if task.done else commands.tick,
            done=_("to do again: {task}", task=task.text) if task.done else _("done: {task}", task=task.text),
            task=task.id,
        ):
            self.reload()

    def action_new(self) -> None:
        """Note a task."""
        self.desk.go("tasks", new={})

    def on_panel_opened(self, event: Panel.Opened) -> None:
        """Open what is behind a line: the list, the task's record, the account's day book, the orders that were sold."""
        if event.panel.id == "now":
            counter = self.counters[event.place]
            self.desk.go(counter.book, counter.ask)
        elif event.panel.id == "checklist" and self.tasks:
            self.desk.go("tasks", Ask(), row=self.tasks[event.place].id)
        elif event.panel.id == "purses" and self.purses:
            row = self.store.look.value("SELECT id FROM account WHERE name = :name", name=self.purses[event.place][0])
            self.desk.go("ledger", Ask(only=(("account_id", row),)))
        elif event.panel.id == "sales":
            self.desk.go("orders", queries.sold())
