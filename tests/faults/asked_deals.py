"""The facts a person may give to the commands of deals and money: how often each is asked, and a throw of the dice for what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from deskbook.books.documents.printing import page
from deskbook.books.documents.queries import attachments_folder
from deskbook.books.reports.made import Period
from deskbook.books.reports.queries import report_of
from deskbook.core.refusal import Refusal
from tests.faults.asked import Facts, cents, code, day, line, lines, maybe, own, price, qty, text
from tests.faults.asked_about import (
    aside,
    good,
    kits,
    notes,
    owed,
    received_unbilled,
    replaced,
    sent_unbilled,
    some_of,
    spare,
    unbilled,
)
from tests.faults.model.bills import AWAY
from tests.faults.model.papers import PRINTED
from tests.faults.walk import Nothing, Walk


def picked(w: Walk, party: int, side: str) -> list[int] | dict[int, int | None]:
    """Claims to settle, mostly the party's own."""
    found = [n for n in owed(w, side) if w.model.docs["claim", n]["party_id"] == party] or owed(w, side) or [w.some("claim")]
    chosen = w.rnd.sample(found, min(len(found), w.rnd.choice((1, 1, 2, 3))))
    if w.rnd.random() < 0.5:
        return chosen
    return {n: w.rnd.choice((None, 1, 100, max(w.model.open_of(n), 1) if ("claim", n) in w.model.docs else 5)) for n in chosen}


