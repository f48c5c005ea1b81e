"""Child processes: forked with the app already loaded, watched, restarted, stopped in order."""

import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import FrameType
from typing import NoReturn

from structlog import get_logger

from synqro.core import leash

log = get_logger()
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0  # seconds before a part that fell is started again
STEADY = 10.0  # seconds after which a part's falls are forgotten


class Stopped(Exception):
    """SIGTERM, SIGINT or SIGHUP came, or the process we follow is gone."""


@dataclass
class Part:
    """One child. `run` is its whole life; `patience` is how many seconds it may take to stop,
    `needs` the descriptors it keeps though other children do not get them."""

    name: str
    run: Callable[[], object]
    patience: float = 1.0
    follow_by: signal.Signals = signal.SIGKILL
    needs: tuple[int, ...] = ()
    pid: int = 0
    began: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0


class Supervisor:
    """Owns the signals of this process and every child it forks. Stays single-threaded."""

    def __init__(self, *, follow: int | None = None) -> None:
        self.parts: list[Part] = []
        self._close_in_children: list[int] = []
        self._follow = follow
        self._stopping = False
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for name in STOPPING:
            if name is not signal.SIGHUP or signal.getsignal(name) is not signal.SIG_IGN:  # nohup
                signal.signal(name, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def keep_from_children(self, descriptor: int) -> None:
        """Close `descriptor` in every child, so that it is free once this process is gone."""
        self._close_in_children.append(descriptor)

    def start(self, part: Part) -> None:
        """Start `part` and keep it running."""
        self.parts.append(part)
        self._fork(part)

    def run_to_end(self, part: Part) -> int:
        """Run `part` once and give back its exit code. Raises Stopped."""
        self._fork(part)
        try:
            while True:
                pid, status = os.waitpid(part.pid, os.WNOHANG)
                if pid:
                    return os.waitstatus_to_exitcode(status)
                self.pause(1)
        except Stopped:
            _kill(part)
            raise

    def pause(self, seconds: float) -> None:
        """Sleep until a signal comes or `seconds` are over. Raises Stopped."""
        ready, _, _ = select.select([self._read], [], [], max(0, seconds))
        if ready:
            with suppress(BlockingIOError):
                os.read(self._read, 4096)
        if self._stopping or (self._follow and os.getppid() != self._follow):
            raise Stopped

    def watch(self) -> NoReturn:
        """Start again, with a growing pause, whatever part falls. Ends by raising Stopped."""
        while True:
            self.look()
            waiting = [p.due - monotonic() for p in self.parts if not p.pid]
            self.pause(min([1.0, *waiting]))

    def look(self) -> None:
        """Collect parts that ended, and start those whose pause is over."""
        for part in self.parts:
            if part.pid and (code := _ended(part)) is not None:
                lived = monotonic() - part.began
                part.wait = FIRST_WAIT if lived > STEADY else min(2 * part.wait, LONGEST_WAIT)
                part.due = monotonic() + part.wait
                log.warning("a part ended and is started again", part=part.name, code=code)
            if not part.pid and part.due <= monotonic():
                self._fork(part)

    def stop(self, *names: str, within: float = 3600) -> None:
        """Ask the parts called `names` to end, kill what outlives its patience or `within`."""
        parts = [p for p in self.parts if p.pid and p.name in names]
        for part in parts:
            with suppress(ProcessLookupError):
                os.kill(part.pid, signal.SIGTERM)
        began = monotonic()
        while left := [p for p in parts if p.pid and _ended(p) is None]:
            patience = min(within, max(p.patience for p in left)) - (monotonic() - began)
            if patience <= 0:
                break
            select.select([self._read], [], [], min(patience, 0.02))
        for part in left:
            log.warning("a part did not stop in time and is killed", part=part.name)
            _kill(part)

    def stop_all(self) -> None:
        """Kill whatever still runs."""
        for part in self.parts:
            _kill(part)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _fork(self, part: Part) -> None:
        sys.stdout.flush()
        parent = os.getpid()
        part.began = monotonic()
        part.pid = os.fork()
        if part.pid:
            with suppress(OSError):
                os.setpgid(part.pid, part.pid)
            return
        code = 1
        try:
            self._become(part, parent)
            part.run()
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except Exception:
            log.exception("a part failed", part=part.name)
        finally:
            with suppress(OSError):
                sys.stdout.flush()
            os._exit(code)

    def _become(self, part: Part, parent: int) -> None:
        with suppress(OSError):
            os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        for name in (*STOPPING, signal.SIGCHLD):
            signal.signal(name, signal.SIG_DFL)
        for descriptor in {self._read, self._write, *self._close_in_children} - {*part.needs}:
            os.close(descriptor)
        leash.show_as(part.name)
        leash.follow(parent, by=part.follow_by)


def _ended(part: Part) -> int | None:
    pid, status = os.waitpid(part.pid, os.WNOHANG)
    if not pid:
        return None
    part.pid = 0
    return os.waitstatus_to_exitcode(status)


def _kill(part: Part) -> None:
    if part.pid:
        with suppress(ProcessLookupError):
            os.killpg(part.pid, signal.SIGKILL)
        os.waitpid(part.pid, 0)
        part.pid = 0
