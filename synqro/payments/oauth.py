"""An account that exists already: the merchant lets us in at Stripe, and out again here."""

from structlog import get_logger

from synqro.core.db import db, transaction
from synqro.core.wiring import settings
from synqro.payments import accounts
from synqro.payments.client import speaking
from synqro.payments.errors import (
    AccountRefused,
    NotThere,
    OAuthFailed,
    PaymentsNotSetUp,
    Refused,
)
from synqro.payments.models import Account, Link, Provider
from synqro.payments.providers import access, client_id, livemode, provider_of
from synqro.payments.standing import read_account
from synqro.stores import Store

log = get_logger()
SCOPE = "read_write"


def can_link(store: Store) -> bool:
    """True where an existing account can be connected: the operator has given a client id."""
    provider = provider_of(store)
    return provider is not None and bool(client_id(provider))


def authorize_url(store: Store, *, redirect_uri: str, state: str) -> str:
    """Give back Stripe's page where the merchant lets us into an account of theirs.

    `state` comes back with the answer. Raises PaymentsNotSetUp where there is no client id,
    and PaymentProviderError where the sandbox has not started.
    """
    provider = _provider(store)
    with speaking(provider) as client:
        page = client.oauth.authorize_url(
            {"scope": SCOPE, "state": state, "redirect_uri": redirect_uri}
        )
    how = access(provider)
    # The sandbox's API hears this machine only; its pages are served by web.
    pages = f"{settings().public_url}/sandbox" if how.sandbox else how.connect_base
    return pages + page.removeprefix(how.connect_base)


def link(store: Store, code: str) -> Account:
    """Turn the code that Stripe sent back into the store's connected account.

    A code is good for one account, once. An account may serve several stores of ours.
    Network calls. Raises OAuthFailed, PaymentsNotSetUp, PaymentProviderError.
    """
    provider = _provider(store)
    account_id = _let_in(provider, code)
    try:
        state = read_account(provider, account_id, Link.OAUTH)
    except (NotThere, AccountRefused) as error:
        raise OAuthFailed("Stripe does not let us see that account.") from error
    return accounts.adopt(store.id, provider, account_id, state, Link.OAUTH)


def give_back(account_id: str) -> None:
    """Tell Stripe that our access to an account is over, where that is still to be told.

    A network call. Raises PaymentProviderError where Stripe does not answer; the next try
    goes on from there.
    """
    for provider in _leaving(account_id):
        if not accounts.stores_on(provider, account_id):
            _let_out(provider, account_id)
        _gone(provider, account_id)


def _provider(store: Store) -> Provider:
    provider = provider_of(store)
    if provider is None or not client_id(provider):
        raise PaymentsNotSetUp("This server cannot connect accounts that exist already.")
    return provider


def _let_in(provider: Provider, code: str) -> str:
    try:
        with speaking(provider) as client:
            token = client.oauth.token({"grant_type": "authorization_code", "code": code})
            account_id, live, scope = token["stripe_user_id"], token["livemode"], token["scope"]
    except Refused as error:
        log.warning("stripe took no code", reason=error.reason)
        say = "Stripe no longer knows this sign-in. It is good once and for five minutes."
        raise OAuthFailed(say) from error
    if live is not livemode(provider):
        kind = "real payments" if livemode(provider) else "test payments"
        raise OAuthFailed(f"That account was opened in the other mode. This shop takes {kind}.")
    if scope != SCOPE:
        raise OAuthFailed("That account was opened for reading only, so nobody could pay.")
    return str(account_id)


def _let_out(provider: Provider, account_id: str) -> None:
    try:
        with speaking(provider) as client:
            client.oauth.deauthorize(
                {"client_id": access(provider).client_id, "stripe_user_id": account_id}
            )
    except Refused as error:  # it was let out already, at Stripe or by a try that was cut off
        log.info("stripe had let us out already", account=account_id, reason=error.reason)


def _leaving(account_id: str) -> list[Provider]:
    mine = db.select(Account.provider).where(Account.account_id == account_id, Account.leaving)
    return list(db.session.scalars(mine.distinct()))


@transaction()
def _gone(provider: Provider, account_id: str) -> None:
    mine = db.update(Account).where(Account.account_id == account_id, Account.provider == provider)
    db.session.execute(mine.values(leaving=False))
