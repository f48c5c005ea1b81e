"""Who follows a process ends with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = """
import ctypes, os, signal, sys, time
from synqro.core import leash

def told(*_):
    with open(sys.argv[1], "a") as file:
        file.write("told ")
    {then}

parent = os.getpid()
if os.fork() == 0:
    signal.signal(signal.SIGTERM, told)
    leash.follow(parent, by=signal.SIGTERM)
    print(os.getpid(), flush=True)
    while True:
        time.sleep(0.01)
time.sleep(60)
"""
STUCK = "ctypes.PyDLL(None).sleep(60)"  # keeps the interpreter's lock


@pytest.mark.parametrize("then", ["pass", STUCK])
def test_a_killed_parent_is_followed_after_one_signal(tmp_path: Path, then: str) -> None:
    said = tmp_path / "said"
    code = CHILD.format(then=then)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(said)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        assert not _runs(child)
        assert said.read_text() == "told "
    finally:
        if _runs(child):
            os.kill(child, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # where nobody collects it, it stays as a zombie
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
