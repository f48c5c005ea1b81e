"""What a person reads once everything runs."""

from synqro.core.wiring import settings


def say() -> None:
    """Print the addresses, and the demo log-in where there is a demo."""
    config = settings()
    print(f"Synqro runs at {config.public_url}", flush=True)
