"""One part of the product each, for several machines."""

import sys
from argparse import Namespace

from synqro import create_app, jobs, sandbox
from synqro.cli.answers import migrated
from synqro.cli.parser import Commands
from synqro.config import load
from synqro.core import server


def add(commands: Commands) -> None:
    commands.add("web", web, "answer requests on HOST and PORT")
    commands.add("worker", worker, "take jobs from Redis, one at a time")
    commands.add("scheduler", scheduler, "ring for the jobs of the timetable")
    commands.add("sandbox", serve_sandbox, "stand in for Stripe on this machine")
    commands.add("migrate", migrate, "bring the database to the newest revision")


def web(_: Namespace) -> None:
    settings = load()
    sockets = server.listen(settings)
    with migrated(settings) as app:
        pass
    server.serve((lambda: app) if sys.platform == "linux" else create_app, settings, sockets)


def worker(_: Namespace) -> None:
    with migrated() as app:
        pass
    jobs.work(app)


def scheduler(_: Namespace) -> None:
    jobs.schedule(create_app(load()))


def serve_sandbox(_: Namespace) -> None:
    settings = load()
    create_app(settings)  # for its clock
    sandbox.serve(
        data_dir=settings.data_dir,
        webhook_url=f"{settings.local_url}/hooks/stripe",
        pages_url=settings.public_url,
    )


def migrate(_: Namespace) -> None:
    with migrated():
        print("The database stands at the newest revision.")
