"""What a similar part went for: near in volume, of the same material, and with a price."""

import pytest
from sqlalchemy import event, insert

from synqro import quotes
from synqro.core.db import db, transaction
from synqro.orders import Customer
from tests import makers


def measured(store, volume, name="Sam Field", file="bracket.stl", **facts):
    """A request for a part of so many mm³."""
    asked = makers.quote(
        store, customer=Customer(name, "sam@example.com"), material="PETG", quantity=4
    ).quote
    part = {"id": "up_1", "name": file, "volume": volume * 1000, "area": 1000, "size": [1, 1, 1]}
    _write(asked.id, {"volume": volume, "parts": [part], **facts})
    return quotes.find(store.id, asked.id)


@transaction()
def _write(quote_id, facts):
    quote = db.session.get_one(quotes.Quote, quote_id)
    for name, value in facts.items():
        setattr(quote, name, value)


def answered(store, volume, *args, unit_price=1575, **facts):
    quote = measured(store, volume, *args, **facts)
    return quotes.send(store.id, quote.id, makers.offer(unit_price, shipping=500))


def numbers(found):
    return [one.number for one in found]


def test_the_nearest_in_volume_comes_first_with_what_it_went_for(store):
    far, close = answered(store, 24_000), answered(store, 20_500, "Ana Maria Lopez")
    mine = measured(store, 20_000)
    for volume in (15_999, 24_001):
        answered(store, volume)
    measured(store, 20_000)  # without a price
    found = quotes.similar(store.id, mine)
    assert numbers(found) == [close.number, far.number]
    first = found[0]
    assert (first.quote_id, first.first_name, first.quantity) == (close.id, "Ana", 4)
    assert (first.unit_price, first.total, first.currency) == (1575, 6800, "EUR")
    assert (first.status, first.material, first.same_part) == ("quoted", "PETG", False)
    assert first.at == quotes.offer_of(close).created_at
    quotes.send(store.id, close.id, makers.offer(1500))
    quotes.decline(store.id, far.id)
    found = quotes.similar(store.id, mine)
    assert [(one.unit_price, one.status) for one in found] == [(1500, "quoted"), (1575, "declined")]


def test_the_same_part_stands_out_and_the_newest_comes_first(store):
    older, newer = answered(store, 20_000), answered(store, 20_000)
    other = answered(store, 20_000, file="another.stl")
    mine = measured(store, 20_000)
    found = quotes.similar(store.id, mine)
    assert numbers(found) == [newer.number, older.number, other.number]
    assert [one.same_part for one in found] == [True, True, False]
    assert numbers(quotes.similar(store.id, mine, limit=1)) == [newer.number]
    assert mine.number not in numbers(quotes.similar(store.id, newer))


def test_other_materials_currencies_and_stores_do_not_count(store, twin):
    mine = measured(store, 20_000)
    answered(store, 20_000, material="PLA")
    bare = answered(store, 20_000, material=None)
    abroad = answered(store, 20_000)
    _write(abroad.id, {"currency": "USD"})
    answered(twin, 20_000)
    assert quotes.similar(store.id, mine) == []
    unknown = measured(store, 20_000, material=None)
    assert numbers(quotes.similar(store.id, unknown)) == [bare.number]
    assert quotes.similar(store.id, makers.quote(store).quote) == []  # nothing measured
    tiny = measured(store, 1)
    assert quotes.similar(store.id, tiny) == []


@transaction()
def _many(quote, count):
    columns = quotes.Quote.__mapper__.column_attrs
    facts = {column.key: getattr(quote, column.key) for column in columns}
    rows = [
        {**facts, "id": f"qt_{n:026}", "number": -n - 1, "token_hash": f"hash{n}"}
        for n in range(count)
    ]
    db.session.execute(insert(quotes.Quote), rows)


@pytest.mark.parametrize("material", ["PETG", None])
def test_it_walks_the_index_and_looks_at_few_of_many(store, material):
    """Two queries, neither scans or sorts the table; what piles up is not all looked at."""
    _many(answered(store, 19_000, material=material), 3_000)
    answered(store, 18_000, material=material)
    closest = answered(store, 20_100, material=material)
    mine = measured(store, 20_000, material=material)
    statements = _statements(lambda: quotes.similar(store.id, mine))
    assert len(statements) == 2
    plan = "\n".join(line for one in statements for line in _plan(*one))
    if db.engine.dialect.name == "sqlite":
        assert plan.count("ix_quotes_similar (store_id=? AND material=? AND volume") == 2, plan
        assert "SCAN quotes" not in plan
        assert "TEMP B-TREE" not in plan
    else:
        assert plan.count("Index Scan") >= 2 and "ix_quotes_similar" in plan, plan
        assert "Seq Scan on quotes" not in plan
    assert numbers(quotes.similar(store.id, mine)) == [closest.number]  # not the one behind


def _statements(read):
    found = []

    def note(_connection, _cursor, statement, values, *_):
        if statement.startswith("SELECT"):
            found.append((statement, values))

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def _plan(statement, values):
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if explain == "EXPLAIN":
            connection.exec_driver_sql("ANALYZE quotes")
        rows = connection.exec_driver_sql(f"{explain} {statement}", values)
        return [row[-1] for row in rows]
