"""The product as an operator starts it: `python app.py`, on a free port, in a fresh data dir."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from tests.makers import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
LATE = 60.0  # seconds, for a machine that has other things to do


class Machine:
    """One data dir and one port, on which the product is started as often as a test likes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data = folder / "var"
        self.port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"SYNQRO_DATA_DIR": str(self.data), "PORT": str(self.port), "SYNQRO_DEMO": "0"}
        self.settings = kept | own | settings
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *, answers: bool = True) -> subprocess.Popen[str]:
        """Start it, and wait until it has said where it is."""
        out = (self.data.parent / f"out{len(self.running)}").open("w")
        with out:
            process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env=self.settings,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.running.append(process)
        if answers:
            wait_for(lambda: "Ctrl-C" in self.said(), LATE)
        return process

    def said(self) -> str:
        """Give back what the last start has printed."""
        return (self.data.parent / f"out{len(self.running) - 1}").read_text()

    def refused(self) -> str:
        """Start it where it cannot run, and give back the line it says."""
        process = self.start(answers=False)
        assert process.wait(LATE) == 2
        return self.said()

    def get(self, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LATE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def parts(self) -> list[psutil.Process]:
        """Give back every process below the supervisor."""
        return psutil.Process(self.running[-1].pid).children(recursive=True)

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(LATE)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.end()
