"""A quote asked once more by the merchant."""

from datetime import timedelta

import pytest

from synqro import quotes, uploads
from synqro.core.clock import today
from synqro.core.db import db, transaction
from tests import makers
from tests.quotes.desk import fresh, kinds, mails, told
from tests.quotes.test_asking import upload


def test_a_duplicate_asks_for_the_same_and_mails_nobody(store, owner):
    day = today(store.timezone) + timedelta(days=9)
    file, gone = upload(store, "hinge.pdf"), upload(store, "bolt.pdf")
    asked = makers.quote(
        store,
        material="petg",
        quantity=4,
        needed_by=day,
        metadata={"campaign": "spring"},
        files=[quotes.Wanted(gone.id), quotes.Wanted(file.id, "in")],
    )
    old = quotes.send(store.id, asked.quote.id, makers.offer(), person_id=owner.id)
    lost(gone)
    before = mails(), told()
    found = quotes.duplicate(store.id, old.id, person_id=owner.id)
    new = fresh(found.quote)
    assert (new.number, new.status, new.offered, new.unread) == (1002, "pending", 0, False)
    assert new.previous_id == old.id and found.gone == ["bolt.pdf"]
    for name in ("customer_name", "customer_email", "description", "quantity", "material",
                 "currency", "needed_by"):  # fmt: skip
        assert getattr(new, name) == getattr(old, name), name
    assert (new.meta, new.answered_at, new.order_id, new.token_hash != old.token_hash) == (
        {}, None, None, True,
    )  # fmt: skip
    [attached] = quotes.files(store, new)
    assert (attached.upload.id, attached.units) == (file.id, "in")
    assert [part["id"] for part in new.parts] == [file.id]
    assert (mails(), told()) == (before[0], [*before[1], "quote.created"])
    [first] = quotes.timeline(new)
    assert (first.kind, first.by, first.text, first.person_id) == (
        "asked", "merchant", "Q-1001", owner.id,
    )  # fmt: skip
    assert quotes.by_token(store.id, quotes.link_token(new)).id == new.id
    assert quotes.as_wire(new)["previous_id"] == old.id
    for words in ("Q-1002", "sam@example.com", "hinge.pdf"):
        found_in_box = [row.quote.id for row in quotes.box(store.id, "all", q=words).data]
        assert new.id in found_in_box, words
    assert [row.quote.id for row in quotes.box(store.id, "all", q="Q-1001").data] == [old.id]
    quotes.send(store.id, new.id, makers.offer(), person_id=owner.id)
    assert kinds(fresh(new)) == ["asked", "sent"] and mails()[-1] == "quoted"


@transaction()
def lost(file):
    db.session.get_one(uploads.Upload, file.id).status = uploads.Status.DELETED


def test_a_duplicate_keeps_the_files_of_an_ended_quote(store, clock):
    file = upload(store)
    old = makers.quote(store, files=[quotes.Wanted(file.id)]).quote
    quotes.decline(store.id, old.id)
    quotes.clear(store.id)
    assert uploads.of(store.id, [file.id])[file.id].expires_at is not None
    new = quotes.duplicate(store.id, old.id).quote
    db.session.expire_all()
    assert uploads.of(store.id, [file.id])[file.id].expires_at is None
    assert [each.upload.id for each in quotes.files(store, new)] == [file.id]


def test_what_is_over_is_not_asked_for_again(store, clock):
    day = today(store.timezone) + timedelta(days=2)
    old = makers.quote(store, needed_by=day).quote
    clock.forward(4 * 86_400)
    assert quotes.duplicate(store.id, old.id).quote.needed_by is None


def test_only_ones_own_is_duplicated(store, twin):
    old = makers.quote(store).quote
    with pytest.raises(quotes.QuoteNotFound):
        quotes.duplicate(twin.id, old.id)


def test_a_closed_shop_duplicates_too(store):
    old = makers.quote(store).quote
    with transaction():
        db.session.get_one(type(store), store.id).quotes_enabled = False
    assert quotes.duplicate(store.id, old.id).quote.number == 1002
