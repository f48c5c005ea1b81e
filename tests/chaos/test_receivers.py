"""Receivers that are slow, hostile, forgetful or away, and what a real product does with them."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from urllib.parse import urlsplit

import psutil
import pytest
from standardwebhooks import Webhook

from synqro import events
from synqro.core.db import transaction
from tests.chaos import books
from tests.chaos.killing import WORKERS
from tests.chaos.receiver import Record
from tests.chaos.shop import Shop
from tests.chaos.test_webhooks import DEADLINE, Say, emit
from tests.makers import wait_for

HERE = Path(__file__).parent
HOSTILE = (HERE.parent / "core" / "hostile_urls.txt").read_text().split()
KEPT = 16 * 1024  # bytes of an answer's body
MIB = 1024 * 1024
HOUR = 3600.0
CANARY = 8443  # a port that may be called
MOST = 10_000  # of a stream that is ended before
MANY = 40  # endpoints at once; a shop has at most fifty
STALL = 10.0  # seconds that a busy machine may keep a process waiting
HEEDED = 0.25  # seconds until a lane heeds a new secret
LONG_AGO = "2000-01-01T00:00:00Z"


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    return opened()


def test_a_byte_a_second_and_a_body_without_end(shop: Shop, measured: Say) -> None:
    """Fault 8: each try ends in time, memory stays flat, and little is kept."""
    shop.add_endpoint("/ok/warm")
    emit(shop, 50)
    books.come_to_rest(shop)
    before = _memory(shop)
    with _dripping_handshake() as port:
        slow = [shop.add_endpoint(path) for path in ("/drip/headers/1", "/drip/body/1")]
        slow.append(_endpoint(shop, f"https://127.0.0.1:{port}/hooks"))
        endless = shop.add_endpoint("/endless/0/1")
        emit(shop, 3)
        tried = "SELECT count(DISTINCT endpoint_id) FROM webhook_deliveries WHERE attempts > 0"
        wait_for(lambda: shop.count(tried) == 5)
    rows = shop.rows(
        "SELECT d.endpoint_id, a.duration_ms, length(a.response_body) AS kept"
        " FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id"
    )
    late = [row for row in rows if row["endpoint_id"] in slow]
    longest = max(row["duration_ms"] for row in late)
    kept = max(row["kept"] or 0 for row in rows if row["endpoint_id"] == endless)
    grown = (_memory(shop) - before) / MIB
    measured(f"the longest try {longest / 1000:.2f} s, {kept} bytes kept, {grown:+.1f} MiB")
    assert {row["endpoint_id"] for row in late} == set(slow)
    assert longest <= 1000 * (DEADLINE + STALL)
    assert 0 < kept <= KEPT
    assert grown < 24


def test_each_try_of_a_message_is_the_same_message(shop: Shop) -> None:
    """Fault 9: one webhook-id, a fresh timestamp each time, and both libraries are content."""
    shop.add_endpoint("/flaky/1,2,3")
    emit(shop, 1)
    books.come_to_rest(shop)
    tries = shop.receiver.records("/flaky/1,2,3")
    assert [record["status"] for record in tries] == [500, 500, 500, 200]
    assert len({record["id"] for record in tries}) == 1
    stamps = [int(record["timestamp"]) for record in tries]
    assert stamps == sorted(set(stamps))
    assert [record["wrong"] for record in tries] == [None] * 4


def test_no_address_of_ours_is_ever_called(
    opened: Callable[..., Shop], tmp_path: Path, measured: Say
) -> None:
    """Fault 11: refused when they are given, and when they are called; a name may turn."""
    turned = tmp_path / "turned"
    path = str(HERE / "two_faced")
    shop = opened(SYNQRO_WEBHOOK_ALLOW_PRIVATE="0", PYTHONPATH=path, TURNED=str(turned))
    with _canary() as came:
        for url in HOSTILE:
            for said in {url, _to_the_canary(url)}:
                status, answer = shop.api("POST", "/webhooks", url=said, events=["*"])
                assert status == 422, (said, answer)
        turning = f"https://hooks.turning.example.com:{CANARY}/hooks"
        status, made = shop.api("POST", "/webhooks", url=turning, events=["*"])
        assert status == 201, made
        turned.touch()
        for first in range(0, len(HOSTILE), MANY):
            _call_in_spite(shop, HOSTILE[first : first + MANY])
    rows = shop.rows("SELECT response_status, error FROM webhook_attempts")
    assert len(rows) >= len(HOSTILE) + 1
    assert [row for row in rows if row["response_status"] is not None] == []
    assert not came
    measured(f"{len(HOSTILE)} addresses and a name that turned: {len(rows)} tries, none got out")


def test_a_secret_is_rotated_in_a_stream(shop: Shop, measured: Say) -> None:
    """Fault 12: a receiver with the old secret and one with the new verify all of the overlap."""
    endpoint = shop.add_endpoint("/ok/stream")
    old = (shop.receiver.folder / "ok_stream").read_text()
    over = Flag()
    sent: dict[str, float] = {}
    stream = Thread(target=lambda: sent.update(emit(shop, MOST, pause=0.02, over=over)))
    stream.start()
    wait_for(lambda: len(shop.receiver.records("/ok/stream")) > 40)
    status, rotated = shop.api("POST", f"/webhooks/{endpoint}/rotate_secret")
    assert status == 200, rotated
    heeded = time.time() + HEEDED

    def overlap() -> list[Record]:
        # The first may have been signed before, and have been on its way.
        return [one for one in shop.receiver.records("/ok/stream") if one["at"] > heeded][1:]

    wait_for(lambda: len(overlap()) > 40)
    over.set()
    stream.join()
    books.come_to_rest(shop)
    records = shop.receiver.records("/ok/stream")
    assert {record["id"] for record in records} == set(sent)
    assert all(_verified(record, old) for record in records)
    assert all(_verified(record, rotated["secret"]) for record in overlap())
    measured(f"{len(overlap())} of {len(sent)} were sent with two signatures")


def test_a_receiver_comes_back_after_three_days(shop: Shop, measured: Say) -> None:
    """Fault 14: ten thousand messages arrive within a minute, in order; a range comes again."""
    endpoint = shop.add_endpoint("/ok/away")
    shop.receiver.stop()
    ids = _many(shop, 10_000)
    for _ in range(12):
        shop.move_clock(6 * HOUR)
        time.sleep(1)
    shop.receiver.start()
    status, answer = shop.api("POST", f"/webhooks/{endpoint}/recover", since=LONG_AGO)
    assert status == 202, answer
    wait_for(lambda: len(shop.receiver.seen("/ok/away")) == len(ids), 120)
    books.come_to_rest(shop)
    records = shop.receiver.records("/ok/away")
    took = records[-1]["at"] - records[0]["at"]
    assert list(dict.fromkeys(record["id"] for record in records)) == ids
    assert took < 60
    assert not [record for record in records if record["wrong"]]
    _replayed(shop, endpoint, ids[2000:2100])
    measured(f"{len(ids)} messages in {took:.1f} s, {len(records) - len(ids)} twice")


def _replayed(shop: Shop, endpoint: str, ids: list[str]) -> None:
    before = len(shop.receiver.records("/ok/away"))
    times = [shop.api("GET", f"/events/{event}")[1]["created_at"] for event in (ids[0], ids[-1])]
    end = datetime.fromisoformat(times[1]) + timedelta(seconds=1)  # it says whole seconds
    path = f"/webhooks/{endpoint}/replay"
    status, answer = shop.api("POST", path, since=times[0], until=end.isoformat())
    assert status == 202, answer
    assert answer["queued"] >= len(ids)
    wait_for(lambda: len(shop.receiver.records("/ok/away")) == before + answer["queued"])
    again = [record["id"] for record in shop.receiver.records("/ok/away")[before:]]
    assert again == sorted(again)
    assert set(ids) <= set(again)
    books.come_to_rest(shop)


def _many(shop: Shop, count: int) -> list[str]:
    ids = []
    with shop.app() as app, app.app_context():
        for first in range(0, count, 200):
            with transaction():
                ids += [
                    events.emit(shop.store_id, "order.updated", {"number": n}, mode="live").id
                    for n in range(first, first + 200)
                ]
    return ids


def _verified(record: Record, secret: str) -> bool:
    headers = {f"webhook-{name}": record[name] for name in ("id", "timestamp", "signature")}
    Webhook(secret).verify(record["body"], headers)
    return True


def _memory(shop: Shop) -> int:
    found = 0
    for name in WORKERS:
        for process in shop.parts(name):
            with suppress(psutil.NoSuchProcess):
                found += process.memory_full_info().uss
    return found


def _endpoint(shop: Shop, url: str) -> str:
    status, made = shop.api("POST", "/webhooks", url=url, events=["*"])
    assert status == 201, made
    return str(made["id"])


def _call_in_spite(shop: Shop, urls: list[str]) -> None:
    """Put addresses in the rows that would never have been taken, and have them called."""
    with shop.app() as app, app.app_context():
        [turning] = [e for e in events.endpoints(shop.store_id) if "turning" in e.url]
        made = []
        for url in urls:
            with transaction():
                another = events.add_endpoint(shop.store_id, url=turning.url, types=["*"]).endpoint
                another.url = _to_the_canary(url)
                made.append(another.id)
        emit(shop, 1)
        untried = "SELECT count(*) FROM webhook_deliveries WHERE attempts = 0"
        wait_for(lambda: not shop.count(untried))
        for endpoint_id in made:
            events.delete_endpoint(shop.store_id, endpoint_id)


def _to_the_canary(url: str) -> str:
    host = urlsplit(url.replace("http://", "https://")).netloc
    return f"https://{host}:{CANARY}/" if url.startswith("http") else url


@contextmanager
def _canary() -> Iterator[list[socket.socket]]:
    """Listen where nothing may ever come in; give back what did."""
    came: list[socket.socket] = []

    def listen(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                came.append(server.accept()[0])

    with ExitStack() as stack:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            server = stack.enter_context(socket.socket(family))
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((host, CANARY))
            server.listen()
            Thread(target=listen, args=(server,), daemon=True).start()
        yield came


@contextmanager
def _dripping_handshake() -> Iterator[int]:
    """A port that answers the first words of TLS with a byte a second."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while True:
                    connection.sendall(b"\x16")
                    time.sleep(1)

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    Thread(target=drip, args=(connection,), daemon=True).start()

        Thread(target=listen, daemon=True).start()
        yield int(server.getsockname()[1])
