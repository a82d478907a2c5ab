"""One of a thing is said in its own words, and no text that counts something is without them."""
from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

import deskbook
from deskbook.books.purchases.commands import order_goods
from deskbook.core.store import Store
from deskbook.core.words import plural
from deskbook.exchange.found import create
from tests.books.trade import PC, begin

COUNTED = re.compile(r"\{(count|lines|rows|items|days|steps|most|places|decimals|n)\} (?:(?:more|customer) )?(?!passes)[a-z]+s\b")
MORE_THAN_ONE = {
    "{count} parties are called “{text}”; give the code.", "{count} items are called “{text}”; give the code.",
    "{count} accounts are called “{text}”; give the code.", "{count} rows match.", "{item} is on {count} lines.",
    "ordered {items} items from {suppliers} suppliers", "{supplier} promises {lines} lines of {no} for {day}", "received {lines} lines of {no}",
    "received {lines} lines of {no}; {claim} over {amount}",
    "discontinued {count} items", "took {count} items up again", "A sheet holds {most} rows and there are more: choose a shorter period, or csv.",
    "At most {most} characters are read as a number; this has {length}.", "billed {count} papers",
    "{count} originals are held", "{count} pages printed into {folder}",
    "A wording has 1 to {most} characters; this one has {count}.",
}
"""Said of two and more only."""


@pytest.mark.parametrize(("n", "word"), [(0, "lines"), (1, "line"), (2, "lines"), (21, "lines")])
def test_only_one_is_one(n: int, word: str) -> None:
    assert plural(n, "line", "lines") == word


def marked(path: Path) -> list[str]:
    """The texts a file marks."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call) and node.args]
    named = [node.args[0] for node in calls if isinstance(node.func, ast.Name) and node.func.id in ("N_", "_")]
    return [node.value for node in named if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_a_text_that_counts_has_another_for_one_beside_it() -> None:
    alone: list[str] = []
    for path in Path(deskbook.__file__).parent.rglob("*.py"):
        texts = marked(path)
        single = [text for text in texts if not COUNTED.search(text)]
        for text in set(texts) - set(single) - MORE_THAN_ONE:
            if not any(SequenceMatcher(None, text, other).ratio() > 0.6 for other in single):
                alone.append(f"{path.name}: {text}")
    assert "\n".join(alone) == ""


def test_an_order_of_one_line_says_so(tmp_path: Path) -> None:
    with_one: Store = create(tmp_path / "office.desk", company="Hengda", clerk="Ann")
    trade = begin(with_one)
    said = []
    for items in ([trade.bag], [trade.bag, trade.board]):
        with_one.run(order_goods, supplier=trade.hongda, lines=[{"item": item, "qty": PC} for item in items])
        said.append(with_one.sentence(with_one.position[0]))
    assert said == ["ordered 1 line from Hongda: P-2026-0001", "ordered 2 lines from Hongda: P-2026-0002"]
    with_one.close()
