"""What a customer may ask for, and what is kept of it."""

from datetime import date, timedelta
from io import BytesIO

import pytest

from synqro import catalogue, quotes, uploads
from synqro.core.clock import today
from synqro.core.errors import Invalid
from tests import makers
from tests.quotes.desk import fresh, mails, told
from tests.storefront.conftest import change

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def upload(store, name="part.pdf"):
    stream = BytesIO(PDF)
    return uploads.receive(store, stream, filename=name, visitor="v", length=len(PDF)).upload


def test_a_wish_is_kept_as_the_shop_writes_it_and_everybody_is_told(store):
    day = today(store.timezone) + timedelta(days=9)
    file = upload(store, "hinge.pdf")
    first = makers.quote(
        store,
        material="petg",
        color="GREY",
        needed_by=day,
        quantity=4,
        files=[quotes.Wanted(file.id, "in")],
        metadata={"campaign": "spring"},
    )
    kept = fresh(first.quote)
    assert (kept.material, kept.color, kept.needed_by) == ("PETG", "Grey", day.isoformat())
    assert (kept.number, kept.status, kept.unread, kept.offered) == (1001, "pending", True, 0)
    assert first.token not in (kept.token_hash, kept.token_sealed)
    assert quotes.by_token(store.id, first.token).id == kept.id
    assert quotes.link_token(kept) == first.token
    assert uploads.of(store.id, [file.id])[file.id].expires_at is None
    [attached] = quotes.files(store, kept)
    assert (attached.upload.filename, attached.units) == ("hinge.pdf", "in")
    assert (told(), mails()) == (["quote.created"], ["received", "new"])
    assert quotes.as_wire(kept)["metadata"] == {"campaign": "spring"}
    again = makers.quote(store, previous_token=first.token, description=None)
    assert again.quote.number == 1002
    assert again.quote.previous_id == kept.id
    assert [each.upload.id for each in quotes.files(store, again.quote)] == [file.id]


def test_every_wrong_field_is_named_at_once(store):
    product = makers.product(store)
    with pytest.raises(Invalid) as refused:
        makers.quote(
            store,
            description="x" * 5001,
            quantity=0,
            material="Gold",
            color="Beige",
            needed_by=today(store.timezone) - timedelta(days=1),
            file_url="ftp://example.com/part.stl",
            files=[quotes.Wanted("up_nobody", "furlong")],
        )
    assert {field["field"] for field in refused.value.facts["fields"]} == {
        "description", "quantity", "material", "color", "needed_by", "file_url",
        "uploads.0.units", "uploads.0",
    }  # fmt: skip
    for wrong in ({"needed_by": date(2099, 1, 1)}, {"file_url": "https:///part.stl"}):
        with pytest.raises(Invalid):
            makers.quote(store, **wrong)
    with pytest.raises(Invalid) as many:
        makers.quote(store, files=[quotes.Wanted(f"up_{n}") for n in range(11)])
    assert [field["code"] for field in many.value.facts["fields"]] == ["too_many"]
    with pytest.raises(quotes.NothingToQuote):
        makers.quote(store, description=None, material="PLA")
    assert makers.quote(store, description=None, product_id=product.id).quote.number == 1001


def test_nothing_of_another_shop_is_found(store, twin):
    theirs = makers.quote(twin)
    for named in (
        {"product_id": makers.product(twin).id},
        {"previous_token": theirs.token},
    ):
        with pytest.raises((catalogue.ProductNotFound, quotes.QuoteNotFound)):
            makers.quote(store, **named)
    with pytest.raises(Invalid):
        makers.quote(store, files=[quotes.Wanted(upload(twin).id)])
    for wrong in (theirs.quote.id, "qt_\0"):
        with pytest.raises(quotes.QuoteNotFound):
            quotes.find(store.id, wrong)
    with pytest.raises(quotes.QuoteNotFound):
        quotes.by_token(store.id, theirs.token)


def test_a_shop_may_take_no_requests(store):
    change(store, quotes_enabled=False)
    with pytest.raises(quotes.QuotesClosed):
        makers.quote(store)
    assert told() == mails() == []
