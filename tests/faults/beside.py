"""What stands beside what: the book's tables and the model's kinds, the books' commands and the model's."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeGuard

import deskbook
from deskbook import books

TABLES = {
    "party": (
        "party",
        "code name customer supplier carrier salesperson salesperson_id transit_days terms_days credit_limit block bills price_list_id closed"
        " merged_into_id",
        "void = 0",
    ),
    "contact": ("contact", "party_id channel value", "party"),
    "address": ("address", "party_id text", "party"),
    "item": ("item", "code name decimals minimum minimum_on supplier_id discontinued merged_into_id allow_negative", "void = 0"),
    "alias": ("item_alias", "item_id alias party_id", "item"),
    "price": ("item_price", "item_id kind since price", "item"),
    "pricelist": ("price_list", "code name", ""),
    "special": ("special_price", "party_id price_list_id item_id since until least price", ""),
    "pair": ("substitute", "item_id other_id note", ""),
    "kit": ("kit", "item_id since until", ""),
    "kpart": ("kit_part", "kit_id item_id qty share", ""),
    "series": ("series", "code name alert closed", ""),
    "svalue": ("series_value", "series_id day value", ""),
    "account": ("account", "code kind closed", ""),
    "entry": ("entry", "no day paper_day kind party_id corrects_id", "void = 0"),
    "place": ("place", "code name kind closed party_id", ""),
    "purchase": ("purchase", "no supplier_id day state note", "void = 0"),
    "pline": ("purchase_line", "purchase_id pos item_id qty price amount short_closed short_reason", "purchase"),
    "promise": ("purchase_promise", "purchase_id purchase_line_id promised", "purchase"),
    "quote": (
        "quote",
        "no deal customer_id salesperson_id asked_on day sent_on valid_until state reason series_id basis basis_day replaces_id note",
        "void = 0",
    ),
    "qline": ("quote_line", "quote_id pos item_id qty price discount amount approved_by", "quote"),
    "order": (
        "sales_order",
        "no customer_id salesperson_id carrier_id day wanted state reason freight note deal quote_id kind channel over_limit",
        "void = 0",
    ),
    "oline": (
        "order_line",
        "order_id pos item_id qty price discount amount short_closed short_reason approved_by kit_id kit_pos kit_qty kit_price kit_discount"
        " return_line_id",
        "order",
    ),
    "rrule": ("review_rule", "kind pos name", ""),
    "rcheck": ("review_check", "order_id pos name said_by no_by was_by", "order"),
    "shipment": (
        "shipment",
        "no order_id place_id day state carrier_id checked_by shipped_on due_on arrived_on arrived_by note",
        "void = 0",
    ),
    "sline": ("shipment_line", "shipment_id order_line_id item_id qty checked_qty", "shipment"),
    "return": ("goods_return", "no customer_id order_id shipment_id day received_on state told_by", "void = 0"),
    "rline": ("return_line", "return_id pos shipment_line_id item_id qty outcome cause goods wrong_model note", "return"),
    "incident": ("incident", "kind day place_id item_id given shipment_line_id return_line_id", ""),
    "claim": (
        "claim",
        "no side kind party_id salesperson_id order_id shipment_id purchase_id return_id day due amount entry_id their_no",
        "void = 0",
    ),
    "cline": ("claim_line", "claim_id order_line_id shipment_line_id purchase_line_id return_line_id item_id qty amount", "claim"),
    "payment": ("payment", "no side party_id account_id order_id day amount entry_id bounced_on bounce_entry_id kept", "void = 0"),
    "level": ("chase_level", "level days gap fee channel", ""),
    "chold": ("claim_hold", "claim_id kind made_on until amount lifted_on", ""),
    "notice": ("notice", "no party_id level day channel amount fee aside reason", "void = 0"),
    "nclaim": ("notice_claim", "notice_id claim_id open", "notice"),
    "task": ("task", "kind text due repeats party_id done_by", ""),
    "snooze": ("snooze", "kind ref until reason", ""),
    "dayclose": ("day_close", "day", ""),
    "target": ("target", "salesperson_id month amount", ""),
    "paper": ("paper", "kind day no party_id place original file", ""),
    "printing": ("printing", "kind book book_id party_id nth", ""),
    "office": ("office", "name value", "name = 'phone'"),
    "template": ("template", "kind language paper", ""),
}
HEADS = {"return": "goods_return", "order": "sales_order"}
SAME_NAME = {"deskbook.books.receivables.payments.release": "release_allocation", "deskbook.books.receivables.chasing.promise": "promise_claims"}
"""Commands of one name in two books, and what the model calls the second."""


def written() -> dict[str, Callable[..., Any]]:
    """Every public function of the books whose first argument is the transaction, by the name the model has for it."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(books.__path__, "deskbook.books."):
        if not module.name.endswith(("screen", "screens", "forms")):
            for name, function in vars(import_module(module.name)).items():
                if not inspect.isfunction(function) or function.__module__ != module.name or name.startswith("_"):
                    continue
                if next(iter(inspect.signature(function).parameters), "") == "tx":
                    called = SAME_NAME.get(f"{module.name}.{name}", name)
                    assert called not in found, f"two commands {called}"
                    found[called] = function
    return found


COMMANDS = written()


def named_above() -> tuple[set[str], set[str]]:
    """The commands that screens, forms and the command line name, and those that importers do: whoever runs a command must name it."""
    writers, names = {function.__module__ for function in COMMANDS.values()}, {id(function): name for name, function in COMMANDS.items()}
    by_hand, imported = set[str](), set[str]()
    for found in pkgutil.walk_packages(deskbook.__path__, "deskbook."):
        file = getattr(import_module(found.name), "__file__", "") or ""
        if found.name in writers or not file.endswith(".py"):
            continue
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        known: dict[str, Any] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deskbook"):
                known |= {alias.asname or alias.name: _named(node.module or "", alias.name) for alias in node.names}
        called = [getattr(known.get(node.value.id), node.attr, None) for node in ast.walk(tree) if _attribute(node)]
        used = {names[id(each)] for each in [*known.values(), *called] if id(each) in names}
        (imported if found.name.startswith("deskbook.exchange.") else by_hand).update(used)
    return by_hand, imported


def _named(module: str, name: str) -> Any:
    """What an import from a module names."""
    home = import_module(module)
    return getattr(home, name) if hasattr(home, name) else import_module(f"{module}.{name}")


def _attribute(node: ast.AST) -> TypeGuard[Any]:
    """Whether it is commands.take_order or the like."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)



def where(kind: str, condition: str) -> str:
    """SQL for the rows of a kind that stand."""
    if condition and "=" not in condition:
        return f"EXISTS (SELECT 1 FROM {HEADS.get(condition, condition)} h WHERE h.id = t.{condition}_id AND h.void = 0)"
    return condition or "1"


ALLOCATIONS = "SELECT id, kind, day, amount, claim_id, payment_id, credit_id, refund_id, entry_id, reverses_id FROM allocation"
BALANCES = """SELECT party_id, side, sum(open) FROM (SELECT party_id, side, open FROM owed UNION ALL SELECT party_id, side, -open FROM unallocated)
 GROUP BY party_id, side HAVING sum(open) <> 0"""
QUERIES = {
    kind: (columns.split(), f"SELECT id, {', '.join(columns.split())} FROM {table} t WHERE {where(kind, condition)}")
    for kind, (table, columns, condition) in TABLES.items()
}
