"""The first day of the sample company: who it deals with, what it sells at which price, what lies there and what is owed."""

from __future__ import annotations

from datetime import timedelta

from deskbook.books.items import commands as items
from deskbook.books.items.kit_commands import set_kit
from deskbook.books.items.price_commands import add_price_list, set_special_price
from deskbook.books.ledger import commands as ledger
from deskbook.books.office.commands import set_office
from deskbook.books.orders.review import set_review
from deskbook.books.parties import commands as parties
from deskbook.books.receivables.notes import open_claim
from deskbook.books.series.commands import add_series
from deskbook.books.stock import commands as stock
from deskbook.books.stock.queries import place_of
from deskbook.core.store import Tx
from deskbook.core.words import N_, _
from deskbook.exchange.sample_company import AT_ORDER, BY_HAND, DEALERS, TERMS, Company
from deskbook.exchange.sample_goods import CONSUMABLE, KINDS, KIT, KIT_PARTS, PIECE, SPOKEN

OWED_BEFORE = ((0, 640000, 12), (1, 415000, 20), (6, 288000, 25), (12, 530000, 33), (20, 176000, 41), (39, 92000, 9))
"""What was owed on the first day: by which customer, fen, due after so many days; the last never pays."""
OWED_TO = ((0, 1120000, 15), (1, 860000, 22))


