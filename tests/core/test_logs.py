"""One log: JSON for machines, and no key, token or secret in it."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog

from synqro.core import logs

TOKEN = "t" * 43
Said = Callable[[], list[dict[str, str]]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    """Give back what has been logged since the test began."""
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    before = logging.root.handlers[:], logging.root.level
    logs.configure()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(False)
    logging.root.handlers, logging.root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"/api/storefront/order?token={TOKEN}&key=sf_live_{TOKEN}",
        f"/s/sf_live_1/orders/{TOKEN}?result=success",
        f"/reset?token={TOKEN}",
        f"Bearer sk_live_{TOKEN}",
        f"signed with whsec_{TOKEN}",
    ],
)
def test_secrets_are_cut(said: Said, text: str) -> None:
    structlog.get_logger("a").info("request", path=text)
    logging.getLogger("b").warning("went to %s", text)
    assert len(said()) == 2
    assert all("…" in str(line) and TOKEN not in str(line) for line in said())


def test_both_kinds_of_loggers_say_the_same_things(said: Said) -> None:
    structlog.get_logger("a").info("one", store_id="st_1")
    logging.getLogger("b").info("two")
    one, two = said()
    assert (one["event"], one["level"], one["store_id"]) == ("one", "info", "st_1")
    assert (two["event"], two["level"]) == ("two", "info")


def test_an_error_brings_its_traceback(said: Said) -> None:
    try:
        raise ValueError(f"/x?token={TOKEN}")
    except ValueError:
        structlog.get_logger("a").exception("crash")
    assert "ValueError: /x?token=…" in said()[0]["exception"]


def test_libraries_speak_only_of_what_went_wrong(said: Said) -> None:
    for name in ("rq.worker", "alembic.runtime.migration", "stripe", "_granian"):
        logging.getLogger(name).info("chatter")
    assert said() == []
