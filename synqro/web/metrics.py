"""What Prometheus reads: requests by endpoint, never by address.

Each worker process counts into files of its own in the data dir; whoever is asked adds
them up. The client library looks for that folder when it is imported, hence the late import.
"""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def init_app(app: Flask) -> None:
    """Count into the data dir, unless the environment names another folder."""
    default = app.extensions["settings"].data_dir / "metrics"
    folder = Path(os.environ.setdefault(FOLDER, str(default)))
    folder.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(folder)
    _counters()


def count(endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    name = endpoint or "none"
    known = method if method in METHODS else "other"
    requests, durations = _children(name, known, status)
    requests.inc()
    durations.observe(seconds)


def exposition() -> bytes:
    """Give back the sums over all processes in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())


@cache
def _children(endpoint: str, method: str, status: int) -> tuple["Counter", "Histogram"]:
    requests, durations = _counters()
    return requests.labels(endpoint, method, str(status)), durations.labels(endpoint)


@cache
def _counters() -> tuple["Counter", "Histogram"]:
    from prometheus_client import Counter, Histogram

    return (
        Counter("synqro_requests", "Answered requests.", ["endpoint", "method", "status"]),
        Histogram("synqro_request_seconds", "Time to the answer.", ["endpoint"]),
    )


def _forget_the_dead(folder: Path) -> None:
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not _alive(int(pid)):
            file.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
