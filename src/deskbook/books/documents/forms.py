"""Printing and the register, as other books reach them: what P and F do with a record, what its card says of its papers, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.documents import facts
from deskbook.books.documents.facts import BOOKS
from deskbook.books.documents.labels import KINDS, PAPERS
from deskbook.books.documents.money_facts import day_of
from deskbook.books.documents.queries import ORIGINALS, PAPER_KINDS, RECORDS, has_account, paper, papers_of, printings_of, record, usual_paper
from deskbook.books.office import forms as _office_forms  # noqa: F401  # its line stands in the settings before ours
from deskbook.books.orders import review_forms as _review_forms  # noqa: F401  # and so does this
from deskbook.books.parties.forms import PARTY
from deskbook.core import days
from deskbook.core.days import long_ago, read_day, show_moment
from deskbook.core.listing import Ask
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look, Store
from deskbook.core.words import LANGUAGES, N_, _, clauses, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText, Choose
from deskbook.ui.desk_screen import DeskScreen
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.settings_screen import COMPANY

if TYPE_CHECKING:
    from deskbook.books.documents.printing import Printed
    from deskbook.ui.desk_app import Desk

PRINTS: Mapping[str, tuple[str, ...]] = {
    "quotes": ("quote",),
    "orders": ("contract", "review sheet"),
    "shipments": ("delivery",),
    "payments": ("receipt",),
    "notices": ("notice",),
    "parties": ("statement",),
    "ageing": ("statement",),
    "ledger": ("day sheet",),
}
"""What P prints of a row of a list, the usual first."""
PERIODS = {
    "year": N_("this year"),
    "month": N_("this month"),
    "last": N_("last month"),
    "quarter": N_("the last three months"),
    "all": N_("from the beginning"),
}


# -- printing --------------------------------------------------------------------------------------------------------------


def actions_for(desk: Desk, book: str, row: int) -> list[Action]:
    """What can be printed of a row of a list, and where its papers lie."""
    found = []
    if book == "chase":
        from deskbook.books.receivables.chase import due_with

        due = partial(due_with, desk.store.look)
        found.append(Action("print", N_("issue payment notices and print them"), "P", partial(_notices, desk), many=True, spread=due))
    elif book in PRINTS:
        found.append(Action("print", N_("print"), "P", partial(_print, desk, book), _not_printed(desk.store.look, book, row)))
    if book in RECORDS or book == "ledger":
        found.append(Action("papers", N_("where its paper lies"), "F", lambda rows: show_papers(desk, *_record(desk.store.look, book, rows[0]))))
    return found


def _print(desk: Desk, book: str, rows: list[int]) -> None:
    print_menu(desk, PRINTS[book], _printed_row(desk.store.look, book, rows[0]))


def _not_printed(look: Look, book: str, row: int) -> str:
    """Why there is no document of a row; "" where there is one. What its state forbids is said when it is printed."""
    return _(N_("it is no customer")) if book in ("parties", "ageing") and not has_account(look, row) else ""


def sections_for(desk: Desk, book: str, row: int) -> list[CardSection]:
    """Where a record's papers lie, and when it was printed."""
    look = desk.store.look
    lie: list[CardRow] = [
        (
            PAPER_KINDS.get(each.kind, each.kind),
            "  ".join(filter(None, (each.place, _(ORIGINALS[each.original]), each.file))),
            Target("papers", row=each.id),
        )
        for each in papers_of(look, book, row)
    ]
    printed: list[CardRow] = [
        (KINDS.get(kind, kind), "  ".join(filter(None, (show_moment(at), LANGUAGES.get(language, ""), _(N_("copy {n}"), n=nth) if nth > 1 else ""))))
        for kind, nth, at, language, _id in printings_of(look, book, row)
    ]
    return [section for section in (CardSection(N_("Papers"), lie), CardSection(N_("Printed"), printed)) if section.rows]


def _printed_row(look: Look, book: str, row: int) -> int:
    """The row a document is of: of a posting, its day."""
    return int(str(look.value("SELECT day FROM posting WHERE id = :row", row=row)).replace("-", "")) if book == "ledger" else row


def _record(look: Look, book: str, row: int) -> tuple[str, int]:
    return ("entries", int(look.value("SELECT entry_id FROM posting WHERE id = :row", row=row))) if book == "ledger" else (book, row)


