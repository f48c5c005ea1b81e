"""Tokens, their fingerprints, and secrets sealed for rest."""

import hashlib
import secrets
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from synqro.core.wiring import settings

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def new_token() -> str:
    """Give back 256 random bits in a form that fits into a URL."""
    return secrets.token_urlsafe(32)


def new_key(prefix: str) -> str:
    """Give back an API key: `prefix` and 190 random bits, letters and digits only."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(32))


def fingerprint(token: str) -> str:
    """Give back what is stored of a random token; looking it up leaks no timing worth having."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def seal(text: str) -> str:
    """Encrypt `text` with the newest of the settings' keys."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with any of the settings' keys; raises cryptography's InvalidToken."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    keys = settings().secret_key.split(",")
    return MultiFernet([Fernet(_derived(key)) for key in keys])


_cache: dict[str, bytes] = {}


def _derived(key: str) -> bytes:
    if key not in _cache:
        made = HKDF(SHA256(), 32, salt=None, info=b"synqro sealed at rest").derive(key.encode())
        _cache[key] = urlsafe_b64encode(made)
    return _cache[key]
