"""Keys that come faster than screens change wait their turn, so that each reaches the screen the person meant it for.

Textual hands every key to the widget that has the focus when the key arrives; a key that was pressed while the one before it is still opening a
screen would go to the old one. Here a key is handed on when the one before it was taken and what it opened can take the next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

PATIENCE = 0.5
"""Seconds after which the next key goes on all the same."""
PAUSE = 0.005


class TypeAhead:
    """The keys of one application that wait."""

    def __init__(self, app: App[Any], hand_on: Callable[[events.Key], Awaitable[None]]) -> None:
        self.app = app
        self.hand_on = hand_on
        self.waiting: deque[events.Key] = deque()
        self.task: asyncio.Task[None] | None = None
        self.known: WeakSet[Screen[Any]] = WeakSet()

    async def take(self, key: events.Key) -> None:
        """A key that arrived: handed on at once where none is under way."""
        if self.task is not None and not self.task.done():
            self.waiting.append(key)
            return
        before, target = self.app.screen, self.app.focused or self.app.screen
        await self.hand_on(key)
        self.task = asyncio.create_task(self._go_on(before, target))

    async def _go_on(self, before: Screen[Any], target: MessagePump) -> None:
        """Wait until a key was taken, then hand on the next."""
        app = self.app
        while True:
            await self._until_taken(target)
            await self._until_taken(app)  # a dialog's answer is passed on in the application's own turn
            if app.screen is not before:
                await self._until_ready(app.screen)
            if not self.waiting:
                return
            before, target = app.screen, app.focused or app.screen
            await self.hand_on(self.waiting.popleft())

    async def _until_taken(self, pump: MessagePump) -> None:
        """Wait until a widget has worked off what it was given."""
        taken = asyncio.Event()
        if pump.is_running and pump.call_later(taken.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(taken.wait(), PATIENCE)

    async def _until_ready(self, screen: Screen[Any]) -> None:
        """Wait until a screen that was just opened has the field that takes the keys; one that was there before has it."""
        if screen in self.known:
            return
        self.known.add(screen)
        for _n in range(int(PATIENCE / PAUSE)):
            settled = screen.focused is not None or not screen.AUTO_FOCUS or not screen.focus_chain
            if screen is not self.app.screen or (screen.is_mounted and settled):
                break
            await asyncio.sleep(PAUSE)
        await self._until_taken(screen)
