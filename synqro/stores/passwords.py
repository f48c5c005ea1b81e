"""Passwords: argon2id, never shorter than ten characters, never one of the obvious ones."""

import re
from functools import cache
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from synqro.core.errors import field_error

SHORTEST = 10
LONGEST = 256
OBVIOUS = frozenset(
    "password passwort motdepasse contrasena qwerty qwertyuiop qwertz azerty asdfghjkl letmein"
    " iloveyou welcome administrator changeme secret superman football dragon monkey synqro".split()
)
RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")

# 19 MiB and two passes, OWASP's figure for argon2id; four at once keep memory and CPU bounded.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_turns = BoundedSemaphore(4)


def hashed(password: str) -> str:
    """Give back what is stored of a password. Slow on purpose: not inside a transaction."""
    with _turns:
        return _hasher.hash(_bytes(password))


def matches(stored: str | None, password: str) -> bool:
    """Say whether `password` is the one behind `stored`; None takes as long and is never it."""
    try:
        with _turns:
            _hasher.verify(stored or _nobody(), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Say whether `stored` was made with weaker figures than today's."""
    return _hasher.check_needs_rehash(stored)


def check(password: str, *known: str, field: str = "password") -> None:
    """Refuse a password that is short or obvious, also from what is `known` of its owner.

    Raises Invalid, naming `field`.
    """
    if len(password) < SHORTEST:
        say = f"Use {SHORTEST} characters or more. A sentence works well."
        raise field_error(field, "too_short", say)
    if len(password) > LONGEST:
        raise field_error(field, "too_long", f"Use at most {LONGEST} characters.")
    if _easy(password.lower(), known):
        say = "This one is easy to guess. A sentence of four words works well."
        raise field_error(field, "password_obvious", say)


def _easy(password: str, known: tuple[str, ...]) -> bool:
    letters = re.sub(r"[^a-z]", "", password)
    if letters in OBVIOUS or len(set(password)) < 5 or any(password in run for run in RUNS):
        return True
    rest = password
    for word in (part for text in known for part in re.split(r"[\W_]+", text.lower())):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    return len(rest) < 5


def _bytes(password: str) -> bytes:
    # Two keyboards may write the same letter as different code points.
    return normalize("NFKC", password).strip().encode("utf-8", "surrogatepass")


@cache
def _nobody() -> str:
    return _hasher.hash(b"nobody has this password")
