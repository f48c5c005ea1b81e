"""What turns a plain function into a job."""

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, has_app_context
from rq import get_current_job
from structlog import get_logger
from structlog.contextvars import bound_contextvars

P = ParamSpec("P")
T = TypeVar("T")
log = get_logger()
_app: Flask | None = None


def serve(app: Flask) -> None:
    """From now on every job of this process runs inside `app`."""
    global _app
    _app = app


def job(function: Callable[P, T]) -> Callable[P, T]:
    """Run `function` in an app context of its own, and so with a session of its own.

    Errors pass: RQ logs them, and the next sweep tries again.
    """
    name = f"{function.__module__.removeprefix('synqro.jobs.')}.{function.__name__}"

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        queued = get_current_job()
        began = perf_counter()
        with (
            _serving().app_context(),
            bound_contextvars(job=name, job_id=queued.id if queued else None),
        ):
            found = function(*args, **kwargs)
            log.debug("job done", ms=round(1000 * (perf_counter() - began), 1))
        return found

    return run


def _serving() -> Flask:
    if has_app_context():
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        return app
    if _app is None:
        raise RuntimeError("synqro.jobs.job.serve(app) has not been called in this process")
    return _app
