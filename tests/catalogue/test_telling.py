"""The stock watch paused: what runs low waits to be told, and is told once."""

import json

import pytest

from synqro import catalogue, events, mail, stores
from synqro.agents import Kind
from synqro.core.db import db, transaction
from tests import makers
from tests.pausing import pause, resume, runs, sweep
from tests.plans import read_by

WATCH = Kind.STOCK_WATCH


@pytest.fixture
def vase(store) -> catalogue.Variant:
    """One of which five are there; low from three."""
    return makers.product(store, title="Vase", sku="V-1", stock=5).variants[0]


def count(variant, number) -> None:
    catalogue.set_stock(variant.store_id, variant.id, number)


def told() -> list[int]:
    """How many were left, of each `stock.low` that was sent."""
    db.session.rollback()
    found = db.select(events.Event.body).filter_by(type="stock.low").order_by(events.Event.id)
    return [json.loads(body)["data"]["available"] for body in db.session.scalars(found)]


def mails() -> list[dict]:
    found = db.select(mail.Message).filter_by(template="stock/low")
    return [message.facts for message in db.session.scalars(found)]


def untold(variant) -> bool:
    db.session.rollback()
    mine = db.select(catalogue.Variant.untold).filter_by(id=variant.id)
    return bool(db.session.scalar(mine))


def test_nobody_is_told_while_it_is_paused_and_then_once(store, vase):
    pause(store, WATCH)
    count(vase, 2)
    count(vase, 1)
    assert vase.untold and untold(vase)
    sweep(WATCH)
    assert (told(), mails()) == ([], [])
    resume(store, WATCH)
    for _ in range(2):
        sweep(WATCH)
    assert told() == [1] and [facts["variant_ids"] for facts in mails()] == [[vase.id]]
    assert not untold(vase)
    [run] = runs(store, WATCH)
    assert (run.seen, run.changed, run.summary) == (1, 1, "Told you of 1 variant that runs low")
    count(vase, 0)
    assert told() == [1]


def test_what_is_there_again_is_not_told(store, vase):
    pause(store, WATCH)
    count(vase, 2)
    count(vase, 9)
    assert not vase.untold and not untold(vase)
    resume(store, WATCH)
    sweep(WATCH)
    assert told() == [] and catalogue.stores_to_tell() == []
    count(vase, 1)
    assert told() == [1] and len(mails()) == 1


def test_what_is_not_counted_any_more_is_not_told(store, vase):
    pause(store, WATCH)
    count(vase, 2)
    count(vase, None)
    assert not untold(vase)


def test_an_order_that_takes_the_last_ones_waits_to_be_told_too(store, vase):
    pause(store, WATCH)
    with transaction():
        catalogue.stock.hold(store.id, "ord_1", [(vase.id, 3)])
        catalogue.stock.commit(stores.steady(store.id), "ord_1")
    assert told() == [] and untold(vase)


def test_a_lower_threshold_and_an_archived_product_are_forgotten(store, vase):
    other = makers.product(store, title="Bowl", stock=5).variants[0]
    pause(store, WATCH)
    for variant in (vase, other):
        count(variant, 2)
    catalogue.edit_product(store.id, vase.product_id, low_stock_threshold=1)
    assert not untold(vase) and untold(other)
    catalogue.archive_product(store.id, other.product_id)
    assert not untold(other)
    resume(store, WATCH)
    sweep(WATCH)
    assert told() == [] and mails() == []


def test_many_are_told_with_one_mail_and_others_are_counted(store, monkeypatch):
    monkeypatch.setattr(catalogue.telling, "BATCH", 2)
    before = makers.product(store, title="Low before", stock=5).variants[0]
    count(before, 3)
    many = [makers.product(store, title=f"Vase {n}", stock=5).variants[0] for n in range(5)]
    pause(store, WATCH)
    for left, variant in enumerate(many):
        count(variant, min(left, 3))
    assert catalogue.stores_to_tell() == [store.id]
    assert catalogue.stores_to_tell(frozenset([store.id])) == []
    report = catalogue.tell_low(store.id)
    assert (report.seen, report.changed, report.skipped) == (6, 5, 1)
    assert report.summary == "Told you of 5 variants that run low"
    assert told() == [3, 0, 1, 2, 3, 3] and len(mails()) == 2
    again = catalogue.tell_low(store.id)
    assert (again.seen, again.changed, again.summary) == (6, 0, None)


def test_an_import_says_nothing_while_it_is_paused(store, vase, owner):
    pause(store, WATCH)
    file = b"sku,count\nV-1,1\n"
    found = catalogue.read_counts(store.id, "counts.csv", file, by=stores.By(owner.id))
    catalogue.apply_import(store.id, found.id, by=stores.By(owner.id))
    assert untold(vase) and told() == [] and mails() == []


def test_who_waits_to_be_told_is_found_by_its_index(store):
    read_by(catalogue.stores_to_tell, "ix_variants_untold")