def deposit(w: Walk) -> Facts:
    """Money ahead for an order that is not billed yet."""
    order = some_of(w, [n for n, _row in w.model.all("order", state="confirmed") if w.model.axes(n)[0] == "none"], "order")
    row = w.model.docs.get(("order", order))
    whole = w.model.total(order) if row else 1000
    return {"party": row["customer_id"] if row else 2, "account": own(w), "amount": w.rnd.choice((whole, whole // 2, whole + 1, 100)), "order": order}


def paid(w: Walk) -> Facts:
    """Money towards a claim: all of it, some, a little too much or too little, or just so; or ahead of one."""
    if w.rnd.random() < 0.12:
        return deposit(w)
    side = w.rnd.choice(("receivable", "receivable", "receivable", "payable"))
    found = owed(w, side)
    claim = w.rnd.choice(found) if found and w.rnd.random() < 0.9 else 0
    party = w.model.docs["claim", claim]["party_id"] if claim else w.some("party", **{"customer" if side == "receivable" else "supplier": 1})
    whole = w.model.open_of(claim) if claim else 1000
    amount = w.rnd.choice((whole, whole, whole, whole - 1, whole + 1, whole // 2, whole * 2, 1, cents(w)))
    facts: Facts = {"party": party, "account": own(w), "amount": amount, "side": side}
    facts |= maybe(w, 0.4, claims=lambda: picked(w, party, side)) | maybe(w, 0.15, allocate=False) | maybe(w, 0.3, tolerance_ok=True)
    orders = [n for n, _row in w.model.all("order", customer_id=party)]
    if side == "receivable" and orders and w.rnd.random() < 0.4:
        facts["order"] = w.rnd.choice(orders)
    return facts | maybe(w, 0.2, day=lambda: day(w))


def refunded(w: Walk) -> Facts | None:
    """What may be paid back: a credit note, or money ahead; all of it, some, or a little too much."""
    payments, credit = spare(w), notes(w)
    if not payments and not credit:
        return None
    name = "payment" if payments and (w.rnd.random() < 0.5 or not credit) else "credit"
    source = w.rnd.choice(payments if name == "payment" else credit)
    most = w.model.ahead_of(source) if name == "payment" else -w.model.open_of(source)
    facts: Facts = {name: source, "account": own(w)} | maybe(w, 0.6, amount=w.rnd.choice((most, most + 1, most // 2, cents(w))))
    return facts | maybe(w, 0.1, day=lambda: day(w))


def allocated(w: Walk) -> Facts:
    """A payment, and perhaps what it is for."""
    payment = some_of(w, spare(w), "payment")
    row = w.model.docs.get(("payment", payment))
    return {"payment": payment} | (maybe(w, 0.4, claims=lambda: picked(w, row["party_id"], row["side"])) if row else {})


def credited(w: Walk) -> Facts:
    """A credit note for a claim, or for a party."""
    facts: Facts = {"reason": text(w), "amount": cents(w)} | maybe(w, 0.2, settles=False)
    if w.rnd.random() < 0.7:
        return facts | {"claim": some_of(w, owed(w) + owed(w, "payable"), "claim")}
    return facts | {"party": w.some("party"), "side": w.rnd.choice(("receivable", "payable"))} | maybe(w, 0.2, order=lambda: w.some("order"))


def all_of(w: Walk) -> Facts:
    """A party with something aside, on one of the two sides."""
    side = w.rnd.choice(("receivable", "receivable", "payable"))
    return {"party": some_of(w, aside(w, side), "party"), "side": side}


def to_bill(w: Walk) -> int:
    """An order of which something is to be billed, or was billed already."""
    sent = sorted({row["order_id"] for _n, row in w.model.all("shipment") if row["shipped_on"]})
    return some_of(w, (unbilled(w) if w.rnd.random() < 0.6 else []) or sent, "order")


def opened(w: Walk) -> Facts:
    """What was owed when the book began."""
    facts: Facts = {"party": w.some("party"), "amount": cents(w), "side": w.rnd.choice(("receivable", "payable"))}
    return facts | maybe(w, 0.5, day=lambda: w.model.today - timedelta(days=w.rnd.randint(0, 60))) | maybe(w, 0.3, due=lambda: day(w))


def charged(w: Walk) -> Facts:
    """Freight, or another charge."""
    facts: Facts = {"party": w.some("party", customer=1), "amount": cents(w), "text": text(w)} | maybe(w, 0.2, side="payable")
    return facts | maybe(w, 0.3, due=lambda: day(w)) | maybe(w, 0.2, day=lambda: day(w)) | maybe(w, 0.2, order=lambda: w.some("order"))


def seen(w: Walk) -> Facts | None:
    """The claims as a screen showed them a while ago: some were paid since, some are not to be chased."""
    late = [n for n, state in w.model.chased().items() if state == "now" or w.rnd.random() < 0.3]
    stale = w.rnd.sample([n for n, _row in w.model.all("claim")], min(2, len(w.model.all("claim"))))
    asked = dict.fromkeys([*late[:5], *(stale if w.rnd.random() < 0.4 else [])])
    if not asked:
        return None
    facts: Facts = {"claims": {n: w.rnd.choice((w.model.docs["claim", n]["amount"], w.model.open_of(n))) for n in asked}}
    return facts | maybe(w, 0.6, reason="he asked for it")


def sent(w: Walk) -> list[int]:
    """Lines of shipments that left."""
    return [n for n, row in w.model.all("sline") if w.model.docs["shipment", row["shipment_id"]]["shipped_on"] and row["qty"]]


def back(w: Walk) -> list[Facts]:
    """What a customer sends back, mostly of one shipment."""
    found = sent(w)
    if not found and w.rnd.random() < 0.8:
        raise Nothing
    if not found or w.rnd.random() < 0.1:
        return [{"item": w.some("item"), "qty": qty(w)}]
    first = w.rnd.choice(found[-10:])
    same = [n for n in found if w.model.docs["sline", n]["shipment_id"] == w.model.docs["sline", first]["shipment_id"]]
    chosen = w.rnd.sample(same, w.rnd.randint(1, len(same)))
    rows: list[Facts] = []
    for n in chosen:
        whole = w.model.docs["sline", n]["qty"]
        rows.append({"shipment_line": n, "qty": w.rnd.choice((whole, whole, 1000, whole + 1000))} | maybe(w, 0.15, item=lambda: w.some("item")))
    return rows


def announced(w: Walk) -> Facts:
    return {"lines": back(w)} | maybe(w, 0.3, customer=lambda: w.some("party", customer=1)) | maybe(w, 0.2, told_by="Li")


def received(w: Walk) -> Facts:
    """All as announced, or less, or another model."""
    made = w.some("return", state="announced")
    rows = w.model.all("rline", return_id=made)
    facts: Facts = {"goods_return": made} | maybe(w, 0.3, swap=False) | maybe(w, 0.2, day=lambda: day(w))
    if rows and w.rnd.random() < 0.4:
        facts["lines"] = [
            {"line": n, "qty": w.rnd.choice((row["qty"], 1000))} | maybe(w, 0.2, item=lambda: w.some("item"))
            for n, row in rows
            if w.rnd.random() < 0.8
        ]
    return facts


def decided(w: Walk) -> Facts:
    """One of the seven outcomes."""
    still = [n for n, row in w.model.all("rline", outcome="") if w.model.docs["return", row["return_id"]]["state"] == "received"]
    outcome = w.rnd.choice(("restock", "quarantine", "scrap", "refund", "refund", "refund", "replace", *AWAY))
    facts: Facts = {"line": some_of(w, still, "rline"), "outcome": outcome, "cause": w.rnd.choice(("ours", "warehouse", "customer"))}
    part = 1000 if w.rnd.random() < 0.7 else qty(w)  # a piece of it, so that the rest is decided apart
    facts |= maybe(w, 0.5, qty=part) | maybe(w, 0.2, note="seen")
    if outcome in ("refund", "replace"):
        facts |= maybe(w, 0.5, goods=w.rnd.choice(("restock", "scrap", "quarantine")))
    worth = w.model.worth(facts["line"]) if ("rline", facts["line"]) in w.model.docs else 0
    return facts | maybe(w, 0.3, amount=lambda: w.rnd.choice((cents(w), worth, worth + 1, worth // 2))) | maybe(w, 0.5, again=True)


def quoted(w: Walk) -> Facts:
    facts: Facts = {"customer": w.some("party", customer=1), "lines": lines(w, line)}
    facts |= maybe(w, 0.3, valid_until=lambda: day(w)) | maybe(w, 0.2, asked_on=lambda: day(w)) | maybe(w, 0.3, note=f"note {w.n}")
    return facts | maybe(w, 0.4, series=lambda: w.some("series")) | maybe(w, 0.1, basis=lambda: price(w))


def kit(w: Walk) -> Facts:
    """An item of two or three others, mostly such as are kept in no stock by themselves."""
    whole = [n for n, row in w.model.all("item", minimum=None, merged_into_id=None)]
    items = [w.some("item") for _ in range(w.rnd.choice((1, 2, 3)))]
    parts = [{"item": n, "qty": w.rnd.choice((1000, 2000, 500, 0))} | maybe(w, 0.5, share=w.rnd.choice((1, 3, 7, 0))) for n in items]
    return {"item": some_of(w, whole, "item"), "parts": parts} | maybe(w, 0.3, since=lambda: day(w))


def special(w: Walk) -> Facts:
    facts: Facts = {"item": w.some("item"), "price": price(w)}
    facts |= {"customer": w.some("party", customer=1)} if w.rnd.random() < 0.6 else {"price_list": w.some("pricelist")}
    return facts | maybe(w, 0.5, since=lambda: day(w)) | maybe(w, 0.3, until=lambda: day(w)) | maybe(w, 0.3, least=w.rnd.choice((2000, 5000, 500)))


def checked(w: Walk, done: bool) -> Facts | None:
    """A check of an order that is under review."""
    found = [
        row
        for _n, row in w.model.all("rcheck")
        if bool(row["said_by"]) == done and w.model.docs["order", row["order_id"]]["state"] in ("review", "draft")
    ]
    if not found:
        return None
    row = w.rnd.choice(found)
    return {"order": row["order_id"], "check": row["name"]}


def passed(w: Walk, done: bool | None = None) -> Facts | None:
    """Who says yes, now and then to what has its yes, or no."""
    facts = checked(w, w.rnd.random() < 0.15 if done is None else done)
    return facts | {"by": w.rnd.choice(("Wu", "Wu", "12"))} if facts else None


def papers(w: Walk) -> list[int]:
    if found := [n for n, row in w.model.all("paper") if row["original"] != "held" or w.rnd.random() < 0.1]:
        return found[:2]
    raise Nothing


def attached(w: Walk) -> Facts:
    """A file that lies in the folder of attachments."""
    folder = attachments_folder(w.path)
    folder.mkdir(exist_ok=True)
    name = f"{w.n}.pdf"
    (folder / name).write_bytes(name.encode())
    return {"paper": w.some("paper"), "file": w.rnd.choice((name, name, name, "a/b")), "sha256": sha256(name.encode()).hexdigest()}


def printed(w: Walk) -> Facts | None:
    """A page as the book makes it just now."""
    kind = w.rnd.choice(sorted(PRINTED))
    row = w.some(PRINTED[kind][0])
    try:
        html, asked, _complaint = page(w.book.look, kind, row)
    except Refusal:
        return None
    return asked | {"sha256": sha256(html.encode()).hexdigest(), "file": f"{w.n}.html"}


def handed_over(w: Walk) -> Facts | None:
    """A report of a month that has something in it."""
    since, until = w.model.today - timedelta(days=31), w.model.today
    report = report_of(w.rnd.choice(("sales-customer", "trial-balance", "income")))
    made = report.make(w.book.look, Period(since, until), next(iter(report.choices), ""))
    return {"report": report.name, "since": since, "until": until} if made.lines else None


DEALS: dict[str, tuple[float, Callable[[Walk], Facts | None]]] = {
    "add_price_list": (0.3, lambda w: {"code": code(w, "L"), "name": f"List {w.n}"}),
    "change_price_list": (0.4, lambda w: {"price_list": w.some("pricelist"), "name": f"List {w.n}"}),
    "set_special_price": (1, special),
    "drop_special_price": (0.3, lambda w: {"price": w.some("special")}),
    "set_kit": (1.2, kit),
    "end_kit": (0.6, lambda w: {"item": some_of(w, kits(w), "item")} | maybe(w, 0.3, day=lambda: day(w))),
    "review_minimum": (0.3, lambda w: {"item": w.some("item"), "minimum": w.rnd.choice((None, 2000, 500))}),
    "add_series": (0.3, lambda w: {"code": code(w, "R"), "name": "Copper"} | maybe(w, 0.3, alert=w.rnd.choice((100, 0)))),
    "change_series": (1, lambda w: {"series": w.some("series")} | maybe(w, 0.5, name=f"Tin {w.n}") | maybe(w, 0.2, closed=w.rnd.random() < 0.5)),
    "record_value": (0.8, lambda w: {"series": w.some("series"), "value": price(w)} | maybe(w, 0.5, day=lambda: day(w))),
    "drop_value": (2, lambda w: {"value": w.some("svalue")}),
    "write_quote": (2.5, quoted),
    "change_quote": (
        0.6,
        lambda w: (
            {"quote": w.some("quote", state="draft")}
            | maybe(w, 0.4, note=f"note {w.n}")
            | maybe(w, 0.3, valid_until=lambda: day(w))
            | maybe(w, 0.2, series=lambda: w.rnd.choice((None, w.some("series"))))
        ),
    ),
    "rewrite_quote": (0.5, lambda w: {"quote": w.some("quote", state="draft"), "lines": lines(w, line)} | maybe(w, 0.3, note=f"note {w.n}")),
    "send_quote": (2, lambda w: {"quote": some_of(w, good(w, "draft") or [w.some("quote", state="draft")], "quote")}),
    "revise_quote": (
        1.8,
        lambda w: {"quote": w.some("quote", state=w.rnd.choice(("sent", "sent", "won")))} | maybe(w, 0.2, lines=lambda: lines(w, line)),
    ),
    "lose_quote": (0.6, lambda w: {"quote": w.some("quote"), "reason": text(w)}),
    "accept_quote": (
        2,
        lambda w: (
            {"quote": some_of(w, good(w, "sent") or [w.some("quote", state="sent")], "quote")}
            | maybe(w, 0.4, agreed_by=w.rnd.choice(("Zhang", "12")))
            | maybe(w, 0.2, kind="contract")
        ),
    ),
    "set_review": (
        0.3,
        lambda w: {"kind": w.rnd.choice(("contract", "sample")), "names": w.rnd.choice((["price"], ["price", "credit"], [], ["price"] * 2))},
    ),
    "pass_check": (1.5, lambda w: passed(w)),
    "unpass_check": (4, lambda w: passed(w, True)),
    "bill_order": (2.5, lambda w: {"order": to_bill(w)}),
    "bill_orders": (2, lambda w: {"orders": [to_bill(w), w.some("order")]}),
    "bill_shipments": (3, lambda w: {"shipments": [some_of(w, sent_unbilled(w), "shipment") for _ in range(2)]}),
    "bill_purchase": (0.8, lambda w: {"purchase": some_of(w, received_unbilled(w), "purchase")} | maybe(w, 0.3, their_no=f"X{w.n}")),
    "name_bill": (0.3, lambda w: {"claim": w.some("claim", side="payable"), "their_no": text(w)}),
    "note_near_miss": (0.3, lambda w: {"line": w.some("sline"), "typed": w.model.docs.get(("item", w.some("item")), {"code": "zz"})["code"]}),
    "note_incident": (
        0.3,
        lambda w: {"kind": w.rnd.choice(("damaged", "wrong count")), "given": text(w)} | maybe(w, 0.5, shipment_line=lambda: w.some("sline")),
    ),
    "drop_incident": (0.5, lambda w: {"incident": w.some("incident")}),
    "announce_return": (3, announced),
    "change_return": (2, lambda w: {"goods_return": w.some("return", state="announced"), "lines": back(w)}),
    "cancel_return": (0.8, lambda w: {"goods_return": w.some("return", state="announced")}),
    "receive_return": (4, received),
    "decide": (6, decided),
    "send_again": (2.5, lambda w: {"line": some_of(w, replaced(w), "rline")}),
    "close_return": (2, lambda w: {"goods_return": w.some("return", state="inspected")}),
    "take_payment": (6, paid),
    "refund": (1.5, refunded),
    "bounce": (
        0.8,
        lambda w: (
            {"payment": w.some("payment")}
            | maybe(w, 0.3, fee=lambda: cents(w), charged=w.rnd.random() < 0.5)
            | maybe(w, 0.2, day=lambda: day(w))
            | maybe(w, 0.2, account=lambda: w.rnd.choice((1, 2, w.some("account"))))
        ),
    ),
    "allocate": (1.2, allocated),
    "allocate_all": (1, all_of),
    "release_allocation": (1, lambda w: {"allocation": some_of(w, [n for n in w.model.settled if w.model.stands(n)], "alloc")}),
    "give_credit": (1, credited),
    "apply_credit": (1.5, lambda w: {"credit": some_of(w, notes(w), "claim")}),
    "charge": (0.8, charged),
    "open_claim": (1.2, opened),
    "give_up": (0.9, lambda w: {"claim": some_of(w, [n for n in owed(w) if w.model.open_of(n) < 150 or w.rnd.random() < 0.2], "claim")}),
    "write_off": (
        0.5,
        lambda w: (
            {"claim": some_of(w, owed(w) if w.rnd.random() < 0.8 else owed(w, "payable"), "claim"), "reason": text(w)}
            | maybe(w, 0.4, amount=lambda: cents(w))
            | maybe(w, 0.2, day=lambda: day(w))
        ),
    ),
    "set_level": (
        0.5,
        lambda w: (
            {"level": w.rnd.randint(1, 4)}
            | maybe(w, 0.7, days=w.rnd.choice((1, 10, 30, 60)))
            | maybe(w, 0.3, gap=w.rnd.choice((0, 5)))
            | maybe(w, 0.2, fee=500)
        ),
    ),
    "drop_level": (0.4, lambda w: {"level": w.rnd.choice((max(w.model.levels()), 2))}),
    "dispute": (0.4, lambda w: {"claims": [some_of(w, owed(w), "claim")], "reason": text(w)} | maybe(w, 0.4, until=lambda: day(w))),
    "promise_claims": (0.6, lambda w: {"claims": [some_of(w, owed(w), "claim")], "until": day(w)} | maybe(w, 0.3, amount=lambda: cents(w))),
    "lift_hold": (0.6, lambda w: {"hold": w.some("chold")}),
    "issue_notices": (2, seen),
    "cancel_notice": (0.7, lambda w: {"notice": w.some("notice")}),
    "set_target": (
        0.3,
        lambda w: (
            {"month": w.rnd.choice(("2026-11", "2026-12", "1")), "amount": cents(w)}
            | maybe(w, 0.5, salesperson=lambda: w.some("party", salesperson=1))
        ),
    ),
    "set_office": (0.3, lambda w: {"phone": f"138 {w.n}"}),
    "send_report": (0.3, handed_over),
    "note_printing": (0.5, printed),
    "register_paper": (
        0.4,
        lambda w: {"kind": "contract", "no": f"N{w.n}"} | maybe(w, 0.5, party_id=lambda: w.some("party")) | maybe(w, 0.5, day=lambda: day(w)),
    ),
    "change_paper": (0.6, lambda w: {"paper": w.some("paper"), "place": f"box {w.n}"}),
    "drop_paper": (0.4, lambda w: {"paper": w.some("paper")}),
    "receive_original": (0.5, lambda w: {"papers": papers(w), "place": f"binder {w.n}"}),
    "attach_file": (0.5, attached),
    "word": (0.4, lambda w: {"kind": "receipt", "body": f"paper {w.n}", "language": w.rnd.choice(("", "en"))}),
    "unword": (0.4, lambda w: {"template": w.some("template")}),
}
"""Command -> how often, and its facts (None: there is nothing to ask it about now)."""
