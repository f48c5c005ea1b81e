"""A process that has a name, and ends with its parent, whichever way the parent goes."""

import ctypes
import os
import signal
import sys
from signal import SIGKILL, Signals
from threading import Thread
from time import sleep

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LOOK = 0.5  # seconds between two looks at the parent
MERCY = 2.5  # seconds from the first signal to the kernel's own


def follow(parent: int, *, by: Signals = SIGKILL) -> None:
    """Send this process the signal `by` once the process `parent` is gone.

    Call it from the main thread, after each fork: the kernel's promise (Linux) is not
    inherited. The thread also covers other systems, and a parent gone before this call.
    """
    if sys.platform == "linux" and by is SIGKILL:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(by))
    Thread(target=_watch, args=(parent, by), name="leash", daemon=True).start()


def show_as(name: str) -> None:
    """Have `ps` and `top` show this process and its forks as `name` (Linux, 15 bytes of it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())


def _watch(parent: int, by: Signals) -> None:
    while os.getppid() == parent:
        sleep(LOOK)
    # Granian can lock up over a signal, above all over a second one, and then no thread of
    # ours runs again. So it gets one, and an alarm that nobody handles ends what is left.
    signal.setitimer(signal.ITIMER_REAL, MERCY)
    os.kill(os.getpid(), by)
