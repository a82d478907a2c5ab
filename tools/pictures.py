"""Make the pictures of the README: the sample company on fixed days, in English and Chinese, as docs/pictures/*.svg.

    python tools/pictures.py
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len

HOME = Path(__file__).resolve().parent.parent
PICTURES = HOME / "docs" / "pictures"
NOON = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WIDE, NARROW = (120, 30), (80, 24)
SCENES: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "today": (NARROW, ()),
    "orders": (WIDE, ("g", "o")),
    "low-stock": (NARROW, ("g", "w")),
    "ledger": (NARROW, ("g", "l", "end")),
    "check": (NARROW, ("g", "o", "slash", "@confusable", "enter", "m")),
    "ageing": (NARROW, ("g", "D")),
    "chase": (NARROW, ("g", "x", "enter")),
    "answer": (NARROW, ("g", "i", "slash", *"bvm7-710-8505", "enter", "enter")),
    "report": (NARROW, ("g", "z", "down", "down", "down", "down", "enter", "y", "v")),
}
"""Name -> size of the terminal, and the keys from Today; @... is text that the scene looks up."""


TEXT = re.compile(r'textLength="([0-9.]+)"([^>]*)>([^<]*)<')
CELL = 12.2
"""Width of a cell in the pictures, in their own units."""


def in_cells(found: re.Match[str]) -> str:
    """A text as long as its cells: Rich counts a Chinese character as one."""
    return f'textLength="{cell_len(unescape(found[3])) * CELL:g}"{found[2]}>{found[3]}<'


async def picture(book: Path, language: str, name: str) -> None:
    """Open the desk, press the keys, keep what is seen."""
    from deskbook.app import DeskApp
    from deskbook.core.settings import Settings
    from deskbook.core.store import Store

    size, keys = SCENES[name]
    with Store.open(book, clerk="Ann") as store:
        app = DeskApp(store, Settings(language=language))
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.3)
            for key in keys:
                if key == "@confusable":
                    sql = "SELECT no FROM v_order_line WHERE code = 'BVM7-710-8505' AND open > 0 AND held = 'confirmed' ORDER BY id DESC LIMIT 1"
                    await pilot.press(*str(store.look.value(sql))[-4:])
                else:
                    await pilot.press(key)
                await pilot.pause(0.2)
            await pilot.pause(0.3)
            svg = app.export_screenshot(title="deskbook")
    # Textual names a web font that nobody needs; the viewer's own monospaced one serves.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = TEXT.sub(in_cells, svg)
    svg = re.sub(r"terminal-[0-9]+", f"{name}-{language}", svg)
    (PICTURES / f"{name}-{language}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    """All scenes in both languages."""
    from deskbook.core import days
    from deskbook.exchange.sample import make_sample

    PICTURES.mkdir(parents=True, exist_ok=True)
    days.set_zone("UTC")
    days.set_clock(lambda: NOON)
    with TemporaryDirectory() as folder:
        os.environ["DESKBOOK_HOME"] = folder
        for language in ("en", "zh"):
            for name in SCENES:
                if len(sys.argv) > 1 and name not in sys.argv[1:]:
                    continue
                book = Path(folder) / f"{name}-{language}.desk"
                make_sample(book, language=language).close()
                asyncio.run(picture(book, language, name))
                print(PICTURES / f"{name}-{language}.svg")


if __name__ == "__main__":
    main()
