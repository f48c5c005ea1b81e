"""What a repeated POST made the first time is found again, and not made twice."""

from collections.abc import Callable
from typing import TypeVar

from synqro.core.db import transaction
from synqro.web import idempotent

T = TypeVar("T")


def once(make: Callable[[], T], name: Callable[[T], str], find: Callable[[str], T]) -> T:
    """Give back what `make` makes, or what a request with this idempotency key left behind.

    `name` gives back its id, noted in the transaction that makes it, and `find` what has
    that id. Raises what they raise, and InProgress where another request took over.
    """
    before = idempotent.made()
    if before is not None:
        return find(before)
    with transaction():
        made = make()
        idempotent.bind(name(made))
    return made
