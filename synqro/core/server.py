"""The WSGI server: granian, on sockets that outlive its processes."""

import errno
import gc
import multiprocessing
import os
import resource
import socket
import sys
from collections.abc import Callable
from signal import SIGTERM
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from synqro.config import Settings, WrongSetting
from synqro.core import leash

PROCESSES = 2
BACKLOG = 1024
CONNECTIONS = 2000  # for each process; an idle one costs little but a descriptor
ALONE = 25  # seconds that requests under way may take after SIGTERM


def listen(settings: Settings) -> list[socket.socket]:
    """Take HOST and PORT, one socket for each process. Raises WrongSetting.

    Whoever keeps the sockets open keeps clients waiting, not refused, while the server restarts.
    """
    try:
        _one(settings, shared=False).close()
        return [_one(settings, shared=True) for _ in range(PROCESSES)]
    except OSError as error:
        raise WrongSetting(_cure(settings, error)) from error


def serve(
    load: Callable[[], Any],
    settings: Settings,
    sockets: list[socket.socket],
    *,
    patience: int = ALONE,
) -> None:
    """Answer requests until SIGTERM or SIGINT, then give those under way `patience` seconds.

    `load` gives each process the WSGI app. On Linux processes are forks, so that an app
    loaded before is shared: half the memory, and a quicker start. Elsewhere it is pickled.
    """
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
        gc.freeze()
    _allow_descriptors()
    server = _Server(
        "synqro",
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=PROCESSES,
        blocking_threads=settings.web_threads,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=patience,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {}, "loggers": {"_granian": {"propagate": True}}},
    )
    server.listening = sockets
    server.serve(target_loader=_Loader(load, os.getpid()), wrap_loader=False)


class _Loader:
    """What granian calls in each of its processes to get the app."""

    def __init__(self, load: Callable[[], Any], parent: int) -> None:
        self.load = load
        self.parent = parent

    def __call__(self) -> Any:
        leash.follow(self.parent, by=SIGTERM)
        return self.load()


class _Server(MPServer):
    listening: list[socket.socket]
    _shd: Any

    def _init_shared_socket(self) -> None:
        self._ssp = None

    def _spawn_worker(  # type: ignore[override]
        self, idx: int, target: Any, callback_loader: Any
    ) -> WorkerProcess:
        self._sso = self.listening[idx]
        holder: Any = SocketHolder  # its stub lacks two of its parameters
        self._shd = holder(self._sso.fileno(), False, BACKLOG)
        return super()._spawn_worker(idx, target, callback_loader)


def _allow_descriptors() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _one(settings: Settings, *, shared: bool) -> socket.socket:
    found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    family, _, _, _, address = found[0]
    listener = socket.create_server(address[:2], family=family, backlog=BACKLOG, reuse_port=shared)
    listener.setblocking(False)
    return listener


def _cure(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"PORT: {settings.port} is in use; stop what listens there or set another PORT"
    if error.errno == errno.EACCES:
        return f"PORT: {settings.port} needs root; choose one from 1024 up"
    return f"HOST: cannot listen on {settings.host} ({error.strerror}); 127.0.0.1 always works"
