"""Secrets at rest: sealed, and readable again after the key was changed."""

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask

from synqro.core.crypto import fingerprint, new_key, new_token, seal, unseal


def test_a_sealed_secret_opens_again(app: Flask) -> None:
    sealed = seal("whsec_abc")
    assert "whsec" not in sealed
    assert unseal(sealed) == "whsec_abc"


def test_an_old_key_still_opens_what_it_sealed(app: Flask) -> None:
    settings = app.extensions["settings"]
    sealed = seal("kept")
    settings.secret_key = f"a newer one,{settings.secret_key}"
    assert unseal(sealed) == "kept"
    settings.secret_key = "a newer one"
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_tokens_are_long_and_stored_as_fingerprints() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43
    assert new_key("sk_live_").startswith("sk_live_")
    assert fingerprint("a") != fingerprint("b")
    assert fingerprint("\ud800")  # whatever a URL may carry
