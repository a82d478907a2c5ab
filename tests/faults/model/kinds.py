"""What kinds of document there are: which are numbered, what is part of what, what points at what, and what there is only one of."""

from __future__ import annotations

from typing import Any

Doc = tuple[str, int]
Facts = dict[str, Any]


class Docs(dict[Doc, Facts]):
    """Documents by kind and number; those of a kind are found without looking at the others."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._sorted: dict[str, list[tuple[int, Facts]]] = {}

    def __setitem__(self, doc: Doc, facts: Facts) -> None:
        self._sorted.pop(doc[0], None)
        super().__setitem__(doc, facts)

    def __delitem__(self, doc: Doc) -> None:
        self._sorted.pop(doc[0], None)
        super().__delitem__(doc)

    def copy(self) -> Docs:
        """Another one with the same documents."""
        return Docs(self)

    def of(self, kind: str) -> list[tuple[int, Facts]]:
        """The documents of a kind in their order."""
        if kind not in self._sorted:
            self._sorted[kind] = sorted(((n, facts) for (other, n), facts in self.items() if other == kind), key=lambda pair: pair[0])
        return self._sorted[kind]


NUMBERED = {"party", "item", "order", "shipment", "purchase", "entry", "claim", "payment", "quote", "return", "notice"}
PARENT = {
    "contact": ("party_id", "party"),
    "address": ("party_id", "party"),
    "alias": ("item_id", "item"),
    "price": ("item_id", "item"),
    "pair": ("item_id", "item"),
    "kpart": ("kit_id", "kit"),
    "svalue": ("series_id", "series"),
    "pline": ("purchase_id", "purchase"),
    "promise": ("purchase_id", "purchase"),
    "oline": ("order_id", "order"),
    "rcheck": ("order_id", "order"),
    "qline": ("quote_id", "quote"),
    "sline": ("shipment_id", "shipment"),
    "cline": ("claim_id", "claim"),
    "rline": ("return_id", "return"),
    "nclaim": ("notice_id", "notice"),
}
"""What is part of what, and by which fact: a document is touched with its parts."""
POINTS = {
    "party": {"salesperson_id": "party", "merged_into_id": "party", "price_list_id": "pricelist"},
    "contact": {"party_id": "party"},
    "address": {"party_id": "party"},
    "item": {"supplier_id": "party", "merged_into_id": "item"},
    "alias": {"item_id": "item", "party_id": "party"},
    "price": {"item_id": "item"},
    "special": {"party_id": "party", "price_list_id": "pricelist", "item_id": "item"},
    "pair": {"item_id": "item", "other_id": "item"},
    "kit": {"item_id": "item"},
    "kpart": {"kit_id": "kit", "item_id": "item"},
    "svalue": {"series_id": "series"},
    "entry": {"party_id": "party", "corrects_id": "entry"},
    "place": {"party_id": "party"},
    "purchase": {"supplier_id": "party"},
    "pline": {"purchase_id": "purchase", "item_id": "item"},
    "promise": {"purchase_id": "purchase", "purchase_line_id": "pline"},
    "quote": {"customer_id": "party", "salesperson_id": "party", "series_id": "series", "replaces_id": "quote"},
    "qline": {"quote_id": "quote", "item_id": "item"},
    "order": {"customer_id": "party", "salesperson_id": "party", "carrier_id": "party", "quote_id": "quote"},
    "oline": {"order_id": "order", "item_id": "item", "kit_id": "item", "return_line_id": "rline"},
    "rcheck": {"order_id": "order"},
    "shipment": {"order_id": "order", "place_id": "place", "carrier_id": "party"},
    "sline": {"shipment_id": "shipment", "order_line_id": "oline", "item_id": "item"},
    "return": {"customer_id": "party", "order_id": "order", "shipment_id": "shipment"},
    "rline": {"return_id": "return", "shipment_line_id": "sline", "item_id": "item"},
    "incident": {"place_id": "place", "item_id": "item", "shipment_line_id": "sline", "return_line_id": "rline"},
    "claim": {
        "party_id": "party",
        "salesperson_id": "party",
        "order_id": "order",
        "shipment_id": "shipment",
        "purchase_id": "purchase",
        "return_id": "return",
        "entry_id": "entry",
    },
    "cline": {
        "claim_id": "claim",
        "order_line_id": "oline",
        "shipment_line_id": "sline",
        "purchase_line_id": "pline",
        "return_line_id": "rline",
        "item_id": "item",
    },
    "payment": {"party_id": "party", "account_id": "account", "order_id": "order", "entry_id": "entry", "bounce_entry_id": "entry"},
    "chold": {"claim_id": "claim"},
    "notice": {"party_id": "party"},
    "nclaim": {"notice_id": "notice", "claim_id": "claim"},
    "target": {"salesperson_id": "party"},
    "paper": {"party_id": "party"},
    "printing": {"party_id": "party"},
    "task": {"party_id": "party"},
}
UNIQUE = (
    ("party", "code"),
    ("item", "code"),
    ("account", "code"),
    ("place", "code"),
    ("pricelist", "code"),
    ("series", "code"),
    ("svalue", "series_id", "day"),
    ("price", "item_id", "kind", "since"),
    ("special", "party_id", "item_id", "since", "least"),
    ("special", "price_list_id", "item_id", "since", "least"),
    ("pair", "item_id", "other_id"),
    ("kit", "item_id", "since"),
    ("kpart", "kit_id", "item_id"),
    ("rrule", "kind", "name"),
    ("rcheck", "order_id", "name"),
    ("snooze", "kind", "ref"),
    ("entry", "corrects_id"),
    ("sline", "shipment_id", "order_line_id"),
    ("level", "level"),
    ("nclaim", "notice_id", "claim_id"),
    ("target", "salesperson", "month"),
    ("template", "kind", "language", "paper"),
)
OURS = {"shelf", "quarantine", "dealer", "borrower", "factory", "head_office"}
MONEY = ("cash", "bank", "wechat", "alipay", "mpesa")
ROLES = ("customer", "supplier", "carrier", "salesperson")
OPEN = ("draft", "review", "confirmed", "hold")
