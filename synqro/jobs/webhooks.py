"""Sending webhooks: a doorbell wakes the pump of this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from synqro import events
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
