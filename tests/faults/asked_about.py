"""What there is to be asked about: open claims, money that lies aside, goods that no claim names yet."""

from __future__ import annotations

from tests.faults.walk import Nothing, Walk


def some_of(w: Walk, found: list[int], kind: str) -> int:
    """One of these, now and then any of the kind."""
    if not found and w.rnd.random() < 0.9:
        raise Nothing
    return w.rnd.choice(found[-8:]) if found and w.rnd.random() < 0.95 else w.some(kind)


def owed(w: Walk, side: str = "receivable") -> list[int]:
    """The open claims of a side."""
    return [n for n, _row in w.model.all("claim", side=side) if w.model.open_of(n) > 0]


def spare(w: Walk) -> list[int]:
    """Payments that no claim took, or not all of it."""
    return [n for n, _row in w.model.all("payment") if w.model.ahead_of(n) > 0]


def notes(w: Walk) -> list[int]:
    """Credit notes that are not used up."""
    return [n for n, _row in w.model.all("claim") if w.model.open_of(n) < 0]


def aside(w: Walk, side: str) -> list[int]:
    """Parties with money or a credit note that their open claims of a side could take."""
    whose = [w.model.docs["payment", n] for n in spare(w)] + [w.model.docs["claim", n] for n in notes(w)]
    open_ = {w.model.docs["claim", n]["party_id"] for n in owed(w, side)}
    return sorted({row["party_id"] for row in whose if row["side"] == side} & open_)


def unbilled(w: Walk) -> list[int]:
    """Orders of which something left that no claim names."""
    left = w.model.shipped()
    found = set()
    for n, row in w.model.all("oline"):
        kept = left[n] - w.model.came_back(oline=n)
        if row["amount"] and kept > w.model.bill_of(n)[0] and not w.model.whole(row["order_id"]):
            found.add(row["order_id"])
    return [n for n in sorted(found) if w.model.docs["order", n]["state"] in ("confirmed", "hold", "closed")]


def sent_unbilled(w: Walk) -> list[int]:
    """Shipments of those orders."""
    return [shipment for order in unbilled(w) for shipment in w.model.gone(order)]


def received_unbilled(w: Walk) -> list[int]:
    """Purchases of which something was accepted that no claim names."""
    return sorted({row["purchase_id"] for n, row in w.model.all("pline") if w.model.accepted[n] > w.model.on_claims(n)[0]})


def unreceived(w: Walk) -> list[int]:
    """Purchases of which nothing came."""
    came = {row["purchase_id"] for n, row in w.model.all("pline") if w.model.received[n]}
    return [n for n, _row in w.model.all("purchase", state="sent") if n not in came]


def replaced(w: Walk) -> list[int]:
    """Returned lines that are to be replaced, and are on no order again."""
    again = {row["return_line_id"] for _n, row in w.model.all("oline")}
    return [n for n, _row in w.model.all("rline", outcome="replace") if n not in again]


def kits(w: Walk) -> list[int]:
    """Items that are kits today."""
    today = w.model.today.isoformat()
    return sorted({row["item_id"] for _n, row in w.model.all("kit") if w.model.kit_of(row["item_id"], today) is not None})


def in_the_making(w: Walk) -> list[int]:
    """Lines of shipments that have not left."""
    making = {n for n, row in w.model.all("shipment") if row["state"] in ("picking", "checked")}
    return [n for n, row in w.model.all("sline") if row["shipment_id"] in making]


def beside_others(w: Walk) -> list[int]:
    """Lines of shipments that are being made, where there are more."""
    found = [(n, row["shipment_id"]) for n, row in w.model.all("sline") if row["qty"]]
    making = {n for n, row in w.model.all("shipment") if row["state"] in ("picking", "checked")}
    whose = [shipment for _n, shipment in found]
    return [n for n, shipment in found if shipment in making and whose.count(shipment) > 1]


def good(w: Walk, state: str) -> list[int]:
    """Quotes in a state that are good still."""
    return [n for n, row in w.model.all("quote", state=state) if row["valid_until"] >= w.model.today.isoformat()]
