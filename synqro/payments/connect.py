"""Connecting a merchant: an account at Stripe, its onboarding page, and how it stands."""

from synqro import stores
from synqro.core.ids import new_id
from synqro.payments import accounts
from synqro.payments.accounts import account_of, forget_account
from synqro.payments.client import AccountParams, options, speaking
from synqro.payments.errors import (
    AccountNotFound,
    AccountRefused,
    NotThere,
    PaymentsNotSetUp,
)
from synqro.payments.models import Account, Link, Provider
from synqro.payments.providers import provider_of
from synqro.payments.standing import read_account, stands
from synqro.stores import Store


def connect(store: Store, *, return_url: str, refresh_url: str) -> str:
    """Give back the page where the merchant tells Stripe who they are, for one visit.

    The account is opened once and stored before anyone is sent away; one that was
    disconnected is taken up again where Stripe still lets us. A network call. Raises
    PaymentsNotSetUp where no provider serves this store, and PaymentProviderError.
    """
    provider = _provider(store)
    # Before all else is read: a click beside this one may open the account meanwhile.
    count = accounts.how_many(store.id)
    current = account_of(store.id)
    account_id = current.account_id if current and current.provider is provider else None
    try:
        taken = account_id or _account(store, provider, count)
        return _page(provider, taken, return_url, refresh_url)
    except (NotThere, AccountRefused):
        if account_id:
            forget_account(provider, account_id)
        return _page(provider, _open(store, provider, count), return_url, refresh_url)


def connect_by_operator(store: Store, account_id: str) -> Account:
    """Connect an account that is there already. A network call.

    Raises AccountNotFound, PaymentsNotSetUp, PaymentProviderError.
    """
    provider = _provider(store)
    try:
        state = read_account(provider, account_id, Link.OPERATOR)
    except (NotThere, AccountRefused) as error:
        say = f"There is no account {account_id}, or it does not let this platform in."
        raise AccountNotFound(say) from error
    if state.closed:
        raise AccountNotFound(f"The account {account_id} is closed.")
    return accounts.adopt(store.id, provider, account_id, state, Link.OPERATOR)


def refresh_account(store: Store) -> Account | None:
    """Ask Stripe how the store's account stands, and write it down. A network call.

    None where no account is connected, or no longer. Raises PaymentProviderError.
    """
    current = account_of(store.id)
    if current is None:
        return None
    refresh(current.provider, current.account_id)
    return account_of(store.id)


def refresh(provider: Provider, account_id: str) -> None:
    """Ask Stripe how an account stands, whoever is paid on it. A network call."""
    try:
        state = read_account(provider, account_id)
    except (NotThere, AccountRefused):
        forget_account(provider, account_id)
    else:
        accounts.note(provider, account_id, state)


def disconnect(store: Store) -> Account | None:
    """Take no more payments for the store, and give back the account that did.

    Pages that are open are closed by a job, and after that our access to an account that
    came by OAuth is given back.
    """
    return accounts.leave(store.id)


def _provider(store: Store) -> Provider:
    provider = provider_of(store)
    if provider is None:
        raise PaymentsNotSetUp("No payment provider is set up on this server yet.")
    return provider


def _account(store: Store, provider: Provider, count: int) -> str:
    """Take up the account the store had before, or open one."""
    before = accounts.last_of(store.id, provider)
    if before is None:
        return _open(store, provider, count)
    account_id = before.account_id
    state = read_account(provider, account_id)
    if state.closed:
        return _open(store, provider, count)
    return accounts.adopt(store.id, provider, account_id, state, before.link).account_id


def _open(store: Store, provider: Provider, count: int) -> str:
    # A repeat after a crash finds the same account, and one after a loss opens another.
    key = f"account:{store.id}:{count}:{store.version}"
    params: AccountParams = {
        "display_name": store.name,
        "dashboard": "full",
        "identity": {"country": store.country.lower()},
        "defaults": {
            "currency": store.currency.lower(),
            "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"},
        },
        "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
        "metadata": {"store_id": store.id},
        "include": ["configuration.merchant", "requirements"],
    }
    for owner in stores.owners(store.id)[:1]:
        params["contact_email"] = owner.email
    with speaking(provider) as client:
        opened = client.v2.core.accounts.create(params, options(key=key))
        account_id, state = opened.id, stands(opened)
    return accounts.adopt(store.id, provider, account_id, state).account_id


def _page(provider: Provider, account_id: str, return_url: str, refresh_url: str) -> str:
    with speaking(provider) as client:
        link = client.v2.core.account_links.create(
            {
                "account": account_id,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "return_url": return_url,
                        "refresh_url": refresh_url,
                    },
                },
            },
            options(key=new_id("link")),
        )
        return link.url
