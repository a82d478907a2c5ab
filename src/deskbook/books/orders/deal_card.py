"""What the cards of quotes and orders show alike: the review sheet and the other papers of the deal."""
from __future__ import annotations

from deskbook.books.orders import deals
from deskbook.core.days import show_day, show_moment
from deskbook.core.money import show_money
from deskbook.core.store import Look
from deskbook.core.words import N_, _
from deskbook.ui.card import CardRow, Target


def review_words(check: deals.Check, name: str | None = None) -> str:
    """A line of the review sheet: ✓ who said yes and when, or that it is missing, and who said no or, before a change, yes."""
    if check.said_by:
        parts = [f"✓ {check.said_by}", show_moment(check.said_at), check.note]
    elif check.no_by:
        parts = [f"  {_(N_('missing'))}", _(N_("{who} said no"), who=check.no_by), show_moment(check.no_at), check.note]
    elif check.was_by:
        parts = [f"  {_(N_('missing'))}", _(N_("{who} said yes before the order was changed"), who=check.was_by), check.note]
    else:
        parts = [f"  {_(N_('missing'))}"]
    said = "  ".join(filter(None, parts))
    return said if name == "" else f"{check.name}  {said}"


def paper_rows(look: Look, deal: str, but: tuple[str, int]) -> list[CardRow]:
    """The other papers of a deal as rows of a card, each opening its own; but: the book and row of the card itself. None where it is the only one."""
    papers = [paper for paper in deals.papers_of(look, deal) if (paper.book, paper.row) != but]
    return [
        (deals.PAPERS[paper.kind], "  ".join(filter(None, (
            paper.no, show_day(paper.day), show_money(paper.amount) if paper.amount is not None else "",
            _(deals.PAPER_STATES.get(paper.state, paper.state)) if paper.state else ""))), Target(paper.book, row=paper.row))
        for paper in papers
    ]
