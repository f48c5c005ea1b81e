"""Opening a store: the live one, its test twin, and their keys."""

from dataclasses import dataclass
from typing import NamedTuple

from synqro.core.clock import now
from synqro.core.crypto import new_key
from synqro.core.currencies import CURRENCIES
from synqro.core.db import db, transaction
from synqro.core.errors import field_error
from synqro.core.ids import new_id
from synqro.core.wiring import plugged
from synqro.stores.keys import create_key
from synqro.stores.models import Membership, Mode, Person, Role, Store, ThemeMode

BRAND = "#0f6b5c"
RADIUS = 12
COLOURS = ["Black", "White", "Grey"]
MATERIALS = ({"name": "PLA", "colors": COLOURS}, {"name": "PETG", "colors": COLOURS})
MAX_UPLOAD_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Opened:
    """A store and its twin, with secret keys that are never seen again."""

    store: Store
    twin: Store
    secret_key: str
    test_secret_key: str


class Place(NamedTuple):
    """Where a store trades: ISO 4217, ISO 3166-1 alpha-2, IANA, and a locale for money."""

    currency: str
    country: str = "GB"
    timezone: str = "Europe/London"
    locale: str = "en"


@transaction()
def open_store(owner: Person, *, name: str, place: Place, demo: bool = False) -> Opened:
    """Open a store with its test twin for `owner`, and a secret key for each.

    Raises Invalid for a currency we cannot charge in.
    """
    if place.currency not in CURRENCIES:
        raise field_error("currency", "invalid_currency", "We cannot charge in this currency yet.")
    live, twin = (_store(mode, name=name, place=place, demo=demo) for mode in Mode)
    live.twin_id, twin.twin_id = twin.id, live.id
    db.session.add_all([live, twin])
    db.session.flush()
    db.session.add(
        Membership(person_id=owner.id, store_id=live.id, role=Role.OWNER, created_at=now())
    )
    for follow in plugged("opening_listeners"):
        for store in (live, twin):
            follow(store)
    _, secret = create_key(live.id, name="First key")
    _, test_secret = create_key(twin.id, name="First key")
    return Opened(live, twin, secret, test_secret)


def _store(mode: Mode, *, name: str, place: Place, demo: bool) -> Store:
    return Store(
        id=new_id("st"),
        mode=mode,
        demo=demo,
        name=name,
        currency=place.currency,
        country=place.country,
        locale=place.locale,
        timezone=place.timezone,
        publishable_key=new_key(f"sf_{mode}_"),
        ordering_enabled=True,
        closed_message=None,
        shipping_options=[],
        address_required=False,
        allowed_domains=[],
        terms_url=None,
        privacy_url=None,
        tax_rate_bp=0,
        tax_label=None,
        tax_included=True,
        theme_mode=ThemeMode.AUTO,
        brand_color=BRAND,
        radius=RADIUS,
        low_stock_threshold=3,
        quotes_enabled=True,
        quote_materials=[dict(material) for material in MATERIALS],
        quote_expires_after_days=14,
        quote_deposit_bp=0,
        quote_lead_time_days=None,
        quote_retention_days=90,
        max_upload_bytes=MAX_UPLOAD_BYTES,
        build_volume_mm=None,
        created_at=now(),
        updated_at=now(),
    )
