"""Bugs of the side of money, planted one at a time: claims, payments, what is given up, ageing, chasing, what is told and printed."""

from __future__ import annotations

from typing import Any

from deskbook.books.reports import costing
from tests.faults.planting import Patch, Plant, instead_of, recoded, rewritten


def twice(right: Any) -> Any:
    """Do it, and do it again."""
    return lambda *given, **facts: (right(*given, **facts), right(*given, **facts))[1]


def nothing(*_given: Any, **_facts: Any) -> None:
    """Forget to do it."""


def both(*plants: Plant) -> Plant:
    """Several at once: a rule, and the second line of defence behind it."""

    def plant(patch: Patch) -> None:
        for each in plants:
            each(patch)

    return plant


def in_moves(old: str, new: str) -> Plant:
    """Other words in the question for the moves that costs are replayed from."""

    def plant(patch: Patch) -> None:
        assert old in costing.MOVES, "the bug's place is gone"
        patch.setattr(costing, "MOVES", costing.MOVES.replace(old, new))

    return plant


SPENT = rewritten("CROSS JOIN payment p ON p.id IN (a.payment_id, a.refund_id) CROSS", "CROSS JOIN payment p ON p.id = 0 CROSS")
PAID = rewritten("CROSS JOIN claim k ON k.id IN (a.claim_id, a.credit_id) CROSS", "CROSS JOIN claim k ON k.id = 0 CROSS")
UNCAPPED = recoded("books.receivables.payments", "refund", ("if cents > there:", "if False:"))
OWED = "(ledger.account_for(tx, owed.side), -sign * cents)"

