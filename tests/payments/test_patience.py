"""A Stripe that hangs or drips: every call ends, and the shop stays open meanwhile."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Event, Thread
from time import monotonic

import pytest
from stripe import APIConnectionError

from synqro.payments import patience
from synqro.payments.patience import PatientClient, Places, Unanswered
from tests import makers

Talk = Callable[[socket.socket, Event], None]
SOON = 10.0  # seconds: a sixth of what a call hangs for, on a machine that has other things to do


@pytest.fixture
def stage() -> Iterator[Callable[[Talk], str]]:
    """Listen, and answer every caller as told; gives back the address."""
    over, stack = Event(), ExitStack()

    def end(server: socket.socket, thread: Thread) -> None:
        server.shutdown(socket.SHUT_RDWR)
        thread.join()  # or it would take the callers of whoever is given the socket's number next

    def listen(talk: Talk) -> str:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))

        def accept() -> None:
            while not over.is_set():
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                stack.enter_context(caller)
                Thread(target=talk, args=(caller, over), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        stack.callback(end, server, thread)
        return f"http://127.0.0.1:{server.getsockname()[1]}/v1/x"

    yield listen
    over.set()
    stack.close()


def hangs(_caller: socket.socket, over: Event) -> None:
    over.wait(60)


def drips(caller: socket.socket, over: Event) -> None:
    caller.recv(65536)
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        try:
            caller.sendall(b"{")
        except OSError:
            return


def answers(head: bytes, body: bytes) -> Talk:
    def talk(caller: socket.socket, _over: Event) -> None:
        with suppress(OSError):  # the caller may have gone already
            caller.recv(65536)
            caller.sendall(b"HTTP/1.1 " + head + b"\r\n\r\n" + body)
            caller.shutdown(socket.SHUT_WR)

    return talk


@pytest.fixture
def short(monkeypatch):
    """The same waits, twenty times shorter."""
    for name, seconds in {"CONNECT": 0.2, "READ": 0.4, "TOTAL": 0.6, "LEAST": 0.05}.items():
        monkeypatch.setattr(patience, name, seconds)
    monkeypatch.setattr(patience, "SLOW", 0.1)


@pytest.fixture
def long(monkeypatch):
    """Waits that no busy machine exceeds, where an answer is sure to come."""
    lengthen(monkeypatch)


def lengthen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONNECT", "READ", "TOTAL", "SLOW", "QUEUES"):
        monkeypatch.setattr(patience, name, 60.0)


def call(client: PatientClient, url: str) -> float:
    """How long a call without an answer took."""
    begun = monotonic()
    with pytest.raises(APIConnectionError):
        client.request_with_retries("GET", url, {}, None, max_network_retries=2)
    return monotonic() - begun


def test_the_longest_call_ends_in_fifteen_seconds():
    assert patience.TOTAL + patience.LEAST + patience.PAUSE <= 15


@pytest.mark.parametrize("talk", [hangs, drips])
def test_a_call_ends_whatever_stripe_does(stage, short, talk):
    assert call(PatientClient(Places(2)), stage(talk)) < SOON


def test_answers_come_whole(stage, long):
    body = b'{"id": "x"}' * 20_000
    client = PatientClient(Places(2))
    fixed = stage(answers(b"200 OK\r\nContent-Length: %d" % len(body), body))
    found = client.request_with_retries("GET", fixed, {}, None)
    assert (found[0], found[1]) == (body, 200)
    chunked = b'5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n'
    spoken = stage(answers(b"200 OK\r\nTransfer-Encoding: chunked", chunked))
    assert client.request_with_retries("GET", spoken, {}, None)[0] == b'{"a":1}'


def test_a_body_cut_off_is_no_answer(stage, short):
    call(PatientClient(Places(2)), stage(answers(b"200 OK\r\nContent-Length: 900", b"{")))


def test_a_redirect_is_not_followed(stage, long):
    url = stage(answers(b"302 Found\r\nLocation: http://127.0.0.1:1/", b"{"))
    assert PatientClient(Places(2)).request_with_retries("GET", url, {}, None)[1] == 302


def test_a_body_without_end_is_cut(stage, monkeypatch):
    monkeypatch.setattr(patience, "MOST_BYTES", 1000)
    url = stage(answers(b"200 OK\r\nContent-Length: 5000", b"x" * 5000))
    call(PatientClient(Places(2)), url)


def test_a_slow_stripe_takes_only_its_share_of_the_threads(stage, monkeypatch):
    for name, value in {"READ": 60, "TOTAL": 60, "SLOW": 0.1, "SILENT": 1000}.items():
        monkeypatch.setattr(patience, name, value)
    go = Event()

    def holds(caller: socket.socket, _over: Event) -> None:
        go.wait(60)
        caller.shutdown(socket.SHUT_RDWR)

    client, url = PatientClient(Places(4)), stage(holds)
    with ThreadPoolExecutor(32) as pool:
        asked = [pool.submit(call, client, url) for _ in range(32)]
        try:  # all but those who have a place are told while these still wait
            makers.wait_for(lambda: sum(one.done() for one in asked) == 28)
        finally:
            go.set()
    assert [one.exception() for one in asked] == [None] * 32


def test_in_a_rush_callers_wait_for_each_other(long):
    places = Places(2)

    def brief(_: int) -> str:
        with places.one():
            Event().wait(0.01)
            return "served"

    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(brief, range(64))) == ["served"] * 64


def test_after_three_calls_in_vain_nobody_waits_any_more(stage, short, monkeypatch):
    client, url = PatientClient(Places(2)), stage(hangs)
    for _ in range(patience.SILENT):
        call(client, url)
    with pytest.raises(Unanswered, match="for a while"):  # before anything is asked
        client.request_with_retries("GET", url, {}, None)
    monkeypatch.setattr(patience, "QUIET", 0.0)
    client._silence._until = 0.0
    fine = stage(answers(b"200 OK\r\nContent-Length: 2", b"{}"))
    with monkeypatch.context() as while_it_answers:
        lengthen(while_it_answers)
        assert client.request_with_retries("GET", fine, {}, None)[1] == 200
    assert call(client, url) > 0.2  # heard again, so asked again


def test_a_refused_connection_is_tried_again_at_once(long):
    client, url = PatientClient(Places(2)), f"http://127.0.0.1:{makers.free_port()}/"
    for _ in range(2 * patience.SILENT):
        with pytest.raises(APIConnectionError) as error:
            client.request_with_retries("GET", url, {}, None)
        assert not isinstance(error.value, Unanswered)


IN_USE = b'{"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}'


def in_turn(*talks: Talk) -> Talk:
    """Answer the first caller as the first says, and so on; the last answers all who follow."""
    left = list(talks)

    def talk(caller: socket.socket, over: Event) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(caller, over)

    return talk


def conflict(body: bytes) -> Talk:
    return answers(b"409 Conflict\r\nConnection: close\r\nContent-Length: %d" % len(body), body)


def test_a_call_that_still_runs_under_its_key_is_waited_for(stage, long):
    fine = answers(b"200 OK\r\nContent-Length: 2", b"{}")
    url = stage(in_turn(*[conflict(IN_USE)] * 6, fine))
    client = PatientClient(Places(2))
    assert client.request_with_retries("POST", url, {}, "", max_network_retries=2)[1] == 200


def test_a_call_that_never_ends_under_its_key_is_given_up(stage, short):
    begun = monotonic()
    client, url = PatientClient(Places(2)), stage(conflict(IN_USE))
    with suppress(APIConnectionError):  # the last repeat may find no time for an answer
        client.request_with_retries("POST", url, {}, "", max_network_retries=2)
    assert monotonic() - begun < SOON


def test_any_other_conflict_is_tried_again_twice(stage, long):
    other = b'{"error": {"type": "invalid_request_error"}}'
    fine = answers(b"200 OK\r\nContent-Length: 2", b"{}")
    url = stage(in_turn(*[conflict(other)] * 3, fine))
    client = PatientClient(Places(2))
    assert client.request_with_retries("POST", url, {}, "", max_network_retries=2)[1] == 409