def print_menu(desk: Desk, kinds: tuple[str, ...], row: int, *, on: str = "", language: str = "", at: str = "") -> None:
    """Ask which document (of a statement: which days), on which paper and in which language; Enter prints the usual."""
    look = desk.store.look
    paper_ = on or usual_paper(look, kinds[0])
    speaks = language or facts.language_of(look, kinds[0], row)
    what = PERIODS if kinds == ("statement",) else {kind: KINDS[kind] for kind in kinds}
    choices = [(str(n), name, _(label)) for n, (name, label) in enumerate(what.items(), 1)]
    choices.append(("f", ":paper", _(N_("on {paper}: choose another"), paper=_(PAPERS[paper_]))))
    choices.append(("l", ":language", _(N_("in {language}: choose another"), language=LANGUAGES[speaks])))

    def chosen(name: str | None) -> None:
        if name == ":paper":
            papers = [(str(n), each, _(label)) for n, (each, label) in enumerate(PAPERS.items(), 1)]
            desk.push_screen(
                Choose(_(N_("On which paper?")), papers, paper_), lambda new: print_menu(desk, kinds, row, on=new or paper_, language=speaks)
            )
        elif name == ":language":
            speak = [(str(n), code, label) for n, (code, label) in enumerate(LANGUAGES.items(), 1)]
            desk.push_screen(
                Choose(_(N_("In which language?")), speak, speaks), lambda new: print_menu(desk, kinds, row, on=on, language=new or speaks)
            )
        elif name:
            kind, options = (kinds[0], period(name)) if kinds == ("statement",) else (name, {})
            print_now(desk, kind, row, paper=on or usual_paper(look, kind), language=language, options=options)

    found = record(look, BOOKS[kinds[0]], row)
    if kinds == ("statement",):
        title = _(N_("Print the statement of {who}"), who=look.value("SELECT name FROM party WHERE id = :row", row=row))
    else:
        title = _(N_("Print {what}"), what=found.no if found else day_of(row).isoformat())
    desk.push_screen(Choose(title, choices, at), chosen)


def period(name: str) -> dict[str, str]:
    """The days of a choice of PERIODS, as a statement takes them."""
    today = days.today()
    first = today.replace(day=1)
    since = {
        "year": date(today.year, 1, 1),
        "month": first,
        "last": days.add_months(first, -1),
        "quarter": days.add_months(first, -3),
        "all": date(1900, 1, 1),
    }
    until = first.fromordinal(first.toordinal() - 1) if name == "last" else today
    return {"since": since[name].isoformat(), "until": until.isoformat()}


def print_now(desk: Desk, kind: str, row: int, **asked: Any) -> None:
    """Print it, and say where it is."""
    from deskbook.books.documents.printing import print_document

    try:
        done = print_document(desk.store, kind, row, **asked)
    except Refusal as refusal:
        desk.refuse(refusal)
        return
    said_printed(desk, [done])


def said_printed(desk: Desk, done: list[Printed], first: str = "") -> None:
    """What was printed, in the status line: where the page lies, and what is wrong with the office's wording."""
    place = f"{done[0].path.parent.name}/{done[0].path.name}"
    many = N_("{count} pages are printed: {folder}")
    where = _(N_("the page is printed: {file}"), file=place) if len(done) == 1 else _(many, count=len(done), folder=done[0].path.parent)
    desk.told(clauses(filter(None, (first, where, next((each.complaint for each in done if each.complaint), "")))))


def _notices(desk: Desk, rows: list[int]) -> None:
    """Issue notices for claims as they stand on the screen, and print them; Enter takes the usual paper."""
    from deskbook.books.receivables.chase import chased
    from deskbook.core.money import show_money

    seen = {each.id: each.open for each in chased(desk.store.look, rows) if each.state == "now"}
    if not seen:
        desk.refuse(Refusal("", N_("None of these is to be chased now.")))
        return
    usual = usual_paper(desk.store.look, "notice")
    papers = [(str(n), each, _(label)) for n, (each, label) in enumerate(PAPERS.items(), 1)]
    over = plural(len(seen), N_("Notices over {amount}: on which paper?"), N_("Notices over {count} claims, {amount} in all: on which paper?"))
    title = _(over, count=len(seen), amount=show_money(sum(seen.values())))
    desk.push_screen(Choose(title, papers, usual), lambda on: _issue(desk, seen, on, "") if on else None)


def _issue(desk: Desk, seen: Mapping[int, int], on: str, reason: str) -> None:
    from deskbook.books.documents.printing import print_notices

    try:
        issued, done = print_notices(desk.store, seen, reason=reason, paper=on)
    except Refusal as refusal:
        if refusal.field == "reason":
            desk.push_screen(AskText(str(refusal)), lambda why: _issue(desk, seen, on, why) if why else None)
        else:
            desk.refuse(refusal)
        return
    if issued["unprinted"]:
        desk.refuse(Refusal("", "{why}", why=clauses([issued["said"], *issued["unprinted"]])))
    elif done:
        said_printed(desk, done, issued["said"])
    else:
        desk.told(issued["said"])


# -- the register ----------------------------------------------------------------------------------------------------------


