"""One call to the API: who asks, for what, and what may be written while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from synqro.core.sandbox import SandboxSecrets
from synqro.sandbox.stripe.books import Books, Json
from synqro.sandbox.stripe.params import Group


@dataclass(frozen=True)
class Call:
    books: Books
    account: str
    ids: Mapping[str, str]
    params: Json
    pages_url: str
    secrets: SandboxSecrets


@dataclass(frozen=True)
class Endpoint:
    """A method and a path as the contract writes them, what may be sent, and what runs."""

    method: str
    path: str
    params: Group
    run: Callable[[Call], Any]

    @property
    def rule(self) -> str:
        return self.path.replace("{", "<").replace("}", ">")
