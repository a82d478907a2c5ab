"""The facts a person may give to each command: how often it is asked, and a throw of the dice for what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.faults.asked_about import beside_others, in_the_making, unreceived
from tests.faults.walk import Walk

Facts = dict[str, Any]


def qty(w: Walk) -> int:
    """Thousandths: mostly whole, now and then not, nothing, or less."""
    return w.rnd.choice(
        (1000, 2000, 3000, 5000, 10_000, 12_000, 333, 1500, 2_500, 0, -1000) if w.rnd.random() < 0.2 else (1000, 2000, 3000, 5000, 12_000)
    )


def price(w: Walk) -> int:
    """Ten-thousandths, with halves to round."""
    return w.rnd.choice((35_000, 12_345, 1, 50, 150, 49, 99_999, 0, 10**9, 333_350, 7))


def cents(w: Walk) -> int:
    """An amount, now and then none."""
    return w.rnd.choice((1, 5, 99, 100, 12_345, 999_999, 10**10, 0, -5))


def day(w: Walk) -> Any:
    """A day around today."""
    return w.model.today + timedelta(days=w.rnd.choice((0, 0, 1, 3, 30, -1, -10)))


def text(w: Walk) -> str:
    """Words, now and then none."""
    return w.rnd.choice(("again", "丙 ‘x’", "a; b", "it''s", "")) if w.rnd.random() < 0.3 else f"word {w.n}"


def code(w: Walk, kind: str) -> str:
    """A code, now and then one that is taken."""
    return f"{kind}{w.rnd.randint(1, w.n)}" if w.rnd.random() < 0.15 else f"{kind}{w.n}"


def maybe(w: Walk, chance: float, **facts: Any) -> Facts:
    """These facts, or none of them; a fact that is a function is asked for only then."""
    return {name: value() if callable(value) else value for name, value in facts.items()} if w.rnd.random() < chance else {}


def roles(w: Walk) -> list[str]:
    return [role for role in ("customer", "supplier", "carrier", "salesperson") if w.rnd.random() < 0.5]


def line(w: Walk) -> Facts:
    """An order's line."""
    facts: Facts = {"item": w.rnd.randint(1, 6) if w.rnd.random() < 0.75 else w.some("item"), "qty": qty(w)}
    return (
        facts
        | maybe(w, 0.4, price=lambda: price(w))
        | maybe(w, 0.3, discount=w.rnd.choice((500, 1234, 3333, 10_000, 1)))
        | maybe(w, 0.4, approved_by="Bo")
    )


def lines(w: Walk, one: Callable[[Walk], Facts]) -> list[Facts]:
    return [one(w) for _ in range(w.rnd.choice((0, *(1, 1, 2, 3) * 5)))]


def bought(w: Walk) -> Facts:
    """A purchase's line."""
    return {"item": w.some("item"), "qty": qty(w), "price": price(w)} | maybe(w, 0.5, promised=lambda: day(w))


def wanting(w: Walk) -> Facts | None:
    """Items of which there is too little, mostly such as have a supplier."""
    low = [n for n, row in w.model.all("item") if w.model.to_order(n) > 0 and (row["supplier_id"] or w.rnd.random() < 0.1)]
    return {"items": low[-3:] or [w.some("item")]} if low or w.rnd.random() < 0.2 else None


def shipment(w: Walk) -> Facts | None:
    """What is open of an order, or some of it."""
    order = w.some("order", state="confirmed")
    wanted = {}
    for n, row in w.model.all("oline", order_id=order):
        still = row["qty"] - row["short_closed"] - w.model.committed(n)
        if still > 0 and w.rnd.random() < 0.8:
            wanted[n] = w.rnd.choice((still, still, still, still, still, 1000, still + 1000))
    return {"order": order, "lines": wanted, "place": w.some("place", kind="shelf")} if wanted or w.rnd.random() < 0.1 else None


