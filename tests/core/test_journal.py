"""The rules of the journal, each shown on a small book: undo, redo, refusals, guards, digest and the walk back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskbook.core import journal
from deskbook.core.journal import Blocked
from deskbook.core.refusal import Refusal, Trouble
from deskbook.core.store import Store, Tx
from deskbook.core.verify import verify
from tests.core import shop
from tests.core.shop import dump, state


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = shop.opened(tmp_path / "shop.desk")
    yield opened
    assert verify(opened.look.con) == []  # whatever a test did through the store, the book walks back
    opened.close()


def raw(store: Store) -> sqlite3.Connection:
    """A hand in the file, beside the program."""
    return sqlite3.connect(store.path, isolation_level=None)


def test_undo_deletes_restores_voids_and_mirrors(store: Store) -> None:
    empty = state(store)
    item = store.run(shop.add_item, code="710")
    store.undo()
    assert state(store) == empty
    item = store.run(shop.add_item, code="710")
    named = state(store)
    store.run(shop.rename, item=item, name="board")
    store.undo()
    assert state(store) == named
    place = dump(store)["place"]
    store.run(shop.add_place, code="branch")
    store.undo()
    assert dump(store)["place"] == place
    store.run(shop.receive, item=item, qty=5000)
    store.undo()
    assert state(store) == named
    assert store.look.rows("SELECT qty, reverses_id FROM stock_move ORDER BY id") == [(5000, None), (-5000, 1)]
    made = store.run(shop.order, items=[item])
    store.undo()
    assert store.look.row("SELECT no, void FROM sales_order WHERE id = :id", id=made) == ("S-2026-0001", 1)
    assert state(store) == named


def test_quoted_before_images_carry_every_value(store: Store) -> None:
    """NULL, quotes, long text, emoji and integers beyond 2^53 come back exactly."""
    item = store.run(shop.add_item, code="x")
    for name in ("it's", "''", "a,b", "NULL", "板" * 2000, "🙂", "-12", "line\nline", "\\"):
        before = dump(store)["item"]
        store.run(shop.rename, item=item, name=name)
        store.undo()
        assert dump(store)["item"] == before
        store.redo()
        assert store.look.value("SELECT name FROM item WHERE id = :id", id=item) == name
    assert journal.values("1,NULL,'a''b',9007199254740993") == (1, None, "a'b", 9007199254740993)
    with pytest.raises(ValueError, match="not a row"):
        journal.values("1,x'00'")


def test_ctrl_z_twice_then_twice_back(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    before = state(store)
    store.run(shop.rename, item=item, name="one")
    one = state(store)
    store.run(shop.rename, item=item, name="two")
    two = state(store)
    store.undo()
    assert state(store) == one
    store.undo()
    assert state(store) == before
    store.redo()
    assert state(store) == one
    store.redo()
    assert state(store) == two
    with pytest.raises(Refusal, match="nothing to do again"):
        store.redo()


def test_a_new_command_ends_redo(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    store.run(shop.rename, item=item, name="one")
    store.undo()
    store.run(shop.rename, item=item, name="other")
    with pytest.raises(Refusal, match="nothing to do again"):
        store.redo()


def test_undo_of_a_redone_step_follows_it_to_its_last_redo(store: Store) -> None:
    before = state(store)
    step = store.position[0] + 1
    store.run(shop.add_item, code="a")
    store.undo(step)
    store.redo()
    store.undo(step)
    assert state(store) == before
    with pytest.raises(Blocked, match="taken back already"):
        store.undo(step)


def test_balances_do_not_make_moves_of_one_item_conflict(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=5000)
    first = store.position[0]
    store.run(shop.receive, item=item, qty=2000)
    store.undo(first)
    assert store.look.value("SELECT qty FROM stock_balance WHERE place_id = 1") == 2000


def test_numbers_are_not_given_out_again(store: Store) -> None:
    store.run(shop.order)
    store.undo()
    store.run(shop.order)
    assert store.look.rows("SELECT no, void FROM sales_order ORDER BY id") == [("S-2026-0001", 1), ("S-2026-0002", 0)]


def test_a_void_document_keeps_its_parts(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    made = store.run(shop.order, items=[item, item])
    store.undo()
    assert store.look.value("SELECT count(*) FROM order_line WHERE order_id = :id", id=made) == 2
    assert store.look.rows("SELECT * FROM reservation") == []


def test_what_was_relied_on_cannot_be_taken_back_first(store: Store) -> None:
    """A line was added and the order sent: the line may not go, although sending did not write it."""
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=9000)
    made = store.run(shop.order, items=[item])
    store.run(shop.add_line, order=made, item=item)
    added = store.position[0]
    store.run(shop.send, order=made)
    sent = store.position[0]
    with pytest.raises(Blocked) as blocked:
        store.undo(added)
    assert blocked.value.steps == [sent]
    assert [undone.step for undone in store.undo_with_later(added)] == [sent, added]
    assert store.look.value("SELECT count(*) FROM order_line WHERE order_id = :id", id=made) == 1


def test_rows_that_point_at_what_would_go_block(store: Store) -> None:
    store.run(shop.add_item, code="a")
    made = store.position[0]
    store.run(shop.order, items=[1])
    with pytest.raises(Blocked) as blocked:
        store.undo(made)
    assert blocked.value.steps == [store.position[0]]


def test_nothing_is_added_to_a_document_that_was_taken_back(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    made = store.run(shop.order, items=[item])
    store.undo()
    with pytest.raises(Refusal, match="taken back"):
        store.run(shop.add_line, order=made, item=item)


def test_header_part_and_posted_rows_of_one_step_come_back_in_a_lawful_order(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=9000)
    before = state(store)
    store.run(shop.order_and_send, item=item)
    after = state(store)
    store.undo()
    assert state(store) == before
    store.redo()
    assert state(store) == after
    store.undo()
    assert state(store) == before


def test_the_mirror_of_a_mirror_is_posted_anew(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=5000)
    store.undo()
    store.redo()
    assert store.look.rows("SELECT qty, reverses_id FROM stock_move ORDER BY id") == [(5000, None), (-5000, 1), (5000, None)]


def test_ids_of_deleted_rows_do_not_come_back_to_others(store: Store) -> None:
    first = store.run(shop.add_place, code="a")
    store.run(shop.drop_place, place=first)
    assert store.run(shop.add_place, code="b") == first + 1
    store.undo()
    store.undo()
    assert store.look.row("SELECT id, code FROM place ORDER BY id DESC") == (first, "a")


def test_a_row_touched_twice_is_walked_back_touch_by_touch(store: Store) -> None:
    one, other = store.run(shop.add_item, code="a"), store.run(shop.add_item, code="b")
    store.run(shop.swap_codes, one=one, other=other)
    assert store.look.rows("SELECT code FROM item ORDER BY id") == [("b",), ("a",)]
    store.undo()
    assert store.look.rows("SELECT code FROM item ORDER BY id") == [("a",), ("b",)]


def test_an_update_that_changes_nothing_is_no_claim_on_the_row(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    made = store.position[0]
    store.run(shop.rename, item=item, name="a")
    store.undo(made)
    assert state(store)["item"] == []


def test_undo_across_foreign_keys_in_any_order(store: Store) -> None:
    """Parts and what they point at were deleted in one step: they come back whichever order they are written in."""

    def drop_both(tx: Tx) -> None:
        tx.con.execute("DELETE FROM purchase_promise")
        tx.con.execute("DELETE FROM purchase_line")

    def promise(tx: Tx) -> None:
        tx.con.execute("INSERT INTO purchase(no, supplier_id, day) VALUES ('P-1', 1, '2026-11-23')")
        tx.con.execute("INSERT INTO purchase_line(purchase_id, pos, item_id, qty) VALUES (1, 1, 1, 1000)")
        tx.con.execute("INSERT INTO purchase_promise(purchase_id, purchase_line_id, promised, said_on) VALUES (1, 1, '2026-12-01', '2026-11-23')")

    tables = ("purchase_line", "purchase_promise", "expected")
    store.run(shop.add_item, code="a")
    store.run(promise)
    before = [store.look.rows(f"SELECT * FROM {table}") for table in tables]
    store.run(drop_both)
    assert [store.look.rows(f"SELECT * FROM {table}") for table in tables] == [[], [], []]
    store.undo()
    assert [store.look.rows(f"SELECT * FROM {table}") for table in tables] == before


def test_a_step_may_go_through_what_is_not_there_at_its_end_only(store: Store) -> None:
    """Goods that only pass through: received and sent in one step, taken back without the shelf's rule in the way."""

    def through(tx: Tx) -> None:
        shop.receive(tx, item=1, qty=1000)
        shop.send(tx, order=shop.order(tx, items=[1]))

    store.run(shop.add_item, code="a")
    before = state(store)
    store.run(through)
    store.undo()
    assert state(store) == before


