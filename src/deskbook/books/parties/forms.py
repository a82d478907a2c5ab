"""Forms and lookups of parties, for this book's screen and for the books after it."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from deskbook.books.parties import queries
from deskbook.core.money import read_money, show_money
from deskbook.core.numbers import read_number
from deskbook.core.refusal import Refusal
from deskbook.core.text import narrow, safe
from deskbook.core.words import LANGUAGES, N_, _, listed, plural
from deskbook.ui.form import Field, Form, FormScreen
from deskbook.ui.lookup import Finder, Found

if TYPE_CHECKING:
    from textual.screen import Screen

    from deskbook.core.store import Look, Store
    from deskbook.ui.desk_app import Desk

# Commands import sqlmodel, a quarter of a second: they are imported where they run, so that the first sight of a list does not wait for it.

CHANNEL_WORDS = {
    "phone": N_("phone"), "mobile": N_("mobile"), "fax": N_("fax"), "mail": N_("mail"), "qq": N_("QQ"), "wechat": N_("WeChat"),
    "whatsapp": N_("WhatsApp"), "web": N_("web page"), "other": N_("other"),
}
ADDRESS_WORDS = {"main": N_("main"), "delivery": N_("delivery"), "billing": N_("billing"), "other": N_("other")}
LANGUAGE_CHOICES = (("", N_("the office's")), *LANGUAGES.items())
CHANNELS = ("phone", "mobile", "mail", "wechat", "qq", "fax")
"""Those with a field of their own in the form."""


def read_roles(text: str) -> list[str]:
    """Roles as typed, by their words or the beginnings of them, commas or blanks between: `cust, supp`. Raises Refusal."""
    both = [(role, narrow(_(word)).casefold()) for role, word in queries.ROLE_WORDS.items()]
    roles: list[str] = []
    for part in narrow(text).replace("、", ",").replace(";", ",").split(","):
        begun = part.strip().casefold()
        if not begun:
            continue
        whole, begins = ([role for role, word in both if begun in (word, role)], [role for role, word in both if word.startswith(begun)])
        found = next(iter(whole + begins), None)
        if found is None:
            choices = listed(_(word) for word in queries.ROLE_WORDS.values())
            raise Refusal("roles", N_("“{text}” is none of: {choices}."), text=safe(part.strip()), choices=choices)
        roles.append(found)
    return list(dict.fromkeys(roles))


def write_roles(roles: Sequence[str]) -> str:
    """Roles in the language in use, as they are typed."""
    return listed(_(queries.ROLE_WORDS[role]) for role in roles)


def read_days(text: str) -> int:
    """A count of days. Raises Refusal."""
    return read_number(text, places=0, field="days", currency=False)


# -- lookups ---------------------------------------------------------------------------------------------------------------


def _search(role: str | None, look: Look, typed: str) -> list[Found]:
    return [Found(*hit) for hit in queries.search_parties(look, typed, role)]


def _create(role: str, _desk: Desk, typed: str) -> Screen[Any]:
    return new_party(role, {"name": typed})


def _finder(name: str, role: str) -> Finder:
    return Finder(name, search=partial(_search, role), show=queries.party_name, create=partial(_create, role), book="parties")


CUSTOMER = _finder(N_("customer"), "customer")
SUPPLIER = _finder(N_("supplier"), "supplier")
CARRIER = _finder(N_("carrier"), "carrier")
SALESPERSON = _finder(N_("salesperson"), "salesperson")
PARTY = Finder(N_("party"), search=partial(_search, None), show=queries.party_name, create=partial(_create, "customer"), book="parties")
"""Anybody, whatever the role."""


def _price_lists(look: Look, typed: str) -> list[Found]:
    condition, params = queries.patterns(typed)
    rows = look.rows(f"SELECT id, code, name FROM price_list WHERE {condition} ORDER BY {queries.RANK}, code LIMIT 50", **params)
    return [Found(row, code, name, code) for row, code, name in rows]


PRICE_LIST = Finder(
    N_("price list"), search=_price_lists, show=lambda look, row: str(look.value("SELECT code FROM price_list WHERE id = :row", row=row) or "")
)
"""A list of prices that several customers share. Its table is the items' book, which comes after this one, so it is named as text."""


# -- a party ---------------------------------------------------------------------------------------------------------------


