"""The mail that says what runs low."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, events, mail, stores
from synqro.core.db import db, transaction
from tests import makers

SIZES = [{"name": "Size", "values": ["Small", "Large"]}]


def sent(run_jobs: Callable[[], int]) -> list[mail.Message]:
    run_jobs()
    db.session.rollback()
    found = db.session.query(mail.Message).filter_by(template="stock/low")
    return list(found.order_by(mail.Message.id))


def both(message: mail.Message, *words: str) -> None:
    """Text and HTML say these words."""
    plain, rich = message.text or "", message.html or ""
    for word in words:
        assert word in plain, plain
        assert word.replace("<", "&lt;").replace(">", "&gt;") in rich, rich
    assert "\n\n\n" not in plain and "&lt;" not in plain


def sold(store: stores.Store, order_id: str, *wanted: tuple[str, int]) -> None:
    catalogue.stock.hold(store.id, order_id, wanted)
    catalogue.stock.commit(store, order_id)


def test_the_last_ones_are_told_of_with_where_to_look(
    store: stores.Store, console: FlaskClient, run_jobs: Callable[[], int]
) -> None:
    made = makers.product(store, title="Vase <blue>", options=SIZES, stock=5)
    small = made.variants[0]
    sold(store, "ord_1", (small.id, 2))
    [message] = sent(run_jobs)
    assert (message.to, message.status) == (makers.EMAIL, "sent")
    assert message.subject == "Low stock: Vase <blue> (Small), 3 left"
    both(message, "Vase <blue>", "Small", "3 left", "low from 3", "/console/stock?show=low")
    link = next(word for word in (message.text or "").split() if "/console/" in word)
    assert "Vase &lt;blue&gt;" in console.get("/" + link.split("/", 3)[3]).text


def test_one_order_of_many_things_is_one_mail(
    store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    made = [makers.product(store, title=f"Thing {n}", sku=f"T-{n}", stock=4) for n in range(5)]
    sold(store, "ord_1", *((product.variants[0].id, 4 - n % 2) for n, product in enumerate(made)))
    [message] = sent(run_jobs)
    assert message.subject == "Low stock: Thing 0 and 4 more"
    both(message, "none left", "1 left", *(f"Thing {n}" for n in range(5)), "T-4")


def test_what_came_in_meanwhile_is_not_told_of(
    store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    made = makers.product(store, stock=4)
    sold(store, "ord_1", (made.variants[0].id, 2))
    catalogue.receive(store.id, made.variants[0].id, 10)
    [message] = sent(run_jobs)
    assert message.status == "failed"


def test_the_test_twin_says_that_it_is_one(twin: stores.Store, run_jobs: Callable[[], int]) -> None:
    made = makers.product(twin, stock=4)
    catalogue.correct(twin.id, made.variants[0].id, -1, reason="lost")
    [message] = sent(run_jobs)
    both(message, f"This is about the test mode of {twin.name}.")


def test_a_change_that_fails_tells_nobody(store: stores.Store, run_jobs: Callable[[], int]) -> None:
    [variant] = makers.product(store, stock=4).variants
    with pytest.raises(RuntimeError), transaction():
        sold(store, "ord_1", (variant.id, 2))
        raise RuntimeError
    assert sent(run_jobs) == []
    assert db.session.query(events.Event).filter_by(type="stock.low").count() == 0
    assert [move.number for move in catalogue.moves(store.id, variant_id=variant.id).data] == [1]
