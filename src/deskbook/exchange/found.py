"""Begin a book: the company's facts, its first places and accounts, named in its language."""

from __future__ import annotations

import re
from pathlib import Path

from deskbook.books.ledger import commands as ledger
from deskbook.books.office.commands import set_office
from deskbook.books.stock import commands as stock
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.text import clean
from deskbook.core.words import N_, say

PLACES = (
    ("shelf", N_("Shelf"), "shelf"),
    ("quarantine", N_("Quarantine"), "quarantine"),
    ("supplier", N_("Suppliers"), "supplier"),
    ("customer", N_("Customers"), "customer"),
    ("loss", N_("Loss and gain"), "loss"),
    ("opening", N_("Opening count"), "opening"),
    ("merge", N_("Merged items"), "merge"),
)
ACCOUNTS = (
    ("cash", N_("Cash"), "cash"),
    ("bank", N_("Bank"), "bank"),
    ("sales", N_("Sales"), "income"),
    ("income", N_("Other income"), "income"),
    ("goods", N_("Goods bought"), "expense"),
    ("freight", N_("Freight"), "expense"),
    ("office", N_("Office"), "expense"),
    ("difference", N_("Small differences"), "expense"),
    ("bad_debt", N_("Bad debts"), "expense"),
    ("fee", N_("Bank fees"), "expense"),
    ("expense", N_("Other expenses"), "expense"),
    ("receivable", N_("Owed to us"), "receivable"),
    ("payable", N_("Owed by us"), "payable"),
    ("opening", N_("Opening balances"), "opening"),
)
PAYING = {"zh": (("wechat", "微信", "wechat"), ("alipay", "支付宝", "alipay")), "sw": (("mpesa", "M-Pesa", "mpesa"),)}
"""Ways of paying by phone that an office of that language expects."""
CURRENCY = re.compile("[A-Z]{3}")
CURRENCIES = {"zh": "CNY", "en": "USD", "es": "EUR", "sw": "TZS"}


def found_book(tx: Tx, *, company: str, currency: str, language: str) -> None:
    """The first step of a book: facts, places, accounts."""
    set_office(tx, company=company, currency=currency, language=language, opened_on=tx.today.isoformat())
    for code, name, kind in PLACES:
        stock.add_place(tx, code=code, name=say(name, language), kind=kind)
    for code, name, kind in (*ACCOUNTS[:2], *PAYING.get(language, ()), *ACCOUNTS[2:]):
        ledger.add_account(tx, code=code, name=say(name, language), kind=kind)
    tx.says(N_("opened the book of {company}"), company=company)


def create(path: Path, *, company: str, clerk: str = "", currency: str = "", language: str = "en") -> Store:
    """Make a new book ready for work. Refusal when a file is there already, and for a name or currency that is none."""
    if not clean(company, field="company"):
        raise Refusal("company", N_("A book needs the company's name."))
    if currency and not CURRENCY.fullmatch(currency):
        raise Refusal("currency", N_("A currency has three letters, such as CNY, USD, EUR or TZS; {text} has not."), text=currency)
    store = Store.create(path, clerk=clerk)
    store.run(found_book, company=company, currency=currency or CURRENCIES.get(language, "USD"), language=language)
    return store
