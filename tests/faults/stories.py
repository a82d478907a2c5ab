"""Stories: a few commands in a row about the same goods or the same money, which the dice alone would seldom bring together.

Other steps come in between. A story ends where a step of it is refused that it does not expect to be.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from tests.faults.asked import wanting
from tests.faults.asked_deals import printed
from tests.faults.model.kinds import Facts
from tests.faults.model.papers import PRINTED
from tests.faults.walk import Nothing, Story, Walk

Told = Generator[tuple[str, Facts], Any, Any]
ODD = (12_345, 333_350, 50, 99_999)


def one(found: list[Any], w: Walk) -> Any:
    """One of these."""
    if not found:
        raise Nothing
    return w.rnd.choice(found)


def newest(w: Walk, command: str) -> int:
    """The last step of a command."""
    return int(one([n for n in sorted(w.model.steps) if w.model.command_of(n) == command][-1:], w))


def who(w: Walk, **facts: Any) -> int:
    """A party of these facts to which nothing is in the way."""
    clear: Facts = {"merged_into_id": None, "block": "", "closed": 0, "credit_limit": None}
    return int(one([n for n, _row in w.model.all("party", **clear, **facts)], w))


def ware(w: Walk) -> int:
    """One of the first items, of which there is plenty."""
    return int(one([n for n, row in w.model.all("item", merged_into_id=None, discontinued=0) if n <= 5], w))


def ordered(w: Walk, customer: int, item: int, qty: int) -> Told:
    """An order of one line at an odd price."""
    line = {"item": item, "qty": qty, "price": w.rnd.choice(ODD), "approved_by": "Bo"}
    return (yield "take_order", {"customer": customer, "lines": [line]})


def went(w: Walk, order: int, qty: int) -> Told:
    """So much of it leaves; returns the line of the shipment."""
    line = one([n for n, _row in w.model.all("oline", order_id=order)], w)
    shipment = yield "make_shipment", {"order": order, "lines": {line: qty}, "place": 1}
    n, row = one(w.model.all("sline", shipment_id=shipment), w)
    yield "check_line", {"line": n, "typed": w.model.docs["item", row["item_id"]]["code"], "qty": row["qty"]}
    yield "ship", {"shipment": shipment}
    return n


def came_back(w: Walk, sline: int) -> Told:
    """A piece of it comes back."""
    made = yield "announce_return", {"lines": [{"shipment_line": sline, "qty": 1000}]}
    yield "receive_return", {"goods_return": made}
    return made


def bought(w: Walk, supplier: int, item: int, qty: int, quarantined: int = 0) -> Told:
    """Goods of a supplier come; returns the purchase and the step they came in."""
    purchase = yield "order_goods", {"supplier": supplier, "lines": [{"item": item, "qty": qty, "price": w.rnd.choice(ODD)}]}
    line = one([n for n, _row in w.model.all("pline", purchase_id=purchase)], w)
    yield "receive", {"line": line, "accepted": qty - quarantined} | ({"quarantined": quarantined} if quarantined else {})
    return purchase, w.model.position


def fresh(w: Walk, supplier: int, qty: int) -> Told:
    """A new ware, of which so much was bought."""
    item = yield "add_item", {"code": f"W{w.n}", "name": f"Ware {w.n}", "list_price": 10_000}
    yield from bought(w, supplier, item, qty)
    return item


def in_parts(w: Walk) -> Told:
    """An order leaves in parts, some of it comes back before it is billed; it is paid, let go, and the payment bounces, more than once."""
    bills = w.rnd.choice(("", "hand", "hand"))
    customer = who(w, customer=1, bills=bills)
    item = (yield from fresh(w, who(w, supplier=1), 3000)) if w.rnd.random() < 0.6 else ware(w)
    order = yield from ordered(w, customer, item, 3000)
    first = yield from went(w, order, 1000)
    if bills == "hand" and w.rnd.random() < 0.6:
        yield from came_back(w, first)
    for part in (1000, 1000):
        if bills == "hand":
            with suppress(Nothing):
                yield "bill_order", {"order": order}
        yield from went(w, order, part)
    with suppress(Nothing):
        yield "bill_order", {"order": order}
    claims = [n for n, _row in w.model.all("claim", order_id=order) if w.model.open_of(n) > 0]
    yield from settled(w, customer, claims)


def paid_off(w: Walk) -> Told:
    """An order leaves and is paid, or only what was owed before is."""
    customer = who(w, customer=1, bills="")
    if w.rnd.random() < 0.3:
        old = yield "open_claim", {"party": customer, "amount": 500, "side": "receivable"}
        yield from settled(w, customer, [old])
    order = yield from ordered(w, customer, ware(w), 1000)
    yield from went(w, order, 1000)
    yield from settled(w, customer, [n for n, _row in w.model.all("claim", order_id=order) if w.model.open_of(n) > 0])


def settled(w: Walk, customer: int, claims: list[int]) -> Told:
    """These are paid; that is let go twice, or bounces twice."""
    claims = [n for n in claims if ("claim", n) in w.model.docs]  # one may have been taken back since
    amount = sum(w.model.open_of(n) for n in claims)
    payment = yield "take_payment", {"party": customer, "account": 1, "amount": amount, "claims": claims}
    done = [n for n, row in w.model.settled.items() if row.payment == payment]
    if w.rnd.random() < 0.6:
        allocation = one(done, w)
        mirror = yield "release_allocation", {"allocation": allocation}
        yield "release_allocation", {"allocation": mirror}
    else:
        yield "bounce", {"payment": payment}
        yield "bounce", {"payment": payment}


def of_two_costs(w: Walk) -> Told:
    """A ware is bought, sold, bought again at another price, and comes back; it is replaced."""
    supplier = who(w, supplier=1)
    item = yield from fresh(w, supplier, 5000)
    order = yield from ordered(w, who(w, customer=1), item, 3000)
    sent = yield from went(w, order, 3000)
    yield from bought(w, supplier, item, 3000)
    made = yield from came_back(w, sent)
    line = one([n for n, _row in w.model.all("rline", return_id=made)], w)
    if w.rnd.random() < 0.4:
        yield "decide", {"line": line, "outcome": "restock", "cause": "customer"}
        return
    yield "decide", {"line": line, "outcome": "replace", "cause": "ours", "goods": "restock"}
    yield "send_again", {"line": line}
    if w.rnd.random() < 0.5:
        yield "undo", {"step": w.model.position}


def all_gone(w: Walk) -> Told:
    """What was opened is gone when its opening would be taken back."""
    item = yield "add_item", {"code": f"G{w.n}", "name": f"Ware {w.n}"}
    yield "open_stock", {"item": item, "place": 1, "qty": 3000}
    opening = w.model.position
    yield "adjust", {"item": item, "place": 1, "counted": 1000, "reason": "counted"}
    yield "undo", {"step": opening}


def in_quarantine(w: Walk) -> Told:
    """Some of what comes lies in quarantine; the bill is written by hand, and the goods would be taken back from under it."""
    purchase, step = yield from bought(w, who(w, supplier=1, bills="hand"), ware(w), 3000, w.rnd.choice((0, 1000)))
    yield "bill_purchase", {"purchase": purchase}
    yield "undo", {"step": step}


def blocked(w: Walk) -> Told:
    """Nothing is billed to a customer that is blocked."""
    customer = who(w, customer=1)
    yield "change_party", {"party": customer, "block": "bill"}
    with suppress(Nothing):
        yield "charge", {"party": customer, "amount": 700, "text": "freight"}
    yield "change_party", {"party": customer, "block": ""}


def charged(w: Walk) -> Told:
    """A charge for an order."""
    order, row = one(w.model.all("order", state="confirmed"), w)
    yield "charge", {"party": row["customer_id"], "amount": 700, "text": "freight", "order": order}


def aside(w: Walk) -> Told:
    """Money lies aside beside claims that it cannot all pay."""
    party = who(w, customer=1)
    for cents in (500, 700):
        yield "open_claim", {"party": party, "amount": cents, "side": "receivable"}
    payment = yield "take_payment", {"party": party, "account": 2, "amount": 600, "allocate": False}
    yield one([("allocate", {"payment": payment}), ("allocate_all", {"party": party, "side": "receivable"})], w)


def across(w: Walk) -> Told:
    """Money for a claim of the other side, for more than is open, for what is settled."""
    party = who(w, customer=1, supplier=1)
    ours = yield "open_claim", {"party": party, "amount": 500, "side": "receivable"}
    theirs = yield "open_claim", {"party": party, "amount": 700, "side": "payable"}
    for claims in ([theirs], {ours: 501}, {ours: 500}, [ours]):
        with suppress(Nothing):
            yield "take_payment", {"party": party, "account": 1, "amount": 900, "claims": claims}


def after_the_close(w: Walk) -> Told:
    """Goods came on a day that is closed when they are taken back."""
    item = yield from fresh(w, who(w, supplier=1), 3000)
    came = w.model.position
    yield "open_stock", {"item": item, "place": 1, "qty": 2000}
    yield "clock", {"days": 2}
    yield "close_day", {"day": w.model.today - timedelta(days=1), "counted": {}}
    yield "undo", {"step": came}


def long_due(w: Walk, party: int) -> Told:
    """A claim that was due forty days ago."""
    since = {"day": w.model.today - timedelta(days=60), "due": w.model.today - timedelta(days=40)}
    return (yield "open_claim", {"party": party, "amount": 500, "side": "receivable"} | since)


def excused(w: Walk) -> Told:
    """More of a claim is promised than is open, then all, and then it is written off; another is disputed for a while."""
    party = who(w, customer=1)
    until = w.model.today + timedelta(days=1)
    claim = yield from long_due(w, party)
    with suppress(Nothing):
        yield "promise_claims", {"claims": [claim], "until": until, "amount": 501}
    yield "promise_claims", {"claims": [claim], "until": until}
    yield "write_off", {"claim": claim, "reason": "bankrupt"}
    claim = yield from long_due(w, party)
    yield "dispute", {"claims": [claim], "reason": "counted wrong", "until": w.model.today + timedelta(days=1)}
    yield "clock", {"days": 3}


def chased(w: Walk) -> Told:
    """Notices go out over a claim of which something was paid, and for which money lies aside; the first is cancelled, before or after the second."""
    party = who(w, customer=1)
    claim = yield from long_due(w, party)
    yield "take_payment", {"party": party, "account": 2, "amount": 200, "claims": [claim]}
    yield "take_payment", {"party": party, "account": 2, "amount": 100, "allocate": False}
    seen: Facts = {"claims": {claim: 300}}
    with suppress(Nothing):
        yield "issue_notices", seen
    seen["reason"] = "he asked for it"
    yield "issue_notices", seen
    first = one([row["notice_id"] for _n, row in w.model.all("nclaim", claim_id=claim)], w)
    if w.rnd.random() < 0.6:
        yield "clock", {"days": 30}
        yield "issue_notices", seen
    yield "cancel_notice", {"notice": first}


def paid_back(w: Walk) -> Told:
    """What was paid ahead is paid back, and that bounces."""
    payment = yield "take_payment", {"party": who(w, customer=1), "account": 1, "amount": 600, "allocate": False}
    back = yield "refund", {"payment": payment, "account": 1, "amount": w.rnd.choice((600, 400))}
    yield "bounce", {"payment": back}


def last_day(w: Walk) -> Told:
    """A price was agreed until today, and is asked for later."""
    customer, item = who(w, customer=1), ware(w)
    yield "set_special_price", {"item": item, "customer": customer, "price": 7, "since": w.model.today, "until": w.model.today}
    yield "clock", {"days": 2}
    yield "take_order", {"customer": customer, "lines": [{"item": item, "qty": 5000, "approved_by": "Bo"}]}


def on_paper(w: Walk) -> Told:
    """What was printed would be taken back from under its paper."""
    facts = printed(w)
    if facts is None:
        raise Nothing
    yield "note_printing", facts
    doc = (PRINTED[facts["kind"]][0], facts["row"])
    yield "undo", {"step": one([n for n, step in w.model.steps.items() if any(cell[0] == doc and cell[1] is None for cell in step.cells)], w)}


def put_off(w: Walk) -> Told:
    """What is low is ordered, what was ordered is promised for another day, and each is taken back."""
    facts = wanting(w)
    if facts is not None:
        yield "order_wanted", facts
        yield "undo", {"step": newest(w, "order_wanted")}
    purchase = yield "order_goods", {"supplier": who(w, supplier=1), "lines": [{"item": ware(w), "qty": 5000, "price": w.rnd.choice(ODD)}]}
    line = one([n for n, _row in w.model.all("pline", purchase_id=purchase)], w)
    yield "promise", {"line": line, "promised": w.model.today + timedelta(days=9)}
    yield "undo", {"step": newest(w, "promise")}


STORIES: tuple[Callable[[Walk], Story], ...] = (
    in_parts,
    in_parts,
    paid_off,
    paid_off,
    of_two_costs,
    of_two_costs,
    all_gone,
    in_quarantine,
    blocked,
    charged,
    aside,
    paid_back,
    across,
    after_the_close,
    excused,
    chased,
    chased,
    last_day,
    on_paper,
    on_paper,
    put_off,
    put_off,
)
