"""Files are read elsewhere: what goes wrong there harms one file, and nothing remains."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from synqro.core.errors import Unavailable
from synqro.uploads import FileUnreadable, mesh
from synqro.uploads.mesh import pool
from tests.makers import wait_for
from tests.uploads import parts


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return parts.written(tmp_path, parts.torus(), "stl")


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """A file that is never read to its end: nobody writes into this pipe."""
    path = tmp_path / "hanging.obj"
    os.mkfifo(path)
    return path


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets limits of the pool, which begins anew with them, and ends afterwards."""

    def set_(**limits: float) -> None:
        for name, value in limits.items():
            monkeypatch.setattr(pool, name, value)
        pool.pool.close()
        monkeypatch.setattr(pool, "pool", pool.Pool())

    yield set_
    pool.pool.close()


def reader() -> psutil.Process:
    """The process that forks children, which stands among this process's own."""
    return next(p for p in psutil.Process().children() if "reading" in p.cmdline())


def a_child() -> psutil.Process | None:
    return next(iter(reader().children()), None)


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):  # it may end while it is asked
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def is_being_read(pipe: Path) -> int | None:
    """Give back a descriptor that keeps the pipe open, once somebody reads from it."""
    with suppress(OSError):
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    return None


def ended(pipe: Path) -> None:
    """Let the file end there for whoever reads from the pipe."""
    with suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


def test_the_reader_knows_no_secret_and_little_else(
    part: Path, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., None]
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_x")
    limit()
    measured = mesh.measure(part, "stl")
    assert measured.facts["triangles"] == 1024
    assert measured.thumbnail and measured.thumbnail[8:12] == b"WEBP"
    assert len(measured.thumbnail) <= 15_000
    assert set(reader().environ()) <= {*pool.ENVIRONMENT, "LC_CTYPE"}
    loaded = {Path(m.path).name for m in reader().memory_maps() if ".venv" in m.path}
    assert not [name for name in loaded if "psycopg" in name or "sqlalchemy" in name]
    files = [file.path for file in reader().open_files()]
    assert files == []


def test_a_hanging_file_ends_and_others_do_not_wait(
    part: Path, hanging: Path, limit: Callable[..., None]
) -> None:
    limit(SECONDS=5)  # enough for the others, where the machine has other things to do
    mesh.measure(part, "stl")
    with ThreadPoolExecutor(1) as threads:
        stuck = threads.submit(mesh.measure, hanging, "obj")
        wait_for(a_child)
        assert mesh.measure(part, "stl").facts["watertight"]
        with pytest.raises(FileUnreadable, match="takes over 5 seconds to measure"):
            stuck.result()
    wait_for(lambda: not reader().children())


def test_a_killed_child_and_a_killed_reader_are_replaced(
    part: Path, hanging: Path, limit: Callable[..., None]
) -> None:
    limit()
    with ThreadPoolExecutor(1) as threads:
        for whom in (a_child, reader):
            mesh.measure(part, "stl")
            wait_for(lambda: not reader().children())
            lost = threads.submit(mesh.measure, hanging, "obj")
            writer = wait_for(lambda: is_being_read(hanging))
            child, found = a_child(), whom()
            assert found
            found.kill()
            with pytest.raises(FileUnreadable, match="Reading this file failed"):
                lost.result()
            wait_for(lambda child=child: not runs(child))
            os.close(writer)
            assert mesh.measure(part, "stl").facts["watertight"]


def test_a_file_that_needs_too_much_memory_is_refused(
    tmp_path: Path, limit: Callable[..., None]
) -> None:
    limit(MEMORY=1)
    path = tmp_path / "large.obj"
    path.write_text("v 0 0 0\n" * 2_000_000)
    with pytest.raises(FileUnreadable):
        mesh.measure(path, "obj")


def test_many_at_once_stand_in_line_and_not_for_ever(
    part: Path, hanging: Path, limit: Callable[..., None]
) -> None:
    limit()
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: mesh.measure(part, "stl").facts, range(6)))
    assert len(found) == 6 and all(facts == found[0] for facts in found)
    limit(IN_LINE=0.1)
    mesh.measure(part, "stl")
    with ThreadPoolExecutor(pool.AT_ONCE) as threads:
        stuck = [threads.submit(mesh.measure, hanging, "obj") for _ in range(pool.AT_ONCE)]
        wait_for(lambda: len(reader().children()) == pool.AT_ONCE)
        with pytest.raises(Unavailable, match="Many files"):
            mesh.measure(part, "stl")
        wait_for(lambda: ended(hanging) or all(one.done() for one in stuck))
        assert [type(one.exception()) for one in stuck] == [FileUnreadable] * pool.AT_ONCE


ALONE = """
import sys, threading, time
from pathlib import Path
from synqro.uploads import mesh
mesh.measure(Path(sys.argv[1]), "stl")
threading.Thread(target=mesh.measure, args=(Path(sys.argv[2]), "obj"), daemon=True).start()
print("ready", flush=True)
time.sleep(60)
"""


def test_nothing_survives_a_killed_parent(part: Path, hanging: Path) -> None:
    command = [sys.executable, "-c", ALONE, str(part), str(hanging)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout and parent.stdout.readline()
        family = psutil.Process(parent.pid)
        wait_for(lambda: len(family.children(recursive=True)) == 2)
        left: list[Any] = family.children(recursive=True)
        parent.send_signal(signal.SIGKILL)
    wait_for(lambda: not any(runs(process) for process in left))
