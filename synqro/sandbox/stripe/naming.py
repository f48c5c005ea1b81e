"""Ids as Stripe makes them: a prefix and letters nobody can guess."""

import secrets
import string

LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """Make an id such as `pi_…`."""
    return f"{prefix}_{''.join(LETTERS[byte % 62] for byte in secrets.token_bytes(length))}"
