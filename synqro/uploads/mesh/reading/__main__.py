"""A process that forks a child for each file.

Its standard input is a socket. Each byte that comes brings another socket, the caller's, on
which the child finds its order and leaves its answer. The child has nothing but the file: no
database, no secret, a fresh allowance of memory and time that the kernel holds it to.
"""

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from contextlib import suppress

from .answering import answer

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def main(seconds: int, memory: int) -> None:
    """Serve until the caller is gone.

    `seconds` and `memory` (bytes of address space) are what each child may take.
    """
    _as_linux(PR_SET_NAME, b"synqro-mesh")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    gc.freeze()
    me = os.getpid()
    calls = socket.socket(fileno=0)
    while True:
        byte, passed, _, _ = socket.recv_fds(calls, 1, 1)
        if not byte:
            return
        for descriptor in passed:
            if os.fork() == 0:
                calls.close()
                _work(socket.socket(fileno=descriptor), me, seconds, memory)
            os.close(descriptor)


def _work(caller: socket.socket, parent: int, seconds: int, memory: int) -> None:
    """Answer one order under the kernel's watch, and end: at once where `parent` is gone."""
    _as_linux(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with suppress(BrokenPipeError):  # the caller may have given up
            answer(caller)
    os._exit(0)


def _as_linux(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
