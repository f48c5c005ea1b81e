"""What is let in at /hooks/stripe, and what never is."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from io import BytesIO

import pytest
from sqlalchemy.exc import OperationalError

from synqro import payments
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.sandbox import sandbox_secrets
from synqro.payments import StripeEvent
from tests.hooks.conftest import event, signature


def stored() -> list[StripeEvent]:
    db.session.rollback()
    return list(db.session.scalars(db.select(StripeEvent)))


def test_an_event_is_stored_once_before_any_work(send, app):
    for _ in range(3):
        answer = send(event())
        assert (answer.status_code, answer.json) == (200, {"received": True})
    [row] = stored()
    assert (row.event_id, row.done_at, row.attempts) == ("evt_1", None, 0)
    assert json.loads(row.payload)["id"] == "evt_1"
    assert [job.func_name for job in app.extensions["queue"].jobs] == [
        "synqro.jobs.stripe_events.work"
    ]


@pytest.fixture
def still(monkeypatch):
    """Let no time pass between signing and reading, which both count whole seconds."""
    moment = now().replace(microsecond=0)
    for name in ("synqro.payments.inbox.now", "tests.hooks.conftest.now"):
        monkeypatch.setattr(name, lambda: moment)


@pytest.mark.parametrize("age", [301, 3600, -301, -3600])
def test_old_and_future_signatures_are_refused(send, still, age):
    assert send(event(), age=age).status_code == 400
    assert stored() == []


@pytest.mark.parametrize("age", [300, -300])
def test_clocks_may_differ_a_little(send, still, age):
    assert send(event(), age=age).status_code == 200
    assert len(stored()) == 1


@pytest.mark.parametrize(
    "header",
    ["", "nonsense", "t=,v1=", "t=1", "v1=ab", "t=x,v1=ab", "t=1,v1=ä", "t=" + "9" * 400 + ",v1=a"],
)
def test_without_a_signature_nothing_comes_in(send, header):
    answer = send(event(), header=header)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_signature")
    assert stored() == []


def test_with_another_secret_nothing_comes_in(send):
    assert send(event(), secret="whsec_other").status_code == 400
    assert stored() == []


def test_a_changed_body_does_not_fit_its_signature(client, settings, shop):
    secret = sandbox_secrets(settings.data_dir).webhook_secret
    header = {"Stripe-Signature": signature(b"{}", secret)}
    assert client.post("/hooks/stripe", data=b"{ }", headers=header).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b"\xff\xfe",
        b"[" * 20_000,
        {"id": 7, "type": "x", "created": 1, "livemode": False},
        {"id": "evt", "type": None, "created": 1, "livemode": False},
        {"id": "evt", "type": "x", "created": "soon", "livemode": False, "account": "acct_test1"},
        {"id": "evt", "type": "x", "created": 10**17, "livemode": False, "account": "acct_test1"},
        {"id": "evt", "type": "x", "created": 10**30, "livemode": False, "account": "acct_test1"},
        {"id": "evt\0", "type": "x", "created": 1, "livemode": False, "account": "acct_test1"},
        {"id": "e" * 300, "type": "x", "created": 1, "livemode": False, "account": "acct_test1"},
        {"id": "evt", "type": "\ud800", "created": 1, "livemode": False, "account": "acct_test1"},
        {"id": "evt", "type": "x", "created": 1, "livemode": False, "data": "none"},
        {"id": "evt", "type": "x", "created": 1, "livemode": False, "account": ["acct_test1"]},
    ],
)
def test_what_is_signed_and_no_event_is_refused(send, body):
    assert send(body).status_code == 400
    assert stored() == []


def test_an_odd_order_id_is_no_order_id(send, run_jobs):
    for number, odd in enumerate((7, None, ["x"], {}, "ord\0", "\ud800")):
        found = {"object": {"id": "cs_1", "metadata": {"order_id": odd}}}
        assert send(event(id=f"evt_{number}", data=found)).status_code == 200
    run_jobs()
    assert all(row.done_at for row in stored())


def test_other_accounts_and_other_modes_are_ignored_and_not_kept(send):
    for body in (event(account="acct_other"), event(account=None), event(livemode=True)):
        assert send(body).status_code == 200
    assert stored() == []


def test_other_types_are_done_without_work(send, run_jobs):
    send(event(type="payment_intent.created"))
    run_jobs()
    [row] = stored()
    assert (row.done_at is not None, row.error) == (True, None)


def test_sessions_that_are_not_ours_are_done_without_asking_stripe(send, run_jobs):
    send(event())  # the merchant's own session, from their own site
    run_jobs()
    [row] = stored()
    assert row.done_at


def test_a_large_body_is_refused(send, client):
    assert send(b"x" * 600_000).status_code == 413
    answer = client.post(
        "/hooks/stripe",
        input_stream=BytesIO(b"x" * 600_000),
        headers={"Stripe-Signature": "t=1,v1=a"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )
    assert answer.status_code == 400  # cut off at the limit, so no signature can fit


def test_only_post(client):
    assert client.get("/hooks/stripe").status_code == 405


def test_access_taken_away_closes_the_till(send, shop, run_jobs):
    send(event(type="account.application.deauthorized", data={"object": {"id": "ca_1"}}))
    run_jobs()
    db.session.rollback()
    assert not payments.ready(shop)


def test_news_of_before_the_connection_changes_nothing(send, shop, run_jobs):
    old = event(type="account.application.deauthorized", data={"object": {"id": "ca_1"}})
    send(old | {"created": old["created"] - 60})
    run_jobs()
    db.session.rollback()
    assert payments.ready(shop)


def test_thin_events_have_a_secret_of_their_own(send, shop, settings, run_jobs):
    body = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v2.core.account.closed",
        "created": event()["created"] and "2030-01-01T00:00:00.000Z",
        "livemode": False,
        "related_object": {"id": "acct_test1", "type": "v2.core.account"},
    }
    assert send(body, path="/hooks/stripe/v2").status_code == 400
    secret = sandbox_secrets(settings.data_dir).webhook_secret_v2
    assert send(body, path="/hooks/stripe/v2", secret=secret).status_code == 200
    run_jobs()
    db.session.rollback()
    assert not payments.ready(shop)


def test_a_database_that_cannot_write_asks_stripe_to_come_again(send, monkeypatch):
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(payments, "receive", locked)
    answer = send(event())
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "evt_1", "type": "x", "created": NaN, "livemode": false}',
        b'{"id": "evt_1", "type": "x", "created": Infinity, "livemode": false}',
        b'{"id": "evt_1", "type": "x", "created": ' + b"9" * 5000 + b', "livemode": false}',
        b'{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": '
        + b'{"a":' * 30_000
        + b"1"
        + b"}" * 30_002
        + b"}",
        b'{"id": "evt_1", "id": NaN, "type": "x", "created": 1, "livemode": false}',
        {"id": "evt_1", "type": "x", "created": -(10**15), "livemode": False},
        {"id": "evt_1", "type": "x", "created": "2030-13-01", "livemode": False},
        {"id": "evt_1", "type": "x", "created": 1, "livemode": False, "related_object": ["acct"]},
        {"id": "evt_1", "type": "x", "created": 1, "livemode": False, "context": {"a": 1}},
        {"id": "evt_1", "type": "x", "created": 1, "livemode": False, "data": {"object": "cs_1"}},
        {"id": "", "type": "", "created": None, "livemode": False, "account": "acct_test1"},
    ],
)
@pytest.mark.parametrize("thin", [False, True])
def test_numbers_that_are_none_and_depths_without_end(send, settings, body, thin):
    secrets = sandbox_secrets(settings.data_dir)
    path, secret = (
        ("/hooks/stripe/v2", secrets.webhook_secret_v2)
        if thin
        else ("/hooks/stripe", secrets.webhook_secret)
    )
    assert send(body, path=path, secret=secret).status_code == 400
    assert stored() == []


ODD = (
    None,
    7,
    [],
    ["pi_1"],
    {"id": 7},
    {"id": "x" * 300},
    {"payment_intent": ["pi_1"]},
    {"id": "\0"},
)
TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "charge.refunded",
    "charge.dispute.created",
    "refund.updated",
    "account.updated",
    "account.application.deauthorized",
    "v2.core.account.closed",
    "v2.core.account[requirements].updated",
    "somebody.elses.idea",
)


@pytest.mark.parametrize("kind", TYPES)
def test_odd_objects_in_known_types_break_nothing(send, run_jobs, kind):
    """Answered with 400 or 200, and no job stumbles, whatever the object is."""
    for number, odd in enumerate(ODD):
        for data in ({"object": odd}, odd):
            body = event(id=f"evt_{number}_{data is odd}", type=kind, data=data)
            assert send(body).status_code in (200, 400)
    run_jobs()


def test_a_thin_event_at_the_other_address(send, shop, settings, run_jobs):
    """Each address has its own secret; what is signed for it is read for what it is."""
    secrets = sandbox_secrets(settings.data_dir)
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v2.core.account.closed",
        "created": "2030-01-01T00:00:00.000Z",
        "livemode": False,
        "related_object": {"id": "acct_test1", "type": "v2.core.account"},
    }
    assert send(thin, secret=secrets.webhook_secret_v2).status_code == 400
    snapshot = event(id="evt_snapshot")
    answer = send(snapshot, path="/hooks/stripe/v2", secret=secrets.webhook_secret)
    assert answer.status_code == 400
    assert stored() == []
    assert (
        send(snapshot, path="/hooks/stripe/v2", secret=secrets.webhook_secret_v2).status_code == 200
    )
    assert send(thin).status_code == 200
    run_jobs()
    db.session.rollback()
    assert all(row.done_at for row in stored()) and not payments.ready(shop)


def test_the_same_event_at_both_addresses_is_one(send, settings):
    secrets = sandbox_secrets(settings.data_dir)
    send(event())
    send(event(), path="/hooks/stripe/v2", secret=secrets.webhook_secret_v2)
    assert len(stored()) == 1


def test_events_in_any_order_end_alike(send, shop, run_jobs):
    """News of before the loss, after the loss: the account stays lost."""
    lost = event(id="evt_2", type="account.application.deauthorized", data={"object": {"id": "c"}})
    send(lost | {"created": lost["created"] + 1})
    run_jobs()
    send(event(id="evt_1", type="account.updated", data={"object": {"id": "acct_test1"}}))
    run_jobs()
    db.session.rollback()
    assert not payments.ready(shop)


def test_a_hundred_repeats_at_once_are_one_row(app, send):
    def press(_: int) -> int:
        with app.app_context():
            return send(event()).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: Context().run(press, n), range(100)))
    assert set(answers) == {200} and len(stored()) == 1
