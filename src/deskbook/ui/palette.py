"""What the palette finds: books to go to, what can be done on this screen, and any record by a fragment."""
from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from deskbook.core.text import narrow, safe
from deskbook.core.words import N_, _
from deskbook.ui.keys import action_of

if TYPE_CHECKING:
    from deskbook.ui.desk_app import Desk

MOST_RECORDS = 6
"""Records of one book at most, so that the orders of a customer do not leave the customer out."""
Offer = tuple[str, str, Callable[[], Any]]
"""What is shown, what it does in a sentence, what is run."""


def likeness(text: str, words: str) -> float:
    """How well words answer to what was typed: 1 they begin with it, less when a word does or it is inside, 0 when it is not there."""
    wanted, within = narrow(text).casefold().strip(), narrow(words).casefold()
    if not wanted or wanted not in within:
        return 0.0
    if within.startswith(wanted):
        return 1.0
    return 0.9 if f" {wanted}" in within else 0.7


def load(where: str) -> Any:
    """What "package.module:name" names."""
    module, _colon, name = where.partition(":")
    return getattr(import_module(module), name)


class Offers(Provider):
    """A provider over a short list of offers; best likeness first."""

    weight = 1.0

    @property
    def desk(self) -> Desk:
        return cast("Desk", self.app)

    def offers(self) -> Iterator[Offer]:
        """What there is to choose from."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        for words, about, run in self.offers():
            yield DiscoveryHit(cast(str, Text(words)), run, text=words, help=escape(about))

    async def search(self, query: str) -> Hits:
        for words, about, run in self.offers():
            if score := likeness(query, words):
                yield Hit(score * self.weight, Text(words), run, text=words, help=escape(about))


class GoToBook(Offers):
    """The books, and the settings."""

    weight = 0.95

    def offers(self) -> Iterator[Offer]:
        for book in self.desk.books:
            yield _("Go to {book}", book=_(book.label)), _(book.about), partial(self.desk.go, book.name)
        yield _(N_("Settings")), _(N_("Language, looks, keys and habits")), partial(self.app.run_action, "settings")

    async def search(self, query: str) -> Hits:
        """By the book's own name as well: "ord" finds "Go to orders" first."""
        names = {_("Go to {book}", book=_(book.label)): _(book.label) for book in self.desk.books}
        for words, about, run in self.offers():
            if score := max(likeness(query, words), likeness(query, names.get(words, ""))):
                yield Hit(score * self.weight, Text(words), run, text=words, help=escape(about))


class DoHere(Offers):
    """What the keys of this screen do; read from its bindings, so nothing is listed twice."""

    weight = 0.9

    def offers(self) -> Iterator[Offer]:
        seen = {"desk.commands", "desk.back"}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            name = action_of(binding)
            if not name or name in seen or not active.enabled or not binding.description:
                continue
            seen.add(name)
            key = self.app.get_key_display(binding)
            yield (
                f"{binding.description}  {key}",
                active.tooltip or "",
                partial(self.app.run_action, binding.action, default_namespace=active.node),
            )


class FindRecord(Provider):
    """Any record of any book, by part of what it is called."""

    async def search(self, query: str) -> Hits:
        desk = cast("Desk", self.app)
        for book in desk.books:
            if not book.finder:
                continue
            await asyncio.sleep(0)  # a key pressed meanwhile goes first
            found = load(book.finder)(desk.store.look, query, MOST_RECORDS)
            for place, (home, row, words, detail) in enumerate(found[:MOST_RECORDS]):
                shown = Text.assemble(safe(words), ("  " + safe(detail) if detail else "", "dim"), no_wrap=True)
                score = max(likeness(query, words), 0.5) * 0.99 - place / 1000
                yield Hit(score, shown, partial(desk.open_card, home, row), text=safe(words), help=escape(_(book.label)))
