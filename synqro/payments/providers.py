"""Which Stripe serves a store: the operator's keys, or the built-in sandbox."""

from dataclasses import dataclass

from synqro.config import Settings
from synqro.core.sandbox import sandbox_address, sandbox_secrets
from synqro.core.wiring import settings
from synqro.payments.errors import PaymentProviderError
from synqro.payments.models import Provider
from synqro.stores import Mode, Store

SANDBOX_CLIENT = "ca_sandbox"


@dataclass(frozen=True)
class Access:
    """How to speak to a provider."""

    key: str
    api_base: str
    connect_base: str
    client_id: str
    sandbox: bool
    setting: str
    """What the operator set the key with."""


@dataclass(frozen=True)
class HookSecrets:
    """What a provider signs its events with; empty where the operator gave none."""

    snapshot: str
    thin: str


def provider_of(store: Store) -> Provider | None:
    """Give back who serves the store's payments, None where nobody can."""
    given = settings()
    if store.mode is Mode.LIVE:
        if given.stripe_secret_key:
            return Provider.STRIPE
        return Provider.SANDBOX if given.loopback else None
    if given.stripe_test_secret_key:
        return Provider.STRIPE_TEST
    if given.stripe_secret_key and not given.stripe_live:
        return Provider.STRIPE
    return Provider.SANDBOX


def livemode(provider: Provider) -> bool:
    """True where real money moves through `provider`."""
    return provider is Provider.STRIPE and settings().stripe_live


def configured() -> list[Provider]:
    """Give back every provider that serves a store of this deployment."""
    given = settings()
    keys = {
        Provider.STRIPE: given.stripe_secret_key,
        Provider.STRIPE_TEST: given.stripe_test_secret_key,
        Provider.SANDBOX: not given.stripe_secret_key
        or (given.stripe_live and not given.stripe_test_secret_key),
    }
    return [provider for provider, key in keys.items() if key]


def access(provider: Provider) -> Access:
    """Give back key and addresses, fresh, for a sandbox moves when it starts again.

    Raises PaymentProviderError where the sandbox has not started.
    """
    given = settings()
    if provider is Provider.SANDBOX:
        return _sandbox(given)
    live = provider is Provider.STRIPE
    return Access(
        key=given.stripe_secret_key if live else given.stripe_test_secret_key,
        api_base=given.stripe_api_base,
        connect_base=given.stripe_connect_base,
        client_id=client_id(provider),
        sandbox=False,
        setting="STRIPE_SECRET_KEY" if live else "STRIPE_TEST_SECRET_KEY",
    )


def hook_secrets(provider: Provider) -> HookSecrets:
    """Give back the secrets that the provider's events are signed with."""
    given = settings()
    if provider is Provider.SANDBOX:
        found = sandbox_secrets(given.data_dir)
        return HookSecrets(found.webhook_secret, found.webhook_secret_v2)
    if provider is Provider.STRIPE:
        return HookSecrets(given.stripe_webhook_secret, given.stripe_webhook_secret_v2)
    return HookSecrets(given.stripe_test_webhook_secret, given.stripe_test_webhook_secret_v2)


def _sandbox(given: Settings) -> Access:
    address = sandbox_address(given.data_dir)
    if address is None:
        raise PaymentProviderError("The payment sandbox has not started. Try again in a moment.")
    key = sandbox_secrets(given.data_dir).secret_key
    return Access(key, address, address, SANDBOX_CLIENT, sandbox=True, setting="the sandbox's own")


def client_id(provider: Provider) -> str:
    """Give back what OAuth knows us by, empty where the operator gave none."""
    given = settings()
    if provider is Provider.SANDBOX:
        return SANDBOX_CLIENT
    return given.stripe_client_id if provider is Provider.STRIPE else given.stripe_test_client_id