def _contacts(values: dict[str, Any], before: dict[str, tuple[int, str, str]]) -> list[dict[str, Any]]:
    """The contacts a form asks for. before: channel -> id, value, person as they were when the form opened."""
    person = values["person"]
    contacts: list[dict[str, Any]] = []
    spoken = next((channel for channel in CHANNELS if values[channel]), None)
    for channel in CHANNELS:
        value = values[channel]
        row, old, who = before.get(channel, (None, "", ""))
        theirs = person if channel == spoken else who
        if row is not None and (value != old or theirs != who):
            contacts.append({"id": row, "channel": channel, "value": value, "person": theirs})
        elif row is None and value:
            contacts.append({"channel": channel, "value": value, "person": theirs})
    if person and spoken is None:
        raise Refusal("person", N_("Say how {person} is reached: a phone, mail or another number."), person=safe(person))
    return contacts


def _addresses(values: dict[str, Any], address: int | None) -> list[dict[str, Any]]:
    text = values["address"] or values["city"] or values["country"]
    if address is None and not text:
        return []
    given = {"text": text, "city": values["city"], "country": values["country"]}
    return [given | {"id": address}] if address is not None else [given]


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "roles", "terms_days", "transit_days", "caution", "note", "salesperson", "price_list", "credit_limit")
    said = {name: values[name] or "" for name in ("language", "block", "bills")}
    return {name: values[name] for name in names} | said | {"code": values["code"] or None}


def _add(store: Store, values: dict[str, Any], key: str) -> Any:
    from deskbook.books.parties.commands import add_party

    return store.run(add_party, key=key, **_facts(values), contacts=_contacts(values, {}), addresses=_addresses(values, None))


def _warn(party: int | None, values: dict[str, Any], look: Look) -> list[str]:
    return queries.alike(look, values["name"], [values["phone"], values["mobile"]], party)


PARTY_FORM = Form(
    name="party",
    title=N_("New customer or supplier"),
    fields=(
        Field(name="name", label=N_("name"), required=True, width=44),
        Field(name="roles", label=N_("roles"), read=read_roles, write=write_roles, required=True, width=44,
              help=N_("customer, supplier, carrier, repair factory, head office, salesperson; several with commas; first letters will do")),
        Field(name="person", label=N_("person"), width=24, help=N_("whom to ask for")),
        Field(name="phone", label=N_("phone"), width=24),
        Field(name="mobile", label=N_("mobile"), width=24, quick=False),
        Field(name="wechat", label=N_("WeChat"), width=24, quick=False),
        Field(name="qq", label=N_("QQ"), width=24, quick=False),
        Field(name="mail", label=N_("mail"), width=36, quick=False),
        Field(name="fax", label=N_("fax"), width=24, quick=False),
        Field(name="address", label=N_("address"), width=52, quick=False),
        Field(name="city", label=N_("city"), width=24, quick=False),
        Field(name="country", label=N_("country"), width=24, quick=False),
        Field(name="terms_days", label=N_("days to pay"), read=read_days, width=6, quick=False),
        Field(name="transit_days", label=N_("days on the way"), read=read_days, width=6, quick=False,
              help=N_("from our door to theirs; of a carrier: how long it takes as a rule")),
        Field(name="salesperson", label=N_("looked after by"), finder=SALESPERSON, quick=False),
        Field(name="price_list", label=N_("price list"), finder=PRICE_LIST, quick=False, help=N_("empty: the list prices of the items")),
        Field(name="credit_limit", label=N_("credit limit"), read=partial(read_money, field="credit_limit"), write=show_money, width=14, quick=False,
              help=N_("what it may owe; an order over it is taken only after a warning")),
        Field(name="block", label=N_("blocked"), choices=tuple(queries.BLOCK_WORDS.items()), quick=False, width=34),
        Field(name="bills", label=N_("billed", "when"), choices=tuple(queries.BILLS_WORDS.items()), quick=False, width=26,
              help=N_("when what it owes, or we owe it, is written down")),
        Field(name="language", label=N_("language of documents"), choices=LANGUAGE_CHOICES, quick=False, width=14),
        Field(name="code", label=N_("code"), width=16, quick=False),
        Field(name="caution", label=N_("caution"), width=52, quick=False,
              help=N_("shown over the card and under the list: what must not be forgotten")),
        Field(name="note", label=N_("note"), width=52, quick=False),
    ),
    save=_add,
    done=lambda values, _result: _(N_("{name} added."), name=values["name"]),
    check=partial(_warn, None),
)


def new_party(role: str = "customer", given: dict[str, Any] | None = None) -> FormScreen:
    """The form of a new party; given: what its fields start with."""
    return FormScreen(PARTY_FORM, {"roles": [role], "language": "", "block": "", "bills": ""} | (given or {}))


