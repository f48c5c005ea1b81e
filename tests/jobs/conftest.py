"""The hook's own fixtures serve here too."""

from tests.hooks.conftest import send, shop

__all__ = ["send", "shop"]
