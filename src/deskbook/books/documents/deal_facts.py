"""What stands on the documents of a deal: quote, contract, review sheet and delivery note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deskbook.books.documents.document import Document, Facts, currency_of, missing, never
from deskbook.books.documents.written import Written
from deskbook.core.refusal import Refusal
from deskbook.core.store import Look
from deskbook.core.words import N_, _

if TYPE_CHECKING:
    from deskbook.books.orders.deals import Check


def _sums(look: Look, w: Written, goods: int, freight: int = 0) -> Facts:
    total = goods + freight
    return {"goods": w.money(goods), "freight": w.some(freight), "amount": w.money(total), "words": w.capital(total, currency_of(look))}


def quote(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """A quote, unless it was taken back."""
    from deskbook.books.quotes import queries

    head = queries.head(look, row)
    if head is None:
        raise missing("quote")
    if head.state == "void":
        raise never("quote", head.no, _(N_("taken back")))
    lines = queries.lines_of(look, row)
    basis = w.beside(f"{head.series_code} {w.price(head.basis)}", w.day(head.basis_day)) if head.basis else ""
    doc = {
        "day": w.day(head.sent_on or head.day, whole=True),
        "valid_until": w.day(head.valid_until, whole=True),
        "their_no": head.their_no,
        "terms": head.terms,
        "note": head.note,
        "salesperson": head.salesperson_name,
        "basis": basis,
        "replaces": head.replaces_no,
        "discounts": "yes" if any(line.discount for line in lines) else "",
    }
    shown = [
        {
            "pos": str(n),
            "code": line.code,
            "name": line.name,
            "text": line.text,
            "qty": w.quantity(line.qty),
            "unit": line.unit,
            "price": w.price(line.price),
            "discount": w.percent(line.discount),
            "amount": w.money(line.amount),
        }
        for n, line in enumerate(lines, 1)
    ]
    return Document(
        "quote", head.no, "quotes", row, head.deal, head.customer, doc, {"lines": shown, "total": _sums(look, w, sum(x.amount for x in lines))}
    )


def _order(look: Look, row: int, w: Written, kind: str) -> Document:
    from deskbook.books.orders import queries
    from deskbook.books.orders.listings import KINDS, STATES

    head = queries.head(look, row)
    if head is None:
        raise missing(kind)
    if head.state in ("void", "cancelled") or (kind == "contract" and head.state == "review"):
        raise never(kind, head.no, _(STATES[head.state]))
    lines = queries.as_sold(queries.lines_of(look, row))
    # a line of a kit has the name and the unit of its first part: the kit's own are its item's
    items = {line.item: look.row("SELECT name, unit FROM item WHERE id = :id", id=line.item) or ("", "") for line in lines}
    quote = look.row("SELECT no, terms FROM quote WHERE id = :id", id=head.quote) or ("", "")
    due = look.value("SELECT terms_days FROM party WHERE id = :id", id=head.customer)
    doc = {
        "day": w.day(head.day, whole=True),
        "wanted": w.day(head.wanted, whole=True),
        "their_no": head.their_no,
        "ship_to": head.ship_to,
        "carrier": head.carrier_name,
        "salesperson": head.salesperson_name,
        "quote": quote[0],
        "terms": quote[1] or w.within(due),
        "note": head.note,
        "discounts": "yes" if any(line.discount for line in lines) else "",
        "order_kind": w.word(KINDS, head.kind),
    }
    shown = [
        {
            "pos": str(n),
            "code": line.code,
            "name": items[line.item][0],
            "text": line.text,
            "qty": w.quantity(line.qty),
            "unit": items[line.item][1],
            "price": w.price(line.price),
            "discount": w.percent(line.discount),
            "amount": w.money(line.amount),
            "approved_by": line.approved_by,
        }
        for n, line in enumerate(lines, 1)
    ]
    more = {"lines": shown, "total": _sums(look, w, sum(line.amount for line in lines), head.freight)}
    return Document(kind, head.no, "orders", row, head.deal, head.customer, doc, more)


def contract(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """The contract of an order, as it was sold, kits as kits."""
    return _order(look, row, w, "contract")


def _said_before(check: Check, w: Written) -> str:
    """Of a check that is missing: who said no, or yes before the order was changed."""
    if check.no_by:
        return w.say(N_("{who} said no"), who=check.no_by)
    return w.say(N_("{who} said yes before the order was changed"), who=check.was_by) if check.was_by else ""


def review_sheet(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """The checks of an order, said and missing."""
    from deskbook.books.orders.deals import checks_of

    made = _order(look, row, w, "review sheet")
    checks = checks_of(look, row)
    if not checks:
        raise Refusal("row", N_("The kind of {no} has no checks: there is no review sheet of it."), no=made.no)
    made.more["checks"] = [
        {
            "pos": str(n),
            "name": check.name,
            "said_by": check.said_by,
            "said_at": w.moment(check.said_at or check.no_at),
            "before": _said_before(check, w),
            "note": check.note,
        }
        for n, check in enumerate(checks, 1)
    ]
    return made


def delivery(look: Look, row: int, w: Written, _options: Mapping[str, str]) -> Document:
    """What is in a shipment; no prices."""
    from deskbook.books.shipments import queries

    head = queries.head(look, row)
    if head is None:
        raise missing("delivery")
    if head.state in ("void", "cancelled"):
        raise never("delivery", head.no, _(queries.STATES[head.state]))
    lines = queries.check_lines(look, row)
    order = look.row("SELECT iif(deal = '', no, deal), their_no FROM sales_order WHERE id = :id", id=head.order) or ("", "")
    doc = {
        "day": w.day(head.shipped_on or head.day, whole=True),
        "order": head.order_no,
        "their_no": order[1],
        "place": head.place,
        "carrier": head.carrier,
        "waybill": head.waybill,
        "ship_to": head.ship_to,
        "checked_by": head.checked_by,
        "note": head.note,
    }
    shown = [
        {"pos": str(n), "code": line.code, "name": line.name, "text": line.text, "qty": w.quantity(line.qty, line.decimals), "unit": line.unit}
        for n, line in enumerate(lines, 1)
    ]
    units = {line.unit for line in lines}
    total = {"qty": w.quantity(sum(line.qty for line in lines)) if len(units) == 1 else "", "unit": units.pop() if len(units) == 1 else ""}
    return Document("delivery", head.no, "shipments", row, order[0], head.customer_id, doc, {"lines": shown, "total": total})
