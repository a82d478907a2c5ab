"""What each kind's template may name, with a made-up value for each: the shape that own wordings are checked against before they are used.

A list has one element, whose names are those of every line. tests compare the names with those of real documents.
"""

from __future__ import annotations

from typing import Any

from deskbook.books.documents.labels import LABELS, SIZES

COMMON: dict[str, Any] = {
    "company": {"name": "Hengda", "address": "1 Dock Road", "phone": "020 1", "bank": "Bank 62", "tax": "91"},
    "party": {"name": "Junye", "code": "C1", "address": "2 Mill Road", "phone": "020 2", "person": "Ann"},
    "label": {name: name for name in LABELS},
}
DOC = {
    "kind": "quote",
    "title": "Title",
    "no": "S-2026-0001",
    "deal": "Q-2026-0001",
    "language": "en",
    "paper": "sheet",
    "size": SIZES["A4"],
    "printed": "23 Nov 2026 09:30",
    "again": "copy 2",
    "currency": "CNY",
    "day": "23 November 2026",
}
SUMS = {"goods": "1.00", "freight": "1.00", "amount": "2.00", "words": "two"}
LINE = {
    "pos": "1",
    "code": "A-1",
    "name": "Item",
    "text": "words",
    "qty": "1",
    "unit": "pc",
    "price": "1.00",
    "discount": "5%",
    "amount": "1.00",
}
ORDER = {
    "wanted": "30 November 2026",
    "their_no": "PO 1",
    "ship_to": "Dock 2",
    "carrier": "SF",
    "salesperson": "Zhang",
    "quote": "Q-2026-0001",
    "terms": "30 days",
    "note": "words",
    "discounts": "yes",
    "order_kind": "sale",
}
SAMPLES: dict[str, dict[str, Any]] = {
    "quote": {
        "doc": {
            "valid_until": "30 November 2026",
            "their_no": "R 1",
            "terms": "30 days",
            "note": "words",
            "salesperson": "Zhang",
            "basis": "CU 78,000.00",
            "replaces": "Q-2026-0001",
            "discounts": "yes",
        },
        "lines": [LINE],
        "total": SUMS,
    },
    "contract": {"doc": ORDER, "lines": [LINE | {"approved_by": "Wang"}], "total": SUMS},
    "review sheet": {
        "doc": ORDER,
        "lines": [LINE | {"approved_by": "Wang"}],
        "total": SUMS,
        "checks": [{"pos": "1", "name": "price", "said_by": "Wang", "said_at": "23 Nov 2026 09:30", "before": "Li said no", "note": "words"}],
    },
    "delivery": {
        "doc": {
            "order": "S-2026-0001",
            "their_no": "PO 1",
            "place": "Shelf",
            "carrier": "SF",
            "waybill": "SF1",
            "ship_to": "Dock 2",
            "checked_by": "Ann",
            "note": "words",
        },
        "lines": [{"pos": "1", "code": "A-1", "name": "Item", "text": "words", "qty": "1", "unit": "pc"}],
        "total": {"qty": "1", "unit": "pc"},
    },
    "notice": {
        "doc": {"level": "1", "text": "words", "theirs": "yes"},
        "lines": [
            {
                "pos": "1",
                "no": "I-2026-0001",
                "day": "1 Nov 2026",
                "due": "8 Nov 2026",
                "late": "15",
                "their_no": "PO 1",
                "amount": "2.00",
                "open": "1.00",
            },
        ],
        "total": {"open": "1.00", "fee": "1.00", "amount": "2.00", "words": "two", "aside": "1.00"},
    },
    "statement": {
        "doc": {"since": "1 November 2026", "until": "23 November 2026"},
        "lines": [
            {
                "day": "1 Nov 2026",
                "no": "I-2026-0001",
                "kind": "sale",
                "due": "8 Nov 2026",
                "their_no": "PO 1",
                "text": "words",
                "charged": "1.00",
                "paid": "1.00",
                "balance": "1.00",
            },
        ],
        "ages": [{"name": "1-30", "amount": "1.00"}],
        "total": {"opening": "1.00", "closing": "1.00", "overdue": "1.00", "charged": "1.00", "paid": "1.00"},
    },
    "receipt": {
        "doc": {"account": "Bank", "document": "T 1", "note": "words", "order": "S-2026-0001"},
        "lines": [{"pos": "1", "no": "I-2026-0001", "day": "1 Nov 2026", "amount": "1.00"}],
        "total": {"amount": "1.00", "words": "one", "aside": "1.00"},
    },
    "day sheet": {
        "doc": {"state": "closed by Ann", "step": "1", "digest": "0f", "counts": "yes"},
        "accounts": [
            {"name": "Cash", "opening": "1.00", "taken_in": "1.00", "paid_out": "1.00", "closing": "1.00", "counted": "1.00", "difference": "0.00"},
        ],
        "lines": [
            {
                "no": "E-2026-0001",
                "mark": "↶",
                "account": "Cash",
                "party": "Junye",
                "purpose": "words",
                "document": "T 1",
                "paper_day": "1 Nov 2026",
                "paper": "T 1 (1 Nov 2026)",
                "taken_in": "1.00",
                "paid_out": "1.00",
            },
        ],
        "sent": [{"no": "D-2026-0001", "party": "Junye", "goods": "A-1 × 1", "note": "SF1"}],
        "received": [{"no": "P-2026-0001", "party": "Hongda", "goods": "A-1 × 1", "note": "words"}],
        "total": {"opening": "1.00", "taken_in": "1.00", "paid_out": "1.00", "closing": "1.00", "lines_in": "1.00", "lines_out": "1.00"},
    },
}
"""What a kind's template may name beside COMMON and DOC."""


def sample(kind: str) -> dict[str, Any]:
    """All that a template of a kind may name; of the page, what every kind has."""
    own = SAMPLES.get(kind, {})
    return COMMON | own | {"doc": DOC | own.get("doc", {}) | ({"kind": kind} if kind in SAMPLES else {})}


def names(kind: str) -> list[str]:
    """Every placeholder of a kind, as a template writes it; a list as the lines its loop goes through."""
    found: list[str] = []
    for name, value in sample(kind).items():
        if isinstance(value, list):
            found.append(f"{name}: {', '.join(value[0])}")
        elif name != "label":
            found += [f"{name}.{part}" for part in value]
    return found
