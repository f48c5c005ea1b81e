"""The merchant: stores and their test twins, people, sessions, keys, settings."""

from .colour import contrast, text_on
from .errors import (
    EmailTaken,
    InvalidKey,
    MissingKey,
    ResetExpired,
    StoreNotFound,
    WrongPassword,
)
from .keys import ALL_SCOPES, RESOURCES, SCOPES, create_key, note_use
from .lookup import all_stores, by_id, by_publishable_key, by_secret_key, of_person
from .models import ApiRequest, Mode, Person, SecretKey, Store, ThemeMode
from .opening import Opened, Place, open_store
from .people import (
    Presence,
    add_person,
    authenticate,
    by_email,
    change_password,
    owners,
    person,
    presence,
    save_preferences,
)
from .quoting import Material
from .resets import ask_reset, reset_of, reset_password
from .settings import (
    Changes,
    ShippingOption,
    mark,
    note_embedded,
    save_storefront,
    wrong_settings,
)
from .signup import sign_up
from .stamp import stamped

__all__ = [
    "ALL_SCOPES", "RESOURCES", "SCOPES", "ApiRequest", "Changes", "EmailTaken", "InvalidKey",
    "Material", "MissingKey", "Mode", "Opened", "Person", "Place", "Presence", "ResetExpired",
    "SecretKey", "ShippingOption", "Store", "StoreNotFound", "ThemeMode", "WrongPassword",
    "add_person", "all_stores", "ask_reset", "authenticate", "by_email", "by_id",
    "by_publishable_key", "by_secret_key", "change_password", "contrast", "create_key", "mark",
    "note_embedded", "note_use", "of_person", "open_store", "owners", "person", "presence",
    "reset_of", "reset_password", "save_preferences", "save_storefront", "sign_up", "stamped",
    "text_on", "wrong_settings",
]  # fmt: skip
