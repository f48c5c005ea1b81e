"""Sending webhooks: a doorbell wakes the pump of this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from synqro import events, stores
from synqro.jobs.job import job

_pump: events.Pump | None = None


@contextmanager
def pumping(app: Flask) -> Iterator[None]:
    """Keep a pump for the jobs of this process, and stop it in order at the end."""
    global _pump
    with events.Pump(app.app_context) as _pump:
        _pump.wake()
        try:
            yield
        finally:
            _pump = None


@job
def pump() -> None:
    """Send what is due. In a worker this only wakes its pump, so that no other job waits."""
    if _pump is not None:
        _pump.wake()
        return
    with events.Pump(current_app.app_context) as once:
        once.drain()


@job
def tell_owners(endpoint_id: str) -> None:
    """Write to a shop's owners that an endpoint of theirs fails, or was disabled."""
    if found := events.untold_of(endpoint_id):
        events.tell(found.id, [owner.email for owner in stores.owners(found.store_id)])


@job
def watch() -> None:
    """Warn of endpoints that have failed for long, and tell what was not told yet."""
    events.warn()
    for found in events.untold():
        tell_owners(found.id)


@job
def purge() -> None:
    """Forget what is older than the log of deliveries reaches back."""
    events.purge()
