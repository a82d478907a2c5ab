"""The review of an order (评审单): which checks a kind of order must pass, who said yes to each, and when."""

from __future__ import annotations

from collections.abc import Sequence

from deskbook.books.orders.commands import confirm
from deskbook.books.orders.listings import KINDS, STATES
from deskbook.books.orders.queries import missing_checks
from deskbook.books.orders.tables import ReviewCheck, ReviewRule
from deskbook.core import days
from deskbook.core.days import show_moment
from deskbook.core.refusal import Refusal
from deskbook.core.store import Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, _, listed


def set_review(tx: Tx, *, kind: str, names: Sequence[str]) -> None:
    """Say which checks orders of a kind must pass from now on, in their order; none: no review. Orders under way keep the sheet they have."""
    if kind not in KINDS:
        raise Refusal("kind", N_("“{kind}” is no kind of order; there are: {kinds}."), kind=kind, kinds=listed(_(word) for word in KINDS.values()))
    wanted = [clean(name, field="names", longest=60) for name in names]
    if "" in wanted or len({name.casefold() for name in wanted}) != len(wanted):
        raise Refusal("names", N_("Each check has a name of its own."))
    old: dict[str, int] = dict(tx.rows("SELECT name, id FROM review_rule WHERE kind = :kind", kind=kind))
    for name in old.keys() - set(wanted):
        tx.delete(ReviewRule, old[name])
    for pos, name in enumerate(wanted, 1):
        if name in old:
            tx.update(ReviewRule, old[name], pos=pos)
        else:
            tx.insert(ReviewRule, kind=kind, pos=pos, name=name)
    if wanted:
        tx.says(N_("the review of {kind}: {checks}"), kind=_(KINDS[kind]), checks=listed(wanted))
    else:
        tx.says(N_("no review of {kind} any more"), kind=_(KINDS[kind]))


def pass_check(tx: Tx, *, order: int, check: str, by: str, note: str = "") -> bool:
    """Write down who said yes to a check of an order, now. With the last one the order is confirmed; returns whether it was.

    A yes stays as it was given; somebody says no to it before another's stands in its place. It falls when the customer, the goods, their prices,
    the freight or the day wanted are changed. An order of a blocked customer stays in review all the same, until it is confirmed by hand.
    """
    no, state, row, was = _check(tx, order, check)
    if was:
        at = show_moment(tx.value("SELECT said_at FROM review_check WHERE id = :row", row=row))
        words = N_("{who} said yes to “{check}” of {no} on {at}; that stays until somebody says no to it.")
        raise Refusal("check", words, who=was, check=check, no=no, at=at)
    who = clean(by, field="by", longest=100)
    if not any(char.isalpha() for char in who):
        raise Refusal("by", N_("Say who said yes to “{check}”."), check=check)
    tx.update(ReviewCheck, row, said_by=who, said_at=days.moment(), note=clean(note, field="note"), no_by="", no_at=None, was_by="")
    left = missing_checks(tx, order)
    if left:
        tx.says(N_("{no}: {who} said yes to {check}; {checks} missing"), no=no, who=who, check=check, checks=listed(left))
        return False
    block = tx.value("SELECT p.block FROM sales_order o JOIN party p ON p.id = o.customer_id WHERE o.id = :order", order=order)
    if state == "draft" or block == "all":
        tx.says(N_("{no}: {who} said yes to {check}; nothing is missing"), no=no, who=who, check=check)
        return False
    confirm(tx, order=order)
    tx.says(N_("{no}: {who} said yes to {check}, the last; it is confirmed"), no=no, who=who, check=check)
    return True


def unpass_check(tx: Tx, *, order: int, check: str, by: str, note: str = "") -> None:
    """Write down who says no to a check that had its yes, now, and why, while the order is still in review; the check is missing again."""
    no, _state, row, was = _check(tx, order, check)
    if not was:
        raise Refusal("check", N_("Nobody said yes to “{check}” of {no} yet."), check=check, no=no)
    who = clean(by, field="by", longest=100)
    if not any(char.isalpha() for char in who):
        raise Refusal("by", N_("Say who says no to “{check}”."), check=check)
    tx.update(ReviewCheck, row, said_by="", said_at=None, note=clean(note, field="note"), no_by=who, no_at=days.moment())
    tx.says(N_("{no}: {who} says no to {check}, to which {was} said yes"), no=no, who=who, check=check, was=was)


def _check(tx: Tx, order: int, check: str) -> tuple[str, str, int, str]:
    """Number and state of the order, id of the check, who said yes so far. Refusal where the order is not under review."""
    head = tx.row("SELECT no, iif(void, 'void', state) FROM sales_order WHERE id = :order", order=order)
    if head is None:
        raise Refusal("order", N_("There is no such order."))
    if head[1] not in ("draft", "review"):
        raise Refusal("", N_("{no} is {state}; its review is over."), no=head[0], state=_(STATES[head[1]]))
    row = tx.row("SELECT id, said_by FROM review_check WHERE order_id = :order AND name = :check", order=order, check=check)
    if row is None:
        names = [name for (name,) in tx.rows("SELECT name FROM review_check WHERE order_id = :order ORDER BY pos", order=order)]
        raise Refusal("check", N_("{no} has no check “{check}”; it has: {checks}."), no=head[0], check=check, checks=listed(names) or "–")
    return str(head[0]), str(head[1]), int(row[0]), str(row[1])
