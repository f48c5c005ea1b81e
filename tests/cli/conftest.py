"""The `synqro` command in a fresh data dir, called as from a shell but in this process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synqro import cli
from synqro.core import clock, logs
from tests.databases import Databases


@dataclass
class Said:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


class Synqro:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> Said:
        self.capsys.readouterr()
        try:
            code = cli.main(words)
        except SystemExit as error:  # argparse leaves by itself
            code = int(error.code or 0)
        return Said(code, *self.capsys.readouterr())


@pytest.fixture
def synqro(
    tmp_path: Path,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Synqro]:
    """The command before any first start: there is a data dir and nothing in it."""
    data = tmp_path / "var"
    data.mkdir()
    monkeypatch.chdir(tmp_path)  # where no .env is read
    monkeypatch.setattr(logs, "configure", lambda: None)
    monkeypatch.setenv("SYNQRO_DATA_DIR", str(data))
    monkeypatch.setenv("DATABASE_URL", databases.empty(data))
    yield Synqro(capsys)
    clock.use_file(None)


@pytest.fixture
def store_id(synqro: Synqro) -> str:
    words = "store create --name Tea --email tea@example.com --json".split()
    made = synqro(*words, "--password", "correct horse battery").json()
    return str(made["store_id"])
