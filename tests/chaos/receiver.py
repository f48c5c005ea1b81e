"""A receiver of webhooks in a process of its own, started, told secrets, and read."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.makers import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
Record = dict[str, Any]


class Receiver:
    """What it does at which path is said in receiving.py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / "received"
        self._log.touch()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.chaos.receiving", str(self.port), str(self.folder)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        wait_for((self.folder / "listens").exists)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        (self.folder / "listens").unlink()

    def trust(self, path: str, secret: str) -> None:
        """From now on what comes to `path` has to be signed with `secret`."""
        (self.folder / path.strip("/").replace("/", "_")).write_text(secret)

    def records(self, path: str | None = None) -> list[Record]:
        """Give back all requests in the order of their arrival, those to `path` alone if given."""
        found = [json.loads(line) for line in self._log.read_bytes().splitlines()]
        return [record for record in found if path in (None, record["path"])]

    def seen(self, path: str) -> Counter[str]:
        """How often each message was answered with 2xx at `path`."""
        return Counter(r["id"] for r in self.records(path) if 200 <= r["status"] < 300)
