"""The process that reads files for this one, and the line before it.

It is started with the first file, loads numpy and nothing of the product, gets an empty
environment, holds 12 MiB, and forks a child for each file (`reading/__main__.py`). It ends
when this process ends, however that happens: the socket between them closes.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock

from synqro.core.errors import Unavailable

AT_ONCE = 2  # files, of each process
IN_LINE = 10.0  # seconds
SECONDS = 10  # for a file
MEMORY = 768 << 20  # bytes of address space for a file, of which 110 MiB are libraries
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Pool:
    """Hands out sockets to children that wait for an order."""

    def __init__(self) -> None:
        self._places = BoundedSemaphore(AT_ONCE)
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._calls: socket.socket | None = None

    @contextmanager
    def child(self) -> Iterator[socket.socket]:
        """Give back a socket to a child, once it has been this caller's turn.

        Raises Unavailable where others take too long.
        """
        if not self._places.acquire(timeout=IN_LINE):
            raise Unavailable("Many files are being measured. Try again in a minute.")
        try:
            mine, theirs = socket.socketpair()
            with mine:
                with theirs:
                    self._pass(theirs)
                yield mine
        finally:
            self._places.release()

    def close(self) -> None:
        """End the process and its children."""
        with self._lock:
            self._forget()

    def _pass(self, theirs: socket.socket) -> None:
        with self._lock:
            if self._calls is not None:
                try:
                    socket.send_fds(self._calls, [b"."], [theirs.fileno()])
                    return
                except OSError:
                    self._forget()  # somebody killed it
            socket.send_fds(self._started(), [b"."], [theirs.fileno()])

    def _started(self) -> socket.socket:
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "reading", str(SECONDS), str(MEMORY)],
                cwd=Path(__file__).parent,
                env=ENVIRONMENT,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._calls = mine
        return mine

    def _forget(self) -> None:
        if self._calls is not None:
            self._calls.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._calls = None


pool = Pool()


def _begin_anew() -> None:
    """A fork of this process shares nothing of the pool, whose locks someone may have held."""
    global pool
    pool = Pool()


os.register_at_fork(after_in_child=_begin_anew)
