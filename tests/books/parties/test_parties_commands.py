"""Parties: what is written, what is refused, merging with nothing lost, and every step taken back."""
from __future__ import annotations

from typing import Any

import pytest

from deskbook.books.items.commands import add_item
from deskbook.books.orders.commands import take_order
from deskbook.books.parties import queries
from deskbook.books.parties.commands import (
    add_address,
    add_contact,
    add_party,
    change_contact,
    change_party,
    drop_contact,
    merge_parties,
)
from deskbook.core.check import check
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify

TABLES = ("party", "contact", "address", "item", "item_alias", "task", "place")


def dump(book: Store) -> dict[str, list[Any]]:
    return {table: book.look.rows(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def sound(book: Store) -> None:
    assert [finding for finding in check(book.look, queries.RULES) if finding.faults] == []
    assert verify(book.look.con) == []


def junye(book: Store) -> int:
    party: int = book.run(
        add_party, name=" 骏业贸易有限公司 ", roles=["customer"], code="C7", terms_days=30, transit_days=2, caution="pays late",
        contacts=[{"channel": "phone", "value": "0571-8888 1234", "person": "王小姐"}, {"channel": "qq", "value": "10086123"}],
        addresses=[{"text": "1 Wenyi Road", "city": "杭州"}],
    )
    return party


def refused(book: Store, command: Any, **facts: Any) -> Refusal:
    before = dump(book)
    with pytest.raises(Refusal) as caught:
        book.run(command, **facts)
    assert dump(book) == before
    assert "{" not in str(caught.value)
    return caught.value


def test_a_party_is_written_with_its_parts_and_taken_back(book: Store) -> None:
    before = dump(book)
    party = junye(book)
    row = book.look.row("SELECT code, name, customer, supplier, terms_days, transit_days, closed FROM party WHERE id = :id", id=party)
    assert row == ("C7", "骏业贸易有限公司", 1, 0, 30, 2, 0)
    assert book.look.rows("SELECT channel, value, digits, person FROM contact ORDER BY id") == [
        ("phone", "0571-8888 1234", "57188881234", "王小姐"), ("qq", "10086123", "", ""),
    ]
    assert book.look.row("SELECT text, city, kind, since FROM address") == ("1 Wenyi Road", "杭州", "main", "2026-11-23")
    sound(book)
    assert book.undo().words == "added 骏业贸易有限公司"
    assert before["party"] == []
    assert book.look.rows("SELECT * FROM v_party") == []
    assert queries.search_parties(book.look, "C7") == []
    assert junye(book) != party  # its code is free again
    sound(book)


@pytest.mark.parametrize("typed", ["骏业", "jyyy", "jymy", "C7", "c7", "8888", "0571 8888-1234", "王小姐", "wxj", "hz", "Hangzhou", "10086"])
def test_a_party_is_found_by_any_part(book: Store, typed: str) -> None:
    party = junye(book)
    book.run(add_party, name="Other", roles=["supplier"])
    found = [hit.id for hit in queries.search_parties(book.look, typed)]
    assert found == ([] if typed == "jyyy" else [party])


def test_a_search_for_a_role_gives_only_those(book: Store) -> None:
    book.run(add_party, name="Lin A", roles=["customer"])
    both = book.run(add_party, name="Lin B", roles=["customer", "supplier"])
    assert [hit.id for hit in queries.search_parties(book.look, "lin", "supplier")] == [both]
    assert [hit.text for hit in queries.search_parties(book.look, "lin")] == ["Lin A", "Lin B"]
    assert queries.search_parties(book.look, " - ") == []


def test_the_best_match_comes_first(book: Store) -> None:
    for name in ("Zhulinge", "Linge", "A Lin", "Lin"):
        book.run(add_party, name=name, roles=["customer"])
    assert [hit.text for hit in queries.search_parties(book.look, "lin")] == ["Lin", "Linge", "A Lin", "Zhulinge"]


@pytest.mark.parametrize(("facts", "field", "words"), [
    ({"name": "  "}, "name", "name is needed."),
    ({"name": "A\u202eB"}, "name", "U+202E"),
    ({"roles": []}, "roles", "A party needs a role"),
    ({"roles": ["king"]}, "roles", "“king” is not a role"),
    ({"terms_days": -1}, "terms_days", "days to pay cannot be negative."),
    ({"transit_days": 366}, "transit_days", "days on the way is too large."),
    ({"language": "fr"}, "language", "language of documents is not one of the choices: fr."),
    ({"code": "C7"}, "code", "The code C7 belongs to 骏业贸易有限公司 already."),
    ({"contacts": [{"channel": "phone", "value": "none"}]}, "phone", "“none” holds no telephone number."),
    ({"contacts": [{"channel": "smoke", "value": "puff"}]}, "smoke", "channel is not one of the choices: smoke."),
    ({"salesperson": 1}, "salesperson", "is not one of our salespeople."),
    ({"salesperson": 99}, "salesperson", "There is no party number 99."),
])
def test_a_refusal_names_the_field_and_the_fact(book: Store, facts: dict[str, Any], field: str, words: str) -> None:
    junye(book)
    refusal = refused(book, add_party, **({"name": "New", "roles": ["customer"]} | facts))
    assert refusal.field == field
    assert words in str(refusal)


def test_changing_keeps_what_is_not_named(book: Store) -> None:
    party = junye(book)
    mei = book.run(add_party, name="Mei", roles=["salesperson"])
    before = dump(book)
    book.run(change_party, party=party, terms_days=45, salesperson=mei)
    assert book.look.row("SELECT name, code, terms_days, transit_days, caution, salesperson_id FROM party WHERE id = :id", id=party) == (
        "骏业贸易有限公司", "C7", 45, 2, "pays late", mei,
    )
    assert [c[2] for c in queries.contacts_of(book.look, party)] == ["0571-8888 1234", "10086123"]
    book.undo()
    assert dump(book) == before
    assert refused(book, change_party, party=mei, salesperson=mei).field == "salesperson"
    assert refused(book, change_party, party=party, nonsense=1).field == "nonsense"


def test_contacts_given_to_a_change_are_changed_added_or_dropped_never_doubled(book: Store) -> None:
    party = junye(book)
    phone, qq = (row[0] for row in queries.contacts_of(book.look, party))
    before = dump(book)
    book.run(change_party, party=party, contacts=[
        {"id": phone, "channel": "phone", "value": "0571 9999 0000"},
        {"id": qq, "channel": "qq", "value": ""},
        {"channel": "phone", "value": "(0571) 99990000"},
        {"channel": "mail", "value": "a@junye.cn"},
    ])
    assert [row[1:4] for row in queries.contacts_of(book.look, party)] == [("phone", "0571 9999 0000", "王小姐"), ("mail", "a@junye.cn", "")]
    assert queries.search_parties(book.look, "10086") == []
    book.undo()
    assert dump(book) == before
    other = book.run(add_party, name="Other", roles=["customer"])
    theirs = {"id": phone, "channel": "phone", "value": "123456"}
    assert str(refused(book, change_party, party=other, contacts=[theirs])) == "There is no contact number 1."


def test_each_small_command_is_undone_alone(book: Store) -> None:
    party = junye(book)
    for command, facts in (
        (add_contact, {"party": party, "channel": "wechat", "value": "junye_wang"}),
        (add_address, {"party": party, "text": "2 Dock Road", "city": "Ningbo", "kind": "delivery"}),
        (change_contact, {"contact": 1, "value": "0571 1"}),
        (drop_contact, {"contact": 2}),
        (change_party, {"party": party, "closed": True}),
    ):
        before = dump(book)
        book.run(command, **facts)
        after = dump(book)
        assert after != before
        book.undo()
        assert dump(book) == before
        book.redo()
        assert dump(book) == after
    assert [hit.id for hit in queries.search_parties(book.look, "nb")] == []  # closed
    book.run(change_party, party=party, closed=False)
    assert [hit.id for hit in queries.search_parties(book.look, "ningbo")] == [party]
    sound(book)


def test_the_same_phone_written_otherwise_and_a_near_name_warn(book: Store) -> None:
    party = junye(book)
    assert queries.alike(book.look, "Somebody", ["+86 571 8888-1234"]) == ["骏业贸易有限公司 has the same number +86 571 8888-1234."]
    assert queries.alike(book.look, "骏业贸易", [""]) == ["骏业贸易有限公司 is nearly the same name."]
    assert queries.alike(book.look, "骏业贸易", ["0571 88881234"], party) == []
    assert queries.alike(book.look, "Somebody", ["1234"]) == []


def test_a_role_in_use_stays(book: Store) -> None:
    supplier = book.run(add_party, name="Fab", roles=["supplier", "customer"])
    book.run(add_item, code="X", name="x", supplier=supplier)
    refusal = refused(book, change_party, party=supplier, roles=["customer"])
    assert (refusal.field, str(refusal)) == ("roles", "Fab stays supplier: 1 record names it as that.")
    book.run(change_party, party=supplier, roles=["supplier"])


# -- merging ---------------------------------------------------------------------------------------------------------------


def test_merging_moves_everything_changes_no_total_and_is_one_step(book: Store) -> None:
    keep = junye(book)
    gone = book.run(add_party, name="Junye Trading", roles=["customer", "supplier"], code="J-9", language="zh", caution="rings at noon",
                    contacts=[{"channel": "mobile", "value": "138 0000 1111"}])
    item = book.run(add_item, code="BVM7-710", name="主板", supplier=gone, list_price=1_000_000)
    for customer, pieces in ((keep, 2), (gone, 3)):
        book.run(take_order, customer=customer, lines=[{"item": item, "qty": pieces * 1000}])
    before = dump(book)
    total = "SELECT sum(total), count(*), count(DISTINCT customer_id) FROM v_order"
    assert book.look.row(total) == (50_000, 2, 2)
    book.run(merge_parties, keep=keep, gone=gone)

    assert book.look.row(total) == (50_000, 2, 1)
    assert book.look.row("SELECT closed, merged_into_id, code FROM party WHERE id = :id", id=gone) == (1, keep, "J-9")
    row = book.look.row("SELECT customer, supplier, terms_days, language, caution FROM party WHERE id = :id", id=keep)
    assert row == (1, 1, 30, "zh", "pays late\nrings at noon")
    assert book.look.value("SELECT supplier_id FROM item WHERE id = :id", id=item) == keep
    assert [c[2] for c in queries.contacts_of(book.look, keep)] == ["0571-8888 1234", "10086123", "138 0000 1111"]
    for typed in ("junye trad", "j-9", "13800001111", "骏业"):
        assert [hit.id for hit in queries.search_parties(book.look, typed)] == [keep], typed
    sound(book)
    assert str(refused(book, change_party, party=gone, name="x")) == "Junye Trading was merged into 骏业贸易有限公司; use that one."
    assert refused(book, merge_parties, keep=gone, gone=keep).field == "keep"

    assert book.undo().words == "merged Junye Trading into 骏业贸易有限公司"
    assert dump(book) == before
    assert book.look.row(total) == (50_000, 2, 2)
    sound(book)


def test_what_was_taken_back_before_a_merge_was_done_again_breaks_no_rule(book: Store) -> None:
    keep, gone = book.run(add_party, name="Wu", roles=["salesperson"]), book.run(add_party, name="Wei", roles=["salesperson"])
    book.run(merge_parties, keep=keep, gone=gone)
    merged = book.position[0]
    book.undo(merged)
    book.run(add_party, name="Junye", roles=["customer"], salesperson=gone)
    made = book.position[0]
    book.undo(made)
    book.undo(merged + 1)  # the merge again: the customer that was taken back names the one that went
    sound(book)
    with pytest.raises(Blocked):  # and does not come back from under it
        book.undo(made + 1)


@pytest.mark.parametrize(
    ("kept", "left", "block", "limit", "said"),
    [
        (("", None), ("ship", 5_000), "ship", 5_000, ", which has taken over: blocked: nothing is sent; limit 50.00"),
        (("ship", 9_000), ("all", 5_000), "all", 5_000, ", which has taken over: blocked: no order, nothing sent or billed; limit 50.00"),
        (("all", 5_000), ("bill", 9_000), "all", 5_000, ""),
        (("bill", None), ("", None), "bill", None, ""),
        (("", 7_000), ("", 0), "", 0, ", which has taken over: limit 0.00"),
    ],
)
def test_of_two_blocks_and_two_limits_the_stricter_survives_a_merge(
    book: Store, kept: tuple[str, int | None], left: tuple[str, int | None], block: str, limit: int | None, said: str
) -> None:
    keep, gone = (
        book.run(add_party, name=name, roles=["customer"], block=stops, credit_limit=cents) for name, (stops, cents) in (("Wu", kept), ("Wei", left))
    )
    book.run(merge_parties, keep=keep, gone=gone)
    assert book.look.row("SELECT block, credit_limit FROM party WHERE id = :keep", keep=keep) == (block, limit)
    assert book.sentence(book.position[0]) == "merged Wei into Wu" + said
    book.undo()
    assert book.look.rows("SELECT block, credit_limit FROM party ORDER BY id") == [kept, left]
    sound(book)


def test_a_merge_of_a_merge_leads_to_the_last_and_all_names_find_it(book: Store) -> None:
    a, b, c = (book.run(add_party, name=name, roles=["customer"]) for name in ("Alpha", "Beta", "Gamma"))
    book.run(merge_parties, keep=b, gone=a)
    book.run(merge_parties, keep=c, gone=b)
    assert book.look.rows("SELECT merged_into_id FROM party ORDER BY id") == [(c,), (c,), (None,)]
    book.run(change_party, party=c, name="Gamma Ltd")
    assert [[hit.id for hit in queries.search_parties(book.look, typed)] for typed in ("alpha", "beta", "gamma")] == [[c], [c], [c]]
    sound(book)


def test_nobody_is_merged_into_themselves_or_looks_after_themselves_afterwards(book: Store) -> None:
    mei = book.run(add_party, name="Mei", roles=["salesperson"])
    lin = book.run(add_party, name="Lin", roles=["customer"], salesperson=mei)
    assert refused(book, merge_parties, keep=lin, gone=lin).field == "gone"
    book.run(merge_parties, keep=lin, gone=mei)
    assert book.look.row("SELECT salesperson, salesperson_id FROM party WHERE id = :id", id=lin) == (1, None)
    sound(book)


def test_no_column_that_names_a_party_is_forgotten(book: Store) -> None:
    """The columns of the file that point at a party; a new one is repointed too, and belongs in ROLE_USES if it is a role."""
    assert {(child, column) for child, column, _count in queries.pointers(book.look, "party", 1)} == {
        ("party", "salesperson_id"), ("party", "merged_into_id"), ("contact", "party_id"), ("address", "party_id"), ("item", "supplier_id"),
        ("item_alias", "party_id"), ("entry", "party_id"), ("place", "party_id"), ("purchase", "supplier_id"), ("sales_order", "customer_id"),
        ("sales_order", "salesperson_id"), ("sales_order", "carrier_id"), ("shipment", "carrier_id"), ("task", "party_id"),
        ("quote", "customer_id"), ("quote", "salesperson_id"), ("special_price", "party_id"), ("goods_return", "customer_id"), ("claim", "party_id"),
        ("claim", "salesperson_id"), ("payment", "party_id"), ("notice", "party_id"), ("printing", "party_id"), ("paper", "party_id"),
        ("target", "salesperson_id"),
    }


def test_merging_salespeople_adds_their_targets_up(book: Store) -> None:
    wu, wei = (book.run(add_party, name=name, roles=["salesperson"]) for name in ("Wu", "Wei"))

    def targets(tx: Tx) -> None:
        for party, month, amount in ((wu, "2026-11", 100_000), (wei, "2026-11", 50_000), (wei, "2026-12", 70_000)):
            tx.con.execute("INSERT INTO target(salesperson_id, month, amount) VALUES (?, ?, ?)", (party, month, amount))

    book.run(targets)
    book.run(merge_parties, keep=wu, gone=wei)
    kept = "SELECT salesperson_id, month, amount FROM target ORDER BY month"
    assert book.look.rows(kept) == [(wu, "2026-11", 150_000), (wu, "2026-12", 70_000)]
    book.undo()
    assert len(book.look.rows(kept)) == 3
