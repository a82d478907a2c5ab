"""The desk: the books as modes, what every screen may ask for, language, looks, keys, and what a crash shows."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakSet

from rich.segment import Segments
from rich.text import Text
from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from deskbook.core import days, numbers, words
from deskbook.core.crash import crash_sentence
from deskbook.core.listing import Ask, Listing
from deskbook.core.night import last_night
from deskbook.core.refusal import Refusal
from deskbook.core.settings import Settings
from deskbook.core.words import N_, _, plural
from deskbook.shelf import BOOKS, SETTINGS
from deskbook.ui.desk_app import Book, Said
from deskbook.ui.desk_screen import DeskMixin
from deskbook.ui.keys import ANYWHERE, TWINS, keymap
from deskbook.ui.taking_back import TakingBack
from deskbook.ui.themes import THEMES
from deskbook.ui.type_ahead import TypeAhead

if TYPE_CHECKING:
    from deskbook.core.store import Store
    from deskbook.ui.actions import Action
    from deskbook.ui.card import CardSection
    from deskbook.ui.taker import Taker

MARKS = {"point": numbers.POINT, "comma": numbers.COMMA}
READ_ONLY = N_("Reading only: another desk holds this book, or its folder cannot be written.")


class DeskApp(TakingBack, inherit_bindings=False):
    """The desk over one open book."""

    TITLE = "deskbook"
    CSS_PATH = "ui/desk.tcss"
    DEFAULT_MODE = "today"
    COMMANDS: ClassVar[set[Any]] = {lambda: _palette("GoToBook"), lambda: _palette("DoHere"), lambda: _palette("FindRecord")}

    HELP = N_("One desk for orders, goods and money. Every key here works on every screen.")
    BINDINGS = [
        # Printing keys are never priority, so that a field keeps them.
        Binding("f1", "help", N_("help"), id="desk.help" + ANYWHERE, show=False, priority=True, tooltip=N_("What the keys do here")),
        Binding("question_mark,fullwidth_question_mark", "help", N_("help"), id="desk.help", tooltip=N_("What the keys do here")),
        Binding("ctrl+g", "go", N_("go"), id="desk.go" + ANYWHERE, show=False, priority=True, tooltip=N_("Go to a book by its letter")),
        Binding("g", "go", N_("go"), id="desk.go", tooltip=N_("Go to a book by its letter")),
        Binding("ctrl+p", "command_palette", N_("all"), id="desk.commands", priority=True, tooltip=N_("Any book, action or record by a fragment")),
        Binding("ctrl+o", "card", N_("card"), id="desk.card", tooltip=N_("Everything about what is under the cursor")),
        Binding("dollar_sign,fullwidth_yen_sign", "price_of_the_day", N_("price of the day"), id="desk.price", show=False,
                tooltip=N_("Record the reference price of the day: copper, a currency")),
        Binding("u,ctrl+z", "take_back", N_("take back"), id="desk.undo", show=False, tooltip=N_("Take the last thing back")),
        Binding("U,ctrl+y", "redo", N_("do again"), id="desk.redo", show=False, tooltip=N_("Do again what was taken back")),
        Binding("escape", "back", N_("back"), id="desk.back", show=False, tooltip=N_("One step back; nothing typed is lost")),
        Binding("ctrl+q", "quit", N_("quit"), id="desk.quit", show=False, priority=True, tooltip=N_("Leave the desk; everything entered is kept")),
        # Textual's own: people press it to leave, and are told how.
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, store: Store, settings: Settings | None = None, *, books: Sequence[Book] = BOOKS) -> None:
        """settings: those of the usual file when none are given. books: those whose module is installed are shown."""
        self.settings = settings or Settings.load()
        words.use(self.settings.language)
        super().__init__()
        self._type_ahead = TypeAhead(self, super().on_event)
        self.store = store
        self.books = (*(book for book in books if _installed(book)), SETTINGS)
        self._facts: tuple[object, dict[str, Any]] | None = None
        self._jumps: WeakSet[Screen[Any]] = WeakSet()
        """Lists that were jumped to from another screen, and lie on it."""
        self.opened_after = int(store.look.value("SELECT max(id) FROM step") or 0)
        for book in self.books[:-1]:
            self.add_mode(book.name, partial(_first_screen, book))
        for theme in THEMES.values():
            self.register_theme(theme)
        self._take_settings()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Keys go through the line of those that wait; everything else as Textual does it."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._type_ahead.take(event)
        else:
            await super().on_event(event)

    # Opening and closing

    def on_mount(self) -> None:
        """The first paint comes first; what it does not need is fetched after it."""
        self.call_after_refresh(self._fetch_the_rest)
        self.store.warn = self._warn
        self.set_interval(60, self._turn_day)
        if self.settings.complaints:
            self.refuse(self.settings.complaints[0])
        if self.store.read_only:
            self.said = Said(_(READ_ONLY), refused=True)
        elif self.parked is not None and (left := self.parked.all()):
            self.said = Said(_(N_("Half-typed and kept: {count}. Each is offered when its form is opened again."), count=len(left)))

    def _warn(self, trouble: Refusal) -> None:
        """What was saved only just is told after what the step itself says."""
        self.call_later(self.refuse, trouble)

    def _turn_day(self) -> None:
        """At midnight; a disk that does not take it says so and stops nobody from reading."""
        try:
            self.store.turn_day()
        except Refusal as refusal:
            self.refuse(refusal)

    def _fetch_the_rest(self) -> None:
        self.run_worker(partial(_import_the_rest, self.books), thread=True, exit_on_error=False, group="import")
        self.run_worker(self._look_over, thread=True, exit_on_error=False, group="look over")

    def _look_over(self) -> None:
        """In a thread: whether file and disk are fit for the day."""
        from deskbook.core.look_over import look_over

        self.store.keep_reserve()
        if faults := look_over(self.store.path) or _faulty_wordings(self.store.path):
            self.call_from_thread(self.refuse, Refusal("", faults[0]))

    def _fatal_error(self) -> None:
        """Textual would print a traceback with the values in it, which are customers' data; a person gets one sentence and the place of the log."""
        sentence = crash_sentence(cast(Exception, self._exception))
        if not self._exit_renderables:
            self._exit_renderables.append(Segments(self.console.render(Text(sentence), self.console.options)))
        self._close_messages_no_wait()

    # Settings

    def _take_settings(self) -> None:
        self.theme = THEMES[self.settings.theme].name
        self.animation_level = "full" if self.settings.animations else "none"
        self.set_keymap(keymap(self.settings.keys, type(self)))
        numbers.use_marks(MARKS.get(self.settings.numbers))
        days.use_iso(self.settings.dates == "iso")
        if self.settings.clerk:
            self.store.clerk = self.settings.clerk

    def apply_settings(self) -> None:
        self._take_settings()
        self._save_settings()
        self.refresh_css()
        self._reload()

    def _save_settings(self) -> None:
        try:
            self.settings.save()
        except Refusal as refusal:
            self.refuse(Refusal("", N_("This holds for now, but the settings are not kept: {why}"), why=refusal))

    def speak(self, language: str) -> None:
        from deskbook.ui.form import FormScreen

        # Textual lists only the screens of the mode on top; a half-typed form in another one counts too.
        if any(isinstance(screen, FormScreen) for stack in self._screen_stacks.values() for screen in stack):
            raise Refusal("language", N_("A form is open; save or leave it first, then the language can change."))
        self.settings.language = language
        words.use(language)
        self._save_settings()
        self._facts = None
        self.run_worker(self._build_anew(), exclusive=True, group="language")

    async def _build_anew(self) -> None:
        """Make every screen again, each in its own time: words are looked up when a screen is made, so none is left in the old language."""
        from deskbook.ui.settings_screen import SettingsScreen

        here = self.current_mode
        again = any(isinstance(screen, SettingsScreen) for screen in self.screen_stack)
        with self.batch_update():
            self.add_mode("between", Screen)
            await self.switch_mode("between")
            for book in self.books[:-1]:
                await self.remove_mode(book.name)
                self.add_mode(book.name, partial(_first_screen, book))
            await self.switch_mode(here)
            await self.remove_mode("between")
            if again:
                await self.push_screen(SettingsScreen())
        self.said = Said(_(N_("From now on in {language}."), language=words.LANGUAGES[words.language()]))

    # Moving about

    def go(self, book: str, ask: Ask | None = None, *, row: int | None = None, new: dict[str, str] | None = None) -> None:
        if book == SETTINGS.name:
            self.action_settings()
            return
        if book not in self._modes:
            self.refuse(Refusal("", N_("There is no book “{book}” at this desk."), book=book))
            return
        if ask is not None or row is not None or new is not None:
            self._jump(book, ask, row, new)
        elif book == self.current_mode:
            self._to_the_list()
        else:
            self._forget_jumps()
            self.switch_mode(book)

    def _jump(self, book: str, ask: Ask | None, row: int | None, new: dict[str, str] | None) -> None:
        """Lay the book's list over the screen one is on, so that Esc leads back there; on that list itself, ask there."""
        from deskbook.ui.form import FormScreen

        if new is not None and any(isinstance(screen, FormScreen) for screen in self.screen_stack):
            self.refuse(Refusal("", N_("A form is open here; save or leave it first.")))
            return
        there = _first_screen(next(each for each in self.books if each.name == book))
        if type(self.screen) is type(there):
            cast(DeskMixin, self.screen).show_ask(ask, row=row, new=new)
            return
        cast(DeskMixin, there).show_ask(ask, row=row, new=new)
        self._jumps.add(there)
        self.push_screen(there)

    def _forget_jumps(self) -> None:
        """Going to a book by its name leaves the way behind: close what was jumped to and what lies on it, unless something is being typed there."""
        from deskbook.ui.form import FormScreen

        stack = self.screen_stack
        first = next((n for n, screen in enumerate(stack) if screen in self._jumps), len(stack))
        if not any(isinstance(screen, FormScreen) for screen in stack[first:]):
            for _screen in stack[first:]:
                self.pop_screen()

    def _to_the_list(self) -> bool:
        """Close what lies on the list of the book on top; False where a form lies there, which only its user closes."""
        from deskbook.ui.form import FormScreen

        while len(self.screen_stack) > 1:
            if isinstance(self.screen, FormScreen):
                self.refuse(Refusal("", N_("A form is open here; save or leave it first.")))
                return False
            self.pop_screen()
        return True

    def open_card(self, book: str, row: int) -> None:
        if book not in self._modes:
            self.refuse(Refusal("", N_("There is no book “{book}” at this desk."), book=book))
            return
        taker = self.screen.taker() if isinstance(self.screen, DeskMixin) else None
        self.run_worker(self._show_card(book, row, taker), exclusive=True, group="card")

    async def _show_card(self, book: str, row: int, taker: Taker | None) -> None:
        from deskbook.ui.list_screen import ListScreen

        # The book's list knows how its card is read; it is made without going there, so that Esc leads back to where one was.
        await self._init_mode(book)
        first = self._screen_stacks[book][0]
        if isinstance(first, ListScreen):
            first.show_card(row, taker)

    # Papers

    def more_actions(self, book: str, row: int) -> list[Action]:
        if "papers" not in self._modes:
            return []
        from deskbook.books.documents.forms import actions_for

        return actions_for(self, book, row)

    def more_sections(self, book: str, row: int) -> list[CardSection]:
        if "papers" not in self._modes:
            return []
        from deskbook.books.documents.forms import sections_for

        return sections_for(self, book, row)

    def print_document(self, kind: str, row: int) -> None:
        from deskbook.books.documents.forms import print_menu

        print_menu(self, (kind,), row)

    def action_go(self) -> None:
        from deskbook.ui.go import GoScreen

        def gone(name: str | None) -> None:
            if name:
                self.go(name)

        if not isinstance(self.screen, GoScreen):
            self.push_screen(GoScreen(self.books), gone)

    async def action_back(self) -> None:
        """Close the screen on top; a book's list goes back to Today."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.current_mode != self.books[0].name:
            self.switch_mode(self.books[0].name)

    def action_help(self) -> None:
        from deskbook.ui.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.pop_screen()
        else:
            self.push_screen(HelpScreen(self.screen))

    def action_settings(self) -> None:
        """The settings, over whatever is on the screen."""
        from deskbook.books.documents import forms as printing  # noqa: F401  # it adds papers and folders of printing to them
        from deskbook.books.office import forms  # noqa: F401  # it adds the company's facts to them
        from deskbook.books.orders import review_forms  # noqa: F401  # it adds the review sheets and the targets
        from deskbook.ui.settings_screen import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen())

    def action_price_of_the_day(self) -> None:
        """The form of today's reference price, over whatever is on the screen."""
        from deskbook.books.series.forms import record_form
        from deskbook.ui.form import FormScreen

        if not isinstance(self.screen, FormScreen):
            self.push_screen(record_form(self.store.look), lambda _result: self._reload())

    def action_card(self) -> None:
        found = self.screen.under_cursor() if isinstance(self.screen, DeskMixin) else None
        if found is not None:
            self.open_card(*found)
        elif "items" in self._modes and not isinstance(self.screen, ModalScreen):
            from deskbook.books.items.forms import ITEM
            from deskbook.ui.find_card import FindCard

            self.push_screen(FindCard(ITEM), lambda row: self.open_card("items", row) if row is not None else None)
        else:
            self.refuse(Refusal("", N_("There is nothing under the cursor that has a card.")))

    def action_command_palette(self) -> None:
        from deskbook.ui.textual_words import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's own: they are English, and what is wanted of them stands in the settings."""
        return ()

    def get_key_display(self, binding: Binding) -> str:
        """A key as it is printed on the keyboard; Textual knows no characters for the full-width twins."""
        return TWINS.get(binding.key) or super().get_key_display(binding)

    def action_help_quit(self) -> None:
        from deskbook.ui.textual_words import HOW_TO_QUIT

        key = next((self.get_key_display(a.binding) for a in self.active_bindings.values() if a.binding.id == "desk.quit"), "ctrl+q")
        self.said = Said(_(HOW_TO_QUIT, key=key))

    # What stands on every screen

    def facts(self) -> dict[str, Any]:
        """company, day (written out), night (the proof of the last night, "" before the first)."""
        night = str(last_night(self.store.path) or "")
        key = (self.store.revision, days.today(), words.language(), night)
        if self._facts is None or self._facts[0] != key:
            company = self.store.look.value("SELECT value FROM office WHERE name = 'company'") or ""
            right = _(N_("reading only")) if self.store.read_only else night
            self._facts = (key, {"company": company, "day": days.echo_day(days.today()), "night": right})
        return self._facts[1]

    # Out of the book

    def export(self, listing: Listing, ask: Ask) -> None:
        """Ask for the kind of file, then write it in a thread; the status line says where it is."""
        from deskbook.ui.confirm import Choose

        def chosen(form: str | None) -> None:
            if form:
                self.said = Said(_(N_("writing {title} …"), title=_(listing.title)))
                self.run_worker(partial(self._export, listing, ask, form), thread=True, exit_on_error=False, group="export")

        kinds = [("x", "xlsx", _(N_("workbook (xlsx)"))), ("c", "csv", _(N_("text table (csv)"))), ("j", "jsonl", _(N_("for programs (jsonl)")))]
        self.push_screen(Choose(_(N_("Export {title} as"), title=_(listing.title)), kinds, "xlsx"), chosen)

    def _export(self, listing: Listing, ask: Ask, form: str) -> None:
        from deskbook.exchange.from_screen import write_listing

        try:
            count, path = write_listing(self.store.path, listing, ask, form)
        except Refusal as refusal:
            self.call_from_thread(self.refuse, refusal)
        else:
            told = plural(count, N_("{count} row is in {path}"), N_("{count} rows are in {path}"))
            self.call_from_thread(setattr, self, "said", Said(_(told, count=count, path=path)))


def _faulty_wordings(path: Path) -> list[str]:
    """Wordings of the office that cannot be printed any more, each said in a sentence; read on a connection of this thread's own."""
    from deskbook.books.documents.queries import wordings
    from deskbook.core.connection import connect
    from deskbook.core.store import Look

    con = connect(path, writes=False)
    try:
        return wordings(Look(con))
    finally:
        con.close()


def _installed(book: Book) -> bool:
    module = book.screen.partition(":")[0]
    with suppress(ModuleNotFoundError):
        return find_spec(module) is not None
    return False


def _first_screen(book: Book) -> Screen[Any]:
    """The first screen of a book, its module imported now."""
    from deskbook.ui.palette import load

    return cast("Screen[Any]", load(book.screen)())


def _palette(name: str) -> Any:
    return getattr(import_module("deskbook.ui.palette"), name)


def _import_the_rest(books: Sequence[Book]) -> None:
    """In a thread, after the first paint: what the first change needs and the first sight does not."""
    import_module("sqlmodel")
    for package in {book.screen.partition(":")[0].rpartition(".")[0] for book in books}:
        if package and find_spec(f"{package}.commands"):
            import_module(f"{package}.commands")