def show_papers(desk: Desk, book: str, row: int) -> None:
    """The paper of a record: its card; several: their list; none: the form that registers it."""
    found = papers_of(desk.store.look, book, row)
    if len(found) == 1:
        desk.open_card("papers", found[0].id)
    elif found:
        desk.go("papers", Ask(view="all", only=(("book", book), ("book_id", row))))
    else:
        try:
            desk.push_screen(paper_form(desk.store.look, of=(book, row)))
        except Refusal as refusal:
            desk.refuse(refusal)


def write_day(day: date | str) -> str:
    """A day in full."""
    return days.echo_day(day if isinstance(day, date) else date.fromisoformat(day))


def paper_form(look: Look, *, of: tuple[str, int] | None = None, row: int | None = None) -> FormScreen:
    """Register a paper (of: the book and row of its record), or change one. Refusal where there is no such record."""
    known = of is not None
    fields = (
        Field(name="kind", label=N_("kind"), choices=tuple(PAPER_KINDS.items()), start="other", quick=not known, width=18),
        Field(name="no", label=N_("number"), quick=not known, width=20),
        Field(name="party_id", label=N_("name"), finder=PARTY, quick=not known),
        Field(name="day", label=N_("day"), read=read_day, write=write_day, doubt=long_ago, start="t", quick=False, width=22),
        Field(name="place", label=N_("lies in"), width=32, help=N_("the binder, box or drawer it lies in; empty while it is not here")),
        Field(name="original", label=N_("original"), choices=tuple(ORIGINALS.items()), start="missing", width=14, quick=False),
        Field(name="deal", label=N_("deal"), quick=False, width=20),
        Field(name="note", label=N_("note"), quick=False, width=44),
    )
    if row is not None:
        old = paper(look, row)
        if old is None:
            raise Refusal("paper", N_("There is no such paper."))
        fill = {name: getattr(old, name) for name in ("kind", "no", "party_id", "place", "original", "deal", "note")} | {"day": old.day}
        form = Form(name="paper", title=N_("Change a paper"), fields=fields, row=row, save=partial(_change, row), done=_told)
        return FormScreen(form, fill)
    fill = {}
    if of is not None:
        found = record(look, *of)
        if found is None:
            raise Refusal("book_id", N_("There is no such record."))
        fill = {"kind": found.kind, "no": found.no, "party_id": found.party, "deal": found.deal, "day": found.day}
    return FormScreen(Form(name="paper", title=N_("Register a paper"), fields=fields, save=partial(_register, of), done=_told, defaults=_held), fill)


def _held(values: Mapping[str, Any], _look: Look) -> Mapping[str, str]:
    """What lies somewhere is held."""
    return {"original": _(ORIGINALS["held"])} if values.get("place") else {}


def _register(of: tuple[str, int] | None, store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.documents.commands import register_paper

    where = {"book": of[0], "book_id": of[1]} if of is not None else {}
    return store.run(register_paper, key=key, **values, **where)


def _change(row: int, store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.documents.commands import change_paper

    store.run(change_paper, key=key, paper=row, **values)
    return row


def _told(values: dict[str, Any], _result: Any) -> str:
    return _(N_("The paper lies in {place}."), place=values["place"]) if values.get("place") else _(N_("The paper is in the register."))


# -- settings --------------------------------------------------------------------------------------------------------------

FOLDERS = {"beside": N_("the folder “prints” beside the book"), "exports": N_("the folder of exports")}
YES = {"yes": N_("yes"), "no": N_("no")}
CHOSEN = {f"paper_{kind.replace(' ', '_')}": kind for kind in KINDS}


def _save_printing(store: Store, values: dict[str, Any], key: str) -> None:
    from deskbook.books.office.commands import set_office

    store.run(set_office, key=key, **{name: value for name, value in values.items() if value})


PRINTING_FORM = Form(
    name="printing",
    title=N_("Printing"),
    fields=(
        Field(name="prints", label=N_("pages go to"), choices=tuple(FOLDERS.items()), start="beside", width=44),
        Field(
            name="print_opens",
            label=N_("open each page"),
            choices=tuple(YES.items()),
            start="yes",
            width=8,
            help=N_("with the program the system keeps for pages; print from there"),
        ),
        *(Field(name=name, label=KINDS[kind], choices=tuple(PAPERS.items()), width=34) for name, kind in CHOSEN.items()),
    ),
    row=1,
    save=_save_printing,
    done=lambda _values, _result: _(N_("Printing is set.")),
)


def open_printing(screen: DeskScreen[None]) -> None:
    """Show the form of papers and folders over the settings."""
    look = screen.store.look
    office: dict[str, str] = dict(look.rows("SELECT name, value FROM office"))
    fill = {name: usual_paper(look, kind) for name, kind in CHOSEN.items()}
    fill |= {"prints": office.get("prints") or "beside", "print_opens": office.get("print_opens") or "yes"}
    screen.app.push_screen(FormScreen(PRINTING_FORM, fill))


COMPANY.append((N_("Printing: papers, folder"), open_printing))
