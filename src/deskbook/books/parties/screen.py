"""Customers, suppliers and everybody else: the list, the card, what can be done."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from deskbook.books.parties import forms, queries
from deskbook.books.parties.queries import PARTIES
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.money import show_money
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target, Value
from deskbook.ui.confirm import Choose
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.list_screen import ListScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

VIEW_ROLES = {"suppliers": "supplier", "carriers": "carrier", "salespeople": "salesperson"}
"""What a new party is, by the view it is made from; a customer otherwise."""
ORDER_STATES = {"draft": N_("draft"), "review": N_("in review"), "confirmed": N_("confirmed"), "hold": N_("on hold")}
CHANGED = {
    "code": N_("code"), "name": N_("name"), "terms_days": N_("days to pay"), "transit_days": N_("days on the way"),
    "language": N_("language of documents"), "block": N_("blocked"), "bills": N_("billed", "when"), "caution": N_("caution"), "note": N_("note"),
}
"""Facts whose change is told with the old and the new value."""
FACTS = (
    "name", "code", "roles", "terms_days", "transit_days", "language", "caution", "note", "closed", "merged_into_id",
    "credit_limit", "block", "bills", "price_list_id", "price_list",
    "salesperson_id", "salesperson_name",
)


def on_day(words: str, day: str | None) -> Value | None:
    """A day in words marked with N_; a field takes the day alone."""
    return Value(_(words, day=show_day(day)), drop=day) if day else None


def said(*values: Value | str | None) -> tuple[Value, ...]:
    """Those values of a row that say something."""
    return tuple(Value(value) if isinstance(value, str) else value for value in values if value)


class PartiesScreen(ListScreen):
    """Everybody the office deals with."""

    LISTING = PARTIES
    NAME = "parties"
    HELP = N_("Customers, suppliers, carriers and our own salespeople. / finds them by any part of name, code, pinyin, city or telephone.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new party, of the kind the view shows."""
        self.app.push_screen(forms.new_party(VIEW_ROLES.get(self.ask.view, "customer"), dict(given or {})), self._saved)

    def edit(self, row: int) -> None:
        """Change a party."""
        self.app.push_screen(forms.edit_party(self.store.look, row), self._saved)

    def delete(self, row: int) -> None:
        """Close one that is no longer in use: what was done with it stays; u brings it back."""
        facts = self._facts(row)
        if facts["closed"] or facts["merged_into_id"] is not None:
            self.desk.refuse(Refusal("", N_("{name} is closed already."), name=facts["name"]))
        else:
            self._close([row])

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """The caution, while the cursor is on its party."""
        caution = self._facts(row)["caution"]
        return f"! {caution}" if caution else ""

    def _facts(self, row: int) -> dict[str, Any]:
        found = self.store.look.row(f"SELECT {', '.join(FACTS)} FROM v_party WHERE id = :row", row=row)
        return dict(zip(FACTS, found or (None,) * len(FACTS), strict=True))

    # The card

    def card_title(self, row: int) -> str:
        """The name."""
        return queries.party_name(self.store.look, row)

    def card_text(self, row: int) -> list[CardSection]:
        """The caution first, then how to reach them, terms, what is open, what was sent: what an answer needs stands on the first screen."""
        facts = self._facts(row)
        sections = [CardSection(N_("! CAUTION"), [("", facts["caution"])])] if facts["caution"] else []
        sections.append(CardSection("", [*self._who(row, facts), *self._reached(row)]))
        sections.append(CardSection(N_("Money"), self._money(row, facts)))
        sections.append(CardSection(N_("Terms"), self._terms(facts)))
        sections += [*self._open(row), *self._done(row), what_happened(self.store, "party", row, self._changed())]
        return [section for section in sections if section.rows]

    def _who(self, row: int, facts: dict[str, Any]) -> list[CardRow]:
        roles = listed(_(queries.ROLE_WORDS[role]) for role in (facts["roles"] or "").split())
        known = (Value(facts["name"] or "", record=("parties", row)), *(Value(fact) for fact in (facts["code"], roles) if fact))
        rows: list[CardRow] = [("", known)]
        if facts["merged_into_id"] is not None:
            into = queries.party_name(self.store.look, facts["merged_into_id"])
            rows.append((N_("merged into"), into, Target("parties", row=facts["merged_into_id"])))
        elif facts["closed"]:
            rows.append(("", _(N_("closed", "no longer used"))))
        if facts["note"]:
            rows.append((N_("note"), facts["note"]))
        return rows

    def _reached(self, row: int) -> list[CardRow]:
        look = self.store.look
        rows: list[CardRow] = [
            (forms.CHANNEL_WORDS[channel], tuple(Value(part) for part in rest if part)) for _id, channel, *rest in queries.contacts_of(look, row)
        ]
        rows += [
            (forms.ADDRESS_WORDS[kind], ", ".join(filter(None, (text, city if city not in text else "", country))))
            for _id, kind, text, city, country, _since in queries.addresses_of(look, row)
        ]
        return rows or [(N_("to reach"), _(N_("nothing written down yet")))]

    def _changed(self) -> Shown:
        told: dict[str, tuple[str, Callable[[Any], str]]] = {name: (label, str) for name, label in CHANGED.items()}
        told |= {"credit_limit": (N_("credit limit"), show_money)}
        return told | {"salesperson_id": (N_("looked after by"), partial(queries.party_name, self.store.look))}

    def _money(self, row: int, facts: dict[str, Any]) -> list[CardRow]:
        """What it owes and what we owe it, how much of it is late, what lies aside, and what is left of its limit."""
        rows: list[CardRow] = []
        for side, label in (("receivable", N_("owes us")), ("payable", N_("we owe"))):
            money = queries.balance_of(self.store.look, row, side)
            if not (money.open or money.aside):
                continue
            claims = Target("claims", Ask(view=side, only=(("party_id", row),)))
            payments = Target("payments", Ask(view="open", only=(("party_id", row),)))
            late = Value(_(N_("{amount} of it overdue"), amount=show_money(money.overdue)), drop=show_money(money.overdue)) if money.overdue else None
            rows.append((label, said(Value(show_money(money.open), target=claims), late, on_day(N_("oldest due {day}"), money.oldest))))
            if money.aside:
                rows.append((N_("not allocated"), show_money(money.aside), payments))
            if side == "receivable" and facts["credit_limit"] is not None:
                left = facts["credit_limit"] - money.open + money.aside
                words = N_("{amount} left of the limit") if left >= 0 else N_("{amount} over the limit")
                rows.append((N_("credit", "to a customer"), said(Value(_(words, amount=show_money(abs(left))), drop=show_money(abs(left))))))
        return rows

    def _terms(self, facts: dict[str, Any]) -> list[CardRow]:
        rows: list[CardRow] = []
        if facts["terms_days"] is not None:
            days = facts["terms_days"]
            within = _(plural(days, N_("within {count} day"), N_("within {count} days")), count=days) if days else _(N_("at once"))
            rows.append((N_("to pay"), within))
        if facts["block"]:
            rows.append((N_("blocked"), _(queries.BLOCK_WORDS[facts["block"]])))
        if facts["credit_limit"] is not None:
            rows.append((N_("credit limit"), show_money(facts["credit_limit"])))
        if facts["bills"]:
            rows.append((N_("billed", "when"), _(queries.BILLS_WORDS[facts["bills"]])))
        if facts["price_list_id"] is not None:
            listed = Ask(only=(("price_list_id", facts["price_list_id"]),))
            rows.append((N_("price list"), facts["price_list"], Target("prices", listed)))
        if facts["transit_days"] is not None:
            rows.append((N_("on the way"), _(plural(facts["transit_days"], N_("{count} day"), N_("{count} days")), count=facts["transit_days"])))
        if facts["salesperson_id"] is not None:
            rows.append((N_("looked after by"), facts["salesperson_name"], Target("parties", row=facts["salesperson_id"])))
        if facts["language"]:
            rows.append((N_("documents in"), _(dict(forms.LANGUAGE_CHOICES)[facts["language"]])))
        return rows

    def _open(self, row: int) -> list[CardSection]:
        look = self.store.look
        orders: list[CardRow] = [
            (ORDER_STATES[state], said(
                Value(no, target=Target("orders", row=order)), on_day(N_("wanted {day}"), wanted), _(N_("part sent")) if fulfil == "part" else "",
                show_money(total)))
            for order, no, wanted, state, fulfil, total in queries.open_orders(look, row)
        ]
        purchases: list[CardRow] = [
            ("", said(
                Value(no, target=Target("purchases", row=purchase)), on_day(N_("promised {day}"), promised) if promised else _(N_("no day promised")),
                _(N_("{count} late"), count=late) if late else "", show_money(total)))
            for purchase, no, _day, promised, late, total in queries.open_purchases(look, row)
        ]
        tasks: list[CardRow] = [
            (show_day(due) if due else "", text, Target("tasks", row=task)) for task, text, due in queries.open_tasks(look, row)
        ]
        return [
            CardSection(N_("Open orders"), orders),
            CardSection(N_("Awaited from them"), purchases),
            CardSection(N_("To do"), tasks),
        ]

    def _done(self, row: int) -> list[CardSection]:
        look = self.store.look
        shipments: list[CardRow] = [
            (show_day(shipped), said(
                Value(no, target=Target("shipments", row=shipment)), carrier, waybill,
                on_day(N_("arrived {day}"), arrived) if arrived else _(N_("on the way"))))
            for shipment, no, shipped, carrier, waybill, _state, arrived in queries.last_shipments(look, row)
        ]
        items: list[CardRow] = [
            ("", said(Value(code, target=Target("items", row=item)), name)) for item, code, name in queries.supplied_items(look, row)
        ]
        return [CardSection(N_("Last shipments"), shipments), CardSection(N_("Supplies"), items)]

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Contacts, addresses, orders, merging and closing."""
        facts = self._facts(row)
        merged = _(N_("it was merged")) if facts["merged_into_id"] is not None else ""
        none = "" if queries.contacts_of(self.store.look, row) else _(N_("it has no contact"))
        roles = (facts["roles"] or "").split()
        return [
            Action("contact", N_("add a contact"), "k", partial(self._part, forms.add_contact_form), merged),
            Action("drop_contact", N_("drop a contact"), "", self._drop, merged or none),
            Action("address", N_("add an address"), "a", partial(self._part, forms.add_address_form), merged),
            Action("prices", N_("its own prices"), "@", partial(self._books, "prices", "party_id"),
                   "" if "customer" in roles else _(N_("not a customer"))),
            Action("orders", N_("its orders"), "o", partial(self._books, "orders", "customer_id"),
                   "" if "customer" in roles else _(N_("not a customer"))),
            Action("purchases", N_("what we ordered from it"), "p", partial(self._books, "purchases", "supplier_id"),
                   "" if "supplier" in roles else _(N_("not a supplier"))),
            Action("merge", N_("is the same as another …"), "m", self._merge, merged),
            Action("close", N_("use it again") if facts["closed"] else N_("close it: no longer in use"), "z", self._close, merged),
        ]

    def _part(self, form: Any, rows: list[int]) -> None:
        self.app.push_screen(form(rows[0], queries.party_name(self.store.look, rows[0])), lambda _result: self.reload())

    def _drop(self, rows: list[int]) -> None:
        contacts = queries.contacts_of(self.store.look, rows[0])[:9]

        def chosen(name: str | None) -> None:
            if name is not None:
                from deskbook.books.parties.commands import drop_contact

                self.run_command(drop_contact, contact=int(name), done=_(N_("contact dropped")))

        choices = [
            (str(n), str(row), f"{_(forms.CHANNEL_WORDS[channel])}  {value}  {who}")
            for n, (row, channel, value, who, _note) in enumerate(contacts, 1)
        ]
        self.app.push_screen(Choose(_(N_("Which contact is dropped?")), choices), chosen)

    def _books(self, book: str, column: str, rows: list[int]) -> None:
        self.desk.go(book, Ask(only=((column, rows[0]),)))

    def _merge(self, rows: list[int]) -> None:
        self.app.push_screen(forms.merge_party_form(self.store.look, rows[0]), self._saved)

    def _close(self, rows: list[int]) -> None:
        from deskbook.books.parties.commands import change_party

        closed = not self._facts(rows[0])["closed"]
        name = queries.party_name(self.store.look, rows[0])
        done = _(N_("{name} closed"), name=name) if closed else _(N_("{name} in use"), name=name)
        self.run_command(change_party, party=rows[0], closed=closed, done=done)
