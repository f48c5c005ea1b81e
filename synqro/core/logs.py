"""One log on stderr: JSON for machines, short lines for a person at a terminal."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = ("_granian", "alembic", "rq", "rq.worker", "rq.job", "rq.cron", "stripe", "PIL", "werkzeug")
SECRETS = (
    (re.compile(r"([?&](?:key|token)=)[^&#\s\"']+"), r"\1…"),
    (re.compile(r"(/(?:orders|quotes|reset)/)[\w-]{40,}"), r"\1…"),
    (re.compile(r"\b((?:sk|rk|whsec)_(?:live_|test_|sandbox_)?)\w{8,}"), r"\1…"),
)


def configure() -> None:
    """Send structlog's and the standard library's records to one handler, secrets cut out.

    A terminal sees warnings and worse; everything else reads INFO and up as JSON.
    """
    terminal = sys.stderr.isatty()
    before = _processors(terminal)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *before,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                *_last(terminal),
            ],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING if terminal else logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def cut_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Cut keys and tokens out of every text of a record."""
    return {name: _cut(value) for name, value in event.items()}


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        for secret, instead in SECRETS:
            value = secret.sub(instead, value)
    return value


def _processors(terminal: bool) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal),
    ]


def _last(terminal: bool) -> list[Processor]:
    if terminal:
        return [cut_secrets, structlog.dev.ConsoleRenderer()]
    return [
        structlog.processors.format_exc_info,
        cut_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
