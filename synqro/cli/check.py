"""`synqro check`: what is configured, what is reachable, what is missing."""

import http.client
import json
import secrets
import socket
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import redis
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from synqro import agents, mail
from synqro.cli.answers import offer_json, opened
from synqro.cli.ledger import check_ledger, days
from synqro.cli.parser import Commands
from synqro.config import Settings, load
from synqro.core import schema, storage
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.sandbox import sandbox_address

PATIENCE = 5.0  # seconds
LATE = timedelta(minutes=15)  # beyond which an agent should have looked, whatever its kind
BESIDE_THE_KEY = (
    ("events", "WEBHOOK_SECRET", "missing", "payments are noticed late"),
    ("account events", "WEBHOOK_SECRET_V2", "note", "a stopped account is noticed late"),
    ("existing accounts", "CLIENT_ID", "note", "merchants cannot connect one they have"),
)
MARKS = {"ok": "ok     ", "note": "note   ", "missing": "MISSING"}


class Finding(NamedTuple):
    """`state` is ok, note (works, but not for everything) or missing."""

    part: str
    state: str
    words: str


def add(commands: Commands) -> None:
    parser = commands.add("check", check, "say what is configured, reachable and missing")
    parser.add_argument("--ledger", action="store_true", help="add up the books again instead")
    parser.add_argument(
        "--days", type=days, default=30, help="compare orders of so many days with Stripe (30)"
    )
    offer_json(parser)


def check(given: Namespace) -> int:
    if given.ledger:
        return check_ledger(given)
    settings = load()
    with opened(settings) as app:
        findings = [finding for look in LOOKS for finding in look(settings, app)]
    if given.json:
        print(json.dumps([finding._asdict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{MARKS[finding.state]}  {finding.part}: {finding.words}")
    return int(any(finding.state == "missing" for finding in findings))


def _database(settings: Settings, _: Flask) -> Iterator[Finding]:
    kind = db.engine.dialect.name
    try:
        current = schema.is_current()
    except SQLAlchemyError as error:
        yield Finding("database", "missing", f"DATABASE_URL: {schema.why(error)}")
        return
    yield Finding("database", "ok", f"{kind} answers")
    if current:
        yield Finding("migrations", "ok", "at the newest revision")
    else:
        yield Finding("migrations", "missing", "the database is behind; run synqro migrate")


def _redis(settings: Settings, app: Flask) -> Iterator[Finding]:
    where = "REDIS_URL" if settings.redis_url else "embedded Redis"
    try:
        app.extensions["redis"].ping()
    except redis.RedisError as error:
        if settings.redis_url:
            yield Finding("redis", "missing", f"{where} does not answer ({error})")
        else:
            yield Finding("redis", "note", "embedded, and not running; make run starts it")
        return
    yield Finding("redis", "ok", f"{where} answers")


def _storage(settings: Settings, _: Flask) -> Iterator[Finding]:
    where = "STORAGE_URL" if settings.storage_url else str(settings.data_dir / "files")
    key = f"check/{secrets.token_hex(8)}"
    try:
        storage.put(key, b"synqro")
        storage.get(key)
        storage.delete(key)
    except Exception as error:  # each kind of storage has errors of its own
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        yield Finding("storage", "missing", f"{where} cannot be written ({_line(cause)})")
        return
    yield Finding("storage", "ok", f"{where} can be written and read")


def _payments(settings: Settings, _: Flask) -> Iterator[Finding]:
    if key := settings.stripe_secret_key:
        mode = "live" if settings.stripe_live else "test"
        yield _stripe(settings, f"payments ({mode})", "STRIPE_SECRET_KEY", key)
        yield from _beside_the_key(settings, "STRIPE")
    elif settings.loopback:
        yield _sandbox(settings, "payments (live stores)")
    else:
        say = "STRIPE_SECRET_KEY is not set; shops say that payments are not set up"
        yield Finding("payments (live stores)", "missing", say)
    if key := settings.stripe_test_secret_key:
        yield _stripe(settings, "payments (test twins)", "STRIPE_TEST_SECRET_KEY", key)
        yield from _beside_the_key(settings, "STRIPE_TEST")
    elif settings.sandbox:
        yield _sandbox(settings, "payments (test twins)")


def _beside_the_key(settings: Settings, kind: str) -> Iterator[Finding]:
    """What Stripe needs beside a key; `kind` begins the names of its settings."""
    part = "payments" if kind == "STRIPE" else "payments (test twins)"
    for what, name, state, without in BESIDE_THE_KEY:
        if not getattr(settings, f"{kind}_{name}".lower()):
            yield Finding(f"{part} {what}", state, f"{kind}_{name} is not set; {without}")


def _stripe(settings: Settings, part: str, name: str, key: str) -> Finding:
    address = urlsplit(settings.stripe_api_base)
    kinds = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    try:
        host = address.hostname or ""
        with closing(kinds[address.scheme](host, address.port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/v1/balance", headers={"Authorization": f"Bearer {key}"})
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        say = f"{settings.stripe_api_base} does not answer ({_line(error)})"
        return Finding(part, "missing", say)
    if status == 401:
        return Finding(part, "missing", f"{name}: Stripe does not know this key; copy it again")
    return Finding(part, "ok", f"{name} is set and Stripe answers")


def _sandbox(settings: Settings, part: str) -> Finding:
    parts = urlsplit(sandbox_address(settings.data_dir) or "")
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
    except OSError:
        return Finding(part, "note", "the built-in sandbox, not running; make run starts it")
    return Finding(part, "ok", "the built-in sandbox answers; no money moves")


def _mail(settings: Settings, _: Flask) -> Iterator[Finding]:
    if not settings.mail_url:
        say = "MAIL_URL is not set; mails are kept and not sent"
        yield Finding("mail", "note" if settings.loopback else "missing", say)
        return
    server = mail.server_of(settings.mail_url)
    try:
        socket.create_connection((server.host, server.port), timeout=PATIENCE).close()
    except OSError as error:
        yield Finding("mail", "missing", f"MAIL_URL does not answer ({_line(error)})")
        return
    yield Finding("mail", "ok", "MAIL_URL answers")


def _agents(_: Settings, __: Flask) -> Iterator[Finding]:
    try:
        looked = agents.looked_at() if schema.is_current() else {}
    except SQLAlchemyError:  # the database has been told of
        return
    if not looked:
        return
    late = [agents.KINDS[kind].name for kind, at in looked.items() if not at or at < now() - LATE]
    if late:
        say = f"no scheduler or no worker for 15 minutes; nothing looks for: {', '.join(late)}"
        yield Finding("agents", "note", say)
    else:
        yield Finding("agents", "ok", "all of them look for what is due")


def _address(settings: Settings, _: Flask) -> Iterator[Finding]:
    url = settings.public_url
    if settings.loopback:
        yield Finding("address", "note", f"{url}: only this machine reaches it; set PUBLIC_URL")
    elif url.startswith("http://"):
        yield Finding("address", "note", f"{url}: PUBLIC_URL should begin with https://")
    else:
        yield Finding("address", "ok", url)
    if not settings.loopback and not settings.trusted_proxies and url.startswith("https://"):
        say = "TRUSTED_PROXIES is 0; behind a proxy every visitor looks like the same one"
        yield Finding("proxy", "note", say)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


Look = Callable[[Settings, Flask], Iterator[Finding]]
LOOKS: tuple[Look, ...] = (_database, _redis, _storage, _payments, _mail, _agents, _address)
