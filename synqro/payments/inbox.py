"""Events in."""

from synqro.payments.models import StripeEvent


def receive(raw: bytes, signature: str) -> None:
    raise NotImplementedError


def due_events(limit: int = 100) -> list[str]:
    raise NotImplementedError


def claim(event_id: str) -> StripeEvent | None:
    raise NotImplementedError


def done(event_id: str) -> None:
    raise NotImplementedError


def failed(event_id: str, error: str) -> None:
    raise NotImplementedError


def forget_old() -> int:
    raise NotImplementedError