def checked(w: Walk) -> Facts | None:
    """A line as it should be, or not."""
    found = [(n, row) for n, row in w.model.all("sline", checked_qty=None) if w.model.docs["shipment", row["shipment_id"]]["state"] == "picking"]
    if not found:
        return None
    n, row = w.rnd.choice(found)
    right = w.rnd.random() < 0.9
    return {
        "line": n,
        "typed": w.model.docs["item", row["item_id"]]["code"] if right else "zzz",
        "qty": row["qty"] if w.rnd.random() < 0.9 else 77_000,
    }


def came(w: Walk) -> Facts:
    """Goods of a purchase's line."""
    open_lines = w.model.expected()
    n = w.rnd.choice(sorted(open_lines)) if open_lines and w.rnd.random() < 0.9 else w.some("pline")
    still = open_lines.get(n, 2000)
    facts = {"line": n, "accepted": w.rnd.choice((still, still, 1000, still + 1000, 0, 500))}
    return facts | maybe(w, 0.2, quarantined=w.rnd.choice((1000, 0))) | maybe(w, 0.2, over=True) | maybe(w, 0.1, place=lambda: w.some("place"))


def counted(w: Walk) -> Facts:
    found = [key for key, value in w.model.goods.items() if value > 0]
    item, place = w.rnd.choice(found) if found and w.rnd.random() < 0.7 else (w.some("item"), w.some("place"))
    return {"item": item, "place": place, "counted": abs(qty(w)) * w.rnd.choice((1, 4)), "reason": text(w)}


def corrected(w: Walk) -> Facts:
    entry = w.some("entry")
    kind = w.model.docs.get(("entry", entry), {}).get("kind")
    facts: Facts = {"entry": entry}
    if kind in ("in", "out"):
        facts |= maybe(w, 0.6, amount=lambda: cents(w)) | maybe(w, 0.2, direction=w.rnd.choice(("in", "out"))) | maybe(w, 0.2, account=lambda: own(w))
    elif kind in ("transfer", "opening"):
        facts |= maybe(w, 0.5, amount=lambda: cents(w))
    return facts


def own(w: Walk) -> int:
    """One of our accounts with money in it."""
    return w.rnd.choice((1, 2, 1, 2, w.some("account")))


def rewritten(w: Walk) -> Facts:
    """An order as a form gives it back: its lines, some of them changed, one missing, one new."""
    order = w.some("order")
    kept = [
        {"line": n, "item": row["item_id"], "qty": row["qty"], "price": row["price"], "discount": row["discount"], "approved_by": row["approved_by"]}
        | maybe(w, 0.4, qty=lambda n=n, row=row: w.rnd.choice((qty(w), w.model.committed(n) + row["short_closed"])))
        for n, row in w.model.all("oline", order_id=order)
        if w.rnd.random() < 0.85
    ]
    return {"order": order, "lines": kept + [line(w) for _ in range(w.rnd.choice((0, 0, 1)))], "note": f"again {w.n}"}


def arrived(w: Walk) -> Facts:
    """What came of a purchase, line by line."""
    purchase = w.some("purchase", state="sent")
    still = w.model.expected()
    return {
        "purchase": purchase,
        "lines": [{"line": n, "accepted": w.rnd.choice((still.get(n, 0), 1000, 0))} for n, _row in w.model.all("pline", purchase_id=purchase)],
    }


def snoozed(w: Walk) -> Facts:
    """What the book asks for or asked for: only that can be quiet."""
    kinds = [(row["kind"], row["ref"]) for _n, row in w.model.all("snooze")] if w.rnd.random() < 0.9 else []
    kinds = kinds or w.book.look.rows("SELECT kind, ref FROM v_system_task ORDER BY kind, ref")
    kind, ref = w.rnd.choice(kinds) if kinds else ("low stock", 1)
    return {"kind": kind, "ref": ref}


