"""Secret keys: what one may be called, may do, and when it ends."""

from datetime import timedelta

import pytest

from synqro import stores
from synqro.core.clock import now
from synqro.core.errors import Invalid
from tests.conftest import Clock


def works(secret: str) -> bool:
    try:
        stores.by_secret_key(secret)
    except stores.InvalidKey:
        return False
    return True


def test_a_key_shows_its_last_letters_only(store: stores.Store, twin: stores.Store) -> None:
    for shop, prefix in ((store, "sk_live_"), (twin, "sk_test_")):
        row, secret = stores.create_key(shop.id, name="  Label \n printer ", scopes=["orders:read"])
        assert (row.name, row.hint) == ("Label printer", f"{prefix}…{secret[-4:]}")
        assert secret.startswith(prefix) and secret not in str(vars(row))


def test_scopes_are_kept_once_and_in_order(store: stores.Store) -> None:
    asked = ["orders:write", "products:read", "orders:write"]
    assert stores.create_key(store.id, name="a", scopes=asked)[0].scopes == [
        "products:read", "orders:write"
    ]  # fmt: skip
    assert stores.create_key(store.id, name="a", scopes=["*", "orders:read"])[0].scopes == ["*"]


def test_every_wrong_field_is_named_at_once(store: stores.Store) -> None:
    with pytest.raises(Invalid) as refused:
        stores.create_key(
            store.id, name="\0 ", scopes=["tea:drink"], expires_at=now() - timedelta(seconds=1)
        )
    fields = refused.value.facts["fields"]
    assert isinstance(fields, list)
    assert {f["field"]: f["code"] for f in fields} == {
        "name": "required", "scopes": "unknown_scope", "expires_at": "in_the_past"
    }  # fmt: skip
    with pytest.raises(Invalid):
        stores.create_key(store.id, name="x" * 81)
    with pytest.raises(Invalid):
        stores.create_key(store.id, name="x", scopes=[])
    assert [key.name for key in stores.keys(store.id)] == ["First key"]


def test_a_shop_has_fifty_keys_that_work(store: stores.Store, clock: Clock) -> None:
    soon = now() + timedelta(hours=1)
    made = [stores.create_key(store.id, name=f"Key {n}", expires_at=soon)[0] for n in range(49)]
    with pytest.raises(stores.TooManyKeys):
        stores.create_key(store.id, name="One more")
    stores.create_key(store.twin_id, name="Another store")
    stores.revoke_key(store.id, made[0].id)
    stores.create_key(store.id, name="One more")
    clock.forward(3601)
    stores.create_key(store.id, name="Those have expired")


def test_a_key_ends_at_once_and_once(store: stores.Store, clock: Clock) -> None:
    row, secret = stores.create_key(store.id, name="Label printer")
    assert works(secret)
    first = stores.revoke_key(store.id, row.id).revoked_at
    assert not works(secret)
    clock.forward(60)
    assert stores.revoke_key(store.id, row.id).revoked_at == first
    assert row.id not in {key.id for key in stores.keys(store.id)}
    assert row.id in {key.id for key in stores.known_keys(store.id)}
    clock.forward(31 * 86_400)
    assert row.id not in {key.id for key in stores.known_keys(store.id)}


def test_a_key_ends_with_its_time_and_is_shown_for_a_month(
    store: stores.Store, clock: Clock
) -> None:
    row, secret = stores.create_key(store.id, name="Fair", expires_at=now() + timedelta(hours=1))
    assert works(secret)
    clock.forward(3601)
    assert not works(secret) and row.id in {key.id for key in stores.keys(store.id)}
    clock.forward(30 * 86_400)
    assert row.id not in {key.id for key in stores.keys(store.id)}


@pytest.mark.parametrize("key_id", ["key_0", "\0", "x" * 300, "theirs"])
def test_another_shops_key_is_not_there(
    store: stores.Store, twin: stores.Store, key_id: str
) -> None:
    theirs, secret = stores.create_key(twin.id, name="Theirs")
    wanted = theirs.id if key_id == "theirs" else key_id
    for look in (stores.key, stores.revoke_key):
        with pytest.raises(stores.KeyNotFound):
            look(store.id, wanted)
    assert works(secret)
