"""Bugs of deals, planted one at a time: prices, kits, quotes, orders, shipments, returns, merges."""

from __future__ import annotations

from typing import Any

from tests.faults.bugs_money import both, nothing, twice
from tests.faults.planting import Plant, instead_of, recoded, rewritten

OVERRETURNED = rewritten("CROSS JOIN return_line r ON r.return_id = g.id CROSS", "CROSS JOIN return_line r ON r.id = 0 CROSS")
TOO_MANY = instead_of("books.returns", "_refuse_too_many", lambda _: nothing)


def today_for(right: Any) -> Any:
    """Ask as of today whatever day is asked for."""
    return lambda look, item, day=None, *given, **facts: right(look, item, look.value("SELECT day FROM office_day"), *given, **facts)


DEALS: dict[str, Plant] = {
    # prices and kits
    "a price is that of today": instead_of("books.items.queries", "price_found", today_for),
    "a price that ended is asked": recoded("books.items.queries", "price_found", (" AND (s.until IS NULL OR s.until >= :day)", "")),
    "a price for many is asked for few": recoded("books.items.queries", "price_found", (" AND s.least <= :qty", "")),
    "a list goes before the customer's own price": recoded("books.items.queries", "price_found", ("s.party_id IS NULL,", "s.party_id IS NOT NULL,")),
    "a price agreed for later is asked today": recoded("books.items.queries", "price_found", ("s.since <= :day", "1")),
    "nobody need approve a price below the floor": recoded("books.orders.given", "priced", ("and not line.approved_by", "and False")),
    "a kit is what it is today": recoded("books.items.kits", "kit_of", ("coalesce(:day, d.day)", "d.day")),
    "a kit that ended is sold": recoded("books.items.kits", "kit_of", ("row[4] is not None and row[4] < row[6]", "False")),
    "a kit's last part does not take the rest": recoded(
        "books.orders.kits", "shares", ("total - sum(share.amount for share in found) if last else ", "")
    ),
    # quotes and reviews
    "a quote is accepted twice": recoded("books.quotes", "accept_quote", ('("draft", "sent")', '("draft", "sent", "won")')),
    "a quote is kept past its day": recoded("books.quotes", "accept_quote", ("and not who:", "and False:")),
    "a revised quote stays open": recoded("books.quotes", "revise_quote", ('tx.update(Quote, quote, state="replaced")', "pass")),
    "a quote that was sent is changed": recoded("books.quotes", "change_quote", ('("draft",)', '("draft", "sent")')),
    "a quote's basis is the newest": recoded("books.quotes", "_basis", ("latest(tx, series, on)", 'latest(tx, series, "9999")')),
    "a quote is sent after its day": recoded("books.quotes", "send_quote", ('if head["valid_until"] < on.isoformat():', "if False:")),
    "one yes is enough": recoded("books.orders", "pass_check", ("if left:", "if False:")),
    # orders and shipments
    "a reservation is kept after a cancel": rewritten(
        "ON o.id = l.order_id WHERE o.state IN ('confirmed', 'hold') AND o.void",
        "ON o.id = l.order_id WHERE o.state IN ('confirmed', 'hold', 'cancelled') AND o.void",
    ),
    "a cancelled order stays billed": recoded("books.orders.commands", "cancel", ("credit_cancelled(tx, order)", "pass")),
    "a paid order is cancelled": recoded("books.orders.billing", "credit_cancelled", ("if paid:", "if False:")),
    "a change of an order is not billed": instead_of("books.orders.billing", "bill_change", lambda _: nothing),
    "a line that was billed is taken out": instead_of("books.orders.billing", "refuse_billed", lambda _: nothing),
    "less freight than was billed is allowed": instead_of("books.orders.billing", "refuse_less_freight", lambda _: nothing),
    "more is sent than is open": recoded("books.shipments", "_refuse_more", ("if not 0 < qty <= most:", "if not 0 < qty:")),
    "a shipment is not billed": instead_of("books.orders.billing", "bill_shipment", lambda _: nothing),
    "any count checks a line": recoded("books.shipments", "check_line", ('if qty != row["qty"]:', "if False:")),
    "any word checks a line": recoded("books.shipments", "check_line", ('!= row["code"]:', "!= named:")),
    # returns
    "a return is restocked twice": instead_of("books.returns", "_put", twice),
    "more comes back than was sent": both(TOO_MANY, OVERRETURNED),
    "another model came back, and the shelves stay wrong": recoded("books.returns", "_take_in", ("if swap and", "if False and")),
    "the shelves are put right though they were counted": recoded("books.returns", "_take_in", ("if swap and", "if")),
    "a piece that came back is credited whole": recoded(
        "books.returns",
        "worth",
        ("half_up(cents * min(before + min(qty, most), pieces), pieces) - half_up(cents * min(before, pieces), pieces)", "cents"),
    ),
    "what the customer keeps is credited": recoded(
        "books.returns", "worth", ("max(pieces - before - (sent - look.value(back, **kept)), 0)", "pieces")
    ),
    "a wrong model is no incident": recoded("books.returns", "decide", ('if wrong and cause != "customer":', "if False:")),
    "what is replaced goes out twice": recoded("books.returns", "_again", ("if tx.value(", "if False and tx.value(")),
    "a return closes undecided": recoded("books.returns", "close_return", ("if left:", "if False:")),
    "a return's end closes no order": instead_of("books.returns", "_close_orders", lambda _: nothing),
    "a return is decided twice": recoded("books.returns", "_line", ("if not decided and found", "if False and found")),
    # merges
    "a merge forgets claims": instead_of(
        "books.parties", "repoint", lambda right: lambda tx, table, keep, gone, leave=(): right(tx, table, keep, gone, leave=(*leave, "claim"))
    ),
    "a merge forgets payments": instead_of(
        "books.parties", "repoint", lambda right: lambda tx, table, keep, gone, leave=(): right(tx, table, keep, gone, leave=(*leave, "payment"))
    ),
}
"""What is wrong -> how it is planted."""
DEALS_HELD = {"more comes back than was sent, by one rule": "the file refuses more than left with a shipment"}
DEALS["more comes back than was sent, by one rule"] = TOO_MANY
