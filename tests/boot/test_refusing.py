"""Where it cannot run it says so in one line that names the cause and the cure."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boot.conftest import Machine

SLOW = '"a part did not stop in time and is killed"'


def is_one_line(said: str) -> bool:
    """Say whether it says one line, but for Redis, which may end late on a machine that stalls."""
    return len([line for line in said.splitlines() if SLOW not in line]) == 1


@pytest.fixture
def taken(machine: Machine) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", machine.port)):
        yield machine.port


def test_a_port_in_use(machine: Machine, taken: int) -> None:
    said = machine.refused()
    assert said.startswith(f"Synqro cannot start. PORT: {taken} is in use; ")
    assert is_one_line(said)
    assert not (machine.data / "synqro.db").exists()


def test_a_second_start_in_the_same_data_dir(machine: Machine) -> None:
    machine.start()
    other = Machine(machine.data.parent)
    other.running = machine.running
    said = other.refused()
    assert f"already runs in {machine.data}, at http://127.0.0.1:{machine.port}" in said
    assert is_one_line(said)
    machine.running.pop()
    assert machine.get("/healthz")[0] == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("STRIPE_SECRET_KEY", "pk_live_1"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("HOST", "203.0.113.1"),
    ],
)
def test_a_wrong_setting(tmp_path: Path, name: str, value: str) -> None:
    machine = Machine(tmp_path, **{name: value})
    said = machine.refused()
    assert said.startswith(f"Synqro cannot start. {name}: ")
    assert is_one_line(said)


def test_a_data_dir_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    machine = Machine(tmp_path, SYNQRO_DATA_DIR=str(tmp_path / "file" / "var"))
    said = machine.refused()
    assert said.startswith("Synqro cannot start. SYNQRO_DATA_DIR: ")
    assert is_one_line(said)


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    machine = Machine(deep)
    try:
        machine.start()
        assert machine.get("/readyz")[0] == 200
    finally:
        machine.end()
