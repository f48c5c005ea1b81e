"""The RQ queue, addressed by job name so that rooms never import jobs."""

from redis.exceptions import RedisError
from rq import Queue
from structlog import get_logger

from synqro.core.wiring import plugged

log = get_logger()


def push(job: str, *args: str) -> None:
    """Ask for `job` now. A doorbell, not the truth: what Redis misses, a sweep finds."""
    queue: Queue = plugged("queue")
    try:
        queue.enqueue(f"synqro.jobs.{job}", *args, result_ttl=0, failure_ttl=60)
    except RedisError as error:
        log.warning("redis did not take a job; the sweep will", job=job, error=str(error))
