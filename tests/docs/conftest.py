"""A terminal into which the guides' blocks are pasted, and a shop that takes pretend money."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import events, stores
from synqro.config import Settings
from synqro.core.db import db
from synqro.web.snippets import PUBLISHABLE_KEY, SECRET_KEY, snippet
from tests import makers

DONE = "-- done --"


def shown(name: str) -> dict[str, Any]:
    """What an answer looks like, as a guide shows it."""
    return dict(json.loads(snippet(name)))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def shop(sandboxed: str, client: FlaskClient, twin: stores.Store) -> stores.Store:
    """A test twin that is paid in the sandbox."""
    makers.connect(client, twin)
    return twin


@pytest.fixture
def keys(shop: stores.Store) -> dict[str, str]:
    """The reader's own keys, for where the examples have none."""
    key = stores.create_key(shop.id, name="Quickstart")[1]
    return {PUBLISHABLE_KEY: shop.publishable_key, SECRET_KEY: key}


@pytest.fixture
def pump(app: Flask, run_jobs: Callable[[], int]) -> Callable[[], None]:
    """Do what a worker would do by now, deliveries too."""

    def run() -> None:
        run_jobs()
        with events.Pump(app.app_context) as pump:
            pump.drain()
        db.session.rollback()

    return run


class Terminal:
    """A shell that goes on from block to block."""

    def __init__(self, folder: Path, values: dict[str, str], port: int) -> None:
        self.values, self.printed = values, ""
        self.shell = subprocess.Popen(
            ["bash"], cwd=folder, text=True, start_new_session=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "PORT": str(port), "LC_ALL": "C"},
        )  # fmt: skip
        self.folder, self.port = folder, port
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def paste(self, name: str) -> str:
        """Run an example, and give back what it printed."""
        return self.type(snippet(name, self.values).replace(":9000", f":{self.port}"))

    def type(self, text: str) -> str:
        before = len(self.printed)
        assert self.shell.stdin
        self.shell.stdin.write(f"{text}\nENDED=$?\necho; echo '{DONE}' $ENDED\n")
        self.shell.stdin.flush()
        makers.wait_for(lambda: re.search(f"{DONE} \\d+\n", self.printed[before:]))
        said, _, status = self.printed[before:].partition(DONE)
        assert status.split()[0] == "0", said
        return said.strip()

    def size(self, file: str) -> int:
        return (self.folder / file).stat().st_size

    def heard(self, words: str) -> bool:
        return words in self.printed

    def close(self) -> None:
        assert self.shell.stdin and self.shell.stdout
        os.killpg(self.shell.pid, SIGKILL)
        self.shell.wait()
        self.reader.join()
        self.shell.stdout.close()
        with suppress(BrokenPipeError):
            self.shell.stdin.close()

    def _read(self) -> None:
        assert self.shell.stdout
        for line in self.shell.stdout:
            self.printed += line


@pytest.fixture
def terminal(tmp_path: Path, keys: dict[str, str]) -> Iterator[Terminal]:
    folder = tmp_path / "desk"
    folder.mkdir()
    opened = Terminal(folder, keys, makers.free_port())
    yield opened
    opened.close()
