"""Keys that come in one breath reach the screens they were meant for."""

from __future__ import annotations

from pathlib import Path

from textual import events

from tests.journeys.desk import Hands, at_the_desk


def all_at_once(hands: Hands, *keys: str) -> None:
    """What a terminal sends when the desk was busy while the person typed on."""
    for key in keys:
        hands.app.post_message(events.Key(key, key if len(key) == 1 else "\r" if key == "enter" else None))


async def test_an_order_typed_without_looking(tmp_path: Path) -> None:
    """Go, orders, new and the customer's letters, before the first of them has been drawn."""
    async with at_the_desk(tmp_path) as hands:
        all_at_once(hands, "g", "o", "n", *"wanda")
        for _n in range(60):
            await hands.pilot.pause(0.05)
            if hands.app.screen.query("Input") and hands.app.screen.query("Input").first().value == "wanda":  # type: ignore[attr-defined]  # an Input
                break
        assert hands.app.current_mode == "orders"
        assert hands.app.screen.query("Input").first().value == "wanda"  # type: ignore[attr-defined]  # an Input