def test_the_shelf_is_never_below_nothing_when_a_step_ends(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    made = store.run(shop.order, items=[item])
    before = dump(store)
    with pytest.raises(Refusal, match=r"a at shelf: 0 there, and 1 of Mon 23 would go."):
        store.run(shop.send, order=made)
    assert dump(store) == before


def test_a_hand_in_the_file_is_refused(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=5000)
    store.run(shop.order, items=[item])
    con = raw(store)
    for sql in (
        "INSERT INTO item(code, name) VALUES ('x', 'x')",
        "UPDATE item SET name = 'x'",
        "UPDATE item SET id = 99",
        "DELETE FROM item",
        "UPDATE stock_move SET qty = 1",
        "DELETE FROM stock_move",
        "DELETE FROM sales_order",
        "UPDATE step SET clerk = 'x'",
        "DELETE FROM step",
        "UPDATE change SET tbl = 'x'",
        "DELETE FROM change",
        "INSERT OR REPLACE INTO item(id, code, name) VALUES (1, 'x', 'x')",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            con.execute(sql)
    con.close()


def test_a_replace_does_not_overwrite_the_before_image(store: Store) -> None:
    item = store.run(shop.add_item, code="a")
    before = state(store)

    def replace(tx: Tx) -> None:
        tx.con.execute("UPDATE OR REPLACE item SET name = 'one' WHERE id = 1")
        tx.con.execute("UPDATE OR REPLACE item SET name = 'two' WHERE id = 1")

    store.run(replace)
    store.undo()
    assert state(store) == before
    assert item == 1


def test_the_same_key_does_it_once(store: Store) -> None:
    first = store.run(shop.add_item, key="k1", code="a")
    assert store.run(shop.add_item, key="k1", code="a") == first
    assert store.look.value("SELECT count(*) FROM item") == 1
    with pytest.raises(Refusal, match="other facts"):
        store.run(shop.add_item, key="k1", code="b")


def test_a_failing_command_leaves_nothing(store: Store) -> None:
    def half(tx: Tx) -> None:
        shop.add_item(tx, code="a")
        raise ZeroDivisionError

    before, position = dump(store), store.position
    with pytest.raises(ZeroDivisionError):
        store.run(half)
    assert (dump(store), store.position) == (before, position)
    store.run(shop.add_item, code="a")


def test_one_line_of_journal_for_a_whole_import(store: Store) -> None:
    def bring_in(tx: Tx) -> None:
        for n in range(3000):
            shop.add_item(tx, code=f"c{n}")

    store.run(bring_in)
    step = store.position[0]
    assert store.look.rows("SELECT tbl, op, row_id, last_id FROM change WHERE step_id = :step", step=step) == [("item", "I", 1, 3000)]
    store.undo()
    assert store.look.value("SELECT count(*) FROM item WHERE void = 0") == 0
    store.redo()
    assert store.look.value("SELECT count(*) FROM item WHERE void = 0") == 3000


def test_who_what_when_in_one_sentence_with_old_and_new(store: Store) -> None:
    item = store.run(shop.add_item, code="710")
    store.run(shop.rename, item=item, name="board")
    newest, oldest = store.history("item", item)
    assert (newest.clerk, newest.was) == ("Ann", (("name", "710", "board"),))
    assert (oldest.words, oldest.was) == ("added 710", ())
    undone = store.undo(oldest.step + 1)
    assert undone.words == "rename"
    assert store.history("item", item)[0].words == "took back: rename"


def test_a_closed_days_posting_is_mirrored_on_the_open_day(store: Store) -> None:
    """The mirror of a move whose day was closed meanwhile goes to the open day; the move itself stays where it was."""
    item = store.run(shop.add_item, code="a")
    store.run(shop.receive, item=item, qty=5000)
    step = store.position[0]

    def close(tx: Tx) -> None:
        tx.con.execute("INSERT INTO day_close(day, at, clerk, digest) VALUES (?, '', '', '')", (tx.today.isoformat(),))

    store.run(close)
    store.undo(step)
    assert store.look.rows("SELECT day, qty FROM stock_move ORDER BY id") == [("2026-11-23", 5000), ("2026-11-24", -5000)]
    with pytest.raises(Refusal, match="stays closed"):
        store.undo(step + 1)


def test_the_walk_back_names_an_edited_row(store: Store, tmp_path: Path) -> None:
    item = store.run(shop.add_item, code="710")
    store.run(shop.rename, item=item, name="board")
    copy = tmp_path / "copy.desk"
    con = raw(store)
    con.execute("VACUUM INTO ?", (str(copy),))
    con.close()
    con = sqlite3.connect(copy, isolation_level=None)
    trigger = con.execute("SELECT sql FROM sqlite_schema WHERE name = 'j_item_u'").fetchone()[0]
    con.execute("DROP TRIGGER j_item_u")
    con.execute("UPDATE item SET name = 'bored'")
    con.execute(trigger)
    faults = verify(con)
    con.close()
    assert len(faults) == 1
    assert "rename" in faults[0]
    assert "item 1" in faults[0]


def test_a_lost_tail_is_found_by_the_digest_kept_elsewhere(store: Store, tmp_path: Path) -> None:
    store.run(shop.add_item, code="a")
    copy = tmp_path / "old.desk"
    con = raw(store)
    con.execute("VACUUM INTO ?", (str(copy),))
    con.close()
    store.run(shop.add_item, code="b")
    old = sqlite3.connect(copy)
    assert verify(old) == []
    assert len(verify(old, head=store.position[1])) == 1
    old.close()


def test_a_clock_set_back_never_reorders_the_journal(store: Store) -> None:
    from datetime import UTC, datetime

    from deskbook.core import days

    store.run(shop.add_item, code="a")
    at = store.look.value("SELECT max(at) FROM step")
    days.set_clock(lambda: datetime(2016, 1, 1, tzinfo=UTC))
    store.run(shop.add_item, code="b")
    assert store.look.value("SELECT at FROM step ORDER BY id DESC LIMIT 1") == at


def test_undo_works_across_restarts(store: Store) -> None:
    store.run(shop.add_item, code="a")
    with Store.open(store.path, clerk="Bo") as again:
        assert again.undo().words == "added a"
        assert again.look.value("SELECT clerk FROM step ORDER BY id DESC LIMIT 1") == "Bo"
    assert store.look.value("SELECT count(*) FROM item WHERE void = 0") == 0


def test_what_was_taken_back_frees_its_code(store: Store) -> None:
    """The row stays for the papers that name it; another may have its code, and then it cannot come back."""
    first = store.run(shop.add_item, code="710")
    store.run(shop.order, items=[first])
    store.undo()
    store.undo()
    second = store.run(shop.add_item, code="710")
    assert store.look.rows("SELECT id, void FROM item ORDER BY id") == [(first, 1), (second, 0)]
    with pytest.raises(Refusal, match="taken back"):
        store.run(shop.order, items=[first])
    with pytest.raises(Refusal, match=r"It was written again meanwhile: added 710. Take that back first."):
        store.undo(store.look.value("SELECT max(id) FROM step WHERE undoes_id IS NOT NULL"))


def test_only_whole_numbers_and_text_are_carried(store: Store) -> None:
    con = sqlite3.connect(":memory:")
    con.executescript(
        "CREATE TABLE mark(tbl, kind, header, part, negate, hi); CREATE TABLE t(id INTEGER PRIMARY KEY, x REAL);"
        "INSERT INTO mark VALUES ('t', 'plain', '', '', '', 0)"
    )
    with pytest.raises(TypeError, match="t: id first"):
        list(journal.triggers(con))
    con.close()


def test_a_read_only_book_says_so(store: Store) -> None:
    with Store.open(store.path, read_only=True) as reading, pytest.raises(Trouble, match="reading only"):
        reading.run(shop.add_item, code="a")
