"""One command starts everything, keeps it running, and leaves nothing behind."""

import json
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from synqro.config import DEMO_EMAIL, DEMO_PASSWORD
from tests.boot.conftest import LATE, ROOT, Machine
from tests.makers import wait_for


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if runs(process)]


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):  # it may end while it is asked
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def test_the_first_start_brings_a_demo_that_can_be_bought_from(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SYNQRO_DEMO="1")
    try:
        machine.start()
        said = machine.said()
        key = said.split("/s/")[1].split()[0]
        status, body = machine.get(f"/api/storefront/config?key={key}")
        config = json.loads(body)
        assert (status, config["payments_ready"], len(config["products"])) == (200, True, 8)
        assert all(product["images"] for product in config["products"])
        assert f"http://localhost:{machine.port}/demo" in said
        assert DEMO_EMAIL in said and DEMO_PASSWORD in said
        machine.end()
        machine.start()
        again = json.loads(machine.get(f"/api/storefront/config?key={key}")[1])
        assert [p["id"] for p in again["products"]] == [p["id"] for p in config["products"]]
    finally:
        machine.end()


def test_sigterm_stops_everything_in_order(machine: Machine) -> None:
    process = machine.start()
    assert machine.get("/readyz")[0] == 200
    parts = machine.parts()
    own = psutil.Process(process.pid).children()
    assert len(parts) >= 6
    process.send_signal(signal.SIGTERM)
    assert process.wait(LATE) == 0
    assert alive(own) == []
    wait_for(lambda: not alive(parts))  # where one was slow, its own were killed with it
    assert machine.said().endswith("Stopped.\n")


def test_a_killed_parent_leaves_no_orphan_and_no_stale_lock(machine: Machine) -> None:
    process = machine.start()
    parts = machine.parts()
    process.kill()
    machine.start()  # at once: it waits for what is left of the first
    assert alive(parts) == []
    assert machine.get("/readyz")[0] == 200


def test_parts_that_fall_come_back(machine: Machine) -> None:
    machine.start()
    fallen = alive(machine.parts())
    for part in fallen:
        with suppress(psutil.NoSuchProcess):  # it went with its parent
            part.kill()
    # The port stays taken meanwhile: whoever comes waits for an answer and gets it.
    assert machine.get("/healthz")[0] == 200
    wait_for(lambda: machine.get("/readyz")[0] == 200, LATE)
    wait_for(lambda: len(alive(machine.parts())) >= len(fallen), LATE)


def test_a_request_under_way_is_answered_before_the_end(machine: Machine) -> None:
    process = machine.start()
    answered: list[int] = []

    def ask() -> None:
        while process.poll() is None:
            try:
                answered.append(machine.get("/healthz")[0])
            except OSError:
                return

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    wait_for(lambda: len(answered) > 50)
    process.send_signal(signal.SIGTERM)
    assert process.wait(LATE) == 0
    for asker in askers:
        asker.join()
    assert set(answered) == {200}


def test_it_ends_with_the_make_that_started_it(machine: Machine) -> None:
    """The Makefile asks for this: a killed `make run` leaves nothing running."""
    command = f"SYNQRO_FOLLOW_PARENT=1 {sys.executable} app.py & wait"
    with (machine.data.parent / "out0").open("w") as out:
        make = subprocess.Popen(
            ["sh", "-c", command], cwd=ROOT, env=machine.settings, stdout=out, stderr=out
        )
    machine.running.append(make)  # type: ignore[arg-type]
    wait_for(lambda: "Ctrl-C" in machine.said(), LATE)
    parts = machine.parts()
    make.kill()
    make.wait()
    wait_for(lambda: not alive(parts), LATE)
