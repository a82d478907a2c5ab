"""Taking back and doing again, as the keys do it: what is asked first, and what is said."""
from __future__ import annotations

import sys
from collections.abc import Sequence

from deskbook.core.refusal import Refusal
from deskbook.core.words import N_, _, listed
from deskbook.ui.desk_app import Desk, Said
from deskbook.ui.desk_screen import DeskMixin

STAYS = ("close_day",)
"""Commands whose step stays: a closed day is not opened again."""
MOST_SHOWN = 8
"""Later steps named when all of them are offered to be taken back."""


class TakingBack(Desk):
    """The part of the desk that takes steps back."""

    opened_after = 0
    """The last step before this desk was opened."""

    def _reload(self) -> None:
        if isinstance(self.screen, DeskMixin):
            self.screen.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a form the undo keys would take back something else than what is being typed."""
        if action in ("take_back", "redo"):
            form = sys.modules.get("deskbook.ui.form")  # asked before the first paint, which is not to wait for the forms
            return form is None or not isinstance(self.screen, form.FormScreen)
        return True

    def take_back(self, step: int | None = None) -> None:
        from deskbook.core.journal import Blocked

        try:
            if step is None and (newest := self.store.newest()) <= self.opened_after:
                self._ask_for_older(newest)
                return
            undone = self.store.undo(step)
        except Blocked as blocked:
            if step is not None and blocked.steps and blocked.steps[-1] > step:
                self._offer_to_take_back_more(step, blocked.steps)
            else:
                self.refuse(blocked)
        except Refusal as refusal:
            older = step is None and self._newest_stays()
            self.refuse(Refusal("", N_("{why} The journal takes back what is older."), why=refusal) if older else refusal)
        else:
            self._taken_back(undone.words)

    def _ask_for_older(self, step: int) -> None:
        """One `u` too many after what was done at this desk would take back yesterday's work unseen."""
        from deskbook.core.days import show_moment
        from deskbook.ui.confirm import Confirm

        def answered(yes: bool | None) -> None:
            if yes:
                self.take_back(step)

        at = self.store.look.value("SELECT at FROM step WHERE id = :step", step=step)
        detail = _(N_("{at}: {what}"), at=show_moment(at), what=self.store.sentence(step))
        self.push_screen(Confirm(_(N_("This was done before the desk was opened. Take it back?")), detail), answered)

    def _newest_stays(self) -> bool:
        """Whether the newest step is one that nothing takes back."""
        return self.store.look.value("SELECT command FROM step ORDER BY id DESC LIMIT 1") in STAYS

    def told(self, words: str) -> None:
        super().told(words)
        if self._newest_stays():
            self.said = Said(self.said.words)

    def _taken_back(self, what: str) -> None:
        self._reload()
        self.said = Said(_(N_("taken back: {what}"), what=what))

    def _offer_to_take_back_more(self, step: int, later: Sequence[int]) -> None:
        from deskbook.ui.confirm import Confirm

        def answered(yes: bool | None) -> None:
            if not yes:
                return
            try:
                done = self.store.undo_with_later(step)
            except Refusal as refusal:
                self.refuse(refusal)
                self._reload()
            else:
                self._taken_back(listed(undone.words for undone in done))

        steps = "\n".join(self.store.sentence(other) for other in later[:MOST_SHOWN])
        if len(later) > MOST_SHOWN:
            steps += "\n" + _(N_("and {count} more"), count=len(later) - MOST_SHOWN)
        self.push_screen(Confirm(_(N_("These stand on it. Take them back too, newest first?")), steps), answered)

    def redo(self) -> None:
        try:
            done = self.store.redo()
        except Refusal as refusal:
            self.refuse(refusal)
            return
        self._reload()
        self.told(_(N_("done again: {what}"), what=done.words))

    def action_take_back(self) -> None:
        self.take_back()

    def action_redo(self) -> None:
        self.redo()
