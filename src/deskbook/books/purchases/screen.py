"""Purchases: the list, the card with what came and what was promised, receipts, promises, what does not come."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.parties.queries import party_name
from deskbook.books.purchases import forms, queries
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money, show_price
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, clauses, listed, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target
from deskbook.ui.confirm import AskText, Confirm
from deskbook.ui.form import FormScreen
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.list_screen import ListScreen

if TYPE_CHECKING:
    from deskbook.core.store import Store

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.


CHANGED: Shown = {"their_no": (N_("their number"), str), "note": (N_("note"), str), "day": (N_("day"), show_day)}
LINE_CHANGED: Shown = {"qty": (N_("quantity"), show_quantity), "price": (N_("price"), show_price), "promised": (N_("promised day"), show_day)}


def purchase_card(store: Store, purchase: int) -> list[CardSection]:
    """Head, lines with what came, every promise, the customers a late line leaves short, and what happened."""
    look = store.look
    head = queries.head(look, purchase)
    if head is None:
        return []
    state = _(queries.STATES[head.state])
    top: list[CardRow] = [
        (N_("supplier"), "  ".join(filter(None, (head.supplier, head.phone))), Target("parties", row=head.supplier_id)),
        (N_("day"), show_day(head.day)),
        (N_("state"), _(plural(head.late, N_("{state}, {count} line overdue"), N_("{state}, {count} lines overdue")), state=state, count=head.late)
            if head.late else state),
        (N_("total"), show_money(head.total)),
    ]
    top += [(label, value) for label, value in ((N_("their number"), head.their_no), (N_("note"), head.note)) if value]
    lines = queries.lines_of(look, purchase)
    said: list[CardRow] = []
    hit: list[CardRow] = []
    for line in lines:
        said += [(line.code, _promise_words(promise)) for promise in queries.promises_of(look, line.id)]
        hit += [(line.code, _hit_words(one), Target("orders", row=one.order)) for one in queries.hit_by(look, line.id)]
    sections = [
        CardSection(head.no, top),
        CardSection(N_("Goods"), [(line.code, _line_words(line), Target("stock", row=line.item)) for line in lines]),
        CardSection(N_("Promises"), said),
        CardSection(N_("Customers left short"), hit),
        what_happened(store, "purchase", purchase, CHANGED, [("purchase_line", line.id, line.code, LINE_CHANGED) for line in lines]),
    ]
    return [section for section in sections if section.rows]


def _line_words(line: queries.PurchaseLineRow) -> str:
    parts = [_(N_("{received} of {qty}"), received=show_quantity(line.received), qty=show_quantity(line.qty)), line.name]
    if line.short_closed:
        parts.append(_(N_("{qty} given up: {reason}"), qty=show_quantity(line.short_closed), reason=line.short_reason))
    if line.open > 0:
        day = show_day(line.promised)
        late = N_("overdue since {day}") if line.overdue else N_("promised {day}") if line.promised else N_("no day promised")
        parts.append(_(late, day=day))
    if line.price:
        parts.append(f"× {show_price(line.price)}")
    return "  ".join(parts)


def _promise_words(promise: queries.Promise) -> str:
    said = _(N_("{day}, said {on}"), day=show_day(promise.promised), on=show_day(promise.said_on))
    days = promise.slip or 0
    slip = _(plural(days, N_("{count} day later"), N_("{count} days later")), count=days) if days > 0 else ""
    return "  ".join(filter(None, (said, promise.said_by, slip)))


def _hit_words(hit: queries.Hit) -> str:
    facts = {"no": hit.no, "customer": hit.customer, "qty": show_quantity(hit.short), "due": show_day(hit.due) or _(N_("now"))}
    return "  ".join(filter(None, (_(N_("{no} {customer}: {qty} short on {due}"), **facts), hit.phone)))


class PurchaseActions(ListScreen):
    """What can be done with a purchase, from the list of purchases and from the list of their lines."""

    def _purchase(self, row: int) -> int:
        """The purchase of a row."""
        return row

    def _line(self, row: int) -> int | None:
        """The line of a row, where rows are lines."""
        return None

    def card_text(self, row: int) -> list[CardSection]:
        """The purchase."""
        return purchase_card(self.store, self._purchase(row))

    def under_cursor(self) -> tuple[str, int] | None:
        """The purchase."""
        row = self.table.cursor_id
        return None if row is None else ("purchases", self._purchase(row))

    def actions(self, row: int) -> list[Action]:
        """Receive, promise, close short, cancel, look at the supplier."""
        head = queries.head(self.store.look, self._purchase(row))
        state = head.state if head else "void"
        ended = "" if state == "sent" else _(N_("it is {state}"), state=_(queries.STATES[state]))
        came = _(N_("goods were received; close its lines short")) if head and head.received != "none" and not ended else ""
        return [
            Action("receive", N_("goods came"), "r", partial(self._form, self._receive), ended),
            Action("promise", N_("another day is promised"), "p", partial(self._form, self._promise, waits=True), ended),
            Action("short", N_("the rest does not come"), "k", partial(self._form, self._short), ended),
            Action("cancel", N_("cancel it"), "z", self._cancel, ended or came),
            Action("supplier", N_("its supplier"), "l", lambda _rows: self.desk.open_card("parties", head.supplier_id) if head else None),
        ]

    def _receive(self, row: int) -> FormScreen:
        return forms.receive_form(self.store.look, self._purchase(row))

    def _promise(self, row: int) -> FormScreen:
        return forms.promise_form(self.store.look, self._purchase(row), self._line(row))

    def _short(self, row: int) -> FormScreen:
        return forms.short_form(self.store.look, self._purchase(row), self._line(row))

    def _form(self, form: Callable[[int], FormScreen], rows: list[int], *, waits: bool = False) -> None:
        """Open a form of the row; waits: say afterwards whom it leaves short."""
        row = rows[0]

        def saved(result: Any) -> None:
            if result:
                self.reload()
                if waits:
                    self._say_who_waits(row)

        try:
            screen = form(row)
        except Refusal as refusal:
            self.desk.refuse(refusal)
            return
        self.app.push_screen(screen, saved)

    def _say_who_waits(self, row: int) -> None:
        """After a promise: which customers' orders it leaves short."""
        look, line = self.store.look, self._line(row)
        lines = [line] if line is not None else [each.id for each in queries.lines_of(look, self._purchase(row))]
        hits = [hit for each in lines for hit in queries.hit_by(look, each)]
        if hits:
            names = listed(f"{hit.no} {hit.customer}" for hit in hits[:3])
            words = plural(len(hits), N_("{count} customer order is left short: {orders}"), N_("{count} customer orders are left short: {orders}"))
            self.desk.told(_(words, count=len(hits), orders=names))

    def delete(self, row: int) -> None:
        """Cancel it, where nothing came."""
        action = next(action for action in self.actions(row) if action.name == "cancel")
        if action.reason:
            self.desk.refuse(Refusal("", N_("{action}: {reason}"), action=action.verb, reason=action.reason))
        else:
            self._cancel([row])

    def _cancel(self, rows: list[int]) -> None:
        purchase = self._purchase(rows[0])
        head = queries.head(self.store.look, purchase)

        def answered(reason: str | None) -> None:
            if reason:
                from deskbook.books.purchases.commands import cancel_purchase

                self.run_command(cancel_purchase, purchase=purchase, reason=reason, done=_(N_("cancelled {no}"), no=head.no if head else ""))

        self.app.push_screen(AskText(_(N_("Why is {no} cancelled?"), no=head.no if head else "")), answered)


