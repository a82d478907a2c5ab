"""The forms of a return: what comes back, what really came, what becomes of each line; and of an incident."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items.forms import ITEM
from deskbook.books.orders.forms import read_pieces
from deskbook.books.parties.forms import CUSTOMER
from deskbook.books.returns import queries
from deskbook.books.shipments.queries import INCIDENT_KINDS
from deskbook.books.stock.forms import PLACE, SHELF
from deskbook.core.days import echo_day, long_ago, read_day, show_day
from deskbook.core.money import read_money, show_money
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.search import difference
from deskbook.core.words import N_, _
from deskbook.ui.form import Field, Form, FormScreen, Lines
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from deskbook.core.store import Look, Store
    from deskbook.ui.fields import Values

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

YES_NO = (("yes", N_("yes")), ("no", N_("no")))


# -- what comes back -------------------------------------------------------------------------------------------------------


def _search(look: Look, typed: str) -> list[Found]:
    return [Found(*hit) for hit in queries.find_shipments(look, typed)]


def _show(look: Look, shipment: int) -> str:
    row = look.row("SELECT no, customer FROM v_shipment WHERE id = :id", id=shipment)
    return f"{row[0]}  {row[1]}" if row else ""


SHIPPED = Finder(N_("shipment"), search=_search, show=_show, book="shipments")
"""A shipment that has left."""


def _asked(_store: Store, values: dict[str, Any], _key: str) -> dict[str, Any]:
    if values["shipment"] is None and values["customer"] is None:
        raise Refusal("shipment", N_("Say which shipment it left with, or at least who sends it back."))
    return values


ASK_FORM = Form(
    name="return_of",
    title=N_("What comes back?"),
    fields=(
        Field(name="shipment", label=N_("shipment"), finder=SHIPPED, width=40, help=N_("number or customer; empty: it is not known")),
        Field(name="customer", label=N_("customer"), finder=CUSTOMER, quick=False, help=N_("only where the shipment is not known")),
    ),
    save=_asked,
    asks=True,
)
"""Which shipment or customer a return is about; its result is what was answered."""


def _sent_words(line: queries.SentLine) -> str:
    return f"{line.no}  {line.code} × {show_quantity(line.qty)}"


def _sent_finder(sent: Sequence[queries.SentLine]) -> Finder:
    """The lines that left, as a lookup: the number, code or name typed."""

    def search(_look: Look, typed: str) -> list[Found]:
        word, words = typed.casefold(), N_("{day}, {rest} can come back")
        return [
            Found(line.id, _sent_words(line), _(words, day=show_day(line.shipped_on), rest=show_quantity(line.rest)), line.code)
            for line in sent
            if word in f"{_sent_words(line)} {line.name}".casefold()
        ]

    def show(_look: Look, row: int) -> str:
        return next((_sent_words(line) for line in sent if line.id == row), "")

    return Finder(N_("shipped line"), search=search, show=show)


def _return_fields(sent: Sequence[queries.SentLine]) -> tuple[Field, ...]:
    by_id = {line.id: line for line in sent}

    def rest(values: Values, look: Look) -> str:
        line = by_id.get(values.get("shipment_line") or 0)
        if line is None:
            return ""
        words = _(N_("{rest} of {qty} can come back"), rest=show_quantity(line.rest), qty=show_quantity(line.qty))
        other = values.get("item")
        if other and other != line.item:
            code = str(look.value("SELECT code FROM item WHERE id = :item", item=other) or "")
            words = _(N_("sent as {sent}, came as {came}: “{part}”"), sent=line.code, came=code, part=difference(line.code, code) or code)
        return words

    return (
        Field(name="shipment_line", label=N_("left with"), finder=_sent_finder(sent), grows=True, echo=rest, help=N_("empty: it is not known")),
        Field(name="qty", label=N_("quantity"), read=read_pieces, write=show_quantity, required=True, right=True, width=9, echo=rest),
        Field(name="item", label=N_("came as"), finder=ITEM, width=16, quick=False, echo=rest, help=N_("empty: the item that was sent")),
        Field(name="note", label=N_("note"), width=14, quick=False),
    )


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"shipment_line": values["shipment_line"], "item": values["item"], "qty": values["qty"], "note": values["note"]}


HEAD = (
    Field(name="told_by", label=N_("told by"), width=24, help=N_("who there said so")),
    Field(name="note", label=N_("note"), width=44, quick=False),
)
DAY = Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, start="t", required=True, quick=False, width=16)


def new_return(look: Look, *, shipment: int | None = None, customer: int | None = None) -> FormScreen:
    """The form of a return: of a shipment, with all its lines that are not back; or of a customer."""
    sent = queries.sent_lines(look, shipment=shipment, customer=customer)
    if shipment is not None and not any(line.rest > 0 for line in sent):
        raise Refusal("", N_("Nothing of it can come back: it has not left, or all of it is back."))
    said: list[str] = []

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.returns.commands import announce_return

        facts = {name: values[name] for name in ("told_by", "note", "day")}
        lines = [_line(line) for line in values["lines"]]
        made = store.run(announce_return, key=key, shipment=shipment, customer=customer, lines=lines, **facts)
        said[:] = [store.sentence(store.position[0])]
        return made

    head = _show(look, shipment) if shipment is not None else CUSTOMER.show(look, customer or 0)
    form = Form(
        name=f"return_{shipment}" if shipment is not None else "return",
        title=_(N_("{what}: comes back"), what=head),
        fields=(*HEAD, DAY),
        lines=Lines(name="lines", label=N_("What comes back"), fields=_return_fields(sent)),
        save=save,
        done=lambda _values, _result: said[0],
    )
    lines = [{"shipment_line": line.id, "qty": line.rest} for line in sent if line.rest > 0] if shipment is not None else []
    return FormScreen(form, {"lines": lines})


def edit_return(look: Look, goods_return: int) -> FormScreen:
    """The form of a return that has not come."""
    head = _known(look, goods_return)
    if head.state != "announced":
        raise Refusal("", N_("{no} is {state}; that cannot be done any more, or not yet."), no=head.no, state=_(queries.STATES[head.state]))
    sent = queries.sent_lines(look, shipment=head.shipment, customer=head.customer_id, without=goods_return)
    known = {line.id: line for line in sent}
    old = queries.lines_of(look, goods_return)
    for line in old:
        if line.shipment_line is not None and line.shipment_line not in known:
            sent += queries.sent_lines(look, line=line.shipment_line, without=goods_return)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.returns.commands import change_return

        facts = {name: values[name] for name in ("told_by", "note")}
        return int(store.run(change_return, key=key, goods_return=goods_return, lines=[_line(line) for line in values["lines"]], **facts))

    lines = [{"shipment_line": line.shipment_line, "qty": line.qty, "item": line.item if line.sent else None, "note": line.note} for line in old]
    form = Form(
        name="return", row=goods_return, title=_(N_("Return {no}"), no=head.no), fields=HEAD, save=save,
        lines=Lines(name="lines", label=N_("What comes back"), fields=_return_fields(sent)),
        done=lambda _values, _result: _(N_("{no} changed."), no=head.no),
    )
    return FormScreen(form, {"told_by": head.told_by, "note": head.note, "lines": lines})


def _known(look: Look, goods_return: int) -> queries.Head:
    head = queries.head(look, goods_return)
    if head is None:
        raise Refusal("", N_("There is no such return."))
    return head


# -- it came ---------------------------------------------------------------------------------------------------------------


def _line_finder(lines: Sequence[queries.LineRow]) -> Finder:
    def words(line: queries.LineRow) -> str:
        return f"{line.pos}  {line.code}"

    def search(_look: Look, typed: str) -> list[Found]:
        return [Found(line.id, words(line), f"{show_quantity(line.qty)}  {line.name}", str(line.pos)) for line in lines
                if typed.casefold() in f"{words(line)} {line.name}".casefold()]

    def show(_look: Look, row: int) -> str:
        return next((words(line) for line in lines if line.id == row), "")

    return Finder(N_("line"), search=search, show=show)


def receive_form(look: Look, goods_return: int) -> FormScreen:
    """What really came of a return: quantities and models as they lie on the table."""
    head = _known(look, goods_return)
    lines = queries.lines_of(look, goods_return)
    sent = {line.id: line.sent or line.code for line in lines}

    def differs(values: Values, look: Look) -> str:
        code = str(look.value("SELECT code FROM item WHERE id = :item", item=values.get("item")) or "")
        was = sent.get(values.get("line") or 0, code)
        if code == was or not code:
            return ""
        return _(N_("sent as {sent}, came as {came}: “{part}”"), sent=was, came=code, part=difference(was, code) or code)

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.returns.commands import receive_return

        came = [{name: line[name] for name in ("line", "item", "qty")} for line in values["lines"]]
        store.run(receive_return, key=key, goods_return=goods_return, lines=came, day=values["day"], swap=values["swap"] != "no")
        return goods_return

    form = Form(
        name=f"receive_{goods_return}",
        title=_(N_("{no} came from {customer}"), no=head.no, customer=head.customer),
        fields=(
            Field(name="swap", label=N_("correct what left"), choices=YES_NO, start="yes", quick=False, width=6,
                  help=N_("another model came: post what really left the shelf; no where it was counted since")),
            Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, quick=False, width=16, help=N_("empty: today")),
        ),
        lines=Lines(name="lines", label=N_("What came"), fields=(
            Field(name="line", label=N_("line"), finder=_line_finder(lines), required=True, grows=True),
            Field(name="item", label=N_("came as"), finder=ITEM, required=True, width=22, echo=differs),
            Field(name="qty", label=N_("quantity"), read=read_pieces, write=show_quantity, required=True, right=True, width=9),
        )),
        save=save,
        done=lambda _values, _result: _(N_("{no} is in quarantine; i decides what becomes of it."), no=head.no),
    )
    return FormScreen(form, {"lines": [{"line": line.id, "item": line.item, "qty": line.qty} for line in lines]})


# -- what becomes of it ----------------------------------------------------------------------------------------------------


def decide_form(look: Look, goods_return: int) -> FormScreen:
    """What becomes of the next line that is not decided; its result is the line's id."""
    head = _known(look, goods_return)
    lines = [line for line in queries.lines_of(look, goods_return) if not line.outcome]
    if head.state != "received" or not lines:
        raise Refusal("", N_("Nothing of {no} is to be decided."), no=head.no)
    by_id = {line.id: line for line in lines}
    said: list[str] = []

    def about(values: Values, _look: Look) -> str:
        line = by_id.get(values.get("line") or 0)
        if line is None:
            return ""
        sent = _(N_("sent as {code}"), code=line.sent) if line.sent else ""
        return "   ".join(filter(None, (f"{show_quantity(line.qty)} {line.unit}".strip(), line.name, sent, line.note)))

    def credit(values: Values, look: Look) -> str:
        outcome = values.get("outcome")
        if outcome not in ("refund", "restock", "quarantine", "scrap") or not values.get("line"):
            return ""
        cents = queries.worth(look, values["line"])[0]
        if outcome == "refund":
            return _(N_("all of it was billed with {amount}"), amount=show_money(cents)) if cents else _(N_("nothing was billed for it"))
        return _(N_("{amount} stay billed; a refund credits them"), amount=show_money(cents)) if cents else ""

    def wrong(values: Values, _look: Look) -> Mapping[str, str]:
        line = by_id.get(values.get("line") or 0)
        return {"wrong_model": _(N_("yes"))} if line is not None and line.sent else {}

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.returns.deciding import decide

        facts = {name: values[name] for name in ("line", "outcome", "cause", "qty", "goods", "amount", "note")}
        store.run(decide, key=key, wrong_model=values["wrong_model"] == "yes", place=values["place"], **facts)
        said[:] = [store.sentence(store.position[0])]
        return int(values["line"])

    form = Form(
        name=f"decide_{goods_return}",
        title=_(N_("{no}: what becomes of it"), no=head.no),
        fields=(
            Field(name="line", label=N_("line"), finder=_line_finder(lines), required=True, width=32, echo=about),
            Field(name="outcome", label=N_("outcome"), choices=tuple(queries.OUTCOMES.items()), required=True, width=20, echo=credit,
                  help=N_("left and right go round, or type its beginning")),
            Field(name="cause", label=N_("fault of"), choices=tuple(queries.CAUSES.items()), required=True, width=16),
            Field(name="qty", label=N_("quantity"), read=read_pieces, write=show_quantity, quick=False, width=10,
                  help=N_("empty: all of it; the rest stays to be decided")),
            Field(name="wrong_model", label=N_("wrong model"), choices=(("no", N_("no")), ("yes", N_("yes"))), start="no", quick=False, width=6),
            Field(name="goods", label=N_("the goods"), choices=tuple(queries.GOODS.items()), quick=False, width=20,
                  help=N_("where refunded or replaced goods go; empty: they stay in quarantine")),
            Field(name="place", label=N_("to"), finder=PLACE, quick=False, help=N_("shelf or factory; empty: where it left from, or the first")),
            Field(name="amount", label=N_("credit note"), read=partial(read_money, field="amount"), write=show_money, quick=False, width=12,
                  help=N_("with a refund; empty: what was billed")),
            Field(name="note", label=N_("note"), quick=False, width=44),
        ),
        save=save,
        defaults=wrong,
        done=lambda _values, _result: said[0],
    )
    return FormScreen(form, {"line": lines[0].id, "wrong_model": "yes"} if lines[0].sent else {"line": lines[0].id})


# -- incidents -------------------------------------------------------------------------------------------------------------


def _note(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.shipments.incidents import note_incident

    return store.run(note_incident, key=key, **values)


INCIDENT_FORM = Form(
    name="incident",
    title=N_("What went wrong"),
    fields=(
        Field(name="kind", label=N_("kind"), choices=tuple(INCIDENT_KINDS.items()), start="wrong model", required=True, width=16),
        Field(name="item", label=N_("it should have been"), finder=ITEM),
        Field(name="given", label=N_("it was"), width=24),
        Field(name="place", label=N_("warehouse"), finder=SHELF, keep=True),
        Field(name="note", label=N_("note"), width=44),
        Field(name="day", label=N_("day"), read=read_day, write=echo_day, doubt=long_ago, quick=False, width=16, help=N_("empty: today")),
    ),
    save=_note,
    done=lambda _values, _result: _(N_("Written down.")),
)
