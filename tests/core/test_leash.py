"""Who follows a process ends with it."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.makers import wait_for

CHILD = """
import ctypes, os, signal, sys, time
from synqro.core import leash

leash.MERCY = 6.0  # where the machine has other things to do, what is told takes its time

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
    try:
        wait_for(lambda: not _runs(child))
        assert said.read_text() == "told "
    finally:
        if _runs(child):
            os.kill(child, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    if sys.platform != "linux":
        return True
    with suppress(FileNotFoundError, ProcessLookupError):  # it may go while it is asked
        status = Path(f"/proc/{pid}/stat").read_text()
        # Where nobody collects it, it stays as a zombie.
        return status.rpartition(")")[2].split()[0] != "Z"
    return False
