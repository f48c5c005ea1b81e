"""Start and memory: how soon a second `python app.py` answers, and what everything holds."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import psutil

from tests.bench.report import line
from tests.makers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 5
BARE = """
from flask import Flask
app = Flask("bare")
app.add_url_rule("/healthz", view_func=lambda: "ok")
"""


def run() -> None:
    """Start both in turns: bare Flask on the same server, and the whole product."""
    with tempfile.TemporaryDirectory(prefix="synqro-bench-") as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        commands = {"ours": ([sys.executable, "app.py"], ROOT), "bare": (_granian(), folder)}
        with _started(*commands["ours"], folder):  # the first start makes the demo store
            pass
        seconds: dict[str, list[float]] = {"ours": [], "bare": []}
        memory: dict[str, list[Pss]] = {"ours": [], "bare": []}
        for _ in range(ROUNDS):
            for which, command in commands.items():
                with _started(*command, folder) as (process, taken):
                    seconds[which].append(taken)
                    memory[which].append(_pss(process))
    web, web_bare = (median(held.web for held in memory[which]) for which in memory)
    whole = median(held.whole for held in memory["ours"])
    bare = f"bare Flask {median(seconds['bare']):.2f} s"
    line("second start, to the first answer", median(seconds["ours"]), 3, "s", bare)
    line("memory of web with two workers", web, 160, "MiB", f"bare Flask {web_bare:.0f} MiB")
    line("memory of everything", whole, 350, "MiB")


@dataclass
class Pss:
    """Proportional set size in MiB: of web and its workers, and of every process."""

    web: float
    whole: float


@contextmanager
def _started(
    command: list[str], where: Path, data: Path
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    port = free_port()
    env = {**os.environ, "PORT": str(port), "SYNQRO_DATA_DIR": str(data / "var")}
    began = time.perf_counter()
    words = [word.replace("{port}", str(port)) for word in command]
    process = subprocess.Popen(words, cwd=where, env=env, stdout=subprocess.DEVNULL, stderr=2)
    try:
        seconds = _first_answer(port, process) - began
        time.sleep(1.5)  # until every part has settled
        yield process, seconds
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _first_answer(port: int, process: subprocess.Popen[bytes]) -> float:
    while process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return time.perf_counter()
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError("it ended before it answered")


def _pss(process: subprocess.Popen[bytes]) -> Pss:
    main = psutil.Process(process.pid)
    every = [main, *main.children(recursive=True)]
    held = {p.pid: p.memory_full_info().pss / 2**20 for p in every}
    # Web is the one part that has children of its own.
    web = next((p for p in every if p != main and p.children()), main)
    return Pss(held[web.pid] + sum(held[p.pid] for p in web.children()), sum(held.values()))


def _granian() -> list[str]:
    own = "--interface wsgi --workers 2 --blocking-threads 64 --no-log --port {port} bare:app"
    return [str(Path(sys.executable).with_name("granian")), *own.split()]
