"""The merchant: stores and their test twins, people, sessions, keys, settings."""

from .errors import EmailTaken, InvalidKey, MissingKey, StoreNotFound
from .keys import create_key
from .lookup import all_stores, by_id, by_publishable_key, by_secret_key, of_person
from .models import Mode, Person, SecretKey, Store, ThemeMode
from .opening import Opened, Place, open_store

__all__ = [
    "EmailTaken", "InvalidKey", "MissingKey", "Mode", "Opened", "Person", "Place", "SecretKey",
    "Store", "StoreNotFound", "ThemeMode", "all_stores", "by_id", "by_publishable_key",
    "by_secret_key", "create_key", "of_person", "open_store",
]  # fmt: skip
