"""The box: what is to do, what waits, what is found, and that size does not matter."""

from datetime import date

import pytest
from sqlalchemy import event

from synqro import quotes
from synqro.core.db import db
from synqro.core.pages import InvalidCursor
from synqro.orders import Customer
from synqro.quotes import searching
from tests import makers
from tests.quotes.desk import money_comes
from tests.quotes.test_asking import upload


def names(page):
    return [row.quote.customer_name for row in page.data]


def ask(store, name, **facts):
    return makers.quote(store, customer=Customer(name, f"{name.lower()}@example.com"), **facts)


@pytest.fixture
def full(store):
    """Five quotes, one of each kind."""
    files = [quotes.Wanted(upload(store, name).id) for name in ("Hinge v3.pdf", "eye.pdf")]
    made = {"Ana": ask(store, "Ana", files=files)}
    for name in ("Tom", "Ida", "Leo", "Ümit"):
        made[name] = ask(store, name)
        quotes.send(store.id, made[name].quote.id, makers.offer(message="Grün"))
    for name in ("Ida", "Leo"):
        order = quotes.accept(store, made[name].token, version=1).order
        if name == "Leo":
            money_comes(order)
    quotes.write(store, made["Tom"].token, "A question.")
    quotes.decline(store.id, made["Ümit"].quote.id)
    return made


def test_each_part_shows_its_own_and_news_come_first(store, full):
    assert names(quotes.box(store.id, "todo")) == ["Tom", "Ana"]
    assert names(quotes.box(store.id, "waiting")) == ["Tom", "Ida"]
    assert names(quotes.box(store.id, "paid")) == ["Leo"]
    found = quotes.box(store.id, "all")
    assert names(found) == ["Tom", "Leo", "Ida", "Ümit", "Ana"]
    counted, *_ = quotes.all_waiting(store.id, date(2026, 11, 24))
    assert counted == {"todo": 2, "waiting": 2, "paid": 1, "all": 5}
    rows = {row.quote.customer_name: row for row in found.data}
    assert (rows["Ana"].total, rows["Ana"].files, rows["Ana"].filename) == (None, 2, "Hinge v3.pdf")
    assert (rows["Tom"].total, rows["Tom"].files, rows["Tom"].upload_id) == (6300, 0, None)
    quotes.mark_read(store.id, full["Tom"].quote.id)
    assert names(quotes.box(store.id, "todo")) == ["Ana"]


def test_pages_follow_one_another_and_searches_find(store, twin, full, monkeypatch):
    ask(twin, "Zoe")
    for q in (None, "example.com"):
        cursor, seen = None, []
        while True:
            page = quotes.box(store.id, "all", q=q, cursor=cursor, limit=2)
            seen += names(page)
            if (cursor := page.next_cursor) is None:
                break
        assert seen == ["Tom", "Leo", "Ida", "Ümit", "Ana"]
    for q, found in {
        "hinge V3": ["Ana"], "ümi": ["Ümit"], "Q-1001": ["Ana"], "#1003": ["Ida"],
        "leo@example.com": ["Leo"], "gate": ["Tom", "Leo", "Ida", "Ümit", "Ana"], "%": [],
        "zoe": [], "\0": ["Tom", "Leo", "Ida", "Ümit", "Ana"],
    }.items():  # fmt: skip
        assert names(quotes.box(store.id, "all", q=q)) == found, q
    monkeypatch.setattr(searching, "LOOKED_AT", 2)
    page = quotes.box(store.id, "all", q="ana")
    assert (names(page), page.has_more) == ([], True)  # not among the newest two
    for _ in range(2):
        page = quotes.box(store.id, "all", q="ana", cursor=page.next_cursor)
    assert (names(page), page.has_more) == (["Ana"], False)
    assert names(quotes.box(store.id, "all", q="1001")) == ["Ana"]  # however old
    for cursor in ("x", "bm90IG91cnM", "MjAyNi0xMS0yM1QxMDowMDowMCBxdF8x"):
        with pytest.raises(InvalidCursor):
            quotes.box(store.id, "all", cursor=cursor)


def test_no_read_of_the_box_looks_at_all_quotes(store, full):
    """Three queries a page; none sorts or scans the table, whichever database plans it."""
    if db.engine.dialect.name == "postgresql":
        return  # its planner rightly scans five rows
    page = quotes.box(store.id, "all", limit=2)
    reads = {
        "box": lambda: [
            quotes.box(store.id, show, cursor=page.next_cursor)
            for show in ("todo", "waiting", "paid", "all")
        ],
        "search": lambda: quotes.box(store.id, "all", q="1001", cursor=page.next_cursor),
        "counts": lambda: quotes.all_waiting(store.id, date(2026, 11, 24)),
        "clock": lambda: (quotes.follow_up(store.id), quotes.clear(store.id)),
    }
    for name, read in reads.items():
        statements = _statements(read)
        assert len(statements) <= 12, (name, statements)
        for statement, values in statements:
            plan = _plan(statement, values)
            assert not any("SCAN quotes" in line for line in plan), (name, plan, statement)
            if name == "box" and "news_at DESC" in statement:
                assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plan), (name, plan)


def test_what_is_to_do_is_read_from_its_own_index(store, full):
    """Not from another that begins with the store, which would read all of its quotes."""
    if db.engine.dialect.name == "postgresql":
        return  # its planner rightly scans five rows
    reads = (
        lambda: quotes.box(store.id, "todo"),
        lambda: quotes.all_waiting(store.id, date(2026, 11, 24)),
    )
    for read in reads:
        statement, values = _statements(read)[0]
        plan = _plan(statement, values)
        assert any("ix_quotes_todo (store_id=? AND news_at>?)" in line for line in plan), plan


def _statements(read):
    found = []

    def note(_connection, _cursor, statement, values, *_):
        if statement.startswith(("SELECT", "WITH")) and "FROM quotes" in statement:
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert found
    return found


def _plan(statement, values):
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[-1] for row in rows]