class PurchasesScreen(PurchaseActions):
    """What we ordered, and when it comes."""

    LISTING = queries.PURCHASES
    NAME = "purchases"
    HELP = N_("What we ordered, and when it comes. r takes goods in, p notes another day the supplier names; the card shows who waits for it.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new purchase. given: texts of its fields, or `items`, ids of items that low stock wants, blanks between."""
        texts = dict(given or {})
        items = [int(word) for word in texts.pop("items", "").split()]
        if items:
            self._order_wanted(items)
        else:
            self.app.push_screen(FormScreen(forms.PURCHASE_FORM, texts), self._saved)

    def _order_wanted(self, items: list[int]) -> None:
        """One supplier: its form, filled in. Several: all of them after one question."""
        by_supplier, without = queries.drafts(self.store.look, items)
        if without:
            self.desk.refuse(Refusal("", N_("{items}: no supplier is written down; say one in the item first."), items=listed(without)))
        elif not by_supplier:
            self.desk.refuse(Refusal("", N_("Nothing needs to be ordered: what is missing is on order already.")))
        elif len(by_supplier) == 1:
            self.app.push_screen(FormScreen(forms.PURCHASE_FORM, forms.draft_fill(*next(iter(by_supplier.items())))), self._saved)
        else:
            self._ask_for_all(items, by_supplier)

    def _ask_for_all(self, items: list[int], by_supplier: Mapping[int, list[queries.Draft]]) -> None:
        goods = {supplier: listed(f"{show_quantity(line.qty)} × {line.code}" for line in lines) for supplier, lines in by_supplier.items()}
        detail = "\n".join(_(N_("{what}: {more}"), what=party_name(self.store.look, supplier), more=each) for supplier, each in goods.items())

        def answered(yes: bool | None) -> None:
            if yes:
                from deskbook.books.purchases.commands import order_wanted

                count = len(by_supplier)
                done = _(plural(count, N_("{count} purchase written"), N_("{count} purchases written")), count=count)
                if self.run_command(order_wanted, items=items, done=done) is not None:
                    self.reload()

        question = plural(len(by_supplier), N_("Order this from {count} supplier?"), N_("Order this from {count} suppliers?"))
        self.app.push_screen(Confirm(_(question, count=len(by_supplier)), detail), answered)

    def edit(self, row: int) -> None:
        """The supplier's number, and the note."""
        self._form(partial(forms.change_form, self.store.look), [row])

    def copy(self, row: int) -> None:
        """The same goods from the same supplier again."""
        head = queries.head(self.store.look, row)
        if head is not None:
            lines = [queries.Draft(line.item, line.code, line.qty, line.price) for line in queries.lines_of(self.store.look, row)]
            self.app.push_screen(FormScreen(forms.PURCHASE_FORM, forms.draft_fill(head.supplier_id, lines)), self._saved)

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """What comes next of it."""
        lines = [line for line in queries.lines_of(self.store.look, row) if line.open > 0]
        return clauses(f"{line.code} {_line_words(line)}" for line in lines[:2])

    def actions(self, row: int) -> list[Action]:
        """As for a line, and its lines as a list."""
        lines = Action("lines", N_("its lines"), "i", lambda rows: self._lines(rows[0]))
        bill = Action("bill", N_("their bill came: we owe what was accepted"), "b", self._bill,
                      "" if queries.to_bill(self.store.look, row) else _(N_("nothing accepted is without a bill")))
        return [*super().actions(row), lines, bill]

    def _bill(self, rows: list[int]) -> None:
        """Ask for the number of their bill; an empty one can be typed later."""

        def answered(their_no: str | None) -> None:
            if their_no is not None:
                from deskbook.books.purchases.billing import bill_purchase

                if self.run_command(bill_purchase, purchase=rows[0], their_no=their_no) is not None:
                    self.desk.told(self.store.sentence(self.store.position[0]))

        self.app.push_screen(AskText(_(N_("The number of their bill")), required=False, longest=80), answered)

    def _lines(self, row: int) -> None:
        self.app.push_screen(PurchaseLinesScreen(Ask(view="all", only=(("purchase_id", row),))))


class PurchaseLinesScreen(PurchaseActions):
    """What is awaited, line by line."""

    LISTING = queries.PURCHASE_LINES
    NAME = "purchase_lines"
    HELP = N_("What suppliers owe us, line by line, the earliest day first.")

    def _purchase(self, row: int) -> int:
        return int(self.store.look.value("SELECT purchase_id FROM purchase_line WHERE id = :row", row=row) or 0)

    def _line(self, row: int) -> int | None:
        return row

    def said_only(self, ask: Ask) -> str:
        """Of which purchase."""
        heads = [queries.head(self.store.look, value) for name, value in ask.only if name == "purchase_id"]
        return listed(head.no for head in heads if head) or super().said_only(ask)