def edit_party(look: Look, party: int) -> FormScreen:
    """The form of a party as it is: the first contact of each channel and the newest address in fields of their own."""
    facts = look.row("SELECT name, code, terms_days, transit_days, language, caution, note, salesperson_id, price_list_id,"
                     " credit_limit, block, bills,"
                     " customer, supplier, carrier, factory, head_office, salesperson FROM party WHERE id = :party", party=party)
    if facts is None:
        raise Refusal("", N_("There is no party number {number}."), number=str(party))
    names = ("name", "code", "terms_days", "transit_days", "language", "caution", "note", "salesperson", "price_list",
             "credit_limit", "block", "bills")
    fill: dict[str, Any] = dict(zip(names, facts[: len(names)], strict=True))
    fill["roles"] = [role for role, held in zip(queries.ROLE_WORDS, facts[len(names) :], strict=True) if held]
    before: dict[str, tuple[int, str, str]] = {}
    for row, channel, value, person, _note in queries.contacts_of(look, party):
        before.setdefault(channel, (row, value, person))
    fill |= {channel: before[channel][1] for channel in CHANNELS if channel in before}
    fill["person"] = next((before[channel][2] for channel in CHANNELS if channel in before), "")
    address: int | None = None
    if newest := queries.addresses_of(look, party)[:1]:
        address, _kind, fill["address"], fill["city"], fill["country"], _since = newest[0]

    def save(store: Store, values: dict[str, Any], key: str) -> int:
        from deskbook.books.parties.commands import change_party

        contacts = _contacts(values, before)
        store.run(change_party, key=key, party=party, **_facts(values), contacts=contacts, addresses=_addresses(values, address))
        return party

    form = replace(PARTY_FORM, title=fill["name"], row=party, save=save, check=partial(_warn, party),
                   done=lambda values, _result: _(N_("{name} changed."), name=values["name"]))
    return FormScreen(form, fill)


# -- its parts -------------------------------------------------------------------------------------------------------------


def add_contact_form(party: int, name: str) -> FormScreen:
    """Another way to reach a party."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.parties.commands import add_contact

        return store.run(add_contact, key=key, party=party, **values)

    return FormScreen(Form(
        name="contact",
        title=_(N_("{name}: another contact"), name=name),
        fields=(
            Field(name="channel", label=N_("channel", "to a person"), choices=tuple(CHANNEL_WORDS.items()), start="phone", required=True, width=14),
            Field(name="value", label=N_("number or address"), required=True, width=36),
            Field(name="person", label=N_("person"), width=24),
            Field(name="note", label=N_("note"), width=44, quick=False),
        ),
        save=save,
        done=_said(N_("{value} added."), "value"),
    ))


def add_address_form(party: int, name: str) -> FormScreen:
    """Another address of a party."""

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.parties.commands import add_address

        return store.run(add_address, key=key, party=party, **values)

    return FormScreen(Form(
        name="address",
        title=_(N_("{name}: another address"), name=name),
        fields=(
            Field(name="kind", label=N_("kind"), choices=tuple(ADDRESS_WORDS.items()), start="delivery", required=True, width=14),
            Field(name="text", label=N_("address"), required=True, width=52),
            Field(name="city", label=N_("city"), width=24),
            Field(name="country", label=N_("country"), width=24, quick=False),
        ),
        save=save,
        done=_said(N_("{text} added."), "text"),
    ))


def merge_party_form(look: Look, gone: int) -> FormScreen:
    """Which party this one is really: F2 says what will move, a second F2 does it."""
    name = queries.party_name(look, gone)

    def save(store: Store, values: dict[str, Any], key: str) -> Any:
        from deskbook.books.parties.commands import merge_parties

        return store.run(merge_parties, key=key, keep=values["keep"], gone=gone)

    def check(values: dict[str, Any], look: Look) -> list[str]:
        count = queries.named_by(look, gone)
        one = N_("{gone} will be closed, and its one record will be that of {keep}. This can be taken back.")
        many = N_("{gone} will be closed, and its {count} records will be those of {keep}. This can be taken back.")
        return [_(plural(count, one, many), gone=name, keep=queries.party_name(look, values["keep"]), count=count)]

    return FormScreen(Form(
        name="merge_party",
        title=_(N_("{name} is the same as …"), name=name),
        fields=(Field(name="keep", label=N_("the one that stays"), finder=replace(PARTY, create=None), required=True, width=40),),
        save=save,
        check=check,
        done=lambda _values, _result: _(N_("{name} merged."), name=name),
    ))


def _said(words: str, field: str) -> Callable[[dict[str, Any], Any], str]:
    return lambda values, _result: _(words, **{field: values[field]})
