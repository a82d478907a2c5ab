"""Items: the list, the card that answers a call, what can be done."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.items import answers, card, forms, kit_forms, queries
from deskbook.books.items.kits import kit_of, kits_with
from deskbook.books.items.queries import ITEMS
from deskbook.books.parties.queries import party_name, phone_of
from deskbook.core.days import show_day
from deskbook.core.listing import Ask
from deskbook.core.quantity import show_quantity
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, plural
from deskbook.ui.actions import Action
from deskbook.ui.card import CardRow, CardSection, Target, Value
from deskbook.ui.confirm import Choose
from deskbook.ui.history import Shown, what_happened
from deskbook.ui.list_screen import ListScreen
from deskbook.ui.taker import Asked

if TYPE_CHECKING:
    from deskbook.core.store import Look
    from deskbook.ui.form import FormScreen

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of the list does not wait for it.

LIMITS = (
    ("minimum", N_("minimum")), ("target", N_("target")), ("reorder", N_("reorder quantity")), ("multiple", N_("multiple")),
    ("min_order", N_("least order")), ("overflow", N_("too much from")),
)


CHANGED = {
    "code": N_("code"), "name": N_("name"), "model": N_("model"), "category": N_("category"), "unit": N_("unit"), "lead_days": N_("lead time"),
    "note": N_("note"),
}
"""Facts whose change is told with the old and the new value, besides the limits."""


class ItemsScreen(ListScreen):
    """What the office deals in."""

    LISTING = ITEMS
    NAME = "items"
    HELP = N_("What we deal in. / finds an item by any part of code, name, model, alias or pinyin; Enter answers price, stock and next arrival.")

    def new(self, given: Mapping[str, str] | None = None) -> None:
        """A new item."""
        self.app.push_screen(forms.new_item(dict(given or {})), self._saved)

    def edit(self, row: int) -> None:
        """Change an item."""
        self.app.push_screen(forms.edit_item(self.store.look, row), self._saved)

    def copy(self, row: int) -> None:
        """A new item like this one, its code to be changed."""
        self.app.push_screen(forms.new_item(forms.item_fill(self.store.look, row) | {"code": ""}), self._saved)

    def delete(self, row: int) -> None:
        """Discontinue it: what was done with it stays; u brings it back."""
        facts = queries.item_facts(self.store.look, row)
        if facts.get("discontinued") or facts.get("merged_into_id") is not None:
            self.desk.refuse(Refusal("", N_("{item} is discontinued already."), item=queries.item_name(self.store.look, row)))
        else:
            self._discontinue([row])

    def _saved(self, result: Any) -> None:
        if isinstance(result, int) and not isinstance(result, bool):
            self.show_ask(None, row=result)
        elif result:
            self.reload()

    def hint(self, row: int) -> str:
        """What is available, and why."""
        return " ".join(queries.stock_words(self.store.look, row))

    # The card

    def card_title(self, row: int) -> str:
        """Code and name."""
        return queries.item_name(self.store.look, row)

    def card_text(self, row: int) -> list[CardSection]:
        """What is asked on the telephone first; then who wants it, words for it, limits, moves."""
        return self.answer(row, Asked())

    def answer(self, row: int, asked: Asked) -> list[CardSection]:
        """The same, with the prices of the party that a form is about."""
        look = self.store.look
        facts: dict[str, Any] = queries.item_facts(look, row)
        if not facts:
            return []
        sections = [
            *card.answer(look, row, facts, asked),
            *_kit(look, row),
            CardSection(N_("Wanted by"), [
                (show_day(due) or N_("no day"), (
                    Value(show_quantity(qty)), Value(no, target=Target("orders", row=order)), Value(customer)))
                for order, no, customer, qty, due in queries.wanted_by(look, row)
            ]),
            CardSection(N_("Supplier and limits"), self._supply(look, facts)),
            CardSection(N_("Also called"), [
                (forms.ALIAS_WORDS[kind], "  ".join(filter(None, (alias, party)))) for _id, alias, kind, party in queries.aliases_of(look, row)
            ]),
            CardSection(N_("Last moves"), [
                (show_day(day), "  ".join(filter(None, (f"{show_quantity(qty)}  {source} → {target}", *why))), Target("moves", row=move))
                for move, day, source, target, qty, *why in queries.last_moves(look, row)
            ]),
            what_happened(self.store, "item", row, self._changed()),
        ]
        return [section for section in sections if section.rows]

    def _changed(self) -> Shown:
        told: dict[str, tuple[str, Callable[[Any], str]]] = {name: (label, show_quantity) for name, label in LIMITS}
        told |= {name: (label, str) for name, label in CHANGED.items()}
        return told | {"supplier_id": (N_("supplier"), partial(party_name, self.store.look))}

    def _supply(self, look: Look, facts: Mapping[str, Any]) -> list[CardRow]:
        rows: list[CardRow] = []
        if facts["supplier_id"] is not None:
            phone = phone_of(look, facts["supplier_id"])
            rows.append((N_("supplier"), "  ".join(filter(None, (facts["supplier"], phone))), Target("parties", row=facts["supplier_id"])))
        if facts["lead_days"]:
            rows.append((N_("lead time"), _(plural(facts["lead_days"], N_("{count} day"), N_("{count} days")), count=facts["lead_days"])))
        rows += [(label, (card.pieces(facts[name], facts["unit"]),)) for name, label in LIMITS if facts[name] is not None]
        if facts["minimum"] is None:
            rows.append((N_("minimum"), _(N_("none: not kept in stock, never an alert"))))
        elif facts["minimum_on"]:
            rows.append((N_("minimum reviewed"), show_day(facts["minimum_on"])))
        if facts["consumable"]:
            rows.append(("", _(N_("consumable"))))
        return rows

    # What can be done

    def actions(self, row: int) -> list[Action]:
        """Words, prices, limits, moves, merging, discontinuing."""
        look = self.store.look
        facts = queries.item_facts(look, row)
        merged = _(N_("it was merged")) if facts.get("merged_into_id") is not None else ""
        no_alias = "" if queries.aliases_of(look, row) else _(N_("it has no other name"))
        no_pair = "" if answers.instead(look, row, limit=1, idle=True) else _(N_("nothing does for it"))
        again = bool(facts.get("discontinued"))
        no_supplier = "" if facts.get("supplier_id") is not None else _(N_("no supplier is written down"))
        no_kit = "" if kit_of(look, row) else _(N_("it is no kit"))
        return [
            Action("alias", N_("also called …"), "k", partial(self._form, forms.add_alias_form), merged),
            Action("drop_alias", N_("drop another name"), "", self._drop, merged or no_alias),
            Action("price", N_("set a price"), "p", partial(self._form, forms.set_price_form), merged),
            Action("prices", N_("its special prices"), "@", lambda rows: self.desk.go("prices", Ask(only=(("item_id", rows[0]),)))),
            Action("minimum", N_("review the minimum"), "v", partial(self._form, forms.review_minimum_form), merged),
            Action("substitute", N_("another does for it …"), "b", partial(self._form, forms.substitute_form), merged),
            Action("drop_substitute", N_("the other does not do for it"), "", self._drop_substitute, merged or no_pair),
            Action("kit", N_("what it consists of (kit)"), "i", partial(self._form, kit_forms.kit_form), merged),
            Action("end_kit", N_("it is no kit any more"), "", partial(self._form, kit_forms.end_kit_form), no_kit),
            Action("moves", N_("its moves"), "o", self._moves),
            Action("supplier", N_("its supplier"), "l", self._supplier, no_supplier),
            Action("merge", N_("is the same as another …"), "m", self._merge, merged),
            Action("discontinue", N_("take it up again") if again else N_("discontinue it"), "z", self._discontinue, merged, many=True),
        ]

    def _form(self, form: Callable[[Look, int], FormScreen], rows: list[int]) -> None:
        self.app.push_screen(form(self.store.look, rows[0]), lambda _result: self.reload())

    def _drop(self, rows: list[int]) -> None:
        aliases = queries.aliases_of(self.store.look, rows[0])[:9]

        def chosen(name: str | None) -> None:
            if name is not None:
                from deskbook.books.items.commands import drop_alias

                self.run_command(drop_alias, alias=int(name), done=_(N_("name dropped")))

        choices = [(str(n), str(alias[0]), f"{_(forms.ALIAS_WORDS[alias[2]])}  {alias[1]}") for n, alias in enumerate(aliases, 1)]
        self.app.push_screen(Choose(_(N_("Which name is dropped?")), choices), chosen)

    def _drop_substitute(self, rows: list[int]) -> None:
        def chosen(pair: str | None) -> None:
            if pair is not None:
                from deskbook.books.items.substitutes import drop_substitute

                self.run_command(drop_substitute, substitute=int(pair), done=_(N_("no longer in its place")))

        pairs = answers.instead(self.store.look, rows[0], idle=True)
        choices = [(str(n), str(other.pair), f"{other.code}  {other.name}  {other.note}") for n, other in enumerate(pairs, 1)]
        self.app.push_screen(Choose(_(N_("Which one does not do for it?")), choices), chosen)

    def _moves(self, rows: list[int]) -> None:
        self.desk.go("moves", Ask(only=(("item_id", rows[0]),)))

    def _supplier(self, rows: list[int]) -> None:
        supplier = queries.item_facts(self.store.look, rows[0])["supplier_id"]
        if isinstance(supplier, int) and party_name(self.store.look, supplier):
            self.desk.open_card("parties", supplier)

    def _merge(self, rows: list[int]) -> None:
        self.app.push_screen(forms.merge_item_form(self.store.look, rows[0]), self._saved)

    def _discontinue(self, rows: list[int]) -> None:
        from deskbook.books.items.commands import discontinue

        again = bool(queries.item_facts(self.store.look, rows[0])["discontinued"])
        if self.run_command(discontinue, items=rows, discontinued=not again) is not None:
            self.desk.told(self.store.sentence(self.store.position[0]))  # it says what is still on the shelf


def _kit(look: Look, item: int) -> list[CardSection]:
    """What it consists of, and which kits it is in."""
    kit = kit_of(look, item)
    parts: list[CardRow] = [
        (part.code, f"{show_quantity(part.qty)} {part.unit}  {part.name}".replace("  ", " "), Target("items", row=part.item)) for part in kit.parts
    ] if kit is not None else []
    if kit is not None:
        parts.insert(0, (N_("from", "day"), show_day(kit.since) + (f" – {show_day(kit.until)}" if kit.until else "")))
    within: list[CardRow] = [
        (code, _(N_("{qty} in one {name}"), qty=show_quantity(qty), name=name), Target("items", row=whole))
        for whole, code, name, qty in kits_with(look, item)
    ]
    return [CardSection(N_("Kit of"), parts), CardSection(N_("In kits"), within)]
