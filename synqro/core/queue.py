"""The RQ queues, addressed by job name so that rooms never import jobs."""

from time import monotonic
from weakref import WeakKeyDictionary

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from structlog import get_logger

from synqro.core.wiring import plugged

log = get_logger()

DEFAULT, WEBHOOKS = "default", "webhooks"
BELL = "hooks:wake"
RINGS = 30  # seconds after which a bell that nobody heard may ring again
PUMP = "webhooks.pump"
SILENCE = 5.0  # seconds without ringing after Redis did not answer, so that nobody else waits

_silent_until: WeakKeyDictionary[Redis, float] = WeakKeyDictionary()


def push(job: str, *args: str) -> None:
    """Ask for `job` now. A doorbell, not the truth: what Redis misses, a sweep finds.

    The pump of webhooks has a queue of its own, and is asked for once until it looks.
    """
    queue: Queue = plugged("queue")
    connection: Redis = queue.connection
    if monotonic() < _silent_until.get(connection, 0):
        return
    try:
        if job == PUMP and not connection.set(BELL, 1, nx=True, ex=RINGS):
            return
        if job == PUMP:
            queue = Queue(WEBHOOKS, connection=connection)
        queue.enqueue(f"synqro.jobs.{job}", *args, result_ttl=0, failure_ttl=60)
    except RedisError as error:
        _silent_until[connection] = monotonic() + SILENCE
        log.warning("redis did not take a job; the sweep will", job=job, error=str(error))


def heard() -> None:
    """Let the pump's bell ring again. Call it before looking for what is due, never after."""
    connection: Redis = plugged("redis")
    try:
        connection.delete(BELL)
    except RedisError as error:
        log.warning("redis kept a bell; it fades", error=str(error))
