"""All books of the desk: their letters, names and screens, by where these are declared, so that nothing of them is imported before it is wanted."""

from __future__ import annotations

from deskbook.core.words import N_
from deskbook.ui.desk_app import Book


def _book(name: str, letter: str, label: str, about: str, *, folder: str = "", screen: str = "", finder: bool = True) -> Book:
    home = f"deskbook.books.{folder or name}"
    return Book(
        name=name,
        letter=letter,
        label=label,
        about=about,
        screen=f"{home}.{screen}" if ":" in screen else f"{home}.screen:{screen or name.title() + 'Screen'}",
        finder=f"{home}.queries:find_records" if finder else "",
    )


BOOKS: tuple[Book, ...] = (
    _book("today", "t", N_("Today"), N_("what is on fire, and the checklist"), finder=False),
    _book("orders", "o", N_("Orders"), N_("what customers ordered, and how far it is")),
    _book("order_lines", "r", N_("Order lines"), N_("what is open, and what was lost"), folder="orders", screen="OrderLinesScreen", finder=False),
    _book("quotes", "e", N_("Quotes"), N_("what customers were offered, and what came of it")),
    _book("quote_lines", "E", N_("Quote lines"), N_("what was offered, line by line"), folder="quotes", screen="QuoteLinesScreen", finder=False),
    _book("deals", "#", N_("Papers of deals"), N_("quote, order, shipment, claim, money, in order of time"), folder="orders",
          screen="deal_screen:DealsScreen", finder=False),
    _book("shipments", "s", N_("Shipments"), N_("to check, to send, sent, arrived")),
    _book("outbound", "b", N_("Outbound"), N_("what left on a day, as the moves say"), folder="shipments", screen="OutboundScreen", finder=False),
    _book("returns", "n", N_("Returns"), N_("what comes back, and what becomes of it")),
    _book("incidents", "!", N_("Incidents"), N_("what nearly or really left wrong"), folder="returns", screen="IncidentsScreen", finder=False),
    _book("items", "i", N_("Items"), N_("what we deal in, with prices and minimums")),
    _book("prices", "@", N_("Special prices"), N_("what customers and lists pay"), folder="items", screen="price_screen:PricesScreen",
          finder=False),
    _book("series", "$", N_("Reference prices"), N_("copper of the day, and how it moved")),
    _book("stock", "k", N_("Stock"), N_("on hand, reserved, on order, elsewhere"), finder=False),
    _book("low", "w", N_("Low stock"), N_("what runs out, and whom to call"), folder="stock", screen="LowStockScreen", finder=False),
    _book("moves", "m", N_("Moves"), N_("every piece that came or went"), folder="stock", screen="MovesScreen", finder=False),
    _book("places", "h", N_("Places"), N_("shelves, and all where goods can be"), folder="stock", screen="PlacesScreen", finder=False),
    _book("purchases", "p", N_("Purchases"), N_("what we ordered, and when it comes")),
    _book("purchase_lines", "q", N_("Purchase lines"), N_("line by line"), folder="purchases", screen="PurchaseLinesScreen", finder=False),
    _book("parties", "c", N_("Customers and suppliers"), N_("everyone we deal with")),
    _book("ledger", "l", N_("Day book"), N_("money in and out, with the running balance")),
    _book("claims", "d", N_("Owed"), N_("what customers owe us, and what we owe"), folder="receivables", screen="ClaimsScreen"),
    _book("payments", "v", N_("Payments"), N_("received and paid, and what they settle"), folder="receivables",
          screen="PaymentsScreen", finder=False),
    _book("ageing", "D", N_("Ageing"), N_("how old what is owed is, on any day"), folder="receivables",
          screen="ageing_screen:AgeingScreen", finder=False),
    _book("chase", "x", N_("Chasing"), N_("who is to be called or written to now"), folder="receivables",
          screen="chase_screen:ChaseScreen", finder=False),
    _book("notices", "X", N_("Payment notices"), N_("as issued, and what is still not paid"), folder="receivables",
          screen="chase_screen:NoticesScreen",
          finder=False),
    _book("accounts", "a", N_("Accounts"), N_("cash, bank and the other purses"), folder="ledger", screen="AccountsScreen", finder=False),
    _book("papers", "f", N_("Papers"), N_("where the paper of each document lies, and what was printed"), folder="documents"),
    _book("unfiled", "F", N_("Without a paper"), N_("contracts and bills that are not in the binder"), folder="documents",
          screen="record_screens:UnfiledScreen",
          finder=False),
    _book("tasks", "j", N_("Tasks"), N_("jobs to do, by hand and by the books")),
    _book("reports", "z", N_("Reports"), N_("what it all adds up to; what was handed over"), finder=False),
    _book("journal", "u", N_("Journal"), N_("every step: who, when, what; take any back"), finder=False),
)
"""All books, the first being the one the desk opens with. Letters stay the same in every language."""

SETTINGS = Book("settings", "comma", N_("Settings"), "", N_("language, looks, keys and habits"))
"""What go offers beside the books."""
