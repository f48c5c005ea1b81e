"""Mails leave at least once, and wait where they cannot."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import datetime, tzinfo
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from synqro import events, mail, orders, stores
from synqro.config import Settings
from synqro.core import clock as clocks
from synqro.core.db import db, transaction
from synqro.jobs import mail as job
from synqro.mail import delivery
from tests import makers
from tests.conftest import Clock

__all__ = ["events", "orders"]


@pytest.fixture
def welcome(store: stores.Store, owner: stores.Person) -> str:
    """A mail in the outbox; its id."""
    with transaction():
        message = mail.send(owner.email, "stores/welcome", store_id=store.id, person_id=owner.id)
    return message.id


@pytest.fixture
def still(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass but what the test moves the clock by."""
    moment = clocks.now()

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return moment

    monkeypatch.setattr(clocks, "datetime", Still)


def row(message_id: str) -> mail.Message:
    db.session.rollback()
    found = db.session.get(mail.Message, message_id, populate_existing=True)
    assert found
    return found


@pytest.fixture
def sweep(app: Flask, run_jobs: Callable[[], int]) -> Callable[[], None]:
    """Do what the timetable asks for, and work off what that queued."""

    def run() -> None:
        app.extensions["queue"].empty()
        Context().run(within, app, job.sweep)
        run_jobs()

    return run


def within(app: Flask, function: Callable[..., object], *args: str) -> None:
    with app.app_context():
        function(*args)


def test_without_a_server_it_is_kept_as_a_file(
    welcome: str, run_jobs: Callable[[], int], settings: Settings
) -> None:
    run_jobs()
    [path] = (settings.data_dir / "mail").iterdir()
    read = message_from_bytes(path.read_bytes(), policy=default)
    assert path.name == f"{welcome}.eml" and read["To"] == makers.EMAIL
    assert read["From"] == "Synqro <no-reply@localhost>"
    assert row(welcome).status is mail.Status.SENT and row(welcome).sent_at


def test_a_job_that_runs_twice_sends_once(
    app: Flask, welcome: str, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[EmailMessage] = []
    monkeypatch.setattr(delivery, "post", posted.append)
    run_jobs()
    Context().run(within, app, job.deliver, welcome)
    Context().run(within, app, job.sweep)
    run_jobs()
    assert len(posted) == 1


def test_a_lost_doorbell_is_made_good_by_the_sweep(
    app: Flask, welcome: str, sweep: Callable[[], None]
) -> None:
    app.extensions["queue"].empty()
    sweep()
    assert row(welcome).status is mail.Status.SENT


def refusing(error: Exception) -> Callable[[EmailMessage], None]:
    def post(message: EmailMessage) -> None:
        raise error

    return post


def test_a_server_that_is_away_is_tried_again_for_three_days(
    still: None,
    welcome: str,
    sweep: Callable[[], None],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "post", refusing(ConnectionRefusedError("away")))
    tries, hours = 0, 0.0
    waits = [60, 300, 1800, 7200, *[43200] * 6]
    sweep()
    for wait in waits:
        assert row(welcome).status is mail.Status.PENDING
        assert "away" in (row(welcome).error or "")
        clock.forward(wait - 1)
        sweep()
        assert row(welcome).attempts == tries + 1
        clock.forward(1)
        sweep()
        tries, hours = tries + 1, hours + wait / 3600
        assert row(welcome).attempts == tries + 1
    assert row(welcome).status is mail.Status.FAILED and 72 < hours < 76


def test_after_the_outage_it_goes_out(
    welcome: str, sweep: Callable[[], None], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(delivery, "post", refusing(TimeoutError()))
        sweep()
    clock.forward(61)
    sweep()
    assert row(welcome).status is mail.Status.SENT and row(welcome).error is None


def test_an_unknown_recipient_is_given_up_at_once(
    welcome: str, sweep: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
    monkeypatch.setattr(delivery, "post", refusing(gone))
    sweep()
    assert row(welcome).status is mail.Status.FAILED and "550" in (row(welcome).error or "")


def test_a_full_letterbox_is_tried_again(
    welcome: str, sweep: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = smtplib.SMTPRecipientsRefused({"x": (452, b"full")})
    monkeypatch.setattr(delivery, "post", refusing(full))
    sweep()
    assert row(welcome).status is mail.Status.PENDING


def test_a_mail_about_nobody_is_given_up(store: stores.Store, sweep: Callable[[], None]) -> None:
    with transaction():
        lost = mail.send("a@b.example", "stores/welcome", store_id=store.id, person_id="per_gone")
        unknown = mail.send("a@b.example", "stores/nothing", store_id=None)
    sweep()
    assert {row(lost.id).status, row(unknown.id).status} == {mail.Status.FAILED}


def test_a_crash_between_sending_and_noting_sends_once_more(
    welcome: str, sweep: Callable[[], None], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[EmailMessage] = []

    def dies(message_id: str, letter: mail.Letter) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(delivery, "post", posted.append)
    with monkeypatch.context() as crash:
        crash.setattr(delivery, "_sent", dies)
        with pytest.raises(KeyboardInterrupt):
            sweep()
    sweep()
    assert len(posted) == 1
    clock.forward(61)
    sweep()
    assert len(posted) == 2 and row(welcome).status is mail.Status.SENT
    assert posted[0]["Message-ID"] == posted[1]["Message-ID"]


def test_elsewhere_a_copy_opens_nothing(
    app: Flask, settings: Settings, store: stores.Store, sweep: Callable[[], None]
) -> None:
    settings.demo_wish = False
    stores.ask_reset(makers.EMAIL)
    sweep()
    [message] = db.session.query(mail.Message)
    assert "/reset?token=…" in (message.text or "") and "/reset?token=…" in (message.html or "")
    [path] = (settings.data_dir / "mail").iterdir()
    assert "token=3D" in path.read_text() or "/reset?token=" in path.read_text()


class Letterbox:
    """An SMTP server that takes one mail after the other."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        connection.sendall(b"220 letterbox\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                self.taken.append(b"".join(iter(lambda: next(lines), b".\r\n")))
            connection.sendall(
                b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n"
            )
            if line.upper().startswith(b"QUIT"):
                return

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    yield box
    box.close()


def test_a_server_gets_it_over_smtp(
    letterbox: Letterbox,
    settings: Settings,
    welcome: str,
    sweep: Callable[[], None],
    tmp_path: Path,
) -> None:
    settings.mail_url = f"smtp://127.0.0.1:{letterbox.port}"
    settings.mail_from = "Shops <shops@synqro.example>"
    sweep()
    [taken] = letterbox.taken
    read = message_from_bytes(taken, policy=default)
    assert (read["To"], read["From"]) == (makers.EMAIL, "Synqro <shops@synqro.example>")
    assert not (settings.data_dir / "mail").exists()
    assert row(welcome).status is mail.Status.SENT