MONEY: dict[str, Plant] = {
    # claims
    "a claim is raised twice": instead_of("books.claims", "raise_claim", twice),
    "what was billed is billed again": recoded(
        "books.orders.billing",
        "_claim_sent",
        ("l.qty - coalesce((SELECT sum(b.qty)", "l.qty - 0 * coalesce((SELECT sum(b.qty)"),
        ("min(still, line.shipped - line.past - before)", "still"),
    ),
    "what came back is billed": recoded(
        "books.orders.billing", "_claim_sent", ("- coalesce((SELECT sum(r.qty)", "- 0 * coalesce((SELECT sum(r.qty)")
    ),
    "each part of a line is billed rounded by itself": recoded(
        "books.orders.billing", "_claim_sent", ("line.share(before + qty) - cents", "line.share(qty)")
    ),
    "what was closed short is billed": recoded("books.orders.billing", "_claim_whole", ("line.qty - line.short_closed", "line.qty")),
    "freight is billed with every part": recoded(
        "books.orders.billing", "_freight", ("order.freight - _freight_billed(tx, order.id)", "order.freight")
    ),
    "a credit note is posted as a claim": recoded("books.claims", "_postings", ("sign = 1 if", "sign = (1 if amount > 0 else -1) * 1 if")),
    "a claim is due on its own day": recoded("books.claims", "raise_claim", ('timedelta(days=owner["terms_days"] or 0)', "timedelta(days=0)")),
    "a blocked customer is billed": recoded("books.claims", "raise_claim", ('owner["block"] in ("bill", "all")', "False")),
    "what is in quarantine is owed": recoded("books.purchases.billing", "_lines", (" AND t.kind = 'shelf'", "")),
    "a supplier owed by hand is owed at once": recoded("books.purchases.billing", "bill_receipt", ('if bills == "hand":', "if False:")),
    "what will not come is still owed": instead_of("books.purchases.billing", "credit_rest", lambda _: nothing),
    "a bill by hand stands on nothing": recoded("books.purchases.billing", "bill_purchase", ("tx.touch(Purchase, purchase)", "pass")),
    "a charge is owed to nobody's order": recoded("books.receivables.notes", "charge", ("due=due, order=order,", "due=due,")),
    "a credit note lessens a credit note": recoded(
        "books.receivables.notes", "give_credit", ("if owed is not None and owed.amount < 0:", "if False:")
    ),
    "a credit note settles nothing of its claim": recoded(
        "books.receivables.notes", "give_credit", ("if settles and owed is not None", "if False and owed is not None")
    ),
    "an opening claim is income": recoded("books.claims", "_postings", ('kind in ("opening", "refund")', 'kind == "refund"')),
    # allocations
    "a claim takes more than is left of the money": both(
        recoded("books.receivables.queries", "plan", ("cents = min(open_, amount)", "cents = open_ if amount > 0 else 0")), SPENT
    ),
    "a claim takes more than is open of it": both(
        recoded("books.receivables.settling", "picked", ("not 0 < gets <= owed.open", "not 0 < gets")), PAID
    ),
    "somebody else's claim is settled": recoded("books.receivables.settling", "picked", ("owed.party != party or ", "")),
    "what we owe is settled with what we are owed": recoded("books.receivables.settling", "picked", (" or owed.side != side", "")),
    "a settled claim is picked again": recoded("books.receivables.settling", "picked", ("if owed.open <= 0:", "if False:")),
    "a deposit settles claims of every order": recoded("books.claims", "settle_by_deposit", ("p.order_id = :order", "coalesce(:order, 1)")),
    "a deposit is not kept for its order": recoded(
        "books.receivables.payments", "take_payment", ("facts.side, facts.order), facts.amount", "facts.side), facts.amount")
    ),
    "what lies aside is allocated to the newest": recoded(
        "books.receivables.payments", "allocate", ("plan(turn, paid.open)", "plan(turn[::-1], paid.open)")
    ),
    "what a customer has aside stays where only its credit notes are used": recoded(
        "books.receivables.payments", "allocate_all", ('(notes, "credit"), (payments, "payment")', '(notes, "credit"),')
    ),
    "what was paid back is let go": recoded("books.receivables.payments", "release", ("if row[4] is not None:", "if False:")),
    "what was let go is let go again": recoded("books.receivables.payments", "release", ("row[2] is not None or row[3]", "False")),
    "an order stays closed when its claim is open again": recoded(
        "books.receivables.payments", "release", ("settled_orders(tx, let_go(", "list(let_go(")
    ),
    "undo leaves what was settled": recoded(
        "core.journal", "take_back", ('kind.name == "posted":', 'kind.name == "posted" and tbl != "allocation":')
    ),
    "money of a day to come is taken": recoded("books.ledger.commands", "_post", ("if day > open_day:", "if False:")),
    # back
    "a refund is not capped, and the file's own rule is asleep": both(UNCAPPED, SPENT, PAID),
    "a refund takes nothing from the payment": recoded(
        "books.receivables.payments", "refund", ('settle(tx, "refund", cents, posted, payment=payment, refund=back)', "pass")
    ),
    "a refund leaves its order as it was": recoded("books.receivables.payments", "refund", ("settled_orders(tx, [source.order])", "pass")),
    "a bounce is booked the wrong way round": recoded(
        "books.receivables.payments", "bounce", ("(ours, -sign *", "(ours, sign *"), ("paid.side), sign *", "paid.side), -sign *")
    ),
    "a bounced refund stays paid back": recoded("books.receivables.payments", "bounce", ("OR refund_id = :id OR", "OR")),
    "a payment bounces twice": recoded("books.receivables.payments", "bounce", ("if paid.bounced_on:", "if False:")),
    "a payment bounces before it came": recoded("books.receivables.payments", "bounce", ("if posted <", "if False and posted <")),
    "the bank's fee for a bounce is forgotten": recoded("books.receivables.payments", "bounce", ("if fee:", "if False:")),
    "the fee for a bounce is owed though it is not charged": recoded("books.receivables.payments", "bounce", ("if charged:", "if True:")),
    # given up
    "any difference is a small one": recoded("books.receivables.losses", "forgive", ("0 < lacks <= tolerance(tx)", "0 < lacks")),
    "a difference is given up of every size": recoded("books.receivables.losses", "give_up", ("abs(owed.open) > most", "False")),
    "a bad debt is a small difference": recoded(
        "books.receivables.losses", "_give_up", ('use = "difference" if kind == "difference" else "bad_debt"', 'use = "difference"')
    ),
    "a bad debt stays in the day book": recoded("books.receivables.settling", "let_go", ("if entry is not None:", "if False:")),
    "what we owe is a bad debt": recoded("books.receivables.losses", "write_off", ('owed.side != "receivable" or ', "")),
    "what is written off is given up twice": recoded(
        "books.receivables.losses", "_give_up", (OWED, OWED.replace("cents", "2 * cents")), ("sign * cents)]", "2 * sign * cents)]")
    ),
    # chasing
    "a promise is kept though not paid": rewritten("WHEN paid >= amount THEN 'kept'", "WHEN until < today THEN 'kept'"),
    "a promise is kept by what was let go": rewritten(
        "a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id)), 0) AS paid",
        "a.reverses_id IS NULL), 0) AS paid",
    ),
    "a promise is kept by what came too late": rewritten("a.day BETWEEN h.made_on AND h.until", "a.day >= h.made_on"),
    "a promise is kept by a loss": rewritten("a.kind IN ('payment', 'credit') AND a.day BETWEEN", "a.day BETWEEN"),
    "more is promised than is owed": recoded("books.receivables.chasing", "promise", ("if not 0 < cents <= owed.open:", "if False:")),
    "a notice asks for what was owed at first": recoded(
        "books.receivables.chasing", "_issue", ("sum(row.open for row in rows)", "sum(row.amount for row in rows)")
    ),
    "a notice goes out without a reason": recoded("books.receivables.chasing", "issue_notices", ("if rows[0].aside > 0 and not why:", "if False:")),
    "levels are skipped": rewritten("l.level = coalesce(n.level, 0) + 1", "l.level = coalesce(n.level, 0) + 2"),
    "a dispute outlives its day": rewritten("x.lifted_on IS NULL AND (x.until IS NULL OR x.until >= y.day)", "x.lifted_on IS NULL"),
    "a hold that was lifted holds": rewritten("WHERE x.lifted_on IS NULL AND (x.until IS NULL", "WHERE (x.until IS NULL"),
    "a cancelled notice counts": rewritten("WHERE n.void = 0 GROUP BY c.claim_id) n", "GROUP BY c.claim_id) n"),
    "a level is cancelled under a higher one": recoded(
        "books.receivables.chasing", "cancel_notice", ("if after := tx.value(sql, id=notice, level=row[3]):", "if after := None:")
    ),
    "a claim is chased on the day it is due": rewritten("w.due < d.day AND w.open > 0", "w.due <= d.day AND w.open > 0"),
    # ageing
    "age counts from the document's day": recoded("books.receivables.ageing", "bucketed", ("'due' if basis == 'due' else 'day'", "'day'")),
    "the thirtieth day is one too many": recoded("books.receivables.ageing", "bucketed", ("age <= 30", "age < 30")),
    "ageing forgets a bounce": recoded(
        "books.receivables.ageing", "documents", ("m.bounce_entry_id = p.entry_id WHERE", "m.bounce_entry_id = p.entry_id WHERE 0 AND")
    ),
    "ageing counts what was let go later": recoded(
        "books.receivables.ageing",
        "documents",
        ("UNION ALL SELECT payment_id, amount FROM allocation WHERE day > :today", "UNION ALL SELECT payment_id, amount FROM allocation WHERE 0"),
    ),
    "ageing counts credit notes of days to come": recoded(
        "books.receivables.ageing",
        "documents",
        ("SELECT credit_id, -amount FROM allocation WHERE", "SELECT credit_id, -amount FROM allocation WHERE 0 AND"),
    ),
    # costs and sales
    "margin is not replayed by day": in_moves("ORDER BY m.day, m.id", "ORDER BY m.id"),
    "what was taken back on its day still costs": in_moves(
        "AND NOT EXISTS (SELECT 1 FROM stock_move y WHERE y.id = m.reverses_id AND y.day = m.day)", ""
    ),
    "merged goods have two averages": in_moves("coalesce(i.merged_into_id, i.id)", "i.id"),
    "what comes back costs the average": recoded("books.reports.costing", "_came", ("if left_with is not None and left_with[0]:", "if False:")),
    "the last piece leaves cents behind": recoded(
        "books.reports.costing", "replay", ("cents = own.value if qty == own.qty else half_up", "cents = half_up")
    ),
    "the average is not reckoned anew": recoded("books.reports.costing", "replay", ("own.value += inward * cents", "own.value += 0")),
    "each part sold is rounded by itself": rewritten(
        "(2 * ol.amount * (l.before + l.qty) + ol.qty) / (2 * ol.qty) - (2 * ol.amount * l.before + ol.qty) / (2 * ol.qty)",
        "(2 * ol.amount * l.qty + ol.qty) / (2 * ol.qty)",
    ),
    "what was credited is sold": rewritten("(k.kind = 'credit' OR l.item_id IS NULL", "(l.item_id IS NULL"),
    "a cancelled order counts as ordered": rewritten("WHERE o.void = 0 AND o.state <> 'cancelled'\n UNION ALL", "WHERE o.void = 0\n UNION ALL"),
    # papers, and the book of a past day
    "a report that was sent can be changed": rewritten("VALUES ('sent_report', 'posted')", "VALUES ('sent_report', 'plain')"),
    "the number of a printing is used again": recoded("books.documents.commands", "note_printing", ("nth=int(before) + 1", "nth=1")),
    "a printing stands on nothing": recoded("books.documents.commands", "note_printing", ("if kind in PRINTED:", "if False:")),
    "a past day forgets what was deleted since": recoded("core.rewind", "rewind", ('elif op in "UD":', 'elif op == "U":')),
    "a past day's sums are those of today": instead_of("core.rewind", "derive", lambda _: nothing),
    "a past day is without its own postings": recoded(
        "exchange.moment", "roll_back", ("DELETE FROM posting WHERE day > :day", "DELETE FROM posting WHERE day >= :day")
    ),
    "a past day has the goods of today": recoded(
        "exchange.moment", "roll_back", ("DELETE FROM stock_move WHERE day > :day", "DELETE FROM stock_move WHERE 0")
    ),
}
"""What is wrong -> how it is planted."""
MONEY_HELD = {
    "a notice goes out without a reason": "the file takes no notice over unallocated money that does not say why",
    "a credit note lessens a credit note": "of a credit note nothing is left that another could be given over",
    "a refund is not capped": "the file refuses to spend more of a payment or a credit note than there is",
}
MONEY["a refund is not capped"] = UNCAPPED
