"""Nothing that is due waits for a doorbell: every sweep stands in the timetable."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules, resolve_name

import pytest
from flask import Flask, current_app

from synqro import jobs
from synqro.core.db import db
from synqro.jobs.job import job
from synqro.jobs.timetable import TIMETABLE

OWN = {"automations", "job", "timetable", "worker"}
BELLS = {"webhooks.pump"}  # what it wakes looks every few seconds of itself


def sweeps() -> Iterator[str]:
    """Every job that needs no argument."""
    for found in iter_modules(jobs.__path__):
        module = import_module(f"synqro.jobs.{found.name}")
        for name, function in vars(module).items():
            is_job = hasattr(function, "__wrapped__") and function.__module__ == module.__name__
            if found.name not in OWN and is_job and not inspect.signature(function).parameters:
                yield f"{found.name}.{name}"


def test_every_sweep_stands_in_the_timetable() -> None:
    assert {entry.job for entry in TIMETABLE} == set(sweeps()) - BELLS


@pytest.mark.parametrize("entry", TIMETABLE)
def test_a_sweep_runs_where_nothing_is_due(app: Flask, entry: tuple[str, int]) -> None:
    resolve_name(f"synqro.jobs.{entry[0]}")()


def test_a_job_has_a_session_of_its_own(app: Flask) -> None:
    @job
    def look() -> tuple[Flask, object]:
        return current_app._get_current_object(), db.session()  # type: ignore[attr-defined]

    serving, session = look()
    assert serving is app
    assert session is not db.session()


def test_a_job_swallows_nothing(app: Flask) -> None:
    @job
    def fail() -> None:
        raise ValueError("tea is out")

    with pytest.raises(ValueError, match="tea is out"):
        fail()
