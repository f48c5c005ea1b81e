"""A hard end for work on sockets: one thread shuts down what is still open when time is up.

A socket's own timeout counts from byte to byte, so a peer that drips outlives any of them.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from time import monotonic


class Watch:
    """One piece of work and its end."""

    def __init__(self, within: float) -> None:
        self.end = monotonic() + within
        self.late = False
        self._handle: socket.socket | None = None

    @property
    def left(self) -> float:
        """Seconds until the end, never so few that a socket would stop blocking."""
        return max(0.01, self.end - monotonic())

    def over(self, handle: socket.socket) -> None:
        """Shut down `handle` at the end. Raises TimeoutError where that has come."""
        self._handle = handle
        self.check()

    def check(self) -> None:
        """Raise TimeoutError where time is up."""
        if self.late or monotonic() >= self.end:
            self.late = True
            raise TimeoutError("Time is up.")

    def cut(self) -> None:
        self.late = True
        if self._handle:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


class _Reaper:
    def __init__(self) -> None:
        self._open: set[Watch] = set()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._wakes = 0.0

    def add(self, watch: Watch) -> None:
        with self._changed:
            self._open.add(watch)
            if self._thread is None or not self._thread.is_alive():  # it does not outlive a fork
                self._thread = Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif watch.end < self._wakes:
                self._changed.notify()

    def remove(self, watch: Watch) -> None:
        with self._changed:
            self._open.discard(watch)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for watch in [watch for watch in self._open if watch.end <= now]:
                    self._open.discard(watch)
                    watch.cut()
                self._wakes = min((watch.end for watch in self._open), default=now + 3600)
                self._changed.wait(self._wakes - now)


_reaper = _Reaper()


@contextmanager
def watch(within: float) -> Iterator[Watch]:
    """Give back a Watch that ends `within` seconds, or with the block."""
    found = Watch(within)
    _reaper.add(found)
    try:
        yield found
    finally:
        _reaper.remove(found)
