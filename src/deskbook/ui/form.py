"""Forms: declared fields on a screen; Enter walks them, nothing typed is lost, a refusal stands on its field."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from textual.binding import Binding

from deskbook.core.days import show_moment
from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _
from deskbook.ui.entry import Entry
from deskbook.ui.fields import Field, Form, Lines, Typed, Values, plain
from deskbook.ui.form_base import FormBase

if TYPE_CHECKING:
    from textual.app import App

    from deskbook.ui.parked import Kept

__all__ = ["Field", "Form", "FormScreen", "Lines", "Values", "plain"]

_last: WeakKeyDictionary[App[Any], dict[str, dict[str, Typed]]] = WeakKeyDictionary()
"""What was saved last in this session, by form: what `=` repeats."""


class FormScreen(FormBase):
    """A form on the screen. It closes when saving succeeded, with the result (True where the command gives none), or on Esc with None
    (with the last result, where "save and another" saved some before)."""

    BINDINGS = [
        Binding("enter,tab,down", "next", N_("next"), id="form.next", show=False, tooltip=N_("Go to the next field; on the last one, save.")),
        Binding("shift+tab,up", "previous", N_("previous"), id="form.previous", show=False, tooltip=N_("Go to the field before.")),
        Binding("f2,ctrl+s", "save", N_("save"), id="form.save", tooltip=N_("Save and close.")),
        Binding("ctrl+n", "again", N_("save and another"), id="form.again", tooltip=N_("Save, and start the next one with the same day.")),
        Binding("f8", "repeat", N_("repeat"), id="form.repeat", tooltip=N_("The value above, or of the last entry; so does = in an empty field.")),
        Binding("escape", "back", N_("back, kept"), id="desk.back", tooltip=N_("Leave the form; what was typed is kept and offered again.")),
    ]

    def on_mount(self) -> None:
        """Fill it in, and offer what was kept of it."""
        for row in self._rows():
            self._start(row, self.fill.get(row.entry.field.name, row.entry.field.start))
        if self.box is not None:
            self.box.clear()
            self.box.fill(self.fill.get(self.box.declared.name) or [])
        self._opened = self.texts()
        begin = [row for row in self.rows if row.entry.field.quick and (self.form.row is not None or row.entry.field.name not in self.fill)]
        if begin or self.box is None:
            self._focus((begin or self.rows or self.foot)[0].entry)
        else:
            self._focus(self.box.entries[0])
        parked = self.desk.parked
        kept = parked.offered(self.form.parked_as) if parked is not None else None
        if kept is not None and kept.texts != self._opened:
            self.offer = kept
            at = show_moment(kept.at)
            self.say(_(N_("Kept from {at}: Enter goes on with it, ctrl+n forgets it, typing starts a new one."), at=at), "told")
        self.paint_echoes()
        self.set_interval(30, self.day_turned)

    def on_unmount(self) -> None:
        """Whatever ends the screen, what was typed is kept."""
        self.park()

    # Repeating

    def on_entry_repeat(self, event: Entry.Repeat) -> None:
        """`=` in an empty field."""
        event.stop()
        self._repeat(event.entry)

    def action_repeat(self) -> None:
        """The value above, or of the last entry."""
        entry = next((entry for entry in self._entries() if entry.active), None)
        if entry is not None:
            self._repeat(entry)

    def _repeat(self, entry: Entry) -> None:
        last = _last.get(self.app, {})
        name = entry.field.name
        if self.box is not None and self._line_entry(entry):
            above = self.box.lines[: self.box.at]
            typed = above[-1].typed.get(name) if above else last.get(f"{self.form.name}.{self.box.declared.name}", {}).get(name)
        else:
            typed = last.get(self.form.name, {}).get(name)
        if typed is None or not typed.text:
            self.say(_(N_("There is no last entry to repeat yet.")), "told")
        else:
            entry.put(typed)

    def _remember(self) -> None:
        last = _last.setdefault(self.app, {})
        last[self.form.name] = {row.entry.field.name: row.entry.typed for row in self._rows()}
        if self.box is not None and self.box.lines:
            last[f"{self.form.name}.{self.box.declared.name}"] = self.box.lines[-1].typed

    # Saving

    def action_save(self) -> None:
        """Save and close."""
        self._save(again=False)

    def action_again(self) -> None:
        """Save and start the next; while something kept is offered, forget that instead."""
        if self.offer is not None and self.desk.parked is not None:
            self.desk.parked.drop(self.offer.form, self.offer.key)
            self.offer = None
            self.say("")
        elif self.form.row is None:
            self._save(again=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A record being changed has no next one."""
        if action == "again" and self.form.row is not None and self.offer is None:
            return None
        return True

    def _read(self) -> dict[str, Any] | None:
        """All values; None when something must change first, which is shown and has the focus."""
        if self.box is not None and (not self.box.empty or self.box.at is not None):
            entry = self.box.add()
            if entry is not None:
                self._focus(entry)
                return None
        for row in self._rows():
            row.entry.settle()
        self._defaults()
        values: dict[str, Any] = {}
        refused: list[Refusal] = []
        for row in self._rows():
            name = row.entry.field.name
            try:
                values[name] = row.entry.read()
            except Refusal as refusal:
                refused.append(Refusal(name, refusal.words, **refusal.facts))
                row.refuse(str(refusal))
        if refused:
            self.place(refused[0])
            return None
        if self.box is not None:
            name = self.box.declared.name
            wrong_line = self.box.first_wrong()
            if wrong_line is not None:
                at, wrong = wrong_line
                self.place(Refusal(f"{name}.{at}.{wrong.field}", wrong.words, **wrong.facts))
                return None
            if len(self.box.lines) < self.box.declared.least:
                self.place(Refusal(name, N_("{label}: at least {least} needed."), label=_(self.box.declared.label), least=self.box.declared.least))
                return None
            values[name] = [dict(line.values) for line in self.box.lines]
        return values

    def _save(self, again: bool) -> None:
        if self._finished or self.day_turned():
            return
        if self._accepted is not None and self.texts() != self._accepted:
            # What was kept has been changed since: it is not the entry that may have been saved just before the crash.
            self.key = uuid4().hex
            self._accepted = None
        values = self._read()
        if self._accepted is not None:
            self._accepted = self.texts()  # reading adds the half-typed line: not a change by the person
        if values is None:
            return
        try:
            warnings = self._doubts(values) + (self.form.check(values, self.look) if self.form.check is not None else [])
            if warnings and warnings != self._warned:
                self._warned = warnings
                self.say("\n".join([f"! {words}" for words in warnings] + [_(N_("F2 saves all the same."))]), "warned")
                return
            result = self.form.save(self.store, values, self.key)
        except Refusal as refusal:
            self.place(refusal)
            return
        self._result = True if result is None else result
        self._forget()
        self._remember()
        if not self.form.asks:
            self.desk.told(self.form.done(values, result) if self.form.done is not None else "")
        if again:
            self._restart()
        else:
            self._finished = True
            self.dismiss(self._result)

    def _doubts(self, values: dict[str, Any]) -> list[str]:
        """What is odd about the values that were typed; of what stood in the form when it opened nothing."""
        opened = self._opened["fields"]
        found = []
        for row in self._rows():
            field, value = row.entry.field, values[row.entry.field.name]
            if field.doubt is not None and value is not None and row.entry.typed.packed() != opened[field.name]:
                found.append(field.doubt(value))
        return [words for words in found if words]

    def _restart(self) -> None:
        """An empty form, but for the fields that keep what stands in them."""
        self.key = self.parked_key = uuid4().hex
        self._warned, self._leaving, self._accepted = [], False, None
        for row in self._rows():
            row.refuse("")
            if not row.entry.field.keep:
                self._start(row, row.entry.field.start)
        if self.box is not None:
            self.box.clear()
            self.box.take([])
        self._opened = self.texts()
        self.say("")
        self.paint_echoes()
        begin = [row.entry for row in self.rows if row.entry.field.quick and not row.entry.field.keep]
        first = begin or (self.box.entries if self.box is not None else [row.entry for row in self._rows()])
        self._focus(first[0])

    # Keeping

    def accept(self, kept: Kept) -> None:
        """Go on with what was kept."""
        self.offer = None
        self.say("")
        fields = kept.texts.get("fields")
        for row in self._rows():
            row.entry.put(Typed.unpacked(fields.get(row.entry.field.name)) if isinstance(fields, dict) else Typed())
        if self.box is not None:
            self.box.unpack(kept.texts.get("lines"))
        self.key = self.parked_key = kept.key
        self._accepted = self.texts()
        self.paint_echoes()
        empty = [row.entry for row in self.rows if row.entry.field.quick and not row.entry.input.value.strip()]
        if empty:
            self._focus(empty[0])
        elif self.box is not None:
            self._focus(self.box.entries[0])
        elif self.rows:
            self._focus(self.rows[-1].entry)

    def park(self) -> None:
        """Keep what was typed, now."""
        parked = self.desk.parked
        if parked is None or self._finished or self.texts() == self._opened:
            return
        if not parked.keep(self.form.parked_as, self.texts(), self.parked_key):
            self.say(_(N_("What is typed here could not be kept on the disk: {reason}"), reason=parked.fault), "warned")

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self.desk.parked is not None:
            self.desk.parked.drop(self.form.parked_as, self.parked_key)

    def action_back(self) -> None:
        """Leave; what was typed is kept."""
        self.park()
        self._finished = True
        self.dismiss(self._result)
