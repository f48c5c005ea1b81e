"""Connecting a merchant's account."""

from synqro.payments.models import Account, Provider
from synqro.stores import Store


def connect(store: Store, *, return_url: str, refresh_url: str) -> str:
    raise NotImplementedError


def connect_by_operator(store: Store, account_id: str) -> Account:
    raise NotImplementedError


def refresh_account(store: Store) -> Account | None:
    raise NotImplementedError


def disconnect(store: Store) -> None:
    raise NotImplementedError


def forget_account(provider: Provider, account_id: str) -> None:
    raise NotImplementedError
