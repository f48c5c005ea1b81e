"""The merchant: stores and their test twins, people, sessions, keys, settings."""

from .by import NOBODY, By, names_of
from .call_log import CallLog
from .colour import contrast, text_on
from .errors import (
    EmailTaken,
    InvalidKey,
    KeyNotFound,
    MissingKey,
    RequestNotFound,
    ResetExpired,
    StoreNotFound,
    TooManyKeys,
    WrongPassword,
)
from .exposing import note_exposed
from .keys import (
    ALL_SCOPES,
    LONGEST_NAME,
    RESOURCES,
    SCOPES,
    create_key,
    expired,
    key,
    keys,
    known_keys,
    note_use,
    revoke_key,
)
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
from .requests import purge_requests, request, requests
from .resets import ask_reset, reset_of, reset_password
from .setting_up import look_chosen
from .settings import (
    Changes,
    ShippingOption,
    mark,
    note_embedded,
    save_storefront,
    steady,
    wrong_settings,
)
from .signup import sign_up
from .stamp import stamped

__all__ = [
    "ALL_SCOPES", "LONGEST_NAME", "NOBODY", "RESOURCES", "SCOPES", "ApiRequest", "By", "CallLog",
    "Changes", "EmailTaken", "InvalidKey", "KeyNotFound", "Material", "MissingKey", "Mode",
    "Opened", "Person", "Place", "Presence", "RequestNotFound", "ResetExpired", "SecretKey",
    "ShippingOption", "Store", "StoreNotFound", "ThemeMode", "TooManyKeys", "WrongPassword",
    "add_person", "all_stores", "ask_reset", "authenticate", "by_email", "by_id",
    "by_publishable_key", "by_secret_key", "change_password", "contrast", "create_key", "expired",
    "key", "keys", "known_keys", "look_chosen", "mark", "names_of", "note_embedded", "note_exposed",
    "note_use", "of_person", "open_store", "owners", "person", "presence", "purge_requests",
    "request", "requests", "reset_of", "reset_password", "revoke_key", "save_preferences",
    "save_storefront", "sign_up", "stamped", "steady", "text_on", "wrong_settings",
]  # fmt: skip