class Start:
    """The first day."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def settle_in(self, tx: Tx) -> None:
        """Parties, items with prices and minimums, the opening count and the opening balances."""
        c = self.company
        set_office(tx, tolerance=str(c.local(100)), quote_days="1", ship_days="3", **c.named["office"])
        self._meet(tx)
        self._list_items(tx)
        self._agree_prices(tx)
        c.copper = add_series(tx, code="CU", name=c.named["copper_name"], market=c.named["copper_market"], unit=c.named["copper_unit"])
        c.rate = add_series(tx, code=c.named["rate_code"], name=c.named["rate_name"], alert=200)
        set_review(tx, kind="contract", names=c.named["review"])
        c.accounts = dict(tx.rows("SELECT code, id FROM account"))
        for code, amount in (("cash", 182000), ("bank", 21290411), ("wechat", 318050), ("alipay", 241000), ("mpesa", 96000)):
            if code in c.accounts:
                ledger.open_account(tx, account=c.accounts[code], amount=c.local(amount))
        for customer, amount, wait in OWED_BEFORE:
            open_claim(tx, party=c.customers[customer], amount=c.local(amount), due=c.first + timedelta(days=wait), text=c.named["before"])
        for supplier, amount, wait in OWED_TO:
            facts = {"due": c.first + timedelta(days=wait), "text": c.named["before"]}
            open_claim(tx, party=c.suppliers[supplier], side="payable", amount=c.local(amount), **facts)
        tx.says(N_("settled in: {company}"), company=c.named["company"])

    def _meet(self, tx: Tx) -> None:
        c = self.company
        named, random = c.named, c.random
        c.salespeople = [parties.add_party(tx, name=name, roles=["salesperson"], contacts=[c.phone("mobile")]) for name in named["salespeople"]]
        c.head_office = parties.add_party(tx, name=named["head_office"], roles=["head_office", "supplier"], contacts=[c.phone("phone")])
        c.suppliers = [
            parties.add_party(
                tx,
                name=name,
                roles=["supplier"],
                contacts=[c.phone("phone"), {"channel": "fax", "value": c.digits()}],
                terms_days=30,
                addresses=[c.address()],
            )
            for name in named["suppliers"]
        ]
        c.carriers = [
            parties.add_party(tx, name=name, roles=["carrier"], transit_days=2 + n, contacts=[c.phone("phone")])
            for n, name in enumerate(named["carriers"])
        ]
        for name in named["factories"]:
            factory = parties.add_party(tx, name=name, roles=["factory"], contacts=[c.phone("phone")])
            c.factory = stock.add_place(tx, code="factory", name=name, kind="factory", party=factory)
        dealer = add_price_list(tx, code=named["dealer_code"], name=named["dealer_list"])
        for n, name in enumerate(named["customers"]):
            contacts = [
                {**c.phone("phone"), "person": random.choice(named["people"])},
                {"channel": random.choice(["wechat", "qq", "mail"]), "value": f"desk{n:02d}@example.com"},
            ]
            customer = parties.add_party(
                tx,
                name=name,
                roles=["customer"],
                code=f"C{n + 1:03d}",
                contacts=contacts,
                addresses=[c.address()],
                terms_days=TERMS[n % len(TERMS)],
                transit_days=random.choice([1, 2, 2, 3, 4]),
                salesperson=c.salespeople[n % 6],
                caution=named["cautions"][n // 7] if n in (1, 7) else "",
                price_list=dealer if n in DEALERS else None,
                bills={AT_ORDER: "order", BY_HAND: "hand"}.get(n, ""),
            )
            c.customers.append(customer)

    def _list_items(self, tx: Tx) -> None:
        c = self.company
        named, random = c.named, c.random
        shelf = place_of(tx, "shelf")
        c.branch = stock.add_place(tx, code="branch", name=named["branch"], kind="shelf")
        desk = stock.add_place(tx, code="desk3", name=named["behind_desk"], kind="shelf")
        for kind in KINDS:
            word = named["types"][kind.word]
            for n, code in enumerate(kind.codes):
                price = kind.price * (100 + 7 * n) * named["price_percent"] // 100 * 100  # yuan x percent x percent = 1/10,000; whole cents
                minimum = kind.minimum * PIECE
                item = items.add_item(
                    tx,
                    code=code,
                    name=f"{word} {code.partition('-')[2]}",
                    model=code,
                    category=word,
                    unit=named[kind.unit],
                    decimals=kind.decimals,
                    minimum=minimum,
                    target=minimum * 5,
                    multiple=5 * PIECE if kind.unit == "piece" else None,
                    supplier=c.suppliers[kind.supplier],
                    lead_days=kind.lead,
                    consumable=kind.word in CONSUMABLE,
                    list_price=price,
                    floor_price=price * 85 // 100,
                    aliases=[SPOKEN[code]] if code in SPOKEN else [],
                )
                c.items[code], c.kind_of[code] = item, kind
                cost = price * 6 // 1000 * 100
                stock.open_stock(tx, item=item, place=shelf, qty=minimum * random.randint(3, 5), cost=cost)
                if kind.word in ("board", "cable") and n < 3:
                    stock.open_stock(tx, item=item, place=c.branch, qty=minimum, cost=cost)
                if code == "LBL-60":
                    stock.open_stock(tx, item=item, place=desk, qty=3 * PIECE, cost=cost)

    def _agree_prices(self, tx: Tx) -> None:
        """What dealers and two customers pay, and the kit."""
        c = self.company
        price: dict[str, int] = dict(tx.rows("SELECT code, list_price FROM v_item"))
        dealer = tx.value("SELECT id FROM price_list")
        for kind in KINDS[:2]:
            for code in kind.codes:
                set_special_price(tx, item=c.items[code], price_list=dealer, price=price[code] * 93 // 10000 * 100)
        for customer, code, percent, least in ((0, "BVM7-720", 94, 0), (0, "PWR5-24", 95, 0), (1, "C1100-0.50x30", 96, 25 * PIECE)):
            facts = {"price": price[code] * percent // 10000 * 100, "least": least, "note": c.named["agreed"]}
            set_special_price(tx, item=c.items[code], customer=c.customers[customer], **facts)
        whole = sum(price[code] * count for code, count in KIT_PARTS) * 95 // 10000 * 100
        facts = {"category": _(N_("kit")), "unit": c.named["piece"], "list_price": whole}
        c.kit = items.add_item(tx, code=KIT, name=c.named["kit"], model=KIT, **facts)
        set_kit(tx, item=c.kit, parts=[{"item": c.items[code], "qty": count * PIECE} for code, count in KIT_PARTS])
