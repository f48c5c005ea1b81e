"""The processes that work: one takes jobs, one rings for those of the timetable."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from importlib import import_module
from pkgutil import iter_modules, resolve_name

import redis
from flask import Flask
from rq import Queue, SimpleWorker
from rq.cron import CronScheduler
from structlog import get_logger

from synqro.config import Settings
from synqro.core.queue import DEFAULT, WEBHOOKS
from synqro.jobs import __path__ as folder
from synqro.jobs import job, webhooks
from synqro.jobs.timetable import TIMETABLE

log = get_logger()
LONGEST_WAIT = 2.0  # seconds between two looks for a Redis that is away


def work(app: Flask, queues: Sequence[str] = (DEFAULT, WEBHOOKS)) -> None:
    """Take jobs until SIGTERM or SIGINT, and end after the one at hand.

    The queues come one after the other: what is in the first goes before.
    """
    job.serve(app)
    for module in iter_modules(folder, "synqro.jobs."):
        import_module(module.name)
    connection = _connect(app)
    found = [Queue(name, connection=connection) for name in queues]
    worker = SimpleWorker(found, connection=connection, default_result_ttl=0)
    worker.max_connection_wait_time = LONGEST_WAIT
    with webhooks.pumping(app) if WEBHOOKS in queues else nullcontext():
        _until_told(lambda: worker.work(logging_level="WARNING"))


def schedule(app: Flask) -> None:
    """Ring for the jobs of the timetable until SIGTERM or SIGINT."""
    cron = CronScheduler(connection=_connect(app))
    for name, every in TIMETABLE:
        cron.register(
            resolve_name(f"synqro.jobs.{name}"),
            DEFAULT,
            interval=every,
            ttl=2 * every,
            result_ttl=0,
            failure_ttl=60,
        )
    _until_told(cron.start)


def _connect(app: Flask) -> "redis.Redis":
    settings: Settings = app.extensions["settings"]
    return redis.from_url(settings.redis, socket_connect_timeout=1)


def _until_told(live: Callable[[], object]) -> None:
    try:
        live()
    except redis.RedisError as error:
        log.warning("Redis is away", error=str(error))
        raise SystemExit(1) from error