def asked_for(w: Walk) -> Facts | None:
    kinds = w.book.look.rows("SELECT kind, ref FROM v_system_task ORDER BY kind, ref")
    return dict(zip(("kind", "ref"), w.rnd.choice(kinds), strict=True)) | {"until": day(w), "reason": text(w)} if kinds else None


BOOKS: dict[str, tuple[float, Callable[[Walk], Facts | None]]] = {
    "add_party": (
        1.2,
        lambda w: (
            {"name": text(w), "roles": roles(w)}
            | maybe(w, 0.5, code=lambda: code(w, "C"))
            | maybe(w, 0.3, salesperson=lambda: w.some("party", salesperson=1))
            | maybe(w, 0.3, transit_days=w.rnd.randint(0, 9))
            | maybe(w, 0.5, terms_days=w.rnd.choice((0, 7, 30)))
            | maybe(w, 0.2, credit_limit=w.rnd.choice((0, 5000, 10**6)))
            | maybe(w, 0.3, bills=w.rnd.choice(("order", "hand")))
            | maybe(w, 0.1, block=w.rnd.choice(("ship", "bill", "all")))
            | maybe(w, 0.2, price_list=lambda: w.some("pricelist"))
        ),
    ),
    "change_party": (
        1.5,
        lambda w: (
            {"party": w.some("party")}
            | maybe(w, 0.4, name=f"Party {w.n}")
            | maybe(w, 0.3, roles=lambda: roles(w))
            | maybe(w, 0.2, closed=w.rnd.random() < 0.5)
            | maybe(w, 0.2, bills=w.rnd.choice(("", "hand", "order")))
            | maybe(w, 0.2, block=w.rnd.choice(("",) * 9 + ("ship", "bill", "all")))
            | maybe(w, 0.2, terms_days=w.rnd.choice((None, 0, 10)))
            | maybe(w, 0.2, credit_limit=w.rnd.choice((None, 0, 20_000)))
            | maybe(w, 0.2, price_list=lambda: w.rnd.choice((None, w.some("pricelist"))))
            | maybe(w, 0.2, salesperson=lambda: w.some("party"))
        ),
    ),
    "add_contact": (
        1,
        lambda w: {"party": w.some("party"), "channel": w.rnd.choice(("phone", "qq")), "value": w.rnd.choice(("138 1234", "x", "12"))},
    ),
    "change_contact": (0.5, lambda w: {"contact": w.some("contact"), "value": w.rnd.choice(("139", "none", "138 1234"))}),
    "drop_contact": (0.5, lambda w: {"contact": w.some("contact")}),
    "add_address": (0.4, lambda w: {"party": w.some("party"), "text": text(w)}),
    "merge_parties": (0.4, lambda w: {"keep": w.some("party"), "gone": w.some("party")}),
    "add_item": (
        1.2,
        lambda w: (
            {"code": code(w, "I"), "name": f"Thing {w.n}", "decimals": w.rnd.choice((0, 0, 3))}
            | maybe(w, 0.4, minimum=w.rnd.choice((5000, 0, 1500)))
            | maybe(w, 0.7, list_price=lambda: price(w))
            | maybe(w, 0.2, floor_price=lambda: price(w))
            | maybe(w, 0.1, allow_negative=True)
            | maybe(w, 0.3, supplier=lambda: w.some("party"))
        ),
    ),
    "change_item": (
        1,
        lambda w: (
            {"item": w.some("item")}
            | maybe(w, 0.5, name=f"New {w.n}")
            | maybe(w, 0.5, minimum=w.rnd.choice((None, 3000, 700, 900_000)))
            | maybe(w, 0.3, supplier=lambda: w.some("party", supplier=1))
        ),
    ),
    "discontinue": (0.4, lambda w: {"items": [w.some("item")], "discontinued": w.rnd.random() < 0.6}),
    "add_alias": (0.6, lambda w: {"item": w.some("item"), "alias": f"alias {w.rnd.randint(1, 60)} of it"}),
    "drop_alias": (0.4, lambda w: {"alias": w.some("alias")}),
    "set_price": (1, lambda w: {"item": w.some("item"), "kind": w.rnd.choice(("list", "list", "floor")), "price": price(w), "since": day(w)}),
    "add_substitute": (0.7, lambda w: {"item": w.some("item"), "other": w.some("item")} | maybe(w, 0.5, note=f"as good {w.n}")),
    "drop_substitute": (0.3, lambda w: {"substitute": w.some("pair")}),
    "merge_items": (0.4, lambda w: {"keep": w.some("item"), "gone": w.some("item")}),
    "add_place": (0.3, lambda w: {"code": code(w, "P"), "name": "Room", "kind": w.rnd.choice(("shelf", "quarantine", "dealer", "borrower", "loss"))}),
    "change_place": (
        0.2,
        lambda w: {"place": w.rnd.choice((w.some("place"), 8, 9))} | maybe(w, 0.5, name=f"Room {w.n}") | maybe(w, 0.4, closed=w.rnd.random() < 0.3),
    ),
    "open_stock": (2, lambda w: {"item": w.some("item"), "place": w.rnd.choice((1, 1, w.some("place"))), "qty": qty(w) * 3}),
    "transfer": (2, lambda w: {"item": w.some("item"), "source": w.rnd.choice((1, 1, w.some("place"))), "target": w.some("place"), "qty": qty(w)}),
    "adjust": (1.5, counted),
    "order_goods": (2.5, lambda w: {"supplier": w.some("party", supplier=1), "lines": lines(w, bought)}),
    "order_wanted": (3, wanting),
    "promise": (1, lambda w: {"line": w.some("pline"), "promised": day(w)}),
    "receive": (4, came),
    "close_short": (1, lambda w: {"line": w.some("pline"), "reason": text(w)}),
    "cancel_purchase": (0.5, lambda w: {"purchase": w.rnd.choice(unreceived(w) or [w.some("purchase")]), "reason": text(w)}),
    "take_order": (
        5,
        lambda w: (
            {"customer": w.some("party", customer=1), "lines": lines(w, line)}
            | maybe(w, 0.2, wanted=lambda: day(w))
            | maybe(w, 0.2, salesperson=lambda: w.some("party", salesperson=1))
            | maybe(w, 0.2, carrier=lambda: w.some("party", carrier=1))
            | maybe(w, 0.2, freight=lambda: cents(w))
            | maybe(w, 0.2, state=w.rnd.choice(("draft", "review", "hold")))
            | maybe(w, 0.25, kind=w.rnd.choice(("contract", "contract", "contract", "sample", "nonsense")))
            | maybe(w, 0.1, channel="shop")
        ),
    ),
    "change_order": (
        1,
        lambda w: (
            {"order": w.some("order")}
            | maybe(w, 0.4, wanted=w.rnd.choice((None, day(w))))
            | maybe(w, 0.4, note=f"note {w.n}")
            | maybe(w, 0.2, customer=lambda: w.some("party", customer=1))
            | maybe(w, 0.2, freight=lambda: cents(w))
            | maybe(w, 0.1, kind=w.rnd.choice(("contract", "sample", "sale")))
        ),
    ),
    "add_line": (1, lambda w: {"order": w.some("order")} | line(w)),
    "change_line": (
        1.5,
        lambda w: (
            {"line": w.some("oline")}
            | maybe(w, 0.6, qty=lambda: qty(w))
            | maybe(w, 0.3, price=lambda: price(w))
            | maybe(w, 0.2, discount=w.rnd.choice((0, 700)))
            | maybe(w, 0.2, item=lambda: w.some("item"))
            | maybe(w, 0.3, approved_by="Cy")
        ),
    ),
    "drop_line": (1.2, lambda w: {"line": w.some("oline")}),
    "hold": (0.7, lambda w: {"order": w.some("order", state="confirmed"), "reason": text(w)}),
    "release": (0.6, lambda w: {"order": w.some("order", state="hold")}),
    "confirm": (1.5, lambda w: {"order": w.some("order", state="draft")}),
    "cancel": (0.5, lambda w: {"order": w.some("order"), "reason": text(w)}),
    "short_close": (1, lambda w: {"line": w.some("oline"), "reason": w.rnd.choice(("customer", "no stock"))} | maybe(w, 0.4, qty=lambda: qty(w))),
    "make_shipment": (5, shipment),
    "change_shipment_line": (1.2, lambda w: {"line": w.rnd.choice(in_the_making(w) or [w.some("sline")]), "qty": w.rnd.choice((1000, qty(w)))}),
    "drop_shipment_line": (0.6, lambda w: {"line": w.rnd.choice(beside_others(w) or [w.some("sline")])}),
    "check_line": (10, checked),
    "ship": (6, lambda w: {"shipment": w.some("shipment", state="checked")} | maybe(w, 0.2, carrier=lambda: w.some("party", carrier=1))),
    "confirm_arrival": (1, lambda w: {"shipment": w.some("shipment", state="shipped"), "by": text(w)}),
    "cancel_shipment": (1.2, lambda w: {"shipment": w.some("shipment")}),
    "add_account": (0.3, lambda w: {"code": code(w, "A"), "name": f"Account {w.n}", "kind": w.rnd.choice(("cash", "bank", "income", "expense"))}),
    "change_account": (
        0.3,
        lambda w: {"account": w.rnd.randint(8, 12)} | maybe(w, 0.5, name=f"Renamed {w.n}") | maybe(w, 0.3, closed=w.rnd.random() < 0.4),
    ),
    "write_entry": (
        4,
        lambda w: (
            {"account": own(w), "direction": w.rnd.choice(("in", "out")), "amount": cents(w)}
            | maybe(w, 0.3, other=lambda: w.some("account"))
            | maybe(w, 0.4, party=lambda: w.some("party"))
            | maybe(w, 0.3, day=lambda: day(w))
        ),
    ),
    "transfer_money": (1, lambda w: {"source": own(w), "target": own(w), "amount": cents(w)} | maybe(w, 0.2, day=lambda: day(w))),
    "open_account": (0.6, lambda w: {"account": own(w), "amount": cents(w)}),
    "correct_entry": (1.5, corrected),
    "close_day": (0.4, lambda w: {"day": day(w) - timedelta(days=2), "counted": maybe(w, 0.5, **{"1": 5}) | maybe(w, 0.05, **{"5": 5})}),
    "add_task": (
        1.5,
        lambda w: (
            {"text": text(w), "repeats": w.rnd.choice(("", "", "day", "week"))}
            | maybe(w, 0.5, due=lambda: day(w))
            | maybe(w, 0.3, party=lambda: w.some("party"))
            | maybe(w, 0.2, kind="message")
        ),
    ),
    "change_task": (0.6, lambda w: {"task": w.some("task"), "text": f"task {w.n}"} | maybe(w, 0.3, due=lambda: day(w))),
    "drop_task": (0.4, lambda w: {"task": w.some("task")}),
    "tick": (1.5, lambda w: {"task": w.some("task", done_by="")}),
    "snooze": (0.7, lambda w: asked_for(w)),
    "rewrite_order": (2, rewritten),
    "receive_goods": (1, arrived),
    "promise_lines": (0.6, lambda w: {"lines": sorted(w.model.expected())[-2:], "promised": day(w)}),
    "change_purchase": (0.3, lambda w: {"purchase": w.some("purchase"), "note": f"note {w.n}"}),
    "change_shipment": (0.4, lambda w: {"shipment": w.some("shipment"), "note": f"note {w.n}"}),
    "untick": (0.8, lambda w: {"task": w.rnd.choice([n for n, row in w.model.all("task") if row["done_by"]] or [1])}),
    "wake": (0.7, snoozed),
}
"""Command -> how often, and its facts (None: there is nothing to ask it about now)."""
